"""The processes of a batch: warm ones give what plain papermill gives, and what goes wrong in one stays there."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import nbformat
import pytest
from tiny import Command, files_of, tiny_project, write_notebook

from nplv_analysis.batch import warm, workers
from nplv_analysis.batch.tasks import Outcome, Task
from nplv_analysis.catalogue import OF_EACH
from nplv_analysis.output.execution import NoKernelError

pytest_plugins = ["project_data"]
forks = pytest.mark.skipif(not warm.can_fork(), reason="this system has no fork server")

#: Every way in which a cell gives something back.
OUTPUTS = (
    "print('naar buiten'); import sys; print('fout', file=sys.stderr); print('weer naar buiten')",
    "import pandas as pd\npd.DataFrame({'wijk': ['Voorbeeldwijk'], 'waarde': [1.5]})",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4])\nplt.title('Voorbeeld')\nplt.show()",
    "plt.plot([2, 1]);",
    "from IPython.display import HTML, display, clear_output\ndisplay(HTML('<b>een</b>'))\ndisplay({'a': 1})\n2",
    "h = display('eerst', display_id='vast')\nh.update('later')",
    "print('weg')\nclear_output()\nprint('blijft')",
    "import subprocess\nsubprocess.run(['echo', 'van een ander proces'])\n!echo van de schil",
    "import logging, warnings\nlogging.getLogger('x').warning('let op')\nwarnings.warn('pas op')",
    "import asyncio\nawait asyncio.sleep(0)\n'na het wachten'",
    "%precision 2\n1 / 3",
    "import os\nos.path.basename(os.getcwd()).startswith('test_')",
    "__name__, type(get_ipython()).__name__, sys.argv[0].endswith('.py')",
    "import matplotlib\nmatplotlib.get_backend()",
    "import numpy as np\nnp.random.seed(1)\nnp.random.random(3)",
    "class Voorbeeld:\n    def _repr_html_(self): return '<p>zo</p>'\n    def __repr__(self): return 'zo'\nVoorbeeld()",
    "_",
    "help(len)",
    "1 / 0",
)


def task_of(notebook: Path, folder: Path, **other: Any) -> Task:
    """Make the task of one notebook."""
    staging = str(folder / ".nplv" / "staging" / "noord")
    data = notebook.parent.parent / "data"
    (data / "raw").mkdir(parents=True, exist_ok=True)
    given = {"limit": 60.0, "key": "k", **other}
    return Task(
        "noord", "Noord", notebook.stem, str(notebook), str(data), str(folder / "noord"), staging, False, "M", **given
    )


def made(tasks: list[Task], **other: Any) -> dict[str, Outcome]:
    """Make reports two at a time."""
    outcomes = workers.run_tasks(tasks, 2, lambda task: None, lambda outcome: None, **other)
    return {outcome.thema: outcome for outcome in outcomes}


def cells_of(task: Task) -> list[dict[str, Any]]:
    """Give the cells of the notebook that a task left, whole or up to its fault."""
    (path,) = Path(task.staging).glob(f"{task.theme}*.ipynb")
    return [dict(cell) for cell in nbformat.read(path, as_version=4).cells]


@forks
def test_every_output_of_a_warm_kernel_is_that_of_plain_papermill(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "notebooks" / "armoede.ipynb", *OUTPUTS)
    warmly, plainly = (task_of(notebook, tmp_path / name) for name in ("warm", "kaal"))
    assert "ZeroDivisionError" in made([warmly])["armoede"].fout
    assert "ZeroDivisionError" in made([plainly], warm_kernels=False)["armoede"].fout
    here, there = cells_of(warmly), cells_of(plainly)
    assert len(here) == len(OUTPUTS) + 4  # the parameters, those given, and two of papermill that point to the fault
    # A kernel names the file of a cell after itself, also without a fork.
    texts = [json.dumps(cells).replace("warm/", "kaal/") for cells in (here, there)]
    plain = [re.sub(r"[^ \"]*ipykernel_\d+/", "", text) for text in texts]
    assert json.loads(plain[0]) == json.loads(plain[1])
    (printed,) = [cell["outputs"] for cell in here if cell["source"] == OUTPUTS[0]]
    assert [output["name"] for output in printed] == ["stdout", "stderr"]
    kinds = {o["output_type"] for cell in here for o in cell.get("outputs", [])}
    assert kinds == {"stream", "execute_result", "display_data", "error"}
    assert "('__main__', 'ZMQInteractiveShell', True)" in plain[0]
    pictures = sum("image/png" in o.get("data", {}) for cell in here for o in cell.get("outputs", []))
    # Matplotlib before 3.9 shows no figure by itself once plt.show() was called, in a cold kernel neither.
    assert pictures == (2 if tuple(map(int, matplotlib.__version__.split(".")[:2])) >= (3, 9) else 1)


@forks
def test_warm_kernels_share_nothing(tmp_path: Path) -> None:
    code = (
        "import random, numpy\nimport nplv_analysis\nnplv_analysis.gezien = getattr(nplv_analysis, 'gezien', 0) + 1\n"
    )
    code += "print(nplv_analysis.gezien, random.random(), numpy.random.random())"
    tasks = [
        task_of(write_notebook(tmp_path / "notebooks" / f"{theme}.ipynb", code), tmp_path)
        for theme in ("armoede", "veiligheid")
    ]
    assert {o.status for o in made(tasks).values()} == {"gelukt"}
    said = [cells_of(task)[2]["outputs"][0]["text"].split() for task in tasks]
    assert [first for first, *_ in said] == ["1", "1"]
    assert said[0][1] != said[1][1] and said[0][2] != said[1][2]


def _threads_of_parent(answer: Any) -> None:
    answer.send(len(list(Path(f"/proc/{os.getppid()}/task").iterdir())))


@forks
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="only Linux tells the threads of another process")
def test_the_process_that_forks_has_no_threads() -> None:
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = warm.context().Process(target=_threads_of_parent, args=(theirs,))
    process.start()
    assert ours.recv() == 1
    process.join()


def test_without_room_for_the_socket_a_batch_goes_on_cold(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_long() -> None:
        raise OSError("AF_UNIX path too long")

    monkeypatch.setattr("multiprocessing.forkserver.ensure_running", too_long)
    assert workers.start_early() is False


FAULTS = {
    "armoede": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", r"cell 3: its process ended"),
    "leerachterstand": ("import time\ntime.sleep(600)", r"cell 3: stopped, because the report took longer than 4 s"),
    "veiligheid": (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**33, 2**33))\nb = bytearray(2**34)",
        r"cell 3: MemoryError",
    ),
    "gebiedsmonitor": ("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", r"its process ended with code -9"),
}


@forks
def test_a_notebook_that_hangs_or_loses_its_process_fails_alone(tmp_path: Path) -> None:
    faulty = [
        task_of(write_notebook(tmp_path / "notebooks" / f"{theme}.ipynb", code), tmp_path, limit=4.0)
        for theme, (code, _) in FAULTS.items()
    ]
    whole = task_of(write_notebook(tmp_path / "notebooks" / "heel.ipynb", "'heel'"), tmp_path)
    whole = dataclasses.replace(whole, theme="armoede", area="zuid", staging=str(tmp_path / "zuid"))
    outcomes = workers.run_tasks([*faulty, whole], 3, lambda task: None, lambda outcome: None)
    by_name = {outcome.name: outcome for outcome in outcomes}
    assert by_name["zuid/armoede"].status == "gelukt"
    for theme, (_, message) in FAULTS.items():
        outcome = by_name[f"noord/{theme}"]
        assert outcome.status == "mislukt"
        assert re.search(message, outcome.fout), outcome.fout
    # What ran before the fault is kept, where somebody was left to keep it.
    kept = {p.name for p in Path(faulty[0].staging).glob("*.ipynb")}
    assert kept == {f"{theme}.fout.ipynb" for theme in FAULTS if theme != "gebiedsmonitor"}


@pytest.mark.parametrize("times", [1, 2])
def test_a_kernel_that_does_not_start_gets_one_more_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    tries: list[Any] = []

    def make(task: Task, kernels: Any = None) -> Outcome:
        tries.append(kernels)
        if len(tries) <= times:
            raise NoKernelError("the kernel did not start: ports")
        return Outcome(task.area, task.theme, "gelukt", 0.0)

    monkeypatch.setattr(workers, "make", make)
    answers, theirs = multiprocessing.Pipe(duplex=False)
    task = task_of(write_notebook(tmp_path / "notebooks" / "armoede.ipynb", "1"), tmp_path)
    process = multiprocessing.get_context("fork").Process(
        target=workers._work, args=(task, theirs, str(tmp_path), False, dict(os.environ))
    )
    process.start()
    outcome = answers.recv()
    process.join()
    assert (outcome.status, outcome.fout) == (
        ("gelukt", "") if times == 1 else ("mislukt", "NoKernelError: the kernel did not start: ports")
    )


@pytest.fixture
def slow(tmp_path: Path, town_folder: Path, town_data: Any) -> Iterator[Path]:
    """A project with reports of half a second, and one that never ends unless it is told."""
    code = "import time\ntime.sleep(0.5)"
    endless = "import time\nfrom pathlib import Path\nif not Path('door').exists(): time.sleep(600)"
    tiny_project(tmp_path, town_folder, armoede=code, leerachterstand=code, gebiedsmonitor=endless)
    yield tmp_path


CHOICE = ("--wijken", "voorbeeldwijk-noord", "--jobs", "2", "--log-format", "json")


def first_done(command: Command) -> str:
    """Wait until a report is done; gives the line that says so."""
    assert command.process.stderr is not None
    said = []
    for line in command.process.stderr:
        said.append(line)
        if '"done"' in line:
            return line
    raise AssertionError("the batch ended before a report was done: " + "".join(said))


@forks
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=str)
def test_a_batch_that_is_stopped_leaves_nothing_behind_and_goes_on_where_it_was(
    slow: Path, number: signal.Signals
) -> None:
    command = Command(slow, *CHOICE)
    first = json.loads(first_done(command))
    code, said = command.end(number, seconds=10)
    assert code != 0 and "Traceback" not in said
    if number != signal.SIGKILL:
        assert "nplv: stopped" in said
    assert command.leftovers() == []
    assert files_of(slow / "uit") == {}
    if number == signal.SIGINT:
        return  # going on is the same after both, and takes its time
    (slow / "door").touch()
    again = Command(slow, *CHOICE)
    said = "".join(again.process.communicate(timeout=120))
    assert again.process.returncode == 0, said
    begun = {(e["area"], e["theme"]) for e in map(json.loads, said.splitlines()) if e["event"] == "begin"}
    assert (first["area"], first["theme"]) not in begun and begun
    assert again.leftovers() == []
    disturbed = files_of(slow / "uit")
    assert len(disturbed) == 3 * len(OF_EACH) + 6
    Command(slow, *CHOICE, "--force").process.communicate(timeout=120)
    assert files_of(slow / "uit") == disturbed
