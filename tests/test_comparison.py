"""Figures side by side: the same series and period, and no verdict."""

from __future__ import annotations

import pandas as pd
from helpers import figures

from nplv_analysis.analysis import Data
from nplv_analysis.comparison import NOT_YET, REFERENCES, comparison, latest, side_by_side

pytest_plugins = ["project_data"]


def test_latest_keeps_the_last_period_with_a_figure() -> None:
    table = figures(
        {"periode": "2018", "waarde": 5.0},
        {"periode": "2022", "status": "nog niet bekend"},
        {"periode": "2020", "waarde": 4.0},
    )
    assert list(latest(table)["periode"]) == ["2020"]


def test_a_figure_with_a_year_comes_before_one_without() -> None:
    table = figures({"periode": "2012", "waarde": 5.0}, {"periode": "onbekend (rond 2022)", "waarde": 9.0})
    assert list(latest(table)["periode"]) == ["2012"]


def test_inexact_figures_and_those_of_the_wijk_count_as_figures() -> None:
    table = figures(
        {"gebied": "a", "teken": "rond", "genoemd": 40.0},
        {"gebied": "b", "teken": ">", "ondergrens": 30.0},
        {"gebied": "c", "waarde_cbs_wijk": 27.0},
        {"gebied": "d", "status": "ontbreekt"},
    )
    assert list(latest(table)["gebied"]) == ["a", "b", "c"]


def test_a_reference_is_of_the_same_series_and_period() -> None:
    table = figures(
        {"gebied": "wijk", "waarde": 20.0, "periode": "2020"},
        {"gebied": "gemeente", "waarde": 11.0, "periode": "2019"},
        {"gebied": "gemeente", "waarde": 12.0, "periode": "2020"},
        {"gebied": "gemeente", "waarde": 13.0, "periode": "2021"},
        {"gebied": "groningen-noord", "waarde": 25.0, "periode": "2020", "reeks": "andere reeks"},
        {"gebied": "wijk", "rol": "overige gemeente", "waarde": 10.0},
        {"gebied": "ander", "rol": "overige gemeente", "waarde": 99.0},
    )
    found = comparison(table, "wijk")
    assert len(found) == 1
    row = found.iloc[0]
    assert table.loc[int(row["gemeente"]), "waarde"] == 12.0
    assert table.loc[int(row["overige_gemeente"]), "waarde"] == 10.0
    assert pd.isna(row[["groningen_noord", "overige_gemeente_zonder", "nederland"]]).all()


def test_there_is_no_verdict_and_the_reason_stands_beside() -> None:
    found = comparison(figures({"waarde": 20.0}), "wijk")
    assert list(found["oordeel"]) == [""]
    assert list(found["oordeel_reden"]) == [NOT_YET]


def test_an_area_without_figures_has_an_empty_comparison_with_all_columns() -> None:
    found = comparison(figures({"waarde": 20.0}), "elders")
    assert found.empty
    assert {*REFERENCES, "oordeel", "oordeel_reden"} <= set(found.columns)


def test_side_by_side_keeps_the_order_that_is_asked_for() -> None:
    table = figures(
        *({"gebied": name, "waarde": float(n)} for n, name in enumerate("abc")), {"gebied": "d", "reeks": "x"}
    )
    found = side_by_side(table, "bedacht_cijfer", ["c", "d", "a", "niet-bekend"], "reeks", "2020")
    assert list(found["gebied"]) == ["c", "a"]
    assert list(found["waarde"]) == [2.0, 0.0]


def test_crime_is_put_beside_the_rest_of_the_gemeente_with_and_without_the_centre(real_data: Data) -> None:
    figures_of_all = real_data.figures
    row = comparison(figures_of_all, "selwerd").set_index("indicator").loc["misdrijven_per_1000"]
    rest, without = (figures_of_all.loc[int(row[c])] for c in ("overige_gemeente", "overige_gemeente_zonder"))
    # 14 990 crimes over all buurten, 284 in Selwerd, 5 538 in the buurten of Centrum (police 47018NED, 2023).
    assert rest["teller"] == 14990 - 284
    assert without["teller"] == 14990 - 284 - 5538
    assert rest["waarde"] > row["waarde"] + 10
    assert abs(without["waarde"] - row["waarde"]) < 1
    assert pd.isna(row["groningen_noord"]) is False and pd.notna(row["gemeente"])


def test_every_reference_of_the_shipped_data_is_the_same_measurement(real_data: Data) -> None:
    figures_of_all = real_data.figures
    checked = 0
    for area in real_data.catalogue.batch_areas:
        found = comparison(figures_of_all, area.id)
        for row in found.to_dict("records"):
            for column in REFERENCES:
                if pd.notna(row[column]):
                    other = figures_of_all.loc[int(row[column])]
                    for key in ("indicator", "reeks", "periode", "eenheid", "bron"):
                        assert other[key] == row[key], (area.id, row["indicator"], column)
                    checked += 1
    assert checked > 500
