"""The Dutch of the package: every text that a reader can meet is plain."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from helpers import LESSONS, NOTEBOOKS, PACKAGE
from language import NAME, reading_ease, sentences, syllables, words

#: Modules and folders whose texts stand on pages; errors and docstrings in them are English and left out.
READ = (
    "duiding.py",
    "sections",
    "charts",
    "course",
    "methods",
    "output",
    "accounting.py",
    "accumulation.py",
    "comparison.py",
    "computation.py",
    "development.py",
    "interventions/verdict.py",
    "interventions/effects.py",
    "figure.py",
    "hotspots/figures.py",
    "hotspots/heat_map.py",
    "indicators.py",
    "published.py",
    "sources/schooltellingen.py",
    "targets.py",
    "uncertainty.py",
    "unevenness.py",
    "verdict.py",
    "wording.py",
)


def texts_of(path: Path) -> Iterator[str]:
    """Give the sentences among the strings of a module, with a name for every value that is filled in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            skipped |= {id(child) for child in ast.walk(node)}
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(child) for child in ast.walk(node)} - {id(node)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else NAME for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        text = re.sub(r"\{\w*\}", NAME, re.sub(r"<[^>]*>", " ", text))
        # A sentence ends with a full stop; what does not is a label, a list item or a word of the data.
        if re.search(r"\w \w.*[.?]$", text.strip()):
            yield text


def files() -> list[Path]:
    """The modules of ``READ``."""
    found = [PACKAGE / name for name in READ]
    return [module for path in found for module in (sorted(path.glob("*.py")) if path.is_dir() else [path])]


@pytest.fixture(scope="module")
def every_text() -> list[str]:
    """All sentences of the modules and of the notebooks."""
    texts = [text for path in files() for text in texts_of(path)]
    for path in [*sorted(NOTEBOOKS.glob("*.ipynb")), *LESSONS]:
        cells = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown"]
        texts += [line for cell in cells for line in cell.splitlines() if line and not line.startswith(("#", "```"))]
    return texts


def test_no_sentence_is_longer_than_18_words(every_text: list[str]) -> None:
    assert len(every_text) > 100
    assert [s for text in every_text for s in sentences(text) if len(words(s)) > 18] == []


def test_sentences_are_short_and_the_words_are_easy(every_text: list[str]) -> None:
    lengths = [len(words(sentence)) for text in every_text for sentence in sentences(text)]
    assert statistics.mean(lengths) < 12
    assert reading_ease(every_text) >= 60


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("buurt", 1), ("cijfer", 2), ("gemeente", 3), ("leerachterstand", 4), ("criminaliteit", 5), ("situatie", 4),
        ("coördinatie", 5), ("nieuwe", 2), ("22,9", 2),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_reading_ease_is_that_of_douma() -> None:
    # One sentence of 10 words with 15 syllables: 206.84 - 0.93 * 10 - 77 * 1.5.
    text = "De kat zat op de tafel bij de warme kachel."
    assert sum(syllables(word) for word in words(text)) == 13 and len(words(text)) == 10
    assert reading_ease([text]) == pytest.approx(206.84 - 9.3 - 77 * 1.3)
