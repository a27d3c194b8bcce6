"""GLOSSARY.md explains every column there is, and none that is not; the reader's glossary is in order."""

from __future__ import annotations

import csv
import re
import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path

import ibis
import pandas as pd
import pytest

from jeugd_analysis.marts import MARTS
from jeugd_analysis.marts.arrivals import answers, arrivals, provider_months
from jeugd_analysis.marts.build import care_marts
from jeugd_analysis.marts.care_lines import care_lines
from jeugd_analysis.marts.claimed import claimed, running
from jeugd_analysis.marts.costs import contract_cells
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
from jeugd_analysis.marts.usage import usage
from jeugd_analysis.marts.youth_lines import youth_lines
from jeugd_analysis.marts.youth_receipts import youth_receipts
from jeugd_analysis.tables import TABLES, columns_of

ROOT = Path(__file__).resolve().parents[1]
GLOSSARY = (ROOT / "GLOSSARY.md").read_text("utf8")
FOLDERS = ("reference", "published")
FILES = sorted(file for folder in FOLDERS for file in (ROOT / "data" / folder).rglob("*.csv"))
SETTINGS = sorted((ROOT / "data" / "reference").rglob("*.toml"))
_ROW = re.compile(r"^\| `(\w+)` \| (\S.*) \|$", re.MULTILINE)


def sections() -> dict[str, str]:
    """Text below each heading of the third level."""
    parts = re.split(r"^#{2,3} ", GLOSSARY, flags=re.MULTILINE)[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


def explained(name: str) -> list[str]:
    """Columns of a section in their order."""
    assert name in sections(), f"GLOSSARY.md has no section '### {name}'"
    return [column for column, _ in _ROW.findall(sections()[name])]


def unbound(name: str) -> ibis.Table:
    """A table of the store without data, as the marts see it; only types that the marts calculate with matter."""
    kinds = {"int64": "int64", "Int64": "int64", "float64": "float64", "datetime64[ns]": "timestamp"}
    columns = columns_of(TABLES[name]).items()
    return ibis.table({column: kinds.get(str(told.dtype), "string") for column, told in columns}, name=name)


def mart_columns() -> dict[str, list[str]]:
    """Columns of each mart, from its expression alone."""
    tables = {name: unbound(name) for name in ("claims", "allocations", "youths", "requests", "care_periods")}
    dated = {"product": "string", "segment": "string", "valid_from": "timestamp", "valid_to": "timestamp"}
    as_of = date(2026, 9, 30)
    products = ibis.table(dated, name="products")
    lines = care_lines(tables, products, as_of=as_of)
    snapshots = pd.DataFrame(columns=["known_on", "base", "compare"], dtype="str")
    known = ibis.memtable(moments(snapshots, as_of=as_of))
    on_day = lines_on_day(tables["claims"], products, known)
    earlier = known_lines(on_day)
    marts = {
        "usage": usage(lines, region="GM0000"),
        "holdings": holdings(lines, region="GM0000"),
        "contract_cells": contract_cells(lines),
        "youth_lines": youth_lines(lines),
        "receipts": receipts(tables["claims"], as_of=as_of),
        "youth_receipts": youth_receipts(tables["claims"], region="GM0000", as_of=as_of),
        "claimed": claimed(tables["claims"], products, as_of=as_of),
        "running": running(tables["claims"], products, region="GM0000", as_of=as_of),
        "known_cells": contract_cells(earlier, per=["known_on"]),
        "known_youths": known_youths(earlier),
        "known_youth_lines": known_youth_lines(on_day),
        "known_receipts": known_receipts(tables["claims"], known),
        **care_marts(
            tables, products, lines, region="GM0000", municipalities=["GM0637"], as_of=as_of, keep=lambda _, told: told
        ),
        "provider_months": provider_months(tables["claims"], as_of=as_of),
        "arrivals": arrivals(tables["claims"], as_of=as_of),
        "answers": answers(tables["claims"], []),
    }
    assert marts.keys() == set(MARTS), "a mart was added or left: add it here and to GLOSSARY.md"
    return {name: list(expression.columns) for name, expression in {"care_lines": lines, **marts}.items()}


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_a_table_is_explained(name: str) -> None:
    assert explained(name) == list(columns_of(TABLES[name]))


@pytest.mark.parametrize("name", mart_columns())
def test_every_column_of_a_mart_is_explained(name: str) -> None:
    assert explained(name) == mart_columns()[name]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT / "data").as_posix())
def test_every_column_of_a_csv_is_explained(file: Path) -> None:
    with file.open(encoding="utf8", newline="") as stream:
        header = next(csv.reader(line for line in stream if not line.startswith("#")))
    assert explained(file.relative_to(ROOT).as_posix()) == header


@pytest.mark.parametrize("file", SETTINGS, ids=lambda file: file.name)
def test_every_setting_is_explained(file: Path) -> None:
    name = file.relative_to(ROOT / "data" / "reference").as_posix()
    told = re.findall(rf"^\| {re.escape(name)} \| `(\w+)` \| \S.* \|$", sections()["Settings"], re.MULTILINE)
    assert told == list(tomllib.loads(file.read_text("utf8")))


def test_no_section_is_about_a_table_that_is_gone() -> None:
    files = {file.relative_to(ROOT).as_posix() for file in FILES}
    told = {name for name in sections() if name.startswith("data/")} | {name for name in sections() if name.islower()}
    there = files | set(TABLES) | set(mart_columns())
    assert told - there == set()


def test_the_readers_glossary_is_in_order() -> None:
    lines = (ROOT / "book" / "begrippen.md").read_text("utf8").splitlines()
    terms = [term for term, text in pairwise(lines) if text.startswith(": ")]
    assert len(terms) > 20
    assert terms == sorted(terms, key=str.casefold)
