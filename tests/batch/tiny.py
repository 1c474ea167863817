"""A project of the fictional town with notebooks of a few cells, which show what a batch does in little time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_notebook

from nplv_analysis.catalogue import REPORTS

PARAMETERS = """wijk: str = "niemand"  # gebied
uitvoer_map: str = ""  # uit
data_map: str = ""  # in
alleen_openbaar: bool = False  # alleen openbaar
"""
PAGE = """from nplv_analysis.tables import paragraph
from pathlib import Path
(Path(uitvoer_map) / "{theme}.csv").write_text(f"gebied,map\\n{{wijk}},{{uitvoer_map}}\\n", encoding="utf-8")
paragraph(f"Rapport {theme} over {{wijk}}, bewaard in {{uitvoer_map}}")"""


def tiny_project(folder: Path, prepared: Path, **code: str) -> Path:
    """Make a project; ``code`` gives themes a cell that runs before the page is made. Gives the data folder."""
    shutil.copytree(prepared, folder / "data", dirs_exist_ok=True)
    for theme in REPORTS:
        write_notebook(
            folder / "notebooks" / f"{theme}.ipynb", code.get(theme, "aantal = 1 + 1"), PAGE.format(theme=theme)
        )
    return folder / "data"


def write_notebook(path: Path, *cells: str) -> Path:
    """Write a notebook with a parameters cell and these cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    node = new_notebook(cells=[new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})])
    node.cells += [new_code_cell(cell) for cell in cells]
    for number, cell in enumerate(node.cells):
        cell.id = f"cel-{number}"
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(node, path)
    return path


def files_of(out: Path) -> dict[str, bytes]:
    """Give all files that readers see in an output folder, run.json without its times."""
    found = {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}
    found = {name: content for name, content in found.items() if not name.startswith(".nplv/")}
    if "run.json" in found:
        found["run.json"] = json.dumps(without_times(json.loads(found["run.json"]))).encode()
    return found


def without_times(value: Any) -> Any:
    """Leave out how long things took."""
    if isinstance(value, dict):
        return {name: without_times(part) for name, part in value.items() if name != "seconden"}
    return [without_times(part) for part in value] if isinstance(value, list) else value


class Command:
    """A batch as a process of its own, whose relatives can be found also when it is gone."""

    def __init__(self, project: Path, *arguments: str) -> None:
        # Short: the path of a socket may have some hundred characters.
        self.temporary = Path(tempfile.mkdtemp(prefix="t-"))
        self.mark = f"{project}-{time.monotonic_ns()}"
        environment = os.environ | {"NPLV_MARK": self.mark, "TMPDIR": str(self.temporary)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nplv_analysis", "batch", "--out", "uit", *arguments],
            cwd=project,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self, number: signal.Signals, seconds: float = 20) -> tuple[int, str]:
        """Send a signal; gives the exit code and what was said."""
        self.process.send_signal(number)
        said = "".join(self.process.communicate(timeout=seconds))
        return self.process.returncode, said

    def leftovers(self, seconds: float = 10) -> list[str]:
        """Give the processes and temporary files that are left, after some time to go."""
        end = time.monotonic() + seconds
        while (left := self._left()) and time.monotonic() < end:
            time.sleep(0.1)
        shutil.rmtree(self.temporary)
        return left

    def _left(self) -> list[str]:
        # Who is killed outright can't take away the folder of the fork server's socket, nor one that is empty.
        tops = [p for p in self.temporary.iterdir() if not p.name.startswith("pymp-")]
        left = [str(p) for top in tops for p in top.rglob("*")]
        for process in psutil.process_iter():
            try:
                if process.environ().get("NPLV_MARK") == self.mark and process.status() != psutil.STATUS_ZOMBIE:
                    left.append(" ".join(process.cmdline()))
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return left
