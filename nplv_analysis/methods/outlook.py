"""How likely it is that a series reaches its target: always as a range over models, and only for long series."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nplv_analysis.catalogue import Target
from nplv_analysis.indicators import CHANCE, GIVEN, SAMPLE
from nplv_analysis.methods.trend import SERIES

Array = npt.NDArray[np.float64]

#: A model counts when it could be fitted to at least this share of the drawn series.
LEAST_FITTED = 0.8
#: With one model there is nothing to show how much models differ.
LEAST_MODELS = 2

TOO_FEW = "Er zijn te weinig metingen: {}, en voor een kans zijn er minstens {} nodig."
BREAK = "De metingen horen niet bij één reeks. Over een breuk heen rekenen we niet verder."
UNEVEN = "De metingen liggen niet even ver uit elkaar in de tijd."
NO_MARGIN = "We weten niet hoeveel toeval in deze cijfers zit."
TOO_SOON = "Er komt voor of in {} geen nieuwe meting meer bij."
NOT_FITTED = "Het model past niet op deze cijfers: het kwam {} van de {} keer tot een uitkomst."
FITTED = "Het model kwam {} van de {} keer tot een uitkomst."
TOO_FEW_MODELS = "Er passen te weinig modellen op deze cijfers om een kans te geven."
RANGE = "De modellen verschillen: de kans ligt tussen de laagste en de hoogste. Een gemiddelde zegt niets."


@dataclass(frozen=True)
class Outlook:
    """The probability of reaching a target.

    Attributes
    ----------
    models : DataFrame
        One row a model: model, kans (0 to 1, missing where it could not be fitted) and reden; empty when no model ran.
    lowest, highest : float
        Range of kans over the models; missing when there is no answer.
    reason : str
        How to read the range, or why there is none.
    """

    models: pd.DataFrame
    lowest: float
    highest: float
    reason: str


def probability_of_target(
    rows: pd.DataFrame,
    target: Target,
    years: Sequence[int],
    rng: np.random.Generator,
    *,
    decimals: int | None = None,
    points: int = 8,
    draws: int = 50,
) -> list[Outlook]:
    """Give the probability that a series meets its target in each of some years.

    Each model is fitted to series drawn from the points and their standard errors, so that sampling error counts in;
    its probability is the mean over the draws of the normal probability beyond the target.

    Parameters
    ----------
    rows : DataFrame
        The rows of one series of a released indicator table with intervals.
    target : Target
        Strict sign and value.
    years : sequence of int
        The years; where measurements are further apart, the last one up to that year is foretold.
    rng : numpy.random.Generator
        For the draws.
    decimals : int, optional
        Decimals that the figure is printed with: the target is about the figure as printed. Without it, about the
        unrounded figure.
    points : int
        Fewest years with an exact value.
    draws : int
        How many series are drawn.

    Returns
    -------
    list of Outlook
        One a year. Without numbers, and with the reason, for a series that is too short, broken, unevenly spaced or of
        unknown uncertainty.
    """
    exact = rows[rows["waarde"].notna() & rows["jaar"].notna()].sort_values("jaar", kind="stable")
    measured = exact["jaar"].to_numpy("float64")
    error = _standard_error(exact)
    if len(exact.drop_duplicates(SERIES)) > 1:
        return [_none(BREAK) for _ in years]
    if len(np.unique(measured)) < points:
        return [_none(TOO_FEW.format(len(np.unique(measured)), points)) for _ in years]
    if len(np.unique(np.diff(measured))) > 1:
        return [_none(UNEVEN) for _ in years]
    if not (error > 0).all():
        return [_none(NO_MARGIN) for _ in years]
    steps = [int((year - measured[-1]) // (measured[1] - measured[0])) for year in years]
    if max(steps) < 1:
        return [_none(TOO_SOON.format(year)) for year in years]
    drawn = rng.normal(exact["waarde"].to_numpy("float64"), error, size=(draws, len(exact)))
    above = target.sign == ">"
    rounding = 0.0 if decimals is None else 0.5 * 10.0**-decimals
    bound = target.value + (rounding if above else -rounding)
    ahead = {name: _ahead(model, drawn, max(steps)) for name, model in MODELS.items()}
    return [
        _outlook(ahead, step, bound, above, draws) if step >= 1 else _none(TOO_SOON.format(year))
        for year, step in zip(years, steps, strict=True)
    ]


def _outlook(ahead: dict[str, list[tuple[Array, Array]]], step: int, bound: float, above: bool, draws: int) -> Outlook:
    """Read the probability beyond the bound, so many steps ahead, off the fits of all models."""
    from scipy import stats

    rows = []
    for name, fits in ahead.items():
        distances = np.array([(bound - mean[step - 1]) / deviation[step - 1] for mean, deviation in fits])
        enough = len(fits) >= LEAST_FITTED * draws
        chances = stats.norm.sf(distances) if above else stats.norm.cdf(distances)
        reason = (FITTED if enough else NOT_FITTED).format(len(fits), draws)
        rows.append({"model": name, "kans": float(chances.mean()) if enough else np.nan, "reden": reason})
    models = pd.DataFrame(rows)
    if models["kans"].notna().sum() < LEAST_MODELS:
        return Outlook(models, np.nan, np.nan, TOO_FEW_MODELS)
    return Outlook(models, float(models["kans"].min()), float(models["kans"].max()), RANGE)


def _none(reason: str) -> Outlook:
    return Outlook(pd.DataFrame({"model": [], "kans": [], "reden": []}), np.nan, np.nan, reason)


def _standard_error(rows: pd.DataFrame) -> Array:
    """Standard error of each point, or else a quarter of its interval; rounding alone says nothing of chance."""
    from scipy import stats

    width = (rows["boven95"] - rows["onder95"]) / (2 * stats.norm.ppf(0.975))
    error = rows["standaardfout"].where(rows["standaardfout"] > 0, width)
    return error.where(rows["interval_soort"].isin([SAMPLE, CHANCE, GIVEN])).to_numpy("float64")


def damped_trend(values: Array, steps: int) -> tuple[Any, Array, Array]:
    """Fit exponential smoothing with additive errors and a damped trend (Hyndman, Koehler, Ord & Snyder 2008).

    Parameters
    ----------
    values : array of shape (points,)
        Evenly spaced values.
    steps : int
        How many points ahead.

    Returns
    -------
    tuple
        The fit of statsmodels, and mean and standard deviation of each value up to so many steps ahead. The variance
        of the errors is on the points less the five parameters, as R's forecast package has it: on eight points the
        maximum likelihood one is far too small.
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    number = len(values)
    fit = ETSModel(pd.Series(values), error="add", trend="add", damped_trend=True).fit(disp=False)
    ahead = fit.get_prediction(number, number + steps - 1)
    variance = np.asarray(ahead.forecast_variance) * number / (number - 5)
    return fit, np.asarray(ahead.predicted_mean), np.sqrt(variance)


def local_linear_trend(values: Array, steps: int) -> tuple[Any, Array, Array]:
    """Fit a level and a slope that both wander (Commandeur & Koopman 2007, Introduction to State Space, chapter 3).

    Parameters and returns are those of ``damped_trend``.
    """
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    fit = UnobservedComponents(values, level="local linear trend").fit(disp=False)
    ahead = fit.get_forecast(steps)
    return fit, np.asarray(ahead.predicted_mean), np.asarray(ahead.se_mean)


Model = Callable[[Array, int], tuple[Any, Array, Array]]
MODELS: dict[str, Model] = {
    "gedempte trend (ETS)": damped_trend,
    "lokale lineaire trend": local_linear_trend,
}


def _ahead(model: Model, drawn: Array, steps: int) -> list[tuple[Array, Array]]:
    """Fit one model to all drawn series; gives mean and deviation ahead of those that came to an end."""
    from statsmodels.tools.sm_exceptions import ModelWarning

    found = []
    for values in drawn:
        # What statsmodels warns of is what is counted here: fits that do not converge.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ModelWarning)
            warnings.simplefilter("ignore", RuntimeWarning)
            try:
                fit, mean, deviation = model(values, steps)
            except (ValueError, np.linalg.LinAlgError):
                continue
        sound = np.isfinite(mean).all() and (deviation > 0).all() and np.isfinite(deviation).all()
        if fit.mle_retvals["converged"] and sound:
            found.append((mean, deviation))
    return found
