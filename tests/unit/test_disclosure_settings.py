"""Every parameter of disclosure stands in data/reference/disclosure.toml and decides what it says it decides."""

from __future__ import annotations

import re
from dataclasses import fields, replace

import pandas as pd
import pytest

from jeugd_analysis import release as made
from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present.disclosure import Rules, Safe, safe
from jeugd_analysis.store import Store
from tests.conftest import ROOT
from tests.unit.test_release import K3, NO_CELLS, REGION, RULES, at, cells_of, holdings_of, usage_of


def released(rules: Rules, holdings: pd.DataFrame | None = None) -> pd.DataFrame:
    cells = cells_of()
    counts = made.protected_counts(cells, (), rules, REGION)
    return made.protected_money(counts, holdings_of(cells) if holdings is None else holdings, (), rules, REGION)


def one(youths: int, rules: Rules) -> Safe:
    table = pd.DataFrame({"place": ["a"], "youths": [youths], "cents": [123_456_789]})
    return safe(table, rules=rules, keys=["place"], count="youths", money=["cents"])


def test_the_file_is_what_the_program_uses():
    store = Store(ROOT, ROOT)
    told = store.settings("disclosure")
    assert set(told) == {field.name for field in fields(Rules)}  # nothing in it that nobody reads
    assert Rules.from_settings(told) == RULES


def test_nobody_reads_the_file_but_through_the_rules():
    found = [
        line.strip()
        for file in sorted((ROOT / "src").rglob("*.py"))
        for line in file.read_text("utf8").splitlines()
        if re.search(r"""settings\(["']disclosure["']\)""", line)
    ]
    assert len(found) >= 4 and all("Rules.from_settings(" in line for line in found)


def test_threshold_and_bases_decide_what_is_hidden_and_how_the_rest_is_rounded():
    assert one(12, RULES).hidden == 0 and one(12, replace(RULES, threshold=13)).hidden == 1
    assert one(48, RULES).frame["youths"][0] == 50 and one(44, replace(RULES, count_base=10)).frame["youths"][0] == 40
    finer = replace(RULES, money_base_cents=100_000)
    assert one(48, RULES).frame["cents"][0] == 123_000_000 and one(48, finer).frame["cents"][0] == 123_500_000


def test_fewer_providers_than_the_file_says_hide_an_amount():
    amount = at(released(RULES), "A", "S1", "amount_published")
    assert amount == 48_000_000
    assert pd.isna(at(released(replace(RULES, min_providers=6)), "A", "S1", "amount_published"))


def test_the_second_provider_may_not_come_closer_than_the_file_says():
    """Shares of 60, 30 and 10: the rest is 16.7 % of the largest. The rule of the handbook: hidden from p = 17 on."""
    told = holdings_of(cells_of(), providers=3)
    euros = told["euros"] * 100
    told = told.assign(largest_cents=euros * 60 // 100, second_cents=euros * 30 // 100)
    shown = [at(released(replace(RULES, p_percent=p), told), "A", "S1", "amount_published") for p in (16, 17)]
    assert [pd.isna(value) for value in shown] == [False, True]


@pytest.mark.parametrize("wider", [{"min_width": 60}, {"money_width_cents": 10_000_000_000}])
def test_the_attack_asks_for_the_width_that_the_file_says(wider):
    cells = released(RULES)
    made.require_wide(cells, [], RULES, REGION)
    with pytest.raises(DisclosureError, match="GEH-010"):
        made.require_wide(cells, [], replace(RULES, **wider), REGION)


def test_as_many_young_quarters_as_the_file_says_are_told_as_a_total_only():
    rows = pd.concat([usage_of(period=f"2026-K{n}").assign(period_kind="kwartaal") for n in (1, 2, 3)])
    segments = {}
    for young in (1, 2):
        cells = made.shown_cells(rows.reset_index(drop=True), NO_CELLS, K3, young_quarters=young)
        segments[young] = set(cells.loc[cells["dimension"].eq("segment"), "period"])
        assert set(cells.loc[cells["dimension"].eq("totaal"), "period"]) == {"2026-K1", "2026-K2", "2026-K3"}
    assert segments == {1: {"2026-K1", "2026-K2"}, 2: {"2026-K1"}}


@pytest.mark.parametrize(
    ("name", "value"), [("young_quarters", 0), ("young_quarters", 9), ("decimals_from", 100), ("decimals_from", 0)]
)
def test_what_cannot_be_a_rule_is_refused_by_name(name, value):
    told = Store(ROOT, ROOT).settings("disclosure")
    with pytest.raises(DisclosureError, match=rf"GEH-002.*{name} = {value}"):
        Rules.from_settings({**told, name: value})
    with pytest.raises(DisclosureError, match=rf"GEH-001.*{name}"):
        Rules.from_settings({key: one for key, one in told.items() if key != name})
