"""CBS achterstandsscores per primary school, with the number of pupils of DUO on the same date."""

from __future__ import annotations

from typing import Any

from nplv_analysis.errors import InputError
from nplv_analysis.records import SUFFIX, Record
from nplv_analysis.sources.table import Table, observation


def read(table: Table, record: Record) -> list[dict[str, Any]]:
    """Read per school the score without threshold and the pupils; the score with threshold is no measure of pupils."""
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
