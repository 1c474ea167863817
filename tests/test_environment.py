"""The files that describe the environment say the same thing."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
NEWEST = "constraints.txt"
OLDEST = "constraints-oldest.txt"

# conda-forge name -> name on the Python package index, where the two differ.
CONDA_TO_PYPI = {"matplotlib-base": "matplotlib"}

# In environment.yml but not a dependency of the project.
CONDA_ONLY = {"python", "pip"}


def load_project() -> dict:
    """Return the [project] table of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def ranges(lines: list[str]) -> dict[str, SpecifierSet]:
    """Return name -> range for requirement lines, leaving out the project's own extras."""
    own = canonicalize_name(load_project()["name"])
    parsed = [Requirement(line) for line in lines]
    return {canonicalize_name(item.name): item.specifier for item in parsed if canonicalize_name(item.name) != own}


def runtime_ranges() -> dict[str, SpecifierSet]:
    """Return the ranges of what the package needs to run."""
    return ranges(load_project()["dependencies"])


def extra_ranges(extra: str) -> dict[str, SpecifierSet]:
    """Return the ranges of one extra."""
    return ranges(load_project()["optional-dependencies"][extra])


def lower_bound(name: str, allowed: SpecifierSet) -> Version:
    """Return the lower bound of a range, which every direct dependency must have."""
    bounds = [Version(part.version) for part in allowed if part.operator == ">="]
    assert len(bounds) == 1, f"{name}: give exactly one lower bound (>=), got '{allowed}'"
    return bounds[0]


def pins(file: str) -> dict[str, Version]:
    """Return name -> pinned version of a constraints file, refusing any other kind of line."""
    found: dict[str, Version] = {}
    for number, line in enumerate((ROOT / file).read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        name, separator, version = line.partition("==")
        assert separator, f"{file}:{number}: expected name==version, got '{line}'"
        key = canonicalize_name(name)
        assert key not in found, f"{file}:{number}: {name} is pinned twice"
        found[key] = Version(version)
    return found


def conda_ranges() -> dict[str, SpecifierSet]:
    """Return name -> range of environment.yml, under the names of the Python package index."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    parsed = [Requirement(line) for line in environment["dependencies"]]
    return {CONDA_TO_PYPI.get(item.name, item.name): item.specifier for item in parsed}


def test_environment_yml_has_the_packages_and_ranges_of_pyproject() -> None:
    """Nothing missing, nothing extra, no other range."""
    conda = conda_ranges()
    assert set(conda) >= CONDA_ONLY
    listed = {name: allowed for name, allowed in conda.items() if name not in CONDA_ONLY}
    assert listed == runtime_ranges() | extra_ranges("test")


def test_environment_yml_has_the_python_and_name_of_pyproject() -> None:
    """The same project on the same Python."""
    project = load_project()
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert conda_ranges()["python"] == SpecifierSet(project["requires-python"])
    assert environment["name"] == project["name"]


def test_lock_pins_each_direct_dependency_inside_its_range() -> None:
    """What `make setup` installs is what pyproject.toml allows."""
    pinned = pins(NEWEST)
    for name, allowed in (runtime_ranges() | extra_ranges("test") | extra_ranges("docs") | extra_ranges("dev")).items():
        assert name in pinned, f"{NEWEST} does not pin {name}"
        assert pinned[name] in allowed, f"{name}=={pinned[name]} is outside '{allowed}'"


def test_oldest_set_pins_each_direct_dependency_at_its_lower_bound() -> None:
    """A lower bound is a promise, so it is the version that the tests run with."""
    pinned = pins(OLDEST)
    for name, allowed in (runtime_ranges() | extra_ranges("test")).items():
        assert name in pinned, f"{OLDEST} does not pin {name}"
        assert pinned[name] == lower_bound(name, allowed), name


@pytest.mark.parametrize("file", [NEWEST, OLDEST])
def test_constraints_name_no_address(file: str) -> None:
    """Where packages come from is the user's choice."""
    text = (ROOT / file).read_text(encoding="utf-8")
    assert "://" not in text
    assert " @ " not in text


@pytest.mark.parametrize("file", [NEWEST, OLDEST])
def test_constraints_leave_the_project_and_its_installer_alone(file: str) -> None:
    """The project is the folder itself, and pip must not be asked to replace itself."""
    own = canonicalize_name(load_project()["name"])
    assert not {own, "pip", "setuptools", "wheel"} & set(pins(file))
