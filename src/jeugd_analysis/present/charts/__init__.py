"""Charts: data that passed the gate in, a finished Vega-Lite object out. One file per family.

When every number is hidden there is nothing to draw: the result is None and the table stands alone.
"""

from jeugd_analysis.present.charts.bars import bars_chart
from jeugd_analysis.present.charts.diverging import diverging_chart
from jeugd_analysis.present.charts.fan import fan_chart
from jeugd_analysis.present.charts.flow import flow_chart
from jeugd_analysis.present.charts.funnel import funnel_chart
from jeugd_analysis.present.charts.lines import lines_chart
from jeugd_analysis.present.charts.outlook import outlook_chart
from jeugd_analysis.present.charts.path import path_chart
from jeugd_analysis.present.charts.ratio import ratio_chart
from jeugd_analysis.present.charts.series import series_chart
from jeugd_analysis.present.charts.spread import spread_chart
from jeugd_analysis.present.charts.survival import survival_chart
from jeugd_analysis.present.charts.timeline import timeline_chart
from jeugd_analysis.present.charts.to_come import to_come_chart
from jeugd_analysis.present.charts.tornado import tornado_chart
from jeugd_analysis.present.charts.waterfall import waterfall_chart
from jeugd_analysis.present.charts.year_end import year_end_chart

__all__ = [
    "bars_chart",
    "diverging_chart",
    "fan_chart",
    "flow_chart",
    "funnel_chart",
    "lines_chart",
    "outlook_chart",
    "path_chart",
    "ratio_chart",
    "series_chart",
    "spread_chart",
    "survival_chart",
    "timeline_chart",
    "to_come_chart",
    "tornado_chart",
    "waterfall_chart",
    "year_end_chart",
]
