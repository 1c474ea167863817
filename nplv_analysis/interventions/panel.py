"""Figures of wijken with and without a bundle of interventions, side by side: the waves before and after its start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Indicator

#: Waves before the start, so that it shows whether the groups grew apart already; and after it.
LEAST_BEFORE, LEAST_AFTER = 3, 2
#: Status of figures that a model made: they follow the wijk, and never tell what was done there.
ESTIMATE = "schatting"


@dataclass(frozen=True)
class Panel:
    """Figures of wijken with and without a bundle, from one series.

    Attributes
    ----------
    values : DataFrame
        A row a wijk and a column a year; NaN where there is no figure.
    treated : array of bools
        Of which wijken the bundle is.
    start : int
        Year of the first start; a wave in that year is neither before nor after it.
    """

    values: pd.DataFrame
    treated: NDArray[np.bool_]
    start: int

    @property
    def _years(self) -> NDArray[np.float64]:
        return self.values.columns.to_numpy(dtype="float64")

    @cached_property
    def used(self) -> pd.DataFrame:
        """The waves that count: not that of the start, and with a figure of every wijk that has the bundle."""
        whole = self.values.loc[self.treated].notna().all().to_numpy()
        return self.values.loc[:, whole & (self._years != self.start)]

    @cached_property
    def after(self) -> NDArray[np.bool_]:
        """Which of those waves came after the start."""
        return self.used.columns.to_numpy(dtype="float64") > self.start

    @property
    def n_before(self) -> int:
        """Waves before the start."""
        return int((~self.after).sum())

    @property
    def n_after(self) -> int:
        """Waves after the start."""
        return int(self.after.sum())

    @property
    def n_with(self) -> int:
        """Wijken with the bundle."""
        return int(self.treated.sum())

    @property
    def n_without(self) -> int:
        """Wijken without it that have a figure at every wave."""
        used = self.used.loc[~self.treated]
        return int(used.notna().all(axis=1).sum()) if len(used.columns) else 0


def panel_of(
    figures: pd.DataFrame, indicator: Indicator, areas: Sequence[str], without: Sequence[str], start: int
) -> tuple[str, Panel]:
    """Put the figures of wijken with and without a bundle side by side, from the series with most waves.

    Parameters
    ----------
    figures : DataFrame
        A released indicator table; estimates of a model are left out.
    indicator : Indicator
        What to look at.
    areas, without : sequence of str
        Wijken with the bundle, and those in which nothing runs.
    start : int
        Year of the first start.

    Returns
    -------
    str
        Id of the series; empty without any.
    Panel
        Its figures.
    """
    rows = figures[(figures["indicator"] == indicator.id) & (figures["rol"] == ITSELF) & figures["jaar"].notna()]
    rows = rows[rows["gebied"].isin([*areas, *without]) & rows["waarde"].notna() & (rows["status"] != ESTIMATE)]
    wijken = [*areas, *without]
    treated = np.arange(len(wijken)) < len(areas)
    found = [("", Panel(pd.DataFrame(index=wijken, dtype="float64"), treated, start))]
    for series in dict.fromkeys(s.id for s in indicator.series):
        mine = rows[rows["reeks"] == series].drop_duplicates(["gebied", "jaar"], keep=False)
        if len(mine):
            values = mine.pivot(index="gebied", columns="jaar", values="waarde").reindex(wijken)
            found.append((series, Panel(values.astype("float64"), treated, start)))
    return max(found, key=lambda pair: (_waves_that_help(pair[1]), len(pair[1].values.columns)))


def _waves_that_help(panel: Panel) -> int:
    return min(panel.n_before, LEAST_BEFORE) + min(panel.n_after, LEAST_AFTER)
