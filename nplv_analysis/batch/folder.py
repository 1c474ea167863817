"""The output folder of a batch: all that readers see in it changes at one moment, and always agrees.

Files wait in a staging folder until every report of a batch is done. Then a journal says what goes where; whoever
opens the folder after a power cut carries out what the journal still asks. Reports in staging survive too.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nplv_analysis.batch.tasks import FAILED, MADE, STAGING, Outcome, Task, stamp
from nplv_analysis.errors import NplvError
from nplv_analysis.records import sha256_of

RUN = "run.json"


class OutputFolder:
    """An output folder.

    Parameters
    ----------
    out : Path
        The folder; made when it is not there.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.staging = out / STAGING
        self.journal = out / STAGING.parent / "journal.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other batches out, and finish what an earlier one was about to do."""
        from filelock import FileLock, Timeout

        self.staging.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.staging.parent / "lock", timeout=0):
                self._carry_out()
                yield
        except Timeout:
            raise NplvError(
                f"another batch is at work in {self.out}; wait for it or choose another folder with --out"
            ) from None

    def account(self) -> dict[str, Any]:
        """Give what ``run.json`` says of what lies here; nothing where there is none, or not one of this version."""
        try:
            account = json.loads((self.out / RUN).read_text(encoding="utf-8"))
            [Outcome(**report) for report in account["rapporten"]]
            dict(account["bestanden"])
        except (OSError, ValueError, TypeError, KeyError):
            return {"rapporten": [], "bestanden": {}, "sleutel": ""}
        return dict(account)

    def published(self, task: Task, account: dict[str, Any]) -> Outcome | None:
        """Give the report of a task as it lies here, where that is what the task would make."""
        for report in account["rapporten"]:
            outcome = Outcome(**report)
            if outcome.name == task.name and self._holds(outcome, task, Path(task.folder)):
                return outcome
        return None

    def staged(self, task: Task) -> Outcome | None:
        """Give the report of a task that an earlier batch made and did not get to publish."""
        try:
            outcome = Outcome(**json.loads(stamp(task).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return outcome if self._holds(outcome, task, Path(task.staging)) else None

    def intact(self, files: dict[str, str], folder: Path | None = None) -> bool:
        """Whether files are there with the content they had."""
        places = {(folder or self.out) / name: content for name, content in files.items()}
        return all(path.is_file() and sha256_of(path) == content for path, content in places.items())

    def _holds(self, outcome: Outcome, task: Task, folder: Path) -> bool:
        return outcome.status == MADE and outcome.sleutel == task.key and self.intact(outcome.bestanden, folder)

    def publish(self, outcomes: Iterable[Outcome], here: set[str], run: dict[str, Any], old: dict[str, Any]) -> None:
        """Let all files of a run appear, and those of earlier runs that are no longer right disappear.

        Parameters
        ----------
        outcomes : iterable of Outcome
            All reports of the folder.
        here : set of str
            Names of the reports that lie in the folder as they should.
        run, old : dict
            The account of this run, without the hashes of its files, and that of the last one.
        """
        outcomes = list(outcomes)
        made = {f"{o.gebied}/{name}": "" for o in outcomes if o.name not in here for name in o.bestanden}
        whole = {p.name: sha256_of(p) for p in sorted(self.staging.glob("*.*")) if p.name != RUN}
        account = run | {"bestanden": whole, "rapporten": [asdict(outcome) for outcome in outcomes]}
        text = json.dumps(account, indent=1, ensure_ascii=False) + "\n"
        (self.staging / RUN).write_text(text, encoding="utf-8", newline="\n")
        keep = {f"{o.gebied}/{name}" for o in outcomes for name in o.bestanden} | set(whole) | {RUN}
        before = {f"{r['gebied']}/{name}" for r in old["rapporten"] for name in r["bestanden"]} | set(old["bestanden"])
        # A page of a report that fails now is as wrong as that of one that is no longer asked for.
        before |= {
            f"{o.gebied}/{o.thema}.{kind}" for o in outcomes if o.status == FAILED for kind in ("html", "ipynb", "csv")
        }
        orders = {"move": [*made, *whole, RUN], "remove": sorted(before - keep)}
        draft = self.journal.with_suffix(".deel")
        draft.write_text(json.dumps(orders), encoding="utf-8")
        draft.replace(self.journal)
        self._carry_out()

    def _carry_out(self) -> None:
        """Do what the journal asks; doing it twice is no different."""
        if not self.journal.exists():
            return
        orders = json.loads(self.journal.read_text(encoding="utf-8"))
        for name in [*orders["move"], *orders["remove"]]:
            target, source = self.out / name, self.staging / name
            try:
                if name in orders["remove"]:
                    target.unlink(missing_ok=True)
                elif source.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    source.replace(target)
            except PermissionError:
                raise NplvError(
                    f"{target.as_posix()} can't be replaced; is it open in another program? Close it there, and give "
                    "the same command again: nothing that was made is lost"
                ) from None
        shutil.rmtree(self.staging, ignore_errors=True)
        self.journal.unlink()
