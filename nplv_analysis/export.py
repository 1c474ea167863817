"""Figures as files: CSV for machines (comma, point, UTF-8) and a workbook for people."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from nplv_analysis.areas import ITSELF

if TYPE_CHECKING:
    from nplv_analysis.analysis import Data
    from nplv_analysis.records import Record

#: Columns of kerncijfers.csv and what they hold, as the workbook explains them.
COLUMNS = {
    "gebied": "id van het gebied",
    "gebied_naam": "naam van het gebied",
    "thema": "leerachterstand, armoede, veiligheid of overig",
    "indicator": "id van de indicator",
    "indicator_naam": "naam van de indicator",
    "periode": "jaar of schooljaar, in de woorden van de bron; leeg als er geen cijfer is",
    "waarde": "het cijfer, alleen als het precies bekend is",
    "eenheid": "eenheid van het cijfer",
    "teken": "hoe precies de bron is: = (precies), rond, > (meer dan), < (minder dan), tussen",
    "genoemd": "het getal dat de bron noemt als het niet precies is",
    "ondergrens": "laagste waarde die de bron toelaat",
    "bovengrens": "hoogste waarde die de bron toelaat",
    "onder95": "ondergrens van het 95%-interval",
    "boven95": "bovengrens van het 95%-interval",
    "onder998": "ondergrens van het 99,8%-interval",
    "boven998": "bovengrens van het 99,8%-interval",
    "interval_soort": "steekproefmarge, toevalsmarge, afrondingsmarge, marge van de bron, of leeg",
    "interval_reden": "hoe het interval is gemaakt, of waarom er geen staat",
    "teller": "aantal waar het cijfer uit is berekend",
    "noemer": "aantal waar door is gedeeld",
    "n": "aantal mensen dat antwoord gaf",
    "n_effectief": "dat aantal gedeeld door het ontwerpeffect van de weging",
    "afronding": "zoveel kan de teller (of het aantal) er door afronding naast zitten",
    "afronding_noemer": "zoveel kan de noemer er door afronding naast zitten",
    "standaardafwijking": "hoe ver de antwoorden uit elkaar liggen, bij een gemiddelde",
    "standaardfout": "standaardfout van het cijfer",
    "status": "wat voor waarneming het is, of waarom er geen cijfer is",
    "herkomst": "gepubliceerd, berekend, alleen hele CBS-wijk bekend, of geen cijfer",
    "cbs_wijk": "de CBS-wijk om het gebied heen, als alleen daarvan een cijfer bekend is",
    "waarde_cbs_wijk": "het cijfer van die hele CBS-wijk; geen cijfer van het gebied",
    "reeks": "metingen in dezelfde reeks zijn te vergelijken, andere niet",
    "toelichting": "hoe het cijfer is gemaakt, of wat de bron erbij zegt",
    "vergeleken_met": "waarmee het cijfer is vergeleken voor het oordeel",
    "verschil": "cijfer min het cijfer waarmee is vergeleken",
    "verschil_onder95": "ondergrens van het 95%-interval van dat verschil",
    "verschil_boven95": "bovengrens daarvan",
    "toets": "naam van de toets",
    "p_waarde": "kans op zo'n verschil door toeval alleen",
    "q_waarde": "p-waarde, gecorrigeerd voor alle toetsen samen; verandert geen oordeel",
    "oordeel": "gunstiger, ongunstiger, hoger, lager, geen aantoonbaar verschil, of leeg",
    "oordeel_reden": "waarom dit oordeel, of waarom er geen staat",
    "vorige_periode": "vorige meting in dezelfde reeks",
    "verandering": "cijfer min het vorige cijfer van dezelfde reeks",
    "symbool": "teken van de monitor: + gunstiger, - ongunstiger, +- gelijk",
    "verandering_oordeel": "of de verandering aantoonbaar is",
    "verandering_reden": "waarom",
    "trend": "verbetering, verslechtering, geen aantoonbare verandering of n.t.b. (niet te bepalen)",
    "trend_reden": "waarom",
    "bron": "bronvermelding",
    "licentie": "licentie van de bron",
    "openbaar": "ja of nee",
}


def key_figures(rows: pd.DataFrame, data: Data) -> pd.DataFrame:
    """Put released figures in the form of kerncijfers.csv.

    Parameters
    ----------
    rows : DataFrame
        Rows of a released indicator table.
    data : Data
        For names, citations and licences.

    Returns
    -------
    DataFrame
        The rows about areas themselves, columns ``COLUMNS``, in the order of the catalogue.
    """
    table = rows[rows["rol"] == ITSELF].copy()
    areas = {area.id: area for area in data.catalogue.areas}
    indicators = {indicator.id: indicator for indicator in data.catalogue.indicators}
    licences = {record.source: record.licence for record in data.records}
    order = {name: position for position, name in enumerate([*areas, *indicators])}
    table = table.sort_values(
        ["gebied", "indicator", "jaar", "periode"],
        key=lambda s: s.map(order) if s.name in ("gebied", "indicator") else s,
        kind="stable",
    )
    table["gebied_naam"] = table["gebied"].map(lambda a: areas[a].name)
    table["indicator_naam"] = table["indicator"].map(lambda i: indicators[i].name)
    table["licentie"] = table["bron"].map(licences).fillna("")
    table["bron"] = [data.citation(s, p) for s, p in zip(table["bron"], table["periode"], strict=True)]
    table["openbaar"] = table["openbaar"].map({True: "ja", False: "nee"})
    # Rows that were not judged have no verdict columns; those stay empty.
    return table.reindex(columns=list(COLUMNS)).reset_index(drop=True)


def write_csv(rows: pd.DataFrame, data: Data, path: Path) -> None:
    """Write figures as CSV, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = key_figures(rows, data).to_csv(index=False, lineterminator="\n")
    write_atomically(path, text.encode("utf-8"))


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file under another name first, so that it is there whole or not at all."""
    draft = path.with_name(f".{path.name}.deel")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def checksum(record: Record) -> str:
    """Give the checksum of a public file; that of a small confidential one would let somebody test guesses."""
    return record.sha256 if record.public else ""


def write_workbook(rows: pd.DataFrame, data: Data, path: Path) -> None:
    """Write figures as a workbook: a sheet a theme, the sources, and what the columns mean."""
    table = key_figures(rows, data)
    buffer = io.BytesIO()
    # Text stays text: no cell of ours may start a formula or a link.
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    sources = pd.DataFrame(
        [(r.citation, r.publisher, r.table, r.address, r.licence, r.selection, checksum(r)) for r in data.records],
        columns=["bron", "uitgever", "tabel", "adres", "licentie", "selectie", "sha256"],
    ).drop_duplicates()
    explained = pd.DataFrame(list(COLUMNS.items()), columns=["kolom", "betekenis"])
    with pd.ExcelWriter(buffer, engine="xlsxwriter", engine_kwargs=options) as book:
        book.book.set_properties({"created": pd.Timestamp("2000-01-01").to_pydatetime()})
        for theme, part in table.groupby("thema", sort=False):
            _sheet(book, part.drop(columns=["thema"]), str(theme))
        _sheet(book, sources, "bronnen")
        _sheet(book, explained, "uitleg")
    write_atomically(path, buffer.getvalue())


def _sheet(book: pd.ExcelWriter, table: pd.DataFrame, name: str) -> None:
    table.to_excel(book, sheet_name=name, index=False)
    sheet = book.sheets[name]
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    for position, column in enumerate(table.columns):
        longest = max([len(column), *(len(str(v)) for v in table[column].head(200))])
        sheet.set_column(position, position, min(longest + 2, 45))
