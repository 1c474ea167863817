"""How an area compares: figures side by side, verdicts with their reason, and what is of concern."""

from __future__ import annotations

import pandas as pd

from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import Indicator
from nplv_analysis.comparison import KEYS, with_verdict
from nplv_analysis.rows import records
from nplv_analysis.sections import drawn
from nplv_analysis.sections.development import ALL_SCHOOLS
from nplv_analysis.sections.parts import (
    Row,
    by_topic,
    cited,
    kind_of,
)
from nplv_analysis.tables import NOTHING, Html, bullets, heading, paragraph, table
from nplv_analysis.verdict import BETTER, WORSE
from nplv_analysis.wording import figure, label, listing

#: Verdicts that read "... dan" the reference.
RELATIVE = (BETTER, WORSE, "hoger", "lager")

#: How the references of a comparison read. Figures on schools cover the schools in the file, not a whole area.
COLUMN_NAMES = {
    "overige_gemeente": "Overige gemeente",
    "overige_gemeente_zonder": "Overige gemeente zonder het centrum",
    "groningen_noord": "Groningen-Noord",
    "gemeente": "Hele gemeente",
    "nederland": "Nederland",
}

SCHOOL_COLUMN_NAMES = {
    "overige_gemeente": "Andere scholen in het bestand",
    "groningen_noord": "Scholen in Groningen-Noord",
    "gemeente": ALL_SCHOOLS,
}

VERDICTS = (
    "Wij noemen een verschil alleen als het groter is dan toeval kan verklaren. Daarvoor willen wij 99,8% zekerheid. "
    "Het verschil moet ook groot genoeg zijn om van belang te zijn. Onder elke figuur staan de cijfers als tabel."
)


def comparison(analysis: Analysis) -> Html:
    """Put the figures beside those of the rest of the gemeente and of the other areas; no verdicts yet."""
    html = NOTHING
    shares = [(i, r) for i, r in analysis.by_indicator(analysis.compared) if not i.unit.startswith("aantal")]
    if not shares:
        return paragraph("Er is geen cijfer om dit gebied mee te vergelijken.")
    html += paragraph(VERDICTS)
    if analysis.area.kind != "gemeente":
        html += paragraph(
            f"Overige gemeente betekent: de gemeente zonder {analysis.area.name}, berekend uit buurten of aantallen."
        )
    mapped = drawn.chosen_for_map(analysis, shares)
    for topic, rows in by_topic(analysis, shares):
        html += heading(topic, 3)
        source = cited(analysis, pd.DataFrame([row for _, row in rows], columns=["bron", "periode"]))
        html += drawn.beside_others(analysis, topic, rows)
        for indicator, row in rows:
            html += drawn.map_of_figures(analysis, indicator, row) if indicator.id == mapped else NOTHING
        columns, cells = _references(analysis, rows)
        html += table(
            f"{topic}: {analysis.area.name} naast andere gebieden. Bron: {source}.",
            columns,
            cells,
            numeric=columns[2:-3],
            fold=True,
        )
        html += bullets(_comparison_notes(rows))
    return html + _beside_others(analysis) + _of_concern(analysis)


def _references(analysis: Analysis, rows: list[tuple[Indicator, Row]]) -> tuple[list[str], list[list[str]]]:
    """Columns and cells of the comparison table: only references that some row has."""
    names = dict(SCHOOL_COLUMN_NAMES if all(i.about_schools for i, _ in rows) else COLUMN_NAMES)
    programme = analysis.data.catalogue.programme
    if programme:
        names["groningen_noord"] = names["groningen_noord"].replace("Groningen-Noord", programme.name)
    used = [c for c in names if any(pd.notna(r[c]) for _, r in rows)]
    cells = []
    for indicator, row in rows:
        others = ["" if pd.isna(row[c]) else figure(analysis.rows[int(row[c])], indicator) for c in used]
        own = [label(indicator), row["periode"], figure(row, indicator)]
        verdict = f"{row['oordeel']} dan {row['vergeleken_met']}" if row["oordeel"] in RELATIVE else row["oordeel"]
        cells.append([*own, *others, kind_of(row), verdict, row["oordeel_reden"]])
    columns = ["Wat", "Over", analysis.area.name, *(names[c] for c in used), "Soort cijfer", "Oordeel", "Waarom"]
    return columns, cells


def _comparison_notes(rows: list[tuple[Indicator, Row]]) -> list[str]:
    notes = []
    about: dict[str, list[str]] = {}
    for indicator, row in rows:
        if indicator.without_wijk and pd.notna(row["overige_gemeente_zonder"]):
            notes.append(f"Met en zonder {indicator.without_wijk['naam']}: {indicator.without_wijk['reden'].strip()}")
        if indicator.about_schools:
            notes.append(indicator.caveat.strip())
        elif (series := indicator.series_of(row)) and series.note:
            about.setdefault(series.note.strip(), []).append(indicator.name)
    return [*dict.fromkeys(notes), *(f"{listing(names)}: {note}" for note, names in about.items())]


def _beside_others(analysis: Analysis) -> Html:
    """Give the verdicts against the programme area and against the areas that were asked for."""
    catalogue = analysis.data.catalogue
    programme = catalogue.programme
    inside = programme is not None and analysis.area.kind == "nplv"
    others = [programme.id] if programme and inside else []
    others += [a for a in analysis.compare_with if a not in (*others, analysis.area.id)]
    html, everything = NOTHING, analysis.table
    wanted = pd.MultiIndex.from_frame(analysis.latest[KEYS])
    same = everything[pd.MultiIndex.from_frame(everything[KEYS]).isin(wanted)]
    for other in others:
        name = catalogue.area(other).name
        judged = with_verdict(same, catalogue, other).loc[analysis.latest.index]
        judged = judged[judged["oordeel"] != ""]
        rows = [
            [label(i), r["periode"], figure(r, i), r["vergeleken_met"], r["oordeel"], r["oordeel_reden"]]
            for i, r in analysis.by_indicator(judged)
        ]
        html += heading(f"{analysis.area.name} en {name}", 3) + table(
            f"{analysis.area.name} vergeleken met {name}.",
            ["Wat", "Over", analysis.area.name, "Vergeleken met", "Oordeel", "Waarom"],
            rows,
        )
        if not rows:
            html += paragraph(f"Voor een oordeel over {analysis.area.name} en {name} zijn er te weinig gegevens.")
    return html


def _of_concern(analysis: Analysis) -> Html:
    """List the figures that are less favourable than elsewhere and also develop unfavourably."""
    changes = records(analysis.development.drop_duplicates("indicator", keep="last"))
    last = {change["indicator"]: change for change in changes}
    lines = []
    for indicator, row in analysis.by_indicator(analysis.latest):
        change = last[indicator.id]
        if row["oordeel"] != WORSE or change["symbool"] != "-":
            continue
        shown = change["verandering_oordeel"] or "of dat toeval is, is niet te zeggen"
        lines.append(
            f"{indicator.name}: {figure(row, indicator)} in {row['periode']}, {WORSE} dan {row['vergeleken_met']}; "
            f"sinds {change['vorige_periode']} ongunstiger geworden ({shown})."
        )
    html = heading("Ongunstiger dan elders, en ook slechter geworden", 3)
    if lines:
        return html + bullets(lines)
    judged = (analysis.latest["oordeel"] != "").sum()
    if not judged:
        return html + paragraph(f"Dat konden we bij geen van de {len(analysis.latest)} cijfers beoordelen.")
    return html + paragraph(f"Geen enkel cijfer. Bij {judged} van de {len(analysis.latest)} konden we dat beoordelen.")
