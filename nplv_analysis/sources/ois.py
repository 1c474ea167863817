"""The template of OIS: own figures per area with what makes them sure (n, counts or an interval), a row a figure."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections import Counter
from typing import Any

import pandas as pd

from nplv_analysis.catalogue import Catalogue, Series
from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.records import Record
from nplv_analysis.sources.ois_rows import FilledRow, plain, read_row
from nplv_analysis.sources.table import Table

#: Columns of the template and what goes in them, for the sheet of explanation and the documentation.
COLUMNS = {
    "indicator": "id van de indicator, zoals in de catalogus (nplv list indicators)",
    "gebied": "naam of id van het gebied (nplv list areas), of de CBS-code ervan",
    "periode": "jaar of schooljaar van de meting, bijvoorbeeld 2024 of 2023-2024",
    "definitie": "korte naam van de definitie; metingen met dezelfde naam vormen samen een reeks",
    "meting": "mag leeg: naam van de meting, bijvoorbeeld Wijkenquête najaar 2024",
    "waarde": "het cijfer in de eenheid van de indicator (34 voor 34 %); mag leeg als teller en noemer er staan",
    "teller": "telling: aantal boven de streep (alleen samen met noemer)",
    "noemer": "telling: aantal onder de streep",
    "n": "enquête: aantal mensen dat de vraag beantwoordde, ongewogen",
    "n_effectief": "mag leeg: n gedeeld door het ontwerpeffect, als de antwoorden zijn gewogen",
    "standaardafwijking": "enquête, bij een gemiddelde of schaalscore: de spreiding van de antwoorden",
    "onder95": "alleen als n ontbreekt: ondergrens van het 95%-interval dat al is berekend",
    "boven95": "bovengrens van dat interval",
    "openbaar": "ja of nee: mag dit cijfer in een openbaar rapport?",
    "toelichting": "mag leeg: wat een lezer moet weten",
}
REQUIRED = ("indicator", "gebied", "periode", "definitie", "openbaar")


def read(table: Table, record: Record, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Read a filled template; the first fault raises InputError, ``check`` gives all of them."""
    rows, faults = check(table, catalogue, record)
    if faults:
        raise faults[0]
    return rows


def check(
    table: Table, catalogue: Catalogue, record: Record | None = None
) -> tuple[list[dict[str, Any]], list[InputError]]:
    """Read every row and collect what is wrong with each.

    Parameters
    ----------
    table : Table
        A filled template.
    catalogue : Catalogue
        For the indicators and areas that exist.
    record : Record, optional
        Says whether every figure must be public.

    Returns
    -------
    tuple of list and list
        Observations of the rows that are right, and one InputError for each cell that is wrong, in order of row and
        column. With a fault in the header the rows are not looked at.
    """
    faults = _faults_of_header(table)
    if faults:
        return [], faults
    rows = [FilledRow(row.number, {name: row.cells.get(name, "").strip() for name in COLUMNS}) for row in table]
    for row in rows:
        read_row(row, table.decimal, catalogue, all_public=record is not None and record.public)
    _check_together(rows)
    faults = [
        InputError(table.file, row.wrong[column], row=row.number, column=column, value=row.cells[column] or None)
        for row in rows
        for column in COLUMNS
        if column in row.wrong
    ]
    return [_observation(row) for row in rows if not row.wrong], faults


def _faults_of_header(table: Table) -> list[InputError]:
    # Programs that write CSV may add columns without a name; those that are empty do no harm.
    strange = [c for c in table.columns if c not in COLUMNS and (c or any(row.cells[c].strip() for row in table))]
    left = [c for c in COLUMNS if c not in table.columns]
    hints = {c: did_you_mean(c, left) if left else "; all of them are there" for c in strange}
    faults = [InputError(table.file, f"a column of the template{hints[c]}", row=1, column=c) for c in strange]
    # A name that is a slip of the pen is told once, not also as a column that is missing.
    missing = [c for c in left if not difflib.get_close_matches(c, strange, n=1, cutoff=0.5)]
    faults += [InputError(table.file, f"a column '{c}' in the header", row=1) for c in REQUIRED if c in missing]
    if {"waarde", "teller"} <= set(missing):
        faults.append(InputError(table.file, "a column 'waarde', or 'teller' and 'noemer'", row=1))
    return faults


def _check_together(rows: list[FilledRow]) -> None:
    """Find one name written in two ways, two rows about one figure, and shares of 0.34 that are 34 %."""
    names: dict[tuple[str, str], Counter[str]] = {}
    figures: dict[tuple[str, ...], FilledRow] = {}
    shares: dict[str, list[FilledRow]] = {}
    for row in rows:
        name = (row.cells["indicator"], plain(row.cells["definitie"]))
        names.setdefault(name, Counter())[row.cells["definitie"]] += 1
        same = figures.setdefault((*name, row.code, row.cells["periode"]), row)
        if same is not row and row.code:
            row.fault("gebied", f"one row for each figure; row {same.number} is about this area and period too")
        if row.indicator and row.indicator.unit == "%" and row.numbers["waarde"] > 0 and not row.cells["teller"]:
            shares.setdefault(row.indicator.id, []).append(row)
    for row in rows:
        ((usual, _),) = names[row.cells["indicator"], plain(row.cells["definitie"])].most_common(1)
        if row.cells["definitie"] != usual:
            row.fault("definitie", f"'{usual}', as other rows have it; another name would be another series")
    for group in shares.values():
        if len(group) > 1 and all(row.numbers["waarde"] < 1 for row in group):
            text = "a share in percent, such as 34; all of this indicator are below 1. If they are, give counts"
            group[0].fault("waarde", text)


def _observation(row: FilledRow) -> dict[str, Any]:
    assert row.indicator is not None
    remarks = [text for text in (row.cells["meting"], row.cells["toelichting"]) if text]
    return {
        "variabele": f"{row.indicator.id}: {row.cells['definitie']}",
        "gebiedscode": row.code,
        "niveau": "wijk" if row.code.startswith("WK") else "gebied",
        "periode": row.cells["periode"],
        "onder": math.nan,
        "boven": math.nan,
        "genoemd": math.nan,
        **row.numbers,
        "teken": "=",
        "status": "ontbreekt" if math.isnan(row.numbers["waarde"]) else "waargenomen",
        "eenheid": row.indicator.unit,
        "openbaar": row.cells["openbaar"].lower() == "ja",
        "postcode": "",
        "buurt": "",
        "opmerking": " ".join(text if text.endswith((".", "?", "!")) else f"{text}." for text in remarks),
        "rij": row.number,
        "kolom": "waarde" if row.cells["waarde"] else "teller",
    }


def with_own_series(catalogue: Catalogue, observations: pd.DataFrame, records: list[Record]) -> Catalogue:
    """Add to the catalogue the series that filled templates bring: one for each indicator and definition.

    Parameters
    ----------
    catalogue : Catalogue
        The catalogue as it stands in the files.
    observations : DataFrame
        Observations, those of templates among them.
    records : list of Record
        Tell which files are templates.

    Returns
    -------
    Catalogue
        With the series added. A definition with the name of a series that is there already continues that series.
    """
    files = {record.file for record in records if record.reader == "ois"}
    own = observations.loc[observations["bestand"].isin(files), ["bron", "variabele"]].drop_duplicates()
    added: dict[str, list[Series]] = {}
    for source, variable in own.itertuples(index=False):
        name, definition = variable.split(": ", 1)
        there = {series.id for series in catalogue.indicator(name).series}
        added.setdefault(name, []).append(
            Series(
                id=definition,
                source=source,
                variables=(variable,),
                method="publicatie",
                break_reason=""
                if definition in there
                else f"Dit cijfer heeft een eigen definitie: {definition.rstrip('.')}.",
            )
        )
    indicators = tuple(
        dataclasses.replace(i, series=(*i.series, *added[i.id])) if i.id in added else i for i in catalogue.indicators
    )
    return dataclasses.replace(catalogue, indicators=indicators)
