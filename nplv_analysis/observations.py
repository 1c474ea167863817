"""The one contract between the readers and the rest: a tidy table of observations, checked here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nplv_analysis.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from nplv_analysis.catalogue import Catalogue

#: Every status a value can have, the most reassuring first; a sum takes the last one of its parts.
STATUSES = (
    "waargenomen",
    "nihil",
    "geen deelnemers",
    "jaar afgeleid",
    "voorlopig",
    "schatting",
    "bij benadering",
    "onderdrukt",
    "geheim",
    "nog niet bekend",
    "ontbreekt",
)

#: How exact the source is: exactly, about, more than, between two values, fewer than five.
SIGNS = ("=", "rond", ">", "<", "tussen")

LEVELS = ("buurt", "wijk", "gemeente", "land", "gebied", "school", "rest")

#: Column name, dtype and meaning; the order is the order in the file.
COLUMNS: dict[str, tuple[str, str]] = {
    "bron": ("str", "id of the source, from its record"),
    "variabele": ("str", "what was observed, in the words of the reader of that source"),
    "gebiedscode": ("str", "CBS code, code of a school, or id of an area in the catalogue"),
    "niveau": ("str", "one of LEVELS"),
    "periode": ("str", "year, school year or the source's own words"),
    "waarde": ("float64", "the value, only where the source gives it exactly"),
    "onder": (
        "float64",
        "lowest value the source allows (suppressed cells, 'more than', 'between')",
    ),
    "boven": ("float64", "highest value the source allows"),
    "genoemd": ("float64", "the number that is printed when the source is not exact ('about 40')"),
    "teller": ("float64", "count above the line, when the source gives the counts behind a share or a rate"),
    "noemer": ("float64", "count below the line"),
    "n": ("float64", "number of respondents behind a survey figure"),
    "n_effectief": ("float64", "that number divided by the design effect; equal to n for a simple sample"),
    "standaardafwijking": ("float64", "standard deviation of the answers behind a mean"),
    "onder95": ("float64", "lower bound of the 95% interval that the source itself gives"),
    "boven95": ("float64", "upper bound of that interval"),
    "teken": ("str", "one of SIGNS"),
    "status": ("str", "one of STATUSES"),
    "eenheid": ("str", "unit, as published"),
    "openbaar": ("bool", "whether the source is public"),
    "postcode": ("str", "schools only: postcode at that time"),
    "buurt": ("str", "schools only: the CBS buurt it stands in, empty when not placed"),
    "opmerking": ("str", "the source's or the reader's note"),
    "delen": ("float64", "number of published figures that were put together in it; missing for one as published"),
    "indeling": ("str", "year of another layout of buurten, where the boundary is not that of the catalogue"),
    "bestand": ("str", "raw file, relative to data/raw"),
    "rij": ("int64", "line in that file"),
    "kolom": ("str", "column in that file"),
}

KEY = ["bron", "variabele", "gebiedscode", "periode"]
NUMBERS = ["waarde", "onder", "boven", "genoemd"]

#: What a source may say about how sure a figure is.
PRECISION = ["teller", "noemer", "n", "n_effectief", "standaardafwijking", "onder95", "boven95"]


def validate(observations: pd.DataFrame, catalogue: Catalogue, codes: Collection[str] = ()) -> pd.DataFrame:
    """Hold observations against the contract.

    Parameters
    ----------
    observations : DataFrame
        The columns of ``COLUMNS``, one row an observation.
    catalogue : Catalogue
        For the areas that exist.
    codes : collection of str
        Codes of buurten and wijken that exist besides those of the editions of the Kerncijfers.

    Returns
    -------
    DataFrame
        The same rows, sorted by key, with the dtypes of the contract.

    Raises
    ------
    InputError
        For the first row that breaks the contract, naming file, row, column, value and what was expected.
    """
    import pandera.errors
    import pandera.pandas as pa

    frame = observations[list(COLUMNS)].copy()
    for column, (dtype, _) in COLUMNS.items():
        frame[column] = frame[column].fillna("").astype("object") if dtype == "str" else frame[column].astype(dtype)  # type: ignore[call-overload]
    # The place of each text among all texts sorts faster than the texts themselves.
    order = [pd.factorize(frame[name], sort=True)[0] for name in (*KEY, "bestand", "rij", "kolom")]
    frame = frame.iloc[np.lexsort(order[::-1])].reset_index(drop=True)

    schema = pa.DataFrameSchema(
        # Names and dtypes are right by now; these hold words of a list, or must not be empty.
        {
            "niveau": pa.Column(object, pa.Check.isin(LEVELS, error=f"a level: {', '.join(LEVELS)}")),
            "teken": pa.Column(object, pa.Check.isin(SIGNS, error=f"a sign: {', '.join(SIGNS)}")),
            "status": pa.Column(object, pa.Check.isin(STATUSES, error=f"a status: {', '.join(STATUSES)}")),
            "periode": pa.Column(object, pa.Check(lambda periods: periods != "", error="a period")),
        },
        # No row is empty as a whole, so none needs to be left out of the checks for that.
        checks=[
            pa.Check(possible, error=expected, ignore_na=False)
            for possible, expected in (
                (_share_possible, "a share between 0 and 100"),
                (_count_possible, "a count of 0 or more"),
                (_bounds_in_order, "a lower bound that is not above the upper bound"),
                (_exact_or_bounded, "a value only where the sign is '='"),
                (_year_possible, "a period with a year from 1990 to 2100, or with 'onbekend' in it"),
            )
        ],
    )
    try:
        schema.validate(frame, lazy=True, inplace=True)
    except pandera.errors.SchemaErrors as errors:
        _raise_first(frame, errors.failure_cases)
    _check_codes(frame, catalogue, codes)
    _check_unique(frame)
    return frame


def _share_possible(frame: pd.DataFrame) -> pd.Series:
    numbers = frame[NUMBERS]
    possible = (numbers.isna() | ((numbers >= 0) & (numbers <= 100))).all(axis=1)
    return possible | (frame["eenheid"] != "%")


def _count_possible(frame: pd.DataFrame) -> pd.Series:
    numbers = frame[NUMBERS]
    return (numbers.isna() | (numbers >= 0)).all(axis=1) | ~frame["eenheid"].isin(["aantal", "per 1000 inwoners"])


def _bounds_in_order(frame: pd.DataFrame) -> pd.Series:
    return ~(frame["onder"] > frame["boven"])


def _exact_or_bounded(frame: pd.DataFrame) -> pd.Series:
    return frame["waarde"].isna() | (frame["teken"] == "=")


def _year_possible(frame: pd.DataFrame) -> pd.Series:
    different = frame["periode"].drop_duplicates()
    words = different.str.contains("onbekend|al jaren", regex=True)
    return frame["periode"].isin(different[first_year(different).between(1990, 2100) | words])


def first_year(periods: pd.Series) -> pd.Series:
    """Give the first year that a period names, as a number; missing where it names none.

    Parameters
    ----------
    periods : Series of str
        Years, school years or the source's own words.

    Returns
    -------
    Series of float
        The year, or NaN. A period in words such as "onbekend (rond 2022)" has no year.
    """
    year = periods.str.extract(r"(?<!\d)((?:19|20)\d\d)(?!\d)", expand=False).astype("float64")
    return year.where(~periods.str.contains("onbekend|al jaren", regex=True))


def factor_of(unit: str) -> float | None:
    """Give what a count over a count is multiplied by in a unit; None where two counts make no such figure."""
    if unit == "%":
        return 100.0
    return 1000.0 if unit.startswith("per 1.000") else None


def _raise_first(frame: pd.DataFrame, cases: pd.DataFrame) -> None:
    # A word outside its list comes before what follows from it, such as a value beside an unknown sign.
    cases = cases.dropna(subset=["index"]).assign(whole_row=cases["schema_context"] != "Column")
    case = cases.sort_values(["index", "whole_row"], kind="stable").iloc[0]
    row: dict[Any, Any] = frame.loc[int(case["index"])].to_dict()
    check = str(case["check"])
    raise InputError(
        row["bestand"],
        check,
        row=int(row["rij"]),
        column=row["kolom"],
        value=_offending(row, check) if case["whole_row"] else row[case["column"]],
    )


def _offending(row: dict[Any, Any], check: str) -> str:
    """Give what a check on a whole row stumbled over; such checks are about the period or the numbers."""
    if "period" in check:
        return str(row["periode"])
    if "bound" in check:
        return f"{row['onder']:.15g} to {row['boven']:.15g}"
    if "sign" in check:
        return f"{row['waarde']:.15g}"
    # A count may be above 100, so what is below 0 comes first.
    numbers = [row[name] for name in NUMBERS if pd.notna(row[name])]
    return f"{min(numbers) if min(numbers) < 0 else max(numbers):.15g}"


def _check_codes(frame: pd.DataFrame, catalogue: Catalogue, more: Collection[str]) -> None:
    """An unknown code is an error: a figure on an area nobody knows would silently belong to nobody."""
    gemeente = catalogue.gemeente.code or ""
    number = gemeente[2:]
    shapes = {
        "buurt": f"BU{number}[0-9]{{4}}",
        "wijk": f"WK{number}[0-9]{{2}}",
        "gemeente": gemeente,
        "land": "NL00",
        "school": "[0-9]{2}[A-Z]{2}[0-9]{2}",
        "gebied": "|".join(a.id for a in catalogue.areas),
        "rest": "buiten-de-buurten",
    }
    words = {
        "gebied": "an area of the catalogue",
        "school": "a school code such as 16UG00",
        "land": "NL00",
        "gemeente": f"the code of the gemeente, {gemeente}",
    }
    different = frame[["niveau", "gebiedscode"]].drop_duplicates()
    for level, codes in different.groupby("niveau")["gebiedscode"]:
        wrong = codes[~codes.str.fullmatch(shapes[str(level)])]
        if len(wrong):
            row = frame.loc[wrong.index[0]]
            expected = words.get(str(level), f"a {level} code of {gemeente}")
            if level == "gebied":
                expected += did_you_mean(row["gebiedscode"], [a.id for a in catalogue.areas])
            raise InputError(
                row["bestand"],
                expected,
                row=int(row["rij"]),
                column="gebiedscode",
                value=row["gebiedscode"],
            )
    # Inhabitants exist for every buurt and wijk of an edition of the Kerncijfers, so they are the list of codes.
    known = set(frame.loc[frame["variabele"] == "inwoners", "gebiedscode"])
    regional = different[different["niveau"].isin(["buurt", "wijk"])]
    strangers = regional[~regional["gebiedscode"].isin(known | set(more))]
    if known and len(strangers):
        row = frame.loc[strangers.index[0]]
        raise InputError(
            row["bestand"],
            "a code that an edition of the CBS Kerncijfers has" + did_you_mean(row["gebiedscode"], known),
            row=int(row["rij"]),
            column="gebiedscode",
            value=row["gebiedscode"],
        )


def _check_unique(frame: pd.DataFrame) -> None:
    double = frame[frame.duplicated(KEY, keep=False)]
    if len(double):
        first, second = double.iloc[0], double.iloc[1]
        raise InputError(
            second["bestand"],
            f"one value for '{second['variabele']}' in {second['periode']}; the first stands in "
            f"{first['bestand']}, row {first['rij']}",
            row=int(second["rij"]),
            column=second["kolom"],
            value=second["gebiedscode"],
        )
