"""The Gebiedsmonitor: the 24 kernindicatoren of Groningen-Noord, and what is known of each area, in signs and words."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby

import numpy as np
import pandas as pd

from nplv_analysis.analysis import Analysis
from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Area, Indicator
from nplv_analysis.comparison import WIJKEN, latest
from nplv_analysis.preparation import SEED
from nplv_analysis.rows import records
from nplv_analysis.sections.drawn import where_areas_lie
from nplv_analysis.sections.figures import cards
from nplv_analysis.sections.parts import Row
from nplv_analysis.tables import NOTHING, Html, bullets, heading, paragraph, table
from nplv_analysis.targets import MET, NOT_MET
from nplv_analysis.verdict import BETTER, HIGHER, LOWER, SAME, WORSE
from nplv_analysis.wording import NBSP, NO_FIGURE, figure, label, listing, number, signed, unit_of_change

NOT_PUBLISHED = "niet gepubliceerd"
#: The report of an area with more figures than this tells them in tables only.
MOST_CARDS = 8
#: The sign and the tint (a class of the style sheet) of a verdict; both beside the word, so that none is needed alone.
SIGNS = {
    BETTER: ("▲", "gunstiger"),
    WORSE: ("▼", "ongunstiger"),
    SAME: ("●", "gelijk"),
    HIGHER: ("△", "anders"),
    LOWER: ("▽", "anders"),
}
LEGEND = (
    "▲ is gunstiger dan de vergelijking, ▼ ongunstiger. ● is geen aantoonbaar verschil. △ hoger en ▽ lager zijn niet "
    "goed of slecht. Zonder teken is er geen oordeel mogelijk."
)
#: The quarters of the wijkkompas in its order; the first describes and is not judged, the last three are the centre.
QUARTERS = ("Samenstelling", "Kwaliteit fysieke leefomgeving", "Kwaliteit van leven", "Kwaliteit sociale omgeving")
#: The themes and goals of the Klaverblad of Positief Opgroeien.
CLOVER = {
    "Kansrijk": (
        "kansrijke start",
        "voorschools en onderwijs benut",
        "geen armoede",
        "iedereen onderwijs, startkwalificatie, werk",
    ),
    "Gezond": ("psychosociale gezondheid", "gezonde leefstijl", "toegang tot hulp"),
    "Veilig": ("veilige thuissituatie, buurt, school", "geen criminaliteit"),
    "Stem": ("ertoe doen", "verantwoordelijkheid", "invloed"),
}
#: The dimensions of the Leefbaarometer 3.0 and the indicator that holds each, where this monitor has it.
LEEFBAAROMETER = {
    "Woningvoorraad": "",
    "Fysieke omgeving": "",
    "Voorzieningen": "",
    "Sociale samenhang": "",
    "Overlast en onveiligheid": "leefbaarometer_overlast_onveiligheid",
}


def programme_table(analysis: Analysis) -> Html:
    """Rebuild the table of the annex for the programme area: values, mark of the latest development, target."""
    programme = analysis.data.catalogue.programme
    if programme is None:
        return paragraph("In deze catalogus is geen gebied met doelen.")
    rows = analysis.developments
    rows = rows[(rows["gebied"] == programme.id) & rows["indicator"].isin([i.id for i in analysis.indicators])]
    goals = {row["indicator"]: row for row in records(analysis.targets)}
    periods = sorted(rows.loc[rows["jaar"].notna(), "periode"].unique())[-4:]
    html, met = NOTHING, []
    for cluster, group in groupby(analysis.indicators, key=lambda i: i.cluster):
        cells = []
        for indicator in group:
            mine = rows[rows["indicator"] == indicator.id]
            # The same figure may stand in the text of the same document as well: the first series is that of the annex.
            mine = mine.drop_duplicates("periode")
            by_period = {row["periode"]: row for row in records(mine)}
            values = [figure(by_period[p], indicator) if p in by_period else "" for p in periods]
            mark = str(mine["symbool"].iloc[-1]) if len(mine) else ""
            goal, status = "", ""
            if indicator.id in goals:
                row = goals[indicator.id]
                goal = f"{row['doel_teken']}{NBSP}{number(row['doel'], 0 if float(row['doel']).is_integer() else 1)}"
                status = row["doel_status"]
                met.append(status)
            shown = ["" if v == NO_FIGURE else v for v in values]
            cells.append([label(indicator), *shown, mark, goal, status])
        columns = ["Wat", *periods, "Teken", "Doel", "Stand"]
        html += table(f"{cluster}: {programme.name}.", columns, cells, numeric=periods)
    statuses = [status for status in dict.fromkeys((MET, NOT_MET, *met)) if status in met]
    counted = [f"{met.count(status)} keer staat er ‘{status}’." for status in statuses]
    if not met:
        return html + paragraph("Van geen enkel cijfer is een doel bekend.")
    return html + paragraph(
        f"{len(met)} cijfers hebben een doel. {' '.join(counted)} Een cijfer kan zijn doel halen en zich toch "
        "ongunstig ontwikkelen. Teken: + is gunstiger dan de vorige meting, - ongunstiger, +- gelijk. Leeg: een van "
        "beide cijfers ontbreekt."
    )


def own_figures(analysis: Analysis) -> Html:
    """Give of each kernindicator the figure of the area itself, or say that it is not published."""
    own = {i.id: row for i, row in analysis.by_indicator(analysis.latest)}
    cells: list[list[str | Html]] = []
    for indicator in analysis.indicators:
        row = own.get(indicator.id)
        if row is None:
            cells.append([label(indicator), NOT_PUBLISHED, "", "", ""])
            continue
        source = analysis.data.citation(row["bron"], row["periode"])
        sign = _tint(_sign(row["oordeel"]), SIGNS.get(row["oordeel"], ("", ""))[1])
        cells.append([label(indicator), figure(row, indicator), row["periode"], sign, source])
    known = sum(cell[1] != NOT_PUBLISHED for cell in cells)
    html = paragraph(f"Van de {len(cells)} kernindicatoren is er voor {analysis.area.name} van {known} een cijfer.")
    if known <= MOST_CARDS:
        html += cards(analysis)
    return html + table(
        f"De kernindicatoren: {analysis.area.name}.",
        ["Wat", "Cijfer", "Over", "Oordeel", "Bron"],
        cells,
        numeric=["Cijfer"],
    )


def heat_table(analysis: Analysis) -> Html:
    """Put all kernindicatoren beside all areas, with a sign and a tint for each verdict, and a map of the areas."""
    # What most readers come for stands on the left: the area itself, and the wholes to lay it beside.
    first = [
        analysis.area.id,
        *(a.id for a in (analysis.data.catalogue.programme, analysis.data.catalogue.gemeente) if a),
    ]
    areas = [a for a in analysis.data.catalogue.areas if a.id in analysis.areas_beside]
    areas.sort(key=lambda a: first.index(a.id) if a.id in first else len(first))
    found = latest(analysis.table[analysis.table["rol"] == ITSELF])
    rows = {(row["indicator"], row["gebied"]): row for row in records(found)}
    cells: list[list[str | Html]] = []
    for indicator in analysis.indicators:
        line: list[str | Html] = [indicator.name]
        for area in areas:
            key = (indicator.id, area.id)
            line.append(_tinted(rows[key], indicator) if key in rows else Html("–"))
        if any(isinstance(cell, Html) and cell.html != "–" for cell in line):
            cells.append(line)
    if not cells:
        return paragraph("Van de kernindicatoren is geen enkel cijfer bekend.")
    missing = len(analysis.indicators) - len(cells)
    columns = ["Wat", *(a.name for a in areas)]
    html = where_areas_lie(analysis)
    html += table("Kernindicatoren en gebieden: laatste cijfers.", columns, cells, fold=False)
    note = f" Van {missing} kernindicatoren is er voor geen van deze gebieden een cijfer." if missing else ""
    return html + paragraph(f"{LEGEND} Een streepje: {NOT_PUBLISHED}.{note} De volgorde is geen ranglijst.", "stil")


def compass(analysis: Analysis) -> Html:
    """Show the wijkkompas of the area as a table of signs, in its order; the last three quarters are the centre."""
    data, area = analysis.data, analysis.area
    own = _latest_of(analysis)
    html, centre = NOTHING, []
    for quarter in QUARTERS:
        cells: list[list[str | Html]] = []
        judged = quarter != QUARTERS[0]
        for indicator in data.catalogue.indicators:
            if indicator.quarter != quarter or indicator.id not in own:
                continue
            row = own[indicator.id]
            if figure(row, indicator) == NO_FIGURE:
                continue
            sign = _tint(_sign(row["oordeel"]), SIGNS.get(row["oordeel"], ("", ""))[1])
            described = _tint("beschrijvend", "anders")
            cells.append(
                [indicator.topic, indicator.name, figure(row, indicator), row["periode"], sign if judged else described]
            )
            centre += [row["oordeel"]] if judged and row["oordeel"] else []
        html += heading(quarter, 3)
        columns = ["Onderwerp", "Wat", "Cijfer", "Over", "Oordeel"]
        html += (
            table(f"{quarter}, in het wijkkompas: {area.name}.", columns, cells, numeric=["Cijfer"])
            if cells
            else paragraph(f"Geen gegevens over {area.name}.")
        )
    counts = [f"{centre.count(v)} keer {v}" for v in (BETTER, SAME, WORSE)]
    html += heading("Het midden van het kompas", 3)
    text = listing(counts) if centre else "voor geen enkel cijfer is een oordeel mogelijk"
    html += paragraph(f"De laatste drie kwarten samen: {text}. Wij tellen de oordelen, wij middelen ze niet.")
    return html + paragraph(
        "De vier kwarten en hun volgorde zijn die van het wijkkompas van de Basismonitor Groningen. Welk cijfer bij "
        "welk kwart staat, is onze keuze. De twaalf thema's van het kompas hebben wij niet. "
        "Samenstelling is blauw, want wie er wonen is niet goed of slecht.",
        "stil",
    )


def clover(analysis: Analysis) -> Html:
    """Say of each of the twelve goals of the Klaverblad whether the data speak about it."""
    data, area = analysis.data, analysis.area
    known = set(
        latest(data.figures[(data.figures["gebied"] == area.id) & (data.figures["rol"] == ITSELF)])["indicator"]
    )
    somewhere = set(latest(data.figures[data.figures["rol"] == ITSELF])["indicator"])
    cells = []
    for theme, goals in CLOVER.items():
        for goal in goals:
            about = [i for i in data.catalogue.indicators if i.klaverblad == goal]
            here = [i.name for i in about if i.id in known]
            elsewhere = sum(i.id in somewhere for i in about)
            text = "; ".join(here[:3]) + (f" en {len(here) - 3} andere" if len(here) > 3 else "")
            cells.append([goal, theme, text or ("alleen over andere gebieden" if elsewhere else "geen gegevens")])
    spoken = sum(cell[2] not in ("geen gegevens", "alleen over andere gebieden") for cell in cells)
    return paragraph(
        f"Het Klaverblad van Positief Opgroeien heeft twaalf doelen. Over {spoken} daarvan zeggen de cijfers iets voor "
        f"{area.name}."
    ) + table(f"De twaalf doelen van het Klaverblad: {area.name}.", ["Doel", "Thema", "Cijfers"], cells)


def national(analysis: Analysis) -> Html:
    """Say what is held of the Leefbaarometer and of the national set of the NPLV."""
    data, area = analysis.data, analysis.area
    own = _latest_of(analysis)
    cells = []
    for dimension, name in LEEFBAAROMETER.items():
        if name in own:
            row, indicator = own[name], data.catalogue.indicator(name)
            source = data.citation(row["bron"], row["periode"])
            cells.append([dimension, figure(row, indicator), row["periode"], indicator.unit, source])
        else:
            cells.append([dimension, "geen gegevens", "", "", ""])
    html = table(
        f"Leefbaarometer: {area.name}.", ["Dimensie", "Cijfer", "Over", "Eenheid", "Bron"], cells, numeric=["Cijfer"]
    )
    return html + paragraph(
        "De landelijke lijst van indicatoren van het Nationaal Programma Leefbaarheid en Veiligheid hebben wij niet: "
        "geen gegevens. De Leefbaarometer is een modelschatting. Daarom staat er geen marge en geen oordeel bij."
    )


def between_wijken(analysis: Analysis) -> Html:
    """Show whether the differences between the wijken grow or shrink, and what can be said of their order."""
    from nplv_analysis.methods.differences import spread
    from nplv_analysis.methods.ranks import rank_groups
    from nplv_analysis.methods.small_area import small_area_estimates

    catalogue = analysis.data.catalogue
    wijken = [a.id for a in catalogue.areas if a.kind == WIJKEN[0]]
    by_id = {i.id: i for i in analysis.indicators}
    found = spread(analysis.table, catalogue, wijken)
    html = paragraph(
        "Een doel van het programma is dat de verschillen tussen de wijken kleiner worden. De spreiding is de "
        "standaardafwijking tussen de wijken: hoe ver een wijk gemiddeld van de andere af ligt."
    )
    html += _spread_table(found, by_id)
    rows = latest(analysis.table[(analysis.table["rol"] == ITSELF) & analysis.table["gebied"].isin(wijken)])
    ranked = rank_groups(rows, catalogue, np.random.default_rng(SEED))
    html += heading("Welke wijken zijn te onderscheiden?", 3) + _rank_table(ranked, by_id, catalogue.areas)
    shrunken = small_area_estimates(rows, catalogue)
    html += heading("Schattingen met steun van andere wijken", 3) + _shrunken_table(shrunken, by_id, catalogue.areas)
    return html


def _latest_of(analysis: Analysis) -> dict[str, Row]:
    """Give the latest figure of the area for every indicator of the catalogue."""
    figures = analysis.data.figures
    mine = latest(figures[(figures["gebied"] == analysis.area.id) & (figures["rol"] == ITSELF)])
    return {row["indicator"]: row for row in records(mine)}


def _spread_table(found: pd.DataFrame, by_id: dict[str, Indicator]) -> Html:
    cells, reasons = [], []
    for row in records(found):
        indicator = by_id[row["indicator"]]
        if pd.isna(row["spreiding"]):
            reasons.append(f"{indicator.name}, {row['periode']}: {row['spreiding_reden']}")
            continue
        decimals = indicator.decimals + 1
        cells.append(
            [
                label(indicator),
                row["periode"],
                str(row["aantal_gebieden"]),
                number(row["laagste"], indicator.decimals),
                number(row["hoogste"], indicator.decimals),
                number(row["spreiding"], decimals),
                row["spreiding_ontwikkeling"],
                row["spreiding_reden"],
            ]
        )
    columns = ["Wat", "Over", "Wijken", "Laagste", "Hoogste", "Spreiding", "Ontwikkeling", "Uitleg"]
    if not cells:
        return paragraph(
            "Van geen enkele kernindicator zijn er cijfers over genoeg wijken. De spreiding is niet te geven."
        )
    return table("Spreiding tussen de wijken.", columns, cells, numeric=columns[2:6]) + bullets(reasons[:5])


def _rank_table(ranked: pd.DataFrame, by_id: dict[str, Indicator], areas: Iterable[Area]) -> Html:
    names = {a.id: a.name for a in areas}
    cells = []
    for indicator, rows in ranked[ranked["rang_van"].notna()].groupby("indicator", sort=False):
        groups = [
            f"{group}: {listing([names[g] for g in members['gebied']])}"
            for group, members in rows.groupby("rang_groep", sort=False)
        ]
        cells.append([label(by_id[str(indicator)]), rows["periode"].iloc[0], "; ".join(groups)])
    if not cells:
        reasons = list(dict.fromkeys(ranked["rang_reden"]))
        return paragraph("Een volgorde is niet te geven.") + bullets(reasons[:5])
    return table("Groepen van wijken, met 95% zekerheid.", ["Wat", "Over", "Groepen"], cells) + paragraph(
        "Wijken in dezelfde groep zijn niet van elkaar te onderscheiden. Er staat geen rangnummer: dat is te onzeker.",
        "stil",
    )


def _shrunken_table(shrunken: pd.DataFrame, by_id: dict[str, Indicator], areas: Iterable[Area]) -> Html:
    names = {a.id: a.name for a in areas}
    known = shrunken[shrunken["geschat"].notna()]
    cells: list[list[str | Html]] = []
    for row in records(known):
        indicator = by_id[row["indicator"]]
        margin = f"{number(row['geschat_onder95'], indicator.decimals + 1)} tot "
        margin += number(row["geschat_boven95"], indicator.decimals + 1)
        cells.append(
            [
                names[row["gebied"]],
                label(indicator),
                row["periode"],
                figure(row, indicator),
                number(row["geschat"], indicator.decimals + 1),
                margin,
                f"{signed(row['geschat'] - row['waarde'], indicator.decimals + 1)} {unit_of_change(indicator.unit)}",
            ]
        )
    if not cells:
        reasons = list(dict.fromkeys(shrunken["geschat_reden"]))
        return paragraph("Zulke schattingen zijn niet te maken.") + bullets(reasons[:5])
    columns = ["Gebied", "Wat", "Over", "Gemeten", "Geschat", "Marge (95%)", "Verschil"]
    return table(
        "Gemeten cijfers en schattingen met steun van andere wijken.", columns, cells, numeric=columns[3:]
    ) + paragraph(
        "Bij weinig ondervraagden leunt de schatting meer op het gemiddelde van de wijken (model van Fay en Herriot). "
        "De schatting komt nooit in de plaats van het gemeten cijfer.",
        "stil",
    )


def _sign(verdict: str) -> str:
    return f"{SIGNS[verdict][0]} {verdict}" if verdict in SIGNS else ""


def _tint(text: str, kind: str) -> Html:
    return Html(f'<span class="oordeel {kind}">{escape(text)}</span>') if text else NOTHING


def _tinted(row: Row, indicator: Indicator) -> Html:
    """Write a figure with the sign of its verdict, tinted alike; the word is there for who hears the page."""
    verdict = row["oordeel"]
    sign, kind = SIGNS.get(verdict, ("", ""))
    text = escape(figure(row, indicator))
    if not sign:
        return Html(text)
    hidden = f'<span class="alleen-voorlezen"> {escape(verdict)}</span>'
    return Html(f'<span class="oordeel {kind}"><span aria-hidden="true">{sign}</span>&nbsp;{text}{hidden}</span>')
