"""Each fault in a delivered file gives one sentence: the file, the place in it, the value and what was expected."""

from __future__ import annotations

import csv

import pytest
from delivered import TESTS, read_file

from nplv_analysis.errors import InputError

FOLDER = TESTS / "data" / "delivered"
#: Files that others there need: names of places, places of schools.
BESIDE = {"names_2020.csv", "schools.csv"}

with (TESTS / "data" / "faulty_deliveries.csv").open(encoding="utf-8", newline="") as text:
    FAULTS = list(csv.DictReader(text, delimiter=";"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["file"])
def test_fault_is_told_in_one_sentence(fault: dict[str, str]) -> None:
    # Tables that are not from an open data service do not say themselves which year they are about.
    year = {"year": "2020"} if fault["reader"] == "cbs_kwb" and not fault["file"].endswith(".json") else {}
    with pytest.raises(InputError) as caught:
        read_file(FOLDER, fault["reader"], fault["file"], **year)
    assert str(caught.value) == fault["file"] + fault["error"]


def test_every_faulty_file_is_tried() -> None:
    there = {path.name for path in FOLDER.iterdir() if not path.name.endswith(".bron.yaml")}
    assert there - BESIDE == {fault["file"] for fault in FAULTS}


@pytest.mark.parametrize("year", [None, "onbekend", "2020-2021"])
def test_table_that_does_not_say_its_year_needs_it_in_the_record(year: str | None) -> None:
    with pytest.raises(InputError, match=r"bron.yaml, column 'peiljaar': .*expected the year that the table is about"):
        read_file(FOLDER, "cbs_kwb", "statline_no_topic.csv", year=year)
