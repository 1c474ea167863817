"""Shares and means of a weighted sample, and how sure they are given how the sample was drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

#: With fewer degrees of freedom the variance itself is too uncertain (Parker et al. 2017).
LEAST_FREEDOM = 8


@dataclass(frozen=True)
class Sample:
    """Everybody who was asked, and how they came into the sample.

    Attributes
    ----------
    weights : array of float, shape (persons,)
        Above 0; only their ratios count.
    cluster : array of int, shape (persons,)
        Number of the cluster that each person was drawn with; each person apart where there are no clusters.
    stratum : array of int, shape (clusters,)
        Number of the stratum of each cluster.
    """

    weights: Numbers
    cluster: npt.NDArray[np.intp]
    stratum: npt.NDArray[np.intp]


@dataclass(frozen=True)
class Estimate:
    """A share (between 0 and 1) or a mean, and how sure it is.

    Attributes
    ----------
    value : float
        The weighted share or mean.
    n : int
        Persons with an answer, unweighted.
    deviation : float
        Weighted standard deviation of the answers.
    standard_error : float
        By Taylor linearisation; without correction for a finite population.
    design_effect : float
        The variance over that of a simple random sample of as many persons.
    effective_n : float
        n / design effect, at most n; NaN where the sample does not allow a variance.
    """

    value: float
    n: int
    deviation: float
    standard_error: float
    design_effect: float
    effective_n: float


def sample(
    weights: Sequence[float], strata: Sequence[str] | None = None, clusters: Sequence[str] | None = None
) -> Sample:
    """Describe a sample.

    Parameters
    ----------
    weights : sequence of float
        A weight above 0 for each person.
    strata : sequence of str, optional
        The stratum of each person; one stratum when left out.
    clusters : sequence of str, optional
        What was drawn first, such as an address; names count within a stratum. Each person when left out.

    Returns
    -------
    Sample
        The sample.
    """
    everybody = range(len(weights))
    pairs = list(zip(strata or [""] * len(weights), clusters or map(str, everybody), strict=True))
    numbers = {pair: number for number, pair in enumerate(dict.fromkeys(pairs))}
    names = list(dict.fromkeys(stratum for stratum, _ in numbers))
    place = {name: number for number, name in enumerate(names)}
    return Sample(
        np.asarray(weights, dtype=np.float64),
        np.array([numbers[pair] for pair in pairs], dtype=np.intp),
        np.array([place[stratum] for stratum, _ in numbers], dtype=np.intp),
    )


def estimate(drawn: Sample, answers: Numbers, group: npt.NDArray[np.bool_]) -> Estimate:
    """Estimate the share or mean of a group within a sample.

    Parameters
    ----------
    drawn : Sample
        The whole sample: who is not in the group still tells how it was drawn.
    answers : array of float, shape (persons,)
        1 and 0 for a share, a number for a mean, NaN for no valid answer.
    group : array of bool, shape (persons,)
        Whom the figure is about, such as who lives in a wijk.

    Returns
    -------
    Estimate
        NaN throughout for a group without answers.

    Notes
    -----
    The value is the ratio sum(w y) / sum(w). Its variance is that of the linearised scores w (y - value) / sum(w),
    which are 0 for who is not in the group, between the clusters of a stratum (ultimate clusters, drawn with
    replacement): over the strata, c / (c - 1) times the sum of squares of the c cluster totals around their mean
    (Lumley 2010, Complex Surveys, Wiley; Heeringa, West & Berglund 2017, Applied Survey Data Analysis, CRC Press).
    A stratum with one cluster counts with the square of its total, which is the careful side.

    The design effect (Kish 1965, Survey Sampling) compares that with s^2 / n. Where all answers are the same there is
    nothing to compare, and that of the weights alone is taken, n sum(w^2) / sum(w)^2 (Kish). A sample never counts for
    more than its persons: the effective n is at most n. With fewer than ``LEAST_FREEDOM`` degrees of freedom (clusters
    less strata, of those with persons of the group) it is not given. Both are rules of Parker et al. (2017), National
    Center for Health Statistics data presentation standards for proportions, Vital Health Stat 2(175).
    """
    inside = group & ~np.isnan(answers)
    n = int(inside.sum())
    if n == 0:
        return Estimate(math.nan, 0, *[math.nan] * 4)
    weights, found = drawn.weights[inside], answers[inside]
    total = weights.sum()
    # Adding up in floating point may end just above 1 when everybody says yes.
    value = float(np.clip(weights @ found / total, found.min(), found.max()))
    spread = float(weights @ (found - value) ** 2 / total * n / (n - 1)) if n > 1 else math.nan
    scores = np.zeros(len(answers))
    scores[inside] = weights * (found - value) / total
    variance = _between_clusters(drawn, scores)
    used = np.unique(drawn.cluster[inside])
    freedom = len(used) - len(np.unique(drawn.stratum[used]))
    same = bool((found == found[0]).all())
    effect = n * float(weights @ weights) / float(total) ** 2 if same else variance / (spread / n)
    sure = freedom >= LEAST_FREEDOM
    return Estimate(
        value=value,
        n=n,
        deviation=math.sqrt(spread),
        standard_error=math.sqrt(variance),
        design_effect=effect,
        effective_n=n / max(effect, 1.0) if sure else math.nan,
    )


def _between_clusters(drawn: Sample, scores: Numbers) -> float:
    totals = np.bincount(drawn.cluster, scores, minlength=len(drawn.stratum))
    clusters = np.bincount(drawn.stratum)
    several = clusters > 1
    mean = np.where(several, np.bincount(drawn.stratum, totals) / clusters, 0.0)
    squares = np.bincount(drawn.stratum, (totals - mean[drawn.stratum]) ** 2)
    factor = np.where(several, clusters / np.maximum(clusters - 1, 1), 1.0)
    return float(factor @ squares)
