"""Figures side by side: the same series and period, the right reference, and the verdict that goes with it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import area, catalogue, few_examples, figures, indicator
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import MANY, TABLES

from nplv_analysis.areas import ITSELF, REST, REST_WITHOUT
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.comparison import (
    NOT_COMPARED,
    OVERLAP,
    REFERENCES,
    _false_discovery,
    comparison,
    latest,
    with_verdict,
)
from nplv_analysis.data import Data
from nplv_analysis.errors import NplvError, UnknownNameError
from nplv_analysis.indicators import CHANCE, SAMPLE
from nplv_analysis.methods.funnel import estimate_overdispersion, rate_differs
from nplv_analysis.methods.intervals import wilson
from nplv_analysis.methods.two_shares import mid_p
from nplv_analysis.uncertainty import with_intervals
from nplv_analysis.verdict import BETTER, NO_REFERENCE, SAME, WORSE

pytest_plugins = ["project_data"]

#: Two wijken in an area that is put together from them, one beside it, and one that overlaps it.
TOWN = (
    area("a", "BU1"),
    area("b", "BU2"),
    area("elders", "BU3"),
    area("samen", "BU1", "BU2", kind="samengesteld"),
    area("half", "BU2", "BU3", kind="combinatie"),
)


def town(**stated: Any) -> Catalogue:
    """Make the catalogue of the small town, with one indicator."""
    return catalogue(indicator(**stated), *TOWN)


def judged(known: Catalogue, *rows: dict[str, Any], against: str = "") -> pd.DataFrame:
    """Make intervals and verdicts, by area; rows on the rest of the gemeente are left out."""
    unit = {"eenheid": known.indicators[0].unit}
    table = with_intervals(figures(*(unit | row for row in rows)), known)
    found = with_verdict(table, known, against)
    return found[found["rol"] == ITSELF].set_index("gebied")


def share(place: str, above: float, below: float, **other: Any) -> dict[str, Any]:
    """Make a share of a full count."""
    row = {"gebied": place, "waarde": 100 * above / below, "teller": above, "noemer": below, "interval_soort": CHANCE}
    return row | other


def rate(place: str, above: float, below: float, **other: Any) -> dict[str, Any]:
    """Make a rate of a full count."""
    return share(place, above, below, **other) | {"waarde": 1000 * above / below}


def survey(place: str, value: float, n: float) -> dict[str, Any]:
    """Make a share of a survey."""
    return {"gebied": place, "waarde": value, "n": n, "n_effectief": n, "interval_soort": SAMPLE}


# ---------------------------------------------------------------------------------------------------- side by side


def test_latest_keeps_the_last_period_with_a_figure() -> None:
    table = figures(
        {"periode": "2018", "waarde": 5.0},
        {"periode": "2022", "status": "nog niet bekend"},
        {"periode": "2020", "waarde": 4.0},
    )
    assert list(latest(table)["periode"]) == ["2020"]


def test_a_figure_with_a_year_comes_before_one_without() -> None:
    table = figures({"periode": "2012", "waarde": 5.0}, {"periode": "onbekend (rond 2022)", "waarde": 9.0})
    assert list(latest(table)["periode"]) == ["2012"]


def test_inexact_figures_and_those_of_the_wijk_count_as_figures() -> None:
    table = figures(
        {"gebied": "a", "teken": "rond", "genoemd": 40.0},
        {"gebied": "b", "teken": ">", "ondergrens": 30.0},
        {"gebied": "c", "waarde_cbs_wijk": 27.0},
        {"gebied": "d", "status": "ontbreekt"},
    )
    assert list(latest(table)["gebied"]) == ["a", "b", "c"]


def test_a_reference_is_of_the_same_series_and_period() -> None:
    table = figures(
        {"gebied": "a", "waarde": 20.0, "periode": "2020"},
        {"gebied": "gemeente", "waarde": 11.0, "periode": "2019"},
        {"gebied": "gemeente", "waarde": 12.0, "periode": "2020"},
        {"gebied": "gemeente", "waarde": 13.0, "periode": "2021"},
        {"gebied": "samen", "waarde": 25.0, "periode": "2020", "reeks": "andere reeks"},
        {"gebied": "a", "rol": REST, "waarde": 10.0},
        {"gebied": "b", "rol": REST, "waarde": 99.0},
    )
    found = comparison(table, "a", town())
    assert len(found) == 1
    row = found.iloc[0]
    assert table.loc[int(row["gemeente"]), "waarde"] == 12.0
    assert table.loc[int(row["overige_gemeente"]), "waarde"] == 10.0
    assert pd.isna(row[["groningen_noord", "overige_gemeente_zonder", "nederland"]]).all()


def test_an_area_is_no_reference_of_itself() -> None:
    table = figures({"gebied": "samen", "waarde": 20.0}, {"gebied": "gemeente", "waarde": 12.0})
    assert pd.isna(comparison(table, "samen", town()).iloc[0]["groningen_noord"])
    assert pd.isna(comparison(table, "gemeente", town()).iloc[0]["gemeente"])
    assert comparison(table, "a", town()).empty


def test_the_latest_that_is_comparable() -> None:
    table = figures(
        {"gebied": "a", "waarde": 20.0, "periode": "2020"},
        {"gebied": "gemeente", "waarde": 12.0, "periode": "2020"},
        {"gebied": "a", "waarde": 21.0, "periode": "2022"},
    )
    assert list(comparison(table, "a", town())["periode"]) == ["2022"]
    assert list(comparison(table, "a", town(), comparable=True)["periode"]) == ["2020"]


def test_an_area_without_figures_has_an_empty_comparison_with_all_columns() -> None:
    found = comparison(with_verdict(figures({"waarde": 20.0}), town()), "elders", town())
    assert found.empty
    assert {*REFERENCES, "oordeel", "oordeel_reden"} <= set(found.columns)


# ------------------------------------------------------------------------------------------------ the usual reference


def test_a_wijk_is_compared_with_the_rest_of_the_gemeente() -> None:
    found = judged(town(), share("a", 300, 1000), share("a", 4000, 20000, rol=REST), share("gemeente", 4300, 21000))
    row = found.loc["a"]
    assert (row["vergeleken_met"], row["oordeel"]) == ("overige gemeente", WORSE)
    assert row["verschil"] == pytest.approx(10)
    assert row["p_waarde"] == pytest.approx(float(mid_p(300, 1000, 4000, 20000, guarded=True)))


def test_without_a_rest_the_total_is_a_fixed_value() -> None:
    row = judged(town(), survey("a", 30.0, 900), survey("gemeente", 20.0, 9000)).loc["a"]
    assert (row["vergeleken_met"], row["oordeel"]) == ("Gemeente Voorbeeldstad (vast cijfer)", WORSE)
    assert row["verschil_onder95"] == pytest.approx(100 * float(wilson(0.3, 900)[0]) - 20)


def test_a_rest_without_an_exact_figure_is_no_reference() -> None:
    rest = {"gebied": "a", "rol": REST, "ondergrens": 10.0, "bovengrens": 20.0}
    row = judged(town(), survey("a", 30.0, 900), rest, survey("gemeente", 20.0, 9000)).loc["a"]
    assert row["vergeleken_met"] == "Gemeente Voorbeeldstad (vast cijfer)"


def test_crime_is_compared_without_the_centre_alone() -> None:
    known = town(unit="per 1.000 inwoners", without_wijk={"zonder_wijk": "WK1", "naam": "het midden", "reden": "Druk."})
    wijken = [rate(place, 40 + n, 1000) for n, place in enumerate(("a", "b", "elders"))]
    rows = [*wijken, rate("a", 9000, 90000, rol=REST), rate("a", 3000, 80000, rol=REST_WITHOUT)]
    row = judged(known, *rows).loc["a"]
    assert (row["vergeleken_met"], row["verschil"]) == ("overige gemeente zonder het midden", 40 - 37.5)
    # Without that row there is no other reference: with the centre nearly every wijk would look safe.
    alone = judged(known, *rows[:-1]).loc["a"]
    assert (alone["oordeel"], alone["oordeel_reden"]) == (
        "",
        "Geen oordeel: er is geen precies cijfer uit dezelfde reeks en periode om mee te vergelijken "
        "(overige gemeente zonder het midden).",
    )


def test_the_gemeente_is_compared_with_the_country_as_a_fixed_value() -> None:
    row = judged(town(), share("gemeente", 9000, 90000), share("nederland", 1_600_000, 17_000_000)).loc["gemeente"]
    assert (row["vergeleken_met"], row["toets"]) == ("Nederland (vast cijfer)", "binomiale mid-P-toets")
    assert row["oordeel"] == SAME


def test_rows_to_compare_with_have_no_verdict_of_their_own() -> None:
    table = with_intervals(figures(share("a", 300, 1000), share("a", 4000, 20000, rol=REST)), town())
    rest = with_verdict(table, town()).iloc[1]
    assert (rest["oordeel"], rest["oordeel_reden"], rest["vergeleken_met"]) == ("", NOT_COMPARED, "")
    country = judged(town(), share("nederland", 4000, 20000)).loc["nederland"]
    assert (country["oordeel"], country["oordeel_reden"]) == ("", NOT_COMPARED)


def test_a_reference_that_is_hidden_gives_no_verdict() -> None:
    hidden = {"gebied": "gemeente", "status": "onthullingsrisico"}
    row = judged(town(), survey("a", 30.0, 900), hidden).loc["a"]
    assert (row["oordeel"], row["oordeel_reden"]) == ("", NO_REFERENCE)


def test_a_reference_of_another_series_or_year_is_none() -> None:
    other = [survey("gemeente", 20.0, 9000) | {"periode": "2019"}, survey("gemeente", 20.0, 9000) | {"reeks": "oud"}]
    row = judged(town(), survey("a", 30.0, 900), *other).loc["a"]
    assert row["oordeel_reden"].endswith("om mee te vergelijken (Gemeente Voorbeeldstad).")


def test_rates_go_by_the_spread_between_wijken() -> None:
    wijken = [area(name, f"BU{n}") for n, name in enumerate("abcdef")]
    known = catalogue(indicator(unit="per 1.000 inwoners"), *wijken)
    events = [300, 20, 60, 90, 40, 55]
    rows = [rate(name, count, 2000) for name, count in zip("abcdef", events, strict=True)]
    found = judged(known, *rows, rate("a", 4000, 100_000, rol=REST))
    phi, tau2 = estimate_overdispersion(events, [2000] * 6, sum(events) / 12000)
    assert phi > 10
    assert list(found["phi"]) == pytest.approx([phi] * 6)
    assert found.loc["a", "p_waarde"] == pytest.approx(float(rate_differs(300, 2000, 4000, 100_000, tau2)))
    assert found.loc["a", "oordeel"] == SAME
    # Chance alone would have called it a difference.
    assert float(rate_differs(300, 2000, 4000, 100_000, 0)) < 1e-10


# -------------------------------------------------------------------------------------------------- a chosen reference


def test_the_whole_is_taken_without_the_wijk_where_counts_allow() -> None:
    rows = [share("a", 300, 1000), share("samen", 700, 3000), share("b", 400, 2000), share("elders", 150, 1000)]
    found = judged(town(), *rows, against="samen")
    row = found.loc["a"]
    assert row["vergeleken_met"] == "Samen zonder het gebied zelf"
    assert row["verschil"] == pytest.approx(30 - 20)
    assert row["p_waarde"] == pytest.approx(float(mid_p(300, 1000, 400, 2000, guarded=True)))
    low, high = (100 * float(end) for end in wilson(0.2, 2000))
    assert row["verschil_onder95"] == pytest.approx(10 - math.hypot(30 - row["onder95"], high - 20))
    assert row["verschil_boven95"] == pytest.approx(10 + math.hypot(row["boven95"] - 30, 20 - low))
    # What is left of the two is the other: the verdicts mirror each other.
    assert found.loc["b", "verschil"] == pytest.approx(-10)
    assert (found.loc["a", "oordeel"], found.loc["b", "oordeel"]) == (WORSE, BETTER)
    # One beside it is compared with the whole of it.
    assert found.loc["elders", "vergeleken_met"] == "Samen"
    assert found.loc["elders", "p_waarde"] == pytest.approx(float(mid_p(150, 1000, 700, 3000, guarded=True)))


def test_what_is_left_may_have_none_that_count() -> None:
    row = judged(town(), share("a", 0, 1000), share("samen", 0, 3000), against="samen").loc["a"]
    assert (row["verschil"], row["p_waarde"], row["oordeel"]) == (0, 1, SAME)


def test_the_rounding_of_both_is_in_what_is_left() -> None:
    rows = [share("a", 300, 1000, afronding=2.0), share("samen", 700, 3000, afronding=2.0)]
    row = judged(town(), *rows, against="samen").loc["a"]
    # 298 against 400 + 2 + 2.
    assert row["p_waarde"] == pytest.approx(float(mid_p(298, 1000, 404, 2000, guarded=True)))


def test_without_counts_the_whole_is_a_fixed_value() -> None:
    row = judged(town(), survey("a", 30.0, 900), survey("samen", 20.0, 3000), against="samen").loc["a"]
    assert (row["vergeleken_met"], row["oordeel"]) == ("Samen (vast cijfer)", WORSE)


def test_counts_of_a_weighted_survey_are_not_taken_off() -> None:
    rows = [survey("a", 30.0, 900), survey("samen", 20.0, 3000)]
    weighted = [row | {"teller": row["waarde"] * row["n"] / 100, "noemer": row["n"]} for row in rows]
    plain = judged(town(), *weighted, against="samen").loc["a"]
    assert plain["vergeleken_met"] == "Samen zonder het gebied zelf"
    for row in weighted:
        row["n_effectief"] /= 2
    assert judged(town(), *weighted, against="samen").loc["a", "vergeleken_met"] == "Samen (vast cijfer)"


def test_the_gemeente_is_taken_without_any_area_in_it() -> None:
    found = judged(town(), share("a", 300, 1000), share("gemeente", 4300, 21000), against="gemeente")
    assert found.loc["a", "vergeleken_met"] == "Gemeente Voorbeeldstad zonder het gebied zelf"
    assert found.loc["a", "verschil"] == pytest.approx(10)


def test_another_wijk_is_compared_as_it_is() -> None:
    found = judged(town(), share("a", 300, 1000), share("b", 200, 1000), against="B")
    assert (found.loc["a", "vergeleken_met"], found.loc["a", "oordeel"]) == ("B", WORSE)
    assert (found.loc["b", "oordeel"], found.loc["b", "oordeel_reden"]) == ("", OVERLAP)


@pytest.mark.parametrize("place", ["samen", "gemeente", "half"])
def test_areas_that_overlap_are_not_compared(place: str) -> None:
    row = judged(town(), share(place, 700, 3000), share("b", 400, 2000), against="b").loc[place]
    assert (row["oordeel"], row["oordeel_reden"], row["vergeleken_met"]) == ("", OVERLAP, "")
    assert math.isnan(row["verschil"])


def test_a_reference_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown area 'samn'; did you mean samen"):
        with_verdict(figures({"waarde": 1.0}), town(), "samn")
    with pytest.raises(NplvError, match="at most 100"):
        with_verdict(figures({"waarde": 101.0}), town())


# --------------------------------------------------------------------------------------------------- many verdicts


def test_false_discovery_rate_as_published() -> None:
    # Benjamini & Hochberg 1995, J R Stat Soc B 57:289-300, section 3.2: of these 15 p-values 4 are rejected at 0.05.
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    published += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    found = _false_discovery(np.array([np.nan, *published, np.nan]))
    assert (found[1:-1] < 0.05).sum() == 4
    assert list(found[1:-1] < 0.05) == [True] * 4 + [False] * 11
    assert np.isnan(found[[0, -1]]).all()
    # The fourth is just within: 15 / 4 x 0.0095.
    assert found[4] == pytest.approx(15 / 4 * 0.0095)


def test_the_corrected_p_value_changes_no_verdict() -> None:
    own = [share("a", 53, 400), share("gemeente", 1000, 12000)]
    alone = judged(town(), *own).loc["a"]
    assert 0.0005 < alone["p_waarde"] < 0.002
    assert alone["q_waarde"] == alone["p_waarde"]
    others = [share("a", 10, 100, periode=str(year)) for year in range(1990, 2010)]
    totals = [share("gemeente", 100, 1000, periode=str(year)) for year in range(1990, 2010)]
    found = judged(town(), *own, *others, *totals)
    among = found[found["periode"] == "2020"].loc["a"]
    assert among["q_waarde"] > 0.002
    assert (among["oordeel"], among["p_waarde"]) == (alone["oordeel"], alone["p_waarde"])
    assert among["oordeel"] == WORSE


# ------------------------------------------------------------------------------------------------------ shipped data


def test_crime_is_put_beside_the_rest_of_the_gemeente_with_and_without_the_centre(real_data: Data) -> None:
    figures_of_all = real_data.figures
    table = comparison(figures_of_all, "selwerd", real_data.catalogue)
    row = table.set_index("indicator").loc["misdrijven_per_1000"]
    rest, without = (figures_of_all.loc[int(row[c])] for c in ("overige_gemeente", "overige_gemeente_zonder"))
    # 14 990 crimes over all buurten, 284 in Selwerd, 5 538 in the buurten of Centrum (police 47018NED, 2023).
    assert rest["teller"] == 14990 - 284
    assert without["teller"] == 14990 - 284 - 5538
    assert rest["waarde"] > row["waarde"] + 10
    assert abs(without["waarde"] - row["waarde"]) < 1
    assert pd.notna(row["groningen_noord"]) and pd.notna(row["gemeente"])
    assert row["vergeleken_met"] == "overige gemeente zonder het centrum"
    # Wijken vary fourteen times as much as chance: that is reported, and reckoned with.
    assert (row["oordeel"], round(row["phi"])) == (SAME, 14)


def test_every_reference_of_the_shipped_data_is_the_same_measurement(real_data: Data) -> None:
    figures_of_all = real_data.figures
    checked = 0
    for place in real_data.catalogue.batch_areas:
        found = comparison(figures_of_all, place.id, real_data.catalogue)
        for row in found.to_dict("records"):
            for column in REFERENCES:
                if pd.notna(row[column]):
                    other = figures_of_all.loc[int(row[column])]
                    for key in ("indicator", "reeks", "periode", "eenheid", "bron"):
                        assert other[key] == row[key], (place.id, row["indicator"], column)
                    checked += 1
    assert checked > 500


def test_the_shipped_data_bear_no_difference_that_can_be_shown(real_data: Data) -> None:
    # The public figures per wijk are model estimates, rounded counts, or crime, which varies more than wijken differ.
    table = real_data.figures
    assert set(table["oordeel"]) == {"", SAME}
    assert set(table.loc[table["oordeel"] == SAME, "indicator"]) == {"misdrijven_per_1000"}
    assert (table["oordeel_reden"].str.len() > 0).all()
    assert (table["q_waarde"].dropna() >= table["p_waarde"].dropna()).all()
    # Counts of a wijk beside those of the rest are no comparison.
    counts = table["eenheid"].str.startswith("aantal")
    assert table.loc[counts, ["verschil", "p_waarde"]].isna().all(axis=None)


# ------------------------------------------------------------------------------------------------- what it must hold


@few_examples
@given(TABLES, st.sampled_from(["", "samen", "a", "gemeente"]))
def test_any_table_has_a_verdict_or_a_reason(table: pd.DataFrame, against: str) -> None:
    given_ = with_intervals(table, MANY)
    found = with_verdict(given_, MANY, against)
    assert found.index.equals(table.index)
    pd.testing.assert_frame_equal(found[list(given_)], given_)
    assert (found["oordeel_reden"].str.len() > 0).all()
    assert ((found["oordeel"] != "") == found["q_waarde"].notna()).all()
    assert (found.loc[found["rol"] != ITSELF, "oordeel"] == "").all()


@settings(few_examples, max_examples=10)
@given(TABLES)
def test_the_order_of_the_rows_and_earlier_verdicts_do_not_matter(table: pd.DataFrame) -> None:
    keys = ["gebied", "rol", "indicator", "reeks", "periode"]
    given_ = with_intervals(table, MANY).reset_index(drop=True).drop_duplicates(keys)
    found = with_verdict(given_, MANY)
    mixed = with_verdict(found.sample(frac=1, random_state=2), MANY).sort_index()
    pd.testing.assert_frame_equal(mixed, found, rtol=1e-9)
