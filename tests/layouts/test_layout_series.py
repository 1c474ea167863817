"""Figures of an area from before and after its boundary changed are no series; the later one says why."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd
from helpers import area, catalogue, indicator, observation, observations, series
from made_up_codes import ALL, A, B, L

from nplv_analysis.catalogue import Catalogue, Series
from nplv_analysis.development import in_order
from nplv_analysis.indicators import indicator_table
from nplv_analysis.layouts import on_layout
from nplv_analysis.layouts.series import with_layout_series

OLD, NEW = "oud.csv", "nieuw.csv"
REASON = "De grens van Wijk is veranderd. Vanaf hier geldt de indeling in buurten van 2024."


def counted(year: int, code: str, value: float) -> dict[str, Any]:
    """Make a count; those to 2023 are in an older file, in the layout of then."""
    return observation(code, value, niveau="buurt", periode=str(year), bestand=OLD if year < 2024 else NEW) | {
        "indeling": ""
    }


def split(*rows: dict[str, Any], first: Series | None = None) -> tuple[pd.DataFrame, Catalogue]:
    """Bring figures of a town over of which buurt L, an area, changed in 2024; gives them and the catalogue."""
    made = indicator(first or series("som", break_reason="Zo begon het."), unit="aantal")
    town = dataclasses.replace(catalogue(made, area("wijk", L), area("ander", "BU99900900")), layout=2024)
    found = on_layout(observations(list(rows)), {OLD: 2023, NEW: 2024}, ALL, town)
    return found, with_layout_series(town, found)


ROWS = [counted(year, code, 10 + year % 10) for year in (2022, 2023, 2024) for code in (L, "BU99900900")]


def test_series_is_split_where_the_boundary_of_an_area_changed() -> None:
    _, town = split(*ROWS)
    older, newer = town.indicators[0].series
    assert (older.id, older.periods, older.break_reason) == ("reeks (indeling 2023)", ("2022", "2023"), "Zo begon het.")
    assert (newer.id, newer.periods, newer.break_reason) == ("reeks", ("2024",), REASON)


def test_every_figure_is_in_one_of_the_series() -> None:
    found, town = split(*ROWS)
    table = indicator_table(found, town)
    mine = table[(table["gebied"] == "wijk") & (table["rol"] == "gebied")]
    assert mine[["reeks", "periode", "waarde"]].to_numpy().tolist() == [
        ["reeks (indeling 2023)", "2022", 12],
        ["reeks (indeling 2023)", "2023", 13],
        ["reeks", "2024", 14],
    ]
    assert "De grens is veranderd tussen de indeling van 2023 en die van 2024." in mine["toelichting"].iloc[0]


def test_change_outside_the_areas_splits_nothing() -> None:
    found, town = split(*[row for row in ROWS if row["gebiedscode"] != L])
    assert [part.id for part in town.indicators[0].series] == ["reeks"]
    assert (found["indeling"] == "").all()


def test_series_in_one_other_layout_stays_one() -> None:
    _, town = split(*[row for row in ROWS if row["bestand"] == OLD])
    assert [part.id for part in town.indicators[0].series] == ["reeks"]


def test_periods_of_other_series_are_left_alone() -> None:
    _, town = split(*ROWS, first=series("som", periods=("2024",)))
    assert [part.periods for part in town.indicators[0].series] == [("2024",)]


def test_editions_of_one_series_are_split_together() -> None:
    rows = [row | {"bron": f"uitgave_{row['periode']}"} for row in ROWS]
    editions = [series("som", source=f"uitgave_{year}", edition=True) for year in (2022, 2023, 2024)]
    made = indicator(*editions, unit="aantal")
    town = dataclasses.replace(catalogue(made, area("wijk", L), area("ander", "BU99900900")), layout=2024)
    found = on_layout(observations(rows), {OLD: 2023, NEW: 2024}, ALL, town)
    parts = with_layout_series(town, found).indicators[0].series
    assert [(part.id, part.source, part.periods) for part in parts] == [
        ("reeks (indeling 2023)", "uitgave_2022", ("2022",)),
        ("reeks (indeling 2023)", "uitgave_2023", ("2023",)),
        ("reeks", "uitgave_2024", ("2024",)),
    ]
    assert [part.break_reason for part in parts] == ["", "", REASON]


def test_code_that_went_leaves_a_blank_and_no_series() -> None:
    rows = [counted(2020, A, 5), counted(2024, B, 3)]
    made = indicator(series("som"), unit="aantal")
    town = dataclasses.replace(catalogue(made, area("wijk", B)), layout=2024)
    found = on_layout(observations(rows), {OLD: 2020, NEW: 2024}, ALL, town)
    table = indicator_table(found, with_layout_series(town, found))
    mine = in_order(table)[lambda rows: rows["gebied"] == "wijk"]
    assert mine["status"].tolist() == ["ontbreekt", "waargenomen"]
    assert set(mine["reeks"]) == {"reeks"}
