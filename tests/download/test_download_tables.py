"""Tables over OData v3 and v4, from a publisher on this machine: what comes in, and what may go wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from publisher import HASTE, Publisher

from nplv_analysis.catalogue import load_catalogue
from nplv_analysis.download import Patience
from nplv_analysis.records import read_records
from nplv_analysis.sources import read

TOWN = Path(__file__).parents[1] / "data" / "teststad" / "catalogus"
OURS = {"GM9990", "WK999000", "BU99900000", "BU99900001", "NL00"}
KWB, POLITIE, V4 = "raw/kwb_bron/99001NED.json", "raw/politie_bron/99002NED.json", "raw/nieuw_bron/99003NED.json"


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher that nobody else asks."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Publisher()
    yield server
    server.close()


def bundle(folder: Path, name: str) -> dict[str, Any]:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def record(folder: Path, name: str) -> dict[str, Any]:
    return yaml.safe_load((folder / f"{name}.bron.yaml").read_text(encoding="utf-8"))


def left(folder: Path) -> list[str]:
    """Every file below raw, hidden ones as well, except the lock."""
    files = (p for p in (folder / "raw").rglob("*") if p.is_file() and p.suffix != ".lock")
    return sorted(p.relative_to(folder).as_posix() for p in files)


# ---------------------------------------------------------------------------------------------------- what comes in


def test_v3_gives_the_rows_of_one_gemeente_with_keys_as_received(publisher: Publisher, tmp_path: Path) -> None:
    outcome = publisher.get(tmp_path, "kwb")
    assert (outcome.status, outcome.rows) == ("new", 5)
    found = bundle(tmp_path, KWB)
    sets = ["TableInfos", "DataProperties", "TypedDataSet", "WijkenEnBuurten"]
    assert list(found) == ["protocol", "table", "address", *sets]
    assert [entry["Key"] for entry in found["WijkenEnBuurten"]] == [row["WijkenEnBuurten"] for row in found[sets[2]]]
    assert (found["protocol"], found["table"]) == ("odata3", "99001NED")
    rows = found["TypedDataSet"]
    assert {row["WijkenEnBuurten"] for row in rows} == {f"{code:10}" for code in OURS}
    assert rows[1] == {"WijkenEnBuurten": "GM9990    ", "AantalInwoners_5": 10, "Bijstand_83": 10}
    assert found["TableInfos"] == publisher.odata3["99001NED"]["TableInfos"]
    assert found["DataProperties"] == publisher.odata3["99001NED"]["DataProperties"]
    assert publisher.count("TypedDataSet") == 2  # pages of four
    assert left(tmp_path) == [KWB, f"{KWB}.bron.yaml"]


def test_the_record_says_where_it_comes_from_and_fits_the_other_records(publisher: Publisher, tmp_path: Path) -> None:
    publisher.get(tmp_path, "kwb")
    publisher.get(tmp_path, "politie")
    first, second = read_records(tmp_path / "raw")
    assert (first.source, first.reader, first.table, first.year) == ("kwb_bron", "cbs_kwb", "99001NED", "2024")
    assert first.address == f"{publisher.base}/odata3/99001NED"
    assert first.selection == (
        "Gemeente GM9990 met haar wijken en buurten, en Nederland; 5 rijen. Opgehaald met nplv download."
    )
    assert first.fields["datum_publicatie"] == "2024-08-15"
    assert first.note == "Uitgave bij de bron: TableInfos, Modified 2024-08-15T02:00:00."
    assert (second.provisional, second.note[:8]) == (("2024",), "Bedacht.")
    assert first.provisional == ()


def test_topics_that_no_reader_needs_are_not_even_asked_for(publisher: Publisher, tmp_path: Path) -> None:
    for name in ("kwb", "politie", "nieuw"):
        assert publisher.get(tmp_path, name).status == "new"
    data = [asked for asked in publisher.asked if "TypedDataSet" in asked or "Observations" in asked]
    assert data and not [asked for asked in data if "Nederland_17" in asked or "H008673" in asked]
    assert all("$select=" in asked or "Measure eq" in asked for asked in data)
    assert {row["Measure"] for row in bundle(tmp_path, V4)["Observations"]} == {"T001036", "M008349"}


def test_keys_are_given_as_wide_as_the_service_writes_them(publisher: Publisher, tmp_path: Path) -> None:
    assert publisher.get(tmp_path, "politie").rows == 5 * 2 * 2
    found = bundle(tmp_path, POLITIE)
    assert {row["SoortMisdrijf"] for row in found["TypedDataSet"]} == {"0.0.0 ", "1.1.1 "}
    assert "SoortMisdrijf eq '0.0.0 '" in found["address"].replace("%20", " ")
    assert [len(found[name]) for name in ("SoortMisdrijf", "Perioden")] == [3, 2]
    table = publisher.odata3["99002NED"]
    for row in [*table["TypedDataSet"], *table["SoortMisdrijf"]]:
        row["SoortMisdrijf" if "SoortMisdrijf" in row else "Key"] += "  "
    assert publisher.get(tmp_path, "politie", renew=True).rows == 20


def test_the_number_behind_a_key_may_change(publisher: Publisher, tmp_path: Path) -> None:
    for rows in publisher.odata3["99001NED"].values():
        for row in rows:
            if row.get("Key") == "AantalInwoners_5":
                row["Key"] = "AantalInwoners_9"
            if "AantalInwoners_5" in row:
                row["AantalInwoners_9"] = row.pop("AantalInwoners_5")
    assert publisher.get(tmp_path, "kwb").status == "new"
    assert "AantalInwoners_9" in bundle(tmp_path, KWB)["TypedDataSet"][0]


def test_a_service_that_ignores_the_filter_gives_the_same_file(publisher: Publisher, tmp_path: Path) -> None:
    publisher.get(tmp_path, "politie")
    before = (tmp_path / POLITIE).read_bytes()
    plain = publisher.v3

    def unfiltered(handler: Any, path: list[str], query: dict[str, str], fault: str) -> Any:
        return plain(handler, path, {k: v for k, v in query.items() if k != "$filter"}, fault)

    publisher.v3 = unfiltered
    assert publisher.get(tmp_path, "politie", renew=True).rows == 20
    assert (tmp_path / POLITIE).read_bytes() == before


def test_v4_finds_a_measure_without_a_known_code_by_its_title(publisher: Publisher, tmp_path: Path) -> None:
    outcome = publisher.get(tmp_path, "nieuw", tables={"nieuw": {"ook": ["PersonenInArmoede", "HboWo"]}})
    assert outcome.rows == 10


def test_what_came_in_is_what_the_readers_read(publisher: Publisher, tmp_path: Path) -> None:
    for name in ("kwb", "politie", "nieuw"):
        publisher.get(tmp_path, name)
    town = load_catalogue(TOWN, checked=True)
    assert town.gemeente.code == "GM9990"
    found = {r.source: read(tmp_path / "raw", r, town) for r in read_records(tmp_path / "raw")}
    assert set(found["kwb_bron"]["variabele"]) == {"inwoners"}
    assert set(found["nieuw_bron"]["variabele"]) == {"inwoners", "personen_in_armoede"}
    crimes = found["politie_bron"].set_index(["variabele", "gebiedscode", "periode"])["status"]
    assert len(crimes) == 20
    assert crimes["misdrijven_1.1.1", "BU99900001", "2024"] == "voorlopig"
    assert set(found["kwb_bron"]["gebiedscode"]) == OURS


def test_v4_gives_observations_with_version_and_count(publisher: Publisher, tmp_path: Path) -> None:
    assert publisher.get(tmp_path, "nieuw").rows == 10
    found = bundle(tmp_path, V4)
    sets = ["Properties", "MeasureCodes", "Observations", "WijkenEnBuurtenCodes", "PeriodenCodes", "MeasureGroups"]
    assert list(found) == ["protocol", "table", "address", *sets]
    assert {row["WijkenEnBuurten"] for row in found["Observations"]} == OURS
    assert found["Properties"]["Version"] == "202512110200"
    about = record(tmp_path, V4)
    assert about["datum_publicatie"] == "2025-12-11"
    assert "Properties, Version 202512110200" in about["opmerking"]


def test_v4_without_groups_of_measures(publisher: Publisher, tmp_path: Path) -> None:
    del publisher.odata4["99003NED"]["MeasureGroups"]
    assert publisher.get(tmp_path, "nieuw").rows == 10
    assert "MeasureGroups" not in bundle(tmp_path, V4)


def test_same_answers_give_the_same_bytes(publisher: Publisher, tmp_path: Path) -> None:
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        publisher.get(folder, "kwb")
    assert (tmp_path / "a" / KWB).read_bytes() == (tmp_path / "b" / KWB).read_bytes()


# ------------------------------------------------------------------------------------------- what passes by itself


@pytest.mark.parametrize("fault", ["cut", "truncated", "500", "429"])
@pytest.mark.parametrize("where", ["TableInfos", "TypedDataSet.*skip=4"])
def test_a_fault_that_passes_is_not_noticed(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, where: str
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    publisher.wait = "7"
    publisher.faults = [(where, fault), (where, fault)]
    assert publisher.get(tmp_path, "kwb").status == "new"
    assert publisher.count(where) == 3
    # A server that says how long to wait gets that.
    assert [seconds for seconds in waited if seconds] == ([7, 7] if fault == "429" else [])


def test_waits_grow(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    publisher.faults = [("TableInfos", "truncated*")]
    publisher.get(tmp_path, "kwb", patience=Patience(tries=4, backoff=0.5))
    assert waited == [0.5, 1, 2]


def test_a_slow_server_gets_another_try(publisher: Publisher, tmp_path: Path) -> None:
    publisher.faults = [("TableInfos", "slow")]
    assert publisher.get(tmp_path, "kwb", patience=Patience(read=0.2, tries=2, backoff=0)).status == "new"
    assert publisher.count("TableInfos") == 2


# ------------------------------------------------------------------------------------------------ what is an error


@pytest.mark.parametrize(
    ("name", "where", "fault", "message"),
    [
        ("kwb", "TypedDataSet", "slow*", "127.0.0.1:{port} gave no answer (waited 0.2 seconds, 3 times)"),
        ("kwb", "TypedDataSet", "cut*", ": the answer was cut off, 3 times"),
        ("kwb", "TypedDataSet", "truncated*", ": the JSON is damaged or ends early, 3 times"),
        ("kwb", "TypedDataSet", "429*", ": the server answered 429, 3 times (query returns"),
        ("kwb", "TypedDataSet", "500*", ": the server answered 500, 3 times (query returns more than 10000 records)"),
        ("kwb", "TypedDataSet", "html*", ": the server answered with text/html; expected JSON"),
        (
            "kwb",
            "TypedDataSet.*skip=4",
            "empty",
            "99001NED, TypedDataSet: page 2 is empty, but the one before says that there is more",
        ),
        ("kwb", "TypedDataSet", "endless*", "99001NED, TypedDataSet: the pages repeat and never end (page 2)"),
        ("kwb", "TypedDataSet", "repeat*", "99001NED, TypedDataSet: the pages repeat and never end (page 2)"),
        ("nieuw", "Observations", "endless*", "99003NED, Observations: the pages repeat and never end (page 2)"),
        ("nieuw", "Observations.*skip=4", "fewer", "99003NED, Observations: the service counts 10 rows but gave 9"),
        ("nieuw", "Observations", "truncated*", ": the JSON is damaged or ends early, 3 times"),
    ],
)
def test_a_fault_that_stays_is_one_sentence_and_leaves_no_file(
    publisher: Publisher, tmp_path: Path, name: str, where: str, fault: str, message: str
) -> None:
    publisher.faults = [(where, fault)]
    outcome = publisher.get(tmp_path, name, patience=Patience(read=0.2, tries=3, backoff=0))
    assert outcome.status == "failed"
    assert message.format(port=publisher.base.rsplit(":", 1)[1]) in str(outcome.fault)
    assert "\n" not in str(outcome.fault)
    assert not [file for file in left(tmp_path) if "/." not in file]
    publisher.faults = []
    assert publisher.get(tmp_path, name).status == "new"


@pytest.mark.parametrize(
    ("name", "tables", "message"),
    [
        (
            "kwb",
            {"nodig": ["AantalInwoner"]},
            "99001NED: the table has no key 'AantalInwoner' (any more), and reader 'cbs_kwb' needs it; did you mean "
            "AantalInwoners_5?",
        ),
        ("nieuw", {"nodig": ["T001037"]}, "99003NED: the table has no key 'T001037' (any more), and reader 'cbs_kwb'"),
        ("kwb", {"gebied": "RegioS"}, "99001NED: the table has no dimension 'RegioS' (any more)"),
        (
            "politie",
            {"kies": {"SoortMisdrijf": ["9.9.9"]}},
            "99002NED: dimension 'SoortMisdrijf' has no key '9.9.9' (any more)",
        ),
    ],
)
def test_a_changed_schema_names_table_and_key(
    publisher: Publisher, tmp_path: Path, name: str, tables: dict[str, Any], message: str
) -> None:
    outcome = publisher.get(tmp_path, name, tables={name: tables})
    assert str(outcome.fault).startswith(message)
    assert left(tmp_path) == []


def test_rows_without_a_key_that_was_asked_for(publisher: Publisher, tmp_path: Path) -> None:
    plain = publisher.v3

    def fewer_keys(handler: Any, path: list[str], query: dict[str, str], fault: str) -> Any:
        status, answer = plain(handler, path, query, fault)
        for row in answer["value"] if path[-1] == "TypedDataSet" else []:
            row.pop("Bijstand_83")
        return status, answer

    publisher.v3 = fewer_keys
    assert str(publisher.get(tmp_path, "kwb").fault) == (
        "99001NED: a row lacks the key 'Bijstand_83' that was asked for; the table changed"
    )


@pytest.mark.parametrize("name", ["kwb", "politie", "nieuw"])
def test_a_gemeente_that_is_not_there(publisher: Publisher, tmp_path: Path, name: str) -> None:
    fault = str(publisher.get(tmp_path, name, gemeente="GM9995").fault)
    assert fault.endswith(": dimension 'WijkenEnBuurten' has no GM9995; this table does not know the gemeente")
    assert publisher.count("TypedDataSet|Observations") == 0
    assert left(tmp_path) == []


@pytest.mark.parametrize(("name", "entity"), [("kwb", "TypedDataSet"), ("nieuw", "Observations")])
def test_an_empty_answer_names_its_likely_cause(publisher: Publisher, tmp_path: Path, name: str, entity: str) -> None:
    for tables in (*publisher.odata3.values(), *publisher.odata4.values()):
        tables[entity] = []
    assert "no row of GM9990 in the answer; the table has no figures on this gemeente, or the service wants" in str(
        publisher.get(tmp_path, name).fault
    )
    assert left(tmp_path) == []


def test_keys_that_are_padded_otherwise_are_an_empty_answer(publisher: Publisher, tmp_path: Path) -> None:
    for row in publisher.odata3["99002NED"]["TypedDataSet"]:
        row["SoortMisdrijf"] = row["SoortMisdrijf"].strip()
    fault = str(publisher.get(tmp_path, "politie").fault)
    assert fault.endswith("or the service wants the keys of WijkenEnBuurten and SoortMisdrijf padded otherwise")


def test_a_row_that_comes_twice(publisher: Publisher, tmp_path: Path) -> None:
    rows = publisher.odata3["99001NED"]["TypedDataSet"]
    rows.insert(3, dict(rows[1]))
    assert str(publisher.get(tmp_path, "kwb").fault) == "99001NED: the service gave the row ('GM9990    ',) twice"


def test_a_table_that_is_not_there(publisher: Publisher, tmp_path: Path) -> None:
    del publisher.odata3["99001NED"]
    address = f"{publisher.base}/odata3/99001NED"
    assert str(publisher.get(tmp_path, "kwb").fault) == f"{address}: the server answered 404 (Resource not found)"


def test_a_service_without_an_entity(publisher: Publisher, tmp_path: Path) -> None:
    del publisher.odata3["99001NED"]["DataProperties"]
    assert str(publisher.get(tmp_path, "kwb").fault).startswith(
        "99001NED: the service has no 'DataProperties' for this table"
    )


def test_v3_counts_when_the_list_says_that_the_service_can(publisher: Publisher, tmp_path: Path) -> None:
    plan = publisher.plan(tmp_path / "data")
    text = (tmp_path / "data" / "downloads.yaml").read_text(encoding="utf-8")
    assert not plan[0].counts
    from nplv_analysis.download import download, read_plan

    (tmp_path / "data" / "downloads.yaml").write_text(text.replace("/odata3/", "/odata3/\n    telt: ja"), "utf-8")
    wanted = read_plan(tmp_path / "data", "GM9990")[0]
    (tmp_path / "raw").mkdir()
    publisher.faults = [("TypedDataSet", "fewer")]
    assert wanted.counts
    (first,) = download(tmp_path / "raw", [wanted], patience=HASTE)
    assert str(first.fault) == "99001NED, TypedDataSet: the service counts 5 rows but gave 4"
    (second,) = download(tmp_path / "raw", [wanted], patience=HASTE)
    assert second.status == "new"


# -------------------------------------------------------------------------------------------- to go on where it was


def test_a_table_that_was_cut_off_goes_on_at_the_last_page(publisher: Publisher, tmp_path: Path) -> None:
    publisher.faults = [("TypedDataSet.*skip=8", "500*")]
    assert publisher.get(tmp_path, "politie").status == "failed"
    kept = left(tmp_path)
    assert len([name for name in kept if "bladzijde" in name]) == 2
    assert all("/." in name for name in kept)
    publisher.faults, publisher.asked = [], []
    assert publisher.get(tmp_path, "politie").rows == 20
    assert publisher.count("TypedDataSet.*skip=4") == 0
    assert publisher.count("TypedDataSet") == 3
    assert left(tmp_path) == [POLITIE, f"{POLITIE}.bron.yaml"]


def test_another_release_begins_again(publisher: Publisher, tmp_path: Path) -> None:
    publisher.faults = [("TypedDataSet.*skip=8", "500*")]
    publisher.get(tmp_path, "politie")
    publisher.faults, publisher.asked = [], []
    publisher.odata3["99002NED"]["TableInfos"][0]["Modified"] = "2025-03-01T02:00:00"
    assert publisher.get(tmp_path, "politie").rows == 20
    assert publisher.count("TypedDataSet") == 5


def test_a_page_that_was_damaged_here_is_asked_for_again(publisher: Publisher, tmp_path: Path) -> None:
    publisher.faults = [("TypedDataSet.*skip=8", "500*")]
    publisher.get(tmp_path, "politie")
    publisher.faults, publisher.asked = [], []
    pages = sorted((tmp_path / "raw").rglob(".bladzijde-*"))
    pages[1].write_text('{"value": [', encoding="utf-8")
    assert publisher.get(tmp_path, "politie").rows == 20
    assert publisher.count("TypedDataSet") == 4
