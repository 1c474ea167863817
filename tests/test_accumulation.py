"""Stapeling: one subject counts once, what is not known is never favourable, and the order is that of the catalogue."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from helpers import area, catalogue, figures, indicator, series

from nplv_analysis.accumulation import COLUMNS, accumulation, subjects
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.comparison import WIJKEN
from nplv_analysis.data import Data

pytest_plugins = ["project_data"]


def theme(name: str, theme: str, topic: str, **other: Any) -> Any:
    """Make an indicator of a theme."""
    return indicator(series("publicatie"), id=name, theme=theme, topic=topic, **other)


#: Two subjects of armoede, of which one has two figures, and one of veiligheid.
TOWN = catalogue(
    (
        theme("minima", "armoede", "Laag inkomen"),
        theme("minima_kinderen", "armoede", "Laag inkomen"),
        theme("rondkomen", "armoede", "Rondkomen"),
        theme("onveilig", "veiligheid", "Onveilig voelen"),
    ),
    area("wijk-b", "BU99900100"),
    area("wijk-a", "BU99900000"),
)


def judged(*rows: dict[str, Any]) -> pd.DataFrame:
    """Make figures with verdicts: `oordeel`, `verandering_oordeel` and `trend` beside the columns of a figure."""
    own = ("oordeel", "verandering_oordeel", "trend")
    table = figures(*({"waarde": 1.0} | {k: v for k, v in row.items() if k not in own} for row in rows))
    for column in own:
        table[column] = [row.get(column, "n.t.b." if column == "trend" else "") for row in rows]
    return table


def counts(table: pd.DataFrame, wijk: str, theme: str, towns: Catalogue = TOWN) -> dict[str, Any]:
    """Give the counts of a wijk and a theme."""
    found = accumulation(table, towns)
    assert list(found.columns) == list(COLUMNS)
    (row,) = found[(found["gebied"] == wijk) & (found["thema"] == theme)].to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_a_subject_with_two_unfavourable_figures_counts_once() -> None:
    table = judged(
        {"gebied": "wijk-a", "indicator": "minima", "oordeel": "ongunstiger"},
        {"gebied": "wijk-a", "indicator": "minima_kinderen", "oordeel": "ongunstiger"},
        {"gebied": "wijk-a", "indicator": "rondkomen", "oordeel": "ongunstiger"},
    )
    row = counts(table, "wijk-a", "armoede")
    assert (row["onderwerpen"], row["met_oordeel"], row["ongunstiger"], row["niet_te_zeggen"]) == (2, 2, 2, 0)
    assert row["welke"] == "Laag inkomen; Rondkomen"


def test_the_first_figure_with_a_verdict_decides_and_not_the_worst() -> None:
    table = judged(
        {"gebied": "wijk-a", "indicator": "minima", "oordeel": "geen aantoonbaar verschil"},
        {"gebied": "wijk-a", "indicator": "minima_kinderen", "oordeel": "ongunstiger"},
    )
    assert counts(table, "wijk-a", "armoede")["ongunstiger"] == 0
    without = table.assign(oordeel=["", "ongunstiger"])
    assert counts(without, "wijk-a", "armoede")["ongunstiger"] == 1


@pytest.mark.parametrize("other", ["gunstiger", "geen aantoonbaar verschil", "hoger"])
def test_only_unfavourable_verdicts_count(other: str) -> None:
    table = judged({"gebied": "wijk-a", "indicator": "onveilig", "oordeel": other})
    row = counts(table, "wijk-a", "veiligheid")
    assert (row["met_oordeel"], row["ongunstiger"], row["welke"]) == (1, 0, "")


def test_without_a_verdict_nothing_can_be_said_and_that_is_not_favourable() -> None:
    table = judged(
        {"gebied": "wijk-a", "indicator": "rondkomen", "status": "schatting"},
        {"gebied": "wijk-b", "indicator": "onveilig", "oordeel": "ongunstiger"},
    )
    row = counts(table, "wijk-a", "armoede")
    assert (row["onderwerpen"], row["met_oordeel"], row["ongunstiger"], row["niet_te_zeggen"]) == (1, 0, 0, 1)
    assert "geen enkel onderwerp" in row["stapeling_reden"]
    # Known of another wijk alone: it counts among what cannot be said of this one.
    assert counts(table, "wijk-a", "veiligheid")["niet_te_zeggen"] == 1
    nothing = counts(table, "wijk-a", "leerachterstand")
    assert nothing["onderwerpen"] == 0 and "geen enkele wijk" in nothing["stapeling_reden"]


@pytest.mark.parametrize(
    ("change", "trend", "known", "worse"),
    [
        ("", "n.t.b.", 0, 0),
        ("verslechterd", "n.t.b.", 1, 1),
        ("", "verslechtering", 1, 1),
        ("verbeterd", "n.t.b.", 1, 0),
        ("geen aantoonbare verandering", "geen aantoonbare verandering", 1, 0),
    ],
)
def test_development_counts_where_it_was_tested(change: str, trend: str, known: int, worse: int) -> None:
    mine = {"gebied": "wijk-a", "indicator": "onveilig", "verandering_oordeel": change, "trend": trend}
    row = counts(judged(mine | {"oordeel": "ongunstiger"}), "wijk-a", "veiligheid")
    assert (row["ontwikkeling_bekend"], row["ook_verslechterd"]) == (known, worse)
    # A subject that is not less favourable has no part in it.
    row = counts(judged(mine | {"oordeel": "gunstiger"}), "wijk-a", "veiligheid")
    assert (row["ontwikkeling_bekend"], row["ook_verslechterd"]) == (0, 0)


def test_the_latest_figure_of_the_area_itself_counts() -> None:
    table = judged(
        {"gebied": "wijk-a", "indicator": "onveilig", "periode": "2018", "oordeel": "ongunstiger"},
        {"gebied": "wijk-a", "indicator": "onveilig", "periode": "2022", "oordeel": "gunstiger"},
        {
            "gebied": "wijk-a", "indicator": "onveilig", "periode": "2024", "oordeel": "ongunstiger",
            "herkomst": "alleen hele CBS-wijk bekend",
        },
        {"gebied": "wijk-a", "rol": "overige gemeente", "indicator": "onveilig", "oordeel": "ongunstiger"},
    )  # fmt: skip
    assert counts(table, "wijk-a", "veiligheid")["ongunstiger"] == 0


def test_rows_stand_in_the_order_of_the_catalogue_whatever_the_counts() -> None:
    rows = [
        {"gebied": w, "indicator": "onveilig", "oordeel": o} for w, o in (("wijk-a", "ongunstiger"), ("wijk-b", ""))
    ]
    for order in (rows, rows[::-1]):
        found = accumulation(judged(*order), TOWN)
        assert list(dict.fromkeys(found["gebied"])) == ["wijk-b", "wijk-a"]
        assert list(found["thema"])[:3] == ["leerachterstand", "armoede", "veiligheid"]


# ------------------------------------------------------------------------------------------------ subjects


def test_figures_that_look_alike_are_one_subject() -> None:
    towns = catalogue(
        (
            theme("a", "armoede", "Een"),
            theme("b", "armoede", "Twee"),
            theme("c", "armoede", "Drie", differs_from={"a": "anders"}),
            theme("d", "armoede", "Vier", about="plaats"),
            theme("e", "armoede", "Twee"),
            theme("f", "armoede", "Vijf", about="plaats"),
            theme("g", "armoede", "Zes", good_direction="geen"),
            theme("h", "armoede", "Zeven", about="scholen"),
            theme("i", "veiligheid", "Een"),
        )
    )
    assert [[i.id for i in s] for s in subjects(towns, "armoede")] == [["a", "c"], ["b", "e"], ["d", "f"]]


def test_one_that_is_like_two_groups_makes_them_one() -> None:
    alike = {"b": "anders"}
    towns = catalogue(
        (theme("a", "armoede", "Een"), theme("b", "armoede", "Twee"), theme("c", "armoede", "Een", differs_from=alike))
    )
    assert [[i.id for i in s] for s in subjects(towns, "armoede")] == [["a", "b", "c"]]


def test_shipped_crimes_and_incomes_are_one_subject_each(catalogue: Catalogue) -> None:
    together = [[i.id for i in s] for theme in ("armoede", "veiligheid") for s in subjects(catalogue, theme)]
    found = {name: subject for subject in together for name in subject}
    assert found["misdrijven_per_1000"] == found["fietsdiefstal"] == found["diefstal_woning"]
    assert found["laag_inkomen"] == found["minimahuishoudens"]
    assert found["moeite_rondkomen"] == ["moeite_rondkomen", "moeite_rondkomen_rivm"]
    assert not any(catalogue.indicator(name).about_schools for name in found)


# ------------------------------------------------------------------------------------------------ the shipped figures


def test_shipped_counts_follow_from_the_verdicts(real_data: Data) -> None:
    found = accumulation(real_data.figures, real_data.catalogue)
    wijken = [a.id for a in real_data.catalogue.areas if a.kind in WIJKEN]
    assert len(found) == 3 * len(wijken) == 33
    assert (found["met_oordeel"] + found["niet_te_zeggen"] == found["onderwerpen"]).all()
    # On these figures only crime was tested, and no wijk differs demonstrably.
    assert (found[found["thema"] == "veiligheid"]["met_oordeel"] == 1).all()
    assert found[found["thema"] != "veiligheid"]["met_oordeel"].sum() == 0
    assert found["ongunstiger"].sum() == 0
