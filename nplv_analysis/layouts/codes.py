"""What became of the codes of buurten and wijken: which of one layout share ground with which of another."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd

from nplv_analysis.layouts.figures import ELSEWHERE, Cluster, Shares

#: CBS's code (indelingswijziging) for a buurt of which the boundary is another than a year before.
REDRAWN = "3"


class Codes:
    """The codes that changed, of all years.

    Parameters
    ----------
    changes : DataFrame
        What ``sources.indelingen`` reads: indeling (the first layout with the new code), oud, nieuw,
        indelingswijziging, aantal, aantal_van, bron.
    """

    def __init__(self, changes: pd.DataFrame) -> None:
        self._rows: list[Any] = list(changes.itertuples(index=False))
        self.years = sorted({int(row.indeling) for row in self._rows})
        # A code whose former code is not known need not be new, and one on both sides stays.
        begins = {(row.nieuw, int(row.indeling)) for row in self._rows if row.oud}
        ends = {(row.oud, int(row.indeling)) for row in self._rows if row.oud}
        self.all = frozenset(code for row in self._rows for code in (row.oud, row.nieuw) if code)
        self._events: dict[str, dict[int, bool]] = {code: {} for code in self.all}
        for code, year in begins ^ ends:
            self._events[code][year] = (code, year) in begins

    def exists(self, code: str, year: int) -> bool:
        """Tell whether the layout of a year has a code, as far as is known."""
        events = self._events.get(code, {})
        before = [at for at in events if at <= year]
        if before:
            return events[max(before)]
        return not events or not events[min(events)]

    def nearest(self, code: str, year: int) -> int:
        """Give the layout nearest to a year that has a code."""
        around = {year, *self.years, *(at - 1 for at in self.years)}
        return min((at for at in around if self.exists(code, at)), key=lambda at: (abs(at - year), at))

    def history(self, code: str) -> str:
        """Say what a code became and what it was before."""
        told = []
        for year in self.years:
            rows = [row for row in self._rows if row.indeling == year and row.oud]
            after = sorted(row.nieuw for row in rows if row.oud == code)
            before = sorted(row.oud for row in rows if row.nieuw == code)
            told += [f"was {' and '.join(before)} before that of {year}"] if before else []
            told += [f"became {' and '.join(after)} in that of {year}"] if after else []
        return f"{code} {', and '.join(told)}"

    def clusters(self, start: int, end: int) -> list[Cluster]:
        """Follow the codes of the layout of one year to that of another, forward or backward in time.

        Codes that are in no cluster are the same in both.
        """
        forward = start < end
        low, high = sorted((start, end))
        years = [year for year in self.years if low < year <= high]
        found: Shares = {}
        for year in years if forward else reversed(years):
            step = _shares([row for row in self._rows if row.indeling == year], forward)
            reached = {code for parts in found.values() for code in parts}
            found = {code: _through(parts, step) for code, parts in found.items()}
            # What a former step made is no code of the layout that we start from.
            found |= {code: parts for code, parts in step.items() if code not in reached | set(found)}
        result = []
        for old, new in _connected(found):
            rows = [row for row in self._rows if row.indeling in years and {row.oud, row.nieuw} & (old | new)]
            counted_in = {f"{row.aantal_van} ({row.bron})" for row in rows if row.aantal_van}
            result.append(Cluster({code: found[code] for code in sorted(old)}, " en ".join(sorted(counted_in))))
        return result


def _shares(step: list[Any], forward: bool) -> Shares:
    """Say how much of each code goes where in one year."""
    counts: dict[str, dict[str, float]] = defaultdict(dict)
    redrawn = set()
    for row in step:
        # Of a code without an old one we know no more than that its boundary changed.
        old = row.oud or row.nieuw
        source, target = (old, row.nieuw) if forward else (row.nieuw, old)
        counts[source][target] = row.aantal
        if row.indelingswijziging == REDRAWN:
            redrawn.add((source, target))
    into = Counter(target for parts in counts.values() for target in parts)
    found: Shares = {}
    for source, parts in counts.items():
        target = next(iter(parts))
        if len(parts) > 1:
            total = sum(parts.values())
            found[source] = {other: number / total if total else math.nan for other, number in parts.items()}
        elif into[target] == 1 and (source, target) in redrawn:
            # Another boundary, and no other code that gained or lost: where to or where from is not told.
            found[source] = {target: math.nan, f"{ELSEWHERE}{source}": math.nan}
        else:
            found[source] = {target: 1.0}
    return found


def _through(parts: Mapping[str, float], step: Shares) -> dict[str, float]:
    result: dict[str, float] = defaultdict(float)
    for code, share in parts.items():
        for other, part in step.get(code, {code: 1.0}).items():
            result[other] += share * part
    return dict(result)


def _connected(shares: Shares) -> list[tuple[set[str], set[str]]]:
    """Put together the old codes that have a new code in common, and their new codes."""
    groups: list[tuple[set[str], set[str]]] = []
    for code in sorted(shares):
        old, new = {code}, set(shares[code])
        for group in [g for g in groups if g[1] & new]:
            groups.remove(group)
            old, new = old | group[0], new | group[1]
        groups.append((old, new))
    return groups
