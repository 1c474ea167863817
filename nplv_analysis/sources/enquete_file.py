"""A survey file as it was delivered: CSV, a workbook, or SPSS with its value labels and missing values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nplv_analysis.errors import InputError
from nplv_analysis.sources.cells import parse_cell
from nplv_analysis.sources.enquete_form import token
from nplv_analysis.sources.sheets import first_table, read_sheets
from nplv_analysis.sources.table import Row, Table, read_table

SPSS = (".sav", ".zsav")
#: Fewest people under a figure, and behind an answer that a message repeats.
LEAST_PERSONS = 10
#: What may stand in a message although one person gave it: a code says nothing without its label.
CODE = re.compile(r"(?:BU|WK|GM)?-?\d{1,8}(?:[.,]\d+)?")


@dataclass(frozen=True)
class Answers:
    """The columns of a survey file that are used, a row a person.

    Attributes
    ----------
    table : Table
        The cells as text; rows of SPSS are numbered as its data view does.
    decimal : {".", ","}
        The decimal mark.
    labels : mapping
        Label of each code, by column; SPSS only.
    missing : mapping
        What the file itself calls missing, by column: pairs of the lowest and highest number, or of a text and itself.
    """

    table: Table
    decimal: str
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, Sequence[tuple[Any, Any]]] = field(default_factory=dict)

    def column(self, name: str) -> list[str]:
        """Give the cells of a column, without spaces around them."""
        return [row.cells[name].strip() for row in self.table]

    def error(self, row: int, column: str, expected: str) -> InputError:
        """Make the error for one cell; what fewer than ``LEAST_PERSONS`` people have there is repeated only as code."""
        cells = self.column(column)
        text = next(row_.cells[column].strip() for row_ in self.table if row_.number == row)
        shown = CODE.fullmatch(text) or cells.count(text) >= LEAST_PERSONS
        return InputError(self.table.file, expected, row=row, column=column, value=text if shown and text else None)

    def number(self, text: str) -> float | None:
        """Read a cell as a number; None for anything else."""
        cell = parse_cell(text, self.decimal)
        return cell.value if cell is not None and cell.status == "waargenomen" else None

    def is_missing(self, column: str, text: str) -> bool:
        """Whether an answer is empty, or one that the file itself calls missing."""
        if not text.strip():
            return True
        for low, high in self.missing.get(column, ()):
            number = self.number(text)
            if text.strip() == low if isinstance(low, str) else number is not None and low <= number <= high:
                return True
        return False


def open_answers(path: Path, name: str, columns: Sequence[str]) -> Answers:
    """Open a survey file.

    Parameters
    ----------
    path : Path
        The file: delimited, ``.xlsx``, ``.sav`` or ``.zsav``.
    name : str
        Its name in messages, relative to ``data/raw``.
    columns : sequence of str
        The columns that are used; of the others of an SPSS file nothing is read.

    Returns
    -------
    Answers
        The cells, labels and missing values.

    Raises
    ------
    InputError
        For a file that does not open, is empty or lacks a column.
    """
    kind = path.suffix.lower()
    if kind in SPSS:
        return _spss(path, name, columns)
    table = first_table(read_sheets(path, name) if kind in (".xlsx", ".xlsm") else read_table(path, name), name)
    table.require(*columns)
    return Answers(table, table.decimal)


def _spss(path: Path, name: str, columns: Sequence[str]) -> Answers:
    try:
        import pyreadstat
    except ImportError:
        raise InputError(
            name, "the package pyreadstat, which reads SPSS: pip install nplv_analysis[spss]; or save the file as CSV"
        ) from None

    try:
        _, about = pyreadstat.read_sav(str(path), metadataonly=True)
        Table(name, tuple(about.column_names), ()).require(*columns)
        # What the file calls missing stays in, so that a record that counts such an answer can be told.
        frame, about = pyreadstat.read_sav(
            str(path), usecols=list(columns), user_missing=True, disable_datetime_conversion=True
        )
    except (pyreadstat.ReadstatError, UnicodeError) as error:
        raise InputError(name, f"an SPSS file that opens ({error})") from None
    if frame.empty:
        raise InputError(name, "rows with answers; there are none")
    cells = frame[list(columns)].map(_text).to_dict("records")
    rows = [Row(number, {str(name): text for name, text in row.items()}) for number, row in enumerate(cells, start=1)]
    labels, missing = about.variable_value_labels, about.missing_ranges
    return Answers(
        Table(name, tuple(about.column_names), tuple(rows)),
        ".",
        {column: {token(_text(code)): str(label) for code, label in labels[column].items()} for column in labels},
        {column: [_ends(part) for part in parts] for column, parts in missing.items()},
    )


def _ends(part: Any) -> tuple[Any, Any]:
    """Give the lowest and highest value of a range that the file calls missing; texts without spaces around them."""
    low, high = part["lo"], part["hi"]
    return (low.strip(), high.strip()) if isinstance(low, str) else (low, high)


def _text(value: object) -> str:
    """Write a number as people do: SPSS stores whole ones as broken ones."""
    if isinstance(value, float):
        return "" if np.isnan(value) else np.format_float_positional(value, trim="-")
    return "" if value is None else str(value).strip()
