"""The templates for own figures as empty files to fill in, and a check of a filled one before it is used."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.disclosure import Rules
from nplv_analysis.errors import InputError, NplvError
from nplv_analysis.observations import validate
from nplv_analysis.output.export import write_atomically
from nplv_analysis.records import DISCLOSURE_FIELDS, REQUIRED, SUFFIX, Record, fields_of, read_record, sha256_of
from nplv_analysis.sources import NO_OBSERVATIONS, PLACES, SCHOOLS, TEMPLATE, read
from nplv_analysis.sources.ois import COLUMNS, check
from nplv_analysis.sources.plaatsen import COLUMNS as PLACE_COLUMNS
from nplv_analysis.sources.schooltellingen import COLUMNS as SCHOOL_COLUMNS
from nplv_analysis.sources.schooltellingen import KINDS, topics_of
from nplv_analysis.sources.table import read_table

NAME = "ois_sjabloon"
#: The template with figures of streets and other small places.
PLACES_NAME = "plaatsen_sjabloon"
#: That with counts of pupils per school.
SCHOOLS_NAME = "schooltellingen_sjabloon"
#: How many rows of the workbook get lists to choose from.
ROWS = 2000
#: The optional fields with the rules for disclosure, and what holds without them.
DISCLOSURE = "".join(f"# {name}: {getattr(Rules(), rule)}\n" for name, rule in DISCLOSURE_FIELDS.items())
#: What is empty must be filled in; the checks of records refuse an empty field.
RECORD = f"""\
# Vul in wat leeg is. 'nplv check' zegt wat er nog mist en wat er bij sha256 moet staan.
# Hernoem dit bestand mee als het sjabloon een andere naam krijgt.
bron:                             # korte naam die u zelf kiest, bijvoorbeeld wijkenquete_2024
lezer: ois
uitgever: Gemeente Groningen, OIS
titel:                            # bijvoorbeeld Wijkenquête 2024
tabel: geen tabelnummer
adres: onbekend
datum_publicatie: onbekend
datum_opname:                     # dag waarop u dit invult, bijvoorbeeld '2026-01-15'
licentie: niet openbaar
citaat:                           # zo heet de bron in rapporten, bijvoorbeeld OIS Groningen, Wijkenquête 2024
openbaar: nee                     # nee: per regel geldt wat daar bij openbaar staat; ja: alles is openbaar
selectie: Het hele bestand.
sha256: nog invullen
# Mag erbij, als uw regels voor onthulling strenger zijn dan deze:
{DISCLOSURE}"""

#: That of figures of places, which are public as a whole or not at all.
PLACES_RECORD = re.sub("(?m)^openbaar: .*", "openbaar: nee", RECORD.replace("lezer: ois", f"lezer: {PLACES}"))
#: That of counts per school; the catalogue knows this source by its name.
SCHOOLS_RECORD = re.sub(
    "(?m)^bron: .*", f"bron: {SCHOOLS}", PLACES_RECORD.replace(f"lezer: {PLACES}", f"lezer: {SCHOOLS}")
)


def write_places_template(folder: Path) -> list[Path]:
    """Write the empty template with figures of small places, and its record; see ``write_template``."""
    return _written(folder, {f"{PLACES_NAME}.csv": _header(PLACE_COLUMNS), f"{PLACES_NAME}.csv{SUFFIX}": PLACES_RECORD})


def write_schools_template(folder: Path, catalogue: Catalogue) -> list[Path]:
    """Write the empty template with counts per school, as CSV and as a workbook, and its record."""
    choices = {"soort": list(KINDS), "kenmerk": topics_of(catalogue, SCHOOLS), "gebied": _areas(catalogue)}
    ends: dict[str, str | bytes] = {
        ".csv": _header(SCHOOL_COLUMNS),
        ".xlsx": _workbook(SCHOOL_COLUMNS, choices),
        f".xlsx{SUFFIX}": SCHOOLS_RECORD,
    }
    return _written(folder, {f"{SCHOOLS_NAME}{end}": content for end, content in ends.items()})


def write_template(folder: Path, catalogue: Catalogue) -> list[Path]:
    """Write the empty template as CSV and as a workbook, and the record that goes beside a filled one.

    Parameters
    ----------
    folder : Path
        Where to; made when it is not there.
    catalogue : Catalogue
        Its indicators and areas are the lists to choose from in the workbook.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    NplvError
        When one of the files is there already: it may have been filled in.
    """
    choices = {
        "indicator": [i.id for i in catalogue.indicators],
        "gebied": _areas(catalogue),
        "openbaar": ["ja", "nee"],
    }
    ends: dict[str, str | bytes] = {
        ".csv": _header(COLUMNS),
        ".xlsx": _workbook(COLUMNS, choices),
        f".xlsx{SUFFIX}": RECORD,
    }
    return _written(folder, {f"{NAME}{end}": content for end, content in ends.items()})


def _header(columns: Iterable[str]) -> str:
    return ",".join(columns) + "\n"


def _written(folder: Path, files: Mapping[str, str | bytes]) -> list[Path]:
    """Write files that are not there yet."""
    paths = {folder / name: content for name, content in files.items()}
    for path in paths:
        if path.exists():
            raise NplvError(f"{path.as_posix()} is there already; move it away, or choose another folder with --out")
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in paths.items():
        write_atomically(path, content.encode() if isinstance(content, str) else content)
    return list(paths)


def _areas(catalogue: Catalogue) -> list[str]:
    return [a.id for a in catalogue.areas if a.kind != "omschrijving"]


def _workbook(columns: Mapping[str, str], choices: Mapping[str, list[str]]) -> bytes:
    """Make a workbook with lists to choose from for some of its columns."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet, lists, explained = (book.add_worksheet(name) for name in ("cijfers", "lijsten", "uitleg"))
        sheet.write_row(0, 0, list(columns), bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 16)
        for at, (column, meaning) in enumerate(columns.items()):
            rule: dict[str, object] = {"validate": "any", "input_title": column, "input_message": meaning}
            if column in choices:
                beside = list(choices).index(column)
                lists.write_column(0, beside, [column, *choices[column]])
                where = f"=lijsten!${'ABC'[beside]}$2:${'ABC'[beside]}${len(choices[column]) + 1}"
                # The name or the code of an area is right too, so that list warns and does not refuse.
                refuse = "warning" if column == "gebied" else "stop"
                rule |= {"validate": "list", "source": where, "error_type": refuse}
            sheet.data_validation(1, at, ROWS, at, rule)
        explained.write_row(0, 0, ["kolom", "wat erin staat"], bold)
        for line, (column, meaning) in enumerate(columns.items(), start=1):
            explained.write_row(line, 0, [column, meaning], wrap)
        explained.set_column(0, 0, 20)
        explained.set_column(1, 1, 90)
    return buffer.getvalue()


class Checked(NamedTuple):
    """How many rows of a file are right, how many of those have no figure, and what is wrong with the others."""

    right: int
    without_figure: int
    faults: list[InputError]


def check_file(path: Path, catalogue: Catalogue) -> Checked:
    """Check one raw file as ``prepare`` would, but collect everything that is wrong with a filled template.

    Parameters
    ----------
    path : Path
        The file; its record is used where it has one, and without one it is taken for a filled template.
    catalogue : Catalogue
        For the indicators and areas.

    Returns
    -------
    Checked
        Counts of rows, and the faults in order of row; those of the record come last.

    Raises
    ------
    NplvError
        When the file is not there.
    """
    path = path.with_name(path.name.removesuffix(SUFFIX))
    if not path.is_file():
        raise NplvError(f"{path.as_posix()}: there is no such file")
    record, beside = _record(path)
    if record is None and fields_of(path.with_name(path.name + SUFFIX)).get("lezer", TEMPLATE) != TEMPLATE:
        return Checked(0, 0, beside)
    try:
        if record is None or record.reader == TEMPLATE:
            rows, faults = check(read_table(path, path.name), catalogue, record)
            empty = sum(row["status"] == "ontbreekt" for row in rows)
            return Checked(len(rows), empty, [*faults, *beside])
        frame = read(path.parent, record, catalogue)
        if record.reader not in NO_OBSERVATIONS:
            frame = validate(frame, catalogue)
    except InputError as fault:
        return Checked(0, 0, [fault, *beside])
    return Checked(len(frame), 0, beside)


def _record(path: Path) -> tuple[Record | None, list[InputError]]:
    """Read the record of a file; of one that is not filled in yet, name every field that is empty."""
    record, checksum = path.name + SUFFIX, f"sha256: {sha256_of(path)}"
    if not path.with_name(record).exists():
        made = "'nplv template ois' makes one to fill in"
        return None, [InputError(path.name, f"a record beside it, {record} ({made}), with {checksum}")]
    try:
        return read_record(path, path.name), []
    except InputError as fault:
        fields = fields_of(path.with_name(record))
        empty = [field for field in REQUIRED if fields and fields.get(field) in (None, "")]
        faults = [InputError(record, "a value ('onbekend' when it is not known)", column=field) for field in empty]
        last = InputError(record, f"the checksum of {path.name}: write {checksum}", column="sha256")
        return None, [*faults, last] if faults else [fault]
