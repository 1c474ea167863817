"""Tell from its content what a raw file is, and write the record of one that lacks it."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from nplv_analysis.errors import InputError
from nplv_analysis.records import SUFFIX, raw_files, sha256_of
from nplv_analysis.sources.bundle import Bundle, read_bundle
from nplv_analysis.sources.kwb_topics import plain_name
from nplv_analysis.sources.sheets import Sheet, read_sheets
from nplv_analysis.sources.table import read_table

UNKNOWN = "onbekend"
CBS = "Centraal Bureau voor de Statistiek (CBS)"
FORM = "Bestand in de vorm waarin de uitgever het levert, herkend aan de inhoud."


@dataclass(frozen=True)
class Recognised:
    """What a file is, in words for messages, and the fields of its record that follow from that."""

    what: str
    fields: dict[str, str | int] = field(default_factory=dict)


def recognise(path: Path, name: str) -> Recognised | None:
    """Tell what a raw file is.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name in messages, relative to ``data/raw``.

    Returns
    -------
    Recognised or None
        None for a file that is nothing we know, or that cannot be read.
    """
    kind = path.suffix.lower()
    try:
        if kind == ".json":
            return _of_bundle(read_bundle(path, name))
        if kind in (".xlsx", ".xlsm"):
            return _of_sheets(read_sheets(path, name), path.name)
        if kind in (".csv", ".txt", ".tsv"):
            table = read_table(path, name)
            first = table.rows[0].cells
            return _of_columns(table.columns, first, "StatLine", path.name)
    except InputError:
        return None
    return None


def write_records(raw: Path) -> list[tuple[Path, str]]:
    """Write a record beside each raw file that lacks one and is recognised; one that is there is never replaced.

    Parameters
    ----------
    raw : Path
        The folder ``data/raw``.

    Returns
    -------
    list of tuple
        The records that were written, and what their files are.
    """
    written = []
    for path, name in raw_files(raw):
        record = path.with_name(path.name + SUFFIX)
        if path.name.endswith(SUFFIX) or record.exists():
            continue
        known = recognise(path, name)
        if known is None:
            continue
        fields = {
            **known.fields,
            "datum_opname": datetime.date.today().isoformat(),
            "sha256": sha256_of(path),
        }
        # "x" makes sure that a record that came in between stays.
        with record.open("x", encoding="utf-8", newline="\n") as file:
            file.write(yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=115))
        written.append((record, known.what))
    return written


def _record(
    reader: str, source: str, title: str, *, publisher: str, licence: str, citation: str, **more: str | int
) -> dict[str, str | int]:
    """Fill in the fields of a record; what nobody knows yet is 'onbekend'."""
    return {
        "bron": source,
        "lezer": reader,
        "uitgever": publisher,
        "titel": title,
        "tabel": UNKNOWN,
        "adres": UNKNOWN,
        "datum_publicatie": UNKNOWN,
        "licentie": licence,
        "citaat": citation,
        "openbaar": "ja",
        "selectie": FORM,
        **more,
    }


def _kwb(what: str, year: str | None, **more: str | int) -> Recognised:
    title = f"Kerncijfers wijken en buurten {year or UNKNOWN}"
    table = f"{more['tabel']}, " if "tabel" in more else ""
    years: dict[str, str | int] = {"peiljaar": int(year), "indeling": int(year)} if year else {"peiljaar": UNKNOWN}
    fields = _record(
        "cbs_kwb",
        f"cbs_kwb_{year or UNKNOWN}",
        title,
        publisher=CBS,
        licence="CC BY 4.0",
        citation=f"CBS StatLine, {table}{title}",
        **years,
        **more,
    )
    return Recognised(f"an edition of the CBS Kerncijfers wijken en buurten ({what})", fields)


def _rivm(table: str, **more: str | int) -> Recognised:
    fields = _record(
        "rivm",
        f"rivm_{table.lower()}",
        "Gezondheid per wijk en buurt",
        publisher="RIVM",
        licence="CC BY 4.0",
        citation=f"RIVM StatLine, {'' if table == UNKNOWN else f'{table}, '}Gezondheid per wijk en buurt",
        **(more | {"tabel": table}),
    )
    return Recognised("RIVM, Gezondheid per wijk en buurt", fields)


def _of_bundle(bundle: Bundle) -> Recognised | None:
    published = str(bundle.about.get("Modified") or UNKNOWN)
    more: dict[str, str | int] = {
        "tabel": bundle.table,
        "adres": str(bundle.sets.get("address") or UNKNOWN),
        "datum_publicatie": published[:10],
    }
    names = {plain_name(str(topic.get("Key") or topic.get("Identifier"))) for topic in bundle.topics}
    if "geregistreerdemisdrijven" in names and "SoortMisdrijf" in bundle.sets:
        fields = _record(
            "politie",
            f"politie_{bundle.table.lower()}",
            bundle.title or "Geregistreerde misdrijven",
            publisher="Politie",
            licence="open data van de politie (voorwaarden bij de bron)",
            citation=f"Politie, open data, {bundle.table}, Geregistreerde misdrijven",
            **more,
        )
        return Recognised(f"a table of registered crimes of the politie ({bundle.table})", fields)
    if "moeitemetrondkomen" in names:
        return _rivm(bundle.table, **more)
    if "kerncijfers wijken en buurten" in bundle.title.lower():
        return _kwb(f"{bundle.table}, {bundle.protocol}", bundle.year, **more)
    return None


def _of_sheets(sheets: dict[str, Sheet], name: str) -> Recognised | None:
    for sheet in sheets.values():
        cells = {" ".join(cell.split()) for _, row in sheet[:20] for cell in row}
        if {"School (BRIN vestiging)", "Achterstandsscore zonder drempel"} <= cells:
            dates = {date for _, row in sheet[:3] for date in re.findall(r"1 oktober 20\d\d", row[0])}
            title = f"Achterstandsscores basisscholen, {dates.pop() if len(dates) == 1 else UNKNOWN}"
            fields = _record(
                "achterstandsscores",
                "cbs_achterstandsscores",
                title,
                publisher=CBS,
                licence="CC BY 4.0",
                citation=f"CBS, {title}",
            )
            return Recognised("CBS, achterstandsscores per school", fields)
    title, sheet = next(iter(sheets.items()))
    lines = [cells for _, cells in sheet if any(cells)]
    if len(lines) < 2:
        return None
    return _of_columns(tuple(lines[0]), dict(zip(lines[0], lines[1], strict=False)), "workbook", f"{title} {name}")


def _of_columns(columns: tuple[str, ...], first: dict[str, str], what: str, name: str) -> Recognised | None:
    known = set(columns)
    # These files do not say which year they are about, but CBS puts it in the name of the file or the sheet.
    years = set(re.findall(r"(?<!\d)(20[0-4]\d)(?!\d)", name))
    year = years.pop() if len(years) == 1 else None
    if "Wijken en buurten" in known and any("(aantal)" in column or "(%)" in column for column in columns):
        return _kwb(f"export of {what}", year)
    if "gwb_code_10" in known:
        return _kwb(f"yearly {what}", year)
    if "WijkenEnBuurten" in known and any(column.startswith("MoeiteMetRondkomen") for column in columns):
        return _rivm(UNKNOWN)
    if "PEILDATUM_LEERLINGEN" in known:
        return _duo(known, first["PEILDATUM_LEERLINGEN"])
    if {"indicator", "gebied", "periode", "definitie", "openbaar"} <= known:
        fields = _record("ois", "ois", UNKNOWN, publisher=UNKNOWN, licence=UNKNOWN, citation=UNKNOWN)
        return Recognised("a filled template for own figures", fields | {"openbaar": "nee"})
    return None


def _duo(columns: set[str], date: str) -> Recognised | None:
    kinds = {
        "REKENEN_LAGER1F": ("referentieniveaus", "leerlingen bo referentieniveaus"),
        "ADVIES_NIET_MOGELIJK": ("schooladviezen", "schooladviezen bo/sbo"),
        "CET_GEM": ("eindscores", "gemiddelde eindscores bo/sbo"),
    }
    found = next((kinds[column] for column in kinds if column in columns), None)
    if found is None:
        return None
    # A school year begins in August.
    first = int(date[:4]) - (int(date[4:6]) < 8) if re.fullmatch(r"20\d{6}", date) else None
    title = f"{found[1]} {f'{first}-{first + 1}' if first else UNKNOWN}"
    fields = _record(
        "duo",
        f"duo_{found[0]}",
        title[0].upper() + title[1:],
        publisher="Dienst Uitvoering Onderwijs (DUO)",
        licence="CC0",
        citation=f"DUO, open onderwijsdata, {title}",
        tabel="geen tabelnummer",
        adres="https://duo.nl/open_onderwijsdata/",
    )
    return Recognised(f"DUO, {title}", fields)
