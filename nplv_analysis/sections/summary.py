"""In het kort: three to five sentences, made from the figures and their verdicts and from nothing else."""

from __future__ import annotations

from html import escape

import pandas as pd

from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import MONITOR, Indicator
from nplv_analysis.development import IMPROVED, WORSENED
from nplv_analysis.duiding import Beside, capital, in_period
from nplv_analysis.methods.trend import BETTER as TREND_BETTER
from nplv_analysis.methods.trend import SAME as TREND_SAME
from nplv_analysis.methods.trend import WORSE as TREND_WORSE
from nplv_analysis.sections.figures import explained
from nplv_analysis.sections.parts import Row, in_words
from nplv_analysis.tables import Html
from nplv_analysis.targets import MET, UNKNOWN
from nplv_analysis.verdict import BETTER, WORSE
from nplv_analysis.wording import MANY, figure, listing

#: No more sentences than a reader takes in at once.
MOST = 5

HEADLINE = "{Naam}: {cijfer} {periode}."
HEADLINE_BESIDE = "{Naam}: {cijfer} {periode}, {waar} {ander}."
NO_FIGURES = "Van {gebied} zelf zijn over dit thema geen cijfers bekend."
ONLY_WIJK = "Wel zijn er {aantal} van de hele CBS-wijk {wijk}."
SOME_DIFFER = "Aantoonbaar {wat} dan elders: {namen}."
NONE_DIFFER = "Bij {aantal} konden we het verschil met elders toetsen: geen verschil aangetoond."
NONE_COMPARED = "Of verschillen met elders toeval zijn, konden we niet toetsen."
SOME_CHANGED = "Aantoonbaar {wat} geworden: {namen}."
NONE_CHANGED = "Bij {aantal} konden we de verandering toetsen: geen verandering aangetoond."
NONE_FOLLOWED = "Of het beter of slechter gaat, kunnen we niet zeggen."
UNKNOWN_OTHERS = "Van {aantal} hebben we niets over {gebied}."
NEWEST = "Het nieuwste cijfer is van {jaar}."
WHAT_WE_MISS = "Onderaan staat wat we niet weten."
KERN = "Van de {alle} kernindicatoren is er hier van {bekend} een cijfer."
TARGETS = "In heel {programma} halen {gehaald} van de {bekend} bekende cijfers hun doel."


def summary(analysis: Analysis) -> Html:
    """Give the summary on top of a report."""
    lines = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences(analysis))
    return Html(f'<section class="kort" aria-labelledby="kort"><h2 id="kort">In het kort</h2>{lines}</section>')


def sentences(analysis: Analysis) -> list[str]:
    """Give three to five sentences on what the figures of an area show, and on what they do not."""
    shown = explained(analysis)
    if not shown:
        return _without_figures(analysis)
    rows = [(indicator, row) for indicator, row, _ in shown]
    missing = len(analysis.indicators) - len(shown)
    last = [_unknown(missing, analysis)] if missing else []
    years = analysis.latest["jaar"].dropna()
    newest = [NEWEST.format(jaar=int(years.max()))] if len(years) else []
    first = _monitor(analysis, len(shown)) if analysis.theme == MONITOR else _headline(shown)
    middle = [*_differ(rows), *_changed(rows)]
    spare = MOST - len(first) - len(middle) - len(last)
    if spare < 0:
        first = first[:spare]
    return [*first, *middle, *last, *newest[: max(spare, 0)]]


def _headline(shown: list[tuple[Indicator, Row, Beside]]) -> list[str]:
    """Give the first figures of two topics that are exact and have another beside them; or the first of all."""
    exact = {
        i.topic: (i, row, beside) for i, row, beside in reversed(shown) if pd.notna(row["waarde"]) and beside.where
    }
    lines = []
    for indicator, row, beside in list(reversed(exact.values()))[:2] or shown[:1]:
        period = in_period(row["periode"])
        if row["status"] == "schatting" and "schatting" not in indicator.name:
            period += " (schatting)"
        text = HEADLINE_BESIDE if beside.reference else HEADLINE
        own = figure(row, indicator)
        lines.append(
            text.format(Naam=indicator.name, cijfer=own, periode=period, waar=beside.where, ander=beside.reference)
        )
    return lines


def _monitor(analysis: Analysis, known: int) -> list[str]:
    """Say of how many kernindicatoren there is a figure, and how the programme area stands against its targets."""
    lines = [KERN.format(alle=len(analysis.indicators), bekend=known)]
    programme = analysis.data.catalogue.programme
    status = analysis.targets["doel_status"] if len(analysis.targets) else pd.Series(dtype="object")
    judged = status[status != UNKNOWN]
    if programme and len(judged):
        met = int((judged == MET).sum())
        lines.append(TARGETS.format(programma=programme.name, gehaald=met, bekend=len(judged)))
    return lines


def _differ(rows: list[tuple[Indicator, Row]]) -> list[str]:
    by_verdict = {wat: [i.name for i, r in rows if r["oordeel"] == wat] for wat in (WORSE, BETTER)}
    found = [SOME_DIFFER.format(wat=wat, namen=_names(names)) for wat, names in by_verdict.items() if names]
    tested = sum(r["oordeel"] != "" for _, r in rows)
    return found or [NONE_DIFFER.format(aantal=_count(tested)) if tested else NONE_COMPARED]


def _changed(rows: list[tuple[Indicator, Row]]) -> list[str]:
    found = {}
    for wat, change, over_years in (("slechter", WORSENED, TREND_WORSE), ("beter", IMPROVED, TREND_BETTER)):
        found[wat] = [i.name for i, r in rows if r["verandering_oordeel"] == change or r["trend"] == over_years]
    lines = [SOME_CHANGED.format(wat=wat, namen=_names(names)) for wat, names in found.items() if names]
    tested = sum(r["verandering_oordeel"] != "" or r["trend"] == TREND_SAME for _, r in rows)
    return lines or [NONE_CHANGED.format(aantal=_count(tested)) if tested else NONE_FOLLOWED]


def _without_figures(analysis: Analysis) -> list[str]:
    lines = [capital(NO_FIGURES.format(gebied=in_words(analysis)))]
    if len(analysis.wijk_only):
        figures = _count(analysis.wijk_only["indicator"].nunique())
        lines.append(ONLY_WIJK.format(aantal=figures, wijk=analysis.area.wijk_name))
    return [*lines, NONE_FOLLOWED, WHAT_WE_MISS]


def _unknown(missing: int, analysis: Analysis) -> str:
    others = "1 ander cijfer" if missing == 1 else f"{missing} andere cijfers"
    return UNKNOWN_OTHERS.format(aantal=others, gebied=in_words(analysis))


def _count(number_of: int) -> str:
    return "1 cijfer" if number_of == 1 else f"{number_of} cijfers"


def _names(names: list[str]) -> str:
    return listing(names) if len(names) < MANY else _count(len(names))
