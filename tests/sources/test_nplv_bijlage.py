"""The annex of the programme: three years a row, and what was not yet known says so."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nplv_analysis.errors import InputError

ReadAs = Callable[..., pd.DataFrame]

HEADER = "id,eenheid,waarde_2018,waarde_2020,waarde_2022,opmerking\n"


def test_three_years_for_groningen_noord(read_as: ReadAs) -> None:
    seen = read_as("nplv_bijlage", HEADER + "overlast,score,4.0,4.5,4.5,\n")
    assert seen[["variabele", "gebiedscode", "periode", "waarde"]].to_numpy().tolist() == [
        ["overlast", "groningen-noord", "2018", 4.0],
        ["overlast", "groningen-noord", "2020", 4.5],
        ["overlast", "groningen-noord", "2022", 4.5],
    ]


def test_empty_cell_is_missing_or_not_yet_known(read_as: ReadAs) -> None:
    seen = read_as("nplv_bijlage", HEADER + "verdachten,%,,10,,2018 onleesbaar; 2022 nog niet bekend\n")
    assert list(seen["status"]) == ["ontbreekt", "waargenomen", "nog niet bekend"]


def test_year_without_a_column(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match="expected a column 'waarde_2020' in the header"):
        read_as("nplv_bijlage", "id,eenheid,waarde_2018,waarde_2022,opmerking\noverlast,score,4,5,\n")
