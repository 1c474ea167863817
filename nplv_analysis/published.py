"""Figures that a publisher gives of an area, and what follows from its counts or is known of its CBS wijk alone."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nplv_analysis.areas import ITSELF, REST
from nplv_analysis.catalogue import Area, Catalogue
from nplv_analysis.figure import CHANCE, COMPUTED, PUBLISHED, WIJK_ONLY
from nplv_analysis.observations import PRECISION
from nplv_analysis.units import exact, ratio

#: One period of one series.
PERIOD = ["nr", "periode"]
#: Counts that can be added up, and taken off one another.
COUNTS = ["teller", "noemer", "n", "n_effectief"]


def published(units: pd.DataFrame, series: pd.DataFrame, areas: Sequence[Area]) -> pd.DataFrame:
    """Figures that a publisher gives for exactly these areas."""
    owner = {code: area.id for area in areas for code in area.own_codes}
    order = {code: position for area in areas for position, code in enumerate(area.own_codes)}
    mine = units[units["code"].isin(list(owner)) & units["teken"].notna()]
    # Counts of a year without an edition to divide them by: there is no such figure, for any area.
    divisible = mine.groupby(PERIOD)["noemer_high"].transform("count") > 0
    mine = mine[divisible | ~mine["nr"].isin(series.index[series["methode"] == "verhouding"])]
    mine = mine.assign(gebied=mine["code"].map(owner), volgorde=mine["code"].map(order))
    mine = mine.sort_values("volgorde", kind="stable").drop_duplicates(["gebied", *PERIOD]).join(series, on="nr")
    divided, rounded = mine["methode"] == "verhouding", mine["onzekerheid"] == "afronding"
    # "More than 30" has a lower bound alone: no value, and nothing to fill the upper bound with.
    about = mine["teken"] == "rond"
    low, high = (
        end.where(divided, mine[name].mask(about)) for end, name in zip(ratio(mine), ("low", "high"), strict=True)
    )
    note = ("Berekend uit gepubliceerde aantallen; noemer: " + mine["noemer_naam"] + ".").where(
        divided, mine["opmerking"].map(_sentence)
    )
    result = mine[["nr", "gebied", "periode", "status", "teken", "genoemd", "openbaar"]].assign(
        rol=ITSELF,
        waarde=exact(low, high).where(mine["teken"].isin(["=", "<"])),
        ondergrens=low,
        bovengrens=high,
        # Nobody published what was put together from the buurten of another layout.
        herkomst=pd.Series(COMPUTED, mine.index).where(divided | mine["delen"].notna(), PUBLISHED),
        toelichting=(note + " " + mine["noot"]).str.strip(),
        afronding=mine["half"].where(rounded),
        afronding_noemer=mine["noemer_half"].where(rounded),
        # A source that gives both counts of a full count lets chance be reckoned with, whatever the catalogue says.
        interval_soort=pd.Series(CHANCE, mine.index).where(~divided & mine["teller"].notna(), ""),
        **{name: mine[name].mask(divided) for name in PRECISION},
    )
    result["teller"] = result["teller"].mask(divided, mine["waarde"])
    result["noemer"] = result["noemer"].mask(divided, exact(mine["noemer_low"], mine["noemer_high"]))
    return result


def _sentence(note: str) -> str:
    """Make a source's note a sentence, so that it can stand beside others."""
    note = note.strip()
    return note and note[0].upper() + note[1:] + ("" if note.endswith(".") else ".")


def from_counts(own: pd.DataFrame, series: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Add up and take off the counts that a source gives of areas: a combination of areas, and the rest beside each."""
    counts = own.loc[own["interval_soort"] == CHANCE, [*PERIOD, "gebied", "openbaar", *COUNTS]]
    counts = counts.join(series["maal"], on="nr").dropna(subset="maal")
    if counts.empty:
        return counts
    counts["openbaar"] = counts.groupby(PERIOD)["openbaar"].transform("all")
    found = pd.concat([_rest(counts, catalogue.gemeente.id), *_combinations(counts, catalogue.areas)])
    value = found["maal"] * found["teller"] / found["noemer"]
    return found.drop(columns="maal").assign(
        waarde=value, interval_soort=CHANCE, teken="=", status="waargenomen", herkomst=COMPUTED
    )


def _rest(counts: pd.DataFrame, gemeente: str) -> pd.DataFrame:
    """Take the counts of each area off those of the gemeente."""
    whole = counts.loc[counts["gebied"] == gemeente, [*PERIOD, *COUNTS]]
    pairs = counts[counts["gebied"] != gemeente].merge(whole, on=PERIOD, suffixes=("", "_gemeente"))
    left = {name: pairs.pop(f"{name}_gemeente") - pairs[name] for name in COUNTS}
    rest = pairs.assign(**left, rol=REST, toelichting="De aantallen van de gemeente min die van het gebied.")
    return rest[(rest["noemer"] > 0) & (rest["teller"] >= 0)]


def _combinations(counts: pd.DataFrame, areas: Sequence[Area]) -> list[pd.DataFrame]:
    """Add up the counts of the areas that make up the programme area, where it has none of its own."""
    found = []
    for area in (a for a in areas if a.kind == "samengesteld"):
        parts = [a for a in areas if a.kind == "nplv" and set(a.buurten) <= set(area.buurten)]
        if {buurt for part in parts for buurt in part.buurten} != set(area.buurten):
            continue
        groups = counts[counts["gebied"].isin([part.id for part in parts])].groupby(PERIOD)
        total = groups[COUNTS].sum(min_count=len(parts)).join(groups[["openbaar", "maal"]].first())
        total = total[groups.size() == len(parts)].reset_index()
        own = pd.MultiIndex.from_frame(counts.loc[counts["gebied"] == area.id, PERIOD])
        total = total[~pd.MultiIndex.from_frame(total[PERIOD]).isin(own)]
        note = f"De aantallen van {len(parts)} gebieden opgeteld."
        found.append(total.assign(gebied=area.id, rol=ITSELF, toelichting=note))
    return found


def of_the_wijk(units: pd.DataFrame, series: pd.DataFrame, found: pd.DataFrame, areas: Sequence[Area]) -> pd.DataFrame:
    """Where only the enclosing CBS wijk has a figure, keep it apart: it is not a figure of the area."""
    enclosed = [(a.id, a.wijk_code, a.wijk_name) for a in areas if a.wijk_code and not a.is_wijk]
    wijken = units[(units["niveau"] == "wijk") & units["low"].notna()].join(series, on="nr")
    if wijken.empty:
        return found[:0]
    divided = wijken["methode"] == "verhouding"
    low, high = (end.where(divided, wijken[name]) for end, name in zip(ratio(wijken), ("low", "high"), strict=True))
    # A range of the publisher is no value.
    wijken = wijken.assign(waarde_cbs_wijk=low)[low == high]
    rows = wijken.merge(pd.DataFrame(enclosed, columns=["gebied", "code", "naam"], dtype="object"), on="code")
    shown = found[["waarde", "ondergrens", "genoemd"]].notna().any(axis=1) & (found["rol"] == ITSELF)
    has = pd.MultiIndex.from_frame(found.loc[shown, ["gebied", *PERIOD]])
    rows = rows[~pd.MultiIndex.from_frame(rows[["gebied", *PERIOD]]).isin(has)]
    note = "Alleen bekend voor de hele CBS-wijk " + rows["naam"] + ". " + rows["noot"]
    return rows[["nr", "gebied", "periode", "openbaar", "waarde_cbs_wijk"]].assign(
        rol=ITSELF,
        status=WIJK_ONLY,
        herkomst=WIJK_ONLY,
        teken="=",
        cbs_wijk=rows["naam"] + " (" + rows["code"] + ")",
        toelichting=note.str.strip(),
    )
