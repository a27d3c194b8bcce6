"""Phasing of savings: when does a measure save how much, how sure is that, and what remains of the target?"""

from jeugd_analysis.methods.savings.chance import simulate
from jeugd_analysis.methods.savings.combine import combined_saving
from jeugd_analysis.methods.savings.dial import dial
from jeugd_analysis.methods.savings.gap import ClosingSet, assumptions_of, closing_set, tornado
from jeugd_analysis.methods.savings.paths import (
    autonomous_baseline,
    cost_path,
    in_prices,
    plan_against_actual,
    price_levels,
)
from jeugd_analysis.methods.savings.plan import per_measure, phase
from jeugd_analysis.methods.savings.ramp import RAMPS, ramp_share
from jeugd_analysis.methods.savings.scenario import adjust, start_from_contracts

__all__ = [
    "RAMPS",
    "ClosingSet",
    "adjust",
    "assumptions_of",
    "autonomous_baseline",
    "closing_set",
    "combined_saving",
    "cost_path",
    "dial",
    "in_prices",
    "per_measure",
    "phase",
    "plan_against_actual",
    "price_levels",
    "ramp_share",
    "simulate",
    "start_from_contracts",
    "tornado",
]
