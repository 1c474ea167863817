"""Which counts lie behind each figure, and of which places: what disclosure control reasons with.

A cell is an amount (such as the children who count, or all children, in one period) of a set of places. Two figures
that rest on the same cell, or on cells of overlapping places, tell something about each other.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from nplv_analysis.areas import ITSELF, REST_WITHOUT, wijk_of
from nplv_analysis.catalogue import Amount, Catalogue, Indicator, Series
from nplv_analysis.indicators import WIJK_ONLY
from nplv_analysis.observations import factor_of

#: One variable of one source in one period.
Variable = tuple[str, str, str]
#: What the names of places begin with that are in no area.
ELSEWHERE = "rest van "
SHOWN = ("waarde", "ondergrens", "bovengrens", "genoemd", "teller", "noemer", "n", "n_effectief", "waarde_cbs_wijk")


class Cell(NamedTuple):
    """An amount of a set of places: the variables added up, some of them taken off."""

    amount: frozenset[tuple[Variable, int]]
    places: frozenset[str]


@dataclass(frozen=True, eq=False)
class Figure:
    """One row of the indicator table as counts.

    Attributes
    ----------
    row : int
        Position in the table.
    public : bool
        Whether its publisher shows it to everybody.
    above, below, asked : Cell or None
        What is above and below the line, and the respondents.
    factor : float
        What above / below is multiplied by in the unit of the figure.
    share : bool
        Whether what is above the line is part of what is below it.
    shown : mapping
        Column and cell of each count that the row shows as it is.
    ratio : str
        Column with the share or rate, where that says something of what is above the line that no count says.
    own : tuple of Cell
        The cells that come from the source of the row itself, not from another one.
    whole : bool
        Whether the figure is about all places of the gemeente, also those that no buurt holds.
    unchecked : bool
        Whether the figure was made from counts that are not known here.
    """

    row: int
    public: bool
    above: Cell | None
    below: Cell | None
    asked: Cell | None
    factor: float
    share: bool
    shown: Mapping[str, Cell]
    ratio: str
    own: tuple[Cell, ...]
    whole: bool
    unchecked: bool

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """All cells that the row has to do with."""
        return tuple(dict.fromkeys(c for c in (self.above, self.below, self.asked) if c is not None))


def figures_of(table: pd.DataFrame, catalogue: Catalogue) -> list[Figure]:
    """List the rows of an indicator table that hold a figure, with the cells behind them."""
    has = table[list(SHOWN)].notna().any(axis=1)
    places = _Places(catalogue)
    rows = zip(range(len(table)), table.to_dict("records"), has, strict=True)
    return [_figure(position, row, catalogue, places) for position, row, shown in rows if shown]


def _figure(position: int, row: dict[Hashable, Any], catalogue: Catalogue, places: _Places) -> Figure:
    indicator = catalogue.indicator(row["indicator"])
    series = indicator.series_of(row)
    where = places.of(row, indicator)
    count = indicator.unit.startswith("aantal")
    above, below, asked = (
        None if amount is None else Cell(amount, where) for amount in _amounts(row, indicator, series, count)
    )
    column = "waarde_cbs_wijk" if row["herkomst"] == WIJK_ONLY else "waarde"
    shown = {"teller": above, "noemer": below, "n": asked} | ({column: above} if count else {})
    shown = {name: cell for name, cell in shown.items() if cell is not None and not math.isnan(row[name])}
    method = series.method if series else ""
    borrowed = method in ("verhouding", "gewogen_gemiddelde") and series is not None and series.source == row["bron"]
    return Figure(
        row=position,
        public=bool(row["openbaar"]),
        above=above,
        below=below,
        asked=asked,
        factor=_factor(indicator, series),
        share=indicator.unit == "%",
        shown={name: cell for name, cell in shown.items() if cell is not None},
        ratio=column if above is not None and not count and "teller" not in shown else "",
        own=tuple(c for c in (above, asked, None if borrowed else below) if c is not None),
        whole=where == places.everywhere,
        unchecked=method == "verhouding" and not count and "noemer" not in shown,
    )


def _factor(indicator: Indicator, series: Series | None) -> float:
    if series is not None and series.method == "verhouding":
        return series.factor
    return factor_of(indicator.unit) or 1.0


_Amount = frozenset[tuple[Variable, int]] | None


def _amounts(
    row: dict[Hashable, Any], indicator: Indicator, series: Series | None, count: bool
) -> tuple[_Amount, _Amount, _Amount]:
    """What is above the line, below it, and how many were asked."""
    period = str(row["periode"])
    source = series.source if series else row["bron"]
    names = series.variables if series else (f"{indicator.id}: {row['reeks']}",)

    def part(what: str) -> _Amount:
        return frozenset({((source, f"{'+'.join(names)}, {what}", period), 1)})

    asked = None if math.isnan(row["n"]) else part("n")
    if count:
        return frozenset(((source, name, period), 1) for name in names), None, asked
    if series is not None and series.method == "verhouding" and series.denominator is not None:
        numbers = frozenset(((source, name, period), 1) for name in names)
        return numbers, _borrowed(series.denominator, series, period), asked
    if factor_of(indicator.unit) is None:
        return None, None, asked
    if series is not None and series.weight is not None:
        return part("deel"), _borrowed(series.weight, series, period), asked
    if not math.isnan(row["noemer"]) or not math.isnan(row["teller"]):
        below = part("noemer")
        # A survey may give its respondents as a denominator too: one and the same number.
        return part("teller"), below, below if row["n"] == row["noemer"] else asked
    return (part("antwoorden"), asked, asked) if asked is not None else (None, None, None)


def _borrowed(amount: Amount, series: Series, period: str) -> _Amount:
    source, period = amount.source or series.source, amount.period or period
    signed = [(name, 1) for name in amount.plus] + [(name, -1) for name in amount.minus]
    return frozenset(((source, name, period), sign) for name, sign in signed)


class _Places:
    """The smallest places that the areas of a catalogue tell apart."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.areas = {area.id: area for area in catalogue.areas}
        known = {buurt for area in catalogue.areas for buurt in area.buurten}
        wijken = {wijk_of(buurt) for buurt in known} | {a.wijk_code for a in catalogue.areas if a.wijk_code}
        wijken |= {i.without_wijk["zonder_wijk"] for i in catalogue.indicators if i.without_wijk}
        wijken -= {a.wijk_code for a in catalogue.areas if a.is_wijk and a.buurten}
        self.everywhere = frozenset(known | {ELSEWHERE + wijk for wijk in wijken} | {f"{ELSEWHERE}de gemeente"})

    def of(self, row: dict[Hashable, Any], indicator: Indicator) -> frozenset[str]:
        """Places that a row is about; an area without known places is a place of its own."""
        area = self.areas[str(row["gebied"])]
        if area.kind == "gemeente":
            return self.everywhere
        if not area.buurten:
            return frozenset({area.id})
        if row["herkomst"] == WIJK_ONLY:
            return self._wijk(area.wijk_code or "")
        own = frozenset(area.buurten)
        if row["rol"] == ITSELF:
            return own
        left = self.everywhere - own
        if row["rol"] == REST_WITHOUT and indicator.without_wijk:
            left -= self._wijk(indicator.without_wijk["zonder_wijk"])
        return left

    def _wijk(self, wijk: str) -> frozenset[str]:
        inside = {place for place in self.everywhere if place.startswith("BU") and wijk_of(place) == wijk}
        return frozenset(inside | ({ELSEWHERE + wijk} & self.everywhere))
