"""How often the rule for trends calls a flat series a trend: ``python -m benchmarks.false_alarms``.

Every series has a size and a level of its own, as real ones do. Dispersion is the variance over that of Poisson, of a
binomial share, or over the squared standard error that goes with a mean.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import stats

from nplv_analysis.methods.trend import ALPHA, TESTS, Slopes, count_slopes, linear_slopes, share_slopes

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SERIES = 40_000
SEED = 20_260_101
POINTS = range(5, 11)
#: Most false alarms that the rule may give, by dispersion.
BOUNDS = {1: 0.005, 3: 0.01}


def shares(x: Array, true: Array, size: Array, dispersion: float, rng: np.random.Generator) -> Slopes:
    """Test simulated shares: binomial, or beta-binomial."""
    n = np.round(size * rng.uniform(0.7, 1.3, x.shape)).astype(int)
    if dispersion > 1:
        total = (n - 1) / (dispersion - 1) - 1
        true = rng.beta(true * total, (1 - true) * total)
    return share_slopes(x, rng.binomial(n, true) / n, n.astype(float))


def counts(x: Array, expected: Array, dispersion: float, rng: np.random.Generator) -> Slopes:
    """Test simulated counts with an exposure: Poisson, or negative binomial."""
    exposure = rng.uniform(0.8, 1.25, x.shape)
    mean = expected * exposure
    if dispersion > 1:
        mean = rng.gamma(mean / (dispersion - 1), dispersion - 1)
    return count_slopes(x, rng.poisson(mean).astype(float), exposure)


def means(x: Array, true: Array, dispersion: float, rng: np.random.Generator) -> Slopes:
    """Test simulated means whose standard errors are too small by the root of the dispersion."""
    error = rng.uniform(0.7, 1.3, x.shape)
    return linear_slopes(x, true + error * np.sqrt(dispersion) * rng.standard_normal(x.shape), error**-2)


def flat(kind: str, points: int, dispersion: float, rng: np.random.Generator, series: int = SERIES) -> Slopes:
    """Test series without a trend."""
    x = np.broadcast_to(np.arange(2011.0, 2011 + points), (series, points))
    if kind == "share":
        size, true = np.exp(rng.uniform(np.log(100), np.log(1500), (series, 1))), rng.uniform(0.05, 0.6, (series, 1))
        return shares(x, true, size, dispersion, rng)
    if kind == "count":
        return counts(x, np.exp(rng.uniform(np.log(5), np.log(1000), (series, 1))), dispersion, rng)
    return means(x, np.full((series, 1), 7.0), dispersion, rng)


def alarms(kind: str, slopes: Slopes) -> Flags:
    """Tell which series the rule calls a trend."""
    level, prior, _ = TESTS[kind]
    return slopes.significant(level, prior) & slopes.steady


def _over_dispersion(slopes: Slopes) -> Flags:
    limit = stats.chi2.isf(ALPHA, 1)
    return slopes.chi2 / np.maximum(slopes.residual / slopes.freedom, 1) > limit


#: Second tests for shares and means that were tried.
VARIANTS: dict[str, Callable[[Slopes], Flags]] = {
    "chi-squared alone": lambda s: s.chi2 > stats.chi2.isf(ALPHA, 1),
    "chi-squared / dispersion above 1": _over_dispersion,
    "F, p < 0.01": lambda s: s.significant(0.01),
    "moderated F, p < 0.01": lambda s: s.significant(0.01, 2),
    "moderated F, p < 0.005": lambda s: s.significant(0.005, 2),
}


def main() -> None:
    """Print the rates of the rule with their bounds, and what the second tests that were tried give."""
    started, rng = time.perf_counter(), np.random.default_rng(SEED)
    print(f"False alarms on flat series, {SERIES} a cell (seed {SEED})")
    print(f"{'kind':8}{'dispersion':>12}{'bound':>8}  " + "".join(f"{points:>5} pts" for points in POINTS))
    for kind in TESTS:
        for dispersion, bound in BOUNDS.items():
            rates = [alarms(kind, flat(kind, points, dispersion, rng)).mean() for points in POINTS]
            cells = "".join(f"{rate:9.2%}" for rate in rates)
            print(f"{kind:8}{dispersion:12}{bound:8.1%}  {cells}{'' if max(rates) <= bound else '   TOO MANY'}")
    print("\nSecond tests for shares: highest rate of false alarms, and trends found at dispersion 1 and n = 400")
    at = {d: [flat("share", points, d, rng) for points in POINTS] for d in (3, 10)}
    found = []
    for points, last in ((5, 0.20), (5, 0.15), (8, 0.20)):
        x = np.broadcast_to(np.arange(2011.0, 2011 + points), (SERIES, points))
        found.append(shares(x, np.linspace(0.30, last, points), np.full((SERIES, 1), 400.0), 1, rng))
    print(f"{'points, share':34}{'disp. 3':>9}{'disp. 10':>10}{'5, 30-20':>10}{'5, 30-15':>10}{'8, 30-20':>10}")
    for name, test in VARIANTS.items():
        rates = [max(test(s).mean() for s in at[d]) for d in (3, 10)] + [test(s).mean() for s in found]
        print(f"{name:34}{rates[0]:9.2%}" + "".join(f"{rate:10.2%}" for rate in rates[1:]))
    print(f"\n{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
