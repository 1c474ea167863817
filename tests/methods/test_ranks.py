"""Confidence sets for ranks: the published example, properties, and where none may be given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import area, catalogue, few_examples, figures, indicator
from hypothesis import given
from hypothesis import strategies as st

from nplv_analysis.methods.ranks import BETWEEN, BOTTOM, FEW, LEAST_AREAS, ONE_YEAR, TOP, rank_groups, rank_sets
from nplv_analysis.methods.small_area import MODEL, NO_VALUE, NOT_SEPARATE, SIZE

# Mathematics in PISA 2018 (OECD): mean and standard error of 37 countries, as printed in the README of the R package
# csranks of Mogstad, Romano, Shaikh & Wilhelm.
PISA = {
    "Australia": (491.3600, 1.939833),
    "Austria": (498.9423, 2.970999),
    "Belgium": (508.0703, 2.262662),
    "Canada": (512.0169, 2.357476),
    "Chile": (417.4066, 2.415888),
    "Colombia": (390.9323, 2.989559),
    "Czech Republic": (499.4677, 2.460662),
    "Denmark": (509.3984, 1.735002),
    "Estonia": (523.4146, 1.743602),
    "Finland": (507.3014, 1.967920),
    "France": (495.4076, 2.320214),
    "Germany": (500.0438, 2.647083),
    "Greece": (451.3703, 3.091228),
    "Hungary": (481.0826, 2.319597),
    "Iceland": (495.1874, 1.953083),
    "Ireland": (499.6329, 2.198621),
    "Israel": (463.0345, 3.498563),
    "Italy": (486.5899, 2.780046),
    "Japan": (526.9733, 2.471475),
    "Korea": (525.9330, 3.121394),
    "Latvia": (496.1263, 1.962767),
    "Lithuania": (481.1912, 1.953282),
    "Luxembourg": (483.4215, 1.097632),
    "Mexico": (408.8015, 2.493226),
    "Netherlands": (519.2310, 2.632278),
    "New Zealand": (494.4897, 1.705943),
    "Norway": (500.9638, 2.219045),
    "Poland": (515.6479, 2.602085),
    "Portugal": (492.4874, 2.684570),
    "Slovak Republic": (486.1649, 2.555596),
    "Slovenia": (508.8975, 1.363878),
    "Spain": (481.3926, 1.462418),
    "Sweden": (502.3877, 2.654251),
    "Switzerland": (515.3147, 2.908004),
    "Turkey": (453.5078, 2.260407),
    "United Kingdom": (501.7699, 2.564428),
    "United States": (478.2447, 3.235444),
}
WIJKEN = tuple(area(f"wijk-{n}", kind="nplv" if n < 6 else "wijkvernieuwing") for n in range(9))
COLUMNS = ["rang_van", "rang_tot"]


def pisa_sets(confidence: float) -> dict[str, tuple[int, int]]:
    values, errors = zip(*PISA.values(), strict=True)
    low, high = rank_sets(values, errors, confidence, rng=np.random.default_rng(2018))
    return dict(zip(PISA, zip(low.tolist(), high.tolist(), strict=True), strict=True))


def test_countries_that_can_be_among_the_best_five() -> None:
    # Vignette "Inference for Ranks" of csranks 1.2.2: twelve countries at 95 %; at 90 % all of them but Sweden.
    best = {"Belgium", "Canada", "Denmark", "Estonia", "Finland", "Japan", "Korea", "Netherlands", "Poland", "Slovenia"}
    best |= {"Sweden", "Switzerland"}
    assert {country for country, (low, _) in pisa_sets(0.95).items() if low <= 5} == best
    assert {country for country, (low, _) in pisa_sets(0.90).items() if low <= 5} == best - {"Sweden"}


def test_sets_of_countries_as_the_vignettes_describe_them() -> None:
    sets = pisa_sets(0.95)
    # Vignette "Introduction" of csranks 1.0.1: the set of Sweden starts at 5.
    assert sets["Sweden"][0] == 5
    # "Inference for Ranks": Chile, Mexico and Colombia overlap with no other country; Germany and Korea share rank 7.
    last = {"Chile", "Mexico", "Colombia"}
    assert {country for country, (_, high) in sets.items() if high >= min(sets[c][0] for c in last)} == last
    assert sets["Korea"][1] == sets["Germany"][0] == 7
    # At 75 % Germany and Korea no longer overlap.
    wide = pisa_sets(0.75)
    assert wide["Korea"][1] < wide["Germany"][0]
    # The set of one country at a time, 8 (7 in an older run) to 23 for the United Kingdom, lies within that of all.
    assert sets["United Kingdom"][0] <= 7 and sets["United Kingdom"][1] >= 23


@st.composite
def estimates(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    size = draw(st.integers(1, 8))
    values = draw(st.lists(st.floats(-100, 100).map(lambda v: round(v, 1)), min_size=size, max_size=size))
    errors = draw(st.lists(st.floats(0.1, 20), min_size=size, max_size=size))
    return np.array(values), np.array(errors)


def sets_of(values: Any, errors: Any, **other: Any) -> np.ndarray:
    return np.stack(rank_sets(values, errors, rng=np.random.default_rng(1), draws=400, **other))


@few_examples
@given(estimates())
def test_a_set_holds_the_observed_rank_and_widens_with_the_standard_errors(given_: tuple[Any, Any]) -> None:
    values, errors = given_
    low, high = sets_of(values, errors)
    best, worst = 1 + (values[:, None] < values).sum(axis=1), (values[:, None] <= values).sum(axis=1)
    assert ((low >= 1) & (low <= best) & (worst <= high) & (high <= len(values))).all()
    wider = sets_of(values, 3 * errors)
    assert (wider[0] <= low).all() and (wider[1] >= high).all()
    surer = sets_of(values, errors, confidence=0.5)
    assert (surer[0] >= low).all() and (surer[1] <= high).all()


@few_examples
@given(estimates())
def test_sets_do_not_depend_on_the_unit_and_turn_round_with_the_direction(given_: tuple[Any, Any]) -> None:
    values, errors = given_
    sets = sets_of(values, errors)
    assert (sets_of(8 * values + 16, 8 * errors) == sets).all()
    low, high = sets_of(-values, errors, highest_first=False)
    assert (low == sets[0]).all() and (high == sets[1]).all()


def test_sets_hold_all_true_ranks_at_least_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    truth, errors = np.array([0.0, 1.0, 2.0, 3.0, 6.0]), np.array([1.0, 0.5, 1.0, 1.5, 1.0])
    held = 0
    for _ in range(200):
        low, high = rank_sets(rng.normal(truth, errors), errors, 0.9, rng=rng, draws=200)
        held += bool(((low <= [5, 4, 3, 2, 1]) & (high >= [5, 4, 3, 2, 1])).all())
    # 0.9 less three standard errors of a share of 200.
    assert held / 200 > 0.9 - 3 * np.sqrt(0.9 * 0.1 / 200)


def test_a_pair_is_decided_beyond_the_studentised_range() -> None:
    # Tukey: of three equally precise means the largest difference is beyond chance above 3.31 standard errors of one
    # mean (printed tables of the studentised range: 5 %, three means, infinite degrees of freedom).
    rng = np.random.default_rng(1)
    for distance, high in ((3.21, [3, 3, 3]), (3.41, [3, 3, 2])):
        found = rank_sets([0.0, distance / 2, distance], np.ones(3), rng=rng, draws=20000)[1]
        assert found.tolist() == high


def test_pairs_that_are_decided_drop_out_of_the_rest() -> None:
    from scipy.stats import studentized_range

    # Too close for four means at once, but not after the one that is far off has been decided.
    distance = 3.55
    assert distance < studentized_range.ppf(0.95, 4, np.inf)
    found = rank_sets([0.0, 0.0, distance, 100.0], np.ones(4), rng=np.random.default_rng(1), draws=20000)
    assert np.stack(found).T.tolist() == [[3, 4], [3, 4], [2, 2], [1, 1]]


@pytest.mark.parametrize(
    ("values", "errors", "confidence"),
    [
        ([1.0, 2.0], [1.0], 0.95),
        ([1.0, np.nan], [1.0, 1.0], 0.95),
        ([1.0, 2.0], [1.0, 0.0], 0.95),
        ([1.0, 2.0], [1.0, 1.0], 1.0),
    ],
)
def test_what_cannot_be_ranked_is_refused(values: Any, errors: Any, confidence: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        rank_sets(values, errors, confidence, rng=np.random.default_rng(1))


def test_no_area_and_one_area() -> None:
    assert sets_of([], []).shape == (2, 0)
    assert sets_of([3.0], [1.0]).tolist() == [[1], [1]]


# ------------------------------------------------------------------------------------------------------ frames


def survey(number: int, value: float, error: float = 1.0, **other: Any) -> dict[str, Any]:
    row = {"gebied": f"wijk-{number}", "waarde": value, "standaardfout": error, "interval_soort": "steekproefmarge"}
    return row | other


def counted(number: int, events: float, inhabitants: float, **other: Any) -> dict[str, Any]:
    rate = {"waarde": 1000 * events / inhabitants, "standaardfout": 1000 * np.sqrt(events) / inhabitants}
    row = {"gebied": f"wijk-{number}", "teller": events, "noemer": inhabitants, "eenheid": "per 1.000 inwoners"}
    return row | rate | {"interval_soort": "toevalsmarge"} | other


def ranked(table: pd.DataFrame, **other: Any) -> pd.DataFrame:
    fields = {"uncertainty": "steekproef"} | other
    return rank_groups(table, catalogue(indicator(**fields), *WIJKEN), np.random.default_rng(5))


def test_groups_are_the_halves_that_a_set_lies_in_wholly() -> None:
    found = ranked(figures(*(survey(n, value) for n, value in enumerate([10.0, 11.0, 30.0, 90.0, 80.0]))))
    assert list(found["rang_van"]) == [4, 4, 3, 1, 2]
    assert list(found["rang_tot"]) == [5, 5, 3, 1, 2]
    # Of five areas the third is in neither half.
    assert list(found["rang_groep"]) == [BOTTOM, BOTTOM, BETWEEN, TOP, TOP]
    assert found["rang_reden"].str.contains("Vergelijking van 5 gebieden").all()


def test_figures_that_chance_can_explain_are_one_group() -> None:
    found = ranked(figures(*(survey(n, 20.0 + n, 5.0) for n in range(6))))
    assert set(found["rang_groep"]) == {BETWEEN}
    assert list(found["rang_van"]) == [1.0] * 6 and list(found["rang_tot"]) == [6.0] * 6


def test_periods_and_series_are_ranked_apart_in_any_order() -> None:
    rows = [survey(n, value) for n, value in enumerate([10.0, 50.0, 90.0])]
    rows += [survey(n, value, periode="2018") for n, value in enumerate([90.0, 50.0, 10.0])]
    found = ranked(figures(*rows).iloc[::-1])
    assert list(found[found["periode"] == "2020"].sort_values("gebied")["rang_van"]) == [3, 2, 1]
    assert list(found[found["periode"] == "2018"].sort_values("gebied")["rang_van"]) == [1, 2, 3]


def test_a_full_count_is_ranked_by_its_chance_margin() -> None:
    found = ranked(figures(*(counted(n, events, 5000) for n, events in enumerate([50, 60, 400]))), uncertainty="toeval")
    assert list(found["rang_groep"]) == [BETWEEN, BETWEEN, TOP]
    assert found["rang_reden"].str.endswith(ONE_YEAR).all()
    few = ranked(figures(*(counted(n, events, 5000) for n, events in enumerate([9, 60, 400]))), uncertainty="toeval")
    assert set(few["rang_reden"]) == {f"Geen rang: {FEW}."}


def test_a_share_of_a_full_count_needs_enough_on_both_sides() -> None:
    def share(number: int, events: float) -> dict[str, Any]:
        p = events / 1000
        error = 100 * np.sqrt(p * (1 - p) / 1000)
        return counted(number, events, 1000, eenheid="%", waarde=100 * p, standaardfout=error)

    enough = ranked(figures(*(share(n, events) for n, events in enumerate([500, 700, 990]))), uncertainty="toeval")
    assert list(enough["rang_van"]) == [3, 2, 1]
    few = ranked(figures(*(share(n, events) for n, events in enumerate([500, 700, 991]))), uncertainty="toeval")
    assert set(few["rang_reden"]) == {f"Geen rang: {FEW}."}


def test_a_count_that_was_rounded_is_ranked_by_the_wider_interval() -> None:
    rows = [counted(n, events, 5000) for n, events in enumerate([50, 90, 400])]
    assert list(ranked(figures(*rows), uncertainty="toeval")["rang_van"]) == [3, 2, 1]
    wide = [row | {"afronding": 25.0, "onder95": row["waarde"] - 8, "boven95": row["waarde"] + 8} for row in rows]
    assert list(ranked(figures(*wide), uncertainty="toeval")["rang_van"]) == [2, 2, 1]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "schatting"}, MODEL),
        (
            {"interval_soort": "", "interval_reden": "de bron geeft geen aantal ondervraagden"},
            "geen aantal ondervraagden",
        ),
        ({"interval_soort": "afrondingsmarge"}, "afrondingsmarge"),
        ({"standaardfout": np.nan}, "geen standaardfout"),
        ({"standaardfout": 0.0, "waarde": 0.0}, "0 of 100"),
        ({"gebied": "wijk-1"}, "meer dan eens"),
    ],
)
def test_one_figure_without_a_standard_error_stops_the_ranks_of_all(change: dict[str, Any], reason: str) -> None:
    table = figures(*(survey(n, 20.0 * n + 5) for n in range(4)))
    for column, value in change.items():
        table.loc[2, column] = value
    found = ranked(table)
    assert found[COLUMNS].isna().all(axis=None) and set(found["rang_groep"]) == {""}
    assert found["rang_reden"].str.startswith("Geen rang: ").all()
    assert found["rang_reden"].str.contains(reason, regex=False).all()


@pytest.mark.parametrize(
    ("fields", "reason"), [({"uncertainty": "model"}, MODEL), ({"unit": "aantal misdrijven"}, SIZE)]
)
def test_modelled_indicators_and_plain_counts_are_never_ranked(fields: dict[str, Any], reason: str) -> None:
    found = ranked(figures(*(survey(n, 20.0 * n + 5) for n in range(4))), **fields)
    assert set(found["rang_reden"]) == {f"Geen rang: {reason}."}


def test_too_few_areas_and_rows_that_are_not_compared_say_so() -> None:
    rows = [survey(n, 30.0 * n) for n in range(LEAST_AREAS - 1)]
    rows += [survey(3, np.nan), survey(4, 5.0, rol="overige gemeente"), survey(5, 5.0, gebied="gemeente")]
    found = ranked(figures(*rows))
    assert found[COLUMNS].isna().all(axis=None)
    assert "van 2 gebieden een precies cijfer" in found["rang_reden"].iloc[0]
    assert list(found["rang_reden"].iloc[2:]) == [NO_VALUE, NOT_SEPARATE, NOT_SEPARATE]


@pytest.mark.parametrize("table", [figures(), figures({}), figures({"gebied": "wijk-1"}, {"gebied": "wijk-1"})])
def test_any_table_keeps_its_rows_and_gets_a_reason(table: pd.DataFrame) -> None:
    found = ranked(table)
    pd.testing.assert_frame_equal(found[table.columns], table)
    assert found[COLUMNS].isna().all(axis=None) and (found["rang_reden"] != "").all()
