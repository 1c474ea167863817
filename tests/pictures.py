"""The small charts of a page as a reader with a ruler sees them: titles, texts, points and what these stand for."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

OWN, REFERENCE, OTHERS, GOAL = "#0072b2", "#000000", "#6b6b6b", "#00664b"
PANEL = re.compile(
    r'<div class="paneel"><p class="paneel-titel">(.*?)</p>(<svg role="img" aria-label="(.*?)".*?</svg>)</div>'
)
#: The form of a marker that is a bar.
BAR = r"M[-\d. ]+L[-\d. ]+"


def dutch(text: str) -> float:
    """Read a number with a decimal comma."""
    return float(text.replace("\u2212", "-").replace(".", "").replace(",", "."))


@dataclass(frozen=True)
class Text:
    """One line of text in a picture."""

    x: float
    y: float
    anchor: str
    text: str
    colour: str
    bold: bool


@dataclass(frozen=True)
class Point:
    """One marker: its place, its form, and whether it is open."""

    x: float
    y: float
    form: str
    colour: str
    hollow: bool


@dataclass(frozen=True)
class Picture:
    """One small chart."""

    title: str
    alternative: str
    svg: str

    @cached_property
    def root(self) -> ET.Element:
        """The SVG, read strictly."""
        return ET.fromstring(self.svg)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        _, _, width, height = map(float, self.root.attrib["viewBox"].split())
        return width, height

    @property
    def texts(self) -> list[Text]:
        """All lines of text, in order."""
        return [
            Text(
                float(e.attrib["x"]),
                float(e.attrib["y"]),
                e.attrib.get("text-anchor", "start"),
                e.text or "",
                e.attrib.get("fill", ""),
                e.attrib.get("font-weight") == "bold",
            )
            for e in self.root.iter("text")
        ]

    @property
    def words(self) -> list[str]:
        """The lines of text alone."""
        return [text.text for text in self.texts]

    @property
    def _ticks(self) -> dict[str, list[tuple[float, str]]]:
        """Places and texts of the ticks of both axes: a tick is a short line with a text after it."""
        forms = {e.attrib["id"]: e.attrib["d"] for e in self.root.iter("path") if "id" in e.attrib}
        found: dict[str, list[tuple[float, str]]] = {"x": [], "y": []}
        elements = list(self.root.iter())
        for mark, text in pairwise(elements):
            form = forms.get(mark.attrib.get("href", "")[1:])
            if form in ("M0 0L0 3", "M0 0L-3 0") and text.tag == "text":
                axis = "x" if form == "M0 0L0 3" else "y"
                found[axis].append((float(mark.attrib[axis]), text.text or ""))
        return found

    def tick_texts(self, axis: str) -> list[str]:
        """The texts at an axis."""
        return [text for _, text in self._ticks[axis]]

    def value(self, axis: str, place: float) -> float:
        """Read what a place stands for, with a ruler along the axis; a school year counts as its first year."""
        ticks = [(at, dutch(text.split("-")[0] if axis == "x" else text)) for at, text in self._ticks[axis]]
        slope, start = np.polyfit(*zip(*ticks, strict=True), 1)
        return float(slope * place + start)

    def points(self, colour: str = "") -> list[Point]:
        """All markers, or those with lines of a colour; the small bars at the end of a range are no markers."""
        forms = {e.attrib["id"]: e.attrib["d"] for e in self.root.iter("path") if "id" in e.attrib}
        found = [
            Point(
                float(e.attrib["x"]),
                float(e.attrib["y"]),
                forms[e.attrib["href"][1:]],
                e.attrib["stroke"],
                e.attrib["fill"] == "#ffffff",
            )
            for e in self.root.iter("use")
            if e.attrib["stroke"] != "#262626" and not re.fullmatch(BAR, forms[e.attrib["href"][1:]])
        ]
        return [point for point in found if not colour or point.colour == colour]

    def lines(self, colour: str, least: int = 2) -> list[list[tuple[float, float]]]:
        """The drawn lines of a colour with at least so many points."""
        # A curve leads from a name to a line; a form with an id is a marker.
        drawn = [e.attrib for e in self.root.iter("path") if e.attrib.get("stroke") == colour]
        paths = [given["d"] for given in drawn if "id" not in given and "Q" not in given["d"]]
        read = [[tuple(map(float, p.split())) for p in re.findall(r"[ML]([-\d.]+ [-\d.]+)", d)] for d in paths]
        return [line for line in read if len(line) >= least]

    def years_and_values(self, colour: str = OWN) -> list[tuple[int, float]]:
        """Read the points of a development."""
        return [(round(self.value("x", p.x)), self.value("y", p.y)) for p in self.points(colour)]

    def names_and_values(self) -> list[tuple[str, str]]:
        """Read the rows of a comparison from above: the name of each area, and the value written beside it."""
        names: list[str] = []
        found = []
        for text in self.texts:
            if text.anchor == "end":
                names.append(text.text)
            elif text.anchor == "start" and names:
                found.append((" ".join(names), text.text))
                names = []
        return found


def pictures(page: str) -> list[Picture]:
    """Find the small charts of a page."""
    return [Picture(html.unescape(title), html.unescape(words), svg) for title, svg, words in PANEL.findall(page)]
