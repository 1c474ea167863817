"""Monthly counts around a start: only of the area, only with a start that is known by the month, and no gaps filled."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import Page, area, catalogue, figures, indicator, series, words
from pictures import pictures

from nplv_analysis.analysis import Analysis
from nplv_analysis.data import Data
from nplv_analysis.interventions import Intervention, Run
from nplv_analysis.interventions.monthly import Monthly, monthly_series
from nplv_analysis.methods.interrupted_series import GAPS, STEP
from nplv_analysis.sections.monthly import monthly_counts

COUNT = indicator(series("publicatie", id="reeks"), unit="aantal meldingen", name="Meldingen", decimals=0)
WIJK, OTHER = area("wijk", "BU99900000"), area("ander", "BU99900001")
TOWN = catalogue((COUNT,), WIJK, OTHER)
#: From January 2018 on; from June 2021 on there is half as much.
MONTHS = [str(month) for month in pd.period_range("2018-01", periods=66, freq="M")]
START = "2021-06"


def table(months: list[str] = MONTHS, **other: object) -> pd.DataFrame:
    """Make monthly counts of a wijk."""
    rng = np.random.default_rng(11)
    values = rng.poisson([40.0 if month < START else 20.0 for month in months])
    common = {"eenheid": "aantal meldingen", **other}
    return figures(
        *({"periode": m, "waarde": float(v), **common} for m, v in zip(months, values, strict=True)),
    )


def started(start: str = START, place: str = "wijk", changes: str = "bedacht_cijfer") -> Intervention:
    """Make an intervention."""
    return Intervention("een", "Een", "interventie", ("veilig",), (Run(place, start),), (), may_change=(changes,))


def found(rows: pd.DataFrame, *interventions: Intervention) -> list[Monthly]:
    """Look at the counts of the wijk."""
    return monthly_series(rows, TOWN, interventions or (started(),), WIJK)


def test_a_step_that_was_put_in_is_found() -> None:
    (one,) = found(table())
    step = one.result.effects.set_index("deel").loc[STEP]
    assert step["onder95"] < 0.5 < step["boven95"] < 1
    assert (one.start, one.indicator.id, one.intervention.id, one.source) == (41, "bedacht_cijfer", "een", "bedacht")


@pytest.mark.parametrize(
    "interventions",
    [(started("2021"),), (started(place="ander"),), (started(changes="iets_anders"),)],
)
def test_without_a_month_a_place_or_a_link_nothing_is_looked_at(interventions: tuple[Intervention, ...]) -> None:
    assert found(table(), *interventions) == []


@pytest.mark.parametrize(
    "other", [{"gebied": "ander"}, {"eenheid": "%"}, {"status": "schatting"}, {"rol": "overige gemeente"}]
)
def test_only_observed_counts_of_the_area_itself(other: dict[str, str]) -> None:
    assert found(table(**other)) == []


def test_years_are_no_months() -> None:
    assert found(table([str(year) for year in range(1990, 2024)])) == []
    assert found(table(["2020-13", "2020-00", "2019-2020"])) == []


def test_a_month_without_a_count_is_a_gap_and_not_nil() -> None:
    rows = table()
    (one,) = found(rows[rows["periode"] != "2019-03"])
    assert one.result.reason == GAPS and len(one.result.months) == len(MONTHS)
    (one,) = found(table(MONTHS[30:]))
    assert "te weinig maanden vóór de start" in one.result.reason


def test_two_series_are_never_one() -> None:
    both = pd.concat([table(MONTHS[:41]), table(MONTHS[41:], reeks="later")], ignore_index=True)
    assert len(found(both)) == 2 and all(one.result.reason for one in found(both))


def test_the_section_shows_a_picture_or_the_reason(tmp_path: Path) -> None:
    data = Data(table(), TOWN, (), pd.DataFrame(), tmp_path)
    analysis = Analysis(data, WIJK, "interventies")
    html = monthly_counts(analysis, found(table()))
    (picture,) = pictures(html.html)
    assert picture.title == "Meldingen (aantal meldingen) per maand"
    assert "keer zoveel als zonder de start" in words(html) and "zit er ook in." in words(html)
    rows = table()
    html = monthly_counts(analysis, found(rows[rows["periode"] != "2019-03"]))
    assert not pictures(html.html) and GAPS in words(html)
    hostile = dataclasses.replace(found(table())[0], intervention=dataclasses.replace(started(), name="<b>Een</b>"))
    page = Page(f"<div>{monthly_counts(analysis, [hostile]).html}</div>")
    assert page.texts("h3") == ["Meldingen (aantal meldingen) per maand: <b>Een</b>"] and not page.all("b")
