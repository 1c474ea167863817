"""From a raw file and its record to observations: what all readers share."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nplv_analysis.errors import InputError
from nplv_analysis.sources import eigen
from nplv_analysis.sources.bundle import in_gemeente

ReadAs = Callable[..., pd.DataFrame]

TEXT = "periode,gebied,variabele,waarde,eenheid\n2021,gemeente,tevreden,60,%\n2022,gemeente,tevreden,.,%\n"


def test_unknown_reader_gets_a_suggestion(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match=r"file.csv.bron.yaml, column 'lezer': found 'eigenn', .*did you mean eigen"):
        read_as("eigenn", TEXT)


def test_a_file_of_which_nothing_is_read(read_as: ReadAs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eigen, "read", lambda *about: [])
    with pytest.raises(InputError, match=r"file.csv: expected at least one figure; there is none"):
        read_as("eigen", TEXT)


@pytest.mark.parametrize(("gemeente", "own"), [("GM0014", ["NL00", "GM0014", "BU00140000"]), ("", ["NL00"])])
def test_codes_of_a_gemeente(gemeente: str, own: list[str]) -> None:
    codes = ["NL00", "GM0014", "BU00140000", "GM0363", "WK036300", "BU03630014", "0014", ""]
    assert [code for code in codes if in_gemeente(code, gemeente)] == own


def test_observations_carry_what_the_record_says(read_as: ReadAs) -> None:
    seen = read_as("eigen", TEXT, source="panel", public=False)
    assert set(seen["bron"]) == {"panel"}
    assert not seen["openbaar"].any()
    assert set(seen["bestand"]) == {"file.csv"}
    assert list(seen["rij"]) == [2, 3]


def test_provisional_period_marks_only_what_was_observed(read_as: ReadAs) -> None:
    seen = read_as("eigen", TEXT, provisional=("2021", "2022"))
    assert list(seen["status"]) == ["voorlopig", "ontbreekt"]
