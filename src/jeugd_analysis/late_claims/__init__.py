"""Claims still to come: what recent quarters and years will cost, how many youths, and how such estimates did before.

Everything as it was known on the last day of a quarter, so that the same steps can be taken again for an earlier one.
"""

from jeugd_analysis.late_claims.draws import known_draws_of, year_draws
from jeugd_analysis.late_claims.run_off import run_off

__all__ = ["known_draws_of", "run_off", "year_draws"]
