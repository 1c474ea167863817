"""A made-up list of changed codes, for the tests of layouts."""

from __future__ import annotations

import pandas as pd

from nplv_analysis.sources.indelingen import COLUMNS

#: Year, old code, new code, change code, count. In 2021 A is divided in B and C, in 2022 D gets the code E, in 2023 F
#: and G become H, in 2024 part of J goes to K, and L changes without anybody telling how.
A, B, C, D, E, F, G, H, J, K, L = (f"BU999{number:05}" for number in range(300, 311))
ROWS: list[tuple[int, str, str, str, float | None]] = [
    (2021, A, B, "3", None),
    (2021, A, C, "3", None),
    (2022, D, E, "2", None),
    (2023, F, H, "3", None),
    (2023, G, H, "3", None),
    (2024, J, J, "3", 300),
    (2024, J, K, "3", 100),
    (2024, K, K, "3", 50),
    (2024, "", L, "3", None),
]


def changes(*rows: tuple[int, str, str, str, float | None]) -> pd.DataFrame:
    """Put rows in the form that the reader gives."""
    told = [
        (year, old, new, code, count, "adressen" if count is not None else "", "bedacht")
        for year, old, new, code, count in rows
    ]
    return pd.DataFrame(told, columns=list(COLUMNS)).astype({"indeling": "int64", "aantal": "float64"})


ALL = changes(*ROWS)
