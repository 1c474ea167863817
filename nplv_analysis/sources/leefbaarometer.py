"""Leefbaarometer: version 2.0 (score for safety per wijk) and 3.0 (nuisance and unsafety per buurt)."""

from __future__ import annotations

from typing import Any

from nplv_analysis.records import Record
from nplv_analysis.sources.table import Table, observation, region


def read(table: Table, record: Record) -> list[dict[str, Any]]:
    """Read the scores of one version; the two have different scales and different variables."""
    if "GBD" in table.columns:
        table.require("JAAR", "RLBVEI")
        code_column, year_column, value_column, variable = "GBD", "JAAR", "RLBVEI", "veiligheid"
    else:
        table.require("code", "onv", "year")
        code_column, year_column, value_column, variable = (
            "code",
            "year",
            "onv",
            "overlast_onveiligheid",
        )
    found = []
    for row in table:
        code, level = region(table, row, code_column)
        period = table.year(row, year_column)
        found.append(
            observation(
                table,
                row,
                value_column,
                variable=variable,
                code=code,
                level=level,
                period=period,
                unit="score",
            )
        )
    return found
