"""The documentation is whole: every page and module has its place, and every link leads somewhere."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import LESSONS, NOTEBOOKS, PACKAGE, ROOT

DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md"))]
COURSE = [NOTEBOOKS / "kennismaking.ipynb", *LESSONS]
#: It changes the process that imports it: what it is for is to be the start of a server.
NOT_IMPORTED = {"nplv_analysis.batch.preload"}


def text_of(path: Path) -> str:
    """Give the text of a page, or of the cells of a notebook that are text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return text


def listed() -> list[Path]:
    """Give the pages in the table of contents."""
    trees = re.findall(r"```\{toctree\}\n(.*?)```", text_of(DOCS / "index.md"), flags=re.S)
    names = [line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")]
    found = [[(DOCS / name).resolve().with_suffix(kind) for kind in (".md", ".ipynb")] for name in names]
    return [path for pair in found for path in pair if path.exists()]


def test_every_page_and_lesson_is_in_the_table_of_contents_once() -> None:
    assert sorted(listed()) == sorted({*PAGES, *COURSE} - {DOCS / "index.md"})
    lessons = [path for path in listed() if path.suffix == ".ipynb"]
    assert lessons == COURSE


def modules() -> Iterator[str]:
    """Give the names of the public modules."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if not any(part.startswith("_") for part in name.split(".")) and name not in NOT_IMPORTED:
            yield name


def test_every_public_module_is_in_the_reference() -> None:
    parts = re.findall(r"\.\. autosummary::\n(.*?)```", text_of(DOCS / "api.md"), flags=re.S)
    whole, alone = set(), set()
    for part in parts:
        names = set(re.findall(r"^ +(nplv_analysis[\w.]*)$", part, flags=re.M))
        (whole if ":recursive:" in part else alone).update(names)
    missing = [name for name in modules() if name != "nplv_analysis" and name not in alone]
    missing = [name for name in missing if not any(f"{name}.".startswith(f"{package}.") for package in whole)]
    assert not missing, "put these in the part of docs/api.md where they belong"
    for name in whole | alone:
        module, _, _ = name.rpartition(".")
        assert name in modules() or module in modules(), f"docs/api.md has {name}, which is gone"


def anchors(path: Path) -> set[str]:
    """Give the names that forges make of the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text_of(path), flags=re.S), flags=re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_no_link_between_pages_is_broken() -> None:
    links = 0
    for page in (*PAGES, *COURSE):
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text_of(page), flags=re.S)):
            if re.match(r"https?://|mailto:", target):
                continue
            name, _, anchor = target.partition("#")
            aim = (page.parent / name).resolve() if name else page
            assert aim.exists(), f"{page.name}: {target}"
            assert not anchor or anchor in anchors(aim), f"{page.name}: {target}"
            links += 1
    assert links > 10


@pytest.mark.skipif(importlib.util.find_spec("sphinx") is None, reason="Sphinx is not installed: pip install .[docs]")
def test_the_extensions_that_pages_are_built_with_are_there() -> None:
    names: dict[str, Any] = {"__file__": str(DOCS / "conf.py")}
    exec(compile((DOCS / "conf.py").read_text(encoding="utf-8"), "conf.py", "exec"), names)
    assert [name for name in names["extensions"] if importlib.util.find_spec(name) is None] == []
