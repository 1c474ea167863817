"""Files on schools as delivered: the workbook of CBS, and the files of DUO on the whole country."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from delivered import read_file, write_sheets

from nplv_analysis.errors import InputError
from nplv_analysis.sources.achterstandsscores import UNRELIABLE

SCORES = "PEILDATUM_LEERLINGEN;PRIKDATUM_SCORES;BRIN_NUMMER;VESTIGINGSNUMMER;POSTCODE_VESTIGING;GEMEENTENUMMER;"
SCORES += "LEERJAAR_8;CET_AANTAL;CET_GEM;IEP_AANTAL;IEP_GEM\n"
ADVICE = "PEILDATUM_LEERLINGEN;PRIKDATUM;INSTELLINGSCODE;VESTIGINGSCODE;POSTCODE_VESTIGING;GEMEENTENUMMER;"
ADVICE += "VSO;PRO;VMBO_B;VMBO_B_K;VMBO_K;VMBO_K_GT;VMBO_GT;VMBO_GT_HAVO;HAVO;HAVO_VWO;VWO;ADVIES_NIET_MOGELIJK"


def read_text(raw: Path, text: str | bytes) -> pd.DataFrame:
    """Read a file of DUO."""
    (raw / "duo.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_file(raw, "duo", "duo.csv")


def advice(date: str = "20230501", gemeente: str = "9990", first: str = "<5") -> str:
    """Make a file of advices of one school."""
    return f"{ADVICE}\n20221001;{date};99AA;00;0000 AA;{gemeente};{first};0;6;0;0;0;0;0;0;0;7;0\n"


# ------------------------------------------------------------------------------------------------ DUO


def test_average_scores_per_test(tmp_path: Path) -> None:
    text = (
        SCORES
        + "20190417;20190725;99AA;00;0000AA;9990;20;20;538,5;0; \n20190417;20190725;88AA;00;0000AA;  77;9;9;540;0; \n"
    )
    seen = read_text(tmp_path, text)
    assert seen[["variabele", "periode", "waarde", "status", "eenheid"]].fillna(-1).to_numpy().tolist() == [
        ["leerlingen_leerjaar_8", "2018-2019", 20.0, "waargenomen", "aantal"],
        ["eindtoets_cet_leerlingen", "2018-2019", 20.0, "waargenomen", "aantal"],
        ["eindtoets_cet_score", "2018-2019", 538.5, "waargenomen", "score"],
        ["eindtoets_iep_leerlingen", "2018-2019", 0.0, "waargenomen", "aantal"],
        ["eindtoets_iep_score", "2018-2019", -1, "geen deelnemers", "score"],
    ]
    assert set(seen["gebiedscode"]) == {"99AA00"}


@pytest.mark.parametrize("gemeente", ["9990", " 9990", "09990"])
def test_schools_of_the_gemeente_alone(tmp_path: Path, gemeente: str) -> None:
    other = "20221001;20230501;88AA;00;0000AA;8888;9;9;9;9;9;9;9;9;9;9;9;9\n"
    seen = read_text(tmp_path, advice(gemeente=gemeente) + other)
    assert set(seen["gebiedscode"]) == {"99AA00"}


@pytest.mark.parametrize(("date", "words"), [("20230501", "voor"), ("20230904", "na")])
def test_date_of_the_count_tells_whether_advices_were_reconsidered(tmp_path: Path, date: str, words: str) -> None:
    seen = read_text(tmp_path, advice(date))
    assert set(seen["opmerking"]) == {f"Stand {words} de heroverweging van adviezen."}


def test_suppressed_count_has_bounds(tmp_path: Path) -> None:
    first = read_text(tmp_path, advice()).iloc[0]
    assert (first["onder"], first["boven"], first["status"]) == (1, 4, "onderdrukt")


@pytest.mark.parametrize("mark", ["\ufeff".encode(), "ï»¿".encode()], ids=["mark", "mark read as letters"])
def test_file_that_was_saved_in_the_wrong_encoding(tmp_path: Path, mark: bytes) -> None:
    assert len(read_text(tmp_path, mark + advice().encode() + b"\n")) == 12


# ------------------------------------------------------------------------------------------------ revised advices

REVISED = "PEILDATUM_LEERLINGEN;BRIN_NUMMER;VESTIGINGSNUMMER;POSTCODE_VESTIGING;GEMEENTENUMMER;DENOMINATIE_VESTIGING;"
REVISED += "TOETSSOORT;TOETSADVIES_HOGER;ADVIES_BIJGESTELD\n20190415;99AA;00;0000 AA;9990;Openbaar;IEP;<5;0\n"


def test_counts_of_revised_advices_keep_their_own_names(tmp_path: Path) -> None:
    seen = read_text(tmp_path, REVISED + "20190415;88AA;00;0000AA;8888;Openbaar;IEP;9;9\n")
    columns = ["variabele", "gebiedscode", "periode", "waarde", "boven", "status", "postcode"]
    assert seen[columns].fillna(-1).to_numpy().tolist() == [
        ["toetsadvies_hoger", "99AA00", "2018-2019", -1, 4, "onderdrukt", "0000AA"],
        ["advies_bijgesteld", "99AA00", "2018-2019", 0, -1, "waargenomen", "0000AA"],
    ]


# ------------------------------------------------------------------------------------------------ homes of pupils

HOMES = "PEILDATUM;GEMEENTENUMMER;POSTCODE_LEERLING;INSTELLINGSCODE;VESTIGINGSCODE;SOORT_PO;LEEFTIJD_4;LEEFTIJD_5\n"


def home(ages: str = "<5;<5", postcode: str = "9999", gemeente: str = "9990", kind: str = "Bo") -> str:
    """Make a line of the file on homes."""
    return f"20241001;{gemeente};{postcode};99AA;00;{kind};{ages}\n"


def test_pupils_by_postcode_of_their_home(tmp_path: Path) -> None:
    text = HOMES + home("6;7") + home("6;<5", "99") + home("0;0", kind="Sbo") + home("9;9", gemeente="8888")
    seen = read_text(tmp_path, text)
    columns = ["variabele", "waarde", "onder", "boven", "teken", "status", "kolom"]
    where = "LEEFTIJD_4 tot en met LEEFTIJD_5"
    assert seen[columns].fillna(-1).to_numpy().tolist() == [
        ["leerlingen_bo_postcode_9999", 13, -1, -1, "=", "waargenomen", where],
        # Fewer than five is one to four, so with six it is seven to ten.
        ["leerlingen_bo_postcode_99", -1, 7, 10, "tussen", "onderdrukt", where],
        ["leerlingen_sbo_postcode_9999", 0, -1, -1, "=", "waargenomen", where],
    ]
    assert set(seen["gebiedscode"]) == {"99AA00"}
    assert set(seen["periode"]) == {"2024-2025"}


def test_one_missing_age_makes_the_sum_missing(tmp_path: Path) -> None:
    seen = read_text(tmp_path, HOMES + home(".;<5")).iloc[0]
    assert (seen["status"], seen["teken"]) == ("ontbreekt", "=")
    assert seen[["waarde", "onder", "boven"]].isna().all()


def test_total_that_is_published_goes_before_a_sum(tmp_path: Path) -> None:
    text = HOMES.replace("LEEFTIJD_5\n", "TOTAAL\n") + home("<5;8")
    seen = read_text(tmp_path, text).iloc[0]
    assert (seen["waarde"], seen["kolom"], seen["opmerking"]) == (8, "TOTAAL", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HOMES + home(postcode="9999AA"), "row 2, column 'POSTCODE_LEERLING': found '9999AA', expected a postcode of"),
        (HOMES + home(kind="?"), "row 2, column 'SOORT_PO': found '?', expected a kind of school such as Bo or Sbo"),
        (HOMES + home("vijf;6"), "row 2, column 'LEEFTIJD_4': found 'vijf', expected a number"),
        (HOMES + home("6;vijf"), "row 2, column 'LEEFTIJD_5': found 'vijf', expected a number"),
        (HOMES + home().replace("2024", "24"), "row 2, column 'PEILDATUM': found '241001', expected a date as YYYYM"),
        (HOMES + home().replace(";00;", ";0;"), "row 2, column 'VESTIGINGSCODE': found '0', expected two digits"),
        (HOMES + home(gemeente="8888"), "column 'GEMEENTENUMMER': expected schools of GM9990; there are none"),
        (
            HOMES.replace("LEEFTIJD", "JAAR") + home(),
            "row 1: expected a column 'TOTAAL', or columns such as LEEFTIJD_4",
        ),
        (HOMES.replace("SOORT_PO", "SOORT") + home(), "row 1: expected a column 'SOORT_PO' in the header"),
        (REVISED.replace("<5;0", "ja;0"), "row 2, column 'TOETSADVIES_HOGER': found 'ja', expected a number"),
        (REVISED.replace("POSTCODE", "CODE"), "row 1: expected a column 'POSTCODE_VESTIGING' in the header"),
        (REVISED.replace("PEIL", "TEL"), "row 1: expected a column 'PEILDATUM_LEERLINGEN' in the header"),
        (REVISED.replace("20190415", "april"), "row 2, column 'PEILDATUM_LEERLINGEN': found 'april', expected a date"),
    ],
)
def test_fault_in_a_file_on_pupils(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text(tmp_path, text)
    assert message in str(caught.value)


def test_file_on_homes_tells_which_schools_are_in_the_gemeente(tmp_path: Path) -> None:
    write_scores(tmp_path)
    for name in ("duo.csv", "later.csv"):
        (tmp_path / name).write_text(HOMES + home("6;7"), encoding="utf-8")
    seen = read_file(tmp_path, "achterstandsscores", "scores.xlsx")
    assert set(zip(seen["gebiedscode"], seen["postcode"], strict=True)) == {("99AA00", "")}


# ------------------------------------------------------------------------------------------------ CBS


def write_scores(raw: Path, day: str = "1 oktober") -> None:
    """Write the workbook of CBS, with a sheet for each table, and a list of schools beside it."""
    head = ["School (BRIN vestiging)"]
    end: list[list[object]] = [[""], ["Bron: CBS"], ["a te weinig leerlingen"]]
    write_sheets(
        raw / "scores.xlsx",
        Voorblad=[["Achterstandsscores basisscholen, 2019"]],
        Tabel_1=[
            ["Tabel 1"],
            [f"Achterstandsscore per basisschoolvestiging, {day} 2019"],
            [],
            [*head, "Aantal bekostigde leerlingen", "Achterstandsscore", ""],
            [],
            ["88AA00", 50, 10, ""],
            ["99AA00", 100, 0, ""],
            ["99BB00", 35, 3.5, "a"],
            *end,
        ],
        Tabel_2=[
            ["Tabel 2"],
            [f"Achterstandsscore zonder drempel per basisschoolvestiging, {day} 2019"],
            [],
            [*head, "Achterstandsscore zonder drempel", "Achterstandsscore zonder drempel \n(onderbouw)", ""],
            [],
            ["88AA00", 50.5, 1, ""],
            ["99AA00", 102.62, 1, "b, c"],
            ["99BB00", 19.46, 1, "a, b"],
            *end,
        ],
    )
    (raw / "duo.csv").write_text(SCORES + "20190417;20190725;99AA;00;0000 AA;9990;20;20;538,5;0; \n", encoding="utf-8")
    (raw / "later.csv").write_text(advice().replace("99AA;00", "99BB;00"), encoding="utf-8")
    for name in ("duo.csv", "later.csv"):
        (raw / f"{name}.bron.yaml").write_text("lezer: duo\n", encoding="utf-8")


def test_workbook_of_scores(tmp_path: Path) -> None:
    write_scores(tmp_path)
    seen = read_file(tmp_path, "achterstandsscores", "scores.xlsx")
    columns = ["variabele", "gebiedscode", "periode", "waarde", "eenheid", "postcode", "rij"]
    assert seen[columns].to_numpy().tolist() == [
        ["leerlingen", "99AA00", "2019", 100.0, "aantal", "0000AA", 7],
        # A postcode of a later year does not show where the school stood in 2019.
        ["leerlingen", "99BB00", "2019", 35.0, "aantal", "", 8],
        ["achterstandsscore_zonder_drempel", "99AA00", "2019", 102.62, "score", "0000AA", 7],
        ["achterstandsscore_zonder_drempel", "99BB00", "2019", 19.46, "score", "", 8],
    ]
    assert list(seen["opmerking"] != "") == [False, False, False, True]


def test_places_of_schools_tell_which_are_in_the_gemeente(tmp_path: Path) -> None:
    write_scores(tmp_path)
    for path in tmp_path.glob("*.csv*"):
        path.unlink()
    (tmp_path / "places.csv").write_text(
        "vestiging,postcode,buurtcode\n99AA00,0000AA,BU99900000\n88AA00,0000AA,BU88880000\n", encoding="utf-8"
    )
    (tmp_path / "places.csv.bron.yaml").write_text("lezer: scholen_naar_buurt\n", encoding="utf-8")
    assert set(read_file(tmp_path, "achterstandsscores", "scores.xlsx")["gebiedscode"]) == {"99AA00"}


def test_workbook_of_scores_without_a_list_of_schools(tmp_path: Path) -> None:
    write_scores(tmp_path)
    for path in tmp_path.glob("*.csv*"):
        path.unlink()
    with pytest.raises(InputError, match=r"scores.xlsx: expected a list of the schools of GM9990 among the raw files"):
        read_file(tmp_path, "achterstandsscores", "scores.xlsx")


@pytest.mark.parametrize(("day", "note"), [("1 oktober", ""), ("1 februari", "Geteld op 1 februari.")])
def test_day_of_the_count(tmp_path: Path, day: str, note: str) -> None:
    write_scores(tmp_path, day)
    seen = read_file(tmp_path, "achterstandsscores", "scores.xlsx")
    assert set(seen["periode"]) == {"2019"}
    assert set(seen["opmerking"]) == {note, f"{note} {UNRELIABLE}".strip()}


# ------------------------------------------------------------------------------------------------ CBS, gemeenten

GEMEENTE = ["Gemeentecode", "Gemeente"]
SCORE = "Achterstandsscore zonder drempel"


def sheet(title: str, header: list[object], *rows: list[object]) -> list[list[object]]:
    """Make a sheet of a workbook of CBS, with the title above and the source below."""
    return [["Tabel 1"], [title], [], header, [], *rows, [""], ["Bron: CBS"]]


@pytest.mark.parametrize("code", ["GM9990", "9990", 9990])
def test_score_of_the_gemeente_with_a_sheet_for_each_date(tmp_path: Path, code: object) -> None:
    header: list[object] = [*GEMEENTE, "Achterstandsscore", SCORE]
    sheets = {
        f"Tabel_{year}": sheet(
            f"{SCORE} per gemeente, 1 februari {year}", header, ["GM8888", "Elders", 1, 2], [code, "Teststad", 3, score]
        )
        for year, score in ((2022, 40.25), (2023, 41.5))
    }
    write_sheets(tmp_path / "gemeenten.xlsx", Voorblad=[["Achterstandsscores gemeenten"]], **sheets)
    seen = read_file(tmp_path, "achterstandsscores", "gemeenten.xlsx")
    columns = ["variabele", "gebiedscode", "niveau", "periode", "waarde", "rij"]
    assert seen[columns].to_numpy().tolist() == [
        ["achterstandsscore_gemeente_zonder_drempel", "GM9990", "gemeente", "2022", 40.25, 7],
        ["achterstandsscore_gemeente_zonder_drempel", "GM9990", "gemeente", "2023", 41.5, 7],
    ]


def test_score_of_the_gemeente_with_a_column_for_each_date(tmp_path: Path) -> None:
    header: list[object] = [*GEMEENTE, f"{SCORE} 1 oktober 2019", f"{SCORE} (1 februari 2022)"]
    rows = sheet("Achterstandsscores per gemeente", header, ["GM9990", "Teststad", 40, "."])
    write_sheets(tmp_path / "gemeenten.xlsx", Tabel_1=rows)
    seen = read_file(tmp_path, "achterstandsscores", "gemeenten.xlsx")
    assert seen[["periode", "status", "opmerking"]].to_numpy().tolist() == [
        ["2019", "waargenomen", ""],
        ["2022", "ontbreekt", "Geteld op 1 februari."],
    ]


@pytest.mark.parametrize(
    ("title", "header", "code", "message"),
    [
        ("1 oktober 2019", [*GEMEENTE, SCORE], "GM8888", "expected a sheet with the columns 'Gemeentecode' and"),
        ("1 oktober 2019", [*GEMEENTE, "Score"], "GM9990", "expected a sheet with the columns 'Gemeentecode' and"),
        ("Scores", [*GEMEENTE, SCORE], "GM9990", "expected a title with the date, such as '1 oktober 2019'"),
        ("1 oktober 2019", [*GEMEENTE, SCORE], "Oost", "row 6, column 'Gemeentecode': found 'Oost', expected a code"),
    ],
)
def test_fault_in_the_workbook_of_gemeenten(
    tmp_path: Path, title: str, header: list[object], code: str, message: str
) -> None:
    write_sheets(tmp_path / "gemeenten.xlsx", Tabel_1=sheet(title, header, [code, "Teststad", 40]))
    with pytest.raises(InputError, match=message):
        read_file(tmp_path, "achterstandsscores", "gemeenten.xlsx")
