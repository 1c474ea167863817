"""Boundaries of buurten: GeoJSON in degrees (WGS84), one polygon or several a buurt. No observations."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd

from nplv_analysis.errors import InputError
from nplv_analysis.sources.limits import load_json

KINDS = ("Polygon", "MultiPolygon")
#: A ring of three corners ends where it began.
LEAST_POSITIONS = 4


def read_boundaries(path: Path, name: str) -> pd.DataFrame:
    """Read and check the boundaries of buurten.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        How errors name the file.

    Returns
    -------
    DataFrame
        Columns buurt (code of CBS), naam (empty where there is none) and grens (the geometry, as GeoJSON), one row a
        buurt.

    Raises
    ------
    InputError
        For anything in the file that is not as expected; names the feature.
    """
    features = _features(path, name)
    codes: dict[str, str] = {}
    rows = []
    for number, feature in enumerate(features, start=1):
        held = feature if isinstance(feature, dict) else {}
        properties, geometry = held.get("properties"), held.get("geometry")
        code = properties.get("statcode") if isinstance(properties, dict) else None
        where = f"{name}, feature {number}" + (f" ({code})" if isinstance(code, str) else "")
        if not isinstance(code, str) or not re.fullmatch(r"BU[0-9]{8}", code):
            raise InputError(where, "a CBS code of BU and eight digits in properties.statcode", value=code)
        if code in codes:
            raise InputError(where, f"each buurt once; this one stands in {codes[code]} as well")
        codes[code] = f"feature {number}"
        if not isinstance(geometry, dict) or geometry.get("type") not in KINDS:
            kind = geometry.get("type") if isinstance(geometry, dict) else None
            raise InputError(where, f"a geometry of type {' or '.join(KINDS)}", value=kind)
        title = properties.get("statnaam") if isinstance(properties, dict) else None
        title = " ".join(title.split()) if isinstance(title, str) else ""
        rows.append({"buurt": code, "naam": title, "grens": _checked(geometry, where)})
    return pd.DataFrame(rows)


def _features(path: Path, name: str) -> list[Any]:
    content = load_json(path, name)
    kind = content.get("type") if isinstance(content, dict) else None
    if kind != "FeatureCollection":
        raise InputError(name, "GeoJSON: a FeatureCollection", value=kind)
    # Older files say in which system the positions are; without that it is degrees of WGS84.
    system = json.dumps(content.get("crs"))
    if system != "null" and not re.search(r"CRS84\b|EPSG:(:|[0-9.]+:)?4326\b", system):
        raise InputError(name, "positions in degrees (WGS84, EPSG:4326)", column="crs", value=system)
    features = content.get("features")
    if not isinstance(features, list) or not features:
        raise InputError(name, "at least one feature in the FeatureCollection")
    return features


def _checked(geometry: dict[str, Any], where: str) -> dict[str, Any]:
    """Check the rings and give the geometry without heights, which some positions may have and others not."""
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if geometry["type"] == KINDS[0] else coordinates
    if not isinstance(polygons, list) or not polygons or not all(isinstance(p, list) and p for p in polygons):
        raise InputError(where, "a list of rings in coordinates")
    for ring in (ring for polygon in polygons for ring in polygon):
        for position in ring if isinstance(ring, list) else [ring]:
            _check_position(position, where)
        if len(ring) < LEAST_POSITIONS or ring[0] != ring[-1]:
            raise InputError(
                where, f"closed rings: at least {LEAST_POSITIONS} positions, the last the same as the first"
            )
    from shapely import is_valid_reason
    from shapely.geometry import shape

    flat = [[[position[:2] for position in ring] for ring in polygon] for polygon in polygons]
    plain = {"type": geometry["type"], "coordinates": flat[0] if geometry["type"] == KINDS[0] else flat}
    reason = is_valid_reason(shape(plain))
    if reason != "Valid Geometry":
        raise InputError(where, "an area whose boundary does not cross or touch itself", value=reason)
    return plain


def _check_position(position: Any, where: str) -> None:
    numbers = position[:2] if isinstance(position, list) else []
    sound = len(numbers) == 2 and all(type(n) in (int, float) for n in numbers)
    # Infinite and NaN are no smaller than anything.
    if not sound or not (abs(numbers[0]) <= 180 and abs(numbers[1]) <= 90):
        raise InputError(
            where, "positions of longitude and latitude in degrees (WGS84, EPSG:4326)", value=json.dumps(position)
        )
