"""How unevenly pupils are spread over the schools of an area: bounds from the counts per school, or why there are none.

Only areas with many schools get such a figure; no school has one of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Area
from nplv_analysis.methods.segregation import dissimilarity_bounds, expected_by_chance

#: Name of the method in the catalogue.
UNEVENNESS = "dissimilariteit"
#: Kinds of areas that hold many schools.
LARGE = ("gemeente", "samengesteld")
#: A neighbourhood has a few schools: a figure would be about those.
ONLY_LARGE = "Dit cijfer gaat over veel scholen samen. Van één wijk maken wij het niet."

FEW_SCHOOLS = "Hier staan maar {scholen} scholen uit het bestand. Voor dit cijfer zijn er minstens {minste} nodig."
FEW_PUPILS = "Het gaat{misschien} om minder dan {minste} leerlingen. Dan zegt dit cijfer vooral iets over toeval."
TOO_WIDE = (
    "De bron laat kleine aantallen weg. Over {scholen} scholen is het bereik daardoor {breedte} procentpunt breed. "
    "Meer dan {grens} zegt te weinig."
)
COMPUTED = (
    "Berekend uit {scholen} scholen in het bestand. Verdeelde het lot de leerlingen, dan was dit cijfer al {lot} %."
)


def with_unevenness(rows: pd.DataFrame, parts: pd.DataFrame, areas: Sequence[Area]) -> pd.DataFrame:
    """Fill in the dissimilarity index, for the series with that method.

    Parameters
    ----------
    rows : DataFrame
        One row a series, area, role and period, with what is known of the series (``units.series_table``).
    parts : DataFrame
        Of the same, the schools: low, high (pupils who count), rest_low, rest_high (the others), telt (whether the
        school has all of these) and the columns that tell rows apart.
    areas : sequence of Area
        The areas.

    Returns
    -------
    DataFrame
        The rows without those of areas and rests that get no such figure, with two columns more: uitleg, how the figure
        was made or why there is none, and weg, whether there is none. Of the others low and high are the bounds of the
        index in percent; uitleg is empty for series with another method.
    """
    large = {area.id for area in areas if area.kind in LARGE}
    uneven = rows["methode"] == UNEVENNESS
    rows = rows[~uneven | ((rows["rol"] == ITSELF) & rows["gebied"].isin(large))].reset_index(drop=True)
    rows = rows.assign(uitleg="", weg=False)
    keys = ["nr", "gebied", "rol", "periode"]
    mine = rows[rows["methode"] == UNEVENNESS]
    counted = parts["telt"] & parts["nr"].isin(mine["nr"]) & parts["gebied"].isin(large)
    schools = dict(iter(parts[counted].groupby(keys)))
    made = []
    for row in mine.to_dict("records"):
        here = schools.get(tuple(row[key] for key in keys), parts[:0])
        low, high, text = _index(here, row["minste_scholen"], row["minste_leerlingen"], row["breedste_bereik"])
        made.append((low * row["factor"], high * row["factor"], text, low != low))
    if made:
        for column, values in zip(("low", "high", "uitleg", "weg"), zip(*made, strict=True), strict=True):
            rows.loc[mine.index, column] = values
    return rows


def _index(schools: pd.DataFrame, least_schools: int, least_pupils: int, widest: float) -> tuple[float, float, str]:
    """Give the bounds of the index as a share and how they were made, or no bounds and why."""
    nothing = float("nan"), float("nan")
    amount = len(schools)
    if amount < least_schools:
        return *nothing, FEW_SCHOOLS.format(scholen=amount, minste=least_schools)
    groups = [schools[["low", "high"]], schools[["rest_low", "rest_high"]]]
    lowest, highest = min((group.sum().tolist() for group in groups), key=lambda ends: ends[0])
    if lowest < least_pupils:
        perhaps = "" if highest < least_pupils else " misschien"
        return *nothing, FEW_PUPILS.format(misschien=perhaps, minste=least_pupils)
    ends = [group.iloc[:, side].to_numpy(dtype=float) for group in groups for side in (0, 1)]
    low, high = dissimilarity_bounds(*ends)
    if 100 * (high - low) > widest:
        width = f"{100 * (high - low):.0f}"
        return *nothing, TOO_WIDE.format(scholen=amount, breedte=width, grens=f"{widest:g}".replace(".", ","))
    # Fewer pupils are spread less evenly by lot.
    lot = max(expected_by_chance(ends[side], ends[2 + side]) for side in (0, 1))
    return low, high, COMPUTED.format(scholen=amount, lot=f"{100 * lot:.0f}")
