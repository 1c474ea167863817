"""A small right file for every reader and every form that it reads, about a town that does not exist."""

from __future__ import annotations

import dataclasses
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from delivered import CATALOGUE, TESTS, WORDS, odata3, odata4
from helpers import GEMEENTE, area, catalogue, indicator, series

from nplv_analysis import sources
from nplv_analysis.catalogue import Catalogue
from nplv_analysis.records import Record

#: Names of places and places of schools, which some files need beside them.
BESIDE = TESTS / "data" / "delivered"
TEMPLATES = catalogue(
    (
        indicator(series("publicatie"), id="moeite", unit="%", uncertainty="steekproef"),
        indicator(series("publicatie"), id="cijfer", unit="rapportcijfer (1-10)", uncertainty="steekproef"),
        indicator(series("publicatie"), id="leerlingen", unit="%", uncertainty="telling"),
    ),
    area("oost", "BU99900000"),
    area("groningen-noord", "BU99900000", kind="samengesteld"),
)
#: Some selections are about one gemeente and do not name it.
GRONINGEN = Catalogue((), (dataclasses.replace(GEMEENTE, code="GM0014"),))

Rows = list[list[Any]]


@dataclass(frozen=True)
class Seed:
    """A right file: its reader, its name, what is in it, and where its figures stand."""

    reader: str
    name: str
    content: Any
    fields: dict[str, Any] = field(default_factory=dict)
    catalogue: Catalogue = CATALOGUE
    #: The decimal mark, empty where no number shows it, and the separator of a delimited file.
    mark: str = "."
    separator: str = ","
    #: The set with the figures in a file of a service.
    figures: str = ""
    #: Figures that are computed from several cells.
    computed: bool = False

    @property
    def data(self) -> bytes:
        """The file as bytes."""
        if self.name.endswith(".xlsx"):
            return workbook(self.content)
        if self.name.endswith(".csv"):
            return delimited(self.content, self.separator)
        return json.dumps(self.content, ensure_ascii=False, indent=1).encode()


def delimited(rows: Rows, separator: str) -> bytes:
    """Write rows as a delimited file."""
    texts = [[str(cell) for cell in row] for row in rows]
    quoted = [[f'"{t}"' if separator in t or '"' in t or "\n" in t else t for t in row] for row in texts]
    return "".join(f"{separator.join(row)}\n" for row in quoted).encode("utf-8", "surrogatepass")


def workbook(sheets: dict[str, Rows]) -> bytes:
    """Write sheets as a workbook; the same sheets give the same cells."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read_bytes(folder: Path, seed: Seed, data: bytes) -> pd.DataFrame:
    """Write a file and read it."""
    path = folder / seed.name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    given: dict[str, Any] = {"source": "bedacht", "public": True, "sha256": "", **WORDS, **seed.fields}
    return sources.read(folder, Record(file=seed.name, reader=seed.reader, **given), seed.catalogue)


# --------------------------------------------------------------------------------------------------- the files

OWN: Rows = [
    ["periode", "gebied", "variabele", "waarde", "eenheid", "opmerking"],
    ["2021", "BU99900000", "wachtlijst", "12", "aantal", "Geteld in mei"],
    ["2021", "BU99900100", "wachtlijst", "<5", "aantal", ""],
    ["2022-2023", "testwijk-oost", "tevreden", "60.5", "%", ""],
    ["2022-2023", "gemeente", "tevreden", "x", "%", ""],
    ["2022", "gemeente", "tevreden", "61.25", "%", "Een, twee"],
]
TEMPLATE: Rows = [
    ["indicator", "gebied", "periode", "definitie", "waarde", "n", "teller", "noemer", "openbaar", "toelichting"],
    ["moeite", "oost", "2024", "enquête", "34.5", "360", "", "", "ja", "Gewogen"],
    ["moeite", "gemeente", "2024", "enquête", "21.2", "4100", "", "", "nee", ""],
    ["leerlingen", "oost", "2023-2024", "telling", "", "", "228", "1024", "ja", ""],
    ["cijfer", "oost", "2024", "cijfer", "7.3", "", "", "", "ja", ""],
]
PLACES: Rows = [
    ["plaats", "indicator", "periode", "waarde", "n"],
    ["Voorbeeldlaan", "moeite", "2024", "34.5", "360"],
    ["Voorbeeldlaan", "leerlingen", "2023-2024", "<5", "48"],
    ["Plein 1940", "moeite", "2024", "x", "<5"],
]
WIDE: Rows = [
    ["WijkenEnBuurten", "AantalInwoners_5", "HuishoudensTotaal_28", "HuishoudensMetEenLaagInkomen_72"],
    ["GM9990    ", "1000", "500", "9.6"],
    ["WK999000  ", "600", "300", "10.0"],
    ["BU99900000", "400", "200", "."],
]
LONG: Rows = [
    ["year", "area_code", "area_name", "level", "variable", "value", "unit"],
    ["2020", "GM9990", "Teststad", "gemeente", "huishoudens", "1000", "aantal"],
    ["2020", "BU99900000", "Centrum", "buurt", "laag_inkomen", "7.5", "%"],
    ["2020", "WK999000", "Oost", "wijk", "laag_inkomen", "12.25", "%"],
]
STATLINE: Rows = [
    [
        "Wijken en buurten",
        "Regioaanduiding/Codering (code)",
        "Bevolking/Aantal inwoners (aantal)",
        "Inkomen/Inkomen van huishoudens/Huishoudens met een laag inkomen (%)",
    ],
    ["Nederland", "NL00      ", "17000000", "7,5"],
    ["Teststad", "GM9990    ", "1000", "9,6"],
    ["Centrum", "BU99900000", "400", "."],
    ["Elders", "GM8888    ", "500", "1,5"],
]
POLITIE: Rows = [["year", "area_code", "variable", "value"], ["2023", "BU99900000", "misdrijven_totaal", "1428"]]
POLITIE += [["2023", "GM9990", "misdrijven_totaal", "22390"], ["2023", "WK999000", "misdrijven_1.1.1", "4"]]
ADVICES = ["VSO", "PRO", "VMBO_B", "VMBO_B_K", "VMBO_K", "VMBO_K_GT", "VMBO_GT", "VMBO_GT_HAVO"]
ADVICES += ["HAVO", "HAVO_VWO", "VWO", "ADVIES_NIET_MOGELIJK"]
SCHOOL = ["PEILDATUM_LEERLINGEN", "INSTELLINGSCODE", "VESTIGINGSCODE", "POSTCODE_VESTIGING", "GEMEENTENUMMER"]
DUO: Rows = [
    [*SCHOOL, *ADVICES],
    ["20221001", "99AA", "00", "0000AA", "9990", *(str(n) if n != 4 else "<5" for n in range(12))],
    ["20221001", "88AA", "00", "0000AA", "8888", *"999999999999"],
    ["20221001", "99BB", "00", "0000BB", "9990", *"000000000000"],
]
SCORES: Rows = [
    ["PEILDATUM_LEERLINGEN", "BRIN_NUMMER", "VESTIGINGSNUMMER", "POSTCODE_VESTIGING", "GEMEENTENUMMER", "LEERJAAR_8"],
    ["20190417", "99AA", "00", "0000AA", "9990", "20", "20", "538,5"],
    ["20190417", "99BB", "00", "0000BB", "9990", "31", "0", ""],
]
SCORES[0] += ["CET_AANTAL", "CET_GEM"]
SELECTED: Rows = [
    ["brin_vest", "naam", "postcode", "leerlingen_1okt2019", "achterstandsscore_zonder_drempel"],
    ["99AA00", "Testschool", "0000 AA", "314", "71.45"],
    ["99BB00", "Testschool", "0000 BB", "100", "54.5"],
]
WEIGHTED: dict[str, Rows] = {
    "Inhoud": [["Bladen"], ["Tabel 1"]],
    "Tabel 1": [
        ["Tabel 1"],
        ["Aantal bekostigde leerlingen, 1 oktober 2019"],
        [],
        ["School (BRIN vestiging)", "Aantal bekostigde leerlingen"],
        ["99AA00", 314],
        ["88AA00", 20],
        ["Bron: CBS."],
    ],
    "Tabel 2": [
        ["Tabel 2"],
        ["Achterstandsscore zonder drempel, 1 oktober 2019"],
        [],
        ["School (BRIN vestiging)", "Achterstandsscore zonder drempel", None],
        ["99AA00", 71.45, "a"],
        ["88AA00", 3.5, None],
        ["Bron: CBS."],
    ],
}
HEALTH_KEYS = ["Leeftijd", "Marges", "WijkenEnBuurten", "Perioden", "Eenzaam_28", "MoeiteMetRondkomen_38"]
HEALTH: Rows = [
    ["20300", "MW00000", "NL01      ", "2020JJ00", 47.0, 13.9],
    ["20300", "MW00000", "BU99900000", "2020JJ00", 45.1, None],
    ["80200", "MW00000", "BU99900000", "2020JJ00", 30.1, 2.5],
]
KWB3 = odata3(
    "Kerncijfers wijken en buurten 2020",
    [("AantalInwoners_5", "aantal"), ("HuishoudensMetEenLaagInkomen_72", "%")],
    [
        {"WijkenEnBuurten": "GM9990    ", "AantalInwoners_5": 1000, "HuishoudensMetEenLaagInkomen_72": 9.6},
        {"WijkenEnBuurten": "BU99900000", "AantalInwoners_5": 40, "HuishoudensMetEenLaagInkomen_72": None},
        {"WijkenEnBuurten": "BU88880000", "AantalInwoners_5": 70, "HuishoudensMetEenLaagInkomen_72": 1.25},
    ],
)
KWB4 = odata4(
    "Kerncijfers wijken en buurten 2024",
    [("T001036", "Aantal inwoners", "aantal"), ("M001642", "Gemiddelde WOZ-waarde", "x 1 000 euro")],
    [
        {"Id": 0, "Measure": "T001036", "WijkenEnBuurten": "GM9990", "Value": 1000.0, "ValueAttribute": "None"},
        {"Id": 1, "Measure": "M001642", "WijkenEnBuurten": "GM9990", "Value": 250.5, "ValueAttribute": "None"},
        {"Id": 2, "Measure": "M001642", "WijkenEnBuurten": "NL00", "Value": None, "ValueAttribute": "Confidential"},
    ],
)
CRIMES = odata3(
    "Geregistreerde misdrijven",
    [("GeregistreerdeMisdrijven_1", "aantal")],
    [
        {"SoortMisdrijf": kind, "WijkenEnBuurten": place, "Perioden": period, "GeregistreerdeMisdrijven_1": count}
        for kind, place, period, count in (
            ("0.0.0 ", "GM9990    ", "2023JJ00", 40),
            ("1.1.1 ", "BU99900000", "2023MM07", None),
            ("1.1.1 ", "GM8888    ", "2023JJ00", 6),
        )
    ],
    SoortMisdrijf=[{"Key": "0.0.0 ", "Title": "Totaal"}, {"Key": "1.1.1 ", "Title": "Inbraak"}],
    Perioden=[{"Key": "2023JJ00", "Status": "Definitief"}, {"Key": "2023MM07", "Status": "Voorlopig"}],
)
STATUS = odata3(
    "Sociaal-economische status",
    [],
    [
        {"WijkenEnBuurten": "GM9990", "Perioden": "2021JJ00", "Score_5": 0.1705, "Huishoudens_6": 500},
        {"WijkenEnBuurten": "BU99900000", "Perioden": "2022JJ00", "Score_5": -0.0625, "Huishoudens_6": 40},
    ],
    Perioden=[{"Key": "2021JJ00", "Status": "Definitief"}, {"Key": "2022JJ00", "Status": "Voorlopig"}],
)
STATUS["DataProperties"] = [
    {"ID": 1, "ParentID": None, "Type": "TopicGroup", "Key": "", "Title": "Totaalscore"},
    {"ID": 2, "ParentID": 1, "Type": "Topic", "Key": "Score_5", "Title": "Gemiddelde score", "Unit": "Getal"},
    {"ID": 3, "ParentID": None, "Type": "Topic", "Key": "Huishoudens_6", "Title": "Particuliere huishoudens"}
    | {"Unit": "Aantal"},
]
TEXT_FIGURES: Rows = [
    ["thema", "indicator", "gebied", "periode", "teken", "waarde", "waarde_tot", "eenheid", "opmerking"],
    ["armoede", "minima", "gemeente", "2022", "=", "7.5", "", "%", ""],
    ["armoede", "minima", "testwijk oost", "2022", "rond", "40", "", "%", "Ongeveer"],
    ["armoede", "minima", "testwijk-west", "2022", "tussen", "25", "35", "%", ""],
]
ANNEX: Rows = [
    ["id", "eenheid", "waarde_2018", "waarde_2020", "waarde_2022", "opmerking"],
    ["prettige_buurt", "%", "", "71", "74.5", ""],
    ["cijfer", "rapportcijfer", "7.1", "7.2", "", "2022 nog niet bekend"],
]
SQUARE = [[0.0, 0.0], [0.1, 0.0], [0.1, 0.1], [0.0, 0.1], [0.0, 0.0]]
BOUNDARIES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"statcode": code, "statnaam": "Molenbuurt"},
            "geometry": {"type": kind, "coordinates": coordinates},
        }
        for code, kind, coordinates in (
            ("BU99900000", "Polygon", [SQUARE]),
            ("BU99900001", "MultiPolygon", [[SQUARE, [[0.02, 0.02], [0.04, 0.02], [0.04, 0.04], [0.02, 0.02]]]]),
        )
    ],
}
SURVEY = {
    "gewicht": "weging",
    "gebied": "wijk",
    "periode": "2024",
    "hele_gemeente": "ja",
    "vragen": {"tevreden": {"kolom": "v1", "ja": ["1"], "nee": ["2"]}},
}
PEOPLE: Rows = [["weging", "wijk", "v1"], *(["1.5", "BU99900000", str(1 + n % 2)] for n in range(24))]
COUNTED: Rows = [["schooljaar", "school", "soort", "gebied", "kenmerk", "aantal", "totaal"]]
COUNTED += [["2023-2024", f"School {n}", "bo" if n else "sbo", "oost", "test", str(20 + 5 * n), "90"] for n in range(8)]
COUNTS = catalogue(
    (indicator(series("publicatie", "test: aandeel"), id="deel"), indicator(series("publicatie", "test: verdeling"))),
    area("oost", "BU99900000"),
)
YEAR = {"year": "2020"}

SEEDS: dict[str, Seed] = {
    "own": Seed("eigen", "eigen.csv", OWN),
    "own, decimal commas": Seed(
        "eigen", "komma.csv", [[cell.replace(".", ",") for cell in row] for row in OWN], mark=",", separator=";"
    ),
    "own, workbook": Seed("eigen", "eigen.xlsx", {"Blad1": OWN}),
    "own, town": Seed(
        "eigen",
        "hulp.csv",
        [
            line.split(",")
            for line in (TESTS / "data/kleinstad/raw/klein_hulp/hulp.csv").read_text(encoding="utf-8").split()[:30]
        ],
        mark="",
    ),
    "template": Seed("ois", "ois.csv", TEMPLATE, {"public": False}, TEMPLATES, computed=True),
    "template, workbook": Seed("ois", "ois.xlsx", {"cijfers": TEMPLATE}, {"public": False}, TEMPLATES, computed=True),
    "kwb, keys": Seed("cbs_kwb", "kwb.csv", WIDE, YEAR),
    "kwb, long": Seed("cbs_kwb", "kwb_lang.csv", LONG),
    "kwb, StatLine": Seed("cbs_kwb", "statline.csv", STATLINE, YEAR, mark=",", separator=";"),
    "kwb, workbook": Seed(
        "cbs_kwb",
        "kwb.xlsx",
        {"KWB": [["gwb_code_10", "a_inw", "p_hh_lkk"], ["GM9990", 1000, "9,6"], ["BU99900000", 40.0, 7.25]]},
        YEAR,
        mark=",",
    ),
    "kwb, OData 3": Seed("cbs_kwb", "kwb3.json", KWB3, figures="TypedDataSet"),
    "kwb, OData 4": Seed("cbs_kwb", "kwb4.json", KWB4, figures="Observations"),
    "politie, OData 3": Seed("politie", "politie.json", CRIMES, figures="TypedDataSet"),
    "politie, long": Seed("politie", "politie.csv", POLITIE, mark=""),
    "politie, kinds": Seed(
        "politie",
        "soorten.csv",
        [["SoortMisdrijf", "Title", "2022", "2023"], ["1.1.1", "Inbraak", "389", "450"], ["2.2.1", "Brand", "9", "x"]],
        catalogue=GRONINGEN,
        mark="",
    ),
    "politie, total": Seed(
        "politie", "totaal.csv", [["jaar", "cr_totaal_misdrijven"], ["2012", "18976"]], catalogue=GRONINGEN, mark=""
    ),
    "rivm, OData 3": Seed(
        "rivm",
        "rivm.json",
        odata3(
            "Gezondheid", [(k, "%") for k in HEALTH_KEYS[4:]], [dict(zip(HEALTH_KEYS, r, strict=True)) for r in HEALTH]
        ),
        figures="TypedDataSet",
    ),
    "rivm, workbook": Seed("rivm", "rivm.xlsx", {"Data": [HEALTH_KEYS, *HEALTH]}),
    "rivm, long": Seed(
        "rivm", "rivm.csv", [LONG[0], ["2012", "NL00", "Nederland", "land", "eenzaam_18plus", "24.5", "%"]]
    ),
    "duo, advices": Seed("duo", "adviezen.csv", DUO, separator=";", mark=""),
    "duo, scores": Seed("duo", "scores.csv", SCORES, separator=";", mark=","),
    "achterstandsscores": Seed("achterstandsscores", "scores_2019.csv", SELECTED, {"year": "2019"}),
    "achterstandsscores, workbook": Seed("achterstandsscores", "scores_2019.xlsx", WEIGHTED),
    "fietsdiefstal": Seed(
        "fietsdiefstal",
        "fiets.csv",
        [
            ["jaar_kennisname", "BU_CODE_2017", "BU_NAAM", "incidenten_fietsdiefstal_A72"],
            ["2013", "BU99900000", "Centrum", "389"],
            ["2013", "", "buiten polygonen", "17"],
        ],
        mark="",
    ),
    "leefbaarometer 2": Seed(
        "leefbaarometer",
        "lbm2.csv",
        [["GBD", "JAAR", "RLBVEI"], ["WK999000", "2020", "0.1"], ["WK999001", "2020", "-0.2"]],
    ),
    "leefbaarometer 3": Seed(
        "leefbaarometer",
        "lbm3.csv",
        [["code", "naam", "onv", "year"], ["BU99900000", "A", "-0.113587", "2024"], ["BU99900100", "B", "0.5", "2024"]],
    ),
    "ses_woa": Seed("ses_woa", "ses.json", STATUS, figures="TypedDataSet"),
    "places": Seed("plaatsen", "straten.csv", PLACES, {"public": False}, TEMPLATES),
    "annex": Seed("nplv_bijlage", "bijlage.csv", ANNEX, catalogue=TEMPLATES),
    "text": Seed("tekstcijfers", "tekst.csv", TEXT_FIGURES, computed=True),
    "schools": Seed(
        "scholen_naar_buurt",
        "plaatsen.csv",
        [
            ["vestiging", "postcode", "buurtcode"],
            ["99AA00", "0000 AA", "BU99900000"],
            ["99BB00", "0000BB", "BU99900100"],
        ],
    ),
    "boundaries": Seed("buurtgrenzen", "grenzen.geojson", BOUNDARIES),
    "layouts": Seed(
        "indelingen",
        "indelingen.csv",
        [
            ["indeling", "oud", "nieuw", "indelingswijziging", "aantal", "aantal_van", "bron"],
            ["2020", "BU99900000", "BU99900100", "3", "12.5", "adressen", "CBS"],
            ["2020", "BU99900001", "BU99900100", "2", "", "", "CBS"],
        ],
    ),
    "counts per school": Seed(
        "schooltellingen", "scholen.csv", COUNTED, {"public": False}, catalogue=COUNTS, mark="", computed=True
    ),
    "survey": Seed("enquete", "eigen/enquete.csv", PEOPLE, {"public": False, "survey": SURVEY}, computed=True),
}
#: Readers that give no observations.
OTHERS = ("schools", "boundaries", "layouts", "places")
