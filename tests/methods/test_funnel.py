"""Variation between areas beyond chance, and what it leaves of a difference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.coverage import MOST_ALARMS, rate_alarms
from nplv_analysis.methods.funnel import (
    LEAST_AREAS,
    adjusted_z,
    between_variance,
    estimate_overdispersion,
    funnel_limits,
    rate_differs,
)
from nplv_analysis.methods.two_shares import mid_p_fixed

EVENTS = st.integers(0, 3000)
EXPOSURE = st.floats(1, 1e6)
TAU2 = st.floats(0, 1)

#: Trials of BCG vaccine: ill and well among the vaccinated, ill and well among the others (Colditz et al. 1994, JAMA
#: 271:698-702, as printed by Van Houwelingen, Arends & Stijnen 2002, Statistics in Medicine 21:589-624, table I).
BCG = """
4 119 11 128 | 6 300 29 274 | 3 228 11 209 | 62 13536 248 12619 | 33 5036 47 5761 | 180 1361 372 1079 | 8 2537 10 619
| 505 87886 499 87892 | 29 7470 45 7232 | 17 1699 65 1600 | 186 50448 141 27197 | 5 2493 3 2338 | 27 16886 29 17825
"""


def areas_with(z: np.ndarray, expected: float = 100.0) -> np.ndarray:
    """Give events that make z-scores of these areas, each with as many expected."""
    return (np.sqrt(expected) + z / 2) ** 2


@pytest.mark.parametrize(("ratio", "q", "tau2"), [("risk", 152.2330, 0.3088), ("odds", 163.1649, 0.3663)])
def test_between_variance_of_the_vaccine_trials(ratio: str, q: float, tau2: float) -> None:
    # DerSimonian & Laird: Q and tau² that Stata's metan and R's metafor print for these trials (metafor, tests of
    # rma.uni against metan with dat.bcg).
    a, b, c, d = np.array([trial.split() for trial in BCG.split("|")], dtype=float).T
    if ratio == "risk":
        value, variance = np.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    else:
        value, variance = np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    mean = np.average(value, weights=1 / variance)
    squares = float(((value - mean) ** 2 / variance).sum())
    assert squares == pytest.approx(q, abs=5e-5)
    assert between_variance(squares / 13, variance) == pytest.approx(tau2, abs=5e-5)


def test_dispersion_by_hand() -> None:
    # Eleven areas with z-scores -5 to 5; the tenths of the order are -4 and 4, so that the outer ones become those.
    z = np.arange(-5, 6)
    phi, tau2 = estimate_overdispersion(areas_with(z), np.full(11, 1000.0), 0.1)
    squares = 4 * 16 + 2 * (9 + 4 + 1)
    assert phi == pytest.approx(squares / 11)
    assert tau2 == pytest.approx((squares - 10) / (4400 - 400))


def test_one_outlier_does_not_make_dispersion() -> None:
    z = np.arange(-5.0, 6.0)
    wild = np.where(z == 5, 50, z)
    exposure = np.full(11, 1000.0)
    assert estimate_overdispersion(areas_with(wild), exposure, 0.1) == pytest.approx(
        estimate_overdispersion(areas_with(z), exposure, 0.1)
    )


def test_chance_alone_gives_no_variance_between_areas() -> None:
    rng = np.random.default_rng(20)
    exposure = rng.uniform(500, 5000, 400)
    phi, tau2 = estimate_overdispersion(rng.poisson(0.05 * exposure), exposure, 0.05)
    # Winsorising takes some of the chance away as well.
    assert 0.6 < phi < 1
    assert tau2 == 0


def test_variance_between_areas_is_found_again() -> None:
    rng = np.random.default_rng(21)
    exposure = rng.uniform(2000, 5000, 4000)
    rate = 0.05 * rng.normal(1, 0.2, 4000).clip(0.01) ** 2
    _, tau2 = estimate_overdispersion(rng.poisson(rate * exposure), exposure, 0.05)
    # Of a normal distribution winsorised at the tenths, 0.66 of the variance is left.
    assert tau2 == pytest.approx(0.66 * 0.2**2, rel=0.1)


def test_z_by_hand() -> None:
    # 144 events where 100 are expected: twice 12 less 10. Among areas that vary, the variance is four times as large;
    # a reference of the same size as the area doubles the part of chance.
    found = adjusted_z(144, 50.0, [1e9, 1e9, 100], [5e8, 5e8, 50], [0, 0.0075, 0])
    assert found == pytest.approx([4, 2, 4 / 2**0.5])


def test_few_equal_rates_are_called_different() -> None:
    expected = np.concatenate([np.arange(0.5, 20, 0.1), np.arange(20, 500, 20)])
    for tau in (0, 0.02, 0.08, 0.1, 0.2, 0.4):
        assert rate_alarms(tau, expected).max() <= MOST_ALARMS


@given(EVENTS, EXPOSURE, st.integers(1, 100000), EXPOSURE, TAU2, TAU2)
def test_more_variation_between_areas_leaves_less_of_a_difference(
    events: int, exposure: float, reference: int, reference_exposure: float, tau2: float, more: float
) -> None:
    p = rate_differs(events, exposure, reference, reference_exposure, [0, tau2, tau2 + more])
    assert 0 <= p[0] <= p[1] <= p[2] <= 1
    chance = mid_p_fixed(events, events + reference, exposure / (exposure + reference_exposure), guarded=True)
    assert p[0] >= chance
    z = adjusted_z(events, exposure, reference, reference_exposure, [0, tau2, tau2 + more])
    assert abs(z[0]) >= abs(z[1]) >= abs(z[2])


@given(EVENTS, EXPOSURE, st.integers(1, 1000), EXPOSURE, TAU2)
def test_a_small_reference_proves_less(
    events: int, exposure: float, reference: int, reference_exposure: float, tau2: float
) -> None:
    small, large = adjusted_z(
        events, exposure, [reference, 10 * reference], [reference_exposure, 10 * reference_exposure], tau2
    )
    assert abs(small) <= abs(large) + 1e-9
    assert small * large > -1e-9


def test_areas_that_say_nothing_do_not_count() -> None:
    events, exposure = areas_with(np.arange(-5, 6)), np.full(11, 1000.0)
    expected = estimate_overdispersion(events, exposure, 0.1)
    more = [np.nan, 3, 0, -1]
    found = estimate_overdispersion([*events, *more], [*exposure, 1000, np.nan, 0, 1000], 0.1)
    assert found == expected


@pytest.mark.parametrize("areas", [0, 1, LEAST_AREAS - 1])
def test_few_areas_give_no_estimate(areas: int) -> None:
    assert np.isnan(estimate_overdispersion(np.full(areas, 3), np.full(areas, 30), 0.1)).all()
    assert np.isnan(rate_differs(3, 30, 10, 100, np.nan))


def test_areas_without_events() -> None:
    phi, tau2 = estimate_overdispersion(np.zeros(LEAST_AREAS), np.full(LEAST_AREAS, 10), 0.1)
    assert phi == pytest.approx(4) and tau2 > 0
    assert estimate_overdispersion(np.full(8, 3), np.full(8, 30), 0.1) == (0, 0)
    p = rate_differs([0, 0], [100, 3000], 300, 10000, 0.01)
    assert p[0] > 0.05 > 1e-6 > p[1]


def test_what_is_unknown_or_has_no_sense_has_no_verdict() -> None:
    events, exposure = [np.nan, 3, 3, 3, 2.5, -1, 3], [9, 0, np.nan, 9, 9, 9, 9]
    reference, tau2 = [9, 9, 9, 0, 9, 9, 9], [0, 0, 0, 0, 0, 0, -1]
    assert np.isnan(rate_differs(events, exposure, reference, 9, tau2)).all()
    assert rate_differs([], [], [], [], []).shape == (0,)


# ------------------------------------------------------------------------------------------------ the lines of a funnel


@pytest.mark.parametrize("z", [1.96, 3.0902])
@pytest.mark.parametrize("tau2", [0.0, 0.02])
def test_at_the_limits_the_score_is_that_of_the_limit(z: float, tau2: float) -> None:
    exposure = np.array([300.0, 4000.0, 12000.0])
    low, high = funnel_limits(exposure, 9000, 210000, tau2, z)
    for rate, sign in ((low, -1), (high, 1)):
        inside = rate > 0
        score = adjusted_z(rate * exposure, exposure, 9000, 210000, tau2)
        assert score[inside] == pytest.approx(sign * z)
    assert (low < 9000 / 210000).all() and (high > 9000 / 210000).all()


def test_limits_of_a_tiny_area_do_not_fall_below_zero() -> None:
    low, _ = funnel_limits([5.0, 50.0], 9000, 210000, 0.01, 3.0902)
    assert (low >= 0).all() and low[0] == 0


def test_limits_are_narrower_for_larger_areas() -> None:
    low, high = funnel_limits([1000.0, 10000.0, 100000.0], 9000, 210000, 0.01, 1.96)
    assert (np.diff(high - low) < 0).all()
