"""Areas side by side, as a picture: in order of value, the own one and the references told apart, margins beside."""

from __future__ import annotations

from typing import Any

import pytest
from helpers import figures, indicator
from pictures import OTHERS, OWN, REFERENCE, Picture, pictures

from nplv_analysis.charts import Chart, Panel, comparison_chart
from nplv_analysis.indicators import ROUNDING, SAMPLE

SHARE = indicator(name="Moeite met <rondkomen> & zo", unit="%", decimals=1)
NAMES = {
    "wijk": "De <Wijk>",
    "ander": "Ander & co (oud)",
    "derde": "Derde",
    "gemeente": "Gemeente",
    "rest": "Overige gemeente zonder het centrum",
}
MARGIN = {"interval_soort": SAMPLE, "onder95": 18.0, "boven95": 22.0, "onder998": 16.0, "boven998": 24.0}
ROWS: list[dict[str, Any]] = [
    {"gebied": "wijk", "waarde": 20.04, **MARGIN},
    {"gebied": "ander", "ondergrens": 9.51, "bovengrens": 12.01, "teken": "tussen"},
    {"gebied": "derde", "waarde": 34.5, "status": "schatting"},
    {"gebied": "gemeente", "waarde": 15.0},
    {"gebied": "rest", "waarde": 14.0},
]


def drawn(*rows: dict[str, Any], reference: str = "rest", about: Any = SHARE, own: str = "wijk") -> Chart:
    """Draw a comparison of made-up areas."""
    panel = Panel(about, figures(*(rows or ROWS)), reference=reference)
    return comparison_chart([panel], NAMES, own, "CBS & RIVM", "sleutel", ("gemeente", "rest"))


def picture_of(*rows: dict[str, Any], **how: Any) -> Picture:
    """Draw a comparison and look at it."""
    (found,) = pictures(drawn(*rows, **how).to_html())
    return found


def test_areas_stand_in_order_of_value_with_their_value_beside_them() -> None:
    assert picture_of().names_and_values() == [
        ("Derde", "34,5"),
        ("De <Wijk>", "20,0"),
        ("Gemeente", "15,0"),
        ("Overige gemeente zonder het centrum", "14,0"),
        ("Ander & co (oud)", "9,5–12,1"),
    ]
    assert "geen ranglijst" in drawn().caption


def test_each_panel_has_an_order_of_its_own() -> None:
    other = figures({"gebied": "wijk", "waarde": 1.0}, {"gebied": "derde", "waarde": 3.0})
    chart = comparison_chart([Panel(SHARE, figures(*ROWS)), Panel(SHARE, other)], NAMES, "wijk", "CBS", "k")
    orders = [[name for name, _ in seen.names_and_values()] for seen in pictures(chart.to_html())]
    assert orders[1] == ["Derde", "De <Wijk>"]


def test_equal_figures_keep_their_order() -> None:
    rows = [{"gebied": name, "waarde": 5.0} for name in NAMES]
    assert [name for name, _ in picture_of(*rows).names_and_values()] == list(NAMES.values())


def test_a_point_is_where_its_figure_is() -> None:
    seen = picture_of()
    assert [seen.value("x", point.x) for point in seen.points(OWN)] == pytest.approx([20.04], abs=0.1)
    assert sorted(seen.value("x", p.x) for p in seen.points(REFERENCE)) == pytest.approx([14.0, 15.0], abs=0.1)


def test_the_own_area_is_a_bold_diamond_and_references_are_squares() -> None:
    seen = picture_of()
    bold = {text.text for text in seen.texts if text.bold}
    assert bold == {"De <Wijk>", "20,0"}
    own, other, references = (seen.points(colour) for colour in (OWN, OTHERS, REFERENCE))
    assert len({own[0].form, other[0].form, references[0].form}) == 3
    assert len({point.form for point in references}) == 1


def test_estimates_have_open_markers() -> None:
    seen = picture_of()
    assert [point.hollow for point in seen.points(OTHERS)] == [True]
    assert not any(point.hollow for point in [*seen.points(OWN), *seen.points(REFERENCE)])


def test_margins_are_thick_for_95_and_thin_for_998_percent() -> None:
    seen = picture_of()
    widths = {}
    for path in seen.root.iter("path"):
        if path.attrib.get("stroke") == OWN and "id" not in path.attrib:
            ends = [float(part.split()[0]) for part in path.attrib["d"][1:].split("L")]
            widths[tuple(round(seen.value("x", end)) for end in ends)] = float(path.attrib.get("stroke-width", 1))
    assert widths[(18, 22)] > 2 * widths[(16, 24)]
    caption = drawn().caption
    assert "Dikke lijn: marge van 95%. Dunne lijn: marge van 99,8%." in caption
    assert "Een dikke lijn kan de vergelijking missen zonder oordeel" in caption


def test_a_margin_of_rounding_is_not_called_one_of_95_percent() -> None:
    chart = drawn(
        {"gebied": "wijk", "waarde": 20.0, **MARGIN, "interval_soort": ROUNDING}, {"gebied": "rest", "waarde": 14.0}
    )
    assert "95%" not in chart.caption
    assert "het cijfer is afgerond en ligt daartussen" in chart.caption


def test_the_reference_of_the_verdict_has_an_upright_line() -> None:
    seen = picture_of()
    (line,) = [line for line in seen.lines(REFERENCE) if line[0][0] == line[1][0]]
    assert seen.value("x", line[0][0]) == pytest.approx(14.0, abs=0.1)
    assert "het cijfer waarmee wij vergelijken (Overige gemeente zonder het centrum)" in drawn().caption
    assert not [line for line in picture_of(reference="").lines(REFERENCE) if line[0][0] == line[1][0]]
    assert "Streepjeslijn" not in drawn(reference="").caption


def test_no_value_is_written_on_the_line_of_the_reference() -> None:
    rows = [
        {"gebied": "rest", "waarde": 20.0},
        *({"gebied": n, "waarde": 19.0 + k / 5} for k, n in enumerate(NAMES) if k < 4),
    ]
    seen = picture_of(*rows)
    at = next(line[0][0] for line in seen.lines(REFERENCE) if line[0][0] == line[1][0])
    for text in (text for text in seen.texts if text.anchor == "start"):
        assert not text.x < at < text.x + 9.5 * 0.5 * len(text.text), text


def test_names_and_values_stay_on_the_paper() -> None:
    long = {"gebied": "rest", "ondergrens": 1234.5, "bovengrens": 1999.5, "teken": "tussen"}
    seen = picture_of(long, {"gebied": "wijk", "waarde": 12.0})
    width, height = seen.size
    for text in seen.texts:
        half = 9.5 * 0.5 * len(text.text)
        left = {"start": text.x, "middle": text.x - half / 2, "end": text.x - half}[text.anchor]
        assert left >= 0 and left + half <= width and 0 < text.y < height, text


def test_the_alternative_says_in_short_what_is_seen() -> None:
    assert picture_of().alternative.replace("\u00a0", " ") == (
        "Puntenfiguur: Moeite met <rondkomen> & zo (%) in 5 gebieden, 2020. "
        "Van tussen 9,5 en 12,1 % (Ander & co (oud)) tot 34,5 % (Derde). De <Wijk>: 20,0 %. "
        "Overige gemeente zonder het centrum: 14,0 %."
    )


def test_the_same_figures_give_the_same_bytes() -> None:
    assert drawn() == drawn()


def test_nothing_to_compare_is_no_chart() -> None:
    assert comparison_chart([], NAMES, "wijk", "CBS", "k").to_html() == ""
