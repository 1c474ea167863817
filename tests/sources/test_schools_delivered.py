"""Files on schools as delivered: the workbook of CBS, and the files of DUO on the whole country."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from delivered import read_file, write_sheets

from nplv_analysis.errors import InputError

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


# ------------------------------------------------------------------------------------------------ CBS


def write_scores(raw: Path) -> None:
    """Write the workbook of CBS, with a sheet for each table, and a list of schools beside it."""
    head = ["School (BRIN vestiging)"]
    end: list[list[object]] = [[""], ["Bron: CBS"], ["a te weinig leerlingen"]]
    write_sheets(
        raw / "scores.xlsx",
        Voorblad=[["Achterstandsscores basisscholen, 2019"]],
        Tabel_1=[
            ["Tabel 1"],
            ["Achterstandsscore per basisschoolvestiging, 1 oktober 2019"],
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
            ["Achterstandsscore zonder drempel per basisschoolvestiging, 1 oktober 2019"],
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
