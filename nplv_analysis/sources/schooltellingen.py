"""Counts of pupils per school, a row a school and characteristic: only figures of many schools together leave here.

docs/onderwijssegregatie.md tells what the columns mean. Which characteristics there are, and which figures are made of
them, is in the catalogue: the variables of the series with this source, such as ``opleiding_ouders: verdeling``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nplv_analysis.catalogue import Catalogue, Indicator
from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.methods.segregation import DRAWS, estimate, isolation
from nplv_analysis.records import SUFFIX, Record
from nplv_analysis.sources.enquete_places import Place, place_of
from nplv_analysis.sources.table import Row, Table

#: Columns of the template and what goes in them, for the sheet of explanation and the documentation.
COLUMNS = {
    "schooljaar": "bijvoorbeeld 2024-2025",
    "school": "code of naam van de school; komt in geen enkel rapport",
    "soort": "bo, sbo of so; alleen bo (gewone basisscholen) telt mee in de cijfers",
    "gebied": "mag leeg: de CBS-buurt waar de school staat, of de naam of id van een gebied",
    "kenmerk": "waarover het gaat, bijvoorbeeld opleiding_ouders of advies_onder_toets",
    "aantal": "leerlingen met dit kenmerk: het echte aantal, ook als het klein is",
    "totaal": "alle leerlingen van wie dit bekend is, ook die met het kenmerk",
}
KINDS = ("bo", "sbo", "so")
REGULAR = "bo"
#: What is made of the counts: the share, how unevenly it is spread over schools, and with how many of their own kind
#: pupils are on average at school.
SHARE, UNEVEN, ISOLATION = "aandeel", "verdeling", "isolatie"
MEASURES = (SHARE, UNEVEN, ISOLATION)
#: Fewest schools and fewest pupils in any figure; catalogue and record may ask for more.
LEAST_SCHOOLS, LEAST_PERSONS = 5, 10

FEW_SCHOOLS = "Dit zijn minder dan {minste} scholen. Dan gaat een cijfer te veel over één school."
FEW_PUPILS = "Een van de groepen is kleiner dan {minste} leerlingen. Dan zegt een cijfer vooral iets over toeval."
FEW_OTHERS = "Naast dit gebied blijven weinig scholen over. Over die scholen zou dan te veel te zien zijn."


@dataclass(frozen=True)
class Count:
    """One row: a school, what was counted there, and where it stands (None where that is not told)."""

    row: int
    period: str
    school: str
    kind: str
    place: Place | None
    topic: str
    number: int
    total: int


def read(table: Table, record: Record, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Make figures of many schools together from the counts of each.

    Parameters
    ----------
    table : Table
        A filled template.
    record : Record
        Its record; its source is the one that series of the catalogue name.
    catalogue : Catalogue
        Says which figures are made, of which areas, and from how many schools and pupils.

    Returns
    -------
    list of dict
        An observation for each figure, school year and area: the gemeente, and the area that is put together from
        others where schools say that they stand in it. One on too few schools or pupils has no value, with the reason;
        nor has one of an area that leaves too few of them beside it. Nothing in it is about one school.

    Raises
    ------
    InputError
        For the first cell that is wrong.
    """
    table.require(*COLUMNS)
    wanted = _wanted(catalogue, record.source)
    if not wanted:
        expected = f"the source of series in the catalogue with variables such as 'opleiding_ouders: {UNEVEN}'"
        raise InputError(record.file + SUFFIX, expected, column="bron", value=record.source)
    topics = topics_of(catalogue, record.source)
    counts = [_count(table, row, catalogue, topics) for row in table]
    _check_together(table, counts)
    found = []
    for period, topic in sorted({(count.period, count.topic) for count in counts}):
        here = [count for count in counts if (count.period, count.topic) == (period, topic)]
        schools = [count for count in here if count.kind == REGULAR and count.total]
        for area in _areas(catalogue, schools):
            inside = schools if area == catalogue.gemeente.id else _standing_in(catalogue, area, schools)
            beside = [count for count in schools if count not in inside]
            for measure in MEASURES:
                if (topic, measure) in wanted:
                    indicator = wanted[topic, measure]
                    why = _why_none(inside, indicator, record, measure)
                    if not why and beside and _why_none(beside, indicator, record, measure):
                        why = FEW_OTHERS
                    numbers, remark = ({}, why) if why else _figure(inside, measure, f"{topic} {period} {area}")
                    special = sum(count.kind != REGULAR for count in here) if area == catalogue.gemeente.id else 0
                    found.append(_observation(f"{topic}: {measure}", area, period, numbers, _remark(remark, special)))
    return found


def topics_of(catalogue: Catalogue, source: str) -> list[str]:
    """List the characteristics that the catalogue has for a source."""
    return sorted({topic for topic, _ in _wanted(catalogue, source)})


def _wanted(catalogue: Catalogue, source: str) -> dict[tuple[str, str], Indicator]:
    """Give the indicators that figures of a source are shown as, by characteristic and what is made of it."""
    found = {}
    for indicator in catalogue.indicators:
        for series in indicator.series:
            for variable in series.variables if series.source == source else ():
                topic, _, measure = variable.partition(": ")
                if measure in MEASURES:
                    found[topic, measure] = indicator
    return found


def _count(table: Table, row: Row, catalogue: Catalogue, topics: Sequence[str]) -> Count:
    """Read one row."""
    cells = {column: row.cells[column].strip() for column in COLUMNS}
    years = re.fullmatch(r"((?:19|20)\d\d)-((?:19|20)\d\d)", cells["schooljaar"], re.ASCII)
    if not years or int(years[2]) != int(years[1]) + 1:
        raise table.error(row, "schooljaar", "a school year such as 2024-2025")
    if not cells["school"]:
        raise table.error(row, "school", "the code or the name of a school")
    if cells["soort"].lower() not in KINDS:
        raise table.error(row, "soort", "bo, sbo or so")
    place = place_of(cells["gebied"], catalogue) if cells["gebied"] else None
    if cells["gebied"] and place is None:
        hint = did_you_mean(cells["gebied"], [area.id for area in catalogue.areas])
        raise table.error(row, "gebied", f"a buurt of {catalogue.gemeente.code}, an area of the catalogue{hint}")
    if place and catalogue.programme and place.straddles(catalogue.programme):
        raise table.error(row, "gebied", f"a place that is wholly in {catalogue.programme.id} or wholly outside it")
    if cells["kenmerk"] not in topics:
        hint = did_you_mean(cells["kenmerk"], topics)
        raise table.error(row, "kenmerk", f"a characteristic that the catalogue has for this source{hint}")
    for column in ("aantal", "totaal"):
        if not re.fullmatch(r"\d{1,6}", cells[column], re.ASCII):
            raise table.error(
                row, column, "the real count, a whole number of 0 or more (the file itself stays internal)"
            )
    if int(cells["aantal"]) > int(cells["totaal"]):
        raise table.error(row, "aantal", f"at most the {cells['totaal']} pupils under 'totaal'")
    return Count(
        row.number,
        cells["schooljaar"],
        cells["school"],
        cells["soort"].lower(),
        place,
        cells["kenmerk"],
        int(cells["aantal"]),
        int(cells["totaal"]),
    )


def _check_together(table: Table, counts: Sequence[Count]) -> None:
    """A school counts once for a characteristic in a year, and is the same school in all its rows of that year."""
    rows = {row.number: row for row in table}
    seen: dict[tuple[str, str, str], Count] = {}
    schools: dict[tuple[str, str], Count] = {}
    for count in counts:
        first = seen.setdefault((count.period, count.school, count.topic), count)
        if first is not count:
            expected = f"a school once for '{count.topic}' in {count.period}; row {first.row} has it too"
            raise table.error(rows[count.row], "school", expected)
        first = schools.setdefault((count.period, count.school), count)
        for column, mine, other in (
            ("soort", count.kind, first.kind),
            ("gebied", count.place, first.place),
        ):
            if mine != other:
                raise table.error(rows[count.row], column, f"the same as in row {first.row}, which has this school too")


def _areas(catalogue: Catalogue, schools: Sequence[Count]) -> list[str]:
    """Name the areas that get a figure: no single neighbourhood, which has too few schools."""
    whole, programme = catalogue.gemeente.id, catalogue.programme
    told = programme is not None and any(count.place for count in schools)
    return [whole, programme.id] if told and programme else [whole]


def _standing_in(catalogue: Catalogue, area: str, schools: Sequence[Count]) -> list[Count]:
    return [count for count in schools if count.place and count.place.inside(catalogue.area(area))]


def _why_none(schools: Sequence[Count], indicator: Indicator, record: Record, measure: str) -> str:
    """Tell why there is no figure of these schools; empty where there is one."""
    least_schools = max(LEAST_SCHOOLS, indicator.least_schools)
    if len({count.school for count in schools}) < least_schools:
        return FEW_SCHOOLS.format(minste=least_schools)
    least = max(LEAST_PERSONS, record.disclosure.get("least_persons", 0))
    number, total = sum(count.number for count in schools), sum(count.total for count in schools)
    smallest = total
    if measure != SHARE:
        smallest, least = min(number, total - number), max(least, indicator.least_pupils)
    return FEW_PUPILS.format(minste=least) if smallest < least else ""


def _figure(schools: Sequence[Count], measure: str, name: str) -> tuple[dict[str, float], str]:
    """Give the numbers of a figure and how they were made."""
    # The order of the rows would change the draws.
    ours, totals = np.array(sorted((count.number, count.total) for count in schools)).T
    others = totals - ours
    made = f"Berekend uit {len(schools)} basisscholen."
    total = float(ours.sum() + others.sum())
    share = 100 * ours.sum() / total
    if measure == SHARE:
        return {"waarde": share, "teller": float(ours.sum()), "noemer": total}, made
    if measure == ISOLATION:
        even = f"Bij een gelijke verdeling was het {share:.0f} %."
        return {"waarde": round(100 * float(isolation(ours, others)), 1)}, f"{made} {even}"
    # Every figure has draws of its own, so that another year in the file changes no other figure.
    found = estimate(ours, others, np.random.default_rng(list(name.encode())))
    numbers = {"waarde": found.corrected, "onder95": found.low, "boven95": found.high}
    remark = (
        f"{made} Toeval bij kleine scholen is eruit gehaald; daarmee was het {100 * found.counted:.0f} %. "
        f"De marge komt uit {DRAWS} keer opnieuw loten."
    )
    return {column: round(100 * value, 1) for column, value in numbers.items()}, remark


def _remark(remark: str, special: int) -> str:
    left_out = "Scholen voor speciaal onderwijs en speciaal basisonderwijs tellen niet mee."
    return f"{remark} {left_out}" if special else remark


def _observation(variable: str, area: str, period: str, numbers: dict[str, float], remark: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("waarde", "onder", "boven", "genoemd", "teller", "noemer", "onder95", "boven95"), math.nan)
    return {
        "variabele": variable,
        "gebiedscode": area,
        "niveau": "gebied",
        "periode": period,
        **nothing,
        **numbers,
        "teken": "=",
        "status": "waargenomen" if numbers else "geheim",
        "eenheid": "%",
        "postcode": "",
        "buurt": "",
        "opmerking": remark,
        # A figure is of many rows; the header is what they share.
        "rij": 1,
        "kolom": "aantal",
    }
