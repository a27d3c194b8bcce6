"""Make every mart of an edition in one go, on DuckDB embedded in the program or on another Ibis engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa

from jeugd_analysis.errors import JeugdError
from jeugd_analysis.marts.arrivals import answers, arrivals, provider_months
from jeugd_analysis.marts.care_days import care_days
from jeugd_analysis.marts.care_lines import care_lines
from jeugd_analysis.marts.claimed import claimed, running
from jeugd_analysis.marts.costs import contract_cells
from jeugd_analysis.marts.durations import durations
from jeugd_analysis.marts.flows import endings, flows, starts
from jeugd_analysis.marts.holdings import holdings
from jeugd_analysis.marts.known import (
    known_lines,
    known_receipts,
    known_youth_lines,
    known_youths,
    lines_on_day,
    moments,
)
from jeugd_analysis.marts.receipts import receipts
from jeugd_analysis.marts.spells import all_spells, first_months, no_periods, periods
from jeugd_analysis.marts.stacking import stacking, youth_months
from jeugd_analysis.marts.usage import usage
from jeugd_analysis.marts.youth_costs import youth_costs
from jeugd_analysis.marts.youth_lines import youth_lines
from jeugd_analysis.marts.youth_receipts import youth_receipts

NEEDED = ("claims", "allocations", "youths")
FIRST_DAY = date(2015, 1, 1)  # the Jeugdwet: municipalities pay from this day
OPTIONAL = ("requests", "claim_answers", "care_periods")
CARE_MARTS = ("flows", "endings", "starts", "durations", "stacking", "youth_costs", "care_days")
CLAIM_MARTS = ("receipts", "youth_receipts", "claimed", "running")
KNOWN_MARTS = ("known_cells", "known_youths", "known_youth_lines", "known_receipts")
ARRIVAL_MARTS = ("provider_months", "arrivals", "answers")
MARTS = (
    "usage", "holdings", "contract_cells", "youth_lines",
    *CLAIM_MARTS, *KNOWN_MARTS, *CARE_MARTS, *ARRIVAL_MARTS,
)  # fmt: skip


def build_marts(
    files: Mapping[str, Sequence[Path]],
    *,
    products: pd.DataFrame,
    snapshots: pd.DataFrame,
    region: str,
    municipalities: Sequence[str],
    as_of: date,
    not_granted: pd.DataFrame | None = None,
    engine: str = "duckdb://",
    progress: Callable[[str], None] = lambda name: None,
) -> dict[str, pd.DataFrame]:
    """The marts by name, exact: counts are distinct youths, money is whole cents, credits netted in the care month.

    `region` is the code for all `municipalities` together. Shapes: `files` maps a table to its Parquet files;
    `products` has product, segment, valid_from and valid_to; `snapshots` known_on, base and compare (see `moments`);
    `not_granted` has the reference and state of each line that waits for an answer or was rejected with its
    declaration.
    """
    known = moments(snapshots, as_of=as_of)
    connection = ibis.connect(engine)
    try:
        tables = {
            name: connection.read_parquet([str(file) for file in files[name]], table_name=name)
            for name in (*NEEDED, *OPTIONAL)
            if files.get(name)
        }
        # The same set of municipalities in every year, those of today: one that left would break every sum.
        tables["claims"] = tables["claims"].filter(tables["claims"].municipality.isin(list(municipalities)))
        delivered = tables["claims"]
        told = tables.get("claim_answers")
        rejected = [told.select("reference", state=told.status)] if told is not None else []
        waiting = [ibis.memtable(not_granted)] if not_granted is not None and len(not_granted) else []
        for out in (*rejected, *waiting):
            tables["claims"] = _granted(tables["claims"], out)
        segments = _products(products)
        lines = care_lines(tables, segments, as_of=as_of)
        kept = connection.create_table("care_lines", lines, temp=True)  # used twelve times; made once
        as_known = lines_on_day(tables["claims"], segments, ibis.memtable(known))
        on_day = connection.create_table("known_lines", as_known, temp=True)
        earlier = known_lines(on_day)
        expressions = {
            "usage": usage(kept, region=region),
            "holdings": holdings(kept, region=region),
            "contract_cells": contract_cells(kept),
            "youth_lines": youth_lines(kept),
            "receipts": receipts(tables["claims"], as_of=as_of),
            "youth_receipts": youth_receipts(tables["claims"], region=region, as_of=as_of),
            "claimed": claimed(tables["claims"], segments, as_of=as_of),
            "running": running(tables["claims"], segments, region=region, as_of=as_of),
            "known_cells": contract_cells(earlier, per=["known_on"]),
            "known_youths": known_youths(earlier),
            "known_youth_lines": known_youth_lines(on_day),
            "known_receipts": known_receipts(tables["claims"], ibis.memtable(known)),
            **care_marts(
                tables, segments, kept, region=region, municipalities=municipalities, as_of=as_of,
                keep=lambda name, table: connection.create_table(name, table, temp=True),
            ),
            "provider_months": provider_months(delivered, as_of=as_of),
            "arrivals": arrivals(delivered, as_of=as_of),
            "answers": answers(delivered, [*rejected, *waiting]),
        }  # fmt: skip
        made = {}
        for name, expression in expressions.items():
            progress(name)
            made[name] = to_frame(expression.to_pyarrow())
        return made
    finally:
        connection.disconnect()


def care_marts(
    tables: Mapping[str, ibis.Table],
    products: ibis.Table,
    lines: ibis.Table,
    *,
    region: str,
    municipalities: Sequence[str],
    as_of: date,
    keep: Callable[[str, ibis.Table], ibis.Table],
) -> dict[str, ibis.Table]:
    """The marts on youths over time; `keep` stores a table that is used more than once."""
    own = tables["allocations"].filter(tables["allocations"].municipality.isin(list(municipalities)))
    told = {"care_periods": no_periods(), **tables, "allocations": own}
    spells = all_spells(periods(told, products, as_of=as_of), as_of=as_of, keep=keep)
    known = keep("first_months", first_months(tables["claims"]))
    return {
        "flows": flows(spells, lines, known, region=region, as_of=as_of),
        "endings": endings(spells, known, region=region),
        "starts": starts(spells, told, known, region=region),
        "durations": durations(spells.regional, known, region=region, as_of=as_of),
        "stacking": stacking(keep("youth_months", youth_months(lines, region=region))),
        "youth_costs": youth_costs(lines, region=region),
        "care_days": care_days(periods(_started(tables, told), products, as_of=as_of), first=FIRST_DAY, as_of=as_of),
    }


def _started(tables: Mapping[str, ibis.Table], told: Mapping[str, ibis.Table]) -> Mapping[str, ibis.Table]:
    """Without start and stop messages care runs on the days of its allocation: good enough for what to expect."""
    if "care_periods" in tables:
        return told
    planned = told["allocations"].select("allocation_id", "start", "end").mutate(end_reason=ibis.null("string"))
    return {**told, "care_periods": planned}


def _granted(claims: ibis.Table, out: ibis.Table) -> ibis.Table:
    """Claims without the lines of `out` and without their credits: on its own a credit would lower the cost.

    Every answer that was delivered counts, whatever its date: one delivery can hold a claim of the last day of the
    quarter and the answer of a week later.
    """
    return claims.anti_join(out, "reference").anti_join(out.select(credit_of="reference"), "credit_of")


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Arrow to pandas without turning whole numbers into floats."""
    mapping = {pa.int64(): pd.Int64Dtype(), pa.string(): pd.StringDtype(na_value=float("nan"))}
    frame = table.to_pandas(types_mapper=mapping.get)
    whole = [name for name in frame if frame[name].dtype == "Int64" and not frame[name].hasnans]
    return frame.astype(dict.fromkeys(whole, "int64"))


def one_meaning(products: pd.DataFrame) -> pd.DataFrame:
    """The products with their dates read. Raises: JeugdError (REF-004) when a code has two rows for one day."""
    dated = products[["product", "segment"]].assign(
        valid_from=pd.to_datetime(products["valid_from"]), valid_to=pd.to_datetime(products["valid_to"])
    )
    ordered = dated.sort_values(["product", "valid_from"], kind="stable")
    last = ordered["valid_to"].fillna(pd.Timestamp.max).groupby(ordered["product"]).cummax()
    before = last.groupby(ordered["product"]).shift()
    if len(twice := sorted(ordered.loc[ordered["valid_from"] <= before, "product"].unique())):
        raise JeugdError(
            "REF-004",
            wat=f"products.csv geeft op één dag twee betekenissen aan {', '.join(twice)}.",
            doe="laat valid_to van de oude regel eindigen voor valid_from van de nieuwe.",
        )
    return dated


def _products(products: pd.DataFrame) -> ibis.Table:
    return ibis.memtable(pa.Table.from_pandas(one_meaning(products), preserve_index=False))
