"""Numerators, denominators and weights per place and period: what indicators are computed from.

A unit is one place (buurt, wijk, gemeente, school) in one period, with the lowest and the highest value that its source
allows. The two are equal where the source is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from nplv_analysis.catalogue import Amount, Series
from nplv_analysis.observations import PRECISION, STATUSES


def units_of(series: Series, by_source: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List the units of a series.

    Parameters
    ----------
    series : Series
        Says which variables, denominator or weight.
    by_source : mapping
        Observations by source.

    Returns
    -------
    DataFrame
        One row a place and period: code, niveau, periode, low and high (the variables added up), half and noemer_half
        (half of what they were rounded to), status, and where the series has them noemer_low/high, rest_low/high (the
        part of a denominator that is not numerator), gewicht_low and dekking_low. Places with a weight but without a
        value are in it too.
    """
    source = by_source[series.source]
    mine = source[source["variabele"].isin(series.variables)]
    if series.periods:
        mine = mine[mine["periode"].isin(series.periods)]
    if mine.empty:
        return mine
    units = _add_up(mine, series.variables)
    if nested(series) and series.denominator is not None:
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
    coverage = series.coverage or series.weight or (None if nested(series) else series.denominator)
    if coverage is not None:
        units = _join(units, _amount(coverage, series.source, by_source), "dekking", coverage.period)
    for used in (series.denominator, series.weight, series.coverage):
        source_of = by_source.get(used.source or series.source) if used else None
        if used and source_of is not None:
            # A figure is no more public than what it is computed with.
            needed = source_of[source_of["variabele"].isin([*used.plus, *used.minus])]
            units["openbaar"] = units["openbaar"] & bool(needed["openbaar"].all())
    units["half"] = _half(units, series.rounding) * len(series.variables)
    units["noemer_half"] = _half(units, series.denominator.rounding if series.denominator else {})
    if series.status is not None:
        units.loc[units["status"].isin(["waargenomen", "voorlopig"]), "status"] = series.status
    return units


def _half(units: pd.DataFrame, rounding: Mapping[str, float]) -> pd.Series:
    return units["niveau"].map(dict(rounding)).astype("float64").fillna(0.0) / 2


def nested(series: Series) -> bool:
    """Whether the numerator is a part of the denominator, so that the two are not bounded independently."""
    return series.denominator is not None and set(series.variables) <= set(series.denominator.plus)


def _add_up(observations: pd.DataFrame, variables: Sequence[str]) -> pd.DataFrame:
    """Add variables up per place and period; bounds of a sum are the sum of the bounds."""
    exact = observations["waarde"]
    frame = observations.assign(
        low=exact.fillna(observations["onder"]), high=exact.fillna(observations["boven"])
    ).rename(columns={"gebiedscode": "code"})
    keys = ["code", "niveau", "periode"]
    if len(variables) == 1:
        # One variable has one row a place and period already: nothing to add up, which is slow.
        kept = ["waarde", "low", "high", "teken", "genoemd", "buurt", "opmerking", *PRECISION, "openbaar", "status"]
        return frame.sort_values(keys, kind="stable", ignore_index=True)[[*keys, *kept]]
    grouped = frame.groupby(keys, sort=True)
    # min_count: a sum with a part that is missing is missing, not smaller.
    total = grouped[["waarde", "low", "high"]].sum(min_count=len(variables)).reset_index()
    first = grouped[["teken", "genoemd", "buurt", "opmerking", *PRECISION]].first().reset_index(drop=True)
    first["openbaar"] = grouped["openbaar"].all().to_numpy()
    rank = {status: position for position, status in enumerate(STATUSES)}
    worst = frame["status"].map(rank).groupby([frame[key] for key in keys], sort=True).max()
    return pd.concat([total, first], axis=1).assign(status=worst.map(dict(enumerate(STATUSES))).to_numpy())


def _amount(amount: Amount, default_source: str, by_source: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
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


def ratio(series: Series, parts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Bounds of factor x numerator / denominator; a numerator that is part of the denominator moves with it."""
    if nested(series):
        low = series.factor * parts["low"] / (parts["low"] + parts["rest_high"])
        high = series.factor * parts["high"] / (parts["high"] + parts["rest_low"])
    else:
        low = series.factor * parts["low"] / parts["noemer_high"]
        high = series.factor * parts["high"] / parts["noemer_low"]
    return low, high


def exact(low: pd.Series, high: pd.Series) -> pd.Series:
    """Give the value where its bounds are the same."""
    return low.where(low == high)
