"""How Sphinx builds the documentation: ``make docs``.

The source folder is that of the project, so that links between README, docs/ and notebooks/ work here as they do where
the files are read as they are.
"""

from pathlib import Path
from types import GenericAlias
from typing import Any

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

import nplv_analysis

project = "nplv_analysis"
author = "the authors of nplv_analysis"
version = release = nplv_analysis.__version__
root_doc = "docs/index"
exclude_patterns = ["docs/_templates"]
include_patterns = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/**",
    "build/api/**",
    "notebooks/kennismaking.ipynb",
    "notebooks/cursus/*.ipynb",
]

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
]
# In full, because extensions look for them in the source folder, and Sphinx beside this file.
templates_path = [str(Path(__file__).parent / "_templates")]
html_theme = "furo"
# Who opens build/docs/ comes in by the front door.
html_additional_pages = {"index": "begin.html"}
html_title = "nplv_analysis"
# Each page is its own file, so that a reader sees what they would see in the project.
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False

# The course is run while it is built, from top to bottom: a cell that fails is an error.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
myst_heading_anchors = 3

autosummary_generate = True
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_typehints = "none"
autodoc_member_order = "bysource"
add_module_names = False
# Functions in the lists of contents make each page long, and the build slow.
toc_object_entries = False
numpydoc_show_class_members = False


def without_aliases(app: Sphinx, what: str, name: str, member: Any, skip: bool, options: Any) -> bool | None:
    """Leave out names of types such as ``dict[str, int]``, which numpydoc takes for classes."""
    return True if isinstance(member, GenericAlias) else None


def with_plain_bars(app: Sphinx, what: str, name: str, member: Any, options: Any, lines: list[str]) -> None:
    """Leave the bars of ``|a - b|`` as they are; they are no names to fill in."""
    lines[:] = [line if "``" in line or ">>>" in line else line.replace("|", r"\|") for line in lines]


def setup(app: Sphinx) -> None:
    """Add what the extensions lack."""
    app.connect("autodoc-skip-member", without_aliases)
    # After numpydoc, which has 500.
    app.connect("autodoc-process-docstring", with_plain_bars, priority=600)
    # Tables with commas are shown as they are; Pygments has no colours for them.
    app.add_lexer("csv", TextLexer)
