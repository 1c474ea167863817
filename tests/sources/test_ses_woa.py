"""SES-WOA: what a topic is follows from the group it stands in, as the edition itself says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from delivered import read_file, read_json

from nplv_analysis.errors import InputError

#: Group, title and unit of the topics, and our variable; the numbers behind the keys are those of no real edition.
TOPICS = (
    ("", "Particuliere huishoudens", "Aantal", "particuliere_huishoudens"),
    ("Vermogen", "Gemiddelde percentielgroep", "Getal", ""),
    ("Totaalscore", "Gemiddelde score", "Getal", "ses_woa_totaal"),
    ("Deelscore financiële welvaart", "Gemiddelde score", "Getal", "ses_woa_welvaart"),
    ("Deelscore opleidingsniveau", "Gemiddelde score", "Getal", "ses_woa_opleiding"),
    ("Deelscore arbeidsverleden", "Gemiddelde score", "Getal", "ses_woa_arbeid"),
    ("Spreiding welvaart", "Waarde", "Getal", ""),
)
VALUES = [500, 48.5, 0.17, -0.068, 0.3, 0.4, 0.7]
READ = [topic[3] for topic in TOPICS if topic[3]]
COLUMNS = ["variabele", "gebiedscode", "niveau", "periode", "waarde", "status", "eenheid"]


def key(place: int, first: int = 2) -> str:
    """Give the key of a topic: its title without spaces and its position in one release."""
    return f"{TOPICS[place][1].title().replace(' ', '')}_{place + first}"


def odata3(first: int = 2) -> dict[str, Any]:
    """Make a table of OData 3, with groups in DataProperties."""
    properties: list[dict[str, Any]] = [{"ID": 0, "ParentID": None, "Type": "TopicGroup", "Title": "SES-WOA"}]
    for place, (group, title, unit, _) in enumerate(TOPICS):
        parent = 100 + place if group else None
        if group:
            properties.append({"ID": parent, "ParentID": 0, "Type": "TopicGroup", "Key": "", "Title": group})
        topic = {"ID": 200 + place, "ParentID": parent, "Type": "Topic", "Title": title, "Unit": unit}
        properties.append(topic | {"Key": key(place, first)})
    rows: list[dict[str, Any]] = [
        {"WijkenEnBuurten": code, "Perioden": period} | {key(n, first): value for n, value in enumerate(VALUES)}
        for code, period in (("BU99900000", "2021JJ00"), ("BU99900000", "2022JJ00"), ("BU88880000", "2021JJ00"))
    ]
    rows[1][key(2, first)] = None
    return {
        "protocol": "odata3",
        "table": "99999NED",
        "TableInfos": [{"Title": "Sociaal-economische status; scores per wijk en buurt, regio-indeling 2024"}],
        "DataProperties": properties,
        "Perioden": [{"Key": "2021JJ00", "Status": "Definitief"}, {"Key": "2022JJ00", "Status": "Voorlopig"}],
        "TypedDataSet": rows,
    }


def odata4() -> dict[str, Any]:
    """Make the same in OData 4, with groups in a set of their own."""
    given = odata3()
    measures: list[dict[str, Any]] = [
        {"Identifier": f"M{n}", "Title": title, "Unit": unit, "MeasureGroupId": str(n)}
        for n, (_, title, unit, _) in enumerate(TOPICS)
    ]
    rows = [
        {"Measure": f"M{n}", "Value": row[key(n)], "ValueAttribute": "None" if row[key(n)] is not None else "Missing"}
        | {name: row[name].strip() for name in ("WijkenEnBuurten", "Perioden")}
        for row in given["TypedDataSet"]
        for n in range(len(TOPICS))
    ]
    return {
        "protocol": "odata4",
        "Properties": given["TableInfos"][0],
        "MeasureCodes": measures,
        "MeasureGroups": [{"Id": str(n), "ParentId": None, "Title": topic[0]} for n, topic in enumerate(TOPICS)],
        "PeriodenCodes": [{"Identifier": row["Key"], "Status": row["Status"]} for row in given["Perioden"]],
        "Observations": rows,
    }


EXPECTED = [
    ["particuliere_huishoudens", "BU99900000", "buurt", "2021", 500, "waargenomen", "aantal"],
    ["ses_woa_totaal", "BU99900000", "buurt", "2021", 0.17, "waargenomen", "score"],
    ["ses_woa_welvaart", "BU99900000", "buurt", "2021", -0.068, "waargenomen", "score"],
    ["ses_woa_opleiding", "BU99900000", "buurt", "2021", 0.3, "waargenomen", "score"],
    ["ses_woa_arbeid", "BU99900000", "buurt", "2021", 0.4, "waargenomen", "score"],
    ["particuliere_huishoudens", "BU99900000", "buurt", "2022", 500, "voorlopig", "aantal"],
    ["ses_woa_totaal", "BU99900000", "buurt", "2022", -9, "ontbreekt", "score"],
    ["ses_woa_welvaart", "BU99900000", "buurt", "2022", -0.068, "voorlopig", "score"],
    ["ses_woa_opleiding", "BU99900000", "buurt", "2022", 0.3, "voorlopig", "score"],
    ["ses_woa_arbeid", "BU99900000", "buurt", "2022", 0.4, "voorlopig", "score"],
]


@pytest.mark.parametrize("content", [odata3(), odata3(first=29), odata4()], ids=["odata3", "other release", "odata4"])
def test_downloaded_table(tmp_path: Path, content: dict[str, Any]) -> None:
    seen = read_json(tmp_path, "ses_woa", content)
    assert seen[COLUMNS].fillna(-9).to_numpy().tolist() == EXPECTED


def test_download_of_some_topics(tmp_path: Path) -> None:
    content = odata3()
    for row in content["TypedDataSet"]:
        del row[key(0)], row[key(3)]
    seen = read_json(tmp_path, "ses_woa", content)
    assert set(seen["variabele"]) == {*READ} - {"particuliere_huishoudens", "ses_woa_welvaart"}


def statline(text: str, *, code: bool = True) -> str:
    """Make an export of StatLine, as read in working code of others."""
    topics = [
        f'"{"/".join(part for part in ("SES-WOA" if group else "", group, title) if part)} ({unit})"'
        for group, title, unit, _ in TOPICS
    ]
    about = ['"Perioden"', '"Wijken en buurten"', *(['"Regiocode (gemeente, wijk, buurt) (code)"'] if code else [])]
    return ";".join([*about, *topics]) + "\n" + text


EXPORT = (
    '"2021";"Kern";"BU99900000";500;48,5;0,17;-0,068;0,3;0,4;0,7\n'
    '"2022*";"Kern";"BU99900000";500;48,5;.;-0,068;0,3;0,4;0,7\n'
    '"2021";"Elders";"BU88880000";1.600;48,5;0,9;0,9;0,9;0,9;0,7\n'
)


def read_text(raw: Path, text: str) -> Any:
    """Read an export."""
    (raw / "export.csv").write_text("\ufeff" + text, encoding="utf-8")
    return read_file(raw, "ses_woa", "export.csv")


def test_export_of_statline(tmp_path: Path) -> None:
    assert read_text(tmp_path, statline(EXPORT))[COLUMNS].fillna(-9).to_numpy().tolist() == EXPECTED


def test_country_has_one_code(tmp_path: Path) -> None:
    text = statline(EXPORT.replace('"Kern";"BU99900000"', '"Nederland";"NL01      "'))
    assert set(read_text(tmp_path, text)["gebiedscode"]) == {"NL00"}


# ------------------------------------------------------------------------------------------------ faults


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("Perioden"), ": expected a set 'Perioden' that is not empty"),
        (lambda c: c["Perioden"].pop(0), ", row 1, column 'Perioden': found '2021JJ00', expected a key that the list"),
        (
            lambda c: [entry.update(ParentID=None) for entry in c["DataProperties"]] and c["DataProperties"].pop(1),
            ": expected topics 'Gemiddelde score' in groups Totaalscore and Deelscore in DataProperties, or households",
        ),
        (
            lambda c: c["DataProperties"][5].update(Unit="%"),
            ", column 'GemiddeldeScore_4': found '%', expected the unit 'getal' for this topic",
        ),
        (
            lambda c: c["DataProperties"][6].update(Title="Totaalscore"),
            ", column 'GemiddeldeScore_5': expected one topic for 'ses_woa_totaal'; 'GemiddeldeScore_4' is one too",
        ),
        (
            lambda c: (c["TypedDataSet"][0].update(Perioden="2021KW01"), c["Perioden"].append({"Key": "2021KW01"})),
            ", row 1, column 'Perioden': found '2021KW01', expected a year such as 2021, 2022* or 2021JJ00",
        ),
        (
            lambda c: c["TypedDataSet"][0].update({key(2): "hoog"}),
            ", row 1, column 'GemiddeldeScore_4': found 'hoog', expected a number",
        ),
    ],
)
def test_fault_in_a_download(tmp_path: Path, change: Any, message: str) -> None:
    content = odata3()
    change(content)
    with pytest.raises(InputError) as caught:
        read_json(tmp_path, "ses_woa", content)
    assert str(caught.value).startswith(f"table.json{message}")


def test_measures_of_one_name_need_their_groups(tmp_path: Path) -> None:
    content = odata4()
    del content["MeasureGroups"], content["MeasureCodes"][0]
    with pytest.raises(InputError, match="groups Totaalscore and Deelscore in MeasureGroups, or households"):
        read_json(tmp_path, "ses_woa", content)


def test_groups_must_be_entries(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"column 'MeasureGroups': expected entries with names and values"):
        read_json(tmp_path, "ses_woa", odata4() | {"MeasureGroups": ["Totaalscore"]})


def test_group_that_stands_in_itself(tmp_path: Path) -> None:
    content = odata3()
    content["DataProperties"][0]["ParentID"] = 0
    assert set(read_json(tmp_path, "ses_woa", content)["variabele"]) == set(READ)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (statline(EXPORT.replace('"BU99900000";', "").replace('"BU88880000";', ""), code=False), "codes of the places"),
        (statline(EXPORT).replace("Gemiddelde score", "Score").replace("Particuliere h", "H"), "a column 'SES-WOA/Tot"),
        (statline(EXPORT.replace("BU9990", "BU8888")), "rows of GM9990; there are none"),
        (statline(EXPORT.replace("BU99900000", "Kern")), "a CBS code that begins with BU, WK, GM or NL"),
        (statline(EXPORT.replace("2022*", "eind 2022")), "a year such as 2021, 2022\\* or 2021JJ00"),
        (statline(EXPORT).replace("score (Getal)", "score (%)"), "the unit 'getal' for this topic"),
    ],
)
def test_fault_in_an_export(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=f"export.csv.* expected {message}"):
        read_text(tmp_path, text)
