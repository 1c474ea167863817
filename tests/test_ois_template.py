"""The template of OIS as files: written, filled in, checked, taken up, and shown with the right value and margin."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import openpyxl
import pytest
import yaml
from click.testing import Result
from conftest import run
from helpers import PACKAGE, ROOT, catalogue, indicator

import nplv_analysis as nplv
from nplv_analysis.catalogue import load_catalogue
from nplv_analysis.data import Data
from nplv_analysis.disclosure import Rules
from nplv_analysis.errors import InputError
from nplv_analysis.ois_template import check_file, write_template
from nplv_analysis.preparation import prepare
from nplv_analysis.records import DISCLOSURE_FIELDS, REQUIRED, SUFFIX, read_record, sha256_of
from nplv_analysis.sources.ois import COLUMNS

DOCUMENT = ROOT / "docs" / "ois_sjabloon.md"
AREAS = """\
gebieden:
  - {id: oost, naam: Oost, soort: nplv, rapport: ja, buurten: {BU99900000: Oost}}
  - {id: west, naam: West, soort: nplv, rapport: ja, buurten: {BU99900100: West}}
  - {id: gemeente, naam: Gemeente Teststad, soort: gemeente, rapport: ja, code: GM9990}
"""
COMMON = """\
    onderwerp: Bedacht
    decimalen: 1
    teller: wie telt
    noemer: wie antwoord gaf
    voorbehoud: Verzonnen cijfers.
"""
INDICATORS = f"""\
indicatoren:
  - id: onveilig
    naam: Mensen die zich onveilig voelen
    thema: veiligheid
    eenheid: "%"
    goede_richting: laag
    onzekerheid: steekproef
    kleinste_relevante_verschil: {{waarde: 2, eenheid: procentpunt}}
{COMMON}    reeksen:
      - {{id: Monitor, bron: monitor, variabelen: [onveilig], methode: publicatie}}
  - id: minima
    naam: Huishoudens met een minimuminkomen
    thema: armoede
    eenheid: "%"
    goede_richting: laag
    onzekerheid: toeval
    kleinste_relevante_verschil: {{waarde: 2, eenheid: procentpunt}}
{COMMON}    reeksen: []
  - id: cijfer
    naam: Rapportcijfer voor de buurt
    thema: overig
    eenheid: rapportcijfer
    goede_richting: hoog
    onzekerheid: steekproef
    kleinste_relevante_verschil: {{waarde: 0.2, eenheid: eenheid van de indicator}}
{COMMON}    reeksen: []
"""
ROW = {"periode": 2024, "definitie": "Monitor", "openbaar": "ja"}
ROWS: list[dict[str, object]] = [
    {**ROW, "indicator": "onveilig", "gebied": "Oost", "waarde": 65, "n": 100, "meting": "Najaar 2024"},
    {**ROW, "indicator": "onveilig", "gebied": "gemeente", "waarde": 20, "n": 4000, "n_effectief": 2500},
    {**ROW, "indicator": "onveilig", "gebied": "west", "waarde": 25, "n": 300, "definitie": "Nieuwe vraag"},
    {**ROW, "indicator": "minima", "gebied": "Oost", "teller": 300, "noemer": 2000, "openbaar": "nee"},
    {**ROW, "indicator": "minima", "gebied": "GM9990", "teller": 3000, "noemer": 30000, "openbaar": "nee"},
    {**ROW, "indicator": "cijfer", "gebied": "oost", "waarde": 7.4, "n": 400, "standaardafwijking": "1.5"},
    {**ROW, "indicator": "cijfer", "gebied": "west", "waarde": 7.1, "onder95": 6.9, "boven95": 7.3},
]
RECORD = {"bron": "ois_2024", "titel": "Monitor 2024", "datum_opname": "2026-01-15", "citaat": "OIS, Monitor 2024"}


def make_town(folder: Path) -> Path:
    """Make a data folder with a published figure, and a catalogue of its own."""
    own = folder / "raw" / "eigen"
    own.mkdir(parents=True)
    (folder / "catalogus").mkdir()
    (folder / "catalogus" / "gebieden.yaml").write_text(AREAS, encoding="utf-8")
    (folder / "catalogus" / "indicatoren.yaml").write_text(INDICATORS, encoding="utf-8")
    text = "periode,gebied,variabele,waarde,eenheid\n2022,oost,onveilig,61,%\n2022,gemeente,onveilig,21,%\n"
    (own / "monitor.csv").write_text(text, encoding="utf-8")
    fields = dict.fromkeys(REQUIRED, "bedacht") | {"bron": "monitor", "lezer": "eigen", "openbaar": "ja"}
    sign(own / "monitor.csv", fields)
    return folder


def sign(file: Path, fields: dict[str, str]) -> None:
    """Write the record of a file, with its checksum."""
    text = yaml.safe_dump(fields | {"sha256": sha256_of(file)}, allow_unicode=True)
    file.with_name(file.name + SUFFIX).write_text(text, encoding="utf-8")


def fill(book: Path, rows: list[dict[str, object]]) -> None:
    """Fill in the first sheet of a template, as a person does."""
    workbook = openpyxl.load_workbook(book)
    sheet = workbook["cijfers"]
    at = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for column, value in row.items():
            sheet.cell(number, at[column], value)
    workbook.save(book)


def places(result: Result) -> list[str]:
    """Give the places of the faults that a check tells."""
    return [line.split(":")[0] for line in result.stderr.splitlines()]


def deliver(folder: Path, rows: list[dict[str, object]], **fields: str) -> Path:
    """Write a template, fill it in and sign it, as a person does."""
    own = folder / "raw" / "eigen"
    _, csv, book, record = (own, *write_template(own, load_catalogue(folder / "catalogus", checked=True)))
    csv.unlink()
    fill(book, rows)
    sign(book, yaml.safe_load(record.read_text(encoding="utf-8")) | RECORD | fields)
    return book


@pytest.fixture(scope="module")
def taken_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a filled template, prepared; never write here."""
    folder = make_town(tmp_path_factory.mktemp("ois") / "data")
    deliver(folder, ROWS)
    prepare(folder)
    return folder


@pytest.fixture(scope="module")
def data(taken_up: Path) -> Data:
    """The released figures of that folder."""
    return nplv.load(taken_up)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A data folder without a template."""
    return make_town(tmp_path / "data")


# ---------------------------------------------------------------------------------------------- an empty template


def test_three_files_and_their_names_on_screen(town: Path, tmp_path: Path) -> None:
    result = run("template", "ois", "--out", tmp_path / "nieuw", "--data", town)
    assert result.exit_code == 0
    names = ["ois_sjabloon.csv", "ois_sjabloon.xlsx", "ois_sjabloon.xlsx.bron.yaml"]
    assert result.stdout.splitlines() == [(tmp_path / "nieuw" / name).as_posix() for name in names]
    assert sorted(path.name for path in (tmp_path / "nieuw").iterdir()) == names
    assert (tmp_path / "nieuw" / names[0]).read_text(encoding="utf-8") == ",".join(COLUMNS) + "\n"


@pytest.mark.parametrize("end", [".csv", ".xlsx", f".xlsx{SUFFIX}"])
def test_a_file_that_is_there_is_never_overwritten(town: Path, tmp_path: Path, end: str) -> None:
    (tmp_path / f"ois_sjabloon{end}").write_text("ingevuld", encoding="utf-8")
    result = run("template", "ois", "--out", tmp_path, "--data", town)
    assert result.exit_code == 1
    assert f"ois_sjabloon{end} is there already; move it away" in result.stderr
    assert [path.name for path in tmp_path.glob("ois*")] == [f"ois_sjabloon{end}"]
    assert (tmp_path / f"ois_sjabloon{end}").read_text(encoding="utf-8") == "ingevuld"


def test_workbook_explains_every_column_and_lists_what_may_be_chosen(town: Path, tmp_path: Path) -> None:
    names = load_catalogue(town / "catalogus", checked=True)
    book = openpyxl.load_workbook(write_template(tmp_path / "nieuw", names)[1])
    assert book.sheetnames == ["cijfers", "lijsten", "uitleg"]
    assert [[cell.value for cell in row] for row in book["cijfers"].rows] == [list(COLUMNS)]
    assert {row[0].value: row[1].value for row in book["uitleg"].rows} == {"kolom": "wat erin staat"} | COLUMNS
    lists = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book["lijsten"].columns}
    assert lists == {
        "indicator": ["onveilig", "minima", "cijfer"],
        "gebied": ["oost", "west", "gemeente"],
        "openbaar": ["ja", "nee"],
    }
    rules = {rule.promptTitle: rule for rule in book["cijfers"].data_validations.dataValidation}
    assert {name: rule.prompt for name, rule in rules.items()} == COLUMNS
    assert {name: rule.formula1 for name, rule in rules.items() if rule.formula1} == {
        "indicator": "lijsten!$A$2:$A$4",
        "gebied": "lijsten!$B$2:$B$4",
        "openbaar": "lijsten!$C$2:$C$3",
    }


def test_nothing_in_the_workbook_starts_a_formula_or_a_link(tmp_path: Path) -> None:
    names = catalogue((indicator(id="=1+1"), indicator(id="https://voorbeeld.invalid"), indicator(id="+5")))
    book = openpyxl.load_workbook(write_template(tmp_path, names)[1])
    cells = [cell for sheet in book for row in sheet.rows for cell in row]
    assert {cell.value for cell in cells} > {"=1+1", "https://voorbeeld.invalid", "+5"}
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)


def test_record_has_every_field_and_the_standard_rules(town: Path, tmp_path: Path) -> None:
    text = write_template(tmp_path / "nieuw", load_catalogue(town / "catalogus", checked=True))[2].read_text("utf-8")
    fields = yaml.safe_load(text)
    assert list(fields) == list(REQUIRED)
    assert fields["lezer"] == "ois"
    assert fields["openbaar"] in (False, "nee")
    rules = yaml.safe_load("\n".join(re.findall(r"^# (\w+: \d+)$", text, flags=re.MULTILINE)))
    assert rules == {name: getattr(Rules(), rule) for name, rule in DISCLOSURE_FIELDS.items()}


# ---------------------------------------------------------------------------------------------- check


def test_check_of_a_template_that_is_right(taken_up: Path) -> None:
    file = taken_up / "raw" / "eigen" / "ois_sjabloon.xlsx"
    result = run("check", file, "--data", taken_up)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{file.as_posix()}: rows right: 7 (0 without a figure), faults: 0\n"


def test_check_gives_every_fault_on_a_line(town: Path, tmp_path: Path) -> None:
    header = "indicator,gebied,periode,definitie,waarde,n,openbaar"
    rows = ["onveilig,Ost,2024,Monitor,34%,100,ja", "onveilig,west,2024,Monitor,,,ja", "cijfer,west,24,Monitor,7,9,ja"]
    file = tmp_path / "ois.csv"
    file.write_text("\n".join([header, *rows]), encoding="utf-8")
    result = run("check", file, "--data", town)
    assert result.exit_code == 1
    assert result.stdout == f"{file.as_posix()}: rows right: 1 (1 without a figure), faults: 4\n"
    assert result.stderr.splitlines() == [
        "ois.csv, row 2, column 'gebied': found 'Ost', expected an area of the catalogue; did you mean oost or west?",
        "ois.csv, row 2, column 'waarde': found '34%', expected a number without a percent sign",
        "ois.csv, row 4, column 'periode': found '24', expected a year such as 2024 or a school year such as 2023-2024",
        "ois.csv: expected a record beside it, ois.csv.bron.yaml ('nplv template ois' makes one to fill in), with "
        f"sha256: {sha256_of(file)}",
    ]


def test_check_names_every_field_of_the_record_that_is_empty(town: Path) -> None:
    _, file, record = write_template(town / "raw", load_catalogue(town / "catalogus", checked=True))
    fill(file, ROWS)
    result = run("check", record, "--data", town)
    assert result.exit_code == 1
    empty = [f"{record.name}, column '{field}': expected a value ('onbekend' when it is not known)" for field in RECORD]
    checksum = f"{record.name}, column 'sha256': expected the checksum of {file.name}: write sha256: {sha256_of(file)}"
    assert result.stderr.splitlines() == [*empty, checksum]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bron: [a\n", "expected valid YAML"),
        ("alleen woorden\n", "expected lines such as 'uitgever: ...'"),
    ],
)
def test_check_of_a_record_that_cannot_be_read(taken_up: Path, tmp_path: Path, text: str, message: str) -> None:
    file = Path(shutil.copy(taken_up / "raw" / "eigen" / "ois_sjabloon.xlsx", tmp_path))
    file.with_name(file.name + SUFFIX).write_text(text, encoding="utf-8")
    right, _, faults = check_file(file, load_catalogue(taken_up / "catalogus", checked=True))
    assert right == len(ROWS)
    assert message in str(faults[0])


def test_check_holds_the_rows_against_the_record(town: Path) -> None:
    file = deliver(town, ROWS, openbaar="ja")
    result = run("check", file, "--data", town)
    assert result.exit_code == 1
    assert places(result) == [
        "ois_sjabloon.xlsx, row 5, column 'openbaar'",
        "ois_sjabloon.xlsx, row 6, column 'openbaar'",
    ]


def test_check_of_a_file_that_changed_after_its_record(town: Path) -> None:
    file = deliver(town, ROWS)
    fill(file, [{"waarde": 64}])
    result = run("check", file, "--data", town)
    assert result.exit_code == 1
    assert f"write this in {file.name}{SUFFIX}: sha256: {sha256_of(file)}" in result.stderr


def test_check_of_another_raw_file(town: Path) -> None:
    file = town / "raw" / "eigen" / "monitor.csv"
    assert run("check", file, "--data", town).stdout.endswith("rows right: 2 (0 without a figure), faults: 0\n")
    file.write_text(file.read_text(encoding="utf-8").replace(",61,", ",161,"), encoding="utf-8")
    # Not taken for a template while its checksum is wrong.
    assert places(run("check", file, "--data", town)) == ["monitor.csv, column 'sha256'"]
    sign(file, yaml.safe_load(file.with_name(file.name + SUFFIX).read_text(encoding="utf-8")))
    result = run("check", file, "--data", town)
    assert result.exit_code == 1
    assert result.stderr == ("monitor.csv, row 2, column 'waarde': found '161', expected a share between 0 and 100\n")


def test_check_of_an_empty_template_and_of_no_file(town: Path) -> None:
    file = town / "raw" / "leeg.csv"
    file.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    assert "expected rows below the header" in run("check", file, "--data", town).stderr
    result = run("check", town / "raw" / "weg.xlsx", "--data", town)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "weg.xlsx: there is no such file" in result.stderr


# ---------------------------------------------------------------------------------------------- from file to figure


def test_share_of_a_survey_with_the_interval_of_wilson(data: Data) -> None:
    # 65 of 100 at 95 %: 0.552544 to 0.736358, as the guide to the methods has it (Wilson 1927).
    row = data.of("oost", "onveilig").iloc[-1]
    assert (row["periode"], row["waarde"], row["n"], row["n_effectief"]) == ("2024", 65, 100, 100)
    assert (row["onder95"], row["boven95"]) == pytest.approx((55.2544, 73.6358), abs=5e-5)
    assert (row["interval_soort"], row["toelichting"]) == ("steekproefmarge", "Najaar 2024.")


def test_weighted_share_has_the_interval_of_its_effective_n(data: Data) -> None:
    row = data.of("gemeente", "onveilig").iloc[-1]
    # 500 of 2500.
    assert (row["n"], row["n_effectief"]) == (4000, 2500)
    assert row["boven95"] - row["onder95"] == pytest.approx(2 * 1.96 * 100 * (0.2 * 0.8 / 2500) ** 0.5, rel=0.01)


def test_mean_of_a_survey_with_the_interval_of_student(data: Data) -> None:
    row = data.of("oost", "cijfer").iloc[-1]
    # The 97.5 % point of Student's t with 399 degrees of freedom is 1.9659.
    assert (row["onder95"], row["boven95"]) == pytest.approx((7.4 - 1.9659 * 0.075, 7.4 + 1.9659 * 0.075), abs=1e-4)


def test_interval_of_the_source_stays_as_it_is(data: Data) -> None:
    row = data.of("west", "cijfer").iloc[-1]
    assert (row["onder95"], row["waarde"], row["boven95"]) == (6.9, 7.1, 7.3)
    assert row["interval_soort"] == "marge van de bron"


def test_counts_give_the_share_and_the_rest_of_the_gemeente(data: Data) -> None:
    row = data.of("oost", "minima").iloc[-1]
    assert (row["teller"], row["noemer"], row["waarde"]) == (300, 2000, 15)
    assert (row["interval_soort"], row["openbaar"]) == ("toevalsmarge", False)
    rest = data.figures[(data.figures["indicator"] == "minima") & (data.figures["rol"] == "overige gemeente")]
    assert rest[["gebied", "teller", "noemer"]].to_numpy().tolist() == [["oost", 2700, 28000]]
    assert row["oordeel"] == "ongunstiger"


def test_same_definition_continues_the_published_series_and_another_is_a_break(data: Data) -> None:
    oost = data.develop("oost", "onveilig")
    assert oost[["reeks", "periode", "waarde"]].to_numpy().tolist() == [
        ["Monitor", "2022", 61],
        ["Monitor", "2024", 65],
    ]
    assert oost["verandering"].iloc[-1] == 4
    names = [series.id for series in data.catalogue.indicator("onveilig").series]
    assert names == ["Monitor", "Monitor", "Nieuwe vraag"]
    reasons = [series.break_reason for series in data.catalogue.indicator("onveilig").series]
    assert reasons == ["", "", "Dit cijfer heeft een eigen definitie: Nieuwe vraag."]


def test_public_pages_show_the_public_rows_alone(taken_up: Path, data: Data) -> None:
    public = nplv.load(taken_up, public=True)
    assert data.internal
    assert not public.internal
    assert public.of("oost", "onveilig")["waarde"].tolist() == [61, 65]
    assert public.of("oost", "minima")[["waarde", "teller", "noemer", "onder95"]].isna().all(axis=None)


@pytest.mark.parametrize("name", ["Oost", "BU99900000"])
def test_figure_that_is_published_already_is_refused(town: Path, name: str) -> None:
    deliver(town, [{**ROWS[0], "periode": 2022, "gebied": name}])
    with pytest.raises(InputError) as caught:
        prepare(town)
    assert str(caught.value) == (
        "eigen/ois_sjabloon.xlsx, row 2, column 'definitie': found 'Monitor', expected another definition, or no row: "
        "'onveilig' of oost in 2022 is in series 'Monitor' of eigen/monitor.csv already"
    )
    assert not (town / "processed").exists()


def test_rules_of_the_record_hide_what_is_too_small(town: Path) -> None:
    rows = [{**ROW, "indicator": "onveilig", "gebied": "oost", "waarde": 50, "n": 40, "openbaar": "nee"}]
    file = deliver(town, rows)
    fields = yaml.safe_load(file.with_name(file.name + SUFFIX).read_text(encoding="utf-8"))
    sign(file, fields | {"minste_personen": 50})
    assert read_record(file, file.name).disclosure == {"least_persons": 50}
    row = nplv.load(town).of("oost", "onveilig").iloc[-1]
    assert (row["status"], row["openbaar"]) == ("onthullingsrisico", False)
    assert row[["waarde", "onder95"]].isna().all()


# ---------------------------------------------------------------------------------------------- the document


def test_document_has_the_columns_of_the_template() -> None:
    part = DOCUMENT.read_text(encoding="utf-8").split("## De kolommen")[1].split("\n\n")[1]
    assert dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", part, flags=re.MULTILINE)) == COLUMNS


def test_document_has_the_standard_rules() -> None:
    text = " ".join(DOCUMENT.read_text(encoding="utf-8").split())
    standard = Rules()
    assert f"over minder dan {standard.least_persons} mensen (`minste_personen`)" in text
    assert f"met minder dan {standard.least_events} gevallen (`minste_gebeurtenissen`)" in text
    assert f"een veelvoud van {standard.round_to} (`afronden_op`)" in text


def test_rows_of_the_document_are_right(tmp_path: Path) -> None:
    (rows,) = re.findall(r"```csv\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    (record,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    file = tmp_path / "wijkenquete.csv"
    file.write_text(rows, encoding="utf-8")
    sign(file, yaml.safe_load(record))
    town = load_catalogue(PACKAGE / "voorbeeldstad" / "catalogus", checked=True)
    assert check_file(file, town) == (3, 0, [])
    assert set(read_record(file, file.name).disclosure) == set(DISCLOSURE_FIELDS.values())
