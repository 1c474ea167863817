"""Figures of small places for the hittekaart: published ones of buurten, or the user's own of streets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.areas import wijk_of
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.disclosure import Rules
from nplv_analysis.errors import InputError
from nplv_analysis.hotspots.settings import Settings
from nplv_analysis.observations import factor_of
from nplv_analysis.preparation import strictest_rules
from nplv_analysis.records import Record
from nplv_analysis.rows import records
from nplv_analysis.units import ratio, series_table, units_of

#: The indicator with how many people live in a buurt.
PEOPLE = "inwoners"
#: Columns of the figures of places; `waarde` is missing where the figure is not used, and `reden` says why.
VALUES = ("plaats", "indicator", "waarde", "n", "bron", "reden")

NO_FIGURE = "er is geen cijfer"
LEFT_OUT = "de bron laat kleine aantallen weg"
FEW_PEOPLE = "het gaat over minder dan {} mensen"
TOO_SMALL = "niet gebruikt, zodat niemand te herkennen is aan een klein aantal"
VISITORS = "in {} komen veel mensen die er niet wonen"


def buurt_values(observations: pd.DataFrame, settings: Settings, catalogue: Catalogue) -> pd.DataFrame:
    """Take the published figures of buurten, exactly as published.

    Parameters
    ----------
    observations : DataFrame
        Checked observations; those that are not public are left out.
    settings : Settings
        Which figures, and fewest inhabitants.
    catalogue : Catalogue
        For the number of inhabitants, which makes the list of buurten.

    Returns
    -------
    DataFrame
        ``VALUES``, for every buurt and figure. A figure that its source suppresses, or gives as a range, is missing.
    """
    public = observations[observations["openbaar"]]
    people = _figures(public, catalogue, PEOPLE)
    people = people[people["periode"] == people["periode"].max()]
    inhabitants = {row["code"]: float(row["low"]) for row in records(people)}
    rows: list[dict[str, Any]] = []
    for weighed in settings.weighed:
        figures = _figures(public, catalogue, weighed.indicator.id)
        figures = figures[figures["periode"] == weighed.period].drop_duplicates("code")
        found: dict[Any, dict[Any, Any]] = {row["code"]: row for row in records(figures)}
        without = weighed.indicator.without_wijk
        for code in sorted(inhabitants):
            row = found.get(code, _NOTHING)
            value = float(row["low"]) if row["low"] == row["high"] else np.nan
            reason = _reason(value, inhabitants[code], settings, row["status"])
            if not reason and without and wijk_of(code) == without["zonder_wijk"]:
                reason = VISITORS.format(without["naam"])
            rows.append(_value(code, weighed.indicator.id, value, inhabitants[code], row["bron"], reason))
    return pd.DataFrame(rows, columns=list(VALUES))


#: A buurt that a source does not name.
_NOTHING: dict[Any, Any] = {"low": np.nan, "high": np.nan, "status": "", "bron": ""}


def place_values(
    tables: Sequence[tuple[pd.DataFrame, Record]], settings: Settings, catalogue: Catalogue
) -> pd.DataFrame:
    """Take the figures of the user's own tables of places, as far as disclosure control lets them through.

    Parameters
    ----------
    tables : sequence of (DataFrame, Record)
        What ``sources.plaatsen`` gives of each file, with its record.
    settings : Settings
        Which figures, and fewest people.
    catalogue : Catalogue
        For the unit of each figure.

    Returns
    -------
    DataFrame
        ``VALUES``, for every place and figure. Of a table that is not public, a figure on too few people, or with too
        few who count or who do not, is missing: nothing that follows from it leaves this function.

    Raises
    ------
    InputError
        When two files give the same figure.
    """
    rules = strictest_rules([record for _, record in tables])
    wanted = {(weighed.indicator.id, weighed.period) for weighed in settings.weighed}
    found: dict[tuple[str, str], tuple[dict[Any, Any], Record]] = {}
    for table, record in tables:
        for row in records(table):
            if (row["indicator"], row["periode"]) in wanted:
                if (row["plaats"], row["indicator"]) in found:
                    raise InputError(record.file, "each figure of a place in one file", value=row["plaats"])
                found[row["plaats"], row["indicator"]] = (row, record)
    rows = []
    for place in sorted({place for place, _ in found}):
        for name in (weighed.indicator.id for weighed in settings.weighed):
            if (place, name) not in found:
                rows.append(_value(place, name, np.nan, np.nan, "", NO_FIGURE))
                continue
            row, record = found[place, name]
            value, people = float(row["cijfer"]), float(row["n"])
            hidden = not record.public and _small(value, people, catalogue.indicator(name).unit, rules)
            reason = TOO_SMALL if hidden else _reason(value, people, settings, row["status"])
            rows.append(_value(place, name, value, people, record.source, reason))
    return pd.DataFrame(rows, columns=list(VALUES))


def _figures(observations: pd.DataFrame, catalogue: Catalogue, name: str) -> pd.DataFrame:
    """Give the figures of one indicator for all buurten: code, periode, status, low and high."""
    indicator = catalogue.indicator(name)
    units = units_of(list(indicator.series), observations)
    units = units[units["niveau"] == "buurt"].join(series_table([indicator]), on="nr").sort_values("nr", kind="stable")
    divided = units["methode"] == "verhouding"
    low, high = ratio(units)
    return units.assign(low=low.where(divided, units["low"]), high=high.where(divided, units["high"]))


def _reason(value: float, people: float, settings: Settings, status: str) -> str:
    """Say why a figure is not used; nothing where it is."""
    if people < settings.least_people:
        return FEW_PEOPLE.format(settings.least_people)
    if np.isnan(value):
        return LEFT_OUT if status in ("onderdrukt", "geheim") else NO_FIGURE
    return ""


def _small(value: float, people: float, unit: str, rules: Rules) -> bool:
    """Whether a figure is on too few people, or has too few who count, or too few who do not."""
    if people < rules.least_persons:
        return True
    counted = value * people / (factor_of(unit) or np.nan)
    others = people - counted if unit == "%" else np.nan
    return any(0 < round(number) < rules.least_events for number in (counted, others) if not np.isnan(number))


def _value(place: str, indicator: str, value: float, people: float, source: str, reason: str) -> dict[str, Any]:
    used = np.nan if reason else value
    return dict(zip(VALUES, (place, indicator, used, people, source, reason), strict=True))
