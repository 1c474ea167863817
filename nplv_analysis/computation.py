"""Figures for areas that no publisher gives, computed from those of buurten or schools by a stated formula."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.areas import OUTSIDE, members, wijk_of
from nplv_analysis.catalogue import Catalogue, Indicator, Series
from nplv_analysis.observations import STATUSES
from nplv_analysis.units import exact, ratio

#: A computed figure is given only when the buurten with a value hold at least this share of the weight. A figure on
#: what happened in a place needs every place: where few people live, much can still happen.
LEAST_COVERAGE = 0.95

#: Levels that areas are made up of.
SMALLEST = ("buurt", "school", "rest")
NO_SCHOOL = "Hier staat geen school uit het bestand. Daarom staat er geen cijfer."
ONE_SCHOOL = "Hier staat maar één school uit het bestand. Daarom staat er geen cijfer."


def compute(indicator: Indicator, series: Series, units: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Figures for areas and for the rest of the gemeente, computed from buurten or schools."""
    places = units[units["niveau"].isin(SMALLEST)]
    places = places.assign(plaats=places["buurt"].where(places["niveau"] == "school", places["code"]))
    without = indicator.without_wijk["zonder_wijk"] if indicator.without_wijk else None
    parts = members(catalogue.areas, places["plaats"], without).merge(places, on="plaats")
    if series.method == "gewogen_gemiddelde":
        parts = _use_published_wijken(parts, units)
    needed = [c for c in ("low", "gewicht_low", "noemer_low") if c in parts]
    parts["telt"] = parts[needed].notna().all(axis=1)
    if indicator.about_schools:
        # A school whose pupils did not take part is no school with a figure.
        parts["telt"] &= parts["noemer_high"] > 0
    keys = ["gebied", "rol", "periode"]
    groups = parts.groupby(keys, sort=True)
    sums = _sum_parts(series, parts[parts["telt"]], keys).reindex(groups.size().index)
    size = parts[parts["plaats"] != OUTSIDE].groupby(keys).size()
    rows = sums.reset_index().assign(
        teken="=",
        aantal=sums["aantal"].fillna(0).astype(int).to_numpy(),
        openbaar=groups["openbaar"].all().to_numpy(),
        plaatsen=size.reindex(sums.index, fill_value=0).to_numpy(),
        dekking=_coverage(series, parts, keys).to_numpy(),
    )
    rows["opmerking"] = _remarks(indicator, parts, units, rows, catalogue)
    if series.method == "verhouding":
        low, high = ratio(series, rows)
        rows["teller"] = exact(rows["low"], rows["high"])
        rows["noemer"] = exact(rows["noemer_low"], rows["noemer_high"])
    else:
        low, high = rows["low"], rows["high"]
    rows["ondergrens"], rows["bovengrens"] = low, high
    rows["waarde"] = exact(low, high)
    if indicator.uncertainty == "afronding":
        rows["afronding"], rows["afronding_noemer"] = rows["half"], rows["noemer_half"]
    # 100 % is 100 %, also when its parts are suppressed.
    rows.loc[rows["waarde"].notna() & (rows["status"] == "onderdrukt"), "status"] = "waargenomen"
    ranged = rows["waarde"].isna() & low.notna()
    rows.loc[ranged, ["status", "teken"]] = ["onderdrukt", "tussen"]
    rows["toelichting"] = [_how_computed(indicator, series, row) for row in rows.to_dict("records")]
    if not indicator.about_schools:
        # Where no place at all has a value, the source simply is not about places.
        rows = rows[rows["aantal"] > 0].reset_index(drop=True)
    too_few = (
        rows["aantal"] < indicator.least_schools
        if indicator.about_schools
        else rows["dekking"] < _least_coverage(indicator)
    )
    rows.loc[too_few, ["waarde", "ondergrens", "bovengrens", "teller", "noemer"]] = np.nan
    rows.loc[too_few, "teken"] = "="
    rows.loc[too_few, "status"] = "te weinig scholen" if indicator.about_schools else "ontbreekt"
    return rows


def _use_published_wijken(parts: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Let a published value win: buurten of a CBS wijk that is wholly in an area take the value of that wijk."""
    wijk = parts["plaats"].map(wijk_of)
    everywhere = units[units["niveau"] == "buurt"]
    size = everywhere.groupby([everywhere["code"].map(wijk_of), "periode"]).size()
    here = parts.groupby(["gebied", "rol", "periode", wijk])["plaats"].transform("size")
    keys = pd.MultiIndex.from_arrays([wijk, parts["periode"]])
    published = units[(units["niveau"] == "wijk") & units["low"].notna()].set_index(["code", "periode"])
    whole = (here.to_numpy() == size.reindex(keys).to_numpy()) & keys.isin(published.index)
    result = parts.assign(hele_wijk=whole)
    for column in ("low", "high", "status", "openbaar"):
        result[column] = np.where(whole, published[column].reindex(keys).to_numpy(), parts[column].to_numpy())
    return result.assign(openbaar=~result["openbaar"].isin([False]))


def _remarks(
    indicator: Indicator, parts: pd.DataFrame, units: pd.DataFrame, rows: pd.DataFrame, catalogue: Catalogue
) -> list[str]:
    """Say what else there is to know of how figures were computed."""
    if indicator.about_schools:
        nowhere = units[(units["buurt"] == "") & (units["niveau"] == "school")].groupby("periode").size()
        moved = rows["periode"].map(nowhere).where(rows["gebied"] != catalogue.gemeente.id).fillna(0).astype(int)
        text = " Van {} scholen in de gemeente is niet zeker waar ze toen stonden; die tellen hier niet mee."
        return [text.format(number) if number else "" for number in moved]
    if "hele_wijk" not in parts:
        return [""] * len(rows)
    keys = ["gebied", "rol", "periode"]
    whole = parts.groupby(keys)["hele_wijk"].any().reindex(pd.MultiIndex.from_frame(rows[keys]))
    return [" Hele CBS-wijken tellen mee met hun eigen gepubliceerde cijfer." if any_ else "" for any_ in whole]


def _sum_parts(series: Series, parts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sums, or weighted means, of the lowest and the highest values, and the worst status."""
    amounts = [c for c in ("low", "high", "noemer_low", "noemer_high", "rest_low", "rest_high") if c in parts]
    # Each part may be off by half of what it was rounded to; a sum by all of them together, a mean by their mean.
    amounts += ["half", "noemer_half"]
    if series.method == "gewogen_gemiddelde":
        weight = parts["gewicht_low"]
        parts = parts.assign(low=parts["low"] * weight, high=parts["high"] * weight, half=parts["half"] * weight)
        amounts = [*amounts, "gewicht_low"]
    groups = parts.groupby(keys)
    sums = groups[amounts].sum()
    if series.method == "gewogen_gemiddelde":
        sums["low"] /= sums["gewicht_low"]
        sums["high"] /= sums["gewicht_low"]
        sums["half"] /= sums["gewicht_low"]
    rank = parts["status"].map({status: position for position, status in enumerate(STATUSES)})
    worst = rank.groupby([parts[key] for key in keys]).max()
    counted = parts.assign(aantal=parts["plaats"] != OUTSIDE).groupby(keys)["aantal"].sum()
    return sums.assign(status=worst.map(dict(enumerate(STATUSES))), aantal=counted)


def _least_coverage(indicator: Indicator) -> float:
    return 1.0 if indicator.about == "plaats" else LEAST_COVERAGE


def _coverage(series: Series, parts: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Share of the weight that the places with a value hold; for a sum every place must have one."""
    if series.method == "som":
        return parts.groupby(keys, sort=True)["telt"].all().astype("float64")
    weight = parts["dekking_low"].fillna(0) if "dekking_low" in parts else parts["telt"] * 1.0
    counted = (weight * parts["telt"]).groupby([parts[key] for key in keys], sort=True).sum()
    return counted / weight.groupby([parts[key] for key in keys], sort=True).sum()


def denominator_name(series: Series) -> str:
    """Name what the figures of a series are divided by, or nothing."""
    return series.denominator.name if series.denominator else ""


def _how_computed(indicator: Indicator, series: Series, row: dict[Hashable, Any]) -> str:
    """Say how a figure was made, or why there is none."""
    number, places = row["aantal"], row["plaatsen"]
    if indicator.about_schools:
        if number < indicator.least_schools:
            return (ONE_SCHOOL if number == 1 else NO_SCHOOL) + row["opmerking"]
        return f"Berekend uit {number} scholen in het bestand.{row['opmerking']}"
    if row["dekking"] < _least_coverage(indicator):
        missing = places - number
        return f"Niet berekend: {missing} van de {places} buurten {'heeft' if missing == 1 else 'hebben'} geen cijfer."
    what = f"Berekend uit {number} {'buurt' if number == 1 else 'buurten'}"
    if series.method == "gewogen_gemiddelde" and series.weight:
        what += f", gewogen naar {series.weight.name}"
    if series.method == "verhouding":
        what += f"; noemer: {denominator_name(series)}"
    if row["dekking"] < 1:
        by = series.coverage or series.weight or series.denominator
        share = f"{min(100 * row['dekking'], 99.9):.1f}".replace(".", ",")
        what += f". De buurten met een cijfer hebben samen {share} % van alle {by.name if by else 'buurten'}"
    return what + "." + row["opmerking"]
