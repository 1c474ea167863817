"""From observations to figures: weights, sums, bounds, and what stays apart."""

from __future__ import annotations

import dataclasses
import itertools
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import (
    GEMEENTE,
    amount,
    area,
    catalogue,
    few_examples,
    indicator,
    indicators_with_a_source,
    observation,
    observations,
    series,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from nplv_analysis.areas import ITSELF, REST, REST_WITHOUT
from nplv_analysis.catalogue import Amount, Area, Indicator, load_catalogue
from nplv_analysis.data import Data
from nplv_analysis.indicators import (
    COLUMNS,
    COMPUTED,
    NOTHING,
    NUMBERS,
    PUBLISHED,
    WIJK_ONLY,
    indicator_table,
)
from nplv_analysis.observations import STATUSES

pytest_plugins = ["project_data"]

#: A table of indicators takes some tenths of a second.
few = settings(few_examples, max_examples=10)
counts = st.integers(min_value=0, max_value=500)
BUURTEN = [f"BU999000{n:02d}" for n in range(6)]
MEAN = indicator(series("gewogen_gemiddelde", "aandeel", weight=amount("inwoners")))
RATE = indicator(
    series("verhouding", "misdrijven", denominator=amount("inwoners"), factor=1000.0),
    unit="per 1.000 inwoners",
    theme="veiligheid",
)
TOTAL = indicator(series("som"), unit="aantal dingen", decimals=0)
#: A value, or the bounds of a suppressed one.
Cell = int | tuple[int, int]
cells = st.one_of(counts, st.just((1, 4)))


def cell(code: str, value: Cell, **other: Any) -> dict[str, Any]:
    """Make an observation of an exact or a suppressed value."""
    if isinstance(value, tuple):
        return observation(code, low=value[0], high=value[1], **other)
    return observation(code, value, **other)


def bounds(value: Cell) -> tuple[int, int]:
    """Give what a value can be."""
    return value if isinstance(value, tuple) else (value, value)


def table(rows: list[dict[str, Any]], what: Indicator, *areas: Area) -> pd.DataFrame:
    """Compute one indicator."""
    return indicator_table(observations(rows), catalogue(what, *areas))


def one(found: pd.DataFrame, name: str, role: str = ITSELF, **where: str) -> dict[str, Any]:
    """Give the single row of an area."""
    rows = found[(found["gebied"] == name) & (found["rol"] == role)]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    assert len(rows) == 1, f"{len(rows)} rows for {name}"
    return rows.iloc[0].to_dict()


def shares(values: list[float], weights: list[int]) -> list[dict[str, Any]]:
    """Make buurten with a share and a number of inhabitants."""
    rows = [observation(b, v, variabele="aandeel", eenheid="%") for b, v in zip(BUURTEN, values, strict=False)]
    return rows + [observation(b, w, variabele="inwoners") for b, w in zip(BUURTEN, weights, strict=False)]


# ------------------------------------------------------------------------------------------------ weights


@few
@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 9000)), min_size=1, max_size=6))
def test_a_weighted_mean_is_the_mean_by_hand_and_lies_between_its_parts(parts: list[tuple[int, int]]) -> None:
    values, weights = [v / 10 for v, _ in parts], [w for _, w in parts]
    wijk = area("wijk", *BUURTEN[: len(parts)], BUURTEN[-1])
    # An area of one buurt would have a published figure, so the last buurt is there with no inhabitants.
    rows = shares([*values], [*weights])
    found = one(table(rows, MEAN, wijk), "wijk") if len(parts) > 1 else one(table(rows, MEAN), "gemeente")
    by_hand = sum(Fraction(v, 10) * w for v, w in parts) / sum(weights)
    assert found["waarde"] == pytest.approx(float(by_hand))
    assert min(values) - 1e-9 <= found["waarde"] <= max(values) + 1e-9
    assert found["herkomst"] == COMPUTED


@few
@given(st.integers(0, 1000), st.lists(st.integers(1, 9000), min_size=2, max_size=6))
def test_a_weighted_mean_of_equal_values_is_that_value(value: int, weights: list[int]) -> None:
    wijk = area("wijk", *BUURTEN[: len(weights)])
    found = table(shares([value / 10] * len(weights), weights), MEAN, wijk)
    assert one(found, "wijk")["waarde"] == pytest.approx(value / 10)


# ------------------------------------------------------------------------------------------------ sums


@few
@given(st.lists(st.tuples(counts, st.integers(0, 2)), min_size=1, max_size=6))
def test_areas_that_share_out_the_places_share_out_the_count(parts: list[tuple[int, int]]) -> None:
    rows = [observation(b, value) for b, (value, _) in zip(BUURTEN, parts, strict=False)]
    wijken = [
        area(f"wijk-{n}", *(b for b, (_, label) in zip(BUURTEN, parts, strict=False) if label == n)) for n in range(3)
    ]
    found = table(rows, TOTAL, *(w for w in wijken if w.buurten))
    itself = found[found["rol"] == ITSELF]
    total = sum(value for value, _ in parts)
    assert itself.loc[itself["gebied"] != "gemeente", "waarde"].sum() == total
    assert one(found, "gemeente")["waarde"] == total


@few
@given(
    st.lists(st.tuples(cells, st.integers(1, 9000)), min_size=2, max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_rows_does_not_matter(parts: list[tuple[Cell, int]], random: Any) -> None:
    rows = [cell(b, value, variabele="misdrijven") for b, (value, _) in zip(BUURTEN, parts, strict=False)]
    rows += [observation(b, weight, variabele="inwoners") for b, (_, weight) in zip(BUURTEN, parts, strict=False)]
    mixed = random.sample(rows, len(rows))
    wijk = area("wijk", *BUURTEN[:2])
    pd.testing.assert_frame_equal(table(rows, RATE, wijk), table(mixed, RATE, wijk))


# ------------------------------------------------------------------------------------------------ bounds


@few
@given(st.lists(cells, min_size=2, max_size=6))
def test_bounds_of_a_sum_are_the_sum_of_the_bounds(parts: list[Cell]) -> None:
    rows = [cell(b, value) for b, value in zip(BUURTEN, parts, strict=False)]
    found = one(table(rows, TOTAL, area("wijk", *BUURTEN[: len(parts)])), "wijk")
    low, high = (sum(bounds(value)[side] for value in parts) for side in (0, 1))
    if low == high:
        assert found["waarde"] == low
        assert np.isnan(found["ondergrens"]) and np.isnan(found["bovengrens"])
    else:
        assert np.isnan(found["waarde"])
        assert (found["ondergrens"], found["bovengrens"]) == (low, high)
        assert (found["status"], found["teken"]) == ("onderdrukt", "tussen")


def test_fewer_than_five_stays_1_to_4() -> None:
    found = one(table([cell(BUURTEN[0], (1, 4))], TOTAL, area("wijk", BUURTEN[0])), "wijk")
    assert np.isnan(found["waarde"])
    assert (found["ondergrens"], found["bovengrens"]) == (1, 4)


def test_a_suppressed_cell_is_not_narrowed_by_the_published_total() -> None:
    # The gemeente has 10 and the other buurt 8, so the hidden value is 2; the publisher hid it, and so do we.
    rows = [cell(BUURTEN[0], (1, 4)), observation(BUURTEN[1], 8), observation("GM9990", 10)]
    found = table(rows, TOTAL, area("wijk", BUURTEN[0]), area("rest", BUURTEN[1]))
    assert (one(found, "wijk")["ondergrens"], one(found, "wijk")["bovengrens"]) == (1, 4)
    assert one(found, "rest", REST)["ondergrens"] == 1
    assert one(found, "rest", REST)["bovengrens"] == 4


def school_rows(schools: list[tuple[Cell, Cell]]) -> list[dict[str, Any]]:
    """Make schools in one buurt with pupils below and at a level."""
    return [
        cell(f"{10 + n}AB00", value, variabele=variable, niveau="school", buurt=BUURTEN[0])
        for n, pair in enumerate(schools)
        for variable, value in zip(("onder", "boven"), pair, strict=True)
    ]


def nested(least_schools: int = 1) -> Indicator:
    """Make a share of pupils on schools, whose numerator is a part of its denominator."""
    both = Amount("leerlingen", ("onder", "boven"))
    return indicator(
        series("verhouding", "onder", denominator=both, factor=100.0), about="scholen", least_schools=least_schools
    )


@few
@given(st.lists(st.tuples(st.one_of(st.integers(0, 9), st.just((1, 4))), cells), min_size=1, max_size=3))
def test_the_range_of_a_nested_share_is_what_can_be_attained(schools: list[tuple[Cell, Cell]]) -> None:
    found = one(table(school_rows(schools), nested(), area("wijk", *BUURTEN[:2])), "wijk")
    spans = [range(low, high + 1) for school in schools for low, high in map(bounds, school)]
    attainable = [100 * sum(values[::2]) / sum(values) for values in itertools.product(*spans) if sum(values)]
    if not attainable:
        assert found["status"] == "te weinig scholen"
    elif min(attainable) == max(attainable):
        assert found["waarde"] == pytest.approx(attainable[0])
    else:
        assert found["ondergrens"] == pytest.approx(min(attainable))
        assert found["bovengrens"] == pytest.approx(max(attainable))


@few
@given(st.lists(st.tuples(cells, st.integers(1, 900)), min_size=2, max_size=4))
def test_the_range_of_a_rate_is_what_can_be_attained(parts: list[tuple[Cell, int]]) -> None:
    rows = [cell(b, value, variabele="misdrijven") for b, (value, _) in zip(BUURTEN, parts, strict=False)]
    rows += [observation(b, weight, variabele="inwoners") for b, (_, weight) in zip(BUURTEN, parts, strict=False)]
    found = one(table(rows, RATE, area("wijk", *BUURTEN[: len(parts)])), "wijk")
    low, high = (1000 * sum(bounds(v)[side] for v, _ in parts) / sum(w for _, w in parts) for side in (0, 1))
    ends = (found["waarde"], found["waarde"]) if low == high else (found["ondergrens"], found["bovengrens"])
    assert ends == pytest.approx((low, high))
    assert found["noemer"] == sum(w for _, w in parts)


# ------------------------------------------------------------------------------------------------ what wins


@pytest.mark.parametrize(
    ("code", "is_wijk"),
    [("wijk", False), ("WK999000", True)],
    ids=["own id", "the CBS wijk that it is"],
)
def test_a_published_figure_wins_over_a_computed_one(code: str, is_wijk: bool) -> None:
    rows = [*shares([10.0, 20.0], [100, 100]), observation(code, 16.3, variabele="aandeel", eenheid="%")]
    wijk = area("wijk", *BUURTEN[:2], wijk_code="WK999000", wijk_name="Wijk", is_wijk=is_wijk)
    found = one(table(rows, MEAN, wijk), "wijk")
    assert (found["waarde"], found["herkomst"]) == (16.3, PUBLISHED)


def test_a_cbs_wijk_that_is_wholly_in_an_area_counts_with_its_own_figure() -> None:
    # Two buurten make up wijk WK999000, published as 16; of WK999001 one buurt is in the area and one is not.
    rows = [*shares([10.0, 20.0], [100, 100]), observation("WK999000", 16.0, variabele="aandeel", eenheid="%")]
    rows += [observation("WK999001", 99.0, variabele="aandeel", eenheid="%")]
    for code in ("BU99900100", "BU99900101"):
        rows += [
            observation(code, 40.0, variabele="aandeel", eenheid="%"),
            observation(code, 200, variabele="inwoners"),
        ]
    found = one(table(rows, MEAN, area("wijk", *BUURTEN[:2], "BU99900100")), "wijk")
    assert found["waarde"] == pytest.approx((200 * 16 + 200 * 40) / 400)
    assert found["herkomst"] == COMPUTED
    assert "eigen gepubliceerde cijfer" in found["toelichting"]


def test_the_figure_of_an_enclosing_wijk_is_not_a_figure_of_the_area() -> None:
    rows = [observation("WK999000", 27.0, variabele="aandeel", eenheid="%")]
    wijk = area("wijk", *BUURTEN[:2], wijk_code="WK999000", wijk_name="Groot")
    found = one(table(rows, indicator(series("publicatie", "aandeel")), wijk), "wijk")
    assert (found["status"], found["herkomst"]) == (WIJK_ONLY, WIJK_ONLY)
    assert found["waarde_cbs_wijk"] == 27.0
    assert found["cbs_wijk"] == "Groot (WK999000)"
    assert np.isnan([found[c] for c in ("waarde", "ondergrens", "bovengrens", "genoemd", "teller", "noemer")]).all()


def test_the_enclosing_wijk_is_left_out_where_the_area_has_its_own_figure() -> None:
    rows = [*shares([10.0, 20.0], [100, 100]), observation("WK999000", 27.0, variabele="aandeel", eenheid="%")]
    rows += [observation(BUURTEN[2], 50, variabele="inwoners")]
    found = one(table(rows, MEAN, area("wijk", *BUURTEN[:2], wijk_code="WK999000", wijk_name="Groot")), "wijk")
    assert found["waarde"] == 15.0
    assert np.isnan(found["waarde_cbs_wijk"])


@pytest.mark.parametrize(("held", "given_out"), [(9500, True), (9499, False)])
def test_a_mean_is_given_only_when_95_percent_of_the_weight_has_a_value(held: int, given_out: bool) -> None:
    rows = shares([12.0], [held, 10000 - held])
    found = one(table(rows, MEAN, area("wijk", *BUURTEN[:2])), "wijk")
    if given_out:
        assert found["waarde"] == 12.0
        assert "95,0 %" in found["toelichting"]
    else:
        assert np.isnan(found["waarde"])
        assert found["status"] == "ontbreekt"
        assert found["toelichting"] == "Niet berekend: 1 van de 2 buurten heeft geen cijfer."


def test_a_sum_with_a_missing_part_is_missing_not_smaller() -> None:
    rows = [observation(BUURTEN[0], 7), observation(BUURTEN[1], status="ontbreekt")]
    found = one(table(rows, TOTAL, area("wijk", *BUURTEN[:2])), "wijk")
    assert np.isnan(found["waarde"]) and np.isnan(found["ondergrens"])
    assert found["status"] == "ontbreekt"


def test_a_sum_with_a_part_of_more_than_some_number_is_missing_not_bounded() -> None:
    more = observation(BUURTEN[1], onder=30.0, genoemd=30.0, teken=">")
    found = one(table([observation(BUURTEN[0], 7), more], TOTAL, area("wijk", *BUURTEN[:2])), "wijk")
    assert np.isnan(found["waarde"]) and np.isnan(found["bovengrens"])
    assert found["status"] == "ontbreekt"


@pytest.mark.parametrize(("uncertainty", "kept"), [("model", False), ("steekproef", True)])
def test_a_margin_of_a_model_is_not_a_margin_between_areas(uncertainty: str, kept: bool) -> None:
    given_out = observation(BUURTEN[0], 20.0, variabele="aandeel", eenheid="%") | {"onder95": 18.0, "boven95": 22.0}
    what = indicator(series("publicatie", "aandeel"), uncertainty=uncertainty)
    found = one(table([given_out], what, area("wijk", BUURTEN[0])), "wijk")
    assert found["waarde"] == 20.0
    assert (found["onder95"] == 18.0, found["interval_soort"] != "") == (kept, kept)


def test_the_remainder_that_no_buurt_holds_is_stated_and_kept() -> None:
    rows = [observation(BUURTEN[0], 40), observation("GM9990", 43)]
    found = one(table(rows, TOTAL, area("wijk", BUURTEN[0])), "gemeente")
    assert found["waarde"] == 43
    assert re.search(r"Het aantal in de gemeente is 43;.* 3 ", found["toelichting"])


@pytest.mark.parametrize("total", [{"low": 1, "high": 4}, {"status": "ontbreekt"}], ids=["hidden", "missing"])
def test_of_a_hidden_total_no_remainder_is_stated(total: dict[str, Any]) -> None:
    rows = [observation(BUURTEN[0], 40), observation("GM9990", **total)]
    assert "samen" not in one(table(rows, TOTAL, area("wijk", BUURTEN[0])), "gemeente")["toelichting"]


# ------------------------------------------------------------------------------------------------ schools


def test_one_school_gives_a_sentence_and_no_figure() -> None:
    found = one(table(school_rows([(5, 20)]), nested(2), area("wijk", *BUURTEN[:2])), "wijk")
    assert np.isnan([found[c] for c in NUMBERS if c != "jaar"]).all()
    assert found["status"] == "te weinig scholen"
    assert found["toelichting"] == "Hier staat maar één school uit het bestand. Daarom staat er geen cijfer."


def test_two_schools_give_a_figure() -> None:
    found = one(table(school_rows([(5, 20), (5, 10)]), nested(2), area("wijk", *BUURTEN[:2])), "wijk")
    assert (found["waarde"], found["teller"], found["noemer"]) == (25.0, 10, 40)


def test_a_school_where_nobody_took_part_is_no_school_with_a_figure() -> None:
    found = one(table(school_rows([(5, 20), (0, 0)]), nested(2), area("wijk", *BUURTEN[:2])), "wijk")
    assert np.isnan(found["waarde"])
    assert found["toelichting"] == "Hier staat maar één school uit het bestand. Daarom staat er geen cijfer."
    three = one(table(school_rows([(5, 20), (0, 0), (5, 10)]), nested(2), area("wijk", *BUURTEN[:2])), "wijk")
    assert three["waarde"] == 25.0
    assert three["toelichting"] == "Berekend uit 2 scholen in het bestand."


def test_an_area_without_a_school_says_so() -> None:
    found = table(school_rows([(5, 20), (5, 10)]), nested(2), area("wijk", *BUURTEN[:2]), area("leeg", BUURTEN[3]))
    assert one(found, "leeg")["toelichting"] == "Hier staat geen school uit het bestand. Daarom staat er geen cijfer."


def test_a_school_without_a_place_counts_for_the_gemeente_alone() -> None:
    rows = school_rows([(5, 20), (5, 10)])
    rows += [r | {"gebiedscode": "99ZZ00", "buurt": ""} for r in school_rows([(10, 0)])]
    found = table(rows, nested(2), area("wijk", *BUURTEN[:2]))
    assert (one(found, "wijk")["teller"], one(found, "gemeente")["teller"]) == (10, 20)


# ------------------------------------------------------------------------------------------------ series


def test_two_series_of_one_year_stay_two_rows() -> None:
    parts = [series("som", "oud", id="oud"), series("som", "nieuw", id="nieuw", break_reason="Anders geteld.")]
    rows = [observation(BUURTEN[0], 5, variabele="oud"), observation(BUURTEN[0], 9, variabele="nieuw")]
    found = table(rows, indicator(*parts, unit="aantal"), area("wijk", BUURTEN[0]))
    assert one(found, "wijk", reeks="oud")["waarde"] == 5
    assert one(found, "wijk", reeks="nieuw")["waarde"] == 9


def test_a_series_takes_its_own_periods_only() -> None:
    parts = [series("som", id="tot 2020", periods=("2020",)), series("som", id="vanaf 2021", periods=("2021",))]
    rows = [observation(BUURTEN[0], 5), observation(BUURTEN[0], 9, periode="2021")]
    found = table(rows, indicator(*parts, unit="aantal"), area("wijk", BUURTEN[0]))
    mine = found[(found["gebied"] == "wijk") & (found["rol"] == ITSELF)]
    assert list(zip(mine["reeks"], mine["periode"], mine["waarde"], strict=True)) == [
        ("tot 2020", "2020", 5.0),
        ("vanaf 2021", "2021", 9.0),
    ]


def test_a_sum_takes_the_worst_status_of_its_parts() -> None:
    rows = [observation(BUURTEN[0], 5), observation(BUURTEN[1], 9, status="voorlopig")]
    assert one(table(rows, TOTAL, area("wijk", *BUURTEN[:2])), "wijk")["status"] == "voorlopig"


def test_one_part_that_is_not_public_makes_the_figure_not_public() -> None:
    rows = [observation(BUURTEN[0], 5), observation(BUURTEN[1], 9, openbaar=False)]
    found = table(rows, TOTAL, area("wijk", *BUURTEN[:2]), area("ander", BUURTEN[0]))
    assert not one(found, "wijk")["openbaar"]
    assert one(found, "ander")["openbaar"]
    assert not one(found, "ander", REST)["openbaar"]


# ------------------------------------------------------------------------------------------------ shipped data


def test_every_row_of_the_shipped_table_is_there_once(real_data: Data) -> None:
    figures = real_data.figures
    assert list(figures.columns)[: len(COLUMNS)] == list(COLUMNS)
    assert not figures.duplicated(["gebied", "rol", "indicator", "reeks", "periode"]).any()
    known = set(STATUSES) | {NOTHING, WIJK_ONLY, "te weinig scholen"}
    assert set(figures["status"]) <= known
    assert set(figures["herkomst"]) == {PUBLISHED, COMPUTED, WIJK_ONLY, NOTHING}


def test_every_series_of_the_shipped_table_has_one_source(real_data: Data) -> None:
    named = real_data.figures[real_data.figures["reeks"] != ""]
    for (name, reeks), rows in named.groupby(["indicator", "reeks"]):
        parts = [s for s in real_data.catalogue.indicator(str(name)).series if s.id == reeks]
        expected = {s.source for s in parts}
        # Of a series in editions not all need be there.
        assert set(rows["bron"]) <= expected, (name, reeks)
        assert len(expected) == 1 or all(s.edition for s in parts)


def test_every_area_has_a_row_for_every_indicator_with_a_figure_or_a_reason(real_data: Data) -> None:
    figures = real_data.figures[real_data.figures["rol"] == ITSELF]
    shown = figures[["waarde", "ondergrens", "bovengrens", "genoemd", "waarde_cbs_wijk"]].notna().any(axis=1)
    without = figures[~shown]
    # A source that prints "n.b." or "n.n.b." gives no further reason.
    assert ((without["toelichting"] != "") | without["status"].isin(["ontbreekt", "nog niet bekend"])).all()
    areas = [a.id for a in real_data.catalogue.areas if a.kind not in ("land", "omschrijving")]
    expected = set(itertools.product(areas, indicators_with_a_source(real_data)))
    assert expected <= set(zip(figures["gebied"], figures["indicator"], strict=True))
    # "No figure at all" is one row, never one beside a figure.
    nothing = figures[figures["herkomst"] == NOTHING]
    per_pair = figures.groupby(["gebied", "indicator"]).size()
    assert (per_pair.loc[list(zip(nothing["gebied"], nothing["indicator"], strict=True))] == 1).all()


def test_exact_values_have_no_bounds_and_bounds_are_in_order(real_data: Data) -> None:
    figures = real_data.figures
    exact = figures["waarde"].notna()
    assert figures.loc[exact, ["ondergrens", "bovengrens"]].isna().all(axis=None)
    both = figures[figures["ondergrens"].notna() & figures["bovengrens"].notna()]
    assert len(both) > 100
    assert (both["ondergrens"] <= both["bovengrens"]).all()


def test_oud_noord_is_published_as_its_cbs_wijk(real_data: Data) -> None:
    # CBS Kerncijfers wijken en buurten 2017 (84286NED), WK001403: 24.0 % laag inkomen; 2023: 6.5 %.
    rows = real_data.of("oud-noord", "laag_inkomen").set_index("periode")
    assert rows.loc["2017", "waarde"] == 24.0
    assert rows.loc["2023", "waarde"] == 6.5
    assert set(rows["herkomst"]) == {PUBLISHED}


def test_selwerd_paddepoel_tuinwijk_is_noordwest_less_its_small_buurten(real_data: Data, real_folder: Any) -> None:
    stored = pd.read_parquet(real_folder / "processed" / "observations.parquet")
    people = stored[(stored["bron"] == "cbs_kwb_2024") & (stored["variabele"] == "inwoners")]
    people = people.set_index("gebiedscode")["waarde"]
    small = ["BU00141003", "BU00141004"]
    found = real_data.of("selwerd-paddepoel-tuinwijk", "inwoners").iloc[-1]
    assert found["herkomst"] == COMPUTED
    # CBS rounds to fives, so the published wijk and the sum of its buurten differ by a few.
    assert found["waarde"] == pytest.approx(people["WK001410"] - people[small].sum(), abs=10)
    # CBS Kerncijfers 2024 (85984NED): Selwerd 6580, Paddepoel-Zuid and -Noord 11435, Tuinwijk 1570.
    assert found["waarde"] == 6580 + 11435 + 1570


def test_the_centre_is_left_out_of_one_rest_of_the_gemeente(real_data: Data) -> None:
    figures = real_data.figures
    crime = figures[(figures["indicator"] == "misdrijven_per_1000") & (figures["gebied"] == "selwerd")]
    noemer = crime.set_index("rol")["noemer"]
    # Inhabitants of CBS wijk Centrum (WK001400) on 1 January 2024: 24 925 over its buurten.
    assert noemer[REST] - noemer[REST_WITHOUT] == 24925


def test_a_selection_of_buurten_is_no_total(real_data: Data) -> None:
    # The shipped table of 2017 has the households of 68 of the 108 buurten; Selwerd (BU00141000) has 3960.
    found = real_data.figures[(real_data.figures["indicator"] == "huishoudens") & (real_data.figures["rol"] == ITSELF)]
    found = found.set_index("gebied")
    assert found.loc["selwerd", "waarde"] == 3960
    assert found.loc["gemeente", "status"] == "ontbreekt"
    assert found.loc["gemeente", "toelichting"] == "Niet berekend: 40 van de 108 buurten hebben geen cijfer."


def test_editions_of_all_years_become_figures() -> None:
    """What a download of all editions holds, in a fictional town with the shipped indicators."""
    areas = (GEMEENTE, area("wijk", "BU99900100", "BU99900101"), area("klein", "BU99900100"))
    town = dataclasses.replace(load_catalogue(checked=True), areas=areas, layout=None)
    rows = []
    for year, (code, size) in itertools.product(range(2012, 2026), (("BU99900100", 1), ("BU99900101", 3))):
        edition = {"bron": f"cbs_kwb_{year}", "periode": str(year)}
        amounts = {"inwoners": 1000 * size, "huishoudens": 500 * size, "bijstand_personen": 40 * size}
        shares = {"laag_inkomen": 10.0 * size} | ({"personen_in_armoede": 4.0 * size} if year > 2023 else {})
        rows += [observation(code, value, variabele=name, **edition) for name, value in amounts.items()]
        rows += [observation(code, value, variabele=name, eenheid="%", **edition) for name, value in shares.items()]
        if year > 2017:
            income = {"variabele": "gestandaardiseerd_inkomen", "eenheid": "x 1.000 euro"}
            rows.append(observation(code, 20.0 * size, **income, **edition))
        if year < 2019:
            rate = {"variabele": "diefstal_woning", "eenheid": "per 1000 inwoners"}
            rows.append(observation(code, 4.0 * size, **rate, **edition))
        # In one edition CBS went over to another definition of a dwelling.
        value = {"variabele": "woningwaarde" if year < 2021 else "woz_waarde", "eenheid": "x 1.000 euro"}
        rows.append(observation(code, 100.0 * size, **value, **edition))
        crime = {"bron": "politie_47018ned", "periode": str(year), "variabele": "misdrijven_totaal"}
        rows.append(observation(code, (year - 2000) * size, **crime))
        status = {"bron": "cbs_ses_woa_86092ned", "periode": str(year)}
        rows.append(observation(code, 100 * size, variabele="particuliere_huishoudens", **status))
        rows.append(observation(code, -0.2 * size, variabele="ses_woa_totaal", eenheid="score", **status))
    table = indicator_table(observations(rows), town)
    mine = table[(table["gebied"] == "wijk") & (table["rol"] == ITSELF) & table["waarde"].notna()]
    found = {name: rows.set_index("periode") for name, rows in mine.groupby("indicator")}
    benefits = found["bijstand_per_1000"]
    apart = {str(year): f"CBS {year}" for year in (2014, 2015, 2016)}
    joined = {str(year): "CBS vanaf 2019" if year > 2018 else "CBS 2017 en 2018" for year in range(2017, 2026)}
    assert benefits["reeks"].to_dict() == apart | joined
    assert set(benefits["waarde"]) == {40}
    # Weighted with households: (10 x 500 + 30 x 1500) / 2000.
    assert found["laag_inkomen"]["waarde"].to_dict() == {str(year): 25 for year in range(2014, 2024)}
    assert found["laag_inkomen"]["reeks"].tolist() == [f"CBS {year}" for year in range(2014, 2024)]
    assert found["personen_in_armoede"]["waarde"].to_dict() == {"2024": 10, "2025": 10}
    assert found["huishoudens"]["waarde"].to_dict() == {str(year): 2000 for year in range(2013, 2026)}
    assert found["gestandaardiseerd_inkomen"]["waarde"].to_dict() == {str(year): 50 for year in range(2018, 2026)}
    assert found["gestandaardiseerd_inkomen"]["reeks"].nunique() == 8
    # Weighted with inhabitants: (4 x 1000 + 12 x 3000) / 4000. Of the kinds of crime no later edition tells.
    assert found["diefstal_woning"]["waarde"].to_dict() == {str(year): 10 for year in range(2014, 2019)}
    assert found["ses_woa"]["waarde"].tolist() == pytest.approx([-0.5] * 14)
    # No number of dwellings is known, so the mean of two buurten is not made; the series change with the definition.
    assert "woz_waarde" not in found
    homes = table[(table["indicator"] == "woz_waarde") & (table["gebied"] == "klein") & (table["rol"] == ITSELF)]
    before, between, after = (
        "CBS tot en met 2018",
        "CBS 2019 en later, oude telling",
        "CBS 2019 en later, nieuwe telling",
    )
    years = {**dict.fromkeys(range(2013, 2019), before), 2019: between, 2020: between}
    years |= dict.fromkeys(range(2021, 2026), after)
    assert homes.set_index("periode")["reeks"].to_dict() == {str(year): name for year, name in years.items()}
    assert set(homes["waarde"]) == {100}
    # Crimes of a year by the inhabitants of 1 January after it.
    crime = found["misdrijven_per_1000"]
    assert crime["waarde"].to_dict() == {str(year): year - 2000 for year in range(2012, 2025)}
    assert crime["reeks"].nunique() == 3
    assert crime["toelichting"].iloc[-1].endswith("noemer: inwoners op 1 januari 2025.")
