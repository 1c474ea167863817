"""What notebooks and students work with: the released figures, and one analysis of a theme for a wijk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis import comparison as side
from nplv_analysis import development as time
from nplv_analysis.areas import ITSELF
from nplv_analysis.boundaries import Shapes
from nplv_analysis.catalogue import Area, Catalogue, Indicator
from nplv_analysis.errors import NplvError
from nplv_analysis.folders import find_data
from nplv_analysis.indicators import COMPUTED, WIJK_ONLY
from nplv_analysis.preparation import load_prepared
from nplv_analysis.records import Record
from nplv_analysis.rows import records, with_plain_text
from nplv_analysis.sources import BOUNDARIES, LOCATIONS
from nplv_analysis.targets import targets

#: Topic of the indicators that say who lives in an area; every report begins with them.
POPULATION = "Bevolking"
#: Start of the random numbers of a report, so that the same figures give the same report.
SEED = 2024


@dataclass(frozen=True)
class Data:
    """Released figures of all areas, with the catalogue and the records of their sources.

    Attributes
    ----------
    figures : DataFrame
        The released indicator table (``indicators.COLUMNS``).
    catalogue : Catalogue
        Indicators and areas.
    records : tuple of Record
        One for each raw file.
    method_error : DataFrame
        Computed against published figures, for every CBS wijk that has both.
    folder : Path
        The data folder.
    boundaries : dict
        Shapes of areas by id, as GeoJSON geometries; empty when no boundaries are shipped.
    """

    figures: pd.DataFrame
    catalogue: Catalogue
    records: tuple[Record, ...]
    method_error: pd.DataFrame
    folder: Path
    boundaries: Shapes = field(default_factory=dict)

    @property
    def internal(self) -> bool:
        """Whether a figure is not public."""
        return not bool(self.figures["openbaar"].all())

    def of(self, area: str, indicator: str) -> pd.DataFrame:
        """Give the figures of one area and one indicator, in order of time."""
        wanted = (self.figures["gebied"] == self.catalogue.area(area).id) & (self.figures["rol"] == ITSELF)
        wanted &= self.figures["indicator"] == self.catalogue.indicator(indicator).id
        return self.figures[wanted].reset_index(drop=True)

    def compare(self, area: str, indicator: str) -> pd.DataFrame:
        """Put the latest figure of an area, with its verdict, beside that of the other areas and of the rest."""
        mine = self.of(area, indicator)
        last = side.latest(mine)
        if last.empty:
            return mine.iloc[:0]
        series, period = last.iloc[0]["reeks"], last.iloc[0]["periode"]
        same = self.figures[
            (self.figures["indicator"] == self.catalogue.indicator(indicator).id)
            & (self.figures["reeks"] == series)
            & (self.figures["periode"] == period)
        ]
        rest = (same["rol"] != ITSELF) & (same["gebied"] == self.catalogue.area(area).id)
        return same[(same["rol"] == ITSELF) | rest].reset_index(drop=True)

    def develop(self, area: str, indicator: str) -> pd.DataFrame:
        """Give the figures of one area and one indicator with their changes and their distance to the gemeente."""
        name = self.catalogue.indicator(indicator).id
        rows = time.in_order(self.figures[self.figures["indicator"] == name])
        return rows[rows["gebied"] == self.catalogue.area(area).id].reset_index(drop=True)

    def chart(self, area: str, indicator: str) -> str:
        """Draw how one indicator developed in one area; gives an HTML figure to save or to show."""
        from nplv_analysis.charts import development_chart, development_panel
        from nplv_analysis.tables import paragraph

        chosen, place = self.catalogue.indicator(indicator), self.catalogue.area(area)
        rows = self.develop(area, indicator)
        panel = development_panel(time.in_order(self.figures), self.catalogue, chosen, rows, place)
        reference = None if place.kind == "gemeente" else self.catalogue.gemeente.name
        sources = "; ".join(dict.fromkeys(self.citation(source) for source in rows["bron"] if source))
        drawn = development_chart([panel], place.name, reference, sources, f"{place.id}-{chosen.id}").to_html()
        return drawn or paragraph(f"{chosen.name}: van {place.name} is geen cijfer met een jaar om te tekenen.").html

    @property
    def boundaries_citation(self) -> str:
        """Name who made the boundaries, for the caption of a map."""
        return "; ".join(dict.fromkeys(r.citation for r in self.records if r.reader == BOUNDARIES))

    def citation(self, source: str, period: str = "") -> str:
        """Give the citation of a source; where its files differ by period, that of the period."""
        all_of_it = {r.citation: r for r in self.records if r.source == source}
        if len(all_of_it) > 1:
            of_period = [c for c in all_of_it if period and period in c]
            return of_period[0] if of_period else f"{next(iter(all_of_it.values())).publisher}, {source}"
        return next(iter(all_of_it), "")


def load(data_map: str | Path | None = None, *, public: bool = False) -> Data:
    """Load the figures; prepares the raw files first where that is needed.

    Parameters
    ----------
    data_map : str or Path, optional
        The data folder; see ``find_data``.
    public : bool
        Leave out every source that is not public.

    Returns
    -------
    Data
        The released figures.

    Raises
    ------
    NplvError
        When the data folder or a raw file is not in order.
    """
    folder = find_data(data_map)
    prepared = load_prepared(folder)
    edition, records = (prepared.public if public else prepared.internal), prepared.records
    if public:
        # A file that is not public as a whole may hold figures that are.
        seen = set(prepared.observations.loc[prepared.observations["openbaar"], "bestand"])
        records = [record for record in records if record.public or record.file in seen]
    # Boundaries are one map: a part of it that is not public takes the whole map away.
    shown = not public or all(record.public for record in prepared.records if record.reader == BOUNDARIES)
    boundaries = prepared.boundaries if shown else {}
    return Data(edition.figures, prepared.catalogue, tuple(records), edition.method_error, folder, boundaries)


def example(folder: str | Path) -> Path:
    """Copy the fictional town Voorbeeldstad to a folder, to try things on.

    Parameters
    ----------
    folder : str or Path
        Where to; made when it is not there.

    Returns
    -------
    Path
        The data folder, to give to ``load``.
    """
    target = Path(folder)
    shutil.copytree(Path(__file__).parent / "voorbeeldstad", target, dirs_exist_ok=True)
    return target


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
    def own(self) -> pd.DataFrame:
        """The rows about the area itself."""
        return self.table[(self.table["gebied"] == self.area.id) & (self.table["rol"] == ITSELF)]

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
        used = list(dict.fromkeys(self.own["bron"])) if len(self.latest) or len(self.wijk_only) else []
        used = [source for source in used if source]
        computed = set(self.own.loc[self.own["herkomst"] == COMPUTED, "indicator"])
        for indicator in self.indicators:
            for series in indicator.series if indicator.id in computed else ():
                amounts = (series.weight, series.denominator, series.coverage)
                used += [a.source for a in amounts if a and a.source and series.source in used]
                used += [LOCATIONS] if indicator.about_schools else []
        population = [s.source for i in self.data.catalogue.theme("overig") if i.topic == POPULATION for s in i.series]
        return list(dict.fromkeys([*used, *population]))

    @cached_property
    def development(self) -> pd.DataFrame:
        """All figures of the area with their changes."""
        rows = self.developments
        return rows[rows["gebied"] == self.area.id]

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
        return targets(self.table, self.data.catalogue, np.random.default_rng(SEED))

    @property
    def internal(self) -> bool:
        """Whether a figure on the page, its own or one beside it, may come from a source that is not public."""
        people = {i.id for i in self.data.catalogue.theme("overig") if i.topic == POPULATION}
        beside = self.data.figures[self.data.figures["indicator"].isin(people)]
        return not bool(self.table["openbaar"].all() and beside["openbaar"].all())

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
    theme : {"leerachterstand", "armoede", "veiligheid", "gebiedsmonitor"}
        What it is about.
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
        For an unknown area or theme, or when ``vanaf`` is after ``tot``.
    """
    if vanaf and tot and vanaf > tot:
        raise NplvError(f"vanaf ({vanaf}) is after tot ({tot})")
    if band is not None and not 0 < band <= 100:
        raise NplvError(f"band: found {band:g}, expected a percentage above 0 and up to 100")
    data = load(data_map or None, public=alleen_openbaar)
    data.catalogue.theme(theme)
    names = [name for name in vergelijk_met.split(",") if name.strip()]
    beside = tuple(data.catalogue.area(name).id for name in names)
    return Analysis(data, data.catalogue.area(wijk), theme, vanaf, tot, beside, band)
