"""What the sections of a report draw: which figures go in which chart, funnel or map."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import MONITOR, Area, Indicator
from nplv_analysis.charts import (
    Cell,
    Funnel,
    Panel,
    area_map,
    comparison_chart,
    development_chart,
    development_panel,
    funnel_chart,
)
from nplv_analysis.charts.comparison import short_value
from nplv_analysis.charts.drawing import ESTIMATE, drawable, kinds_of, known
from nplv_analysis.comparison import COUNTRY, FIXED, WIJKEN
from nplv_analysis.observations import factor_of
from nplv_analysis.rows import records
from nplv_analysis.sections.parts import Row, cited, in_words, slug
from nplv_analysis.tables import NOTHING, Html, table
from nplv_analysis.verdict import FUNNEL, MANY
from nplv_analysis.wording import NO_FIGURE, figure, interval, label, with_unit

#: A comparison chart of fewer areas says less than its table.
LEAST_AREAS = 4
#: More funnels of one topic say the same again.
MOST_FUNNELS = 3
#: A map of fewer areas says less than a sentence.
LEAST_ON_MAP = 6
#: Number of shades of a map.
SHADES = 4
#: Beside the gemeente and the programme area, these are drawn as references: column of ``comparison``, and its name.
REST = {
    "overige_gemeente": "Overige gemeente",
    "overige_gemeente_zonder": "Overige gemeente zonder het centrum",
    COUNTRY: "Nederland",
}
ALL_SCHOOLS, OTHER_SCHOOLS = "Alle scholen in het bestand", "Andere scholen in het bestand"

Rows = Sequence[tuple[Indicator, Row]]


def developments(analysis: Analysis, topic: str, measured: Sequence[tuple[Indicator, pd.DataFrame]]) -> Html:
    """Draw how the indicators of a topic developed, those of which figures of two years are known."""
    drawn = [(indicator, rows) for indicator, rows in measured if rows["jaar"].nunique() > 1]
    if not drawn:
        return NOTHING
    data, area = analysis.data, analysis.area
    panels = [
        development_panel(analysis.developments, data.catalogue, indicator, rows, area, analysis.band)
        for indicator, rows in drawn
    ]
    whole = None if area.kind == "gemeente" else data.catalogue.gemeente.name
    sources = cited(analysis, *(rows for _, rows in drawn))
    chart = development_chart(panels, in_words(analysis), whole, sources, f"ontwikkeling-{slug(topic)}")
    return Html(chart.to_html())


def beside_others(analysis: Analysis, topic: str, rows: Rows) -> Html:
    """Draw the figures of a topic beside those of other areas, and as a funnel where the verdict is one of a funnel."""
    names = {area.id: area.name for area in analysis.data.catalogue.areas} | REST
    if all(indicator.about_schools for indicator, _ in rows):
        names |= {analysis.data.catalogue.gemeente.id: ALL_SCHOOLS, "overige_gemeente": OTHER_SCHOOLS}
    panels = [panel for indicator, row in rows if len((panel := _panel(analysis, indicator, row)).rows) >= LEAST_AREAS]
    if not panels:
        return NOTHING
    wijken = {area.id for area in analysis.data.catalogue.areas if area.kind in WIJKEN}
    references = [name for name in names if name not in wijken]
    key = f"vergelijking-{slug(topic)}"
    sources = cited(analysis, *(panel.rows for panel in panels))
    chart = comparison_chart(panels, names, analysis.area.id, sources, key, references)
    html = Html(chart.to_html())
    judged = [pair for pair in rows if pair[1]["toets"] == FUNNEL] if analysis.area.id in wijken else []
    for indicator, row in judged[:MOST_FUNNELS]:
        html += _funnel(analysis, indicator, row, names)
    return html + _as_table(topic, panels, names)


def _as_table(topic: str, panels: Sequence[Panel], names: dict[str, str]) -> Html:
    """Put what the charts show in a table: for who does not see them, and to copy."""
    texts: dict[tuple[str, str], str] = {}
    for panel in panels:
        for row in panel.figures:
            margin = interval(row, panel.indicator)
            value = figure(row, panel.indicator)
            texts[row["gebied"], panel.indicator.id] = f"{value} ({margin})" if margin else value
    columns = [f"{label(panel.indicator)}, {panel.figures[0]['periode']}" for panel in panels]
    there = {area for area, _ in texts}
    drawn = [area for area in names if area in there]
    rows = [[names[area], *(texts.get((area, panel.indicator.id), "") for panel in panels)] for area in drawn]
    return table(f"{topic}: de gebieden in de figuur, met de marge van 95%.", ["Gebied", *columns], rows, fold=True)


def _reference(analysis: Analysis, indicator: Indicator, row: Row) -> str:
    """Name the column of the reference that the verdict is on: the same choice as that of ``with_verdict``."""
    if analysis.area.kind == "gemeente":
        columns: tuple[str, ...] = (COUNTRY,)
    else:
        # Without the centre where that distorts: then that is the only fair reference.
        columns = ("overige_gemeente_zonder",) if indicator.without_wijk else ("overige_gemeente", "gemeente")
    there = [column for column in columns if known(row, column)]
    return next((column for column in there if known(analysis.rows[int(row[column])], "waarde")), "")


def _panel(analysis: Analysis, indicator: Indicator, row: Row) -> Panel:
    """Put the figure of each area in a panel, with the rest of the gemeente, and the country beside the gemeente."""
    here = _positions(analysis, indicator, row, analysis.areas_beside)
    rest = "overige_gemeente_zonder" if indicator.without_wijk else "overige_gemeente"
    column = COUNTRY if analysis.area.kind == "gemeente" else rest
    if known(row, column):
        here.pop(column, None)
        here[column] = int(row[column])
    reference = _reference(analysis, indicator, row)
    gemeente = analysis.data.catalogue.gemeente.id
    return Panel(indicator, _drawable(analysis, here), reference=gemeente if reference == "gemeente" else reference)


def _positions(analysis: Analysis, indicator: Indicator, row: Row, areas: Sequence[str]) -> dict[str, int]:
    """Give where in the table the same figure of areas is."""
    there = analysis.positions.get((indicator.id, row["reeks"], row["periode"]), {})
    return {area: there[area] for area in areas if area in there}


def _drawable(analysis: Analysis, positions: dict[str, int]) -> pd.DataFrame:
    """Take the figures that can be drawn from the table."""
    shown = {name: position for name, position in positions.items() if drawable([analysis.rows[position]])}
    return analysis.table.iloc[list(shown.values())].assign(gebied=list(shown))


def _wijken(analysis: Analysis, indicator: Indicator, row: Row) -> dict[str, int]:
    """Give where the figures of all wijken of the catalogue are: areas of which none is a part of another."""
    wijken = [area.id for area in analysis.data.catalogue.areas if area.kind in WIJKEN]
    return _positions(analysis, indicator, row, wijken)


def _exact(analysis: Analysis, positions: dict[str, int]) -> dict[str, int]:
    return {area: position for area, position in positions.items() if known(analysis.rows[position], "waarde")}


def _funnel(analysis: Analysis, indicator: Indicator, row: Row, names: dict[str, str]) -> Html:
    reference = analysis.rows[int(row[_reference(analysis, indicator, row)])]
    events, exposure = float(reference["teller"]), float(reference["noemer"])
    if row["vergeleken_met"].endswith(FIXED):
        events, exposure = MANY * reference["waarde"] / float(factor_of(indicator.unit) or 1), MANY
    rows = _drawable(analysis, _exact(analysis, _wijken(analysis, indicator, row)))
    funnel = Funnel(Panel(indicator, rows), row["vergeleken_met"].removesuffix(FIXED), events, exposure)
    chart = funnel_chart(funnel, names, analysis.area.id, cited(analysis, rows), f"trechter-{slug(indicator.id)}")
    return Html(chart.to_html())


def where_areas_lie(analysis: Analysis) -> Html:
    """Draw where the areas of the monitor lie, with the own one emphasised."""
    kinds = {WIJKEN[0]: ("klasse-2", "gebied van het programma"), WIJKEN[1]: ("", "gebied om mee te vergelijken")}
    areas = [area for area in analysis.data.catalogue.areas if area.kind in WIJKEN]
    here = {area.kind for area in areas}
    emphasised = _emphasised(analysis.area)
    return area_map(
        analysis.data.boundaries,
        [Cell(area.id, area.name, kind=kinds[area.kind][0]) for area in areas],
        own=analysis.area.id,
        title="Waar de gebieden liggen",
        caption=f"{emphasised}{_map_source(analysis)}",
        alternative=f"Kaart: waar de {len(areas)} gebieden liggen. {emphasised}".strip(),
        key="kaart",
        legend=[kinds[kind] for kind in WIJKEN if len(here) > 1],
    )


def chosen_for_map(analysis: Analysis, rows: Rows) -> str:
    """Choose the indicator to draw on the one map of a report: the first that is known of enough wijken.

    Estimates are not drawn: shades would make differences of a model look like facts.
    """
    if not analysis.data.boundaries or analysis.theme == MONITOR:
        return ""
    counted = [(i, row) for i, row in rows if row["status"] != ESTIMATE]
    return next((i.id for i, row in counted if len(_exact(analysis, _wijken(analysis, i, row))) >= LEAST_ON_MAP), "")


def map_of_figures(analysis: Analysis, indicator: Indicator, row: Row) -> Html:
    """Draw a figure of all wijken on a map, in shades of one colour; who has no exact figure is hatched."""
    found = _drawable(analysis, _wijken(analysis, indicator, row))
    exact = found[found["waarde"].notna()]
    values: dict[str, float] = dict(zip(exact["gebied"], exact["waarde"], strict=True))
    lowest, highest = min(values, key=lambda area: values[area]), max(values, key=lambda area: values[area])
    width = (values[highest] - values[lowest]) / SHADES or 1.0
    shades = {area: min(int((value - values[lowest]) / width), SHADES - 1) + 1 for area, value in values.items()}
    texts = {
        other["gebied"]: with_unit(short_value(other, indicator.decimals), indicator.unit) for other in records(found)
    }
    names = {area.id: area.name for area in analysis.data.catalogue.areas if area.kind in WIJKEN}
    legend = []
    for shade in sorted(set(shades.values())):
        members = sorted((area for area in values if shades[area] == shade), key=lambda area: values[area])
        legend.append((f"klasse-{shade}", " tot ".join(dict.fromkeys((texts[members[0]], texts[members[-1]])))))
    if len(values) < len(names):
        legend.append(("leeg", "geen precies cijfer"))
    kinds = {area: f"klasse-{shade}" for area, shade in shades.items()}
    own = analysis.area
    about = f"{label(indicator)}, {row['periode']}"
    words = f"Kaart: {about}. Van {texts[lowest]} ({names[lowest]}) tot {texts[highest]} ({names[highest]})."
    words += f" {own.name}: {texts[own.id]}." if own.id in texts else ""
    return area_map(
        analysis.data.boundaries,
        [Cell(area, name, texts.get(area, NO_FIGURE), kinds.get(area, "leeg")) for area, name in names.items()],
        own=own.id,
        title=about,
        caption=f"{_emphasised(own)}Donkerder is een hoger cijfer. Verschillen kunnen toeval zijn."
        f"{kinds_of([Panel(indicator, exact)])} Bron: {cited(analysis, found)}. {_map_source(analysis)}",
        alternative=words,
        key="kaart",
        legend=legend,
    )


def _emphasised(area: Area) -> str:
    return "" if area.kind == "gemeente" else f"{area.name} heeft een dikke rand. "


def _map_source(analysis: Analysis) -> str:
    return f"Kaart, met vereenvoudigde grenzen: {analysis.data.boundaries_citation}."
