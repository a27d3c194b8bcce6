"""Two years of cost again, as they were known on an earlier day: the same months, known at the same age.

A year that is not over looks small beside a whole one, and its last lines have not come in. So the base year is cut
off too: the same care months, with the lines that had come in when that year was as old.
"""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd
import pyarrow as pa
from ibis.expr.types import Table

from jeugd_analysis.errors import JeugdError
from jeugd_analysis.marts.care_lines import with_segment
from jeugd_analysis.marts.costs import CELL

_MOMENTS = pa.schema(
    [
        ("known_on", pa.string()),
        ("year", pa.int64()),
        ("received_until", pa.timestamp("ns")),
        ("months_before", pa.timestamp("ns")),
        ("known_until", pa.timestamp("ns")),
    ]
)
_YOUTHS = ["known_on", "municipality", "year"]


def moments(snapshots: pd.DataFrame, *, as_of: date) -> pa.Table:
    """Per snapshot and care year: the last day of receipt and the day before which the care months lie.

    Shapes: `snapshots` has known_on, base and compare as text; result known_on, year, received_until, months_before,
    known_until (the day itself, in both years), two rows per snapshot. Only care months that ended before known_on
    count, in the base year the same months. A snapshot after `as_of` is left out: what was known by then is not known
    yet.
    Raises: JeugdError (REF-003) on a row that is no date with two years in order, or a date that comes twice.
    """
    rows = []
    for line, told in enumerate(snapshots[["known_on", "base", "compare"]].itertuples(index=False), start=2):
        known_on, base, compare = _checked(told, line)
        for year in (base, compare) if known_on <= as_of else ():
            until = years_earlier(known_on, compare - year)
            rows.append(
                {
                    "known_on": known_on.isoformat(),
                    "year": year,
                    "received_until": pd.Timestamp(until),
                    "months_before": pd.Timestamp(until.replace(day=1)),
                    "known_until": pd.Timestamp(known_on),
                }
            )
    if snapshots["known_on"].duplicated().any():
        raise _bad_snapshot("een datum komt vaker voor")
    return pa.Table.from_pylist(rows, schema=_MOMENTS)


def years_earlier(day: date, years: int) -> date:
    """The same day in an earlier year; 29 February becomes the 28th.

    >>> years_earlier(date(2020, 2, 29), 1)
    datetime.date(2019, 2, 28)
    """
    in_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if in_leap_day and years else day.day)


def lines_on_day(claims: Table, products: Table, known: Table) -> Table:
    """Claim lines that had come in by each day, of the care months that are compared, in both years.

    Columns: known_on, youth_id, contract columns with segment, month, year, units, amount_cents, and aged: whether the
    line had come in when its year was as old as the compared year is on that day.
    `known` holds the rows of `moments`. Credits that came in later are not netted: nobody knew of them.
    """
    joined = _received(claims, known)
    inside = joined.filter(joined.month < joined.months_before)
    aged = inside.mutate(aged=inside.received_on <= inside.received_until)
    return with_segment(aged, products).select(
        "known_on",
        "youth_id",
        "municipality",
        "segment",
        "product",
        "unit",
        "provider",
        "month",
        "year",
        "units",
        "amount_cents",
        "aged",
    )


def known_lines(lines: Table) -> Table:
    """Of `lines_on_day` those that are compared at the same age, without the column aged."""
    return lines.filter(lines.aged).drop("aged")


def known_youth_lines(lines: Table) -> Table:
    """One row per known_on x youth_id x contract cell x care month, net; never shown.

    Shapes: `lines` as `lines_on_day` gives them. units and amount_cents as known on the day itself; aged_units and
    aged_cents of the lines that are compared at the same age, the ground of known_cells.
    """
    keys = ["known_on", "youth_id", *CELL, "month"]
    return (
        lines.group_by(keys)
        .agg(
            units=lines.units.sum().cast("int64"),
            amount_cents=lines.amount_cents.sum().cast("int64"),
            aged_units=lines.aged.ifelse(lines.units, 0).sum().cast("int64"),
            aged_cents=lines.aged.ifelse(lines.amount_cents, 0).sum().cast("int64"),
        )
        .order_by(keys)
    )


def known_receipts(claims: Table, known: Table) -> Table:
    """When the lines of the two years came in, as known on each day: known_on, municipality, month, age, amount_cents.

    Age is counted in months from the care month, up to the day of the month of the snapshot: the youngest month that
    has ended is known to age 1. Lines that came in before that count as age 1.
    """
    rows = _received(claims, known)
    months = (rows.received_on.year() - rows.month.year()) * 12 + rows.received_on.month() - rows.month.month()
    age = months + (rows.received_on.day() > rows.known_until.day()).ifelse(1, 0)
    dated = rows.mutate(age=ibis.greatest(age, 1).cast("int64"))
    keys = ["known_on", "municipality", "month", "age"]
    return dated.group_by(keys).agg(amount_cents=dated.amount_cents.sum().cast("int64")).order_by(keys)


def _received(claims: Table, known: Table) -> Table:
    """Lines of the two years, of care months that had ended, that had come in by the day."""
    joined = claims.mutate(year=claims.month.year().cast("int64")).join(known, "year")
    return joined.filter(joined.received_on <= joined.known_until, joined.month < joined.known_until.truncate("M"))


def known_youths(lines: Table) -> Table:
    """One row per known_on x municipality x year: distinct youths with a net amount above zero over these lines."""
    per_youth = lines.group_by([*_YOUTHS, "youth_id"]).agg(amount_cents=lines.amount_cents.sum().cast("int64"))
    counted = per_youth.group_by(_YOUTHS).agg(youths=(per_youth.amount_cents > 0).sum().cast("int64"))
    return counted.order_by(_YOUTHS)


def _checked(told: tuple[object, ...], line: int) -> tuple[date, int, int]:
    try:
        known_on, base, compare = date.fromisoformat(str(told[0])), int(str(told[1])), int(str(told[2]))
    except ValueError:
        raise _bad_snapshot(f"regel {line} heeft geen datum of jaartal dat te lezen is") from None
    if not base < compare:
        raise _bad_snapshot(f"op regel {line} ligt base niet voor compare")
    return known_on, base, compare


def _bad_snapshot(what: str) -> JeugdError:
    return JeugdError(
        "REF-003",
        wat=f"snapshots.csv klopt niet: {what}.",
        doe="geef per regel een eigen datum (2018-11-26) en twee jaren (2017 en 2018).",
    )
