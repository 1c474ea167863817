"""Figures for areas that no publisher gives, computed from those of buurten or schools by a stated formula."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.areas import OUTSIDE, members, wijken_of
from nplv_analysis.catalogue import Area, Catalogue
from nplv_analysis.observations import STATUSES
from nplv_analysis.unevenness import with_unevenness
from nplv_analysis.units import RANK, exact, ratio

#: A computed figure is given only when the buurten with a value hold at least this share of the weight. A figure on
#: what happened in a place needs every place: where few people live, much can still happen.
LEAST_COVERAGE = 0.95

MEAN = "gewogen_gemiddelde"

#: Levels that areas are made up of.
SMALLEST = ("buurt", "school", "rest")
NO_SCHOOL = "Hier staat geen school uit het bestand. Daarom staat er geen cijfer."
ONE_SCHOOL = "Hier staat maar één school uit het bestand. Daarom staat er geen cijfer."

#: What a figure is about: one area, or the rest beside it, in one period of one series.
KEYS = ["nr", "gebied", "rol", "periode"]
#: Amounts of which a mean takes the mean, and those that are added up whatever the method.
AVERAGED = ["low", "high", "half"]
SUMMED = ["weegt", "noemer_low", "noemer_high", "rest_low", "rest_high", "noemer_half"]
#: What a computed figure consists of.
FIGURE = [
    *("waarde", "ondergrens", "bovengrens", "teken", "teller", "noemer", "afronding", "afronding_noemer"),
    *("status", "toelichting", "openbaar"),
]
#: What the words on how a figure was made are about.
TOLD = [
    *("aantal", "plaatsen", "uitleg", "opmerking", "scholen", "te_weinig", "methode", "dekking"),
    *("gewicht_naam", "noemer_naam", "dekking_naam"),
]
#: What is known of a place.
PART = [
    *("nr", "plaats", "periode", "status", "openbaar", "gemiddeld", "compleet", "hele_wijk", "geheel"),
    *AVERAGED,
    *SUMMED,
]


def compute(units: pd.DataFrame, series: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Figures for areas and for the rest of the gemeente, computed from buurten or schools.

    Parameters
    ----------
    units : DataFrame
        The units of all series (``units.units_of``).
    series : DataFrame
        What is known of each series (``units.series_table``).
    catalogue : Catalogue
        For the areas.

    Returns
    -------
    DataFrame
        One row for each of ``KEYS``, for the series that are computed.
    """
    parts = _parts(units, series, catalogue.areas)
    if parts["gemiddeld"].any():
        parts = _use_published_wijken(parts, units)
    # A part that may be any amount more ("meer dan") would make the sum look more certain than it is.
    parts["telt"] = parts["compleet"] & parts["low"].notna() & parts["high"].notna()
    rows = with_unevenness(_sum_parts(parts, series), parts, catalogue.areas)
    rows["opmerking"] = _remarks(units, rows, catalogue.gemeente.id)
    divided, rounded = rows["methode"] == "verhouding", rows["onzekerheid"] == "afronding"
    low, high = (end.where(divided, rows[name]) for end, name in zip(ratio(rows), ("low", "high"), strict=True))
    rows = rows.assign(
        waarde=exact(low, high),
        ondergrens=low,
        bovengrens=high,
        teken="=",
        teller=exact(rows["low"], rows["high"]).where(divided),
        noemer=exact(rows["noemer_low"], rows["noemer_high"]).where(divided),
        afronding=rows["half"].where(rounded),
        afronding_noemer=rows["noemer_half"].where(rounded),
    )
    # 100 % is 100 %, also when its parts are suppressed.
    rows.loc[rows["waarde"].notna() & (rows["status"] == "onderdrukt"), "status"] = "waargenomen"
    rows.loc[rows["waarde"].isna() & low.notna(), ["status", "teken"]] = ["onderdrukt", "tussen"]
    too_few = rows["dekking"] < np.where(rows["elke_plaats"], 1.0, LEAST_COVERAGE)
    rows["te_weinig"] = too_few.mask(rows["scholen"], rows["aantal"] < rows["minste_scholen"]) | rows["weg"]
    rows["toelichting"] = [_how_computed(row) for row in rows[TOLD].to_dict("records")]
    rows.loc[rows["te_weinig"], ["waarde", "ondergrens", "bovengrens", "teller", "noemer"]] = np.nan
    rows.loc[rows["te_weinig"], "teken"] = "="
    rows.loc[rows["te_weinig"], "status"] = "ontbreekt"
    rows.loc[rows["scholen"] & (rows["aantal"] < rows["minste_scholen"]), "status"] = "te weinig scholen"
    # Where no place at all has a value, the source simply is not about places.
    return rows.loc[rows["scholen"] | (rows["aantal"] > 0), [*KEYS, *FIGURE]]


def _parts(units: pd.DataFrame, series: pd.DataFrame, areas: Sequence[Area]) -> pd.DataFrame:
    """List the places that make up each area, and the rest beside it, with what is known of them."""
    places = units[units["niveau"].isin(SMALLEST)].join(series[series["methode"] != "publicatie"], on="nr", how="inner")
    mean = places["methode"] == MEAN
    # Each must have all that the computation needs; a school of which no pupil took part has no figure.
    complete = (
        (places["gewicht_low"].notna() | (places["gewicht_naam"] == ""))
        & (places["noemer_low"].notna() | (places["noemer_naam"] == ""))
        & ((places["noemer_high"] > 0) | ~places["scholen"])
    )
    places = places.assign(
        plaats=places["buurt"].where(places["niveau"] == "school", places["code"]),
        gemiddeld=mean,
        compleet=complete,
        weegt=places["gewicht_low"].where(mean, 1.0),
        geheel=places["dekking_low"].fillna(0).where(places["dekking_naam"] != ""),
        hele_wijk=False,
    )
    inside = [
        members(areas, places["plaats"], wijk or None).assign(zonder_wijk=wijk)
        for wijk in series["zonder_wijk"].unique()
    ]
    places = places.sort_values(["nr", "plaats"], kind="stable")[["zonder_wijk", *PART]]
    return places.merge(pd.concat(inside), on=["zonder_wijk", "plaats"]).drop(columns="zonder_wijk")


def _use_published_wijken(parts: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Let a published value of a mean win: buurten of a CBS wijk that is wholly in an area take that of the wijk."""
    means = parts.loc[parts["gemiddeld"], [*KEYS, "plaats"]]
    buurten = units[(units["niveau"] == "buurt") & units["nr"].isin(means["nr"])]
    wijk, wijken = wijken_of(means["plaats"]), wijken_of(buurten["code"])
    size = buurten.groupby(["nr", wijken, "periode"]).size()
    here = means.groupby([*KEYS, wijk])["nr"].transform("size")
    published = units[(units["niveau"] == "wijk") & units["low"].notna()].set_index(["nr", "code", "periode"])
    own = pd.MultiIndex.from_arrays([means["nr"], wijk, means["periode"]])
    whole = (here.to_numpy() == size.reindex(own).to_numpy()) & own.isin(published.index)
    replaced = means.index[whole]
    of_wijk = published[["low", "high", "status", "openbaar"]].reindex(own[whole]).set_axis(replaced)
    result = parts.assign(hele_wijk=parts.index.isin(replaced))
    result.loc[replaced, list(of_wijk)] = of_wijk
    return result


def _sum_parts(parts: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Sums, or weighted means, of the lowest and the highest values; the worst status; and how much of all counts."""
    counts = parts["telt"]
    inside = parts["plaats"] != OUTSIDE
    # Each part may be off by half of what it was rounded to; a sum by all of them together, a mean by their mean.
    amounts = parts[AVERAGED].mul(parts["weegt"], axis=0).join(parts[SUMMED]).where(counts, axis=0)
    covered = parts["geheel"].fillna(counts * 1.0)
    groups = amounts.assign(
        **parts[[*KEYS, "openbaar", "hele_wijk"]],
        rang=parts["status"].map(RANK).where(counts),
        telt=counts,
        aantal=counts & inside,
        plaatsen=inside,
        gedekt=covered * counts,
        geheel=covered,
    ).groupby(KEYS, sort=True)
    sums = groups[[*AVERAGED, *SUMMED, "aantal", "plaatsen", "gedekt", "geheel"]].sum()
    every, some = groups[["openbaar", "telt"]].all(), groups[["hele_wijk", "telt"]].any()
    sums[AVERAGED + SUMMED] = sums[AVERAGED + SUMMED].where(some["telt"], axis=0)
    worst = groups["rang"].max().map(dict(enumerate(STATUSES)))
    sums = sums.assign(status=worst, openbaar=every["openbaar"], hele_wijk=some["hele_wijk"], compleet=every["telt"])
    rows = sums.reset_index().join(series, on="nr")
    rows[AVERAGED] = rows[AVERAGED].div(rows["weegt"].where(rows["methode"] == MEAN, 1.0), axis=0)
    # For a sum every place must have a value.
    rows["dekking"] = (rows["gedekt"] / rows["geheel"]).where(rows["methode"] != "som", rows["compleet"] * 1.0)
    return rows


def _remarks(units: pd.DataFrame, rows: pd.DataFrame, gemeente: str) -> list[str]:
    """Say what else there is to know of how figures were computed."""
    nowhere = units[(units["buurt"] == "") & (units["niveau"] == "school")].groupby(["nr", "periode"]).size()
    moved = nowhere.reindex(pd.MultiIndex.from_frame(rows[["nr", "periode"]]), fill_value=0).to_numpy()
    moved = np.where(rows["scholen"] & (rows["gebied"] != gemeente), moved, 0)
    schools = " Van {} scholen in de gemeente is niet zeker waar ze toen stonden; die tellen hier niet mee."
    wijken = " Hele CBS-wijken tellen mee met hun eigen gepubliceerde cijfer."
    return [
        schools.format(number) if number else wijken if whole else ""
        for number, whole in zip(moved, rows["hele_wijk"], strict=True)
    ]


def _how_computed(row: dict[Hashable, Any]) -> str:
    """Say how a figure was made, or why there is none."""
    number, places = row["aantal"], row["plaatsen"]
    if row["uitleg"]:
        return f"{row['uitleg']}{row['opmerking']}"
    if row["scholen"]:
        if row["te_weinig"]:
            return (ONE_SCHOOL if number == 1 else NO_SCHOOL) + row["opmerking"]
        return f"Berekend uit {number} scholen in het bestand.{row['opmerking']}"
    if row["te_weinig"]:
        missing = places - number
        return f"Niet berekend: {missing} van de {places} buurten {'heeft' if missing == 1 else 'hebben'} geen cijfer."
    what = f"Berekend uit {number} {'buurt' if number == 1 else 'buurten'}"
    if row["methode"] == MEAN:
        what += f", gewogen naar {row['gewicht_naam']}"
    if row["methode"] == "verhouding":
        what += f"; noemer: {row['noemer_naam']}"
    if row["dekking"] < 1:
        share = f"{min(100 * row['dekking'], 99.9):.1f}".replace(".", ",")
        what += f". De buurten met een cijfer hebben samen {share} % van alle {row['dekking_naam'] or 'buurten'}"
    return what + "." + row["opmerking"]
