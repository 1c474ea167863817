"""The probability of a target: two published models, always a range, and a reason where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers import figures
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from nplv_analysis.catalogue import Target
from nplv_analysis.methods import outlook
from nplv_analysis.methods.outlook import MODELS, Outlook, damped_trend, local_linear_trend, probability_of_target

BELOW = Target("<", 20, "programma")
SLOW = [31.0, 29.5, 30.2, 28.9, 28.1, 28.6, 27.0, 27.4, 26.1, 25.8]


def rows(values: list[float], step: int = 1, **other: Any) -> list[dict[str, Any]]:
    common = {"interval_soort": "steekproefmarge", "standaardfout": 0.8} | other
    return [{"periode": str(2015 + step * i), "waarde": v, **common} for i, v in enumerate(values)]


class Fit:
    """A fit as statsmodels gives it, as far as it is looked at."""

    def __init__(self, converged: bool) -> None:
        self.mle_retvals = {"converged": converged}


def level(values: np.ndarray, steps: int) -> tuple[Any, np.ndarray, np.ndarray]:
    return Fit(True), np.full(steps, values.mean()), np.full(steps, 2.0)


def line(values: np.ndarray, steps: int) -> tuple[Any, np.ndarray, np.ndarray]:
    ahead = np.arange(1, steps + 1)
    return Fit(True), values[-1] + ahead * (values[-1] - values[0]) / (len(values) - 1), np.full(steps, 4.0)


@pytest.fixture
def simple_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models that cost nothing, where the test is not about the models."""
    monkeypatch.setattr(outlook, "MODELS", {"niveau": level, "lijn": line})


def chance(
    series: list[dict[str, Any]], target: Target = BELOW, year: int = 2030, draws: int = 2, **other: Any
) -> Outlook:
    rng = np.random.default_rng(1)
    return probability_of_target(figures(*series), target, (year,), rng, draws=draws, **other)[0]


# ------------------------------------------------------------------------------------------------ published models


def test_local_linear_trend_of_the_finnish_road_deaths() -> None:
    # Log of the road deaths in Finland, 1970-2003: Commandeur & Koopman (2007), An Introduction to State Space Time
    # Series Analysis, section 3.4: log likelihood over n 0.7864746, variances 0.00320083 (irregular) and 0.00153314
    # (slope), that of the level practically zero; level and slope in 1970 7.0133 and 0.0068482.
    deaths = [1055, 1143, 1156, 1086, 865, 910, 804, 709, 610, 650, 551, 555, 569, 604, 541, 541, 612]
    deaths += [581, 653, 734, 649, 632, 601, 484, 480, 441, 404, 438, 400, 431, 396, 433, 415, 379]
    fit, mean, deviation = local_linear_trend(np.log(deaths), 5)
    assert fit.llf / 34 == pytest.approx(0.7864746, abs=1e-6)
    irregular, level, slope = fit.params
    assert irregular == pytest.approx(0.00320083, rel=1e-3)
    assert level == pytest.approx(0, abs=1e-6)
    assert slope == pytest.approx(0.00153314, rel=1e-3)
    assert fit.smoothed_state[:, 0] == pytest.approx([7.0133, 0.0068482], abs=3e-4)
    # Ahead of the last year the line goes on with its last slope.
    assert mean[4] == pytest.approx(fit.smoothed_state[0, -1] + 5 * fit.smoothed_state[1, -1])
    assert deviation[4] > deviation[0] > irregular**0.5


def test_damped_trend_of_the_internet_users() -> None:
    # Users of a server per minute (R's WWWusage): Hyndman & Athanasopoulos (2021), Forecasting: Principles and
    # Practice, 3rd ed., section 8.2: ETS(A,Ad,N) with alpha 1.00, beta 0.997 and phi 0.815. The optimum is so flat that
    # optimisers differ in the third digit.
    users = [88, 84, 85, 85, 84, 85, 83, 85, 88, 89, 91, 99, 104, 112, 126, 138, 146, 151, 150, 148, 147, 149, 143, 132]
    users += [131, 139, 147, 150, 148, 145, 140, 134, 131, 131, 129, 126, 126, 132, 137, 140, 142, 150, 159, 167, 170]
    users += [171, 172, 172, 174, 175, 172, 172, 174, 174, 169, 165, 156, 142, 131, 121, 112, 104, 102, 99, 99, 95, 88]
    users += [84, 84, 87, 89, 88, 85, 86, 89, 91, 91, 94, 101, 110, 121, 135, 145, 149, 156, 165, 171, 175, 177, 182]
    users += [193, 204, 208, 210, 215, 222, 228, 226, 222, 220]
    fit, mean, deviation = damped_trend(np.array(users, dtype="float64"), 1)
    named = dict(zip(fit.param_names, fit.params, strict=True))
    assert named["smoothing_level"] == pytest.approx(1.00, abs=0.005)
    assert named["smoothing_trend"] == pytest.approx(0.997, abs=0.005)
    assert named["damping_trend"] == pytest.approx(0.815, abs=0.01)
    # The next value: the last level, and the last change damped.
    assert mean[0] == pytest.approx(220 + named["damping_trend"] * (220 - 222), abs=0.05)
    # R's variance: the sum of squares over n less the five parameters.
    assert deviation[0] == pytest.approx(np.sqrt((fit.resid**2).sum() / 95), rel=1e-6)


# ------------------------------------------------------------------------------------------------------- the range


def test_each_model_has_its_own_probability_and_the_answer_is_their_range() -> None:
    found = chance(rows(SLOW))
    assert list(found.models["model"]) == list(MODELS)
    assert found.models["kans"].between(0, 1).all()
    assert (found.lowest, found.highest) == (found.models["kans"].min(), found.models["kans"].max())
    assert 0 < found.lowest < found.highest < 1
    assert found.reason == outlook.RANGE


def test_without_a_spread_in_the_draws_it_is_the_normal_probability_of_each_model() -> None:
    found = chance(rows(SLOW, standaardfout=1e-9), draws=1)
    for model, expected in zip(MODELS.values(), found.models["kans"], strict=True):
        _, mean, deviation = model(np.array(SLOW), 2030 - 2024)
        assert expected == pytest.approx(stats.norm.cdf(20, mean[-1], deviation[-1]), abs=1e-4)


@pytest.mark.usefixtures("simple_models")
def test_sampling_error_counts_in() -> None:
    # The mean of ten points with error 3 has error 3 / sqrt(10); on top of that comes the spread of the model itself.
    found = chance(rows(SLOW, standaardfout=3.0), draws=4000).models["kans"][0]
    assert found == pytest.approx(stats.norm.cdf(20, np.mean(SLOW), np.hypot(2, 3 / 10**0.5)), abs=0.0005)
    assert found > 3 * stats.norm.cdf(20, np.mean(SLOW), 2)


@pytest.mark.usefixtures("simple_models")
def test_the_answer_follows_from_the_generator() -> None:
    assert chance(rows(SLOW)).lowest == chance(rows(SLOW)).lowest
    assert chance(rows(SLOW)).lowest != chance(rows(SLOW), draws=3).lowest


@pytest.mark.usefixtures("simple_models")
def test_the_interval_serves_where_there_is_no_standard_error() -> None:
    by_interval = rows(SLOW, standaardfout=np.nan)
    for row in by_interval:
        row |= {"onder95": row["waarde"] - 0.8 * 1.959964, "boven95": row["waarde"] + 0.8 * 1.959964}
    assert chance(by_interval).lowest == pytest.approx(chance(rows(SLOW)).lowest, abs=1e-6)


@pytest.mark.usefixtures("simple_models")
def test_the_target_is_about_the_figure_as_printed() -> None:
    # Printed without decimals, 19.4 is 19 and so below 20; 19.6 is 20 and not.
    assert chance(rows(SLOW), decimals=0).lowest == chance(rows(SLOW), Target("<", 19.5, "programma")).lowest
    above = Target(">", 30, "programma")
    assert chance(rows(SLOW), above, decimals=1).highest == chance(rows(SLOW), Target(">", 30.05, "programma")).highest


@pytest.mark.usefixtures("simple_models")
def test_measurements_every_other_year_are_foretold_in_their_own_steps() -> None:
    even, odd = chance(rows(SLOW, step=2), year=2039), chance(rows(SLOW, step=2), year=2040)
    assert even.highest == odd.highest
    assert even.highest < chance(rows(SLOW, step=2), year=2041).highest


@pytest.mark.usefixtures("simple_models")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 100).map(float), min_size=8, max_size=12), st.integers(0, 100))
def test_probabilities_of_both_sides_add_up_and_grow_with_the_target(values: list[float], limit: int) -> None:
    below, above = (chance(rows(values), Target(sign, limit, "v")).models["kans"] for sign in "<>")
    further = chance(rows(values), Target("<", limit + 5, "v")).models["kans"]
    assert list(below + above) == pytest.approx([1.0, 1.0])
    assert (further >= below).all()


# --------------------------------------------------------------------------------------------------------- reasons


@pytest.mark.parametrize(
    ("series", "reason"),
    [
        ([], outlook.TOO_FEW.format(0, 8)),
        (rows(SLOW[:1]), outlook.TOO_FEW.format(1, 8)),
        (rows(SLOW[:7]), outlook.TOO_FEW.format(7, 8)),
        (rows([*SLOW[:7], np.nan]), outlook.TOO_FEW.format(7, 8)),
        (rows([np.nan] * 9), outlook.TOO_FEW.format(0, 8)),
        (rows(SLOW[:7]) * 2, outlook.TOO_FEW.format(7, 8)),
        ([*rows(SLOW), *rows(SLOW[:1])], outlook.UNEVEN),
        (rows(SLOW)[:4] + rows(SLOW)[5:], outlook.UNEVEN),
        ([*rows(SLOW[:9]), *rows(SLOW, reeks="nieuw")[9:]], outlook.BREAK),
        (rows(SLOW, interval_soort=""), outlook.NO_MARGIN),
        (rows(SLOW, interval_soort="afrondingsmarge"), outlook.NO_MARGIN),
        (rows(SLOW, standaardfout=np.nan), outlook.NO_MARGIN),
        (rows(SLOW, standaardfout=0.0), outlook.NO_MARGIN),
    ],
)
def test_no_probability_has_its_reason(series: list[dict[str, Any]], reason: str) -> None:
    found = chance(series)
    assert found.reason == reason
    assert np.isnan([found.lowest, found.highest]).all()
    assert found.models.empty


def test_too_few_says_how_many_and_how_many_are_needed() -> None:
    assert chance(rows(SLOW[:3]), points=6).reason.startswith("Er zijn te weinig metingen: 3, ")
    assert "minstens 6" in chance(rows(SLOW[:3]), points=6).reason


def test_a_year_that_has_been_measured_has_no_outlook() -> None:
    assert chance(rows(SLOW), year=2024).reason == outlook.TOO_SOON.format(2024)


def test_a_model_that_does_not_fit_is_a_reason_and_one_model_is_no_range(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(values: Any, steps: int) -> Any:
        raise np.linalg.LinAlgError

    for failing in (
        fails,
        lambda values, steps: (Fit(False), np.full(steps, 20.0), np.ones(steps)),
        lambda values, steps: (Fit(True), np.full(steps, np.nan), np.ones(steps)),
    ):
        monkeypatch.setattr(outlook, "MODELS", {"niveau": level, "lijn": failing})
        found = chance(rows(SLOW))
        assert found.reason == outlook.TOO_FEW_MODELS
        assert np.isnan([found.lowest, found.highest]).all()
        assert list(found.models["kans"].isna()) == [False, True]
        assert found.models["reden"].iloc[1] == outlook.NOT_FITTED.format(0, 2)


@pytest.mark.parametrize("values", [[30.0] * 8, [float(v) for v in range(10, 34, 3)], [0.0] * 7 + [9.0]])
def test_series_that_are_hard_to_fit_give_no_warning(values: list[float]) -> None:
    found = chance(rows(values, standaardfout=1e-6), draws=1)
    assert found.reason in (outlook.RANGE, outlook.TOO_FEW_MODELS)
    assert (found.models["reden"] != "").all()
