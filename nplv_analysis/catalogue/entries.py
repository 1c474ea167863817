"""What a catalogue holds: indicators with their series, areas, and what there are reports on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from nplv_analysis.errors import UnknownNameError

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
