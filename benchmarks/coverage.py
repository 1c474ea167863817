"""How often intervals hold the true value, and tests call equals different: ``python -m benchmarks.coverage``.

Exact: probabilities are summed over all outcomes, nothing is simulated. A cell is one size (or pair of sizes) with one
true share or mean; the bounds hold for every cell. Shares above one half are the mirror image of those below.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nplv_analysis.methods.funnel import rate_differs
from nplv_analysis.methods.intervals import newcombe_difference, poisson, student_t, wilson
from nplv_analysis.methods.two_shares import mid_p, mid_p_fixed, share_differs

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Interval = Callable[[Array, Array], tuple[Array, Array]]
Pairs = Sequence[tuple[int, int]]
Differs = Callable[[Counts], npt.NDArray[np.bool_]]

ALPHA = 0.002
#: Share of equals that may be called different, in any cell.
MOST_ALARMS = 0.0025
LEAST_COVERAGE, MEAN_COVERAGE = 0.89, (0.94, 0.965)
#: How many times faster than a loop over the rows.
LEAST_RATIO = 20
#: In percentage points / 100: a smaller difference is no verdict.
SMALLEST_DIFFERENCE = 0.02

ALL_SIZES = (*range(10, 201), *range(205, 2001, 5))
ALL_SHARES = np.linspace(0.01, 0.99, 981)
SIZES = (*range(10, 21), 25, 30, 40, 50, 70, 100, 150, 200, 300, 500, 1000, 2000)
#: Against these a sample of 10 to 200 is nearly compared with a fixed share.
LARGE_SIZES = (5000, 20000)
SHARES = np.concatenate([np.arange(0.01, 0.1, 0.0025), np.arange(0.1, 0.5001, 0.005)])
FINE_SHARES = np.concatenate([np.arange(0.01, 0.1, 0.0005), np.arange(0.1, 0.50001, 0.001)])
#: Variation between areas (relative standard deviation of true rates is twice this).
TAUS = np.arange(0, 0.601, 0.02)
EXPECTED = np.concatenate([np.arange(0.5, 60, 0.1), np.arange(60, 1000, 10)])


# ----------------------------------------------------------------------------------------------------------- intervals


def share_coverage(interval: Interval, sizes: Iterable[int], shares: Array) -> Array:
    """Give the coverage of an interval of a share, one row a size and one column a true share."""
    from scipy.stats import binom

    rows = []
    for n in sizes:
        low, high = interval(np.arange(n + 1) / n, np.array(float(n)))
        first = np.searchsorted(high, shares - 1e-12)
        last = np.searchsorted(low, shares + 1e-12, side="right") - 1
        rows.append(binom.cdf(last, n, shares) - binom.cdf(first - 1, n, shares))
    return np.array(rows)


def count_coverage(means: Array) -> Array:
    """Give the coverage of the interval of a count, for each true mean."""
    from scipy.stats import poisson as distribution

    low, high = poisson(np.arange(int(means.max() * 1.5 + 50)))
    first = np.searchsorted(high, means)
    last = np.searchsorted(low, means, side="right") - 1
    return np.asarray(distribution.cdf(last, means) - distribution.cdf(first - 1, means))


# --------------------------------------------------------------------------------------------------------------- tests


def steps_to(differs: Differs, room: Counts) -> Counts:
    """Give the smallest number of steps, 1 to ``room``, that makes a difference; ``room`` + 1 where none does."""
    few, enough = np.zeros_like(room), room + 1
    while (enough - few > 1).any():
        middle = (few + enough) // 2
        found = differs(middle)
        few, enough = np.where(found, few, middle), np.where(found, middle, enough)
    return enough


def critical(test: Callable[..., Array], pairs: Pairs) -> tuple[Counts, Counts, Counts, Counts, Counts]:
    """Give what is called different for pairs of sizes, all pairs in one call, the smaller sample first.

    Gives for each count of the smaller sample that is not all but impossible (1e-13) at a share of one half: the two
    sizes, the count, and the least count above and the highest below in the larger sample that are called different.
    """
    from scipy.stats import binom

    most = [int(binom.isf(1e-13, few, 0.5)) for few, _ in pairs]
    few, many = (np.repeat([pair[i] for pair in pairs], np.add(most, 1)) for i in (0, 1))
    x = np.concatenate([np.arange(m + 1) for m in most])
    start = x * many // few
    above = start + steps_to(lambda k: test(x, few, start + k, many) < ALPHA, many - start)
    below = start - steps_to(lambda k: test(x, few, start - k, many) < ALPHA, start)
    return few, many, x, above, below


def two_sample_alarms(limits: tuple[Counts, ...], shares: Array, *, smallest: float = 0.0) -> Array:
    """Give how often two samples of one true share, at least ``smallest`` apart, are called different.

    One row a pair of sizes, one column a share.
    """
    from scipy.stats import binom

    few, many, x, above, below = limits
    above = np.maximum(above, np.ceil(many * (x / few + smallest) - 1e-9))
    below = np.minimum(below, np.floor(many * (x / few - smallest) + 1e-9))
    rows = []
    for pair in np.split(np.arange(x.size), np.flatnonzero(x == 0)[1:]):
        n, count, high, low = (column[pair, np.newaxis] for column in (many, x, above, below))
        called = binom.sf(high - 1, n, shares) + binom.cdf(low, n, shares)
        rows.append((binom.pmf(count, few[pair, np.newaxis], shares) * called).sum(axis=0))
    return np.array(rows)


def fixed_alarms(test: Callable[..., Array], n: int, shares: Array) -> Array:
    """Give how often a sample is called different from its own true share, for each share."""
    from scipy.stats import binom

    start = np.floor(n * shares).astype(np.int64)
    above = start + steps_to(lambda k: test(start + k, n, shares) < ALPHA, n - start)
    below = start - steps_to(lambda k: test(start - k, n, shares) < ALPHA, start)
    return np.asarray(binom.sf(above - 1, n, shares) + binom.cdf(below, n, shares))


def rate_alarms(tau: float, expected: Array) -> Array:
    """Give how often an area is called different whose true rate is drawn from a gamma distribution.

    The mean of the distribution is the reference rate, known without error; its relative standard deviation 2 tau.
    """
    from scipy.stats import nbinom
    from scipy.stats import poisson as distribution

    # So many reference events that their own variance does not count.
    many = 10**9

    def differs(x: Counts) -> npt.NDArray[np.bool_]:
        return rate_differs(x, expected, many, many, tau**2) < ALPHA

    start = np.floor(expected).astype(np.int64)
    above = start + steps_to(lambda k: differs(start + k), 10 * start + 100)
    below = start - steps_to(lambda k: differs(start - k), start)
    if tau == 0:
        return np.asarray(distribution.sf(above - 1, expected) + distribution.cdf(below, expected))
    shape = 1 / (2 * tau) ** 2
    chance = shape / (shape + expected)
    return np.asarray(nbinom.sf(above - 1, shape, chance) + nbinom.cdf(below, shape, chance))


# --------------------------------------------------------------------------------------------- shares without a count


def survey(x_1: Counts, n_1: Counts, x_2: Counts, n_2: Counts) -> Array:
    """Test two survey shares that are known as shares only."""
    return share_differs(x_1 / n_1, n_1, x_2 / n_2, n_2)


def survey_fixed(x: Counts, n: int, share: Array) -> Array:
    """Test a survey share against a fixed one."""
    return share_differs(x / n, n, share, np.inf)


def guarded(x_1: Counts, n_1: Counts, x_2: Counts, n_2: Counts) -> Array:
    """Test two shares with the guarded mid-P value."""
    return mid_p(x_1, n_1, x_2, n_2, guarded=True)


def guarded_fixed(x: Counts, n: int, share: Array) -> Array:
    """Test a share against a fixed one with the guarded mid-P value."""
    return mid_p_fixed(x, n, share, guarded=True)


# -------------------------------------------------------------------------------------------------------------- table


def line(what: str, values: Array, bound: str = "", met: bool = True) -> None:
    """Print one line of the table, in percents."""
    low, mean, high = 100 * values.min(), 100 * values.mean(), 100 * values.max()
    verdict = f"{bound}: {'met' if met else 'NOT MET'}" if bound else ""
    print(f"{what:58} {values.size:8,d} {low:8.3f} {mean:8.3f} {high:8.3f}  {verdict}")


def coverages() -> None:
    """Print how often the intervals hold the true value."""
    cells = share_coverage(wilson, ALL_SIZES, ALL_SHARES)
    sizes = np.array(ALL_SIZES)[:, np.newaxis]
    rare = sizes * np.minimum(ALL_SHARES, 1 - ALL_SHARES) < 0.18
    fine = cells[~rare]
    met = bool(fine.min() >= LEAST_COVERAGE and MEAN_COVERAGE[0] <= cells.mean() <= MEAN_COVERAGE[1])
    line("Wilson 95 %, n 10-2000, share 1-99 %", fine, "at least 89, mean 94-96.5", met)
    low = rare & (cells < LEAST_COVERAGE)
    line("  the cells with fewer than 0.18 expected (n 10-17)", cells[rare], "at least 89", not low.any())
    which = sizes[low.any(axis=1), 0]
    share = np.minimum(ALL_SHARES, 1 - ALL_SHARES)[low.any(axis=0)].max()
    found = f"{int(low.sum())}, n {which.min()} to {which.max()}, share at most {100 * share:.1f} %"
    print(f"    of which below 89 %: {found}")
    corrected = share_coverage(lambda p, n: wilson(p, n, continuity=True), ALL_SIZES, ALL_SHARES)
    line("Wilson 95 % with continuity correction, same cells", corrected)
    for first, last in ((0.05, 10.0), (10.0, 100.0), (100.0, 500.0)):
        cells = count_coverage(np.arange(first, last, 0.005 if first < 100 else 0.1))
        part = "exact below 10 events" if first < 1 else "Byar"
        line(f"poisson 95 %, mean {first:g}-{last:g} ({part})", cells, "at least 95", bool(cells.min() >= 0.95))


def alarms() -> None:
    """Print how often the tests call equals different."""
    bound = f"at most {100 * MOST_ALARMS:g}"
    pairs = list(itertools.combinations_with_replacement(SIZES, 2))
    large = list(itertools.product([n for n in SIZES if n <= 200], LARGE_SIZES))

    def show(what: str, cells: Array) -> None:
        line(what, cells, bound, bool(cells.max() <= MOST_ALARMS))

    for name, test in (("mid_p", mid_p), ("mid_p guarded", guarded), ("share_differs", survey)):
        limits = critical(test, pairs)
        show(f"{name}, n 10-2000 each", two_sample_alarms(limits, SHARES))
        wide = two_sample_alarms(limits, SHARES, smallest=SMALLEST_DIFFERENCE)
        show("  and at least 2 points apart", wide)
        show("  n 10-200 against 5,000-20,000", two_sample_alarms(critical(test, large), SHARES))
    fixed = (
        ("mid_p_fixed", mid_p_fixed, FINE_SHARES),
        ("mid_p_fixed guarded", guarded_fixed, FINE_SHARES),
        ("share_differs from a fixed share", survey_fixed, SHARES),
    )
    for name, single, shares in fixed:
        show(f"{name}, n 10-2000", np.array([fixed_alarms(single, n, shares) for n in SIZES]))
    rates = np.array([rate_alarms(tau, EXPECTED) for tau in TAUS])
    show("rate_differs, 0.5-1,000 expected, tau 0", rates[0])
    show("rate_differs, 0.5-1,000 expected, tau 0.02-0.6", rates[1:])


def speed(rows: int = 2000) -> None:
    """Print how many times faster intervals of whole columns are than a loop over the rows with the same function."""
    rng = np.random.default_rng(1)
    n_1, n_2 = rng.integers(10, 2000, rows), rng.integers(10, 2000, rows)
    p_1, p_2 = rng.uniform(0, 1, rows), rng.uniform(0, 1, rows)
    calls: dict[str, tuple[Callable[..., object], tuple[npt.NDArray[Any], ...]]] = {
        "wilson": (wilson, (p_1, n_1)),
        "student_t": (student_t, (p_1, p_2, n_1)),
        "poisson": (poisson, (n_1 // 10,)),
        "newcombe_difference": (newcombe_difference, (p_1, n_1, p_2, n_2)),
    }
    print(f"\n{f'intervals of {rows:,d} rows':24} {'columns':>10} {'row by row':>12} {'ratio':>8}  bound")
    for name, (function, columns) in calls.items():
        function(*columns)
        started = time.perf_counter()
        function(*columns)
        whole = time.perf_counter() - started
        started = time.perf_counter()
        for row in zip(*columns, strict=True):
            function(*row)
        loop = time.perf_counter() - started
        bound = f"at least {LEAST_RATIO}: {'met' if loop >= LEAST_RATIO * whole else 'NOT MET'}"
        print(f"{name:24} {1000 * whole:7.1f} ms {1000 * loop:9.0f} ms {loop / whole:8.0f}  {bound}")


def main() -> None:
    """Print everything."""
    started = time.perf_counter()
    print(f"{'percents':58} {'cells':>8} {'lowest':>8} {'mean':>8} {'highest':>8}  bound")
    coverages()
    alarms()
    speed()
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
