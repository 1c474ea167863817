"""Where problems of the themes come together: per wijk how many subjects are less favourable than elsewhere.

Released figures in, one row a wijk and theme out. It counts verdicts and makes none: what has no verdict is counted
apart, never as favourable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from nplv_analysis.areas import ITSELF
from nplv_analysis.catalogue import THEMES, Catalogue, Indicator
from nplv_analysis.comparison import WIJKEN, latest
from nplv_analysis.development import WORSENED
from nplv_analysis.indicators import WIJK_ONLY
from nplv_analysis.methods import trend
from nplv_analysis.rows import records
from nplv_analysis.verdict import WORSE
from nplv_analysis.wording import listing

COLUMNS = (
    "gebied",
    "thema",
    "onderwerpen",
    "met_oordeel",
    "ongunstiger",
    "ontwikkeling_bekend",
    "ook_verslechterd",
    "niet_te_zeggen",
    "welke",
    "stapeling_reden",
)
NOTHING_KNOWN = "Niet te zeggen: over dit thema is van geen enkele wijk een cijfer bekend."
NO_VERDICT = "Niet te zeggen: bij geen enkel onderwerp is een oordeel mogelijk."
ALL_JUDGED = "Bij elk onderwerp is een oordeel mogelijk."
SOME_JUDGED = "Bij {met} van de {alle} onderwerpen is een oordeel mogelijk. Over de rest is niets te zeggen: {rest}."

#: Indicators that are about one and the same thing, of which one counts; named after the first.
Subject = tuple[Indicator, ...]


def accumulation(figures: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Count per wijk and theme the subjects that are less favourable than elsewhere, and those that also got worse.

    Parameters
    ----------
    figures : DataFrame
        Released figures with the columns of ``comparison.with_verdict`` and ``development.with_development``.
    catalogue : Catalogue
        For wijken, themes and subjects.

    Returns
    -------
    DataFrame
        One row a wijk and theme, both in the order of the catalogue. onderwerpen: subjects of which something is known
        of at least one wijk; met_oordeel: those with a verdict on this wijk; ongunstiger: of these, those that are less
        favourable; ontwikkeling_bekend and ook_verslechterd: of the less favourable ones, those of which the
        development was tested, and those that demonstrably got worse; niet_te_zeggen: subjects without a verdict, which
        are never taken for favourable; welke: names of the less favourable subjects; stapeling_reden: why not more can
        be said.

    Notes
    -----
    A subject counts once, whatever the number of figures on it; see ``subjects``. Of a wijk the verdict of a subject is
    that on its first indicator, in the order of the catalogue, of which the latest figure has one: an order that was
    fixed before anything was known of the outcome.
    """
    wijken = [area.id for area in catalogue.areas if area.kind in WIJKEN]
    mine = figures[(figures["rol"] == ITSELF) & figures["gebied"].isin(wijken) & (figures["herkomst"] != WIJK_ONLY)]
    found = {(row["gebied"], row["indicator"]): row for row in records(latest(mine))}
    known = {indicator for _, indicator in found}
    about = {
        theme: [subject for subject in subjects(catalogue, theme) if any(i.id in known for i in subject)]
        for theme in THEMES
    }
    rows = [_counted(found, wijk, theme, about[theme]) for wijk in wijken for theme in THEMES]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def subjects(catalogue: Catalogue, theme: str) -> list[Subject]:
    """Put the indicators of a theme together that are about the same thing.

    Those are indicators with one ``onderwerp``, indicators that the catalogue tells apart because they look alike
    (``verschilt_van``), and all that count what happened at a place (``betreft: plaats``): kinds of crime are parts of
    all crime. Left out are figures without a good direction, and figures about schools, which say nothing of who lives
    around them.
    """
    judged = [i for i in catalogue.theme(theme) if i.good_direction != "geen" and not i.about_schools]
    groups: list[list[Indicator]] = []
    for indicator in judged:
        same = [group for group in groups if any(_alike(indicator, other) for other in group)]
        # One that is like two groups makes them one, at the place of the first.
        merged = [member for group in same for member in group] + [indicator]
        at = groups.index(same[0]) if same else len(groups)
        groups = [group for group in groups if group not in same]
        groups.insert(at, merged)
    return [tuple(sorted(group, key=judged.index)) for group in groups]


def _alike(one: Indicator, other: Indicator) -> bool:
    named = other.id in one.differs_from or one.id in other.differs_from
    return one.topic == other.topic or named or one.about == other.about == "plaats"


def _counted(
    found: dict[tuple[str, str], dict[Any, Any]], wijk: str, theme: str, about: Sequence[Subject]
) -> dict[str, Any]:
    judged, without = {}, []
    for subject in about:
        rows = [found[wijk, i.id] for i in subject if (wijk, i.id) in found]
        row = next((row for row in rows if row["oordeel"]), None)
        if row is None:
            without.append(subject[0].topic)
        else:
            judged[subject[0].topic] = row
    worse = {name: row for name, row in judged.items() if row["oordeel"] == WORSE}
    reason = SOME_JUDGED.format(met=len(judged), alle=len(about), rest=listing(without)) if without else ALL_JUDGED
    if not judged:
        reason = NO_VERDICT if about else NOTHING_KNOWN
    return {
        "gebied": wijk,
        "thema": theme,
        "onderwerpen": len(about),
        "met_oordeel": len(judged),
        "ongunstiger": len(worse),
        "ontwikkeling_bekend": sum(_followed(row) for row in worse.values()),
        "ook_verslechterd": sum(_worsened(row) for row in worse.values()),
        "niet_te_zeggen": len(without),
        "welke": "; ".join(worse),
        "stapeling_reden": reason,
    }


def _followed(row: dict[Any, Any]) -> bool:
    """Whether the change or the trend of a figure was tested."""
    return bool(row["verandering_oordeel"]) or row["trend"] in (trend.BETTER, trend.WORSE, trend.SAME)


def _worsened(row: dict[Any, Any]) -> bool:
    return row["verandering_oordeel"] == WORSENED or row["trend"] == trend.WORSE
