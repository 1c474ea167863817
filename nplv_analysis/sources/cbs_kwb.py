"""CBS Kerncijfers wijken en buurten: as downloaded from StatLine, from the open data service or as yearly workbook.

Besides, the selections in this project: wide with keys of OData, or long with our or older names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.records import SUFFIX, Record
from nplv_analysis.sources.bundle import Bundle, codes_begin
from nplv_analysis.sources.kwb_topics import (
    BY_CODE,
    BY_NAME,
    BY_SHORT,
    Topic,
    of_edition,
    plain_name,
    same_unit,
)
from nplv_analysis.sources.place_names import Place, code_of, codes_by_name
from nplv_analysis.sources.sheets import Sheet, first_table
from nplv_analysis.sources.table import Row, Table, level_of, long_observations, observation, region

#: First column of an export of StatLine, and the topics in it that tell which place a row is.
STATLINE, GEMEENTE, CODE = "Wijken en buurten", "gemeentenaam", "codering"
#: Column with the codes in the yearly workbooks.
WORKBOOK = "gwb_code_10"

#: Names in the selections that are not those of CBS, and our variable.
ALIASES = {
    "pct_personen_40_laagste_inkomen": "personen_40_laagste_inkomen",
    "pct_huish_laag_inkomen": "laag_inkomen",
    "hh_laag_inkomen": "laag_inkomen",
    "pct_huish_onder_rond_sociaal_minimum": "sociaal_minimum",
    "hh_sociaal_minimum": "sociaal_minimum",
    "pct_huish_tot_110_sociaal_minimum": "sociaal_minimum_110",
    "pct_huish_tot_120_sociaal_minimum": "sociaal_minimum_120",
    "personen_bijstand": "bijstand_personen",
    "kwb:Inkomen.Inkomen.van.huishoudens.Huishoudens.met.een.laag.inkomen": "laag_inkomen",
    "kwb:Inkomen.Inkomen.van.huishoudens.Huish..onder.of.rond.sociaal.minimum": "sociaal_minimum",
    "kwb:Inkomen.Inkomen.van.huishoudens.Huishoudens.tot.110..van.sociaal.minimum": "sociaal_minimum_110",
    "kwb:Inkomen.Inkomen.van.huishoudens.Huishoudens.tot.120..van.sociaal.minimum": "sociaal_minimum_120",
}
BY_VARIABLE = {topic.variable: topic for topic in BY_NAME.values()}


def read(
    delivered: Bundle | dict[str, Sheet] | Table, record: Record, place: Place
) -> list[dict[str, Any]] | pd.DataFrame:
    """Read one edition; the year comes from the table or else from ``peiljaar`` in the record."""
    if isinstance(delivered, Bundle):
        return _read_bundle(delivered, record, place)
    table = first_table(delivered, record.file)
    if STATLINE in table.columns:
        return _read_statline(table, record, place)
    if WORKBOOK in table.columns:
        return _read_workbook(table, record, place)
    if "variable" in table.columns:
        return _read_long(table)
    return _read_wide(table, record)


def topic_of(column: str) -> Topic | None:
    """Give the topic of a key of CBS or a name in a selection, or None when we do not use it."""
    if column in ALIASES or column in BY_VARIABLE:
        return BY_VARIABLE[ALIASES.get(column, column)]
    return BY_NAME.get(plain_name(column))


def _read_long(table: Table) -> list[dict[str, Any]]:
    def measure(row: Row) -> tuple[str, str]:
        known = topic_of(row.cells["variable"].strip())
        if known is None:
            hint = did_you_mean(row.cells["variable"], (*ALIASES, *BY_VARIABLE))
            raise table.error(row, "variable", f"a variable of this source{hint}")
        return known.variable, known.unit

    return long_observations(table, measure)


def _read_wide(table: Table, record: Record) -> pd.DataFrame:
    code_column = "WijkenEnBuurten" if "WijkenEnBuurten" in table.columns else "code"
    table.require(code_column)
    used = {column: known for column in table.columns if (known := topic_of(column))}
    return _observations(table, used, _year(record), [(row, region(table, row, code_column)[0]) for row in table])


def _read_bundle(bundle: Bundle, record: Record, place: Place) -> list[dict[str, Any]] | pd.DataFrame:
    year = bundle.year or _year(record)
    if record.year not in (None, year):
        raise InputError(
            record.file + SUFFIX, f"{year}, as the table says itself", column="peiljaar", value=record.year
        )
    table = bundle.figures(place.gemeente)
    if bundle.protocol == "odata4":
        return _read_measures(bundle, table, year)
    # The numbers behind the keys differ between releases, so the table itself says which key is what. A download may
    # hold fewer topics than the table has.
    used = {}
    for topic in bundle.topics:
        key = str(topic.get("Key"))
        if (known := BY_NAME.get(plain_name(key))) and key in table.columns:
            _check_unit(bundle.file, key, known, str(topic.get("Unit") or ""))
            used[key] = known
    return _observations(table, used, year, [(row, region(table, row, bundle.region)[0]) for row in table])


def _read_measures(bundle: Bundle, table: Table, year: str) -> list[dict[str, Any]]:
    used = {}
    for measure in bundle.topics:
        code = str(measure.get("Identifier"))
        named = BY_NAME.get(plain_name(str(measure.get("Title"))))
        # A title stands in for a code only where we do not know the code.
        known = BY_CODE.get(code) or (named if named and not named.codes else None)
        if known:
            _check_unit(bundle.file, code, known, str(measure.get("Unit") or ""))
            used[code] = of_edition(known, year)
    table.require("Measure", "Value")
    found = []
    for row in table:
        topic = used.get(row.cells["Measure"].strip())
        if topic:
            code, level = region(table, row, bundle.region)
            found.append(
                observation(
                    table,
                    row,
                    "Value",
                    variable=topic.variable,
                    code=code,
                    level=level,
                    period=year,
                    unit=topic.unit,
                )
            )
    if not found:
        raise InputError(bundle.file, "at least one measure of the Kerncijfers, such as T001036", column="Measure")
    return found


def _read_workbook(table: Table, record: Record, place: Place) -> pd.DataFrame:
    mine = _of_gemeente(table, WORKBOOK, place.gemeente)
    if not mine:
        raise InputError(table.file, f"rows of {place.gemeente}; there are none", column=WORKBOOK)
    used = {column: BY_SHORT[column] for column in table.columns if column in BY_SHORT}
    return _observations(table, used, _year(record), mine)


def _read_statline(table: Table, record: Record, place: Place) -> pd.DataFrame:
    year = _year(record)
    used: dict[str, Topic] = {}
    about: dict[str, str] = {}
    for column in table.columns:
        path, unit = _header(column)
        last = plain_name(path.rsplit("/", 1)[-1])
        if last in (GEMEENTE, CODE):
            about[last] = column
        # A title may have a slash in it, so the path is tried from its first part on.
        names = [path.split("/", cut)[-1] for cut in range(path.count("/") + 1)]
        known = next((BY_NAME[name] for name in map(plain_name, names) if name in BY_NAME), None)
        if known:
            _check_unit(table.file, column, known, unit)
            used[column] = known
    if CODE in about:
        mine = _of_gemeente(table, about[CODE], place.gemeente)
    else:
        mine = _codes_from_names(table, about, codes_by_name(place.raw, record, place.gemeente), place.gemeente)
    if not mine:
        raise InputError(table.file, f"rows of {place.gemeente}; there are none", column=STATLINE)
    return _observations(table, used, year, mine)


def _of_gemeente(table: Table, column: str, gemeente: str) -> list[tuple[Row, str]]:
    """Give the rows of the gemeente and the country, each with its code."""
    mine = codes_begin(gemeente)
    codes = map(str.strip, table.column(column))
    return [(row, code) for row, code in zip(table, codes, strict=True) if code.startswith(mine)]


def _codes_from_names(
    table: Table, about: dict[str, str], codes: dict[str, set[str]], gemeente: str
) -> list[tuple[Row, str]]:
    """Names are unique within a gemeente at best, so a row must say which gemeente it is in."""
    if GEMEENTE not in about:
        raise InputError(table.file, "a column 'Regioaanduiding/Gemeentenaam (naam)' in the header", row=1)
    within = about[GEMEENTE]
    own = {name for name, known in codes.items() if gemeente in known}
    names = zip(table, table.column(STATLINE), table.column(within), strict=True)
    stripped = [(row, name.strip(), gemeente.strip()) for row, name, gemeente in names]
    country = [row for row, name, gemeente in stripped if name == gemeente == "Nederland"]
    mine = [row for row, _, gemeente in stripped if gemeente in own]
    return [(row, "NL00") for row in country] + [(row, code_of(table, row, STATLINE, codes)) for row in mine]


def _header(column: str) -> tuple[str, str]:
    """Split "Bevolking/Aantal inwoners (aantal)" into path and unit."""
    found = re.fullmatch(r"(.*?)\s*\(([^()]*)\)\s*", column)
    return (found[1], found[2]) if found else (column, "")


def _check_unit(file: str, column: str, topic: Topic, unit: str) -> None:
    if not same_unit(topic.unit, unit):
        raise InputError(file, f"the unit '{topic.unit}' for this topic", column=column, value=unit)


def _year(record: Record) -> str:
    if record.year is None or not re.fullmatch(r"(19|20)\d\d", record.year):
        raise InputError(record.file + SUFFIX, "the year that the table is about", column="peiljaar", value=record.year)
    return record.year


def _observations(table: Table, used: dict[str, Topic], year: str, places: list[tuple[Row, str]]) -> pd.DataFrame:
    """Make an observation of each used column of each row, with the code of its place."""
    if not used:
        raise InputError(table.file, "at least one column with a key of this source, such as AantalInwoners_5", row=1)
    topics = {column: of_edition(topic, year) for column, topic in used.items()}
    double: dict[str, str] = {}
    for column, topic in topics.items():
        if topic.variable in double:
            other = double[topic.variable]
            raise InputError(
                table.file, f"one column for '{topic.variable}'; '{other}' is one too", row=1, column=column
            )
        double[topic.variable] = column
    rows, columns = [row for row, _ in places], list(topics)
    texts = [cells[column] for cells in (row.cells for row in rows) for column in columns]
    # Many cells hold the same text, so each different one is read once, where it stands first.
    which, _ = pd.factorize(np.array(texts, dtype="object"))
    first = [divmod(place, len(columns)) for place in np.unique(which, return_index=True)[1]]
    any_place = {"variable": "", "code": "", "level": "", "unit": ""}
    read = pd.DataFrame(
        [observation(table, rows[row], columns[column], period=year, **any_place) for row, column in first]
    )

    def of_rows(values: Iterable[Any], kind: str = "object") -> np.ndarray:
        return np.repeat(np.array(list(values), dtype=kind), len(columns))

    def of_columns(values: Iterable[str]) -> np.ndarray:
        return np.tile(np.array(list(values), dtype="object"), len(rows))

    varying = {
        "variabele": of_columns(topic.variable for topic in topics.values()),
        "gebiedscode": of_rows(code for _, code in places),
        "niveau": of_rows(level_of(code) for _, code in places),
        "eenheid": of_columns(topic.unit for topic in topics.values()),
        "rij": of_rows((row.number for row in rows), "int64"),
        "kolom": of_columns(columns),
    }
    return read.drop(columns=list(varying)).iloc[which].assign(**varying)
