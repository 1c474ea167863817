"""Somebody who tries to work out what was hidden, from everything that is shown; knows nothing of how it was hidden.

A clue is what one place in the output says of a count, or of one count against another. All clues together are a linear
program; its smallest and largest solution for a hidden count is what the attacker knows of it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from pictures import Picture, pictures
from scipy.optimize import linprog

from nplv_analysis.areas import ITSELF, REST, REST_WITHOUT, wijk_of
from nplv_analysis.catalogue import Catalogue, Indicator

Row = dict[Any, Any]
#: How far counts may be from what is shown of them: the method is no secret. Numerator and denominator of a figure.
Rounding = Callable[[str, str, str, str], tuple[float, float]]


@dataclass(frozen=True)
class Clue:
    """low <= count - ratio x other count <= high, for the places of one area in one role; ``where`` it was found."""

    gebied: str
    rol: str
    count: str
    low: float
    high: float
    other: str = ""
    ratio: float = 0.0
    where: str = ""


@dataclass(frozen=True)
class Secret:
    """A count that is not shown, or how much smaller another count is; it must seem to be 0 to threshold - 1."""

    gebied: str
    rol: str
    count: str
    value: float
    threshold: int
    less: str = ""


# --------------------------------------------------------------------------------------------------------- counts


def names(indicator: Indicator, periode: str) -> tuple[str, str]:
    """Name the counts above and below the line; the same variable of the same source has the same name."""
    series = indicator.series[0]
    above = f"{series.source}/{'+'.join(series.variables)}/{periode}"
    if indicator.unit.startswith("aantal"):
        return above, ""
    if series.denominator is None:
        return f"{above}/teller", f"{above}/noemer"
    amount = series.denominator
    return above, f"{amount.source or series.source}/{'+'.join(amount.plus)}/{amount.period or periode}"


def singles(count: str) -> list[str]:
    """Give the counts that one name adds up."""
    source, variables, rest = count.split("/", 2)
    return [f"{source}/{variable}/{rest}" for variable in variables.split("+")]


def factor(indicator: Indicator) -> float:
    """Give what a fraction is multiplied by in the unit of an indicator."""
    return 100.0 if indicator.unit == "%" else 1000.0


def secrets(truth: pd.DataFrame, released: pd.DataFrame, catalogue: Catalogue, rules: Any) -> list[Secret]:
    """List the counts that are in the table that goes in and not in the one that comes out.

    The few that a share leaves out are in no table at all; they are small counts all the same.
    """
    found = {}
    for before, after in zip(truth.to_dict("records"), released.to_dict("records"), strict=True):
        if before["openbaar"] or not before["reeks"]:
            continue
        place = before["gebied"], before["rol"]
        above, below = names(catalogue.indicator(before["indicator"]), before["periode"])
        for column, name in {"teller": above, "noemer": below, "n": below, "waarde": "" if below else above}.items():
            if name and not math.isnan(before[column]) and math.isnan(after[column]):
                least = rules.least_events if name == above else rules.least_persons
                found[place, name] = Secret(*place, name, before[column], least)
        left = before["noemer"] - before["teller"] if before["eenheid"] == "%" else 0
        if 0 < left < rules.least_events:
            found[place, f"{below} - {above}"] = Secret(*place, below, left, rules.least_events, above)
    return list(found.values())


# ---------------------------------------------------------------------------------------------- clues from figures


def clues_of_value(
    place: tuple[str, str], indicator: Indicator, periode: str, value: float, half: float, off: tuple[float, float],
    where: str,
) -> Iterator[Clue]:  # fmt: skip
    """Read one printed figure that may be off by ``half``, and was made of counts that may be off themselves."""
    above, below = names(indicator, periode)
    if not below:
        either = off[0] + (half if half > 0.5 else 0.0)
        yield Clue(*place, above, value - either, value + either, where=where)
        return
    low, high = max(value - half, 0.0) / factor(indicator), (value + half) / factor(indicator)
    yield Clue(*place, above, -off[0] - low * off[1], math.inf, below, low, where)
    yield Clue(*place, above, -math.inf, off[0] + high * off[1], below, high, where)


def clues_of_rows(rows: Iterable[Row], catalogue: Catalogue, rounding: Rounding, where: str) -> Iterator[Clue]:
    """Read rows of the indicator table, or of a file made of it."""
    for row in rows:
        if not row["reeks"] or row["status"] == "geen cijfer":
            continue
        indicator, periode = catalogue.indicator(row["indicator"]), str(row["periode"])
        place = (row["gebied"], row.get("rol", ITSELF))
        above, below = names(indicator, periode)
        off = rounding(*place, indicator.id, periode)
        for column, count, half in (("teller", above, off[0]), ("noemer", below, off[1]), ("n", below, off[1])):
            if not math.isnan(row[column]):
                yield Clue(*place, count, row[column] - half, row[column] + half, where=where)
        if not math.isnan(row["waarde"]) and math.isnan(row["teller"]):
            exact = (0.0, 0.0) if below else off
            half = 0.5 * 10.0**-indicator.decimals
            yield from clues_of_value(place, indicator, periode, row["waarde"], half, exact, where)
        elif math.isnan(row["waarde"]) and not below and not math.isnan(row["bovengrens"]):
            yield Clue(*place, above, row["ondergrens"], row["bovengrens"], where=where)
        yield from _of_remark(row, above, where)


def _of_remark(row: Row, count: str, where: str) -> Iterator[Clue]:
    """A remark on what no buurt holds gives away the exact total."""
    text = str(row["toelichting"]).replace(".", "")
    found = re.search(r"in de gemeente is (\d+); dat is \d+ (?:meer|minder) dan alle buurten", text)
    if found:
        yield Clue(row["gebied"], ITSELF, count, float(found[1]), float(found[1]), where=f"{where}, toelichting")


def clues_of_table(table: pd.DataFrame, catalogue: Catalogue) -> list[Clue]:
    """Take all clues from a released table, the rest of the gemeente beside each area among them."""
    return list(clues_of_rows(table.to_dict("records"), catalogue, rounding_of(table), "tabel"))


def rounding_of(table: pd.DataFrame) -> Rounding:
    """Look up how far the counts of a figure may be off."""
    keys = ["gebied", "rol", "indicator", "periode"]
    known = table[table["reeks"] != ""].set_index(keys)[["afronding", "afronding_noemer"]].fillna(0.0)
    offs = {key: (above, below) for key, above, below in known.itertuples()}
    return lambda *key: offs[key]


# ---------------------------------------------------------------------------------------------- clues from reports


class Page(HTMLParser):
    """The tables of a page, and its charts."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.charts = pictures(text)
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = True
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        """Add text to the cell."""
        if self._cell:
            self.tables[-1][-1][-1] += data


NUMBER = r"−?\d[\d.]*(?:,\d+)?"


def number(text: str) -> tuple[float, float] | None:
    """Read a Dutch number, and half of its last decimal; nothing when the text is no plain number."""
    found = re.fullmatch(rf"({NUMBER})(\s*%)?", text.replace("\xa0", " ").strip())
    if not found:
        return None
    whole, _, decimals = found[1].replace("−", "-").replace(".", "").partition(",")
    return float(f"{whole}.{decimals or 0}"), 0.5 * 10.0 ** -len(decimals)


class Reader:
    """Reads a folder with reports."""

    def __init__(self, catalogue: Catalogue, rounding: Rounding) -> None:
        self.catalogue, self.rounding = catalogue, rounding
        self.by_name = {i.name: i for i in sorted(catalogue.indicators, key=lambda i: -len(i.name))}
        programme = catalogue.programme
        self.references = {
            "Overige gemeente": ("", REST),
            "Overige gemeente zonder het centrum": ("", REST_WITHOUT),
            "Hele gemeente": (catalogue.gemeente.id, ITSELF),
            "Gemeente": (catalogue.gemeente.id, ITSELF),
            **({programme.name: (programme.id, ITSELF)} if programme else {}),
            **{area.name: (area.id, ITSELF) for area in catalogue.areas},
        }

    def clues(self, folder: Path) -> list[Clue]:
        """Read all files below a folder."""
        found: list[Clue] = []
        for path in sorted(folder.rglob("*")):
            area = path.parent.name
            if path.suffix == ".csv":
                found += self._of_figures(pd.read_csv(path), "csv")
            elif path.suffix == ".xlsx":
                sheets = pd.read_excel(path, sheet_name=None, engine="openpyxl")
                for sheet in (s for s in sheets.values() if "gebied" in s):
                    found += self._of_figures(sheet, "xlsx")
            elif path.suffix == ".html" and path.name != "index.html":
                found += self.of_page(path.read_text(encoding="utf-8"), area, "html")
            elif path.suffix == ".ipynb":
                cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
                for output in (o for cell in cells for o in cell.get("outputs", [])):
                    found += self.of_page("".join(output["data"].get("text/html", "")), area, "ipynb")
        return found

    def _of_figures(self, table: pd.DataFrame, where: str) -> Iterator[Clue]:
        texts = ["reeks", "status", "toelichting", "vergeleken_met"]
        rows = table.assign(**table[texts].fillna("")).to_dict("records")
        yield from clues_of_rows(rows, self.catalogue, self.rounding, where)
        for row in rows:
            rol = {"overige gemeente": REST, "overige gemeente zonder Centrum": REST_WITHOUT}.get(row["vergeleken_met"])
            if rol and not math.isnan(row["verschil"]):
                value, where_from = row["waarde"] - row["verschil"], f"{where}, verschil"
                yield from self._value((row["gebied"], rol), row["indicator"], row["periode"], value, 0.0, where_from)

    def _value(
        self, place: tuple[str, str], indicator: str, periode: object, value: float, half: float, where: str
    ) -> Iterator[Clue]:
        off = self.rounding(*place, indicator, str(periode))
        chosen = self.catalogue.indicator(indicator)
        rounded = max(half, 0.5 * 10.0**-chosen.decimals)
        yield from clues_of_value(place, chosen, str(periode), value, rounded, off, where)

    def of_page(self, text: str, area: str, where: str) -> Iterator[Clue]:
        """Read the tables of a page and its charts."""
        page = Page(text)
        for table in page.tables:
            yield from self._of_page_table(table, area, where)
        for chart in page.charts:
            for place, indicator, periode, value, half in self.points(chart, area):
                yield from self._value(place, indicator, periode, value, half, f"{where}, grafiek")

    def _of_page_table(self, table: list[list[str]], area: str, where: str) -> Iterator[Clue]:
        header = table[0]
        if "Over" not in header:
            return
        for row in table[1:]:
            indicator = next((i for name, i in self.by_name.items() if row[0].startswith(name)), None)
            for column, cell in zip(header, row, strict=True):
                place = (area, ITSELF) if column == "Cijfer" else self.references.get(column)
                read = number(cell)
                if indicator and place and read:
                    place = (place[0] or area, place[1])
                    yield from self._value(place, indicator.id, row[header.index("Over")], *read, f"{where}, {column}")

    def points(self, chart: Picture, area: str) -> Iterator[tuple[tuple[str, str], str, str, float, float]]:
        """Read the points of a chart with a ruler: whose figure, which, of when, and how much."""
        indicator = next(i for name, i in self.by_name.items() if chart.title.startswith(name))
        if chart.alternative.startswith("Lijnfiguur"):
            # The drawing is exact to a tenth of a point, and so are the marks of the ruler at its ends.
            half = abs(chart.value("y", 0.3) - chart.value("y", 0.0))
            for year, value in chart.years_and_values():
                # A count is whole: a ruler that is exact enough reads it exactly.
                whole = indicator.unit.startswith("aantal") and half < 0.5
                yield (area, ITSELF), indicator.id, str(year), float(round(value)) if whole else value, half
        elif chart.alternative.startswith("Puntenfiguur"):
            period = re.search(r" gebieden, ([^.]+)\.", chart.alternative)
            assert period, chart.alternative
            for name, text in chart.names_and_values():
                read = number(text)
                if read and name in self.references:
                    whose, rol = self.references[name]
                    yield (whose or area, rol), indicator.id, period[1], *read


# ------------------------------------------------------------------------------------------------- the linear program


class Attacker:
    """Solves the linear program of the clues.

    The attacker knows the map: which buurten there are, and which of them make up an area; and how much more a count of
    the whole gemeente is than that of its buurten together.
    """

    def __init__(
        self,
        clues: Sequence[Clue],
        catalogue: Catalogue,
        buurten: Iterable[str],
        outside: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        self.buurten, self.catalogue = sorted(buurten), catalogue
        counts = {c.count for c in clues} | {c.other for c in clues if c.other}
        periods = {count.split("/")[2] for count in counts}
        parts = {names(i, period) for i in catalogue.indicators if i.unit == "%" for period in periods}
        counts = {single for count in counts | {c for pair in parts for c in pair} for single in singles(count)}
        self.column = {pair: i for i, pair in enumerate((c, b) for c in sorted(counts) for b in self.buurten)}
        self.centre = {i.without_wijk["zonder_wijk"] for i in catalogue.indicators if i.without_wijk}
        lines, bounds = [], []
        for clue in dict.fromkeys(clues):
            places = self.places(clue.gebied, clue.rol)
            line = self._line(places, clue.count)
            if clue.other:
                line = line - clue.ratio * self._line(places, clue.other)
            more = outside.get(clue.count, 0.0) if clue.gebied == catalogue.gemeente.id else 0.0
            for sign, bound in ((1.0, clue.high - more), (-1.0, more - clue.low)):
                if math.isfinite(bound):
                    lines.append(sign * line)
                    bounds.append(bound)
        for above, below in parts:
            for buurt in self.buurten:
                lines.append(self._line([buurt], above) - self._line([buurt], below))
                bounds.append(0.0)
        self.lines, self.bounds = np.array(lines), np.array(bounds)

    def places(self, gebied: str, rol: str) -> list[str]:
        """Buurten of an area in a role."""
        area = self.catalogue.area(gebied)
        if area.kind == "gemeente":
            return self.buurten
        without = self.centre if rol == REST_WITHOUT else set()
        return [b for b in self.buurten if (b in area.buurten) == (rol == ITSELF) and wijk_of(b) not in without]

    def _line(self, places: Iterable[str], count: str) -> np.ndarray:
        line = np.zeros(len(self.column))
        line[[self.column[single, buurt] for single in singles(count) for buurt in places]] = 1.0
        return line

    def wrong(self, truth: dict[tuple[str, str], float]) -> float:
        """By how much the clues miss what is true: an attacker who misreads proves nothing."""
        point = np.array([truth.get(pair, 0.0) for pair in self.column])
        return float(np.max(self.lines @ point - self.bounds, initial=0.0))

    def range_of(self, secret: Secret) -> tuple[float, float]:
        """Smallest and largest value that the clues allow."""
        if (singles(secret.count)[0], self.buurten[0]) not in self.column:
            return 0.0, math.inf
        places = self.places(secret.gebied, secret.rol)
        goal = self._line(places, secret.count)
        if secret.less:
            goal = goal - self._line(places, secret.less)
        ends = []
        for sign in (1.0, -1.0):
            done = linprog(sign * goal, A_ub=self.lines, b_ub=self.bounds, bounds=(0, 1e5), method="highs")
            assert done.status == 0, f"the clues contradict each other ({done.message})"
            ends.append(sign * done.fun)
        return ends[0], ends[1]

    def worked_out(self, secrets: Iterable[Secret]) -> list[str]:
        """Say of which hidden counts the attacker knows too much."""
        found = []
        for secret in secrets:
            low, high = self.range_of(secret)
            if low > 1e-3 or high < secret.threshold - 1 - 1e-3:
                less = f" - {secret.less}" if secret.less else ""
                what = f"{secret.gebied}, {secret.rol}, {secret.count}{less}"
                found.append(f"{what}: {low:.2f} to {high:.2f} (it is {secret.value:g})")
        return found
