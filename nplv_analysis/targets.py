"""The targets for 2030-2040: they belong to Groningen-Noord as a whole, with strict signs as printed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Catalogue, Target
from nplv_analysis.uncertainty import require_figures

MET, NOT_MET, UNKNOWN = "haalt het doel", "haalt het doel nog niet", "nog niet bekend"
#: Status of a figure that its source has still to give.
NOT_YET_KNOWN = "nog niet bekend"
#: The programme dates its targets "2030-2040": the needed change is given to both ends.
TARGET_YEARS = (2030, 2040)

COLUMNS = (
    "indicator",
    "periode",
    "waarde",
    "doel_teken",
    "doel",
    "doel_versie",
    "doel_eerder",
    "doel_status",
    "doel_reden",
    *(f"nodig_per_jaar_{year}" for year in TARGET_YEARS),
    "kans_reden",
    *(f"kans_{end}_{year}" for year in TARGET_YEARS for end in ("van", "tot")),
    "toelichting",
)


def meets(value: float, target: Target) -> bool:
    """Tell whether a value, as printed, meets a target; the sign is strict."""
    return value > target.value if target.sign == ">" else value < target.value


def targets(table: pd.DataFrame, catalogue: Catalogue, rng: np.random.Generator) -> pd.DataFrame:
    """Hold the latest values of the programme area against its targets.

    Parameters
    ----------
    table : DataFrame
        A released indicator table with intervals.
    catalogue : Catalogue
        For the targets, and the area they are for.
    rng : numpy.random.Generator
        Draws the sampling error of the points, where a probability is given.

    Returns
    -------
    DataFrame
        One row an indicator with a target, columns ``COLUMNS``. The latest measurement counts: when that is not yet
        known, the status is "nog niet bekend", and the latest value that is known stands beside it. nodig_per_jaar is
        the change a year, in the unit of the indicator, that takes the latest known value to the target (0 when it
        is met): (target - value) / (year - year of the value). kans is the range over models of the probability of
        meeting the target (0 to 1), only on series of enough points without a break; else kans_reden says why not.
    """
    require_figures(table, catalogue)
    area = catalogue.programme
    if area is None:
        return pd.DataFrame(columns=list(COLUMNS))
    programme = table[(table["gebied"] == area.id) & (table["rol"] == ITSELF)]
    rows = []
    for indicator in catalogue.indicators:
        target = indicator.target
        if target is None:
            continue
        mine = programme[programme["indicator"] == indicator.id]
        if mine.empty:
            continue
        # Of one year a value that is known counts, whatever else stands there.
        mine = mine.assign(bekend=mine["waarde"].notna()).sort_values(["jaar", "bekend"], na_position="first")
        known = mine[mine["bekend"]]
        last = known.iloc[-1] if len(known) else mine.iloc[-1]
        # As printed: a value held with more decimals meets a target only when what is printed does.
        printed = round(float(last["waarde"]), indicator.decimals)
        status, why = _status(mine.iloc[-1], printed, target)
        rows.append(
            {
                "indicator": indicator.id,
                "periode": last["periode"],
                "waarde": last["waarde"],
                "doel_teken": target.sign,
                "doel": target.value,
                "doel_versie": target.version,
                "doel_eerder": "; ".join(f"{_words(t)} ({t.version})" for t in target.earlier),
                "doel_status": status,
                "doel_reden": why,
                **{
                    f"nodig_per_jaar_{year}": needed_change(printed, last["jaar"], target, year)
                    for year in TARGET_YEARS
                },
                **_probability(known[known["reeks"] == last["reeks"]], target, indicator.decimals, rng),
                "toelichting": last["toelichting"],
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _status(latest: pd.Series, printed: float, target: Target) -> tuple[str, str]:
    """Say whether the latest measurement meets the target, and why."""
    if pd.isna(latest["waarde"]):
        what = "nog geen cijfer bekend" if latest["status"] == NOT_YET_KNOWN else "geen precies cijfer"
        return UNKNOWN, f"Over {latest['periode']} is {what}." if latest["periode"] else "Er is geen cijfer."
    return (MET if meets(printed, target) else NOT_MET), f"Het doel is {_words(target)}."


def _words(target: Target) -> str:
    """Write a target: its sign is strict."""
    return f"{'hoger' if target.sign == '>' else 'lager'} dan {target.value:g}".replace(".", ",")


def needed_change(printed: float, since: float, target: Target, year: int) -> float:
    """Give the change a year that a target still asks.

    Parameters
    ----------
    printed, since : float
        The latest value as printed, and its year; either may be missing.
    target : Target
        Strict sign and value.
    year : int
        When it must be met.

    Returns
    -------
    float
        (target - value) / (year - since), in the unit of the indicator; 0 when the target is met. The sign of a target
        is strict, so it takes a fraction more. Missing without a value or a year, or when the year is not to come.
    """
    if pd.isna(printed) or pd.isna(since) or year <= since:
        return float("nan")
    return 0.0 if meets(printed, target) else float((target.value - printed) / (year - since))


def _probability(
    series: pd.DataFrame, target: Target, decimals: int, rng: np.random.Generator
) -> dict[str, float | str]:
    """The range over models of the probability to meet the target in each year, or why there is none."""
    from nplv_analysis.methods.outlook import probability_of_target

    result: dict[str, float | str] = {}
    outlooks = probability_of_target(series, target, TARGET_YEARS, rng, decimals=decimals)
    for year, outlook in zip(TARGET_YEARS, outlooks, strict=True):
        result |= {
            f"kans_van_{year}": outlook.lowest,
            f"kans_tot_{year}": outlook.highest,
            "kans_reden": outlook.reason,
        }
    return result
