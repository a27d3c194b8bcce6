"""Who signed the check report of an edition. The one place where publishing asks for it."""

from __future__ import annotations

from jeugd_analysis.chapters.edition import is_example
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.store import Store

Signers = tuple[tuple[str, str], ...]  # name and day (2026-11-22) of each


def signers(quarter: Quarter, store: Store) -> Signers:
    """Names and days of those who signed; none are needed for example data.

    Raises: JeugdError (PUB-009) for real data that nobody signed.
    """
    if is_example(store, quarter):
        return ()
    raise JeugdError(
        "PUB-009",
        wat=f"De controlerapportage van {quarter.label} is niet ondertekend.",
        doe="laat twee mensen haar bekijken en ondertekenen; publiceer daarna.",
    )
