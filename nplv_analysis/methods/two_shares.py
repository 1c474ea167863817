"""Whether two shares differ: p-values for whole columns at once, of shares with counts and of shares without.

Every function takes numbers or arrays of shapes that broadcast, and gives a float array of the broadcast shape. What is
unknown (NaN) or has no sense gives NaN, without a warning.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nplv_analysis.methods.intervals import Array, mover_difference

#: Part of the exact p-value that a guarded mid-P value has at least.
GUARD = 0.8

#: Smaller p-values than this number of standard errors gives (1e-15) are not told apart.
_MOST_Z = 8.0
#: Halvings of that range, which leave seven digits of the p-value.
_HALVINGS = 30

#: Survey shares are told apart to this many decimals; what is smaller comes from rounding.
_DECIMALS = 12
#: A fixed share below this is taken as 0, for which scipy can reckon.
_LEAST_SHARE = 1e-15


def mid_p(
    events_1: npt.ArrayLike,
    n_1: npt.ArrayLike,
    events_2: npt.ArrayLike,
    n_2: npt.ArrayLike,
    *,
    guarded: bool = False,
) -> Array:
    """Test whether two shares differ, of which the counts are known.

    Parameters
    ----------
    events_1, events_2 : array_like
        Those who count: whole numbers, at most ``n``.
    n_1, n_2 : array_like
        All: whole numbers above 0.
    guarded : bool
        Give at least ``GUARD`` of the exact p-value (see Notes).

    Returns
    -------
    array
        Two-sided p-value: twice the smaller tail, at most 1. Tables with nobody or everybody counting give 1; those
        without anybody in a group, or with numbers that are not whole, NaN.

    Notes
    -----
    Conditional on the margins (hypergeometric), with half of the probability of the observed table in the tail:
    Lancaster (1961), J Am Stat Assoc 56:223-234; Agresti (2013), Categorical Data Analysis, section 3.5.

    Mid-P may exceed its level a little. At 0.2 % at most 0.24 % of equal shares are called different with groups of 10
    to 2,000, but up to 0.35 % when a small group is compared with a far larger one. The exact p-value never exceeds its
    level, so the guarded value exceeds it by a quarter at most (0.25 % at 0.2 %), whatever the sizes. They are the same
    unless the observed table has more than two fifths of the tail, so only where few persons make the difference
    (``python -m benchmarks.coverage``).

    Examples
    --------
    The same shares, 31 and 19 %, among a hundred people each and among a thousand:

    >>> p = mid_p([31, 310], [100, 1000], [19, 190], [100, 1000])
    >>> [float(f"{value:.2g}") for value in p]
    [0.052, 5.2e-10]
    """
    from scipy.stats import hypergeom

    columns = (np.asarray(a, dtype=float) for a in (events_1, n_1, events_2, n_2))
    x_1, size_1, x_2, size_2 = np.broadcast_arrays(*columns)
    sound = _counts(x_1, size_1) & _counts(x_2, size_2)
    # The group with the larger share first, so that the smaller tail is the one that is summed.
    swap = x_1 * size_2 < x_2 * size_1
    x = np.where(sound, np.where(swap, x_2, x_1), 0)
    size = np.where(sound, np.where(swap, size_2, size_1), 1)
    all_x, all_n = np.where(sound, x_1 + x_2, 0), np.where(sound, size_1 + size_2, 1)
    beyond = hypergeom.sf(x, all_n, all_x, size)
    observed = hypergeom.pmf(x, all_n, all_x, size)
    return np.where(sound, _two_sided(beyond, observed, guarded), np.nan)


def mid_p_fixed(events: npt.ArrayLike, n: npt.ArrayLike, share: npt.ArrayLike, *, guarded: bool = False) -> Array:
    """Test whether a share of which the counts are known differs from a fixed value.

    Parameters
    ----------
    events, n : array_like
        Those who count, and all: whole numbers.
    share : array_like
        Fixed share between 0 and 1.
    guarded : bool
        Give at least ``GUARD`` of the exact p-value, as for ``mid_p``.

    Returns
    -------
    array
        Two-sided p-value: twice the smaller tail, at most 1. NaN without anybody, or with numbers that are not whole.

    Notes
    -----
    Binomial, with half of the probability of the observed count in the tail: method 6 of Newcombe (1998), Stat Med
    17:857-872. At 0.2 % up to 0.35 % of equal shares are called different, guarded at most 0.25 %.
    """
    from scipy.stats import binom

    x, size, p = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in (events, n, share)))
    sound = _counts(x, size) & (p >= 0) & (p <= 1)
    x, size, p = np.where(sound, x, 0), np.where(sound, size, 1), np.where(sound & (p > _LEAST_SHARE), p, 0)
    # The others are tested where few count, again so that the smaller tail is the one that is summed.
    turn = x < size * p
    x, p = np.where(turn, size - x, x), np.where(turn, 1 - p, p)
    return np.where(sound, _two_sided(binom.sf(x, size, p), binom.pmf(x, size, p), guarded), np.nan)


def share_differs(share_1: npt.ArrayLike, n_1: npt.ArrayLike, share_2: npt.ArrayLike, n_2: npt.ArrayLike) -> Array:
    """Test whether two survey shares differ, of which only the share and the (effective) number asked are known.

    Parameters
    ----------
    share_1, share_2 : array_like
        Shares between 0 and 1.
    n_1, n_2 : array_like
        Respondents, or effective respondents; infinite for a share that is taken as a fixed value.

    Returns
    -------
    array
        Two-sided p-value, at least 1e-15; 1 for equal shares. NaN where a share is not between 0 and 1, an n is not
        above 0, or both are infinite.

    Notes
    -----
    One less the highest confidence at which the interval of the difference leaves out 0. The interval is the one of
    Zou & Donner (2008), Stat Med 27:1693-1702, as Newcombe's, on exact limits of each share: Clopper & Pearson (1934),
    Biometrika 26:404-413, for a number asked that need not be whole as Korn & Graubard (1998), Survey Methodology
    24:193-201. No count is worked out: share and n enter as they are. Against a fixed share it is the exact binomial
    test.

    On Wilson limits, even with continuity correction, up to 0.8 % of equal shares under 5 % would be called different
    at 0.2 % (1.4 % against a fixed share); on exact limits at most 0.2 %.

    Examples
    --------
    The 95 % intervals of these two shares overlap; the test of their difference says more, but not enough for a verdict
    (p < 0.002):

    >>> f"{share_differs(0.31, 411, 0.22, 252):.4f}"
    '0.0136'
    """
    from scipy.stats import norm

    columns = (np.asarray(a, dtype=float) for a in (share_1, n_1, share_2, n_2))
    p_1, size_1, p_2, size_2 = np.broadcast_arrays(*columns)
    sound = (p_1 >= 0) & (p_1 <= 1) & (p_2 >= 0) & (p_2 <= 1) & (size_1 > 0) & (size_2 > 0)
    sound &= np.isfinite(size_1) | np.isfinite(size_2)
    p_1, p_2 = p_1.round(_DECIMALS), p_2.round(_DECIMALS)
    differ = sound & (p_1 != p_2)
    p_1, size_1, p_2, size_2 = p_1[differ], size_1[differ], p_2[differ], size_2[differ]
    first = p_1 > p_2
    larger, n_larger = np.where(first, p_1, p_2), np.where(first, size_1, size_2)
    smaller, n_smaller = np.where(first, p_2, p_1), np.where(first, size_2, size_1)
    inside, outside = np.zeros(larger.shape), np.full(larger.shape, _MOST_Z)
    for _ in range(_HALVINGS):
        z = (inside + outside) / 2
        tail = norm.sf(z)
        low = _exact_low(larger, n_larger, tail)
        high = 1 - _exact_low(1 - smaller, n_smaller, tail)
        # Only the lower limit of the larger less the smaller is needed.
        apart = mover_difference(larger, low, larger, smaller, smaller, high)[0] > 0
        inside, outside = np.where(apart, z, inside), np.where(apart, outside, z)
    p = np.where(sound, 1.0, np.nan)
    p[differ] = 2 * norm.sf(inside)
    return p


def _counts(events: Array, n: Array) -> npt.NDArray[np.bool_]:
    """Tell where there is a whole number of events among a whole number of persons."""
    return np.asarray((events >= 0) & (events <= n) & (n > 0) & (events == np.floor(events)) & (n == np.floor(n)))


def _two_sided(beyond: Array, observed: Array, guarded: bool) -> Array:
    """Give the p-value from the probability of more than was observed, and of exactly that."""
    upper = beyond + observed / 2
    p = 2 * np.minimum(upper, 1 - upper)
    if guarded:
        exact = np.minimum(2 * np.minimum(beyond + observed, 1 - beyond), 1)
        p = np.maximum(p, GUARD * exact)
    return p


def _exact_low(share: Array, n: Array, tail: Array) -> Array:
    """Give the Clopper-Pearson lower limit of shares above 0, which are their own limit where n is infinite."""
    from scipy.stats import beta

    known = np.isinf(n)
    size = np.where(known, 1.0, n)
    return np.where(known, share, beta.ppf(tail, share * size, (1 - share) * size + 1))
