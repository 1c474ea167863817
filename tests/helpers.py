"""Shared parts of the tests: a copy of the data to work on, made-up figures, and a strict reader of HTML."""

from __future__ import annotations

import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import Phase, settings

import nplv_analysis as nplv
from nplv_analysis.analysis import Analysis, analyse
from nplv_analysis.catalogue import Amount, Area, Catalogue, Indicator, Series
from nplv_analysis.data import Data
from nplv_analysis.indicators import COLUMNS as FIGURE_COLUMNS
from nplv_analysis.indicators import NUMBERS
from nplv_analysis.observations import COLUMNS
from nplv_analysis.tables import Html

#: For properties of whole tables: each example takes a tenth of a second, so few of them, and no shrinking.
few_examples = settings(
    deadline=None, derandomize=True, max_examples=20, phases=[Phase.explicit, Phase.generate], database=None
)

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "nplv_analysis"
NOTEBOOKS = ROOT / "notebooks"
#: The lessons of the course after the first one, which is kennismaking.
LESSONS = sorted((NOTEBOOKS / "cursus").glob("*.ipynb"))
RAW = ROOT / "data" / "raw"


# ------------------------------------------------------------------------------------------------ data to work on


def copy_project(target: Path) -> Path:
    """Copy raw data and notebooks, so that nothing is written to the real ones; gives the data folder."""
    shutil.copytree(RAW, target / "data" / "raw")
    _copy_notebooks(target)
    return target / "data"


def town_project(target: Path) -> Path:
    """Make a project of the fictional town, with the notebooks beside it; gives the data folder."""
    _copy_notebooks(target)
    return nplv.example(target / "data")


def _copy_notebooks(target: Path) -> None:
    # Lessons of the course that were opened leave data beside them.
    shutil.copytree(NOTEBOOKS, target / "notebooks", ignore=shutil.ignore_patterns("cursus"))


# -------------------------------------------------------------------------------------------------- made-up figures


def level_of(code: str) -> str:
    """Give the level of a code of the fictional town."""
    return {"BU": "buurt", "WK": "wijk", "GM": "gemeente", "NL": "land"}.get(code[:2], "gebied")


def observation(code: str, value: float | None = None, **other: Any) -> dict[str, Any]:
    """Make one observation; ``low`` and ``high`` give a suppressed or inexact one."""
    low, high = other.pop("low", None), other.pop("high", None)
    suppressed = value is None and low is not None
    row = {
        "bron": "bedacht",
        "variabele": "aantal",
        "gebiedscode": code,
        "niveau": level_of(code),
        "periode": "2020",
        "waarde": value,
        "onder": low,
        "boven": high,
        "genoemd": None,
        "teken": "<" if suppressed else "=",
        "status": "onderdrukt" if suppressed else "waargenomen",
        "eenheid": "aantal",
        "openbaar": True,
        "postcode": "",
        "buurt": "",
        "opmerking": "",
        "bestand": "bedacht.csv",
        "rij": 2,
        "kolom": "waarde",
    }
    assert set(other) <= set(row), f"no such column: {set(other) - set(row)}"
    return row | other


def observations(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Put observations in the form that the checks of the package give."""
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for column, (dtype, _) in COLUMNS.items():
        frame[column] = frame[column].astype("object" if dtype == "str" else dtype)
    return frame


def amount(variable: str, **other: Any) -> Amount:
    """Make a weight or denominator of one variable."""
    return Amount(name=other.pop("name", variable), plus=(variable,), **other)


def series(method: str, *variables: str, **other: Any) -> Series:
    """Make a series of the made-up source."""
    return Series(
        id=other.pop("id", "reeks"),
        source=other.pop("source", "bedacht"),
        variables=variables or ("aantal",),
        method=method,
        **other,
    )


def indicator(*parts: Series, **other: Any) -> Indicator:
    """Make an indicator of some series."""
    fields: dict[str, Any] = {
        "id": "bedacht_cijfer",
        "name": "Bedacht cijfer",
        "theme": "armoede",
        "topic": "Onderwerp",
        "unit": "%",
        "decimals": 1,
        "good_direction": "laag",
        "numerator": "wie telt",
        "denominator": "iedereen",
        "uncertainty": "geen",
        "smallest_difference": {"waarde": 2, "eenheid": "procentpunt"},
        "caveat": "Bedacht.",
    }
    return Indicator(**(fields | other), series=parts or (series("som"),))


GEMEENTE = Area(id="gemeente", name="Gemeente Voorbeeldstad", kind="gemeente", in_batch=True, code="GM9990")


def area(name: str, *buurten: str, **other: Any) -> Area:
    """Make an area of some buurten."""
    return Area(
        id=name,
        name=name.title(),
        kind=other.pop("kind", "nplv"),
        in_batch=True,
        buurten=dict.fromkeys(buurten, name),
        **other,
    )


def catalogue(indicators: Indicator | tuple[Indicator, ...], *areas: Area) -> Catalogue:
    """Put indicators and areas in a catalogue, with the gemeente behind them."""
    return Catalogue(indicators if isinstance(indicators, tuple) else (indicators,), (*areas, GEMEENTE))


def figure_row(**other: Any) -> dict[str, Any]:
    """Make one row of the indicator table."""
    row: dict[str, Any] = dict.fromkeys(FIGURE_COLUMNS, "") | dict.fromkeys(NUMBERS, float("nan"))
    row |= {
        "gebied": "wijk",
        "rol": "gebied",
        "thema": "armoede",
        "indicator": "bedacht_cijfer",
        "reeks": "reeks",
        "periode": "2020",
        "teken": "=",
        "eenheid": "%",
        "status": "waargenomen",
        "herkomst": "gepubliceerd",
        "bron": "bedacht",
        "openbaar": True,
    }
    assert set(other) <= set(row), f"no such column: {set(other) - set(row)}"
    row |= other
    if isinstance(row["jaar"], float) and row["periode"][:4].isdigit():
        row["jaar"] = float(row["periode"][:4])
    return row


def figures(*rows: dict[str, Any]) -> pd.DataFrame:
    """Put rows in the form of the indicator table."""
    frame = pd.DataFrame([figure_row(**row) for row in rows], columns=list(FIGURE_COLUMNS))
    return frame.astype(dict.fromkeys(NUMBERS, "float64"))


def indicators_with_a_source(data: Data) -> list[str]:
    """Give the indicators that a file of the data folder is about; of others the catalogue alone knows the name."""
    held = {record.source for record in data.records}
    # Of editions a few columns may be there: what these are about is in the figures.
    told = set(data.figures["indicator"])
    return [
        i.id
        for i in data.catalogue.indicators
        if held & {s.source for s in i.series} and (i.id in told or not all(s.edition for s in i.series))
    ]


# --------------------------------------------------------------------------------------------------- pages


BLOCKS = {"p", "h1", "h2", "h3", "li", "td", "th", "caption", "summary", "figcaption"}
VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr"}


class Page(HTMLParser):
    """A page as a list of elements with their text; an element that is not closed, or closed twice, is a fault."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[dict[str, Any]] = []
        self._open: list[dict[str, Any]] = []
        self.feed(text)
        self.close()
        assert not self._open, f"<{self._open[-1]['tag']}> is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"<{tag}> has an attribute twice: {names}"
        element = {"tag": tag, "text": "", "attributes": dict(attrs), "parents": [e["tag"] for e in self._open]}
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that has no content."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close the element that is open."""
        assert self._open and self._open[-1]["tag"] == tag, f"</{tag}> closes {[e['tag'] for e in self._open]}"
        self._open.pop()
        if tag in BLOCKS:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        """Add text to all elements that it stands in."""
        for element in self._open:
            element["text"] += data

    def all(self, tag: str) -> list[dict[str, Any]]:
        """Give the elements with a tag."""
        return [element for element in self.elements if element["tag"] == tag]

    def texts(self, tag: str) -> list[str]:
        """Give the texts of the elements with a tag, with single spaces."""
        return [" ".join(element["text"].split()) for element in self.all(tag)]

    def values(self, attribute: str) -> list[str]:
        """Give all values of an attribute."""
        return [e["attributes"][attribute] or "" for e in self.elements if attribute in e["attributes"]]


def words(html: Html) -> str:
    """Give the text of a piece, with plain spaces."""
    return " ".join(" ".join(e["text"] for e in Page(f"<div>{html.html}</div>").elements[:1]).split())


def town_analysis(town_folder: Path, theme: str = "armoede", area: str = "voorbeeldwijk-noord") -> Analysis:
    """Analyse the fictional town."""
    return analyse(theme, area, data_map=str(town_folder))
