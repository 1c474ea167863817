"""Whether the catalogue and the observations are about the same: variables, units, and who gives a figure."""

from __future__ import annotations

import pandas as pd

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.errors import CatalogueError, InputError, did_you_mean
from nplv_analysis.unevenness import UNEVENNESS


def check_agreement(catalogue: Catalogue, observations: pd.DataFrame) -> None:
    """Hold the series of the catalogue against what their sources have.

    Parameters
    ----------
    catalogue : Catalogue
        The catalogue, with the series that files bring themselves.
    observations : DataFrame
        Checked observations.

    Raises
    ------
    CatalogueError
        When a series names a variable that its source does not have.
    InputError
        For the first observation in another unit than that of its indicator, or that gives a figure a second time.
    """
    _check_variables(catalogue, observations)
    columns = ["nr", "indicator", "eenheid_indicator", "methode", "reeks", "bron", "variabele"]
    every = [(i, s) for i in catalogue.indicators for s in i.series]
    # Editions of one series are one; what a template adds to it comes after.
    numbers: dict[tuple[str, str], int] = {}
    series = [
        (numbers.setdefault((i.id, s.id), nr) if s.edition else nr, i.id, i.unit, s.method, s.id, s.source, v)
        for nr, (i, s) in enumerate(every)
        for v in s.variables
    ]
    told = pd.DataFrame(series, columns=columns).drop_duplicates()
    rows = observations.merge(told, on=["bron", "variabele"])
    rows = rows.sort_values("nr", kind="stable")
    _check_units(rows)
    _check_not_published_yet(rows, catalogue)


def _check_variables(catalogue: Catalogue, observations: pd.DataFrame) -> None:
    """A series that names a variable its source does not have is a slip of the pen in the catalogue."""
    held = observations.groupby("bron")["variabele"].agg(set)
    for indicator in catalogue.indicators:
        # An edition need not hold all that others hold.
        for series in (s for s in indicator.series if not s.edition):
            named = [("variabelen", series.source, series.variables)]
            for field, amount in (
                ("gewicht", series.weight),
                ("noemer", series.denominator),
                ("dekking", series.coverage),
            ):
                if amount is not None:
                    named.append((field, amount.source or series.source, (*amount.plus, *amount.minus)))
            for field, source, variables in named:
                # A source that is left out (not public, not downloaded) leaves its figures missing.
                for variable in variables if source in held.index else ():
                    if variable not in held[source]:
                        raise CatalogueError(
                            f"indicatoren.yaml, entry '{indicator.id}', reeksen '{series.id}', {field}: source "
                            f"'{source}' has no '{variable}'{did_you_mean(variable, held[source])}"
                        )


def _check_units(rows: pd.DataFrame) -> None:
    """A share in one place and something else in the other is not the same figure."""
    other = (rows["eenheid"] == "%") != (rows["eenheid_indicator"] == "%")
    wrong = rows[other & ~rows["methode"].isin(["verhouding", UNEVENNESS])]
    if len(wrong):
        row = wrong.iloc[0].to_dict()
        raise InputError(
            row["bestand"],
            f"the unit of indicator '{row['indicator']}' in the catalogue, '{row['eenheid_indicator']}'",
            row=int(row["rij"]),
            column="eenheid",
            value=row["eenheid"],
        )


def _check_not_published_yet(rows: pd.DataFrame, catalogue: Catalogue) -> None:
    """A filled template may continue a published series, but not give a figure of it a second time."""
    # One area may be known by its id and by a code of CBS.
    owner = {code: area.id for area in catalogue.areas for code in area.own_codes}
    rows = rows.assign(gebied=[owner.get(code, code) for code in rows["gebiedscode"]])
    first = rows["nr"] == rows.groupby(["indicator", "reeks"])["nr"].transform("min")
    keys = ["indicator", "reeks", "gebied", "periode"]
    both = rows[~first].merge(rows[first], on=keys, suffixes=("", "_eerder"))
    if len(both):
        row = both.iloc[0].to_dict()
        raise InputError(
            row["bestand"],
            f"another definition, or no row: '{row['indicator']}' of {row['gebied']} in {row['periode']} is in series "
            f"'{row['reeks']}' of {row['bestand_eerder']} already",
            row=int(row["rij"]),
            column="definitie",
            value=row["reeks"],
        )
