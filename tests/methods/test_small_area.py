"""Shrunken estimates: the published numbers, and where none may be given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import area, catalogue, few_examples, figures, indicator
from hypothesis import given
from hypothesis import strategies as st

from nplv_analysis.methods.small_area import (
    LEAST_AREAS,
    MODEL,
    NO_VALUE,
    NOT_SEPARATE,
    fay_herriot,
    small_area_estimates,
)

# Raudenbush & Bryk 1985, Journal of Educational Statistics 10(2):75-98, Table 1: effects of 19 experiments, their
# sampling variances, and the weeks of contact before, as the paper recodes them (3 for more than 2).
EFFECTS = [0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80]
EFFECTS += [0.54, 0.18, -0.02, 0.23, -0.18, -0.06, 0.30, 0.07, -0.07]
VARIANCES = [0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630]
VARIANCES += [0.0912, 0.0497, 0.0835, 0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303]
WEEKS = [2, 3, 3, 0, 0, 3, 3, 3, 0, 1, 0, 0, 1, 2, 3, 3, 1, 2, 3]

# Arora & Lahiri 1997, Statistica Sinica 7:1053-1063: expenditure on fresh milk in 43 areas and its standard deviation;
# the four major areas of You & Chapman 2006, Survey Methodology 32:97-103, hold 7, 7, 11 and 18 of them.
MILK = [1.099, 1.075, 1.105, 0.628, 0.753, 0.981, 1.257, 1.095, 1.405, 1.356, 0.615, 1.460, 1.338, 0.854, 1.176]
MILK += [1.111, 1.257, 1.430, 1.278, 1.292, 1.002, 1.183, 1.044, 1.267, 1.193, 0.791, 0.795, 0.759, 0.796, 0.565]
MILK += [0.886, 0.952, 0.807, 0.582, 0.684, 0.787, 0.440, 0.759, 0.770, 0.800, 0.756, 0.865, 0.640]
MILK_SD = [0.163, 0.080, 0.083, 0.109, 0.119, 0.141, 0.202, 0.127, 0.168, 0.178, 0.100, 0.201, 0.148, 0.143, 0.149]
MILK_SD += [0.145, 0.135, 0.172, 0.137, 0.163, 0.125, 0.247, 0.140, 0.171, 0.106, 0.121, 0.121, 0.259, 0.106, 0.089]
MILK_SD += [0.225, 0.205, 0.119, 0.067, 0.106, 0.126, 0.092, 0.132, 0.100, 0.113, 0.083, 0.121, 0.129]
MAJOR = np.repeat([1, 2, 3, 4], [7, 7, 11, 18])

# Efron & Morris 1977, Scientific American 236(5):119-127: averages of 18 players after 45 times at bat.
AVERAGES = [0.400, 0.378, 0.356, 0.333, 0.311, 0.311, 0.289, 0.267, 0.244, 0.244]
AVERAGES += [0.222, 0.222, 0.222, 0.222, 0.222, 0.200, 0.178, 0.156]

WIJKEN = tuple(area(f"wijk-{n}") for n in range(8))


def survey(**other: Any) -> dict[str, Any]:
    return {"waarde": 20.0, "standaardfout": 2.0, "interval_soort": "steekproefmarge", "n": 400.0} | other


def table_of(values: list[float], errors: list[float], **other: Any) -> pd.DataFrame:
    rows = [
        survey(gebied=f"wijk-{n}", waarde=v, standaardfout=e, **other)
        for n, (v, e) in enumerate(zip(values, errors, strict=True))
    ]
    return figures(*rows)


def estimated(table: pd.DataFrame, **other: Any) -> pd.DataFrame:
    return small_area_estimates(table, catalogue(indicator(uncertainty="steekproef", **other), *WIJKEN))


def test_empirical_bayes_estimates_of_raudenbush_and_bryk() -> None:
    # Pages 83 to 86 (variance 0.019, mean 0.084) and Figure 2; to four decimals as in the tests of the R package
    # metafor (Viechtbauer 2010, Journal of Statistical Software 36(3)), test_analysis_example_raudenbush1985.
    fit = fay_herriot(EFFECTS, VARIANCES)
    assert fit.model_variance == pytest.approx(0.0188, abs=5e-5)
    assert fit.beta == pytest.approx([0.0837], abs=5e-5)
    expected = [0.0543, 0.1006, -0.0064, 0.2144, 0.1051, -0.0082, 0.0174, -0.0293, 0.1604, 0.2485]
    expected += [0.1618, 0.1102, 0.0646, 0.1105, -0.0288, 0.0258, 0.1905, 0.0744, 0.0248]
    assert fit.estimates == pytest.approx(expected, abs=6e-5)


def test_with_a_covariate_nothing_is_left_between_the_experiments_of_raudenbush_and_bryk() -> None:
    # Pages 90 and 92: variance 0, coefficients 0.407 and -0.157 (four decimals: metafor, same test).
    fit = fay_herriot(EFFECTS, VARIANCES, WEEKS)
    assert fit.model_variance == 0
    assert fit.beta == pytest.approx([0.4072, -0.1572], abs=5e-5)
    assert fit.gamma == pytest.approx(np.zeros(19))


def test_milk_expenditure_coefficients_estimates_and_mean_squared_errors() -> None:
    # The example of the R package sae (Molina & Marhuenda 2015, The R Journal 7(1):81-98). Coefficients as printed in
    # the README of the R package saens 0.1; estimates and mean squared errors as in test_eblup_area_model of samplics
    # (Diallo 2021, Journal of Open Source Software 6(68):3376). Their scoring stops at a relative change of 1e-4.
    fit = fay_herriot(MILK, np.square(MILK_SD), np.equal.outer(MAJOR, [2, 3, 4]))
    assert fit.beta == pytest.approx([0.968189, 0.132780, 0.226946, -0.241301], abs=2e-5)
    places = [0, 1, 10, 21, 27, 33, 42]
    estimates = [1.0219703, 1.0476018, 0.7852155, 1.1923057, 0.7338443, 0.6102302, 0.6810870]
    errors = [0.013460220, 0.005372876, 0.007694262, 0.017243977, 0.016476912, 0.003870786, 0.009903626]
    assert fit.estimates[places] == pytest.approx(estimates, abs=2e-5)
    assert fit.mse[places] == pytest.approx(errors, rel=2e-4)


def test_variance_between_as_in_viechtbauer() -> None:
    # Viechtbauer 2005, Journal of Educational and Behavioral Statistics 30(3):261-293, REML on pages 271 and 272.
    effects = [-0.581, 0.530, 0.771, 1.031, 0.553, 0.295, 0.078, 0.573, -0.176, -0.232]
    variances = [0.023, 0.052, 0.060, 0.115, 0.095, 0.203, 0.200, 0.211, 0.051, 0.040]
    assert fay_herriot(effects, variances).model_variance == pytest.approx(0.223, abs=5e-4)
    effects = [0.100, -0.162, -0.090, -0.049, -0.046, -0.010, -0.431, -0.261, 0.134]
    effects += [0.019, 0.175, 0.056, 0.045, 0.103, 0.121, -0.482, 0.290, 0.342]
    variances = [0.016, 0.015, 0.050, 0.050, 0.032, 0.052, 0.036, 0.024, 0.034]
    variances += [0.033, 0.031, 0.034, 0.039, 0.167, 0.134, 0.096, 0.016, 0.035]
    assert fay_herriot(effects, variances).model_variance == pytest.approx(0.016, abs=5e-4)


def test_shrinkage_of_efron_and_morris() -> None:
    # They print 0.212 as the weight of an average itself, 1 - (k - 3) D / S, with D the variance of a share of .265 in
    # 45 tries. REML has k - 1 in the place of k - 3.
    fit = fay_herriot(AVERAGES, np.full(18, 0.265 * 0.735 / 45))
    assert fit.beta == pytest.approx([0.265], abs=5e-4)
    assert 1 - 15 / 17 * (1 - fit.gamma) == pytest.approx(np.full(18, 0.212), abs=2e-3)


@few_examples
@given(st.data())
def test_an_estimate_lies_between_the_figure_and_the_mean_and_moves_with_the_unit(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 12))
    direct = np.array(data.draw(st.lists(st.floats(-50, 50), min_size=size, max_size=size)))
    variances = np.array(data.draw(st.lists(st.floats(0.1, 100), min_size=size, max_size=size)))
    fit = fay_herriot(direct, variances)
    low, high = np.minimum(direct, fit.beta[0]), np.maximum(direct, fit.beta[0])
    assert (fit.estimates >= low - 1e-9).all() and (fit.estimates <= high + 1e-9).all()
    assert (fit.gamma >= 0).all() and (fit.gamma < 1).all() and (fit.mse > 0).all()
    # The figure that is known best keeps most of itself.
    assert fit.gamma.argmax() == variances.argmin() or fit.gamma.max() == pytest.approx(fit.gamma[variances.argmin()])
    other = fay_herriot(10 * direct + 3, 100 * variances)
    assert other.model_variance == pytest.approx(100 * fit.model_variance, rel=1e-4, abs=1e-4)
    assert other.estimates == pytest.approx(10 * fit.estimates + 3, abs=1e-3)


def test_figures_that_are_hardly_known_do_not_hide_how_far_the_others_lie_apart() -> None:
    # Two areas known almost exactly have a variance of 50 between them; the other three say next to nothing.
    fit = fay_herriot([0.0, 10.0, 5.0, 5.0, 5.0], [0.01, 0.01, 1e6, 1e6, 1e6])
    assert fit.model_variance == pytest.approx(50, rel=0.01)


def test_equal_figures_are_all_chance() -> None:
    fit = fay_herriot([4.0, 4.0, 4.0], [1.0, 2.0, 3.0])
    assert fit.model_variance == 0
    assert fit.estimates == pytest.approx([4.0, 4.0, 4.0])


@pytest.mark.parametrize(
    ("direct", "variances", "covariates"),
    [
        ([1.0, 2.0], [1.0], None),
        ([1.0, 2.0, 3.0], [1.0, 0.0, 1.0], None),
        ([1.0, np.nan, 3.0], [1.0, 1.0, 1.0], None),
        ([1.0], [1.0], None),
        ([], [], None),
        ([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], [5.0, 5.0, 5.0]),
    ],
)
def test_what_cannot_be_fitted_is_refused(direct: Any, variances: Any, covariates: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        fay_herriot(direct, variances, covariates)


def test_rows_get_the_estimates_of_their_own_indicator_reeks_and_periode() -> None:
    old = table_of([20.0, 30.0, 25.0, 40.0, 22.0], [2.0] * 5, periode="2018")
    new = table_of([10.0, 12.0, 31.0, 15.0, 8.0], [1.0, 2.0, 3.0, 4.0, 5.0])
    found = estimated(pd.concat([new, old]).iloc[::-1])
    for periode, values, errors in (
        ("2018", [20.0, 30.0, 25.0, 40.0, 22.0], [2.0] * 5),
        ("2020", [10.0, 12.0, 31.0, 15.0, 8.0], [1.0, 2.0, 3.0, 4.0, 5.0]),
    ):
        mine = found[found["periode"] == periode].sort_values("gebied")
        fit = fay_herriot(values, np.square(errors))
        assert list(mine["geschat"]) == pytest.approx(list(fit.estimates))
        assert list(mine["gewicht_direct"]) == pytest.approx(list(fit.gamma))
        assert list(mine["geschat_boven95"] - mine["geschat"]) == pytest.approx(list(1.959964 * np.sqrt(fit.mse)))
        assert mine["geschat_reden"].str.contains("het gemiddelde van 5 gebieden").all()


def test_shares_stay_between_0_and_100() -> None:
    found = estimated(table_of([0.5, 1.0, 90.0, 99.5, 99.0, 50.0], [4.0] * 6))
    assert found[["geschat", "geschat_onder95", "geschat_boven95"]].stack().between(0, 100).all()
    assert found["geschat_onder95"].min() == 0 and found["geschat_boven95"].max() == 100
    beyond = estimated(table_of([0.5, 1.0, 90.0, 99.5, 99.0, 50.0], [4.0] * 6), unit="punten")
    assert beyond["geschat_onder95"].min() < 0 and beyond["geschat_boven95"].max() > 100


def test_when_all_difference_can_be_chance_that_is_said() -> None:
    found = estimated(table_of([20.0, 20.5, 19.5, 20.2, 19.8], [5.0] * 5))
    assert list(found["geschat"]) == pytest.approx([20.0] * 5)
    assert found["geschat_reden"].str.contains("niet groter dan door toeval").all()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "schatting"}, MODEL),
        (
            {"interval_soort": "", "interval_reden": "de bron geeft geen aantal ondervraagden"},
            "geen aantal ondervraagden",
        ),
        ({"interval_soort": "", "interval_reden": ""}, "geen standaardfout"),
        ({"interval_soort": "toevalsmarge"}, "alles is geteld"),
        ({"interval_soort": "afrondingsmarge"}, "afrondingsmarge"),
        ({"standaardfout": np.nan}, "geen standaardfout"),
        ({"standaardfout": 0.0, "waarde": 100.0}, "0 of 100"),
        ({"gebied": "wijk-1"}, "meer dan eens"),
    ],
)
def test_one_figure_that_is_no_measurement_stops_the_estimates_of_all(change: dict[str, Any], reason: str) -> None:
    table = table_of([20.0, 30.0, 25.0, 40.0, 22.0], [2.0] * 5)
    for column, value in change.items():
        table.loc[2, column] = value
    found = estimated(table)
    assert found[["geschat", "geschat_onder95", "geschat_boven95", "gewicht_direct"]].isna().all(axis=None)
    assert found["geschat_reden"].str.contains(reason, regex=False).all()


def test_an_indicator_that_is_modelled_gets_no_estimates_whatever_its_rows_say() -> None:
    table = table_of([20.0, 30.0, 25.0, 40.0, 22.0], [2.0] * 5)
    found = small_area_estimates(table, catalogue(indicator(uncertainty="model"), *WIJKEN))
    assert found["geschat"].isna().all()
    assert found["geschat_reden"].str.contains(MODEL, regex=False).all()


def test_too_few_areas_and_rows_that_are_not_compared_say_so() -> None:
    table = figures(
        *(survey(gebied=f"wijk-{n}", waarde=10.0 * n + 5) for n in range(LEAST_AREAS - 1)),
        survey(gebied="wijk-6", waarde=np.nan),
        survey(gebied="gemeente"),
        survey(gebied="wijk-7", rol="overige gemeente"),
    )
    found = estimated(table)
    assert found["geschat"].isna().all()
    reasons = list(found["geschat_reden"])
    assert all("van 4 gebieden een precies cijfer" in reason for reason in reasons[:4])
    assert reasons[4:] == [NO_VALUE, NOT_SEPARATE, NOT_SEPARATE]


@pytest.mark.parametrize("table", [figures(), figures({}), figures({"gebied": "wijk-1"}, {"gebied": "wijk-1"})])
def test_any_table_keeps_its_rows_and_gets_a_reason(table: pd.DataFrame) -> None:
    found = estimated(table)
    pd.testing.assert_frame_equal(found[table.columns], table)
    assert found["geschat"].isna().all() and (found["geschat_reden"] != "").all()
    assert found["geschat"].dtype == "float64"
