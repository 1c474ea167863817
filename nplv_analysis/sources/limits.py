"""How large a raw file may be, and the way in for every file: nothing is read before its size is known.

The limits are several times the largest real files: the national Kerncijfers have 17,500 places and some 140 columns
(2.5 million cells, 15 MB as CSV), the national health table of RIVM is a workbook of 4 MB that unpacks to 26 MB, and a
download of registered crimes may hold some hundreds of MB. What is refused costs no more memory than reading it in
parts; what is accepted fits in the memory of an office computer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nplv_analysis.errors import InputError

MB = 1_000_000
#: Largest files in bytes: delimited text, JSON and GeoJSON, a workbook as it is stored and after unpacking.
TEXT, JSON, WORKBOOK, UNPACKED = 100 * MB, 400 * MB, 50 * MB, 300 * MB
#: Records and catalogues are written by hand.
YAML = 2 * MB
#: Most cells of a sheet, from the first one to the last, and most columns: as many as a sheet of Excel can have.
CELLS, COLUMNS = 5_000_000, 16_384
#: Most cells of a delimited file, whose lines wait with being cut into cells. Pupils by postcode of DUO have 38 columns
#: and a line for each school and postcode: with 120,000 lines, as we take it, they are 4.6 million.
DELIMITED = 10_000_000
#: A row takes as much memory as this many cells, however few it has.
_ROW = 10
#: Most values in a JSON file; a value takes up to a hundred times as much memory as it takes characters.
VALUES = 20_000_000
#: Most characters in the cells of a workbook: it stores a text once, however many cells show it.
CHARACTERS = 100_000_000
_PART = 1 << 20
#: How zip files, and with that workbooks, and gzip files begin.
_PACKED = (b"PK\x03\x04", b"\x1f\x8b")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def check_size(path: Path, name: str, most: int) -> None:
    """Refuse a file that is too large, before it is read.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name in messages, relative to ``data/raw``.
    most : int
        The largest size in bytes.

    Raises
    ------
    InputError
        For a larger file, or one that cannot be opened.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(name, f"a file that can be read ({error.strerror})") from None
    if size > most:
        raise InputError(name, f"a file of at most {most // MB} MB", value=f"{-(-size // MB)} MB")


def content_of(path: Path, name: str, most: int) -> bytes:
    """Give the bytes of a file that is not too large."""
    check_size(path, name, most)
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(name, f"a file that can be read ({error.strerror})") from None


def text_of(path: Path, name: str) -> str:
    """Give the text of a delimited file that is not too large, in one of the two encodings that publishers use."""
    data = content_of(path, name, TEXT)
    if not data or data.isspace():
        raise InputError(name, "a header and rows; the file is empty")
    if data.startswith(_PACKED):
        raise InputError(name, "a table; this file is packed (zip or gzip), so unpack it first")
    if b"\x00" in data:
        raise InputError(name, "text in UTF-8 or Windows-1252 (this looks like UTF-16 or a binary file)")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            # Some publishers write the mark of UTF-8 as three letters of Windows-1252.
            return data.decode(encoding).removeprefix("ï»¿")
        except UnicodeDecodeError:
            continue
    raise InputError(name, "text in UTF-8 or Windows-1252; save it again as 'CSV UTF-8'")


def lines_of(text: str) -> Iterator[str]:
    """Give the lines one by one, without a copy of the whole; no other sign than a line end begins a new one."""
    # An old way to end a line, with a return alone, is slower to read.
    if "\r" in text and text.count("\r") > text.count("\r\n"):
        yield from (line[0] for line in _LINE.finditer(text))
        return
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def check_cells(name: str, rows: int, columns: int, sheet: str = "") -> int:
    """Refuse a table with more cells than any real one, and give how many rows of that width there may be."""
    where = f" on sheet '{sheet}'" if sheet else ""
    if columns > COLUMNS:
        raise InputError(name, f"at most {COLUMNS} columns{where}", value=f"{columns} columns")
    most = CELLS if sheet else DELIMITED
    if rows * max(columns, _ROW) > most:
        found = f"{rows} rows of {columns} columns"
        raise InputError(name, f"at most {most // MB} million cells{where}, counting empty ones", value=found)
    return most // max(columns, _ROW)


def load_json(path: Path, name: str) -> Any:
    """Read a JSON file strictly: each key of an object once, and no number that JSON does not have.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name in messages, relative to ``data/raw``.

    Returns
    -------
    Any
        What it holds.

    Raises
    ------
    InputError
        For a file that is too large, no text in UTF-8, no JSON, or JSON that can be read in two ways.
    """
    check_size(path, name, JSON)
    values = 0
    with path.open("rb") as file:
        while part := file.read(_PART):
            values += sum(part.count(sign) for sign in (b",", b"[", b"{"))
    if values > VALUES:
        raise InputError(name, f"at most {VALUES // MB} million values", value=f"about {values // MB} million")
    raw = content_of(path, name, JSON)
    half = bool(_SURROGATE.search(raw))
    try:
        text = raw.decode("utf-8-sig")
        del raw
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
        if half:
            # Half of a character written in two halves: it cannot be written anywhere.
            json.dumps(found, ensure_ascii=False).encode()
    except UnicodeDecodeError:
        raise InputError(name, "text in UTF-8") from None
    except UnicodeEncodeError:
        raise InputError(name, "whole characters; there is half of one, such as \\ud800") from None
    except json.JSONDecodeError as error:
        raise InputError(name, f"a JSON file that is whole ({error.msg})", row=error.lineno) from None
    except RecursionError:
        raise InputError(name, "JSON with fewer lists within lists") from None
    except _UnclearError as error:
        raise InputError(name, str(error)) from None
    except ValueError:
        # Python refuses to read thousands of digits as one number.
        raise InputError(name, "numbers of fewer digits") from None
    return found


class _UnclearError(Exception):
    """JSON that readers do not agree on."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        double = next(key for key in names if names.count(key) > 1)
        raise _UnclearError(f"each key of an object once; '{double[:60]}' stands twice in one")
    return found


def _no_number(text: str) -> Any:
    raise _UnclearError(f"numbers; {text} is none in JSON")
