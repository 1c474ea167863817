"""What stands at the ends of lines, instead of a legend: names with their latest figure, and the target."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from nplv_analysis.catalogue import Target
from nplv_analysis.charts.drawing import GOAL, LINE, OWN, REFERENCE, Panel, Paper, Row, apart, drawable, known
from nplv_analysis.wording import figure, number, with_unit

#: Letters on a line of a label.
MOST_LETTERS = 17
SIGNS = {"<": "lager dan", ">": "hoger dan"}


@dataclass(frozen=True)
class End:
    """The end of a line: where it is in the data, and what stands there."""

    year: float
    value: float
    text: str
    colour: str


def goal(target: Target, panel: Panel) -> str:
    """Say a target in words."""
    places = 0 if float(target.value).is_integer() else 1
    return f"doel: {SIGNS[target.sign]} {with_unit(number(target.value, places), panel.indicator.unit)}"


def end_labels(panel: Panel, rows: Sequence[Row], area_name: str, beside: str | None) -> list[End]:
    """List the ends of the lines of a chart: that of the area, of the gemeente and of the target."""

    def wrapped(*parts: str) -> str:
        return "\n".join(line for part in parts for line in textwrap.wrap(part, MOST_LETTERS))

    last = drawable(rows)[-1]
    value = last["waarde"] if known(last, "waarde") else (last["ondergrens"] + last["bovengrens"]) / 2
    own = figure(last, panel.indicator)
    text = wrapped(area_name, own) if beside is not None else wrapped(own)
    result = [End(last["jaar"], value, text, OWN)]
    whole = [row for row in rows if known(row, "waarde_gemeente")]
    if beside is not None and whole:
        value = whole[-1]["waarde_gemeente"]
        shown = with_unit(number(value, panel.indicator.decimals), panel.indicator.unit)
        result.append(End(whole[-1]["jaar"], value, wrapped(beside, shown), REFERENCE))
    if panel.target:
        last_year = max(row["jaar"] for row in rows)
        result.append(End(last_year, panel.target.value, wrapped(goal(panel.target, panel)), GOAL))
    return result


def write_end_labels(sheet: Paper, labels: Sequence[End]) -> None:
    """Write the labels beside the ends of their lines, moved apart where they would lie over each other."""
    ends = [sheet.at(end.year, end.value) for end in labels]
    sizes = [LINE * (end.text.count("\n") + 1) + 3 for end in labels]
    heights = apart([y for _, y in ends], sizes, 0.0, sheet.bottom + sheet.height + 6)
    x = sheet.left + sheet.width + 10
    for end, (from_x, from_y), height in zip(labels, ends, heights, strict=True):
        # The line of a target goes on to the edge of the plot.
        begin = sheet.left + sheet.width if end.colour == GOAL else from_x + 5
        if abs(height - from_y) > 2 or x - begin > 20:
            sheet.axis.annotate(
                "",
                (begin, from_y),
                (x - 2, height),
                xycoords="figure points",
                textcoords="figure points",
                arrowprops={"arrowstyle": "-", "color": end.colour, "lw": 0.6, "shrinkA": 0, "shrinkB": 0},
                annotation_clip=False,
            )
        sheet.write(x, height, end.text, color=end.colour)
