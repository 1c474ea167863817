"""Reports on many machines: a Dask cluster makes them, and the batch process puts them in its output folder.

A machine of the cluster need not see the output folder, but has the project: a worker whose data, notebooks, package
or installed packages differ refuses, because its reports would be others.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nplv_analysis import __version__
from nplv_analysis.batch.remote import Made, Place, Refused, content, dask_setup, make_here, parts
from nplv_analysis.batch.tasks import FAILED, Outcome, Task, stamp
from nplv_analysis.errors import NplvError, WrongUseError

if TYPE_CHECKING:
    from distributed import Client, Future

    from nplv_analysis.batch import Runner
    from nplv_analysis.batch.workers import OnBegin, OnDone

#: Seconds in which a scheduler has to answer, and without any worker after which a batch gives up.
ANSWER, PATIENCE = 5.0, 60.0
#: Seconds after which the number of workers is looked at again, also when no report was done.
ROUND = 2.0

# Dask finds it here: the module that is named on the command line of a worker.
__all__ = ["dask_setup", "runner"]


def runner(address: str, jobs: int | None, tell: Callable[[str], None]) -> Runner:
    """Give what makes reports on a Dask cluster.

    Parameters
    ----------
    address : str
        Of the scheduler.
    jobs : int, optional
        How many reports at a time; without it one a thread of the workers.
    tell : callable
        Called with a sentence on each worker that refuses; the others go on.

    Returns
    -------
    callable
        For ``run_batch``; how many reports that wants at a time is about its own machine, and ignored.

    Raises
    ------
    WrongUseError
        When this is no address, or the extra is not installed.
    NplvError
        When nothing answers there.
    """
    _connected(address).close()

    def run(tasks: Sequence[Task], _: int, on_begin: OnBegin, on_done: OnDone) -> list[Outcome]:
        with _connected(address) as client:
            return _run(client, tasks, jobs or sys.maxsize, on_begin, on_done, tell)

    return run


def _connected(address: str) -> Client:
    given = urlsplit(address if "://" in address else f"tcp://{address}")
    try:
        right = given.scheme in ("tcp", "tls") and given.hostname and given.port
    except ValueError:
        right = False
    if not right:
        raise WrongUseError(f"--scheduler: found '{address}', expected an address such as tcp://10.0.0.5:8786")
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise WrongUseError("--scheduler: first install Dask, with pip install 'nplv_analysis[cluster]'") from None
    # It would print tracebacks beside our one sentence.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        return Client(given.geturl(), timeout=ANSWER)
    except OSError:
        raise NplvError(f"no Dask scheduler answers at {address} within {ANSWER:g} seconds") from None


@contextmanager
def _there() -> Iterator[None]:
    """Say it in one sentence when the whole cluster is lost."""
    from concurrent.futures import CancelledError

    try:
        yield
    except TimeoutError:
        raise
    except (OSError, CancelledError):
        raise NplvError(
            "the scheduler is gone; when it is back, give the same command again: nothing that was made is lost"
        ) from None


def _run(
    client: Client,
    tasks: Sequence[Task],
    most: int,
    on_begin: OnBegin,
    on_done: OnDone,
    tell: Callable[[str], None],
) -> list[Outcome]:
    """Keep each thread of the cluster at work on one report, no more: what waits for a worker can't die with it."""
    same = {name: content(Path(tasks[0].data), Path(name)) for name in {task.notebook for task in tasks}}
    waiting, begun, refused = deque(tasks), set[str](), set[str]()
    flying: dict[Future[Any], Task] = {}
    outcomes: list[Outcome] = []
    seen = time.monotonic()
    try:
        while waiting or flying:
            with _there():
                threads = {worker: n for worker, n in client.nthreads().items() if worker not in refused}
            seen = time.monotonic() if threads else seen
            if not threads and (refused or time.monotonic() - seen > PATIENCE):
                raise NplvError("the scheduler has no worker that can make these reports")
            while waiting and len(flying) < min(most, sum(threads.values())):
                task = waiting.popleft()
                if task.name not in begun:
                    begun.add(task.name)
                    on_begin(task)
                only = list(threads) if refused else None
                flying[
                    client.submit(make_here, task, Place.of(task, same[task.notebook]), pure=False, workers=only)
                ] = task
            for future in _done(list(flying)):
                answer = _answer(future, flying[future])
                if answer is None:
                    continue
                task = flying.pop(future)
                if isinstance(answer, Refused):
                    waiting.appendleft(task)
                    if answer.worker not in refused:
                        refused.add(answer.worker)
                        tell(f"worker {answer.worker} makes no reports: {_reason(answer, task)}")
                    continue
                _write(task, answer)
                outcomes.append(answer.outcome)
                on_done(answer.outcome)
    finally:
        # A report that has begun can't be stopped from here; it ends by itself.
        client.cancel(list(flying))
    return outcomes


def _done(flying: Sequence[Future[Any]]) -> list[Future[Any]]:
    """Wait a while for reports to be done."""
    from distributed import wait

    if not flying:
        time.sleep(ROUND)
        return []
    try:
        with _there():
            return list(wait(flying, timeout=ROUND, return_when="FIRST_COMPLETED").done)
    except TimeoutError:
        return []


def _answer(future: Future[Any], task: Task) -> Made | Refused | None:
    """Get what a worker sent; None where it died just now, and another one makes the report again."""
    from distributed import KilledWorker

    error = future.exception() if future.status == "error" else None
    if isinstance(error, KilledWorker):
        deaths = error.allowed_failures + 1
        fault = f"its worker died, {deaths} times (out of memory, or something ended it); see the log of the last one"
        return Made(Outcome(task.area, task.theme, FAILED, 0, fault, task.key))
    if error:
        raise NplvError(
            f"the cluster can't make reports ({type(error).__name__}: {error}); the scheduler and each worker need "
            f"nplv_analysis {__version__} and all that it needs"
        )
    try:
        with _there():
            answer: Made | Refused = future.result(timeout=ANSWER)
            return answer
    except TimeoutError:
        return None


def _write(task: Task, made: Made) -> None:
    """Put a report in staging, the stamp last, as ``tasks.make`` does."""
    from nplv_analysis.output.export import write_atomically

    for name, file in made.files.items():
        write_atomically(Path(task.staging) / name, file)
    write_atomically(stamp(task), json.dumps(asdict(made.outcome)).encode("utf-8"))


def _reason(refused: Refused, task: Task) -> str:
    if refused.reason:
        return refused.reason
    own = parts(Path(task.data), Path(task.notebook))
    other = [name for name in own if own[name] != refused.parts[name]]
    packages = sorted(set(own["what is installed"]) ^ set(refused.parts["what is installed"]))
    named = f" ({', '.join(packages[:3])})" if packages else ""
    return f"{', '.join(other) or 'something'} differs from here{named}; make it the same and start it again"
