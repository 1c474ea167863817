"""Did a monthly count change when something started: interrupted time series of one place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

#: Fewest months after the start, so that every season is met on both sides of it.
LEAST_AFTER = 12
#: Fewest events on either side of the start.
LEAST_EVENTS = 10
#: Below this p-value the months left over are taken to hang together.
ALPHA = 0.05
YEAR = 12

TREND, STEP, SLOPE = "trend", "sprong", "knik"
COLUMNS = ["deel", "verhouding", "onder95", "boven95", "p"]

GAPS = "Niet van elke maand is er een telling."
TOO_SHORT_BEFORE = "Er zijn te weinig maanden vóór de start: {}. Er zijn er minstens {} nodig."
TOO_SHORT_AFTER = "Er zijn te weinig maanden na de start: {}. Er zijn er minstens {} nodig."
TOO_FEW = f"Er zijn voor of na de start minder dan {LEAST_EVENTS} gevallen."
FEW_FOR_MODEL = "Er zijn te weinig maanden voor dit model."
DEPENDENT = "Maanden na elkaar hangen nog met elkaar samen. De marge kan daardoor te smal zijn."


@dataclass(frozen=True)
class SeriesResult:
    """What changed at the start, or why that cannot be said.

    Attributes
    ----------
    effects : DataFrame
        One row a part of the model: deel ("trend" for the change a month that was there already, "sprong" for the step
        at the start, "knik" for the extra change a month since), verhouding (rate ratio), onder95, boven95 and p.
        Without rows when there is a reason.
    months : DataFrame
        One row a month: telling, verwacht (by the model) and zonder (by the model, had nothing started).
    dispersion : float
        Variance over that of Poisson; 1 when it was not estimated.
    autocorrelation, autocorrelation_p : float
        First-order autocorrelation of the deviance residuals, and the p-value of the first twelve together.
    reason : str
        Why there is no result; empty when there is one.
    caution : str
        What to say beside the result; may be empty.
    """

    effects: pd.DataFrame
    months: pd.DataFrame
    dispersion: float
    autocorrelation: float
    autocorrelation_p: float
    reason: str
    caution: str


def interrupted_series(
    counts: ArrayLike,
    start: int,
    exposure: ArrayLike | None = None,
    *,
    step: bool = True,
    slope: bool = False,
    seasons: int = 2,
    overdispersed: bool = True,
    least_before: int = 24,
    least_after: int = LEAST_AFTER,
) -> SeriesResult:
    """Compare a monthly count after a start with what its own past would have led to.

    Parameters
    ----------
    counts : array of floats, shape (months,)
        Events in each of consecutive months; NaN where there is no count.
    start : int
        Index of the first month after the start.
    exposure : array of floats, shape (months,), optional
        What the counts are counts of, such as inhabitants; without it, the same every month.
    step, slope : bool
        Whether the level, and the change a month, may differ after the start. To be chosen beforehand, from what the
        intervention could do, and not by what fits best.
    seasons : int
        Pairs of sine and cosine of a year; 0 for none.
    overdispersed : bool
        Estimate the dispersion (Pearson chi-squared over the degrees of freedom) instead of taking it as 1.
    least_before, least_after : int
        Fewest months on either side of the start.

    Returns
    -------
    SeriesResult
        Rate ratios with 95 % intervals, or the reason why there are none.

    Raises
    ------
    ValueError
        When the shapes do not fit, a count is below 0, an exposure is not above 0, neither step nor slope is asked, or
        seasons are not 0 to 5.

    Notes
    -----
    Lopez Bernal, Cummins & Gasparrini (2017), International Journal of Epidemiology 46:348-355: log-linear regression
    on time, step and slope, with the log of the exposure as offset, and Wald intervals. The slope counts from the last
    month before. Months that still hang together (Ljung & Box 1978, Biometrika 65:297-303) are said so in ``caution``.
    One place has no comparison: whatever else began in that month is in the step too.
    """
    y, size = _checked(counts, exposure)
    if not (step or slope) or not 0 <= seasons < YEAR / 2:
        raise ValueError("expected a step or a slope, and at most five pairs of season terms")
    terms = 2 + step + slope + 2 * seasons
    reason = _why_not(y, start, least_before, least_after, terms)
    if reason:
        return SeriesResult(pd.DataFrame(columns=COLUMNS), _months(y), np.nan, np.nan, np.nan, reason, "")
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    time = np.arange(len(y), dtype="float64")
    after = time >= start
    parts = {TREND: time - (start - 1)}
    if step:
        parts[STEP] = after.astype("float64")
    if slope:
        parts[SLOPE] = np.where(after, time - (start - 1), 0.0)
    turns = 2 * np.pi * time[:, None] * np.arange(1, seasons + 1) / YEAR
    design = np.column_stack([np.ones(len(y)), *parts.values(), np.sin(turns), np.cos(turns)])
    fit = GLM(y, design, family=Poisson(), offset=np.log(size)).fit(scale="X2" if overdispersed else None)
    here = slice(1, 1 + len(parts))
    low, high = np.exp(fit.conf_int()[here]).T
    effects = pd.DataFrame(
        dict(zip(COLUMNS, [list(parts), np.exp(fit.params[here]), low, high, fit.pvalues[here]], strict=True))
    )
    nothing = design.copy()
    nothing[:, [1 + list(parts).index(part) for part in (STEP, SLOPE) if part in parts]] = 0
    without = size * np.exp(nothing @ fit.params)
    first, p = _dependence(np.asarray(fit.resid_deviance))
    months = _months(y, np.asarray(fit.fittedvalues), without)
    return SeriesResult(effects, months, float(fit.scale), first, p, "", DEPENDENT if p < ALPHA else "")


def _checked(counts: ArrayLike, exposure: ArrayLike | None) -> tuple[Array, Array]:
    y = np.asarray(counts, dtype="float64")
    size = np.ones(y.shape) if exposure is None else np.asarray(exposure, dtype="float64")
    if y.ndim != 1 or size.shape != y.shape:
        raise ValueError("expected one count a month, and as many exposures")
    if (y < 0).any() or not (np.isfinite(size).all() and (size > 0).all()):
        raise ValueError("expected no count below 0, and every exposure above 0")
    return y, size


def _why_not(y: Array, start: int, least_before: int, least_after: int, terms: int) -> str:
    """Say why nothing can be told; empty when something can."""
    if np.isnan(y).any():
        return GAPS
    if start < least_before:
        return TOO_SHORT_BEFORE.format(start, least_before)
    if len(y) - start < least_after:
        return TOO_SHORT_AFTER.format(max(len(y) - start, 0), least_after)
    if min(y[:start].sum(), y[start:].sum()) < LEAST_EVENTS:
        return TOO_FEW
    if len(y) <= terms + 2:
        return FEW_FOR_MODEL
    return ""


def _dependence(left: Array) -> tuple[float, float]:
    """Give the first autocorrelation of what is left over, and the p-value of those of a year together."""
    from statsmodels.stats.diagnostic import acorr_ljungbox

    own = left - left.mean()
    tested = acorr_ljungbox(left, lags=[min(YEAR, len(left) - 2)])
    return float(own[1:] @ own[:-1] / (own @ own)), float(tested["lb_pvalue"].iloc[0])


def _months(y: Array, expected: Array | None = None, without: Array | None = None) -> pd.DataFrame:
    nothing = np.full(len(y), np.nan)
    return pd.DataFrame(
        {
            "telling": y,
            "verwacht": nothing if expected is None else expected,
            "zonder": nothing if without is None else without,
        }
    )
