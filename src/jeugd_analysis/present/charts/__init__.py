"""Charts: data that passed the gate in, a finished Vega-Lite object out. One file per family.

When every number is hidden there is nothing to draw: the result is None and the table stands alone.
"""

from jeugd_analysis.present.charts.bars import bars_chart
from jeugd_analysis.present.charts.funnel import funnel_chart
from jeugd_analysis.present.charts.path import path_chart
from jeugd_analysis.present.charts.ratio import ratio_chart
from jeugd_analysis.present.charts.series import series_chart
from jeugd_analysis.present.charts.to_come import to_come_chart
from jeugd_analysis.present.charts.waterfall import waterfall_chart

__all__ = [
    "bars_chart",
    "funnel_chart",
    "path_chart",
    "ratio_chart",
    "series_chart",
    "to_come_chart",
    "waterfall_chart",
]
