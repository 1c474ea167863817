"""From a raw file and its record to observations: what all readers share."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nplv_analysis.errors import InputError

ReadAs = Callable[..., pd.DataFrame]

TEXT = "periode,gebied,variabele,waarde,eenheid\n2021,gemeente,tevreden,60,%\n2022,gemeente,tevreden,.,%\n"


def test_unknown_reader_gets_a_suggestion(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match=r"file.csv.bron.yaml, column 'lezer': found 'eigenn', .*did you mean eigen"):
        read_as("eigenn", TEXT)


def test_observations_carry_what_the_record_says(read_as: ReadAs) -> None:
    seen = read_as("eigen", TEXT, source="panel", public=False)
    assert set(seen["bron"]) == {"panel"}
    assert not seen["openbaar"].any()
    assert set(seen["bestand"]) == {"file.csv"}
    assert list(seen["rij"]) == [2, 3]


def test_provisional_period_marks_only_what_was_observed(read_as: ReadAs) -> None:
    seen = read_as("eigen", TEXT, provisional=("2021", "2022"))
    assert list(seen["status"]) == ["voorlopig", "ontbreekt"]
