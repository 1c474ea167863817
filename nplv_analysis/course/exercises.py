"""The exercises of the course: what is right, what may go wrong, and what is said of it."""

from __future__ import annotations

from nplv_analysis.course import computed
from nplv_analysis.course.answers import Exercise
from nplv_analysis.indicators import CHANCE, COMPUTED, GIVEN, NOTHING, PUBLISHED, ROUNDING, SAMPLE, WIJK_ONLY
from nplv_analysis.methods import trend

#: Areas that the file of lesson 7 must have in the end: the three that it begins with, and two more.
OWN_AREAS = 5

EXERCISES = {
    "1a": Exercise(
        computed.unknown_cells,
        "Een onbekend cijfer is geen nul. Het blijft als onbekend zichtbaar.",
        "Tel hoe vaak er in de kolom waarde alleen een punt staat.",
        ((lambda data: 0.0, "Pandas leest een punt als tekst, niet als een lege cel. Zoek naar de punt zelf."),),
    ),
    "1b": Exercise(
        lambda data: computed.named_number(data) - 1,
        "Meer weten we niet: het echte aantal kan ook lager zijn.",
        "Het teken < betekent: kleiner dan. Welk heel getal is dan het grootste?",
        ((computed.named_number, "Er staat: kleiner dan. Het getal zelf hoort er niet bij."),),
    ),
    "1c": Exercise(
        lambda data: computed.record(data).licence,
        "Zonder licentie weet je niet of je een cijfer mag delen.",
        "Kijk in het bestand dat eindigt op .bron.yaml, bij licentie.",
        (
            (lambda data: computed.record(data).publisher, "Dit is de uitgever."),
            (lambda data: computed.record(data).source, "Dit is de naam van de bron."),
        ),
    ),
    "2a": Exercise(
        lambda data: float(computed.figure(data, computed.NORTH, computed.MAKING_ENDS_MEET, "2018")["waarde"]),
        "De grootste buurt telt het zwaarst mee.",
        "Doe elk cijfer keer het aantal inwoners. Tel op, en deel door alle inwoners samen.",
        (
            (
                lambda data: computed.mean_of_buurten(data, weighted=False),
                "Dit is het gewone gemiddelde. In de ene buurt wonen meer mensen dan in de andere.",
            ),
            (
                lambda data: computed.mean_of_buurten(data, weighted=True, turned=True),
                "Je hebt de inwoners van de twee buurten verwisseld.",
            ),
        ),
    ),
    "2b": Exercise(
        computed.crimes_released,
        "Het cijfer ligt hiertussen. Preciezer kan niet, en dat zeggen we erbij.",
        "Reken één keer met het kleinste aantal en één keer met het grootste. Deel door de inwoners.",
        (
            (lambda data: computed.crimes(data, 0, 4), "Bij een onderdrukt aantal is er minstens één geval."),
            (lambda data: computed.crimes(data, 1, 5), "Kleiner dan 5 is hoogstens 4."),
            (lambda data: computed.crimes(data, 0, 5), "Het onderdrukte aantal ligt van 1 tot en met 4."),
        ),
    ),
    "2c": Exercise(
        lambda data: str(computed.figure(data, computed.NORTH, computed.MAKING_ENDS_MEET, "2022")["herkomst"]),
        "De CBS-wijk is groter dan het gebied. Daarom staat dit cijfer er apart bij.",
        "Zoek de regel van 2022 en lees de kolom herkomst.",
        ((lambda data: COMPUTED, "Eén van de buurten heeft in 2022 geen cijfer. Rekenen kan dan niet."),),
        options=(PUBLISHED, COMPUTED, WIJK_ONLY, NOTHING),
    ),
    "2d": Exercise(
        computed.method_error,
        "Rekenen met inwoners is bijna goed, maar niet helemaal. Daarom gaat een gepubliceerd cijfer voor.",
        "Zoek de regel van WK999000 in 2020. Kijk naar berekend en gepubliceerd.",
    ),
    "3a": Exercise(
        lambda data: str(computed.figure(data, computed.NORTH, computed.LOW_INCOME, "2022")["interval_soort"]),
        "Alle huishoudens zijn geteld. Toch kan een jaar door toeval hoger of lager uitvallen.",
        "Lees de kolom interval_soort.",
        ((lambda data: SAMPLE, "Voor dit cijfer zijn geen mensen ondervraagd: alles is geteld."),),
        options=(SAMPLE, CHANCE, ROUNDING, GIVEN),
    ),
    "3b": Exercise(
        lambda data: computed.margin_of_share(data)[0],
        "Door de weging telt niet elke ondervraagde even zwaar. Daarom rekenen we met minder mensen.",
        "Gebruik wilson met het aandeel tussen 0 en 1 en n_effectief. De eerste uitkomst is de ondergrens.",
        (
            (
                lambda data: computed.margin_of_share(data, "n")[0],
                "Je hebt met n gerekend. Kijk ook eens naar n_effectief.",
            ),
            (lambda data: computed.margin_of_share(data)[1], "Dit is de bovengrens."),
        ),
    ),
    "3c": Exercise(
        lambda data: frozenset([str(computed.width(data).idxmax())]),
        "Hoe minder mensen zijn ondervraagd, hoe breder de marge.",
        "Trek onder95 van boven95 af. Zoek de grootste uitkomst.",
        ((lambda data: frozenset([str(computed.width(data).idxmin())]), "Hier is de marge juist het smalst."),),
    ),
    "3d": Exercise(
        computed.asked_for_half,
        "Een half zo brede marge kost vier keer zo veel ondervraagden.",
        "De breedte hangt af van de wortel van het aantal. Probeer het uit met wilson.",
        ((lambda data: computed.asked_for_half(data, 2), "Twee keer zo veel is niet genoeg."),),
        within=25,
    ),
    "4a": Exercise(
        lambda data: float(computed.figure(data, computed.NORTH, computed.UNSAFE, computed.YEAR)["verschil"]),
        "Het verschil is in procentpunten: het ene percentage min het andere.",
        "Neem het cijfer van de wijk min dat van de gemeente.",
    ),
    "4b": Exercise(
        computed.outside_without_verdict,
        "Een marge van 95 procent is om te laten zien. Een oordeel vraagt meer zekerheid.",
        "Vergelijk onder95 en boven95 met het cijfer van de gemeente. Lees dan de kolom oordeel.",
        ((computed.outside, "Bij deze wijken ligt de gemeente buiten de marge. Maar er zijn er bij met een oordeel."),),
    ),
    "4c": Exercise(
        computed.lower_limit_of_difference,
        "De marges overlappen. Toch ligt nul buiten de marge van het verschil.",
        "Gebruik newcombe_difference met de twee aandelen en hun n_effectief. Reken om naar procentpunten.",
        (
            (
                computed.limits_subtracted,
                "Je trok de grenzen van elkaar af. Twee keer pech tegelijk is zeldzaam: zo wordt de marge te breed.",
            ),
        ),
    ),
    "4d": Exercise(
        computed.why_no_verdict,
        "Een klein verschil kan zeker zijn en toch niet veel betekenen.",
        "Lees de kolom oordeel_reden.",
        ((lambda data: computed.CHANCE, "De p-waarde is klein. Toeval is dus niet de reden."),),
        options=(computed.CHANCE, computed.TOO_SMALL, computed.NO_MARGIN),
    ),
    "5a": Exercise(
        computed.change,
        "Een daling heeft een min. Bij dit cijfer is een daling gunstig.",
        "Neem het cijfer van 2020 min dat van 2018.",
        (
            (
                lambda data: computed.change(data, relative=True),
                "Dit is de verandering in procenten. Hier gaat het om procentpunten.",
            ),
        ),
    ),
    "5b": Exercise(
        computed.change_across_break,
        "De vraag is anders gesteld. Niemand weet wat de oude vraag nu zou geven.",
        "Kijk bij 2022 in de kolom verandering. Kijk ook naar de reeks.",
        options=("ja", "nee"),
    ),
    "5c": Exercise(
        lambda data: computed.marked(data, by_chance=True),
        "Het teken zegt alleen welke kant het cijfer op ging. Het zegt niets over toeval.",
        "Zoek de regels met een min als symbool. Lees daar het oordeel over de verandering.",
    ),
    "5d": Exercise(
        lambda data: str(data.develop(computed.NORTH, computed.LOW_INCOME).iloc[-1]["trend"]),
        "Over alle jaren daalt de lijn. Maar de laatste vijf punten gaan op en neer.",
        "Lees de kolom trend van het laatste jaar.",
        ((lambda data: trend.BETTER, "De lijn daalt wel. Maar kan dat ook toeval zijn?"),),
        options=(trend.BETTER, trend.WORSE, trend.SAME, trend.UNKNOWN),
    ),
    "6a": Exercise(
        computed.hidden,
        "Alleen het cijfer van deze wijk is weg. De rest blijft te zien.",
        "Zoek de regels zonder waarde.",
    ),
    "6b": Exercise(
        computed.asked_in_hidden,
        "Bij zo weinig mensen kun je iemand herkennen. De grens is 10.",
        "Kijk in het ruwe bestand, in de kolom n.",
    ),
    "6c": Exercise(
        computed.left_by_subtraction,
        "Dit is niet het echte aantal. Door het afronden is dat niet precies terug te rekenen.",
        "Neem n van Voorbeeldstad-Noord. Trek de n van de wijken die je wel ziet ervan af.",
        ((computed.asked_in_hidden, "Dit is het echte aantal. Reken met de cijfers die naar buiten gaan."),),
    ),
    "6d": Exercise(
        computed.in_public_edition,
        "Deze bron is niet openbaar. In de openbare uitgave staat er dus niets van.",
        "Tel de regels van eenzaamheid in de openbare cijfers.",
    ),
    "7a": Exercise(
        computed.own_difference,
        "Dit getal staat ook in de kolom verschil.",
        "Neem het cijfer van Noord min dat van de gemeente.",
    ),
    "7b": Exercise(
        computed.own_lack,
        "Zonder dat gegeven weten we niet hoeveel toeval erin zit. Dan geven we geen oordeel.",
        "Lees de kolom interval_reden.",
        options=computed.LACKING,
    ),
    "7c": Exercise(
        lambda data: computed.own_areas(data, OWN_AREAS),
        "Je eigen cijfers gaan nu dezelfde weg als alle andere.",
        "Zet eerst twee wijken in het bestand. Tel daarna alle regels met een waarde.",
        ((computed.own_areas, "Zo veel zijn het er nu. Zet er eerst twee wijken bij."),),
    ),
}
