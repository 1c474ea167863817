"""The sections of a report, in the order of its story; each takes an analysis and gives HTML in plain Dutch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from nplv_analysis.analysis import Analysis
from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Indicator
from nplv_analysis.comparison import NOT_YET, side_by_side
from nplv_analysis.errors import InputError
from nplv_analysis.indicators import LEAST_COVERAGE, WIJK_ONLY
from nplv_analysis.indicators import NOTHING as NO_FIGURE_AT_ALL
from nplv_analysis.tables import NOTHING, Html, bullets, heading, paragraph, table
from nplv_analysis.wording import (
    NO_FIGURE,
    STATUS_IN_WORDS,
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
#: From this many names of one topic on, a list of what is missing counts them.
MANY = 4
NOT_ASKED = "Wat vinden bewoners? Nog niet opgehaald."

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
        for indicator, row in _latest(people)
        if indicator.topic == "Bevolking"
    ]
    return paragraph(" ".join(lines)) + table(
        f"Wie er wonen: {area.name}", ["Wat", "Aantal", "Jaar", "Bron"], rows, numeric=["Aantal"]
    )


def key_figures(analysis: Analysis) -> Html:
    """Give the latest figure of every indicator, by topic, with year, status and source."""
    html = NOTHING
    for topic, rows in _by_topic(analysis, _latest(analysis)):
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
    wijk = _wijk_only(analysis)
    if wijk:
        html += table(
            f"Alleen bekend voor de hele CBS-wijk {analysis.area.wijk_name}. Dit zijn geen cijfers over "
            f"{analysis.area.name} zelf.",
            ["Wat", "Hele CBS-wijk", "Over", "Bron"],
            [
                [
                    label(i),
                    wijk_figure(r, i),
                    r["periode"],
                    analysis.data.citation(r["bron"], r["periode"]),
                ]
                for i, r in wijk
            ],
            numeric=["Hele CBS-wijk"],
        )
    html += bullets(_also_published(analysis))
    if not html.html.strip():
        return paragraph("Over dit thema zijn voor dit gebied geen cijfers bekend.")
    used = {word for _, row in _latest(analysis) for word in (row["status"], row["herkomst"])}
    meanings = [f"{word}: {meaning}" for word, meaning in STATUS_IN_WORDS.items() if word in used]
    return html + (paragraph("Soort cijfer: " + "; ".join(meanings) + ".", "stil") if meanings else NOTHING)


def development(analysis: Analysis) -> Html:
    """Show how figures developed: a chart a topic, and each value with its changes."""
    from nplv_analysis.charts import Panel, development_chart

    whole = None if analysis.area.kind == "gemeente" else analysis.data.catalogue.gemeente.name
    html = NOTHING
    for topic, indicators in groupby(analysis.indicators, key=lambda i: i.topic):
        panels = [Panel(i, rows) for i in indicators if len(rows := _shown(analysis.development, i)) > 1]
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
        columns = ["Wat", "Over", "Cijfer", f"Verandering{unit}"]
        if whole:
            columns += ["Gemeente", f"Verschil met de gemeente{unit}", f"Verandering van dat verschil{unit}"]
        cells = [
            _development_row(analysis, p.indicator, row, not unit) for p in panels for row in p.rows.to_dict("records")
        ]
        html += table(
            f"{topic}: elk cijfer van {analysis.area.name} en de verandering sinds het vorige cijfer. Bron: {sources}.",
            columns,
            cells,
            numeric=columns[2:],
        )
        html += bullets(_breaks(panels))
    return (
        html
        if html.html
        else paragraph("Er zijn nog geen twee metingen van hetzelfde. Een ontwikkeling is niet te geven.")
    )


def comparison(analysis: Analysis) -> Html:
    """Put the figures beside those of the rest of the gemeente and of the other areas; no verdicts yet."""
    from nplv_analysis.charts import Panel, comparison_chart

    catalogue = analysis.data.catalogue
    names = {a: catalogue.area(a).name for a in analysis.areas_beside}
    html = paragraph(NOT_YET + " Een klein verschil kan toeval zijn.")
    for topic, rows in _by_topic(analysis, _latest(analysis)):
        shares = [(i, r) for i, r in rows if not i.unit.startswith("aantal")]
        columns, cells = _references(analysis, shares)
        if not cells:
            continue
        html += heading(topic, 3)
        panels = []
        for indicator, row in shares:
            others = side_by_side(analysis.table, indicator.id, list(names), row["reeks"], row["periode"])
            drawable = others[others["waarde"].notna() | others["bovengrens"].notna()]
            if len(drawable) >= LEAST_AREAS:
                panels.append(Panel(indicator, drawable))
        if panels:
            sources = _sources(analysis, pd.concat([p.rows for p in panels]))
            key = f"vergelijking-{_slug(topic)}"
            html += Html(comparison_chart(panels, names, analysis.area.id, sources, key).to_html())
        html += table(
            f"{topic}: {analysis.area.name} naast andere gebieden.",
            columns,
            cells,
            numeric=columns[2:],
        )
        html += bullets(_comparison_notes(shares))
    if not _latest(analysis):
        html += paragraph("Van dit gebied is er geen cijfer om te vergelijken.")
    return html


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
        ["Wat", "Laatste cijfer", "Over", "Doel", "Stand"],
        [
            [
                i.name,
                with_unit(number(r["waarde"], i.decimals), i.unit),
                r["periode"],
                f"{'hoger' if r['doel_teken'] == '>' else 'lager'} dan "
                + with_unit(number(r["doel"], 0 if float(r["doel"]).is_integer() else 1), i.unit),
                f"{r['doel_status']}. {r['doel_reden']}" if r["doel_status"] == "nog niet bekend" else r["doel_status"],
            ]
            for i, r in rows
        ],
        numeric=["Laatste cijfer", "Doel"],
    )
    if area.kind in ("gemeente", "samengesteld"):
        return html
    distances = analysis.development.dropna(subset=["afstand"])
    where = (
        "Het verschil met de gemeente staat hierboven, bij de ontwikkeling."
        if len(distances)
        else "Van geen enkel cijfer over dit thema is het verschil met de gemeente precies bekend."
    )
    return html + paragraph(
        f"Voor {area.name} is het streven: een kleiner verschil met de gemeente, binnen een band rond het gemiddelde "
        f"van de gemeente. Hoe breed die band is, is nog niet afgesproken. {where}"
    )


def gaps(analysis: Analysis) -> Html:
    """Say in one quiet line each what can't be said, and why."""
    lines: dict[str, list[str]] = {}
    known = {indicator.id for indicator, _ in [*_latest(analysis), *_wijk_only(analysis)]}
    by_id = {indicator.id: indicator for indicator in analysis.indicators}
    for row in analysis.own.to_dict("records"):
        name = by_id[row["indicator"]].name
        if row["herkomst"] == NO_FIGURE_AT_ALL or (row["indicator"] not in known and pd.isna(row["waarde"])):
            reason = row["toelichting"] or "Er is geen cijfer bekend."
        elif row["status"] == "nog niet bekend":
            name, reason = f"{name} in {row['periode']}", "Dat cijfer is nog niet bekend."
        else:
            continue
        if name not in lines.setdefault(reason, []):
            lines[reason].append(name)
    topics = {indicator.name: indicator.topic for indicator in analysis.indicators}
    html = bullets([f"{_short(names, topics)}. {reason}" for reason, names in lines.items()])
    differences = [
        f"{by_id[i].name} en {analysis.data.catalogue.indicator(other).name}: {why}"
        for i in by_id
        for other, why in by_id[i].differs_from.items()
        if i in known and (other not in by_id or i < other or other not in known)
    ]
    if differences:
        html += paragraph("Cijfers die op elkaar lijken, maar niet hetzelfde meten:") + bullets(differences)
    return html if html.html else paragraph("Van alle cijfers over dit thema is voor dit gebied iets bekend.")


def _short(names: list[str], topics: dict[str, str]) -> str:
    """List names, but only count those of a topic that has many: a quiet line, not a page."""
    words = []
    for topic, group in groupby(names, key=lambda name: topics.get(name, name)):
        members = list(group)
        words += members if len(members) < MANY else [f"{len(members)} cijfers bij '{topic}'"]
    return listing(words)


def voices(analysis: Analysis) -> Html:
    """Give residents and professionals the word, from ``data/raw/toelichting``; or say they were not asked yet."""
    name = f"{analysis.area.id}-{analysis.theme}.md"
    path = analysis.data.folder / "raw" / "toelichting" / name
    if not path.exists():
        return paragraph(NOT_ASKED)
    head, text = _split_front_matter(path)
    words = "".join(paragraph(part.strip()).html for part in text.split("\n\n") if part.strip())
    return Html(f"<blockquote>{words}</blockquote>") + paragraph(
        f"{head['rol']}, {head['datum']}. Bron: {head['bron']}."
    )


def sources(analysis: Analysis) -> Html:
    """Account for the figures: sources, what is measured, and how well the computation does."""
    used = set(analysis.own["bron"]) - {""}
    records = {r.citation: r for r in analysis.data.records if r.source in used}
    html = table(
        "Bronnen van deze pagina",
        ["Bron", "Uitgever", "Licentie", "Adres", "Wat er van is gebruikt"],
        [[r.citation, r.publisher, r.licence, r.address, f"{r.selection} {r.note}".strip()] for r in records.values()],
    )
    definitions = [
        [label(i), i.numerator, i.denominator, i.uncertainty, i.caveat]
        for i in analysis.indicators
        if len(_shown(analysis.own, i)) or i.id in {x.id for x, _ in _latest(analysis)}
    ]
    explained = table(
        "Wat er precies is gemeten. De soort onzekerheid is: steekproef, toeval, afronding, model of geen.",
        ["Wat", "Geteld", "Ten opzichte van", "Onzekerheid", "Let op"],
        definitions,
    )
    html += Html(f"<details><summary>Wat er precies is gemeten</summary>{explained.html}</details>")
    html += bullets(_method_errors(analysis))
    reasons = sorted(set(analysis.own["interval_reden"]))
    return html + paragraph("Bij de cijfers staat nog geen marge: " + "; ".join(reasons) + ".")


def save(analysis: Analysis, uitvoer_map: str) -> Html:
    """Save the figures of the page as CSV when a folder is given."""
    if not uitvoer_map:
        return paragraph("De cijfers van deze pagina zijn niet apart bewaard (uitvoer_map is leeg).", "stil")
    from nplv_analysis.export import write_csv

    path = Path(uitvoer_map) / f"{analysis.theme}.csv"
    write_csv(analysis.own, analysis.data, path)
    return Html(f'<p>De cijfers van deze pagina: <a href="{path.name}" download>{path.name}</a> (CSV).</p>')


def _latest(analysis: Analysis) -> list[tuple[Indicator, Row]]:
    rows = {row["indicator"]: row for row in analysis.latest.to_dict("records")}
    return [(i, rows[i.id]) for i in analysis.indicators if i.id in rows]


def _wijk_only(analysis: Analysis) -> list[tuple[Indicator, Row]]:
    """The latest figure of the enclosing CBS wijk, where it is the only one or newer than the area's own."""
    own = {i.id: r["jaar"] for i, r in _latest(analysis)}
    rows = analysis.own[analysis.own["herkomst"] == WIJK_ONLY].sort_values("jaar")
    last = {row["indicator"]: row for row in rows.to_dict("records")}
    return [(i, last[i.id]) for i in analysis.indicators if i.id in last and not last[i.id]["jaar"] <= own.get(i.id, 0)]


def _also_published(analysis: Analysis) -> list[str]:
    """Figures on groups that a text names without saying which buurten, where they belong with this area."""
    kinds = {"samengesteld": ["omschrijving"], "gemeente": ["omschrijving", "land"]}.get(analysis.area.kind, [])
    groups = {area.id: area.name for area in analysis.data.catalogue.areas if area.kind in kinds}
    known = {indicator.id for indicator, _ in _latest(analysis)}
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


def _shown(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """The rows of an indicator that hold a figure about the area itself."""
    mine = rows[rows["indicator"] == indicator.id]
    return mine[mine[["waarde", "ondergrens", "bovengrens", "genoemd"]].notna().any(axis=1)]


def _kind(row: Row) -> str:
    """Status and origin in words; "published and observed" is the plain case and needs none."""
    words = [] if row["status"] == "waargenomen" else [row["status"]]
    return ", ".join([*words, row["herkomst"]])


def _development_row(analysis: Analysis, indicator: Indicator, row: Row, with_unit_of_change: bool) -> list[str]:
    unit = " procentpunt" if with_unit_of_change and indicator.unit == "%" else ""

    def change(value: float) -> str:
        text = signed(value, indicator.decimals)
        return text and text + unit

    cells = [label(indicator), row["periode"], figure(row, indicator), change(row["verandering"])]
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
    lines: dict[str, list[str]] = {}
    for panel in panels:
        drawn = list(dict.fromkeys(panel.rows["reeks"]))
        for series in panel.indicator.series:
            if series.break_reason and series.id in drawn[1:]:
                lines.setdefault(series.break_reason.strip(), []).append(panel.indicator.name)
    return [
        f"Breuk in de reeks{' van alle cijfers hierboven' if len(names) > 3 else ' van ' + listing(names)}: {reason}"
        for reason, names in lines.items()
    ]


def _references(analysis: Analysis, rows: list[tuple[Indicator, Row]]) -> tuple[list[str], list[list[str]]]:
    """Columns and cells of the comparison table: only references that some row has."""
    area = analysis.area
    labels = {
        "overige_gemeente": "Overige gemeente",
        "overige_gemeente_zonder": "Overige gemeente zonder het centrum",
        "groningen_noord": "Groningen-Noord",
        "gemeente": "Hele gemeente",
        "nederland": "Nederland",
    }
    own = {"groningen-noord": "groningen_noord", "gemeente": "gemeente"}.get(area.id)
    used = [c for c in labels if c != own and any(pd.notna(r[c]) for _, r in rows)]
    cells = []
    for indicator, row in rows:
        others = ["" if pd.isna(row[c]) else figure(analysis.table.loc[int(row[c])], indicator) for c in used]
        if any(others):
            cells.append([label(indicator), row["periode"], figure(row, indicator), *others])
    return ["Wat", "Over", area.name, *(labels[c] for c in used)], cells


def _comparison_notes(rows: list[tuple[Indicator, Row]]) -> list[str]:
    notes = []
    for indicator, row in rows:
        if indicator.without_wijk and pd.notna(row["overige_gemeente_zonder"]):
            notes.append(f"Met en zonder {indicator.without_wijk['naam']}: {indicator.without_wijk['reden'].strip()}")
        if indicator.about_schools:
            notes.append("Dit gaat over scholen in de wijk, niet over kinderen die er wonen.")
    return list(dict.fromkeys(notes))


def _sources(analysis: Analysis, rows: pd.DataFrame) -> str:
    pairs = zip(rows["bron"], rows["periode"], strict=True)
    return "; ".join(dict.fromkeys(analysis.data.citation(source, period) for source, period in pairs))


def _method_errors(analysis: Analysis) -> list[str]:
    """One line an indicator that was computed here: how far the computation misses where it can be checked."""
    errors = analysis.data.method_error
    computed = set(analysis.own.loc[analysis.own["herkomst"] == "berekend", "indicator"])
    lines = []
    for indicator in analysis.indicators:
        mine = errors[(errors["indicator"] == indicator.id) & (errors["dekking"] >= LEAST_COVERAGE)]
        if indicator.id not in computed or mine.empty:
            continue
        unit, shown = unit_of_change(indicator.unit), max(indicator.decimals, 1)
        worst = max(mine.to_dict("records"), key=lambda row: abs(row["verschil"]))
        largest = f"{number(abs(worst['verschil']), shown)} {unit}"
        half = number(float(mine["verschil"].abs().median()), shown)
        lines.append(
            f"{indicator.name} is voor dit gebied berekend uit buurten. Waar een CBS-wijk of de gemeente een eigen "
            f"cijfer heeft, wijkt die berekening hooguit {largest} af ({worst['code']}, {worst['periode']}). "
            f"Dat zijn {len(mine)} vergelijkingen; in de helft is het verschil hooguit {half}."
        )
    return lines


def _split_front_matter(path: Path) -> tuple[dict[str, str], str]:
    name = f"toelichting/{path.name}"
    parts = path.read_text(encoding="utf-8-sig").split("---", 2)
    head = yaml.safe_load(parts[1]) if len(parts) == 3 and not parts[0].strip() else None
    if not isinstance(head, dict):
        raise InputError(name, "lines between '---' at the top, with bron, rol and datum")
    for key in ("bron", "rol", "datum"):
        if not head.get(key):
            raise InputError(name, "a value", column=key)
    return {key: str(value) for key, value in head.items()}, parts[2]


def _slug(text: str) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in text.lower()).strip("-")
