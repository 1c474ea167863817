"""Counts per school: only figures of many schools together come out, and a wrong cell is told by row and column."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import PACKAGE, ROOT, area, catalogue, indicator, series

from nplv_analysis import sources
from nplv_analysis.catalogue import load_catalogue
from nplv_analysis.comparison import OF_A_PART, with_verdict
from nplv_analysis.disclosure import HIDDEN, release
from nplv_analysis.errors import InputError, NplvError
from nplv_analysis.indicators import indicator_table
from nplv_analysis.methods.segregation import estimate, isolation
from nplv_analysis.ois_template import write_schools_template
from nplv_analysis.records import Record
from nplv_analysis.sources.schooltellingen import COLUMNS, FEW_OTHERS, FEW_PUPILS, FEW_SCHOOLS
from nplv_analysis.sources.table import read_table
from nplv_analysis.uncertainty import with_intervals

EAST, WEST = "BU99900000", "BU99900100"
HEADER = ",".join(COLUMNS)
#: Pupils with the characteristic and all pupils of each school: six in the east, six in the west.
EASTERN = ((60, 150), (45, 160), (52, 140), (70, 170), (38, 155), (41, 149))
WESTERN = ((12, 150), (20, 160), (9, 140), (33, 170), (25, 155), (14, 149))


def made(kind: str, name: str, **other: Any) -> Any:
    """Make an indicator that shows a figure of counts per school."""
    return indicator(series("publicatie", f"opleiding: {name}", source="tellingen"), id=kind, **other)


KNOWN = catalogue(
    (
        made("deel", "aandeel", least_schools=5, uncertainty="toeval"),
        made("scheef", "verdeling", least_schools=5, least_pupils=30, comparable=False),
        made("apart", "isolatie", least_schools=5, least_pupils=30),
    ),
    area("oost", EAST),
    area("west", WEST),
    area("programma", EAST, kind="samengesteld"),
)


def line(nr: int, count: tuple[int, int], buurt: str, year: str = "2023-2024", kind: str = "bo") -> str:
    """Write the row of a school."""
    return f"{year},School {nr},{kind},{buurt},opleiding,{count[0]},{count[1]}"


def everything(year: str = "2023-2024") -> list[str]:
    """Write the rows of all schools."""
    east = [line(nr, count, EAST, year) for nr, count in enumerate(EASTERN)]
    return east + [line(10 + nr, count, WEST, year) for nr, count in enumerate(WESTERN)]


def read(folder: Path, *lines: str, **fields: Any) -> pd.DataFrame:
    """Read rows of a filled template."""
    (folder / "tellingen.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    words = dict.fromkeys(("publisher", "title", "table", "address", "licence", "citation", "selection"), "bedacht")
    given = {"source": "tellingen", "public": False, "sha256": "", **words} | fields
    return sources.read(folder, Record(file="tellingen.csv", reader="schooltellingen", **given), KNOWN)


def of(found: pd.DataFrame, measure: str, place: str = "gemeente", year: str = "2023-2024") -> dict[Any, Any]:
    """Give the one observation of a figure."""
    rows = found[(found["variabele"] == f"opleiding: {measure}") & (found["gebiedscode"] == place)]
    rows = rows[rows["periode"] == year]
    assert len(rows) == 1
    return rows.iloc[0].to_dict()


def test_figures_are_of_all_schools_together(tmp_path: Path) -> None:
    found = read(tmp_path, *everything())
    ours, totals = np.array(EASTERN + WESTERN).T
    share = of(found, "aandeel")
    assert (share["teller"], share["noemer"]) == (ours.sum(), totals.sum())
    assert share["waarde"] == pytest.approx(100 * ours.sum() / totals.sum())
    spread = of(found, "verdeling")
    order = np.lexsort((totals, ours))
    ours, totals = ours[order], totals[order]
    again = estimate(ours, totals - ours, np.random.default_rng(list(b"opleiding 2023-2024 gemeente")))
    assert spread["waarde"] == pytest.approx(100 * again.corrected, abs=0.05)
    assert (spread["onder95"], spread["boven95"]) == pytest.approx((100 * again.low, 100 * again.high), abs=0.05)
    assert of(found, "isolatie")["waarde"] == pytest.approx(100 * isolation(ours, totals - ours), abs=0.05)
    assert not found["openbaar"].any()


def test_nothing_about_one_school_comes_out(tmp_path: Path) -> None:
    found = read(tmp_path, *everything())
    assert set(found["niveau"]) == {"gebied"}
    assert set(found["gebiedscode"]) == {"gemeente", "programma"}
    assert not found.astype(str).apply(lambda column: column.str.contains("School ")).any().any()


def test_the_programme_area_has_its_own_schools(tmp_path: Path) -> None:
    share = of(read(tmp_path, *everything()), "aandeel", "programma")
    assert (share["teller"], share["noemer"]) == tuple(np.array(EASTERN).sum(axis=0))


def test_without_places_there_is_only_the_gemeente(tmp_path: Path) -> None:
    found = read(tmp_path, *[text.replace(EAST, "").replace(WEST, "") for text in everything()])
    assert set(found["gebiedscode"]) == {"gemeente"}


def test_special_schools_do_not_count_and_it_says_so(tmp_path: Path) -> None:
    alone, beside = (read(tmp_path, *everything(), *more) for more in ([], [line(50, (80, 90), EAST, kind="SBO")]))
    assert of(beside, "verdeling")["waarde"] == of(alone, "verdeling")["waarde"]
    assert "speciaal basisonderwijs tellen niet mee" in of(beside, "verdeling")["opmerking"]
    assert "speciaal" not in of(alone, "verdeling")["opmerking"]


def test_another_year_or_order_changes_no_figure(tmp_path: Path) -> None:
    first = read(tmp_path, *everything())
    more = read(tmp_path, *reversed(everything("2024-2025") + everything()))
    kept = more[more["periode"] == "2023-2024"].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept.drop(columns="rij"), first.drop(columns="rij"))


@pytest.mark.parametrize(
    ("lines", "place", "why"),
    [
        (everything()[:4], "gemeente", FEW_SCHOOLS.format(minste=5)),
        # Six schools are enough, but taken off those of the gemeente they leave two.
        (everything()[:8], "programma", FEW_OTHERS),
    ],
)
def test_figures_of_few_schools_are_withheld(tmp_path: Path, lines: list[str], place: str, why: str) -> None:
    found = read(tmp_path, *lines)
    for measure in ("aandeel", "verdeling", "isolatie"):
        row = of(found, measure, place)
        assert pd.isna([row[name] for name in ("waarde", "teller", "noemer", "onder95", "boven95")]).all()
        assert (row["status"], row["opmerking"]) == ("geheim", why)


def test_figures_of_few_pupils_are_withheld(tmp_path: Path) -> None:
    found = read(tmp_path, *[line(nr, (3, 150), EAST) for nr in range(6)])
    assert of(found, "verdeling")["opmerking"] == FEW_PUPILS.format(minste=30)
    assert pd.isna(of(found, "isolatie")["waarde"])
    # A share of many pupils says little of the few; disclosure control sees to counts below its threshold.
    assert of(found, "aandeel")["teller"] == 18


def test_the_record_may_ask_for_more_pupils(tmp_path: Path) -> None:
    found = read(tmp_path, *everything(), disclosure={"least_persons": 100_000})
    assert set(found["status"]) == {"geheim"}


WRONG = [
    ("2023-2024,", "2023,", "schooljaar", "a school year such as 2024-2025"),
    ("2023-2024,", "2023-2025,", "schooljaar", "a school year such as 2024-2025"),
    ("School 0,", ",", "school", "the code or the name of a school"),
    (",bo,", ",vo,", "soort", "bo, sbo or so"),
    (EAST, "BU00000000", "gebied", "a buurt of GM9990"),
    (EAST, "oosd", "gebied", "did you mean oost"),
    (EAST, "WK999000", "gebied", "wholly in programma or wholly outside it"),
    ("opleiding", "opleidng", "kenmerk", "did you mean opleiding"),
    ("opleiding", "herkomst", "kenmerk", "a characteristic that the catalogue has for this source"),
    (",60,", ",<5,", "aantal", "the real count"),
    (",60,", ",60.5,", "aantal", "the real count"),
    (",60,", ",-6,", "aantal", "the real count"),
    (",60,", ",151,", "aantal", "at most the 150 pupils under 'totaal'"),
    (",150", ",x", "totaal", "the real count"),
]


@pytest.mark.parametrize(("right", "wrong", "column", "expected"), WRONG)
def test_a_wrong_cell_is_told_by_row_and_column(
    tmp_path: Path, right: str, wrong: str, column: str, expected: str
) -> None:
    lines = everything()
    assert right in lines[0]
    with pytest.raises(InputError, match=rf"tellingen\.csv, row 2, column '{column}'.*{expected}"):
        read(tmp_path, lines[0].replace(right, wrong), *lines[1:])


@pytest.mark.parametrize(
    ("more", "column", "expected"),
    [
        (line(0, (1, 2), EAST), "school", "a school once for 'opleiding' in 2023-2024; row 2 has it too"),
        (line(0, (1, 2), WEST).replace("opleiding", "test"), "gebied", "the same as in row 2"),
        (line(0, (1, 2), EAST, kind="so").replace("opleiding", "test"), "soort", "the same as in row 2"),
    ],
)
def test_rows_that_do_not_go_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str, column: str, expected: str
) -> None:
    both = [*KNOWN.indicators, indicator(series("publicatie", "test: aandeel", source="tellingen"), id="test")]
    monkeypatch.setitem(globals(), "KNOWN", catalogue(tuple(both), *KNOWN.areas[:-1]))
    with pytest.raises(InputError, match=f"row 14, column '{column}'.*{expected}"):
        read(tmp_path, *everything(), more)


def test_a_source_that_the_catalogue_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"tellingen\.csv\.bron\.yaml, column 'bron': found 'andere'"):
        read(tmp_path, *everything(), source="andere")


def test_a_missing_column(tmp_path: Path) -> None:
    (tmp_path / "tellingen.csv").write_text("schooljaar,school\n2023-2024,A\n", encoding="utf-8")
    words = dict.fromkeys(("publisher", "title", "table", "address", "licence", "citation", "selection"), "bedacht")
    record = Record(
        file="tellingen.csv", reader="schooltellingen", source="tellingen", public=False, sha256="", **words
    )
    with pytest.raises(InputError, match="row 1: expected a column 'soort' in the header"):
        sources.read(tmp_path, record, KNOWN)


def test_the_template_has_the_columns_of_the_reader(tmp_path: Path) -> None:
    paths = write_schools_template(tmp_path, KNOWN)
    assert [path.suffix for path in paths] == [".csv", ".xlsx", ".yaml"]
    assert paths[0].read_text(encoding="utf-8") == HEADER + "\n"
    with pytest.raises(InputError, match="there are none"):
        read_table(paths[1], paths[1].name)
    text = paths[2].read_text(encoding="utf-8")
    assert {"bron: schooltellingen", "lezer: schooltellingen", "openbaar: nee"} <= {
        part.split("  ")[0].strip() for part in text.splitlines()
    }
    with pytest.raises(NplvError, match="is there already"):
        write_schools_template(tmp_path, KNOWN)


def test_a_small_count_is_withheld_and_others_are_rounded(tmp_path: Path) -> None:
    few = [line(nr, (int(nr < 3), 30), EAST, "2022-2023") for nr in range(6)]
    seen = read(tmp_path, *few, *everything())
    released = release(indicator_table(seen, KNOWN), KNOWN)
    rows = released[(released["indicator"] == "deel") & (released["gebied"] == "gemeente")].set_index("periode")
    assert rows.loc["2022-2023", "status"] == HIDDEN
    assert pd.isna(rows.loc["2022-2023", ["waarde", "teller"]]).all()
    assert rows.loc["2023-2024", "teller"] % 5 == 0
    spread = released[(released["indicator"] == "scheef") & (released["gebied"] == "gemeente")].iloc[-1]
    assert spread["onder95"] < spread["waarde"] < spread["boven95"]


def test_a_part_of_the_gemeente_is_not_judged_by_the_whole(tmp_path: Path) -> None:
    seen = release(indicator_table(read(tmp_path, *everything()), KNOWN), KNOWN)
    judged = with_verdict(with_intervals(seen, KNOWN), KNOWN)
    rows = judged[(judged["gebied"] == "programma") & (judged["rol"] == "gebied")].set_index("indicator")
    assert (rows.loc["scheef", "oordeel"], rows.loc["scheef", "oordeel_reden"]) == ("", OF_A_PART)
    # The shares are compared as ever.
    assert rows.loc["deel", "oordeel"] == "ongunstiger"


def test_the_documentation_has_every_column_and_its_example_is_right(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "onderwijssegregatie.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \| ", text, re.MULTILINE)[: len(COLUMNS)] == list(COLUMNS)
    example = re.search(r"```csv\n(.*?)```", text, re.DOTALL)
    assert example
    town = load_catalogue(PACKAGE / "voorbeeldstad" / "catalogus", checked=True)
    (tmp_path / "voorbeeld.csv").write_text(example[1], encoding="utf-8")
    words = dict.fromkeys(("publisher", "title", "table", "address", "licence", "citation", "selection"), "bedacht")
    given = {"source": "voorbeeld_scholen", "public": False, "sha256": "", **words}
    found = sources.read(tmp_path, Record(file="voorbeeld.csv", reader="schooltellingen", **given), town)
    # One school is too few for any figure.
    assert set(found["status"]) == {"geheim"}
