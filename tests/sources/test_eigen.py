"""A researcher's own figures: any area, with or without a note."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nplv_analysis.errors import InputError

ReadAs = Callable[..., pd.DataFrame]

HEADER = "periode,gebied,variabele,waarde,eenheid"


@pytest.mark.parametrize(
    ("area", "level"),
    [("BU99900000", "buurt"), ("WK999000", "wijk"), ("GM9990", "gemeente"), ("NL00", "land"), ("oost", "gebied")],
)
def test_area_by_code_or_id(read_as: ReadAs, area: str, level: str) -> None:
    seen = read_as("eigen", f"{HEADER}\n2022,{area},tevreden,60,%\n")
    assert seen[["gebiedscode", "niveau"]].to_numpy().tolist() == [[area, level]]


def test_note_is_kept(read_as: ReadAs) -> None:
    seen = read_as("eigen", f"{HEADER},opmerking\n2022,oost,tevreden,60,%,kleine groep\n")
    assert list(seen["opmerking"]) == ["kleine groep"]


def test_missing_column(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match="row 1: expected a column 'eenheid' in the header"):
        read_as("eigen", "periode,gebied,variabele,waarde\n2022,oost,tevreden,60\n")
