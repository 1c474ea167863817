"""YAML is read as it seems to say: each key once, no end in sight for nothing, and a fault is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from nplv_analysis.plain_yaml import MOST_BYTES, PlainYamlError, load_yaml


def load(folder: Path, text: str) -> object:
    """Write text to a file and read it."""
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return load_yaml(folder / "a.yaml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("\ufeffa: 1\nb: [x, 2]\n", {"a": 1, "b": ["x", 2]}),
        ("a: &x [1]\nb: *x\n", {"a": [1], "b": [1]}),
        ("a: {b: 1}\nc: {b: 2}\n", {"a": {"b": 1}, "c": {"b": 2}}),
    ],
)
def test_plain_yaml(tmp_path: Path, text: str, expected: object) -> None:
    assert load(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "'a' stands there twice", 3),
        ("a: {b: 1, b: 2}\n", "'b' stands there twice", 1),
        ("a: &x [*x]\n", "references (*) that make it endless", None),
        ("b: 1\na: " + "[" * 100_000, "more than 50 lists within lists", 2),
        ("- " * 100_000, "more than 50 lists within lists", 1),
        ("a: 2024-13-45\n", "a value that cannot be read; put it between quotes", 1),
        ("a: !!bool x\n", "a value that cannot be read; put it between quotes", 1),
        ("a: 1\nb: " + "9" * 5000, "a value that cannot be read; put it between quotes", 2),
        ("? [a]\n: 1\n", "found unhashable key", 1),
        ("a: 1\n\tb: 2\n", "found a tab character", 2),
        ("a: \x00\n", "unacceptable character", None),
    ],
)
def test_a_fault_is_one_sentence_with_the_line(tmp_path: Path, text: str, problem: str, line: int | None) -> None:
    with pytest.raises(PlainYamlError) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(problem) and "\n" not in str(caught.value)
    assert caught.value.line == line


def test_references_may_not_make_a_small_file_endless(tmp_path: Path) -> None:
    lines = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 9)}]\n" for n in range(12)]
    with pytest.raises(PlainYamlError, match="references"):
        load(tmp_path, "".join(lines))


def test_large_file_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(PlainYamlError, match="larger than 2 MB"):
        load(tmp_path, "a: 1\n# " + "x" * MOST_BYTES)
