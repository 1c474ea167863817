"""The report on interventions: what runs, who was reached, what can be said of it, and a made-up example apart."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
import yaml
from helpers import Page, town_analysis, words
from language import sentences
from language import words as words_of
from pictures import pictures

from nplv_analysis import accounting, sections
from nplv_analysis.analysis import Analysis
from nplv_analysis.data import Data
from nplv_analysis.interventions import NAME
from nplv_analysis.sections.effects import effect_rows, judged_rows
from nplv_analysis.sections.interventions import of_area, since
from nplv_analysis.tables import Html

pytest_plugins = ["project_data"]

EVERYTHING = (
    sections.intervention_summary,
    sections.running,
    sections.reach,
    sections.effects,
    sections.perspectives,
)
NOORD = "Groningen-Noord"
#: Area and period as the letter on JoKi prints them.
LETTER, TOY_LIBRARY = (NOORD, "tot de brief van 2025"), ("Paddepoel", "sinds oktober 2024")


def of(data: Data, area: str) -> Analysis:
    """Start the report of an area."""
    return Analysis(data, data.catalogue.area(area), "interventies")


def rows_of(html: Html) -> list[list[str]]:
    """Give the rows of the tables of a piece."""
    text = re.findall(r"<tr>(.*?)</tr>", html.html, flags=re.DOTALL)
    return [[re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[hd].*?>.*?</t[hd]>", row)] for row in text]


@pytest.fixture(scope="module")
def town_copy(town_folder: Path) -> Analysis:
    """The report on a wijk of Voorbeeldstad in which something runs."""
    return town_analysis(town_folder, "interventies", "voorbeeldwijk-linde")


# ------------------------------------------------------------------------------------------------ what runs


@pytest.mark.parametrize(("area", "number"), [("selwerd", 10), ("beijum", 3), ("de-wijert", 2), ("gemeente", 10)])
def test_a_wijk_shows_what_runs_there_and_a_larger_area_all(real_data: Data, area: str, number: int) -> None:
    analysis = of(real_data, area)
    assert len(of_area(analysis)) == number
    page = Page(sections.running(analysis).html)
    assert len([e for e in page.all("article") if e["attributes"].get("class") == "cijfer"]) == number
    assert f"lopen {number} programma's" in words(sections.intervention_summary(analysis))


def test_a_card_has_start_idea_group_and_source(real_data: Data) -> None:
    text = words(sections.running(of(real_data, "vinkhuizen")))
    assert "JoKi (ontwikkeling jonge kind) sinds 2024" in text
    assert "Kansrijk Groningen sinds 2021" in text and "Preventie met gezag sinds april 2023" in text
    assert "Regio Deal Groningen-Noord 1 2020 tot en met 2024" in text
    assert "Verlengde schooldag start onbekend" in text
    assert "Een buddy die armoede zelf kent" in text and "Uitvoeringsprogramma 2024-2027" in text
    assert "Sunny Selwerd" not in text and "Onbekend. Dit is geld voor meer projecten." in text


def test_the_indische_buurt_says_that_it_may_have_begun_earlier(real_data: Data) -> None:
    text = words(sections.running(of(real_data, "indische-buurt")))
    assert "JoKi (ontwikkeling jonge kind) sinds 2025" in text and "Misschien begon het hier al in 2024." in text


def test_what_runs_together_is_named(real_data: Data) -> None:
    (header, row) = rows_of(sections.running(of(real_data, "selwerd")))[:2]
    assert header == ["Wijken", "Het eerste begon in", "Programma&#39;s", "Start onbekend"]
    assert row[:2] == ["Selwerd", "2018"] and row[3] == "Verlengde schooldag"
    assert row[2].startswith("Wijkvernieuwing Sunny Selwerd, Regio Deal Groningen-Noord 1, ")
    assert len(rows_of(sections.running(of(real_data, "gemeente")))) == 1 + 5


def test_moments_read_as_dates() -> None:
    from nplv_analysis.interventions import Run

    assert since(Run("a", "2024-09")) == "sinds september 2024"
    assert since(Run("a", "2020", "2024-01")) == "2020 tot en met januari 2024"
    assert since(Run("a", unknown="Niet genoemd.")) == "start onbekend"


# ------------------------------------------------------------------------------------------------ reach


def test_the_flow_of_atk_is_as_printed_and_nothing_is_added_up(real_data: Data) -> None:
    html = sections.reach(of(real_data, "groningen-noord"))
    rows = {row[0]: row[1:] for row in rows_of(html)}
    # The table of the letter; what it leaves blank is not nil.
    assert rows["Kinderen die begonnen"] == ["37", "13"]
    assert rows["Kinderen die er nog zijn"] == ["26", "13"]
    assert rows["Belangstelling (contacten)"] == ["14", "4"]
    assert rows["In behandeling (contacten)"] == ["2", "niet genoemd"]
    assert rows["Door naar opvang met voorschoolse educatie"] == ["5", "5"]
    assert rows["Door naar een kinderdagverblijf met toeslag"] == ["3", "niet genoemd"]
    assert rows["Gestopt"] == ["3", "niet genoemd"]
    assert rows["Naar verwachting door in 2025 (geen telling)"] == ["23", "niet genoemd"]
    text = words(html)
    assert "Tel de twee organisaties niet op." in text and "Het is geen nul." in text
    # 50 is only the most that can have been reached.
    assert re.findall(r"\w+ 50 \w+", text) == ["hooguit 50 bereikt"]
    assert "verandert het cijfer hooguit 0,8 procentpunt" in text and "op wijkniveau niet te zien" in text
    assert text.count("doelgroep niet gepubliceerd") == 6


@pytest.mark.parametrize(
    ("count", "value", "area", "period"),
    [
        ("Extra bezoeken bij kinderen van 0 tot 1 jaar (aantal bezoeken)", "32", *LETTER),
        ("Extra bezoeken bij kinderen van 1 tot 2 jaar (aantal bezoeken)", "27", *LETTER),
        ("Extra huisbezoeken bij kinderen van 2 tot 3 jaar (aantal bezoeken)", "11", *LETTER),
        ("Ouders gesproken over kinderopvang en voorschoolse educatie (aantal ouders)", "44", *LETTER),
        ("Kinderen die de speelotheek bezochten (aantal kinderen)", "57", *TOY_LIBRARY),
        ("Ouders voor wie contact met een andere voorziening wordt gelegd", "rond 60\u00a0%", *TOY_LIBRARY),
        ("Voorschoolse brugfunctionarissen (aantal personen)", "5", NOORD, "vanaf januari 2025"),
        ("Basisscholen met een extra beroepskracht in groep 1 en 2 (aantal scholen)", "8", *LETTER),
        ("Scholen met een verlengde schooldag (aantal scholen)", "33", NOORD, "2024 (uitvoeringsprogramma)"),
    ],
)  # fmt: skip
def test_counts_are_as_published_with_area_and_period(
    real_data: Data, count: str, value: str, area: str, period: str
) -> None:
    rows = {row[0]: row[1:] for row in rows_of(sections.reach(of(real_data, "selwerd")))}
    assert rows[count] == [value, area, period]


def test_without_counts_the_page_says_so(real_data: Data) -> None:
    assert words(sections.reach(of(real_data, "de-wijert"))) == (
        "Van wat hier loopt, is niet gepubliceerd hoeveel mensen meedoen."
    )


def test_the_page_accounts_for_counts_of_other_areas(real_data: Data, tmp_path: Path) -> None:
    analysis = of(real_data, "selwerd")
    assert "brief van het college over JoKi" in words(accounting.sources(analysis))
    accounting.save(analysis, str(tmp_path))
    saved = (tmp_path / "interventies.csv").read_text(encoding="utf-8")
    assert saved.count("joki_atk_gestart_sksg") == 1 and "geen cijfer" not in saved


# ------------------------------------------------------------------------------------------------ did it work


def test_of_no_shipped_area_anything_is_said_that_the_figures_do_not_bear(real_data: Data) -> None:
    for area in ("selwerd", "gemeente"):
        html = sections.effects(of(real_data, area))
        text = words(html)
        assert "De wijken zijn gekozen, niet geloot." in text and "Inhalen is dus nog geen effect." in text
        assert "Of het werkt, is nog niet te zeggen." in text
        assert "aangetoond" not in text and "gunstiger" not in text and not pictures(html.html)


def test_a_wijk_has_the_rows_of_its_own_bundle(real_data: Data) -> None:
    rows = {(row["indicator"], row["bundel"]) for row in effect_rows(of(real_data, "beijum"))}
    assert ("minimahuishoudens", "kansrijk-groningen") in rows
    assert not any("joki" in bundle for _, bundle in rows)
    everywhere = effect_rows(of(real_data, "gemeente"))
    assert len(everywhere) > len(effect_rows(of(real_data, "selwerd"))) > len(rows)


def test_the_town_has_one_difference_with_its_numbers(town_copy: Analysis) -> None:
    (row,) = judged_rows(town_copy)
    assert (row["indicator"], row["bundel"], row["wijken_met"], row["wijken_zonder"]) == (
        "minimahuishoudens", "buurtmaatjes", 3, 5,
    )  # fmt: skip
    html = sections.effects(town_copy)
    lines, event = pictures(html.html)
    assert lines.alternative.startswith("Lijnfiguur: Huishoudens met een minimuminkomen (bedacht), 3 wijken met")
    assert "Verschil in verandering" in event.title
    text = words(html)
    assert "Wijken zonder: Voorbeeldwijk-Zuid, Voorbeeldwijk-Midden" in text
    table = {row[0]: row[1] for row in rows_of(html) if len(row) == 2}
    assert table["Metingen vóór en na"] == "4 en 5" and table["Wijken met en zonder"] == "3 en 5"
    assert table["p-waarde"] == f"{row['p_waarde']:.4f}".replace(".", ",")
    assert "Over 1 cijfer is iets te zeggen." in words(sections.intervention_summary(town_copy))


def test_the_same_page_twice(town_copy: Analysis) -> None:
    assert sections.effects(town_copy).html == sections.effects(town_copy).html


# ------------------------------------------------------------------------------------------------ who was asked


def test_every_perspective_has_its_place(real_data: Data) -> None:
    html = sections.perspectives(of(real_data, "paddepoel"))
    rows = {row[0]: row[1] for row in rows_of(html)}
    for who in ("kinderen", "ouders", "professionals", "bewoners"):
        assert rows[f"JoKi (ontwikkeling jonge kind): {who}"]
    assert words(html).endswith("Uitvoeringsprogramma NPLV: nog niet gevraagd, voor zover wij weten.")
    assert "Nog niet opgehaald." in words(accounting.voices(of(real_data, "paddepoel")))


def test_who_was_not_asked_is_said_so(town_copy: Analysis) -> None:
    rows = {row[0]: row[1] for row in rows_of(sections.perspectives(town_copy))}
    assert rows["Buurtmaatjes (bedacht): kinderen"] == "Nog niet gevraagd, voor zover wij weten."
    assert rows["Buurtmaatjes (bedacht): ouders"].startswith("Ouders vertelden")


# ------------------------------------------------------------------------------------------------ all of it


def test_the_example_is_clearly_made_up() -> None:
    html = sections.effect_example()
    page, text = Page(html.html), words(html)
    assert text.startswith("Alles in dit deel is bedacht. Het gaat niet over Groningen.")
    assert all("bedacht" in title for title in page.texts("h3"))
    charts = pictures(html.html)
    assert len(charts) == 3 and all("bedacht" in caption for caption in page.texts("figcaption"))
    assert "Gunstiger ontwikkeld. In wijken met kwam het cijfer 4,2 procentpunt lager uit dan verwacht." in text
    low, high = (float(end.replace(",", ".")) for end in re.findall(r"van (0,\d\d) tot (0,\d\d)", text)[0])
    assert low < 0.75 < high < 1


def test_a_catalogue_without_interventions_says_so(real_data: Data, tmp_path: Path, town_folder: Path) -> None:
    town = town_analysis(town_folder, "interventies", "voorbeeldwijk-zuid")
    (tmp_path / "catalogus").mkdir()
    nothing = dataclasses.replace(town, data=dataclasses.replace(town.data, folder=tmp_path))
    for section in EVERYTHING:
        assert (
            "In deze catalogus staat niets over wat hier loopt." in words(section(nothing)) or section is sections.reach
        )


def test_text_of_the_catalogue_is_escaped(town_folder: Path, tmp_path: Path) -> None:
    town = town_analysis(town_folder, "interventies", "voorbeeldwijk-linde")
    content = yaml.safe_load((town_folder / "catalogus" / NAME).read_text(encoding="utf-8"))
    for entry in content["interventies"]:
        entry |= {"naam": "<script>alert(1)</script>", "theorie": "Een <b>idee</b>.", "opmerking": "<i>Let op.</i>"}
        entry["perspectieven"] = {"ouders": "<u>Ouders.</u>"}
    (tmp_path / "catalogus").mkdir()
    (tmp_path / "catalogus" / NAME).write_text(yaml.safe_dump(content), encoding="utf-8")
    hostile = dataclasses.replace(town, data=dataclasses.replace(town.data, folder=tmp_path))
    for section in EVERYTHING:
        found = section(hostile).html
        assert not re.search(r"<(script|b|i|u)>", found)
        Page(f"<div>{found}</div>")


def test_no_sentence_of_a_page_is_long(real_data: Data) -> None:
    analysis = of(real_data, "selwerd")
    names = [i.name for i in real_data.catalogue.indicators] + [i.name for i in of_area(analysis)]
    for section in (sections.intervention_summary, sections.reach, sections.effects):
        page = Page(f"<div>{section(analysis).html}</div>")
        text = " ".join(page.texts("p") + page.texts("li"))
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "naam")
        assert [s for s in sentences(text) if len(words_of(s)) > 18] == []
