"""The record beside every raw file: who published it, where, under which licence, and its checksum."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nplv_analysis.errors import InputError, did_you_mean
from nplv_analysis.plain_yaml import PlainYamlError, load_yaml

SUFFIX = ".bron.yaml"
REQUIRED = (
    "bron",
    "lezer",
    "uitgever",
    "titel",
    "tabel",
    "adres",
    "datum_publicatie",
    "datum_opname",
    "licentie",
    "citaat",
    "openbaar",
    "selectie",
    "sha256",
)
#: Rules of disclosure control that the owner of a confidential source may tighten, and their names in the code.
DISCLOSURE_FIELDS = {
    "minste_personen": "least_persons",
    "minste_gebeurtenissen": "least_events",
    "afronden_op": "round_to",
}
#: What the columns and answers of a file with a row a person mean; the reader ``enquete`` holds it against its rules.
SURVEY = "enquete"
OPTIONAL = ("peiljaar", "indeling", "voorlopig", "opmerking", *DISCLOSURE_FIELDS, SURVEY)


@dataclass(frozen=True)
class Record:
    """What is known about one raw file; field names in the YAML are Dutch, as readers of the reports see them."""

    file: str
    source: str
    reader: str
    publisher: str
    title: str
    table: str
    address: str
    licence: str
    citation: str
    public: bool
    selection: str
    sha256: str
    year: str | None = None
    provisional: tuple[str, ...] = ()
    note: str = ""
    disclosure: dict[str, int] = field(default_factory=dict)
    survey: Any = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_records(raw: Path) -> list[Record]:
    """Read the records of all files below ``data/raw`` and check each file against its checksum.

    Parameters
    ----------
    raw : Path
        The folder with the raw files.

    Returns
    -------
    list of Record
        One for each raw file, in order of file name.

    Raises
    ------
    InputError
        For a file without a record, a record without a file, a record that lacks a field, or a changed file.
    """
    records = []
    for path, name in raw_files(raw):
        if path.name.endswith(SUFFIX):
            if not path.with_name(path.name.removesuffix(SUFFIX)).exists():
                raise InputError(name, f"the file it describes beside it: {path.name.removesuffix(SUFFIX)}")
            continue
        records.append(read_record(path, name))
    return records


def fields_of(record: Path) -> dict[str, Any]:
    """Give what a record holds, right or wrong; nothing where it cannot be read."""
    try:
        fields = load_yaml(record)
    except (OSError, UnicodeDecodeError, PlainYamlError):
        return {}
    return fields if isinstance(fields, dict) else {}


def raw_files(raw: Path) -> list[tuple[Path, str]]:
    """List the raw files and their records in order of name, with their names in messages."""
    if not raw.is_dir():
        raise InputError(raw, "a folder with raw data here (or another one with --data)")
    found = [(path, path.relative_to(raw).as_posix()) for path in sorted(raw.rglob("*")) if path.is_file()]
    # Texts of residents carry their source in themselves; names with a dot are the system's own.
    return [
        (path, name)
        for path, name in found
        if not name.startswith("toelichting/") and not path.name.startswith((".", "~$"))
    ]


def read_record(path: Path, name: str) -> Record:
    """Read the record of one raw file and check the file against its checksum; ``name`` is for messages."""
    record_path = path.with_name(path.name + SUFFIX)
    record_name = name + SUFFIX
    if not record_path.exists():
        from nplv_analysis.sources.recognise import recognise

        known = recognise(path, name)
        how = (
            f". This is {known.what}: `nplv prepare --record` writes its record"
            if known
            else f", with: {', '.join(REQUIRED)}"
        )
        raise InputError(name, f"a record beside it, {record_path.name}{how}")
    try:
        fields = load_yaml(record_path)
    except UnicodeDecodeError:
        raise InputError(record_name, "text in UTF-8") from None
    except PlainYamlError as error:
        raise InputError(record_name, f"valid YAML ({error})", row=error.line) from None
    if not isinstance(fields, dict):
        raise InputError(record_name, f"lines such as 'uitgever: ...' for: {', '.join(REQUIRED)}")
    for key in REQUIRED:
        if fields.get(key) in (None, ""):
            raise InputError(record_name, "a value (write 'onbekend' when it is not known)", column=key)
    for key in fields:
        if key not in (*REQUIRED, *OPTIONAL):
            raise InputError(
                record_name,
                f"a known field{did_you_mean(str(key), (*REQUIRED, *OPTIONAL))}",
                column=str(key),
            )
    # YAML 1.1 readers disagree on whether "ja" is a word; both "ja" and "true" are taken.
    public = {"ja": True, "true": True, "nee": False, "false": False}.get(str(fields["openbaar"]).lower())
    if public is None:
        raise InputError(record_name, "'ja' or 'nee'", column="openbaar", value=fields["openbaar"])
    found = sha256_of(path)
    if not re.fullmatch(r"[0-9a-fA-F]{64}", str(fields["sha256"])):
        raise InputError(record_name, f"the checksum of {path.name}: write sha256: {found}", column="sha256")
    if str(fields["sha256"]).lower() != found:
        raise InputError(
            name,
            f"the checksum of its record ({str(fields['sha256'])[:12]}...): the file was changed. Restore it, or, when "
            f"the change is meant, write this in {record_path.name}: sha256: {found}",
            column="sha256",
            value=f"{found[:12]}...",
        )
    for key in DISCLOSURE_FIELDS:
        if key in fields and not (type(fields[key]) is int and fields[key] >= 1):
            raise InputError(record_name, "a whole number of 1 or more", column=key, value=fields[key])
    provisional = fields.get("voorlopig", [])
    return Record(
        file=name,
        source=str(fields["bron"]),
        reader=str(fields["lezer"]),
        publisher=str(fields["uitgever"]),
        title=str(fields["titel"]),
        table=str(fields["tabel"]),
        address=str(fields["adres"]),
        licence=str(fields["licentie"]),
        citation=str(fields["citaat"]),
        public=public,
        selection=str(fields["selectie"]),
        sha256=found,
        year=None if fields.get("peiljaar") is None else str(fields["peiljaar"]),
        provisional=tuple(str(p) for p in (provisional if isinstance(provisional, list) else [provisional])),
        note=str(fields.get("opmerking", "")),
        disclosure={name: fields[key] for key, name in DISCLOSURE_FIELDS.items() if key in fields},
        survey=_as_texts(fields.get(SURVEY) or {}),
        fields={k: str(v) for k, v in fields.items() if k != SURVEY},
    )


def _as_texts(value: Any) -> Any:
    """Make texts of what YAML takes for numbers, days or truth, so that a record can be stored and compared."""
    if isinstance(value, dict):
        return {str(key): _as_texts(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_as_texts(part) for part in value]
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
