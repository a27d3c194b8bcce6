"""Publication: editions side by side in a folder on the intranet, their archive, and the way back."""

from __future__ import annotations

from jeugd_analysis.editions.difference import Difference, as_csv, diff, in_words
from jeugd_analysis.editions.publication import Published, publish
from jeugd_analysis.editions.verification import Verified, verify
from jeugd_analysis.editions.way_back import RolledBack, rollback

__all__ = [
    "Difference",
    "Published",
    "RolledBack",
    "Verified",
    "as_csv",
    "diff",
    "in_words",
    "publish",
    "rollback",
    "verify",
]
