"""How well figures are computed from buurten: held against published figures, where both exist."""

from __future__ import annotations

import pandas as pd

from nplv_analysis.areas import wijken_of
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
    keys = ["nr", "code", "periode"]
    known = units[units["low"].notna()].drop_duplicates(keys, keep="last")
    published = known.set_index(keys)["low"].rename("gepubliceerd")
    buurten = units[units["niveau"] == "buurt"]
    counts = buurten["low"].notna() & buurten["gewicht_low"].notna()
    parts = pd.DataFrame(
        {
            "waarde": (buurten["low"] * buurten["gewicht_low"]).where(counts),
            "gewicht": buurten["gewicht_low"].where(counts),
            "gedekt": buurten["dekking_low"].where(counts),
            "geheel": buurten["dekking_low"],
        }
    )
    found = []
    for whole in (wijken_of(buurten["code"]), pd.Series(catalogue.gemeente.code, index=buurten.index)):
        sums = parts.groupby([buurten["nr"], whole.rename("code"), buurten["periode"]]).sum()
        found.append(sums[sums["gewicht"] > 0].join(published, how="inner"))
    rows = pd.concat(found).sort_index(level="nr", kind="stable", sort_remaining=False).reset_index()
    computed = rows["waarde"] / rows["gewicht"]
    return rows.assign(
        indicator=[means[nr][0] for nr in rows["nr"]],
        reeks=[means[nr][1].id for nr in rows["nr"]],
        dekking=rows["gedekt"] / rows["geheel"],
        berekend=computed,
        verschil=computed - rows["gepubliceerd"],
    )[list(COLUMNS)]
