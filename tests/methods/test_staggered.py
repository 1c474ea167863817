"""Starts at different waves: the published group-time effects and their averages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nplv_analysis.methods.did import event_study
from nplv_analysis.methods.staggered import by_moment, staggered, staggered_estimate

PUBLISHED = Path(__file__).parents[1] / "data" / "published"

# Printed by R (package did) in medicaid-analysis-solutions-R.md of the course: ATT(g, t) of each first year from then
# on, with the states that had not started yet to compare with.
GROUPS = {
    2014: [0.0467, 0.0692, 0.0785, 0.0725, 0.0738, 0.0803],
    2015: [0.0491, 0.0526, 0.0682, 0.0663, 0.0738],
    2016: [0.0317, 0.0368, 0.0645, 0.0825],
    2017: [0.0471, 0.0681, 0.0650],
    2019: [0.0365],
}
# Printed by Stata (csdid) in medicaid-analysis-pt-violations-solutions-stata.md: averages at each moment.
MOMENTS = {
    -5: -0.0124995,
    -4: -0.0066631,
    -3: -0.0037934,
    -2: -0.0049421,
    0: 0.0452752,
    1: 0.0650731,
    2: 0.0759213,
    3: 0.0725582,
    4: 0.0738045,
    5: 0.0803199,
}


@pytest.fixture(scope="module")
def medicaid() -> pd.DataFrame:
    states = pd.read_csv(PUBLISHED / "medicaid_2008_2019.csv", comment="#")
    return staggered(states.loc[:, "2008":], states["first"] - 2008)  # type: ignore[misc]


def test_effects_of_each_group(medicaid: pd.DataFrame) -> None:
    since = medicaid[medicaid["moment"] >= 0]
    found = {2008 + int(start): rows["verschil"].round(4).tolist() for start, rows in since.groupby("start")}
    assert found == GROUPS


def test_averages_at_each_moment(medicaid: pd.DataFrame) -> None:
    found = by_moment(medicaid).set_index("moment")
    np.testing.assert_allclose(found["verschil"][list(MOMENTS)], list(MOMENTS.values()), rtol=0, atol=6e-8)
    assert found["wijken"][[0, 3, 5]].tolist() == [30, 27, 22]
    assert found["verschil"][-1] == 0


def test_average_of_everything_since_the_start(medicaid: pd.DataFrame) -> None:
    # Printed by R as 0.068 in the same answers.
    assert round(staggered_estimate(medicaid), 3) == 0.068


def test_one_start_is_an_event_study() -> None:
    values = np.random.default_rng(4).normal(size=(9, 6))
    treated = np.arange(9) < 3
    found = staggered(values, np.where(treated, 4, np.nan))
    expected = event_study(values, treated, 4)
    assert found["moment"].tolist() == expected["moment"].tolist()
    np.testing.assert_allclose(found["verschil"], expected["verschil"], atol=1e-12)
    assert set(found["vergelijking"]) == {6}


def test_those_who_start_later_are_compared_with_until_then() -> None:
    values = np.array([[0.0, 5, 5], [0, 0, 9], [0, 1, 1]])
    found = staggered(values, [1, 2, np.nan]).set_index(["start", "moment"])
    assert found.loc[(1, 0), ["vergelijking", "verschil"]].tolist() == [2, 4.5]
    assert found.loc[(1, 1), ["vergelijking", "verschil"]].tolist() == [1, 4.0]
    # Not with the first one, which had started: 9 - 0, and not 9 - 0 - 0 of both.
    assert found.loc[(2, 0), ["vergelijking", "verschil"]].tolist() == [1, 9.0]


def test_without_anyone_to_compare_with_there_is_no_number() -> None:
    found = staggered([[0.0, 5, 5], [0, 0, 9]], [1, 2])
    assert found["verschil"].isna().tolist() == [False, False, True, True, True, True]
    assert by_moment(found)["moment"].tolist() == [-1, 0]
    assert staggered_estimate(found) == 5
    assert np.isnan(staggered_estimate(found.iloc[:0]))


def test_incomplete_wijken_and_those_that_had_started_are_left_out() -> None:
    values = np.array([[0.0, 5, 5], [0, np.nan, 9], [0, 1, 1], [7, 7, 1]])
    found = staggered(values, [1, 1, np.nan, 0])
    assert found["wijken"].tolist() == [1, 1, 1]
    assert found["vergelijking"].tolist() == [1, 1, 1]
    # A start after the last wave is none within these waves.
    assert staggered(values, [1, 1, 3, 0]).equals(found)


@pytest.mark.parametrize("starts", [[1, 2], [1, 2, 1.5], [1, 2, -1]])
def test_starts_that_are_no_waves_are_refused(starts: list[float]) -> None:
    with pytest.raises(ValueError, match="start"):
        staggered(np.zeros((3, 3)), starts)
