"""Confidence intervals for whole columns at once: shares, means, counts, and the difference of two of them.

Every function takes numbers or arrays of shapes that broadcast, and gives float arrays of the broadcast shape. What is
unknown (NaN) or has no sense (a share of 110 %, nobody asked) gives NaN, without a warning.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Interval = tuple[Array, Array]

#: Counts below this get an exact interval, others an approximation that holds for computed counts as well.
EXACT_BELOW = 10


def wilson(share: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95, *, continuity: bool = False) -> Interval:
    """Give the interval of a survey share.

    Parameters
    ----------
    share : array_like
        Share between 0 and 1.
    n : array_like
        Respondents, or effective respondents (``n / kish_deff``), which need not be a whole number. Infinite for a
        share without sampling error.
    confidence : float
        Between 0 and 1.
    continuity : bool
        Use the continuity correction: a wider interval, nearly always with at least the stated coverage.

    Returns
    -------
    low, high : arrays
        Limits between 0 and 1; NaN where n is not above 0.

    Notes
    -----
    Wilson (1927), J Am Stat Assoc 22:209-212; method 3, and with correction method 4, of Newcombe (1998), Stat Med
    17:857-872. Without correction the coverage at 95 % is 95 % on average over sizes and shares and nowhere below 89 %,
    except where fewer than 0.18 cases are expected (n below 18 with a share under 1.8 %): there it can be 83.7 %,
    because one case among so few excludes a share as small as the true one (``python -m benchmarks.coverage``).

    Examples
    --------
    >>> low, high = wilson(0.65, 100)
    >>> f"{low:.6f} to {high:.6f}"
    '0.552544 to 0.736358'
    >>> low, high = wilson([0.65, 0.65], [100, 400])
    >>> (high - low).round(3)
    array([0.184, 0.093])
    """
    from scipy.stats import norm
    from statsmodels.stats.proportion import proportion_confint

    p, size = _share(share, n)
    known = np.isinf(size)
    size = np.where(known, 1.0, size)
    low, high = proportion_confint(p * size, size, alpha=1 - confidence, method="wilson")
    if continuity:
        lower, higher = _wilson_corrected(p, size, float(norm.isf((1 - confidence) / 2)))
        # For a share of less than one respondent, which weights can give, the formula would narrow the interval.
        low, high = np.minimum(low, lower), np.maximum(high, higher)
    # At 0 and 1 the limits are exact; rounding errors may not push a limit past the share, nor past 0 and 1.
    low = np.where(known, p, np.where(p == 0, 0.0, np.clip(low, 0, p)))
    high = np.where(known, p, np.where(p == 1, 1.0, np.clip(high, p, 1)))
    return low, high


def student_t(
    mean: npt.ArrayLike, standard_deviation: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95
) -> Interval:
    """Give the interval of the mean of survey answers.

    Parameters
    ----------
    mean, standard_deviation : array_like
        Of the answers, in their unit; the standard deviation is the one of the sample (divisor n - 1).
    n : array_like
        Respondents, or effective respondents.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : arrays
        Limits in the unit of the mean; NaN where n is not above 1 or the standard deviation is negative.

    Notes
    -----
    Student (1908), Biometrika 6:1-25: mean -+ t(n - 1) s / sqrt(n).

    Examples
    --------
    >>> low, high = student_t(7.0, 1.71, 389)
    >>> f"{low:.2f} to {high:.2f}"
    '6.83 to 7.17'
    """
    from scipy.stats import t

    value, spread, size = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (mean, standard_deviation, n)))
    size = np.where((size > 1) & (spread >= 0), size, np.nan)
    margin = t.isf((1 - confidence) / 2, size - 1) * spread / np.sqrt(size)
    return value - margin, value + margin


def poisson(events: npt.ArrayLike, confidence: float = 0.95) -> Interval:
    """Give the interval of a count that is read as one outcome of a chance process.

    Parameters
    ----------
    events : array_like
        Events counted; from ``EXACT_BELOW`` on they need not be a whole number.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : arrays
        Limits in events; divide by the exposure for a rate. NaN below 0, and for a broken number below
        ``EXACT_BELOW``.

    Notes
    -----
    Exact below ``EXACT_BELOW``: Garwood (1936), Biometrika 28:437-442. From there on Byar's approximation: Breslow &
    Day (1987), Statistical Methods in Cancer Research II, IARC, chapter 2. Together they cover at least 95 % at 95 %.

    Examples
    --------
    Exact for 5 events, Byar's for 65:

    >>> low, high = poisson([5, 65])
    >>> low.round(6), high.round(6)
    (array([ 1.623486, 50.163188]), array([11.668332, 82.849139]))
    """
    from scipy.stats import norm
    from statsmodels.stats.rates import confint_poisson

    count = np.asarray(events, dtype=float)
    few = (count >= 0) & (count < EXACT_BELOW) & (count == np.floor(count))
    exact_low, exact_high = confint_poisson(np.where(few, count, 0.0), 1.0, method="exact-c", alpha=1 - confidence)
    many = np.where(count >= EXACT_BELOW, count, np.nan)
    z = float(norm.isf((1 - confidence) / 2))
    low = np.where(few, exact_low, _byar(many, -z))
    high = np.where(few, exact_high, _byar(many + 1, z))
    return low, high


def kish_deff(weights: npt.ArrayLike) -> float:
    """Give the design effect of unequal weights: how many respondents do the work of one.

    Parameters
    ----------
    weights : array_like
        Survey weight of each respondent, 0 or more.

    Returns
    -------
    float
        n sum(w²) / sum(w)², at least 1; ``n / kish_deff`` is the effective n. NaN without respondents, or with a weight
        that is unknown or negative, or without any weight at all.

    Notes
    -----
    Kish (1965), Survey Sampling, section 11.7; Kish (1992), J Off Stat 8:183-200.

    Examples
    --------
    Four respondents of whom one counts for three others do the work of three:

    >>> 4 / kish_deff([1, 1, 1, 3])
    3.0
    """
    w = np.asarray(weights, dtype=float)
    total = float(w.sum())
    if not (total > 0 and (w >= 0).all()):
        return float("nan")
    # Scaled first, so that weights of any size can be squared.
    return float(w.size * ((w / total) ** 2).sum())


def newcombe_difference(
    share_1: npt.ArrayLike,
    n_1: npt.ArrayLike,
    share_2: npt.ArrayLike,
    n_2: npt.ArrayLike,
    confidence: float = 0.95,
    *,
    continuity: bool = False,
) -> Interval:
    """Give the interval of the difference of two independent survey shares, the first less the second.

    Parameters
    ----------
    share_1, share_2 : array_like
        Shares between 0 and 1.
    n_1, n_2 : array_like
        Respondents, or effective respondents; infinite for a share that is taken as a fixed value.
    confidence : float
        Between 0 and 1.
    continuity : bool
        Use the continuity correction.

    Returns
    -------
    low, high : arrays
        Limits between -1 and 1.

    Notes
    -----
    Methods 10 and, with correction, 11 of Newcombe (1998), Stat Med 17:873-890. For showing; whether shares differ is
    told by ``two_shares``.

    Examples
    --------
    >>> low, high = newcombe_difference(56 / 70, 70, 48 / 80, 80)
    >>> f"{low:.4f} to {high:.4f}"
    '0.0524 to 0.3339'
    """
    low_1, high_1 = wilson(share_1, n_1, confidence, continuity=continuity)
    low_2, high_2 = wilson(share_2, n_2, confidence, continuity=continuity)
    return mover_difference(share_1, low_1, high_1, share_2, low_2, high_2)


def mover_difference(
    value_1: npt.ArrayLike,
    low_1: npt.ArrayLike,
    high_1: npt.ArrayLike,
    value_2: npt.ArrayLike,
    low_2: npt.ArrayLike,
    high_2: npt.ArrayLike,
) -> Interval:
    """Give the interval of the difference of two independent values from the interval of each.

    Parameters
    ----------
    value_1, low_1, high_1, value_2, low_2, high_2 : array_like
        The two values with their limits, in one unit and of one confidence.

    Returns
    -------
    low, high : arrays
        Limits of the first less the second, in the same unit.

    Notes
    -----
    Method of variance estimates recovery: Zou & Donner (2008), Stat Med 27:1693-1702.
    """
    v_1, l_1, h_1, v_2, l_2, h_2 = (
        np.asarray(a, dtype=float) for a in (value_1, low_1, high_1, value_2, low_2, high_2)
    )
    difference = v_1 - v_2
    low = difference - np.hypot(v_1 - l_1, h_2 - v_2)
    high = difference + np.hypot(h_1 - v_1, v_2 - l_2)
    return low, high


def _share(share: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Array, Array]:
    """Give shares and sizes of one shape, NaN where there is no share of anything."""
    p, size = np.broadcast_arrays(np.asarray(share, dtype=float), np.asarray(n, dtype=float))
    sound = (p >= 0) & (p <= 1) & (size > 0)
    return np.where(sound, p, np.nan), np.where(sound, size, np.nan)


def _wilson_corrected(p: Array, n: Array, z: float) -> Interval:
    """Give Wilson limits with continuity correction."""
    q = 1 - p
    middle, scale = 2 * n * p + z**2, 2 * (n + z**2)
    # Below 0 only for shares of less than one respondent, or more than all but one.
    below = np.maximum(z**2 - 2 - 1 / n + 4 * p * (n * q + 1), 0)
    above = np.maximum(z**2 + 2 - 1 / n + 4 * p * (n * q - 1), 0)
    return (middle - 1 - z * np.sqrt(below)) / scale, (middle + 1 + z * np.sqrt(above)) / scale


def _byar(count: Array, z: float) -> Array:
    """Give Byar's limit; the upper one takes one event more."""
    return np.asarray(count * (1 - 1 / (9 * count) + z / (3 * np.sqrt(count))) ** 3)
