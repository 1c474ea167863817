"""Reading a delimited file or a workbook as text, with the line numbers that error messages need."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from nplv_analysis.errors import InputError, did_you_mean, shown
from nplv_analysis.sources.cells import Cell, decimal_mark, is_unclear, parse_cell, shows_comma
from nplv_analysis.sources.limits import check_cells, lines_of, text_of

#: What a cell may hold and yet be empty.
_SPACES = "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())
#: What publishers write in place of a number, for messages.
SIGNS = ". x - <5 or nothing"


class Row:
    """One line of a table: its number in the file and its cells, by column name or in the order of the columns.

    A line of a delimited file stays one text until its cells are asked for: of a file on the country few are.
    """

    __slots__ = ("_cells", "_columns", "_separator", "number")

    def __init__(
        self, number: int, cells: dict[str, str] | Sequence[str], columns: tuple[str, ...] = (), separator: str = ""
    ) -> None:
        self.number, self._cells, self._columns, self._separator = number, cells, columns, separator

    @property
    def cells(self) -> dict[str, str]:
        """The cells by column name."""
        if not isinstance(self._cells, dict):
            self._cells = dict(zip(self._columns, self.texts, strict=True))
        return self._cells

    @property
    def texts(self) -> Iterable[str]:
        """The cells alone."""
        cells = self._cells
        if isinstance(cells, str):
            return cells.split(self._separator)
        return cells.values() if isinstance(cells, dict) else cells

    def text(self, column: str, place: int) -> str:
        """Give one cell, of which the place is known, without a look at the others."""
        cells = self._cells
        if isinstance(cells, str):
            return cells.split(self._separator, place + 1)[place]
        return cells[column] if isinstance(cells, dict) else cells[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and (self.number, self.cells) == (other.number, other.cells)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Table:
    """A file as text: its name for messages, its columns and its rows."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    #: The decimal mark, where it is known from elsewhere than these rows.
    mark: str | None = None

    @cached_property
    def decimal(self) -> str:
        """The decimal mark of this file."""
        if self.mark is not None:
            return self.mark
        return decimal_mark(text for row in self.rows for text in row.texts)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def column(self, name: str) -> list[str]:
        """Give the cells of one column."""
        place = self.columns.index(name)
        return [row.text(name, place) for row in self.rows]

    def require(self, *columns: str) -> None:
        """Raise InputError when a column is missing."""
        for column in columns:
            if column not in self.columns:
                hint = did_you_mean(column, self.columns)
                raise InputError(self.file, f"a column '{column}' in the header{hint}", row=1)

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
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        from nplv_analysis.sources.sheets import first_sheet

        return table_of(first_sheet(path, name), name)
    return _delimited(path, name)


def table_of(lines: Iterable[tuple[int, Sequence[str]]], name: str) -> Table:
    """Make a table of numbered lines, the first of which that is not empty is the header."""
    return _table(((number, cells, len(cells)) for number, cells in lines if any(cell.strip() for cell in cells)), name)


def _table(lines: Iterator[tuple[int, Sequence[str], int]], name: str, separator: str = "") -> Table:
    """Make a table of lines that are not empty: number, cells (or the text they stand in), and how many they are."""
    first, header, most = next(lines, (0, "", 0))
    if not first:
        raise InputError(name, "a header and rows; the file is empty")
    columns = tuple(c.strip() for c in (header.split(separator) if isinstance(header, str) else header))
    double = next((column for column, times in Counter(columns).items() if times > 1), None)
    if double is not None:
        raise InputError(name, "each column name once", row=first, column=double)
    rows = []
    for number, cells, width in lines:
        if width != most:
            raise InputError(name, f"{most} cells as in the header", row=number, value=f"{width} cells")
        rows.append(Row(number, cells, columns, separator))
    if not rows:
        raise InputError(name, "rows below the header; there are none")
    return Table(name, columns, tuple(rows))


def _delimited(path: Path, name: str) -> Table:
    """Read a delimited file; what is between quotes in its header is the name of a column, whatever signs are in it."""
    text = text_of(path, name)
    first = next((line for line in lines_of(text) if line.strip()), "")
    header = re.sub(r'"[^"]*"', "", first)
    separator = max(";,\t", key=header.count)
    return _table(_lines(text, name, separator), name, separator)


def _lines(text: str, name: str, separator: str) -> Iterator[tuple[int, Sequence[str], int]]:
    """Give the lines that are not empty, each with the number it begins on: a cell with quotes may hold several."""
    # A cell with quotes around it and no quote or separator in it.
    quoted = re.compile(rf'"(?<![^{separator}]")[^"{separator}]*"(?![^{separator}])')
    empty, longest = separator + _SPACES, csv.field_size_limit()
    cells: Sequence[str]
    filled: object
    number, widest, most, lines = 1, 0, 0, lines_of(text)
    for line in lines:
        taken, plain, hard = 1, line.rstrip("\r\n"), len(line) > longest
        if '"' in line:
            # Without quotes around cells the others stay, and with these the line is for the module that knows all.
            plain = quoted.sub(lambda cell: cell[0][1:-1], plain)
            hard = hard or '"' in plain
        if hard:
            reader = csv.reader(chain([line], lines), delimiter=separator, strict=True)
            try:
                cells = next(reader)
            except csv.Error as error:
                raise InputError(name, f"a well-formed delimited file ({error})", row=number) from None
            taken, width, filled = reader.line_num, len(cells), any(cell.strip() for cell in cells)
        else:
            cells, width, filled = plain, plain.count(separator) + 1, plain.strip(empty)
        begins, number = number, number + taken
        if width > widest or number > most:
            widest = max(widest, width)
            most = check_cells(name, number - 1, widest)
        if filled:
            yield begins, cells, width
