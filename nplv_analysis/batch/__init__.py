"""All reports in one run: every theme for every area, an index, the key figures and an account of the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from nplv_analysis import __version__
from nplv_analysis.analysis import Data, find_data, load
from nplv_analysis.catalogue import REPORTS, Area
from nplv_analysis.errors import NplvError
from nplv_analysis.output.export import checksum, key_figures, write_atomically
from nplv_analysis.output.index_page import index_page
from nplv_analysis.output.open_data import write_open_data
from nplv_analysis.output.reports import find_notebooks, make_report
from nplv_analysis.output.workbook import write_workbook
from nplv_analysis.preparation import prepare
from nplv_analysis.sections import title_of


@dataclass(frozen=True)
class Task:
    """One report to make; plain values, so that it travels to another process on every system."""

    area: str
    area_name: str
    theme: str
    notebook: str
    data: str
    folder: str
    public: bool
    monitor: str


@dataclass(frozen=True)
class Outcome:
    """How one report went."""

    gebied: str
    thema: str
    status: str
    seconden: float
    fout: str = ""


@dataclass(frozen=True)
class Run:
    """How a batch went."""

    outcomes: list[Outcome]
    folder: Path

    @property
    def failures(self) -> list[Outcome]:
        """The reports that were not made."""
        return [outcome for outcome in self.outcomes if outcome.status != "gelukt"]


def run_batch(
    out: Path,
    *,
    data_map: str | None = None,
    areas: Sequence[str] = (),
    themes: Sequence[str] = (),
    jobs: int | None = None,
    public: bool = False,
    on_done: Callable[[Outcome], None] = lambda outcome: None,
) -> Run:
    """Make reports and everything that goes with them.

    Parameters
    ----------
    out : Path
        Output folder.
    data_map : str, optional
        The data folder.
    areas, themes : sequence of str
        Only these; empty for all.
    jobs : int, optional
        How many reports at a time; without it one a processor.
    public : bool
        Leave out sources that are not public.
    on_done : callable
        Called with each outcome.

    Returns
    -------
    Run
        The outcomes. A report that fails leaves the others untouched.

    Raises
    ------
    NplvError
        When the data are not in order, a name is unknown, or another batch is at work in the folder.
    """
    from filelock import FileLock, Timeout

    started = time.perf_counter()
    folder = find_data(data_map)
    prepare(folder)
    data = load(folder, public=public)
    tasks = plan(data, find_notebooks(folder), out, areas, themes, public)
    out.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / ".batch.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise NplvError(f"another batch is at work in {out}; wait for it or choose another folder with --out") from None
    try:
        outcomes = _run_tasks(tasks, jobs or os.cpu_count() or 1, on_done)
        run = Run(
            sorted(
                outcomes,
                key=lambda o: [(t.area, t.theme) for t in tasks].index((o.gebied, o.thema)),
            ),
            out,
        )
        write_open_data(_wanted(data, tasks), data, out)
        write_workbook(_wanted(data, tasks), data, out / "kerncijfers.xlsx")
        account = _account(data, run, tasks, jobs, public, time.perf_counter() - started)
        write_atomically(
            out / "run.json",
            (json.dumps(account, indent=1, ensure_ascii=False) + "\n").encode("utf-8"),
        )
        # The index comes last: it has links to the files that are there.
        write_atomically(out / "index.html", index_page(data, run.outcomes, out).encode("utf-8"))
    finally:
        lock.release()
    return run


def plan(
    data: Data,
    notebooks: Path,
    out: Path,
    areas: Sequence[str],
    themes: Sequence[str],
    public: bool,
) -> list[Task]:
    """List the reports to make; an unknown name raises with the nearest right ones."""
    from nplv_analysis.errors import UnknownNameError

    for theme in themes:
        if theme not in REPORTS:
            raise UnknownNameError("theme", theme, REPORTS)
    chosen: Sequence[Area] = [data.catalogue.area(a) for a in areas] or data.catalogue.batch_areas
    return [
        Task(
            area=area.id,
            area_name=area.name,
            theme=theme,
            notebook=str(notebooks / f"{theme}.ipynb"),
            data=str(data.folder),
            folder=str(out / area.id),
            public=public,
            monitor=data.catalogue.monitor,
        )
        for area in chosen
        for theme in (themes or REPORTS)
    ]


def run_task(task: Task) -> Outcome:
    """Make one report; a failure is an outcome, not an exception, so that the others go on."""
    started = time.perf_counter()
    parameters: dict[str, Any] = {"wijk": task.area, "uitvoer_map": task.folder}
    if task.public:
        parameters["alleen_openbaar"] = True
    status, fault = "gelukt", ""
    try:
        title = title_of(task.theme, task.area_name)
        make_report(Path(task.notebook), parameters, Path(task.folder), title, Path(task.data), task.monitor)
    except Exception as error:  # whatever goes wrong in one notebook must not stop the other reports
        status, fault = "mislukt", f"{type(error).__name__}: {error}"
    return Outcome(task.area, task.theme, status, round(time.perf_counter() - started, 2), fault)


def _run_tasks(tasks: list[Task], jobs: int, on_done: Callable[[Outcome], None]) -> list[Outcome]:
    outcomes = []
    # Spawned on every system, so that a batch does on Linux what it does on Windows.
    with ProcessPoolExecutor(min(jobs, len(tasks)) or 1, mp_context=get_context("spawn")) as pool:
        futures = {pool.submit(run_task, task): task for task in tasks}
        for future in as_completed(futures):
            task = futures[future]
            try:
                outcome = future.result()
            except Exception as error:  # the process itself was lost
                outcome = Outcome(task.area, task.theme, "mislukt", 0.0, f"{type(error).__name__}: {error}")
            outcomes.append(outcome)
            on_done(outcome)
    return outcomes


def _wanted(data: Data, tasks: list[Task]) -> Any:
    """Rows for kerncijfers: the areas of the run, and the references and groups that sources name."""
    areas = {task.area for task in tasks}
    areas |= {a.id for a in data.catalogue.areas if a.kind in ("land", "omschrijving")}
    return data.figures[data.figures["gebied"].isin(areas)]


def _account(data: Data, run: Run, tasks: list[Task], jobs: int | None, public: bool, seconds: float) -> dict[str, Any]:
    return {
        "nplv_analysis": __version__,
        "python": sys.version.split()[0],
        "git_commit": _git_commit(data.folder),
        "parameters": {
            "gebieden": list(dict.fromkeys(task.area for task in tasks)),
            "themas": list(dict.fromkeys(task.theme for task in tasks)),
            "jobs": jobs,
            "alleen_openbaar": public,
        },
        "intern": data.internal,
        "ruwe_bestanden": {record.file: checksum(record) for record in data.records},
        "seconden": round(seconds, 1),
        "kerncijfers_rijen": len(key_figures(_wanted(data, tasks), data)),
        "rapporten": [asdict(outcome) for outcome in run.outcomes],
    }


def _git_commit(folder: Path) -> str | None:
    """The commit of the project, where git and a checkout are there."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
