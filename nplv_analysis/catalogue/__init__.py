"""The catalogue: what is measured, and for which areas. Data in YAML, checked against ``schema.json``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from nplv_analysis.catalogue.entries import (
    CLUSTERS,
    INTERNAL,
    MONITOR,
    OF_EACH,
    OF_ONE,
    REPORTS,
    SUBJECTS,
    THEMES,
    Amount,
    Area,
    Catalogue,
    Indicator,
    Series,
    Target,
)
from nplv_analysis.catalogue.reading import HERE, check, read_file
from nplv_analysis.errors import CatalogueError, did_you_mean

__all__ = [
    "CLUSTERS",
    "INTERNAL",
    "MONITOR",
    "OF_EACH",
    "OF_ONE",
    "REPORTS",
    "SUBJECTS",
    "THEMES",
    "Amount",
    "Area",
    "Catalogue",
    "Indicator",
    "Series",
    "Target",
    "load_catalogue",
]

#: The lists of a catalogue, each in a file of that name.
LISTS = ("indicatoren", "gebieden")


def load_catalogue(folder: Path | None = None, *, checked: bool = False) -> Catalogue:
    """Read and check ``indicatoren.yaml`` and ``gebieden.yaml``; only once while they stay the same.

    Parameters
    ----------
    folder : Path, optional
        Where the two files are; without it the catalogue that comes with the package.
    checked : bool
        Whether this very text was held against the schema before: that takes seconds, most of it to import the checker.

    Returns
    -------
    Catalogue
        The checked catalogue.

    Raises
    ------
    CatalogueError
        When an entry does not fit the schema or refers to something that is not there; names file, entry and field.
    """
    folder = folder or HERE
    paths = [folder / f"{key}.yaml" for key in LISTS]
    return _load(folder, tuple(path.read_bytes() if path.is_file() else b"" for path in paths), checked)


@lru_cache(maxsize=4)
def _load(folder: Path, contents: tuple[bytes, ...], checked: bool) -> Catalogue:
    """Read the files, of which ``contents`` tells whether they are still the same."""
    loaded: dict[str, Any] = {}
    for key in LISTS:
        path = folder / f"{key}.yaml"
        try:
            content = read_file(path)
        except FileNotFoundError:
            raise CatalogueError(f"{path.name}: expected this file in {folder.name}/") from None
        if not isinstance(content, dict) or key not in content:
            raise CatalogueError(f"{path.name}: expected a list under '{key}:'")
        loaded[key] = content[key]
    layout = content.get("indeling")
    if not (layout is None or (type(layout) is int and 1990 <= layout <= 2100)):
        raise CatalogueError(f"gebieden.yaml, indeling: found '{layout}', expected the year of a layout such as 2024")
    if not checked:
        check(loaded, "schema.json", {key: f"{key}.yaml" for key in loaded})
    areas = _areas(loaded["gebieden"])
    indicators = tuple(_indicator(entry) for entry in loaded["indicatoren"])
    _check_references(indicators, areas)
    return Catalogue(indicators, areas, layout)


def _areas(entries: list[dict[str, Any]]) -> tuple[Area, ...]:
    by_id: dict[str, Area] = {}
    for entry in entries:
        buurten = dict(entry.get("buurten", {}))
        for part in entry.get("samen", []):
            if part not in by_id:
                raise CatalogueError(
                    f"gebieden.yaml, entry '{entry['id']}', samen: unknown area '{part}'{did_you_mean(part, by_id)}"
                )
            buurten.update(by_id[part].buurten)
        wijk = entry.get("cbs_wijk", {})
        if entry["id"] in by_id:
            raise CatalogueError(f"gebieden.yaml, entry '{entry['id']}', id: is there twice")
        by_id[entry["id"]] = Area(
            id=entry["id"],
            name=entry["naam"],
            kind=entry["soort"],
            in_batch=entry.get("rapport") == "ja",
            code=entry.get("code"),
            buurten=buurten,
            wijk_code=wijk.get("code"),
            wijk_name=wijk.get("naam"),
            is_wijk=wijk.get("precies") == "ja",
            note=entry.get("opmerking", ""),
        )
    if sum(a.kind == "gemeente" for a in by_id.values()) != 1:
        raise CatalogueError("gebieden.yaml: expected exactly one area with 'soort: gemeente'")
    return tuple(by_id.values())


def _amount(entry: dict[str, Any] | None) -> Amount | None:
    if entry is None:
        return None
    period = entry.get("periode")
    return Amount(
        name=entry["naam"],
        plus=tuple(entry["plus"]),
        minus=tuple(entry.get("min", [])),
        source=entry.get("bron"),
        period=None if period is None else str(period),
        rounding=entry.get("afgerond_op", {}),
    )


def _target(entry: dict[str, Any]) -> Target:
    earlier = tuple(_target(before) for before in entry.get("eerder", []))
    return Target(entry["teken"], entry["waarde"], entry["versie"], earlier)


def _by_edition(series: dict[str, Any], where: str) -> list[dict[str, Any]]:
    """Write a series that comes in editions, one a year (``jaren``), in full for each; with one id they stay one."""

    def filled(value: Any, year: int) -> Any:
        if isinstance(value, dict):
            return {key: filled(part, year) for key, part in value.items()}
        if isinstance(value, list):
            return [filled(part, year) for part in value]
        if isinstance(value, str):
            return value.replace("{jaar}", str(year)).replace("{volgend_jaar}", str(year + 1))
        return value

    years = series.get("jaren", [])
    if bool(years) is (filled(series, 2000) == series):
        wanted = "{jaar} or {volgend_jaar} somewhere in this entry" if years else "the years that {jaar} stands for"
        raise CatalogueError(f"{where} '{series['id']}', jaren: expected {wanted}")
    return [filled(series, year) for year in years] or [series]


def _indicator(entry: dict[str, Any]) -> Indicator:
    where = f"indicatoren.yaml, entry '{entry['id']}', reeksen"
    editions = [_by_edition(written, where) for written in entry["reeksen"]]
    names = [name for group in editions for name in {edition["id"] for edition in group}]
    if len(set(names)) < len(names):
        raise CatalogueError(f"{where}: two series have the same id")
    series = tuple(
        Series(
            id=s["id"],
            source=s["bron"],
            variables=tuple(s["variabelen"]),
            method=s["methode"],
            periods=tuple(str(p) for p in s.get("perioden", [])),
            weight=_amount(s.get("gewicht")),
            denominator=_amount(s.get("noemer")),
            coverage=_amount(s.get("dekking")),
            factor=float(s.get("factor", 1)),
            status=s.get("status"),
            note=s.get("opmerking", ""),
            break_reason=s.get("breuk", ""),
            rounding=s.get("afgerond_op", {}),
            edition="jaren" in s,
        )
        for group in editions
        for s in group
    )
    target = entry.get("doel")
    return Indicator(
        id=entry["id"],
        name=entry["naam"],
        theme=entry["thema"],
        topic=entry["onderwerp"],
        unit=entry["eenheid"],
        decimals=entry["decimalen"],
        good_direction=entry["goede_richting"],
        numerator=entry["teller"],
        denominator=entry["noemer"],
        uncertainty=entry["onzekerheid"],
        smallest_difference=entry["kleinste_relevante_verschil"],
        caveat=entry["voorbehoud"],
        series=series,
        about=entry.get("betreft", "inwoners"),
        cluster=entry.get("cluster", ""),
        klaverblad=entry.get("klaverblad", ""),
        quarter=entry.get("kwart", ""),
        target=None if target is None else _target(target),
        without_wijk=entry.get("vergelijking"),
        least_schools=entry.get("minste_scholen", 1),
        least_pupils=entry.get("minste_leerlingen", 1),
        widest_range=float(entry.get("breedste_bereik", 100)),
        comparable=entry.get("vergelijkbaar") != "nee",
        differs_from=entry.get("verschilt_van", {}),
    )


def _check_references(indicators: tuple[Indicator, ...], areas: tuple[Area, ...]) -> None:
    ids = [i.id for i in indicators]
    area_ids = {a.id for a in areas}
    for indicator in indicators:
        where = f"indicatoren.yaml, entry '{indicator.id}'"
        if ids.count(indicator.id) > 1:
            raise CatalogueError(f"{where}, id: is there twice")
        if indicator.id in area_ids:
            raise CatalogueError(f"{where}, id: is the name of an area as well")
        for other in indicator.differs_from:
            if other not in ids:
                raise CatalogueError(f"{where}, verschilt_van: unknown indicator '{other}'{did_you_mean(other, ids)}")
