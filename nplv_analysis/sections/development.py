"""How figures developed: a chart a topic, each value with its changes, and what is demonstrable."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import Indicator
from nplv_analysis.development import IMPROVED, UNCHANGED, WORSENED
from nplv_analysis.methods.trend import UNKNOWN
from nplv_analysis.rows import records
from nplv_analysis.sections import drawn
from nplv_analysis.sections.parts import (
    Row,
    cited,
    measured,
    topic_here,
)
from nplv_analysis.tables import NOTHING, Html, bullets, heading, paragraph, table
from nplv_analysis.wording import MANY, figure, label, listing, signed, unit_of_change

#: A tested change as the table says it; an empty cell means that no test is possible.
DEMONSTRABLE = {UNCHANGED: "nee"} | {word: f"ja, {word}" for word in (IMPROVED, WORSENED, "gestegen", "gedaald")}
#: The status word of the table in full, for readers of pages.
TREND_IN_WORDS = {UNKNOWN: "niet te bepalen"}
ALL_SCHOOLS = "Alle scholen in het bestand"
MARKS = (
    "Teken: + is gunstiger dan de vorige meting, - is ongunstiger, +- is gelijk. Dat teken kijkt alleen naar het "
    "cijfer, niet naar toeval. Aantoonbaar: is de verandering groter dan toeval kan verklaren (99,8% zekerheid) en "
    "groot genoeg? Leeg betekent: dat is niet te toetsen. Een uitzonderlijk cijfer ligt de keer erna vaak dichter bij "
    "het gemiddelde, ook door toeval."
)


def development(analysis: Analysis) -> Html:
    """Show how figures developed: a chart a topic, and each value with its changes."""
    from nplv_analysis.charts import Panel

    whole = None if analysis.area.kind == "gemeente" else analysis.data.catalogue.gemeente.name
    html = NOTHING
    for topic, indicators in groupby(analysis.indicators, key=lambda i: i.topic):
        panels = [Panel(i, rows) for i in indicators if len(rows := measured(analysis, i)) > 1]
        if not panels:
            continue
        sources = cited(analysis, *(p.rows for p in panels))
        topic = topic_here(analysis, topic)
        html += heading(topic, 3)
        html += drawn.developments(analysis, topic, [(p.indicator, p.rows) for p in panels])
        units = {unit_of_change(p.indicator.unit) for p in panels}
        unit = f" ({units.pop()})" if len(units) == 1 else ""
        columns = ["Wat", "Over", "Cijfer", "Soort cijfer", f"Verandering{unit}", "Teken", "Aantoonbaar?"]
        if whole:
            schools = all(p.indicator.about_schools for p in panels)
            columns += [
                ALL_SCHOOLS if schools else "Gemeente",
                f"Verschil met de gemeente{unit}",
                f"Verandering van dat verschil{unit}",
            ]
        cells = [_development_row(analysis, p.indicator, row, not unit) for p in panels for row in p.figures]
        html += table(
            f"{topic}: elk cijfer van {analysis.area.name} en de verandering sinds het vorige cijfer. Bron: {sources}.",
            columns,
            cells,
            numeric=[c for c in columns[2:] if c not in ("Soort cijfer", "Teken", "Aantoonbaar?")],
            fold=True,
        )
        html += bullets([*_breaks(panels), *_trends(panels)])
    if html.html and (analysis.development["symbool"] != "").any():
        html += paragraph(MARKS, "stil")
    return (
        html
        if html.html
        else paragraph("Er zijn nog geen twee metingen van hetzelfde. Een ontwikkeling is niet te geven.")
    )


def _development_row(analysis: Analysis, indicator: Indicator, row: Row, with_unit_of_change: bool) -> list[str]:
    unit = " procentpunt" if with_unit_of_change and indicator.unit == "%" else ""

    def change(value: float) -> str:
        text = signed(value, indicator.decimals)
        return text and text + unit

    plain = row["status"] in ("waargenomen", "onderdrukt")
    cells = [label(indicator), row["periode"], figure(row, indicator), "" if plain else row["status"]]
    cells += [change(row["verandering"]), row["symbool"], DEMONSTRABLE.get(row["verandering_oordeel"], "")]
    if analysis.area.kind == "gemeente":
        return cells
    beside = analysis.positions.get((indicator.id, row["reeks"], row["periode"]), {})
    whole = beside.get(analysis.data.catalogue.gemeente.id)
    shown = "" if whole is None else figure(analysis.rows[whole], indicator)
    # Counts of a part and of the whole are no distance.
    comparable = not indicator.unit.startswith("aantal")
    distance = [row["afstand"], row["verandering_afstand"]] if comparable else [float("nan")] * 2
    return [*cells, shown, *(change(value) for value in distance)]


def _trends(panels: Iterable[Any]) -> list[str]:
    """Say of each series whether a trend is demonstrable, and why not; figures with the same answer share a line."""
    lines: dict[tuple[str, str], list[str]] = {}
    for panel in panels:
        for row in records(panel.rows.drop_duplicates("reeks", keep="last").tail(1)):
            lines.setdefault((row["trend"], row["trend_reden"]), []).append(panel.indicator.name)
    return [
        f"Trend: {TREND_IN_WORDS.get(trend, trend)} "
        f"({listing(names) if len(names) < MANY else f'{len(names)} cijfers'}). {reason}"
        for (trend, reason), names in lines.items()
    ]


def _breaks(panels: Iterable[Any]) -> list[str]:
    """Say from when on figures are of another series, and why."""
    lines: dict[tuple[str, str], list[str]] = {}
    for panel in panels:
        first = panel.rows.drop_duplicates("reeks").set_index("reeks")["periode"]
        for series in {series.id: series for series in panel.indicator.series}.values():
            if series.break_reason and series.id in first.index[1:]:
                lines.setdefault((first[series.id], series.break_reason.strip()), []).append(panel.indicator.name)
    return [
        f"{period} is niet te vergelijken met ervoor "
        f"({listing(names) if len(names) < MANY else f'{len(names)} cijfers'}). {reason}"
        for (period, reason), names in lines.items()
    ]
