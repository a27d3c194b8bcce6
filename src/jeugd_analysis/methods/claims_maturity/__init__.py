"""Claims still to come: what the recent periods will cost once every claim is in, and how sure that is."""

from jeugd_analysis.methods.claims_maturity.back_test import back_test, coverage
from jeugd_analysis.methods.claims_maturity.draw import draw_completion
from jeugd_analysis.methods.claims_maturity.expected import completed, valued_days
from jeugd_analysis.methods.claims_maturity.mack import band, freedom, mack
from jeugd_analysis.methods.claims_maturity.prior import prior_from_allocations, with_prior

__all__ = [
    "back_test",
    "band",
    "completed",
    "coverage",
    "draw_completion",
    "freedom",
    "mack",
    "prior_from_allocations",
    "valued_days",
    "with_prior",
]
