"""One theme for one wijk: what a notebook starts, and the sections of its report tell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis import comparison as side
from nplv_analysis import development as time
from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import INTERNAL, MONITOR, Area, Indicator
from nplv_analysis.data import Data, load
from nplv_analysis.errors import NplvError
from nplv_analysis.indicators import COMPUTED, WIJK_ONLY
from nplv_analysis.preparation import SEED
from nplv_analysis.rows import records, with_plain_text
from nplv_analysis.sources import LOCATIONS
from nplv_analysis.targets import targets

#: Topic of the indicators that say who lives in an area; every report begins with them.
POPULATION = "Bevolking"
#: The theme of which counts are shown wherever they were made: few are published per wijk.
COUNTED_ANYWHERE = "interventies"


@dataclass(frozen=True)
class Analysis:
    """One theme for one wijk: everything a report tells, as tables."""

    data: Data
    area: Area
    theme: str
    first_year: int | None = None
    last_year: int | None = None
    compare_with: tuple[str, ...] = ()
    band: float | None = None

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators of the theme, in the order of the catalogue; of the monitor, in the order of the annex."""
        return self.data.catalogue.theme(self.theme)

    @cached_property
    def table(self) -> pd.DataFrame:
        """Released figures of the theme with their verdicts, for all areas, within the chosen years; undated stay."""
        table = self.data.figures[self.data.figures["indicator"].isin([i.id for i in self.indicators])]
        year = table["jaar"]
        keep = year.isna()
        keep |= (year >= (self.first_year or 0)) & (year <= (self.last_year or 9999))
        return with_plain_text(table[keep].reset_index(drop=True))

    @cached_property
    def rows(self) -> list[dict[Any, Any]]:
        """The rows of the table as plain values."""
        return records(self.table)

    @cached_property
    def positions(self) -> dict[tuple[str, str, str], dict[str, int]]:
        """Where figures of areas themselves are in the table: by indicator, series and period, then by area."""
        found: dict[tuple[str, str, str], dict[str, int]] = {}
        for position, row in enumerate(self.rows):
            if row["rol"] == ITSELF:
                beside = found.setdefault((row["indicator"], row["reeks"], row["periode"]), {})
                beside.setdefault(row["gebied"], position)
        return found

    @cached_property
    def own(self) -> pd.DataFrame:
        """The rows about the area itself."""
        return self.table[(self.table["gebied"] == self.area.id) & (self.table["rol"] == ITSELF)]

    @property
    def shown(self) -> pd.DataFrame:
        """The rows that the page rests on: its own, and of interventions those of whichever area was counted."""
        if self.theme != COUNTED_ANYWHERE:
            return self.own
        figures = self.table[["waarde", "ondergrens", "genoemd"]].notna().any(axis=1)
        return self.table[figures & (self.table["rol"] == ITSELF)]

    @cached_property
    def latest(self) -> pd.DataFrame:
        """The latest own figure of each indicator, beside that of the references."""
        return side.comparison(self.table[self.table["herkomst"] != WIJK_ONLY], self.area.id, self.data.catalogue)

    @cached_property
    def compared(self) -> pd.DataFrame:
        """The latest own figure of each indicator that has a reference, beside that reference."""
        table = self.table[self.table["herkomst"] != WIJK_ONLY]
        return side.comparison(table, self.area.id, self.data.catalogue, comparable=True)

    def by_indicator(self, rows: pd.DataFrame) -> list[tuple[Indicator, dict[Any, Any]]]:
        """Pair rows, one an indicator, with their indicator, in the order of the catalogue."""
        found = {row["indicator"]: row for row in records(rows)}
        return [(i, found[i.id]) for i in self.indicators if i.id in found]

    @cached_property
    def wijk_only(self) -> pd.DataFrame:
        """The figures of the enclosing CBS wijk that are newer than the area's own latest, or all when it has none."""
        own = self.latest.set_index("indicator")["jaar"]
        rows = self.own[self.own["herkomst"] == WIJK_ONLY].sort_values("jaar")
        return rows[~(rows["jaar"] <= rows["indicator"].map(own).astype("float64").fillna(0))]

    @property
    def used_sources(self) -> list[str]:
        """Ids of the sources that the page rests on, with those of weights and denominators."""
        held = self.theme == COUNTED_ANYWHERE or len(self.latest) or len(self.wijk_only)
        used = list(dict.fromkeys(self.shown["bron"])) if held else []
        used = [source for source in used if source]
        computed = self.own[self.own["herkomst"] == COMPUTED]
        for row in records(computed.drop_duplicates(["indicator", "reeks", "bron", "periode"])):
            indicator = self.data.catalogue.indicator(row["indicator"])
            series = indicator.series_of(row)
            amounts = (series.weight, series.denominator, series.coverage) if series else ()
            used += [a.source for a in amounts if a and a.source and row["bron"] in used]
            used += [LOCATIONS] if indicator.about_schools else []
        mine = self._population[(self._population["gebied"] == self.area.id) & (self._population["rol"] == ITSELF)]
        return list(dict.fromkeys([*used, *(source for source in side.latest(mine)["bron"] if source)]))

    @property
    def _population(self) -> pd.DataFrame:
        """How many people live in all areas, which every page says of its own."""
        people = {i.id for i in self.data.catalogue.theme("overig") if i.topic == POPULATION}
        return self.data.figures[self.data.figures["indicator"].isin(people)]

    @cached_property
    def development(self) -> pd.DataFrame:
        """All figures of the area with their changes."""
        rows = self.developments
        return rows[rows["gebied"] == self.area.id]

    @cached_property
    def measured(self) -> dict[str, pd.DataFrame]:
        """Figures of the area itself by indicator; the same figure from two places of one source counts once."""
        rows = side.with_figure(self.development[self.development["herkomst"] != WIJK_ONLY])
        twice = rows.duplicated(["indicator", "periode", "waarde"]) & rows["waarde"].notna()
        return {str(name): group for name, group in rows[~twice].groupby("indicator", sort=False)}

    @cached_property
    def developments(self) -> pd.DataFrame:
        """All figures of all areas with their changes, marks and trends, in order of time."""
        if self.first_year or self.last_year:
            # A change since a year that was not asked for is left out.
            return with_plain_text(time.development(self.table, self.data.catalogue))
        return time.in_order(self.table)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """The targets of Groningen-Noord for the indicators of this theme."""
        if self.first_year or self.last_year:
            # What was measured outside these years is left out.
            return targets(self.table, self.data.catalogue, np.random.default_rng(SEED))
        goals = self.data.targets
        mine = goals["indicator"].isin([i.id for i in self.indicators])
        return with_plain_text(goals[mine].reset_index(drop=True))

    @property
    def internal(self) -> bool:
        """Whether the page is not for everyone: by its kind, or for a figure on it whose source is not public."""
        if self.theme in INTERNAL:
            return True
        if self.theme == MONITOR:
            # Its wijkkompas and its counts of verdicts rest on figures of all themes.
            return self.data.internal
        return not bool(self.table["openbaar"].all() and self._population["openbaar"].all())

    @property
    def areas_beside(self) -> list[str]:
        """Ids of the areas to draw in a comparison, the own one among them."""
        kinds = (*side.WIJKEN, "samengesteld", "gemeente")
        chosen = self.compare_with or tuple(a.id for a in self.data.catalogue.areas if a.kind in kinds)
        return [*([] if self.area.id in chosen else [self.area.id]), *chosen]


def analyse(
    theme: str,
    wijk: str,
    *,
    vanaf: int | None = None,
    tot: int | None = None,
    vergelijk_met: str = "",
    data_map: str = "",
    band: float | None = None,
    alleen_openbaar: bool = False,
) -> Analysis:
    """Start an analysis with the parameters of a notebook.

    Parameters
    ----------
    theme : str
        What it is about: one of ``catalogue.REPORTS``.
    wijk : str
        Id or name of an area of the catalogue.
    vanaf, tot : int, optional
        First and last year.
    vergelijk_met : str
        Ids or names of areas to draw beside it, separated by commas; empty for all areas of the monitor.
    data_map : str
        The data folder; empty for the one of the project.
    band : float, optional
        Half width of the band around the figure of the gemeente, in percent of that figure. The programme gives none.
    alleen_openbaar : bool
        Leave out sources that are not public.

    Returns
    -------
    Analysis
        The figures of this theme.

    Raises
    ------
    NplvError
        For an unknown area or theme, when ``vanaf`` is after ``tot``, or for an internal theme and public sources only.
    """
    if vanaf and tot and vanaf > tot:
        raise NplvError(f"vanaf ({vanaf}) is after tot ({tot})")
    if band is not None and not 0 < band <= 100:
        raise NplvError(f"band: found {band:g}, expected a percentage above 0 and up to 100")
    if alleen_openbaar and theme in INTERNAL:
        raise NplvError(f"'{theme}' is internal: there is none with public sources only")
    data = load(data_map or None, public=alleen_openbaar)
    data.catalogue.theme(theme)
    names = [name for name in vergelijk_met.split(",") if name.strip()]
    beside = tuple(data.catalogue.area(name).id for name in names)
    return Analysis(data, data.catalogue.area(wijk), theme, vanaf, tot, beside, band)
