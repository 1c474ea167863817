"""Leefbaarometer: versions 2 and 3 have other columns and give other variables."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nplv_analysis.errors import InputError

ReadAs = Callable[..., pd.DataFrame]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GBD,JAAR,RLBVEI\nWK999000,2016,-0.205568\n", ["veiligheid", "WK999000", "wijk", "2016", -0.205568]),
        (
            "code,naam,onv,konv,year\nBU99900000,Oost-Een,0.113587,3,2024\n",
            ["overlast_onveiligheid", "BU99900000", "buurt", "2024", 0.113587],
        ),
    ],
    ids=["version 2", "version 3"],
)
def test_version(read_as: ReadAs, text: str, expected: list[object]) -> None:
    seen = read_as("leefbaarometer", text)
    assert seen[["variabele", "gebiedscode", "niveau", "periode", "waarde"]].to_numpy().tolist() == [expected]
    assert set(seen["eenheid"]) == {"score"}


def test_no_known_version(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match="row 1: expected a column 'onv' in the header"):
        read_as("leefbaarometer", "code,year,score\nBU99900000,2024,1\n")
