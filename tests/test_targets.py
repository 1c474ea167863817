"""The targets for 2030-2040: strict signs, and no verdict without the latest value."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
from helpers import RAW, area, catalogue, figures, indicator

from nplv_analysis.analysis import Data
from nplv_analysis.catalogue import Target
from nplv_analysis.targets import MET, NOT_MET, UNKNOWN, meets, targets

pytest_plugins = ["project_data"]

AREA = "noord"


def hold(table: pd.DataFrame, *indicators: object) -> pd.DataFrame:
    """Hold figures of a made-up programme area against targets."""
    town = catalogue(indicators, area("wijk", "BU1"), area(AREA, "BU1", kind="samengesteld"))  # type: ignore[arg-type]
    return targets(table, town, np.random.default_rng(1))


def of_shipped(data: Data) -> pd.DataFrame:
    """The targets of Groningen-Noord."""
    return targets(data.figures, data.catalogue, np.random.default_rng(1))


# Typed from the annex (Gebiedsmonitor) of the NPLV Uitvoeringsprogramma 2024-2027: the latest value that is printed,
# its year, and whether it meets the target of 2030-2040. 71 > 70 and 9 < 10 are the only two that do; of the leavers of
# school and the suspects the value of 2022 was not known yet (n.n.b.).
STATUS_BY_HAND = {
    "prettige_buurt": ("2022", 74, ">", 75, NOT_MET),
    "omgang_buurtgenoten": ("2022", 64, ">", 70, NOT_MET),
    "sociale_infrastructuur": ("2022", 71, ">", 70, MET),
    "eigen_leven": ("2022", 72, ">", 75, NOT_MET),
    "ervaren_gezondheid": ("2022", 74, ">", 75, NOT_MET),
    "meedoen": ("2022", 6.9, ">", 7.0, NOT_MET),
    "kwaliteit_woning": ("2022", 71, ">", 75, NOT_MET),
    "woonsituatie": ("2022", 79, ">", 85, NOT_MET),
    "verloedering": ("2022", 4.3, "<", 3.5, NOT_MET),
    "onveiligheidsgevoelens": ("2022", 28, "<", 25, NOT_MET),
    "overlast": ("2022", 4.5, "<", 3.5, NOT_MET),
    "verdachten": ("2020", 10, "<", 8, UNKNOWN),
    "gwu": ("2022", 12, "<", 10, NOT_MET),
    "minimahuishoudens": ("2022", 24, "<", 20, NOT_MET),
    "moeite_rondkomen": ("2022", 19, "<", 10, NOT_MET),
    "risico_leerachterstand": ("2022", 26, "<", 20, NOT_MET),
    "voortijdig_schoolverlaters": ("2020", 4.4, "<", 4, UNKNOWN),
    "zonder_startkwalificatie": ("2022", 9, "<", 10, MET),
    "hulp_organiseren": ("2022", 90, ">", 95, NOT_MET),
    "belemmeringen_adl": ("2022", 42, "<", 40, NOT_MET),
    "eenzaamheid": ("2022", 32, "<", 30, NOT_MET),
    "vertrouwen_bestuur": ("2022", 32, ">", 35, NOT_MET),
    "actief_buurt": ("2022", 22, ">", 25, NOT_MET),
    "medeverantwoordelijk": ("2022", 81, ">", 85, NOT_MET),
}


@pytest.mark.parametrize(
    ("sign", "value", "expected"),
    [
        (">", 74.9, False),
        (">", 75.0, False),
        (">", 75.1, True),
        ("<", 74.9, True),
        ("<", 75.0, False),
        ("<", 76.0, False),
    ],
)
def test_the_sign_is_strict(sign: str, value: float, expected: bool) -> None:
    assert meets(value, Target(sign, 75, "programma")) is expected


def test_all_24_targets_of_the_annex_are_in_the_catalogue(real_data: Data) -> None:
    with (RAW / "nplv_bijlage" / "kernindicatoren_selectie.csv").open(encoding="utf-8", newline="") as file:
        printed = {row["id"]: (row["doel_teken"], float(row["doel_2030_2040"])) for row in csv.DictReader(file)}
    held = {i.id: (i.target.sign, float(i.target.value)) for i in real_data.catalogue.indicators if i.target}
    assert held == printed
    assert {name: hand[2:4] for name, hand in STATUS_BY_HAND.items()} == printed


def test_all_24_statuses_by_hand(real_data: Data) -> None:
    found = of_shipped(real_data)
    columns = ["periode", "waarde", "doel_teken", "doel", "doel_status"]
    assert (
        dict(zip(found["indicator"], found[columns].itertuples(index=False, name=None), strict=True)) == STATUS_BY_HAND
    )


def test_a_latest_value_that_is_not_known_yet_keeps_the_status_open(real_data: Data) -> None:
    found = of_shipped(real_data).set_index("indicator")
    # 4.4 and 10 are of 2020; whether they meet the target says nothing about 2022.
    for name in ("voortijdig_schoolverlaters", "verdachten"):
        assert found.loc[name, "doel_status"] == "nog niet bekend"
        assert found.loc[name, "doel_reden"] == "Over 2022 is nog geen cijfer bekend."


def with_target(*rows: dict) -> list[tuple]:
    """Hold made-up figures of Groningen-Noord against a target of less than 10."""
    what = indicator(target=Target("<", 10, "programma"))
    found = hold(figures(*({"gebied": AREA} | row for row in rows)), what)
    return list(found[["periode", "waarde", "doel_status"]].itertuples(index=False, name=None))


def test_a_value_equal_to_the_target_does_not_meet_it() -> None:
    assert with_target({"waarde": 10.0}) == [("2020", 10.0, NOT_MET)]
    assert with_target({"waarde": 9.9}) == [("2020", 9.9, MET)]


def test_an_earlier_value_that_met_the_target_does_not_count() -> None:
    assert with_target({"periode": "2018", "waarde": 8.0}, {"periode": "2022", "waarde": 12.0}) == [
        ("2022", 12.0, NOT_MET)
    ]


def test_other_areas_have_no_target() -> None:
    what = indicator(target=Target("<", 10, "programma"))
    assert hold(figures({"gebied": "selwerd", "waarde": 8.0}), what).empty
    assert hold(figures({"gebied": AREA, "rol": "overige gemeente", "waarde": 8.0}), what).empty


def test_an_indicator_without_a_target_is_left_out() -> None:
    assert hold(figures({"gebied": AREA, "waarde": 8.0}), indicator()).empty


# ------------------------------------------------------------------------------------------------ what it still asks

# By hand from the annex: (target - value of 2022) / 8 and / 18 years.
NEEDED_BY_HAND = {
    "minimahuishoudens": (-4 / 8, -4 / 18),
    "moeite_rondkomen": (-9 / 8, -9 / 18),
    "vertrouwen_bestuur": (3 / 8, 3 / 18),
    "meedoen": (0.1 / 8, 0.1 / 18),
    # Met already: 71 > 70 and 9 < 10.
    "sociale_infrastructuur": (0, 0),
    "zonder_startkwalificatie": (0, 0),
    # The latest value is of 2020.
    "voortijdig_schoolverlaters": (-0.4 / 10, -0.4 / 20),
}


@pytest.mark.parametrize("name", NEEDED_BY_HAND)
def test_the_needed_change_a_year_by_hand(real_data: Data, name: str) -> None:
    row = of_shipped(real_data).set_index("indicator").loc[name]
    assert (row["nodig_per_jaar_2030"], row["nodig_per_jaar_2040"]) == pytest.approx(NEEDED_BY_HAND[name])


def test_no_shipped_series_is_long_enough_for_a_probability(real_data: Data) -> None:
    found = of_shipped(real_data)
    assert found[["kans_van_2030", "kans_tot_2030", "kans_van_2040", "kans_tot_2040"]].isna().all(axis=None)
    assert found["kans_reden"].str.contains("te weinig metingen").all()


def test_a_value_counts_as_it_is_printed() -> None:
    # 9.96 prints as 10.0, which does not meet "less than 10".
    assert with_target({"waarde": 9.96})[0][2] == NOT_MET


def test_a_revised_target_tells_what_it_was() -> None:
    what = indicator(target=Target("<", 12, "programma 2024", (Target("<", 10, "programma 2020"),)))
    row = hold(figures({"gebied": AREA, "waarde": 11.0}), what).iloc[0]
    assert (row["doel"], row["doel_versie"], row["doel_eerder"]) == (
        12,
        "programma 2024",
        "lager dan 10 (programma 2020)",
    )


def test_a_long_series_has_a_range_of_probabilities(town_data: Data) -> None:
    found = targets(town_data.figures, town_data.catalogue, np.random.default_rng(1)).set_index("indicator")
    row = found.loc["minimahuishoudens"]
    assert 0 <= row["kans_van_2030"] < row["kans_tot_2030"] <= 1
    assert row["doel_eerder"] == "lager dan 10 (Voorbeeldprogramma 2020)"
