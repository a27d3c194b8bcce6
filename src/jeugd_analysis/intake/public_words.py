"""What somebody types and every reader of the book can see: the reason of a correction names no youth."""

from __future__ import annotations

import re

from jeugd_analysis.errors import JeugdError
from jeugd_analysis.sources.profile_cells import nine_digits
from jeugd_analysis.sources.pseudonym import is_bsn
from jeugd_analysis.tables.corrections import Correction

_BETWEEN = re.compile(r"(?<=\d)[ .\u00a0\u2011-](?=\d)")  # how people write a long number: 9999 00 006
_CODE = re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])\w{16,}\b")  # as long and mixed as the code of a youth


def require_nobody(entry: Correction) -> Correction:
    """The entry as it was. Raises: JeugdError COR-005 when its reason or name holds a citizen service number or a code.

    The text itself is not repeated: it would stand in a log.
    """
    for key, text in (("reason", entry.reason), ("who", entry.who)):
        joined = _BETWEEN.sub("", text)
        number = any(is_bsn(digits) for digits in (*nine_digits(text), *nine_digits(joined)))
        if number or _CODE.search(text):
            raise JeugdError(
                "COR-005",
                wat=f"In {entry.name} staat bij {key} {'een burgerservicenummer' if number else 'een code van een'}"
                f"{'' if number else ' jeugdige of iets dat erop lijkt'}. Deze tekst komt in het openbare boek.",
                doe=f"haal het weg uit {key} en beschrijf de fout zonder naar een persoon te verwijzen.",
            )
    return entry
