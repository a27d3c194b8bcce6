"""Split a change in cost into effects that add up exactly."""

from jeugd_analysis.methods.decomposition.band import method_band
from jeugd_analysis.methods.decomposition.bootstrap import bootstrap, effect_draws
from jeugd_analysis.methods.decomposition.breaks import ComparisonError, require_comparable
from jeugd_analysis.methods.decomposition.cells import cells_of_lines
from jeugd_analysis.methods.decomposition.decompose import METHODS, decompose
from jeugd_analysis.methods.decomposition.growth import cost_growth
from jeugd_analysis.methods.decomposition.share import Share, share_of_change

__all__ = [
    "METHODS",
    "ComparisonError",
    "Share",
    "bootstrap",
    "cells_of_lines",
    "cost_growth",
    "decompose",
    "effect_draws",
    "method_band",
    "require_comparable",
    "share_of_change",
]
