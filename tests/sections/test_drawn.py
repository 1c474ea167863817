"""What a report draws: the references of its verdicts, one map, and a funnel where the verdict is one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from helpers import Page, town_analysis
from pictures import Picture, pictures

from nplv_analysis import sections
from nplv_analysis.analysis import Analysis, analyse
from nplv_analysis.catalogue import THEMES
from nplv_analysis.comparison import FIXED, WIJKEN
from nplv_analysis.data import Data
from nplv_analysis.sections import drawn
from nplv_analysis.verdict import FUNNEL

pytest_plugins = ["project_data"]

PLACES = ("voorbeeldwijk-noord", "voorbeeldwijk-linde", "voorbeeldstad-noord", "gemeente")


def page_of(analysis: Analysis) -> str:
    """The sections of a report that draw."""
    return sections.development(analysis).html + sections.comparison(analysis).html


def maps(html: str) -> int:
    return html.count('class="grafiek kaart"')


def of_kind(html: str, kind: str) -> list[Picture]:
    """The charts of a kind."""
    return [picture for picture in pictures(html) if picture.alternative.startswith(kind)]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("place", PLACES)
def test_the_reference_of_a_chart_is_that_of_the_verdict(town_folder: Path, place: str, theme: str) -> None:
    analysis = town_analysis(town_folder, theme, place)
    names = {area.id: area.name for area in analysis.data.catalogue.areas} | drawn.REST
    for indicator, row in analysis.by_indicator(analysis.compared):
        reference = drawn._panel(analysis, indicator, row).reference
        against = row["vergeleken_met"].removesuffix(FIXED)
        if row["oordeel"]:
            assert names[reference].lower().split(" zonder")[0] == against.lower().split(" zonder")[0]
            assert row["waarde"] - analysis.table.loc[
                int(row[drawn._reference(analysis, indicator, row)]), "waarde"
            ] == (pytest.approx(row["verschil"]))


@pytest.mark.parametrize("place", PLACES)
def test_a_report_has_one_map_and_ids_of_its_own(town_folder: Path, place: str) -> None:
    html = page_of(town_analysis(town_folder, "veiligheid", place))
    assert maps(html) == 1
    ids = Page(html).values("id")
    assert len(ids) > 10 and len(set(ids)) == len(ids)


def test_the_monitor_has_a_map_of_where_areas_lie_and_no_other(town_folder: Path) -> None:
    analysis = town_analysis(town_folder, "gebiedsmonitor", "voorbeeldwijk-noord")
    html = sections.heat_table(analysis).html
    assert maps(html) == 1 and maps(page_of(analysis)) == 0
    page = Page(html)
    assert "Voorbeeldwijk-Noord heeft een dikke rand." in page.texts("figcaption")[0]
    assert "Grenzen van Voorbeeldstad (bedacht)" in page.texts("figcaption")[0]
    # All wijken are of one kind here, so there is nothing to explain.
    assert not page.all("ul") or "gebied van het programma" not in " ".join(page.texts("li"))


def test_a_map_needs_figures_of_six_wijken(town_folder: Path) -> None:
    analysis = town_analysis(town_folder, "veiligheid", "voorbeeldwijk-linde")
    rows = analysis.by_indicator(analysis.compared)
    chosen = drawn.chosen_for_map(analysis, rows)
    known = analysis.table[(analysis.table["indicator"] == chosen) & (analysis.table["rol"] == "gebied")]
    wijken = {area.id for area in analysis.data.catalogue.areas if area.kind in WIJKEN}
    assert known.loc[known["waarde"].notna(), "gebied"].isin(wijken).sum() >= drawn.LEAST_ON_MAP
    five = analysis.table[~analysis.table["gebied"].isin(sorted(wijken)[:3])]
    data = dataclasses.replace(analysis.data, figures=five)
    fewer = dataclasses.replace(analysis, data=data)
    assert drawn.chosen_for_map(fewer, rows) == ""


def test_a_map_prints_every_figure_and_names_what_is_not_exact(town_folder: Path) -> None:
    analysis = town_analysis(town_folder, "veiligheid", "voorbeeldwijk-linde")
    chosen = analysis.data.catalogue.indicator("misdrijven_per_1000")
    row = next(row for indicator, row in analysis.by_indicator(analysis.compared) if indicator is chosen)
    html = drawn.map_of_figures(analysis, chosen, row).html
    page = Page(html)
    texts = page.texts("text")
    # 22.7 to 23.5: a count of this wijk is suppressed.
    assert "22,7–23,5" in texts and "23,2" in texts and "52,0" in texts
    assert "geen precies cijfer" in page.texts("li")
    assert "Donkerder is een hoger cijfer. Verschillen kunnen toeval zijn." in page.texts("figcaption")[0]
    assert "Van 8,0 (Voorbeeldwijk-Meer) tot 52,0 (Voorbeeldwijk-Midden)." in html


def test_a_funnel_stands_where_the_verdict_is_one_of_a_funnel(town_folder: Path) -> None:
    for place in PLACES:
        analysis = town_analysis(town_folder, "veiligheid", place)
        judged = [i for i, row in analysis.by_indicator(analysis.compared) if row["toets"] == FUNNEL]
        wijk = analysis.area.kind in WIJKEN
        assert len(of_kind(page_of(analysis), "Trechterfiguur")) == (len(judged) if wijk else 0)
    assert judged or not wijk


def test_the_own_wijk_lies_in_the_funnel_where_its_figure_is(town_folder: Path) -> None:
    analysis = town_analysis(town_folder, "veiligheid", "voorbeeldwijk-linde")
    seen = next(p for p in of_kind(page_of(analysis), "Trechterfiguur") if p.title.startswith("Misdrijven"))
    (point,) = seen.points("#0072b2")
    # 58 of 2,500 inhabitants.
    assert seen.value("y", point.y) == pytest.approx(23.2, abs=0.4)
    assert seen.value("x", point.x) == pytest.approx(2500, rel=0.02)
    assert len(seen.lines("#6b6b6b", 5)) == 4


def test_the_band_is_drawn_when_it_is_asked_for(town_folder: Path) -> None:
    plain = analyse("armoede", "voorbeeldwijk-noord", data_map=str(town_folder))
    banded = analyse("armoede", "voorbeeldwijk-noord", data_map=str(town_folder), band=20)
    assert "#ececec" not in sections.development(plain).html
    html = sections.development(banded).html
    assert "#ececec" in html and "Grijs: de band van 20%" in html


def test_reports_of_wijken_have_the_same_scale(town_folder: Path) -> None:
    scales = [
        [
            (seen.title, seen.tick_texts("y"))
            for seen in of_kind(page_of(town_analysis(town_folder, "armoede", place)), "Lijn")
        ]
        for place in PLACES[:2]
    ]
    assert scales[0] == scales[1] and scales[0]


def test_references_of_schools_are_not_called_an_area(real_data: Data) -> None:
    analysis = Analysis(real_data, real_data.catalogue.area("selwerd"), "leerachterstand")
    names = {
        name for seen in of_kind(sections.comparison(analysis).html, "Punten") for name, _ in seen.names_and_values()
    }
    assert {drawn.ALL_SCHOOLS, drawn.OTHER_SCHOOLS} <= names
    assert "Overige gemeente" not in names


def test_what_a_comparison_shows_stands_in_a_table_too(real_data: Data) -> None:
    analysis = Analysis(real_data, real_data.catalogue.area("selwerd"), "veiligheid")
    rows = [pair for pair in analysis.by_indicator(analysis.compared) if pair[0].id == "misdrijven_per_1000"]
    page = Page(drawn.beside_others(analysis, "Misdrijven", rows).html)
    cells = {row.split(" ")[0]: row.replace("\u00a0", " ") for row in page.texts("tr")}
    # Politie 47018NED, 2023: 284 crimes on 6,580 inhabitants of 1 January 2024. The exact Poisson limits of 284 are
    # 251.9 and 319.0, so per 1,000 they are 38.29 and 48.48; bounds are rounded outwards.
    assert "43,2 (tussen 38,2 en 48,5)" in cells["Selwerd"] and "43,7 (" in cells["Paddepoel"]
    written = " ".join(page.texts("text"))
    assert all(number in written for number in ("43,2", "43,7"))
