"""Who and what a report is about, and the latest figures."""

from __future__ import annotations

from nplv_analysis.analysis import POPULATION, Analysis
from nplv_analysis.sections.parts import (
    break_of,
    by_topic,
    in_words,
    kind_of,
    note_of,
    title_of,
)
from nplv_analysis.tables import NOTHING, Html, bullets, heading, paragraph, table
from nplv_analysis.uncertainty import HOW_MADE
from nplv_analysis.wording import (
    NO_FIGURE,
    STATUS_IN_WORDS,
    STATUS_SHOWN,
    figure,
    interval,
    label,
    listing,
    wijk_figure,
)

#: Header of the column with 95 % intervals.
MARGIN = "Marge (95%)"


def title(analysis: Analysis) -> Html:
    """Give the heading of the page, and say so when the page is not for everyone."""
    first = heading(title_of(analysis.theme, in_words(analysis)), 1)
    if analysis.internal:
        first += paragraph(
            "Intern: op deze pagina staan cijfers die niet openbaar zijn. Niet verspreiden.",
            "intern",
        )
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


def key_figures(analysis: Analysis) -> Html:
    """Give the latest figure of every indicator, by topic, with year, status and source."""
    html = NOTHING
    for topic, rows in by_topic(analysis, analysis.by_indicator(analysis.latest)):
        html += table(
            f"{topic}. Laatste cijfers van {analysis.area.name}.",
            ["Wat", "Cijfer", MARGIN, "Over", "Soort cijfer", "Toelichting", "Bron"],
            [
                [
                    label(i),
                    figure(r, i),
                    interval(r, i),
                    r["periode"],
                    kind_of(r),
                    r["toelichting"],
                    analysis.data.citation(r["bron"], r["periode"]),
                ]
                for i, r in rows
            ],
            numeric=["Cijfer", MARGIN],
        )
    wijk = [
        (indicator, row)
        for indicator in analysis.indicators
        for row in analysis.wijk_only[analysis.wijk_only["indicator"] == indicator.id].to_dict("records")
    ]
    if wijk:
        html += table(
            f"Alleen bekend voor de hele CBS-wijk {analysis.area.wijk_name}. Dit zijn geen cijfers over "
            f"{analysis.area.name} zelf.",
            ["Wat", "Hele CBS-wijk", "Over", "Toelichting", "Bron"],
            [
                [
                    label(i),
                    wijk_figure(r, i),
                    r["periode"],
                    " ".join([note_of(i, r), break_of(i, r)]).strip(),
                    analysis.data.citation(r["bron"], r["periode"]),
                ]
                for i, r in wijk
            ],
            numeric=["Hele CBS-wijk"],
        )
    html += bullets(_also_published(analysis))
    if not html.html.strip():
        return paragraph("Over dit thema zijn voor dit gebied geen cijfers bekend.")
    used = {word for _, row in analysis.by_indicator(analysis.latest) for word in (row["status"], row["herkomst"])}
    meanings = [
        f"{STATUS_SHOWN.get(word, word)}: {meaning}" for word, meaning in STATUS_IN_WORDS.items() if word in used
    ]
    html += paragraph("Soort cijfer: " + "; ".join(meanings) + ".", "stil") if meanings else NOTHING
    kinds = [k for k in HOW_MADE if k in set(analysis.latest["interval_soort"])]
    return html + (paragraph("Marge: " + "; ".join(HOW_MADE[k] for k in kinds) + ".", "stil") if kinds else NOTHING)


def _also_published(analysis: Analysis) -> list[str]:
    """Figures on groups that a text names without saying which buurten, where they belong with this area."""
    kinds = {"samengesteld": ["omschrijving"], "gemeente": ["omschrijving", "land"]}.get(analysis.area.kind, [])
    groups = {area.id: area.name for area in analysis.data.catalogue.areas if area.kind in kinds}
    known = {indicator.id for indicator, _ in analysis.by_indicator(analysis.latest)}
    lines = []
    for indicator in analysis.indicators:
        rows = analysis.table[(analysis.table["indicator"] == indicator.id) & analysis.table["gebied"].isin(groups)]
        for row in rows.to_dict("records"):
            text = figure(row, indicator)
            if text != NO_FIGURE and (row["gebied"] != "nederland" or indicator.id not in known):
                source = analysis.data.citation(row["bron"], row["periode"])
                lines.append(f"{groups[row['gebied']]}, {row['periode']}: {label(indicator)} {text}. Bron: {source}.")
    return lines
