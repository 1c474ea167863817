"""What is done in an area: the interventions that run there, what runs together, and who was asked about it."""

from __future__ import annotations

from nplv_analysis.analysis import Analysis
from nplv_analysis.duiding import Answer, capital
from nplv_analysis.folders import catalogue_folder
from nplv_analysis.interventions import Intervention, Run, load_interventions
from nplv_analysis.interventions.bundles import bundles, runs_in
from nplv_analysis.tables import Html, environment, heading, paragraph, table
from nplv_analysis.wording import listing

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
KINDS = {"interventie": "Interventie", "programma": "Programma", "geldbron": "Geld voor meer projecten"}
NONE = "In deze catalogus staat niets over wat hier loopt."
NO_DATE = "start onbekend"
MANY_STARTS = "niet overal tegelijk, zie de uitleg"
ONE_BUNDLE = (
    "Deze programma's lopen tegelijk in dezelfde wijken. Daarom noemen we ze samen een bundel. Cijfers over een wijk "
    "laten niet zien welk programma iets deed."
)
GROUPS = "Per groep wijken: wat er loopt, en sinds wanneer er iets loopt"
ALONE = "Hier loopt één programma dat niet in de hele gemeente loopt."
PERSPECTIVES = ("kinderen", "ouders", "professionals", "bewoners")
NOT_ASKED = "nog niet gevraagd, voor zover wij weten"


def every_intervention(analysis: Analysis) -> tuple[Intervention, ...]:
    """Give all interventions of the catalogue, which was checked when the figures were prepared."""
    catalogue = analysis.data.catalogue
    return load_interventions(catalogue_folder(analysis.data.folder), catalogue, checked=True)


def of_area(analysis: Analysis) -> list[Intervention]:
    """Give the interventions of the page: those that run in the area, and all of them for an area that holds others."""
    every, catalogue = every_intervention(analysis), analysis.data.catalogue
    return [i for i in every if holds_others(analysis) or runs_in(i, analysis.area, catalogue)]


def holds_others(analysis: Analysis) -> bool:
    """Whether the page is about more than one wijk."""
    return analysis.area.kind in ("samengesteld", "gemeente")


def running(analysis: Analysis) -> Html:
    """Show each intervention of the area as a card, and which run together."""
    found = of_area(analysis)
    if not found:
        return paragraph(NONE)
    cards = "".join(_card(analysis, intervention) for intervention in found)
    return Html(f'<div class="cijfers">{cards}</div>') + _together(analysis, found)


def perspectives(analysis: Analysis) -> Html:
    """Say of each intervention what children, parents, professionals and residents were asked."""
    found = of_area(analysis)
    asked = [i for i in found if i.perspectives]
    # A row a group of people, so that it can be read on a phone.
    rows = [
        [f"{i.name}: {who}", i.perspectives.get(who, f"{capital(NOT_ASKED)}.")] for i in asked for who in PERSPECTIVES
    ]
    html = table("Wat aan wie is gevraagd, en wat zij zeiden", ["Programma en wie", "Wat we weten"], rows, fold=False)
    others = [i.name for i in found if not i.perspectives]
    if others:
        html += paragraph(f"Over {listing(others)}: {NOT_ASKED}.")
    return html if found else paragraph(NONE)


def since(run: Run) -> str:
    """Write from when, and until when, something runs."""
    if not run.start:
        return NO_DATE
    if run.end:
        return f"{moment(run.start)} tot en met {moment(run.end)}"
    return f"sinds {moment(run.start)}"


def moment(text: str) -> str:
    """Write a year, or a month of a year, as it reads in a sentence."""
    year, _, month = text.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}" if month else year


def _card(analysis: Analysis, intervention: Intervention) -> str:
    catalogue = analysis.data.catalogue
    runs = intervention.runs if holds_others(analysis) else runs_in(intervention, analysis.area, catalogue)
    moments = list(dict.fromkeys(since(run) for run in runs))
    where = [f"{catalogue.area(run.area).name}: {since(run)}" for run in runs]
    notes = dict.fromkeys(text for run in runs for text in (run.unknown, run.note) if text)
    changes = [catalogue.indicator(name).name for name in intervention.may_change]
    return (
        environment()
        .get_template("figure_card.html.j2")
        .render(
            level=3,
            topic=f"{KINDS[intervention.kind]}: {listing(list(intervention.goals))}",
            name=intervention.name,
            figure=moments[0],
            period="" if len(moments) == 1 else MANY_STARTS,
            answers=[
                ("Het idee", _known(intervention, "theorie", intervention.theory)),
                ("Voor wie", _known(intervention, "doelgroep", intervention.target_group)),
                ("Bewezen?", _known(intervention, "bewezen", intervention.proven)),
            ],
            source="; ".join(intervention.sources),
            details=[
                (term, text)
                for term, text in [
                    ("Waar en wanneer", "; ".join(where)),
                    ("Spoor", intervention.track or intervention.unknown["spoor"]),
                    ("Actielijn", intervention.action_line or intervention.unknown["actielijn"]),
                    ("Onderzoek", intervention.method or intervention.unknown["methode"]),
                    ("Kan veranderen (onze keuze)", "; ".join(changes)),
                    ("Let op", " ".join([*notes, *([intervention.note] if intervention.note else [])])),
                ]
                if text
            ],
        )
    )


def _known(intervention: Intervention, field: str, text: str) -> Answer:
    return Answer("", capital(text)) if text else Answer("Onbekend", intervention.unknown[field])


def _together(analysis: Analysis, found: list[Intervention]) -> Html:
    """Name what runs together: in this wijk, or in each group of wijken."""
    catalogue = analysis.data.catalogue
    made = [b for b in bundles(found, catalogue) if holds_others(analysis) or analysis.area.id in b.areas]
    if not made:
        return Html("")
    html = heading("Wat samen loopt", 3)
    html += paragraph(ONE_BUNDLE if any(len(b.interventions) > 1 for b in made) else ALONE)
    rows = [
        [
            listing([catalogue.area(name).name for name in bundle.areas]),
            str(bundle.start),
            listing([i.name for i in bundle.interventions]),
            listing([i.name for i in bundle.undated]) if bundle.undated else "",
        ]
        for bundle in made
    ]
    return html + table(GROUPS, ["Wijken", "Het eerste begon in", "Programma's", "Start onbekend"], rows)
