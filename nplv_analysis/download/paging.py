"""Entity sets of OData, page by page: pages that repeat, end early or do not add up are found out."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urljoin

from nplv_analysis.download.connection import Connection, ContentError
from nplv_analysis.download.plan import Wanted
from nplv_analysis.download.write import Parts, Progress

Entity = list[dict[str, Any]]

NEXT = {"odata3": "odata.nextLink", "odata4": "@odata.nextLink"}
COUNT = {"odata3": "odata.count", "odata4": "@odata.count"}
#: More pages than any table of one gemeente has.
MOST_PAGES = 1000


def whole(
    connection: Connection,
    url: str,
    wanted: Wanted,
    entity: str,
    parts: Parts | None = None,
    progress: Progress | None = None,
) -> Entity:
    """Get an entity set with all its pages.

    Parameters
    ----------
    connection : Connection
        To the service.
    url : str
        Address of the first page.
    wanted : Wanted
        The table.
    entity : str
        Name of the entity set, for messages.
    parts : Parts, optional
        Where each page is kept; those that are there are not asked for again.
    progress : callable, optional
        Told after each page how many rows there are.

    Returns
    -------
    list of dict
        The entries of all pages.

    Raises
    ------
    DownloadError
        When the service does not answer.
    ContentError
        For pages that repeat, an empty one before the end, and another number of rows than the service counts.
    """
    next_key, name = NEXT[wanted.protocol], f"{wanted.table}, {entity}"
    pages = parts.pages() if parts else []
    addresses, prints = {url}, set()
    rows: Entity = []
    total = None
    following: str | None = url
    number = 0
    while following:
        page = pages[number] if number < len(pages) else connection.json(following)
        entries = values(page, wanted, entity)
        if number and not entries:
            raise ContentError(f"{name}: page {number + 1} is empty, but the one before says that there is more")
        mark = hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()
        link = page.get(next_key)
        # Relative links are allowed in OData; the recorded ones are absolute.
        following = urljoin(following, str(link).replace(" ", "%20")) if link else None
        if following in addresses or (entries and mark in prints) or number >= MOST_PAGES:
            raise ContentError(f"{name}: the pages repeat and never end (page {number + 1})")
        if following:
            addresses.add(following)
        prints.add(mark)
        if parts and number >= len(pages):
            parts.keep(number, page)
        if not number:
            total = page.get(COUNT[wanted.protocol])
        rows.extend(entries)
        number += 1
        if progress:
            progress(f"{wanted.label}, {len(rows)} rows")
    if total is not None and str(total) != str(len(rows)):
        raise ContentError(f"{name}: the service counts {total} rows but gave {len(rows)}")
    return rows


def values(answer: dict[str, Any], wanted: Wanted, entity: str) -> Entity:
    """Give the entries of an answer."""
    found = answer.get("value")
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise ContentError(f"{wanted.table}, {entity}: expected a list under 'value'")
    return found
