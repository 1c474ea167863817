"""What the sections of a report share: names of areas and columns, grouping by topic, sources."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pandas as pd

from nplv_analysis.analysis import Analysis
from nplv_analysis.catalogue import MONITOR, Indicator
from nplv_analysis.wording import STATUS_SHOWN

TITLES = {
    "leerachterstand": "Leerachterstand",
    "armoede": "Armoede",
    "veiligheid": "Veiligheid",
    "gebiedsmonitor": "Gebiedsmonitor",
    "interventies": "Interventies",
    "onderwijssegregatie": "Onderwijssegregatie",
    "procesmonitor": "Procesmonitor",
    "hittekaart": "Hittekaart",
}
#: Of which one says "van" an area; the others are "in" it.
ABOUT = (MONITOR, "procesmonitor", "hittekaart")

Row = dict[Any, Any]


def title_of(theme: str, area: str) -> str:
    """Give the title of a report."""
    return f"{TITLES[theme]} {'van' if theme in ABOUT else 'in'} {area}"


def in_words(analysis: Analysis) -> str:
    """Give the name of the area as it reads in a sentence."""
    return "de gemeente Groningen" if analysis.area.kind == "gemeente" else analysis.area.name


def by_topic(
    analysis: Analysis, rows: list[tuple[Indicator, Row]]
) -> Iterator[tuple[str, list[tuple[Indicator, Row]]]]:
    """Group rows by topic, in their order."""
    for topic, group in groupby(rows, key=lambda pair: pair[0].topic):
        yield topic_here(analysis, topic), list(group)


def topic_here(analysis: Analysis, topic: str) -> str:
    """Name a topic as it reads on this page: a gemeente is no wijk."""
    here = "in deze wijk" if analysis.area.kind in ("nplv", "wijkvernieuwing") else f"in {in_words(analysis)}"
    return topic.replace("in deze wijk", here)


def kind_of(row: Row) -> str:
    """Status and origin in words; "observed" is the plain case and needs no word."""
    words = [] if row["status"] == "waargenomen" else [str(STATUS_SHOWN.get(row["status"], row["status"]))]
    return ", ".join([*words, row["herkomst"] if row["openbaar"] else "eigen cijfer, niet openbaar"])


def measured(analysis: Analysis, indicator: Indicator) -> pd.DataFrame:
    """The figures of an indicator about the area itself; the same figure from two places of one source counts once."""
    return analysis.measured.get(indicator.id, analysis.development.iloc[:0])


def note_of(indicator: Indicator, row: Row) -> str:
    """Give what the note of a row says after its first sentence."""
    return str(row["toelichting"]).split(". ", 1)[1] if ". " in row["toelichting"] else ""


def break_of(indicator: Indicator, row: Row) -> str:
    """Say why a row is not comparable with earlier series."""
    series = indicator.series_of(row)
    reason = series.break_reason.strip() if series else ""
    return f"Niet te vergelijken met eerdere cijfers. {reason}" if reason else ""


def cited(analysis: Analysis, *tables: pd.DataFrame) -> str:
    """Give the citations of the sources of rows."""
    pairs = [pair for rows in tables for pair in zip(rows["bron"], rows["periode"], strict=True)]
    return "; ".join(dict.fromkeys(analysis.data.citation(*pair) for pair in dict.fromkeys(pairs)))


def slug(text: str) -> str:
    """Make a text fit for an id."""
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in text.lower()).strip("-")
