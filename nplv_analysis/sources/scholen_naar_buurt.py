"""Where schools stand: school, postcode and CBS buurt, from two editions of the open list of school locations."""

from __future__ import annotations

import re

import pandas as pd

from nplv_analysis.errors import NplvError
from nplv_analysis.sources.table import Row, Table


def read_locations(table: Table) -> pd.DataFrame:
    """Read the places of schools: columns school, postcode, buurt, one row a school and edition."""
    table.require("vestiging", "postcode", "buurtcode")
    rows = []
    first: dict[tuple[str, str], Row] = {}
    for row in table:
        if not re.fullmatch(r"BU\d{8}", row.cells["buurtcode"].strip()):
            raise table.error(row, "buurtcode", "a CBS code of BU and eight digits")
        school, postcode = row.cells["vestiging"].strip(), row.cells["postcode"].replace(" ", "")
        buurt = row.cells["buurtcode"].strip()
        other = first.setdefault((school, postcode), row)
        if (there := other.cells["buurtcode"].strip()) != buurt:
            raise table.error(
                row, "buurtcode", f"one buurt for {school} at {postcode}; row {other.number} has '{there}'"
            )
        rows.append({"school": school, "postcode": postcode, "buurt": buurt})
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

    Raises
    ------
    NplvError
        When two files put a school with one postcode in two buurten.
    """
    different = locations.drop_duplicates()
    double = different[different.duplicated(["school", "postcode"], keep=False)]
    if len(double):
        school, postcode = double.iloc[0][["school", "postcode"]]
        both = " and ".join(double.loc[(double["school"] == school) & (double["postcode"] == postcode), "buurt"])
        raise NplvError(f"files of schools and buurten: expected one buurt for {school} at {postcode}, found {both}")
    placed = different.set_index(["school", "postcode"])["buurt"]
    schools = observations["niveau"] == "school"
    keys = pd.MultiIndex.from_frame(observations.loc[schools, ["gebiedscode", "postcode"]])
    result = observations.copy()
    result.loc[schools, "buurt"] = placed.reindex(keys).fillna("").to_numpy()
    return result
