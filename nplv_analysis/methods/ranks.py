"""Ranks of areas with their uncertainty: as groups that can be told apart, never as a league table."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.indicators import CHANCE
from nplv_analysis.methods.small_area import SURVEY, Z95, comparisons, no_comparison, why_not
from nplv_analysis.wording import NBSP

LEAST_AREAS = 3
#: Below this many events chance does not follow the normal curve that the ranks lean on.
LEAST_EVENTS = 10

TOP, BOTTOM, BETWEEN = "bij de hoogste", "bij de laagste", "niet te onderscheiden"
FEW = f"in een van de gebieden zijn er minder dan {LEAST_EVENTS} gevallen"
ONE_YEAR = " Alleen het toeval in een telling is meegerekend."


def rank_sets(
    values: ArrayLike,
    standard_errors: ArrayLike,
    confidence: float = 0.95,
    *,
    rng: np.random.Generator,
    draws: int = 2000,
    highest_first: bool = True,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Compute confidence sets for all ranks at once.

    An area ranks below every area that is demonstrably higher, and above every area that is demonstrably lower. Which
    pairs differ demonstrably is decided for all ordered pairs together: a difference counts when, divided by its
    standard error, it is above the quantile of the largest such ratio under chance alone (parametric bootstrap of
    independent normal estimates). Pairs that are decided drop out and the rest is decided again, until nothing changes.

    Parameters
    ----------
    values : array of m floats
        Estimates.
    standard_errors : array of m floats
        Their standard errors, above 0.
    confidence : float
        Probability that all m sets hold their true ranks at the same time.
    rng : Generator
        For the bootstrap.
    draws : int
        Bootstrap draws.
    highest_first : bool
        Whether rank 1 is the highest value.

    Returns
    -------
    low_rank, high_rank : arrays of m ints
        Each set runs from low_rank to high_rank, both included, between 1 and m.

    Raises
    ------
    ValueError
        When the lengths differ, a number is not finite, a standard error is not above 0, or the confidence is not
        between 0 and 1.

    References
    ----------
    Mogstad, Romano, Shaikh & Wilhelm 2024, Review of Economic Studies 91(1):476-518, with the stepwise improvement of
    Romano & Wolf 2005, Econometrica 73(4):1237-1282.
    """
    x, error = np.asarray(values, dtype="float64"), np.asarray(standard_errors, dtype="float64")
    if x.ndim != 1 or x.shape != error.shape:
        raise ValueError("expected values and standard errors of equal length")
    if not (np.isfinite(x).all() and np.isfinite(error).all() and (error > 0).all()):
        raise ValueError("expected finite values, and standard errors above 0")
    if not 0 < confidence < 1:
        raise ValueError("expected a confidence between 0 and 1")
    if not highest_first:
        x = -x
    of_difference = np.hypot(error[:, None], error)
    ratio = (x[:, None] - x) / of_difference
    chance = rng.standard_normal((draws, len(x))) * error
    undecided = ~np.eye(len(x), dtype=bool)
    higher = np.zeros_like(undecided)
    while undecided.any():
        first, second = np.nonzero(undecided)
        largest = ((chance[:, first] - chance[:, second]) / of_difference[first, second]).max(axis=1)
        found = undecided & (ratio > np.quantile(largest, confidence, method="higher"))
        if not found.any():
            break
        higher |= found
        undecided &= ~found
    return 1 + higher.sum(axis=0), len(x) - higher.sum(axis=1)


def rank_groups(table: pd.DataFrame, catalogue: Catalogue, rng: np.random.Generator) -> pd.DataFrame:
    """Add to which group of areas each figure belongs: the highest, the lowest, or neither demonstrably.

    Parameters
    ----------
    table : DataFrame
        A released indicator table with intervals (``uncertainty.with_intervals``).
    catalogue : Catalogue
        For the kinds of areas and of uncertainty.
    rng : Generator
        For the bootstrap.

    Returns
    -------
    DataFrame
        The same rows with rang_van and rang_tot (first and last rank of the 95 % confidence set, 1 is the highest
        figure), rang_groep and rang_reden added. Areas that do not overlap are ranked within an indicator, reeks and
        periode: at least ``LEAST_AREAS``, all with a standard error, from a sample or of a full count with at least
        ``LEAST_EVENTS`` events; plain counts and model estimates never. A set wholly in the upper half is "bij de
        hoogste", one wholly in the lower half "bij de laagste", any other "niet te onderscheiden"; the middle rank of
        an odd number is in neither half.

    References
    ----------
    Mogstad, Romano, Shaikh & Wilhelm 2024, see ``rank_sets``.
    """
    low, high = np.full(len(table), np.nan), np.full(len(table), np.nan)
    group = np.full(len(table), "", dtype="object")
    reason = no_comparison(table, catalogue)
    for indicator, where in comparisons(table, catalogue):
        rows = table.iloc[where]
        why = why_not(rows, indicator, least=LEAST_AREAS, margins=(*SURVEY, CHANCE)) or _too_few(rows)
        if why:
            reason[where] = f"Geen rang: {why}."
            continue
        low[where], high[where] = rank_sets(rows["waarde"].to_numpy(), _errors(rows).to_numpy(), rng=rng)
        half = len(where) / 2
        group[where] = np.select([high[where] <= half, low[where] > (len(where) + 1) / 2], [TOP, BOTTOM], BETWEEN)
        reason[where] = (
            f"Vergelijking van {len(where)} gebieden; rang 1 is het hoogste cijfer. Door toeval kan de volgorde anders "
            f"zijn. Met 95{NBSP}% zekerheid liggen alle rangen tegelijk binnen hun grenzen."
        ) + (ONE_YEAR if (rows["interval_soort"] == CHANCE).any() else "")
    return table.assign(rang_van=low, rang_tot=high, rang_groep=group, rang_reden=reason)


def _too_few(rows: pd.DataFrame) -> str:
    """Say so when a full count has too few events, or leaves too few out, for the normal curve."""
    counted = rows[rows["interval_soort"] == CHANCE]
    events = counted["teller"].fillna(counted["waarde"])
    others = (counted["noemer"] - counted["teller"]).where(counted["eenheid"] == "%")
    return FEW if (events < LEAST_EVENTS).any() or (others < LEAST_EVENTS).any() else ""


def _errors(rows: pd.DataFrame) -> pd.Series:
    """Standard errors; where a count was rounded, the interval that reckons with the rounding tells more."""
    of_interval = (rows["boven95"] - rows["onder95"]) / (2 * Z95)
    return rows["standaardfout"].where(~(rows["afronding"] > 0) | of_interval.isna(), of_interval)
