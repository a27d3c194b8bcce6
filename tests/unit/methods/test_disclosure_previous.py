"""Earlier editions in the forms that people keep them in: with exact numbers, or only what was published."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.disclosure import SumOver, audit, protect

SUM = SumOver("t", "area")
AREAS = ["a", "b", "c", "alle"]
NOW = pd.DataFrame({"area": AREAS, "youths": [33, 47, 12, 92]})


def protected(table: pd.DataFrame, previous: object = (), relations: object = (SUM,), **rules):
    return protect({"t": table}, count="youths", relations=list(relations), previous=previous, **rules)


def told(figures: list[int | None], statuses: list[str], areas: list[str] = AREAS) -> pd.DataFrame:
    """What was published, without exact numbers."""
    return pd.DataFrame({"area": areas, "published": pd.array(figures, dtype="Int64"), "status": statuses})


def alone(number: int) -> pd.DataFrame:
    return pd.DataFrame({"area": ["a"], "youths": [number]})


FIRST = protected(NOW)


@pytest.mark.parametrize(
    "previous",
    [
        FIRST,
        [FIRST],
        (FIRST,),
        {"2026-K1": FIRST},
        {"2026-K1": FIRST, "2026-K2": FIRST},
        {"2026-K1": FIRST}.values(),
        (edition for edition in [FIRST]),
        [{"t": FIRST["t"].drop(columns="youths")}],
        {"2026-K1": {"t": FIRST["t"].drop(columns="youths")}, "2026-K2": FIRST},
        {"t": FIRST["t"][["status", "published", "area"]]},
    ],
)
def test_every_form_of_an_earlier_edition_keeps_its_figures(previous):
    """33, 47, 12 and 92 moved nowhere, and every figure is less than five from them."""
    again = protected(NOW, previous)["t"]
    assert again["published"].tolist() == FIRST["t"]["published"].tolist()


@pytest.mark.parametrize("previous", [None, [], (), {}, [{}]])
def test_no_earlier_edition(previous):
    pd.testing.assert_frame_equal(protected(NOW, previous)["t"], FIRST["t"])


FRAME = FIRST["t"]


@pytest.mark.parametrize(
    ("previous", "message"),
    [
        (5, "eerdere edities zijn niet te begrijpen"),
        ("2026-K1", "eerdere edities zijn niet te begrijpen"),
        (FRAME, "eerdere edities zijn niet te begrijpen"),
        ([FRAME], "eerdere edities zijn niet te begrijpen"),
        ([5], "eerdere edities zijn niet te begrijpen"),
        ({"t": FRAME, "2026-K1": FIRST}, "eerdere edities zijn niet te begrijpen"),
        ({"2026-K1": FRAME}, r"Geen tabel van een eerdere editie \(2026-K1\)"),
        ([{"t": NOW}], "geen kolom published, status"),
        ([{"t": FRAME.drop(columns="status")}], "geen kolom status"),
        ([{"t": FRAME.assign(year=2025)}], r"andere sleutels \(area, year\) dan nu \(area\)"),
        ([{"t": FRAME.assign(area=[1, 2, 3, 4])}], "Kolom area van tabel t heeft .* een ander soort waarden"),
        ([{"t": FRAME.assign(status="gone")}], "rij 1: published past niet bij status"),
        ([{"t": FRAME.assign(published=["35", "veel", "10", "90"])}], "rij 2: published past niet bij status"),
        ([{"t": FRAME.assign(published=[35.0, 45.0, 12.5, 90.0])}], "rij 3: published past niet bij status"),
        ([{"t": FRAME.assign(published=[35.0, None, 10.0, 90.0])}], "rij 2: published past niet bij status"),
        ([{"t": FRAME.assign(status="primary")}], "rij 1: published past niet bij status"),
        ([{"t": pd.concat([FRAME, FRAME])}], "meer dan een keer"),
    ],
)
def test_anything_else_is_refused_in_words(previous, message):
    with pytest.raises(FactorError, match=message):
        protected(NOW, previous)


@pytest.mark.parametrize("tables", [[NOW], NOW, {"t": NOW["youths"]}, None])
def test_tables_that_are_no_tables_are_refused_in_words(tables):
    with pytest.raises(FactorError, match="De tabellen zijn niet te begrijpen"):
        protect(tables, count="youths", relations=[])


# -- without exact numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "figure"), [(26, 35), (44, 35), (45, 45), (25, 25)])
def test_the_figure_stands_in_for_the_number_it_was_rounded_from(number, figure):
    """35 stays until the number is 10 from it; 45 and 25 are multiples themselves, and far enough from 35."""
    first = {"t": told([35], ["rounded"], ["a"])}
    second = protected(alone(number), [first], relations=())
    assert second["t"]["published"].tolist() == [figure]
    found = audit([first, second], relations=[])
    assert ((found["high"] - found["low"]) >= 4).all()


def test_a_figure_that_was_kept_before_stands_in_from_where_it_was_rounded():
    """35 twice, then 44: still within 9 of 35. The second 35 says less than the first, not more."""
    first = {"t": told([35], ["rounded"], ["a"])}
    third = protected(alone(44), {"2025": first, "2026": first}, relations=())
    assert third["t"]["published"].tolist() == [35]


@pytest.mark.parametrize("status", ["primary", "secondary"])
def test_what_was_hidden_stays_hidden(status):
    first = {"t": told([35, 45, None, 90], ["rounded", "rounded", status, "rounded"])}
    second = protected(NOW.assign(youths=[33, 47, 34, 114]), [first])
    assert pd.isna(second["t"]["published"][2])
    found = audit([first, second], relations=[SUM])
    assert ((found["high"] - found["low"]) >= 4).all()


def test_hidden_for_its_providers_is_not_taken_for_small():
    """35 + 45 and one that is at least ten, 120 in all: with a small one in its place nothing would fit."""
    first = told([35, 45, None, 120], ["rounded", "rounded", "primary", "rounded"])
    second = protected(NOW, [{"t": first.assign(reason=[None, None, "providers", None])}])
    assert pd.isna(second["t"]["published"][2])
    with pytest.raises(FactorError, match="eerdere edities kunnen niet kloppen"):
        protected(NOW, [{"t": first}])


@pytest.mark.parametrize(
    ("figures", "statuses"),
    [
        ([35, 45, 10, 150], ["rounded"] * 4),  # at most 39 + 49 + 14
        ([35, 45, None, 65], ["rounded", "rounded", "primary", "rounded"]),  # at least 31 + 41 + 1
        ([5, 45, 10, 60], ["rounded"] * 4),  # a rounded number is at least ten
    ],
)
def test_figures_that_cannot_all_be_true_are_refused(figures, statuses):
    with pytest.raises(FactorError, match="eerdere edities kunnen niet kloppen"):
        protected(NOW, [{"t": told(figures, statuses)}])


def test_figures_that_do_not_add_up_are_read_as_the_nearest_numbers_that_do():
    """35, 45 and 10 beside 95: one of them is 5 more in truth, together; all stay within 9 of the numbers of now."""
    first = {"t": told([35, 45, 10, 95], ["rounded"] * 4)}
    second = protected(NOW, [first], additive=False)
    assert second["t"]["published"].tolist() == [35, 45, 10, 95]
    found = audit([first, second], relations=[SUM])
    assert ((found["high"] - found["low"]) >= 4).all()


def test_amounts_without_their_exact_numbers_keep_hidden_what_was_hidden():
    """b was hidden with c; now c has enough contributors. Both stay hidden, and b + c = 75 leaves them wide."""
    money = NOW.assign(youths=[3000, 15, 60, 3075])
    told_of = pd.DataFrame({"area": AREAS, "contributors": [9, 5, 2, 12]})
    rules = {"threshold": 1, "base": 1}
    first = protected(money, contributors={"t": told_of}, **rules)["t"].drop(columns="youths")
    enough = told_of.assign(contributors=9)
    second = protected(money, {"2025": {"t": first}}, contributors={"t": enough}, **rules)["t"]
    assert second["published"].isna().tolist() == [False, True, True, False]
    assert first["published"].isna().tolist() == [False, True, True, False]
