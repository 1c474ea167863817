"""The interventions of the catalogue: what ships is what the sources say, and a mistake in it is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from language import sentences, words

import nplv_analysis as nplv
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.catalogue.reading import HERE
from nplv_analysis.errors import CatalogueError
from nplv_analysis.interventions import NAME, Intervention, load_interventions
from nplv_analysis.interventions.bundles import runs_in
from nplv_analysis.preparation import prepare

SHIPPED = HERE / NAME
#: Uitvoeringsprogramma 2024-2027 and letter on JoKi: first year in each wijk that is named.
STARTS = {
    "joki": {
        **dict.fromkeys(["vinkhuizen", "korrewegwijk", "selwerd", "paddepoel", "tuinwijk"], "2024"),
        **dict.fromkeys(["de-hoogte", "oosterparkwijk", "indische-buurt"], "2025"),
    },
    "kansrijk-groningen": {
        **dict.fromkeys(["beijum", "lewenborg"], "2019"),
        **dict.fromkeys(["selwerd", "paddepoel", "tuinwijk", "vinkhuizen"], "2021"),
        **dict.fromkeys(["oosterparkwijk", "de-wijert"], ""),
    },
    "kiem": {"groningen-noord": "2021"},
    "verlengde-schooldag": {"groningen-noord": "", "beijum": "", "lewenborg": ""},
    "preventie-met-gezag": {"groningen-noord": "2023-04"},
    "veilige-schoolomgeving": {"gemeente": "2024-09"},
    "regio-deal-1": {"groningen-noord": "2020"},
    "spuk-kansrijke-wijk": {"groningen-noord": "2023"},
    "uitvoeringsprogramma-nplv": {"groningen-noord": "2024"},
    "sunny-selwerd": {"selwerd": "2018"},
}
ENDS = {"kiem": "2027", "regio-deal-1": "2024", "spuk-kansrijke-wijk": "2025", "uitvoeringsprogramma-nplv": "2027"}


@pytest.fixture(scope="module")
def shipped(catalogue: Catalogue) -> tuple[Intervention, ...]:
    """The shipped interventions, held against their schema."""
    return load_interventions(HERE, catalogue)


def texts_of(value: Any) -> list[str]:
    """Give all texts in a piece of the catalogue that are sentences."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts_of(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts_of(part)]
    return [value] if isinstance(value, str) and value.endswith(".") else []


def test_starts_and_ends_are_those_of_the_sources(shipped: tuple[Intervention, ...]) -> None:
    assert {i.id: {run.area: run.start for run in i.runs} for i in shipped} == STARTS
    assert {i.id: run.end for i in shipped for run in i.runs if run.end} == ENDS


def test_what_is_unknown_has_a_reason(shipped: tuple[Intervention, ...]) -> None:
    for intervention in shipped:
        known = {
            "spoor": intervention.track,
            "actielijn": intervention.action_line,
            "theorie": intervention.theory,
            "doelgroep": intervention.target_group,
            "methode": intervention.method,
            "bewezen": intervention.proven,
        }
        assert {name for name, text in known.items() if not text} == set(intervention.unknown)
        assert all(bool(run.start) != bool(run.unknown) for run in intervention.runs)


def test_no_source_names_an_activity_that_has_proven_itself(shipped: tuple[Intervention, ...]) -> None:
    assert [i.id for i in shipped if i.proven] == []
    assert [i.id for i in shipped if i.method == "Canvas"] == ["joki"]


def test_every_text_is_short(shipped: tuple[Intervention, ...]) -> None:
    texts = texts_of(yaml.safe_load(SHIPPED.read_text(encoding="utf-8")))
    assert len(texts) > 50
    assert [s for text in texts for s in sentences(text) if len(words(s)) > 18] == []


def test_each_intervention_has_an_idea_in_at_most_two_sentences(shipped: tuple[Intervention, ...]) -> None:
    assert all(len(sentences(i.theory)) <= 2 for i in shipped)
    assert {i.id for i in shipped if not i.theory} == {"regio-deal-1", "spuk-kansrijke-wijk"}


@pytest.mark.parametrize(
    ("area", "runs"),
    [
        ("tuinwijk", 9),
        ("selwerd", 10),
        ("korrewegwijk", 8),
        ("oosterparkwijk", 9),
        ("beijum", 3),
        ("de-wijert", 2),
        ("groningen-noord", 10),
        ("gemeente", 10),
    ],
)
def test_what_runs_in_an_area(shipped: tuple[Intervention, ...], catalogue: Catalogue, area: str, runs: int) -> None:
    assert sum(bool(runs_in(i, catalogue.area(area), catalogue)) for i in shipped) == runs


def test_a_catalogue_need_not_have_interventions(catalogue: Catalogue, tmp_path: Path) -> None:
    assert load_interventions(tmp_path, catalogue) == ()


# ------------------------------------------------------------------------------------------------ mistakes

Entry = dict[str, Any]
FAULTS: dict[str, tuple[Callable[[Entry], object], str]] = {
    "missing field": (lambda e: e.pop("theorie"), "the entry: 'theorie' is a required property"),
    "unknown field": (lambda e: e.update(theori="a"), "was unexpected); did you mean theorie"),
    "empty reason": (lambda e: e.update(theorie={"onbekend": ""}), "theorie: {'onbekend': ''} is not valid"),
    "goal": (lambda e: e.update(doelen=["leven"]), "doelen.0: 'leven' is not one of ['wonen'"),
    "method": (lambda e: e.update(methode="Kanvas"), "methode: 'Kanvas' is not valid"),
    "month": (lambda e: e["gebieden"][0].update(start="2024-13"), "gebieden.0.start: '2024-13' is not valid"),
    "area": (
        lambda e: e["gebieden"][0].update(gebied="vinkhuisen"),
        "unknown area 'vinkhuisen'; did you mean vinkhuizen",
    ),
    "end": (lambda e: e["gebieden"][0].update(eind=2020), "gebieden: 'vinkhuizen' ends (2020) before it starts"),
    "indicator": (
        lambda e: e.update(invloed_op=["risico_leerachterstan"]),
        "invloed_op: unknown indicator 'risico_leerachterstan'; did you mean risico_leerachterstand",
    ),
    "count": (
        lambda e: e["bereik"][0]["tellingen"].append("joki_atk"),
        "bereik: unknown indicator 'joki_atk'; did you mean joki_atk_",
    ),
    "outcome that is no share": (
        lambda e: e["bereik"][0].update(uitkomst="aantal_misdrijven"),
        "bereik: 'aantal_misdrijven' is no share",
    ),
    "outcome without a group": (
        lambda e: e["bereik"][0].pop("groep_in_uitkomst"),
        "bereik.0: 'groep_in_uitkomst' is a dependency of 'uitkomst'",
    ),
    "row of another length": (
        lambda e: e["bereik"][0]["tabel"]["rijen"]["Gestopt"].pop(),
        "bereik: expected a cell for each column in every row of the table",
    ),
    "where it is reckoned": (
        lambda e: e["bereik"][0].update(gebied="noord"),
        "bereik: unknown area 'noord'; did you mean",
    ),
}  # fmt: skip


def message_of(folder: Path, content: str | bytes, catalogue: Catalogue) -> str:
    """Load interventions, which must fail, and give the message."""
    (folder / NAME).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CatalogueError) as caught:
        load_interventions(folder, catalogue)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_file_entry_and_field(catalogue: Catalogue, tmp_path: Path, fault: str) -> None:
    change, expected = FAULTS[fault]
    content = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    change(content["interventies"][0])
    message = message_of(tmp_path, yaml.safe_dump(content, sort_keys=False, allow_unicode=True), catalogue)
    assert message.startswith("interventies.yaml, entry 'joki', ")
    assert expected in message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("interventies: []", "interventies.yaml: expected a list of entries under 'interventies:'"),
        ("andere: 1", "interventies.yaml, the file: "),
        ("interventies: [een]", "interventies.yaml, entry 'number 1', the entry: 'een' is not of type 'object'"),
        ("interventies: [", "interventies.yaml, line 2: not valid YAML"),
        (b"\xff\xfe", "interventies.yaml: expected text in UTF-8"),
        ("a: 1\na: 2", "interventies.yaml, line 2: not valid YAML ('a' stands there twice)"),
    ],
)
def test_a_fault_in_the_file(catalogue: Catalogue, tmp_path: Path, content: str | bytes, message: str) -> None:
    assert message_of(tmp_path, content, catalogue).startswith(message)


def test_an_intervention_is_there_once(catalogue: Catalogue, tmp_path: Path) -> None:
    content = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    content["interventies"].append(content["interventies"][0])
    assert (
        message_of(tmp_path, yaml.safe_dump(content), catalogue)
        == "interventies.yaml, entry 'joki', id: is there twice"
    )


def test_prepare_holds_the_interventions_against_the_catalogue(tmp_path: Path) -> None:
    path = nplv.example(tmp_path / "data") / "catalogus" / NAME
    path.write_text(path.read_text(encoding="utf-8").replace("voorbeeldwijk-linde", "lindewijk"), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"interventies.yaml, entry 'buurtmaatjes', gebieden: unknown area 'lind"):
        prepare(tmp_path / "data")
    assert not (tmp_path / "data" / "processed").exists()
