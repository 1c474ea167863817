"""Keys: hashes of all that a report follows from. Equal keys, equal files; nothing here loads the figures."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from nplv_analysis.batch.tasks import Task
from nplv_analysis.folders import catalogue_folder
from nplv_analysis.records import sha256_of

PACKAGE = Path(__file__).parents[1]


def with_keys(tasks: Iterable[Task], data: Path) -> list[Task]:
    """Give each task its key: of the notebook, the parameters, the data, this package and what is installed."""
    shared = [content(data / "raw"), content(catalogue_folder(data)), content(PACKAGE), installed()]
    notebooks: dict[str, str] = {}
    keyed = []
    for task in tasks:
        notebook = notebooks.setdefault(task.notebook, sha256_of(Path(task.notebook)))
        parts = [shared, notebook, task.parameters, task.monitor, task.area_name]
        key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode("utf-8")).hexdigest()
        keyed.append(dataclasses.replace(task, key=key))
    return keyed


def content(folder: Path) -> str:
    """Hash the names and the content of all files; hidden files and what an office program leaves are none of ours."""
    files = sorted(p for p in folder.rglob("*") if not p.name.startswith((".", "~$")) and p.suffix != ".pyc")
    names = {p.relative_to(folder).as_posix(): sha256_of(p) for p in files if p.is_file()}
    return hashlib.sha256(json.dumps(names, sort_keys=True).encode("utf-8")).hexdigest()


def installed() -> list[str]:
    """Name what is installed, with versions: the lock as it really is."""
    folders = [Path(entry) for entry in sys.path if entry and Path(entry).is_dir()]
    return [sys.version, *sorted({p.name for folder in folders for p in folder.glob("*.dist-info")})]
