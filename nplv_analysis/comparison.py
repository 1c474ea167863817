"""How an area compares: figures side by side, without a verdict until uncertainty is counted in."""

from __future__ import annotations

import pandas as pd

from nplv_analysis.areas import ITSELF, REST, REST_WITHOUT

NOT_YET = "Er staat geen oordeel: de cijfers staan naast elkaar zonder toets."

REFERENCES = (
    "overige_gemeente",
    "overige_gemeente_zonder",
    "groningen_noord",
    "gemeente",
    "nederland",
)


def latest(table: pd.DataFrame) -> pd.DataFrame:
    """Keep of each area, role and indicator the latest period with a figure of any kind.

    A figure whose source names no year counts as older than one with a year.
    """
    ordered = with_figure(table).sort_values(["jaar", "periode"], kind="stable", na_position="first")
    return ordered.drop_duplicates(["gebied", "rol", "indicator"], keep="last").sort_index()


def with_figure(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows that hold a figure of any kind."""
    return table[table[["waarde", "ondergrens", "bovengrens", "genoemd", "waarde_cbs_wijk"]].notna().any(axis=1)]


def comparison(table: pd.DataFrame, area: str, *, comparable: bool = False) -> pd.DataFrame:
    """Put the latest figure of an area beside the same figure of the references.

    Parameters
    ----------
    table : DataFrame
        A released indicator table of all areas.
    area : str
        Id of the area.
    comparable : bool
        Take the latest figure that has a reference, and leave out indicators that have none.

    Returns
    -------
    DataFrame
        One row an indicator of the area, with the columns of ``REFERENCES`` added (the position of the reference's row
        in ``table``, or missing), and oordeel (empty for now) with oordeel_reden. A reference is of the same series and
        period, never of another year, and never the area itself.
    """
    mine = with_figure(table[(table["gebied"] == area) & (table["rol"] == ITSELF)]).copy()
    keys = ["indicator", "reeks", "periode"]
    wanted = pd.MultiIndex.from_frame(mine[keys])
    rows = {
        "overige_gemeente": (area, REST),
        "overige_gemeente_zonder": (area, REST_WITHOUT),
        "groningen_noord": ("groningen-noord", ITSELF),
        "gemeente": ("gemeente", ITSELF),
        "nederland": ("nederland", ITSELF),
    }
    for column, (reference, role) in rows.items():
        other = with_figure(table[(table["gebied"] == reference) & (table["rol"] == role)])
        if (reference, role) == (area, ITSELF):
            other = other.iloc[:0]
        positions = pd.Series(other.index, index=pd.MultiIndex.from_frame(other[keys]), dtype="float64")
        mine[column] = positions.reindex(wanted).to_numpy()
    if comparable:
        mine = mine[mine[list(REFERENCES)].notna().any(axis=1)]
    mine = latest(mine)
    mine["oordeel"] = ""
    mine["oordeel_reden"] = NOT_YET
    return mine


def side_by_side(table: pd.DataFrame, indicator: str, areas: list[str], reeks: str, period: str) -> pd.DataFrame:
    """Give the rows of several areas for one indicator, series and period, in the order of ``areas``."""
    rows = table[
        (table["indicator"] == indicator)
        & (table["rol"] == ITSELF)
        & (table["reeks"] == reeks)
        & (table["periode"] == period)
    ].set_index("gebied")
    return rows.reindex([a for a in areas if a in rows.index]).reset_index()
