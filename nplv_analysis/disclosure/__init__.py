"""The only way out for figures. Public data pass as published; small numbers from other sources do not pass.

Everything that tables, charts, files and pages show is derived from what ``release`` gives.
"""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.disclosure.cells import Figure
from nplv_analysis.disclosure.plan import Plan, Rules
from nplv_analysis.indicators import GIVEN, NOTHING, NUMBERS, WIJK_ONLY
from nplv_analysis.methods.rounding import TINY, down, rounded, up
from nplv_analysis.wording import listing

__all__ = ["HIDDEN", "VALUE_COLUMNS", "WHY_HIDDEN", "Rules", "release"]

#: Everything that would give a hidden value away.
VALUE_COLUMNS = tuple(name for name in NUMBERS if name != "jaar")
#: What else of a row depends on whether it is shown.
TEXT_COLUMNS = ("teken", "status", "interval_soort", "interval_reden", "herkomst", "toelichting")
HIDDEN = "onthullingsrisico"
WHY_HIDDEN = "Niet getoond, zodat niemand te herkennen is aan een klein aantal."

#: Sentences with a number that no rounding reaches; see ``indicators``.
EXACT_REMARKS = re.compile(
    r"Daarbij komen er [\d.,]+ die bij geen enkele buurt staan\.|"
    r"Het aantal in de gemeente is [\d.,]+; dat is [\d.,]+ (meer|minder) dan alle buurten samen\.|"
    r"De buurten met een cijfer hebben samen [\d.,]+ % van alle [^.]*\."
)


Row = dict[Any, Any]
STANDARD = Rules()


def release(table: pd.DataFrame, catalogue: Catalogue, rules: Rules = STANDARD) -> pd.DataFrame:
    """Let figures out.

    Parameters
    ----------
    table : DataFrame
        An indicator table (``indicators.COLUMNS``).
    catalogue : Catalogue
        What the figures are made of, and of which places.
    rules : Rules
        What is too small, and what counts are rounded to.

    Returns
    -------
    DataFrame
        The same rows. Public ones are untouched, with their publisher's own suppression. Of the others, counts are
        rounded, and shares and rates follow from the rounded counts; afronding and afronding_noemer say how far a count
        may be off. A figure on too few persons or with too few events has no value left but a denominator that is large
        enough itself; its status is "onthullingsrisico". The rest is rounded further, or hidden too, until linear
        programs over all rows together leave every hidden count anything from 0 to the threshold less one, as far as
        public figures do. Where nearly everybody counts, the few who do not are guarded in the same way.

    Notes
    -----
    Secondary protection is rounding first. A total that is suppressed is still at least the sum of its parts that are
    shown, so that hiding it well would take hiding them all; rounded to tens instead of fives it protects as much. On
    feasibility intervals and the audit of rounded tables see Hundepool et al. (2012), Statistical Disclosure Control,
    Wiley, and Fischetti & Salazar (2000), J Am Stat Assoc 95. What is guarded is what can be derived; that a figure was
    rounded further tells that something near it is small.
    """
    result = table.copy()
    if table["openbaar"].all():
        return result
    plan = Plan(table, catalogue, rules)
    plan.protect()
    rows = table.to_dict("records")
    inside = ~table["openbaar"]
    result.loc[inside, "toelichting"] = result.loc[inside, "toelichting"].map(_without_exact_remarks)
    released = {f.row: _released(f, rows[f.row], plan) for f in plan.figures if not f.public}
    changed = pd.DataFrame.from_dict(released, orient="index")
    for column in changed:
        values = result[column].to_numpy(copy=True)
        values[changed.index.to_numpy()] = changed[column].to_numpy()
        result[column] = pd.Series(values, index=result.index, dtype=result[column].dtype)
    return result


def _released(figure: Figure, row: Row, plan: Plan) -> Row:
    """Give the columns of a row that is not public as they are let out."""
    counts, texts = _counts(figure, row, plan), {name: row[name] for name in TEXT_COLUMNS}
    if plan.hides(figure):
        # What is below the line may stay where it is large enough; the reason tells no more than that.
        below = {name: counts[name] for name in ("noemer", "afronding_noemer", "n") if name in counts}
        if "noemer" not in below:
            del below["afronding_noemer"]
        # Nobody may take an empty row for a figure of the CBS wijk.
        texts["herkomst"] = NOTHING if row["herkomst"] == WIJK_ONLY else row["herkomst"]
        hidden = {"teken": "=", "status": HIDDEN, "interval_soort": "", "toelichting": WHY_HIDDEN}
        return dict.fromkeys(VALUE_COLUMNS, math.nan) | below | texts | hidden
    found = dict.fromkeys(VALUE_COLUMNS, math.nan) | counts | texts
    step, known = plan.unit(figure), {name for name, value in row.items() if value == value}
    ratio = {"teller", "noemer"} <= set(figure.shown)
    for column in known & {"waarde", "waarde_cbs_wijk"} - set(figure.shown):
        value = figure.factor * found["teller"] / found["noemer"] if ratio else row[column]
        found[column] = _clean(rounded(value, step))
    low, high = plan.ends(figure)
    for column, end in (("ondergrens", low), ("bovengrens", min(high, 100.0) if figure.share else high)):
        found[column] = _clean(end) if column in known else math.nan
    found["genoemd"] = row["genoemd"]
    if figure.above is not None and not figure.ratio and "genoemd" in known:
        found["genoemd"] = plan.count(figure.above, row["genoemd"])
    if "n_effectief" in known:
        asked, shown = (row["n"], found["n"]) if "n" in known else (row["n_effectief"],) * 2
        found["n_effectief"] = math.floor(row["n_effectief"] * shown / asked + TINY)
    found["standaardafwijking"] = _clean(rounded(row["standaardafwijking"], step / 10))
    if row["interval_soort"] == GIVEN and "n" not in known:
        # The margin of the source itself; any other is made later, of what is shown.
        found["onder95"], found["boven95"] = _clean(down(row["onder95"], step)), _clean(up(row["boven95"], step))
    remark = _how_rounded(figure, plan, ratio)
    return found | {"toelichting": f"{_without_exact_remarks(row['toelichting'])} {remark}".strip()}


def _counts(figure: Figure, row: Row, plan: Plan) -> Row:
    """Round the counts that are shown, and say by how much each may be off."""
    found: Row = {"afronding": row["afronding"], "afronding_noemer": row["afronding_noemer"]}
    for column, cell in figure.shown.items():
        base = plan.base(cell)
        if plan.shows_count(figure, column):
            found[column] = plan.count(cell, row[column])
            half = {"noemer": "afronding_noemer", "n": ""}.get(column, "afronding")
            before = 0.0 if not half or math.isnan(row[half]) else row[half]
            # No events at all are none; and what is rounded to tens already is not rounded again to fives.
            if half and row[column] and base > 1 and not (before and (2 * before) % base == 0):
                found[half] = before + plan.half_width(cell, row[column])
    if figure.share and found.get("teller", 0.0) > found.get("noemer", math.inf):
        # Each was rounded by itself.
        before = 0.0 if math.isnan(found["afronding"]) else found["afronding"]
        found["afronding"] = before + found["teller"] - found["noemer"]
        found["teller"] = found["noemer"]
    return found


def _how_rounded(figure: Figure, plan: Plan, ratio: bool) -> str:
    """Say what was rounded, and to what."""
    names = {"teller": "de teller", "noemer": "de noemer", "n": "het aantal ondervraagden"}
    counts: dict[int, list[str]] = {}
    for column, cell in figure.shown.items():
        if plan.base(cell) > 1:
            counts.setdefault(plan.base(cell), []).append(names.get(column, "het aantal"))
    words = [
        f"{listing(n)} {'is' if len(n) == 1 else 'zijn'} afgerond op een veelvoud van {b}" for b, n in counts.items()
    ]
    if ratio and words:
        words.append("het cijfer is daaruit berekend")
    elif plan.is_coarse(figure):
        words.append(f"het cijfer is afgerond op een veelvoud van {plan.unit(figure):g}".replace(".", ","))
    text = "; ".join(words)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _without_exact_remarks(text: str) -> str:
    return " ".join(EXACT_REMARKS.sub("", text).split())


def _clean(value: float) -> float:
    """Take off what a computer adds to a number such as 20.6."""
    return round(value, 9)
