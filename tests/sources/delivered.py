"""Files in the form in which publishers deliver them, about a town that does not exist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from nplv_analysis.catalogue import load_catalogue
from nplv_analysis.records import Record
from nplv_analysis.sources import read

TESTS = Path(__file__).resolve().parents[1]
CATALOGUE = load_catalogue(TESTS / "data" / "teststad" / "catalogus", checked=True)
WORDS = dict.fromkeys(("publisher", "title", "table", "address", "licence", "citation", "selection"), "none")


def read_file(raw: Path, reader: str, name: str, **fields: Any) -> pd.DataFrame:
    """Read a raw file with the record that it would have."""
    given: dict[str, Any] = {"source": reader, "public": True, "sha256": "", **WORDS, **fields}
    return read(raw, Record(file=name, reader=reader, **given), CATALOGUE)


def read_json(raw: Path, reader: str, content: object, **fields: Any) -> pd.DataFrame:
    """Write the sets of one table as they are downloaded, and read them."""
    (raw / "table.json").write_text(json.dumps(content), encoding="utf-8")
    return read_file(raw, reader, "table.json", **fields)


def write_sheets(path: Path, **sheets: list[list[object]]) -> None:
    """Write a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(row)
    book.save(path)


def odata3(
    title: str, topics: list[tuple[str, str]], rows: list[dict[str, object]], **sets: list[dict[str, object]]
) -> dict[str, object]:
    """Make the sets of a table of OData 3; topics are keys with their unit."""
    properties: list[dict[str, object]] = [
        {"ID": 0, "ParentID": None, "Type": "GeoDetail", "Key": "WijkenEnBuurten", "Title": "Wijken en buurten"},
        {"ID": 1, "ParentID": None, "Type": "TopicGroup", "Key": "", "Title": "Cijfers"},
    ]
    for number, (key, unit) in enumerate(topics, start=2):
        properties.append({"ID": number, "ParentID": 1, "Type": "Topic", "Key": key, "Title": key, "Unit": unit})
    return {
        "protocol": "odata3",
        "table": "99999NED",
        "address": "https://example.org/99999NED",
        "TableInfos": [{"Identifier": "99999NED", "Title": title}],
        "DataProperties": properties,
        "TypedDataSet": rows,
        **sets,
    }


def odata4(title: str, measures: list[tuple[str, str, str]], rows: list[dict[str, object]]) -> dict[str, object]:
    """Make the sets of a table of OData 4; measures are codes with title and unit."""
    return {
        "protocol": "odata4",
        "table": "99999NED",
        "address": "https://example.org/99999NED",
        "Properties": {"Identifier": "99999NED", "Title": title},
        "MeasureCodes": [{"Identifier": code, "Title": name, "Unit": unit} for code, name, unit in measures],
        "Observations": rows,
    }
