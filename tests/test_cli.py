"""The command line: help, exit codes, and lists."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
import pandas as pd
import pytest
import yaml
from conftest import DataFolder, run

from nplv_analysis.catalogue import SUBJECTS, THEMES
from nplv_analysis.cli import main
from nplv_analysis.data import load
from nplv_analysis.output.open_data import write_open_data
from nplv_analysis.records import read_records

COMMANDS = ["prepare", "report", "batch", "download", "diff", "list", "test", "lint", "docs", "bench"]


def test_commands() -> None:
    assert set(main.commands) >= set(COMMANDS)


@pytest.mark.parametrize("option", ["--help", "-h"])
@pytest.mark.parametrize("command", [[], *([name] for name in sorted(main.commands))])
def test_help_of_every_command(command: list[str], option: str) -> None:
    result = run(*command, option)
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_and_option_has_a_help_text(name: str) -> None:
    command = main.commands[name]
    assert command.help
    assert all(p.help for p in command.params if isinstance(p, click.Option)), name


@pytest.mark.parametrize("name", sorted(set(main.commands) - {"test"}))
def test_unknown_option(name: str) -> None:
    result = run(name, "--onbekend")
    assert result.exit_code == 2
    assert "No such option" in result.stderr


def test_unknown_command() -> None:
    assert run("prepair").exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [["list"], ["list", "sources"], ["prepare"], ["report", "testwijk-oost", "armoede"], ["batch"], ["download"]],
)
def test_data_folder_that_is_none(tmp_path: Path, arguments: list[str]) -> None:
    result = run(*arguments, "--data", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.endswith(f"nplv: data folder '{tmp_path}': expected a folder 'raw' in it\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["testwijk-oos", "armoede"], "unknown area 'testwijk-oos'; did you mean testwijk-oost"),
        (["testwijk-oost", "armoed"], "unknown theme 'armoed'; did you mean armoede?"),
    ],
)
def test_report_on_an_unknown_name(prepared_town: Path, tmp_path: Path, arguments: list[str], message: str) -> None:
    result = run("report", *arguments, "--data", prepared_town, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("option", "name", "message"),
    [
        ("--wijken", "testwijk-oos", "unknown area 'testwijk-oos'; did you mean testwijk-oost"),
        ("--themas", "armoed", "unknown theme 'armoed'; did you mean armoede?"),
    ],
)
def test_batch_with_an_unknown_name(prepared_town: Path, tmp_path: Path, option: str, name: str, message: str) -> None:
    result = run("batch", option, name, "--data", prepared_town, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "out").exists()


def test_batch_with_no_jobs() -> None:
    assert run("batch", "--jobs", "0").exit_code == 2


def test_prepare_tells_what_it_made(prepared_town: Path) -> None:
    result = run("prepare", "--data", prepared_town)
    assert result.exit_code == 0
    assert result.stdout.startswith("5 raw files, 49 observations, ")


def test_list_of_areas(prepared_town: Path) -> None:
    result = run("list", "--data", prepared_town)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "testwijk-oost\tTestwijk-Oost\tnplv, in batch",
        "testwijk-west\tTestwijk-West\tnplv, in batch",
        "beide-wijken\tBeide wijken\tcombinatie",
        "gemeente\tGemeente Teststad\tgemeente, in batch",
    ]
    assert run("list", "areas", "--data", prepared_town).stdout == result.stdout


def test_list_of_indicators(prepared_town: Path) -> None:
    result = run("list", "indicators", "--data", prepared_town)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "laag_inkomen\tarmoede\tHuishoudens met een laag inkomen (%)",
        "wachtlijst\tarmoede\tHuishoudens op de wachtlijst (aantal)",
        "veiligheid\tveiligheid\tVeiligheid (score) (score)",
    ]


def test_list_of_sources_names_every_file(prepared_town: Path) -> None:
    result = run("list", "sources", "--data", prepared_town)
    assert result.exit_code == 0
    listed = [line.split("\t")[1] for line in result.stdout.splitlines()]
    assert listed == [record.file for record in read_records(prepared_town / "raw")]


def test_list_of_something_else() -> None:
    assert run("list", "scholen").exit_code == 2


def test_coverage_lists_every_area_of_the_batch_with_every_indicator(prepared_town: Path) -> None:
    result = run("list", "--coverage", "--data", prepared_town)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "testwijk-oost\tlaag_inkomen\tgebied\t2022",
        "testwijk-west\tlaag_inkomen\tgebied\t2022",
        "gemeente\tlaag_inkomen\tgebied\t2022",
        "testwijk-oost\twachtlijst\tgebied\t2021, 2022",
        "testwijk-west\twachtlijst\tgeen\t-",
        "gemeente\twachtlijst\tgebied\t2021",
        "testwijk-oost\tveiligheid\tgebied\t2020",
        "testwijk-west\tveiligheid\talleen CBS-wijk\t2020",
        "gemeente\tveiligheid\tgeen\t-",
    ]


def test_lists_of_the_shipped_figures() -> None:
    assert "selwerd\tSelwerd\tnplv, in batch" in run("list").stdout.splitlines()
    indicators = run("list", "indicators").stdout.splitlines()
    assert {*THEMES, "overig"} <= {line.split("\t")[1] for line in indicators} <= {*SUBJECTS}


# ------------------------------------------------------------------------------------------------ download


def downloads(town: DataFolder, address: str) -> None:
    """Give the town a list of two downloads: of a table and of a file, from one address."""
    texts = {"uitgever": "Niemand", "titel": "Bedacht", "licentie": "CC0", "citaat": "Bedacht", "bron": "bedacht"}
    texts |= {
        "dienst": "hier",
        "pad": "a.csv",
        "rijen": {"kolom": "gemeente", "patroon": "{gemeente}", "scheiding": ","},
    }
    entries = [
        {"naam": name, "lezer": "eigen", "bestand": f"{name}.csv", "tabellen": [{"zekerheid": "afgeleid"}], **texts}
        for name in ("een", "twee")
    ]
    content = {"diensten": {"hier": {"protocol": "bestand", "adres": address}}, "downloads": entries}
    (town.path / "downloads.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """Address of a folder with a file that somebody publishes."""
    folder = tmp_path / "uitgever"
    folder.mkdir()
    (folder / "a.csv").write_text("gemeente,waarde\nGM9990,1\nGM9991,2\n", encoding="utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    handler.func.log_message = lambda *_: None  # type: ignore[attr-defined]
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_download_of_all_that_is_not_there_yet(town: DataFolder, served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    downloads(town, served)
    arguments = ["download", "--gemeente", "gm9990", "--data", town.path]
    raw = (town.path / "raw").as_posix()
    first = run(*arguments, "twee")
    assert (first.exit_code, first.stdout) == (
        0,
        f"bedacht/twee.csv: 1 rows\n1 downloaded, 0 were there, 0 failed -> {raw}\n",
    )
    second = run(*arguments)
    assert second.stdout.splitlines()[-1] == f"1 downloaded, 1 were there, 0 failed -> {raw}"
    assert (town.path / "raw" / "bedacht" / "een.csv").read_text(encoding="utf-8") == "gemeente,waarde\nGM9990,1\n"
    assert run(*arguments, "--renew").stdout.splitlines()[-1].startswith("2 downloaded, 0 were there")
    assert run(*arguments, "--list").stdout.splitlines() == [
        f"een\tbedacht/een.csv\tthere\tinferred\t{served}a.csv",
        f"twee\tbedacht/twee.csv\tthere\tinferred\t{served}a.csv",
    ]


def test_download_that_fails_is_a_sentence_a_fault(
    town: DataFolder, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    downloads(town, served)
    result = run("download", "--gemeente", "GM0001", "--data", town.path)
    assert result.exit_code == 1
    faults = [line for line in result.stderr.splitlines() if line.startswith("nplv: ")]
    assert [fault[:64] for fault in faults] == [
        f"nplv: bedacht/{name}.csv: none of 2 lines is of GM0001; the gemeente "[:64] for name in ("een", "twee")
    ]
    assert not list((town.path / "raw" / "bedacht").iterdir())


def test_download_without_a_network(town: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("time.sleep", lambda _: None)
    downloads(town, "http://127.0.0.1:1/")  # nothing listens there

    def files() -> dict[Path, bytes]:
        return {p: p.read_bytes() for p in town.path.rglob("*") if p.is_file() and p.suffix != ".lock"}

    before = files()
    result = run("download", "--data", town.path)
    assert result.exit_code == 1
    (fault,) = [line for line in result.stderr.splitlines() if line.startswith("nplv: ")]
    assert fault == "nplv: no connection with 127.0.0.1:1: is there a network?"
    assert files() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["polite"], "nplv: unknown download 'polite'; did you mean politie"),
        (["--gemeente", "Groningen"], "nplv: gemeente: found 'GRONINGEN', expected a CBS code such as GM0014"),
    ],
)
def test_download_of_something_else(prepared_town: Path, arguments: list[str], message: str) -> None:
    result = run("download", *arguments, "--data", prepared_town)
    assert result.exit_code == 2
    assert message in result.stderr


# ------------------------------------------------------------------------------------------------ two runs


@pytest.fixture
def two_runs(prepared_town: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two output folders: in the second one figure is another, and one verdict."""
    data = load(prepared_town)
    old, new = tmp_path / "oud", tmp_path / "nieuw"
    for folder in (old, new):
        write_open_data(data.figures, data, folder)
    table = pd.read_csv(new / "kerncijfers.csv", dtype=str)
    table.loc[table["indicator"] == "veiligheid", "oordeel"] = "hoger"
    table.loc[table["waarde"].first_valid_index(), "waarde"] = "99.5"
    table.to_csv(new / "kerncijfers.csv", index=False)
    return old, new


def test_diff_tells_what_changed_and_writes_a_table_and_a_page(two_runs: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = two_runs
    out = tmp_path / "uit"
    result = run("diff", old, new, "--out", out)
    assert result.exit_code == 0, result.stderr
    first, second, last = result.stdout.splitlines()
    assert re.fullmatch(r"verdicts changed: \d \(oordeel \d\)", first)
    assert second == "figures revised: 1"
    assert last == f"{(out / 'verschillen.csv').as_posix()}, {(out / 'verschillen.html').as_posix()}"
    assert {path.name for path in out.iterdir()} == {"verschillen.csv", "verschillen.html"}


def test_diff_of_a_run_with_itself(
    two_runs: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _ = two_runs
    monkeypatch.chdir(tmp_path)
    result = run("diff", old / "kerncijfers.csv", old / "kerncijfers.parquet")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == ["no changes", "verschillen.csv, verschillen.html"]
    assert (tmp_path / "verschillen.html").is_file()


def test_diff_of_something_else(two_runs: tuple[Path, Path], tmp_path: Path) -> None:
    old, _ = two_runs
    for wrong, message in (
        (tmp_path / "weg", "no such file or folder"),
        (tmp_path, "no kerncijfers.csv or kerncijfers.parquet in this folder; expected the output folder of"),
        (old / "datapackage.json", "cannot be read as a table; expected kerncijfers.csv or kerncijfers.parquet"),
    ):
        result = run("diff", old, wrong, "--out", tmp_path / "uit")
        assert result.exit_code == 1
        (line,) = result.stderr.splitlines()
        assert line.startswith(f"nplv: {wrong.as_posix()}: ") and message in line
        assert not (tmp_path / "uit").exists()
