"""What several test files share: the shipped figures, and a made-up town small enough to break."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import settings

from nplv_analysis.catalogue import Catalogue, load_catalogue
from nplv_analysis.cli import main
from nplv_analysis.preparation import prepare
from nplv_analysis.records import SUFFIX, Record, sha256_of
from nplv_analysis.sources import read

# No test may fail because a machine is slow, nor pass or fail by chance.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

HERE = Path(__file__).resolve().parent


class DataFolder:
    """A data folder to break: edits a raw file and, unless told otherwise, the checksum in its record."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, content: str | bytes, *, sign: bool = True) -> None:
        """Replace the content of a raw file."""
        file = self.path / "raw" / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        if sign:
            self.record(name, sha256=sha256_of(file))

    def edit(self, name: str, old: str, new: str, *, sign: bool = True) -> None:
        """Replace one piece of text in a raw file."""
        text = (self.path / "raw" / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"'{old}' is {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new), sign=sign)

    def record(self, name: str, **changed: object) -> None:
        """Change fields of a record; None takes a field out."""
        file = self.path / "raw" / f"{name}{SUFFIX}"
        fields = yaml.safe_load(file.read_text(encoding="utf-8")) | changed
        kept = {key: value for key, value in fields.items() if value is not None}
        file.write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")

    def processed(self) -> dict[str, bytes]:
        """Give the built files, byte for byte."""
        return {p.name: p.read_bytes() for p in sorted((self.path / "processed").iterdir()) if p.suffix != ".lock"}


def run(*arguments: str | Path) -> Result:
    """Run the command line, with what goes to stderr kept apart (click before 8.2 must be asked to)."""
    ask = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
    return CliRunner(**ask).invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="session")
def shipped_raw() -> Path:
    """The raw files that the project ships; never write here."""
    return HERE.parent / "data" / "raw"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped catalogue."""
    return load_catalogue()


@pytest.fixture(scope="session")
def prepared_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up town, prepared; for all tests together, so never write here."""
    folder = tmp_path_factory.mktemp("teststad") / "data"
    shutil.copytree(HERE / "data" / "teststad", folder)
    prepare(folder)
    return folder


@pytest.fixture
def town(prepared_town: Path, tmp_path: Path) -> DataFolder:
    """A prepared copy of the made-up town, to break."""
    return DataFolder(shutil.copytree(prepared_town, tmp_path / "data"))


@pytest.fixture
def read_as(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """A function that reads text as a raw file: the name of the reader, the text, and fields of the record."""
    catalogue = load_catalogue(HERE / "data" / "teststad" / "catalogus", checked=True)

    def read_text(reader: str, text: str, **fields: Any) -> pd.DataFrame:
        (tmp_path / "file.csv").write_text(text, encoding="utf-8")
        words = dict.fromkeys(("publisher", "title", "table", "address", "licence", "citation", "selection"), "none")
        given: dict[str, Any] = {"source": reader, "public": True, "sha256": "", **words, **fields}
        return read(tmp_path, Record(file="file.csv", reader=reader, **given), catalogue)

    return read_text
