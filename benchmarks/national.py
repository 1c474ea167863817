"""How the readers keep up with files of the whole country: ``python -m benchmarks.national``.

A generator makes files of the form and size of the real ones, about places that do not exist. Our readers take the
figures of one gemeente and of the country out of such a file. Each measurement is a process of its own; beside it the
same columns read by pandas, or the same selection and sum by DuckDB. The last lines read a file of one gemeente that
is as large as the country, so that every row becomes observations.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nplv_analysis.catalogue import Area, Catalogue
from nplv_analysis.observations import validate
from nplv_analysis.records import Record
from nplv_analysis.sources import read
from nplv_analysis.sources.kwb_topics import TOPICS, UNITS

SEED = 20_260_101
GEMEENTE = "GM9990"
TOWN = Catalogue((), (Area("gemeente", "Gemeente Voorbeeldstad", "gemeente", code=GEMEENTE),))
#: What StatLine has for a buurt and a wijk, on average: 14,000 buurten and 3,157 wijken in 342 gemeenten.
GEMEENTEN, WIJKEN, BUURTEN = 342, 9, 41
#: Columns of an edition of the Kerncijfers; those that are not of our topics are filled with other counts.
COLUMNS = 120
USED = [topic for topic in TOPICS if topic.codes or topic.short]
KINDS, YEARS = 45, range(2012, 2026)
#: Editions of the Kerncijfers, years of the Politie, and places of the one large gemeente.
EDITIONS, CRIMES, PLACES = (3, 6, 13), (1, 4, 14), (1_000, 3_000, 9_000)
#: Goals: most times as long as pandas or DuckDB, and most memory in MB.
KWB_RATIO, POLITIE_RATIO, MEMORY = 4, 2, 2_000


def places(gemeenten: int = GEMEENTEN) -> Iterator[str]:
    """List codes of the country, its gemeenten, their wijken and their buurten."""
    yield "NL00"
    for number in range(gemeenten):
        gemeente = f"{9990 - number:04d}"
        yield f"GM{gemeente}"
        yield from (f"WK{gemeente}{wijk:02d}" for wijk in range(WIJKEN))
        yield from (f"BU{gemeente}{buurt % WIJKEN:02d}{buurt // WIJKEN:02d}" for buurt in range(BUURTEN))


def write_kwb(path: Path, codes: list[str], rng: np.random.Generator) -> None:
    """Write an edition of the Kerncijfers as StatLine exports it; one cell in twelve has a sign instead of a number."""
    table = {"Wijken en buurten": codes, "Regioaanduiding/Codering (code)": [f"{code:10}" for code in codes]}
    for number in range(COLUMNS - len(table)):
        topic = USED[number] if number < len(USED) else None
        name = f"{topic.names[0]} ({UNITS[topic.unit][0]})" if topic else f"Onderwerp {number} (aantal)"
        share = topic is not None and topic.unit == "%"
        values = np.round(rng.uniform(0, 100, len(codes)), 1) if share else rng.integers(0, 9_000, len(codes))
        cells = values.astype(str).astype(object)
        cells[rng.random(len(codes)) < 1 / 12] = "."
        table[f"Cijfers/{name}"] = [text.replace(".", ",") if share and text != "." else text for text in cells]
    pd.DataFrame(table).to_csv(path, sep=";", index=False)


def write_politie(path: Path, codes: list[str], year: int, rng: np.random.Generator) -> None:
    """Write the crimes of one year as the open data service gives them: each kind in each buurt of the country."""
    kinds = ["0.0.0 ", *(f"1.{number // 9}.{number % 9} " for number in range(1, KINDS))]
    counts = rng.poisson(3, len(codes) * KINDS).tolist()
    entries = [
        {
            "ID": number,
            "SoortMisdrijf": kinds[number % KINDS],
            "WijkenEnBuurten": f"{codes[number // KINDS]:10}",
            "Perioden": f"{year}JJ00",
            "GeregistreerdeMisdrijven_1": count,
        }
        for number, count in enumerate(counts)
    ]
    sets = {
        "protocol": "odata3",
        "table": "99999NED",
        "TableInfos": [{"Title": "Geregistreerde misdrijven"}],
        "DataProperties": [{"Type": "Topic", "Key": "GeregistreerdeMisdrijven_1", "Unit": "aantal"}],
        "SoortMisdrijf": [{"Key": kind, "Title": kind} for kind in kinds],
        "Perioden": [{"Key": f"{year}JJ00", "Status": "Definitief"}],
        "TypedDataSet": entries,
    }
    path.write_text(json.dumps(sets), encoding="utf-8")


# ------------------------------------------------------------------------------------------- what is measured, by name


def read_as(reader: str, path: Path, year: str | None) -> pd.DataFrame:
    """Read a file with our reader."""
    words: dict[str, Any] = dict.fromkeys(
        ("publisher", "title", "table", "address", "licence", "citation", "selection"), "none"
    )
    record = Record(file=path.name, source=reader, reader=reader, public=True, sha256="", year=year, **words)
    return read(path.parent, record, TOWN)


def kwb(files: list[Path]) -> int:
    """Our reader, to validated observations."""
    frames = [read_as("cbs_kwb", path, path.stem[-4:]) for path in files]
    return len(validate(pd.concat(frames, ignore_index=True), TOWN))


def pandas_kwb(files: list[Path]) -> int:
    """The same columns as text, by pandas."""
    names = {f"Cijfers/{topic.names[0]} ({UNITS[topic.unit][0]})" for topic in USED}
    columns = [*names, "Regioaanduiding/Codering (code)"]
    frames = [pd.read_csv(path, sep=";", engine="pyarrow", usecols=columns, dtype=str) for path in files]
    return len(pd.concat(frames, ignore_index=True))


def politie(files: list[Path]) -> int:
    """Our reader, to validated observations, added up by kind and year over the buurten."""
    found = validate(pd.concat([read_as("politie", path, None) for path in files], ignore_index=True), TOWN)
    buurten = found[found["niveau"] == "buurt"]
    return len(buurten.groupby(["variabele", "periode"])["waarde"].sum())


def duckdb_politie(files: list[Path]) -> int:
    """The same selection, join and sum by DuckDB."""
    import duckdb

    source = f"read_json({[path.as_posix() for path in files]}, maximum_object_size=200000000)"
    query = f"""
        WITH sets AS (SELECT * FROM {source}),
        rows AS (SELECT unnest(TypedDataSet, recursive := true) FROM sets),
        kinds AS (SELECT DISTINCT unnest(SoortMisdrijf, recursive := true) FROM sets)
        SELECT Title, Perioden, sum(GeregistreerdeMisdrijven_1)
        FROM rows JOIN kinds ON rows.SoortMisdrijf = kinds.Key
        WHERE WijkenEnBuurten LIKE 'BU{GEMEENTE[2:]}%' GROUP BY ALL
    """
    return len(duckdb.execute(query).fetchall())


MEASURED = {work.__name__: work for work in (kwb, pandas_kwb, politie, duckdb_politie)}


def measure(name: str, files: list[Path]) -> dict[str, float]:
    """Do one piece of work in a process of its own, and give what ``run_one`` says about it."""
    command = [sys.executable, "-m", "benchmarks.national", name, *map(str, files)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def run_one(name: str, files: list[Path]) -> None:
    """Do one piece of work, twice for the time of the second (imports done), and print what it took.

    Besides the time on the clock also that of the processor, which others on the machine hardly change.
    """
    work = MEASURED[name]
    work(files[:1])
    started, busy = time.perf_counter(), time.process_time()
    rows = work(files)
    seconds, cpu = time.perf_counter() - started, time.process_time() - busy
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "memory": memory, "rows": rows}))


def compare(what: str, ours: str, other: str, files: list[Path], most: int) -> None:
    """Print how long our reader takes, beside the other, and how much memory."""
    found, reference = measure(ours, files), measure(other, files)
    ratio, memory = found["seconds"] / reference["seconds"], found["memory"]
    cpu = f"CPU {found['cpu']:.2f} s, {found['cpu'] / reference['cpu']:.1f} x"
    met = f"at most {most} x: {'met' if ratio <= most else 'NOT MET'}"
    fits = f"at most {MEMORY} MB: {'met' if memory <= MEMORY else 'NOT MET'}"
    times = f"{found['seconds']:7.2f} s  {ratio:6.1f} x {other:14}  ({cpu})"
    print(f"{what:40} {times}  {memory:6.0f} MB  ({met}; {fits})", flush=True)


def main() -> None:
    """Make the files in a temporary folder and measure."""
    rng = np.random.default_rng(SEED)
    with tempfile.TemporaryDirectory() as name:
        folder, codes = Path(name), list(places())
        editions = [folder / f"kwb_{2013 + number}.csv" for number in range(1, max(EDITIONS) + 1)]
        for path in editions:
            write_kwb(path, codes, rng)
        for number in EDITIONS:
            what = f"KWB, {number} editions of {len(codes):,d} places"
            compare(what, "kwb", "pandas_kwb", editions[:number], KWB_RATIO)
        buurten = [code for code in codes if code[:2] in ("NL", "BU")]
        years = [folder / f"politie_{year}.json" for year in YEARS]
        for path in years:
            write_politie(path, buurten, int(path.stem[-4:]), rng)
        for number in CRIMES:
            what = f"Politie, {number} years, {number * KINDS * len(buurten) / 1e6:.1f} million rows"
            compare(what, "politie", "duckdb_politie", years[:number], POLITIE_RATIO)
        for number in PLACES:
            own = [GEMEENTE, *(f"WK{GEMEENTE[2:]}{wijk:02d}" for wijk in range(100))]
            own += [f"BU{GEMEENTE[2:]}{buurt:04d}" for buurt in range(number - len(own))]
            path = folder / "kwb_2020.csv"
            write_kwb(path, own, rng)
            compare(f"KWB, one gemeente of {number:,d} places", "kwb", "pandas_kwb", [path], KWB_RATIO)


if __name__ == "__main__":
    run_one(sys.argv[1], list(map(Path, sys.argv[2:]))) if len(sys.argv) > 1 else main()
