"""How sure each figure is: an interval by the kind of uncertainty it has, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.errors import NplvError
from nplv_analysis.indicators import CHANCE, COLUMNS, GIVEN, NUMBERS, ROUNDING, SAMPLE
from nplv_analysis.methods.intervals import Interval
from nplv_analysis.observations import factor_of

#: 95 % for showing, 99.8 % for verdicts, as the public health profiles of Fingertips do (OHID, technical guide).
SHOWN, DECIDING = 0.95, 0.998

#: Why there is no interval, by the kind of uncertainty of the indicator.
WHY_NONE = {
    "model": "dit is een modelschatting en daarvan staat hier geen marge",
    "steekproef": "de bron geeft geen aantal ondervraagden, dus een marge is niet te berekenen",
    "toeval": "geen telling bekend, dus een marge is niet te berekenen",
    "afronding": "de bron zegt niet waarop is afgerond",
    "geen": "we weten niet hoe zeker dit cijfer is, dus er staat geen marge",
}
HOW_MADE = {
    SAMPLE: "steekproefmarge: hoe ver het cijfer er door toeval bij het ondervragen naast kan zitten",
    CHANCE: "toevalsmarge: alles is geteld, maar een jaar had door toeval ook anders kunnen uitvallen",
    ROUNDING: "afrondingsmarge: de bron heeft afgerond, het echte cijfer ligt hiertussen",
    GIVEN: "marge van de bron zelf",
}
NO_SPREAD = "de bron geeft niet hoe ver de antwoorden uit elkaar liggen, dus een marge is niet te berekenen"
TOO_FEW_ASKED = "er zijn te weinig mensen ondervraagd om een marge te berekenen"
NOT_COMPUTED = "met deze aantallen is een marge niet te berekenen"
NO_VALUE = "er staat geen precies cijfer"

BOUNDS = {SHOWN: ("onder95", "boven95"), DECIDING: ("onder998", "boven998")}

#: A float holds every whole number up to this exactly.
LARGEST = 1e15
#: Columns that cannot be below 0.
AMOUNTS = [
    "teller",
    "noemer",
    "n",
    "n_effectief",
    "standaardafwijking",
    "standaardfout",
    "afronding",
    "afronding_noemer",
]


def require_figures(table: pd.DataFrame, catalogue: Catalogue) -> None:
    """Hold an indicator table against the rules that all verdicts rest on.

    Parameters
    ----------
    table : DataFrame
        An indicator table; columns beyond ``indicators.COLUMNS`` are free.
    catalogue : Catalogue
        For the indicators that exist.

    Raises
    ------
    NplvError
        When a rule is broken: it names the rule, and the first row that breaks it.
    UnknownNameError
        For an indicator that is not in the catalogue.
    """
    texts = [name for name in COLUMNS if name not in (*NUMBERS, "openbaar")]
    for name in COLUMNS:
        if name not in table:
            raise NplvError(f"indicator table: expected a column '{name}'")
    for name in NUMBERS:
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise NplvError(f"indicator table, column '{name}': found {table[name].dtype}, expected numbers")
    share = table["eenheid"] == "%"
    number = share | table["eenheid"].str.startswith(("aantal", "per 1.000")).eq(True)
    above, below = table["teller"], table["noemer"]
    rules = {
        "a text, if only an empty one, in every text column": table[texts].isna().any(axis=1),
        f"numbers of at most {LARGEST:g}": (table[["waarde", *AMOUNTS]].abs() > LARGEST).any(axis=1),
        f"0 or more in {', '.join(AMOUNTS)}": (table[AMOUNTS] < 0).any(axis=1),
        "a count, share or rate ('waarde') of 0 or more": number & (table["waarde"] < 0),
        "a share ('waarde') of at most 100": share & (table["waarde"] > 100),
        "a 'teller' of at most the 'noemer' of a share": share & (above > below),
        "an 'onder95' of at most the 'boven95'": table["onder95"] > table["boven95"],
        "a kind of margin in 'interval_soort', or nothing": ~table["interval_soort"].isin(["", *HOW_MADE]),
    }
    for rule, broken in rules.items():
        if broken.any():
            row = table[broken].iloc[0]
            where = ", ".join(str(row[name]) for name in ("gebied", "indicator", "reeks", "periode"))
            raise NplvError(f"indicator table, the row of {where}: expected {rule}")
    for name in table["indicator"].unique():
        catalogue.indicator(name)


def with_intervals(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Add the interval that goes with each released figure.

    Parameters
    ----------
    table : DataFrame
        A released indicator table; its interval_soort says what kind of margin a row can have.
    catalogue : Catalogue
        For the kind of uncertainty of each indicator.

    Returns
    -------
    DataFrame
        The same rows with onder95, boven95, onder998 and boven998 (in the unit of the figure), standaardfout and
        interval_reden filled. A share of a sample has Wilson's interval on the effective n, a mean Student's; a rate or
        count of a full count the exact Poisson interval or Byar's; a share of a full count Wilson's. A count that
        may be off by rounding is taken at the two ends of the rounding. An interval that a source gives is shown as
        given, and none is made of it at 99.8 %. A numerator is never calculated back from a percentage.

    Raises
    ------
    NplvError
        For a table that is no indicator table, see ``require_figures``.
    """
    require_figures(table, catalogue)
    result = table.reset_index(drop=True)
    kind, share = result["interval_soort"], result["eenheid"] == "%"
    sampled = kind == SAMPLE
    methods: list[tuple[pd.Series, Callable[[pd.DataFrame, float], Interval]]] = [
        (sampled & share, _of_share),
        (sampled & ~share & result["standaardafwijking"].notna(), _of_mean),
        ((kind == CHANCE) & share, _of_share),
        ((kind == CHANCE) & ~share, _of_count),
        (kind == ROUNDING, _of_rounding),
    ]
    computed = np.zeros(len(result), dtype=bool)
    for which, method in methods:
        here = which.to_numpy(dtype=bool)
        for confidence, columns in BOUNDS.items() if here.any() else ():
            limits = method(result[here], confidence)
            made = ~(np.isnan(limits[0]) | np.isnan(limits[1]))
            computed[here] = made
            for column, limit in zip(columns, limits, strict=True):
                result.loc[np.flatnonzero(here)[made], column] = limit[made]
    known = result[["waarde", "onder95", "boven95"]].notna().all(axis=1)
    # Where no interval can be made, one that stands there is that of the source.
    result["interval_soort"] = kind.where(computed | (kind == ""), GIVEN).where(known, "")
    result["standaardfout"] = _standard_error(result)
    result["interval_reden"] = _reasons(result, catalogue)
    return result.set_axis(table.index)


def _ends(count: pd.Series, half: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Give the lowest and highest count that its rounding allows; what was rounded was a whole number."""
    rounded, half = half > 0, half.fillna(0)
    low = count.mask(rounded, np.ceil(count - half)).clip(lower=0)
    return low, count.mask(rounded, np.floor(count + half))


def _of_share(rows: pd.DataFrame, confidence: float) -> Interval:
    """Give Wilson's interval; of rounded counts from that of the lowest share to that of the highest."""
    from nplv_analysis.methods.intervals import wilson

    sampled, value = rows["interval_soort"] == SAMPLE, rows["waarde"]
    counted = rows["teller"].notna() & rows["noemer"].notna()
    fewest, most = _ends(rows["teller"], rows["afronding"])
    half = rows["afronding_noemer"].fillna(0)
    total = rows["noemer"]
    size = rows["n_effectief"].where(sampled, (total - half).where(counted))
    lowest = (fewest / (total + half)).where(counted, value / 100)
    highest = (most / (total - half)).where(total > half).clip(upper=1).where(counted, value / 100)
    low, _ = wilson(lowest.to_numpy(), size.to_numpy(), confidence)
    _, high = wilson(highest.to_numpy(), size.to_numpy(), confidence)
    return _around(value, 100 * low, 100 * high)


def _of_mean(rows: pd.DataFrame, confidence: float) -> Interval:
    from nplv_analysis.methods.intervals import student_t

    return student_t(
        rows["waarde"].to_numpy(), rows["standaardafwijking"].to_numpy(), rows["n_effectief"].to_numpy(), confidence
    )


def _of_count(rows: pd.DataFrame, confidence: float) -> Interval:
    from nplv_analysis.methods.intervals import poisson

    factor, mere = _factor(rows), rows["eenheid"].str.startswith("aantal")
    fewest, most = _ends(rows["teller"].where(~mere, rows["waarde"]), rows["afronding"])
    half, total = rows["afronding_noemer"].fillna(0), rows["noemer"].where(rows["noemer"] > 0)
    low = poisson(fewest.to_numpy(), confidence)[0] * (factor / (total + half).where(~mere, 1.0)).to_numpy()
    below = (total - half).where(total > half).where(~mere, 1.0)
    high = poisson(most.to_numpy(), confidence)[1] * (factor / below).to_numpy()
    return _around(rows["waarde"], low, high)


def _of_rounding(rows: pd.DataFrame, confidence: float) -> Interval:
    """The rounding interval does not depend on the confidence: the true figure lies in it."""
    half, half_below = rows["afronding"], rows["afronding_noemer"].fillna(0)
    above, below, value = rows["teller"], rows["noemer"], rows["waarde"]
    ratio = above.notna() & below.notna()
    factor = _factor(rows)
    low = (factor * (above - half) / (below + half_below)).where(ratio, value - half)
    high = (factor * (above + half) / (below - half_below).where(below > half_below)).where(ratio, value + half)
    # Counts, shares and rates are not below 0; a score may be.
    low = low.mask(factor.notna(), low.clip(lower=0))
    high = high.mask(rows["eenheid"] == "%", high.clip(upper=100))
    return _around(value, low.to_numpy(), high.to_numpy())


def _factor(rows: pd.DataFrame) -> pd.Series:
    """What a count is multiplied by in the unit of each row; missing where no count makes such a figure."""
    units = {unit: 1.0 if unit.startswith("aantal") else factor_of(unit) for unit in rows["eenheid"].unique()}
    return rows["eenheid"].map(units).astype("float64")


def _around(value: pd.Series, low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]) -> Interval:
    """Keep a value that was printed with fewer decimals than its counts give within its interval."""
    number = value.to_numpy()
    known = ~(np.isnan(low) | np.isnan(high))
    return np.where(known, np.minimum(low, number), np.nan), np.where(known, np.maximum(high, number), np.nan)


def _standard_error(table: pd.DataFrame) -> pd.Series:
    """Standard error in the unit of the figure, where the kind of margin rests on one."""
    kind, share = table["interval_soort"], table["eenheid"] == "%"
    sampled, counted = kind == SAMPLE, kind == CHANCE
    mere = table["eenheid"].str.startswith("aantal").eq(True)
    size = table["n_effectief"].where(sampled, table["noemer"])
    proportion = table["waarde"] / 100
    result = pd.Series(np.nan, index=table.index)
    spread = np.sqrt((proportion * (1 - proportion)).where(share))
    result = result.mask((sampled | counted) & share, 100 * spread / np.sqrt(size))
    result = result.mask(sampled & ~share, table["standaardafwijking"] / np.sqrt(size))
    events = np.sqrt(table["teller"].where(~mere, table["waarde"]).where(counted))
    result = result.mask(counted & ~share, _factor(table) * events / size.where(~mere, 1.0))
    # The interval that a source gives is taken for a normal one: 1.96 standard errors to each side.
    return result.mask(kind == GIVEN, (table["boven95"] - table["onder95"]) / (2 * 1.959964))


def _reasons(table: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    none = {indicator.id: WHY_NONE[indicator.uncertainty] for indicator in catalogue.indicators}
    asked = table["n"].notna() | table["n_effectief"].notna()
    spread = (table["eenheid"] == "%") | table["standaardafwijking"].notna()
    full_count = table["indicator"].map({i.id: i.uncertainty in ("toeval", "afronding") for i in catalogue.indicators})
    counted = full_count.astype(bool) & (table["teller"].notna() | table["afronding"].notna())
    reasons = {
        NO_VALUE: table["waarde"].isna(),
        NO_SPREAD: asked & ~spread,
        TOO_FEW_ASKED: table["n_effectief"] <= 1,
        NOT_COMPUTED: asked | counted,
    }
    reason = table["indicator"].map(none).astype("object")
    for text, here in reversed(reasons.items()):
        reason = reason.mask(here, text)
    return reason.mask(table["interval_soort"] != "", table["interval_soort"].map(HOW_MADE))
