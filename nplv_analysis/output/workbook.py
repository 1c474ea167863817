"""The key figures as a workbook for people: a sheet a theme, the sources, and what everything means."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from nplv_analysis import __version__
from nplv_analysis.output import export
from nplv_analysis.output.export import COLUMNS, key_figures

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from nplv_analysis.data import Data

#: Columns that stay in sight, and the ids, which people need least.
FROZEN, IDS = ("gebied_naam", "indicator_naam"), ("gebied", "indicator")
#: The order of the columns of a theme.
ORDER = [*FROZEN, *(name for name in COLUMNS if name not in (*FROZEN, *IDS, "thema")), *IDS]
#: Width of the columns of a sheet, in characters.
NARROWEST, WIDEST = 12, 44

WHAT = "In dit bestand staan de cijfers van de monitor, met de bron erbij."
INTERNAL = "Intern: in dit bestand staan cijfers die niet openbaar zijn. Niet verspreiden."
HOW_TO_READ = (
    "Een lege cel betekent: dit weten we niet. In de kolom status staat waarom.",
    "Of een verschil aantoonbaar is, staat in de kolom oordeel. De reden staat ernaast.",
    "Vergelijk alleen cijfers met dezelfde reeks. Andere cijfers zijn anders gemeten.",
    "U ziet de cijfers afgerond. In de cel staat het hele getal.",
    "De licentie verschilt per bron. Die staat in de kolom licentie.",
    "Een tekst die op een formule lijkt, krijgt een apostrof. Zo voert Excel die tekst niet uit.",
    "Dezelfde cijfers staan in kerncijfers.csv en kerncijfers.parquet.",
)


def write_workbook(rows: pd.DataFrame, data: Data, path: Path) -> None:
    """Write figures as a workbook.

    Parameters
    ----------
    rows : DataFrame
        Rows of a released indicator table.
    data : Data
        For names, decimals and sources.
    path : Path
        Where to; the file is there whole or not at all.

    Notes
    -----
    The first sheet says what is where. Then comes a sheet a theme with the cells of kerncijfers.csv, names first and
    ids last; the sources and the meaning of the columns end it. Text is always a cell of text; numbers are shown with
    the decimals of their indicator and held in full. The same figures give the same bytes.
    """
    import xlsxwriter

    table = key_figures(rows, data)
    of_indicator = {indicator.id: indicator.decimals for indicator in data.catalogue.indicators}
    decimals = [of_indicator[name] for name in table["indicator"]]
    content: dict[str, tuple[str, pd.DataFrame]] = {
        str(theme).capitalize(): (f"de cijfers van het thema {theme}", part[ORDER])
        for theme, part in table.groupby("thema", sort=False)
    }
    content["Bronnen"] = ("waar de cijfers vandaan komen, met de licentie", _sources(data))
    content["Uitleg"] = (
        "wat er in elke kolom staat",
        pd.DataFrame(list(COLUMNS.items()), columns=["kolom", "betekenis"]),
    )
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        title = export.title_of(data)
        # The time of writing would make two equal workbooks differ.
        book.set_properties({"title": title, "created": datetime(2000, 1, 1)})
        _front(book, title, bool((table["openbaar"] == "nee").any()), content)
        for name, (_, part) in content.items():
            _sheet(book, name, part, decimals)
    export.write_atomically(path, buffer.getvalue())


def number_format(column: str, value: float, decimals: int) -> str:
    """Give the number format of a cell: by its column, the decimals of the indicator, and whether a count is whole."""
    if column == export.YEAR:
        return "0"
    if column in export.CHANCES:
        return '[<0.001]"<0,001";0.000'
    if column in export.COUNTS:
        return "#,##0" if float(value).is_integer() else "#,##0.0#"
    places = decimals + (column in export.BOUNDS)
    return "#,##0" + ("." + "0" * places if places else "")


def _sources(data: Data) -> pd.DataFrame:
    names = ["bron", "uitgever", "titel", "tabel", "adres", "licentie", "openbaar", "selectie", "sha256"]
    rows = []
    for r in data.records:
        public = "ja" if r.public else "nee"
        texts = (r.citation, r.publisher, r.title, r.table, r.address, r.licence, public, r.selection)
        rows.append([*map(export.harmless, texts), export.checksum(r)])
    return pd.DataFrame(rows, columns=names).drop_duplicates()


def _front(book: Workbook, title: str, internal: bool, content: dict[str, tuple[str, pd.DataFrame]]) -> None:
    """Write the first sheet: what this is, what the other sheets hold, and how to read them."""
    sheet = book.add_worksheet("Lees mij")
    large, bold = book.add_format({"bold": True, "font_size": 16}), book.add_format({"bold": True})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 50)
    contents = [(name, what, len(part)) for name, (what, part) in content.items()]
    rows: list[tuple[Any, ...]] = [
        (title,),
        (WHAT,),
        *([(INTERNAL,)] if internal else []),
        (),
        ("Blad", "Wat er staat", "Regels"),
        *contents,
        (),
        ("Zo leest u het",),
        *((line,) for line in HOW_TO_READ),
        (),
        (f"Gemaakt met nplv_analysis {__version__}.",),
    ]
    styles = {title: large, INTERNAL: bold, "Blad": bold, "Zo leest u het": bold}
    for line, row in enumerate(rows):
        for position, value in enumerate(row):
            write = sheet.write_string if isinstance(value, str) else sheet.write_number
            write(line, position, value, styles.get(row[0]))


def _sheet(book: Workbook, name: str, table: pd.DataFrame, decimals: Sequence[int]) -> None:
    """Write a table with a filter on a header that stays in sight; what is missing stays an empty cell."""
    from xlsxwriter.utility import xl_range

    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D9E2EC", "bottom": 1})
    formats: dict[str, Format] = {}
    for position, column in enumerate(table.columns):
        sheet.write_string(0, position, column, head)
        longest = max([NARROWEST, len(column) + 3, *(len(value) for value in table[column] if isinstance(value, str))])
        sheet.set_column(position, position, min(longest, WIDEST))
        for line, (row, value) in enumerate(zip(table.index, table[column], strict=True), start=1):
            if isinstance(value, str) and value:
                # Not ``write``: that makes a formula of "=", and a link of an address.
                sheet.write_string(line, position, value)
            elif not isinstance(value, str) and not pd.isna(value):
                code = number_format(column, value, decimals[row])
                if code not in formats:
                    formats[code] = book.add_format({"num_format": code})
                sheet.write_number(line, position, value, formats[code])
    sheet.freeze_panes(1, len(FROZEN) if FROZEN[0] in table else 0)
    sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    # A period such as 2020 is text, because others are 2019/2020: no need for a warning at each.
    sheet.ignore_errors({"number_stored_as_text": xl_range(0, 0, len(table), len(table.columns) - 1)})
