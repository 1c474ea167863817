"""Surveys with a row a person: figures of areas come out, people do not."""

from __future__ import annotations

import itertools
import math
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import yaml
from conftest import run
from helpers import PACKAGE, ROOT

import nplv_analysis as nplv
from nplv_analysis.catalogue import load_catalogue
from nplv_analysis.disclosure import Rules
from nplv_analysis.errors import InputError
from nplv_analysis.observations import validate
from nplv_analysis.records import SUFFIX, Record, read_record, sha256_of
from nplv_analysis.sources import read
from nplv_analysis.sources.enquete import LEAST_EVENTS, LEAST_PERSONS

TOWN = load_catalogue(PACKAGE / "voorbeeldstad" / "catalogus", checked=True)
DOCUMENT = (ROOT / "docs" / "enquete.md").read_text(encoding="utf-8")
WORDS = dict.fromkeys(("publisher", "title", "table", "address", "licence", "citation", "selection", "sha256"), "none")

NORTH, SOUTH, NOWHERE = "BU99900000", "BU99900100", "BU99900200"
#: A buurt of each area, the second one of the north, and one that is in no area.
BUURTEN = [NORTH, "BU99900001", SOUTH, NOWHERE, *(f"BU99900{number}00" for number in range(3, 9))]
SHARE = {"kolom": "veilig", "ja": ["1", "2"], "nee": ["3"], "ongeldig": ["9"]}
MEAN = {"kolom": "cijfer", "gemiddelde": ["1", "10"], "eenheid": "rapportcijfer", "ongeldig": ["99"]}
FORM = {"gewicht": "gewicht", "gebied": "buurt", "periode": "2026", "hele_gemeente": "ja"}
LABELS = {"veilig": {1: "Vaak", 2: "Soms", 3: "Nooit", 9: "Weet niet"}}


def people(number: int = 800, **columns: Any) -> pd.DataFrame:
    """Make up people; always the same."""
    chance = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "nr": range(1, number + 1),
            "buurt": [BUURTEN[person % len(BUURTEN)] for person in range(number)],
            "gewicht": chance.lognormal(0, 0.5, number).round(3),
            "veilig": chance.choice([1, 2, 3, 9], number, p=[0.2, 0.3, 0.4, 0.1]),
            "cijfer": chance.choice([4, 6, 7, 8, 99], number),
        }
    )
    return frame.assign(**columns)


@pytest.fixture
def read_people(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """A function that writes people to a file and reads it; what differs from ``FORM`` as keywords."""

    def read_them(frame: pd.DataFrame | str | bytes, name: str = "enquete.csv", **said: Any) -> pd.DataFrame:
        file = tmp_path / "eigen" / name
        file.parent.mkdir(exist_ok=True)
        if isinstance(frame, str | bytes):
            file.write_bytes(frame.encode() if isinstance(frame, str) else frame)
        elif file.suffix == ".xlsx":
            frame.to_excel(file, index=False)
        elif file.suffix == ".sav":
            numbers = {name: "float64" for name in frame if pd.api.types.is_numeric_dtype(frame[name])}
            labels = {name: texts for name, texts in said.pop("labels", LABELS).items() if name in frame}
            missing = said.pop("missing", {})
            pyreadstat.write_sav(frame.astype(numbers), str(file), variable_value_labels=labels, missing_ranges=missing)
        else:
            frame.to_csv(file, index=False, sep=";", decimal=",")
        fields = {"public": False, "disclosure": {}} | {
            key: said.pop(key) for key in ("public", "disclosure") & said.keys()
        }
        form = {"vragen": {"onveilig": SHARE, "cijfer_buurt": MEAN}} | FORM | said
        survey = {key: value for key, value in form.items() if value is not None}
        record = Record(file=f"eigen/{name}", source="enquete_2026", reader="enquete", survey=survey, **WORDS, **fields)
        return validate(read(tmp_path, record, TOWN), TOWN)

    return read_them


def figure(rows: pd.DataFrame, area: str, variable: str = "onveilig") -> dict[str, Any]:
    (found,) = rows[(rows["gebiedscode"] == area) & (rows["variabele"] == variable)].to_dict("records")
    return found


def shown(rows: pd.DataFrame, variable: str = "onveilig") -> set[str]:
    return set(rows.loc[rows["waarde"].notna() & (rows["variabele"] == variable), "gebiedscode"])


ReadPeople = Callable[..., pd.DataFrame]
AREAS = {area.id for area in TOWN.areas if area.kind != "land"}

# ----------------------------------------------------------------------------------------------------- what comes out


def test_every_area_is_estimated_from_its_own_people(read_people: ReadPeople) -> None:
    frame = people()
    rows = read_people(frame)
    assert shown(rows) == shown(rows, "cijfer_buurt") == AREAS
    north = frame["buurt"].isin([NORTH, "BU99900001"])
    programme = frame["buurt"] != NOWHERE
    for area, here in (
        ("voorbeeldwijk-noord", north),
        ("voorbeeldstad-noord", programme),
        ("gemeente", programme | True),
    ):
        answered, rated = frame[here & (frame["veilig"] != 9)], frame[here & (frame["cijfer"] != 99)]
        share, mean = figure(rows, area), figure(rows, area, "cijfer_buurt")
        assert share["waarde"] == pytest.approx(100 * np.average(answered["veilig"] < 3, weights=answered["gewicht"]))
        assert mean["waarde"] == pytest.approx(np.average(rated["cijfer"], weights=rated["gewicht"]))
        assert (share["n"], mean["n"]) == (len(answered), len(rated))
        assert 0.5 * share["n"] < share["n_effectief"] < share["n"]
        assert math.isnan(share["standaardafwijking"]) and 1 < mean["standaardafwijking"] < 2
        assert (share["eenheid"], mean["eenheid"], share["niveau"]) == ("%", "rapportcijfer", "gebied")
    assert not rows["openbaar"].any()


def test_total_is_not_the_mean_of_the_shares_of_its_parts(read_people: ReadPeople) -> None:
    """Sixty people of the south stand for many more than the hundred of each other buurt."""
    buurten = [buurt for buurt in BUURTEN if buurt != SOUTH for _ in range(100)] + [SOUTH] * 60
    south = [buurt == SOUTH for buurt in buurten]
    frame = pd.DataFrame({"buurt": buurten, "gewicht": np.where(south, 20.0, 1.0), "veilig": np.where(south, 1, 3)})
    rows = read_people(frame, vragen={"onveilig": SHARE})
    assert figure(rows, "gemeente")["waarde"] == pytest.approx(100 * 1200 / (1200 + 900))
    assert figure(rows, "voorbeeldwijk-zuid")["n_effectief"] == pytest.approx(60)


@pytest.mark.parametrize("name", ["enquete.xlsx", "enquete.sav"])
def test_file_of_another_kind_gives_the_same(read_people: ReadPeople, name: str) -> None:
    delimited, other = (read_people(people(), file).drop(columns=["bestand", "rij"]) for file in ("a.csv", name))
    pd.testing.assert_frame_equal(delimited, other)


def test_clusters_make_a_figure_less_sure(read_people: ReadPeople) -> None:
    """At each address everybody answers the same."""
    half = people(400, cijfer=7)
    twice = pd.concat([half, half]).assign(adres=[*range(400), *range(400)])
    alone, together = (read_people(twice, cluster=name) for name in (None, "adres"))
    ratio = figure(alone, "gemeente")["n_effectief"] / figure(together, "gemeente")["n_effectief"]
    assert ratio == pytest.approx(2, rel=0.02)


def test_few_clusters_give_a_figure_without_margin(read_people: ReadPeople) -> None:
    frame = people(400)
    rows = read_people(frame.assign(school=frame["buurt"]), cluster="school")
    south = figure(rows, "voorbeeldwijk-zuid")
    assert south["waarde"] > 0 and math.isnan(south["n_effectief"])
    assert "te klein voor een marge" in south["opmerking"]
    assert not math.isnan(figure(rows, "gemeente")["n_effectief"])


def test_survey_without_weights(read_people: ReadPeople) -> None:
    frame = people()
    whole = figure(read_people(frame, gewicht="geen"), "gemeente")
    assert whole["waarde"] == pytest.approx(100 * (frame["veilig"] < 3).sum() / (frame["veilig"] < 9).sum())
    assert whole["n_effectief"] == pytest.approx(whole["n"], rel=2e-3)
    assert "gewogen" not in whole["opmerking"]


def test_years_of_one_file_are_apart(read_people: ReadPeople) -> None:
    frame = pd.concat([people().assign(jaar=2024, veilig=1), people().assign(jaar=2026, veilig=3)])
    rows = read_people(frame, periode={"kolom": "jaar"}, respondent="nr")
    assert rows.groupby("periode")["waarde"].max().filter(["2024"]).tolist() == [100]
    assert rows.loc[rows["variabele"] == "onveilig"].groupby("periode")["waarde"].max().tolist() == [100, 0]


# ------------------------------------------------------------------------------------------------- where people live


def test_area_by_name_by_list_and_by_label(read_people: ReadPeople) -> None:
    by_code = people()
    homes = {buurt: number for number, buurt in enumerate(BUURTEN)}
    numbered = by_code.assign(buurt=by_code["buurt"].map(homes))
    places = {str(number): "gemeente" if buurt == NOWHERE else buurt for buurt, number in homes.items()}
    owner = {buurt: area.name for area in TOWN.areas if area.kind == "nplv" for buurt in area.buurten}
    named = by_code.assign(buurt=by_code["buurt"].map(lambda buurt: owner.get(buurt, "gemeente")))
    labels = {"buurt": {number: owner.get(buurt, "GM9990") for buurt, number in homes.items()}}
    expected = read_people(by_code)[["gebiedscode", "waarde"]].dropna().to_numpy().tolist()
    for rows in (
        read_people(numbered, gebieden=places),
        read_people(named),
        read_people(numbered, "enquete.sav", labels=labels),
    ):
        assert rows[["gebiedscode", "waarde"]].dropna().to_numpy().tolist() == expected


def test_wijk_codes_give_no_figure_of_a_part_of_a_wijk(read_people: ReadPeople) -> None:
    """WK999001 is exactly the south; WK999000 is more than the area in it, so nor has the whole programme a figure."""
    frame = people().assign(buurt=lambda f: "WK" + f["buurt"].str[2:8])
    rows = read_people(frame)
    assert shown(rows) == AREAS - {"voorbeeldwijk-noord", "voorbeeldstad-noord"} | {"WK999000"}
    assert figure(rows, "WK999000")["niveau"] == "wijk"


def test_programme_without_people_of_one_area_has_no_figure(read_people: ReadPeople) -> None:
    frame = people()
    rows = read_people(frame[frame["buurt"] != SOUTH])
    assert shown(rows) == AREAS - {"voorbeeldwijk-zuid", "voorbeeldstad-noord"}


def test_survey_of_a_part_gives_no_figure_of_the_gemeente(read_people: ReadPeople) -> None:
    assert shown(read_people(people(), hele_gemeente="nee")) == AREAS - {"gemeente"}


def test_survey_without_anybody_of_an_area(read_people: ReadPeople) -> None:
    for nowhere in (NOWHERE, "gemeente"):
        with pytest.raises(InputError, match="column 'buurt': expected people who live in an area of the catalogue"):
            read_people(people(60, buurt=nowhere), hele_gemeente="nee")


def test_buurt_that_no_table_knows_is_seen_by_the_check_on_codes(read_people: ReadPeople) -> None:
    rows = read_people(people())
    known = rows.iloc[[0]].assign(variabele="inwoners", gebiedscode=SOUTH, niveau="buurt", bron="kerncijfers")
    assert figure(rows, NOWHERE)["status"] == "ontbreekt"
    with pytest.raises(InputError, match=rf"enquete.csv, row 5, .*found '{NOWHERE}', expected a code that an edition"):
        validate(pd.concat([rows, known]), TOWN)


# ----------------------------------------------------------------------------------------------- what does not come out


def test_rules_are_those_of_disclosure_control() -> None:
    assert Rules().least_persons == LEAST_PERSONS
    assert Rules().least_events == LEAST_EVENTS
    assert f"fewer than {LEAST_PERSONS} people" in DOCUMENT
    assert f"needs {LEAST_EVENTS} people with\n  either answer" in DOCUMENT


def few_in_the_south(number: int) -> pd.DataFrame:
    frame = people(cijfer=7, veilig=lambda f: np.where(f.index % 2, 1, 3))
    south = frame.index[frame["buurt"] == SOUTH]
    return frame.drop(south[number:])


def test_figure_on_few_people_is_withheld_with_the_next_smallest(read_people: ReadPeople) -> None:
    """Nine people in the south are the programme less its other areas; with one area more they are not."""
    frame = few_in_the_south(LEAST_PERSONS - 1)
    smallest = frame.drop(frame.index[frame["buurt"] == "BU99900300"][:3])
    rows = read_people(smallest)
    assert shown(rows) == AREAS - {"voorbeeldwijk-zuid", "voorbeeldwijk-oost"}
    for area in ("voorbeeldwijk-zuid", "voorbeeldwijk-oost"):
        row = figure(rows, area)
        assert row["status"] == "geheim"
        assert all(math.isnan(row[name]) for name in ("waarde", "n", "n_effectief", "standaardafwijking"))
    assert shown(read_people(few_in_the_south(LEAST_PERSONS))) == AREAS


@pytest.mark.parametrize("seed", range(5))
def test_no_difference_of_shown_areas_is_about_few_people(read_people: ReadPeople, seed: int) -> None:
    """Whatever is taken off an area: nobody is left, or enough people are."""
    chance = np.random.default_rng(seed)
    buurten = chance.choice(BUURTEN, 130, p=chance.dirichlet(np.full(len(BUURTEN), 0.7)))
    frame = people(len(buurten), buurt=buurten, veilig=1)
    seen = shown(read_people(frame, vragen={"onveilig": SHARE}))
    lives = {area.id: set(frame.index[frame["buurt"].isin(list(area.buurten))]) for area in TOWN.areas}
    lives["gemeente"] = set(frame.index)
    assert "gemeente" in seen
    parts = [area for area in sorted(seen) if area not in ("gemeente", "voorbeeldstad-noord")]
    for whole in {"gemeente", "voorbeeldstad-noord"} & seen:
        for number in range(len(parts) + 1):
            for some in itertools.combinations(parts, number):
                left = lives[whole].difference(*(lives[part] for part in some))
                assert not left or len(left) >= LEAST_PERSONS, (whole, some)
    outside = lives["gemeente"] - lives["voorbeeldstad-noord"]
    assert "voorbeeldstad-noord" not in seen or not outside or len(outside) >= LEAST_PERSONS


def test_owner_may_ask_for_more_people(read_people: ReadPeople) -> None:
    rows = read_people(few_in_the_south(20), disclosure={"least_persons": 21})
    assert "voorbeeldwijk-zuid" not in shown(rows)
    assert "voorbeeldwijk-zuid" in shown(read_people(few_in_the_south(20), disclosure={"least_persons": 5}))


def test_public_figures_are_rounded_and_need_people_with_either_answer(read_people: ReadPeople) -> None:
    frame = people()
    four = frame.index[frame["buurt"] == SOUTH][:4]
    frame["veilig"] = np.where(frame["buurt"] == SOUTH, np.where(frame.index.isin(four), 1, 3), frame["veilig"])
    inside, public = read_people(frame), read_people(frame, cijfers_openbaar="ja")
    assert "voorbeeldwijk-zuid" in shown(inside) and "voorbeeldwijk-zuid" not in shown(public)
    assert public["openbaar"].all()
    values = public.loc[public["eenheid"] == "%", "waarde"].dropna()
    assert np.allclose(values, values.round(1), atol=1e-12)


def test_answer_of_one_person_is_not_in_a_message(read_people: ReadPeople) -> None:
    frame = people().astype({"veilig": "object"})
    frame.loc[5, "veilig"] = "mijn buurman schreeuwt"
    with pytest.raises(InputError) as fault:
        read_people(frame)
    expected = "eigen/enquete.csv, row 7, column 'veilig': expected an answer that the record has in 'ja', 'nee' or "
    assert str(fault.value) == f"{expected}'ongeldig' of 'onveilig'"
    frame.loc[: LEAST_PERSONS + 5, "veilig"] = "geen mening"
    with pytest.raises(InputError, match="row 2, column 'veilig': found 'geen mening'"):
        read_people(frame)


def test_who_is_there_twice_is_not_named(read_people: ReadPeople) -> None:
    frame = people().assign(nr=lambda f: "persoon-" + f["nr"].where(f["nr"] != 9, 4).astype(str))
    with pytest.raises(InputError) as fault:
        read_people(frame, respondent="nr")
    expected = "row 10, column 'nr': expected each person once; row 5 has this one too"
    assert str(fault.value) == f"eigen/enquete.csv, {expected}"


def test_file_outside_the_own_folder_is_refused(tmp_path: Path) -> None:
    record = Record(file="ois/a.csv", source="a", reader="enquete", survey=FORM, public=False, **WORDS)
    with pytest.raises(InputError, match=r"ois/a\.csv: expected answers of people only in raw/eigen/"):
        read(tmp_path, record, TOWN)


# ---------------------------------------------------------------------------------------------------------- SPSS files


def test_answers_by_label_are_the_same_as_by_code(read_people: ReadPeople) -> None:
    labels = {"onveilig": SHARE | {"ja": ["vaak", "Soms"], "nee": ["nooit"], "ongeldig": ["weet niet"]}}
    by_label, by_code = (read_people(people(), "a.sav", vragen=said) for said in (labels, {"onveilig": SHARE}))
    pd.testing.assert_frame_equal(by_label, by_code)


def test_what_the_file_calls_missing_is_not_valid(read_people: ReadPeople) -> None:
    share, mean = ({**question, "ongeldig": []} for question in (SHARE, MEAN))
    rows = read_people(
        people(), "a.sav", missing={"veilig": [9], "cijfer": [{"lo": 90, "hi": 99}]}, vragen={"a": share, "b": mean}
    )
    listed = read_people(people(), vragen={"a": SHARE, "b": MEAN})
    pd.testing.assert_frame_equal(*(found.drop(columns=["bestand", "rij"]) for found in (rows, listed)))


@pytest.mark.parametrize(
    ("said", "more", "message"),
    [
        (SHARE | {"ja": ["1", "vaker"]}, {}, r"onveilig.ja': found 'vaker', .*column 'veilig' has; did you mean Vaak"),
        (
            SHARE | {"nee": ["3", "9"], "ongeldig": []},
            {"missing": {"veilig": [9]}},
            "found '9', .*says that .* is missing",
        ),
        (SHARE | {"ja": ["1", "2"], "nee": ["3", "Vaak"]}, {}, "found 'Vaak', expected .* in 'ja' too"),
        (SHARE | {"ja": ["1"]}, {"labels": {"veilig": {1: "Vaak"}}}, "found '2', .*; this one has no value label"),
    ],
)
def test_labels_that_do_not_fit(read_people: ReadPeople, said: dict, more: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_people(people(), "a.sav", vragen={"onveilig": said}, **more)


@pytest.mark.parametrize("content", [b"", b"geen SPSS", b"$FL2@(#) SPSS DATA FILE" + b"x" * 300])
def test_file_that_is_not_spss(read_people: ReadPeople, content: bytes) -> None:
    with pytest.raises(InputError, match=r"eigen/a.sav: expected an SPSS file that opens"):
        read_people(content, "a.sav")


def test_spss_file_without_the_column(read_people: ReadPeople) -> None:
    with pytest.raises(InputError, match="expected a column 'veilig' in the header; did you mean veiligg"):
        read_people(people().rename(columns={"veilig": "veiligg"}), "a.sav")


def test_spss_file_without_people(read_people: ReadPeople, tmp_path: Path) -> None:
    read_people(people(), "a.sav")
    content = bytearray((tmp_path / "eigen" / "a.sav").read_bytes())
    # The number of cases, in the header of the file.
    content[80:84] = bytes(4)
    with pytest.raises(InputError, match="expected rows with answers; there are none"):
        read_people(bytes(content), "b.sav")


def test_without_pyreadstat_the_message_says_what_to_install(
    read_people: ReadPeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(InputError, match=r"a.sav: expected the package pyreadstat, .* nplv_analysis\[spss\]; or save"):
        read_people(b"", "a.sav")


# ------------------------------------------------------------------------------------------------------ what is wrong


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("gewicht", None, "row 4, column 'gewicht': expected a weight above 0; leave out who does not count"),
        ("gewicht", 0, "row 4, column 'gewicht': found '0', expected a weight above 0"),
        ("gewicht", -1, "found '-1', expected a weight above 0"),
        ("gewicht", "zwaar", "row 4, column 'gewicht': expected a weight above 0"),
        ("buurt", "BU99910000", "found 'BU99910000', expected a code within GM9990 or an area of the catalogue"),
        ("buurt", "voorbeeldwijk-nord", "row 4, column 'buurt': expected .*; did you mean voorbeeldwijk-noord"),
        ("buurt", "NL00", "row 4, column 'buurt': expected a code within GM9990"),
        ("buurt", None, "row 4, column 'buurt': expected a code within GM9990"),
        (
            "veilig",
            34.5,
            r"row 4, column 'veilig': found '34.5', expected an answer that the record has in 'ja', 'nee'",
        ),
        ("cijfer", 11, "found '11', expected a number from 1 to 10, or an answer that the record has in 'ongeldig'"),
        ("nr", None, "row 4, column 'nr': expected something that tells people apart; it is empty"),
        ("laag", None, "row 4, column 'laag': expected the stratum or cluster that somebody was drawn in"),
        ("jaar", "zomer", "row 4, column 'jaar': expected a year such as 2024"),
    ],
)
def test_cell_that_is_wrong(read_people: ReadPeople, column: str, value: object, message: str) -> None:
    frame = people(60, laag="a", jaar=2026).astype("object")
    frame.loc[2, column] = value
    with pytest.raises(InputError, match=message):
        read_people(frame, respondent="nr", stratum="laag", periode={"kolom": "jaar"})


def test_question_that_nobody_answered(read_people: ReadPeople) -> None:
    with pytest.raises(InputError, match="column 'cijfer': expected answers that count; all are empty or not valid"):
        read_people(people(60, cijfer=99))


def test_file_without_people(read_people: ReadPeople) -> None:
    with pytest.raises(InputError, match="the file is empty"):
        read_people("")
    with pytest.raises(InputError, match="rows below the header; there are none"):
        read_people(people(0))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"gewicht": "gewichten"}, "row 1: expected a column 'gewichten' in the header; did you mean gewicht"),
        ({"gewicht": None}, "enquete.csv.bron.yaml, column 'enquete.gewicht': expected a value"),
        (
            {"gewigt": "gewicht"},
            "column 'enquete.gewigt': found 'gewigt', expected a known field; did you mean gewicht",
        ),
        ({"stratum": "gewicht"}, "column 'enquete': found 'gewicht', expected a column for one thing"),
        ({"periode": "najaar"}, "column 'enquete.periode': found 'najaar', expected a year such as 2024, or 'kolom"),
        ({"periode": {"kolm": "jaar"}}, "column 'enquete.periode.kolm': .*did you mean kolom"),
        ({"hele_gemeente": "deels"}, "column 'enquete.hele_gemeente': found 'deels', expected 'ja' or 'nee'"),
        ({"gebieden": ["noord"]}, "column 'enquete.gebieden': .*expected lines such as"),
        ({"vragen": {"a": ""}}, "column 'enquete.vragen.a': .*expected lines such as"),
        ({"public": True}, "column 'openbaar': found 'ja', expected 'nee': answers of single people are never public"),
    ],
)
def test_record_that_is_wrong(read_people: ReadPeople, said: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_people(people(60), **said)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (SHARE | {"kolom": "veilg"}, "row 1: expected a column 'veilg' in the header; did you mean veilig"),
        (SHARE | {"kolom": "gewicht"}, "a.kolom': found 'gewicht', expected the column of a question; another"),
        (SHARE | {"nee": []}, "column 'enquete.vragen.a.nee': expected a value"),
        (SHARE | {"nee": ["2", "3"]}, "a.nee': found '2', expected an answer in one list; it is in 'ja' too"),
        (SHARE | {"ja": ["1", "7"]}, "a.ja': found '7', expected an answer that column 'veilig' has"),
        (SHARE | {"ja": [["1"]]}, r"a.ja': .*expected a list of answers, such as \[1, 2\]"),
        (SHARE | {"eenheid": "%"}, "a.eenheid': found '%', expected nothing: a share is in percent"),
        (SHARE | {"goed": "1"}, "a.goed': found 'goed', expected a known field"),
        (MEAN | {"ja": ["1"]}, "a.ja': .*expected nothing beside 'gemiddelde'"),
        (MEAN | {"eenheid": ""}, "column 'enquete.vragen.a.eenheid': expected a value"),
        (MEAN | {"gemiddelde": ["1", "tien"]}, r"a.gemiddelde': .*expected the lowest and the highest answer"),
        (MEAN | {"gemiddelde": ["10", "1"]}, r"a.gemiddelde': .*expected the lowest answer first"),
    ],
)
def test_question_that_is_wrong(read_people: ReadPeople, question: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_people(people(60), vragen={"a": question})


def test_record_without_the_part(tmp_path: Path) -> None:
    record = Record(file="eigen/a.csv", source="a", reader="enquete", public=False, **WORDS)
    with pytest.raises(InputError, match=r"a.csv.bron.yaml: expected a part 'enquete:' .*; see docs/enquete.md"):
        read(tmp_path, record, TOWN)


# ----------------------------------------------------------------------------------------------------- the whole way

BLOCKS = {kind: re.findall(rf"```{kind}\n(.*?)```", DOCUMENT, flags=re.DOTALL) for kind in ("csv", "yaml")}
SECRET = "respondent-nummer-"


@pytest.fixture(scope="module")
def researched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fictional town with the survey, record and indicator of the documentation, prepared."""
    folder = nplv.example(tmp_path_factory.mktemp("enquete") / "data")
    # What has nothing to do with it only takes time.
    for other in ("ois", "rondkomen", "misdrijven"):
        shutil.rmtree(folder / "raw" / f"voorbeeld_{other}")
    frame = people().assign(
        respnr=lambda f: SECRET + f["nr"].astype(str),
        buurtcode=lambda f: f["buurt"],
        weegfactor=lambda f: f["gewicht"],
        adres=lambda f: f["nr"] // 2,
        veilig=lambda f: f["veilig"].map({1: "vaak onveilig", 2: "soms onveilig", 3: "nooit onveilig", 9: "weet niet"}),
    )
    file = folder / "raw" / "eigen" / "wijkenquete.csv"
    file.parent.mkdir()
    header = BLOCKS["csv"][0].splitlines()[0].split(";")
    frame[header].to_csv(file, index=False, sep=";", decimal=",")
    record = BLOCKS["yaml"][0].replace("nplv prepare says what to write here", sha256_of(file))
    (file.parent / f"{file.name}{SUFFIX}").write_text(record, encoding="utf-8")
    path = folder / "catalogus" / "indicatoren.yaml"
    catalogue = yaml.safe_load(path.read_text(encoding="utf-8"))
    next(i for i in catalogue["indicatoren"] if i["id"] == "onveiligheidsgevoelens").update(
        yaml.safe_load(BLOCKS["yaml"][1])
    )
    path.write_text(yaml.safe_dump(catalogue, allow_unicode=True), encoding="utf-8")
    result = run("prepare", "--data", folder)
    assert result.exit_code == 0, result.stderr
    return folder


def test_rows_of_the_document_fit_its_record(tmp_path: Path) -> None:
    file = tmp_path / "eigen" / "wijkenquete.csv"
    file.parent.mkdir()
    file.write_text(BLOCKS["csv"][0], encoding="utf-8")
    record = BLOCKS["yaml"][0].replace("nplv prepare says what to write here", sha256_of(file))
    record = record.replace("hele_gemeente: ja", "hele_gemeente: true")
    (file.parent / f"{file.name}{SUFFIX}").write_text(record, encoding="utf-8")
    rows = read(tmp_path, read_record(file, "eigen/wijkenquete.csv"), TOWN)
    assert set(rows["status"]) == {"geheim", "ontbreekt"}
    assert set(rows["variabele"]) == {"onveilig_enquete", "cijfer_enquete"}
    assert "gemeente" in set(rows["gebiedscode"])


def test_prepare_makes_figures_with_margins_and_verdicts(researched: Path) -> None:
    figures = nplv.load(researched).figures
    rows = figures[figures["bron"] == "wijkenquete_2026"].set_index("gebied")
    assert set(rows.index) == AREAS
    south = rows.loc["voorbeeldwijk-zuid"]
    assert south["onder95"] < south["waarde"] < south["boven95"]
    assert south["interval_soort"] == "steekproefmarge"
    assert south["oordeel"] == "geen aantoonbaar verschil"
    assert not rows["openbaar"].any()


def test_nothing_about_a_person_is_kept(researched: Path) -> None:
    observations = pd.read_parquet(researched / "processed" / "observations.parquet")
    mine = observations[observations["bron"] == "wijkenquete_2026"]
    assert len(mine) == 2 * len(AREAS) + 1
    assert mine["n"].min() >= LEAST_PERSONS
    for path in (researched / "processed").glob("*.parquet"):
        assert SECRET not in pd.read_parquet(path).to_csv()
    for path in (researched / "processed").iterdir():
        assert SECRET.encode() not in path.read_bytes()


def test_public_edition_leaves_the_survey_out(researched: Path) -> None:
    public = pd.read_parquet(researched / "processed" / "figures_public.parquet")
    assert "wijkenquete_2026" not in set(public["bron"])
