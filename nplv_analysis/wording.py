"""How figures read in Dutch: decimal comma, qualifiers, units, signs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from nplv_analysis.catalogue import Indicator
from nplv_analysis.indicators import ROUNDING, WIJK_ONLY

NO_FIGURE = "geen cijfer"
#: From this many names on, a sentence counts them instead of listing them.
MANY = 4
MINUS = "\u2212"
#: Keeps a number and its unit on one line.
NBSP = "\u00a0"


#: A status that reads better under another word.
STATUS_SHOWN = {"onderdrukt": "bereik"}

#: What a status means, for readers.
STATUS_IN_WORDS = {
    "nihil": "de bron geeft hier nul",
    "geen deelnemers": "er deden geen leerlingen mee",
    "jaar afgeleid": "het jaar staat niet bij de bron; het is afgeleid uit de tabel",
    "voorlopig": "de bron kan het cijfer nog aanpassen",
    "schatting": "de uitkomst van een rekenmodel, geen telling",
    "bij benadering": "de bron noemt geen precies getal",
    "onderdrukt": "de bron laat kleine aantallen weg; daarom staat er een bereik",
    "berekend": "uit gepubliceerde cijfers berekend, zie de toelichting",
    "gepubliceerd": "precies zo gepubliceerd over dit gebied",
}


def number(value: float, decimals: int) -> str:
    """Write a number with decimal comma, thousands point and a real minus sign."""
    text = f"{value:,.{decimals}f}"
    text = text.replace(",", "_").replace(".", ",").replace("_", ".")
    if text.strip("-0,.") == "":
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def signed(value: float, decimals: int) -> str:
    """Write a change with its sign; no change is written without one."""
    if pd.isna(value):
        return ""
    text = number(value, decimals)
    return text if text.startswith(MINUS) or round(value, decimals) == 0 else f"+{text}"


def with_unit(text: str, unit: str) -> str:
    """Put the unit behind a number where it belongs there; counts and scores have theirs in the label."""
    if unit == "%":
        return f"{text}{NBSP}%"
    if unit in ("euro", "uur"):
        return f"{text}{NBSP}{unit}"
    return text


def label(indicator: Indicator) -> str:
    """Name an indicator with its unit, unless the name or the figure tells it already."""
    unit = indicator.unit
    if unit in ("%", "euro", "uur") or unit in indicator.name or indicator.name.endswith("(aantal)"):
        return indicator.name
    return f"{indicator.name} ({unit})"


def figure(row: Mapping[Any, Any], indicator: Indicator) -> str:
    """Write one figure as exactly as its source is, and no more.

    Parameters
    ----------
    row : mapping
        A row of the indicator table.
    indicator : Indicator
        For unit and decimals.

    Returns
    -------
    str
        For example ``22,9 %``, ``rond 40 %``, ``meer dan 30 %``, ``tussen 15 en 20 %`` or ``geen cijfer``. Bounds that
        were computed are rounded outwards, so that the truth stays between them.
    """
    unit, decimals = indicator.unit, indicator.decimals
    if not pd.isna(row["waarde"]):
        return with_unit(number(row["waarde"], decimals), unit)
    low, high, mentioned, sign = row["ondergrens"], row["bovengrens"], row["genoemd"], row["teken"]
    if sign == "rond" and not pd.isna(mentioned):
        return with_unit(f"rond {_as_printed(mentioned)}", unit)
    if sign == ">" and not pd.isna(low):
        return with_unit(f"meer dan {_as_printed(low)}", unit)
    if sign == "<" and pd.isna(low) and not pd.isna(high):
        return with_unit(f"minder dan {_as_printed(high)}", unit)
    if not pd.isna(low) and not pd.isna(high):
        return with_unit(between(low, high, decimals), unit)
    return NO_FIGURE


def interval(row: Mapping[Any, Any], indicator: Indicator) -> str:
    """Write the 95 % interval of a figure, rounded outwards; nothing where there is none."""
    if pd.isna(row["onder95"]) or pd.isna(row["boven95"]):
        return ""
    # Half of what was rounded needs one decimal more than the figure; other margins would look surer than they are.
    decimals = indicator.decimals + (row["interval_soort"] == ROUNDING)
    return with_unit(between(row["onder95"], row["boven95"], decimals), indicator.unit)


def between(low: float, high: float, decimals: int) -> str:
    """Write a range; rounded outwards, so that the truth stays between its ends."""
    scale = 10**decimals
    # A hair of tolerance: 20.6 held as 20.599999 must not become 20.5.
    lowest = math.floor(low * scale + 1e-9) / scale
    highest = math.ceil(high * scale - 1e-9) / scale
    return f"tussen {number(lowest, decimals)} en {number(highest, decimals)}"


def _as_printed(value: float) -> str:
    """A number a text mentions, with no more decimals than the text has."""
    return number(value, 0 if float(value).is_integer() else 1)


def wijk_figure(row: Mapping[Any, Any], indicator: Indicator) -> str:
    """Write the figure of the enclosing CBS wijk, in words, where the area itself has none."""
    if row["herkomst"] != WIJK_ONLY:
        return ""
    return with_unit(number(row["waarde_cbs_wijk"], indicator.decimals), indicator.unit)


def unit_of_change(unit: str) -> str:
    """Give the unit of a difference: shares differ by percentage points."""
    return "procentpunt" if unit == "%" else unit


def listing(names: list[str]) -> str:
    """Write names as a Dutch list: a, b en c."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " en " + names[-1]
