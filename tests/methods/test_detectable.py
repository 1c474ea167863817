"""What could be seen at all: published powers and formulas, other software, and simulations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestIndPower

from nplv_analysis.methods.detectable import (
    MOST_CORRELATION,
    NOT_KNOWN,
    NOT_VISIBLE,
    VISIBLE,
    Noise,
    noise,
    regression_beyond,
    regression_to_the_mean,
    smallest_visible,
    spread_of_change,
    visible_on_area,
    waves_needed,
)


def moving(
    wijken: int, waves: int, correlation: float, seed: int = 1
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Draw figures of wijken that differ with a variance of 25 and move with one of 4."""
    rng = np.random.default_rng(seed)
    step = rng.standard_normal((wijken, waves))
    chance = step.copy()
    for wave in range(1, waves):
        chance[:, wave] = correlation * chance[:, wave - 1] + np.sqrt(1 - correlation**2) * step[:, wave]
    return 30 + rng.normal(0, 5, (wijken, 1)) + rng.normal(0, 3, waves) + 2 * chance


def test_two_groups_of_86() -> None:
    # Reference manual of G*Power, t-test on means: 172 people, effect 0.5, two-tailed 5 %, power 0.9032.
    assert smallest_visible(1, 86, 86, power=0.9032) == pytest.approx(0.5, abs=0.0005)


def test_multiplier_of_large_groups() -> None:
    # Bloom 1995: two-sided 5 % and 80 % power give 2.80 standard errors.
    assert round(smallest_visible(1, 10**6, 10**6) / np.sqrt(2e-6), 2) == 2.80


@pytest.mark.parametrize(("treated", "comparison"), [(8, 37), (1, 44), (4, 4), (1, 7), (20, 25)])
def test_near_the_exact_power_of_the_t_test(treated: int, comparison: int) -> None:
    exact = TTestIndPower().solve_power(None, nobs1=treated, alpha=0.05, power=0.8, ratio=comparison / treated)
    assert smallest_visible(3.0, treated, comparison) == pytest.approx(3.0 * exact, rel=0.01)


@pytest.mark.parametrize(("treated", "comparison"), [(0, 9), (9, 0), (1, 1)])
def test_too_few_wijken_show_nothing(treated: int, comparison: int) -> None:
    assert np.isnan(smallest_visible(1, treated, comparison))


def test_spread_without_correlation() -> None:
    # Frison & Pocock 1992: variance x (1 / before + 1 / after).
    assert spread_of_change(Noise(0, 0, 4, 0), 3, 2) == pytest.approx(2 * np.sqrt(1 / 3 + 1 / 2))


def test_spread_with_correlation() -> None:
    # One wave on either side: 2 x variance x (1 - correlation).
    assert spread_of_change(Noise(0, 0, 4, 0.7), 1, 1) == pytest.approx(np.sqrt(2 * 4 * 0.3))
    values = moving(200_000, 5, 0.7)
    change = values[:, 3:].mean(axis=1) - values[:, :3].mean(axis=1)
    assert spread_of_change(Noise(0, 0, 4, 0.7), 3, 2) == pytest.approx(change.std(), rel=0.01)


@pytest.mark.parametrize("correlation", [0.3, 0.7])
def test_noise_of_many_wijken_is_what_was_put_in(correlation: float) -> None:
    found = noise(moving(20_000, 6, correlation))
    assert found.correlation == pytest.approx(correlation, abs=0.03)
    assert found.within == pytest.approx(4, rel=0.06)
    assert found.between == pytest.approx(25, rel=0.06)


def test_noise_of_forty_wijken_gives_about_the_right_spread() -> None:
    spreads = [spread_of_change(noise(moving(37, 6, 0.7, seed)), 3, 3) for seed in range(60)]
    assert np.mean(spreads) == pytest.approx(spread_of_change(Noise(0, 25, 4, 0.7), 3, 3), rel=0.05)


def test_noise_leaves_incomplete_wijken_out() -> None:
    values = moving(12, 4, 0.5)
    holed = np.vstack([values, np.full(4, 99.0)])
    holed[12, 2] = np.nan
    assert noise(holed) == noise(values)
    assert noise(values).mean == pytest.approx(values.mean())


def test_two_waves_give_the_spread_of_their_change() -> None:
    values = moving(12, 2, 0.5)
    found = noise(values)
    assert found.correlation == 0
    assert spread_of_change(found, 1, 1) == pytest.approx(np.diff(values, axis=1).std(ddof=1))


def test_noise_stays_within_what_is_possible() -> None:
    drifting = np.add.outer(np.zeros(9), np.zeros(5)) + np.outer(np.arange(9.0), np.arange(5.0))
    assert noise(drifting).correlation == MOST_CORRELATION
    assert noise(np.random.default_rng(8).normal(size=(9, 5))).between >= 0
    still = noise(np.add.outer(np.arange(9.0), np.arange(5.0)))
    assert (still.within, still.correlation) == (pytest.approx(0, abs=1e-20), pytest.approx(0, abs=1))


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (0, 3)])
def test_noise_needs_wijken_and_waves(shape: tuple[int, int]) -> None:
    found = noise(np.ones(shape))
    assert np.isnan([found.between, found.within, found.correlation]).all()
    assert waves_needed(5, found, 8, 37, 2) is None


def test_waves_needed_is_the_first_that_is_enough() -> None:
    moves = Noise(0, 25, 4, 0)
    needed = waves_needed(-2.0, moves, 8, 37, 3)
    assert needed is not None and needed > 1
    enough = [smallest_visible(spread_of_change(moves, 3, after), 8, 37) <= 2 for after in range(1, needed + 1)]
    assert enough == [False] * (needed - 1) + [True]


def test_more_waves_after_do_not_help_when_those_before_are_few() -> None:
    # With one wave before, the change keeps at least the spread of that wave: 2 x 2.87 x 0.39 = 2.2.
    assert waves_needed(2.0, Noise(0, 25, 4, 0), 8, 37, 1) is None
    assert waves_needed(2.5, Noise(0, 25, 4, 0), 8, 37, 1) is not None


@pytest.mark.parametrize(
    ("reach", "effect", "smallest", "visible", "on_area", "reason"),
    [
        (0.1, 10.0, 2.0, False, 1.0, NOT_VISIBLE),
        (0.1, -10.0, 2.0, False, 1.0, NOT_VISIBLE),
        (0.5, 10.0, 2.0, True, 5.0, VISIBLE),
        (0.2, -10.0, 2.0, True, 2.0, VISIBLE),
        (0.0, 10.0, 2.0, False, 0.0, NOT_VISIBLE),
        (0.5, 10.0, np.nan, False, 5.0, NOT_KNOWN),
        (np.nan, 10.0, 2.0, False, np.nan, NOT_KNOWN),
    ],
)
def test_reach_times_the_largest_effect_against_what_can_be_seen(
    reach: float, effect: float, smallest: float, visible: bool, on_area: float, reason: str
) -> None:
    found = visible_on_area(reach, effect, smallest)
    assert (found.visible, found.reason) == (visible, reason)
    np.testing.assert_equal((found.on_area, found.smallest_visible), (on_area, smallest))


@pytest.mark.parametrize("reach", [-0.1, 1.1, 35])
def test_a_reach_is_a_part(reach: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        visible_on_area(reach, 1, 1)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_regression_beyond_a_bound_is_the_published_formula(part: float) -> None:
    # Barnett, van der Pols & Dobson 2005, as in their program rtmcode.htm: mean 60, standard deviation 15, below 40.
    between, within = part * 225, (1 - part) * 225
    z = (60 - 40) / 15
    ratio = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) / stats.norm.sf(z)
    expected = within / np.sqrt(between + within) * ratio
    assert regression_beyond(40, 60, between, within) == pytest.approx(expected)
    assert regression_beyond(80, 60, between, within, below=False) == pytest.approx(-expected)


def test_regression_beyond_a_bound_against_people_drawn() -> None:
    rng = np.random.default_rng(9)
    true = rng.normal(60, np.sqrt(100), 400_000)
    scores = [rng.normal(true[:, None], np.sqrt(125), (400_000, waves)).mean(axis=1) for waves in (1, 3, 1)]
    for score, waves in zip(scores[:2], (1, 3), strict=True):
        chosen = score < 45
        back = (scores[2] - score)[chosen].mean()
        assert regression_beyond(45, 60, 100, 125, waves) == pytest.approx(back, rel=0.02)


def test_regression_of_areas_is_the_part_of_chance() -> None:
    # Galton: as much of the distance to the mean as there is chance in the differences between scores.
    assert regression_to_the_mean([40, 60, 70], 60, 150, 50).tolist() == [5, 0, -2.5]
    assert regression_to_the_mean([40], 60, 150, 50, waves=10).tolist() == [pytest.approx(20 * 5 / 155)]
    assert regression_to_the_mean([40], 60, 150, 0).tolist() == [0]


def test_far_beyond_what_happens_there_is_still_a_number() -> None:
    assert regression_beyond(-1000, 60, 112.5, 112.5) == pytest.approx((60 + 1000) / 2, rel=0.01)


def test_where_nothing_differs_nothing_returns() -> None:
    assert regression_to_the_mean([60], 60, 0, 0).tolist() == [0]
    assert regression_beyond(40, 60, 0, 0) == 0
    assert np.isnan(regression_to_the_mean([40], 60, np.nan, np.nan)).all()
    assert np.isnan(regression_beyond(40, 60, np.nan, np.nan))
