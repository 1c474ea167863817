"""Boundaries of buurten: GeoJSON in degrees (WGS84), one polygon or several a buurt. No observations."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pandas as pd

from nplv_analysis.errors import InputError

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
        Columns buurt (code of CBS) and grens (the geometry, as GeoJSON), one row a buurt.

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
        if not isinstance(code, str) or not re.fullmatch(r"BU\d{8}", code):
            raise InputError(where, "a CBS code of BU and eight digits in properties.statcode", value=code)
        if code in codes:
            raise InputError(where, f"each buurt once; this one stands in {codes[code]} as well")
        codes[code] = f"feature {number}"
        if not isinstance(geometry, dict) or geometry.get("type") not in KINDS:
            kind = geometry.get("type") if isinstance(geometry, dict) else None
            raise InputError(where, f"a geometry of type {' or '.join(KINDS)}", value=kind)
        _check_rings(geometry, where)
        rows.append({"buurt": code, "grens": geometry})
    return pd.DataFrame(rows)


def _features(path: Path, name: str) -> list[Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(name, "text in UTF-8") from None
    except json.JSONDecodeError as error:
        raise InputError(name, f"valid JSON ({error.msg})", row=error.lineno) from None
    kind = content.get("type") if isinstance(content, dict) else None
    if kind != "FeatureCollection":
        raise InputError(name, "GeoJSON: a FeatureCollection", value=kind)
    features = content.get("features")
    if not isinstance(features, list) or not features:
        raise InputError(name, "at least one feature in the FeatureCollection")
    return features


def _check_rings(geometry: dict[str, Any], where: str) -> None:
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

    reason = is_valid_reason(shape(geometry))
    if reason != "Valid Geometry":
        raise InputError(where, "an area whose boundary does not cross or touch itself", value=reason)


def _check_position(position: Any, where: str) -> None:
    numbers = position[:2] if isinstance(position, list) else []
    sound = len(numbers) == 2 and all(type(n) in (int, float) and math.isfinite(n) for n in numbers)
    if not sound or abs(numbers[0]) > 180 or abs(numbers[1]) > 90:
        raise InputError(
            where, "positions of longitude and latitude in degrees (WGS84, EPSG:4326)", value=json.dumps(position)
        )
