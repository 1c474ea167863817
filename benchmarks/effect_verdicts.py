"""What the report on interventions says of data of which the truth is known: nothing was done, or something was.

``python -m benchmarks.effect_verdicts`` draws wijken whose waves hang together (autoregressive), with the first of them
treated: any, or those with the worst figures before, as real programmes choose.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import pandas as pd

from nplv_analysis.interventions.panel import Panel
from nplv_analysis.interventions.verdict import BETTER, NO_DIFFERENCE, NOT_YET, WORSE, judged
from nplv_analysis.sections.effect_example import example_indicator

SETS, SEED = 400, 20_260_101
WIJKEN, TREATED, BEFORE, AFTER = 45, 8, 6, 3
RHO, SPREAD, MOVES = 0.5, 3.0, 2.0
DRAWS = 999
#: How wijken were chosen, and what was done in percentage points.
CELLS = (("any", 0.0), ("worst mean", 0.0), ("worst last", 0.0), ("any", -3.0), ("any", -5.0), ("worst mean", -5.0))


def figures(chosen: str, effect: float, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Draw shares of wijken, the treated ones first; one wave more for the year of the start, which does not count."""
    waves = BEFORE + 1 + AFTER
    moves = rng.normal(0, MOVES, (WIJKEN, waves))
    for wave in range(1, waves):
        moves[:, wave] = RHO * moves[:, wave - 1] + np.sqrt(1 - RHO**2) * moves[:, wave]
    values = 20 + rng.normal(0, SPREAD, (WIJKEN, 1)) + moves
    scores = {"worst mean": values[:, :BEFORE].mean(axis=1), "worst last": values[:, BEFORE - 1]}
    if chosen in scores:
        values = values[np.argsort(-scores[chosen])]
    values[:TREATED, BEFORE + 1 :] += effect
    return values


def verdicts(chosen: str, effect: float, sets: int = SETS) -> Counter[str]:
    """Count the verdicts."""
    rng = np.random.default_rng(SEED)
    treated = np.arange(WIJKEN) < TREATED
    years = np.arange(BEFORE + 1 + AFTER, dtype="float64")
    found: Counter[str] = Counter()
    for _ in range(sets):
        panel = Panel(pd.DataFrame(figures(chosen, effect, rng), columns=years), treated, BEFORE)
        found[judged(panel, example_indicator(), rng, draws=DRAWS)["oordeel"]] += 1
    return found


def main() -> None:
    """Print the share of each verdict, in percent."""
    print(f"{SETS} data sets a row; {TREATED} of {WIJKEN} wijken, {BEFORE} waves before and {AFTER} after")
    words = (BETTER, WORSE, NOT_YET, NO_DIFFERENCE)
    print(f"{'chosen':12}{'effect':>8}" + "".join(f"{word:>27}" for word in words))
    for chosen, effect in CELLS:
        found = verdicts(chosen, effect)
        print(f"{chosen:12}{effect:8.1f}" + "".join(f"{100 * found[word] / SETS:26.2f} %" for word in words))


if __name__ == "__main__":
    main()
