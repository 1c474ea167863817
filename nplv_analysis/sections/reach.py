"""Whom interventions reached: what was counted, what may not be added up, and whether so few could show."""

from __future__ import annotations

import math
from dataclasses import replace

from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import Indicator
from nplv_analysis.interventions import Intervention, Reach
from nplv_analysis.interventions.reach import count_of, published, reached, visibility
from nplv_analysis.rows import records, with_plain_text
from nplv_analysis.sections.interventions import of_area
from nplv_analysis.sections.parts import cited
from nplv_analysis.tables import NOTHING, Html, bullets, heading, paragraph, table
from nplv_analysis.wording import figure, label, listing, number

NOT_STATED = "niet genoemd"
NO_COUNTS = "Van {namen} is niet gepubliceerd hoeveel mensen meedoen."
NOTHING_COUNTED = "Van wat hier loopt, is niet gepubliceerd hoeveel mensen meedoen."
PER_AREA = "De cijfers gaan over het gebied dat erbij staat, niet over elke wijk apart."
NO_TARGET = "Bereik: doelgroep niet gepubliceerd. {reden}"
SHARE = "Bereik: {deel} van de doelgroep ({bereikt} van {doelgroep})."


def reach(analysis: Analysis) -> Html:
    """Show part by part what was counted, out of how many, and whether it could show in the figure of an area."""
    found = of_area(analysis)
    analysis = _with_counts_alone(analysis, found)
    counted = [i for i in found if i.reach and any(_has_figure(analysis, part) for part in i.reach)]
    html = paragraph(PER_AREA) if counted else paragraph(NOTHING_COUNTED)
    for intervention in counted:
        html += heading(intervention.name, 3)
        for part in intervention.reach:
            html += _part(analysis, part)
    others = [i.name for i in found if i not in counted]
    if counted and others:
        html += paragraph(NO_COUNTS.format(namen=listing(others)))
    return html


def _with_counts_alone(analysis: Analysis, found: list[Intervention]) -> Analysis:
    """Keep the figures that are looked up, many times over."""
    parts = [part for intervention in found for part in intervention.reach]
    names = {name for part in parts for name in (*part.counts, *part.reached, part.target_group, part.group)}
    figures = analysis.data.figures[analysis.data.figures["indicator"].isin(list(names))]
    return replace(analysis, data=replace(analysis.data, figures=with_plain_text(figures)))


def _has_figure(analysis: Analysis, part: Reach) -> bool:
    return any(len(published(name, analysis.data.figures)) for name in part.counts)


def _part(analysis: Analysis, part: Reach) -> Html:
    if not _has_figure(analysis, part):
        return NOTHING
    html = _laid_out(analysis, part) if part.rows else _listed(analysis, part)
    lines = [part.not_to_add] if part.not_to_add else []
    return html + bullets([*lines, _share(analysis, part), *_visible(analysis, part)])


def _listed(analysis: Analysis, part: Reach) -> Html:
    """List the counts of a part, one a row."""
    catalogue = analysis.data.catalogue
    rows, sources = [], []
    for name in part.counts:
        indicator, own = catalogue.indicator(name), published(name, analysis.data.figures)
        sources.append(cited(analysis, own))
        rows += [
            [label(indicator), figure(row, indicator), catalogue.area(row["gebied"]).name, row["periode"]]
            for row in records(own)
        ]
    caption = f"{part.part}. Bron: {'; '.join(dict.fromkeys(sources))}."
    return table(caption, ["Geteld", "Aantal", "Gebied", "Over"], rows, numeric=["Aantal"])


def _laid_out(analysis: Analysis, part: Reach) -> Html:
    """Lay the counts of a part out: a row a step, a column an organisation."""
    own = [published(name, analysis.data.figures) for name in part.counts]
    first = next(rows for rows in own if len(rows))
    where = analysis.data.catalogue.area(str(first["gebied"].iloc[0])).name
    rows = [[step, *(_cell(analysis, name) for name in cells)] for step, cells in part.rows.items()]
    period = first["periode"].iloc[0]
    caption = f"{part.part}: {where}, {period}. Bron: {cited(analysis, first)}."
    return table(caption, ["Stap", *part.columns], rows, numeric=list(part.columns))


def _cell(analysis: Analysis, name: str | None) -> str:
    rows = records(published(name, analysis.data.figures)) if name else []
    indicator: Indicator | None = analysis.data.catalogue.indicator(name) if name else None
    return figure(rows[0], indicator) if rows and indicator else NOT_STATED


def _share(analysis: Analysis, part: Reach) -> str:
    """Say which part of the target group was reached, where both are published."""
    own = reached(part, analysis.data.figures)
    if math.isnan(own.share_high):
        return NO_TARGET.format(reden=part.target_unknown).strip()
    target = count_of(part.target_group, analysis.data.figures, part.area)
    return SHARE.format(
        deel=_range(own.share_low, own.share_high, "%"),
        bereikt=_range(own.low, own.high),
        doelgroep=number(target, 0),
    )


def _range(low: float, high: float, unit: str = "") -> str:
    text = number(low, 0) if low == high else f"tussen {number(low, 0)} en {number(high, 0)}"
    return f"{text}\u00a0{unit}" if unit else text


def _visible(analysis: Analysis, part: Reach) -> list[str]:
    """Say whether the most that a part could do would show, with the sum."""
    if not part.outcome:
        return []
    data, catalogue = analysis.data, analysis.data.catalogue
    seen = visibility(part, data.figures, catalogue)
    if math.isnan(seen.on_area):
        return []
    outcome, group = catalogue.indicator(part.outcome), catalogue.indicator(part.group)
    high, size = reached(part, data.figures).high, count_of(part.group, data.figures, part.area)
    lines = [
        f"Kan dit te zien zijn in het cijfer '{outcome.name}'? Ons antwoord: {seen.reason}.",
        f"De som: er zijn er hooguit {number(high, 0)} bereikt. {group.name} in {catalogue.area(part.area).name}: "
        f"{number(size, 0)}. Als het bij iedereen helpt, verandert het cijfer hooguit {number(seen.on_area, 1)} "
        f"procentpunt. Een verschil telt pas mee vanaf {number(seen.smallest_visible, 0)} procentpunt.",
    ]
    if not seen.visible:
        least = number(100 * high / seen.smallest_visible, 0)
        lines.append(
            f"Het cijfer gaat over een iets andere groep. Telt die meer dan {least} mensen, dan klopt dit nog."
        )
    return lines
