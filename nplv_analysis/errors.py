"""One exception class per kind of fault; the command line prints them as one sentence, without a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

#: Above this many names a list of all of them helps nobody.
MOST_NAMES_LISTED = 30
#: Longer texts from a file are cut off in a message.
LONGEST_SHOWN, LONGEST_SENTENCE = 120, 600

#: Exit codes of the command line.
FAILED, WRONG_USE = 1, 2


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
        where = [shown(file)]
        if row is not None:
            where.append(f"row {row}")
        if column is not None:
            where.append(f"column '{shown(column)}'")
        found = "" if value is None else f"found '{shown(value)}', "
        super().__init__(f"{', '.join(where)}: {found}expected {_sentence(expected)}")


class CatalogueError(NplvError):
    """An entry of the catalogue is wrong; the text names file, entry and field."""

    def __init__(self, text: str) -> None:
        super().__init__(_sentence(text))


class UnknownNameError(WrongUseError):
    """A name that is not in a list; the text gives the nearest right ones."""

    def __init__(self, kind: str, name: str, options: Iterable[str]) -> None:
        super().__init__(f"unknown {kind} '{shown(name)}'{did_you_mean(name, options)}")


def shown(text: object) -> str:
    """Give a text from a file as a message shows it: signs that cannot be seen by their code, and not too long."""
    # What a message cannot hold is not looked at: a text may be many megabytes.
    whole = str(text)
    visible = _visible(whole[: LONGEST_SHOWN + 1])
    return visible if len(visible) <= LONGEST_SHOWN else f"{visible[:LONGEST_SHOWN]}..."


def _sentence(text: str) -> str:
    """Make one line of a text; of a long one, such as a list that was found, what is in the middle is left out."""
    line = " ".join(text.split())
    half = LONGEST_SENTENCE // 2
    return _visible(line if len(line) <= LONGEST_SENTENCE else f"{line[:half]} ... {line[-half:]}")


def _visible(text: str) -> str:
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


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
    known = sorted({shown(option) for option in options})
    name = shown(name)
    lowered = {option.lower(): option for option in known}
    near = difflib.get_close_matches(name.lower(), lowered, n=3, cutoff=0.5)
    if near:
        return "; did you mean " + " or ".join(lowered[n] for n in near) + "?"
    return "; expected one of: " + ", ".join(known) if len(known) <= MOST_NAMES_LISTED else ""
