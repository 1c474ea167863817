"""What the hittekaart weighs: mistakes are named, and nothing on origin, no estimate and no plain count is taken."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import amount, catalogue, indicator, series

from nplv_analysis.catalogue import Catalogue, Indicator, load_catalogue
from nplv_analysis.catalogue.reading import HERE
from nplv_analysis.errors import CatalogueError
from nplv_analysis.hotspots.settings import BUURT, FILE, Settings, load_settings, refused_word, why_refused


def named(name: str, **other: Any) -> Indicator:
    """Make an indicator that may be weighed."""
    return indicator(series("publicatie"), **({"id": name, "name": name} | other))


TOWN = catalogue(tuple(named(name) for name in ("bijstand", "inbraak", "overlast")))
RIGHT: dict[str, Any] = {
    "plaatsen": "buurt",
    "minste_inwoners": 100,
    "minste_bekend": 2,
    "bovenste_groep": 20,
    "indicatoren": [
        {"indicator": name, "periode": 2024, "gewicht": weight, "waarom": "Omdat."}
        for name, weight in (("bijstand", 2), ("inbraak", 1), ("overlast", 1))
    ],
}


def entry(name: str, **other: Any) -> dict[str, Any]:
    """Make one figure of the file."""
    return {"indicator": name, "periode": 2024, "gewicht": 1, "waarom": "Omdat."} | other


def load(folder: Path, content: Any, towns: Catalogue = TOWN) -> Settings | None:
    """Write the file and read it."""
    text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
    (folder / FILE).write_text(text, encoding="utf-8")
    return load_settings(folder, towns)


def message(folder: Path, content: Any, towns: Catalogue = TOWN) -> str:
    """Read a file that must be refused, and give the message."""
    with pytest.raises(CatalogueError) as caught:
        load(folder, content, towns)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_right_file(tmp_path: Path) -> None:
    found = load(tmp_path, RIGHT)
    assert found is not None
    assert (found.places, found.least_people, found.least_known, found.top) == (BUURT, 100, 2, 0.2)
    assert [(w.indicator.id, w.period, found.part(w)) for w in found.weighed] == [
        ("bijstand", "2024", 0.5),
        ("inbraak", "2024", 0.25),
        ("overlast", "2024", 0.25),
    ]


def test_no_file_is_no_mistake(tmp_path: Path) -> None:
    assert load_settings(tmp_path, TOWN) is None


def test_shipped_files_are_right(catalogue: Catalogue) -> None:
    shipped = load_settings(HERE, catalogue)
    assert shipped is not None and shipped.places == BUURT
    town = HERE.parent / "voorbeeldstad" / "catalogus"
    assert load_settings(town, load_catalogue(town)) is not None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"plaatsen": "adres"}, "hittekaart.yaml, plaatsen: 'adres' is not one of"),
        ({"minste_inwoners": 0}, "hittekaart.yaml, minste_inwoners:"),
        ({"minste_bekend": 1}, "hittekaart.yaml, minste_bekend:"),
        ({"minste_bekend": 4}, "hittekaart.yaml, minste_bekend: found 4, more than there are indicators"),
        ({"bovenste_groep": 60}, "hittekaart.yaml, bovenste_groep:"),
        ({"indicatoren": RIGHT["indicatoren"][:2]}, "hittekaart.yaml, indicatoren:"),
        ({"top_tien": 10}, "did you mean"),
        ({"plaatsen": None}, "hittekaart.yaml, plaatsen:"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    found = message(tmp_path, RIGHT | change)
    assert found.startswith("hittekaart.yaml") and (said in found or said == "did you mean")
    if said == "did you mean":
        assert "top_tien" in found


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (entry("bijstnd"), "hittekaart.yaml, entry 'bijstnd', indicator: unknown; did you mean bijstand?"),
        (entry("overlast", gewicht=0), "hittekaart.yaml, entry 'overlast', gewicht:"),
        (entry("overlast", gewicht="veel"), "hittekaart.yaml, entry 'overlast', gewicht:"),
        (entry("overlast", wicht=1), "hittekaart.yaml, entry 'overlast', the entry:"),
        ({"indicator": "overlast"}, "hittekaart.yaml, entry 'overlast', the entry: 'periode' is a required"),
        ("overlast", "hittekaart.yaml, entry 'number 3', the entry:"),
        (entry("inbraak"), "hittekaart.yaml, entry 'inbraak', indicator: is there twice"),
    ],
)
def test_a_mistake_in_an_entry_is_named(tmp_path: Path, wrong: Any, said: str) -> None:
    assert message(tmp_path, RIGHT | {"indicatoren": [*RIGHT["indicatoren"][:2], wrong]}).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [("plaatsen: [", "not valid YAML"), ("plaatsen: buurt\nplaatsen: buurt\n", "line 2"), ("- a\n", "the file")],
)
def test_a_file_that_is_none_is_named(tmp_path: Path, text: str, said: str) -> None:
    found = message(tmp_path, text)
    assert found.startswith("hittekaart.yaml") and said in found


# ------------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "field",
    [
        {"id": "migratieachtergrond"},
        {"name": "Inwoners met een niet-westerse achtergrond"},
        {"topic": "Nationaliteit"},
        {"numerator": "mensen die in het buitenland geboren zijn"},
        {"denominator": "inwoners met Turkse ouders"},
        {"caveat": "Hierin telt het geboorteland van ouders mee."},
        {"series": (series("publicatie", "statushouders"),)},
        {"series": (series("verhouding", denominator=amount("allochtonen")),)},
        {"series": (series("publicatie", note="Naar etniciteit verdeeld."),)},
    ],
)
def test_origin_and_nationality_are_refused_wherever_they_stand(tmp_path: Path, field: dict[str, Any]) -> None:
    wrong = dataclasses.replace(named("kenmerk"), **field)
    towns = catalogue((*TOWN.indicators, wrong))
    content = RIGHT | {"indicatoren": [*RIGHT["indicatoren"], entry(wrong.id)]}
    found = message(tmp_path, content, towns)
    assert f"entry '{wrong.id}', indicator: refused:" in found
    assert "tells of the origin or nationality of people, which is never read or weighed" in found


@pytest.mark.parametrize("name", ["herkomst", "niet_westers", "nationaliteit", "asielzoekers", "migratie_turkije"])
def test_origin_is_refused_also_when_the_catalogue_does_not_know_it(tmp_path: Path, name: str) -> None:
    found = message(tmp_path, RIGHT | {"indicatoren": [*RIGHT["indicatoren"], entry(name)]})
    assert "refused" in found and "never read or weighed" in found and "did you mean" not in found


@pytest.mark.parametrize(
    "text", ["afkomstig uit de registratie", "Nationaal Programma", "het originele bestand", "westelijk", "ras", "gras"]
)
def test_words_that_look_alike_are_fine(text: str) -> None:
    assert refused_word(text) == ""


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ({"uncertainty": "model"}, "model estimate"),
        ({"series": (series("publicatie", status="schatting"),)}, "model estimate"),
        ({"about": "scholen"}, "about schools"),
        ({"good_direction": "geen"}, "no good direction"),
        ({"unit": "aantal misdrijven"}, "plain count"),
    ],
)
def test_what_cannot_order_places_is_refused_with_the_reason(tmp_path: Path, field: dict[str, Any], why: str) -> None:
    towns = catalogue((*TOWN.indicators, dataclasses.replace(named("kenmerk"), **field)))
    found = message(tmp_path, RIGHT | {"indicatoren": [*RIGHT["indicatoren"], entry("kenmerk")]}, towns)
    assert why in found


def test_of_the_shipped_indicators_estimates_schools_and_counts_are_refused(catalogue: Catalogue) -> None:
    allowed = {i.id for i in catalogue.indicators if not why_refused(i)}
    assert {"bijstand_per_1000", "laag_inkomen", "misdrijven_per_1000"} <= allowed
    refused = {"moeite_rondkomen_rivm", "leefbaarometer_overlast_onveiligheid", "achterstandsscore_per_leerling"}
    assert not allowed & (refused | {"rekenen_onder_1f", "aantal_misdrijven", "inwoners", "geld_basis_plus"})
    # The score of CBS rests on the origin of parents, among other things.
    assert "herkomst" in why_refused(catalogue.indicator("achterstandsscore_per_leerling"))
