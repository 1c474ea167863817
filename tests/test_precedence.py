"""Two files with the same figure: the later release of the same table wins aloud, anything else stays an error."""

from __future__ import annotations

import csv
import shutil
from typing import Any

import pandas as pd
import pytest
from conftest import DataFolder, run
from helpers import observation, observations
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from nplv_analysis.precedence import COLUMNS, csv_of, one_value_each, told
from nplv_analysis.preparation import REPLACED, load_prepared, prepare
from nplv_analysis.records import SUFFIX, Record
from nplv_analysis.sources.indelingen import COLUMNS as CODES

UNKNOWN = "onbekend"
OLD, NEW = "bron/oud.csv", "bron/nieuw.csv"


def record(file: str, **changed: str) -> Record:
    """Make a record of a table of the Kerncijfers."""
    words = dict.fromkeys(("title", "address", "licence", "citation", "selection", "sha256"), "bedacht")
    dates = {"datum_publicatie": UNKNOWN, "datum_opname": UNKNOWN}
    dates |= {name: changed.pop(name) for name in dates if name in changed}
    fields: dict[str, Any] = {"source": "bedacht", "reader": "cbs_kwb", "publisher": "CBS", "table": "85618NED"}
    return Record(file=file, public=True, fields=dates, **words, **(fields | changed))


def one(*rows: dict[str, Any], **changed: dict[str, str]) -> tuple[dict[str, float], list[list[Any]]]:
    """Give the values that stay, by place, and the rows of the list of what was replaced."""
    records = [record(OLD, **changed.get("old", {})), record(NEW, **changed.get("new", {}))]
    found, replaced = one_value_each(observations(list(rows)), records)
    return dict(
        zip(found["gebiedscode"] + " " + found["bestand"], found["waarde"], strict=True)
    ), replaced.to_numpy().tolist()


HERE, THERE = "BU99900000", "BU99900001"
EARLY, LATE = {"datum_opname": "2026-01-01"}, {"datum_opname": "2026-02-01"}
ROWS = [
    observation(HERE, 10, bestand=OLD, rij=2, status="voorlopig"),
    observation(THERE, 7, bestand=OLD, rij=3),
    observation(HERE, 12, bestand=NEW, rij=5),
]


def test_later_release_wins_cell_by_cell() -> None:
    kept, replaced = one(*ROWS, old=EARLY, new=LATE)
    assert kept == {f"{HERE} {NEW}": 12, f"{THERE} {OLD}": 7}
    assert replaced == [[OLD, 2, "waarde", HERE, "aantal", "2020", "10 (voorlopig)", "12", NEW]]


@pytest.mark.parametrize(
    ("old", "new", "winner"),
    [
        ({"datum_publicatie": "2024-03-01"}, {"datum_publicatie": "2024-09-01"}, NEW),
        ({"datum_publicatie": "2024-09-01"}, {"datum_publicatie": "2024-03-01"}, OLD),
        # The day of publication goes before the day on which it was fetched.
        (LATE | {"datum_publicatie": "2024-03-01"}, EARLY | {"datum_publicatie": "2024-09-01"}, NEW),
        (EARLY | {"datum_publicatie": "2024-03-01"}, LATE, NEW),
        ({"datum_publicatie": "2024-03"}, {"datum_publicatie": "2024-04-01 (overhandigd)"}, NEW),
        (EARLY | {"table": "onbekend (waarschijnlijk 85618NED)"}, LATE, NEW),
    ],
)
def test_later_date_decides(old: dict[str, str], new: dict[str, str], winner: str) -> None:
    kept, _ = one(*ROWS, old=old, new=new)
    assert set(kept) == {f"{HERE} {winner}", f"{THERE} {OLD}"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (EARLY, EARLY),
        ({}, {}),
        (EARLY, {}),
        ({"datum_publicatie": "2024-03"}, {"datum_publicatie": "2024-03-05"}),
        # The same release with another figure is no later release, whenever it was fetched.
        (EARLY | {"datum_publicatie": "2024-03-05"}, LATE | {"datum_publicatie": "2024-03-05"}),
        (EARLY, LATE | {"table": "85984NED"}),
        (EARLY, LATE | {"publisher": "Politie"}),
        (EARLY | {"table": "geen tabelnummer"}, LATE | {"table": "geen tabelnummer"}),
    ],
)
def test_otherwise_both_stay_for_the_check(old: dict[str, str], new: dict[str, str]) -> None:
    kept, replaced = one(*ROWS, old=old, new=new)
    assert len(kept) == 3
    assert replaced == []


def test_two_figures_in_one_file_stay_for_the_check() -> None:
    found, replaced = one_value_each(
        observations([*ROWS, ROWS[2] | {"waarde": 13, "rij": 6}]), [record(OLD, **EARLY), record(NEW, **LATE)]
    )
    assert len(found) == 4
    assert replaced.empty


def test_equal_figures_are_no_news() -> None:
    kept, replaced = one(ROWS[1], ROWS[1] | {"bestand": NEW, "rij": 9}, old=EARLY, new=LATE)
    assert list(kept.values()) == [7]
    assert replaced == []


def test_the_latest_of_three_replaces_both() -> None:
    third = "bron/derde.csv"
    records = [record(OLD, **EARLY), record(NEW, **LATE), record(third, datum_opname="2026-03-01")]
    found, replaced = one_value_each(observations([*ROWS, ROWS[0] | {"bestand": third, "waarde": 14}]), records)
    assert sorted(found["waarde"]) == [7, 14]
    assert replaced[["bestand", "bestand_nieuw"]].to_numpy().tolist() == [[NEW, third], [OLD, third]]


def test_what_is_not_a_number_is_written_out() -> None:
    hidden = observation(HERE, None, low=1, high=4, bestand=OLD)
    gone = observation(HERE, None, bestand=NEW, status="ontbreekt")
    _, replaced = one(hidden, gone, old=EARLY, new=LATE)
    assert replaced[0][6:8] == ["1-4 (onderdrukt)", "(ontbreekt)"]


@given(st.permutations(ROWS))
def test_order_of_rows_does_not_matter(rows: list[dict[str, Any]]) -> None:
    records = [record(OLD, **EARLY), record(NEW, **LATE)]
    _, replaced = one_value_each(observations(rows), records)
    assert_frame_equal(replaced, one_value_each(observations(ROWS), records)[1])


def test_lines_and_list() -> None:
    old = [ROWS[0] | {"kolom": "=cmd()"}, ROWS[1]]
    new = [ROWS[2], ROWS[1] | {"bestand": NEW, "waarde": -8.5}]
    _, replaced = one_value_each(observations([*old, *new]), [record(OLD, **EARLY), record(NEW, **LATE)])
    assert told(replaced, "data/raw") == [
        f"data/raw/{OLD}: 2 values replaced by the later data/raw/{NEW}; first: {HERE}, aantal, 2020 (row 2): "
        "10 (voorlopig) -> 12"
    ]
    header, first, second = csv.reader(csv_of(replaced).splitlines())
    assert tuple(header) == COLUMNS
    assert first[2] == "'=cmd()"
    assert second[7] == "-8.5"


# ------------------------------------------------------------------------------------------------ in a data folder

KWB, LATER = "cbs_kwb_2022/kerncijfers_2022.csv", "cbs_kwb_2022/later.csv"


@pytest.fixture
def two_releases(town: DataFolder) -> DataFolder:
    """The made-up town with a later release of its Kerncijfers: one revised figure, one more buurt left as it was."""
    raw = town.path / "raw"
    for suffix in ("", SUFFIX):
        shutil.copy(raw / f"{KWB}{suffix}", raw / f"{LATER}{suffix}")
    town.record(KWB, tabel="85318NED")
    town.record(LATER, tabel="85318NED", datum_opname="2026-02-01")
    town.edit(LATER, "BU99900000,400,200,12.0", "BU99900000,400,200,13.0")
    return town


def test_prepare_says_what_it_replaced(two_releases: DataFolder) -> None:
    result = run("prepare", "--data", two_releases.path)
    assert result.exit_code == 0, result.stderr
    raw = (two_releases.path / "raw").as_posix()
    line = f"{raw}/{KWB}: 1 value replaced by the later {raw}/{LATER}; first: BU99900000, laag_inkomen, 2022 (row 4): "
    assert f"{line}12 -> 13" in result.stdout.splitlines()
    listed = pd.read_csv(two_releases.path / "processed" / REPLACED)
    assert listed[["bestand", "rij", "oude_waarde", "nieuwe_waarde"]].to_numpy().tolist() == [[KWB, 4, 12, 13]]
    assert len(load_prepared(two_releases.path).replaced) == 1


def test_same_day_is_an_error_as_before(two_releases: DataFolder) -> None:
    two_releases.record(LATER, datum_opname="2026-01-01")
    before = two_releases.processed()
    result = run("prepare", "--data", two_releases.path)
    assert result.exit_code == 1
    assert "one value for 'laag_inkomen' in 2022" in result.stderr
    assert two_releases.processed() == before


def test_later_release_in_another_layout(two_releases: DataFolder) -> None:
    """The later release has another code for a buurt, of which a list of codes tells."""
    town = two_releases
    town.edit(LATER, "BU99900000,400", "BU99900009,400")
    town.record(LATER, indeling=2023)
    areas = town.path / "catalogus" / "gebieden.yaml"
    areas.write_text("indeling: 2022\n" + areas.read_text(encoding="utf-8"), encoding="utf-8")
    codes = f"{','.join(CODES)}\n2023,BU99900000,BU99900009,2,,,bedacht\n"
    shutil.copy(town.path / "raw" / f"{KWB}{SUFFIX}", town.path / "raw" / f"codes.csv{SUFFIX}")
    town.record("codes.csv", lezer="indelingen", bron="codes")
    town.write("codes.csv", codes)
    found = prepare(town.path)
    assert found.replaced[["bestand", "rij", "oude_waarde", "nieuwe_waarde"]].to_numpy().tolist() == [
        [KWB, 4, "12", "13"]
    ]
    mine = found.observations[found.observations["gebiedscode"] == "BU99900000"]
    assert mine.set_index("variabele")["waarde"].to_dict()["laag_inkomen"] == 13
