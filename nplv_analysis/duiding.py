"""Duiding: what a figure says, in plain Dutch, and never more than its verdict does.

Each figure answers the same questions: how it is now, whether it got better or worse, how it compares, and how certain
that is. The sentences are whole templates, so that every text a reader can meet stands in this file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis import verdict
from nplv_analysis.catalogue import Indicator
from nplv_analysis.comparison import FIXED
from nplv_analysis.development import DOUBLE, IMPROVED, REASON_IN_TIME, UNCHANGED, UNDATED, WORSENED
from nplv_analysis.indicators import CHANCE, COMPUTED, GIVEN, ROUNDING, SAMPLE
from nplv_analysis.methods import trend
from nplv_analysis.uncertainty import WHY_NONE
from nplv_analysis.verdict import BETTER, BEYOND_ROUNDING, HIGHER, LOWER, NO_COUNT_OF_PARTS, NO_SPREAD, SAME, WORSE
from nplv_analysis.wording import interval

CHANGE, COMPARED, CERTAIN = "Beter of slechter?", "Vergeleken", "Hoe zeker?"

CLEAR = "Het verschil is groter dan toeval kan verklaren."
BY_CHANCE = "Het verschil kan toeval zijn."
ORDINARY = "Zo'n verschil is gewoon: cijfers van wijken lopen uiteen."
FLUCTUATES = "Zo'n verschil is gewoon: cijfers van wijken gaan op en neer."
TOO_SMALL = "Het verschil is te klein om mee te tellen."
MAYBE_CHANCE = "We konden niet toetsen of dat toeval is."
ESTIMATE = "Een schatting bewijst geen verschil."
ESTIMATE_IN_TIME = "Een schatting bewijst geen verandering."
NOT_ROUNDING = "Dat komt niet door het afronden. We konden niet toetsen of het toeval is."
NOT_EXACT = "Ons cijfer is niet precies bekend."
SPREAD_UNKNOWN = "We weten niet hoe sterk wijken vanzelf verschillen."

#: Short answer to whether it got better, by the verdict on the change.
CHANGED = {IMPROVED: "Beter", WORSENED: "Slechter", "gestegen": "Hoger", "gedaald": "Lager"}
NO_CHANGE_SHOWN = "Geen verandering aangetoond"
WAS = "{In} was het {oud}."
IS_NOW = {1: "{In} is het hoger.", -1: "{In} is het lager.", 0: "{In} is het even hoog."}
IS_NOW_JUDGED = {
    (1, "+"): "{In} is het hoger, en dat is gunstiger.",
    (1, "-"): "{In} is het hoger, en dat is ongunstiger.",
    (-1, "+"): "{In} is het lager, en dat is gunstiger.",
    (-1, "-"): "{In} is het lager, en dat is ongunstiger.",
}
UNSURE, UNKNOWN = "Niet zeker", "Niet te zeggen"
BROKEN = "Eerdere cijfers zijn anders gemeten."
MAYBE_CHANGED = "Het echte cijfer kan wel zijn veranderd."
FIRST = "Er is nog maar één meting."
YEAR_UNSURE = "Het jaar van dit cijfer is niet zeker."
TWICE = "Over deze periode staan er twee cijfers."
BEFORE_NOT_EXACT = "Het vorige cijfer is niet precies bekend."
#: A trend that was shown: its short answer and its sentence.
TREND = {
    trend.BETTER: ("Beter over meer jaren", "Van {van} tot {tot} is een verbetering aangetoond."),
    trend.WORSE: ("Slechter over meer jaren", "Van {van} tot {tot} is een verslechtering aangetoond."),
    trend.UP: ("Hoger over meer jaren", "Van {van} tot {tot} is een stijging aangetoond."),
    trend.DOWN: ("Lager over meer jaren", "Van {van} tot {tot} is een daling aangetoond."),
}
NO_TREND = "Over meer jaren is geen trend aangetoond."
FEW = "Voor een trend zijn er te weinig metingen: {aantal}."

#: Short answer to how it compares, by verdict.
COMPARES = {BETTER: "Gunstiger", WORSE: "Ongunstiger", HIGHER: "Hoger", LOWER: "Lager"}
NO_DIFFERENCE_SHOWN = "Geen verschil aangetoond"
THERE = "{Waar} is het {cijfer}."
HERE = {1: "Hier is het hoger.", -1: "Hier is het lager.", 0: "Hier is het even hoog."}
CANNOT, NO_OTHER = "Kan niet", "Er is geen ander cijfer dat net zo is gemeten."
A_COUNT = "Dit is een aantal. Een deel telt altijd minder dan het geheel."

UNKNOWN_MARGIN = "Onbekend"
MARGIN = {
    SAMPLE: ("Met marge", "Niet iedereen is gevraagd. Het echte cijfer ligt waarschijnlijk {marge}."),
    CHANCE: ("Met marge", "Alles is geteld. Door toeval had het ook {marge} kunnen zijn."),
    ROUNDING: ("Afgerond", "Het echte cijfer ligt {marge}."),
    GIVEN: ("Met marge", "De bron geeft een marge: {marge}."),
}
#: What the status of a figure says about how certain it is; the first words are the short answer.
STATUS = {
    "schatting": ("Schatting", "Een rekenmodel heeft dit bepaald. Het is geen telling."),
    "bij benadering": ("Bij benadering", "De bron noemt geen precies getal."),
    "onderdrukt": ("Niet precies", "De bron laat kleine aantallen weg. Daarom staat er een bereik."),
}
NO_EXACT_VALUE = ("Niet precies", "Het precieze cijfer is niet bekend.")
NO_MARGIN = "De bron geeft geen marge."
NO_NUMBER_ASKED = "De bron zegt niet hoeveel mensen zijn gevraagd."
ALSO = {
    "voorlopig": "De bron kan het cijfer nog aanpassen.",
    "jaar afgeleid": "Het jaar staat niet bij de bron.",
}
BY_US = "Wij hebben het berekend uit andere cijfers."
CONFIDENTIAL = "Dit cijfer is niet openbaar."
WIJK_ONLY = "Van {gebied} zelf is geen cijfer bekend. Dit gaat over de hele CBS-wijk {wijk}."
WIJK_NEWER = "Van {gebied} zelf is er geen nieuwer cijfer. Dit gaat over de hele CBS-wijk {wijk}, een ander gebied."
NOT_BESIDE = "Leg het niet naast het cijfer uit {jaar}."

#: How the figure compared with reads in a sentence; {gemeente} is the name of the gemeente.
WHERE = {
    "overige_gemeente": "in de rest van de gemeente",
    "overige_gemeente_zonder": "in de rest van de gemeente (zonder het centrum)",
    "gemeente": "in de hele gemeente",
    "nederland": "in heel Nederland",
}
WHERE_SCHOOLS = {
    "overige_gemeente": "op de andere scholen in het bestand",
    "gemeente": "op alle scholen in het bestand",
}
#: Labels of references in the figures, by the column of ``comparison.comparison`` that points to them.
REFERENCE_LABELS = {
    "overige_gemeente": "overige gemeente",
    "overige_gemeente_zonder": "overige gemeente zonder het centrum",
}


@dataclass(frozen=True)
class Beside:
    """What stands beside a figure, as texts.

    Attributes
    ----------
    previous : str
        The previous figure of the same series, or nothing.
    where, reference : str
        Where the figure compared with is from ("in de hele gemeente") and that figure, or nothing.
    broken : bool
        Whether there are earlier figures, measured in another way.
    """

    previous: str = ""
    where: str = ""
    reference: str = ""
    broken: bool = False


@dataclass(frozen=True)
class Answer:
    """A short answer, and the sentences that go with it."""

    short: str
    sentences: str

    def __str__(self) -> str:
        return f"{self.short}. {self.sentences}".strip()


Row = Mapping[Any, Any]


def in_period(period: str) -> str:
    """Write a period as it reads in a sentence."""
    if re.fullmatch(r"\d{4}", period):
        return f"in {period}"
    if re.fullmatch(r"\d{4}[-/]\d{4}", period):
        return f"in schooljaar {period}"
    unsure = re.fullmatch(r"onbekend \((.+)\)", period)
    return f"({unsure[1]}; jaar niet zeker)" if unsure else f"({period})"


def change_in_words(row: Row, beside: Beside) -> Answer:
    """Say whether a figure got better or worse, as far as that was shown.

    Parameters
    ----------
    row : mapping
        A row of the indicator table with the columns of ``development``.
    beside : Beside
        The previous figure.

    Returns
    -------
    Answer
        "Beter" and "Slechter" only where ``verandering_oordeel`` says so.
    """
    judged, reason = row["verandering_oordeel"], row["verandering_reden"]
    short, over_years = TREND.get(row["trend"], ("", ""))
    over_years = over_years.format(van=row["trend_van"], tot=row["trend_tot"]) or _no_trend(row)
    was = WAS.format(In=capital(in_period(row["vorige_periode"])), oud=beside.previous) if beside.previous else ""
    if judged in CHANGED:
        return Answer(CHANGED[judged], _join(was, CLEAR, over_years))
    if judged == UNCHANGED:
        return Answer(short or NO_CHANGE_SHOWN, _join(was, _why_same(reason, FLUCTUATES), over_years))
    if was and pd.notna(row["verandering"]):
        up = {"+-": 0}.get(row["symbool"], int(np.sign(row["verandering"])))
        now = IS_NOW_JUDGED.get((up, row["symbool"]), IS_NOW[up]).format(In=capital(in_period(row["periode"])))
        why = ESTIMATE_IN_TIME if row["status"] == "schatting" else MAYBE_CHANCE if up else MAYBE_CHANGED
        return Answer(short or UNSURE, _join(was, now, why, over_years))
    if short:
        return Answer(short, over_years)
    if reason in (UNDATED, DOUBLE):
        return Answer(UNKNOWN, YEAR_UNSURE if reason == UNDATED else TWICE)
    if row["vorige_periode"]:
        return Answer(UNKNOWN, NOT_EXACT if pd.isna(row["waarde"]) else BEFORE_NOT_EXACT)
    return Answer(UNKNOWN, BROKEN if beside.broken else FIRST)


def compared_in_words(row: Row, beside: Beside) -> Answer:
    """Say how a figure compares with its reference, as far as that was shown.

    Parameters
    ----------
    row : mapping
        A row of the indicator table with the columns of ``comparison.with_verdict``.
    beside : Beside
        The figure compared with.

    Returns
    -------
    Answer
        "Gunstiger" and "Ongunstiger" only where ``oordeel`` says so.
    """
    judged, reason = row["oordeel"], row["oordeel_reden"]
    if reason == NO_COUNT_OF_PARTS:
        return Answer(CANNOT, A_COUNT)
    if not beside.reference:
        return Answer(CANNOT, NO_OTHER)
    there = THERE.format(Waar=capital(beside.where), cijfer=beside.reference)
    if judged in COMPARES:
        return Answer(COMPARES[judged], _join(there, CLEAR))
    if judged == SAME:
        return Answer(NO_DIFFERENCE_SHOWN, _join(there, _why_same(reason, ORDINARY)))
    up = np.sign(row["verschil"])
    here: str = HERE[int(up)] if pd.notna(up) else ""
    if row["status"] == "schatting":
        why = ESTIMATE
    elif pd.isna(row["waarde"]):
        why = NOT_EXACT
    elif reason == NO_SPREAD:
        why = SPREAD_UNKNOWN
    else:
        why = NOT_ROUNDING if reason.endswith(BEYOND_ROUNDING) else MAYBE_CHANCE
    return Answer(UNSURE, _join(there, here, why))


def certainty_in_words(row: Row, indicator: Indicator) -> Answer:
    """Say how certain a figure is, and what kind of figure it is.

    Parameters
    ----------
    row : mapping
        A row of the indicator table with intervals.
    indicator : Indicator
        For unit and decimals.

    Returns
    -------
    Answer
        Margin, estimate, rounding or range; or that it is not known.
    """
    margin = interval(row, indicator)
    more = [ALSO.get(row["status"], ""), BY_US if row["herkomst"] == COMPUTED else ""]
    more += ["" if row["openbaar"] else CONFIDENTIAL]
    if row["status"] in STATUS:
        short, sentence = STATUS[row["status"]]
        given = MARGIN[row["interval_soort"]][1].format(marge=margin) if margin else ""
        return Answer(short, _join(sentence, given or (NO_MARGIN if row["status"] == "schatting" else ""), *more))
    if pd.isna(row["waarde"]):
        return Answer(NO_EXACT_VALUE[0], _join(NO_EXACT_VALUE[1], *more))
    if margin:
        short, sentence = MARGIN[row["interval_soort"]]
        return Answer(short, _join(sentence.format(marge=margin), *more))
    none = NO_NUMBER_ASKED if row["interval_reden"] == WHY_NONE["steekproef"] else NO_MARGIN
    return Answer(UNKNOWN_MARGIN, _join(none, *more))


def where_of(row: Row, indicator: Indicator) -> str:
    """Name the reference of a row by its column in ``comparison.comparison``: that of the verdict, else the first."""
    columns = WHERE_SCHOOLS if indicator.about_schools else WHERE
    label = row["vergeleken_met"]
    judged = {v: k for k, v in REFERENCE_LABELS.items()}.get(label.removesuffix(FIXED), "")
    if not judged and label.endswith(FIXED):
        judged = "nederland" if label.startswith("Nederland") else "gemeente"
    order = [judged, *(["overige_gemeente_zonder"] if indicator.without_wijk else []), *columns]
    return next((column for column in order if column in columns and pd.notna(row[column])), "")


def _no_trend(row: Row) -> str:
    """Say that no trend was shown, or that there are too few points for one; nothing where a trend makes no sense."""
    if row["trend"] == trend.SAME:
        return NO_TREND
    few = re.fullmatch(trend.TOO_FEW.format(r"(\d+)", r"\w+", r"\d+"), row["trend_reden"])
    return FEW.format(aantal=few[1]) if few else ""


def _why_same(reason: str, ordinary: str) -> str:
    """Give in short why no difference was shown."""
    if reason in (verdict.BY_THEMSELVES, REASON_IN_TIME[verdict.BY_THEMSELVES]):
        return ordinary
    chance = (verdict.BY_CHANCE, verdict.BY_CHANCE.replace("Het verschil", REASON_IN_TIME["Het verschil"]))
    return BY_CHANCE if reason in chance else TOO_SMALL


def capital(text: str) -> str:
    """Begin a text with a capital."""
    return text[:1].upper() + text[1:]


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
