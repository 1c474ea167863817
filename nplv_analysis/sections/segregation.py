"""How pupils are spread over the schools of the gemeente together, and their advices; no school is shown by itself."""

from __future__ import annotations

import tempfile
from html import escape
from itertools import groupby

import pandas as pd

from nplv_analysis.analysis import Analysis
from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Indicator
from nplv_analysis.comparison import with_figure
from nplv_analysis.data import example, load
from nplv_analysis.duiding import capital, in_period
from nplv_analysis.rows import records
from nplv_analysis.sections.parts import Row, cited, in_words
from nplv_analysis.sources.schooltellingen import MEASURES, UNEVEN
from nplv_analysis.tables import NOTHING, Html, bullets, heading, paragraph, table
from nplv_analysis.unevenness import UNEVENNESS
from nplv_analysis.wording import NO_FIGURE, figure, interval, listing

#: Source of the published advices.
ADVICES = "duo_schooladviezen"

PUBLISHED = (
    "Voor een gelijke verdeling zou {cijfer} van de basisschoolleerlingen van school moeten wisselen. "
    "Dat komt uit {bron}."
)
NOTHING_KNOWN = "Over de verdeling van leerlingen over scholen zijn hier geen cijfers."
COUNTED = "Volgens eigen tellingen is het {cijfer} {periode}{marge}."
MARGIN = ", met een marge {marge}"
LEVELS = "Over de verdeling van leerlingen onder niveau 1F staat hier {cijfer}."
NO_LEVELS = "Hoe leerlingen onder niveau 1F zijn verdeeld, kunnen we niet zeggen: de cijfers zijn niet precies genoeg."
NO_SCHOOL_APART = "Geen enkele school staat apart in dit rapport, en er is geen lijst van scholen."

NO_COUNTS_OF_TESTS = "Van de toets in groep 8 zijn hier geen cijfers per school."
NO_ADVICES = "Van schooladviezen zijn hier geen cijfers gepubliceerd."
PART_OF_SCHOOLS = "Dit gaat alleen over de scholen in het bestand, niet over alle scholen in {gebied}."
EXAMPLE = "Voorbeeld met bedachte cijfers: Voorbeeldstad"
MADE_UP = (
    "Alles in dit deel is bedacht. Het gaat niet over {gebied}. Voorbeeldstad bestaat niet, en de scholen ook niet. Zo "
    "is te zien wat kan met tellingen per school."
)
READ_AS = (
    "Zo leest u dit: {periode} zou {cijfer} van een groep van school moeten wisselen voor een gelijke verdeling. "
    "De marge is {marge}."
)
OWN_COUNTS = "Dit komt uit eigen tellingen per school. Er staan alleen cijfers van veel scholen samen."


def segregation_summary(analysis: Analysis) -> Html:
    """Give the summary on top of the report."""
    lines = "".join(f"<p>{escape(sentence)}</p>" for sentence in summary_sentences(analysis))
    return Html(f'<section class="kort" aria-labelledby="kort"><h2 id="kort">In het kort</h2>{lines}</section>')


def summary_sentences(analysis: Analysis) -> list[str]:
    """Say in a few sentences what is known of the spread of pupils, and what is not."""
    latest = analysis.by_indicator(analysis.latest)
    published = [(i, row) for i, row in latest if not _of_counts(i) and not _of_levels(i)]
    lines = [PUBLISHED.format(cijfer=figure(row, i), bron=row["reeks"]) for i, row in published[:1]]
    for indicator, row in latest:
        if _measure(indicator) == UNEVEN:
            margin = interval(row, indicator)
            text = MARGIN.format(marge=margin) if margin else ""
            lines.append(COUNTED.format(cijfer=figure(row, indicator), periode=in_period(row["periode"]), marge=text))
    levels = [figure(row, i) for i, row in latest if _of_levels(i)]
    if any(_of_levels(i) for i in analysis.indicators):
        lines.append(LEVELS.format(cijfer=levels[0]) if levels else NO_LEVELS)
    return [*(lines or [NOTHING_KNOWN]), NO_SCHOOL_APART]


def level_spread(analysis: Analysis) -> Html:
    """Show how pupils below level 1F are spread over schools, or why that can't be said."""
    indicators = [indicator for indicator in analysis.indicators if _of_levels(indicator)]
    mine = _within(analysis, analysis.own[analysis.own["indicator"].isin([i.id for i in indicators])])
    if mine.empty:
        return paragraph(NO_COUNTS_OF_TESTS)
    subjects = {indicator.id: indicator.name.rpartition(" voor ")[2] for indicator in indicators}
    notes: dict[str, list[str]] = {}
    for row in records(mine):
        notes.setdefault(row["toelichting"], []).append(f"{subjects[row['indicator']]} {row['periode']}")
    made = _by_year("Verdeling over scholen van leerlingen onder niveau 1F", indicators, mine, cited(analysis, mine))
    lines = [f"{capital(listing(where))}: {note}" for note, where in notes.items()]
    return made + bullets([*lines, PART_OF_SCHOOLS.format(gebied=in_words(analysis))]) + _breaks(analysis, mine)


def school_advices(analysis: Analysis) -> Html:
    """Show the published advices of the schools together, by school year."""
    indicators = [i for i in analysis.data.catalogue.indicators if any(s.source == ADVICES for s in i.series)]
    figures = analysis.data.figures
    mine = figures[(figures["gebied"] == analysis.area.id) & (figures["rol"] == ITSELF)]
    mine = _within(analysis, with_figure(mine[mine["indicator"].isin([i.id for i in indicators])]))
    if mine.empty:
        return paragraph(NO_ADVICES)
    made = _by_year("Schooladviezen van groep 8", indicators, mine, cited(analysis, mine))
    schools = [f"{period}: {rows['toelichting'].iloc[0]}" for period, rows in mine.groupby("periode", sort=True)]
    schools.append(PART_OF_SCHOOLS.format(gebied=in_words(analysis)))
    return made + bullets(schools) + _breaks(analysis, mine)


def school_counts(analysis: Analysis) -> Html:
    """Show what counts per school tell: the own ones, or where there are none those of a town that does not exist."""
    if len(_counted(analysis)):
        return paragraph(OWN_COUNTS) + _tables(analysis, "", 3)
    with tempfile.TemporaryDirectory() as folder:
        town = load(example(folder))
        made_up = Analysis(town, town.catalogue.gemeente, analysis.theme)
        told = MADE_UP.format(gebied=in_words(analysis))
        warning = heading(EXAMPLE, 3) + Html(f"<p><strong>{escape(told)}</strong></p>")
        return warning + _tables(made_up, " (bedacht)", 4)


def _tables(analysis: Analysis, mark: str, level: int) -> Html:
    """Give a table for each topic of the counts, and a picture of the spread over the years."""
    counted = _counted(analysis)
    shown = [i for i in analysis.indicators if i.id in set(counted["indicator"])]
    html = NOTHING
    for topic, group in groupby(shown, key=lambda indicator: indicator.topic):
        members = list(group)
        mine = counted[counted["indicator"].isin([i.id for i in members])]
        html += heading(f"{topic}{mark}", level)
        for indicator in members:
            if _measure(indicator) == UNEVEN:
                html += _read_as(indicator, records(mine[mine["indicator"] == indicator.id])[-1])
                html += Html(analysis.data.chart(analysis.area.id, indicator.id))
        html += _by_year(f"{topic}{mark}", members, mine, cited(analysis, mine)) + _breaks(analysis, mine)
    return html


def _read_as(indicator: Indicator, row: Row) -> Html:
    margin = interval(row, indicator)
    if not margin:
        return NOTHING
    text = READ_AS.format(periode=in_period(row["periode"]), cijfer=figure(row, indicator), marge=margin)
    return paragraph(text)


def _by_year(caption: str, indicators: list[Indicator], rows: pd.DataFrame, source: str) -> Html:
    """Make a table with a row an indicator and a column a school year."""
    years = sorted(set(rows["periode"]))
    found = {(row["indicator"], row["periode"]): row for row in records(rows)}
    cells = []
    for indicator in indicators:
        texts = [_cell(found.get((indicator.id, year)), indicator) for year in years]
        if any(texts):
            cells.append([indicator.name, *texts])
    margins = " Tussen haakjes de marge van 95%." if rows["onder95"].notna().any() else ""
    return table(f"{caption}.{margins} Bron: {source}.", ["Wat", *years], cells, numeric=years, fold=False)


def _cell(row: Row | None, indicator: Indicator) -> str:
    if row is None:
        return ""
    margin = interval(row, indicator)
    text = figure(row, indicator)
    return text if text == NO_FIGURE or not margin else f"{text} ({margin})"


def _breaks(analysis: Analysis, rows: pd.DataFrame) -> Html:
    """Say between which years figures can't be compared, and why."""
    by_id = {indicator.id: indicator for indicator in analysis.data.catalogue.indicators}
    reasons: dict[str, str] = {}
    for row in records(rows[rows["reeks"] != ""]):
        series = by_id[row["indicator"]].series_of(row)
        if series and series.break_reason:
            reasons.setdefault(series.break_reason.strip(), row["periode"])
    return bullets([f"Niet te vergelijken met eerdere jaren, vanaf {year}. {why}" for why, year in reasons.items()])


def _within(analysis: Analysis, rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["jaar"] >= (analysis.first_year or 0)) & (rows["jaar"] <= (analysis.last_year or 9999))]


def _counted(analysis: Analysis) -> pd.DataFrame:
    """The figures from counts per school about the area itself, in order of time."""
    indicators = [indicator.id for indicator in analysis.indicators if _of_counts(indicator)]
    rows = analysis.own[analysis.own["indicator"].isin(indicators) & (analysis.own["periode"] != "")]
    return rows.sort_values(["jaar", "periode"], kind="stable")


def _of_levels(indicator: Indicator) -> bool:
    """Whether an indicator is an index over schools, computed from published counts."""
    return any(series.method == UNEVENNESS for series in indicator.series)


def _measure(indicator: Indicator) -> str:
    """Tell what an indicator makes of counts per school; empty for another one."""
    measures = {v.rpartition(": ")[2] for series in indicator.series for v in series.variables if ": " in v}
    return next((measure for measure in MEASURES if measure in measures), "")


def _of_counts(indicator: Indicator) -> bool:
    return bool(_measure(indicator))
