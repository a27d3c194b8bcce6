"""From what messages about clients said to tables: newest wins whatever the order of the files.

Messages only hold what is new, while youths, allocations, requests and care periods are whole tables. So each of these
is the earlier table with the new messages laid over it. Claims and their answers: ijw_claim_results.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

import pandas as pd
import pandera.pandas as pandera

from jeugd_analysis.sources.base import Reading
from jeugd_analysis.sources.ijw_clients import Allocated, Clients, Delivered, Sighting
from jeugd_analysis.tables import TABLES
from jeugd_analysis.tables.care import RemovedAllocations

Earlier = Callable[[str], pd.DataFrame | None]

_UNKNOWN_SEX = "0"
DAY = "datetime64[ns]"


def typed_frame(model: type[pandera.DataFrameModel], rows: Sequence[Sequence[object]]) -> pd.DataFrame:
    """Rows as a frame with the columns and types of a table; days are text like 2026-01-31."""
    columns = model.to_schema().columns
    made = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    return _typed(made, model)


def _typed(frame: pd.DataFrame, model: type[pandera.DataFrameModel]) -> pd.DataFrame:
    columns = {}
    for name, column in model.to_schema().columns.items():
        kind = str(column.dtype)
        values = frame[name]
        if kind == DAY and values.dtype != DAY:
            values = pd.to_datetime(values, format="ISO8601").astype(DAY)
        columns[name] = values.astype("str" if kind.startswith("str") else kind)
    return pd.DataFrame(columns).reset_index(drop=True)


def carried_on(
    name: str, earlier: Earlier, *, without: Iterable[str], rows: Sequence[Sequence[object]], by: str
) -> pd.DataFrame:
    """The earlier table without the keys in `without`, and the new rows; sorted by its key."""
    table = TABLES[name]
    before = earlier(name)
    parts = [typed_frame(table.model, rows)]
    if before is not None and len(before):
        parts.insert(0, _typed(before[~before[by].isin(set(without))], table.model))
    whole = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return whole.sort_values(list(table.key), kind="stable", ignore_index=True)


# -- allocations and requests -----------------------------------------------------------------------


def allocations(found: Clients, earlier: Earlier) -> tuple[Reading, Reading]:
    """The allocations, and those that were ever taken away (B065, B066).

    What was taken away is remembered: an older message about it, in any later delivery, does not bring it back.
    """
    gone = removed_before(earlier)
    newest: dict[str, Allocated] = {}
    for version in sorted(found.allocations, key=lambda version: version.moment):
        number = str(version.row[0])
        if version.moment[0] > gone.get(number, ""):
            newest[number] = version
    removed = {number: version.moment[0] for number, version in newest.items() if version.removed}
    rows = [version.row for number, version in newest.items() if number not in removed]
    counts = {
        "oudere versie van een toewijzing": len(found.allocations) - len(newest),
        "toewijzing verwijderd door de gemeente": len(removed),
    }
    frame = carried_on("allocations", earlier, without=newest, rows=rows, by="allocation_id")
    kept = [*((number, at) for number, at in gone.items() if number not in newest), *removed.items()]
    memory = typed_frame(RemovedAllocations, sorted(kept))
    return reading("allocations", frame, counts), reading("removed_allocations", memory, {})


def removed_before(earlier: Earlier) -> dict[str, str]:
    """Allocations that an earlier delivery took away, and when that was decided."""
    known = earlier("removed_allocations")
    if known is None or not len(known):
        return {}
    return dict(zip(known["allocation_id"], known["decided_at"], strict=True))


def requests(found: Clients, earlier: Earlier) -> Reading:
    """The requests; of one that came twice the newest."""
    newest = {str(row[0]): row for _, row in sorted(found.requests, key=lambda said: said[0])}
    counts = {"oudere versie van een verzoek": len(found.requests) - len(newest)}
    frame = carried_on("requests", earlier, without=newest, rows=list(newest.values()), by="reference")
    return reading("requests", frame, counts)


def reading(table: str, frame: pd.DataFrame, counts: Mapping[str, int], **more: object) -> Reading:
    """A whole table of a delivery of messages; `counts`: what was changed, kept when there is any."""
    kept = {what: count for what, count in counts.items() if count}
    return Reading(table=table, frame=frame, slot=table, normalised=kept, first_row=1, **more)  # type: ignore[arg-type]


# -- care periods -----------------------------------------------------------------------------------

_Key = tuple[str, str]
_End = tuple[str | None, str | None]


def care_periods(found: Clients, earlier: Earlier, removed: set[str]) -> Reading:
    """Starts and stops together. A stop without start makes a period from its own Begindatum."""
    touched = {message.allocation_id for message in found.deliveries}
    before = earlier("care_periods")
    ends = _known_ends(before, touched)
    for message in sorted(found.deliveries, key=lambda message: (message.moment, message.stop)):
        _apply(message, ends)
    rows = [(*key, *end) for key, end in ends.items() if key[0] not in removed]
    frame = carried_on("care_periods", earlier, without=touched | removed, rows=rows, by="allocation_id")
    return reading("care_periods", frame, {})


def _known_ends(before: pd.DataFrame | None, touched: set[str]) -> dict[_Key, _End]:
    if before is None or not len(before):
        return {}
    known = before[before["allocation_id"].isin(touched)]
    columns = (known["allocation_id"], _days(known["start"]), _days(known["end"]), known["end_reason"])
    return {
        (allocation, str(start)): (end, None if pd.isna(reason) else reason)
        for allocation, start, end, reason in zip(*columns, strict=True)
    }


def _days(days: pd.Series) -> list[str | None]:
    return [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in days]


def _apply(message: Delivered, ends: dict[_Key, _End]) -> None:
    key = (message.allocation_id, message.start)
    if message.stop and not message.removed:
        ends[key] = (message.end, message.end_reason)
    elif message.stop and key in ends:
        ends[key] = (None, None)
    elif not message.stop and message.removed:
        ends.pop(key, None)
    elif not message.stop:
        ends.setdefault(key, (None, None))


# -- youths -----------------------------------------------------------------------------------------


def youths(found: Clients, earlier: Earlier) -> Reading:
    """Where each youth lived since when: a municipality begins on the earliest day that a message of it is about.

    It ends on the day before the next one begins. A youth without a usable year of birth (DatumGebruik 3, or not
    1990-2099) has no line: its claims count with age unknown (B069).
    """
    seen: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sorted(found.sightings, key=lambda sighting: sighting.moment):
        seen[sighting.youth_id].append(sighting)
    before = earlier("youths")
    known = _known_homes(before, set(seen))
    rows: list[tuple[object, ...]] = []
    unknown = 0
    for youth, sightings in seen.items():
        lines = _homes(youth, sightings, known.get(youth, []))
        rows += lines
        unknown += not lines
    frame = carried_on("youths", earlier, without=seen, rows=rows, by="youth_id")
    warning = f"van {unknown} jeugdigen is het geboortejaar niet bekend; hun leeftijd telt als onbekend."
    return reading("youths", frame, {}, warnings=(warning,) if unknown else ())


_Home = tuple[str, str | None, str, str | None]  # municipality, neighbourhood, first and last day
_Earlier = tuple[int, str, _Home]


def _known_homes(before: pd.DataFrame | None, touched: set[str]) -> dict[str, list[_Earlier]]:
    homes: dict[str, list[_Earlier]] = defaultdict(list)
    if before is None or not len(before):
        return homes
    lines = before[before["youth_id"].isin(touched)].sort_values("valid_from")
    first, last = _days(lines["valid_from"]), _days(lines["valid_to"])
    for line, begin, end in zip(lines.itertuples(index=False), first, last, strict=True):
        area = None if pd.isna(line.neighbourhood) else line.neighbourhood
        homes[line.youth_id].append((line.birth_year, line.sex, (line.municipality, area, str(begin), end)))
    return homes


def _homes(youth: str, sightings: Sequence[Sighting], known: Sequence[_Earlier]) -> list[tuple[object, ...]]:
    """The lines of one youth; none when the year of birth is unknown. `sightings`: oldest message first."""
    years = [year for year, _, _ in known] + [s.birth_year for s in sightings if s.birth_year is not None]
    if not years:
        return []
    sexes = [sex for _, sex, _ in known] + [s.sex for s in sightings]
    sex = next((sex for sex in reversed(sexes) if sex != _UNKNOWN_SEX), _UNKNOWN_SEX)
    homes = _laid_over([home for _, _, home in known], sightings)
    lines: list[tuple[object, ...]] = []
    for place, (municipality, area, begin, end) in enumerate(homes):
        until = _day_before(homes[place + 1][2]) if place + 1 < len(homes) else None
        last = min((day for day in (end, until) if day), default=None)
        lines.append((youth, years[-1], sex, municipality, area, begin, last))
    return lines


def _laid_over(homes: list[_Home], sightings: Sequence[Sighting]) -> list[_Home]:
    """Homes in time, one a day. A municipality that was known begins earlier when a message is about an earlier day."""
    first: dict[str, str] = {}
    latest: dict[str, str] = {}
    for sighting in sightings:
        place = sighting.municipality
        first[place] = min(first.get(place, sighting.day), sighting.day)
        latest[place] = max(latest.get(place, sighting.moment[0]), sighting.moment[0])
    told: list[_Home] = []
    for municipality, area, begin, end in homes:
        day = min(begin, first.pop(municipality, begin))
        came_back = end is not None and latest.get(municipality, "") > end
        told.append((municipality, area, day, None if came_back else end))
    told += [(municipality, None, day, None) for municipality, day in first.items()]
    # Of two that begin on one day the one heard of last is kept: a youth has one line a day.
    ordered = sorted(told, key=lambda home: (home[2], latest.get(home[0], ""), home[0]))
    return list({home[2]: home for home in ordered}.values())


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
