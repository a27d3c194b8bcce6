"""Claim lines with what we know of the youth, the product and the referrer: the common ground of the marts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis
from ibis.expr.types import IntegerValue, StringValue, Table

from jeugd_analysis.domain import codes

UNKNOWN = "onbekend"


def care_lines(tables: Mapping[str, Table], products: Table, *, as_of: date) -> Table:
    """One row per youth, municipality, provider, product, unit and care month: net units and net amount.

    Credits are netted in the care month of their original (iJw TR323); lines received after `as_of` are left out, so
    that the same table can be made as it was known at any earlier date.
    Columns: youth_id, municipality, provider, product, unit, segment, age_band, age_sex (both in one label),
    referrer, month, year, quarter, units, amount_cents.
    """
    claims = tables["claims"]
    known = claims.filter(claims.received_on <= ibis.timestamp(as_of.isoformat() + " 00:00:00"))
    net = known.group_by(["allocation_id", "youth_id", "municipality", "provider", "product", "unit", "month"]).agg(
        units=known.units.sum().cast("int64"), amount_cents=known.amount_cents.sum().cast("int64")
    )
    dated = net.mutate(
        year=net.month.year().cast("int64"),
        quarter=_quarter_label(net.month.year(), net.month.quarter()),
    )
    complete = with_segment(_with_referrer(_with_age(dated, tables["youths"]), tables), products)
    return complete.select(
        "allocation_id",
        "youth_id",
        "municipality",
        "provider",
        "product",
        "unit",
        "segment",
        "age_band",
        "age_sex",
        "referrer",
        "month",
        "year",
        "quarter",
        "units",
        "amount_cents",
    )


def _quarter_label(year: IntegerValue, quarter: IntegerValue) -> StringValue:
    return year.cast("string") + "-K" + quarter.cast("string")


def _with_age(lines: Table, youths: Table) -> Table:
    """Age on 31 December of the care year: the day of birth is never kept, so age in years is all there is.

    A youth has one sex, the highest code of its rows, so that those of an age are divided by it.
    """
    births = youths.group_by("youth_id").agg(birth_year=youths.birth_year.max(), sex=youths.sex.max())
    joined = lines.left_join(births, "youth_id").drop("youth_id_right")
    age = joined.year - joined.birth_year
    bands = [(age.between(low, high), name) for name, (low, high) in codes.AGE_BANDS.items()]
    band = ibis.cases(*bands, else_=UNKNOWN)
    sex = ibis.cases(*((joined.sex == code, name) for code, name in codes.KNOWN_SEXES.items()), else_=UNKNOWN)
    return joined.mutate(age_band=band, age_sex=band + " " + sex).drop("birth_year", "sex")


def _with_referrer(lines: Table, tables: Mapping[str, Table]) -> Table:
    """The latest request of the same youth, provider and product on or before the start (only JW315 names it)."""
    if "requests" not in tables:
        return lines.mutate(referrer=ibis.literal(UNKNOWN))
    allocations, requests = tables["allocations"], tables["requests"]
    pairs = allocations.inner_join(requests, ["youth_id", "provider", "product"])
    before = pairs.filter(pairs.requested_on <= pairs.start)
    latest = before.group_by("allocation_id").agg(referrer=before.referrer.argmax(before.requested_on))
    joined = lines.left_join(latest, "allocation_id").drop("allocation_id_right")
    return joined.mutate(referrer=joined.referrer.fill_null(UNKNOWN))


def with_segment(lines: Table, products: Table) -> Table:
    """The lines with the segment of their product at the care month; without one S0, visible, never dropped."""
    dated = lines.left_join(
        products,
        [
            lines.product == products.product,
            lines.month >= products.valid_from,
            products.valid_to.isnull() | (lines.month <= products.valid_to),
        ],
    )
    return dated.mutate(segment=dated.segment.fill_null("S0")).drop("product_right", "valid_from", "valid_to")
