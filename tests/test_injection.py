"""Texts from the data stay texts: markup and formulas in a name, a note or a source do nothing in what we write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import yaml
from helpers import Page, town_project
from without_kernel import without_kernels

from nplv_analysis.batch import run_batch
from nplv_analysis.output.changes import compare, read_figures
from nplv_analysis.output.changes_page import write_changes

#: Names that are markup, an attribute that breaks out, the end of a script or a style, a template, or a formula.
MARKUP = "<script>alert(1)</script>"
BREAKOUT = "\"'><img src=x onerror=alert(2)>"
CLOSING = "</style></title></svg><script>alert(3)</script>"
FORMULA = "=cmd()|' /c calc'!A1"
TEMPLATE = "{{ 7 * 7 }}"
HOSTILE = (MARKUP, BREAKOUT, CLOSING, FORMULA, TEMPLATE)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a run in which every kind of text holds something hostile."""
    base = tmp_path_factory.mktemp("injectie")
    data = town_project(base)
    areas = data / "catalogus" / "gebieden.yaml"
    text = areas.read_text(encoding="utf-8")
    text = text.replace("naam: Voorbeeldwijk-Noord", f"naam: {json.dumps(f'Noord {MARKUP} {BREAKOUT}')}", 1)
    text = text.replace("Molenbuurt", json.dumps(f"Molen {CLOSING}"), 1)
    text = text.replace("naam: Voorbeeldwijk-Zuid", f"naam: {json.dumps(FORMULA)}", 1)
    areas.write_text(text, encoding="utf-8")
    indicators = data / "catalogus" / "indicatoren.yaml"
    text = indicators.read_text(encoding="utf-8")
    text = text.replace("naam: Moeite met rondkomen (bedacht)", f"naam: {json.dumps(FORMULA + MARKUP + TEMPLATE)}", 1)
    text = text.replace("onderwerp: Rondkomen", f"onderwerp: {json.dumps(f'Geld {CLOSING}')}", 1)
    text = text.replace(
        "breuk: In 2022 is de vraag anders gesteld.", f"breuk: {json.dumps(f'{BREAKOUT} {FORMULA}')}", 1
    )
    indicators.write_text(text, encoding="utf-8")
    for record in data.rglob("*.bron.yaml"):
        fields = yaml.safe_load(record.read_text(encoding="utf-8"))
        fields |= {"citaat": f"{FORMULA} {CLOSING}", "uitgever": MARKUP, "opmerking": BREAKOUT, "adres": "javascript:x"}
        record.write_text(yaml.safe_dump(fields, allow_unicode=True), encoding="utf-8")
    told = data / "raw" / "toelichting" / "voorbeeldwijk-noord-armoede.md"
    told.write_text(f"---\nbron: '{MARKUP}'\nrol: '{TEMPLATE}'\ndatum: 2022\n---\n{CLOSING}\n", encoding="utf-8")
    places = ["voorbeeldwijk-noord", "voorbeeldwijk-zuid"]
    with without_kernels():
        run = run_batch(base / "uit", data_map=str(data), areas=places, themes=["armoede", "gebiedsmonitor"], jobs=1)
    assert not run.failures
    old, new = read_figures(base / "uit"), read_figures(base / "uit")
    old = old.assign(waarde=old["waarde"] + 1, toelichting=f"{FORMULA}{MARKUP}")
    write_changes(compare(old, new), old, new, (Path("<b>oud</b>"), Path(FORMULA)), base / "uit")
    return base / "uit"


def pages(out: Path) -> Iterator[tuple[str, str]]:
    """Give the pages, with their names."""
    found = sorted(out.rglob("*.html"))
    assert len(found) == 6, found
    return ((path.relative_to(out).as_posix(), path.read_text(encoding="utf-8")) for path in found)


def test_markup_stays_text_on_every_page(out: Path) -> None:
    seen: set[str] = set()
    for name, text in pages(out):
        page = Page(text)
        assert len(page.all("script")) == (name == "index.html"), name
        assert len(page.all("title")) >= 1 and not page.all("img") and not page.all("iframe"), name
        assert not [a for e in page.elements for a in e["attributes"] if a.startswith("on")], name
        targets = page.values("href") + page.values("xlink:href") + page.values("src")
        assert not [t for t in targets if re.match(r"\s*(javascript|data|https?):", t, re.IGNORECASE)], name
        whole = page.all("html")[0]["text"] + " ".join(page.values("aria-label"))
        assert "49" not in re.sub(r"\d+[.,]\d+|\d{4}", "", " ".join(page.texts("h1"))), name
        seen |= {hostile for hostile in HOSTILE if hostile in whole}
    # Each of them arrived, so it was there to do harm.
    assert seen == set(HOSTILE)


def test_a_notebook_holds_the_texts_escaped(out: Path) -> None:
    for path in out.rglob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                page = Page(f"<div>{''.join(output['data'].get('text/html', ''))}</div>")
                assert not page.all("script") and not page.all("img"), path


def test_no_cell_is_a_formula(out: Path) -> None:
    book = openpyxl.load_workbook(out / "kerncijfers.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [c.coordinate for c in cells if c.data_type == "f" or c.hyperlink]
    assert any(str(cell.value).endswith(FORMULA) for cell in cells)
    for path in out.rglob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        texts = [text for column in table if column != "symbool" for text in table[column]]
        # The sign of a figure that is exact is a lone "=", which no program takes for a formula.
        assert not [t for t in texts if t != "=" and t[:1] in ("=", "@", "\t", "\r")], path
        assert not [t for t in texts if re.match(r"[+-](?![\d.])", t)], path


def test_the_description_of_the_open_data_is_sound(out: Path) -> None:
    package = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    assert CLOSING in json.dumps(package, ensure_ascii=False)
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["rapporten"]
