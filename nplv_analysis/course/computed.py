"""What the exercises of the course ask for, and what a usual mistake gives, computed from Voorbeeldstad."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.areas import ITSELF
from nplv_analysis.comparison import WIJKEN
from nplv_analysis.data import Data, load
from nplv_analysis.development import UNCHANGED, UNFAVOURABLE
from nplv_analysis.methods.intervals import newcombe_difference, wilson
from nplv_analysis.records import Record
from nplv_analysis.verdict import SAME

NORTH, SOUTH, PROGRAMME, GEMEENTE = "voorbeeldwijk-noord", "voorbeeldwijk-zuid", "voorbeeldstad-noord", "gemeente"
UNSAFE, MAKING_ENDS_MEET = "onveiligheidsgevoelens", "moeite_rondkomen"
LOW_INCOME, LONELY, CRIMES = "minimahuishoudens", "eenzaamheid", "misdrijven_per_1000"
#: The year that most lessons look at.
YEAR = "2024"
#: Words that exercises let choose from.
CHANCE, TOO_SMALL, NO_MARGIN = "toeval", "te klein", "geen marge"
LACKING = ("aantal ondervraagden", "telling", "afronding")


def raw(data: Data, source: str, file: str) -> pd.DataFrame:
    """Read a raw file as it stands, every cell as text."""
    return pd.read_csv(data.folder / "raw" / source / file, dtype=str, keep_default_na=False)


def record(data: Data) -> Record:
    """Give the record of the first file that lesson 1 looks at."""
    return next(record for record in data.records if record.source == "voorbeeld_rondkomen")


def figure(data: Data, area: str, indicator: str, period: str) -> Any:
    """Give the row of one figure."""
    rows = data.of(area, indicator)
    return rows[rows["periode"] == period].iloc[0]


def of_wijken(data: Data, indicator: str, period: str = YEAR) -> pd.DataFrame:
    """Give the figures of the wijken in one period, by wijk."""
    wijken = [area.id for area in data.catalogue.areas if area.kind in WIJKEN]
    table = data.figures
    here = (table["indicator"] == indicator) & (table["periode"] == period) & (table["rol"] == ITSELF)
    return table[here & table["gebied"].isin(wijken)].set_index("gebied")


# -------------------------------------------------------------------------------------------- 1 and 2: raw, and wijk


def unknown_cells(data: Data) -> float:
    """Count the cells with the sign for unknown."""
    return float((raw(data, "voorbeeld_rondkomen", "rondkomen.csv")["waarde"] == ".").sum())


def _buurten(data: Data, source: str, file: str, period: str) -> list[str]:
    rows = raw(data, source, file).set_index(["periode", "gebied"])["waarde"]
    return [str(rows[period, code]) for code in data.catalogue.area(NORTH).buurten]


def _people(data: Data) -> list[float]:
    return [float(cell) for cell in _buurten(data, "voorbeeld_bevolking", "inwoners.csv", "2020")]


def named_number(data: Data) -> float:
    """Give the number behind the sign ``<`` among the crimes of the buurten."""
    cells = _buurten(data, "voorbeeld_misdrijven", "misdrijven.csv", "2020")
    return float(next(cell for cell in cells if cell.startswith("<"))[1:])


def crimes(data: Data, least: float, most: float) -> tuple[float, float]:
    """Give the rate of Noord when the suppressed count is between two numbers."""
    cells = _buurten(data, "voorbeeld_misdrijven", "misdrijven.csv", "2020")
    known, thousands = sum(float(cell) for cell in cells if cell.isdigit()), sum(_people(data)) / 1000
    return (known + least) / thousands, (known + most) / thousands


def crimes_released(data: Data) -> tuple[float, float]:
    """Give the bounds of that rate as they are released."""
    row = figure(data, NORTH, CRIMES, "2020")
    return float(row["ondergrens"]), float(row["bovengrens"])


def mean_of_buurten(data: Data, *, weighted: bool, turned: bool = False) -> float:
    """Average the buurten of Noord: without weights, or with the wrong ones."""
    values = [float(cell) for cell in _buurten(data, "voorbeeld_rondkomen", "rondkomen.csv", "2018")]
    people = _people(data)[::-1] if turned else _people(data)
    return float(np.average(values, weights=people if weighted else None))


def method_error(data: Data) -> float:
    """Give how far the computed figure of CBS wijk Noord lies from the published one."""
    table = data.method_error
    return float(table.loc[(table["periode"] == "2020") & (table["code"] == "WK999000"), "verschil"].abs().iloc[0])


# ------------------------------------------------------------------------------------ 3 and 4: margins, and verdicts


def margin_of_share(data: Data, size: str = "n_effectief") -> tuple[float, float]:
    """Give the limits of the share of Noord, from one or the other number asked."""
    row = figure(data, NORTH, UNSAFE, YEAR)
    low, high = wilson(row["waarde"] / 100, row[size])
    return 100 * float(low), 100 * float(high)


def width(data: Data) -> pd.Series:
    """Give how wide the margin of each wijk is."""
    rows = of_wijken(data, UNSAFE)
    return rows["boven95"] - rows["onder95"]


def asked_for_half(data: Data, times: float = 4) -> float:
    """Give how many must be asked for half the margin: the square of two."""
    return times * float(figure(data, NORTH, UNSAFE, YEAR)["n_effectief"])


def outside(data: Data) -> frozenset[str]:
    """Give the wijken of which the 95 % margin leaves out the figure of the gemeente."""
    rows, whole = of_wijken(data, UNSAFE), figure(data, GEMEENTE, UNSAFE, YEAR)["waarde"]
    return frozenset(rows.index[(rows["onder95"] > whole) | (rows["boven95"] < whole)])


def outside_without_verdict(data: Data) -> frozenset[str]:
    """Give those of them that have no verdict all the same."""
    rows = of_wijken(data, UNSAFE)
    return outside(data) & frozenset(rows.index[rows["oordeel"] == SAME])


def lower_limit_of_difference(data: Data) -> float:
    """Give the lower limit of the difference between Noord and Zuid."""
    one, two = (figure(data, area, UNSAFE, YEAR) for area in (NORTH, SOUTH))
    low, _ = newcombe_difference(one["waarde"] / 100, one["n_effectief"], two["waarde"] / 100, two["n_effectief"])
    return 100 * float(low)


def limits_subtracted(data: Data) -> float:
    """Give what is left of the lower limit of the one less the upper limit of the other."""
    return float(figure(data, NORTH, UNSAFE, YEAR)["onder95"] - figure(data, SOUTH, UNSAFE, YEAR)["boven95"])


def why_no_verdict(data: Data) -> str:
    """Give why a difference of Voorbeeldstad-Noord does not count."""
    reason = figure(data, PROGRAMME, LOW_INCOME, "2013")["oordeel_reden"]
    return next(word for word in (TOO_SMALL, CHANCE, NO_MARGIN) if word in f"{reason} {NO_MARGIN}")


# ------------------------------------------------------------------------------ 5 and 6: development, and disclosure


def change(data: Data, *, relative: bool = False) -> float:
    """Give the change of the gemeente from 2018 to 2020: in points, or in percent of the figure."""
    now, then = (float(figure(data, GEMEENTE, MAKING_ENDS_MEET, year)["waarde"]) for year in ("2020", "2018"))
    return 100 * (now / then - 1) if relative else now - then


def change_across_break(data: Data) -> str:
    """Tell whether a change is computed from the old question to the new one."""
    rows = data.develop(GEMEENTE, MAKING_ENDS_MEET)
    return "ja" if rows.loc[rows["periode"] == "2022", "verandering"].notna().all() else "nee"


def marked(data: Data, *, by_chance: bool) -> float:
    """Count the wijken with an unfavourable mark, or those of them whose change may be chance."""
    rows = of_wijken(data, UNSAFE)
    rows = rows[rows["symbool"] == UNFAVOURABLE]
    return float((rows["verandering_oordeel"] == UNCHANGED).sum() if by_chance else len(rows))


def hidden(data: Data) -> frozenset[str]:
    """Give the wijken of which a figure is not shown."""
    rows = of_wijken(data, LONELY)
    return frozenset(rows.index[rows["waarde"].isna()])


def asked_in_hidden(data: Data) -> float:
    """Give the number asked there, by the raw file that stays inside."""
    rows = raw(data, "voorbeeld_ois", "ois_voorbeeld.csv")
    rows = rows[(rows["indicator"] == LONELY) & (rows["periode"] == YEAR) & rows["gebied"].isin(hidden(data))]
    return float(rows["n"].astype(float).sum())


def left_by_subtraction(data: Data) -> float:
    """Give the number asked that the released figures leave for them."""
    return float(figure(data, PROGRAMME, LONELY, YEAR)["n"] - of_wijken(data, LONELY)["n"].sum())


def in_public_edition(data: Data) -> float:
    """Count the figures of that indicator in the public edition."""
    return float((load(data.folder, public=True).figures["indicator"] == LONELY).sum())


# -------------------------------------------------------------------------------------------- 7: figures of one's own


def own(data: Data) -> pd.DataFrame:
    """Give the figures that a student made."""
    return data.figures[(data.figures["rol"] == ITSELF) & data.figures["waarde"].notna()].set_index("gebied")


def own_difference(data: Data) -> float:
    """Give the difference between Noord and the gemeente."""
    value = own(data)["waarde"]
    return float(value[NORTH] - value[GEMEENTE])


def own_lack(data: Data) -> str:
    """Give what is lacking for a margin."""
    return next(word for word in LACKING if word in str(own(data).loc[NORTH, "interval_reden"]))


def own_areas(data: Data, at_least: int = 0) -> float:
    """Count the areas that have a figure; with fewer than are asked for no answer is right."""
    return float(len(own(data))) if len(own(data)) >= at_least else float("nan")
