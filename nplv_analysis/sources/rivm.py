"""RIVM StatLine, Gezondheid per wijk en buurt (50090NED, 50120NED): model estimates of people of 18 and older.

Read from a downloaded table, from the workbook with its keys, and in the long form of the selection. Of a table with
margins only the estimate itself is read.
"""

from __future__ import annotations

import re
from typing import Any

from nplv_analysis.errors import InputError
from nplv_analysis.records import Record
from nplv_analysis.sources.bundle import Bundle, in_gemeente
from nplv_analysis.sources.place_names import Place
from nplv_analysis.sources.sheets import Sheet, first_table
from nplv_analysis.sources.table import Table, long_observations, observation, region

#: Key without its number, and our variable; all in percent.
VARIABLES = {
    "ErvarenGezondheidGoedZeerGoed": "ervaren_gezondheid_goed_18plus",
    "MatigVeelRegieOverEigenLeven": "matig_veel_regie_eigen_leven_18plus",
    "Eenzaam": "eenzaam_18plus",
    "ErnstigZeerErnstigEenzaam": "ernstig_eenzaam_18plus",
    "Vrijwilligerswerk": "vrijwilligerswerk_18plus",
    "MoeiteMetRondkomen": "moeite_met_rondkomen_18plus",
}
#: What we read of each dimension: 18 years and older, and the estimate, not its bounds.
WANTED = {"Leeftijd": "20300", "Marges": "MW00000"}


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
    table.require("Perioden", *WANTED)
    used = {column: variable for column in table.columns if (variable := variable_of(column))}
    if not used:
        raise InputError(table.file, f"at least one topic that we read: {', '.join(VARIABLES)}", row=1)
    found = []
    for row in table:
        code, level = region(table, row, "WijkenEnBuurten")
        wanted = all(row.cells[name].strip() == key for name, key in WANTED.items())
        if not (wanted and in_gemeente(code, gemeente)):
            continue
        for column, variable in used.items():
            found.append(
                observation(
                    table,
                    row,
                    column,
                    variable=variable,
                    # RIVM writes NL01 for the country.
                    code="NL00" if code.startswith("NL") else code,
                    level=level,
                    period=table.year(row, "Perioden"),
                    unit="%",
                )
            )
    if not found:
        raise InputError(table.file, f"estimates for 18 years and older (Leeftijd 20300, Marges MW00000) of {gemeente}")
    return found
