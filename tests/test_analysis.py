"""What notebooks and students work with."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from helpers import ROOT

import nplv_analysis as nplv
from nplv_analysis.analysis import Analysis, analyse
from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import THEMES, load_catalogue
from nplv_analysis.data import Data, load
from nplv_analysis.errors import NplvError, UnknownNameError
from nplv_analysis.folders import find_data
from nplv_analysis.records import sha256_of

pytest_plugins = ["project_data"]


def test_the_figures_of_one_area_and_indicator_are_in_order_of_time(town_data: Data) -> None:
    # Its two buurten have 3000 and 1000 inhabitants: (24 x 3000 + 36 x 1000) / 4000 = 27, and so on. In 2022 one has no
    # figure, so neither has the area; CBS wijk Noord around it has.
    found = town_data.of("Voorbeeldwijk-Noord", "moeite_rondkomen")
    assert list(found["periode"]) == ["2016", "2018", "2020", "2022"]
    assert list(found["waarde"]) == pytest.approx([27.0, 25.0, 22.0, np.nan], nan_ok=True)
    assert list(found["waarde_cbs_wijk"]) == pytest.approx([np.nan, np.nan, np.nan, 27.0], nan_ok=True)
    assert set(found["rol"]) == {"gebied"}


def test_comparing_gives_the_same_period_of_the_other_areas_and_the_rest(town_data: Data) -> None:
    found = town_data.compare("voorbeeldwijk-noord", "misdrijven_per_1000").set_index(["gebied", "rol"])
    noord = found.loc[("voorbeeldwijk-noord", "gebied")]
    # 90 and 1 to 4 crimes among 4000 inhabitants; the others have 10, 50, 130, 47, 104, 58, 41, 12 and 81 crimes.
    assert (noord["ondergrens"], noord["bovengrens"]) == (22.75, 23.5)
    assert found.loc[("voorbeeldwijk-zuid", "gebied"), "waarde"] == 20.0
    assert found.loc[("gemeente", "gebied"), "waarde"] == pytest.approx(1000 * 633 / 25000)
    rest = 10 + 50 + 130 + 47 + 104 + 58 + 41 + 12 + 81
    assert found.loc[("voorbeeldwijk-noord", "overige gemeente"), "waarde"] == pytest.approx(1000 * rest / 21000)
    assert len(found) == 11


def test_comparing_what_is_not_known_gives_nothing(real_data: Data) -> None:
    assert real_data.compare("tuinwijk", "vsv_aantal").empty


def test_names_and_ids_both_work_and_a_slip_gets_a_suggestion(town_data: Data) -> None:
    by_id = town_data.of("voorbeeldwijk-zuid", "inwoners")
    pd.testing.assert_frame_equal(by_id, town_data.of("Voorbeeldwijk-Zuid", "inwoners"))
    with pytest.raises(UnknownNameError, match="unknown area 'voorbeeldwijk-zuit'; did you mean voorbeeldwijk-zuid"):
        town_data.of("voorbeeldwijk-zuit", "inwoners")
    with pytest.raises(UnknownNameError, match="unknown indicator 'inwoner'; did you mean inwoners"):
        town_data.of("voorbeeldwijk-zuid", "inwoner")


# ------------------------------------------------------------------------------------------------ analyses


def test_an_analysis_holds_its_theme_alone(town_folder: Path) -> None:
    found = analyse("armoede", "voorbeeldwijk-noord", data_map=str(town_folder))
    assert set(found.table["indicator"]) == {"moeite_rondkomen", "minimahuishoudens"}
    assert set(found.own["gebied"]) == {"voorbeeldwijk-noord"}
    assert set(found.development["gebied"]) == {"voorbeeldwijk-noord"}
    assert dict(zip(found.latest["indicator"], found.latest["periode"], strict=True)) == {
        "moeite_rondkomen": "2020",
        "minimahuishoudens": "2022",
    }
    assert list(found.targets["indicator"]) == ["minimahuishoudens"]
    assert not found.internal


def test_every_page_has_the_targets_that_were_prepared(town_folder: Path) -> None:
    data = load(town_folder)
    folder = str(town_folder)
    monitor = analyse("gebiedsmonitor", "gemeente", data_map=folder).targets
    assert list(monitor["indicator"]) == list(data.targets["indicator"])
    for theme in THEMES:
        mine = analyse(theme, "voorbeeldwijk-noord", data_map=folder).targets.set_index("indicator")
        pd.testing.assert_frame_equal(mine, monitor.set_index("indicator").loc[mine.index])
    # Of a long series the models are fitted once; with fewer years they say so.
    assert monitor["kans_van_2030"].notna().any()
    short = analyse("gebiedsmonitor", "gemeente", vanaf=2018, data_map=folder).targets
    assert short["kans_van_2030"].isna().all()


def test_positions_lead_to_the_same_figure_of_each_area(town_folder: Path) -> None:
    analysis = analyse("armoede", "voorbeeldwijk-noord", data_map=str(town_folder))
    for measurement, places in analysis.positions.items():
        rows = analysis.table.iloc[list(places.values())]
        assert list(rows["gebied"]) == list(places)
        assert set(zip(rows["indicator"], rows["reeks"], rows["periode"], rows["rol"], strict=True)) == {
            (*measurement, ITSELF)
        }
    assert sum(map(len, analysis.positions.values())) == (analysis.table["rol"] == ITSELF).sum() > 20


def test_years_that_are_not_asked_for_are_left_out(town_folder: Path) -> None:
    found = analyse("armoede", "gemeente", vanaf=2018, tot=2020, data_map=str(town_folder))
    assert set(found.own["periode"]) == {"2018", "2019", "2020"}
    # The change since 2016 would be a change since a year that is not asked for.
    changes = found.development[found.development["indicator"] == "moeite_rondkomen"]
    assert list(changes["verandering"]) == pytest.approx([np.nan, 16.2 - 17.7], nan_ok=True)


def test_figures_without_a_year_stay_within_any_years(real_folder: Path) -> None:
    found = analyse("veiligheid", "gemeente", vanaf=2023, data_map=str(real_folder))
    undated = found.own[found.own["jaar"].isna() & (found.own["periode"] != "")]
    assert set(undated["indicator"]) == {"onveiligheidsgevoelens_eigen_buurt"}
    assert (found.own["jaar"].dropna() >= 2023).all()


OTHERS = [f"voorbeeldwijk-{name}" for name in ("oost", "midden", "linde", "dijk", "meer", "kade")]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", ["voorbeeldwijk-noord", "voorbeeldwijk-zuid", *OTHERS, "voorbeeldstad-noord", "gemeente"]),
        ("gemeente, Voorbeeldwijk-Zuid", ["voorbeeldwijk-noord", "gemeente", "voorbeeldwijk-zuid"]),
        ("voorbeeldwijk-noord,gemeente", ["voorbeeldwijk-noord", "gemeente"]),
    ],
)
def test_the_areas_to_draw_beside_it(town_folder: Path, asked: str, shown: list[str]) -> None:
    found = analyse("armoede", "voorbeeldwijk-noord", vergelijk_met=asked, data_map=str(town_folder))
    assert found.areas_beside == shown


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"theme": "armoe"}, "unknown theme 'armoe'; did you mean armoede"),
        ({"wijk": "voorbeeldwijk-west"}, "unknown area 'voorbeeldwijk-west'; did you mean"),
        ({"vergelijk_met": "gemeente,nergens"}, "unknown area 'nergens'"),
        ({"vanaf": 2020, "tot": 2018}, r"vanaf \(2020\) is after tot \(2018\)"),
    ],
)
def test_a_wrong_parameter_is_a_sentence(town_folder: Path, wrong: dict, message: str) -> None:
    given = {"theme": "armoede", "wijk": "voorbeeldwijk-noord", "data_map": str(town_folder)} | wrong
    with pytest.raises(NplvError, match=message):
        analyse(**given)


# ------------------------------------------------------------------------------------------------ folders


def test_a_data_folder_has_raw_in_it(tmp_path: Path) -> None:
    with pytest.raises(NplvError, match="expected a folder 'raw' in it"):
        find_data(tmp_path)


def test_the_data_folder_is_found_from_a_folder_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = tmp_path / "notebooks" / "oefenen"
    below.mkdir(parents=True)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    monkeypatch.chdir(below)
    assert find_data() == tmp_path / "data"


def test_without_a_data_folder_near_that_of_the_project_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_data() == ROOT / "data"


def test_the_example_brings_its_own_catalogue(town_folder: Path) -> None:
    names = {area.name for area in load_catalogue(town_folder / "catalogus").areas}
    assert {"Voorbeeldwijk-Noord", "Voorbeeldwijk-Zuid", "Gemeente Voorbeeldstad", "Nederland"} <= names
    assert not names & ({area.name for area in load_catalogue().areas} - {"Nederland"})


# ------------------------------------------------------------------------------------------------ not public


@pytest.fixture(scope="module")
def confidential(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fictional town, where the figures about making ends meet are not public."""
    folder = nplv.example(tmp_path_factory.mktemp("intern") / "data")
    record = folder / "raw" / "voorbeeld_rondkomen" / "rondkomen.csv.bron.yaml"
    record.write_text(record.read_text(encoding="utf-8").replace("openbaar: ja", "openbaar: nee"), encoding="utf-8")
    return folder


def test_public_leaves_out_figures_records_and_the_error_of_other_sources(confidential: Path) -> None:
    everything, public = load(confidential), load(confidential, public=True)
    assert (everything.figures["indicator"] == "moeite_rondkomen").sum() > 3
    assert "moeite_rondkomen" not in set(public.figures["indicator"]), "not even its name gets out"
    assert public.figures["openbaar"].all() and not everything.figures["openbaar"].all()
    # The filled template holds public figures as well, so its record stays.
    without = {r.source for r in everything.records} - {r.source for r in public.records}
    assert "voorbeeld_rondkomen" in without and "voorbeeld_ois" not in without
    # A table of streets is for the hittekaart alone.
    assert "voorbeeld_straten" not in {r.source for r in everything.records}
    # How well figures are computed is shown unrounded, so it rests on public figures alone in both.
    assert everything.method_error.empty and public.method_error.empty


def test_a_page_with_figures_that_are_not_public_is_internal(confidential: Path) -> None:
    found = {
        (theme, public): analyse(
            theme, "voorbeeldwijk-noord", data_map=str(confidential), alleen_openbaar=public
        ).internal
        for theme in ("armoede", "veiligheid")
        for public in (False, True)
    }
    expected = {("armoede", False): True, ("armoede", True): False}
    assert found == expected | {("veiligheid", False): False, ("veiligheid", True): False}


def test_the_gebiedsmonitor_is_internal_where_a_figure_of_any_theme_is(town_data: Data) -> None:
    # This one is no kernindicator: it stands in the wijkkompas and in the counts of verdicts.
    secret = town_data.figures["indicator"] == "moeite_rondkomen"
    for openly, expected in ((~secret, True), (secret | ~secret, False)):
        data = replace(town_data, figures=town_data.figures.assign(openbaar=openly))
        analysis = Analysis(data, data.catalogue.area("voorbeeldwijk-noord"), "gebiedsmonitor")
        assert analysis.table["openbaar"].all() and analysis.internal == expected


def test_a_page_with_a_reference_that_is_not_public_is_internal(town_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(town_folder, folder, ignore=shutil.ignore_patterns("processed"))
    source = folder / "raw" / "voorbeeld_rondkomen"
    lines = (source / "rondkomen.csv").read_text(encoding="utf-8").splitlines()
    for name, kept in (
        ("rondkomen", [r for r in lines if "GM9990" not in r]),
        ("stad", [lines[0], *(r for r in lines if "GM9990" in r)]),
    ):
        (source / f"{name}.csv").write_text("\n".join(kept) + "\n", encoding="utf-8", newline="\n")
        fields = yaml.safe_load((source / "rondkomen.csv.bron.yaml").read_text(encoding="utf-8"))
        fields |= {"openbaar": "nee" if name == "stad" else "ja", "sha256": sha256_of(source / f"{name}.csv")}
        (source / f"{name}.csv.bron.yaml").write_text(yaml.safe_dump(fields), encoding="utf-8")
    found = analyse("armoede", "voorbeeldwijk-noord", data_map=str(folder))
    assert found.own["openbaar"].all()
    assert found.internal
