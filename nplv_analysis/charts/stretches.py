"""Rows of a development as lines need them: by series, in stretches without a gap, with the margins that count."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from nplv_analysis.charts.drawing import Row, known
from nplv_analysis.indicators import ROUNDING


def dated(rows: Iterable[Row]) -> list[Row]:
    """Keep the figures of which the year is known."""
    return [row for row in rows if known(row, "jaar")]


def values_of(rows: Sequence[Row]) -> list[float]:
    """List figures with their ranges and margins."""
    values = [row[name] for row in rows for name in ("waarde", "ondergrens", "bovengrens")]
    return values + [row[end] for row in with_margin(rows) for end in ("onder95", "boven95")]


def ends_of(values: Iterable[float]) -> tuple[float, float] | None:
    """Give the lowest and the highest of the values that are known."""
    held = [value for value in values if not math.isnan(value)]
    return (min(held), max(held)) if held else None


def with_margin(rows: Sequence[Row]) -> list[Row]:
    """Keep the figures with a 95 % interval; a margin of rounding is no such interval."""
    return [row for row in rows if row["interval_soort"] != ROUNDING and known(row, "waarde", "onder95", "boven95")]


def by_series(rows: Sequence[Row]) -> list[list[Row]]:
    """Take the series apart, in the order in which they begin."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["reeks"], []).append(row)
    return list(found.values())


def stretches(series: Sequence[Row], rows: Sequence[Row]) -> list[list[Row]]:
    """Cut a series where it skips a year, so that no line runs over years without a figure.

    The usual step is the shortest of the series; two figures show none, then it is the shortest of all rows.
    """
    years = [row["jaar"] for row in series] if len(series) > 2 else sorted({row["jaar"] for row in rows})
    usual = min((later - earlier for earlier, later in pairwise(years)), default=math.inf)
    found: list[list[Row]] = []
    for row in series:
        if not found or row["jaar"] - found[-1][-1]["jaar"] > usual:
            found.append([])
        found[-1].append(row)
    return found


def columns(rows: Sequence[Row], *names: str) -> list[list[float]]:
    """Give the values of rows, a list for each of these columns."""
    return [[row[name] for row in rows] for name in names]


def breaks(rows: Sequence[Row]) -> list[float]:
    """Give the years at which another series begins: halfway to the year before."""
    first = [min(row["jaar"] for row in series) for series in by_series(rows)]
    earlier = [max((row["jaar"] for row in rows if row["jaar"] < year), default=None) for year in first]
    return sorted({(e + y) / 2 for e, y in zip(earlier, first, strict=True) if e is not None})
