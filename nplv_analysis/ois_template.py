"""The template for OIS's own figures as empty files to fill in, and a check of a filled one before it is used."""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple

from nplv_analysis.catalogue import Catalogue
from nplv_analysis.disclosure import Rules
from nplv_analysis.errors import InputError, NplvError
from nplv_analysis.observations import validate
from nplv_analysis.output.export import write_atomically
from nplv_analysis.records import DISCLOSURE_FIELDS, REQUIRED, SUFFIX, Record, fields_of, read_record, sha256_of
from nplv_analysis.sources import BOUNDARIES, LAYOUTS, LOCATIONS, TEMPLATE, read
from nplv_analysis.sources.ois import COLUMNS, check
from nplv_analysis.sources.table import read_table

NAME = "ois_sjabloon"
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
    paths = [folder / f"{NAME}{end}" for end in (".csv", ".xlsx", f".xlsx{SUFFIX}")]
    for path in paths:
        if path.exists():
            raise NplvError(f"{path.as_posix()} is there already; move it away, or choose another folder with --out")
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(paths[0], (",".join(COLUMNS) + "\n").encode())
    write_atomically(paths[1], _workbook(catalogue))
    write_atomically(paths[2], RECORD.encode())
    return paths


def _workbook(catalogue: Catalogue) -> bytes:
    import xlsxwriter

    choices = {
        "indicator": [i.id for i in catalogue.indicators],
        "gebied": [a.id for a in catalogue.areas if a.kind != "omschrijving"],
        "openbaar": ["ja", "nee"],
    }
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet, lists, explained = (book.add_worksheet(name) for name in ("cijfers", "lijsten", "uitleg"))
        sheet.write_row(0, 0, list(COLUMNS), bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(COLUMNS) - 1, 16)
        for at, (column, meaning) in enumerate(COLUMNS.items()):
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
        for line, (column, meaning) in enumerate(COLUMNS.items(), start=1):
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
        if record.reader not in (LOCATIONS, BOUNDARIES, LAYOUTS):
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
