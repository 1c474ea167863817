"""Figures of old buurten made into figures of new ones: added up, divided by a stated count, or kept apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nplv_analysis.observations import PRECISION, STATUSES, factor_of

Row = dict[Any, Any]
#: The share of a code in each code of another layout; NaN where it is not known.
Shares = dict[str, dict[str, float]]

#: Begins the name of what a code gained or lost when its boundary changed and nobody tells where to.
ELSEWHERE = "elders-"
#: Parts of a count are whole numbers of this, so that they add up to the count exactly, in whatever order. It is far
#: below anything that is published.
GRAIN = 2.0**-20
#: Statuses of a figure that is there; the later ones say why it is not.
THERE = STATUSES[: STATUSES.index("onderdrukt")]


@dataclass(frozen=True)
class Cluster:
    """Codes of one layout and the codes of another that cover the same ground together."""

    shares: Shares
    counted_in: str = ""

    @property
    def old(self) -> frozenset[str]:
        """Codes of the layout that figures come from."""
        return frozenset(self.shares)

    @property
    def new(self) -> frozenset[str]:
        """Codes of the layout that figures are brought to, and what is elsewhere."""
        return frozenset(code for parts in self.shares.values() for code in parts)

    @property
    def whole(self) -> bool:
        """Whether each old code lies in one new code: figures are added up, nothing is divided."""
        return all(list(parts.values()) == [1.0] for parts in self.shares.values())

    @property
    def counted(self) -> bool:
        """Whether it is known how much of each old code is in each new code."""
        return not any(math.isnan(share) for parts in self.shares.values() for share in parts.values())

    def inside(self, areas: Collection[Collection[str]]) -> bool:
        """Whether each area holds all of the ground or nothing of it, so that the change makes no difference to it."""
        held = (self.new.intersection(area) for area in areas)
        return all(not codes or codes == self.new for codes in held)


def brought_over(
    cluster: Cluster,
    rows: Mapping[str, Row],
    layouts: tuple[int, int],
    weigh: Callable[[Row], tuple[str, float]],
) -> list[Row]:
    """Bring the figures of one variable and period from the old codes of a cluster to the new ones.

    Parameters
    ----------
    cluster : Cluster
        Which codes go where.
    rows : mapping
        Observations by old code.
    layouts : tuple of int
        The years of the old and the new layout.
    weigh : callable
        Gives what a share is weighted with and how much of it there is, or NaN.

    Returns
    -------
    list of dict
        Observations. Counts keep their total exactly.
    """
    parts = {new: [old for old in sorted(cluster.old) if new in cluster.shares[old]] for new in sorted(cluster.new)}
    if cluster.whole:
        return [row for new, olds in parts.items() for row in _joined(new, olds, rows, layouts, weigh)]
    if cluster.counted and all(_is_count(row) for row in rows.values()):
        return [_divided(new, olds, rows, cluster) for new, olds in parts.items()]
    return _kept_apart(cluster, rows, layouts)


def divided(value: float, shares: Mapping[str, float]) -> dict[str, float]:
    """Divide a count by shares that add up to one; the parts add up to the count exactly."""
    *others, last = sorted(shares, key=lambda code: (shares[code], code))
    parts = {code: round(value * shares[code] / GRAIN) * GRAIN if value == value else math.nan for code in others}
    return parts | {last: value - sum(parts.values())}


def _is_count(row: Row) -> bool:
    return bool(row["eenheid"] == "aantal")


def _bounds(row: Row) -> tuple[float, float]:
    """Give the lowest and the highest value that the source allows."""
    value = float(row["waarde"])
    return (float(row["onder"]), float(row["boven"])) if math.isnan(value) else (value, value)


def _joined(
    new: str,
    olds: Sequence[str],
    rows: Mapping[str, Row],
    layouts: tuple[int, int],
    weigh: Callable[[Row], tuple[str, float]],
) -> list[Row]:
    """Put figures of old codes that lie in one new code together; without a way to do so they stay beside a blank."""
    here = [rows[old] for old in olds if old in rows]
    if not here:
        return []
    if olds == [new]:
        return here
    if len(olds) == 1:
        return [
            _made(new, here, f"Bij de bron heeft dit gebied de code {olds[0]}.", *_bounds(here[0])) | _same(here[0])
        ]
    names = f"{', '.join(olds[:-1])} en {olds[-1]} van de indeling van {layouts[0]}"
    missing = f"Het cijfer van {names} is niet om te rekenen."
    if len(here) < len(olds):
        return [*here, _made(new, here, missing)]
    top, bottom = (math.fsum(float(row[name]) for row in here) for name in ("teller", "noemer"))
    counts = {"teller": top, "noemer": bottom}
    if _is_count(here[0]):
        low, high = (math.fsum(bounds) for bounds in zip(*map(_bounds, here), strict=True))
        return [_made(new, here, f"Opgeteld uit {names}.", low, high) | counts]
    factor = factor_of(here[0]["eenheid"])
    if factor is not None and bottom > 0:
        share = factor * top / bottom
        return [_made(new, here, f"Berekend uit de aantallen van {names}.", share, share) | counts]
    what, weights = weigh(here[0])[0], [weigh(row)[1] for row in here]
    if math.fsum(weights) > 0:
        low, high = (
            math.fsum(w * bound for w, bound in zip(weights, bounds, strict=True)) / math.fsum(weights)
            for bounds in zip(*map(_bounds, here), strict=True)
        )
        return [_made(new, here, f"Gemiddelde van {names}, gewogen naar {what}.", low, high)]
    return [*here, _made(new, here, missing)]


def _same(row: Row) -> Row:
    """Give what a figure keeps when only its code is another."""
    kept = ("waarde", "onder", "boven", "genoemd", "teken", "status", "delen", *PRECISION)
    return {name: row[name] for name in kept}


def _divided(new: str, olds: Sequence[str], rows: Mapping[str, Row], cluster: Cluster) -> Row:
    """Add up the parts of old codes that lie in a new one, each divided by what was counted in both."""
    here = [rows[old] for old in olds if old in rows]
    if len(here) < len(olds):
        return _made(new, here or list(rows.values()), "Een deel van het cijfer ontbreekt.")
    low, high = (
        math.fsum(divided(_bounds(row)[side], cluster.shares[row["gebiedscode"]])[new] for row in here)
        for side in (0, 1)
    )
    if all(cluster.shares[old][new] == 1 for old in olds):
        return _made(new, here, f"Opgeteld uit {' en '.join(olds)}.", low, high)
    made = _made(new, here, f"Geschat: {' en '.join(olds)} verdeeld naar {cluster.counted_in}.", low, high)
    return made | {"status": max(made["status"], "schatting", key=STATUSES.index)}


def _kept_apart(cluster: Cluster, rows: Mapping[str, Row], layouts: tuple[int, int]) -> list[Row]:
    """Keep figures under their own code; a new code that has none gets a blank, so that no area is added up without."""
    early, late = sorted(layouts)
    reason = f"De grens is veranderd tussen de indeling van {early} en die van {late}."
    kept = [
        row
        | ({"indeling": str(layouts[0]), "opmerking": _text(row["opmerking"], reason)} if old in cluster.new else {})
        for old, row in rows.items()
    ]
    blank = [code for code in sorted(cluster.new - cluster.old) if not code.startswith(ELSEWHERE)]
    return [*kept, *(_made(code, list(rows.values()), reason) for code in blank)]


def _made(new: str, rows: Sequence[Row], note: str, low: float = math.nan, high: float = math.nan) -> Row:
    """Make the figure of a new code from those of old ones."""
    known = not (math.isnan(low) or math.isnan(high))
    status = max((row["status"] for row in rows), key=STATUSES.index)
    return rows[0] | {
        "gebiedscode": new,
        "waarde": low if known and low == high else math.nan,
        "onder": low if known and low < high else math.nan,
        "boven": high if known and low < high else math.nan,
        "genoemd": math.nan,
        "teken": "tussen" if known and low < high else "=",
        "status": status if known or status not in THERE else "ontbreekt",
        **dict.fromkeys(PRECISION, math.nan),
        "delen": float(sum(1 if math.isnan(row["delen"]) else row["delen"] for row in rows)),
        "openbaar": all(row["openbaar"] for row in rows),
        "opmerking": _text(*dict.fromkeys(row["opmerking"] for row in rows), note),
    }


def _text(*parts: str) -> str:
    sentences = [part.strip() for part in parts if part.strip()]
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in sentences)
