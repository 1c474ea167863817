"""From raw files to checked tables: always the same bytes, or one clear message and nothing written."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import DataFolder, run
from pandas.testing import assert_frame_equal

from nplv_analysis import example
from nplv_analysis import preparation as module
from nplv_analysis.catalogue.reading import HERE as SHIPPED
from nplv_analysis.cli import main
from nplv_analysis.errors import CatalogueError, InputError, NplvError
from nplv_analysis.preparation import FILES, catalogue_folder, load_prepared, prepare
from nplv_analysis.records import SUFFIX, sha256_of

pytest_plugins = ["project_data"]

CBS = "cbs_kwb_2022/kerncijfers_2022.csv"
OWN = "wachtlijst/wachtlijst.csv"


@pytest.fixture
def reversed_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that lists files in another order."""
    listing = Path.rglob

    def backwards(self: Path, pattern: str, **options: Any) -> Iterator[Path]:
        return iter(list(listing(self, pattern, **options))[::-1])

    monkeypatch.setattr(Path, "rglob", backwards)


# ------------------------------------------------------------------------------------------------ always the same


def test_rebuilt_files_are_the_same_bytes(town: DataFolder) -> None:
    before = town.processed()
    prepare(town.path)
    assert town.processed() == before
    assert set(before) == set(FILES)


@pytest.mark.usefixtures("reversed_listing")
def test_order_of_the_file_listing_does_not_matter(town: DataFolder) -> None:
    before = town.processed()
    prepare(town.path)
    assert town.processed() == before


@pytest.mark.usefixtures("reversed_listing")
def test_shipped_figures_are_the_same_bytes_too(real_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(real_folder / "raw", tmp_path / "raw")
    prepare(tmp_path)
    assert DataFolder(tmp_path).processed() == DataFolder(real_folder).processed()


def test_nothing_but_the_results_is_left_behind(town: DataFolder) -> None:
    left = {path.name for path in (town.path / "processed").iterdir()} - set(town.processed())
    assert left <= {".prepare.lock"}


# ------------------------------------------------------------------------------------------------ faults

Break = Callable[[DataFolder], object]

FAULTS: dict[str, tuple[Break, list[str]]] = {
    "missing column": (
        lambda town: town.edit(OWN, "waarde,eenheid", "waarde,soort"),
        [OWN, "row 1", "a column 'eenheid' in the header"],
    ),
    "unknown code": (
        lambda town: town.edit(OWN, "2021,BU99900001", "2021,BU99900009"),
        [OWN, "row 3", "'BU99900009'", "did you mean BU9990"],
    ),
    "text in a number": (
        lambda town: town.edit(OWN, ",12,", ",twaalf,"),
        [OWN, "row 2", "column 'waarde'", "'twaalf'", "a number"],
    ),
    "duplicate key": (
        lambda town: town.edit(OWN, "2021,BU99900001", "2021,BU99900000"),
        [OWN, "row 3", "'BU99900000'", "one value", "the first stands in", "row 2"],
    ),
    "wrong encoding": (
        lambda town: town.write(OWN, (town.path / "raw" / OWN).read_text(encoding="utf-8").encode("utf-16")),
        [OWN, "text in UTF-8 or Windows-1252"],
    ),
    "empty file": (lambda town: town.write(OWN, ""), [OWN, "a header and rows; the file is empty"]),
    "missing file": (
        lambda town: (town.path / "raw" / OWN).unlink(),
        [OWN + SUFFIX, "the file it describes", "wachtlijst.csv"],
    ),
    "impossible share": (
        lambda town: town.edit(CBS, "200,12.0", "200,112.0"),
        [CBS, "row 4", "column 'HuishoudensMetEenLaagInkomen_72'", "'112'", "a share between 0 and 100"],
    ),
    "changed file": (
        lambda town: town.edit(OWN, ",12,", ",13,", sign=False),
        [OWN, "the checksum of its record", "write this in wachtlijst.csv.bron.yaml: sha256: "],
    ),
    "file without a record": (
        lambda town: (town.path / "raw" / (OWN + SUFFIX)).unlink(),
        [OWN, "a record beside it", "wachtlijst.csv.bron.yaml"],
    ),
    "unknown reader": (
        lambda town: town.record(OWN, lezer="eign"),
        [OWN + SUFFIX, "column 'lezer'", "'eign'", "did you mean eigen"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_gives_one_message_and_leaves_the_results_alone(town: DataFolder, fault: str) -> None:
    breaks, parts = FAULTS[fault]
    before = town.processed()
    breaks(town)
    result = run("prepare", "--data", town.path)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    (message,) = result.stderr.splitlines()
    assert message.startswith(f"nplv: {parts[0]}")
    assert [part for part in parts if part not in message] == []
    assert town.processed() == before


def test_mended_fault_is_all_that_is_needed(town: DataFolder) -> None:
    town.edit(OWN, ",12,", ",13,", sign=False)
    assert run("prepare", "--data", town.path).exit_code == 1
    town.record(OWN, sha256=sha256_of(town.path / "raw" / OWN))
    assert run("prepare", "--data", town.path).exit_code == 0


def test_no_raw_files_at_all(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    with pytest.raises(NplvError, match="expected at least one raw file with a record"):
        prepare(tmp_path)


# ------------------------------------------------------------------------------------------------ use again


def value_of(town: DataFolder) -> float:
    """Give the figure of the first row of the own file."""
    seen = load_prepared(town.path).observations
    return seen.loc[(seen["bestand"] == OWN) & (seen["rij"] == 2), "waarde"].item()


def test_results_are_used_again(town: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    built = prepare(town.path)
    monkeypatch.setattr(module, "prepare", lambda data: pytest.fail("prepared again"))
    loaded = load_prepared(town.path)
    assert_frame_equal(loaded.observations, built.observations, check_dtype=False)
    assert_frame_equal(loaded.internal.figures, built.internal.figures, check_dtype=False)
    assert_frame_equal(loaded.public.figures, built.public.figures, check_dtype=False)
    assert loaded.records == built.records


def test_changed_raw_file_with_its_record_is_read_again(town: DataFolder) -> None:
    assert value_of(town) == 12
    town.edit(OWN, ",12,", ",13,")
    assert value_of(town) == 13


def test_changed_catalogue_is_used(town: DataFolder) -> None:
    file = town.path / "catalogus" / "indicatoren.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("id: eigen telling", "id: telling"), encoding="utf-8")
    assert "telling" in set(load_prepared(town.path).internal.figures["reeks"])


def test_damaged_results_are_built_again(town: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    before = town.processed()
    for name in FILES:
        (town.path / "processed" / name).unlink()
    load_prepared(town.path)
    assert town.processed() == before
    # Of each of them it is seen; building again gives the same, as just now.
    built: list[Path] = []
    monkeypatch.setattr(module, "prepare", built.append)
    for name in FILES:
        file = town.path / "processed" / name
        for left in (None, b"" if name.endswith(".csv") else before[name][:20]):
            file.unlink() if left is None else file.write_bytes(left)
            load_prepared(town.path)
            file.write_bytes(before[name])
            assert built == [town.path], (name, left)
            built.clear()
    load_prepared(town.path)
    assert not built


# ------------------------------------------------------------------------------------------------ the catalogue


def test_own_catalogue_beside_the_data_wins(town: DataFolder, tmp_path: Path) -> None:
    assert catalogue_folder(town.path) == town.path / "catalogus"
    assert catalogue_folder(tmp_path) == SHIPPED


def test_catalogue_with_a_variable_that_the_source_does_not_have(town: DataFolder) -> None:
    file = town.path / "catalogus" / "indicatoren.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("variabelen: [laag_inkomen]", "variabelen: [laag_inkomn]"), encoding="utf-8")
    before = town.processed()
    with pytest.raises(CatalogueError) as caught:
        prepare(town.path)
    assert str(caught.value) == (
        "indicatoren.yaml, entry 'laag_inkomen', reeksen 'Kerncijfers', variabelen: source 'cbs_kwb_2022' has no "
        "'laag_inkomn'; did you mean laag_inkomen?"
    )
    assert town.processed() == before


def test_source_that_is_left_out_leaves_its_figures_missing(town: DataFolder) -> None:
    for name in (OWN, OWN + SUFFIX):
        (town.path / "raw" / name).unlink()
    table = prepare(town.path).internal.figures
    assert "laag_inkomen" in set(table["indicator"])
    assert table.loc[table["indicator"] == "wachtlijst", "waarde"].isna().all()


def test_catalogue_with_a_weight_that_the_source_does_not_have(town: DataFolder) -> None:
    file = town.path / "catalogus" / "indicatoren.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("plus: [huishoudens]", "plus: [huishouden]"), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        prepare(town.path)
    assert str(caught.value) == (
        "indicatoren.yaml, entry 'laag_inkomen', reeksen 'Kerncijfers', gewicht: source 'cbs_kwb_2022' has no "
        "'huishouden'; did you mean huishoudens?"
    )


def test_a_unit_that_differs_from_the_catalogue_is_refused(tmp_path: Path) -> None:
    # 140 "procent" would otherwise slip past the check that a share lies between 0 and 100.
    folder = example(tmp_path)
    path = folder / "raw" / "voorbeeld_rondkomen" / "rondkomen.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("24.0,%", "140.0,procent", 1), encoding="utf-8", newline=""
    )
    record = path.with_name(path.name + ".bron.yaml")
    text = record.read_text(encoding="utf-8")
    record.write_text(text[: text.index("sha256:")] + f"sha256: {sha256_of(path)}\n", encoding="utf-8", newline="")
    with pytest.raises(InputError, match=r"row 2, column 'eenheid': found 'procent', expected the unit of indicator"):
        prepare(folder)


def test_a_variable_that_no_indicator_uses_is_told(tmp_path: Path) -> None:
    folder = example(tmp_path)
    path = folder / "raw" / "voorbeeld_misdrijven" / "misdrijven.csv"
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write("2021,GM9990,misdrijvn,290,aantal\n")
    record = path.with_name(path.name + ".bron.yaml")
    text = record.read_text(encoding="utf-8")
    record.write_text(text[: text.index("sha256:")] + f"sha256: {sha256_of(path)}\n", encoding="utf-8", newline="")
    done = CliRunner().invoke(main, ["prepare", "--data", str(folder)])
    assert done.exit_code == 0
    assert "no indicator uses 'voorbeeld_misdrijven: misdrijvn'" in done.output
    assert "did you mean voorbeeld_misdrijven: misdrijven" in done.output


def test_a_record_without_a_checksum_gives_the_one_to_write(tmp_path: Path) -> None:
    folder = example(tmp_path)
    path = folder / "raw" / "voorbeeld_misdrijven" / "misdrijven.csv"
    record = path.with_name(path.name + ".bron.yaml")
    text = record.read_text(encoding="utf-8")
    record.write_text(text[: text.index("sha256:")] + "sha256: nog invullen\n", encoding="utf-8", newline="")
    with pytest.raises(InputError, match=f"write sha256: {sha256_of(path)}"):
        prepare(folder)
