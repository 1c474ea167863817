"""The contract: what every observation must be, and what the message says when it is not."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from conftest import HERE
from helpers import observation, observations
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from nplv_analysis.catalogue import load_catalogue
from nplv_analysis.errors import InputError
from nplv_analysis.observations import COLUMNS, first_year, validate

TOWN = load_catalogue(HERE / "data" / "teststad" / "catalogus")


def check(**changed: Any) -> pd.DataFrame:
    """Hold one sound observation and one with something changed against the contract."""
    sound = {"bestand": "bron/file.csv", "rij": 6, "kolom": "k"}
    rows = [observation("gemeente", 10, **sound), observation("gemeente", 10, **sound | {"rij": 7, "periode": "2021"})]
    rows[1] |= changed
    return validate(observations(rows), TOWN)


def test_sound_observations_pass() -> None:
    assert list(check().columns) == list(COLUMNS)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"eenheid": "%", "waarde": 101.5}, "column 'k': found '101.5', expected a share between 0 and 100"),
        ({"eenheid": "%", "waarde": -1}, "column 'k': found '-1', expected a share between 0 and 100"),
        (
            {"eenheid": "%", "waarde": None, "teken": "rond", "genoemd": 120},
            "column 'k': found '120', expected a share between 0 and 100",
        ),
        ({"waarde": -3}, "column 'k': found '-3', expected a count of 0 or more"),
        (
            {"eenheid": "per 1000 inwoners", "waarde": -0.5},
            "column 'k': found '-0.5', expected a count of 0 or more",
        ),
        (
            {"waarde": None, "teken": "tussen", "onder": 20, "boven": 15},
            "column 'k': found '20 to 15', expected a lower bound that is not above the upper bound",
        ),
        ({"teken": "rond", "waarde": 40}, "column 'k': found '40', expected a value only where the sign is '='"),
        ({"teken": "circa"}, "column 'k': found 'circa', expected a sign: =, rond"),
        ({"status": "bekend"}, "column 'k': found 'bekend', expected a status: waargenomen"),
        ({"niveau": "straat"}, "column 'k': found 'straat', expected a level: buurt"),
        ({"periode": ""}, "column 'k': found '', expected a period"),
        ({"periode": "1850"}, "column 'k': found '1850', expected a period with a year from 1990 to 2100"),
        ({"periode": "zomer"}, "column 'k': found 'zomer', expected a period with a year from 1990 to 2100"),
        (
            {"gebiedscode": "gemeentee"},
            "column 'gebiedscode': found 'gemeentee', expected an area of the catalogue; did you mean gemeente?",
        ),
        (
            {"niveau": "buurt", "gebiedscode": "BU00140900"},
            "column 'gebiedscode': found 'BU00140900', expected a buurt code of GM9990",
        ),
        (
            {"niveau": "buurt", "gebiedscode": "BU9990000"},
            "column 'gebiedscode': found 'BU9990000', expected a buurt code of GM9990",
        ),
        (
            {"niveau": "wijk", "gebiedscode": "WK99900"},
            "column 'gebiedscode': found 'WK99900', expected a wijk code of GM9990",
        ),
        (
            {"niveau": "gemeente", "gebiedscode": "GM0014"},
            "column 'gebiedscode': found 'GM0014', expected the code of the gemeente, GM9990",
        ),
        ({"niveau": "land", "gebiedscode": "NL01"}, "column 'gebiedscode': found 'NL01', expected NL00"),
        ({"niveau": "school", "gebiedscode": "99AA"}, "column 'gebiedscode': found '99AA', expected a school code"),
        (
            {"periode": "2020"},
            "column 'k': found 'gemeente', expected one value for 'aantal' in 2020; "
            "the first stands in bron/file.csv, row 6",
        ),
    ],
)
def test_broken_contract_names_file_row_column_and_value(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        check(**changed)
    assert str(caught.value).startswith(f"bron/file.csv, row 7, {message}")


def test_code_that_no_edition_of_the_kerncijfers_has() -> None:
    inhabitants = observation("BU99900000", 400, variabele="inwoners", niveau="buurt")
    stranger = observation("BU99900009", 4, niveau="buurt", rij=9)
    with pytest.raises(InputError, match=r"row 9, .*'BU99900009', .* Kerncijfers has; did you mean BU99900000"):
        validate(observations([inhabitants, stranger]), TOWN)


@pytest.mark.parametrize("value", [0, 100, 99.9])
def test_share_at_its_bounds_passes(value: float) -> None:
    check(eenheid="%", waarde=value)


def test_score_may_be_below_zero() -> None:
    check(eenheid="score", waarde=-0.2)


@pytest.mark.parametrize("period", ["onbekend (rond 2022)", "'al jaren' (Onderwijsagenda 2020)", "onbekend"])
def test_period_in_words_passes_and_has_no_year(period: str) -> None:
    assert period in set(check(periode=period)["periode"])
    assert first_year(pd.Series([period])).isna().all()


@pytest.mark.parametrize(
    ("period", "year"),
    [("2020", 2020), ("2022-2023", 2022), ("2017/2018", 2017), ("eind 2019", 2019), ("2020-09", 2020)],
)
def test_year_of_a_period(period: str, year: int) -> None:
    assert first_year(pd.Series([period])).item() == year


def test_number_inside_a_longer_one_is_no_year() -> None:
    assert first_year(pd.Series(["120203"])).isna().all()


ROWS = [
    observation(code, value, periode=period, rij=row, bestand=file)
    for row, (code, value, period, file) in enumerate(
        [
            ("BU99900000", 1, "2020", "b.csv"),
            ("BU99900000", 2, "2019", "a.csv"),
            ("WK999000", 3, "2020", "a.csv"),
            ("gemeente", 4, "onbekend", "c.csv"),
            ("GM9990", None, "2020", "a.csv"),
        ],
        start=2,
    )
]


@settings(max_examples=25)
@given(st.permutations(ROWS))
def test_order_of_rows_does_not_matter(rows: list[dict[str, Any]]) -> None:
    assert_frame_equal(validate(observations(rows), TOWN), validate(observations(ROWS), TOWN))


DOUBLE = [ROWS[0] | {"rij": 3, "kolom": "a"}, ROWS[0] | {"rij": 3, "kolom": "b"}, ROWS[0] | {"bestand": "z.csv"}]


@settings(max_examples=10)
@given(st.permutations(DOUBLE))
def test_order_of_rows_does_not_matter_to_the_message(rows: list[dict[str, Any]]) -> None:
    with pytest.raises(InputError, match=r"b.csv, row 3, column 'b'"):
        validate(observations(rows), TOWN)
