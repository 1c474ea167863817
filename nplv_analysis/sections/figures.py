"""The figures now: a card an indicator that answers the reader's questions, and all of it once more as a table."""

from __future__ import annotations

import pandas as pd

from nplv_analysis.analysis import POPULATION, Analysis
from nplv_analysis.catalogue import Indicator
from nplv_analysis.development import COLUMNS as CHANGE_COLUMNS
from nplv_analysis.duiding import (
    CERTAIN,
    CHANGE,
    COMPARED,
    NOT_BESIDE,
    WHERE,
    WHERE_SCHOOLS,
    WIJK_NEWER,
    WIJK_ONLY,
    Answer,
    Beside,
    certainty_in_words,
    change_in_words,
    compared_in_words,
    in_period,
    where_of,
)
from nplv_analysis.rows import records
from nplv_analysis.sections.parts import Row, break_of, kind_of, note_of, topic_here
from nplv_analysis.tables import NOTHING, Html, bullets, environment, heading, paragraph, table
from nplv_analysis.uncertainty import HOW_MADE
from nplv_analysis.wording import (
    NO_FIGURE,
    STATUS_IN_WORDS,
    STATUS_SHOWN,
    between,
    figure,
    interval,
    label,
    number,
    signed,
    unit_of_change,
    wijk_figure,
)

#: Header of the column with 95 % intervals.
MARGIN = "Marge (95%)"


def key_figures(analysis: Analysis) -> Html:
    """Give the latest figure of every indicator: in words, and folded away as a table."""
    html = cards(analysis)
    html += _of_the_wijk(analysis) + bullets(_also_published(analysis))
    if not html.html.strip():
        return paragraph("Over dit thema zijn voor dit gebied geen cijfers bekend.")
    return html + _as_table(analysis)


def cards(analysis: Analysis) -> Html:
    """Give the latest figure of every indicator as a card that answers the reader's questions."""
    made = "".join(_card(analysis, i, row, beside) for i, row, beside in explained(analysis) if i.topic != POPULATION)
    return Html(f'<div class="cijfers">{made}</div>') if made else NOTHING


def explained(analysis: Analysis) -> list[tuple[Indicator, Row, Beside]]:
    """Pair the latest figure of every indicator with what stands beside it: the figure before, and the reference."""
    developed = records(analysis.development)
    changes = {(row["indicator"], row["reeks"], row["periode"]): row for row in developed}
    result = []
    for indicator, row in analysis.by_indicator(analysis.latest):
        # The development within the chosen years may differ from that over all years, which the row itself holds.
        change = changes.get((indicator.id, row["reeks"], row["periode"]), {})
        row = row | {name: change[name] for name in CHANGE_COLUMNS if name in change}
        before = changes.get((indicator.id, row["reeks"], row["vorige_periode"])) if row["vorige_periode"] else None
        other_series = [one for one in developed if one["indicator"] == indicator.id and one["reeks"] != row["reeks"]]
        broken = any(pd.notna(one["waarde"]) and one["jaar"] < row["jaar"] for one in other_series)
        result.append((indicator, row, _beside(analysis, indicator, row, before, broken)))
    return result


def _beside(analysis: Analysis, indicator: Indicator, row: Row, before: Row | None, broken: bool) -> Beside:
    column = where_of(row, indicator)
    other = figure(analysis.rows[int(row[column])], indicator) if column else ""
    return Beside(
        previous=figure(before, indicator) if before is not None else "",
        where=(WHERE_SCHOOLS if indicator.about_schools else WHERE).get(column, ""),
        reference="" if other == NO_FIGURE else other,
        broken=broken,
    )


def _card(analysis: Analysis, indicator: Indicator, row: Row, beside: Beside) -> str:
    return _rendered(
        level=3,
        topic=topic_here(analysis, indicator.topic),
        name=label(indicator),
        figure=figure(row, indicator),
        period=in_period(row["periode"]),
        answers=[
            (CHANGE, change_in_words(row, beside)),
            (COMPARED, compared_in_words(row, beside)),
            (CERTAIN, certainty_in_words(row, indicator)),
        ],
        source=analysis.data.citation(row["bron"], row["periode"]),
        details=[(term, text) for term, text in _method(row, indicator) if text],
    )


def _rendered(**parts: object) -> str:
    return environment().get_template("figure_card.html.j2").render(**parts)


def _method(row: Row, indicator: Indicator) -> list[tuple[str, str]]:
    """What was counted, and the interval, the test and the method of one figure."""
    unit = unit_of_change(indicator.unit)

    def wide(low: str, high: str, of: str) -> str:
        return "" if pd.isna(row[low]) else f"{between(row[low], row[high], indicator.decimals + 1)} {of}"

    def chance(p: float, *more: str) -> str:
        parts = ["" if pd.isna(p) else f"p = {number(p, 4)}" if p >= 0.0001 else "p < 0,0001", *more]
        return "; ".join(part for part in parts if part)

    change: str = "" if pd.isna(row["verandering"]) else signed(row["verandering"], indicator.decimals)
    difference: str = "" if pd.isna(row["verschil"]) else signed(row["verschil"], indicator.decimals + 1)
    return [
        ("Geteld", indicator.numerator),
        ("Ten opzichte van", indicator.denominator),
        ("Let op", indicator.caveat.strip()),
        ("Soort cijfer", kind_of(row)),
        ("Teller en noemer", _counts(row)),
        ("95%-interval", interval(row, indicator)),
        ("99,8%-interval", wide("onder998", "boven998", indicator.unit)),
        ("Soort marge", row["interval_reden"]),
        ("Vergeleken met", row["vergeleken_met"]),
        ("Verschil", f"{difference} {unit}" if difference else ""),
        ("95% van verschil", wide("verschil_onder95", "verschil_boven95", unit)),
        ("Toets", chance(row["p_waarde"], row["toets"])),
        ("Oordeel", f"{row['oordeel']}. {row['oordeel_reden']}".lstrip(". ")),
        ("Verandering", f"{change} {unit}" if change else ""),
        ("Aantoonbaar?", chance(row["verandering_p"], row["verandering_reden"])),
        ("Trend", chance(row["trend_p"], row["trend"], row["trend_methode"], row["trend_reden"])),
        ("Reeks", row["reeks"]),
        ("Toelichting", row["toelichting"]),
    ]


def _counts(row: Row) -> str:
    if pd.isna(row["teller"]) or pd.isna(row["noemer"]):
        return "" if pd.isna(row["n"]) else f"n = {number(row['n'], 0)}"
    return f"{number(row['teller'], 0)} van {number(row['noemer'], 0)}"


def _of_the_wijk(analysis: Analysis) -> Html:
    """Give figures of the CBS wijk around the area, apart from its own: they say nothing certain about the area."""
    name, wijk = analysis.area.name, analysis.area.wijk_name
    own = dict(zip(analysis.latest["indicator"], analysis.latest["periode"], strict=True))
    made = ""
    for indicator, row in {indicator.id: (indicator, row) for indicator, row in _wijk_rows(analysis)}.values():
        period = f"{in_period(row['periode'])}, in de hele CBS-wijk"
        mine = own.get(indicator.id)
        text = (WIJK_NEWER if mine else WIJK_ONLY).format(gebied=name, wijk=wijk)
        if mine:
            text = f"{text} {NOT_BESIDE.format(jaar=mine)}"
        about = Answer("Niet van dit gebied", text)
        made += _rendered(
            level=4,
            topic=indicator.topic,
            name=label(indicator),
            figure=wijk_figure(row, indicator),
            period=period,
            answers=[("Let op", about)],
            source=analysis.data.citation(row["bron"], row["periode"]),
            details=[
                ("Geteld", indicator.numerator),
                *(("Toelichting", text) for text in [_wijk_note(indicator, row)] if text),
            ],
        )
    if not made:
        return NOTHING
    return heading(f"Alleen bekend voor de hele CBS-wijk {wijk}", 3) + Html(f'<div class="cijfers">{made}</div>')


def _wijk_rows(analysis: Analysis) -> list[tuple[Indicator, Row]]:
    """All figures of the CBS wijk, the latest of an indicator last."""
    rows = records(analysis.wijk_only)
    return [(indicator, row) for indicator in analysis.indicators for row in rows if row["indicator"] == indicator.id]


def _wijk_note(indicator: Indicator, row: Row) -> str:
    return " ".join([note_of(indicator, row), break_of(indicator, row)]).strip()


def _as_table(analysis: Analysis) -> Html:
    """Put all figures of the page in one table, for who wants to look them up or copy them."""
    cells = [
        [label(i), figure(r, i), interval(r, i), r["periode"], kind_of(r), r["toelichting"], _source(analysis, r)]
        for i, r in analysis.by_indicator(analysis.latest)
    ]
    cells += [
        [label(i), f"hele CBS-wijk: {wijk_figure(r, i)}", "", r["periode"], "", _wijk_note(i, r), _source(analysis, r)]
        for i, r in _wijk_rows(analysis)
    ]
    columns = ["Wat", "Cijfer", MARGIN, "Over", "Soort cijfer", "Toelichting", "Bron"]
    html = table(f"Alle laatste cijfers van {analysis.area.name}", columns, cells, numeric=columns[1:3], fold=True)
    used = {word for _, row in analysis.by_indicator(analysis.latest) for word in (row["status"], row["herkomst"])}
    meanings = [
        f"{STATUS_SHOWN.get(word, word)}: {meaning}" for word, meaning in STATUS_IN_WORDS.items() if word in used
    ]
    meanings += [HOW_MADE[kind] for kind in HOW_MADE if kind in set(analysis.latest["interval_soort"])]
    words = bullets([f"{meaning}." for meaning in meanings]).html
    return html + Html(f"<details><summary>Wat de woorden betekenen</summary>{words}</details>" if words else "")


def _source(analysis: Analysis, row: Row) -> str:
    return analysis.data.citation(row["bron"], row["periode"])


def _also_published(analysis: Analysis) -> list[str]:
    """Figures on groups that a text names without saying which buurten, where they belong with this area."""
    kinds = {"samengesteld": ["omschrijving"], "gemeente": ["omschrijving", "land"]}.get(analysis.area.kind, [])
    groups = {area.id: area.name for area in analysis.data.catalogue.areas if area.kind in kinds}
    known = {indicator.id for indicator, _ in analysis.by_indicator(analysis.latest)}
    rows = [row for row in analysis.rows if row["gebied"] in groups]
    lines = []
    for indicator in analysis.indicators:
        for row in (row for row in rows if row["indicator"] == indicator.id):
            text = figure(row, indicator)
            if text != NO_FIGURE and (row["gebied"] != "nederland" or indicator.id not in known):
                source = analysis.data.citation(row["bron"], row["periode"])
                lines.append(f"{groups[row['gebied']]}, {row['periode']}: {label(indicator)} {text}. Bron: {source}.")
    return lines
