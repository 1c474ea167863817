"""From observations to indicator values per area: published where it can be, computed by a stated formula where not."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Area, Catalogue, Indicator
from nplv_analysis.computation import NO_SCHOOL, compute
from nplv_analysis.figure import (
    CHANCE,
    COLUMNS,
    COMPUTED,
    GIVEN,
    NOTHING,
    NUMBERS,
    PUBLISHED,
    ROUNDING,
    SAMPLE,
    WIJK_ONLY,
)
from nplv_analysis.observations import first_year
from nplv_analysis.published import from_counts, of_the_wijk, published
from nplv_analysis.unevenness import ONLY_LARGE, UNEVENNESS
from nplv_analysis.units import series_table, units_of

__all__ = [
    "CHANCE",
    "COLUMNS",
    "COMPUTED",
    "GIVEN",
    "NOTHING",
    "NUMBERS",
    "PUBLISHED",
    "ROUNDING",
    "SAMPLE",
    "WIJK_ONLY",
    "indicator_table",
]

#: Why an area has no figure.
NO_FIGURE = "Wij hebben hiervan geen cijfer over dit gebied."
ONLY_WHOLE = "Daarvan hebben wij alleen een cijfer van de hele gemeente of van Nederland."


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
        Columns ``indicators.COLUMNS``; one row an area, role, indicator, series and period. An area without any figure
        for an indicator has one row with status "geen cijfer" and the reason.
    """
    wanted = catalogue.indicators if indicators is None else indicators
    # An indicator of which no source is here (left out, not public, not delivered) says nothing, not even its name.
    held = set(observations[["bron", "variabele"]].itertuples(index=False, name=None))
    known = {i.id: i for i in wanted if any((s.source, v) in held for s in i.series for v in s.variables)}
    table = _figures(observations, list(known.values()), catalogue) if known else pd.DataFrame(columns=list(COLUMNS))
    table = table.reindex(columns=list(COLUMNS))
    table["thema"] = table["indicator"].map({name: i.theme for name, i in known.items()})
    table["eenheid"] = table["indicator"].map({name: i.unit for name, i in known.items()})
    table["jaar"] = first_year(table["periode"].astype("object"))
    texts = [name for name in COLUMNS if name not in (*NUMBERS, "openbaar")]
    table[texts] = table[texts].astype("object").fillna("")
    table = table.astype(dict.fromkeys(NUMBERS, "float64") | {"openbaar": "bool"})
    # A margin of a model says how well it fits, not how far two areas lie apart: none is drawn and none is tested.
    modelled = table["indicator"].map({name: i.uncertainty == "model" for name, i in known.items()}).eq(True)
    table.loc[modelled, ["onder95", "boven95"]] = float("nan")
    table["interval_soort"] = _kind_of_margin(table, known)
    table["volgorde"] = table["indicator"].map({name: place for place, name in enumerate(known)})
    table = table.sort_values(["volgorde", "gebied", "rol", "jaar", "periode"], kind="stable", ignore_index=True)
    return table.drop_duplicates(["indicator", "gebied", "rol", "reeks", "periode"], ignore_index=True)[list(COLUMNS)]


def _figures(observations: pd.DataFrame, indicators: Sequence[Indicator], catalogue: Catalogue) -> pd.DataFrame:
    """List what is published, what is computed, and where there is nothing, series by series."""
    areas, key = catalogue.areas, ["nr", "gebied", "rol", "periode"]
    series = series_table(indicators)
    units = units_of([s for i in indicators for s in i.series], observations)
    own = published(units, series, areas)
    own = pd.concat([own, from_counts(own, series, catalogue)], ignore_index=True)
    computed = compute(units, series, catalogue).assign(herkomst=COMPUTED)
    taken = (computed["rol"] == ITSELF) & _index(computed, key).isin(_index(own, key))
    found = pd.concat([own, computed[~taken]], ignore_index=True)
    found[["ondergrens", "bovengrens"]] = found[["ondergrens", "bovengrens"]].where(found["waarde"].isna(), axis=0)
    found["toelichting"] = _with_remainder(found, series, units, catalogue.gemeente)
    # Where the wijk has a figure and the area does not, its row takes the place of "missing".
    whole = of_the_wijk(units, series, found, areas)
    found = found[~_index(found, key).isin(_index(whole, key))]
    rows = pd.concat([found, whole], ignore_index=True).sort_values("nr", kind="stable")
    rows = rows.join(series[["indicator", "reeks", "bron"]], on="nr")
    return pd.concat([rows, _without_figure(indicators, rows, catalogue)], ignore_index=True)


def _index(rows: pd.DataFrame, columns: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[columns])


def _kind_of_margin(rows: pd.DataFrame, known: dict[str, Indicator]) -> pd.Series:
    """Say what kind of margin each row can have; what a source says of its own figure comes before the catalogue."""
    uncertainty = rows["indicator"].map({name: i.uncertainty for name, i in known.items()})
    has_value, own_count = rows["waarde"].notna(), rows["interval_soort"] == CHANCE
    count = rows["eenheid"].str.startswith("aantal")
    kind = pd.Series("", index=rows.index, dtype="object")
    kind = kind.mask((uncertainty == "toeval") & (rows["teller"].notna() | (count & has_value)), CHANCE)
    kind = kind.mask((uncertainty == "afronding") & rows["afronding"].notna() & has_value, ROUNDING)
    kind = kind.mask(own_count, CHANCE).mask(rows["onder95"].notna(), GIVEN).mask(rows["n"].notna(), SAMPLE)
    return kind.where(has_value, "")


def _with_remainder(found: pd.DataFrame, series: pd.DataFrame, units: pd.DataFrame, gemeente: Area) -> pd.Series:
    """Say on the row of the gemeente what no buurt holds; of rounded counts a remainder says nothing."""
    counted = series["methode"].isin(["som", "verhouding"]) & (series["onzekerheid"] != "afronding")
    counted[units.loc[units["niveau"] == "school", "nr"]] = False
    mine = units[units["nr"].isin(series.index[counted]) & units["low"].notna()]
    buurten, outside, whole = (
        mine[here].groupby(["nr", "periode"])["low"].sum().to_dict()
        for here in (
            mine["niveau"] == "buurt",
            mine["niveau"] == "rest",
            # Of a total that is hidden or about right nothing can be said.
            (mine["code"] == gemeente.code) & (mine["low"] == mine["high"]),
        )
    )
    texts = {}
    for key in (key for key, number in buurten.items() if number > 0):
        more = whole.get(key, buurten[key]) - buurten[key]
        if key in outside:
            texts[key] = f" Daarbij komen er {outside[key]:.0f} die bij geen enkele buurt staan."
        elif more:
            total = f"{whole[key]:,.0f}".replace(",", ".")
            what = f"{abs(more):.0f} {'meer' if more > 0 else 'minder'}"
            texts[key] = f" Het aantal in de gemeente is {total}; dat is {what} dan alle buurten samen."
    here = (found["gebied"] == gemeente.id) & (found["rol"] == ITSELF)
    keys = zip(here, zip(found["nr"], found["periode"], strict=True), strict=True)
    added = [texts.get(key, "") if itself else "" for itself, key in keys]
    return (found["toelichting"] + added).str.strip()


def _without_figure(indicators: Sequence[Indicator], found: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Give a row with the reason to each area that has no figure of an indicator."""
    whole = {area.id for area in catalogue.areas if area.kind in ("gemeente", "land")}
    areas = [area.id for area in catalogue.areas if area.kind not in ("land", "omschrijving")]
    held = found[found["rol"] == ITSELF].groupby("indicator")["gebied"].agg(set)
    rows = []
    for indicator in indicators:
        itself = held.get(indicator.id, set())
        local = bool(itself - whole) or not itself
        large = any(series.method == UNEVENNESS for series in indicator.series)
        why = ONLY_LARGE if large else NO_SCHOOL if indicator.about_schools else NO_FIGURE if local else ONLY_WHOLE
        rows += [(indicator.id, area, why) for area in areas if area not in itself]
    nothing = pd.DataFrame(rows, columns=["indicator", "gebied", "toelichting"], dtype="object")
    nothing = nothing.assign(rol=ITSELF, status=NOTHING, herkomst=NOTHING, teken="=", openbaar=True)
    return nothing.assign(reeks="", periode="", bron="")
