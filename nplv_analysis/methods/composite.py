"""Several figures of a place in one measure, and how much its place depends on the weights: statistics alone.

After the steps of OECD & JRC (2008), Handbook on Constructing Composite Indicators: normalise (step 5), weight and add
up (step 6), and see how robust the outcome is against both (step 7).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
#: A hair of tolerance: two places with the same figures have the same score.
TINY = 1e-12


def percentile_ranks(values: ArrayLike, signs: ArrayLike) -> Array:
    """Put every figure on one scale: the part of the places that is more favourable (Handbook, step 5: ranking).

    Ranks, and not z-scores: an outlier, such as crime where nobody lives, does not outweigh all other figures, and the
    outcome does not depend on how a figure is spread. How far two places lie apart is lost in return.

    Parameters
    ----------
    values : array of p places by m figures, or of d by p by m
        Missing where unknown; one or more sets of figures.
    signs : array of m
        1 where higher is less favourable, -1 where lower is.

    Returns
    -------
    array of the same shape
        (rank - 1/2) / n over the n places with a figure, between 0 and 1; 1 is least favourable. Equal figures share
        the mean of their ranks. Missing stays missing.
    """
    from scipy import stats

    found = np.asarray(values, dtype="float64") * np.asarray(signs, dtype="float64")
    known = np.isfinite(found)
    # What is missing stands behind everything else, and so changes no rank.
    ranks = stats.rankdata(np.where(known, found, np.inf), axis=-2)
    return np.where(known, (ranks - 0.5) / np.maximum(known.sum(axis=-2, keepdims=True), 1), np.nan)


def weighted_scores(ranks: ArrayLike, weights: ArrayLike) -> Array:
    """Add up normalised figures with weights, over the figures that a place has.

    Parameters
    ----------
    ranks : array of p places by m figures, or of d by p by m
        As ``percentile_ranks`` gives them.
    weights : array of m, or of d by m
        One or more sets of weights; 0 leaves a figure out. They need not add up to 1.

    Returns
    -------
    array of p, or of d by p
        sum(w x) / sum(w) over the known figures; missing where a place has none with a weight.
    """
    found, given = np.asarray(ranks, dtype="float64"), np.asarray(weights, dtype="float64")[..., None]
    known = np.isfinite(found)
    total = (known @ given)[..., 0]
    return np.asarray((np.where(known, found, 0.0) @ given)[..., 0] / np.where(total > 0, total, np.nan))


def drawn_weights(weights: ArrayLike, draws: int, rng: np.random.Generator) -> Array:
    """Draw sets of weights around those that were chosen.

    Parameters
    ----------
    weights : array of m
        The chosen weights, above 0.
    draws : int
        Number of sets.
    rng : Generator
        For the draws.

    Returns
    -------
    array of draws by m
        From a Dirichlet distribution with parameters m w / sum(w): on average the chosen weights, and with equal ones
        every set of weights is as likely as any other.
    """
    given = np.asarray(weights, dtype="float64")
    return rng.dirichlet(len(given) * given / given.sum(), size=draws)


def drawn_rates(values: ArrayLike, people: ArrayLike, factor: float, draws: int, rng: np.random.Generator) -> Array:
    """Draw what a share or a rate could have been, had chance fallen otherwise.

    Parameters
    ----------
    values, people : arrays of p
        Figures, and the number of people that each is about; missing stays missing.
    factor : float
        What a count over people is multiplied by: 100 for a share, another number for a rate.
    draws : int
        Number of sets.
    rng : Generator
        For the draws.

    Returns
    -------
    array of draws by p
        From the posterior under the prior of Jeffreys: for x of n a beta distribution with x + 1/2 and n - x + 1/2, and
        for a rate a gamma distribution with x + 1/2 over n (Brown, Cai & DasGupta 2001, Statistical Science 16:101-133,
        and 2003, Statistica Sinica 13:19-49).
    """
    found, number = np.asarray(values, dtype="float64"), np.asarray(people, dtype="float64")
    known = np.isfinite(found) & (number > 0)
    n = np.where(known, number, 1.0)
    counted = np.where(known, found * n / factor, 0.0)
    size = (draws, len(found))
    if factor == 100:
        part = rng.beta(counted + 0.5, np.maximum(n - counted, 0.0) + 0.5, size=size)
    else:
        part = rng.gamma(counted + 0.5, size=size) / n
    return np.where(known, factor * part, np.nan)


def top_shares(ranks: ArrayLike, weights: ArrayLike, top: float) -> Array:
    """Tell of each place how often it is in the top group, over all sets and over which figures count.

    Parameters
    ----------
    ranks : array of p places by m figures, or of d by p by m
        As ``percentile_ranks`` gives them.
    weights : array of d by m
        Sets of weights, each above 0.
    top : float
        The part of the places that makes up the top group, between 0 and 1. Places with the same score as the last of
        it are in it too.

    Returns
    -------
    array of p
        The part of the calculations, between 0 and 1: every set with all figures, and with each of them left out in
        turn (Handbook, step 7). A calculation in which a place has no figure does not count for it.
    """
    found, given = np.asarray(ranks, dtype="float64"), np.asarray(weights, dtype="float64")
    places, figures = found.shape[-2:]
    inside, counted = np.zeros(places), np.zeros(places)
    for left_out in range(-1, figures):
        kept = given if left_out < 0 else np.where(np.arange(figures) == left_out, 0.0, given)
        scores = weighted_scores(found, kept)
        known = np.isfinite(scores)
        last = np.ceil(top * known.sum(axis=1) - TINY).astype("int64").clip(1, places)
        ordered = -np.sort(-np.where(known, scores, -np.inf), axis=1)
        limit = np.take_along_axis(ordered, last[:, None] - 1, axis=1)
        inside += (known & (scores >= limit - TINY)).sum(axis=0)
        counted += known.sum(axis=0)
    return np.asarray(inside / np.where(counted > 0, counted, np.nan))
