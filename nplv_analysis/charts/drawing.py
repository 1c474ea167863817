"""What all charts share: the figure on the page, the paper to draw on, the axis of values, and a light SVG."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nplv_analysis.catalogue import Indicator, Target
from nplv_analysis.rows import records
from nplv_analysis.wording import MANY, STATUS_SHOWN, label, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OWN, REFERENCE, OTHERS, GOAL = "#0072B2", "#000000", "#6b6b6b", "#00664b"
#: Width of a small chart and height of its letters, in points; the page shows it about as wide as a phone, or wider.
WIDTH, LETTER = 330.0, 9.5
#: Height of a line of text.
LINE = 11.5
#: Width of a letter as part of its height, and of a bold one: on the wide side, as no two machines have the same.
LETTER_WIDTH, BOLD_WIDTH = 0.55, 0.61
#: Letters of a name on one line; a longer one is cut off.
MOST_LETTERS = 30
#: A line that ends where its figures end.
FLAT: dict[str, Any] = {"solid_capstyle": "butt"}
#: Marks on an axis: their length, their distance to their text, and the height of that.
TICKS = {"major.size": 3, "major.pad": 2.5, "labelsize": LETTER}
#: Status of figures that are the outcome of a model: their markers are open.
ESTIMATE = "schatting"

Row = dict[Any, Any]


@dataclass(frozen=True)
class Panel:
    """What one small chart shows.

    Attributes
    ----------
    indicator : Indicator
        What it is about.
    rows : DataFrame
        The figures to draw.
    scale : (float, float), optional
        Lowest and highest figure that the axis must hold, so that charts of other areas have the same.
    target : Target, optional
        Of a development: the target of the area.
    band : float, optional
        Of a development: half width of the band around the gemeente, in percent of its figure.
    reference : str
        Of a comparison: the area in the rows that the own one is held against; empty without.
    """

    indicator: Indicator
    rows: pd.DataFrame
    scale: tuple[float, float] | None = None
    target: Target | None = None
    band: float | None = None
    reference: str = ""

    @property
    def title(self) -> str:
        """What the figures are, with their unit."""
        return label(self.indicator) + (" (%)" if self.indicator.unit == "%" else "")

    @cached_property
    def figures(self) -> list[Row]:
        """The rows as plain values, as they are drawn one by one."""
        return records(self.rows)


@dataclass(frozen=True)
class Drawing:
    """One small chart: its title, the picture, and the text for who does not see it."""

    title: str
    svg: str
    alternative: str

    def to_html(self) -> str:
        """Give the picture with its text; on the SVG itself, as only there a PDF keeps it."""
        return self.svg.replace("<svg", f'<svg role="img" aria-label="{escape(self.alternative)}"', 1)


@dataclass(frozen=True)
class Chart:
    """Small charts that belong together, with one caption."""

    drawings: tuple[Drawing, ...]
    caption: str

    def to_html(self) -> str:
        """Give the chart as an HTML figure; nothing when there is nothing to draw."""
        if not self.drawings:
            return ""
        panels = "".join(
            f'<div class="paneel"><p class="paneel-titel">{escape(drawing.title)}</p>{drawing.to_html()}</div>'
            for drawing in self.drawings
        )
        return (
            f'<figure class="grafiek"><div class="panelen">{panels}</div>'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )


@dataclass(frozen=True)
class Paper:
    """A figure with one plot; sizes are in points, heights from below."""

    figure: Figure
    axis: Axes
    left: float
    bottom: float
    width: float
    height: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Give where data are on the paper."""
        (left, right), (low, high) = self.axis.get_xlim(), self.axis.get_ylim()
        across, up = (x - left) / (right - left), (y - low) / (high - low)
        return self.left + across * self.width, self.bottom + up * self.height

    def draw(self, x: Sequence[float], y: Sequence[float], **how: Any) -> None:
        """Draw a line or points in the data; the axes stay as they are."""
        from matplotlib.lines import Line2D

        self.axis.add_artist(Line2D(x, y, clip_on=False, **how))

    def write(self, x: float, y: float, text: str, **how: Any) -> None:
        """Write lines of text around a height on the paper."""
        from matplotlib.transforms import IdentityTransform

        lines = text.split("\n")
        for position, line in enumerate(lines):
            # One by one: of several lines together the SVG does not say how they are aligned.
            height = y + ((len(lines) - 1) / 2 - position) * LINE
            self.axis.text(x, height, line, transform=IdentityTransform(), va="center_baseline", **how)


@contextmanager
def style() -> Iterator[None]:
    """Draw in the style of the reports; text is taken as it is, never as a formula."""
    import seaborn as sns
    from matplotlib import rc_context

    chosen: Any = {
        **sns.axes_style("ticks"),
        "font.family": "sans-serif",
        "font.size": LETTER,
        "text.parse_math": False,
        "svg.fonttype": "none",
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titley": 1.0,
        **{f"{side}tick.{what}": size for side in "xy" for what, size in TICKS.items()},
    }
    with rc_context(chosen):
        yield


def paper(height: float, left: float, right: float, top: float, bottom: float) -> Paper:
    """Take paper of a height with these margins around the plot."""
    # Drawn without pyplot: no global state, and no figure appears twice in a notebook.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
    width, tall = WIDTH - left - right, height - top - bottom
    axis = figure.add_axes((left / WIDTH, bottom / height, width / WIDTH, tall / height))
    # Nothing stands outside the axes that matplotlib would have to make room for.
    axis.xaxis.set_label_coords(0.5, 0)
    axis.yaxis.set_label_coords(0, 0.5)
    return Paper(figure, axis, left, bottom, width, tall)


def fitting(text: str) -> str:
    """Cut off lines that would leave no room for the plot; the whole name is in the table."""
    lines = text.split("\n")
    return "\n".join(line if len(line) <= MOST_LETTERS else f"{line[: MOST_LETTERS - 1]}…" for line in lines)


def text_width(text: str, bold: bool = False) -> float:
    """Give about how wide a text is, in points."""
    return len(text) * LETTER * (BOLD_WIDTH if bold else LETTER_WIDTH)


def value_ticks(low: float, high: float, decimals: int, most: int = 4) -> tuple[tuple[float, float], dict[float, str]]:
    """Choose limits that hold zero, so that a small difference does not look large, and round values in words."""
    from matplotlib.ticker import MaxNLocator

    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        high = 1.0
    room = 0.06 * (high - low)
    low, high = low - room * (low < 0), high + room * (high > 0)
    ticks = np.round(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10], integer=decimals == 0).tick_values(low, high), 9)
    shown = next(places for places in range(10) if np.allclose(ticks, ticks.round(places), rtol=0, atol=1e-9))
    return (low, high), {float(tick): number(tick, shown) for tick in ticks if low <= tick <= high}


def apart(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move things of a size along a line until none overlaps another: as little as can be, and between two ends."""
    order = np.argsort(wanted, kind="stable")
    groups: list[tuple[list[int], float, float]] = []
    for n in order:
        members, size, middle = [int(n)], sizes[n], wanted[n]
        # What overlaps becomes one thing, around the mean of where its parts want to be.
        while groups and groups[-1][2] + groups[-1][1] / 2 > middle - size / 2:
            before, size_before, middle_before = groups.pop()
            middle = (middle * len(members) + middle_before * len(before)) / (len(members) + len(before))
            members, size = before + members, size_before + size
            middle = min(max(middle, low + size / 2), high - size / 2)
        groups.append((members, size, min(max(middle, low + size / 2), high - size / 2)))
    places = [0.0] * len(wanted)
    for members, size, middle in groups:
        start = middle - size / 2
        for n in members:
            places[n] = start + sizes[n] / 2
            start += sizes[n]
    return places


def known(row: Row, *names: str) -> bool:
    """Tell whether a row has a number in each of these columns."""
    return not any(math.isnan(row[name]) for name in names)


def drawable(rows: Iterable[Row]) -> list[Row]:
    """Keep the figures that can be drawn: exact ones, and ranges of which both ends are known."""
    return [row for row in rows if known(row, "waarde") or known(row, "ondergrens", "bovengrens")]


def periods_of(panels: Sequence[Panel]) -> str:
    """Say over which periods the figures are; one without a year comes first."""
    rows = [row for panel in panels for row in panel.figures]
    rows.sort(key=lambda row: row["jaar"] if known(row, "jaar") else -math.inf)
    periods = list(dict.fromkeys(row["periode"] for row in rows))
    return str(periods[0]) if len(periods) == 1 else f"{periods[0]} tot en met {periods[-1]}"


def kinds_of(panels: Sequence[Panel]) -> str:
    """Say of what kind the figures are when they are not plain observations; begins with a space."""
    kinds: dict[str, list[str]] = {}
    for panel in panels:
        for kind in dict.fromkeys(row["status"] for row in panel.figures):
            kinds.setdefault(STATUS_SHOWN.get(kind, kind), []).append(panel.indicator.name)
    kinds.pop("waargenomen", None)
    words = []
    for kind, names in kinds.items():
        some = f" ({'; '.join(names) if len(names) < MANY else f'{len(names)} cijfers'})"
        words.append(kind + ("" if len(names) == len(panels) else some))
    return f" Soort cijfer: {', '.join(words)}." if words else ""


def to_svg(sheet: Paper, key: str) -> str:
    """Write the SVG: text stays text, ids are unique on the page, and the same data give the same bytes."""
    from nplv_analysis.charts.slim import slim

    buffer = io.StringIO()
    sheet.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return slim(buffer.getvalue(), key, LETTER)
