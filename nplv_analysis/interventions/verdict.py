"""Whether wijken with a bundle of interventions developed otherwise: an estimate, and every try to break it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nplv_analysis.catalogue import Indicator
from nplv_analysis.interventions.panel import Panel
from nplv_analysis.methods.detectable import ALPHA, noise, regression_to_the_mean, smallest_visible
from nplv_analysis.methods.did import changes_of_wijken, leave_one_out, placebo_in_time
from nplv_analysis.methods.permutation import PermutationResult, permutation_test
from nplv_analysis.wording import number, unit_of_change

NOT_YET = "nog niet te zeggen"
NO_DIFFERENCE = "geen verschil aangetoond"
#: Of an indicator with a good direction, and of one without.
BETTER, WORSE = "gunstiger ontwikkeld", "ongunstiger ontwikkeld"
MORE, LESS = "sterker gestegen", "sterker gedaald"

BY_CHANCE = "Het verschil kan toeval zijn. Pas vanaf {kleinste} is een verschil met deze wijken goed te zien."
APART = "De wijken met en zonder gingen vóór de start al uit elkaar."
ONE_WIJK = "Zonder één van de wijken is het verschil veel kleiner."
SMALL = "Het verschil is te klein om mee te tellen."
FALLS_BACK = "Wijken met een slecht cijfer worden vaak vanzelf gemiddelder. Dat kan dit verschil ook geven."
SHOWN = "Het verschil is groter dan toeval kan verklaren. Bewezen is het niet: wijken zijn gekozen, niet geloot."


@dataclass(frozen=True)
class Tries:
    """What was tried to break an estimate.

    Attributes
    ----------
    without_one : array of floats
        The estimate without each wijk in turn.
    placebo : float
        The largest estimate, either way, of a start that never was.
    apart : bool
        Whether a start that never was passes the permutation comparison.
    drift : float
        See ``drift_on``.
    back : float
        See ``expected_fall_back``.
    """

    without_one: NDArray[np.float64]
    placebo: float
    apart: bool
    drift: float
    back: float


def judged(panel: Panel, indicator: Indicator, rng: np.random.Generator, *, draws: int = 9999) -> dict[str, Any]:
    """Estimate what changed in wijken with a bundle and not in others, and try to break that.

    Parameters
    ----------
    panel : Panel
        With enough waves and wijken.
    indicator : Indicator
        For the good direction and the smallest relevant difference.
    rng : Generator
        For drawing sets of wijken.
    draws : int
        Sets drawn.

    Returns
    -------
    dict
        The columns of ``effects`` from ``effect`` to ``reden``. A difference is called one when it passes the
        permutation comparison at 5 %, as it is and over its standard error, and is at least the smallest relevant
        difference; the groups did not grow apart before (no made-up start passes the comparison or gives as much, and
        the drift before the start would not make half of it); no wijk carries half of it; and falling back to the mean
        cannot explain it.
    """
    values, after, treated = panel.used.to_numpy(), panel.after, panel.treated
    test = permutation_test(values, treated, after, rng, draws)
    changes, among, _ = changes_of_wijken(values, treated, after)
    spread = float(changes[~among].std(ddof=1))
    smallest = smallest_visible(spread, int(among.sum()), int((~among).sum()))
    without_one = leave_one_out(values, treated, after)["schatting"].dropna()
    placebo = placebo_in_time(values, treated, after)
    drift, back = drift_on(panel), expected_fall_back(panel)
    least = _smallest_difference(indicator, float(np.nanmean(panel.used.loc[~panel.treated])))
    apart = any(
        permutation_test(values[:, ~after], treated, np.arange((~after).sum()) >= cut, rng, draws).p <= ALPHA
        for cut in placebo["metingen_voor"]
    )
    tries = Tries(without_one.to_numpy(), float(placebo["schatting"].abs().max()), apart, drift, back)
    verdict, reason = _verdict(test, tries, least, smallest, indicator)
    return {
        "effect": test.estimate,
        "onder95": test.low,
        "boven95": test.high,
        "p_waarde": test.p,
        "p_gestandaardiseerd": test.p_studentised,
        "kleinste_zichtbaar": smallest,
        "zonder_een_min": float(without_one.min()),
        "zonder_een_max": float(without_one.max()),
        "placebo_grootste": tries.placebo,
        "als_ervoor": drift,
        "naar_gemiddelde": back,
        "oordeel": verdict,
        "reden": reason,
    }


def drift_on(panel: Panel) -> float:
    """Give the difference to expect if the groups went on growing apart as they did before the start.

    Parameters
    ----------
    panel : Panel
        With two waves before the start, or more.

    Returns
    -------
    float
        Slope over the waves before of the difference between the means of both groups, times the years between the
        middle of the waves before and of those after.
    """
    used = panel.used
    whole = used.notna().all(axis=1).to_numpy()
    gap = used[whole & panel.treated].mean().to_numpy() - used[whole & ~panel.treated].mean().to_numpy()
    years, before = used.columns.to_numpy(dtype="float64"), ~panel.after
    slope = float(np.polyfit(years[before], gap[before], 1)[0])
    return slope * float(years[~before].mean() - years[before].mean())


def expected_fall_back(panel: Panel) -> float:
    """Give the difference to expect if wijken were chosen for their figures before the start, and nothing was done.

    Parameters
    ----------
    panel : Panel
        With waves before the start.

    Returns
    -------
    float
        Change by regression to the mean of the wijken with the bundle less that of the others: the most it can be,
        since wijken were hardly chosen by this figure alone.
    """
    used = panel.used.loc[:, ~panel.after]
    whole = used.notna().all(axis=1).to_numpy()
    moves = noise(used.to_numpy())
    if not moves.within > 0:
        return 0.0
    scores = used.mean(axis=1).to_numpy()
    # Waves that hang together are worth fewer: the variance of their mean is that of waves apart times this.
    apart = np.abs(np.subtract.outer(np.arange(panel.n_before), np.arange(panel.n_before)))
    together = float(np.power(moves.correlation, apart).sum() / panel.n_before)
    expected = regression_to_the_mean(scores, moves.mean, moves.between, moves.within * together, panel.n_before)
    groups = [expected[whole & group] for group in (panel.treated, ~panel.treated)]
    return float(groups[0].mean() - groups[1].mean())


def _verdict(
    test: PermutationResult, tries: Tries, least: float, smallest: float, indicator: Indicator
) -> tuple[str, str]:
    sign, size = np.sign(test.estimate), abs(test.estimate)
    # Of a single wijk there is no standard error, so only the first p-value.
    if max(test.p, np.nan_to_num(test.p_studentised)) > ALPHA:
        seen = f"{number(smallest, max(indicator.decimals, 1))} {unit_of_change(indicator.unit)}"
        return NO_DIFFERENCE, BY_CHANCE.format(kleinste=seen)
    if size < least:
        return NO_DIFFERENCE, SMALL
    if tries.apart or tries.placebo >= size or sign * tries.drift >= size / 2:
        return NOT_YET, APART
    if (sign * tries.without_one).min() < size / 2:
        return NOT_YET, ONE_WIJK
    if sign * tries.back > 0 and test.low - tries.back <= 0 <= test.high - tries.back:
        return NOT_YET, FALLS_BACK
    good = {"hoog": 1, "laag": -1, "geen": 0}[indicator.good_direction]
    words = {1: BETTER, -1: WORSE} if good else {1: MORE, -1: LESS}
    return words[int(sign * (good or 1))], SHOWN


def _smallest_difference(indicator: Indicator, reference: float) -> float:
    stated = indicator.smallest_difference
    part = reference / 100 if stated["eenheid"] == "procent van de referentie" else 1.0
    return float(stated["waarde"]) * abs(part)
