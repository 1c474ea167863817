"""RIVM StatLine, Gezondheid per wijk en buurt (50090NED, 50120NED, 50150NED): model estimates, 18 years and older.

Read from a downloaded table, from the workbook with its keys, and in the long form of the selection. A table that has
the bounds of the 95% interval as rows of their own (dimension Marges) gives them with the estimate. The keys of the
bounds come from a description by others of 50120NED; whether RIVM fills them for wijken and buurten is not known.
"""

from __future__ import annotations

import math
import re
from typing import Any

from nplv_analysis.errors import InputError
from nplv_analysis.records import Record
from nplv_analysis.sources.bundle import Bundle, in_gemeente
from nplv_analysis.sources.place_names import Place
from nplv_analysis.sources.sheets import Sheet, first_table
from nplv_analysis.sources.table import Row, Table, level_of, long_observations, observation, region

#: Key without its number, and our variable; all in percent.
VARIABLES = {
    "ErvarenGezondheidGoedZeerGoed": "ervaren_gezondheid_goed_18plus",
    "MatigVeelRegieOverEigenLeven": "matig_veel_regie_eigen_leven_18plus",
    "Eenzaam": "eenzaam_18plus",
    "ErnstigZeerErnstigEenzaam": "ernstig_eenzaam_18plus",
    "Vrijwilligerswerk": "vrijwilligerswerk_18plus",
    "MoeiteMetRondkomen": "moeite_met_rondkomen_18plus",
}
#: What we read of the ages: 18 years and older.
AGE = "20300"
#: Keys of the estimate itself and of the bounds of its interval.
MARGINS = ESTIMATE, LOWER, UPPER = ("MW00000", "MOG0095", "MBG0095")


def read(delivered: Bundle | dict[str, Sheet] | Table, record: Record, place: Place) -> list[dict[str, Any]]:
    """Read the estimates; every value that is there has the status 'schatting'."""
    if isinstance(delivered, Bundle):
        for topic in delivered.topics:
            if variable_of(str(topic.get("Key"))) and topic.get("Unit") not in ("%", "percentage"):
                raise InputError(delivered.file, "the unit '%'", column=str(topic["Key"]), value=topic.get("Unit"))
        found = _read_wide(delivered.figures(place.gemeente), place.gemeente)
    elif "WijkenEnBuurten" in (table := first_table(delivered, record.file)).columns:
        found = _read_wide(table, place.gemeente)
    else:
        table.require("unit")
        found = long_observations(table, lambda row: (row.cells["variable"].strip(), row.cells["unit"].strip()))
    return [seen | {"status": "schatting"} if seen["status"] == "waargenomen" else seen for seen in found]


def variable_of(column: str) -> str | None:
    """Give our variable for a key, whose number differs between releases."""
    return VARIABLES.get(re.sub(r"_\d+$", "", column))


def _read_wide(table: Table, gemeente: str) -> list[dict[str, Any]]:
    table.require("Perioden", "Leeftijd", "Marges")
    used = {column: variable for column in table.columns if (variable := variable_of(column))}
    if not used:
        raise InputError(table.file, f"at least one topic that we read: {', '.join(VARIABLES)}", row=1)
    rows: dict[tuple[str, str, str], Row] = {}
    for row in table:
        code, margin = region(table, row, "WijkenEnBuurten")[0], row.cells["Marges"].strip()
        wanted = row.cells["Leeftijd"].strip() == AGE and margin in MARGINS
        if not (wanted and in_gemeente(code, gemeente)):
            continue
        key = (code, table.year(row, "Perioden"), margin)
        if key in rows:
            raise table.error(row, "Marges", f"one row for {code} in {key[1]}; row {rows[key].number} is one too")
        rows[key] = row
    if not rows:
        raise InputError(
            table.file, f"estimates for 18 years and older (Leeftijd {AGE}, Marges {ESTIMATE}) of {gemeente}"
        )
    found = []
    for code, period in dict.fromkeys(key[:2] for key in rows):
        there = {margin: rows[code, period, margin] for margin in MARGINS if (code, period, margin) in rows}
        if set(there) not in ({ESTIMATE}, set(MARGINS)):
            some = next(iter(there.values()))
            raise table.error(some, "Marges", f"an estimate with both its bounds or without, for {code} in {period}")
        row = there[ESTIMATE]
        for column, variable in used.items():
            seen = observation(
                table,
                row,
                column,
                variable=variable,
                # RIVM writes NL01 for the country.
                code="NL00" if code.startswith("NL") else code,
                level=level_of(code),
                period=period,
                unit="%",
            )
            found.append(seen | (_interval(table, column, seen["waarde"], there) if len(there) > 1 else {}))
    return found


def _interval(table: Table, column: str, value: float, rows: dict[str, Row]) -> dict[str, float]:
    """Read the bounds that belong to an estimate; the source may leave both open."""
    low, high = (table.number(rows[margin], column).value for margin in (LOWER, UPPER))
    if math.isnan(low) and math.isnan(high):
        return {}
    for margin, fits in ((LOWER, low <= value), (UPPER, value <= high)):
        if not fits:
            raise table.error(rows[margin], column, f"a bound that goes with the estimate, {value:g}, or no bounds")
    return {"onder95": low, "boven95": high}
