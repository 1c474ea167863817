"""One exception class per kind of fault; the command line prints them as one sentence, without a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

#: Above this many names a list of all of them helps nobody.
MOST_NAMES_LISTED = 30


class NplvError(Exception):
    """A fault that the user can mend; its text says what is wrong and what was expected."""

    def _render_traceback_(self) -> list[str]:
        """Let notebooks show the sentence alone: the way through our code helps nobody here."""
        return [f"{type(self).__name__}: {self}"]


class WrongUseError(NplvError):
    """A command or a call that asks for something that cannot be; the command line ends with exit code 2."""


class InputError(NplvError):
    """Something in an input file is wrong.

    Parameters
    ----------
    file : str or Path
        The file, relative to the data folder where that is known.
    expected : str
        What was expected instead.
    row : int, optional
        Line number in the file, the header being line 1.
    column : str, optional
        Name of the column, as in the file.
    value : str, optional
        The value found.
    """

    def __init__(
        self,
        file: str | Path,
        expected: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: object = None,
    ) -> None:
        self.file, self.row, self.column, self.value = str(file), row, column, value
        self.expected = expected
        where = [str(file)]
        if row is not None:
            where.append(f"row {row}")
        if column is not None:
            where.append(f"column '{column}'")
        found = "" if value is None else f"found '{value}', "
        super().__init__(f"{', '.join(where)}: {found}expected {expected}")


class CatalogueError(NplvError):
    """An entry of the catalogue is wrong; the text names file, entry and field."""


class UnknownNameError(WrongUseError):
    """A name that is not in a list; the text gives the nearest right ones."""

    def __init__(self, kind: str, name: str, options: Iterable[str]) -> None:
        super().__init__(f"unknown {kind} '{name}'{did_you_mean(name, options)}")


def did_you_mean(name: str, options: Iterable[str]) -> str:
    """Give ``"; did you mean ...?"``, or a short list of options when nothing is near.

    Parameters
    ----------
    name : str
        What was typed.
    options : iterable of str
        What would have been right.

    Returns
    -------
    str
        A half sentence to put behind an error message.
    """
    known = sorted(set(options))
    lowered = {option.lower(): option for option in known}
    near = difflib.get_close_matches(name.lower(), lowered, n=3, cutoff=0.5)
    if near:
        return "; did you mean " + " or ".join(lowered[n] for n in near) + "?"
    return "; expected one of: " + ", ".join(known) if len(known) <= MOST_NAMES_LISTED else ""
