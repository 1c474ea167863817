"""Figures of streets: what a filled template says, never an address, and never anything on origin."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import run

import nplv_analysis as nplv
from nplv_analysis.catalogue import load_catalogue
from nplv_analysis.errors import InputError
from nplv_analysis.preparation import load_prepared
from nplv_analysis.records import SUFFIX, sha256_of
from nplv_analysis.sources.plaatsen import COLUMNS, read_places
from nplv_analysis.sources.table import read_table

pytest_plugins = ["project_data"]

HEAD = ",".join(COLUMNS)
STREET = "Voorbeeldlaan,minimahuishoudens,2024,12.5,200"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., pd.DataFrame]:
    """A function that reads lines as a filled template of the fictional town."""
    folder = tmp_path_factory.mktemp("plaatsen")
    town = load_catalogue(Path(__file__).parents[2] / "nplv_analysis" / "voorbeeldstad" / "catalogus")

    def read_lines(*lines: str) -> pd.DataFrame:
        (folder / "straten.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
        return read_places(read_table(folder / "straten.csv", "straten.csv"), town)

    return read_lines


def test_figures_are_read_as_they_stand(read: Callable[..., pd.DataFrame]) -> None:
    found = read(
        STREET,
        "Voorbeeldlaan,misdrijven_per_1000,2024,<5,200",
        "Plein 1940,minimahuishoudens,2023-2024,,<5",
        "Plein  1940,meldingen_overlast,2024,x,0",
    ).to_dict("records")
    assert [row["plaats"] for row in found] == ["Voorbeeldlaan", "Voorbeeldlaan", "Plein 1940", "Plein 1940"]
    assert (found[0]["cijfer"], found[0]["n"], found[0]["periode"]) == (12.5, 200, "2024")
    # A suppressed figure is never narrowed; of suppressed numbers of people the highest is few enough.
    assert math.isnan(found[1]["cijfer"]) and found[1]["status"] == "onderdrukt"
    assert (found[2]["status"], found[2]["n"], found[3]["status"]) == ("ontbreekt", 4, "geheim")


@pytest.mark.parametrize(
    "place",
    ["Voorbeeldstraat 1", "Voorbeeldstraat 12a", "Voorbeeldstraat 12 b", "Voorbeeldstraat 3-5", "Laan 9 bis",
     "Voorbeeldstraat 123", "9999 AB", "Voorbeeldlaan 9999AB", "12", "", "-"],
)  # fmt: skip
def test_an_address_is_refused(read: Callable[..., pd.DataFrame], place: str) -> None:
    with pytest.raises(InputError) as caught:
        read(STREET, f"{place},minimahuishoudens,2024,10,100")
    assert (caught.value.row, caught.value.column) == (3, "plaats")


@pytest.mark.parametrize("place", ["Laan 1940", "Plein 1940-1945", "Eerste Voorbeeldstraat", "BU99900000", "Wijk 0101"])
def test_a_name_with_a_year_or_a_code_is_no_address(read: Callable[..., pd.DataFrame], place: str) -> None:
    assert list(read(f"{place},minimahuishoudens,2024,10,100")["plaats"]) == [place]


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        ("A,minimahuishouden,2024,10,100", "indicator", "did you mean minimahuishoudens"),
        ("A,nationaliteit,2024,10,100", "indicator", "an indicator of the catalogue"),
        ("A,moeite_rondkomen,2024,10,100", "indicator", "model estimate"),
        ("A,inwoners,2024,10,100", "indicator", "no good direction"),
        ("A,minimahuishoudens,2024,100.5,100", "waarde", "a share between 0 and 100"),
        ("A,minimahuishoudens,2024,-1,100", "waarde", "a share between 0 and 100"),
        ("A,misdrijven_per_1000,2024,-1,100", "waarde", "a rate of 0 or more"),
        ("A,minimahuishoudens,2024,veel,100", "waarde", "a number"),
        ("A,minimahuishoudens,2024,10,", "n", "a whole number of people"),
        ("A,minimahuishoudens,2024,10,9.5", "n", "a whole number of people"),
        ("A,minimahuishoudens,2024,10,-9", "n", "a whole number of people"),
        ("A,minimahuishoudens,vorig jaar,10,100", "periode", "a year such as 2024"),
        ("A,minimahuishoudens,01-05-2024,10,100", "periode", "a year"),
        (STREET, "plaats", "one figure of 'minimahuishoudens' in 2024 for each place"),
    ],
)
def test_a_fault_names_row_and_column(read: Callable[..., pd.DataFrame], line: str, column: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(STREET, line)
    assert (caught.value.row, caught.value.column) == (3, column)
    assert said in str(caught.value)


def test_the_template_is_written_and_is_confidential(tmp_path: Path) -> None:
    result = run("template", "plaatsen", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert written.pop("plaatsen_sjabloon.csv") == HEAD + "\n"
    (record,) = written.values()
    assert list(written) == [f"plaatsen_sjabloon.csv{SUFFIX}"]
    assert "\nlezer: plaatsen\n" in record and "\nopenbaar: nee\n" in record
    again = run("template", "plaatsen", "--out", tmp_path)
    assert again.exit_code == 1 and "is there already" in again.stderr


def test_a_street_is_in_no_figure_and_in_no_observation(town_folder: Path) -> None:
    prepared = load_prepared(town_folder)
    assert "voorbeeld_straten" not in set(prepared.observations["bron"])
    assert any(record.source == "voorbeeld_straten" and not record.public for record in prepared.records)
    for path in (town_folder / "processed").iterdir():
        # The record is there, the streets are not.
        assert b"Voorbeeldstraat" not in path.read_bytes()


def test_a_mistake_in_a_filled_template_stops_the_preparation(tmp_path: Path) -> None:
    folder = nplv.example(tmp_path / "data")
    file = folder / "raw" / "voorbeeld_straten" / "straten.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("Eerste Voorbeeldstraat,min", "Laan 12,min", 1))
    record = file.with_name(file.name + SUFFIX)
    lines = record.read_text(encoding="utf-8").splitlines()
    record.write_text("\n".join([*lines[:-1], f"sha256: {sha256_of(file)}"]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="never an address"):
        nplv.load(folder)
