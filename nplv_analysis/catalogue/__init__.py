"""The catalogue: what is measured, and for which areas. Data in YAML, checked against ``schema.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from nplv_analysis.catalogue.reading import HERE, check, read_file
from nplv_analysis.errors import CatalogueError, UnknownNameError, did_you_mean

THEMES = ("leerachterstand", "armoede", "veiligheid")
#: The report on the kernindicatoren of all themes together.
MONITOR = "gebiedsmonitor"
#: What there is a report on for each area.
OF_EACH = (*THEMES, MONITOR, "interventies")
#: What there is one report on, with the kind of the area that it is about.
OF_ONE = {"onderwijssegregatie": "gemeente", "procesmonitor": "samengesteld", "hittekaart": "gemeente"}
REPORTS = (*OF_EACH, *OF_ONE)
#: Reports on places smaller than a wijk: made when they are asked for by name, and never for the public.
INTERNAL = ("hittekaart",)
#: The lists of a catalogue, each in a file of that name.
LISTS = ("indicatoren", "gebieden")
#: What indicators are about.
SUBJECTS = (*THEMES, "interventies", *OF_ONE, "overig")
#: The clusters of the kernindicatoren, in the order of the annex of the programme.
CLUSTERS = (
    "Kwaliteit van de leefomgeving",
    "Kwaliteit van leven",
    "Wonen en (fysieke) leefomgeving",
    "Veiligheid en verantwoordelijkheid",
    "Werken en rondkomen",
    "Leren en talentontwikkeling",
    "Regie en sociale steun",
    "Vertrouwen en betrokkenheid",
)


@dataclass(frozen=True)
class Amount:
    """An amount per buurt: the sum of some variables less that of others (a weight or a denominator)."""

    name: str
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    source: str | None = None
    period: str | None = None
    rounding: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Series:
    """One consistently defined series of an indicator from one source (Dutch: reeks), or one edition of a series."""

    id: str
    source: str
    variables: tuple[str, ...]
    method: str
    periods: tuple[str, ...] = ()
    weight: Amount | None = None
    denominator: Amount | None = None
    coverage: Amount | None = None
    factor: float = 1.0
    status: str | None = None
    note: str = ""
    break_reason: str = ""
    rounding: Mapping[str, float] = field(default_factory=dict)
    edition: bool = False


@dataclass(frozen=True)
class Target:
    """A target for Groningen-Noord as printed: strict sign, value, version of the programme, and what it was before."""

    sign: str
    value: float
    version: str
    earlier: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Indicator:
    """One entry of ``indicatoren.yaml``; the texts are Dutch because readers of reports see them."""

    id: str
    name: str
    theme: str
    topic: str
    unit: str
    decimals: int
    good_direction: str
    numerator: str
    denominator: str
    uncertainty: str
    smallest_difference: Mapping[str, Any]
    caveat: str
    series: tuple[Series, ...]
    about: str = "inwoners"
    cluster: str = ""
    klaverblad: str = ""
    quarter: str = ""
    target: Target | None = None
    without_wijk: Mapping[str, str] | None = None
    least_schools: int = 1
    least_pupils: int = 1
    widest_range: float = 100.0
    comparable: bool = True
    differs_from: Mapping[str, str] = field(default_factory=dict)

    @property
    def about_schools(self) -> bool:
        """Whether the figure is about schools that stand in the area, not about people who live there."""
        return self.about == "scholen"

    def series_of(self, row: Mapping[Any, Any]) -> Series | None:
        """Give the series that a row of the indicator table is of, and of one in editions the right one."""
        found = [s for s in self.series if s.id == row["reeks"]]
        editions = (s for s in found if s.edition and s.source == row["bron"])
        own = (s for s in editions if not s.periods or str(row["periode"]) in s.periods)
        return next(own, found[0] if found else None)


@dataclass(frozen=True)
class Area:
    """One area of the monitor: buurten, a combination of other areas, the gemeente or the country."""

    id: str
    name: str
    kind: str
    in_batch: bool = False
    code: str | None = None
    buurten: Mapping[str, str] = field(default_factory=dict)
    wijk_code: str | None = None
    wijk_name: str | None = None
    is_wijk: bool = False
    note: str = ""
    other_codes: frozenset[str] = frozenset()

    @property
    def ground(self) -> frozenset[str]:
        """Codes, in the layout of the catalogue, of the buurten or the wijk that the area is made of."""
        return frozenset([*self.buurten, *([self.wijk_code] if self.is_wijk and self.wijk_code else [])])

    @property
    def own_codes(self) -> tuple[str, ...]:
        """Codes under which a publisher's figure is exactly about this area."""
        codes = [self.id]
        if self.code:
            codes.append(self.code)
        if self.is_wijk and self.wijk_code:
            codes.append(self.wijk_code)
        if len(self.buurten) == 1:
            codes.extend(self.buurten)
        return tuple(codes)


@dataclass(frozen=True)
class Catalogue:
    """All indicators and areas, in the order of the files, and the year of the layout of buurten that areas are in."""

    indicators: tuple[Indicator, ...]
    areas: tuple[Area, ...]
    layout: int | None = None

    @cached_property
    def _indicators(self) -> dict[str, Indicator]:
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def _areas(self) -> dict[str, Area]:
        return {area.id: area for area in self.areas}

    def indicator(self, name: str) -> Indicator:
        """Look an indicator up by its id; an unknown one raises with the nearest right ones."""
        if name not in self._indicators:
            raise UnknownNameError("indicator", name, self._indicators)
        return self._indicators[name]

    def area(self, name: str) -> Area:
        """Look an area up by its id or its name (capitals do not count)."""
        wanted = name.strip().lower().replace(" ", "-")
        for area in self.areas:
            if wanted in (area.id, area.name.lower().replace(" ", "-")):
                return area
        raise UnknownNameError("area", name, self._areas)

    def has_report(self, theme: str, area: Area) -> bool:
        """Whether there is a report on a theme for an area."""
        return area.kind == OF_ONE.get(theme, area.kind)

    def reports(self, *, public: bool) -> list[str]:
        """Give the reports that this catalogue has an area for; without the internal ones where all is ``public``."""
        wanted = [theme for theme in REPORTS if not (public and theme in INTERNAL)]
        return [theme for theme in wanted if any(self.has_report(theme, area) for area in self.areas)]

    def theme(self, theme: str) -> tuple[Indicator, ...]:
        """Give the indicators of a theme in the order of the catalogue, or the kernindicatoren in that of the annex."""
        if theme not in (*REPORTS, *SUBJECTS):
            raise UnknownNameError("theme", theme, REPORTS)
        if theme == MONITOR:
            core = [i for i in self.indicators if i.cluster]
            return tuple(sorted(core, key=lambda i: CLUSTERS.index(i.cluster)))
        return tuple(i for i in self.indicators if i.theme == theme)

    @property
    def batch_areas(self) -> tuple[Area, ...]:
        """The areas that get a report in a batch."""
        return tuple(a for a in self.areas if a.in_batch)

    @property
    def programme(self) -> Area | None:
        """The area that the targets are for, Groningen-Noord: the one that is put together from others."""
        return next((a for a in self.areas if a.kind == "samengesteld"), None)

    @property
    def monitor(self) -> str:
        """Name of the monitor: that of the programme area, or of the gemeente."""
        return f"Monitor {(self.programme or self.gemeente).name}"

    @property
    def gemeente(self) -> Area:
        """The one area that is the gemeente."""
        return next(a for a in self.areas if a.kind == "gemeente")


def load_catalogue(folder: Path | None = None, *, checked: bool = False) -> Catalogue:
    """Read and check ``indicatoren.yaml`` and ``gebieden.yaml``; only once while they stay the same.

    Parameters
    ----------
    folder : Path, optional
        Where the two files are; without it the catalogue that comes with the package.
    checked : bool
        Whether this very text was held against the schema before: that takes seconds, most of it to import the checker.

    Returns
    -------
    Catalogue
        The checked catalogue.

    Raises
    ------
    CatalogueError
        When an entry does not fit the schema or refers to something that is not there; names file, entry and field.
    """
    folder = folder or HERE
    paths = [folder / f"{key}.yaml" for key in LISTS]
    return _load(folder, tuple(path.read_bytes() if path.is_file() else b"" for path in paths), checked)


@lru_cache(maxsize=4)
def _load(folder: Path, contents: tuple[bytes, ...], checked: bool) -> Catalogue:
    """Read the files, of which ``contents`` tells whether they are still the same."""
    loaded: dict[str, Any] = {}
    for key in LISTS:
        path = folder / f"{key}.yaml"
        try:
            content = read_file(path)
        except FileNotFoundError:
            raise CatalogueError(f"{path.name}: expected this file in {folder.name}/") from None
        if not isinstance(content, dict) or key not in content:
            raise CatalogueError(f"{path.name}: expected a list under '{key}:'")
        loaded[key] = content[key]
    layout = content.get("indeling")
    if not (layout is None or (type(layout) is int and 1990 <= layout <= 2100)):
        raise CatalogueError(f"gebieden.yaml, indeling: found '{layout}', expected the year of a layout such as 2024")
    if not checked:
        check(loaded, "schema.json", {key: f"{key}.yaml" for key in loaded})
    areas = _areas(loaded["gebieden"])
    indicators = tuple(_indicator(entry) for entry in loaded["indicatoren"])
    _check_references(indicators, areas)
    return Catalogue(indicators, areas, layout)


def _areas(entries: list[dict[str, Any]]) -> tuple[Area, ...]:
    by_id: dict[str, Area] = {}
    for entry in entries:
        buurten = dict(entry.get("buurten", {}))
        for part in entry.get("samen", []):
            if part not in by_id:
                raise CatalogueError(
                    f"gebieden.yaml, entry '{entry['id']}', samen: unknown area '{part}'{did_you_mean(part, by_id)}"
                )
            buurten.update(by_id[part].buurten)
        wijk = entry.get("cbs_wijk", {})
        if entry["id"] in by_id:
            raise CatalogueError(f"gebieden.yaml, entry '{entry['id']}', id: is there twice")
        by_id[entry["id"]] = Area(
            id=entry["id"],
            name=entry["naam"],
            kind=entry["soort"],
            in_batch=entry.get("rapport") == "ja",
            code=entry.get("code"),
            buurten=buurten,
            wijk_code=wijk.get("code"),
            wijk_name=wijk.get("naam"),
            is_wijk=wijk.get("precies") == "ja",
            note=entry.get("opmerking", ""),
        )
    if sum(a.kind == "gemeente" for a in by_id.values()) != 1:
        raise CatalogueError("gebieden.yaml: expected exactly one area with 'soort: gemeente'")
    return tuple(by_id.values())


def _amount(entry: dict[str, Any] | None) -> Amount | None:
    if entry is None:
        return None
    period = entry.get("periode")
    return Amount(
        name=entry["naam"],
        plus=tuple(entry["plus"]),
        minus=tuple(entry.get("min", [])),
        source=entry.get("bron"),
        period=None if period is None else str(period),
        rounding=entry.get("afgerond_op", {}),
    )


def _target(entry: dict[str, Any]) -> Target:
    earlier = tuple(_target(before) for before in entry.get("eerder", []))
    return Target(entry["teken"], entry["waarde"], entry["versie"], earlier)


def _by_edition(series: dict[str, Any], where: str) -> list[dict[str, Any]]:
    """Write a series that comes in editions, one a year (``jaren``), in full for each; with one id they stay one."""

    def filled(value: Any, year: int) -> Any:
        if isinstance(value, dict):
            return {key: filled(part, year) for key, part in value.items()}
        if isinstance(value, list):
            return [filled(part, year) for part in value]
        if isinstance(value, str):
            return value.replace("{jaar}", str(year)).replace("{volgend_jaar}", str(year + 1))
        return value

    years = series.get("jaren", [])
    if bool(years) is (filled(series, 2000) == series):
        wanted = "{jaar} or {volgend_jaar} somewhere in this entry" if years else "the years that {jaar} stands for"
        raise CatalogueError(f"{where} '{series['id']}', jaren: expected {wanted}")
    return [filled(series, year) for year in years] or [series]


def _indicator(entry: dict[str, Any]) -> Indicator:
    where = f"indicatoren.yaml, entry '{entry['id']}', reeksen"
    editions = [_by_edition(written, where) for written in entry["reeksen"]]
    names = [name for group in editions for name in {edition["id"] for edition in group}]
    if len(set(names)) < len(names):
        raise CatalogueError(f"{where}: two series have the same id")
    series = tuple(
        Series(
            id=s["id"],
            source=s["bron"],
            variables=tuple(s["variabelen"]),
            method=s["methode"],
            periods=tuple(str(p) for p in s.get("perioden", [])),
            weight=_amount(s.get("gewicht")),
            denominator=_amount(s.get("noemer")),
            coverage=_amount(s.get("dekking")),
            factor=float(s.get("factor", 1)),
            status=s.get("status"),
            note=s.get("opmerking", ""),
            break_reason=s.get("breuk", ""),
            rounding=s.get("afgerond_op", {}),
            edition="jaren" in s,
        )
        for group in editions
        for s in group
    )
    target = entry.get("doel")
    return Indicator(
        id=entry["id"],
        name=entry["naam"],
        theme=entry["thema"],
        topic=entry["onderwerp"],
        unit=entry["eenheid"],
        decimals=entry["decimalen"],
        good_direction=entry["goede_richting"],
        numerator=entry["teller"],
        denominator=entry["noemer"],
        uncertainty=entry["onzekerheid"],
        smallest_difference=entry["kleinste_relevante_verschil"],
        caveat=entry["voorbehoud"],
        series=series,
        about=entry.get("betreft", "inwoners"),
        cluster=entry.get("cluster", ""),
        klaverblad=entry.get("klaverblad", ""),
        quarter=entry.get("kwart", ""),
        target=None if target is None else _target(target),
        without_wijk=entry.get("vergelijking"),
        least_schools=entry.get("minste_scholen", 1),
        least_pupils=entry.get("minste_leerlingen", 1),
        widest_range=float(entry.get("breedste_bereik", 100)),
        comparable=entry.get("vergelijkbaar") != "nee",
        differs_from=entry.get("verschilt_van", {}),
    )


def _check_references(indicators: tuple[Indicator, ...], areas: tuple[Area, ...]) -> None:
    ids = [i.id for i in indicators]
    area_ids = {a.id for a in areas}
    for indicator in indicators:
        where = f"indicatoren.yaml, entry '{indicator.id}'"
        if ids.count(indicator.id) > 1:
            raise CatalogueError(f"{where}, id: is there twice")
        if indicator.id in area_ids:
            raise CatalogueError(f"{where}, id: is the name of an area as well")
        for other in indicator.differs_from:
            if other not in ids:
                raise CatalogueError(f"{where}, verschilt_van: unknown indicator '{other}'{did_you_mean(other, ids)}")
