"""Reading a delimited file or a workbook as text, with the line numbers that error messages need."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.sources.cells import Cell, decimal_mark, parse_cell


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
        return decimal_mark([text for row in self.rows for text in row.cells.values()])

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
            mark = "decimal comma" if self.decimal == "," else "decimal point"
            raise self.error(row, column, f"a number with a {mark}, or one of the signs . x - <5 or nothing")
        return cell

    def year(self, row: Row, column: str) -> str:
        """Read one cell as a year; CBS period codes for whole years (``2020JJ00``) are years too."""
        text = row.cells[column].strip()
        text = text.removesuffix("JJ00")
        if not (text.isdigit() and len(text) == 4):
            raise self.error(row, column, "a year such as 2020 or 2020JJ00")
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
    for column in columns:
        if columns.count(column) > 1:
            raise InputError(name, "each column name once", row=numbered[0][0], column=column)
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
    text = _decode(path.read_bytes(), name)
    first = next(line for line in text.splitlines() if line.strip())
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(name, f"a well-formed delimited file ({error})", row=line) from None
    return rows


def _workbook(path: Path, name: str) -> list[tuple[int, list[str]]]:
    """Give the rows of the first sheet, each as long as the first one that is not empty."""
    import zipfile
    import zlib
    from xml.etree.ElementTree import ParseError

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            values = [[_value(cell) for cell in row] for row in book.worksheets[0].iter_rows()]
    except (zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, LookupError, ValueError) as error:
        raise InputError(name, f"a workbook that opens ({error})") from None
    # Numbers have no decimal mark in a workbook; they get the one of the cells that hold numbers as text.
    mark = decimal_mark([cell for row in values for cell in row if isinstance(cell, str)])
    rows, width = [], 0
    for number, row in enumerate(values, start=1):
        cells = [_cell_text(cell, mark) for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        width = width or len(cells)
        rows.append((number, cells + [""] * (width - len(cells))))
    return rows


def _value(cell: Any) -> object:
    """Give what a reader sees: a number in a percent format is stored as its hundredth part."""
    if isinstance(cell.value, int | float) and "%" in (cell.number_format or ""):
        return f"{100 * cell.value:g}%"
    return cell.value


def _cell_text(cell: object, mark: str) -> str:
    if cell is None:
        return ""
    return np.format_float_positional(cell, trim="0").replace(".", mark) if isinstance(cell, float) else str(cell)
