"""Who and what a report is about."""

from __future__ import annotations

from nplv_analysis.analysis import POPULATION, Analysis
from nplv_analysis.catalogue import INTERNAL
from nplv_analysis.sections.parts import in_words, title_of
from nplv_analysis.tables import Html, heading, paragraph, table
from nplv_analysis.wording import figure, listing

NOT_PUBLIC = "op deze pagina staan cijfers die niet openbaar zijn"


def title(analysis: Analysis) -> Html:
    """Give the heading of the page, and say so when the page is not for everyone."""
    first = heading(title_of(analysis.theme, in_words(analysis)), 1)
    if analysis.internal:
        why = "deze pagina is om mee te werken" if analysis.theme in INTERNAL else NOT_PUBLIC
        first += paragraph(f"Intern: {why}. Niet verspreiden.", "intern")
    return first


def about(analysis: Analysis) -> Html:
    """Tell what the area is, and how many people live there."""
    area = analysis.area
    programme = analysis.data.catalogue.programme
    whole = programme.name if programme else "het programmagebied"
    kinds = {
        "nplv": f"is een van de gebieden van {whole} (Nationaal Programma Leefbaarheid en Veiligheid).",
        "wijkvernieuwing": f"is een wijk waar de gemeente aan vernieuwing werkt. Het hoort niet bij {whole}.",
    }
    lines = [f"{area.name} {kinds[area.kind]}"] if area.kind in kinds else []
    if area.note:
        lines.append(area.note)
    if area.buurten and area.kind != "samengesteld":
        names = listing([f"{name} ({code})" for code, name in area.buurten.items()])
        lines.append(
            f"Het gebied bestaat uit {'de CBS-buurt' if len(area.buurten) == 1 else 'de CBS-buurten'} {names}."
        )
    people = Analysis(analysis.data, area, "overig")
    rows = [
        [
            indicator.name,
            figure(row, indicator),
            row["periode"],
            analysis.data.citation(row["bron"], row["periode"]),
        ]
        for indicator, row in people.by_indicator(people.latest)
        if indicator.topic == POPULATION
    ]
    return paragraph(" ".join(lines)) + table(
        f"Wie er wonen: {area.name}", ["Wat", "Aantal", "Jaar", "Bron"], rows, numeric=["Aantal"]
    )
