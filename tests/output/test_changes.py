"""What changed between two runs: every cell that differs, told once, and nothing else."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nplv_analysis.data import Data
from nplv_analysis.errors import NplvError
from nplv_analysis.output.changes import (
    COLUMNS_OF_CHANGES,
    GONE,
    GONE_AREA,
    GONE_INDICATOR,
    KINDS,
    NEW,
    NEW_AREA,
    NEW_INDICATOR,
    OTHER,
    REVISED,
    STATUS,
    VERDICT,
    compare,
    count,
    csv_of_changes,
    has_figure,
    read_figures,
    summary,
)
from nplv_analysis.output.export import COLUMNS, NUMBERS, YEAR
from nplv_analysis.output.open_data import KEY, write_open_data

pytest_plugins = ["project_data"]

AREA, INDICATOR = "voorbeeldwijk-noord", "moeite_rondkomen"


@pytest.fixture(scope="module")
def folder(town_data: Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key figures of the fictional town, as a batch leaves them."""
    path = tmp_path_factory.mktemp("reports")
    write_open_data(town_data.figures, town_data, path)
    return path


@pytest.fixture(scope="module")
def run(folder: Path) -> pd.DataFrame:
    """The same as a frame; tests change a copy."""
    return read_figures(folder)


def a_figure(run: pd.DataFrame) -> int:
    """Give a row with an exact figure of the area and indicator of these tests, not the first or last of its series."""
    mine = run[(run["gebied"] == AREA) & (run["indicator"] == INDICATOR) & run["waarde"].notna()]
    return int(mine.index[1])


def changed(run: pd.DataFrame, row: int | pd.Series, **cells: Any) -> pd.DataFrame:
    """Change cells of a row in a copy of a run."""
    copy = run.copy()
    for name, value in cells.items():
        copy.loc[row, name] = value
    return copy


def told(found: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Give kind, column, old and new of each difference."""
    return list(found[["soort", "kolom", "oud", "nieuw"]].itertuples(index=False, name=None))


# ------------------------------------------------------------------------------------------------ reading


def test_csv_parquet_and_folder_are_the_same_run(folder: Path, run: pd.DataFrame) -> None:
    assert list(run.columns) == list(COLUMNS)
    for name in ("kerncijfers.csv", "kerncijfers.parquet"):
        pd.testing.assert_frame_equal(read_figures(folder / name), run, check_exact=True)
    assert compare(read_figures(folder / "kerncijfers.csv"), read_figures(folder / "kerncijfers.parquet")).empty


def test_a_folder_with_parquet_alone_will_do(folder: Path, run: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "kerncijfers.parquet").write_bytes((folder / "kerncijfers.parquet").read_bytes())
    pd.testing.assert_frame_equal(read_figures(tmp_path), run)


def test_no_such_file_and_a_folder_without_figures(tmp_path: Path) -> None:
    with pytest.raises(NplvError, match=r"weg: no such file or folder$"):
        read_figures(tmp_path / "weg")
    with pytest.raises(
        NplvError, match=r"no kerncijfers.csv or kerncijfers.parquet in this folder; expected the output"
    ):
        read_figures(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("kerncijfers.csv", b""),
        ("kerncijfers.csv", b"\xff\xfe\x00"),
        ("kerncijfers.csv", b"gebied,waarde\na,1,2,3\nb,1\n"),
        ("kerncijfers.xlsx", b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\xaa\xf7X\xa4"),
        ("kerncijfers.parquet", b"PAR1 not really"),
    ],
    ids=["empty", "no UTF-8", "ragged", "workbook", "no parquet"],
)
def test_a_file_that_is_no_table(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NplvError, match=rf"{name}: (cannot be read as a table; expected|these are not the columns)"):
        read_figures(tmp_path / name)


def test_the_columns_of_another_version(folder: Path, tmp_path: Path) -> None:
    table = pd.read_csv(folder / "kerncijfers.csv", dtype=str)
    table.drop(columns=["jaar", "trend"]).assign(oud="").to_csv(tmp_path / "kerncijfers.csv", index=False)
    with pytest.raises(NplvError, match=r"not the columns .* of this version \(no jaar, trend; also oud\)$"):
        read_figures(tmp_path)


def test_a_cell_that_is_no_number_is_named(folder: Path, tmp_path: Path) -> None:
    table = pd.read_csv(folder / "kerncijfers.csv", dtype=str)
    table.loc[3, "waarde"] = "34,3"
    table.to_csv(tmp_path / "kerncijfers.csv", index=False)
    with pytest.raises(NplvError, match=r"row 5, column 'waarde': found '34,3', expected a number$"):
        read_figures(tmp_path)


def test_a_row_that_is_there_twice(folder: Path, tmp_path: Path) -> None:
    table = pd.read_csv(folder / "kerncijfers.csv", dtype=str)
    pd.concat([table, table.iloc[[0]]]).to_csv(tmp_path / "kerncijfers.csv", index=False)
    with pytest.raises(NplvError, match=rf"row {len(table) + 2}: expected one row for every gebied, indicator, reeks"):
        read_figures(tmp_path)


# ------------------------------------------------------------------------------------------------ comparing


def test_the_same_run_twice_has_no_changes(run: pd.DataFrame) -> None:
    found = compare(run, run.copy())
    assert list(found.columns) == list(COLUMNS_OF_CHANGES)
    assert found.empty and not any(count(found).values())
    assert summary(found) == ["no changes"]


def test_the_order_of_rows_is_no_change(run: pd.DataFrame) -> None:
    assert compare(run, run.iloc[::-1].reset_index(drop=True)).empty


@pytest.mark.parametrize("column", [name for name in COLUMNS if name not in KEY])
def test_one_cell_that_changes_is_one_difference(run: pd.DataFrame, column: str) -> None:
    row = a_figure(run)
    other = 77.0 if column in (*NUMBERS, YEAR) else "anders"
    found = compare(run, changed(run, row, **{column: other}))
    assert [(kolom, new) for _, kolom, _, new in told(found)] == [(column, "77" if other == 77.0 else "anders")]
    assert [found.loc[0, name] for name in KEY] == [run.loc[row, name] for name in KEY]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"oordeel": "gunstiger"}, VERDICT),
        ({"verandering_oordeel": "verslechterd"}, VERDICT),
        ({"symbool": "-"}, VERDICT),
        ({"waarde": 77.0}, REVISED),
        ({"ondergrens": 1.0}, REVISED),
        ({"teken": "rond"}, REVISED),
        ({"eenheid": "euro"}, REVISED),
        ({"status": "voorlopig"}, STATUS),
        ({"herkomst": "gepubliceerd"}, STATUS),
        ({"openbaar": "nee"}, STATUS),
        ({"onder95": 1.0}, OTHER),
        ({"toelichting": "anders"}, OTHER),
    ],
)
def test_the_kind_of_a_difference(run: pd.DataFrame, cells: dict[str, Any], kind: str) -> None:
    ((told_kind, column, _, _),) = told(compare(run, changed(run, a_figure(run), **cells)))
    assert (told_kind, column) == (kind, next(iter(cells)))


def test_a_revised_figure_has_its_difference(run: pd.DataFrame) -> None:
    row = a_figure(run)
    old = changed(run, row, waarde=32.6)
    found = compare(old, changed(run, row, waarde=34.5))
    assert told(found) == [(REVISED, "waarde", "32.6", "34.5")]
    assert found["verschil"].tolist() == [1.9]


@pytest.mark.parametrize(("factor", "kinds"), [(1 + 1e-15, 0), (1 - 1e-12, 0), (1 + 1e-9, 1)])
def test_only_the_noise_of_a_round_trip_is_no_change(run: pd.DataFrame, factor: float, kinds: int) -> None:
    row = a_figure(run)
    assert len(compare(run, changed(run, row, waarde=run.loc[row, "waarde"] * factor))) == kinds
    tiny = changed(run, row, p_waarde=3e-20)
    assert len(compare(tiny, changed(run, row, p_waarde=3e-20 * factor))) == kinds


def test_a_figure_that_comes_and_goes(run: pd.DataFrame) -> None:
    row = a_figure(run)
    without = run.drop(index=row).reset_index(drop=True)
    value = f"{run.loc[row, 'waarde']:.12g}"
    assert told(compare(without, run)) == [(NEW, "waarde", "", value)]
    assert told(compare(run, without)) == [(GONE, "waarde", value, "")]


def test_a_figure_that_is_hidden_has_vanished_and_has_another_status(run: pd.DataFrame) -> None:
    row = a_figure(run)
    nothing = dict.fromkeys((*NUMBERS,), float("nan"))
    found = compare(run, changed(run, row, **nothing, status="onthullingsrisico"))
    assert set(found["soort"]) == {GONE, STATUS, OTHER}
    assert count(found)[GONE] == count(found)[STATUS] == 1
    assert (STATUS, "status", run.loc[row, "status"], "onthullingsrisico") in told(found)


def test_a_range_that_becomes_a_number_is_one_revised_figure(run: pd.DataFrame) -> None:
    row = int(run.index[(run["teken"] == "tussen") & run["ondergrens"].notna()][0])
    exact = {"waarde": 7.0, "ondergrens": float("nan"), "bovengrens": float("nan"), "teken": "="}
    found = compare(run, changed(run, row, **exact))
    assert set(found["soort"]) == {REVISED} and set(found["kolom"]) == set(exact)
    assert count(found)[REVISED] == 1


def test_a_trend_is_told_once_a_series(run: pd.DataFrame) -> None:
    row = run.loc[a_figure(run)]
    series = (run["gebied"] == AREA) & (run["indicator"] == INDICATOR) & (run["reeks"] == row["reeks"])
    assert series.sum() > 2
    found = compare(run, changed(run, series, trend="verbetering"))
    assert told(found) == [(VERDICT, "trend", row["trend"], "verbetering")]
    assert found.loc[0, "periode"] == run.loc[series, "periode"].iloc[-1]


def test_an_indicator_that_comes_and_goes(run: pd.DataFrame) -> None:
    without = run[run["indicator"] != INDICATOR]
    figures = int(has_figure(run[run["indicator"] == INDICATOR]).sum())
    came, went = compare(without, run), compare(run, without)
    assert count(came) == dict.fromkeys(KINDS, 0) | {NEW: figures, NEW_INDICATOR: 1}
    assert count(went) == dict.fromkeys(KINDS, 0) | {GONE: figures, GONE_INDICATOR: 1}
    assert told(came[came["soort"] == NEW_INDICATOR]) == [(NEW_INDICATOR, "indicator", "", INDICATOR)]
    assert told(went[went["soort"] == GONE_INDICATOR]) == [(GONE_INDICATOR, "indicator", INDICATOR, "")]


def test_an_area_that_comes_and_goes(run: pd.DataFrame) -> None:
    without = run[run["gebied"] != AREA]
    figures = int(has_figure(run[run["gebied"] == AREA]).sum())
    assert count(compare(without, run)) == dict.fromkeys(KINDS, 0) | {NEW: figures, NEW_AREA: 1}
    assert count(compare(run, without)) == dict.fromkeys(KINDS, 0) | {GONE: figures, GONE_AREA: 1}


def test_the_row_without_a_figure_goes_silently_when_the_first_figure_comes(run: pd.DataFrame) -> None:
    mine = (run["gebied"] == AREA) & (run["indicator"] == INDICATOR)
    empty = dict.fromkeys(NUMBERS, float("nan")) | {"reeks": "", "periode": "", "status": "geen cijfer"}
    before = pd.concat([run[~mine], run[mine].iloc[:1].assign(**empty)], ignore_index=True)
    figures = int(has_figure(run[mine]).sum())
    assert count(compare(before, run)) == dict.fromkeys(KINDS, 0) | {NEW: figures}
    assert count(compare(run, before)) == dict.fromkeys(KINDS, 0) | {GONE: figures}


@pytest.mark.parametrize("status", ["nog niet bekend", "geen cijfer"])
def test_a_row_without_a_figure_that_comes_alone_is_told(run: pd.DataFrame, status: str) -> None:
    empty = dict.fromkeys(NUMBERS, float("nan")) | {"periode": "2099", "status": status}
    after = pd.concat([run, run.iloc[[a_figure(run)]].assign(**empty)], ignore_index=True)
    assert told(compare(run, after)) == [(STATUS, "status", "", status)]
    assert told(compare(after, run)) == [(STATUS, "status", status, "")]


def test_verdicts_come_first_and_areas_in_the_order_of_the_run(run: pd.DataFrame) -> None:
    after = changed(run, run.index % 7 == 0, toelichting="anders", oordeel="hoger", waarde=3.0, status="voorlopig")
    found = compare(run, after)
    kinds = list(KINDS)
    assert [kinds.index(kind) for kind in found["soort"]] == sorted(kinds.index(kind) for kind in found["soort"])
    assert found["soort"].iloc[0] == VERDICT
    order = list(run["gebied"].unique())
    for _, rows in found.groupby("soort"):
        places = [order.index(area) for area in rows["gebied"]]
        assert places == sorted(places)


def test_a_difference_is_internal_when_either_figure_is(run: pd.DataFrame) -> None:
    row = a_figure(run)
    for before, after in (("ja", "nee"), ("nee", "ja"), ("nee", "nee")):
        old = changed(run, row, openbaar=before)
        found = compare(old, changed(run, row, openbaar=after, waarde=77.0))
        assert set(found["openbaar"]) == {"nee"}
    assert set(compare(run, changed(run, row, waarde=77.0))["openbaar"]) == {"ja"}
    inside = run.loc[run["openbaar"] == "nee", "indicator"].iloc[0]
    found = compare(run, run[run["indicator"] != inside])
    assert found.loc[found["soort"] == GONE_INDICATOR, "openbaar"].tolist() == ["nee"]


# ------------------------------------------------------------------------------------------------ telling


def test_the_summary_counts_figures_and_names_what_came_and_went(run: pd.DataFrame) -> None:
    row = a_figure(run)
    after = changed(run[run["gebied"] != "gemeente"], row, oordeel="hoger", symbool="", waarde=77.0, bron="anders")
    assert summary(compare(run, after)) == [
        "verdicts changed: 2 (oordeel 1, symbool 1)",
        "figures revised: 1",
        f"figures vanished: {int(has_figure(run[run['gebied'] == 'gemeente']).sum())}",
        "areas vanished: 1 (gemeente)",
        "other cells changed: 1 (bron 1)",
    ]


def test_the_csv_has_every_difference_and_starts_no_formula(run: pd.DataFrame, tmp_path: Path) -> None:
    row = a_figure(run)
    nasty = {"toelichting": "=cmd()", "bron": "ja;=cmd()", "gebied_naam": "@x", "symbool": "-", "verandering": -1.5}
    found = compare(run, changed(run, row, **nasty))
    (tmp_path / "verschillen.csv").write_bytes(csv_of_changes(found))
    with (tmp_path / "verschillen.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [tuple(row) for row in rows] == [COLUMNS_OF_CHANGES] * len(nasty)
    new = {row["kolom"]: row["nieuw"] for row in rows}
    assert new == {
        "toelichting": "'=cmd()",
        "bron": "ja;'=cmd()",
        "gebied_naam": "'@x",
        "symbool": "-",
        "verandering": "-1.5",
    }
    assert {row["gebied_naam"] for row in rows} == {"'@x"}
