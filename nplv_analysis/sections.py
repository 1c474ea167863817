"""The sections of a report, in the order of its story; each takes an analysis and gives HTML in plain Dutch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import pandas as pd

from nplv_analysis.analysis import POPULATION, Analysis
from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Indicator, Series
from nplv_analysis.comparison import NOT_YET, side_by_side, with_figure
from nplv_analysis.indicators import WIJK_ONLY
from nplv_analysis.tables import NOTHING, Html, bullets, heading, paragraph, table
from nplv_analysis.wording import (
    MANY,
    NO_FIGURE,
    STATUS_IN_WORDS,
    STATUS_SHOWN,
    figure,
    label,
    listing,
    number,
    signed,
    unit_of_change,
    wijk_figure,
    with_unit,
)

TITLES = {"leerachterstand": "Leerachterstand", "armoede": "Armoede", "veiligheid": "Veiligheid"}
#: A comparison chart of fewer areas says less than its table.
LEAST_AREAS = 4

#: How the references of a comparison read. Figures on schools cover the schools in the file, not a whole area.
COLUMN_NAMES = {
    "overige_gemeente": "Overige gemeente",
    "overige_gemeente_zonder": "Overige gemeente zonder het centrum",
    "groningen_noord": "Groningen-Noord",
    "gemeente": "Hele gemeente",
    "nederland": "Nederland",
}
ALL_SCHOOLS = "Alle scholen in het bestand"
SCHOOL_COLUMN_NAMES = {
    "overige_gemeente": "Andere scholen in het bestand",
    "groningen_noord": "Scholen in Groningen-Noord",
    "gemeente": ALL_SCHOOLS,
}

Row = dict[Any, Any]


def title(analysis: Analysis) -> Html:
    """Give the heading of the page, and say so when the page is not for everyone."""
    first = heading(f"{TITLES[analysis.theme]} in {in_words(analysis)}", 1)
    if analysis.internal:
        first += paragraph(
            "Intern: op deze pagina staan cijfers die niet openbaar zijn. Niet verspreiden.",
            "intern",
        )
    return first


def in_words(analysis: Analysis) -> str:
    """Give the name of the area as it reads in a sentence."""
    return "de gemeente Groningen" if analysis.area.kind == "gemeente" else analysis.area.name


def about(analysis: Analysis) -> Html:
    """Tell what the area is, and how many people live there."""
    area = analysis.area
    kinds = {
        "nplv": "is een van de acht gebieden van Groningen-Noord (Nationaal Programma Leefbaarheid en Veiligheid).",
        "wijkvernieuwing": "is een wijk waar de gemeente aan vernieuwing werkt. Het hoort niet bij Groningen-Noord.",
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
    for topic, rows in _by_topic(analysis, analysis.by_indicator(analysis.latest)):
        html += table(
            f"{topic}. Laatste cijfers van {analysis.area.name}.",
            ["Wat", "Cijfer", "Over", "Soort cijfer", "Toelichting", "Bron"],
            [
                [
                    label(i),
                    figure(r, i),
                    r["periode"],
                    _kind(r),
                    r["toelichting"],
                    analysis.data.citation(r["bron"], r["periode"]),
                ]
                for i, r in rows
            ],
            numeric=["Cijfer"],
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
                    " ".join([_note(i, r), _break(i, r)]).strip(),
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
    return html + (paragraph("Soort cijfer: " + "; ".join(meanings) + ".", "stil") if meanings else NOTHING)


def development(analysis: Analysis) -> Html:
    """Show how figures developed: a chart a topic, and each value with its changes."""
    from nplv_analysis.charts import Panel, development_chart

    whole = None if analysis.area.kind == "gemeente" else analysis.data.catalogue.gemeente.name
    html = NOTHING
    for topic, indicators in groupby(analysis.indicators, key=lambda i: i.topic):
        panels = [Panel(i, rows) for i in indicators if len(rows := _measured(analysis, i)) > 1]
        if not panels:
            continue
        sources = _sources(analysis, pd.concat([p.rows for p in panels]))
        topic = _topic_here(analysis, topic)
        html += heading(topic, 3)
        drawn = [p for p in panels if p.rows["jaar"].nunique() > 1]
        if drawn:
            key = f"ontwikkeling-{_slug(topic)}"
            html += Html(development_chart(drawn, in_words(analysis), whole, sources, key).to_html())
        units = {unit_of_change(p.indicator.unit) for p in panels}
        unit = f" ({units.pop()})" if len(units) == 1 else ""
        columns = ["Wat", "Over", "Cijfer", "Soort cijfer", f"Verandering{unit}"]
        if whole:
            schools = all(p.indicator.about_schools for p in panels)
            columns += [
                ALL_SCHOOLS if schools else "Gemeente",
                f"Verschil met de gemeente{unit}",
                f"Verandering van dat verschil{unit}",
            ]
        cells = [
            _development_row(analysis, p.indicator, row, not unit) for p in panels for row in p.rows.to_dict("records")
        ]
        html += table(
            f"{topic}: elk cijfer van {analysis.area.name} en de verandering sinds het vorige cijfer. Bron: {sources}.",
            columns,
            cells,
            numeric=[c for c in columns[2:] if c != "Soort cijfer"],
        )
        html += bullets(_breaks(panels))
    return (
        html
        if html.html
        else paragraph("Er zijn nog geen twee metingen van hetzelfde. Een ontwikkeling is niet te geven.")
    )


def comparison(analysis: Analysis) -> Html:
    """Put the figures beside those of the rest of the gemeente and of the other areas; no verdicts yet."""
    from nplv_analysis.charts import comparison_chart

    html = paragraph(NOT_YET + " Een klein verschil kan toeval zijn.")
    shares = [(i, r) for i, r in analysis.by_indicator(analysis.compared) if not i.unit.startswith("aantal")]
    if not shares:
        return html + paragraph("Er is geen cijfer om dit gebied mee te vergelijken.")
    if analysis.area.kind != "gemeente":
        html += paragraph(f"Overige gemeente betekent: de gemeente zonder {analysis.area.name}, uit buurten berekend.")
    for topic, rows in _by_topic(analysis, shares):
        html += heading(topic, 3)
        panels, names = _panels_beside(analysis, rows)
        cited = _sources(analysis, pd.DataFrame([row for _, row in rows]))
        if panels:
            drawn = _sources(analysis, pd.concat([p.rows for p in panels]))
            key = f"vergelijking-{_slug(topic)}"
            html += Html(comparison_chart(panels, names, analysis.area.id, drawn, key).to_html())
        columns, cells = _references(analysis, rows)
        html += table(
            f"{topic}: {analysis.area.name} naast andere gebieden. Bron: {cited}.",
            columns,
            cells,
            numeric=columns[2:-1],
        )
        html += bullets(_comparison_notes(rows))
    return html


def _panels_beside(analysis: Analysis, rows: list[tuple[Indicator, Row]]) -> tuple[list[Any], dict[str, str]]:
    """The small charts of a topic, with the areas to draw; the rest of the gemeente comes last."""
    from nplv_analysis.charts import Panel

    table = analysis.table
    names = {a: analysis.data.catalogue.area(a).name for a in analysis.areas_beside}
    panels: list[Panel] = []
    for indicator, row in rows:
        others = side_by_side(table, indicator.id, list(names), row["reeks"], row["periode"])
        # Without the centre where that distorts: then that is the fair reference.
        column = "overige_gemeente_zonder" if indicator.without_wijk else "overige_gemeente"
        if pd.notna(row[column]):
            names[column] = COLUMN_NAMES[column]
            others = pd.concat([others, table.loc[[int(row[column])]].assign(gebied=column)], ignore_index=True)
        drawable = others[others["waarde"].notna() | others["bovengrens"].notna()]
        if len(drawable) >= LEAST_AREAS:
            panels.append(Panel(indicator, drawable))
    drawn = {area for panel in panels for area in panel.rows["gebied"]}
    return panels, {area: name for area, name in names.items() if area in drawn}


def targets(analysis: Analysis) -> Html:
    """Show the targets: of Groningen-Noord as a whole, and for a wijk its distance to the gemeente."""
    catalogue = analysis.data.catalogue
    rows = [(catalogue.indicator(str(row["indicator"])), row) for row in analysis.targets.to_dict("records")]
    if not rows:
        return paragraph("Voor dit thema zijn geen doelen afgesproken.")
    area = analysis.area
    html = paragraph("De doelen voor 2030 tot 2040 gelden voor heel Groningen-Noord, niet voor een wijk apart.")
    html += table(
        f"Doelen van Groningen-Noord. Bron: {rows[0][1]['doel_versie']}.",
        ["Wat", "Laatste cijfer", "Over", "Doel", "Stand", "Toelichting"],
        [
            [
                i.name,
                with_unit(number(r["waarde"], i.decimals), i.unit),
                r["periode"],
                f"{'hoger' if r['doel_teken'] == '>' else 'lager'} dan "
                + with_unit(number(r["doel"], 0 if float(r["doel"]).is_integer() else 1), i.unit),
                f"{r['doel_status']}. {r['doel_reden']}" if r["doel_status"] == "nog niet bekend" else r["doel_status"],
                r["toelichting"],
            ]
            for i, r in rows
        ],
        numeric=["Laatste cijfer", "Doel"],
    )
    if area.kind == "wijkvernieuwing":
        return html + paragraph(
            f"{area.name} hoort niet bij Groningen-Noord. Voor {area.name} zijn deze doelen er niet."
        )
    if area.kind != "nplv":
        return html
    distances = analysis.development.dropna(subset=["afstand"])
    shown = [i.name for i, _ in rows if i.id in set(distances["indicator"])]
    where = (
        f"Dat verschil staat bij de ontwikkeling, voor: {listing(shown)}."
        if shown
        else f"Van de cijfers met een doel hebben wij dat verschil niet voor {area.name}."
    )
    return html + paragraph(
        f"Voor {area.name} is het streven: een kleiner verschil met de gemeente, binnen een band rond het gemiddelde "
        f"van de gemeente. Hoe breed die band is, staat niet in het programma. {where}"
    )


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


def _by_topic(
    analysis: Analysis, rows: list[tuple[Indicator, Row]]
) -> Iterator[tuple[str, list[tuple[Indicator, Row]]]]:
    for topic, group in groupby(rows, key=lambda pair: pair[0].topic):
        yield _topic_here(analysis, topic), list(group)


def _topic_here(analysis: Analysis, topic: str) -> str:
    """Name a topic as it reads on this page: a gemeente is no wijk."""
    here = "in deze wijk" if analysis.area.kind in ("nplv", "wijkvernieuwing") else f"in {in_words(analysis)}"
    return topic.replace("in deze wijk", here)


def _kind(row: Row) -> str:
    """Status and origin in words; "observed" is the plain case and needs no word."""
    words = [] if row["status"] == "waargenomen" else [str(STATUS_SHOWN.get(row["status"], row["status"]))]
    return ", ".join([*words, row["herkomst"] if row["openbaar"] else "eigen cijfer, niet openbaar"])


def _measured(analysis: Analysis, indicator: Indicator) -> pd.DataFrame:
    """The figures of an indicator about the area itself; the same figure from two places of one source counts once."""
    rows = analysis.development[analysis.development["indicator"] == indicator.id]
    rows = with_figure(rows[rows["herkomst"] != WIJK_ONLY])
    twice = rows.duplicated(["periode", "waarde"]) & rows["waarde"].notna()
    return rows[~twice]


def _series(indicator: Indicator, row: Row) -> Series:
    return next(series for series in indicator.series if series.id == row["reeks"])


def _note(indicator: Indicator, row: Row) -> str:
    return str(row["toelichting"]).split(". ", 1)[1] if ". " in row["toelichting"] else ""


def _break(indicator: Indicator, row: Row) -> str:
    reason = _series(indicator, row).break_reason.strip()
    return f"Niet te vergelijken met eerdere cijfers: {reason}" if reason else ""


def _development_row(analysis: Analysis, indicator: Indicator, row: Row, with_unit_of_change: bool) -> list[str]:
    unit = " procentpunt" if with_unit_of_change and indicator.unit == "%" else ""

    def change(value: float) -> str:
        text = signed(value, indicator.decimals)
        return text and text + unit

    plain = row["status"] in ("waargenomen", "onderdrukt")
    cells = [label(indicator), row["periode"], figure(row, indicator), "" if plain else row["status"]]
    cells.append(change(row["verandering"]))
    if analysis.area.kind == "gemeente":
        return cells
    table = analysis.table
    whole = table[
        (table["gebied"] == analysis.data.catalogue.gemeente.id)
        & (table["rol"] == ITSELF)
        & (table["indicator"] == indicator.id)
        & (table["reeks"] == row["reeks"])
        & (table["periode"] == row["periode"])
    ]
    shown = figure(whole.iloc[0], indicator) if len(whole) else ""
    # Counts of a part and of the whole are no distance.
    comparable = not indicator.unit.startswith("aantal")
    distance = [row["afstand"], row["verandering_afstand"]] if comparable else [float("nan")] * 2
    return [*cells, shown, *(change(value) for value in distance)]


def _breaks(panels: Iterable[Any]) -> list[str]:
    """Say from when on figures are of another series, and why."""
    lines: dict[tuple[str, str], list[str]] = {}
    for panel in panels:
        first = panel.rows.drop_duplicates("reeks").set_index("reeks")["periode"]
        for series in panel.indicator.series:
            if series.break_reason and series.id in first.index[1:]:
                lines.setdefault((first[series.id], series.break_reason.strip()), []).append(panel.indicator.name)
    return [
        f"{period} is niet te vergelijken met ervoor "
        f"({listing(names) if len(names) < MANY else f'{len(names)} cijfers'}): {reason}"
        for (period, reason), names in lines.items()
    ]


def _references(analysis: Analysis, rows: list[tuple[Indicator, Row]]) -> tuple[list[str], list[list[str]]]:
    """Columns and cells of the comparison table: only references that some row has."""
    names = SCHOOL_COLUMN_NAMES if all(i.about_schools for i, _ in rows) else COLUMN_NAMES
    used = [c for c in names if any(pd.notna(r[c]) for _, r in rows)]
    cells = []
    for indicator, row in rows:
        others = ["" if pd.isna(row[c]) else figure(analysis.table.loc[int(row[c])], indicator) for c in used]
        cells.append([label(indicator), row["periode"], figure(row, indicator), *others, _kind(row)])
    return ["Wat", "Over", analysis.area.name, *(names[c] for c in used), "Soort cijfer"], cells


def _comparison_notes(rows: list[tuple[Indicator, Row]]) -> list[str]:
    notes = []
    about: dict[str, list[str]] = {}
    for indicator, row in rows:
        if indicator.without_wijk and pd.notna(row["overige_gemeente_zonder"]):
            notes.append(f"Met en zonder {indicator.without_wijk['naam']}: {indicator.without_wijk['reden'].strip()}")
        if indicator.about_schools:
            notes.append(indicator.caveat.strip())
        elif _series(indicator, row).note:
            about.setdefault(_series(indicator, row).note.strip(), []).append(indicator.name)
    return [*dict.fromkeys(notes), *(f"{listing(names)}: {note}" for note, names in about.items())]


def _sources(analysis: Analysis, rows: pd.DataFrame) -> str:
    pairs = zip(rows["bron"], rows["periode"], strict=True)
    return "; ".join(dict.fromkeys(analysis.data.citation(source, period) for source, period in pairs))


def _slug(text: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in text.lower()).strip("-")
