"""The sections of a report, in the order of its story; each takes an analysis and gives HTML in plain Dutch."""

from nplv_analysis.sections.area_monitor import (
    between_wijken,
    clover,
    compass,
    heat_table,
    national,
    own_figures,
    programme_table,
)
from nplv_analysis.sections.comparison import comparison
from nplv_analysis.sections.development import development
from nplv_analysis.sections.figures import key_figures
from nplv_analysis.sections.overview import about, title
from nplv_analysis.sections.parts import TITLES, title_of
from nplv_analysis.sections.summary import summary
from nplv_analysis.sections.targets import targets

__all__ = [
    "TITLES",
    "about",
    "between_wijken",
    "clover",
    "comparison",
    "compass",
    "development",
    "heat_table",
    "key_figures",
    "national",
    "own_figures",
    "programme_table",
    "summary",
    "targets",
    "title",
    "title_of",
]
