"""Plain files, and how raw files are kept: resumed, never overwritten unasked, never half."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from publisher import HASTE, SCHOOLS, Publisher

from nplv_analysis.download import Patience, download, faults, read_plan
from nplv_analysis.download.files import CHUNK
from nplv_analysis.errors import NplvError
from nplv_analysis.records import read_records

SCHOOL = "raw/scholen_bron/scholen_2024-2025.csv"
KWB = "raw/kwb_bron/99001NED.json"
OURS = b"".join(SCHOOLS.splitlines(keepends=True)[i] for i in (0, 1, 2, 4))


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher that nobody else asks."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Publisher()
    yield server
    server.close()


def begin_of(asked: str) -> int:
    return int(asked.removeprefix("bytes=").rstrip("-"))


# ------------------------------------------------------------------------------------------------------ plain files


def test_lines_of_the_gemeente_are_kept_byte_for_byte(publisher: Publisher, tmp_path: Path) -> None:
    outcome = publisher.get(tmp_path, "scholen")
    assert (outcome.status, outcome.rows) == ("new", 2)
    assert (tmp_path / SCHOOL).read_bytes() == OURS
    (record,) = read_records(tmp_path / "raw")
    assert record.selection == (
        "Gemeente GM9990: haar regels, ongewijzigd, uit een bestand van 3003 regels; 2 rijen. "
        "Opgehaald met nplv download."
    )
    assert (record.title, record.address) == ("Bedacht 2024", f"{publisher.base}/files/scholen-2024-2025.csv")
    assert "peiljaar" not in record.fields


def test_a_file_that_is_cut_off_goes_on_where_it_was(publisher: Publisher, tmp_path: Path) -> None:
    publisher.faults = [("files", "cut")]
    assert publisher.get(tmp_path, "scholen").status == "new"
    first, second = publisher.ranges
    # Half of the file came; what goes on is at most one piece less.
    assert first == "" and len(SCHOOLS) // 2 - CHUNK <= begin_of(second) <= len(SCHOOLS) // 2
    assert (tmp_path / SCHOOL).read_bytes() == OURS


def test_the_next_run_goes_on_too(publisher: Publisher, tmp_path: Path) -> None:
    publisher.faults = [("files", "cut"), ("files", "500*")]
    fault = str(publisher.get(tmp_path, "scholen").fault)
    assert fault.endswith("the server answered 500, 3 times (query returns more than 10000 records)")
    publisher.faults, publisher.ranges = [], []
    assert publisher.get(tmp_path, "scholen").status == "new"
    assert [begin_of(asked) > 0 for asked in publisher.ranges] == [True]
    assert (tmp_path / SCHOOL).read_bytes() == OURS


@pytest.mark.parametrize("tag", ['"twee"', "", 'W/"zwak"'])
def test_a_file_that_changed_or_has_no_mark_begins_again(publisher: Publisher, tmp_path: Path, tag: str) -> None:
    publisher.tag = tag if tag != '"twee"' else '"een"'
    publisher.faults = [("files", "cut"), ("files", "500*")]
    publisher.get(tmp_path, "scholen")
    publisher.faults, publisher.tag = [], tag
    publisher.files = {"scholen-2024-2025.csv": SCHOOLS.replace(b"12\r\n", b"13\r\n")}
    assert publisher.get(tmp_path, "scholen").status == "new"
    assert (tmp_path / SCHOOL).read_bytes() == OURS.replace(b"12\r\n", b"13\r\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            SCHOOLS.replace(b"GEMEENTENUMMER", b"GEMEENTE_NUMMER"),
            "the file has no column 'GEMEENTENUMMER' (any more); did",
        ),
        (
            SCHOOLS.replace(b"9990", b"9992"),
            "none of 3003 lines is of GM9990; the gemeente does not exist there, or column",
        ),
        (b'A;GEMEENTENUMMER\n"' + b"x" * 200_000, "not a table in CSV (field larger than field limit"),
        (b"", "the server sent an empty file"),
    ],
)
def test_a_file_that_is_not_as_expected(publisher: Publisher, tmp_path: Path, content: bytes, message: str) -> None:
    publisher.files["scholen-2024-2025.csv"] = content
    assert message in str(publisher.get(tmp_path, "scholen").fault)
    assert not (tmp_path / SCHOOL).exists()
    publisher.files["scholen-2024-2025.csv"] = SCHOOLS
    assert publisher.get(tmp_path, "scholen").status == "new"


def test_a_page_with_a_message_is_not_a_file(publisher: Publisher, tmp_path: Path) -> None:
    publisher.faults = [("files", "html")]
    assert str(publisher.get(tmp_path, "scholen").fault).endswith("answered with text/html; expected a table (CSV)")
    publisher.files = {}
    assert str(publisher.get(tmp_path, "scholen").fault).endswith("scholen-2024-2025.csv: the server answered 404")


def test_a_file_that_stays_cut_off(publisher: Publisher, tmp_path: Path) -> None:
    publisher.tag = ""
    publisher.faults = [("files", "cut*")]
    assert str(publisher.get(tmp_path, "scholen").fault).endswith("cut off 3 times; run again to go on")


# --------------------------------------------------------------------------------------------- what is there already


def test_what_is_there_is_not_asked_for_again(publisher: Publisher, tmp_path: Path) -> None:
    publisher.get(tmp_path, "kwb")
    publisher.asked = []
    assert publisher.get(tmp_path, "kwb").status == "there"
    assert publisher.asked == []
    assert publisher.get(tmp_path, "kwb", renew=True).status == "new"


def test_a_changed_file_stays_until_renew(publisher: Publisher, tmp_path: Path) -> None:
    publisher.get(tmp_path, "kwb")
    whole = (tmp_path / KWB).read_bytes()
    (tmp_path / KWB).write_bytes(b"{}")
    outcome = publisher.get(tmp_path, "kwb")
    assert str(outcome.fault) == (
        "kwb_bron/99001NED.json: was changed after it was downloaded; it stays (--renew replaces it)"
    )
    assert (tmp_path / KWB).read_bytes() == b"{}"
    publisher.get(tmp_path, "kwb", renew=True)
    assert (tmp_path / KWB).read_bytes() == whole
    read_records(tmp_path / "raw")


def test_a_file_without_a_record_stays(publisher: Publisher, tmp_path: Path) -> None:
    publisher.get(tmp_path, "kwb")
    (tmp_path / f"{KWB}.bron.yaml").unlink()
    assert "is there without a record that fits" in str(publisher.get(tmp_path, "kwb").fault)


def test_a_file_about_another_gemeente_stays(publisher: Publisher, tmp_path: Path) -> None:
    publisher.get(tmp_path, "kwb")
    before = (tmp_path / KWB).read_bytes()
    assert "is not about GM9991; it stays" in str(publisher.get(tmp_path, "kwb", gemeente="GM9991").fault)
    assert (tmp_path / KWB).read_bytes() == before


def test_renew_that_fails_keeps_the_old_file_and_its_record(publisher: Publisher, tmp_path: Path) -> None:
    publisher.get(tmp_path, "kwb")
    before = {p: p.read_bytes() for p in (tmp_path / KWB).parent.glob("99*")}
    publisher.faults = [("TypedDataSet", "truncated*")]
    assert publisher.get(tmp_path, "kwb", renew=True).status == "failed"
    assert {p: p.read_bytes() for p in (tmp_path / KWB).parent.glob("99*")} == before
    assert publisher.get(tmp_path, "kwb").status == "there"


def test_stopped_between_file_and_record_is_finished_by_the_next_run(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.get(tmp_path, "kwb")
    publisher.odata3["99001NED"]["TypedDataSet"][1]["AantalInwoners_5"] = 11

    def stop(path: Path) -> None:
        if path.exists() and b":11" in path.read_bytes():
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("nplv_analysis.download.write._finish", stop)
        publisher.get(tmp_path, "kwb", renew=True)
    assert b'"AantalInwoners_5":11' in (tmp_path / KWB).read_bytes()
    publisher.asked = []
    assert publisher.get(tmp_path, "kwb").status == "there"
    assert publisher.asked == []
    read_records(tmp_path / "raw")


def test_stopped_before_the_file_changed_leaves_what_was_there(publisher: Publisher, tmp_path: Path) -> None:
    publisher.get(tmp_path, "kwb")
    waiting = (tmp_path / KWB).with_name(".99001NED.json.bron.yaml.nieuw")
    waiting.write_text(f"sha256: {'0' * 64}\n", encoding="utf-8")
    assert publisher.get(tmp_path, "kwb").status == "there"
    assert not waiting.exists()


def test_one_that_fails_leaves_the_others(publisher: Publisher, tmp_path: Path) -> None:
    publisher.faults = [("99001NED", "500*")]
    (tmp_path / "raw").mkdir()
    outcomes = download(tmp_path / "raw", publisher.plan(tmp_path / "data"), patience=HASTE)
    assert [outcome.status for outcome in outcomes] == ["failed", "new", "new", "new"]
    assert len(read_records(tmp_path / "raw")) == 3


def test_servers_that_are_not_there_are_asked_once_and_share_a_sentence(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    (tmp_path / "raw").mkdir()
    publisher.plan(tmp_path / "data")
    list_ = tmp_path / "data" / "downloads.yaml"
    # Nothing listens on the ports 1 and 2.
    text = list_.read_text(encoding="utf-8").replace(publisher.base + "/odata3", "http://127.0.0.1:1")
    list_.write_text(text.replace(publisher.base + "/files", "http://127.0.0.1:2"), encoding="utf-8")
    outcomes = download(tmp_path / "raw", read_plan(tmp_path / "data", "GM9990"), patience=Patience(backoff=1))
    assert [outcome.status for outcome in outcomes] == ["failed", "failed", "new", "failed"]
    assert faults(outcomes) == ["no connection with 127.0.0.1:1, 127.0.0.1:2: is there a network?"]
    assert waited == [2, 2]


def test_two_at_a_time_do_not_meet(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    with FileLock(tmp_path / "raw" / ".download.lock"), pytest.raises(NplvError, match="another download into"):
        download(tmp_path / "raw", publisher.plan(tmp_path / "data"), patience=HASTE)


def test_a_folder_that_cannot_be_written_is_one_sentence(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "kwb_bron").write_text("geen map", encoding="utf-8")
    assert str(publisher.get(tmp_path, "kwb").fault).startswith("kwb_bron/99001NED.json: cannot be written (")
