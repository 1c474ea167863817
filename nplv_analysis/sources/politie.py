"""Politie 47018NED, registered crimes: per buurt, and for the gemeente in total and by kind."""

from __future__ import annotations

from typing import Any

from nplv_analysis.errors import InputError
from nplv_analysis.records import Record
from nplv_analysis.sources.table import Table, long_observations, observation

#: The gemeente that the totals and the kinds are about; the tables do not name it.
GEMEENTE = "GM0014"


def read(table: Table, record: Record) -> list[dict[str, Any]]:
    """Read one of the three forms of this source; all values are counts of registered crimes."""
    if "variable" in table.columns:
        return long_observations(table, lambda row: (row.cells["variable"].strip(), "aantal"))
    if "SoortMisdrijf" in table.columns:
        return _read_kinds(table)
    return _read_total(table)


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
