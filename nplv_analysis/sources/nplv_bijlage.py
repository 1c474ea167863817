"""The annex of the programme: 24 kernindicatoren of Groningen-Noord with values for 2018, 2020 and 2022."""

from __future__ import annotations

from typing import Any

from nplv_analysis.records import Record
from nplv_analysis.sources.table import Table, observation

YEARS = ("2018", "2020", "2022")


def read(table: Table, record: Record) -> list[dict[str, Any]]:
    """Read the printed values; an empty cell is missing or, where the note says so, not yet known."""
    table.require("id", "eenheid", "opmerking", *(f"waarde_{year}" for year in YEARS))
    found = []
    for row in table:
        unit, note = row.cells["eenheid"].strip(), row.cells["opmerking"].strip()
        for year in YEARS:
            seen = observation(
                table,
                row,
                f"waarde_{year}",
                variable=row.cells["id"].strip(),
                code="groningen-noord",
                level="gebied",
                period=year,
                unit=unit,
                note=note,
            )
            if seen["status"] == "ontbreekt" and f"{year} nog niet bekend" in note:
                seen["status"] = "nog niet bekend"
            found.append(seen)
    return found
