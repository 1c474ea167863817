"""Bicycle thefts per buurt, gemeente Groningen and police; thefts outside all buurten have a row without a code."""

from __future__ import annotations

from typing import Any

from nplv_analysis.records import Record
from nplv_analysis.sources.table import Table, observation, region


def read(table: Table, record: Record) -> list[dict[str, Any]]:
    """Read the counts; a row without a buurt becomes the remainder that no buurt holds."""
    table.require("jaar_kennisname", "BU_CODE_2017", "BU_NAAM", "incidenten_fietsdiefstal_A72")
    found = []
    for row in table:
        outside = row.cells["BU_NAAM"].strip() == "buiten polygonen"
        code, level = ("buiten-de-buurten", "rest") if outside else region(table, row, "BU_CODE_2017")
        found.append(
            observation(
                table,
                row,
                "incidenten_fietsdiefstal_A72",
                variable="fietsdiefstal",
                code=code,
                level=level,
                period=table.year(row, "jaar_kennisname"),
                unit="aantal",
            )
        )
    return found
