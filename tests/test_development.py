"""Changes: arithmetic within a series and never across a break, the monitor's mark, and what is demonstrable."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from helpers import area, catalogue, figures, indicator
from hypothesis import given, settings
from hypothesis import strategies as st

from nplv_analysis.analysis import Data
from nplv_analysis.development import FIRST, IMPROVED, UNCHANGED, WORSENED, development, with_development
from nplv_analysis.indicators import CHANCE, SAMPLE
from nplv_analysis.uncertainty import with_intervals

pytest_plugins = ["project_data"]

TOWN = catalogue(indicator(), area("wijk"))


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
        ),
        TOWN,
    )
    assert list(found["verandering"]) == pytest.approx([np.nan, -2.0, np.nan], nan_ok=True)
    assert list(found["vorige_periode"]) == ["", "2016", ""]


def test_no_change_is_computed_from_or_to_a_range() -> None:
    found = development(
        figures(
            {"periode": "2016", "waarde": 24.0},
            {"periode": "2018", "ondergrens": 15.0, "bovengrens": 20.0, "teken": "tussen"},
            {"periode": "2020", "waarde": 30.0},
        ),
        TOWN,
    )
    assert found["verandering"].isna().all()


def test_the_distance_is_to_the_same_period_and_series_of_the_gemeente() -> None:
    found = development(
        figures(
            {"periode": "2020", "waarde": 20.0},
            {"periode": "2019", "waarde": 11.0, "gebied": "gemeente"},
            {"periode": "2020", "waarde": 99.0, "gebied": "gemeente", "reeks": "andere"},
        ),
        TOWN,
    )
    assert found.loc[found["gebied"] == "wijk", "afstand"].isna().all()


def test_the_gemeente_has_no_distance_to_itself() -> None:
    found = development(figures({"gebied": "gemeente", "waarde": 20.0}), TOWN)
    assert found[["waarde_gemeente", "afstand", "verandering_afstand"]].isna().all(axis=None)


def test_rows_without_a_period_and_of_the_rest_are_left_out() -> None:
    found = development(figures({"periode": ""}, {"rol": "overige gemeente", "waarde": 3.0}, {"waarde": 4.0}), TOWN)
    assert list(found["waarde"]) == [4.0]


@settings(deadline=None, derandomize=True, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["oud", "nieuw"]), st.integers(0, 100)), min_size=1, max_size=8))
def test_changes_add_up_to_last_less_first_within_each_series(points: list[tuple[str, int]]) -> None:
    rows = [{"periode": str(2000 + n), "reeks": r, "waarde": float(v)} for n, (r, v) in enumerate(points)]
    found = development(figures(*reversed(rows)), TOWN)
    for reeks in {r for r, _ in points}:
        mine = found[found["reeks"] == reeks]
        values = [v for r, v in points if r == reeks]
        assert list(mine["waarde"]) == values
        assert mine["verandering"].iloc[1:].sum() == values[-1] - values[0]
        assert np.isnan(mine["verandering"].iloc[0])


def test_every_change_of_the_shipped_data_is_within_one_series_of_one_source(real_data: Data) -> None:
    found = development(real_data.figures, real_data.catalogue)
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


# ------------------------------------------------------------------------------------------------ marks


@pytest.mark.parametrize(
    ("direction", "values", "mark"),
    [
        ("laag", (24.0, 22.0), "+"),
        ("laag", (22.0, 24.0), "-"),
        ("hoog", (22.0, 24.0), "+"),
        ("hoog", (24.0, 22.0), "-"),
        ("hoog", (24.0, 24.0), "+-"),
        # As printed, with one decimal, both are 24,0.
        ("hoog", (24.0, 24.04), "+-"),
        ("geen", (22.0, 24.0), ""),
    ],
)
def test_the_mark_is_the_sign_of_the_change_as_printed(direction: str, values: tuple[float, float], mark: str) -> None:
    town = catalogue(indicator(good_direction=direction), area("wijk"))
    rows = [{"periode": str(2018 + 2 * n), "waarde": v} for n, v in enumerate(values)]
    assert list(development(figures(*rows), town)["symbool"]) == ["", mark]


# ------------------------------------------------------------------------------------------------ tested changes


def waves(*shares: float, n: float = 1000.0) -> list[dict]:
    """Survey shares of one wijk, two years apart."""
    common = {"n": n, "n_effectief": n, "interval_soort": SAMPLE}
    return [{"periode": str(2016 + 2 * i), "waarde": v} | common for i, v in enumerate(shares)]


def developed(*rows: dict) -> pd.DataFrame:
    """Give the changes of made-up figures."""
    return development(with_intervals(figures(*rows), TOWN), TOWN)


def test_a_change_is_demonstrable_only_when_it_is_no_chance_and_large_enough() -> None:
    found = developed(*waves(30.0, 31.0, 20.0, 30.0))
    assert list(found["verandering_oordeel"]) == ["", UNCHANGED, IMPROVED, WORSENED]
    assert found["verandering_reden"].iloc[0] == FIRST
    assert (found["verandering_reden"] != "").all()


def test_without_a_number_of_respondents_a_change_is_not_tested() -> None:
    found = developed({"periode": "2018", "waarde": 30.0}, {"periode": "2020", "waarde": 10.0})
    assert list(found["verandering_oordeel"]) == ["", ""]
    assert found["verandering"].iloc[1] == -20 and found["symbool"].iloc[1] == "+"
    assert (found["verandering_reden"] != "").all()


def crimes(place: str, *counts: int) -> list[dict]:
    """Crimes among 5,000 inhabitants, year by year."""
    return [
        {
            "gebied": place,
            "periode": str(2020 + i),
            "waarde": count / 5,
            "teller": float(count),
            "noemer": 5000.0,
            "eenheid": "per 1.000 inwoners",
            "interval_soort": CHANCE,
        }
        for i, count in enumerate(counts)
    ]


def test_a_change_of_counts_is_held_against_the_changes_of_the_other_wijken() -> None:
    names = [f"wijk{n}" for n in range(8)]
    town = catalogue(indicator(unit="per 1.000 inwoners"), *(area(name) for name in names))
    ups_and_downs = (100, 300, 150, 400, 120, 350, 210)
    calm = [row for name in names[:7] for row in crimes(name, *[200] * 6)]
    wild = [row for n, name in enumerate(names[:7]) for row in crimes(name, *[200, ups_and_downs[n]] * 3)]
    fallen = crimes("wijk7", *[200] * 5, 80)
    for others, verdict in ((calm, IMPROVED), (wild, UNCHANGED)):
        table = with_intervals(figures(*others, *fallen), town)
        found = development(table, town).set_index(["gebied", "periode"])
        assert found.loc[("wijk7", "2025"), "verandering_oordeel"] == verdict
    few = with_intervals(figures(*crimes("wijk1", *[200] * 6), *fallen), town)
    assert set(development(few, town)["verandering_oordeel"]) == {""}


def test_every_row_of_the_shipped_data_has_a_reason(real_data: Data) -> None:
    found = real_data.figures
    itself = found[(found["rol"] == "gebied") & (found["periode"] != "")]
    assert (itself["trend_reden"] != "").all() and (itself["verandering_reden"] != "").all()
    # No shipped series of a wijk has five points that bear a test; the gemeente has crime counts.
    assert set(itself.loc[itself["gebied"] != "gemeente", "trend"]) <= {"n.t.b."}


def test_all_rows_stay_in_their_order(real_data: Data) -> None:
    table = real_data.figures.iloc[::-1]
    again = with_development(table, real_data.catalogue)
    assert list(again.index) == list(table.index)
    keys = ["gebied", "rol", "indicator", "reeks", "periode"]
    assert again[keys].equals(table[keys])
