"""Numbers as a page shows them, read back: the downloads hold what the page says and not a digit more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

SHOWN, SMALL, SECRET, MISSING, PUBLISHED = "getoond", "kleiner dan", "geheim", "onbekend", "gepubliceerd"
_NUMBER = re.compile(
    r"^(?P<sign>[+−-]?)(?P<euro>€)?(?P<inner>[+−-]?)(?P<digits>\d{1,3}(?:\.\d{3})+|\d+)(?:,(?P<rest>\d+))?"
    r"(?P<unit>mln|mld|%)?$"
)
_TIMES = {"mln": Decimal(1_000_000), "mld": Decimal(1_000_000_000)}
_HIDDEN = re.compile(r"^<(\d+)$")
_SAID = re.compile(r"^(.*\S)\s*\(([^()]+)\)$")
_BLANK = re.compile(r"[\s\u00a0\u2060\u202f]+")


@dataclass(frozen=True, slots=True)
class Read:
    """A number that was shown: its value in plain units (None: not told), its unit (euro, % or empty), its status."""

    value: Decimal | None
    unit: str
    status: str


def read_number(text: str) -> Read:
    """What a cell of a table says. Words beside or instead of a number become its status.

    >>> read_number("−€ 1,2 mln").value, read_number("12,5%").unit, read_number("<10").status
    (Decimal('-1200000.0'), '%', 'kleiner dan 10')
    >>> read_number("2,20% (voorlopig)").status, read_number("ongeveer 0").value
    ('voorlopig', None)
    """
    said = _SAID.match(text)
    bare, word = (said[1], said[2]) if said else (text, "")
    read = _bare_number(bare)
    return Read(None, "", text) if read is None else Read(read.value, read.unit, word or read.status)


def _bare_number(text: str) -> Read | None:
    plain = _BLANK.sub("", text)
    if plain in ("", "–"):
        return Read(None, "", MISSING)
    if plain == SECRET:
        return Read(None, "", SECRET)
    if hidden := _HIDDEN.match(plain):
        return Read(None, "", f"{SMALL} {hidden[1]}")
    found = _NUMBER.match(plain)
    if found is None or (found["sign"] and found["inner"]):
        return None
    value = Decimal(found["digits"].replace(".", "") + (f".{found['rest']}" if found["rest"] else ""))
    value *= _TIMES.get(found["unit"] or "", Decimal(1))
    unit = "euro" if found["euro"] else "%" if found["unit"] == "%" else ""
    return Read(-value if (found["sign"] or found["inner"]) in ("−", "-") else value, unit, SHOWN)


def written(value: Decimal) -> str:
    """A number for a file: decimal comma, no dots.

    >>> written(Decimal("-1200000.0")), written(Decimal("12.5"))
    ('-1200000', '12,5')
    """
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")
