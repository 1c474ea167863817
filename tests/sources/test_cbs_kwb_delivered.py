"""Kerncijfers as CBS delivers them: StatLine exports, OData 3 and 4, and the yearly workbook give the same figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from delivered import odata3, odata4, read_file, read_json, write_sheets

from nplv_analysis.errors import InputError
from nplv_analysis.sources.kwb_topics import BY_CODE, BY_NAME, TOPICS

TITLE = "Kerncijfers wijken en buurten 2020"
PADDED = {"BU99900000": "BU99900000", "GM9990": "GM9990    ", "NL00": "NL00      "}


def values(seen: pd.DataFrame) -> dict[tuple[str, str], Any]:
    """Give the values by variable and place."""
    keys = zip(seen["variabele"], seen["gebiedscode"], strict=True)
    return dict(zip(keys, seen["waarde"], strict=True))


# ------------------------------------------------------------------------------------------------ OData 3


@pytest.mark.parametrize("number", [72, 78, 87])
def test_column_is_found_in_what_the_table_says_of_itself(tmp_path: Path, number: int) -> None:
    key = f"HuishoudensMetEenLaagInkomen_{number}"
    rows = [
        {"WijkenEnBuurten": "GM9990    ", "AantalInwoners_5": 1000, key: 9.6},
        {"WijkenEnBuurten": "BU99900000", "AantalInwoners_5": 40, key: None},
        {"WijkenEnBuurten": "BU88880000", "AantalInwoners_5": 70, key: 1.0},
    ]
    seen = read_json(tmp_path, "cbs_kwb", odata3(TITLE, [("AantalInwoners_5", "aantal"), (key, "%")], rows))
    assert seen[["gebiedscode", "niveau", "variabele", "waarde", "status", "rij"]].fillna(-1).to_numpy().tolist() == [
        ["GM9990", "gemeente", "inwoners", 1000.0, "waargenomen", 1],
        ["GM9990", "gemeente", "laag_inkomen", 9.6, "waargenomen", 1],
        ["BU99900000", "buurt", "inwoners", 40.0, "waargenomen", 2],
        ["BU99900000", "buurt", "laag_inkomen", -1, "ontbreekt", 2],
    ]
    assert set(seen["periode"]) == {"2020"}


def test_origin_is_not_read(tmp_path: Path) -> None:
    topics = [("AantalInwoners_5", "aantal"), ("Nederland_17", "aantal"), ("BuitenEuropa_19", "aantal")]
    row = {"WijkenEnBuurten": "GM9990    ", "AantalInwoners_5": 9, "Nederland_17": 5, "BuitenEuropa_19": 4}
    seen = read_json(tmp_path, "cbs_kwb", odata3(TITLE, topics, [row]))
    assert list(seen["variabele"]) == ["inwoners"]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.variable)
def test_no_topic_is_about_origin(topic: Any) -> None:
    words = " ".join((topic.variable, *topic.names)).lower()
    assert not any(word in words for word in ("herkomst", "westers", "migratie", "nationaliteit", "geboren"))


def test_names_and_codes_are_of_one_topic_each() -> None:
    assert len(BY_NAME) == sum(len(topic.names) for topic in TOPICS)
    assert len(BY_CODE) == sum(len(topic.codes) for topic in TOPICS)
    assert len({topic.variable for topic in TOPICS}) == len(TOPICS)


def test_definitions_of_2013_are_other_variables(tmp_path: Path) -> None:
    content = odata3(
        "Kerncijfers wijken en buurten 2013",
        [
            ("HuishoudensMetLaagInkomen_69", "%"),
            ("HuishOnderOfRondSociaalMinimum_72", "%"),
            ("PersonenMetEenWWBUitkeringTotaal_73", "aantal"),
        ],
        [
            {
                "RegioS": "GM9990    ",
                "HuishoudensMetLaagInkomen_69": 41,
                "HuishOnderOfRondSociaalMinimum_72": 8,
                "PersonenMetEenWWBUitkeringTotaal_73": 50,
            }
        ],
    )
    assert values(read_json(tmp_path, "cbs_kwb", content)) == {
        ("huishoudens_40_laagste_inkomen_oud", "GM9990"): 41,
        ("sociaal_minimum_oud", "GM9990"): 8,
        ("bijstand_personen_oud", "GM9990"): 50,
    }


def test_schooling_in_two_classifications_is_two_variables(tmp_path: Path) -> None:
    def variable(key: str) -> str:
        row = {"WijkenEnBuurten": "GM9990    ", key: 10}
        return str(read_json(tmp_path, "cbs_kwb", odata3(TITLE, [(key, "aantal")], [row]))["variabele"].item())

    assert variable("OpleidingsniveauHoog_66") == "opleiding_hoog"
    assert variable("HboWo_69") == "opleiding_hbo_wo"


# ------------------------------------------------------------------------------------------------ OData 4


def test_measure_codes(tmp_path: Path) -> None:
    content = odata4(
        TITLE,
        [
            ("T001036", "Aantal inwoners", "aantal"),
            ("M001642", "Gemiddelde WOZ-waarde van woningen", "x 1 000 euro"),
            ("Z1", "Huishoudens tot 110% van sociaal minimum", "%"),
            ("Z2", "Westers totaal", "aantal"),
        ],
        [
            {"Id": 0, "Measure": "T001036", "WijkenEnBuurten": "GM9990", "Value": 1000.0, "ValueAttribute": "None"},
            {"Id": 1, "Measure": "M001642", "WijkenEnBuurten": "GM9990", "Value": 250, "ValueAttribute": "None"},
            {"Id": 2, "Measure": "Z1", "WijkenEnBuurten": "GM9990", "Value": None, "ValueAttribute": "Confidential"},
            {"Id": 3, "Measure": "Z2", "WijkenEnBuurten": "GM9990", "Value": 3, "ValueAttribute": "None"},
            {"Id": 4, "Measure": "T001036", "WijkenEnBuurten": "GM8888", "Value": 5, "ValueAttribute": "None"},
        ],
    )
    seen = read_json(tmp_path, "cbs_kwb", content)
    assert seen[["variabele", "eenheid", "status"]].to_numpy().tolist() == [
        ["inwoners", "aantal", "waargenomen"],
        ["woz_waarde", "x 1.000 euro", "waargenomen"],
        ["sociaal_minimum_110", "%", "geheim"],
    ]


def test_year_of_the_record_must_be_that_of_the_table(tmp_path: Path) -> None:
    row: dict[str, object] = {"Measure": "T001036", "WijkenEnBuurten": "GM9990", "Value": 1, "ValueAttribute": "None"}
    content = odata4(TITLE, [("T001036", "Aantal inwoners", "aantal")], [row])
    with pytest.raises(InputError, match=r"column 'peiljaar': found '2019', expected 2020, as the table says itself"):
        read_json(tmp_path, "cbs_kwb", content, year="2019")


# ------------------------------------------------------------------------------------------------ StatLine

HEADER = (
    '"Wijken en buurten";"Regioaanduiding/Gemeentenaam (naam)";"Bevolking/Aantal inwoners (aantal)";'
    '"Bevolking/Bevolking naar herkomst/Nederland (aantal)";'
    '"Inkomen/Inkomen van huishoudens/Huishoudens met een laag inkomen (%)";'
    '"Misdrijven/Totaal diefstal uit woning/schuur/e.d. (per 1 000 inwoners)"\n'
)
EXPORT = (
    HEADER
    + '"Nederland";"Nederland      ";17000000;9;7,5;4\n"Elders";"Elders     ";10;9;1,5;4\n'
    + '"Teststad";"Teststad     ";1000;9;9,6;5\n"Kern";"Teststad     ";400;9;.;6\n"Kern";"Elders     ";5;9;3,0;6\n'
)


def write_export(raw: Path, text: str, names: dict[str, str], year: int = 2020) -> None:
    """Write an export, and beside it a table of an edition that has codes and names."""
    (raw / "export.csv").write_text("\ufeff" + text, encoding="utf-8")
    rows = "".join(f"{year},{code},{name},x,inwoners,1,aantal\n" for code, name in names.items())
    (raw / "names.csv").write_text(f"year,area_code,area_name,level,variable,value,unit\n{rows}", encoding="utf-8")
    (raw / "names.csv.bron.yaml").write_text(yaml.safe_dump({"lezer": "cbs_kwb", "peiljaar": year}), encoding="utf-8")


NAMES = {"GM9990": "Teststad", "WK999000": "Wijk 00", "BU99900000": "Kern"}


def test_export_with_names_alone(tmp_path: Path) -> None:
    write_export(tmp_path, EXPORT, NAMES)
    seen = read_file(tmp_path, "cbs_kwb", "export.csv", year="2020")
    found = seen[["gebiedscode", "variabele", "waarde", "rij"]].fillna(-1).to_numpy().tolist()
    assert found == [
        [code, variable, value, row]
        for code, row, these in (
            ("NL00", 2, (17000000, 7.5, 4)),
            ("GM9990", 4, (1000, 9.6, 5)),
            ("BU99900000", 5, (400, -1, 6)),
        )
        for variable, value in zip(("inwoners", "laag_inkomen", "diefstal_woning"), these, strict=True)
    ]


def test_export_with_codes_needs_no_names(tmp_path: Path) -> None:
    text = (
        '"Wijken en buurten";"Regioaanduiding/Codering (code)";"Bevolking/Aantal inwoners (aantal)"\n'
        '"Teststad";"GM9990    ";1000\n"Kern";"BU99900000";400\n"Kern";"BU88880000";5\n'
    )
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    seen = read_file(tmp_path, "cbs_kwb", "export.csv", year="2020")
    assert values(seen) == {("inwoners", "GM9990"): 1000, ("inwoners", "BU99900000"): 400}


def test_name_of_two_places_is_reported(tmp_path: Path) -> None:
    write_export(tmp_path, EXPORT, NAMES | {"BU99900100": "Kern"})
    with pytest.raises(InputError, match="row 5, column 'Wijken en buurten': found 'Kern', expected a name that one"):
        read_file(tmp_path, "cbs_kwb", "export.csv", year="2020")


def test_name_that_no_place_has_is_reported(tmp_path: Path) -> None:
    write_export(tmp_path, EXPORT.replace('"Kern";"Teststad', '"Kerm";"Teststad'), NAMES)
    with pytest.raises(InputError, match=r"found 'Kerm', expected the name of a place .*; did you mean Kern"):
        read_file(tmp_path, "cbs_kwb", "export.csv", year="2020")


def test_names_of_another_edition_do_not_count(tmp_path: Path) -> None:
    write_export(tmp_path, EXPORT, NAMES, year=2021)
    with pytest.raises(InputError, match="row 1: expected codes of the places: export the table with the topic"):
        read_file(tmp_path, "cbs_kwb", "export.csv", year="2020")


# ------------------------------------------------------------------------------------------------ workbook


def test_yearly_workbook(tmp_path: Path) -> None:
    write_sheets(
        tmp_path / "kwb-2023.xlsx",
        KWB2023=[
            [
                "gwb_code_10",
                "gwb_code_8",
                "regio",
                "gm_naam",
                "recs",
                "a_inw",
                "p_hh_li",
                "p_hh_osm",
                "g_wozbag",
                "p_n_w",
            ],
            ["NL00", 0, "Nederland", "Nederland", "Land", 17000000, "40,0", "6,1", 300, 9],
            ["GM9990", 9990, "Teststad", "Teststad", "Gemeente", 1000, "45,5", 9.5, ".", 9],
            ["BU88880000", 8, "Kern", "Elders", "Buurt", 10, "1,0", "9,1", 300, 9],
            ["BU99900000", 9, "Kern", "Teststad", "Buurt", 400, ".", ".", 250, 9],
        ],
    )
    seen = read_file(tmp_path, "cbs_kwb", "kwb-2023.xlsx", year="2023")
    found = values(seen.fillna(-1))
    assert {code for _, code in found} == {"NL00", "GM9990", "BU99900000"}
    assert [found[name, "GM9990"] for name in ("inwoners", "sociaal_minimum", "woz_waarde")] == [1000, 9.5, -1]
    assert found["huishoudens_40_laagste_inkomen", "GM9990"] == 45.5
    assert "p_n_w" not in set(seen["kolom"])


@pytest.mark.parametrize(("short", "variable"), [("g_woz", "woningwaarde"), ("g_wozbag", "woz_waarde")])
def test_two_definitions_of_the_value_of_dwellings(tmp_path: Path, short: str, variable: str) -> None:
    rows = [["gwb_code_10", "a_inw", short], ["GM9990", 1000, 250], ["BU99900000", 400, 210]]
    write_sheets(tmp_path / "kwb.xlsx", KWB=rows)
    found = values(read_file(tmp_path, "cbs_kwb", "kwb.xlsx", year="2020"))
    assert found[variable, "BU99900000"] == 210
    assert len({name for name, _ in found}) == 2


def test_workbook_of_2013_keeps_its_own_definitions(tmp_path: Path) -> None:
    write_sheets(tmp_path / "kwb.xlsx", A=[["gwb_code_10", "p_hh_li", "p_hh_lkk"], ["GM9990", "41", "7"]])
    seen = read_file(tmp_path, "cbs_kwb", "kwb.xlsx", year="2013")
    assert list(seen["variabele"]) == ["huishoudens_40_laagste_inkomen_oud", "lage_koopkracht_oud"]
