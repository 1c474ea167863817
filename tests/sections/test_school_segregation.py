"""The report on segregation: what is known, why the rest is not, and an example that nobody can take for real."""

from __future__ import annotations

import csv
import dataclasses
import re
from pathlib import Path

import pytest
from helpers import RAW

from nplv_analysis.analysis import Analysis
from nplv_analysis.data import Data
from nplv_analysis.sections import level_spread, school_advices, school_counts, segregation, segregation_summary
from nplv_analysis.tables import Html

pytest_plugins = ["project_data"]


def analysis(data: Data, **other: int) -> Analysis:
    """Start the analysis of the gemeente."""
    return Analysis(data, data.catalogue.gemeente, "onderwijssegregatie", **other)


def words(html: Html) -> str:
    """Give the text of a section."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.html).split())


@pytest.fixture
def example_town(monkeypatch: pytest.MonkeyPatch, town_data: Data) -> None:
    """Let the example be the town that other tests use too: to prepare another one takes seconds."""
    monkeypatch.setattr(segregation, "load", lambda folder: town_data)


def test_the_summary_says_what_is_published_and_what_is_not_known(real_data: Data) -> None:
    text = words(segregation_summary(analysis(real_data)))
    assert "zou 60 % van de basisschoolleerlingen" in text
    assert segregation.NO_LEVELS in text
    assert segregation.NO_SCHOOL_APART in text


def test_the_spread_of_levels_is_a_reason_where_the_range_is_wide(real_data: Data) -> None:
    text = words(level_spread(analysis(real_data)))
    assert text.count("geen cijfer") == 9
    assert "Rekenen 2022-2023: De bron laat kleine aantallen weg. Over 20 scholen" in text
    assert "Lezen 2023-2024 en lezen 2024-2025: Het gaat om minder dan 30 leerlingen." in text
    assert "niet over alle scholen in de gemeente Groningen" in text
    assert "Vanaf schooljaar 2023-2024 is er de doorstroomtoets." in text


def test_a_narrow_range_is_shown(real_data: Data) -> None:
    figures = real_data.figures.copy()
    here = (figures["indicator"] == "verdeling_rekenen_onder_1f") & (figures["periode"] == "2022-2023")
    here &= figures["gebied"] == "gemeente"
    figures.loc[here, ["ondergrens", "bovengrens"]] = [31.2, 38.4]
    figures.loc[here, ["teken", "status"]] = ["tussen", "onderdrukt"]
    found = analysis(dataclasses.replace(real_data, figures=figures))
    assert "tussen 31 en 39 %" in words(level_spread(found))
    assert segregation.NO_LEVELS not in words(segregation_summary(found))


def test_advices_are_of_all_schools_together_and_years_are_not_compared(real_data: Data) -> None:
    text = words(school_advices(analysis(real_data)))
    assert "Schooladvies vmbo tussen 45,8 en 63,5 %" in text
    assert "2022-2023: Berekend uit 18 scholen in het bestand." in text
    assert "De adviezen daarna zijn van september, na de heroverweging." in text


def test_years_that_were_not_asked_for_stay_out(real_data: Data) -> None:
    late = analysis(real_data, first_year=2024)
    for section in (level_spread, school_advices):
        assert "2024-2025" in words(section(late))
        assert "2022-2023" not in words(section(late))


@pytest.mark.usefixtures("example_town")
def test_the_example_is_headed_as_made_up(real_data: Data) -> None:
    made = school_counts(analysis(real_data))
    headings = re.findall(r"<h\d>(.*?)</h\d>", made.html)
    assert headings[0] == segregation.EXAMPLE
    assert len(headings) == 3
    assert all("bedacht" in heading for heading in headings)
    assert "Het gaat niet over de gemeente Groningen." in words(made)
    # In every table too, which may be copied without what stands around it.
    assert all("(bedacht)" in caption for caption in re.findall(r"<caption>(.*?)</caption>", made.html, re.DOTALL))


@pytest.mark.usefixtures("example_town")
def test_no_school_is_named(real_data: Data) -> None:
    about = analysis(real_data)
    shown = "".join(words(f(about)) for f in (segregation_summary, level_spread, school_advices, school_counts))
    files = [*(RAW / "duo_referentieniveaus").glob("*.csv"), *(RAW / "duo_schooladviezen").glob("*.csv")]
    names = {name for file in files for name in _schools(file)}
    assert len(names) > 20
    assert not [name for name in names if name in shown]
    assert "Voorbeeldschool" not in shown


def _schools(file: Path) -> set[str]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return {row["INSTELLINGSNAAM_VESTIGING"] for row in csv.DictReader(text, delimiter=";")}


def test_own_counts_take_the_place_of_the_example(town_data: Data) -> None:
    about = analysis(town_data)
    made = school_counts(about)
    assert segregation.EXAMPLE not in made.html
    text = words(made)
    assert segregation.OWN_COUNTS in text
    row = about.own[(about.own["indicator"] == "verdeling_opleiding_ouders") & (about.own["periode"] == "2024-2025")]
    value, low, high = (f"{row.iloc[0][name]:.0f}" for name in ("waarde", "onder95", "boven95"))
    assert f"in schooljaar 2024-2025 zou {value} % van een groep van school moeten wisselen" in text
    assert f"De marge is tussen {low} en {high} %." in text
    assert f"Volgens eigen tellingen is het {value} %" in words(segregation_summary(about))


def test_without_any_figures_it_says_so(town_data: Data) -> None:
    nothing = analysis(dataclasses.replace(town_data, figures=town_data.figures[:0]))
    assert words(level_spread(nothing)) == segregation.NO_COUNTS_OF_TESTS
    assert words(school_advices(nothing)) == segregation.NO_ADVICES
    assert segregation.NOTHING_KNOWN in words(segregation_summary(nothing))
