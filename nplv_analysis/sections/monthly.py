"""Monthly counts around a start, as a picture and a sentence."""

from __future__ import annotations

from nplv_analysis.analysis import Analysis
from nplv_analysis.interventions.monthly import Monthly, monthly_series
from nplv_analysis.methods.interrupted_series import STEP, SeriesResult
from nplv_analysis.rows import records
from nplv_analysis.sections.interventions import of_area
from nplv_analysis.sections.parts import slug
from nplv_analysis.tables import Html, heading, paragraph
from nplv_analysis.wording import label, number

FOUND = "Na de start is het {keer} keer zoveel als zonder de start. De marge loopt van {laag} tot {hoog}."
ONE_PLACE = "Let op: wat er in die maand nog meer begon, zit er ook in."


def monthly_of(analysis: Analysis) -> list[Monthly]:
    """Give the monthly counts of the area that something could have changed."""
    data = analysis.data
    return monthly_series(data.figures, data.catalogue, of_area(analysis), analysis.area)


def monthly_counts(analysis: Analysis, found: list[Monthly]) -> Html:
    """Show monthly counts around a start, or why nothing can be said of them."""
    from nplv_analysis.charts import months_chart

    html = Html("")
    for series in found:
        title = f"{label(series.indicator)} per maand"
        html += heading(f"{title}: {series.intervention.name}", 3)
        if series.result.reason:
            html += paragraph(series.result.reason)
            continue
        key = slug(f"maanden {series.indicator.id} {series.intervention.id}")
        chart = months_chart(series.result.months, series.start, title, analysis.data.citation(series.source), key)
        html += Html(chart.to_html()) + monthly_answer(series.result)
    return html


def monthly_answer(result: SeriesResult) -> Html:
    """Say what the step at the start was, and what it may hide."""
    step = records(result.effects[result.effects["deel"] == STEP])[0]
    keer, low, high = (number(step[name], 2) for name in ("verhouding", "onder95", "boven95"))
    html = paragraph(FOUND.format(keer=keer, laag=low, hoog=high))
    return html + paragraph(f"{ONE_PLACE} {result.caution}".strip())
