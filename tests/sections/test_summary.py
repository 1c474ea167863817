"""In het kort: three to five sentences that say what the figures say."""

from __future__ import annotations

import pandas as pd
import pytest
from helpers import Page
from language import NAME, sentences, words

from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import MONITOR, THEMES
from nplv_analysis.data import Data
from nplv_analysis.sections.figures import explained
from nplv_analysis.sections.summary import sentences as summary_of
from nplv_analysis.sections.summary import summary
from nplv_analysis.verdict import WORSE
from nplv_analysis.wording import figure

pytest_plugins = ["project_data"]


def plain(text: str, data: Data) -> str:
    """Count names as one word."""
    names = [i.name for i in data.catalogue.indicators] + [a.name for a in data.catalogue.areas]
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, NAME)
    return text


@pytest.mark.parametrize("theme", [*THEMES, MONITOR])
def test_every_shipped_area_has_three_to_five_short_sentences(real_data: Data, theme: str) -> None:
    for area in real_data.catalogue.batch_areas:
        lines = summary_of(Analysis(real_data, area, theme))
        assert 3 <= len(lines) <= 5, (area.id, lines)
        for line in lines:
            assert len(sentences(plain(line, real_data))) == 1, line
            assert len(words(plain(line, real_data))) <= 18, line


def test_the_summary_names_the_first_figure_with_its_reference(real_data: Data) -> None:
    analysis = Analysis(real_data, real_data.catalogue.area("selwerd"), "armoede")
    lines = summary_of(analysis)
    # Uitvoeringsprogramma 2024-2027: in Selwerd 32 %, in the whole gemeente 10 %.
    first = "Kinderen in een minimahuishouden: 32 % in 2022, in de hele gemeente 10 %."
    assert lines[0].replace("\u00a0", " ") == first
    # RIVM 50090NED, 2020: 22.9 % in Selwerd, 17.3 % in the rest of the gemeente.
    assert "22,9 % in 2020, in de rest van de gemeente 17,3 %." in lines[1].replace("\u00a0", " ")
    assert lines[2:4] == [
        "Of verschillen met elders toeval zijn, konden we niet toetsen.",
        "Of het beter of slechter gaat, kunnen we niet zeggen.",
    ]
    page = Page(summary(analysis).html)
    assert page.texts("h2") == ["In het kort"]
    assert page.texts("p") == [" ".join(line.split()) for line in lines]


def test_only_what_has_a_verdict_is_called_worse_or_better(town_data: Data) -> None:
    for area in ("voorbeeldwijk-noord", "voorbeeldwijk-zuid", "voorbeeldstad-noord"):
        for theme in (*THEMES, MONITOR):
            analysis = Analysis(town_data, town_data.catalogue.area(area), theme)
            text = " ".join(summary_of(analysis))
            worse = [i.name for i, r, _ in explained(analysis) if r["oordeel"] == WORSE]
            assert ("Aantoonbaar ongunstiger" in text) == bool(worse)
            for indicator, row, _ in explained(analysis):
                if row["oordeel"] == WORSE and len(worse) < 4:
                    assert indicator.name in text
                if indicator.name in text and "Aantoonbaar" not in text:
                    assert figure(row, indicator) in text


def test_an_area_without_figures_says_so(real_data: Data) -> None:
    analysis = Analysis(real_data, real_data.catalogue.area("tuinwijk"), "leerachterstand")
    assert analysis.latest.empty
    lines = summary_of(analysis)
    assert lines[0] == "Van Tuinwijk zelf zijn over dit thema geen cijfers bekend."
    assert lines[-1] == "Onderaan staat wat we niet weten."


def test_a_summary_is_never_longer_than_five_sentences(real_data: Data) -> None:
    analysis = Analysis(real_data, real_data.catalogue.area("gemeente"), "veiligheid")
    judged = analysis.table.copy()
    half = pd.Series(range(len(judged)), index=judged.index) % 2 == 0
    judged["oordeel"] = half.map({True: "ongunstiger", False: "gunstiger"})
    judged["verandering_oordeel"] = half.map({True: "verslechterd", False: "verbeterd"})
    changed = Data(judged, real_data.catalogue, real_data.records, real_data.method_error, real_data.folder)
    lines = summary_of(Analysis(changed, analysis.area, "veiligheid"))
    assert len(lines) == 5
    assert sum("Aantoonbaar" in line for line in lines) == 4
