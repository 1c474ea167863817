"""The hittekaart: what was weighed, and which places are in the top group, in groups and on a map."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pandas as pd

from nplv_analysis.accounting import source_table
from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import Indicator
from nplv_analysis.charts import Cell, area_map
from nplv_analysis.hotspots.figures import PEOPLE
from nplv_analysis.hotspots.heat_map import ALWAYS, DRAWS, GROUPS, NOT_PLACED, RARELY, SOMETIMES, HeatMap
from nplv_analysis.hotspots.settings import BUURT, Settings
from nplv_analysis.rows import records
from nplv_analysis.tables import NOTHING, Html, bullets, heading, paragraph, table
from nplv_analysis.wording import NO_FIGURE, label, listing, number, with_unit

NO_SETTINGS = "Er is niet gekozen welke cijfers meetellen: het bestand hittekaart.yaml ontbreekt in de catalogus."
#: The sign and the shade of a group on the map; both beside the words of the legend.
SIGNS = {ALWAYS: ("●", "klasse-4"), SOMETIMES: ("○", "klasse-2"), RARELY: ("", "klasse-1"), NOT_PLACED: ("", "leeg")}


def hotspot_summary(kaart: HeatMap) -> Html:
    """Give the summary on top: how many places are in which group, and what this is not."""
    lines = [NO_SETTINGS]
    if kaart.settings:
        counts = kaart.places["groep"].value_counts().to_dict()
        placed = sum(counts.get(group, 0) for group in GROUPS)
        lines = [f"We vergeleken {_count(placed, kaart.settings)} op {len(kaart.settings.weighed)} cijfers."]
        if placed:
            words = [f"{counts.get(group, 0)} {group}" for group in GROUPS]
            lines.append(f"In de bovenste groep staan er {listing(words)}.")
        lines.append(
            f"Niet ingedeeld: {_count(counts.get(NOT_PLACED, 0), kaart.settings)}, want daar weten we te weinig van."
        )
        lines.append("Het gaat over plekken, met de laatste cijfers die er zijn. Het is geen voorspelling.")
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return Html(f'<section class="kort" aria-labelledby="kort"><h2 id="kort">In het kort</h2>{text}</section>')


def hotspot_weights(analysis: Analysis, kaart: HeatMap) -> Html:
    """Show which figures count, how heavily, and why."""
    if kaart.settings is None:
        return paragraph(NO_SETTINGS)
    known, own = kaart.values[kaart.values["waarde"].notna()], {r.source: r.citation for r in kaart.records}
    cells = []
    for weighed in kaart.settings.weighed:
        mine = known[known["indicator"] == weighed.indicator.id]
        cited = dict.fromkeys(
            own.get(source) or analysis.data.citation(source, weighed.period) for source in mine["bron"].unique()
        )
        cells.append(
            [
                label(weighed.indicator),
                weighed.period,
                number(weighed.weight, 0 if weighed.weight.is_integer() else 1),
                with_unit(number(100 * kaart.settings.part(weighed), 0), "%"),
                f"een {'hoog' if weighed.indicator.good_direction == 'laag' else 'laag'} cijfer",
                str(mine["plaats"].nunique()),
                weighed.reason,
                "; ".join(cited),
            ]
        )
    columns = ["Wat", "Over", "Gewicht", "Aandeel", "Telt als ongunstig", "Bekend van", "Waarom", "Bron"]
    what, settings = _what(kaart.settings), kaart.settings
    html = table("Wat er meetelt, en hoe zwaar.", columns, cells, numeric=["Gewicht", "Aandeel", "Bekend van"])
    return html + bullets(
        [
            f"Per cijfer staan de {what} op volgorde. Zo telt een uitschieter niet te zwaar.",
            f"De bovenste groep is {number(100 * settings.top, 0)} procent van de {what}.",
            f"We rekenen met {number(DRAWS, 0)} andere verdelingen van de gewichten. Elke keer laten we ook een cijfer "
            "weg. Bij tellingen en enquêtes rekenen we toeval mee.",
            "'Bijna altijd' is minstens negen van de tien keer. 'Zelden' is minder dan een van de tien keer.",
            f"Een cijfer over minder dan {settings.least_people} mensen telt niet mee.",
            f"Nodig zijn minstens {settings.least_known} van de {len(settings.weighed)} cijfers.",
            "Afkomst of nationaliteit telt nooit mee. Een modelschatting ook niet: die is voorspeld uit wie er woont.",
        ]
    )


def hotspots(analysis: Analysis, kaart: HeatMap) -> Html:
    """Show the groups: on a map where the shapes of places are known, and by name."""
    if kaart.settings is None:
        return paragraph(NO_SETTINGS)
    placed = kaart.places[kaart.places["groep"] != NOT_PLACED]
    if placed.empty:
        return paragraph("Er zijn te weinig plekken met genoeg cijfers. Er is niets in te delen.")
    html = _map(analysis, kaart)
    for group in GROUPS:
        mine = placed[placed["groep"] == group]
        html += heading(f"{group[:1].upper()}{group[1:]} in de bovenste groep", 3)
        cells = [[_name(kaart, place), kaart.inside.get(place, "")] for place in mine["plaats"]]
        named = "Buurt" if kaart.settings.places == BUURT else "Plek"
        caption = f"{group[:1].upper()}{group[1:]}: {_count(len(mine), kaart.settings)}."
        html += table(caption, [named, "Gebied"], cells, fold=group == RARELY) if cells else paragraph("Geen.")
    return html + paragraph(
        "Binnen een groep is er geen volgorde. De namen staan op volgorde van code of alfabet. Dit is geen ranglijst.",
        "stil",
    )


def hotspot_figures(kaart: HeatMap) -> Html:
    """Show the figures behind the groups as they were published; those that are not public are never shown."""
    if kaart.settings is None:
        return paragraph(NO_SETTINGS)
    if kaart.settings.places != BUURT:
        return paragraph("De cijfers per plek staan hier niet. Ze zijn klein, en niet openbaar.")
    wide = kaart.values.pivot(index="plaats", columns="indicator", values="waarde")
    cells = [
        [
            _name(kaart, str(place)),
            *(_figure(float(row[one.indicator.id]), one.indicator) for one in kaart.settings.weighed),
        ]
        for place, row in wide[wide.notna().any(axis=1)].iterrows()
    ]
    columns = ["Buurt", *(f"{label(one.indicator)}, {one.period}" for one in kaart.settings.weighed)]
    return table("De cijfers per buurt, op volgorde van code.", columns, cells, numeric=columns[1:], fold=True)


def hotspot_limits(kaart: HeatMap) -> Html:
    """Say what the map does not tell, and which places are not on it and why."""
    html = bullets(
        [
            "De kaart zegt waar ongunstige cijfers samenkomen. Waarom dat zo is, zegt de kaart niet.",
            "De keuze van cijfers en gewichten is een keuze. Een andere keuze geeft een andere kaart.",
            "De cijfers zijn van verschillende jaren.",
            "Een misdrijf telt waar het gebeurde. Dat zegt niet wie het deed, of wie er woont.",
            "Ga eerst kijken en praat met bewoners. Deze kaart alleen is nooit een reden voor een maatregel.",
        ]
    )
    if kaart.settings is None or kaart.places.empty:
        return html
    left = kaart.places[kaart.places["groep"] == NOT_PLACED]
    if left.empty:
        return html
    counted = left["groep_reden"].value_counts()
    html += paragraph(f"Niet ingedeeld: {_count(len(left), kaart.settings)}.")
    html += bullets([f"{_count(count, kaart.settings)}. {reason}" for reason, count in counted.items()])
    cells = [[_name(kaart, row["plaats"]), row["groep_reden"]] for row in records(left)]
    return html + table("Wat niet is ingedeeld, en waarom.", ["Plek", "Waarom niet"], cells, fold=True)


def hotspot_sources(analysis: Analysis, kaart: HeatMap) -> Html:
    """Account for the figures of the page, and for what they are divided by."""
    if kaart.settings is None:
        return paragraph(NO_SETTINGS)
    used = set(kaart.values["bron"])
    series = [one for weighed in kaart.settings.weighed for one in weighed.indicator.series if one.source in used]
    if kaart.settings.places == BUURT:
        # The latest inhabitants, as they are known of buurten, say which of these are too small.
        there = {record.source for record in analysis.data.records}
        people = analysis.data.catalogue.indicator(PEOPLE).series
        series += [one for one in people if one.method != "publicatie" and one.source in there][-1:]
    amounts = [amount for one in series for amount in (one.denominator, one.weight) if amount]
    used |= {one.source for one in series} | {amount.source for amount in amounts}
    return source_table([record for record in (*analysis.data.records, *kaart.records) if record.source in used])


def hotspot_save(kaart: HeatMap, uitvoer_map: str) -> Html:
    """Save the groups as CSV when a folder is given."""
    if not uitvoer_map or kaart.settings is None:
        return paragraph("De groepen zijn niet apart bewaard (uitvoer_map is leeg).", "stil")
    from nplv_analysis.output.export import csv_of, harmless, write_atomically

    saved = kaart.places[["plaats", "bekend", "groep", "groep_reden"]].copy()
    saved.insert(1, "naam", [kaart.names.get(place, "") for place in saved["plaats"]])
    for column in ("plaats", "naam"):
        saved[column] = saved[column].map(harmless)
    path = Path(uitvoer_map) / "hittekaart.csv"
    write_atomically(path, csv_of(saved))
    return Html(f'<p>De groepen van deze pagina: <a href="{path.name}" download>{path.name}</a> (CSV, intern).</p>')


def _map(analysis: Analysis, kaart: HeatMap) -> Html:
    rows = [row for row in records(kaart.places) if row["plaats"] in kaart.shapes]
    if not rows:
        return NOTHING
    cells = [Cell(row["plaats"], _name(kaart, row["plaats"]), *SIGNS[row["groep"]]) for row in rows]
    counts = pd.Series([row["groep"] for row in rows]).value_counts()
    words = [f"{counts.get(group, 0)} {group}" for group in GROUPS]
    legend = [
        (SIGNS[group][1], f"{SIGNS[group][0]} {group}".strip()) for group in (*GROUPS, NOT_PLACED) if group in counts
    ]
    return area_map(
        dict(kaart.shapes),
        cells,
        caption="Hoe vaak een buurt in de bovenste groep staat. De namen staan in de tabellen hieronder. Kaart, met "
        f"vereenvoudigde grenzen: {analysis.data.boundaries_citation}.",
        alternative=f"Kaart van {len(rows)} buurten. In de bovenste groep staan er {listing(words)}.",
        key="hittekaart",
        title="Opeenstapeling nu",
        legend=legend,
        named=False,
    )


def _what(settings: Settings) -> str:
    return "buurten" if settings.places == BUURT else "plekken"


def _count(number_of: int, settings: Settings) -> str:
    one = "buurt" if settings.places == BUURT else "plek"
    return f"{number_of} {one if number_of == 1 else _what(settings)}"


def _name(kaart: HeatMap, place: str) -> str:
    return f"{kaart.names[place]} ({place})" if place in kaart.names else place


def _figure(value: float, indicator: Indicator) -> str:
    return NO_FIGURE if pd.isna(value) else with_unit(number(value, indicator.decimals), indicator.unit)
