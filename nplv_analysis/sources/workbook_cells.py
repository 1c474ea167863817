"""The cells of one sheet of a workbook, looked through without keeping them: how many, and which are no values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from nplv_analysis.errors import InputError, shown
from nplv_analysis.sources.limits import CHARACTERS, MB, check_cells

#: Told of each element: its name and its attributes.
Start = Callable[[str, dict[str, str]], None]
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
#: More cells that are no plain values than any table of figures has; and what is kept of each.
_MOST_NOTED, _LONGEST_NOTED = 500_000, 200


class Parts(Protocol):
    """What reads the parts of a workbook."""

    name: str
    parser: Any

    def parse(self, part: str, start: Start) -> None:
        """Tell what is in a part."""


@dataclass
class SheetFacts:
    """What is known of a sheet without its values.

    Attributes
    ----------
    hidden : bool
        Whether people do not see it.
    formula : str
        The first cell with a formula; empty where there is none.
    instead : dict
        What stands in a cell, by row and column from 1, where the library gives nothing or another number: a formula,
        an error such as ``#N/A``, the percentage that people see, or what it was merged with.
    merged : str
        The first range of merged cells; empty where there is none.
    """

    hidden: bool = False
    formula: str = ""
    instead: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: str = ""


class Cells:
    """The cells of one sheet, as they come by."""

    def __init__(self, scan: Parts, title: str, facts: SheetFacts, percent: set[str], lengths: list[int]) -> None:
        self.scan, self.name, self.title = scan, scan.name, shown(title)
        self.facts, self.percent, self.lengths = facts, percent, lengths
        self.row = self.column = self.last_row = self.last_column = 0
        self.cell = self.kind = self.style = self.value = ""
        self.columns: dict[str, int] = {}
        self.texts = self.characters = self.noted = 0
        self.exact = False

    def read(self, part: str) -> None:
        """Read the sheet; to follow every text takes time, so that is done only where their number could matter."""
        self.scan.parse(part, self.start)
        if self.texts * max(self.lengths, default=0) > CHARACTERS:
            self.exact = True
            self.scan.parse(part, self.start)

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Take in the beginning of an element."""
        if ":" in tag:
            tag = local(tag)
        if tag == "c":
            self.column += 1
            if "r" in given:
                self.cell = given["r"]
                self.row, self.column = self.place(self.cell)
            self.kind, self.style = given.get("t", "n"), given.get("s", "0")
        elif tag == "v" or tag == "is":
            if self.row > self.last_row or self.column > self.last_column:
                self.last_row, self.last_column = max(self.row, self.last_row), max(self.column, self.last_column)
                check_cells(self.name, self.last_row, self.last_column, self.title)
            self.texts += self.kind == "s"
            if (
                self.kind == "e"
                or (self.exact and self.kind == "s")
                or (self.kind == "n" and self.style in self.percent)
            ):
                self.listen()
        elif tag == "row":
            self.row = int(given.get("r", self.row + 1))
            self.column = 0
        elif tag == "f":
            self.facts.formula = self.facts.formula or self.cell or f"in row {self.row}"
            self.kind = "f"
            self.listen("=")
        elif tag == "mergeCell":
            self.merge(given["ref"])

    def listen(self, begin: str = "") -> None:
        """Take in the text of this element."""
        self.value = begin
        self.scan.parser.CharacterDataHandler, self.scan.parser.EndElementHandler = self.text, self.end

    def text(self, characters: str) -> None:
        """Take in a part of a text."""
        self.value += characters

    def end(self, tag: str) -> None:
        """Take in the end of a text, and note what it means."""
        self.scan.parser.CharacterDataHandler = self.scan.parser.EndElementHandler = None
        if self.kind == "s":
            self.characters += self.lengths[int(self.value)]
            if self.characters > CHARACTERS:
                most = f"at most {CHARACTERS // MB} million characters on sheet '{self.title}'"
                raise InputError(self.name, most)
        elif self.kind in ("e", "f"):
            self.note(self.row, self.column, self.value)
        else:
            self.note(self.row, self.column, f"{100 * float(self.value):.10g}%")

    def merge(self, cells: str) -> None:
        """Note what the cells say that are hidden behind another; a range may be much larger than the table."""
        first, _, last = cells.partition(":")
        (top, left), (bottom, right) = self.place(first), self.place(last or first)
        for row in range(top, min(bottom, self.last_row) + 1):
            for column in range(left, min(right, self.last_column) + 1):
                if (row, column) != (top, left):
                    self.note(row, column, f"(merged: {cells})")
                    self.facts.merged = self.facts.merged or cells

    def note(self, row: int, column: int, text: str) -> None:
        """Keep what stands in a cell that is no plain value."""
        self.noted += 1
        if self.noted > _MOST_NOTED:
            most = (
                f"at most {_MOST_NOTED} cells on sheet '{self.title}' with a formula, an error, a percentage or merged"
            )
            raise InputError(self.name, most)
        self.facts.instead[row, column] = text[:_LONGEST_NOTED]

    def place(self, cell: str) -> tuple[int, int]:
        """Give row and column of a cell such as ``B3``."""
        found = _CELL.fullmatch(cell)
        if not found:
            raise ValueError(cell)
        letters = found[1]
        if letters not in self.columns:
            self.columns[letters] = 0
            for letter in letters:
                self.columns[letters] = 26 * self.columns[letters] + ord(letter) - 64
        return int(found[2]), self.columns[letters]


def local(tag: str) -> str:
    """Give the name of an element without what stands for its namespace."""
    return tag.rpartition(":")[2]
