"""One report on a machine of a cluster, and only where all that it follows from is the same there."""

from __future__ import annotations

import functools
import multiprocessing
import os
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from nplv_analysis.batch import keys, workers
from nplv_analysis.batch.tasks import Outcome, Task
from nplv_analysis.folders import catalogue_folder
from nplv_analysis.records import sha256_of

#: Says on a worker where the project lies; without it, where it lies on the machine of the batch.
PROJECT = "NPLV_PROJECT"


@dataclass(frozen=True)
class Place:
    """Where a report finds what it needs, as paths from the project, and the hash of that."""

    project: str
    data: str
    notebook: str
    folder: str
    content: str

    @classmethod
    def of(cls, task: Task, content: str) -> Place:
        """Take the paths of a task, which are those of the machine of the batch, apart."""
        data = Path(task.data).resolve()
        project = data.parent
        notebook, folder = (os.path.relpath(Path(path).resolve(), project) for path in (task.notebook, task.folder))
        return cls(str(project), data.name, Path(notebook).as_posix(), Path(folder).as_posix(), content)


@dataclass(frozen=True)
class Made:
    """A report as it comes from a worker, with its files."""

    outcome: Outcome
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """A report that a worker can't make, or would make of something else: then ``parts`` says of what."""

    worker: str
    reason: str = ""
    parts: dict[str, list[str]] = field(default_factory=dict)


def dask_setup(worker: object) -> None:
    """Warm up; Dask calls this in a worker that is started with ``--preload nplv_analysis.batch.cluster``."""
    # The process of each report would begin with the program of its parent: that is Dask, and takes a second or two.
    program = sys.modules["__main__"]
    program.__spec__ = program.__file__ = None
    workers.start_early()


def content(data: Path, notebook: Path) -> str:
    """Hash all that the reports of a notebook follow from, save the parameters."""
    no_report = Task("", "", "", str(notebook), str(data), "", "", public=False, monitor="", limit=0)
    return keys.with_keys([no_report], data)[0].key


def parts(data: Path, notebook: Path) -> dict[str, list[str]]:
    """Tell apart what ``content`` is of, to say what differs."""
    return {
        "the raw data": [keys.content(data / "raw")],
        "the catalogue": [keys.content(catalogue_folder(data))],
        "the notebook": [sha256_of(notebook)],
        "the package nplv_analysis": [keys.content(keys.PACKAGE)],
        "what is installed": keys.installed(),
    }


@functools.cache
def _own(data: Path, notebook: Path) -> tuple[str, dict[str, list[str]]]:
    """Look once in the life of a worker, not for each report."""
    return content(data, notebook), parts(data, notebook)


def make_here(task: Task, place: Place) -> Made | Refused:
    """Make a report on this worker, in a process and a folder of its own."""
    from distributed import get_worker

    worker = get_worker().address
    if multiprocessing.current_process().daemon:
        return Refused(worker, "it may start no processes; set DASK_DISTRIBUTED__WORKER__DAEMON=False for it")
    project = Path(os.environ.get(PROJECT) or place.project)
    data, notebook = project / place.data, project / place.notebook
    if not (data / "raw").is_dir() or not notebook.is_file():
        return Refused(worker, f"{project} has no {place.data}/raw or no {place.notebook}; set {PROJECT} for it")
    own, own_parts = _own(data, notebook)
    if own != place.content:
        return Refused(worker, parts=own_parts)
    folder = str(project / place.folder)
    here = replace(task, data=str(data), notebook=str(notebook), folder=folder)
    try:
        with tempfile.TemporaryDirectory(prefix="nplv-", ignore_cleanup_errors=True) as staging:
            (outcome,) = workers.run_tasks([replace(here, staging=staging)], 1, lambda _: None, lambda _: None)
            return Made(outcome, {name: (Path(staging) / name).read_bytes() for name in outcome.bestanden})
    except OSError as error:  # such as a disk that is full
        return Refused(worker, str(error))
