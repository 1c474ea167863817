"""The sections of a report: plain Dutch, every figure with its year and source, and honest about what is missing."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import Page, town_analysis, words

from nplv_analysis import accounting, sections
from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import THEMES, Catalogue
from nplv_analysis.data import Data

pytest_plugins = ["project_data"]

STORY = (
    *(sections.title, sections.summary, sections.about, sections.key_figures),
    *(sections.development, sections.comparison),
    *(sections.targets, accounting.gaps, accounting.voices, accounting.sources),
)


@pytest.fixture(scope="module")
def pages(real_data: Data) -> dict[tuple[str, str], Page]:
    """All sections under each other, of a wijk, of Groningen-Noord and of the gemeente."""
    made = {}
    chosen = [*(("selwerd", theme) for theme in THEMES), ("groningen-noord", "armoede"), ("gemeente", "veiligheid")]
    for area, theme in chosen:
        analysis = Analysis(real_data, real_data.catalogue.area(area), theme)
        made[area, theme] = Page("\n".join(section(analysis).html for section in STORY))
    return made


def test_every_id_is_there_once_and_every_reference_arrives(pages: dict[tuple[str, str], Page]) -> None:
    drawn = 0
    for name, page in pages.items():
        ids = page.values("id")
        assert len(set(ids)) == len(ids), name
        used = [v[1:] for a in ("href", "xlink:href") for v in page.values(a) if v.startswith("#")]
        used += [
            m for e in page.elements for v in e["attributes"].values() for m in re.findall(r"url\(#([^)]+)\)", v or "")
        ]
        assert set(used) <= set(ids), name
        drawn += len(page.all("svg"))
    assert drawn > 9


def test_every_table_has_a_caption_and_scopes(pages: dict[tuple[str, str], Page]) -> None:
    for name, page in pages.items():
        assert len(page.all("caption")) == len(page.all("table")) > 2, name
        assert all(page.texts("caption")), name
        assert {h["attributes"].get("scope") for h in page.all("th")} == {"col", "row"}, name
        assert all(e["attributes"].get("aria-label") for e in page.all("div") if e["attributes"].get("role")), name


def test_nothing_is_left_of_the_machinery_in_the_text(pages: dict[tuple[str, str], Page]) -> None:
    for name, page in pages.items():
        text = " ".join(e["text"] for e in page.elements if not e["parents"])
        for slip in ("nan", "None", "NaN", "<NA>", "True", "False", "{", "  .", " ;", "−0,0 "):
            assert slip not in re.sub(r"\s+", " ", text).split(" "), (name, slip)
        # Names that have a point in them: the licence CC BY 4.0, Leefbaarometer 2.0 and 3.0.
        points = {m for m in re.findall(r"(?<![\d.])\d+\.\d{1,2}(?![\d.])", text)}
        assert points <= {"2.0", "3.0", "4.0"}, name


def test_headings_do_not_skip_a_level(pages: dict[tuple[str, str], Page]) -> None:
    for name, page in pages.items():
        levels = [e["tag"] for e in page.elements if re.fullmatch(r"h[1-6]", e["tag"])]
        # The notebooks put level 2 between the title and the topics; the summary brings its own.
        assert levels[:2] == ["h1", "h2"] and set(levels[2:]) <= {"h3", "h4"}, name
        assert all(int(now[1]) - int(before[1]) <= 1 for before, now in itertools.pairwise(levels[2:])), name


def test_the_title_names_theme_and_area(real_data: Data) -> None:
    catalogue = real_data.catalogue
    assert words(sections.title(Analysis(real_data, catalogue.area("selwerd"), "armoede"))) == "Armoede in Selwerd"
    whole = sections.title(Analysis(real_data, catalogue.gemeente, "veiligheid"))
    assert words(whole) == "Veiligheid in de gemeente Groningen"


def test_the_latest_figures_have_year_kind_and_source(real_data: Data) -> None:
    analysis = Analysis(real_data, real_data.catalogue.area("selwerd"), "armoede")
    page = Page(sections.key_figures(analysis).html)
    text = " ".join(page.texts("tr"))
    # RIVM 50090NED, 2020: 22.9 %; Uitvoeringsprogramma 2024-2027: 32 % of children in 2022, 15 to 20 % without work.
    assert "22,9 % 2020 schatting" in text
    # Published in whole percents, so it may be off by half of one.
    assert "32 % tussen 31,5 en 32,5 % 2022 gepubliceerd" in text
    assert "tussen 15 en 20 % 2022 bij benadering" in text
    assert "Kinderen in een minimahuishouden" in text
    # The figure of CBS wijk Noordwest stands apart, and is not called one of Selwerd.
    assert page.texts("h3")[-1] == "Alleen bekend voor de hele CBS-wijk Noordwest"
    apart = [card["text"] for card in page.all("article") if "in de hele CBS-wijk" in card["text"]]
    assert len(apart) == 3 and all("Van Selwerd zelf is er geen nieuwer cijfer." in text for text in apart)
    assert "Leg het niet naast het cijfer uit 2017." in apart[0]


def test_the_development_of_selwerd_by_hand(real_data: Data) -> None:
    analysis = Analysis(real_data, real_data.catalogue.area("selwerd"), "armoede")
    rows = [" ".join(r.split()) for r in Page(sections.development(analysis).html).texts("tr")]
    # RIVM 50090NED: 34.3, 26.6, 22.9 beside 29.2, 21.3, 17.5 of the gemeente.
    assert any(
        "2016" in r and "26,6" in r and "−7,7" in r and "21,3" in r and "+5,3" in r and "+0,2" in r for r in rows
    )
    assert any(
        "2020" in r and "22,9" in r and "−3,7" in r and "17,5" in r and "+5,4" in r and "+0,1" in r for r in rows
    )


def test_a_break_is_told_and_nothing_is_computed_across_it(town_folder: Path) -> None:
    html = sections.development(town_analysis(town_folder, area="gemeente"))
    assert "In 2022 is de vraag anders gesteld." in words(html)
    last = next(r for r in Page(html.html).all("tr") if "2022" in r["text"] and "rondkomen" in r["text"])
    assert "20,5" in last["text"] and "+" not in last["text"] and "−" not in last["text"]


def test_targets_belong_to_groningen_noord(real_data: Data) -> None:
    wijk = words(sections.targets(Analysis(real_data, real_data.catalogue.area("selwerd"), "leerachterstand")))
    assert "De doelen voor 2030 tot 2040 gelden voor heel Groningen-Noord, niet voor een wijk apart." in wijk
    assert "Voor Selwerd is het streven een kleiner verschil met de gemeente" in wijk
    assert "4,4 % 2020 lager dan 4 % nog niet bekend. Over 2022 is nog geen cijfer bekend." in wijk
    assert "26 % 2022 lager dan 20 % haalt het doel nog niet" in wijk
    assert "9 % 2022 lager dan 10 % haalt het doel" in wijk
    whole = words(sections.targets(Analysis(real_data, real_data.catalogue.area("groningen-noord"), "leerachterstand")))
    assert "is het streven" not in whole


def without_targets(data: Data) -> Data:
    """The same figures with a catalogue in which nothing has a target."""
    indicators = tuple(replace(i, target=None) for i in data.catalogue.indicators)
    return replace(data, catalogue=Catalogue(indicators, data.catalogue.areas), targets=data.targets.iloc[:0])


def test_a_theme_without_targets_says_so(town_folder: Path) -> None:
    analysis = replace(town_analysis(town_folder), data=without_targets(town_analysis(town_folder).data))
    assert words(sections.targets(analysis)) == "Voor dit thema zijn geen doelen afgesproken."


def test_every_year_of_the_enclosing_wijk_stands_apart(real_data: Data) -> None:
    # Leefbaarometer 2.0, dimension veiligheid, CBS wijk Noordwest (WK001410): -0.1097, -0.1249, -0.1315.
    html = sections.key_figures(Analysis(real_data, real_data.catalogue.area("selwerd"), "veiligheid")).html
    shown = re.findall(r">hele CBS-wijk: (−0,1\d\d)</td><td[^>]*>(?:</td><td>)?(\d{4})<", html)
    assert shown == [("−0,110", "2012"), ("−0,125", "2014"), ("−0,131", "2016")]
    # One card, with the latest of them.
    assert re.findall(r"<strong>(−0,1\d\d)</strong>", html) == ["−0,131"]
