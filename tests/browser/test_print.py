"""On paper: every page as a PDF that is whole, numbered, and tagged for who has it read aloud."""

from __future__ import annotations

import bisect
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import KINDS, OPEN_ALL
from .test_layout import CUT

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pypdf import PdfReader

pytest_plugins = ["project_data"]

every_kind = pytest.mark.parametrize("kind", KINDS)

A4 = (595, 842)
#: What an A4 has between its margins of 16 mm, upright and lying, in CSS pixels.
UPRIGHT, LYING = 673, 1001
#: Takes out what goes on a sheet that lies.
ONLY_UPRIGHT = """() => document.querySelectorAll('.tabel').forEach(box => {
    if (getComputedStyle(box).page !== 'auto') box.remove();
})"""
#: At the foot of each sheet, which comes first in what is read: whose page it is, and its number.
FOOT = re.compile(r"^(?:[^\r\n]* )?(\d+) van (\d+)(?:\r\n|$)")

#: Each text that is shown, apart from the texts in charts, which have an alternative of their own.
TEXTS = """() => {
    const texts = [], walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (parent.closest('svg, .alleen-voorlezen') || !parent.checkVisibility()) continue;
        if (node.data.trim()) texts.push(node.data);
    }
    return texts;
}"""


@dataclass(frozen=True)
class Print:
    """A page on paper."""

    reader: PdfReader
    #: What the page says on paper, as the screen has it, with everything unfolded; and the texts for its pictures.
    texts: list[str]
    names: set[str]
    #: The text of each sheet.
    sheets: list[str]


@pytest.fixture(scope="module")
def prints() -> dict[str, Print]:
    """What has been printed so far: each kind of page once."""
    return {}


@pytest.fixture
def printed(open_page: Callable[..., Page], prints: dict[str, Print]) -> Callable[[str], Print]:
    """A function that prints a page, without unfolding anything first."""
    from pypdf import PdfReader
    from pypdfium2 import PdfDocument

    def on_paper(kind: str) -> Print:
        if kind not in prints:
            page = open_page(kind)
            pdf = page.pdf(tagged=True, outline=True, prefer_css_page_size=True)
            page.emulate_media(media="print")
            page.evaluate(OPEN_ALL)
            names = page.evaluate("[...document.querySelectorAll('[role=img]')].map(picture => picture.ariaLabel)")
            reader = PdfReader(io.BytesIO(pdf))
            # It reads the texts in a twentieth of the time; the tags it does not show. A hyphen where a line breaks is
            # a sign of its own.
            sheets = [sheet.get_textpage().get_text_bounded().replace("\x02", "-") for sheet in PdfDocument(pdf)]
            prints[kind] = Print(reader, page.evaluate(TEXTS), set(names), sheets)
        return prints[kind]

    return on_paper


def squeezed(text: str) -> str:
    """Leave spaces out, as a line may break anywhere on paper, and write letters apart that are printed as one."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def is_in(text: str, whole: str) -> bool:
    """Tell whether a text is there, in two parts at most: it may go on in a column of the next sheet."""
    longest = bisect.bisect(range(len(text)), False, key=lambda end: text[: end + 1] not in whole)
    return text[longest:] in whole


def foot(sheet: str) -> tuple[str, ...]:
    """Give the number of a sheet and of how many it is."""
    found = FOOT.match(sheet)
    return found.group(1, 2) if found else ()


@every_kind
def test_everything_is_on_paper_also_what_is_folded_away(printed: Callable[[str], Print], kind: str) -> None:
    found = printed(kind)
    whole = squeezed("".join(FOOT.sub("", sheet) for sheet in found.sheets))
    assert len(found.texts) > 20
    assert not [text for text in found.texts if not is_in(squeezed(text), whole)]


@every_kind
def test_sheets_are_a4_and_numbered(printed: Callable[[str], Print], kind: str) -> None:
    found = printed(kind)
    sizes = {(round(float(s.mediabox.width)), round(float(s.mediabox.height))) for s in found.reader.pages}
    assert A4 in sizes and sizes <= {A4, A4[::-1]}
    number = len(found.sheets)
    assert [foot(sheet) for sheet in found.sheets] == [(str(n + 1), str(number)) for n in range(number)]


#: Words that are broken over two lines without a hyphen; addresses of pages have no other way.
BROKEN = """longest => {
    const found = [], walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (parent.closest('svg, .alleen-voorlezen') || !parent.checkVisibility()) continue;
        if (node.data.includes('://')) continue;
        for (const word of node.data.matchAll(/[^\\s\\-\\/]+/g)) {
            if (word[0].length > longest) continue;
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) found.push(word[0]);
        }
    }
    return found;
}"""
#: As long as "gepubliceerd".
LONGEST = 12


@every_kind
def test_nothing_runs_off_the_paper_and_no_ordinary_word_is_broken(open_page: Callable[..., Page], kind: str) -> None:
    page = open_page(kind, LYING)
    page.emulate_media(media="print")
    page.evaluate(OPEN_ALL)
    assert not page.evaluate(CUT) + page.evaluate(BROKEN, LONGEST)
    page.evaluate(ONLY_UPRIGHT)
    page.set_viewport_size({"width": UPRIGHT, "height": 800})
    assert not page.evaluate(CUT) + page.evaluate(BROKEN, LONGEST)


def parts_of(element: Any) -> Iterator[dict[str, Any]]:
    """Give the elements of the tree that a screen reader walks through."""
    element = element.get_object()
    if isinstance(element, list):
        for part in element:
            yield from parts_of(part)
    elif isinstance(element, dict):
        yield element
        yield from parts_of(element["/K"]) if "/K" in element else ()


@every_kind
def test_a_print_is_tagged(printed: Callable[[str], Print], kind: str) -> None:
    reader = printed(kind).reader
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "nl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert reader.metadata is not None and reader.metadata.title
    found = Counter(str(part.get("/S")) for part in parts_of(root["/StructTreeRoot"]))
    assert found["/H1"] == 1 and found["/H2"] > 2
    assert found["/Table"] and found["/TH"] and found["/TD"]
    named = {str(part["/Alt"]) for part in parts_of(root["/StructTreeRoot"]) if "/Alt" in part}
    assert printed(kind).names <= named
    assert reader.outline
