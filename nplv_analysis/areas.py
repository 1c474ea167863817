"""Which places make up which area, and which places are the rest of the gemeente."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from nplv_analysis.catalogue import Area

#: What a row of the indicator table is about: the area itself, or the rest of the gemeente beside it.
ITSELF, REST, REST_WITHOUT = "gebied", "overige gemeente", "overige gemeente zonder"

#: Place of what no buurt holds; schools that could not be placed have none. Both count for the gemeente alone.
OUTSIDE = "buiten-de-buurten"
NOWHERE = ("", OUTSIDE)


def members(areas: Iterable[Area], places: Iterable[str], without_wijk: str | None = None) -> pd.DataFrame:
    """List the places of each area and of the rest of the gemeente.

    Parameters
    ----------
    areas : iterable of Area
        The areas to make up.
    places : iterable of str
        The buurten that a source knows (of one layout), and the places of ``NOWHERE``.
    without_wijk : str, optional
        CBS wijk that a second rest leaves out, such as the centre.

    Returns
    -------
    DataFrame
        Columns gebied, rol (``ITSELF``, ``REST`` or ``REST_WITHOUT``) and plaats.
    """
    places = sorted(set(places))
    rows = []
    for area in areas:
        if area.kind == "gemeente":
            rows += [(area.id, ITSELF, place) for place in places]
        for place in places if area.buurten else ():
            if place in area.buurten or place in area.other_codes:
                rows.append((area.id, ITSELF, place))
            elif place not in NOWHERE:
                rows.append((area.id, REST, place))
                if without_wijk and wijk_of(place) != without_wijk:
                    rows.append((area.id, REST_WITHOUT, place))
    return pd.DataFrame(rows, columns=["gebied", "rol", "plaats"])


def wijk_of(buurt: str) -> str:
    """Give the code of the CBS wijk of a buurt: a buurt code holds it."""
    return "WK" + buurt[2:8]


def wijken_of(buurten: pd.Series) -> pd.Series:
    """Give the same for each of many buurten; the few codes there are are taken apart once."""
    return buurten.map({buurt: wijk_of(buurt) for buurt in buurten.unique()}).astype("object")
