"""The released figures of all areas, as students and notebooks work with them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from nplv_analysis import comparison as side
from nplv_analysis import development as time
from nplv_analysis.areas import ITSELF
from nplv_analysis.boundaries import Shapes
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.folders import find_data
from nplv_analysis.preparation import load_prepared
from nplv_analysis.records import Record
from nplv_analysis.sources import BOUNDARIES, PLACES
from nplv_analysis.targets import COLUMNS as TARGETS


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
    targets : DataFrame
        The targets of the programme area (``targets.COLUMNS``); empty when the catalogue has none.
    """

    figures: pd.DataFrame
    catalogue: Catalogue
    records: tuple[Record, ...]
    method_error: pd.DataFrame
    folder: Path
    boundaries: Shapes = field(default_factory=dict)
    targets: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(TARGETS)))

    @property
    def internal(self) -> bool:
        """Whether a figure is not public."""
        return not bool(self.figures["openbaar"].all())

    def of(self, area: str, indicator: str) -> pd.DataFrame:
        """Give the figures of one area and one indicator, in order of time.

        Examples
        --------
        >>> import nplv_analysis as nplv
        >>> data = nplv.load(nplv.example("voorbeeldstad"))
        >>> figures = data.of("voorbeeldwijk-noord", "moeite_rondkomen")
        >>> dict(zip(figures["periode"], figures["waarde"]))
        {'2016': 27.0, '2018': 25.0, '2020': 22.0, '2022': nan}
        >>> figures["herkomst"].iloc[-1]
        'alleen hele CBS-wijk bekend'
        """
        wanted = (self.figures["gebied"] == self.catalogue.area(area).id) & (self.figures["rol"] == ITSELF)
        wanted &= self.figures["indicator"] == self.catalogue.indicator(indicator).id
        return self.figures[wanted].reset_index(drop=True)

    def compare(self, area: str, indicator: str) -> pd.DataFrame:
        """Put the latest figure of an area, with its verdict, beside that of the other areas and of the rest.

        Examples
        --------
        >>> import nplv_analysis as nplv
        >>> data = nplv.load(nplv.example("voorbeeldstad"))
        >>> beside = data.compare("voorbeeldwijk-noord", "onveiligheidsgevoelens").set_index("gebied")
        >>> beside["verschil"][["voorbeeldwijk-noord", "voorbeeldwijk-kade"]].tolist()
        [12.0, 8.0]
        >>> beside["oordeel"][["voorbeeldwijk-noord", "voorbeeldwijk-kade"]].tolist()
        ['ongunstiger', 'geen aantoonbaar verschil']
        """
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
        """Give the figures of one area and one indicator with their changes and their distance to the gemeente.

        Examples
        --------
        >>> import nplv_analysis as nplv
        >>> data = nplv.load(nplv.example("voorbeeldstad"))
        >>> changes = data.develop("gemeente", "moeite_rondkomen")
        >>> dict(zip(changes["periode"], changes["verandering"].round(1)))
        {'2016': nan, '2018': -1.1, '2020': -1.5, '2022': nan}
        >>> changes["reeks"].iloc[-1]
        'nieuwe vraag'
        """
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

    Examples
    --------
    >>> import nplv_analysis as nplv
    >>> data = nplv.load(nplv.example("voorbeeldstad"))
    >>> data.catalogue.area("voorbeeldwijk-noord").name
    'Voorbeeldwijk-Noord'
    >>> nplv.load("voorbeeldstad", public=True).internal
    False
    """
    folder = find_data(data_map)
    prepared = load_prepared(folder)
    edition = prepared.public if public else prepared.internal
    # Tables of streets are for the hittekaart alone, which reads them itself: nothing else names them.
    records = [record for record in prepared.records if record.reader != PLACES]
    if public:
        # A file that is not public as a whole may hold figures that are.
        seen = set(prepared.observations.loc[prepared.observations["openbaar"], "bestand"])
        records = [record for record in records if record.public or record.file in seen]
    # Boundaries are one map: a part of it that is not public takes the whole map away.
    shown = not public or all(record.public for record in prepared.records if record.reader == BOUNDARIES)
    boundaries = prepared.boundaries if shown else {}
    return Data(
        edition.figures,
        prepared.catalogue,
        tuple(records),
        edition.method_error,
        folder,
        boundaries,
        edition.targets,
    )


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

    Examples
    --------
    >>> import nplv_analysis as nplv
    >>> folder = nplv.example("voorbeeldstad")
    >>> sorted(path.name for path in (folder / "raw" / "voorbeeld_bevolking").iterdir())
    ['inwoners.csv', 'inwoners.csv.bron.yaml']
    """
    target = Path(folder)
    shutil.copytree(Path(__file__).parent / "voorbeeldstad", target, dirs_exist_ok=True)
    return target
