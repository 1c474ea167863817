"""What a page says of itself: language, title, headings and names; and that a report needs no script."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import AREAS, KINDS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytest_plugins = ["project_data"]

every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
def test_headings_ids_and_links(open_page: Callable[..., Page], kind: str) -> None:
    page = open_page(kind)
    assert page.evaluate("document.documentElement.lang") == "nl"
    assert page.evaluate("document.compatMode") == "CSS1Compat"
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(e => Number(e.tagName[1]))")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(set(ids)) == len(ids)
    found: list[list[str]] = page.evaluate("""() => [...document.querySelectorAll('a[href]')].map(link =>
        [link.ariaLabel ?? link.textContent.trim(), new URL(link.getAttribute('href'), location).href])""")
    here = page.url.split("#")[0]
    assert {place.removeprefix(f"{here}#") for _, place in found if place.startswith(f"{here}#")} <= set(ids)
    # Who reads a list of links hears the words alone, so the same words never lead to two places (WCAG 2.4.4).
    places: dict[str, set[str]] = {}
    for name, place in found:
        places.setdefault(name, set()).add(place)
    assert not {name: where for name, where in places.items() if len(where) > 1 or not name}


def test_every_page_has_a_title_of_its_own(site: Path) -> None:
    titles = [re.findall(r"<title>(.+?)</title>", (site / path).read_text(encoding="utf-8")) for path in KINDS.values()]
    assert all(len(title) == 1 for title in titles)
    assert len({title[0] for title in titles}) == len(titles)


@every_kind
def test_nothing_moves_for_who_asked_for_less_motion(open_page: Callable[..., Page], kind: str) -> None:
    page = open_page(kind, reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert not page.evaluate("""() => [...document.querySelectorAll('*')].filter(element => {
        const style = getComputedStyle(element);
        return style.animationName !== 'none' || style.transitionDuration !== '0s';
    }).map(element => element.tagName)""")


def test_only_the_overview_has_a_script(site: Path) -> None:
    with_script = [kind for kind, path in KINDS.items() if "<script" in (site / path).read_text(encoding="utf-8")]
    assert with_script == ["overzicht"]


def test_the_overview_leads_everywhere_without_its_script(open_page: Callable[..., Page]) -> None:
    def links(page: Page) -> list[str]:
        return [link.get_attribute("href") or "" for link in page.locator("main a:visible").all()]

    without = links(open_page("overzicht", java_script_enabled=False))
    assert without == links(open_page("overzicht"))
    assert {path for path in KINDS.values() if path.split("/")[0] in AREAS} <= set(without)
