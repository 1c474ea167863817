"""What facts say of unknown counts: the linear programs of somebody who tries to work out a hidden one."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

#: How far a solution of a linear program may be off.
TOLERANCE = 1e-5
#: No unknown count is larger than so many times the largest number that is shown, or than so many times a thousand;
#: keeps the programs bounded.
LARGEST, MANY = 10.0, 1000.0


@dataclass(frozen=True)
class Fact:
    """Something that readers can see: low <= the weighted sum of some unknown counts <= high.

    Attributes
    ----------
    terms : mapping
        Unknown count (anything that can be a key) and its weight.
    low, high : float
        Bounds; infinite where there is none.
    shown_by : hashable, optional
        What shows it and could be shown less exactly; None for what we can't change.
    """

    terms: Mapping[Hashable, float]
    low: float = -math.inf
    high: float = math.inf
    shown_by: Hashable | None = None


class Extreme(NamedTuple):
    """The smallest or largest value that the facts allow, where it is reached, and what keeps it from going further."""

    value: float
    counts: dict[Hashable, float]
    because: list[Any]


class Attack:
    """What the facts together say of the unknown counts, each 0 or more.

    Facts that contradict each other (weighted answers do not add up exactly) are first widened as little as possible.

    Parameters
    ----------
    facts : sequence of Fact
        What readers can see.
    """

    def __init__(self, facts: Sequence[Fact]) -> None:
        sides = [
            (fact, sign, bound)
            for fact in facts
            for sign, bound in ((1.0, fact.high), (-1.0, -fact.low))
            if math.isfinite(bound) and fact.terms
        ]
        self.unknowns: list[Any] = list(dict.fromkeys(name for fact, _, _ in sides for name in fact.terms))
        column = {name: position for position, name in enumerate(self.unknowns)}
        self._weights = np.zeros((len(sides), len(self.unknowns)))
        for line, (fact, sign, _) in enumerate(sides):
            for name, weight in fact.terms.items():
                self._weights[line, column[name]] += sign * weight
        self._bounds = np.array([bound for _, _, bound in sides])
        self._shown_by = [fact.shown_by for fact, _, _ in sides]
        self.shown = list(dict.fromkeys(s for s in self._shown_by if s is not None))
        self._largest = LARGEST * max([MANY, *np.abs(self._bounds)])

    def extreme(self, terms: Mapping[Hashable, float], *, largest: bool) -> Extreme:
        """Give the smallest or the largest value of a weighted sum of unknown counts.

        Parameters
        ----------
        terms : mapping
            Unknown count and its weight; a count that no fact is about can be anything.
        largest : bool
            Whether the largest value is asked for.

        Returns
        -------
        Extreme
            The value, the counts that give it, and the ``shown_by`` of the facts with a dual value other than zero.
        """
        sign = -1.0 if largest else 1.0
        free = [weight for name, weight in terms.items() if name not in self.unknowns]
        if any(weight * sign < 0 for weight in free):
            return Extreme(-sign * math.inf, {}, [])
        if not self.unknowns:
            return Extreme(0.0, {}, [])
        goal = np.array([sign * terms.get(name, 0.0) for name in self.unknowns])
        found = self._solve(goal)
        if found.status != 0:
            self._widen()
            found = self._solve(goal)
        if found.status != 0:
            # Not solved, so nothing is certain: everything that is shown may be the cause.
            return Extreme(math.nan, {}, self.shown)
        dual = np.abs(found.ineqlin.marginals) > TOLERANCE
        because = dict.fromkeys(s for s, binds in zip(self._shown_by, dual, strict=True) if binds and s is not None)
        counts = dict(zip(self.unknowns, found.x.tolist(), strict=True))
        return Extreme(sign * float(found.fun), counts, list(because))

    def allows(self, counts: Mapping[Hashable, float]) -> bool:
        """Whether the facts allow certain counts; one that is not given counts as 0."""
        point = np.array([counts.get(name, 0.0) for name in self.unknowns])
        return bool((self._weights @ point <= self._bounds + TOLERANCE).all())

    def _solve(self, goal: np.ndarray) -> Any:
        from scipy.optimize import linprog

        return linprog(goal, A_ub=self._weights, b_ub=self._bounds, bounds=(0, self._largest), method="highs")

    def _widen(self) -> None:
        from scipy.optimize import linprog

        lines, columns = self._weights.shape
        goal = np.concatenate([np.zeros(columns), np.ones(lines)])
        slack = linprog(
            goal, A_ub=np.hstack([self._weights, -np.eye(lines)]), b_ub=self._bounds, bounds=(0, None), method="highs"
        )
        self._bounds = self._bounds + slack.x[columns:] * (1 + TOLERANCE) + TOLERANCE


def feasible_range(terms: Mapping[Hashable, float], facts: Iterable[Fact]) -> tuple[float, float]:
    """Give the feasibility interval of a weighted sum of unknown counts.

    Parameters
    ----------
    terms : mapping
        Unknown count and its weight.
    facts : iterable of Fact
        What readers can see.

    Returns
    -------
    tuple of float
        The smallest and the largest value that the facts allow for counts of 0 or more.

    References
    ----------
    Fischetti & Salazar (2000), Models and Algorithms for Optimizing Cell Suppression in Tabular Data with Linear
    Constraints, Journal of the American Statistical Association 95.
    """
    attack = Attack(list(facts))
    return attack.extreme(terms, largest=False).value, attack.extreme(terms, largest=True).value


def value_of(terms: Mapping[Hashable, float], counts: Mapping[Hashable, float]) -> float:
    """Give a weighted sum of counts; one that is not given counts as 0."""
    return sum(weight * counts.get(unknown, 0.0) for unknown, weight in terms.items())
