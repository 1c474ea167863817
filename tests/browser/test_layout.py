"""Nothing is cut off or out of reach: on a phone, enlarged, with wider spacing of text (WCAG 1.4.4, 1.4.10, 1.4.12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import KINDS, OPEN_ALL, WIDTHS, width_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytest_plugins = ["project_data"]

every_kind = pytest.mark.parametrize("kind", KINDS)

#: The words of WCAG 1.4.12. A sheet made by script, because the overview allows no style of others.
SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""

#: Text outside its own block, the page or the picture it is in; and boxes that hide a part of what they hold. What is
#: for screen readers alone is a box of one pixel on purpose; what lies in a box that scrolls can be reached.
CUT = """() => {
    const faults = [], root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) faults.push(`page: ${root.scrollWidth} in ${root.clientWidth} pixels`);
    const hidden = element => element.closest('.alleen-voorlezen') !== null;
    const tiny = rect => rect.width <= 1 || rect.height <= 1;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (!node.data.trim() || ['SCRIPT', 'STYLE'].includes(parent.tagName) || hidden(parent)) continue;
        if (!parent.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        // Letters in a chart may stand beside it, as long as they are on the page.
        let block = parent;
        while (block.tagName !== 'svg' && (block.closest('svg') || getComputedStyle(block).display === 'inline')) {
            block = block.parentElement;
        }
        if (getComputedStyle(block).overflow === 'visible' && block.tagName === 'svg') block = document.body;
        const outer = block.getBoundingClientRect();
        if (tiny(outer)) continue;
        const scrolls = parent.closest('.tabel') !== null;
        for (const box of range.getClientRects()) {
            const beyond = Math.max(outer.left - box.left, box.right - outer.right);
            if (beyond > 1) faults.push(`${Math.round(beyond)} pixels outside ${block.tagName}: ${node.data}`);
            if (!scrolls && box.right > root.clientWidth + 1) faults.push(`outside the page: ${node.data}`);
        }
    }
    for (const element of document.body.querySelectorAll('*')) {
        const style = getComputedStyle(element), box = element.getBoundingClientRect();
        if (tiny(box) || element.closest('svg') || !element.checkVisibility()) continue;
        const clips = direction => ['hidden', 'clip'].includes(style[`overflow${direction}`]);
        const hides = (clips('X') && element.scrollWidth > element.clientWidth + 1)
            || (clips('Y') && element.scrollHeight > element.clientHeight + 1);
        if (hides) faults.push(`${element.tagName} hides a part`);
    }
    return [...new Set(faults)];
}"""


def cut(page: Page) -> list[str]:
    """Give what is cut off, with everything unfolded."""
    page.evaluate(OPEN_ALL)
    found: list[str] = page.evaluate(CUT)
    return found


@every_kind
def test_nothing_is_cut_and_the_page_does_not_scroll_sideways(open_page: Callable[..., Page], kind: str) -> None:
    page = open_page(kind)
    # Half the width of a screen is what fits on it at a zoom of 200 %.
    faults = [(width, cut(page)) for width in width_of(page, (*WIDTHS, 640))]
    assert not [fault for fault in faults if fault[-1]]


@every_kind
def test_nor_with_letters_of_twice_the_size(open_page: Callable[..., Page], kind: str) -> None:
    page = open_page(kind)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not cut(page)


@every_kind
def test_nor_with_wider_spacing(open_page: Callable[..., Page], kind: str) -> None:
    page = open_page(kind)
    page.evaluate(SPACING)
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).letterSpacing") != "normal"
    faults = [(width, cut(page)) for width in width_of(page, WIDTHS)]
    assert not [fault for fault in faults if fault[-1]]


@every_kind
def test_a_table_that_is_too_wide_scrolls_in_a_box_with_a_name(open_page: Callable[..., Page], kind: str) -> None:
    page = open_page(kind, 320)
    page.evaluate(OPEN_ALL)
    boxes: list[dict[str, Any]] = page.evaluate("""() => [...document.querySelectorAll('table')].map(table => {
        const box = table.closest('.tabel, .overzicht');
        return {wide: box.scrollWidth > box.clientWidth, focus: box.tabIndex, role: box.role, name: box.ariaLabel,
                caption: table.caption?.innerText};
    })""")
    assert all(box["caption"] for box in boxes)
    assert all((box["focus"], box["role"], bool(box["name"])) == (0, "region", True) for box in boxes if box["wide"])
    scrolls = page.evaluate("""() => {
        const wide = [...document.querySelectorAll('.tabel')].find(box => box.scrollWidth > box.clientWidth);
        wide?.focus();
        return wide !== undefined;
    }""")
    if scrolls:
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.activeElement.scrollLeft > 0")


def test_a_part_that_is_cut_is_seen(open_page: Callable[..., Page]) -> None:
    page = open_page("armoede", 320)
    page.evaluate("""() => {
        document.querySelector('h1').style.whiteSpace = 'nowrap';
        document.querySelector('main p').style.cssText = 'height: 1rem; overflow: hidden';
    }""")
    faults = cut(page)
    assert any("outside H1" in fault for fault in faults) and "P hides a part" in faults
