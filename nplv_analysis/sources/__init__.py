"""Readers: the only place that knows a file format. One module a source, each with ``read(table, record)``."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.observations import PRECISION
from nplv_analysis.records import SUFFIX, Record
from nplv_analysis.sources.table import read_table

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
    "tekstcijfers": "tekstcijfers",
}
#: This one gives the places of schools, not observations.
LOCATIONS = "scholen_naar_buurt"
#: This one reads figures by indicator and area, so it needs the catalogue.
TEMPLATE = "ois"


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
        Observations in the columns of the contract, or for ``scholen_naar_buurt`` the places of schools.

    Raises
    ------
    InputError
        For anything in the file that is not as expected.
    """
    names = (*READERS, LOCATIONS)
    if record.reader not in names:
        raise InputError(
            record.file + SUFFIX,
            f"a known reader{did_you_mean(record.reader, names)}",
            column="lezer",
            value=record.reader,
        )
    table = read_table(raw / record.file, record.file)
    if record.reader == LOCATIONS:
        from nplv_analysis.sources import scholen_naar_buurt

        return scholen_naar_buurt.read_locations(table)
    module = importlib.import_module(f"nplv_analysis.sources.{READERS[record.reader]}")
    read_rows: Callable[..., list[dict[str, Any]]] = module.read
    frame = pd.DataFrame(read_rows(table, record, *([catalogue] if record.reader == TEMPLATE else [])))
    for column in PRECISION:
        if column not in frame:
            frame[column] = float("nan")
    frame["bron"] = record.source
    if record.reader != TEMPLATE:
        frame["openbaar"] = record.public
    frame["bestand"] = record.file
    provisional = frame["periode"].isin(record.provisional) & (frame["status"] == "waargenomen")
    frame.loc[provisional, "status"] = "voorlopig"
    return frame
