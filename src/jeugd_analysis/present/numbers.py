"""Dutch number formats: decimal comma, thousands dot, euro before the amount, a real minus sign."""

from __future__ import annotations

import math

FEWEST = 10  # youths; Rules refuses another threshold, for the texts of the book say it too
HIDDEN = f"<{FEWEST}"
SECRET = "geheim"
MISSING = "–"
FINE = 4_000  # people from which a share has a decimal; Rules refuses another number in disclosure.toml
_SPACE = "\u00a0"  # keeps a number and its unit on one line
_JOINER = "\u2060"  # keeps a sign and its amount on one line


def is_missing(value: object) -> bool:
    """None, NaN and pandas' NA."""
    return value is None or str(value) in ("<NA>", "NaT") or value != value  # NA cannot be compared at all


def decimal(value: float, digits: int = 0) -> str:
    """1234.5 -> 1.234,5; minus as U+2212.

    >>> decimal(-1234.56, 1)
    '−1.234,6'
    """
    if is_missing(value):
        return MISSING
    text = f"{abs(value):,.{digits}f}".translate(str.maketrans(",.", ".,"))
    zero = not any(sign in "123456789" for sign in text)
    return text if value >= 0 or zero else "−" + text


def count(value: float) -> str:
    """A whole number, or the sign of a hidden one."""
    return HIDDEN if is_missing(value) else decimal(round(value))


def euro(cents: float) -> str:
    r"""Cents as a readable amount: € 1,2 mln, € 350.000. Hidden amounts read 'geheim'.

    >>> euro(123_456_789_00)
    '€\xa0123,5\xa0mln'
    """
    if is_missing(cents):
        return SECRET
    value = cents / 100
    size = abs(value)
    sign = "−" if value < 0 and decimal(size) != "0" else ""
    if size >= 999_500:
        return f"{sign}€{_SPACE}{decimal(size / 1e6, 1)}{_SPACE}mln"
    return f"{sign}€{_SPACE}{decimal(size)}"


def signed_euro(cents: float) -> str:
    """An amount of change: always with a sign, except zero."""
    text = euro(cents)
    text = text.replace("−", f"−{_JOINER}")
    return f"+{_JOINER}{text}" if not is_missing(cents) and cents > 0 and text != euro(0) else text


def thousands(cents: float) -> str:
    """An amount in thousands of euro, for tables whose rows can be added up: 1.240; hidden reads 'geheim'."""
    return SECRET if is_missing(cents) else decimal(cents / 100_000)


def signed_thousands(cents: float) -> str:
    """An amount of change in thousands of euro, for wide tables: +1.240; hidden reads 'geheim'."""
    if is_missing(cents):
        return SECRET
    text = decimal(cents / 100_000)
    return f"+{text}" if cents > 0 and text != "0" else text


def percent(share: float, digits: int = 1) -> str:
    """A share (0-1) as a percentage.

    >>> percent(0.125)
    '12,5%'
    """
    return MISSING if is_missing(share) else f"{decimal(share * 100, digits)}%"


def whole_percent(share: float) -> str:
    """A share (0-1) in whole percents."""
    return percent(share, 0)


def percent_of(share: float, people: float) -> str:
    """A share (0-1) of so many people: with a decimal from FINE people on, else in whole percents.

    With a decimal, a share of few people tells the exact count: 11,1% of 27 is 3. None and all of a group are only
    written as 0% and 100% when they are.

    >>> percent_of(3 / 27, 27), percent_of(3 / 27, 4_000), percent_of(1 / 300, 300), percent_of(0, 300)
    ('11%', '11,1%', 'minder dan 1%', '0%')
    """
    if not is_missing(people) and people >= FINE:
        return percent(share)
    text = percent(share, 0)
    if text == "0%" and share > 0:
        return "minder dan 1%"
    return "meer dan 99%" if text == "100%" and share < 1 else text


def one_in(share: float) -> str:
    """A share as '1 op de 7'. Missing or zero: a dash."""
    if is_missing(share) or not math.isfinite(share) or share <= 0:
        return MISSING
    return f"1 op de {decimal(round(1 / share))}"
