"""Figures as files: the same numbers for machines and for people."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from helpers import figures, indicators_with_a_source

from nplv_analysis.areas import ITSELF
from nplv_analysis.data import Data
from nplv_analysis.output.export import (
    COLUMNS,
    NUMBERS,
    SIGNS,
    TEXTS,
    YEAR,
    harmless,
    key_figures,
    write_atomically,
    write_csv,
)

pytest_plugins = ["project_data"]


@pytest.fixture(scope="module")
def some(real_data: Data) -> pd.DataFrame:
    """The figures of two areas."""
    return real_data.figures[real_data.figures["gebied"].isin(["selwerd", "gemeente"])]


def test_key_figures_are_the_rows_about_areas_themselves(real_data: Data, some: pd.DataFrame) -> None:
    found = key_figures(some, real_data)
    assert list(found.columns) == list(COLUMNS)
    assert len(found) == (some["rol"] == ITSELF).sum()
    assert list(dict.fromkeys(found["gebied"])) == ["selwerd", "gemeente"]
    assert list(dict.fromkeys(found.loc[found["gebied"] == "selwerd", "indicator"])) == indicators_with_a_source(
        real_data
    )


def test_every_figure_has_a_source_and_a_licence(real_data: Data) -> None:
    found = key_figures(real_data.figures, real_data)
    shown = found[["waarde", "ondergrens", "bovengrens", "genoemd", "waarde_cbs_wijk"]].notna().any(axis=1)
    assert shown.sum() > 1000
    assert (found.loc[shown, ["bron", "licentie"]] != "").all(axis=None)
    assert set(found["openbaar"]) == {"ja"}


def test_the_csv_reads_back_as_the_same_figures(real_data: Data, some: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "map" / "cijfers.csv"
    write_csv(some, real_data, path)
    raw = path.read_bytes()
    assert b"\r" not in raw and raw.decode("utf-8").startswith("gebied,gebied_naam,thema,")
    empty = {name: [""] for name in (*NUMBERS, YEAR)}
    back = pd.read_csv(path, dtype=dict.fromkeys(TEXTS, str), keep_default_na=False, na_values=empty)
    expected = key_figures(some, real_data)
    expected[YEAR] = expected[YEAR].astype("float64")
    # Twelve digits come back exactly, also from a reader that is less than exact.
    pd.testing.assert_frame_equal(back, expected, check_dtype=False, check_exact=True)
    assert [p.name for p in path.parent.iterdir()] == ["cijfers.csv"]


def test_columns_are_either_text_or_numbers_and_texts_are_never_missing(town_data: Data) -> None:
    found = key_figures(town_data.figures, town_data)
    assert {*TEXTS, *NUMBERS, YEAR} == set(COLUMNS) and not set(TEXTS) & {*NUMBERS, YEAR}
    assert all(isinstance(text, str) for name in TEXTS for text in found[name])
    assert set(found.dtypes[list(NUMBERS)].astype(str)) == {"float64"}


@pytest.mark.parametrize(("period", "year"), [("2013/2014", "2013"), ("2020", "2020"), ("onbekend (rond 2022)", "")])
def test_the_year_of_a_figure_is_a_whole_number_or_empty(
    town_data: Data, tmp_path: Path, period: str, year: str
) -> None:
    row = {"gebied": "gemeente", "indicator": "moeite_rondkomen", "waarde": 5.0, "periode": period}
    write_csv(figures(row), town_data, tmp_path / "cijfers.csv")
    (found,) = rows_of(tmp_path / "cijfers.csv")
    assert (found["jaar"], found["waarde"]) == (year, "5.0")


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a CSV without pandas."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_figure_has_twelve_digits_and_a_published_one_stays_what_it_is(town_data: Data) -> None:
    values = [100 / 3, 34.5 - 32.6, 22.9, 1e-7 / 3, -1234567.89]
    rows = [
        {"gebied": "gemeente", "indicator": "moeite_rondkomen", "waarde": v, "periode": f"201{n}"}
        for n, v in enumerate(values)
    ]
    found = key_figures(figures(*rows), town_data)["waarde"].tolist()
    assert found == [33.3333333333, 1.9, 22.9, 3.33333333333e-08, -1234567.89]


# ------------------------------------------------------------------------------------------------ formulas

STARTS = "=+-@＝＋－＠"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((f"{sign}cmd()", f"'{sign}cmd()") for sign in STARTS),
        ("\t=cmd()", "'\t'=cmd()"),
        ("\rrust", "'\rrust"),
        (' "=cmd()', " \"'=cmd()"),
        ("rust;=cmd()", "rust;'=cmd()"),
        ('rust; "@cmd()', "rust; \"'@cmd()"),
        ("rust\n-1+cmd()", "rust\n'-1+cmd()"),
        ("a;=b;+c", "a;'=b;'+c"),
    ],
)
def test_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe(text: str, expected: str) -> None:
    assert harmless(text) == expected
    assert harmless(expected) == expected


@pytest.mark.parametrize("text", ["", "rust", "2019-2020", "a = b", "rust, -5", "wie + wat; en waar", "'al jaren'"])
def test_other_text_stays_what_it_is(text: str) -> None:
    assert harmless(text) == text


def test_no_text_of_ours_looks_like_a_formula(real_data: Data) -> None:
    texts = {text for name in TEXTS if name not in SIGNS for text in key_figures(real_data.figures, real_data)[name]}
    assert len(texts) > 500
    assert not [text for text in texts if "'" in text and text.replace("'", "")[:1] in set(STARTS)]
    for record in real_data.records:
        assert harmless(record.citation) == record.citation


NASTY = [
    "=HYPERLINK(1)",
    "+31",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    'ja;=1+1;"=2+2"',
    'ja;"=cmd()"',
    "ja\n=1+1",
    'ja,"\n";=1+1',
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("column", ["toelichting", "status", "reeks", "periode", "cbs_wijk"])
def test_no_cell_of_the_csv_starts_a_formula_however_it_is_split(
    town_data: Data, tmp_path: Path, column: str, delimiter: str
) -> None:
    row = {"gebied": "gemeente", "indicator": "moeite_rondkomen", "waarde": -5.0}
    path = tmp_path / "cijfers.csv"
    write_csv(figures(*(row | {column: text} for text in NASTY)), town_data, path)
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for line in csv.reader(file, delimiter=delimiter) for cell in line]
    assert len(cells) > len(NASTY)
    for cell in cells:
        bare = cell.lstrip(' "\t')
        if bare[:1] in tuple(STARTS):
            assert bare in ("=", "-5.0"), cell


def test_a_nasty_name_is_harmless_in_the_csv(town_data: Data) -> None:
    areas = tuple(replace(area, name="=cmd()") for area in town_data.catalogue.areas)
    data = replace(town_data, catalogue=replace(town_data.catalogue, areas=areas))
    row = figures({"gebied": "gemeente", "indicator": "moeite_rondkomen", "waarde": 5.0})
    assert list(key_figures(row, data)["gebied_naam"]) == ["'=cmd()"]


def test_our_own_signs_and_negative_numbers_stay(town_data: Data) -> None:
    marks = ["+", "-", "+-", ""]
    rows = figures(*({"gebied": "gemeente", "indicator": "moeite_rondkomen", "periode": f"201{n}"} for n in range(4)))
    found = key_figures(rows.assign(symbool=marks, verandering=-1.5), town_data)
    assert found["symbool"].tolist() == marks
    assert set(found["teken"]) == {"="} and set(found["verandering"]) == {-1.5}


# ------------------------------------------------------------------------------------------------ sources


def test_what_is_not_public_says_so(town_data: Data) -> None:
    row = figures({"gebied": "gemeente", "indicator": "moeite_rondkomen", "waarde": 5.0, "openbaar": False})
    assert list(key_figures(row, town_data)["openbaar"]) == ["nee"]


def test_a_figure_that_is_not_public_never_has_an_open_licence(town_data: Data) -> None:
    assert {r.licence for r in town_data.records} == {"EUPL-1.2"}
    found = key_figures(town_data.figures, town_data)
    assert set(found.loc[found["openbaar"] == "nee", "licentie"]) == {"niet openbaar"}
    assert set(found.loc[found["openbaar"] == "ja", "licentie"]) == {"EUPL-1.2", ""}


def test_a_file_with_periods_of_their_own_is_cited_by_period(town_data: Data) -> None:
    record = town_data.records[0]
    files = tuple(replace(record, citation=f"Bron, {year}", source="bedacht") for year in (2019, 2020))
    data = replace(town_data, records=files)
    row = figures({"gebied": "gemeente", "indicator": "moeite_rondkomen", "waarde": 5.0, "periode": "2020"})
    assert list(key_figures(row, data)["bron"]) == ["Bron, 2020"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cijfers.csv"
    write_atomically(path, b"oud")

    def fail(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:2])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, b"nieuw")
    monkeypatch.undo()
    assert path.read_bytes() == b"oud"
    assert [p.name for p in tmp_path.iterdir()] == ["cijfers.csv"]


def test_the_columns_of_the_csv_are_explained_in_dutch() -> None:
    assert all(meaning.strip() for meaning in COLUMNS.values())
    assert next(csv.reader([",".join(COLUMNS)])) == list(COLUMNS)
