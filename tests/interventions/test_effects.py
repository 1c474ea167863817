"""Did it work: an estimate only where there are waves and wijken enough, and every way out named with its reason."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import area, catalogue, figures, indicator, series

from nplv_analysis.catalogue import Area, Catalogue, Indicator
from nplv_analysis.catalogue.reading import HERE
from nplv_analysis.data import Data
from nplv_analysis.interventions import Intervention, Reach, Run, effects, load_interventions
from nplv_analysis.interventions import verdict as effect_verdict
from nplv_analysis.interventions.effects import least_comparison
from nplv_analysis.interventions.panel import Panel, panel_of
from nplv_analysis.interventions.verdict import expected_fall_back, judged
from nplv_analysis.methods.detectable import NOT_VISIBLE
from nplv_analysis.sections.effect_example import EFFECT, example_indicator, example_panel

pytest_plugins = ["project_data"]

SHARE = indicator(series("publicatie", id="reeks"), series("publicatie", id="later", break_reason="Anders gevraagd."))
MODELLED = dataclasses.replace(SHARE, id="geschat", uncertainty="model")
#: 8 wijken; in the first 3 something begins in 2016.
WIJKEN = [area(f"wijk-{n}", f"BU9990000{n}") for n in range(8)]
TREATED = [wijk.id for wijk in WIJKEN[:3]]
TOWN = catalogue((SHARE, MODELLED), *WIJKEN)
BEFORE, AFTER = ["2013", "2014", "2015"], ["2017", "2018"]


def intervention(name: str = "maatjes", **other: Any) -> Intervention:
    """Make an intervention in the treated wijken."""
    runs = other.pop("runs", tuple(Run(wijk, "2016") for wijk in TREATED))
    return Intervention(
        name, name.title(), "interventie", ("leren",), runs, (), **({"may_change": ("bedacht_cijfer",)} | other)
    )


def rows(
    effect: float = 0.0, years: list[str] | None = None, wijken: list[Area] | None = None, **other: Any
) -> pd.DataFrame:
    """Make figures: wijken differ, and move a little, each in a way of its own; the effect is in those treated."""
    made = []
    for n, wijk in enumerate(WIJKEN if wijken is None else wijken):
        for year in [*BEFORE, "2016", *AFTER] if years is None else years:
            # The quarter steps add up to nothing over the waves before and after.
            value = 20.0 + n + 0.25 * ((n * int(year)) % 3 - 1)
            value += effect if wijk.id in TREATED and year > "2016" else 0.0
            made.append({"gebied": wijk.id, "periode": year, "waarde": value, **other})
    return figures(*made)


def row_of(table: pd.DataFrame, *interventions: Intervention, town: Catalogue = TOWN) -> dict[str, Any]:
    """Give the one row of effects."""
    found = effects.effects(table, town, interventions or (intervention(),), np.random.default_rng(3))
    assert list(found.columns) == list(effects.COLUMNS)
    (row,) = found.to_dict("records")
    return row


# ------------------------------------------------------------------------------------------------ a difference


def test_an_effect_that_was_put_in_is_found() -> None:
    row = row_of(rows(effect=-6.0))
    assert row["effect"] == pytest.approx(-6.0, abs=0.3)
    # 3 of 8 wijken: 56 sets, and no other is as far from 0.
    assert row["p_waarde"] == pytest.approx(1 / 56)
    assert row["q_waarde"] == row["p_waarde"]
    assert (row["oordeel"], row["reden"]) == (effect_verdict.BETTER, effect_verdict.SHOWN)
    assert (row["metingen_voor"], row["metingen_na"], row["wijken_met"], row["wijken_zonder"]) == (3, 2, 3, 5)
    assert (row["bundel"], row["wijken"], row["start"], row["mist"]) == ("maatjes", ", ".join(TREATED), 2016, "")
    assert row["zonder_een_min"] <= row["effect"] <= row["zonder_een_max"]


@pytest.mark.parametrize(
    ("direction", "effect", "verdict"),
    [
        ("laag", 6.0, effect_verdict.WORSE),
        ("hoog", 6.0, effect_verdict.BETTER),
        ("hoog", -6.0, effect_verdict.WORSE),
        ("geen", 6.0, effect_verdict.MORE),
        ("geen", -6.0, effect_verdict.LESS),
    ],
)
def test_the_word_follows_the_good_direction(direction: str, effect: float, verdict: str) -> None:
    town = catalogue((dataclasses.replace(SHARE, good_direction=direction),), *WIJKEN)
    assert row_of(rows(effect), town=town)["oordeel"] == verdict


def test_without_an_effect_none_is_shown_and_it_says_what_could_have_been_seen() -> None:
    row = row_of(rows())
    assert row["oordeel"] == effect_verdict.NO_DIFFERENCE
    assert row["p_waarde"] > 0.05
    assert f"vanaf {row['kleinste_zichtbaar']:.1f}".replace(".", ",") in row["reden"]


def test_a_difference_below_the_smallest_relevant_one_is_none() -> None:
    row = row_of(rows(effect=-1.5))
    assert row["p_waarde"] < 0.05
    assert (row["oordeel"], row["reden"]) == (effect_verdict.NO_DIFFERENCE, effect_verdict.SMALL)


def test_the_wave_of_the_start_is_neither_before_nor_after() -> None:
    table = rows(effect=-6.0)
    moved = table.assign(waarde=table["waarde"].where(table["periode"] != "2016", 99.0))
    assert row_of(moved) == pytest.approx(row_of(table), nan_ok=True)


def test_two_series_are_never_one() -> None:
    table = pd.concat([rows(years=BEFORE), rows(effect=-6.0, years=AFTER, reeks="later")], ignore_index=True)
    row = row_of(table)
    assert (row["reeks"], row["metingen_voor"], row["metingen_na"]) == ("reeks", 3, 0)
    assert row["oordeel"] == effect_verdict.NOT_YET


def test_a_wijk_with_something_undated_is_none_to_compare_with() -> None:
    other = intervention("vaag", runs=(Run("wijk-7", unknown="Niet genoemd."),))
    found = effects.effects(rows(effect=-6.0), TOWN, [intervention(), other], np.random.default_rng(3))
    assert found["wijken_zonder"].iloc[0] == 4
    assert list(found["oordeel"]) == [effect_verdict.NOT_YET] * 2
    assert list(found["mist"]) == ["metingen", "startdatum"]


def test_what_runs_beside_it_for_another_figure_does_not_matter() -> None:
    other = intervention("anders", runs=(Run("wijk-7", "2010"),), may_change=("geschat",))
    found = effects.effects(rows(effect=-6.0), TOWN, [intervention(), other], np.random.default_rng(3))
    assert dict(zip(found["indicator"], found["wijken_zonder"], strict=True))["bedacht_cijfer"] == 5


def test_the_same_numbers_for_the_same_random_numbers_and_nothing_is_changed() -> None:
    table = rows(effect=-6.0)
    copy = table.copy(deep=True)
    assert row_of(table) == pytest.approx(row_of(table), nan_ok=True)
    pd.testing.assert_frame_equal(table, copy)


# ------------------------------------------------------------------------------------------------ tries to break it


def panel(values: np.ndarray, treated: int = 3, first: int = 2010, start: int = 2016) -> Panel:
    """Make a panel of yearly figures in which the first wijken are treated; the year of the start has one too."""
    years = [first + n for n in range(values.shape[1])]
    names = [f"wijk-{n}" for n in range(len(values))]
    frame = pd.DataFrame(values, index=names, columns=[float(year) for year in years])
    return Panel(frame, np.arange(len(values)) < treated, start)


def test_groups_that_grew_apart_before_are_no_effect() -> None:
    years, treated = np.arange(9), np.arange(8)[:, None] < 3
    drifting = 20.0 + np.arange(8)[:, None] - 1.5 * treated * years
    row = judged(panel(drifting), SHARE, np.random.default_rng(3))
    # 2010 to 2015 before, 2017 and 2018 after: 1.5 a year over 5 years, and nothing happened in 2016.
    assert row["effect"] == pytest.approx(-7.5) and row["als_ervoor"] == pytest.approx(-7.5)
    assert row["p_waarde"] < 0.05
    assert (row["oordeel"], row["reden"]) == (effect_verdict.NOT_YET, effect_verdict.APART)


def test_a_start_that_never_was_and_gives_as_much_is_seen() -> None:
    values = 20.0 + np.arange(8)[:, None] + 0.1 * (np.outer(np.arange(8), np.arange(9)) % 3)
    values[:3, 2:] -= 5.0
    values[:3, 6:] -= 3.0
    row = judged(panel(values), SHARE, np.random.default_rng(3))
    assert row["p_waarde"] < 0.05 and row["placebo_grootste"] > 4.5
    assert (row["oordeel"], row["reden"]) == (effect_verdict.NOT_YET, effect_verdict.APART)


def test_one_wijk_that_carries_the_difference_is_no_effect() -> None:
    values = np.full((12, 9), 20.0) + np.arange(12)[:, None] + 0.1 * (np.outer(np.arange(12), np.arange(9)) % 3)
    values[0, 7:] -= 30.0
    values[1:3, 7:] -= 2.0
    row = judged(panel(values), SHARE, np.random.default_rng(3))
    assert row["p_waarde"] < 0.05
    assert (row["oordeel"], row["reden"]) == (effect_verdict.NOT_YET, effect_verdict.ONE_WIJK)


@pytest.mark.parametrize("seed", range(4))
def test_falling_back_to_the_mean_is_no_effect(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # All wijken are alike in the long run; those with the worst figures before were chosen, and nothing was done.
    values = 20.0 + rng.normal(0, 4, (40, 7))
    values = values[np.argsort(-values[:, :3].mean(axis=1))]
    row = judged(panel(values, treated=8, first=2013), SHARE, np.random.default_rng(3), draws=999)
    assert row["naar_gemiddelde"] < -3
    assert row["oordeel"] not in (effect_verdict.BETTER, effect_verdict.WORSE)
    assert (row["reden"] == effect_verdict.FALLS_BACK) == (seed in (0, 1, 3))


def test_the_expected_fall_back_is_that_of_chosen_wijken_less_that_of_the_others() -> None:
    # Two waves before: means 10, 20 and 30; within 2 and between 100 - 2 / 2 (Searle, Casella & McCulloch 1992).
    before = np.array([[9.0, 11.0], [20.0, 20.0], [31.0, 29.0]])
    made = panel(np.column_stack([before, [0, 0, 0]]), treated=1, first=2014)
    within = 2.0
    part = within / 2 / (100 - within / 2 + within / 2)
    assert expected_fall_back(made) == pytest.approx(part * (20 - 10) - part * (20 - 25))
    assert expected_fall_back(panel(np.full((3, 3), 5.0), treated=1, first=2014)) == 0.0


# ------------------------------------------------------------------------------------------------ nothing can be said


def test_an_estimate_of_a_model_is_never_an_outcome() -> None:
    one = intervention(may_change=("geschat",))
    row = row_of(rows(effect=-6.0, indicator="geschat"), one)
    assert (row["oordeel"], row["reden"], row["mist"]) == (effect_verdict.NOT_YET, effects.ONLY_MODEL, "telling")
    assert math.isnan(row["effect"])
    # Neither is a single estimate among observed figures.
    row = row_of(rows(effect=-6.0, status="schatting"))
    assert (row["oordeel"], row["reden"]) == (effect_verdict.NOT_YET, effects.NO_WIJKEN)


@pytest.mark.parametrize(
    ("years", "reason", "when", "possible"),
    [
        (["2014", "2015", "2017", "2018"], "2 van vóór 2016 en 2 van erna", "Alleen als er oudere cijfers zijn", None),
        (["2013", "2014", "2015"], "3 van vóór 2016 en 0 van erna", "na de meting van 2018", 2018),
        (["2011", "2013", "2015", "2017"], "3 van vóór 2016 en 1 van erna", "na de meting van 2019", 2019),
        (["2012", "2014", "2016"], "2 van vóór 2016 en 0 van erna", "Alleen als er oudere cijfers zijn", None),
    ],
)
def test_too_few_waves_say_what_is_needed_and_by_when(
    years: list[str], reason: str, when: str, possible: int | None
) -> None:
    row = row_of(rows(years=years))
    assert (row["oordeel"], row["mist"]) == (effect_verdict.NOT_YET, "metingen")
    assert reason in row["reden"] and when in row["wanneer"]
    assert row["mogelijk_vanaf"] == pytest.approx(math.nan if possible is None else possible, nan_ok=True)
    assert "3 metingen van vóór 2016 en 2 van erna" in row["nodig"] and "5 wijken" in row["nodig"]


def test_waves_of_a_larger_area_alone_say_from_when_on_it_could_be() -> None:
    table = figures(*({"gebied": "gemeente", "periode": str(year), "waarde": 20.0} for year in (2011, 2013, 2015)))
    row = row_of(table)
    assert (row["reden"], row["mogelijk_vanaf"]) == (effects.NO_WIJKEN, 2019)
    assert "2011, 2013 en 2015" in row["wanneer"] and "die van 2019" in row["wanneer"]


def test_too_few_wijken_to_compare_with() -> None:
    row = row_of(rows(effect=-6.0, wijken=WIJKEN[:6]))
    assert row["reden"] == effects.TOO_FEW_WIJKEN.format(zonder=3)
    assert row["wanneer"] == effects.WITH_OTHERS


def test_a_wijk_that_misses_a_wave_is_not_compared_with() -> None:
    table = rows(effect=-6.0)
    lacking = table[~((table["gebied"] == "wijk-7") & (table["periode"] == "2013"))]
    assert row_of(lacking)["wijken_zonder"] == 4
    # A wave that a treated wijk misses is no wave.
    lacking = table[~((table["gebied"] == "wijk-0") & (table["periode"] == "2013"))]
    assert row_of(lacking)["metingen_voor"] == 2


def test_what_runs_everywhere_or_since_nobody_knows_when_has_a_row_with_the_reason() -> None:
    everywhere = intervention("overal", runs=(Run("gemeente", "2016"),))
    row = row_of(rows(), everywhere)
    assert (row["reden"], row["mist"], row["wijken"]) == (effects.EVERYWHERE, "wijk zonder", "gemeente")
    vague = intervention("vaag", runs=(Run("wijk-0", unknown="Niet genoemd."),))
    row = row_of(rows(), vague)
    assert (row["mist"], row["start"]) == ("startdatum", "") and "Vaag" in row["reden"]
    found = effects.effects(rows(effect=-6.0), TOWN, [intervention(), vague], np.random.default_rng(3))
    assert dict(zip(found["wijken"], found["mist"], strict=True)) == {"wijk-0": "startdatum", "wijk-1, wijk-2": ""}


@pytest.mark.parametrize(("complete", "reach", "seen"), [(True, 19.0, False), (True, 20.0, True), (False, 19.0, True)])
def test_where_too_few_were_reached_nothing_is_estimated(complete: bool, reach: float, seen: bool) -> None:
    # Of 1,000 people 20 are the 2 percentage points from which on a difference counts.
    part = Reach("deel", ("bereikt",), reached=("bereikt",), outcome="bedacht_cijfer", group="mensen", area="gemeente")
    counts = figures(
        {"indicator": "bereikt", "gebied": "gemeente", "waarde": reach, "eenheid": "aantal"},
        {"indicator": "mensen", "gebied": "gemeente", "waarde": 1000.0, "eenheid": "aantal"},
    )
    table = pd.concat([rows(effect=-6.0), counts], ignore_index=True)
    row = row_of(table, intervention(reach=(part,), reach_complete=complete))
    assert (row["oordeel"] != NOT_VISIBLE) == seen
    assert math.isnan(row["effect"]) != seen
    assert (row["mist"] == "bereik") != seen


@pytest.mark.parametrize(("treated", "others"), [(1, 19), (2, 5), (3, 5), (8, 5), (30, 5)])
def test_so_many_wijken_that_a_set_can_be_special(treated: int, others: int) -> None:
    assert least_comparison(treated) == others
    assert math.comb(treated + others, treated) >= 20


def test_the_shipped_figures_say_nothing_yet_and_say_why(real_data: Data) -> None:
    every = load_interventions(HERE, real_data.catalogue, checked=True)
    found = effects.effects(real_data.figures, real_data.catalogue, every, np.random.default_rng(3))
    assert set(found["oordeel"]) == {effect_verdict.NOT_YET}
    assert found["p_waarde"].isna().all() and (found["reden"] != "").all() and (found["nodig"] != "").all()
    named = {name for i in every for name in i.may_change}
    assert set(found["indicator"]) == named and len(named) > 15
    model = {i.id for i in real_data.catalogue.indicators if i.uncertainty == "model"}
    assert set(found.loc[found["mist"] == "telling", "indicator"]) == model & named


# ------------------------------------------------------------------------------------------------ the made-up example


def test_the_example_finds_what_was_put_in() -> None:
    rng = np.random.default_rng(2024)
    row = judged(example_panel(rng), example_indicator(), rng)
    assert row["oordeel"] == effect_verdict.BETTER
    assert row["onder95"] < EFFECT < row["boven95"]


def test_the_panel_is_of_the_series_with_most_waves() -> None:
    table = pd.concat([rows(years=BEFORE[:1]), rows(years=[*BEFORE, *AFTER], reeks="later")], ignore_index=True)
    name, found = panel_of(table, SHARE, TREATED, ["wijk-7"], 2016)
    assert name == "later" and list(found.values.index) == [*TREATED, "wijk-7"]
    assert list(found.values.columns) == [2013.0, 2014.0, 2015.0, 2017.0, 2018.0]
    none: Indicator = dataclasses.replace(SHARE, id="niets")
    name, found = panel_of(table, none, TREATED, [], 2016)
    assert name == "" and found.values.columns.empty and (found.n_before, found.n_after, found.n_without) == (0, 0, 0)
