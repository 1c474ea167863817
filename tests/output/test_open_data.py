"""The key figures for machines: parquet and CSV with the same cells, and a descriptor that is true of both."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers import figures

import nplv_analysis as nplv
from nplv_analysis.data import Data
from nplv_analysis.output.export import COLUMNS, NUMBERS, key_figures
from nplv_analysis.output.open_data import KEY, write_open_data

pytest_plugins = ["project_data"]

#: What of the Data Package standard, version 2, matters here; ``frictionless`` itself brings thirty packages.
LICENCE = {
    "type": "object",
    "anyOf": [{"required": ["name"]}, {"required": ["path"]}],
    "properties": {
        "name": {"type": "string", "pattern": "^[-a-zA-Z0-9._]+$"},
        "path": {"type": "string", "pattern": "^https?://"},
        "title": {"type": "string"},
    },
}
FIELD = {
    "type": "object",
    "required": ["name", "type", "description"],
    "properties": {
        "name": {"enum": list(COLUMNS)},
        "type": {"enum": ["string", "number", "integer", "boolean"]},
        "description": {"type": "string", "minLength": 1},
        "missingValues": {"type": "array", "items": {"type": "string"}},
        "trueValues": {"type": "array", "items": {"type": "string"}},
        "falseValues": {"type": "array", "items": {"type": "string"}},
        "nplv:eenheid": {"type": "string"},
        "constraints": {
            "type": "object",
            "properties": {
                "required": {"const": True},
                "enum": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string"}},
                "minimum": {"type": "number"},
                "maximum": {"type": "number"},
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
RESOURCE = {
    "type": "object",
    "required": ["$schema", "name", "type", "path", "format", "mediatype", "bytes", "hash", "schema"],
    "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/dataresource.json"},
        "name": {"type": "string", "pattern": "^[a-z0-9._-]+$"},
        "type": {"const": "table"},
        "path": {"enum": ["kerncijfers.csv", "kerncijfers.parquet"]},
        "bytes": {"type": "integer", "minimum": 1},
        "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        "schema": {
            "type": "object",
            "required": ["$schema", "fields", "missingValues", "primaryKey"],
            "properties": {
                "$schema": {"const": "https://datapackage.org/profiles/2.0/tableschema.json"},
                "fields": {"type": "array", "minItems": 1, "items": FIELD},
                "missingValues": {"type": "array", "items": {"type": "string"}},
                "primaryKey": {"type": "array", "minItems": 1, "items": {"enum": list(COLUMNS)}},
            },
            "additionalProperties": False,
        },
    },
}
PACKAGE = {
    "type": "object",
    "required": ["$schema", "name", "title", "description", "version", "licenses", "sources", "resources"],
    "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/datapackage.json"},
        "name": {"type": "string", "pattern": "^[a-z0-9._-]+$"},
        "title": {"type": "string"},
        "description": {"type": "string"},
        "version": {"type": "string"},
        "keywords": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "licenses": {"type": "array", "minItems": 1, "items": LICENCE},
        "sources": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["title", "nplv:uitgever", "nplv:licentie"],
                "properties": {"path": {"type": "string", "pattern": "^https?://"}},
            },
        },
        "resources": {"type": "array", "minItems": 2, "maxItems": 2, "items": RESOURCE},
        "created": False,
    },
}


@pytest.fixture(scope="module")
def town_package(town_data: Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the fictional town, some of whose figures are not public."""
    folder = tmp_path_factory.mktemp("stad") / "reports"
    write_open_data(town_data.figures, town_data, folder)
    return folder


@pytest.fixture(scope="module")
def real_package(real_data: Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the shipped figures."""
    folder = tmp_path_factory.mktemp("echt") / "reports"
    write_open_data(real_data.figures, real_data, folder)
    return folder


@pytest.fixture(params=["town_package", "real_package"])
def package(request: pytest.FixtureRequest) -> Path:
    """Each of the two."""
    folder: Path = request.getfixturevalue(request.param)
    return folder


def descriptor(folder: Path) -> dict[str, Any]:
    """Read datapackage.json."""
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return found


def one(data: Data, folder: Path, **other: Any) -> dict[str, Any]:
    """Write one made-up figure and give its descriptor."""
    row = {"gebied": "gemeente", "indicator": "moeite_rondkomen", "waarde": 5.0, "bron": data.records[0].source}
    write_open_data(figures(row | other), data, folder)
    return descriptor(folder)


def as_declared(text: str, field: dict[str, Any], missing: list[str]) -> Any:
    """Read a cell of the CSV as its field says, and hold it against the constraints of the field."""
    limits = field.get("constraints", {})
    if text in field.get("missingValues", missing):
        assert not limits.get("required"), field["name"]
        return None
    readers: dict[str, Any] = {"string": str, "number": float, "integer": int}
    if field["type"] == "boolean":
        assert text in (*field["trueValues"], *field["falseValues"])
        return text in field["trueValues"]
    value = readers[field["type"]](text)
    assert value in limits.get("enum", [value]), (field["name"], value)
    assert limits.get("minimum", value) <= value <= limits.get("maximum", value), (field["name"], value)
    return value


def rows_as_declared(folder: Path) -> list[dict[str, Any]]:
    """Read the CSV without the package and without pandas, by its descriptor alone."""
    resource = next(r for r in descriptor(folder)["resources"] if r["format"] == "csv")
    fields, missing = resource["schema"]["fields"], resource["schema"]["missingValues"]
    with (folder / resource["path"]).open(encoding=resource["encoding"], newline="") as file:
        head, *lines = csv.reader(file)
    assert head == [field["name"] for field in fields]
    return [{f["name"]: as_declared(t, f, missing) for f, t in zip(fields, line, strict=True)} for line in lines]


def test_the_descriptor_is_a_data_package(package: Path) -> None:
    jsonschema.Draft202012Validator(PACKAGE).validate(descriptor(package))


def test_every_cell_of_the_csv_is_as_declared_and_the_parquet_has_the_same(package: Path) -> None:
    rows = rows_as_declared(package)
    assert len(rows) > 300
    # Equal to the last digit: no "about" here.
    assert pq.read_table(package / "kerncijfers.parquet").to_pylist() == rows


def test_the_key_is_a_key_and_never_null(package: Path) -> None:
    (key,) = {tuple(r["schema"]["primaryKey"]) for r in descriptor(package)["resources"]}
    assert key == KEY
    keys = [tuple(row[name] for name in key) for row in rows_as_declared(package)]
    assert len(set(keys)) == len(keys)
    assert not [found for found in keys if None in found]


def test_size_and_hash_are_those_of_the_files(package: Path) -> None:
    for resource in descriptor(package)["resources"]:
        content = (package / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["nplv:rijen"] == len(rows_as_declared(package))


def test_the_parquet_has_types_and_descriptions_and_nothing_about_this_machine(town_package: Path) -> None:
    schema = pq.read_schema(town_package / "kerncijfers.parquet")
    assert schema.names == list(COLUMNS)
    assert {schema.field(name).type for name in NUMBERS} == {pa.float64()}
    assert (schema.field("jaar").type, schema.field("openbaar").type) == (pa.int64(), pa.bool_())
    assert {name: schema.field(name).metadata[b"description"].decode() for name in COLUMNS} == COLUMNS
    assert {name: text.decode() for name, text in schema.metadata.items()} == {
        b"title": "Kerncijfers van de monitor Voorbeeldstad-Noord",
        b"nplv_analysis": nplv.__version__,
    }
    assert not schema.field("gebied").nullable and not schema.field("reeks").nullable


def test_pandas_reads_the_parquet_as_the_table(town_data: Data, town_package: Path) -> None:
    found = pd.read_parquet(town_package / "kerncijfers.parquet")
    expected = key_figures(town_data.figures, town_data)
    for name in NUMBERS:
        pd.testing.assert_series_equal(found[name], expected[name], check_exact=True)
    assert found["openbaar"].tolist() == (expected["openbaar"] == "ja").tolist()
    assert found["symbool"].fillna("").tolist() == expected["symbool"].tolist()


def test_the_same_figures_give_the_same_bytes(town_data: Data, town_package: Path, tmp_path: Path) -> None:
    write_open_data(town_data.figures, town_data, tmp_path)
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert files == {path.name: path.read_bytes() for path in town_package.iterdir()}
    assert set(files) == {"kerncijfers.csv", "kerncijfers.parquet", "datapackage.json"}
    assert "created" not in descriptor(tmp_path)


# ------------------------------------------------------------------------------------------------ who may have it


def test_figures_that_are_not_public_are_never_called_open(town_package: Path) -> None:
    found = descriptor(town_package)
    assert found["nplv:intern"] is True
    assert found["title"].endswith("(intern)") and found["description"].startswith("Intern:")
    assert {"name": "other-closed", "title": "niet openbaar"} in found["licenses"]
    inside = {s["title"]: s for s in found["sources"] if s.get("nplv:intern")}
    assert "niet openbaar" in inside["Voorbeeldstad, afdeling onderzoek (bedacht)"]["nplv:licentie"]
    # Figures of streets are in no file.
    assert not [title for title in inside if "Straten" in title]
    rows = [row for row in rows_as_declared(town_package) if not row["openbaar"]]
    assert len([row for row in rows if row["bron"] == "Voorbeeldstad, afdeling onderzoek (bedacht)"]) == 30
    assert {row["licentie"] for row in rows} == {"niet openbaar"}


def test_the_public_edition_says_nothing_of_what_is_inside(town_folder: Path, tmp_path: Path) -> None:
    data = nplv.load(town_folder, public=True)
    write_open_data(data.figures, data, tmp_path)
    text = (tmp_path / "datapackage.json").read_text(encoding="utf-8")
    assert descriptor(tmp_path)["nplv:intern"] is False
    assert "niet openbaar" not in text and "Intern" not in text and "other-closed" not in text
    assert {row["licentie"] for row in rows_as_declared(tmp_path)} <= {"EUPL-1.2", None}


def test_a_confidential_source_without_a_figure_here_is_not_named(town_data: Data, tmp_path: Path) -> None:
    (secret,) = [r for r in town_data.records if r.source == "voorbeeld_ois"]
    assert not secret.public
    named = one(town_data, tmp_path, bron=secret.source, openbaar=False)["sources"]
    assert secret.citation in [source["title"] for source in named]
    public = one(town_data, tmp_path)["sources"]
    assert [source["title"] for source in public] == [r.citation for r in town_data.records if r.public]


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("CC BY 4.0", {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}),
        ("CC0", {"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}),
        ("openbaar; bronvermelding", {"name": "notspecified"}),
        ("geen CC0", {"name": "notspecified"}),
    ],
)
def test_a_licence_is_named_only_when_it_is_known(
    town_data: Data, tmp_path: Path, licence: str, expected: dict[str, str]
) -> None:
    data = replace(town_data, records=(replace(town_data.records[0], licence=licence),))
    assert one(data, tmp_path)["licenses"] == [expected | {"title": licence}]


def test_a_source_has_its_citation_publisher_and_address(town_data: Data, tmp_path: Path) -> None:
    record = replace(town_data.records[0], address="https://voorbeeld.example/tabel", licence="CC0")
    (source,) = one(replace(town_data, records=(record,)), tmp_path)["sources"]
    assert source == {
        "title": record.citation,
        "path": "https://voorbeeld.example/tabel",
        "nplv:uitgever": record.publisher,
        "nplv:licentie": "CC0",
    }
    (source,) = one(replace(town_data, records=(replace(record, address="onbekend"),)), tmp_path)["sources"]
    assert "path" not in source


def test_every_source_of_the_shipped_figures_is_named(real_data: Data, real_package: Path) -> None:
    found = descriptor(real_package)
    assert found["nplv:intern"] is False
    assert {s["title"] for s in found["sources"]} == {r.citation for r in real_data.records}
    cited = {row["bron"] for row in rows_as_declared(real_package)} - {None}
    assert {licence["title"] for licence in found["licenses"]} == {
        row["licentie"] for row in rows_as_declared(real_package) if row["licentie"]
    }
    assert len(cited) > 10


def test_without_figures_there_is_still_a_package(town_data: Data, tmp_path: Path) -> None:
    write_open_data(town_data.figures.iloc[:0], town_data, tmp_path)
    assert rows_as_declared(tmp_path) == []
    assert "licenses" not in descriptor(tmp_path)
    table = pq.read_table(io.BytesIO((tmp_path / "kerncijfers.parquet").read_bytes()))
    assert (table.num_rows, table.schema.names) == (0, list(COLUMNS))
