"""What can be downloaded: ``downloads.yaml`` as a list of files, checked before anything is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nplv_analysis.catalogue.reading import HERE, check, read_file
from nplv_analysis.errors import CatalogueError, UnknownNameError, WrongUseError, did_you_mean

NAME = "downloads.yaml"
SCHEMA = "downloads.schema.json"
#: What every file must have in its table or its entry, and what else by protocol.
ALWAYS = ("lezer", "dienst", "uitgever", "titel", "licentie", "citaat", "bron")
BY_PROTOCOL = {
    "odata3": ("tabel", "gebied", "nodig"),
    "odata4": ("tabel", "gebied", "nodig"),
    "bestand": ("pad", "bestand", "rijen"),
}
TEXTS = ("uitgever", "titel", "licentie", "citaat", "bron", "opmerking", "pad", "bestand")


@dataclass(frozen=True)
class Rows:
    """Which lines of a plain file are kept: those where a column fits a pattern."""

    column: str
    pattern: str
    separator: str


@dataclass(frozen=True)
class Wanted:
    """One raw file to get; the texts are those of its record."""

    group: str
    source: str
    reader: str
    protocol: str
    address: str
    file: str
    gemeente: str
    publisher: str
    title: str
    licence: str
    citation: str
    sure: bool
    table: str = ""
    note: str = ""
    year: int | None = None
    layout: int | None = None
    counts: bool = False
    region: str = ""
    needed: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    choose: tuple[tuple[str, tuple[str, ...]], ...] = ()
    rows: Rows | None = None

    @property
    def label(self) -> str:
        """Name of the file below ``data/raw``, for messages."""
        return f"{self.source}/{self.file}"

    @property
    def prefixes(self) -> tuple[str, ...]:
        """How the codes of the gemeente, its wijken and buurten begin, and that of the country."""
        return (*(f"{kind}{self.gemeente[2:]}" for kind in ("GM", "WK", "BU")), "NL")


def read_plan(folder: Path, gemeente: str) -> list[Wanted]:
    """Read what can be downloaded.

    Parameters
    ----------
    folder : Path
        The data folder; without ``downloads.yaml`` in it, the list that comes with the package.
    gemeente : str
        CBS code of the gemeente, such as ``GM0014``.

    Returns
    -------
    list of Wanted
        One for each file, in the order of the list.

    Raises
    ------
    WrongUseError
        For a code that is not one of a gemeente.
    CatalogueError
        For the first fault in the list; names entry and field.
    """
    if not re.fullmatch(r"GM\d{4}", gemeente):
        raise WrongUseError(f"gemeente: found '{gemeente}', expected a CBS code such as GM0014")
    path = folder / NAME if (folder / NAME).is_file() else HERE / NAME
    content = read_file(path)
    check(content, SCHEMA, {"downloads": NAME}, name="naam")
    found: list[Wanted] = []
    for entry in content["downloads"]:
        for table in entry["tabellen"]:
            wanted = _wanted({k: v for k, v in entry.items() if k != "tabellen"} | table, content["diensten"], gemeente)
            if any(wanted.label == other.label for other in found):
                raise CatalogueError(f"{NAME}, entry '{entry['naam']}': two downloads would be {wanted.label}")
            found.append(wanted)
    return found


def choose(plan: list[Wanted], names: Iterable[str]) -> list[Wanted]:
    """Choose files by the name of an entry, the id of a source or the number of a table; no names means all.

    Parameters
    ----------
    plan : list of Wanted
        What there is.
    names : iterable of str
        What is asked for; capitals do not count.

    Returns
    -------
    list of Wanted
        In the order of the plan, each once.

    Raises
    ------
    UnknownNameError
        For a name that fits nothing.
    """
    asked = [name.lower() for name in names]
    known = {name.lower(): name for w in plan for name in (w.group, w.source, w.table) if name}
    for name in asked:
        if name not in known:
            raise UnknownNameError("download", name, known.values())
    return [w for w in plan if not asked or {w.group.lower(), w.source.lower(), w.table.lower()} & set(asked)]


def _wanted(fields: dict[str, Any], services: dict[str, Any], gemeente: str) -> Wanted:
    where = f"{NAME}, entry '{fields['naam']}', table '{fields.get('tabel', fields.get('jaar', ''))}'"
    for key in ALWAYS:
        if key not in fields:
            raise CatalogueError(f"{where}: expected '{key}' there or in the entry")
    if fields["dienst"] not in services:
        raise CatalogueError(f"{where}: unknown dienst '{fields['dienst']}'{did_you_mean(fields['dienst'], services)}")
    service = services[fields["dienst"]]
    protocol = service["protocol"]
    for key in BY_PROTOCOL[protocol]:
        if key not in fields:
            raise CatalogueError(f"{where}: expected '{key}', because its dienst is of the kind {protocol}")
    year = fields.get("jaar")
    places = {"gemeente": gemeente, "cijfers": gemeente[2:], "getal": str(int(gemeente[2:]))}
    if "tabel" in fields:
        places["tabel"] = fields["tabel"]
    if year is not None:
        places |= {"jaar": str(year), "jj": f"{year % 100:02}", "schooljaar": f"{year}-{year + 1}"}
    texts = {key: _fill(fields[key], places, f"{where}, {key}") for key in TEXTS if key in fields}
    plain = protocol == "bestand"
    rows = None
    if plain:
        pattern = _fill(fields["rijen"]["patroon"], places, f"{where}, rijen.patroon")
        try:
            re.compile(pattern)
        except re.error as error:
            raise CatalogueError(f"{where}, rijen.patroon: not a regular expression ({error})") from None
        rows = Rows(fields["rijen"]["kolom"], pattern, fields["rijen"]["scheiding"])
    path = texts["pad"].replace(" ", "%20") if plain else fields["tabel"]
    return Wanted(
        group=fields["naam"],
        source=texts["bron"],
        reader=fields["lezer"],
        protocol=protocol,
        address=service["adres"] + path,
        file=texts["bestand"] if plain else f"{fields['tabel']}.json",
        gemeente=gemeente,
        publisher=texts["uitgever"],
        title=texts["titel"],
        licence=texts["licentie"],
        citation=texts["citaat"],
        sure=fields["zekerheid"] == "gelezen",
        table=fields.get("tabel", ""),
        note=texts.get("opmerking", ""),
        year=year,
        layout=fields.get("indeling", year if not plain else None),
        counts=service.get("telt") == "ja",
        region=fields.get("gebied", ""),
        needed=tuple(fields.get("nodig", [])),
        also=tuple(fields.get("ook", [])),
        choose=tuple((key, tuple(values)) for key, values in fields.get("kies", {}).items()),
        rows=rows,
    )


def _fill(text: str, places: dict[str, str], where: str) -> str:
    """Put the values in the places between braces."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in places:
            raise CatalogueError(f"{where}: unknown place '{{{match[1]}}}'{did_you_mean(match[1], places)}")
        return places[match[1]]

    return re.sub(r"\{([a-z]+)\}", value, text)
