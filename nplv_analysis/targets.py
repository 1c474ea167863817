"""The targets for 2030-2040: they belong to Groningen-Noord as a whole, with strict signs as printed."""

from __future__ import annotations

import pandas as pd

from nplv_analysis.catalogue import Catalogue, Target
from nplv_analysis.observations import first_year

MET, NOT_MET, UNKNOWN = "haalt het doel", "haalt het doel nog niet", "nog niet bekend"
AREA = "groningen-noord"


def meets(value: float, target: Target) -> bool:
    """Tell whether a value, as printed, meets a target; the sign is strict."""
    return value > target.value if target.sign == ">" else value < target.value


def targets(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Hold the latest values of Groningen-Noord against its targets.

    Parameters
    ----------
    table : DataFrame
        A released indicator table.
    catalogue : Catalogue
        For the targets.

    Returns
    -------
    DataFrame
        One row an indicator with a target: indicator, periode, waarde, doel_teken, doel, doel_versie, doel_status,
        doel_reden and toelichting. The latest measurement counts: when that is not yet known, the status is "nog niet
        bekend", and the latest value that is known stands beside it.
    """
    rows = []
    for indicator in catalogue.indicators:
        target = indicator.target
        mine = table[(table["indicator"] == indicator.id) & (table["gebied"] == AREA) & (table["rol"] == "gebied")]
        if target is None or mine.empty:
            continue
        mine = mine.assign(jaar=first_year(mine["periode"])).sort_values("jaar", na_position="first")
        known = mine[mine["waarde"].notna()]
        last = known.iloc[-1] if len(known) else mine.iloc[-1]
        if pd.isna(mine["waarde"].iloc[-1]):
            status = UNKNOWN
            why = f"Over {mine['periode'].iloc[-1]} is nog geen cijfer bekend."
        else:
            status = MET if meets(float(last["waarde"]), target) else NOT_MET
            sign = "hoger dan" if target.sign == ">" else "lager dan"
            why = f"Het doel is {sign} {target.value:g}".replace(".", ",") + "."
        rows.append(
            {
                "indicator": indicator.id,
                "periode": last["periode"],
                "waarde": last["waarde"],
                "doel_teken": target.sign,
                "doel": target.value,
                "doel_versie": target.version,
                "doel_status": status,
                "doel_reden": why,
                "toelichting": last["toelichting"],
            }
        )
    columns = [
        "indicator",
        "periode",
        "waarde",
        "doel_teken",
        "doel",
        "doel_versie",
        "doel_status",
        "doel_reden",
        "toelichting",
    ]
    return pd.DataFrame(rows, columns=columns)
