"""The list of changed codes: what a row must be, that of the package, and rows that a user adds."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from conftest import DataFolder
from helpers import RAW

from nplv_analysis.errors import InputError
from nplv_analysis.preparation import prepare
from nplv_analysis.sources.indelingen import COLUMNS, read_changes, shipped_changes, with_own_changes
from nplv_analysis.sources.table import read_table

HEADER = ",".join(COLUMNS)
SOUND = "2025,BU99900300,BU99900303,3,120,adressen,CBS"


def read(tmp_path: Path, *rows: str) -> pd.DataFrame:
    """Read rows as the reader of such a list does."""
    (tmp_path / "codes.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return read_changes(read_table(tmp_path / "codes.csv", "codes.csv"))


def test_sound_rows(tmp_path: Path) -> None:
    found = read(tmp_path, SOUND, "2025,,WK999003,3,,,CBS", "2025,BU99900300,BU99900304,,12.5,adressen,CBS")
    assert found["indeling"].tolist() == [2025] * 3
    assert found["oud"].tolist() == ["BU99900300", "", "BU99900300"]
    assert found["aantal"].fillna(-1).tolist() == [120, -1, 12.5]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("vorig jaar" + SOUND[4:], "column 'indeling': found 'vorig jaar', expected a year"),
        (SOUND.replace("BU99900303", "BU999003"), "column 'nieuw': found 'BU999003', expected a CBS code"),
        (SOUND.replace("BU99900303", ""), "column 'nieuw': found '', expected a CBS code"),
        (SOUND.replace("BU99900300", "oud"), "column 'oud': found 'oud', expected a CBS code"),
        (SOUND.replace("BU99900300", "WK999003"), "column 'oud': found 'WK999003', expected a buurt for a buurt"),
        (SOUND.replace(",3,", ",4,"), "column 'indelingswijziging': found '4', expected 1, 2, 3"),
        (SOUND.replace("120", "veel"), "column 'aantal': found 'veel', expected a number"),
        (SOUND.replace("120", "-1"), "column 'aantal': found '-1', expected a count of 0 or more"),
        (SOUND.replace("adressen", ""), "column 'aantal_van': found '', expected what was counted"),
        (SOUND.replace("120", ""), "column 'aantal_van': found 'adressen', expected what was counted"),
        (SOUND.replace("CBS", ""), "column 'bron': found '', expected who says so"),
    ],
)
def test_faults_name_row_and_column(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, "2025,,BU99900399,3,,,CBS", row)
    assert str(caught.value).startswith(f"codes.csv, row 3, {message}")


def test_pair_that_is_there_twice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"row 3, column 'nieuw': .* once for each layout"):
        read(tmp_path, SOUND, SOUND)


def test_own_rows_take_the_place_of_those_with_the_same_codes(tmp_path: Path) -> None:
    shipped = read(tmp_path, SOUND, "2025,BU99900300,BU99900304,3,,,CBS", "2025,BU99900500,BU99900501,2,,,CBS")
    own = read(tmp_path, "2025,BU99900300,BU99900303,3,7,adressen,wij", "2025,BU99900300,BU99900304,3,5,adressen,wij")
    found = with_own_changes(shipped, own)
    assert found["nieuw"].tolist() == ["BU99900501", "BU99900303", "BU99900304"]
    assert found["bron"].tolist() == ["CBS", "wij", "wij"]


def test_change_codes_of_the_package_are_those_of_cbs() -> None:
    """The shipped selections of the Kerncijfers do not hold this column, so only what they do hold is looked at."""
    changes = shipped_changes()
    known = {
        2017: {f"BU0014140{n}" for n in range(3)} | {"WK001414"},
        2025: {"BU00140303", "BU00140304"},
    }
    for year, codes in known.items():
        assert set(changes.loc[changes["indeling"] == year, "nieuw"]) == codes
    in_2020 = changes[changes["indeling"] == 2020]
    assert in_2020["nieuw"].str[:2].value_counts().to_dict() == {"BU": 27, "WK": 3}
    text = (RAW / "cbs_kwb_2020" / "bijstand_2020_selectie.csv").read_text(encoding="utf-8")
    assert [code for code in in_2020["nieuw"] if code not in text] == []
    # Nobody published how much of an old buurt is in a new one.
    assert changes["aantal"].isna().all()


def test_list_in_a_data_folder_brings_figures_over(town: DataFolder) -> None:
    areas = town.path / "catalogus" / "gebieden.yaml"
    areas.write_text("indeling: 2022\n" + areas.read_text(encoding="utf-8"), encoding="utf-8")
    own = "wachtlijst/wachtlijst.csv"
    text = (town.path / "raw" / own).read_text(encoding="utf-8")
    town.write(own, text.replace("2021,BU99900001", "2021,BU99900009"))
    folder = town.path / "raw" / "codes"
    folder.mkdir()
    (folder / "codes.csv").write_text(f"{HEADER}\n2022,BU99900009,BU99900001,2,,,bedacht\n", encoding="utf-8")
    record = (town.path / "raw" / f"{own}.bron.yaml").read_text(encoding="utf-8")
    (folder / "codes.csv.bron.yaml").write_text(record, encoding="utf-8")
    town.record("codes/codes.csv", lezer="indelingen", bron="codes")
    town.write("codes/codes.csv", (folder / "codes.csv").read_bytes())
    found = prepare(town.path).observations
    moved = found[(found["bestand"] == own) & (found["gebiedscode"] == "BU99900001")].iloc[0]
    assert moved["opmerking"].endswith("Bij de bron heeft dit gebied de code BU99900009.")
