"""Where areas lie: buurten dissolved to areas, prepared with the figures, and nothing at all without boundaries."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import shapely
from conftest import DataFolder, run
from helpers import RAW, area
from shapely.geometry import shape

import nplv_analysis as nplv
from nplv_analysis import sections
from nplv_analysis.analysis import analyse
from nplv_analysis.boundaries import ELSEWHERE, Shapes, area_shapes, from_geojson, to_geojson
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.data import Data
from nplv_analysis.errors import InputError
from nplv_analysis.preparation import AREAS
from nplv_analysis.records import read_records
from nplv_analysis.sources import BOUNDARIES

pytest_plugins = ["project_data"]

SHIPPED = "cbs_buurtgrenzen_2022/buurtgrenzen.geojson"
TOWN = "voorbeeld_grenzen/grenzen.geojson"


@pytest.fixture(scope="module")
def shipped(catalogue: Catalogue) -> Shapes:
    """The shapes of the shipped areas."""
    return area_shapes(RAW, read_records(RAW), catalogue.areas)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """The data of the fictional town, to break."""
    return DataFolder(nplv.example(tmp_path / "data"))


def buurten_of(file: Path) -> dict[str, shapely.Geometry]:
    """The boundaries as they are in a file."""
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["statcode"]: shape(feature["geometry"]) for feature in features}


def test_an_area_is_exactly_its_buurten(shipped: Shapes, catalogue: Catalogue) -> None:
    buurten = buurten_of(RAW / SHIPPED)
    for place in (place for place in catalogue.areas if place.buurten):
        found = shape(shipped[place.id])
        assert found.is_valid
        assert found.symmetric_difference(shapely.union_all([buurten[b] for b in place.buurten])).area < 1e-12


def test_areas_and_what_lies_around_them_fill_the_town(shipped: Shapes, catalogue: Catalogue) -> None:
    wijken = [shape(shipped[place.id]) for place in catalogue.areas if place.kind in ("nplv", "wijkvernieuwing")]
    around = shapely.get_parts(shape(shipped[ELSEWHERE]))
    total = sum(buurt.area for buurt in buurten_of(RAW / SHIPPED).values())
    assert sum(part.area for part in [*wijken, *around]) == pytest.approx(total)
    assert shapely.union_all([*wijken, *around]).area == pytest.approx(total)


def test_shapes_of_areas_of_which_a_buurt_is_missing_are_left_out() -> None:
    records = read_records(RAW)
    half = area("half", "BU00140900", "BU99999999")
    whole = area("heel", "BU00140900", "BU00140901")
    shapes = area_shapes(RAW, records, [half, whole, area("geen")])
    assert list(shapes) == ["heel", ELSEWHERE]


def test_without_boundaries_there_are_no_shapes(catalogue: Catalogue) -> None:
    records = [record for record in read_records(RAW) if record.reader != BOUNDARIES]
    assert area_shapes(RAW, records, catalogue.areas) == {}
    assert from_geojson(to_geojson({})) == {}


def test_what_is_written_is_read_again(shipped: Shapes) -> None:
    text = to_geojson(shipped)
    assert from_geojson(text) == shipped
    assert len(text.splitlines()) == len(shipped) + 2
    assert len(text) < 15_000


def test_a_buurt_in_two_files_is_refused(folder: DataFolder) -> None:
    first, second = folder.path / "raw" / TOWN, folder.path / "raw" / "voorbeeld_grenzen" / "meer.geojson"
    shutil.copy(first, second)
    shutil.copy(f"{first}.bron.yaml", f"{second}.bron.yaml")
    with pytest.raises(InputError, match=r"meer.geojson: found 'BU99900000', expected each buurt in one file"):
        nplv.prepare(folder.path)


# -------------------------------------------------------------------------------------------- prepared with the rest


def test_the_town_has_shapes_and_says_whose_they_are(town_data: Data) -> None:
    assert {"voorbeeldwijk-noord", "voorbeeldstad-noord", ELSEWHERE} <= set(town_data.boundaries)
    assert "gemeente" not in town_data.boundaries
    assert town_data.boundaries_citation == "Grenzen van Voorbeeldstad (bedacht)"


def test_shapes_are_prepared_once_and_loaded_after(town_folder: Path, town_data: Data) -> None:
    stored = (town_folder / "processed" / AREAS).read_text(encoding="utf-8")
    assert from_geojson(stored) == town_data.boundaries


def test_a_fault_in_the_boundaries_stops_prepare_with_one_message(folder: DataFolder) -> None:
    nplv.prepare(folder.path)
    before = folder.processed()
    folder.edit(TOWN, "BU99900002", "WK99900002")
    result = run("prepare", "--data", folder.path)
    assert result.exit_code == 1
    (message,) = result.stderr.splitlines()
    assert message.startswith(f"nplv: {TOWN}, feature 3 (WK99900002): found 'WK99900002', expected a CBS code")
    assert folder.processed() == before


def test_boundaries_that_are_not_public_are_left_out_with_the_figures(folder: DataFolder) -> None:
    folder.record(TOWN, openbaar="nee")
    assert nplv.load(folder.path).boundaries
    public = nplv.load(folder.path, public=True)
    assert public.boundaries == {} and public.boundaries_citation == ""


def test_a_town_without_boundaries_has_reports_without_a_map(folder: DataFolder) -> None:
    shutil.rmtree(folder.path / "raw" / "voorbeeld_grenzen")
    assert nplv.load(folder.path).boundaries == {}
    for theme, section in (("armoede", sections.comparison), ("gebiedsmonitor", sections.heat_table)):
        html = section(analyse(theme, "voorbeeldwijk-noord", data_map=str(folder.path))).html
        assert 'class="grafiek kaart"' not in html and "<table" in html
