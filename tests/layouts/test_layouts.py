"""Figures brought to the layout of the catalogue: totals stay exactly, and what cannot be brought over says so."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pandas as pd
import pytest
from helpers import amount, area, catalogue, few_examples, indicator, observation, observations, series
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_codes import ALL, A, B, C, D, E, F, G, H, J, K, L, changes
from pandas.testing import assert_frame_equal

from nplv_analysis.catalogue import Catalogue, load_catalogue
from nplv_analysis.errors import InputError
from nplv_analysis.indicators import indicator_table
from nplv_analysis.layouts import on_layout, with_old_codes
from nplv_analysis.layouts.figures import divided
from nplv_analysis.observations import KEY, validate
from nplv_analysis.sources.indelingen import shipped_changes

CODES = (A, B, C, D, E, F, G, H, J, K, L)


def town(year: int | None, *areas: Any, parts: tuple[Any, ...] = ()) -> Catalogue:
    """Make a catalogue in the layout of a year, with one indicator."""
    made = indicator(*parts, unit="%" if parts else "aantal")
    return dataclasses.replace(catalogue(made, *(areas or (area("wijk", A),))), layout=year)


def checked(*rows: dict[str, Any]) -> pd.DataFrame:
    """Give observations in the form of the contract, without the time that checking it takes."""
    return observations([{"indeling": ""} | row for row in rows])


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort observations as the contract does."""
    return frame.sort_values(KEY, ignore_index=True)


def count(code: str, value: float | None, **other: Any) -> dict[str, Any]:
    """Make a count of a buurt, or a share with its counts."""
    counts = {name: other.pop(name) for name in ("teller", "noemer") if name in other}
    return observation(code, value, niveau="buurt", **other) | counts


def brought(where: Catalogue, *rows: dict[str, Any], stated: dict[str, int] | None = None) -> pd.DataFrame:
    """Bring observations over, sorted by code."""
    found = on_layout(checked(*rows), stated or {}, ALL, where)
    return ordered(found)


def values(frame: pd.DataFrame) -> dict[str, float]:
    """Give the values by code."""
    return dict(zip(frame["gebiedscode"], frame["waarde"], strict=True))


# ------------------------------------------------------------------------------------------------ nothing to do


def test_without_a_layout_or_a_list_nothing_changes() -> None:
    frame = checked(count(A, 5))
    assert on_layout(frame, {"bedacht.csv": 2024}, ALL, town(None)) is frame
    assert on_layout(frame, {}, changes(), town(2020)) is frame


def test_codes_of_the_layout_of_the_catalogue_stay() -> None:
    frame = checked(count(A, 5), count(D, 3), count("BU99900999", 2))
    assert on_layout(frame, {"bedacht.csv": 2020}, ALL, town(2020)) is frame


def test_codes_that_mean_themselves_change_nothing() -> None:
    same = changes(*[(2021, code, code, "1", None) for code in (A, B, C)])
    frame = checked(count(A, 5), count(B, None), count(C, 1.5))
    assert on_layout(frame, {"bedacht.csv": 2020}, same, town(2024)) is frame


# ------------------------------------------------------------------------------------------------ added up


def test_another_code_keeps_the_figure() -> None:
    found = brought(town(2024), count(D, 7, eenheid="%", teller=7, noemer=100)).iloc[0]
    assert (found["gebiedscode"], found["waarde"], found["teller"], found["noemer"]) == (E, 7, 7, 100)
    assert math.isnan(found["delen"])
    assert found["opmerking"] == f"Bij de bron heeft dit gebied de code {D}."


def test_counts_are_added_up() -> None:
    found = brought(town(2020), count(B, 30), count(C, 12)).iloc[0]
    assert (found["gebiedscode"], found["waarde"], found["delen"], found["status"]) == (A, 42, 2, "waargenomen")
    assert found["opmerking"] == f"Opgeteld uit {B} en {C} van de indeling van 2021."


def test_bounds_are_added_up_and_the_worst_status_stays() -> None:
    found = brought(town(2020), count(B, 30), count(C, None, low=1, high=4)).iloc[0]
    assert (found["onder"], found["boven"], found["teken"], found["status"]) == (31, 34, "tussen", "onderdrukt")
    assert math.isnan(found["waarde"])


def test_share_follows_from_counts() -> None:
    share = {"eenheid": "%"}
    found = brought(
        town(2020), count(B, 10, teller=10, noemer=100, **share), count(C, 50, teller=15, noemer=30, **share)
    ).iloc[0]
    assert found["waarde"] == pytest.approx(100 * 25 / 130)
    assert (found["teller"], found["noemer"]) == (25, 130)


def test_share_is_weighted_as_the_catalogue_says() -> None:
    parts = (series("gewogen_gemiddelde", "aandeel", weight=amount("huishoudens")),)
    rows = [count(code, value, variabele="aandeel", eenheid="%") for code, value in ((B, 10), (C, 40))]
    weights = [count(code, value, variabele="huishoudens") for code, value in ((B, 200), (C, 100))]
    found = brought(town(2020, parts=parts), *rows, *weights).iloc[0]
    assert found["waarde"] == pytest.approx(20)
    assert found["opmerking"].endswith("gewogen naar huishoudens.")


def test_share_without_counts_or_weight_stays_beside_a_blank() -> None:
    found = brought(town(2020), count(B, 10, eenheid="%"), count(C, 40, eenheid="%"))
    assert values(found[1:]) == {B: 10, C: 40}
    assert found["gebiedscode"][0] == A
    assert found["status"][0] == "ontbreekt"
    assert found["opmerking"][0] == f"Het cijfer van {B} en {C} van de indeling van 2021 is niet om te rekenen."


def test_total_with_a_part_that_is_missing_is_missing() -> None:
    found = brought(town(2020), count(B, 30))
    assert found["status"].tolist() == ["ontbreekt", "waargenomen"]
    assert values(found)[B] == 30


def test_figure_of_an_area_that_was_added_up_is_computed_and_off_by_all_of_its_parts() -> None:
    parts = (series("som", rounding={"buurt": 10.0}),)
    made = indicator(*parts, unit="aantal", uncertainty="afronding")
    where = dataclasses.replace(catalogue(made, area("wijk", A)), layout=2020)
    found = on_layout(checked(count(B, 30), count(C, 10)), {}, ALL, where)
    row = indicator_table(found, where).set_index(["gebied", "rol"]).loc[("wijk", "gebied")]
    assert (row["waarde"], row["afronding"], row["herkomst"]) == (40, 10, "berekend")
    assert row["toelichting"] == f"Opgeteld uit {B} en {C} van de indeling van 2021."


def test_denominator_that_was_added_up_is_off_by_all_of_its_parts() -> None:
    below = amount("noemer", rounding={"buurt": 5.0})
    made = indicator(series("verhouding", denominator=below, factor=100), uncertainty="afronding")
    where = dataclasses.replace(catalogue(made, area("wijk", A)), layout=2020)
    amounts = [count(code, 50, variabele="noemer", bestand="deel.csv") for code in (B, C)]
    found = on_layout(checked(count(A, 20), *amounts), {"bedacht.csv": 2020, "deel.csv": 2021}, ALL, where)
    row = indicator_table(found, where).set_index(["gebied", "rol"]).loc[("wijk", "gebied")]
    assert (row["waarde"], row["afronding"], row["afronding_noemer"]) == (20, 0, 5)


# ------------------------------------------------------------------------------------------------ divided


def test_areas_that_hold_all_of_it_need_no_estimate() -> None:
    where = with_old_codes(town(2024, area("wijk", B, C), area("ander", "BU99900900")), ALL)
    frame = checked(count(A, 42), count("BU99900900", 8))
    assert on_layout(frame, {}, ALL, where) is frame
    table = indicator_table(frame, where)
    assert table.set_index(["gebied", "rol"])["waarde"].to_dict()["wijk", "gebied"] == 42
    assert set(table.loc[table["gebied"] == "wijk", "status"]) == {"waargenomen"}


def test_divided_by_what_was_counted_is_an_estimate() -> None:
    found = brought(town(2024, area("wijk", J)), count(J, 10), count(K, 1), stated={"bedacht.csv": 2023})
    assert values(found) == {J: 7.5, K: 3.5}
    assert set(found["status"]) == {"schatting"}
    assert found["opmerking"][0] == f"Geschat: {J} verdeeld naar adressen (bedacht)."


def test_divided_without_a_count_is_a_blank_for_each_part() -> None:
    found = brought(town(2024, area("wijk", B), area("ander", C)), count(A, 42))
    assert values(found)[A] == 42
    assert found.loc[found["gebiedscode"].isin([B, C]), "status"].tolist() == ["ontbreekt", "ontbreekt"]
    assert found["opmerking"][1] == "De grens is veranderd tussen de indeling van 2020 en die van 2024."


def test_changed_boundary_marks_the_figure() -> None:
    found = brought(town(2024, area("wijk", L)), count(L, 5), stated={"bedacht.csv": 2023}).iloc[0]
    assert (found["waarde"], found["indeling"]) == (5, "2023")


# ------------------------------------------------------------------------------------------------ properties

#: Each example makes frames, which takes a while.
SOME = settings(few_examples, max_examples=8)
WHOLE = st.fixed_dictionaries({code: st.integers(0, 100_000) for code in (A, D, F, G, J, K)})


@SOME
@given(WHOLE)
def test_counts_keep_their_total_exactly(numbers: dict[str, int]) -> None:
    counted = changes((2021, A, B, "3", 7), (2021, A, C, "3", 4), *[r for r in ROWS_OF if r[1] != A])
    where = town(2024, area("wijk", B), area("ander", J))
    frame = checked(*[count(code, number) for code, number in numbers.items()])
    found = on_layout(frame, {"bedacht.csv": 2020}, counted, where)
    assert set(found["gebiedscode"]) == {B, C, E, H, J, K}
    assert found["waarde"].sum() == sum(numbers.values())
    assert found["waarde"].sort_values().sum() == found["waarde"].sort_values(ascending=False).sum()


ROWS_OF = [
    tuple(row) for row in ALL[["indeling", "oud", "nieuw", "indelingswijziging", "aantal"]].itertuples(index=False)
]


@given(
    value=st.integers(0, 10**9),
    counts=st.lists(st.integers(1, 10**6), min_size=1, max_size=6),
)
def test_parts_add_up_to_the_count_in_any_order(value: int, counts: list[int]) -> None:
    shares = {str(place): number / sum(counts) for place, number in enumerate(counts)}
    parts = list(divided(value, shares).values())
    assert sum(parts) == value
    assert sum(sorted(parts)) == value
    assert min(parts) >= 0


@SOME
@given(WHOLE)
def test_twice_is_once(numbers: dict[str, int]) -> None:
    frame = checked(*[count(code, number) for code, number in numbers.items() if code not in (J, K)])
    where = town(2024, area("wijk", B, C))
    once = on_layout(frame, {}, ALL, where)
    assert_frame_equal(on_layout(once, {}, ALL, where), once)


@SOME
@given(WHOLE, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(numbers: dict[str, int], random: Any) -> None:
    rows = [count(code, number) for code, number in numbers.items()]
    where, stated = town(2024, area("wijk", J)), {"bedacht.csv": 2020}
    expected = ordered(on_layout(checked(*rows), stated, ALL, where))
    random.shuffle(rows)
    assert_frame_equal(ordered(on_layout(checked(*rows), stated, ALL, where)), expected)


# ------------------------------------------------------------------------------------------------ what is wrong


def test_code_that_the_stated_layout_does_not_have() -> None:
    with pytest.raises(InputError) as caught:
        brought(town(2024), count(A, 5), stated={"bedacht.csv": 2023})
    assert str(caught.value) == (
        f"bedacht.csv, row 2, column 'gebiedscode': found '{A}', expected a code of the layout (indeling) of 2023; "
        f"{A} became {B} and {C} in that of 2021"
    )


def inhabitants(*rest: dict[str, Any]) -> list[dict[str, Any]]:
    """Give an edition of the Kerncijfers of 2023 with the two buurten that it has, and other figures."""
    edition = {"bestand": "kwb.csv", "variabele": "inwoners"}
    return [count(H, 60, **edition), count(E, 40, **edition), observation("GM9990", 100, **edition), *rest]


def test_code_that_the_edition_of_that_layout_does_not_have() -> None:
    stated = {"kwb.csv": 2023, "bedacht.csv": 2023}
    with pytest.raises(InputError) as caught:
        brought(town(2023), *inhabitants(count(K, 5)), stated=stated)
    expected = "expected a buurt that the CBS Kerncijfers of the layout (indeling) of 2023 have; did you mean"
    assert str(caught.value).startswith(f"bedacht.csv, row 2, column 'gebiedscode': found '{K}', {expected}")


def test_selection_of_some_buurten_is_no_list_of_all() -> None:
    rows = [row for row in inhabitants(count(K, 5)) if row["gebiedscode"] != H]
    found = brought(town(2023), *rows, stated={"kwb.csv": 2023, "bedacht.csv": 2023})
    assert len(found) == len(rows)


def test_two_figures_for_one_place_stay_an_error() -> None:
    frame = checked(count(B, 1), count(B, 2, rij=3), count(C, 1))
    found = on_layout(frame, {}, ALL, town(2020))
    with pytest.raises(InputError, match=f"row 3, .* '{B}', expected one value"):
        validate(found, town(None), CODES)


def test_school_gets_the_present_code_of_its_buurt() -> None:
    rows = [
        observation("99AA00", 5, niveau="school", buurt=D),
        observation("99AB00", 5, niveau="school", buurt=A),
        observation("99AC00", 5, niveau="school"),
    ]
    assert brought(town(2024, area("wijk", B, C)), *rows)["buurt"].tolist() == [E, A, ""]


# ------------------------------------------------------------------------------------------------ the real list


def test_de_hoogte_in_the_layout_of_2025_is_the_same_ground() -> None:
    real = load_catalogue(checked=True)
    rows = [
        observation(code, number, niveau="buurt", variabele="misdrijven_totaal")
        for code, number in (("BU00140303", 100), ("BU00140304", 41), ("BU00140301", 7))
    ]
    changed = shipped_changes()
    found = on_layout(checked(*rows), {"bedacht.csv": 2025}, changed, real)
    assert values(found) == {"BU00140301": 7, "BU00140300": 141}
    with pytest.raises(InputError, match="BU00140300 became BU00140303 and BU00140304 in that of 2025"):
        on_layout(checked(count("BU00140300", 1)), {"bedacht.csv": 2025}, changed, real)
