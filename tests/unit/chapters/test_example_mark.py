"""Real data is never taken for example data, nor the other way round: every row and every line has to say so."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jeugd_analysis.chapters.edition import is_example
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Store
from jeugd_analysis.tables import TABLES, empty

K3 = Quarter(2026, 3)
OURS, REAL = "90000001", "41412345"


@pytest.fixture
def known(store: Store, tmp_path, monkeypatch):
    """A store that knows these statuses of the population and these providers of claims and allocations."""

    def of(statuses: list[str], claims: list[str], allocations: list[str] | None = None) -> Store:
        files = {}
        for name, providers in (("claims", claims), ("allocations", allocations or [])):
            files[name] = [tmp_path / f"{name}.parquet"] if providers else []
            pq.write_table(pa.table({"provider": pa.array(providers, pa.string())}), tmp_path / f"{name}.parquet")
        monkeypatch.setattr(Store, "files", lambda self, table, until: files.get(table, []))
        monkeypatch.setattr(Store, "table", lambda self, name, until: pd.DataFrame({"status": statuses}, dtype="str"))
        return store

    return of


def test_the_example_region_is_example_data(example: Store):
    assert is_example(example, K3)


@pytest.mark.parametrize(
    ("statuses", "claims", "allocations"),
    [
        (["voorbeelddata", "definitief"], [OURS], []),  # one real row of the population
        (["voorbeelddata"], [OURS] * 1000 + [REAL], []),  # one real claim, with the population of the example
        (["voorbeelddata"], [REAL], []),
        (["voorbeelddata"], [OURS], [OURS, REAL]),
        ([], [OURS], []),  # no population: nothing says that it is made up
        (["definitief"], [OURS], []),
    ],
)
def test_one_real_row_or_line_makes_it_real(known, statuses, claims, allocations):
    assert not is_example(known(statuses, claims, allocations), K3)


def test_all_rows_and_lines_of_the_example_make_it_example_data(known):
    assert is_example(known(["voorbeelddata"] * 3, [OURS, "90000189", "90000999"], [OURS]), K3)


def test_a_file_without_statistics_is_taken_for_real(known, tmp_path):
    store = known(["voorbeelddata"], [OURS])
    pq.write_table(pa.table({"provider": [OURS]}), tmp_path / "claims.parquet", write_statistics=False)
    assert not is_example(store, K3)


def test_a_population_that_was_not_delivered_says_nothing(store: Store, monkeypatch):
    monkeypatch.setattr(Store, "table", lambda self, name, until: empty(TABLES[name]))
    assert not is_example(store, K3)
