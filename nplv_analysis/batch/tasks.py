"""What a batch makes: one task a report, and how each went."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from nplv_analysis.catalogue import INTERNAL, OF_ONE, REPORTS, Area, Catalogue
from nplv_analysis.errors import UnknownNameError, WrongUseError
from nplv_analysis.records import sha256_of

MADE, FAILED = "gelukt", "mislukt"


@dataclass(frozen=True)
class Task:
    """One report to make; plain values, so that it travels to another process or machine.

    Attributes
    ----------
    area, area_name, theme : str
        What it is about.
    notebook, data : str
        The notebook and the data folder.
    folder, staging : str
        Where its files will lie, and where they wait until all of a batch can appear together.
    public : bool
        Whether sources that are not public are left out.
    monitor : str
        Name of the monitor that it is part of.
    limit : float
        Seconds that it may take.
    key : str
        Hash of all that its files follow from.
    """

    area: str
    area_name: str
    theme: str
    notebook: str
    data: str
    folder: str
    staging: str
    public: bool
    monitor: str
    limit: float
    key: str = ""

    @property
    def name(self) -> str:
        """Area and theme, as in the path of the page."""
        return f"{self.area}/{self.theme}"

    @property
    def parameters(self) -> dict[str, Any]:
        """Values for the parameters cell of the notebook."""
        values: dict[str, Any] = {"wijk": self.area, "uitvoer_map": self.folder}
        return values | ({"alleen_openbaar": True} if self.public else {})


@dataclass(frozen=True)
class Outcome:
    """How one report went; ``bestanden`` has the hash of each of its files."""

    gebied: str
    thema: str
    status: str
    seconden: float
    fout: str = ""
    sleutel: str = ""
    bestanden: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Area and theme, as in the path of the page."""
        return f"{self.gebied}/{self.thema}"


def plan(
    catalogue: Catalogue,
    data: Path,
    notebooks: Path,
    out: Path,
    areas: Sequence[str] = (),
    themes: Sequence[str] = (),
    *,
    public: bool = False,
    limit: float = 0,
) -> list[Task]:
    """List the reports to make.

    Parameters
    ----------
    catalogue : Catalogue
        For areas.
    data, notebooks, out : Path
        The data folder, that of the notebooks and the output folder.
    areas, themes : sequence of str
        Ids or names; empty for all of a batch. Of some themes there is a report on one area only (``OF_ONE``); internal
        ones are made only where they are named.
    public, limit
        See ``Task``.

    Returns
    -------
    list of Task
        In the order of the areas and themes.

    Raises
    ------
    UnknownNameError
        For a name that does not exist, with the nearest right ones.
    WrongUseError
        For a theme that has no report on any of these areas, or none for the public.
    """
    chosen: Sequence[Area] = [catalogue.area(a) for a in areas] or catalogue.batch_areas
    for theme in themes:
        if theme not in REPORTS:
            raise UnknownNameError("theme", theme, REPORTS)
        if public and theme in INTERNAL:
            raise WrongUseError(f"report '{theme}' is internal, so it is not made with --public")
        if not any(catalogue.has_report(theme, area) for area in chosen):
            where = next((a.id for a in catalogue.batch_areas if catalogue.has_report(theme, a)), None)
            wanted = f"there is one of {where} only" if where else f"it needs an area with 'soort: {OF_ONE[theme]}'"
            raise WrongUseError(f"report '{theme}': found {', '.join(a.id for a in chosen)}, but {wanted}")
    return [
        Task(
            area=area.id,
            area_name=area.name,
            theme=theme,
            notebook=str(notebooks / f"{theme}.ipynb"),
            data=str(data),
            folder=str(out / area.id),
            staging=str(out / STAGING / area.id),
            public=public,
            monitor=catalogue.monitor,
            limit=limit,
        )
        for area in chosen
        for theme in (themes or [theme for theme in REPORTS if theme not in INTERNAL])
        if catalogue.has_report(theme, area)
    ]


#: Where files wait, in the output folder; beside the lock and the journal of a batch.
STAGING = Path(".nplv") / "staging"


def make(task: Task, kernels: type | None = None) -> Outcome:
    """Make one report in its staging folder; a failure is an outcome too, so that the others go on.

    A stamp beside the files says, last of all, that they are whole.
    """
    from nplv_analysis.output.execution import NoKernelError
    from nplv_analysis.output.export import write_atomically
    from nplv_analysis.output.reports import make_report
    from nplv_analysis.sections import title_of

    started = time.perf_counter()
    staging, title = Path(task.staging), title_of(task.theme, task.area_name)
    files: list[Path] = []
    status, fault = MADE, ""
    try:
        report = make_report(
            Path(task.notebook),
            task.parameters,
            staging,
            title,
            Path(task.data),
            task.monitor,
            lies_in=Path(task.folder),
            kernels=kernels,
            limit=task.limit or None,
        )
        files = list(report.files)
    except NoKernelError:
        raise
    except Exception as error:  # whatever goes wrong in one notebook must not stop the other reports
        status, fault = FAILED, f"{type(error).__name__}: {error}"
        files = sorted(staging.glob(f"{task.theme}.fout.ipynb"))
    seconds = round(time.perf_counter() - started, 2)
    outcome = Outcome(task.area, task.theme, status, seconds, fault, task.key, {f.name: sha256_of(f) for f in files})
    write_atomically(stamp(task), json.dumps(asdict(outcome)).encode("utf-8"))
    return outcome


def stamp(task: Task) -> Path:
    """Give the file that says that a staged report is whole."""
    return Path(task.staging) / f"{task.theme}.json"
