"""Rows of a table as plain Python values: a page tells one figure at a time, and looks in the table for each."""

from __future__ import annotations

from typing import Any

import pandas as pd


def records(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    """Give each row as a dict, as ``DataFrame.to_dict`` does, but without a look-up for each column.

    Parameters
    ----------
    rows : DataFrame
        Few rows of many columns.

    Returns
    -------
    list of dict
        One a row: name of each column to its value.
    """
    names = rows.columns.to_list()
    return [dict(zip(names, values, strict=True)) for values in rows.to_numpy(dtype="object").tolist()]


def with_plain_text(table: pd.DataFrame) -> pd.DataFrame:
    """Give the same table with its texts as Python strings, all together: choosing rows takes one step, not one a text.

    Parameters
    ----------
    table : DataFrame
        With texts as pandas holds them.

    Returns
    -------
    DataFrame
        A copy.
    """
    texts = [name for name, kind in table.dtypes.items() if isinstance(kind, pd.StringDtype)]
    return table.astype(dict.fromkeys(texts, "object")).copy()
