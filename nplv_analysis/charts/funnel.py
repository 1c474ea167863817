"""A funnel: rates of areas against their size, with the limits that areas of a size stay within by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nplv_analysis.charts.drawing import (
    LETTER,
    LINE,
    OTHERS,
    OWN,
    REFERENCE,
    Chart,
    Drawing,
    Panel,
    Paper,
    Row,
    kinds_of,
    known,
    paper,
    periods_of,
    style,
    text_width,
    to_svg,
    value_ticks,
)
from nplv_analysis.methods.funnel import estimate_overdispersion, funnel_limits
from nplv_analysis.observations import factor_of
from nplv_analysis.verdict import SAME
from nplv_analysis.wording import number

HEIGHT = 215.0
#: The limits: their name, their z-value and how they are drawn.
LIMITS: tuple[tuple[str, float, Any], ...] = (("95%", 1.96, (0, (4, 2))), ("99,8%", 3.0902, "-"))
Box = tuple[float, float, float, float]
#: So many steps make a curve look like one.
STEPS = 25


@dataclass(frozen=True)
class Funnel:
    """What one funnel shows: an indicator and its areas, and the events and inhabitants of their reference."""

    panel: Panel
    reference_name: str
    reference_events: float
    reference_exposure: float


def funnel_chart(funnel: Funnel, names: Mapping[str, str], own: str, sources: str, key: str) -> Chart:
    """Draw rates against the number of inhabitants, with limits that hold the variation between areas.

    Parameters
    ----------
    funnel : Funnel
        Rows of the indicator table with counts and verdicts, one a wijk.
    names : mapping
        Id of each area to its name.
    own : str
        Id of the area that the page is about; it need not be among the rows.
    sources : str
        The sources, for the caption.
    key : str
        Something unique on the page, for the ids inside the SVG.

    Returns
    -------
    Chart
        The funnel; without drawings when there are too few areas to see how much they vary.
    """
    rows = [row for row in funnel.panel.figures if known(row, "teller") and row["noemer"] > 0]
    if not rows:
        return Chart((), "")
    events, exposure = (np.array([row[name] for row in rows], dtype="float64") for name in ("teller", "noemer"))
    _, tau2 = estimate_overdispersion(events, exposure, events.sum() / exposure.sum())
    if np.isnan(tau2):
        return Chart((), "")
    with style():
        svg = to_svg(_draw(funnel, rows, tau2, names, own), key)
    drawing = Drawing(f"{funnel.panel.title}, naar grootte van de wijk", svg, _in_words(funnel, rows, names, own))
    return Chart((drawing,), _caption(funnel, rows, names, own, sources))


def _draw(funnel: Funnel, rows: Sequence[Row], tau2: float, names: Mapping[str, str], own: str) -> Paper:
    factor = float(factor_of(funnel.panel.indicator.unit) or 1)
    largest = max(row["noemer"] for row in rows) * 1.06
    sizes = np.geomspace(min(row["noemer"] for row in rows) * 0.6, largest, STEPS)
    curves = [
        [factor * curve for curve in funnel_limits(
            sizes, funnel.reference_events, funnel.reference_exposure, tau2, z
        )]
        for _, z, _ in LIMITS
    ]  # fmt: skip
    rate = factor * funnel.reference_events / funnel.reference_exposure
    # The widest end of the funnel may be cut off, a point may not.
    highest = max(*(row["waarde"] for row in rows), 1.15 * float(curves[-1][1][-1]))
    limits, ticks = value_ticks(0.0, highest, funnel.panel.indicator.decimals)
    _, people = value_ticks(0.0, largest, 0)
    sheet = paper(
        HEIGHT,
        left=max(map(text_width, ticks.values())) + 8,
        right=max(text_width(name) for name, *_ in LIMITS) + 10,
        top=8,
        bottom=2 * LINE + 6,
    )
    axis = sheet.axis
    axis.set_xlim(0, largest)
    axis.set_ylim(*limits)
    axis.set_yticks(list(ticks), list(ticks.values()))
    axis.set_xticks(list(people), list(people.values()))
    sheet.write(sheet.left + sheet.width / 2, LINE / 2, "aantal inwoners", ha="center", color="#4d4d4d")
    axis.axhline(rate, color=REFERENCE, lw=1.1)
    lines: list[Box] = []
    for (name, _, dashes), pair in zip(LIMITS, curves, strict=True):
        for curve in pair:
            lines += [(x - 4, y - 1, x + 4, y + 1) for x, y in map(sheet.at, sizes, curve)]
            axis.plot(sizes, np.where(curve <= limits[1], curve, np.nan), color=OTHERS, lw=1.1, ls=dashes)
            _, height = sheet.at(0, float(curve[-1]))
            sheet.write(sheet.left + sheet.width + 4, height, name, color="#4d4d4d")
    _, height = sheet.at(0, rate)
    sheet.write(sheet.left + sheet.width + 4, height, number(rate, funnel.panel.indicator.decimals), color=REFERENCE)
    lines.append((sheet.left, height - 1, sheet.left + sheet.width, height + 1))
    _draw_points(sheet, rows, names, own, lines)
    return sheet


def _draw_points(sheet: Paper, rows: Sequence[Row], names: Mapping[str, str], own: str, lines: Sequence[Box]) -> None:
    """Draw the areas; the own one and those that differ are named first, the others where there is room left."""
    found = sorted(rows, key=lambda row: (row["gebied"] != own, not _differs(row["oordeel"])))
    places = [sheet.at(row["noemer"], row["waarde"]) for row in found]
    taken = [*lines, *((x - 4, y - 4, x + 4, y + 4) for x, y in places)]
    for row, (x, y) in zip(found, places, strict=True):
        mine = row["gebied"] == own
        colour = OWN if mine else OTHERS
        sheet.axis.plot(row["noemer"], row["waarde"], "D" if mine else "o", color=colour, ms=6.5 if mine else 5.5)
        name = names[row["gebied"]].split(" (")[0]
        box = _free_box(sheet, x, y, text_width(name, mine), taken, must=mine or _differs(row["oordeel"]))
        if box:
            taken.append(box)
            weight = "bold" if mine else "normal"
            sheet.write(box[0], (box[1] + box[3]) / 2, name, color=colour, fontweight=weight)


def _free_box(sheet: Paper, x: float, y: float, width: float, taken: list[Box], must: bool) -> Box | None:
    """Find room for a name beside a point: to the right or the left, above or below."""
    tall = LETTER * 1.1
    right, left, above, below = x + 6, x - 6 - width, y + 5, y - 5 - tall
    corners = [(right, y - tall / 2), (left, y - tall / 2)]
    corners += [(at, height) for height in (above, below) for at in (x - width / 2, x - 3, x + 3 - width)]
    boxes = [(left, low, left + width, low + tall) for left, low in corners]
    inside = [b for b in boxes if b[0] >= sheet.left and b[2] <= sheet.left + sheet.width and b[1] >= sheet.bottom]
    for box in inside:
        if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            return box
    return inside[0] if must and inside else None


def _in_words(funnel: Funnel, rows: Sequence[Row], names: Mapping[str, str], own: str) -> str:
    period, decimals = rows[0]["periode"], funnel.panel.indicator.decimals
    rate = factor_of(funnel.panel.indicator.unit) or 1
    rate *= funnel.reference_events / funnel.reference_exposure
    text = f"Trechterfiguur: {funnel.panel.title} in {len(rows)} wijken, {period}. "
    mine = [row for row in rows if row["gebied"] == own]
    if mine:
        text += f"{names[own]}: {number(mine[0]['waarde'], decimals)}; "
        text += f"{funnel.reference_name}: {number(rate, decimals)}. "
    return text + _different(rows, names)


def _differs(verdict: str) -> bool:
    return verdict not in ("", SAME)


def _different(rows: Sequence[Row], names: Mapping[str, str]) -> str:
    """Name the areas with a verdict: the lines are about the own area, and other areas have lines of their own."""
    beyond = [names[row["gebied"]] for row in rows if _differs(row["oordeel"])]
    return f"Aantoonbaar anders: {', '.join(beyond) if beyond else 'geen enkele wijk'}."


def _caption(funnel: Funnel, rows: Sequence[Row], names: Mapping[str, str], own: str, sources: str) -> str:
    lines = [f"Elk punt is een wijk, {periods_of([funnel.panel])}.{kinds_of([funnel.panel])}"]
    if any(row["gebied"] == own for row in rows):
        lines.append(f"De ruit is {names[own]}.")
    lines.append(f"De middelste lijn is: {funnel.reference_name}.")
    lines.append(
        "Tussen de streepjeslijnen ligt vanzelf 95% van de wijken, tussen de buitenste lijnen 99,8%. In een kleine "
        "wijk speelt toeval een grotere rol. Daar liggen de lijnen verder uit elkaar."
    )
    return " ".join([*lines, _different(rows, names), f"Bron: {sources}."])
