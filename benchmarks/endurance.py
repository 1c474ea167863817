"""What a batch leaves behind: ``python -m benchmarks.endurance [REPORTS [KILLS]]``, by default 500 and 50.

First many small reports in a row: memory of all its processes, and what is left. Then a batch that is killed at a
random moment and started again, many times: nothing is made twice, and every file is that of an undisturbed run.
"""

from __future__ import annotations

import json
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import psutil

import nplv_analysis as nplv
from nplv_analysis.batch import workers
from nplv_analysis.batch.tasks import Outcome, Task

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "batch"))
from tiny import Command, files_of, tiny_project, write_notebook

SEED = 2026


def in_a_row(number: int) -> None:
    """Make many reports in a row; print the memory after the first 50 and at the end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        notebook = write_notebook(
            folder / "notebooks" / "armoede.ipynb", "import pandas as pd\npd.DataFrame({'a': [1]})"
        )
        (folder / "data" / "raw").mkdir(parents=True)
        tasks = [
            Task(f"gebied-{n}", "Gebied", "armoede", str(notebook), str(folder / "data"), str(folder / f"uit/{n}"),
                 str(folder / f"staging/{n}"), False, "", 60.0, "k")
            for n in range(number)
        ]  # fmt: skip
        memory: list[int] = []

        def done(outcome: Outcome) -> None:
            assert outcome.status == "gelukt", outcome
            mine = [psutil.Process(), *psutil.Process().children()]
            memory.append(sum(p.memory_info().rss for p in mine if p.is_running()))

        before = set(psutil.Process().children(recursive=True))
        files, sockets = psutil.Process().num_fds(), len(psutil.Process().net_connections())
        started = time.perf_counter()
        workers.run_tasks(tasks, 2, lambda task: None, done)
        seconds = time.perf_counter() - started
        time.sleep(1)
        left = [p for p in psutil.Process().children(recursive=True) if p not in before]
        names = [" ".join(p.cmdline())[:60] for p in left]
        early, late = max(memory[:50][-10:]) / 2**20, max(memory[-10:]) / 2**20
        print(f"{number} reports in {seconds:.0f} s; memory {early:.0f} MB after 50, {late:.0f} MB at the end")
        print(f"left: {len(names)} processes (the fork server and its tracker, until this process ends): {names}")
        now = psutil.Process()
        print(f"open files {files} -> {now.num_fds()}, sockets {sockets} -> {len(now.net_connections())}")


def killed(times: int) -> None:
    """Kill a batch at random moments and start it again."""
    rng = random.Random(SEED)
    choice = ("--wijken", "gemeente,voorbeeldwijk-noord", "--jobs", "2", "--log-format", "json")
    with tempfile.TemporaryDirectory() as name:
        town = nplv.example(Path(name) / "stad")
        nplv.load(town)
        project = Path(name) / "project"
        tiny_project(project, town)
        started = time.perf_counter()
        Command(project, *choice).process.communicate()
        whole, length = files_of(project / "uit"), time.perf_counter() - started
        wrong = twice = left = 0
        kept = []
        for _ in range(times):
            clear(project / "uit")
            command = Command(project, *choice)
            time.sleep(rng.uniform(0, length))
            command.end(signal.SIGKILL)
            left += len(command.leftovers())
            had = finished(project / "uit")
            kept.append(len(had))
            said = Command(project, *choice).process.communicate()[1]
            events = [json.loads(text) for text in said.splitlines()]
            twice += len(had & {f"{e['area']}/{e['theme']}" for e in events if e["event"] == "begin"})
            now = files_of(project / "uit")
            wrong += now != whole
            if now != whole:
                other = [n for n in now.keys() | whole.keys() if now.get(n) != whole.get(n)]
                print(f"other bytes: {other}; {said[-300:]}")
        print(f"killed {times} times in a batch of {length:.1f} s and 8 reports; finished by then: {sorted(kept)}")
        print(f"made again though finished: {twice}; other bytes afterwards: {wrong}; processes or files left: {left}")


def finished(out: Path) -> set[str]:
    """Give the names of the reports that are whole, waiting or in their place."""
    stamps = {f"{p.parent.name}/{p.stem}" for p in (out / ".nplv" / "staging").glob("*/*.json")}
    return stamps | {f"{p.parent.name}/{p.stem}" for p in out.glob("*/*.html")}


def clear(folder: Path) -> None:
    """Empty a folder."""
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    in_a_row(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
    killed(int(sys.argv[2]) if len(sys.argv) > 2 else 50)
