"""The same table comes out of every encoding, separator and format; what cannot be read gives one clear error."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nplv_analysis.errors import InputError
from nplv_analysis.sources.table import Row, Table, read_table, region

DATA = Path(__file__).resolve().parents[1] / "data"
TEXT = "gebied,naam,waarde\nBU99900000,Coëvortje,12.5\nBU99900100,Café,<5\n"


def read_bytes(tmp_path: Path, content: bytes) -> Table:
    """Write a file and read it."""
    (tmp_path / "file.csv").write_bytes(content)
    return read_table(tmp_path / "file.csv", "bron/file.csv")


def write_workbook(path: Path, rows: list[list[object]]) -> Path:
    """Write rows to the first sheet of a workbook."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encoding(tmp_path: Path, encoding: str) -> None:
    table = read_bytes(tmp_path, TEXT.encode(encoding))
    assert table.columns == ("gebied", "naam", "waarde")
    assert [row.cells["naam"] for row in table] == ["Coëvortje", "Café"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_separator_and_line_end(tmp_path: Path, separator: str, line_end: str) -> None:
    content = TEXT.replace(",", separator).replace("\n", line_end)
    assert read_bytes(tmp_path, content.encode()) == read_bytes(tmp_path, TEXT.encode())


def test_semicolons_with_decimal_commas(tmp_path: Path) -> None:
    table = read_bytes(tmp_path, b"gebied;waarde\nBU99900000;12,5\n")
    assert table.number(table.rows[0], "waarde").value == 12.5


def test_workbook_gives_the_table_of_the_csv(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["gebied", "naam", "waarde"],
        ["BU99900000", "Coëvortje", 12.5],
        ["BU99900100", "Café", "<5"],
    ]
    book = read_table(write_workbook(tmp_path / "file.xlsx", rows), "bron/file.csv")
    assert book == read_bytes(tmp_path, TEXT.encode())


def test_workbook_with_numbers_as_text_and_as_numbers(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "file.xlsx", [["a", "b"], ["1,5", 12.345], ["1.000", 2000]])
    table = read_table(path, "file.xlsx")
    found = [table.number(row, column).value for row in table for column in "ab"]
    assert found == [1.5, 12.345, 1000, 2000]


def test_workbook_row_numbers_count_empty_rows(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "file.xlsx", [["a", "b"], [1, 2], [], [3, None]])
    assert read_table(path, "file.xlsx").rows == (Row(2, {"a": "1", "b": "2"}), Row(4, {"a": "3", "b": ""}))


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        ("a,b\n1,2\n3,4\n", [2, 3]),
        ("a,b\n1,2\n\n,\n3,4\n", [2, 5]),
        ("\n\na,b\n1,2\n", [4]),
        ('a,b\n"one\nand two",2\n3,4\n', [2, 4]),
    ],
    ids=["plain", "empty lines between", "empty lines first", "cell over two lines"],
)
def test_row_numbers_are_lines_of_the_file(tmp_path: Path, content: str, numbers: list[int]) -> None:
    assert [row.number for row in read_bytes(tmp_path, content.encode())] == numbers


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet='ab;"\n\r ', max_size=24))
def test_lines_are_cut_as_the_csv_module_cuts_them(tmp_path: Path, text: str) -> None:
    content = f"a;b\n{text}"
    cells: list[list[str]] = []
    # The first fault is told: a line that is too short or too long, or where the module stops.
    wrong = ""
    lines = csv.reader(io.StringIO(content, newline=""), delimiter=";", strict=True)
    try:
        # Lines without anything in them are left out.
        for line in (line for line in lines if any(cell.strip() for cell in line)):
            cells.append(line)
            if len(line) != 2:
                wrong = f"found '{len(line)} cells', expected 2 cells as in the header"
                break
    except csv.Error as error:
        wrong = f"a well-formed delimited file ({error})"
    if wrong or len(cells) == 1:
        with pytest.raises(InputError, match=re.escape(wrong or "rows below the header; there are none")):
            read_bytes(tmp_path, content.encode())
        return
    table = read_bytes(tmp_path, content.encode())
    assert table.column("b") == [b for _, b in cells[1:]]
    assert [list(row.cells.values()) for row in table] == cells[1:]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("empty.csv", "empty.csv: expected a header and rows; the file is empty"),
        ("blank_lines_only.csv", "blank_lines_only.csv: expected a header and rows; the file is empty"),
        ("header_only.csv", "header_only.csv: expected rows below the header; there are none"),
        ("ragged_row.csv", "ragged_row.csv, row 3: found '2 cells', expected 3 cells as in the header"),
        ("duplicate_column.csv", "duplicate_column.csv, row 1, column 'waarde': expected each column name once"),
        ("utf16.csv", "utf16.csv: expected text in UTF-8 or Windows-1252 (this looks like UTF-16"),
        ("no_known_encoding.csv", "no_known_encoding.csv: expected text in UTF-8 or Windows-1252; save it again"),
        ("open_quote.csv", "open_quote.csv, row 3: expected a well-formed delimited file"),
        ("not_a_workbook.xlsx", "not_a_workbook.xlsx: expected a workbook that opens"),
        ("broken_sheet.xlsx", "broken_sheet.xlsx: expected a workbook that opens"),
    ],
)
def test_file_that_cannot_be_read(file: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_table(DATA / file, file)
    assert str(caught.value).startswith(message)


@pytest.fixture
def small() -> Table:
    """A table of one row, on line 7 of its file."""
    cells = {"gebied": "BU99900000  ", "jaar": "2020JJ00", "waarde": " veel ", "naam": "Oost"}
    return Table("file.csv", tuple(cells), (Row(7, cells),))


def test_missing_column_gets_a_suggestion(small: Table) -> None:
    with pytest.raises(InputError, match=r"file.csv, row 1: expected a column 'waarden' .*did you mean waarde"):
        small.require("gebied", "waarden")


def test_text_in_a_number_names_file_row_column_and_value(small: Table) -> None:
    with pytest.raises(InputError) as caught:
        small.number(small.rows[0], "waarde")
    error = caught.value
    assert (error.file, error.row, error.column, error.value) == ("file.csv", 7, "waarde", "veel")
    assert "a number with a decimal point" in error.expected


def test_year_from_a_period_code(small: Table) -> None:
    assert small.year(small.rows[0], "jaar") == "2020"


def test_no_year(small: Table) -> None:
    with pytest.raises(InputError, match="column 'naam': found 'Oost', expected a year"):
        small.year(small.rows[0], "naam")


@pytest.mark.parametrize(
    ("code", "level"),
    [("BU99900000  ", "buurt"), ("WK999000", "wijk"), ("GM9990    ", "gemeente"), ("NL00", "land")],
)
def test_region_code_without_its_padding(code: str, level: str) -> None:
    row = Row(2, {"code": code})
    assert region(Table("file.csv", ("code",), (row,)), row, "code") == (code.strip(), level)


def test_no_region_code(small: Table) -> None:
    with pytest.raises(InputError, match="row 7, column 'naam': found 'Oost', expected a CBS code"):
        region(small, small.rows[0], "naam")
