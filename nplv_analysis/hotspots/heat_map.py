"""Hittekaart: places where unfavourable figures come together now, in groups; no prediction, no ranks, no addresses.

The figures are those of ``hittekaart.yaml``: published ones of buurten, exactly as published, or the user's own of
streets and other small places, which are first held against the rules of disclosure control.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.boundaries import buurt_shapes
from nplv_analysis.comparison import WIJKEN
from nplv_analysis.data import Data
from nplv_analysis.folders import catalogue_folder
from nplv_analysis.hotspots.figures import NO_FIGURE, VALUES, buurt_values, place_values
from nplv_analysis.hotspots.settings import BUURT, Settings, load_settings
from nplv_analysis.methods.composite import drawn_rates, drawn_weights, percentile_ranks, top_shares
from nplv_analysis.methods.intervals import Array
from nplv_analysis.observations import factor_of
from nplv_analysis.preparation import SEED, of_small_places
from nplv_analysis.records import Record
from nplv_analysis.sources import read

#: In which part of the calculations a place is in the top group, and how that is called.
OFTEN, SELDOM = 0.9, 0.1
ALWAYS, SOMETIMES, RARELY, NOT_PLACED = "bijna altijd", "soms", "zelden", "niet ingedeeld"
GROUPS = (ALWAYS, SOMETIMES, RARELY)
#: Of fewer places a top group says nothing.
LEAST_PLACES = 10
#: Weightings that are tried.
DRAWS = 1000

FEW_FIGURES = "Bruikbaar: {} van de {} cijfers. Nodig: {}. Reden: {}."
FEW_PLACES = f"Er zijn minder dan {LEAST_PLACES} plekken met genoeg cijfers."


@dataclass(frozen=True)
class HeatMap:
    """What the page tells: the settings, the figures, the group of each place, and where places lie.

    Attributes
    ----------
    settings : Settings or None
        None where the catalogue has no ``hittekaart.yaml``.
    values : DataFrame
        ``VALUES``: one row a place and figure.
    places : DataFrame
        As ``hotspots`` gives them.
    names, inside : mapping
        The name of a buurt, where it is known, and of the area of the catalogue that it is in.
    shapes : mapping
        The shape of a buurt, where it is known.
    records : tuple of Record
        Of the user's own tables.
    public : bool
        Whether every figure is public.
    """

    settings: Settings | None
    values: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(VALUES)))
    places: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["plaats", "groep", "groep_reden"]))
    names: Mapping[str, str] = field(default_factory=dict)
    inside: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    public: bool = True


def heat_map(data: Data, rng: np.random.Generator | None = None) -> HeatMap:
    """Make the hittekaart of a data folder.

    Parameters
    ----------
    data : Data
        The released figures, for their folder, catalogue and records.
    rng : Generator, optional
        For the weightings; without it always the same ones.

    Returns
    -------
    HeatMap
        What the page tells.

    Raises
    ------
    NplvError
        For anything that is wrong with ``hittekaart.yaml`` or with a filled template.
    """
    settings = load_settings(catalogue_folder(data.folder), data.catalogue)
    if settings is None:
        return HeatMap(None)
    raw, generator = data.folder / "raw", rng or np.random.default_rng(SEED)
    observations, own = of_small_places(data.folder)
    if settings.places == BUURT:
        values = buurt_values(observations, settings, data.catalogue)
        found = buurt_shapes(raw, data.records)
        areas = [area for area in data.catalogue.areas if area.kind in WIJKEN]
        names = {code: name for code, (name, _) in found.items()}
        names |= {code: name for area in areas for code, name in area.buurten.items()}
        return HeatMap(
            settings,
            values,
            hotspots(values, settings, rng=generator),
            names={code: name for code, name in names.items() if name},
            inside={code: area.name for area in areas for code in area.buurten},
            shapes={code: shape for code, (_, shape) in found.items()},
        )
    tables = [(read(raw, record, data.catalogue), record) for record in own]
    values = place_values(tables, settings, data.catalogue)
    public = all(record.public for record in own)
    return HeatMap(settings, values, hotspots(values, settings, rng=generator), records=tuple(own), public=public)


def hotspots(values: pd.DataFrame, settings: Settings, *, rng: np.random.Generator) -> pd.DataFrame:
    """Put places in groups by how often they are in the top group: over weights, over figures, and over chance.

    Parameters
    ----------
    values : DataFrame
        ``VALUES``.
    settings : Settings
        Weights, size of the top group and fewest figures of a place.
    rng : Generator
        For the weightings.

    Returns
    -------
    DataFrame
        One row a place, in the order of ``values``: plaats, bekend (figures that are used), in_bovenste_groep (part of
        the calculations, between 0 and 1), groep and groep_reden (why a place is in no group).
    """
    names = [weighed.indicator.id for weighed in settings.weighed]
    places = list(dict.fromkeys(values["plaats"]))
    table, people = (
        values.pivot(index="plaats", columns="indicator", values=name).reindex(index=places, columns=names)
        for name in ("waarde", "n")
    )
    known = table.notna().sum(axis=1)
    placed = known >= settings.least_known
    share = pd.Series(np.nan, index=table.index)
    if placed.sum() >= LEAST_PLACES:
        figures = _drawn(table[placed], people[placed], settings, rng)
        signs = [1 if weighed.indicator.good_direction == "laag" else -1 for weighed in settings.weighed]
        weights = drawn_weights([weighed.weight for weighed in settings.weighed], DRAWS, rng)
        share[placed] = top_shares(percentile_ranks(figures, signs), weights, settings.top)
    group = pd.Series(np.select([share >= OFTEN, share >= SELDOM], [ALWAYS, SOMETIMES], RARELY), index=table.index)
    why = values[values["reden"] != ""].groupby("plaats")["reden"].agg(lambda texts: "; ".join(dict.fromkeys(texts)))
    reasons = [
        "" if share[place] >= 0 else FEW_PLACES if placed[place] else
        FEW_FIGURES.format(known[place], len(names), settings.least_known, why.get(place, NO_FIGURE))
        for place in places
    ]  # fmt: skip
    return pd.DataFrame(
        {
            "plaats": places,
            "bekend": known.to_numpy(),
            "in_bovenste_groep": share.to_numpy(),
            "groep": group.where(share.notna(), NOT_PLACED).to_numpy(),
            "groep_reden": reasons,
        }
    )


def _drawn(table: pd.DataFrame, people: pd.DataFrame, settings: Settings, rng: np.random.Generator) -> Array:
    """Give the figures of placed places so many times, each time with other chance where chance is in them."""
    figures = np.repeat(table.to_numpy(dtype="float64")[None], DRAWS, axis=0)
    for column, weighed in enumerate(settings.weighed):
        factor = factor_of(weighed.indicator.unit)
        if factor and weighed.indicator.uncertainty in ("toeval", "steekproef"):
            one, number = table.iloc[:, column], people.iloc[:, column]
            figures[:, :, column] = drawn_rates(one.to_numpy("float64"), number.to_numpy("float64"), factor, DRAWS, rng)
    return figures
