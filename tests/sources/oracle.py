"""What a file says, read in another way than the package does: to hold what the readers give against it."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import zipfile
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pandas as pd
from seeds import Seed

#: By line and column what may stand there, each with the decimal mark that it is written with.
Cells = dict[tuple[int, str], list[tuple[str, str]]]

#: Where a file has no other number with a mark, nobody can tell what this one means.
TWO_WAYS = re.compile(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}")
#: A small score, as a service writes it.
EXPONENT = re.compile(r"-?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+")
#: A number with a mark.
MARKED = re.compile(r"-?[0-9.,]*[.,][0-9]+")
NO_NUMBER = ("", ".", "x", "X", *(f"-{code}{end}" for code in ("99997", "99999999") for end in ("", ".0", ",0")))


def number(text: str, mark: str) -> float | None:
    """Read a cell by the rules of Dutch publishers; None for what is no number and no sign of theirs."""
    text = text.strip()
    if not mark:
        ways = [number(text, "."), number(text, ",")]
        return None if TWO_WAYS.fullmatch(text) else ways[0] if ways[1] is None else ways[1]
    if text in NO_NUMBER:
        return math.nan
    if text == "-":
        return 0.0
    whole, _, broken = text.removeprefix("-").partition(mark)
    groups = whole.split("." if mark == "," else "none")
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])):
        return None
    try:
        found = Decimal(f"{'-' if text[:1] == '-' else ''}{''.join(groups)}.{broken or 0}")
    except InvalidOperation:
        return None
    return float(found) if found.is_finite() and abs(found) < 10**15 else None


def cells_of(seed: Seed, data: bytes) -> Cells:
    """Give the cells of a file as other libraries see them."""
    if seed.name.endswith(".xlsx"):
        return _of_workbook(data, seed)
    if seed.figures:
        return _of_json(data, seed)
    cells = _of_text(data, seed)
    _let_alone(cells)
    return cells


def _let_alone(cells: Cells) -> None:
    """Of a number with a mark that stands alone in a file any mark that it can be read with is the right one."""
    marked = {text.strip() for ways in cells.values() for text, _ in ways if MARKED.fullmatch(text.strip())}
    for ways in cells.values() if len(marked) == 1 else ():
        ways += [(text, "") for text, _ in ways if text.strip() in marked]


def _of_text(data: bytes, seed: Seed) -> Cells:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    found: Cells = defaultdict(list)
    # A change in the header may make another sign the separator.
    for separator in ",;\t":
        reader = csv.reader(io.StringIO(text.removeprefix("ï»¿"), newline=""), delimiter=separator)
        header: list[str] = []
        line = 1
        for cells in reader:
            if header:
                for name, cell in zip(header, cells, strict=False):
                    found[line, name].append((cell, seed.mark))
            elif any(cell.strip() for cell in cells):
                header = [cell.strip() for cell in cells]
            line = reader.line_num + 1
    return found


def _of_json(data: bytes, seed: Seed) -> Cells:
    found: Cells = defaultdict(list)
    for line, entry in enumerate(json.loads(data.decode("utf-8-sig"))[seed.figures], start=1):
        for key, value in entry.items():
            if value is None:
                # Missing, confidential or nil: the table says which.
                found[line, key] += [("", "."), ("x", "."), ("0", ".")]
            else:
                found[line, key].append((f"{Decimal(repr(value)):f}" if isinstance(value, float) else str(value), "."))
    return found


def _of_workbook(data: bytes, seed: Seed) -> Cells:
    """Read the sheets from the XML itself, by the names of the elements alone; numbers have no mark there."""
    found: Cells = defaultdict(list)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    shared = [_words(entry) for entry in _all(parts.get("xl/sharedStrings.xml", b"<sst/>"), "si")]
    sheets = {name: part for name, part in parts.items() if name.startswith("xl/worksheets/")}
    texts = shared + [_words(cell) for part in sheets.values() for cell in _all(part, "is")]
    marked = sum(bool(MARKED.fullmatch(text.strip())) for text in texts)
    for part in sheets.values():
        above: dict[str, list[str]] = defaultdict(list)
        line = 0
        for row in _all(part, "row"):
            # A row without a number is the next one.
            line = int(row.get("r") or line + 1)
            for cell in (cell for cell in row if _local(cell) == "c"):
                place = cell.get("r", "").rstrip("0123456789")
                kind, text = cell.get("t", "n"), _words(cell)
                text = shared[int(text)] if kind == "s" else text
                in_full = _in_full(text) if kind == "n" else None
                for column in above[place]:
                    found[line, column].append((in_full or text, seed.mark))
                    if in_full:
                        found[line, column].append((in_full, "."))
                    elif marked == 1 and MARKED.fullmatch(text.strip()):
                        found[line, column].append((text, ""))
                above[place].append(" ".join(text.split()))
        # What is not there is empty.
        for column in {column for columns in above.values() for column in columns}:
            for line in range(1, 50):
                found.setdefault((line, column), [("", ".")])
    return found


def _in_full(text: str) -> str | None:
    try:
        return f"{Decimal(text):f}"
    except InvalidOperation:
        return None


def _all(part: bytes, name: str) -> list[Element]:
    return [element for element in fromstring(part).iter() if _local(element) == name]


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _words(element: Element) -> str:
    return "".join(inner.text or "" for inner in element.iter() if _local(inner) in ("t", "v"))


def check(frame: pd.DataFrame, seed: Seed, data: bytes) -> None:
    """Hold every number of every observation against the cell that it says it is from."""
    cells = cells_of(seed, data)
    for row in frame.to_dict("records"):
        if seed.reader == "ois":
            _check_template(row, cells, seed.mark)
        elif seed.reader == "tekstcijfers" and row["status"] != "onderdrukt":
            said = [number(t, m) for c in ("waarde", "waarde_tot") for t, m in cells[row["rij"], c]]
            given = [row[name] for name in ("waarde", "genoemd", "onder", "boven")]
            assert all(math.isnan(value) or value in said for value in given), row
        else:
            ways = cells[row["rij"], row["kolom"]]
            if seed.reader == "leefbaarometer":
                ways = [(f"{Decimal(t.replace(',', '.')):f}" if EXPONENT.fullmatch(t) else t, m) for t, m in ways]
            assert any(_fits(row, *cell) for cell in ways), (row, ways)


def _fits(row: dict[Any, Any], text: str, mark: str) -> bool:
    if row["status"] == "onderdrukt":
        bounds = math.isnan(row["waarde"]) and row["onder"] == 1
        return bounds and text.strip().startswith("<") and row["boven"] == int(text.strip().removeprefix("<")) - 1
    said = number(text, mark)
    if math.isnan(row["waarde"]):
        # Politie hides what could point at people; nobody took a test.
        hidden = row["status"] in ("geheim", "geen deelnemers") and said == 0
        return hidden or (said is not None and math.isnan(said))
    return said == row["waarde"]


def _check_template(row: dict[Any, Any], cells: Cells, mark: str) -> None:
    said = {}
    for name in ("waarde", "teller", "noemer", "n"):
        (text, _), *_ = cells.get((row["rij"], name)) or [("", mark)]
        said[name] = number(text, "." if "." in text else mark)
        assert said[name] is not None, row
        if not math.isnan(said[name] or 0) and name != "waarde":
            assert row[name] == said[name], row
    counts = said["teller"], said["noemer"]
    expected = said["waarde"] if math.isnan(counts[0] or 0) else 100 * (counts[0] or 0) / (counts[1] or math.nan)
    assert row["waarde"] == expected or (math.isnan(row["waarde"]) and math.isnan(expected or 0)), row
