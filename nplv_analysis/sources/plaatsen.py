"""Figures of small places, such as streets, in the user's own table: for the hittekaart alone, never for a report."""

from __future__ import annotations

import re

import pandas as pd

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.errors import did_you_mean
from nplv_analysis.hotspots.settings import why_refused
from nplv_analysis.sources.table import Row, Table

#: The columns of the template, and what stands in them.
COLUMNS = {
    "plaats": "naam van een straat of buurt; nooit een adres",
    "indicator": "id uit de catalogus, zie `nplv list indicators`",
    "periode": "jaar of schooljaar, zoals 2024 of 2023-2024",
    "waarde": "het cijfer, in de eenheid van de indicator",
    "n": "aantal mensen of huishoudens waar het cijfer over gaat",
}
#: A name with the number of a house behind it; a year in a name, as in "Laan 1940", is none.
_ADDRESS = re.compile(r".*\D\s+[0-9]{1,3}\s?[A-Za-z]?([ /-]+[0-9A-Za-z]{1,4})?")
_POSTCODE = re.compile(r".*\b[1-9][0-9]{3}\s?[A-Za-z]{2}\b.*")


def read_places(table: Table, catalogue: Catalogue) -> pd.DataFrame:
    """Read a filled template of places.

    Parameters
    ----------
    table : Table
        The file.
    catalogue : Catalogue
        Its indicators.

    Returns
    -------
    DataFrame
        Columns plaats, indicator, periode, cijfer (missing where the file gives none), n and status, one row a cell.

    Raises
    ------
    InputError
        For a place that is an address, an indicator that is unknown or may not be weighed, a value or n that cannot be,
        or a figure that stands there twice.
    """
    table.require(*COLUMNS)
    known = {indicator.id: indicator for indicator in catalogue.indicators}
    rows: dict[tuple[str, str, str], dict[str, object]] = {}
    for row in table:
        name, place = row.cells["indicator"].strip(), _place(table, row)
        if name not in known:
            raise table.error(row, "indicator", f"an indicator of the catalogue{did_you_mean(name, known)}")
        reason = why_refused(known[name])
        if reason:
            raise table.error(row, "indicator", f"an indicator that may be weighed: {reason}")
        value, people = table.number(row, "waarde"), table.number(row, "n")
        unit = known[name].unit
        if (value.value < 0 and unit.startswith(("%", "per "))) or (unit == "%" and value.value > 100):
            raise table.error(row, "waarde", "a share between 0 and 100" if unit == "%" else "a rate of 0 or more")
        n = people.high if people.status == "onderdrukt" else people.value
        if not (n >= 0 and n.is_integer()):
            raise table.error(row, "n", "a whole number of people")
        period = table.period(row, "periode")
        if not re.search(r"(19|20)[0-9]{2}", period):
            raise table.error(row, "periode", "a year such as 2024 or 2023-2024")
        key = (place, name, period)
        if key in rows:
            raise table.error(row, "plaats", f"one figure of '{name}' in {period} for each place")
        rows[key] = {
            **dict(zip(("plaats", "indicator", "periode"), key, strict=True)),
            **{"cijfer": value.value, "n": n, "status": value.status},
        }
    return pd.DataFrame(list(rows.values()))


def _place(table: Table, row: Row) -> str:
    name = " ".join(row.cells["plaats"].split())
    if not re.search(r"[^\W\d_]", name) or not name.isprintable():
        raise table.error(row, "plaats", "the name of a street or buurt")
    if _ADDRESS.fullmatch(name) or _POSTCODE.fullmatch(name):
        raise table.error(row, "plaats", "a street or a buurt, never an address")
    return name
