"""Look through a workbook before it is opened: whether it is safe to open, and what stands in it but is no value.

The library that reads workbooks takes all cells between the first and the last into memory, trusts what a packed file
says of its own size, and gives nothing where a formula or an error stands. So every part is unpacked here bit by bit.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.parsers import expat

from nplv_analysis.errors import InputError, shown
from nplv_analysis.sources.limits import MB, UNPACKED, WORKBOOK, check_size
from nplv_analysis.sources.workbook_cells import Cells, SheetFacts, Start, local

_PART = 1 << 18
#: Workbooks with a password are no zip file but begin like this.
_LOCKED = b"\xd0\xcf\x11\xe0"
#: Number formats that show the hundredfold; 9 and 10 are built in. A percent sign between quotes is only a sign.
_PERCENT, _LITERAL = ("9", "10"), re.compile(r'"[^"]*"|\\.')
#: Where the library looks for parts of a kind, in small letters; a workbook that has them elsewhere is refused.
_PARTS = {"officeDocument": "xl/workbook.xml", "styles": "xl/styles.xml", "sharedStrings": "xl/sharedstrings.xml"}
#: A workbook has as many parts as it has sheets and pictures.
_MOST_PARTS = 10_000


def look_through(path: Path, name: str) -> dict[str, SheetFacts]:
    """Look through all parts of a workbook, in bounded memory.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name in messages, relative to ``data/raw``.

    Returns
    -------
    dict
        The sheets with cells by title, in order.

    Raises
    ------
    InputError
        For a file that is no workbook, is damaged, or holds more than any real table.
    """
    check_size(path, name, WORKBOOK)
    try:
        with path.open("rb") as file:
            if file.read(4) == _LOCKED:
                raise InputError(name, "a workbook without a password, saved as .xlsx")
            with zipfile.ZipFile(file) as packed:
                return _Scan(packed, name).sheets()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise InputError(name, f"a workbook that opens ({shown(error)})") from None
    except expat.ExpatError as error:
        raise InputError(name, f"a workbook that opens ({shown(error)})") from None
    except (LookupError, ValueError):
        raise InputError(name, "a workbook that opens (its parts do not fit together)") from None


class _Scan:
    """The parts of one workbook; sizes and numbers of characters are counted over all of them."""

    def __init__(self, packed: zipfile.ZipFile, name: str) -> None:
        self.name = name
        self.packed = packed
        self.parser: Any = None
        self.unpacked = 0
        # The library finds parts by their name in any capitals.
        self.parts = {part.filename.lower(): part for part in packed.infolist()}
        if len(self.parts) != len(packed.infolist()) or len(self.parts) > _MOST_PARTS:
            raise InputError(name, "a workbook that opens (a part of it is there twice, or there are too many)")

    def sheets(self) -> dict[str, SheetFacts]:
        targets: dict[str, str] = {}
        titles: list[tuple[str, str, bool]] = []

        def links(base: str) -> Start:
            def link(tag: str, given: dict[str, str]) -> None:
                kind = given.get("Type", "").rpartition("/")[2]
                target = posixpath.normpath(posixpath.join(base, given.get("Target", ""))).lstrip("/").lower()
                if kind == "worksheet":
                    targets[given["Id"]] = target
                elif target != _PARTS.get(kind, target):
                    raise ValueError(target)

            return link

        def title(tag: str, given: dict[str, str]) -> None:
            if local(tag) == "sheet":
                key = next((value for key, value in given.items() if key.endswith(":id")), "")
                titles.append((given["name"], key, given.get("state", "visible") != "visible"))

        self.parse("_rels/.rels", links("/"))
        self.parse("xl/_rels/workbook.xml.rels", links("/xl"))
        self.parse(_PARTS["officeDocument"], title)
        percent = self.percent_styles()
        lengths = self.text_lengths()
        # The rest is not looked into, but counts for the size.
        for part in self.parts.keys() - {*targets.values(), *_PARTS.values()}:
            self.parse(part, None)
        found = {}
        for sheet, key, hidden in titles:
            if sheet in found:
                raise ValueError(sheet)
            if key in targets:
                found[sheet] = SheetFacts(hidden)
                Cells(self, sheet, found[sheet], percent, lengths).read(targets[key])
        return found

    def percent_styles(self) -> set[str]:
        """Give the numbers of the styles in which a number is shown as a percentage."""
        formats, styles, inside = set(_PERCENT), [], False

        def style(tag: str, given: dict[str, str]) -> None:
            nonlocal inside
            tag = local(tag)
            if tag == "numFmt" and "%" in _LITERAL.sub("", given.get("formatCode", "")):
                formats.add(given["numFmtId"])
            elif tag in ("cellStyleXfs", "cellXfs"):
                inside = tag == "cellXfs"
            elif tag == "xf" and inside:
                styles.append(given.get("numFmtId", "0"))

        if _PARTS["styles"] in self.parts:
            self.parse(_PARTS["styles"], style)
        return {str(number) for number, form in enumerate(styles) if form in formats}

    def text_lengths(self) -> list[int]:
        """Give the number of characters of each text that cells share."""
        lengths: list[int] = []

        def start(tag: str, given: dict[str, str]) -> None:
            if local(tag) == "si":
                lengths.append(0)

        def text(characters: str) -> None:
            if lengths:
                lengths[-1] += len(characters)

        if _PARTS["sharedStrings"] in self.parts:
            self.parse(_PARTS["sharedStrings"], start, text)
        return lengths

    def parse(self, part: str, start: Start | None, text: Callable[[str], None] | None = None) -> None:
        """Unpack a part bit by bit and tell what is in it; without ``start`` it is only unpacked and counted."""
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self.refuse_entities
        parser.StartElementHandler = start
        parser.CharacterDataHandler = text
        info = self.parts[part]
        # What a part says of its own size may be untrue: it is read to its end, whatever that size.
        info.file_size = 1 << 62
        with self.packed.open(info) as stream:
            while piece := stream.read(_PART):
                self.unpacked += len(piece)
                if self.unpacked > UNPACKED:
                    raise InputError(self.name, f"a workbook that unpacks to at most {UNPACKED // MB} MB")
                if start:
                    parser.Parse(piece, False)
        if start:
            parser.Parse(b"", True)

    def refuse_entities(self, *about: object) -> None:
        raise InputError(self.name, "a workbook without definitions of its own in it (DOCTYPE)")
