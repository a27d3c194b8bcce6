"""How an amount is spread over providers: what the dominance rules of disclosure control judge."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table

from jeugd_analysis.marts.usage import ALL

_DIMENSIONS = {"jaar": ("year", ("totaal", "segment", "product")), "kwartaal": ("quarter", ("totaal", "segment"))}


def holdings(lines: Table, *, region: str) -> Table:
    """One row per area x period x dimension x level, as in the mart `usage`: providers with a net amount above zero,
    largest_cents and second_cents (the two largest net amounts of one provider; second 0 when there is one), and euros.

    euros: the amount in whole euros, rounded once per municipality, quarter, product and provider, so that every sum
    of these rows holds exactly: disclosure control reasons with sums.
    """
    finest = ["municipality", "year", "quarter", "segment", "product", "provider"]
    per_provider = lines.group_by(finest).agg(amount_cents=lines.amount_cents.sum().cast("int64"))
    whole = per_provider.mutate(euros=(per_provider.amount_cents / 100).round().cast("int64"))
    parts = [
        _spread(whole, region=region if regional else "", kind=kind, period=period, dimension=dimension)
        for kind, (period, dimensions) in _DIMENSIONS.items()
        for regional in (True, False)
        for dimension in dimensions
    ]
    return ibis.union(*parts).order_by(["area", "period_kind", "period", "dimension", "level"])


def _spread(lines: Table, *, region: str, kind: str, period: str, dimension: str) -> Table:
    cells = lines.select(
        area=ibis.literal(region) if region else lines.municipality,
        period=lines[period].cast("string"),
        level=ibis.literal(ALL) if dimension == "totaal" else lines[dimension],
        provider=lines.provider,
        amount_cents=lines.amount_cents,
        euros=lines.euros,
    )
    return (
        spread(cells, ["area", "period", "level"])
        .select(
            "area",
            "period",
            "level",
            "providers",
            "largest_cents",
            "second_cents",
            "euros",
            period_kind=ibis.literal(kind),
            dimension=ibis.literal(dimension),
        )
        .select(
            "area", "period_kind", "period", "dimension", "level", "providers", "largest_cents", "second_cents", "euros"
        )
    )


def spread(cells: Table, keys: list[str]) -> Table:
    """Per keys: providers, largest_cents, second_cents and euros, from lines with provider, amount_cents and euros."""
    per_provider = cells.group_by([*keys, "provider"]).agg(
        amount_cents=cells.amount_cents.sum().cast("int64"), euros=cells.euros.sum().cast("int64")
    )
    ranked = per_provider.mutate(
        place=ibis.row_number().over(group_by=keys, order_by=[per_provider.amount_cents.desc(), per_provider.provider])
    )
    return ranked.group_by(keys).agg(
        providers=(ranked.amount_cents > 0).sum().cast("int64"),
        largest_cents=ranked.amount_cents.max().cast("int64"),
        second_cents=(ranked.place == 1).ifelse(ranked.amount_cents, 0).max().cast("int64"),
        euros=ranked.euros.sum().cast("int64"),
    )
