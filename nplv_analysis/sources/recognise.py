"""Tell from its content what a raw file is, and write the record of one that lacks it."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from nplv_analysis.errors import InputError
from nplv_analysis.records import SUFFIX, raw_files, sha256_of
from nplv_analysis.sources.achterstandsscores import GEMEENTE, SCHOOL, SCORE
from nplv_analysis.sources.bundle import Bundle, read_bundle
from nplv_analysis.sources.duo import DATES, HOME, is_revised
from nplv_analysis.sources.kwb_topics import plain_name
from nplv_analysis.sources.leefbaarometer import CODES, CODES_2, YEARS, version_of
from nplv_analysis.sources.ses_woa import SCORE as SES_WOA
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


def _ses_woa(table: str, title: str, **more: str | int) -> Recognised:
    layout = re.search(r"regio-indeling (20\d\d)", title)
    number = "" if table == UNKNOWN else f"{table}, "
    fields = _record(
        "ses_woa",
        # Each table has the same years on the layout of another year, so each is a source of its own.
        "cbs_ses_woa" if table == UNKNOWN else f"cbs_ses_woa_{table.lower()}",
        title,
        publisher=CBS,
        licence="CC BY 4.0",
        citation=f"CBS StatLine, {number}{title}",
        **(more | {"tabel": table}),
        **({"indeling": int(layout[1])} if layout else {}),
    )
    return Recognised("CBS, sociaal-economische status per wijk en buurt (SES-WOA)", fields)


def _leefbaarometer(version: int) -> Recognised:
    title = f"Leefbaarometer {version}.0"
    other = "3.0" if version == 2 else "2.0"
    fields = _record(
        "leefbaarometer",
        f"leefbaarometer_{version}",
        title,
        publisher="Ministerie van Binnenlandse Zaken en Koninkrijksrelaties",
        licence="open data (voorwaarden bij de bron)",
        citation=title,
        tabel="geen tabelnummer",
        adres="https://www.leefbaarometer.nl",
        opmerking=f"Uitkomsten van een rekenmodel. Niet te vergelijken met Leefbaarometer {other}.",
    )
    return Recognised(f"scores of {title}", fields)


def _scores(what: str, title: str, source: str) -> Recognised:
    fields = _record("achterstandsscores", source, title, publisher=CBS, licence="CC BY 4.0", citation=f"CBS, {title}")
    return Recognised(f"CBS, achterstandsscores per {what}", fields)


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
    titles = {str(topic.get("Title")).strip().lower() for topic in bundle.topics}
    if "sociaal-economische status" in bundle.title.lower() and SES_WOA in titles:
        return _ses_woa(bundle.table, bundle.title, **more)
    if "kerncijfers wijken en buurten" in bundle.title.lower():
        return _kwb(f"{bundle.table}, {bundle.protocol}", bundle.year, **more)
    return None


def _of_sheets(sheets: dict[str, Sheet], name: str) -> Recognised | None:
    for sheet in sheets.values():
        cells = {" ".join(cell.split()) for _, row in sheet[:20] for cell in row}
        dates = {date for _, row in sheet[:3] for date in re.findall(r"1 (?:oktober|februari) 20\d\d", row[0])}
        date = dates.pop() if len(dates) == 1 else UNKNOWN
        if {SCHOOL, "Achterstandsscore zonder drempel"} <= cells:
            return _scores("school", f"Achterstandsscores basisscholen, {date}", "cbs_achterstandsscores")
        if GEMEENTE in cells and any(SCORE.fullmatch(cell) for cell in cells):
            return _scores("gemeente", "Achterstandsscores gemeenten", "cbs_achterstandsscores_gemeenten")
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
    if any(column.startswith("SES-WOA/") for column in known):
        return _ses_woa(UNKNOWN, "Sociaal-economische status; scores per wijk en buurt")
    version = _version_of(columns, first, name)
    if version:
        return _leefbaarometer(version)
    date = next((column for column in DATES if column in known), None)
    if date:
        return _duo(known, first[date])
    if {"indicator", "gebied", "periode", "definitie", "openbaar"} <= known:
        fields = _record("ois", "ois", UNKNOWN, publisher=UNKNOWN, licence=UNKNOWN, citation=UNKNOWN)
        return Recognised("a filled template for own figures", fields | {"openbaar": "nee"})
    return None


def _version_of(columns: tuple[str, ...], first: dict[str, str], name: str) -> int | None:
    """Tell which version of the Leefbaarometer a table has scores of; the differences between years are no scores."""
    version = version_of(columns)
    codes = CODES_2 if version == 2 else CODES
    known = any(first.get(column, "").startswith(("BU", "WK", "GM")) for column in codes)
    years = version == 2 or any(column in YEARS for column in columns)
    return version if known and years and "ontwikkeling" not in name.lower() else None


def _duo(columns: set[str], date: str) -> Recognised | None:
    kinds = {
        "REKENEN_LAGER1F": ("referentieniveaus", "leerlingen bo referentieniveaus"),
        "ADVIES_NIET_MOGELIJK": ("schooladviezen", "schooladviezen bo/sbo"),
        "CET_GEM": ("eindscores", "gemiddelde eindscores bo/sbo"),
        HOME: ("woonplaats_leerlingen", "leerlingen po naar vestiging en postcode van de leerling"),
    }
    found = next((kinds[column] for column in kinds if column in columns), None)
    if is_revised(columns):
        found = ("heroverwegingen", "heroverwegingen en bijgestelde adviezen bo/sbo")
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
