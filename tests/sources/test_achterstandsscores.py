"""Achterstandsscores: the score without threshold and the pupils of a school."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nplv_analysis.errors import InputError

ReadAs = Callable[..., pd.DataFrame]

TEXT = (
    "brin_vest,naam,postcode,leerlingen_1okt2019,achterstandsscore_zonder_drempel,noot_tabel2\n"
    "99AA00,Eerste Testschool,0000 AA,314,71.45,\n"
    "99BB00,Tweede Testschool,0000BB,120,.,\n"
)


def test_score_and_pupils(read_as: ReadAs) -> None:
    seen = read_as("achterstandsscores", TEXT, year="2019")
    columns = ["variabele", "gebiedscode", "periode", "waarde", "eenheid", "postcode"]
    assert seen.loc[:1, columns].to_numpy().tolist() == [
        ["leerlingen", "99AA00", "2019", 314.0, "aantal", "0000AA"],
        ["achterstandsscore_zonder_drempel", "99AA00", "2019", 71.45, "score", "0000AA"],
    ]


def test_school_without_a_score(read_as: ReadAs) -> None:
    assert read_as("achterstandsscores", TEXT, year="2019")["status"].iloc[3] == "ontbreekt"


def test_year_must_be_in_the_record(read_as: ReadAs) -> None:
    with pytest.raises(InputError, match=r"file.csv.bron.yaml, column 'peiljaar'"):
        read_as("achterstandsscores", TEXT)
