"""Indicator tables as they may come: any numbers the contract allows, for tests of what must hold for all of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from helpers import area, catalogue, figures, indicator
from hypothesis import strategies as st

from nplv_analysis.areas import ITSELF, REST, REST_WITHOUT
from nplv_analysis.catalogue import Target
from nplv_analysis.indicators import CHANCE, GIVEN, NUMBERS, ROUNDING, SAMPLE

#: Seven wijken, so that some tables have enough of them to see how much wijken differ.
WIJKEN = tuple("abcdefg")
SMALLEST = (
    {"waarde": 2, "eenheid": "procentpunt"},
    {"waarde": 10, "eenheid": "procent van de referentie"},
    {"waarde": 0.05, "eenheid": "eenheid van de indicator"},
)
UNITS = {"aandeel": "%", "ratio": "per 1.000 inwoners", "telling": "aantal misdrijven", "score": "rapportcijfer"}
KINDS = ("steekproef", "toeval", "afronding", "model", "geen")


def _indicators() -> tuple[Any, ...]:
    """One indicator of each unit and kind of uncertainty; the directions and smallest differences take turns."""
    return tuple(
        indicator(
            id=f"{name}_{kind}",
            unit=unit,
            uncertainty=kind,
            good_direction=("hoog", "laag", "geen")[(row + column) % 3],
            smallest_difference=SMALLEST[(row + column) % 3],
            without_wijk={"zonder_wijk": "WK999000", "naam": "het midden", "reden": "Druk."}
            if kind == "toeval"
            else None,
            target=Target("<" if row % 2 else ">", 20.0, "programma"),
        )
        for row, (name, unit) in enumerate(UNITS.items())
        for column, kind in enumerate(KINDS)
    )


MANY = catalogue(
    _indicators(),
    *(area(name, f"BU{number}") for number, name in enumerate(WIJKEN)),
    area("samen", "BU0", "BU1", "BU2", kind="samengesteld"),
    area("vijfde", "BU4", "BU9", kind="combinatie"),
)

NAN = math.nan
AREAS = (*WIJKEN, "samen", "vijfde", "gemeente", "nederland")
ROLES = (ITSELF, ITSELF, ITSELF, REST, REST_WITHOUT)
PERIODS = ("2018", "2020", "2022", "2024", "onbekend (rond 2022)", "")
MARGINS = ("", SAMPLE, CHANCE, ROUNDING, GIVEN)


def _row(rng: np.random.Generator) -> dict[str, Any]:
    """Make one row that the contract allows, of any kind."""

    def one_of(*options: Any) -> Any:
        return options[rng.integers(len(options))]

    def count() -> float:
        return one_of(NAN, 0.0, 1.0, 5.0, float(rng.integers(3000)), float(rng.integers(3000)), 1e14)

    name, kind = one_of(*UNITS), one_of(*KINDS)
    above, below = count(), count()
    if name == "aandeel" and above > below:
        above, below = below, above
    values = {
        "aandeel": (NAN, 0.0, 100.0, 12.0, rng.uniform(0, 100)),
        "score": (NAN, -1e14, 0.0, rng.normal(0, 10)),
    }
    value, low, year = one_of(*values.get(name, (count(), rng.uniform(0, 1e6)))), one_of(NAN, 3.0), one_of(*PERIODS)
    return {
        "gebied": one_of(*AREAS),
        "rol": one_of(*ROLES),
        "indicator": f"{name}_{kind}",
        "eenheid": UNITS[name],
        "reeks": one_of("oud", "nieuw"),
        "periode": year,
        "jaar": float(year) if year.isdigit() else NAN,
        "waarde": value,
        "teller": above,
        "noemer": below,
        "n": count(),
        "n_effectief": one_of(count(), rng.uniform(0.5, 2000)),
        "standaardafwijking": one_of(NAN, 0.0, 1.5, 1e14),
        "afronding": one_of(NAN, NAN, 0.0, 2.0, 2.5, 50.0),
        "afronding_noemer": one_of(NAN, NAN, 0.0, 2.5, 50.0),
        "onder95": low,
        "boven95": low + one_of(0.0, 3.0, NAN),
        "interval_soort": "" if math.isnan(value) else one_of(*MARGINS),
        "status": one_of("waargenomen", "schatting", "nog niet bekend", "onthullingsrisico"),
    }


def _side_by_side(rng: np.random.Generator, years: list[int]) -> list[dict[str, Any]]:
    """Make the same measurement of many areas and years, so that there is something to compare and to follow."""
    first, most = _row(rng), rng.choice([3, 100, 9000])
    areas = [(name, ITSELF) for name in AREAS]
    areas += [(name, role) for name in ("a", "b", "samen") for role in (REST, REST_WITHOUT)]
    result = []
    for year in years:
        for name, role in areas:
            below = int(rng.integers(1, most))
            above = int(rng.integers(0, below + 1))
            values = {"%": 100 * above / below, "per 1.000 inwoners": 1000 * above / below, "rapportcijfer": 7.0}
            value = values.get(first["eenheid"], float(above)) if rng.random() < 0.9 else NAN
            place = {"gebied": name, "rol": role, "periode": str(year), "jaar": float(year), "waarde": value}
            counts = {"teller": float(above), "noemer": float(below), "n_effectief": float(below)}
            result.append(
                first | place | counts | {"interval_soort": first["interval_soort"] if value == value else ""}
            )
    return result


def make_table(seed: int, shape: str) -> pd.DataFrame:
    """Make a table; its index is as after a selection: not in order, and not always unique."""
    rng = np.random.default_rng(seed)
    years = {"two years": [2018, 2020], "ten years": list(range(2010, 2020)), "one year": [2020]}
    if shape in years:
        rows = _side_by_side(rng, years[shape])
    else:
        rows = [_row(rng) for _ in range({"empty": 0, "one row": 1}.get(shape, 80))]
    if shape == "doubles":
        rows += rows[:40]
    table = figures(*rows)
    if shape == "all missing":
        table[list(NUMBERS)], table["interval_soort"] = NAN, ""
    return table.set_axis([3 * (position % 50) for position in range(len(table))])


SHAPES = ("empty", "one row", "loose rows", "doubles", "all missing", "one year", "two years", "ten years")
TABLES = st.builds(make_table, st.integers(0, 2**32), st.sampled_from(SHAPES))
