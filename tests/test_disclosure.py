"""The only way out: public figures as published, small numbers of other sources never, whatever else is shown."""

from __future__ import annotations

import ast
import dataclasses
import json
import math
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attacker import Attacker, Clue, Page, Reader, Secret, clues_of_table, rounding_of, secrets
from helpers import (
    GEMEENTE,
    LESSONS,
    NOTEBOOKS,
    PACKAGE,
    amount,
    area,
    catalogue,
    few_examples,
    figures,
    indicator,
    observation,
    observations,
    series,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import OWN
from without_kernel import without_kernels

import nplv_analysis as nplv
import nplv_analysis.disclosure
import nplv_analysis.preparation
from nplv_analysis.analysis import analyse
from nplv_analysis.areas import ITSELF, REST
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.data import Data, load
from nplv_analysis.disclosure import HIDDEN, VALUE_COLUMNS, WHY_HIDDEN, Rules, release
from nplv_analysis.disclosure.audit import Attack, Fact, feasible_range
from nplv_analysis.disclosure.plan import Plan
from nplv_analysis.errors import NplvError
from nplv_analysis.indicators import NUMBERS, WIJK_ONLY, indicator_table
from nplv_analysis.methods.rounding import rounded
from nplv_analysis.preparation import Prepared, load_prepared, prepare

pytest_plugins = ["project_data"]

HERE = Path(__file__).resolve().parent
ONE = catalogue(indicator(), area("wijk", "BU99900000"), area("a", "BU99900100"), area("b", "BU99900200"))
COUNT = catalogue(indicator(unit="aantal kinderen", decimals=0), *ONE.areas[:-1])


def out(*rows: dict[str, Any], known: Catalogue = ONE, rules: Rules | None = None) -> pd.DataFrame:
    """Let out made-up figures that are not public."""
    unit = known.indicators[0].unit
    return release(figures(*({"openbaar": False, "eenheid": unit} | row for row in rows)), known, rules or Rules())


# --------------------------------------------------------------------------------------------------- public figures


def test_public_figures_pass_untouched(real_data: Data) -> None:
    assert real_data.figures["openbaar"].all()
    pd.testing.assert_frame_equal(release(real_data.figures, real_data.catalogue), real_data.figures)


def test_public_small_numbers_pass_as_their_publisher_gave_them() -> None:
    table = figures(
        {"waarde": 50.0, "teller": 1.0, "noemer": 2.0},
        {"ondergrens": 1.0, "bovengrens": 4.0, "eenheid": "aantal leerlingen"},
        {"gebied": "a", "waarde": 50.0, "teller": 3.0, "noemer": 6.0, "openbaar": False},
    )
    pd.testing.assert_frame_equal(release(table, ONE).iloc[:2], table.iloc[:2])


def test_the_table_that_goes_in_is_left_alone() -> None:
    table = figures({"waarde": 50.0, "noemer": 2.0, "openbaar": False})
    before = table.copy()
    release(table, ONE)
    pd.testing.assert_frame_equal(table, before)


# ---------------------------------------------------------------------------------------------------- small numbers


@pytest.mark.parametrize(
    ("small", "kept"),
    [
        ({"waarde": 50.0, "noemer": 9.0, "teller": 5.0}, set()),
        ({"waarde": 50.0, "n": 9.0}, set()),
        ({"waarde": 50.0, "n": 200.0, "noemer": 9.0}, {"n"}),
        ({"waarde": 0.0, "teller": 0.0, "noemer": 9.0}, set()),
        ({"waarde": 100.0, "teller": 9.0, "noemer": 9.0}, set()),
        ({"waarde": 2.0, "teller": 4.0, "noemer": 200.0}, {"noemer", "afronding_noemer"}),
        ({"waarde": 2.0, "n": 200.0}, {"n"}),
        ({"ondergrens": 0.5, "bovengrens": 2.0, "noemer": 200.0}, {"noemer", "afronding_noemer"}),
        ({"waarde": 40.0, "onder95": 5.0, "boven95": 75.0, "interval_soort": "marge van de bron"}, set()),
    ],
    ids=[
        "few under a share",
        "few asked",
        "few under, many asked",
        "nobody of few",
        "everybody of few",
        "few events",
        "few answers",
        "few events at most",
        "a margin as wide as that of few",
    ],
)
def test_of_a_small_number_that_is_not_public_no_more_is_left_than_a_large_denominator(
    small: dict[str, float], kept: set[str]
) -> None:
    others = ("genoemd", "n_effectief", "standaardafwijking", "standaardfout", "afronding", "onder998", "boven998")
    found = out(dict.fromkeys(others, 7.0) | small).iloc[0]
    assert {name for name in VALUE_COLUMNS if not pd.isna(found[name])} == kept
    assert list(found[["status", "toelichting", "interval_soort"]]) == [HIDDEN, WHY_HIDDEN, ""]


@pytest.mark.parametrize(
    "small",
    [
        {"waarde": 4.0},
        {"ondergrens": 0.0, "bovengrens": 4.0, "teken": "<"},
        {"genoemd": 3.0, "teken": "rond"},
        {"waarde_cbs_wijk": 3.0, "herkomst": WIJK_ONLY, "waarde": np.nan},
    ],
    ids=["a count", "a range", "a count that is mentioned", "a count of the CBS wijk"],
)
def test_a_small_count_that_is_not_public_loses_every_value(small: dict[str, Any]) -> None:
    found = out(small, known=COUNT).iloc[0]
    assert found[list(VALUE_COLUMNS)].isna().all()
    assert found["status"] == HIDDEN
    assert found["herkomst"] != WIJK_ONLY


def test_every_number_of_the_table_but_the_year_can_be_hidden() -> None:
    assert set(VALUE_COLUMNS) == set(NUMBERS) - {"jaar"}


@pytest.mark.parametrize(
    ("rules", "hidden"),
    [(Rules(), False), (Rules(least_persons=50), True), (Rules(least_events=20), True), (Rules(round_to=30), True)],
    ids=["standard", "more persons", "more events", "nothing left of it by rounding"],
)
def test_the_rules_of_the_owner_win(rules: Rules, hidden: bool) -> None:
    found = out({"waarde": 30.0, "teller": 12.0, "noemer": 40.0}, rules=rules).iloc[0]
    assert (found["status"] == HIDDEN) is hidden


def test_what_can_not_be_checked_is_not_shown() -> None:
    ratio = series("verhouding", denominator=amount("kinderen"), factor=100.0)
    known = catalogue(indicator(ratio), *ONE.areas[:-1])
    ranged, counted = {"ondergrens": 1.0, "bovengrens": 40.0}, {"waarde": 30.0, "teller": 30.0, "noemer": 100.0}
    found = out(ranged, {"gebied": "a"} | counted, known=known)
    assert list(found["status"] == HIDDEN) == [True, False]


def test_a_share_is_checked_against_the_inhabitants_that_another_figure_shows() -> None:
    weighted = indicator(series("gewogen_gemiddelde", weight=amount("inwoners", source="openbaar")))
    people = indicator(series("som", "inwoners", source="openbaar"), id="mensen", unit="aantal mensen", decimals=0)
    known = catalogue((weighted, people), *ONE.areas[:-1])
    share = {"waarde": 8.0, "openbaar": False}
    inhabitants = {"indicator": "mensen", "eenheid": "aantal mensen", "bron": "openbaar"}
    found = release(
        figures({"gebied": "a", **share}, {"gebied": "b", **share}, {"gebied": "a", "waarde": 50.0, **inhabitants},
                {"gebied": "b", "waarde": 5000.0, **inhabitants}),
        known,
    )  # fmt: skip
    assert list(found["status"] == HIDDEN) == [True, False, False, False]


# --------------------------------------------------------------------------------------------------------- rounding


def test_golden_conventional_rounding_to_fives() -> None:
    # Hundepool et al., Handbook on Statistical Disclosure Control, section 5.5, "Population counts by sex
    # (conventional rounding)": the column of males, and the totals of females and of all.
    assert [rounded(count, 5) for count in (1, 3, 12, 16)] == [0, 5, 10, 15]
    assert [rounded(count, 5) for count in (23, 39)] == [25, 40]


@pytest.mark.parametrize("step", [0.1, 0.2, 0.5, 1.0])
@given(value=st.floats(0, 100))
def test_rounding_moves_a_value_by_half_a_step_at_most(value: float, step: float) -> None:
    shown = rounded(value, step)
    assert abs(shown - value) <= step / 2 + 1e-6
    assert abs(shown / step - round(shown / step)) < 1e-6


def test_counts_are_rounded_and_the_share_follows_from_them() -> None:
    found = out({"waarde": 100 * 23 / 211, "teller": 23.0, "noemer": 211.0, "toelichting": "Bedacht."}).iloc[0]
    assert list(found[["teller", "noemer", "waarde"]]) == [25.0, 210.0, 11.9]
    assert list(found[["afronding", "afronding_noemer"]]) == [2.0, 2.0]
    assert found["toelichting"] == (
        "Bedacht. De teller en de noemer zijn afgerond op een veelvoud van 5; het cijfer is daaruit berekend."
    )


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 400)).map(lambda t: (min(t), max(t))), min_size=1, max_size=3
    ),
    base=st.integers(1, 12),
)
@settings(few_examples, max_examples=30)
def test_the_true_counts_are_within_the_stated_rounding(rows: list[tuple[int, int]], base: int) -> None:
    table = [
        {"gebied": name, "waarde": 100 * x / y if y else math.nan, "teller": float(x), "noemer": float(y)}
        for name, (x, y) in zip(("wijk", "a", "b"), rows, strict=False)
    ]
    found = out(*table, rules=Rules(round_to=base))
    for (x, y), row in zip(rows, found.to_dict("records"), strict=True):
        for true, shown, half in ((x, row["teller"], row["afronding"]), (y, row["noemer"], row["afronding_noemer"])):
            assert math.isnan(shown) or abs(shown - true) <= (0 if math.isnan(half) else half)
        assert not row["waarde"] > 100 and not row["teller"] > row["noemer"]


def test_none_at_all_stays_none() -> None:
    found = out({"waarde": 0.0, "teller": 0.0, "noemer": 200.0}).iloc[0]
    assert list(found[["waarde", "teller"]]) == [0.0, 0.0]
    assert pd.isna(found["afronding"]), "where few are hidden and more are not rounded to none, none is exact"


def test_a_range_is_rounded_outwards() -> None:
    found = out({"ondergrens": 21.0, "bovengrens": 24.0}, known=COUNT).iloc[0]
    assert list(found[["ondergrens", "bovengrens"]]) == [20.0, 25.0]
    share = out({"ondergrens": 21.04, "bovengrens": 24.06, "noemer": 500.0}).iloc[0]
    assert list(share[["ondergrens", "bovengrens"]]) == [21.0, 24.1]


def test_what_the_source_rounded_already_is_not_rounded_to_less() -> None:
    found = out({"waarde": 170.0, "afronding": 5.0}, {"gebied": "a", "waarde": 171.0, "afronding": 0.5}, known=COUNT)
    assert list(found["waarde"]) == [170.0, 170.0]
    assert list(found["afronding"]) == [5.0, 2.5]


def test_respondents_are_rounded_and_what_goes_with_them_follows() -> None:
    survey = {"waarde": 34.27, "n": 203.0, "n_effectief": 203.0}
    weighted = {"gebied": "a", "waarde": 34.27, "n": 203.0, "n_effectief": 150.4, "standaardafwijking": 1.23456}
    found = out(survey, weighted | {"onder95": 20.0, "boven95": 40.0, "standaardfout": 3.3})
    assert list(found["n"]) == [205.0, 205.0]
    # 150.4 x 205 / 203: the ratio of the two tells nothing of n.
    assert list(found["n_effectief"]) == [205.0, 151.0]
    assert list(found["waarde"]) == [34.3, 34.3]
    assert found["standaardafwijking"].iloc[1] == 1.23
    # A margin follows from what is shown, so the one that was made of exact numbers does not pass.
    assert found[["onder95", "boven95", "standaardfout"]].isna().all(axis=None)


def test_the_margin_of_a_source_passes_rounded_outwards() -> None:
    found = out({"waarde": 34.27, "onder95": 30.11, "boven95": 38.44, "interval_soort": "marge van de bron"}).iloc[0]
    assert list(found[["onder95", "boven95"]]) == [30.1, 38.5]


def test_remarks_with_exact_totals_do_not_pass() -> None:
    buurten = ("BU99900000", "BU99900100", "BU99900200")
    rows = [observation(b, 1000.0 + n, openbaar=False) for n, b in enumerate(buurten)]
    rows += [observation("GM9990", 3017.0, openbaar=False), observation(buurten[0], 1000.0, variabele="kinderen")]
    known = catalogue(indicator(unit="aantal", decimals=0), *ONE.areas[:-1])
    table = indicator_table(observations(rows), known)
    whole = table[table["gebied"] == GEMEENTE.id].iloc[0]["toelichting"]
    assert "3.017; dat is 14 meer" in whole
    found = release(table, known)
    assert not found["toelichting"].str.contains("3.017|14").any()


def test_remarks_on_coverage_do_not_pass() -> None:
    text = "Berekend uit 3 buurten. De buurten met een cijfer hebben samen 97,3 % van alle inwoners."
    assert "97" not in out({"waarde": 30.0, "n": 200.0, "toelichting": text})["toelichting"].iloc[0]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{}],
        [{"waarde": 0.0, "teller": 0.0, "noemer": 0.0}],
        [{"waarde": 30.0, "teller": 30.0, "noemer": 100.0}] * 2,
        [{"waarde": 30.0}],
        [{"waarde": math.nan, "status": "ontbreekt"}],
        [{"reeks": "onbekend", "waarde": 12.0}],
        [{"genoemd": 40.0, "teken": "rond"}, {"ondergrens": 30.0, "teken": ">"}],
    ],
    ids=["empty", "nothing known", "nobody", "twice the same", "a bare share", "missing", "another series", "inexact"],
)
def test_odd_tables_give_the_same_rows(rows: list[dict[str, Any]]) -> None:
    given_table = figures(*({"openbaar": False} | row for row in rows))
    found = release(given_table, ONE)
    assert list(found.columns) == list(given_table.columns)
    assert found.index.equals(given_table.index)
    assert found.dtypes.equals(given_table.dtypes)


# ---------------------------------------------------------------------------------------------- the linear programs


def table_with_totals(inner: list[list[float | None]]) -> list[Fact]:
    """Facts of a table of counts of which some are hidden; the last row and column are totals."""
    facts = []
    rows, columns = len(inner), len(inner[0])
    for r in range(rows):
        facts.append(Fact({(r, c): 1.0 if c < columns - 1 else -1.0 for c in range(columns)}, 0.0, 0.0))
    for c in range(columns):
        facts.append(Fact({(r, c): 1.0 if r < rows - 1 else -1.0 for r in range(rows)}, 0.0, 0.0))
    shown = ((r, c, v) for r, row in enumerate(inner) for c, v in enumerate(row) if v is not None)
    return facts + [Fact({(r, c): 1.0}, v, v, shown_by=(r, c)) for r, c, v in shown]


def test_golden_feasibility_interval() -> None:
    # Hundepool et al., Handbook on Statistical Disclosure Control, section 4.2.2, example 3, after Geurts (1992),
    # table 10, p. 20: the feasibility interval of cell (1, 1) is 3 to 6.
    facts = table_with_totals([[None, None, 7], [None, None, 3], [3, 3, 6], [9, 7, 16]])
    assert feasible_range({(0, 0): 1.0}, facts) == pytest.approx((3, 6))
    because = Attack(facts).extreme({(0, 0): 1.0}, largest=False).because
    assert set(because) <= {(0, 2), (1, 2), (2, 0), (2, 1), (2, 2), (3, 0), (3, 1), (3, 2)} and because


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3), st.data())
@settings(few_examples, max_examples=15)
def test_the_true_count_is_within_its_feasibility_interval(inner: list[list[int]], data: st.DataObject) -> None:
    hide = data.draw(st.sets(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1))
    full = np.array(inner)
    full = np.vstack([np.column_stack([full, full.sum(axis=1)]), [*full.sum(axis=0), full.sum()]])
    facts = table_with_totals([[None if (r, c) in hide else float(v) for c, v in enumerate(row)]
                               for r, row in enumerate(full)])  # fmt: skip
    for r, c in hide:
        low, high = feasible_range({(r, c): 1.0}, facts)
        assert low - 1e-6 <= full[r, c] <= high + 1e-6
        assert low >= -1e-6


def test_facts_that_contradict_each_other_are_widened_no_more_than_needed() -> None:
    facts = [Fact({"a": 1.0}, 10.0, 10.0), Fact({"a": 1.0}, 12.0, 12.0), Fact({"a": 1.0, "b": 1.0}, 20.0, 20.0)]
    low, high = feasible_range({"b": 1.0}, facts)
    assert 8 - 1e-3 <= low <= high <= 10 + 1e-3


def test_what_no_fact_is_about_can_be_anything() -> None:
    assert feasible_range({"a": 1.0}, []) == (0.0, math.inf)


# ------------------------------------------------------------------------------------- what follows from what is shown


@st.composite
def towns(draw: st.DrawFn) -> tuple[pd.DataFrame, Catalogue, list[str]]:
    """Draw a town with few people, figures of it that are not public, and its inhabitants that are."""
    wijken, per = draw(st.integers(2, 3)), draw(st.integers(1, 2))
    buurten = [f"BU9990{w:02d}{b:02d}" for w in range(wijken) for b in range(per)]
    elsewhere = [f"BU999090{b:02d}" for b in range(draw(st.integers(0, 2)))]
    rows = []
    for buurt in (*buurten, *elsewhere):
        children = draw(st.integers(0, 30))
        counts = {
            "kinderen": children,
            "met_hulp": min(children, draw(st.sampled_from([0, 1, 2, 4, 9, children, max(children - 2, 0)]))),
            "meldingen": draw(st.sampled_from([0, 1, 3, 4, 6, 11, 40])),
        }
        rows += [observation(buurt, float(v), variabele=k, bron="eigen", openbaar=False) for k, v in counts.items()]
        rows.append(observation(buurt, float(draw(st.integers(30, 300))), variabele="inwoners", bron="cbs"))
    people, children_of = amount("inwoners", source="cbs"), amount("kinderen", source="eigen")
    ratio = {"source": "eigen", "factor": 100.0, "denominator": children_of}
    rate = {"source": "eigen", "factor": 1000.0, "denominator": people}
    indicators = (
        indicator(series("verhouding", "met_hulp", **ratio), id="hulp"),
        indicator(series("verhouding", "meldingen", **rate), id="per_1000", unit="per 1.000 inwoners"),
        indicator(series("som", "meldingen", source="eigen"), id="meldingen", unit="aantal meldingen", decimals=0),
        indicator(series("som", "inwoners", source="cbs"), id="inwoners", unit="aantal inwoners", decimals=0),
    )
    areas = [area(f"wijk{w}", *buurten[w * per : (w + 1) * per]) for w in range(wijken)]
    areas.append(area("samen", *buurten[: 2 * per], kind="combinatie"))
    known = catalogue(indicators, *areas)
    return indicator_table(observations(rows), known), known, [*buurten, *elsewhere]


@given(towns(), st.sampled_from([Rules(), Rules(round_to=1), Rules(least_persons=15, least_events=7, round_to=10)]))
@settings(few_examples, max_examples=6)
def test_property_nothing_hidden_can_be_worked_out(
    town: tuple[pd.DataFrame, Catalogue, list[str]], rules: Rules
) -> None:
    table, known, buurten = town
    found = release(table, known, rules)
    attacker = Attacker(clues_of_table(found, known), known, buurten)
    assert not attacker.worked_out(secrets(table, found, known, rules))
    pd.testing.assert_frame_equal(found[found["openbaar"]], table[table["openbaar"]])


def survey(n: dict[str, float], shares: dict[str, float]) -> tuple[pd.DataFrame, Catalogue]:
    """Figures of a survey in three areas that together are a fourth, as a template gives them."""
    parts = [area(name, f"BU99900{k}00") for k, name in enumerate(("wijk", "a", "b"))]
    both = area("noord", *(b for part in parts for b in part.buurten), kind="samengesteld")
    known = catalogue(indicator(series("publicatie", "antwoorden")), *parts, both)
    rows = ({"gebied": k, "waarde": shares[k], "n": v, "n_effectief": v, "openbaar": False} for k, v in n.items())
    return figures(*rows), known


def test_few_respondents_can_not_be_worked_out_from_the_others() -> None:
    n = {"wijk": 9.0, "a": 211.0, "b": 187.0, "noord": 407.0}
    table, known = survey(n, {"wijk": 33.3, "a": 21.0, "b": 30.0, "noord": 25.4})
    found = release(table, known)
    assert list(found["status"] == HIDDEN) == [True, False, False, False]
    base = found["toelichting"].str.extract(r"veelvoud van (\d+)", expand=False).astype(float)
    facts = [
        Fact({"a": 1.0, "b": 1.0, "wijk": 1.0} if name == "noord" else {name: 1.0}, shown - half, shown + half)
        for name, shown, half in zip(n, found["n"], base // 2, strict=True)
        if not math.isnan(shown)
    ]
    low, high = feasible_range({"wijk": 1.0}, facts)
    assert low <= 1e-6 and high >= 9
    assert (found["n"].dropna() >= 180).all(), "the others are still shown"


def test_answers_that_do_not_add_up_are_no_reason_to_fail() -> None:
    # Weighted shares: noord is not the mean of its parts.
    n = {"wijk": 9.0, "a": 211.0, "b": 187.0, "noord": 407.0}
    table, known = survey(n, {"wijk": 33.3, "a": 11.0, "b": 12.0, "noord": 60.0})
    assert release(table, known)["status"].iloc[0] == HIDDEN


# ------------------------------------------------------------------------------- an attacker in a town of small numbers


@dataclasses.dataclass(frozen=True)
class Town:
    """Kleinstad: what is true, what was let out, and what the attacker knows beforehand."""

    folder: Path
    data: Data
    truth: pd.DataFrame
    prepared: Prepared
    counts: dict[tuple[str, str], float]

    @property
    def buurten(self) -> list[str]:
        return sorted({buurt for _, buurt in self.counts})

    @property
    def outside(self) -> dict[str, float]:
        """The town counts four reports more than its buurten."""
        return {f"klein_hulp/meldingen/{year}": 4.0 for year in (2022, 2023, 2024)}

    def attacker(self, clues: list[Clue]) -> Attacker:
        attacker = Attacker(clues, self.data.catalogue, self.buurten, self.outside)
        assert attacker.wrong(self.counts) < 1e-3, "an attacker who misreads proves nothing"
        return attacker

    def secrets(self) -> list[Secret]:
        return secrets(self.truth, self.data.figures, self.data.catalogue, Rules())

    def only(self, period: str) -> pd.DataFrame:
        """What is true of one period."""
        return self.truth[self.truth["periode"] == period].reset_index(drop=True)


@pytest.fixture(scope="session")
def kleinstad(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The made-up town with many small numbers, prepared."""
    project = tmp_path_factory.mktemp("kleinstad")
    shutil.copytree(HERE / "data" / "kleinstad", project / "data")
    shutil.copytree(NOTEBOOKS, project / "notebooks")
    data = load(project / "data")
    prepared = load_prepared(project / "data")
    buurten = prepared.observations[prepared.observations["niveau"] == "buurt"]
    value = buurten["waarde"].fillna(buurten["onder"])
    names = buurten["bron"] + "/" + buurten["variabele"] + "/" + buurten["periode"]
    counts = dict(zip(zip(names, buurten["gebiedscode"], strict=True), value, strict=True))
    truth = indicator_table(prepared.observations, prepared.catalogue)
    return Town(project / "data", data, truth, prepared, counts)


def test_the_town_has_many_small_numbers_and_few_figures_are_lost(kleinstad: Town) -> None:
    shown = kleinstad.data.figures
    inside = ~shown["openbaar"]
    hidden = shown["status"] == HIDDEN
    assert 30 <= hidden.sum() <= 0.2 * inside.sum()
    further = shown.loc[inside & ~hidden, "afronding"] > 2
    assert further.sum() > 20, "here rounding to fives alone is not enough"


def test_public_figures_of_the_town_are_equal_bit_for_bit(kleinstad: Town) -> None:
    released = release(kleinstad.truth, kleinstad.data.catalogue)
    public = kleinstad.truth["openbaar"]
    pd.testing.assert_frame_equal(released[public], kleinstad.truth[public], check_exact=True)


def test_less_than_five_of_a_publisher_keeps_its_bounds(kleinstad: Town) -> None:
    given_range = kleinstad.prepared.observations
    given_range = given_range[(given_range["bron"] == "klein_advies") & given_range["waarde"].isna()]
    bounds = {(row.gebiedscode, row.periode): (row.onder, row.boven) for row in given_range.itertuples()}
    found = kleinstad.data.figures
    found = found[(found["indicator"] == "adviezen") & (found["rol"] == ITSELF)]
    checked = 0
    for row in found.to_dict("records"):
        buurten = list(kleinstad.data.catalogue.area(row["gebied"]).buurten)
        if len(buurten) == 1 and (buurten[0], row["periode"]) in bounds:
            assert (row["ondergrens"], row["bovengrens"]) == bounds[buurten[0], row["periode"]]
            checked += 1
    assert checked >= 2


def test_the_attacker_learns_too_little_from_all_released_rows(kleinstad: Town) -> None:
    secret = kleinstad.secrets()
    assert len(secret) > 20
    clues = clues_of_table(kleinstad.data.figures, kleinstad.data.catalogue)
    assert not kleinstad.attacker(clues).worked_out(secret)


def unprotected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Plan, "protect", lambda self: None)


def unrounded(monkeypatch: pytest.MonkeyPatch) -> None:
    unprotected(monkeypatch)
    monkeypatch.setattr(Plan, "base", lambda self, cell: 1)


def remarks_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nplv_analysis.disclosure, "_without_exact_remarks", lambda text: text)


def rest_as_it_is(table: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    return table.where(table["rol"] != REST, truth)


def a_count_kept(table: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    return table.assign(teller=table["teller"].where(table["status"] != HIDDEN, truth["teller"]))


def a_range_kept(table: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    hidden = (table["status"] == HIDDEN) & (table["indicator"] == "meldingen")
    return table.assign(
        ondergrens=table["ondergrens"].where(~hidden, 1.0), bovengrens=table["bovengrens"].where(~hidden, 4.0)
    )


@pytest.mark.parametrize("broken", [unprotected, unrounded, remarks_kept], ids=lambda broken: broken.__name__)
def test_the_attacker_breaks_a_control_that_is_switched_off(
    kleinstad: Town, monkeypatch: pytest.MonkeyPatch, broken: Any
) -> None:
    broken(monkeypatch)
    truth, known = kleinstad.only("2022"), kleinstad.data.catalogue
    found = release(truth, known)
    clues = clues_of_table(found, known)
    assert kleinstad.attacker(clues).worked_out(secrets(truth, found, known, Rules()))


@pytest.mark.parametrize("broken", [rest_as_it_is, a_count_kept, a_range_kept], ids=lambda broken: broken.__name__)
def test_the_attacker_breaks_what_goes_round_the_control(kleinstad: Town, broken: Any) -> None:
    truth, known = kleinstad.only("2022"), kleinstad.data.catalogue
    found = release(truth, known)
    clues = clues_of_table(broken(found, truth), known)
    assert kleinstad.attacker(clues).worked_out(secrets(truth, found, known, Rules()))


# ------------------------------------------------------------------------------------- an attacker with the reports


#: A report made by the real batch, and pages made of sections alone, which say the same.
BY_BATCH = "sluiswijk"
BY_HAND = ("klaverwijk", "klaver-hof", "gemeente")


@pytest.fixture(scope="session")
def reports(kleinstad: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with reports of the town, as a batch makes them."""
    from nplv_analysis import accounting, sections
    from nplv_analysis.batch import run_batch
    from nplv_analysis.output.export import write_csv
    from nplv_analysis.output.workbook import write_workbook

    folder = tmp_path_factory.mktemp("reports")
    with without_kernels():
        run = run_batch(folder, data_map=str(kleinstad.folder), areas=[BY_BATCH], themes=["armoede"], jobs=1)
    assert not run.failures
    # The real run had one area; a whole run gives the key figures of all.
    write_csv(kleinstad.data.figures, kleinstad.data, folder / "kerncijfers.csv")
    write_workbook(kleinstad.data.figures, kleinstad.data, folder / "kerncijfers.xlsx")
    for wijk in BY_HAND:
        analysis = analyse("armoede", wijk, data_map=str(kleinstad.folder))
        (folder / wijk).mkdir()
        parts = (sections.about, sections.key_figures, sections.development, sections.comparison, accounting.gaps)
        page = "".join(part(analysis).html for part in parts)
        (folder / wijk / "armoede.html").write_text(page, encoding="utf-8")
        write_csv(analysis.own, analysis.data, folder / wijk / "armoede.csv")
    return folder


def read_reports(town: Town, folder: Path) -> list[Clue]:
    return Reader(town.data.catalogue, rounding_of(town.data.figures)).clues(folder)


def test_the_attacker_reads_all_there_is_in_the_reports(kleinstad: Town, reports: Path) -> None:
    where = {clue.where for clue in read_reports(kleinstad, reports)}
    files = {"csv", "xlsx", "csv, verschil", "xlsx, verschil"}
    pages = {"Cijfer", "Gemeente", "Overige gemeente", "Kleinstad-Noord", "Hele gemeente", "grafiek"}
    assert where >= files | {f"{kind}, {column}" for kind in ("html", "ipynb") for column in pages}


def test_the_attacker_learns_too_little_from_the_reports(kleinstad: Town, reports: Path) -> None:
    assert not kleinstad.attacker(read_reports(kleinstad, reports)).worked_out(kleinstad.secrets())


def test_the_attacker_learns_too_little_from_reports_and_rows_together(kleinstad: Town, reports: Path) -> None:
    clues = read_reports(kleinstad, reports) + clues_of_table(kleinstad.data.figures, kleinstad.data.catalogue)
    assert not kleinstad.attacker(clues).worked_out(kleinstad.secrets())


def test_nothing_in_the_reports_is_about_a_hidden_count_itself(kleinstad: Town, reports: Path) -> None:
    hidden = {(s.gebied, s.rol, s.count) for s in kleinstad.secrets() if not s.less}
    assert not [c for c in read_reports(kleinstad, reports) if not c.other and (c.gebied, c.rol, c.count) in hidden]
    for clue in read_reports(kleinstad, reports):
        assert not clue.other or (clue.gebied, clue.rol, clue.count) not in hidden, clue


def test_files_hold_no_number_of_a_hidden_figure(kleinstad: Town, reports: Path) -> None:
    files = [pd.read_csv(path) for path in reports.rglob("*.csv")]
    sheets = pd.read_excel(reports / "kerncijfers.xlsx", sheet_name=None, engine="openpyxl")
    files += [sheet for sheet in sheets.values() if "status" in sheet]
    hidden = pd.concat(file[file["status"] == HIDDEN] for file in files)
    assert len(hidden) > 30
    numbers = hidden.select_dtypes("number").dropna(axis=1, how="all")
    assert set(numbers) <= {"periode", "jaar", "noemer", "afronding_noemer", "vorige_periode"}
    assert not hidden["toelichting"].str.contains(r"\d").any()


def test_charts_draw_no_hidden_figure(kleinstad: Town, reports: Path) -> None:
    reader = Reader(kleinstad.data.catalogue, rounding_of(kleinstad.data.figures))
    shown = kleinstad.data.figures[kleinstad.data.figures["waarde"].notna()]
    keys = set(zip(shown["gebied"], shown["rol"], shown["indicator"], shown["periode"], strict=True))
    charts = funnels = 0
    for page in reports.rglob("*.html"):
        for chart in Page(page.read_text(encoding="utf-8")).charts:
            if chart.alternative.startswith("Trechterfiguur"):
                # A funnel names no areas: each point must be where a released figure is.
                period = re.search(r" wijken, ([^.]+)\.", chart.alternative)
                name = next(i.id for name, i in reader.by_name.items() if chart.title.startswith(name))
                mine = shown[(shown["indicator"] == name) & (shown["periode"] == (period and period[1]))]["waarde"]
                half = abs(chart.value("y", 0.3) - chart.value("y", 0.0))
                assert all((mine - chart.value("y", point.y)).abs().min() <= half for point in chart.points())
                funnels += 1
                continue
            drawn = list(reader.points(chart, page.parent.name))
            own = len(chart.points(OWN)) if chart.alternative.startswith("Lijnfiguur") else len(chart.points())
            assert own == len(drawn), "every point that is drawn can be read"
            assert {(*place, indicator, period) for place, indicator, period, _, _ in drawn} <= keys
            charts += 1
    assert charts > 5 and funnels


def test_notebooks_keep_nothing_beside_what_they_show(reports: Path) -> None:
    notebook = json.loads((reports / BY_BATCH / "armoede.ipynb").read_text(encoding="utf-8"))
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags"}
        for output in cell.get("outputs", []):
            assert not output["metadata"] and set(output["data"]) == {"text/html", "text/plain"}
            assert "".join(output["data"]["text/plain"]).startswith("<Html, ")


def test_the_attacker_breaks_reports_without_protection(
    kleinstad: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nplv_analysis.output.export import write_csv

    folder = shutil.copytree(kleinstad.folder / "raw", tmp_path / "data" / "raw").parent
    shutil.copytree(kleinstad.folder / "catalogus", folder / "catalogus")
    unprotected(monkeypatch)
    data = load(folder)
    write_csv(data.figures, data, tmp_path / "reports" / "kerncijfers.csv")
    town = dataclasses.replace(kleinstad, data=data)
    assert town.attacker(read_reports(town, tmp_path / "reports")).worked_out(town.secrets())


# ------------------------------------------------------------------------------------------------ no other way out


class ClosedError(Exception):
    """Raised by a closed door."""


@pytest.fixture
def new_town(tmp_path: Path) -> Path:
    """The data folder of Voorbeeldstad, of which nothing is prepared."""
    return nplv.example(tmp_path / "data")


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close the only way out."""

    def refuse(table: pd.DataFrame, known: Catalogue, rules: Rules) -> pd.DataFrame:
        raise ClosedError

    monkeypatch.setattr(nplv_analysis.preparation, "release", refuse)


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("public", [False, True])
def test_loading_goes_through_the_way_out(new_town: Path, public: bool) -> None:
    with pytest.raises(ClosedError):
        load(new_town, public=public)
    with pytest.raises(ClosedError):
        prepare(new_town)
    assert not list((new_town / "processed").rglob("figures*"))


@pytest.mark.usefixtures("closed")
def test_an_analysis_goes_through_the_way_out(new_town: Path) -> None:
    with pytest.raises(ClosedError):
        analyse("armoede", "voorbeeldwijk-noord", data_map=str(new_town))


@pytest.mark.usefixtures("closed")
def test_a_batch_goes_through_the_way_out(new_town: Path, tmp_path: Path) -> None:
    from nplv_analysis.batch import run_batch

    with pytest.raises(ClosedError):
        run_batch(tmp_path / "uit", data_map=str(new_town), areas=["voorbeeldwijk-noord"], themes=["armoede"], jobs=1)
    assert not list(tmp_path.rglob("*.html"))


@pytest.mark.usefixtures("closed")
def test_the_command_line_goes_through_the_way_out(new_town: Path, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from nplv_analysis.cli import main

    where = ["--data", str(new_town)]
    for command in (
        ["prepare", *where],
        ["list", "--coverage", *where],
        ["report", "voorbeeldwijk-noord", "armoede", "--out", str(tmp_path), *where],
        ["batch", "--wijken", "voorbeeldwijk-noord", "--out", str(tmp_path), *where],
    ):
        done = CliRunner().invoke(main, command)
        assert isinstance(done.exception, ClosedError), (command, done.output)


def test_what_is_stored_was_let_out(kleinstad: Town) -> None:
    for file in (kleinstad.folder / "processed").glob("figures*.parquet"):
        stored = pd.read_parquet(file)
        hidden = stored[stored["status"] == HIDDEN]
        assert hidden["waarde"].isna().all() and hidden["teller"].isna().all()
    assert (pd.read_parquet(kleinstad.folder / "processed" / "figures.parquet")["status"] == HIDDEN).any()


def names_used(file: Path) -> set[str]:
    """Give the names that a module uses or imports, and what it reads with pandas."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) if node.attr.startswith("read_")}
    return names | {a.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names}


def test_unreleased_figures_are_handled_in_few_modules_only() -> None:
    modules = {file.relative_to(PACKAGE).as_posix(): names_used(file) for file in PACKAGE.rglob("*.py")}

    def users(name: str) -> set[str]:
        return {module for module, names in modules.items() if name in names}

    assert users("release") == {"preparation.py"}
    whole = {module for module in modules if "import disclosure" in (PACKAGE / module).read_text(encoding="utf-8")}
    assert not whole, "import the function, so that this test sees who uses it"
    assert users("indicator_table") == {"preparation.py"}
    assert users("load_prepared") == {"data.py", "preparation.py"}
    # The hittekaart holds its own tables against the rules, and sees public observations only.
    assert users("of_small_places") == {"hotspots/heat_map.py"}
    assert users("place_values") == {"hotspots/heat_map.py"}
    # Whatever else reads the built files would go round the way out.
    assert users("read_parquet") == {"preparation.py"}


def test_notebooks_read_figures_through_the_package_only() -> None:
    for notebook in (*NOTEBOOKS.glob("*.ipynb"), *LESSONS):
        text = notebook.read_text(encoding="utf-8")
        assert "read_parquet" not in text and "indicator_table" not in text, notebook.name


def test_leaving_out_sources_that_are_not_public_changes_nothing_here(real_data: Data, real_folder: Path) -> None:
    pd.testing.assert_frame_equal(load(real_folder, public=True).figures, real_data.figures)


def test_an_unknown_area_is_named_before_anything_is_shown(town_folder: Path) -> None:
    with pytest.raises(NplvError, match="did you mean voorbeeldwijk-noord"):
        analyse("armoede", "voorbeeldwijk-nord", data_map=str(town_folder))
