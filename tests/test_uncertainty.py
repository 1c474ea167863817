"""Intervals: each kind of uncertainty has its own, none is invented, and the reason always stands beside."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import catalogue, few_examples, figures, indicator
from hypothesis import given
from made_up import MANY, TABLES

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.data import Data
from nplv_analysis.errors import NplvError, UnknownNameError
from nplv_analysis.indicators import CHANCE, GIVEN, ROUNDING, SAMPLE
from nplv_analysis.methods.intervals import poisson, wilson
from nplv_analysis.uncertainty import (
    HOW_MADE,
    NO_SPREAD,
    NO_VALUE,
    NOT_COMPUTED,
    TOO_FEW_ASKED,
    WHY_NONE,
    require_figures,
    with_intervals,
)

pytest_plugins = ["project_data"]

BOUNDS = ["onder95", "boven95", "onder998", "boven998"]


def one(uncertainty: str = "steekproef", **row: Any) -> pd.Series:
    """Make the interval of one figure."""
    row = {"interval_soort": SAMPLE, "waarde": 50.0} | row
    return with_intervals(figures(row), catalogue(indicator(uncertainty=uncertainty))).iloc[0]


# ---------------------------------------------------------------------------------------------------- published figures


def test_a_share_of_a_sample_has_wilsons_interval() -> None:
    # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3: 81 of 263 gives 0.2553 to 0.3662.
    found = one(waarde=100 * 81 / 263, n=263.0, n_effectief=263.0)
    assert list(found[["onder95", "boven95"]]) == pytest.approx([25.53, 36.62], abs=0.005)
    assert found["interval_soort"] == SAMPLE
    assert found["interval_reden"] == HOW_MADE[SAMPLE]


def test_a_mean_of_a_sample_has_students_interval() -> None:
    # Moore, McCabe & Craig 2017, Introduction to the Practice of Statistics, 9th edition, example 7.16, the early
    # eaters: 6.3, 15.1, 9.4, 16.8 and 10.2 kg. Their table D: t* = 2.776 with 4 degrees of freedom.
    lost = [6.3, 15.1, 9.4, 16.8, 10.2]
    mean, spread = float(np.mean(lost)), float(np.std(lost, ddof=1))
    row = {"waarde": mean, "standaardafwijking": spread, "n": 5.0, "n_effectief": 5.0, "eenheid": "rapportcijfer"}
    found = one(**row)
    margin = 2.776 * spread / math.sqrt(5)
    assert list(found[["onder95", "boven95"]]) == pytest.approx([mean - margin, mean + margin], abs=0.002)
    assert found["standaardfout"] == pytest.approx(spread / math.sqrt(5))


@pytest.mark.parametrize(
    ("events", "low", "high"),
    # Garwood 1936, Biometrika 28:437-442 below ten events, Byar (Breslow & Day 1987) from ten on; see test_intervals.
    [(5.0, 1.623486, 11.668332), (65.0, 50.163188, 82.849139)],
)
def test_a_count_has_the_interval_of_poisson(events: float, low: float, high: float) -> None:
    found = one("toeval", waarde=events, eenheid="aantal misdrijven", interval_soort=CHANCE)
    assert list(found[["onder95", "boven95"]]) == pytest.approx([low, high])
    rate = one(
        "toeval",
        waarde=1000 * events / 4000,
        teller=events,
        noemer=4000.0,
        eenheid="per 1.000 inwoners",
        interval_soort=CHANCE,
    )
    assert list(rate[["onder95", "boven95"]]) == pytest.approx([low / 4, high / 4])
    assert rate["standaardfout"] == pytest.approx(math.sqrt(events) / 4)
    assert rate["interval_reden"].startswith("toevalsmarge")


# ---------------------------------------------------------------------------------------------- what each kind rests on


def test_the_design_effect_makes_a_share_less_sure() -> None:
    found = one(waarde=30.0, n=500.0, n_effectief=250.0)
    assert list(found[["onder95", "boven95"]]) == pytest.approx([100 * float(end) for end in wilson(0.3, 250)])
    assert found["standaardfout"] == pytest.approx(100 * math.sqrt(0.3 * 0.7 / 250))
    assert one(waarde=30.0, n=500.0, n_effectief=500.0)["onder95"] > found["onder95"]


def test_the_wider_interval_is_the_one_that_decides() -> None:
    found = one(waarde=30.0, n=250.0, n_effectief=250.0)
    assert found["onder998"] < found["onder95"] < 30 < found["boven95"] < found["boven998"]
    assert list(found[["onder998", "boven998"]]) == pytest.approx([100 * float(e) for e in wilson(0.3, 250, 0.998)])


def test_a_share_of_a_full_count_is_called_chance_and_not_a_sample() -> None:
    row = {"waarde": 12.0, "teller": 12.0, "noemer": 100.0, "interval_soort": CHANCE}
    found = one("toeval", **row)
    assert list(found[["onder95", "boven95"]]) == pytest.approx([100 * float(end) for end in wilson(0.12, 100)])
    assert (found["interval_soort"], found["interval_reden"]) == (CHANCE, HOW_MADE[CHANCE])


def test_a_rounded_count_is_taken_at_both_ends_of_its_rounding() -> None:
    row = {"waarde": 20.0, "teller": 20.0, "noemer": 100.0, "interval_soort": CHANCE, "afronding": 2.5}
    share = one("toeval", **row)
    # Rounded to fives, 20 was 18 to 22: half persons there are not.
    assert share["onder95"] == pytest.approx(100 * float(wilson(0.18, 100)[0]))
    assert share["boven95"] == pytest.approx(100 * float(wilson(0.22, 100)[1]))
    count = one("toeval", waarde=5.0, eenheid="aantal misdrijven", interval_soort=CHANCE, afronding=2.0)
    assert count["onder95"] == pytest.approx(float(poisson(3)[0]))
    assert count["boven95"] == pytest.approx(float(poisson(7)[1]))


def test_a_rounded_denominator_widens_the_interval_too() -> None:
    row = {"waarde": 20.0, "teller": 20.0, "noemer": 100.0, "interval_soort": CHANCE}
    sure, unsure = one("toeval", **row), one("toeval", **row, afronding_noemer=5.0)
    assert unsure["onder95"] < sure["onder95"] and unsure["boven95"] > sure["boven95"]


def test_the_numerator_of_a_count_in_its_own_unit_is_the_count() -> None:
    row = {"waarde": 65.0, "teller": 65.0, "noemer": 1000.0, "eenheid": "aantal misdrijven", "interval_soort": CHANCE}
    assert one("toeval", **row)["onder95"] == pytest.approx(50.163188)


def test_rounding_has_no_confidence() -> None:
    found = one("afronding", waarde=24.0, afronding=0.5, interval_soort=ROUNDING)
    assert list(found[BOUNDS]) == [23.5, 24.5, 23.5, 24.5]
    assert math.isnan(found["standaardfout"])


def test_rounding_stays_within_what_can_be() -> None:
    assert list(one("afronding", waarde=0.0, afronding=0.5, interval_soort=ROUNDING)[BOUNDS[:2]]) == [0, 0.5]
    assert list(one("afronding", waarde=100.0, afronding=0.5, interval_soort=ROUNDING)[BOUNDS[:2]]) == [99.5, 100]
    below = one("afronding", waarde=-0.1, afronding=0.5, eenheid="score", interval_soort=ROUNDING)
    assert list(below[BOUNDS[:2]]) == pytest.approx([-0.6, 0.4])


def test_a_denominator_that_may_be_nothing_has_no_interval() -> None:
    row = {"waarde": 50.0, "teller": 5.0, "noemer": 10.0, "afronding": 5.0, "afronding_noemer": 10.0}
    found = one("afronding", **row, interval_soort=ROUNDING)
    assert found[BOUNDS].isna().all()
    assert (found["interval_soort"], found["interval_reden"]) == ("", NOT_COMPUTED)


def test_the_interval_of_a_source_is_shown_as_given() -> None:
    found = one(waarde=6.9, eenheid="rapportcijfer", onder95=6.7, boven95=7.2, interval_soort=GIVEN)
    assert list(found[["onder95", "boven95"]]) == [6.7, 7.2]
    assert found[["onder998", "boven998"]].isna().all()
    assert found["standaardfout"] == pytest.approx(0.5 / 3.92, abs=1e-4)
    assert found["interval_reden"] == "marge van de bron zelf"


def test_a_sample_without_spread_keeps_the_interval_of_its_source() -> None:
    row = {"waarde": 6.9, "n": 300.0, "n_effectief": 300.0, "eenheid": "rapportcijfer"}
    found = one(**row, onder95=6.7, boven95=7.2)
    assert (found["onder95"], found["interval_soort"]) == (6.7, GIVEN)
    bare = one(**row)
    assert (bare["interval_soort"], bare["interval_reden"]) == ("", NO_SPREAD)


@pytest.mark.parametrize("uncertainty", list(WHY_NONE))
def test_without_anything_to_go_by_there_is_no_interval_and_the_reason(uncertainty: str) -> None:
    found = one(uncertainty, interval_soort="")
    assert found[[*BOUNDS, "standaardfout"]].isna().all()
    assert found["interval_reden"] == WHY_NONE[uncertainty]


def test_a_model_estimate_never_has_an_interval_of_ours() -> None:
    found = one("model", waarde=22.9, interval_soort="", status="schatting")
    assert found[BOUNDS].isna().all()
    assert "modelschatting" in found["interval_reden"]


def test_one_answer_has_no_spread() -> None:
    row = {"waarde": 7.0, "n": 1.0, "n_effectief": 1.0, "standaardafwijking": 0.0, "eenheid": "rapportcijfer"}
    assert one(**row)["interval_reden"] == TOO_FEW_ASKED


def test_a_figure_that_is_not_exact_has_no_interval() -> None:
    found = one(waarde=math.nan, ondergrens=15.0, bovengrens=20.0, n=200.0, n_effectief=200.0)
    assert found[BOUNDS].isna().all()
    assert (found["interval_soort"], found["interval_reden"]) == ("", NO_VALUE)


# ------------------------------------------------------------------------------------------------------ shipped data


def test_rounding_of_bijstand_is_carried_through_the_sum(real_data: Data) -> None:
    # CBS rounds the number of persons with bijstand to tens: of a wijk of k buurten the sum is off by 5 k at most. The
    # inhabitants below the line are rounded to fives, so off by 2.5 k.
    table = real_data.figures
    rows = table[(table["indicator"] == "bijstand_per_1000") & (table["rol"] == ITSELF) & (table["periode"] == "2020")]
    rows = rows[rows["interval_soort"] == ROUNDING].set_index("gebied")
    checked = 0
    for area in real_data.catalogue.areas:
        if area.buurten and area.id in rows.index:
            # Of a CBS wijk the count is published as such, and rounded once.
            row, k = rows.loc[area.id], 1 if area.is_wijk else len(area.buurten)
            assert (row["afronding"], row["afronding_noemer"]) == (5 * k, 2.5 * k), area.id
            low = 1000 * (row["teller"] - 5 * k) / (row["noemer"] + 2.5 * k)
            high = 1000 * (row["teller"] + 5 * k) / (row["noemer"] - 2.5 * k)
            assert [row["onder95"], row["boven95"], row["onder998"]] == pytest.approx([low, high, low]), area.id
            checked += 1
    assert checked == 16


def test_no_model_estimate_of_the_shipped_data_has_an_interval(real_data: Data) -> None:
    model = [i.id for i in real_data.catalogue.indicators if i.uncertainty == "model"]
    rows = real_data.figures[real_data.figures["indicator"].isin(model)]
    assert len(rows) > 300
    assert rows[BOUNDS].isna().all(axis=None)
    assert (rows["interval_reden"] != "").all()


# ---------------------------------------------------------------------------------------------------- what it must hold


@few_examples
@given(TABLES)
def test_any_table_gets_an_interval_or_a_reason(table: pd.DataFrame) -> None:
    found = with_intervals(table, MANY)
    assert found.index.equals(table.index)
    untouched = [c for c in table if c not in (*BOUNDS, "interval_soort", "interval_reden", "standaardfout")]
    pd.testing.assert_frame_equal(found[untouched], table[untouched])
    assert (found["interval_reden"].str.len() > 0).all()
    made = found["interval_soort"] != ""
    known = found["waarde"].notna()
    assert (made <= known).all()
    shown = found[made & (found["interval_soort"] != GIVEN)]
    assert (shown["onder95"] <= shown["waarde"] + 1e-9).all() and (shown["waarde"] <= shown["boven95"] + 1e-9).all()
    assert (shown["onder998"] <= shown["onder95"]).all() and (shown["boven95"] <= shown["boven998"]).all()
    share = shown[shown["eenheid"] == "%"]
    assert (share[BOUNDS].min(axis=None) >= 0) & (share[BOUNDS].max(axis=None) <= 100) | share.empty
    again = with_intervals(found, MANY)
    pd.testing.assert_frame_equal(again[BOUNDS], found[BOUNDS])


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"waarde": 101.0}, "a share ('waarde') of at most 100"),
        ({"waarde": -1.0}, "a count, share or rate ('waarde') of 0 or more"),
        ({"waarde": -1.0, "eenheid": "aantal kinderen"}, "a count, share or rate ('waarde') of 0 or more"),
        ({"teller": 11.0, "noemer": 10.0}, "a 'teller' of at most the 'noemer' of a share"),
        ({"n": -1.0}, "0 or more in teller, noemer, n"),
        ({"waarde": math.inf, "eenheid": "score"}, "numbers of at most 1e+15"),
        ({"onder95": 3.0, "boven95": 2.0}, "an 'onder95' of at most the 'boven95'"),
        ({"interval_soort": "marge"}, "a kind of margin in 'interval_soort'"),
        ({"reeks": None}, "a text, if only an empty one"),
    ],
)
def test_a_table_that_breaks_a_rule_is_refused_with_the_rule(row: dict[str, Any], rule: str) -> None:
    table = figures({"waarde": 5.0}, {"gebied": "fout", "waarde": 5.0} | row)
    with pytest.raises(NplvError, match="row of fout, bedacht_cijfer") as fault:
        with_intervals(table, catalogue(indicator()))
    assert rule in str(fault.value)


def test_a_table_without_a_column_or_with_words_for_numbers_is_refused() -> None:
    table, known = figures({"waarde": 5.0}), catalogue(indicator())
    with pytest.raises(NplvError, match="expected a column 'eenheid'"):
        require_figures(table.drop(columns="eenheid"), known)
    with pytest.raises(NplvError, match=r"column 'waarde': found .*, expected numbers"):
        require_figures(table.assign(waarde="5"), known)
    with pytest.raises(UnknownNameError, match="unknown indicator 'onbekend'"):
        require_figures(table.assign(indicator="onbekend"), known)


def test_what_is_a_fault_in_a_share_is_none_in_a_rate() -> None:
    known: Catalogue = catalogue(indicator())
    require_figures(
        figures({"waarde": 2000.0, "teller": 200.0, "noemer": 100.0, "eenheid": "per 1.000 inwoners"}), known
    )
    require_figures(figures({"waarde": -0.2, "eenheid": "score"}), known)
