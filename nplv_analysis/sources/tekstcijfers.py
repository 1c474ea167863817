"""Single figures from the text of a document, each with the sign that tells how exact the document is."""

from __future__ import annotations

import math
from typing import Any

from nplv_analysis.records import Record
from nplv_analysis.sources.table import Table, observation

SIGNS = ("=", "rond", ">", "<", "tussen")


def read(table: Table, record: Record) -> list[dict[str, Any]]:
    """Read the figures; one that is not exact keeps the printed number apart and has no value."""
    table.require("indicator", "gebied", "periode", "teken", "waarde", "waarde_tot", "eenheid", "opmerking")
    found = []
    for row in table:
        sign = row.cells["teken"].strip()
        if sign not in SIGNS:
            raise table.error(row, "teken", f"one of: {', '.join(SIGNS)}")
        seen = observation(
            table,
            row,
            "waarde",
            variable=row.cells["indicator"].strip(),
            code=row.cells["gebied"].strip().replace(" ", "-"),
            level="gebied",
            period=table.period(row, "periode"),
            unit=row.cells["eenheid"].strip(),
            note=row.cells["opmerking"].strip(),
            teken=sign,
        )
        if sign != "=":
            for column in ("waarde", "waarde_tot") if sign == "tussen" else ("waarde",):
                if math.isnan(table.number(row, column).value):
                    raise table.error(row, column, f"a number, because the sign is '{sign}'")
            printed = seen["waarde"]
            seen.update(waarde=float("nan"), genoemd=printed, status="bij benadering")
            if sign in (">", "tussen"):
                seen["onder"] = printed
            if sign == "<":
                seen["boven"] = printed
            if sign == "tussen":
                seen["boven"] = table.number(row, "waarde_tot").value
        found.append(seen)
    return found
