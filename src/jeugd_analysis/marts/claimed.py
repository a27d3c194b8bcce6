"""What was claimed of each segment and when it came in: the ground of a forecast of the year's end."""

from __future__ import annotations

from datetime import date, datetime, time

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.marts.care_lines import with_segment
from jeugd_analysis.marts.holdings import spread
from jeugd_analysis.marts.usage import ALL

RUNNING = "running"
_LABEL = pa.schema([("known_to", pa.string()), ("year", pa.int64()), ("until", pa.timestamp("ns"))])


def claimed(claims: Table, products: Table, *, as_of: date) -> Table:
    """One row per municipality x segment x care_quarter x receipt_quarter: net amount_cents received.

    From it every earlier state can be made again: leave out what came in later. Lines that a municipality rejected are
    left out at every date, also before it did.
    """
    known = _dated(claims, products, as_of=as_of)
    keys = ["municipality", "segment", "care_quarter", "receipt_quarter"]
    return known.group_by(keys).agg(amount_cents=known.amount_cents.sum().cast("int64")).order_by(keys)


def running(claims: Table, products: Table, *, region: str, as_of: date) -> Table:
    """The year that is not over: what was claimed of it, as known at the end of the quarter and of the one before.

    One row per area x period (that quarter) x level (segment, or alle): youths, amount_cents and what disclosure
    control judges, as in `usage` and `holdings`. Care months up to that day, lines received by that day. The quarter
    itself is left out when it ends the year, for then the year has ended; the one before when it lies in another year.
    """
    lines = _dated(claims, products, as_of=as_of)
    moments = ibis.memtable(pa.Table.from_pylist(_moments(Quarter.of(as_of)), schema=_LABEL))
    inside = lines.mutate(year=lines.month.year().cast("int64")).join(moments, "year")
    seen = inside.filter(inside.received_on <= inside.until, inside.month <= inside.until)
    finest = ["known_to", "municipality", "care_quarter", "segment", "product", "provider", "youth_id"]
    per_youth = seen.group_by(finest).agg(amount_cents=seen.amount_cents.sum().cast("int64"))
    parts = [
        _told(per_youth, region=region if regional else "", whole=whole)
        for regional in (True, False)
        for whole in (True, False)
    ]
    return ibis.union(*parts).order_by(["area", "period", "level"])


def _moments(quarter: Quarter) -> list[dict[str, object]]:
    known = [each for each in (quarter.previous(), quarter) if each.year == quarter.year and each.number < 4]
    return [
        {"known_to": each.label, "year": each.year, "until": datetime.combine(each.last_day, time.min)}
        for each in known
    ]


def _dated(claims: Table, products: Table, *, as_of: date) -> Table:
    known = claims.filter(claims.received_on <= ibis.timestamp(as_of.isoformat() + " 00:00:00"))
    return with_segment(known, products).mutate(
        care_quarter=known.month.year().cast("string") + "-K" + known.month.quarter().cast("string"),
        receipt_quarter=known.received_on.year().cast("string") + "-K" + known.received_on.quarter().cast("string"),
    )


def _told(lines: Table, *, region: str, whole: bool) -> Table:
    area = ibis.literal(region) if region else lines.municipality
    level = ibis.literal(ALL) if whole else lines.segment
    cells = lines.mutate(area=area, period=lines.known_to, level=level)
    keys = ["area", "period", "level"]
    per_youth = cells.group_by([*keys, "youth_id"]).agg(amount_cents=cells.amount_cents.sum().cast("int64"))
    counted = per_youth.group_by(keys).agg(
        youths=(per_youth.amount_cents > 0).sum().cast("int64"),
        amount_cents=per_youth.amount_cents.sum().cast("int64"),
    )
    finest = [*keys, "municipality", "care_quarter", "segment", "product", "provider"]
    contracts = cells.group_by(finest).agg(amount_cents=cells.amount_cents.sum().cast("int64"))
    held = spread(contracts.mutate(euros=(contracts.amount_cents / 100).round().cast("int64")), keys)
    joined = counted.join(held, keys)
    names = ["youths", "amount_cents", "providers", "largest_cents", "second_cents", "euros"]
    return joined.select(*keys, *names)
