"""How fast the permutation comparison is, and how often it sees an effect where there is none.

``python -m benchmarks.permutation`` draws data without any effect: wijken that differ, all waves of a wijk alike
(autoregressive, correlation ``RHO`` between two after each other). ``make bench`` runs the speed alone.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import stats

from nplv_analysis.methods.did import changes_of_wijken
from nplv_analysis.methods.permutation import permutation_test

Array = npt.NDArray[np.float64]

SETS = 10_000
SEED = 20_260_101
WIJKEN, TREATED = 45, 8
RHO = 0.7
LEVEL, BOUND = 0.05, 0.055
MOST_SECONDS = 0.1
RUNS = 5
#: Waves before and after, spread of the treated wijken against the others, and sets drawn.
CELLS = ((3, 3, 1.0, 9999), (2, 1, 1.0, 999), (6, 4, 1.0, 999), (3, 3, 1.5, 999), (3, 3, 0.67, 999))


def no_effect(before: int, after: int, spread: float, rng: np.random.Generator) -> Array:
    """Draw figures of wijken to which nothing was done, the treated ones first."""
    step = rng.standard_normal((WIJKEN, before + after))
    chance = np.empty_like(step)
    chance[:, 0] = step[:, 0]
    for wave in range(1, before + after):
        chance[:, wave] = RHO * chance[:, wave - 1] + np.sqrt(1 - RHO**2) * step[:, wave]
    chance[:TREATED] *= spread
    return rng.normal(25, 5, (WIJKEN, 1)) + rng.standard_normal(before + after) + chance


def alarms(before: int, after: int, spread: float, draws: int, sets: int, seed: int = SEED) -> tuple[float, float]:
    """Give how often both p-values are at most the level."""
    rng = np.random.default_rng(seed)
    treated, later = np.arange(WIJKEN) < TREATED, np.arange(before + after) >= before
    found = np.zeros(2)
    for _ in range(sets):
        result = permutation_test(no_effect(before, after, spread, rng), treated, later, rng, draws)
        found += (result.p <= LEVEL, result.p_studentised <= LEVEL)
    plain, studentised = found / sets
    return float(plain), float(studentised)


def speed() -> None:
    """Print the median time of 9,999 permutations and its ratio to scipy doing the same, run in turn."""
    rng = np.random.default_rng(SEED)
    values = no_effect(3, 3, 1.0, rng)
    treated, later = np.arange(WIJKEN) < TREATED, np.arange(6) >= 3

    def ours() -> None:
        permutation_test(values, treated, later, rng)

    def scipy() -> None:
        changes, among, _ = changes_of_wijken(values, treated, later)
        groups = (changes[among], changes[~among])
        stats.permutation_test(groups, difference, vectorized=True, alternative="greater", n_resamples=9999)

    pairs = [(seconds(ours), seconds(scipy)) for _ in range(RUNS + 1)][1:]
    median = statistics.median(a for a, _ in pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    print(
        f"{'9,999 permutations of 45 wijken':46} {median:7.3f} s   {ratio:6.2f} x   (scipy; at most {MOST_SECONDS} s)"
    )


def difference(one: Array, other: Array, axis: int) -> Array:
    """Give the statistic of the comparison."""
    return np.abs(one.mean(axis=axis) - other.mean(axis=axis))


def seconds(call: Callable[[], None]) -> float:
    """Time one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def main() -> None:
    """Print the speed, and the false alarms with their bound."""
    speed()
    print(
        f"\nFalse alarms at {LEVEL:.0%}, {SETS} data sets a cell, {TREATED} of {WIJKEN} wijken, rho {RHO} (seed {SEED})"
    )
    print(f"{'waves':>8}{'spread of treated':>20}{'draws':>8}{'p':>9}{'studentised':>14}{'bound':>8}{'seconds':>9}")
    for before, after, spread, draws in CELLS:
        started = time.perf_counter()
        plain, studentised = alarms(before, after, spread, draws, SETS)
        bound = f"{BOUND:8.1%}" if spread == 1 else f"{'none':>8}"
        flag = "   TOO MANY" if spread == 1 and plain > BOUND else ""
        took = time.perf_counter() - started
        print(
            f"{f'{before} + {after}':>8}{spread:20}{draws:8}{plain:9.2%}{studentised:14.2%}{bound}{took:9.0f}{flag}",
            flush=True,
        )


if __name__ == "__main__":
    main()
