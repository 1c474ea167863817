"""Wijken with and without a bundle of interventions: every wijk openly, and the difference at each wave."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nplv_analysis.catalogue import Indicator
from nplv_analysis.charts.drawing import (
    LINE,
    OTHERS,
    OWN,
    REFERENCE,
    Chart,
    Drawing,
    Paper,
    paper,
    style,
    text_width,
    to_svg,
    value_ticks,
)
from nplv_analysis.charts.line_ends import End, write_end_labels
from nplv_analysis.interventions.panel import Panel
from nplv_analysis.methods.did import event_study
from nplv_analysis.wording import label, listing, number, signed, unit_of_change, with_unit

HEIGHT = 190.0
WITH, WITHOUT, START = "wijken met", "wijken zonder", "start"
CAPTION = (
    "De eerste figuur toont elke wijk apart, met het gemiddelde van beide groepen. De tweede toont hoeveel anders "
    "wijken met veranderden, sinds de laatste meting vóór de start."
)


def effect_chart(panel: Panel, indicator: Indicator, sources: str, key: str) -> Chart:
    """Draw wijken with and without a bundle, and how the groups changed against each other.

    Parameters
    ----------
    panel : Panel
        With a wave before the start and one after it.
    indicator : Indicator
        What the figures are.
    sources : str
        The sources, for the caption.
    key : str
        Something unique on the page, for the ids inside the SVG.

    Returns
    -------
    Chart
        Two small charts with their text alternatives, and the caption.
    """
    moments = event_study(panel.used.to_numpy(), panel.treated, panel.n_before)
    unit = " (%)" if indicator.unit == "%" else ""
    with style():
        lines = to_svg(_draw_lines(panel, indicator), f"{key}-lijnen")
        event = to_svg(_draw_event(panel, moments, indicator), f"{key}-verschil")
    change = f"Verschil in verandering ({unit_of_change(indicator.unit)})"
    drawings = (
        Drawing(f"{label(indicator)}{unit}", lines, _lines_in_words(panel, indicator)),
        Drawing(change, event, _event_in_words(panel, moments, indicator)),
    )
    return Chart(drawings, f"{CAPTION} De stippellijn is de start in {panel.start}. Bron: {sources}.")


def _means(panel: Panel) -> tuple[pd.Series, pd.Series]:
    """Give the means of both groups a year, over wijken that have every year."""
    whole = panel.used.notna().all(axis=1).to_numpy()
    values = panel.values.loc[whole]
    return values[panel.treated[whole]].mean(), values[~panel.treated[whole]].mean()


def _draw_lines(panel: Panel, indicator: Indicator) -> Paper:
    values = panel.values
    years = values.columns.to_numpy(dtype="float64")
    limits, ticks = value_ticks(float(np.nanmin(values)), float(np.nanmax(values)), indicator.decimals)
    means = _means(panel)
    ends = [
        End(years[-1], float(mean.iloc[-1]), f"{name}\n{_shown(mean.iloc[-1], indicator)}", colour)
        for mean, name, colour in zip(means, (WITH, WITHOUT), (OWN, REFERENCE), strict=True)
    ]
    sheet = _paper(ticks, [line for end in ends for line in end.text.split("\n")])
    axis = sheet.axis
    _axes(sheet, limits, ticks)
    axis.set_xlim(years[0] - 0.3, years[-1] + 0.2)
    shown = _some_years(sheet, years)
    axis.set_xticks(shown, [f"{year:.0f}" for year in shown])
    for row, treated in zip(values.to_numpy(), panel.treated, strict=True):
        known = ~np.isnan(row)
        axis.plot(
            years[known], row[known], color=OWN if treated else OTHERS, lw=0.6, ls="-" if treated else (0, (2, 2))
        )
    for mean, marker, colour in zip(means, ("o", "s"), (OWN, REFERENCE), strict=True):
        dashes = "-" if colour == OWN else (0, (4, 2))
        axis.plot(years, mean, color=colour, lw=2.2, ls=dashes, marker=marker, ms=5, mec="#ffffff", mew=0.8, zorder=4)
    axis.axvline(panel.start, color=OTHERS, ls=(0, (1, 1.6)), lw=1.2)
    _write_start(sheet, panel.start)
    write_end_labels(sheet, ends)
    return sheet


def _draw_event(panel: Panel, moments: pd.DataFrame, indicator: Indicator) -> Paper:
    differences = moments["verschil"].to_numpy()
    limits, ticks = value_ticks(differences.min(), differences.max(), max(indicator.decimals, 1))
    sheet = _paper(ticks, [""])
    axis = sheet.axis
    _axes(sheet, limits, ticks)
    years = panel.used.columns.to_numpy(dtype="float64")
    axis.set_xlim(years[0] - 0.5, years[-1] + 0.5)
    axis.axhline(0, color=REFERENCE, lw=0.9)
    shown = _some_years(sheet, years)
    axis.set_xticks(shown, [f"{year:.0f}" for year in shown])
    axis.vlines(years, 0, differences, color=OWN, lw=1.2)
    for before, face in ((True, "#ffffff"), (False, OWN)):
        here = panel.after != before
        axis.plot(years[here], differences[here], "o", mfc=face, mec=OWN, mew=1.3, ms=6, zorder=4)
    axis.axvline(panel.start, color=OTHERS, ls=(0, (1, 1.6)), lw=1.2)
    _write_start(sheet, panel.start)
    return sheet


def _paper(ticks: dict[float, str], beside: Sequence[str]) -> Paper:
    left = max(map(text_width, ticks.values())) + 8
    right = max(map(text_width, beside)) + 14
    return paper(HEIGHT, left=left, right=right, top=LINE + 6, bottom=LINE + 8)


def _axes(sheet: Paper, limits: tuple[float, float], ticks: dict[float, str]) -> None:
    sheet.axis.set_ylim(*limits)
    sheet.axis.set_yticks(list(ticks), list(ticks.values()))
    sheet.axis.grid(axis="y", color="#e6e8ea", lw=0.6)


def _write_start(sheet: Paper, start: int) -> None:
    x, _ = sheet.at(start, 0)
    sheet.write(x, sheet.bottom + sheet.height + LINE / 2 + 1, START, ha="center", color="#4d4d4d")


def _some_years(sheet: Paper, years: np.ndarray) -> list[float]:
    """Give the last year and those before it that fit."""
    chosen = [float(years[-1])]
    for year in years[::-1]:
        if sheet.at(chosen[-1], 0)[0] - sheet.at(year, 0)[0] >= text_width("2020") + 8:
            chosen.append(float(year))
    return chosen


def _shown(value: float, indicator: Indicator) -> str:
    return with_unit(number(value, max(indicator.decimals, 1)), indicator.unit)


def _lines_in_words(panel: Panel, indicator: Indicator) -> str:
    means = _means(panel)
    first, last = panel.values.columns[0], panel.values.columns[-1]
    ends = [
        f"{name} gemiddeld van {_shown(mean.iloc[0], indicator)} naar {_shown(mean.iloc[-1], indicator)}"
        for mean, name in zip(means, (WITH, WITHOUT), strict=True)
    ]
    counts = f"{panel.n_with} wijken met en {panel.n_without} wijken zonder"
    return f"Lijnfiguur: {label(indicator)}, {counts}. Van {first:.0f} tot {last:.0f}: {listing(ends)}."


def _event_in_words(panel: Panel, moments: pd.DataFrame, indicator: Indicator) -> str:
    decimals = max(indicator.decimals, 1)
    parts = [
        f"{year:.0f}: {signed(difference, decimals)}"
        for year, difference in zip(panel.used.columns, moments["verschil"], strict=True)
    ]
    return f"Puntfiguur: verschil in verandering tussen wijken met en zonder. {'; '.join(parts)}."
