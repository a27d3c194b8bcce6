"""What an edition may say: every number protected together with the others, and attacked before a page is made."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis import release as made
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present.disclosure import Rules

RULES = Rules(
    threshold=10, count_base=5, min_width=4, money_base_cents=1_000_000, money_width_cents=4_000_000, min_providers=3,
    p_percent=10,
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
    return made.shown_cells(usage_of() if usage is None else usage, NO_CELLS, quarter)


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
    shown = made.shown_cells(usage.reset_index(drop=True), cells, K3).set_index("level")["segment"]
    assert (shown["P1"], shown["P2"]) == ("S1", "")


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


def test_it_is_made_once_and_again_when_an_earlier_one_changed(store, deliveries):
    from jeugd_analysis import pipeline

    for quarter in (Quarter(2025, 4), Quarter(2026, 1)):
        pipeline.add(quarter, [deliveries / quarter.label], store=store)
        pipeline.refresh_marts(quarter, store=store, code="a")
    first, second = Quarter(2025, 4), Quarter(2026, 1)
    assert made.release(first, store=store, code="a") and not made.release(first, store=store, code="a")
    assert made.release(second, store=store, code="a") and not made.release(second, store=store, code="a")
    before = store.release(second)
    changed = store.release(first)
    everything = changed["dimension"].eq("totaal")
    changed.loc[everything, "published"] = pd.NA
    changed.loc[everything, "status"] = "secondary"
    store.write_release(first, changed, "anders")
    assert made.release(second, store=store, code="a")
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
