"""Where schools stand: placed only when the postcode at that time is that of the known place."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nplv_analysis.errors import InputError, NplvError
from nplv_analysis.sources.scholen_naar_buurt import place_schools

ReadAs = Callable[..., pd.DataFrame]

HEADER = "bestand,vestiging,naam,postcode,buurtcode\n"


@pytest.fixture
def locations(read_as: ReadAs) -> pd.DataFrame:
    """One school that stays, and one that moved between the two editions."""
    return read_as(
        "scholen_naar_buurt",
        HEADER
        + "2022,99AA00,Eerste Testschool,0000 AA,BU99900000\n"
        + "2022,99BB00,Tweede Testschool,0000BB,BU99900001\n"
        + "2024,99AA00,Eerste Testschool,0000AA,BU99900000\n"
        + "2024,99BB00,Tweede Testschool,0000CC,BU99900100\n",
    )


def place(locations: pd.DataFrame, school: str, postcode: str, level: str = "school") -> str:
    """Place one observation and give its buurt."""
    seen = pd.DataFrame([{"gebiedscode": school, "postcode": postcode, "niveau": level, "buurt": ""}])
    return place_schools(seen, locations)["buurt"].item()


def test_school_is_placed_in_its_buurt(locations: pd.DataFrame) -> None:
    assert place(locations, "99AA00", "0000AA") == "BU99900000"


def test_moved_school_counts_where_it_stood_then(locations: pd.DataFrame) -> None:
    assert place(locations, "99BB00", "0000BB") == "BU99900001"
    assert place(locations, "99BB00", "0000CC") == "BU99900100"


@pytest.mark.parametrize(("school", "postcode"), [("99BB00", "0000DD"), ("99CC00", "0000AA")])
def test_school_at_an_unknown_place_has_no_buurt(locations: pd.DataFrame, school: str, postcode: str) -> None:
    assert place(locations, school, postcode) == ""


def test_only_schools_are_placed(locations: pd.DataFrame) -> None:
    assert place(locations, "99AA00", "0000AA", level="gebied") == ""


@pytest.mark.parametrize("code", ["WK999000", "BU9990", ""])
def test_place_that_is_no_buurt(read_as: ReadAs, code: str) -> None:
    with pytest.raises(InputError, match=f"row 2, column 'buurtcode': found '{code}', expected a CBS code of BU"):
        read_as("scholen_naar_buurt", HEADER + f"2022,99AA00,Eerste Testschool,0000AA,{code}\n")


def test_one_school_in_two_buurten(read_as: ReadAs) -> None:
    rows = "2022,99AA00,Eerste Testschool,0000 AA,BU99900000\n2024,99AA00,Eerste Testschool,0000AA,BU99900001\n"
    expected = "found 'BU99900001', expected one buurt for 99AA00 at 0000AA; row 2 has 'BU99900000'"
    with pytest.raises(InputError, match=f"row 3, column 'buurtcode': {expected}"):
        read_as("scholen_naar_buurt", HEADER + rows)


def test_one_school_in_two_buurten_by_two_files(locations: pd.DataFrame) -> None:
    assert place(pd.concat([locations, locations]), "99AA00", "0000AA") == "BU99900000"
    with pytest.raises(NplvError, match="one buurt for 99BB00 at 0000BB, found BU99900001 and BU99900009"):
        place(pd.concat([locations, locations.replace("BU99900001", "BU99900009")]), "99AA00", "0000AA")
