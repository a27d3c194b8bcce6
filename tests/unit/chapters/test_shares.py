"""B117: a share of people is written in whole percents below 4,000, on every page and in one place."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from jeugd_analysis.chapters import flows, flows_after, stacking, usage, usage_kinds, usage_quarters
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import FINE, percent_of
from jeugd_analysis.present.sentences import relative_change
from jeugd_analysis.present.tables import Column, table_html
from jeugd_analysis.store import Store

DECIMAL = re.compile(r"\d,\d+\s*%")
ABOUT_PEOPLE = (
    usage.youths_per_year, usage_kinds.youths_per_age, usage_kinds.youths_per_referrer,
    usage_quarters.youths_per_quarter_and_segment, flows.flows_per_year, flows_after.repeat_use,
    flows_after.reasons_for_ending, stacking.stacking_per_year, stacking.costliest,
)  # fmt: skip


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        (3, 27, "11%"), (450, FINE - 1, "11%"), (452, FINE, "11,3%"), (0, 50, "0%"), (50, 50, "100%"),
        (5, 2_000, "minder dan 1%"), (1_995, 2_000, "meer dan 99%"),
    ],
)  # fmt: skip
def test_b117_a_decimal_only_where_it_tells_no_count(part, whole, written):
    assert percent_of(part / whole, whole) == written


def test_b117_a_share_of_an_unknown_number_gets_no_decimal():
    assert percent_of(0.1234, None) == "12%"
    assert percent_of(pd.NA, 100) == "–"


def test_b117_words_fit_more_than_one_count():
    """What an attacker tries: every count that gives the same words. With a decimal, below 1,000 there is just one.

    Below a hundred people whole percents tell a count too: there it helps that a page has only rounded counts.
    """
    for whole in (250, 500, 1_000, 3_999):
        for part in range(0, whole + 1, 5):
            words = percent_of(part / whole, whole)
            if words not in ("0%", "100%"):
                assert sum(percent_of(n / whole, whole) == words for n in range(whole + 1)) > 1, (part, whole)


def test_b117_the_column_of_a_table_takes_the_number_of_its_own_row():
    shown = not_personal(pd.DataFrame({"naam": ["a", "b"], "deel": [0.1234, 0.1234], "van": [100, 9_000]}), what="x")
    html = table_html(shown, {"naam": Column(heading="Naam"), "deel": Column(heading="Deel", of="van")}, caption="x")
    assert re.findall(r'<td class="getal">(.*?)</td>', html) == ["12%", "12,3%"]


def test_b117_a_change_of_few_people_is_told_in_whole_percents():
    assert relative_change(300, 330, people=True) == "10%"
    assert relative_change(3_300, 3_365, people=True) == "2%"
    assert relative_change(4_000, 4_090, people=True) == "2,2%"
    assert relative_change(300, 331) == "10,3%"  # money


@pytest.mark.parametrize("find", ABOUT_PEOPLE, ids=lambda find: find.__name__)
def test_b117_no_page_about_youths_tells_a_decimal(find, in_example: Store):
    """In the example on a hundredth of its size, every group is smaller than 4,000."""
    for area in in_example.region.areas:
        finding: Finding = find(area.code, "2026-K3")
        for text in (finding.title, finding.words, str(finding.table), *finding.texts.values()):
            assert DECIMAL.search(text) is None, (area.code, text)
