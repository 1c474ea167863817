"""One cell of a published table: a number, or one of the signs that publishers put in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

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
    "-99997,0": ("ontbreekt", NAN),
    "-99999999": ("ontbreekt", NAN),
    "-99999999.0": ("ontbreekt", NAN),
    "-99999999,0": ("ontbreekt", NAN),
}

#: A number as it may be written with each decimal mark; without one, so that it can be read in one way only.
_NUMBER = {
    ".": re.compile(r"-?[0-9]+(\.[0-9]+)?"),
    ",": re.compile(r"-?([0-9]+|[1-9][0-9]{0,2}(\.[0-9]{3})+)(,[0-9]+)?"),
    "": re.compile(r"-?(?![1-9][0-9]{0,2}\.[0-9]{3}$)[0-9]+(\.[0-9]+)?"),
}
#: A number of which nobody can tell whether its mark is decimal or for thousands: 1.234 or 1,234.
_UNCLEAR = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
#: Numbers that show the decimal mark, or the other mark for thousands.
_COMMA = re.compile(r"-?([0-9]+|[1-9][0-9]{0,2}(\.[0-9]{3})+),[0-9]+|-?[1-9][0-9]{0,2}(\.[0-9]{3}){2,}")
_POINT = re.compile(r"-?([0-9]+|[1-9][0-9]{0,2}(,[0-9]{3})+)\.[0-9]+|-?[1-9][0-9]{0,2}(,[0-9]{3}){2,}")
#: Fewer than two would be none, which publishers write as 0.
_FEWER_THAN = re.compile(r"<\s*([2-9]|[1-9][0-9]{1,5})")
#: From here on a computer cannot hold every whole number, and no figure comes near.
LARGEST = 1e15


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
    decimal : {".", ",", ""}
        The decimal mark of the file; empty where the file does not tell.

    Returns
    -------
    Cell or None
        None when the text is neither a number nor a known sign, or a number that can be read in two ways. ``<5`` gives
        the bounds 1 and 4: a publisher that suppresses writes 0 when there is nobody.
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
    value = float(text)
    return Cell(value, NAN, NAN, "waargenomen") if abs(value) < LARGEST else None


def decimal_mark(texts: Iterable[str]) -> str:
    """Tell which decimal mark a file uses.

    Parameters
    ----------
    texts : iterable of str
        All cells.

    Returns
    -------
    {".", ",", ""}
        A comma when any number shows one, or else a point; empty when all that the numbers show is a mark that could
        be for thousands as well, as in 1.234.
    """
    point = unclear = False
    for text in texts:
        # Most cells have no mark at all, which is quickly seen.
        if "," in text or ("." in text and not point):
            text = text.strip()
            if _UNCLEAR.fullmatch(text):
                unclear = True
            elif _COMMA.fullmatch(text):
                return ","
            elif _POINT.fullmatch(text):
                point = True
    return "" if unclear and not point else "."


def shows_comma(text: str) -> bool:
    """Tell whether a cell is a number that shows that a file has decimal commas."""
    return decimal_mark([text]) == ","


def is_unclear(text: str) -> bool:
    """Tell whether a cell is a number whose mark could be decimal or for thousands."""
    return bool(_UNCLEAR.fullmatch(text.strip()))


def number_text(value: float, mark: str = ".") -> str:
    """Write a number that a file holds as a number, so that it can be read in one way only."""
    text = np.format_float_positional(value, trim="-")
    return (f"{text}0" if is_unclear(text) else text).replace(".", mark)
