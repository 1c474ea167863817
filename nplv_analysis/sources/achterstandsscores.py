"""CBS achterstandsscores per primary school: the workbook of CBS, and a selection with the pupils of DUO on that date.

The score with threshold, which decides on money, is no measure of pupils and is not read.
"""

from __future__ import annotations

import re
from typing import Any

from nplv_analysis.errors import InputError
from nplv_analysis.records import SUFFIX, Record
from nplv_analysis.sources.place_names import Place
from nplv_analysis.sources.school_list import postcode_in, schools_of
from nplv_analysis.sources.sheets import Sheet
from nplv_analysis.sources.table import Table, observation, table_of

SCHOOL = "School (BRIN vestiging)"
#: Columns of the workbook, each on a sheet of its own; our variable and its unit.
COLUMNS = {
    "Aantal bekostigde leerlingen": ("leerlingen", "aantal"),
    "Achterstandsscore zonder drempel": ("achterstandsscore_zonder_drempel", "score"),
}
UNRELIABLE = "Volgens CBS niet betrouwbaar: 40 of minder leerlingen."


def read(delivered: dict[str, Sheet] | Table, record: Record, place: Place) -> list[dict[str, Any]]:
    """Read per school the score without threshold and the pupils."""
    if isinstance(delivered, Table):
        return _read_selection(delivered, record)
    schools = schools_of(place, record.file)
    found = []
    for sheet in delivered.values():
        start = next((number for number, cells in sheet if SCHOOL in (" ".join(cell.split()) for cell in cells)), None)
        if start is not None:
            found += _read_sheet(_table(sheet, start, record.file), _year(sheet, record), schools)
    for column, (variable, _) in COLUMNS.items():
        if all(seen["variabele"] != variable for seen in found):
            raise InputError(
                record.file, f"a sheet with the columns '{SCHOOL}' and '{column}', with schools of {place.gemeente}"
            )
    return found


def _table(sheet: Sheet, start: int, name: str) -> Table:
    """Take the rows from the header to the source below them; the column without a name holds the notes."""
    lines = []
    for number, cells in sheet[start - 1 :]:
        if cells[0].startswith("Bron:"):
            break
        lines.append((number, [" ".join(cell.split()) for cell in cells]))
    header = lines[0][1]
    lines[0] = (start, [cell or ("noot" if place == len(header) - 1 else "") for place, cell in enumerate(header)])
    return table_of(lines, name)


def _year(sheet: Sheet, record: Record) -> str:
    """Read the year from the title above the table."""
    years = {year for _, cells in sheet[:3] for year in re.findall(r"1 oktober (20\d\d)", cells[0])}
    if len(years) != 1:
        raise InputError(record.file, "a title with the date, such as '1 oktober 2019', in the first three rows")
    year = years.pop()
    if record.year not in (None, year):
        raise InputError(
            record.file + SUFFIX, f"{year}, as the table says itself", column="peiljaar", value=record.year
        )
    return year


def _read_sheet(table: Table, year: str, schools: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    found = []
    for row in table:
        code = row.cells[SCHOOL]
        if not re.fullmatch(r"\d\d[A-Z]{2}\d\d", code):
            raise table.error(row, SCHOOL, "a school code such as 16UG00")
        for column, (variable, unit) in COLUMNS.items():
            if code in schools and column in table.columns:
                unreliable = unit == "score" and "a" in row.cells.get("noot", "").replace(" ", "").split(",")
                found.append(
                    observation(
                        table,
                        row,
                        column,
                        variable=variable,
                        code=code,
                        level="school",
                        period=year,
                        unit=unit,
                        note=UNRELIABLE if unreliable else "",
                        postcode=postcode_in(schools[code], year),
                    )
                )
    return found


def _read_selection(table: Table, record: Record) -> list[dict[str, Any]]:
    table.require("brin_vest", "postcode", "leerlingen_1okt2019", "achterstandsscore_zonder_drempel")
    if record.year is None:
        raise InputError(record.file + SUFFIX, "the year that the table is about", column="peiljaar")
    return [
        observation(
            table,
            row,
            column,
            variable=variable,
            code=row.cells["brin_vest"].strip(),
            level="school",
            period=record.year,
            unit=unit,
            postcode=row.cells["postcode"].replace(" ", ""),
        )
        for row in table
        for column, variable, unit in (
            ("leerlingen_1okt2019", "leerlingen", "aantal"),
            ("achterstandsscore_zonder_drempel", "achterstandsscore_zonder_drempel", "score"),
        )
    ]
