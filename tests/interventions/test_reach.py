"""Whom interventions reached: bounds where counts may not be added up, and whether so few could show."""

from __future__ import annotations

import math

import pytest
from helpers import catalogue, figures, indicator

from nplv_analysis.interventions import Intervention, Reach, Run
from nplv_analysis.interventions.reach import count_of, most_change, reached, visibility
from nplv_analysis.methods.detectable import NOT_VISIBLE, VISIBLE

SHARE = indicator(id="risico", unit="%", smallest_difference={"waarde": 2, "eenheid": "procentpunt"})
TOWN = catalogue(
    (SHARE, *(indicator(id=name, unit="aantal") for name in ("eerste", "tweede", "kinderen", "doelgroep")))
)
#: Two counts in which a child may be twice, out of 6,052 children, with a target group of 200.
FIGURES = figures(
    {"indicator": "eerste", "gebied": "noord", "waarde": 37.0},
    {"indicator": "tweede", "gebied": "noord", "waarde": 13.0},
    {"indicator": "kinderen", "gebied": "noord", "waarde": 6052.0},
    {"indicator": "kinderen", "gebied": "wijk", "waarde": 500.0},
    {"indicator": "kinderen", "gebied": "noord", "rol": "overige gemeente", "waarde": 1.0},
    {"indicator": "doelgroep", "gebied": "noord", "waarde": 180.0, "periode": "2019"},
    {"indicator": "doelgroep", "gebied": "noord", "waarde": 200.0, "periode": "2021"},
)
PART = Reach(
    "opvang", ("eerste", "tweede"), reached=("eerste", "tweede"), outcome="risico", group="kinderen", area="noord"
)


def part(**other: object) -> Reach:
    """Make the part with other fields."""
    return Reach(**(PART.__dict__ | other))  # type: ignore[arg-type]


def test_counts_in_which_somebody_may_be_twice_are_bounds() -> None:
    found = reached(PART, FIGURES)
    assert (found.low, found.high) == (37.0, 50.0)
    assert math.isnan(found.share_low) and math.isnan(found.share_high)


def test_reach_is_part_of_the_target_group_where_both_are_published() -> None:
    found = reached(part(target_group="doelgroep"), FIGURES)
    assert (found.share_low, found.share_high) == (100 * 37 / 200, 25.0)


def test_a_count_that_is_not_published_leaves_the_reach_unknown() -> None:
    without = FIGURES[FIGURES["indicator"] != "tweede"]
    assert math.isnan(reached(PART, without).high)
    assert math.isnan(visibility(PART, without, TOWN).on_area)
    assert math.isnan(reached(part(reached=()), FIGURES).high)


def test_the_most_that_could_change_is_all_reached_of_all_in_the_figure() -> None:
    seen = visibility(PART, FIGURES, TOWN)
    assert seen.on_area == pytest.approx(100 * 50 / 6052)
    assert (seen.smallest_visible, seen.visible, seen.reason) == (2.0, False, NOT_VISIBLE)
    # In a wijk of 500 children the same 50 are 10 percentage points.
    near = visibility(part(area="wijk"), FIGURES, TOWN)
    assert (near.on_area, near.visible, near.reason) == (pytest.approx(10.0), True, VISIBLE)


def test_no_more_than_all_can_be_reached() -> None:
    few = figures(
        *({"indicator": name, "gebied": "noord", "waarde": 80.0} for name in ("eerste", "tweede")),
        {"indicator": "kinderen", "gebied": "noord", "waarde": 100.0},
        {"indicator": "doelgroep", "gebied": "noord", "waarde": 100.0},
    )
    assert visibility(PART, few, TOWN).on_area == 100.0
    assert reached(part(target_group="doelgroep"), few).share_high == 100.0


@pytest.mark.parametrize(
    ("complete", "parts", "most"),
    [
        (True, (PART,), 100 * 50 / 6052),
        (True, (PART, part(reached=("eerste",))), 100 * 87 / 6052),
        (False, (PART,), math.nan),
        (True, (PART, Reach("rest", ("eerste",))), math.nan),
        (True, (), math.nan),
    ],
)
def test_the_most_of_an_intervention_is_known_when_all_its_parts_are(
    complete: bool, parts: tuple[Reach, ...], most: float
) -> None:
    one = Intervention(
        "een", "Een", "interventie", ("leren",), (Run("noord", "2020"),), (), reach=parts, reach_complete=complete
    )
    assert most_change(one, "risico", FIGURES) == pytest.approx(most, nan_ok=True)
    assert math.isnan(most_change(one, "eerste", FIGURES))


def test_of_a_count_in_more_areas_the_area_must_be_named() -> None:
    assert count_of("kinderen", FIGURES, "wijk") == 500.0
    assert math.isnan(count_of("kinderen", FIGURES))
    assert count_of("doelgroep", FIGURES) == 200.0
    assert math.isnan(count_of("niets", FIGURES))
