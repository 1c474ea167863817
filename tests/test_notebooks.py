"""The notebooks: thin, without outputs, and what the introduction shows is what it showed when it was checked."""

from __future__ import annotations

import ast
import copy
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
import pytest
from helpers import LESSONS, NOTEBOOKS, ROOT

DATA = Path(__file__).resolve().parent / "data"
EXECUTED = DATA / "kennismaking_uitgevoerd.ipynb"
THEMES = ("leerachterstand", "armoede", "veiligheid")
REPORTS = (*THEMES, "gebiedsmonitor")
PARAMETERS = ["wijk", "vanaf", "tot", "vergelijk_met", "data_map", "uitvoer_map", "band", "alleen_openbaar"]
every_notebook = pytest.mark.parametrize(
    "path", [*sorted(NOTEBOOKS.glob("*.ipynb")), *LESSONS], ids=lambda path: path.stem
)


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook."""
    return nbformat.read(path, as_version=4)


def code_of(path: Path) -> list[str]:
    """Give the code cells."""
    return [cell.source for cell in read(path).cells if cell.cell_type == "code"]


def parameters_of(path: Path) -> str:
    """Give the one parameters cell."""
    cells = [cell for cell in read(path).cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(cells) == 1 and cells[0].cell_type == "code"
    return cells[0].source


def test_there_is_a_notebook_for_every_theme_and_an_introduction() -> None:
    assert {path.stem for path in NOTEBOOKS.glob("*.ipynb")} >= {*REPORTS, "kennismaking"}


@every_notebook
def test_a_notebook_is_valid_and_has_no_outputs(path: Path) -> None:
    node = read(path)
    nbformat.validate(node)
    for cell in node.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None
    assert node.metadata.kernelspec.name == "python3"


@every_notebook
def test_every_parameter_has_a_type_and_a_comment(path: Path) -> None:
    source = parameters_of(path)
    lines = [line for line in source.splitlines() if line and not line.startswith("#")]
    names = [node.target.id for node in ast.parse(source).body if isinstance(node, ast.AnnAssign)]
    assert len(names) == len(ast.parse(source).body) == len(lines) > 0
    assert all(re.search(r"  # \w", line) for line in lines)


@pytest.mark.parametrize("theme", REPORTS)
def test_the_parameters_of_a_theme(theme: str) -> None:
    body = ast.parse(parameters_of(NOTEBOOKS / f"{theme}.ipynb")).body
    assert [node.target.id for node in body] == PARAMETERS
    used = "\n".join(code_of(NOTEBOOKS / f"{theme}.ipynb")[1:])
    assert all(re.search(rf"\b{name}\b", used) for name in PARAMETERS)


@every_notebook
def test_a_notebook_is_thin(path: Path) -> None:
    for source in code_of(path):
        assert len(source) < 1500
        tree = ast.parse(source)
        logic = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.Lambda, ast.Try)
        assert not [node for node in ast.walk(tree) if isinstance(node, logic)], source


def test_the_three_themes_tell_the_same_story() -> None:
    stories = {
        theme: [re.sub(theme, "thema", source) for source in code_of(NOTEBOOKS / f"{theme}.ipynb")] for theme in THEMES
    }
    assert stories["leerachterstand"] == stories["armoede"] == stories["veiligheid"]


# ------------------------------------------------------------------------------------------------ outputs


def test_the_executed_introduction_is_of_the_notebook_as_it_is_now() -> None:
    assert code_of(EXECUTED) == code_of(NOTEBOOKS / "kennismaking.ipynb"), "run tests/make_kennismaking.py"
    run = [cell.execution_count for cell in read(EXECUTED).cells if cell.cell_type == "code"]
    assert run == list(range(1, len(run) + 1))


def test_the_executed_introduction_has_no_traces_of_a_machine() -> None:
    text = EXECUTED.read_text(encoding="utf-8")
    assert not re.search(r"/tmp/|/home/|/root/|/Users/|[A-Z]:\\\\|site-packages|papermill|duration|iopub", text)
    for cell in read(EXECUTED).cells:
        assert set(cell.metadata) <= {"tags"}


def run_strictly(notebook: Path) -> list[bool]:
    """Run a notebook, each output compared with the one that is kept; tells which cells passed."""
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-sanitize-with", str(DATA / "sanitize.cfg")]
    command += ["--nbval-current-env", "-p", "no:cacheprovider", "-p", "no:xdist"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["PYTHONPATH"] = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(ROOT)])
    done = subprocess.run(
        [*command, notebook.name, "--junitxml=found.xml"],
        cwd=notebook.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout
    cases = list(ET.parse(notebook.with_name("found.xml")).iter("testcase"))
    assert len(cases) == len(code_of(notebook)), done.stdout
    return [case.find("failure") is None and case.find("error") is None for case in cases]


def test_the_introduction_still_shows_the_same_and_a_changed_number_is_seen(tmp_path: Path) -> None:
    node = read(EXECUTED)
    # (24 x 3000 + 36 x 1000) / 4000 = 27: moeite met rondkomen in Voorbeeldwijk-Noord, 2016.
    (cell,) = (c for c in node.cells if c.cell_type == "code" and "27.0" in str(c.outputs) and "data.of(" in c.source)
    # The cell comes twice more, as it is and with another number kept: that one alone must differ.
    again, changed = copy.deepcopy(cell), copy.deepcopy(cell)
    again.id, changed.id = "nog-eens", "veranderd"
    (output,) = changed.outputs
    output.data["text/plain"] = output.data["text/plain"].replace("27.0", "27.5", 1)
    node.cells += [again, changed]
    nbformat.write(node, tmp_path / "kennismaking.ipynb")
    *same, different = run_strictly(tmp_path / "kennismaking.ipynb")
    assert all(same), "what the introduction shows has changed"
    assert not different
