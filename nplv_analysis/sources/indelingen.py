"""What became of the codes of buurten and wijken: the list of the package, and rows that a user adds to it."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from nplv_analysis.catalogue.reading import HERE
from nplv_analysis.sources.table import Row, Table, read_table

#: A row for each old and each new code that share ground.
COLUMNS = {
    "indeling": "year of the first layout with the new code",
    "oud": "code in the layout before; empty where it is not known",
    "nieuw": "code in this layout",
    "indelingswijziging": "change code of CBS: 1 the same, 2 another code, 3 another boundary; empty where not known",
    "aantal": "how much the two codes share, such as a number of addresses; empty where nobody counted it",
    "aantal_van": "what was counted",
    "bron": "who says so",
}
SHIPPED = HERE / "indelingen.csv"


def shipped_changes() -> pd.DataFrame:
    """Read the list that comes with the package."""
    return read_changes(read_table(SHIPPED, SHIPPED.name))


def read_changes(table: Table) -> pd.DataFrame:
    """Read a list of changed codes.

    Parameters
    ----------
    table : Table
        With the columns ``COLUMNS``.

    Returns
    -------
    DataFrame
        These columns: indeling as a whole number, aantal as a number or NaN, the others as text.

    Raises
    ------
    InputError
        For the first cell that is not as expected, or a pair of codes that is there twice.
    """
    table.require(*COLUMNS)
    rows: dict[tuple[int, str, str], dict[str, object]] = {}
    for row in table:
        cells = {name: row.cells[name].strip() for name in COLUMNS}
        year = int(table.year(row, "indeling"))
        for name in ("nieuw", *(["oud"] if cells["oud"] else [])):
            if not re.fullmatch(r"BU\d{8}|WK\d{6}", cells[name]):
                raise table.error(row, name, "a CBS code of a buurt or wijk, such as BU99900300")
        if cells["oud"] and cells["oud"][:2] != cells["nieuw"][:2]:
            raise table.error(row, "oud", "a buurt for a buurt, or a wijk for a wijk")
        if cells["indelingswijziging"] not in ("", "1", "2", "3"):
            raise table.error(row, "indelingswijziging", "1, 2, 3 or nothing")
        if not cells["bron"]:
            raise table.error(row, "bron", "who says so")
        count = _count(table, row)
        if bool(cells["aantal_van"]) is bool(np.isnan(count)):
            raise table.error(row, "aantal_van", "what was counted, where there is an aantal, and else nothing")
        key = (year, cells["oud"], cells["nieuw"])
        if key in rows:
            raise table.error(row, "nieuw", "each old and new code once for each layout")
        rows[key] = cells | {"indeling": year, "aantal": count}
    return pd.DataFrame(list(rows.values()), columns=list(COLUMNS)).astype({"indeling": "int64", "aantal": "float64"})


def _count(table: Table, row: Row) -> float:
    if not row.cells["aantal"].strip():
        return float("nan")
    count = table.number(row, "aantal").value
    if not count >= 0:
        raise table.error(row, "aantal", "a count of 0 or more")
    return count


def with_own_changes(changes: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Add rows of a user; they take the place of all rows that have a code in common with them in the same layout."""
    mine = {(row.indeling, code) for row in own.itertuples() for code in (row.oud, row.nieuw) if code}
    kept = [
        (row.indeling, row.oud) not in mine and (row.indeling, row.nieuw) not in mine for row in changes.itertuples()
    ]
    return pd.concat([changes[kept], own], ignore_index=True)
