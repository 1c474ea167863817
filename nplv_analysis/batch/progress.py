"""What a batch says while it is at work: to people, or as lines of JSON to a log."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nplv_analysis.batch.tasks import MADE, Outcome, Task

if TYPE_CHECKING:
    from nplv_analysis.batch import Run


def _text(item: object) -> str:
    return str(item or "")


class Text:
    """A bar with the time left, what is being made and how many failed; failures as they come."""

    def __init__(self) -> None:
        self.bar: Any = None
        self.at_work: list[str] = []
        self.failed = 0

    def plan(self, tasks: Sequence[Task]) -> None:
        """Begin the bar."""
        self.bar = click.progressbar(
            length=len(tasks),
            label="Reports",
            show_eta=True,
            show_pos=True,
            item_show_func=_text,
            file=sys.stderr,
        )
        self.bar.__enter__()

    def begin(self, task: Task) -> None:
        """Show what is being made."""
        self.at_work.append(task.name)
        self._show(0)

    def done(self, outcome: Outcome) -> None:
        """Move on; tell at once of a failure."""
        self.at_work.remove(outcome.name)
        if outcome.status != MADE:
            self.failed += 1
            click.echo(f"\n{outcome.gebied}, {outcome.thema}: {outcome.fout}", err=True)
        self._show(1)

    def end(self, run: Run, out: Path) -> None:
        """Say how it went."""
        if self.bar is not None:
            self.bar.__exit__(None, None, None)
        made = len(run.outcomes) - len(run.failures)
        same = made - len(run.made_now - {o.name for o in run.failures})
        before = f" ({same} of them before, and nothing changed since)" if same else ""
        click.echo(f"{made} of {len(run.outcomes)} reports made{before}: {(out / 'index.html').as_posix()}")

    def _show(self, steps: int) -> None:
        failed = f"; {self.failed} failed" if self.failed else ""
        self.bar.update(steps, (", ".join(self.at_work) or "index and key figures") + failed)


class Json:
    """One object a line on the standard error stream, with a time; the last one has the totals."""

    def plan(self, tasks: Sequence[Task]) -> None:
        """Say how many reports there are to make."""
        self._say("plan", reports=len(tasks))

    def begin(self, task: Task) -> None:
        """Say what is being made."""
        self._say("begin", area=task.area, theme=task.theme)

    def done(self, outcome: Outcome) -> None:
        """Say how one went."""
        fault = {"fault": outcome.fout} if outcome.fout else {}
        made = outcome.status == MADE
        self._say("done", area=outcome.gebied, theme=outcome.thema, made=made, seconds=outcome.seconden, **fault)

    def end(self, run: Run, out: Path) -> None:
        """Say how all of it went."""
        total, failed = len(run.outcomes), len(run.failures)
        self._say(
            "end", reports=total, failed=failed, made_now=len(run.made_now), index=(out / "index.html").as_posix()
        )

    @staticmethod
    def _say(event: str, **what: Any) -> None:
        now = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        click.echo(json.dumps({"time": now, "event": event, **what}, ensure_ascii=False), err=True)
