"""Readers: the only place that knows a file format. One module a source, each with ``read(table, record)``.

Those that also read files as their publishers deliver them get the file as it was opened, and the place to read it for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.observations import PRECISION
from nplv_analysis.records import SUFFIX, Record
from nplv_analysis.sources.bundle import Bundle, read_bundle
from nplv_analysis.sources.place_names import Place
from nplv_analysis.sources.sheets import Sheet, read_sheets
from nplv_analysis.sources.table import Table, read_table

#: Name in the field ``lezer`` of a record, and the module that reads such files.
READERS = {
    "achterstandsscores": "achterstandsscores",
    "cbs_kwb": "cbs_kwb",
    "duo": "duo",
    "eigen": "eigen",
    "fietsdiefstal": "fietsdiefstal",
    "leefbaarometer": "leefbaarometer",
    "nplv_bijlage": "nplv_bijlage",
    "ois": "ois",
    "politie": "politie",
    "rivm": "rivm",
    "schooltellingen": "schooltellingen",
    "ses_woa": "ses_woa",
    "tekstcijfers": "tekstcijfers",
}
#: These also read files as their publishers deliver them, on the whole country.
DELIVERED = ("achterstandsscores", "cbs_kwb", "duo", "leefbaarometer", "politie", "rivm", "ses_woa")
#: And these of them tables of an open data service too.
SERVICES = ("cbs_kwb", "politie", "rivm", "ses_woa")
#: This one gives the places of schools, not observations.
LOCATIONS = "scholen_naar_buurt"
#: This one gives the boundaries of buurten.
BOUNDARIES = "buurtgrenzen"
#: This one tells what became of codes of buurten and wijken.
LAYOUTS = "indelingen"
#: This one gives figures of streets and other small places, for the hittekaart alone.
PLACES = "plaatsen"
#: These give no observations.
NO_OBSERVATIONS = (LOCATIONS, BOUNDARIES, LAYOUTS, PLACES)
#: This one reads figures by indicator and area, so it needs the catalogue.
TEMPLATE = "ois"
#: And this one, which makes figures of many schools together of counts per school.
SCHOOLS = "schooltellingen"
#: This one makes figures of the answers of people.
SURVEY = "enquete"


def read(raw: Path, record: Record, catalogue: Catalogue) -> pd.DataFrame:
    """Read one raw file into observations.

    Parameters
    ----------
    raw : Path
        The folder ``data/raw``.
    record : Record
        The record of the file.
    catalogue : Catalogue
        For the indicators and areas that a filled template names.

    Returns
    -------
    DataFrame
        Observations in the columns of the contract; readers of ``NO_OBSERVATIONS`` give what they are named after.

    Raises
    ------
    InputError
        For anything in the file that is not as expected.
    """
    names = (*READERS, *NO_OBSERVATIONS, SURVEY)
    if record.reader not in names:
        raise InputError(
            record.file + SUFFIX,
            f"a known reader{did_you_mean(record.reader, names)}",
            column="lezer",
            value=record.reader,
        )
    if record.reader == BOUNDARIES:
        from nplv_analysis.sources import buurtgrenzen

        return buurtgrenzen.read_boundaries(raw / record.file, record.file)
    if record.reader == SURVEY:
        from nplv_analysis.sources import enquete

        return _observations(enquete.read(raw / record.file, record, catalogue), record)
    if record.reader in DELIVERED:
        return _observations(_read_delivered(raw, record, catalogue), record)
    table = read_table(raw / record.file, record.file)
    if record.reader == LOCATIONS:
        from nplv_analysis.sources import scholen_naar_buurt

        return scholen_naar_buurt.read_locations(table)
    if record.reader == LAYOUTS:
        from nplv_analysis.sources import indelingen

        return indelingen.read_changes(table)
    if record.reader == PLACES:
        from nplv_analysis.sources import plaatsen

        return plaatsen.read_places(table, catalogue)
    module = importlib.import_module(f"nplv_analysis.sources.{READERS[record.reader]}")
    read_rows: Callable[..., list[dict[str, Any]]] = module.read
    return _observations(
        read_rows(table, record, *([catalogue] if record.reader in (TEMPLATE, SCHOOLS) else [])), record
    )


def open_delivered(path: Path, name: str) -> Bundle | dict[str, Sheet] | Table:
    """Open a file of a publisher: the sets of an open data service, the sheets of a workbook, or a delimited table."""
    kind = path.suffix.lower()
    if kind == ".json":
        return read_bundle(path, name)
    return read_sheets(path, name) if kind in (".xlsx", ".xlsm") else read_table(path, name)


def _read_delivered(raw: Path, record: Record, catalogue: Catalogue) -> list[dict[str, Any]] | pd.DataFrame:
    module = importlib.import_module(f"nplv_analysis.sources.{READERS[record.reader]}")
    read_rows: Callable[..., list[dict[str, Any]] | pd.DataFrame] = module.read
    delivered = open_delivered(raw / record.file, record.file)
    if isinstance(delivered, Bundle) and record.reader not in SERVICES:
        raise InputError(record.file, f"a delimited file or a workbook; reader '{record.reader}' reads no other")
    return read_rows(delivered, record, Place(raw, catalogue.gemeente.code or ""))


def _observations(rows: list[dict[str, Any]] | pd.DataFrame, record: Record) -> pd.DataFrame:
    """Put what the record says beside what the file says."""
    if not len(rows):
        raise InputError(record.file, "at least one figure; there is none")
    frame = pd.DataFrame(rows)
    if record.provisional:
        provisional = frame["periode"].isin(record.provisional) & (frame["status"] == "waargenomen")
        frame.loc[provisional, "status"] = "voorlopig"
    texts = {"bron": record.source, "bestand": record.file, "indeling": ""}
    numbers = ["delen", *(column for column in PRECISION if column not in frame)]
    # Put beside it at once: a column at a time takes longer than reading a small file.
    beside = [
        pd.DataFrame(texts, index=frame.index, dtype="object"),
        pd.DataFrame(np.nan, index=frame.index, columns=numbers),
    ]
    if record.reader not in (TEMPLATE, SURVEY):
        beside.append(pd.DataFrame({"openbaar": record.public}, index=frame.index))
    return pd.concat([frame, *beside], axis=1)
