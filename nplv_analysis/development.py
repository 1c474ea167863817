"""How figures developed: arithmetic on published values, within a series and never across a break."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nplv_analysis.areas import ITSELF

NOT_YET = "Of een verandering aantoonbaar is, is nog niet berekend."


def development(table: pd.DataFrame, gemeente: str = "gemeente") -> pd.DataFrame:
    """Add the change since the previous figure and the change of the distance to the gemeente.

    Parameters
    ----------
    table : DataFrame
        A released indicator table.
    gemeente : str
        Id of the area to measure the distance to.

    Returns
    -------
    DataFrame
        The rows about areas themselves, in order of time, with columns added: vorige_periode, verandering (value less
        previous value, in the unit of the indicator), waarde_gemeente, afstand (value less that of the gemeente in the
        same series and period), verandering_afstand, trend (empty for now) and trend_reden. A change is given only
        between two exact values of one series.
    """
    rows = table[(table["rol"] == ITSELF) & (table["periode"] != "")]
    # A figure whose source names no year is not later than the others.
    rows = rows.sort_values(["indicator", "gebied", "jaar", "periode"], kind="stable", na_position="first")
    rows = rows.reset_index(drop=True)
    keys = ["indicator", "reeks", "periode"]
    whole = rows[rows["gebied"] == gemeente].set_index(keys)["waarde"]
    of_gemeente = whole.reindex(pd.MultiIndex.from_frame(rows[keys])).to_numpy()
    rows["waarde_gemeente"] = np.where(rows["gebied"] == gemeente, np.nan, of_gemeente)
    rows["afstand"] = rows["waarde"] - rows["waarde_gemeente"]
    series = rows.groupby(["indicator", "gebied", "reeks"], sort=False)
    rows["vorige_periode"] = series["periode"].shift().fillna("")
    rows["verandering"] = series["waarde"].diff()
    rows["verandering_afstand"] = series["afstand"].diff()
    rows["trend"] = ""
    rows["trend_reden"] = NOT_YET
    return rows
