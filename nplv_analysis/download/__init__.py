"""Get the open data from their publishers: each file whole or not at all, with a record of where it comes from."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nplv_analysis.download.connection import Connection, ContentError, DownloadError, NoConnectionError, Patience
from nplv_analysis.download.files import fetch_file
from nplv_analysis.download.odata import fetch_table
from nplv_analysis.download.plan import Wanted, choose, read_plan
from nplv_analysis.download.write import Parts, Progress, Received, is_there, store
from nplv_analysis.errors import NplvError

__all__ = ["FAILED", "NEW", "THERE", "Outcome", "Patience", "Wanted", "choose", "download", "faults", "read_plan"]

NEW, THERE, FAILED = "new", "there", "failed"


@dataclass(frozen=True)
class Outcome:
    """What became of one file: ``new``, ``there`` or ``failed``; its rows; what went wrong."""

    label: str
    status: str
    rows: int = 0
    fault: NplvError | None = None


def download(
    raw: Path,
    plan: list[Wanted],
    *,
    renew: bool = False,
    patience: Patience | None = None,
    progress: Progress = lambda text: None,
    on_done: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Download files that are not there yet; one that fails leaves the others, and leaves nothing half.

    Parameters
    ----------
    raw : Path
        The folder ``data/raw``.
    plan : list of Wanted
        What to get.
    renew : bool
        Get also what is there, and replace it once the new file is whole.
    patience : Patience, optional
        How long to wait and how often to try.
    progress : callable
        Told in a few words what has come in.
    on_done : callable
        Called after each file.

    Returns
    -------
    list of Outcome
        One for each file, in order.

    Raises
    ------
    NplvError
        When another download into the same folder is running.
    """
    from filelock import FileLock, Timeout

    outcomes: list[Outcome] = []
    unreachable: dict[str, NoConnectionError] = {}
    try:
        with FileLock(raw / ".download.lock", timeout=0), Connection(patience or Patience()) as connection:
            for wanted in plan:
                host = urlsplit(wanted.address).netloc
                try:
                    # Nobody wants to wait for each of twenty files of a server that is not there.
                    if host in unreachable:
                        raise unreachable[host]
                    outcome = _one(connection, raw, wanted, renew, progress)
                except NoConnectionError as error:
                    unreachable[host] = error
                    outcome = Outcome(wanted.label, FAILED, fault=error)
                except DownloadError as error:
                    outcome = Outcome(wanted.label, FAILED, fault=error)
                except OSError as error:
                    fault = DownloadError(f"{wanted.label}: cannot be written ({error.strerror})")
                    outcome = Outcome(wanted.label, FAILED, fault=fault)
                outcomes.append(outcome)
                on_done(outcome)
    except Timeout:
        raise NplvError(f"another download into '{raw.as_posix()}' is running; wait until it is ready") from None
    return outcomes


def faults(outcomes: list[Outcome]) -> list[str]:
    """Say what went wrong, a sentence a fault; servers that cannot be reached share one.

    Parameters
    ----------
    outcomes : list of Outcome
        What ``download`` gave.

    Returns
    -------
    list of str
        Sentences, each once.
    """
    hosts: dict[str, dict[str, None]] = {}
    sentences = []
    for fault in (outcome.fault for outcome in outcomes if outcome.fault):
        if isinstance(fault, NoConnectionError):
            hosts.setdefault(fault.reason, {})[fault.host] = None
        else:
            sentences.append(str(fault))
    return [*sentences, *(str(NoConnectionError(", ".join(names), reason)) for reason, names in hosts.items())]


def _one(connection: Connection, raw: Path, wanted: Wanted, renew: bool, progress: Progress) -> Outcome:
    path = raw / wanted.source / wanted.file
    if not renew and is_there(path, wanted.gemeente):
        return Outcome(wanted.label, THERE)
    parts = Parts(path)
    fetch = fetch_file if wanted.protocol == "bestand" else fetch_table
    try:
        received = fetch(connection, wanted, parts, progress)
    except ContentError:
        parts.clear()
        raise
    store(path, received.content, _record(wanted, received))
    parts.clear()
    return Outcome(wanted.label, NEW, rows=received.rows)


def _record(wanted: Wanted, received: Received) -> dict[str, Any]:
    """Write down what was downloaded, in the fields of every record."""
    notes = [
        wanted.note,
        f"Uitgave bij de bron: {received.version}." if received.version else "",
    ]
    fields: dict[str, Any] = {
        "bron": wanted.source,
        "lezer": wanted.reader,
        "uitgever": wanted.publisher,
        "titel": wanted.title,
        "tabel": wanted.table or "geen tabelnummer",
        "adres": wanted.address,
        "datum_publicatie": received.published or "onbekend",
        "datum_opname": datetime.date.today().isoformat(),
        "licentie": wanted.licence,
        "citaat": wanted.citation,
        "openbaar": "ja",
        "selectie": f"{received.selection}; {received.rows} rijen. Opgehaald met nplv download.",
    }
    if wanted.table and wanted.year is not None:
        fields["peiljaar"] = wanted.year
    if wanted.layout is not None:
        fields["indeling"] = wanted.layout
    if received.provisional:
        fields["voorlopig"] = list(received.provisional)
    if note := " ".join(filter(None, notes)):
        fields["opmerking"] = note
    return fields
