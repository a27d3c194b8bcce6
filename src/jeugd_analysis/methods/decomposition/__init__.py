"""Split a change in cost into effects that add up exactly."""

from jeugd_analysis.methods.decomposition.band import method_band
from jeugd_analysis.methods.decomposition.bootstrap import bootstrap
from jeugd_analysis.methods.decomposition.decompose import METHODS, decompose
from jeugd_analysis.methods.decomposition.growth import cost_growth

__all__ = ["METHODS", "bootstrap", "cost_growth", "decompose", "method_band"]
