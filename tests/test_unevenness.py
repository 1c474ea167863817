"""The dissimilarity index over schools as a figure: its range, and every reason why there is none."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from helpers import amount, area, catalogue, indicator, observation, observations, series

from nplv_analysis.agreement import check_agreement
from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Amount
from nplv_analysis.indicators import COMPUTED, NOTHING, indicator_table
from nplv_analysis.methods.segregation import dissimilarity
from nplv_analysis.unevenness import ONLY_LARGE, UNEVENNESS

EAST, WEST = "BU99900000", "BU99900100"
AREAS = (
    area("oost", EAST),
    area("programma", EAST, kind="samengesteld"),
)
#: Pupils below and above the level in each school, and where it stands.
SCHOOLS = ((12, 20, EAST), (3, 40, EAST), (8, 30, EAST), (2, 50, WEST), (15, 25, WEST))
Cell = int | tuple[int, int]


def uneven(**other: Any) -> Any:
    """Make an indicator of the index."""
    total = Amount(name="leerlingen", plus=("onder", "boven"))
    settings = {"about": "scholen", "least_schools": 3, "least_pupils": 10, "widest_range": 10.0, "decimals": 0}
    return indicator(series(UNEVENNESS, "onder", denominator=total, factor=100.0), **(settings | other))


def rows(*schools: tuple[Cell, Cell, str]) -> list[dict[str, Any]]:
    """Make the observations of schools."""
    made = []
    for nr, (*cells, buurt) in enumerate(schools):
        for variable, cell in zip(("onder", "boven"), cells, strict=True):
            value = {"low": cell[0], "high": cell[1]} if isinstance(cell, tuple) else {"value": cell}
            school = {"niveau": "school", "variabele": variable, "buurt": buurt}
            made.append(observation(f"99AA{nr:02d}", **value, **school))
    return made


def table(*schools: tuple[Cell, Cell, str], **other: Any) -> pd.DataFrame:
    """Compute the index over schools."""
    return indicator_table(observations(rows(*schools)), catalogue(uneven(**other), *AREAS))


def of(found: pd.DataFrame, name: str) -> dict[Any, Any]:
    """Give the one row of an area."""
    mine = found[found["gebied"] == name]
    assert len(mine) == 1
    return mine.iloc[0].to_dict()


def test_exact_counts_give_the_index_of_all_schools_and_of_the_programme_area() -> None:
    found = table(*SCHOOLS)
    for name, schools in (("gemeente", SCHOOLS), ("programma", SCHOOLS[:3])):
        row = of(found, name)
        below, above, _ = zip(*schools, strict=True)
        assert row["waarde"] == pytest.approx(100 * float(dissimilarity(below, above)))
        assert (row["herkomst"], row["rol"], row["status"]) == (COMPUTED, ITSELF, "waargenomen")
        assert row["toelichting"].startswith(f"Berekend uit {len(schools)} scholen in het bestand. Verdeelde het lot")
        assert pd.isna([row["teller"], row["noemer"], row["onder95"]]).all()


def test_no_wijk_no_rest_and_no_school_has_one() -> None:
    found = table(*SCHOOLS)
    assert set(found["rol"]) == {ITSELF}
    assert (of(found, "oost")["status"], of(found, "oost")["toelichting"]) == (NOTHING, ONLY_LARGE)
    assert not found.astype(str).apply(lambda column: column.str.contains("99AA")).any().any()


def test_suppressed_counts_give_a_range_as_narrow_as_was_asked() -> None:
    row = of(table((12, 20, EAST), ((1, 4), 40, EAST), (30, 30, EAST)), "gemeente")
    assert row["bovengrens"] - row["ondergrens"] < 10.0
    ends = [100 * float(dissimilarity([12, few, 30], [20, 40, 30])) for few in (1, 2, 3, 4)]
    assert pd.isna(row["waarde"])
    assert row["ondergrens"] <= min(ends) <= max(ends) == pytest.approx(row["bovengrens"])
    assert (row["status"], row["teken"]) == ("onderdrukt", "tussen")


def test_a_wide_range_is_withheld_with_its_width() -> None:
    row = of(table(*[((1, 4), 20, EAST)] * 5, (12, 20, EAST)), "gemeente")
    assert pd.isna([row["waarde"], row["ondergrens"], row["bovengrens"]]).all()
    assert row["status"] == "ontbreekt"
    assert "Over 6 scholen is het bereik daardoor" in row["toelichting"]
    assert "Meer dan 10 zegt te weinig." in row["toelichting"]


def test_few_schools_are_too_few() -> None:
    row = of(table(*SCHOOLS, least_schools=4), "programma")
    assert (row["status"], pd.isna(row["waarde"])) == ("te weinig scholen", True)
    assert row["toelichting"] == (
        "Hier staan maar 3 scholen uit het bestand. Voor dit cijfer zijn er minstens 4 nodig."
    )


@pytest.mark.parametrize(("few", "perhaps"), [(2, "om minder dan 10"), ((1, 4), "misschien om minder dan 10")])
def test_few_pupils_are_too_few(few: Cell, perhaps: str) -> None:
    row = of(table(*[(few, 40, EAST)] * 4), "gemeente")
    assert (row["status"], pd.isna(row["waarde"])) == ("ontbreekt", True)
    assert perhaps in row["toelichting"]


def test_a_school_in_which_nobody_took_part_does_not_count() -> None:
    without, with_empty = (of(table(*SCHOOLS, *more), "gemeente") for more in ((), ((0, 0, EAST),)))
    assert with_empty["waarde"] == without["waarde"]
    assert with_empty["toelichting"] == without["toelichting"]


def test_counts_may_make_a_share() -> None:
    check_agreement(catalogue(uneven(), *AREAS), observations(rows(*SCHOOLS)))


def test_other_figures_of_the_same_schools_stay_as_they_were() -> None:
    share = indicator(
        series("verhouding", "onder", denominator=amount("boven"), factor=100.0), id="aandeel", about="scholen"
    )
    alone = indicator_table(observations(rows(*SCHOOLS)), catalogue(share, *AREAS))
    beside = indicator_table(observations(rows(*SCHOOLS)), catalogue((uneven(), share), *AREAS))
    pd.testing.assert_frame_equal(alone, beside[beside["indicator"] == "aandeel"].reset_index(drop=True))
