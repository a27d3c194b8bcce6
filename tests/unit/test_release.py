"""What an edition may say: every number protected together with the others, and attacked before a page is made."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis import release as made
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.methods.disclosure import SumOver, audit
from jeugd_analysis.present.disclosure import Rules
from jeugd_analysis.release.attack import money_told
from jeugd_analysis.release.tables import relations_of
from tests.conftest import CODE

ROOT = Path(__file__).resolve().parents[2]
RULES = Rules(
    threshold=10, count_base=5, min_width=4, money_base_cents=1_000_000, money_width_cents=4_000_000, min_providers=3,
    p_percent=10, young_quarters=2, decimals_from=4_000,
)  # fmt: skip
REGION, K3 = "R", Quarter(2026, 3)
PLACES = ("A", "B", "C")
SEGMENTS = ("S1", "S2")
# Youths per place and segment in 2025. B has seven in S2; nobody is in two segments.
YOUTHS = {("A", "S1"): 60, ("A", "S2"): 30, ("B", "S1"): 41, ("B", "S2"): 7, ("C", "S1"): 55, ("C", "S2"): 26}


def row(area, period, dimension, level, youths, cents=None):
    kind = "kwartaal" if "K" in period else "jaar"
    money = youths * 800_000 if cents is None else cents
    told = (area, kind, period, dimension, level, youths, money)
    return dict(zip([*made.KEYS, "youths", "amount_cents"], told, strict=True))


def usage_of(youths=YOUTHS, period="2025"):
    """The usage mart of one period: per place and segment, with all totals; youths are in one segment each."""
    areas = {place: [place] for place in PLACES} | {REGION: list(PLACES)}
    rows = []
    for area, places in areas.items():
        of = {level: sum(youths[place, level] for place in places) for level in SEGMENTS}
        rows.append(row(area, period, "totaal", "alle", sum(of.values())))
        rows += [row(area, period, "segment", level, number) for level, number in of.items()]
        total = sum(of.values())
        ages = {"0-3": total // 4, "4-11": total // 4, "12-17": total // 4}
        ages["18-22"] = total - sum(ages.values())
        if area != REGION:
            rows += [row(area, period, "age_band", band, number) for band, number in ages.items()]
    bands = pd.DataFrame(rows).query("dimension == 'age_band'").groupby("level", as_index=False)["youths"].sum()
    rows += [row(REGION, period, "age_band", band.level, band.youths) for band in bands.itertuples()]
    return pd.DataFrame(rows)


NO_CELLS = pd.DataFrame({"product": [], "year": [], "segment": []})


def holdings_of(cells, providers=5, **apart):
    """Every amount spread evenly over so many providers; `apart` gives other numbers for a level."""
    told = cells[cells["dimension"].isin(["totaal", "segment", "product"])]
    number = told["level"].map(apart).fillna(providers)
    return told[made.KEYS].assign(
        providers=number.astype("int64"),
        largest_cents=(told["amount_cents"] / number).astype("int64"),
        second_cents=(told["amount_cents"] / number * (number > 1)).astype("int64"),
        euros=told["amount_cents"] // 100,
    )


def cells_of(usage=None, quarter=K3):
    return made.shown_cells(usage_of() if usage is None else usage, NO_CELLS, quarter, young_quarters=2)


def whole(cells, before=(), holdings=None):
    """Counts and money of an edition."""
    counts = made.protected_counts(cells, before, RULES, REGION)
    return made.protected_money(counts, holdings_of(cells) if holdings is None else holdings, before, RULES, REGION)


def at(frame, area, level, column="published", dimension="segment"):
    found = frame[(frame["area"] == area) & (frame["dimension"] == dimension) & (frame["level"] == level)]
    assert len(found) == 1
    return found[column].iloc[0]


# -- which numbers ---------------------------------------------------------------------------------


def test_a_year_that_is_not_over_and_young_quarters_per_segment_are_no_part_of_it():
    periods = ["2025", "2026", "2026-K1", "2026-K2", "2026-K3"]
    cells = cells_of(pd.concat([usage_of(period=period) for period in periods], ignore_index=True))
    seen = {(row.period, row.dimension) for row in cells.itertuples() if row.dimension in ("totaal", "segment")}
    assert seen == {
        ("2025", "totaal"), ("2025", "segment"), ("2026-K1", "totaal"), ("2026-K1", "segment"),
        ("2026-K2", "totaal"), ("2026-K3", "totaal"),
    }  # fmt: skip


def test_minors_are_the_three_youngest_bands():
    cells = cells_of()
    assert at(cells, "A", "0-17", "youths", "minors") == 3 * (90 // 4)


def test_every_number_has_one_place_in_the_tables_and_every_sum_holds():
    cells = cells_of()
    tables = made.tables_of(cells, ["youths"], made.LAYOUT)
    rows = pd.concat([frame["row"] for frame in tables.values()])
    assert sorted(rows[rows >= 0]) == list(cells.index)
    segment = tables["segment"]
    total = segment[segment["segment"] == "alle"].set_index("area")["youths"]
    parts = segment[segment["segment"] != "alle"].groupby("area")["youths"].sum()
    assert total.to_dict() == parts.to_dict()


def test_a_product_adds_up_only_to_the_segment_it_was_in_all_year():
    usage = pd.concat([usage_of(), pd.DataFrame([row("A", "2025", "product", p, 20) for p in ("P1", "P2")])])
    cells = pd.DataFrame({"product": ["P1", "P2", "P2"], "year": 2025, "segment": ["S1", "S1", "S2"]})
    shown = made.shown_cells(usage.reset_index(drop=True), cells, K3, young_quarters=2).set_index("level")["segment"]
    assert (shown["P1"], shown["P2"]) == ("S1", "")


def by_sex(unknown=0, period="2025", **girls):
    """Ages of the region as `usage_of` has them (54, 54, 54 and 57), divided in girls, boys and unknown."""
    ages = {"0-3": 54, "4-11": 54, "12-17": 54, "18-22": 57}
    rows = []
    for band, whole in ages.items():
        of_them = girls.get(f"g{band.replace('-', '_')}", 25)
        known = {"meisjes": of_them, "jongens": whole - of_them - unknown, "onbekend": unknown}
        rows += [row(REGION, period, "age_sex", f"{band} {sex}", number) for sex, number in known.items() if number]
    return pd.concat([usage_of(period=period), pd.DataFrame(rows)], ignore_index=True)


def test_girls_and_all_others_divide_every_age_of_the_region():
    cells = cells_of(by_sex(g0_3=20))
    assert at(cells, REGION, "0-3 meisjes", "youths", "age_sex") == 20
    assert at(cells, REGION, "0-3 overig", "youths", "age_sex") == 34
    table = made.tables_of(cells, ["youths"], ["age_sex"])["age_sex"]
    band = table[table["age_band"].eq("0-3")].set_index("sex")["youths"]
    assert band.to_dict() == {"alle": 54, "meisjes": 20, "overig": 34} and set(table["area"]) == {REGION}
    told = {(r.table, r.column) for r in relations(cells) if isinstance(r, SumOver)}
    assert ("age_sex", "sex") in told and ("age_sex", "area") not in told


def test_few_of_unknown_sex_are_with_the_others_and_many_make_it_untold():
    few = cells_of(pd.concat([by_sex(), pd.DataFrame([row(REGION, "2025", "age_sex", "0-3 onbekend", 2)])]))
    assert at(few, REGION, "0-3 overig", "youths", "age_sex") == 54 - 25 + 2
    assert not set(few["level"]) & {"0-3 onbekend", "0-3 jongens"}
    assert "age_sex" not in set(cells_of(by_sex(unknown=2))["dimension"])  # 8 of 219


def test_few_girls_of_an_age_are_hidden_and_the_age_beside_the_others_does_not_tell_them():
    done = whole(cells_of(by_sex(g18_22=4)))
    assert at(done, REGION, "18-22 meisjes", "status", "age_sex") == "primary"
    measured = made.require_wide(done, [], RULES, REGION)
    assert measured.narrowest_count >= RULES.min_width


def test_an_earlier_edition_without_ages_by_sex_does_not_stand_in_the_way():
    first = whole(cells_of())
    later = whole(cells_of(by_sex(g18_22=4), K3.next()), [first])
    assert at(later, REGION, "0-3 meisjes", "published", "age_sex") == 25
    assert at(later, REGION, "18-22 meisjes", "status", "age_sex") == "primary"
    assert at(later, REGION, "18-22", "published", "age_band") == at(first, REGION, "18-22", "published", "age_band")
    assert made.require_wide(later, [first], RULES, REGION).narrowest_count >= RULES.min_width


def test_a_raised_total_raises_its_largest_age_and_the_largest_sex_in_it():
    cells = cells_of(by_sex())
    for area in (REGION, "C"):
        cells.loc[cells["area"].eq(area) & cells["dimension"].eq("totaal"), "youths"] -= 40
    cells.loc[cells["area"].eq(REGION) & cells["dimension"].eq("totaal"), "youths"] = 150  # S1 alone has 156
    raised = made.with_covering_totals(cells, REGION)
    assert at(raised, REGION, "alle", "youths", "totaal") == 156
    assert at(raised, REGION, "18-22", "youths", "age_band") == 57 + 6
    assert at(raised, REGION, "18-22 overig", "youths", "age_sex") == 32 + 6
    assert at(raised, REGION, "18-22 meisjes", "youths", "age_sex") == 25


# -- counts ----------------------------------------------------------------------------------------


def test_a_small_number_is_hidden_and_no_sum_gives_it_away():
    done = whole(cells_of())
    assert pd.isna(at(done, "B", "S2")) and at(done, "B", "S2", "status") == "primary"
    measured = made.require_wide(done, [], RULES, REGION)
    assert measured.narrowest_count >= RULES.min_width and measured.narrowest_cents >= RULES.money_width_cents


def test_shown_numbers_are_multiples_of_five_within_five_of_the_truth_and_ages_add_up():
    done = whole(cells_of())
    shown = done.dropna(subset=["published"])
    assert (shown["published"] % 5 == 0).all() and ((shown["published"] - shown["youths"]).abs() < 5).all()
    for area in (*PLACES, REGION):
        bands = done[(done["area"] == area) & (done["dimension"] == "age_band")]["published"]
        if bands.notna().all():
            assert bands.sum() == at(done, area, "alle", dimension="totaal")


def test_a_total_that_a_credit_made_smaller_than_its_part_is_raised_for_the_sums_only():
    cells = cells_of()
    cells.loc[cells["area"].eq("C") & cells["dimension"].eq("totaal"), "youths"] = 54  # S1 alone has 55
    raised = made.with_covering_totals(cells, REGION)
    assert at(raised, "C", "alle", "youths", "totaal") == 55 and at(cells, "C", "alle", "youths", "totaal") == 54


# -- money -----------------------------------------------------------------------------------------


def lines_of(cells):
    """The sums of money a reader can make: (total, parts) as lists of rows."""
    rows = {key: place for place, key in enumerate(zip(cells["area"], cells["dimension"], cells["level"], strict=True))}
    for area in (*PLACES, REGION):
        yield rows[area, "totaal", "alle"], [rows[area, "segment", level] for level in SEGMENTS]
    for dimension, level in (("totaal", "alle"), *(("segment", level) for level in SEGMENTS)):
        yield rows[REGION, dimension, level], [rows[place, dimension, level] for place in PLACES]


def test_no_sum_of_amounts_has_exactly_one_hidden_part():
    done = whole(cells_of()).reset_index(drop=True)
    priced = done[done["amount_status"].notna()]
    assert pd.isna(at(done, "B", "S2", "amount_published"))
    hidden = done["amount_published"].isna()
    for total, parts in lines_of(done):
        assert sum(hidden[place] for place in (total, *parts)) != 1
    assert hidden[priced.index].sum() >= 4  # a small one, one beside it, and the same in another place


@pytest.mark.parametrize(("providers", "is_hidden"), [(2, True), (3, False)])
def test_an_amount_of_few_providers_is_hidden(providers, is_hidden):
    youths = {key: 300 + n for n, key in enumerate(YOUTHS)}  # nothing is small
    cells = cells_of(usage_of(youths))
    done = whole(cells, holdings=holdings_of(cells, S1=providers))
    assert pd.isna(at(done, "A", "S1", "amount_published")) is is_hidden
    assert pd.notna(at(done, "A", "S1"))  # the number of youths is not about providers


def test_an_amount_that_one_provider_dominates_is_hidden():
    """p% rule by hand: largest 85, second 10, rest 5 of 100; 5 < 10 % of 85."""
    youths = {key: 300 + n for n, key in enumerate(YOUTHS)}
    cells = cells_of(usage_of(youths))
    holdings = holdings_of(cells)
    mine = holdings["area"].eq("A") & holdings["level"].eq("S1")
    amount = int(at(cells, "A", "S1", "amount_cents"))
    holdings.loc[mine, ["providers", "largest_cents", "second_cents"]] = [4, amount * 85 // 100, amount * 10 // 100]
    assert pd.isna(at(whole(cells, holdings=holdings), "A", "S1", "amount_published"))
    holdings.loc[mine, "second_cents"] = amount * 5 // 100  # rest 10 of 100, more than 8.5
    assert pd.notna(at(whole(cells, holdings=holdings), "A", "S1", "amount_published"))


def test_a_hidden_amount_stays_as_unknown_on_either_side_as_the_rule_asks():
    """By hand: one provider has all 2.4 million of A in S1, so 240,000 must stay possible above it and below it.

    S2 of A is 50,000: hiding only that beside it would leave no more than 50,000 above.
    """
    cells = cells_of(usage_of(dict.fromkeys(YOUTHS, 300)))
    cheap = cells["area"].isin(["A", REGION]) & (cells["dimension"].eq("totaal") | cells["level"].eq("S2"))
    cells.loc[cheap, "amount_cents"] -= 300 * 800_000 - 5_000_000
    holdings = holdings_of(cells)
    mine = holdings["area"].eq("A") & holdings["level"].eq("S1")
    holdings.loc[mine, ["providers", "largest_cents", "second_cents"]] = [1, 240_000_000, 0]
    done = whole(cells, holdings=holdings)
    assert made.require_wide(done, [], RULES, REGION).narrowest_cents >= RULES.money_width_cents
    told = money_told(done)
    found = audit(told, relations=relations_of(told, REGION, distinct=False), base=1, threshold=1)
    mine = found[found["table"].eq("segment") & found["area"].eq("A") & found["segment"].eq("S1")]
    assert (mine["low"] <= 2_400_000 - 240_000).all() and (mine["high"] >= 2_400_000 + 240_000).all() and len(mine)


# -- editions --------------------------------------------------------------------------------------


def test_a_figure_stays_until_ten_youths_changed_and_what_was_hidden_stays_hidden():
    first = whole(cells_of())
    moved = {**YOUTHS, ("A", "S1"): 63, ("B", "S2"): 14, ("C", "S1"): 75}
    later = whole(cells_of(usage_of(moved), K3.next()), [first])
    assert at(later, "A", "S1") == at(first, "A", "S1")  # three more is no news
    assert pd.isna(at(later, "B", "S2")) and at(later, "B", "S2", "status") == "secondary"
    assert abs(at(later, "C", "S1") - 75) < 5  # twenty more is
    assert made.require_wide(later, [first], RULES, REGION).narrowest_count >= RULES.min_width


def test_an_amount_stays_until_ten_youths_worth_changed_and_hidden_stays_hidden():
    first = whole(cells_of())

    def dearer(cents):
        """The same youths; those of A in S1 cost this much more."""
        cells = cells_of()
        touched = cells["area"].isin(["A", REGION]) & (cells["dimension"].eq("totaal") | cells["level"].eq("S1"))
        cells.loc[touched, "amount_cents"] += cents
        return cells

    later = whole(dearer(1_500_000), [first])  # 15,000 euro, less than what ten youths of 8,000 euro cost
    place = {"dimension": "totaal", "column": "amount_published"}
    assert at(later, "A", "alle", **place) == at(first, "A", "alle", **place)
    assert pd.isna(at(later, "B", "S2", "amount_published"))
    last = whole(dearer(21_500_000), [first, later])
    assert at(last, "A", "alle", **place) == at(first, "A", "alle", **place) + 22_000_000  # 72.0 and 93.5 go to 72, 94


# -- the attack ------------------------------------------------------------------------------------


def test_the_attack_stops_a_release_that_hides_one_number_of_a_sum():
    done = whole(cells_of()).reset_index(drop=True)
    planted = done.copy()
    single = planted["dimension"].eq("segment") & planted["area"].eq("B") & planted["level"].eq("S2")
    others = planted["amount_published"].isna() & ~single & planted["amount_status"].notna()
    planted.loc[others, "amount_published"] = planted.loc[others, "amount_cents"].astype("Int64")
    planted.loc[others, "amount_status"] = "shown"
    with pytest.raises(DisclosureError, match="GEH-010"):
        made.require_wide(planted, [], RULES, REGION)


# -- the whole step --------------------------------------------------------------------------------


def test_the_release_of_the_example_hides_every_small_number_and_tells_the_same_everywhere(example):
    cells = example.release(Quarter(2026, 3))
    assert not cells.duplicated(made.KEYS).any()
    small = cells["youths"].between(1, 9)
    assert (
        small.any() and cells.loc[small, "published"].isna().all() and cells.loc[small, "amount_published"].isna().all()
    )
    shown = cells["published"].dropna()
    assert (shown % 5 == 0).all() and ((shown >= 10) | (shown == 0)).all()
    amounts = cells["amount_published"].dropna()
    assert (amounts % 1_000_000 == 0).all()


def test_it_is_made_once_and_again_when_an_earlier_one_changed(store, first_edition, deliveries):
    from jeugd_analysis import pipeline

    first, second = Quarter(2025, 4), Quarter(2026, 1)
    shutil.copytree(first_edition.work, store.work)  # its release was made there
    pipeline.add(second, [deliveries / second.label], store=store)
    pipeline.refresh_marts(second, store=store, code=CODE)
    assert not made.release(first, store=store, code=CODE)
    assert made.release(second, store=store, code=CODE) and not made.release(second, store=store, code=CODE)
    before = store.release(second)
    changed = store.release(first)
    everything = changed["dimension"].eq("totaal")
    changed.loc[everything, "published"] = pd.NA
    changed.loc[everything, "status"] = "secondary"
    store.write_release(first, changed, "anders")
    assert made.release(second, store=store, code=CODE)
    after = store.release(second)
    totals = after["dimension"].eq("totaal") & after["period"].isin(changed.loc[everything, "period"])
    assert after.loc[totals, "published"].isna().all() and before.loc[totals, "published"].notna().any()


def test_what_was_published_binds_its_own_quarter_too_and_a_draft_does_not(store):
    frame = whole(cells_of())
    store.write_release(K3, frame, "een")
    assert store.releases(K3) == [] and len(store.releases(K3.next())) == 1
    store.keep_release(K3)
    store.keep_release(K3)  # the same again is one publication
    assert len(store.releases(K3)) == 1
    store.write_release(K3, frame.assign(published=frame["published"] + 5), "twee")
    kept = store.releases(K3.next())
    assert len(kept) == 1 and kept[0][1]["published"].equals(frame["published"])  # a draft after it was never seen
    store.keep_release(K3)
    assert len(store.releases(K3)) == 2


# -- sums that a reader can make -------------------------------------------------------------------


def test_a_number_that_only_the_sum_over_segments_gives_away_stops_the_release():
    """S2 is hidden in two places, so the sum over places does not tell it; the sum over segments does."""
    youths = {key: 300 + n for n, key in enumerate(YOUTHS)}
    cells = cells_of(usage_of(youths))
    done = whole(cells, holdings=holdings_of(cells))
    assert made.require_wide(done, [], RULES, REGION).narrowest_cents > RULES.money_width_cents
    planted = done["dimension"].eq("segment") & done["level"].eq("S2") & done["area"].isin(["A", "B"])
    done.loc[planted, ["amount_published", "amount_status"]] = [pd.NA, "primary"]
    with pytest.raises(DisclosureError, match="GEH-010"):
        made.require_wide(done, [], RULES, REGION)


def test_every_table_is_tied_to_its_totals():
    told = {(r.table, r.column) for r in relations(cells_of()) if isinstance(r, SumOver)}
    assert {("segment", "segment"), ("segment", "area"), ("age_band", "age_band"), ("minors", "age_band")} <= told


def relations(cells):
    return made.relations_of(made.tables_of(cells, ["youths"], made.COUNT_TABLES), REGION, distinct=True)


def test_a_product_of_more_segments_ties_no_segment_to_its_products():
    usage = pd.concat([usage_of(), pd.DataFrame([row("A", "2025", "product", p, 20) for p in ("P1", "P2")])])
    cells = pd.DataFrame({"product": ["P1", "P2", "P2"], "year": 2025, "segment": ["S1", "S1", "S2"]})
    shown = made.shown_cells(usage.reset_index(drop=True), cells, K3, young_quarters=2)
    table = made.tables_of(shown, ["youths"], ["product"])["product"]
    assert not (table["product"] == "alle").any()  # P1 alone is not all of S1


def test_what_was_credited_for_more_than_it_cost_leaves_all_sums_whole():
    """P2 cost -4,000 euro: for hiding it is 1 euro, and segment, total and region go up with it."""
    youths = {key: 300 + n for n, key in enumerate(YOUTHS)}
    usage = usage_of(youths)
    mine = usage[usage["level"].eq("S1")].set_index("area")
    parts = []
    for area in (*PLACES, REGION):
        more = 400_000 if area in ("A", REGION) else 0
        parts.append(row(area, "2025", "product", "P1", mine.at[area, "youths"], mine.at[area, "amount_cents"] + more))
    parts += [row(area, "2025", "product", "P2", 12, -400_000) for area in ("A", REGION)]
    usage = pd.concat([usage, pd.DataFrame(parts)], ignore_index=True)
    cells = made.shown_cells(
        usage, pd.DataFrame({"product": ["P1", "P2"], "year": 2025, "segment": "S1"}), K3, young_quarters=2
    )
    counts = made.protected_counts(cells, [], RULES, REGION)
    done = made.protected_money(counts, holdings_of(cells), [], RULES, REGION)
    assert at(done, "A", "P2", "euros", "product") == 1
    assert at(done, "A", "S1", "euros") == at(done, "A", "P1", "euros", "product") + 1
    assert pd.isna(at(done, "A", "P2", "amount_published", "product"))
    made.require_wide(done, [], RULES, REGION)


# -- groups of youths ------------------------------------------------------------------------------


def stacking_of(rows):
    return pd.DataFrame(
        [("A", "jaar", "2025", "product", *told) for told in rows],
        columns=["area", "period_kind", "period", "kind", "at_once", "youths", "amount_cents"],
    )


def test_groups_by_kinds_at_once_divide_the_year_and_credited_money_goes_with_one():
    usage = pd.DataFrame([row("A", "2025", "totaal", "alle", 100, 90_000_000)])
    stacking = stacking_of([(0, 0, -500_000), (1, 60, 30_500_000), (2, 30, 40_000_000), (3, 10, 20_000_000)])
    told = made.stacking_cells(stacking, usage).set_index("level")
    assert told["youths"].to_dict() == {"1": 60, "2": 30, "3": 10}
    assert told["amount_cents"].to_dict() == {"1": 30_000_000, "2": 40_000_000, "3": 20_000_000}


@pytest.mark.parametrize("wrong", [(1, 61, 30_000_000), (1, 60, 30_000_001), (1, 60, -10_000_000)])
def test_groups_that_do_not_divide_the_year_are_left_out(wrong):
    usage = pd.DataFrame([row("A", "2025", "totaal", "alle", 100, 90_000_000)])
    stacking = stacking_of([wrong, (2, 30, 40_000_000), (3, 10, 20_000_000)])
    assert made.stacking_cells(stacking, usage).empty


@pytest.mark.parametrize(
    ("tops", "levels"),
    [
        ({1: 10, 5: 50, 10: 100}, {"0-1": 10, "1-5": 40, "5-10": 50, "rest": 900}),
        ({1: 9, 5: 50, 10: 100}, {"0-5": 50, "5-10": 50, "rest": 900}),
        ({1: 2, 5: 9, 10: 15}, {"0-10": 15, "rest": 985}),
        ({1: 2, 5: 5, 10: 9}, {}),
    ],
)
def test_a_group_of_fewer_than_ten_of_the_costliest_goes_with_the_next(tops, levels):
    usage = pd.DataFrame([row("A", "2025", "totaal", "alle", 1000, 1_000_000_00)])
    costs = pd.DataFrame(
        [("A", 2025, top, youths, top * 2_000_000) for top, youths in {**tops, 100: 1000}.items()],
        columns=["area", "year", "top_percent", "youths", "amount_cents"],
    )
    told = made.costliest_cells(costs, usage, threshold=10).set_index("level")
    assert told["youths"].to_dict() == levels
    assert told["amount_cents"].sum() == (100_000_000 if levels else 0)


def test_the_amount_of_a_small_group_is_hidden_with_one_beside_it():
    usage = pd.DataFrame([row("A", "2025", "totaal", "alle", 100, 90_000_000)])
    stacking = stacking_of([(1, 60, 30_000_000), (2, 33, 40_000_000), (3, 7, 20_000_000)])
    cells = pd.concat([usage, made.stacking_cells(stacking, usage)], ignore_index=True).assign(segment="")
    done = whole(cells, holdings=holdings_of(cells))
    hidden = done["dimension"].eq("products_at_once") & done["amount_published"].isna()
    assert pd.isna(at(done, "A", "3", "published", "products_at_once")) and hidden.sum() == 2


# -- flows -----------------------------------------------------------------------------------------

_FLOWS = [
    "youths", "at_start", "inflow", "returned", "moved_in", "switched_in", "throughflow", "outflow", "moved_out",
    "switched_out", "at_end", "stopped", "came_back",
]  # fmt: skip


def flows_of():
    """Two years of three places and the region; nobody moves. In 2025 seven youths came back in A, in B twelve."""
    places = {
        # area: at_start, inflow, returned, outflow, throughflow; at_end = at_start + inflow + returned - outflow
        ("A", 2024): (100, 80, 15, 85, 40), ("B", 2024): (60, 50, 11, 52, 25), ("C", 2024): (70, 45, 14, 50, 30),
        ("A", 2025): (110, 82, 7, 80, 45), ("B", 2025): (69, 49, 12, 55, 26), ("C", 2025): (79, 51, 13, 60, 32),
    }  # fmt: skip
    rows = []
    for (area, year), told in places.items():
        rows.append((area, year, *told))
    for year in (2024, 2025):
        parts = [told for (_, of), told in places.items() if of == year]
        rows.append((REGION, year, *(sum(column) for column in zip(*parts, strict=True))))
    built = []
    for area, year, start, came, back, left, through in rows:
        youths = start + came + back
        told = (
            youths,
            start,
            came,
            back,
            0,
            0,
            through,
            left,
            0,
            0,
            youths - left,
            left + 3,
            20 if year == 2024 else pd.NA,
        )
        built.append((area, "alle", year, *told))
    frame = pd.DataFrame(built, columns=["area", "segment", "year", *_FLOWS])
    return frame.assign(claimed_only=0).astype(dict.fromkeys(_FLOWS, "Int64"))


NO_ENDINGS = pd.DataFrame(columns=["area", "segment", "year", "end_reason", "periods", "youths", "left"])


def flow_whole(flows, before=(), endings=NO_ENDINGS, quarter=K3):
    added = made.flow_cells(flows, endings, quarter, REGION).assign(segment="")
    cells = pd.concat([cells_of(), added], ignore_index=True)
    counts = made.protected_counts(cells, before, RULES, REGION)
    return made.protected_money(counts, holdings_of(cells), before, RULES, REGION)


def flow(done, area, level, period="2025", column="published"):
    return at(done[done["period"] == period], area, level, column, "flow")


def test_flows_in_the_release_hold_every_sum_that_a_reader_can_make():
    cells = made.flow_cells(flows_of(), NO_ENDINGS, K3, REGION)
    of = {(row.area, row.period, row.level): row.youths for row in cells.itertuples()}
    for area, period in (("A", "2024"), ("B", "2025"), (REGION, "2025")):
        told = {level: youths for (place, when, level), youths in of.items() if (place, when) == (area, period)}
        entered = told["at_start"] + told["inflow"] + told["returned"] + told["moved_in"] + told["switched_in"]
        assert entered == told["youths"] == told["at_end"] + told["outflow"] + told["moved_out"] + told["switched_out"]
        assert told["throughflow"] + told["start_gone"] == told["at_start"]
        assert told["throughflow"] + told["end_new"] == told["at_end"]
        assert told["outflow"] + told["again"] == told["stopped"]
    assert of["A", "2024", "came_back"] + of["A", "2024", "stayed_away"] == of["A", "2024", "stopped"]
    assert ("A", "2025", "came_back") not in of  # those twelve months are not over
    assert of["A", "2024", "at_end"] == 110 == of["A", "2025", "at_start"]


def test_a_year_that_is_not_over_and_the_entry_of_the_first_year_are_not_told():
    flows = flows_of()
    first = flows["year"].eq(2024)
    flows.loc[first, ["inflow", "returned", "moved_in", "switched_in"]] = pd.NA
    cells = made.flow_cells(flows, NO_ENDINGS, Quarter(2025, 2), REGION)
    assert set(cells["period"]) == {"2024"}
    assert {"at_end", "outflow", "youths", "stopped"} <= set(cells["level"])
    assert not {"inflow", "returned", "at_start", "throughflow"} & set(cells["level"])
    done = flow_whole(flows)
    assert flow(done, REGION, "youths", "2024") % 5 == 0


def test_without_any_message_on_start_or_stop_there_are_no_flows():
    assert made.flow_cells(flows_of().iloc[:0], NO_ENDINGS, K3, REGION).empty


def test_a_small_flow_is_hidden_and_no_sum_or_other_year_gives_it_away():
    done = flow_whole(flows_of())
    assert pd.isna(flow(done, "A", "returned")) and flow(done, "A", "returned", column="status") == "primary"
    assert flow(done, "B", "returned") in (10, 15)
    for area in (*PLACES, REGION):  # the same number in two years is one number
        assert flow(done, area, "at_end", "2024") == flow(done, area, "at_start", "2025")
    assert made.require_wide(done, [], RULES, REGION).narrowest_count >= RULES.min_width


def test_the_attack_finds_a_small_flow_that_exact_numbers_beside_it_give_away():
    done = flow_whole(flows_of())
    mine = done["dimension"].eq("flow") & done["area"].eq("A") & done["period"].eq("2025")
    others = mine & done["level"].ne("returned") & done["youths"].ge(10)
    done.loc[others, "published"] = done.loc[others, "youths"].astype("Int64")
    done.loc[others, "status"] = "shown"
    with pytest.raises(DisclosureError, match="GEH-010"):
        made.require_wide(done, [], RULES, REGION)


def test_a_flow_stays_as_published_until_ten_youths_changed():
    first = flow_whole(flows_of())
    moved = flows_of()
    mine = moved["area"].isin(["A", REGION]) & moved["year"].eq(2025)
    moved.loc[mine, ["inflow", "outflow", "youths", "stopped"]] += 3
    later = flow_whole(moved, [first], quarter=K3.next())
    assert flow(later, "A", "inflow") == flow(first, "A", "inflow")
    assert pd.isna(flow(later, "A", "returned"))
    assert made.require_wide(later, [first], RULES, REGION).narrowest_count >= RULES.min_width


def test_reasons_cover_those_who_stopped_or_are_left_out():
    """In A 83 stopped in 2025: 50 + 40 covers them, for seven had two reasons; in B 58 stopped and 30 + 20 does not."""
    told = [("A", "31", 50), ("A", "32", 40), ("B", "31", 30), ("B", "32", 20)]
    endings = pd.DataFrame(
        [(area, "alle", 2025, reason, left, left, left) for area, reason, left in told], columns=NO_ENDINGS.columns
    )
    cells = made.flow_cells(flows_of(), endings, K3, REGION)
    ended = cells[cells["dimension"] == "ending"]
    assert {(row.area, row.level): row.youths for row in ended.itertuples()} == {("A", "31"): 50, ("A", "32"): 40}
    done = flow_whole(flows_of(), endings=endings)
    assert at(done[done["period"] == "2025"], "A", "31", dimension="ending") in (45, 50)


def test_flows_per_segment_are_told_for_the_region_only():
    flows = pd.concat([flows_of(), flows_of().assign(segment="S1")], ignore_index=True)
    cells = made.flow_cells(flows, NO_ENDINGS, K3, REGION)
    assert set(cells.loc[cells["dimension"] == "flow S1", "area"]) == {REGION}
    assert set(cells.loc[cells["dimension"] == "flow", "area"]) == {*PLACES, REGION}


def test_b122_no_book_when_it_is_not_known_what_an_earlier_one_showed(store, deliveries):
    from jeugd_analysis import pipeline

    first, second = Quarter(2025, 4), Quarter(2026, 1)
    for quarter in (first, second):
        pipeline.add(quarter, [deliveries / quarter.label], store=store)
    pipeline.require_earlier_releases(second, store)  # no earlier book: nothing to compare with
    (store.work / "_build" / first.label / "site").mkdir(parents=True)
    with pytest.raises(DisclosureError, match=r"GEH-011.*2025-K4"):
        pipeline.require_earlier_releases(second, store)
    store.write_release(first, whole(cells_of()), "een")
    pipeline.require_earlier_releases(second, store)


def test_nothing_that_is_made_from_deliveries_can_be_committed(example):
    """Whatever the program writes below data/, the repository ignores, also what a later version adds."""
    made_here = sorted(folder.name for folder in (example.work / "data").iterdir())
    assert {"deliveries", "store", "releases", "estimates"} <= set(made_here)
    try:
        subprocess.run(["git", "rev-parse"], cwd=ROOT, capture_output=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("git or its folder is not here: nothing says what is ignored")
    for name in made_here:
        asked = ["git", "check-ignore", "-q", f"data/{name}/2026-K3/een.parquet"]
        assert subprocess.run(asked, cwd=ROOT, check=False).returncode == 0, name
