"""A file without a record is known by its content, and gets a record that says what is not known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import DataFolder, run
from delivered import odata3, odata4, write_sheets

from nplv_analysis.errors import InputError
from nplv_analysis.records import SUFFIX, read_record
from nplv_analysis.sources.recognise import recognise, write_records

KWB = odata3("Kerncijfers wijken en buurten 2020", [("AantalInwoners_5", "aantal")], [{"WijkenEnBuurten": "GM9990"}])
KWB4 = odata4(
    "Kerncijfers wijken en buurten 2024", [("T001036", "Aantal inwoners", "aantal")], [{"Measure": "T001036"}]
)
POLITIE = odata3(
    "Geregistreerde misdrijven",
    [("GeregistreerdeMisdrijven_1", "aantal")],
    [{"WijkenEnBuurten": "GM9990"}],
    SoortMisdrijf=[{"Key": "0.0.0 "}],
)
RIVM = odata3("Gezondheid", [("MoeiteMetRondkomen_38", "%")], [{"WijkenEnBuurten": "GM9990"}])
STATLINE = '\ufeff"Wijken en buurten";"Bevolking/Aantal inwoners (aantal)"\n"Kern";4\n'
LEVELS = "PEILDATUM_LEERLINGEN;REKENEN_LAGER1F\n20221001;4\n"
ADVICE = "PEILDATUM_LEERLINGEN;ADVIES_NIET_MOGELIJK\n20241001;4\n"
SCORES = "PEILDATUM_LEERLINGEN;CET_GEM\n20190417;4\n"
REVISED = "PEILDATUM;BRIN_NUMMER;TOETSADVIES_HOGER\n20190415;99AA;4\n"
HOMES = "PEILDATUM;POSTCODE_LEERLING\n20241001;9999\n"
SES = odata3(
    "Sociaal-economische status; scores per wijk en buurt, regio-indeling 2024",
    [("GemiddeldeScore_29", "Getal")],
    [{"WijkenEnBuurten": "GM9990"}],
)
SES["DataProperties"][-1]["Title"] = "Gemiddelde score"  # type: ignore[index]
SES_EXPORT = '"Perioden";"Wijken en buurten";"SES-WOA/Totaalscore/Gemiddelde score (Getal)"\n"2021";"Kern";0,1\n'
LBM3 = "versie,jaar,bu_code,lbm,afw\n3.0,2024,BU99900000,4,1\n"
LBM_SERVICE = "FID,id,afw,onv,year\nbuurtscore24.1,BU99900000,1,1,2024\n"
LBM2 = "GBD,RLBVEI16\nBU99900000,1\n"
OWN = "indicator,gebied,periode,definitie,openbaar\na,b,2020,c,ja\n"
SHEET: list[list[object]] = [["gwb_code_10", "a_inw"], ["GM9990", 5]]
SCHOOLS: list[list[object]] = [
    ["Tabel 2"],
    ["Achterstandsscore zonder drempel, 1 oktober 2019"],
    ["School (BRIN vestiging)", "Achterstandsscore zonder drempel"],
    ["99AA00", 4],
]

GEMEENTEN: list[list[object]] = [
    ["Tabel 1"],
    ["Achterstandsscores gemeenten, 1 oktober 2019"],
    ["Gemeentecode", "Gemeente", "Achterstandsscore zonder drempel"],
    ["GM9990", "Teststad", 4],
]


def write(path: Path, content: object) -> Path:
    """Write text, the sets of a table or a sheet, by the ending of the name."""
    if path.suffix == ".xlsx":
        write_sheets(path, Blad=content)  # type: ignore[arg-type]
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "content", "what", "fields"),
    [
        ("a.json", KWB, "Kerncijfers wijken en buurten (99999NED, odata3)", ["cbs_kwb", "cbs_kwb_2020", 2020]),
        ("a.json", KWB4, "Kerncijfers wijken en buurten (99999NED, odata4)", ["cbs_kwb", "cbs_kwb_2024", 2024]),
        ("a.json", POLITIE, "registered crimes of the politie (99999NED)", ["politie", "politie_99999ned", None]),
        ("a.json", RIVM, "RIVM, Gezondheid per wijk en buurt", ["rivm", "rivm_99999ned", None]),
        ("KWB_2024_11122025.csv", STATLINE, "(export of StatLine)", ["cbs_kwb", "cbs_kwb_2024", 2024]),
        ("a.csv", STATLINE, "(export of StatLine)", ["cbs_kwb", "cbs_kwb_onbekend", "onbekend"]),
        ("a.csv", LEVELS, "DUO, leerlingen bo referentieniveaus 2022-2023", ["duo", "duo_referentieniveaus", None]),
        ("a.csv", ADVICE, "DUO, schooladviezen bo/sbo 2024-2025", ["duo", "duo_schooladviezen", None]),
        ("a.csv", SCORES, "DUO, gemiddelde eindscores bo/sbo 2018-2019", ["duo", "duo_eindscores", None]),
        (
            "a.csv",
            REVISED,
            "DUO, heroverwegingen en bijgestelde adviezen bo/sbo 2018-2019",
            ["duo", "duo_heroverwegingen", None],
        ),
        ("a.csv", HOMES, "DUO, leerlingen po naar vestiging en postcode", ["duo", "duo_woonplaats_leerlingen", None]),
        ("a.json", SES, "(SES-WOA)", ["ses_woa", "cbs_ses_woa_99999ned", None]),
        ("a.csv", SES_EXPORT, "(SES-WOA)", ["ses_woa", "cbs_ses_woa", None]),
        ("a.csv", LBM3, "scores of Leefbaarometer 3.0", ["leefbaarometer", "leefbaarometer_3", None]),
        ("a.csv", LBM_SERVICE, "scores of Leefbaarometer 3.0", ["leefbaarometer", "leefbaarometer_3", None]),
        ("a.csv", LBM2, "scores of Leefbaarometer 2.0", ["leefbaarometer", "leefbaarometer_2", None]),
        (
            "a.xlsx",
            GEMEENTEN,
            "CBS, achterstandsscores per gemeente",
            ["achterstandsscores", "cbs_achterstandsscores_gemeenten", None],
        ),
        ("a.csv", OWN, "a filled template for own figures", ["ois", "ois", None]),
        ("kwb-2023.xlsx", SHEET, "(yearly workbook)", ["cbs_kwb", "cbs_kwb_2023", 2023]),
        (
            "a.xlsx",
            SCHOOLS,
            "CBS, achterstandsscores per school",
            ["achterstandsscores", "cbs_achterstandsscores", None],
        ),
    ],
)
def test_file_is_known_by_its_content(
    tmp_path: Path, name: str, content: object, what: str, fields: list[object]
) -> None:
    path = write(tmp_path / name, content)
    known = recognise(path, name)
    assert known is not None
    assert what in known.what
    assert [known.fields.get(key) for key in ("lezer", "bron", "peiljaar")] == fields
    (record, _), *others = write_records(tmp_path)
    assert not others
    assert record == path.with_name(name + SUFFIX)
    # The record holds all that is needed, so the file can be read with it.
    assert read_record(path, name).reader == fields[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "a,b\n1,2\n"),
        ("a.csv", ""),
        # Differences between years, and scores of places that are no buurt, wijk or gemeente.
        ("a.Leefbaarometer-ontwikkeling buurten 2002-2024.csv", LBM3),
        ("a.csv", "PC4,jaar,lbm,afw\n9999,2024,4,1\n"),
        ("a.json", "{"),
        ("a.json", odata3("Bevolking", [("AantalInwoners_5", "aantal")], [{"WijkenEnBuurten": "GM9990"}])),
        ("a.xlsx", [["a"], [1]]),
        ("a.pdf", "x"),
    ],
)
def test_anything_else_is_not_guessed(tmp_path: Path, name: str, content: object) -> None:
    path = write(tmp_path / name, content)
    assert recognise(path, name) is None
    assert write_records(tmp_path) == []
    with pytest.raises(InputError, match=r"expected a record beside it, a\..*bron.yaml, with: bron, lezer"):
        read_record(path, name)


def test_layout_of_the_title_goes_to_the_record(tmp_path: Path) -> None:
    known = recognise(write(tmp_path / "a.json", SES), "a.json")
    assert known and known.fields["indeling"] == 2024


def test_own_figures_are_not_public_until_someone_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", OWN)
    write_records(tmp_path)
    assert not read_record(path, "a.csv").public


def test_record_that_is_there_stays(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", OWN)
    record = write(path.with_name("a.csv" + SUFFIX), "bron: mijn")
    assert write_records(tmp_path) == []
    assert record.read_text(encoding="utf-8") == "bron: mijn"


@pytest.fixture
def unrecorded(town: DataFolder) -> Callable[[], Path]:
    """A function that puts a downloaded table in the raw folder of the town."""

    def put() -> Path:
        rows: list[dict[str, object]] = [{"WijkenEnBuurten": "GM9990    ", "AantalInwoners_5": 1000}]
        content = odata3("Kerncijfers wijken en buurten 2019", [("AantalInwoners_5", "aantal")], rows)
        return write(town.path / "raw" / "99999NED.json", content)

    return put


def test_prepare_says_what_the_file_is(town: DataFolder, unrecorded: Callable[[], Path]) -> None:
    unrecorded()
    result = run("prepare", "--data", town.path)
    assert result.exit_code == 1
    assert result.stderr == (
        "nplv: 99999NED.json: expected a record beside it, 99999NED.json.bron.yaml. This is an edition of the CBS "
        "Kerncijfers wijken en buurten (99999NED, odata3): `nplv prepare --record` writes its record\n"
    )


def test_prepare_writes_the_record_and_goes_on(town: DataFolder, unrecorded: Callable[[], Path]) -> None:
    path = unrecorded()
    result = run("prepare", "--record", "--data", town.path)
    assert result.exit_code == 0, result.stderr
    assert "99999NED.json.bron.yaml: record of an edition of the CBS Kerncijfers" in result.stdout
    fields = yaml.safe_load(path.with_name(path.name + SUFFIX).read_text(encoding="utf-8"))
    assert (fields["tabel"], fields["peiljaar"], fields["datum_publicatie"]) == ("99999NED", 2019, "onbekend")


def test_files_of_several_publishers_go_in_as_they_are(town: DataFolder) -> None:
    raw = town.path / "raw"
    write(raw / "scores buurten.csv", LBM3.replace("4,1", "4.1,-0.05"))
    write(
        raw / "homes.csv",
        "PEILDATUM;GEMEENTENUMMER;POSTCODE_LEERLING;INSTELLINGSCODE;VESTIGINGSCODE;SOORT_PO;LEEFTIJD_4;LEEFTIJD_5\n"
        "20241001;9990;9999;99AA;00;Bo;<5;6\n",
    )
    write(
        raw / "ses.csv",
        SES_EXPORT.replace('"2021";"Kern"', '"2021";"Kern";"BU99900000"').replace(
            '"Wijken en buurten"', '"Wijken en buurten";"Regiocode (gemeente, wijk, buurt) (code)"'
        ),
    )
    write(raw / "gemeenten.xlsx", GEMEENTEN)
    result = run("prepare", "--record", "--data", town.path)
    assert result.exit_code == 0, result.stderr
    seen = pd.read_parquet(town.path / "processed" / "observations.parquet").groupby("bron")["status"].agg(list)
    assert seen["leefbaarometer_3"] == ["schatting", "schatting"]
    assert seen["duo_woonplaats_leerlingen"] == ["onderdrukt"]
    assert seen["cbs_ses_woa"] == seen["cbs_achterstandsscores_gemeenten"] == ["waargenomen"]


# ------------------------------------------------------------------------------------------------ beside a selection

CBS = "cbs_kwb_2022/kerncijfers_2022.csv"


def put_beside(town: DataFolder, old: str, new: str) -> None:
    """Put a second file of a source in the raw folder, with one piece of text replaced."""
    raw = town.path / "raw"
    for name in (CBS, CBS + SUFFIX):
        text = (raw / name).read_text(encoding="utf-8")
        (raw / f"zelfde{name.removeprefix(CBS.removesuffix('.csv'))}").write_text(text, encoding="utf-8")
    town.edit("zelfde.csv", old, new)


def test_same_figures_in_two_files_of_a_source_are_read_once(town: DataFolder) -> None:
    before = pd.read_parquet(town.path / "processed" / "observations.parquet")
    put_beside(town, "200,12.0", "200,12")
    assert run("prepare", "--data", town.path).exit_code == 0
    pd.testing.assert_frame_equal(pd.read_parquet(town.path / "processed" / "observations.parquet"), before)


def test_other_figures_in_two_files_of_a_source_are_a_fault(town: DataFolder) -> None:
    put_beside(town, "200,12.0", "200,13.0")
    result = run("prepare", "--data", town.path)
    assert result.exit_code == 1
    assert "zelfde.csv, row 4, column 'HuishoudensMetEenLaagInkomen_72': found" in result.stderr
    assert f"the first stands in {CBS}, row 4" in result.stderr


def test_row_that_one_file_has_twice_is_a_fault(town: DataFolder) -> None:
    file = town.path / "raw" / CBS
    last = file.read_text(encoding="utf-8").rstrip("\n").splitlines()[-1]
    town.write(CBS, file.read_text(encoding="utf-8").rstrip("\n") + f"\n{last}\n")
    result = run("prepare", "--data", town.path)
    assert result.exit_code == 1
    assert "expected one value for" in result.stderr
