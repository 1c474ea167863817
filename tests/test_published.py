"""Every published figure that the project ships comes back as its source printed it, with its qualifier."""

from __future__ import annotations

import csv
import math
import re
from typing import Any, NamedTuple

import pandas as pd
import pytest
from helpers import RAW

from nplv_analysis.areas import ITSELF, REST_WITHOUT
from nplv_analysis.data import Data
from nplv_analysis.output.export import key_figures
from nplv_analysis.wording import figure

pytest_plugins = ["project_data"]

TEXTS = ("nplv_tekst", "onderwijsagenda", "basismonitor", "oog")
NBSP = "\u00a0"


class Printed(NamedTuple):
    """One figure as it stands in a raw file."""

    source: str
    variable: str
    area: str
    period: str
    sign: str
    value: str
    value_to: str
    unit: str


def rows_of(source: str, name: str) -> list[dict[str, str]]:
    """Read a raw file, without the readers of the package."""
    with (RAW / source / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def printed_in_texts() -> list[Printed]:
    """All figures of the four texts."""
    return [
        Printed(s, r["indicator"], r["gebied"], r["periode"], r["teken"], r["waarde"], r["waarde_tot"], r["eenheid"])
        for s in TEXTS
        for r in rows_of(s, "tekstcijfers_selectie.csv")
    ]


def printed_in_annex() -> list[Printed]:
    """All values of the annex, also the empty ones."""
    return [
        Printed("nplv_bijlage", r["id"], "groningen-noord", year, "=", r[f"waarde_{year}"], "", r["eenheid"])
        for r in rows_of("nplv_bijlage", "kernindicatoren_selectie.csv")
        for year in ("2018", "2020", "2022")
    ]


ALL = [p for p in printed_in_texts() + printed_in_annex() if p.value]
EMPTY = [p for p in printed_in_annex() if not p.value]


@pytest.fixture(scope="module")
def keys(real_data: Data) -> pd.DataFrame:
    """The key figures of all areas, as kerncijfers.csv would have them, with the id of the source."""
    return key_figures(real_data.figures, real_data).merge(
        pd.DataFrame(
            {"bron": [r.citation for r in real_data.records], "id": [r.source for r in real_data.records]}
        ).drop_duplicates(),
        on="bron",
        how="left",
    )


def the_row(printed: Printed, keys: pd.DataFrame, data: Data) -> dict[str, Any]:
    """Find the one key figure that a printed figure became."""
    held_by = {
        (indicator.id, series.id)
        for indicator in data.catalogue.indicators
        for series in indicator.series
        if series.source == printed.source
        and printed.variable in series.variables
        and (not series.periods or printed.period in series.periods)
    }
    assert len(held_by) == 1, f"{printed.variable}: {held_by}"
    ((indicator, reeks),) = held_by
    found = keys[
        (keys["indicator"] == indicator)
        & (keys["reeks"] == reeks)
        & (keys["gebied"] == data.catalogue.area(printed.area).id)
        & (keys["periode"] == printed.period)
        & (keys["id"] == printed.source)
    ]
    assert len(found) == 1, f"{len(found)} rows for {printed}"
    return found.iloc[0].to_dict()


def dutch(number: str) -> str:
    """Write a number as printed, in Dutch."""
    whole, _, part = number.partition(".")
    whole = f"{int(whole):,}".replace(",", ".")
    return f"{whole},{part}" if part else whole


def name_of(printed: Printed) -> str:
    """Name a case."""
    return f"{printed.source}, {printed.variable}, {printed.area}, {printed.period}"


def test_the_raw_files_hold_as_many_figures_as_we_think() -> None:
    # So that a file that is read as empty does not pass; the annex has 24 indicators in 3 years, not all of them known.
    assert [sum(p.source == s for p in ALL) for s in TEXTS] == [30, 21, 1, 2]
    assert (len(ALL) - 54, len(EMPTY)) == (58, 14)


@pytest.mark.parametrize("printed", ALL, ids=name_of)
def test_every_published_figure_is_found_back(printed: Printed, keys: pd.DataFrame, real_data: Data) -> None:
    row = the_row(printed, keys, real_data)
    number = float(printed.value)
    got = {c: None if math.isnan(row[c]) else row[c] for c in ("waarde", "genoemd", "ondergrens", "bovengrens")}
    nothing = dict.fromkeys(got)
    expected, words = {
        "=": (nothing | {"waarde": number}, "{}"),
        "rond": (nothing | {"genoemd": number}, "rond {}"),
        ">": (nothing | {"genoemd": number, "ondergrens": number}, "meer dan {}"),
        "tussen": (
            nothing | {"genoemd": number, "ondergrens": number, "bovengrens": float(printed.value_to or "nan")},
            f"tussen {{}} en {dutch(printed.value_to or '0')}",
        ),
    }[printed.sign]
    assert got == expected
    assert row["teken"] == printed.sign
    assert row["herkomst"] == "gepubliceerd"
    indicator = real_data.catalogue.indicator(row["indicator"])
    behind = f"{NBSP}%" if indicator.unit == "%" else ""
    assert figure(row, indicator) == words.format(dutch(printed.value)) + behind
    if printed.unit == "%":
        assert indicator.unit == "%"


@pytest.mark.parametrize("printed", EMPTY, ids=name_of)
def test_what_is_not_published_has_no_number(printed: Printed, keys: pd.DataFrame, real_data: Data) -> None:
    row = the_row(printed, keys, real_data)
    assert all(math.isnan(row[c]) for c in ("waarde", "genoemd", "ondergrens", "bovengrens", "teller", "noemer"))
    # n.n.b. (not known yet) stands in the annex at two indicators, in 2022.
    later = printed.variable in ("verdachten", "voortijdig_schoolverlaters") and printed.period == "2022"
    assert row["status"] == ("nog niet bekend" if later else "ontbreekt")


def test_nothing_is_added_to_what_these_sources_publish(keys: pd.DataFrame) -> None:
    mine = keys[keys["id"].isin([*TEXTS, "nplv_bijlage"])]
    assert len(mine) == len(ALL) + len(EMPTY)


# ------------------------------------------------------------------------------------- typed by hand, with the citation


def value(data: Data, area: str, indicator: str, period: str) -> float:
    """Give the exact value that every series of one period agrees on."""
    rows = data.of(area, indicator)
    (found,) = set(rows.loc[rows["periode"] == period, "waarde"])
    return float(found)


@pytest.mark.parametrize(
    ("area", "indicator", "period", "printed"),
    [
        # NPLV Groningen-Noord, Uitvoeringsprogramma 2024-2027, text: risk of leerachterstand in primary school, 2022.
        ("groningen-noord", "risico_leerachterstand", "2022", 26),
        ("gemeente", "risico_leerachterstand", "2022", 12),
        # The same, children in a household with an income up to 110 % of the minimum, 2022.
        ("gemeente", "kinderen_minimahuishouden", "2022", 10),
        ("selwerd", "kinderen_minimahuishouden", "2022", 32),
        ("de-hoogte", "kinderen_minimahuishouden", "2022", 40),
        # RIVM StatLine 50090NED, difficulty making ends meet, 18 years and older, BU00141000 and GM0014.
        ("selwerd", "moeite_rondkomen_rivm", "2012", 34.3),
        ("selwerd", "moeite_rondkomen_rivm", "2016", 26.6),
        ("selwerd", "moeite_rondkomen_rivm", "2020", 22.9),
        ("gemeente", "moeite_rondkomen_rivm", "2012", 29.2),
        ("gemeente", "moeite_rondkomen_rivm", "2016", 21.3),
        ("gemeente", "moeite_rondkomen_rivm", "2020", 17.5),
        # CBS StatLine 85984NED, Kerncijfers wijken en buurten 2024, inhabitants.
        ("gemeente", "inwoners", "2024", 243768),
        # CBS StatLine 84286NED, Kerncijfers wijken en buurten 2017, low income, GM0014.
        ("gemeente", "laag_inkomen", "2017", 15.1),
    ],
)
def test_spot_checks(real_data: Data, area: str, indicator: str, period: str, printed: float) -> None:
    assert value(real_data, area, indicator, period) == printed


def test_police_figures_of_the_gemeente_and_its_buurten(real_data: Data) -> None:
    # Politie 47018NED, all registered crimes 2023: 15 011 in the gemeente, 14 990 over its buurten, 21 at no buurt.
    (row,) = real_data.of("gemeente", "misdrijven_per_1000").to_dict("records")
    assert (row["teller"], row["noemer"]) == (15011, 243768)
    assert row["waarde"] == pytest.approx(61.58, abs=0.005)
    assert re.search(r"in de gemeente is 15\.011;.* 21 ", row["toelichting"])
    raw = [r for r in rows_of("politie_47018ned", "misdrijven_2023_selectie.csv") if r["level"] == "buurt"]
    assert sum(int(float(r["value"])) for r in raw if r["area_code"].startswith("BU0014")) == 14990 == 15011 - 21


def test_crime_with_and_without_the_centre(real_data: Data) -> None:
    # About 62 per 1,000 in the gemeente, about 43 without CBS wijk Centrum (WK001400), about 222 in Centrum itself.
    figures = real_data.figures
    crime = figures[figures["indicator"] == "misdrijven_per_1000"].set_index(["gebied", "rol"])
    itself, without = crime.loc[("selwerd", ITSELF)], crime.loc[("selwerd", REST_WITHOUT)]
    events, people = itself["teller"] + without["teller"], itself["noemer"] + without["noemer"]
    # Over the buurten outside Centrum: 9 452 crimes among 218 865 inhabitants.
    assert (events, people) == (9452, 218865)
    assert 1000 * events / people == pytest.approx(43.19, abs=0.005)
    centre_events = 14990 - events
    centre_people = sum(
        int(float(r["value"]))
        for r in rows_of("cbs_kwb_2024", "inwoners_2024_selectie.csv")
        if r["area_code"].startswith("BU001400") and r["variable"] == "inwoners"
    )
    assert (centre_events, centre_people) == (5538, 24925)
    assert 1000 * centre_events / centre_people == pytest.approx(222.19, abs=0.005)


def test_two_definitions_of_a_risk_are_two_indicators(real_data: Data) -> None:
    # Basismonitor 2020 (education of parents): gemeente 7, De Hoogte 28, Selwerd 18; 2022 counts another risk.
    areas = ("gemeente", "de-hoogte", "selwerd")
    old = [value(real_data, a, "risico_onderwijsachterstand", "Basismonitor 2020") for a in areas]
    assert old == [7, 28, 18]
    assert "Basismonitor 2020" not in set(real_data.of("selwerd", "risico_leerachterstand")["periode"])
