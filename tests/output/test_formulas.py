"""No cell of what we write starts a formula, whatever stands in the names, notes, sources and words of the figures."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pandas as pd
from helpers import catalogue, few_examples, figures, indicator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nplv_analysis.catalogue import Area
from nplv_analysis.data import Data
from nplv_analysis.output.changes import compare, csv_of_changes
from nplv_analysis.output.export import SIGNS, TEXTS, key_figures, write_csv
from nplv_analysis.output.open_data import write_open_data
from nplv_analysis.output.workbook import write_workbook
from nplv_analysis.records import Record

STARTS = tuple("=+-@＝＋－＠")
#: Columns of the figures with words that others may have chosen; the rest are ids and flags.
WORDS = ("periode", "status", "herkomst", "cbs_wijk", "reeks", "toelichting", "interval_soort", "interval_reden")
WORDS += ("vergeleken_met", "toets", "oordeel", "oordeel_reden", "vorige_periode", "verandering_oordeel")
WORDS += ("verandering_reden", "trend", "trend_reden")
#: Texts (some columns are never empty) of signs that mean something to a spreadsheet, to CSV, or nothing.
nasty = st.text(alphabet="=+-@＝＋－＠\t\r\n ;,\"'1a%\u00a0(", min_size=1, max_size=8) | st.sampled_from(
    ["=HYPERLINK(1)", "+31", "-1+1", "@SUM(1)", "\t=1", 'ja;=1+1;"=2+2"', "ja\n=1+1", " =1", "a\t=1", "=", "-5", "--5"]
)


def is_safe(cell: str) -> bool:
    """Tell whether a spreadsheet takes a cell for what it says: our own signs and negative numbers are that too."""
    bare = cell.lstrip(' "\t\r\n')
    ours = re.fullmatch(r'[=+-]"?|\+-"?|-\d+(\.\d+)?', bare)
    return not cell.startswith(("\t", "\r")) and (not bare.startswith(STARTS) or bool(ours))


def check_csv(content: bytes) -> None:
    """Look at the cells as each program may split them: at commas, or as Excel with Dutch settings does."""
    text = content.decode("utf-8")
    for delimiter in ",;\t":
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            # Of a text that is split in the middle, what comes behind white space counts.
            cells = line if delimiter == "," else [cell.lstrip(' "\t\r\n') for cell in line]
            assert not [cell for cell in cells if not is_safe(cell)]


@settings(few_examples, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(nasty, min_size=len(WORDS), max_size=len(WORDS)), names=st.lists(nasty, min_size=9, max_size=9))
def test_no_cell_starts_a_formula(tmp_path: Path, words: list[str], names: list[str]) -> None:
    area = Area(id="gemeente", name=names[0], kind="gemeente", in_batch=True, code="GM9990")
    known = catalogue(indicator(name=names[1]))
    record = Record("a.csv", "bedacht", "eigen", *names[2:8], public=True, selection=names[8], sha256="0" * 64)  # type: ignore[misc]
    rows = figures({"gebied": "gemeente", "waarde": -5.0}).assign(**dict(zip(WORDS, words, strict=True)))
    data = Data(rows, type(known)(known.indicators, (area,)), (record,), pd.DataFrame(), tmp_path)

    write_csv(rows, data, tmp_path / "cijfers.csv")
    check_csv((tmp_path / "cijfers.csv").read_bytes())
    write_open_data(rows, data, tmp_path)
    check_csv((tmp_path / "kerncijfers.csv").read_bytes())
    table = key_figures(rows, data)
    changed = table.assign(**{name: text for name, text in zip(WORDS, reversed(words), strict=True) if name in table})
    check_csv(csv_of_changes(compare(table, changed.assign(reeks=table["reeks"], periode=table["periode"]))))
    write_workbook(rows, data, tmp_path / "kerncijfers.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "kerncijfers.xlsx"):
        head = [str(cell.value) for cell in sheet[1]]
        for cells in sheet.iter_rows():
            for name, cell in zip(head, cells, strict=True):
                assert cell.data_type != "f" and not cell.hyperlink
                assert name in SIGNS or not isinstance(cell.value, str) or is_safe(cell.value), cell.value


def test_every_column_of_words_is_tried() -> None:
    ids = {"gebied", "gebied_naam", "thema", "indicator", "indicator_naam", "eenheid", "bron", "licentie", "openbaar"}
    assert set(TEXTS) - ids - set(SIGNS) == set(WORDS)
