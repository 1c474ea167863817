"""Workbooks of publishers as text: large ones, and ones with a stylesheet that other libraries refuse."""

from __future__ import annotations

from pathlib import Path

from nplv_analysis.errors import InputError
from nplv_analysis.sources.cells import decimal_mark
from nplv_analysis.sources.table import Table, table_of

#: A sheet: the number of each row and its cells.
Sheet = list[tuple[int, list[str]]]


def read_sheets(path: Path, name: str) -> dict[str, Sheet]:
    """Read all sheets of a workbook.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name in messages, relative to ``data/raw``.

    Returns
    -------
    dict
        The rows by name of the sheet. Numbers get the decimal mark of the cells that hold numbers as text.

    Raises
    ------
    InputError
        For a file that does not open as a workbook.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        found = {title: book.get_sheet_by_name(title).to_python(skip_empty_area=False) for title in book.sheet_names}
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(name, f"a workbook that opens ({error})") from None
    sheets = {}
    for title, rows in found.items():
        mark = decimal_mark([cell for row in rows for cell in row if isinstance(cell, str)])
        sheets[title] = [(number, [_text(cell, mark) for cell in row]) for number, row in enumerate(rows, start=1)]
    return sheets


def _text(cell: object, mark: str) -> str:
    """Whole numbers are stored as broken ones in a workbook, but nobody sees a decimal mark in them."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", mark)
    return str(cell)


def first_table(delivered: dict[str, Sheet] | Table, name: str) -> Table:
    """Give the table of a delimited file, or that on the first sheet of a workbook."""
    return delivered if isinstance(delivered, Table) else sheet_table(next(iter(delivered.values())), name)


def sheet_table(sheet: Sheet, name: str) -> Table:
    """Make a table of a sheet, as wide as its first row that is not empty."""
    header: list[str] = next((cells for _, cells in sheet if any(cell.strip() for cell in cells)), [])
    width = max((place for place, cell in enumerate(header, start=1) if cell.strip()), default=0)
    return table_of([(number, cells[:width]) for number, cells in sheet], name)
