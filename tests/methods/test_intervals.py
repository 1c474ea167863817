"""Intervals hold what the published examples say, and cover as often as they claim."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.coverage import LEAST_COVERAGE, MEAN_COVERAGE, count_coverage, share_coverage
from nplv_analysis.methods.intervals import kish_deff, mover_difference, newcombe_difference, poisson, student_t, wilson

SHARES = st.floats(0, 1)
SIZES = st.floats(0.5, 1e6)


def both(interval: tuple[npt.ArrayLike, npt.ArrayLike]) -> list[float]:
    """Put the limits of one interval in a list."""
    return [float(np.asarray(limit)) for limit in interval]


# ------------------------------------------------------------------------------------------------ published examples


def test_wilson_of_the_guide() -> None:
    assert both(wilson(0.65, 100)) == pytest.approx([0.552544, 0.736358], abs=5e-7)


@pytest.mark.parametrize(
    ("events", "n", "plain", "corrected"),
    [
        (81, 263, (0.2553, 0.3662), (0.2535, 0.3682)),
        (15, 148, (0.0624, 0.1605), (0.0598, 0.1644)),
        (0, 20, (0.0000, 0.1611), (0.0000, 0.2005)),
        (1, 29, (0.0061, 0.1718), (0.0018, 0.1963)),
    ],
)
def test_single_shares_of_newcombe(
    events: int, n: int, plain: tuple[float, float], corrected: tuple[float, float]
) -> None:
    # Newcombe 1998, Statistics in Medicine 17:857-872, table I, methods 3 and 4.
    assert both(wilson(events / n, n)) == pytest.approx(plain, abs=5e-5)
    assert both(wilson(events / n, n, continuity=True)) == pytest.approx(corrected, abs=5e-5)


@pytest.mark.parametrize(
    ("table", "plain", "corrected"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339), (0.0428, 0.3422)),
        ((9, 10, 3, 10), (0.1705, 0.8090), (0.1013, 0.8387)),
        ((6, 7, 2, 7), (0.0582, 0.8062), (-0.0290, 0.8423)),
        ((5, 56, 0, 29), (-0.0381, 0.1926), (-0.0667, 0.2037)),
        ((0, 10, 0, 20), (-0.1611, 0.2775), (-0.2005, 0.3445)),
        ((0, 10, 0, 10), (-0.2775, 0.2775), (-0.3445, 0.3445)),
        ((10, 10, 0, 20), (0.6791, 1.0000), (0.6014, 1.0000)),
        ((10, 10, 0, 10), (0.6075, 1.0000), (0.5128, 1.0000)),
    ],
)
def test_differences_of_newcombe(
    table: tuple[int, int, int, int], plain: tuple[float, float], corrected: tuple[float, float]
) -> None:
    # Newcombe 1998, Statistics in Medicine 17:873-890, table II, methods 10 and 11.
    a, m, b, n = table
    assert both(newcombe_difference(a / m, m, b / n, n)) == pytest.approx(plain, abs=5e-5)
    assert both(newcombe_difference(a / m, m, b / n, n, continuity=True)) == pytest.approx(corrected, abs=5e-5)


def test_counts_of_the_guide() -> None:
    low, high = poisson([5, 65])
    assert low == pytest.approx([1.623486, 50.163188], abs=5e-7)
    assert high == pytest.approx([11.668332, 82.849139], abs=5e-7)


def test_mean_of_the_heat_flow_meter() -> None:
    # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.2: 195 readings, mean 9.261460, deviation 0.022789.
    assert both(student_t(9.261460, 0.022789, 195)) == pytest.approx([9.258242, 9.264679], abs=1e-6)


def test_design_effect_by_hand() -> None:
    # Four weigh 1 and one weighs 6: 5 x (4 + 36) / 10².
    assert kish_deff([1, 1, 1, 1, 6]) == pytest.approx(2.0)


# ------------------------------------------------------------------------------------------------------ coverage


def test_wilson_covers_on_average_and_nowhere_far_too_little() -> None:
    # Below 18 persons a share under 1.8 % is covered in 83.7 % of samples at worst: see wilson.
    cells = share_coverage(wilson, (18, 25, 46, 55, 100, 500, 2000), np.linspace(0.01, 0.99, 197))
    assert cells.min() >= LEAST_COVERAGE
    assert MEAN_COVERAGE[0] <= cells.mean() <= MEAN_COVERAGE[1]
    small = share_coverage(wilson, (10, 12, 17), np.linspace(0.02, 0.98, 193))
    assert small.min() >= LEAST_COVERAGE
    assert share_coverage(wilson, (11,), np.array([0.016])).item() == pytest.approx(0.8374, abs=5e-5)


def test_wilson_with_correction_covers_at_least_what_it_says() -> None:
    cells = share_coverage(
        lambda p, n: wilson(p, n, continuity=True), (10, 11, 17, 50, 500), np.linspace(0.01, 0.99, 197)
    )
    assert cells.min() >= 0.95


def test_counts_are_covered_at_least_as_often_as_said() -> None:
    assert count_coverage(np.arange(0.05, 100, 0.05)).min() >= 0.95


# ---------------------------------------------------------------------------------------------------- properties


@given(SHARES, SIZES, st.booleans(), st.sampled_from([0.5, 0.95, 0.998]))
def test_an_interval_of_a_share_holds_it_and_stays_between_nothing_and_all(
    share: float, n: float, continuity: bool, confidence: float
) -> None:
    low, high = both(wilson(share, n, confidence, continuity=continuity))
    assert 0 <= low <= share <= high <= 1
    assert low < high


@given(SHARES, SIZES, st.booleans())
def test_an_interval_of_the_rest_is_the_mirror_image(share: float, n: float, continuity: bool) -> None:
    low, high = both(wilson(share, n, continuity=continuity))
    assert both(wilson(1 - share, n, continuity=continuity)) == pytest.approx([1 - high, 1 - low], abs=1e-12)


@given(SHARES, st.floats(1, 1e5), st.booleans())
def test_more_persons_and_less_confidence_make_it_narrower(share: float, n: float, continuity: bool) -> None:
    low, high = wilson(share, [n, 2 * n], 0.95, continuity=continuity)
    assert high[1] - low[1] < high[0] - low[0]
    wide_low, wide_high = wilson(share, n, 0.998, continuity=continuity)
    assert wide_low <= low[0] and wide_high >= high[0]


@given(SHARES, SIZES)
def test_the_correction_widens(share: float, n: float) -> None:
    low, high = wilson(share, n)
    wider_low, wider_high = wilson(share, n, continuity=True)
    assert wider_low <= low and wider_high >= high


@given(SHARES, SIZES, SHARES, SIZES, st.booleans())
def test_an_interval_of_a_difference_holds_it_and_turns_round_with_it(
    share_1: float, n_1: float, share_2: float, n_2: float, continuity: bool
) -> None:
    low, high = both(newcombe_difference(share_1, n_1, share_2, n_2, continuity=continuity))
    assert -1 - 1e-12 <= low <= share_1 - share_2 <= high <= 1 + 1e-12
    turned = both(newcombe_difference(share_2, n_2, share_1, n_1, continuity=continuity))
    assert turned == pytest.approx([-high, -low], abs=1e-12)


@given(st.floats(10, 1e6), st.sampled_from([0.8, 0.95, 0.998]))
def test_an_interval_of_a_count_holds_it_and_is_wider_with_more_confidence(events: float, confidence: float) -> None:
    low, high = both(poisson(events, confidence))
    assert 0 < low < events < high
    wider_low, wider_high = both(poisson(events, 0.999))
    assert wider_low < low and wider_high > high


def test_approximation_and_exact_limits_agree_where_they_meet() -> None:
    low, high = poisson([9, 10])
    # Exact limits of 10 events: chi-squared(0.025, 20) / 2 and chi-squared(0.975, 22) / 2.
    assert low[1] == pytest.approx(4.7954, abs=0.01) and high[1] == pytest.approx(18.3904, abs=0.01)
    assert low[0] < low[1] and high[0] < high[1]


def test_margins_add_by_their_squares() -> None:
    low, high = mover_difference(3.0, 1.0, 5.0, 2.0, 0.0, 4.0)
    assert (low, high) == pytest.approx((1 - 8**0.5, 1 + 8**0.5))


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=30), st.floats(1e-3, 1e3))
def test_only_the_proportions_of_weights_count(weights: list[float], scale: float) -> None:
    effect = kish_deff(weights)
    assert effect >= 1 - 1e-12
    assert kish_deff(np.array(weights) * scale) == pytest.approx(effect)
    assert kish_deff(weights * 2) == pytest.approx(effect)


# ------------------------------------------------------------------------------------------------------ edge cases


def test_what_is_unknown_or_has_no_sense_has_no_interval() -> None:
    for continuity in (False, True):
        low, high = wilson([np.nan, 0.5, 0.5, 0.5, -0.1, 1.1], [10, np.nan, 0, -3, 10, 10], continuity=continuity)
        assert np.isnan(low).all() and np.isnan(high).all()
    for limit in (*poisson([np.nan, -1, 3.5]), *student_t([1, 1, 1, np.nan], [1, -1, np.nan, 1], [1, 9, 9, 9])):
        assert np.isnan(limit).all()
    for limit in newcombe_difference(0.5, [0, 10], [0.5, np.nan], 10):
        assert np.isnan(limit).all()
    assert np.isnan([kish_deff(w) for w in ([], [0, 0], [1, np.nan], [2, -1])]).all()


def test_nobody_and_everybody() -> None:
    assert both(wilson(0, 20))[0] == 0 and both(wilson(1, 20))[1] == 1
    assert both(poisson(0)) == pytest.approx([0, 3.688879], abs=5e-7)
    assert both(student_t(7.0, 0.0, 5)) == [7.0, 7.0]


def test_a_fixed_share_has_no_width() -> None:
    for continuity in (False, True):
        assert both(wilson(0.3, np.inf, continuity=continuity)) == [0.3, 0.3]
        low, high = both(wilson(0.2, 50, continuity=continuity))
        found = both(newcombe_difference(0.2, 50, 0.3, np.inf, continuity=continuity))
        assert found == pytest.approx([low - 0.3, high - 0.3])


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_columns_keep_their_length(rows: int) -> None:
    column = np.full(rows, 0.5)
    for limits in (
        wilson(column, 10),
        wilson(column, 10, continuity=True),
        poisson(column * 8),
        student_t(column, 1, 9),
        newcombe_difference(column, 10, 0.2, 20),
    ):
        assert [limit.shape for limit in limits] == [(rows,), (rows,)]


def test_an_effective_number_need_not_be_whole() -> None:
    low, high = wilson(0.3, [100, 100.5, 101])
    assert low[0] < low[1] < low[2] and high[0] > high[1] > high[2]
    low, high = poisson([10, 10.5, 11])
    assert low[0] < low[1] < low[2] and high[0] < high[1] < high[2]
