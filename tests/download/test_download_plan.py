"""The list of what can be downloaded: the shipped one, and one that a researcher changed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.catalogue.reading import HERE
from nplv_analysis.download import Wanted, choose, read_plan
from nplv_analysis.download.plan import NAME
from nplv_analysis.errors import CatalogueError, NplvError, UnknownNameError, WrongUseError
from nplv_analysis.sources import READERS
from nplv_analysis.sources.kwb_topics import BY_CODE, TOPICS
from nplv_analysis.sources.rivm import VARIABLES as RIVM

NOWHERE = Path("nergens")


@pytest.fixture(scope="module")
def plan() -> list[Wanted]:
    """The shipped list, for Groningen."""
    return read_plan(NOWHERE, "GM0014")


def test_every_shipped_download_has_a_reader_and_a_place_of_its_own(plan: list[Wanted]) -> None:
    assert {wanted.reader for wanted in plan} <= set(READERS)
    assert len({wanted.label for wanted in plan}) == len(plan)
    assert {wanted.year for wanted in plan if wanted.group == "cbs_kwb"} == set(range(2013, 2026))
    assert all(wanted.address.startswith("https://") and " " not in wanted.address for wanted in plan)


def test_places_are_filled_in(plan: list[Wanted]) -> None:
    (advice,) = [w for w in plan if w.label == "duo_schooladviezen/schooladviezen_2024-2025.csv"]
    assert advice.address.endswith("/images/04-leerlingen-bo-sbo-schooladviezen-2024-2025.csv")
    assert advice.rows and advice.rows.pattern == "0*14"
    (score,) = [w for w in plan if w.label == "leefbaarometer_3/buurten_2024.csv"]
    assert "typeName=lbm3:buurtscore24&" in score.address
    assert score.address.endswith("CQL_FILTER=id%20LIKE%20'BU0014%25'")
    (kwb,) = [w for w in plan if w.table == "84799NED"]
    assert (kwb.source, kwb.year, kwb.layout) == ("cbs_kwb_2020", 2020, 2020)
    assert kwb.citation == "CBS StatLine, 84799NED, Kerncijfers wijken en buurten 2020"
    assert kwb.prefixes == ("GM0014", "WK0014", "BU0014", "NL")


def test_another_gemeente(plan: list[Wanted]) -> None:
    amsterdam = read_plan(NOWHERE, "GM0363")
    assert [w.label for w in amsterdam] == [w.label for w in plan]
    assert amsterdam[0].prefixes[0] == "GM0363"
    assert not [w for w in amsterdam if "0014" in w.address]


def test_nothing_on_the_origin_of_people_is_asked_for(plan: list[Wanted]) -> None:
    words = re.compile(
        "herkomst|westers|marokko|turkije|suriname|antillen|nederland|europa|nationaliteit|geboren", re.I
    )
    asked = [name for wanted in plan for name in (*wanted.needed, *wanted.also)]
    assert len(set(asked)) > 20
    assert [name for name in asked if words.search(name)] == []
    for wanted in plan:
        assert wanted.protocol == "bestand" or wanted.needed


def test_all_that_the_readers_know_is_asked_for(plan: list[Wanted]) -> None:
    (v3,) = [w for w in plan if w.table == "84799NED"]
    (v4,) = [w for w in plan if w.table == "86165NED"]
    asked = {*v3.needed, *v3.also}
    assert {name for topic in TOPICS for name in topic.names} <= asked
    recent = {"PersonenTot25BovenArmoedegrens", "BasisonderwijsVmboMbo1", "HavoVwoMbo24", "HboWo"}
    assert recent <= {*v4.needed, *v4.also} <= recent | set(BY_CODE)
    assert all(set(RIVM) <= {*w.needed, *w.also} for w in plan if w.reader == "rivm")


@pytest.mark.parametrize("code", ["0014", "GM14", "Groningen", "GM0014x", "BU00140000", ""])
def test_a_code_that_is_not_one_of_a_gemeente(code: str) -> None:
    with pytest.raises(WrongUseError, match=f"gemeente: found '{code}', expected a CBS code such as GM0014"):
        read_plan(NOWHERE, code)


def test_choosing_by_entry_source_and_table(plan: list[Wanted]) -> None:
    assert choose(plan, []) == plan
    assert [w.label for w in choose(plan, ["47018ned"])] == ["politie_47018ned/47018NED.json"]
    assert [w.table for w in choose(plan, ["RIVM", "cbs_kwb_2020"])] == ["84799NED", "50090NED", "50120NED", "50150NED"]
    assert len(choose(plan, ["cbs_kwb"])) == 13
    with pytest.raises(UnknownNameError, match="unknown download 'polite'; did you mean politie"):
        choose(plan, ["polite"])


# ------------------------------------------------------------------------------------------------ a list of one's own


def changed(folder: Path, change: Any) -> Path:
    """Write the shipped list with one thing changed."""
    content = yaml.safe_load((HERE / NAME).read_text(encoding="utf-8"))
    change(content)
    (folder / NAME).write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


def test_a_list_in_the_data_folder_goes_before_the_shipped_one(tmp_path: Path) -> None:
    def shorten(content: Any) -> None:
        del content["downloads"][1:]

    assert {w.group for w in read_plan(changed(tmp_path, shorten), "GM0014")} == {"cbs_kwb"}


#: Downloaded for who looks further: no indicator is made from them.
#: The scores of SES-WOA are in each of these tables, on the layout of another year; one has that of the catalogue.
IN_NO_INDICATOR = {f"cbs_ses_woa_{n}ned" for n in (85163, 85539, 85900, 86296)}


def test_what_is_downloaded_reaches_an_indicator(catalogue: Catalogue) -> None:
    used: dict[str, set[str]] = {}
    for series in (s for i in catalogue.indicators for s in i.series):
        used.setdefault(series.source, set()).update(series.variables)
    sources = {wanted.source for wanted in read_plan(HERE, "GM0014")}
    assert {source for source in sources if not used.get(source)} <= IN_NO_INDICATOR
    assert {"inwoners", "huishoudens", "woningwaarde"} <= used["cbs_kwb_2013"]
    for year in range(2014, 2019):
        assert {"diefstal_woning", "vernieling_openbare_orde", "geweld_seksueel"} <= used[f"cbs_kwb_{year}"]
    for year in range(2014, 2024):
        assert {"inwoners", "bijstand_personen", "laag_inkomen", "sociaal_minimum"} <= used[f"cbs_kwb_{year}"]
    for year in (2024, 2025):
        assert {"inwoners", "bijstand_personen", "personen_in_armoede"} <= used[f"cbs_kwb_{year}"]
        assert "opleiding_basis_vmbo_mbo1" in used[f"cbs_kwb_{year}"]


def test_editions_name_variables_of_their_reader(catalogue: Catalogue) -> None:
    known = {topic.variable for topic in TOPICS}
    for series in (s for i in catalogue.indicators for s in i.series if s.edition):
        amounts = [a for a in (series.weight, series.denominator, series.coverage) if a]
        named = {v for a in amounts for v in (*a.plus, *a.minus)}
        named |= set(series.variables) if series.source.startswith("cbs_kwb") else set()
        assert named <= known, series.id


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("downloads"), "downloads.yaml, the file: 'downloads' is a required property"),
        (
            lambda c: c["downloads"][0].update(nodg=[]),
            "downloads.yaml, entry 'cbs_kwb', the entry: Additional properties are not allowed ('nodg' was "
            "unexpected); did you mean nodig?",
        ),
        (
            lambda c: c["downloads"][0]["tabellen"][0].update(jaar="twee"),
            "downloads.yaml, entry 'cbs_kwb', tabellen.0.jaar: 'twee' is not of type 'integer'",
        ),
        (
            lambda c: c["downloads"][1].pop("naam"),
            "downloads.yaml, entry 'number 2', the entry: 'naam' is a required property",
        ),
        (
            lambda c: c["downloads"].insert(0, 7),
            "downloads.yaml, entry 'number 1', the entry: 7 is not of type 'object'",
        ),
        (lambda c: c["diensten"]["duo"].update(protocol="ftp"), "downloads.yaml, diensten.duo.protocol: 'ftp' is not"),
        (lambda c: c["diensten"]["duo"].update(adres="file:///"), "downloads.yaml, diensten.duo.adres: 'file:///'"),
        (
            lambda c: c["downloads"][1].update(dienst="derden"),
            "downloads.yaml, entry 'politie', table '47018NED': unknown dienst 'derden'; did you mean derden_v3?",
        ),
        (
            lambda c: c["downloads"][1].pop("licentie"),
            "downloads.yaml, entry 'politie', table '47018NED': expected 'licentie' there or in the entry",
        ),
        (
            lambda c: c["downloads"][1].pop("gebied"),
            "downloads.yaml, entry 'politie', table '47018NED': expected 'gebied', because its dienst is of the kind",
        ),
        (
            lambda c: c["downloads"][3].update(pad="{jar}.csv"),
            "downloads.yaml, entry 'duo_referentieniveaus', table '2022', pad: unknown place '{jar}'; did you",
        ),
        (
            lambda c: c["downloads"][3]["rijen"].update(patroon="(0*"),
            "downloads.yaml, entry 'duo_referentieniveaus', table '2022', rijen.patroon: not a regular expression (",
        ),
        (
            lambda c: c["downloads"][3].update(bestand="vast.csv"),
            "downloads.yaml, entry 'duo_referentieniveaus': two downloads would be duo_referentieniveaus/vast.csv",
        ),
        (
            lambda c: c["downloads"][3].update(bestand="../../elders.csv"),
            "downloads.yaml, entry 'duo_referentieniveaus', bestand: '../../elders.csv' does not match",
        ),
    ],
)
def test_a_fault_in_the_list_names_entry_and_field(tmp_path: Path, change: Any, message: str) -> None:
    with pytest.raises(CatalogueError) as error:
        read_plan(changed(tmp_path, change), "GM0014")
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"downloads: [\n", "downloads.yaml, line 2: not valid YAML ("),
        (b"\xff\xfe", "downloads.yaml: expected text in UTF-8"),
        (b"", "downloads.yaml, the file: None is not of type 'object'"),
    ],
)
def test_a_list_that_cannot_be_read(tmp_path: Path, content: bytes, message: str) -> None:
    shutil.copy(HERE / NAME, tmp_path / NAME)
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(NplvError) as error:
        read_plan(tmp_path, "GM0014")
    assert str(error.value).startswith(message)
