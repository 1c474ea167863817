"""The Gebiedsmonitor: the table of the annex from data, signs beside figures, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from helpers import ROOT, Page, town_analysis, words

from nplv_analysis import sections
from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import CLUSTERS, MONITOR
from nplv_analysis.data import Data
from nplv_analysis.sections.area_monitor import CLOVER, NOT_PUBLISHED, QUARTERS
from nplv_analysis.targets import MET, NOT_MET, UNKNOWN

pytest_plugins = ["project_data"]

PARTS = (
    sections.programme_table,
    sections.own_figures,
    sections.heat_table,
    sections.compass,
    sections.between_wijken,
    sections.clover,
    sections.national,
)


@pytest.fixture(scope="module")
def annex() -> pd.DataFrame:
    """The table of the annex as it was printed, with its own marks and targets."""
    file = ROOT / "data" / "raw" / "nplv_bijlage" / "kernindicatoren_selectie.csv"
    return pd.read_csv(file, dtype=str, keep_default_na=False).set_index("id")


def monitor(data: Data, area: str) -> Analysis:
    """Give the Gebiedsmonitor of an area."""
    return Analysis(data, data.catalogue.area(area), MONITOR)


def rows_of(page: Page) -> dict[str, str]:
    """Give the text of each row by its first cell."""
    rows = {}
    for element in page.all("tr"):
        text = " ".join(element["text"].split())
        rows[text] = text
    return rows


def test_tables_have_names_of_their_own(real_data: Data) -> None:
    analysis = monitor(real_data, "groningen-noord")
    names = [name for part in PARTS for name in Page(f"<div>{part(analysis).html}</div>").texts("caption")]
    assert len(names) > 10 and len(set(names)) == len(names)


def test_the_kernindicatoren_stand_in_the_order_of_the_annex(real_data: Data, annex: pd.DataFrame) -> None:
    shown = monitor(real_data, "groningen-noord").indicators
    assert len(shown) == 24
    assert {i.id for i in shown} == set(annex.index)
    assert list(dict.fromkeys(i.cluster for i in shown)) == list(CLUSTERS)
    assert {i.id: i.cluster for i in shown} == dict(annex["cluster"])


def test_all_20_printed_marks_follow_from_the_figures(real_data: Data, annex: pd.DataFrame) -> None:
    analysis = monitor(real_data, "groningen-noord")
    rows = analysis.development
    # The annex itself: the same figure may stand in the text of the document as well.
    last = rows[(rows["periode"] == "2022") & (rows["reeks"] == "Gebiedsmonitor")].set_index("indicator")["symbool"]
    printed = annex.loc[annex["symbool_2020_2022"] != "", "symbool_2020_2022"]
    assert len(printed) == 20
    assert {name: last[name] for name in printed.index} == dict(printed)
    assert (last.drop(printed.index) == "").all(), "no mark where the annex has none"


def test_the_table_of_the_programme_is_that_of_the_annex(real_data: Data, annex: pd.DataFrame) -> None:
    page = Page(sections.programme_table(monitor(real_data, "selwerd")).html)
    cells = [" ".join(e["text"].split()) for e in page.all("tr")]
    for name, printed in annex.iterrows():
        indicator = real_data.catalogue.indicator(str(name))
        row = next(c for c in cells if c.startswith(indicator.name))
        for year in ("2018", "2020", "2022"):
            value = printed[f"waarde_{year}"]
            if value:
                # The decimals are those of the print: 6.9, 5.0 and 71.
                assert value.replace(".", ",") in row, (name, year, row)
        goal = f"{printed['doel_teken']} {printed['doel_2030_2040'].replace('.', ',').removesuffix(',0')}"
        assert goal in row
        if printed["symbool_2020_2022"]:
            assert f" {printed['symbool_2020_2022']} {goal}" in row


def test_which_targets_are_met(real_data: Data) -> None:
    # 71 > 70 and 9 < 10 are met; of two indicators the figure of 2022 is not known yet.
    status = monitor(real_data, "gemeente").targets.set_index("indicator")["doel_status"]
    assert set(status.index[status == MET]) == {"sociale_infrastructuur", "zonder_startkwalificatie"}
    assert set(status.index[status == UNKNOWN]) == {"verdachten", "voortijdig_schoolverlaters"}
    assert (status == NOT_MET).sum() == 20
    text = words(sections.programme_table(monitor(real_data, "gemeente")))
    assert "2 keer staat er ‘haalt het doel’. 20 keer staat er ‘haalt het doel nog niet’." in text
    assert "2 keer staat er ‘nog niet bekend’." in text


def test_what_is_not_published_says_so(real_data: Data) -> None:
    page = Page(sections.own_figures(monitor(real_data, "selwerd")).html)
    rows = [" ".join(e["text"].split()) for e in page.all("tr")[1:]]
    known = [row for row in rows if NOT_PUBLISHED not in row]
    assert len(rows) == 24
    # Uitvoeringsprogramma 2024-2027: around 40 % of children at risk, 15 to 20 % without work in Selwerd.
    assert any("rond 40 %" in row for row in known) and any("tussen 15 en 20 %" in row for row in known)
    assert len(known) == 2
    assert "van 2 een cijfer" in words(sections.own_figures(monitor(real_data, "selwerd")))


def test_the_compass_has_its_quarters_in_order_and_does_not_judge_who_lives_there(real_data: Data) -> None:
    page = Page(sections.compass(monitor(real_data, "selwerd")).html)
    assert [" ".join(e["text"].split()) for e in page.all("h3")] == [*QUARTERS, "Het midden van het kompas"]
    first = page.all("table")[0]
    assert "Inwoners" in first["text"] and "beschrijvend" in first["text"]
    assert not any(sign in first["text"] for sign in "▲▼●")


def test_every_sign_has_its_word_so_that_nothing_rests_on_colour(town_folder: Path) -> None:
    analysis = replace(town_analysis(town_folder, area="voorbeeldwijk-linde"), theme=MONITOR)
    page = Page(sections.heat_table(analysis).html)
    meant = {"▲": "gunstiger", "▼": "ongunstiger", "●": "geen aantoonbaar verschil", "△": "hoger", "▽": "lager"}
    signed = [e for e in page.all("td") if any(sign in e["text"] for sign in meant)]
    assert len(signed) > 30
    for cell in signed:
        sign = next(sign for sign in meant if sign in cell["text"])
        assert cell["text"].strip().endswith(meant[sign])


def test_the_twelve_goals_of_the_klaverblad(real_data: Data) -> None:
    assert sum(len(goals) for goals in CLOVER.values()) == 12
    used = {i.klaverblad for i in real_data.catalogue.indicators} - {""}
    assert used <= {goal for goals in CLOVER.values() for goal in goals}
    rows = [" ".join(e["text"].split()) for e in Page(sections.clover(monitor(real_data, "selwerd")).html).all("tr")]
    assert "gezonde leefstijl Gezond geen gegevens" in rows
    assert "toegang tot hulp Gezond alleen over andere gebieden" in rows
    assert any(row.startswith("geen armoede Kansrijk Kinderen in een minimahuishouden") for row in rows)


def test_in_national_perspective_what_is_held_and_what_is_not(real_data: Data) -> None:
    text = words(sections.national(monitor(real_data, "selwerd")))
    # Leefbaarometer 3.0, 2024, BU00141000, dimension overlast en onveiligheid: -0.093.
    assert "Overlast en onveiligheid −0,093 2024" in text
    assert text.count("geen gegevens") == 5


def test_between_wijken_there_is_a_spread_and_groups_where_the_data_bear_it(town_folder: Path, real_data: Data) -> None:
    town = replace(town_analysis(town_folder, area="voorbeeldwijk-linde"), theme=MONITOR)
    text = words(sections.between_wijken(town))
    assert "Spreiding tussen de wijken." in text and "Groepen van wijken, met 95% zekerheid." in text
    assert "model van Fay en Herriot" in text
    real = words(sections.between_wijken(monitor(real_data, "selwerd")))
    assert "De spreiding is niet te geven." in real and "Een volgorde is niet te geven." in real


@pytest.mark.parametrize("area", ["selwerd", "beijum", "groningen-noord", "gemeente"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_well_formed_for_every_kind_of_area(real_data: Data, area: str, part: object) -> None:
    page = Page(part(monitor(real_data, area)).html)  # type: ignore[operator]
    text = " ".join(" ".join(e["text"].split()) for e in page.elements)
    assert not any(word in text for word in ("nan", "None", "NaN", "<NA>"))
    for table in page.all("table"):
        assert table["text"].strip()


def test_an_empty_catalogue_of_targets_does_not_break_the_page(real_data: Data) -> None:
    nothing = replace(real_data, figures=real_data.figures.iloc[:0], targets=real_data.targets.iloc[:0])
    for part in PARTS:
        assert part(monitor(nothing, "selwerd")).html
