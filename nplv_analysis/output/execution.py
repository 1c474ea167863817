"""Running a notebook with papermill: what it showed, or one sentence on the cell that failed and why."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError

from nplv_analysis.errors import NplvError

ENGINE = "nplv"


class ReportError(NplvError):
    """A notebook that failed; the text names the cell and the fault."""


class NoKernelError(ReportError):
    """The kernel of a notebook did not start, which may go better a second time."""


class Seldom(NotebookExecutionManager):
    """Saves the draft at most once a second: writing it before and after each cell took longer than most cells."""

    def save(self, **given: Any) -> None:
        """Save where the last time is long ago, and always at the end."""
        if self.end_time is not None or (self.now() - self.last_save_time).total_seconds() >= 1:
            super().save(**given)

    def cell_start(self, cell: Any, cell_index: int | None = None, **given: Any) -> None:
        """Write down which cell is at work, counted as its execution count is."""
        if cell.cell_type == "code":
            self.nb.metadata.papermill["cell"] = self.nb.metadata.papermill.get("cell", 0) + 1
        super().cell_start(cell, cell_index, **given)


class Engine(NBClientEngine):
    """The engine of papermill itself, but for when the draft is saved."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, output_path: str | None = None, **given: Any) -> Any:
        """Run a notebook; its state is saved however it ends."""
        manager = Seldom(nb, output_path, progress_bar=False)
        manager.notebook_start()
        try:
            given = {
                name: value for name, value in given.items() if name not in ("progress_bar", "autosave_cell_every")
            }
            cls.execute_managed_notebook(manager, kernel_name, **given)
        finally:
            manager.notebook_complete()
        return manager.nb


papermill_engines.register(ENGINE, Engine)


def run_notebook(
    notebook: Path,
    draft: Path,
    parameters: Mapping[str, Any],
    work: Path,
    *,
    kernels: type | None = None,
    limit: float | None = None,
) -> Any:
    """Run a notebook.

    Parameters
    ----------
    notebook, draft : Path
        The notebook, and where its executed copy goes.
    parameters : mapping
        Values for its parameters cell.
    work : Path
        The folder that it runs in.
    kernels : type, optional
        Kernel manager to use; without it papermill starts an interpreter.
    limit : float, optional
        Seconds that the whole notebook may take.

    Returns
    -------
    NotebookNode
        The executed notebook, without times and paths of the run.

    Raises
    ------
    ReportError
        When a cell fails, takes too long or loses its kernel. The notebook so far is in ``draft``.
    NoKernelError
        When no cell could be run.
    """
    how: dict[str, Any] = {"kernel_manager_class": kernels} if kernels else {}
    if limit:
        end = time.monotonic() + limit
        how["timeout_func"] = lambda cell: max(1, int(end - time.monotonic()))
    try:
        with warnings.catch_warnings():
            # The notebooks declare their language; papermill and its parts warn about matters of their own.
            warnings.simplefilter("ignore")
            node = papermill.execute_notebook(
                str(notebook),
                str(draft),
                dict(parameters),
                engine_name=ENGINE,
                kernel_name="python3",
                cwd=str(work),
                progress_bar=False,
                shutdown_kernel="immediate",
                extra_arguments=["--log-level=ERROR"],
                # What is printed comes in pieces as time has it: joined, equal runs give equal notebooks.
                coalesce_streams=True,
                **how,
            )
    except PapermillExecutionError as error:
        fault = f"cell {error.exec_count}: {error.ename}: {error.evalue}"
    except CellTimeoutError:
        fault = f"cell {_last_cell(draft)}: stopped, because the report took longer than {limit:g} seconds"
    except DeadKernelError:
        fault = f"cell {_last_cell(draft)}: its process ended (out of memory, or something ended it)"
    except RuntimeError as error:
        if _last_cell(draft):
            raise
        raise NoKernelError(f"the kernel did not start: {error}") from None
    else:
        return without_traces(node)
    nbformat.write(without_traces(nbformat.read(draft, as_version=4)), draft)
    raise ReportError(fault)


def _last_cell(draft: Path) -> int:
    """Give the number of the cell that was at work, 0 where none was."""
    return int(nbformat.read(draft, as_version=4).metadata.papermill.get("cell", 0)) if draft.exists() else 0


def without_traces(node: Any) -> Any:
    """Drop times, paths and random ids: they make equal reports differ, and say where this machine keeps its files."""
    node.metadata.pop("papermill", None)
    for number, cell in enumerate(node.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        # Cells that papermill puts in, for parameters and faults, have an id of chance.
        if any(tag.startswith(("injected-", "papermill-")) for tag in cell.metadata.get("tags", [])):
            cell.id = f"papermill-{number}"
    return node
