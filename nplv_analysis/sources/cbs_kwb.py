"""CBS Kerncijfers wijken en buurten, in the wide form of StatLine and in the long form of the selections.

Numbers behind OData keys are positions in one release of a table, so a column is known by its key without them.
"""

from __future__ import annotations

import re
from typing import Any

from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.records import Record
from nplv_analysis.sources.table import Row, Table, long_observations, observation, region

#: Key without number, or name in a selection -> our variable and its unit.
VARIABLES: dict[str, tuple[str, str]] = {
    "AantalInwoners": ("inwoners", "aantal"),
    "inwoners": ("inwoners", "aantal"),
    "k_0Tot15Jaar": ("inwoners_0_15", "aantal"),
    "inwoners_0_15": ("inwoners_0_15", "aantal"),
    "HuishoudensTotaal": ("huishoudens", "aantal"),
    "PersonenPerSoortUitkeringBijstand": ("bijstand_personen", "aantal"),
    "personen_bijstand": ("bijstand_personen", "aantal"),
    "k_40PersonenMetLaagsteInkomen": ("personen_40_laagste_inkomen", "%"),
    "pct_personen_40_laagste_inkomen": ("personen_40_laagste_inkomen", "%"),
    "HuishoudensMetEenLaagInkomen": ("laag_inkomen", "%"),
    "pct_huish_laag_inkomen": ("laag_inkomen", "%"),
    "hh_laag_inkomen": ("laag_inkomen", "%"),
    "kwb:Inkomen.Inkomen.van.huishoudens.Huishoudens.met.een.laag.inkomen": ("laag_inkomen", "%"),
    "HuishOnderOfRondSociaalMinimum": ("sociaal_minimum", "%"),
    "pct_huish_onder_rond_sociaal_minimum": ("sociaal_minimum", "%"),
    "hh_sociaal_minimum": ("sociaal_minimum", "%"),
    "kwb:Inkomen.Inkomen.van.huishoudens.Huish..onder.of.rond.sociaal.minimum": (
        "sociaal_minimum",
        "%",
    ),
    "HuishoudensTot110VanSociaalMinimum": ("sociaal_minimum_110", "%"),
    "pct_huish_tot_110_sociaal_minimum": ("sociaal_minimum_110", "%"),
    "kwb:Inkomen.Inkomen.van.huishoudens.Huishoudens.tot.110..van.sociaal.minimum": (
        "sociaal_minimum_110",
        "%",
    ),
    "HuishoudensTot120VanSociaalMinimum": ("sociaal_minimum_120", "%"),
    "pct_huish_tot_120_sociaal_minimum": ("sociaal_minimum_120", "%"),
    "kwb:Inkomen.Inkomen.van.huishoudens.Huishoudens.tot.120..van.sociaal.minimum": (
        "sociaal_minimum_120",
        "%",
    ),
    "TotaalDiefstalUitWoningSchuurED": ("diefstal_woning", "per 1000 inwoners"),
    "VernielingMisdrijfTegenOpenbareOrde": ("vernieling_openbare_orde", "per 1000 inwoners"),
    "GeweldsEnSeksueleMisdrijven": ("geweld_seksueel", "per 1000 inwoners"),
}


def variable_of(column: str) -> tuple[str, str] | None:
    """Give our variable and unit for a column of CBS, or None when we do not use it."""
    return VARIABLES.get(re.sub(r"_\d+$", "", column)) or VARIABLES.get(column)


def read(table: Table, record: Record) -> list[dict[str, Any]]:
    """Read one edition; the year comes from the rows or else from ``peiljaar`` in the record."""
    return _read_long(table) if "variable" in table.columns else _read_wide(table, record)


def _read_long(table: Table) -> list[dict[str, Any]]:
    def measure(row: Row) -> tuple[str, str]:
        known = variable_of(row.cells["variable"].strip())
        if known is None:
            hint = did_you_mean(row.cells["variable"], VARIABLES)
            raise table.error(row, "variable", f"a variable of this source{hint}")
        return known

    return long_observations(table, measure)


def _read_wide(table: Table, record: Record) -> list[dict[str, Any]]:
    code_column = "WijkenEnBuurten" if "WijkenEnBuurten" in table.columns else "code"
    table.require(code_column)
    used = {column: known for column in table.columns if (known := variable_of(column))}
    if not used:
        raise InputError(
            table.file,
            "at least one column with a key of this source, such as AantalInwoners_5",
            row=1,
        )
    if record.year is None:
        raise InputError(record.file + ".bron.yaml", "the year that the table is about", column="peiljaar")
    found = []
    for row in table:
        code, level = region(table, row, code_column)
        for column, (variable, unit) in used.items():
            found.append(
                observation(
                    table,
                    row,
                    column,
                    variable=variable,
                    code=code,
                    level=level,
                    period=record.year,
                    unit=unit,
                )
            )
    return found
