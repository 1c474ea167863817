"""Tables that a screen reader can read, and text that stays text."""

from __future__ import annotations

import pytest
from helpers import Page

from nplv_analysis.tables import LONG_TABLE, NOTHING, Html, bullets, heading, paragraph, table

NASTY = "<script>alert('x')</script> & \"zo\""


def test_a_table_has_a_caption_and_headers_for_columns_and_rows() -> None:
    page = Page(table("Wat er is", ["Wat", "Cijfer"], [["Rust", "5"], ["Orde", "6"]], numeric=["Cijfer"]).html)
    assert page.texts("caption") == ["Wat er is"]
    headers = page.all("th")
    assert [h["text"] for h in headers] == ["Wat", "Cijfer", "Rust", "Orde"]
    assert [h["attributes"]["scope"] for h in headers] == ["col", "col", "row", "row"]
    assert page.texts("td") == ["5", "6"]
    assert [cell["attributes"].get("class") for cell in page.all("td")] == ["getal", "getal"]


def test_a_table_scrolls_by_keyboard_and_has_a_name() -> None:
    (box,) = [e for e in Page(table("Wat er is", ["Wat"], [["Rust"]]).html).all("div")]
    assert box["attributes"]["tabindex"] == "0"
    assert (box["attributes"]["role"], box["attributes"]["aria-label"]) == ("region", "Wat er is")


def test_text_in_a_table_stays_text() -> None:
    page = Page(table(NASTY, ["Wat", NASTY], [[NASTY, NASTY]]).html)
    assert not page.all("script")
    assert page.texts("caption") == page.texts("td") == [NASTY]
    assert page.all("div")[0]["attributes"]["aria-label"] == NASTY


def test_html_in_a_cell_stays_html() -> None:
    page = Page(table("Links", ["Wat", "Waar"], [["Rust", Html('<a href="x.html">hier</a>')]]).html)
    assert page.values("href") == ["x.html"]


def test_an_empty_column_is_left_out_but_the_first_stays() -> None:
    page = Page(table("T", ["Wat", "Leeg", "Vol"], [["", "", "1"], ["", "", ""]]).html)
    assert [h["text"] for h in page.all("th")][:2] == ["Wat", "Vol"]
    assert page.texts("td") == ["1", ""]


def test_a_table_without_rows_is_nothing() -> None:
    assert table("T", ["Wat"], []) == NOTHING
    assert NOTHING.html == ""


@pytest.mark.parametrize(("rows", "folded"), [(LONG_TABLE, 0), (LONG_TABLE + 1, 1)])
def test_a_long_table_is_folded_away_behind_its_caption(rows: int, folded: int) -> None:
    page = Page(table("Lang", ["Wat"], [[str(n)] for n in range(rows)]).html)
    assert len(page.all("details")) == folded
    assert page.texts("summary") == ["Tabel: Lang"] * folded
    assert len(page.all("tr")) == rows + 1


def test_pieces_of_text_are_escaped() -> None:
    for piece in (paragraph(NASTY), paragraph(NASTY, "stil"), heading(NASTY, 2), bullets([NASTY])):
        page = Page(piece.html)
        assert not page.all("script")
        assert page.elements[0]["text"].strip() == NASTY


def test_pieces_are_put_under_each_other() -> None:
    page = Page((heading("Kop", 2) + paragraph("Tekst", "stil")).html)
    assert [e["tag"] for e in page.elements] == ["h2", "p"]
    assert page.elements[1]["attributes"] == {"class": "stil"}
    assert bullets([]) == NOTHING


def test_a_notebook_shows_the_html_and_a_terminal_its_size() -> None:
    piece = Html("<p>a</p>")
    assert piece._repr_html_() == "<p>a</p>"
    assert repr(piece) == "<Html, 8 characters>"
