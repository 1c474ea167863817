"""Changes: arithmetic on published values, within a series and never across a break."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import figures
from hypothesis import given, settings
from hypothesis import strategies as st

from nplv_analysis.analysis import Data
from nplv_analysis.development import NOT_YET, development

pytest_plugins = ["project_data"]


def test_selwerd_by_hand(real_data: Data) -> None:
    # RIVM 50090NED, moeite met rondkomen, 2012, 2016, 2020: Selwerd 34.3, 26.6, 22.9; gemeente 29.2, 21.3, 17.5.
    found = real_data.develop("selwerd", "moeite_rondkomen_rivm")
    assert list(found["periode"]) == ["2012", "2016", "2020"]
    assert list(found["waarde"]) == [34.3, 26.6, 22.9]
    assert list(found["waarde_gemeente"]) == [29.2, 21.3, 17.5]
    assert list(found["verandering"]) == pytest.approx([np.nan, -7.7, -3.7], nan_ok=True)
    assert list(found["afstand"]) == pytest.approx([5.1, 5.3, 5.4])
    assert list(found["verandering_afstand"]) == pytest.approx([np.nan, 0.2, 0.1], nan_ok=True)
    assert list(found["vorige_periode"]) == ["", "2012", "2016"]


def test_no_change_is_computed_across_a_break() -> None:
    found = development(
        figures(
            {"periode": "2016", "waarde": 24.0, "reeks": "oud"},
            {"periode": "2018", "waarde": 22.0, "reeks": "oud"},
            {"periode": "2020", "waarde": 30.0, "reeks": "nieuw"},
        )
    )
    assert list(found["verandering"]) == pytest.approx([np.nan, -2.0, np.nan], nan_ok=True)
    assert list(found["vorige_periode"]) == ["", "2016", ""]


def test_no_change_is_computed_from_or_to_a_range() -> None:
    found = development(
        figures(
            {"periode": "2016", "waarde": 24.0},
            {"periode": "2018", "ondergrens": 15.0, "bovengrens": 20.0, "teken": "tussen"},
            {"periode": "2020", "waarde": 30.0},
        )
    )
    assert found["verandering"].isna().all()


def test_the_distance_is_to_the_same_period_and_series_of_the_gemeente() -> None:
    found = development(
        figures(
            {"periode": "2020", "waarde": 20.0},
            {"periode": "2019", "waarde": 11.0, "gebied": "gemeente"},
            {"periode": "2020", "waarde": 99.0, "gebied": "gemeente", "reeks": "andere"},
        )
    )
    assert found.loc[found["gebied"] == "wijk", "afstand"].isna().all()


def test_the_gemeente_has_no_distance_to_itself() -> None:
    found = development(figures({"gebied": "gemeente", "waarde": 20.0}))
    assert found[["waarde_gemeente", "afstand", "verandering_afstand"]].isna().all(axis=None)


def test_rows_without_a_period_and_of_the_rest_are_left_out() -> None:
    found = development(figures({"periode": ""}, {"rol": "overige gemeente", "waarde": 3.0}, {"waarde": 4.0}))
    assert list(found["waarde"]) == [4.0]


@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["oud", "nieuw"]), st.integers(0, 100)), min_size=1, max_size=8))
def test_changes_add_up_to_last_less_first_within_each_series(points: list[tuple[str, int]]) -> None:
    rows = [{"periode": str(2000 + n), "reeks": r, "waarde": float(v)} for n, (r, v) in enumerate(points)]
    found = development(figures(*reversed(rows)))
    for reeks in {r for r, _ in points}:
        mine = found[found["reeks"] == reeks]
        values = [v for r, v in points if r == reeks]
        assert list(mine["waarde"]) == values
        assert mine["verandering"].iloc[1:].sum() == values[-1] - values[0]
        assert np.isnan(mine["verandering"].iloc[0])


def test_every_change_of_the_shipped_data_is_within_one_series_of_one_source(real_data: Data) -> None:
    found = development(real_data.figures)
    changed = found[found["verandering"].notna()]
    assert len(changed) > 200
    known = found.set_index(["gebied", "indicator", "reeks", "periode"])
    before = known.loc[[tuple(r) for r in changed[["gebied", "indicator", "reeks", "vorige_periode"]].to_numpy()]]
    assert (changed["bron"].to_numpy() == before["bron"].to_numpy()).all()
    assert (changed["jaar"].to_numpy() >= before["jaar"].to_numpy()).all()
    assert (changed["periode"] != changed["vorige_periode"]).all()
    difference = changed["waarde"].to_numpy() - before["waarde"].to_numpy()
    assert changed["verandering"].to_numpy() == pytest.approx(difference)
    # Low income of 2017 and 2023 is no series: prices are counted differently since 2021.
    assert found.loc[found["indicator"] == "laag_inkomen", "verandering"].isna().all()


def test_whether_a_change_is_demonstrable_is_not_said_yet(real_data: Data) -> None:
    found = development(real_data.figures)
    assert set(found["trend"]) == {""}
    assert set(found["trend_reden"]) == {NOT_YET}
