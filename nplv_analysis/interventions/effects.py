"""Did it work: what changed in wijken with a bundle of interventions and not in others, or why that cannot be said."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, isfinite
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.catalogue import Catalogue, Indicator
from nplv_analysis.interventions import Intervention
from nplv_analysis.interventions.bundles import Bundle, bundles, without_any
from nplv_analysis.interventions.panel import ESTIMATE, LEAST_AFTER, LEAST_BEFORE, Panel, panel_of
from nplv_analysis.interventions.reach import most_change
from nplv_analysis.interventions.verdict import NOT_YET, judged
from nplv_analysis.methods.detectable import ALPHA, NOT_VISIBLE
from nplv_analysis.rows import with_plain_text
from nplv_analysis.wording import listing, number

#: Wijken to compare with, so that it shows how much wijken change by themselves.
LEAST_COMPARISON = 5
#: Uncertainty of figures that a model made.
MODEL = "model"

#: What is missing to say anything, in one word.
WAVES, ONLY_ESTIMATES, START, COMPARISON, REACH = "metingen", "telling", "startdatum", "wijk zonder", "bereik"

ONLY_MODEL = "Een rekenmodel heeft dit geschat. Een schatting telt hier niet als uitkomst."
NO_WIJKEN = "Er zijn geen cijfers per wijk."
TOO_FEW_WAVES = "Metingen per wijk: {voor} van vóór {start} en {na} van erna."
TOO_FEW_WIJKEN = "Wijken om mee te vergelijken: {zonder}."
EVERYWHERE = "Dit loopt in de hele gemeente. Er is geen wijk om mee te vergelijken."
NO_START = "Van {namen} is de start in deze wijken niet bekend."
SO_FEW_REACHED = (
    "Er zijn te weinig mensen bereikt. Zelfs als het bij iedereen helpt, is het hooguit {meest} procentpunt."
)

NEEDED_MODEL = "Metingen of tellingen per wijk, in plaats van een schatting."
NEEDED = (
    "Cijfers per wijk: minstens {voor} metingen van vóór {start} en {na} van erna. Ook van minstens {zonder} wijken "
    "waar dit niet loopt."
)
NEEDED_ELSEWHERE = "Wijken of scholen waar het later begint, met de datum erbij."
NEEDED_START = "Per wijk een datum van de start."
OLDER = "Alleen als er oudere cijfers zijn. Nieuwe metingen helpen niet: het loopt al sinds {start}."
WHEN = "Als de metingen zo doorgaan: na de meting van {jaar}."
IN_WIJKEN = "Er zijn al metingen van {jaren}. Komen die er ook per wijk, dan kan het na die van {jaar}."
WITH_OTHERS = "Zodra er cijfers zijn van meer wijken."

NUMBERS = (
    "metingen_voor",
    "metingen_na",
    "wijken_met",
    "wijken_zonder",
    "effect",
    "onder95",
    "boven95",
    "p_waarde",
    "p_gestandaardiseerd",
    "q_waarde",
    "kleinste_zichtbaar",
    "zonder_een_min",
    "zonder_een_max",
    "placebo_grootste",
    "als_ervoor",
    "naar_gemiddelde",
    "mogelijk_vanaf",
)
COLUMNS = ("indicator", "bundel", "wijken", "start", "reeks", *NUMBERS, "oordeel", "reden", "mist", "nodig", "wanneer")


def effects(
    figures: pd.DataFrame,
    catalogue: Catalogue,
    interventions: Sequence[Intervention],
    rng: np.random.Generator,
    *,
    draws: int = 9999,
) -> pd.DataFrame:
    """Say of each bundle, and each indicator that it could change, whether wijken with it developed otherwise.

    Parameters
    ----------
    figures : DataFrame
        A released indicator table of all areas.
    catalogue : Catalogue
        For the wijken and indicators.
    interventions : sequence of Intervention
        What runs where.
    rng : Generator
        For drawing sets of wijken.
    draws : int
        Sets drawn.

    Returns
    -------
    DataFrame
        Columns ``COLUMNS``, one row an indicator and bundle: the interventions that could change the indicator and run
        in the same wijken since the same year (ids, with a comma between them). Of the series with most waves, never
        of two. ``effect`` is the difference-in-differences with the interval and p-value of the permutation
        comparison, ``q_waarde`` that p-value adjusted for the false discovery rate over all rows, which changes no
        verdict. ``oordeel`` is a word, ``reden`` says why. Where nothing can be said, ``mist`` names what is missing,
        ``nodig`` and ``wanneer`` say what is needed, and ``mogelijk_vanaf`` is the year of the wave after which it
        could be said. What cannot be looked at has a row with the reason too.
    """
    figures = _looked_at(figures, interventions)
    rows = []
    for name in dict.fromkeys(name for i in interventions for name in i.may_change):
        indicator = catalogue.indicator(name)
        working = [i for i in interventions if name in i.may_change]
        made = bundles(working, catalogue)
        without = without_any(working, catalogue)
        for bundle in made:
            verdict = _row(figures, indicator, bundle, without, rng, draws)
            rows.append(_blank(name, bundle.interventions, bundle.areas) | {"start": bundle.start} | verdict)
        for other in working:
            if not any(other in bundle.interventions for bundle in made):
                areas = tuple(dict.fromkeys(run.area for run in other.runs))
                rows.append(_blank(name, [other], areas) | _not_to_compare(other, catalogue))
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(NUMBERS, "float64"))
    tested = table["p_waarde"].notna()
    if tested.any():
        from statsmodels.stats.multitest import multipletests

        table.loc[tested, "q_waarde"] = multipletests(table.loc[tested, "p_waarde"], method="fdr_bh")[1]
    return table


def _looked_at(figures: pd.DataFrame, interventions: Sequence[Intervention]) -> pd.DataFrame:
    """Keep what is looked at, many times over: a small part of a table of many columns."""
    outcomes = {name for i in interventions for name in i.may_change}
    counts = {name for i in interventions for part in i.reach for name in (*part.reached, part.group)}
    columns = ["indicator", "reeks", "gebied", "rol", "jaar", "waarde", "ondergrens", "bovengrens", "genoemd", "status"]
    return with_plain_text(figures.loc[figures["indicator"].isin([*outcomes, *counts]), columns])


def _blank(indicator: str, working: Sequence[Intervention], areas: Sequence[str]) -> dict[str, Any]:
    texts = dict.fromkeys(COLUMNS, "") | dict.fromkeys(NUMBERS, np.nan)
    return texts | {"indicator": indicator, "bundel": ", ".join(i.id for i in working), "wijken": ", ".join(areas)}


def _not_to_compare(intervention: Intervention, catalogue: Catalogue) -> dict[str, Any]:
    """Say why an intervention sets no wijk apart: it is everywhere, or nobody says since when."""
    if all(run.area == catalogue.gemeente.id for run in intervention.runs):
        return {"oordeel": NOT_YET, "reden": EVERYWHERE, "mist": COMPARISON, "nodig": NEEDED_ELSEWHERE}
    return _no_start([intervention])


def _no_start(undated: Sequence[Intervention]) -> dict[str, Any]:
    reason = NO_START.format(namen=listing([i.name for i in undated]))
    return {"oordeel": NOT_YET, "reden": reason, "mist": START, "nodig": NEEDED_START}


def least_comparison(n_with: int) -> int:
    """Give how many wijken without a bundle are needed: so many that some set of wijken is special at all."""
    others = LEAST_COMPARISON
    while comb(n_with + others, n_with) * ALPHA < 1:
        others += 1
    return others


def _row(
    figures: pd.DataFrame,
    indicator: Indicator,
    bundle: Bundle,
    without: Sequence[str],
    rng: np.random.Generator,
    draws: int,
) -> dict[str, Any]:
    most = _most_change(bundle, indicator, figures)
    if most < float(indicator.smallest_difference["waarde"]):
        return {"oordeel": NOT_VISIBLE, "mist": REACH, "reden": SO_FEW_REACHED.format(meest=number(most, 1))}
    if indicator.uncertainty == MODEL:
        return {"oordeel": NOT_YET, "reden": ONLY_MODEL, "mist": ONLY_ESTIMATES, "nodig": NEEDED_MODEL}
    if bundle.undated:
        return _no_start(bundle.undated)
    series, panel = panel_of(figures, indicator, bundle.areas, without, bundle.start)
    found = {
        "reeks": series,
        "metingen_voor": panel.n_before,
        "metingen_na": panel.n_after,
        "wijken_met": panel.n_with,
        "wijken_zonder": panel.n_without,
    }
    return found | (_too_few(panel, _years(figures, indicator)) or judged(panel, indicator, rng, draws=draws))


def _most_change(bundle: Bundle, indicator: Indicator, figures: pd.DataFrame) -> float:
    """Give the most that all of a bundle together could change a figure; infinite where that is not known."""
    working = (*bundle.interventions, *bundle.undated)
    most = sum(most_change(intervention, indicator.id, figures) for intervention in working)
    return most if isfinite(most) else np.inf


def _years(figures: pd.DataFrame, indicator: Indicator) -> list[int]:
    """Give the years of the waves that any area has, of the series with most of them."""
    rows = figures[(figures["indicator"] == indicator.id) & figures["jaar"].notna() & figures["waarde"].notna()]
    waves = [
        sorted({int(year) for year in years}) for _, years in rows[rows["status"] != ESTIMATE].groupby("reeks")["jaar"]
    ]
    return max(waves, key=len, default=[])


def _too_few(panel: Panel, years: Sequence[int]) -> dict[str, Any]:
    """Say what is missing to tell anything, and from when on it could be there; nothing when there is enough."""
    others = least_comparison(panel.n_with)
    waves = panel.n_before >= LEAST_BEFORE and panel.n_after >= LEAST_AFTER
    if waves and panel.n_without >= others:
        return {}
    if panel.values.columns.empty:
        reasons = [NO_WIJKEN]
    else:
        reasons = [] if waves else [TOO_FEW_WAVES.format(voor=panel.n_before, na=panel.n_after, start=panel.start)]
        reasons += [TOO_FEW_WIJKEN.format(zonder=panel.n_without)] if panel.n_without < others else []
    when, year = _when(panel, years, others)
    return {
        "oordeel": NOT_YET,
        "reden": " ".join(reasons),
        "mist": WAVES,
        "nodig": NEEDED.format(voor=LEAST_BEFORE, na=LEAST_AFTER, start=panel.start, zonder=others),
        "wanneer": when,
        "mogelijk_vanaf": year,
    }


def _when(panel: Panel, years: Sequence[int], others: int) -> tuple[str, float]:
    """Say after which wave something could be said, if they go on as they did."""
    if panel.n_before >= LEAST_BEFORE:
        lines = [WITH_OTHERS] if panel.n_without < others else []
        if panel.n_after >= LEAST_AFTER:
            return " ".join(lines), np.nan
        held = [int(year) for year in panel.values.columns]
        year = _enough_after(held, panel.start, panel.n_after)
        return " ".join([WHEN.format(jaar=year), *lines]), year
    if sum(year < panel.start for year in years) < LEAST_BEFORE:
        return OLDER.format(start=panel.start), np.nan
    year = _enough_after(years, panel.start, sum(year > panel.start for year in years))
    return IN_WIJKEN.format(jaren=listing([str(year) for year in years]), jaar=year), year


def _enough_after(years: Sequence[int], start: int, waves: int) -> int:
    """Give the year of the wave that makes enough of them after the start, with the step between the waves so far."""
    step, year = int(np.diff(years).min()), years[-1]
    while waves < LEAST_AFTER:
        year += step
        waves += year > start
    return year
