"""Small areas: a figure of few respondents drawn towards what the other areas show, beside the figure itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Catalogue, Indicator
from nplv_analysis.indicators import CHANCE, GIVEN, ROUNDING, SAMPLE
from nplv_analysis.wording import NBSP

Floats = NDArray[np.float64]

#: Kinds of areas that do not overlap, so that they can be put side by side as separate measurements.
SEPARATE = ("nplv", "wijkvernieuwing")
#: Margins that come from asking a sample of people.
SURVEY = (SAMPLE, GIVEN)
LEAST_AREAS = 5
#: Standard errors to each side of a 95 % interval.
Z95 = 1.959964

NOT_SEPARATE = "Alleen wijken die elkaar niet overlappen, worden naast elkaar gelegd."
NO_VALUE = "Er is geen precies cijfer."
MODEL = "het zijn modelschattingen, en die zijn al naar elkaar toe gerekend"
SIZE = "een aantal hangt vooral af van hoe groot het gebied is"
TWICE = "een gebied staat er meer dan eens in"
NO_ERROR = "de bron geeft geen standaardfout"
ZERO_ERROR = "bij een cijfer van 0 of 100 is de standaardfout niet bruikbaar"
UNFIT = {
    CHANCE: "alles is geteld, er is geen steekproef",
    ROUNDING: "een afrondingsmarge zegt niets over een steekproef",
}


@dataclass(frozen=True)
class FayHerriot:
    """A fitted area-level model: arrays of one number an area, ``beta`` one a covariate, intercept first."""

    estimates: Floats
    mse: Floats
    gamma: Floats
    beta: Floats
    model_variance: float


def fay_herriot(direct: ArrayLike, variances: ArrayLike, covariates: ArrayLike | None = None) -> FayHerriot:
    """Fit the area-level model of Fay and Herriot by restricted maximum likelihood.

    The direct estimate of area i is x_i'beta + v_i + e_i, where v_i has the unknown variance A between areas and e_i
    the known sampling variance D_i.

    Parameters
    ----------
    direct : array of m floats
        Direct estimates.
    variances : array of m floats
        Their sampling variances (squared standard errors), above 0.
    covariates : array of m or m x k floats, optional
        Without these only an intercept: areas are drawn towards their common mean. An intercept is always added.

    Returns
    -------
    FayHerriot
        ``estimates``: x_i'beta + gamma_i (direct_i - x_i'beta), the empirical best linear unbiased predictors;
        ``gamma``: A / (A + D_i), the weight of the direct estimate; ``model_variance``: A, not below 0; ``mse``: their
        mean squared errors g1 + g2 + 2 g3.

    Raises
    ------
    ValueError
        When lengths differ, a number is not finite, a variance is not above 0, covariates are linearly dependent, or
        there are no more areas than coefficients.

    References
    ----------
    Fay & Herriot 1979, Journal of the American Statistical Association 74:269-277. Mean squared errors: Prasad & Rao
    1990, JASA 85:163-171; for REML Datta & Lahiri 2000, Statistica Sinica 10:613-627.
    """
    y, d = np.asarray(direct, dtype="float64"), np.asarray(variances, dtype="float64")
    x = np.ones((len(y), 1))
    if covariates is not None:
        x = np.column_stack([x, np.asarray(covariates, dtype="float64")])
    if not (y.shape == d.shape == (len(x),)):
        raise ValueError("expected direct estimates, variances and covariates of equal length")
    if not (np.isfinite(y).all() and np.isfinite(x).all() and np.isfinite(d).all() and (d > 0).all()):
        raise ValueError("expected finite numbers, and variances above 0")
    if len(y) <= x.shape[1] or np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError("expected more areas than coefficients, and covariates that do not depend on each other")
    between = _model_variance(y, d, x)
    weight = 1 / (between + d)
    of_beta = np.linalg.inv(x.T @ (weight[:, None] * x))
    beta = of_beta @ (x.T @ (weight * y))
    gamma = between * weight
    synthetic = x @ beta
    g1 = gamma * d
    g2 = (1 - gamma) ** 2 * np.einsum("ij,jk,ik->i", x, of_beta, x)
    g3 = d**2 * weight**3 * 2 / np.sum(weight**2)
    return FayHerriot(synthetic + gamma * (y - synthetic), g1 + g2 + 2 * g3, gamma, beta, between)


def _model_variance(y: Floats, d: Floats, x: Floats) -> float:
    """Variance between areas where the restricted likelihood is highest; at 0 when it would be negative."""
    from scipy.optimize import minimize_scalar

    def deviance(between: float) -> float:
        weight = 1 / (between + d)
        information = x.T @ (weight[:, None] * x)
        residual = y - x @ np.linalg.solve(information, x.T @ (weight * y))
        return float(np.linalg.slogdet(information)[1] - np.log(weight).sum() + np.sum(weight * residual**2))

    # Beyond this the score is negative: with S the mean square of least squares, A^2 <= S (A + max d) where it is 0.
    mean_square = float(np.sum((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2)) / (len(y) - x.shape[1])
    most = mean_square + float(np.sqrt(mean_square * d.max()))
    found = float(minimize_scalar(deviance, bounds=(0, most), method="bounded", options={"xatol": 1e-9 * most}).x)
    return found if deviance(found) < deviance(0) else 0.0


def small_area_estimates(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Add an estimate that leans on the other areas, where a source says how sure its figures are.

    Parameters
    ----------
    table : DataFrame
        A released indicator table with intervals (``uncertainty.with_intervals``).
    catalogue : Catalogue
        For the kinds of areas and of uncertainty.

    Returns
    -------
    DataFrame
        The same rows with geschat (in the unit of the indicator), geschat_onder95, geschat_boven95 (1.96 root mean
        squared errors to each side; shares stay within 0 and 100), gewicht_direct (the weight of the figure itself,
        between 0 and 1) and geschat_reden added. Each indicator, reeks and periode is a model of its own, of areas that
        do not overlap; at least ``LEAST_AREAS`` of them, each with a standard error from a sample. Model estimates are
        left alone: they are shrunken already.

    References
    ----------
    Fay & Herriot 1979, see ``fay_herriot``.
    """
    numbers = {
        name: np.full(len(table), np.nan)
        for name in ("geschat", "geschat_onder95", "geschat_boven95", "gewicht_direct")
    }
    reason = no_comparison(table, catalogue)
    for indicator, where in comparisons(table, catalogue):
        rows = table.iloc[where]
        why = why_not(rows, indicator, least=LEAST_AREAS, margins=SURVEY)
        if why:
            reason[where] = f"Geen schatting: {why}."
            continue
        fit = fay_herriot(rows["waarde"].to_numpy(), rows["standaardfout"].to_numpy() ** 2)
        half = Z95 * np.sqrt(fit.mse)
        ends = fit.estimates - half, fit.estimates + half
        if indicator.unit == "%":
            ends = np.clip(ends[0], 0, 100), np.clip(ends[1], 0, 100)
        for name, values in zip(numbers, (fit.estimates, *ends, fit.gamma), strict=True):
            numbers[name][where] = values
        reason[where] = [_how(weight, len(where)) for weight in fit.gamma]
    return table.assign(**numbers, geschat_reden=reason)


def _how(weight: float, areas: int) -> str:
    """Say what an estimate is made of."""
    if weight == 0:
        return f"Het gemiddelde van {areas} gebieden: de verschillen ertussen zijn niet groter dan door toeval."
    own = round(100 * weight)
    return (
        f"Voor {own}{NBSP}% het eigen cijfer en voor {100 - own}{NBSP}% het gemiddelde van {areas} gebieden. "
        "Hoe meer mensen zijn ondervraagd, hoe zwaarder het eigen cijfer telt."
    )


def comparisons(table: pd.DataFrame, catalogue: Catalogue) -> Iterator[tuple[Indicator, NDArray[np.intp]]]:
    """Give for each indicator, reeks and periode the positions of the exact figures of areas that do not overlap."""
    known = np.flatnonzero(_separate(table, catalogue) & table["waarde"].notna().to_numpy())
    for (name, *_), rows in table.iloc[known].assign(_at=known).groupby(["indicator", "reeks", "periode"], sort=False):
        yield catalogue.indicator(str(name)), rows["_at"].to_numpy()


def no_comparison(table: pd.DataFrame, catalogue: Catalogue) -> NDArray[np.object_]:
    """Say for each row why it is not in a comparison; to be replaced for the rows that are."""
    return np.where(_separate(table, catalogue), NO_VALUE, NOT_SEPARATE).astype("object")


def _separate(table: pd.DataFrame, catalogue: Catalogue) -> NDArray[np.bool_]:
    areas = [area.id for area in catalogue.areas if area.kind in SEPARATE]
    return ((table["rol"] == ITSELF) & table["gebied"].isin(areas)).to_numpy()


def why_not(rows: pd.DataFrame, indicator: Indicator, *, least: int, margins: Collection[str]) -> str:
    """Say why the figures of some areas cannot be held against each other as measurements with a standard error.

    Parameters
    ----------
    rows : DataFrame
        Exact figures of one indicator, reeks and periode.
    indicator : Indicator
        For the kind of uncertainty.
    least : int
        Fewest areas.
    margins : collection of str
        Kinds of margin that will do.

    Returns
    -------
    str
        The end of a Dutch sentence, or nothing when they can.
    """
    if rows["gebied"].duplicated().any():
        return TWICE
    if is_model(rows, indicator):
        return MODEL
    if is_count(indicator):
        return SIZE
    if len(rows) < least:
        return too_few(len(rows), least)
    unfit = rows[~rows["interval_soort"].isin(list(margins)) | rows["standaardfout"].isna()]
    if len(unfit):
        first = unfit.iloc[0]
        if first["interval_soort"] == "":
            return str(first["interval_reden"]) or NO_ERROR
        return UNFIT.get(first["interval_soort"], NO_ERROR)
    return "" if (rows["standaardfout"] > 0).all() else ZERO_ERROR


def too_few(found: int, least: int) -> str:
    """Say that there are not enough areas with an exact figure, as the end of a Dutch sentence."""
    return f"er is van {found} {'gebied' if found == 1 else 'gebieden'} een precies cijfer, nodig zijn er {least}"


def is_count(indicator: Indicator) -> bool:
    """Tell whether figures are plain counts, which say more about the size of an area than about how it fares."""
    return indicator.unit.startswith("aantal")


def is_model(rows: pd.DataFrame, indicator: Indicator) -> bool:
    """Tell whether figures come out of a model instead of a count or a survey."""
    return indicator.uncertainty == "model" or bool((rows["status"] == "schatting").any())
