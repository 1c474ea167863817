"""Run notebooks/kennismaking.ipynb and keep it with its outputs, for test_notebooks.py to compare with.

Needed after a change of that notebook, or of what it shows: ``python tests/make_kennismaking.py``. Look at the
difference before you commit it: every changed number should be one that was meant to change.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import nbformat
import papermill

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "kennismaking.ipynb"
EXECUTED = ROOT / "tests" / "data" / "kennismaking_uitgevoerd.ipynb"


def execute() -> None:
    """Run the notebook and write it without times and traces of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.ipynb"
        papermill.execute_notebook(NOTEBOOK, made, kernel_name="python3", cwd=folder, progress_bar=False)
        node = nbformat.read(made, as_version=4)
    source = nbformat.read(NOTEBOOK, as_version=4)
    node.metadata = source.metadata
    for cell, before in zip(node.cells, source.cells, strict=True):
        cell.metadata, cell.id = before.metadata, before.id
    nbformat.write(node, EXECUTED)


if __name__ == "__main__":
    execute()
