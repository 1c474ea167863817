"""The hittekaart: published figures as they are, streets behind disclosure control, and groups instead of ranks."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import amount, catalogue, indicator, observation, observations, series

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.data import Data
from nplv_analysis.errors import InputError
from nplv_analysis.hotspots.figures import (
    FEW_PEOPLE,
    LEFT_OUT,
    NO_FIGURE,
    TOO_SMALL,
    VALUES,
    buurt_values,
    place_values,
)
from nplv_analysis.hotspots.heat_map import (
    ALWAYS,
    FEW_PLACES,
    GROUPS,
    NOT_PLACED,
    RARELY,
    SOMETIMES,
    HeatMap,
    heat_map,
    hotspots,
)
from nplv_analysis.hotspots.settings import Settings, Weighed
from nplv_analysis.preparation import SEED, load_prepared
from nplv_analysis.records import Record

pytest_plugins = ["project_data"]

NAMES = ("arm", "misdrijf", "tevreden")
TOWN = catalogue(
    (
        indicator(series("publicatie", "arm"), id="arm"),
        indicator(
            series("verhouding", "misdrijf", factor=1000.0, denominator=amount("inwoners")),
            id="misdrijf",
            unit="per 1.000 inwoners",
            about="plaats",
            without_wijk={"zonder_wijk": "WK999009", "naam": "het centrum", "reden": "Druk."},
        ),
        indicator(series("publicatie", "tevreden"), id="tevreden", good_direction="hoog"),
        indicator(series("som", "inwoners"), id="inwoners", unit="aantal inwoners", good_direction="geen"),
    )
)


def settings(towns: Catalogue = TOWN, **other: Any) -> Settings:
    """Weigh the three figures of the made-up town alike."""
    weighed = tuple(Weighed(towns.indicator(name), "2020", 1.0, "Omdat.") for name in NAMES)
    return dataclasses.replace(Settings("buurt", 50, 3, 0.25, weighed), **other)


def code(number: int) -> str:
    """Give the code of a buurt of the made-up town."""
    return f"BU9990{number:04d}"


def buurt(number: int, people: float, **figures: Any) -> list[dict[str, Any]]:
    """Make the observations of one buurt."""
    place = code(number)
    found = [observation(place, people, variabele="inwoners")]
    for name, value in figures.items():
        given = value if isinstance(value, dict) else {"value": value}
        found.append(observation(place, given.pop("value", None), variabele=name, **given))
    return found


def table(*rows: list[dict[str, Any]], using: Settings | None = None) -> pd.DataFrame:
    """Take the figures of buurten."""
    frame = observations([row for buurt_rows in rows for row in buurt_rows])
    return buurt_values(frame, using or settings(), TOWN)


def cell(values: pd.DataFrame, place: str, name: str) -> dict[str, Any]:
    """Give one figure."""
    (row,) = values[(values["plaats"] == place) & (values["indicator"] == name)].to_dict("records")
    return {str(key): value for key, value in row.items()}


# ------------------------------------------------------------------------------------------------ figures of buurten


def test_published_figures_are_taken_as_they_are() -> None:
    values = table(buurt(0, 200, arm=12.3, misdrijf=5, tevreden=70.1))
    assert list(values.columns) == list(VALUES)
    assert [cell(values, code(0), name)["waarde"] for name in NAMES] == [12.3, 25.0, 70.1]
    assert set(values["reden"]) == {""} and set(values["n"]) == {200.0} and set(values["bron"]) == {"bedacht"}


def test_what_is_suppressed_or_missing_stays_missing() -> None:
    values = table(
        buurt(0, 200, arm={"status": "ontbreekt"}, misdrijf={"low": 1, "high": 4}, tevreden={"status": "geheim"}),
        buurt(1, 200, misdrijf=4),
    )
    assert values["waarde"].notna().sum() == 1
    assert cell(values, code(0), "misdrijf")["reden"] == cell(values, code(0), "tevreden")["reden"] == LEFT_OUT
    assert cell(values, code(0), "arm")["reden"] == cell(values, code(1), "arm")["reden"] == NO_FIGURE


def test_too_few_people_and_the_centre_are_left_out() -> None:
    values = table(buurt(0, 49, arm=1.0, misdrijf=5), buurt(900, 5000, arm=2.0, misdrijf=500))
    assert cell(values, code(0), "arm")["reden"] == FEW_PEOPLE.format(50)
    assert cell(values, code(0), "misdrijf")["reden"] == FEW_PEOPLE.format(50)
    assert "het centrum" in cell(values, code(900), "misdrijf")["reden"]
    assert np.isnan(cell(values, code(900), "misdrijf")["waarde"])
    assert cell(values, code(900), "arm")["waarde"] == 2.0


def test_figures_that_are_not_public_are_not_read() -> None:
    values = table(buurt(0, 200, arm={"value": 1.0, "openbaar": False}, misdrijf=5))
    assert cell(values, code(0), "arm")["reden"] == NO_FIGURE


def test_another_period_is_another_figure() -> None:
    values = table(buurt(0, 200, arm={"value": 1.0, "periode": "2018"}))
    assert cell(values, code(0), "arm")["reden"] == NO_FIGURE


# ------------------------------------------------------------------------------------------------ figures of streets


def record(*, public: bool = False, file: str = "straten.csv", **other: Any) -> Record:
    """Make the record of a table of streets."""
    words = dict.fromkeys(("publisher", "title", "table", "address", "licence", "citation", "selection"), "bedacht")
    return Record(file=file, source="straten", reader="plaatsen", public=public, sha256="", **words, **other)


def streets(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Make what the reader gives."""
    frame = pd.DataFrame(rows, columns=["plaats", "indicator", "cijfer", "n"])
    return frame.assign(periode="2020", status=np.where(frame["cijfer"].isna(), "onderdrukt", "waargenomen"))


def reasons(rows: tuple[str, str, float, float], using: Record) -> str:
    """Say why one figure of a street is not used."""
    values = place_values([(streets(rows), using)], settings(), TOWN)
    found = cell(values, rows[0], rows[1])
    assert np.isnan(found["waarde"]) == bool(found["reden"])
    return str(found["reden"])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("A", "arm", 30.0, 100), ""),
        (("A", "arm", 30.0, 9), TOO_SMALL),
        (("A", "arm", 4.0, 100), TOO_SMALL),
        (("A", "arm", 5.0, 100), ""),
        (("A", "arm", 0.0, 100), ""),
        (("A", "arm", 96.0, 100), TOO_SMALL),
        (("A", "arm", 95.0, 100), ""),
        (("A", "misdrijf", 40.0, 100), TOO_SMALL),
        (("A", "misdrijf", 50.0, 100), ""),
        (("A", "arm", 30.0, 49), FEW_PEOPLE.format(50)),
        (("A", "arm", float("nan"), 100), LEFT_OUT),
    ],
)
def test_small_numbers_of_streets_are_not_used(row: tuple[str, str, float, float], why: str) -> None:
    assert reasons(row, record()) == why


def test_the_rules_of_the_record_win_and_public_tables_need_none() -> None:
    row = ("A", "arm", 5.0, 100.0)
    assert reasons(row, record(disclosure={"least_events": 6})) == TOO_SMALL
    assert reasons(row, record(disclosure={"least_persons": 101})) == TOO_SMALL
    assert reasons(("A", "arm", 1.0, 100.0), record(public=True)) == ""


def test_a_figure_in_two_files_is_a_mistake() -> None:
    tables = [(streets(("A", "arm", 30.0, 100.0)), record(file=file)) for file in ("een.csv", "twee.csv")]
    with pytest.raises(InputError, match=r"twee\.csv"):
        place_values(tables, settings(), TOWN)


# ------------------------------------------------------------------------------------------------ groups


def placed(values: pd.DataFrame, using: Settings | None = None) -> pd.DataFrame:
    """Put places in groups."""
    return hotspots(values, using or settings(), rng=np.random.default_rng(3)).set_index("plaats")


def made_up(places: int = 20, **other: float) -> pd.DataFrame:
    """Make figures that get less favourable with every next place."""
    return pd.DataFrame(
        [(code(n), name, sign * n * 10 + 200.0, 5000.0, "bedacht", "")
         for n in range(places) for name, sign in zip(NAMES, (1, 1, -1), strict=True)],
        columns=list(VALUES),
    )  # fmt: skip


def test_groups_follow_the_good_direction() -> None:
    found = placed(made_up())
    assert list(found.index) == [code(n) for n in range(20)], "the order is that of the codes"
    assert list(found["groep"])[-4:] == [ALWAYS] * 4 and list(found["groep"])[:10] == [RARELY] * 10
    assert set(found["groep"]) <= set(GROUPS) and not found["groep_reden"].any()
    assert "rang" not in " ".join(found.columns)


def test_what_depends_on_the_weights_is_in_the_group_sometimes() -> None:
    values = made_up()
    here = (values["plaats"] == code(0)) & (values["indicator"] == "arm")
    values.loc[here, "waarde"] = 1000.0
    assert placed(values).loc[code(0), "groep"] == SOMETIMES


def test_a_place_with_too_few_figures_is_not_placed_and_says_why() -> None:
    values = made_up()
    here = (values["plaats"] == code(19)) & (values["indicator"] == "arm")
    values.loc[here, ["waarde", "reden"]] = [np.nan, LEFT_OUT]
    found = placed(values)
    assert found.loc[code(19), "groep"] == NOT_PLACED and np.isnan(found.loc[code(19), "in_bovenste_groep"])
    assert LEFT_OUT in found.loc[code(19), "groep_reden"] and "2 van de 3" in found.loc[code(19), "groep_reden"]
    # With fewer figures asked for it is placed on those it has.
    assert placed(values, settings(least_known=2)).loc[code(19), "groep"] == ALWAYS


def test_few_places_have_no_top_group() -> None:
    found = placed(made_up(9))
    assert set(found["groep"]) == {NOT_PLACED} and set(found["groep_reden"]) == {FEW_PLACES}
    assert hotspots(made_up(0), settings(), rng=np.random.default_rng(3)).empty


def test_chance_counts_where_the_catalogue_says_so() -> None:
    by_chance = catalogue(
        tuple(dataclasses.replace(i, uncertainty="toeval") if i.id == "misdrijf" else i for i in TOWN.indicators)
    )
    values = made_up().assign(n=60.0)
    sure, unsure = placed(values), placed(values, settings(by_chance))
    edge = code(14)
    assert sure.loc[edge, "in_bovenste_groep"] == 0 < unsure.loc[edge, "in_bovenste_groep"]


# ------------------------------------------------------------------------------------------------ the shipped figures


@pytest.fixture(scope="module")
def shipped(real_data: Data) -> HeatMap:
    """The hittekaart of the shipped figures."""
    return heat_map(real_data)


def test_shipped_figures_are_those_of_the_publishers(real_data: Data, shipped: HeatMap) -> None:
    rows = load_prepared(real_data.folder).observations
    rows = rows[rows["niveau"] == "buurt"]

    def seen(name: str, period: str) -> pd.Series:
        mine = rows[(rows["variabele"] == name) & (rows["periode"] == period)]
        return mine.set_index("gebiedscode")["waarde"]

    expected = {
        "laag_inkomen": seen("laag_inkomen", "2017"),
        "bijstand_per_1000": 1000 * seen("bijstand_personen", "2020") / seen("inwoners", "2020"),
        "misdrijven_per_1000": 1000 * seen("misdrijven_totaal", "2023") / seen("inwoners", "2024"),
    }
    known = shipped.values[shipped.values["waarde"].notna()]
    assert len(known) == 77 + 63 + 74
    for name, group in known.groupby("indicator"):
        np.testing.assert_allclose(group["waarde"], expected[str(name)][group["plaats"]])


def test_shipped_places(shipped: HeatMap) -> None:
    assert shipped.settings is not None and shipped.public
    counts = shipped.places["groep"].value_counts()
    assert len(shipped.places) == 151 and counts[NOT_PLACED] == 93 and counts[list(GROUPS)].sum() == 58
    # Nobody is placed in the centre, nor where few people live.
    known = shipped.places[shipped.places["groep"] != NOT_PLACED]
    assert not known["plaats"].str.startswith("BU001400").any()
    people = shipped.values.groupby("plaats")["n"].first()
    assert people[known["plaats"]].min() >= 500
    # The same random numbers give the same groups, and others hardly other ones.
    again, other = (hotspots(shipped.values, shipped.settings, rng=np.random.default_rng(seed)) for seed in (SEED, 99))
    pd.testing.assert_frame_equal(again, shipped.places)
    assert (other["in_bovenste_groep"] - again["in_bovenste_groep"]).abs().max() < 0.06


def test_streets_of_the_fictional_town(town_data: Data) -> None:
    found = heat_map(town_data)
    assert not found.public and not found.shapes
    groups = dict(zip(found.places["plaats"], found.places["groep"], strict=True))
    assert {name for name, group in groups.items() if group == ALWAYS} == {
        "Eerste Voorbeeldstraat",
        "Zesde Voorbeeldstraat",
    }
    # Eight people, a suppressed figure, and a missing one.
    out = {"Veertiende Voorbeeldstraat", "Achtste Voorbeeldstraat", "Negende Voorbeeldstraat"}
    assert {name for name, group in groups.items() if group == NOT_PLACED} == out
    assert np.isnan(found.values.loc[found.values["n"] < 10, "waarde"]).all()


def test_a_catalogue_without_settings_has_no_map(town_data: Data, tmp_path: Path) -> None:
    (tmp_path / "catalogus").mkdir()
    assert heat_map(dataclasses.replace(town_data, folder=tmp_path)).settings is None
