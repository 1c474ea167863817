"""A table of an open data service in one JSON file: the sets of the service as received, keys and padding untouched.

``protocol`` says which form they have. OData 3: ``TableInfos``, ``DataProperties``, ``TypedDataSet`` and a list for
each dimension. OData 4: ``Properties``, ``MeasureCodes``, ``Observations`` and a list ``...Codes`` for each dimension.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nplv_analysis.errors import InputError
from nplv_analysis.sources.cells import number_text
from nplv_analysis.sources.limits import load_json
from nplv_analysis.sources.table import Row, Table

#: The sets that a file must have, by protocol; the first is about the table, the last holds the figures.
SETS = {
    "odata3": ("TableInfos", "DataProperties", "TypedDataSet"),
    "odata4": ("Properties", "MeasureCodes", "Observations"),
}
#: What the services say where there is no number, and the sign of StatLine for it; any other is plainly missing.
NO_VALUE = {"Confidential": "x", "Zero": "0"}


@dataclass(frozen=True)
class Bundle:
    """One table edition: its name for messages, the protocol, the id of the table and the sets."""

    file: str
    protocol: str
    table: str
    sets: dict[str, Any]

    @property
    def about(self) -> dict[str, Any]:
        """What the service says about the table as a whole."""
        found = self.sets[SETS[self.protocol][0]]
        return dict(found[0]) if isinstance(found, list) else dict(found)

    @property
    def title(self) -> str:
        """The title of the table."""
        return str(self.about.get("Title") or "")

    @property
    def year(self) -> str | None:
        """The one year that title or period of the table name; None where they name none or more."""
        for field in ("Title", "Period", "TemporalCoverage"):
            years = set(re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", str(self.about.get(field) or "")))
            if len(years) == 1:
                return years.pop()
        return None

    @property
    def topics(self) -> list[dict[str, Any]]:
        """The measures of the table: topics of OData 3, or measures of OData 4."""
        if self.protocol == "odata4":
            return list(self.sets["MeasureCodes"])
        return [entry for entry in self.sets["DataProperties"] if entry.get("Type") == "Topic"]

    @property
    def region(self) -> str:
        """The name of the dimension of regions, which one edition calls otherwise than another."""
        figures = self.sets[SETS[self.protocol][2]]
        for name in ("WijkenEnBuurten", "RegioS"):
            if name in figures[0]:
                return name
        raise InputError(self.file, "a dimension of regions, WijkenEnBuurten or RegioS")

    def dimension(self, name: str) -> dict[str, dict[str, Any]]:
        """Give the entries of a dimension by key, without padding; empty where the file does not have it."""
        entries = self.sets.get(name if self.protocol == "odata3" else f"{name}Codes")
        if not isinstance(entries, list):
            return {}
        return {str(entry.get("Key") or entry.get("Identifier")).strip(): entry for entry in entries}

    def figures(self, gemeente: str) -> Table:
        """Give the figures on a gemeente and the country as a table of text; rows count from 1 in their set."""
        region = self.region
        name = SETS[self.protocol][2]
        zero = {str(topic.get("Key")) for topic in self.topics if topic.get("Default") == "Zero"}
        # A table on the country has hundreds of figures for each code.
        wanted = cache(lambda code: in_gemeente(code, gemeente))
        rows, columns = [], dict.fromkeys([region])
        for number, entry in enumerate(self.sets[name], start=1):
            if region not in entry:
                raise InputError(self.file, f"a key '{region}' in each entry of {name}", row=number)
            if not wanted(str(entry[region])):
                continue
            missing = NO_VALUE.get(str(entry.get("ValueAttribute")), "")
            cells = {
                key: ("0" if key in zero else missing if key == "Value" else "") if value is None else _text(value)
                for key, value in entry.items()
            }
            columns |= dict.fromkeys(cells)
            rows.append(Row(number, cells))
        if not rows:
            raise InputError(self.file, f"figures on {gemeente} or NL00 in {name}; there are none")
        for row in rows:
            for column in columns:
                # A figure that is left out is not one that the service says is missing.
                if column not in row.cells:
                    raise InputError(self.file, f"a key '{column}' in each entry of {name}", row=row.number)
        # The services write numbers as JSON does.
        return Table(self.file, tuple(columns), tuple(rows), ".")


def _text(value: object) -> str:
    return number_text(value) if isinstance(value, float) else str(value)


def in_gemeente(code: str, gemeente: str) -> bool:
    """Tell whether a CBS code is of the gemeente, of something in it, or of the country."""
    return code.startswith(codes_begin(gemeente))


@cache
def codes_begin(gemeente: str) -> tuple[str, ...]:
    """Give what the codes of the country, of a gemeente and of what is in it begin with."""
    return "NL", *(level + gemeente[2:6] for level in ("GM", "WK", "BU") if gemeente)


def read_bundle(path: Path, name: str) -> Bundle:
    """Read a JSON file with the sets of one table.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name in messages, relative to ``data/raw``.

    Returns
    -------
    Bundle
        The sets, as they stand in the file.

    Raises
    ------
    InputError
        For a file that is no JSON, an unknown protocol, or a set that is missing or empty.
    """
    found = load_json(path, name)
    if not isinstance(found, dict) or "protocol" not in found:
        raise InputError(name, "one JSON object with protocol, table and the sets of the table")
    protocol = str(found["protocol"])
    if protocol not in SETS:
        raise InputError(name, "odata3 or odata4", column="protocol", value=protocol)
    for key in SETS[protocol]:
        if not found.get(key):
            raise InputError(name, f"a set '{key}' that is not empty")
    for key, entries in found.items():
        # Only what is about the table as a whole may be one object; other values are not sets.
        single = isinstance(entries, dict) and key == SETS[protocol][0]
        if key in SETS[protocol] and not (single or isinstance(entries, list)):
            raise InputError(name, "a list of entries with names and values", column=key)
        if isinstance(entries, list) and not all(isinstance(entry, dict) for entry in entries):
            raise InputError(name, "entries with names and values", column=key)
    return Bundle(name, protocol, str(found.get("table") or "onbekend"), found)
