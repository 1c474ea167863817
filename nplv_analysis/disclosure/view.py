"""What readers see of figures that belong together, and whether a hidden count can be worked out from it."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from nplv_analysis.disclosure.audit import TOLERANCE, Attack, Fact, value_of
from nplv_analysis.disclosure.cells import ELSEWHERE, Cell, Figure

if TYPE_CHECKING:
    from nplv_analysis.disclosure.plan import Plan


class Check(NamedTuple):
    """A hidden amount that must be able to be anything from 0 up to and including ``up_to``, as far as it can."""

    key: Hashable
    terms: dict[Hashable, float]
    outside: tuple[float, float]
    up_to: float

    def aim(self, largest: bool) -> float:
        """Give what its part in known places must be able to be."""
        return self.up_to - self.outside[1] if largest else -self.outside[0]


class View:
    """What readers see of figures that say something of the same hidden counts.

    Parameters
    ----------
    plan : Plan
        Says what is shown, and how exactly.
    figures : sequence of Figure
        The figures.
    """

    def __init__(self, plan: Plan, figures: Sequence[Figure]) -> None:
        self._plan, self._figures = plan, figures
        self._cells = dict.fromkeys(cell for figure in figures for cell in figure.cells)
        self._witnesses: list[dict[Hashable, float]] = []
        self._last: Hashable = None
        # Places that no figure tells apart are one place.
        groups = list(dict.fromkeys(cell.places for cell in self._cells))
        held: dict[tuple[bool, ...], str] = {}
        everywhere = sorted({place for group in groups for place in group})
        self._part = {p: held.setdefault(tuple(p in group for group in groups), p) for p in everywhere}
        self._nothing: set[Hashable] = set()
        self._nothing = self._find_nothing()

    def _find_nothing(self) -> set[Hashable]:
        """Find counts of places in no area that are 0: somebody who knows the map knows that nothing is there."""
        known = {cell: self._plan.known[cell] for cell in self._cells if cell in self._plan.known}
        attack = Attack([self._fact({cell: 1.0}, value, value, None) for cell, value in known.items()])
        elsewhere = [unknown for unknown in attack.unknowns if unknown[1].startswith(ELSEWHERE)]
        return {u for u in elsewhere if _reaches(attack.extreme({u: 1.0}, largest=True).value, 0.0, largest=False)}

    def leak(self) -> list[Any]:
        """Find a hidden count of which more can be worked out than from public figures alone.

        Returns
        -------
        list of Cell and Figure
            What of ours tells too much of it; empty when there is no such count.
        """
        attack = Attack(self.facts())
        self._witnesses = [counts for counts in self._witnesses if attack.allows(counts)]
        for check in self.checks():
            for largest in (False, True):
                if any(_reaches(value_of(check.terms, w), check.aim(largest), largest) for w in self._witnesses):
                    continue
                found = attack.extreme(check.terms, largest=largest)
                self._witnesses += [found.counts] if found.counts else []
                if _reaches(found.value, check.aim(largest), largest):
                    continue
                limit = self._public.extreme(check.terms, largest=largest).value
                aim = (min if largest else max)(check.aim(largest), limit)
                if not _reaches(found.value, aim, largest):
                    self._last = check.key
                    return found.because or attack.shown
        return []

    @cached_property
    def _public(self) -> Attack:
        return Attack([fact for fact in self.facts() if fact.shown_by is None])

    def facts(self) -> list[Fact]:
        """List everything that the figures show, and what is true of any count."""
        shown = [fact for figure in self._figures for fact in self._of_figure(figure)]
        return [*_once(shown), *self._never_below_zero]

    @cached_property
    def _never_below_zero(self) -> list[Fact]:
        """Amounts with a part taken off, and what is left of a whole when a share of it is taken off."""
        found = []
        for figure in self._figures:
            amounts = [{cell: 1.0} for cell in figure.cells if any(sign < 0 for _, sign in cell.amount)]
            if figure.share and figure.above is not None and figure.below is not None:
                amounts.append({figure.below: 1.0, figure.above: -1.0})
            for cells in amounts:
                for part in sorted({self._part[place] for cell in cells for place in cell.places}):
                    here = {Cell(cell.amount, frozenset({part})): weight for cell, weight in cells.items()}
                    found.append(Fact(self._sum(here)[0], low=0.0))
        return _once(found)

    def checks(self) -> list[Check]:
        """List the hidden counts, and the few that are left out where nearly everybody counts."""
        plan, mine = self._plan, self._cells
        wanted = [({cell: 1.0}, plan.least(cell)) for cell in plan.closed if cell in mine]
        wanted += [
            ({below: 1.0, above: -1.0}, plan.rules.least_events) for below, above in plan.complements if above in mine
        ]
        found = [Check(frozenset(cells.items()), *self._sum(cells), least - 1) for cells, least in wanted]
        return sorted(found, key=lambda check: check.key != self._last)

    def _sum(self, cells: Mapping[Cell, float]) -> tuple[dict[Hashable, float], tuple[float, float]]:
        """Write cells as unknown counts per place, and what is known of the part that is in no place."""
        terms: dict[Hashable, float] = {}
        low = high = 0.0
        for cell, weight in cells.items():
            for variable, sign in sorted(cell.amount):
                for part in sorted({self._part[place] for place in cell.places}):
                    terms[(variable, part)] = terms.get((variable, part), 0.0) + weight * sign
            ends = [weight * end for end in self._plan.outside(cell)]
            low, high = low + min(ends), high + max(ends)
        return {u: weight for u, weight in terms.items() if weight and u not in self._nothing}, (low, high)

    def _fact(self, cells: Mapping[Cell, float], low: float, high: float, shown_by: Hashable | None) -> Fact:
        terms, outside = self._sum(cells)
        return Fact(terms, low - outside[1], high - outside[0], shown_by)

    def _of_figure(self, figure: Figure) -> Iterator[Fact]:
        plan = self._plan
        for column, cell in figure.shown.items():
            if plan.is_public(cell):
                yield self._fact({cell: 1.0}, *plan.count_ends(figure, column), None)
            elif plan.shows_count(figure, column):
                yield self._fact({cell: 1.0}, *plan.count_ends(figure, column), cell)
        if figure.above is None or plan.hides(figure):
            return
        low, high = plan.ends(figure)
        item = None if figure.public else figure if figure.ratio else figure.above
        if figure.ratio and figure.below is not None:
            for weight, ends in ((low, (0.0, math.inf)), (high, (-math.inf, 0.0))):
                if math.isfinite(weight):
                    yield self._fact({figure.above: 1.0, figure.below: -weight / figure.factor}, *ends, item)
        elif not figure.ratio and not set(figure.shown.values()) & {figure.above}:
            low, high = (-math.inf if math.isnan(low) else low), (math.inf if math.isnan(high) else high)
            yield self._fact({figure.above: 1.0}, low, high, item)


def _once(facts: Iterable[Fact]) -> list[Fact]:
    """Leave out facts that were there already."""
    return list({(frozenset(f.terms.items()), f.low, f.high, f.shown_by): f for f in facts}.values())


def _reaches(value: float, aim: float, largest: bool) -> bool:
    return value >= aim - TOLERANCE if largest else value <= aim + TOLERANCE
