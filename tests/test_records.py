"""Every raw file has a record, every record a file, and the two agree."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import HERE, DataFolder

from nplv_analysis.errors import InputError
from nplv_analysis.records import REQUIRED, SUFFIX, read_records, sha256_of

FILE = "wachtlijst/wachtlijst.csv"
RECORD = FILE + SUFFIX


def fault(town: DataFolder) -> str:
    """Read the records, which must fail, and give the message."""
    with pytest.raises(InputError) as caught:
        read_records(town.path / "raw")
    return str(caught.value)


def test_records_come_in_order_of_file_name(town: DataFolder) -> None:
    names = [record.file for record in read_records(town.path / "raw")]
    assert names == sorted(names)
    assert FILE in names


def test_record_says_what_is_in_the_file(town: DataFolder) -> None:
    town.record(FILE, peiljaar=2022, voorlopig=[2021, 2022], opmerking="klein")
    record = next(r for r in read_records(town.path / "raw") if r.file == FILE)
    assert (record.source, record.reader, record.year) == ("wachtlijst", "eigen", "2022")
    assert (record.provisional, record.note) == (("2021", "2022"), "klein")


def test_file_without_a_record(town: DataFolder) -> None:
    (town.path / "raw" / RECORD).unlink()
    assert fault(town).startswith(f"{FILE}: expected a record beside it, wachtlijst.csv.bron.yaml, with: bron, lezer")


def test_record_without_a_file(town: DataFolder) -> None:
    (town.path / "raw" / FILE).unlink()
    assert fault(town) == f"{RECORD}: expected the file it describes beside it: wachtlijst.csv"


@pytest.mark.parametrize("field", REQUIRED)
def test_missing_field(town: DataFolder, field: str) -> None:
    town.record(FILE, **{field: None})
    assert fault(town).startswith(f"{RECORD}, column '{field}': expected a value")


def test_empty_field(town: DataFolder) -> None:
    town.record(FILE, licentie="")
    assert fault(town).startswith(f"{RECORD}, column 'licentie': expected a value")


def test_unknown_field_gets_a_suggestion(town: DataFolder) -> None:
    town.record(FILE, opmerkingen="klein")
    assert fault(town) == f"{RECORD}, column 'opmerkingen': expected a known field; did you mean opmerking?"


def test_changed_file_gets_its_new_checksum(town: DataFolder) -> None:
    town.edit(FILE, "2022,testwijk-oost,wachtlijst,25", "2022,testwijk-oost,wachtlijst,26", sign=False)
    message = fault(town)
    assert message.startswith(f"{FILE}, column 'sha256'")
    assert f"sha256: {sha256_of(town.path / 'raw' / FILE)}" in message


@pytest.mark.parametrize(("word", "public"), [("ja", True), ("nee", False), (True, True), (False, False)])
def test_public(town: DataFolder, word: object, public: bool) -> None:
    town.record(FILE, openbaar=word)
    assert next(r for r in read_records(town.path / "raw") if r.file == FILE).public is public


def test_neither_public_nor_not(town: DataFolder) -> None:
    town.record(FILE, openbaar="misschien")
    assert fault(town) == f"{RECORD}, column 'openbaar': found 'misschien', expected 'ja' or 'nee'"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"bron: a\nlezer: [b\nuitgever: c\n", ", row 3: expected valid YAML"),
        (b"bron: wachtlijst \xeb\n", ": expected text in UTF-8"),
        (b"only words\n", ": expected lines such as 'uitgever: ...'"),
        (b"", ": expected lines such as 'uitgever: ...'"),
    ],
    ids=["no YAML", "other encoding", "no fields", "empty"],
)
def test_record_that_cannot_be_read(town: DataFolder, content: bytes, message: str) -> None:
    (town.path / "raw" / RECORD).write_bytes(content)
    found = fault(town)
    assert found.startswith(RECORD + message)
    assert "\n" not in found


@pytest.mark.parametrize("name", ["toelichting/testwijk-oost.md", ".gitkeep", "wachtlijst/~$wachtlijst.xlsx"])
def test_files_that_need_no_record(town: DataFolder, name: str) -> None:
    before = read_records(town.path / "raw")
    (town.path / "raw" / name).parent.mkdir(exist_ok=True)
    (town.path / "raw" / name).write_text("text", encoding="utf-8")
    assert read_records(town.path / "raw") == before


def test_no_folder_with_raw_data(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a folder with raw data"):
        read_records(tmp_path / "raw")


def test_every_shipped_file_has_a_record(shipped_raw: Path) -> None:
    files = {
        path.relative_to(shipped_raw).as_posix()
        for path in shipped_raw.rglob("*")
        if path.suffix in (".csv", ".geojson")
    }
    assert files == {record.file for record in read_records(shipped_raw)}


def test_every_shipped_record_names_its_year_of_retrieval_and_licence(shipped_raw: Path) -> None:
    for record in read_records(shipped_raw):
        assert record.fields["datum_opname"][:2] == "20", record.file
        assert record.licence != "onbekend", record.file


ORIGIN = ("herkomst", "migratie", "nationalit", "westers", "geboorteland", "etnic", "allochto", "autochto")


def test_no_shipped_file_is_about_origin_or_nationality(shipped_raw: Path) -> None:
    for path in (p for p in shipped_raw.rglob("*") if p.suffix in (".csv", ".geojson")):
        text = path.read_text(encoding="utf-8").lower()
        assert not [word for word in ORIGIN if word in text], path.name


def test_folder_for_own_figures_is_empty_in_the_repository() -> None:
    root = HERE.parent
    if not (root / ".git").exists():
        pytest.skip("not a clone")
    listed = subprocess.run(
        ["git", "ls-files", "data/raw/eigen"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    assert listed.split() == ["data/raw/eigen/.gitkeep"]
