"""The page about what changed: plain Dutch, accessible, light, and what matters most first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import Page

from nplv_analysis.data import Data
from nplv_analysis.output.changes import compare, count, has_figure, read_figures
from nplv_analysis.output.changes_page import APART, COUNTED, TEXTS, page, write_changes
from nplv_analysis.output.export import NUMBERS
from nplv_analysis.output.open_data import KEY, write_open_data

pytest_plugins = ["project_data"]

AREA, INDICATOR = "voorbeeldwijk-noord", "moeite_rondkomen"
NAMES = ("oud", "nieuw")


@pytest.fixture(scope="module")
def run(town_data: Data, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The key figures of the fictional town; tests change a copy."""
    folder = tmp_path_factory.mktemp("reports")
    write_open_data(town_data.figures, town_data, folder)
    return read_figures(folder)


@pytest.fixture
def row(run: pd.DataFrame) -> int:
    """A row with an exact figure."""
    mine = run[(run["gebied"] == AREA) & (run["indicator"] == INDICATOR) & run["waarde"].notna()]
    return int(mine.index[1])


def changed(run: pd.DataFrame, row: int, **cells: Any) -> pd.DataFrame:
    """Change cells of a row in a copy of a run."""
    copy = run.copy()
    for name, value in cells.items():
        copy.loc[row, name] = value
    return copy


def page_of(old: pd.DataFrame, new: pd.DataFrame) -> Page:
    """Make the page of two runs."""
    return Page(page(compare(old, new), old, new, NAMES))


def cells(made: Page, caption: str) -> list[list[str]]:
    """Give the rows of the table with a caption, without its header."""
    tables = "".join(made.texts("caption"))
    assert caption in tables
    found: list[list[str]] = []
    current = ""
    for element in made.elements:
        text = " ".join(element["text"].split())
        if element["tag"] == "caption":
            current = text
        elif element["tag"] == "tr" and current == caption and "thead" not in element["parents"]:
            found.append([])
        elif element["tag"] in ("td", "th") and current == caption and "thead" not in element["parents"]:
            found[-1].append(text)
    return found


@pytest.fixture(scope="module")
def busy(run: pd.DataFrame) -> Page:
    """A page with every kind of difference."""
    old = run[(run["indicator"] != INDICATOR) & (run["gebied"] != "gemeente")].reset_index(drop=True)
    new = run[run["gebied"] != AREA].reset_index(drop=True)
    both = new.index[new["waarde"].notna() & (new["indicator"] != INDICATOR) & (new["gebied"] != "gemeente")]
    news: dict[str, Any] = {"oordeel": "hoger", "waarde": 77.0, "status": "voorlopig", "bron": "<b>x</b>"}
    for place, (name, value) in enumerate(news.items()):
        new.loc[both[place], name] = value
    gone, came = both[10], both[11]
    same = (old[list(KEY)] == new.loc[came, list(KEY)]).all(axis=1)
    old, new = old[~same].reset_index(drop=True), new.drop(index=gone).reset_index(drop=True)
    return page_of(old, new)


def test_the_same_run_twice(run: pd.DataFrame) -> None:
    made = page_of(run, run)
    assert "Er zijn geen verschillen." in made.texts("p")
    assert {row[1] for row in cells(made, "Aantal verschillen")} == {"0"}
    assert made.texts("h2") == ["In het kort"]


def test_the_page_begins_with_counts_and_then_verdicts(run: pd.DataFrame, row: int) -> None:
    old, new = changed(run, row, oordeel="lager"), changed(run, row, oordeel="hoger", waarde=77.0, bron="x")
    made, found = page_of(old, new), compare(old, new)
    assert made.texts("h1") == ["Wat is er veranderd?"]
    assert made.texts("h2") == ["In het kort", "Andere oordelen", "Herziene cijfers", "Andere veranderde cellen"]
    assert [(name, int(number)) for name, number in cells(made, "Aantal verschillen")] == [
        (COUNTED[kind], number) for kind, number in count(found).items()
    ]
    assert "Er zijn geen verschillen." not in made.texts("p")


def test_a_verdict_as_it_was_and_is_with_its_reason(run: pd.DataFrame, row: int) -> None:
    names = [run.loc[row, "gebied_naam"], run.loc[row, "indicator_naam"], run.loc[row, "periode"]]
    old = changed(run, row, oordeel="", symbool="+")
    new = changed(run, row, oordeel="gunstiger", oordeel_reden="Omdat het zo is.", symbool="-")
    assert cells(page_of(old, new), "Andere oordelen, met de reden van het oordeel nu") == [
        [*names, "Oordeel over het verschil", "geen oordeel", "gunstiger", "Omdat het zo is."],
        [*names, "Teken van de monitor", "+ (gunstiger)", "- (ongunstiger)", ""],
    ]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ({"waarde": 32.6}, {"waarde": 34.5}, ["32,6 %", "34,5 %", "+1,9 procentpunt"]),
        ({"waarde": 34.0}, {"waarde": 33.0}, ["34 %", "33 %", "−1 procentpunt"]),
        ({"waarde": 100 / 3}, {"waarde": 100 / 3 + 0.0004}, ["33,33333 %", "33,33373 %", "+0,00040 procentpunt"]),
        ({"waarde": 33.333333}, {"waarde": 40.0}, ["33,33 %", "40,00 %", "+6,67 procentpunt"]),
        ({"waarde": 5.0}, {"waarde": 5.0, "eenheid": "euro"}, ["5 %", "5 euro", ""]),
        ({"waarde": 1200.0, "eenheid": "aantal"}, {"waarde": 1300.0, "eenheid": "aantal"}, ["1.200", "1.300", "+100"]),
        (
            {"waarde": float("nan"), "ondergrens": 5.0, "bovengrens": 10.0, "teken": "tussen"},
            {"waarde": 7.0, "teken": "="},
            ["tussen 5 en 10 %", "7 %", ""],
        ),
        (
            {"waarde": float("nan"), "waarde_cbs_wijk": 12.0, "herkomst": "alleen hele CBS-wijk bekend"},
            {"waarde": 7.0},
            ["12 % (hele CBS-wijk)", "7 %", ""],
        ),
    ],
)
def test_a_revised_figure_is_shown_with_the_decimals_that_it_takes(
    run: pd.DataFrame, row: int, old: dict[str, Any], new: dict[str, Any], shown: list[str]
) -> None:
    base = changed(run, row, **dict.fromkeys(NUMBERS, float("nan")), teken="=", eenheid="%")
    made = page_of(changed(base, row, **old), changed(base, row, **new))
    headers = 3 + sum(bool(text) for text in shown)
    (found,) = cells(made, "Herziene cijfers")
    # A column without any content is left out.
    assert found[3:headers] == [text for text in shown if text]


def test_a_new_and_a_vanished_figure(run: pd.DataFrame, row: int) -> None:
    without = run.drop(index=row).reset_index(drop=True)
    names = [run.loc[row, "gebied_naam"], run.loc[row, "indicator_naam"], run.loc[row, "periode"]]
    value = f"{run.loc[row, 'waarde']:.0f} %"
    assert cells(page_of(without, run), "Nieuwe cijfers") == [[*names, value, run.loc[row, "status"]]]
    assert cells(page_of(run, without), "Vervallen cijfers") == [[*names, value, "geen regel"]]


def test_an_indicator_or_area_is_one_line_and_its_figures_are_not_repeated(run: pd.DataFrame) -> None:
    without = run[run["indicator"] != INDICATOR].reset_index(drop=True)
    (name,) = set(run.loc[run["indicator"] == INDICATOR, "indicator_naam"])
    figures = str(has_figure(run[run["indicator"] == INDICATOR]).sum())
    for old, new, what in ((without, run, "nieuwe indicator"), (run, without, "vervallen indicator")):
        made = page_of(old, new)
        assert cells(made, "Nieuwe en vervallen indicatoren en gebieden") == [[name, what, figures]]
        assert made.texts("h2") == ["In het kort", "Indicatoren en gebieden"]


def test_a_status(run: pd.DataFrame, row: int) -> None:
    made = page_of(run, changed(run, row, status="voorlopig", openbaar="nee"))
    assert [found[3:] for found in cells(made, "Cijfers met een andere status")] == [
        ["Status", run.loc[row, "status"], "voorlopig"],
        ["Openbaar", "ja", "nee"],
    ]


def test_long_tables_are_folded_away(run: pd.DataFrame) -> None:
    made = page_of(run, run.assign(status="voorlopig"))
    assert "Tabel: Cijfers met een andere status" in made.texts("summary")[0]
    assert not [e for e in made.all("caption") if "details" in e["parents"] and "Aantal" in e["text"]]


def test_the_page_is_accessible_and_stands_on_its_own(busy: Page) -> None:
    assert busy.all("html")[0]["attributes"] == {"lang": "nl"}
    assert len(busy.texts("title")) == len(busy.texts("h1")) == 1 and busy.texts("title")[0]
    assert len(busy.all("table")) == len(busy.all("caption")) == 8
    assert {header["attributes"].get("scope") for header in busy.all("th")} == {"col", "row"}
    assert "#inhoud" in busy.values("href") and busy.values("id") == ["inhoud"]
    assert not {"script", "link", "img", "iframe", "form"} & {element["tag"] for element in busy.elements}
    assert not busy.values("src")
    assert set(busy.values("href")) == {"#inhoud", "verschillen.csv"}


def test_text_from_a_file_stays_text(run: pd.DataFrame, row: int) -> None:
    nasty = "<script>alert(1)</script>"
    old, new = changed(run, row, waarde=1.0), changed(run, row, waarde=2.0, gebied_naam=nasty, status=nasty)
    made = Page(page(compare(old, new), old, new, (nasty, nasty)))
    assert not made.all("script")
    assert nasty in made.texts("th") and nasty in made.texts("td")


def test_a_page_with_figures_that_are_not_public_says_so(run: pd.DataFrame, row: int) -> None:
    for public, warned in (("ja", 0), ("nee", 1)):
        old = changed(run, row, openbaar=public)
        warnings = [e for e in page_of(old, changed(old, row, waarde=77.0)).all("p") if "Intern:" in e["text"]]
        assert len(warnings) == warned


def test_sentences_are_short_and_plain(busy: Page) -> None:
    sentences = [s for text in (*TEXTS.values(), APART, *busy.texts("p")) for s in re.split(r"(?<=[.?!]) ", text)]
    lengths = [len(sentence.split()) for sentence in sentences]
    assert max(lengths) <= 18 and sum(lengths) / len(lengths) < 12


def test_both_files_are_written_and_are_the_same_every_time(run: pd.DataFrame, row: int, tmp_path: Path) -> None:
    new = changed(run, row, waarde=77.0)
    for folder in ("a", "b"):
        write_changes(compare(run, new), run, new, (tmp_path / "vorig", Path("nu/reports")), tmp_path / folder)
    files = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert set(files) == {"verschillen.csv", "verschillen.html"}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    text = files["verschillen.html"].decode("utf-8")
    assert "Was: vorig. Is nu: nu/reports." in text and str(tmp_path) not in text
    assert len(files["verschillen.html"]) < 60_000
