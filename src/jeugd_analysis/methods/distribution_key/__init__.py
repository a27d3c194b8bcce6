"""Sharing money over municipalities so that the cents add up exactly, and what each way of sharing means."""

from jeugd_analysis.methods.distribution_key.compare import (
    beside_published,
    compare_keys,
    deviation_probabilities,
    deviation_probability,
    own_part_of_extra,
    swing,
    who_pays,
)
from jeugd_analysis.methods.distribution_key.credibility import Credibility, beside_mean, estimate_credibility
from jeugd_analysis.methods.distribution_key.games import nucleolus, pooling_game, shapley_value, stand_alone
from jeugd_analysis.methods.distribution_key.keys import (
    capitation_key,
    corridor,
    credibility_key,
    largest_remainder,
    mixed_key,
    stop_loss,
    usage_key,
)

__all__ = [
    "Credibility",
    "beside_mean",
    "beside_published",
    "capitation_key",
    "compare_keys",
    "corridor",
    "credibility_key",
    "deviation_probabilities",
    "deviation_probability",
    "estimate_credibility",
    "largest_remainder",
    "mixed_key",
    "nucleolus",
    "own_part_of_extra",
    "pooling_game",
    "shapley_value",
    "stand_alone",
    "stop_loss",
    "swing",
    "usage_key",
    "who_pays",
]
