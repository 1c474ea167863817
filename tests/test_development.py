"""Changes: arithmetic within a series and never across a break, the monitor's mark, and what is demonstrable."""

from __future__ import annotations

import csv
import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from helpers import RAW, area, catalogue, few_examples, figures, indicator
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import MANY, TABLES
from scipy import stats

from nplv_analysis.data import Data
from nplv_analysis.development import (
    DOUBLE,
    FIRST,
    IMPROVED,
    NO_PERIOD,
    NOT_FOLLOWED,
    UNCHANGED,
    UNDATED,
    WORSENED,
    development,
    with_development,
)
from nplv_analysis.errors import NplvError
from nplv_analysis.indicators import CHANCE, SAMPLE
from nplv_analysis.uncertainty import with_intervals

pytest_plugins = ["project_data"]

TOWN = catalogue(indicator(), area("wijk"))
TEN_PERCENT = {"waarde": 10, "eenheid": "procent van de referentie"}


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


@few_examples
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


def test_all_20_marks_that_the_annex_prints(real_data: Data) -> None:
    # Annex (Gebiedsmonitor) of the NPLV Uitvoeringsprogramma 2024-2027: +, - or +- beside the change of 2020 to 2022.
    with (RAW / "nplv_bijlage" / "kernindicatoren_selectie.csv").open(encoding="utf-8", newline="") as file:
        printed = {r["id"]: r["symbool_2020_2022"] for r in csv.DictReader(file) if r["symbool_2020_2022"]}
    assert Counter(printed.values()) == {"+": 7, "-": 9, "+-": 4}
    rows = real_data.figures
    rows = rows[(rows["gebied"] == "groningen-noord") & (rows["periode"] == "2022") & (rows["bron"] == "nplv_bijlage")]
    found = rows.set_index("indicator")["symbool"]
    assert found[found != ""].to_dict() == printed


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
        # And these are 24,0 and 24,1, however near.
        ("hoog", (24.049, 24.051), "+"),
        ("geen", (22.0, 24.0), ""),
    ],
)
def test_the_mark_is_the_sign_of_the_change_as_printed(direction: str, values: tuple[float, float], mark: str) -> None:
    town = catalogue(indicator(good_direction=direction), area("wijk"))
    rows = [{"periode": str(2018 + 2 * n), "waarde": v} for n, v in enumerate(values)]
    assert list(development(figures(*rows), town)["symbool"]) == ["", mark]


@settings(few_examples, max_examples=8)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=40), st.integers(0, 3))
def test_the_mark_never_contradicts_what_is_printed(changes: list[tuple[float, float]], decimals: int) -> None:
    town = catalogue(indicator(good_direction="hoog", decimals=decimals), area("wijk"))
    rows = [
        {"gebied": f"wijk{n}", "periode": year, "waarde": value}
        for n, pair in enumerate(changes)
        for year, value in zip(("2018", "2020"), pair, strict=True)
    ]
    found = development(figures(*rows), town).set_index(["gebied", "periode"])["symbool"]
    for n, pair in enumerate(changes):
        first, last = (float(f"{value:.{decimals}f}") for value in pair)
        assert found[(f"wijk{n}", "2020")] == ("+" if last > first else "-" if last < first else "+-")


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


# The British doctors (Doll & Hill 1966): deaths of coronary disease and person-years of five ages, of those who do not
# smoke and of those who do.
DOCTORS = [
    ((2, 18790), (32, 52407)),
    ((12, 10673), (104, 43248)),
    ((28, 5710), (206, 28612)),
    ((28, 2585), (186, 12663)),
    ((31, 1462), (102, 5317)),
]


def test_the_dispersion_of_the_british_doctors() -> None:
    # Stata Base Reference Manual, poisson postestimation, example of estat gof: with an effect of each age and one of
    # smoking, Pearson's chi-squared is 11.15533 with 4 degrees of freedom. Here the five ages are wijken, those who do
    # not smoke the first period and those who do the second; the effect that they share is the rate ratio of Mantel and
    # Haenszel, 1.4247, not that of maximum likelihood, 1.4255.
    names = [f"wijk{n}" for n in range(5)]
    town = catalogue(indicator(unit="per 1.000 inwoners"), *(area(name) for name in names))
    rows = [
        row
        | {"periode": str(2020 + i), "waarde": 1000 * deaths / years, "teller": float(deaths), "noemer": float(years)}
        for name, pair in zip(names, DOCTORS, strict=True)
        for i, ((deaths, years), row) in enumerate(zip(pair, crimes(name, 0, 0), strict=True))
    ]
    found = development(with_intervals(figures(*rows), town), town)
    p_values = found.loc[found["periode"] == "2021", "verandering_p"].to_numpy()
    for p_value, ((before, years_before), (after, years)) in zip(p_values, DOCTORS, strict=True):
        part = years / (years + years_before)
        events = before + after
        z = abs(after - events * part) / math.sqrt(events * part * (1 - part))
        # Given the dispersion, the statistic is z over its root, in Student's t with 4 degrees of freedom.
        dispersion = (z / stats.t.isf(p_value / 2, 4)) ** 2
        assert 4 * dispersion == pytest.approx(11.15533, abs=0.005)


def wijken(
    *counts: tuple[int, ...], unit: str = "aantal misdrijven", kind: str = "nplv", **other: float
) -> pd.DataFrame:
    """Give the changes of counts of as many wijken, and of the gemeente that is their sum."""
    names = [f"wijk{n}" for n in range(len(counts))]
    places = (area(name, kind=kind) for name in names)
    town = catalogue(indicator(unit=unit, smallest_difference=TEN_PERCENT), *places)
    totals = tuple(sum(year) for year in zip(*counts, strict=True))
    rows = [
        {"gebied": name, "periode": str(2016 + i), "waarde": float(count), "eenheid": unit, "interval_soort": CHANCE}
        | other
        for name, years in zip([*names, "gemeente"], [*counts, totals], strict=True)
        for i, count in enumerate(years)
    ]
    found = development(with_intervals(figures(*rows), town), town)
    return found.set_index(["gebied", "periode"])


def test_fewer_than_five_wijken_say_nothing_of_how_wijken_change() -> None:
    few = wijken(*[(100, 40)] * 4)
    assert set(few["verandering_oordeel"]) == {""}
    assert few.loc[("wijk0", "2017"), "verandering_reden"].startswith(
        "Geen oordeel: dit cijfer is van te weinig wijken"
    )
    enough = wijken(*[(100, 40)] * 5)
    assert enough.loc[("wijk0", "2017"), "verandering_oordeel"] == UNCHANGED
    assert enough.loc[("gemeente", "2017"), "verandering_oordeel"] == IMPROVED
    # Areas that were put together are no wijken, however many there are.
    assert set(wijken(*[(100, 40)] * 6, kind="samengesteld")["verandering_oordeel"]) == {""}


def test_a_calm_year_does_not_make_the_changes_of_that_year_sure() -> None:
    # 2018 to 2019 the wijken all fall by the same part; the years before they went up and down by half.
    rough = [(100, 180, 100, 60), (180, 100, 180, 108), (100, 190, 90, 54), (200, 110, 190, 114), (90, 170, 100, 60)]
    found = wijken(*rough, (150, 150, 150, 90))
    calm = wijken(*[years[2:] for years in rough], (150, 90))
    fall = calm.loc[("wijk5", "2017"), "verandering_p"]
    assert fall < 0.02 < found.loc[("wijk5", "2019"), "verandering_p"]


def test_a_change_that_is_sure_but_small_is_none() -> None:
    found = wijken(*[(100_000, 93_000)] * 8)
    assert found.loc[("wijk0", "2017"), "verandering_p"] < 0.002
    assert found.loc[("wijk0", "2017"), "verandering_oordeel"] == UNCHANGED
    assert found.loc[("wijk0", "2017"), "verandering_reden"] == (
        "De verandering is waarschijnlijk geen toeval, maar te klein om mee te tellen: minder dan 10 procent van het "
        "vorige cijfer."
    )


def test_counts_that_were_rounded_are_taken_nearest_to_each_other() -> None:
    exact, rounded = wijken(*[(100, 40)] * 8), wijken(*[(102, 38)] * 8, afronding=2.0)
    assert rounded.loc[("wijk0", "2017"), "verandering_p"] > exact.loc[("wijk0", "2017"), "verandering_p"] * 0.99
    # From 100 to 101 may be no change at all.
    assert wijken(*[(100, 101)] * 8, afronding=2.0).loc[("wijk0", "2017"), "verandering_p"] == 1


def test_nothing_at_all_before_and_after_is_no_change() -> None:
    found = wijken(*[(0, 0)] * 8)
    assert set(found.loc[found["verandering"].notna(), "verandering_oordeel"]) == {UNCHANGED}
    assert wijken(*[(0, 0)] * 7, (0, 60)).loc[("wijk7", "2017"), "verandering_p"] < 1


def test_a_change_of_means_is_welchs() -> None:
    town = catalogue(
        indicator(unit="rapportcijfer", good_direction="hoog", smallest_difference=TEN_PERCENT), area("wijk")
    )
    common = {"eenheid": "rapportcijfer", "interval_soort": SAMPLE, "n": 400.0, "n_effectief": 400.0}
    rows = [{"periode": y, "waarde": v, "standaardafwijking": 1.5} | common for y, v in (("2018", 6.2), ("2020", 7.0))]
    found = development(with_intervals(figures(*rows), town), town).iloc[1]
    statistic = 0.8 / math.sqrt(2 * 1.5**2 / 400)
    assert found["verandering_p"] == pytest.approx(2 * stats.t.sf(statistic, 798))
    assert found["verandering_oordeel"] == IMPROVED


def test_no_change_is_tested_across_a_break() -> None:
    broken = [row | {"reeks": reeks} for row, reeks in zip(waves(30.0, 10.0), ("oud", "nieuw"), strict=True)]
    found = developed(*broken)
    assert list(found["verandering_oordeel"]) == ["", ""]
    assert list(found["verandering_reden"]) == [FIRST, FIRST]


def test_a_figure_without_a_year_has_no_change() -> None:
    undated = {"periode": "onbekend (rond 2022)", "waarde": 40.0, "n": 900.0, "n_effectief": 900.0}
    found = developed(*waves(30.0, 20.0), undated | {"interval_soort": SAMPLE}).set_index("periode")
    assert list(found["vorige_periode"]) == ["", "", "2016"]
    assert found.loc["onbekend (rond 2022)", "verandering_reden"] == UNDATED
    assert found.loc["2016", "verandering_reden"] == FIRST
    assert found["verandering"].notna().sum() == 1


def test_two_figures_of_one_period_are_no_development() -> None:
    twice = [waves(30.0)[0], waves(10.0)[0]]
    found = developed(*twice)
    assert found["verandering"].isna().all()
    assert list(found["verandering_reden"]) == [DOUBLE, DOUBLE]


def test_every_row_of_the_shipped_data_has_a_reason(real_data: Data) -> None:
    found = real_data.figures
    itself = found[(found["rol"] == "gebied") & (found["periode"] != "")]
    assert (itself["trend_reden"] != "").all() and (itself["verandering_reden"] != "").all()
    # No shipped series of a wijk has five points that bear a test; the gemeente has crime counts.
    assert set(itself.loc[itself["gebied"] != "gemeente", "trend"]) <= {"n.t.b."}


def test_what_is_not_followed_says_why() -> None:
    table = figures({"rol": "overige gemeente", "waarde": 3.0}, {"periode": ""}, {"waarde": 4.0})
    found = with_development(table, TOWN)
    assert list(found["verandering_reden"]) == [NOT_FOLLOWED, NO_PERIOD, FIRST]
    assert list(found["trend_reden"].iloc[:2]) == [NOT_FOLLOWED, NO_PERIOD]


def test_no_change_of_the_shipped_data_can_be_shown(real_data: Data) -> None:
    # Bicycle thefts per wijk change by half from one year to the next; of 2016 alone that would not be seen.
    found = real_data.figures
    judged = found[found["verandering_oordeel"] != ""]
    assert set(judged["indicator"]) == {"fietsdiefstal"}
    assert set(judged["verandering_oordeel"]) == {UNCHANGED}
    fall = judged[(judged["gebied"] == "groningen-noord") & (judged["periode"] == "2016")].iloc[0]
    assert (fall["waarde"], fall["verandering"]) == (768, -187)
    assert fall["verandering_p"] > 0.01


def test_all_rows_stay_in_their_order(real_data: Data) -> None:
    table = real_data.figures.iloc[::-1]
    again = with_development(table, real_data.catalogue)
    assert list(again.index) == list(table.index)
    pd.testing.assert_frame_equal(again[list(table)], table, check_dtype=False)


# ------------------------------------------------------------------------------------------------- what it must hold


@settings(few_examples, max_examples=15)
@given(TABLES)
def test_any_table_has_a_verdict_on_each_change_or_a_reason(table: pd.DataFrame) -> None:
    given_ = with_intervals(table, MANY)
    found = with_development(given_, MANY)
    assert found.index.equals(table.index)
    pd.testing.assert_frame_equal(found[list(given_)], given_)
    for column in ("verandering_reden", "trend_reden"):
        assert (found[column].str.len() > 0).all()
    judged = found["verandering_oordeel"] != ""
    assert (judged == found["verandering_p"].notna()).all()
    assert found.loc[judged, "verandering"].notna().all()
    assert (found.loc[found["vorige_periode"] == "", ["verandering", "verandering_p"]].isna()).all(axis=None)
    assert set(found["symbool"]) <= {"", "+", "-", "+-"}


def test_a_table_that_breaks_the_contract_is_refused() -> None:
    for function in (development, with_development):
        with pytest.raises(NplvError, match="at most 100"):
            function(figures({"waarde": 101.0}), TOWN)
