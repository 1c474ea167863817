"""YAML as people write it by hand: each key once and every value in full, so that a file means what it seems to say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

#: The loader in C, where PyYAML has it, is ten times as fast.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: Files that are written by hand are many times smaller, also with every reference written in full.
MOST_BYTES, MOST_VALUES, DEEPEST = 2_000_000, 1_000_000, 50


class PlainYamlError(Exception):
    """What is wrong with a YAML file, and on which line."""

    def __init__(self, problem: str, line: int | None = None) -> None:
        super().__init__(" ".join(problem.split()))
        self.line = line


class _Loader(LOADER):  # type: ignore[misc, valid-type]
    """Refuses a key that stands twice in a mapping, of which YAML itself would quietly keep the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise PlainYamlError(f"'{key.value[:60]}' stands there twice", key.start_mark.line + 1)
                seen.add(key.value)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, AttributeError, TypeError, OverflowError):
            # A day such as 2024-13-45, or a value that is not of the kind its tag says.
            raise PlainYamlError(
                "a value that cannot be read; put it between quotes", node.start_mark.line + 1
            ) from None


def load_yaml(path: Path) -> Any:
    """Read a YAML file.

    Parameters
    ----------
    path : Path
        The file, in UTF-8.

    Returns
    -------
    Any
        What it holds.

    Raises
    ------
    PlainYamlError
        For anything that is wrong with it; one sentence, with the line where that is known.
    UnicodeDecodeError
        When it is no text in UTF-8.
    OSError
        When it cannot be opened.
    """
    if path.stat().st_size > MOST_BYTES:
        raise PlainYamlError(f"larger than {MOST_BYTES // 1_000_000} MB")
    return parse_yaml(path.read_text(encoding="utf-8-sig"))


def parse_yaml(text: str) -> Any:
    """Read a text in YAML; raises PlainYamlError for anything that is wrong with it."""
    try:
        _check_depth(text)
        loader = _Loader(text)
        node = loader.get_single_node()
        if _values_in(node, {}) > MOST_VALUES:
            raise PlainYamlError("references (*) that make it endless")
        return None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PlainYamlError(str(getattr(error, "problem", None) or error), mark.line + 1 if mark else None) from None


def _check_depth(text: str) -> None:
    """Refuse lists within lists without end: the loader in C has no guard against them."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            mark: Any = event.start_mark
            raise PlainYamlError(f"more than {DEEPEST} lists within lists", mark.line + 1)


def _values_in(node: Any, known: dict[int, int]) -> int:
    """Count the values with every reference written in full; one that holds itself has no end."""
    if not isinstance(node, yaml.CollectionNode):
        return 1
    if id(node) not in known:
        known[id(node)] = MOST_VALUES
        parts = [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value
        known[id(node)] = 1 + sum(_values_in(part, known) for part in parts)
    return known[id(node)]
