"""How fast it is, as ratios against something outside the project in the same run: ``make bench``.

Each line is the median of several runs of two commands in turn, so that a slow moment of the machine hits both.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import permutation, prepare

PYTHON = sys.executable
RUNS = 5


def seconds(command: Sequence[str]) -> float:
    """Time one run of a command as a whole process."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def against(name: str, command: Sequence[str], other: Sequence[str], bound: str) -> None:
    """Print the median time of a command and its ratio to another, run in turn."""
    pairs = [(seconds(command), seconds(other)) for _ in range(RUNS + 1)][1:]
    ours = statistics.median(a for a, _ in pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name:46} {ours:7.2f} s   {ratio:6.2f} x   ({bound})")


def main() -> None:
    """Measure imports, the command line, one report, the permutation comparison, and preparing."""
    print(f"{'what':46} {'median':>9}   {'ratio':>8}   (against)")
    pandas = [PYTHON, "-c", "import pandas"]
    against("import nplv_analysis", [PYTHON, "-c", "import nplv_analysis"], pandas, "import pandas, at most 1.5")
    against("nplv --help", [PYTHON, "-m", "nplv_analysis", "--help"], pandas, "import pandas; at most 0.4 s")
    against("nplv prepare", [PYTHON, "-m", "nplv_analysis", "prepare"], pandas, "import pandas")
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.ipynb"
        make_empty(empty)
        report = [PYTHON, "-m", "nplv_analysis", "report", "selwerd", "armoede", "--out", folder]
        bare = [PYTHON, "-m", "papermill", str(empty), str(Path(folder) / "out.ipynb"), "-k", "python3"]
        against("nplv report selwerd armoede", report, bare, "papermill on an empty notebook")
    permutation.speed()
    print()
    prepare.main()


def make_empty(path: Path) -> None:
    """Write a notebook with one cell that does nothing."""
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("pass")])
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, path)


if __name__ == "__main__":
    main()
