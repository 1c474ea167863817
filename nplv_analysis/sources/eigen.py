"""A researcher's own figures, in a plain long table: periode, gebied, variabele, waarde, eenheid."""

from __future__ import annotations

from typing import Any

from nplv_analysis.records import Record
from nplv_analysis.sources.table import Table, level_of, observation


def read(table: Table, record: Record) -> list[dict[str, Any]]:
    """Read own figures; ``gebied`` is a CBS code or the id of an area in the catalogue, ``opmerking`` is optional."""
    table.require("periode", "gebied", "variabele", "waarde", "eenheid")
    found = []
    for row in table:
        code = row.cells["gebied"].strip()
        level = level_of(code)
        found.append(
            observation(
                table,
                row,
                "waarde",
                variable=row.cells["variabele"].strip(),
                code=code,
                level="gebied" if level == "onbekend" else level,
                period=table.period(row, "periode"),
                unit=row.cells["eenheid"].strip(),
                note=row.cells.get("opmerking", "").strip(),
            )
        )
    return found
