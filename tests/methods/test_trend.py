"""Demonstrable trends: published tests, few false alarms, and a reason with every verdict."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import ROOT, catalogue, few_examples, figures, indicator
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.errors import UnknownNameError, WrongUseError
from nplv_analysis.methods import trend
from nplv_analysis.methods.trend import (
    ALPHA,
    BETTER,
    COLUMNS,
    DOWN,
    SAME,
    UNKNOWN,
    UP,
    WORSE,
    count_slopes,
    demonstrable_trend,
    linear_slopes,
    share_slopes,
)

GOOD = "laag"
SAMPLE, CHANCE, ROUNDING, GIVEN = "steekproefmarge", "toevalsmarge", "afrondingsmarge", "marge van de bron"


def one(values: Any) -> np.ndarray:
    return np.array([values], dtype="float64")


def known(**other: Any) -> Catalogue:
    return catalogue(indicator(good_direction=other.pop("good_direction", GOOD), uncertainty="steekproef", **other))


def shares(values: list[float], n: float = 500, first: int = 2016, **other: Any) -> list[dict[str, Any]]:
    common = {"interval_soort": SAMPLE, "n_effectief": float(n)}
    return [{"periode": str(first + i), "waarde": v, **common, **other} for i, v in enumerate(values)]


def counts(values: list[float], **other: Any) -> list[dict[str, Any]]:
    return shares(values, n=np.nan, **({"interval_soort": CHANCE, "eenheid": "aantal misdrijven"} | other))


def means(values: list[float], error: float = 0.1, **other: Any) -> list[dict[str, Any]]:
    return shares(values, **({"eenheid": "rapportcijfer", "standaardfout": error} | other))


def judged(rows: list[dict[str, Any]], points: int = 5, **other: Any) -> pd.Series:
    """Give the verdict on one series."""
    found = demonstrable_trend(figures(*rows), known(**other), points)
    assert len(found[list(COLUMNS)].drop_duplicates()) == 1
    return found[list(COLUMNS)].iloc[-1]


FALLING = [40.0, 36.0, 33.0, 29.0, 25.0]
FEWER = [400.0, 362.0, 321.0, 288.0, 260.0]
LOWER = [7.4, 7.1, 6.9, 6.6, 6.3]


# ------------------------------------------------------------------------------------------------ published tests


def test_the_limit_is_the_998_point_of_chi_squared() -> None:
    # Tables of the chi-squared distribution: 9.5495 leaves 0.2 % on one degree of freedom.
    assert stats.chi2.isf(ALPHA, 1) == pytest.approx(9.5495, abs=5e-5)


# Smokers among patients with lung cancer in four studies: Fleiss (1981), Statistical Methods for Rates and Proportions,
# p. 139; the example of R's prop.trend.test, which gives X-squared = 8.2249, p-value = 0.004132.
SMOKERS, PATIENTS = np.array([83, 90, 129, 70]), np.array([86.0, 93.0, 136.0, 82.0])


def test_chi_squared_for_trend_of_fleiss() -> None:
    slopes = share_slopes(one([1, 2, 3, 4]), one(SMOKERS / PATIENTS), one(PATIENTS))
    assert slopes.chi2[0] == pytest.approx(8.2249, abs=5e-5)
    assert slopes.sign[0] == -1


def test_the_table_gives_the_p_value_of_fleiss() -> None:
    rows = shares(list(100 * SMOKERS / PATIENTS))
    for row, n in zip(rows, PATIENTS, strict=True):
        row["n_effectief"] = n
    found = judged(rows, points=4)
    assert found["trend_p"] == pytest.approx(0.004132, abs=5e-7)
    assert "chi2(1) = 8,22;" in found["trend_methode"]
    assert found["trend"] == SAME


def test_chi_squared_for_trend_of_agresti() -> None:
    # Alcohol and infant malformation (Graubard & Korn 1987), scores 0, 0.5, 1.5, 4, 7: Agresti (2007), An Introduction
    # to Categorical Data Analysis, 2nd ed., gives 6.57.
    present = np.array([48, 38, 5, 1, 1])
    total = np.array([17114.0, 14502.0, 793.0, 127.0, 38.0])
    slopes = share_slopes(one([0, 0.5, 1.5, 4, 7]), one(present / total), one(total))
    assert slopes.chi2[0] == pytest.approx(6.57, abs=0.005)


def test_weighted_regression_of_weisberg() -> None:
    # Strong interaction of elementary particles, with standard deviations: Weisberg (1985), Applied Linear Regression,
    # pp. 83-88; S-PLUS prints for it sums of squares 341.9914 and 21.9526 and F = 124.6287 on 1 and 8.
    x = [0.345, 0.287, 0.251, 0.225, 0.207, 0.186, 0.161, 0.132, 0.084, 0.060]
    y = [367, 311, 295, 268, 253, 239, 220, 213, 193, 192]
    error = one([17, 9, 9, 7, 7, 6, 6, 6, 5, 5])
    slopes = linear_slopes(one(x), one(y), error**-2)
    assert slopes.chi2[0] == pytest.approx(341.9914, abs=5e-5)
    assert slopes.residual[0] == pytest.approx(21.9526, abs=5e-5)
    assert slopes.f()[0] == pytest.approx(124.6287, abs=5e-5)
    assert slopes.freedom == 8
    assert slopes.sign[0] == 1


def test_poisson_trend_of_wood() -> None:
    # New cases of AIDS in Belgium, 1981-1993: Wood (2006), Generalized Additive Models, section 2.3; R prints null
    # deviance 872.2 and residual deviance 80.69.
    cases = [12, 14, 33, 50, 67, 74, 123, 141, 165, 204, 253, 246, 240]
    slopes = count_slopes(one(range(1981, 1994)), one(cases), np.ones((1, 13)))
    assert slopes.chi2[0] == pytest.approx(872.2 - 80.69, abs=0.055)


def test_quasi_poisson_of_the_statistical_sleuth() -> None:
    # Matings and age of 41 elephants (Poole 1989, Animal Behaviour 37; Ramsey & Schafer, The Statistical Sleuth, case
    # 22.1). R's glm(family = quasipoisson) prints deviances 75.372 and 51.012 on 40 and 39, dispersion 1.157334.
    matings = {27: "0", 28: "1113", 29: "000222", 30: "1", 32: "2", 33: "43332", 34: "1123", 36: "56", 37: "116"}
    matings |= {38: "2", 39: "1", 41: "3", 42: "4", 43: "02349", 44: "3", 45: "5", 47: "7", 48: "2", 52: "9"}
    age = [float(age) for age, found in matings.items() for _ in found]
    number = [float(n) for found in matings.values() for n in found]
    assert len(age) == 41
    slopes = count_slopes(one(age), one(number), np.ones((1, 41)))
    assert slopes.chi2[0] == pytest.approx(75.372 - 51.012, abs=0.001)
    assert slopes.residual[0] / slopes.freedom == pytest.approx(1.157334, abs=5e-7)
    assert slopes.f()[0] == pytest.approx((75.372 - 51.012) / 1.157334, abs=0.001)


# ------------------------------------------------------------------------------------------- against other programs


@settings(max_examples=15)
@given(st.integers(3, 9), st.integers(0, 10_000))
def test_counts_fit_as_a_generalized_linear_model_of_statsmodels(points: int, seed: int) -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(seed)
    x = np.sort(rng.choice(np.arange(2000.0, 2030), points, replace=False))
    exposure = rng.uniform(1000, 5000, points)
    number = rng.poisson(exposure * 0.02 * np.exp(rng.normal(0, 0.1) * (x - 2015))) + 1.0
    slopes = count_slopes(one(x), one(number), one(exposure))
    fit = sm.GLM(number, sm.add_constant(x - 2015), family=sm.families.Poisson(), offset=np.log(exposure)).fit(
        tol=1e-12
    )
    assert slopes.chi2[0] == pytest.approx(fit.null_deviance - fit.deviance, rel=1e-6, abs=1e-6)
    assert slopes.residual[0] == pytest.approx(fit.pearson_chi2, rel=1e-6, abs=1e-6)
    assert slopes.sign[0] == np.sign(fit.params[1])


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_the_direction_of_a_share_is_that_of_its_logit(seed: int) -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(seed)
    x, size = np.arange(6.0), np.round(rng.uniform(30, 900, 6))
    hits = rng.binomial(size.astype(int), rng.uniform(0.02, 0.98, 6))
    slopes = share_slopes(one(x), one(hits / size), one(size))
    fit = sm.GLM(np.column_stack([hits, size - hits]), sm.add_constant(x), family=sm.families.Binomial()).fit()
    assert slopes.sign[0] == np.sign(fit.params[1])


@settings(max_examples=50)
@given(st.integers(0, 10_000))
def test_leaving_one_out_is_the_same_as_fitting_without_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y, weight = np.arange(5.0), rng.normal(0, 1, 5) + np.arange(5.0) / 2, rng.uniform(0.1, 5, 5)
    signs = [
        linear_slopes(one(np.delete(x, i)), one(np.delete(y, i)), one(np.delete(weight, i))).sign[0] for i in range(5)
    ]
    slopes = linear_slopes(one(x), one(y), one(weight))
    assert slopes.steady[0] == (set(signs) == {slopes.sign[0]})


# ------------------------------------------------------------------------------------------------------- verdicts


@pytest.mark.parametrize("rows", [shares(FALLING), counts(FEWER), means(LOWER)])
@pytest.mark.parametrize(("good", "verdict"), [("laag", BETTER), ("hoog", WORSE), ("geen", DOWN)])
def test_a_clear_fall_is_judged_by_the_good_direction(rows: list[dict[str, Any]], good: str, verdict: str) -> None:
    found = judged(rows, good_direction=good)
    assert found["trend"] == verdict
    assert found["trend_reden"] == "De daling is groter dan door toeval te verwachten is."
    assert (found["trend_van"], found["trend_tot"]) == ("2016", "2020")
    assert found["trend_p"] < ALPHA


def test_a_clear_rise_without_a_good_direction() -> None:
    assert judged(shares(FALLING[::-1]), good_direction="geen")["trend"] == UP


@pytest.mark.parametrize(
    "rows", [shares([30.0, 31, 29, 30, 31]), counts([300.0, 310, 290, 300, 305]), means([7.0, 7.05, 6.95, 7.0, 7.02])]
)
def test_what_can_be_chance_is_no_demonstrable_change(rows: list[dict[str, Any]]) -> None:
    found = judged(rows)
    assert found["trend"] == SAME
    assert found["trend_reden"] == trend.BY_CHANCE
    assert found["trend_p"] > 0.1


@pytest.mark.parametrize("rows", [shares([30.0] * 5), shares([0.0] * 5), shares([100.0] * 5), counts([0.0] * 5)])
def test_points_that_are_all_equal_are_no_change(rows: list[dict[str, Any]]) -> None:
    assert judged(rows)["trend"] == SAME


def test_a_slope_that_does_not_stand_out_from_the_swings_is_no_trend() -> None:
    found = judged(shares([40.0, 26.0, 40.0, 22.0, 28.0]))
    assert found["trend_p"] < ALPHA
    assert found["trend"] == SAME
    assert found["trend_reden"] == trend.UNSTEADY


def test_a_direction_that_hangs_on_one_point_is_no_verdict() -> None:
    # The second last point goes up again; only the last one, far more exact, makes it a fall.
    rows = means([5.0, 4.0, 3.0, 2.0, 10.0])
    for row, error in zip(rows, [0.1, 1, 1, 1, 0.1], strict=True):
        row["standaardfout"] = error
    found = judged(rows)
    assert found["trend"] == UNKNOWN
    assert found["trend_reden"] == trend.ONE_POINT
    assert (found["trend_van"], found["trend_tot"]) == ("", "")


def test_all_events_in_one_year_are_no_trend() -> None:
    assert judged(counts([0.0, 0, 0, 0, 40]))["trend_reden"] == trend.ONE_POINT


def test_the_latest_points_count() -> None:
    older = shares([10.0, 90.0, 20.0], first=2013)
    found = judged([*older, *shares(FALLING)])
    assert (found["trend"], found["trend_van"], found["trend_tot"]) == (BETTER, "2016", "2020")
    assert judged([*older, *shares(FALLING)], points=8)["trend_van"] == "2013"


def test_counts_go_by_their_rate_where_there_is_a_denominator() -> None:
    rows = counts([300.0] * 5, eenheid="per 1.000 inwoners", teller=300.0)
    for row, inhabitants in zip(rows, [5000.0, 5600.0, 6300.0, 7000.0, 7900.0], strict=True):
        row |= {"noemer": inhabitants, "waarde": 300_000 / inhabitants}
    assert judged(rows)["trend"] == BETTER
    assert judged(counts([300.0] * 5))["trend"] == SAME


def test_shares_of_a_full_count_go_by_their_denominator() -> None:
    few, many = (
        [row | {"interval_soort": CHANCE, "noemer": n} for row in shares(FALLING, n=9e9)] for n in (30.0, 900.0)
    )
    assert judged(few)["trend"] == SAME
    assert judged(many)["trend"] == BETTER


def test_a_margin_of_the_source_itself_is_a_weight() -> None:
    rows = shares(FALLING, n=np.nan, interval_soort=GIVEN, standaardfout=1.0)
    assert judged(rows)["trend"] == BETTER
    assert "standaardfout" in judged(rows)["trend_methode"]


# -------------------------------------------------------------------------------------------------------- reasons


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (shares(FALLING[:3]), "3 metingen; voor een trend zijn er minstens 5 nodig."),
        (shares(FALLING[:1]), "1 meting; voor een trend zijn er minstens 5 nodig."),
        (shares([np.nan] * 6), trend.NO_POINT),
        ([row | {"periode": "onbekend", "jaar": np.nan} for row in shares([30.0])], trend.NO_POINT),
        (shares([*FALLING[:4], np.nan]), "4 metingen; voor een trend zijn er minstens 5 nodig."),
        ([*shares(FALLING), *shares([31.0], first=2018)], trend.OVERLAP),
        ([*shares(FALLING), *shares(FALLING)], trend.OVERLAP),
        (shares(FALLING, interval_soort=""), trend.NO_N),
        (shares(FALLING, n=np.nan), trend.NO_MARGIN),
        (shares(FALLING, n=0), trend.NO_MARGIN),
        (shares(FALLING, interval_soort=ROUNDING), trend.ROUNDED),
        (counts(FEWER, eenheid="per 1.000 inwoners"), trend.NO_MARGIN),
        (counts(FEWER, eenheid="per 1.000 inwoners", teller=5.0, noemer=0.0), trend.NO_MARGIN),
        (means(LOWER, error=0.0), trend.NO_MARGIN),
        (means(LOWER, error=np.nan), trend.NO_MARGIN),
        (shares(FALLING, status="schatting"), trend.MODEL),
    ],
)
def test_no_verdict_has_its_reason(rows: list[dict[str, Any]], reason: str) -> None:
    found = judged(rows)
    assert found["trend"] == UNKNOWN
    assert found["trend_reden"] == reason
    assert np.isnan(found["trend_p"])
    assert (found["trend_methode"], found["trend_van"], found["trend_tot"]) == ("", "", "")


def test_model_estimates_are_never_tested() -> None:
    found = demonstrable_trend(figures(*shares(FALLING)), catalogue(indicator(uncertainty="model")))
    assert set(found["trend_reden"]) == {trend.MODEL}


def test_one_rounded_point_among_the_five_is_one_too_many() -> None:
    rows = shares(FALLING)
    rows[2]["interval_soort"] = ROUNDING
    assert judged(rows)["trend_reden"] == trend.ROUNDED
    assert judged([rows[2] | {"periode": "2010"}, *shares(FALLING)])["trend"] == BETTER


def test_periods_of_several_years_overlap_and_school_years_do_not() -> None:
    rows = shares(FALLING)
    school = [row | {"periode": f"{2016 + i}-{2017 + i}"} for i, row in enumerate(rows)]
    moving = [row | {"periode": f"{2016 + i}-{2018 + i}"} for i, row in enumerate(rows)]
    assert judged(school)["trend"] == BETTER
    assert judged(moving)["trend_reden"] == trend.OVERLAP


def test_a_break_is_never_crossed() -> None:
    old, new = shares(FALLING[:3], reeks="oud"), shares(FALLING[3:], first=2019, reeks="nieuw")
    found = demonstrable_trend(figures(*old, *new), known())
    assert list(found["trend_reden"].str[:11]) == ["3 metingen;"] * 3 + ["2 metingen;"] * 2


def test_two_points_and_unknown_indicators_are_errors() -> None:
    with pytest.raises(WrongUseError, match="at least 3"):
        demonstrable_trend(figures(*shares(FALLING)), known(), points=2)
    with pytest.raises(UnknownNameError):
        demonstrable_trend(figures(*shares(FALLING)), catalogue(indicator(id="anders")))


# ---------------------------------------------------------------------------------------------------- false alarms


@pytest.mark.parametrize("kind", ["share", "count", "mean"])
@pytest.mark.parametrize(("dispersion", "bound"), [(1, 0.005), (3, 0.01)])
def test_flat_series_give_few_false_alarms(
    kind: str, dispersion: int, bound: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    bench = importlib.import_module("benchmarks.false_alarms")
    for points in (5, 10):
        slopes = bench.flat(kind, points, dispersion, np.random.default_rng(points), series=10_000)
        assert bench.alarms(kind, slopes).mean() <= bound
    # The chi-squared test by itself, or the deviance of Poisson, does not keep to it.
    assert (slopes.chi2 > 9.5495).mean() > bound or dispersion == 1


# ------------------------------------------------------------------------------------------------------ properties

#: Series with a slope and without, of each kind.
SERIES = st.tuples(
    st.sampled_from([shares, counts, means]),
    st.integers(-8, 8),
    st.lists(st.integers(-6, 6) | st.integers(-1, 1), min_size=5, max_size=5),
).map(lambda drawn: drawn[0]([50.0 + drawn[1] * i + wobble for i, wobble in enumerate(drawn[2])]))
MANY = st.lists(SERIES, min_size=10, max_size=20)
FLIPPED = {BETTER: WORSE, WORSE: BETTER, SAME: SAME, UNKNOWN: UNKNOWN}


def judged_together(series: list[list[dict[str, Any]]], **other: Any) -> pd.DataFrame:
    """Give the verdicts on series of different areas, in their order."""
    rows = [row | {"gebied": str(i)} for i, mine in enumerate(series) for row in mine]
    found = demonstrable_trend(figures(*rows), known(**other))
    return found.drop_duplicates("gebied")[list(COLUMNS)].reset_index(drop=True)


def with_years(series: list[list[dict[str, Any]]], years: Callable[[int], int]) -> list[list[dict[str, Any]]]:
    return [[row | {"periode": str(years(i))} for i, row in enumerate(mine)] for mine in series]


@settings(few_examples, max_examples=5)
@given(MANY)
def test_reversing_time_and_reversing_what_is_good_flip_the_verdict(series: list[list[dict[str, Any]]]) -> None:
    series = [*series, shares(FALLING), means(LOWER[::-1])]
    found = judged_together(series)
    assert list(found["trend"][-2:]) == [BETTER, WORSE]
    flipped = list(found["trend"].map(FLIPPED))
    assert list(judged_together(series, good_direction="hoog")["trend"]) == flipped
    backwards = judged_together(with_years(series, lambda i: 2020 - i))
    assert list(backwards["trend"]) == flipped
    assert list(backwards["trend_p"]) == pytest.approx(list(found["trend_p"]), rel=1e-6, abs=1e-12)


@settings(few_examples, max_examples=5)
@given(MANY, st.integers(1, 4), st.integers(1990, 2010))
def test_the_scale_of_the_years_changes_nothing(series: list[list[dict[str, Any]]], step: int, first: int) -> None:
    found, other = judged_together(series), judged_together(with_years(series, lambda i: first + step * i))
    assert list(other["trend"]) == list(found["trend"])
    assert list(other["trend_reden"]) == list(found["trend_reden"])
    assert list(other["trend_p"]) == pytest.approx(list(found["trend_p"]), rel=1e-6, abs=1e-12)


NUMBER = st.sampled_from([np.nan, 0.0, 1.0, 12.5, 30.0, 100.0])
ROW = st.fixed_dictionaries(
    {
        "gebied": st.sampled_from(["wijk", "gemeente"]),
        "reeks": st.sampled_from(["", "oud"]),
        "periode": st.sampled_from(
            ["", "onbekend", "2015", "2016", "2017-2018", "2018", "2019", "2018-2020", "2020JJ00"]
        ),
        "waarde": NUMBER,
        "eenheid": st.sampled_from(["%", "aantal misdrijven", "per 1.000 inwoners", "rapportcijfer"]),
        "interval_soort": st.sampled_from(["", SAMPLE, CHANCE, ROUNDING, GIVEN]),
        "teller": NUMBER,
        "noemer": NUMBER,
        "n_effectief": NUMBER,
        "standaardfout": NUMBER,
    }
)


@settings(few_examples, max_examples=15)
@given(st.lists(ROW, max_size=40), st.sampled_from([3, 5]))
def test_any_frame_gives_a_verdict_with_a_reason(rows: list[dict[str, Any]], points: int) -> None:
    table = figures(*rows)
    table.index = pd.Index([f"rij {i // 2}" for i in range(len(table))], dtype="object")
    found = demonstrable_trend(table, known(), points)
    pd.testing.assert_frame_equal(found[list(table.columns)], table)
    assert set(found["trend"]) <= {BETTER, WORSE, SAME, UNKNOWN}
    assert (found["trend_reden"].str.len() > 0).all()
    assert ((found["trend_van"] == "") == (found["trend"] == UNKNOWN)).all()
    assert (found["trend_p"].notna() == (found["trend_methode"] != "")).all()
    assert (found.groupby(trend.SERIES)[["trend", "trend_reden"]].nunique() == 1).all(axis=None)


def test_one_series_does_not_depend_on_the_others() -> None:
    apart = [shares(FALLING), counts([3.0, 9, 2, 7, 5]), shares(FALLING[:2]), means(LOWER[::-1])]
    together = judged_together(apart)
    for number, rows in enumerate(apart):
        assert together.loc[number].equals(judged(rows).rename(number))
