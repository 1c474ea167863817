"""RIVM: every value is a model estimate and says so."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

ReadAs = Callable[..., pd.DataFrame]

HEADER = "year,area_code,area_name,level,variable,value,unit\n"


def test_value_is_an_estimate(read_as: ReadAs) -> None:
    seen = read_as("rivm", HEADER + "2020,BU99900000,Oost-Een,buurt,eenzaam_18plus,45.1,%\n")
    assert seen[["gebiedscode", "periode", "waarde", "status"]].to_numpy().tolist() == [
        ["BU99900000", "2020", 45.1, "schatting"]
    ]


def test_missing_value_stays_missing(read_as: ReadAs) -> None:
    seen = read_as("rivm", HEADER + "2020,BU99900000,Oost-Een,buurt,eenzaam_18plus,,%\n")
    assert list(seen["status"]) == ["ontbreekt"]
    assert seen["waarde"].isna().all()
