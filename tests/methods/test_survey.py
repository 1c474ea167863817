"""Shares and means of weighted samples, held against figures that others print."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nplv_analysis.methods.survey import LEAST_FREEDOM, Estimate, estimate, sample

#: The data set ``fpc`` of the R package survey (Lumley), from Stata 7: stratum, weight and x of eight clusters.
FPC_STRATA = [1, 1, 1, 1, 1, 2, 2, 2]
FPC_WEIGHTS = [3, 3, 3, 3, 3, 4, 4, 4]
FPC_X = [2.8, 4.1, 6.8, 6.8, 9.2, 3.7, 6.6, 4.2]

#: The ice cream study of SAS/STAT, procedure SURVEYMEANS, example "Stratified Cluster Sample Design":
#: weekly spending of 40 pupils by grade (stratum) and study group (cluster).
ICE_CREAM = {
    "7": {
        "156": [1, 2],
        "321": [6, 3, 12],
        "34": [7, 7, 2],
        "403": [4, 11],
        "412": [4, 6],
        "489": [2, 9, 2],
        "501": [2, 3],
        "78": [1, 10, 6],
    },
    "8": {"143": [12, 16, 10], "156": [19, 14], "59": [20, 13, 17, 18]},
    "9": {"230": [15, 8, 7], "235": [9, 6, 11], "27": [14, 15], "301": [8], "312": [8, 10]},
}
#: Study groups drawn and all there are, by grade.
GROUPS = {"7": (8, 608), "8": (3, 252), "9": (5, 403)}
PUPILS = [(grade, group, x) for grade, groups in ICE_CREAM.items() for group, xs in groups.items() for x in xs]


def all_of(weights: list[float], answers: list[float], **design: list[str]) -> Estimate:
    return estimate(sample(weights, **design), np.array(answers, dtype=float), np.ones(len(weights), dtype=bool))


def test_golden_of_the_survey_package() -> None:
    """Printed by ``svymean(~x, withoutfpc)``, and in the manual of Stata: 5.448148, standard error .7412683."""
    found = all_of(FPC_WEIGHTS, FPC_X, strata=list(map(str, FPC_STRATA)))
    assert found.value == pytest.approx(5.448148, abs=5e-7)
    assert found.standard_error == pytest.approx(0.7412683, abs=5e-8)


@pytest.mark.parametrize(("share", "mean", "error"), [(False, 8.923860, 0.650859), (True, 0.561437, 0.056368)])
def test_golden_of_sas(share: bool, mean: float, error: float) -> None:
    """SAS prints the mean, and the share below 10, with a correction for the part of the groups that was drawn."""
    grades, groups, spent = (list(part) for part in zip(*PUPILS, strict=True))
    weights = [GROUPS[grade][1] / GROUPS[grade][0] for grade in grades]
    found = all_of(weights, [x < 10 for x in spent] if share else spent, strata=grades, clusters=groups)
    assert (found.n, found.value) == (40, pytest.approx(mean, abs=5e-7))
    # It is between that of the grades with the smallest and the largest part, which differ by less than 0.1 %.
    corrected = [found.standard_error * math.sqrt(1 - drawn / there) for drawn, there in GROUPS.values()]
    assert min(corrected) < error < max(corrected) < 1.001 * min(corrected)


def test_simple_random_sample_has_no_design_effect() -> None:
    found = all_of([2.0] * 40, [1.0] * 10 + [0.0] * 30)
    assert (found.value, found.n) == (0.25, 40)
    assert found.design_effect == pytest.approx(1)
    assert found.effective_n == pytest.approx(40)
    assert found.standard_error == pytest.approx(math.sqrt(0.25 * 0.75 / 39))


def test_design_effect_of_one_answer_is_that_of_the_weights() -> None:
    """Kish: n sum(w^2) / sum(w)^2, by hand 12 x 48 / 20^2 of eight ones, two twos and two fours."""
    found = all_of([1.0] * 8 + [2.0] * 2 + [4.0] * 2, [1.0] * 12)
    assert found.design_effect == pytest.approx(12 * 48 / 20**2)
    assert (found.value, found.standard_error) == (1, 0)
    assert found.effective_n == pytest.approx(20**2 / 48)


def test_people_of_one_address_count_for_less() -> None:
    """Twenty addresses where both give the same answer are twenty answers, not forty."""
    answers = [1.0, 1.0] * 10 + [0.0, 0.0] * 10
    found = all_of([1.0] * 40, answers, clusters=[str(number // 2) for number in range(40)])
    assert found.design_effect == pytest.approx(20 / 19 * 39 / 20)
    assert found.effective_n == pytest.approx(40 * 19 / 39)


def test_strata_never_make_more_of_a_sample_than_its_people() -> None:
    found = all_of([1.0] * 20, [1.0] * 10 + [0.0] * 10, strata=["a"] * 10 + ["b"] * 10)
    assert found.design_effect == pytest.approx(0, abs=1e-12)
    assert found.effective_n == 20


def test_clusters_with_one_name_in_two_strata_are_two() -> None:
    apart = sample([1.0] * 4, ["a", "a", "b", "b"], ["1", "1", "1", "1"])
    assert len(apart.stratum) == 2


def test_stratum_with_one_cluster_counts_its_square() -> None:
    drawn = sample([1.0] * 10, ["a"] + ["b"] * 9)
    answers = np.array([1.0] + [0.0] * 9)
    found = estimate(drawn, answers, np.ones(10, dtype=bool))
    # The scores are 0.09 once and -0.01 nine times; the latter are all equal, so only the first one counts.
    assert found.standard_error == pytest.approx(0.09)


def test_who_is_not_in_the_group_still_tells_how_the_sample_was_drawn() -> None:
    """A group alone would have n / (n - 1); in a sample of which it is a part that is N / (N - 1)."""
    answers = np.array([1.0] * 5 + [0.0] * 5 + [math.nan] * 2 + [1.0] * 88)
    group = np.arange(100) < 12
    found = estimate(sample([1.0] * 100), answers, group)
    assert (found.value, found.n) == (0.5, 10)
    assert found.standard_error == pytest.approx(math.sqrt(100 / 99 * 10 * 0.05**2))


def test_too_few_clusters_give_no_effective_n() -> None:
    answers = np.tile([1.0, 0.0], 9)
    clusters = [str(number // 2) for number in range(18)]
    drawn = sample([1.0] * 18, None, clusters)
    enough = estimate(drawn, answers, np.arange(18) < 2 * (LEAST_FREEDOM + 1))
    few = estimate(drawn, answers, np.arange(18) < 2 * LEAST_FREEDOM)
    assert not math.isnan(enough.effective_n)
    assert math.isnan(few.effective_n)
    assert few.n == 2 * LEAST_FREEDOM


def test_nobody_gives_no_estimate() -> None:
    found = estimate(sample([1.0, 1.0]), np.array([math.nan, 1.0]), np.array([True, False]))
    assert found.n == 0
    assert math.isnan(found.value)


def test_one_person_gives_no_margin() -> None:
    found = estimate(sample([1.0, 1.0]), np.array([1.0, 0.0]), np.array([True, False]))
    assert (found.value, found.n) == (1, 1)
    assert math.isnan(found.effective_n)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.floats(0.1, 10), st.integers(0, 10), st.sampled_from("abc")), min_size=2, max_size=60),
    st.sampled_from([0.01, 7.0, 3000.0]),
)
def test_only_ratios_of_weights_count(people: list[tuple[float, int, str]], factor: float) -> None:
    weights, answers, strata = (list(part) for part in zip(*people, strict=True))
    one = all_of(weights, answers, strata=strata)
    other = all_of([factor * weight for weight in weights], answers, strata=strata)
    assert other.value == pytest.approx(one.value)
    assert other.standard_error == pytest.approx(one.standard_error, abs=1e-9)
    assert min(answers) <= one.value <= max(answers)
    assert math.isnan(one.effective_n) or 0 < one.effective_n <= one.n
