"""Who signed the check report of an edition. The one place where publishing asks for it."""

from __future__ import annotations

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.sign import require_signed
from jeugd_analysis.store import Store

Signers = tuple[tuple[str, str], ...]  # name and day (2026-11-22) of each


def signers(quarter: Quarter, store: Store) -> Signers:
    """Names and days of those who signed; none are needed for example data.

    Raises: JeugdError (HND-005) for real data that fewer than two people signed as it is now.
    """
    return tuple(require_signed(quarter, store=store))
