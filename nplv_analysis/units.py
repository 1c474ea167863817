"""Numerators, denominators and weights per place and period: what indicators are computed from.

A unit is one place (buurt, wijk, gemeente, school) in one period, with the lowest and the highest value that its source
allows. The two are equal where the source is exact. All series are done at once: ``nr`` says of which one a row is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from nplv_analysis.catalogue import Amount, Indicator, Series
from nplv_analysis.observations import PRECISION, STATUSES, factor_of

#: What is added up for a series: its own variables, what its denominator has besides those, and its other amounts.
OWN, REST, DENOMINATOR, WEIGHT, COVERAGE = "eigen", "rest", "noemer", "gewicht", "dekking"
#: What tells one unit from another.
UNIT = ["nr", "code", "periode"]
#: What of an observation it rests on.
USED = (
    *("bron", "variabele", "code", "niveau", "periode", "waarde", "onder", "boven"),
    *("teken", "genoemd", "buurt", "opmerking", *PRECISION, "openbaar", "status", "delen"),
)
#: What adding up an amount needs.
SUMMED = ["waarde", "low", "high", "factor", "aantal", "delen", "verschil", "alleen"]
#: Columns of the amounts: their lowest and highest value, and whether the source has them at all.
AMOUNTS = [f"{name}_{what}" for name in (REST, DENOMINATOR, WEIGHT, COVERAGE) for what in ("low", "high", "er")]
#: Those that a place without a value has no use for.
BESIDE_VALUES = [name for name in AMOUNTS if not name.startswith(COVERAGE)]
RANK = {status: position for position, status in enumerate(STATUSES)}


def series_table(indicators: Iterable[Indicator]) -> pd.DataFrame:
    """List the series of indicators, with what computations need to know of each.

    Parameters
    ----------
    indicators : iterable of Indicator
        The indicators.

    Returns
    -------
    DataFrame
        One row a series, in order. Its position is the ``nr`` of the other tables.
    """
    rows = [
        {
            "indicator": indicator.id,
            "reeks": series.id,
            "bron": series.source,
            "methode": series.method,
            "factor": series.factor,
            "genest": nested(series),
            "noemer_naam": series.denominator.name if series.denominator else "",
            "gewicht_naam": series.weight.name if series.weight else "",
            "dekking_naam": coverage.name if (coverage := coverage_of(series)) else "",
            "noot": series.note,
            "maal": factor_of(indicator.unit),
            "onzekerheid": indicator.uncertainty,
            "scholen": indicator.about_schools,
            "minste_scholen": indicator.least_schools,
            "minste_leerlingen": indicator.least_pupils,
            "breedste_bereik": indicator.widest_range,
            "elke_plaats": indicator.about == "plaats",
            "zonder_wijk": indicator.without_wijk["zonder_wijk"] if indicator.without_wijk else "",
        }
        for indicator in indicators
        for series in indicator.series
    ]
    table = pd.DataFrame(rows)
    return table.astype(
        {name: "object" for name in table if pd.api.types.is_string_dtype(table[name])} | {"maal": "float64"}
    )


def nested(series: Series) -> bool:
    """Whether the numerator is a part of the denominator, so that the two are not bounded independently."""
    return series.denominator is not None and set(series.variables) <= set(series.denominator.plus)


def coverage_of(series: Series) -> Amount | None:
    """Give the amount that says how much of an area the places with a value hold."""
    return series.coverage or series.weight or (None if nested(series) else series.denominator)


def units_of(series: Sequence[Series], observations: pd.DataFrame) -> pd.DataFrame:
    """List the units of all series.

    Parameters
    ----------
    series : sequence of Series
        Say which variables, denominator or weight.
    observations : DataFrame
        Checked observations.

    Returns
    -------
    DataFrame
        One row a series (``nr``), place and period: code, niveau, periode, low and high (the variables added up), half
        and noemer_half (half of what they were rounded to), status, and where the series has them noemer_low/high,
        rest_low/high (the part of a denominator that is not numerator), gewicht_low and dekking_low. Places with a
        weight but without a value are in it too.
    """
    parts = observations.rename(columns={"gebiedscode": "code"})[[*USED]].merge(
        _parts(series), on=["bron", "variabele"]
    )
    parts["low"], parts["high"] = (parts["waarde"].fillna(parts[bound]) for bound in ("onder", "boven"))
    # A figure is no more public than what it is computed with, whatever the period.
    hidden = parts.loc[(parts["deel"] != OWN) & ~parts["openbaar"], "nr"].unique()
    limited = parts.loc[parts["alleen"].astype(bool), ["alleen", "periode"]]
    other = [period not in only for only, period in zip(limited["alleen"], limited["periode"], strict=True)]
    own, counted = parts["deel"] == OWN, ~parts.index.isin(limited.index[other])
    units = _with_amounts(_values(parts[own & counted]), parts.loc[~own & counted, [*UNIT, "deel", *SUMMED]])
    units["openbaar"] &= ~units["nr"].isin(hidden)
    inside = units["nr"].isin([nr for nr, one in enumerate(series) if nested(one)])
    for end in ("low", "high"):
        units[f"noemer_{end}"] = units[f"noemer_{end}"].mask(inside, units[end] + units[f"rest_{end}"])
    of = [series[nr] for nr in units["nr"]]
    # A sum of rounded figures, such as those of two buurten that were one, may be off by all of them; a mean not.
    mean = pd.Series([one.method == "gewogen_gemiddelde" for one in of], index=units.index, dtype="bool")
    units["half"] = [
        _half(one.rounding, level) * len(one.variables) for one, level in zip(of, units["niveau"], strict=True)
    ] * units["delen"].mask(mean).fillna(1)
    units["noemer_half"] = [
        _half(one.denominator.rounding, level) if one.denominator else 0.0
        for one, level in zip(of, units["niveau"], strict=True)
    ] * units["noemer_delen"].fillna(1)
    units["status"] = [
        one.status if one.status and status in ("waargenomen", "voorlopig") else status
        for one, status in zip(of, units["status"], strict=True)
    ]
    return units


def _parts(series: Sequence[Series]) -> pd.DataFrame:
    """List what is added up for each series: the variables of each amount, and the only periods that count."""
    rows = []
    for nr, one in enumerate(series):
        amounts = {OWN: Amount("", one.variables), DENOMINATOR: one.denominator}
        amounts |= {WEIGHT: one.weight, COVERAGE: coverage_of(one)}
        if one.denominator and nested(one):
            amounts[REST] = Amount("", tuple(v for v in one.denominator.plus if v not in one.variables))
        for name, amount in amounts.items():
            if amount is not None:
                only = one.periods if name == OWN else (amount.period,) if amount.period else ()
                signs = dict.fromkeys(amount.plus, 1.0) | dict.fromkeys(amount.minus, -1.0)
                common = (len(signs), bool(amount.minus), only)
                source = amount.source or one.source
                rows += [(nr, name, source, variable, sign, *common) for variable, sign in signs.items()]
    dtypes = {"nr": "int64", "deel": "object", "bron": "object", "variabele": "object", "factor": "float64"}
    dtypes |= {"aantal": "int64", "verschil": "bool", "alleen": "object"}
    return pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)


def _half(rounding: Mapping[str, float], level: str) -> float:
    return rounding.get(level, 0.0) / 2


def _values(parts: pd.DataFrame) -> pd.DataFrame:
    """Add the own variables of series up per unit; bounds of a sum are the sum of the bounds."""
    groups = parts.assign(rang=parts["status"].map(RANK)).groupby(UNIT, sort=True)
    first = groups[["niveau", "teken", "genoemd", "buurt", "opmerking", "delen", *PRECISION]].first()
    worst = groups["rang"].max().map(dict(enumerate(STATUSES)))
    return _sums(groups).join(first).assign(openbaar=groups["openbaar"].all(), status=worst).reset_index()


def _sums(groups: pd.api.typing.DataFrameGroupBy) -> pd.DataFrame:
    """Add up; a sum with a part that is missing is missing, not smaller."""
    numbers = groups[["waarde", "low", "high"]]
    return numbers.sum().where(numbers.count().ge(groups["aantal"].first(), axis=0))


def _with_amounts(units: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Put denominators and weights beside the units they are of."""
    parts = parts[parts["nr"].isin(units["nr"])]
    # An amount of a stated period counts for every period of its series.
    stated = parts["alleen"].astype(bool)
    if stated.any():
        every = parts[stated].drop(columns="periode").merge(units[["nr", "periode"]].drop_duplicates(), on="nr")
        parts = pd.concat([parts[~stated], every])
    # One with a part taken off is known only where all of it is exact.
    for end in ("low", "high"):
        parts[end] = parts["factor"] * parts[end].mask(parts["verschil"], parts["waarde"])
    groups = parts.groupby([*UNIT, "deel"], sort=True)
    amounts = _sums(groups).assign(er=groups["factor"].max() > 0, delen=groups["delen"].max()).reset_index()
    beside = amounts.astype({"er": "float64"}).pivot(index=UNIT, columns="deel", values=["low", "high", "er", "delen"])
    beside.columns = beside.columns.map("{0[1]}_{0[0]}".format)
    joined = units.merge(beside.reset_index(), on=UNIT, how="outer")
    joined = joined.reindex(columns=[*units, *AMOUNTS, "noemer_delen"])
    # Places that have the amount but no value stay in, so that what is missing can be told.
    valued = joined["niveau"].notna()
    joined[BESIDE_VALUES] = joined[BESIDE_VALUES].where(valued, axis=0)
    joined = joined[valued | ((joined["dekking_er"] == 1) & joined["code"].str.startswith("BU"))]
    return joined.assign(
        niveau=joined["niveau"].fillna("buurt"),
        openbaar=~joined["openbaar"].isin([False]),
        buurt=joined["buurt"].fillna(""),
        status=joined["status"].fillna("ontbreekt"),
    )


def ratio(parts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Bounds of factor x numerator / denominator; a numerator that is part of the denominator moves with it."""
    least = parts["noemer_low"].mask(parts["genest"], parts["high"] + parts["rest_low"])
    most = parts["noemer_high"].mask(parts["genest"], parts["low"] + parts["rest_high"])
    return parts["factor"] * parts["low"] / most, parts["factor"] * parts["high"] / least


def exact(low: pd.Series, high: pd.Series) -> pd.Series:
    """Give the value where its bounds are the same."""
    return low.where(low == high)
