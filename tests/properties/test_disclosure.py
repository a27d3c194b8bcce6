"""Whatever is published together, over editions too: an attacker who knows the rules is left wide enough intervals."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure import AtMost, Equal, Relation, SumOver, audit, protect
from jeugd_analysis.methods.disclosure.cells import CellRef

WIDTH, THRESHOLD, BASE = 4, 10, 5
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
LONG = settings(max_examples=500, deadline=None, suppress_health_check=SLOW)

counts = st.one_of(st.just(0), st.integers(0, 12), st.integers(0, 40), st.integers(0, 300))
changes = st.one_of(st.just(0), st.just(0), st.integers(-14, 14))


@dataclass(frozen=True)
class Book:
    """Editions of linked tables with their relations."""

    editions: list[dict[str, pd.DataFrame]]
    relations: list[object]


# -- tables of every kind ----------------------------------------------------------------------------


def with_totals(cells: dict[tuple[str, ...], int], columns: tuple[str, ...]) -> pd.DataFrame:
    """Leaf cells and every total over every column."""
    rows = dict(cells)
    for place in range(len(columns)):
        for key, value in list(rows.items()):
            total = (*key[:place], "alle", *key[place + 1 :])
            rows[total] = rows.get(total, 0) + value
    return pd.DataFrame([(*key, value) for key, value in rows.items()], columns=[*columns, "youths"])


@st.composite
def leaves(draw, most: int = 4, dimensions: tuple[int, int] = (1, 3)):
    """Keys of leaf cells in a cube."""
    sizes = draw(st.lists(st.integers(2, most), min_size=dimensions[0], max_size=dimensions[1]))
    keys: list[tuple[str, ...]] = [()]
    for place, size in enumerate(sizes):
        keys = [(*key, f"{place}{number}") for key in keys for number in range(size)]
    return keys


@st.composite
def revisions(draw, keys, editions: int):
    """The leaf counts of each edition: the next is the former with some changes."""
    values = {key: draw(counts) for key in keys}
    result = [values]
    for _ in range(editions - 1):
        values = {key: max(0, value + draw(changes)) for key, value in values.items()}
        result.append(values)
    return result


@st.composite
def cubes(draw, editions: int):
    keys = draw(leaves())
    columns = tuple("abc"[: len(keys[0])])
    tables = [{"t": with_totals(values, columns)} for values in draw(revisions(keys, editions))]
    return Book(tables, [SumOver("t", column) for column in columns])


@st.composite
def trees(draw, editions: int):
    """Segments within groups within all, in one column, over areas with a total."""
    groups = {f"groep{n}": [f"{n}{m}" for m in range(draw(st.integers(1, 3)))] for n in range(draw(st.integers(1, 3)))}
    areas = [f"gebied{n}" for n in range(draw(st.integers(1, 3)))]
    keys = [(area, leaf) for area in areas for parts in groups.values() for leaf in parts]
    relations: list[object] = [SumOver("t", "area")]
    for area in [*areas, "alle"]:
        top = CellRef("t", {"area": area, "segment": "top"})
        middle = tuple(CellRef("t", {"area": area, "segment": group}) for group in groups)
        relations.append(Relation(top, middle))
        for cell, parts in zip(middle, groups.values(), strict=True):
            relations.append({"total": cell, "parts": [("t", {"area": area, "segment": part}) for part in parts]})
    tables = []
    for values in draw(revisions(keys, editions)):
        rows = dict(values)
        for area in areas:
            for group, parts in groups.items():
                rows[area, group] = sum(values[area, part] for part in parts)
            rows[area, "top"] = sum(rows[area, group] for group in groups)
        for segment in {segment for _, segment in rows}:
            rows["alle", segment] = sum(rows[area, segment] for area in areas)
        tables.append({"t": pd.DataFrame([(*k, v) for k, v in rows.items()], columns=["area", "segment", "youths"])})
    return Book(tables, relations)


@st.composite
def linked(draw, editions: int):
    """Two tables from the same youths: by area and product, and by area and age; they share the totals per area."""
    keys = [
        (f"a{a}", f"p{p}", f"l{age}")
        for a in range(draw(st.integers(2, 4)))
        for p in range(draw(st.integers(2, 3)))
        for age in range(draw(st.integers(2, 3)))
    ]
    relations = [
        SumOver("products", "area"),
        SumOver("products", "product"),
        {"table": "ages", "column": "area"},
        {"table": "ages", "column": "age"},
        Equal("products", "ages", on=["area"], where_a={"product": "alle"}, where_b={"age": "alle"}),
    ]
    tables = []
    for values in draw(revisions(keys, editions)):
        products: dict[tuple[str, ...], int] = {}
        ages: dict[tuple[str, ...], int] = {}
        for (area, product, age), value in values.items():
            products[area, product] = products.get((area, product), 0) + value
            ages[area, age] = ages.get((area, age), 0) + value
        both = {"products": with_totals(products, ("area", "product")), "ages": with_totals(ages, ("area", "age"))}
        tables.append(both)
    return Book(tables, relations)


@st.composite
def overlapping(draw, editions: int):
    """Youths in more than one segment: the total of an area is between the largest segment and the sum."""
    areas = [f"a{n}" for n in range(draw(st.integers(2, 3)))]
    segments = [f"s{n}" for n in range(draw(st.integers(2, 3)))]
    keys = [(area, segment) for area in areas for segment in segments]
    share = {area: draw(st.integers(0, 4)) for area in areas}
    relations: list[object] = [SumOver("t", "area")]
    for area in areas:
        parts = tuple(CellRef("t", {"area": area, "segment": segment}) for segment in segments)
        relations.append(AtMost(CellRef("t", {"area": area, "segment": "alle"}), parts))
    tables = []
    for values in draw(revisions(keys, editions)):
        rows = dict(values)
        for area in areas:
            mine = [values[area, segment] for segment in segments]
            rows[area, "alle"] = max(mine) + (sum(mine) - max(mine)) * share[area] // 4
        for segment in [*segments, "alle"]:
            rows["alle", segment] = sum(rows[area, segment] for area in areas)
        tables.append({"t": pd.DataFrame([(*k, v) for k, v in rows.items()], columns=["area", "segment", "youths"])})
    return Book(tables, relations)


@st.composite
def pairs(draw, editions: int):
    """Sums of two areas that chain round: systems whose fractions reach further than whole numbers."""
    areas = "abcde"[: draw(st.integers(3, 5))]
    both = [(one, other) for one, other in combinations(areas, 2) if draw(st.integers(0, 4))]
    relations = [
        Relation(CellRef("t", {"k": f"{o}{p}"}), tuple(CellRef("t", {"k": k}) for k in (o, p))) for o, p in both
    ]
    tables = []
    for values in draw(revisions(list(areas), editions)):
        rows = values | {f"{one}{other}": values[one] + values[other] for one, other in both}
        tables.append({"t": pd.DataFrame({"k": list(rows), "youths": list(rows.values())})})
    return Book(tables, relations)


def books(editions: int):
    return st.one_of(cubes(editions), trees(editions), linked(editions), overlapping(editions), pairs(editions))


# -- what must hold -----------------------------------------------------------------------------------


def published(book: Book, **rules) -> list[dict[str, pd.DataFrame]]:
    done: list[dict[str, pd.DataFrame]] = []
    for tables in book.editions:
        done.append(protect(tables, count="youths", relations=book.relations, previous=done, **rules))
    return done


def require_safe(book: Book, done: list[dict[str, pd.DataFrame]], **rules) -> None:
    """The attacker is left at least the width for every number, and the truth lies in every interval."""
    found = audit(done, relations=book.relations, **rules)
    assert ((found["high"] - found["low"]) >= WIDTH).all(), found[(found["high"] - found["low"]) < WIDTH]
    for edition, tables in enumerate(done):
        for name, table in tables.items():
            mine = found[(found["edition"] == edition) & (found["table"] == name)].drop(columns=["edition", "table"])
            keys = [column for column in table.columns if column not in ("youths", "published", "status", "reason")]
            both = table.merge(mine[[*keys, "low", "high"]], on=keys)
            assert len(both) == (table["status"] != "shown").sum()
            assert ((both["low"] <= both["youths"]) & (both["youths"] <= both["high"])).all()


def require_form(table: pd.DataFrame) -> None:
    hidden = table["status"].isin(["primary", "secondary"])
    small = table["youths"].between(1, THRESHOLD - 1)
    assert (table["published"].isna() == hidden).all()
    assert hidden[small].all() and not (table["status"] == "primary")[~small].any()
    seen = table[~hidden]
    assert (seen["published"] % BASE == 0).all()
    assert (seen["youths"][seen["status"] == "shown"] == 0).all()


def require_additive(book: Book, tables: dict[str, pd.DataFrame]) -> None:
    """Every sum over a column whose cells are all shown holds on the published numbers."""
    for relation in book.relations:
        over = SumOver(**relation) if isinstance(relation, dict) and "table" in relation else relation
        if not isinstance(over, SumOver):
            continue
        table, column = over.table, over.column
        frame = tables[table]
        rest = [name for name in frame.columns if name not in (column, "youths", "published", "status")]
        for _, group in frame.groupby(rest) if rest else [((), frame)]:
            if group["published"].notna().all():
                total = group[column] == "alle"
                assert group.loc[total, "published"].sum() == group.loc[~total, "published"].sum()


def check(book: Book) -> None:
    done = published(book)
    for tables in done:
        for table in tables.values():
            require_form(table)
        require_additive(book, tables)
    require_safe(book, done)
    require_change_rule(done)


def require_change_rule(done: list[dict[str, pd.DataFrame]]) -> None:
    """Hidden stays hidden; a figure moves only when the truth moved by the threshold since it was rounded."""
    for name, first in done[0].items():
        keys = [column for column in first.columns if column not in ("youths", "published", "status")]
        drawn = {tuple(row[k] for k in keys): row for row in first.to_dict("records")}
        for tables in done[1:]:
            for row in tables[name].to_dict("records"):
                before = drawn[tuple(row[k] for k in keys)]
                if pd.isna(before["published"]):
                    assert pd.isna(row["published"])
                elif pd.isna(row["published"]):
                    drawn[tuple(row[k] for k in keys)] = row
                elif row["published"] != before["published"]:
                    assert abs(row["youths"] - before["youths"]) >= THRESHOLD
                    assert abs(row["published"] - row["youths"]) < BASE
                    drawn[tuple(row[k] for k in keys)] = row
                else:
                    assert abs(row["youths"] - before["youths"]) < THRESHOLD


@QUICK
@given(books(editions=1))
def test_one_edition_is_safe(book):
    check(book)


@QUICK
@given(books(editions=2))
def test_two_editions_together_are_safe(book):
    check(book)


@settings(QUICK, max_examples=10)
@given(books(editions=4))
def test_four_editions_together_are_safe(book):
    check(book)


@settings(QUICK, max_examples=12)
@given(books(editions=2))
def test_exact_figures_besides_hidden_ones_are_safe(book):
    """Without rounding; a figure that is reused for another number counts as rounded."""
    done = published(book, base=1)
    require_safe(book, done)
    for tables in done:
        for table in tables.values():
            shown = table[table["status"] == "shown"]
            assert (shown["published"] == shown["youths"]).all()


# -- money: whole steps, hidden only for their contributors ----------------------------------------------

MONEY = {"threshold": 1, "base": 1}


@st.composite
def contributed(draw, editions: int):
    """A book with exact sums, and for each of its editions the contributors of every cell."""
    book = draw(st.one_of(cubes(editions), trees(editions), linked(editions)))
    told = []
    for tables in book.editions:
        each = {name: draw(st.integers(0, 2**32)) for name in tables}
        told.append({name: with_contributors(table, each[name]) for name, table in tables.items()})
    return book, told


def with_contributors(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    few = np.random.default_rng(seed).choice([0, 1, 2, 3, 9, 9, 9], len(table))
    return table.drop(columns="youths").assign(contributors=few)


def check_money(book: Book, told: list[dict[str, pd.DataFrame]]) -> None:
    done: list[dict[str, pd.DataFrame]] = []
    for tables, contributors in zip(book.editions, told, strict=True):
        rules = {"contributors": contributors, "previous": done, "min_width": WIDTH, **MONEY}
        done.append(protect(tables, count="youths", relations=book.relations, **rules))
        for name, table in done[-1].items():
            few = (contributors[name]["contributors"] < 3).to_numpy() & (table["youths"] > 0).to_numpy()
            assert (table.loc[few, "published"].isna()).all()
            seen = table[table["published"].notna()]
            assert (seen["published"] == seen["youths"]).all() and (seen["status"] == "shown").all()
    require_safe(book, done)
    require_levels(book, done[-1], told[-1])


def require_levels(book: Book, tables: dict[str, pd.DataFrame], told: dict[str, pd.DataFrame]) -> None:
    """An amount of one or two could be a tenth larger as well. That can be had: all amounts could be doubled."""
    found = audit(tables, relations=book.relations)
    for name, table in tables.items():
        keys = [column for column in told[name].columns if column != "contributors"]
        few = table.assign(contributors=told[name]["contributors"]).query("youths > 0 and 0 < contributors < 3")
        both = few.merge(found.loc[found["table"] == name, [*keys, "high"]].astype(few[keys].dtypes), on=keys)
        assert len(both) == len(few) and (both["high"] >= 1.1 * both["youths"] - 1e-6).all()


@settings(QUICK, max_examples=8)  # the long run has 500
@given(contributed(editions=1))
def test_money_of_few_contributors_is_safe(given):
    check_money(*given)


@settings(QUICK, max_examples=10)
@given(contributed(editions=3))
def test_money_over_editions_is_safe(given):
    check_money(*given)


@pytest.mark.long
@LONG
@given(st.integers(1, 3).flatmap(contributed))
def test_much_money_is_safe(given):
    check_money(*given)


@pytest.mark.long
@LONG
@given(st.integers(1, 3).flatmap(books))
def test_many_books_are_safe(book):
    check(book)


@settings(QUICK, max_examples=15)
@given(books(editions=2))
def test_hidden_zeros_are_safe_too(book):
    done = published(book, zero="hidden")
    found = audit(done, relations=book.relations, zero="hidden")
    assert ((found["high"] - found["low"]) >= WIDTH).all()


@settings(QUICK, max_examples=15)
@given(st.one_of(cubes(editions=1), linked(editions=1)), st.data())
def test_a_wrong_sum_is_refused(book, data):
    frame = book.editions[0][next(iter(book.editions[0]))]
    sums = [r for r in book.relations if isinstance(r, SumOver)]
    total = frame.index[(frame[sums[0].column] == "alle").to_numpy()]
    place = data.draw(st.sampled_from(list(total)))
    frame.loc[place, "youths"] += 1000
    with pytest.raises(FactorError, match=r"tellen niet op|ander aantal"):
        protect(book.editions[0], count="youths", relations=book.relations)
