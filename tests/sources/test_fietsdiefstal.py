"""Bicycle thefts: what happened outside all buurten is kept apart, not dropped."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nplv_analysis.errors import InputError

ReadAs = Callable[..., pd.DataFrame]

HEADER = "jaar_kennisname,BU_CODE_2017,BU_NAAM,WK_CODE_2017,incidenten_fietsdiefstal_A72\n"


def test_buurt_and_remainder(read_as: ReadAs) -> None:
    seen = read_as("fietsdiefstal", HEADER + "2016,BU99900000,Oost-Een,WK999000,7\n2016,,buiten polygonen,,3\n")
    assert seen[["gebiedscode", "niveau", "waarde"]].to_numpy().tolist() == [
        ["BU99900000", "buurt", 7.0],
        ["buiten-de-buurten", "rest", 3.0],
    ]


def test_row_without_a_code_that_is_not_the_remainder(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match="row 2, column 'BU_CODE_2017': found '', expected a CBS code"):
        read_as("fietsdiefstal", HEADER + "2016,,Oost-Een,WK999000,7\n")
