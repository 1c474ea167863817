"""Which schools are in the gemeente, for a table that has codes of schools alone: from other raw files that tell."""

from __future__ import annotations

from nplv_analysis.errors import InputError
from nplv_analysis.records import SUFFIX, fields_of
from nplv_analysis.sources.bundle import in_gemeente
from nplv_analysis.sources.duo import own_schools, school_code, school_year
from nplv_analysis.sources.place_names import Place
from nplv_analysis.sources.table import read_table


def schools_of(place: Place, file: str) -> dict[str, dict[str, str]]:
    """Gather the schools of the gemeente with their postcodes.

    Parameters
    ----------
    place : Place
        The gemeente, and where the raw files are.
    file : str
        The table that needs the list, for messages.

    Returns
    -------
    dict
        Code of a school, and its postcode by school year where a file of DUO tells it.

    Raises
    ------
    InputError
        When no raw file tells which schools are in the gemeente.
    """
    found: dict[str, dict[str, str]] = {}
    for path in sorted(place.raw.rglob(f"*{SUFFIX}")):
        reader = fields_of(path).get("lezer")
        raw = path.with_name(path.name.removesuffix(SUFFIX))
        if reader not in ("duo", "scholen_naar_buurt") or raw.suffix != ".csv":
            continue
        table = read_table(raw, raw.relative_to(place.raw).as_posix())
        if reader == "scholen_naar_buurt":
            for row in table:
                if in_gemeente(row.cells.get("buurtcode", ""), place.gemeente):
                    found.setdefault(row.cells["vestiging"].strip(), {})
        elif "GEMEENTENUMMER" in table.columns:
            for row in own_schools(table, place.gemeente):
                known = found.setdefault(school_code(table, row), {})
                # A file on the homes of pupils need not say where the school is.
                if postcode := row.cells.get("POSTCODE_VESTIGING", "").replace(" ", ""):
                    known[school_year(table, row)] = postcode
    if not found:
        raise InputError(
            file,
            f"a list of the schools of {place.gemeente} among the raw files: a file of DUO with GEMEENTENUMMER, or "
            "places of schools",
        )
    return found


def postcode_in(postcodes: dict[str, str], year: str) -> str:
    """Give the last known postcode up to a year; a later one would not show that a school has moved since."""
    known = [school_year for school_year in sorted(postcodes) if school_year[:4] <= year]
    return postcodes[known[-1]] if known else ""
