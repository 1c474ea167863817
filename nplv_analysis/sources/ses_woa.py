"""CBS, sociaal-economische status per wijk en buurt (SES-WOA): score, its three parts, and the number of households.

Tables 85163NED, 85539NED, 85900NED, 86092NED and 86296NED: the same years on the layout of another year each, so each
is a source of its own. A topic is known by its title and the group it stands in, as the edition itself says: four
topics are called "Gemiddelde score". The names of the groups come from an export of StatLine in working code of others.
In OData 3 they are inferred to be the groups of DataProperties, in OData 4 those of MeasureGroups.
"""

from __future__ import annotations

import re
from typing import Any

from nplv_analysis.errors import InputError
from nplv_analysis.records import Record
from nplv_analysis.sources.bundle import Bundle, in_gemeente
from nplv_analysis.sources.kwb_topics import plain_name
from nplv_analysis.sources.place_names import Place
from nplv_analysis.sources.sheets import Sheet, first_table
from nplv_analysis.sources.table import Row, Table, observation, region

SCORE, HOUSEHOLDS = "gemiddelde score", "particuliere huishoudens"
#: What the name of the group of a score begins with and has in it, and our variable.
SCORES = {
    ("totaalscore", ""): "ses_woa_totaal",
    ("deelscore", "welvaart"): "ses_woa_welvaart",
    ("deelscore", "opleiding"): "ses_woa_opleiding",
    ("deelscore", "arbeid"): "ses_woa_arbeid",
}
#: How CBS writes our units.
UNITS = {"score": "getal", "aantal": "aantal"}
#: First columns of an export of StatLine.
STATLINE, PERIODS = "Wijken en buurten", "Perioden"
#: A year, with a star behind it where StatLine marks it as provisional.
_PERIOD = re.compile(r"((?:19|20)[0-9]{2})(?:JJ00)?(\*{0,2})")

#: By column or code of a measure our variable and its unit.
Used = dict[str, tuple[str, str]]


def read(delivered: Bundle | dict[str, Sheet] | Table, record: Record, place: Place) -> list[dict[str, Any]]:
    """Read a downloaded table or an export of StatLine; periods that CBS marks so are provisional."""
    if isinstance(delivered, Bundle):
        return _read_bundle(delivered, place.gemeente)
    return _read_statline(first_table(delivered, record.file), place.gemeente)


def variable_of(path: list[str]) -> tuple[str, str] | None:
    """Give our variable and its unit for a topic, from the titles of its groups and its own, or None."""
    *groups, title = (" ".join(part.lower().split()) for part in path)
    if title == HOUSEHOLDS:
        return "particuliere_huishoudens", "aantal"
    group = groups[-1] if groups and title == SCORE else ""
    known = next((name for (start, part), name in SCORES.items() if group.startswith(start) and part in group), None)
    return (known, "score") if known else None


def _read_bundle(bundle: Bundle, gemeente: str) -> list[dict[str, Any]]:
    table = bundle.figures(gemeente)
    table.require(PERIODS)
    periods = bundle.dimension(PERIODS)
    if not periods:
        raise InputError(bundle.file, f"a set '{PERIODS}' that is not empty")
    long = bundle.protocol == "odata4"
    if long:
        table.require("Measure", "Value")
    used: Used = {}
    groups = _groups(bundle)
    for topic in bundle.topics:
        key = str(topic.get("Identifier" if long else "Key"))
        known = variable_of(_path(groups, topic))
        if known and (long or key in table.columns):
            _add(used, key, known, str(topic.get("Unit") or ""), bundle.file)
    if not used:
        sets = "MeasureGroups" if long else "DataProperties"
        raise InputError(
            bundle.file, f"topics 'Gemiddelde score' in groups Totaalscore and Deelscore in {sets}, or households"
        )
    found = []
    for row in table:
        key = row.cells[PERIODS].strip()
        if key not in periods:
            raise table.error(row, PERIODS, f"a key that the list {PERIODS} in this file has")
        status = str(periods[key].get("Status") or "").lower()
        provisional = status not in ("", "definitief")
        measures = [row.cells["Measure"].strip()] if long else list(used)
        for measure in measures:
            if measure in used:
                column = "Value" if long else measure
                found.append(_observation(table, row, column, used[measure], bundle.region, provisional))
    return found


def _groups(bundle: Bundle) -> dict[str, dict[str, Any]]:
    """Give the groups of topics by id; in OData 3 they stand among the topics."""
    name = "MeasureGroups" if bundle.protocol == "odata4" else "DataProperties"
    entries = bundle.sets.get(name) or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(bundle.file, "entries with names and values", column=name)
    return {str(entry.get("Id", entry.get("ID"))): entry for entry in entries}


def _path(groups: dict[str, dict[str, Any]], topic: dict[str, Any]) -> list[str]:
    """Give the titles of the groups that a topic stands in, the outermost first, and its own."""
    titles = [str(topic.get("Title") or "")]
    above = str(topic.get("MeasureGroupId", topic.get("ParentID")))
    # No deeper than there are groups: one may stand in itself.
    for _ in groups:
        if above not in groups:
            break
        titles.insert(0, str(groups[above].get("Title") or ""))
        above = str(groups[above].get("ParentId", groups[above].get("ParentID")))
    return titles


def _read_statline(table: Table, gemeente: str) -> list[dict[str, Any]]:
    table.require(PERIODS, STATLINE)
    code_column = next((column for column in table.columns if plain_name(column).startswith("regiocode")), None)
    if code_column is None:
        raise InputError(table.file, "codes of the places: export the table with the topic 'Regiocode' too", row=1)
    used: Used = {}
    for column in table.columns:
        found = re.fullmatch(r"(.*?)\s*\(([^()]*)\)\s*", column)
        known = variable_of(found[1].split("/")) if found else None
        if found and known:
            _add(used, column, known, found[2], table.file)
    if not used:
        raise InputError(table.file, "a column 'SES-WOA/Totaalscore/Gemiddelde score (Getal)', or another score", row=1)
    rows = [row for row in table if in_gemeente(region(table, row, code_column)[0], gemeente)]
    if not rows:
        raise InputError(table.file, f"rows of {gemeente}; there are none", column=code_column)
    return [_observation(table, row, column, used[column], code_column, False) for row in rows for column in used]


def _add(used: Used, key: str, known: tuple[str, str], unit: str, file: str) -> None:
    """Keep what a column or a measure is, unless another one is the same or CBS gives another unit."""
    variable, ours = known
    if unit.strip().lower() != UNITS[ours]:
        raise InputError(file, f"the unit '{UNITS[ours]}' for this topic", column=key, value=unit)
    other = next((name for name, (name_of, _) in used.items() if name_of == variable), None)
    if other:
        raise InputError(file, f"one topic for '{variable}'; '{other}' is one too", column=key)
    used[key] = known


def _observation(
    table: Table, row: Row, column: str, known: tuple[str, str], code_column: str, provisional: bool
) -> dict[str, Any]:
    variable, unit = known
    period = _PERIOD.fullmatch(row.cells[PERIODS].strip())
    if not period:
        raise table.error(row, PERIODS, "a year such as 2021, 2022* or 2021JJ00")
    code, level = region(table, row, code_column)
    # CBS writes NL01 for the country in some tables.
    code = "NL00" if level == "land" else code
    seen = observation(table, row, column, variable=variable, code=code, level=level, period=period[1], unit=unit)
    if (provisional or period[2]) and seen["status"] == "waargenomen":
        seen["status"] = "voorlopig"
    return seen
