"""RIVM StatLine, Gezondheid per wijk en buurt: model estimates in percent, in the long form of the selection."""

from __future__ import annotations

from typing import Any

from nplv_analysis.records import Record
from nplv_analysis.sources.table import Table, observation, region


def read(table: Table, record: Record) -> list[dict[str, Any]]:
    """Read the estimates; every value that is there has the status 'schatting'."""
    table.require("year", "area_code", "variable", "value", "unit")
    found = []
    for row in table:
        code, level = region(table, row, "area_code")
        seen = observation(
            table,
            row,
            "value",
            variable=row.cells["variable"].strip(),
            code=code,
            level=level,
            period=table.year(row, "year"),
            unit=row.cells["unit"].strip(),
        )
        if seen["status"] == "waargenomen":
            seen["status"] = "schatting"
        found.append(seen)
    return found
