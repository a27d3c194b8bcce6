"""The running year and waiting lists in a release: every sum holds, what is small is hidden, no sum tells it."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.methods.disclosure import audit
from jeugd_analysis.present.disclosure import Rules
from jeugd_analysis.release.keys import ALL
from jeugd_analysis.release.protected import protected_counts
from jeugd_analysis.release.running import lifted_running, running_relations, running_table
from jeugd_analysis.release.tables import relations_of, tables_of, without_row
from jeugd_analysis.release.waiting import WAITING, waiting_cells
from jeugd_analysis.store import Store

K3 = Quarter(2026, 3)
REGION, PLACES = "R", ["GM0001", "GM0002", "GM0003"]
RULES = Rules(threshold=10, count_base=5, min_width=4, money_base_cents=1_000_000, money_width_cents=4_000_000,
              min_providers=3, p_percent=10, young_quarters=2, decimals_from=4_000)  # fmt: skip


def lists(**numbers: int) -> pd.DataFrame:
    """Waiting of one quarter: 40 per place and kind, unless named otherwise as GM0001_kdc."""
    kinds = {"kdc": "S3", "dagbesteding": "S3", "ggz": "S2"}
    rows = []
    for place in PLACES:
        for kind, segment in kinds.items():
            count = numbers.get(f"{place}_{kind}", 40)
            rows.append((place, segment, kind, "2026-K3", count, 50.0 if count else None, count // 2))
    columns = ["municipality", "segment", "kind", "quarter", "waiting", "mean_wait_days", "harmful"]
    return pd.DataFrame(rows, columns=columns)


def cells_of(table: pd.DataFrame) -> pd.DataFrame:
    return waiting_cells(table, K3, region=REGION, municipalities=PLACES)


def at(cells: pd.DataFrame, area: str, level: str, dimension: str = "waiting", column: str = "youths") -> object:
    found = cells[cells["area"].eq(area) & cells["level"].eq(level) & cells["dimension"].eq(dimension)]
    assert len(found) == 1
    return found[column].iloc[0]


def test_kinds_add_up_to_segments_and_municipalities_to_the_region():
    cells = cells_of(lists(GM0001_kdc=12))
    assert at(cells, "GM0001", "S3") == 52 and at(cells, "GM0001", ALL) == 92 and at(cells, REGION, "S3 kdc") == 92
    assert at(cells, REGION, ALL) == 332
    assert at(cells, "GM0001", "S3", "harmful") == 26 and at(cells, "GM0001", "S3", "bearable") == 26
    assert "S2 ggz" not in set(cells["level"])  # one kind in a segment: the segment itself
    assert not cells[cells["dimension"].ne("waiting")]["level"].str.contains(" ").any()


def test_who_reports_and_leaves_out_a_kind_has_nobody_waiting():
    table = lists()
    cells = cells_of(table[~(table["municipality"].eq("GM0001") & table["kind"].eq("ggz"))])
    assert at(cells, "GM0001", "S2") == 0 and at(cells, REGION, "S2") == 80


def test_a_municipality_that_reports_nothing_is_not_zero():
    table = lists()
    cells = cells_of(table[table["municipality"].ne("GM0001")])
    assert "GM0001" not in set(cells["area"]) and at(cells, REGION, ALL) == 240


def test_another_region_and_later_or_old_quarters_do_not_count():
    table = pd.concat([lists(), lists().assign(quarter="2026-K4"), lists().assign(quarter="2022-K4"),
                       lists().assign(municipality="GM0999")])  # fmt: skip
    cells = cells_of(table)
    assert set(cells["period"]) == {"2026-K3"} and at(cells, REGION, ALL) == 360
    assert cells_of(lists().iloc[:0]).empty


def protected(cells: pd.DataFrame) -> pd.DataFrame:
    totals = pd.DataFrame([(REGION, "jaar", "2025", "totaal", ALL, 500, 10**9)], columns=[*cells.columns])
    whole = pd.concat([totals, cells.astype({"youths": "int64", "amount_cents": "int64"})], ignore_index=True)
    return protected_counts(whole.assign(segment=""), [], RULES, REGION)


def test_a_small_list_is_hidden_and_another_with_it():
    done = protected(cells_of(lists(GM0001_kdc=4)))
    kdc = {area: at(done, area, "S3 kdc", column="published") for area in [*PLACES, REGION]}
    assert pd.isna(kdc["GM0001"])
    # with the region and two others shown to five, the fourth would be known; the attack below says so exactly
    shown = done[done["published"].notna() & done["dimension"].eq("waiting")]
    assert (shown["published"] % 5 == 0).all() and not shown["published"].between(1, 9).any()


def test_an_attacker_does_not_find_a_small_list():
    done = protected(cells_of(lists(GM0001_kdc=4, GM0002_ggz=3)))
    tables = without_row(tables_of(done, ["published", "status"], [WAITING]))
    relations = [each for each in relations_of(tables, REGION, distinct=True)]
    found = audit([tables], relations=relations, base=RULES.count_base, threshold=RULES.threshold,
                  zero="hidden")  # fmt: skip
    assert len(found) and ((found["high"] - found["low"]) >= RULES.min_width).all()


def test_a_zero_beside_a_small_list_is_not_told_either():
    """Four wait for kdc and nobody for dagbesteding: with a zero told, all who wait for S3 would wait for kdc."""
    done = protected(cells_of(lists(GM0001_kdc=4, GM0001_dagbesteding=0)))
    for level in ("S3 kdc", "S3 dagbesteding"):
        assert pd.isna(at(done, "GM0001", level, column="published"))
        assert at(done, "GM0001", level, column="status") == "primary"
    tables = without_row(tables_of(done, ["published", "status"], [WAITING]))
    relations = relations_of(tables, REGION, distinct=True)
    found = audit([tables], relations=relations, base=RULES.count_base, threshold=RULES.threshold, zero="hidden")
    mine = found[found["area"].eq("GM0001") & found["kind"].eq("S3 dagbesteding") & found["part"].eq(WAITING)]
    assert mine["low"].iloc[0] == 0 and mine["high"].iloc[0] >= RULES.min_width


def test_without_any_list_or_with_an_empty_one_the_rest_is_protected():
    assert len(protected(cells_of(lists().iloc[:0])))


def test_every_sum_of_the_example_holds(example: Store):
    cells = example.release(K3)
    region = example.region.code
    mine = cells[cells["dimension"].eq("waiting")]
    whole = mine[mine["level"].eq(ALL)].set_index(["area", "period"])["youths"]
    parts = mine[~mine["level"].str.contains(" ") & mine["level"].ne(ALL)].groupby(["area", "period"])["youths"].sum()
    assert whole.sort_index().to_dict() == parts.to_dict()
    by_place = mine[mine["area"].ne(region)].groupby(["period", "level"])["youths"].sum()
    assert mine[mine["area"].eq(region)].set_index(["period", "level"])["youths"].to_dict() == by_place.to_dict()
    few = mine["youths"].between(1, 9)
    assert mine.loc[few, "published"].isna().all() and few.any()


# -- the running year ------------------------------------------------------------------------------


def running_rows(**euros: int) -> pd.DataFrame:
    rows = [
        (area, "lopend", "2026-K3", "running", level, 50, value * 100)
        for (area, level), value in {
            (key[:6] if key.startswith("GM") else REGION, key.rpartition("_")[2]): v for key, v in euros.items()
        }.items()
    ]
    return pd.DataFrame(rows, columns=["area", "period_kind", "period", "dimension", "level", "youths", "amount_cents"])


def test_a_segment_credited_for_more_takes_from_the_largest_and_sums_hold():
    told = running_rows(GM0001_S1=-5, GM0001_S5=100, GM0001_alle=95, GM0002_S1=20, GM0002_S5=30, GM0002_alle=50,
                        R_S1=15, R_S5=130, R_alle=145)  # fmt: skip
    euros = lifted_running(told, told["amount_cents"] // 100, REGION)
    of = {(row.area, row.level): euros[row.Index] for row in told.itertuples()}
    assert of["GM0001", "S1"] == 0 and of["GM0001", "S5"] == 95 and of["GM0001", ALL] == 95
    assert of[REGION, "S1"] == 20 and of[REGION, "S5"] == 125 and of[REGION, ALL] == 145


def test_quarters_of_now_are_not_the_sum_of_what_was_known_then():
    told = running_rows(GM0001_S5=100, GM0001_alle=100, R_S5=100, R_alle=100).assign(year="2026", quarter="K3", row=0)
    quarters = [
        {**told.iloc[0].to_dict(), "area": area, "dimension": "totaal", "period_kind": "kwartaal", "level": ALL,
         "period": f"2026-{number}", "quarter": number}
        for area in ("GM0001", REGION) for number in ("K1", "K2", "K3")
    ]  # fmt: skip
    both = pd.concat([told, pd.DataFrame(quarters)], ignore_index=True)
    assert set(running_table(both, "running_quarters")["quarter"]) == {ALL, "K1", "K2", "K3"}
    later = pd.concat([both, pd.DataFrame([{**quarters[0], "period": "2026-K4", "quarter": "K4"}])], ignore_index=True)
    assert running_table(later, "running_quarters").empty


def test_without_rows_there_are_no_sums():
    assert list(running_relations({}, REGION)) == []


def test_the_running_year_of_the_example_adds_up_and_small_segments_are_hidden(example: Store):
    cells = example.release(K3)
    mine = cells[cells["dimension"].eq("running")]
    assert set(mine["period"]) == {"2026-K2", "2026-K3"}
    parts = mine[mine["level"].ne(ALL)].groupby(["area", "period"])["amount_cents"].sum()
    assert mine[mine["level"].eq(ALL)].set_index(["area", "period"])["amount_cents"].to_dict() == parts.to_dict()
    few = mine["youths"].lt(RULES.threshold) & mine["amount_cents"].ne(0)
    assert few.any() and mine.loc[few, "amount_published"].isna().all()
    assert mine["amount_published"].notna().any() and mine["published"].isna().all()


def test_no_segment_of_the_example_stands_alone_in_hiding(example: Store):
    """One hidden amount beside a shown whole would be known to the euro."""
    mine = example.release(K3).query("dimension == 'running' and amount_cents != 0")
    parts = mine[mine["level"].ne(ALL)]
    whole = mine[mine["level"].eq(ALL) & mine["amount_published"].notna()].set_index(["area", "period"]).index
    counts = parts[parts["amount_published"].isna()].groupby(["area", "period"]).size()
    assert len(whole) and not (counts.reindex(whole).dropna() == 1).any()
