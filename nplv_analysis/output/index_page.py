"""The index of a run: find a wijk, what the figures say of it per theme, the files, and the state of the data."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import INTERNAL, MONITOR, OF_EACH, OF_ONE, THEMES, Area, Catalogue
from nplv_analysis.comparison import WIJKEN, latest
from nplv_analysis.data import Data
from nplv_analysis.development import IN_TIME
from nplv_analysis.indicators import WIJK_ONLY
from nplv_analysis.methods import trend
from nplv_analysis.output.data_state import counted, first_and_last, state_of_data
from nplv_analysis.output.reports import FOOTER, TEMPLATES
from nplv_analysis.sections import TITLES, title_of
from nplv_analysis.sections.area_monitor import LEGEND, SIGNS
from nplv_analysis.tables import NOTHING, Html, environment
from nplv_analysis.verdict import BETTER, HIGHER, LOWER, SAME, WORSE
from nplv_analysis.wording import listing

if TYPE_CHECKING:
    from nplv_analysis.batch.tasks import Outcome

#: Kinds of areas in the order of the page, with the heading of each group; {} is the name of the programme area.
GROUPS = {
    "samengesteld": "Het hele programmagebied",
    "nplv": "Wijken van {}",
    "wijkvernieuwing": "Andere wijken waar de gemeente aan vernieuwing werkt",
    "gemeente": "De gemeente",
}
OTHER = "ander"
#: What an area is that is more than some buurten, and what a wijk is.
WHOLES = {"samengesteld": "Alle wijken van het programma samen", "gemeente": "Alle wijken en dorpen samen"}
WIJKS = {"nplv": "Wijk van {}. ", "wijkvernieuwing": "Wijk waar de gemeente aan vernieuwing werkt. "}
#: The verdicts that a cell counts: the column, what it is about, and the sign and the tint of each verdict.
QUESTIONS = (
    ("oordeel", "Nu", SIGNS),
    ("verandering_oordeel", "Sinds de vorige meting", {IN_TIME[verdict]: sign for verdict, sign in SIGNS.items()}),
    (
        "trend",
        "Trend",
        {
            trend.BETTER: SIGNS[BETTER],
            trend.WORSE: SIGNS[WORSE],
            trend.SAME: SIGNS[SAME],
            trend.UP: SIGNS[HIGHER],
            trend.DOWN: SIGNS[LOWER],
        },
    ),
)
#: Files of a whole run, and what each is for.
DOWNLOADS = {
    "kerncijfers.xlsx": "alle cijfers voor mensen, met een blad per thema",
    "kerncijfers.csv": "alle cijfers voor machines (komma, punt, UTF-8)",
    "kerncijfers.parquet": "dezelfde cijfers voor Python en R",
    "datapackage.json": "wat er in elk bestand en elke kolom staat",
    "run.json": "hoe deze rapporten zijn gemaakt",
}
#: Files of one report: how they end, and what they are called.
KINDS = {"csv": "cijfers (csv)", "ipynb": "notebook (ipynb)", "fout.ipynb": "notebook tot aan de fout (ipynb)"}


@dataclass(frozen=True)
class Mark:
    """A number of verdicts, with sign and words, and the tint that goes with them."""

    text: str
    tint: str


@dataclass(frozen=True)
class ReportCell:
    """One report: whether it is there, what its latest figures say, and its files."""

    theme: str
    title: str
    label: str
    made: bool
    marks: list[tuple[str, list[Mark]]]
    state: str
    files: list[tuple[str, str]]


@dataclass(frozen=True)
class Entry:
    """One area of the page."""

    area: Area
    what: str
    about: str
    search: str
    reports: list[ReportCell]


def index_page(data: Data, outcomes: Sequence[Outcome]) -> str:
    """Make the page through which readers come in.

    Parameters
    ----------
    data : Data
        The released figures.
    outcomes : sequence of Outcome
        How each report of the run went; the page has the areas and themes of these, and links to their files.

    Returns
    -------
    str
        The whole page. Its policy lets the browser load nothing and run nothing but the search field.
    """
    catalogue = data.catalogue
    css = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    script = (TEMPLATES / "zoek.js").read_text(encoding="utf-8")
    failed = [o for o in outcomes if o.status != "gelukt"]
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            css=css,
            script=script,
            css_hash=_hash(css),
            script_hash=_hash(script),
            monitor=catalogue.monitor,
            internal=data.internal,
            internal_pages=any(o.thema in INTERNAL for o in outcomes),
            failures=[f"{catalogue.area(o.gebied).name}, {o.thema}: {o.fout}" for o in failed],
            groups=_groups(data, outcomes),
            map=_map(data, outcomes),
            themes=[(theme, TITLES[theme]) for theme in OF_EACH if theme in {o.thema for o in outcomes}],
            of_one=[
                (_cell(catalogue, catalogue.area(o.gebied), o, data.figures[:0], data.figures[:0]), o.gebied)
                for o in outcomes
                if o.thema in OF_ONE
            ],
            legend=LEGEND,
            downloads=DOWNLOADS,
            state=state_of_data(data),
            footer=FOOTER,
        )
    )


def _hash(text: str) -> str:
    """Give the hash under which the policy of the page allows a piece of script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _groups(data: Data, outcomes: Sequence[Outcome]) -> list[tuple[str, list[Entry]]]:
    """Put the areas of the run in groups of their kind, each with its reports."""
    catalogue = data.catalogue
    programme = catalogue.programme.name if catalogue.programme else "het programma"
    found = latest(data.figures[data.figures["rol"] == ITSELF])
    own = latest(data.figures[(data.figures["rol"] == ITSELF) & (data.figures["herkomst"] != WIJK_ONLY)])
    groups: dict[str, list[Entry]] = {kind: [] for kind in (*GROUPS, OTHER)}
    for name in dict.fromkeys(outcome.gebied for outcome in outcomes):
        area = catalogue.area(name)
        here, mine = found[found["gebied"] == area.id], own[own["gebied"] == area.id]
        reports = [_cell(catalogue, area, o, here, mine) for o in outcomes if o.gebied == name]
        words = [area.name, area.code or "", area.wijk_code or "", area.wijk_name or ""]
        # Who looks for a buurt wants its wijk, not everything that holds that wijk.
        words += [] if area.kind in WHOLES else [*area.buurten, *area.buurten.values()]
        about = f"{WIJKS.get(area.kind, '').format(programme)}{_what(area)}. {area.note}"
        entry = Entry(area, _what(area), about, " ".join(filter(None, words)), reports)
        groups[area.kind if area.kind in GROUPS else OTHER].append(entry)
    headings = GROUPS | {OTHER: "Andere gebieden"}
    return [(headings[kind].format(programme), entries) for kind, entries in groups.items() if entries]


def _map(data: Data, outcomes: Sequence[Outcome]) -> Html:
    """Draw the wijken of the run, each leading to its section; nothing when no boundaries are shipped."""
    areas = [data.catalogue.area(name) for name in dict.fromkeys(o.gebied for o in outcomes)]
    wijken = [area for area in areas if area.kind in WIJKEN and area.id in data.boundaries]
    if not wijken:
        return NOTHING
    # With it comes a library that a run without boundaries need not load.
    from nplv_analysis.charts.area_map import Cell, area_map

    return area_map(
        data.boundaries,
        [Cell(area.id, area.name) for area in wijken],
        links={area.id: f"#{area.id}" for area in wijken},
        caption=f"Kies uw wijk op de kaart. Grenzen: {data.boundaries_citation}.",
        alternative="Kaart van de wijken. Elke wijk op de kaart is een link. De lijst bevat dezelfde links.",
        key="Kaart",
    )


def _what(area: Area) -> str:
    """Say in one line what an area is."""
    if area.kind in WHOLES:
        return WHOLES[area.kind]
    names = list(area.buurten.values())
    return f"Buurt{'en' if len(names) > 1 else ''}: {listing(names)}" if names else area.name


def _cell(catalogue: Catalogue, area: Area, outcome: Outcome, found: pd.DataFrame, own: pd.DataFrame) -> ReportCell:
    """Say of one report what its latest figures tell, and where its files are."""
    indicators = [i.id for i in catalogue.theme(outcome.thema)]
    rows = own[own["indicator"].isin(indicators)]
    label, made = title_of(outcome.thema, area.name), outcome.status == "gelukt"
    judged = outcome.thema in (*THEMES, MONITOR)
    state = "geen cijfers van dit gebied" if judged else ""
    if len(rows):
        newest = first_and_last(rows)[1]
        state = counted(len(rows), "cijfer") + (f", de nieuwste over {newest}" if newest else "")
    elif found["indicator"].isin(indicators).any():
        state = "alleen cijfers van de hele CBS-wijk"
    return ReportCell(
        theme=outcome.thema,
        title=TITLES[outcome.thema],
        label=label,
        made=made,
        # Of other reports the figures are counts, which are not judged.
        marks=_marks(rows) if judged else [],
        state=state,
        files=[
            (text, f"{area.id}/{outcome.thema}.{kind}")
            for kind, text in KINDS.items()
            if f"{outcome.thema}.{kind}" in outcome.bestanden
        ],
    )


def _marks(rows: pd.DataFrame) -> list[tuple[str, list[Mark]]]:
    """Count the verdicts on the latest figures; on a change and a trend only where there are any."""
    lines = []
    for column, question, signs in QUESTIONS:
        counts = {verdict: int((rows[column] == verdict).sum()) for verdict in signs}
        marks = [Mark(f"{sign} {counts[v]} {v}", tint) for v, (sign, tint) in signs.items() if counts[v]]
        without = len(rows) - sum(counts.values())
        if column == "oordeel" and without:
            marks.append(Mark(f"{without if marks else counted(without, 'cijfer')} zonder oordeel", ""))
        if marks:
            lines.append((question, marks))
    return lines
