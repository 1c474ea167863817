"""RIVM StatLine, Gezondheid per wijk en buurt: model estimates in percent, in the long form of the selection."""

from __future__ import annotations

from typing import Any

from nplv_analysis.records import Record
from nplv_analysis.sources.table import Table, long_observations


def read(table: Table, record: Record) -> list[dict[str, Any]]:
    """Read the estimates; every value that is there has the status 'schatting'."""
    table.require("unit")
    found = long_observations(table, lambda row: (row.cells["variable"].strip(), row.cells["unit"].strip()))
    return [seen | {"status": "schatting"} if seen["status"] == "waargenomen" else seen for seen in found]
