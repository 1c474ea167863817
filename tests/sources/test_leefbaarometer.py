"""Leefbaarometer: versions 2.0 and 3.0 as published have other columns, and give other variables; all are estimates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from delivered import read_file, read_json, write_sheets

from nplv_analysis.errors import InputError
from nplv_analysis.sources.leefbaarometer import VERSION_2, VERSION_3

ReadAs = Callable[..., pd.DataFrame]

COLUMNS = ["variabele", "gebiedscode", "niveau", "periode", "waarde", "status"]
OPEN_DATA = "versie,jaar,bu_code,lbm,afw,fys,onv,soc,vrz,won\n"
SERVICE = "FID,id,name,gemeente,kscore,afw,onv,year\n"


def found(seen: pd.DataFrame) -> list[list[object]]:
    """Give what was read, with -9 for no value."""
    return seen[COLUMNS].fillna(-9).to_numpy().tolist()


# ------------------------------------------------------------------------------------------------ selections


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GBD,JAAR,RLBVEI\nWK999000,2016,-0.205568\n", ["veiligheid", "WK999000", "wijk", "2016", -0.205568]),
        (
            "code,naam,onv,konv,year\nBU99900000,Oost-Een,0.113587,3,2024\n",
            ["overlast_onveiligheid", "BU99900000", "buurt", "2024", 0.113587],
        ),
    ],
    ids=["version 2", "version 3"],
)
def test_version(read_as: ReadAs, text: str, expected: list[object]) -> None:
    seen = read_as("leefbaarometer", text)
    assert found(seen) == [[*expected, "schatting"]]
    assert set(seen["eenheid"]) == {"score"}


# ------------------------------------------------------------------------------------------------ as published


def test_open_data_on_several_years_and_the_whole_country(read_as: ReadAs) -> None:
    text = (
        OPEN_DATA
        + "3.0,2002,BU99900000,4.1,-0.05,0.01,0.02,0.03,0.04,0.05\n3.0,2024,BU99900000,4.2,,0.11,0.12,0.13,0.14,0.15\n"
        + "3.0,2024,BU88880000,4.9,0.9,0.9,0.9,0.9,0.9,0.9\n"
    )
    seen = read_as("leefbaarometer", text)
    assert len(seen) == 2 * len(VERSION_3)
    assert set(seen["gebiedscode"]) == {"BU99900000"}
    assert [row for row in found(seen) if row[0] in ("leefbaarheid", "afwijking")] == [
        ["leefbaarheid", "BU99900000", "buurt", "2002", 4.1, "schatting"],
        ["afwijking", "BU99900000", "buurt", "2002", -0.05, "schatting"],
        ["leefbaarheid", "BU99900000", "buurt", "2024", 4.2, "schatting"],
        ["afwijking", "BU99900000", "buurt", "2024", -9, "ontbreekt"],
    ]


@pytest.mark.parametrize(("column", "code"), [("wk_code", "WK999000"), ("gm_code", "GM9990"), ("id", "GM9990")])
def test_other_places_have_their_own_column(read_as: ReadAs, column: str, code: str) -> None:
    seen = read_as("leefbaarometer", f"jaar,{column},lbm\n2024,{code},4.2\n")
    assert list(seen["gebiedscode"]) == [code]


@pytest.mark.parametrize("version", ["3.0", "Leefbaarometer 3.0", "3.2", "meting 2022", ""])
def test_every_name_of_the_third_version_is_taken(read_as: ReadAs, version: str) -> None:
    assert len(read_as("leefbaarometer", f"versie,jaar,bu_code,lbm\n{version},2024,BU99900000,4.2\n")) == 1


def test_file_of_buurten_that_names_their_gemeente_too(read_as: ReadAs) -> None:
    seen = read_as("leefbaarometer", "jaar,gm_code,bu_code,lbm\n2024,GM9990,BU99900000,4.2\n")
    assert list(seen["gebiedscode"]) == ["BU99900000"]


def test_answer_of_the_map_service(read_as: ReadAs) -> None:
    text = SERVICE + "buurtscore24.1,BU99900000,Oost-Een,Teststad,9,0.37,-8.12E-4,2024\n"
    assert found(read_as("leefbaarometer", text)) == [
        ["afwijking", "BU99900000", "buurt", "2024", 0.37, "schatting"],
        ["overlast_onveiligheid", "BU99900000", "buurt", "2024", -0.000812, "schatting"],
    ]


def test_workbook_and_decimal_comma_with_an_exponent(tmp_path: Path) -> None:
    rows: list[list[object]] = [["jaar", "bu_code", "lbm", "onv"], [2024, "BU99900000", "4,25", 0.0000812]]
    write_sheets(tmp_path / "scores.xlsx", Scores=rows)
    seen = read_file(tmp_path, "leefbaarometer", "scores.xlsx")
    assert list(seen["waarde"]) == [4.25, 0.0000812]
    (tmp_path / "scores.csv").write_text("jaar;bu_code;lbm;onv\n2024;BU99900000;4,25;8,1E-05\n", encoding="utf-8")
    assert list(read_file(tmp_path, "leefbaarometer", "scores.csv")["waarde"]) == [4.25, 0.000081]


def test_version_2_with_the_year_behind_each_name(read_as: ReadAs) -> None:
    text = "GBD,RLBVEI14,RLBVEI16,RLBRMTR16,KL16\nBU99900000,-0.1,-0.2,0.3,7\nBU88880000,1,1,1,1\n"
    assert found(read_as("leefbaarometer", text)) == [
        ["veiligheid", "BU99900000", "buurt", "2014", -0.1, "schatting"],
        ["veiligheid", "BU99900000", "buurt", "2016", -0.2, "schatting"],
        ["afwijking_2", "BU99900000", "buurt", "2016", 0.3, "schatting"],
    ]


def test_versions_have_no_variable_in_common() -> None:
    assert not set(VERSION_2.values()) & set(VERSION_3.values())


# ------------------------------------------------------------------------------------------------ faults


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code,year,score\nBU99900000,2024,1\n", ", row 1: expected at least one column with scores: lbm, afw, won,"),
        ("PC4,jaar,lbm\n9999,2024,4\n", ", row 1: expected a column with codes of places, bu_code or wk_code or"),
        ("bu_code,lbm\nBU99900000,4\n", ", row 1: expected a column with the year, jaar or year, in the header"),
        ("GBD,RLBVEI\nBU99900000,4\n", ", row 1: expected a column 'JAAR' in the header"),
        ("id,year,lbm\n9999,2024,4\n", ", row 2, column 'id': found '9999', expected a CBS code that begins with"),
        ("id,year,lbm\nBU88880000,2024,4\n", ", column 'id': expected rows of GM9990; there are none"),
        ("id,year,lbm\nBU99900000,2022-2024,4\n", ", row 2, column 'year': found '2022-2024', expected a year such"),
        ("id,year,lbm\nBU99900000,2024,goed\n", ", row 2, column 'lbm': found 'goed', expected a number"),
        (
            "versie,jaar,bu_code,lbm\nLeefbaarometer 2.0,2018,BU99900000,4\n",
            ", row 2, column 'versie': found 'Leefbaarometer 2.0', expected version 3.0 in a table with these columns",
        ),
    ],
)
def test_fault_is_told_in_one_sentence(read_as: ReadAs, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_as("leefbaarometer", text)
    assert str(caught.value).startswith(f"file.csv{message}")


def test_sets_of_an_open_data_service_are_no_scores(tmp_path: Path) -> None:
    content = {"protocol": "odata4", "Properties": {"a": 1}, "MeasureCodes": [{"a": 1}], "Observations": [{"a": 1}]}
    with pytest.raises(InputError, match=r"table.json: expected a delimited file or a workbook; reader 'leefbaar"):
        read_json(tmp_path, "leefbaarometer", content)
