"""Every example in docstrings and pages is run, and every command in them exists."""

from __future__ import annotations

import doctest
import importlib
import json
import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from helpers import LESSONS, NOTEBOOKS, PACKAGE, ROOT

import nplv_analysis as nplv
from nplv_analysis.cli import main
from nplv_analysis.data import Data
from nplv_analysis.records import SUFFIX, sha256_of

pytest_plugins = ["project_data"]

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
WITH_EXAMPLES = [path for path in sorted(PACKAGE.rglob("*.py")) if ">>> " in path.read_text(encoding="utf-8")]


def blocks(path: Path, language: str) -> list[str]:
    """Give the code blocks of a page in one language; those in a list are moved to the margin."""
    found = re.findall(r"^( *)```([^\n]*)\n(.*?)^ *```$", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    return [re.sub(rf"^{margin}", "", text, flags=re.M) for margin, name, text in found if name == language]


@pytest.fixture
def with_town(town_data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with Voorbeeldstad in it, prepared, as the examples make it for themselves."""
    shutil.copytree(town_data.folder, tmp_path / "voorbeeldstad")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_examples_in_docstrings_give_what_they_say(with_town: Path, path: Path) -> None:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    # Numpy 2 prints the type of a number, numpy 1 does not: the examples print numbers of Python.
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried > 0 and failed == 0


def test_what_students_call_first_has_an_example() -> None:
    for thing in (nplv.load, nplv.example, Data.of, Data.compare, Data.develop):
        assert ">>> " in (thing.__doc__ or ""), thing.__qualname__


def test_python_on_a_page_is_run_by_a_test() -> None:
    # README: test_readme.py; the other one: below.
    assert {path.name: len(blocks(path, "python")) for path in PAGES if blocks(path, "python")} == {
        "README.md": 2,
        "indelingen.md": 1,
    }


def test_the_count_of_addresses_between_two_layouts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    head = "PC6;Huisnummer;Buurt2024;Wijk2024;Gemeente2024\n"
    old = ["9999AA;1;99900000", "9999AA;2;99900000", "9999AB;3;99900001", "9999AC;4;99900001"]
    new = ["9999AA;1;99900000", "9999AA;2;99900002", "9999AB;3;99900001", "9999AD;5;99900001"]
    for name, rows in (("pc6hnr20240801_gwb.csv", old), ("pc6hnr20250801_gwb.csv", new)):
        Path(name).write_text(head + "".join(f"{row};9;9990\n" for row in rows), encoding="utf-8")
    names: dict[str, pd.DataFrame] = {}
    exec(blocks(ROOT / "docs" / "indelingen.md", "python")[0], names)
    assert names["counts"].to_numpy().tolist() == [
        ["BU99900000", "BU99900000", 1],
        ["BU99900000", "BU99900002", 1],
        ["BU99900001", "BU99900001", 1],
    ]


def test_the_source_and_the_indicator_that_contributing_adds(tmp_path: Path) -> None:
    record, indicator = blocks(ROOT / "CONTRIBUTING.md", "yaml")
    (file,) = (text for text in blocks(ROOT / "CONTRIBUTING.md", "") if text.startswith("periode,"))
    own, catalogue = tmp_path / "raw" / "eigen", tmp_path / "catalogus"
    own.mkdir(parents=True)
    catalogue.mkdir()
    (own / "buffer.csv").write_text(file, encoding="utf-8")
    fields = yaml.safe_load(record) | {"sha256": sha256_of(own / "buffer.csv")}
    (own / f"buffer.csv{SUFFIX}").write_text(yaml.safe_dump(fields, allow_unicode=True), encoding="utf-8")
    shutil.copy(PACKAGE / "catalogue" / "gebieden.yaml", catalogue)
    (catalogue / "indicatoren.yaml").write_text(f"indicatoren:\n{indicator}", encoding="utf-8")
    row = nplv.load(tmp_path).of("selwerd", "weinig_buffer").iloc[0]
    assert row["waarde"] == 34 and row["verschil"] == 13 and not row["openbaar"]


def commands() -> list[list[str]]:
    """Give the command lines in code blocks of the pages and lessons, as words."""
    cells = [
        json.loads(path.read_text(encoding="utf-8"))["cells"] for path in (NOTEBOOKS / "kennismaking.ipynb", *LESSONS)
    ]
    texts = ["".join(cell["source"]) for lesson in cells for cell in lesson if cell["cell_type"] == "markdown"]
    texts += [path.read_text(encoding="utf-8") for path in PAGES]
    fenced = [block for text in texts for block in re.findall(r"^ *```[^\n]*\n(.*?)^ *```$", text, flags=re.M | re.S)]
    lines = re.findall(r"^ *(?:nplv|python -m nplv_analysis) (.*)$", "\n".join(fenced), flags=re.M)
    return [shlex.split(line, comments=True) for line in lines]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_on_a_page_exists_with_its_options(words: list[str]) -> None:
    command = main.commands[words[0]]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words[1:] if word.startswith("-")} <= known
