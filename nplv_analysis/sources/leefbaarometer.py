"""Leefbaarometer: estimates of a model for buurten, wijken and gemeenten; versions 2.0 and 3.0 have other variables.

Of 3.0 are read the open data in CSV or as a workbook (all years in one file, one row a year) and what the map service
gives (one year a file). The names of their columns come from working code of others and from a table of the service.
Of 2.0 are read the scores with the year in a column of its own, and with two digits of it behind each name (RLBVEI16),
as others loaded the published file; that file itself was not at hand. Classes (1 to 9) follow from the scores and are
not read, nor are differences between years.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.records import Record
from nplv_analysis.sources.bundle import in_gemeente
from nplv_analysis.sources.place_names import Place
from nplv_analysis.sources.sheets import Sheet, first_table
from nplv_analysis.sources.table import Row, Table, observation, region

#: Columns of version 3.0 and our variables: the score, how far it is from the country, and that by dimension.
VERSION_3 = {
    "lbm": "leefbaarheid",
    "afw": "afwijking",
    "won": "woningvoorraad",
    "fys": "fysieke_omgeving",
    "vrz": "voorzieningen",
    "soc": "sociale_samenhang",
    "onv": "overlast_onveiligheid",
}
#: The same of version 2.0. No variable is in both: the two are never one series, whatever a record says.
VERSION_2 = {
    "RLBRMTR": "afwijking_2",
    "RLBWON": "woningen_2",
    "RLBBEV": "bewoners_2",
    "RLBVRZ": "voorzieningen_2",
    "RLBVEI": "veiligheid",
    "RLBFYS": "fysieke_omgeving_2",
}
#: Columns with the code of the place, the smallest places first: a file of buurten may name their gemeente too.
CODES = ("bu_code", "wk_code", "gm_code", "id", "code")
CODES_2 = ("GBD", "CODE")
YEARS = ("jaar", "year")
_YEAR_BEHIND = re.compile(r"(RLB[A-Z]+)([0-9]{2})")
_VERSION_2 = re.compile(r"(?<![.0-9])2(\.0)?\s*$")
_EXPONENT = re.compile(r"-?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]{1,3}")


def read(delivered: dict[str, Sheet] | Table, record: Record, place: Place) -> list[dict[str, Any]]:
    """Read the scores of one version; every value that is there has the status 'schatting'."""
    table = first_table(delivered, record.file)
    code_column, columns = (_columns_2 if version_of(table.columns) == 2 else _columns_3)(table)
    found = []
    for row in table:
        if _VERSION_2.search(row.cells.get("versie", "")):
            raise table.error(row, "versie", "version 3.0 in a table with these columns")
        code, level = region(table, row, code_column)
        if not in_gemeente(code, place.gemeente):
            continue
        plain = _without_exponents(row, columns, table.decimal)
        for column, (variable, year) in columns.items():
            seen = observation(
                table,
                plain,
                column,
                variable=variable,
                code=code,
                level=level,
                period=table.year(row, year) if year in table.columns else year,
                unit="score",
            )
            found.append(seen | {"status": "schatting"} if seen["status"] == "waargenomen" else seen)
    if not found:
        raise InputError(table.file, f"rows of {place.gemeente}; there are none", column=code_column)
    return found


def version_of(columns: tuple[str, ...]) -> int | None:
    """Tell from its columns which version a table is of; None when it holds no scores of either."""
    if any(_of_2(column) for column in columns):
        return 2
    return 3 if any(column in VERSION_3 for column in columns) else None


def _of_2(column: str) -> tuple[str, str] | None:
    """Give our variable for a column of version 2.0, and the year behind its name or the column that has it."""
    if column in VERSION_2:
        return VERSION_2[column], "JAAR"
    found = _YEAR_BEHIND.fullmatch(column)
    return (VERSION_2[found[1]], f"20{found[2]}") if found and found[1] in VERSION_2 else None


def _columns_2(table: Table) -> tuple[str, dict[str, tuple[str, str]]]:
    """Give the column of the places, and by column of scores the variable and its year or the column with the year."""
    columns = {column: known for column in table.columns if (known := _of_2(column))}
    if any(year == "JAAR" for _, year in columns.values()):
        table.require("JAAR")
    return _one_of(table, CODES_2, "with codes of places"), columns


def _columns_3(table: Table) -> tuple[str, dict[str, tuple[str, str]]]:
    code = _one_of(table, CODES, "with codes of places")
    year = _one_of(table, YEARS, "with the year")
    columns = {column: (variable, year) for column, variable in VERSION_3.items() if column in table.columns}
    if not columns:
        names = (*VERSION_3, *VERSION_2)
        raise InputError(table.file, f"at least one column with scores: {', '.join(names)}", row=1)
    return code, columns


def _one_of(table: Table, names: tuple[str, ...], what: str) -> str:
    found = next((name for name in names if name in table.columns), None)
    if found is None:
        hint = did_you_mean(names[0], table.columns)
        raise InputError(table.file, f"a column {what}, {' or '.join(names)}, in the header{hint}", row=1)
    return found


def _without_exponents(row: Row, columns: dict[str, tuple[str, str]], mark: str) -> Row:
    """Write numbers such as 8.1E-4 in full: services and workbooks give small scores like that."""
    cells = dict(row.cells)
    for column in columns:
        text = cells[column].strip()
        if _EXPONENT.fullmatch(text):
            in_full = np.format_float_positional(float(text.replace(",", ".")), trim="-")
            cells[column] = in_full.replace(".", mark or ".")
    return Row(row.number, cells)
