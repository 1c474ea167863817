"""Raw files that are there whole or not at all, each with its record; what is not finished stays hidden."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nplv_analysis.download.connection import DownloadError
from nplv_analysis.output.export import write_atomically
from nplv_analysis.records import SUFFIX, sha256_of

#: The record that waits until its file is in place.
WAITING = ".nieuw"


Progress = Callable[[str], None]


@dataclass(frozen=True)
class Received:
    """What came in: the content of the raw file and what its record should say about it."""

    content: bytes
    rows: int
    published: str = ""
    version: str = ""
    provisional: tuple[int, ...] = ()
    selection: str = ""


def is_there(path: Path, gemeente: str) -> bool:
    """Tell whether a raw file is there as it was downloaded.

    Parameters
    ----------
    path : Path
        The raw file.
    gemeente : str
        CBS code of the gemeente it must be about.

    Returns
    -------
    bool
        False when neither the file nor its record is there.

    Raises
    ------
    DownloadError
        When the file is not the one of its record, or about another gemeente: it is never overwritten unasked.
    """
    _finish(path)
    record = path.with_name(path.name + SUFFIX)
    if not path.exists():
        return False
    name = f"{path.parent.name}/{path.name}"
    try:
        fields = yaml.safe_load(record.read_text(encoding="utf-8-sig"))
        expected, selection = str(fields["sha256"]).lower(), str(fields["selectie"])
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        raise DownloadError(f"{name}: is there without a record that fits; it stays (--renew replaces it)") from None
    if expected != sha256_of(path):
        raise DownloadError(f"{name}: was changed after it was downloaded; it stays (--renew replaces it)")
    if gemeente not in selection:
        raise DownloadError(f"{name}: is not about {gemeente}; it stays (give another folder with --data)")
    return True


def store(path: Path, content: bytes, fields: dict[str, Any]) -> None:
    """Write a raw file and its record, so that no moment leaves a file with the record of another.

    Parameters
    ----------
    path : Path
        The raw file.
    content : bytes
        What it holds.
    fields : dict
        The fields of the record, without ``sha256``.
    """
    signed = fields | {"sha256": hashlib.sha256(content).hexdigest()}
    text = yaml.safe_dump(signed, allow_unicode=True, sort_keys=False, width=120)
    # Two files cannot change at one moment. The record waits under a hidden name; when the program is stopped between
    # the two, the next run sees that the file is the one of the record that waits, and finishes.
    write_atomically(_waiting(path), text.encode())
    write_atomically(path, content)
    _finish(path)


def _waiting(path: Path) -> Path:
    return path.with_name(f".{path.name}{SUFFIX}{WAITING}")


def _finish(path: Path) -> None:
    waiting = _waiting(path)
    if not waiting.exists():
        return
    fields = yaml.safe_load(waiting.read_text(encoding="utf-8"))
    if path.exists() and fields["sha256"] == sha256_of(path):
        waiting.replace(path.with_name(path.name + SUFFIX))
    else:
        waiting.unlink()


class Parts:
    """What has come in of one file that is not finished, in a hidden folder beside its place.

    Parameters
    ----------
    path : Path
        The raw file to be.
    """

    def __init__(self, path: Path) -> None:
        self.folder = path.with_name(f".{path.name}.delen")
        self.file = self.folder / ".bestand"
        self._begin = self.folder / ".begin"

    def begin(self, what: dict[str, str]) -> None:
        """Note what the parts are of: the address and the version; parts of anything else go."""
        text = json.dumps(what, sort_keys=True).encode()
        if self._begin.exists() and self._begin.read_bytes() == text:
            return
        self.clear()
        self.folder.mkdir(parents=True)
        # Names with a dot are not raw data; this keeps the folder out of git as well.
        (self.folder / ".gitignore").write_text("*\n", encoding="utf-8")
        write_atomically(self._begin, text)

    def begun(self) -> dict[str, str]:
        """Give what the parts are of; empty when there are none."""
        try:
            found = json.loads(self._begin.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def pages(self) -> list[dict[str, Any]]:
        """Give the pages that came in whole, in order."""
        found: list[dict[str, Any]] = []
        while (path := self._page(len(found))).exists():
            try:
                found.append(json.loads(path.read_text(encoding="utf-8")))
            except ValueError:
                break
        return found

    def keep(self, number: int, page: dict[str, Any]) -> None:
        """Keep one page."""
        write_atomically(self._page(number), json.dumps(page, ensure_ascii=False).encode())

    def _page(self, number: int) -> Path:
        return self.folder / f".bladzijde-{number:05}"

    def clear(self) -> None:
        """Throw the parts away."""
        shutil.rmtree(self.folder, ignore_errors=True)
