"""Figures as files: the same numbers for machines and for people."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from helpers import figures

import nplv_analysis.export as export
from nplv_analysis.analysis import Data
from nplv_analysis.areas import ITSELF
from nplv_analysis.export import COLUMNS, key_figures, write_atomically, write_csv, write_workbook
from nplv_analysis.indicators import NUMBERS

pytest_plugins = ["project_data"]


@pytest.fixture(scope="module")
def some(real_data: Data) -> pd.DataFrame:
    """The figures of two areas."""
    return real_data.figures[real_data.figures["gebied"].isin(["selwerd", "gemeente"])]


def test_key_figures_are_the_rows_about_areas_themselves(real_data: Data, some: pd.DataFrame) -> None:
    found = key_figures(some, real_data)
    assert list(found.columns) == list(COLUMNS)
    assert len(found) == (some["rol"] == ITSELF).sum()
    assert list(dict.fromkeys(found["gebied"])) == ["selwerd", "gemeente"]
    order = [i.id for i in real_data.catalogue.indicators]
    assert list(dict.fromkeys(found.loc[found["gebied"] == "selwerd", "indicator"])) == order


def test_every_figure_has_a_source_and_a_licence(real_data: Data) -> None:
    found = key_figures(real_data.figures, real_data)
    shown = found[["waarde", "ondergrens", "bovengrens", "genoemd", "waarde_cbs_wijk"]].notna().any(axis=1)
    assert shown.sum() > 1000
    assert (found.loc[shown, ["bron", "licentie"]] != "").all(axis=None)
    assert set(found["openbaar"]) == {"ja"}


def test_the_csv_reads_back_as_the_same_figures(real_data: Data, some: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "map" / "cijfers.csv"
    write_csv(some, real_data, path)
    raw = path.read_bytes()
    assert b"\r" not in raw and raw.decode("utf-8").startswith("gebied,gebied_naam,thema,")
    text = {name: str for name in COLUMNS if name not in export_numbers()}
    back = pd.read_csv(path, dtype=text, keep_default_na=False, na_values={n: [""] for n in export_numbers()})
    expected = key_figures(some, real_data)
    pd.testing.assert_frame_equal(back, expected, check_dtype=False)
    assert [p.name for p in path.parent.iterdir()] == ["cijfers.csv"]


def export_numbers() -> list[str]:
    """Columns of numbers."""
    numbers = {*NUMBERS, "verschil", "verschil_onder95", "verschil_boven95", "p_waarde", "q_waarde", "verandering"}
    return [name for name in COLUMNS if name in numbers]


def test_the_workbook_has_a_sheet_a_theme_the_sources_and_an_explanation(
    real_data: Data, some: pd.DataFrame, tmp_path: Path
) -> None:
    write_workbook(some, real_data, tmp_path / "cijfers.xlsx")
    book = openpyxl.load_workbook(tmp_path / "cijfers.xlsx")
    assert book.sheetnames == ["leerachterstand", "armoede", "veiligheid", "overig", "bronnen", "uitleg"]
    explained = {row[0]: row[1] for row in book["uitleg"].iter_rows(min_row=2, values_only=True)}
    assert explained == COLUMNS
    citations = {row[0] for row in book["bronnen"].iter_rows(min_row=2, values_only=True)}
    assert {r.citation for r in real_data.records} == citations
    for sheet in book:
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref


def test_the_same_figures_give_the_same_workbook(real_data: Data, some: pd.DataFrame, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_workbook(some, real_data, tmp_path / f"{name}.xlsx")
    a, b = (openpyxl.load_workbook(tmp_path / f"{name}.xlsx") for name in ("a", "b"))
    assert [[c.value for c in row] for s in a for row in s] == [[c.value for c in row] for s in b for row in s]
    assert a.properties.created == b.properties.created


@pytest.mark.parametrize("text", ["=1+1", "+31", "@wijk", "http://voorbeeld.example/x"])
def test_text_in_a_workbook_stays_text(town_data: Data, tmp_path: Path, text: str) -> None:
    row = figures({"gebied": "gemeente", "indicator": "moeite_rondkomen", "waarde": 5.0, "toelichting": text})
    write_workbook(row, town_data, tmp_path / "cijfers.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "cijfers.xlsx")["armoede"]
    names = [cell.value for cell in sheet[1]]
    cell = sheet[2][names.index("toelichting")]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_what_is_not_public_says_so(town_data: Data) -> None:
    row = figures({"gebied": "gemeente", "indicator": "moeite_rondkomen", "waarde": 5.0, "openbaar": False})
    assert list(key_figures(row, town_data)["openbaar"]) == ["nee"]


def test_a_file_with_periods_of_their_own_is_cited_by_period(town_data: Data) -> None:
    record = town_data.records[0]
    files = tuple(replace(record, citation=f"Bron, {year}", source="bedacht") for year in (2019, 2020))
    data = replace(town_data, records=files)
    row = figures({"gebied": "gemeente", "indicator": "moeite_rondkomen", "waarde": 5.0, "periode": "2020"})
    assert list(key_figures(row, data)["bron"]) == ["Bron, 2020"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cijfers.csv"
    write_atomically(path, b"oud")

    def fail(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:2])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, b"nieuw")
    monkeypatch.undo()
    assert path.read_bytes() == b"oud"
    assert [p.name for p in tmp_path.iterdir()] == ["cijfers.csv"]


def test_the_columns_of_the_csv_are_explained_in_dutch() -> None:
    assert all(meaning.strip() for meaning in export.COLUMNS.values())
    assert next(csv.reader([",".join(COLUMNS)])) == list(COLUMNS)
