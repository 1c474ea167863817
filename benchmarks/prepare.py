"""How fast preparing and loading the shipped data is, in one process after import: ``python -m benchmarks.prepare``.

Beside it, in turn, the same piece of work of pandas alone: a machine that is slow at the moment is slow at both.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import nplv_analysis as nplv
from nplv_analysis import catalogue, preparation

RAW = Path(__file__).parents[1] / "data" / "raw"
RUNS = 5
#: Seconds that preparing may take, as the median of the runs.
MOST = 3.0


def prepare(data: Path) -> None:
    """Prepare as a new process does after its imports: with a catalogue that was not read before."""
    catalogue._load.cache_clear()
    preparation.prepare(data)


def pandas_alone() -> pd.DataFrame:
    """Group, join and sort a made-up table of a fixed size, as preparing does many times."""
    rng = np.random.default_rng(1)
    rows = 200_000
    table = pd.DataFrame(
        {
            "place": rng.integers(0, 150, rows).astype(str),
            "series": rng.integers(0, 170, rows),
            "year": rng.integers(2010, 2025, rows).astype(str),
            "value": rng.random(rows),
        }
    )
    keys = ["series", "place", "year"]
    sums = table.groupby(keys)["value"].agg(["sum", "count"]).reset_index()
    return table.merge(sums, on=keys).sort_values([*keys, "value"], kind="stable")


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def line(what: str, work: Callable[[], object], bound: float | None = None) -> None:
    """Print the median time of some work, and its ratio to that of pandas alone, run in turn."""
    pairs = [(seconds(work), seconds(pandas_alone)) for _ in range(RUNS)]
    median = statistics.median(ours for ours, _ in pairs)
    ratio = statistics.median(ours / other for ours, other in pairs)
    verdict = "" if bound is None else f"   at most {bound:g} s: {'met' if median <= bound else 'NOT MET'}"
    print(f"{what:26} {median:6.2f} s   {ratio:5.2f} x{verdict}")


def main() -> None:
    """Measure on a copy of the raw files."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        shutil.copytree(RAW, data / "raw")
        print(f"the first time, with imports {seconds(lambda: prepare(data)):.2f} s; pandas {pd.__version__}")
        line("prepare the shipped data", lambda: prepare(data), MOST)
        line("load what was prepared", lambda: nplv.load(data))


if __name__ == "__main__":
    main()
