"""Rows of a table as plain Python values."""

from __future__ import annotations

import pandas as pd
import pytest

from nplv_analysis.rows import records, with_plain_text

ROWS = pd.DataFrame({"gebied": ["a", "b"], "jaar": [2020.0, float("nan")], "openbaar": [True, False], "n": [1, 2]})


@pytest.mark.parametrize("rows", [ROWS, with_plain_text(ROWS), ROWS.iloc[:0], ROWS[["gebied"]]])
def test_records_are_those_of_pandas(rows: pd.DataFrame) -> None:
    found = records(rows)
    assert str(found) == str(rows.to_dict("records"))
    assert [list(map(type, row.values())) for row in found] == [
        list(map(type, row.values())) for row in rows.to_dict("records")
    ]


def test_text_becomes_plain_and_the_given_table_stays() -> None:
    given = pd.DataFrame({"tekst": pd.array(["a", "b"], dtype="string"), "getal": [1.0, 2.0]})
    plain = with_plain_text(given)
    assert plain["tekst"].dtype == object and plain["tekst"].to_list() == ["a", "b"]
    assert given["tekst"].dtype == "string" and plain["getal"].dtype == float
