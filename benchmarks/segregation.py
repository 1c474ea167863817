"""How far the index of dissimilarity is off where schools are small: ``python -m benchmarks.segregation``.

Simulated: in each town the chance of a school is known for pupils of either group, so the true index is known too.
Minutes on one processor; fixed seed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nplv_analysis.methods.segregation import dissimilarity, estimate

#: Schools, pupils a school and share of the group.
TOWNS = ((20, 30, 0.1), (56, 45, 0.1), (20, 200, 0.2), (56, 200, 0.2))
TRUE = (0.0, 0.1, 0.2, 0.3)
SETS, DRAWS, SEED = 400, 299, 2024

Array = npt.NDArray[np.float64]


def chances(schools: int, index: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Give the chance of each school for pupils of the group and for the others, with about this index between them."""
    even = np.full(schools, 1 / schools)
    other = rng.beta(0.7, 0.7, schools)
    other /= other.sum()
    own = np.maximum(even + (other - even) * index / float(dissimilarity(other, even)), 0)
    return own / own.sum(), even


def main() -> None:
    """Print what D and its correction are off by, on average, and how often the interval holds the truth."""
    rng = np.random.default_rng(SEED)
    print("schools  pupils  group   true D   D - true   bootstrap   corrected   interval holds it")
    for schools, pupils, share in TOWNS:
        for wanted in TRUE:
            rows = []
            for _ in range(SETS):
                own, even = chances(schools, wanted, rng)
                group = round(schools * pupils * share)
                a, b = rng.multinomial(group, own), rng.multinomial(schools * pupils - group, even)
                made, truth = estimate(a, b, rng, draws=DRAWS), float(dissimilarity(own, even))
                again = [rng.multinomial(counts.sum(), counts / counts.sum(), DRAWS) for counts in (a, b)]
                bootstrap = 2 * made.counted - float(dissimilarity(*again).mean())
                rows.append([truth, made.counted, bootstrap, made.corrected, made.low <= truth <= made.high])
            truth, counted, bootstrap, corrected, held = np.mean(rows, axis=0)
            off = "   ".join(f"{value - truth:9.3f}" for value in (counted, bootstrap, corrected))
            print(f"{schools:7}  {pupils:6}  {share:5.0%}   {truth:6.3f}  {off}   {held:8.1%}", flush=True)


if __name__ == "__main__":
    main()
