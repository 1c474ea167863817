"""From observations to indicator values per area: published where it can be, computed by a stated formula where not."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.areas import ITSELF, OUTSIDE, REST, members, wijk_of
from nplv_analysis.catalogue import Area, Catalogue, Indicator, Series
from nplv_analysis.observations import PRECISION, STATUSES, factor_of, first_year
from nplv_analysis.units import ratio, units_of

#: A computed figure is given only when the buurten with a value hold at least this share of the weight. A figure on
#: what happened in a place needs every place: where few people live, much can still happen.
LEAST_COVERAGE = 0.95

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

#: Levels that areas are made up of.
SMALLEST = ("buurt", "school", "rest")

PUBLISHED, COMPUTED, WIJK_ONLY, NOTHING = (
    "gepubliceerd",
    "berekend",
    "alleen hele CBS-wijk bekend",
    "geen cijfer",
)

#: Why an area has no figure.
NO_FIGURE = "Wij hebben hiervan geen cijfer over dit gebied."
ONLY_WHOLE = "Daarvan hebben wij alleen een cijfer van de hele gemeente of van Nederland."
NO_SCHOOL = "Hier staat geen school uit het bestand. Daarom staat er geen cijfer."
ONE_SCHOOL = "Hier staat maar één school uit het bestand. Daarom staat er geen cijfer."

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
        computed = _computed(indicator, series, units, catalogue)
    taken = set(zip(own["gebied"], own["periode"], strict=True))
    keep = [
        rol != ITSELF or (area, period) not in taken
        for area, rol, period in zip(computed["gebied"], computed["rol"], computed["periode"], strict=True)
    ]
    found = pd.concat([own, computed[keep]], ignore_index=True)
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
            _exact(mine["noemer_low"], mine["noemer_high"]),
        )
        result["toelichting"] = f"Berekend uit gepubliceerde aantallen; noemer: {_denominator_name(series)}."
    else:
        low, high = mine["low"], mine["high"]
        # "More than 30" has a lower bound alone: no value, and nothing to fill the upper bound with.
        low = low.where(mine["teken"] != "rond")
        high = high.where(mine["teken"] != "rond")
    result["ondergrens"], result["bovengrens"] = low, high
    result["waarde"] = _exact(low, high).where(mine["teken"].isin(["=", "<"]))
    if indicator.uncertainty == "afronding":
        result["afronding"], result["afronding_noemer"] = mine["half"], mine["noemer_half"]
    if not computed:
        result[PRECISION] = mine[PRECISION]
        # A source that gives both counts of a full count lets chance be reckoned with, whatever the catalogue says.
        result["interval_soort"] = np.where(mine["teller"].notna(), CHANCE, "")
    if series.note:
        result["toelichting"] = (result["toelichting"].fillna("") + " " + series.note).str.strip()
    return _blank_bounds_of_exact(result)


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


def _computed(indicator: Indicator, series: Series, units: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
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
        herkomst=COMPUTED,
        teken="=",
        aantal=sums["aantal"].fillna(0).astype(int).to_numpy(),
        openbaar=groups["openbaar"].all().to_numpy(),
        plaatsen=size.reindex(sums.index, fill_value=0).to_numpy(),
        dekking=_coverage(series, parts, keys).to_numpy(),
    )
    rows["opmerking"] = _remarks(indicator, parts, units, rows, catalogue)
    if series.method == "verhouding":
        low, high = ratio(series, rows)
        rows["teller"] = _exact(rows["low"], rows["high"])
        rows["noemer"] = _exact(rows["noemer_low"], rows["noemer_high"])
    else:
        low, high = rows["low"], rows["high"]
    rows["ondergrens"], rows["bovengrens"] = low, high
    rows["waarde"] = _exact(low, high)
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
    return _blank_bounds_of_exact(rows)


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


def _exact(low: pd.Series, high: pd.Series) -> pd.Series:
    return low.where(low == high)


def _blank_bounds_of_exact(rows: pd.DataFrame) -> pd.DataFrame:
    if "waarde" in rows:
        for column in ("ondergrens", "bovengrens"):
            rows[column] = rows[column].where(rows["waarde"].isna())
    return rows


def _sentence(note: str) -> str:
    """Make a source's note a sentence, so that it can stand beside others."""
    note = note.strip()
    return note and note[0].upper() + note[1:] + ("" if note.endswith(".") else ".")


def _denominator_name(series: Series) -> str:
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
        what += f"; noemer: {_denominator_name(series)}"
    if row["dekking"] < 1:
        by = series.coverage or series.weight or series.denominator
        share = f"{min(100 * row['dekking'], 99.9):.1f}".replace(".", ",")
        what += f". De buurten met een cijfer hebben samen {share} % van alle {by.name if by else 'buurten'}"
    return what + "." + row["opmerking"]


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
