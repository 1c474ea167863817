"""What axe-core finds on every kind of page: nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from .conftest import AXE, KINDS, OPEN_ALL, WIDTHS, width_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytest_plugins = ["project_data"]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
CONTRAST = "color-contrast"
RUN = """async ([only, skipped, without, kinds]) => {
    const rules = Object.fromEntries(skipped.map(rule => [rule, {enabled: false}]));
    const part = {exclude: [...document.querySelectorAll(without)]};
    const found = await axe.run(part, {runOnly: only, rules, resultTypes: kinds});
    return kinds.flatMap(kind => found[kind]).flatMap(rule =>
        rule.nodes.map(node => `${rule.id}: ${node.target} (${node.failureSummary})`));
}"""


def violations(page: Page, *skipped: str) -> list[str]:
    """Give what axe-core finds wrong."""
    found: list[str] = page.evaluate(RUN, [TAGS, skipped, "no-such-tag", ["violations"]])
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_wrong(open_page: Callable[..., Page], kind: str) -> None:
    page = open_page(kind)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # Contrast takes half the time, and is looked at when the page is at its widest (below) and at its narrowest.
    found = [("folded", width, violations(page, CONTRAST)) for width in width_of(page, WIDTHS)]
    page.evaluate(OPEN_ALL)
    found += [("unfolded", width, violations(page, CONTRAST)) for width in width_of(page, WIDTHS[:-1])]
    found += [("unfolded", width, violations(page)) for width in width_of(page, WIDTHS[-1:])]
    assert not [what for what in found if what[-1]]


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_has_enough_contrast(open_page: Callable[..., Page], kind: str) -> None:
    """Of what has been scrolled out of a box axe-core can not tell the contrast, so everything has its room here."""
    page = open_page(kind, 2600)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(OPEN_ALL)
    page.evaluate("document.querySelector('main').style.maxWidth = 'none'")
    # Nor does it look through the shade at the side of a box that scrolls.
    page.evaluate("document.querySelectorAll('.tabel').forEach(box => { box.style.background = 'none'; })")
    # Signs such as an arrow are no letters to axe-core; test_pictures.py sees to letters in charts.
    assert not page.evaluate(RUN, [[CONTRAST], [], "svg, [aria-hidden=true]", ["violations", "incomplete"]])


def test_axe_sees_a_fault(open_page: Callable[..., Page]) -> None:
    page = open_page("armoede")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate("document.querySelector('h1').style.color = '#aaaaaa'; document.documentElement.lang = 'xx'")
    assert {rule.split(":")[0] for rule in violations(page)} == {"color-contrast", "html-lang-valid"}
