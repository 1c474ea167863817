"""Wijken with and without, as a picture: every wijk, both means, the start, and the difference at each wave."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from helpers import Page, indicator
from pictures import OTHERS, OWN, REFERENCE, Picture, dutch, pictures

from nplv_analysis.charts import effect_chart, months_chart
from nplv_analysis.interventions.panel import Panel

SHARE = indicator(name="Moeite met <rondkomen>", unit="%", decimals=0)
#: Two wijken with and three without; in those with it falls from 30 to 24 after 2016, and 2016 itself is no wave.
VALUES = np.array(
    [[31, 31, 31, 99, 25, 25], [29, 29, 29, 99, 23, 23], *([[20, 20, 20, 50, 20, 20]] * 3)], dtype="float64"
)
PANEL = Panel(
    pd.DataFrame(VALUES, index=list("abcde"), columns=[float(year) for year in range(2013, 2019)]),
    np.arange(5) < 2,
    2016,
)
MONTHS = pd.DataFrame({"telling": [8.0, 12.0, 5.0, 7.0], "verwacht": [10.0, 10.0, 6.0, 6.0], "zonder": [10.0] * 4})


def drawn(panel: Panel = PANEL) -> list[Picture]:
    """Draw the two small charts."""
    return pictures(effect_chart(panel, SHARE, "OIS & co", "sleutel").to_html())


def test_each_wijk_has_its_line_and_each_group_its_mean() -> None:
    lines, _ = drawn()
    strokes = re.findall(r'stroke="(#\w+)"|stroke: (#\w+)', lines.svg)
    assert lines.svg.count("<path") > 5
    assert {OWN, REFERENCE, OTHERS} <= {(one or other).lower() for one, other in strokes}
    shown = [text.text.replace("\u00a0", " ") for text in lines.texts]
    # (25 + 23) / 2 and 20 in the last year.
    assert {"wijken met", "24,0 %", "wijken zonder", "20,0 %", "start", "2018"} <= set(shown)


def test_the_second_chart_gives_the_difference_since_the_last_wave_before() -> None:
    _, event = drawn()
    assert event.title == "Verschil in verandering (procentpunt)"
    assert "2013: 0,0; 2014: 0,0; 2015: 0,0; 2017: \u22126,0; 2018: \u22126,0." in event.alternative
    hollow = [point.hollow for point in event.points(OWN)]
    assert sorted(hollow) == [False, False, True, True, True]


def test_the_text_says_what_the_lines_show() -> None:
    lines, _ = drawn()
    text = lines.alternative.replace("\u00a0", " ")
    assert text.startswith("Lijnfiguur: Moeite met <rondkomen>, 2 wijken met en 3 wijken zonder.")
    assert "wijken met gemiddeld van 30,0 % naar 24,0 % en wijken zonder gemiddeld van 20,0 % naar 20,0 %" in text


def test_names_are_escaped_and_ids_differ() -> None:
    html = effect_chart(PANEL, SHARE, "<b>OIS</b>", "sleutel").to_html()
    page = Page(html)
    assert "<b>" not in html and "Bron: <b>OIS</b>." in page.texts("figcaption")[0]
    ids = page.values("id")
    assert len(set(ids)) == len(ids)
    assert effect_chart(PANEL, SHARE, "<b>OIS</b>", "sleutel").to_html() == html


def test_a_wijk_that_misses_a_wave_is_drawn_and_does_not_count() -> None:
    values = PANEL.values.copy()
    values.loc["e", 2014.0] = np.nan
    values.loc["e", 2018.0] = 60.0
    lines, event = drawn(Panel(values, PANEL.treated, PANEL.start))
    assert "3 wijken zonder" not in lines.alternative and "2 wijken zonder" in lines.alternative
    assert "2018: \u22126,0." in event.alternative


@pytest.mark.parametrize("start", [2, 3])
def test_months_are_points_around_a_start(start: int) -> None:
    chart = months_chart(MONTHS, start, "Meldingen <per> maand", "bedacht", "maanden")
    (picture,) = pictures(chart.to_html())
    assert len([point for point in picture.points() if point.hollow]) == 4
    assert "start" in [text.text for text in picture.texts]
    before, after = MONTHS["telling"][:start].mean(), MONTHS["telling"][start:].mean()
    numbers = [dutch(number) for number in re.findall(r"\d+,\d", picture.alternative)]
    assert numbers == [round(before, 1), round(after, 1)]
    assert Page(chart.to_html()).texts("figcaption")[0].endswith("Bron: bedacht.")
