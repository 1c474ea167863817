"""The sections of a report, in the order of its story; each takes an analysis and gives HTML in plain Dutch."""

from nplv_analysis.sections.accumulation import accumulation
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
from nplv_analysis.sections.effect_example import effect_example
from nplv_analysis.sections.effects import effects, intervention_summary
from nplv_analysis.sections.figures import key_figures
from nplv_analysis.sections.hotspots import (
    hotspot_figures,
    hotspot_limits,
    hotspot_save,
    hotspot_sources,
    hotspot_summary,
    hotspot_weights,
    hotspots,
)
from nplv_analysis.sections.interventions import perspectives, running
from nplv_analysis.sections.overview import about, title
from nplv_analysis.sections.parts import TITLES, title_of
from nplv_analysis.sections.programme import programme_limits, programme_money, programme_planning, programme_summary
from nplv_analysis.sections.reach import reach
from nplv_analysis.sections.segregation import level_spread, school_advices, school_counts, segregation_summary
from nplv_analysis.sections.summary import summary
from nplv_analysis.sections.targets import targets

__all__ = [
    "TITLES",
    "about",
    "accumulation",
    "between_wijken",
    "clover",
    "comparison",
    "compass",
    "development",
    "effect_example",
    "effects",
    "heat_table",
    "hotspot_figures",
    "hotspot_limits",
    "hotspot_save",
    "hotspot_sources",
    "hotspot_summary",
    "hotspot_weights",
    "hotspots",
    "intervention_summary",
    "key_figures",
    "level_spread",
    "national",
    "own_figures",
    "perspectives",
    "programme_limits",
    "programme_money",
    "programme_planning",
    "programme_summary",
    "programme_table",
    "reach",
    "running",
    "school_advices",
    "school_counts",
    "segregation_summary",
    "summary",
    "targets",
    "title",
    "title_of",
]
