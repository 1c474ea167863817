"""The template of OIS: what each kind of row gives, what is filled in from what, and how faults are told."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from helpers import area, catalogue, indicator, observation, observations, series
from hypothesis import given, settings
from hypothesis import strategies as st

from nplv_analysis.errors import InputError, shown
from nplv_analysis.observations import COLUMNS as CONTRACT
from nplv_analysis.observations import PRECISION, validate
from nplv_analysis.records import Record
from nplv_analysis.sources import read as read_source
from nplv_analysis.sources.ois import COLUMNS, check, read, with_own_series
from nplv_analysis.sources.table import Row, Table, read_table

CATALOGUE = catalogue(
    (
        indicator(
            series("publicatie", id="Gebiedsmonitor", source="monitor"),
            series("gewogen_gemiddelde", id="CBS 2023", source="cbs"),
            id="onveilig",
            name="Mensen die zich onveilig voelen",
            uncertainty="steekproef",
        ),
        indicator(id="minima", uncertainty="toeval"),
        indicator(id="overlast", unit="per 1.000 inwoners", uncertainty="toeval"),
        indicator(id="cijfer", unit="rapportcijfer", uncertainty="steekproef"),
        indicator(id="score", unit="score", uncertainty="model"),
        indicator(id="jongeren", unit="aantal jongeren"),
    ),
    area("oost", "BU99900000", wijk_code="WK999000", is_wijk=True),
    area("west", "BU99900100", "BU99900101", wijk_code="WK999001"),
)

Cells = dict[str, str]
ROW = {"gebied": "oost", "periode": "2024", "definitie": "Wijkenquête", "openbaar": "ja"}
SHARE = {**ROW, "indicator": "onveilig", "waarde": "34", "n": "360"}
MEAN = {**ROW, "indicator": "cijfer", "waarde": "7.3", "n": "360", "standaardafwijking": "1.6"}
COUNTS = {**ROW, "indicator": "minima", "teller": "228", "noemer": "1024"}
RATE = {**ROW, "indicator": "overlast", "teller": "45", "noemer": "3000"}
INTERVAL = {**ROW, "indicator": "score", "waarde": "-0.4", "onder95": "-0.9", "boven95": "0.1"}


def text_of(*rows: Cells, separator: str = ",") -> str:
    """Write rows as the text of a filled template."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(COLUMNS), restval="", delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def record(**other: Any) -> Record:
    """Make the record of a filled template; what is in it is not public unless the row says so."""
    words = dict.fromkeys(("publisher", "title", "table", "address", "licence", "citation", "selection"), "bedacht")
    fields = {"file": "ois.csv", "source": "ois_2024", "reader": "ois", "public": False, "sha256": "", **words}
    return Record(**(fields | other))


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Table]:
    """A function that reads rows, or a text, as a file."""

    def read_file(*rows: Cells, text: str = "", separator: str = ",") -> Table:
        path = tmp_path / "ois.csv"
        path.write_text(text or text_of(*rows, separator=separator), encoding="utf-8")
        return read_table(path, "ois.csv")

    return read_file


ReadRows = Callable[..., Table]


def faults(rows: Table, **about: Any) -> list[str]:
    """Check a table and give its faults as text."""
    return [str(fault) for fault in check(rows, CATALOGUE, **about)[1]]


# ---------------------------------------------------------------------------------------------- what rows give


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (SHARE, {"waarde": 34, "n": 360, "n_effectief": 360}),
        (SHARE | {"n_effectief": "288.5"}, {"waarde": 34, "n": 360, "n_effectief": 288.5}),
        (MEAN, {"waarde": 7.3, "n": 360, "n_effectief": 360, "standaardafwijking": 1.6}),
        (COUNTS, {"waarde": 22.265625, "teller": 228, "noemer": 1024}),
        (RATE, {"waarde": 15, "teller": 45, "noemer": 3000}),
        (INTERVAL, {"waarde": -0.4, "onder95": -0.9, "boven95": 0.1}),
        # Counts of a survey: the denominator is the number of people who answered.
        (
            COUNTS | {"indicator": "onveilig"},
            {"waarde": 22.265625, "teller": 228, "noemer": 1024, "n": 1024, "n_effectief": 1024},
        ),
        # A value that is printed beside its counts was rounded; the counts are exact.
        (COUNTS | {"waarde": "22.3"}, {"waarde": 22.265625, "teller": 228, "noemer": 1024}),
        (COUNTS | {"waarde": "22"}, {"waarde": 22.265625, "teller": 228, "noemer": 1024}),
        # A program may write 22.3 with what a computer adds to it.
        (COUNTS | {"waarde": "22.300000000000004"}, {"waarde": 22.265625, "teller": 228, "noemer": 1024}),
        (COUNTS | {"teller": "0"}, {"waarde": 0, "teller": 0, "noemer": 1024}),
        (SHARE | {"n": ""}, {"waarde": 34}),
        (SHARE | {"waarde": "100"}, {"waarde": 100, "n": 360, "n_effectief": 360}),
    ],
    ids=[
        "share with n",
        "weighted share",
        "mean with its spread",
        "counts",
        "counts of a rate",
        "interval of the source",
        "counts of a survey",
        "counts and a rounded share",
        "counts and a share in whole percents",
        "counts and a share with noise",
        "nobody counts",
        "share alone",
        "everybody",
    ],
)
def test_kinds_of_rows(table: ReadRows, row: Cells, expected: dict[str, float]) -> None:
    (found,) = read(table(row), record(), CATALOGUE)
    numbers = {name: found[name] for name in ("waarde", *PRECISION) if not math.isnan(found[name])}
    assert numbers == pytest.approx(expected, rel=1e-15)
    assert (found["status"], found["teken"]) == ("waargenomen", "=")


def test_row_without_any_number_is_a_figure_that_is_missing(table: ReadRows) -> None:
    (found,) = read(table({**ROW, "indicator": "minima"}), record(), CATALOGUE)
    assert found["status"] == "ontbreekt"
    assert math.isnan(found["waarde"])


def test_words_of_a_row(table: ReadRows) -> None:
    row = COUNTS | {"meting": "Najaar 2024", "toelichting": "Ook nieuwe adressen? Ja!", "openbaar": "Nee"}
    (found,) = read(table(row), record(), CATALOGUE)
    assert found["variabele"] == "minima: Wijkenquête"
    assert found["opmerking"] == "Najaar 2024. Ook nieuwe adressen? Ja!"
    assert (found["eenheid"], found["openbaar"]) == ("%", False)
    assert (found["rij"], found["kolom"]) == (2, "teller")


@pytest.mark.parametrize(
    ("name", "code", "level"),
    [
        ("oost", "oost", "gebied"),
        ("Oost", "oost", "gebied"),
        ("GEMEENTE VOORBEELDSTAD", "gemeente", "gebied"),
        ("GM9990", "gemeente", "gebied"),
        ("WK999000", "oost", "gebied"),
        ("BU99900000", "oost", "gebied"),
        ("WK999001", "WK999001", "wijk"),
    ],
    ids=["id", "name", "name in capitals", "gemeente", "wijk that is the area", "only buurt", "wijk around an area"],
)
def test_areas_by_name_id_or_code(table: ReadRows, name: str, code: str, level: str) -> None:
    (found,) = read(table(SHARE | {"gebied": name}), record(), CATALOGUE)
    assert (found["gebiedscode"], found["niveau"]) == (code, level)


@pytest.mark.parametrize("period", ["1990", "2024", "2023-2024", "2021-2023"])
def test_years_and_school_years(table: ReadRows, period: str) -> None:
    (found,) = read(table(SHARE | {"periode": period}), record(), CATALOGUE)
    assert found["periode"] == period


def test_decimal_comma(table: ReadRows) -> None:
    rows = (MEAN | {"waarde": "7,3", "standaardafwijking": "1,6"}, COUNTS | {"waarde": "22,3", "noemer": "1.024"})
    mean, share = read(table(*rows, separator=";"), record(), CATALOGUE)
    assert (mean["waarde"], mean["standaardafwijking"]) == (7.3, 1.6)
    assert (share["waarde"], share["noemer"]) == (22.265625, 1024)


def test_workbook_with_numbers_numbers_as_text_and_empty_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(COLUMNS))
    for row in (SHARE | {"n": 360, "periode": 2024}, MEAN | {"waarde": 7.3}, MEAN | {"gebied": "west"}, COUNTS):
        sheet.append([row.get(column) for column in COLUMNS])
    for _ in range(3):
        sheet.append([None, " ", ""])
    book.save(tmp_path / "ois.xlsx")
    found = read(read_table(tmp_path / "ois.xlsx", "ois.xlsx"), record(), CATALOGUE)
    assert [row["waarde"] for row in found] == [34, 7.3, 7.3, 22.265625]
    assert [row["n"] for row in found[:3]] == [360, 360, 360]
    assert found[0]["periode"] == "2024"


def test_columns_that_may_be_empty_may_be_left_out(table: ReadRows) -> None:
    text = "openbaar,gebied,noemer,indicator,teller,periode,definitie\nja,oost,1024,minima,228,2024,Wijkenquête\n"
    (found,) = read(table(text=text), record(), CATALOGUE)
    assert found["waarde"] == 22.265625


# ---------------------------------------------------------------------------------------------- faults of a row

NO_MARKS = "a whole number of 0 or more, without a mark for thousands"
NO_NUMBER = "a number with a decimal point; or nothing, when there is no figure"
ONE_WAY = "nothing: give 'n', or counts, or an interval; not two of them"
TOGETHER = "a value: counts come as 'teller' and 'noemer' together"
A_YEAR = "a year such as 2024 or a school year such as 2023-2024"
NOBODY = "1 or more; leave the row out when nobody answered or was counted"
OTHER_PLACE = "the code of an area, or of the CBS wijk around one; no figure of another place is shown"
TOO_SMALL = "the number itself, or nothing; a number that is too small is hidden here when 'openbaar' is nee"

FAULTS: list[tuple[Cells, Cells, str, str]] = [
    # What is changed in a row that is right, the cell that is wrong, and what is expected there.
    (SHARE, {"indicator": "onvelig"}, "indicator", "an indicator of the catalogue; did you mean onveilig?"),
    (
        SHARE,
        {"indicator": "Mensen die zich onveilig voelen"},
        "indicator",
        "an indicator of the catalogue; did you mean onveilig?",
    ),
    (SHARE, {"gebied": "weest"}, "gebied", "an area of the catalogue; did you mean west?"),
    (SHARE, {"gebied": ""}, "gebied", "an area of the catalogue; expected one of: gemeente, oost, west"),
    (SHARE, {"gebied": "BU99900100"}, "gebied", OTHER_PLACE),
    (SHARE, {"gebied": "WK999009"}, "gebied", OTHER_PLACE),
    (SHARE, {"periode": ""}, "periode", A_YEAR),
    (SHARE, {"periode": "2023/2024"}, "periode", A_YEAR),
    (SHARE, {"periode": "2024-2023"}, "periode", A_YEAR),
    (SHARE, {"periode": "2024-2024"}, "periode", A_YEAR),
    (SHARE, {"periode": "2024-03-01 00:00:00"}, "periode", A_YEAR),
    (SHARE, {"periode": "1989"}, "periode", A_YEAR),
    (SHARE, {"periode": "najaar 2024"}, "periode", A_YEAR),
    (SHARE, {"definitie": ""}, "definitie", "a short name; figures with the same name form one series"),
    (
        SHARE,
        {"definitie": "gebieds monitor"},
        "definitie",
        "'Gebiedsmonitor', as the series is written in the catalogue",
    ),
    (
        SHARE,
        {"definitie": "CBS 2023"},
        "definitie",
        "a name of its own: the series with this name is computed from buurten",
    ),
    (SHARE, {"openbaar": ""}, "openbaar", "'ja' or 'nee'"),
    (SHARE, {"openbaar": "True"}, "openbaar", "'ja' or 'nee'"),
    (SHARE, {"waarde": "veel"}, "waarde", NO_NUMBER),
    (SHARE, {"waarde": "x"}, "waarde", NO_NUMBER),
    (SHARE, {"waarde": "."}, "waarde", NO_NUMBER),
    (SHARE, {"waarde": "-"}, "waarde", NO_NUMBER),
    (SHARE, {"waarde": "nan"}, "waarde", NO_NUMBER),
    (SHARE, {"waarde": "34 %"}, "waarde", "a number without a percent sign"),
    (SHARE, {"waarde": "134"}, "waarde", "a share between 0 and 100"),
    (SHARE, {"waarde": "-1"}, "waarde", "a share between 0 and 100"),
    (SHARE, {"waarde": ""}, "waarde", "a value here, or in 'teller' and 'noemer'"),
    (MEAN, {"waarde": "73"}, "waarde", "a number between 1 and 10"),
    (MEAN, {"waarde": "9" * 400}, "waarde", NO_NUMBER),
    ({**ROW, "indicator": "jongeren"}, {"waarde": "-3"}, "waarde", "a number of 0 or more"),
    (COUNTS, {"waarde": "22.4"}, "waarde", "100 x teller / noemer, that is 22.27; or nothing"),
    (COUNTS, {"waarde": "0.22"}, "waarde", "100 x teller / noemer, that is 22.266; or nothing"),
    (
        COUNTS | {"indicator": "onveilig"},
        {"waarde": "25"},
        "waarde",
        "100 x teller / noemer, that is 22.3; a weighted figure goes with 'n', without counts",
    ),
    (RATE, {"waarde": "1.5"}, "waarde", "1000 x teller / noemer, that is 15.00; or nothing"),
    (COUNTS, {"teller": "<5"}, "teller", TOO_SMALL),
    (COUNTS, {"teller": "228.5"}, "teller", NO_MARKS),
    (COUNTS, {"teller": "-5"}, "teller", NO_MARKS),
    (COUNTS, {"teller": "1025"}, "teller", "at most the denominator, 1024"),
    (COUNTS, {"teller": ""}, "teller", TOGETHER),
    (COUNTS, {"noemer": ""}, "noemer", TOGETHER),
    (COUNTS, {"noemer": "1.024"}, "noemer", NO_MARKS),
    (COUNTS | {"teller": "0"}, {"noemer": "0"}, "noemer", NOBODY),
    (MEAN | {"n": "", "standaardafwijking": ""}, {"teller": "3", "noemer": "5"}, "teller", "nothing: 'cijfer' is in "),
    (COUNTS, {"n": "1024"}, "teller", ONE_WAY),
    (SHARE, {"onder95": "30", "boven95": "38"}, "onder95", ONE_WAY),
    (COUNTS, {"onder95": "20", "boven95": "25"}, "onder95", ONE_WAY),
    (SHARE, {"n": "0"}, "n", NOBODY),
    (SHARE, {"n": "360.5"}, "n", NO_MARKS),
    (SHARE | {"n": ""}, {"n_effectief": "288"}, "n_effectief", "a value in 'n' beside it"),
    (SHARE, {"n_effectief": "361"}, "n_effectief", "at most n, 360"),
    (SHARE, {"n_effectief": "0"}, "n_effectief", "a number above 0"),
    (MEAN, {"standaardafwijking": "0"}, "standaardafwijking", "a number above 0"),
    (MEAN | {"n": ""}, {"standaardafwijking": "1.6"}, "standaardafwijking", "a value in 'n' beside it"),
    (SHARE, {"standaardafwijking": "47"}, "standaardafwijking", "nothing: a share has none of its own"),
    (INTERVAL, {"boven95": ""}, "boven95", "a value: an interval has two ends"),
    (INTERVAL, {"onder95": ""}, "onder95", "a value: an interval has two ends"),
    (INTERVAL, {"onder95": "-0.3"}, "onder95", "an interval with the value in it, -0.4"),
    (INTERVAL, {"boven95": "-0.5"}, "onder95", "an interval with the value in it, -0.4"),
    (INTERVAL, {"onder95": "0.1"}, "onder95", "a number below that in 'boven95', 0.1"),
    (
        SHARE | {"n": "", "waarde": "97", "onder95": "93"},
        {"boven95": "101"},
        "boven95",
        "a share between 0 and 100",
    ),
]


@pytest.mark.parametrize(
    ("row", "changed", "column", "expected"), FAULTS, ids=[f"{f[2]}: {','.join(f[1].values())[:20]}" for f in FAULTS]
)
def test_fault_is_told_at_its_place(table: ReadRows, row: Cells, changed: Cells, column: str, expected: str) -> None:
    rows = table(row | changed)
    value = (row | changed).get(column, "")
    found = f"found '{shown(value)}', " if value else ""
    (message,) = faults(rows)
    assert message.startswith(f"ois.csv, row 2, column '{column}': {found}expected {expected}")
    with pytest.raises(InputError) as caught:
        read(rows, record(), CATALOGUE)
    assert str(caught.value) == message


@pytest.mark.parametrize("row", [SHARE, MEAN, COUNTS, RATE, INTERVAL, *(fault[0] for fault in FAULTS)])
def test_without_the_change_there_is_no_fault(table: ReadRows, row: Cells) -> None:
    # A row that has a fault of its own would make the test above say nothing.
    incomplete = row == MEAN | {"n": ""} or row.get("onder95") == "93"
    assert len(faults(table(row))) == incomplete


def test_all_faults_at_once_in_order_of_row_and_column(table: ReadRows) -> None:
    rows = table(
        SHARE | {"openbaar": "misschien", "indicator": "onvelig", "n": "360", "n_effectief": "400"},
        SHARE,
        COUNTS | {"teller": "x", "noemer": "0"},
        COUNTS | {"gebied": "west"},
    )
    right, wrong = check(rows, CATALOGUE)
    assert [(fault.row, fault.column) for fault in wrong] == [
        (2, "indicator"),
        (2, "n_effectief"),
        (2, "openbaar"),
        (4, "teller"),
        (4, "noemer"),
    ]
    assert [row["rij"] for row in right] == [3, 5]


# ---------------------------------------------------------------------------------------------- rows together


@pytest.mark.parametrize("name", ["oost", "Oost", "WK999000", "BU99900000"])
def test_one_figure_in_two_rows(table: ReadRows, name: str) -> None:
    rows = table(SHARE, SHARE | {"gebied": "west"}, SHARE | {"gebied": name, "waarde": "35"})
    assert faults(rows) == [
        f"ois.csv, row 4, column 'gebied': found '{name}', expected one row for each figure; row 2 is about this area "
        "and period too"
    ]


def test_two_definitions_in_one_period_are_two_figures(table: ReadRows) -> None:
    assert faults(table(SHARE, SHARE | {"definitie": "Buurtpeiling"}, SHARE | {"periode": "2023"})) == []


@pytest.mark.parametrize("name", ["wijkenquête", "Wijkenquete", "Wijk enquête", "Wijkenque\u0302te"])
def test_one_name_written_in_two_ways(table: ReadRows, name: str) -> None:
    # Otherwise this would be two series, with a break between them that nobody meant.
    rows = table(SHARE | {"definitie": name}, SHARE | {"gebied": "west"}, SHARE | {"gebied": "gemeente"})
    assert faults(rows) == [
        f"ois.csv, row 2, column 'definitie': found '{name}', expected 'Wijkenquête', as other rows have it; another "
        "name would be another series"
    ]


def test_shares_that_were_not_multiplied_by_100(table: ReadRows) -> None:
    rows = (SHARE | {"waarde": "0.34"}, SHARE | {"waarde": "0.28", "gebied": "west"})
    assert faults(table(*rows)) == [
        "ois.csv, row 2, column 'waarde': found '0.34', expected a share in percent, such as 34; all of this indicator "
        "are below 1. If they are, give counts"
    ]
    assert faults(table(*rows, SHARE | {"waarde": "31", "gebied": "gemeente"})) == []
    counts = COUNTS | {"teller": "2", "noemer": "1000"}
    assert faults(table(counts, counts | {"gebied": "west"})) == []


# ---------------------------------------------------------------------------------------------- header and file


def test_misspelt_column_is_told_once(table: ReadRows) -> None:
    text = text_of(SHARE).replace("definitie", "defintie").replace("waarde", "waarden")
    assert faults(table(text=text)) == [
        "ois.csv, row 1, column 'defintie': expected a column of the template; did you mean definitie?",
        "ois.csv, row 1, column 'waarden': expected a column of the template; did you mean waarde?",
    ]


def test_columns_that_are_not_there(table: ReadRows) -> None:
    assert faults(table(text="indicator,gebied,periode\nonveilig,oost,2024\n")) == [
        "ois.csv, row 1: expected a column 'definitie' in the header",
        "ois.csv, row 1: expected a column 'openbaar' in the header",
        "ois.csv, row 1: expected a column 'waarde', or 'teller' and 'noemer'",
    ]


@pytest.mark.parametrize("cell", ["rood", ""])
def test_column_that_the_template_does_not_have(table: ReadRows, cell: str) -> None:
    text = text_of(SHARE).replace("toelichting\n", "toelichting,kleur\n").replace("ja,\n", f"ja,,{cell}\n")
    assert faults(table(text=text)) == [
        "ois.csv, row 1, column 'kleur': expected a column of the template; all of them are there"
    ]


def test_empty_column_without_a_name_does_no_harm(table: ReadRows) -> None:
    text = text_of(SHARE).replace("toelichting\n", "toelichting,\n").replace("ja,\n", "ja,,\n")
    assert faults(table(text=text)) == []


@pytest.mark.parametrize(("text", "message"), [(" \n", "the file is empty"), (text_of(), "rows below the header")])
def test_file_without_rows(table: ReadRows, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        table(text=text)


# ---------------------------------------------------------------------------------------------- public or not


@pytest.mark.parametrize("public", [True, False])
def test_record_that_is_not_public_leaves_it_to_the_row(table: ReadRows, public: bool) -> None:
    rows = table(SHARE | {"openbaar": "ja" if public else "nee"})
    (found,) = read(rows, record(public=False), CATALOGUE)
    assert found["openbaar"] is public


def test_record_that_is_public_with_a_row_that_is_not(table: ReadRows) -> None:
    rows = table(SHARE, SHARE | {"gebied": "west", "openbaar": "nee"})
    assert faults(rows, record=record(public=True)) == [
        "ois.csv, row 3, column 'openbaar': found 'nee', expected 'ja', since the record says 'openbaar: ja'; or "
        "'openbaar: nee' in the record"
    ]
    assert faults(rows, record=record(public=False)) == []


# ---------------------------------------------------------------------------------------------- series


def own_series(*definitions: str) -> list[tuple[str, str, str]]:
    """Give the series that the first indicator has, when a template with some definitions is added."""
    rows = [
        observation("oost", 34.0, bron=f"ois_{n}", variabele=f"onveilig: {name}", bestand="ois.csv")
        for n, name in enumerate(definitions)
    ]
    other = observation("oost", 12.0, bron="andere", variabele="onveilig: x", bestand="andere.csv")
    found = with_own_series(CATALOGUE, observations([*rows, other]), [record(), record(file="x.csv", reader="eigen")])
    assert found.areas == CATALOGUE.areas
    assert found.indicators[1:] == CATALOGUE.indicators[1:]
    return [(s.id, s.source, s.break_reason) for s in found.indicator("onveilig").series[2:]]


def test_definition_of_its_own_is_a_break() -> None:
    assert own_series("Wijkenquête, v. 2") == [
        ("Wijkenquête, v. 2", "ois_0", "Dit cijfer heeft een eigen definitie: Wijkenquête, v. 2.")
    ]


def test_definition_with_the_name_of_a_published_series_continues_it() -> None:
    assert own_series("Gebiedsmonitor") == [("Gebiedsmonitor", "ois_0", "")]


def test_two_files_with_one_definition_are_one_series() -> None:
    assert [(name, source) for name, source, _ in own_series("Wijkenquête", "Wijkenquête")] == [
        ("Wijkenquête", "ois_0"),
        ("Wijkenquête", "ois_1"),
    ]


# ---------------------------------------------------------------------------------------------- any cells at all

CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "0", "1", "5", "34", "34.5", "34,5", "-1", "1e400", "9" * 400, "0." + "1" * 400, "x", "."]
    ),
    st.sampled_from(
        ["-", "<5", "34%", "-99997", "ja", "nee", "oost", "GM9990", "BU99900100", "2024", "score", "CBS 2023"]
    ),
    st.text(max_size=8),
    st.floats(allow_nan=False).map(str),
)


@settings(max_examples=300)
@given(
    row=st.sampled_from([SHARE, MEAN, COUNTS, RATE, INTERVAL]),
    changed=st.dictionaries(st.sampled_from(list(COLUMNS)), CELLS, max_size=3),
)
def test_any_row_is_read_right_or_told_to_be_wrong(row: Cells, changed: Cells) -> None:
    cells = {column: (row | changed).get(column, "") for column in COLUMNS}
    rows = Table("ois.csv", tuple(COLUMNS), (Row(2, cells),))
    try:
        (found,) = read(rows, record(), CATALOGUE)
    except InputError as error:
        assert str(error).startswith("ois.csv, row 2, column '")
        return
    for column in ("waarde", *PRECISION):
        text = cells[column].strip()
        if text and not (column == "waarde" and cells["teller"].strip()):
            assert found[column] == float(text.replace(",", "."))
    if cells["teller"].strip():
        factor = 1000 if found["eenheid"] == "per 1.000 inwoners" else 100
        assert found["waarde"] == pytest.approx(factor * found["teller"] / found["noemer"])
    assert not found["n_effectief"] > found["n"]
    assert not found["onder95"] > found["waarde"]
    assert not found["boven95"] < found["waarde"]


def test_what_is_read_keeps_the_contract(tmp_path: Path) -> None:
    good = [SHARE, MEAN, COUNTS, RATE, INTERVAL, {**ROW, "indicator": "jongeren"}]
    (tmp_path / "ois.csv").write_text(text_of(*good, SHARE | {"gebied": "WK999001"}), encoding="utf-8")
    frame = validate(read_source(tmp_path, record(), CATALOGUE), CATALOGUE)
    assert list(frame.columns) == list(CONTRACT)
    assert len(frame) == len(good) + 1
    assert isinstance(frame, pd.DataFrame)
    assert set(frame["bron"]) == {"ois_2024"}
