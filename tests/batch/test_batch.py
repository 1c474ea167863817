"""A batch from begin to end: what it writes, what it says, and what it does when one report fails."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pytest
import yaml
from click.testing import CliRunner
from conftest import run
from filelock import FileLock
from helpers import ROOT, Page, town_project
from without_kernel import without_kernels

from nplv_analysis.batch import run_batch
from nplv_analysis.cli import main
from nplv_analysis.errors import NplvError
from nplv_analysis.output.export import COLUMNS
from nplv_analysis.records import sha256_of

pytest_plugins = ["project_data"]

AREAS = ("selwerd", "gemeente")
THEMES = ("leerachterstand", "armoede", "veiligheid", "gebiedsmonitor")
#: Elements that ask for a file, send something or run.
ELSEWHERE = ("script", "link", "iframe", "img", "object", "embed", "form")
NUMBERS = ("waarde", "genoemd", "ondergrens", "bovengrens", "teller", "noemer", "waarde_cbs_wijk")


def nplv(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a project, as a user would."""
    command = [sys.executable, "-m", "nplv_analysis", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read a CSV without the package."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ------------------------------------------------------------------------------------------------ the shipped figures


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, real_folder: Path) -> Path:
    """A copy of the project, prepared, with the themes of two areas made; without kernels, which the town has."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(real_folder.parent, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch, without_kernels():
        patch.chdir(folder)
        done = run("batch", "--wijken", ",".join(AREAS), "--themas", ",".join(THEMES), "--jobs", "2")
    assert done.exit_code == 0, done.stderr
    assert "8 of 8 reports made: reports/index.html" in done.stdout
    return folder


@pytest.fixture(scope="module")
def out(project: Path) -> Path:
    """The output folder."""
    return project / "reports"


def pages(out: Path) -> list[Path]:
    """All pages."""
    return sorted(out.rglob("*.html"))


def test_the_files_of_a_batch(out: Path) -> None:
    expected = {f"{a}/{t}.{kind}" for a in AREAS for t in THEMES for kind in ("html", "ipynb", "csv")}
    expected |= {"index.html", "kerncijfers.csv", "kerncijfers.parquet", "kerncijfers.xlsx", "datapackage.json"}
    expected |= {"run.json"}
    made = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert made - {".nplv/lock"} == expected


def test_the_account_of_a_run(out: Path, project: Path) -> None:
    account = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert [(r["gebied"], r["thema"], r["status"], r["fout"]) for r in account["rapporten"]] == [
        (a, t, "gelukt", "") for a in AREAS for t in THEMES
    ]
    assert account["parameters"] == {
        "gebieden": list(AREAS),
        "themas": list(THEMES),
        "jobs": 2,
        "alleen_openbaar": False,
    }
    assert account["intern"] is False
    raw = project / "data" / "raw"
    files = [p for p in raw.rglob("*") if p.is_file() and p.name != ".gitkeep" and not p.name.endswith(".bron.yaml")]
    assert account["ruwe_bestanden"] == {
        p.relative_to(raw).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
    }
    assert account["kerncijfers_rijen"] == len(read_csv(out / "kerncijfers.csv"))


def test_pages_are_small_and_stand_on_their_own(out: Path) -> None:
    for path in pages(out):
        text = path.read_text(encoding="utf-8")
        assert len(text.encode()) < 500_000, path.name
        page = Page(text)
        assert page.all("html")[0]["attributes"] == {"lang": "nl"}
        # The search field of the index is the one thing that a script does.
        scripts = ["script"] if path.name == "index.html" else []
        assert [e["tag"] for e in page.elements if e["tag"] in ELSEWHERE] == scripts
        assert not page.values("src") and not page.values("srcset") and "@import" not in text
        assert not re.search(r"url\((?!#)", text)
        for element in page.elements:
            assert not [name for name in element["attributes"] if name.startswith("on")], element["tag"]
        for target in page.values("href") + page.values("xlink:href"):
            if target.startswith("#"):
                assert target[1:] in page.values("id")
            else:
                assert (path.parent / target).is_file(), f"{path.name}: {target}"


def test_pages_have_titles_of_their_own(out: Path) -> None:
    titles = [Page(path.read_text(encoding="utf-8")).texts("title") for path in pages(out)]
    assert all(len(title) == 1 for title in titles)
    assert len({title[0] for title in titles}) == len(titles) == 9
    assert ["Armoede in Selwerd - Monitor Groningen-Noord"] in titles


def test_ids_are_there_once_on_a_whole_page(out: Path) -> None:
    for path in pages(out):
        ids = Page(path.read_text(encoding="utf-8")).values("id")
        assert len(set(ids)) == len(ids), path


def test_headings_of_a_report_do_not_skip_a_level(out: Path) -> None:
    for path in pages(out):
        page = Page(path.read_text(encoding="utf-8"))
        levels = [int(e["tag"][1]) for e in page.elements if re.fullmatch("h[1-6]", e["tag"])]
        assert levels[0] == 1 and levels.count(1) == 1, path
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), path


def test_no_file_says_where_this_machine_keeps_things(out: Path, project: Path) -> None:
    traces = [str(project), str(ROOT), str(Path.home()), sys.prefix]
    for path in out.rglob("*.*"):
        if path.suffix in (".html", ".ipynb", ".csv", ".json"):
            text = path.read_text(encoding="utf-8")
            assert not [t for t in traces if t in text], path


def complaints(path: Path) -> list[str]:
    """Give the outputs of a notebook that are no result; all its cells must have run."""
    code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    return [str(o) for cell in code for o in cell.outputs if o.output_type != "execute_result"]


def test_the_notebook_of_a_report_ran_whole_and_without_complaints(out: Path) -> None:
    for path in out.rglob("*.ipynb"):
        assert complaints(path) == []


def test_the_index_leads_to_every_report(out: Path) -> None:
    page = Page((out / "index.html").read_text(encoding="utf-8"))
    links = {e["attributes"]["href"]: e["attributes"].get("aria-label") for e in page.all("a")}
    assert {f"{a}/{t}.html" for a in AREAS for t in THEMES} <= set(links)
    assert links["selwerd/armoede.html"] == "Armoede in Selwerd"
    assert {"kerncijfers.csv", "kerncijfers.xlsx", "run.json"} <= set(links)
    assert not [e for e in page.elements if e["attributes"].get("class") in ("intern", "fouten")]


def test_key_figures_for_machines(out: Path) -> None:
    rows = read_csv(out / "kerncijfers.csv")
    assert list(rows[0]) == list(COLUMNS)
    # Of the areas that were made, and what sources say of the country and of groups without a list of buurten.
    assert {row["gebied"] for row in rows} == {
        *AREAS,
        "nederland",
        "rest-gemeente",
        "meeste-buurten-van-groningen-noord",
    }
    for row in rows:
        for column in NUMBERS:
            assert re.fullmatch(r"(-?\d+(\.\d+)?(e-\d+)?)?", row[column]), (column, row[column])
    # RIVM 50090NED: Selwerd 22.9 in 2020.
    (found,) = [
        r for r in rows if (r["gebied"], r["indicator"], r["periode"]) == ("selwerd", "moeite_rondkomen_rivm", "2020")
    ]
    assert (found["waarde"], found["eenheid"], found["openbaar"]) == ("22.9", "%", "ja")


def test_key_figures_for_people_are_the_same_numbers(out: Path) -> None:
    book = openpyxl.load_workbook(out / "kerncijfers.xlsx", read_only=True)
    expected = read_csv(out / "kerncijfers.csv")
    found: list[dict[str, Any]] = []
    for theme in dict.fromkeys(row["thema"] for row in expected):
        head, *rows = book[theme.capitalize()].iter_rows(values_only=True)
        found += [{"thema": theme} | dict(zip(head, row, strict=True)) for row in rows]
    assert len(found) == len(expected)

    def key(row: dict[str, Any]) -> tuple[str, ...]:
        return tuple(str(row[c] or "") for c in ("gebied", "thema", "indicator", "reeks", "periode"))

    by_key = {key(row): row for row in found}
    assert len(by_key) == len(expected)
    for row in expected:
        other = by_key[key(row)]
        for column in NUMBERS:
            # The CSV has twelve digits.
            expected_number = pytest.approx(float(row[column]), rel=1e-11) if row[column] else None
            assert other[column] == expected_number, (key(row), column)
        for column in ("eenheid", "teken", "status", "herkomst", "bron"):
            assert (other[column] or "") == row[column], (key(row), column)


def test_the_csv_of_a_report_is_a_part_of_the_key_figures(out: Path) -> None:
    everything = read_csv(out / "kerncijfers.csv")
    for area in AREAS:
        for theme in THEMES[:3]:
            expected = [r for r in everything if (r["gebied"], r["thema"]) == (area, theme)]
            assert read_csv(out / area / f"{theme}.csv") == expected
            assert expected
        monitor = read_csv(out / area / "gebiedsmonitor.csv")
        assert all(row in everything for row in monitor)
        assert {row["thema"] for row in monitor} == {"leerachterstand", "armoede", "veiligheid", "overig"}


# ------------------------------------------------------------------------------------------------ what goes wrong

OWN = """periode,gebied,variabele,waarde,eenheid
2023,voorbeeldwijk-noord,meldingen,3,aantal
2023,voorbeeldwijk-zuid,meldingen,40,aantal
2023,voorbeeldwijk-noord,tevreden,61.5,%
"""
RECORD = {
    "bron": "eigen_enquete",
    "lezer": "eigen",
    "uitgever": "dit project",
    "titel": "Eigen enquete (bedacht)",
    "tabel": "geen tabelnummer",
    "adres": "geen",
    "datum_publicatie": "onbekend",
    "datum_opname": "2026-11-21",
    "licentie": "niet openbaar",
    "citaat": "Eigen enquete van Voorbeeldstad (bedacht)",
    "openbaar": "nee",
    "selectie": "Bedachte cijfers.",
}


def entry(name: str, variable: str, unit: str) -> dict[str, Any]:
    """Make an entry of the catalogue for one of the own figures."""
    return {
        "id": name,
        "naam": f"Eigen cijfer over {variable} (bedacht)",
        "thema": "armoede",
        "onderwerp": "Eigen enquete",
        "eenheid": unit,
        "decimalen": 1 if unit == "%" else 0,
        "goede_richting": "laag",
        "teller": "wie telt",
        "noemer": "iedereen",
        "onzekerheid": "geen",
        "kleinste_relevante_verschil": {"waarde": 2, "eenheid": "procentpunt"},
        "voorbehoud": "Deze cijfers zijn bedacht.",
        "reeksen": [
            {"id": "eigen enquete", "bron": "eigen_enquete", "variabelen": [variable], "methode": "publicatie"}
        ],
    }


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of the fictional town with an own table that is not public, and one notebook that fails."""
    folder = tmp_path_factory.mktemp("stad")
    data = town_project(folder)
    own = data / "raw" / "eigen"
    own.mkdir()
    (own / "enquete.csv").write_text(OWN, encoding="utf-8", newline="\n")
    record = RECORD | {"sha256": sha256_of(own / "enquete.csv")}
    (own / "enquete.csv.bron.yaml").write_text(yaml.safe_dump(record), encoding="utf-8")
    path = data / "catalogus" / "indicatoren.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["indicatoren"] += [
        entry("eigen_meldingen", "meldingen", "aantal meldingen"),
        entry("eigen_tevreden", "tevreden", "%"),
    ]
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    notebook = folder / "notebooks" / "veiligheid.ipynb"
    node = nbformat.read(notebook, as_version=4)
    next(c for c in node.cells if "sections.about" in c.source).source = "raise RuntimeError('hier ging het mis')"
    nbformat.write(node, notebook)
    return folder


@pytest.fixture(scope="module")
def half_made(town: Path) -> subprocess.CompletedProcess[str]:
    """A batch of one area and two themes, of which one notebook fails."""
    choice = ["--wijken", "voorbeeldwijk-noord", "--themas", "armoede,veiligheid"]
    return nplv(town, "batch", *choice, "--out", "uit", "--jobs", "2")


def test_one_report_that_fails_leaves_the_others(half_made: subprocess.CompletedProcess[str], town: Path) -> None:
    assert half_made.returncode == 1
    assert "1 of 2 reports made" in half_made.stdout
    assert "voorbeeldwijk-noord, veiligheid: " in half_made.stderr
    assert "Traceback" not in half_made.stderr
    folder = town / "uit" / "voorbeeldwijk-noord"
    made = {p.name for p in folder.iterdir() if not p.name.startswith(".")}
    assert made == {"armoede.html", "armoede.ipynb", "armoede.csv", "veiligheid.fout.ipynb"}


def test_the_notebook_of_a_kernel_ran_whole_and_without_complaints(
    half_made: subprocess.CompletedProcess[str], town: Path
) -> None:
    assert complaints(town / "uit" / "voorbeeldwijk-noord" / "armoede.ipynb") == []


def test_a_page_without_a_kernel_is_that_of_a_kernel(
    half_made: subprocess.CompletedProcess[str], town: Path, tmp_path: Path
) -> None:
    """What this file and the browser see of pages that were made in this process holds for those of a batch."""
    with without_kernels():
        done = run("report", "voorbeeldwijk-noord", "armoede", "--data", town / "data", "--out", tmp_path)
    assert done.exit_code == 0, done.stderr
    for name in ("armoede.html", "armoede.csv"):
        made, by_kernel = (folder / "voorbeeldwijk-noord" / name for folder in (tmp_path, town / "uit"))
        assert made.read_bytes() == by_kernel.read_bytes()


def test_a_failure_is_in_the_account_and_on_the_index(half_made: subprocess.CompletedProcess[str], town: Path) -> None:
    account = json.loads((town / "uit" / "run.json").read_text(encoding="utf-8"))
    outcomes = {r["thema"]: (r["status"], r["fout"]) for r in account["rapporten"]}
    assert outcomes["armoede"] == ("gelukt", "")
    assert outcomes["veiligheid"][0] == "mislukt"
    assert "RuntimeError: hier ging het mis" in outcomes["veiligheid"][1]
    page = Page((town / "uit" / "index.html").read_text(encoding="utf-8"))
    (failed,) = [e for e in page.all("ul") if e["attributes"].get("class") == "fouten"]
    assert "Voorbeeldwijk-Noord, veiligheid: ReportError" in failed["text"]
    assert "hier ging het mis" in failed["text"]
    assert "mislukt" in page.texts("td")
    assert "voorbeeldwijk-noord/veiligheid.html" not in page.values("href")


def test_figures_that_are_not_public_make_page_and_index_internal(
    half_made: subprocess.CompletedProcess[str], town: Path
) -> None:
    for name in ("index.html", "voorbeeldwijk-noord/armoede.html"):
        page = Page((town / "uit" / name).read_text(encoding="utf-8"))
        (warning,) = [e for e in page.all("p") if e["attributes"].get("class") == "intern"]
        assert warning["text"].startswith("Intern:"), name
    page = (town / "uit" / "voorbeeldwijk-noord" / "armoede.html").read_text(encoding="utf-8")
    assert "61,5\u00a0%" in page and "Eigen enquete van Voorbeeldstad (bedacht)" in page
    assert json.loads((town / "uit" / "run.json").read_text(encoding="utf-8"))["intern"] is True


def test_small_numbers_of_an_own_table_stay_inside(half_made: subprocess.CompletedProcess[str], town: Path) -> None:
    rows = {
        r["indicator"]: r for r in read_csv(town / "uit" / "kerncijfers.csv") if r["gebied"] == "voorbeeldwijk-noord"
    }
    assert rows["eigen_meldingen"]["status"] == "onthullingsrisico"
    assert not any(rows["eigen_meldingen"][column] for column in NUMBERS)
    assert (rows["eigen_tevreden"]["waarde"], rows["eigen_tevreden"]["openbaar"]) == ("61.5", "nee")
    page = Page((town / "uit" / "voorbeeldwijk-noord" / "armoede.html").read_text(encoding="utf-8"))
    assert "Niet getoond, zodat niemand te herkennen is aan een klein aantal." in page.all("main")[0]["text"]


def test_public_leaves_an_own_table_out(town: Path) -> None:
    choice = ["--wijken", "voorbeeldwijk-noord", "--themas", "armoede", "--jobs", "1", "--public"]
    with without_kernels():
        done = run("batch", *choice, "--data", town / "data", "--out", town / "openbaar")
    assert done.exit_code == 0, done.stderr
    for path in (town / "openbaar").rglob("*.*"):
        if path.suffix in (".html", ".ipynb", ".csv"):
            # Where a line of a chart runs is no figure, and may look like one.
            text = re.sub(r'\b(?:d|[xy][12]?) *= *\\?"[^"]*"', "", path.read_text(encoding="utf-8"))
            for hidden in ("61,5", "61.5", "Eigen enquete van Voorbeeldstad", "Intern:"):
                assert hidden not in text, path
    account = json.loads((town / "openbaar" / "run.json").read_text(encoding="utf-8"))
    assert (account["intern"], account["parameters"]["alleen_openbaar"]) == (False, True)
    assert not [name for name in account["ruwe_bestanden"] if name.startswith("eigen/")]


def test_a_second_batch_in_the_same_folder_refuses(town_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "uit" / ".nplv").mkdir(parents=True)
    with (
        FileLock(tmp_path / "uit" / ".nplv" / "lock"),
        pytest.raises(NplvError, match=r"another batch is at work in .*; wait for it or choose another folder"),
    ):
        run_batch(tmp_path / "uit", data_map=str(town_folder), areas=["gemeente"], themes=["armoede"])
    assert {p.name for p in (tmp_path / "uit").iterdir()} == {".nplv"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["report", "gemeente", "armoede", "-p", "vanav", "2016"], 2, "no parameter 'vanav'; did you mean vanaf?"),
        (["report", "gemeent", "armoede"], 2, "unknown area 'gemeent'; did you mean gemeente?"),
        (["report", "gemeente", "armoed"], 2, "unknown theme 'armoed'; did you mean armoede?"),
        (["batch", "--wijken", "gemeente,zuid-oost"], 2, "unknown area 'zuid-oost'"),
        (["batch", "--themas", "armoede,veilig"], 2, "unknown theme 'veilig'; did you mean veiligheid?"),
    ],
    ids=["parameter", "area", "theme", "area of a batch", "theme of a batch"],
)
def test_a_slip_of_the_pen_is_told_before_anything_is_made(
    town_folder: Path, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    done = CliRunner().invoke(main, [*arguments, "--data", str(town_folder), "--out", str(tmp_path / "uit")])
    assert done.exit_code == code, done.output
    assert message in done.output
    assert not list(tmp_path.rglob("*.html"))
