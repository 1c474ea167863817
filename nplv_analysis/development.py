"""How figures developed: arithmetic within a series, the monitor's mark, and what is demonstrable."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.comparison import WIJKEN
from nplv_analysis.indicators import CHANCE
from nplv_analysis.methods import trend
from nplv_analysis.uncertainty import require_figures
from nplv_analysis.verdict import BY_THEMSELVES, NO_REFERENCE, NO_SPREAD, OTHER, SAME, verdicts

#: The monitor's own marks of the latest development.
FAVOURABLE, UNFAVOURABLE, STABLE = "+", "-", "+-"
IMPROVED, WORSENED, UNCHANGED = "verbeterd", "verslechterd", "geen aantoonbare verandering"
#: How a verdict on a difference reads when the difference is one in time.
IN_TIME = {
    "gunstiger": IMPROVED,
    "ongunstiger": WORSENED,
    "hoger": "gestegen",
    "lager": "gedaald",
    SAME: UNCHANGED,
    "": "",
}
#: How its reason reads then; the whole sentences first.
REASON_IN_TIME = {
    NO_REFERENCE: "Geen oordeel: van de vorige meting is er geen precies cijfer.",
    BY_THEMSELVES: "Zo'n verandering is niet bijzonder: cijfers van wijken veranderen vanzelf.",
    NO_SPREAD: (
        "Geen oordeel: dit cijfer is van te weinig wijken bekend. Daardoor weten we niet hoe sterk het vanzelf "
        "verandert."
    ),
    "Het verschil": "De verandering",
    OTHER: "het vorige cijfer",
}
FIRST = "Er is nog geen eerdere meting in deze reeks."
UNDATED = "Van dit cijfer weten we niet precies over welk jaar het gaat."
DOUBLE = "Over deze periode staan er twee cijfers in deze reeks."
NO_PERIOD = "Er staat geen cijfer met een periode."
NOT_FOLLOWED = "Van de rest van de gemeente volgen we de ontwikkeling niet."
#: A spread between wijken needs at least this many of them.
LEAST_AREAS = 5

COLUMNS = (
    "waarde_gemeente",
    "afstand",
    "vorige_periode",
    "verandering",
    "verandering_afstand",
    "symbool",
    "verandering_p",
    "verandering_oordeel",
    "verandering_reden",
    *trend.COLUMNS,
)
SERIES = ["indicator", "gebied", "reeks"]


def development(table: pd.DataFrame, catalogue: Catalogue, *, points: int = 5) -> pd.DataFrame:
    """Add to each figure its change, the monitor's mark, whether the change is demonstrable, and the trend.

    Parameters
    ----------
    table : DataFrame
        A released indicator table with intervals.
    catalogue : Catalogue
        For the gemeente, decimals, polarity and smallest relevant differences.
    points : int
        Fewest points of a trend; the latest so many count.

    Returns
    -------
    DataFrame
        The rows about areas themselves, in order of time, with columns added: vorige_periode, verandering (value less
        previous value, in the unit of the indicator), waarde_gemeente, afstand (value less that of the gemeente in the
        same series and period), verandering_afstand, symbool (+, - or +-: the sign of the change between the values as
        printed, times the good direction), verandering_p, verandering_oordeel, verandering_reden, and the columns of
        ``trend.demonstrable_trend``. A change is given only between two exact values of one series, of which the years
        are known.

    Raises
    ------
    NplvError
        For a table that is no indicator table, see ``uncertainty.require_figures``.
    """
    require_figures(table, catalogue)
    return _developed(in_order(table), catalogue, points)


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Give the rows about areas themselves that have a period, in order of time within indicator and area."""
    return _in_order(table).reset_index(drop=True)


def with_development(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Put the columns of ``development`` beside the rows they are about; all rows stay, in their order."""
    require_figures(table, catalogue)
    given = table.drop(columns=list(COLUMNS), errors="ignore").reset_index(drop=True)
    rows = _developed(_in_order(given), catalogue)
    result = given.join(rows[list(COLUMNS)])
    followed = pd.Series(result.index.isin(rows.index))
    why = np.where(result["rol"] == ITSELF, NO_PERIOD, NOT_FOLLOWED)
    for column in COLUMNS:
        if not pd.api.types.is_numeric_dtype(rows[column]):
            result[column] = result[column].where(followed, why if column.endswith("_reden") else "")
    return result.set_axis(table.index)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    rows = table[(table["rol"] == ITSELF) & (table["periode"] != "")]
    # A figure whose source names no year is not later than the others.
    return rows.sort_values(["indicator", "gebied", "jaar", "periode"], kind="stable", na_position="first")


def _developed(rows: pd.DataFrame, catalogue: Catalogue, points: int = 5) -> pd.DataFrame:
    rows = rows.drop(columns=list(COLUMNS), errors="ignore")
    keys = ["indicator", "reeks", "periode"]
    gemeente = catalogue.gemeente.id
    whole = rows[rows["gebied"] == gemeente].drop_duplicates(keys).set_index(keys)["waarde"]
    of_gemeente = whole.reindex(pd.MultiIndex.from_frame(rows[keys])).to_numpy()
    rows["waarde_gemeente"] = np.where(rows["gebied"] == gemeente, np.nan, of_gemeente)
    rows["afstand"] = rows["waarde"] - rows["waarde_gemeente"]
    before = rows.groupby(SERIES, sort=False).shift()
    earlier = before["jaar"].notna() & (rows["periode"] != before["periode"])
    before = before.where(earlier)
    rows["vorige_periode"] = before["periode"].where(earlier, "")
    rows["verandering"] = rows["waarde"] - before["waarde"]
    rows["verandering_afstand"] = rows["afstand"] - before["afstand"]
    rows["symbool"] = _marks(rows, before["waarde"], catalogue)
    before = before.assign(**{key: rows[key] for key in SERIES})
    before["interval_soort"] = before["interval_soort"].where(earlier, "")
    pairs = rows.join(before.add_prefix("ref_")).assign(ref_vast=False, tau2=np.nan)
    judged = verdicts(pairs.assign(p_contrast=_period_contrast(rows, before, catalogue)), catalogue)
    rows["verandering_p"] = judged["p_waarde"]
    rows["verandering_oordeel"] = judged["oordeel"].map(IN_TIME)
    reason = judged["oordeel_reden"]
    for text, in_time in REASON_IN_TIME.items():
        reason = reason.str.replace(text, in_time, regex=False)
    double = rows.duplicated([*SERIES, "periode"], keep=False)
    reason = reason.mask(~earlier, FIRST).mask(~earlier & double, DOUBLE)
    rows["verandering_reden"] = reason.mask(rows["jaar"].isna(), UNDATED)
    return trend.demonstrable_trend(rows, catalogue, points)


def _marks(rows: pd.DataFrame, previous: pd.Series, catalogue: Catalogue) -> pd.Series:
    """Give the monitor's mark: it looks at the values as printed, and says nothing of chance."""
    decimals = {i.id: i.decimals for i in catalogue.indicators}
    sign = {"hoog": 1, "laag": -1, "geen": 0}
    good = rows["indicator"].map({i.id: sign[i.good_direction] for i in catalogue.indicators}).astype("float64")
    places = [decimals[name] for name in rows["indicator"]]
    # Python rounds as it prints, numpy does not always.
    now, then = (
        np.array([round(v, d) for v, d in zip(values.tolist(), places, strict=True)], dtype="float64")
        for values in (rows["waarde"], previous)
    )
    marks = (np.sign(now - then) * good).map({1.0: FAVOURABLE, -1.0: UNFAVOURABLE, 0.0: STABLE})
    return marks.where(marks.notna() & (good != 0), "")


def _period_contrast(rows: pd.DataFrame, before: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Test the change of a count or rate against chance and against how much the figures of wijken change.

    Of the events of two periods together a binomial number is in the second, by the exposure of each (Przyborowski &
    Wilenski 1940, Biometrika 31:313-323): the statistic is its distance to that, as large as the rounding of the counts
    leaves it at least. Wijken vary more: the dispersion is Pearson's chi-squared of their changes around the one they
    share (the rate ratio of Mantel and Haenszel), over its degrees of freedom (McCullagh & Nelder 1989, Generalized
    Linear Models), and at least 1. It is pooled over all pairs of periods of the series: one pair in which the changes
    happen to be alike would make too much of them. Changes that share a period hang together, so Student's t has only
    so many degrees of freedom as wijken less one.
    """
    from scipy import stats

    mere = rows["eenheid"].str.startswith("aantal").eq(True)
    now, then = (frame["teller"].where(~mere, frame["waarde"]) for frame in (rows, before))
    people, people_then = (frame["noemer"].where(frame["noemer"] > 0).where(~mere, 1.0) for frame in (rows, before))
    usable = (rows["interval_soort"] == CHANCE) & (before["interval_soort"] == CHANCE) & (rows["eenheid"] != "%")
    usable &= (now + then + people + people_then).notna()
    up = np.sign(now * people_then - then * people)
    nearest, nearest_then = now - up * rows["afronding"].fillna(0), then + up * before["afronding"].fillna(0)
    part = people / (people + people_then)
    distance = up * (nearest * (1 - part) - nearest_then * part)
    size = (distance.clip(lower=0) / np.sqrt(((now + then) * part * (1 - part)).where(now + then > 0))).fillna(0)
    mine = rows[usable]
    series = mine.groupby(["indicator", "reeks"], sort=False).ngroup()
    pair = mine.groupby(["indicator", "reeks", "vorige_periode", "periode"], sort=False).ngroup()
    wijken = mine["gebied"].isin([area.id for area in catalogue.areas if area.kind in WIJKEN])
    changes = pd.DataFrame({"now": now, "then": then, "people": people, "people_then": people_then})[usable]
    tests = changes.assign(reeks=series, paar=pair)[wijken]
    tests = (
        tests.assign(chi=_chi_squared(tests), vrij=1)
        .groupby("paar")
        .agg({"reeks": "first", "chi": "sum", "vrij": "sum"})
    )
    tests = tests[tests["vrij"] >= LEAST_AREAS]
    tests["vrij"] -= 1
    pooled = tests.groupby("reeks")[["chi", "vrij"]].sum()
    dispersion = series.map(pooled["chi"] / pooled["vrij"]).clip(lower=1)
    p = 2 * stats.t.sf(size[usable] / np.sqrt(dispersion), pair.map(tests["vrij"]))
    return pd.Series(p, index=mine.index).reindex(rows.index)


def _chi_squared(changes: pd.DataFrame) -> pd.Series:
    """Pearson's chi-squared of the counts of two periods, given their sum, around the rate ratio that a pair shares."""
    now, then, people, people_then = (changes[name] for name in ("now", "then", "people", "people_then"))
    both = people + people_then
    above, below = (
        part.groupby(changes["paar"]).transform("sum") for part in (now * people_then / both, then * people / both)
    )
    part = above * people / (above * people + below * people_then)
    expected = (now + then) * part
    return ((now - expected) ** 2 / (expected * (1 - part))).fillna(0)
