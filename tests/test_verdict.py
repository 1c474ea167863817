"""Verdicts: a test and a smallest relevant difference together, in every way that figures can be sure or unsure."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import catalogue, few_examples, figures, indicator
from hypothesis import given
from made_up import MANY, TABLES
from scipy.stats import binom, hypergeom

from nplv_analysis import verdict
from nplv_analysis.areas import REST
from nplv_analysis.indicators import CHANCE, GIVEN, ROUNDING, SAMPLE
from nplv_analysis.methods.funnel import rate_differs
from nplv_analysis.methods.two_shares import GUARD, share_differs
from nplv_analysis.uncertainty import with_intervals
from nplv_analysis.verdict import BETTER, COLUMNS, HIGHER, LOWER, SAME, WORSE, verdicts

NAN = math.nan
PERCENT_OF_REFERENCE = {"waarde": 10, "eenheid": "procent van de referentie"}
OWN_UNIT = {"waarde": 0.3, "eenheid": "eenheid van de indicator"}
Row = dict[str, Any]


def judge(
    own: Row, other: Row, *, fixed: bool = False, tau2: float = NAN, p_contrast: float = NAN, **stated: Any
) -> pd.Series:
    """Judge one pair: a wijk and the rest of the gemeente."""
    known = catalogue(indicator(**stated))
    unit = {"eenheid": known.indicators[0].unit}
    one, two = (with_intervals(figures(unit | row), known) for row in (own, other | {"rol": REST}))
    pairs = one.join(two.add_prefix("ref_")).assign(ref_vast=fixed, tau2=tau2, p_contrast=p_contrast)
    return verdicts(pairs, known).iloc[0]


def counted(above: float, below: float, factor: float = 100, **other: Any) -> Row:
    """Make a share or rate of a full count."""
    return {"waarde": factor * above / below, "teller": above, "noemer": below, "interval_soort": CHANCE} | other


def asked(share: float, n: float, effective: float | None = None, **other: Any) -> Row:
    """Make a share of a survey, without counts."""
    return {"waarde": share, "n": n, "n_effectief": effective or n, "interval_soort": SAMPLE} | other


def mean(value: float, spread: float, n: float) -> Row:
    """Make a mean of a survey."""
    return asked(value, n, standaardafwijking=spread)


# ------------------------------------------------------------------------------------------------ published examples


def test_shares_with_counts_end_to_end() -> None:
    # Agresti 2007, An Introduction to Categorical Data Analysis, section 2.6, the tea taster: 3 of 4 against 1 of 4 has
    # one-sided exact P = 0.243. The guarded mid-P value is never below GUARD of the exact one.
    found = judge(counted(3, 4), counted(1, 4))
    assert found["p_waarde"] == pytest.approx(GUARD * 2 * 0.243, abs=0.001)
    assert (found["oordeel"], found["toets"]) == (SAME, "conditionele mid-P-toets")
    assert found["oordeel_reden"] == "Het verschil kan toeval zijn."


def test_the_interval_of_a_difference_of_shares_end_to_end() -> None:
    # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10: 56/70 against 48/80 gives 0.0524 to 0.3339.
    found = judge(counted(56, 70), counted(48, 80))
    assert found["verschil"] == pytest.approx(20)
    assert [found["verschil_onder95"], found["verschil_boven95"]] == pytest.approx([5.24, 33.39], abs=0.005)


def test_means_end_to_end() -> None:
    # Dalgaard 2008, Introductory Statistics with R, section 5.3, energy that lean and obese women spend in a day (MJ):
    # t = -3.8555, df = 15.919, p = 0.001411.
    lean = [7.53, 7.48, 8.08, 8.09, 10.15, 8.40, 10.88, 6.13, 7.90, 7.05, 7.48, 7.58, 8.11]
    obese = [9.21, 11.51, 12.79, 11.85, 9.97, 8.79, 9.69, 9.68, 9.19]
    rows = [mean(float(np.mean(mj)), float(np.std(mj, ddof=1)), float(len(mj))) for mj in (lean, obese)]
    found = judge(*rows, unit="MJ", good_direction="geen", smallest_difference={**OWN_UNIT, "waarde": 2.2})
    assert found["p_waarde"] == pytest.approx(0.001411, abs=5e-7)
    assert (found["oordeel"], found["toets"]) == (LOWER, "toets van Welch")


def test_rates_without_overdispersion_end_to_end() -> None:
    # Fay 2022, Testing the Ratio of Two Poisson Rates (vignette of the R package rateratio.test 1.1), section 1: with 2
    # events in 17,877 against 9 in 16,660 the exact two-sided p-value is 0.05011. The guarded mid-P value is between
    # that and GUARD of it.
    rows = [counted(2, 17877, 1000), counted(9, 16660, 1000)]
    found = judge(*rows, tau2=0.0, unit="per 1.000 inwoners", smallest_difference=PERCENT_OF_REFERENCE)
    assert GUARD * 0.05011 - 1e-5 <= found["p_waarde"] <= 0.05011
    assert (found["oordeel"], found["toets"]) == (SAME, verdict.FUNNEL)


# ------------------------------------------------------------------------------------------------- every kind of test


def test_shares_with_counts_that_differ() -> None:
    found = judge(counted(300, 1000), counted(200, 1000))
    assert found["oordeel"] == WORSE
    assert found["oordeel_reden"] == (
        "Het verschil is groter dan door toeval te verwachten is, en minstens 2 procentpunt."
    )
    beyond, here = hypergeom.sf(300, 2000, 500, 1000), hypergeom.pmf(300, 2000, 500, 1000)
    assert found["p_waarde"] == pytest.approx(max(2 * beyond + here, GUARD * 2 * (beyond + here)))


def test_shares_with_counts_against_a_fixed_value() -> None:
    found = judge(counted(250, 1000), {"waarde": 20.0}, fixed=True)
    assert (found["oordeel"], found["toets"]) == (WORSE, "binomiale mid-P-toets")
    beyond, here = binom.sf(250, 1000, 0.2), binom.pmf(250, 1000, 0.2)
    assert found["p_waarde"] == pytest.approx(max(2 * beyond + here, GUARD * 2 * (beyond + here)))
    # The fixed value has no margin of its own, so that of the difference is that of the figure.
    assert found["verschil_onder95"] == pytest.approx(found["onder95"] - 20)


def test_few_persons_against_many_do_not_make_a_difference_too_soon() -> None:
    # Where one person decides, plain mid-P has more false alarms than the level; it is guarded.
    found = judge(counted(4, 12), counted(1200, 20000))
    beyond, here = hypergeom.sf(4, 20012, 1204, 12), hypergeom.pmf(4, 20012, 1204, 12)
    assert found["p_waarde"] == pytest.approx(max(2 * beyond + here, GUARD * 2 * (beyond + here)))


def test_survey_shares_without_counts() -> None:
    found = judge(asked(30.0, 1000.0), asked(20.0, 1000.0))
    assert (found["oordeel"], found["toets"]) == (WORSE, "toets op aandelen (Zou en Donner)")
    assert found["p_waarde"] == pytest.approx(float(share_differs(0.3, 1000, 0.2, 1000)))
    beside = judge(asked(30.0, 1000.0), {"waarde": 20.0}, fixed=True)
    assert beside["p_waarde"] == pytest.approx(float(share_differs(0.3, 1000, 0.2, np.inf)))


def test_counts_of_a_weighted_survey_are_tested_on_the_effective_n() -> None:
    plain = judge(asked(30.0, 400.0, teller=120.0, noemer=400.0), asked(20.0, 400.0, teller=80.0, noemer=400.0))
    assert plain["toets"] == "conditionele mid-P-toets"
    rows = [asked(30.0, 400.0, 200.0, teller=120.0, noemer=400.0), asked(20.0, 400.0, 200.0, teller=80.0, noemer=400.0)]
    weighted = judge(*rows)
    assert weighted["toets"] == "toets op aandelen (Zou en Donner)"
    assert weighted["p_waarde"] == pytest.approx(float(share_differs(0.3, 200, 0.2, 200)))
    assert weighted["p_waarde"] > 2 * plain["p_waarde"]


def test_a_survey_beside_a_full_count() -> None:
    found = judge(asked(30.0, 500.0), counted(4000, 20000))
    assert found["p_waarde"] == pytest.approx(float(share_differs(0.3, 500, 0.2, 20000)))


def test_intervals_of_a_source() -> None:
    given_ = {"interval_soort": GIVEN}
    rows = [
        {"waarde": 7.5, "onder95": 7.3, "boven95": 7.7} | given_,
        {"waarde": 7.0, "onder95": 6.9, "boven95": 7.1} | given_,
    ]
    found = judge(*rows, unit="rapportcijfer", good_direction="hoog", smallest_difference=OWN_UNIT)
    # 0.5 / sqrt(0.102^2 + 0.051^2) = 4.38 standard errors: p = 0.000012.
    assert found["p_waarde"] == pytest.approx(0.000012, abs=1e-6)
    assert (found["oordeel"], found["toets"]) == (BETTER, "toets van Welch")
    share = judge({"waarde": 30.0, "onder95": 27.0, "boven95": 33.0} | given_, asked(20.0, 800.0))
    assert (share["oordeel"], share["toets"]) == (WORSE, "toets van Welch")


def test_rates_by_the_funnel() -> None:
    own, other = counted(300, 5000, 1000), counted(8000, 200000, 1000)
    stated = {"unit": "per 1.000 inwoners", "smallest_difference": PERCENT_OF_REFERENCE}
    chance = judge(own, other, tau2=0.0, **stated)
    assert chance["oordeel"] == WORSE
    assert chance["oordeel_reden"].endswith("en minstens 10 procent van het cijfer ernaast.")
    among_wijken = judge(own, other, tau2=0.04, **stated)
    assert among_wijken["p_waarde"] == pytest.approx(float(rate_differs(300, 5000, 8000, 200000, 0.04)))
    assert (among_wijken["oordeel"], among_wijken["oordeel_reden"]) == (SAME, verdict.BY_THEMSELVES)
    # An interval of chance alone would say more than the test does.
    assert math.isnan(among_wijken["verschil_onder95"])


def test_rates_against_a_fixed_value() -> None:
    stated = {"unit": "per 1.000 inwoners", "smallest_difference": PERCENT_OF_REFERENCE}
    found = judge(counted(300, 5000, 1000), {"waarde": 40.0}, fixed=True, tau2=0.0, **stated)
    assert found["p_waarde"] == pytest.approx(float(rate_differs(300, 5000, 40_000_000, 1e9, 0.0)))
    assert found["oordeel"] == WORSE


def test_a_change_of_counts_goes_by_the_contrast_of_periods() -> None:
    row = {"waarde": 120.0, "interval_soort": CHANCE}
    stated = {"unit": "aantal misdrijven", "smallest_difference": PERCENT_OF_REFERENCE}
    known = catalogue(indicator(**stated))
    table = with_intervals(figures(row | {"eenheid": stated["unit"]}), known)
    before = table.assign(waarde=80.0).add_prefix("ref_")
    for p_value, expected in ((0.001, WORSE), (0.003, SAME)):
        pairs = table.join(before).assign(ref_vast=False, tau2=NAN, p_contrast=p_value)
        found = verdicts(pairs, known).iloc[0]
        assert (found["oordeel"], found["p_waarde"], found["toets"]) == (expected, p_value, verdict.CONTRAST)


# ---------------------------------------------------------------------------------------- no verdict, and why not


@pytest.mark.parametrize(
    ("own", "other", "stated", "reason"),
    [
        ({"ondergrens": 10.0, "bovengrens": 20.0}, asked(20.0, 800.0), {}, verdict.NO_FIGURE),
        ({"status": "onthullingsrisico"}, asked(20.0, 800.0), {}, verdict.NO_FIGURE),
        (asked(20.0, 800.0), {}, {}, verdict.NO_REFERENCE),
        (counted(50, 1, 1), counted(500, 1, 1), {"unit": "aantal kinderen"}, verdict.NO_COUNT_OF_PARTS),
        (
            {"waarde": 24.0, "afronding": 0.5, "interval_soort": ROUNDING},
            {"waarde": 24.5, "afronding": 0.5, "interval_soort": ROUNDING},
            {"uncertainty": "afronding"},
            verdict.ROUNDED,
        ),
        (
            {"waarde": 24.0, "afronding": 0.5, "interval_soort": ROUNDING},
            {"waarde": 10.0, "afronding": 0.5, "interval_soort": ROUNDING},
            {"uncertainty": "afronding"},
            verdict.ROUNDED + verdict.BEYOND_ROUNDING,
        ),
        (
            {"waarde": 22.9},
            {"waarde": 17.5},
            {"uncertainty": "model"},
            "Geen oordeel: dit is een modelschatting en daarvan staat hier geen marge.",
        ),
        (
            {"waarde": 22.9},
            {"waarde": 17.5},
            {"uncertainty": "steekproef"},
            "Geen oordeel: de bron geeft geen aantal ondervraagden, dus een marge is niet te berekenen.",
        ),
        (asked(20.0, 800.0), {"waarde": 17.5}, {}, verdict.OTHER_HAS_NO_MARGIN),
        (counted(30, 500, 1000), counted(400, 9000, 1000), {"unit": "per 1.000 inwoners"}, verdict.NO_SPREAD),
        (mean(7.0, 0.0, 40.0), mean(8.0, 0.0, 40.0), {"unit": "rapportcijfer"}, verdict.NO_TEST),
    ],
)
def test_no_verdict_and_the_reason(own: Row, other: Row, stated: Row, reason: str) -> None:
    found = judge(own, other, **stated)
    assert (found["oordeel"], found["oordeel_reden"], found["toets"]) == ("", reason, "")
    assert math.isnan(found["p_waarde"])


def test_one_answer_beside_a_mean_of_a_source_is_too_few_for_a_test() -> None:
    own = {"waarde": 7.0, "n": 1.0, "n_effectief": 1.0, "onder95": 6.0, "boven95": 8.0, "interval_soort": SAMPLE}
    found = judge(own, mean(8.0, 1.0, 500.0), unit="rapportcijfer")
    # The interval of the source is normal whatever the n, but one answer leaves no degrees of freedom.
    assert (found["oordeel"], found["oordeel_reden"]) == ("", verdict.NO_TEST)


def test_a_count_of_a_part_has_no_difference_with_the_whole() -> None:
    assert math.isnan(judge(counted(50, 1, 1), counted(500, 1, 1), unit="aantal kinderen")["verschil"])


def test_a_reference_without_events_is_no_reference_for_the_funnel() -> None:
    found = judge(counted(30, 500, 1000), counted(0, 900, 1000), unit="per 1.000 inwoners", tau2=0.01)
    assert (found["oordeel"], found["oordeel_reden"]) == ("", verdict.NO_TEST)


# ----------------------------------------------------------------------------------- direction and smallest difference


@pytest.mark.parametrize(
    ("direction", "higher", "lower"), [("hoog", BETTER, WORSE), ("laag", WORSE, BETTER), ("geen", HIGHER, LOWER)]
)
def test_what_a_difference_means_follows_the_good_direction(direction: str, higher: str, lower: str) -> None:
    many, few = counted(3000, 10000), counted(2000, 10000)
    assert judge(many, few, good_direction=direction)["oordeel"] == higher
    assert judge(few, many, good_direction=direction)["oordeel"] == lower


@pytest.mark.parametrize(
    ("value", "smallest", "expected"),
    [
        # Of a reference of 26: 2 points, 10 percent (2.6), and 1.5 in the unit of the figure.
        (24.0, {"waarde": 2, "eenheid": "procentpunt"}, BETTER),
        (24.0 + 1e-12, {"waarde": 2, "eenheid": "procentpunt"}, BETTER),
        (24.1, {"waarde": 2, "eenheid": "procentpunt"}, SAME),
        (28.0, {"waarde": 2, "eenheid": "procentpunt"}, WORSE),
        (23.4, PERCENT_OF_REFERENCE, BETTER),
        (23.5, PERCENT_OF_REFERENCE, SAME),
        (24.5, {"waarde": 1.5, "eenheid": "eenheid van de indicator"}, BETTER),
        (24.6, {"waarde": 1.5, "eenheid": "eenheid van de indicator"}, SAME),
    ],
)
def test_exactly_the_smallest_relevant_difference_counts(value: float, smallest: Row, expected: str) -> None:
    found = judge(asked(value, 1e8), asked(26.0, 1e8), smallest_difference=smallest)
    assert found["p_waarde"] < verdict.ALPHA
    assert found["oordeel"] == expected


def test_significant_but_small_is_no_difference_and_says_so() -> None:
    found = judge(counted(21_000, 100_000), counted(20_000, 100_000))
    assert (found["p_waarde"] < 1e-6, found["oordeel"]) == (True, SAME)
    assert found["oordeel_reden"] == (
        "Het verschil is waarschijnlijk geen toeval, maar te klein om mee te tellen: minder dan 2 procentpunt."
    )
    relative = judge(counted(21_000, 100_000), counted(20_000, 100_000), smallest_difference=PERCENT_OF_REFERENCE)
    assert relative["oordeel_reden"].endswith("minder dan 10 procent van het cijfer ernaast.")
    unit = judge(counted(21_000, 100_000), counted(20_000, 100_000), smallest_difference={**OWN_UNIT, "waarde": 1.5})
    assert unit["oordeel_reden"].endswith("minder dan 1,5.")


def test_large_but_not_significant_is_no_difference() -> None:
    found = judge(counted(30, 100), counted(20, 100))
    assert found["verschil"] == pytest.approx(10)
    assert (found["oordeel"], found["oordeel_reden"]) == (SAME, verdict.BY_CHANCE)


def test_the_level_is_that_of_998_percent() -> None:
    # 1.4 % by chance is a difference at 95 %, and no verdict here.
    found = judge(counted(60, 400), counted(37, 400))
    assert 0.002 < found["p_waarde"] < 0.05
    assert found["oordeel"] == SAME
    assert found["verschil_onder95"] > 0


# --------------------------------------------------------------------------------------------------------- rounding


def test_rounded_counts_are_taken_nearest_to_each_other() -> None:
    rounding = {"afronding": 2.0}
    rounded = judge(counted(60, 200, **rounding), counted(30, 200, **rounding))
    assert rounded["p_waarde"] == pytest.approx(judge(counted(58, 200), counted(32, 200))["p_waarde"])
    lower = judge(counted(30, 200, **rounding), counted(60, 200, **rounding))
    assert lower["p_waarde"] == pytest.approx(rounded["p_waarde"])
    below = judge(counted(60, 200, afronding_noemer=2.0), counted(30, 200))
    assert below["p_waarde"] == pytest.approx(judge(counted(60, 202), counted(30, 200))["p_waarde"])


def test_counts_that_rounding_may_have_made_equal_do_not_differ() -> None:
    # Past each other they would differ again, the other way round.
    rounding = {"afronding": 2000.0}
    found = judge(counted(50_000, 1_000_000, **rounding), counted(49_000, 1_000_000, **rounding))
    assert found["p_waarde"] == 1


def test_a_rate_may_have_more_events_than_inhabitants() -> None:
    stated = {"unit": "per 1.000 inwoners", "smallest_difference": PERCENT_OF_REFERENCE}
    found = judge(counted(300, 50, 1000), counted(8000, 200000, 1000), tau2=0.0, **stated)
    assert found["p_waarde"] == pytest.approx(float(rate_differs(300, 50, 8000, 200000, 0.0)))


# ------------------------------------------------------------------------------------------------- what it must hold


@few_examples
@given(TABLES)
def test_any_pair_has_a_verdict_or_a_reason(table: pd.DataFrame) -> None:
    figures_ = with_intervals(table, MANY)
    other = with_intervals(table.sample(frac=1, random_state=1).reset_index(drop=True), MANY).set_axis(table.index)
    pairs = figures_.reset_index(drop=True).join(other.reset_index(drop=True).add_prefix("ref_")).set_axis(table.index)
    fixed = np.arange(len(table)) % 3 == 0
    found = verdicts(pairs.assign(ref_vast=fixed, tau2=np.where(fixed, NAN, 0.01), p_contrast=NAN), MANY)
    assert found.index.equals(table.index)
    assert set(COLUMNS) <= set(found)
    assert (found["oordeel_reden"].str.len() > 0).all()
    judged = found["oordeel"] != ""
    assert (judged == found["p_waarde"].notna()).all()
    assert (judged == (found["toets"] != "")).all()
    assert found["p_waarde"].dropna().between(0, 1).all()
    claimed = found["oordeel"].isin([BETTER, WORSE, HIGHER, LOWER])
    assert (found.loc[claimed, "p_waarde"] < verdict.ALPHA).all()


@few_examples
@given(TABLES)
def test_a_verdict_turns_round_with_the_pair(table: pd.DataFrame) -> None:
    figures_ = with_intervals(table, MANY).reset_index(drop=True)
    beside = figures_.groupby(["indicator", "reeks"], sort=False).shift()
    beside = beside.assign(indicator=figures_["indicator"], reeks=figures_["reeks"])
    sides = [figures_.join(beside.add_prefix("ref_")), beside.join(figures_.add_prefix("ref_"))]
    known = beside["gebied"].notna()
    there, back = (verdicts(side[known].assign(ref_vast=False, tau2=NAN, p_contrast=NAN), MANY) for side in sides)
    both = (there["oordeel"] != "") & (back["oordeel"] != "")
    assert there.loc[both, "p_waarde"].to_numpy() == pytest.approx(back.loc[both, "p_waarde"].to_numpy())
    absolute = ~there["indicator"].str.contains("ratio|score|telling") & both
    opposite = {BETTER: WORSE, WORSE: BETTER, HIGHER: LOWER, LOWER: HIGHER, SAME: SAME}
    directed = {i.id: i.smallest_difference["eenheid"] != "procent van de referentie" for i in MANY.indicators}
    absolute &= there["indicator"].map(directed).astype(bool)
    assert list(there.loc[absolute, "oordeel"].map(opposite)) == list(back.loc[absolute, "oordeel"])
