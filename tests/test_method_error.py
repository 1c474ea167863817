"""How far a computation from buurten misses, where a published figure shows it."""

from __future__ import annotations

import pytest
from helpers import amount, catalogue, indicator, observation, observations, series

from nplv_analysis.computation import LEAST_COVERAGE
from nplv_analysis.data import Data
from nplv_analysis.method_error import method_error

pytest_plugins = ["project_data"]

MEAN = indicator(series("gewogen_gemiddelde", "aandeel", weight=amount("inwoners")))


def test_computing_from_buurten_comes_close_to_what_is_published(real_data: Data) -> None:
    error = real_data.method_error
    error = error[error["dekking"] >= LEAST_COVERAGE]
    worst = error.groupby("indicator")["verschil"].apply(lambda d: d.abs().max())
    # Where enough buurten have a value: off by more than a point once, for a wijk of few inhabitants in 2012.
    assert worst[["moeite_rondkomen_rivm", "ervaren_gezondheid_rivm", "eenzaamheid_rivm"]].max() < 1.7
    rivm = error[error["indicator"].str.endswith("_rivm")]
    assert rivm["verschil"].abs().median() < 0.1
    assert (rivm["verschil"].abs() < 0.5).mean() > 0.95
    assert worst[["laag_inkomen", "sociaal_minimum"]].max() < 1.2
    oud_noord = error[(error["indicator"] == "laag_inkomen") & (error["code"] == "WK001403")]
    # CBS 84286NED: De Hoogte 29.3, Indische buurt 28.0, Professorenbuurt 12.0 with 2510, 5870 and 4325 households.
    by_hand = (29.3 * 2510 + 28.0 * 5870 + 12.0 * 4325) / (2510 + 5870 + 4325)
    assert oud_noord["berekend"].item() == pytest.approx(by_hand)
    assert oud_noord["verschil"].item() == pytest.approx(by_hand - 24.0)


def test_the_error_says_how_much_of_the_weight_it_rests_on() -> None:
    shares = {"BU99900000": 10.0, "BU99900001": 20.0, "BU99900002": 30.0, "BU99900100": 5.0}
    people = {"BU99900000": 500, "BU99900001": 500, "BU99900002": 100, "BU99900100": 80, "BU99900101": 20}
    rows = [observation(code, value, variabele="aandeel", eenheid="%") for code, value in shares.items()]
    rows += [observation(code, value, variabele="inwoners") for code, value in people.items()]
    rows += [observation(code, 15.0, variabele="aandeel", eenheid="%") for code in ("WK999000", "WK999001")]
    error = method_error(observations(rows), catalogue(MEAN))
    assert dict(zip(error["code"], error["dekking"], strict=True)) == {"WK999000": 1.0, "WK999001": 0.8}
    assert list(error["verschil"]) == pytest.approx([(500 * 10 + 500 * 20 + 100 * 30) / 1100 - 15, 5 - 15])


def test_a_catalogue_without_means_has_no_error_to_tell() -> None:
    error = method_error(observations([observation("BU99900000", 5)]), catalogue(indicator(series("som"))))
    assert error.empty
    assert list(error.columns)[-1] == "verschil"
