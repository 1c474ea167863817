"""Tables of the politie as downloaded: kinds, years and months, what is provisional and what stays hidden."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from delivered import odata3, read_json

from nplv_analysis.errors import InputError

KINDS = [{"Key": key.ljust(6), "Title": key} for key in ("0.0.0", "1.1.1", "1.4.1", "2.6.10", "3.7.3")]
PERIODS: list[dict[str, object]] = [
    {"Key": "2023JJ00", "Title": "2023", "Status": "Definitief"},
    {"Key": "2024JJ00", "Title": "2024*", "Status": "Voorlopig"},
    {"Key": "2023MM07", "Title": "2023 juli", "Status": "Definitief"},
    {"Key": "2023KW01", "Title": "2023 1e kwartaal", "Status": "Definitief"},
]


def read_counts(tmp_path: Path, *rows: tuple[str, str, str, int | str | None]) -> pd.DataFrame:
    """Read rows of kind, place, period and count; keys are as wide as the service writes them."""
    content = odata3(
        "Geregistreerde misdrijven",
        [("GeregistreerdeMisdrijven_1", "aantal")],
        [
            {
                "SoortMisdrijf": kind.ljust(6),
                "WijkenEnBuurten": place.ljust(10),
                "Perioden": period,
                "GeregistreerdeMisdrijven_1": count,
            }
            for kind, place, period, count in rows
        ],
        SoortMisdrijf=[*KINDS],
        Perioden=PERIODS,
    )
    for entry in content["DataProperties"]:  # type: ignore[attr-defined]
        entry["Default"] = "Zero"
    return read_json(tmp_path, "politie", content)


def test_kinds_and_total_stay_apart(tmp_path: Path) -> None:
    seen = read_counts(
        tmp_path,
        ("0.0.0", "GM9990", "2023JJ00", 40),
        ("1.1.1", "GM9990", "2023JJ00", 5),
        ("2.6.10", "BU99900000", "2023JJ00", 1),
        ("0.0.0", "GM8888", "2023JJ00", 9),
    )
    assert seen[["variabele", "gebiedscode", "niveau", "periode", "waarde"]].to_numpy().tolist() == [
        ["misdrijven_totaal", "GM9990", "gemeente", "2023", 40.0],
        ["misdrijven_1.1.1", "GM9990", "gemeente", "2023", 5.0],
        ["misdrijven_2.6.10", "BU99900000", "buurt", "2023", 1.0],
    ]
    assert set(seen["eenheid"]) == {"aantal"}


def test_months_are_periods_of_their_own(tmp_path: Path) -> None:
    assert list(read_counts(tmp_path, ("0.0.0", "GM9990", "2023MM07", 4))["periode"]) == ["2023-07"]


def test_provisional_year(tmp_path: Path) -> None:
    counts = [
        ("0.0.0", "GM9990", "2023JJ00", 4),
        ("0.0.0", "GM9990", "2024JJ00", 3),
        ("1.1.1", "GM9990", "2024JJ00", "<5"),
    ]
    # What is hidden stays so, also in a year that is not final.
    assert list(read_counts(tmp_path, *counts)["status"]) == ["waargenomen", "voorlopig", "onderdrukt"]


def test_nothing_there_is_nil(tmp_path: Path) -> None:
    seen = read_counts(tmp_path, ("1.1.1", "BU99900000", "2023JJ00", None))
    assert seen[["waarde", "status"]].to_numpy().tolist() == [[0.0, "waargenomen"]]


@pytest.mark.parametrize("count", [None, 0])
@pytest.mark.parametrize(("kind", "period"), [("1.4.1", "2023JJ00"), ("1.4.1", "2024JJ00"), ("3.7.3", "2023MM07")])
def test_hidden_kind_is_not_nil(tmp_path: Path, kind: str, period: str, count: int | None) -> None:
    seen = read_counts(tmp_path, (kind, "BU99900000", period, count))
    assert seen["waarde"].isna().all()
    assert list(seen["status"]) == ["geheim"]


def test_kind_that_is_hidden_in_months_alone(tmp_path: Path) -> None:
    assert list(read_counts(tmp_path, ("3.7.3", "BU99900000", "2023JJ00", None))["waarde"]) == [0]


def test_period_that_is_neither_year_nor_month(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 1, column 'Perioden': found '2023KW01', expected a year or a month"):
        read_counts(tmp_path, ("0.0.0", "GM9990", "2023KW01", 4))


@pytest.mark.parametrize(
    ("kind", "period", "column"), [("9.9.9", "2023JJ00", "SoortMisdrijf"), ("0.0.0", "2019JJ00", "Perioden")]
)
def test_key_that_its_list_does_not_have(tmp_path: Path, kind: str, period: str, column: str) -> None:
    with pytest.raises(
        InputError, match=f"row 1, column '{column}': found '.*', expected a key that the list {column}"
    ):
        read_counts(tmp_path, (kind, "GM9990", period, 4))
