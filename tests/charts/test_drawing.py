"""What all charts share: the figure on the page, the axis of values, and things that are moved apart."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from helpers import Page, figures, indicator
from hypothesis import given
from hypothesis import strategies as st
from pictures import dutch

from nplv_analysis.charts import Chart, Drawing, Panel
from nplv_analysis.charts.area_map import FILLS
from nplv_analysis.charts.drawing import (
    GOAL,
    OTHERS,
    OWN,
    REFERENCE,
    apart,
    kinds_of,
    paper,
    periods_of,
    style,
    to_svg,
    value_ticks,
)

PIECES = st.lists(st.tuples(st.floats(0, 100), st.floats(1, 30)), min_size=1, max_size=5)


@given(PIECES)
def test_what_is_moved_apart_does_not_overlap_and_stays_between_the_ends(pieces: list[tuple[float, float]]) -> None:
    wanted, sizes = [place for place, _ in pieces], [size for _, size in pieces]
    places = apart(wanted, sizes, -20.0, 160.0)
    spans = sorted((place - size / 2, place + size / 2) for place, size in zip(places, sizes, strict=True))
    assert all(low >= high - 1e-6 for (_, high), (low, _) in pairwise(spans))
    assert spans[0][0] >= -20 - 1e-6 and spans[-1][1] <= 160 + 1e-6


def test_what_is_apart_stays_where_it_is() -> None:
    assert apart([10.0, 40.0], [12.0, 12.0], 0.0, 100.0) == [10.0, 40.0]


def test_two_in_one_place_both_move_as_little_as_can_be() -> None:
    assert apart([50.0, 50.0], [10.0, 10.0], 0.0, 100.0) == [45.0, 55.0]


@given(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5), st.integers(0, 3))
def test_the_axis_holds_zero_and_names_what_it_marks(one: float, other: float, decimals: int) -> None:
    low, high = sorted((one, other))
    limits, ticks = value_ticks(low, high, decimals)
    assert limits[0] <= min(low, 0) and limits[1] >= max(high, 0)
    assert limits[0] <= 0 <= limits[1] and limits[0] < limits[1]
    for tick, text in ticks.items():
        assert limits[0] <= tick <= limits[1]
        assert dutch(text) == pytest.approx(tick, abs=1e-9 + 1e-9 * abs(tick))


def test_a_step_of_two_and_a_half_is_written_in_full() -> None:
    assert list(value_ticks(0.0, 9.0, 1)[1].values()) == ["0,0", "2,5", "5,0", "7,5"]


def contrast(one: str, other: str = "#ffffff") -> float:
    """Contrast of two colours as WCAG 2 defines it."""

    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [OWN, REFERENCE, OTHERS, GOAL, "#4d4d4d"])
def test_colours_of_lines_and_text_stand_out(colour: str) -> None:
    assert contrast(colour) >= 4.5


@pytest.mark.parametrize("kind", FILLS)
def test_text_and_borders_stand_out_on_each_tint_of_a_map(kind: str) -> None:
    assert contrast(FILLS[kind], "#000000") >= 4.5
    assert contrast(FILLS[kind], "#333333") >= 3


def test_shades_of_a_map_get_darker() -> None:
    shades = [contrast(FILLS[f"klasse-{n}"]) for n in range(1, 5)]
    assert shades == sorted(shades) and all(later / earlier > 1.25 for earlier, later in pairwise(shades))


def test_a_chart_is_a_figure_with_texts_for_who_does_not_see_it() -> None:
    drawing = Drawing("Titel <b> & zo", "<svg></svg>", 'Wat "hier" <staat>')
    page = Page(Chart((drawing, drawing), "Bron: <bron> & co.").to_html())
    assert [e["text"] for e in page.all("p")] == ["Titel <b> & zo"] * 2
    assert [e["attributes"]["aria-label"] for e in page.all("svg") if e["attributes"].get("role") == "img"] == [
        'Wat "hier" <staat>'
    ] * 2
    assert page.texts("figcaption") == ["Bron: <bron> & co."]


def test_a_chart_without_drawings_is_nothing() -> None:
    assert Chart((), "Bron.").to_html() == ""


def test_ids_are_unique_and_all_references_lead_somewhere() -> None:
    svgs = []
    for key in ("een", "twee"):
        with style():
            sheet = paper(100, 20, 20, 10, 20)
            sheet.axis.plot([1, 2], [1, 2], "o-")
            sheet.write(10, 50, "a <b>\nc")
            svgs.append(to_svg(sheet, key))
    roots = [ET.fromstring(svg) for svg in svgs]
    ids = [e.attrib["id"] for root in roots for e in root.iter() if "id" in e.attrib]
    assert len(ids) >= 4 and len(set(ids)) == len(ids)
    for root in roots:
        here = {e.attrib["id"] for e in root.iter() if "id" in e.attrib}
        assert {e.attrib["href"][1:] for e in root.iter() if "href" in e.attrib} == here
        assert [e.text for e in root.iter("text")][-2:] == ["a <b>", "c"]


def test_kinds_of_figures_are_named_or_counted() -> None:
    plain, guess = figures({}), figures({"status": "schatting"})
    names = [indicator(name=f"Cijfer {n}") for n in range(6)]
    assert kinds_of([Panel(names[0], plain)]) == ""
    assert kinds_of([Panel(names[0], guess)]) == " Soort cijfer: schatting."
    assert kinds_of([Panel(names[0], guess), Panel(names[1], plain)]) == " Soort cijfer: schatting (Cijfer 0)."
    many = [Panel(name, guess) for name in names[:5]] + [Panel(names[5], plain)]
    assert kinds_of(many) == " Soort cijfer: schatting (5 cijfers)."


def test_periods_run_from_the_first_to_the_last() -> None:
    one = Panel(indicator(), figures({"periode": "2020"}))
    more = Panel(indicator(), figures({"periode": "2022"}, {"periode": "2018"}))
    assert periods_of([one]) == "2020"
    assert periods_of([one, more]) == "2018 tot en met 2022"
