"""Tables for readers: accessible HTML with a caption and headers for rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

#: A longer table is folded away behind a line that opens it.
LONG_TABLE = 18


@dataclass(frozen=True)
class Html:
    """A piece of HTML that a notebook shows."""

    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __html__(self) -> str:
        """Tell the templates that this is HTML already."""
        return self.html

    def __repr__(self) -> str:
        return f"<Html, {len(self.html)} characters>"

    def __add__(self, other: Html) -> Html:
        return Html(f"{self.html}\n{other.html}")


NOTHING = Html("")


@cache
def environment() -> Environment:
    """Give the templates of the package; text that goes in is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("nplv_analysis", "template"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def table(
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str | Html]],
    *,
    numeric: Sequence[str] = (),
    fold: bool | None = None,
) -> Html:
    """Make a table; the first cell of each row is its header. A column without any content is left out.

    Parameters
    ----------
    caption : str
        What the table shows, with source or year where every row has the same.
    columns : sequence of str
        Column headers.
    rows : sequence of sequence of str or Html
        The cells; text is escaped.
    numeric : sequence of str
        Columns to align right.
    fold : bool, optional
        Fold the table away behind a line that opens it; without it a long table is folded.

    Returns
    -------
    Html
        The table, in a box that scrolls by keyboard when the page is narrow.
    """
    if not rows:
        return NOTHING
    filled = [n for n in range(len(columns)) if n == 0 or any(row[n] for row in rows)]
    columns, rows = [columns[n] for n in filled], [[row[n] for n in filled] for row in rows]
    template = environment().get_template("table.html.j2")
    return Html(
        template.render(
            caption=caption,
            opener=caption.split(". ")[0].rstrip("."),
            columns=columns,
            rows=rows,
            numeric=set(numeric),
            fold=len(rows) > LONG_TABLE if fold is None else fold,
        )
    )


def paragraph(text: str, kind: str = "") -> Html:
    """Make a paragraph of plain text."""
    return Html(f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>")


def heading(text: str, level: int) -> Html:
    """Make a heading."""
    return Html(f"<h{level}>{escape(text)}</h{level}>")


def bullets(lines: Sequence[str]) -> Html:
    """Make a list of plain lines."""
    return Html("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>") if lines else NOTHING
