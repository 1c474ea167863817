"""Whether shares differ: the published p-values, and no more false alarms than promised."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import few_examples
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from benchmarks.coverage import (
    ALPHA,
    MOST_ALARMS,
    SHARES,
    SMALLEST_DIFFERENCE,
    critical,
    fixed_alarms,
    guarded,
    guarded_fixed,
    survey,
    survey_fixed,
    two_sample_alarms,
)
from nplv_analysis.methods.intervals import mover_difference
from nplv_analysis.methods.two_shares import GUARD, mid_p, mid_p_fixed, share_differs

SHARE = st.floats(0, 1)
ASKED = st.floats(1, 1e5)


@st.composite
def counted(draw: st.DrawFn) -> tuple[int, int]:
    """Draw a count among so many."""
    n = draw(st.integers(1, 3000))
    return draw(st.integers(0, n)), n


# ------------------------------------------------------------------------------------------------ published examples


def test_mid_p_of_the_lady_tasting_tea() -> None:
    # Agresti 2007, An Introduction to Categorical Data Analysis, section 2.6: three of four cups right; one-sided mid-P
    # 0.229 / 2 + 0.014 = 0.129, Fisher's exact P 0.243.
    assert float(mid_p(3, 4, 1, 4)) == pytest.approx(2 * 0.129, abs=0.001)
    assert float(mid_p(3, 4, 1, 4, guarded=True)) == pytest.approx(GUARD * 2 * 0.243, abs=0.001)


@pytest.mark.parametrize(
    ("events", "n", "mid", "exact"),
    [
        (81, 263, (0.2544, 0.3658), (0.2527, 0.3676)),
        (15, 148, (0.0601, 0.1581), (0.0578, 0.1617)),
        (0, 20, (None, 0.1391), (None, 0.1684)),
        (1, 29, (0.0017, 0.1585), (0.0009, 0.1776)),
    ],
)
def test_intervals_of_newcombe_leave_out_what_differs(
    events: int, n: int, mid: tuple[float | None, float], exact: tuple[float | None, float]
) -> None:
    # Newcombe 1998, Statistics in Medicine 17:857-872, table I, methods 6 (mid-P) and 5 (Clopper-Pearson): the 95 %
    # limits, rounded to four decimals, are the shares that differ at 5 %.
    outward = (-5e-5, 5e-5)
    for limit, out in zip(mid, outward, strict=True):
        if limit is not None:
            assert mid_p_fixed(events, n, limit + out) < 0.05 < mid_p_fixed(events, n, limit - out)
    for limit, out in zip(exact, outward, strict=True):
        if limit is not None:
            share = events / n
            assert share_differs(share, n, limit + out, np.inf) < 0.05 < share_differs(share, n, limit - out, np.inf)


# ---------------------------------------------------------------------------------------------------- false alarms


def test_mid_p_calls_few_equals_different() -> None:
    # The pairs where it is most often wrong, see benchmarks.coverage.
    limits = critical(mid_p, [(10, 10), (13, 2000), (18, 30), (100, 100), (200, 200)])
    alone = two_sample_alarms(limits, SHARES)
    both = two_sample_alarms(limits, SHARES, smallest=SMALLEST_DIFFERENCE)
    assert 0.0023 < alone.max() <= MOST_ALARMS
    assert (both <= alone).all()


def test_the_guard_keeps_the_promise_where_mid_p_does_not() -> None:
    unequal = [(13, 20000)]
    assert two_sample_alarms(critical(mid_p, unequal), SHARES).max() > MOST_ALARMS
    assert two_sample_alarms(critical(guarded, [*unequal, (10, 10), (13, 2000)]), SHARES).max() <= MOST_ALARMS
    shares = np.linspace(0.01, 0.99, 491)
    assert max(fixed_alarms(mid_p_fixed, n, shares).max() for n in (13, 29)) > 0.0034
    assert max(fixed_alarms(guarded_fixed, n, shares).max() for n in (10, 13, 29, 52, 200, 2000)) <= MOST_ALARMS


def test_survey_shares_give_no_more_false_alarms_than_their_level() -> None:
    pairs = [(10, 10), (10, 2000), (13, 1000), (50, 500), (70, 70)]
    assert two_sample_alarms(critical(survey, pairs), SHARES).max() <= ALPHA
    assert max(fixed_alarms(survey_fixed, n, SHARES[::4]).max() for n in (10, 14, 200)) <= ALPHA


def test_the_sum_over_critical_counts_is_the_sum_over_the_table() -> None:
    x, y = np.meshgrid(np.arange(14), np.arange(41), indexing="ij")
    different = mid_p(x, 13, y, 40) < ALPHA
    shares = np.array([0.05, 0.3, 0.5])
    by_table = [(binom.pmf(x, 13, p) * binom.pmf(y, 40, p) * different).sum() for p in shares]
    assert two_sample_alarms(critical(mid_p, [(13, 40)]), shares)[0] == pytest.approx(by_table, rel=1e-9)


# ---------------------------------------------------------------------------------------------------- properties


@given(counted(), counted(), st.booleans())
def test_groups_and_answers_may_change_places(one: tuple[int, int], other: tuple[int, int], safe: bool) -> None:
    (x, m), (y, n) = one, other
    p = float(mid_p(x, m, y, n, guarded=safe))
    assert 0 <= p <= 1
    assert float(mid_p(y, n, x, m, guarded=safe)) == pytest.approx(p, rel=1e-9)
    assert float(mid_p(m - x, m, n - y, n, guarded=safe)) == pytest.approx(p, rel=1e-6, abs=1e-300)


@given(counted(), SHARE, st.booleans())
def test_a_fixed_share_may_be_turned_round(one: tuple[int, int], share: float, safe: bool) -> None:
    x, n = one
    share = round(share, 6)
    p = float(mid_p_fixed(x, n, share, guarded=safe))
    assert 0 <= p <= 1
    assert float(mid_p_fixed(n - x, n, 1 - share, guarded=safe)) == pytest.approx(p, rel=1e-6, abs=1e-300)


@given(counted(), counted(), SHARE)
def test_the_guard_only_raises(one: tuple[int, int], other: tuple[int, int], share: float) -> None:
    assert mid_p(*one, *other, guarded=True) >= mid_p(*one, *other)
    assert mid_p_fixed(*one, share, guarded=True) >= mid_p_fixed(*one, share)


@few_examples
@given(SHARE, ASKED, SHARE, ASKED)
def test_survey_shares_may_change_places(share_1: float, n_1: float, share_2: float, n_2: float) -> None:
    p = float(share_differs(share_1, n_1, share_2, n_2))
    assert 0 < p <= 1
    assert float(share_differs(share_2, n_2, share_1, n_1)) == p
    assert float(share_differs(share_1, n_1, share_1, n_2)) == 1


@few_examples
@given(st.floats(0.01, 0.99), st.floats(30, 1e5), st.floats(-6, 6), st.one_of(ASKED, st.just(np.inf)))
def test_the_interval_of_that_confidence_ends_at_no_difference(
    share_1: float, n_1: float, errors: float, n_2: float
) -> None:
    share_2 = min(max(share_1 + errors * (share_1 * (1 - share_1) * (1 / n_1 + 1 / n_2)) ** 0.5, 0), 1)
    p = float(share_differs(share_1, n_1, share_2, n_2))
    # Elsewhere it is 1, or as small as it gets.
    assume(1e-12 < p < 1)
    if share_1 < share_2:
        share_1, n_1, share_2, n_2 = share_2, n_2, share_1, n_1

    def low(value: float, n: float) -> float:
        return value if n == np.inf else float(beta.ppf(p / 2, n * value, n * (1 - value) + 1))

    limits = (share_1, low(share_1, n_1), 1, share_2, 0, 1 - low(1 - share_2, n_2))
    assert float(mover_difference(*limits)[0]) == pytest.approx(0, abs=1e-7)


@few_examples
@given(counted(), st.floats(0.001, 0.999))
def test_against_a_fixed_share_it_is_the_exact_test(one: tuple[int, int], share: float) -> None:
    x, n = one
    tail = min(binom.sf(x - 1, n, share), binom.cdf(x, n, share))
    expected = max(min(2 * tail, 1), 1.2e-15)
    assert float(share_differs(x / n, n, share, np.inf)) == pytest.approx(expected, rel=0.05 if tail < 1e-14 else 1e-5)


def test_further_apart_and_more_asked_is_less_by_chance() -> None:
    further = share_differs(np.linspace(0.2, 0.5, 10), 150, 0.2, 2000)
    more = share_differs(0.3, np.arange(50, 1000, 50), 0.2, 2000)
    assert further[0] == 1 and (np.diff(further) < 0).all()
    assert (np.diff(more) < 0).all()


# ------------------------------------------------------------------------------------------------------ edge cases


def test_tables_without_anything_to_tell() -> None:
    assert mid_p([0, 5, 0], [10, 5, 1], [0, 8, 0], [20, 8, 1]).tolist() == [1, 1, 1]
    assert np.isnan(
        mid_p([0, 1, 1, np.nan, 2.5, 11, -1], [0, 10, 10, 10, 10, 10, 10], 1, [5, 0, np.nan, 5, 5, 5, 5])
    ).all()
    assert np.isnan(mid_p_fixed([0, np.nan, 2.5, 3, 3], [0, 10, 10, 10, 10], [0.5, 0.5, 0.5, 1.1, np.nan])).all()
    assert mid_p_fixed([0, 10, 1, 0], 10, [0, 1, 0, 1]).tolist() == [1, 1, 0, 0]


def test_survey_shares_without_anything_to_tell() -> None:
    unknown = share_differs([np.nan, 0.1, 0.1, 1.1, 0.1], [10, 0, np.nan, 10, np.inf], 0.2, [9, 9, 9, 9, np.inf])
    assert np.isnan(unknown).all()
    assert share_differs([0, 1], 20, [0, 1], 30).tolist() == [1, 1]
    assert (share_differs([0, 1, 0.3], 2000, [1, 0, 0], [2000, np.inf, np.inf]) < 1e-14).all()


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_columns_keep_their_length(rows: int) -> None:
    column = np.full(rows, 4)
    assert mid_p(column, 10, 3, 20).shape == (rows,)
    assert mid_p_fixed(column, 10, 0.2).shape == (rows,)
    assert share_differs(column / 10, 10, 0.2, 20).shape == (rows,)
