"""Charts and maps as accessible HTML figures: inline SVG with a text alternative and a caption that names the source.

Colours are those of Okabe & Ito (2008), which colour-blind readers can tell apart; shape says the same as colour.
"""

from nplv_analysis.charts.area_map import Cell, area_map
from nplv_analysis.charts.comparison import comparison_chart
from nplv_analysis.charts.development import development_chart, development_panel
from nplv_analysis.charts.drawing import Chart, Drawing, Panel
from nplv_analysis.charts.effect import effect_chart
from nplv_analysis.charts.funnel import Funnel, funnel_chart
from nplv_analysis.charts.months import months_chart

__all__ = [
    "Cell",
    "Chart",
    "Drawing",
    "Funnel",
    "Panel",
    "area_map",
    "comparison_chart",
    "development_chart",
    "development_panel",
    "effect_chart",
    "funnel_chart",
    "months_chart",
]
