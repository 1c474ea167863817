"""The command line: help, exit codes, and lists."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from conftest import run

from nplv_analysis.catalogue import THEMES
from nplv_analysis.cli import main
from nplv_analysis.records import read_records

COMMANDS = ["prepare", "report", "batch", "list", "test", "lint", "bench"]


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
    "arguments", [["list"], ["list", "sources"], ["prepare"], ["report", "testwijk-oost", "armoede"], ["batch"]]
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
    assert {line.split("\t")[1] for line in indicators} == {*THEMES, "overig"}
