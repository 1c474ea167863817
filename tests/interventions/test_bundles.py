"""What runs together: interventions in the same wijken at the same time are one bundle."""

from __future__ import annotations

from helpers import area, catalogue

from nplv_analysis.catalogue import Area
from nplv_analysis.interventions import Intervention, Run
from nplv_analysis.interventions.bundles import bundles, runs_in, without_any

WIJKEN = [area(f"wijk-{letter}", f"BU9990000{n}") for n, letter in enumerate("abcd")]
NORTH = area("noord", "BU99900000", "BU99900001", kind="samengesteld")
TOWN = catalogue((), *WIJKEN, NORTH)


def intervention(name: str, *runs: Run) -> Intervention:
    """Make an intervention that runs somewhere."""
    return Intervention(name, name.title(), "interventie", ("leren",), runs, ("Bedacht.",))


def found(*interventions: Intervention) -> list[tuple[str, list[str], int, list[str]]]:
    """Give bundles as plain values: wijken, interventions, start, and what has no date."""
    made = bundles(interventions, TOWN)
    return [
        ("".join(a[-1] for a in b.areas), [i.id for i in b.interventions], b.start, [i.id for i in b.undated])
        for b in made
    ]


def test_what_runs_in_the_same_wijken_is_one_bundle_in_order_of_time() -> None:
    late = intervention("laat", Run("wijk-a", "2021"), Run("wijk-b", "2022-09"))
    early = intervention("vroeg", Run("wijk-a", "2019"), Run("wijk-b", "2019"), Run("wijk-c", "2019"))
    assert found(late, early) == [("ab", ["vroeg", "laat"], 2019, []), ("c", ["vroeg"], 2019, [])]


def test_wijken_that_began_in_another_year_are_another_bundle() -> None:
    one = intervention("een", Run("wijk-a", "2019"), Run("wijk-b", "2020"), Run("wijk-c", "2019-03"))
    assert found(one) == [("ac", ["een"], 2019, []), ("b", ["een"], 2020, [])]


def test_an_area_that_is_put_together_stands_for_its_wijken() -> None:
    assert found(intervention("een", Run("noord", "2019"))) == [("ab", ["een"], 2019, [])]


def test_interventions_with_a_year_between_them_are_two_bundles() -> None:
    first, second = intervention("een", Run("wijk-a", "2010", "2012")), intervention("twee", Run("wijk-a", "2014"))
    follows = intervention("drie", Run("wijk-a", "2013"))
    assert found(first, second) == [("a", ["een"], 2010, []), ("a", ["twee"], 2014, [])]
    assert found(first, follows) == [("a", ["een", "drie"], 2010, [])]
    # What has no end runs on.
    endless = intervention("eindeloos", Run("wijk-a", "2000"))
    assert found(endless, first, second) == [("a", ["eindeloos", "een", "twee"], 2000, [])]


def test_what_has_no_date_is_named_beside_the_bundle() -> None:
    dated, undated = (
        intervention("een", Run("noord", "2019")),
        intervention("vaag", Run("wijk-a", unknown="Niet genoemd.")),
    )
    assert found(dated, undated) == [("a", ["een"], 2019, ["vaag"]), ("b", ["een"], 2019, [])]
    assert found(undated) == []


def test_what_runs_in_the_whole_gemeente_sets_no_wijk_apart() -> None:
    everywhere, local = intervention("overal", Run("gemeente", "2019")), intervention("een", Run("wijk-d", "2020"))
    assert found(everywhere, local) == [("d", ["een"], 2020, [])]
    assert without_any([everywhere, local], TOWN) == ("wijk-a", "wijk-b", "wijk-c")


def test_a_wijk_in_which_something_runs_without_a_date_is_none_to_compare_with() -> None:
    some = [intervention("een", Run("noord", "2019")), intervention("vaag", Run("wijk-c", unknown="Niet genoemd."))]
    assert without_any(some, TOWN) == ("wijk-d",)
    assert without_any([], TOWN) == ("wijk-a", "wijk-b", "wijk-c", "wijk-d")


def test_what_runs_in_an_area_is_what_runs_in_it_around_it_or_everywhere() -> None:
    one = intervention(
        "een", Run("wijk-a", "2019"), Run("noord", "2020"), Run("gemeente", "2021"), Run("wijk-c", "2022")
    )
    years = {a.id: [run.start for run in runs_in(one, a, TOWN)] for a in TOWN.areas}
    assert years["wijk-a"] == ["2019", "2020", "2021"]
    assert years["wijk-b"] == ["2020", "2021"]
    assert years["wijk-c"] == ["2021", "2022"]
    assert years["noord"] == ["2019", "2020", "2021"]
    assert years["gemeente"] == ["2019", "2020", "2021", "2022"]


def test_a_wijk_known_by_its_cbs_code_too_is_part_of_what_holds_its_buurten() -> None:
    precise = area("precies", "BU99900009", wijk_code="WK999009", wijk_name="Precies", is_wijk=True)
    whole = area("geheel", "BU99900009", "BU99900008", kind="samengesteld")
    town = catalogue((), precise, whole)
    assert [b.areas for b in bundles([intervention("een", Run("geheel", "2019"))], town)] == [("precies",)]


def test_areas_without_buurten_are_only_themselves() -> None:
    named = Area(id="omschreven", name="Omschreven", kind="nplv")
    town = catalogue((), named, *WIJKEN)
    assert [b.areas for b in bundles([intervention("een", Run("omschreven", "2019"))], town)] == [("omschreven",)]
