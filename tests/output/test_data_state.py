"""The state of the data: what is counted, what is missing, and what is said of a source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from helpers import Page, area, catalogue, figures, indicator

from nplv_analysis.data import Data
from nplv_analysis.output.data_state import counted, first_and_last, state_of_data
from nplv_analysis.records import Record
from nplv_analysis.tables import Html

NORTH, SOUTH = area("noord", "BU99900000"), area("zuid", "BU99900100")


def record(**other: Any) -> Record:
    """Make a record of the made-up source."""
    words = dict.fromkeys(
        ("file", "reader", "publisher", "title", "table", "address", "selection", "sha256"), "bedacht"
    )
    fields = {"source": "bedacht", "licence": "CC0", "citation": "Bedacht", "public": True, **words, **other}
    return Record(**fields)


def made_up(*rows: dict[str, Any], records: tuple[Record, ...] = (), **other: Any) -> Data:
    """Make data of two areas and their gemeente."""
    return Data(figures(*rows), catalogue(indicator(**other), NORTH, SOUTH), records, pd.DataFrame(), Path())


def cells(html: Html) -> list[list[str]]:
    """Give the cells of the rows of a table."""
    page = Page(f"<div>{html.html}</div>")
    texts = [(e["tag"], " ".join(e["text"].split())) for e in page.elements if e["tag"] in ("tr", "th", "td")]
    rows: list[list[str]] = []
    for tag, text in texts:
        if tag == "tr":
            rows.append([])
        else:
            rows[-1].append(text)
    return rows


def test_what_is_known_is_counted_and_what_is_missing_is_named() -> None:
    data = made_up(
        {"gebied": "noord", "periode": "2018", "waarde": 5.0},
        {"gebied": "noord", "periode": "2022", "waarde": 6.0},
        {"gebied": "zuid", "periode": "2023", "herkomst": "alleen hele CBS-wijk bekend", "waarde_cbs_wijk": 7.0},
        {"gebied": "zuid", "rol": "overige gemeente", "periode": "2024", "waarde": 8.0},
        records=(record(fields={"datum_publicatie": "onbekend"}), record(citation="Ander", fields={})),
    )
    assert state_of_data(data).summary == [
        "Er zijn 2 cijfers over 3 gebieden.",
        "Ze komen uit 2 bronnen. Alle cijfers zijn openbaar.",
        "De cijfers gaan over 2018 tot en met 2022.",
        "Van 2 bronnen weten wij de datum van publicatie niet.",
        "Lang niet alles is bekend: 1 van de 3 vakjes in de tabellen hieronder zijn leeg.",
        "Over leerachterstand is van Noord, Zuid en Gemeente Voorbeeldstad zelf niets bekend.",
        "Over armoede is van Zuid en Gemeente Voorbeeldstad zelf niets bekend.",
        "Over veiligheid is van Noord, Zuid en Gemeente Voorbeeldstad zelf niets bekend.",
    ]


def test_what_is_not_public_is_not_called_public() -> None:
    data = made_up({"gebied": "noord", "waarde": 5.0, "openbaar": False})
    assert "Een deel van de cijfers is niet openbaar." in state_of_data(data).summary[1]


def test_figures_are_counted_per_theme() -> None:
    data = made_up({"gebied": "noord", "periode": "2018", "waarde": 5.0}, {"gebied": "zuid", "waarde": 6.0})
    assert cells(state_of_data(data).per_theme)[:3] == [
        ["Thema", "Cijfers", "Soorten cijfers", "Oudste", "Nieuwste"],
        ["Leerachterstand", "0", "0", "", ""],
        ["Armoede", "2", "1", "2018", "2020"],
    ]


def test_coverage_tells_the_area_from_the_wijk_around_it() -> None:
    data = made_up(
        {"gebied": "noord", "periode": "2018", "waarde": 5.0},
        {"gebied": "noord", "periode": "2020", "waarde": 5.0},
        {"gebied": "zuid", "herkomst": "alleen hele CBS-wijk bekend", "waarde_cbs_wijk": 7.0},
    )
    tables = dict(state_of_data(data).coverage)
    assert cells(tables["Armoede"]) == [
        ["Cijfer", "Noord", "Zuid", "Gemeente Voorbeeldstad"],
        ["Bedacht cijfer", "2018, 2020", "wijk: 2020", "-"],
    ]
    assert list(tables) == ["Armoede"]


def test_a_source_has_its_years_date_licence_and_whether_it_is_public() -> None:
    dated = record(fields={"datum_publicatie": "2021-03-26"})
    partly = record(source="deels", citation="Deels openbaar", public=False, year="2019", fields={})
    hidden = record(source="geheim", citation="Niet openbaar", public=False, year="2017", fields={})
    data = made_up(
        {"periode": "2013/2014", "jaar": 2013.0, "waarde": 5.0},
        {"periode": "2020", "waarde": 5.0},
        {"bron": "deels", "periode": "2019", "waarde": 5.0},
        {"bron": "geheim", "periode": "onbekend", "waarde": 5.0, "openbaar": False},
        records=(dated, dated, partly, hidden),
    )
    head, *rows = cells(state_of_data(data).sources)
    names = ["Bron", "Cijfers over", "Gepubliceerd", "Licentie", "Openbaar"]
    found = [[row[head.index(name)] for name in names] for row in rows]
    assert found == [
        ["Bedacht", "2013/2014 tot en met 2020", "2021-03-26", "CC0", "ja"],
        ["Deels openbaar", "2019", "", "CC0", "deels"],
        ["Niet openbaar", "2017", "", "CC0", "nee"],
    ]


def test_periods_are_named_as_short_as_the_source_does() -> None:
    rows = figures({"periode": "2020"}, {"periode": "2020 (uitvoeringsprogramma)"}, {"periode": "onbekend"})
    assert first_and_last(rows) == ("2020", "2020")
    assert first_and_last(rows[rows["periode"] == "onbekend"]) == ("", "")


def test_an_empty_monitor_says_so() -> None:
    data = replace(made_up(), figures=figures())
    assert state_of_data(data).summary[0] == "Er zijn 0 cijfers over 3 gebieden."


def test_a_number_of_one_is_no_plural() -> None:
    assert [counted(n, "bron", "nen") for n in (0, 1, 2000)] == ["0 bronnen", "1 bron", "2.000 bronnen"]
