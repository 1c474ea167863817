"""One report: a notebook run by papermill, and the page made from it."""

from __future__ import annotations

import os
import re
import shutil
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nplv_analysis import __version__
from nplv_analysis.errors import WrongUseError, did_you_mean

TEMPLATES = Path(__file__).parents[1] / "template"
#: What a parameter of a type looks like, for the message when it is not.
EXAMPLES = {
    "int": "a whole number such as 2016",
    "float": "a number such as 10",
    "bool": "True or False",
    "str": "text",
}
FOOTER = f"Gemaakt met nplv_analysis {__version__}. Cijfers en bronnen staan op deze pagina."


@dataclass(frozen=True)
class Report:
    """Where the files of one report are."""

    html: Path
    notebook: Path
    files: tuple[Path, ...]


def check_parameters(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Raise when a parameter is not in the parameters cell of the notebook, or is of another type than it says there.

    Parameters
    ----------
    notebook : Path
        The notebook.
    parameters : mapping
        Values by name.

    Raises
    ------
    WrongUseError
        For the first parameter that is unknown, with the nearest right name, or that has a value of the wrong type.
    """
    import papermill

    known = papermill.inspect_notebook(str(notebook))
    for name, value in parameters.items():
        if name not in known:
            raise WrongUseError(f"notebook {notebook.name} has no parameter '{name}'{did_you_mean(name, known)}")
        kind = known[name]["inferred_type_name"]
        # A whole number is a float too; True is no number.
        fits = type(value).__name__ == kind or (kind == "float" and type(value) is int) or kind == "None"
        if not fits:
            raise WrongUseError(
                f"notebook {notebook.name}, parameter '{name}': found '{value}', expected {EXAMPLES.get(kind, kind)}"
            )


def typed(notebook: Path, texts: Mapping[str, str]) -> dict[str, Any]:
    """Read parameters that were typed as text as the types that the parameters cell of the notebook gives."""
    import papermill

    known = papermill.inspect_notebook(str(notebook))
    values: dict[str, Any] = {}
    for name, text in texts.items():
        kind = known[name]["inferred_type_name"] if name in known else "str"
        try:
            values[name] = READ.get(kind, str)(text)
        except ValueError:
            values[name] = text  # check_parameters says what was expected
    check_parameters(notebook, values)
    return values


def _truth(text: str) -> bool:
    if text not in ("True", "False"):
        raise ValueError(text)
    return text == "True"


#: How the text of a parameter is read, by the type in the parameters cell.
READ: dict[str, Callable[[str], Any]] = {"int": int, "float": float, "bool": _truth}


def make_report(
    notebook: Path,
    parameters: Mapping[str, Any],
    folder: Path,
    title: str,
    data: Path | None = None,
    monitor: str = "",
    *,
    lies_in: Path | None = None,
    kernels: type | None = None,
    limit: float | None = None,
) -> Report:
    """Run a notebook and make its page; its files appear whole or not at all.

    Parameters
    ----------
    notebook : Path
        The notebook.
    parameters : mapping
        Values for its parameters cell. What it saves in ``uitvoer_map`` appears with the page.
    folder : Path
        Where the files go, named after the notebook.
    title : str
        Title of the page.
    data : Path, optional
        The data folder, passed on relative to its parent so that no path of this machine ends up in a report.
    monitor : str
        Name of the monitor that the report is part of, for the top of the page and the foot of each printed sheet.
    lies_in : Path, optional
        The folder that the files will be moved to, which the notebook names; without it ``folder``.
    kernels, limit
        See ``run_notebook``.

    Returns
    -------
    Report
        The files.

    Raises
    ------
    WrongUseError
        When a parameter is unknown or of the wrong type.
    ReportError
        When a cell fails; the notebook so far is kept as ``<name>.fout.ipynb``.
    """
    import nbformat

    from nplv_analysis.output.execution import NoKernelError, ReportError, run_notebook

    check_parameters(notebook, parameters)
    name = notebook.stem
    making = folder / f".{name}.deel"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    work = (data.resolve().parent if data else Path.cwd()).resolve()
    values = dict(parameters)
    if data is not None:
        values["data_map"] = data.resolve().name
    if values.get("uitvoer_map"):
        values["uitvoer_map"] = _relative(making, work)
    draft = making / f"{name}.ipynb"
    try:
        for old in folder.glob(f"{name}.*"):
            old.unlink()
        try:
            node = run_notebook(notebook, draft, values, work, kernels=kernels, limit=limit)
        except NoKernelError:
            raise
        except ReportError as error:
            failed = folder / f"{name}.fout.ipynb"
            draft.replace(failed)
            raise ReportError(f"{error} (the notebook so far: {failed.name})") from None
        text = nbformat.writes(node)
        if values.get("uitvoer_map"):
            # Where the notebook names the folder it was made in, it names the one where it lies.
            text = text.replace(values["uitvoer_map"], _relative(lies_in or folder, work))
        draft.write_text(text, encoding="utf-8", newline="\n")
        page = to_html(nbformat.reads(text, as_version=4), title, monitor)
        (making / f"{name}.html").write_text(page, encoding="utf-8", newline="\n")
        files = [made.replace(folder / made.name) for made in sorted(making.iterdir())]
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return Report(folder / f"{name}.html", folder / f"{name}.ipynb", tuple(files))


def to_html(node: Any, title: str, monitor: str = "") -> str:
    """Make a page from an executed notebook with the template of the project: no code, no scripts, no requests."""
    name = f"{title} - {monitor}" if monitor else title
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        css = (TEMPLATES / "style.css").read_text(encoding="utf-8")
        resources = {
            "metadata": {"name": name},
            "nplv_monitor": monitor,
            # This one stands between quotes in the style sheet, where only plain signs are safe.
            "nplv_foot": re.sub(r"[^\w .,()-]", "", name),
            "nplv_css": css,
            "nplv_footer": FOOTER,
        }
        page, _ = _exporter().from_notebook_node(node, resources=resources)
    return str(page)


@cache
def _exporter() -> Any:
    """Make what turns notebooks into pages; it keeps the templates that it has read."""
    from nbconvert.exporters import HTMLExporter, TemplateExporter

    class Exporter(HTMLExporter):
        """Leaves out the second reading of the page, for pictures without a description: our charts are no pictures."""

        def from_notebook_node(self, nb: Any, resources: Any = None, **given: Any) -> Any:
            return TemplateExporter.from_notebook_node(self, nb, resources, **given)

    return Exporter(template_name="rapport", extra_template_basedirs=[str(TEMPLATES)], exclude_anchor_links=True)


def _relative(path: Path, start: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), start)).as_posix()
    except ValueError:  # another drive on Windows: there is no relative path
        return str(path.resolve())
