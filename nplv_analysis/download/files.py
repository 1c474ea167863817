"""Plain files: fetched in full, resumed where they were cut off, and then only the lines of one gemeente."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import requests

from nplv_analysis.download.connection import Connection, ContentError, DownloadError
from nplv_analysis.download.plan import Rows, Wanted
from nplv_analysis.download.write import Parts, Progress, Received
from nplv_analysis.errors import did_you_mean

#: Bytes a time: no more than this is lost when a file is cut off.
CHUNK = 16384
#: Types that a page with a message has, never a table.
MESSAGES = ("html", "xml", "json")


def fetch_file(connection: Connection, wanted: Wanted, parts: Parts, progress: Progress) -> Received:
    """Get a plain file and keep the lines of the gemeente, byte for byte.

    Parameters
    ----------
    connection : Connection
        To the server.
    wanted : Wanted
        The file.
    parts : Parts
        Where the part that has come in is kept.
    progress : callable
        Told what has come in, now and then.

    Returns
    -------
    Received
        The header and the lines of the gemeente.

    Raises
    ------
    DownloadError
        When the file does not come whole, or holds nothing of the gemeente; one sentence.
    """
    for _ in connection.tries():
        modified = _continue(connection, wanted, parts, progress)
        if modified is not None:
            break
    else:
        raise DownloadError(f"{wanted.address}: cut off {connection.patience.tries} times; run again to go on")
    whole = parts.file.read_bytes()
    if not whole:
        raise ContentError(f"{wanted.address}: the server sent an empty file")
    content, rows, total = select_lines(whole, wanted)
    return Received(
        content=content,
        rows=rows,
        version=f"Last-Modified {modified}" if modified else "",
        selection=f"Gemeente {wanted.gemeente}: haar regels, ongewijzigd, uit een bestand van {total} regels",
    )


def _continue(connection: Connection, wanted: Wanted, parts: Parts, progress: Progress) -> str | None:
    """Get the file or what lacks of it; gives when it was changed, or None when it was cut off."""
    begun = parts.begun()
    have = parts.file.stat().st_size if parts.file.exists() else 0
    # Without compression, so that Content-Length is the size of the file.
    headers = {"Accept-Encoding": "identity"}
    if have and begun.get("address") == wanted.address and begun.get("version"):
        # If-Range: when the file changed in the meantime the server sends all of it, not the rest of another file.
        headers |= {"Range": f"bytes={have}-", "If-Range": begun["version"]}
    with connection.open(wanted.address, headers) as response:
        if response.status_code == 416:
            parts.clear()
            return None
        if response.status_code not in (200, 206):
            raise DownloadError(f"{wanted.address}: the server answered {response.status_code}")
        kind = response.headers.get("Content-Type", "").split(";")[0].lower()
        if any(word in kind for word in MESSAGES):
            raise DownloadError(f"{wanted.address}: the server answered with {kind}; expected a table (CSV)")
        resumed = response.status_code == 206
        if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            parts.clear()
            return None
        # The length and the place of a byte say nothing about what was compressed on the way after all.
        plain = response.headers.get("Content-Encoding", "identity") == "identity"
        tag = response.headers.get("ETag", "")
        # A weak tag promises the same meaning, not the same bytes.
        version = tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")
        if not resumed:
            parts.clear()
            parts.begin({"address": wanted.address, "version": version if plain else ""})
        try:
            with parts.file.open("ab") as file:
                for chunk in response.iter_content(CHUNK):
                    file.write(chunk)
                    progress(f"{wanted.label}, {file.tell() // 1024} kB")
        except requests.exceptions.RequestException:
            return None
        length = response.headers.get("Content-Length", "")
        if plain and length.isdigit() and parts.file.stat().st_size != int(length) + (have if resumed else 0):
            return None
        return response.headers.get("Last-Modified", "")


def select_lines(whole: bytes, wanted: Wanted) -> tuple[bytes, int, int]:
    """Keep the header and the lines whose column fits the pattern.

    Parameters
    ----------
    whole : bytes
        The file.
    wanted : Wanted
        With the column, the pattern and the separator.

    Returns
    -------
    tuple
        The lines kept, how many, and how many there were.

    Raises
    ------
    ContentError
        When the column is not there, or no line fits.
    """
    assert wanted.rows
    # Latin-1 gives every byte one character, whatever the encoding is, so that all bytes can be given back.
    text = whole.decode("latin-1")
    lines = io.StringIO(text, newline="")
    taken: list[str] = []
    reader = csv.reader(_Remember(lines, taken), delimiter=wanted.rows.separator)
    try:
        return _kept(reader, taken, wanted, wanted.rows)
    except csv.Error as error:
        raise ContentError(f"{wanted.label}: not a table in CSV ({error})") from None


def _kept(reader: Iterator[list[str]], taken: list[str], wanted: Wanted, rows: Rows) -> tuple[bytes, int, int]:
    header = [name.strip().removeprefix("ï»¿").strip('"') for name in next(reader, [])]
    if rows.column not in header:
        raise ContentError(
            f"{wanted.label}: the file has no column '{rows.column}' (any more){did_you_mean(rows.column, header)}"
        )
    place = header.index(rows.column)
    kept, total = ["".join(taken)], 0
    taken.clear()
    for cells in reader:
        if cells:
            total += 1
            if len(cells) > place and re.fullmatch(rows.pattern, cells[place].strip()):
                kept.append("".join(taken))
        taken.clear()
    if len(kept) == 1:
        raise ContentError(
            f"{wanted.label}: none of {total} lines is of {wanted.gemeente}; the gemeente does not exist there, or "
            f"column '{rows.column}' is written otherwise"
        )
    return "".join(kept).encode("latin-1"), len(kept) - 1, total


class _Remember:
    """Lines for the CSV reader that also says which text a row was made of; a cell may hold a line break."""

    def __init__(self, lines: io.StringIO, taken: list[str]) -> None:
        self._lines, self._taken = lines, taken

    def __iter__(self) -> _Remember:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._taken.append(line)
        return line
