"""The only way out: public figures as published, small numbers of other sources not at all."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import PACKAGE, figures

import nplv_analysis.analysis
from nplv_analysis.analysis import Data, analyse, load
from nplv_analysis.disclosure import HIDDEN, LEAST_EVENTS, LEAST_PERSONS, VALUE_COLUMNS, WHY_HIDDEN, release
from nplv_analysis.errors import NplvError
from nplv_analysis.indicators import NUMBERS

pytest_plugins = ["project_data"]


def test_public_figures_pass_untouched(real_folder: Path) -> None:
    table = pd.read_parquet(real_folder / "processed" / "indicators.parquet")
    assert table["openbaar"].all()
    pd.testing.assert_frame_equal(release(table), table)


def test_public_small_numbers_pass_as_their_publisher_gave_them() -> None:
    table = figures(
        {"waarde": 50.0, "teller": 1.0, "noemer": 2.0},
        {"ondergrens": 1.0, "bovengrens": 4.0, "eenheid": "aantal leerlingen"},
    )
    pd.testing.assert_frame_equal(release(table), table)


def test_the_table_that_goes_in_is_left_alone() -> None:
    table = figures({"waarde": 50.0, "noemer": 2.0, "openbaar": False})
    before = table.copy()
    release(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    "small",
    [
        {"waarde": 50.0, "noemer": float(LEAST_PERSONS - 1)},
        {"waarde": 50.0, "n": float(LEAST_PERSONS - 1)},
        {"waarde": 50.0, "n": 200.0, "noemer": float(LEAST_PERSONS - 1)},
        {"waarde": 2.0, "teller": float(LEAST_EVENTS - 1), "noemer": 200.0},
        {"waarde": float(LEAST_EVENTS - 1), "eenheid": "aantal kinderen"},
    ],
    ids=["few under a share", "few asked", "few under, many asked", "few events", "a small count"],
)
def test_a_small_number_that_is_not_public_loses_every_value(small: dict) -> None:
    filled = dict.fromkeys(set(VALUE_COLUMNS) - {"teller", "noemer", "n"}, 7.0) | small
    found = release(figures(filled | {"openbaar": False})).iloc[0]
    assert found[list(VALUE_COLUMNS)].isna().all()
    assert (found["status"], found["toelichting"]) == (HIDDEN, WHY_HIDDEN)


def test_every_number_of_the_table_but_the_year_can_be_hidden() -> None:
    assert set(VALUE_COLUMNS) == set(NUMBERS) - {"jaar"}


@pytest.mark.parametrize(
    "enough",
    [
        {"waarde": 50.0, "noemer": float(LEAST_PERSONS)},
        {"waarde": 2.0, "teller": float(LEAST_EVENTS), "noemer": 200.0},
        {"waarde": 0.0, "teller": 0.0, "noemer": 200.0},
        {"waarde": float(LEAST_EVENTS), "eenheid": "aantal kinderen"},
    ],
    ids=["enough persons", "enough events", "no events at all", "a count that is large enough"],
)
def test_what_is_large_enough_stays(enough: dict) -> None:
    table = figures(enough | {"openbaar": False})
    pd.testing.assert_frame_equal(release(table), table)


def test_hiding_one_row_leaves_the_others() -> None:
    table = figures(
        {"gebied": "a", "waarde": 50.0, "noemer": 4.0, "openbaar": False},
        {"gebied": "b", "waarde": 50.0, "noemer": 4.0},
        {"gebied": "c", "waarde": 50.0, "noemer": 400.0, "openbaar": False},
    )
    found = release(table)
    assert list(np.isnan(found["waarde"])) == [True, False, False]
    pd.testing.assert_frame_equal(found.iloc[1:], table.iloc[1:])


# ------------------------------------------------------------------------------------------------ no other way out


class ClosedError(Exception):
    """Raised by a closed door."""


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close the only way out."""

    def refuse(table: pd.DataFrame) -> pd.DataFrame:
        raise ClosedError

    monkeypatch.setattr(nplv_analysis.analysis, "release", refuse)


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("public", [False, True])
def test_loading_goes_through_the_way_out(town_folder: Path, public: bool) -> None:
    with pytest.raises(ClosedError):
        load(town_folder, public=public)


@pytest.mark.usefixtures("closed")
def test_an_analysis_goes_through_the_way_out(town_folder: Path) -> None:
    with pytest.raises(ClosedError):
        analyse("armoede", "voorbeeldwijk-noord", data_map=str(town_folder))


@pytest.mark.usefixtures("closed")
def test_a_batch_goes_through_the_way_out(town_folder: Path, tmp_path: Path) -> None:
    from nplv_analysis.batch import run_batch

    with pytest.raises(ClosedError):
        run_batch(
            tmp_path / "uit", data_map=str(town_folder), areas=["voorbeeldwijk-noord"], themes=["armoede"], jobs=1
        )
    assert not list((tmp_path).rglob("*.html"))


@pytest.mark.usefixtures("closed")
def test_the_command_line_goes_through_the_way_out(town_folder: Path, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from nplv_analysis.cli import main

    where = ["--data", str(town_folder)]
    for command in (
        ["list", "--coverage", *where],
        ["report", "voorbeeldwijk-noord", "armoede", "--out", str(tmp_path), *where],
        ["batch", "--wijken", "voorbeeldwijk-noord", "--out", str(tmp_path), *where],
    ):
        done = CliRunner().invoke(main, command)
        assert isinstance(done.exception, ClosedError), (command, done.output)


def names_used(file: Path) -> set[str]:
    """Give the names that a module uses or imports, and what it reads with pandas."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) if node.attr.startswith("read_")}
    return names | {a.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names}


def test_unreleased_figures_are_handled_in_few_modules_only() -> None:
    modules = {file.relative_to(PACKAGE).as_posix(): names_used(file) for file in PACKAGE.rglob("*.py")}

    def users(name: str) -> set[str]:
        return {module for module, names in modules.items() if name in names}

    assert users("release") == {"analysis.py"}
    assert users("disclosure") == set(), "import the function, so that this test sees who uses it"
    assert users("indicator_table") == {"analysis.py", "preparation.py"}
    assert users("load_prepared") == {"analysis.py"}
    # Whatever else reads the built files would go round the way out.
    assert users("read_parquet") == {"preparation.py"}


def test_notebooks_read_figures_through_the_package_only() -> None:
    from helpers import NOTEBOOKS

    for notebook in NOTEBOOKS.glob("*.ipynb"):
        text = notebook.read_text(encoding="utf-8")
        assert "read_parquet" not in text and "indicator_table" not in text, notebook.name


def test_leaving_out_sources_that_are_not_public_changes_nothing_here(real_data: Data, real_folder: Path) -> None:
    pd.testing.assert_frame_equal(load(real_folder, public=True).figures, real_data.figures)


def test_an_unknown_area_is_named_before_anything_is_shown(town_folder: Path) -> None:
    with pytest.raises(NplvError, match="did you mean voorbeeldwijk-noord"):
        analyse("armoede", "voorbeeldwijk-nord", data_map=str(town_folder))
