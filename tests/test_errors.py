"""An error says where it is, what was found and what was expected, in one sentence."""

from __future__ import annotations

import pytest

from nplv_analysis.errors import CatalogueError, InputError, UnknownNameError, did_you_mean


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({}, "a.csv: expected a number"),
        ({"row": 3}, "a.csv, row 3: expected a number"),
        ({"row": 3, "column": "waarde"}, "a.csv, row 3, column 'waarde': expected a number"),
        (
            {"row": 3, "column": "waarde", "value": "veel"},
            "a.csv, row 3, column 'waarde': found 'veel', expected a number",
        ),
        ({"value": 0}, "a.csv: found '0', expected a number"),
        # What cannot be seen is shown by its code, and what is very long is cut off.
        ({"value": "5\n\u200f\x00"}, r"a.csv: found '5\n\u200f\x00', expected a number"),
        ({"value": "\ud800"}, r"a.csv: found '\ud800', expected a number"),
        ({"column": "waarde\u00a0"}, r"a.csv, column 'waarde\xa0': expected a number"),
        ({"value": "x" * 1000}, f"a.csv: found '{'x' * 120}...', expected a number"),
    ],
)
def test_message_of_an_input_error(where: dict[str, object], message: str) -> None:
    assert str(InputError("a.csv", "a number", **where)) == message  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "options", "hint"),
    [
        ("oostt", ["oost", "west"], "; did you mean oost?"),
        ("OOST", ["Oost", "Midden"], "; did you mean Oost?"),
        ("zzz", ["west", "oost"], "; expected one of: oost, west"),
        ("zzz", [f"naam{n}" for n in range(50)], ""),
    ],
)
def test_suggestion(name: str, options: list[str], hint: str) -> None:
    assert did_you_mean(name, options) == hint


def test_expected_is_one_line() -> None:
    assert str(InputError("a.csv", "a number\n  of two\tlines")) == "a.csv: expected a number of two lines"
    assert len(str(InputError("a.csv", "word " * 10_000))) < 700
    assert len(str(CatalogueError("word " * 10_000))) < 700


def test_unknown_name() -> None:
    assert str(UnknownNameError("area", "oostt", ["oost"])) == "unknown area 'oostt'; did you mean oost?"


def test_notebook_shows_the_sentence_alone() -> None:
    assert InputError("a.csv", "a number")._render_traceback_() == ["InputError: a.csv: expected a number"]
