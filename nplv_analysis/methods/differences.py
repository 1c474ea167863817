"""Differences between the wijken: how far they lie apart, whether that changes, and how far from the gemeente."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Catalogue, Indicator
from nplv_analysis.methods.small_area import (
    LEAST_AREAS,
    MODEL,
    SIZE,
    SURVEY,
    TWICE,
    fay_herriot,
    is_count,
    is_model,
    too_few,
    why_not,
)
from nplv_analysis.wording import number, with_unit

#: Fewer areas have no spread worth the name.
LEAST_FOR_SPREAD = 3
SPREAD_COLUMNS = {
    **dict.fromkeys(("indicator", "reeks", "periode"), "object"),
    **{"jaar": "float64", "eenheid": "object", "openbaar": "bool", "aantal_gebieden": "int64"},
    **dict.fromkeys(("laagste", "hoogste", "verschil_hoog_laag", "spreiding", "spreiding_gecorrigeerd"), "float64"),
    **{"vorige_periode": "object", "spreiding_verandering": "float64"},
    **dict.fromkeys(("spreiding_ontwikkeling", "spreiding_reden"), "object"),
}
BETA_COLUMNS = {
    **{"indicator": "object", "reeks": "object", "openbaar": "bool", "eerste_periode": "object"},
    **{"laatste_periode": "object", "aantal_gebieden": "int64", "helling": "float64", "helling_reden": "object"},
}

SMALLER, LARGER, EQUAL = "verschillen kleiner", "verschillen groter", "gelijk"
INSIDE, UNSURE, UNKNOWN = "binnen de band", "op de grens", "niet te zeggen"
BELOW_AND_ABOVE = {
    "hoog": ("ongunstiger dan de band", "gunstiger dan de band"),
    "laag": ("gunstiger dan de band", "ongunstiger dan de band"),
    "geen": ("lager dan de band", "hoger dan de band"),
}

ARITHMETIC = "Rekenkundig, niet getoetst."
CORRECTED = "Het toeval van de steekproef is van de spreiding afgetrokken."
NOT_CORRECTED = "De spreiding is niet gecorrigeerd voor toeval."
MODEL_SPREAD = "Modelschattingen lijken meer op elkaar dan de gebieden zelf. Daarom staat er geen oordeel."
NO_YEAR = "De bron noemt geen jaar, dus de volgorde is niet te zeggen."
FIRST = "Er is geen eerdere periode in deze reeks."
NO_TWO = "Er zijn geen twee perioden met een jaar en een precies cijfer."
NO_START = "Niet berekend: de verschillen bij het begin zijn niet groter dan door toeval."
SLOPE = "Een toevallig hoog begin telt niet mee als daling. Onder 0: wie hoger begon, daalde meer of steeg minder."

NOT_WIJK = "De band geldt alleen voor wijken."
NO_VALUE = "Er is geen precies cijfer van deze wijk."
NO_GEMEENTE = "Er is geen precies cijfer van de gemeente uit dezelfde reeks en periode."
COUNTS = "Een aantal van een wijk is niet te vergelijken met dat van de hele gemeente."
NO_WIDTH = "Het programma noemt niet hoe breed de band is."


def spread(table: pd.DataFrame, catalogue: Catalogue, areas: Sequence[str]) -> pd.DataFrame:
    """Measure how far areas lie apart, and whether that changed (sigma-convergence).

    The spread is the standard deviation between the k areas: sqrt(sum((y - mean)^2) / (k - 1)). Each area counts once
    because the goal is about wijken, whatever their size. With k - 1 the square of the spread is half the mean squared
    difference of two areas, and sampling error raises it by just the mean squared standard error.

    Parameters
    ----------
    table : DataFrame
        A released indicator table with intervals (``uncertainty.with_intervals``).
    catalogue : Catalogue
        For the decimals and the kind of uncertainty of an indicator.
    areas : sequence of str
        Ids of areas that do not overlap.

    Returns
    -------
    DataFrame
        One row an indicator, reeks and periode, in order of time: indicator, reeks, periode, jaar, eenheid, openbaar,
        aantal_gebieden (with an exact figure), laagste, hoogste, verschil_hoog_laag, spreiding, spreiding_gecorrigeerd
        (the square root of the squared spread less the mean squared standard error, not below 0; only for figures of a
        sample that all have one), vorige_periode, spreiding_verandering (of the corrected spread when both periods have
        one), spreiding_ontwikkeling ("verschillen kleiner", "verschillen groter", "gelijk" when the change rounds to 0,
        or "") and spreiding_reden. A change is given only with the same areas in both periods. It is arithmetic, not a
        test. Plain counts get no spreiding, model estimates no spreiding_ontwikkeling.

    References
    ----------
    Barro & Sala-i-Martin 1992, Journal of Political Economy 100(2):223-251 (sigma-convergence); the correction is the
    variance component of Hedges & Olkin 1985, Statistical Methods for Meta-Analysis.
    """
    found: list[dict[str, Any]] = []
    for indicator, periods in _series(table, catalogue, areas):
        before: dict[str, Any] | None = None
        for rows in periods:
            row = _spread_of(rows, indicator)
            found.append(row | _development(row, before, indicator))
            if row["gebieden"] and pd.notna(row["jaar"]):
                before = row
    return pd.DataFrame(found, columns=list(SPREAD_COLUMNS)).astype(SPREAD_COLUMNS)


def _series(
    table: pd.DataFrame, catalogue: Catalogue, areas: Sequence[str]
) -> Iterator[tuple[Indicator, list[pd.DataFrame]]]:
    """Give the rows of each indicator and reeks by periode, in order of time; those without a year come first."""
    mine = table[(table["rol"] == ITSELF) & table["gebied"].isin(list(areas)) & (table["periode"] != "")]
    for (name, _), rows in mine.groupby(["indicator", "reeks"], sort=False):
        ordered = rows.sort_values(["jaar", "periode"], kind="stable", na_position="first")
        yield catalogue.indicator(str(name)), [period for _, period in ordered.groupby("periode", sort=False)]


def _spread_of(rows: pd.DataFrame, indicator: Indicator) -> dict[str, Any]:
    """Measure the spread of one indicator, reeks and periode."""
    known = rows[rows["waarde"].notna()]
    values = known["waarde"]
    row: dict[str, Any] = {name: rows[name].iloc[0] for name in ("indicator", "reeks", "periode", "jaar", "eenheid")}
    row |= {
        "openbaar": bool(rows["openbaar"].all()),
        "gebieden": frozenset(known["gebied"]),
        "aantal_gebieden": known["gebied"].nunique(),
        "laagste": values.min(),
        "hoogste": values.max(),
        "verschil_hoog_laag": values.max() - values.min(),
        "spreiding": np.nan,
        "spreiding_gecorrigeerd": np.nan,
        "model": is_model(rows, indicator),
    }
    why = SIZE if is_count(indicator) else TWICE if known["gebied"].duplicated().any() else ""
    if not why and len(known) < LEAST_FOR_SPREAD:
        why = too_few(len(known), LEAST_FOR_SPREAD)
    if why:
        return row | {"spreiding_reden": f"Geen spreiding: {why}."}
    variance = float(values.var(ddof=1))
    row |= {"spreiding": variance**0.5, "spreiding_reden": f"{ARITHMETIC} {NOT_CORRECTED}"}
    if not row["model"] and known["interval_soort"].isin(SURVEY).all() and known["standaardfout"].notna().all():
        left = max(0.0, variance - float((known["standaardfout"] ** 2).mean()))
        row |= {"spreiding_gecorrigeerd": left**0.5, "spreiding_reden": f"{ARITHMETIC} {CORRECTED}"}
    return row


def _development(row: dict[str, Any], before: dict[str, Any] | None, indicator: Indicator) -> dict[str, Any]:
    """Compare a spread with that of the period before, when both are of the same areas."""
    result = {"vorige_periode": "", "spreiding_verandering": np.nan, "spreiding_ontwikkeling": ""}
    if pd.isna(row["spreiding"]):
        return result
    if before is None or pd.isna(row["jaar"]):
        return result | {"spreiding_reden": f"{row['spreiding_reden']} {NO_YEAR if pd.isna(row['jaar']) else FIRST}"}
    result["vorige_periode"] = before["periode"]
    if before["gebieden"] != row["gebieden"] or pd.isna(before["spreiding"]):
        why = f"In {before['periode']} waren er niet van precies dezelfde gebieden cijfers."
        return result | {"spreiding_reden": f"{row['spreiding_reden']} {why}"}
    corrected = pd.notna(row["spreiding_gecorrigeerd"]) and pd.notna(before["spreiding_gecorrigeerd"])
    column = "spreiding_gecorrigeerd" if corrected else "spreiding"
    change = result["spreiding_verandering"] = row[column] - before[column]
    why = f"Vergeleken met {before['periode']}, dezelfde {len(row['gebieden'])} gebieden."
    if row["model"] or before["model"]:
        why = MODEL_SPREAD
    else:
        shown = round(change, indicator.decimals)
        result["spreiding_ontwikkeling"] = EQUAL if shown == 0 else SMALLER if shown < 0 else LARGER
    return result | {"spreiding_reden": f"{row['spreiding_reden']} {why}"}


def beta_convergence(table: pd.DataFrame, catalogue: Catalogue, areas: Sequence[str]) -> pd.DataFrame:
    """Tell whether areas that started higher came down more, with chance in the starting values taken out.

    A high starting value is partly bad luck, and comes down by itself. So starting values are first shrunken (Fay &
    Herriot), and the change is counted from the shrunken value: the slope of (last value less shrunken starting value)
    on the shrunken starting value. Counted from the published starting value the change would hold its error again.

    Parameters
    ----------
    table : DataFrame
        A released indicator table with intervals (``uncertainty.with_intervals``).
    catalogue : Catalogue
        For the kind of uncertainty of an indicator.
    areas : sequence of str
        Ids of areas that do not overlap.

    Returns
    -------
    DataFrame
        One row an indicator and reeks: indicator, reeks, openbaar, eerste_periode, laatste_periode, aantal_gebieden,
        helling (change per unit of starting value; below 0 when areas that started higher came down more or rose less)
        and helling_reden. No helling without two dated periods with the same areas, at least ``LEAST_AREAS``, and
        standard errors of the first from a sample; never for model estimates. A description, not a test.

    References
    ----------
    Barro & Sala-i-Martin 1992, JPE 100(2):223-251; regression on a shrunken value as in Fuller 1987, Measurement Error
    Models, Wiley, chapter 1.
    """
    found = []
    for indicator, periods in _series(table, catalogue, areas):
        row: dict[str, Any] = {name: periods[0][name].iloc[0] for name in ("indicator", "reeks")}
        row |= {"openbaar": all(bool(rows["openbaar"].all()) for rows in periods), "helling": np.nan}
        row |= {"eerste_periode": "", "laatste_periode": "", "aantal_gebieden": 0, "helling_reden": NO_TWO}
        exact = [rows[rows["waarde"].notna() & rows["jaar"].notna()] for rows in periods]
        dated = [rows for rows in exact if len(rows)]
        if len(dated) > 1:
            row |= {"eerste_periode": dated[0]["periode"].iloc[0], "laatste_periode": dated[-1]["periode"].iloc[0]}
            row |= {"aantal_gebieden": dated[0]["gebied"].nunique()} | _slope(dated[0], dated[-1], indicator)
        found.append(row)
    return pd.DataFrame(found, columns=list(BETA_COLUMNS)).astype(BETA_COLUMNS)


def _slope(start: pd.DataFrame, last: pd.DataFrame, indicator: Indicator) -> dict[str, Any]:
    """Compute the slope of the change on the shrunken starting value, or say why not."""
    from scipy.stats import linregress

    why = why_not(start, indicator, least=LEAST_AREAS, margins=SURVEY)
    if not why and sorted(start["gebied"]) != sorted(last["gebied"]):
        why = "de gebieden zijn niet in beide perioden dezelfde"
    if not why and is_model(last, indicator):
        why = MODEL
    if why:
        return {"helling_reden": f"Niet berekend: {why}."}
    fit = fay_herriot(start["waarde"].to_numpy(), start["standaardfout"].to_numpy() ** 2)
    if fit.model_variance == 0:
        return {"helling_reden": NO_START}
    later = last.set_index("gebied")["waarde"].reindex(start["gebied"]).to_numpy()
    return {"helling": linregress(fit.estimates, later - fit.estimates).slope, "helling_reden": f"{ARITHMETIC} {SLOPE}"}


def band_status(table: pd.DataFrame, catalogue: Catalogue, width: float | None) -> pd.DataFrame:
    """Add whether each wijk lies within a band around the gemeente.

    Parameters
    ----------
    table : DataFrame
        A released indicator table with intervals (``uncertainty.with_intervals``).
    catalogue : Catalogue
        For the gemeente, the wijken, units and good directions.
    width : float or None
        The band runs from the figure of the gemeente less ``width`` to that figure plus ``width``, both included, in
        the unit of the indicator (percentage points for shares). The programme gives none: None gives no verdict.

    Returns
    -------
    DataFrame
        The same rows with afstand (figure less that of the gemeente in the same reeks and periode; none for plain
        counts), band and band_reden added. A band is "binnen de band", "gunstiger dan de band", "ongunstiger dan de
        band" (without a good direction "hoger dan de band" or "lager dan de band"), "op de grens" when the 95 %
        interval of the wijk runs over an edge of the band, or "niet te zeggen".

    Raises
    ------
    ValueError
        When the width is negative or not a number.
    """
    if width is not None and not width >= 0:
        raise ValueError(f"expected a width of 0 or more, found {width}")
    kinds = {area.id: area.kind for area in catalogue.areas}
    keys = ["indicator", "reeks", "periode"]
    gemeente = table[(table["rol"] == ITSELF) & (table["gebied"] == catalogue.gemeente.id)]
    whole = gemeente.drop_duplicates(keys, keep=False).set_index(keys)["waarde"]
    of_gemeente = whole.reindex(pd.MultiIndex.from_frame(table[keys])).to_numpy(dtype="float64")
    wijk = (table["rol"] == ITSELF) & table["gebied"].map(kinds).isin(["nplv", "wijkvernieuwing", "combinatie"])
    counts = [indicator.id for indicator in catalogue.indicators if is_count(indicator)]
    distance = (table["waarde"] - of_gemeente).where(wijk & ~table["indicator"].isin(counts))
    reason = np.select(
        [~wijk, table["waarde"].isna(), table["indicator"].isin(counts), np.isnan(of_gemeente)],
        [NOT_WIJK, NO_VALUE, COUNTS, NO_GEMEENTE],
        NO_WIDTH if width is None else "",
    ).astype("object")
    band = np.full(len(table), UNKNOWN, dtype="object")
    if width is not None:
        for place in np.flatnonzero(reason == ""):
            row = table.iloc[place]
            indicator = catalogue.indicator(row["indicator"])
            band[place], reason[place] = _band(row, indicator, float(of_gemeente[place]), width)
    return table.assign(afstand=distance, band=band, band_reden=reason)


def _band(row: pd.Series, indicator: Indicator, middle: float, width: float) -> tuple[str, str]:
    """Place one figure inside, above, below or on the edge of the band."""
    unit, decimals = indicator.unit, indicator.decimals
    text = f"{round(width, decimals + 1):g}".replace(".", ",")
    text = f"{text} procentpunt" if unit == "%" else with_unit(text, unit)
    reason = f"De band is {with_unit(number(middle, decimals), unit)} plus of min {text}."
    low, high, distance = row["onder95"], row["boven95"], row["waarde"] - middle
    if any(low < edge < high for edge in (middle - width, middle + width)):
        shown = f"{number(low, decimals + 1)} tot {number(high, decimals + 1)}"
        return UNSURE, f"{reason} De marge van het cijfer ({shown}) loopt over de rand van de band. Het is onzeker."
    if pd.isna(low) or pd.isna(high):
        reason += " Dit cijfer heeft geen marge."
    # Differences of decimal numbers are off by a hair.
    if abs(distance) <= width + 1e-9:
        return INSIDE, reason
    return BELOW_AND_ABOVE[indicator.good_direction][int(distance > 0)], reason
