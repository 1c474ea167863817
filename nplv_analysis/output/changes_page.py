"""The page that shows what changed between two runs, in Dutch: verdicts first, then figures, then the rest."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from nplv_analysis import __version__
from nplv_analysis.catalogue import Indicator
from nplv_analysis.output.changes import (
    AMOUNTS,
    GONE,
    GONE_AREA,
    GONE_INDICATOR,
    KINDS,
    NEW,
    NEW_AREA,
    NEW_INDICATOR,
    OTHER,
    REVISED,
    STATUS,
    VERDICT,
    count,
    csv_of_changes,
    has_figure,
)
from nplv_analysis.output.export import COLUMNS, write_atomically
from nplv_analysis.output.open_data import KEY
from nplv_analysis.output.reports import TEMPLATES
from nplv_analysis.tables import Html, environment, table
from nplv_analysis.wording import NBSP, NO_FIGURE, figure, signed, unit_of_change, wijk_figure

CSV, PAGE = "verschillen.csv", "verschillen.html"
FOOTER = f"Gemaakt met nplv_analysis {__version__}. De bron van elk cijfer staat in kerncijfers.csv."

#: What the page calls each kind in its summary.
COUNTED = {
    VERDICT: "Andere oordelen",
    REVISED: "Herziene cijfers",
    NEW: "Nieuwe cijfers",
    GONE: "Vervallen cijfers",
    STATUS: "Cijfers met een andere status",
    NEW_INDICATOR: "Nieuwe indicatoren",
    GONE_INDICATOR: "Vervallen indicatoren",
    NEW_AREA: "Nieuwe gebieden",
    GONE_AREA: "Vervallen gebieden",
    OTHER: "Andere veranderde cellen",
}
#: Headings of the parts, and what a reader should know of each; one part is about whole indicators and areas.
TITLES = COUNTED | {NEW_INDICATOR: "Indicatoren en gebieden"}
APART = "Cijfers van een nieuwe of vervallen indicator staan hier niet bij. Die van zo'n gebied ook niet."
TEXTS = {
    VERDICT: "Een ander oordeel betekent niet altijd dat er in de wijk iets is veranderd. "
    "Het kan ook komen door nieuwe cijfers, of door een andere manier van rekenen.",
    REVISED: "Deze cijfers gaan over dezelfde periode als eerst. Nu staat er een ander cijfer.",
    NEW: f"Deze cijfers waren er nog niet. {APART}",
    GONE: f"Deze cijfers staan er nu niet meer. {APART}",
    STATUS: "De status zegt wat voor cijfer het is, of waarom er geen cijfer is.",
    NEW_INDICATOR: "Deze staan maar in een van de twee versies. Achter de naam staat om hoeveel cijfers het gaat.",
    OTHER: "Van elke kolom staat hier hoeveel cellen anders zijn.",
}
WHOLE = (NEW_INDICATOR, GONE_INDICATOR, NEW_AREA, GONE_AREA)

#: What a column of verdicts or status is about, and how an empty cell reads.
SUBJECTS = {
    "oordeel": ("Oordeel over het verschil", "geen oordeel"),
    "verandering_oordeel": ("Oordeel over de verandering", "geen oordeel"),
    "trend": ("Trend van de hele reeks", "geen oordeel"),
    "symbool": ("Teken van de monitor", "geen teken"),
    "status": ("Status", "geen regel"),
    "herkomst": ("Herkomst", "geen regel"),
    "openbaar": ("Openbaar", "geen regel"),
}
MARKS = {"+": "+ (gunstiger)", "-": "- (ongunstiger)", "+-": "+- (gelijk)"}
REASONS = {"oordeel": "oordeel_reden", "verandering_oordeel": "verandering_reden", "trend": "trend_reden"}
#: A figure is shown with at most so many decimals, unless it takes more to see a difference.
DECIMALS = 2

Row = Mapping[Hashable, Any]


def write_changes(
    found: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame, paths: tuple[Path, Path], out: Path
) -> None:
    """Write verschillen.csv and verschillen.html, each whole or not at all.

    Parameters
    ----------
    found : DataFrame
        The differences, as ``changes.compare`` gives them.
    old, new : DataFrame
        The two runs.
    paths : tuple of Path
        Where they came from. Of a path from the root the page gives only the last part: the rest is about this machine.
    out : Path
        The folder to write to.
    """
    write_atomically(out / CSV, csv_of_changes(found))
    names = [path.name if path.is_absolute() else path.as_posix() for path in paths]
    write_atomically(out / PAGE, page(found, old, new, (names[0], names[1])).encode("utf-8"))


def page(found: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame, names: tuple[str, str]) -> str:
    """Make the page; see ``write_changes``."""
    numbers = count(found)
    parts = _tables(found, old, new)
    sections = [(TITLES[kind], TEXTS[kind], part) for kind, part in parts.items() if part.html]
    return (
        environment()
        .get_template("changes.html.j2")
        .render(
            css=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
            names=names,
            internal=bool((found["openbaar"] == "nee").any()),
            counts=table(
                "Aantal verschillen",
                ["Wat", "Aantal"],
                [[COUNTED[k], str(numbers[k])] for k in KINDS],
                numeric=["Aantal"],
            ),
            same=found.empty,
            sections=sections,
            file=CSV,
            footer=FOOTER,
        )
    )


def _tables(found: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame) -> dict[str, Html]:
    """Make a table a kind, in the order of the page; nothing where there is no such difference."""
    was, now = _by_key(old, found), _by_key(new, found)
    whole = found[found["soort"].isin(WHOLE)]
    # The figures of an indicator or area that is new or gone are counted in its own row.
    told = found["gebied"].isin(whole.loc[whole["kolom"] == "gebied", "gebied"])
    told |= found["indicator"].isin(whole.loc[whole["kolom"] == "indicator", "indicator"])
    figures = found[~told].drop_duplicates(["soort", *KEY])

    def rows(kind: str, among: pd.DataFrame) -> list[dict[Hashable, Any]]:
        return among[among["soort"] == kind].to_dict("records")

    place = ["Gebied", "Cijfer", "Periode"]
    cells = found[found["soort"] == OTHER]["kolom"].value_counts(sort=False)
    return {
        VERDICT: table(
            "Andere oordelen, met de reden van het oordeel nu",
            [*place, "Wat", "Was", "Is nu", "Waarom nu"],
            [[*_place(r), *_words(r), now[_key(r)].get(REASONS.get(r["kolom"], ""), "")] for r in rows(VERDICT, found)],
        ),
        REVISED: table(
            "Herziene cijfers",
            [*place, "Was", "Is nu", "Verschil"],
            [[*_place(r), *_revision(was[_key(r)], now[_key(r)])] for r in rows(REVISED, figures)],
            numeric=["Was", "Is nu", "Verschil"],
        ),
        NEW: table(
            "Nieuwe cijfers",
            [*place, "Is nu", "Status"],
            [[*_place(r), _figure(now[_key(r)]), now[_key(r)]["status"]] for r in rows(NEW, figures)],
            numeric=["Is nu"],
        ),
        GONE: table(
            "Vervallen cijfers",
            [*place, "Was", "Status nu"],
            [
                [*_place(r), _figure(was[_key(r)]), now.get(_key(r), {}).get("status", "geen regel")]
                for r in rows(GONE, figures)
            ],
            numeric=["Was"],
        ),
        STATUS: table(
            "Cijfers met een andere status",
            [*place, "Wat", "Was", "Is nu"],
            [[*_place(r), *_words(r)] for r in rows(STATUS, found)],
        ),
        NEW_INDICATOR: table(
            "Nieuwe en vervallen indicatoren en gebieden",
            ["Naam", "Wat", "Cijfers"],
            [
                [r["gebied_naam"] or r["indicator_naam"], r["soort"], str(_size(r, new if r["nieuw"] else old))]
                for kind in WHOLE
                for r in rows(kind, found)
            ],
            numeric=["Cijfers"],
        ),
        OTHER: table(
            "Andere veranderde cellen",
            ["Kolom", "Wat er staat", "Cellen"],
            [[str(name), COLUMNS[str(name)], str(number)] for name, number in cells.items()],
            numeric=["Cellen"],
        ),
    }


def _by_key(run: pd.DataFrame, found: pd.DataFrame) -> dict[tuple[Any, ...], dict[Hashable, Any]]:
    """Give the rows of a run that have a difference, by their key."""
    wanted = run.merge(found[list(KEY)].drop_duplicates(), on=list(KEY))
    return {_key(row): row for row in wanted.to_dict("records")}


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEY)


def _place(row: Row) -> list[str]:
    return [row["gebied_naam"], row["indicator_naam"], row["periode"]]


def _words(row: Row) -> list[str]:
    """Say what a verdict or status is about, what it was and what it is now."""
    subject, empty = SUBJECTS[row["kolom"]]
    return [subject, *(MARKS.get(text, text) or empty for text in (row["oud"], row["nieuw"]))]


def _revision(was: Row, now: Row) -> list[str]:
    """Write a figure as it was and as it is, with as many decimals as show the difference, and the difference."""
    changes = [abs(now[name] - was[name]) for name in AMOUNTS]
    smallest = min((change for change in changes if change > 0), default=1.0)
    decimals = max(
        _decimals(was), _decimals(now), min(1 - math.floor(math.log10(smallest)), _decimals(was, now, most=9))
    )
    change = ""
    if not math.isnan(now["waarde"] - was["waarde"]) and was["eenheid"] == now["eenheid"]:
        change = signed(now["waarde"] - was["waarde"], decimals)
        unit = unit_of_change(now["eenheid"])
        change += f"{NBSP}{unit}" if unit == "procentpunt" else ""
    return [_figure(was, decimals), _figure(now, decimals), change]


def _decimals(*rows: Row, most: int = DECIMALS) -> int:
    """Count the decimals that figures have, up to a maximum."""
    numbers = [row[name] for row in rows for name in AMOUNTS if not math.isnan(row[name])]
    return max((len(f"{number:.{most}f}".rstrip("0").partition(".")[2]) for number in numbers), default=0)


def _figure(row: Row, decimals: int | None = None) -> str:
    """Write a figure as a report does; a file does not say how many decimals its indicator has."""
    # Of an indicator ``figure`` reads these two alone.
    shown = SimpleNamespace(unit=row["eenheid"], decimals=_decimals(row) if decimals is None else decimals)
    indicator = cast(Indicator, shown)
    text, around = figure(row, indicator), wijk_figure(row, indicator)
    return f"{around} (hele CBS-wijk)" if text == NO_FIGURE and around else text


def _size(row: Row, run: pd.DataFrame) -> int:
    return int(has_figure(run[run[row["kolom"]] == row[row["kolom"]]]).sum())
