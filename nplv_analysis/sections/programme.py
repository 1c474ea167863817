"""The procesmonitor: the money of the programme by spoor and by source, what was spent, and the planning of actions."""

from __future__ import annotations

from html import escape

from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import Indicator
from nplv_analysis.folders import catalogue_folder
from nplv_analysis.interventions import Intervention, load_interventions
from nplv_analysis.sections.parts import Row
from nplv_analysis.tables import Html, bullets, heading, paragraph, table
from nplv_analysis.wording import NO_FIGURE, figure, label, listing, number, with_unit

#: Topics of the catalogue: money by spoor, and by source with how sure it is behind the colon.
BY_TRACK, BY_SOURCE = "Geld per spoor", "Geldbron: "
ASKED = "aangevraagd"
#: Begin of the ids of a budget and of what was spent of it.
BUDGET, SPENT = "geld_", "besteed_"
NOT_KNOWN = "nog niet bekend"
#: Of a start or end that no source gives; an action may well have one.
NOT_NAMED = "niet genoemd"
#: What in the catalogue of interventions is no action but a fund or a programme as a whole.
ACTION = "interventie"

Money = list[tuple[Indicator, Row]]


def programme_summary(analysis: Analysis) -> Html:
    """Give the summary on top: how much money there is, how much of it is sure, and what was spent."""
    tracks, sources = _money(analysis)
    lines = ["Over het geld van dit programma is niets bekend."]
    if tracks or sources:
        period = (tracks or sources)[0][1]["periode"]
        lines = [f"Het financiële overzicht van het programma ({period}) telt {_euro(_total(tracks or sources))}."]
        asked = [(i, row) for i, row in sources if _state(i) == ASKED]
        if asked:
            names = listing([indicator.name.removeprefix("Geld uit ") for indicator, _ in asked])
            lines.append(f"Daarvan is {_euro(_total(asked))} alleen aangevraagd: {names}.")
        lines.append("De looptijden van de geldbronnen verschillen.")
        known = [row for indicator, _ in [*tracks, *sources] if (row := _spent(analysis, indicator))]
        lines.append(
            "Hoeveel er is uitgegeven, staat hieronder." if known else f"Hoeveel er is uitgegeven: {NOT_KNOWN}."
        )
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return Html(f'<section class="kort" aria-labelledby="kort"><h2 id="kort">In het kort</h2>{text}</section>')


def programme_money(analysis: Analysis) -> Html:
    """Put the money by spoor and by source in two tables, each beside what was spent; the two are never added up."""
    tracks, sources = _money(analysis)
    if not tracks and not sources:
        return paragraph("Over het geld van dit programma is niets bekend.")
    html = paragraph(
        "Geld per spoor en geld per bron zijn twee kanten van hetzelfde bedrag. De ene kant zegt waar het heen gaat. "
        "De andere kant zegt waar het vandaan komt. Tel ze dus niet op."
    )
    columns = ["Wat", "Bedrag", "Aandeel", "Stand", "Besteed", "Let op"]
    for title, money in (("Waar het geld heen gaat", tracks), ("Waar het geld vandaan komt", sources)):
        html += heading(title, 3)
        if not money:
            html += paragraph("Hierover is niets bekend.")
            continue
        total, period = _total(money), money[0][1]["periode"]
        cells = [
            [
                label(indicator),
                figure(row, indicator),
                with_unit(number(100 * float(row["waarde"]) / total, 0), "%"),
                _state(indicator),
                _spent_in_words(analysis, indicator),
                row["toelichting"],
            ]
            for indicator, row in money
        ]
        html += table(f"{title}, {period}: samen {_euro(total)}.", columns, cells, numeric=["Bedrag", "Aandeel"])
    if tracks and sources and _total(tracks) != _total(sources):
        html += paragraph(
            f"De twee kanten zijn niet gelijk: {_euro(_total(tracks))} en {_euro(_total(sources))}. "
            "Waarom, weten wij niet."
        )
    names = dict.fromkeys(analysis.data.citation(row["bron"], row["periode"]) for _, row in [*tracks, *sources])
    return html + bullets(
        [
            "Dit is geen volledige begroting. Ook partners geven zelf geld uit in de wijken.",
            "Een looptijd kan eerder beginnen of later stoppen dan het programma.",
            "Besteed: dat is niet gepubliceerd. Het komt uit een eigen bestand van de gemeente.",
            f"Bron: {'; '.join(names)}.",
        ]
    )


def programme_planning(analysis: Analysis) -> Html:
    """List the actions of the programme with where they run, and their start and end as far as these are published."""
    data = analysis.data
    actions = [
        found for found in load_interventions(catalogue_folder(data.folder), data.catalogue) if found.kind == ACTION
    ]
    if not actions:
        return paragraph("In de catalogus staan geen acties. De planning is niet bekend.")
    names = {area.id: area.name for area in data.catalogue.areas}
    cells = [
        [action.name, action.track or NOT_NAMED, where, start, end, note]
        for action in actions
        for where, start, end, note in _runs(action, names)
    ]
    without = len({cell[0] for cell in cells if cell[3] == NOT_NAMED})
    html = table(
        "Acties van het programma: waar en wanneer.", ["Actie", "Spoor", "Waar", "Begin", "Einde", "Let op"], cells
    )
    text = f"Er staan {len(actions)} acties in de catalogus. "
    text += f"Van {without} is ergens het begin niet bekend. " if without else ""
    return html + paragraph(f"{text}Niet elke actie van het programma staat in deze lijst.")


def programme_limits(analysis: Analysis) -> Html:
    """Say what is not known of the money and the planning, and how it can be added."""
    tracks, sources = _money(analysis)
    unknown = [indicator.name for indicator, _ in [*tracks, *sources] if _spent(analysis, indicator) is None]
    lines = []
    amounts = "1 bedrag" if len(unknown) == 1 else f"{len(unknown)} bedragen"
    if unknown:
        lines.append(
            f"Wat er is uitgegeven, is van {amounts} niet gepubliceerd. De gemeente kan het zelf "
            "toevoegen, met een eigen bestand."
        )
    return bullets(
        [
            *lines,
            "Hoe ver een actie is, is niet gepubliceerd. De lijst zegt alleen wanneer een actie begint en stopt.",
            "Welk deel van het geld naar welke wijk gaat, staat niet in het document.",
            "Of het geld iets heeft opgeleverd, staat niet op deze pagina. Zie daarvoor de pagina over interventies.",
        ]
    )


def _money(analysis: Analysis) -> tuple[Money, Money]:
    """Give the budgets with an exact amount: by spoor, and by source."""
    known = [(i, row) for i, row in analysis.by_indicator(analysis.latest) if row["waarde"] == row["waarde"]]
    tracks = [(i, row) for i, row in known if i.topic == BY_TRACK]
    return tracks, [(i, row) for i, row in known if i.topic.startswith(BY_SOURCE)]


def _total(money: Money) -> float:
    return sum(float(row["waarde"]) for _, row in money)


def _state(indicator: Indicator) -> str:
    """Say how sure the money of a source is."""
    return indicator.topic.removeprefix(BY_SOURCE) if indicator.topic.startswith(BY_SOURCE) else ""


def _spent(analysis: Analysis, indicator: Indicator) -> Row | None:
    """Give what was spent of a budget, as of the latest period."""
    name = SPENT + indicator.id.removeprefix(BUDGET)
    found = {i.id: row for i, row in analysis.by_indicator(analysis.latest)}
    return found.get(name)


def _spent_in_words(analysis: Analysis, indicator: Indicator) -> str:
    row = _spent(analysis, indicator)
    if row is None:
        return NOT_KNOWN
    text = figure(row, indicator)
    return NOT_KNOWN if text == NO_FIGURE else f"{text} ({row['periode']})"


def _runs(action: Intervention, names: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """Put the areas of an action together that have the same start, end and note."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for run in action.runs:
        note = " ".join(text for text in (run.unknown, run.note) if text)
        together.setdefault((run.start or NOT_NAMED, run.end or NOT_NAMED, note), []).append(names[run.area])
    return [(listing(areas), start, end, note) for (start, end, note), areas in together.items()]


def _euro(amount: float) -> str:
    """Write an amount in full, or in millions where it is a round number of them."""
    millions = amount / 1_000_000
    if amount >= 1_000_000 and round(millions, 1) == millions:
        return f"{number(millions, 0 if millions.is_integer() else 1)} miljoen euro"
    return with_unit(number(amount, 0), "euro")
