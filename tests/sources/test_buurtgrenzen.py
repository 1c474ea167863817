"""Boundaries of buurten: read when all is well, else one error that names file, feature and what was expected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nplv_analysis.errors import InputError
from nplv_analysis.sources.buurtgrenzen import read_boundaries

SQUARE = [[0.0, 0.0], [0.1, 0.0], [0.1, 0.1], [0.0, 0.1], [0.0, 0.0]]
HOLE = [[0.02, 0.02], [0.04, 0.02], [0.04, 0.04], [0.02, 0.02]]


def feature(code: object = "BU99900000", kind: str = "Polygon", coordinates: Any = None) -> dict[str, Any]:
    """Make one buurt."""
    shape = {"type": kind, "coordinates": [SQUARE] if coordinates is None else coordinates}
    return {"type": "Feature", "properties": {"statcode": code, "statnaam": "Molenbuurt"}, "geometry": shape}


def read(folder: Path, *features: object, **other: object) -> Any:
    """Write features to a file and read them."""
    content = {"type": "FeatureCollection", "features": list(features)} | other
    return read_text(folder, json.dumps(content).encode())


def read_text(folder: Path, text: bytes) -> Any:
    (folder / "grenzen.geojson").write_bytes(text)
    return read_boundaries(folder / "grenzen.geojson", "map/grenzen.geojson")


def test_every_buurt_with_its_boundary(tmp_path: Path) -> None:
    several = feature("BU99900001", "MultiPolygon", [[SQUARE, HOLE], [[[1, 1], [2, 1], [2, 2], [1, 1]]]])
    found = read(tmp_path, feature(), several)
    assert list(found["buurt"]) == ["BU99900000", "BU99900001"]
    assert found["grens"][0] == feature()["geometry"]
    assert found["grens"][1]["type"] == "MultiPolygon"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": [feature()]})
    assert len(read_text(tmp_path, b"\xef\xbb\xbf" + text.encode())) == 1


def test_heights_are_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, feature(coordinates=[[[*SQUARE[0], 3.5], *SQUARE[1:-1], [*SQUARE[0], 3.5]]]))
    assert found["grens"][0] == feature()["geometry"]


FAULTS: dict[str, tuple[Any, str]] = {
    "no feature": (None, "feature 2: expected a CBS code of BU and eight digits"),
    "code": (feature("BU9990"), "feature 2 (BU9990): found 'BU9990', expected a CBS code of BU and eight digits"),
    "code that is a number": (feature(99900001), "feature 2: found '99900001', expected a CBS code"),
    "twice": (feature(), "feature 2 (BU99900000): expected each buurt once; this one stands in feature 1 as well"),
    "a point": (feature("BU99900001", "Point", [0, 0]), "found 'Point', expected a geometry of type Polygon"),
    "no geometry": ({**feature("BU99900001"), "geometry": None}, "expected a geometry of type Polygon"),
    "no rings": (feature("BU99900001", "Polygon", []), "expected a list of rings"),
    "rings that are none": (feature("BU99900001", "MultiPolygon", [[], 3]), "expected a list of rings"),
    "open ring": (feature("BU99900001", "Polygon", [SQUARE[:-1]]), "expected closed rings: at least 4 positions"),
    "too few positions": (feature("BU99900001", "Polygon", [[*SQUARE[:2], SQUARE[0]]]), "expected closed rings"),
    "ring that is none": (feature("BU99900001", "Polygon", ["x"]), "expected positions of longitude and latitude"),
    "Rijksdriehoek": (
        feature("BU99900001", "Polygon", [[[233000.5, 582000], *SQUARE[1:4], [233000.5, 582000]]]),
        "found '[233000.5, 582000]', expected positions of longitude and latitude in degrees (WGS84, EPSG:4326)",
    ),
    "text for a number": (feature("BU99900001", "Polygon", [[["6,5", 53], *SQUARE]]), "found '[\"6,5\", 53]'"),
    "a large number": (feature("BU99900001", "Polygon", [[[10**400, 53], *SQUARE]]), "found '[1000000000"),
    "crossing": (
        feature("BU99900001", "Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]),
        "expected an area whose boundary does not cross or touch itself",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_file_feature_and_what_was_expected(tmp_path: Path, fault: str) -> None:
    wrong, text = FAULTS[fault]
    with pytest.raises(InputError) as caught:
        read(tmp_path, feature(), wrong)
    assert str(caught.value).startswith("map/grenzen.geojson, feature 2")
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"{\n,}", "map/grenzen.geojson, row 2: expected a JSON file that is whole"),
        (b'{"type": NaN}', "map/grenzen.geojson: expected numbers; NaN is none in JSON"),
        (b"\xff\xfe", "expected text in UTF-8"),
        (b"[]", "expected GeoJSON: a FeatureCollection"),
        (b'{"type": "Topology"}', "found 'Topology', expected GeoJSON: a FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": []}', "expected at least one feature"),
        (b'{"type": "FeatureCollection", "features": {}}', "expected at least one feature"),
    ],
)
def test_a_file_that_is_no_collection_of_features(tmp_path: Path, text: bytes, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text(tmp_path, text)
    assert expected in str(caught.value)
