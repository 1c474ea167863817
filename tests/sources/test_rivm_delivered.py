"""RIVM tables as downloaded and as workbook: estimates for people of 18 and older, with the margins RIVM gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from delivered import odata3, read_file, read_json, write_sheets

from nplv_analysis.errors import InputError

KEYS = ["Leeftijd", "Marges", "WijkenEnBuurten", "Perioden", "Eenzaam_28", "MoeiteMetRondkomen_38", "Roker_11"]
ROWS: list[list[object]] = [
    ["20300", "MW00000", "NL01      ", "2020JJ00", 47.0, 13.9, 17.9],
    ["20300", "MW00000", "BU99900000", "2020JJ00", 45.1, None, 10.0],
    ["20300", "MOG0095", "BU99900000", "2020JJ00", 40.1, None, 9.0],
    ["20300", "MBG0095", "BU99900000", "2020JJ00", 50.1, None, 11.0],
    ["80200", "MW00000", "BU99900000", "2020JJ00", 30.1, 2.0, 9.0],
    ["20300", "MW00000", "BU88880000", "2020JJ00", 20.1, 3.0, 9.0],
]
TOPICS = [(key, "%") for key in KEYS[4:]]
EXPECTED = [
    ["eenzaam_18plus", "NL00", "land", "2020", 47.0, "schatting"],
    ["moeite_met_rondkomen_18plus", "NL00", "land", "2020", 13.9, "schatting"],
    ["eenzaam_18plus", "BU99900000", "buurt", "2020", 45.1, "schatting"],
    ["moeite_met_rondkomen_18plus", "BU99900000", "buurt", "2020", -1, "ontbreekt"],
]
COLUMNS = ["variabele", "gebiedscode", "niveau", "periode", "waarde", "status"]


def test_downloaded_table(tmp_path: Path) -> None:
    content = odata3("Gezondheid per wijk en buurt", TOPICS, [dict(zip(KEYS, row, strict=True)) for row in ROWS])
    seen = read_json(tmp_path, "rivm", content)
    assert seen[COLUMNS].fillna(-1).to_numpy().tolist() == EXPECTED


def test_bounds_go_with_their_estimate(tmp_path: Path) -> None:
    content = odata3("Gezondheid", TOPICS, [dict(zip(KEYS, row, strict=True)) for row in ROWS])
    seen = read_json(tmp_path, "rivm", content)
    found = seen[["gebiedscode", "variabele", "onder95", "boven95"]].fillna(-1).to_numpy().tolist()
    assert [row for row in found if row[2:] != [-1, -1]] == [["BU99900000", "eenzaam_18plus", 40.1, 50.1]]


@pytest.mark.parametrize(
    ("place", "changed", "message"),
    [
        (1, "MBG0095", "row 3, column 'Marges': found 'MOG0095', expected an estimate with both its bounds or without"),
        (
            2,
            "MW00000",
            "row 3, column 'Marges': found 'MW00000', expected one row for BU99900000 in 2020; row 2 is one",
        ),
        (3, "M000001", "row 2, column 'Marges': found 'MW00000', expected an estimate with both its bounds or without"),
    ],
)
def test_margins_that_do_not_go_together(tmp_path: Path, place: int, changed: str, message: str) -> None:
    rows = [dict(zip(KEYS, row, strict=True)) for row in ROWS]
    rows[place]["Marges"] = changed
    if place == 1:
        del rows[3]
    with pytest.raises(InputError) as caught:
        read_json(tmp_path, "rivm", odata3("Gezondheid", TOPICS, rows))
    assert message in str(caught.value)


@pytest.mark.parametrize(("place", "value"), [(2, 45.2), (3, 45.0), (2, None)])
def test_bound_on_the_wrong_side(tmp_path: Path, place: int, value: float | None) -> None:
    rows = [dict(zip(KEYS, row, strict=True)) for row in ROWS]
    rows[place]["Eenzaam_28"] = value
    with pytest.raises(InputError, match=rf"row {place + 1}, column 'Eenzaam_28': .*with the estimate, 45.1, or no"):
        read_json(tmp_path, "rivm", odata3("Gezondheid", TOPICS, rows))


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
    row = dict(zip(KEYS, ROWS[4], strict=True))
    with pytest.raises(InputError, match=r"expected estimates for 18 years and older .* of GM9990"):
        read_json(tmp_path, "rivm", odata3("Gezondheid", [("Eenzaam_28", "%")], [row]))
