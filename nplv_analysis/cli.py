"""The command line: a thin door to the package. Slow things are imported in the command that needs them."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nplv_analysis import __version__
from nplv_analysis.develop import bench, docs, lint, test
from nplv_analysis.errors import FAILED, WRONG_USE, NplvError, WrongUseError

if TYPE_CHECKING:
    import pandas as pd

    from nplv_analysis.preparation import Prepared

data_option = click.option(
    "--data",
    "data_map",
    type=click.Path(path_type=Path),
    help="Data folder, with raw/ in it. Default: data/ of the project.",
)
public_option = click.option("--public", is_flag=True, help="Leave out sources that are not public.")
out_option = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports"),
    show_default=True,
    help="Output folder.",
)


class _Group(click.Group):
    """Turns our own errors into one sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WrongUseError as error:
            click.echo(f"nplv: {error}", err=True)
            sys.exit(WRONG_USE)
        except NplvError as error:
            click.echo(f"nplv: {error}", err=True)
            sys.exit(FAILED)
        except KeyboardInterrupt:
            click.echo("nplv: stopped; the same command goes on with what was done", err=True)
            sys.exit(FAILED)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="nplv")
def main() -> None:
    """Neighbourhood monitor of Groningen-Noord: from published tables to a report per wijk.

    Exit codes: 0 all went well, 1 something failed, 2 wrong use.
    """
    # Our matrices are small: threads of the linear algebra only wait for each other, the more so in a batch. Set here,
    # before numpy is imported, and inherited by kernels and tests.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # jsonschema makes a grammar of web addresses out of this, for two seconds; nothing here checks those.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@main.command()
@data_option
@click.option("--record", is_flag=True, help="Write a record for each raw file that lacks one and is recognised.")
def prepare(data_map: Path | None, record: bool) -> None:
    """Check the raw files and build data/processed from them."""
    from nplv_analysis.folders import find_data
    from nplv_analysis.precedence import told
    from nplv_analysis.preparation import prepare as run

    folder = find_data(data_map)
    if record:
        from nplv_analysis.sources.recognise import write_records

        for path, what in write_records(folder / "raw"):
            click.echo(f"{path.as_posix()}: record of {what}; look it over, above all where it says 'onbekend'")
    done = run(folder)
    figures = done.internal.figures[["waarde", "ondergrens", "genoemd"]].notna().any(axis=1).sum()
    click.echo(
        f"{len(done.records)} raw files, {len(done.observations)} observations, {figures} figures -> "
        f"{(folder / 'processed').as_posix()}"
    )
    for line in told(done.replaced, (folder / "raw").as_posix()):
        click.echo(line)
    _print_unused(done)
    _print_method_error(done.internal.method_error)


def _print_unused(done: Prepared) -> None:
    """Name what own files hold and no indicator shows: mostly a slip of the pen."""
    from nplv_analysis.errors import did_you_mean

    used = {(s.source, v) for i in done.catalogue.indicators for s in i.series for v in s.variables}
    amounts = [
        (s, a) for i in done.catalogue.indicators for s in i.series for a in (s.weight, s.denominator, s.coverage)
    ]
    used |= {(a.source or s.source, v) for s, a in amounts if a for v in (*a.plus, *a.minus)}
    own = {record.file for record in done.records if record.reader in ("eigen", "enquete")}
    rows = done.observations[done.observations["bestand"].isin(own)]
    for (file, source, variable), _ in rows.groupby(["bestand", "bron", "variabele"]):
        if (source, variable) not in used:
            near = did_you_mean(f"{source}: {variable}", [f"{s}: {v}" for s, v in used])
            click.echo(f"note: no indicator uses '{source}: {variable}' of {file}{near}", err=True)


def _print_method_error(errors: pd.DataFrame) -> None:
    from nplv_analysis.computation import LEAST_COVERAGE

    click.echo(
        "Largest difference from published figures when a CBS wijk or the gemeente is computed from its buurten:"
    )
    for indicator, rows in errors.groupby("indicator", sort=True):
        enough = rows["dekking"] >= LEAST_COVERAGE
        for part, note in ((rows[enough], ""), (rows[~enough], ", too few buurten have a value: not used")):
            if len(part):
                worst = max(part.to_dict("records"), key=lambda row: abs(row["verschil"]))
                where = f"{worst['code']}, {worst['periode']}"
                click.echo(f"  {indicator}: {worst['verschil']:+.2f} ({where}; {len(part)} compared{note})")


@main.command()
@click.argument("sources", nargs=-1)
@click.option("--gemeente", default="GM0014", show_default=True, help="CBS code of the gemeente.")
@click.option("--renew", is_flag=True, help="Get what is there again, and replace it.")
@click.option("--list", "only_list", is_flag=True, help="Only tell what can be downloaded, and what is there.")
@data_option
def download(sources: tuple[str, ...], gemeente: str, renew: bool, only_list: bool, data_map: Path | None) -> None:
    """Get the open data of all years from their publishers: all, or only SOURCES (see --list).

    What is there stays. The list is downloads.yaml of the package; a copy in the data folder goes before it.
    """
    from nplv_analysis import download as get
    from nplv_analysis.folders import find_data

    folder = find_data(data_map)
    raw = folder / "raw"
    plan = get.choose(get.read_plan(folder, gemeente.upper()), sources)
    if only_list:
        for wanted in plan:
            there = "there" if (raw / wanted.label).exists() else "-"
            sure = "read" if wanted.sure else "inferred"
            click.echo("\t".join([wanted.group, wanted.label, there, sure, wanted.address]))
        return
    with click.progressbar(
        length=len(plan), label="Files", show_pos=True, item_show_func=lambda text: text, file=sys.stderr
    ) as bar:
        outcomes = get.download(
            raw, plan, renew=renew, progress=lambda text: bar.update(0, text), on_done=lambda _: bar.update(1)
        )
    for fault in get.faults(outcomes):
        click.echo(f"nplv: {fault}", err=True)
    new, old, failed = ([o for o in outcomes if o.status == status] for status in (get.NEW, get.THERE, get.FAILED))
    for outcome in new:
        click.echo(f"{outcome.label}: {outcome.rows} rows")
    click.echo(f"{len(new)} downloaded, {len(old)} were there, {len(failed)} failed -> {raw.as_posix()}")
    if failed:
        sys.exit(FAILED)


@main.command()
@click.argument("wijk")
@click.argument("thema")
@data_option
@out_option
@public_option
@click.option(
    "-p",
    "--parameter",
    "parameters",
    nargs=2,
    multiple=True,
    help="Notebook parameter: name and value.",
)
def report(
    wijk: str,
    thema: str,
    data_map: Path | None,
    out: Path,
    public: bool,
    parameters: tuple[tuple[str, str], ...],
) -> None:
    """Make one report: WIJK is an area (see `nplv list`), THEMA leerachterstand, armoede or veiligheid."""
    from nplv_analysis.batch.tasks import plan
    from nplv_analysis.data import load
    from nplv_analysis.folders import find_data, find_notebooks
    from nplv_analysis.output.reports import make_report, typed
    from nplv_analysis.sections import title_of

    folder = find_data(data_map)
    data = load(folder, public=public)
    task = plan(data.catalogue, folder, find_notebooks(folder), out, [wijk], [thema], public=public)[0]
    notebook = Path(task.notebook)
    values = typed(notebook, dict(parameters)) | task.parameters
    title = title_of(thema, task.area_name)
    made = make_report(notebook, values, Path(task.folder), title, folder, task.monitor)
    click.echo(made.html.as_posix())


@main.command()
@click.option("--wijken", default="", help="Only these areas, separated by commas.")
@click.option("--themas", default="", help="Only these themes, separated by commas.")
@click.option("--jobs", type=click.IntRange(min=1), help="Reports at a time. Default: one a processor.")
@click.option("--force", is_flag=True, help="Make every report, also where nothing changed.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=1),
    default=600,
    show_default=True,
    help="Seconds that one report may take.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Progress for people, or a JSON object a line.",
)
@click.option("--scheduler", help="Make the reports on a Dask cluster: address of its scheduler (docs/batch.md).")
@data_option
@out_option
@public_option
def batch(
    wijken: str,
    themas: str,
    jobs: int | None,
    force: bool,
    time_limit: float,
    log_format: str,
    scheduler: str | None,
    data_map: Path | None,
    out: Path,
    public: bool,
) -> None:
    """Make all reports, with an index, kerncijfers.csv, kerncijfers.xlsx and run.json.

    Only what changed is made. Everything appears in the output folder at one moment, at the end. A batch that is
    stopped goes on where it was when the same command is given again.
    """
    from nplv_analysis.batch import run_batch
    from nplv_analysis.batch.progress import Json, Text

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    # What a scheduler sends to end a job is as good a reason to stop tidily as Ctrl-C.
    signal.signal(signal.SIGTERM, stop)
    show = Json() if log_format == "json" else Text()
    runner = None
    if scheduler is not None:
        from nplv_analysis.batch import cluster

        runner = cluster.runner(scheduler, jobs, lambda text: click.echo(f"nplv: {text}", err=True))
    run = run_batch(
        out,
        data_map=None if data_map is None else str(data_map),
        areas=_names(wijken),
        themes=_names(themas),
        jobs=jobs,
        public=public,
        force=force,
        limit=time_limit,
        runner=runner,
        on_plan=show.plan,
        on_begin=show.begin,
        on_done=show.done,
    )
    show.end(run, out)
    if run.failures:
        sys.exit(FAILED)


@main.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder to write to.")
def diff(old: Path, new: Path, out: Path) -> None:
    """Tell what changed between two runs: OLD and NEW are output folders of batch, or their kerncijfers files.

    Writes verschillen.csv and verschillen.html (in Dutch).
    """
    from nplv_analysis.output.changes import compare, read_figures, summary
    from nplv_analysis.output.changes_page import CSV, PAGE, write_changes

    before, after = read_figures(old), read_figures(new)
    found = compare(before, after)
    write_changes(found, before, after, (old, new), out)
    for line in summary(found):
        click.echo(line)
    click.echo(f"{(out / CSV).as_posix()}, {(out / PAGE).as_posix()}")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


@main.command()
@click.argument("what", type=click.Choice(["ois", "plaatsen", "schooltellingen"]))
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder to write to.")
@data_option
def template(what: str, out: Path, data_map: Path | None) -> None:
    """Write an empty template for own figures, with its record.

    WHAT is ois, plaatsen (small places, for the hittekaart) or schooltellingen (counts per school).
    """
    from nplv_analysis.folders import catalogue_of, find_data
    from nplv_analysis.ois_template import write_places_template, write_schools_template, write_template

    if what == "plaatsen":
        made = write_places_template(out)
    else:
        write = write_template if what == "ois" else write_schools_template
        made = write(out, catalogue_of(find_data(data_map)))
    for path in made:
        click.echo(path.as_posix())


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@data_option
def check(file: Path, data_map: Path | None) -> None:
    """Tell row by row what is wrong with FILE, a filled template or another raw file."""
    from nplv_analysis.folders import catalogue_of, find_data
    from nplv_analysis.ois_template import check_file

    right, empty, faults = check_file(file, catalogue_of(find_data(data_map)))
    for fault in faults:
        click.echo(str(fault), err=True)
    click.echo(f"{file.as_posix()}: rows right: {right} ({empty} without a figure), faults: {len(faults)}")
    if faults:
        sys.exit(FAILED)


@main.command("list")
@click.argument("what", type=click.Choice(["areas", "indicators", "sources"]), default="areas")
@click.option(
    "--coverage",
    "show_coverage",
    is_flag=True,
    help="What is known: area, indicator, level, periods.",
)
@data_option
def list_(what: str, show_coverage: bool, data_map: Path | None) -> None:
    """List areas, indicators or sources; with --coverage, what is known of which area."""
    from nplv_analysis.data import load
    from nplv_analysis.folders import catalogue_of, find_data
    from nplv_analysis.records import read_records

    folder = find_data(data_map)
    if show_coverage:
        from nplv_analysis.coverage import coverage

        for row in coverage(load(folder)).to_dict("records"):
            click.echo("\t".join([row["gebied"], row["indicator"], row["niveau"], row["perioden"] or "-"]))
        return
    catalogue = catalogue_of(folder)
    if what == "areas":
        for area in catalogue.areas:
            click.echo(f"{area.id}\t{area.name}\t{area.kind}{', in batch' if area.in_batch else ''}")
    elif what == "indicators":
        for indicator in catalogue.indicators:
            click.echo(f"{indicator.id}\t{indicator.theme}\t{indicator.name} ({indicator.unit})")
    else:
        for record in read_records(folder / "raw"):
            click.echo(f"{record.source}\t{record.file}\t{record.citation}\t{record.licence}")


for _command in (test, lint, docs, bench):
    main.add_command(_command)
