"""What could be seen at all: the smallest visible effect, from when on, and what would have happened anyway."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

ALPHA, POWER = 0.05, 0.8
#: Waves after which it is of no use to wait on.
MOST_WAVES = 50
#: Highest correlation of two waves after each other that is reckoned with: at 1 nothing ever returns.
MOST_CORRELATION = 0.95

NOT_VISIBLE = "op wijkniveau niet te zien"
VISIBLE = "op wijkniveau te zien, als het zo goed werkt als kan"
NOT_KNOWN = "nog niet te zeggen of het op wijkniveau te zien is"


@dataclass(frozen=True)
class Noise:
    """How much the figures of wijken differ, and how much they move by themselves.

    Attributes
    ----------
    mean : float
        Mean of all wijken and waves.
    between : float
        Variance of the lasting differences between wijken.
    within : float
        Variance of what moves a wijk at one wave, besides those differences and what all wijken share.
    correlation : float
        Of what moves a wijk at two waves after each other, between 0 and ``MOST_CORRELATION``.
    """

    mean: float
    between: float
    within: float
    correlation: float


@dataclass(frozen=True)
class Visibility:
    """Whether an effect on those reached could be seen in the figure of the whole area.

    Attributes
    ----------
    visible : bool
        Whether the largest effect on the area is at least the smallest that can be seen.
    on_area : float
        Reach times the largest plausible effect: the most that the figure of the area could change.
    smallest_visible : float
        The smallest effect that can be seen.
    reason : str
        In words for a report.
    """

    visible: bool
    on_area: float
    smallest_visible: float
    reason: str


def smallest_visible(
    spread: float, n_treated: int, n_comparison: int, *, alpha: float = ALPHA, power: float = POWER
) -> float:
    """Give the smallest effect that a difference-in-differences would show.

    Parameters
    ----------
    spread : float
        Standard deviation between wijken of the change from before to after: that of the comparison wijken, or
        ``spread_of_change`` for waves that are still to come.
    n_treated, n_comparison : int
        Wijken in each group, at least 1, and 3 together.
    alpha : float
        Two-sided level of the test.
    power : float
        Probability that the effect is found.

    Returns
    -------
    float
        In the unit of the figures, up or down; NaN when there are too few wijken or the spread is not known.

    Notes
    -----
    (t at 1 - alpha / 2 + t at power) x spread x sqrt(1 / n_treated + 1 / n_comparison), with n_treated + n_comparison
    - 2 degrees of freedom: Bloom (1995), Evaluation Review 19:547-556. From eight wijken on it is within 1 % of the
    effect for which a t test of the changes has exactly this power. One effect in five of this size is missed, and of
    smaller ones more: that nothing is found does not show that nothing happened.
    """
    freedom = n_treated + n_comparison - 2
    if min(n_treated, n_comparison) < 1 or freedom < 1:
        return float("nan")
    from scipy.stats import t

    size = t.isf(alpha / 2, freedom) + t.isf(1 - power, freedom)
    return float(size * spread * np.sqrt(1 / n_treated + 1 / n_comparison))


def noise(values: ArrayLike) -> Noise:
    """Estimate how much wijken differ, and how much they move by themselves.

    Parameters
    ----------
    values : array of floats, shape (wijken, waves)
        Figures of wijken that nothing was done to, evenly spaced in time; wijken without a value at every wave are left
        out.

    Returns
    -------
    Noise
        NaN for what cannot be known: all variances with fewer than two complete wijken or fewer than two waves. With
        two waves the correlation is taken as 0, which leaves the spread of their change as it is. ``between`` is 0 when
        the wijken differ no more than chance would make them.

    Notes
    -----
    Moments of the differences over one wave and over two, in which a lasting level plays no part: with a correlation of
    r and r^2 their mean squares are 2 within (1 - r) and 2 within (1 - r^2), so r is their ratio less 1.
    """
    panel = np.asarray(values, dtype="float64")
    panel = panel[np.isfinite(panel).all(axis=1)]
    wijken, waves = panel.shape
    mean = float(panel.mean()) if panel.size else float("nan")
    if wijken < 2 or waves < 2:
        return Noise(mean, np.nan, np.nan, np.nan)
    own = panel - panel.mean(axis=0)
    one = _mean_square(own[:, 1:] - own[:, :-1])
    correlation = 0.0
    if waves > 2 and one > 0:
        correlation = float(np.clip(_mean_square(own[:, 2:] - own[:, :-2]) / one - 1, 0, MOST_CORRELATION))
    within = one / 2 / (1 - correlation)
    of_means = float(panel.mean(axis=1).var(ddof=1))
    between = of_means - within * float(_correlations(waves, correlation).mean())
    return Noise(mean, max(between, 0.0), within, correlation)


def spread_of_change(moves: Noise, before: int, after: int) -> float:
    """Give the standard deviation of the change of a wijk that only moves by itself.

    Parameters
    ----------
    moves : Noise
        How much wijken move.
    before, after : int
        Waves before and after the start, at least 1.

    Returns
    -------
    float
        Of the mean of the waves after less that of the waves before.

    Notes
    -----
    The square root of within x w' R w, with R the correlations and w the weights of the waves. Without correlation
    within x (1 / before + 1 / after): Frison & Pocock (1992), Statistics in Medicine 11:1685-1704.
    """
    weights = np.concatenate([np.full(before, -1 / before), np.full(after, 1 / after)])
    return float(np.sqrt(moves.within * (weights @ _correlations(before + after, moves.correlation) @ weights)))


def waves_needed(effect: float, moves: Noise, n_treated: int, n_comparison: int, before: int) -> int | None:
    """Give how many waves after the start are needed to see an effect.

    Parameters
    ----------
    effect : float
        The effect on the area, in the unit of the figures; its sign does not matter.
    moves, before
        As for ``spread_of_change``.
    n_treated, n_comparison
        As for ``smallest_visible``.

    Returns
    -------
    int or None
        Waves after the start; None when it is not known, or when even ``MOST_WAVES`` are not enough, since they make
        the waves before the start no surer.
    """
    one = smallest_visible(1.0, n_treated, n_comparison)
    for after in range(1, MOST_WAVES + 1):
        if one * spread_of_change(moves, before, after) <= abs(effect):
            return after
    return None


def visible_on_area(reach: float, largest_effect: float, smallest_visible: float) -> Visibility:
    """Tell whether what an intervention could do at most would show in the figure of the whole area.

    Parameters
    ----------
    reach : float
        Part of the people whom the figure is about that take part, between 0 and 1.
    largest_effect : float
        The largest plausible effect on somebody who takes part, in the unit of the figure.
    smallest_visible : float
        The smallest effect on the area that can be seen, such as ``smallest_visible`` gives.

    Returns
    -------
    Visibility
        Not visible when reach x largest effect is smaller, or when anything is unknown; then the reason says which.

    Raises
    ------
    ValueError
        When the reach is not between 0 and 1.
    """
    if reach < 0 or reach > 1:
        raise ValueError("expected a reach between 0 and 1")
    on_area = reach * abs(largest_effect)
    known = bool(np.isfinite(on_area) and np.isfinite(smallest_visible))
    visible = known and on_area >= smallest_visible
    return Visibility(visible, on_area, smallest_visible, VISIBLE if visible else NOT_VISIBLE if known else NOT_KNOWN)


def regression_to_the_mean(scores: ArrayLike, mean: float, between: float, within: float, waves: int = 1) -> Array:
    """Give the change to expect, without doing anything, of areas that were chosen by their score.

    Parameters
    ----------
    scores : array of floats
        What the areas scored when they were chosen: the mean of ``waves`` waves.
    mean : float
        Mean of all areas.
    between, within : float
        Variances, as in ``Noise``.
    waves : int
        Waves that the score is the mean of.

    Returns
    -------
    array of floats
        Towards the mean: part x (mean - score), with part the share of chance in the differences between scores.

    Notes
    -----
    Galton (1886), Journal of the Anthropological Institute 15:246-263. Exact when true levels and chance are normal,
    and what moved an area then says nothing about later; while it still does, only a part has returned.
    """
    return (mean - np.asarray(scores, dtype="float64")) * _part_of_chance(between, within, waves)


def regression_beyond(
    cutoff: float, mean: float, between: float, within: float, waves: int = 1, *, below: bool = True
) -> float:
    """Give the mean change to expect, without doing anything, of all areas that scored beyond a bound.

    Parameters
    ----------
    cutoff : float
        The bound.
    mean, between, within, waves
        As for ``regression_to_the_mean``.
    below : bool
        Whether the areas below the bound were chosen, or those above it.

    Returns
    -------
    float
        Above 0 for areas chosen below the bound, below 0 for those above it.

    Notes
    -----
    Barnett, van der Pols & Dobson (2005), International Journal of Epidemiology 34:215-220, formulas 1 and 2: (within /
    waves) / sqrt(between + within / waves) x phi(z) / (1 - Phi(z)), z being how many such roots the bound is off.
    """
    from scipy.stats import norm

    deviation = np.sqrt(between + within / waves)
    if deviation == 0:
        return 0.0
    z = (mean - cutoff if below else cutoff - mean) / deviation
    # The logarithms hold far out, where both are nearly 0.
    size = _part_of_chance(between, within, waves) * deviation * np.exp(norm.logpdf(z) - norm.logsf(z))
    return float(size if below else -size)


def _part_of_chance(between: float, within: float, waves: int) -> float:
    total = between + within / waves
    return 0.0 if total == 0 else within / waves / total


def _mean_square(differences: Array) -> float:
    """Mean square of columns that have had their means taken off."""
    wijken, columns = differences.shape
    return float((differences**2).sum() / ((wijken - 1) * columns))


def _correlations(waves: int, correlation: float) -> Array:
    """Correlations between waves: powers of the one between two after each other."""
    apart = np.abs(np.subtract.outer(np.arange(waves), np.arange(waves)))
    return np.power(correlation, apart, dtype="float64")
