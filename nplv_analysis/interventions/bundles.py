"""What runs where, and what runs together: interventions in the same wijken at the same time are one bundle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nplv_analysis.catalogue import Area, Catalogue
from nplv_analysis.comparison import WIJKEN
from nplv_analysis.interventions import Intervention, Run


@dataclass(frozen=True)
class Bundle:
    """Interventions that run together in the same wijken, so that figures of wijken cannot tell them apart.

    Attributes
    ----------
    areas : tuple of str
        The wijken.
    interventions : tuple of Intervention
        What runs there, by start.
    start : int
        Year of the first start.
    undated : tuple of Intervention
        What runs there too, but nobody says since when.
    """

    areas: tuple[str, ...]
    interventions: tuple[Intervention, ...]
    start: int
    undated: tuple[Intervention, ...] = ()


def runs_in(intervention: Intervention, area: Area, catalogue: Catalogue) -> tuple[Run, ...]:
    """Give where an intervention runs, as far as that is in an area, around it, or it is the gemeente.

    Parameters
    ----------
    intervention : Intervention
        The intervention.
    area : Area
        A wijk, an area that is put together, or the gemeente.
    catalogue : Catalogue
        For the wijken that an area holds.

    Returns
    -------
    tuple of Run
        Those about the area itself or one it lies in; of an area that holds others, those about any of them too.
    """
    return tuple(run for run in intervention.runs if _touches(catalogue.area(run.area), area))


def bundles(interventions: Iterable[Intervention], catalogue: Catalogue) -> tuple[Bundle, ...]:
    """Put wijken together in which the same interventions run, since the same year.

    Parameters
    ----------
    interventions : iterable of Intervention
        Those of the catalogue. What runs in the whole gemeente is left out: it sets no wijk apart.
    catalogue : Catalogue
        For the wijken.

    Returns
    -------
    tuple of Bundle
        By first start. Of interventions that follow each other in a wijk with a year between them, each is a bundle.
    """
    local = [(i, run) for i in interventions for run in i.runs if run.area != catalogue.gemeente.id]
    by_id = {i.id: i for i, _ in local}
    groups: dict[tuple[int, frozenset[str], tuple[str, ...]], tuple[list[str], list[tuple[int, str]]]] = {}
    for wijk in (a for a in catalogue.areas if a.kind in WIJKEN):
        here = [(i.id, run) for i, run in local if _touches(catalogue.area(run.area), wijk)]
        undated = tuple(dict.fromkeys(name for name, run in here if run.first_year is None))
        for together in _at_the_same_time([(run.first_year, name, run.last_year) for name, run in here]):
            key = (together[0][0], frozenset(name for _, name in together), undated)
            areas, starts = groups.setdefault(key, ([], []))
            areas.append(wijk.id)
            starts.extend(together)
    made = []
    for (start, _, undated), (areas, starts) in groups.items():
        ordered = dict.fromkeys(name for _, name in sorted(starts, key=lambda pair: pair[0]))
        running, without_date = (tuple(by_id[name] for name in names) for names in (ordered, undated))
        made.append(Bundle(tuple(areas), running, start, without_date))
    return tuple(sorted(made, key=lambda bundle: bundle.start))


def without_any(interventions: Iterable[Intervention], catalogue: Catalogue) -> tuple[str, ...]:
    """Give the wijken in which nothing runs that sets them apart, also nothing without a date."""
    places = {run.area for i in interventions for run in i.runs} - {catalogue.gemeente.id}
    wijken = [a for a in catalogue.areas if a.kind in WIJKEN]
    return tuple(w.id for w in wijken if not any(_touches(catalogue.area(place), w) for place in places))


def _at_the_same_time(runs: Iterable[tuple[int | None, str, int | None]]) -> list[list[tuple[int, str]]]:
    """Cut what runs in a wijk (start, name, end) where a year passes without any; gives start and name, by start."""
    groups: list[list[tuple[int, str]]] = []
    latest = 0
    dated = [(start, name, end) for start, name, end in runs if start is not None]
    for start, name, end in sorted(dated, key=lambda run: run[0]):
        if not groups or start > latest + 1:
            groups.append([])
        groups[-1].append((start, name))
        # What has no end runs on.
        latest = max(latest, 9999 if end is None else end)
    return groups


def _touches(place: Area, area: Area) -> bool:
    """Whether what runs in a place concerns an area: one holds the other, or the place is the gemeente."""
    if "gemeente" in (place.kind, area.kind) or place.id == area.id:
        return True
    # An area that is put together has the buurten of its parts, and not the code of a wijk among them.
    one, other = (set(a.buurten) or a.ground for a in (place, area))
    return bool(one and other) and (one <= other or other <= one)
