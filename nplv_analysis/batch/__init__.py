"""All reports in one run: every theme for every area, an index, the key figures and an account of the run."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nplv_analysis import __version__
from nplv_analysis.batch.folder import OutputFolder
from nplv_analysis.batch.keys import with_keys
from nplv_analysis.batch.tasks import MADE, Outcome, Task, plan
from nplv_analysis.catalogue import INTERNAL, OF_ONE, Catalogue
from nplv_analysis.folders import catalogue_of, find_data, find_notebooks

if TYPE_CHECKING:
    from nplv_analysis.data import Data

#: Seconds that a report may take.
TIME_LIMIT = 600.0

Runner = Callable[[Sequence[Task], int, Callable[[Task], None], Callable[[Outcome], None]], list[Outcome]]


@dataclass(frozen=True)
class Run:
    """How a batch went: all reports of the folder, and the names of those that were made now."""

    outcomes: list[Outcome]
    made_now: set[str]

    @property
    def failures(self) -> list[Outcome]:
        """The reports that were not made."""
        return [outcome for outcome in self.outcomes if outcome.status != MADE]


def run_batch(
    out: Path,
    *,
    data_map: str | None = None,
    areas: Sequence[str] = (),
    themes: Sequence[str] = (),
    jobs: int | None = None,
    public: bool = False,
    force: bool = False,
    limit: float = TIME_LIMIT,
    runner: Runner | None = None,
    on_plan: Callable[[Sequence[Task]], None] = lambda tasks: None,
    on_begin: Callable[[Task], None] = lambda task: None,
    on_done: Callable[[Outcome], None] = lambda outcome: None,
) -> Run:
    """Bring all reports of a folder, and everything that goes with them, up to date.

    A report is made when its notebook, its parameters, the data, this package or what is installed differs from what
    it was made with. Reports of earlier runs in the same folder belong to the run, so that index, key figures and
    reports are always of the same data. All of it appears in the folder at one moment, at the end.

    Parameters
    ----------
    out : Path
        Output folder.
    data_map : str, optional
        The data folder.
    areas, themes : sequence of str
        Only these, beside what lies in the folder; empty for all.
    jobs : int, optional
        How many reports at a time; without it one a processor.
    public : bool
        Leave out sources that are not public.
    force : bool
        Make every report, also where nothing changed.
    limit : float
        Seconds that a report may take.
    runner : callable, optional
        What makes the reports; without it processes of this machine (``workers.run_tasks``).
    on_plan : callable
        Called once with the reports that have to be made.
    on_begin, on_done : callable
        Called with each task and each outcome.

    Returns
    -------
    Run
        The outcomes. A report that fails leaves the others untouched.

    Raises
    ------
    NplvError
        When the data are not in order, a name is unknown, or another batch is at work in the folder.
    """
    started = time.perf_counter()
    folder = find_data(data_map)
    catalogue, notebooks = _catalogue(folder), find_notebooks(folder)
    chosen = plan(catalogue, folder, notebooks, out, areas, themes, public=public, limit=limit)
    place = OutputFolder(out)
    with place.locked():
        old = place.account()
        tasks = with_keys(_with_earlier(chosen, old, catalogue), folder)
        lying = {} if force else {t.name: o for t in tasks if (o := place.published(t, old))}
        key = hashlib.sha256(json.dumps([t.key for t in tasks]).encode()).hexdigest()
        if len(lying) == len(tasks) and old["sleutel"] == key and place.intact(old["bestanden"]):
            return Run([lying[t.name] for t in tasks], set())
        staged = {} if force else {t.name: o for t in tasks if t.name not in lying and (o := place.staged(t))}
        to_make = [t for t in tasks if t.name not in lying and t.name not in staged]
        data = _data(to_make, folder, public, runner)
        # Written while the processes that make the reports begin.
        _write_key_figures(data, {task.area for task in tasks}, place.staging)
        if to_make:
            on_plan(to_make)
        outcomes = _make(to_make, jobs or os.cpu_count() or 1, runner, on_begin, on_done)
        done = lying | staged | {o.name: o for o in outcomes}
        all_of_it = [done[t.name] for t in tasks]
        _write_index(data, all_of_it, place.staging)
        seconds = time.perf_counter() - started
        place.publish(all_of_it, set(lying), _account(data, tasks, jobs, public, key, seconds), old)
    return Run(all_of_it, {o.name for o in outcomes})


def _catalogue(data: Path) -> Catalogue:
    """Load the catalogue without the check, which takes seconds: it comes with the preparation, if anything is made."""
    try:
        return catalogue_of(data, checked=True)
    except (KeyError, TypeError, ValueError, AttributeError):
        return catalogue_of(data)


def _with_earlier(chosen: list[Task], old: dict[str, Any], catalogue: Catalogue) -> list[Task]:
    """Add the reports that lie in the folder, as far as there are such areas and themes; in the order of both."""
    wanted = {(task.area, task.theme) for task in chosen}
    wanted |= {(report["gebied"], report["thema"]) for report in old["rapporten"]}
    ids = [area.id for area in catalogue.areas]
    first = chosen[0]
    every = plan(
        catalogue,
        Path(first.data),
        Path(first.notebook).parent,
        Path(first.folder).parent,
        ids,
        catalogue.reports(public=first.public),
        public=first.public,
        limit=first.limit,
    )
    return [task for task in every if (task.area, task.theme) in wanted]


def _data(to_make: list[Task], folder: Path, public: bool, runner: Runner | None) -> Data:
    """Load the data, prepared first where that is needed, and check what the notebooks are told."""
    if to_make and runner is None:
        from nplv_analysis.batch import workers

        workers.start_early()
    from nplv_analysis.data import load

    data = load(folder, public=public)
    if to_make:
        from nplv_analysis.output.reports import check_parameters

        for task in {task.theme: task for task in to_make}.values():
            check_parameters(Path(task.notebook), task.parameters)
    return data


def _make(
    to_make: list[Task],
    jobs: int,
    runner: Runner | None,
    on_begin: Callable[[Task], None],
    on_done: Callable[[Outcome], None],
) -> list[Outcome]:
    """Make the reports; those of which there is one come first, as the longest of all is among them."""
    if not to_make:
        return []
    from nplv_analysis.batch import workers

    ordered = sorted(to_make, key=lambda task: task.theme not in OF_ONE)
    return (runner or workers.run_tasks)(ordered, min(jobs, len(to_make)), on_begin, on_done)


def _write_key_figures(data: Data, areas: set[str], folder: Path) -> None:
    from nplv_analysis.output.open_data import write_open_data
    from nplv_analysis.output.workbook import write_workbook

    folder.mkdir(parents=True, exist_ok=True)
    rows = _wanted(data, areas)
    write_open_data(rows, data, folder)
    write_workbook(rows, data, folder / "kerncijfers.xlsx")


def _write_index(data: Data, outcomes: list[Outcome], folder: Path) -> None:
    from nplv_analysis.output.index_page import index_page

    (folder / "index.html").write_text(index_page(data, outcomes), encoding="utf-8", newline="\n")


def _wanted(data: Data, areas: set[str]) -> Any:
    """Rows for kerncijfers: the areas of the run, and the references and groups that sources name."""
    areas |= {a.id for a in data.catalogue.areas if a.kind in ("land", "omschrijving")}
    return data.figures[data.figures["gebied"].isin(areas)]


def _account(data: Data, tasks: list[Task], jobs: int | None, public: bool, key: str, seconds: float) -> dict[str, Any]:
    from nplv_analysis.output.export import checksum, key_figures

    return {
        "nplv_analysis": __version__,
        "python": sys.version.split()[0],
        "git_commit": _git_commit(data.folder),
        "sleutel": key,
        "parameters": {
            "gebieden": list(dict.fromkeys(task.area for task in tasks)),
            "themas": list(dict.fromkeys(task.theme for task in tasks)),
            "jobs": jobs,
            "alleen_openbaar": public,
        },
        "intern": data.internal or any(task.theme in INTERNAL for task in tasks),
        "ruwe_bestanden": {record.file: checksum(record) for record in data.records},
        "seconden": round(seconds, 1),
        "kerncijfers_rijen": len(key_figures(_wanted(data, {task.area for task in tasks}), data)),
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
