"""What developers do from the command line: run the tests, check the style, measure."""

from __future__ import annotations

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
        ["pytest", "-n", "auto", "--dist", "loadfile", "--nbval-lax", "notebooks"],
    )


@click.command()
def lint() -> None:
    """For developers: check format, style, types and that notebooks have no outputs."""
    notebooks = [path.as_posix() for path in sorted(Path("notebooks").glob("*.ipynb"))]
    _run(
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "."],
        ["mypy", "nplv_analysis"],
        ["nbstripout", "--keep-id", "--verify", *notebooks],
    )


@click.command()
def bench() -> None:
    """For developers: measure speed, as ratios against things outside the project."""
    _run(["benchmarks.run"])
