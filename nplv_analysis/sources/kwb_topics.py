"""What we read from the Kerncijfers, and how CBS calls it: in OData 3, on StatLine, in OData 4 and in the workbooks.

A key of OData 3 is the title on StatLine without spaces and signs, with a number behind it that differs between
releases of one table; so both are known by one name. Nothing on the origin or nationality of people is in this list.
"""

from __future__ import annotations

import re
from typing import NamedTuple

SHARE, COUNT, RATE, EURO = "%", "aantal", "per 1000 inwoners", "x 1.000 euro"
#: Our unit and how CBS writes it, without spaces.
UNITS = {SHARE: ("%",), COUNT: ("aantal",), RATE: ("per1000inwoners",), EURO: ("x1000euro", "1000euro")}


class Topic(NamedTuple):
    """One of our variables, its unit, its names at CBS, its codes in OData 4 and its short name in the workbooks."""

    variable: str
    unit: str
    names: tuple[str, ...]
    codes: tuple[str, ...] = ()
    short: str = ""


TOPICS = (
    Topic("inwoners", COUNT, ("AantalInwoners",), ("T001036",), "a_inw"),
    Topic("inwoners_0_15", COUNT, ("k_0Tot15Jaar",), ("10680",), "a_00_14"),
    Topic("huishoudens", COUNT, ("HuishoudensTotaal",), ("1050010_2",), "a_hh"),
    # Of what the register of the WOZ calls dwellings, later of what the BAG does: never one series.
    Topic("woningwaarde", EURO, ("GemiddeldeWoningwaarde",), ("M003039",), "g_woz"),
    Topic("woz_waarde", EURO, ("GemiddeldeWOZWaardeVanWoningen",), ("M001642",), "g_wozbag"),
    # Schooling of people aged 15 to 75; since 2024 in another classification, so other variables.
    Topic("opleiding_laag", COUNT, ("OpleidingsniveauLaag",), (), "a_opl_lg"),
    Topic("opleiding_middelbaar", COUNT, ("OpleidingsniveauMiddelbaar",), (), "a_opl_md"),
    Topic("opleiding_hoog", COUNT, ("OpleidingsniveauHoog",), (), "a_opl_hg"),
    Topic("opleiding_basis_vmbo_mbo1", COUNT, ("BasisonderwijsVmboMbo1",), (), "a_opl_bvm"),
    Topic("opleiding_havo_vwo_mbo24", COUNT, ("HavoVwoMbo24",), (), "a_opl_hvm"),
    Topic("opleiding_hbo_wo", COUNT, ("HboWo",), (), "a_opl_hw"),
    Topic("inkomen_per_ontvanger", EURO, ("GemiddeldInkomenPerInkomensontvanger",), ("M000223",), "g_ink_po"),
    Topic("inkomen_per_inwoner", EURO, ("GemiddeldInkomenPerInwoner",), ("M000224",), "g_ink_pi"),
    Topic(
        "gestandaardiseerd_inkomen",
        EURO,
        ("GemGestandaardiseerdInkomenVanHuish", "GemGestandaardiseerdInkomen"),
        ("M000222",),
        "g_hh_sti",
    ),
    Topic("mediaan_vermogen", EURO, ("MediaanVermogenVanParticuliereHuish",), ("M000939",), "m_hh_ver"),
    Topic("personen_40_laagste_inkomen", SHARE, ("k_40PersonenMetLaagsteInkomen",), ("D000187",), "p_ink_li"),
    Topic("huishoudens_40_laagste_inkomen", SHARE, ("k_40HuishoudensMetLaagsteInkomen",), ("D000186",), "p_hh_li"),
    # To 2023: households, without students and incomplete year incomes.
    Topic("laag_inkomen", SHARE, ("HuishoudensMetEenLaagInkomen",), ("D000227",), "p_hh_lkk"),
    Topic("sociaal_minimum", SHARE, ("HuishOnderOfRondSociaalMinimum",), ("M000226",), "p_hh_osm"),
    Topic("sociaal_minimum_110", SHARE, ("HuishoudensTot110VanSociaalMinimum",), (), "p_hh_110"),
    Topic("sociaal_minimum_120", SHARE, ("HuishoudensTot120VanSociaalMinimum",), (), "p_hh_120"),
    # Since 2024: persons, by the poverty line of Nibud, SCP and CBS. Another measure, never one series with the above.
    Topic("personen_in_armoede", SHARE, ("PersonenInArmoede",), ("M008349",), "p_ink_ar"),
    Topic("personen_tot_25_boven_armoedegrens", SHARE, ("PersonenTot25BovenArmoedegrens",), (), "p_ink_ba"),
    Topic("bijstand_personen", COUNT, ("PersonenPerSoortUitkeringBijstand",), ("D006842",), "a_soz_wb"),
    Topic("ao_personen", COUNT, ("PersonenPerSoortUitkeringAO",), ("D006837",), "a_soz_ao"),
    Topic("ww_personen", COUNT, ("PersonenPerSoortUitkeringWW",), ("D001827",), "a_soz_ww"),
    Topic("aow_personen", COUNT, ("PersonenPerSoortUitkeringAOW",), ("D000193",), "a_soz_ow"),
    # To 2018.
    Topic("diefstal_woning", RATE, ("TotaalDiefstalUitWoningSchuurED",), ("CRI1100",), "g_wodief"),
    Topic("vernieling_openbare_orde", RATE, ("VernielingMisdrijfTegenOpenbareOrde",), ("CRI2000",), "g_vernoo"),
    Topic("geweld_seksueel", RATE, ("GeweldsEnSeksueleMisdrijven",), ("CRI3000",), "g_gewsek"),
    # Only in 2013, under names that look like later ones: "laag inkomen" was the 40 % with the lowest income.
    Topic("personen_40_laagste_inkomen_oud", SHARE, ("PersonenMetLaagInkomen",)),
    Topic("huishoudens_40_laagste_inkomen_oud", SHARE, ("HuishoudensMetLaagInkomen",)),
    Topic("lage_koopkracht_oud", SHARE, ("HuishoudensMetLageKoopkracht",)),
    Topic("bijstand_personen_oud", COUNT, ("PersonenMetEenWWBUitkeringTotaal",)),
    Topic("ao_personen_oud", COUNT, ("PersonenMetEenAOUitkeringTotaal",)),
    Topic("ww_personen_oud", COUNT, ("PersonenMetEenWWUitkeringTotaal",)),
    Topic("aow_personen_oud", COUNT, ("PersonenMetEenAOWUitkeringTotaal",)),
)
#: Names and short names that 2013 shares with later editions for another definition, and our variable of 2013.
IN_2013 = {
    "laag_inkomen": "lage_koopkracht_oud",
    **{
        name: f"{name}_oud"
        for name in (
            "personen_40_laagste_inkomen",
            "huishoudens_40_laagste_inkomen",
            "sociaal_minimum",
            "inkomen_per_ontvanger",
            "inkomen_per_inwoner",
            "bijstand_personen",
            "ao_personen",
            "ww_personen",
            "aow_personen",
        )
    },
}


def plain_name(text: str) -> str:
    """Give a key without its number, or a title, as small letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^k_(?=\d)|_\d+$", "", text.strip()).lower())


BY_NAME = {plain_name(name): topic for topic in TOPICS for name in topic.names}
BY_CODE = {code: topic for topic in TOPICS for code in topic.codes}
BY_SHORT = {topic.short: topic for topic in TOPICS if topic.short}


def same_unit(ours: str, theirs: str) -> bool:
    """Tell whether CBS states the unit that we read a topic in."""
    return re.sub(r"[\s.]", "", theirs.lower()) in UNITS[ours]


def of_edition(topic: Topic, year: str) -> Topic:
    """Give the topic under the name of our variable that fits the definition of its edition."""
    return topic._replace(variable=IN_2013.get(topic.variable, topic.variable)) if year == "2013" else topic
