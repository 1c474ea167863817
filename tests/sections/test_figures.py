"""The cards of a report: the answers to the reader's questions, and the method behind them with units."""

from __future__ import annotations

from helpers import Page

from nplv_analysis.analysis import Analysis
from nplv_analysis.data import Data
from nplv_analysis.sections.figures import cards

pytest_plugins = ["project_data"]


def test_a_card_answers_the_questions_and_gives_the_method_with_its_units(real_data: Data) -> None:
    page = Page(cards(Analysis(real_data, real_data.catalogue.area("selwerd"), "armoede")).html)
    card = next(c for c in page.all("article") if "Kinderen in een minimahuishouden" in c["text"])
    text = " ".join(card["text"].split())
    # Uitvoeringsprogramma 2024-2027: 32 % in Selwerd and 10 % in the gemeente, both rounded to whole percents.
    assert "32 % in 2022" in text and "In de hele gemeente is het 10 %." in text
    for question in ("Beter of slechter?", "Vergeleken", "Hoe zeker?", "Bron"):
        assert question in page.texts("dt")
    assert "Verschil+22,0 procentpunt" in text
    assert "99,8%-intervaltussen 31,5 en 32,5 %" in text
