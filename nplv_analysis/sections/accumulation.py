"""Stapeling: where problems of the three themes come together, as counts of verdicts and never as a league table."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nplv_analysis.accumulation import accumulation as counted
from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import THEMES
from nplv_analysis.rows import records
from nplv_analysis.sections.parts import TITLES
from nplv_analysis.tables import Html, paragraph, table
from nplv_analysis.wording import listing

UNKNOWN = "niet te zeggen"


def accumulation(analysis: Analysis) -> Html:
    """Show per wijk how many subjects are demonstrably less favourable than elsewhere, of how many that can be said."""
    data = analysis.data
    figures = [
        Analysis(data, analysis.area, theme, analysis.first_year, analysis.last_year).developments for theme in THEMES
    ]
    found = counted(pd.concat(figures, ignore_index=True), data.catalogue)
    html = paragraph(
        "Waar komen problemen samen? We tellen per wijk de onderwerpen die aantoonbaar ongunstiger zijn dan elders in "
        "de gemeente. Een onderwerp telt één keer, hoeveel cijfers er ook over zijn."
    )
    if found.empty or not found["onderwerpen"].any():
        return html + paragraph("Over de thema's is van geen enkele wijk een cijfer bekend. Er is niets te tellen.")
    html += paragraph(_summary(found))
    cells = []
    for area in (area for area in data.catalogue.areas if area.id in set(found["gebied"])):
        rows = {row["thema"]: row for row in records(found[found["gebied"] == area.id])}
        everything = {name: sum(row[name] for row in rows.values()) for name in found if name in _NUMBERS}
        names = [row["welke"] for row in rows.values() if row["welke"]]
        cells.append(
            [
                area.name,
                *(_of(rows[theme]["ongunstiger"], rows[theme]["met_oordeel"]) for theme in THEMES),
                _worse(everything),
                f"{everything['niet_te_zeggen']} van {everything['onderwerpen']}",
                "; ".join(names),
            ]
        )
    columns = ["Wijk", *(TITLES[theme] for theme in THEMES), "Ook slechter geworden", "Niet te zeggen", "Welke"]
    html += table(
        "Onderwerpen die aantoonbaar ongunstiger zijn, van de onderwerpen met een oordeel.", columns, cells, fold=False
    )
    return html + paragraph(
        "'1 van 2' betekent: bij twee onderwerpen is een oordeel mogelijk, en één daarvan is ongunstiger. Geen oordeel "
        "is niet hetzelfde als gunstig. Dit is geen ranglijst: van de ene wijk is meer bekend dan van de andere. "
        "Soorten misdrijven tellen samen als één onderwerp. Cijfers over scholen tellen niet mee. Een modelschatting "
        "krijgt nooit een oordeel.",
        "stil",
    )


_NUMBERS = ("onderwerpen", "met_oordeel", "ongunstiger", "ontwikkeling_bekend", "ook_verslechterd", "niet_te_zeggen")


def _summary(found: pd.DataFrame) -> str:
    """Say in a few sentences what the table shows, and how little of it can be said."""
    per_wijk = found.groupby("gebied", sort=False)[[*_NUMBERS]].sum()
    wijken, subjects = len(per_wijk), int(per_wijk["onderwerpen"].iloc[0])
    least, most = int(per_wijk["met_oordeel"].min()), int(per_wijk["met_oordeel"].max())
    known = str(most) if least == most else f"{least} tot {most}"
    text = f"Over {subjects} onderwerpen is van minstens één wijk iets bekend. "
    text += f"Per wijk is bij {known} daarvan een oordeel mogelijk. " if most else "Een oordeel is nergens mogelijk. "
    here = int((per_wijk["ongunstiger"] > 0).sum())
    if most and not here:
        text += "Geen enkele wijk is daarbij aantoonbaar ongunstiger. "
        return text + ("Of problemen samenkomen, is niet te zeggen." if least < subjects else "")
    themes = (found["ongunstiger"] > 0).groupby(found["gebied"], sort=False).sum()
    together = int((themes > 1).sum())
    if here:
        text += f"Bij {here} van de {wijken} wijken is minstens één onderwerp aantoonbaar ongunstiger. "
        text += f"Bij {together} daarvan is dat bij meer dan één thema zo." if together else "Steeds bij één thema."
    judged = found.groupby("thema", sort=False)["met_oordeel"].sum().to_dict()
    without = [TITLES[theme].lower() for theme in THEMES if not judged[theme]]
    return text + (f" Over {listing(without)} is geen oordeel mogelijk." if without and most else "")


def _of(number: int, known: int) -> str:
    return f"{number} van {known}" if known else UNKNOWN


def _worse(row: dict[Any, Any]) -> str:
    """Of the less favourable subjects, how many also got worse, of those of which that was tested."""
    return _of(row["ook_verslechterd"], row["ontwikkeling_bekend"]) if row["ongunstiger"] else ""
