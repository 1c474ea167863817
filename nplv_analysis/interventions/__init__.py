"""The interventions of the catalogue: what is done, in which areas, since when, for whom, and what was counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.catalogue.reading import check, read_file
from nplv_analysis.errors import CatalogueError, did_you_mean

NAME = "interventies.yaml"
SCHEMA = "interventies.schema.json"
#: Key under which the catalogue says why something is not known.
UNKNOWN = "onbekend"


@dataclass(frozen=True)
class Run:
    """Where an intervention runs, as in the catalogue; ``unknown`` says why there is no start."""

    area: str
    start: str = ""
    end: str = ""
    unknown: str = ""
    note: str = ""

    @property
    def first_year(self) -> int | None:
        """The year of the start."""
        return int(self.start[:4]) if self.start else None

    @property
    def last_year(self) -> int | None:
        """The year of the end; None when none is stated."""
        return int(self.end[:4]) if self.end else None


@dataclass(frozen=True)
class Reach:
    """One part of what was counted.

    Attributes
    ----------
    part : str
        What was done.
    counts : tuple of str
        Indicators with its counts.
    columns, rows
        The counts laid out as a table, when they are: names of columns, and of each row its indicators (None where
        nothing is stated).
    not_to_add : str
        Why the counts may not be added up.
    reached : tuple of str
        The counts of different people.
    target_group : str
        Indicator that counts whom it is for; empty when that is not published.
    target_unknown : str
        Why not.
    outcome, group, area : str
        Indicator (a share) in which it could show, the one that counts whom that figure is about, and where.
    """

    part: str
    counts: tuple[str, ...]
    columns: tuple[str, ...] = ()
    rows: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    not_to_add: str = ""
    reached: tuple[str, ...] = ()
    target_group: str = ""
    target_unknown: str = ""
    outcome: str = ""
    group: str = ""
    area: str = ""


@dataclass(frozen=True)
class Intervention:
    """One entry of ``interventies.yaml``; of a text that is empty ``unknown`` has the reason, by name of the field."""

    id: str
    name: str
    kind: str
    goals: tuple[str, ...]
    runs: tuple[Run, ...]
    sources: tuple[str, ...]
    track: str = ""
    action_line: str = ""
    theory: str = ""
    target_group: str = ""
    method: str = ""
    proven: str = ""
    unknown: Mapping[str, str] = field(default_factory=dict)
    may_change: tuple[str, ...] = ()
    reach: tuple[Reach, ...] = ()
    reach_complete: bool = False
    perspectives: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def load_interventions(folder: Path, catalogue: Catalogue, *, checked: bool = False) -> tuple[Intervention, ...]:
    """Read and check ``interventies.yaml``.

    Parameters
    ----------
    folder : Path
        The folder of the catalogue; a catalogue need not have the file.
    catalogue : Catalogue
        For the areas and indicators that exist.
    checked : bool
        Whether this very text was held against the schema before, see ``load_catalogue``.

    Returns
    -------
    tuple of Intervention
        In the order of the file.

    Raises
    ------
    CatalogueError
        When an entry does not fit the schema or refers to something that is not there; names file, entry and field.
    """
    path = folder / NAME
    if not path.is_file():
        return ()
    content = read_file(path)
    if not checked:
        check(content, SCHEMA, {"interventies": NAME})
    found = tuple(_intervention(entry) for entry in content["interventies"])
    _check_references(found, catalogue)
    return found


def _intervention(entry: dict[str, Any]) -> Intervention:
    known: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for name in ("spoor", "actielijn", "theorie", "doelgroep", "methode", "bewezen"):
        value = entry[name]
        known[name] = "" if isinstance(value, dict) else str(value)
        if isinstance(value, dict):
            unknown[name] = value[UNKNOWN]
    return Intervention(
        id=entry["id"],
        name=entry["naam"],
        kind=entry["soort"],
        goals=tuple(entry["doelen"]),
        runs=tuple(_run(run) for run in entry["gebieden"]),
        sources=tuple(entry["bronnen"]),
        track=known["spoor"],
        action_line=known["actielijn"],
        theory=known["theorie"],
        target_group=known["doelgroep"],
        method=known["methode"],
        proven=known["bewezen"],
        unknown=unknown,
        may_change=tuple(entry["invloed_op"]),
        reach=tuple(_reach(part) for part in entry.get("bereik", [])),
        reach_complete=entry.get("bereik_compleet") == "ja",
        perspectives=entry.get("perspectieven", {}),
        note=entry.get("opmerking", ""),
    )


def _run(entry: dict[str, Any]) -> Run:
    start = entry["start"]
    dated = not isinstance(start, dict)
    return Run(
        area=entry["gebied"],
        start=str(start) if dated else "",
        end=str(entry.get("eind", "")),
        unknown="" if dated else start[UNKNOWN],
        note=entry.get("opmerking", ""),
    )


def _reach(entry: dict[str, Any]) -> Reach:
    group, table = entry["doelgroep"], entry.get("tabel", {})
    counted = not isinstance(group, dict)
    return Reach(
        part=entry["onderdeel"],
        counts=tuple(entry["tellingen"]),
        columns=tuple(table.get("kolommen", [])),
        rows={name: tuple(cells) for name, cells in table.get("rijen", {}).items()},
        not_to_add=entry.get("niet_optellen", ""),
        reached=tuple(entry.get("bereikt", [])),
        target_group=group if counted else "",
        target_unknown="" if counted else group[UNKNOWN],
        outcome=entry.get("uitkomst", ""),
        group=entry.get("groep_in_uitkomst", ""),
        area=entry.get("gebied", ""),
    )


def _check_references(interventions: tuple[Intervention, ...], catalogue: Catalogue) -> None:
    areas = {a.id: a for a in catalogue.areas}
    indicators = {i.id: i for i in catalogue.indicators}
    ids = [i.id for i in interventions]
    for intervention in interventions:
        where = f"{NAME}, entry '{intervention.id}'"
        if ids.count(intervention.id) > 1:
            raise CatalogueError(f"{where}, id: is there twice")
        for run in intervention.runs:
            if run.area not in areas:
                raise CatalogueError(f"{where}, gebieden: unknown area '{run.area}'{did_you_mean(run.area, areas)}")
            if run.end and (not run.start or run.end < run.start):
                raise CatalogueError(f"{where}, gebieden: '{run.area}' ends ({run.end}) before it starts")
        named = [("invloed_op", name) for name in intervention.may_change]
        for part in intervention.reach:
            named += [("bereik", name) for name in (*part.counts, *part.reached) if name]
            named += [("bereik", name) for name in (part.target_group, part.outcome, part.group) if name]
            for cells in part.rows.values():
                if len(cells) != len(part.columns):
                    raise CatalogueError(f"{where}, bereik: expected a cell for each column in every row of the table")
                named += [("bereik", name) for name in cells if name]
            if part.area and part.area not in areas:
                raise CatalogueError(f"{where}, bereik: unknown area '{part.area}'{did_you_mean(part.area, areas)}")
        for field_name, name in named:
            if name not in indicators:
                raise CatalogueError(
                    f"{where}, {field_name}: unknown indicator '{name}'{did_you_mean(name, indicators)}"
                )
        for part in intervention.reach:
            if part.outcome and indicators[part.outcome].unit != "%":
                raise CatalogueError(
                    f"{where}, bereik: '{part.outcome}' is no share, so no number of people shows in it"
                )
