"""The end of a report: what can't be said and why, what residents say, and where the figures come from."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import Page, town_analysis, words

import nplv_analysis as nplv
from nplv_analysis import accounting
from nplv_analysis.analysis import Analysis
from nplv_analysis.data import Data
from nplv_analysis.errors import InputError

pytest_plugins = ["project_data"]


def test_one_school_is_a_line_among_the_gaps(real_data: Data) -> None:
    paddepoel = Analysis(real_data, real_data.catalogue.area("paddepoel"), "leerachterstand")
    assert "Hier staat maar één school uit het bestand. Daarom staat er geen cijfer." in words(
        accounting.gaps(paddepoel)
    )
    tuinwijk = Analysis(real_data, real_data.catalogue.area("tuinwijk"), "leerachterstand")
    assert "Hier staat geen school uit het bestand. Daarom staat er geen cijfer." in words(accounting.gaps(tuinwijk))


def test_figures_that_look_alike_are_told_apart(real_data: Data) -> None:
    analysis = Analysis(real_data, real_data.catalogue.area("selwerd"), "leerachterstand")
    assert "Dit zijn twee definities." in words(accounting.gaps(analysis))


def test_residents_have_their_say_or_were_not_asked(town_folder: Path) -> None:
    said = accounting.voices(town_analysis(town_folder))
    assert "het spreekuur over geldzaken mag vaker open" in words(said).lower()
    assert words(said).endswith("Bewoner van de Molenbuurt, maart 2022. Bron: bedacht voor dit voorbeeld.")
    assert len(Page(said.html).all("blockquote")) == 1
    assert (
        words(accounting.voices(town_analysis(town_folder, "veiligheid"))) == "Wat vinden bewoners? Nog niet opgehaald."
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Zomaar een tekst.", "expected lines between '---' at the top"),
        ("---\nbron: x\nrol: y\n---\nTekst.", "column 'datum'"),
        ("---\n- a\n---\nTekst.", "expected lines between '---' at the top"),
        ("---\nbron: x\ndatum: 2024-13-45\n---\nTekst.", "row 3: expected valid YAML between '---' at the top"),
    ],
    ids=["no head", "no date", "a head that is a list", "a day that is none"],
)
def test_a_text_of_residents_without_its_source_is_refused(tmp_path: Path, text: str, message: str) -> None:
    folder = nplv.example(tmp_path / "data")
    (folder / "raw" / "toelichting" / "gemeente-armoede.md").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        accounting.voices(town_analysis(folder, area="gemeente"))
    assert caught.value.file == "toelichting/gemeente-armoede.md"


def test_text_of_residents_stays_text(tmp_path: Path) -> None:
    folder = nplv.example(tmp_path / "data")
    path = folder / "raw" / "toelichting" / "gemeente-armoede.md"
    path.write_text("---\nbron: x\nrol: <b>y</b>\ndatum: 2022\n---\n<script>alert(1)</script>", encoding="utf-8")
    page = Page(accounting.voices(town_analysis(folder, area="gemeente")).html)
    assert not page.all("script") and not page.all("b")


def test_figures_are_saved_only_when_a_folder_is_given(town_folder: Path, tmp_path: Path) -> None:
    analysis = town_analysis(town_folder)
    assert "niet apart bewaard" in words(accounting.save(analysis, ""))
    page = Page(accounting.save(analysis, str(tmp_path / "uit")).html)
    assert page.values("href") == ["armoede.csv"]
    lines = (tmp_path / "uit" / "armoede.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(analysis.own)


def test_the_account_names_every_source_of_the_page(real_data: Data) -> None:
    analysis = Analysis(real_data, real_data.catalogue.area("selwerd"), "armoede")
    text = words(accounting.sources(analysis))
    for source in set(analysis.own["bron"]) - {""}:
        assert {r.citation for r in real_data.records if r.source == source and r.citation in text}, source
