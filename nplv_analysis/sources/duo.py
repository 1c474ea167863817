"""DUO open data per school: referentieniveaus and schooladviezen of primary schools. ``<5`` means 1 to 4."""

from __future__ import annotations

from typing import Any

from nplv_analysis.errors import InputError
from nplv_analysis.records import Record
from nplv_analysis.sources.table import Row, Table, observation

#: Counts that belong together: all zero means that no pupil took part, not that nobody reached the level.
GROUPS = (
    ("REKENEN_LAGER1F", "REKENEN_1F", "REKENEN_1S", "REKENEN_2F"),
    ("LV_LAGER1F", "LV_1F", "LV_2F"),
    ("TV_LAGER1F", "TV_1F", "TV_2F"),
    (
        "VSO",
        "PRO",
        "VMBO_B",
        "VMBO_B_K",
        "VMBO_K",
        "VMBO_K_GT",
        "VMBO_GT",
        "VMBO_GT_HAVO",
        "HAVO",
        "HAVO_VWO",
        "VWO",
        "ADVIES_NIET_MOGELIJK",
    ),
)


def read(table: Table, record: Record) -> list[dict[str, Any]]:
    """Read the counts per school; the school year follows from the reference date."""
    table.require("PEILDATUM_LEERLINGEN", "INSTELLINGSCODE", "VESTIGINGSCODE", "POSTCODE_VESTIGING")
    groups = [group for group in GROUPS if group[0] in table.columns]
    if not groups:
        raise InputError(table.file, "columns with counts, such as REKENEN_LAGER1F or VWO", row=1)
    table.require(*(column for group in groups for column in group))
    found = []
    for row in table:
        for group in groups:
            took_part = any(row.cells[column].strip() != "0" for column in group)
            for column in group:
                seen = observation(
                    table,
                    row,
                    column,
                    variable=column.lower(),
                    code=row.cells["INSTELLINGSCODE"].strip() + row.cells["VESTIGINGSCODE"].strip(),
                    level="school",
                    period=_school_year(table, row),
                    unit="aantal",
                    postcode=row.cells["POSTCODE_VESTIGING"].replace(" ", ""),
                )
                if not took_part:
                    seen["status"] = "geen deelnemers"
                found.append(seen)
    return found


def _school_year(table: Table, row: Row) -> str:
    date = row.cells["PEILDATUM_LEERLINGEN"].strip()
    if not (date.isdigit() and len(date) == 8 and date.endswith("1001")):
        raise table.error(row, "PEILDATUM_LEERLINGEN", "the first of October as YYYY1001")
    return f"{date[:4]}-{int(date[:4]) + 1}"
