"""A series in which the boundary of an area changed is no longer one series."""

from __future__ import annotations

import dataclasses

import pandas as pd

from nplv_analysis.catalogue import Catalogue, Indicator, Series
from nplv_analysis.wording import listing

#: Kinds of areas that are not put together from others.
KINDS = ("nplv", "wijkvernieuwing")


def with_layout_series(catalogue: Catalogue, observations: pd.DataFrame) -> Catalogue:
    """Split the series that hold figures of an area before and after its boundary changed.

    Parameters
    ----------
    catalogue : Catalogue
        The catalogue as it stands.
    observations : DataFrame
        What ``on_layout`` gave.

    Returns
    -------
    Catalogue
        With a series for each layout; the later ones say which boundary changed.
    """
    other = observations[observations["indeling"] != ""]
    if other.empty:
        return catalogue
    periods = observations.groupby(["bron", "variabele"])["periode"].unique()
    indicators = tuple(
        dataclasses.replace(i, series=tuple(part for s in _by_id(i) for part in _split(s, other, periods, catalogue)))
        for i in catalogue.indicators
    )
    return dataclasses.replace(catalogue, indicators=indicators)


def _by_id(indicator: Indicator) -> list[list[Series]]:
    """List the series of an indicator, the editions of one series together."""
    found: dict[str, list[Series]] = {}
    for series in indicator.series:
        found.setdefault(series.id, []).append(series)
    return list(found.values())


def _split(editions: list[Series], other: pd.DataFrame, periods: pd.Series, catalogue: Catalogue) -> list[Series]:
    held: list[set[str]] = []
    for series in editions:
        variables = [(series.source, v) for v in series.variables if (series.source, v) in periods.index]
        there = {str(period) for key in variables for period in periods[key]}
        held.append(there & (set(series.periods) or there))
    changed = [
        other[(other["bron"] == s.source) & other["variabele"].isin(s.variables) & other["periode"].isin(there)]
        for s, there in zip(editions, held, strict=True)
    ]
    mine = pd.concat(changed)
    hit = [area for area in catalogue.areas if area.ground & set(mine["gebiedscode"])]
    # Combinations of areas are named only where no area changed itself.
    names = [area.name for area in hit if area.kind in KINDS] or [area.name for area in hit]
    found = {int(str(year)): set(rows["periode"]) for year, rows in mine.groupby("indeling")}
    rest = set().union(*held).difference(*found.values())
    if not names or (len(found) == 1 and not rest):
        return editions
    assert catalogue.layout is not None
    parts = sorted((found | ({catalogue.layout: rest} if rest else {})).items())
    result = []
    for place, (year, held_then) in enumerate(parts):
        reason = f"De grens van {listing(names)} is veranderd. Vanaf hier geldt de indeling in buurten van {year}."
        for series, there in zip(editions, held, strict=True):
            if there & held_then:
                result.append(
                    dataclasses.replace(
                        series,
                        id=series.id if year == catalogue.layout else f"{series.id} (indeling {year})",
                        periods=tuple(sorted(there & held_then)),
                        break_reason=reason if place else series.break_reason,
                    )
                )
    return result
