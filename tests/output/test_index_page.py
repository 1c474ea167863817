"""The index of a run: every area can be found, verdicts are counted as they are, and nothing from data can run."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import Page, area, catalogue, figures, indicator

from nplv_analysis.batch.tasks import Outcome
from nplv_analysis.catalogue import OF_EACH
from nplv_analysis.data import Data
from nplv_analysis.output.index_page import index_page
from nplv_analysis.records import Record

pytest_plugins = ["project_data"]

NORTH, WHOLE, TOWN = "voorbeeldwijk-noord", "voorbeeldstad-noord", "gemeente"
HOSTILE = """<script>alert(1)</script>"' onload=x & </style>"""
SQUARE = {"type": "Polygon", "coordinates": [[[6.5, 53.2], [6.6, 53.2], [6.6, 53.3], [6.5, 53.3], [6.5, 53.2]]]}


def outcomes(*areas: str, themes: tuple[str, ...] = OF_EACH, failed: str = "", fault: str = "") -> list[Outcome]:
    """Make outcomes of reports; those of one theme failed."""
    files = {
        t: [f"{t}.fout.ipynb"] if t == failed else [f"{t}.{kind}" for kind in ("html", "ipynb", "csv")] for t in themes
    }
    return [
        Outcome(a, t, "mislukt" if t == failed else "gelukt", 1.0, fault, bestanden=dict.fromkeys(files[t], ""))
        for a in areas
        for t in themes
    ]


def made_up(rows: pd.DataFrame, *areas: Any, **other: Any) -> Data:
    """Make data of one indicator."""
    return Data(rows, catalogue(indicator(**other), *areas), (), pd.DataFrame(), Path())


def judged(*verdicts: tuple[str, str, str], **other: Any) -> pd.DataFrame:
    """Make one figure of area "wijk" an indicator, with its three verdicts."""
    rows = figures(*({"indicator": f"i{n}", "waarde": 5.0, **other} for n, _ in enumerate(verdicts)))
    return rows.assign(
        **{c: [v[n] for v in verdicts] for n, c in enumerate(("oordeel", "verandering_oordeel", "trend"))}
    )


def page_of(data: Data, *areas: str, **other: Any) -> Page:
    """Make an index and read it."""
    return Page(index_page(data, outcomes(*areas, **other)))


def classed(page: Page, name: str) -> list[dict[str, Any]]:
    """Give the elements of a class."""
    return [e for e in page.elements if name in (e["attributes"].get("class") or "").split()]


def clean(element: dict[str, Any]) -> str:
    """Give the text of an element with single spaces."""
    return " ".join(element["text"].split())


@pytest.fixture(scope="module")
def page(town_data: Data) -> Page:
    """The index of three areas of the fictional town."""
    return page_of(town_data, TOWN, NORTH, WHOLE)


# -------------------------------------------------------------------------------------------------- finding an area


def test_every_area_has_a_section_that_the_list_and_the_table_lead_to(page: Page) -> None:
    assert {e["attributes"]["id"] for e in page.all("section")} == {NORTH, WHOLE, TOWN}
    targets = [e["attributes"]["href"] for e in page.all("a")]
    for name in (NORTH, WHOLE, TOWN):
        assert targets.count(f"#{name}") >= 2
        assert {f"{name}/{theme}.html" for theme in OF_EACH} <= set(targets)
    assert page.texts("h3")[:3] == ["Voorbeeldstad-Noord", "Voorbeeldwijk-Noord", "Gemeente Voorbeeldstad"]


def test_a_report_that_was_not_made_leaves_its_box_and_one_of_the_whole_programme_stands_apart(town_data: Data) -> None:
    some = [*outcomes(NORTH, themes=("armoede", "veiligheid")), *outcomes(WHOLE, themes=("armoede", "procesmonitor"))]
    page = Page(index_page(town_data, some))
    (table,) = [e for e in page.all("table") if e["attributes"].get("role") == "table"]
    assert "niet gemaakt" in table["text"] and "Procesmonitor" not in table["text"]
    heads = [clean(e) for e in page.all("th") if e["attributes"].get("scope") == "col"]
    assert heads[:3] == ["Gebied", "Armoede", "Veiligheid"]
    assert [clean(e) for e in page.all("td") if e["attributes"].get("data-label") == "Veiligheid"] == ["niet gemaakt"]
    links = {clean(e): e["attributes"]["href"] for e in page.all("a")}
    assert links["Procesmonitor van Voorbeeldstad-Noord"] == f"{WHOLE}/procesmonitor.html"


def test_a_folder_with_an_internal_page_says_so(town_data: Data) -> None:
    told = "Intern: in deze map staat een pagina om mee te werken. Niet verspreiden."
    for theme, expected in (("hittekaart", True), ("armoede", False)):
        page = Page(index_page(town_data, outcomes(TOWN, themes=(theme,))))
        assert (told in page.texts("p")) == expected


def test_areas_stand_in_groups_of_their_kind(page: Page) -> None:
    (table,) = [e for e in page.all("table") if e["attributes"].get("role") == "table"]
    heads = [clean(e) for e in page.all("th") if e["attributes"].get("scope") in ("rowgroup", "row")]
    programme, wijken, gemeente = ("Het hele programmagebied", "Wijken van Voorbeeldstad-Noord", "De gemeente")
    assert [h for h in heads if h in (programme, wijken, gemeente)] == [programme, wijken, gemeente]
    assert "Voorbeeldwijk-Noord" in table["text"]


def test_an_area_of_another_kind_has_a_place_of_its_own() -> None:
    data = made_up(judged(("", "", ""), gebied="samen"), area("samen", "BU99900000", kind="combinatie"))
    page = page_of(data, "samen", themes=("armoede",))
    assert "Andere gebieden" in page.texts("th")


def test_the_search_words_of_an_area_are_its_names_and_codes(page: Page) -> None:
    words = {
        clean(e).split()[0]: e["attributes"]["data-zoek"] for e in page.all("li") if "data-zoek" in e["attributes"]
    }
    north = words["Voorbeeldwijk-Noord"]
    for expected in ("Voorbeeldwijk-Noord", "Molenbuurt", "Havenbuurt", "BU99900001", "WK999000"):
        assert expected in north
    # A buurt leads to its wijk alone, not to all that holds it.
    assert "Molenbuurt" not in words["Voorbeeldstad-Noord"] and "GM9990" in words["Gemeente"]


def test_the_search_field_is_there_for_script_alone(page: Page) -> None:
    (field,) = page.all("input")
    (box,) = [e for e in page.elements if e["attributes"].get("id") == "Zoekvak"]
    assert "hidden" in box["attributes"]
    (label,) = [e for e in page.all("label") if e["attributes"]["for"] == field["attributes"]["id"]]
    assert label["text"] == "Naam van uw wijk of buurt"
    (status,) = [e for e in page.elements if e["attributes"].get("role") == "status"]
    assert status["attributes"]["data-geen"].startswith("Geen wijk gevonden.")
    assert not page.all("form")


def test_the_map_leads_to_the_sections(town_data: Data) -> None:
    data = replace(town_data, boundaries={NORTH: SQUARE})
    inside = [e for e in page_of(data, NORTH, TOWN).all("a") if "svg" in e["parents"]]
    assert [e["attributes"]["href"] for e in inside] == [f"#{NORTH}"]


def test_without_boundaries_the_page_has_no_map(town_data: Data) -> None:
    page = page_of(replace(town_data, boundaries={}), NORTH)
    assert not page.all("svg") and not page.all("figure")


# ----------------------------------------------------------------------------------------------- verdicts and files


def test_a_cell_counts_the_verdicts_in_signs_and_words() -> None:
    rows = judged(
        ("gunstiger", "verbeterd", "verbetering"),
        ("gunstiger", "geen aantoonbare verandering", "n.t.b."),
        ("ongunstiger", "gedaald", "daling"),
        ("geen aantoonbaar verschil", "", ""),
        ("hoger", "", "geen aantoonbare verandering"),
        ("", "", ""),
    )
    indicators = tuple(indicator(id=f"i{n}") for n in range(len(rows)))
    data = Data(rows, catalogue(indicators, area("wijk", "BU99900000")), (), pd.DataFrame(), Path())
    page = page_of(data, "wijk", themes=("armoede",))
    lines = [clean(e) for e in page.all("li") if "td" in e["parents"]]
    assert lines == [
        "Nu: ▲ 2 gunstiger · ▼ 1 ongunstiger · ● 1 geen aantoonbaar verschil · △ 1 hoger · 1 zonder oordeel",
        "Sinds de vorige meting: ▲ 1 verbeterd · ● 1 geen aantoonbare verandering · ▽ 1 gedaald",
        "Trend: ▲ 1 verbetering · ● 1 geen aantoonbare verandering · ▽ 1 daling",
    ]
    tints = [e["attributes"]["class"] for e in classed(page, "oordeel")[:4]]
    assert tints == ["oordeel gunstiger", "oordeel ongunstiger", "oordeel gelijk", "oordeel anders"]


def test_only_the_latest_figure_of_an_indicator_counts() -> None:
    rows = figures({"periode": "2018", "waarde": 5.0}, {"periode": "2022", "waarde": 6.0})
    rows = rows.assign(oordeel=["gunstiger", ""], verandering_oordeel="", trend="n.t.b.")
    page = page_of(made_up(rows, area("wijk", "BU99900000")), "wijk", themes=("armoede",))
    assert [clean(e) for e in page.all("li") if "td" in e["parents"]] == ["Nu: 1 cijfer zonder oordeel"]
    assert "1 cijfer, de nieuwste over 2022" in [clean(e) for e in classed(page, "stil")]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"herkomst": "alleen hele CBS-wijk bekend", "waarde_cbs_wijk": 5.0}, "alleen cijfers van de hele CBS-wijk"),
        ({}, "geen cijfers van dit gebied"),
    ],
    ids=["of the wijk around it", "none"],
)
def test_without_figures_of_its_own_a_cell_says_so(row: dict[str, Any], words: str) -> None:
    rows = figures(row).assign(oordeel="", verandering_oordeel="", trend="")
    page = page_of(made_up(rows, area("wijk", "BU99900000")), "wijk", themes=("armoede",))
    (cell,) = [e for e in page.all("td") if e["attributes"].get("role") == "cell"]
    assert clean(cell) == f"Armoede {words}"


def test_a_report_that_failed_says_so_and_has_no_links_of_an_earlier_run(town_data: Data) -> None:
    fault = "ReportError: cell 3: hier ging het mis"
    page = page_of(town_data, NORTH, themes=("armoede", "veiligheid"), failed="armoede", fault=fault)
    (failures,) = classed(page, "fouten")
    assert clean(failures) == f"Voorbeeldwijk-Noord, armoede: {fault}"
    assert [clean(e) for e in page.all("td") if e["attributes"].get("data-label") == "Armoede"] == ["mislukt"]
    files = {href for href in page.values("href") if href.startswith(f"{NORTH}/")}
    assert files == {
        f"{NORTH}/{f}" for f in ("armoede.fout.ipynb", "veiligheid.html", "veiligheid.csv", "veiligheid.ipynb")
    }


def test_the_files_that_go_with_the_run_have_links(town_data: Data) -> None:
    links = set(page_of(town_data, NORTH).values("href"))
    assert {"kerncijfers.csv", "kerncijfers.xlsx", "kerncijfers.parquet", "datapackage.json", "run.json"} <= links


# --------------------------------------------------------------------------------------------- a page that is sound


def test_names_in_links_tell_apart_what_reads_the_same(page: Page) -> None:
    names = {e["attributes"]["href"]: e["attributes"].get("aria-label") for e in page.all("a")}
    assert names[f"{NORTH}/armoede.html"] == "Armoede in Voorbeeldwijk-Noord"
    assert names[f"{NORTH}/gebiedsmonitor.html"] == "Gebiedsmonitor van Voorbeeldwijk-Noord"


def test_ids_are_there_once_links_lead_somewhere_and_headings_do_not_skip(page: Page) -> None:
    ids = page.values("id")
    assert len(set(ids)) == len(ids)
    assert {href[1:] for href in page.values("href") if href.startswith("#")} <= set(ids)
    levels = [int(e["tag"][1]) for e in page.elements if re.fullmatch("h[1-6]", e["tag"])]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_ids_of_areas_cannot_be_those_of_the_page(page: Page) -> None:
    areas = {e["attributes"]["id"] for e in page.all("section")}
    others = [e["attributes"]["id"] for e in page.elements if "id" in e["attributes"] and "svg" not in e["parents"]]
    assert not [name for name in others if name not in areas and not name[0].isupper()]


def test_the_table_stays_a_table_when_a_phone_shows_it_as_cards(page: Page) -> None:
    roles = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
    (start,) = [n for n, e in enumerate(page.elements) if e["attributes"].get("role") == "table"]
    inside = list(itertools.takewhile(lambda e: "table" in e["parents"], page.elements[start + 1 :]))
    assert {e["tag"] for e in inside} >= set(roles)
    assert all(e["attributes"].get("role") == roles[e["tag"]] for e in inside if e["tag"] in roles)
    assert {e["attributes"]["role"] for e in inside if e["tag"] == "th"} == {"columnheader", "rowheader"}


def test_the_policy_allows_the_script_and_the_style_of_the_page_and_nothing_else(page: Page) -> None:
    (script,), (style,) = page.all("script"), page.all("style")
    (meta,) = [e for e in page.all("meta") if e["attributes"].get("http-equiv") == "Content-Security-Policy"]
    hashes = [base64.b64encode(hashlib.sha256(e["text"].encode()).digest()).decode() for e in (style, script)]
    assert meta["attributes"]["content"].split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{hashes[0]}'",
        f"script-src 'sha256-{hashes[1]}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    # It must stand before what it is about.
    assert page.elements.index(meta) < page.elements.index(style)
    assert not page.values("style") and not page.values("src") and not page.all("link")
    assert not [n for e in page.elements for n in e["attributes"] if n.startswith("on")]


def test_text_from_data_stays_text() -> None:
    hostile = indicator(id="bedacht_cijfer", name=HOSTILE)
    place = replace(area("wijk", "BU99900000"), name=HOSTILE, note=HOSTILE, wijk_name=HOSTILE, wijk_code=HOSTILE)
    place = replace(place, buurten={"BU99900000": HOSTILE})
    words = dict.fromkeys(("file", "reader", "publisher", "title", "table", "address", "licence", "selection"), HOSTILE)
    fields = {"datum_publicatie": HOSTILE}
    record = Record(source="bedacht", citation=HOSTILE, public=True, sha256="", year=HOSTILE, fields=fields, **words)
    rows = figures({"waarde": 5.0, "periode": HOSTILE, "jaar": 2020.0}).assign(
        oordeel="", verandering_oordeel="", trend=""
    )
    data = Data(rows, catalogue(hostile, place), (record,), pd.DataFrame(), Path(), {"wijk": SQUARE})
    page = page_of(data, "wijk", themes=("armoede", "veiligheid"), failed="veiligheid", fault=HOSTILE)
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert not [n for e in page.elements for n in e["attributes"] if n.startswith("on")]
    (meta,) = [e for e in page.all("meta") if e["attributes"].get("http-equiv")]
    assert HOSTILE not in page.all("script")[0]["text"] and "alert" not in meta["attributes"]["content"]
    found = page.values("data-zoek")[0]
    assert found.count(HOSTILE) == 4
    assert page.all("main")[0]["text"].count(HOSTILE) >= 12


def test_an_internal_page_says_so_and_does_not_call_all_figures_public(town_data: Data) -> None:
    inside = replace(town_data, figures=town_data.figures.assign(openbaar=False))
    (warning,) = classed(page_of(inside, NORTH), "intern")
    assert warning["text"].startswith("Intern:")
    outside = page_of(replace(town_data, figures=town_data.figures.assign(openbaar=True)), NORTH)
    assert not classed(outside, "intern")
    assert "Alle cijfers zijn gepubliceerd" in outside.all("main")[0]["text"]


def test_the_page_is_light_and_the_same_every_time(town_data: Data) -> None:
    pages = [index_page(town_data, outcomes(NORTH, TOWN)) for _ in range(2)]
    assert pages[0] == pages[1]
    assert len(pages[0].encode()) < 500_000


def test_sentences_are_short(page: Page) -> None:
    texts = [clean(e) for e in page.all("p")]
    sentences = [s.split() for text in texts for s in re.split(r"(?<=[.?!:])\s", text) if len(s.split()) > 1]
    lengths = [len(words) for words in sentences]
    assert max(lengths) <= 18 and sum(lengths) / len(lengths) < 12
