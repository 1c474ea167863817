"""The procesmonitor: the amounts of the document, two views that are never added up, and what is not known."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from helpers import Page, town_analysis, words

from nplv_analysis import sections
from nplv_analysis.analysis import Analysis
from nplv_analysis.data import Data
from nplv_analysis.sections.programme import NOT_KNOWN

pytest_plugins = ["project_data"]

FILE = "nplv_financien/programma_financien_selectie.csv"


@pytest.fixture(scope="module")
def process(real_data: Data) -> Analysis:
    """The procesmonitor of the shipped figures."""
    return Analysis(real_data, real_data.catalogue.area("groningen-noord"), "procesmonitor")


def cells_of(html: str, caption: str) -> dict[str, list[str]]:
    """Give the cells of a table by the first of each row."""
    page = Page(f"<div>{html}</div>")
    found: dict[str, list[str]] = {}
    here = ""
    row: list[str] = []
    for element in page.elements:
        text = " ".join(element["text"].split()).replace("\u00a0", " ")
        if element["tag"] == "caption":
            here = text
        elif element["tag"] == "tr":
            row = []
        elif element["tag"] in ("th", "td") and here.startswith(caption):
            row.append(text)
            found[row[0]] = row[1:]
    assert found, caption
    return found


def test_amounts_are_those_of_the_document(process: Analysis, shipped_raw: Path) -> None:
    with (shipped_raw / FILE).open(encoding="utf-8", newline="") as lines:
        printed = {row["variabele"]: float(row["waarde"]) for row in csv.DictReader(lines)}
    assert len(printed) == 9
    views = {view: sum(v for name, v in printed.items() if name.startswith(view)) for view in ("bestemming", "dekking")}
    assert views == {"bestemming": 50_000_000, "dekking": 50_000_000}
    shown = process.own.set_index("indicator")["waarde"]
    assert sorted(shown) == sorted(printed.values())
    html = sections.programme_money(process).html
    into, out_of = (cells_of(html, f"Waar het geld {way}") for way in ("heen gaat", "vandaan komt"))
    assert [row[0] for row in list(into.values())[1:]] == [
        "27.500.000 euro", "14.000.000 euro", "7.000.000 euro", "1.500.000 euro"
    ]  # fmt: skip
    assert len(out_of) == 1 + 5


def test_the_two_views_are_never_added_up(process: Analysis) -> None:
    text = words(sections.programme_money(process)) + words(sections.programme_summary(process))
    assert text.count("50 miljoen euro") == 3
    assert "100 miljoen" not in text and "niet op" in text and "niet gelijk" not in text


def test_what_was_only_asked_for_is_told_with_its_years(process: Analysis) -> None:
    assert "12,5 miljoen euro alleen aangevraagd" in words(sections.programme_summary(process))
    rows = cells_of(sections.programme_money(process).html, "Waar het geld vandaan komt")
    state = {name: cells[2] for name, cells in rows.items()}
    asked = [name for name, what in state.items() if what == "aangevraagd"]
    assert len(asked) == 2 and "JTF" in asked[0] and "Regio Deal Groningen-Noord 2" in asked[1]
    assert "2025 tot en met 2027" in rows[asked[0]][-1] and "2025 tot en met 2028" in rows[asked[1]][-1]
    (spuk,) = [cells for name, cells in rows.items() if "SPUK" in name]
    assert spuk[2] == "toegekend" and "2023 tot en met 2025" in spuk[-1]


def test_what_was_spent_is_not_known_and_says_why(process: Analysis) -> None:
    html = sections.programme_money(process).html
    for way in ("heen gaat", "vandaan komt"):
        rows = cells_of(html, f"Waar het geld {way}")
        column = next(iter(rows.values())).index("Besteed")
        assert {cells[column] for cells in list(rows.values())[1:]} == {NOT_KNOWN}
    assert "van 9 bedragen niet gepubliceerd" in words(sections.programme_limits(process))
    assert NOT_KNOWN in words(sections.programme_summary(process))


def test_what_was_spent_stands_beside_the_budget_once_it_is_there(process: Analysis) -> None:
    # A made-up amount: no source gives one.
    table = process.data.figures
    budget = table[(table["indicator"] == "geld_basis_plus") & (table["gebied"] == "groningen-noord")]
    spent = budget.assign(indicator="besteed_basis_plus", waarde=1_234_567.0, periode="2025", jaar=2025.0)
    data = Data(**{**vars(process.data), "figures": pd.concat([table, spent], ignore_index=True)})
    analysis = Analysis(data, process.area, "procesmonitor")
    rows = cells_of(sections.programme_money(analysis).html, "Waar het geld heen gaat")
    assert rows["Geld voor spoor 1, Basis+"][2] == "1.234.567 euro (2025)"
    assert rows["Geld voor spoor 2, Koppelkansen"][2] == NOT_KNOWN
    assert "van 8 bedragen" in words(sections.programme_limits(analysis))
    assert "staat hieronder" in words(sections.programme_summary(analysis))


def test_views_that_differ_are_told(process: Analysis) -> None:
    table = process.data.figures
    figures = table.assign(waarde=table["waarde"].mask(table["indicator"] == "geld_jtf", 1_000_000.0))
    data = Data(**{**vars(process.data), "figures": figures})
    text = words(sections.programme_money(Analysis(data, process.area, "procesmonitor")))
    assert "niet gelijk: 50 miljoen euro en 48,5 miljoen euro" in text


def test_the_planning_is_that_of_the_catalogue(process: Analysis) -> None:
    rows = cells_of(sections.programme_planning(process).html, "Acties van het programma")
    header = rows.pop("Actie")
    assert header == ["Spoor", "Waar", "Begin", "Einde", "Let op"]
    assert rows["Project KIEM"][:4] == ["2", "Groningen-Noord", "2021", "2027"]
    assert rows["Verlengde schooldag"][2] == "niet genoemd" and "niet wanneer" in rows["Verlengde schooldag"][4]
    # A fund and the programme as a whole are no actions.
    assert not any("Deal" in name or "SPUK" in name or "Uitvoeringsprogramma" in name for name in rows)


def test_a_town_without_money_or_programme_says_so(town_folder: Path) -> None:
    analysis = town_analysis(town_folder, "procesmonitor", "voorbeeldstad-noord")
    for part in (sections.programme_summary, sections.programme_money):
        assert "is niets bekend" in words(part(analysis))
    assert words(sections.programme_limits(analysis))
