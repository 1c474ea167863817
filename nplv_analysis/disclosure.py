"""The only way out for figures. Public data pass as published; small numbers from other sources do not pass.

Everything that tables, charts, files and pages show is derived from what ``release`` gives.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

#: Fewest persons under a share, and fewest events in a count, for a figure from a source that is not public.
LEAST_PERSONS = 10
LEAST_EVENTS = 5

#: Everything that would give a hidden value away.
VALUE_COLUMNS = (
    "waarde",
    "ondergrens",
    "bovengrens",
    "genoemd",
    "teller",
    "noemer",
    "n",
    "onder95",
    "boven95",
    "waarde_cbs_wijk",
)
HIDDEN = "onthullingsrisico"
WHY_HIDDEN = "Niet getoond: het gaat om te weinig mensen. Zo is niemand te herkennen."


def release(table: pd.DataFrame) -> pd.DataFrame:
    """Let figures out.

    Parameters
    ----------
    table : DataFrame
        An indicator table (``indicators.COLUMNS``).

    Returns
    -------
    DataFrame
        The same rows. Public ones are untouched, with their publisher's own suppression. Of the others, a figure on
        fewer than ``LEAST_PERSONS`` persons or with fewer than ``LEAST_EVENTS`` events has no values left, status
        "onthullingsrisico" and the reason. Relations between the remaining figures are not yet guarded, so pages made
        from sources that are not public are marked "intern".
    """
    result = table.copy()
    persons = result[["n", "noemer"]].min(axis=1)
    count = result["eenheid"].str.startswith("aantal")
    events = result["teller"].where(result["teller"].notna(), result["waarde"].where(count))
    small = (persons < LEAST_PERSONS) | ((events < LEAST_EVENTS) & (events > 0))
    hide = small & ~result["openbaar"]
    result.loc[hide, list(VALUE_COLUMNS)] = np.nan
    result.loc[hide, "status"] = HIDDEN
    result.loc[hide, "toelichting"] = WHY_HIDDEN
    return result
