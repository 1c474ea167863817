"""What is known: per area and indicator the periods, and whether they are of the area itself."""

from __future__ import annotations

import pandas as pd

from nplv_analysis.areas import ITSELF
from nplv_analysis.data import Data
from nplv_analysis.indicators import WIJK_ONLY

OWN, WIJK, NONE = "gebied", "alleen CBS-wijk", "geen"


def coverage(data: Data) -> pd.DataFrame:
    """List for every area of the batch and every indicator what is known.

    Parameters
    ----------
    data : Data
        The released figures.

    Returns
    -------
    DataFrame
        Columns thema, indicator, gebied, niveau (``OWN``, ``WIJK`` or ``NONE``) and perioden (separated by ", "); a row
        for the area itself and one for the enclosing CBS wijk where both are known.
    """
    areas = [a.id for a in data.catalogue.batch_areas]
    table = data.figures[(data.figures["rol"] == ITSELF) & data.figures["gebied"].isin(areas)]
    shown = table[["waarde", "ondergrens", "bovengrens", "genoemd"]].notna().any(axis=1)
    level = pd.Series(NONE, index=table.index).mask(table["herkomst"] == WIJK_ONLY, WIJK).mask(shown, OWN)
    rows = table.assign(niveau=level)
    known = rows[rows["niveau"] != NONE]
    keys = ["thema", "indicator", "gebied", "niveau"]
    periods = known.groupby(keys, sort=False)["periode"].agg(lambda p: ", ".join(dict.fromkeys(p))).reset_index()
    has = set(zip(periods["indicator"], periods["gebied"], strict=True))
    here = set(data.figures["indicator"])
    missing = [
        {"thema": i.theme, "indicator": i.id, "gebied": area, "niveau": NONE, "periode": ""}
        for i in data.catalogue.indicators
        for area in areas
        if i.id in here and (i.id, area) not in has
    ]
    result = pd.concat([periods, pd.DataFrame(missing)], ignore_index=True) if missing else periods
    order = {i.id: n for n, i in enumerate(data.catalogue.indicators)} | {a: n for n, a in enumerate(areas)}
    result = result.sort_values(["indicator", "gebied"], key=lambda s: s.map(order), kind="stable")
    return result.rename(columns={"periode": "perioden"}).reset_index(drop=True)
