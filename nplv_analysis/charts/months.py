"""Counts of consecutive months, with what the model expects, and what it would have expected had nothing started."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nplv_analysis.charts.drawing import (
    LINE,
    OTHERS,
    OWN,
    REFERENCE,
    Chart,
    Drawing,
    paper,
    style,
    text_width,
    to_svg,
    value_ticks,
)
from nplv_analysis.wording import number

HEIGHT = 190.0
CAPTION = "Een punt is een maand. Blauw is wat het model verwacht. Zwart gestreept is hetzelfde zonder de start."


def months_chart(months: pd.DataFrame, start: int, title: str, sources: str, key: str) -> Chart:
    """Draw a monthly count around a start.

    Parameters
    ----------
    months : DataFrame
        As ``methods.interrupted_series`` gives it: telling, verwacht and zonder, one row a month.
    start : int
        Index of the first month after the start.
    title : str
        What is counted.
    sources : str
        The sources, for the caption.
    key : str
        Something unique on the page, for the ids inside the SVG.

    Returns
    -------
    Chart
        One small chart with its text alternative, and the caption.
    """
    numbers = np.arange(len(months), dtype="float64")
    limits, ticks = value_ticks(0.0, float(months.max().max()), 0)
    with style():
        left = max(map(text_width, ticks.values())) + 8
        sheet = paper(HEIGHT, left=left, right=14, top=LINE + 6, bottom=LINE + 8)
        axis = sheet.axis
        axis.set_ylim(*limits)
        axis.set_yticks(list(ticks), list(ticks.values()))
        axis.set_xlim(-1, len(months))
        years = numbers[::12]
        axis.set_xticks(years, [f"jaar {n}" for n in range(1, len(years) + 1)])
        axis.grid(axis="y", color="#e6e8ea", lw=0.6)
        axis.plot(numbers, months["telling"], "o", ms=3, mfc="#ffffff", mec=OTHERS, mew=0.9)
        axis.plot(numbers, months["verwacht"], color=OWN, lw=1.8)
        axis.plot(numbers[start:], months["zonder"].iloc[start:], color=REFERENCE, lw=1.4, ls=(0, (4, 2)))
        axis.axvline(start - 0.5, color=OTHERS, ls=(0, (1, 1.6)), lw=1.2)
        x, _ = sheet.at(start - 0.5, 0)
        sheet.write(x, sheet.bottom + sheet.height + LINE / 2 + 1, "start", ha="center", color="#4d4d4d")
        svg = to_svg(sheet, key)
    before, after = (number(float(part.mean()), 1) for part in (months["telling"][:start], months["telling"][start:]))
    words = f"Puntfiguur: {title}. Gemiddeld {before} per maand vóór de start, en {after} erna."
    return Chart((Drawing(title, svg, words),), f"{CAPTION} Bron: {sources}.")
