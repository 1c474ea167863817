"""Right files with something changed: each is read as it says, or ends in one sentence; no number changes unseen.

``NPLV_FUZZ=2000 pytest tests/sources/test_fuzz.py`` tries so many changes of each kind in each file, others every time.
"""

from __future__ import annotations

import copy
import datetime
import io
import json
import os
import re
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from delivered import TESTS
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oracle import check
from seeds import BESIDE, OTHERS, SEEDS, Rows, Seed, delimited, read_bytes, workbook

from nplv_analysis import sources
from nplv_analysis.catalogue import load_catalogue
from nplv_analysis.catalogue.reading import HERE
from nplv_analysis.download.plan import read_plan
from nplv_analysis.errors import NplvError
from nplv_analysis.observations import KEY, NUMBERS, PRECISION, validate
from nplv_analysis.plain_yaml import LOADER
from nplv_analysis.records import SUFFIX, read_record, sha256_of
from nplv_analysis.sources.recognise import recognise

MANY = int(os.environ.get("NPLV_FUZZ", "0"))
fuzz = settings(
    max_examples=MANY or 2,
    derandomize=not MANY,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

#: Texts that are almost a number, a code or a period, and texts that do harm elsewhere.
NASTY = [
    *("", " ", ".", "-", "x", "X", "0", "00", "-0", "007", "+5", "--5", "5-", "1,5", "1.5", "12,50", "1.234", "1,234"),
    *("1.234,5", "1,234.5", "1.234.567", "1,234,567", "1 234", "1\u00a0234", "1'234", "1e5", "1E-3", "NaN", "nan"),
    *("inf", "-Infinity", "None", "null", "NULL", "#N/A", "#REF!", "TRUE", "5-jan", "05-01-2024", "2024-01-05"),
    *("1/2", "½", "²", "٣", "１２", "−5", "5%", "€ 5", "<5", "< 5", "<1", "<0", "<-3", ">5", "=1+1", "=HYPERLINK(1)"),
    *("9" * 20, "9" * 400, "0." + "1" * 60, "-99997", "-99999999", "-99997,0", "1e400", "0x10", "1_000", "12:30"),
    *(
        "BU99900000",
        "bu99900000",
        "BU99900000\u200f",
        "\u202eBU99900000",
        "BU\u00a099900000",
        "BU9990000O",
        "BU9990000",
    ),
    *(
        "GM9990",
        "GM0014",
        "WK999000",
        "NL00",
        "GM9990\u200b",
        "testwijk-oost",
        "Testwijk-Oost",
        "2020",
        "2O20",
        "20200",
    ),
    *(
        "2020JJ00",
        "1850",
        "a\nb",
        "a\r\nb",
        'a"b',
        '"',
        "a;b",
        "a,b",
        "\t",
        "\x00",
        "\x07",
        "\ufeff",
        "\ud800",
        "é" * 50,
    ),
    *("<script>", "{{ 7 * 7 }}", "'; drop table", "%s%n", "A" * 5000, "waarde", "aantal", "%", "\x1b[31m", "ja", "nee"),
]
#: The same for a workbook and for JSON, which have kinds of values.
NASTY_CELLS = [
    0,
    -1,
    12,
    1.234,
    12.5,
    1e300,
    1e-7,
    True,
    None,
    datetime.date(2024, 1, 5),
    datetime.time(1, 2),
    99999999,
]
NASTY_VALUES = [0, -1, 12, 1.234, 1e300, 1e-7, 10**20, 10**400, True, None, [], {}, [1], {"a": 1}, "", *NASTY]
#: These make figures of many rows together.
TOGETHER = ("enquete", "schooltellingen")
RAW = re.compile(r"Traceback|\w+(Error|Exception|Warning)\b|object at 0x|<class|\bNoneType\b|site-packages")
COMPARED = [*KEY, "niveau", *NUMBERS, *PRECISION, "teken", "status", "eenheid", "openbaar", "kolom"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A raw folder with the files that some readers need beside the one they read."""
    made = tmp_path_factory.mktemp("fuzz")
    for name in ("schools.csv", f"schools.csv{SUFFIX}"):
        shutil.copy(BESIDE / name, made)
    return made


def sentence(error: NplvError, *names: str) -> None:
    """Check that an error is one clear paragraph about the file."""
    text = str(error)
    assert text.isprintable(), text
    assert any(name in text for name in names), text
    assert len(text) < 1500, len(text)
    # What was found in the file may hold any words.
    assert not RAW.search(re.sub(r"'[^']*'", "", text)), text


def outcome(
    folder: Path, seed: Seed, data: bytes, *, known: bool = False, checked: bool = False
) -> pd.DataFrame | None:
    """Read changed bytes: a frame that holds what the file says, or None after a clear error."""
    # Most of the time goes into the checks on observations, so only some of the files pass these.
    chosen = checked or zlib.crc32(data) % 8 == 0
    try:
        frame = read_bytes(folder, seed, data)
        if "waarde" in frame:
            if seed.reader not in TOGETHER:
                check(frame, seed, data)
            if chosen:
                validate(frame, seed.catalogue)
    except NplvError as error:
        sentence(error, seed.name)
        return None
    finally:
        if known and chosen:
            recognise(folder / seed.name, seed.name)
    return frame


@cache
def _right(name: str, folder: Path) -> pd.DataFrame:
    return read_bytes(folder, SEEDS[name], SEEDS[name].data)


def observed(frame: pd.DataFrame) -> Counter[tuple[Any, ...]]:
    """Give the observations apart from the line they stand on."""
    columns = [name for name in COMPARED if name in frame] if "waarde" in frame else list(frame)
    return Counter(tuple(map(str, row)) for row in frame[columns].itertuples(index=False))


def test_every_reader_has_a_right_file() -> None:
    modules = {path.stem for path in Path(sources.__file__).parent.glob("*.py")}
    named = {value for key, value in vars(sources).items() if key.isupper() and isinstance(value, str)} & modules
    assert {seed.reader for seed in SEEDS.values()} == {*sources.READERS, *named}


@pytest.mark.parametrize("name", SEEDS)
def test_right_file_is_read_as_it_says(folder: Path, name: str) -> None:
    assert outcome(folder, SEEDS[name], SEEDS[name].data, known=True, checked=True) is not None


# ------------------------------------------------------------------------------------------------ bytes


def broken(draw: Callable[..., Any], data: bytes) -> bytes:
    """Change some bytes: flip, put in, take out, repeat, cut off."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        kind = draw(st.sampled_from(["flip", "sign", "insert", "delete", "repeat", "move", "cut"]))
        length = draw(st.integers(1, 40))
        if kind == "flip" and data:
            data = data[:at] + bytes([data[at] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 :]
        elif kind == "sign":
            data = data[:at] + draw(st.sampled_from([bytes([c]) for c in b'.,;-"0159xe\n\t <[{}]:='])) + data[at + 1 :]
        elif kind == "insert":
            data = data[:at] + draw(st.binary(max_size=4)) + data[at:]
        elif kind == "delete":
            data = data[:at] + data[at + length :]
        elif kind == "repeat":
            data = data[: at + length] + data[at:]
        elif kind == "move":
            data = data[:at] + data[at + length :] + data[at : at + length]
        elif draw(st.integers(0, 4)) == 0:
            data = data[:at]
    return data


def inside(draw: Callable[..., Any], data: bytes) -> bytes:
    """Change bytes of one part of a workbook, which is packed again as it should be."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    chosen = draw(st.sampled_from(sorted(parts)))
    parts[chosen] = broken(draw, parts[chosen])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return buffer.getvalue()


@pytest.mark.parametrize("name", SEEDS)
def test_changed_bytes(folder: Path, name: str) -> None:
    seed = SEEDS[name]
    right = seed.data

    @fuzz
    @given(st.data())
    def run(data: st.DataObject) -> None:
        packed = seed.name.endswith(".xlsx")
        change = inside if packed and data.draw(st.booleans()) else broken
        made = change(data.draw, right)
        outcome(folder, seed, made, known=True)

    run()


# ------------------------------------------------------------------------------------------------ cells


def tables(seed: Seed) -> dict[str, Rows]:
    """Give the rows of a delimited file or the sheets of a workbook, to change."""
    content = copy.deepcopy(seed.content)
    return content if isinstance(content, dict) else {"": content}


def written(seed: Seed, sheets: dict[str, Rows]) -> bytes:
    """Write changed rows."""
    return workbook(sheets) if seed.name.endswith(".xlsx") else delimited(sheets[""], seed.separator)


TABLES = [name for name, seed in SEEDS.items() if seed.name.endswith((".csv", ".xlsx"))]


@pytest.mark.parametrize("name", TABLES)
def test_changed_cell_changes_nothing_else(folder: Path, name: str) -> None:
    seed = SEEDS[name]
    right = _right(name, folder)
    packed = seed.name.endswith(".xlsx")

    @fuzz
    @given(st.data())
    def run(data: st.DataObject) -> None:
        sheets = tables(seed)
        rows = sheets[data.draw(st.sampled_from(sorted(sheets)))]
        line = data.draw(st.integers(0, len(rows) - 1))
        if not rows[line]:
            return
        place = data.draw(st.integers(0, len(rows[line]) - 1))
        cell = data.draw(st.sampled_from([*NASTY, *(NASTY_CELLS if packed else [])]) | st.text(max_size=8))
        if packed and isinstance(cell, str):
            cell = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", cell)
        # Half a sign is no text in UTF-8, so that all of the file is read in the other encoding.
        half = "\ud800" in str(cell)
        rows[line][place] = cell
        frame = outcome(folder, seed, written(seed, sheets))
        if frame is None or line == 0 or half or seed.reader in TOGETHER or "waarde" not in frame:
            return
        others = right[right["rij"] != line + 1]
        gained = observed(frame) - observed(others)
        lost = observed(others) - observed(frame)
        assert not lost, (cell, lost)
        assert sum(gained.values()) <= max(Counter(right["rij"]).values()), (cell, gained)
        above = {str(row[place]) for row in rows[:line] if place < len(row)}
        if above & set(right["kolom"]):
            # A figure that is read has not gone: it is there, or there is an error.
            assert len(frame) == len(right), (cell, gained)

    run()


BUNDLES = [name for name, seed in SEEDS.items() if seed.figures]


@pytest.mark.parametrize("name", BUNDLES)
def test_changed_value_changes_nothing_else(folder: Path, name: str) -> None:
    seed = SEEDS[name]
    right = _right(name, folder)

    @fuzz
    @given(st.data())
    def run(data: st.DataObject) -> None:
        content = copy.deepcopy(seed.content)
        entries = content[seed.figures]
        line = data.draw(st.integers(0, len(entries) - 1))
        key = data.draw(st.sampled_from(sorted(entries[line])))
        value = entries[line][key] = data.draw(st.sampled_from(NASTY_VALUES))
        frame = outcome(folder, seed, json.dumps(content).encode())
        if frame is None:
            return
        others = right[right["rij"] != line + 1]
        lost = observed(others) - observed(frame)
        assert not lost, (value, lost)
        if key in set(right["kolom"]):
            assert len(frame) == len(right), value

    run()


# ------------------------------------------------------------------------------------------------ structure


@pytest.mark.parametrize("name", [name for name in TABLES if len(tables(SEEDS[name])) == 1])
def test_changed_rows_and_columns(folder: Path, name: str) -> None:
    seed = SEEDS[name]
    right = _right(name, folder)

    @fuzz
    @given(st.data())
    def run(data: st.DataObject) -> None:
        sheets = tables(seed)
        ((title, rows),) = sheets.items()
        kind = data.draw(st.sampled_from(["columns", "rows", "drop", "without", "double", "again"]))
        order = data.draw(st.permutations(range(len(rows[0]))))
        body = data.draw(st.permutations(rows[1:]))
        line, place = data.draw(st.integers(1, len(rows) - 1)), data.draw(st.integers(0, len(rows[0]) - 1))
        if kind == "columns":
            rows = [[row[at] for at in order] for row in rows]
        elif kind == "rows":
            rows = [rows[0], *body]
        elif kind == "drop":
            rows = [row[:place] + row[place + 1 :] for row in rows]
        elif kind == "without":
            rows = rows[:line] + rows[line + 1 :]
        elif kind == "double":
            rows = [[*row, row[place]] for row in rows]
        else:
            rows = [*rows, rows[line]]
        # A row that is there twice is seen by the checks on observations.
        frame = outcome(folder, seed, written(seed, {title: rows}), known=True, checked=kind == "again")
        if kind in ("columns", "rows"):
            assert frame is not None
            assert observed(frame) == observed(right)
        elif frame is not None and seed.reader not in TOGETHER:
            assert kind != "double"
            if kind == "again":
                # Of places that are not in the gemeente, or in a list of places.
                assert observed(frame) == observed(right) or name in OTHERS
            elif "waarde" in frame:
                kept = [column for column in ("gebiedscode", "waarde", "status", "onder", "boven", "kolom")]
                assert not Counter(map(str, frame[kept].to_numpy().tolist())) - Counter(
                    map(str, right[kept].to_numpy().tolist())
                )

    run()


@pytest.mark.parametrize("name", [*BUNDLES, "boundaries"])
def test_changed_keys(folder: Path, name: str) -> None:
    seed = SEEDS[name]

    @fuzz
    @given(st.data())
    def run(data: st.DataObject) -> None:
        content = copy.deepcopy(seed.content)
        held: Any = content
        for _ in range(data.draw(st.integers(0, 5))):
            inner = [v for v in (held.values() if isinstance(held, dict) else held) if isinstance(v, dict | list) and v]
            if not inner:
                break
            held = data.draw(st.sampled_from(inner))
        keys = sorted(held) if isinstance(held, dict) else list(range(len(held)))
        key = data.draw(st.sampled_from(keys))
        kind = data.draw(st.sampled_from(["value", "drop", "rename", "copy"]))
        if kind == "value":
            held[key] = data.draw(st.sampled_from(NASTY_VALUES))
        elif kind == "drop":
            del held[key]
        elif isinstance(held, dict):
            held[data.draw(st.sampled_from(NASTY))] = held[key] if kind == "copy" else held.pop(key)
        else:
            held.insert(data.draw(st.sampled_from(keys)), held[key] if kind == "copy" else held.pop(key))
        frame = outcome(folder, seed, json.dumps(content).encode(), known=True)
        if frame is not None and name == "boundaries":
            places = {f["properties"]["statcode"]: f["geometry"]["coordinates"] for f in content["features"]}
            for code, shape in zip(frame["buurt"], frame["grens"], strict=True):
                assert json.dumps(shape["coordinates"]) == json.dumps(_flat(places[code]))

    run()


def _flat(places: Any) -> Any:
    """Leave out heights."""
    return places[:2] if not isinstance(places[0], list) else [_flat(place) for place in places]


# ------------------------------------------------------------------------------------------------ YAML


def test_changed_record(tmp_path: Path) -> None:
    file = TESTS / "data/kleinstad/raw/klein_hulp/hulp.csv"
    shutil.copy(file, tmp_path / "hulp.csv")
    record = tmp_path / f"hulp.csv{SUFFIX}"
    right = file.with_name(record.name).read_bytes()
    checksum = sha256_of(file)

    @settings(fuzz, max_examples=10 * (MANY or 2))
    @given(st.data())
    def run(data: st.DataObject) -> None:
        text = broken(data.draw, right)
        record.write_bytes(text)
        try:
            read = read_record(tmp_path / "hulp.csv", "hulp.csv")
        except NplvError as error:
            sentence(error, "hulp.csv")
            return
        assert read.sha256 == checksum
        said = yaml.load(text.decode("utf-8-sig"), Loader=LOADER)
        assert read.fields == {str(key): str(value) for key, value in said.items()}

    run()


@pytest.mark.parametrize("name", ["indicatoren.yaml", "gebieden.yaml"])
def test_changed_catalogue(tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(TESTS / "data/teststad/catalogus", tmp_path / "catalogus")
    right = (folder / name).read_bytes()

    @settings(fuzz, max_examples=5 * (MANY or 2))
    @given(st.data())
    def run(data: st.DataObject) -> None:
        (folder / name).write_bytes(broken(data.draw, right))
        try:
            load_catalogue(folder)
        except NplvError as error:
            sentence(error, *(path.name for path in folder.iterdir()))

    run()


def test_changed_list_of_downloads(tmp_path: Path) -> None:
    right = (HERE / "downloads.yaml").read_bytes()

    @settings(fuzz, max_examples=5 * (MANY or 2))
    @given(st.data())
    def run(data: st.DataObject) -> None:
        (tmp_path / "downloads.yaml").write_bytes(broken(data.draw, right))
        try:
            read_plan(tmp_path, "GM9990")
        except NplvError as error:
            sentence(error, "downloads.yaml")

    run()
