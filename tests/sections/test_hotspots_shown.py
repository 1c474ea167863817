"""The page of the hittekaart: internal, weights in sight, groups without ranks, nothing of a street but its group."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from helpers import Page, town_analysis, words

from nplv_analysis import sections
from nplv_analysis.analysis import Analysis
from nplv_analysis.data import Data
from nplv_analysis.hotspots.heat_map import ALWAYS, NOT_PLACED, HeatMap, heat_map
from nplv_analysis.tables import Html

pytest_plugins = ["project_data"]


@pytest.fixture(scope="module")
def real(real_data: Data) -> tuple[Analysis, HeatMap]:
    """The hittekaart of the shipped figures."""
    return Analysis(real_data, real_data.catalogue.gemeente, "hittekaart"), heat_map(real_data)


@pytest.fixture(scope="module")
def town(town_folder: Path) -> tuple[Analysis, HeatMap]:
    """The hittekaart of the streets of the fictional town."""
    analysis = town_analysis(town_folder, "hittekaart", "gemeente")
    return analysis, heat_map(analysis.data)


def whole(analysis: Analysis, kaart: HeatMap) -> Html:
    """Give the whole page."""
    parts = [
        sections.title(analysis),
        sections.hotspot_summary(kaart),
        sections.hotspot_weights(analysis, kaart),
        sections.hotspots(analysis, kaart),
        sections.hotspot_figures(kaart),
        sections.hotspot_limits(kaart),
        sections.hotspot_sources(analysis, kaart),
        sections.hotspot_save(kaart, ""),
    ]
    return Html("".join(part.html for part in parts))


def test_the_page_is_internal_and_no_prediction(real: tuple[Analysis, HeatMap]) -> None:
    page = Page(f"<div>{whole(*real).html}</div>")
    first = next(e for e in page.all("p"))
    assert first["attributes"]["class"] == "intern" and first["text"].startswith("Intern")
    text = words(whole(*real))
    assert "geen voorspelling" in text and "geen ranglijst" in text


def test_weights_are_shown_with_their_reason_and_source(real: tuple[Analysis, HeatMap]) -> None:
    page = Page(f"<div>{sections.hotspot_weights(*real).html}</div>")
    rows = [" ".join(e["text"].split()) for e in page.all("tr")][1:]
    assert len(rows) == 3
    for row, weight, year, cited in zip(rows, ("1 25", "1 25", "2 50"), ("2020", "2017", "2023"),
                                        ("84799NED", "83765NED", "47018NED"), strict=True):  # fmt: skip
        assert weight in row.replace("\u00a0", " ") and year in row and cited in row
    assert "85984NED" not in "".join(rows), "a source that was not used"


def test_the_sources_are_those_of_the_figures_and_of_the_inhabitants(
    real: tuple[Analysis, HeatMap], town: tuple[Analysis, HeatMap]
) -> None:
    page = Page(f"<div>{sections.hotspot_sources(*real).html}</div>")
    rows = [" ".join(e["text"].split()) for e in page.all("tr")][1:]
    for cited in ("84799NED", "83765NED", "47018NED", "85984NED"):
        assert [row for row in rows if cited in row], cited
    assert not [row for row in rows if "RIVM" in row or "Onderwijsagenda" in row]
    assert "Straten van Voorbeeldstad (bedacht)" in words(sections.hotspot_sources(*town))


def test_each_placed_buurt_stands_in_one_group_and_in_the_order_of_codes(real: tuple[Analysis, HeatMap]) -> None:
    kaart = real[1]
    page = Page(f"<div>{sections.hotspots(*real).html}</div>")
    shown = re.findall(r"BU\d{8}", " ".join(e["text"] for e in page.all("th")))
    placed = kaart.places[kaart.places["groep"] != NOT_PLACED]
    assert sorted(shown) == sorted(placed["plaats"])
    always = list(placed.loc[placed["groep"] == ALWAYS, "plaats"])
    assert shown[: len(always)] == sorted(always)


def test_the_map_has_signs_beside_shades_and_no_names_or_numbers(real: tuple[Analysis, HeatMap]) -> None:
    html = sections.hotspots(*real).html
    svg = html[html.index("<svg") : html.index("</svg>")]
    drawn = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    groups = real[1].places.set_index("plaats")["groep"].reindex(list(real[1].shapes))
    assert drawn.count("●") == (groups == ALWAYS).sum() > 0
    assert set(drawn) == {"●", "○"}
    assert "Kadaster" in html[html.index("<figcaption") :]


def test_published_figures_stand_beside_it_as_published(real: tuple[Analysis, HeatMap]) -> None:
    page = Page(f"<div>{sections.hotspot_figures(real[1]).html}</div>")
    (selwerd,) = [" ".join(e["text"].split()) for e in page.all("tr") if "BU00141000" in e["text"]]
    assert selwerd.replace("\u00a0", " ") == "Selwerd (BU00141000) 91 20,9 % 43,2"


def test_of_streets_only_the_group_is_shown(town: tuple[Analysis, HeatMap]) -> None:
    kaart = town[1]
    text = words(whole(*town))
    assert "<svg" not in whole(*town).html
    assert "Eerste Voorbeeldstraat" in text and "Veertiende Voorbeeldstraat" in text
    # Neither the figures of a street nor the number of its people.
    page = Page(f"<div>{whole(*town).html}</div>")
    rows = [e["text"] for e in page.all("tr") if "Voorbeeldstraat" in e["text"]]
    assert len(rows) == len(kaart.places) == 14
    assert not [
        row for row in rows if re.search(r"\d", re.sub(r"Bruikbaar: \d van de 3 cijfers\. Nodig: 3\.", "", row))
    ]


def test_names_are_escaped_and_start_no_formula(town: tuple[Analysis, HeatMap], tmp_path: Path) -> None:
    analysis, kaart = town
    harm = {"Eerste Voorbeeldstraat": "<script>alert(1)</script>", "Zesde Voorbeeldstraat": "=cmd()"}
    kaart = HeatMap(
        kaart.settings,
        kaart.values.assign(plaats=kaart.values["plaats"].replace(harm)),
        kaart.places.assign(plaats=kaart.places["plaats"].replace(harm)),
    )
    html = whole(analysis, kaart).html
    assert "<script" not in html and "&lt;script&gt;" in html
    sections.hotspot_save(kaart, str(tmp_path))
    saved = pd.read_csv(tmp_path / "hittekaart.csv", dtype=str, keep_default_na=False)
    assert list(saved.columns) == ["plaats", "naam", "bekend", "groep", "groep_reden"]
    assert "'=cmd()" in set(saved["plaats"]) and len(saved) == 14


def test_without_settings_the_page_says_so(real: tuple[Analysis, HeatMap]) -> None:
    text = words(whole(real[0], HeatMap(None)))
    assert text.count("hittekaart.yaml ontbreekt") >= 3
