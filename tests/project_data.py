"""Fixtures with the shipped figures and those of the fictional town; a test file asks for them as a plugin."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock
from helpers import copy_project

import nplv_analysis as nplv
from nplv_analysis.data import Data


def shared_by_processes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that the processes of one run share, because preparing takes seconds."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def real_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared copy of the shipped data."""
    shared = shared_by_processes(tmp_path_factory)
    folder = shared / "echt" / "data"
    with FileLock(shared / "echt.lock"):
        if not folder.exists():
            copy_project(folder.parent)
        nplv.load(folder)
    return folder


@pytest.fixture(scope="session")
def real_data(real_folder: Path) -> Data:
    """The released figures of the shipped data."""
    return nplv.load(real_folder)


@pytest.fixture(scope="session")
def town_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of Voorbeeldstad, prepared; tests that change it make their own."""
    shared = shared_by_processes(tmp_path_factory)
    folder = shared / "voorbeeldstad" / "data"
    with FileLock(shared / "voorbeeldstad.lock"):
        if not folder.exists():
            nplv.example(folder)
        nplv.load(folder)
    return folder


@pytest.fixture(scope="session")
def town_data(town_folder: Path) -> Data:
    """The released figures of Voorbeeldstad."""
    return nplv.load(town_folder)
