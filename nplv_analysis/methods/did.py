"""Did wijken with an intervention develop differently: difference-in-differences on wijk means, and checks of it.

Rows are wijken, columns are waves (measurements), in the order of time. Wijken are compared as they are, each counting
once. A wijk without a value at every wave is left out, so that no mean changes because another wijk came in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class DidResult:
    """A difference-in-differences.

    Attributes
    ----------
    estimate : float
        Change of the treated wijken less that of the comparison wijken; NaN when either group is empty.
    treated_change, comparison_change : float
        Mean of the waves after less mean of the waves before, averaged over the wijken of each group.
    n_treated, n_comparison : int
        Wijken that count.
    left_out : int
        Wijken without a value at every wave, in either group.
    """

    estimate: float
    treated_change: float
    comparison_change: float
    n_treated: int
    n_comparison: int
    left_out: int


def difference_in_differences(values: ArrayLike, treated: ArrayLike, after: ArrayLike) -> DidResult:
    """Compare the change of treated wijken with that of the others, for one start that all treated share.

    Parameters
    ----------
    values : array of floats, shape (wijken, waves)
        The figure of each wijk at each wave; NaN where there is none.
    treated : array of bools, shape (wijken,)
        Which wijken had the intervention.
    after : array of bools, shape (waves,)
        Which waves came after its start.

    Returns
    -------
    DidResult
        The estimate and what it is made of.

    Raises
    ------
    ValueError
        When the shapes do not fit, or there is no wave before or none after.

    Notes
    -----
    The same number as the two-way fixed effects regression of the complete wijken (Angrist & Pischke 2009, Mostly
    Harmless Econometrics, section 5.2). It is the effect of the intervention only if the treated wijken would have
    changed as the others did without it, which no figure can show.
    """
    changes, among, left_out = changes_of_wijken(values, treated, after)
    return _estimate(changes, among, left_out)


def event_study(values: ArrayLike, treated: ArrayLike, start: int) -> pd.DataFrame:
    """Compare treated wijken with the others at each wave, against the last wave before the start.

    Parameters
    ----------
    values : array of floats, shape (wijken, waves)
        The figure of each wijk at each wave; NaN where there is none.
    treated : array of bools, shape (wijken,)
        Which wijken had the intervention.
    start : int
        Index of the first wave after the start, at least 1.

    Returns
    -------
    DataFrame
        One row a wave: moment (0 is the first wave after the start, -1 the last before it), verandering_met and
        verandering_zonder (mean change since moment -1 of treated and of comparison wijken) and verschil (the one less
        the other, 0 at moment -1). Before the start verschil shows whether the groups already grew apart.

    Raises
    ------
    ValueError
        When the shapes do not fit, or there is no wave before or none after.

    Notes
    -----
    The coefficients of wave x treated in the regression with fixed effects of wijken and waves (Jacobson, LaLonde &
    Sullivan 1993, American Economic Review 83:685-709).
    """
    panel, among, _ = _complete(values, treated)
    if not 1 <= start < panel.shape[1]:
        raise ValueError("expected a wave before and a wave after the start")
    changes = panel - panel[:, [start - 1]]
    with_it, without = _mean(changes[among]), _mean(changes[~among])
    return pd.DataFrame(
        {
            "moment": np.arange(panel.shape[1]) - start,
            "verandering_met": with_it,
            "verandering_zonder": without,
            "verschil": with_it - without,
        }
    )


def placebo_in_time(values: ArrayLike, treated: ArrayLike, after: ArrayLike) -> pd.DataFrame:
    """Estimate the effect of starts that never were: the waves before alone, cut at every possible moment.

    Parameters
    ----------
    values, treated, after : arrays
        As for ``difference_in_differences``.

    Returns
    -------
    DataFrame
        One row a made-up start: start (index in ``values`` of the first wave after it), metingen_voor and
        metingen_na (waves on either side) and schatting. Without rows when there are fewer than two waves before.
        Estimates far from 0 say that the groups developed differently already.

    Raises
    ------
    ValueError
        When the shapes do not fit, or there is no wave before or none after.
    """
    panel, among, _ = _complete(values, treated)
    waves = np.flatnonzero(~_waves(after, panel))
    rows = []
    for cut in range(1, len(waves)):
        made_up = np.arange(len(waves)) >= cut
        found = _estimate(_change(panel[:, waves], made_up), among, 0)
        rows.append((int(waves[cut]), cut, len(waves) - cut, found.estimate))
    return pd.DataFrame(rows, columns=["start", "metingen_voor", "metingen_na", "schatting"])


def leave_one_out(values: ArrayLike, treated: ArrayLike, after: ArrayLike) -> pd.DataFrame:
    """Estimate without each wijk in turn, to see whether one of them carries the result.

    Parameters
    ----------
    values, treated, after : arrays
        As for ``difference_in_differences``.

    Returns
    -------
    DataFrame
        One row a wijk that counts: wijk (its row in ``values``), met (whether it is treated) and schatting (the
        estimate without it; NaN when it is the only one of its group).

    Raises
    ------
    ValueError
        When the shapes do not fit, or there is no wave before or none after.
    """
    changes, among, _ = changes_of_wijken(values, treated, after)
    rows = np.flatnonzero(np.isfinite(np.asarray(values, dtype="float64")).all(axis=1))
    without = [_estimate(np.delete(changes, i), np.delete(among, i), 0).estimate for i in range(len(changes))]
    return pd.DataFrame({"wijk": rows, "met": among, "schatting": np.array(without, dtype="float64")})


def changes_of_wijken(values: ArrayLike, treated: ArrayLike, after: ArrayLike) -> tuple[Array, Flags, int]:
    """Give the change of each complete wijk, which is all that a difference-in-differences is made of.

    Parameters
    ----------
    values, treated, after : arrays
        As for ``difference_in_differences``.

    Returns
    -------
    changes : array of floats
        Mean of the waves after less mean of the waves before, one a complete wijk.
    treated : array of bools
        Which of those are treated.
    left_out : int
        Wijken without a value at every wave.

    Raises
    ------
    ValueError
        When the shapes do not fit, or there is no wave before or none after.
    """
    panel, among, left_out = _complete(values, treated)
    return _change(panel, _waves(after, panel)), among, left_out


def _complete(values: ArrayLike, treated: ArrayLike) -> tuple[Array, Flags, int]:
    """Check the shapes, and keep the wijken with a value at every wave."""
    panel, among = np.asarray(values, dtype="float64"), np.asarray(treated)
    if panel.ndim != 2 or among.shape != panel.shape[:1]:
        raise ValueError("expected values with a row a wijk, and for each of them whether it is treated")
    if among.dtype != np.bool_:
        raise ValueError("expected true or false for treated")
    whole = np.isfinite(panel).all(axis=1)
    return panel[whole], among[whole], int((~whole).sum())


def _waves(after: ArrayLike, panel: Array) -> Flags:
    """Check which waves came after the start."""
    flags = np.asarray(after)
    if flags.dtype != np.bool_ or flags.shape != panel.shape[1:]:
        raise ValueError("expected true or false for each wave")
    if flags.all() or not flags.any():
        raise ValueError("expected a wave before and a wave after the start")
    return flags


def _change(panel: Array, after: Flags) -> Array:
    return panel[:, after].mean(axis=1) - panel[:, ~after].mean(axis=1)


def _estimate(changes: Array, treated: Flags, left_out: int) -> DidResult:
    with_it, without = float(_mean(changes[treated])), float(_mean(changes[~treated]))
    n_treated = int(treated.sum())
    return DidResult(with_it - without, with_it, without, n_treated, len(treated) - n_treated, left_out)


def _mean(rows: Array) -> Array:
    """Mean over wijken; NaN, without a warning, when there are none."""
    return rows.mean(axis=0) if len(rows) else np.full(rows.shape[1:], np.nan)
