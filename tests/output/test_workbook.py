"""The workbook for people: the cells of the CSV, shown as an analyst likes them."""

from __future__ import annotations

import csv
import time
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from helpers import figures
from openpyxl.workbook import Workbook

from nplv_analysis.data import Data
from nplv_analysis.output.export import COLUMNS, NUMBERS, YEAR, write_csv
from nplv_analysis.output.workbook import INTERNAL, number_format, write_workbook

pytest_plugins = ["project_data"]

THEMES = ["Armoede", "Veiligheid", "Onderwijssegregatie", "Overig"]
KEY = ("gebied", "indicator", "reeks", "periode")


@pytest.fixture(scope="module")
def written(town_data: Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the figures of the fictional town as CSV and as workbook."""
    folder = tmp_path_factory.mktemp("werkmap")
    write_csv(town_data.figures, town_data, folder / "kerncijfers.csv")
    write_workbook(town_data.figures, town_data, folder / "kerncijfers.xlsx")
    return folder


@pytest.fixture(scope="module")
def book(written: Path) -> Workbook:
    """The workbook as openpyxl reads it."""
    return openpyxl.load_workbook(written / "kerncijfers.xlsx")


def one(data: Data, path: Path, **other: Any) -> Workbook:
    """Write a workbook of one made-up figure."""
    row = {"gebied": "gemeente", "indicator": "moeite_rondkomen", "waarde": 5.0}
    write_workbook(figures(row | other), data, path)
    return openpyxl.load_workbook(path)


def cell_of(book: Workbook, column: str, sheet: str = "Armoede") -> Any:
    """Give the cell of the first figure in a column."""
    names = [cell.value for cell in book[sheet][1]]
    return book[sheet][2][names.index(column)]


def test_sheets_have_readable_names_and_the_first_says_what_is_where(book: Workbook) -> None:
    assert sorted(book.sheetnames[1:-2]) == sorted(THEMES)
    assert (book.sheetnames[0], book.sheetnames[-2:]) == ("Lees mij", ["Bronnen", "Uitleg"])
    front = [[cell for cell in row if cell is not None] for row in book["Lees mij"].iter_rows(values_only=True)]
    assert front[0] == ["Kerncijfers van de monitor Voorbeeldstad-Noord"]
    start = front.index(["Blad", "Wat er staat", "Regels"]) + 1
    listed = {row[0]: row[2] for row in front[start : start + len(book.sheetnames) - 1]}
    assert listed == {name: book[name].max_row - 1 for name in book.sheetnames[1:]}


def test_the_first_sheet_warns_for_figures_that_are_not_public(town_data: Data, tmp_path: Path) -> None:
    for public, warned in ((True, 0), (False, 1)):
        front = one(town_data, tmp_path / "een.xlsx", openbaar=public)["Lees mij"]
        assert [cell.value for cell in front["A"]].count(INTERNAL) == warned


def test_every_cell_is_that_of_the_csv(written: Path, book: Workbook) -> None:
    with (written / "kerncijfers.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    found = {}
    for theme in THEMES:
        head, *rows = book[theme].iter_rows(values_only=True)
        assert set(head) == set(COLUMNS) - {"thema"}
        for row in rows:
            cells = {"thema": theme.lower(), **dict(zip(head, row, strict=True))}
            found[tuple(cells[name] or "" for name in KEY)] = cells
    assert len(found) == len(expected) > 300
    for row in expected:
        cells = found[tuple(row[name] for name in KEY)]
        for name, text in row.items():
            if name in (*NUMBERS, YEAR) and text:
                # Not about: exactly, to the last digit.
                assert cells[name] == float(text), (name, row)
            else:
                assert cells[name] == (text or None), (name, row)


def test_the_header_stays_in_sight_wraps_and_has_a_filter(book: Workbook) -> None:
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == ("C2" if sheet.title in THEMES else "A2")
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(cell.alignment.wrap_text and cell.font.bold for cell in sheet[1])
        # Neighbours of one width share an entry.
        widths = {n: d.width for d in sheet.column_dimensions.values() for n in range(d.min, d.max + 1)}
        assert all(widths[cell.column] > len(cell.value) for cell in sheet[1])
    for theme in THEMES:
        head = [cell.value for cell in book[theme][1]]
        assert head[:4] == ["gebied_naam", "indicator_naam", "periode", "jaar"]
        assert head[-2:] == ["gebied", "indicator"]


def test_a_period_that_looks_like_a_number_is_text_without_a_warning(written: Path, book: Workbook) -> None:
    assert cell_of(book, "periode").data_type == "s"
    with zipfile.ZipFile(written / "kerncijfers.xlsx") as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert sum('numberStoredAsText="1"' in sheet for sheet in sheets) == len(sheets) - 1


@pytest.mark.parametrize(
    ("column", "value", "decimals", "expected"),
    [
        ("waarde", 22.9, 1, "#,##0.0"),
        ("waarde", 12.0, 0, "#,##0"),
        ("verandering", -0.1, 2, "#,##0.00"),
        ("onder95", 22.9, 1, "#,##0.00"),
        ("bovengrens", 20.0, 0, "#,##0.0"),
        ("teller", 1234.0, 1, "#,##0"),
        ("genoemd", 40.0, 1, "#,##0"),
        ("n_effectief", 0.5, 0, "#,##0.0#"),
        ("p_waarde", 0.04, 0, '[<0.001]"<0,001";0.000'),
        ("jaar", 2022.0, 1, "0"),
    ],
)
def test_numbers_are_shown_by_their_column(column: str, value: float, decimals: int, expected: str) -> None:
    assert number_format(column, value, decimals) == expected


def test_cells_have_the_number_format_of_their_indicator(town_data: Data, tmp_path: Path) -> None:
    (decimals,) = [i.decimals for i in town_data.catalogue.indicators if i.id == "moeite_rondkomen"]
    book = one(town_data, tmp_path / "een.xlsx", waarde=100 / 3, noemer=300.0)
    cell = cell_of(book, "waarde")
    assert cell.number_format == number_format("waarde", cell.value, decimals) == "#,##0.0"
    assert cell.value == 33.3333333333
    assert (cell_of(book, "noemer").number_format, cell_of(book, "jaar").number_format) == ("#,##0", "0")
    assert cell_of(book, "n").value is None


@pytest.mark.parametrize("text", ["=1+1", "+31", "-1+1", "@wijk", "http://voorbeeld.example/x", "mailto:x", "2020"])
def test_text_stays_text(town_data: Data, tmp_path: Path, text: str) -> None:
    cell = cell_of(one(town_data, tmp_path / "een.xlsx", toelichting=text), "toelichting")
    assert (str(cell.value).removeprefix("'"), cell.data_type, cell.hyperlink) == (text, "s", None)
    sign = cell_of(one(town_data, tmp_path / "een.xlsx"), "teken")
    assert (sign.value, sign.data_type) == ("=", "s")


def test_sources_and_columns_are_explained(town_data: Data, book: Workbook) -> None:
    explained = {row[0]: row[1] for row in book["Uitleg"].iter_rows(min_row=2, values_only=True)}
    assert explained == COLUMNS
    names = [cell.value for cell in book["Bronnen"][1]]
    sources = [dict(zip(names, row, strict=True)) for row in book["Bronnen"].iter_rows(min_row=2, values_only=True)]
    assert {r.citation for r in town_data.records} == {source["bron"] for source in sources}
    # The checksum of a confidential file would let somebody test guesses.
    assert {source["openbaar"]: bool(source["sha256"]) for source in sources} == {"ja": True, "nee": False}


def test_the_same_figures_give_the_same_bytes(
    town_data: Data, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 2e9)
    write_workbook(town_data.figures, town_data, tmp_path / "kerncijfers.xlsx")
    again = (tmp_path / "kerncijfers.xlsx").read_bytes()
    assert again == (written / "kerncijfers.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "kerncijfers.xlsx") as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
    assert openpyxl.load_workbook(tmp_path / "kerncijfers.xlsx").properties.created == datetime(2000, 1, 1)


def test_a_workbook_without_figures_still_says_what_it_is(town_data: Data, tmp_path: Path) -> None:
    nothing: pd.DataFrame = town_data.figures.iloc[:0]
    write_workbook(nothing, town_data, tmp_path / "leeg.xlsx")
    assert openpyxl.load_workbook(tmp_path / "leeg.xlsx").sheetnames == ["Lees mij", "Bronnen", "Uitleg"]
