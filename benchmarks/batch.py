"""How fast a batch is, cold start included, beside papermill in the same run: ``python -m benchmarks.batch [AREA]``.

Without areas all reports of the shipped data are made three times, which takes a quarter of an hour.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from nplv_analysis.batch.tasks import Task, plan
from nplv_analysis.batch.warm import silence
from nplv_analysis.folders import catalogue_of

ROOT = Path(__file__).parents[1]
WIDTH = os.cpu_count() or 1
#: What it must reach: times faster than a shell loop and than a pool of papermill, share of papermill's overhead, and
#: seconds for a run in which nothing changed.
LOOP, POOL, OVERHEAD, NOTHING = 5.0, 2.5, 0.1, 1.5


def tasks_of(areas: Sequence[str], out: Path) -> list[Task]:
    """List the reports to make."""
    return plan(catalogue_of(ROOT / "data", checked=True), ROOT / "data", ROOT / "notebooks", out, areas)


def shell_loop(tasks: Sequence[Task]) -> None:
    """Run papermill as a command, for one report after the other."""
    for task in tasks:
        Path(task.folder).mkdir(parents=True, exist_ok=True)
        made = Path(task.folder) / f"{task.theme}.ipynb"
        given = ["-p", "wijk", task.area, "-p", "uitvoer_map", task.folder, "--cwd", str(ROOT), "--no-progress-bar"]
        command = [sys.executable, "-m", "papermill", task.notebook, str(made), "-k", "python3", *given]
        subprocess.run(command, check=True, capture_output=True)


def with_papermill(task: Task) -> None:
    """Run one notebook with papermill as it comes."""
    import papermill

    Path(task.folder).mkdir(parents=True, exist_ok=True)
    made = Path(task.folder) / f"{task.theme}.ipynb"
    given = {"wijk": task.area, "uitvoer_map": task.folder}
    papermill.execute_notebook(task.notebook, made, given, kernel_name="python3", cwd=ROOT, progress_bar=False)


def cells_alone(task: Task) -> float:
    """Time the cells of one notebook in this process, which is warm: no kernel, no messages, no files but its own."""
    import nbformat

    cells = [c for c in nbformat.read(task.notebook, as_version=4).cells if c.cell_type == "code"]
    names: dict[str, object] = {}
    exec(cells[0].source, names)
    names |= {"wijk": task.area, "uitvoer_map": task.folder, "data_map": task.data}
    Path(task.folder).mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    for cell in cells[1:]:
        *lines, last = cell.source.splitlines()
        if last.startswith(("sections.", "accounting.")):
            exec("\n".join(lines), names)
            eval(last, names)._repr_html_()
        else:
            exec(cell.source, names)
    return time.perf_counter() - started


def batch(areas: Sequence[str], out: Path) -> float:
    """Time a batch as a process."""
    chosen = ["--wijken", ",".join(areas)] if areas else []
    command = [sys.executable, "-m", "nplv_analysis", "batch", "--out", str(out), "--jobs", str(WIDTH), *chosen]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - started


def main(areas: Sequence[str]) -> None:
    """Measure and print."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    subprocess.run([sys.executable, "-m", "nplv_analysis", "prepare"], check=True, capture_output=True, cwd=ROOT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        number = len(tasks_of(areas, folder))
        ours = batch(areas, folder / "ours")
        started = time.perf_counter()
        shell_loop(tasks_of(areas, folder / "loop"))
        loop = time.perf_counter() - started
        started = time.perf_counter()
        with ProcessPoolExecutor(WIDTH, get_context("spawn"), silence) as processes:
            list(processes.map(with_papermill, tasks_of(areas, folder / "pool")))
        pool = time.perf_counter() - started
        with ProcessPoolExecutor(WIDTH, mp_context=get_context("spawn")) as processes:
            tasks = tasks_of(areas, folder / "cells")
            list(processes.map(cells_alone, [tasks[0]] * (2 * WIDTH)))  # warm
            wide = list(processes.map(cells_alone, tasks))
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
            list(processes.map(cells_alone, [tasks[0]]))
            alone = list(processes.map(cells_alone, tasks))
        nothing = statistics.median(batch(areas, folder / "ours") for _ in range(5))
    our_overhead = (ours * WIDTH - sum(wide)) / number
    their_overhead = (loop - sum(alone)) / number
    mean, undisturbed = sum(wide) / number, sum(alone) / number
    print(f"{number} reports, {WIDTH} at a time; cells {mean:.2f} s a report ({undisturbed:.2f} one at a time)")
    line("batch", ours, f"{ours / number:.2f} s a report")
    line("shell loop of papermill", loop, f"{loop / ours:.2f} x; at least {LOOP} {met(loop / ours >= LOOP)}")
    line("papermill in a pool", pool, f"{pool / ours:.2f} x; at least {POOL} {met(pool / ours >= POOL)}")
    share = our_overhead / their_overhead
    text = f"{our_overhead:.2f} s of ours, {their_overhead:.2f} s of papermill's"
    print(f"overhead a report: {text}: {share:.3f}; at most {OVERHEAD} {met(share <= OVERHEAD)}")
    line("nothing changed, median of 5", nothing, f"at most {NOTHING} s {met(nothing <= NOTHING)}")


def met(reached: bool) -> str:
    """Say whether a goal was reached."""
    return "(met)" if reached else "(NOT MET)"


def line(what: str, seconds: float, beside: str) -> None:
    """Print a time and what it means."""
    print(f"{what:30} {seconds:7.2f} s   {beside}")


if __name__ == "__main__":
    main(sys.argv[1:])
