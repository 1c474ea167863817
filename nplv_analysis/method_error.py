"""How well figures are computed from buurten: held against published figures, where both exist."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nplv_analysis.areas import wijk_of
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.units import units_of


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
    by_source = {str(name): rows for name, rows in observations.groupby("bron")}
    gemeente = catalogue.gemeente.code
    rows = []
    for indicator in catalogue.indicators:
        for series in indicator.series:
            if series.method != "gewogen_gemiddelde" or series.source not in by_source:
                continue
            units = units_of(series, by_source)
            buurten = units[units["niveau"] == "buurt"]
            counts = buurten["low"].notna() & buurten["gewicht_low"].notna()
            known = units[units["low"].notna()]
            published = dict(zip(zip(known["code"], known["periode"], strict=True), known["low"], strict=True))
            for whole in (buurten["code"].map(wijk_of), pd.Series(gemeente, index=buurten.index)):
                for key, group in buurten.groupby([whole, "periode"]):
                    part = group[counts[group.index]]
                    if key in published and part["gewicht_low"].sum():
                        held = float(part["dekking_low"].sum() / group["dekking_low"].sum())
                        computed = float(np.average(part["low"], weights=part["gewicht_low"]))
                        rows.append((indicator.id, series.id, key[1], key[0], held, computed, float(published[key])))
    columns = ["indicator", "reeks", "periode", "code", "dekking", "berekend", "gepubliceerd"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(verschil=frame["berekend"] - frame["gepubliceerd"])
