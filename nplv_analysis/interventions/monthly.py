"""Monthly counts of an area, around the month in which an intervention started there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Area, Catalogue, Indicator
from nplv_analysis.interventions import Intervention
from nplv_analysis.interventions.bundles import runs_in
from nplv_analysis.interventions.panel import ESTIMATE
from nplv_analysis.methods.interrupted_series import SeriesResult, interrupted_series

#: A period that is a month.
MONTH = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])"


@dataclass(frozen=True)
class Monthly:
    """A monthly count around a start.

    Attributes
    ----------
    indicator, intervention
        What was counted, and what started.
    source : str
        Id of the source of the counts.
    start : int
        Index of the first month after the start: the one that the catalogue names.
    result : SeriesResult
        What changed, or why that cannot be said.
    """

    indicator: Indicator
    intervention: Intervention
    source: str
    start: int
    result: SeriesResult


def monthly_series(
    figures: pd.DataFrame, catalogue: Catalogue, interventions: Sequence[Intervention], area: Area
) -> list[Monthly]:
    """Compare monthly counts of an area after a start with what their own past would have led to.

    Parameters
    ----------
    figures : DataFrame
        A released indicator table.
    catalogue : Catalogue
        For the areas and indicators.
    interventions : sequence of Intervention
        What runs where; of a start only those count that are known by the month.
    area : Area
        Whose counts.

    Returns
    -------
    list of Monthly
        One a series with months, and intervention that could change it; a month without a count stays without.
    """
    rows = figures[(figures["gebied"] == area.id) & (figures["rol"] == ITSELF) & (figures["status"] != ESTIMATE)]
    rows = rows[
        rows["periode"].str.fullmatch(MONTH) & rows["eenheid"].str.startswith("aantal") & rows["waarde"].notna()
    ]
    found = []
    for intervention in interventions if len(rows) else ():
        starts = sorted({run.start for run in runs_in(intervention, area, catalogue) if len(run.start) > len("2020")})
        for (name, _), mine in rows.groupby(["indicator", "reeks"], sort=False):
            if name not in intervention.may_change or not starts:
                continue
            counts = mine.drop_duplicates("periode", keep=False).set_index("periode")["waarde"]
            months = pd.period_range(min(counts.index), max(counts.index), freq="M").astype(str)
            first = int((months < starts[0]).sum())
            result = interrupted_series(counts.reindex(months).to_numpy(dtype="float64"), first)
            source = str(mine["bron"].iloc[0])
            found.append(Monthly(catalogue.indicator(str(name)), intervention, source, first, result))
    return found
