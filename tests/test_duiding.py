"""Sentences about a figure: no more than the verdict, the right numbers, and words that everybody knows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from helpers import figure_row
from helpers import indicator as made_up
from language import sentences, words

from nplv_analysis import duiding, verdict
from nplv_analysis.catalogue import Catalogue, Indicator
from nplv_analysis.development import COLUMNS as CHANGES
from nplv_analysis.development import DOUBLE, FIRST, REASON_IN_TIME, UNCHANGED, UNDATED
from nplv_analysis.duiding import Beside, certainty_in_words, change_in_words, compared_in_words, in_period, where_of
from nplv_analysis.indicators import CHANCE, COMPUTED, GIVEN, PUBLISHED, ROUNDING, SAMPLE
from nplv_analysis.methods import trend
from nplv_analysis.uncertainty import WHY_NONE
from nplv_analysis.wording import figure, interval

NAN = float("nan")

#: Words that put a stamp on people or a wijk, claim what was not shown, or only researchers know.
FORBIDDEN = re.compile(
    r"achterstandswijk|probleem|zwak|kansarm|allochto|autochto|\bslechte\b|\bergste\b|\bbeste\b|kampioen|koploper|hekkensluiter|"
    r"significan|betrouwbaarheids|p-waarde|hypothese|correlatie|standaard|overdispersie|causa|oorzaak|dankzij|"
    r"bewijst dat|ranglijst|plek \d",
    re.IGNORECASE,
)
#: What may only be said when a verdict says it.
CLAIM = re.compile(r"groter dan toeval|verbetering aangetoond|verslechtering aangetoond|stijging aangetoond|daling aan")


VERDICTS = {
    verdict.BETTER: [verdict.CLEAR],
    verdict.WORSE: [verdict.CLEAR],
    verdict.HIGHER: [verdict.CLEAR],
    verdict.LOWER: [verdict.CLEAR],
    verdict.SAME: [verdict.BY_CHANCE, verdict.BY_THEMSELVES, verdict.TOO_SMALL.format("2 procentpunt")],
    "": [
        verdict.NO_FIGURE,
        verdict.NO_REFERENCE,
        verdict.NO_COUNT_OF_PARTS,
        verdict.ROUNDED,
        verdict.ROUNDED + verdict.BEYOND_ROUNDING,
        verdict.OTHER_HAS_NO_MARGIN,
        verdict.NO_SPREAD,
        verdict.TOO_FEW,
        verdict.NO_TEST,
        *(verdict.NO_MARGIN.format(why) for why in WHY_NONE.values()),
    ],
}
CHANGED = {"verbeterd": 1, "verslechterd": -1, "gestegen": 1, "gedaald": -1, UNCHANGED: 0, "": 0}
TRENDS = {
    trend.BETTER: trend.SHOWN.format(trend.DOWN),
    trend.WORSE: trend.SHOWN.format(trend.UP),
    trend.UP: trend.SHOWN.format(trend.UP),
    trend.DOWN: trend.SHOWN.format(trend.DOWN),
    trend.SAME: trend.BY_CHANCE,
    trend.UNKNOWN: trend.TOO_FEW.format(3, "metingen", 5),
    "": trend.MODEL,
}
STATUSES = ("waargenomen", "schatting", "bij benadering", "onderdrukt", "voorlopig", "jaar afgeleid", "nihil")
BESIDE = (
    Beside(),
    Beside(broken=True),
    Beside("21,0 %", "in de hele gemeente", "17,5 %"),
    Beside("21,0 %", "in de rest van de gemeente (zonder het centrum)", "tussen 15 en 20 %", broken=True),
)


def row(**other: Any) -> dict[str, Any]:
    """Make a figure with its verdicts: 22.9 % in 2020, without any verdict."""
    texts = {"vorige_periode", "symbool", *(c for c in CHANGES if c.startswith("trend") and c != "trend_p")}
    values = {c: "" if c in texts or c.endswith(("oordeel", "reden")) else NAN for c in CHANGES}
    values |= {"vergeleken_met": "", "oordeel": "", "oordeel_reden": "", "verschil": NAN, "waarde": 22.9}
    own = {key: other.pop(key) for key in list(other) if key in values and key != "waarde"}
    return figure_row(**({"waarde": 22.9} | other)) | {k: v for k, v in values.items() if k != "waarde"} | own


def every_change() -> Iterator[tuple[dict[str, Any], Beside]]:
    """Every verdict on a change, with every reason, trend and status."""
    reasons = {
        UNCHANGED: [REASON_IN_TIME.get(r, r.replace("Het verschil", "De verandering")) for r in VERDICTS[verdict.SAME]],
        "": [FIRST, UNDATED, DOUBLE, *(REASON_IN_TIME.get(reason, reason) for reason in VERDICTS[""])],
    }
    for judged, (way, why), status, beside in itertools.product(CHANGED, TRENDS.items(), STATUSES[:3], BESIDE):
        for reason, mark in itertools.product(reasons.get(judged, [verdict.CLEAR]), ("+", "-", "+-", "")):
            change = {"+": -1.9, "-": 1.9, "+-": 0.0, "": NAN}[mark]
            made = row(
                verandering_oordeel=judged,
                verandering_reden=reason,
                verandering=change,
                vorige_periode="2016" if beside.previous else "",
                symbool=mark,
                trend=way,
                trend_reden=why,
                trend_van="2012",
                trend_tot="2020",
                status=status,
                waarde=NAN if reason == verdict.NO_FIGURE else 22.9,
            )
            yield made, beside


def every_comparison() -> Iterator[tuple[dict[str, Any], Beside]]:
    """Every verdict on a difference, with every reason and status."""
    for judged, beside, status in itertools.product(VERDICTS, BESIDE, STATUSES):
        for reason, difference in itertools.product(VERDICTS[judged], (5.4, -5.4, 0.0, NAN)):
            yield row(oordeel=judged, oordeel_reden=reason, verschil=difference, status=status), beside


def every_certainty() -> Iterator[dict[str, Any]]:
    """Every kind of margin, status and origin."""
    kinds = (SAMPLE, CHANCE, ROUNDING, GIVEN, "")
    for kind, status, origin, public in itertools.product(kinds, STATUSES, (PUBLISHED, COMPUTED), (True, False)):
        for reason, value in itertools.product(WHY_NONE.values(), (22.9, NAN)):
            margin = {"onder95": 20.1, "boven95": 25.6} if kind and value == value else {}
            yield row(
                waarde=value,
                interval_soort=kind if margin else "",
                interval_reden="" if margin else reason,
                status=status,
                herkomst=origin,
                openbaar=public,
                **margin,
            )


def numbers(text: str) -> set[str]:
    """Give the numbers in a text."""
    return set(re.findall(r"\d[\d.,]*\d|\d", text))


def check_words(text: str) -> None:
    """Hold a text against the rules for residents."""
    assert not FORBIDDEN.search(text), text
    for sentence in sentences(text):
        assert len(words(sentence)) <= 18, sentence
        assert sentence[0].isupper() and sentence[-1] in ".?", sentence
        assert "{" not in sentence and "nan" not in sentence.lower().split(), sentence


def test_every_change_is_said_in_plain_words_and_no_more_than_its_verdict() -> None:
    for made, beside in every_change():
        answer = change_in_words(made, beside)
        text = str(answer)
        check_words(text)
        claims = made["verandering_oordeel"] in duiding.CHANGED or made["trend"] in duiding.TREND
        assert bool(CLAIM.search(text)) == claims, (made, text)
        if answer.short in ("Beter", "Slechter", "Hoger", "Lager"):
            assert duiding.CHANGED[made["verandering_oordeel"]] == answer.short
        if made["status"] == "schatting" and not claims:
            assert "gunstiger" not in text or "Een schatting bewijst geen verandering." in text
        assert numbers(text) <= numbers(f"{beside.previous} 2016 2012 2020 3"), text


def test_every_comparison_is_said_in_plain_words_and_no_more_than_its_verdict() -> None:
    for made, beside in every_comparison():
        answer = compared_in_words(made, beside)
        text = str(answer)
        check_words(text)
        judged = made["oordeel"] in duiding.COMPARES and bool(beside.reference)
        assert bool(CLAIM.search(text)) == judged, (made, text)
        assert (answer.short in duiding.COMPARES.values()) == judged, text
        assert "unstiger" not in text or judged, text
        assert numbers(text) <= numbers(beside.reference), text
        if beside.reference and made["oordeel_reden"] != verdict.NO_COUNT_OF_PARTS:
            assert beside.reference in text


def test_every_certainty_is_said_in_plain_words_for_every_indicator(catalogue: Catalogue) -> None:
    for indicator in catalogue.indicators:
        for made in every_certainty() if indicator.id in ("laag_inkomen", "misdrijven_per_1000") else [row()]:
            text = str(certainty_in_words(made, indicator))
            check_words(text)
            assert numbers(text) <= numbers(interval(made, indicator)), text
            assert bool(numbers(text)) == bool(interval(made, indicator)) or made["status"] == "onderdrukt", text


@pytest.mark.parametrize("unit", ["%", "per 1.000 inwoners", "euro", "rapportcijfer"])
def test_numbers_in_a_sentence_are_those_of_the_table(unit: str) -> None:
    indicator = made_up(unit=unit, decimals=1)
    before, now = row(waarde=26.65), row(waarde=22.949)
    beside = Beside(figure(before, indicator), "in de hele gemeente", figure(row(waarde=17.25), indicator))
    made = now | {"vorige_periode": "2016", "verandering": -3.7, "symbool": "+", "verschil": 5.7}
    assert figure(before, indicator) in str(change_in_words(made, beside))
    assert figure(row(waarde=17.25), indicator) in str(compared_in_words(made, beside))


def test_situations_that_differ_read_differently() -> None:
    changed = {"vorige_periode": "2016", "verandering": -3.7, "symbool": "+"}
    beside = Beside("26,6 %", "in de hele gemeente", "17,5 %")
    indicator = made_up()
    texts = {
        "onzeker": str(change_in_words(row(**changed), beside)),
        "te weinig metingen": str(
            change_in_words(row(**changed, trend_reden=trend.TOO_FEW.format(2, "metingen", 5)), beside)
        ),
        "reeksbreuk": str(change_in_words(row(verandering_reden=FIRST), Beside(broken=True))),
        "eerste meting": str(change_in_words(row(verandering_reden=FIRST), Beside())),
        "schatting": str(certainty_in_words(row(status="schatting"), indicator)),
        "bij benadering": str(certainty_in_words(row(status="bij benadering", waarde=NAN), indicator)),
        "alleen hele CBS-wijk bekend": duiding.WIJK_ONLY.format(gebied="Voorbeeldwijk", wijk="Voorbeeld"),
    }
    assert len(set(texts.values())) == len(texts)
    assert texts["onzeker"] == (
        "Niet zeker. In 2016 was het 26,6 %. In 2020 is het lager, en dat is gunstiger. "
        "We konden niet toetsen of dat toeval is."
    )
    assert texts["te weinig metingen"].endswith("Voor een trend zijn er te weinig metingen: 2.")
    assert texts["reeksbreuk"] == "Niet te zeggen. Eerdere cijfers zijn anders gemeten."
    assert texts["eerste meting"] == "Niet te zeggen. Er is nog maar één meting."
    assert texts["schatting"].startswith("Schatting. Een rekenmodel heeft dit bepaald.")
    assert texts["bij benadering"] == "Bij benadering. De bron noemt geen precies getal."


def test_a_verdict_is_said_with_the_figure_it_is_about() -> None:
    worse = row(oordeel="ongunstiger", oordeel_reden=verdict.CLEAR, verschil=5.4)
    beside = Beside(where="in de rest van de gemeente", reference="17,5 %")
    assert str(compared_in_words(worse, beside)) == (
        "Ongunstiger. In de rest van de gemeente is het 17,5 %. Het verschil is groter dan toeval kan verklaren."
    )
    better = row(
        verandering_oordeel="verbeterd", verandering_reden=verdict.CLEAR, vorige_periode="2022-2023", verandering=-4.0
    )
    assert str(change_in_words(better, Beside("26,9 %"))) == (
        "Beter. In schooljaar 2022-2023 was het 26,9 %. Het verschil is groter dan toeval kan verklaren."
    )


@pytest.mark.parametrize(
    ("period", "shown"),
    [
        ("2020", "in 2020"),
        ("2022-2023", "in schooljaar 2022-2023"),
        ("2013/2014", "in schooljaar 2013/2014"),
        ("onbekend (rond 2022)", "(rond 2022; jaar niet zeker)"),
        ("eind 2019", "(eind 2019)"),
    ],
)
def test_a_period_reads_as_the_source_gives_it(period: str, shown: str) -> None:
    assert in_period(period) == shown


def test_the_reference_is_that_of_the_verdict_and_never_another() -> None:
    places: dict[str, float] = dict.fromkeys(duiding.WHERE, NAN)
    crime = made_up(without_wijk={"zonder_wijk": "WK1", "naam": "het centrum", "reden": "Druk."})

    def where(indicator: Indicator, label: str, **known: float) -> str:
        return where_of(row(vergeleken_met=label) | places | known, indicator)

    every = dict.fromkeys(places, 3.0)
    assert where(made_up(), "overige gemeente", **every) == "overige_gemeente"
    assert where(crime, "overige gemeente zonder het centrum", **every) == "overige_gemeente_zonder"
    assert where(made_up(), "Gemeente Voorbeeldstad (vast cijfer)", **every) == "gemeente"
    assert where(made_up(), "Nederland (vast cijfer)", **every) == "nederland"
    # The reference of the verdict may have no figure: then the next one is shown, without a verdict.
    assert where(made_up(), "overige gemeente", nederland=2.0) == "nederland"
    assert where(made_up(), "overige gemeente") == ""
