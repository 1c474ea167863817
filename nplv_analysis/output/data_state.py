"""The state of the data: which figures and sources there are, of which years, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import SUBJECTS, THEMES
from nplv_analysis.comparison import with_figure
from nplv_analysis.coverage import NONE, WIJK, coverage
from nplv_analysis.data import Data
from nplv_analysis.indicators import WIJK_ONLY
from nplv_analysis.sections import TITLES
from nplv_analysis.tables import Html, table
from nplv_analysis.wording import listing, number

#: The theme of what belongs to no report.
REST = "overig"


@dataclass(frozen=True)
class State:
    """What there is, for readers: sentences and tables in Dutch.

    Attributes
    ----------
    summary : list of str
        What there is and what is missing, in a few sentences.
    per_theme : Html
        How many figures there are of each theme, and of when the oldest and the newest are.
    coverage : list of (str, Html)
        For each theme over which periods each figure is known of each area.
    sources : Html
        The sources with years, date of publication, licence and whether they are public.
    """

    summary: list[str]
    per_theme: Html
    coverage: list[tuple[str, Html]]
    sources: Html


def state_of_data(data: Data) -> State:
    """Tell which figures and sources there are of the areas of the monitor, and what is missing."""
    areas = [area.id for area in data.catalogue.batch_areas]
    own = data.figures[(data.figures["rol"] == ITSELF) & data.figures["gebied"].isin(areas)]
    known = with_figure(own[own["herkomst"] != WIJK_ONLY])
    covered = coverage(data)
    return State(_summary(data, known, covered), _per_theme(known), _coverage(data, covered), _sources(data))


def first_and_last(rows: pd.DataFrame) -> tuple[str, str]:
    """Name the first and the last period of figures, in the words of their source; nothing when none has a year."""
    dated = rows[rows["jaar"].notna()]
    if dated.empty:
        return "", ""
    first, last = (dated.loc[dated["jaar"] == year, "periode"] for year in (dated["jaar"].min(), dated["jaar"].max()))
    return min(sorted(first), key=len), min(sorted(last), key=len)


def counted(amount: int, one: str, plural: str = "s") -> str:
    """Write a number of things."""
    return f"{number(amount, 0)} {one}{'' if amount == 1 else plural}"


def _span(rows: pd.DataFrame) -> str:
    """Say from when until when figures go."""
    first, last = first_and_last(rows)
    return first if first == last else f"{first} tot en met {last}"


def _summary(data: Data, known: pd.DataFrame, covered: pd.DataFrame) -> list[str]:
    areas = data.catalogue.batch_areas
    sources = {record.citation: record.fields.get("datum_publicatie", "") for record in data.records}
    undated = sum(date in ("", "onbekend") for date in sources.values())
    boxes = covered.drop_duplicates(["indicator", "gebied"])
    empty = int((boxes["niveau"] == NONE).sum())
    lines = [
        f"Er zijn {counted(len(known), 'cijfer')} over {counted(len(areas), 'gebied', 'en')}.",
        f"Ze komen uit {counted(len(sources), 'bron', 'nen')}."
        f" {'Een deel van de cijfers is niet openbaar' if data.internal else 'Alle cijfers zijn openbaar'}.",
        f"De cijfers gaan over {_span(known)}." if _span(known) else "",
        f"Van {counted(undated, 'bron', 'nen')} weten wij de datum van publicatie niet." if undated else "",
        f"Lang niet alles is bekend: {number(empty, 0)} van de {number(len(boxes), 0)} vakjes in de tabellen hieronder "
        "zijn leeg.",
    ]
    for theme in THEMES:
        here = set(known.loc[known["thema"] == theme, "gebied"])
        without = [area.name for area in areas if area.id not in here]
        if without:
            lines.append(f"Over {theme} is van {listing(without)} zelf niets bekend.")
    return [line for line in lines if line]


def _per_theme(known: pd.DataFrame) -> Html:
    rows = []
    for theme in SUBJECTS:
        mine = known[known["thema"] == theme]
        if mine.empty and theme not in (*THEMES, REST):
            continue
        kinds = number(mine["indicator"].nunique(), 0)
        rows.append([_title(theme), number(len(mine), 0), kinds, *first_and_last(mine)])
    columns = ["Thema", "Cijfers", "Soorten cijfers", "Oudste", "Nieuwste"]
    return table("Hoeveel cijfers er zijn per thema.", columns, rows, numeric=columns[1:3])


def _coverage(data: Data, covered: pd.DataFrame) -> list[tuple[str, Html]]:
    cells: dict[tuple[str, str], list[str]] = {}
    for row in covered[covered["niveau"] != NONE].to_dict("records"):
        text = f"wijk: {row['perioden']}" if row["niveau"] == WIJK else row["perioden"]
        cells.setdefault((row["indicator"], row["gebied"]), []).append(text)
    listed, areas = set(covered["indicator"]), data.catalogue.batch_areas
    columns = ["Cijfer", *(area.name for area in areas)]
    tables = []
    for theme in SUBJECTS:
        indicators = [i for i in data.catalogue.theme(theme) if i.id in listed]
        rows = [[i.name, *("; ".join(cells.get((i.id, area.id), ["-"])) for area in areas)] for i in indicators]
        if rows:
            tables.append((_title(theme), table(f"Wat is bekend: {_title(theme)}", columns, rows, fold=False)))
    return tables


def _sources(data: Data) -> Html:
    dated = with_figure(data.figures)[["bron", "periode", "jaar", "openbaar"]].drop_duplicates()
    cited = [data.citation(source, period) for source, period in zip(dated["bron"], dated["periode"], strict=True)]
    dated = dated.assign(citaat=cited)
    rows = []
    for record in {record.citation: record for record in data.records}.values():
        mine = dated[dated["citaat"] == record.citation]
        public = "ja" if record.public else "deels" if mine["openbaar"].any() else "nee"
        date = record.fields.get("datum_publicatie", "")
        years = _span(mine) or record.year or ""
        rows.append([record.citation, record.publisher, years, date, record.licence, public, record.address])
    columns = ["Bron", "Uitgever", "Cijfers over", "Gepubliceerd", "Licentie", "Openbaar", "Adres"]
    return table("Bronnen", columns, rows, fold=False)


def _title(theme: str) -> str:
    return TITLES.get(theme, "Overig: bevolking en andere cijfers")
