"""Figures from texts: only an exact one has a value; the others keep what is printed, and bounds."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nplv_analysis.errors import InputError

ReadAs = Callable[..., pd.DataFrame]

HEADER = "indicator,gebied,periode,teken,waarde,waarde_tot,eenheid,opmerking\n"


@pytest.mark.parametrize(
    ("sign", "printed", "expected"),
    [
        ("=", "40,", {"waarde": 40, "status": "waargenomen"}),
        ("rond", "40,", {"genoemd": 40, "status": "bij benadering"}),
        (">", "40,", {"genoemd": 40, "onder": 40, "status": "bij benadering"}),
        ("<", "40,", {"genoemd": 40, "boven": 40, "status": "bij benadering"}),
        ("tussen", "15,20", {"genoemd": 15, "onder": 15, "boven": 20, "status": "bij benadering"}),
    ],
)
def test_sign(read_as: ReadAs, sign: str, printed: str, expected: dict[str, object]) -> None:
    seen = read_as("tekstcijfers", HEADER + f"risico,oost,2022,{sign},{printed},%,\n").iloc[0]
    assert seen["teken"] == sign
    assert seen[["waarde", "onder", "boven", "genoemd", "status"]].dropna().to_dict() == expected


def test_unknown_sign(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match="row 2, column 'teken': found 'circa', expected one of: =, rond"):
        read_as("tekstcijfers", HEADER + "risico,oost,2022,circa,40,,%,\n")


@pytest.mark.parametrize(
    ("sign", "printed", "column"), [("rond", ",", "waarde"), (">", ",", "waarde"), ("tussen", "15,", "waarde_tot")]
)
def test_number_that_the_sign_needs_is_not_there(read_as: ReadAs, sign: str, printed: str, column: str) -> None:
    with pytest.raises(InputError, match=f"row 2, column '{column}': found '', expected a number"):
        read_as("tekstcijfers", HEADER + f"risico,oost,2022,{sign},{printed},%,\n")


def test_area_in_words_becomes_an_id(read_as: ReadAs) -> None:
    seen = read_as("tekstcijfers", HEADER + "risico,beide wijken,onbekend,=,40,,%,\n")
    assert list(seen["gebiedscode"]) == ["beide-wijken"]
