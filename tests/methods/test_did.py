"""Difference-in-differences and event study: published numbers, the regressions they equal, and what breaks them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from helpers import few_examples
from hypothesis import given
from hypothesis import strategies as st

from nplv_analysis.methods.did import (
    changes_of_wijken,
    difference_in_differences,
    event_study,
    leave_one_out,
    placebo_in_time,
)

PUBLISHED = Path(__file__).parents[1] / "data" / "published"
TREATED = np.array([True, True, True, False, False, False, False])
AFTER = np.array([False, False, False, True, True])


def published(name: str) -> pd.DataFrame:
    return pd.read_csv(PUBLISHED / name, comment="#")


def made_up(seed: int = 1) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.random.default_rng(seed).normal(30, 4, (len(TREATED), len(AFTER)))


def coefficients(values: np.ndarray[Any, Any], *columns: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Fit columns besides a dummy for every wijk and every wave but the first."""
    wijken, waves = values.shape
    wijk, wave = np.repeat(np.eye(wijken), waves, axis=0), np.tile(np.eye(waves)[:, 1:], (wijken, 1))
    design = np.column_stack([*(column.ravel() for column in columns), wijk, wave])
    return np.asarray(sm.OLS(values.ravel(), design).fit().params[: len(columns)])


def test_minimum_wage_of_new_jersey() -> None:
    # Card & Krueger 1994, Table 3: all available stores in rows 1 and 2, those that gave both numbers in row 4. Row 3,
    # the difference of the means of all stores, is printed as 2.76, which is that of numbers rounded on the way.
    stores = published("card_krueger_1994.csv")
    means = stores.groupby("nj")[["before", "after"]].mean().round(2)
    assert means.loc[0].tolist() == [23.33, 21.17]
    assert means.loc[1].tolist() == [20.44, 21.03]
    result = difference_in_differences(stores[["before", "after"]], stores["nj"] == 1, [False, True])
    assert round(result.comparison_change, 2) == -2.28
    assert round(result.treated_change, 2) == 0.47
    assert round(result.estimate, 2) == 2.75
    assert (result.n_treated, result.n_comparison, result.left_out) == (309, 75, 26)


def test_first_year_of_the_wider_medicaid() -> None:
    # Printed by R in medicaid-analysis-solutions-R.md of the course: the states of 2014 against all others.
    states = published("medicaid_2008_2019.csv")
    result = difference_in_differences(states[["2013", "2014"]], states["first"] == 2014, [False, True])
    assert result.estimate == pytest.approx(0.04670243, abs=2e-8)


def test_event_study_of_the_wider_medicaid() -> None:
    # Printed by Stata (reghdfe) in medicaid-analysis-pt-violations-solutions-stata.md of the course: until 2015, and
    # without the states that started in that year.
    states = published("medicaid_2008_2019.csv")
    states = states[states["first"] != 2015]
    found = event_study(states.loc[:, "2008":"2015"], states["first"] == 2014, 6)  # type: ignore[misc]
    printed = [-0.0052854, -0.0112973, -0.002676, -0.0014193, 0.0003397, 0, 0.0464469, 0.0692062]
    np.testing.assert_allclose(found["verschil"], printed, rtol=0, atol=6e-8)
    assert found["moment"].tolist() == [-6, -5, -4, -3, -2, -1, 0, 1]


def test_equals_the_two_way_fixed_effects_regression() -> None:
    values = made_up()
    fitted = coefficients(values, np.outer(TREATED, AFTER))
    assert difference_in_differences(values, TREATED, AFTER).estimate == pytest.approx(fitted[0], rel=1e-9)
    moments = [np.outer(TREATED, np.arange(5) == wave) for wave in (0, 1, 3, 4)]
    found = event_study(values, TREATED, 3)
    np.testing.assert_allclose(found["verschil"].drop(2), coefficients(values, *moments), rtol=1e-9)
    assert found["verschil"][2] == 0


def test_event_study_shows_both_groups() -> None:
    found = event_study([[1, 2, 5], [3, 4, 6], [0, 0, 1]], [True, True, False], 1)
    assert found["verandering_met"].tolist() == [0, 1, 3.5]
    assert found["verandering_zonder"].tolist() == [0, 0, 1]
    assert found["verschil"].tolist() == [0, 1, 2.5]


@few_examples
@given(levels=st.lists(st.floats(-50, 50), min_size=7, max_size=7), waves=st.lists(st.floats(-50, 50), min_size=5))
def test_levels_and_what_all_share_play_no_part(levels: list[float], waves: list[float]) -> None:
    values = made_up()
    moved = values + np.array(levels)[:, None] + np.array(waves[:5])
    first, second = (difference_in_differences(v, TREATED, AFTER).estimate for v in (values, moved))
    assert first == pytest.approx(second, abs=1e-9)


def test_a_wijk_without_all_waves_is_left_out() -> None:
    values = made_up()
    values[1, 4] = values[5, 0] = np.nan
    whole = [0, 2, 3, 4, 6]
    found = difference_in_differences(values, TREATED, AFTER)
    assert (found.n_treated, found.n_comparison, found.left_out) == (2, 3, 2)
    assert found.estimate == difference_in_differences(values[whole], TREATED[whole], AFTER).estimate
    changes, among, left_out = changes_of_wijken(values, TREATED, AFTER)
    assert (len(changes), among.tolist(), left_out) == (5, TREATED[whole].tolist(), 2)
    assert changes[0] == pytest.approx(values[0, 3:].mean() - values[0, :3].mean())


@pytest.mark.parametrize("group", [TREATED, ~TREATED])
def test_an_empty_group_gives_no_number(group: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
    values = made_up()
    values[group] = np.nan
    found = difference_in_differences(values, TREATED, AFTER)
    assert np.isnan(found.estimate)
    assert found.left_out == group.sum()
    assert event_study(values, TREATED, 3)["verschil"].isna().all()
    assert placebo_in_time(values, TREATED, AFTER)["schatting"].isna().all()


def test_placebo_in_time_cuts_the_waves_before_at_every_moment() -> None:
    values = made_up()
    found = placebo_in_time(values, TREATED, AFTER)
    assert found["start"].tolist() == [1, 2]
    assert found["metingen_voor"].tolist() == [1, 2]
    assert found["metingen_na"].tolist() == [2, 1]
    expected = [
        difference_in_differences(values[:, :3], TREATED, np.arange(3) >= cut).estimate for cut in found["start"]
    ]
    assert found["schatting"].tolist() == expected


def test_placebo_in_time_finds_groups_that_grew_apart_already() -> None:
    values = np.add.outer(np.zeros(7), np.arange(5.0)) + np.outer(TREATED, 2 * np.arange(5.0))
    assert (placebo_in_time(values, TREATED, AFTER)["schatting"] >= 2).all()
    assert placebo_in_time(values, TREATED, np.arange(5) >= 1).empty


def test_leave_one_out_leaves_each_wijk_out_in_turn() -> None:
    values = made_up()
    values[3, 2] = np.nan
    found = leave_one_out(values, TREATED, AFTER)
    assert found["wijk"].tolist() == [0, 1, 2, 4, 5, 6]
    assert found["met"].tolist() == [True] * 3 + [False] * 3
    for wijk, estimate in zip(found["wijk"], found["schatting"], strict=True):
        rest = np.delete(values, wijk, axis=0)
        expected = difference_in_differences(rest, np.delete(TREATED, wijk), AFTER).estimate
        assert estimate == pytest.approx(expected, rel=1e-12)


def test_leave_one_out_of_a_single_treated_wijk_gives_no_number() -> None:
    found = leave_one_out(made_up(), np.arange(7) == 2, AFTER)
    assert np.isnan(found["schatting"][2])
    assert found["schatting"].drop(2).notna().all()


@pytest.mark.parametrize(
    ("treated", "after", "message"),
    [
        (TREATED[:3], AFTER, "for each of them"),
        (TREATED.astype(int), AFTER, "true or false for treated"),
        (TREATED, AFTER[:4], "for each wave"),
        (TREATED, AFTER.astype(int), "for each wave"),
        (TREATED, np.ones(5, dtype=bool), "a wave before"),
        (TREATED, np.zeros(5, dtype=bool), "a wave after"),
    ],
)
def test_what_does_not_fit_is_refused(treated: Any, after: Any, message: str) -> None:
    for function in (difference_in_differences, placebo_in_time, leave_one_out):
        with pytest.raises(ValueError, match=message):
            function(made_up(), treated, after)


@pytest.mark.parametrize("start", [0, 5])
def test_an_event_study_needs_waves_on_both_sides(start: int) -> None:
    with pytest.raises(ValueError, match="a wave before and a wave after"):
        event_study(made_up(), TREATED, start)
