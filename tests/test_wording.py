"""How figures read in Dutch."""

from __future__ import annotations

import math
import re

import pytest
from helpers import figure_row, indicator
from hypothesis import given, settings
from hypothesis import strategies as st

from nplv_analysis.indicators import WIJK_ONLY
from nplv_analysis.wording import (
    MINUS,
    NBSP,
    NO_FIGURE,
    between,
    figure,
    label,
    listing,
    number,
    signed,
    unit_of_change,
    wijk_figure,
    with_unit,
)

SHARE = indicator(unit="%", decimals=0)
FINE_SHARE = indicator(unit="%", decimals=1)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (22.9, 1, "22,9"),
        (6052, 0, "6.052"),
        (243768.0, 0, "243.768"),
        (1234567.891, 2, "1.234.567,89"),
        (0.7, 0, "1"),
        (-7.7, 1, f"{MINUS}7,7"),
        (-1234.5, 1, f"{MINUS}1.234,5"),
        (0.0, 1, "0,0"),
        (-0.0, 1, "0,0"),
        (-0.04, 1, "0,0"),
        (-0.04, 2, f"{MINUS}0,04"),
        (-0.4, 0, "0"),
    ],
)
def test_numbers(value: float, decimals: int, text: str) -> None:
    assert number(value, decimals) == text


@settings(deadline=None, derandomize=True)
@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_a_number_reads_back_as_itself_rounded(value: float, decimals: int) -> None:
    text = number(value, decimals)
    assert re.fullmatch(rf"{MINUS}?\d{{1,3}}(\.\d{{3}})*" + (rf",\d{{{decimals}}}" if decimals else ""), text)
    back = float(text.replace(".", "").replace(",", ".").replace(MINUS, "-"))
    assert back == pytest.approx(value, abs=0.5 * 10**-decimals + 1e-6)
    assert not (back == 0 and MINUS in text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.14, "+3,1"), (-7.7, f"{MINUS}7,7"), (0.0, "0,0"), (0.04, "0,0"), (-0.04, "0,0"), (math.nan, "")],
)
def test_a_change_has_a_sign_unless_it_is_nil(value: float, text: str) -> None:
    assert signed(value, 1) == text


@pytest.mark.parametrize(
    ("unit", "text"),
    [("%", f"5{NBSP}%"), ("euro", f"5{NBSP}euro"), ("uur", f"5{NBSP}uur"), ("aantal kinderen", "5"), ("score", "5")],
)
def test_units_behind_a_number(unit: str, text: str) -> None:
    assert with_unit("5", unit) == text


@pytest.mark.parametrize(
    ("name", "unit", "text"),
    [
        ("Moeite met rondkomen", "%", "Moeite met rondkomen"),
        ("Overlast", "schaalscore", "Overlast (schaalscore)"),
        ("Misdrijven per 1.000 inwoners", "per 1.000 inwoners", "Misdrijven per 1.000 inwoners"),
        ("Schoolverlaters (aantal)", "aantal jongeren", "Schoolverlaters (aantal)"),
    ],
)
def test_a_label_tells_the_unit_once(name: str, unit: str, text: str) -> None:
    assert label(indicator(name=name, unit=unit)) == text


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"waarde": 26.0}, f"26{NBSP}%"),
        ({"waarde": 0.0}, f"0{NBSP}%"),
        ({"teken": "rond", "genoemd": 40.0}, f"rond 40{NBSP}%"),
        ({"teken": "rond", "genoemd": 16.7}, f"rond 16,7{NBSP}%"),
        ({"teken": ">", "ondergrens": 30.0}, f"meer dan 30{NBSP}%"),
        ({"teken": "<", "bovengrens": 5.0}, f"minder dan 5{NBSP}%"),
        ({"teken": "<", "ondergrens": 1.0, "bovengrens": 4.0}, f"tussen 1 en 4{NBSP}%"),
        ({"teken": "tussen", "ondergrens": 15.0, "bovengrens": 20.0}, f"tussen 15 en 20{NBSP}%"),
        ({"teken": "tussen", "ondergrens": 15.4, "bovengrens": 20.1}, f"tussen 15 en 21{NBSP}%"),
        ({"status": "nog niet bekend"}, NO_FIGURE),
        ({"waarde_cbs_wijk": 27.0, "herkomst": WIJK_ONLY}, NO_FIGURE),
    ],
)
def test_a_figure_is_as_exact_as_its_source(row: dict, text: str) -> None:
    assert figure(figure_row(**row), SHARE) == text


def ends(text: str) -> tuple[float, float]:
    """Read the ends of a range back."""
    found = re.fullmatch(r"tussen (\S+) en (\S+)", text)
    assert found, text
    low, high = (float(n.replace(".", "").replace(",", ".").replace(MINUS, "-")) for n in found.groups())
    return low, high


@settings(deadline=None, derandomize=True)
@given(st.floats(-5000, 5000), st.floats(0, 5000), st.integers(0, 3))
def test_ranges_are_rounded_outwards_and_no_more_than_needed(low: float, width: float, decimals: int) -> None:
    least, most = ends(between(low, low + width, decimals))
    step = 10**-decimals
    assert least <= low + 1e-6 and most >= low + width - 1e-6
    assert low - least < step + 1e-6 and most - (low + width) < step + 1e-6


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 10000), st.integers(0, 10000))
def test_a_range_that_needs_no_rounding_stays_as_it_is(low: int, high: int) -> None:
    assert ends(between(low / 10, high / 10, 1)) == (low / 10, high / 10)


def test_the_figure_of_a_wijk_is_told_only_where_the_area_has_none() -> None:
    assert wijk_figure(figure_row(waarde_cbs_wijk=27.04, herkomst=WIJK_ONLY), FINE_SHARE) == f"27,0{NBSP}%"
    assert wijk_figure(figure_row(waarde=20.0), FINE_SHARE) == ""


def test_shares_differ_by_percentage_points() -> None:
    assert unit_of_change("%") == "procentpunt"
    assert unit_of_change("rapportcijfer") == "rapportcijfer"


def test_names_in_a_list() -> None:
    assert listing(["a"]) == "a"
    assert listing(["a", "b"]) == "a en b"
    assert listing(["a", "b", "c"]) == "a, b en c"
