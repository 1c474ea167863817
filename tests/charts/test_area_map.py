"""Maps of areas: each named in or beside its shape, with links that can be heard and reached."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import shapely
from helpers import RAW, Page
from shapely.geometry import box, mapping

from nplv_analysis.boundaries import ELSEWHERE, Shapes, area_shapes
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.charts import Cell, area_map
from nplv_analysis.charts.area_map import FILLS, _on_paper
from nplv_analysis.charts.labels import BOLD_WIDTH, LETTER, LETTER_WIDTH, LINE, Label, place_labels
from nplv_analysis.comparison import WIJKEN
from nplv_analysis.records import read_records

SQUARES: Shapes = {
    "west": mapping(box(0, 0, 0.02, 0.02)),
    "smal": mapping(box(0.02, 0, 0.023, 0.02)),
    "oost": mapping(box(0.023, 0, 0.05, 0.02)),
    "samen": mapping(box(0, 0, 0.05, 0.02)),
    ELSEWHERE: mapping(shapely.GeometryCollection([box(0, 0.02, 0.03, 0.03), box(0.03, 0.02, 0.05, 0.03)])),
}
CELLS = (
    Cell("west", "West & <zo>", "12,5 %", "klasse-1"),
    Cell("smal", "Het smalle deel"),
    Cell("oost", "Oost (nieuw)"),
)


def drawn(cells: tuple[Cell, ...] = CELLS, **how: object) -> str:
    """Draw the squares."""
    given = {"caption": "Bron: <CBS>.", "alternative": "Kaart van 3 gebieden.", "key": "k"} | how
    return area_map(SQUARES, cells, **given).html


def svg_of(html: str) -> ET.Element:
    """The drawing, read strictly."""
    return ET.fromstring(re.search(r"<svg viewBox.*?</svg>", html, re.DOTALL)[0])


def test_the_map_is_a_figure_with_texts_for_who_does_not_see_it() -> None:
    page = Page(drawn(title="Waar & wat"))
    (picture,) = [e for e in page.all("svg") if "viewbox" in e["attributes"]]
    assert picture["attributes"]["role"] == "img"
    assert picture["attributes"]["aria-label"] == "Kaart van 3 gebieden."
    assert page.texts("figcaption") == ["Bron: <CBS>."]
    assert page.texts("p") == ["Waar & wat"]


def test_every_area_is_named_in_the_drawing_or_below_it() -> None:
    html = drawn()
    words = [e.text for e in svg_of(html).iter("text")]
    assert "West & <zo>" in words and "12,5 %" in words
    # What stands between brackets is left out of the drawing.
    assert "Oost" in words
    below = Page(html).texts("li")
    assert ("1" in words and "1 Het smalle deel" in below) or "smalle deel" in words


def test_an_area_without_a_shape_is_named_below_the_drawing() -> None:
    html = drawn((*CELLS, Cell("verweg", "Ver weg", "9")))
    assert "Ver weg: 9" in Page(html).texts("li")


def test_links_are_heard_by_name_and_figure() -> None:
    html = drawn(links={cell.area: f"{cell.area}/index.html?a=1&b=2" for cell in CELLS})
    page = Page(html)
    (picture,) = [e for e in page.all("svg") if "viewbox" in e["attributes"]]
    # In an image links cannot be reached.
    assert picture["attributes"]["role"] == "group"
    links = {e["attributes"]["href"]: e["attributes"]["aria-label"] for e in page.all("a")}
    assert links["west/index.html?a=1&b=2"] == "West & <zo>, 12,5 %"
    assert len(links) == 3
    for link in svg_of(html).iter("a"):
        seen = " ".join(e.text or "" for e in link.iter("text")).split(" 12,5")[0]
        assert link.attrib["aria-label"].startswith(seen)


def test_the_own_area_is_bold_and_has_a_thick_line_over_the_others() -> None:
    items = list(svg_of(drawn(own="west")).iter("g"))
    thick = [e for e in svg_of(drawn(own="west")).iter("path") if "stroke-width" in e.attrib]
    assert len(thick) == 1
    assert [e.text for e in items[-1].iter("text") if e.attrib.get("font-weight") == "bold"] == [
        "West & <zo>",
        "12,5 %",
    ]


def test_a_line_goes_around_an_own_area_that_is_put_together_of_others() -> None:
    lines = [e for e in svg_of(drawn(own="samen")).iter("path") if "stroke-width" in e.attrib]
    assert [line.attrib["fill"] for line in lines] == ["none"]
    assert not [e for e in svg_of(drawn(own="samen")).iter("text") if "font-weight" in e.attrib]


def test_what_is_not_drawn_is_a_pale_background() -> None:
    fills = [e.attrib.get("fill") for e in svg_of(drawn()).iter("path")]
    assert fills.count(None) == 2
    assert svg_of(drawn()).find("g").attrib["aria-hidden"] == "true"
    # A wijk that is no cell is part of what lies around.
    fewer = [e.attrib.get("fill") for e in svg_of(drawn(CELLS[:1])).iter("path")]
    assert fewer.count(None) > 2


def test_classes_have_their_tint_and_who_has_no_figure_is_hatched() -> None:
    cells = (Cell("west", "West", "1", "klasse-4"), Cell("oost", "Oost", "geen cijfer", "leeg"))
    html = drawn(cells, legend=[("klasse-4", "1 tot 2"), ("leeg", "geen cijfer")])
    fills = [e.attrib.get("fill") for e in svg_of(html).iter("path")]
    assert FILLS["klasse-4"] in fills and "url(#k-leeg)" in fills
    assert [e.attrib["id"] for e in svg_of(html).iter("pattern")] == ["k-leeg"]
    assert Page(html).texts("li")[:2] == ["1 tot 2", "geen cijfer"]


def test_without_shapes_there_is_no_map() -> None:
    assert area_map({}, CELLS, caption="", alternative="", key="k").html == ""
    assert drawn((Cell("verweg", "Ver weg"),)) == ""


def test_the_same_areas_give_the_same_bytes() -> None:
    assert drawn() == drawn()


def test_north_is_up_and_a_degree_to_the_east_is_shorter() -> None:
    shapes = {"zuid": mapping(box(6.5, 53.0, 6.6, 53.1)), "noord": mapping(box(6.5, 53.1, 6.6, 53.2))}
    placed, width, height = _on_paper(shapes, list(shapes))
    assert placed["noord"].bounds[3] == pytest.approx(placed["zuid"].bounds[1])
    west, north, east, south = placed["noord"].bounds
    # The cosine of 53.1 degrees.
    assert (east - west) / (south - north) == pytest.approx(0.6004, abs=0.001)
    assert width < 380.1 and height < 480.1


# ------------------------------------------------------------------------------------------------ names on the map


@pytest.fixture(scope="module")
def shipped() -> Shapes:
    """The shapes of the shipped areas."""
    from nplv_analysis.catalogue import load_catalogue

    return area_shapes(RAW, read_records(RAW), load_catalogue().areas)


def box_of(label: Label, bold: bool) -> shapely.Polygon:
    """What the text of a label takes of the drawing."""
    half = max(map(len, label.lines)) * LETTER * (BOLD_WIDTH if bold else LETTER_WIDTH) / 2
    tall = len(label.lines) * LINE / 2
    return box(label.x - half, label.y - tall, label.x + half, label.y + tall)


@pytest.mark.parametrize("text", ["", "26,3 %", "▲ 3"])
@pytest.mark.parametrize("own", ["", "tuinwijk"])
def test_all_names_of_the_shipped_areas_fit(shipped: Shapes, catalogue: Catalogue, text: str, own: str) -> None:
    wijken = [area for area in catalogue.areas if area.kind in WIJKEN]
    placed, *size = _on_paper(shipped, [area.id for area in wijken])
    areas = {area.id: placed[area.id] for area in wijken}
    texts = {area.id: (area.name.split(" (")[0], text) for area in wijken}
    labels = place_labels(areas, texts, (size[0], size[1]), own)
    assert not [area for area, label in labels.items() if label.number]
    boxes = {area: box_of(label, area == own) for area, label in labels.items()}
    paper = box(0, 0, *size)
    for area, taken in boxes.items():
        assert paper.contains(taken), area
        assert not [other for other, shape in areas.items() if other != area and shape.intersects(taken)], area
        assert not [other for other, seen in boxes.items() if other != area and seen.intersects(taken)], area
        if labels[area].leader:
            line = shapely.LineString([labels[area].leader[:2], labels[area].leader[2:]])
            assert line.intersects(areas[area]) and not areas[area].contains(taken), area
            assert not [other for other, shape in areas.items() if other != area and shape.buffer(-1).intersects(line)]
            assert not [other for other, seen in boxes.items() if other != area and seen.intersects(line)], area
        else:
            assert areas[area].contains(taken), area


def test_a_name_that_fits_nowhere_is_a_number() -> None:
    areas = {"klein": box(180, 230, 200, 250), "groot": box(0, 0, 380, 480).difference(box(180, 230, 200, 250))}
    labels = place_labels(areas, {"klein": ("Kleinewijk", "12"), "groot": ("Groot", "")}, (380, 480))
    assert labels["klein"].number == "1" and labels["klein"].lines[0] == "1"
    assert labels["groot"].lines == ("Groot",)
    assert areas["klein"].contains(shapely.Point(labels["klein"].x, labels["klein"].y))


def test_a_map_is_light(shipped: Shapes, catalogue: Catalogue, tmp_path: Path) -> None:
    cells = [Cell(area.id, area.name, "26,3 %") for area in catalogue.areas if area.kind in WIJKEN]
    assert len(area_map(shipped, cells, caption="", alternative="", key="k").html) < 10_000
