"""Is use higher than one would expect? Standardised ratios, funnel plots and models with what is known of an area.

`limits` has the intervals of counts, `funnel` the limits of funnel plots, `standardise` expected numbers by age and
sex, `model` expected numbers from features of areas, `features` those features and `peers` comparable areas.
"""

from jeugd_analysis.methods.expected_use.features import features_of, usable
from jeugd_analysis.methods.expected_use.funnel import Overdispersion, funnel, funnel_limits, overdispersion
from jeugd_analysis.methods.expected_use.limits import byar_limits, exact_limits, standardised_ratio, wilson_limits
from jeugd_analysis.methods.expected_use.model import ExpectedModel, expected_model, expected_share
from jeugd_analysis.methods.expected_use.peers import SIZE_BOUNDS, peers, size_class
from jeugd_analysis.methods.expected_use.standardise import direct_rate, expected_counts, reference_rates

__all__ = [
    "SIZE_BOUNDS",
    "ExpectedModel",
    "Overdispersion",
    "byar_limits",
    "direct_rate",
    "exact_limits",
    "expected_counts",
    "expected_model",
    "expected_share",
    "features_of",
    "funnel",
    "funnel_limits",
    "overdispersion",
    "peers",
    "reference_rates",
    "size_class",
    "standardised_ratio",
    "usable",
    "wilson_limits",
]
