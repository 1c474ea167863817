"""How unevenly two groups of pupils are spread over schools: the index D, what chance alone gives, and its bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nplv_analysis.methods.intervals import Array

#: How often pupils are drawn anew for an interval.
DRAWS = 999
#: Of so many schools every way to divide them is tried; a computer does that in some hundredths of a second.
MOST_TRIED = 16
#: A linear program is solved to this precision; a bound gives way by it.
SOLVED_TO = 1e-7


def dissimilarity(a: npt.ArrayLike, b: npt.ArrayLike) -> Array:
    """Index of dissimilarity: the share of either group that would have to change school for an even distribution.

    Parameters
    ----------
    a, b : array_like of shape (..., schools)
        Pupils of either group in each school.

    Returns
    -------
    ndarray of shape (...,)
        D = 1/2 sum |a_i / A - b_i / B|, from 0 (the same mix everywhere) to 1 (no school has both groups); NaN where a
        group has nobody.

    Notes
    -----
    Duncan & Duncan (1955), American Sociological Review 20:210-217.
    """
    return 0.5 * np.abs(_shares(a) - _shares(b)).sum(axis=-1)


def isolation(a: npt.ArrayLike, b: npt.ArrayLike) -> Array:
    """Isolation xPx: the share of the own group in the school of the average pupil of group ``a``.

    Parameters
    ----------
    a, b : array_like of shape (..., schools)
        Pupils of either group in each school; together all of its pupils.

    Returns
    -------
    ndarray of shape (...,)
        sum (a_i / A) (a_i / (a_i + b_i)). What it means depends on how large the group is: spread evenly, it is the
        share of the group in all schools together.

    Notes
    -----
    Bell (1954), Social Forces 32:357-364; Massey & Denton (1988), Social Forces 67:281-315.
    """
    return 1 - exposure(a, b)


def exposure(a: npt.ArrayLike, b: npt.ArrayLike) -> Array:
    """Exposure xPy: the share of group ``b`` in the school of the average pupil of group ``a``; see ``isolation``."""
    ours, others = (np.asarray(group, dtype=float) for group in (a, b))
    total = ours + others
    return (_shares(ours) * np.divide(others, total, out=np.zeros_like(total), where=total > 0)).sum(axis=-1)


def density_corrected(a: npt.ArrayLike, b: npt.ArrayLike) -> Array:
    """D with the part taken off that chance adds when schools or groups are small.

    Parameters
    ----------
    a, b : array_like of shape (..., schools)
        Pupils of either group in each school.

    Returns
    -------
    ndarray of shape (...,)
        1/2 sum sigma_i n(theta_i), where theta_i sigma_i = |a_i / A - b_i / B|, sigma_i is the standard error of that
        difference and n(theta) the mode of the likelihood of a folded normal.

    Notes
    -----
    The density-corrected index of Allen, Burgess, Davidson & Windmeijer (2015), Econometrics Journal 18:40-66. Their
    other correction (2 D less the mean of D over a bootstrap) leaves more of the bias where schools are small and
    little segregated; docs/methods.md has the figures. n is 0 up to theta = 1 and then solves n = theta tanh(theta n).
    """
    ours, others = _shares(a), _shares(b)
    size_a, size_b = (np.asarray(group, dtype=float).sum(axis=-1, keepdims=True) for group in (a, b))
    error = np.sqrt(ours * (1 - ours) / size_a + others * (1 - others) / size_b)
    apart = np.abs(ours - others)
    return 0.5 * np.where(error > 0, error * _folded_mode(apart, error), apart).sum(axis=-1)


def _folded_mode(apart: Array, error: Array) -> Array:
    theta = np.divide(apart, error, out=np.zeros_like(apart), where=error > 0)
    mode = theta.copy()
    # theta tanh(theta n) - n is concave in n, so Newton's steps from theta never pass its root.
    for _ in range(25):
        bend = np.tanh(theta * mode)
        slope = theta**2 * (1 - bend**2) - 1
        mode = np.where(slope < 0, mode - np.divide(theta * bend - mode, slope, where=slope < 0, out=mode * 0), mode)
    return np.where(theta > 1, mode, 0.0)


def expected_by_chance(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Mean of D when the same pupils are drawn over the same places by lot.

    Parameters
    ----------
    a, b : array_like of shape (schools,)
        Pupils of either group in each school.

    Returns
    -------
    float
        The exact mean: the number of group ``a`` in a school is hypergeometric. High where schools or groups are small.

    Notes
    -----
    Evenness against randomness: Cortese, Falk & Cohen (1976), American Sociological Review 41:630-637; Carrington &
    Troske (1997), Journal of Business & Economic Statistics 15:402-409.
    """
    from scipy.stats import hypergeom

    ours, others = np.asarray(a, dtype=int), np.asarray(b, dtype=int)
    size_a, size_b = int(ours.sum()), int(others.sum())
    total = 0.0
    for places, schools in zip(*np.unique(ours + others, return_counts=True), strict=True):
        number = np.arange(max(0, int(places) - size_b), min(size_a, int(places)) + 1)
        weight = hypergeom.pmf(number, size_a + size_b, size_a, places)
        total += schools * float(weight @ np.abs(number / size_a - (places - number) / size_b))
    return total / 2


@dataclass(frozen=True)
class Estimate:
    """D as counted, as corrected for chance, its interval, and the chance of a D this large when pupils draw lots."""

    counted: float
    corrected: float
    low: float
    high: float
    by_lot: float


def estimate(
    a: npt.ArrayLike, b: npt.ArrayLike, rng: np.random.Generator, *, confidence: float = 0.95, draws: int = DRAWS
) -> Estimate:
    """Estimate D for schools that are small, with an interval.

    Parameters
    ----------
    a, b : array_like of shape (schools,)
        Pupils of either group in each school, counted exactly.
    rng : Generator
        For the draws.
    confidence : float
        Confidence of the interval.
    draws : int
        How often pupils are drawn anew.

    Returns
    -------
    Estimate
        The interval is that of the corrected index over a bootstrap in which every pupil chooses a school again
        (multinomial within each group), moved so that its mean is the estimate. Its lower end is 0 where D is not above
        what lots give (``by_lot`` at least (1 - confidence) / 2): the correction leaves some of the bias when there is
        no segregation at all, so an interval without 0 would be wrong there nearly always.
    """
    ours, others = (np.asarray(group, dtype=int) for group in (a, b))
    counted, corrected = float(dissimilarity(ours, others)), float(density_corrected(ours, others))
    again = [rng.multinomial(group.sum(), group / group.sum(), draws) for group in (ours, others)]
    drawn = density_corrected(*again)
    tail = (1 - confidence) / 2
    low, high = corrected + np.quantile(drawn, [tail, 1 - tail]) - drawn.mean()
    lots = rng.multivariate_hypergeometric(ours + others, int(ours.sum()), draws)
    reached = int((dissimilarity(lots, ours + others - lots) >= counted - SOLVED_TO).sum())
    by_lot = (1 + reached) / (1 + draws)
    low = 0.0 if by_lot > tail else max(low, 0.0)
    return Estimate(counted, corrected, float(min(low, corrected)), float(min(max(high, corrected), 1.0)), by_lot)


def dissimilarity_bounds(
    a_low: npt.ArrayLike, a_high: npt.ArrayLike, b_low: npt.ArrayLike, b_high: npt.ArrayLike
) -> tuple[float, float]:
    """Bounds of D where counts are only known to lie between two numbers.

    Parameters
    ----------
    a_low, a_high, b_low, b_high : array_like of shape (schools,)
        Lowest and highest number of pupils of either group in each school.

    Returns
    -------
    tuple of float
        No counts within the bounds give a D outside these two. The lower one is the least D over all numbers between
        the bounds, also broken ones. The upper one is exact where at most ``MOST_TRIED`` schools could be either above
        or below the mix of all schools together. NaN where a group may have nobody.
    """
    low_a, high_a, low_b, high_b = (np.asarray(side, dtype=float) for side in (a_low, a_high, b_low, b_high))
    if low_a.sum() < 1 or low_b.sum() < 1:
        return float("nan"), float("nan")
    if (low_a == high_a).all() and (low_b == high_b).all():
        only = float(dissimilarity(low_a, low_b))
        return only, only
    return _least(low_a, high_a, low_b, high_b), _largest(low_a, high_a, low_b, high_b)


def _least(low_a: Array, high_a: Array, low_b: Array, high_b: Array) -> float:
    # With s_i = a_i / A and t = 1 / A, the bounds on a_i are t low_i <= s_i <= t high_i with sum s_i = 1 and t > 0, all
    # of them linear; the same holds for r_i = b_i / B. So the least of 1/2 sum |s_i - r_i| is that of a linear program
    # (Charnes & Cooper 1962, Naval Research Logistics Quarterly 9:181-186) in s, t, r and the differences.
    from scipy.optimize import linprog

    schools = len(low_a)
    one, none, nothing = np.eye(schools), np.zeros((schools, schools)), np.zeros((schools, 1))
    rows = [
        [-one, low_a[:, None], none, nothing, none],
        [one, -high_a[:, None], none, nothing, none],
        [none, nothing, -one, low_b[:, None], none],
        [none, nothing, one, -high_b[:, None], none],
        [one, nothing, -one, nothing, -one],
        [-one, nothing, one, nothing, -one],
    ]
    full = np.kron(np.eye(3), np.append(np.ones(schools), 0.0))[:2, :-1]
    goal = np.concatenate([np.zeros(2 * schools + 2), np.full(schools, 0.5)])
    solved = linprog(goal, A_ub=np.block(rows), b_ub=np.zeros(6 * schools), A_eq=full, b_eq=[1, 1], method="highs")
    return max(float(solved.fun) - SOLVED_TO, 0.0) if solved.status == 0 else 0.0


def _largest(low_a: Array, high_a: Array, low_b: Array, high_b: Array) -> float:
    # D is the sum of the positive parts of s_i - r_i, so it is the largest of a(S) / A - b(S) / B over all sets S of
    # schools. For one S the first term is largest with the highest a in S and the lowest outside it, the second least
    # the other way about, and these choices do not hinder each other. So the largest D is that over all S. A school
    # that is always above the mix (its least s_i is not below its largest r_i) is in the best S, one always below it is
    # not, whatever the counts. Of the others that are left when too many to try, the positive part is at most their
    # largest s_i less their least r_i: leaving them out of S and adding that gives a bound that still holds.
    most_a, least_a = (_extreme_share(*ends) for ends in ((high_a, low_a), (low_a, high_a)))
    most_b, least_b = (_extreme_share(*ends) for ends in ((high_b, low_b), (low_b, high_b)))
    inside, open_ = least_a >= most_b, (least_a < most_b) & (most_a > least_b)
    # Where the counts leave least open, it costs least to leave a school out.
    slack = np.where(open_, most_a - least_b, 0.0)
    tried = np.argsort(-slack, kind="stable")[: min(int(open_.sum()), MOST_TRIED)]
    terms = (high_a, low_a, low_b, high_b)
    # Of each set: what is in it (a high, b low) and what is not (a low, b high).
    in_a, out_a, in_b, out_b = (
        np.array([side[where].sum()]) for side, where in zip(terms, (inside, ~inside, inside, ~inside), strict=True)
    )
    for school in tried:
        in_a = np.concatenate([in_a, in_a + high_a[school]])
        out_a = np.concatenate([out_a, out_a - low_a[school]])
        in_b = np.concatenate([in_b, in_b + low_b[school]])
        out_b = np.concatenate([out_b, out_b - high_b[school]])
    best = float((in_a / (in_a + out_a) - in_b / (in_b + out_b)).max())
    return min(best + float(slack.sum() - slack[tried].sum()), 1.0)


def _extreme_share(own: Array, others: Array) -> Array:
    """Share of each school when it is at one end and all others at the other."""
    rest = others.sum() - others
    return np.divide(own, own + rest, out=np.ones_like(own), where=own + rest > 0)


def _shares(group: npt.ArrayLike) -> Array:
    counts = np.asarray(group, dtype=float)
    total = counts.sum(axis=-1, keepdims=True)
    return np.divide(counts, total, out=np.full_like(counts, np.nan), where=total > 0)
