"""Buurten through the years: figures of other layouts of CBS brought to the layout of the catalogue.

CBS redraws buurten and gives them other codes. ``catalogue/indelingen.csv`` holds what is known of that, a row for each
old and new code that share ground. Where old buurten lie wholly in a new one counts are added up; where areas hold all
of the ground nothing needs to be divided; else it must have been counted how much of an old buurt is in each new one.
What cannot be brought over keeps its own code, and starts a series of its own.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping

import pandas as pd

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.layouts.codes import Codes
from nplv_analysis.layouts.figures import Row, brought_over
from nplv_analysis.observations import KEY

#: An edition holds all buurten when they have this share of the inhabitants of the gemeente; numbers are rounded.
ALL_INHABITANTS = 0.99


def on_layout(
    observations: pd.DataFrame, stated: Mapping[str, int], changes: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Bring observations of buurten and wijken to the layout of the catalogue.

    Parameters
    ----------
    observations : DataFrame
        Checked observations.
    stated : mapping
        The layout (``indeling``) that the record of a file states, by file. Where it states none it is that of the
        catalogue, or the nearest one that has the code.
    changes : DataFrame
        What is known of codes, see ``codes.Codes``.
    catalogue : Catalogue
        For its layout, its areas, and what shares are weighted with.

    Returns
    -------
    DataFrame
        The same rows, except those of codes that changed. Counts keep their totals exactly. ``delen`` says how many
        published figures are in one, ``indeling`` of which other layout a figure is whose boundary changed, and
        ``opmerking`` what was done. The very frame that was given when nothing has to be done.

    Raises
    ------
    InputError
        For a code that the stated layout does not have, with what it became.
    """
    year = catalogue.layout
    if year is None or changes.empty:
        return observations
    codes = Codes(changes)
    observations = _with_schools(observations, codes, year)
    layouts = _layouts(observations, stated, codes, year)
    _check_editions(observations, stated)
    weigh = _weights(observations, codes, catalogue)
    areas = [area.ground for area in catalogue.areas]
    gone: list[object] = []
    made: list[Row] = []
    for layout in sorted({int(other) for other in layouts.dropna().unique()} - {year}):
        changed = [c for c in codes.clusters(layout, year) if c.whole or not c.inside(areas)]
        place = {code: number for number, cluster in enumerate(changed) for code in cluster.old}
        mine = observations[(layouts == layout) & observations["gebiedscode"].isin(place)]
        for _, group in mine.groupby([mine["gebiedscode"].map(place), "bron", "variabele", "periode"]):
            if group["gebiedscode"].duplicated().any():
                # Two figures for one place are an error, which is told of the rows as they were read.
                continue
            old = {str(row["gebiedscode"]): row for row in group.to_dict("records")}
            new = brought_over(changed[place[next(iter(old))]], old, (layout, year), weigh)
            if new != list(old.values()):
                gone += list(group.index)
                made += new
    if not gone:
        return observations
    kept = observations.drop(index=gone)
    return pd.concat([kept, pd.DataFrame(made)[list(kept.columns)].astype(kept.dtypes)], ignore_index=True)


def _with_schools(observations: pd.DataFrame, codes: Codes, year: int) -> pd.DataFrame:
    """Give schools the present code of the buurt that they stand in, where that is one buurt still."""
    moved = {}
    for code in sorted(codes.all & set(observations["buurt"])):
        for cluster in codes.clusters(codes.nearest(code, year), year):
            if list(cluster.shares.get(code, {}).values()) == [1.0]:
                moved[code] = next(iter(cluster.shares[code]))
    return observations.assign(buurt=observations["buurt"].replace(moved)) if moved else observations


def _weights(observations: pd.DataFrame, codes: Codes, catalogue: Catalogue) -> Callable[[Row], tuple[str, float]]:
    """Make the function that gives what the catalogue weights a share with, and how much of it there is."""
    amounts = {(s.source, v): s.weight for i in catalogue.indicators for s in i.series if s.weight for v in s.variables}
    used = {variable for amount in amounts.values() for variable in (*amount.plus, *amount.minus)}
    mine = observations["gebiedscode"].isin(codes.all) & observations["variabele"].isin(used)
    values = observations[mine].set_index(KEY)["waarde"].to_dict()

    def weigh(row: Row) -> tuple[str, float]:
        amount = amounts.get((row["bron"], row["variabele"]))
        if amount is None:
            return "", math.nan
        source, period = amount.source or row["bron"], amount.period or row["periode"]
        plus, minus = (
            sum(values.get((source, name, row["gebiedscode"], period), math.nan) for name in names)
            for names in (amount.plus, amount.minus)
        )
        return amount.name, plus - minus

    return weigh


def _layouts(observations: pd.DataFrame, stated: Mapping[str, int], codes: Codes, year: int) -> pd.Series:
    """Say of which layout the code of each observation on a buurt or wijk is; of others it is NaN."""
    regional = observations["niveau"].isin(["buurt", "wijk"])
    layouts = observations["bestand"].map(dict(stated)).astype("float64").where(regional)
    for code, rows in observations[regional & observations["gebiedscode"].isin(codes.all)].groupby("gebiedscode"):
        known = layouts[rows.index].dropna()
        for place, layout in known.drop_duplicates().items():
            if not codes.exists(str(code), int(layout)):
                row = rows.loc[[place]].iloc[0]
                raise InputError(
                    row["bestand"],
                    f"a code of the layout (indeling) of {layout:.0f}; {codes.history(str(code))}",
                    row=int(row["rij"]),
                    column="gebiedscode",
                    value=code,
                )
        layouts[rows.index.difference(known.index)] = codes.nearest(str(code), year)
    return layouts.where(layouts.notna() | ~regional, year)


def _check_editions(observations: pd.DataFrame, stated: Mapping[str, int]) -> None:
    """Report a code that the edition of the Kerncijfers of the stated layout does not have."""
    layouts = observations["bestand"].map(dict(stated))
    people = observations[observations["variabele"] == "inwoners"].assign(uitgave=layouts)
    wholes = people[people["niveau"] == "gemeente"].groupby("uitgave")["waarde"].max()
    for (layout, level), places in people.groupby(["uitgave", "niveau"]):
        whole = wholes.get(layout, math.nan)
        # A selection of some buurten is no list of all of them.
        if level in ("buurt", "wijk") and places["waarde"].sum() >= ALL_INHABITANTS * whole:
            rows = observations[(layouts == layout) & (observations["niveau"] == level)]
            strange = rows[~rows["gebiedscode"].isin(places["gebiedscode"])]
            if len(strange):
                row, code = strange.iloc[0], strange["gebiedscode"].iloc[0]
                near = did_you_mean(code, set(places["gebiedscode"]))
                raise InputError(
                    row["bestand"],
                    f"a {level} that the CBS Kerncijfers of the layout (indeling) of {layout:.0f} have{near}",
                    row=int(row["rij"]),
                    column="gebiedscode",
                    value=code,
                )


def with_old_codes(catalogue: Catalogue, changes: pd.DataFrame) -> Catalogue:
    """Let areas know the codes of other layouts that lie wholly in them, although they were divided there."""
    year = catalogue.layout
    if year is None or changes.empty:
        return catalogue
    areas = [area.ground for area in catalogue.areas]
    codes = Codes(changes)
    others = {*codes.years, *(at - 1 for at in codes.years)} - {year}
    divided = [c for at in others for c in codes.clusters(at, year) if not c.whole and c.inside(areas)]
    return dataclasses.replace(
        catalogue,
        areas=tuple(
            dataclasses.replace(
                area, other_codes=frozenset(code for c in divided if c.new <= area.ground for code in c.old - c.new)
            )
            for area in catalogue.areas
        ),
    )
