"""What it looks like with measurements enough: a made-up example, in which the effect was put in by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nplv_analysis.catalogue import Indicator
from nplv_analysis.interventions.panel import Panel
from nplv_analysis.interventions.verdict import judged
from nplv_analysis.methods.interrupted_series import interrupted_series
from nplv_analysis.preparation import SEED
from nplv_analysis.sections.effects import answer, details
from nplv_analysis.sections.monthly import monthly_answer
from nplv_analysis.tables import Html, heading, paragraph
from nplv_analysis.wording import number

SOURCE = "bedacht, met toevalsgetallen"
#: What was put in: a change in percentage points, and a rate ratio.
EFFECT, RATIO = -4.0, 0.75
WIJKEN, TREATED, FIRST, LAST, START = 24, 8, 2014, 2023, 2018
MONTHS, START_MONTH, COUNT = 72, 48, 50.0

MADE_UP = (
    "Alles in dit deel is bedacht. Het gaat niet over Groningen. Deze wijken bestaan niet: ze heten Voorbeeldwijk 1 "
    "tot en met {wijken}. Zo is te zien wat er kan als er genoeg metingen zijn."
)
PUT_IN = (
    "In {met} van de {wijken} wijken begint in {start} iets nieuws. Wij maakten de cijfers zo dat het er {effect} "
    "procentpunt scheelt. Vindt de methode dat terug?"
)
MONTHLY = (
    "Soms is er van elke maand een telling. Dan hoeft er geen andere wijk naast. Wij maakten de tellingen zo dat er na "
    "de start een kwart minder is."
)


def effect_example() -> Html:
    """Show both methods on made-up figures, clearly said to be so."""
    from nplv_analysis.charts import effect_chart, months_chart

    rng = np.random.default_rng(SEED)
    panel, indicator = example_panel(rng), example_indicator()
    row = judged(panel, indicator, rng) | {
        "q_waarde": float("nan"),
        "metingen_voor": panel.n_before,
        "metingen_na": panel.n_after,
        "wijken_met": panel.n_with,
        "wijken_zonder": panel.n_without,
    }
    html = Html(f"<p><strong>{MADE_UP.format(wijken=WIJKEN)}</strong></p>") + heading(
        "Wijken met en zonder (bedacht)", 3
    )
    html += paragraph(PUT_IN.format(met=TREATED, wijken=WIJKEN, start=START, effect=number(-EFFECT, 0)))
    html += Html(effect_chart(panel, indicator, SOURCE, "voorbeeld-effect").to_html())
    html += answer(row, indicator) + details(row, indicator)
    series = interrupted_series(example_months(np.random.default_rng(SEED)), START_MONTH)
    title = "Meldingen per maand (bedacht)"
    html += heading("Een telling per maand (bedacht)", 3) + paragraph(MONTHLY)
    html += Html(months_chart(series.months, START_MONTH, title, SOURCE, "voorbeeld-maanden").to_html())
    return html + monthly_answer(series)


def example_indicator() -> Indicator:
    """Give the made-up indicator of the example."""
    return Indicator(
        id="voorbeeld_moeite",
        name="Moeite met rondkomen (bedacht)",
        theme="interventies",
        topic="Voorbeeld",
        unit="%",
        decimals=0,
        good_direction="laag",
        numerator="mensen die moeite hebben met rondkomen",
        denominator="mensen",
        uncertainty="steekproef",
        smallest_difference={"waarde": 2, "eenheid": "procentpunt"},
        caveat="Deze cijfers zijn bedacht.",
        series=(),
    )


def example_panel(rng: np.random.Generator) -> Panel:
    """Make figures of made-up wijken that drift together, with the effect in the last waves of some.

    Parameters
    ----------
    rng : Generator
        For the levels of wijken and what moves them.

    Returns
    -------
    Panel
        Yearly shares in percent; what moves a wijk hangs on from year to year.
    """
    years = np.arange(FIRST, LAST + 1)
    treated = np.arange(WIJKEN) < TREATED
    level = rng.normal(20, 3, WIJKEN) + 4 * treated
    moves = rng.normal(0, 0.9, (WIJKEN, len(years)))
    for year in range(1, len(years)):
        moves[:, year] += 0.4 * moves[:, year - 1]
    shared = -0.3 * (years - FIRST)
    effect = EFFECT * treated[:, None] * (years > START)
    values = level[:, None] + shared + moves + effect
    names = [f"voorbeeldwijk-{n}" for n in range(1, WIJKEN + 1)]
    return Panel(pd.DataFrame(values.round(0), index=names, columns=years.astype("float64")), treated, START)


def example_months(rng: np.random.Generator) -> np.ndarray:
    """Make monthly counts with seasons, and a step down at the start."""
    months = np.arange(MONTHS)
    expected = COUNT * np.exp(0.2 * np.sin(2 * np.pi * months / 12)) * np.where(months >= START_MONTH, RATIO, 1.0)
    return rng.poisson(expected).astype("float64")
