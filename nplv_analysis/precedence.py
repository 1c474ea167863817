"""Two files with the same figure: a repeat counts once, and of two releases of one table the later one wins, aloud."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import Any

import pandas as pd

from nplv_analysis.observations import KEY, NUMBERS
from nplv_analysis.records import Record

#: Columns of the list of replaced values; Dutch, because researchers read it.
COLUMNS = (
    "bestand",
    "rij",
    "kolom",
    "gebiedscode",
    "variabele",
    "periode",
    "oude_waarde",
    "nieuwe_waarde",
    "bestand_nieuw",
)


def one_value_each(observations: pd.DataFrame, records: Sequence[Record]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out what a second file of a source repeats, and what a later release of the same table gives otherwise.

    Parameters
    ----------
    observations : DataFrame
        Observations as they were read, in the columns of the contract.
    records : sequence of Record
        Tell of which table a file is, and of when.

    Returns
    -------
    tuple of DataFrame
        The observations that stay, and the values that were replaced, in the columns ``COLUMNS``. Two figures of which
        it is not known that one is of a later release of the same table both stay, which is an error for ``validate``;
        so do two figures in one file.
    """
    found = _without_repeats(observations)
    by_file = {record.file: record for record in records}
    double = found[found.duplicated(KEY, keep=False)]
    replaced: list[dict[str, Any]] = []
    gone: list[Hashable] = []
    for _, rows in double.groupby(KEY, sort=True, dropna=False):
        latest = _latest([by_file[file] for file in rows["bestand"]])
        if latest is not None:
            (new,) = rows[rows["bestand"] == latest.file].to_dict("records")
            old = rows[rows["bestand"] != latest.file]
            gone += list(old.index)
            replaced += [
                {name: row[name] for name in COLUMNS[:6]}
                | {"oude_waarde": _text(row), "nieuwe_waarde": _text(new), "bestand_nieuw": latest.file}
                for row in old.to_dict("records")
            ]
    table = pd.DataFrame(replaced, columns=list(COLUMNS))
    return found.drop(index=gone).reset_index(drop=True), table.sort_values(
        ["bestand", "rij", "kolom"], ignore_index=True
    )


def _without_repeats(observations: pd.DataFrame) -> pd.DataFrame:
    """Drop what a second file of a source repeats to the digit, such as a whole table beside a selection from it."""
    # Of two rows on a school, the one that knows where it stood says more.
    ordered = observations.sort_values("postcode", ascending=False, kind="stable")
    same = ordered.groupby([*KEY, *NUMBERS, "teken", "status", "eenheid", "openbaar"], dropna=False)["bestand"]
    return ordered[ordered["bestand"] == same.transform("first")].reset_index(drop=True)


def _latest(records: Sequence[Record]) -> Record | None:
    """Give the record of the latest release, when all are of one table and one is later than all others."""
    last = [r for r in records if all(other is r or _later(r, other) for other in records)]
    return last[0] if len(last) == 1 and records.count(last[0]) == 1 else None


def _later(one: Record, other: Record) -> bool:
    """Whether a file is known to be of a later release of the same table than another."""
    table = _tables(one)
    if one.publisher != other.publisher or len(table) != 1 or table != _tables(other):
        return False
    for name in ("datum_publicatie", "datum_opname"):
        ours, theirs = (_date(record.fields.get(name, "")) for record in (one, other))
        if ours and theirs:
            # Of a month and a day in it nobody knows which is later.
            length = min(len(ours), len(theirs))
            return ours[:length] > theirs[:length]
    return False


def _tables(record: Record) -> set[str]:
    """Give the numbers of tables that a record names."""
    return set(re.findall(r"\b\d{5}[A-Za-z]{3}\b", record.table.upper()))


def _date(text: str) -> str:
    found = re.match(r"\d{4}(-\d\d(-\d\d)?)?", text)
    return found[0] if found else ""


def _text(row: dict[Any, Any]) -> str:
    """Write a value, or what there is instead, and its status where that is not the usual one."""
    if pd.notna(row["waarde"]):
        value = f"{row['waarde']:.15g}"
    else:
        value = "-".join(f"{row[name]:.15g}" for name in ("onder", "boven", "genoemd") if pd.notna(row[name]))
    return value if value and row["status"] == "waargenomen" else f"{value} ({row['status']})".strip()


def told(replaced: pd.DataFrame, raw: str) -> list[str]:
    """Say in one line for each pair of files how many values of one were replaced by the other.

    Parameters
    ----------
    replaced : DataFrame
        What ``one_value_each`` gives.
    raw : str
        The folder with the raw files, for the names in the lines.
    """
    lines = []
    for (old, new), rows in replaced.groupby(["bestand", "bestand_nieuw"], sort=True):
        first = rows.iloc[0]
        number = f"{len(rows)} value{'s' if len(rows) > 1 else ''}"
        where = f"{first['gebiedscode']}, {first['variabele']}, {first['periode']} (row {first['rij']})"
        change = f"{first['oude_waarde']} -> {first['nieuwe_waarde']}"
        lines.append(f"{raw}/{old}: {number} replaced by the later {raw}/{new}; first: {where}: {change}")
    return lines


def csv_of(replaced: pd.DataFrame) -> str:
    """Give the list as CSV, in which no text starts a formula."""
    from nplv_analysis.output.export import harmless

    # The other columns hold numbers, and words of ours.
    theirs = ("bestand", "kolom", "gebiedscode", "variabele", "periode", "bestand_nieuw")
    safe = replaced.assign(**{name: replaced[name].map(harmless) for name in theirs})
    return str(safe.to_csv(index=False, lineterminator="\n"))
