"""The pages of a town in a real browser: how they are made, and how a test opens one.

These tests need Chromium, axe-core and the extra `dev`. The setting NPLV_BROWSER says what happens without them:
nothing said, they are skipped; `required`, they fail. With `no` they are not collected at all.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from conftest import run
from filelock import FileLock
from helpers import NOTEBOOKS, town_project
from without_kernel import without_kernels

from nplv_analysis.batch import run_batch
from nplv_analysis.output.reports import make_report
from nplv_analysis.sections import title_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SETTING = os.environ.get("NPLV_BROWSER", "")
if SETTING == "no":
    collect_ignore_glob = ["test_*.py"]

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NEEDED = {
    "Chromium (Debian: apt-get install chromium)": CHROMIUM,
    "axe-core (make browser, or npm ci in tests/browser)": AXE.is_file(),
    "the extra dev (make setup, or pip install -c constraints.txt -e .[dev])": find_spec("playwright"),
}
MISSING = "the browser tests need " + "; and ".join(what for what, found in NEEDED.items() if not found)
FLAGS = [
    *("--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

#: The areas of Voorbeeldstad that the overview is about.
AREAS = ("voorbeeldwijk-noord", "voorbeeldstad-noord", "gemeente")
#: One page of every kind. Voorbeeldstad has no figures on leerachterstand, so that page has the shipped ones.
KINDS = {
    "overzicht": "index.html",
    "armoede": "voorbeeldwijk-noord/armoede.html",
    "veiligheid": "voorbeeldwijk-noord/veiligheid.html",
    "gebiedsmonitor": "voorbeeldwijk-noord/gebiedsmonitor.html",
    "interventies": "voorbeeldstad-noord/interventies.html",
    "leerachterstand": "selwerd/leerachterstand.html",
    "verschillen": "verschillen.html",
}
#: Unfolds everything that is folded away.
OPEN_ALL = "document.querySelectorAll('details').forEach(part => { part.open = true; })"
#: A computer, a phone, and 1280 pixels at a zoom of 400 %, which WCAG 1.4.10 asks for.
WIDTHS = (1280, 375, 320)


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, as a browser writes them (WCAG 2.1, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def width_of(page: Page, widths: Sequence[int]) -> Iterator[int]:
    """Give a page one width after the other."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        yield width


def pytest_runtest_setup() -> None:
    """Skip every test here for the same reason, which is told once."""
    if not all(NEEDED.values()):
        (pytest.fail if SETTING == "required" else pytest.skip)(MISSING)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, real_folder: Path) -> Path:
    """A folder with one page of every kind; the processes of one run share it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / "pages"
    with FileLock(shared / "pages.lock"):
        if not folder.exists():
            _make_site(folder, shared / "stad", real_folder)
    return folder


def _make_site(folder: Path, project: Path, real_folder: Path) -> None:
    town = town_project(project)
    wanted = set(KINDS.values())
    with without_kernels(lambda task: f"{task.area}/{task.theme}.html" in wanted):
        run_batch(folder, data_map=str(town), areas=AREAS)
        area, title = folder / "selwerd", title_of("leerachterstand", "Selwerd")
        make_report(NOTEBOOKS / "leerachterstand.ipynb", {"wijk": "selwerd"}, area, title, real_folder)
    _write_earlier(folder / "kerncijfers.csv", project / "kerncijfers.csv")
    done = run("diff", project / "kerncijfers.csv", folder, "--out", folder)
    assert done.exit_code == 0, done.output
    assert not [path for path in wanted if not (folder / path).is_file()]


def _write_earlier(now: Path, earlier: Path) -> None:
    """Write key figures in which figures, verdicts, an indicator and an area were different."""
    rows = pd.read_csv(now, dtype=str, keep_default_na=False)
    rows = rows[(rows["gebied"] != "gemeente") & (rows["indicator"] != "eenzaamheid")]
    other = rows.index % 2 == 0
    rows.loc[other & (rows["waarde"] != ""), "waarde"] = "7.5"
    rows.loc[other, ["oordeel", "verandering_oordeel"]] = ""
    rows.to_csv(earlier, index=False, lineterminator="\n")


@pytest.fixture(scope="module")
def browser(site: Path) -> Iterator[Browser]:
    """Chromium, for the tests of one file: it runs an event loop, which must not be there for other files."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, site: Path) -> Iterator[Callable[..., Page]]:
    """A function that opens a page; the test fails when a page asks for something elsewhere, or complains."""
    complaints: list[str] = []
    contexts = []

    def opened(kind: str, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda r: None if r.url.startswith("file:") else complaints.append(f"asks for {r.url}"))
        page.on("console", lambda m: complaints.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.goto((site / KINDS[kind]).as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints
