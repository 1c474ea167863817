"""The key figures for machines: CSV and parquet with the same cells, and a descriptor that says what they hold.

The descriptor follows the Data Package standard, version 2 (datapackage.org). It has no ``created``: the same figures
give the same bytes, and ``run.json`` has the account of a run. It never calls figures open that are not: where one is
not public it says ``"nplv:intern": true``, and the licence of that figure is "niet openbaar".
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from nplv_analysis import __version__, development, verdict
from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import SUBJECTS, THEMES
from nplv_analysis.disclosure import HIDDEN
from nplv_analysis.indicators import COMPUTED, NOTHING, PUBLISHED, WIJK_ONLY
from nplv_analysis.methods import trend
from nplv_analysis.observations import SIGNS, STATUSES
from nplv_analysis.output import export
from nplv_analysis.output.export import COLUMNS, NOT_OPEN, csv_of, key_figures, title_of, write_atomically
from nplv_analysis.uncertainty import HOW_MADE

if TYPE_CHECKING:
    from nplv_analysis.data import Data
    from nplv_analysis.records import Record

CSV, PARQUET, DESCRIPTOR = "kerncijfers.csv", "kerncijfers.parquet", "datapackage.json"
PROFILES = "https://datapackage.org/profiles/2.0"

FORMS = {
    CSV: {
        "title": "Kerncijfers als CSV (komma, punt, UTF-8)",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
    },
    PARQUET: {
        "title": "Kerncijfers als parquet, met dezelfde cellen",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
    },
}
#: Software that reads parquet by way of pandas, as frictionless does, sees "nan" where there is null.
MISSING = {CSV: [""], PARQUET: ["", "nan"]}

#: What tells one row from another. An empty ``reeks`` or ``periode`` is a value here: of a row that has no figure.
KEY = ("gebied", "indicator", "reeks", "periode")
#: Columns that are never empty.
FILLED = (
    *("gebied", "gebied_naam", "thema", "indicator", "indicator_naam", "eenheid", "teken"),
    *("status", "herkomst", "openbaar"),
)
#: The words that a column can hold.
WORDS: Mapping[str, tuple[str, ...]] = {
    "thema": SUBJECTS,
    "teken": SIGNS,
    "interval_soort": tuple(HOW_MADE),
    "status": (*STATUSES, "te weinig scholen", HIDDEN, WIJK_ONLY, NOTHING),
    "herkomst": (PUBLISHED, COMPUTED, WIJK_ONLY, NOTHING),
    "oordeel": (verdict.BETTER, verdict.WORSE, verdict.HIGHER, verdict.LOWER, verdict.SAME),
    "symbool": (development.FAVOURABLE, development.UNFAVOURABLE, development.STABLE),
    "verandering_oordeel": tuple(filter(None, development.IN_TIME.values())),
    "trend": (trend.BETTER, trend.WORSE, trend.UP, trend.DOWN, trend.SAME, trend.UNKNOWN),
}
#: Licences by the name that records give them: the id and the text. Any other is passed on as the record has it.
LICENCES = {
    "CC0": ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC BY 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC BY-SA 3.0 NL": ("CC-BY-SA-3.0-NL", "https://creativecommons.org/licenses/by-sa/3.0/nl/"),
    "EUPL-1.2": ("EUPL-1.2", "https://eupl.eu/1.2/nl/"),
}
#: What numbers count in.
AS_THE_FIGURE = "zie de kolom eenheid"
POINTS = "zie de kolom eenheid; bij % in procentpunten"
UNITS = (
    dict.fromkeys((*export.VALUES, *export.BOUNDS, "genoemd"), AS_THE_FIGURE)
    | dict.fromkeys(("verschil", "verschil_onder95", "verschil_boven95", "verandering"), POINTS)
    | dict.fromkeys((name for name in export.COUNTS if name != "genoemd"), "aantal")
    | dict.fromkeys(export.CHANCES, "kans van 0 tot 1")
)

INTERNAL = "Intern: hier staan cijfers in die niet openbaar zijn. Niet verspreiden."
WHAT = "Cijfers per gebied over leerachterstand, armoede en veiligheid, met status, marge, oordeel en bron."
HOW = (
    "Elke rij is een cijfer van een gebied over een periode. Of de rij zegt waarom er geen cijfer is. Een lege cel "
    "betekent: dit weten we niet. De licentie verschilt per bron. Die staat in de kolom licentie. Een tekst die op een "
    "formule lijkt, krijgt een apostrof, zodat een rekenblad hem niet uitvoert."
)


def write_open_data(rows: pd.DataFrame, data: Data, folder: Path) -> None:
    """Write kerncijfers.csv, kerncijfers.parquet and datapackage.json, each whole or not at all.

    Parameters
    ----------
    rows : DataFrame
        Rows of a released indicator table.
    data : Data
        For names, citations and licences.
    folder : Path
        Where the three go.
    """
    table = key_figures(rows, data)
    files = {CSV: csv_of(table), PARQUET: _parquet(table, data)}
    own = rows[rows["rol"] == ITSELF]
    text = json.dumps(_descriptor(own, table, data, files), indent=1, ensure_ascii=False) + "\n"
    for name, content in (files | {DESCRIPTOR: text.encode("utf-8")}).items():
        write_atomically(folder / name, content)


def _parquet(table: pd.DataFrame, data: Data) -> bytes:
    """Give the table as typed parquet; what is missing is null, but in the key, where an empty text is a value."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"string": pa.string(), "number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_()}
    fields, columns = [], []
    for name, meaning in COLUMNS.items():
        values = table[name].astype("object")
        if name == "openbaar":
            values = values == "ja"
        elif name not in KEY:
            values = values.where(values != "", None)
        kind = types[type_of(name)]
        fields.append(pa.field(name, kind, nullable=name not in (*FILLED, *KEY), metadata={"description": meaning}))
        columns.append(pa.array(values, kind, from_pandas=True))
    about = {"title": title_of(data), "nplv_analysis": __version__}
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, schema=pa.schema(fields, about)), buffer, compression="zstd")
    return buffer.getvalue()


def type_of(column: str) -> str:
    """Give the type of a column in the words of Table Schema."""
    if column in export.NUMBERS:
        return "number"
    return {export.YEAR: "integer", "openbaar": "boolean"}.get(column, "string")


def _descriptor(own: pd.DataFrame, table: pd.DataFrame, data: Data, files: Mapping[str, bytes]) -> dict[str, Any]:
    internal = not bool(own["openbaar"].all())
    licences = [_licence(text) for text in dict.fromkeys(table["licentie"]) if text]
    about: dict[str, Any] = {
        "$schema": f"{PROFILES}/datapackage.json",
        "name": "nplv-kerncijfers",
        "title": title_of(data) + (" (intern)" if internal else ""),
        "description": "\n\n".join([*([INTERNAL] if internal else []), WHAT, HOW]),
        "version": __version__,
        "nplv:intern": internal,
        "keywords": [*THEMES, "wijken", "leefbaarheid"],
        "licenses": licences,
        "sources": _sources(own, data, internal),
        "resources": [_resource(name, content, len(table)) for name, content in files.items()],
    }
    return {key: value for key, value in about.items() if value != []}


def _resource(name: str, content: bytes, rows: int) -> dict[str, Any]:
    return {
        "$schema": f"{PROFILES}/dataresource.json",
        "name": name.replace(".", "-"),
        "type": "table",
        "path": name,
        **FORMS[name],
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "nplv:rijen": rows,
        "schema": {
            "$schema": f"{PROFILES}/tableschema.json",
            "fields": [_field(column) for column in COLUMNS],
            "missingValues": MISSING[name],
            "primaryKey": list(KEY),
        },
    }


def _licence(text: str) -> dict[str, str]:
    """Describe a licence: a known one by its id, another as not open or not specified, in the words of the source."""
    if text in LICENCES:
        name, path = LICENCES[text]
        return {"name": name, "path": path, "title": text}
    return {"name": "other-closed" if text == NOT_OPEN else "notspecified", "title": text}


def _sources(own: pd.DataFrame, data: Data, internal: bool) -> list[dict[str, Any]]:
    """List the sources, those of denominators and weights too; one that is not public only where a figure of it is."""
    public = {str(name): set(flags) for name, flags in own.groupby("bron")["openbaar"]}
    found: list[dict[str, Any]] = []
    for record in data.records:
        if internal or record.public or record.source in public:
            source = _source(record, public.get(record.source, {record.public}))
            found += [] if source in found else [source]
    return found


def _source(record: Record, public: set[bool]) -> dict[str, Any]:
    source: dict[str, Any] = {"title": record.citation}
    if record.address.startswith(("https://", "http://")):
        source["path"] = record.address
    source["nplv:uitgever"] = record.publisher
    source["nplv:licentie"] = "; ".join(record.licence if fact else NOT_OPEN for fact in sorted(public, reverse=True))
    return source | ({"nplv:intern": True} if False in public else {})


def _field(name: str) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": type_of(name), "description": COLUMNS[name]}
    constraints: dict[str, Any] = {"required": True} if name in FILLED else {}
    if name in UNITS:
        field["nplv:eenheid"] = UNITS[name]
    if name == "openbaar":
        field |= {"trueValues": ["ja"], "falseValues": ["nee"]}
    if name in KEY and name not in FILLED:
        field["missingValues"] = []
    if name in WORDS:
        constraints["enum"] = list(WORDS[name])
    if name in (*export.CHANCES, *export.COUNTS) and name != "genoemd":
        constraints["minimum"] = 0
    if name in export.CHANCES:
        constraints["maximum"] = 1
    return field | ({"constraints": constraints} if constraints else {})
