"""Split a change in cost into effects that add up exactly."""

from jeugd_analysis.methods.decomposition.decompose import METHODS, decompose
from jeugd_analysis.methods.decomposition.growth import cost_growth

__all__ = ["METHODS", "cost_growth", "decompose"]
