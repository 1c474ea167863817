"""The processes of a batch: each report in one of its own, so that what goes wrong in one goes wrong there alone."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from nplv_analysis.batch import warm
from nplv_analysis.batch.tasks import FAILED, Outcome, Task, make

#: Seconds after its time limit that a report that does not end by itself is ended.
GRACE = 15

OnBegin = Callable[[Task], None]
OnDone = Callable[[Outcome], None]


def run_tasks(
    tasks: Sequence[Task], jobs: int, on_begin: OnBegin, on_done: OnDone, *, warm_kernels: bool | None = None
) -> list[Outcome]:
    """Make reports, some at a time.

    Parameters
    ----------
    tasks : sequence of Task
        What to make.
    jobs : int
        How many at a time.
    on_begin, on_done : callable
        Called here for each task and each outcome.
    warm_kernels : bool, optional
        Fork warm processes, or start every interpreter afresh; without it what the system allows. Both give the same
        reports.

    Returns
    -------
    list of Outcome
        In the order in which they were done.
    """
    fork = start_early() if warm_kernels is None else warm_kernels
    waiting, outcomes = deque(tasks), []
    workers: list[_Worker] = []
    ended: list[_Worker] = []
    with tempfile.TemporaryDirectory(prefix="nplv-", ignore_cleanup_errors=True) as connections:
        try:
            while waiting or workers or ended:
                while waiting and len(workers) < jobs:
                    task = waiting.popleft()
                    on_begin(task)
                    workers.append(_Worker(task, connections, fork))
                # What is left of those that answered is cleared away while the next ones begin.
                while ended:
                    outcome = ended.pop(0).outcome()
                    outcomes.append(outcome)
                    on_done(outcome)
                if workers:
                    wait([worker.answers for worker in workers], timeout=1)
                ended = [w for w in workers if w.done]
                workers = [w for w in workers if w not in ended]
        finally:
            for worker in dict.fromkeys((*workers, *ended)):
                worker.end()
    return outcomes


def start_early() -> bool:
    """Let the fork server begin its imports while this process does other things; whether there is one."""
    if not warm.can_fork():
        return False
    from multiprocessing import forkserver

    warm.context()
    try:
        forkserver.ensure_running()
    except OSError:  # no room for its socket: the path of the folder for temporary files may be too long
        return False
    return True


class _Worker:
    """A process that makes one report."""

    def __init__(self, task: Task, connections: str, fork: bool) -> None:
        context: Any = warm.context() if fork else multiprocessing.get_context("spawn")
        self.task = task
        self.started = time.monotonic()
        self.answers, theirs = context.Pipe(duplex=False)
        # The fork server has the environment of when it started.
        given = (task, theirs, connections, fork, dict(os.environ))
        self.process: BaseProcess = context.Process(target=_work, args=given, name=task.name)
        self.process.start()
        theirs.close()

    @property
    def done(self) -> bool:
        """Whether there is an answer, or none is to be expected any more."""
        late = self.task.limit and time.monotonic() - self.started > self.task.limit + GRACE
        return bool(self.answers.poll() or late or not self.process.is_alive())

    def outcome(self) -> Outcome:
        """Give how it went, also when the process did not live to tell."""
        try:
            if self.answers.poll():
                outcome = self.answers.recv()
                self.process.join(5)
                return outcome
            fault = "took too long and did not end by itself"
        except EOFError:
            self.process.join(5)
            fault = f"its process ended with code {self.process.exitcode} (out of memory, or something ended it)"
        finally:
            self.end()
        seconds = round(time.monotonic() - self.started, 2)
        return Outcome(self.task.area, self.task.theme, FAILED, seconds, fault, self.task.key)

    def end(self) -> None:
        """End the process and all that it started."""
        self.answers.close()
        _end_all_of(self.process)


def _end_all_of(process: BaseProcess) -> None:
    """End a process with its kernel and what a notebook started; nothing of it is left when this returns."""
    import psutil

    assert process.pid is not None
    family: list[Any] = []
    with contextlib.suppress(psutil.NoSuchProcess):
        family = psutil.Process(process.pid).children(recursive=True)
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    for relative in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            relative.kill()
    process.kill()
    process.join()
    process.close()


def _clear(folder: str) -> None:
    """Remove a folder that others may be writing in for another moment."""
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not Path(folder).exists():
            return
        time.sleep(0.05)


def _work(task: Task, answers: Connection, connections: str, fork: bool, environment: dict[str, str]) -> None:
    """Make one report in this process and say how it went."""
    os.environ.clear()
    os.environ.update(environment)
    if hasattr(os, "setpgid"):
        # A group of its own: Ctrl-C is for the batch to deal with, and the group can be ended as one.
        os.setpgid(0, 0)
    own = Path(connections) / str(os.getpid())
    own.mkdir()
    # Connection files and whatever a notebook leaves go with the process.
    os.environ["TMPDIR"] = str(own)
    tempfile.tempdir = None
    kernel = warm.fork_kernel() if fork else None
    warm.end_with_parent(lambda: _clear(connections))
    warm.silence()
    from nplv_analysis.output.execution import NoKernelError

    started = time.perf_counter()
    try:
        try:
            try:
                outcome = make(task, kernel.manager() if kernel else None)
            except NoKernelError:
                # Once more, and cold: the forked kernel is gone.
                outcome = make(task)
        except Exception as error:  # the second time, or before the notebook began
            fault = f"{type(error).__name__}: {error}"
            outcome = Outcome(task.area, task.theme, FAILED, round(time.perf_counter() - started, 2), fault, task.key)
        # The batch need not wait for the rest.
        answers.send(outcome)
        answers.close()
    finally:
        if kernel:
            kernel.kill()
        shutil.rmtree(own, ignore_errors=True)
