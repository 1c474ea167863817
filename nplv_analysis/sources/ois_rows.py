"""One row of a filled template of OIS: what its cells say, and what is wrong with each of them."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field

from nplv_analysis.catalogue import Catalogue, Indicator
from nplv_analysis.errors import UnknownNameError, did_you_mean
from nplv_analysis.observations import PRECISION, factor_of
from nplv_analysis.sources.cells import is_unclear, parse_cell
from nplv_analysis.sources.table import level_of

NUMBERS = ("waarde", *PRECISION)
#: Full counts are whole numbers; so is the number of people who answered.
WHOLE = ("teller", "noemer", "n")
#: No figure of a gemeente comes near this.
LARGEST = 1e12
NO_MARKS = "a whole number of 0 or more, without a mark for thousands"
#: How a unit begins, between what a figure in it lies, and that in words.
LIMITS = (
    ("%", 0.0, 100.0, "a share between 0 and 100"),
    ("rapportcijfer", 1.0, 10.0, "a number between 1 and 10"),
    ("per 1.000", 0.0, math.inf, "a number of 0 or more"),
    ("aantal", 0.0, math.inf, "a number of 0 or more"),
)
#: A year that the observations allow, or two of them.
PERIOD = re.compile(r"(199\d|20\d\d)(?:-(199\d|20\d\d))?", re.ASCII)


@dataclass
class FilledRow:
    """One row of a filled template.

    Attributes
    ----------
    number : int
        Line in the file.
    cells : dict
        Text of each column of the template; empty where the file has none.
    numbers : dict
        Number in each column that holds one, and what follows from the others; NaN where there is none.
    wrong : dict
        What was expected instead, by column.
    indicator : Indicator or None
        None where the cell names no indicator.
    code : str
        Id of the area or code of the CBS wijk; empty where the cell names neither.
    """

    number: int
    cells: dict[str, str]
    numbers: dict[str, float] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    indicator: Indicator | None = None
    code: str = ""

    def fault(self, column: str, expected: str) -> None:
        """Note a fault; the first one of a cell counts."""
        self.wrong.setdefault(column, expected)


def read_row(row: FilledRow, decimal: str, catalogue: Catalogue, *, all_public: bool) -> None:
    """Fill in what the cells of a row say and what is wrong with them.

    Parameters
    ----------
    row : FilledRow
        With its number and cells; the rest is filled in.
    decimal : {".", ",", ""}
        The decimal mark of the file; empty where the file does not tell.
    catalogue : Catalogue
        For the indicators and areas that exist.
    all_public : bool
        Whether the record says that every figure is public.
    """
    _read_words(row, catalogue, all_public)
    row.numbers = {column: _number(row, column, decimal) for column in NUMBERS}
    _check_numbers(row)
    _check_value(row, decimal)


def _read_words(row: FilledRow, catalogue: Catalogue, all_public: bool) -> None:
    cells = row.cells
    try:
        row.indicator = catalogue.indicator(cells["indicator"])
    except UnknownNameError:
        by_name = {i.name.lower(): i.id for i in catalogue.indicators}
        hint = did_you_mean(by_name.get(cells["indicator"].lower(), cells["indicator"]), by_name.values())
        row.fault("indicator", f"an indicator of the catalogue{hint}")
    row.code = _area(cells["gebied"], catalogue)
    if not row.code and level_of(cells["gebied"]) != "onbekend":
        row.fault("gebied", "the code of an area, or of the CBS wijk around one; no figure of another place is shown")
    elif not row.code:
        hint = did_you_mean(cells["gebied"], [a.id for a in catalogue.areas])
        row.fault("gebied", f"an area of the catalogue{hint}")
    period = PERIOD.fullmatch(cells["periode"])
    if not period or (period[2] and period[2] <= period[1]):
        row.fault("periode", "a year such as 2024 or a school year such as 2023-2024")
    if not cells["definitie"]:
        row.fault("definitie", "a short name; figures with the same name form one series")
    for series in row.indicator.series if row.indicator else ():
        if series.id == cells["definitie"] and series.method != "publicatie":
            row.fault("definitie", "a name of its own: the series with this name is computed from buurten")
        elif plain(series.id) == plain(cells["definitie"]) and series.id != cells["definitie"]:
            row.fault("definitie", f"'{series.id}', as the series is written in the catalogue")
    if cells["openbaar"].lower() not in ("ja", "nee"):
        row.fault("openbaar", "'ja' or 'nee'")
    elif all_public and cells["openbaar"].lower() == "nee":
        row.fault("openbaar", "'ja', since the record says 'openbaar: ja'; or 'openbaar: nee' in the record")


def _area(text: str, catalogue: Catalogue) -> str:
    """Give the id of an area, or the code of a CBS wijk that holds one; nothing else is ever shown."""
    owner = next((area.id for area in catalogue.areas if text in area.own_codes), "")
    if owner or text in {area.wijk_code for area in catalogue.areas}:
        return owner or text
    try:
        return catalogue.area(text).id
    except UnknownNameError:
        return ""


def plain(text: str) -> str:
    """Take off what two ways to write a name may differ in: capitals, accents and spaces."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join("".join(c for c in letters if not unicodedata.combining(c)).casefold().split())


def _number(row: FilledRow, column: str, decimal: str) -> float:
    """Read one cell as a number; what a template leaves out is empty, so signs of publishers are faults here."""
    text = row.cells[column]
    cell = parse_cell(text, decimal)
    if not text:
        return math.nan
    if cell is None or cell.status != "waargenomen" or abs(cell.value) >= LARGEST:
        mark = "comma" if decimal == "," else "point"
        expected = f"a number with a decimal {mark}; or nothing, when there is no figure"
        if text.startswith("<"):
            expected = "the number itself, or nothing; a number that is too small is hidden here when 'openbaar' is nee"
        elif text.endswith("%"):
            expected = "a number without a percent sign"
        elif is_unclear(text) and column in WHOLE:
            expected = NO_MARKS
        elif is_unclear(text) and not decimal:
            expected = "a number that can be read in one way, such as 1234 or 1.2340"
    elif column in WHOLE and not (cell.value >= 0 and cell.value.is_integer()):
        expected = NO_MARKS
    elif column in ("n_effectief", "standaardafwijking") and cell.value <= 0:
        expected = "a number above 0"
    else:
        return cell.value
    row.fault(column, expected)
    return math.nan


def _check_numbers(row: FilledRow) -> None:
    """Hold the numbers of one row against each other; a comparison with one that is not there is never wrong."""
    numbers, given = row.numbers, {column for column in NUMBERS if row.cells[column]}
    if given and not given & {"waarde", "teller", "noemer"}:
        row.fault("waarde", "a value here, or in 'teller' and 'noemer'")
    for one, other in (("teller", "noemer"), ("noemer", "teller")):
        if one in given and other not in given:
            row.fault(other, "a value: counts come as 'teller' and 'noemer' together")
    for one, other in (("onder95", "boven95"), ("boven95", "onder95")):
        if one in given and other not in given:
            row.fault(other, "a value: an interval has two ends")
    for second in [c for c in ("n", "teller", "onder95") if c in given][1:]:
        row.fault(second, "nothing: give 'n', or counts, or an interval; not two of them")
    for column in ("n_effectief", "standaardafwijking"):
        if column in given and "n" not in given:
            row.fault(column, "a value in 'n' beside it")
    for column in ("n", "noemer"):
        if numbers[column] == 0:
            row.fault(column, "1 or more; leave the row out when nobody answered or was counted")
    if numbers["n_effectief"] > numbers["n"]:
        row.fault("n_effectief", f"at most n, {numbers['n']:.15g}")
    low, value, high = numbers["onder95"], numbers["waarde"], numbers["boven95"]
    if low >= high:
        row.fault("onder95", f"a number below that in 'boven95', {high:.15g}")
    elif low > value or high < value:
        row.fault("onder95", f"an interval with the value in it, {value:.15g}")
    if "n" in given and "n_effectief" not in given:
        numbers["n_effectief"] = numbers["n"]


def _check_value(row: FilledRow, decimal: str) -> None:
    """Hold the numbers of one row against the unit of the indicator, and compute the value from its counts."""
    if row.indicator is None:
        return
    unit, numbers = row.indicator.unit, row.numbers
    for begins, least, most, words in LIMITS:
        for column in ("waarde", "onder95", "boven95") if unit.startswith(begins) else ():
            if numbers[column] < least or numbers[column] > most:
                row.fault(column, words)
    if unit == "%" and row.cells["standaardafwijking"]:
        row.fault("standaardafwijking", "nothing: a share has none of its own")
    above, below, factor = numbers["teller"], numbers["noemer"], factor_of(unit)
    if row.cells["teller"] and factor is None:
        row.fault("teller", f"nothing: '{row.indicator.id}' is in '{unit}', not a share or a rate")
    elif unit == "%" and above > below:
        row.fault("teller", f"at most the denominator, {below:.15g}")
    elif factor and above >= 0 and below > 0:
        computed, survey = factor * above / below, row.indicator.uncertainty == "steekproef"
        text = row.cells["waarde"]
        # A spreadsheet may give 34.3 as 34.300000000000004.
        mark = decimal or "."
        text = text if len(text) < 12 else f"{numbers['waarde']:.10g}".replace(".", mark)
        decimals = len(text.partition(mark)[2])
        if abs(numbers["waarde"] - computed) > 0.5 * 10**-decimals + 1e-9:
            hint = "a weighted figure goes with 'n', without counts" if survey else "or nothing"
            row.fault("waarde", f"{factor:.0f} x teller / noemer, that is {computed:.{decimals + 1}f}; {hint}")
        # The counts are exact, the value was rounded.
        numbers["waarde"] = computed
        if survey:
            # Counts of a survey: the denominator is the number of people who answered.
            numbers["n"] = numbers["n_effectief"] = below
