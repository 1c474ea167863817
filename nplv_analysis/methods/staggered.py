"""Did wijken develop differently when they started at different waves: averages over groups of one start."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike


def staggered(values: ArrayLike, starts: ArrayLike) -> pd.DataFrame:
    """Compare wijken that started at different waves, each group of one start with those that had not started yet.

    Parameters
    ----------
    values : array of floats, shape (wijken, waves)
        The figure of each wijk at each wave; a wijk without all of them is left out.
    starts : array of floats, shape (wijken,)
        Index of the first wave after the start of each wijk; NaN for those that never started. Wijken that had started
        at the first wave (0) have nothing to compare with and are left out.

    Returns
    -------
    DataFrame
        One row a group of one start and a wave: start, moment (0 is the first wave after it), wijken (in the group),
        vergelijking (wijken compared with) and verschil (difference of their changes since moment -1; NaN when
        everyone has started).

    Raises
    ------
    ValueError
        When the shapes do not fit, or a start is not the index of a wave.

    Notes
    -----
    The group-time effects of Callaway & Sant'Anna (2021), Journal of Econometrics 225:200-230, without covariates and
    with those not yet treated to compare with. One regression for all starts would also compare with wijken that have
    started already (Goodman-Bacon 2021, Journal of Econometrics 225:254-277).
    """
    panel, first = np.asarray(values, dtype="float64"), np.asarray(starts, dtype="float64")
    if panel.ndim != 2 or first.shape != panel.shape[:1]:
        raise ValueError("expected values with a row a wijk, and a start for each of them")
    first = np.where(np.isnan(first), np.inf, first)
    if (first < 0).any() or (np.isfinite(first) & (first != np.floor(first))).any():
        raise ValueError("expected starts that are the index of a wave")
    kept = np.isfinite(panel).all(axis=1) & (first > 0)
    panel, first = panel[kept], first[kept]
    rows = []
    for start in np.unique(first[first < panel.shape[1]]).astype(int):
        group, change = first == start, panel - panel[:, [start - 1]]
        for wave in range(panel.shape[1]):
            others = first > max(wave, start)
            difference = change[group, wave].mean() - change[others, wave].mean() if others.any() else np.nan
            rows.append((start, wave - start, group.sum(), others.sum(), difference))
    return pd.DataFrame(rows, columns=["start", "moment", "wijken", "vergelijking", "verschil"])


def by_moment(groups: pd.DataFrame) -> pd.DataFrame:
    """Average the groups of ``staggered`` at each moment since their start, each wijk counting once.

    Parameters
    ----------
    groups : DataFrame
        What ``staggered`` gives.

    Returns
    -------
    DataFrame
        One row a moment: moment, wijken (that the mean is about, which differ between moments) and verschil.
    """
    known = groups[groups["verschil"].notna()]
    total = known["wijken"].mul(known["verschil"]).groupby(known["moment"]).sum()
    wijken = known.groupby("moment")["wijken"].sum()
    return pd.DataFrame({"wijken": wijken, "verschil": total / wijken}).reset_index()


def staggered_estimate(groups: pd.DataFrame) -> float:
    """Average the groups of ``staggered`` over all waves after their start, each wijk and wave counting once.

    Parameters
    ----------
    groups : DataFrame
        What ``staggered`` gives.

    Returns
    -------
    float
        NaN when nothing is known.
    """
    since = groups[groups["verschil"].notna() & (groups["moment"] >= 0)]
    return float(np.average(since["verschil"], weights=since["wijken"])) if len(since) else float("nan")
