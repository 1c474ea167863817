"""One cell of a published table: a number, or one of the signs that publishers put in its place."""

from __future__ import annotations

import re
from typing import NamedTuple

NAN = float("nan")

#: Cell text that is not a number: its status and, for nil, its value. CBS Statline's own legend
#: (".", "x", "-", blank) and the codes of the CBS map files (-99997 missing, -99999999 not possible), which stand
#: there as whole numbers or as decimal ones.
SIGNS: dict[str, tuple[str, float]] = {
    "": ("ontbreekt", NAN),
    ".": ("ontbreekt", NAN),
    "x": ("geheim", NAN),
    "-": ("nihil", 0.0),
    "-99997": ("ontbreekt", NAN),
    "-99997.0": ("ontbreekt", NAN),
    "-99999999": ("ontbreekt", NAN),
    "-99999999.0": ("ontbreekt", NAN),
}

_NUMBER = {
    ".": re.compile(r"-?\d+(\.\d+)?"),
    ",": re.compile(r"-?(\d+|[1-9]\d{0,2}(\.\d{3})+)(,\d+)?"),
}
_FEWER_THAN = re.compile(r"<\s*(\d+)")


class Cell(NamedTuple):
    """What one cell says: the value where it is exact, else its bounds, and the status."""

    value: float
    low: float
    high: float
    status: str


def parse_cell(text: str, decimal: str = ".") -> Cell | None:
    """Read one cell.

    Parameters
    ----------
    text : str
        The cell as it stands in the file; spaces around it do not count.
    decimal : {".", ","}
        The decimal mark of the file.

    Returns
    -------
    Cell or None
        None when the text is neither a number nor a known sign. ``<5`` gives the bounds 1 and 4: a publisher that
        suppresses writes 0 when there is nobody.
    """
    text = text.strip()
    if text.lower() in SIGNS:
        status, value = SIGNS[text.lower()]
        return Cell(value, NAN, NAN, status)
    fewer = _FEWER_THAN.fullmatch(text)
    if fewer:
        return Cell(NAN, 1.0, float(fewer[1]) - 1, "onderdrukt")
    if not _NUMBER[decimal].fullmatch(text):
        return None
    if decimal == ",":
        text = text.replace(".", "").replace(",", ".")
    return Cell(float(text), NAN, NAN, "waargenomen")


def decimal_mark(texts: list[str]) -> str:
    """Tell which decimal mark a file uses: a comma when any cell has a number with one, else a point."""
    # Most cells of a large table have no comma at all, which is quickly seen.
    return "," if any("," in text and re.fullmatch(r"-?[\d.]*\d,\d+", text.strip()) for text in texts) else "."
