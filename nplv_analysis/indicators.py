"""From observations to indicator values per area: published where it can be, computed by a stated formula where not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.areas import ITSELF, REST
from nplv_analysis.catalogue import Area, Catalogue, Indicator, Series
from nplv_analysis.computation import NO_SCHOOL, SMALLEST, compute, denominator_name
from nplv_analysis.observations import PRECISION, factor_of, first_year
from nplv_analysis.units import exact, ratio, units_of

#: The columns of the indicator table, in order. Dutch, because analysts read them.
COLUMNS = (
    "gebied",
    "rol",
    "thema",
    "indicator",
    "reeks",
    "periode",
    "jaar",
    "waarde",
    "ondergrens",
    "bovengrens",
    "teken",
    "genoemd",
    "eenheid",
    "onder95",
    "boven95",
    "onder998",
    "boven998",
    "interval_soort",
    "interval_reden",
    "teller",
    "noemer",
    "n",
    "n_effectief",
    "standaardafwijking",
    "standaardfout",
    "afronding",
    "afronding_noemer",
    "status",
    "herkomst",
    "cbs_wijk",
    "waarde_cbs_wijk",
    "toelichting",
    "bron",
    "openbaar",
)

NUMBERS = (
    "jaar",
    "waarde",
    "ondergrens",
    "bovengrens",
    "genoemd",
    "onder95",
    "boven95",
    "onder998",
    "boven998",
    "teller",
    "noemer",
    "n",
    "n_effectief",
    "standaardafwijking",
    "standaardfout",
    "afronding",
    "afronding_noemer",
    "waarde_cbs_wijk",
)


PUBLISHED, COMPUTED, WIJK_ONLY, NOTHING = (
    "gepubliceerd",
    "berekend",
    "alleen hele CBS-wijk bekend",
    "geen cijfer",
)

#: Why an area has no figure.
NO_FIGURE = "Wij hebben hiervan geen cijfer over dit gebied."
ONLY_WHOLE = "Daarvan hebben wij alleen een cijfer van de hele gemeente of van Nederland."

#: What kind of margin a figure has; ``uncertainty.with_intervals`` computes it.
SAMPLE, CHANCE, ROUNDING, GIVEN = "steekproefmarge", "toevalsmarge", "afrondingsmarge", "marge van de bron"


def indicator_table(
    observations: pd.DataFrame, catalogue: Catalogue, indicators: Sequence[Indicator] | None = None
) -> pd.DataFrame:
    """Compute all indicators for all areas, and for the rest of the gemeente beside each area.

    Parameters
    ----------
    observations : DataFrame
        Checked observations (``observations.COLUMNS``).
    catalogue : Catalogue
        Indicators and areas.
    indicators : sequence of Indicator, optional
        Only these.

    Returns
    -------
    DataFrame
        Columns ``COLUMNS``; one row an area, role, indicator, series and period. An area without any figure for an
        indicator has one row with status "geen cijfer" and the reason.
    """
    wanted = catalogue.indicators if indicators is None else indicators
    by_source = {str(name): rows for name, rows in observations.groupby("bron")}
    # An indicator of which no source is here (left out, not public, not delivered) says nothing, not even its name.
    held = set(observations[["bron", "variabele"]].itertuples(index=False, name=None))
    wanted = [i for i in wanted if any((s.source, v) in held for s in i.series for v in s.variables)]
    frames = [_indicator(indicator, by_source, catalogue) for indicator in wanted]
    table = pd.concat([_empty(), *(f for f in frames if len(f))], ignore_index=True).reindex(columns=list(COLUMNS))
    known = {i.id: i for i in wanted}
    table["thema"] = table["indicator"].map(lambda name: known[name].theme)
    table["eenheid"] = table["indicator"].map(lambda name: known[name].unit)
    table["jaar"] = first_year(table["periode"].astype("object"))
    for column in COLUMNS:
        if column in NUMBERS:
            table[column] = table[column].astype("float64")
        elif column != "openbaar":
            table[column] = table[column].astype("object").fillna("")
    table["interval_soort"] = _kind_of_margin(table, known)
    table = table.assign(openbaar=table["openbaar"].astype(bool), volgorde=table["indicator"].map(list(known).index))
    table = table.sort_values(["volgorde", "gebied", "rol", "jaar", "periode"], kind="stable", ignore_index=True)
    return table.drop_duplicates(["indicator", "gebied", "rol", "reeks", "periode"], ignore_index=True)[list(COLUMNS)]


def _indicator(indicator: Indicator, by_source: dict[str, pd.DataFrame], catalogue: Catalogue) -> pd.DataFrame:
    frames = []
    for series in indicator.series:
        if series.source not in by_source:
            continue
        units = units_of(series, by_source)
        if len(units):
            rows = _series(indicator, series, units, catalogue)
            frames.append(rows.assign(reeks=series.id, bron=series.source))
    found = pd.concat(frames, ignore_index=True) if frames else _empty()
    found = pd.concat([found, _without_figure(indicator, found, catalogue)], ignore_index=True)
    return found.assign(indicator=indicator.id)


def _kind_of_margin(rows: pd.DataFrame, known: dict[str, Indicator]) -> pd.Series:
    """Say what kind of margin each row can have; what a source says of its own figure comes before the catalogue."""
    uncertainty = rows["indicator"].map(lambda name: known[name].uncertainty)
    has_value, own_count = rows["waarde"].notna(), rows["interval_soort"] == CHANCE
    count = rows["eenheid"].str.startswith("aantal")
    kind = pd.Series("", index=rows.index, dtype="object")
    kind = kind.mask((uncertainty == "toeval") & (rows["teller"].notna() | (count & has_value)), CHANCE)
    kind = kind.mask((uncertainty == "afronding") & rows["afronding"].notna() & has_value, ROUNDING)
    kind = kind.mask(own_count, CHANCE).mask(rows["onder95"].notna(), GIVEN).mask(rows["n"].notna(), SAMPLE)
    return kind.where(has_value, "")


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="object") for name in ("gebied", "rol", "reeks", "periode")})


def _series(indicator: Indicator, series: Series, units: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    own = _published(indicator, series, units, catalogue.areas)
    own = pd.concat([own, _from_counts(indicator, own, catalogue)], ignore_index=True)
    computed = _empty()
    if series.method != "publicatie" and units["niveau"].isin(SMALLEST).any():
        computed = compute(indicator, series, units, catalogue).assign(herkomst=COMPUTED)
    taken = set(zip(own["gebied"], own["periode"], strict=True))
    keep = [
        rol != ITSELF or (area, period) not in taken
        for area, rol, period in zip(computed["gebied"], computed["rol"], computed["periode"], strict=True)
    ]
    found = _blank_bounds_of_exact(pd.concat([own, computed[keep]], ignore_index=True))
    found = _state_remainder(indicator, series, units, found, catalogue)
    whole = _wijk_only(series, units, found, catalogue.areas)
    # Where the wijk has a figure and the area does not, its row takes the place of "missing".
    replaced = set(zip(whole["gebied"], whole["rol"], whole["periode"], strict=True)) if len(whole) else set()
    rows = zip(found["gebied"], found["rol"], found["periode"], strict=True)
    return pd.concat([found[[row not in replaced for row in rows]], whole], ignore_index=True)


def _published(indicator: Indicator, series: Series, units: pd.DataFrame, areas: Sequence[Area]) -> pd.DataFrame:
    """Figures that a publisher gives for exactly this area."""
    owner = {code: area.id for area in areas for code in area.own_codes}
    order = {code: position for area in areas for position, code in enumerate(area.own_codes)}
    mine = units[units["code"].isin(list(owner)) & units["teken"].notna()].copy()
    if mine.empty:
        return _empty()
    mine["gebied"] = mine["code"].map(owner)
    mine["volgorde"] = mine["code"].map(order)
    mine = mine.sort_values("volgorde", kind="stable").drop_duplicates(["gebied", "periode"])
    computed = series.method == "verhouding"
    result = pd.DataFrame(
        {
            "gebied": mine["gebied"],
            "rol": ITSELF,
            "periode": mine["periode"],
            "status": mine["status"],
            "teken": mine["teken"],
            "genoemd": mine["genoemd"],
            "openbaar": mine["openbaar"],
            "toelichting": mine["opmerking"].map(_sentence),
            "herkomst": COMPUTED if computed else PUBLISHED,
        }
    )
    if computed:
        low, high = ratio(series, mine)
        result["teller"], result["noemer"] = (
            mine["waarde"],
            exact(mine["noemer_low"], mine["noemer_high"]),
        )
        result["toelichting"] = f"Berekend uit gepubliceerde aantallen; noemer: {denominator_name(series)}."
    else:
        low, high = mine["low"], mine["high"]
        # "More than 30" has a lower bound alone: no value, and nothing to fill the upper bound with.
        low = low.where(mine["teken"] != "rond")
        high = high.where(mine["teken"] != "rond")
    result["ondergrens"], result["bovengrens"] = low, high
    result["waarde"] = exact(low, high).where(mine["teken"].isin(["=", "<"]))
    if indicator.uncertainty == "afronding":
        result["afronding"], result["afronding_noemer"] = mine["half"], mine["noemer_half"]
    if not computed:
        result[PRECISION] = mine[PRECISION]
        # A source that gives both counts of a full count lets chance be reckoned with, whatever the catalogue says.
        result["interval_soort"] = np.where(mine["teller"].notna(), CHANCE, "")
    if series.note:
        result["toelichting"] = (result["toelichting"].fillna("") + " " + series.note).str.strip()
    return result


def _from_counts(indicator: Indicator, own: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Add up and take off the counts that a source gives of areas: a combination of areas, and the rest beside each."""
    factor = factor_of(indicator.unit)
    if factor is None or "interval_soort" not in own or not own["interval_soort"].eq(CHANCE).any():
        return _empty()
    rows: list[dict[str, Any]] = []
    amounts = ["teller", "noemer", "n", "n_effectief"]
    for period, group in own[own["teller"].notna()].groupby("periode", sort=True):
        counts = group.set_index("gebied")
        public = bool(counts["openbaar"].all())
        common = {"periode": period, "teken": "=", "status": "waargenomen", "herkomst": COMPUTED, "openbaar": public}
        for area in catalogue.areas:
            parts = [a.id for a in catalogue.areas if a.kind == "nplv" and set(a.buurten) <= set(area.buurten)]
            whole = {b for a in catalogue.areas if a.id in parts for b in a.buurten} == set(area.buurten)
            if (
                area.kind == "samengesteld"
                and area.id not in counts.index
                and whole
                and set(parts) <= set(counts.index)
            ):
                total = counts.loc[parts, amounts].sum(min_count=len(parts))
                note = f"De aantallen van {len(parts)} gebieden opgeteld."
                rows.append({**common, **total, "gebied": area.id, "rol": ITSELF, "toelichting": note})
        gemeente = catalogue.gemeente.id
        for area in counts.index.drop(gemeente) if gemeente in counts.index else ():
            left = counts.loc[gemeente, amounts] - counts.loc[area, amounts]
            if left["noemer"] > 0 and left["teller"] >= 0:
                note = "De aantallen van de gemeente min die van het gebied."
                rows.append({**common, **left, "gebied": area, "rol": REST, "toelichting": note})
    found = pd.DataFrame(rows) if rows else _empty()
    return found.assign(waarde=factor * found["teller"] / found["noemer"], interval_soort=CHANCE) if rows else found


def _blank_bounds_of_exact(rows: pd.DataFrame) -> pd.DataFrame:
    if "waarde" in rows:
        for column in ("ondergrens", "bovengrens"):
            rows[column] = rows[column].where(rows["waarde"].isna())
    return rows


def _sentence(note: str) -> str:
    """Make a source's note a sentence, so that it can stand beside others."""
    note = note.strip()
    return note and note[0].upper() + note[1:] + ("" if note.endswith(".") else ".")


def _state_remainder(
    indicator: Indicator, series: Series, units: pd.DataFrame, found: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Say on the row of the gemeente what no buurt holds; of rounded counts a remainder says nothing."""
    counted = series.method in ("som", "verhouding") and indicator.uncertainty != "afronding"
    if not counted or "school" in set(units["niveau"]):
        return found
    gemeente = catalogue.gemeente
    buurten = units[units["niveau"] == "buurt"].groupby("periode")["low"].sum()
    whole = units[units["code"] == gemeente.code].set_index("periode")["low"]
    outside = units[units["niveau"] == "rest"].groupby("periode")["low"].sum()
    for period in buurten.index[buurten > 0]:
        if period in outside.index:
            text = f"Daarbij komen er {outside[period]:.0f} die bij geen enkele buurt staan."
        elif period in whole.index and whole[period] != buurten[period]:
            difference = whole[period] - buurten[period]
            total = f"{whole[period]:,.0f}".replace(",", ".")
            more = "meer" if difference > 0 else "minder"
            text = f"Het aantal in de gemeente is {total}; dat is {abs(difference):.0f} {more} dan alle buurten samen."
        else:
            continue
        here = (found["gebied"] == gemeente.id) & (found["rol"] == ITSELF) & (found["periode"] == period)
        found.loc[here, "toelichting"] = (found.loc[here, "toelichting"].fillna("") + " " + text).str.strip()
    return found


def _wijk_only(series: Series, units: pd.DataFrame, found: pd.DataFrame, areas: Sequence[Area]) -> pd.DataFrame:
    """Where only the enclosing CBS wijk has a figure, keep it apart: it is not a figure of the area."""
    shown = found.reindex(columns=["waarde", "ondergrens", "genoemd"]).notna().any(axis=1)
    itself = found[(found["rol"] == ITSELF) & shown]
    has = set(zip(itself["gebied"], itself["periode"], strict=True))
    wijken = units[(units["niveau"] == "wijk") & units["low"].notna()]
    if series.method == "verhouding":
        wijken = wijken.assign(**dict(zip(("low", "high"), ratio(series, wijken), strict=True)))
    # A range of the publisher is no value.
    wijken = wijken[wijken["low"] == wijken["high"]]
    rows = [
        {
            "gebied": area.id,
            "rol": ITSELF,
            "periode": wijk["periode"],
            "status": WIJK_ONLY,
            "herkomst": WIJK_ONLY,
            "teken": "=",
            "openbaar": wijk["openbaar"],
            "cbs_wijk": f"{area.wijk_name} ({area.wijk_code})",
            "waarde_cbs_wijk": float(wijk["low"]),
            "toelichting": f"Alleen bekend voor de hele CBS-wijk {area.wijk_name}. {series.note}".strip(),
        }
        for wijk in wijken.to_dict("records")
        for area in areas
        if area.wijk_code == wijk["code"] and not area.is_wijk and (area.id, wijk["periode"]) not in has
    ]
    return pd.DataFrame(rows) if rows else _empty()


def _without_figure(indicator: Indicator, found: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    itself = set(found.loc[found["rol"] == ITSELF, "gebied"])
    whole = {area.id for area in catalogue.areas if area.kind in ("gemeente", "land")}
    local = bool(itself - whole) or not itself
    rows = [
        {
            "gebied": area.id,
            "rol": ITSELF,
            "reeks": "",
            "periode": "",
            "status": NOTHING,
            "herkomst": NOTHING,
            "teken": "=",
            "openbaar": True,
            "bron": "",
            "toelichting": NO_SCHOOL if indicator.about_schools else NO_FIGURE if local else ONLY_WHOLE,
        }
        for area in catalogue.areas
        if area.kind not in ("land", "omschrijving") and area.id not in itself
    ]
    return pd.DataFrame(rows) if rows else _empty()
