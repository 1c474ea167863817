"""What became of codes: forward and backward, over several years, and what a layout has and has not."""

from __future__ import annotations

import math

import pytest
from helpers import few_examples
from hypothesis import given
from hypothesis import strategies as st
from made_up_codes import ALL, ROWS, A, B, C, D, E, F, G, H, J, K, L, changes

from nplv_analysis.layouts.codes import Codes
from nplv_analysis.layouts.figures import ELSEWHERE, Cluster


def of(code: str, start: int, end: int) -> Cluster | None:
    """Give the cluster that a code of one layout is in, on the way to another."""
    return next((c for c in Codes(ALL).clusters(start, end) if code in c.old), None)


def test_no_years_between_is_no_change() -> None:
    assert Codes(ALL).clusters(2023, 2023) == []
    assert Codes(ALL).clusters(2021, 2021) == []


@pytest.mark.parametrize(
    ("code", "start", "end", "becomes"),
    [(D, 2021, 2024, E), (E, 2024, 2020, D), (F, 2022, 2023, H), (B, 2024, 2020, A), (C, 2021, 2020, A)],
)
def test_code_that_lies_wholly_in_another(code: str, start: int, end: int, becomes: str) -> None:
    cluster = of(code, start, end)
    assert cluster is not None
    assert cluster.whole
    assert cluster.shares[code] == {becomes: 1.0}


def test_codes_that_become_one_are_one_cluster() -> None:
    cluster = of(F, 2020, 2024)
    assert cluster is not None
    assert cluster.old == {F, G}
    assert cluster.new == {H}


def test_divided_without_a_count_is_not_whole_and_not_counted() -> None:
    cluster = of(A, 2020, 2024)
    assert cluster is not None
    assert (cluster.whole, cluster.counted, cluster.new) == (False, False, {B, C})


def test_shares_follow_from_counts_in_both_directions() -> None:
    forward, backward = of(J, 2023, 2024), of(K, 2024, 2023)
    assert forward is not None
    assert backward is not None
    assert forward.shares == {J: {J: 0.75, K: 0.25}, K: {K: 1.0}}
    assert backward.shares == {J: {J: 1.0}, K: {J: 100 / 150, K: 50 / 150}}
    assert forward.counted_in == "adressen (bedacht)"


def test_changed_boundary_with_nobody_beside_it_goes_elsewhere() -> None:
    cluster = of(L, 2023, 2024)
    assert cluster is not None
    assert cluster.new == {L, ELSEWHERE + L}
    assert not cluster.counted
    assert not cluster.inside([{L}])
    assert cluster.inside([{A}])


def test_two_steps_are_one_way() -> None:
    twice = changes((2021, A, B, "3", 30), (2021, A, C, "3", 10), (2022, C, D, "3", 5), (2022, C, E, "3", 5))
    (cluster,) = Codes(twice).clusters(2020, 2022)
    assert cluster.shares == {A: {B: 0.75, D: 0.125, E: 0.125}}
    (back,) = Codes(twice).clusters(2022, 2020)
    assert back.shares == {B: {A: 1.0}, D: {A: 1.0}, E: {A: 1.0}}


def test_a_code_given_back_is_followed() -> None:
    there_and_back = changes((2021, A, B, "2", None), (2022, B, A, "2", None))
    assert [c.shares for c in Codes(there_and_back).clusters(2020, 2022)] == [{A: {A: 1.0}}]


@few_examples
@given(st.permutations(ROWS))
def test_order_of_the_list_does_not_matter(rows: list[tuple[int, str, str, str, float | None]]) -> None:
    def shares(start: int, end: int) -> list[str]:
        return sorted(
            str(sorted((c, sorted(p.items())) for c, p in k.shares.items())) for k in Codes(mine).clusters(start, end)
        )

    mine = changes(*rows)
    expected = [shares(2020, 2024), shares(2024, 2020)]
    mine = ALL
    assert [shares(2020, 2024), shares(2024, 2020)] == expected


@few_examples
@given(counts=st.lists(st.integers(0, 10_000), min_size=2, max_size=4))
def test_shares_of_a_code_are_one_together(counts: list[int]) -> None:
    counts[0] += 1
    rows = [(2021, A, code, "3", float(n)) for code, n in zip((B, C, D, E), counts, strict=False)]
    (found,) = Codes(changes(*rows)).clusters(2020, 2021)
    assert math.isclose(sum(found.shares[A].values()), 1)


@pytest.mark.parametrize(
    ("code", "first", "last"), [(A, None, 2020), (B, 2021, None), (E, 2022, None), (J, None, None), (L, None, None)]
)
def test_layouts_that_have_a_code(code: str, first: int | None, last: int | None) -> None:
    has = [year for year in range(2018, 2027) if Codes(ALL).exists(code, year)]
    assert has == list(range(first or 2018, (last or 2026) + 1))


def test_nearest_layout_with_a_code() -> None:
    assert Codes(ALL).nearest(A, 2024) == 2020
    assert Codes(ALL).nearest(B, 2019) == 2021
    assert Codes(ALL).nearest(B, 2024) == 2024


def test_history_in_words() -> None:
    assert Codes(ALL).history(A) == f"{A} became {B} and {C} in that of 2021"
    assert Codes(ALL).history(H) == f"{H} was {F} and {G} before that of 2023"
