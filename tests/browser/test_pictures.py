"""Charts and maps: each has a name, and what it shows stands out, also in colours that a reader chose (WCAG 1.4.11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import KINDS, contrast

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytest_plugins = ["project_data"]

#: Of every picture its name, and of its parts the colours of lines, areas and letters beside what is behind them.
PICTURES = """() => [...document.querySelectorAll('svg')].map(svg => {
    const holder = svg.closest('[role=img], [role=group]') ?? svg;
    const shows = colour => /^rgb/.test(colour) && !/^rgba.*, 0\\)$/.test(colour);
    let behind = svg;
    while (behind && !shows(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
    const parts = [...svg.querySelectorAll('path, rect, circle, ellipse, line, polyline, polygon, use, text')];
    return {
        name: holder.ariaLabel ?? holder.querySelector('title')?.textContent ?? '',
        legend: svg.closest('li') !== null,
        behind: behind ? getComputedStyle(behind).backgroundColor : 'rgb(255, 255, 255)',
        parts: parts.filter(e => !e.closest('defs, clipPath')).map(e => {
            // A marker is drawn where it is used; the outline of an area may be drawn once more, on top of the others.
            const marker = e.tagName === 'use' ? [svg.querySelector(e.getAttribute('href'))] : [];
            const form = e.getAttribute('d');
            const outline = parts.filter(other => form !== null && other.getAttribute('d') === form);
            const looks = [e, ...marker, ...outline].map(part => getComputedStyle(part));
            const paint = looks.flatMap(({fill, stroke}) => [fill, stroke]).filter(shows);
            return {tag: e.tagName, text: e.textContent.trim(), paint};
        }),
    };
})"""
#: What may be light, as nothing is read from it: lines of the grid, and the land around the areas of a map.
LIGHT = {"rgb(230, 232, 234)", "rgb(247, 248, 249)", "rgb(221, 225, 228)"}


def faint(pictures: list[dict[str, Any]]) -> list[str]:
    """Give the parts of pictures that stand out too little: letters 4.5 to 1, anything else 3 to 1."""
    found = []
    for picture in pictures:
        for part in picture["parts"]:
            least = 4.5 if part["text"] else 3
            colours = part["paint"][:1] if part["text"] else [c for c in part["paint"] if c not in LIGHT]
            if colours and max(contrast(colour, picture["behind"]) for colour in colours) < least:
                found.append(f"{part['tag']} {part['text']}: {part['paint']} on {picture['behind']}")
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_picture_shows_stands_out(open_page: Callable[..., Page], kind: str) -> None:
    page = open_page(kind)
    pictures = page.evaluate(PICTURES)
    assert not faint(pictures)
    assert all(len(picture["name"]) > 20 for picture in pictures if not picture["legend"])
    for scheme in ("dark", "light"):
        # The colours that a reader chose for everything (WCAG has no words for it, a good page does it).
        page.emulate_media(forced_colors="active", color_scheme=scheme)
        assert not faint(page.evaluate(PICTURES)), scheme
