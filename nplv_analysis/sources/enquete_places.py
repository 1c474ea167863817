"""Where the people in a survey live, and for which areas together they give a figure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nplv_analysis.areas import wijk_of
from nplv_analysis.catalogue import Area, Catalogue
from nplv_analysis.errors import UnknownNameError
from nplv_analysis.sources.table import level_of

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Place:
    """Where somebody lives: a code, and the buurten that it stands for where the catalogue tells.

    Attributes
    ----------
    code : str
        CBS code or id of an area.
    parts : frozenset of str
        Buurten; an area without buurten is its own part. Empty for 'somewhere in the gemeente'.
    """

    code: str
    parts: frozenset[str]

    @property
    def open_wijk(self) -> bool:
        """Whether it is a CBS wijk of which the catalogue does not know all buurten."""
        return self.parts == {self.code} and level_of(self.code) == "wijk"

    def inside(self, area: Area) -> bool:
        """Whether all of it is in an area."""
        return bool(self.parts) and self.parts <= parts_of(area)

    def straddles(self, area: Area) -> bool:
        """Whether part of it is in an area, or may be, and part is not."""
        if self.open_wijk:
            return self.code == area.wijk_code or self.code in {wijk_of(buurt) for buurt in area.buurten}
        return bool(self.parts & parts_of(area)) and not self.inside(area)


def parts_of(area: Area) -> frozenset[str]:
    """Give the buurten of an area, or the area itself where it has none."""
    return frozenset(area.buurten or {area.id})


def place_of(text: str, catalogue: Catalogue) -> Place | None:
    """Tell what place a CBS code, or the id or name of an area, is; None for none of this gemeente."""
    gemeente = catalogue.gemeente
    number = (gemeente.code or "")[2:]
    owner = next((area for area in catalogue.areas if text in area.own_codes), None)
    if owner is None and re.fullmatch(rf"BU{number}\d{{4}}|WK{number}\d{{2}}", text):
        return Place(text, frozenset({text}))
    try:
        area = owner or catalogue.area(text)
    except UnknownNameError:
        return None
    if area.kind == "land":
        return None
    return Place(area.id, frozenset() if area.id == gemeente.id else parts_of(area))


def groups_of(lives: Sequence[Place], catalogue: Catalogue, whole: bool) -> Mapping[str, Mask]:
    """Tell which people together give a figure of which area.

    Parameters
    ----------
    lives : sequence of Place
        Where each person lives.
    catalogue : Catalogue
        The areas.
    whole : bool
        Whether the sample is of the whole gemeente.

    Returns
    -------
    mapping
        Code of an area, or of a CBS wijk that holds one, and who live there. An area that a place of the file lies in
        only in part has no figure; nor has one put together from areas of which nobody was asked.
    """
    found: dict[str, Mask] = {}
    places = set(lives)
    for area in catalogue.areas:
        within = {place for place in places if place.inside(area)}
        covered = frozenset(part for place in within for part in place.parts)
        parts = [other for other in catalogue.areas if other.kind == "nplv" and parts_of(other) <= parts_of(area)]
        complete = within and all(parts_of(other) & covered for other in parts)
        if area.kind == "gemeente":
            if whole:
                found[area.id] = np.ones(len(lives), dtype=bool)
        elif complete and not any(place.straddles(area) for place in places):
            found[area.id] = np.array([place in within for place in lives])
    for code in sorted({area.wijk_code for area in catalogue.areas if area.wijk_code}):
        if any(place.code == code and place.open_wijk for place in places):
            found[code] = np.array([place.code == code for place in lives])
    return found
