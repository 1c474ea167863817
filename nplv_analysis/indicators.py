"""From observations to indicator values per area: published where it can be, computed by a stated formula where not."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.areas import ITSELF, OUTSIDE, members, wijk_of
from nplv_analysis.catalogue import Amount, Area, Catalogue, Indicator, Series
from nplv_analysis.observations import STATUSES, first_year

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
    "interval_reden",
    "teller",
    "noemer",
    "n",
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
    "teller",
    "noemer",
    "n",
    "waarde_cbs_wijk",
)

PUBLISHED, COMPUTED, WIJK_ONLY, NOTHING = (
    "gepubliceerd",
    "berekend",
    "alleen hele CBS-wijk bekend",
    "geen cijfer",
)

#: Why an area has no figure.
NO_FIGURE = "Voor dit gebied is geen cijfer gepubliceerd en het is niet te berekenen."
NO_SCHOOL = "Hier staat geen school uit het bestand. Daarom staat er geen cijfer."
ONE_SCHOOL = "Hier staat maar één school uit het bestand. Daarom staat er geen cijfer."

#: Why the interval columns are empty, by kind of uncertainty.
NO_INTERVAL = {
    "model": "modelschatting: de bron publiceert geen marge, dus er staat er geen",
    "steekproef": "de bron geeft geen aantal ondervraagden, dus een marge is niet te berekenen",
    "toeval": "toevalsmarge nog niet berekend",
    "afronding": "afrondingsmarge nog niet berekend",
    "geen": "geen marge: er is geen maat voor de onzekerheid",
}


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
    frames = [_indicator(indicator, by_source, catalogue) for indicator in wanted]
    table = pd.concat([f for f in frames if len(f)], ignore_index=True).reindex(columns=list(COLUMNS))
    for column in COLUMNS:
        if column in NUMBERS:
            table[column] = table[column].astype("float64")
        elif column != "openbaar":
            table[column] = table[column].astype("object").fillna("")
    return table.assign(openbaar=table["openbaar"].astype(bool))


def _indicator(indicator: Indicator, by_source: dict[str, pd.DataFrame], catalogue: Catalogue) -> pd.DataFrame:
    frames = []
    for series in indicator.series:
        source = by_source.get(series.source)
        if source is None:
            continue
        units = _units(indicator, series, source, by_source)
        if len(units):
            rows = _series(indicator, series, units, catalogue)
            frames.append(rows.assign(reeks=series.id, bron=series.source))
    found = pd.concat(frames, ignore_index=True) if frames else _empty()
    found = pd.concat([found, _without_figure(indicator, found, catalogue)], ignore_index=True)
    found["indicator"] = indicator.id
    found["thema"] = indicator.theme
    found["eenheid"] = indicator.unit
    found["jaar"] = first_year(found["periode"])
    found["onder95"] = np.nan
    found["boven95"] = np.nan
    found["n"] = np.nan
    found["interval_reden"] = NO_INTERVAL[indicator.uncertainty]
    return found.sort_values(["gebied", "rol", "jaar", "periode"], kind="stable").drop_duplicates(
        ["gebied", "rol", "reeks", "periode"]
    )


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="object") for name in ("gebied", "rol", "reeks", "periode")})


def _units(
    indicator: Indicator, series: Series, source: pd.DataFrame, by_source: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """One row a place and period: numerator, denominator or weight, with bounds, as the source has them."""
    mine = source[source["variabele"].isin(series.variables)]
    if series.periods:
        mine = mine[mine["periode"].isin(series.periods)]
    if mine.empty:
        return mine
    units = _add_up(mine, series.variables)
    if _nested(series) and series.denominator is not None:
        others = [v for v in series.denominator.plus if v not in series.variables]
        rest = _add_up(source[source["variabele"].isin(others)], others)
        units = _join(units, rest[["code", "periode", "low", "high"]], "rest")
        units["noemer_low"] = units["low"] + units["rest_low"]
        units["noemer_high"] = units["high"] + units["rest_high"]
    elif series.denominator is not None:
        amount = _amount(series.denominator, series.source, by_source)
        units = _join(units, amount, "noemer", series.denominator.period)
    if series.weight is not None:
        units = _join(units, _amount(series.weight, series.source, by_source), "gewicht", series.weight.period)
    coverage = series.coverage or series.weight or (None if _nested(series) else series.denominator)
    if coverage is not None:
        units = _join(units, _amount(coverage, series.source, by_source), "dekking", coverage.period)
    if series.status is not None:
        units.loc[units["status"].isin(["waargenomen", "voorlopig"]), "status"] = series.status
    return units


def _nested(series: Series) -> bool:
    """Whether the numerator is a part of the denominator, so that the two are not bounded independently."""
    return series.denominator is not None and set(series.variables) <= set(series.denominator.plus)


def _add_up(observations: pd.DataFrame, variables: Sequence[str]) -> pd.DataFrame:
    """Add variables up per place and period; bounds of a sum are the sum of the bounds."""
    exact = observations["waarde"]
    frame = observations.assign(
        low=exact.fillna(observations["onder"]), high=exact.fillna(observations["boven"])
    ).rename(columns={"gebiedscode": "code"})
    keys = ["code", "niveau", "periode"]
    grouped = frame.groupby(keys, sort=True)
    # min_count: a sum with a part that is missing is missing, not smaller.
    total = grouped[["waarde", "low", "high"]].sum(min_count=len(variables)).reset_index()
    first = grouped[["teken", "genoemd", "openbaar", "buurt", "opmerking"]].first().reset_index(drop=True)
    rank = {status: position for position, status in enumerate(STATUSES)}
    worst = frame["status"].map(rank).groupby([frame[key] for key in keys], sort=True).max()
    return pd.concat([total, first], axis=1).assign(status=worst.map(dict(enumerate(STATUSES))).to_numpy())


def _amount(amount: Amount, default_source: str, by_source: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Values of a weight or denominator per place and period."""
    source = by_source.get(amount.source or default_source)
    empty = pd.DataFrame({"code": [], "periode": [], "low": [], "high": []})
    if source is None:
        return empty
    plus = _add_up(source[source["variabele"].isin(amount.plus)], amount.plus)
    if amount.minus:
        minus = _add_up(source[source["variabele"].isin(amount.minus)], amount.minus).set_index(["code", "periode"])
        less = minus["waarde"].reindex(pd.MultiIndex.from_frame(plus[["code", "periode"]])).to_numpy()
        plus["low"] = plus["waarde"] - less
        plus["high"] = plus["low"]
    if amount.period is not None:
        plus = plus[plus["periode"] == amount.period]
    return plus[["code", "periode", "low", "high"]]


def _join(units: pd.DataFrame, amount: pd.DataFrame, name: str, period: str | None = None) -> pd.DataFrame:
    """Put an amount beside the units: of its own stated period, else of the period of the unit."""
    keys = ["code"] if period is not None else ["code", "periode"]
    columns = {"low": f"{name}_low", "high": f"{name}_high"}
    amount = amount[[*keys, "low", "high"]].rename(columns=columns)
    # Places that have the amount but no value stay in, so that what is missing can be told.
    if name == "dekking":
        if period is not None:
            amount = amount.merge(units[["periode"]].drop_duplicates(), how="cross")
        joined = units.merge(amount, on=["code", "periode"], how="outer")
        joined["status"] = joined["status"].fillna("ontbreekt")
        return joined[~(joined["niveau"].isna() & ~joined["code"].str.startswith("BU"))].assign(
            niveau=lambda f: f["niveau"].fillna("buurt"),
            openbaar=lambda f: ~f["openbaar"].isin([False]),
            buurt=lambda f: f["buurt"].fillna(""),
        )
    return units.merge(amount, on=keys, how="left")


def _series(indicator: Indicator, series: Series, units: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    regional = units["niveau"].isin(["buurt", "school", "rest"])
    own = _published(indicator, series, units, catalogue.areas)
    computed = _empty()
    if series.method != "publicatie" and regional.any():
        computed = _computed(indicator, series, units[regional], catalogue)
    taken = set(zip(own["gebied"], own["periode"], strict=True))
    keep = [
        rol != ITSELF or (area, period) not in taken
        for area, rol, period in zip(computed["gebied"], computed["rol"], computed["periode"], strict=True)
    ]
    found = pd.concat([own, computed[keep]], ignore_index=True)
    found = _state_remainder(series, units, found, catalogue)
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
    ratio = series.method == "verhouding"
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
            "herkomst": COMPUTED if ratio else PUBLISHED,
        }
    )
    if ratio:
        low, high = _ratio(series, mine)
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
    if series.note:
        result["toelichting"] = (result["toelichting"].fillna("") + " " + series.note).str.strip()
    return _blank_bounds_of_exact(result)


def _computed(indicator: Indicator, series: Series, units: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Figures for areas and for the rest of the gemeente, computed from buurten or schools."""
    units = units.assign(plaats=units["buurt"].where(units["niveau"] == "school", units["code"]))
    without = indicator.without_wijk["zonder_wijk"] if indicator.without_wijk else None
    parts = members(catalogue.areas, units["plaats"], without).merge(units, on="plaats")
    needed = [c for c in ("low", "gewicht_low", "noemer_low") if c in parts]
    parts["telt"] = parts[needed].notna().all(axis=1)
    if indicator.about_schools:
        # A school whose pupils did not take part is no school with a figure.
        parts["telt"] &= parts["noemer_high"] > 0
    keys = ["gebied", "rol", "periode"]
    groups = parts.groupby(keys, sort=True)
    sums = _sum_parts(series, parts[parts["telt"]], keys).reindex(groups.size().index)
    places = parts[parts["plaats"] != OUTSIDE].groupby(keys).size()
    rows = sums.reset_index().assign(
        herkomst=COMPUTED,
        teken="=",
        aantal=sums["aantal"].fillna(0).astype(int).to_numpy(),
        openbaar=groups["openbaar"].all().to_numpy(),
        plaatsen=places.reindex(sums.index, fill_value=0).to_numpy(),
        dekking=_coverage(series, parts, keys).to_numpy(),
    )
    if series.method == "verhouding":
        low, high = _ratio(series, rows)
        rows["teller"] = _exact(rows["low"], rows["high"])
        rows["noemer"] = _exact(rows["noemer_low"], rows["noemer_high"])
    else:
        low, high = rows["low"], rows["high"]
    rows["ondergrens"], rows["bovengrens"] = low, high
    rows["waarde"] = _exact(low, high)
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


def _sum_parts(series: Series, parts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sums, or weighted means, of the lowest and the highest values, and the worst status."""
    amounts = [c for c in ("low", "high", "noemer_low", "noemer_high", "rest_low", "rest_high") if c in parts]
    if series.method == "gewogen_gemiddelde":
        weight = parts["gewicht_low"]
        parts = parts.assign(low=parts["low"] * weight, high=parts["high"] * weight)
        amounts = [*amounts, "gewicht_low"]
    groups = parts.groupby(keys)
    sums = groups[amounts].sum()
    if series.method == "gewogen_gemiddelde":
        sums["low"] /= sums["gewicht_low"]
        sums["high"] /= sums["gewicht_low"]
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


def _ratio(series: Series, parts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Bounds of factor x numerator / denominator; a numerator that is part of the denominator moves with it."""
    if _nested(series):
        low = series.factor * parts["low"] / (parts["low"] + parts["rest_high"])
        high = series.factor * parts["high"] / (parts["high"] + parts["rest_low"])
    else:
        low = series.factor * parts["low"] / parts["noemer_high"]
        high = series.factor * parts["high"] / parts["noemer_low"]
    return low, high


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
            return ONE_SCHOOL if number == 1 else NO_SCHOOL
        return f"Berekend uit {number} scholen in het bestand."
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
    return what + "."


def _state_remainder(series: Series, units: pd.DataFrame, found: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Say on the row of the gemeente what no buurt holds."""
    if series.method not in ("som", "verhouding") or "school" in set(units["niveau"]):
        return found
    gemeente = catalogue.gemeente
    buurten = units[units["niveau"] == "buurt"].groupby("periode")["low"].sum()
    whole = units[units["code"] == gemeente.code].set_index("periode")["low"]
    outside = units[units["niveau"] == "rest"].groupby("periode")["low"].sum()
    for period in buurten.index[buurten > 0]:
        remainder = outside.get(period, whole.get(period, buurten[period]) - buurten[period])
        if not remainder:
            continue
        here = (found["gebied"] == gemeente.id) & (found["periode"] == period)
        total = f"{whole.get(period, buurten[period] + remainder):,.0f}".replace(",", ".")
        text = f"Het aantal in de gemeente is {total}; {abs(remainder):.0f} "
        text += (
            "daarvan staan bij geen enkele buurt." if remainder > 0 else "minder dan alle buurten samen (afronding)."
        )
        found.loc[here, "toelichting"] = found.loc[here, "toelichting"].fillna("") + " " + text
    return found


def _wijk_only(series: Series, units: pd.DataFrame, found: pd.DataFrame, areas: Sequence[Area]) -> pd.DataFrame:
    """Where only the enclosing CBS wijk has a figure, keep it apart: it is not a figure of the area."""
    shown = found.reindex(columns=["waarde", "ondergrens", "genoemd"]).notna().any(axis=1)
    itself = found[(found["rol"] == ITSELF) & shown]
    has = set(zip(itself["gebied"], itself["periode"], strict=True))
    wijken = units[(units["niveau"] == "wijk") & units["low"].notna()]
    if series.method == "verhouding":
        wijken = wijken.assign(low=_ratio(series, wijken)[0])
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
            "toelichting": NO_SCHOOL if indicator.about_schools else NO_FIGURE,
        }
        for area in catalogue.areas
        if area.kind not in ("land", "omschrijving") and area.id not in itself
    ]
    return pd.DataFrame(rows) if rows else _empty()


def method_error(observations: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Compare computed with published figures, for every CBS wijk and gemeente that has both.

    Parameters
    ----------
    observations : DataFrame
        Checked observations.
    catalogue : Catalogue
        For the series that are computed as weighted means.

    Returns
    -------
    DataFrame
        Columns indicator, reeks, periode, code, dekking (share of the weight that buurten with a value hold), berekend,
        gepubliceerd, verschil (computed less published, in the unit of the indicator). The largest difference among
        those with enough coverage (``LEAST_COVERAGE``) is the error of the method; below that no figure is given.
    """
    by_source = {str(name): rows for name, rows in observations.groupby("bron")}
    gemeente = catalogue.gemeente.code
    rows = []
    for indicator in catalogue.indicators:
        for series in indicator.series:
            if series.method != "gewogen_gemiddelde" or series.source not in by_source:
                continue
            units = _units(indicator, series, by_source[series.source], by_source)
            buurten = units[units["niveau"] == "buurt"]
            counts = buurten["low"].notna() & buurten["gewicht_low"].notna()
            known = units[units["low"].notna()]
            published = dict(zip(zip(known["code"], known["periode"], strict=True), known["low"], strict=True))
            for whole in (buurten["code"].map(wijk_of), pd.Series(gemeente, index=buurten.index)):
                for key, group in buurten.groupby([whole, "periode"]):
                    part = group[counts[group.index]]
                    if key in published and part["gewicht_low"].sum():
                        held = float(part["dekking_low"].sum() / group["dekking_low"].sum())
                        computed = float(np.average(part["low"], weights=part["gewicht_low"]))
                        rows.append((indicator.id, series.id, key[1], key[0], held, computed, float(published[key])))
    columns = ["indicator", "reeks", "periode", "code", "dekking", "berekend", "gepubliceerd"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(verschil=frame["berekend"] - frame["gepubliceerd"])
