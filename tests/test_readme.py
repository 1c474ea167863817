"""The README's code runs as it stands, and its commands exist."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from nplv_analysis.cli import main

pytest_plugins = ["project_data"]

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


def test_student_gets_figures_comparison_development_and_chart(
    real_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(real_folder, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(BLOCKS[0], names)
    figures, beside, changes = (names[n] for n in ("figures", "beside", "changes"))
    assert isinstance(figures, pd.DataFrame)
    assert figures["waarde"].tolist() == [34.3, 26.6, 22.9]  # RIVM StatLine 50090NED, Selwerd
    assert isinstance(beside, pd.DataFrame)
    assert {"selwerd", "gemeente", "groningen-noord", "nederland"} <= set(beside["gebied"])
    assert isinstance(changes, pd.DataFrame)
    assert changes["verandering"].round(1).tolist()[1:] == [-7.7, -3.7]
    assert str(names["chart"]).startswith("<figure")


def test_the_fictional_town_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(BLOCKS[1], {})
    assert "Berekend uit 2 buurten" in capsys.readouterr().out


def test_there_are_no_other_python_blocks() -> None:
    assert len(BLOCKS) == 2


@pytest.mark.parametrize("command", sorted(set(re.findall(r"(?:nplv|-m nplv_analysis) ([a-z]+)", README))))
def test_commands_in_the_readme_exist(command: str) -> None:
    assert command in main.commands


def test_every_make_target_is_documented() -> None:
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for target in set(targets) - {"help", "clean"}:
        assert f"`make {target}`" in README or f"make {target} " in README
