"""Codes of places for a table that has names alone: from another table of the same edition that has both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.records import SUFFIX, Record, fields_of
from nplv_analysis.sources.bundle import in_gemeente, read_bundle
from nplv_analysis.sources.sheets import read_sheets
from nplv_analysis.sources.table import Row, Table, read_table


@dataclass(frozen=True)
class Place:
    """What a file of the whole country is read for: the gemeente, and where other files with its places are."""

    raw: Path
    gemeente: str


#: Columns with the code and the name of a place, in selections and in the yearly workbooks.
NAMED = (("area_code", "area_name"), ("gwb_code_10", "regio"))


def codes_by_name(raw: Path, record: Record, gemeente: str) -> dict[str, set[str]]:
    """Gather the codes that each name has within a gemeente, from the other Kerncijfers of the same year.

    Parameters
    ----------
    raw : Path
        The folder ``data/raw``.
    record : Record
        The record of the table without codes.
    gemeente : str
        Code of the gemeente.

    Returns
    -------
    dict
        Name and codes; more than one code where places share a name.

    Raises
    ------
    InputError
        When no other file of the same year has names and codes.
    """
    found: dict[str, set[str]] = {}
    for path in sorted(raw.rglob(f"*{SUFFIX}")):
        file = path.with_name(path.name.removesuffix(SUFFIX))
        fields = fields_of(path)
        if file == raw / record.file or fields.get("lezer") != "cbs_kwb" or str(fields.get("peiljaar")) != record.year:
            continue
        for code, name in _places(file, file.relative_to(raw).as_posix()):
            if in_gemeente(code, gemeente):
                found.setdefault(name.strip(), set()).add(code.strip())
    if not found:
        raise InputError(
            record.file,
            f"codes of the places: export the table with the topic 'Codering' too, or put a table of the Kerncijfers "
            f"{record.year} beside it that has codes and names",
            row=1,
        )
    return found


def _places(path: Path, name: str) -> list[tuple[str, str]]:
    if path.suffix == ".json":
        bundle = read_bundle(path, name)
        return [(code, str(entry.get("Title"))) for code, entry in bundle.dimension(bundle.region).items()]
    if path.suffix == ".xlsx":
        lines = next(iter(read_sheets(path, name).values())) or [(1, [])]
        rows = [dict(zip(lines[0][1], cells, strict=False)) for _, cells in lines[1:]]
    else:
        rows = [row.cells for row in read_table(path, name)]
    for code, title in NAMED:
        if rows and code in rows[0] and title in rows[0]:
            return [(row[code], row[title]) for row in rows]
    return []


def code_of(table: Table, row: Row, column: str, codes: dict[str, set[str]]) -> str:
    """Give the one code of a name; a name without a code or with more of them is an error, never a guess."""
    name = row.cells[column].strip()
    known = codes.get(name, set())
    if len(known) == 1:
        return next(iter(known))
    if known:
        places = " or ".join(sorted(known))
        raise table.error(row, column, f"a name that one place has, not {places}; export the topic 'Codering' too")
    raise table.error(row, column, f"the name of a place with a known code{did_you_mean(name, codes)}")
