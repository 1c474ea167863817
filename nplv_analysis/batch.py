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
from html import escape
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from nplv_analysis import __version__
from nplv_analysis.analysis import Data, find_data, load
from nplv_analysis.catalogue import REPORTS, THEMES, Area
from nplv_analysis.coverage import NONE, WIJK, coverage
from nplv_analysis.errors import NplvError
from nplv_analysis.export import checksum, key_figures, write_atomically, write_csv, write_workbook
from nplv_analysis.preparation import prepare
from nplv_analysis.reports import FOOTER, TEMPLATES, find_notebooks, make_report
from nplv_analysis.sections import TITLES, title_of
from nplv_analysis.tables import Html, environment, table


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
        write_csv(_wanted(data, tasks), data, out / "kerncijfers.csv")
        write_workbook(_wanted(data, tasks), data, out / "kerncijfers.xlsx")
        write_atomically(out / "index.html", _index(data, tasks, run).encode("utf-8"))
        account = _account(data, run, tasks, jobs, public, time.perf_counter() - started)
        write_atomically(
            out / "run.json",
            (json.dumps(account, indent=1, ensure_ascii=False) + "\n").encode("utf-8"),
        )
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
        make_report(Path(task.notebook), parameters, Path(task.folder), title, Path(task.data))
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


def _index(data: Data, tasks: list[Task], run: Run) -> str:
    status = {(o.gebied, o.thema): o for o in run.outcomes}
    themes = list(dict.fromkeys(task.theme for task in tasks))
    rows: list[list[str | Html]] = []
    for area in dict.fromkeys(task.area for task in tasks):
        cells: list[str | Html] = [data.catalogue.area(area).name]
        for theme in themes:
            made = status[(area, theme)].status == "gelukt"
            label = title_of(theme, data.catalogue.area(area).name)
            link = f'<a href="{area}/{theme}.html" aria-label="{escape(label)}">{TITLES[theme]}</a>'
            cells.append(Html(link) if made else "mislukt")
        rows.append(cells)
    sources = [
        [
            r.citation,
            r.publisher,
            r.licence,
            r.address,
            r.fields.get("datum_publicatie", ""),
            "ja" if r.public else "nee",
        ]
        for r in {r.citation: r for r in data.records}.values()
    ]
    return (
        environment()
        .get_template("overview.html.j2")
        .render(
            css=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
            internal=data.internal,
            failures=[f"{data.catalogue.area(o.gebied).name}, {o.thema}: {o.fout}" for o in run.failures],
            reports=table("Kies een wijk en een thema", ["Gebied", *(TITLES[t] for t in themes)], rows).html,
            coverage=[(TITLES.get(t, t.capitalize()), _coverage_table(data, t)) for t in (*THEMES, "overig")],
            sources=table(
                "Bronnen",
                ["Bron", "Uitgever", "Licentie", "Adres", "Gepubliceerd", "Openbaar"],
                sources,
            ).html,
            footer=FOOTER,
        )
    )


def _coverage_table(data: Data, theme: str) -> str:
    known = coverage(data)
    known = known[known["thema"] == theme]
    areas = data.catalogue.batch_areas
    rows = []
    for indicator in (i for i in data.catalogue.theme(theme) if i.id in set(known["indicator"])):
        cells = [indicator.name]
        for area in areas:
            mine = known[(known["indicator"] == indicator.id) & (known["gebied"] == area.id)]
            words = [
                f"wijk: {row['perioden']}" if row["niveau"] == WIJK else row["perioden"]
                for row in mine.to_dict("records")
                if row["niveau"] != NONE
            ]
            cells.append("; ".join(words) or "-")
        rows.append(cells)
    html = table(f"Wat is bekend: {TITLES.get(theme, theme)}", ["Cijfer", *(a.name for a in areas)], rows).html
    return html.replace('<details class="tabel-lang">', '<details class="tabel-lang" open>')


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
