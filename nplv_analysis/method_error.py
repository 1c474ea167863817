"""How well figures are computed from buurten: held against published figures, where both exist."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.areas import wijk_of
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.computation import MEAN
from nplv_analysis.units import units_of

COLUMNS = ("indicator", "reeks", "periode", "code", "dekking", "berekend", "gepubliceerd", "verschil")


def method_error(observations: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Compare computed with published figures, for every CBS wijk and gemeente that has both.

    Parameters
    ----------
    observations : DataFrame
        Checked observations.
    catalogue : Catalogue
        For the series that are computed as weighted means.

    Returns
    -------
    DataFrame
        Columns indicator, reeks, periode, code, dekking (share of the weight that buurten with a value hold), berekend,
        gepubliceerd, verschil (computed less published, in the unit of the indicator). The largest difference among
        those with enough coverage (``LEAST_COVERAGE``) is the error of the method; below that no figure is given.
    """
    means = [(i.id, s) for i in catalogue.indicators for s in i.series if s.method == MEAN]
    units = units_of([series for _, series in means], observations)
    known = units[units["low"].notna()]
    published = known.set_index(["nr", "code", "periode"])["low"].to_dict()
    buurten = units[units["niveau"] == "buurt"]
    low, weight, share = (buurten[name].to_numpy() for name in ("low", "gewicht_low", "dekking_low"))
    counts = ~np.isnan(low) & ~np.isnan(weight)
    rows: list[tuple[Any, ...]] = []
    for whole in (buurten["code"].map(wijk_of), pd.Series(catalogue.gemeente.code, index=buurten.index)):
        places = pd.Series(range(len(buurten)), index=buurten.index)
        for key, group in places.groupby([buurten["nr"], whole, buurten["periode"]]):
            part = group[counts[group]]
            if key in published and weight[part].sum():
                held = np.nansum(share[part]) / np.nansum(share[group])
                computed = np.average(low[part], weights=weight[part])
                rows.append((key[0], key[2], key[1], held, computed, published[key]))
    rows.sort(key=lambda row: row[0])
    named = [(means[nr][0], means[nr][1].id, *row, row[-2] - row[-1]) for nr, *row in rows]
    return pd.DataFrame(named, columns=list(COLUMNS))
