"""The targets: of Groningen-Noord as a whole, and for a wijk its distance to the gemeente."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nplv_analysis.analysis import Analysis
from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import Indicator
from nplv_analysis.methods.differences import band_status
from nplv_analysis.rows import records
from nplv_analysis.sections.parts import Row
from nplv_analysis.tables import Html, paragraph, table
from nplv_analysis.targets import TARGET_YEARS, UNKNOWN
from nplv_analysis.wording import NBSP, figure, label, number, signed, unit_of_change, with_unit


def targets(analysis: Analysis) -> Html:
    """Show the targets of the programme area, what they still ask, and where a wijk stands."""
    catalogue, area, programme = analysis.data.catalogue, analysis.area, analysis.data.catalogue.programme
    rows = [(catalogue.indicator(str(row["indicator"])), row) for row in records(analysis.targets)]
    if not rows or programme is None:
        return paragraph("Voor dit thema zijn geen doelen afgesproken.")
    html = paragraph(f"De doelen voor 2030 tot 2040 gelden voor heel {programme.name}, niet voor een wijk apart.")
    html += table(
        f"Doelen van {programme.name}. Bron: {rows[0][1]['doel_versie']}.",
        [
            "Wat",
            "Laatste cijfer",
            "Over",
            "Doel",
            "Stand",
            *(f"Nodig per jaar tot {year}" for year in TARGET_YEARS),
            "Eerder doel",
            "Kans dat het doel wordt gehaald",
            "Toelichting",
        ],
        [_target_row(indicator, row) for indicator, row in rows],
        numeric=["Laatste cijfer", "Doel", *(f"Nodig per jaar tot {year}" for year in TARGET_YEARS)],
    )
    html += paragraph(
        "Nodig per jaar: zoveel moet het cijfer elk jaar veranderen om het doel te halen. Dat is een rekensom en geen "
        "voorspelling. Het doel ligt net voorbij het genoemde getal, dus er is een fractie meer nodig. Nul "
        "betekent: het laatste cijfer haalt het doel al.",
        "stil",
    )
    if area.kind == "wijkvernieuwing":
        return html + paragraph(
            f"{area.name} hoort niet bij {programme.name}. Voor {area.name} zijn deze doelen er niet."
        )
    return html + _distances(analysis, [i for i, _ in rows]) if area.kind == "nplv" else html


def _target_row(indicator: Indicator, row: dict[Any, Any]) -> list[str]:
    target = number(row["doel"], 0 if float(row["doel"]).is_integer() else 1)
    status = row["doel_status"]
    known = pd.notna(row["waarde"])
    return [
        indicator.name,
        with_unit(number(row["waarde"], indicator.decimals), indicator.unit) if known else "",
        row["periode"],
        f"{'hoger' if row['doel_teken'] == '>' else 'lager'} dan {with_unit(target, indicator.unit)}",
        f"{status}. {row['doel_reden']}".strip() if status == UNKNOWN else status,
        *(_needed(indicator, row[f"nodig_per_jaar_{year}"]) for year in TARGET_YEARS),
        row["doel_eerder"],
        _chance(row),
        row["toelichting"],
    ]


def _needed(indicator: Indicator, value: float) -> str:
    if pd.isna(value):
        return ""
    # Small steps: one decimal more than the figure itself has.
    return f"{signed(value, indicator.decimals + 1)}{NBSP}{unit_of_change(indicator.unit)}"


def _chance(row: Row) -> str:
    shown = [
        f"{year}: tussen {_percent(row[f'kans_van_{year}'])} en {_percent(row[f'kans_tot_{year}'])}{NBSP}%"
        for year in TARGET_YEARS
        if pd.notna(row[f"kans_van_{year}"])
    ]
    return "; ".join([*shown, row["kans_reden"]]) if shown else str(row["kans_reden"])


def _percent(chance: float) -> str:
    """Write a probability in whole percents; no model is so sure that it is 0 or 100."""
    return "minder dan 1" if chance < 0.01 else "meer dan 99" if chance > 0.99 else number(100 * chance, 0)


def _distances(analysis: Analysis, indicators: list[Indicator]) -> Html:
    """Show how far a wijk is from the gemeente, and whether that is within the band."""
    area = analysis.area
    rows = []
    for indicator, latest in analysis.by_indicator(analysis.latest):
        if indicator not in indicators or pd.isna(latest["waarde_gemeente"]):
            continue
        same = analysis.table[analysis.table["indicator"] == indicator.id]
        same = same[(same["reeks"] == latest["reeks"]) & (same["periode"] == latest["periode"])]
        width = None if analysis.band is None else analysis.band / 100 * abs(latest["waarde_gemeente"])
        placed = band_status(same, analysis.data.catalogue, width)
        row = records(placed[(placed["gebied"] == area.id) & (placed["rol"] == ITSELF)])[0]
        distance = f"{signed(row['afstand'], indicator.decimals)}{NBSP}{unit_of_change(indicator.unit)}"
        own = figure(row, indicator)
        rows.append([label(indicator), row["periode"], own, distance, row["band"], row["band_reden"]])
    html = paragraph(
        f"Voor {area.name} is het streven een kleiner verschil met de gemeente. Het cijfer moet binnen een band rond "
        "dat van de gemeente komen. Hoe breed die band is, staat niet in het programma."
    )
    if analysis.band is not None:
        html += paragraph(f"Hier is gerekend met een band van {analysis.band:g}% boven en onder dat cijfer.")
    if not rows:
        return html + paragraph(f"Van de cijfers met een doel hebben wij dat verschil niet voor {area.name}.")
    columns = ["Wat", "Over", area.name, "Verschil met de gemeente", "Band", "Waarom"]
    return html + table(f"{area.name} en de gemeente, voor cijfers met een doel.", columns, rows, numeric=columns[2:4])
