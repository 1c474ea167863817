"""The search field of the overview: it filters while one types, says how much it found, and leads to the section."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nplv_analysis.batch.tasks import Outcome
from nplv_analysis.data import Data
from nplv_analysis.output.index_page import index_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest_plugins = ["project_data"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, town_data: Data) -> Path:
    """A folder with the overview alone: a search needs no reports."""
    folder = tmp_path_factory.mktemp("overzicht")
    areas = ("voorbeeldwijk-noord", "voorbeeldwijk-zuid", "voorbeeldstad-noord", "gemeente")
    outcomes = [Outcome(area, "armoede", "gelukt", 1.0) for area in areas]
    (folder / "index.html").write_text(index_page(town_data, outcomes), encoding="utf-8")
    return folder


def found(page: Page) -> list[str]:
    """Give the names in the list that can be seen."""
    return page.locator("#Gebieden li:visible a").all_inner_texts()


@pytest.mark.parametrize(
    ("text", "names", "said"),
    [
        ("noord", ["Voorbeeldstad-Noord", "Voorbeeldwijk-Noord"], "2 gebieden gevonden."),
        ("VOORBEELDWIJK noord", ["Voorbeeldwijk-Noord"], "1 gebied gevonden."),
        ("hàvenbüurt", ["Voorbeeldwijk-Noord"], "1 gebied gevonden."),
        ("wk999000", ["Voorbeeldwijk-Noord"], "1 gebied gevonden."),
        ("gm9990", ["Gemeente Voorbeeldstad"], "1 gebied gevonden."),
    ],
    ids=["two areas", "capitals and hyphen", "a buurt with accents", "a wijk", "the gemeente"],
)
def test_the_list_is_filtered_while_one_types(
    open_page: Callable[..., Page], text: str, names: list[str], said: str
) -> None:
    page = open_page("overzicht")
    page.locator("#Zoekwoord").press_sequentially(text)
    assert found(page) == names
    assert page.get_by_role("status").inner_text() == said


def test_nothing_found_gives_a_hint_and_an_empty_field_gives_everything(open_page: Callable[..., Page]) -> None:
    page = open_page("overzicht")
    everything = found(page)
    page.fill("#Zoekwoord", "zzz")
    assert found(page) == []
    assert page.get_by_role("status").inner_text().startswith("Geen wijk gevonden. Probeer een ander woord")
    page.fill("#Zoekwoord", " - ")
    assert found(page) == everything
    assert page.get_by_role("status").inner_text() == ""


def test_enter_goes_to_the_first_area_that_was_found(open_page: Callable[..., Page]) -> None:
    page = open_page("overzicht")
    page.fill("#Zoekwoord", "molen")
    page.press("#Zoekwoord", "Enter")
    assert page.url.endswith("#voorbeeldwijk-noord")
    assert page.locator("section:target h3").inner_text() == "Voorbeeldwijk-Noord"


def test_without_script_there_is_a_list_and_no_field(open_page: Callable[..., Page]) -> None:
    page = open_page("overzicht", java_script_enabled=False)
    assert not page.locator("#Zoekwoord").is_visible()
    assert "Voorbeeldwijk-Noord" in found(page)


def test_a_script_that_is_not_of_the_page_does_not_run(browser: Browser, site: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    blocked = """() => new Promise(done => {
        document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective), {once: true});
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
    })"""
    assert page.evaluate(blocked) == "script-src-elem"
    assert not page.evaluate("'ran' in window")
    context.close()
