"""A cell is a number or one of the signs that publishers put in its place; nothing else passes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nplv_analysis.sources.cells import decimal_mark, number_text, parse_cell


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (".", "ontbreekt"),
        ("", "ontbreekt"),
        ("   ", "ontbreekt"),
        ("x", "geheim"),
        ("X", "geheim"),
        ("-99997", "ontbreekt"),
        ("-99997.0", "ontbreekt"),
        ("-99999999", "ontbreekt"),
        ("-99999999.0", "ontbreekt"),
    ],
)
def test_sign_without_a_value(text: str, status: str) -> None:
    for mark in ".,":
        cell = parse_cell(text, mark)
        assert cell is not None
        assert cell.status == status
        assert math.isnan(cell.value)


def test_dash_is_nil() -> None:
    cell = parse_cell(" - ")
    assert cell is not None
    assert (cell.value, cell.status) == (0, "nihil")


@pytest.mark.parametrize(("text", "high"), [("<5", 4), ("< 5", 4), ("<10", 9)])
def test_suppressed_count_has_bounds_and_no_value(text: str, high: int) -> None:
    cell = parse_cell(text)
    assert cell is not None
    assert math.isnan(cell.value)
    assert (cell.low, cell.high, cell.status) == (1, high, "onderdrukt")


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("12", ".", 12),
        ("12", ",", 12),
        (" 12.5 ", ".", 12.5),
        ("12,5", ",", 12.5),
        ("-0.2", ".", -0.2),
        ("1.234", ".", 1.234),
        ("1.234", ",", 1234),
        ("1.234.567,8", ",", 1234567.8),
        ("0,0", ",", 0),
        # A file that does not tell its mark: what can be read in one way only.
        ("12", "", 12),
        ("12.5", "", 12.5),
        ("0.213", "", 0.213),
    ],
)
def test_number(text: str, mark: str, value: float) -> None:
    cell = parse_cell(text, mark)
    assert cell is not None
    assert (cell.value, cell.status) == (value, "waargenomen")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("veel", "."),
        ("12 procent", "."),
        ("12%", "."),
        ("1,5", "."),
        ("12.5", ","),
        ("0.213", ","),
        ("1.2.3", "."),
        ("12.34.567", ","),
        (">5", "."),
        ("1e5", "."),
        ("nan", "."),
        ("..", "."),
        ("1.234", ""),
        ("1,234", ""),
        ("-1.234", ""),
        ("٦٠", "."),
        ("６０", "."),
        ("10²", "."),
        ("<1", "."),
        ("<0", "."),
        ("<٥", "."),
        ("9" * 16, "."),
        ("9" * 400, "."),
    ],
)
def test_anything_else_is_refused(text: str, mark: str) -> None:
    assert parse_cell(text, mark) is None


@given(st.integers(-10_000_000, 10_000_000), st.integers(0, 4), st.sampled_from(".,"))
def test_a_written_number_reads_back(digits: int, decimals: int, mark: str) -> None:
    value = digits / 10**decimals
    cell = parse_cell(f"{value:.{decimals}f}".replace(".", mark), mark)
    assert cell is not None
    # The two codes of the map files are the only whole numbers that are not numbers.
    assert cell.value == value or value == -99997


@given(st.integers(1_000, 10_000_000), st.integers(0, 9))
def test_a_number_with_thousands_points_reads_back(whole: int, tenths: int) -> None:
    cell = parse_cell(f"{whole:,}".replace(",", ".") + f",{tenths}", ",")
    assert cell is not None
    assert cell.value == pytest.approx(whole + tenths / 10)


@given(st.floats(-1e14, 1e14), st.sampled_from(".,"))
def test_a_number_that_a_workbook_holds_reads_back_in_one_way(value: float, mark: str) -> None:
    text = number_text(value, mark)
    cell = parse_cell(text, mark)
    assert cell is not None
    assert cell.value == value or value in (-99997, -99999999)
    # Alone in a file it still tells which mark it has, if it has one.
    assert decimal_mark([text]) in (mark, "." if text.lstrip("-").isdigit() else mark)


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["1", "2"], "."),
        (["1.5", "x"], "."),
        (["1", "2,5"], ","),
        (["1.234", "1.234,5"], ","),
        (["Oost, West", "a,1"], "."),
        ([], "."),
        # A lone 1.234 may be a thousand, or a little more than one.
        (["1.234", "12"], ""),
        (["1,234"], ""),
        (["1,234", "12.5"], "."),
        (["1.234", "0.213"], "."),
        (["1.234", "2,5"], ","),
        (["1.234.567"], ","),
        (["1,234,567"], "."),
    ],
)
def test_decimal_mark_of_a_file(texts: list[str], mark: str) -> None:
    assert decimal_mark(texts) == mark
