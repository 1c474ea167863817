"""From raw files to checked tables: the only way from ``data/raw`` to ``data/processed``."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from nplv_analysis.boundaries import Shapes, area_shapes, from_geojson, to_geojson
from nplv_analysis.catalogue import HERE as SHIPPED_CATALOGUE
from nplv_analysis.catalogue import Catalogue, load_catalogue
from nplv_analysis.comparison import with_verdict
from nplv_analysis.development import with_development
from nplv_analysis.disclosure import Rules, release
from nplv_analysis.errors import CatalogueError, InputError, NplvError, did_you_mean
from nplv_analysis.indicators import indicator_table
from nplv_analysis.method_error import method_error
from nplv_analysis.observations import KEY, NUMBERS, validate
from nplv_analysis.records import DISCLOSURE_FIELDS, Record, read_records, sha256_of
from nplv_analysis.sources import BOUNDARIES, LOCATIONS, read
from nplv_analysis.sources.ois import with_own_series
from nplv_analysis.uncertainty import with_intervals

OBSERVATIONS = "observations.parquet"
AREAS = "gebieden.geojson"
SOURCES = "sources.json"
#: Endings of the files of an edition: with all figures, and with those of public sources alone.
INTERNAL, PUBLIC = "", "_public"
FILES = (
    OBSERVATIONS,
    AREAS,
    *(
        f"{name}{edition}.{kind}"
        for edition in (INTERNAL, PUBLIC)
        for name, kind in (("figures", "parquet"), ("method_error", "csv"))
    ),
    SOURCES,
)


@dataclass(frozen=True)
class Edition:
    """The released figures with intervals, verdicts and changes, and how well figures are computed from buurten."""

    figures: pd.DataFrame
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


def catalogue_folder(data: Path) -> Path:
    """Give the folder of the catalogue: ``catalogus`` beside the data where there is one, else the shipped one."""
    own = data / "catalogus"
    return own if own.is_dir() else SHIPPED_CATALOGUE


def catalogue_of(data: Path) -> Catalogue:
    """Load the catalogue that goes with a data folder."""
    return load_catalogue(catalogue_folder(data))


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
    records = read_records(data / "raw")
    observations = _combine(data / "raw", records, catalogue)
    catalogue = with_own_series(catalogue, observations, records)
    _check_catalogue_sources(catalogue, observations)
    _check_units(catalogue, observations)
    _check_not_published_yet(catalogue, observations)
    boundaries = area_shapes(data / "raw", records, catalogue.areas)
    rules = _disclosure_rules(records)
    internal = public = _edition(observations, catalogue, rules)
    if not observations["openbaar"].all():
        public = _edition(observations[observations["openbaar"]], catalogue, rules)
    prepared = Prepared(observations, internal, public, records, catalogue, boundaries)
    _write(data, prepared)
    return prepared


def _edition(observations: pd.DataFrame, catalogue: Catalogue, rules: Rules) -> Edition:
    """Compute the figures and let them out; only what disclosure control releases is ever written or shown."""
    released = release(indicator_table(observations, catalogue), catalogue, rules)
    # All that follows is computed from what was released, so nothing hidden can be read from it.
    judged = with_verdict(with_intervals(released, catalogue), catalogue)
    # The error of the method is shown unrounded, so it rests on public figures alone.
    error = method_error(observations[observations["openbaar"]], catalogue)
    return Edition(with_development(judged, catalogue), error)


def _disclosure_rules(records: list[Record]) -> Rules:
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
        internal, public = (
            Edition(
                pd.read_parquet(folder / f"figures{edition}.parquet"),
                pd.read_csv(folder / f"method_error{edition}.csv", dtype={"periode": str}),
            )
            for edition in (INTERNAL, PUBLIC)
        )
    except (FileNotFoundError, KeyError, ValueError):
        return prepare(data)
    catalogue = with_own_series(catalogue, observations, records)
    return Prepared(observations, internal, public, records, catalogue, boundaries)


def _combine(raw: Path, records: list[Record], catalogue: Catalogue) -> pd.DataFrame:
    from nplv_analysis.sources.scholen_naar_buurt import place_schools

    frames: list[pd.DataFrame] = []
    locations: list[pd.DataFrame] = []
    for record in (r for r in records if r.reader != BOUNDARIES):
        frame = read(raw, record, catalogue)
        (locations if record.reader == LOCATIONS else frames).append(frame)
    if not frames:
        raise NplvError(f"{raw.as_posix()}: expected at least one raw file with a record")
    observations = _without_repeats(pd.concat(frames, ignore_index=True))
    if locations:
        observations = place_schools(observations, pd.concat(locations, ignore_index=True))
    return validate(observations, catalogue)


def _without_repeats(observations: pd.DataFrame) -> pd.DataFrame:
    """Drop what a second file of a source repeats to the digit, such as a whole table beside a selection from it.

    Another figure for the same place and period stays, and is an error; so does a row that one file has twice.
    """
    # Of two rows on a school, the one that knows where it stood says more.
    ordered = observations.sort_values("postcode", ascending=False, kind="stable")
    same = ordered.groupby([*KEY, *NUMBERS, "teken", "status", "eenheid", "openbaar"], dropna=False)["bestand"]
    return ordered[ordered["bestand"] == same.transform("first")].reset_index(drop=True)


def _check_catalogue_sources(catalogue: Catalogue, observations: pd.DataFrame) -> None:
    """A series that names a variable its source does not have is a slip of the pen in the catalogue."""
    held = observations.groupby("bron")["variabele"].agg(set)
    for indicator in catalogue.indicators:
        for series in indicator.series:
            named = [("variabelen", series.source, series.variables)]
            for field, amount in (
                ("gewicht", series.weight),
                ("noemer", series.denominator),
                ("dekking", series.coverage),
            ):
                if amount is not None:
                    named.append((field, amount.source or series.source, (*amount.plus, *amount.minus)))
            for field, source, variables in named:
                # A source that is left out (not public, not downloaded) leaves its figures missing.
                for variable in variables if source in held.index else ():
                    if variable not in held[source]:
                        raise CatalogueError(
                            f"indicatoren.yaml, entry '{indicator.id}', reeksen '{series.id}', {field}: source "
                            f"'{source}' has no '{variable}'{did_you_mean(variable, held[source])}"
                        )


def _check_units(catalogue: Catalogue, observations: pd.DataFrame) -> None:
    """A share in one place and something else in the other is not the same figure."""
    for indicator in catalogue.indicators:
        for series in indicator.series:
            if series.method == "verhouding":
                continue
            mine = observations[observations["bron"] == series.source]
            mine = mine[mine["variabele"].isin(series.variables)]
            wrong = mine[(mine["eenheid"] == "%") != (indicator.unit == "%")]
            if len(wrong):
                row = wrong.iloc[0].to_dict()
                raise InputError(
                    row["bestand"],
                    f"the unit of indicator '{indicator.id}' in the catalogue, '{indicator.unit}'",
                    row=int(row["rij"]),
                    column="eenheid",
                    value=row["eenheid"],
                )


def _check_not_published_yet(catalogue: Catalogue, observations: pd.DataFrame) -> None:
    """A filled template may continue a published series, but not give a figure of it a second time."""
    owner = {code: area.id for area in catalogue.areas for code in area.own_codes}
    columns = ["gebied", "periode", "bestand", "rij"]
    for indicator in catalogue.indicators:
        by_id: dict[str, list[pd.DataFrame]] = {}
        for series in indicator.series:
            rows = observations[observations["bron"] == series.source]
            rows = rows[rows["variabele"].isin(series.variables)]
            # One area may be known by its id and by a code of CBS.
            by_id.setdefault(series.id, []).append(rows.assign(gebied=rows["gebiedscode"].replace(owner))[columns])
        for name, (first, *others) in by_id.items():
            for other in others:
                both = other.merge(first, on=["gebied", "periode"], suffixes=("", "_eerder"))
                if len(both):
                    row = both.iloc[0].to_dict()
                    raise InputError(
                        row["bestand"],
                        f"another definition, or no row: '{indicator.id}' of {row['gebied']} in {row['periode']} is in "
                        f"series '{name}' of {row['bestand_eerder']} already",
                        row=int(row["rij"]),
                        column="definitie",
                        value=name,
                    )


def _fingerprint(data: Path, records: list[Record]) -> str:
    """Tell apart everything that the processed files follow from: raw files, catalogue, this package and pandas."""
    package = Path(__file__).parent
    code = {path.relative_to(package).as_posix(): sha256_of(path) for path in sorted(package.rglob("*.py"))}
    folder = catalogue_folder(data)
    catalogue = [(folder / f"{name}.yaml").read_text(encoding="utf-8") for name in ("indicatoren", "gebieden")]
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
            edition.figures.to_parquet(new / f"figures{name}.parquet", index=False)
            edition.method_error.to_csv(new / f"method_error{name}.csv", index=False, lineterminator="\n")
        (new / AREAS).write_text(to_geojson(prepared.boundaries), encoding="utf-8", newline="\n")
        (new / SOURCES).write_text(
            json.dumps(sources, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
        )
        for file in FILES:
            (new / file).replace(folder / file)
