"""From raw files to checked tables: the only way from ``data/raw`` to ``data/processed``."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from nplv_analysis.agreement import check_agreement
from nplv_analysis.boundaries import Shapes, area_shapes, from_geojson, to_geojson
from nplv_analysis.catalogue import Catalogue, load_catalogue
from nplv_analysis.comparison import with_verdict
from nplv_analysis.development import with_development
from nplv_analysis.disclosure import Rules, release
from nplv_analysis.errors import NplvError
from nplv_analysis.folders import catalogue_folder, catalogue_of
from nplv_analysis.indicators import indicator_table
from nplv_analysis.interventions import NAME as INTERVENTIONS
from nplv_analysis.interventions import load_interventions
from nplv_analysis.layouts import on_layout, with_old_codes
from nplv_analysis.layouts.series import with_layout_series
from nplv_analysis.method_error import method_error
from nplv_analysis.observations import validate
from nplv_analysis.precedence import csv_of, one_value_each
from nplv_analysis.records import DISCLOSURE_FIELDS, Record, read_records, sha256_of
from nplv_analysis.sources import BOUNDARIES, LAYOUTS, LOCATIONS, PLACES, read
from nplv_analysis.sources.indelingen import SHIPPED, shipped_changes, with_own_changes
from nplv_analysis.sources.ois import with_own_series
from nplv_analysis.targets import targets
from nplv_analysis.uncertainty import with_intervals

OBSERVATIONS = "observations.parquet"
AREAS = "gebieden.geojson"
#: Values that a later release of a table replaced.
REPLACED = "vervangen.csv"
SOURCES = "sources.json"
#: Endings of the files of an edition: with all figures, and with those of public sources alone.
INTERNAL, PUBLIC = "", "_public"


def tables_of(edition: str) -> tuple[str, str, str]:
    """Name the files of an edition: figures, targets, and the error of the method."""
    return f"figures{edition}.parquet", f"targets{edition}.parquet", f"method_error{edition}.csv"


FILES = (OBSERVATIONS, AREAS, REPLACED, *tables_of(INTERNAL), *tables_of(PUBLIC), SOURCES)
#: Start of the random numbers, so that the same raw files give the same tables and the same reports.
SEED = 2024


@dataclass(frozen=True)
class Edition:
    """The released figures with intervals, verdicts and changes, the targets, and how well figures are computed."""

    figures: pd.DataFrame
    targets: pd.DataFrame
    method_error: pd.DataFrame


@dataclass(frozen=True)
class Prepared:
    """What ``prepare`` made: checked observations, the figures that may be seen, what they rest on, and where."""

    observations: pd.DataFrame
    internal: Edition
    public: Edition
    records: list[Record]
    catalogue: Catalogue
    boundaries: Shapes
    replaced: pd.DataFrame


def prepare(data: Path) -> Prepared:
    """Read, check and combine all raw files, and write the result to ``data/processed``.

    Parameters
    ----------
    data : Path
        The data folder, with ``raw`` in it.

    Returns
    -------
    Prepared
        The observations, sorted by key, and the records.

    Raises
    ------
    NplvError
        When anything is wrong with a file, a record or the catalogue. Nothing is written then.
    """
    catalogue = catalogue_of(data)
    load_interventions(catalogue_folder(data), catalogue)
    records = read_records(data / "raw")
    observations, replaced, changes = _combine(data / "raw", records, catalogue)
    catalogue = with_layout_series(with_own_series(catalogue, observations, records), observations)
    check_agreement(catalogue, observations)
    boundaries = area_shapes(data / "raw", records, catalogue.areas)
    rules = strictest_rules(records)
    known = with_old_codes(catalogue, changes)
    internal = public = _edition(observations, known, rules)
    if not observations["openbaar"].all():
        public = _edition(observations[observations["openbaar"]], known, rules)
    prepared = Prepared(observations, internal, public, records, catalogue, boundaries, replaced)
    _write(data, prepared)
    return prepared


def _edition(observations: pd.DataFrame, catalogue: Catalogue, rules: Rules) -> Edition:
    """Compute the figures and let them out; only what disclosure control releases is ever written or shown."""
    released = release(indicator_table(observations, catalogue), catalogue, rules)
    # All that follows is computed from what was released, so nothing hidden can be read from it.
    judged = with_verdict(with_intervals(released, catalogue), catalogue)
    # The error of the method is shown unrounded, so it rests on public figures alone.
    error = method_error(observations[observations["openbaar"]], catalogue)
    # On long series many models are fitted, so it is done here and not on each page.
    goals = targets(judged, catalogue, np.random.default_rng(SEED))
    return Edition(with_development(judged, catalogue), goals, error)


def strictest_rules(records: list[Record]) -> Rules:
    """Take the strictest of the rules that the records of confidential sources state."""
    rules = Rules()
    stated = [record.disclosure for record in records if not record.public]
    return Rules(
        *(max([getattr(rules, name), *(s[name] for s in stated if name in s)]) for name in DISCLOSURE_FIELDS.values())
    )


def load_prepared(data: Path) -> Prepared:
    """Load what ``prepare`` wrote; prepare first when that is missing or the raw files have changed since."""
    folder = data / "processed"
    try:
        stored = json.loads((folder / SOURCES).read_text(encoding="utf-8"))
        records = read_records(data / "raw")
        if stored["fingerprint"] != _fingerprint(data, records):
            return prepare(data)
        # The fingerprint holds the text of the catalogue, so this text was checked when it was prepared.
        catalogue = load_catalogue(catalogue_folder(data), checked=True)
        observations = pd.read_parquet(folder / OBSERVATIONS)
        boundaries = from_geojson((folder / AREAS).read_text(encoding="utf-8"))
        replaced = pd.read_csv(folder / REPLACED, dtype={"periode": str})
        internal, public = (
            Edition(
                pd.read_parquet(folder / figures),
                pd.read_parquet(folder / goals),
                pd.read_csv(folder / error, dtype={"periode": str}),
            )
            for figures, goals, error in map(tables_of, (INTERNAL, PUBLIC))
        )
    except (FileNotFoundError, KeyError, ValueError):
        return prepare(data)
    catalogue = with_layout_series(with_own_series(catalogue, observations, records), observations)
    return Prepared(observations, internal, public, records, catalogue, boundaries, replaced)


def of_small_places(data: Path) -> tuple[pd.DataFrame, list[Record]]:
    """Give what the hittekaart reads besides released figures: public observations, and the records of own tables."""
    prepared = load_prepared(data)
    public = prepared.observations[prepared.observations["openbaar"]]
    return public, [record for record in prepared.records if record.reader == PLACES]


def _combine(raw: Path, records: list[Record], catalogue: Catalogue) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give the checked observations in the layout of the catalogue, what was replaced, and the changes of codes."""
    from nplv_analysis.sources.scholen_naar_buurt import place_schools

    frames: list[pd.DataFrame] = []
    locations: list[pd.DataFrame] = []
    changes = shipped_changes()
    for record in (r for r in records if r.reader != BOUNDARIES):
        frame = read(raw, record, catalogue)
        if record.reader == LAYOUTS:
            changes = with_own_changes(changes, frame)
        elif record.reader != PLACES:
            # Figures of small places are only checked here: they are for the hittekaart, and in no figure.
            (locations if record.reader == LOCATIONS else frames).append(frame)
    if not frames:
        raise NplvError(f"{raw.as_posix()}: expected at least one raw file with a record")
    observations, replaced = one_value_each(pd.concat(frames, ignore_index=True), records)
    if locations:
        observations = place_schools(observations, pd.concat(locations, ignore_index=True))
    codes = {*changes["oud"], *changes["nieuw"]}
    observations = validate(observations, catalogue, codes)
    stated = {r.file: int(r.fields["indeling"]) for r in records if r.fields.get("indeling", "").isdigit()}
    brought = on_layout(observations, stated, changes, catalogue)
    if brought is not observations:
        # Only now a figure has the same code in two releases that were in different layouts.
        brought, more = one_value_each(brought, records)
        observations, replaced = validate(brought, catalogue, codes), pd.concat([replaced, more], ignore_index=True)
    return observations, replaced, changes


def _fingerprint(data: Path, records: list[Record]) -> str:
    """Tell apart everything that the processed files follow from: raw files, catalogue, this package and pandas."""
    package = Path(__file__).parent
    code = {path.relative_to(package).as_posix(): sha256_of(path) for path in sorted(package.rglob("*.py"))}
    folder = catalogue_folder(data)
    files = [*(folder / f"{name}.yaml" for name in ("indicatoren", "gebieden")), SHIPPED]
    # A catalogue need not have interventions; no figure follows from them, but they are checked here.
    files += [path for path in (folder / INTERVENTIONS,) if path.is_file()]
    catalogue = [path.read_text(encoding="utf-8") for path in files]
    parts = [pd.__version__, code, catalogue, [asdict(record) for record in records]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _write(data: Path, prepared: Prepared) -> None:
    """Write the files under other names first, the fingerprint last: a run that is cut off leaves what was there."""
    from filelock import FileLock

    folder = data / "processed"
    folder.mkdir(parents=True, exist_ok=True)
    sources = {
        "fingerprint": _fingerprint(data, prepared.records),
        "records": [asdict(record) for record in prepared.records],
    }
    with (
        FileLock(folder / ".prepare.lock"),
        tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as name,
    ):
        new = Path(name)
        prepared.observations.to_parquet(new / OBSERVATIONS, index=False)
        for name, edition in ((INTERNAL, prepared.internal), (PUBLIC, prepared.public)):
            figures, goals, error = (new / file for file in tables_of(name))
            if name == PUBLIC and edition is prepared.internal:
                for here, there in zip(tables_of(INTERNAL), (figures, goals, error), strict=True):
                    shutil.copyfile(new / here, there)
                continue
            edition.figures.to_parquet(figures, index=False)
            edition.targets.to_parquet(goals, index=False)
            edition.method_error.to_csv(error, index=False, lineterminator="\n")
        (new / REPLACED).write_text(csv_of(prepared.replaced), encoding="utf-8", newline="\n")
        (new / AREAS).write_text(to_geojson(prepared.boundaries), encoding="utf-8", newline="\n")
        (new / SOURCES).write_text(
            json.dumps(sources, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
        )
        for file in FILES:
            (new / file).replace(folder / file)
