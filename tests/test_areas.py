"""Places make up areas: each place once, and what no buurt holds for the gemeente alone."""

from __future__ import annotations

from helpers import GEMEENTE, area
from hypothesis import given, settings
from hypothesis import strategies as st

from nplv_analysis.areas import ITSELF, NOWHERE, OUTSIDE, REST, REST_WITHOUT, members, wijk_of
from nplv_analysis.catalogue import Area, load_catalogue

PLACES = [f"BU9990{wijk:02d}{buurt:02d}" for wijk in range(3) for buurt in range(3)]


def places(areas: list[Area], known: list[str], role: str, without: str | None = None) -> set[str]:
    """Give the places of one role, for a list with one area."""
    rows = members(areas, known, without)
    return set(rows.loc[rows["rol"] == role, "plaats"])


def test_a_buurt_code_holds_the_code_of_its_wijk() -> None:
    assert wijk_of("BU00141000") == "WK001410"


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    known=st.lists(st.sampled_from([*PLACES, *NOWHERE]), unique=True),
    mine=st.lists(st.sampled_from(PLACES), unique=True, min_size=1),
)
def test_area_and_rest_are_all_buurten_without_overlap(known: list[str], mine: list[str]) -> None:
    one = [area("wijk", *mine)]
    itself, rest = places(one, known, ITSELF), places(one, known, REST)
    assert itself == set(known) & set(mine)
    assert itself | rest == set(known) - set(NOWHERE)
    assert not itself & rest


@settings(deadline=None, derandomize=True, max_examples=50)
@given(known=st.lists(st.sampled_from(PLACES), unique=True), mine=st.sampled_from(PLACES))
def test_the_rest_without_a_wijk_is_the_rest_less_that_wijk(known: list[str], mine: str) -> None:
    one = [area("wijk", mine)]
    less = {place for place in places(one, known, REST) if wijk_of(place) != "WK999000"}
    assert places(one, known, REST_WITHOUT, "WK999000") == less


def test_the_gemeente_holds_every_place_once_and_has_no_rest() -> None:
    known = [*PLACES, PLACES[0], OUTSIDE, ""]
    rows = members([GEMEENTE], known, "WK999000")
    assert sorted(rows["plaats"]) == sorted({*known})
    assert set(rows["rol"]) == {ITSELF}


def test_an_area_without_buurten_has_no_places() -> None:
    assert members([Area("nederland", "Nederland", "land", code="NL00")], PLACES).empty


def test_groningen_noord_is_the_eight_areas_of_the_programme() -> None:
    # The eight areas of the NPLV in Groningen-Noord: Uitvoeringsprogramma 2024-2027.
    eight = ["vinkhuizen", "paddepoel", "selwerd", "tuinwijk"]
    eight += ["de-hoogte", "indische-buurt", "korrewegwijk", "oosterparkwijk"]
    catalogue = load_catalogue()
    assert [a.id for a in catalogue.areas if a.kind == "nplv"] == eight
    parts = [set(catalogue.area(name).buurten) for name in eight]
    assert set(catalogue.area("groningen-noord").buurten) == set().union(*parts)
    assert len(catalogue.area("groningen-noord").buurten) == sum(map(len, parts)) == 14


def test_a_combination_has_the_buurten_of_its_parts() -> None:
    catalogue = load_catalogue()
    spt = catalogue.area("selwerd-paddepoel-tuinwijk")
    assert set(spt.buurten) == {"BU00141000", "BU00141001", "BU00141002", "BU00141005"}
    assert spt.wijk_code == "WK001410" and not spt.is_wijk
    assert "WK001410" not in spt.own_codes
    # CBS wijk WK001403 (Oud-Noord) is exactly De Hoogte, Indische buurt and Professorenbuurt.
    assert set(catalogue.area("oud-noord").buurten) == {"BU00140300", "BU00140301", "BU00140302"}
    assert "WK001403" in catalogue.area("oud-noord").own_codes
    assert "WK001403" not in catalogue.area("de-hoogte-indische-buurt").own_codes
