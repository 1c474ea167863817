"""One report: a notebook run by papermill, and the page made from it."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nplv_analysis import __version__
from nplv_analysis.errors import NplvError, WrongUseError, did_you_mean

TEMPLATES = Path(__file__).parents[1] / "template"
FOOTER = f"Gemaakt met nplv_analysis {__version__}. Cijfers en bronnen staan op deze pagina."


class ReportError(NplvError):
    """A notebook that failed; the text names the cell and the fault."""


@dataclass(frozen=True)
class Report:
    """Where the files of one report are."""

    html: Path
    notebook: Path


def find_notebooks(data: Path) -> Path:
    """Find the folder with the notebooks: beside the data folder, or here, or above, or beside the package."""
    here = Path.cwd()
    for start in (data.resolve().parent, here, *here.parents, Path(__file__).parents[2]):
        if (start / "notebooks" / "armoede.ipynb").is_file():
            return start / "notebooks"
    raise NplvError("no folder notebooks/ with armoede.ipynb here, above, or beside the data folder")


def check_parameters(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Raise when a parameter is not in the parameters cell of the notebook."""
    import papermill

    known = papermill.inspect_notebook(str(notebook))
    for name in parameters:
        if name not in known:
            raise WrongUseError(f"notebook {notebook.name} has no parameter '{name}'{did_you_mean(name, known)}")


def make_report(
    notebook: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    title: str,
    data: Path | None = None,
    monitor: str = "",
) -> Report:
    """Run a notebook and make its page; both files appear whole or not at all.

    Parameters
    ----------
    notebook : Path
        The notebook.
    parameters : mapping
        Values for its parameters cell.
    folder : Path
        Where the files go, named after the notebook.
    title : str
        Title of the page.
    data : Path, optional
        The data folder, passed on relative to its parent so that no path of this machine ends up in a report.
    monitor : str
        Name of the monitor that the report is part of, for the top of the page and the foot of each printed sheet.

    Returns
    -------
    Report
        The two files.

    Raises
    ------
    NplvError
        When a parameter is unknown.
    ReportError
        When a cell fails; the notebook so far is kept as ``<name>.fout.ipynb``.
    """
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    check_parameters(notebook, parameters)
    folder.mkdir(parents=True, exist_ok=True)
    name = notebook.stem
    report = Report(folder / f"{name}.html", folder / f"{name}.ipynb")
    failed = folder / f"{name}.fout.ipynb"
    draft = folder / f".{name}.deel.ipynb"
    work = (data.resolve().parent if data else Path.cwd()).resolve()
    values = dict(parameters)
    if data is not None:
        values["data_map"] = data.resolve().name
    if values.get("uitvoer_map"):
        values["uitvoer_map"] = _relative(Path(values["uitvoer_map"]), work)
    for old in (report.html, report.notebook, failed):
        old.unlink(missing_ok=True)
    try:
        with warnings.catch_warnings():
            # The notebooks declare their language; papermill and its parts warn about matters of their own.
            warnings.simplefilter("ignore")
            papermill.execute_notebook(
                str(notebook),
                str(draft),
                values,
                kernel_name="python3",
                cwd=str(work),
                progress_bar=False,
                shutdown_kernel="immediate",
                extra_arguments=["--log-level=ERROR"],
            )
    except PapermillExecutionError as error:
        node = nbformat.read(draft, as_version=4)
        _forget_the_run(node)
        nbformat.write(node, failed)
        draft.unlink()
        raise ReportError(
            f"cell {error.exec_count}: {error.ename}: {error.evalue} (the notebook so far: {failed.as_posix()})"
        ) from None
    node = nbformat.read(draft, as_version=4)
    _forget_the_run(node)
    nbformat.write(node, draft)
    page = to_html(node, title, monitor)
    draft_page = folder / f".{name}.deel.html"
    draft_page.write_text(page, encoding="utf-8", newline="\n")
    draft.replace(report.notebook)
    draft_page.replace(report.html)
    return report


def _forget_the_run(node: Any) -> None:
    """Drop times and paths: they would make equal reports differ, and say where this machine keeps its files."""
    node.metadata.pop("papermill", None)
    for cell in node.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)


def to_html(node: Any, title: str, monitor: str = "") -> str:
    """Make a page from an executed notebook with the template of the project: no code, no scripts, no requests."""
    from nbconvert import HTMLExporter

    name = f"{title} - {monitor}" if monitor else title
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exporter = HTMLExporter(
            template_name="rapport",
            extra_template_basedirs=[str(TEMPLATES)],
            exclude_anchor_links=True,
        )
        css = (TEMPLATES / "style.css").read_text(encoding="utf-8")
        resources = {
            "metadata": {"name": name},
            "nplv_monitor": monitor,
            # This one stands between quotes in the style sheet, where only plain signs are safe.
            "nplv_foot": re.sub(r"[^\w .,()-]", "", name),
            "nplv_css": css,
            "nplv_footer": FOOTER,
        }
        page, _ = exporter.from_notebook_node(node, resources=resources)
    return str(page)


def _relative(path: Path, start: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), start)).as_posix()
    except ValueError:  # another drive on Windows: there is no relative path
        return str(path.resolve())
