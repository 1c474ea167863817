"""Composite measure: hand-made goldens, closed forms, and what must hold whatever the figures are."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import few_examples
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nplv_analysis.methods.composite import drawn_rates, drawn_weights, percentile_ranks, top_shares, weighted_scores

NAN = float("nan")


def rng() -> np.random.Generator:
    """Give the same random numbers each time."""
    return np.random.default_rng(7)


def shares(ranks: object, weights: list[float], top: float, draws: int = 1000) -> list[float]:
    """Give the shares over drawn weights."""
    found = top_shares(np.asarray(ranks, dtype="float64"), drawn_weights(weights, draws, rng()), top)
    return [float(share) for share in found]


# ------------------------------------------------------------------------------------------------ ranks and scores


def test_ranks_by_hand() -> None:
    values = [[1, 5, NAN], [2, 4, 1], [3, 3, 2], [3, NAN, 3]]
    found = percentile_ranks(values, [1, -1, 1])
    # Four figures: ranks 1, 2 and twice 3.5; three figures of which low is unfavourable; three figures.
    expected = [[1 / 8, 1 / 6, NAN], [3 / 8, 3 / 6, 1 / 6], [6 / 8, 5 / 6, 3 / 6], [6 / 8, NAN, 5 / 6]]
    np.testing.assert_allclose(found, expected)


def test_sets_of_figures_are_ranked_each_by_itself() -> None:
    one, other = np.array([[1.0, 9.0], [2.0, NAN], [3.0, 7.0]]), np.array([[3.0, NAN], [2.0, 8.0], [1.0, 7.0]])
    both = percentile_ranks([one, other], [1, 1])
    np.testing.assert_array_equal(both[0], percentile_ranks(one, [1, 1]))
    np.testing.assert_array_equal(both[1], percentile_ranks(other, [1, 1]))


@few_examples
@given(st.lists(st.integers(0, 50), min_size=2, max_size=20))
def test_only_the_order_of_figures_counts(values: list[int]) -> None:
    column = np.array(values, dtype="float64")[:, None]
    found = percentile_ranks(column, [1])
    # An outlier stays one place behind the next.
    np.testing.assert_allclose(percentile_ranks(np.exp(column / 5), [1]), found)
    np.testing.assert_allclose(percentile_ranks(column, [-1]), 1 - found)
    assert found.min() > 0 and found.max() < 1 and found.mean() == pytest.approx(0.5)


def test_scores_by_hand() -> None:
    ranks = [[0.2, 0.8], [0.4, NAN], [NAN, NAN]]
    np.testing.assert_allclose(weighted_scores(ranks, [1, 3]), [0.65, 0.4, NAN])
    np.testing.assert_allclose(weighted_scores(ranks, [[1, 3], [2, 0], [0, 5]])[1:], [[0.2, 0.4, NAN], [0.8, NAN, NAN]])


def test_drawn_weights_are_those_that_were_chosen_on_average() -> None:
    drawn = drawn_weights([1, 1, 2], 20_000, rng())
    np.testing.assert_allclose(drawn.sum(axis=1), 1)
    np.testing.assert_allclose(drawn.mean(axis=0), [0.25, 0.25, 0.5], atol=0.005)
    # With equal weights each one is as often below x as any set of weights: 1 - (1 - x)^2.
    flat = drawn_weights([5, 5, 5], 20_000, rng())
    assert (flat[:, 0] < 0.3).mean() == pytest.approx(1 - 0.7**2, abs=0.01)


# ------------------------------------------------------------------------------------------------ how often on top


def test_the_worst_on_everything_is_always_on_top_and_the_best_never() -> None:
    ranks = percentile_ranks([[9, 9, 9], [5, 1, 7], [4, 6, 2], [0, 0, 0]], [1, 1, 1])
    found = shares(ranks, [1, 2, 3], 0.25)
    assert found[0] == 1 and found[3] == 0 and found[1] == found[2] == 0
    half = shares(ranks, [1, 2, 3], 0.5)
    assert half[0] == 1 and half[3] == 0 and half[1] + half[2] == pytest.approx(1)


def test_each_first_in_one_figure_is_on_top_a_third_of_the_time() -> None:
    # By symmetry: with all figures, and with one of them left out.
    found = shares(np.eye(3), [1, 1, 1], 1 / 3, draws=20_000)
    np.testing.assert_allclose(found, [1 / 3] * 3, atol=0.01)


def test_two_figures_follow_the_beta_distribution_of_their_weights() -> None:
    # The first wins while its weight is above a third: 0.8 w against 0.4 (1 - w). Weights of 3 and 1 of 4 in all.
    ranks = np.array([[0.8, 0.0], [0.0, 0.4]])
    with_both = float(stats.beta(1.5, 0.5).sf(1 / 3))
    # Three calculations: with both, with the first alone (it wins) and with the second alone (it loses).
    expected = (with_both + 1) / 3
    assert shares(ranks, [3, 1], 0.5, draws=40_000)[0] == pytest.approx(expected, abs=0.005)


def test_places_that_are_alike_are_in_the_group_together() -> None:
    ranks = percentile_ranks([[5, 5], [5, 5], [1, 2], [2, 1]], [1, 1])
    assert shares(ranks, [1, 1], 0.25)[:2] == [1, 1]


def test_a_place_without_a_figure_does_not_count_where_it_has_none() -> None:
    ranks = percentile_ranks([[9, NAN], [1, 5], [2, 4]], [1, 1])
    found = shares(ranks, [1, 1], 1 / 3)
    # Without the first figure the first place is in no calculation: it is on top in all the others.
    assert found[0] == 1


@few_examples
@given(st.integers(0, 1000), st.integers(3, 12), st.integers(2, 4))
def test_the_order_of_places_does_not_matter(seed: int, places: int, figures: int) -> None:
    random = np.random.default_rng(seed)
    ranks = percentile_ranks(random.normal(size=(places, figures)), np.ones(figures))
    order = random.permutation(places)
    found = np.array(shares(ranks, [1.0] * figures, 0.3, draws=50))
    np.testing.assert_allclose(np.array(shares(ranks[order], [1.0] * figures, 0.3, draws=50)), found[order])
    assert found.sum() == pytest.approx(np.ceil(0.3 * places))


# ------------------------------------------------------------------------------------------------ chance


def test_drawn_figures_follow_their_posterior() -> None:
    share = drawn_rates([30.0, NAN, 30.0], [100, 100, 0], 100, 20_000, rng())
    assert np.isnan(share[:, 1:]).all()
    beta = stats.beta(30.5, 70.5)
    assert share[:, 0].mean() == pytest.approx(100 * beta.mean(), abs=0.1)
    assert np.quantile(share[:, 0], 0.025) == pytest.approx(100 * beta.ppf(0.025), abs=0.3)
    rate = drawn_rates([50.0], [200], 1000, 20_000, rng())[:, 0]
    gamma = stats.gamma(10.5, scale=1000 / 200)
    assert rate.mean() == pytest.approx(gamma.mean(), abs=0.5)
    assert np.quantile(rate, 0.975) == pytest.approx(gamma.ppf(0.975), abs=1.5)


def test_chance_makes_small_places_less_sure() -> None:
    def on_top(people: int) -> float:
        drawn = drawn_rates([60.0, 50.0], [people, people], 1000, 2000, rng())
        ranks = percentile_ranks(np.repeat(drawn[:, :, None], 2, axis=2), [1, 1])
        return float(top_shares(ranks, drawn_weights([1, 1], 2000, rng()), 0.5)[0])

    assert 0.5 < on_top(100) < 0.7 < 0.9 < on_top(10_000)
