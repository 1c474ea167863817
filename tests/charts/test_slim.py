"""A light SVG shows what the heavy one does."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

import pytest
from matplotlib import rc_context
from matplotlib.figure import Figure

from nplv_analysis.charts.drawing import style
from nplv_analysis.charts.slim import slim


@pytest.fixture(scope="module")
def heavy() -> str:
    """What matplotlib writes of a small figure."""
    with style(), rc_context({"svg.hashsalt": "zout"}):
        figure = Figure(figsize=(3, 2), dpi=72)
        axis = figure.add_axes((0.2, 0.2, 0.7, 0.7))
        axis.plot([1, 2, 3], [-1, 0.5, 1], "o-", color="#0072B2")
        axis.fill_between([1, 2, 3], [-1, 0, 1], [0, 1, 1.2], facecolor="#ececec")
        axis.annotate("klein & <fijn>", (1, 0), fontsize=7)
        axis.annotate("vet", (1, 0), fontweight="bold", color="#0072B2", ha="right")
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def test_it_is_less_than_half_as_long_and_well_formed(heavy: str) -> None:
    light = slim(heavy, "sleutel", 9.5)
    assert ET.fromstring(light).tag == "svg"
    assert len(light) < len(heavy) / 2


def test_nothing_in_it_reaches_the_rest_of_the_page(heavy: str) -> None:
    root = ET.fromstring(slim(heavy, "sleutel", 9.5))
    assert "style" in heavy and not list(root.iter("style"))
    assert all(e.attrib["id"].startswith("sleutel-") for e in root.iter() if "id" in e.attrib)
    assert not list(root.iter("metadata")) and not list(root.iter("clipPath"))


def points_of(paths: list[str]) -> list[tuple[float, ...]]:
    """All coordinates of lines."""
    return [tuple(float(n) for n in re.findall(r"-?[\d.]+", path)) for path in paths]


def test_lines_are_where_they_were(heavy: str) -> None:
    def blue(svg: str) -> list[str]:
        tags = re.findall(r"<path[^>]*>", svg.replace("\n", " "))
        return [re.search(r' d="([^"]+)"', tag)[1] for tag in tags if "#0072b2" in tag]

    before, after = points_of(blue(heavy)), points_of(blue(slim(heavy, "sleutel", 9.5)))
    assert len(before) == len(after) >= 2
    for old, new in zip(before, after, strict=True):
        assert new == pytest.approx(old, abs=0.051)


def test_text_keeps_what_sets_it_apart(heavy: str) -> None:
    texts = {e.text: e.attrib for e in ET.fromstring(slim(heavy, "sleutel", 9.5)).iter("text")}
    assert texts["klein & <fijn>"]["font-size"] == "7"
    assert texts["vet"]["font-weight"] == "bold"
    assert texts["vet"]["text-anchor"] == "end"
    assert texts["vet"]["fill"] == "#0072b2"
    assert "font-size" not in texts["vet"]


def test_a_number_below_zero_stays_below_zero(heavy: str) -> None:
    assert re.search(r"-0\.\d|-\d", slim(heavy, "sleutel", 9.5))
    assert "-0 " not in slim(heavy, "sleutel", 9.5).replace("M-0 ", "")
