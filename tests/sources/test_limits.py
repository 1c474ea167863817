"""Files made to exhaust a computer are refused before they can: one sentence each, in little memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from nplv_analysis.errors import InputError
from nplv_analysis.sources.sheets import read_sheets

#: Reads the files that it is given, prints what each ends in, and at last how much memory all took at most, in MB.
READ = """
import json, resource, sys
from pathlib import Path
from nplv_analysis.errors import InputError
from nplv_analysis.sources import open_delivered
found = {}
for path in map(Path, sys.argv[1:]):
    try:
        open_delivered(path, path.name)
    except InputError as error:
        found[path.name] = str(error)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if Path("/proc/self/status").exists():
    # The figure above begins at that of the process that started this one.
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
print(json.dumps([found, peak / (1e6 if sys.platform == "darwin" else 1e3)]))
"""
MB = 1_000_000
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r0" Target="xl/workbook.xml" Type="{RELATIONS}/officeDocument"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    f'xmlns:r="{RELATIONS}"><sheets><sheet name="Blad" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Target="worksheets/sheet1.xml" Type="{RELATIONS}/worksheet"/></Relationships>',
}


def book(path: Path, sheet: str, shared: str = "") -> Path:
    """Write a workbook of one sheet."""
    parts = BOOK | {"xl/worksheets/sheet1.xml": SHEET.format(sheet)}
    if shared:
        parts["xl/sharedStrings.xml"] = f"<sst><si><t>{shared}</t></si></sst>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return path


def cells(*given: str) -> str:
    """Make rows of one cell each, from a place and what is in it."""
    rows = [(place, re.sub("[A-Z]", "", place), value) for place, value in (text.split("=") for text in given)]
    rest = "".join(f'<row r="{row}"><c r="{place}"><v>{value}</v></c></row>' for place, row, value in rows)
    return f"<sheetData>{rest}</sheetData>"


def sparse(size: int) -> Callable[[Path], None]:
    """Make files that say they are large and take no room."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(size)

    return write


def text(content: str) -> Callable[[Path], None]:
    """Make a file of a text."""
    return lambda path: path.write_text(content, encoding="utf-8") and None


def inflated(path: Path) -> None:
    """Write a workbook whose sheet unpacks to 320 MB, and which says that it is small."""
    book(path, "")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        with packed.open("xl/theme.xml", "w") as part:
            for _ in range(320):
                part.write(bytes(MB))
        packed.getinfo("xl/theme.xml").file_size = 1000


def repeated(path: Path) -> None:
    """Write a workbook with one long text in a thousand cells."""
    each = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 1001))
    book(path, f"<sheetData>{each}</sheetData>", "a" * MB)


BOMBS: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty_columns.csv": (text("," * MB + "\n1\n"), "found '1000001 columns', expected at most 16384 columns"),
    "named_columns.csv": (
        text(",".join(f"k{n}" for n in range(MB)) + "\n"),
        "found '1000000 columns', expected at most 16384 columns",
    ),
    "one_line.csv": (sparse(1000 * MB), "found '1000 MB', expected a file of at most 100 MB"),
    "one_cell.csv": (text("a,b\n1," + "2" * (60 * MB)), "expected a well-formed delimited file (field larger than"),
    "empty_lines.csv": (text("a,b\n1,2\n" + "\n" * (2 * MB)), "found '1000001 rows of 2 columns', expected at most 10"),
    "wide_rows.csv": (text(("," * 9999 + "\n") * 1100), "found '1001 rows of 10000 columns', expected at most 10"),
    "too_large.xlsx": (sparse(60 * MB), "found '60 MB', expected a file of at most 50 MB"),
    "unpacks.xlsx": (inflated, "expected a workbook that unpacks to at most 300 MB"),
    "far_apart.xlsx": (
        lambda path: book(path, cells("A1=1", "XFD1048576=1")),
        "found '1048576 rows of 16384 columns', expected at most 5 million cells on sheet 'Blad', counting empty ones",
    ),
    "repeated_text.xlsx": (repeated, "expected at most 100 million characters on sheet 'Blad'"),
    "merged.xlsx": (
        lambda path: book(
            path, cells("A1=1", "CV40000=1") + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        ),
        "expected at most 500000 cells on sheet 'Blad' with a formula, an error, a percentage or merged",
    ),
    "too_large.json": (sparse(10_000 * MB), "found '10000 MB', expected a file of at most 400 MB"),
    "brackets.json": (text("[" + "[]," * (11 * MB)), "found 'about 22 million', expected at most 20 million values"),
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], float]:
    """What reading all bombs in one process ends in, and the memory of that process in MB."""
    folder = tmp_path_factory.mktemp("bommen")
    for name, (write, _) in BOMBS.items():
        write(folder / name)
    paths = [str(folder / name) for name in BOMBS]
    done = subprocess.run([sys.executable, "-c", READ, *paths], capture_output=True, text=True, check=True)
    for path in paths:
        Path(path).unlink()
    found, peak = json.loads(done.stdout)
    return found, peak


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell the memory of a process in this way")
def test_all_together_stay_below_500_mb(refused: tuple[dict[str, str], float]) -> None:
    assert refused[1] < 500


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell the memory of a process in this way")
@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_in_one_sentence(refused: tuple[dict[str, str], float], name: str) -> None:
    message = refused[0][name]
    assert message.startswith(name)
    assert BOMBS[name][1] in message


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", '<dimension ref="A1:XFD1048576"/>' + cells("A1=1", "A2=2"))
    assert read_sheets(path, "a.xlsx") == {"Blad": [(1, ["1"]), (2, ["2"])]}


def test_part_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", cells("A1=1"))
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/Worksheets/sheet1.xml", SHEET.format(cells("A1=2")))
    with pytest.raises(InputError, match=r"a.xlsx: expected a workbook that opens \(a part of it is there twice"):
        read_sheets(path, "a.xlsx")


def test_workbook_that_points_elsewhere_is_refused(tmp_path: Path) -> None:
    elsewhere = BOOK | {"_rels/.rels": BOOK["_rels/.rels"].replace("xl/workbook", "xl/other"), "xl/other.xml": SHEET}
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as packed:
        for name, part in elsewhere.items():
            packed.writestr(name, part)
    with pytest.raises(InputError, match=r"a.xlsx: expected a workbook that opens \(its parts do not fit together\)"):
        read_sheets(tmp_path / "a.xlsx", "a.xlsx")
