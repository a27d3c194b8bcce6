"""The example region as iJw 3.2 messages: what a municipality receives, one XML file per message.

Made up and recognisably so: every youth is called Voorbeelddata, has a number from the range for tests, and is born on
1 January with "only the year is known" (COD170, 2). What is imitated of the rules of the standard:
- JW323: a message per provider, municipality, day of receipt and debit or credit. Credits have their own message,
  before the debits of that day, so a debit and its own credit never meet (IV086) and credits come first (OP366).
- DeclaratiePeriode is the month before receipt and never goes back, whatever the care months of the lines (IV090).
- JW325: one answer per JW323, with the rejected lines only (IV087): amount not units x tariff, allocation unknown.
Not imitated, because our tables do not have it: a size in every request and allocation with a product code (CD041).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from jeugd_analysis.domain.ijw import MESSAGE_CODES
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.example.message_rows import (
    allocation_rows,
    claim_lines,
    delivery_rows,
    request_rows,
    stop_rows,
    within,
)
from jeugd_analysis.example.message_text import (
    Message,
    allocated,
    claim_messages,
    client_messages,
    requested,
    started,
    stopped,
)

MOST_YOUTHS = 9_000  # the range for tests has 9,091 numbers
_FIRST_NUMBER, _LAST_NUMBER = 999_900_000, 999_999_999
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)  # the 11-test of a citizen service number


def test_numbers(count: int) -> list[str]:
    """The first `count` numbers of 999900000 to 999999999 that pass the 11-test, in order.

    Raises: JeugdError (VRB-002) above MOST_YOUTHS.
    """
    if count > MOST_YOUTHS:
        raise JeugdError(
            "VRB-002",
            wat=f"Voor {count} jeugdigen zijn er te weinig testnummers; het kan voor hoogstens {MOST_YOUTHS}.",
            doe="maak de voorbeeldregio kleiner met `--scale`.",
        )
    return _all_test_numbers()[:count]


@cache
def _all_test_numbers() -> list[str]:
    numbers = map(str, range(_FIRST_NUMBER, _LAST_NUMBER + 1))
    return [n for n in numbers if sum(w * int(d) for w, d in zip(_WEIGHTS, n, strict=True)) % 11 == 0]


def write_messages(
    folder: Path,
    *,
    quarter: Quarter,
    tables: Mapping[str, pd.DataFrame],
    categories: Mapping[str, str],
    since: date,
    until: date,
) -> list[Path]:
    """Write what is received from `since` up to and including `until`, for the youths in tables["youths"].

    tables: youths (with a column bsn), allocations, requests, care_periods and claims, as our tables have them.
    categories: product -> iJw category. quarter: names the delivery, in file names and in the identification of every
    message. Files: folder/jw301/jw301_2026-K3_000001.xml and so on; the same input gives the same bytes.
    Returns: the files. Raises: JeugdError (VRB-003, VRB-004, VRB-005) for rows that do not fit in a message.
    """
    window = (pd.Timestamp(since), pd.Timestamp(until))
    people = tables["youths"].drop_duplicates("youth_id")[["youth_id", "bsn", "birth_year", "sex"]]
    allocations = allocation_rows(tables["allocations"], people, categories)
    kinds = {
        "jw301": (within(allocations, "start", window), allocated),
        "jw305": (within(delivery_rows(tables["care_periods"], allocations), "begin", window), started),
        "jw307": (within(stop_rows(tables["care_periods"], allocations), "finish", window), stopped),
        "jw315": (within(request_rows(tables, people, categories), "requested_on", window), requested),
    }
    paths: list[Path] = []
    for kind, (rows, product) in kinds.items():
        paths += _write(folder, quarter, client_messages(kind, quarter, rows, product))
    lines = claim_lines(within(tables["claims"], "received_on", window), tables["allocations"], people, categories)
    return [*paths, *_write(folder, quarter, claim_messages(quarter, lines))]


def _write(folder: Path, quarter: Quarter, messages: Iterable[Message]) -> list[Path]:
    paths = []
    for kind in MESSAGE_CODES:
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for message in messages:
        path = folder / message.kind / f"{message.kind}_{quarter.label}_{message.sequence:06d}.xml"
        path.write_bytes(message.text.encode())
        paths.append(path)
    return paths
