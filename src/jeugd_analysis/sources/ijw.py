"""iJw 3.2 messages, thousands at a time, from files, folders and zips, into our tables.

Nothing is kept of a message that is not what the standard says it is, and nothing of a delivery with such a message.
A citizen service number becomes a pseudonym the moment it is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pandas as pd

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources import ijw_claim_results as claim_results
from jeugd_analysis.sources import ijw_results as results
from jeugd_analysis.sources.archives import Member, is_zip, members, require_regular
from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.ijw_answers import Answer, read_answer
from jeugd_analysis.sources.ijw_claims import ClaimLines, read_claims
from jeugd_analysis.sources.ijw_clients import Clients, read_client
from jeugd_analysis.sources.ijw_messages import UNUSED, kind_of, masked, opened, refused, shown
from jeugd_analysis.sources.ijw_structure import check_content

_STANDARD = b"istandaarden.nl/ijw/"


def read_messages(paths: Sequence[Path], context: Context) -> list[Reading]:
    """All messages of a delivery, as tables: whole ones carried on from before, and the new claims and answers.

    The result does not depend on the order of the files. A message that comes twice counts once.
    Raises: DeliveryError (KEY-002, IJW-0nn, XML-0nn, ZIP-0nn) that names file, line and rule.
    """
    if context.pseudonym is None:
        raise DeliveryError(
            "KEY-002",
            wat="iJw-berichten bevatten burgerservicenummers en er is geen sleutel om die te vervangen.",
            doe="maak een sleutel met `jeugd key` en probeer het opnieuw; er is niets ingelezen.",
        )
    found = _Found(Clients(context.pseudonym))
    for member in _messages(paths):
        _read(member, found)
    readings = _readings(found, context)
    if not readings:
        raise refused(
            "IJW-015", "de aanlevering", None, "geen enkel bericht is nodig", "lever jw301 tot en met jw325 aan."
        )
    counts = {**found.counts, **readings[0].normalised}
    return [replace(readings[0], normalised=counts), *readings[1:]]


@dataclass(slots=True)
class _Found:
    """Everything read so far."""

    clients: Clients
    lines: ClaimLines = field(default_factory=ClaimLines)
    answers: list[Answer] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)
    numbers: dict[tuple[str, str, str], str] = field(default_factory=dict)  # of a declaration -> its file
    counts: Counter[str] = field(default_factory=Counter)


def _messages(paths: Sequence[Path]) -> Iterator[Member]:
    """Every file, also those in folders and zips, in the order of their names. Hidden files are skipped."""
    for path in sorted(paths):
        if path.is_dir() and not path.is_symlink():
            yield from _messages([inside for inside in path.iterdir() if not inside.name.startswith(".")])
        elif path.suffix.lower() == ".zip":
            yield from members(path, suffix=".xml")
        else:
            require_regular(path)
            yield Member(path.name, lambda path=path: path.open("rb"))  # type: ignore[misc]


def _read(member: Member, found: _Found) -> None:
    with opened(member) as stream:
        digest = check_content(stream, shown(member.name))  # type: ignore[arg-type]
    if digest in found.digests:
        found.counts["bericht dat twee keer is aangeleverd"] += 1
        return
    found.digests.add(digest)
    kind = kind_of(member)
    if kind in UNUSED:
        found.counts[f"{kind} niet nodig"] += 1
    elif kind == "jw323":
        read_claims(member, found.lines, found.clients.pseudonym)
        _require_new_number(member, found)
    elif kind == "jw325":
        found.answers.append(read_answer(member))
    else:
        read_client(member, kind, found.clients)


def _require_new_number(member: Member, found: _Found) -> None:
    """Two messages with one number and other contents: nobody can tell which counts (B057, TR333)."""
    key = found.lines.messages[-1].key
    if key in found.numbers:
        raise refused(
            "IJW-007",
            member.name,
            None,
            f"het DeclaratieNummer is ook dat van {shown(found.numbers[key])}, met andere inhoud (iJw TR333)",
            "vraag de leverancier welk bericht geldt; er is niets ingelezen.",
        )
    found.numbers[key] = member.name


def _readings(found: _Found, context: Context) -> list[Reading]:
    earlier = context.earlier or (lambda table: pd.DataFrame())
    clients, readings = found.clients, []
    gone = set(results.removed_before(earlier))
    if clients.sightings:
        youths = results.youths(clients, earlier)
        readings.append(replace(youths, normalised={**clients.counts, **youths.normalised}))
    if clients.allocations:
        allocations, removed = results.allocations(clients, earlier)
        readings += [allocations, removed]
        gone = set(removed.frame["allocation_id"])
    if clients.requests:
        readings.append(results.requests(clients, earlier))
    if clients.deliveries or gone:
        readings.append(results.care_periods(clients, earlier, gone))
    return [*readings, *_claim_readings(found)]


def _claim_readings(found: _Found) -> list[Reading]:
    mask = partial(masked, pseudonym=found.clients.pseudonym)
    rejected: list[tuple[str, str, str]] = []
    readings: list[Reading] = []
    if found.lines.messages:
        claims, unanswered, rejected = claim_results.claims(found.lines, found.answers, mask)
        readings = [claims, unanswered]
    if found.answers:
        readings.append(claim_results.claim_answers(found.answers, rejected))
        readings.append(claim_results.declaration_answers(found.answers, mask))
    return readings


def _recognise(path: Path, head: bytes) -> bool:
    return is_zip(path, head) or path.suffix.lower() == ".xml" or _STANDARD in head


IJW = Source(name="ijw", dutch="iJw 3.2-berichten", recognise=_recognise, read_all=read_messages)
