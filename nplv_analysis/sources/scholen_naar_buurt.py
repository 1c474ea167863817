"""Where schools stand: school, postcode and CBS buurt, from two editions of the open list of school locations."""

from __future__ import annotations

import re

import pandas as pd

from nplv_analysis.sources.table import Table


def read_locations(table: Table) -> pd.DataFrame:
    """Read the places of schools: columns school, postcode, buurt, one row a school and edition."""
    table.require("vestiging", "postcode", "buurtcode")
    rows = []
    for row in table:
        if not re.fullmatch(r"BU\d{8}", row.cells["buurtcode"].strip()):
            raise table.error(row, "buurtcode", "a CBS code of BU and eight digits")
        rows.append(
            {
                "school": row.cells["vestiging"].strip(),
                "postcode": row.cells["postcode"].replace(" ", ""),
                "buurt": row.cells["buurtcode"].strip(),
            }
        )
    return pd.DataFrame(rows)


def place_schools(observations: pd.DataFrame, locations: pd.DataFrame) -> pd.DataFrame:
    """Fill the buurt of observations on schools.

    Parameters
    ----------
    observations : DataFrame
        Observations in the columns of the contract.
    locations : DataFrame
        Columns school, postcode, buurt.

    Returns
    -------
    DataFrame
        The same rows with ``buurt`` filled for schools. A school is placed only when its postcode in the observation is
        that of its location: one that has moved since stays without a buurt, and counts for the gemeente alone.
    """
    placed = locations.drop_duplicates(["school", "postcode"]).set_index(["school", "postcode"])["buurt"]
    schools = observations["niveau"] == "school"
    keys = pd.MultiIndex.from_frame(observations.loc[schools, ["gebiedscode", "postcode"]])
    result = observations.copy()
    result.loc[schools, "buurt"] = placed.reindex(keys).fillna("").to_numpy()
    return result
