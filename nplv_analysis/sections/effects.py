"""Did it work: what can be said of each bundle of interventions and each figure, and why so little."""

from __future__ import annotations

from html import escape
from itertools import groupby

import numpy as np
import pandas as pd

from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import Indicator
from nplv_analysis.duiding import capital
from nplv_analysis.interventions.bundles import bundles, runs_in, without_any
from nplv_analysis.interventions.effects import COMPARISON, ONLY_ESTIMATES, REACH, START, WAVES
from nplv_analysis.interventions.effects import effects as effects_of
from nplv_analysis.interventions.panel import LEAST_AFTER, LEAST_BEFORE, panel_of
from nplv_analysis.preparation import SEED
from nplv_analysis.rows import records
from nplv_analysis.sections.interventions import NONE, every_intervention, holds_others, of_area
from nplv_analysis.sections.monthly import monthly_counts, monthly_of
from nplv_analysis.sections.parts import Row, cited, in_words, slug
from nplv_analysis.tables import NOTHING, Html, bullets, heading, paragraph, table
from nplv_analysis.wording import NBSP, listing, number, signed, unit_of_change

#: Sentences of the summary.
RUNNING = "In {gebied} {lopen}."
NOT_APART = "Veel loopt tegelijk. Cijfers over de wijk kunnen dat niet uit elkaar halen."
CANNOT_TELL = (
    "Of het werkt, kunnen we nog niet zeggen.",
    "Daarvoor zijn cijfers per wijk nodig, van vóór en na de start.",
)
SOME_TOLD = "Over {aantal} is iets te zeggen. Dat staat bij 'Werkt het?'."
NO_MONTHS = "Tellingen per maand van dit gebied hebben wij niet. Daarmee kan het soms ook zonder andere wijken."
#: What was found, and which way.
FOUND = "In wijken met kwam het cijfer {verschil} {kant} uit dan verwacht."
SIDE = {True: "hoger", False: "lager"}
#: What a reader must know before any of it.
NOT_DRAWN = (
    "De wijken zijn gekozen, niet geloot. Er is gekozen voor wijken waar veel speelt. Zulke wijken verschillen ook op "
    "andere punten van de rest."
)
CATCHING_UP = "Een wijk met een slecht cijfer wordt vaak vanzelf wat gemiddelder. Inhalen is dus nog geen effect."
NOT_OF_PEOPLE = "Dit gaat over cijfers van hele wijken. Als daar niets te zien is, kan het iemand toch hebben geholpen."
FEW = "Of het werkt, is nog niet te zeggen. Dit is waarom."
TOO_FEW = (
    "Van {aantal} zijn er te weinig metingen per wijk. Nodig zijn minstens {voor} metingen van vóór de start en {na} "
    "van erna. Ook zijn cijfers nodig van wijken waar het niet loopt."
)
POSSIBLE = "Bij {aantal} kan het na de meting van {jaar}, als die cijfers er ook per wijk komen."
MODELLED = "Bij {aantal} maakte een rekenmodel een schatting. Zo'n schatting telt hier niet als uitkomst."
EVERYWHERE = "Eén of meer programma's lopen in de hele gemeente. Dan is er geen wijk zonder."
HOW = (
    "Wij vergelijken hoe wijken met en zonder veranderden (difference-in-differences). De p-waarde komt van andere "
    "groepen wijken die ook gekozen hadden kunnen zijn (permutatie). Zonder één wijk: het kleinste en grootste "
    "verschil als steeds één wijk wegvalt. Nep-start: het grootste verschil bij een start die er niet was."
)


def intervention_summary(analysis: Analysis) -> Html:
    """Say in a few sentences what runs, and whether anything can be said about what it does."""
    found = of_area(analysis)
    lines = [NONE]
    if found:
        many = "loopt 1 programma" if len(found) == 1 else f"lopen {len(found)} programma's"
        lines = [RUNNING.format(gebied=in_words(analysis), lopen=many)]
        together = bundles(found, analysis.data.catalogue)
        lines += [NOT_APART] if any(len(bundle.interventions) > 1 for bundle in together) else []
        told = len(judged_rows(analysis)) + sum(not series.result.reason for series in monthly_of(analysis))
        lines += [SOME_TOLD.format(aantal=_figures(told))] if told else list(CANNOT_TELL)
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return Html(f'<section class="kort" aria-labelledby="kort"><h2 id="kort">In het kort</h2>{text}</section>')


def effects(analysis: Analysis) -> Html:
    """Say of each figure that something here could change whether wijken with it developed otherwise."""
    found = of_area(analysis)
    if not found:
        return paragraph(NONE)
    rows = effect_rows(analysis)
    html = bullets([NOT_DRAWN, CATCHING_UP, NOT_OF_PEOPLE])
    tested = [row for row in rows if pd.notna(row["p_waarde"])]
    for row in tested:
        html += _tested(analysis, row)
    untested = [row for row in rows if pd.isna(row["p_waarde"])]
    monthly = monthly_of(analysis)
    html += monthly_counts(analysis, monthly)
    if untested and not tested and not monthly:
        html += paragraph(FEW)
    return html + _not_yet(analysis, untested) + (NOTHING if monthly else paragraph(NO_MONTHS))


def effect_rows(analysis: Analysis) -> list[Row]:
    """Give the rows of ``effects.effects`` that concern the area, with the names of the interventions as ``namen``."""
    every, catalogue = every_intervention(analysis), analysis.data.catalogue
    here = {i.id for i in every if holds_others(analysis) or runs_in(i, analysis.area, catalogue)}
    names = {i.id: i.name for i in every}
    rows = []
    for row in records(effects_of(analysis.data.figures, catalogue, every, np.random.default_rng(SEED))):
        working = row["bundel"].split(", ")
        if _concerns(analysis, row) and here & set(working):
            rows.append(row | {"namen": listing([names[name] for name in working])})
    return rows


def judged_rows(analysis: Analysis) -> list[Row]:
    """Give the rows in which something could be tested."""
    return [row for row in effect_rows(analysis) if pd.notna(row["p_waarde"])]


def _concerns(analysis: Analysis, row: Row) -> bool:
    """Whether the wijken of a row are on this page; of a row without a start the areas are as in the catalogue."""
    if holds_others(analysis) or row["start"] == "":
        return True
    return analysis.area.id in row["wijken"].split(", ")


def _not_yet(analysis: Analysis, rows: list[Row]) -> Html:
    """Say in a line a reason what cannot be said, and give the answer for each figure in a table."""

    def answer(row: Row) -> tuple[str, ...]:
        reply = f"{capital(row['oordeel'])}. {row['reden']}"
        return (row["namen"], reply, row["nodig"], row["wanneer"])

    cells = []
    for (names, *texts), group in groupby(sorted(rows, key=answer), key=answer):
        figures = [analysis.data.catalogue.indicator(row["indicator"]).name for row in group]
        cells.append([names, "; ".join(dict.fromkeys(figures)), *texts])
    columns = ["Wat er loopt", "Cijfers", "Antwoord", "Wat er nodig is", "Vanaf wanneer"]
    return bullets(_reasons(rows)) + table("Per cijfer: waarom nog niet, en wat er nodig is", columns, cells, fold=True)


def _reasons(rows: list[Row]) -> list[str]:
    """Give each reason once, with how many figures it is about."""

    def missing(what: str) -> set[str]:
        return {row["indicator"] for row in rows if row["mist"] == what}

    few, modelled = missing(WAVES), missing(ONLY_ESTIMATES)
    lines = [TOO_FEW.format(aantal=_figures(len(few)), voor=LEAST_BEFORE, na=LEAST_AFTER)] if few else []
    years: dict[int, set[str]] = {}
    for row in rows:
        if pd.notna(row["mogelijk_vanaf"]):
            years.setdefault(int(row["mogelijk_vanaf"]), set()).add(row["indicator"])
    lines += [POSSIBLE.format(aantal=_figures(len(names)), jaar=year) for year, names in sorted(years.items())]
    lines += [MODELLED.format(aantal=_figures(len(modelled)))] if modelled else []
    others = [row["reden"] for row in rows if row["mist"] in (START, REACH)]
    return [*lines, *dict.fromkeys(others), *([EVERYWHERE] if missing(COMPARISON) else [])]


def _figures(number_of: int) -> str:
    return "1 cijfer" if number_of == 1 else f"{number_of} cijfers"


def _tested(analysis: Analysis, row: Row) -> Html:
    from nplv_analysis.charts import effect_chart

    catalogue = analysis.data.catalogue
    indicator = catalogue.indicator(row["indicator"])
    working = [i for i in every_intervention(analysis) if indicator.id in i.may_change]
    areas = row["wijken"].split(", ")
    without = without_any(working, catalogue)
    series, panel = panel_of(analysis.data.figures, indicator, areas, without, int(row["start"]))
    figures = analysis.data.figures
    shown = figures[(figures["indicator"] == indicator.id) & (figures["reeks"] == series)]
    key = slug(f"effect {row['bundel']} {indicator.id} {row['start']}")
    chart = effect_chart(panel, indicator, cited(analysis, shown[shown["gebied"].isin(areas)]), key)
    wijken = [listing([catalogue.area(name).name for name in names]) for names in (areas, without)]
    html = heading(f"{indicator.name}: {row['namen']}", 3)
    html += Html(chart.to_html()) + answer(row, indicator)
    html += paragraph(f"Wijken met: {wijken[0]}. Wijken zonder: {wijken[1]}.", "stil")
    return html + details(row, indicator)


def answer(row: Row, indicator: Indicator) -> Html:
    """Say what was found, and what that means."""
    decimals, unit = max(indicator.decimals, 1), unit_of_change(indicator.unit)
    found = FOUND.format(verschil=f"{number(abs(row['effect']), decimals)} {unit}", kant=SIDE[row["effect"] > 0])
    return paragraph(f"{capital(row['oordeel'])}. {found} {row['reden']}")


def details(row: Row, indicator: Indicator) -> Html:
    """Give the numbers behind a verdict, for who wants to check them."""
    decimals, unit = max(indicator.decimals, 1), unit_of_change(indicator.unit)

    def change(value: float) -> str:
        return f"{signed(value, decimals)}{NBSP}{unit}"

    def between(low: str, high: str) -> str:
        ends = [row[low], row[high]]
        return "geen" if not np.isfinite(ends).all() else f"{signed(ends[0], decimals)} tot {signed(ends[1], decimals)}"

    rows = [
        ["Verschil in verandering", change(row["effect"])],
        ["Marge (95%)", between("onder95", "boven95")],
        ["p-waarde", number(row["p_waarde"], 4)],
        ["p-waarde, gestandaardiseerd", number(row["p_gestandaardiseerd"], 4)],
        ["p-waarde, als we letten op het aantal toetsen", number(row["q_waarde"], 4)],
        ["Kleinste verschil dat goed te zien is", f"{number(row['kleinste_zichtbaar'], decimals)}{NBSP}{unit}"],
        ["Zonder één wijk", between("zonder_een_min", "zonder_een_max")],
        ["Nep-start: het grootste verschil", f"{number(row['placebo_grootste'], decimals)}{NBSP}{unit}"],
        ["Als het ging zoals ervoor", change(row["als_ervoor"])],
        ["Vanzelf gemiddelder: hooguit", change(row["naar_gemiddelde"])],
        ["Metingen vóór en na", f"{number(row['metingen_voor'], 0)} en {number(row['metingen_na'], 0)}"],
        ["Wijken met en zonder", f"{number(row['wijken_met'], 0)} en {number(row['wijken_zonder'], 0)}"],
    ]
    shown = [cells for cells in rows if "nan" not in cells[1]]
    # Each table of a page has a name of its own, for who goes from table to table.
    about = ": ".join(filter(None, [indicator.name, row.get("namen")]))
    caption = f"De getallen achter dit antwoord. {about}"
    html = table(caption, ["Wat", "Uitkomst"], shown, numeric=["Uitkomst"], fold=True)
    return html + paragraph(HOW, "stil") if shown else NOTHING
