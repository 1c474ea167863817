"""What a check says of an answer: right, not given yet, or not right, with a hint that fits the mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nplv_analysis.data import Data
from nplv_analysis.errors import UnknownNameError

#: What is right: a number, two numbers, a word, or ids of areas.
Answer = float | tuple[float, float] | str | frozenset[str]

NOT_YET = "Nog niet ingevuld. Zet je antwoord op de plaats van None."
RIGHT, WRONG = "Goed. {}", "Nog niet goed. {}"

A_NUMBER = "Hier hoort één getal, zonder aanhalingstekens."
TWO_NUMBERS = "Hier horen twee getallen, tussen haakjes en met een komma ertussen."
A_WORD = "Hier hoort een woord, tussen aanhalingstekens."
ONE_OF = "Kies een van deze woorden: {}."
AREAS = "Hier horen namen van gebieden, tussen vierkante haken en met een komma ertussen."
NO_AREA = "In Voorbeeldstad is geen gebied met de naam {}. Kijk in de kolom gebied."

A_PART = "Je antwoord is een deel van 1. Hier staan percentages."
OTHER_SIGN = "De grootte klopt. Kijk nog eens naar plus en min."
NEAR = "Je zit er dichtbij. Rond pas aan het eind af."
OTHER_ORDER = "Zet het laagste getal vooraan."
TOO_MANY = "Er staan gebieden in je antwoord die er niet bij horen."
TOO_FEW = "Er horen nog meer gebieden bij."


@dataclass(frozen=True)
class Feedback:
    """What a check says; shown in a notebook as one line."""

    text: str
    right: bool = False

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Exercise:
    """A question with its answer and what may go wrong, each as a function of the figures.

    ``why`` is said after the right answer and ``hint`` after a wrong one; ``mistakes`` are wrong answers that are easy
    to come by, each with what to say of it. A number is right when it differs less than ``within``. ``options`` gives
    the words to choose from.
    """

    answer: Callable[[Data], Answer]
    why: str
    hint: str
    mistakes: tuple[tuple[Callable[[Data], Answer], str], ...] = ()
    within: float = 0.06
    options: tuple[str, ...] = ()

    def judge(self, given: object, data: Data) -> Feedback:
        """Compare an answer with the right one."""
        if given is None:
            return Feedback(NOT_YET)
        expected = self.answer(data)
        answer, fault = _read(given, expected, data)
        if not fault and self._same(answer, expected):
            return Feedback(RIGHT.format(self.why), right=True)
        if not fault and isinstance(answer, str) and self.options and answer not in map(_plain, self.options):
            fault = ONE_OF.format(", ".join(self.options))
        known = (text for wrong, text in self.mistakes if not fault and self._same(answer, wrong(data)))
        return Feedback(WRONG.format(fault or next(known, "") or self._usual(answer, expected) or self.hint))

    def _same(self, answer: Any, right: Answer) -> bool:
        if isinstance(right, str):
            return bool(answer == _plain(right))
        return answer == right if isinstance(right, frozenset) else bool(np.allclose(answer, right, 0, self.within))

    def _usual(self, answer: Any, right: Answer) -> str:
        """Name a mistake that can be made in any exercise."""
        if isinstance(right, frozenset):
            return TOO_MANY if answer - right else TOO_FEW
        if isinstance(right, str):
            return ""
        if isinstance(right, tuple):
            return OTHER_ORDER if self._same(answer[::-1], right) else ""
        if np.isclose(100 * answer, right, 0, self.within):
            return A_PART
        if self._same(-answer, right):
            return OTHER_SIGN
        return NEAR if self.within < 0.5 and abs(answer - right) < 0.5 else ""


def _plain(word: str) -> str:
    return " ".join(word.lower().split())


def _read(given: Any, expected: Answer, data: Data) -> tuple[Any, str]:
    """Bring an answer to the form of the right one, or tell what form that is."""
    if isinstance(expected, str):
        return (_plain(given), "") if isinstance(given, str) else (None, A_WORD)
    if isinstance(expected, frozenset):
        return _read_areas([given] if isinstance(given, str) else given, data)
    many = isinstance(expected, tuple)
    try:
        # A column of one row is a number as well.
        numbers = [float(number) for number in np.ravel(np.asarray(given))]
    except (TypeError, ValueError):
        return None, TWO_NUMBERS if many else A_NUMBER
    if isinstance(given, str) or len(numbers) != (2 if many else 1) or not np.isfinite(numbers).all():
        return None, TWO_NUMBERS if many else A_NUMBER
    return (tuple(numbers) if many else numbers[0]), ""


def _read_areas(names: Any, data: Data) -> tuple[Any, str]:
    found = set()
    if not np.iterable(names):
        return None, AREAS
    for name in names:
        try:
            found.add(data.catalogue.area(str(name)).id)
        except UnknownNameError:
            return None, NO_AREA.format(name)
    return frozenset(found), ""
