"""Areas side by side: a dot with its margin, in order of value, without making a ranking of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nplv_analysis.charts.drawing import (
    ESTIMATE,
    FLAT,
    LINE,
    OTHERS,
    OWN,
    REFERENCE,
    Chart,
    Drawing,
    Panel,
    Paper,
    Row,
    drawable,
    fitting,
    kinds_of,
    known,
    paper,
    periods_of,
    style,
    text_width,
    to_svg,
    value_ticks,
)
from nplv_analysis.indicators import ROUNDING
from nplv_analysis.wording import between, figure, number

#: Height of a row with one line of text.
ROW = 14.5


def comparison_chart(
    panels: Sequence[Panel],
    names: Mapping[str, str],
    own: str,
    sources: str,
    key: str,
    references: Sequence[str] = (),
) -> Chart:
    """Draw areas side by side, one small chart an indicator; an exact figure is a dot with its margin, a range a bar.

    Parameters
    ----------
    panels : sequence of Panel
        Each with rows of the indicator table, one an area.
    names : mapping
        Id of each area to its name.
    own : str
        Id of the area that the page is about.
    sources : str
        The sources, for the caption.
    key : str
        Something unique on the page, for the ids inside the SVG.
    references : sequence of str
        Ids of areas that are no wijk, such as the gemeente: drawn with a square.

    Returns
    -------
    Chart
        The small charts with their text alternatives, and the caption.
    """
    drawings = []
    with style():
        for position, panel in enumerate(panels):
            rows = in_order(panel.figures)
            sheet = _draw(panel, rows, names, own, references)
            words = _in_words(panel, rows, names, own)
            drawings.append(Drawing(panel.title, to_svg(sheet, f"{key}-{position}"), words))
    return Chart(tuple(drawings), _caption(panels, names, own, sources, references) if drawings else "")


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Give the figures that can be drawn from high to low, a range by its middle; equal ones keep their order."""
    middles = [
        row | {"midden": row["waarde"] if known(row, "waarde") else (row["ondergrens"] + row["bovengrens"]) / 2}
        for row in drawable(rows)
    ]
    return sorted(middles, key=lambda row: row["midden"], reverse=True)


def _draw(panel: Panel, rows: Sequence[Row], names: Mapping[str, str], own: str, references: Sequence[str]) -> Paper:
    written = [fitting(_name(names[row["gebied"]])) for row in rows]
    tall = [ROW if "\n" not in name else ROW + LINE - 2 for name in written]
    decimals = panel.indicator.decimals
    columns = ["midden", "ondergrens", "bovengrens", "onder95", "boven95", "onder998", "boven998"]
    values = [row[column] for row in rows for column in columns if known(row, column)]
    limits, ticks = value_ticks(min(values), max(values), decimals)
    left = max(
        text_width(line, row["gebied"] == own)
        for name, row in zip(written, rows, strict=True)
        for line in name.split("\n")
    )
    widest = max(text_width(short_value(row, decimals), row["gebied"] == own) for row in rows)
    sheet = paper(sum(tall) + LINE + 14, left=left + 10, right=widest + 6, top=4, bottom=LINE + 10)
    axis = sheet.axis
    axis.set_xlim(*limits)
    axis.set_ylim(0, sum(tall))
    axis.grid(axis="x", color="#e6e8ea", lw=0.6)
    axis.set_xticks(list(ticks), list(ticks.values()))
    heights = [sum(tall) - sum(tall[:n]) - tall[n] / 2 for n in range(len(rows))]
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    upright = [row["midden"] for row in rows if row["gebied"] == panel.reference]
    if upright:
        axis.axvline(upright[0], color=REFERENCE, lw=1.1, ls=(0, (4, 2)))
    if limits[0] < 0:
        axis.axvline(0, color=OTHERS, lw=0.8)
        upright.append(0.0)
    for row, height, name in zip(rows, heights, written, strict=True):
        bold = "bold" if row["gebied"] == own else "normal"
        low, high = (sheet.at(end, height)[0] for end in _draw_row(sheet, row, height, own, references))
        _, y = sheet.at(0, height)
        sheet.write(sheet.left - 7, y, name, ha="right", fontweight=bold)
        text = short_value(row, decimals)
        x = _beside(low, high, text_width(text, bold == "bold"), sheet, upright)
        sheet.write(x, y, text, fontweight=bold, color=_colour(row, own, references))
    return sheet


def _beside(low: float, high: float, width: float, sheet: Paper, lines: Sequence[float]) -> float:
    """Find room for a value beside what is drawn from low to high, not on an upright line."""
    gap = 6
    right, left = high + gap, low - gap - width

    def crossed(x: float) -> list[float]:
        return [at for at in (sheet.at(line, 0)[0] for line in lines) if x - 3 < at < x + width + 3]

    if crossed(right) and left >= sheet.left + 2 and not crossed(left):
        return left
    return max([right, *(at + gap for at in crossed(right))])


def _draw_row(sheet: Paper, row: Row, height: float, own: str, references: Sequence[str]) -> tuple[float, float]:
    """Draw one area, and give between which values its drawing lies."""
    colour = _colour(row, own, references)
    if not known(row, "waarde"):
        ends = [row["ondergrens"], row["bovengrens"]]
        sheet.draw(ends, [height, height], color=colour, lw=5, **FLAT)
        # The ends are seen also where the range is narrow.
        sheet.draw(ends, [height, height], ls="none", marker="|", color=colour, ms=9, mew=1.4)
        return ends[0], ends[1]
    ends = [row["waarde"]]
    if known(row, "onder95") and row["interval_soort"] == ROUNDING:
        margin = [row["onder95"], row["boven95"]]
        sheet.draw(margin, [height, height], marker="|", color=colour, lw=1, ms=6)
        ends += margin
    elif known(row, "onder95"):
        # 95 % thick, 99.8 % thin: a verdict looks at the thin one.
        sheet.draw([row["onder998"], row["boven998"]], [height, height], color=colour, lw=1, **FLAT)
        sheet.draw([row["onder95"], row["boven95"]], [height, height], color=colour, lw=3.2, **FLAT)
        ends += [row[end] for end in ("onder95", "boven95", "onder998", "boven998") if known(row, end)]
    marker = "D" if row["gebied"] == own else "s" if row["gebied"] in references else "o"
    fill = "#ffffff" if row["status"] == ESTIMATE else colour
    sheet.draw([row["waarde"]], [height], marker=marker, ms=6, mfc=fill, mec=colour, mew=1.3, zorder=3)
    return min(ends), max(ends)


def _colour(row: Row, own: str, references: Sequence[str]) -> str:
    return OWN if row["gebied"] == own else REFERENCE if row["gebied"] in references else OTHERS


def short_value(row: Row, decimals: int) -> str:
    """Write a figure without its unit, a range with a dash."""
    if known(row, "waarde"):
        return number(row["waarde"], decimals)
    return between(row["ondergrens"], row["bovengrens"], decimals).removeprefix("tussen ").replace(" en ", "–")


def _name(name: str) -> str:
    """Write a long name on two lines: what is between brackets, or says what is left out, on the second."""
    for mark in (" (", " zonder "):
        if mark in name:
            first, second = name.split(mark, 1)
            return f"{first}\n{mark.strip()}{' ' if mark == ' zonder ' else ''}{second}"
    return name


def _in_words(panel: Panel, rows: Sequence[Row], names: Mapping[str, str], own: str) -> str:
    """Say in short sentences what a chart shows: what, of when, the ends, and own against the reference."""
    period = rows[0]["periode"]
    by_area = {row["gebied"]: row for row in rows}
    text = f"Puntenfiguur: {panel.title} in {len(rows)} gebieden, {period}. "
    highest, lowest = rows[0], rows[-1]
    text += f"Van {figure(lowest, panel.indicator)} ({names[lowest['gebied']]}) "
    text += f"tot {figure(highest, panel.indicator)} ({names[highest['gebied']]})."
    for area in (own, panel.reference):
        if area in by_area:
            text += f" {names[area]}: {figure(by_area[area], panel.indicator)}."
    return text


def _caption(
    panels: Sequence[Panel], names: Mapping[str, str], own: str, sources: str, references: Sequence[str]
) -> str:
    rows = [row for panel in panels for row in panel.figures]
    lines = [f"{names.get(own, own)} (ruit, vet) naast andere gebieden, {periods_of(panels)}.{kinds_of(panels)}"]
    if any(row["gebied"] in references for row in rows):
        lines.append("Zwart (vierkant) is geen wijk, maar een groter geheel.")
    lines.append("De volgorde is geen ranglijst: verschillen kunnen toeval zijn.")
    held_against = list(dict.fromkeys(names[panel.reference] for panel in panels if panel.reference))
    if held_against:
        lines.append(f"Streepjeslijn: het cijfer waarmee wij vergelijken ({' of '.join(held_against)}).")
    margins = {row["interval_soort"] == ROUNDING for row in rows if known(row, "onder95")}
    if False in margins:
        lines.append(
            "Dikke lijn: marge van 95%. Dunne lijn: marge van 99,8%. Een dikke lijn kan de vergelijking missen zonder "
            "oordeel: een oordeel vraagt meer zekerheid."
        )
    if True in margins:
        lines.append("Een lijn met streepjes aan de einden: het cijfer is afgerond en ligt daartussen.")
    if any(row["status"] == ESTIMATE for row in rows):
        lines.append("Een open teken is een schatting.")
    if any(known(row, "bovengrens") and not known(row, "waarde") for row in rows):
        lines.append("Een balk is een bereik: het precieze cijfer is niet bekend.")
    return " ".join([*lines, f"Bron: {sources}."])
