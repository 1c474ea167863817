"""Figures side by side: the same series and period; which reference a verdict is against."""

from __future__ import annotations

import pandas as pd
import pytest
from helpers import area, catalogue, figures, indicator

from nplv_analysis.analysis import Data
from nplv_analysis.comparison import REFERENCES, comparison, latest, side_by_side, with_verdict
from nplv_analysis.indicators import CHANCE
from nplv_analysis.uncertainty import with_intervals
from nplv_analysis.verdict import SAME, WORSE

pytest_plugins = ["project_data"]

TOWN = catalogue(
    indicator(),
    area("wijk", "BU1"),
    area("ander", "BU2"),
    area("noord", "BU1", "BU2", kind="samengesteld"),
)


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
        {"gebied": "noord", "waarde": 25.0, "periode": "2020", "reeks": "andere reeks"},
        {"gebied": "wijk", "rol": "overige gemeente", "waarde": 10.0},
        {"gebied": "ander", "rol": "overige gemeente", "waarde": 99.0},
    )
    found = comparison(table, "wijk", TOWN)
    assert len(found) == 1
    row = found.iloc[0]
    assert table.loc[int(row["gemeente"]), "waarde"] == 12.0
    assert table.loc[int(row["overige_gemeente"]), "waarde"] == 10.0
    assert pd.isna(row[["groningen_noord", "overige_gemeente_zonder", "nederland"]]).all()


def test_an_area_without_figures_has_an_empty_comparison_with_all_columns() -> None:
    found = comparison(figures({"waarde": 20.0}), "elders", TOWN)
    assert found.empty
    assert set(REFERENCES) <= set(found.columns)


def test_side_by_side_keeps_the_order_that_is_asked_for() -> None:
    table = figures(
        *({"gebied": name, "waarde": float(n)} for n, name in enumerate("abc")), {"gebied": "d", "reeks": "x"}
    )
    found = side_by_side(table, "bedacht_cijfer", ["c", "d", "a", "niet-bekend"], "reeks", "2020")
    assert list(found["gebied"]) == ["c", "a"]
    assert list(found["waarde"]) == [2.0, 0.0]


def test_crime_is_put_beside_the_rest_of_the_gemeente_with_and_without_the_centre(real_data: Data) -> None:
    figures_of_all = real_data.figures
    row = comparison(figures_of_all, "selwerd", real_data.catalogue).set_index("indicator").loc["misdrijven_per_1000"]
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
    for place in real_data.catalogue.batch_areas:
        found = comparison(figures_of_all, place.id, real_data.catalogue)
        for row in found.to_dict("records"):
            for column in REFERENCES:
                if pd.notna(row[column]):
                    other = figures_of_all.loc[int(row[column])]
                    for key in ("indicator", "reeks", "periode", "eenheid", "bron"):
                        assert other[key] == row[key], (place.id, row["indicator"], column)
                    checked += 1
    assert checked > 500


# ------------------------------------------------------------------------------------------------ verdicts


def counted(place: str, teller: int, noemer: int, **other: object) -> dict:
    """A share of a full count."""
    common = {"gebied": place, "teller": float(teller), "noemer": float(noemer), "interval_soort": CHANCE}
    return common | {"waarde": 100 * teller / noemer} | other


def judged(*rows: dict, against: str = "") -> pd.DataFrame:
    """Judge made-up figures."""
    found = with_verdict(with_intervals(figures(*rows), TOWN), TOWN, against)
    return found.set_index(["gebied", "rol"])


def test_a_wijk_is_compared_with_the_rest_where_that_is_known() -> None:
    found = judged(counted("wijk", 300, 1000), counted("wijk", 900, 9000, rol="overige gemeente"))
    row = found.loc[("wijk", "gebied")]
    assert (row["vergeleken_met"], row["oordeel"]) == ("overige gemeente", WORSE)
    assert row["verschil"] == pytest.approx(20) and row["verschil_onder95"] > 17
    assert found.loc[("wijk", "overige gemeente"), "oordeel"] == ""


def test_without_a_rest_the_published_total_is_a_fixed_value() -> None:
    row = judged(counted("wijk", 300, 1000), counted("gemeente", 1200, 10000)).loc[("wijk", "gebied")]
    assert row["vergeleken_met"] == "Gemeente Voorbeeldstad (vast cijfer)"
    assert (row["toets"], row["oordeel"]) == ("binomiale mid-P-toets", WORSE)


def test_the_programme_area_is_taken_without_the_wijk_itself_where_counts_allow_that() -> None:
    rows = [counted("wijk", 300, 1000), counted("ander", 100, 1000), counted("noord", 400, 2000)]
    row = judged(*rows, against="noord").loc[("wijk", "gebied")]
    assert row["vergeleken_met"] == "Noord zonder het gebied zelf"
    # 300 of 1000 beside the 100 of 1000 that are left.
    assert row["verschil"] == pytest.approx(20) and row["oordeel"] == WORSE
    bare = [dict(r, teller=float("nan"), noemer=float("nan"), interval_soort="") for r in rows[2:]]
    row = judged(*rows[:2], *bare, against="noord").loc[("wijk", "gebied")]
    assert row["vergeleken_met"] == "Noord (vast cijfer)" and row["verschil"] == pytest.approx(10)


def test_another_wijk_is_a_figure_with_a_margin_of_its_own() -> None:
    row = judged(counted("wijk", 22, 100), counted("ander", 20, 100), against="ander").loc[("wijk", "gebied")]
    assert (row["vergeleken_met"], row["oordeel"]) == ("Ander", SAME)


def test_crime_of_the_shipped_data_is_judged_without_the_centre(real_data: Data) -> None:
    rows = real_data.figures[
        (real_data.figures["indicator"] == "misdrijven_per_1000") & (real_data.figures["rol"] == "gebied")
    ]
    wijken = rows[rows["vergeleken_met"] != ""]
    assert set(wijken["vergeleken_met"]) - {"Nederland (vast cijfer)"} == {"overige gemeente zonder het centrum"}
    # Real neighbourhoods vary far more than chance; the dispersion is reported.
    assert (rows["phi"].dropna() > 5).all()


def test_false_discovery_is_a_column_and_changes_no_verdict(real_data: Data) -> None:
    tested = real_data.figures[real_data.figures["p_waarde"].notna()]
    assert len(tested) > 10
    assert (tested["q_waarde"] >= tested["p_waarde"]).all()
    alone = with_verdict(tested.iloc[:1], real_data.catalogue)
    assert alone["oordeel"].iloc[0] in (tested["oordeel"].iloc[0], "")


def test_the_false_discovery_rate_of_benjamini_and_hochberg() -> None:
    # Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57:289-300, section 3.2: 15 p-values, 4 rejections at 0.05.
    from nplv_analysis.comparison import _false_discovery

    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    assert (_false_discovery(pd.Series(p).to_numpy()) <= 0.05).sum() == 4
