"""Everything can be reached and used with a keyboard, and one sees where one is (WCAG 2.1.1, 2.1.2, 2.4.1, 2.4.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import KINDS, OPEN_ALL, contrast

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytest_plugins = ["project_data"]

every_kind = pytest.mark.parametrize("kind", KINDS)

#: Numbers all that can have the focus, in the order of the page, with its looks while it has no focus.
REACHABLE = """() => {
    window.looks = element => ['outline', 'stroke', 'strokeWidth'].flatMap(name =>
        [element, ...element.querySelectorAll('path')].map(part => getComputedStyle(part)[name])).join();
    const all = [...document.querySelectorAll('a[href], summary, input, button, select, textarea, [tabindex]')];
    return all.filter(e => e.tabIndex >= 0 && e.checkVisibility()).map((e, number) => {
        e.dataset.number = number;
        e.dataset.looks = looks(e);
        return `${e.tagName} ${e.ariaLabel ?? e.textContent.trim().slice(0, 40)}`;
    });
}"""
#: Where the focus is, whether one sees that, and whether it is on the screen.
FOCUS = """() => {
    const e = document.activeElement, box = e.getBoundingClientRect();
    if (e === document.body) return null;
    const style = getComputedStyle(e), white = 'rgb(255, 255, 255)';
    let behind = e.parentElement;
    while (behind && getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
    return {
        number: Number(e.dataset.number),
        seen: looks(e) !== e.dataset.looks,
        outline: style.outlineStyle === 'none' || style.outlineStyle === 'auto' ? null : style.outlineColor,
        behind: behind ? getComputedStyle(behind).backgroundColor : white,
        on_screen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""


@every_kind
def test_tab_reaches_everything_in_order_and_shows_where_it_is(open_page: Callable[..., Page], kind: str) -> None:
    page = open_page(kind, 375, reduced_motion="reduce")
    page.evaluate(OPEN_ALL)
    names: list[str] = page.evaluate(REACHABLE)
    steps: list[dict[str, Any]] = []
    for _ in names:
        page.keyboard.press("Tab")
        steps.append(page.evaluate(FOCUS))
    assert [step["number"] for step in steps] == list(range(len(names)))
    assert not [names[step["number"]] for step in steps if not step["seen"]], "nothing shows the focus"
    assert not [names[step["number"]] for step in steps if not step["on_screen"]], "the focus is out of sight"
    faint = [step for step in steps if step["outline"] and contrast(step["outline"], step["behind"]) < 3]
    assert not [names[step["number"]] for step in faint], "the focus stands out too little"
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS) is None, "the page keeps the focus"


@every_kind
def test_the_first_stop_skips_to_the_content(open_page: Callable[..., Page], kind: str) -> None:
    page = open_page(kind)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Ga naar de inhoud"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_enter_opens_and_closes_a_part(open_page: Callable[..., Page]) -> None:
    page = open_page("gebiedsmonitor")
    part = page.locator("details").first
    part.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert part.evaluate("part => part.open")
    page.keyboard.press("Enter")
    assert not part.evaluate("part => part.open")
