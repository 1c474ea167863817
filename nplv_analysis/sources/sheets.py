"""Workbooks as text: those of publishers, with stylesheets that not every library takes, and filled templates alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nplv_analysis.errors import InputError, shown
from nplv_analysis.sources.cells import decimal_mark, is_unclear, number_text
from nplv_analysis.sources.table import Table, table_of
from nplv_analysis.sources.workbook_cells import SheetFacts
from nplv_analysis.sources.workbook_scan import look_through

#: A sheet: the number of each row and its cells.
Sheet = list[tuple[int, list[str]]]


def read_sheets(path: Path, name: str, *, first: bool = False) -> dict[str, Sheet]:
    """Read the sheets of a workbook that people see.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name in messages, relative to ``data/raw``.
    first : bool
        Whether only the first of them is wanted.

    Returns
    -------
    dict
        The rows by name of the sheet. Numbers get the decimal mark of the cells that hold numbers as text. A formula,
        an error or a percentage stands there as people see it, so it is no number; a cell merged with another says so.

    Raises
    ------
    InputError
        For a file that does not open as a workbook, or is larger than any real table. Of the first sheet alone also for
        a formula or merged cells in it.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    facts = {title: known for title, known in look_through(path, name).items() if not known.hidden}
    if not facts:
        raise InputError(name, "a sheet with cells that is not hidden")
    sheets = {}
    try:
        book = CalamineWorkbook.from_path(path)
        for title in list(facts)[: 1 if first else None]:
            if first:
                _check_plain(facts[title], f"{name}, sheet '{shown(title)}', cell")
            rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            sheets[title] = _sheet(rows, facts[title])
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(name, f"a workbook that opens ({shown(error)})") from None
    return sheets


def _check_plain(facts: SheetFacts, where: str) -> None:
    """A table that people fill in holds what they see: they can mend it, and notes are shown in reports."""
    if facts.formula:
        raise InputError(f"{where} {facts.formula}", "a value, not a formula; copy the sheet and paste it as values")
    if facts.merged:
        raise InputError(f"{where} {facts.merged}", "a value in each cell; these are merged into one")


def _sheet(rows: Sequence[Sequence[object]], facts: SheetFacts) -> Sheet:
    """Write the cells as text, with what stands in them but is no value."""
    mark = decimal_mark(cell for row in rows for cell in row if isinstance(cell, str))
    sheet = [(number, [_text(cell, mark) for cell in row]) for number, row in enumerate(rows, start=1)]
    for (row, column), text in facts.instead.items():
        if row <= len(sheet) and column <= len(sheet[row - 1][1]):
            sheet[row - 1][1][column - 1] = text
    return sheet


def _text(cell: object, mark: str) -> str:
    """Whole numbers are stored as broken ones in a workbook, but nobody sees a decimal mark in them."""
    if isinstance(cell, float):
        return number_text(cell, mark or ".")
    text = str(cell)
    # Beside real numbers, a text such as 1.234 could be read in two ways.
    return f"'{text}" if not mark and is_unclear(text) else text


def first_sheet(path: Path, name: str) -> Sheet:
    """Give the rows of the first sheet that people see, each as long as the first one that is not empty."""
    sheet = next(iter(read_sheets(path, name, first=True).values()))
    rows, width = [], 0
    for number, row in sheet:
        filled = max((place for place, cell in enumerate(row, start=1) if cell.strip()), default=0)
        width = width or filled
        rows.append((number, row[:filled] + [""] * (width - filled)))
    return rows


def first_table(delivered: dict[str, Sheet] | Table, name: str) -> Table:
    """Give the table of a delimited file, or that on the first sheet of a workbook."""
    return delivered if isinstance(delivered, Table) else sheet_table(next(iter(delivered.values())), name)


def sheet_table(sheet: Sheet, name: str) -> Table:
    """Make a table of a sheet, as wide as its first row that is not empty."""
    header: list[str] = next((cells for _, cells in sheet if any(cell.strip() for cell in cells)), [])
    width = max((place for place, cell in enumerate(header, start=1) if cell.strip()), default=0)
    return table_of([(number, cells[:width]) for number, cells in sheet], name)
