"""Whom an intervention reached: how many, out of how many, and whether so few could show in the figure of an area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.interventions import Intervention, Reach
from nplv_analysis.methods.detectable import Visibility, visible_on_area

#: The most that can happen to somebody who takes part: what a share counts is no longer so, or is so from then on.
WHOLE = 100.0


@dataclass(frozen=True)
class Reached:
    """People reached by one part of an intervention; NaN for what is not published.

    Attributes
    ----------
    low, high : float
        Different people: at least as many as the largest count, at most as many as all counts together.
    share_low, share_high : float
        Of the target group, in percent.
    """

    low: float
    high: float
    share_low: float
    share_high: float


def reached(part: Reach, figures: pd.DataFrame) -> Reached:
    """Give how many different people were reached, and of how many.

    Parameters
    ----------
    part : Reach
        What was counted. The target group must be counted in ``part.area``, or in the one area that has a figure of it.
    figures : DataFrame
        A released indicator table.

    Returns
    -------
    Reached
        Counts of which somebody may be in two are not added up: their largest and their sum are bounds.
    """
    counts = [count_of(name, figures) for name in part.reached]
    if not counts or not np.isfinite(counts).all():
        return Reached(*[np.nan] * 4)
    low, high = max(counts), sum(counts)
    target = count_of(part.target_group, figures, part.area) if part.target_group else np.nan
    # numpy's minimum keeps what is unknown unknown.
    shares = [float(np.minimum(WHOLE, WHOLE * number / target)) if target > 0 else np.nan for number in (low, high)]
    return Reached(low, high, *shares)


def visibility(part: Reach, figures: pd.DataFrame, catalogue: Catalogue) -> Visibility:
    """Tell whether what a part could do at most would show in the figure of an area.

    Parameters
    ----------
    part : Reach
        With an outcome, and the indicator that counts whom that is about.
    figures : DataFrame
        A released indicator table.
    catalogue : Catalogue
        For the smallest relevant difference: no smaller one is ever called a difference.

    Returns
    -------
    Visibility
        In percentage points.
    """
    least = float(catalogue.indicator(part.outcome).smallest_difference["waarde"])
    return visible_on_area(_part_of_group(part, figures), WHOLE, least)


def most_change(intervention: Intervention, indicator: str, figures: pd.DataFrame) -> float:
    """Give the most that an intervention could change a share of an area.

    Parameters
    ----------
    intervention : Intervention
        The intervention.
    indicator : str
        The share.
    figures : DataFrame
        A released indicator table.

    Returns
    -------
    float
        Percentage points; NaN where it is not known of all its parts how many people they reached.
    """
    if not intervention.reach_complete or any(part.outcome != indicator for part in intervention.reach):
        return np.nan
    return sum(WHOLE * _part_of_group(part, figures) for part in intervention.reach) if intervention.reach else np.nan


def _part_of_group(part: Reach, figures: pd.DataFrame) -> float:
    """Give the part, at most, of the people that the outcome is about who were reached."""
    group = count_of(part.group, figures, part.area)
    return float(np.minimum(1.0, reached(part, figures).high / group)) if group > 0 else np.nan


def count_of(indicator: str, figures: pd.DataFrame, area: str = "") -> float:
    """Give the latest count that is published of an area, or of the one area that has any; NaN without.

    Parameters
    ----------
    indicator : str
        Id of the indicator.
    figures : DataFrame
        A released indicator table.
    area : str
        Id of the area; empty where only one area has the figure.

    Returns
    -------
    float
        The count.
    """
    rows = published(indicator, figures)
    if area:
        rows = rows[rows["gebied"] == area]
    elif rows["gebied"].nunique() > 1:
        return np.nan
    exact = rows[rows["waarde"].notna()].sort_values("jaar", kind="stable")
    return float(exact["waarde"].iloc[-1]) if len(exact) else np.nan


def published(indicator: str, figures: pd.DataFrame) -> pd.DataFrame:
    """Give all rows with a figure of an indicator about areas themselves, whichever the area."""
    rows = figures[(figures["indicator"] == indicator) & (figures["rol"] == ITSELF)]
    return rows[rows[["waarde", "ondergrens", "bovengrens", "genoemd"]].notna().any(axis=1)]
