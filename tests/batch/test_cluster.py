"""A batch on a Dask cluster: the same reports as of one machine, also when a worker dies or has other data."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import nbformat
import psutil
import pytest
from conftest import run
from helpers import town_project

from nplv_analysis.batch import cluster, run_batch
from nplv_analysis.batch.remote import Made
from nplv_analysis.batch.tasks import FAILED, Outcome, Task, plan
from nplv_analysis.catalogue import REPORTS
from nplv_analysis.errors import NplvError
from nplv_analysis.folders import catalogue_of

pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")

AREAS = ("voorbeeldwijk-noord", "voorbeeldwijk-zuid")
THEMES = ("armoede", "veiligheid")
#: Takes some time, says which worker is at it, and names the folder that its files will lie in.
CELL = """
import os, time
from pathlib import Path

diary = Path(os.environ["NPLV_TEST_DIARY"])
name = os.environ.get("NPLV_TEST_WORKER", "here")
with diary.open("a") as file:
    print(name, "begins", wijk, THEMA, file=file)
time.sleep(float(os.environ.get("NPLV_TEST_SECONDS", "0")))
(Path(uitvoer_map) / f"{THEMA}.csv").write_text(f"{wijk},{THEMA}\\n")
with diary.open("a") as file:
    print(name, "ends", wijk, THEMA, file=file)
f"{wijk}, {THEMA}: {uitvoer_map} {Path(data_map, 'raw').is_dir()}"
"""
PARAMETERS = 'wijk: str = ""\ndata_map: str = ""\nuitvoer_map: str = ""\nalleen_openbaar: bool = False'


def tiny_project(folder: Path) -> Path:
    """Make a project of the fictional town whose notebooks do next to nothing; gives its data folder."""
    data = town_project(folder)
    for theme in REPORTS:
        path = folder / "notebooks" / f"{theme}.ipynb"
        node = nbformat.read(path, as_version=4)
        new = nbformat.v4.new_code_cell
        node.cells = [
            new(PARAMETERS, metadata={"tags": ["parameters"]}, id="parameters"),
            new(f"THEMA = '{theme}'{CELL}", id="work"),
        ]
        nbformat.write(node, path)
    return data


@contextmanager
def dask(folder: Path, *arguments: str, **environment: str) -> Iterator[psutil.Process]:
    """Run a command of Dask, as on another machine; no process of it is left afterwards."""
    command = [sys.executable, "-m", "dask", *arguments]
    quiet = {"DASK_LOGGING__DISTRIBUTED": "critical", "PYTHONWARNINGS": "ignore"}
    process = psutil.Popen(command, cwd=folder, env=os.environ | quiet | environment)
    try:
        yield process
    finally:
        family = process.children(recursive=True) if process.is_running() else []
        process.terminate()
        process.wait()
        assert psutil.wait_procs(family, timeout=10)[1] == []


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler without workers."""
    file = tmp_path_factory.mktemp("scheduler") / "scheduler.json"
    where = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file), "--no-dashboard"]
    with dask(file.parent, "scheduler", *where):
        end = time.monotonic() + 60
        while not file.exists() or not file.read_text():
            assert time.monotonic() < end, "the scheduler did not start"
            time.sleep(0.05)
        yield json.loads(file.read_text())["address"]


@contextmanager
def worker(address: str, name: str, folder: Path, *more: str, **environment: str) -> Iterator[psutil.Process]:
    """Start a worker that makes one report at a time, in a project folder."""
    how = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder.parent / f"dask-{name}")]
    environment |= {"NPLV_TEST_WORKER": name, "NPLV_TEST_SECONDS": "0.7"}
    with dask(folder, "worker", address, "--name", name, *how, *more, **environment) as process:
        yield process


def kill_at_work(process: psutil.Process, name: str, diary: Path) -> list[psutil.Process]:
    """Kill a worker that has made a report, while it makes another; gives the processes that it had started."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        lines = [line for line in diary.read_text().splitlines() if line.startswith(name)]
        if len(lines) > 2 and " begins " in lines[-1]:
            family = process.children(recursive=True)
            process.send_signal(signal.SIGKILL)
            return family
        time.sleep(0.02)
    raise AssertionError(f"worker {name} made no second report")


def files(out: Path) -> dict[str, bytes]:
    """All that a batch wrote, save its account, which has the time it took."""
    found = {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*.*") if p.is_file()}
    del found["run.json"]
    return found


def test_without_a_worker_it_says_so(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0)
    data = tiny_project(tmp_path)
    (task, *_) = plan(catalogue_of(data), data, tmp_path / "notebooks", tmp_path / "reports")
    with pytest.raises(NplvError, match="has no worker that can make these reports"):
        cluster.runner(address, None, print)([task], 1, print, print)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system can't end a process at once")
def test_a_cluster_makes_the_same_reports_also_when_a_worker_dies(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diary, here = tmp_path / "diary", tmp_path / "here"
    diary.touch()
    monkeypatch.setenv("NPLV_TEST_DIARY", str(diary))
    data, out = tiny_project(here), here / "reports"
    monkeypatch.chdir(here)
    there, other = (shutil.copytree(here, tmp_path / name) for name in ("there", "other"))
    for theme in REPORTS:
        notebook = other / "notebooks" / f"{theme}.ipynb"
        notebook.write_text(notebook.read_text(encoding="utf-8").replace("wijk:", "wijk :"), encoding="utf-8")

    told: list[str] = []
    begun: list[str] = []
    done: list[str] = []

    def on_done(outcome: Outcome) -> None:
        assert outcome.name in begun
        done.append(outcome.name)

    preload = ("--preload", "nplv_analysis.batch.cluster")
    with (
        worker(address, "first", here, *preload) as first,
        worker(address, "second", there, *preload, NPLV_PROJECT=str(there)),
        worker(address, "odd", other, NPLV_PROJECT=str(other)),
        ThreadPoolExecutor(1) as thread,
    ):
        local = run_batch(out, data_map=str(data), areas=AREAS, themes=THEMES, jobs=2)
        out.rename(tmp_path / "local")
        killed = thread.submit(kill_at_work, first, "first", diary)
        run = run_batch(
            out,
            data_map=str(data),
            areas=AREAS,
            themes=THEMES,
            runner=cluster.runner(address, None, told.append),
            on_begin=lambda task: begun.append(task.name),
            on_done=on_done,
        )
        assert psutil.wait_procs(killed.result(), timeout=10)[1] == []

    assert [o.fout for o in local.failures] == []
    assert [o.fout for o in run.failures] == []
    assert sorted(begun) == sorted(done) == sorted(f"{area}/{theme}" for area in AREAS for theme in THEMES)
    assert [(o.name, o.sleutel, o.bestanden) for o in run.outcomes] == [
        (o.name, o.sleutel, o.bestanden) for o in local.outcomes
    ]
    assert files(out) == files(tmp_path / "local")
    # The report that was in the hands of the dead worker was made again; the odd one made none.
    lines = diary.read_text().splitlines()
    assert {line.split()[0] for line in lines} == {"here", "first", "second"}
    remote = [line.split()[1:] for line in lines if not line.startswith("here")]
    assert [begins for begins, *_ in remote].count("begins") > len(begun)
    (sentence,) = told
    assert re.fullmatch(r"worker tcp://127.0.0.1:\d+ makes no reports: the notebook differs from here; .*", sentence)


def test_a_report_that_kills_its_workers_fails_alone() -> None:
    from distributed import KilledWorker

    class Failed:
        """What the scheduler makes of such a report."""

        status = "error"

        def exception(self) -> Exception:
            """Give up on it."""
            return KilledWorker("make_here-1", None, 2)

    task = Task("wijk", "Wijk", "armoede", "n", "d", "f", "s", public=False, monitor="", limit=1, key="abc")
    answer = cluster._answer(Failed(), task)  # type: ignore[arg-type]
    assert isinstance(answer, Made)
    assert (answer.outcome.name, answer.outcome.status, answer.outcome.sleutel) == ("wijk/armoede", FAILED, "abc")
    assert answer.outcome.fout.startswith("its worker died, 3 times")


@pytest.mark.parametrize("address", ["", "cluster", "tcp://cluster", "http://cluster:8786", "10.0.0.5:many"])
def test_what_is_no_address_is_wrong_use(address: str) -> None:
    done = run("batch", "--scheduler", address)
    assert done.exit_code == 2
    assert done.stderr == f"nplv: --scheduler: found '{address}', expected an address such as tcp://10.0.0.5:8786\n"


def test_an_address_where_nothing_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER", 0.2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{free.getsockname()[1]}"
        done = run("batch", "--scheduler", nobody)
    assert done.exit_code == 1
    assert done.stderr == f"nplv: no Dask scheduler answers at {nobody} within 0.2 seconds\n"


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = run("batch", "--scheduler", "tcp://127.0.0.1:8786")
    assert done.exit_code == 2
    assert done.stderr == "nplv: --scheduler: first install Dask, with pip install 'nplv_analysis[cluster]'\n"
