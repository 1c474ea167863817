"""Reading a delimited file or a workbook as text, with the line numbers that error messages need."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nplv_analysis.errors import InputError, did_you_mean, shown
from nplv_analysis.sources.cells import Cell, decimal_mark, is_unclear, parse_cell, shows_comma
from nplv_analysis.sources.limits import TEXT, check_cells, content_of

_LINE_END = re.compile(r"\r\n?|\n")
#: How zip files, and with that workbooks, and gzip files begin.
_PACKED = (b"PK\x03\x04", b"\x1f\x8b")


#: What publishers write in place of a number, for messages.
SIGNS = ". x - <5 or nothing"


@dataclass(frozen=True)
class Row:
    """One line of a table: its number in the file and its cells by column name."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A file as text: its name for messages, its columns and its rows."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @cached_property
    def decimal(self) -> str:
        """The decimal mark of this file."""
        return decimal_mark(text for row in self.rows for text in row.cells.values())

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def require(self, *columns: str) -> None:
        """Raise InputError when a column is missing."""
        for column in columns:
            if column not in self.columns:
                raise InputError(
                    self.file,
                    f"a column '{column}' in the header{did_you_mean(column, self.columns)}",
                    row=1,
                )

    def error(self, row: Row, column: str, expected: str) -> InputError:
        """Make the error for one cell."""
        return InputError(self.file, expected, row=row.number, column=column, value=row.cells[column].strip())

    def number(self, row: Row, column: str) -> Cell:
        """Read one cell as a number or a sign."""
        cell = parse_cell(row.cells[column], self.decimal)
        if cell is None:
            raise self.error(row, column, f"{self._number_expected(row.cells[column])}, or one of the signs {SIGNS}")
        return cell

    def _number_expected(self, text: str) -> str:
        if not self.decimal and is_unclear(text):
            return (
                "a number that can be read in one way, such as 1234 or 1.2340 (nothing here tells what the mark means)"
            )
        if self.decimal != ",":
            return "a number with a decimal point"
        # The cell with the comma may well be the one that is wrong.
        cells = ((row.number, *cell) for row in self.rows for cell in row.cells.items())
        where = next((f" (row {row}, column '{shown(name)}' has one)" for row, name, t in cells if shows_comma(t)), "")
        return f"a number with a decimal comma{where}"

    def year(self, row: Row, column: str) -> str:
        """Read one cell as a year; CBS period codes for whole years (``2020JJ00``) are years too."""
        text = row.cells[column].strip()
        text = text.removesuffix("JJ00")
        if not re.fullmatch(r"[0-9]{4}", text):
            raise self.error(row, column, "a year such as 2020 or 2020JJ00")
        return text

    def period(self, row: Row, column: str) -> str:
        """Read one cell as a period in the words of the source; what a spreadsheet made a date of is none."""
        text = row.cells[column].strip()
        if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{4}|[=+@-]", text):
            raise self.error(row, column, "a year or a school year, not a date or a formula")
        return text


def observation(
    table: Table,
    row: Row,
    column: str,
    *,
    variable: str,
    code: str,
    level: str,
    period: str,
    unit: str,
    note: str = "",
    **more: Any,
) -> dict[str, Any]:
    """Make one observation from one cell; ``more`` overrides or adds fields of the contract."""
    cell = table.number(row, column)
    return {
        "variabele": variable,
        "gebiedscode": code,
        "niveau": level,
        "periode": period,
        "waarde": cell.value,
        "onder": cell.low,
        "boven": cell.high,
        "genoemd": float("nan"),
        "teken": "<" if cell.status == "onderdrukt" else "=",
        "status": cell.status,
        "eenheid": unit,
        "postcode": "",
        "buurt": "",
        "opmerking": note,
        "rij": row.number,
        "kolom": column,
        **more,
    }


def level_of(code: str) -> str:
    """Tell the level of a CBS code from its first two letters."""
    return {"BU": "buurt", "WK": "wijk", "GM": "gemeente", "NL": "land"}.get(code[:2], "onbekend")


def region(table: Table, row: Row, column: str) -> tuple[str, str]:
    """Read a CBS code and its level; codes are padded with spaces at the source."""
    code = row.cells[column].strip()
    level = level_of(code)
    if level == "onbekend":
        raise table.error(row, column, "a CBS code that begins with BU, WK, GM or NL")
    return code, level


def long_observations(table: Table, measure: Callable[[Row], tuple[str, str]]) -> list[dict[str, Any]]:
    """Read a long table with columns year, area_code, variable and value.

    Parameters
    ----------
    table : Table
        The table.
    measure : callable
        Gives our variable and its unit for a row, or raises InputError.

    Returns
    -------
    list of dict
        One observation a row.
    """
    table.require("year", "area_code", "variable", "value")
    found = []
    for row in table:
        variable, unit = measure(row)
        code, level = region(table, row, "area_code")
        period = table.year(row, "year")
        found.append(
            observation(table, row, "value", variable=variable, code=code, level=level, period=period, unit=unit)
        )
    return found


def read_table(path: Path, name: str) -> Table:
    """Read a CSV (comma, semicolon or tab) or an XLSX workbook as text.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name in messages, relative to ``data/raw``.

    Returns
    -------
    Table
        The cells as text, with line numbers.

    Raises
    ------
    InputError
        For an empty file, an unknown encoding, a double column name, or a line with too few or too many cells.
    """
    lines = _workbook(path, name) if path.suffix.lower() in (".xlsx", ".xlsm") else _delimited(path, name)
    return table_of(lines, name)


def table_of(lines: list[tuple[int, list[str]]], name: str) -> Table:
    """Make a table of numbered lines, the first of which that is not empty is the header."""
    numbered = [(number, cells) for number, cells in lines if any(c.strip() for c in cells)]
    if not numbered:
        raise InputError(name, "a header and rows; the file is empty")
    _, header = numbered[0]
    columns = [c.strip() for c in header]
    double = next((column for column, times in Counter(columns).items() if times > 1), None)
    if double is not None:
        raise InputError(name, "each column name once", row=numbered[0][0], column=double)
    if len(numbered) == 1:
        raise InputError(name, "rows below the header; there are none")
    rows = []
    for number, cells in numbered[1:]:
        if len(cells) != len(columns):
            raise InputError(
                name,
                f"{len(columns)} cells as in the header",
                row=number,
                value=f"{len(cells)} cells",
            )
        rows.append(Row(number, dict(zip(columns, cells, strict=True))))
    return Table(name, tuple(columns), tuple(rows))


def _decode(data: bytes, name: str) -> str:
    if not data.strip():
        raise InputError(name, "a header and rows; the file is empty")
    if data.startswith(_PACKED):
        raise InputError(name, "a table; this file is packed (zip or gzip), so unpack it first")
    if b"\x00" in data:
        raise InputError(name, "text in UTF-8 or Windows-1252 (this looks like UTF-16 or a binary file)")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            # Some publishers write the mark of UTF-8 as three letters of Windows-1252.
            return data.decode(encoding).removeprefix("ï»¿")
        except UnicodeDecodeError:
            continue
    raise InputError(name, "text in UTF-8 or Windows-1252; save it again as 'CSV UTF-8'")


def _delimited(path: Path, name: str) -> list[tuple[int, list[str]]]:
    """Give the rows with the line each begins on; a cell between quotes may go on over several lines."""
    text = _decode(content_of(path, name, TEXT), name)
    first = next((line for line in _lines(text) if line.strip()), "")
    # What stands between quotes is the name of a column, whatever signs are in it.
    header = re.sub(r'"[^"]*"', "", first)
    separator = max(";,\t", key=header.count)
    reader = csv.reader(_lines(text), delimiter=separator, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line, widest = 1, 0
    try:
        for cells in reader:
            if cells:
                rows.append((line, cells))
            line = reader.line_num + 1
            widest = max(widest, len(cells))
            check_cells(name, reader.line_num, widest)
    except csv.Error as error:
        raise InputError(name, f"a well-formed delimited file ({error})", row=line) from None
    return rows


def _lines(text: str) -> Iterator[str]:
    """Give the lines one by one, without a copy of the whole; no other sign than a line end begins a new one."""
    start = 0
    for end in _LINE_END.finditer(text):
        yield text[start : end.end()]
        start = end.end()
    if start < len(text):
        yield text[start:]


def _workbook(path: Path, name: str) -> list[tuple[int, list[str]]]:
    """Give the rows of the first sheet that people see, each as long as the first one that is not empty."""
    from nplv_analysis.sources.sheets import read_sheets

    sheet = next(iter(read_sheets(path, name, first=True).values()))
    rows, width = [], 0
    for number, row in sheet:
        filled = max((place for place, cell in enumerate(row, start=1) if cell.strip()), default=0)
        width = width or filled
        rows.append((number, row[:filled] + [""] * (width - filled)))
    return rows
