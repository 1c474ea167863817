"""Whether a series shows a demonstrable trend: a rule with few false alarms, and always the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.errors import WrongUseError
from nplv_analysis.indicators import CHANCE, ROUNDING, SAMPLE
from nplv_analysis.wording import number

Array = npt.NDArray[np.float64]

#: A verdict is given when chance alone would give such a slope less often than this: chi2(1) above 9.5495.
ALPHA = 0.002
#: Shares and means vary more than their n or standard error says, so their slope must also stand out from the
#: dispersion of the points, with dispersion 1 counting for ``PRIOR`` degrees of freedom (moderated F test; Smyth 2004,
#: Statistical Applications in Genetics and Molecular Biology 3). Counts have no such prior: wijken vary far too much.
PRIOR = 2
#: Its level. ``python -m benchmarks.false_alarms`` shows why: at dispersion 3 chi-squared alone gives some 7.5 % false
#: alarms, chi-squared over the dispersion 2.4 %, this test 1.3 % at 0.01 and 0.7 % at 0.005. An F test without prior
#: gives 0.9 % at 0.01, but finds up to a quarter fewer of the trends of five points.
GUARD = 0.005

SERIES = ["gebied", "rol", "indicator", "reeks"]
COLUMNS = ("trend", "trend_reden", "trend_p", "trend_methode", "trend_van", "trend_tot")

BETTER, WORSE, SAME, UNKNOWN = "verbetering", "verslechtering", "geen aantoonbare verandering", "n.t.b."
UP, DOWN = "stijging", "daling"
#: What a rise is, by the good direction of the indicator.
SIGN = {"hoog": 1, "laag": -1, "geen": 0}

MODEL = "Dit zijn uitkomsten van een rekenmodel: ze zijn al gladgemaakt en voorspeld, dus een trend bewijst niets."
OVERLAP = "Er zijn metingen die over hetzelfde jaar gaan of elkaar overlappen."
NO_POINT = "Er is nog geen meting met een precies cijfer en een jaar."
TOO_FEW = "{} {}; voor een trend zijn er minstens {} nodig."
ROUNDED = "Van deze cijfers weten we alleen hoe ze zijn afgerond, niet hoeveel toeval erin zit."
NO_N = "De bron geeft geen aantal ondervraagden, dus we weten niet hoeveel toeval in de cijfers zit."
NO_MARGIN = "We weten niet hoeveel toeval in deze cijfers zit."
ONE_POINT = "De richting hangt af van één meting: zonder die meting is het beeld anders."
BY_CHANCE = "De verschillen tussen de metingen kunnen toeval zijn."
UNSTEADY = "Het cijfer verandert te onregelmatig om van een stijging of daling te spreken."
SHOWN = "De {} is groter dan door toeval te verwachten is."

#: By kind of figure: level of the F test, degrees of freedom of its prior, and how it is written.
TESTS = {
    "share": (GUARD, PRIOR, "chi-kwadraattoets voor trend (Cochran-Armitage): chi2(1) = {}; gematigde F(1, {}) = {}"),
    "count": (ALPHA, 0, "quasi-Poissonregressie: daling van de deviantie = {}; F(1, {}) = {}"),
    "mean": (GUARD, PRIOR, "regressie gewogen met 1/standaardfout²: chi2(1) = {}; gematigde F(1, {}) = {}"),
}


@dataclass(frozen=True)
class Slopes:
    """Slopes of many series at once, each array with one element a series.

    ``sign`` is 1 for a rise, -1 for a fall and 0 for neither. ``chi2`` tests the slope with the variance that the
    figures should have, on 1 degree of freedom; ``residual`` is the same (Pearson) for the points around the line, on
    ``freedom`` = points - 2. ``steady`` says whether the slope keeps its sign when any one point is left out.
    """

    sign: Array
    chi2: Array
    residual: Array
    steady: npt.NDArray[np.bool_]
    freedom: int

    def f(self, prior: int = 0) -> Array:
        """Give F on 1 and ``freedom + prior`` degrees of freedom, of which ``prior`` at dispersion 1."""
        return _ratio(self.chi2, (self.residual + prior) / (self.freedom + prior))

    def significant(self, level: float, prior: int = 0) -> npt.NDArray[np.bool_]:
        """Tell which slopes pass chi-squared at ``ALPHA`` and F at ``level``."""
        from scipy import stats

        return (self.chi2 > stats.chi2.isf(ALPHA, 1)) & (self.f(prior) > stats.f.isf(level, 1, self.freedom + prior))


def _ratio(above: Array, below: Array) -> Array:
    """Divide, where nothing over nothing is nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(above / below, nan=0.0, posinf=np.inf)


def linear_slopes(x: Array, y: Array, weight: Array, variance: Array | float = 1.0) -> Slopes:
    """Fit a line through each series by weighted least squares (Weisberg 2005, Applied Linear Regression, 5.1).

    Parameters
    ----------
    x, y, weight : array of shape (series, points)
        Years, values, and weights such as 1 / standard error^2.
    variance : array of shape (series,) or float
        Variance of a value of weight 1.
    """
    total = weight.sum(axis=1, keepdims=True)
    dx = x - (weight * x).sum(axis=1, keepdims=True) / total
    dy = y - (weight * y).sum(axis=1, keepdims=True) / total
    products = weight * dx * dy
    both = products.sum(axis=1)
    explained = both**2 / (weight * dx**2).sum(axis=1)
    left = np.maximum((weight * dy**2).sum(axis=1) - explained, 0)
    variance = np.broadcast_to(variance, both.shape)
    # What the sum of products around the mean becomes when one point goes, so that no line is fitted again.
    without = both[:, None] - products * total / (total - weight)
    return Slopes(
        sign=np.sign(both),
        chi2=_ratio(explained, variance),
        residual=_ratio(left, variance),
        steady=(without * np.sign(both)[:, None] > 1e-9 * np.abs(both)[:, None]).all(axis=1),
        freedom=x.shape[1] - 2,
    )


def share_slopes(x: Array, share: Array, size: Array) -> Slopes:
    """Test shares for a trend: chi-squared for trend (Cochran 1954, Biometrics 10; Armitage 1955, Biometrics 11).

    Written in shares and sizes it is the weighted line with the variance of the pooled share. Its sign is that of the
    slope of logit(p), because it is the score of logistic regression.

    Parameters
    ----------
    x, share, size : array of shape (series, points)
        Years, shares from 0 to 1, and effective sample sizes or denominators.
    """
    pooled = (size * share).sum(axis=1) / size.sum(axis=1)
    return linear_slopes(x, share, size, pooled * (1 - pooled))


def count_slopes(x: Array, count: Array, exposure: Array) -> Slopes:
    """Fit log-linear quasi-Poisson regressions with an offset (McCullagh & Nelder 1989, Generalized Linear Models).

    Given the total, the slope alone is left to find: the one at which the fitted mean year of the events is the
    observed one (Newton's method). ``chi2`` is the drop in deviance.

    Parameters
    ----------
    x, count, exposure : array of shape (series, points)
        Years, numbers of events, and what they are a rate of (ones for a mere count).
    """
    low, high = x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)
    z = (2 * x - low - high) / (high - low)
    total = count.sum(axis=1, keepdims=True)
    observed = _ratio((count * z).sum(axis=1, keepdims=True), total)
    slope = np.zeros_like(total)
    for _ in range(50):
        expected = exposure * np.exp(slope * z)
        expected /= expected.sum(axis=1, keepdims=True)
        mean = (expected * z).sum(axis=1, keepdims=True)
        step = (observed - mean) / np.maximum((expected * (z - mean) ** 2).sum(axis=1, keepdims=True), 1e-12)
        # Where all events are at one end the slope has no bound; 30 is as good as endless.
        slope, before = np.clip(slope + np.clip(step, -2, 2), -30, 30), slope
        if np.abs(slope - before).max(initial=0) < 1e-12:
            break
    flat = exposure / exposure.sum(axis=1, keepdims=True)
    drop = 2 * (count * np.log(expected / flat)).sum(axis=1)
    fitted = total * expected
    pearson = _ratio((count - fitted) ** 2, fitted).sum(axis=1)
    line = linear_slopes(x, count / exposure, exposure)
    return replace(line, chi2=drop, residual=pearson)


def demonstrable_trend(table: pd.DataFrame, catalogue: Catalogue, points: int = 5) -> pd.DataFrame:
    """Say of each series whether it shows a trend, and why or why not.

    Parameters
    ----------
    table : DataFrame
        Rows of a released indicator table with intervals, in any order.
    catalogue : Catalogue
        For the good direction and the kind of uncertainty of each indicator.
    points : int
        How many years with an exact value a series must have; the latest so many are used.

    Returns
    -------
    DataFrame
        The same rows with ``COLUMNS`` added, the same for all rows of one series (gebied, rol, indicator, reeks):
        trend, trend_reden, trend_p (of the chi-squared test, for counts of the F test), trend_methode, trend_van and
        trend_tot (first and last period used). Shares go by ``share_slopes`` (n_effectief of a sample, noemer of a
        full count), full counts and their rates by ``count_slopes``, other values by ``linear_slopes`` on their
        standard errors. A slope must pass chi-squared at ``ALPHA`` and F at the level of ``TESTS``, and keep its sign
        when any one point is left out.

    Raises
    ------
    WrongUseError
        When ``points`` is below three: two points are always on a line.
    UnknownNameError
        For an indicator that is not in the catalogue.
    """
    if points < 3:
        raise WrongUseError(f"points is {points}; expected at least 3")
    rows = table.reset_index(drop=True)
    indicators = {name: catalogue.indicator(name) for name in rows["indicator"].unique()}
    rows = rows.assign(
        series=rows.groupby(SERIES, sort=False, dropna=False).ngroup(),
        exact=rows["waarde"].notna() & rows["jaar"].notna(),
        uncertainty=rows["indicator"].map({name: i.uncertainty for name, i in indicators.items()}),
        better=rows["indicator"].map({name: SIGN[i.good_direction] for name, i in indicators.items()}),
    )
    result = _why_not(rows, points)
    used = rows[rows["exact"] & rows["series"].map(result["trend_reden"]).eq("")]
    used = used.sort_values(["series", "jaar"], kind="stable").groupby("series").tail(points)
    for found in _tested(used, points) if len(used) else ():
        result.loc[found.index, list(COLUMNS)] = found[list(COLUMNS)]
    return table.assign(**{name: result.loc[rows["series"], name].to_numpy() for name in COLUMNS})


def _why_not(rows: pd.DataFrame, points: int) -> pd.DataFrame:
    """Settle the series that no test is needed for; the reason of the others stays empty."""
    number_of = rows.groupby("series")["exact"].sum()
    estimated = rows["uncertainty"].eq("model") | (rows["status"].eq("schatting") & rows["exact"])
    model = estimated.groupby(rows["series"]).any()
    overlap = _overlaps(rows).groupby(rows["series"]).any()
    too_few = [TOO_FEW.format(n, "meting" if n == 1 else "metingen", points) for n in number_of]
    cases = {MODEL: model, OVERLAP: overlap, NO_POINT: number_of == 0}
    reason = np.select([*cases.values(), number_of < points], [*cases, np.array(too_few, dtype="object")], "")
    result = pd.DataFrame("", index=number_of.index, columns=list(COLUMNS), dtype="object")
    return result.assign(trend=UNKNOWN, trend_reden=reason.astype("object"), trend_p=np.nan)


def _overlaps(rows: pd.DataFrame) -> pd.Series:
    """Tell which rows start before an earlier one of their series ends; a school year ends where the next starts."""
    named = rows["periode"].astype("str").str.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)")
    last = named.map(lambda years: float(max(years, default="nan"))).astype("float64")
    dated = rows.assign(end=last.where(last > rows["jaar"] + 1, rows["jaar"])).sort_values("jaar", kind="stable")
    ended = dated.groupby("series")["end"].cummax().groupby(dated["series"]).shift()
    return (dated["jaar"] <= ended).reindex(rows.index)


def _tested(used: pd.DataFrame, points: int) -> Iterator[pd.DataFrame]:
    """Test the series that have enough points, by kind; ``used`` has exactly so many rows of each, in order of time."""

    def column(name: str) -> npt.NDArray[Any]:
        return used[name].to_numpy().reshape(-1, points)

    heads = used.iloc[::points].set_index("series")
    heads = heads.assign(trend=UNKNOWN, trend_reden="", trend_p=np.nan, trend_methode="", trend_van="", trend_tot="")
    periods, margin, unit = column("periode"), column("interval_soort"), heads["eenheid"].astype("str")
    x, value, error = column("jaar"), column("waarde"), column("standaardfout")
    size = np.where(margin == SAMPLE, column("n_effectief"), column("noemer"))
    mere = unit.str.startswith("aantal").to_numpy()
    rate = unit.str.startswith("per 1.000").to_numpy()
    count = np.where(mere[:, None] & np.isnan(column("teller")), value, column("teller"))
    without = mere & np.isnan(column("noemer")).any(axis=1)
    exposure = np.where(without[:, None], 1.0, column("noemer"))

    chance = (margin == CHANCE).all(axis=1)
    rounded, bare = (margin == ROUNDING).any(axis=1), (margin == "").any(axis=1)
    share = (unit == "%").to_numpy() & np.isin(margin, [SAMPLE, CHANCE]).all(axis=1) & (size > 0).all(axis=1)
    counted = (mere | rate) & chance & (count >= 0).all(axis=1) & (exposure > 0).all(axis=1)
    mean = ~share & ~chance & ~rounded & ~bare & (error > 0).all(axis=1)

    no_margin = np.where(bare & heads["uncertainty"].eq("steekproef"), NO_N, NO_MARGIN)
    untested = ~share & ~counted & ~mean
    yield heads[untested].assign(trend_reden=np.where(rounded, ROUNDED, no_margin)[untested])
    if share.any():
        yield _judged(heads[share], share_slopes(x[share], value[share] / 100, size[share]), "share", periods[share])
    if counted.any():
        slopes = count_slopes(x[counted], count[counted], exposure[counted])
        yield _judged(heads[counted], slopes, "count", periods[counted])
    if mean.any():
        yield _judged(heads[mean], linear_slopes(x[mean], value[mean], error[mean] ** -2.0), "mean", periods[mean])


def _judged(heads: pd.DataFrame, slopes: Slopes, kind: str, periods: npt.NDArray[Any]) -> pd.DataFrame:
    """Put verdict and reason beside each series."""
    from scipy import stats

    level, prior, method = TESTS[kind]
    f, freedom = slopes.f(prior), slopes.freedom + prior
    clear = slopes.significant(level, prior)
    fragile = clear & ~slopes.steady
    up = slopes.sign > 0
    better = heads["better"].to_numpy() * slopes.sign
    named = np.select([better > 0, better < 0, up], [BETTER, WORSE, UP], DOWN)
    shown = [SHOWN.format(UP if rise else DOWN) for rise in up]
    unsteady = slopes.chi2 > stats.chi2.isf(ALPHA, 1)
    return heads.assign(
        trend=np.select([fragile, clear], [UNKNOWN, named], SAME),
        trend_reden=np.select(
            [fragile, clear, unsteady], [ONE_POINT, np.array(shown, dtype="str"), UNSTEADY], BY_CHANCE
        ),
        trend_p=stats.f.sf(f, 1, freedom) if kind == "count" else stats.chi2.sf(slopes.chi2, 1),
        trend_methode=[
            method.format(number(chi2, 2), freedom, number(other, 2))
            for chi2, other in zip(slopes.chi2, f, strict=True)
        ],
        trend_van=np.where(fragile, "", periods[:, 0]),
        trend_tot=np.where(fragile, "", periods[:, -1]),
    )
