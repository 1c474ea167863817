"""What developers do from the command line: run the tests, check the style, measure."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import click

from nplv_analysis.errors import FAILED


def _run(*commands: list[str]) -> None:
    for command in commands:
        done = subprocess.run([sys.executable, "-m", *command], check=False)
        if done.returncode:
            sys.exit(FAILED)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1)
def test(arguments: tuple[str, ...]) -> None:
    """For developers: run all tests, or hand ARGUMENTS to pytest."""
    if arguments:
        _run(["pytest", *arguments])
        return
    # Cells of one notebook must stay in one process; the notebooks run apart from the other tests.
    _run(
        # In the order of the files: those of the batch, which take longest, come first and not last.
        ["pytest", "-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder", "tests"],
        # The lessons of the course: tests/test_course.py runs their cells, and so does `docs`.
        ["pytest", "-n", "auto", "--dist", "loadfile", "--nbval-lax", "--ignore=notebooks/cursus", "notebooks"],
    )


@click.command()
def lint() -> None:
    """For developers: check format, style, types and that notebooks have no outputs."""
    folder = Path("notebooks")
    notebooks = [path.as_posix() for path in sorted([*folder.glob("*.ipynb"), *folder.glob("cursus/*.ipynb")])]
    _run(
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "."],
        ["mypy", "nplv_analysis"],
        ["nbstripout", "--keep-id", "--verify", *notebooks],
    )


@click.command()
def docs() -> None:
    """For developers: build the documentation in build/docs, with the course run from top to bottom."""
    # A page of a module that is gone would belong nowhere.
    shutil.rmtree("build/api", ignore_errors=True)
    _run(["sphinx", "-c", "docs", "-d", "build/doctrees", "-j", "auto", "-q", "-W", "--keep-going", ".", "build/docs"])
    click.echo("the documentation is in build/docs/index.html")


@click.command()
def bench() -> None:
    """For developers: measure speed, as ratios against things outside the project."""
    _run(["benchmarks.run"])
