"""Charts: a picture with the same numbers in words, that other programs can read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from helpers import Page, area, catalogue, figures, indicator

from nplv_analysis.analysis import Data
from nplv_analysis.charts import Chart, Panel, comparison_chart, development_chart
from nplv_analysis.development import development

pytest_plugins = ["project_data"]

SHARE = indicator(name="Moeite met <rondkomen> & zo", unit="%", decimals=1)
TOWN = catalogue(SHARE, area("wijk"))
NAMES = {"gemeente": "Gemeente", "wijk": "De <Wijk>", "ander": "Ander & co"}


def development_rows() -> Panel:
    """Figures of a wijk in two series, one of them a range, and of the gemeente."""
    mine = [
        {"periode": "2016", "waarde": 24.04, "reeks": "oud"},
        {"periode": "2018", "waarde": 22.0, "reeks": "oud"},
        {"periode": "2020", "ondergrens": 20.21, "bovengrens": 25.01, "teken": "tussen", "reeks": "nieuw"},
    ]
    beside = [{"periode": row["periode"], "reeks": row["reeks"], "gebied": "gemeente"} for row in mine]
    for row, value in zip(beside, (18.8, 17.7, 16.2), strict=True):
        row["waarde"] = value
    found = development(figures(*mine, *beside), TOWN)
    return Panel(SHARE, found[found["gebied"] == "wijk"])


def drawn_development(key: str = "sleutel") -> Chart:
    """Draw the development."""
    return development_chart([development_rows()], "De <Wijk>", "Gemeente", "CBS & RIVM", key)


def drawn_comparison(key: str = "sleutel") -> Chart:
    """Draw a comparison, with a range among the dots."""
    rows = figures(
        {"gebied": "wijk", "waarde": 20.04},
        {"gebied": "ander", "ondergrens": 9.51, "bovengrens": 12.01, "teken": "tussen"},
        {"gebied": "gemeente", "waarde": 1234.5},
    )
    return comparison_chart([Panel(SHARE, rows)], NAMES, "wijk", "CBS & RIVM", key)


both = pytest.mark.parametrize("draw", [drawn_development, drawn_comparison], ids=["development", "comparison"])


@both
def test_the_picture_is_well_formed_and_its_ids_are_its_own(draw: object) -> None:
    chart = draw("de-sleutel")
    root = ET.fromstring(chart.svg)
    assert root.tag.endswith("svg")
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) > 10
    assert len(set(ids)) == len(ids)
    assert all(name.startswith("de-sleutel-") for name in ids)
    used = set(re.findall(r"url\(#([^)]+)\)", chart.svg)) | set(re.findall(r'href="#([^"]+)"', chart.svg))
    assert used and used <= set(ids)


@both
def test_text_in_the_picture_stays_text(draw: object) -> None:
    root = ET.fromstring(draw().svg)
    words = [" ".join("".join(e.itertext()).split()) for e in root.iter() if e.tag.endswith("}text")]
    assert "De <Wijk>" in words
    assert any("<rondkomen>" in word for word in words)


@both
def test_the_same_figures_give_the_same_bytes(draw: object) -> None:
    assert draw() == draw()


@both
def test_the_figure_is_well_formed_and_has_an_alternative_and_a_source(draw: object) -> None:
    chart = draw()
    page = Page(chart.to_html())
    (image,) = [e for e in page.all("div") if e["attributes"].get("role") == "img"]
    assert image["attributes"]["aria-label"] == chart.alternative
    (caption,) = page.texts("figcaption")
    assert caption == chart.caption
    assert "CBS & RIVM" in caption and "De <Wijk>" in caption
    assert page.all("svg")[0]["attributes"]["aria-hidden"] == "true"
    # The date of drawing or the version of the drawing program would make equal pages differ.
    assert "<metadata" not in chart.svg


def test_the_alternative_of_a_development_holds_every_number() -> None:
    assert drawn_development().alternative == (
        "Moeite met <rondkomen> & zo, %: 2016: 24,0 (Gemeente 18,8); 2018: 22,0 (Gemeente 17,7); "
        "2020: tussen 20,2 en 25,1 (Gemeente 16,2)."
    )


def test_the_alternative_of_a_comparison_holds_every_number() -> None:
    chart = drawn_comparison()
    assert chart.alternative == (
        "Moeite met <rondkomen> & zo, 2020, %: De <Wijk> 20,0; Ander & co tussen 9,5 en 12,1; Gemeente 1.234,5."
    )
    assert "geen ranglijst" in chart.caption
    assert "Een balk is een bereik" in chart.caption


def paths(chart: Chart) -> list[str]:
    """Give the lines of a chart: drawn paths with more than one point, in the colour of the area."""
    root = ET.fromstring(chart.svg)
    found = []
    for group in root.iter():
        if group.attrib.get("id", "").startswith("sleutel-line2d"):
            found += [
                p.attrib["d"] for p in group if "d" in p.attrib and "#0072b2" in p.attrib.get("style", "").lower()
            ]
    return found


def test_no_line_is_drawn_across_a_break() -> None:
    mine = [{"periode": str(2014 + n), "waarde": 20.0 + n, "reeks": "oud" if n < 3 else "nieuw"} for n in range(6)]
    rows = development(figures(*mine), TOWN)
    chart = development_chart([Panel(SHARE, rows)], "Wijk", None, "CBS", "sleutel")
    # Two stretches of three points each, never one of six.
    assert [len(re.findall("[ML]", d)) for d in paths(chart)] == [3, 3]
    assert "vanaf hier is anders gemeten" in chart.caption


def test_no_line_runs_over_a_year_without_a_figure() -> None:
    mine = [{"periode": str(year), "waarde": 20.0} for year in (2014, 2015, 2016, 2019, 2020)]
    chart = development_chart([Panel(SHARE, development(figures(*mine), TOWN))], "Wijk", None, "CBS", "sleutel")
    assert [len(re.findall("[ML]", d)) for d in paths(chart)] == [3, 2]
    assert "anders gemeten" not in chart.caption


def test_the_scale_holds_zero() -> None:
    mine = [{"periode": "2019", "waarde": 90.0}, {"periode": "2020", "waarde": 91.0}]
    chart = development_chart([Panel(SHARE, development(figures(*mine), TOWN))], "Wijk", None, "CBS", "sleutel")
    words = ["".join(e.itertext()).strip() for e in ET.fromstring(chart.svg).iter() if e.tag.endswith("}text")]
    assert "0" in words


def test_a_count_of_the_gemeente_is_not_drawn_beside_a_part_of_it() -> None:
    counts = indicator(unit="aantal dingen", decimals=0)
    rows = development(
        figures(
            {"waarde": 5.0, "eenheid": counts.unit},
            {"periode": "2021", "waarde": 6.0, "eenheid": counts.unit},
            {"gebied": "gemeente", "waarde": 900.0, "eenheid": counts.unit},
        ),
        catalogue(counts, area("wijk")),
    )
    mine = rows[rows["gebied"] == "wijk"]
    chart = development_chart([Panel(counts, mine)], "Wijk", "Gemeente", "CBS", "sleutel")
    assert "900" not in chart.alternative
    assert np.isfinite(mine["waarde_gemeente"]).any()


def test_the_chart_of_one_indicator_has_all_its_figures(real_data: Data) -> None:
    page = Page(real_data.chart("selwerd", "moeite_rondkomen_rivm"))
    (image,) = [e for e in page.all("div") if e["attributes"].get("role") == "img"]
    # RIVM 50090NED: Selwerd 34.3, 26.6, 22.9; gemeente 29.2, 21.3, 17.5.
    assert image["attributes"]["aria-label"].endswith(
        "2012: 34,3 (Gemeente Groningen 29,2); 2016: 26,6 (Gemeente Groningen 21,3); "
        "2020: 22,9 (Gemeente Groningen 17,5)."
    )


def test_a_chart_without_figures_is_a_sentence(real_data: Data) -> None:
    page = Page(real_data.chart("tuinwijk", "vsv_aantal"))
    assert [e["tag"] for e in page.elements] == ["p"]
    assert page.elements[0]["text"].endswith("is geen cijfer met een jaar om te tekenen.")
