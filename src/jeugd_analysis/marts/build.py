"""Make every mart of an edition in one go, on DuckDB embedded in the program or on another Ibis engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa

from jeugd_analysis.errors import JeugdError
from jeugd_analysis.marts.care_lines import care_lines
from jeugd_analysis.marts.costs import contract_cells
from jeugd_analysis.marts.known import known_lines, known_youths, moments
from jeugd_analysis.marts.receipts import receipts
from jeugd_analysis.marts.usage import usage

NEEDED = ("claims", "allocations", "youths")
OPTIONAL = ("requests", "claim_answers")
MARTS = ("usage", "contract_cells", "receipts", "known_cells", "known_youths")


def build_marts(
    files: Mapping[str, Sequence[Path]],
    *,
    products: pd.DataFrame,
    snapshots: pd.DataFrame,
    region: str,
    municipalities: Sequence[str],
    as_of: date,
    engine: str = "duckdb://",
    progress: Callable[[str], None] = lambda name: None,
) -> dict[str, pd.DataFrame]:
    """The marts by name, exact: counts are distinct youths, money is whole cents, credits netted in the care month.

    `region` is the code for all `municipalities` together. Shapes: `files` maps a table to its Parquet files;
    `products` has product, segment, valid_from and valid_to; `snapshots` known_on, base and compare (see `moments`).
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
        if "claim_answers" in tables:
            tables["claims"] = _granted(tables["claims"], tables["claim_answers"], as_of=as_of)
        segments = _products(products)
        lines = care_lines(tables, segments, as_of=as_of)
        kept = connection.create_table("care_lines", lines, temp=True)  # used twelve times; made once
        as_known = known_lines(tables["claims"], segments, ibis.memtable(known))
        earlier = connection.create_table("known_lines", as_known, temp=True)
        expressions = {
            "usage": usage(kept, region=region),
            "contract_cells": contract_cells(kept),
            "receipts": receipts(tables["claims"], as_of=as_of),
            "known_cells": contract_cells(earlier, per=["known_on"]),
            "known_youths": known_youths(earlier),
        }
        made = {}
        for name, expression in expressions.items():
            progress(name)
            made[name] = to_frame(expression.to_pyarrow())
        return made
    finally:
        connection.disconnect()


def _granted(claims: ibis.Table, answers: ibis.Table, *, as_of: date) -> ibis.Table:
    """Claims without those that the municipality had rejected by a day; an answer can come in a later delivery."""
    known = answers.filter(answers.answered_on <= ibis.timestamp(as_of.isoformat() + " 00:00:00"))
    return claims.anti_join(known, "reference")


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
