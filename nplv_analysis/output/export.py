"""The key figures as they leave the package: the same cells in CSV, workbook and parquet.

Two things are done to every cell, so that it is the same in every file and after every reading:

- A number has at most twelve significant digits. That is far more than any figure means, and few enough for readers of
  CSV, workbooks and parquet to give back the same number, and for 34.5 - 32.6 to be 1.9 and not 1.8999999999999986.
- In a text from a source or a name, a sign that a spreadsheet takes for the start of a formula gets an apostrophe in
  front (OWASP, CSV injection): at the start of the text, and behind a semicolon, tab or new line, where Excel with
  Dutch settings starts a new cell when it opens the CSV. Numbers, and the signs in ``teken`` and ``symbool``, are our
  own and stay as they are. A CSV for machines alone would not need this, but whoever clicks on one gets Excel.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from nplv_analysis.areas import ITSELF

if TYPE_CHECKING:
    from nplv_analysis.data import Data
    from nplv_analysis.records import Record

#: Columns of kerncijfers.csv and what they hold, as the workbook explains them.
COLUMNS = {
    "gebied": "id van het gebied",
    "gebied_naam": "naam van het gebied",
    "thema": "leerachterstand, armoede, veiligheid of overig",
    "indicator": "id van de indicator",
    "indicator_naam": "naam van de indicator",
    "periode": "jaar of schooljaar, in de woorden van de bron; leeg als er geen cijfer is",
    "jaar": "eerste jaar van de periode; leeg als dat niet bekend is",
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


#: Columns of numbers, by how they are shown: with the decimals of the indicator, with one more, whole, as a chance.
VALUES = ("waarde", "waarde_cbs_wijk", "verschil", "verandering")
BOUNDS = (
    *("ondergrens", "bovengrens", "onder95", "boven95", "onder998", "boven998"),
    *("standaardafwijking", "standaardfout", "verschil_onder95", "verschil_boven95"),
)
COUNTS = ("genoemd", "teller", "noemer", "n", "n_effectief", "afronding", "afronding_noemer")
CHANCES = ("p_waarde", "q_waarde")
NUMBERS = (*VALUES, *BOUNDS, *COUNTS, *CHANCES)
YEAR = "jaar"
TEXTS = tuple(name for name in COLUMNS if name not in (*NUMBERS, YEAR))
#: Columns of signs that are our own.
SIGNS = ("teken", "symbool")

#: The licence of a figure that is not public, whatever the record of its source says of the rest.
NOT_OPEN = "niet openbaar"

FORMULA = re.compile(r'(^|[;\t\r\n])([\s"]*)(?=[=+\-@＝＋－＠])')


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
        The rows about areas themselves, columns ``COLUMNS``, in the order of the catalogue. Texts are never missing, if
        empty; numbers have at most twelve digits; ``jaar`` is a whole number or missing.
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
    table["licentie"] = table["bron"].map(licences).fillna("").where(table["openbaar"], NOT_OPEN)
    table["bron"] = [data.citation(s, p) for s, p in zip(table["bron"], table["periode"], strict=True)]
    table["openbaar"] = table["openbaar"].map({True: "ja", False: "nee"})
    # Rows that were not judged have no verdict columns; those stay empty.
    table = table.reindex(columns=list(COLUMNS)).reset_index(drop=True)
    for name in NUMBERS:
        table[name] = table[name].astype("float64").map(shortened)
    table[YEAR] = table[YEAR].astype("Int64")
    for name in TEXTS:
        texts = table[name].astype("object").fillna("")
        table[name] = texts if name in SIGNS else texts.map({text: harmless(text) for text in texts.unique()})
    return table


def shortened(number: float) -> float:
    """Give a number with twelve significant digits; what is missing stays so."""
    return float(f"{number:.12g}")


def harmless(text: str) -> str:
    """Put an apostrophe before every sign in a text that a spreadsheet could take for the start of a formula."""
    safe = FORMULA.sub(r"\1\2'", text)
    # A spreadsheet may drop these and look at what comes behind them.
    return f"'{safe}" if safe[:1] in ("\t", "\r") else safe


def title_of(data: Data) -> str:
    """Name the key figures, for the head of a file."""
    return f"Kerncijfers van de monitor {(data.catalogue.programme or data.catalogue.gemeente).name}"


def csv_of(table: pd.DataFrame) -> bytes:
    """Give a table as CSV: comma, point, UTF-8, and what is missing stays empty."""
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def write_csv(rows: pd.DataFrame, data: Data, path: Path) -> None:
    """Write figures as CSV, whole or not at all."""
    write_atomically(path, csv_of(key_figures(rows, data)))


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file under another name first, so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.deel")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def checksum(record: Record) -> str:
    """Give the checksum of a public file; that of a small confidential one would let somebody test guesses."""
    return record.sha256 if record.public else ""
