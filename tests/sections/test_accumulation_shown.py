"""The section on stapeling: counts with what can be said at all beside them, in the order of the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import Page, town_analysis, words

from nplv_analysis import sections
from nplv_analysis.accumulation import accumulation
from nplv_analysis.analysis import Analysis
from nplv_analysis.comparison import WIJKEN
from nplv_analysis.data import Data

pytest_plugins = ["project_data"]


def rows_of(analysis: Analysis) -> list[list[str]]:
    """Give the cells of each row."""
    page = Page(f"<div>{sections.accumulation(analysis).html}</div>")
    rows: list[list[str]] = []
    for element in page.elements:
        if element["tag"] == "tr":
            rows.append([])
        elif element["tag"] in ("th", "td"):
            rows[-1].append(" ".join(element["text"].split()))
    return rows


def test_wijken_stand_in_the_order_of_the_catalogue_on_every_page(real_data: Data) -> None:
    order = [a.name for a in real_data.catalogue.areas if a.kind in WIJKEN]
    for area in ("selwerd", "beijum", "gemeente"):
        rows = rows_of(Analysis(real_data, real_data.catalogue.area(area), "gebiedsmonitor"))
        assert [row[0] for row in rows[1:]] == order
        assert rows[0][:4] == ["Wijk", "Leerachterstand", "Armoede", "Veiligheid"]


def test_shipped_figures_bear_no_counts_and_the_page_says_so(real_data: Data) -> None:
    analysis = Analysis(real_data, real_data.catalogue.area("selwerd"), "gebiedsmonitor")
    text = words(sections.accumulation(analysis))
    assert "Geen enkele wijk is daarbij aantoonbaar ongunstiger." in text and "is niet te zeggen" in text
    assert "geen ranglijst" in text and "Geen oordeel is niet hetzelfde als gunstig" in text
    for row in rows_of(analysis)[1:]:
        assert row[1:4] == ["niet te zeggen", "niet te zeggen", "0 van 1"] and row[4] == "5 van 6"


def test_counts_on_the_page_are_those_of_the_method(town_folder: Path) -> None:
    analysis = town_analysis(town_folder, "gebiedsmonitor", "voorbeeldwijk-zuid")
    found = accumulation(analysis.data.figures, analysis.data.catalogue)
    names = {a.name: a.id for a in analysis.data.catalogue.areas}
    header, *rows = rows_of(analysis)
    for row in rows:
        mine = found[found["gebied"] == names[row[0]]].set_index("thema")
        for theme, cell in zip(("leerachterstand", "armoede", "veiligheid"), row[1:4], strict=True):
            worse, known = mine.loc[theme, ["ongunstiger", "met_oordeel"]]
            assert cell == (f"{worse} van {known}" if known else "niet te zeggen")
        assert dict(zip(header, row, strict=True))["Welke"] == "; ".join(text for text in mine["welke"] if text)
    assert any("1 van" in row[2] for row in rows)


@pytest.mark.parametrize("year", [2015, 2030])
def test_other_years_are_other_counts(town_folder: Path, year: int) -> None:
    analysis = town_analysis(town_folder, "gebiedsmonitor")
    chosen = Analysis(analysis.data, analysis.area, analysis.theme, first_year=year)
    text = words(sections.accumulation(chosen))
    assert ("Er is niets te tellen." in text) == (year == 2030)
