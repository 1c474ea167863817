"""DUO open data per primary school: referentieniveaus, advices, their revisions, test scores, and where pupils live.

``<5`` means 1 to 4. A file of the whole country is read for the schools of the gemeente alone.

Of the file of revised advices (heroverwegingen en bijgestelde adviezen) no copy was at hand, only what DUO says is in
it. So its counts keep their own names, in small letters; hold the first real file against what is read from it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from nplv_analysis.errors import InputError
from nplv_analysis.records import Record
from nplv_analysis.sources.cells import NAN, parse_cell
from nplv_analysis.sources.place_names import Place
from nplv_analysis.sources.sheets import Sheet, first_table
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

#: Words in the names of columns that only a file of revised advices has.
REVISED = re.compile("HEROVERW|BIJGESTELD|BIJSTELLING|HERZIEN|TOETSADVIES")
#: Columns that describe a school in all these files; other columns of the file of revised advices are counts.
ABOUT_SCHOOLS = re.compile(
    "PEILDATUM.*|PRIKDATUM.*|SCHOOLJAAR|BRIN_NUMMER|.*VESTIGING.*|INSTELLING.*|PLAATSNAAM|GEMEENTE.*|PROVINCIE|"
    "SOORT_PO|BEVOEGD_GEZAG.*"
)
#: What the columns of the file on homes are called: the first is only in that file.
HOME, TOTAL, AGE = "POSTCODE_LEERLING", "TOTAAL", "LEEFTIJD_"

#: The final tests: each has a scale of its own, so their scores are never averaged together.
TESTS = ("CET", "IEP", "ROUTE8", "DIA", "AMN")
#: Columns with the reference date.
DATES = ("PEILDATUM_LEERLINGEN", "PEILDATUM")
#: Columns that name a school, in the files since 2022 and before.
SCHOOL = (("INSTELLINGSCODE", "VESTIGINGSCODE"), ("BRIN_NUMMER", "VESTIGINGSNUMMER"))


def read(delivered: dict[str, Sheet] | Table, record: Record, place: Place) -> list[dict[str, Any]]:
    """Read the counts or scores per school; the school year follows from the reference date."""
    table = first_table(delivered, record.file)
    if HOME in table.columns:
        return _read_homes(own_schools(table, place.gemeente))
    # Without it nobody can tell a selection from the schools of the whole country.
    table.require("GEMEENTENUMMER")
    if is_revised(table.columns):
        return _read_revisions(own_schools(table, place.gemeente))
    table.require("PEILDATUM_LEERLINGEN", "POSTCODE_VESTIGING")
    table = own_schools(table, place.gemeente)
    if any(f"{test}_GEM" in table.columns for test in TESTS):
        return _read_scores(table)
    groups = [group for group in GROUPS if group[0] in table.columns]
    if not groups:
        raise InputError(table.file, "columns with counts, such as REKENEN_LAGER1F or VWO", row=1)
    table.require(*(column for group in groups for column in group))
    found = []
    for row in table:
        school = _school(table, row) | {"period": _counted_in_october(table, row), "note": _stand(table, row)}
        for group in groups:
            took_part = any(row.cells[column].strip() != "0" for column in group)
            for column in group:
                seen = observation(table, row, column, variable=column.lower(), unit="aantal", **school)
                if not took_part:
                    seen["status"] = "geen deelnemers"
                found.append(seen)
    return found


def is_revised(columns: Iterable[str]) -> bool:
    """Tell whether columns are those of a file of revised advices."""
    return any(REVISED.search(column) for column in columns)


def own_schools(table: Table, gemeente: str) -> Table:
    """Keep the schools of the gemeente, whose number stands there as 14 or as 0014; a file without it stays whole."""
    if "GEMEENTENUMMER" not in table.columns:
        return table
    own = str(int(gemeente[2:]))
    numbers = zip(table, table.column("GEMEENTENUMMER"), strict=True)
    rows = tuple(row for row, number in numbers if number.strip().lstrip("0") == own)
    if not rows:
        raise InputError(table.file, f"schools of {gemeente}; there are none", column="GEMEENTENUMMER")
    # The decimal mark is that of the whole file.
    return Table(table.file, table.columns, rows, table.decimal)


def school_code(table: Table, row: Row) -> str:
    """Give institution and location as one code, such as 16UG00."""
    institution, location = next((pair for pair in SCHOOL if pair[0] in table.columns), SCHOOL[0])
    table.require(institution, location)
    for column, form, example in (
        (institution, r"\d\d[A-Z]{2}", "four signs such as 16UG"),
        (location, r"\d\d", "two digits"),
    ):
        if not re.fullmatch(form, row.cells[column].strip()):
            raise table.error(row, column, example)
    return row.cells[institution].strip() + row.cells[location].strip()


def school_year(table: Table, row: Row) -> str:
    """Give the school year of the reference date; a school year begins in August."""
    column = next((name for name in DATES if name in table.columns), DATES[0])
    table.require(column)
    date = row.cells[column].strip()
    if not re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])", date):
        raise table.error(row, column, "a date as YYYYMMDD")
    first = int(date[:4]) - (int(date[4:6]) < 8)
    return f"{first}-{first + 1}"


def _school(table: Table, row: Row) -> dict[str, str]:
    return {
        "code": school_code(table, row),
        "level": "school",
        "postcode": row.cells["POSTCODE_VESTIGING"].replace(" ", ""),
    }


def _counted_in_october(table: Table, row: Row) -> str:
    date = row.cells["PEILDATUM_LEERLINGEN"].strip()
    if not (date.isdigit() and len(date) == 8 and date.endswith("1001")):
        raise table.error(row, "PEILDATUM_LEERLINGEN", "the first of October as YYYY1001")
    return school_year(table, row)


def _stand(table: Table, row: Row) -> str:
    """Advices are reconsidered after the test in spring: the date of the count tells whether that is in."""
    if "PRIKDATUM" not in table.columns:
        return ""
    date, year = row.cells["PRIKDATUM"].strip(), int(_counted_in_october(table, row)[-4:])
    if not re.fullmatch(rf"{year}(0[1-9]|1[0-2])\d\d", date):
        raise table.error(row, "PRIKDATUM", f"a date in {year} as YYYYMMDD")
    return f"Stand {'voor' if date[4:6] < '08' else 'na'} de heroverweging van adviezen."


def _read_scores(table: Table) -> list[dict[str, Any]]:
    """Read how many pupils took each test and their average score; no score where nobody took it."""
    tests = [test for test in TESTS if f"{test}_GEM" in table.columns]
    table.require("LEERJAAR_8", *(f"{test}_AANTAL" for test in tests))
    found = []
    for row in table:
        school = _school(table, row) | {"period": school_year(table, row)}
        found.append(observation(table, row, "LEERJAAR_8", variable="leerlingen_leerjaar_8", unit="aantal", **school))
        for test in tests:
            count, score = f"{test}_AANTAL", f"{test}_GEM"
            name = f"eindtoets_{test.lower()}"
            found.append(observation(table, row, count, variable=f"{name}_leerlingen", unit="aantal", **school))
            seen = observation(table, row, score, variable=f"{name}_score", unit="score", **school)
            if table.number(row, count).value == 0:
                seen["status"] = "geen deelnemers"
            found.append(seen)
    return found


def _read_revisions(table: Table) -> list[dict[str, Any]]:
    """Read the counts of advices that were looked at again; another column with text alone describes the school."""
    table.require("POSTCODE_VESTIGING")
    counts = [
        column
        for column in table.columns
        if REVISED.search(column) or (not ABOUT_SCHOOLS.fullmatch(column) and _has_number(table, column))
    ]
    found = []
    for row in table:
        school = _school(table, row) | {"period": school_year(table, row)}
        found += [observation(table, row, name, variable=name.lower(), unit="aantal", **school) for name in counts]
    return found


def _has_number(table: Table, column: str) -> bool:
    return any(parse_cell(cell, table.decimal) for row in table if (cell := row.cells[column].strip()))


def _read_homes(table: Table) -> list[dict[str, Any]]:
    """Read how many pupils of a school live in a postcode, by kind of school; of some, DUO tells two digits alone.

    A file without a total has the pupils by age: those are added up, and so are the bounds of suppressed counts.
    """
    table.require("SOORT_PO")
    columns = [TOTAL] if TOTAL in table.columns else [column for column in table.columns if column.startswith(AGE)]
    if not columns:
        raise InputError(table.file, f"a column '{TOTAL}', or columns such as {AGE}4", row=1)
    found = []
    for row in table:
        for column, form, expected in (
            (HOME, r"[0-9]{2}([0-9]{2})?", "a postcode of four digits, or its first two"),
            ("SOORT_PO", r"[A-Za-z]+", "a kind of school such as Bo or Sbo"),
        ):
            if not re.fullmatch(form, row.cells[column].strip()):
                raise table.error(row, column, expected)
        seen = observation(
            table,
            row,
            columns[0],
            variable=f"leerlingen_{row.cells['SOORT_PO'].strip().lower()}_postcode_{row.cells[HOME].strip()}",
            code=school_code(table, row),
            level="school",
            period=school_year(table, row),
            unit="aantal",
            postcode=row.cells.get("POSTCODE_VESTIGING", "").replace(" ", ""),
        )
        found.append(seen | (_added_up(table, row, columns) if len(columns) > 1 else {}))
    return found


def _added_up(table: Table, row: Row, columns: list[str]) -> dict[str, Any]:
    """Add counts of which some are suppressed: then the sum lies between the sums of their bounds."""
    cells = [table.number(row, column) for column in columns]
    hidden = [cell for cell in cells if cell.status == "onderdrukt"]
    # A count that is missing makes the whole sum missing.
    exact = sum(cell.value for cell in cells if cell.status != "onderdrukt")
    missing = math.isnan(exact)
    seen = {"kolom": f"{columns[0]} tot en met {columns[-1]}", "opmerking": "Som over de leeftijden."}
    if missing or not hidden:
        status = "ontbreekt" if missing else "waargenomen"
        return seen | {"waarde": exact, "onder": NAN, "boven": NAN, "teken": "=", "status": status}
    low, high = (exact + sum(bounds) for bounds in zip(*((cell.low, cell.high) for cell in hidden), strict=True))
    return seen | {"waarde": NAN, "onder": low, "boven": high, "teken": "tussen", "status": "onderdrukt"}
