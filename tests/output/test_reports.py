"""One report: a notebook that runs, or fails without leaving half a page."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from helpers import NOTEBOOKS, Page
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from nplv_analysis.errors import NplvError
from nplv_analysis.folders import find_notebooks
from nplv_analysis.output.execution import ReportError
from nplv_analysis.output.reports import check_parameters, make_report, to_html


def small_notebook(path: Path, *code: str) -> Path:
    """Write a notebook with a parameters cell."""
    parameters = 'wijk: str = "niemand"  # gebied\nuitvoer_map: str = ""  # uit\ndata_map: str = ""  # in'
    first = new_code_cell(parameters, metadata={"tags": ["parameters"]})
    node = new_notebook(cells=[first, *(new_code_cell(c) for c in code)])
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    node.metadata["language_info"] = {"name": "python"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(node, path)
    return path


@pytest.mark.parametrize("notebook", ["armoede", "leerachterstand", "veiligheid"])
def test_a_parameter_that_a_notebook_does_not_have_gets_a_suggestion(notebook: str) -> None:
    check_parameters(NOTEBOOKS / f"{notebook}.ipynb", {"wijk": "selwerd", "vanaf": 2012, "alleen_openbaar": True})
    with pytest.raises(NplvError, match=rf"{notebook}.ipynb has no parameter 'wijjk'; did you mean wijk\?"):
        check_parameters(NOTEBOOKS / f"{notebook}.ipynb", {"wijjk": "selwerd"})


def test_the_notebooks_are_found_beside_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = small_notebook(tmp_path / "project" / "notebooks" / "armoede.ipynb").parent
    assert find_notebooks(tmp_path / "project" / "data") == own
    assert find_notebooks(tmp_path / "elders" / "data") == NOTEBOOKS


def test_a_report_is_a_page_and_a_notebook_without_traces_of_this_machine(tmp_path: Path) -> None:
    show = "from nplv_analysis.tables import paragraph\nparagraph(f'Rapport over {wijk}; {uitvoer_map}; {data_map}')"
    notebook = small_notebook(tmp_path / "notebooks" / "klein.ipynb", show)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    folder = tmp_path / "uit"
    values = {"wijk": "selwerd", "uitvoer_map": str(folder)}
    folder.mkdir()
    (folder / "klein.fout.ipynb").write_text("van een vorige keer", encoding="utf-8")
    report = make_report(notebook, values, folder, "Klein in Selwerd", tmp_path / "data")
    assert sorted(p.name for p in folder.iterdir()) == ["klein.html", "klein.ipynb"]
    page = Page(report.html.read_text(encoding="utf-8"))
    assert page.texts("title") == ["Klein in Selwerd"]
    # Both folders are told relative to the project, so that the page does not say where this machine keeps it.
    assert "Rapport over selwerd; uit; data" in page.all("main")[0]["text"]
    assert str(tmp_path) not in report.html.read_text(encoding="utf-8") + report.notebook.read_text(encoding="utf-8")
    made = nbformat.read(report.notebook, as_version=4)
    assert "papermill" not in made.metadata
    assert all("papermill" not in cell.metadata and "execution" not in cell.metadata for cell in made.cells)


def test_a_cell_that_fails_is_named_and_leaves_no_page(tmp_path: Path) -> None:
    notebook = small_notebook(tmp_path / "klein.ipynb", "1 + 1", "raise ValueError('geen cijfers')", "2 + 2")
    folder = tmp_path / "uit"
    folder.mkdir()
    for name in ("klein.html", "klein.ipynb"):
        (folder / name).write_text("van een vorige keer", encoding="utf-8")
    with pytest.raises(ReportError, match="ValueError: geen cijfers"):
        make_report(notebook, {"wijk": "selwerd"}, folder, "Klein")
    # An old page beside a failure would pass for a new one.
    assert [p.name for p in folder.iterdir()] == ["klein.fout.ipynb"]
    kept = nbformat.read(folder / "klein.fout.ipynb", as_version=4)
    assert any(o.output_type == "error" for cell in kept.cells if cell.cell_type == "code" for o in cell.outputs)


def test_a_page_shows_results_and_no_code_or_scripts() -> None:
    outputs = [
        new_output("stream", text="van de machine"),
        new_output("execute_result", data={"text/html": "<p>Uitkomst</p>", "text/plain": "<Html, 15 characters>"}),
        new_output("execute_result", data={"text/plain": "alleen tekst"}),
    ]
    node = new_notebook(
        cells=[new_markdown_cell("## Kop\n\nTekst *schuin*."), new_code_cell("geheim = 1", outputs=outputs)]
    )
    text = to_html(node, "Titel & zo", "Monitor Voorbeeldstad")
    page = Page(text)
    assert page.all("html")[0]["attributes"] == {"lang": "nl"}
    assert page.texts("title") == ["Titel & zo - Monitor Voorbeeldstad"]
    assert page.texts("h2") == ["Kop"] and page.texts("em") == ["schuin"]
    assert "Uitkomst" in page.texts("p")
    for hidden in ("geheim", "van de machine", "alleen tekst", "Html, 15", "<script", "@import"):
        assert hidden not in text
    assert page.values("href") == ["#inhoud", "../index.html", "#kop"]
    assert not page.all("link") and not page.all("img") and not page.values("src")
