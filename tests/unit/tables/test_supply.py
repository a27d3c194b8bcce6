"""Waiting lists, places and lump sums: each rule accepts and refuses, and a delivery of them goes in and is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jeugd_analysis import pipeline
from jeugd_analysis.domain import codes
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DeliveryError, JeugdError
from jeugd_analysis.sources.own_csv import read_table
from jeugd_analysis.store import Store
from jeugd_analysis.tables import TABLES, columns_of, require

K2, K3 = Quarter(2026, 2), Quarter(2026, 3)
GOOD: dict[str, dict[str, Any]] = {
    "waiting": {
        "municipality": "GM0637", "segment": "S3", "kind": "kdc", "quarter": "2026-K3",
        "waiting": 4, "mean_wait_days": 182.5, "harmful": 1,
    },
    "capacity": {"segment": "S1", "kind": "crisis", "quarter": "2026-K3", "places": 20, "occupied": 21},
    "task_payments": {
        "segment": "S4", "municipality": "GM0637", "provider": "00000001", "month": "2026-09-01",
        "amount_cents": 2_500_000, "youths": 40, "started": 5, "ended": 3, "waiting": 2,
        "satisfaction": 88.5, "goal_attainment": 75, "drop_out": 6.5,
    },
}  # fmt: skip
OTHER = {  # a second row of each table differs from the first in one part of the key
    "waiting": ("municipality", "GM0503"), "capacity": ("quarter", "2026-K2"), "task_payments": ("segment", "S5"),
}  # fmt: skip


def written(folder: Path, name: str, *rows: dict[str, Any]) -> Path:
    path = folder / f"{name}.csv"
    lines = [",".join(columns_of(TABLES[name])), *(",".join(str(value) for value in row.values()) for row in rows)]
    path.write_text("".join(f"{line}\n" for line in lines), "utf8")
    return path


def taken(folder: Path, name: str, *rows: dict[str, Any]) -> None:
    """Read and checked as `jeugd add` does."""
    path = written(folder, name, *rows)
    require(TABLES[name], read_table(path, TABLES[name]), file=path.name)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("waiting", {}),
        ("waiting", {"harmful": 4}),
        ("waiting", {"harmful": 0}),
        ("waiting", {"waiting": 0, "mean_wait_days": "", "harmful": 0}),
        ("waiting", {"waiting": 0, "mean_wait_days": 0, "harmful": 0}),
        ("waiting", {"kind": "ambulant"}),
        ("capacity", {}),
        ("capacity", {"occupied": 0}),
        ("capacity", {"places": 20, "occupied": 30}),
        ("capacity", {"places": 1, "occupied": 3}),
        ("capacity", {"places": 0, "occupied": 2}),
        ("capacity", {"kind": "ggz"}),
        ("task_payments", {}),
        ("task_payments", {"amount_cents": 0, "satisfaction": 0, "goal_attainment": 100, "drop_out": 0}),
        ("task_payments", dict.fromkeys(codes.KPIS, "")),
    ],
)
def test_what_the_rules_allow(tmp_path: Path, name: str, told: dict[str, Any]) -> None:
    taken(tmp_path, name, {**GOOD[name], **told})


@pytest.mark.parametrize(
    ("name", "told", "words"),
    [
        ("waiting", {"harmful": 5}, "schadelijk dan er wachten (WAI-001)"),
        ("waiting", {"mean_wait_days": ""}, "gemiddelde wachttijd (WAI-002)"),
        ("waiting", {"waiting": -1, "harmful": -2}, "kolom waiting: de waarde is te laag"),
        ("waiting", {"harmful": -1}, "kolom harmful: de waarde is te laag"),
        ("waiting", {"mean_wait_days": -0.5}, "kolom mean_wait_days: de waarde is te laag"),
        ("waiting", {"kind": "kinderdagcentrum"}, "kolom kind: de waarde staat niet in de codelijst"),
        ("waiting", {"quarter": "2026-Q3"}, "kolom quarter: de waarde heeft niet de afgesproken vorm"),
        ("waiting", {"quarter": "2026-K5"}, "kolom quarter: de waarde heeft niet de afgesproken vorm"),
        ("waiting", {"segment": "3"}, "kolom segment: de waarde heeft niet de afgesproken vorm"),
        ("waiting", {"municipality": "0637"}, "kolom municipality: de waarde heeft niet de afgesproken vorm"),
        ("capacity", {"places": 20, "occupied": 31}, "(CAP-001)"),
        ("capacity", {"places": 1, "occupied": 4}, "(CAP-001)"),
        ("capacity", {"places": -1}, "kolom places: de waarde is te laag"),
        ("capacity", {"occupied": -1}, "kolom occupied: de waarde is te laag"),
        ("capacity", {"kind": "ambulant"}, "kolom kind: de waarde staat niet in de codelijst"),
        ("task_payments", {"month": "2026-09-30"}, "(TSK-001)"),
        ("task_payments", {"amount_cents": -1}, "kolom amount_cents: de waarde is te laag"),
        ("task_payments", {"provider": "1"}, "kolom provider: de waarde heeft niet de afgesproken vorm"),
        *[("task_payments", {kpi: -1}, f"kolom {kpi}: de waarde is te laag") for kpi in codes.TASK_COUNTS],
        *[("task_payments", {kpi: 100.1}, f"kolom {kpi}: de waarde ligt buiten") for kpi in codes.OUTCOMES],
        *[("task_payments", {kpi: -0.1}, f"kolom {kpi}: de waarde ligt buiten") for kpi in codes.OUTCOMES],
    ],
)
def test_what_the_rules_refuse(tmp_path: Path, name: str, told: dict[str, Any], words: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        taken(tmp_path, name, {**GOOD[name], **told})
    assert words in refused.value.wat
    assert refused.value.wat.startswith(f"{name}.csv voldoet niet aan de tabel {TABLES[name].dutch}: ")


@pytest.mark.parametrize("name", GOOD)
def test_the_key_is_unique(tmp_path: Path, name: str) -> None:
    column, value = OTHER[name]
    taken(tmp_path, name, GOOD[name], {**GOOD[name], column: value})
    with pytest.raises(DeliveryError, match=r"regel 3: sleutel .* komt vaker voor"):
        taken(tmp_path, name, GOOD[name], GOOD[name])


@pytest.mark.parametrize(
    ("name", "column"), [("waiting", "waiting"), ("capacity", "occupied"), ("task_payments", "amount_cents")]
)
def test_only_key_figures_and_the_wait_may_be_empty(tmp_path: Path, name: str, column: str) -> None:
    with pytest.raises(DeliveryError, match=f"kolom {column}: verwacht een ingevulde waarde"):
        taken(tmp_path, name, {**GOOD[name], column: ""})


def test_the_key_figures_are_the_columns_that_may_be_empty() -> None:
    columns = columns_of(TABLES["task_payments"])
    assert [name for name, column in columns.items() if column.nullable] == list(codes.KPIS)
    assert set(codes.CAPACITY_KINDS) < set(codes.WAITING_KINDS)


def test_a_delivery_of_them_goes_in_and_check_names_it(store: Store, tmp_path: Path) -> None:
    for name, row in GOOD.items():
        written(tmp_path, name, row)
    pipeline.add(K3, [tmp_path], store=store)
    said = pipeline.check(K3, store=store)
    for name in GOOD:
        assert f"{TABLES[name].dutch}: 1 regels aangeleverd, 1 ingelezen." in said
    assert store.table("waiting", K3)[list(GOOD["waiting"])].to_dict("records") == [GOOD["waiting"]]


def test_they_are_never_asked_for(store: Store, tmp_path: Path) -> None:
    pipeline.add(K3, [written(tmp_path, "capacity", GOOD["capacity"])], store=store)
    said = "\n".join(pipeline.check(K3, store=store))
    assert "Ontbreekt nog: declaraties, toewijzingen, jeugdigen" in said
    for name in ("waiting", "task_payments"):
        assert TABLES[name].dutch not in said and store.table(name, K3).empty


def test_a_refused_table_leaves_nothing(store: Store, tmp_path: Path) -> None:
    bad = written(tmp_path, "waiting", {**GOOD["waiting"], "harmful": 5})
    with pytest.raises(JeugdError, match="WAI-001"):
        pipeline.add(K3, [bad], store=store)
    assert store.editions() == []


@pytest.mark.parametrize("name", GOOD)
def test_a_later_delivery_is_the_whole_series(store: Store, tmp_path: Path, name: str) -> None:
    column, value = OTHER[name]
    changed = {**GOOD[name], column: value}
    pipeline.add(K2, [written(tmp_path, name, GOOD[name])], store=store)
    pipeline.add(K3, [written(tmp_path, name, changed)], store=store)
    assert store.column(name, column, K2).tolist() == [GOOD[name][column]]
    assert store.column(name, column, K3).tolist() == [value]
