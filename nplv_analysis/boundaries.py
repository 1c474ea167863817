"""Where the areas of the catalogue lie: buurten dissolved to areas. Without shipped boundaries there are no maps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nplv_analysis.areas import wijk_of
from nplv_analysis.catalogue import Area
from nplv_analysis.errors import InputError
from nplv_analysis.records import Record
from nplv_analysis.sources import BOUNDARIES
from nplv_analysis.sources.buurtgrenzen import read_boundaries

#: Id of an area, and its shape as a GeoJSON geometry in degrees (WGS84).
Shapes = dict[str, dict[str, Any]]

#: Name of the shape that holds the buurten that belong to no area: the background of a map.
ELSEWHERE = "overige-buurten"


def area_shapes(raw: Path, records: Sequence[Record], areas: Sequence[Area]) -> Shapes:
    """Read the boundaries of buurten and dissolve them to areas.

    Parameters
    ----------
    raw : Path
        The folder ``data/raw``.
    records : sequence of Record
        The records of all files.
    areas : sequence of Area
        The areas of the catalogue.

    Returns
    -------
    dict
        The shape of each area of which every buurt is known, and under ``ELSEWHERE`` those of the other buurten,
        dissolved to CBS wijken. Empty when there are no boundaries.

    Raises
    ------
    InputError
        For anything in a file that is not as expected, or for a buurt that two files hold.
    """
    buurten = {code: shape for code, (_, shape) in buurt_shapes(raw, records).items()}
    if not buurten:
        return {}
    parts = {a.id: list(a.buurten) for a in areas if a.buurten and set(a.buurten) <= set(buurten)}
    placed = {code for codes in parts.values() for code in codes}
    others: dict[str, list[str]] = {}
    for code in sorted(set(buurten) - placed):
        others.setdefault(wijk_of(code), []).append(code)
    shapes = {area: _dissolved([buurten[code] for code in codes]) for area, codes in parts.items()}
    background = [_dissolved([buurten[code] for code in codes]) for codes in others.values()]
    return shapes | {ELSEWHERE: {"type": "GeometryCollection", "geometries": background}}


def buurt_shapes(raw: Path, records: Sequence[Record]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Read the name (empty where the file has none) and the shape of each buurt, by its code; see ``area_shapes``."""
    buurten: dict[str, tuple[str, dict[str, Any]]] = {}
    for record in records:
        if record.reader != BOUNDARIES:
            continue
        for row in read_boundaries(raw / record.file, record.file).to_dict("records"):
            if row["buurt"] in buurten:
                raise InputError(record.file, "each buurt in one file", value=row["buurt"])
            buurten[row["buurt"]] = (row["naam"], row["grens"])
    return buurten


def _dissolved(geometries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    import shapely
    from shapely.geometry import mapping, shape

    union = shapely.union_all([shape(geometry) for geometry in geometries])
    # The same order of points with every release of GEOS.
    found: dict[str, Any] = json.loads(json.dumps(mapping(shapely.normalize(union))))
    return found


def to_geojson(shapes: Shapes) -> str:
    """Write shapes as GeoJSON, a line each."""
    features = [
        {"type": "Feature", "properties": {"gebied": area}, "geometry": geometry} for area, geometry in shapes.items()
    ]
    lines = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'


def from_geojson(text: str) -> Shapes:
    """Read what ``to_geojson`` wrote."""
    return {feature["properties"]["gebied"]: feature["geometry"] for feature in json.loads(text)["features"]}
