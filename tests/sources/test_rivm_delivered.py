"""RIVM tables as downloaded and as workbook: estimates for people of 18 and older, without their margins."""

from __future__ import annotations

from pathlib import Path

import pytest
from delivered import odata3, read_file, read_json, write_sheets

from nplv_analysis.errors import InputError

KEYS = ["Leeftijd", "Marges", "WijkenEnBuurten", "Perioden", "Eenzaam_28", "MoeiteMetRondkomen_38", "Roker_11"]
ROWS: list[list[object]] = [
    ["20300", "MW00000", "NL01      ", "2020JJ00", 47.0, 13.9, 17.9],
    ["20300", "MW00000", "BU99900000", "2020JJ00", 45.1, None, 10.0],
    ["20300", "MOG0095", "BU99900000", "2020JJ00", 40.1, 1.0, 9.0],
    ["80200", "MW00000", "BU99900000", "2020JJ00", 30.1, 2.0, 9.0],
    ["20300", "MW00000", "BU88880000", "2020JJ00", 20.1, 3.0, 9.0],
]
EXPECTED = [
    ["eenzaam_18plus", "NL00", "land", "2020", 47.0, "schatting"],
    ["moeite_met_rondkomen_18plus", "NL00", "land", "2020", 13.9, "schatting"],
    ["eenzaam_18plus", "BU99900000", "buurt", "2020", 45.1, "schatting"],
    ["moeite_met_rondkomen_18plus", "BU99900000", "buurt", "2020", -1, "ontbreekt"],
]
COLUMNS = ["variabele", "gebiedscode", "niveau", "periode", "waarde", "status"]


def test_downloaded_table(tmp_path: Path) -> None:
    topics = [(key, "%") for key in KEYS[4:]]
    content = odata3("Gezondheid per wijk en buurt", topics, [dict(zip(KEYS, row, strict=True)) for row in ROWS])
    seen = read_json(tmp_path, "rivm", content)
    assert seen[COLUMNS].fillna(-1).to_numpy().tolist() == EXPECTED


def test_workbook_with_padded_text(tmp_path: Path) -> None:
    rows = [[f"    {cell}" if isinstance(cell, float) else cell for cell in row] for row in ROWS]
    write_sheets(tmp_path / "health.xlsx", Data=[KEYS, *[[int(str(row[0])), *row[1:]] for row in rows]])
    seen = read_file(tmp_path, "rivm", "health.xlsx")
    assert seen[COLUMNS].fillna(-1).to_numpy().tolist() == EXPECTED
    assert set(seen["eenheid"]) == {"%"}


def test_other_unit(tmp_path: Path) -> None:
    row = dict(zip(KEYS, ROWS[0], strict=True))
    content = odata3("Gezondheid", [("Eenzaam_28", "aantal")], [row])
    with pytest.raises(InputError, match=r"table.json, column 'Eenzaam_28': found 'aantal', expected the unit '%'"):
        read_json(tmp_path, "rivm", content)


def test_no_estimates_for_18_and_older(tmp_path: Path) -> None:
    row = dict(zip(KEYS, ROWS[3], strict=True))
    with pytest.raises(InputError, match=r"expected estimates for 18 years and older .* of GM9990"):
        read_json(tmp_path, "rivm", odata3("Gezondheid", [("Eenzaam_28", "%")], [row]))
