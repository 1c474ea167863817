"""How indicators developed: lines that stop where the measurement changes or a year is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from nplv_analysis.catalogue import Area, Catalogue, Indicator
from nplv_analysis.charts.drawing import (
    ESTIMATE,
    FLAT,
    GOAL,
    LINE,
    OTHERS,
    OWN,
    REFERENCE,
    Chart,
    Drawing,
    Panel,
    Paper,
    Row,
    drawable,
    kinds_of,
    known,
    paper,
    periods_of,
    style,
    text_width,
    to_svg,
    value_ticks,
)
from nplv_analysis.charts.line_ends import end_labels, goal, write_end_labels
from nplv_analysis.charts.stretches import (
    breaks,
    by_series,
    columns,
    dated,
    ends_of,
    stretches,
    values_of,
    with_margin,
)
from nplv_analysis.comparison import WIJKEN
from nplv_analysis.rows import records
from nplv_analysis.wording import figure, listing, number, with_unit

HEIGHT = 165.0
#: Each series has its own marker.
MARKERS = ("o", "D", "^", "v", "P")
BROKEN = "anders gemeten"


def development_chart(
    panels: Sequence[Panel], area_name: str, gemeente_name: str | None, sources: str, key: str
) -> Chart:
    """Draw how indicators developed, one small chart each; points are joined within a series only.

    Parameters
    ----------
    panels : sequence of Panel
        Each with rows of the development table about one area. Those without a figure that can be drawn are left out.
    area_name : str
        The area, for the label of its line.
    gemeente_name : str or None
        Label of the gemeente's line; None when the area is the gemeente.
    sources : str
        The sources, for the caption.
    key : str
        Something unique on the page, for the ids inside the SVG.

    Returns
    -------
    Chart
        The small charts with their text alternatives, and the caption.
    """
    drawn = [(panel, rows) for panel in panels if drawable(rows := dated(panel.figures))]
    if not drawn:
        return Chart((), "")
    drawings = []
    with style():
        for position, (panel, rows) in enumerate(drawn):
            # A count of the whole gemeente would flatten the line of a part of it.
            beside = None if panel.indicator.unit.startswith("aantal") else gemeente_name
            sheet = _draw(panel, rows, area_name, beside)
            words = _in_words(panel, rows, area_name, beside)
            drawings.append(Drawing(panel.title, to_svg(sheet, f"{key}-{position}"), words))
    return Chart(tuple(drawings), _caption([panel for panel, _ in drawn], area_name, gemeente_name, sources))


def development_panel(
    figures: pd.DataFrame,
    catalogue: Catalogue,
    indicator: Indicator,
    rows: pd.DataFrame,
    area: Area,
    band: float | None = None,
) -> Panel:
    """Make the panel of an area, with the same scale as that of every other area.

    Parameters
    ----------
    figures : DataFrame
        The development table of all areas.
    catalogue : Catalogue
        For the areas that are compared, and the one that targets are for.
    indicator : Indicator
        What to draw.
    rows : DataFrame
        The rows of ``figures`` to draw.
    area : Area
        The area that they are about.
    band : float, optional
        Half width of the band around the gemeente, in percent of its figure; drawn for a wijk only.

    Returns
    -------
    Panel
        A count has a scale of its own: that of a large area would flatten the line of a small one.
    """
    compared = {a.id for a in catalogue.areas if a.kind in (*WIJKEN, "samengesteld", "gemeente")}
    scale = None
    if not indicator.unit.startswith("aantal"):
        everywhere = records(figures[figures["indicator"] == indicator.id])
        here = dated(row for row in everywhere if row["gebied"] in compared)
        goals = [] if indicator.target is None else [indicator.target.value]
        scale = ends_of([*values_of(here), *(row["waarde_gemeente"] for row in here), *goals])
    of_programme = catalogue.programme is not None and area.id == catalogue.programme.id
    return Panel(
        indicator,
        rows,
        scale,
        target=indicator.target if of_programme else None,
        band=band if area.kind in WIJKEN and not indicator.unit.startswith("aantal") else None,
    )


def _draw(panel: Panel, rows: Sequence[Row], area_name: str, beside: str | None) -> Paper:
    limits, ticks = value_ticks(*_extent(panel, rows, beside), panel.indicator.decimals)
    labels = end_labels(panel, rows, area_name, beside)
    broken = breaks(rows)
    sheet = paper(
        HEIGHT,
        left=max(map(text_width, ticks.values())) + 8,
        right=max((text_width(line) for end in labels for line in end.text.split("\n")), default=0) + 14,
        top=LINE + 6 if broken else 8,
        bottom=LINE + 8,
    )
    axis = sheet.axis
    axis.set_ylim(*limits)
    axis.grid(axis="y", color="#e6e8ea", lw=0.6)
    axis.set_yticks(list(ticks), list(ticks.values()))
    if limits[0] < 0:
        axis.axhline(0, color=OTHERS, lw=0.8)
    _year_axis(sheet, rows)
    if beside is not None:
        _draw_gemeente(sheet, rows, panel.band)
    _draw_own(sheet, rows)
    if panel.target:
        axis.axhline(panel.target.value, color=GOAL, lw=1.4, ls=(0, (6, 2, 1, 2)))
    _mark_breaks(sheet, broken)
    write_end_labels(sheet, labels)
    return sheet


def _extent(panel: Panel, rows: Sequence[Row], beside: str | None) -> tuple[float, float]:
    """Give the lowest and highest value that the axis must hold."""
    values = [*values_of(rows), *(panel.scale or ()), *([panel.target.value] if panel.target else [])]
    if beside is not None:
        around = (panel.band or 0) / 100
        values += [row["waarde_gemeente"] * part for row in rows for part in (1 + around, 1 - around)]
    return ends_of(values) or (0.0, 0.0)


def _draw_gemeente(sheet: Paper, rows: Sequence[Row], band: float | None) -> None:
    for series in by_series(rows):
        for stretch in stretches([row for row in series if known(row, "waarde_gemeente")], rows):
            years, values = columns(stretch, "jaar", "waarde_gemeente")
            if band:
                # A single year has a band with some width too.
                wide = [years[0] - 0.12, *years, years[-1] + 0.12]
                around = np.array([values[0], *values, values[-1]])
                low, high = around * (1 - band / 100), around * (1 + band / 100)
                sheet.axis.fill_between(wide, low, high, facecolor="#ececec", edgecolor=OTHERS, lw=0.6)
            if len(stretch) > 1:
                sheet.draw(years, values, ls=(0, (4, 2)), color=REFERENCE, lw=1.1)
            _points(sheet, stretch, "waarde_gemeente", "s", REFERENCE, 3.5)


def _draw_own(sheet: Paper, rows: Sequence[Row]) -> None:
    for position, series in enumerate(by_series(rows)):
        for stretch in stretches(series, rows):
            if len(stretch) > 1:
                sheet.draw(*columns(stretch, "jaar", "waarde"), color=OWN, lw=1.8, zorder=3)
        for row in with_margin(series):
            sheet.draw([row["jaar"]] * 2, [row["onder95"], row["boven95"]], color=OWN, lw=1.2, **FLAT)
        ranged = [row for row in drawable(series) if not known(row, "waarde")]
        for row in ranged:
            sheet.draw([row["jaar"]] * 2, [row["ondergrens"], row["bovengrens"]], color=OWN, lw=5, zorder=3, **FLAT)
        for end in ("ondergrens", "bovengrens") if ranged else ():
            # The ends are seen also where the range is narrow.
            sheet.draw(*columns(ranged, "jaar", end), ls="none", marker="_", color=OWN, ms=9, mew=1.4)
        _points(sheet, series, "waarde", MARKERS[position % len(MARKERS)], OWN, 5.5)


def _points(sheet: Paper, rows: Sequence[Row], column: str, marker: str, colour: str, size: float) -> None:
    """Draw points; those of estimates are open."""
    for estimate, fill in ((False, colour), (True, "#ffffff")):
        group = [row for row in rows if known(row, column) and (row["status"] == ESTIMATE) is estimate]
        if group:
            place = columns(group, "jaar", column)
            sheet.draw(*place, ls="none", marker=marker, ms=size, mfc=fill, mec=colour, mew=1.3, zorder=4)


def _mark_breaks(sheet: Paper, years: Sequence[float]) -> None:
    end = -np.inf
    half = text_width(BROKEN) / 2
    for year in years:
        sheet.axis.axvline(year, color=OTHERS, ls=(0, (1, 1.6)), lw=1.2)
        x, _ = sheet.at(year, 0)
        middle = min(max(x, half), sheet.left + sheet.width + 4 - half)
        if middle - half > end:
            sheet.write(middle, sheet.bottom + sheet.height + LINE / 2 + 1, BROKEN, ha="center", color="#4d4d4d")
            end = middle + half


def _year_axis(sheet: Paper, rows: Sequence[Row]) -> None:
    """Name as many years as fit, the last one and if possible the first among them."""
    periods: dict[float, str] = {}
    for row in rows:
        periods.setdefault(row["jaar"], row["periode"])
    years = sorted(periods)
    names = [re.sub(r"^(\d{4})[-/]\d\d(\d\d)$", r"\1-\2", periods[year]) for year in years]
    span = max(years[-1] - years[0], 1.0)
    sheet.axis.set_xlim(years[0] - 0.07 * span, years[-1] + 0.03 * span)
    room = max(map(text_width, names)) + 6
    places = [sheet.at(year, 0)[0] for year in years]
    chosen = [len(years) - 1]
    for n in reversed(range(len(years))):
        free = places[chosen[-1]] - places[n] >= room
        if free and (n == 0 or places[n] - places[0] >= room):
            chosen.append(n)
    sheet.axis.set_xticks([years[n] for n in chosen], [names[n] for n in chosen])


def _in_words(panel: Panel, rows: Sequence[Row], area_name: str, beside: str | None) -> str:
    """Say in short sentences what a chart shows: what, from when to when, own against gemeente."""
    rows = drawable(rows)
    series = [row for row in rows if row["reeks"] == rows[-1]["reeks"]]
    ends = [series[0], series[-1]] if len(series) > 1 else series
    text = f"Lijnfiguur: {panel.title} in {area_name}. "
    text += listing([f"{figure(row, panel.indicator)} in {row['periode']}" for row in ends]) + "."
    if beside is not None and all(known(row, "waarde_gemeente") for row in ends):
        decimals, unit = panel.indicator.decimals, panel.indicator.unit
        whole = [with_unit(number(row["waarde_gemeente"], decimals), unit) for row in ends]
        text += f" {beside}: {listing(whole)}."
    if len(series) < len(rows):
        text += f" Vóór {series[0]['periode']} is anders gemeten."
    if panel.target:
        text += f" {goal(panel.target, panel).capitalize()}."
    return text


def _caption(panels: Sequence[Panel], area_name: str, gemeente_name: str | None, sources: str) -> str:
    rows = [row for panel in panels for row in panel.figures]
    lines = [f"Ontwikkeling in {area_name}, {periods_of(panels)}.{kinds_of(panels)}"]
    if any(len(by_series(panel.figures)) > 1 for panel in panels):
        lines.append("Bij een stippellijn is anders gemeten: vergelijk niet over die lijn heen.")
    if any(row["status"] == ESTIMATE for row in rows):
        lines.append("Een open teken is een schatting.")
    if with_margin(rows):
        lines.append("Een dunne staande lijn is de marge van 95%.")
    if any(known(row, "bovengrens") and not known(row, "waarde") for row in rows):
        lines.append("Een balk is een bereik: het precieze cijfer is niet bekend.")
    if gemeente_name and any(panel.band for panel in panels):
        band = next(panel.band for panel in panels if panel.band)
        places = 0 if float(band).is_integer() else 1
        lines.append(f"Grijs: de band van {number(band, places)}% rond het cijfer van de gemeente.")
    if any(panel.scale for panel in panels):
        lines.append("De schaal is voor elk gebied gelijk.")
    return " ".join([*lines, f"Bron: {sources}."])
