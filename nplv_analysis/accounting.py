"""The account at the end of a report: what can't be said, what people in the wijk say, and the sources."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pandas as pd

from nplv_analysis.analysis import Analysis
from nplv_analysis.computation import LEAST_COVERAGE
from nplv_analysis.errors import InputError
from nplv_analysis.indicators import NOTHING as NO_FIGURE_AT_ALL
from nplv_analysis.plain_yaml import PlainYamlError, parse_yaml
from nplv_analysis.records import Record
from nplv_analysis.rows import records
from nplv_analysis.tables import Html, bullets, paragraph, table
from nplv_analysis.verdict import FUNNEL
from nplv_analysis.wording import MANY, label, listing, number, unit_of_change

#: More names than this are not read.
MOST_NAMED = 8
NOT_ASKED = "Wat vinden bewoners? Nog niet opgehaald."


def gaps(analysis: Analysis) -> Html:
    """Say in one quiet line each what can't be said, and why."""
    lines: dict[str, list[str]] = {}
    known = {
        indicator.id
        for indicator, _ in [*analysis.by_indicator(analysis.latest), *analysis.by_indicator(analysis.wijk_only)]
    }
    by_id = {indicator.id: indicator for indicator in analysis.indicators}
    for row in records(analysis.own):
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
    here = set(analysis.data.figures["indicator"])
    differences = [
        f"{by_id[i].name} en {analysis.data.catalogue.indicator(other).name}: {why}"
        for i in by_id
        for other, why in by_id[i].differs_from.items()
        if i in known and other in here and (other not in by_id or i < other or other not in known)
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
    return listing(words if len(words) <= MOST_NAMED else [*words[:MANY], f"{len(words) - MANY} andere"])


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
    used = analysis.used_sources
    records = sorted((r for r in analysis.data.records if r.source in used), key=lambda r: used.index(r.source))
    html = source_table(records)
    shown = analysis.by_indicator(analysis.latest)
    if not shown:
        return html
    explained = table(
        "Wat er precies is gemeten. De soort onzekerheid is: steekproef, toeval, afronding, model of geen.",
        ["Wat", "Geteld", "Ten opzichte van", "Onzekerheid", "Let op"],
        [[label(i), i.numerator, i.denominator, i.uncertainty, i.caveat] for i, _ in shown],
    )
    html += Html(f"<details><summary>Wat er precies is gemeten</summary>{explained.html}</details>")
    html += bullets(_method_errors(analysis))
    without: dict[str, list[str]] = {}
    for indicator, row in shown:
        if pd.isna(row["onder95"]):
            without.setdefault(row["interval_reden"], []).append(indicator.topic)
    lines = [f"{listing(list(dict.fromkeys(topics)))}: {reason}." for reason, topics in without.items()]
    return (
        html
        + (paragraph("Bij deze cijfers staat geen marge:") + bullets(lines) if lines else Html(""))
        + _overdispersion(analysis)
    )


def source_table(used: Sequence[Record]) -> Html:
    """List the sources of a page."""
    return table(
        "Bronnen van deze pagina, met die van noemers en gewichten",
        ["Bron", "Uitgever", "Licentie", "Adres", "Wat er van is gebruikt"],
        [[r.citation, r.publisher, r.licence, r.address, f"{r.selection} {r.note}".strip()] for r in used],
    )


def _overdispersion(analysis: Analysis) -> Html:
    """Report how much more wijken differ than chance makes them, for the rates that are judged by it."""
    judged = analysis.latest[analysis.latest["toets"] == FUNNEL]
    lines = [
        f"{label(i)}: wijken verschillen van zichzelf al veel meer dan toeval ({number(r['phi'], 0)} keer de spreiding "
        "van toeval). Een oordeel staat er alleen als een wijk ook daar ver buiten valt."
        for i, r in analysis.by_indicator(judged)
    ]
    return bullets(lines)


def save(analysis: Analysis, uitvoer_map: str) -> Html:
    """Save the figures of the page as CSV when a folder is given."""
    if not uitvoer_map:
        return paragraph("De cijfers van deze pagina zijn niet apart bewaard (uitvoer_map is leeg).", "stil")
    from nplv_analysis.output.export import write_csv

    path = Path(uitvoer_map) / f"{analysis.theme}.csv"
    write_csv(analysis.shown, analysis.data, path)
    return Html(f'<p>De cijfers van deze pagina: <a href="{path.name}" download>{path.name}</a> (CSV).</p>')


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
        worst = max(records(mine), key=lambda row: abs(row["verschil"]))
        largest = f"{number(abs(worst['verschil']), shown)} {unit}"
        half = number(float(mine["verschil"].abs().median()), shown + 1)
        lines.append(
            f"{indicator.name} is voor dit gebied berekend uit buurten. Waar een CBS-wijk of de gemeente ook een eigen "
            f"cijfer heeft, is de berekening vergeleken. Het grootste verschil is {largest} ({worst['code']}, "
            f"{worst['periode']}), het middelste {half}; aantal vergelijkingen: {len(mine)}."
        )
    return lines


def _split_front_matter(path: Path) -> tuple[dict[str, str], str]:
    name = f"toelichting/{path.name}"
    try:
        parts = path.read_text(encoding="utf-8-sig").split("---", 2)
        head = parse_yaml(parts[1]) if len(parts) == 3 and not parts[0].strip() else None
    except UnicodeDecodeError:
        raise InputError(name, "text in UTF-8") from None
    except PlainYamlError as error:
        raise InputError(name, f"valid YAML between '---' at the top ({error})", row=error.line) from None
    if not isinstance(head, dict):
        raise InputError(name, "lines between '---' at the top, with bron, rol and datum")
    for key in ("bron", "rol", "datum"):
        if not head.get(key):
            raise InputError(name, "a value", column=key)
    return {key: str(value) for key, value in head.items()}, parts[2]
