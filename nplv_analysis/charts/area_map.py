"""A map of areas: each in the tint of its class, with its name and its figure or sign in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nplv_analysis.boundaries import ELSEWHERE, Shapes
from nplv_analysis.charts.labels import LETTER, Label, place_labels
from nplv_analysis.tables import NOTHING, Html, environment

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

#: Fill of each kind of cell; black text stands out on all of them, and so does the dark line around them.
FILLS = {
    "": "#d4e6f6",
    "gunstiger": "#cfeae0",
    "ongunstiger": "#fbe0c0",
    "gelijk": "#eceff1",
    "anders": "#d4e6f6",
    "klasse-1": "#f0f6fb",
    "klasse-2": "#bcd7ea",
    "klasse-3": "#7fb3d5",
    "klasse-4": "#4a90c2",
    "leeg": "#ffffff",
}
#: Size of the drawing, and the room at its sides for names that stand beside their area. It is so small that the
#: letters are still readable on a phone.
WIDTH, MOST_HEIGHT, MARGIN = 380.0, 480.0, 24.0


@dataclass(frozen=True)
class Cell:
    """One area on a map.

    Attributes
    ----------
    area : str
        Its id, as in the shapes.
    name : str
        Its name; what stands between brackets at the end is left out of the drawing.
    text : str
        Its figure, or the sign of its verdict.
    kind : str
        Its class: a name of ``FILLS``; "leeg" is hatched, for an area without a figure.
    """

    area: str
    name: str
    text: str = ""
    kind: str = ""


def area_map(
    shapes: Shapes,
    cells: Sequence[Cell],
    *,
    own: str = "",
    links: Mapping[str, str] | None = None,
    caption: str,
    alternative: str,
    key: str,
    title: str = "",
    legend: Sequence[tuple[str, str]] = (),
    named: bool = True,
) -> Html:
    """Draw areas with their names, figures or signs; a name that does not fit becomes a number with a list below.

    Parameters
    ----------
    shapes : dict
        ``Data.boundaries``. What is not among the cells is a pale background.
    cells : sequence of Cell
        The areas to draw. One without a shape is named in the list below the drawing.
    own : str
        Id of the area that the page is about: in bold and with a thick line. May be one that is put together of
        others; then the line goes around those.
    links : dict, optional
        Id of an area to the address behind it.
    caption : str
        What stands under the map: what is shown, of when, and the sources.
    alternative : str
        The same in one or two sentences, for who does not see it.
    key : str
        Something unique on the page, for the ids inside the SVG.
    title : str
        What stands above the map.
    legend : sequence of (str, str)
        A kind of cell and what it means.
    named : bool
        Whether names are drawn; of many small areas only the signs are.

    Returns
    -------
    Html
        The figure; nothing when no area has a shape.
    """
    drawn = [cell for cell in cells if cell.area in shapes]
    if not drawn:
        return NOTHING
    placed, width, height = _on_paper(shapes, [cell.area for cell in drawn])
    if named:
        labels = place_labels(
            {cell.area: placed[cell.area] for cell in drawn},
            {cell.area: (_short(cell.name), cell.text) for cell in drawn},
            (width, height),
            own,
        )
    else:
        labels = {cell.area: _sign(cell, placed[cell.area]) for cell in drawn}
    items = [
        {
            "path": _path(placed[cell.area]),
            "fill": _fill(cell.kind, key),
            "label": labels[cell.area],
            "own": cell.area == own,
            "href": (links or {}).get(cell.area),
            # What is seen comes first in what is heard, so that it can be called by what is seen.
            "spoken": ", ".join(text for text in (labels[cell.area].number, cell.name, cell.text) if text),
        }
        for cell in drawn
    ]
    listed = [(labels[cell.area].number, cell) for cell in drawn if labels[cell.area].number]
    listed += [("", cell) for cell in cells if named and cell.area not in shapes]
    around = _path(placed[own]) if own in placed and own not in {cell.area for cell in drawn} else ""
    template = environment().get_template("map.svg.j2")
    return Html(
        template.render(
            width=width,
            height=height,
            background=_background(placed, [cell.area for cell in drawn], width, height),
            # The thick line of the own area lies over those of its neighbours.
            items=sorted(items, key=lambda item: bool(item["own"])),
            around=around,
            listed=listed,
            hatched=any(kind == "leeg" for kind in (*(cell.kind for cell in drawn), *(kind for kind, _ in legend))),
            legend=[(_fill(kind, key), text) for kind, text in legend],
            letter=LETTER,
            title=title,
            caption=caption,
            alternative=alternative,
            linked=bool(links),
            key=key,
        )
    )


def _on_paper(shapes: Shapes, areas: Sequence[str]) -> tuple[dict[str, BaseGeometry], float, float]:
    """Give all shapes in units of the drawing, which the areas fill, with its size; north is up."""
    import shapely
    from shapely.geometry import shape

    found = {name: shape(geometry) for name, geometry in shapes.items()}
    west, south, east, north = shapely.total_bounds([found[area] for area in areas])
    # At this latitude a degree from west to east is so much shorter than one from south to north.
    shorter = math.cos(math.radians((south + north) / 2))
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * shorter), (MOST_HEIGHT - 2 * MARGIN) / (north - south))

    def project(positions: Any) -> Any:
        x = (positions[:, 0] - west) * shorter * scale + MARGIN
        return np.column_stack([x, (north - positions[:, 1]) * scale + MARGIN])

    width, height = (east - west) * shorter * scale + 2 * MARGIN, (north - south) * scale + 2 * MARGIN
    placed = {name: shapely.transform(geometry, project) for name, geometry in found.items()}
    return placed, round(width, 1), round(height, 1)


def _background(placed: dict[str, BaseGeometry], areas: Sequence[str], width: float, height: float) -> list[str]:
    """Give the paths of what lies around the areas, as far as it is in the drawing."""
    import shapely

    drawn = shapely.union_all([placed[area] for area in areas]).buffer(0.1)
    around = [name for name in placed if name == ELSEWHERE or not drawn.covers(placed[name])]
    paths = [
        _path(shapely.clip_by_rect(part, -2, -2, width + 2, height + 2))
        for name in sorted(around, key=lambda name: name != ELSEWHERE)
        if name not in areas
        for part in shapely.get_parts(placed[name])
    ]
    return [path for path in paths if path]


def _sign(cell: Cell, shape: BaseGeometry) -> Label:
    """Put the sign of an area in it."""
    point = shape.representative_point()
    return Label((cell.text,) if cell.text else (), round(point.x, 1), round(point.y, 1))


def _short(name: str) -> str:
    return name.split(" (")[0]


def _fill(kind: str, key: str) -> str:
    return f"url(#{key}-leeg)" if kind == "leeg" else FILLS[kind]


def _path(area: BaseGeometry) -> str:
    """Write a shape as the path of an SVG, to a tenth of a pixel."""
    import shapely

    polygons = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    rings = [ring for p in polygons for ring in (p.exterior, *p.interiors)]
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in shapely.get_coordinates(ring)[:-1]) + "Z"
        for ring in rings
    )
