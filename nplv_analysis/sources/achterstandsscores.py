"""CBS achterstandsscores per primary school or per gemeente: the workbooks of CBS, and a selection per school.

The score with threshold, which decides on money, is no measure of pupils and is not read.

The workbook per school was at hand (1 October 2019). That per gemeente was not: its form is inferred from that of the
schools, with codes of gemeenten in a column "Gemeentecode", and one date in the title of a sheet or in the name of a
column. A gemeente counts children from 2.5 years on, so its score is another variable than that of schools. CBS says of
later workbooks per gemeente that they count on 1 February; that those per school do is inferred.
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
GEMEENTE = "Gemeentecode"
#: The score of a gemeente, and the date that may stand behind it; our variable.
SCORE = re.compile(r"Achterstandsscore zonder drempel[ ,(]*(?:op )?(?:1 (oktober|februari) (20\d\d)\)?)?")
VARIABLE = "achterstandsscore_gemeente_zonder_drempel"
_DATE = re.compile(r"1 (oktober|februari) (20\d\d)")
#: Columns of the workbook, each on a sheet of its own; our variable and its unit.
COLUMNS = {
    "Aantal bekostigde leerlingen": ("leerlingen", "aantal"),
    "Achterstandsscore zonder drempel": ("achterstandsscore_zonder_drempel", "score"),
}
FEBRUARY = "Geteld op 1 februari."
UNRELIABLE = "Volgens CBS niet betrouwbaar: 40 of minder leerlingen."


def read(delivered: dict[str, Sheet] | Table, record: Record, place: Place) -> list[dict[str, Any]]:
    """Read the score without threshold, and per school the pupils."""
    if isinstance(delivered, Table):
        return _read_selection(delivered, record)
    if any(GEMEENTE in _plain(cells) for sheet in delivered.values() for _, cells in sheet):
        return _read_gemeenten(delivered, record, place.gemeente)
    schools = schools_of(place, record.file)
    found = []
    for sheet in delivered.values():
        start = _start(sheet, SCHOOL)
        if start is not None:
            found += _read_sheet(_table(sheet, start, record.file), *_date(sheet, record), schools)
    for column, (variable, _) in COLUMNS.items():
        if all(seen["variabele"] != variable for seen in found):
            raise InputError(
                record.file, f"a sheet with the columns '{SCHOOL}' and '{column}', with schools of {place.gemeente}"
            )
    return found


def _plain(cells: list[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in cells]


def _start(sheet: Sheet, column: str) -> int | None:
    """Give the number of the header: the first row with a column of this name."""
    return next((number for number, cells in sheet if column in _plain(cells)), None)


def _table(sheet: Sheet, start: int, name: str) -> Table:
    """Take the rows from the header to the source below them; the column without a name holds the notes."""
    lines = []
    for number, cells in sheet[start - 1 :]:
        if cells[0].startswith("Bron:"):
            break
        lines.append((number, _plain(cells)))
    header = lines[0][1]
    lines[0] = (start, [cell or ("noot" if place == len(header) - 1 else "") for place, cell in enumerate(header)])
    return table_of(lines, name)


def _date(sheet: Sheet, record: Record) -> tuple[str, str]:
    """Read the year from the title above the table, and what must be said of the day."""
    dates = {date for _, cells in sheet[:3] for date in _DATE.findall(cells[0])}
    if len(dates) != 1:
        raise InputError(record.file, "a title with the date, such as '1 oktober 2019', in the first three rows")
    month, year = dates.pop()
    if record.year not in (None, year):
        raise InputError(
            record.file + SUFFIX, f"{year}, as the table says itself", column="peiljaar", value=record.year
        )
    return year, _note(month)


def _note(month: str) -> str:
    return FEBRUARY if month == "februari" else ""


def _read_gemeenten(sheets: dict[str, Sheet], record: Record, gemeente: str) -> list[dict[str, Any]]:
    found = []
    for sheet in sheets.values():
        start = _start(sheet, GEMEENTE)
        if start is None:
            continue
        table = _table(sheet, start, record.file)
        columns = [(column, known) for column in table.columns if (known := SCORE.fullmatch(column))]
        for row in table:
            code = row.cells[GEMEENTE].strip().removeprefix("GM")
            if not re.fullmatch(r"[0-9]{1,4}", code):
                raise table.error(row, GEMEENTE, "a code of a gemeente such as GM0014")
            if int(code) != int(gemeente[2:]):
                continue
            for column, known in columns:
                year, note = (known[2], _note(known[1])) if known[2] else _date(sheet, record)
                found.append(
                    observation(
                        table,
                        row,
                        column,
                        variable=VARIABLE,
                        code=gemeente,
                        level="gemeente",
                        period=year,
                        unit="score",
                        note=note,
                    )
                )
    if not found:
        raise InputError(
            record.file,
            f"a sheet with the columns '{GEMEENTE}' and 'Achterstandsscore zonder drempel', with a row of {gemeente}",
        )
    return found


def _read_sheet(table: Table, year: str, note: str, schools: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
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
                        note=" ".join([note, UNRELIABLE] if unreliable else [note]).strip(),
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
