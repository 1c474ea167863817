"""Reports made in this process: the same cells give the same page, without the seconds that a kernel takes to start."""

from __future__ import annotations

import ast
import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from nbformat.v4 import new_output
from papermill.engines import Engine, papermill_engines

from nplv_analysis.batch import workers
from nplv_analysis.batch.tasks import Outcome, Task, make
from nplv_analysis.output.execution import ENGINE


class InThisProcess(Engine):
    """Runs the cells of a notebook one after the other; a warning is a fault, and what is printed is an output."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **other: Any) -> None:
        """Run the cells and keep their outputs, as a kernel does."""
        names: dict[str, Any] = {"__name__": "__main__"}
        code = [cell for cell in nb_man.nb.cells if cell.cell_type == "code"]
        for count, cell in enumerate(code, start=1):
            cell.execution_count = count
            cell.outputs = _outputs(cell.source, names, count)


def _outputs(source: str, names: dict[str, Any], count: int) -> list[Any]:
    *before, last = ast.parse(source).body
    shown, printed = None, io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        warnings.simplefilter("error")
        if isinstance(last, ast.Expr):
            exec(compile(ast.Module(before, []), f"cell {count}", "exec"), names)
            shown = eval(compile(ast.Expression(last.value), f"cell {count}", "eval"), names)
        else:
            exec(compile(source, f"cell {count}", "exec"), names)
    outputs = [new_output("stream", text=printed.getvalue())] if printed.getvalue() else []
    if shown is not None:
        data = {"text/plain": repr(shown), "text/html": shown._repr_html_()}
        outputs.append(new_output("execute_result", data=data, execution_count=count))
    return outputs


@contextlib.contextmanager
def without_kernels(makes: Callable[[Task], bool] = lambda task: True) -> Iterator[None]:
    """Let reports be made in this process, those of a batch one after the other; a batch makes only some, if told."""

    def in_turn(
        tasks: Sequence[Task], jobs: int, on_begin: Callable[[Task], None], on_done: Callable[[Outcome], None]
    ) -> list[Outcome]:
        left_out = "ReportError: niet gemaakt, om te zien wat het overzicht dan zegt"
        outcomes = []
        for task in tasks:
            on_begin(task)
            outcomes.append(
                make(task) if makes(task) else Outcome(task.area, task.theme, "mislukt", 0.0, left_out, task.key)
            )
            on_done(outcomes[-1])
        return outcomes

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(papermill_engines._engines, ENGINE, InThisProcess)
        patch.setattr(workers, "run_tasks", in_turn)
        patch.setattr(workers, "start_early", lambda: False)
        yield
