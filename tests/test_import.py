"""Importing the package is light, and its public names are what they say."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import nplv_analysis as nplv

SLOW = ["pandas", "numpy", "matplotlib", "seaborn", "papermill", "pandera", "nbconvert", "scipy", "statsmodels", "yaml"]


@pytest.mark.parametrize("module", ["nplv_analysis", "nplv_analysis.cli", "nplv_analysis.errors"])
def test_importing_is_light(module: str) -> None:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    loaded = json.loads(done.stdout)
    assert module in loaded
    assert not set(SLOW) & set(loaded)


def test_every_public_name_is_there() -> None:
    assert set(nplv.__all__) == set(dir(nplv))
    for name in nplv.__all__:
        assert getattr(nplv, name) is not None, name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'lood'"):
        nplv.lood  # noqa: B018


@pytest.mark.parametrize("before", ["", "nplv.load; ", "nplv.example; ", "import nplv_analysis.preparation; "])
def test_public_names_stay_what_they_are_in_any_order(before: str) -> None:
    # A module of the package with the name of a function would take its place once it is imported.
    code = (
        f"import nplv_analysis as nplv; {before}print(*(n for n in nplv.__all__[1:] if not callable(getattr(nplv, n))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_version_is_that_of_the_project() -> None:
    import tomllib

    from helpers import ROOT

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert nplv.__version__ == project["version"]
