"""How the YAML files of a catalogue are read: what is wrong in one sentence, which names file, entry and field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nplv_analysis.errors import CatalogueError, did_you_mean
from nplv_analysis.plain_yaml import PlainYamlError, load_yaml

HERE = Path(__file__).parent


def read_file(path: Path) -> Any:
    """Read one file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    object
        What it holds, not held against a schema yet.

    Raises
    ------
    FileNotFoundError
        When it is not there.
    CatalogueError
        When it is no text in UTF-8 or no YAML; names file and line.
    """
    try:
        return load_yaml(path)
    except UnicodeDecodeError:
        raise CatalogueError(f"{path.name}: expected text in UTF-8") from None
    except PlainYamlError as error:
        where = f", line {error.line}" if error.line else ""
        raise CatalogueError(f"{path.name}{where}: not valid YAML ({error})") from None


def check(content: Any, schema: str, files: Mapping[str, str], *, name: str = "id") -> None:
    """Hold what was read against its schema.

    Parameters
    ----------
    content : object
        What was read.
    schema : str
        File name of the JSON schema, beside this module.
    files : mapping
        Key of each list of entries, and the name of the file that holds it.
    name : str
        Field that names an entry.

    Raises
    ------
    CatalogueError
        For the first fault; names file, entry and field.
    """
    # This checks in a moment; what is wrong the other says better, but importing that can take seconds.
    import fastjsonschema

    definition = json.loads((HERE / schema).read_text(encoding="utf-8"))
    try:
        fastjsonschema.compile(definition)(content)
    except fastjsonschema.JsonSchemaValueException as fault:
        _explain(content, definition, files, name)
        # The two differ on a line break at the end of a word.
        entries, *path = map(str, fault.path[1:])
        said = fault.message.removeprefix(str(fault.name)).strip()
        raise CatalogueError(f"{files.get(entries, entries)}, {'.'.join(path)}: {said}") from None


def _explain(content: Any, definition: Any, files: Mapping[str, str], name: str) -> None:
    """Raise for the first fault, with file, entry and field."""
    import jsonschema

    validator = jsonschema.Draft7Validator(definition)
    for error in sorted(validator.iter_errors(content), key=lambda e: [str(part) for part in e.absolute_path]):
        path = list(error.absolute_path)
        entries = str(path[0]) if path and path[0] in files else ""
        file = files.get(entries, next(iter(files.values())))
        if entries and len(path) == 1 and (error.validator == "type" or not error.instance):
            raise CatalogueError(f"{file}: expected a list of entries under '{entries}:'")
        where = ".".join(map(str, path)) or "the file"
        if entries and len(path) > 1:
            entry, number = content[entries][path[1]], f"number {int(path[1]) + 1}"
            known_as = entry.get(name, number) if isinstance(entry, dict) else number
            where = f"entry '{known_as}', {'.'.join(map(str, path[2:])) or 'the entry'}"
        hint = ""
        if error.validator == "additionalProperties" and "properties" in error.schema:
            known = error.schema["properties"]
            hint = did_you_mean(next(str(key) for key in error.instance if key not in known), known)
        raise CatalogueError(f"{file}, {where}: {error.message}{hint}")
