"""The two OData protocols of CBS and those who publish with it: a table of one gemeente as one bundle.

What is known of the protocols comes from recorded answers and from working code of others; nothing was tried live here.
Inferred, so the first to doubt when a service answers otherwise: that ``$filter`` with several ``startswith`` joined by
``or`` works on the Feed (each alone is known to), that ``$select`` takes topics and dimensions together with such a
filter, that dataderden.cbs.nl pages as opendata.cbs.nl does, and that v4 takes ``$count=true`` without ``$top``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from nplv_analysis.download.connection import Connection, ContentError
from nplv_analysis.download.paging import Entity, values, whole
from nplv_analysis.download.plan import Wanted
from nplv_analysis.download.write import Parts, Progress, Received
from nplv_analysis.errors import did_you_mean
from nplv_analysis.sources.kwb_topics import plain_name

#: Types of DataProperties (v3) that are dimensions, not topics.
DIMENSIONS = ("Dimension", "GeoDimension", "GeoDetail", "TimeDimension")
FINAL = "Definitief"
#: Groups of measures (v4), which a table need not have.
GROUPS = "MeasureGroups"


def fetch_table(connection: Connection, wanted: Wanted, parts: Parts, progress: Progress) -> Received:
    """Get the rows of one gemeente of a table, with what is needed to read them.

    Parameters
    ----------
    connection : Connection
        To the service.
    wanted : Wanted
        The table.
    parts : Parts
        Where finished pages are kept.
    progress : callable
        Told what has come in, now and then.

    Returns
    -------
    Received
        The bundle: entity sets as received, under their own names.

    Raises
    ------
    DownloadError
        When the service does not answer.
    ContentError
        When it answers otherwise than expected; one sentence.
    """
    fetch = _fetch3 if wanted.protocol == "odata3" else _fetch4
    return fetch(connection, wanted, parts, progress)


def _fetch3(connection: Connection, wanted: Wanted, parts: Parts, progress: Progress) -> Received:
    def url(entity: str, query: str = "") -> str:
        return f"{wanted.address}/{entity}?$format=json{query}"

    _check_entities(connection, f"{wanted.address}?$format=json", wanted, ("TableInfos", "DataProperties"))
    info = whole(connection, url("TableInfos"), wanted, "TableInfos")
    properties = whole(connection, url("DataProperties"), wanted, "DataProperties")
    dimensions = [str(p.get("Key")) for p in properties if p.get("Type") in DIMENSIONS]
    _check_region(wanted, dimensions)
    lists = {d: _list(connection, url(d), wanted, d, "Key") for d in dimensions}
    topics = [str(p.get("Key")) for p in properties if p.get("Type") == "Topic"]
    chosen = _resolve(wanted, dict(zip(topics, topics, strict=True)))
    chosen = [*dimensions, *chosen]
    query = (f"&$filter={_filter(wanted, lists, 'Key')}&$select={','.join(chosen)}").replace(" ", "%20")
    modified = str(info[0].get("Modified", "")) if info else ""
    first = url("TypedDataSet", query) + ("&$inlinecount=allpages" if wanted.counts else "")
    rows = _rows(connection, first, modified, wanted, parts, progress, tuple(dimensions))
    for row in rows:
        if lost := [key for key in chosen if key not in row]:
            raise ContentError(f"{wanted.table}: a row lacks the key '{lost[0]}' that was asked for; the table changed")
    bundle: dict[str, Any] = {"TableInfos": info, "DataProperties": properties, "TypedDataSet": rows, **lists}
    return _received(wanted, first, bundle, rows, lists, modified, f"TableInfos, Modified {modified or 'onbekend'}")


def _fetch4(connection: Connection, wanted: Wanted, parts: Parts, progress: Progress) -> Received:
    def url(entity: str) -> str:
        return f"{wanted.address}/{entity}"

    needed = ("Properties", "MeasureCodes", "Dimensions", "Observations")
    names = _check_entities(connection, wanted.address, wanted, needed)
    properties = connection.json(url("Properties"))
    measures = whole(connection, url("MeasureCodes"), wanted, "MeasureCodes")
    # What a measure is of may stand in the titles of its groups alone.
    groups = whole(connection, url(GROUPS), wanted, GROUPS) if GROUPS in names else None
    dimensions = [str(d.get("Identifier")) for d in whole(connection, url("Dimensions"), wanted, "Dimensions")]
    _check_region(wanted, dimensions)
    lists = {f"{d}Codes": _list(connection, url(f"{d}Codes"), wanted, d, "Identifier") for d in dimensions}
    chosen = _resolve(wanted, {str(m.get("Identifier")): str(m.get("Title")) for m in measures})
    codes = " or ".join(f"Measure eq '{code}'" for code in chosen)
    by_name = {name.removesuffix("Codes"): rows for name, rows in lists.items()}
    query = f"$count=true&$filter=({codes}) and {_filter(wanted, by_name, 'Identifier')}".replace(" ", "%20")
    version = f"{properties.get('Version', '')}, ObservationsModified {properties.get('ObservationsModified', '')}"
    first = f"{url('Observations')}?{query}"
    rows = _rows(connection, first, version, wanted, parts, progress, ("Measure", *dimensions))
    rows = [row for row in rows if row.get("Measure") in chosen]
    bundle: dict[str, Any] = {"Properties": properties, "MeasureCodes": measures, "Observations": rows, **lists}
    bundle |= {GROUPS: groups} if groups else {}
    modified = str(properties.get("Modified", ""))
    return _received(wanted, first, bundle, rows, lists, modified, f"Properties, Version {version}")


def _received(
    wanted: Wanted,
    address: str,
    bundle: dict[str, Any],
    rows: Entity,
    lists: dict[str, Entity],
    modified: str,
    version: str,
) -> Received:
    head = {"protocol": wanted.protocol, "table": wanted.table, "address": address}
    provisional = {
        int(str(key)[:4])
        for period in [*lists.get("Perioden", []), *lists.get("PeriodenCodes", [])]
        if period.get("Status") not in (FINAL, None, "")
        and re.match(r"(19|20)\d\d", str(key := period.get("Key", period.get("Identifier"))))
    }
    return Received(
        content=(json.dumps(head | bundle, ensure_ascii=False, separators=(",", ":")) + "\n").encode(),
        rows=len(rows),
        published=modified[:10],
        version=version,
        provisional=tuple(sorted(provisional)),
        selection=f"Gemeente {wanted.gemeente} met haar wijken en buurten, en Nederland",
    )


def _check_entities(connection: Connection, url: str, wanted: Wanted, expected: Iterable[str]) -> set[str]:
    """Give the entity sets that the service document names, held against what we are going to ask for."""
    names = {str(entry.get("name")) for entry in values(connection.json(url), wanted, "the service document")}
    for name in expected:
        if name not in names:
            raise ContentError(f"{wanted.table}: the service has no '{name}' for this table{did_you_mean(name, names)}")
    return names


def _check_region(wanted: Wanted, dimensions: list[str]) -> None:
    if wanted.region not in dimensions:
        hint = did_you_mean(wanted.region, dimensions)
        raise ContentError(f"{wanted.table}: the table has no dimension '{wanted.region}' (any more){hint}")


def _list(connection: Connection, url: str, wanted: Wanted, dimension: str, key: str) -> Entity:
    """Get the list of a dimension; of the regions, which are those of the whole country, only ours."""
    entries = whole(connection, url, wanted, dimension)
    if dimension != wanted.region:
        return entries
    ours = [entry for entry in entries if str(entry.get(key)).startswith(wanted.prefixes)]
    if not any(str(entry.get(key)).startswith(wanted.gemeente) for entry in ours):
        raise ContentError(
            f"{wanted.table}: dimension '{dimension}' has no {wanted.gemeente}; this table does not know the gemeente"
        )
    return ours


def _resolve(wanted: Wanted, keys: dict[str, str]) -> list[str]:
    """Find the keys of this release by name; of what we can do without, those that are there.

    ``keys`` has the key of each topic and the text that its name is in: the key itself without the number behind it,
    which is only its position in one release (v3), or the title of a measure (v4), whose code may be named as well.
    """
    by_name: dict[str, list[str]] = {}
    for key, text in keys.items():
        for name in dict.fromkeys((key, plain_name(text))):
            by_name.setdefault(name, []).append(key)

    def found(name: str) -> list[str]:
        return by_name.get(name) or by_name.get(plain_name(name), [])

    for name in wanted.needed:
        if not found(name):
            raise ContentError(
                f"{wanted.table}: the table has no key '{name}' (any more), and reader '{wanted.reader}' needs it"
                f"{did_you_mean(name, keys)}"
            )
    return list(dict.fromkeys(key for name in (*wanted.needed, *wanted.also) for key in found(name)))


def _filter(wanted: Wanted, lists: dict[str, Entity], key: str) -> str:
    """Write the filter; a whole key is given as the service itself writes it, with its padding."""
    parts = ["(" + " or ".join(f"startswith({wanted.region},'{p}')" for p in wanted.prefixes) + ")"]
    for dimension, names in wanted.choose:
        known = {str(row.get(key)).strip(): str(row.get(key)) for row in lists.get(dimension, [])}
        for name in names:
            if name not in known:
                raise ContentError(
                    f"{wanted.table}: dimension '{dimension}' has no key '{name}' (any more){did_you_mean(name, known)}"
                )
        parts.append("(" + " or ".join(f"{dimension} eq '{known[name]}'" for name in names) + ")")
    return " and ".join(parts)


def _rows(
    connection: Connection,
    first: str,
    version: str,
    wanted: Wanted,
    parts: Parts,
    progress: Progress,
    identity: tuple[str, ...],
) -> Entity:
    """Get all rows, page by page, from the last page that was finished before; keep those of the gemeente."""
    parts.begin({"address": first, "version": version})
    entity = "TypedDataSet" if wanted.protocol == "odata3" else "Observations"
    rows = whole(connection, first, wanted, entity, parts, progress)
    seen = set()
    for row in rows:
        key = tuple(str(row.get(name)) for name in identity)
        if key in seen:
            raise ContentError(f"{wanted.table}: the service gave the row {key} twice")
        seen.add(key)
    kept = [row for row in rows if str(row.get(wanted.region)).startswith(wanted.prefixes)]
    chosen = {dimension: set(names) for dimension, names in wanted.choose}
    kept = [row for row in kept if all(str(row.get(d)).strip() in names for d, names in chosen.items())]
    if not any(str(row.get(wanted.region)).startswith(wanted.prefixes[:-1]) for row in kept):
        raise ContentError(
            f"{wanted.table}: no row of {wanted.gemeente} in the answer; the table has no figures on this gemeente, or "
            f"the service wants the keys of {' and '.join([wanted.region, *chosen])} padded otherwise"
        )
    return kept
