"""How unevenly two groups are spread over schools: published figures, another library, and every case tried."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nplv_analysis.methods import segregation
from nplv_analysis.methods.segregation import (
    density_corrected,
    dissimilarity,
    dissimilarity_bounds,
    estimate,
    expected_by_chance,
    exposure,
    isolation,
)

#: Tables of PySAL's `segregation` 2.5.4, computed once; its density correction is exact to some 0.00001.
PYSAL = (
    (
        ([13, 4, 6, 6, 9, 3, 2, 11, 7, 5], [25, 32, 57, 34, 21, 40, 38, 18, 29, 44]),
        (0.3309126770665233, 0.2335798901265796, 0.7664201098734204, 0.3033742833013958),
    ),
    (
        ([1, 0, 2, 5, 1, 0, 3, 1], [20, 18, 25, 30, 12, 22, 28, 15]),
        (0.2873303167420814, 0.10306142827854987, 0.8969385717214501, 0.21929443550873318),
    ),
    (([100, 60, 40, 0], [0, 40, 60, 100]), (0.6, 0.76, 0.24, 0.59999582351265)),
)
#: The tests of the R package segregation 1.1.0 (Elbers), as published with it.
ELBERS = (
    ([100, 100, 100], [100, 100, 100], 0.0),
    ([100, 60, 40, 0], [0, 40, 60, 100], 0.6),
    ([80, 80, 20, 20], [20, 20, 80, 80], 0.6),
    ([100, 100, 0, 0], [0, 0, 100, 100], 1.0),
)
boxes = st.lists(st.tuples(*[st.integers(0, 4), st.integers(0, 2)] * 2), min_size=1, max_size=3)


@pytest.mark.parametrize(("counts", "expected"), PYSAL)
def test_the_indices_are_those_of_another_library(
    counts: tuple[list[int], list[int]], expected: tuple[float, ...]
) -> None:
    found = [float(index(*counts)) for index in (dissimilarity, isolation, exposure)]
    assert found == pytest.approx(expected[:3], rel=1e-12)
    assert float(density_corrected(*counts)) == pytest.approx(expected[3], abs=1e-5)


@pytest.mark.parametrize(("ours", "others", "index"), ELBERS)
def test_dissimilarity_is_as_published(ours: list[int], others: list[int], index: float) -> None:
    assert float(dissimilarity(ours, others)) == pytest.approx(index, abs=1e-15)


@pytest.mark.parametrize(("times", "published", "error"), [(1, 0.3855556, 0.1052968), (10, 0.1232222, 0.03038166)])
def test_what_chance_gives_is_as_published(times: int, published: float, error: float) -> None:
    # dissimilarity_expected() of the R package: 10 schools of 10 pupils, 10 % of one group, the mean of 100 draws.
    exact = expected_by_chance(np.full(10, times), np.full(10, 9 * times))
    assert abs(exact - published) < 2.5 * error / math.sqrt(100)


def test_what_chance_gives_is_the_mean_over_all_ways_to_place_pupils() -> None:
    sizes = [1, 2, 4]
    places = [school for school, size in enumerate(sizes) for _ in range(size)]
    ways = []
    for chosen in itertools.combinations(places, 3):
        ours = np.bincount(chosen, minlength=3)
        ways.append(float(dissimilarity(ours, np.array(sizes) - ours)))
    assert expected_by_chance([1, 1, 1], [0, 1, 3]) == pytest.approx(np.mean(ways), rel=1e-12)


def test_a_group_with_nobody_has_no_index() -> None:
    assert np.isnan(dissimilarity([0, 0], [3, 4]))
    assert np.isnan(dissimilarity_bounds([0, 0], [1, 0], [3, 4], [3, 4])).all()


@pytest.mark.parametrize("theta", [0.0, 0.5, 1.0, 1.0001, 1.2, 2.0, 5.0, 40.0])
def test_the_correction_takes_the_mode_of_a_folded_normal(theta: float) -> None:
    # By hand: the density of |x| is largest where it is largest on a fine grid.
    grid = np.linspace(0, theta + 1, 200_001)
    density = np.exp(-((grid - theta) ** 2) / 2) + np.exp(-((grid + theta) ** 2) / 2)
    mode = float(segregation._folded_mode(np.array([theta]), np.array([1.0]))[0])
    top = float(np.exp(-((mode - theta) ** 2) / 2) + np.exp(-((mode + theta) ** 2) / 2))
    assert top >= density.max() - 1e-12


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60)), min_size=2, max_size=8))
def test_the_correction_only_takes_off(schools: list[tuple[int, int]]) -> None:
    ours, others = np.array(schools).T
    if ours.sum():
        assert -1e-12 <= float(density_corrected(ours, others)) <= float(dissimilarity(ours, others)) + 1e-12


def test_the_correction_vanishes_where_schools_are_large() -> None:
    ours, others = np.array([30, 10, 5]), np.array([20, 40, 35])
    assert float(density_corrected(1000 * ours, 1000 * others)) == pytest.approx(
        float(dissimilarity(ours, others)), 1e-3
    )


def test_the_estimate_is_nearer_to_the_truth_than_the_count_and_its_interval_holds_it() -> None:
    # 20 schools of about 30 pupils, a tenth of them in the group; how uneven they are drawn is known.
    rng = np.random.default_rng(2024)
    even = np.full(20, 0.05)
    uneven = np.where(np.arange(20) < 10, 0.035, 0.065)
    truth = float(dissimilarity(uneven, even))
    made = [estimate(rng.multinomial(60, uneven), rng.multinomial(540, even), rng, draws=99) for _ in range(60)]
    counted, corrected = (np.mean([getattr(e, name) for e in made]) - truth for name in ("counted", "corrected"))
    assert abs(corrected) < 0.5 * abs(counted)
    assert np.mean([e.low <= truth <= e.high for e in made]) > 0.85


def test_the_interval_of_pupils_spread_by_lot_holds_zero() -> None:
    rng = np.random.default_rng(7)
    lots = rng.multivariate_hypergeometric(np.full(20, 30), 60, 40)
    made = [estimate(ours, 30 - ours, rng, draws=99) for ours in lots]
    assert np.mean([e.low == 0 for e in made]) > 0.9


def test_an_estimate_is_the_same_every_time_and_holds_itself() -> None:
    counts = PYSAL[0][0]
    first, again = (estimate(*counts, np.random.default_rng(1)) for _ in range(2))
    assert first == again
    assert 0 < first.low <= first.corrected <= first.high <= 1
    assert first.by_lot <= 0.01


@settings(max_examples=40)
@given(boxes)
def test_no_counts_within_the_bounds_fall_outside_them(schools: list[tuple[int, int, int, int]]) -> None:
    low_a, more_a, low_b, more_b = np.array(schools).T
    low, high = dissimilarity_bounds(low_a, low_a + more_a, low_b, low_b + more_b)
    if not (low_a.sum() and low_b.sum()):
        assert math.isnan(low)
        assert math.isnan(high)
        return
    ours, others = (
        [np.array(c) for c in itertools.product(*(range(x, x + m + 1) for x, m in zip(least, more, strict=True)))]
        for least, more in ((low_a, more_a), (low_b, more_b))
    )
    every = [float(dissimilarity(a, b)) for a in ours for b in others]
    assert low <= min(every) + 1e-12
    # The largest is reached by whole counts, so it is exact.
    assert high == pytest.approx(max(every), abs=1e-12)


@settings(max_examples=20)
@given(boxes, st.integers(0, 2))
def test_bounds_hold_when_not_every_division_is_tried(schools: list[tuple[int, int, int, int]], tried: int) -> None:
    low_a, more_a, low_b, more_b = np.array(schools).T
    if low_a.sum() and low_b.sum():
        sides = (low_a, low_a + more_a, low_b, low_b + more_b)
        exact = dissimilarity_bounds(*sides)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(segregation, "MOST_TRIED", tried)
            low, high = dissimilarity_bounds(*sides)
        assert low == exact[0]
        assert high >= exact[1] - 1e-12


def test_the_lower_bound_is_reached_by_broken_counts() -> None:
    # With 1 to 4 pupils in each of two schools, 1 and 4 match 2 and 8 exactly.
    assert dissimilarity_bounds([1, 1], [4, 4], [2, 8], [2, 8])[0] == pytest.approx(0, abs=1e-6)
    # With 3 pupils in the first school and at most 4 in the other, the first has at least 3 / 7 of them.
    low, _ = dissimilarity_bounds([3, 1], [3, 4], [1, 9], [1, 9])
    assert low == pytest.approx(3 / 7 - 1 / 10, abs=1e-6)


def test_many_schools_with_few_hidden_counts_are_bounded_quickly_and_tightly() -> None:
    rng = np.random.default_rng(3)
    ours, others = rng.integers(0, 30, 60), rng.integers(10, 60, 60)
    hidden = (ours > 0) & (ours < 5)
    low_a, high_a = np.where(hidden, 1, ours), np.where(hidden, 4, ours)
    low, high = dissimilarity_bounds(low_a, high_a, others, others)
    assert low <= float(dissimilarity(ours, others)) <= high
    assert high - low < 0.05
