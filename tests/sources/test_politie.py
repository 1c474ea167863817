"""Politie: three forms of one source, all of them counts."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nplv_analysis.errors import InputError

ReadAs = Callable[..., pd.DataFrame]

BUURTEN = (
    "year,area_code,area_name,level,variable,value,unit\n2023,BU99900000,Oost-Een,buurt,misdrijven_totaal,12,aantal\n"
)
TOTAL = "jaar,cr_totaal_misdrijven\n2012,18976\n"
KINDS = "SoortMisdrijf,Title,2012,2013\n1.1.1,Diefstal/inbraak woning,1368,1278\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BUURTEN, [["misdrijven_totaal", "BU99900000", "buurt", "2023", 12.0]]),
        (TOTAL, [["misdrijven_totaal", "GM0014", "gemeente", "2012", 18976.0]]),
        (
            KINDS,
            [
                ["misdrijven_1.1.1", "GM0014", "gemeente", "2012", 1368.0],
                ["misdrijven_1.1.1", "GM0014", "gemeente", "2013", 1278.0],
            ],
        ),
    ],
    ids=["per buurt", "total", "by kind"],
)
def test_form(read_as: ReadAs, text: str, expected: list[list[object]]) -> None:
    seen = read_as("politie", text)
    assert seen[["variabele", "gebiedscode", "niveau", "periode", "waarde"]].to_numpy().tolist() == expected
    assert set(seen["eenheid"]) == {"aantal"}


def test_kind_without_a_figure_is_missing(read_as: ReadAs) -> None:
    assert list(read_as("politie", KINDS.replace("1278", "."))["status"]) == ["waargenomen", "ontbreekt"]


def test_kinds_without_a_year(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match="row 1: expected a column for each year"):
        read_as("politie", "SoortMisdrijf,Title\n1.1.1,Diefstal\n")


def test_no_known_form(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match="row 1: expected a column 'jaar' in the header"):
        read_as("politie", "a,b\n1,2\n")
