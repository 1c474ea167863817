"""What changed between two runs: verdicts, figures and status, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.errors import InputError, NplvError
from nplv_analysis.indicators import NOTHING
from nplv_analysis.output.export import COLUMNS, NUMBERS, SIGNS, TEXTS, YEAR, csv_of, harmless, shortened
from nplv_analysis.output.open_data import CSV, KEY, PARQUET

#: Kinds of differences, those that matter most first.
VERDICT = "ander oordeel"
REVISED = "herzien cijfer"
NEW, GONE = "nieuw cijfer", "vervallen cijfer"
STATUS = "andere status"
NEW_INDICATOR, GONE_INDICATOR = "nieuwe indicator", "vervallen indicator"
NEW_AREA, GONE_AREA = "nieuw gebied", "vervallen gebied"
OTHER = "andere gegevens"
#: The same in English, for the terminal.
KINDS = {
    VERDICT: "verdicts changed",
    REVISED: "figures revised",
    NEW: "figures new",
    GONE: "figures vanished",
    STATUS: "figures with another status",
    NEW_INDICATOR: "indicators new",
    GONE_INDICATOR: "indicators vanished",
    NEW_AREA: "areas new",
    GONE_AREA: "areas vanished",
    OTHER: "other cells changed",
}

#: Columns by the kind of difference that a change in them is.
VERDICTS = ("oordeel", "verandering_oordeel", "trend", "symbool")
AMOUNTS = ("waarde", "genoemd", "ondergrens", "bovengrens", "waarde_cbs_wijk")
BESIDE = ("teken", "eenheid", "cbs_wijk")
STATES = ("status", "herkomst", "openbaar")
OTHERS = tuple(name for name in COLUMNS if name not in (*KEY, *VERDICTS, *AMOUNTS, *BESIDE, *STATES))

NAMES = ("gebied", "gebied_naam", "thema", "indicator", "indicator_naam", "reeks", "periode")
COLUMNS_OF_CHANGES = ("soort", *NAMES, "kolom", "oud", "nieuw", "verschil", "openbaar")
#: Numbers that differ less, as a part of the largest, are the same: files hold twelve digits.
NOISE = 1e-11


def read_figures(path: Path) -> pd.DataFrame:
    """Read the key figures of a run.

    Parameters
    ----------
    path : Path
        The output folder of a batch, or its kerncijfers.csv or kerncijfers.parquet.

    Returns
    -------
    DataFrame
        Columns ``export.COLUMNS``; numbers as float, texts never missing, ``openbaar`` ja or nee.

    Raises
    ------
    NplvError
        When there is no such file, or it does not hold the key figures of this version of the package.
    """
    file = next((path / name for name in (CSV, PARQUET) if (path / name).is_file()), path)
    name = file.as_posix()
    if not file.exists():
        raise NplvError(f"{name}: no such file or folder")
    if file.is_dir():
        raise NplvError(f"{name}: no {CSV} or {PARQUET} in this folder; expected the output folder of 'nplv batch'")
    try:
        table = _read(file)
    except (ValueError, OSError):
        raise NplvError(f"{name}: cannot be read as a table; expected {CSV} or {PARQUET} of 'nplv batch'") from None
    missing = [column for column in COLUMNS if column not in table]
    unknown = [str(column) for column in table if column not in COLUMNS]
    if missing or unknown:
        parts = [f"{what} {', '.join(names[:5])}" for what, names in (("no", missing), ("also", unknown)) if names]
        raise NplvError(f"{name}: these are not the columns of the key figures of this version ({'; '.join(parts)})")
    for column in TEXTS:
        table[column] = table[column].astype("object").where(table[column].notna(), "").map(str)
    for column in (*NUMBERS, YEAR):
        table[column] = _numbers(table[column], name)
    twice = table.duplicated(list(KEY))
    if twice.any():
        raise InputError(name, f"one row for every {', '.join(KEY)}", row=int(np.argmax(twice)) + 2)
    return table[list(COLUMNS)]


def _read(file: Path) -> pd.DataFrame:
    if file.suffix != ".parquet":
        return pd.read_csv(file, dtype=str, keep_default_na=False)
    import pyarrow.parquet as pq

    table = pq.read_table(file).to_pandas()
    return table.assign(openbaar=table["openbaar"].map({True: "ja", False: "nee"})) if "openbaar" in table else table


def _numbers(column: pd.Series, file: str) -> list[float]:
    numbers = []
    for row, value in enumerate(column, start=2):
        try:
            numbers.append(float("nan" if value == "" else value))
        except (TypeError, ValueError):
            raise InputError(file, "a number", row=row, column=str(column.name), value=value) from None
    return numbers


def compare(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Compare two runs cell by cell.

    Parameters
    ----------
    old, new : DataFrame
        Key figures as ``read_figures`` gives them.

    Returns
    -------
    DataFrame
        One row a cell that differs, columns ``COLUMNS_OF_CHANGES``: soort (a key of ``KINDS``, in that order), the
        names of the row, the column, what it was and is now, and for numbers the difference. A trend is of a whole
        series, so it has one row a series. A figure is new or vanished when a row has a figure in one run only. Of an
        indicator or area that is in one run only, rows without a figure are left out. No row is left when the runs are
        the same.
    """
    at = {key: n for n, key in enumerate(_keys(old))}
    places = [at.pop(key, None) for key in _keys(new)]
    is_in_both = np.array([place is not None for place in places], dtype=bool)
    was = old.iloc[[place for place in places if place is not None]].reset_index(drop=True)
    now, added, dropped = new[is_in_both].reset_index(drop=True), new[~is_in_both], old.iloc[list(at.values())]
    had, has = has_figure(was), has_figure(now)
    cells = [
        *_cells(VERDICT, was, now, VERDICTS),
        *_cells(REVISED, was[had & has], now[had & has], (*AMOUNTS, *BESIDE)),
        *_cells(NEW, was[has & ~had], now[has & ~had], AMOUNTS),
        *_cells(NEW, _blank(added), added, AMOUNTS),
        *_cells(GONE, was[had & ~has], now[had & ~has], AMOUNTS),
        *_cells(GONE, dropped, _blank(dropped), AMOUNTS),
        *_cells(STATUS, was, now, STATES),
        *_cells(STATUS, _blank(_telling(added, old, dropped)), _telling(added, old, dropped), ["status"]),
        *_cells(STATUS, _telling(dropped, new, added), _blank(_telling(dropped, new, added)), ["status"]),
        *_whole(NEW_INDICATOR, "indicator", new, old),
        *_whole(GONE_INDICATOR, "indicator", old, new),
        *_whole(NEW_AREA, "gebied", new, old),
        *_whole(GONE_AREA, "gebied", old, new),
        *_cells(OTHER, was, now, OTHERS),
        *_cells(OTHER, was[~(had & has)], now[~(had & has)], BESIDE),
    ]
    found = pd.DataFrame(cells, columns=list(COLUMNS_OF_CHANGES))
    # Areas and indicators as in the new run, then what only the old one has.
    order = {key: n for n, key in enumerate(dict.fromkeys([*_keys(new), *_keys(old)]))}
    kinds = list(KINDS)
    rank = [(kinds.index(kind), order.get(key, -1)) for kind, key in zip(found["soort"], _keys(found), strict=True)]
    found = found.iloc[sorted(range(len(found)), key=rank.__getitem__)]
    series = ["gebied", "indicator", "reeks", "kolom", "oud", "nieuw"]
    return found[~(found["kolom"].eq("trend") & found.duplicated(series, keep="last"))].reset_index(drop=True)


def has_figure(rows: pd.DataFrame) -> pd.Series:
    """Tell which rows have a figure, if only of the CBS wijk around the area."""
    return rows[list(AMOUNTS)].notna().any(axis=1)


def _keys(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(zip(*(rows[name] for name in KEY), strict=True))


def _blank(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the same rows as if nothing were known of them."""
    numbers = {name: np.nan for name in (*NUMBERS, YEAR)}
    return rows.assign(**numbers, **{name: "" for name in TEXTS if name not in (*NAMES, "openbaar")})


def _telling(rows: pd.DataFrame, other: pd.DataFrame, changed: pd.DataFrame) -> pd.DataFrame:
    """Give the rows without a figure that are in one run only, and say something that no other difference does.

    The row "no figure at all" of an area and an indicator goes when its first figure comes, and the other way around.
    """
    figures = changed[has_figure(changed)]
    replaced = set(zip(figures["gebied"], figures["indicator"], strict=True))
    pairs = zip(rows["gebied"], rows["indicator"], rows["status"], strict=True)
    new = np.array([status != NOTHING or (area, name) not in replaced for area, name, status in pairs], dtype=bool)
    known = rows["gebied"].isin(other["gebied"]) & rows["indicator"].isin(other["indicator"])
    return rows[~has_figure(rows) & known & new]


def _cells(kind: str, was: pd.DataFrame, now: pd.DataFrame, columns: Iterable[str]) -> list[dict[str, Any]]:
    """List the cells that differ between two frames of the same rows."""
    found = []
    internal = (was["openbaar"].to_numpy() == "nee") | (now["openbaar"].to_numpy() == "nee")
    for column in columns:
        before, after = was[column].to_numpy(), now[column].to_numpy()
        is_number = column in (*NUMBERS, YEAR)
        if is_number:
            largest = np.fmax(np.abs(before), np.abs(after))
            same = (np.abs(after - before) <= NOISE * largest) | np.isnan(largest)
        else:
            same = before == after
        for n in np.flatnonzero(~same):
            found.append(
                {
                    "soort": kind,
                    **{name: now[name].iloc[n] for name in NAMES},
                    "kolom": column,
                    "oud": _written(before[n]),
                    "nieuw": _written(after[n]),
                    "verschil": shortened(after[n] - before[n]) if is_number else np.nan,
                    "openbaar": "nee" if internal[n] else "ja",
                }
            )
    return found


def _whole(kind: str, column: str, rows: pd.DataFrame, other: pd.DataFrame) -> list[dict[str, Any]]:
    """List the indicators or areas that the other run does not have."""
    found = []
    for name, group in rows[~rows[column].isin(other[column])].groupby(column, sort=False):
        first = group.iloc[0]
        about = ["gebied", "gebied_naam"] if column == "gebied" else ["thema", "indicator", "indicator_naam"]
        known = {field: first[field] if field in about else "" for field in NAMES}
        here = {"nieuw": str(name)} if kind in (NEW_INDICATOR, NEW_AREA) else {"oud": str(name)}
        public = "nee" if (group["openbaar"] == "nee").any() else "ja"
        found.append({"soort": kind, **known, "kolom": column, "oud": "", "nieuw": "", **here, "openbaar": public})
    return found


def _written(value: Any) -> str:
    """Write a cell as the CSV has it."""
    if isinstance(value, str):
        return value
    return "" if np.isnan(value) else f"{value:.12g}"


def count(changes: pd.DataFrame) -> dict[str, int]:
    """Count the differences by kind: figures rather than cells, where a kind is about figures."""
    found = dict.fromkeys(KINDS, 0)
    for kind, rows in changes.groupby("soort", sort=False):
        about_figures = kind in (REVISED, NEW, GONE, STATUS)
        found[str(kind)] = len(rows.drop_duplicates(list(KEY))) if about_figures else len(rows)
    return found


def summary(changes: pd.DataFrame) -> list[str]:
    """Say in a few English lines what changed, with the columns of verdicts and of other cells, and the names."""
    lines = []
    for kind, number in count(changes).items():
        rows = changes[changes["soort"] == kind]
        parts: list[str] = []
        if kind in (VERDICT, OTHER):
            parts = [f"{column} {times}" for column, times in rows["kolom"].value_counts(sort=False).items()]
        elif kind in (NEW_INDICATOR, GONE_INDICATOR, NEW_AREA, GONE_AREA):
            parts = [*(rows["oud"] + rows["nieuw"])]
        if number:
            lines.append(f"{KINDS[kind]}: {number}" + (f" ({', '.join(parts)})" if parts else ""))
    return lines or ["no changes"]


def csv_of_changes(changes: pd.DataFrame) -> bytes:
    """Give the differences as CSV, in which no text starts a formula."""
    table = changes.copy()
    own = changes["kolom"].isin([*SIGNS, *NUMBERS, YEAR])
    for column in (*NAMES, "oud", "nieuw"):
        safe = table[column].map(harmless)
        table[column] = table[column].where(own, safe) if column in ("oud", "nieuw") else safe
    return csv_of(table)
