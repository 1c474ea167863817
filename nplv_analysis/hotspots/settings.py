"""What the hittekaart weighs: ``hittekaart.yaml``, held against its schema, the catalogue and what is never weighed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nplv_analysis.catalogue import Catalogue, Indicator
from nplv_analysis.catalogue.reading import check, read_file
from nplv_analysis.errors import CatalogueError, did_you_mean

FILE = "hittekaart.yaml"
SCHEMA = "hittekaart.schema.json"
#: What is compared: buurten with published figures, or the places of the user's own table.
BUURT, TEMPLATE = "buurt", "sjabloon"
#: Nothing on origin or nationality of people is read or weighed: beginnings of words that tell of it.
REFUSED = (
    *("herkomst", "nationali", "migra", "allocht", "autocht", "westers", "etni", "ethni", r"afkomst(?!ig)"),
    *("geboorteland", "land van geboorte", "asiel", "statushouder", "vluchteling", "nieuwkomer", "inburger"),
    *("buitenlan", "moedertaal", "thuistaal", "anderstalig", "huidskleur", "religi", "godsdienst", "islam", "moslim"),
    *("marok", "turk", "surina", "antill", "aruba", "syri", "eritre", "somal", "oekrai"),
    *(r"origin(?![ae])", "foreign", "refugee"),
)


@dataclass(frozen=True)
class Weighed:
    """One figure of the hittekaart: of which period, how heavily it counts, and why."""

    indicator: Indicator
    period: str
    weight: float
    reason: str


@dataclass(frozen=True)
class Settings:
    """What is compared, on which figures, and which places are left out.

    Attributes
    ----------
    places : {"buurt", "sjabloon"}
        Buurten with published figures, or the places of the user's own table.
    least_people : int
        Fewest people behind a figure.
    least_known : int
        Fewest figures of a place.
    top : float
        Part of the places in the top group, between 0 and 1.
    weighed : tuple of Weighed
        The figures.
    """

    places: str
    least_people: int
    least_known: int
    top: float
    weighed: tuple[Weighed, ...]

    def part(self, weighed: Weighed) -> float:
        """Give the weight of a figure as a part of all weights."""
        return weighed.weight / sum(other.weight for other in self.weighed)


def load_settings(folder: Path, catalogue: Catalogue) -> Settings | None:
    """Read and check ``hittekaart.yaml``.

    Parameters
    ----------
    folder : Path
        The folder of the catalogue.
    catalogue : Catalogue
        Its indicators.

    Returns
    -------
    Settings or None
        None where the folder has no such file.

    Raises
    ------
    CatalogueError
        For anything that is wrong with it, or that may not be weighed; names file, entry and field.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    content = read_file(path)
    check(content, SCHEMA, {"indicatoren": FILE}, name="indicator")
    weighed = tuple(_weighed(entry, catalogue) for entry in content["indicatoren"])
    ids = [one.indicator.id for one in weighed]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice:
        raise CatalogueError(f"{FILE}, entry '{twice}', indicator: is there twice")
    if content["minste_bekend"] > len(weighed):
        raise CatalogueError(f"{FILE}, minste_bekend: found {content['minste_bekend']}, more than there are indicators")
    return Settings(
        content["plaatsen"],
        content["minste_inwoners"],
        content["minste_bekend"],
        content["bovenste_groep"] / 100,
        weighed,
    )


def refused_word(text: str) -> str:
    """Give the word of a text that tells of origin or nationality; nothing where there is none."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    # A compound such as "migratieachtergrond" or "niet_westers" holds one as well.
    found = re.search(rf"\w*({'|'.join(REFUSED)})\w*", plain)
    return found[0] if found else ""


def why_refused(indicator: Indicator) -> str:
    """Say why an indicator may not be weighed; nothing where it may."""
    word = refused_word(" ".join(_texts(indicator)))
    if word:
        return f"'{word}' tells of the origin or nationality of people, which is never read or weighed"
    if indicator.uncertainty == "model" or any(series.status == "schatting" for series in indicator.series):
        return (
            "it is a model estimate: predicted from who lives in a place, and smoothed, so an order of places would "
            "follow the model and not the places"
        )
    if indicator.about_schools:
        return "it is about schools that stand there, not about who lives there"
    if indicator.good_direction == "geen":
        return "it has no good direction, so nobody can say which end is less favourable"
    if indicator.unit.startswith("aantal"):
        return "it is a plain count, and a large place counts more of everything; take a share or a rate"
    return ""


def _texts(indicator: Indicator) -> list[str]:
    """List all that an entry of the catalogue says of what is measured."""
    texts = [indicator.id, indicator.name, indicator.topic, indicator.numerator, indicator.denominator]
    texts.append(indicator.caveat)
    for series in indicator.series:
        amounts = (amount for amount in (series.weight, series.denominator, series.coverage) if amount)
        texts += [series.id, *series.variables, series.note, series.break_reason]
        texts += [text for amount in amounts for text in (amount.name, *amount.plus, *amount.minus)]
    return texts


def _weighed(entry: dict[str, Any], catalogue: Catalogue) -> Weighed:
    name = entry["indicator"]
    where = f"{FILE}, entry '{name}', indicator"
    known = {indicator.id: indicator for indicator in catalogue.indicators}
    # A name that tells of origin is refused also where it is in no catalogue.
    word = refused_word(name)
    if word or name not in known:
        why = f"'{word}' tells of the origin or nationality of people, which is never read or weighed"
        raise CatalogueError(f"{where}: {f'refused: {why}' if word else f'unknown{did_you_mean(name, known)}'}")
    reason = why_refused(known[name])
    if reason:
        raise CatalogueError(f"{where}: refused: {reason}")
    return Weighed(known[name], str(entry["periode"]), float(entry["gewicht"]), entry["waarom"])
