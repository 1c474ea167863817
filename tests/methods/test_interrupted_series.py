"""Interrupted time series: the published example, the same fit by Newton's method, and where no result may be given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nplv_analysis.methods.interrupted_series import (
    DEPENDENT,
    FEW_FOR_MODEL,
    GAPS,
    TOO_FEW,
    TOO_SHORT_AFTER,
    TOO_SHORT_BEFORE,
    SeriesResult,
    interrupted_series,
)

SICILY = pd.read_csv(Path(__file__).parents[1] / "data" / "published" / "sicily_2002_2006.csv", comment="#")
#: January 2005 is the first month of the ban.
BAN = 36


def sicily(**other: Any) -> SeriesResult:
    return interrupted_series(SICILY["aces"], BAN, SICILY["stdpop"], **other)


def effect(result: SeriesResult, part: str) -> list[float]:
    row = result.effects.set_index("deel").loc[part]
    return [float(row[column]) for column in ("verhouding", "onder95", "boven95")]


def poisson(
    months: int, step: float = 1.0, slope: float = 1.0, seed: int = 1, mean: float = 200.0
) -> np.ndarray[Any, Any]:
    time = np.arange(months)
    season = 1 + 0.2 * np.sin(2 * np.pi * time / 12)
    since = np.maximum(time - BAN + 1, 0)
    return np.random.default_rng(seed).poisson(mean * season * step ** (time >= BAN) * slope**since).astype(float)


def newton(design: np.ndarray[Any, Any], y: np.ndarray[Any, Any], size: np.ndarray[Any, Any]) -> tuple[Any, Any, float]:
    """Fit a Poisson regression: coefficients, standard errors without dispersion, and the dispersion."""
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(y.sum() / size.sum())
    for _ in range(25):
        mean = size * np.exp(design @ beta)
        information = design.T @ (design * mean[:, None])
        beta = beta + np.linalg.solve(information, design.T @ (y - mean))
    dispersion = ((y - mean) ** 2 / mean).sum() / (len(y) - len(beta))
    return beta, np.sqrt(np.diag(np.linalg.inv(information))), dispersion


def test_smoking_ban_with_season_and_overdispersion() -> None:
    # Model 3 of Rcode.R beside the data of Lopez Bernal, Cummins & Gasparrini 2017, run in R 4.5.1: rate ratio 0.885
    # (0.839 to 0.933), dispersion 2.262, trend 1.067 a year.
    found = sicily()
    assert [round(number, 3) for number in effect(found, "sprong")] == [0.885, 0.839, 0.933]
    assert round(found.dispersion, 3) == 2.262
    assert round(effect(found, "trend")[0] ** 12, 3) == 1.067
    assert found.reason == ""


def test_smoking_ban_without_season() -> None:
    # Models 1 and 2 of the same code: a reduction of 11 %.
    plain = sicily(seasons=0, overdispersed=False)
    assert [round(number, 3) for number in effect(plain, "sprong")] == [0.894, 0.865, 0.925]
    assert plain.dispersion == 1
    wider = sicily(seasons=0)
    assert effect(wider, "sprong")[0] == pytest.approx(effect(plain, "sprong")[0], rel=1e-9)
    logs = [np.diff(np.log(effect(result, "sprong")[1:]))[0] for result in (wider, plain)]
    assert logs[0] / logs[1] == pytest.approx(np.sqrt(wider.dispersion), rel=1e-6)


@pytest.mark.parametrize(
    ("step", "slope", "seasons", "overdispersed"),
    [(True, False, 0, False), (True, False, 2, True), (True, True, 2, True), (False, True, 1, True)],
)
def test_equals_a_fit_by_newtons_method(step: bool, slope: bool, seasons: int, overdispersed: bool) -> None:
    months = np.arange(1, len(SICILY) + 1)
    after = months > BAN
    parts = {"trend": months.astype(float)} | ({"sprong": after.astype(float)} if step else {})
    parts |= {"knik": (months - BAN) * after} if slope else {}
    turns = [2 * np.pi * k * months / 12 for k in range(1, seasons + 1)]
    columns = [np.ones(len(months)), *parts.values(), *map(np.sin, turns), *map(np.cos, turns)]
    y, size = SICILY["aces"].to_numpy(float), SICILY["stdpop"].to_numpy()
    beta, error, dispersion = newton(np.column_stack(columns), y, size)
    error = error * np.sqrt(dispersion if overdispersed else 1)
    found = sicily(step=step, slope=slope, seasons=seasons, overdispersed=overdispersed)
    assert found.effects["deel"].tolist() == list(parts)
    for i, part in enumerate(parts, start=1):
        expected = np.exp([beta[i], beta[i] - 1.959964 * error[i], beta[i] + 1.959964 * error[i]])
        np.testing.assert_allclose(effect(found, part), expected, rtol=1e-6)
    mean = size * np.exp(np.column_stack(columns) @ beta)
    np.testing.assert_allclose(found.months["verwacht"], mean, rtol=1e-7)


def test_months_without_the_start_leave_out_what_changed() -> None:
    found = sicily(slope=True)
    before, after = found.months.iloc[:BAN], found.months.iloc[BAN:]
    np.testing.assert_allclose(before["zonder"], before["verwacht"], rtol=1e-12)
    since = np.arange(1, len(after) + 1)
    ratio = effect(found, "sprong")[0] * effect(found, "knik")[0] ** since
    np.testing.assert_allclose(after["verwacht"] / after["zonder"], ratio, rtol=1e-9)
    assert found.months["telling"].tolist() == SICILY["aces"].tolist()


def test_finds_what_was_put_in() -> None:
    months = 84
    found = interrupted_series(poisson(months, step=0.8, slope=1.01, mean=2000), BAN, slope=True)
    assert effect(found, "sprong")[1] < 0.8 < effect(found, "sprong")[2]
    assert effect(found, "knik")[1] < 1.01 < effect(found, "knik")[2]
    assert found.dispersion == pytest.approx(1, abs=0.5)


def test_nothing_put_in_is_rarely_found() -> None:
    # 80 series: chance alone gives up to 12 % (three standard errors).
    p = [interrupted_series(poisson(60, seed=seed), BAN).effects["p"][1] for seed in range(80)]
    assert 0 < np.mean(np.array(p) <= 0.05) <= 0.12


def test_exposure_is_what_the_counts_are_counts_of() -> None:
    counts = poisson(60)
    twice = np.where(np.arange(60) < BAN, 1.0, 2.0)
    one, other = (
        interrupted_series(counts, BAN),
        interrupted_series(counts * twice, BAN, twice * 3, overdispersed=False),
    )
    assert effect(one, "sprong")[0] == pytest.approx(effect(other, "sprong")[0], rel=0.02)


def test_months_that_hang_together_are_said_so() -> None:
    rng, chance = np.random.default_rng(5), [0.0]
    for _ in range(71):
        chance.append(0.8 * chance[-1] + rng.normal(0, 0.1))
    dependent = interrupted_series(rng.poisson(500 * np.exp(chance)), BAN, seasons=0)
    assert dependent.caution == DEPENDENT
    assert dependent.autocorrelation > 0.3
    independent = interrupted_series(poisson(72), BAN)
    assert independent.caution == ""
    assert abs(independent.autocorrelation) < 0.3
    assert independent.autocorrelation_p > 0.05 > dependent.autocorrelation_p


COUNTS = np.full(60, 20.0)
FEW = np.where(np.arange(60) < BAN, 20.0, 0.2)


@pytest.mark.parametrize(
    ("counts", "start", "other", "reason"),
    [
        (np.where(np.arange(60) == 7, np.nan, 20.0), BAN, {}, GAPS),
        (COUNTS, 23, {}, TOO_SHORT_BEFORE.format(23, 24)),
        (COUNTS, 0, {}, TOO_SHORT_BEFORE.format(0, 24)),
        (COUNTS, 49, {}, TOO_SHORT_AFTER.format(11, 12)),
        (COUNTS, 70, {}, TOO_SHORT_AFTER.format(0, 12)),
        (COUNTS, 30, {"least_before": 36}, TOO_SHORT_BEFORE.format(30, 36)),
        (FEW, BAN, {}, TOO_FEW),
        (COUNTS[:9], 5, {"least_before": 3, "least_after": 3}, FEW_FOR_MODEL),
    ],
)
def test_reason_when_there_is_no_result(counts: Any, start: int, other: dict[str, int], reason: str) -> None:
    found = interrupted_series(counts, start, **other)  # type: ignore[arg-type]
    assert found.reason == reason
    assert found.effects.empty
    assert found.months["verwacht"].isna().all() and len(found.months) == len(counts)
    assert np.isnan([found.dispersion, found.autocorrelation, found.autocorrelation_p]).all()


def test_the_least_is_enough() -> None:
    assert interrupted_series(poisson(36), 24).reason == ""


@pytest.mark.parametrize(
    ("counts", "other", "message"),
    [
        (COUNTS, {"exposure": COUNTS[:5]}, "one count a month"),
        (COUNTS.reshape(2, 30), {}, "one count a month"),
        (-COUNTS, {}, "no count below 0"),
        (COUNTS, {"exposure": COUNTS * 0}, "every exposure above 0"),
        (COUNTS, {"exposure": COUNTS * np.nan}, "every exposure above 0"),
        (COUNTS, {"step": False}, "a step or a slope"),
        (COUNTS, {"seasons": 6}, "five pairs"),
    ],
)
def test_what_does_not_fit_is_refused(counts: Any, other: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        interrupted_series(counts, BAN, **other)
