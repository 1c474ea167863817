"""Charts as accessible HTML figures: inline SVG with a text alternative and a caption that names the source.

Colours are those of Okabe & Ito (2008), which colour-blind readers can tell apart; shape says the same as colour.
"""

from __future__ import annotations

import html
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from nplv_analysis.catalogue import Indicator
from nplv_analysis.wording import STATUS_SHOWN, between, label, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OWN, REFERENCE, OTHERS = "#0072B2", "#000000", "#767676"
MOST_COLUMNS = 3


@dataclass(frozen=True)
class Chart:
    """A drawn figure with the text that says the same."""

    svg: str
    alternative: str
    caption: str

    def to_html(self) -> str:
        """Give the chart as an HTML figure."""
        return (
            f'<figure class="grafiek"><div role="img" aria-label="{html.escape(self.alternative, quote=True)}">'
            f"{self.svg}</div><figcaption>{html.escape(self.caption)}</figcaption></figure>"
        )


@dataclass(frozen=True)
class Panel:
    """One small chart: an indicator and its rows."""

    indicator: Indicator
    rows: pd.DataFrame


def development_chart(
    panels: Sequence[Panel], area_name: str, gemeente_name: str | None, sources: str, key: str
) -> Chart:
    """Draw how indicators developed, one small chart each; points are joined within a series only.

    Parameters
    ----------
    panels : sequence of Panel
        Each with rows of the development table, columns jaar, reeks, waarde, ondergrens, bovengrens, waarde_gemeente.
    area_name : str
        The area, for the label of its line.
    gemeente_name : str or None
        Label of the gemeente's line; None when the area is the gemeente.
    sources : str
        The sources, for the caption.
    key : str
        Something unique on the page, for the ids inside the SVG.

    Returns
    -------
    Chart
        The figure, its text alternative and its caption.
    """
    figure, axes = _grid(len(panels), height=2.6)
    sentences = []
    for axis, panel in zip(axes, panels, strict=False):
        _title(axis, panel.indicator)
        # A count of the whole gemeente would flatten the line of a part of it.
        beside = None if panel.indicator.unit.startswith("aantal") else gemeente_name
        for position, (_, series) in enumerate(panel.rows.groupby("reeks", sort=False)):
            for stretch in _stretches(series, panel.rows):
                axis.plot(stretch["jaar"], stretch["waarde"], "o-", color=OWN, zorder=3)
                if beside is not None:
                    axis.plot(stretch["jaar"], stretch["waarde_gemeente"], "s--", color=REFERENCE, ms=4, lw=1)
            ranged = series[series["waarde"].isna() & series["ondergrens"].notna()]
            axis.vlines(
                ranged["jaar"],
                ranged["ondergrens"],
                ranged["bovengrens"],
                color=OWN,
                lw=5,
                zorder=3,
            )
            if position and series["jaar"].notna().any():
                axis.axvline(float(series["jaar"].min()) - 0.5, color=OTHERS, ls=":", lw=1)
        if beside is not None and panel.rows["waarde_gemeente"].notna().any():
            _label_last(axis, panel.rows, "waarde", area_name, OWN)
            _label_last(axis, panel.rows, "waarde_gemeente", beside, REFERENCE)
        _year_axis(axis, panel.rows)
        _value_axis(axis, panel.indicator.decimals)
        sentences.append(_development_in_words(panel, beside))
    caption = f"Ontwikkeling in {area_name}, {_what(panels)} Bron: {sources}."
    if any(panel.rows["reeks"].nunique() > 1 for panel in panels):
        caption += " Een stippellijn betekent: vanaf hier is anders gemeten, de punten zijn niet te vergelijken."
    return _finish(figure, " ".join(sentences), caption, key)


def comparison_chart(panels: Sequence[Panel], names: dict[str, str], own: str, sources: str, key: str) -> Chart:
    """Draw areas side by side, one small chart an indicator; an exact figure is a dot with its margin, a range a bar.

    Parameters
    ----------
    panels : sequence of Panel
        Each with rows of the indicator table, one an area.
    names : dict
        Id of each area to its name, in the order to draw, from top to bottom.
    own : str
        Id of the area that the page is about.
    sources : str
        The sources, for the caption.
    key : str
        Something unique on the page, for the ids inside the SVG.

    Returns
    -------
    Chart
        The figure, its text alternative and its caption.
    """
    order = list(names)
    figure, axes = _grid(len(panels), height=0.9 + 0.24 * len(order), share_y=True)
    sentences = []
    for axis, panel in zip(axes, panels, strict=False):
        _title(axis, panel.indicator)
        words = []
        for row in panel.rows.to_dict("records"):
            height = order.index(row["gebied"])
            colour = OWN if row["gebied"] == own else OTHERS
            if not math.isnan(row["waarde"]):
                # 95 % thick, 99.8 % thin: a verdict looks at the thin one.
                axis.hlines(height, row["onder998"], row["boven998"], color=colour, lw=0.8)
                axis.hlines(height, row["onder95"], row["boven95"], color=colour, lw=2.6)
                axis.plot(row["waarde"], height, "D" if row["gebied"] == own else "o", color=colour)
                words.append(f"{names[row['gebied']]} {number(row['waarde'], panel.indicator.decimals)}")
                if not math.isnan(row["onder95"]):
                    words[-1] += f" (marge {between(row['onder95'], row['boven95'], panel.indicator.decimals)})"
            elif not (math.isnan(row["ondergrens"]) or math.isnan(row["bovengrens"])):
                axis.hlines(height, row["ondergrens"], row["bovengrens"], color=colour, lw=5)
                ends = between(row["ondergrens"], row["bovengrens"], panel.indicator.decimals)
                words.append(f"{names[row['gebied']]} {ends}")
        axis.set_yticks(range(len(order)), [names[a] for a in order])
        for name, area in zip(axis.get_yticklabels(), order, strict=False):
            name.set_fontweight("bold" if area == own else "normal")
        axis.set_ylim(len(order) - 0.5, -0.5)
        axis.grid(axis="y", lw=0.3)
        _value_axis(axis, panel.indicator.decimals, horizontal=True)
        period = panel.rows["periode"].iloc[0]
        sentences.append(f"{panel.indicator.name}, {period}, {panel.indicator.unit}: {'; '.join(words)}.")
    caption = (
        f"{names[own]} (ruit, vet) naast de andere gebieden, {_what(panels)} De volgorde is vast en geen ranglijst. "
        f"Bron: {sources}."
    )
    if any(panel.rows["onder95"].notna().any() for panel in panels):
        caption += " Dikke lijn: marge van 95%. Dunne lijn: marge van 99,8%."
    if any(panel.rows["waarde"].isna().any() for panel in panels):
        caption += " Een balk is een bereik: het precieze cijfer is niet bekend."
    return _finish(figure, " ".join(sentences), caption, key)


def _what(panels: Sequence[Panel]) -> str:
    """Say over which periods the figures are, and of what kind when they are not plain observations."""
    rows = pd.concat([panel.rows for panel in panels])
    periods = list(dict.fromkeys(rows.dropna(subset=["jaar"]).sort_values("jaar", kind="stable")["periode"]))
    span = periods[0] if len(periods) == 1 else f"{periods[0]} tot en met {periods[-1]}"
    kinds: dict[str, list[str]] = {}
    for panel in panels:
        for kind in dict.fromkeys(panel.rows["status"]):
            kinds.setdefault(STATUS_SHOWN.get(kind, kind), []).append(panel.indicator.name)
    kinds.pop("waargenomen", None)
    words = [k if len(names) == len(panels) else f"{k} ({'; '.join(names)})" for k, names in kinds.items()]
    return f"{span}." + (f" Soort cijfer: {', '.join(words)}." if words else "")


def _grid(number_of_panels: int, height: float, share_y: bool = False) -> tuple[Figure, list[Axes]]:
    # Drawn without pyplot: no global state, and no figure appears twice in a notebook.
    import seaborn as sns
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    columns = min(number_of_panels, MOST_COLUMNS)
    rows = math.ceil(number_of_panels / columns)
    style: Any = {**sns.axes_style("ticks"), "font.family": "sans-serif", "font.size": 9}
    with rc_context(style):
        figure = Figure(
            figsize=(2.6 + 2.4 * columns if share_y else 1.2 + 2.8 * columns, height * rows),
            layout="constrained",
        )
        grid = figure.subplots(rows, columns, squeeze=False, sharey=share_y)
    axes = list(grid.flat)
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    for axis in axes[number_of_panels:]:
        axis.set_visible(False)
    return figure, axes


def _title(axis: Axes, indicator: Indicator) -> None:
    import textwrap

    unit = " (%)" if indicator.unit == "%" else ""
    axis.set_title("\n".join(textwrap.wrap(label(indicator) + unit, 30)), fontsize=8.5, loc="left")


def _value_axis(axis: Axes, decimals: int, horizontal: bool = False) -> None:
    """Let the scale hold zero, so that a small difference does not look large."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    scale = axis.xaxis if horizontal else axis.yaxis
    low, high = axis.dataLim.intervalx if horizontal else axis.dataLim.intervaly
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    if low == high:
        high = 1.0
    room = 0.08 * (high - low)
    (axis.set_xlim if horizontal else axis.set_ylim)(low - room * (low < 0), high + room * (high > 0))
    locator = MaxNLocator(4, steps=[1, 2, 5, 10], integer=decimals == 0)
    scale.set_major_locator(locator)
    ticks = locator.tick_values(low, high)
    shown = max(0, -math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9))
    scale.set_major_formatter(FuncFormatter(lambda value, _: number(value, shown)))


def _year_axis(axis: Axes, rows: pd.DataFrame) -> None:
    dated = rows[rows["jaar"].notna()].drop_duplicates("jaar").sort_values("jaar")
    years = [int(year) for year in dated["jaar"]]
    labels = [re.sub(r"^(\d{4})[-/]\d\d(\d\d)$", r"\1-\2", period) for period in dated["periode"]]
    if years:
        first, last = years[0], years[-1]
        chosen: list[int] = []
        for position, year in enumerate(years):
            # Labels a quarter of the axis apart do not run into each other.
            if not chosen or year - years[chosen[-1]] >= (last - first) / 3.2:
                chosen.append(position)
        axis.set_xticks([years[n] for n in chosen], [labels[n] for n in chosen])
        # Room on the right for the labels of the lines.
        axis.set_xlim(first - 0.7, last + 0.7 + 0.45 * max(last - first, 1))


def _stretches(series: pd.DataFrame, panel: pd.DataFrame) -> list[pd.DataFrame]:
    """Cut a series where a year is skipped, so that no line runs over years without a figure."""
    step = panel["jaar"].drop_duplicates().sort_values().diff().min()
    gap = series["jaar"].diff() > step
    return [stretch for _, stretch in series.groupby(gap.cumsum())]


def _label_last(axis: Axes, rows: pd.DataFrame, column: str, text: str, colour: str) -> None:
    known = rows[rows[column].notna()]
    if len(known):
        last = known.iloc[-1]
        axis.annotate(
            text,
            (float(last["jaar"]), float(last[column])),
            xytext=(5, 0),
            textcoords="offset points",
            color=colour,
            fontsize=8,
            va="center",
        )


def _development_in_words(panel: Panel, gemeente_name: str | None) -> str:
    decimals = panel.indicator.decimals
    words = []
    for row in panel.rows.to_dict("records"):
        if not math.isnan(row["waarde"]):
            text = f"{row['periode']}: {number(row['waarde'], decimals)}"
        elif not math.isnan(row["ondergrens"]) and not math.isnan(row["bovengrens"]):
            text = f"{row['periode']}: {between(row['ondergrens'], row['bovengrens'], decimals)}"
        else:
            continue
        if gemeente_name is not None and not math.isnan(row["waarde_gemeente"]):
            text += f" ({gemeente_name} {number(row['waarde_gemeente'], decimals)})"
        words.append(text)
    return f"{panel.indicator.name}, {panel.indicator.unit}: {'; '.join(words)}."


def _finish(figure: Figure, alternative: str, caption: str, key: str) -> Chart:
    """Write the SVG: text stays text, ids are unique on the page, and the same data give the same bytes."""
    from matplotlib import rc_context

    buffer = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": key}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(\bid="|url\(#|href="#)', lambda m: f"{m[1]}{key}-", svg)
    svg = svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return Chart(svg, alternative, caption)
