"""Politie, registered crimes by kind: the tables 47018NED (years) and 47022NED (months), and selections of the first.

Kinds are never added up: the total (0.0.0) is one of them, and holds kinds that are hidden in these tables.
"""

from __future__ import annotations

import re
from typing import Any

from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.records import Record
from nplv_analysis.sources.bundle import Bundle
from nplv_analysis.sources.place_names import Place
from nplv_analysis.sources.sheets import Sheet, first_table
from nplv_analysis.sources.table import Row, Table, long_observations, observation, region

#: The gemeente that the totals and the kinds of the selections are about; those tables do not name it.
GEMEENTE = "GM0014"
TOTAL = "0.0.0"
#: Kinds that stay hidden because they could point at people: in all periods, and in months. Their nil is no nil.
HIDDEN, HIDDEN_IN_MONTHS = ("1.4.1", "3.2.1", "3.2.2"), ("3.7.3",)
_COUNTS = re.compile(r"GeregistreerdeMisdrijven_\d+")
_PERIOD = re.compile(r"((?:19|20)\d\d)(?:JJ00|MM(0[1-9]|1[0-2]))")


def read(delivered: Bundle | dict[str, Sheet] | Table, record: Record, place: Place) -> list[dict[str, Any]]:
    """Read a downloaded table or one of the three forms of selections; all values are counts of registered crimes."""
    if isinstance(delivered, Bundle):
        return _read_bundle(delivered, place)
    table = first_table(delivered, record.file)
    if "variable" in table.columns:
        return long_observations(table, lambda row: (row.cells["variable"].strip(), "aantal"))
    if "SoortMisdrijf" in table.columns:
        return _read_kinds(table)
    return _read_total(table)


def _read_bundle(bundle: Bundle, place: Place) -> list[dict[str, Any]]:
    table = bundle.figures(place.gemeente)
    counts = [column for column in table.columns if _COUNTS.fullmatch(column)]
    if len(counts) != 1:
        raise InputError(bundle.file, "one topic GeregistreerdeMisdrijven", column="TypedDataSet")
    table.require("SoortMisdrijf", "Perioden")
    kinds, periods = bundle.dimension("SoortMisdrijf"), bundle.dimension("Perioden")
    for name, entries in (("SoortMisdrijf", kinds), ("Perioden", periods)):
        if not entries:
            raise InputError(bundle.file, f"a set '{name}' that is not empty")
    found = []
    for row in table:
        kind = _entry(table, row, "SoortMisdrijf", kinds)
        status = str(periods[_entry(table, row, "Perioden", periods)].get("Status") or "")
        code, level = region(table, row, bundle.region)
        period = _period(table, row)
        seen = observation(
            table,
            row,
            counts[0],
            variable="misdrijven_totaal" if kind == TOTAL else f"misdrijven_{kind}",
            code=code,
            level=level,
            period=period,
            unit="aantal",
        )
        if kind in HIDDEN + (HIDDEN_IN_MONTHS if "-" in period else ()) and not seen["waarde"] > 0:
            seen |= {"waarde": float("nan"), "status": "geheim"}
        elif status.lower().startswith("voorlopig") and seen["status"] == "waargenomen":
            seen["status"] = "voorlopig"
        found.append(seen)
    return found


def _entry(table: Table, row: Row, column: str, known: dict[str, dict[str, Any]]) -> str:
    """Read a key of a dimension; keys are padded with spaces at the source."""
    key = row.cells[column].strip()
    if key not in known:
        raise table.error(row, column, f"a key that the list {column} in this file has{did_you_mean(key, known)}")
    return key


def _period(table: Table, row: Row) -> str:
    found = _PERIOD.fullmatch(row.cells["Perioden"].strip())
    if not found:
        raise table.error(row, "Perioden", "a year or a month such as 2024JJ00 or 2024MM01")
    return f"{found[1]}-{found[2]}" if found[2] else found[1]


def _read_total(table: Table) -> list[dict[str, Any]]:
    table.require("jaar", "cr_totaal_misdrijven")
    return [
        observation(
            table,
            row,
            "cr_totaal_misdrijven",
            variable="misdrijven_totaal",
            code=GEMEENTE,
            level="gemeente",
            period=table.year(row, "jaar"),
            unit="aantal",
        )
        for row in table
    ]


def _read_kinds(table: Table) -> list[dict[str, Any]]:
    years = [c for c in table.columns if c.isdigit()]
    if not years:
        raise InputError(table.file, "a column for each year, such as 2023", row=1)
    return [
        observation(
            table,
            row,
            year,
            variable=f"misdrijven_{row.cells['SoortMisdrijf'].strip()}",
            code=GEMEENTE,
            level="gemeente",
            period=year,
            unit="aantal",
        )
        for row in table
        for year in years
    ]
