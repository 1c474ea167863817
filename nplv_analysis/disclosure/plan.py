"""What to hide and how far to round, so that no hidden count can be worked out from all that is shown together."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.disclosure.cells import Cell, Figure, figures_of
from nplv_analysis.disclosure.view import View
from nplv_analysis.indicators import COMPUTED, GIVEN
from nplv_analysis.methods.rounding import TINY, coarser, down, rounded, up

#: A step is at most this part of a count, so that it is off by a quarter at most; beyond that the count is hidden.
COARSEST = 0.5
#: Any count that is hidden costs more than all rounding.
HIDING = 10.0


@dataclass(frozen=True)
class Rules:
    """The rules of the owner of a source that is not public.

    Attributes
    ----------
    least_persons : int
        Fewest persons under a share, a rate or a mean.
    least_events : int
        Fewest persons or events in a count; none at all may be shown.
    round_to : int
        Counts are shown as multiples of this.
    """

    least_persons: int = 10
    least_events: int = 5
    round_to: int = 5


#: What shows something: a count wherever it stands, or the share, rate or range of one figure.
Shown = Cell | Figure


class Plan:
    """For each figure whether it is shown, and how exactly.

    Parameters
    ----------
    table : DataFrame
        An indicator table.
    catalogue : Catalogue
        What the figures are made of.
    rules : Rules
        What is too small.

    Attributes
    ----------
    figures : list of Figure
        The rows that hold a figure.
    known : dict
        The counts as they are.
    closed : dict
        The counts that are hidden, in order.
    complements : dict
        Pairs of what is below and above the line, where nearly everybody counts: few do not, and how few is not shown.
    """

    def __init__(self, table: pd.DataFrame, catalogue: Catalogue, rules: Rules) -> None:
        self.rules = rules
        self.figures = figures_of(table, catalogue)
        self.closed: dict[Cell, None] = {}
        self.complements: dict[tuple[Cell, Cell], None] = {}
        self._rows: list[dict[Hashable, Any]] = table.to_dict("records")
        self._decimals = {i.id: i.decimals for i in catalogue.indicators}
        self._base: dict[Cell, int] = {}
        self._unit: dict[int, float] = {}
        self._closed_rows: set[int] = set()
        self._by_row = {f.row: f for f in self.figures}
        self._above: dict[Cell, dict[Cell, None]] = {}
        for f in self.figures:
            for under in f.cells:
                if not f.public and f.above not in (under, None):
                    self._above.setdefault(under, {})[f.above] = None
        self.known = {cell: float(self._rows[f.row][name]) for f in self.figures for name, cell in f.shown.items()}
        self._public_cells = {cell for f in self.figures if f.public for cell in f.shown.values()}
        own = {variable for f in self.figures if not f.public for cell in f.own for variable, _ in cell.amount}
        seen = {variable for f in self.figures if f.public for cell in f.cells for variable, _ in cell.amount}
        self._public_variables = seen - own
        self._outside = self._find_outside()
        self._find_small()

    # ------------------------------------------------------------------------------------- what is shown, how exactly

    def hides(self, figure: Figure) -> bool:
        """Whether a figure is not shown."""
        closed = figure.row in self._closed_rows or any(cell in self.closed for cell in figure.cells)
        return closed and not figure.public

    def shows_count(self, figure: Figure, column: str) -> bool:
        """Whether a count of a figure is shown: what is below the line may be, when the figure itself is hidden."""
        if not self.hides(figure):
            return True
        return column in ("noemer", "n") and figure.shown[column] not in self.closed

    def is_public(self, cell: Cell) -> bool:
        """Whether everybody can look a count up."""
        return cell in self._public_cells or all(variable in self._public_variables for variable, _ in cell.amount)

    def base(self, cell: Cell) -> int:
        """What a count is rounded to; one that everybody can look up is not."""
        return 1 if self.is_public(cell) else self._base.get(cell, self.rules.round_to)

    def count(self, cell: Cell, value: float) -> float:
        """Round a count."""
        base = self.base(cell)
        return value if base == 1 else rounded(value, base)

    def unit(self, figure: Figure) -> float:
        """What a share, rate or mean is rounded to."""
        return self._unit.get(figure.row, self._exact_unit(figure))

    def is_coarse(self, figure: Figure) -> bool:
        """Whether a share, rate or mean is rounded further than its decimals."""
        return figure.row in self._unit

    def _exact_unit(self, figure: Figure) -> float:
        return 10.0 ** -self._decimals[self._rows[figure.row]["indicator"]]

    def least(self, cell: Cell) -> int:
        """Fewest that may be shown: persons for what is below a line anywhere, else events."""
        return self.rules.least_persons if cell in self._above else self.rules.least_events

    def outside(self, cell: Cell) -> tuple[float, float]:
        """What of a count is in no place at all."""
        return self._outside.get(cell, (0.0, 0.0))

    def count_ends(self, figure: Figure, column: str) -> tuple[float, float]:
        """Smallest and largest count that one shown count allows, for somebody who knows these rules."""
        value, cell = float(self._rows[figure.row][column]), figure.shown[column]
        if value == 0 or self.base(cell) == 1:
            return value, value
        shown, half = self.count(cell, value), self.half_width(cell, value)
        # Halves are rounded upwards, so of whole numbers there is one less above an even multiple than below.
        above = half - 1 if self.base(cell) % 2 == 0 and value.is_integer() else half
        return max(shown - half, min(self.least(cell), value)), shown + above

    def half_width(self, cell: Cell, value: float) -> float:
        """How far a count may be from what is shown of it: two for a whole number that is rounded to fives."""
        half = self.base(cell) / 2
        return math.floor(half) if value.is_integer() else half

    def ends(self, figure: Figure) -> tuple[float, float]:
        """Smallest and largest share, rate or count above the line that a figure without that count allows."""
        row = self._rows[figure.row]
        value, low, high = self._value(figure), row["ondergrens"], row["bovengrens"]
        if figure.public:
            half = 0.0 if row["herkomst"] == COMPUTED else self.unit(figure) / 2
            return (low, high) if math.isnan(value) else (value - half, value + half)
        step = self.unit(figure) if figure.ratio or figure.above is None else float(self.base(figure.above))
        if math.isnan(value):
            return down(low, step), up(high, step)
        return rounded(value, step) - step / 2, rounded(value, step) + step / 2

    def _value(self, figure: Figure) -> float:
        return float(self._rows[figure.row][figure.ratio]) if figure.ratio else math.nan

    # ------------------------------------------------------------------------------------------------ what is small

    def _find_outside(self) -> dict[Cell, tuple[float, float]]:
        """What the whole gemeente has more than its buurten together; somebody who tries may know it."""
        found: dict[Cell, list[float]] = {}
        whole = next((cell.places for f in self.figures if f.whole for cell in f.cells), frozenset())
        for (amount, places), value in self.known.items():
            total = self.known.get(Cell(amount, whole), math.nan)
            left = self.known.get(Cell(amount, whole - places), math.nan)
            if places < whole and not math.isnan(total - left):
                found.setdefault(Cell(amount, whole), []).append(total - left - value)
        return {cell: (min(values), max(values)) for cell, values in found.items()}

    def _find_small(self) -> None:
        least = self.rules.least_events
        for figure in self.figures:
            if figure.public:
                continue
            row = self._rows[figure.row]
            under = [cell for cell in (figure.below, figure.asked) if cell is not None]
            few = [cell for cell in under if self.known.get(cell, math.nan) < self.rules.least_persons]
            low, high = self._events(figure)
            small = 0 < high < least or any(
                row[column] > 0 and self.count(cell, row[column]) == 0 for column, cell in figure.shown.items()
            )
            if figure.share and figure.above is not None and figure.below is not None:
                rest = self.known.get(figure.below, math.nan) - low
                if TINY < rest < least:
                    self.complements[(figure.below, figure.above)] = None
            if few or small:
                self._hide(figure)
                for cell in few:
                    self._close(cell)
            elif self._asked_few(row) or (figure.unchecked and figure.below not in self.known):
                self._closed_rows.add(figure.row)

    def _events(self, figure: Figure) -> tuple[float, float]:
        """Fewest and most there can be above the line."""
        row = self._rows[figure.row]
        shown = [float(row[column]) for column, cell in figure.shown.items() if cell == figure.above]
        if shown or figure.above is None:
            return min(shown, default=math.nan), max(shown, default=math.nan)
        value, low, high = self._value(figure), row["ondergrens"], row["bovengrens"]
        if not figure.ratio:
            return (low, high) if high == high else (row["genoemd"], row["genoemd"])
        below = self.known.get(figure.below, math.nan) if figure.below is not None else math.nan
        low, high = (low, high) if math.isnan(value) else (value, value)
        return low * below / figure.factor, high * below / figure.factor

    def _asked_few(self, row: Mapping[Hashable, Any]) -> bool:
        """Whether a margin that the source gives shows that few were asked: wider than that of any so many answers."""
        widest = 2 * 1.96 * 50 / math.sqrt(self.rules.least_persons)
        return row["interval_soort"] == GIVEN and row["eenheid"] == "%" and row["boven95"] - row["onder95"] > widest

    def _hide(self, figure: Figure) -> None:
        self._closed_rows.add(figure.row)
        if figure.above is not None:
            self._close(figure.above)

    def _close(self, cell: Cell) -> None:
        """Hide a count, and with a count below a line all that stands above it."""
        if cell not in self.closed and not self.is_public(cell):
            self.closed[cell] = None
            for above in self._above.get(cell, ()):
                self._close(above)

    # ------------------------------------------------------------------------------- what follows from what is shown

    def protect(self) -> None:
        """Round further, and hide where that is not enough, until no hidden count can be worked out."""
        for family in self._families():
            view = View(self, family)
            while because := view.leak():
                self._loosen(min(because, key=self._cost))

    def _families(self) -> Iterator[list[Figure]]:
        """Groups of figures that say something of the same hidden counts."""
        all_of = {f.row: {v for cell in f.cells for v, _ in cell.amount} for f in self.figures}
        own = {row: variables - self._public_variables for row, variables in all_of.items()}
        done: set[Hashable] = set()
        small = [*self.closed, *(above for _, above in self.complements)]
        for start in [variable for cell in small for variable, _ in sorted(cell.amount)]:
            if start in done:
                continue
            reached: set[Hashable] = {start}
            while more := set().union(*(v for v in own.values() if v & reached)) - reached:
                reached |= more
            done |= reached
            used = set().union(*(all_of[row] for row, variables in own.items() if variables & reached))
            yield [f for f in self.figures if own[f.row] & reached or (all_of[f.row] and all_of[f.row] <= used)]

    def _cost(self, item: Shown) -> float:
        """What showing something less exactly costs: the part of it that is lost to rounding, or all of it."""
        step, size = self._step(item)
        return step / size if step <= COARSEST * size else HIDING + size

    def _loosen(self, item: Shown) -> None:
        step, size = self._step(item)
        if isinstance(item, Cell):
            if step <= COARSEST * size:
                self._base[item] = int(step)
            else:
                self._close(item)
        elif step <= COARSEST * size:
            self._unit[item.row] = step
        else:
            self._hide(item)

    def _step(self, item: Shown) -> tuple[float, float]:
        """The next coarser rounding of something that is shown, and how large that is."""
        if isinstance(item, Cell):
            ranged = () if item in self.known else (f for f in self.figures if f.above == item)
            sizes = [self.known.get(item, math.nan), *(self._events(f)[1] for f in ranged)]
            step = coarser(self.base(item), self.rules.round_to)
        else:
            sizes = [self._value(item), self._rows[item.row]["bovengrens"]]
            step = coarser(self.unit(item), self._exact_unit(item))
        return step, max((size for size in sizes if not math.isnan(size)), default=0.0)
