"""The output folder: everything in it changes at one moment, and only what has to be made is made."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from tiny import files_of, tiny_project
from without_kernel import without_kernels

from nplv_analysis.batch import Run, run_batch
from nplv_analysis.batch.folder import OutputFolder
from nplv_analysis.catalogue import OF_EACH
from nplv_analysis.cli import main
from nplv_analysis.data import Data
from nplv_analysis.errors import NplvError

pytest_plugins = ["project_data"]

NORTH, TOWN = "voorbeeldwijk-noord", "gemeente"


@pytest.fixture
def project(tmp_path: Path, town_folder: Path, town_data: Data) -> Path:
    """A project with small notebooks."""
    tiny_project(tmp_path, town_folder)
    return tmp_path


def batch(project: Path, *areas: str, **other: Any) -> Run:
    """Run a batch without kernels."""
    with without_kernels(other.pop("makes", lambda task: True)):
        return run_batch(project / "uit", data_map=str(project / "data"), areas=areas, **other)


def change(notebook: Path) -> None:
    """Change the source of a notebook."""
    node = nbformat.read(notebook, as_version=4)
    node.cells[1].source = "aantal = 2 + 2"
    nbformat.write(node, notebook)


def test_a_second_batch_makes_nothing_and_changes_nothing(project: Path) -> None:
    first = batch(project, NORTH)
    assert first.made_now == {o.name for o in first.outcomes} and len(first.outcomes) == len(OF_EACH)
    before = {p: p.stat().st_mtime_ns for p in (project / "uit").rglob("*.*") if p.name != ".nplv"}
    again = batch(project, NORTH)
    assert (again.made_now, again.outcomes) == (set(), first.outcomes)
    assert {p: p.stat().st_mtime_ns for p in before} == before


@pytest.mark.parametrize(
    ("what", "made"),
    [
        ("notebook", {f"{NORTH}/armoede"}),
        ("data", {f"{NORTH}/{theme}" for theme in OF_EACH}),
        ("page", {f"{NORTH}/armoede"}),
        ("csv", {f"{NORTH}/armoede"}),
        ("index", set()),
        ("account", {f"{NORTH}/{theme}" for theme in OF_EACH}),
        ("force", {f"{NORTH}/{theme}" for theme in OF_EACH}),
    ],
)
def test_only_what_changed_is_made(project: Path, what: str, made: set[str]) -> None:
    batch(project, NORTH)
    whole = files_of(project / "uit")
    out = project / "uit"
    if what == "notebook":
        change(project / "notebooks" / "armoede.ipynb")
    if what == "data":
        (project / "data" / "raw" / "toelichting").mkdir(exist_ok=True)
        (project / "data" / "raw" / "toelichting" / f"{NORTH}.md").write_text("Bedacht.", encoding="utf-8")
    if what == "page":
        (out / NORTH / "armoede.html").write_text("van iemand anders", encoding="utf-8")
    if what == "csv":
        (out / NORTH / "armoede.csv").unlink()
    if what == "index":
        (out / "index.html").unlink()
    if what == "account":
        (out / "run.json").write_text("{", encoding="utf-8")
    assert batch(project, NORTH, force=what == "force").made_now == made
    if what not in ("notebook", "data"):
        assert files_of(out) == whole


def test_reports_of_earlier_runs_stay_right_and_in_the_index(project: Path) -> None:
    batch(project, NORTH, themes=["armoede"])
    run = batch(project, TOWN, themes=["veiligheid"])
    assert [o.name for o in run.outcomes] == [f"{TOWN}/veiligheid", f"{NORTH}/armoede"] or [
        o.name for o in run.outcomes
    ] == [f"{NORTH}/armoede", f"{TOWN}/veiligheid"]
    assert run.made_now == {f"{TOWN}/veiligheid"}
    index = (project / "uit" / "index.html").read_text(encoding="utf-8")
    assert f"{NORTH}/armoede.html" in index and f"{TOWN}/veiligheid.html" in index
    # A change of the notebook of a report that was not asked for would leave a page that is not of this run.
    change(project / "notebooks" / "armoede.ipynb")
    assert batch(project, TOWN, themes=["veiligheid"]).made_now == {f"{NORTH}/armoede"}


def test_a_public_run_leaves_no_page_with_other_sources(project: Path) -> None:
    batch(project, NORTH, themes=["armoede", "veiligheid"])
    run = batch(project, NORTH, themes=["armoede"], public=True)
    assert run.made_now == {f"{NORTH}/armoede", f"{NORTH}/veiligheid"}


def test_a_report_that_fails_takes_its_old_page_away(project: Path) -> None:
    batch(project, NORTH)
    change(project / "notebooks" / "armoede.ipynb")
    run = batch(project, NORTH, makes=lambda task: task.theme != "armoede")
    assert [o.name for o in run.failures] == [f"{NORTH}/armoede"]
    left = {p.name for p in (project / "uit" / NORTH).iterdir()}
    assert not any(name.startswith("armoede") for name in left) and "veiligheid.html" in left
    # It is tried again, and only it.
    assert batch(project, NORTH).made_now == {f"{NORTH}/armoede"}


def test_what_a_batch_was_about_to_publish_is_published_by_the_next(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch(project, NORTH)
    whole = files_of(project / "uit")
    shutil.rmtree(project / "uit")
    replace, moved = Path.replace, 0
    for fatal in range(1, len(whole) + 1, 3):
        moved = 0

        def power_cut(self: Path, target: Path, fatal: int = fatal) -> Path:
            nonlocal moved
            if (project / "uit" / ".nplv" / "journal.json").exists():
                moved += 1
                if moved == fatal:
                    raise KeyboardInterrupt
            return replace(self, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", power_cut)
            with pytest.raises(KeyboardInterrupt):
                batch(project, NORTH)
        assert len(files_of(project / "uit")) == fatal - 1
        with OutputFolder(project / "uit").locked():
            assert files_of(project / "uit") == whole
        assert batch(project, NORTH).made_now == set()
        shutil.rmtree(project / "uit")


def test_a_file_that_is_open_elsewhere_is_named(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = Path.replace

    def held(self: Path, target: Path) -> Path:
        if Path(target).name == "kerncijfers.xlsx" and Path(target).parent.name == "uit":
            raise PermissionError("in use")
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", held)
        with pytest.raises(NplvError, match=r"kerncijfers.xlsx can't be replaced; is it open in another program\?"):
            batch(project, NORTH)
    assert batch(project, NORTH).made_now == set()
    assert (project / "uit" / "kerncijfers.xlsx").is_file()


def test_files_name_the_folder_where_they_lie(project: Path) -> None:
    batch(project, NORTH, themes=["armoede"])
    for name in ("armoede.html", "armoede.ipynb"):
        text = (project / "uit" / NORTH / name).read_text(encoding="utf-8")
        assert f"bewaard in uit/{NORTH}" in text and ".nplv" not in text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("vanaf", "2016,5"), "parameter 'vanaf': found '2016,5', expected a whole number such as 2016"),
        (("band", "breed"), "parameter 'band': found 'breed', expected a number such as 10"),
        (("alleen_openbaar", "ja"), "parameter 'alleen_openbaar': found 'ja', expected True or False"),
        (("bande", "10"), "has no parameter 'bande'; did you mean band?"),
    ],
)
def test_a_parameter_of_the_wrong_type_is_told_before_anything_starts(
    town_folder: Path, tmp_path: Path, given: tuple[str, str], message: str
) -> None:
    arguments = ["report", TOWN, "armoede", "-p", *given, "--data", str(town_folder), "--out", str(tmp_path / "uit")]
    done = CliRunner().invoke(main, arguments)
    assert (done.exit_code, not (tmp_path / "uit").exists()) == (2, True), done.output
    assert message in done.output


def test_the_log_for_machines_has_an_object_a_line(project: Path) -> None:
    arguments = ["batch", "--wijken", NORTH, "--themas", "armoede,veiligheid", "--log-format", "json"]
    with without_kernels(lambda task: task.theme != "veiligheid"):
        done = CliRunner().invoke(
            main, [*arguments, "--data", str(project / "data"), "--out", str(project / "uit")], catch_exceptions=False
        )
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [e["event"] for e in events] == ["plan", "begin", "done", "begin", "done", "end"]
    assert events[0]["reports"] == 2
    faults = [e.get("fault") for e in events if e["event"] == "done"]
    assert faults.count(None) == 1
    last = events[-1]
    assert (last["reports"], last["failed"], last["made_now"]) == (2, 1, 2)
    assert done.exit_code == 1 and done.stdout == ""
