"""How far wijken lie apart, whether that changed, and how far from the gemeente."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import area, catalogue, few_examples, figures, indicator
from hypothesis import given
from hypothesis import strategies as st

from nplv_analysis.methods import differences as d
from nplv_analysis.methods.differences import band_status, beta_convergence, spread
from nplv_analysis.methods.small_area import MODEL, SIZE, TWICE

WIJKEN = tuple(area(f"wijk-{n}") for n in range(20))
NAMES = [wijk.id for wijk in WIJKEN]


def rows_of(values: list[float], errors: list[float] | None = None, **other: Any) -> list[dict[str, Any]]:
    rows = [{"gebied": name, "waarde": value} | other for name, value in zip(NAMES, values, strict=False)]
    if errors is not None:
        for row, error in zip(rows, errors, strict=True):
            row |= {"standaardfout": error, "interval_soort": "steekproefmarge"}
    return rows


def spread_of(*rows: dict[str, Any], **other: Any) -> pd.DataFrame:
    return spread(figures(*rows), catalogue(indicator(**other), *WIJKEN), NAMES)


# ----------------------------------------------------------------------------------------------------- spread


def test_the_spread_is_the_certified_standard_deviation() -> None:
    # NIST Statistical Reference Datasets, univariate summary statistics, NumAcc1: standard deviation 1, exact.
    found = spread_of(*rows_of([10000001.0, 10000003.0, 10000002.0])).iloc[0]
    assert found["spreiding"] == 1
    assert list(found[["aantal_gebieden", "laagste", "hoogste", "verschil_hoog_laag"]]) == [3, 10000001, 10000003, 2]


def test_the_variance_of_the_sample_is_taken_off() -> None:
    # Viechtbauer 2005, Journal of Educational and Behavioral Statistics 30(3):261-293: the estimator of Hedges & Olkin
    # of the variance between gives 0.148 on page 271 and 0 on page 272.
    effects = [-0.581, 0.530, 0.771, 1.031, 0.553, 0.295, 0.078, 0.573, -0.176, -0.232]
    variances = [0.023, 0.052, 0.060, 0.115, 0.095, 0.203, 0.200, 0.211, 0.051, 0.040]
    found = spread_of(*rows_of(effects, np.sqrt(variances).tolist())).iloc[0]
    assert found["spreiding_gecorrigeerd"] ** 2 == pytest.approx(0.148, abs=5e-4)
    assert d.CORRECTED in found["spreiding_reden"] and d.ARITHMETIC in found["spreiding_reden"]
    effects = [0.100, -0.162, -0.090, -0.049, -0.046, -0.010, -0.431, -0.261, 0.134]
    effects += [0.019, 0.175, 0.056, 0.045, 0.103, 0.121, -0.482, 0.290, 0.342]
    variances = [0.016, 0.015, 0.050, 0.050, 0.032, 0.052, 0.036, 0.024, 0.034]
    variances += [0.033, 0.031, 0.034, 0.039, 0.167, 0.134, 0.096, 0.016, 0.035]
    assert spread_of(*rows_of(effects, np.sqrt(variances).tolist()))["spreiding_gecorrigeerd"].item() == 0


def test_the_change_is_since_the_period_before_with_the_same_areas() -> None:
    found = spread_of(
        *rows_of([10.0, 20.0, 30.0], periode="2022"),
        *rows_of([10.0, 40.0, 70.0], periode="2018"),
        *rows_of([15.0, 25.0, 35.0], periode="2024"),
        *rows_of([0.0, 60.0, 90.0], periode="2020", reeks="andere"),
    )
    assert list(found["periode"]) == ["2018", "2022", "2024", "2020"]
    assert list(found["vorige_periode"]) == ["", "2018", "2022", ""]
    assert list(found["spreiding_verandering"]) == pytest.approx([np.nan, -20.0, 0.0, np.nan], nan_ok=True)
    assert list(found["spreiding_ontwikkeling"]) == ["", d.SMALLER, d.EQUAL, ""]
    assert d.FIRST in found["spreiding_reden"].iloc[0] and "2018, dezelfde 3" in found["spreiding_reden"].iloc[1]
    wider = spread_of(*rows_of([10.0, 20.0, 30.0], periode="2018"), *rows_of([10.0, 20.0, 31.0]))
    assert wider["spreiding_ontwikkeling"].iloc[1] == d.LARGER


def test_a_change_that_rounds_to_nothing_is_none() -> None:
    rows = [*rows_of([10.0, 20.0, 30.0], periode="2018"), *rows_of([10.0, 20.0, 30.5])]
    assert spread_of(*rows, decimals=0)["spreiding_ontwikkeling"].iloc[1] == d.EQUAL
    assert spread_of(*rows, decimals=1)["spreiding_ontwikkeling"].iloc[1] == d.LARGER


def test_corrected_spreads_are_compared_when_both_are_known() -> None:
    first, second = [10.0, 20.0, 30.0, 40.0], [12.0, 20.0, 30.0, 38.0]
    rows = [*rows_of(first, [8.0] * 4, periode="2018"), *rows_of(second, [1.0] * 4)]
    found = spread_of(*rows).iloc[1]
    # Smaller as published; but more of the first was chance.
    assert found["spreiding"] < np.std(first, ddof=1)
    assert found["spreiding_ontwikkeling"] == d.LARGER
    expected = np.sqrt(np.var(second, ddof=1) - 1) - np.sqrt(np.var(first, ddof=1) - 64)
    assert found["spreiding_verandering"] == pytest.approx(expected)
    plain = spread_of(*rows_of(first, periode="2018"), *rows_of(second, [1.0] * 4)).iloc[1]
    assert plain["spreiding_ontwikkeling"] == d.SMALLER


def test_other_areas_in_the_period_before_give_no_change() -> None:
    found = spread_of(*rows_of([10.0, 20.0, 30.0, 40.0], periode="2018"), *rows_of([10.0, 20.0, 30.0])).iloc[1]
    assert found["spreiding"] == 10 and np.isnan(found["spreiding_verandering"])
    assert "niet van precies dezelfde gebieden" in found["spreiding_reden"]


def test_a_figure_without_a_year_has_no_place_in_time() -> None:
    rows = [*rows_of([10.0, 20.0, 30.0], periode="2018"), *rows_of([10.0, 20.0, 33.0], periode="onbekend (rond 2022)")]
    found = spread_of(*rows, *rows_of([10.0, 20.0, 36.0], periode="2024")).set_index("periode")
    assert d.NO_YEAR in found.loc["onbekend (rond 2022)", "spreiding_reden"]
    assert list(found["vorige_periode"]) == ["", "", "2018"]


def test_model_estimates_get_no_verdict_and_no_correction() -> None:
    rows = [*rows_of([10.0, 20.0, 30.0], [1.0] * 3, periode="2018"), *rows_of([10.0, 20.0, 60.0], [1.0] * 3)]
    for found in (spread_of(*rows, uncertainty="model"), spread_of(*(r | {"status": "schatting"} for r in rows))):
        assert found["spreiding_gecorrigeerd"].isna().all()
        assert set(found["spreiding_ontwikkeling"]) == {""}
        assert found["spreiding_verandering"].iloc[1] > 0
        assert d.MODEL_SPREAD in found["spreiding_reden"].iloc[1]


def test_plain_counts_have_no_spread() -> None:
    found = spread_of(*rows_of([10.0, 20.0, 30.0]), unit="aantal inwoners").iloc[0]
    assert np.isnan(found["spreiding"]) and SIZE in found["spreiding_reden"]


def test_two_areas_or_one_twice_have_no_spread() -> None:
    two = spread_of(*rows_of([10.0, 20.0, np.nan])).iloc[0]
    assert np.isnan(two["spreiding"]) and two["hoogste"] == 20 and two["aantal_gebieden"] == 2
    assert "van 2 gebieden" in two["spreiding_reden"]
    twice = spread_of(*rows_of([10.0, 20.0, 30.0]), {"gebied": "wijk-0", "waarde": 11.0}).iloc[0]
    assert np.isnan(twice["spreiding"]) and TWICE in twice["spreiding_reden"]


def test_only_the_areas_asked_for_count_and_one_confidential_figure_makes_it_confidential() -> None:
    rows = rows_of([10.0, 20.0, 30.0])
    rows[1] |= {"openbaar": False}
    others = [{"gebied": "gemeente", "waarde": 99.0}, {"gebied": "wijk-9", "waarde": 99.0, "rol": "overige gemeente"}]
    found = spread_of(*rows, *others)
    assert found["hoogste"].item() == 30 and not found["openbaar"].item()


@few_examples
@given(st.lists(st.integers(0, 100), min_size=3, max_size=8), st.integers(-50, 50), st.integers(1, 5))
def test_a_spread_moves_with_the_unit_and_not_with_the_level(values: list[int], shift: int, factor: int) -> None:
    before, after = [float(v) for v in values], [float(factor * v + shift) for v in values]
    found = spread_of(*rows_of(before, periode="2018"), *rows_of(after))
    assert found["spreiding"].iloc[1] == pytest.approx(factor * found["spreiding"].iloc[0])
    pairs = [(a - b) ** 2 for a in before for b in before]
    half = len(before) / (len(before) - 1) * np.mean(pairs) / 2
    assert found["spreiding"].iloc[0] ** 2 == pytest.approx(half)
    assert found["spreiding_ontwikkeling"].iloc[1] == (d.EQUAL if factor == 1 or len(set(values)) == 1 else d.LARGER)


# ----------------------------------------------------------------------------------------------- beta-convergence


# Fuller 1987, Measurement Error Models, Wiley, section 1.2: soil nitrogen and yields of corn on 11 sites; 57 is the
# variance of the measurement error of nitrogen. Also example 2 of "Introduction to SEM" in the SAS/STAT documentation.
NITROGEN = [70.0, 97.0, 53.0, 64.0, 95.0, 64.0, 50.0, 70.0, 94.0, 69.0, 51.0]
YIELD = [86.0, 115.0, 90.0, 86.0, 110.0, 91.0, 99.0, 96.0, 99.0, 104.0, 96.0]


def beta_of(*rows: dict[str, Any], **other: Any) -> pd.DataFrame:
    return beta_convergence(figures(*rows), catalogue(indicator(**other), *WIJKEN), NAMES)


def test_the_slope_is_that_of_fuller_less_one() -> None:
    # Fuller prints 0.4232 as the slope of yield on the true nitrogen; the change is yield less true nitrogen.
    rows = [*rows_of(NITROGEN, [57**0.5] * 11, periode="2018"), *rows_of(YIELD)]
    found = beta_of(*rows, unit="punten").iloc[0]
    assert found["helling"] == pytest.approx(0.4232 - 1, abs=5e-5)
    assert list(found[["eerste_periode", "laatste_periode", "aantal_gebieden"]]) == ["2018", "2020", 11]
    assert d.ARITHMETIC in found["helling_reden"]
    # On the published values chance alone pulls the slope down: regression to the mean.
    assert found["helling"] > np.polyfit(NITROGEN, np.subtract(YIELD, NITROGEN), 1)[0]


def test_all_change_by_chance_is_no_convergence() -> None:
    rng = np.random.default_rng(8)
    truth = rng.normal(50, 8, 400)
    wide = tuple(area(f"wijk-{n}") for n in range(400))
    rows = [
        {"gebied": wijk.id, "waarde": value + rng.normal(0, 6), "periode": periode}
        | {"standaardfout": 6.0, "interval_soort": "steekproefmarge"}
        for periode in ("2018", "2020")
        for wijk, value in zip(wide, truth, strict=True)
    ]
    found = beta_convergence(figures(*rows), catalogue(indicator(), *wide), [wijk.id for wijk in wide])
    # The naive slope is -36 / 100; the standard error of the slope here is some 0.07.
    assert abs(found["helling"].item()) < 0.2


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (rows_of([10.0, 20.0, 30.0, 40.0, 50.0], [2.0] * 5), d.NO_TWO),
        ([*rows_of([10.0, 20.0], [2.0] * 2, periode="2018"), *rows_of([10.0, 20.0])], "van 2 gebieden"),
        ([*rows_of([1.0, 2.0, 3.0, 4.0, 9.0], periode="2018"), *rows_of([1.0] * 5)], "geen standaardfout"),
        ([*rows_of([1.0, 2.0, 3.0, 4.0, 9.0], [1.0] * 5, periode="2018"), *rows_of([1.0] * 4)], "niet in beide"),
        (
            [*rows_of([1.0, 2.0, 3.0, 4.0, 9.0], [1.0] * 5, periode="2018"), *rows_of([1.0] * 5, status="schatting")],
            MODEL,
        ),
        ([*rows_of([20.0, 20.1, 20.2, 20.1, 20.0], [5.0] * 5, periode="2018"), *rows_of([1.0] * 5)], d.NO_START),
    ],
)
def test_there_is_no_slope_without_what_it_rests_on(rows: list[dict[str, Any]], reason: str) -> None:
    found = beta_of(*rows)
    assert found["helling"].isna().all()
    assert found["helling_reden"].str.contains(reason, regex=False).all()


# ------------------------------------------------------------------------------------------------------- band


def band_of(*rows: dict[str, Any], width: float | None = 3.0, **other: Any) -> pd.DataFrame:
    gemeente = {"gebied": "gemeente", "waarde": 20.0}
    table = figures(*({"gebied": "wijk-0"} | row for row in rows), gemeente)
    return band_status(table, catalogue(indicator(**other), *WIJKEN), width).iloc[:-1]


def test_the_distance_to_the_gemeente_as_in_the_monitor() -> None:
    # RIVM 50090NED, moeite met rondkomen, 2020: Selwerd 22.9, gemeente 17.5: the distance is 5.4.
    rows = [{"gebied": "wijk-0", "waarde": 22.9}, {"gebied": "gemeente", "waarde": 17.5}]
    found = band_status(figures(*rows), catalogue(indicator(), *WIJKEN), 5.4)
    assert found["afstand"].iloc[0] == pytest.approx(5.4)
    assert found["band"].iloc[0] == d.INSIDE
    assert band_status(figures(*rows), catalogue(indicator(), *WIJKEN), 5.3)["band"].iloc[0] != d.INSIDE
    assert np.isnan(found["afstand"].iloc[1]) and found["band_reden"].iloc[1] == d.NOT_WIJK


def test_the_edge_belongs_to_the_band_whatever_the_last_bit_of_a_decimal_number() -> None:
    assert 20.3 - 17.2 > 3.1
    rows = [{"gebied": "wijk-0", "waarde": 20.3}, {"gebied": "gemeente", "waarde": 17.2}]
    assert band_status(figures(*rows), catalogue(indicator(), *WIJKEN), 3.1)["band"].iloc[0] == d.INSIDE


@pytest.mark.parametrize(
    ("direction", "low", "high"),
    [
        ("laag", "gunstiger dan de band", "ongunstiger dan de band"),
        ("hoog", "ongunstiger dan de band", "gunstiger dan de band"),
        ("geen", "lager dan de band", "hoger dan de band"),
    ],
)
def test_outside_the_band_is_said_in_the_words_of_the_direction(direction: str, low: str, high: str) -> None:
    found = band_of({"waarde": 16.9}, {"waarde": 17.0}, {"waarde": 23.0}, {"waarde": 23.1}, good_direction=direction)
    assert list(found["band"]) == [low, d.INSIDE, d.INSIDE, high]
    assert list(found["afstand"]) == pytest.approx([-3.1, -3.0, 3.0, 3.1])
    assert found["band_reden"].iloc[0].startswith("De band is 20,0\u00a0% plus of min 3 procentpunt.")


def test_a_margin_over_the_edge_is_uncertain() -> None:
    margins = [(21.0, 22.9), (21.0, 24.0), (16.0, 24.0), (24.0, 26.0), (22.0, 23.0)]
    rows = [{"waarde": (low + high) / 2, "onder95": low, "boven95": high} for low, high in margins]
    found = band_of(*rows)
    assert list(found["band"]) == [d.INSIDE, d.UNSURE, d.UNSURE, "ongunstiger dan de band", d.INSIDE]
    assert "onzeker" in found["band_reden"].iloc[1] and "21,00 tot 24,00" in found["band_reden"].iloc[1]
    assert "geen marge" not in found["band_reden"].iloc[0]


def test_without_a_width_or_a_figure_nothing_is_said() -> None:
    without = band_of({"waarde": 22.0}, width=None).iloc[0]
    assert list(without[["afstand", "band", "band_reden"]]) == [2.0, d.UNKNOWN, d.NO_WIDTH]
    found = band_of(
        {"waarde": np.nan}, {"waarde": 22.0, "periode": "2018"}, {"waarde": 22.0, "rol": "overige gemeente"}
    )
    assert list(found["band_reden"]) == [d.NO_VALUE, d.NO_GEMEENTE, d.NOT_WIJK]
    assert set(found["band"]) == {d.UNKNOWN} and found["afstand"].isna().all()
    count = band_of({"waarde": 22.0}, unit="aantal inwoners").iloc[0]
    assert np.isnan(count["afstand"]) and count["band_reden"] == d.COUNTS
    twice = band_of({"waarde": 22.0}, {"gebied": "gemeente", "waarde": 21.0})
    assert twice["band_reden"].iloc[0] == d.NO_GEMEENTE


@pytest.mark.parametrize("width", [-1.0, float("nan")])
def test_a_width_that_is_no_width_is_refused(width: float) -> None:
    with pytest.raises(ValueError, match="width of 0 or more"):
        band_of({"waarde": 22.0}, width=width)


@few_examples
@given(st.floats(0, 40), st.floats(0, 5), st.floats(0, 20), st.floats(0.5, 30))
def test_a_wider_band_never_puts_a_wijk_outside(value: float, margin: float, width: float, more: float) -> None:
    row = {"waarde": value, "onder95": value - margin, "boven95": value + margin}
    narrow, wide = (band_of(row, width=w)["band"].item() for w in (width, width + more))
    if narrow == d.INSIDE:
        assert wide == d.INSIDE
    if "dan de band" in wide:
        assert narrow == wide


@pytest.mark.parametrize("table", [figures(), figures({}), figures({"gebied": "wijk-1"}, {"gebied": "wijk-1"})])
def test_any_table_gets_columns_and_reasons(table: pd.DataFrame) -> None:
    book = catalogue(indicator(), *WIJKEN)
    found = band_status(table, book, 2.0)
    pd.testing.assert_frame_equal(found[table.columns], table)
    assert (found["band"] == d.UNKNOWN).all() and (found["band_reden"] != "").all()
    apart, slopes = spread(table, book, NAMES), beta_convergence(table, book, NAMES)
    assert apart["spreiding"].isna().all() and (apart["spreiding_reden"] != "").all()
    assert slopes["helling"].isna().all() and (slopes["helling_reden"] != "").all()
    assert apart["spreiding"].dtype == slopes["helling"].dtype == "float64"
