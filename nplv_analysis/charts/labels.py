"""Where names fit on a map: in their area, beside it with a line to it, or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

#: Height of a letter and of a line of text, in units of the drawing.
LETTER, LINE = 11.5, 13.5
#: Width of a letter as part of its height, and of a bold one: on the wide side, as no two machines have the same.
LETTER_WIDTH, BOLD_WIDTH = 0.56, 0.62
#: A name with more letters is written on two lines, where it has a space or a hyphen.
MOST_LETTERS = 12
#: A name keeps this distance to lines around it, and is tried at places this far apart.
CLEARANCE, STEP = 2.0, 5.0
#: A name farther than this from its area is not seen to belong to it.
FARTHEST = 75.0
#: How far inside its area a line ends, where the area has room for that.
INSIDE = (6.0, 3.0)
#: So many orders are tried, always the same ones.
ORDERS = 12
#: So many places are tried for a name that another one must move for.
TRIES = 8


@dataclass(frozen=True)
class Label:
    """Lines of text around a point.

    Attributes
    ----------
    lines : tuple of str
        The text.
    x, y : float
        Its middle.
    leader : tuple of float, optional
        Begin and end of a line from the text to its area, where the text stands beside it.
    number : str
        The number that stands for a name that fits nowhere; else empty.
    """

    lines: tuple[str, ...]
    x: float
    y: float
    leader: tuple[float, ...] = ()
    number: str = ""

    @property
    def baselines(self) -> list[tuple[str, float]]:
        """Each line with the height at which it stands."""
        middle = (len(self.lines) - 1) / 2
        return [(line, round(self.y + (n - middle) * LINE + 0.36 * LETTER, 1)) for n, line in enumerate(self.lines)]


def place_labels(
    areas: Mapping[str, BaseGeometry],
    texts: Mapping[str, tuple[str, str]],
    size: tuple[float, float],
    bold: str = "",
) -> dict[str, Label]:
    """Find a place for the name and text of each area, so that none lies over another or over a foreign area.

    Parameters
    ----------
    areas : mapping
        Shapes that are drawn, in units of the drawing.
    texts : mapping
        Name, and figure or sign (may be empty), of each of the areas.
    size : (float, float)
        Width and height of the drawing.
    bold : str
        The area of which the name is in bold.

    Returns
    -------
    dict
        A label for each area: its name with its text, or, where these fit nowhere, a number, with the text if it fits.
    """
    lines = {area: (*_broken(name), *([text] if text else [])) for area, (name, text) in texts.items()}
    found: dict[str, Label] = {}
    for area, shape in areas.items():
        place = _inside(shape, lines[area], area == bold)
        if place:
            found[area] = Label(lines[area], *place)
    others = [area for area in areas if area not in found]
    places = {area: _places_beside(area, areas, _half(lines[area], area == bold), size) for area in others}
    room = _Room(places)
    # Each order fills the room around in its own way: the first that leaves no name out will do.
    shuffled = np.random.default_rng(0)
    orders = [sorted(others, key=lambda area: len(places[area].x))]
    orders += [[others[n] for n in shuffled.permutation(len(others))] for _ in range(ORDERS - 1)]
    best: dict[str, int] = {}
    for order in orders:
        if len(best) < len(others):
            best = max(best, _choose(room, order), key=len)
    for area, chosen in best.items():
        found[area] = Label(lines[area], *places[area].at(chosen))
    for number, area in enumerate((area for area in areas if area not in found), start=1):
        point = areas[area].representative_point()
        short: tuple[str, ...] = (str(number), *lines[area][-1:]) if texts[area][1] else (str(number),)
        place = _inside(areas[area], short, area == bold)
        if not place:
            short, place = short[:1], _inside(areas[area], short[:1], area == bold)
        x, y = place or (round(point.x, 1), round(point.y, 1))
        found[area] = Label(short, x, y, number=str(number))
    return {area: found[area] for area in areas}


def _broken(name: str) -> list[str]:
    """Break a long name at the space or after the hyphen that is nearest to its middle."""
    breaks = [match.end() for match in re.finditer("[ -]", name)]
    if len(name) <= MOST_LETTERS or not breaks:
        return [name]
    middle = min(breaks, key=lambda place: abs(place - len(name) / 2))
    return [name[:middle].strip(), name[middle:]]


def _half(lines: Sequence[str], bold: bool) -> tuple[float, float]:
    """Half the width and half the height of lines of text, with some room around it."""
    letter = LETTER * (BOLD_WIDTH if bold else LETTER_WIDTH)
    return max(map(len, lines)) * letter / 2 + CLEARANCE, len(lines) * LINE / 2 + CLEARANCE / 2


def _boxes(bounds: Sequence[float], half: tuple[float, float]) -> tuple[Any, Any, Any]:
    """Give boxes of a size around the points of a grid."""
    import shapely

    west, north, east, south = bounds
    x, y = (grid.ravel() for grid in np.meshgrid(np.arange(west, east, STEP), np.arange(north, south, STEP)))
    return x, y, shapely.box(x - half[0], y - half[1], x + half[0], y + half[1])


def _inside(area: BaseGeometry, lines: Sequence[str], bold: bool) -> tuple[float, float] | None:
    """Find where lines of text fit inside an area, as near as can be to its middle."""
    import shapely

    x, y, boxes = _boxes(area.bounds, _half(lines, bold))
    shapely.prepare(area)
    fits = shapely.contains(area, boxes)
    if not fits.any():
        return None
    middle = area.centroid
    nearest = np.argmin(np.where(fits, np.hypot(x - middle.x, y - middle.y), np.inf))
    return round(float(x[nearest]), 1), round(float(y[nearest]), 1)


@dataclass(frozen=True)
class _Places:
    """Places for a text beside its area: middle, room taken and line to the area; the shortest line comes first."""

    x: Any
    y: Any
    boxes: Any
    lines: Any

    def at(self, place: int) -> tuple[float, float, tuple[float, ...]]:
        """Give the middle of the text at a place, and the ends of its line."""
        import shapely

        ends = shapely.get_coordinates(self.lines[place]).ravel()
        return (
            round(float(self.x[place]), 1),
            round(float(self.y[place]), 1),
            tuple(round(float(end), 1) for end in ends),
        )

    def taken(self, place: int) -> BaseGeometry:
        """Give what the text and the line at a place take of the drawing."""
        import shapely

        return shapely.union(self.boxes[place], self.lines[place]).buffer(CLEARANCE)

    def met(self, taken: BaseGeometry) -> Any:
        """Tell of each place whether what is taken is in its way."""
        import shapely

        shapely.prepare(taken)
        return shapely.intersects(taken, self.boxes) | shapely.intersects(taken, self.lines)


class _Room:
    """What is in the way of what; each two places are held against each other once."""

    def __init__(self, places: Mapping[str, _Places]) -> None:
        self.places = places
        self._met: dict[tuple[str, str, int], Any] = {}

    def free(self, area: str, chosen: Mapping[str, int]) -> list[int]:
        """List the places of an area that are out of the way of the places chosen for others."""
        met = np.zeros(len(self.places[area].x), dtype=bool)
        for other, place in chosen.items():
            met |= self._in_the_way(area, other, place)
        return [int(place) for place in np.flatnonzero(~met)]

    def _in_the_way(self, area: str, other: str, place: int) -> Any:
        key = (area, other, place)
        if key not in self._met:
            self._met[key] = self.places[area].met(self.places[other].taken(place))
        return self._met[key]


def _places_beside(
    area: str, areas: Mapping[str, BaseGeometry], half: tuple[float, float], size: tuple[float, float]
) -> _Places:
    """Find where a box fits beside an area, with a line to it that meets no other area."""
    import shapely

    shape = areas[area]
    others = shapely.union_all([other.buffer(-0.5) for name, other in areas.items() if name != area])
    around = shapely.union_all(list(areas.values())).buffer(CLEARANCE)
    shapely.prepare((others, around))
    west, north, east, south = shape.buffer(FARTHEST).bounds
    inner = max(west, half[0]), max(north, half[1]), min(east, size[0] - half[0]), min(south, size[1] - half[1])
    x, y, boxes = _boxes(inner, half)
    free = ~shapely.intersects(around, boxes)
    x, y, boxes = x[free], y[free], boxes[free]
    for depth in INSIDE:
        # A line that ends well inside is seen to belong to this area, also where the area is small.
        core = shape.buffer(-depth)
        lines = shapely.shortest_line(boxes, shape.representative_point() if core.is_empty else core)
        lengths = shapely.length(lines)
        usable = np.flatnonzero((lengths <= FARTHEST) & ~shapely.intersects(others, lines))
        if len(usable):
            break
    order = usable[np.argsort(lengths[usable], kind="stable")]
    return _Places(x[order], y[order], boxes[order], lines[order])


def _choose(room: _Room, order: Sequence[str]) -> dict[str, int]:
    """Choose a place for one area after the other, out of the way; who finds none may ask one other to move."""
    chosen: dict[str, int] = {}
    for area in order:
        free = room.free(area, chosen)
        if free:
            chosen[area] = free[0]
            continue
        moves = (
            (other, moved[0], place)
            for other in list(chosen)
            for place in room.free(area, _without(chosen, other))[:TRIES]
            if (moved := room.free(other, _without(chosen, other) | {area: place}))
        )
        move = next(moves, None)
        if move:
            other, chosen[area] = move[0], move[2]
            chosen[other] = move[1]
    return chosen


def _without(chosen: Mapping[str, int], area: str) -> dict[str, int]:
    return {other: place for other, place in chosen.items() if other != area}
