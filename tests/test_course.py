"""The course: its checks know right from wrong without giving the answer away, and its lessons run as they stand."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from helpers import LESSONS, NOTEBOOKS

import nplv_analysis as nplv
from nplv_analysis import course
from nplv_analysis.course.answers import Feedback
from nplv_analysis.course.exercises import EXERCISES
from nplv_analysis.data import Data
from nplv_analysis.errors import UnknownNameError

pytest_plugins = ["project_data"]

OWN = "7_eigen_cijfer"
EMPTY = "antwoord = None"
NOT_YET = "Nog niet ingevuld. Zet je antwoord op de plaats van None."
#: Worked out by hand from the raw files, or read in the tables that the lessons show.
RIGHT: dict[str, Any] = {
    "1a": 1,
    "1b": 4,
    "1c": "EUPL-1.2",
    "2a": (22.0 * 3000 + 34.0 * 1000) / 4000,
    "2b": (91 / 4, 94 / 4),
    "2c": "alleen hele CBS-wijk bekend",
    "2d": 21.0 - (20.0 * 3000 + 28.0 * 1000 + 9.0 * 500) / 4500,
    "3a": "toevalsmarge",
    "3b": 26.7,
    "3c": ["voorbeeldwijk-meer"],
    "3d": 4 * 411,
    "4a": 31 - 19,
    "4b": ["voorbeeldwijk-dijk", "voorbeeldwijk-kade", "voorbeeldwijk-oost"],
    "4c": 2.0,
    "4d": "te klein",
    "5a": 16.2 - 17.7,
    "5b": "nee",
    "5c": 4,
    "5d": "geen aantoonbare verandering",
    "6a": ["voorbeeldwijk-meer"],
    "6b": 7,
    "6c": 605 - 600,
    "6d": 0,
    "7a": 34 - 21,
    "7b": "aantal ondervraagden",
    "7c": 5,
}
#: Wrong answers that are easy to come by, and what must be said of them.
WRONG = [
    ("1a", 0, "Pandas leest een punt als tekst"),
    ("1b", 5, "Het getal zelf hoort er niet bij"),
    ("1c", "dit project", "Dit is de uitgever"),
    ("2a", 28, "gewone gemiddelde"),
    ("2a", 31, "verwisseld"),
    ("2a", 0.25, "deel van 1"),
    ("2a", 25.3, "Rond pas aan het eind af"),
    ("2a", 40, "keer het aantal inwoners"),
    ("2b", (22.5, 23.5), "minstens één geval"),
    ("2b", (22.75, 23.75), "hoogstens 4"),
    ("2b", (22.5, 23.75), "van 1 tot en met 4"),
    ("2b", (23.5, 22.75), "laagste getal vooraan"),
    ("2c", "berekend", "Eén van de buurten"),
    ("2c", "geraden", "Kies een van deze woorden"),
    ("2d", -0.44, "plus en min"),
    ("3a", "steekproefmarge", "alles is geteld"),
    ("3b", 27.16, "n_effectief"),
    ("3b", 35.6, "bovengrens"),
    ("3c", "voorbeeldwijk-dijk", "het smalst"),
    ("3d", 822, "Twee keer zo veel"),
    ("4a", -12, "plus en min"),
    ("4b", ["voorbeeldwijk-dijk"], "Er horen nog meer gebieden bij"),
    ("4b", ["voorbeeldwijk-dijk", "voorbeeldwijk-meer"], "die er niet bij horen"),
    ("4b", [f"voorbeeldwijk-{n}" for n in ("dijk", "kade", "linde", "noord", "oost")], "met een oordeel"),
    ("4c", -0.8, "grenzen van elkaar af"),
    ("4d", "toeval", "De p-waarde is klein"),
    ("5a", -8.5, "procentpunten"),
    ("5a", 1.5, "plus en min"),
    ("5b", "ja", "Kijk bij 2022"),
    ("5c", 5, "min als symbool"),
    ("5d", "verbetering", "ook toeval"),
    ("6a", "voorbeeldwijk-west", "geen gebied met de naam voorbeeldwijk-west"),
    ("6b", 29, "in de kolom n"),
    ("6c", 7, "het echte aantal"),
    ("6d", 30, "openbare cijfers"),
    # The form of the answer.
    ("2a", "25", "één getal, zonder aanhalingstekens"),
    ("2a", (25, 26), "één getal"),
    ("2a", pd.Series([22.0, 34.0]), "één getal"),
    ("2a", float("nan"), "één getal"),
    ("2b", 23, "twee getallen"),
    ("3a", 12, "Hier hoort een woord"),
    ("4b", 3, "namen van gebieden"),
]


def test_every_right_answer_is_known_here() -> None:
    assert set(RIGHT) == set(EXERCISES)


@pytest.mark.parametrize("exercise", [name for name in EXERCISES if name[0] != "7"])
def test_right_answers_are_right_and_no_answer_is_no_mistake(town_data: Data, exercise: str) -> None:
    said = course.check(exercise, RIGHT[exercise], town_data)
    assert said.right and repr(said).startswith("Goed. ")
    assert repr(course.check(exercise, None, town_data)) == NOT_YET


@pytest.mark.parametrize(("exercise", "answer", "part"), WRONG)
def test_a_wrong_answer_gets_a_hint_that_fits(town_data: Data, exercise: str, answer: object, part: str) -> None:
    said = course.check(exercise, answer, town_data)
    assert not said.right and said.text.startswith("Nog niet goed. ") and part in said.text
    right = RIGHT[exercise]
    if not EXERCISES[exercise].options:
        # No hint holds the answer; one digit may stand in a sentence for another reason.
        wanted = right if isinstance(right, (list, tuple)) else [right]
        given = [f"{w:g}" if isinstance(w, (int, float)) else w for w in wanted]
        assert not [w for w in given if len(w) > 1 and re.search(rf"(?<![\w.]){re.escape(w)}(?![\w.])", said.text)]


@pytest.mark.parametrize("given", [np.float64(25), pd.Series([25.0]), np.array([[25.0]]), 25])
def test_a_number_may_come_straight_from_a_table(town_data: Data, given: object) -> None:
    assert course.check("2a", given, town_data).right


def test_names_of_areas_may_be_written_as_they_are_spoken(town_data: Data) -> None:
    assert course.check("6a", {"Voorbeeldwijk-Meer"}, town_data).right
    assert course.check("2c", " Alleen hele CBS-wijk  bekend", town_data).right


def test_an_exercise_that_does_not_exist_is_named(town_data: Data) -> None:
    with pytest.raises(UnknownNameError, match="unknown exercise '2e'; did you mean"):
        course.check("2e", 1, town_data)


def test_what_is_right_follows_the_figures(town_data: Data) -> None:
    figures = town_data.figures.copy()
    here = (figures["indicator"] == "onveiligheidsgevoelens") & (figures["gebied"] == "voorbeeldwijk-noord")
    figures.loc[here, "verschil"] = 3.0
    changed = Data(figures, town_data.catalogue, town_data.records, town_data.method_error, town_data.folder)
    assert course.check("4a", 3, changed).right and not course.check("4a", RIGHT["4a"], changed).right


# ------------------------------------------------------------------------------------------------ the lessons


@pytest.fixture
def beside_town(town_folder: Path, town_data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run lessons in, with the town prepared."""
    shutil.copytree(town_data.folder, tmp_path / "voorbeeldstad")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(lesson: Path, answers: dict[str, Any], old: str = "", new: str = "") -> list[Feedback]:
    """Run a lesson from top to bottom with answers filled in, and one text replaced; gives what its checks say."""
    names: dict[str, Any] = {"given": answers}
    said = []
    # The lessons have pandas show long sentences whole; other tests need not know.
    with pd.option_context("display.max_colwidth", 50):
        for cell in nbformat.read(lesson, as_version=4).cells:
            if cell.cell_type == "code":
                source = cell.source.replace(old, new) if old else cell.source
                exercise = re.search(r'course\.check\("(\w+)"', source)
                if exercise and exercise[1] in answers:
                    assert source.count(EMPTY) == 1
                    source = source.replace(EMPTY, f'antwoord = given["{exercise[1]}"]')
                tree = ast.parse(source)
                last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
                exec(compile(tree, lesson.name, "exec"), names)
                shown = eval(compile(ast.Expression(last.value), lesson.name, "eval"), names) if last else None
                said += [shown] if isinstance(shown, Feedback) else []
    return said


def checks_of(lesson: Path) -> list[str]:
    """Give the exercises of a lesson in order."""
    return re.findall(r'course\.check\(\\"(\w+)\\"', lesson.read_text(encoding="utf-8"))


def test_the_lessons_ask_every_exercise_once_and_in_order() -> None:
    asked = [name for path in (NOTEBOOKS / "kennismaking.ipynb", *LESSONS) for name in checks_of(path)]
    assert asked == list(EXERCISES)
    for lesson in LESSONS:
        assert {name[0] for name in checks_of(lesson)} == {lesson.stem[0]}


@pytest.mark.parametrize("lesson", [path for path in LESSONS if path.stem != OWN], ids=lambda path: path.stem)
def test_a_lesson_runs_with_nothing_filled_in_and_with_everything(beside_town: Path, lesson: Path) -> None:
    exercises = checks_of(lesson)
    assert [repr(said) for said in run(lesson, {})] == [NOT_YET] * len(exercises)
    assert all(said.right for said in run(lesson, RIGHT))


def test_the_last_lesson_makes_a_figure_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lesson = NOTEBOOKS / "cursus" / f"{OWN}.ipynb"
    assert [repr(said) for said in run(lesson, {})] == [NOT_YET] * 3
    # Nothing was added yet, so what will be right is not.
    three = nplv.load("mijn_stad")
    assert course.check("7c", RIGHT["7c"], three).text.startswith("Nog niet goed. Zet eerst twee wijken")
    assert course.check("7c", 3, three).text == "Nog niet goed. Zo veel zijn het er nu. Zet er eerst twee wijken bij."
    last = "2024,gemeente,weinig_buffer,21,%\n"
    more = "2024,voorbeeldwijk-oost,weinig_buffer,25,%\n2024,voorbeeldwijk-meer,weinig_buffer,12,%\n"
    assert all(said.right for said in run(lesson, RIGHT, last, last + more))


def test_lessons_share_one_town_and_mend_its_raw_files(beside_town: Path) -> None:
    built = beside_town / "voorbeeldstad" / "processed" / "figures.parquet"
    before = built.stat().st_mtime_ns
    raw = beside_town / "voorbeeldstad" / "raw" / "voorbeeld_rondkomen" / "rondkomen.csv"
    raw.write_text(raw.read_text(encoding="utf-8").replace("24.0", "25.0"), encoding="utf-8")
    data = course.town()
    assert "24.0" in raw.read_text(encoding="utf-8")
    assert data.folder == Path("voorbeeldstad")
    assert built.stat().st_mtime_ns == before
