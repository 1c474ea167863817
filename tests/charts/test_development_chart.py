"""How figures developed, as a picture: lines that stop where they must, and what stands at their ends."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from helpers import area, catalogue, figures, indicator
from pictures import GOAL, OWN, REFERENCE, Picture, pictures

from nplv_analysis.catalogue import Area, Indicator, Target
from nplv_analysis.charts import Chart, Panel, development_chart, development_panel
from nplv_analysis.data import Data
from nplv_analysis.development import development
from nplv_analysis.indicators import ROUNDING, SAMPLE

pytest_plugins = ["project_data"]

SHARE = indicator(name="Moeite met <rondkomen> & zo", unit="%", decimals=1)
PROGRAMME = area("noord", "BU0", "BU1", kind="samengesteld")
AREAS = (area("wijk", "BU0"), area("ander", "BU1"), PROGRAMME)


def panel_of(
    *rows: dict[str, Any], about: Indicator = SHARE, place: Area = AREAS[0], band: float | None = None
) -> Panel:
    """Make the panel of an area, with figures of several areas around it."""
    town = catalogue(about, *AREAS)
    found = development(figures(*({"eenheid": about.unit} | row for row in rows)), town)
    return development_panel(found, town, about, found[found["gebied"] == place.id], place, band)


def drawn(panel: Panel, beside: str | None = "Gemeente", key: str = "sleutel") -> Chart:
    """Draw one panel."""
    return development_chart([panel], "De <Wijk>", beside, "CBS & RIVM", key)


def picture_of(panel: Panel, beside: str | None = "Gemeente") -> Picture:
    """Draw one panel and look at it."""
    (found,) = pictures(drawn(panel, beside).to_html())
    return found


def years(*values: float, first: int = 2014, **other: Any) -> list[dict[str, Any]]:
    """Make yearly figures."""
    return [{"periode": str(first + n), "waarde": value, **other} for n, value in enumerate(values)]


def of_gemeente(*values: float, first: int = 2014, **other: Any) -> list[dict[str, Any]]:
    return years(*values, first=first, gebied="gemeente", **other)


BROKEN = [*years(24.0, 22.0, 23.0, reeks="oud"), *years(30.0, 31.0, 29.0, first=2017, reeks="nieuw")]


# ------------------------------------------------------------------------------------------------ what is drawn


def test_points_are_where_their_figures_are() -> None:
    seen = picture_of(panel_of(*years(24.0, 22.5, 20.0), *of_gemeente(18.0, 17.0, 16.0)))
    assert [year for year, _ in seen.years_and_values(OWN)] == [2014, 2015, 2016]
    assert [value for _, value in seen.years_and_values(OWN)] == pytest.approx([24.0, 22.5, 20.0], abs=0.1)
    assert [value for _, value in seen.years_and_values(REFERENCE)] == pytest.approx([18.0, 17.0, 16.0], abs=0.1)


def test_no_line_is_drawn_across_a_break() -> None:
    seen = picture_of(panel_of(*BROKEN), beside=None)
    # Two stretches of three points each, never one of six.
    assert [len(line) for line in seen.lines(OWN)] == [3, 3]
    assert "anders gemeten" in seen.words


def test_each_series_has_its_own_marker() -> None:
    forms = [point.form for point in picture_of(panel_of(*BROKEN), beside=None).points(OWN)]
    assert len(set(forms[:3])) == len(set(forms[3:])) == 1
    assert forms[0] != forms[3]


def test_a_break_lies_between_the_series_that_it_parts() -> None:
    seen = picture_of(panel_of(*BROKEN), beside=None)
    upright = [line for line in seen.lines("#6b6b6b") if line[0][0] == line[1][0]]
    assert [round(seen.value("x", line[0][0]), 1) for line in upright] == [2016.5]


def test_no_line_runs_over_a_year_without_a_figure() -> None:
    rows = [{"periode": str(year), "waarde": 20.0} for year in (2014, 2015, 2016, 2019, 2020)]
    chart = drawn(panel_of(*rows), beside=None)
    assert [len(line) for line in pictures(chart.to_html())[0].lines(OWN)] == [3, 2]
    assert "anders gemeten" not in chart.caption


def test_two_figures_of_a_series_that_is_yearly_elsewhere_are_not_joined() -> None:
    rows = [
        {"periode": "2012", "waarde": 20.0, "reeks": "oud"},
        {"periode": "2017", "waarde": 18.0, "reeks": "oud"},
        *years(15.0, 16.0, 17.0, first=2018, reeks="nieuw"),
    ]
    assert [len(line) for line in picture_of(panel_of(*rows), beside=None).lines(OWN)] == [3]


def test_a_survey_every_two_years_is_one_line() -> None:
    rows = [{"periode": str(year), "waarde": 20.0} for year in (2018, 2020, 2022)]
    assert [len(line) for line in picture_of(panel_of(*rows), beside=None).lines(OWN)] == [3]


def test_estimates_have_open_markers() -> None:
    rows = [*years(24.0, 22.0, status="schatting"), *years(23.0, first=2016)]
    chart = drawn(panel_of(*rows), beside=None)
    points = sorted(pictures(chart.to_html())[0].points(OWN), key=lambda point: point.x)
    assert [point.hollow for point in points] == [True, True, False]
    assert "Een open teken is een schatting." in chart.caption


def test_a_range_is_a_bar_without_a_marker() -> None:
    rows = [*years(24.0), {"periode": "2015", "ondergrens": 20.0, "bovengrens": 25.0, "teken": "tussen"}]
    chart = drawn(panel_of(*rows), beside=None)
    seen = pictures(chart.to_html())[0]
    assert len(seen.points(OWN)) == 1
    (bar,) = [line for line in seen.lines(OWN) if line[0][0] == line[1][0]]
    assert sorted(seen.value("y", y) for _, y in bar) == pytest.approx([20.0, 25.0], abs=0.1)
    assert "Een balk is een bereik" in chart.caption


@pytest.mark.parametrize(("kind", "bars"), [(SAMPLE, 1), (ROUNDING, 0)])
def test_a_margin_of_95_percent_is_drawn_and_that_of_rounding_is_not(kind: str, bars: int) -> None:
    rows = [*years(24.0, interval_soort=kind, onder95=20.0, boven95=28.0), *years(22.0, first=2015)]
    chart = drawn(panel_of(*rows), beside=None)
    upright = [line for line in pictures(chart.to_html())[0].lines(OWN) if line[0][0] == line[1][0]]
    assert len(upright) == bars
    assert ("marge van 95%" in chart.caption) == bool(bars)


def test_a_count_of_the_gemeente_is_not_drawn_beside_a_part_of_it() -> None:
    counts = indicator(unit="aantal dingen", decimals=0)
    seen = picture_of(panel_of(*years(5.0, 6.0), *of_gemeente(900.0, 950.0), about=counts))
    assert not seen.points(REFERENCE)
    assert not [word for word in seen.words if "Gemeente" in word or "9" in word]


# ------------------------------------------------------------------------------------------------ the scale


def test_the_scale_holds_zero() -> None:
    assert "0" in picture_of(panel_of(*years(90.0, 91.0)), beside=None).tick_texts("y")


def test_every_area_has_the_same_scale() -> None:
    rows = [*years(10.0, 11.0), *years(38.0, 35.0, gebied="ander"), *of_gemeente(15.0, 14.0)]
    rows += [{"gebied": "ander", "periode": "2016", "ondergrens": 30.0, "bovengrens": 44.0, "teken": "tussen"}]
    pair = [picture_of(panel_of(*rows, place=place)) for place in AREAS[:2]]
    assert pair[0].tick_texts("y") == pair[1].tick_texts("y")
    assert pair[0].value("y", 10.0) == pytest.approx(pair[1].value("y", 10.0), abs=0.3)
    assert pair[0].value("y", 8.0) > 44.0


def test_a_count_has_a_scale_of_its_own() -> None:
    counts = indicator(unit="aantal dingen", decimals=0)
    rows = [*years(5.0, 6.0), *years(900.0, 950.0, gebied="ander")]
    assert panel_of(*rows, about=counts).scale is None
    assert picture_of(panel_of(*rows, about=counts)).value("y", 8.0) < 10


def test_years_that_are_named_do_not_run_into_each_other() -> None:
    rows = [{"periode": f"{year}-{year + 1}", "waarde": 20.0} for year in range(2008, 2025)]
    seen = picture_of(panel_of(*rows), beside=None)
    named = [text for text in seen.texts if re.fullmatch(r"\d{4}-\d\d", text.text)]
    places = sorted(text.x for text in named)
    assert {text.text for text in named} >= {"2008-09", "2024-25"}
    assert all(later - earlier > 38 for earlier, later in pairwise(places))


# ------------------------------------------------------------------------------------------------ target and band

GOALS = indicator(name="Moeite met rondkomen", unit="%", decimals=1, target=Target("<", 15.0, "programma"))


def test_the_target_is_drawn_for_the_area_that_it_is_for() -> None:
    rows = [*years(24.0, 22.0, gebied="noord"), *years(25.0, 23.0)]
    seen = picture_of(panel_of(*rows, about=GOALS, place=PROGRAMME))
    (line,) = seen.lines(GOAL)
    assert seen.value("y", line[0][1]) == pytest.approx(15.0, abs=0.1)
    assert " ".join(text.text for text in seen.texts if text.colour == GOAL) == "doel: lager dan 15\u00a0%"
    assert "Doel: lager dan 15" in seen.alternative


def test_a_wijk_has_no_target() -> None:
    seen = picture_of(panel_of(*years(24.0, 22.0), about=GOALS))
    assert not seen.lines(GOAL) and "oel:" not in " ".join([*seen.words, seen.alternative])


def test_the_band_around_the_gemeente_is_shaded_on_the_page_of_a_wijk() -> None:
    rows = [*years(24.0, 22.0), *of_gemeente(10.0, 20.0), *years(24.0, 22.0, gebied="noord")]
    chart = drawn(panel_of(*rows, band=10))
    seen = pictures(chart.to_html())[0]
    (shade,) = [e.attrib for e in seen.root.iter("use") if e.attrib["fill"] == "#ececec"]
    form = next(e.attrib["d"] for e in seen.root.iter("path") if e.attrib.get("id") == shade["href"][1:])
    heights = [float(y) + float(shade["y"]) for y in re.findall(r"[ML][-\d.]+ ([-\d.]+)", form)]
    values = {round(seen.value("y", height)) for height in heights}
    assert values == {9, 11, 18, 22}
    assert "Grijs: de band van 10% rond het cijfer van de gemeente." in chart.caption
    for place in (PROGRAMME, area("gemeente", kind="gemeente")):
        assert panel_of(*rows, band=10, place=place).band is None


# ------------------------------------------------------------------------------------------------ text


def test_names_at_the_ends_do_not_lie_over_each_other_nor_fall_off() -> None:
    rows = [*years(20.0, 20.1, gebied="noord"), *of_gemeente(20.0, 20.2)]
    close = indicator(name="Dicht bij elkaar", unit="%", decimals=1, target=Target("<", 20.0, "programma"))
    panel = panel_of(*rows, about=close, place=PROGRAMME)
    chart = development_chart([panel], "Korrewegwijk (Professorenbuurt)", "Gemeente Groningen", "CBS", "k")
    seen = pictures(chart.to_html())[0]
    labels = [text for text in seen.texts if text.anchor == "start"]
    assert len(labels) >= 6
    heights = sorted(text.y for text in labels)
    assert all(later - earlier > 11 for earlier, later in pairwise(heights))
    width, height = seen.size
    assert heights[0] > 8 and heights[-1] < height
    # Half of the height of a letter is about its width.
    assert all(text.x + 0.5 * 9.5 * len(text.text) < width for text in labels)


def test_the_alternative_says_in_short_what_is_seen() -> None:
    seen = picture_of(panel_of(*years(24.04, 23.0, 22.0), *of_gemeente(18.8, 18.0, 17.7)))
    assert seen.alternative.replace("\u00a0", " ") == (
        "Lijnfiguur: Moeite met <rondkomen> & zo (%) in De <Wijk>. 24,0 % in 2014 en 22,0 % in 2016. "
        "Gemeente: 18,8 % en 17,7 %."
    )


def test_the_alternative_does_not_compare_across_a_break() -> None:
    assert "Vóór 2017 is anders gemeten." in picture_of(panel_of(*BROKEN), beside=None).alternative
    assert "2014" not in picture_of(panel_of(*BROKEN), beside=None).alternative


def test_text_from_data_stays_text() -> None:
    formula = indicator(name="Prijs $x^2$ <script>", unit="%", decimals=0)
    seen = picture_of(panel_of(*years(24.0, 22.0), *of_gemeente(18.0, 17.0), about=formula))
    assert seen.title == "Prijs $x^2$ <script> (%)"
    assert "De <Wijk>" in seen.words


def test_the_same_figures_give_the_same_bytes() -> None:
    assert drawn(panel_of(*BROKEN)) == drawn(panel_of(*BROKEN))


def test_a_panel_without_a_figure_to_draw_is_left_out() -> None:
    above = {"ondergrens": 30.0, "teken": ">"}
    rows = figures({"periode": "2014", **above}, {"periode": "2015", **above})
    bare = Panel(SHARE, rows.assign(waarde_gemeente=float("nan")))
    assert drawn(bare).to_html() == ""
    assert len(development_chart([bare, panel_of(*BROKEN)], "Wijk", None, "CBS", "k").drawings) == 1


# ------------------------------------------------------------------------------------------------ real figures


def test_the_chart_of_one_indicator_has_its_figures(real_data: Data) -> None:
    (seen,) = pictures(real_data.chart("selwerd", "moeite_rondkomen_rivm"))
    # RIVM 50090NED: Selwerd 34.3, 26.6, 22.9; gemeente 29.2, 21.3, 17.5.
    assert [y for y, _ in seen.years_and_values()] == [2012, 2016, 2020]
    assert [v for _, v in seen.years_and_values()] == pytest.approx([34.3, 26.6, 22.9], abs=0.2)
    assert [v for _, v in seen.years_and_values(REFERENCE)] == pytest.approx([29.2, 21.3, 17.5], abs=0.2)
    assert all(point.hollow for point in seen.points())
    assert "22,9\u00a0%" in seen.words and "17,5\u00a0%" in seen.words


def test_a_chart_without_figures_is_a_sentence(real_data: Data) -> None:
    html = real_data.chart("tuinwijk", "vsv_aantal")
    assert html.startswith("<p>") and html.endswith("is geen cijfer met een jaar om te tekenen.</p>")


def test_every_area_and_every_indicator_can_be_drawn(town_data: Data) -> None:
    places = [place.id for place in town_data.catalogue.areas]
    pairs = [(place, "moeite_rondkomen") for place in places]
    pairs += [("voorbeeldwijk-noord", about.id) for about in town_data.catalogue.indicators]
    for place, about in pairs:
        html = town_data.chart(place, about)
        assert html.startswith("<p>") or len(pictures(html)) == 1, (place, about)


def test_an_area_that_is_not_compared_is_drawn_on_its_own_scale() -> None:
    both = area("beide", "BU0", "BU1", kind="combinatie")
    town = catalogue(SHARE, *AREAS, both)
    found = development(figures(*years(24.0, 22.0, gebied="beide")), town)
    panel = development_panel(found, town, SHARE, found, both)
    assert panel.scale is None
    assert len(picture_of(panel, beside=None).points(OWN)) == 2


def test_no_two_charts_of_the_town_differ_from_its_table(town_data: Data) -> None:
    for place in ("voorbeeldwijk-linde", "voorbeeldstad-noord"):
        for about in ("minimahuishoudens", "onveiligheidsgevoelens", "moeite_rondkomen"):
            (seen,) = pictures(town_data.chart(place, about))
            known: pd.DataFrame = town_data.develop(place, about)
            known = known[known["waarde"].notna()].sort_values("jaar")
            assert [v for _, v in sorted(seen.years_and_values())] == pytest.approx(list(known["waarde"]), abs=0.3)
