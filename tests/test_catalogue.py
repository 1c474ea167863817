"""The catalogue: what ships is sound, a mistake in it is named, and an indicator is added without programming."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import HERE, DataFolder
from jsonschema import Draft7Validator

from nplv_analysis.catalogue import SUBJECTS, THEMES, Catalogue, load_catalogue
from nplv_analysis.catalogue.reading import HERE as SHIPPED
from nplv_analysis.errors import CatalogueError, UnknownNameError
from nplv_analysis.preparation import prepare

# ------------------------------------------------------------------------------------------------ areas that ship


@pytest.mark.parametrize(
    ("area", "buurten"),
    [
        ("vinkhuizen", "0900 0901"),
        ("paddepoel", "1001 1002"),
        ("selwerd", "1000"),
        ("tuinwijk", "1005"),
        ("de-hoogte", "0300"),
        ("indische-buurt", "0301"),
        ("korrewegwijk", "0302"),
        ("oosterparkwijk", "0400 0401 0402 0403 0404"),
        ("beijum", "1100 1101"),
        ("lewenborg", "1200 1201 1202"),
        ("de-wijert", "0605 0606"),
        ("selwerd-paddepoel-tuinwijk", "1000 1001 1002 1005"),
        ("de-hoogte-indische-buurt", "0300 0301"),
        ("korrewegwijk-indische-buurt", "0301 0302"),
        ("oud-noord", "0300 0301 0302"),
        ("groningen-noord", "0300 0301 0302 0400 0401 0402 0403 0404 0900 0901 1000 1001 1002 1005"),
    ],
)
def test_buurten_of_an_area(catalogue: Catalogue, area: str, buurten: str) -> None:
    assert sorted(catalogue.area(area).buurten) == [f"BU0014{number}" for number in buurten.split()]


def test_areas_in_the_batch(catalogue: Catalogue) -> None:
    kinds = [area.kind for area in catalogue.batch_areas]
    assert kinds == ["nplv"] * 8 + ["wijkvernieuwing"] * 3 + ["samengesteld", "gemeente"]


def test_single_areas_share_no_buurt(catalogue: Catalogue) -> None:
    codes = [code for area in catalogue.areas if area.kind in ("nplv", "wijkvernieuwing") for code in area.buurten]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("area", "codes"),
    [
        ("selwerd", {"selwerd", "BU00141000"}),
        ("paddepoel", {"paddepoel"}),
        ("oosterparkwijk", {"oosterparkwijk", "WK001404"}),
        ("oud-noord", {"oud-noord", "WK001403"}),
        ("gemeente", {"gemeente", "GM0014"}),
    ],
)
def test_codes_under_which_a_figure_is_exactly_about_the_area(catalogue: Catalogue, area: str, codes: set[str]) -> None:
    assert set(catalogue.area(area).own_codes) == codes


@pytest.mark.parametrize("name", ["de-hoogte", "De Hoogte", "DE HOOGTE ", "de hoogte"])
def test_area_by_id_or_name(catalogue: Catalogue, name: str) -> None:
    assert catalogue.area(name).id == "de-hoogte"


# ------------------------------------------------------------------------------------------------ indicators that ship


def test_targets_are_those_of_the_annex(catalogue: Catalogue, shipped_raw: Path) -> None:
    file = shipped_raw / "nplv_bijlage" / "kernindicatoren_selectie.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        printed = {row["id"]: (row["doel_teken"], float(row["doel_2030_2040"])) for row in csv.DictReader(lines)}
    assert len(printed) == 24
    ours = {i.id: (i.target.sign, i.target.value) for i in catalogue.indicators if i.target}
    assert ours == printed


def test_good_direction_and_cluster_are_those_of_the_annex(catalogue: Catalogue, shipped_raw: Path) -> None:
    file = shipped_raw / "nplv_bijlage" / "kernindicatoren_selectie.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            indicator = catalogue.indicator(row["id"])
            assert (indicator.good_direction, indicator.cluster) == (row["goede_richting"], row["cluster"]), row["id"]


@pytest.mark.parametrize("survey", ["moeite_rondkomen", "eenzaamheid", "ervaren_gezondheid"])
def test_survey_and_model_of_one_name_stay_two_indicators(catalogue: Catalogue, survey: str) -> None:
    model = f"{survey}_rivm"
    first, second = catalogue.indicator(survey), catalogue.indicator(model)
    assert model in first.differs_from
    assert survey in second.differs_from
    assert {series.source for series in first.series} == {"nplv_bijlage"}
    assert {series.source for series in second.series} == {f"rivm_{table}ned" for table in (50090, 50120, 50150)}


def test_difference_between_two_indicators_is_told_at_both(catalogue: Catalogue) -> None:
    pairs = {(i.id, other) for i in catalogue.indicators for other in i.differs_from}
    assert {(b, a) for a, b in pairs} == pairs


def test_series_of_one_indicator_tell_why_they_are_apart(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators:
        for series in (s for s in indicator.series if s.id != indicator.series[0].id):
            assert series.break_reason or series.note, f"{indicator.id}, {series.id}"


def test_every_theme_has_indicators(catalogue: Catalogue) -> None:
    assert all(catalogue.theme(theme) for theme in (*THEMES, "overig"))
    assert sum(len(catalogue.theme(theme)) for theme in SUBJECTS) == len(catalogue.indicators)


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        ("area", "selwerdd", "unknown area 'selwerdd'; did you mean selwerd"),
        ("indicator", "eenzamheid", "unknown indicator 'eenzamheid'; did you mean eenzaamheid"),
        ("theme", "veilig", "unknown theme 'veilig'; did you mean veiligheid?"),
    ],
)
def test_unknown_name_gets_a_suggestion(catalogue: Catalogue, kind: str, name: str, message: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        getattr(catalogue, kind)(name)
    assert str(caught.value).startswith(message)


# ------------------------------------------------------------------------------------------------ mistakes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The catalogue of the made-up town, to break."""
    return shutil.copytree(HERE / "data" / "teststad" / "catalogus", tmp_path / "catalogus")


def message_of(folder: Path) -> str:
    """Load a catalogue, which must fail, and give the message."""
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


Entry = dict[str, Any]
#: Of the first indicator: what is done to it, and what the message says behind file and entry.
INDICATOR_FAULTS: dict[str, tuple[Callable[[Entry], object], str]] = {
    "missing field": (lambda e: e.pop("teller"), "the entry: 'teller' is a required property"),
    "unknown field": (lambda e: e.update(tellr="a"), "the entry: Additional properties are not allowed ('tellr'"),
    "field with a suggestion": (lambda e: e.update(doelen={}), "was unexpected); did you mean doel"),
    "unknown theme": (lambda e: e.update(thema="armoed"), "thema: 'armoed' is not one of ['leerachterstand'"),
    "text for a number": (lambda e: e.update(decimalen="een"), "decimalen: 'een' is not of type 'integer'"),
    "text as a number": (lambda e: e.update(naam=3), "naam: 3 is not of type 'string'"),
    "series that are no list": (lambda e: e.update(reeksen={}), "reeksen: {} is not of type 'array'"),
    "field of a series": (
        lambda e: e["reeksen"][0].update(methode="gemiddelde"),
        "reeksen.0.methode: 'gemiddelde' is not one of ['publicatie'",
    ),
    "average without a weight": (
        lambda e: e["reeksen"][0].pop("gewicht"),
        "reeksen.0: 'gewicht' is a required property",
    ),
    "series twice": (lambda e: e["reeksen"].append(e["reeksen"][0]), "reeksen: two series have the same id"),
    "unknown indicator": (
        lambda e: e.update(verschilt_van={"wachtlijsten": "reden"}),
        "verschilt_van: unknown indicator 'wachtlijsten'; did you mean wachtlijst?",
    ),
}


@pytest.mark.parametrize("fault", INDICATOR_FAULTS)
def test_fault_in_an_indicator_names_file_entry_and_field(folder: Path, fault: str) -> None:
    change, expected = INDICATOR_FAULTS[fault]
    file = folder / "indicatoren.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    change(content["indicatoren"][0])
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    message = message_of(folder)
    assert message.startswith("indicatoren.yaml, entry 'laag_inkomen', ")
    assert expected in message


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("gebieden.yaml", "BU99900100", "BU9990010", "gebieden.yaml, entry 'testwijk-west', buurten: 'BU9990010' does"),
        (
            "gebieden.yaml",
            "soort: combinatie",
            "soort: combi",
            "gebieden.yaml, entry 'beide-wijken', soort: 'combi' is",
        ),
        (
            "gebieden.yaml",
            "[testwijk-oost,",
            "[testwijk-ost,",
            "gebieden.yaml, entry 'beide-wijken', samen: unknown area 'testwijk-ost'; did you mean testwijk-oost",
        ),
        (
            "gebieden.yaml",
            "id: testwijk-west",
            "id: testwijk-oost",
            "gebieden.yaml, entry 'testwijk-oost', id: is there twice",
        ),
        (
            "gebieden.yaml",
            "soort: gemeente",
            "soort: nplv",
            "gebieden.yaml: expected exactly one area with 'soort: gemeente'",
        ),
        (
            "gebieden.yaml",
            "  - id: gemeente\n    naam",
            "  - naam",
            "gebieden.yaml, entry 'number 4', the entry: 'id' is a",
        ),
        ("gebieden.yaml", "gebieden:", "gebied:", "gebieden.yaml: expected a list under 'gebieden:'"),
        (
            "indicatoren.yaml",
            "id: wachtlijst",
            "id: laag_inkomen",
            "indicatoren.yaml, entry 'laag_inkomen', id: is there twice",
        ),
        (
            "indicatoren.yaml",
            "id: veiligheid",
            "id: gemeente",
            "indicatoren.yaml, entry 'gemeente', id: is the name of an area",
        ),
        (
            "gebieden.yaml",
            "id: testwijk-west",
            'id: "testwijk-west\\n"',
            "gebieden.yaml, 1.id: must match pattern ^[a-z0-9]",
        ),
    ],
)
def test_fault_in_the_text(folder: Path, file: str, old: str, new: str, message: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert message_of(folder).startswith(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"gebieden: []\n", "gebieden.yaml: expected a list of entries under 'gebieden:'"),
        (b"gebieden:\n", "gebieden.yaml: expected a list of entries under 'gebieden:'"),
        (b"gebieden: {oost: 1}\n", "gebieden.yaml: expected a list of entries under 'gebieden:'"),
        (b"gebieden: [oost]\n", "gebieden.yaml, entry 'number 1', the entry: 'oost' is not of type 'object'"),
        (b"gebieden:\n  - id: [\n", "gebieden.yaml, line 3: not valid YAML"),
        (b"gebieden: \xeb\n", "gebieden.yaml: expected text in UTF-8"),
        (b"", "gebieden.yaml: expected a list under 'gebieden:'"),
    ],
    ids=["no areas", "nothing", "no list", "a word", "no YAML", "other encoding", "empty"],
)
def test_file_that_is_no_catalogue(folder: Path, content: bytes, message: str) -> None:
    (folder / "gebieden.yaml").write_bytes(content)
    assert message_of(folder).startswith(message)


def test_missing_file(folder: Path) -> None:
    (folder / "gebieden.yaml").unlink()
    assert message_of(folder) == "gebieden.yaml: expected this file in catalogus/"


@pytest.mark.parametrize("schema", sorted(path.name for path in SHIPPED.glob("*schema.json")))
def test_every_word_of_a_schema_is_checked(schema: str) -> None:
    """A word of another edition of the standard would quietly check nothing."""
    known = {*Draft7Validator.VALIDATORS, "$schema", "$defs", "title", "description", "then", "else"}
    said: set[str] = set()

    def collect(part: Any) -> None:
        said.update(part)
        for word, value in part.items():
            named = word in ("properties", "$defs")
            below = value.values() if named else value if isinstance(value, list) else [value]
            for one in below:
                if isinstance(one, dict) and word not in ("dependencies", "enum", "const"):
                    collect(one)

    content = json.loads((SHIPPED / schema).read_text(encoding="utf-8"))
    collect(content)
    Draft7Validator.check_schema(content)
    assert said <= known
    assert "properties" in said


# ------------------------------------------------------------------------------------------------ adding an indicator

NEW_ENTRY = """
  - id: huishoudens
    naam: Huishoudens
    thema: overig
    onderwerp: Bevolking
    betreft: huishoudens
    eenheid: aantal
    decimalen: 0
    goede_richting: geen
    teller: huishoudens
    noemer: geen; dit is een aantal
    onzekerheid: geen
    kleinste_relevante_verschil: {waarde: 10, eenheid: procent van de referentie}
    voorbehoud: Verzonnen cijfers.
    reeksen:
      - id: Kerncijfers
        bron: cbs_kwb_2022
        variabelen: [huishoudens]
        methode: som
"""


EDITIONS = NEW_ENTRY.replace(
    """      - id: Kerncijfers
        bron: cbs_kwb_2022
        variabelen: [huishoudens]
        methode: som
""",
    """      - id: tot en met 2022
        jaren: [2021, 2022]
        bron: cbs_kwb_{jaar}
        variabelen: [huishoudens]
        methode: verhouding
        factor: 1000
        noemer:
          naam: inwoners in {volgend_jaar}
          bron: cbs_kwb_{volgend_jaar}
          periode: "{volgend_jaar}"
          plus: [inwoners]
      - id: uitgave {jaar}
        jaren: [2023, 2024]
        bron: cbs_kwb_{jaar}
        variabelen: [huishoudens]
        methode: som
""",
)


def with_entry(folder: Path, entry: str) -> Path:
    with (folder / "indicatoren.yaml").open("a", encoding="utf-8") as file:
        file.write(entry)
    return folder


def test_editions_are_written_once(folder: Path) -> None:
    added = load_catalogue(with_entry(folder, EDITIONS)).indicator("huishoudens")
    assert [(s.id, s.source) for s in added.series] == [
        ("tot en met 2022", "cbs_kwb_2021"),
        ("tot en met 2022", "cbs_kwb_2022"),
        ("uitgave 2023", "cbs_kwb_2023"),
        ("uitgave 2024", "cbs_kwb_2024"),
    ]
    amounts = [s.denominator for s in added.series[:2]]
    assert [a and (a.name, a.source, a.period) for a in amounts] == [
        ("inwoners in 2022", "cbs_kwb_2022", "2022"),
        ("inwoners in 2023", "cbs_kwb_2023", "2023"),
    ]
    row = {"reeks": "tot en met 2022", "bron": "cbs_kwb_2022", "periode": "2022"}
    assert added.series_of(row) is added.series[1]
    assert added.series_of(row | {"reeks": "van een ander"}) is None


def test_editions_do_not_hide_an_id_that_is_there_twice(folder: Path) -> None:
    twice = EDITIONS.replace("uitgave {jaar}", "tot en met 2022")
    assert message_of(with_entry(folder, twice)).endswith("reeksen: two series have the same id")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (EDITIONS.replace("        jaren: [2023, 2024]\n", ""), "'uitgave {jaar}', jaren: expected the years"),
        (
            NEW_ENTRY.replace("        bron", "        jaren: [2022]\n        bron"),
            "'Kerncijfers', jaren: expected {jaar}",
        ),
    ],
    ids=["no years", "no place for the year"],
)
def test_years_and_their_place_go_together(folder: Path, wrong: str, said: str) -> None:
    assert f"entry 'huishoudens', reeksen {said}" in message_of(with_entry(folder, wrong))


def test_indicator_of_a_known_source_needs_only_yaml(town: DataFolder) -> None:
    with (town.path / "catalogus" / "indicatoren.yaml").open("a", encoding="utf-8") as file:
        file.write(NEW_ENTRY)
    table = prepare(town.path).internal.figures
    own = table[(table["indicator"] == "huishoudens") & (table["rol"] == "gebied")]
    found = dict(zip(own["gebied"], own["waarde"], strict=True))
    assert found == {"testwijk-oost": 300, "testwijk-west": 200, "beide-wijken": 500, "gemeente": 500}
