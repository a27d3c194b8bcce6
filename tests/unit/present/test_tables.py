"""Tables as HTML: safe, accessible and in Dutch."""

from __future__ import annotations

from html.parser import HTMLParser

import pandas as pd
import pytest

from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import Rules, Safe, not_personal, released, safe
from jeugd_analysis.present.tables import Column, table_html

HOSTILE = '<script>alert("x")</script> & "co" <img src=x onerror=y>'
COLUMNS = {
    "place": Column(heading="Gemeente"),
    "youths": Column(heading="Jeugdigen", write=numbers.count),
    "cents": Column(heading="Kosten", write=numbers.euro),
}


class Read(HTMLParser):
    """Tags with their attributes and the text inside each cell; fails on a tag that is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1], data))


def gated() -> Safe:
    table = pd.DataFrame({"place": ["Delft", "Wassenaar"], "youths": [2612, 9], "cents": [123_456_789_00, 7_777_777]})
    rules = Rules(
        threshold=10, count_base=5, min_width=4, money_base_cents=1_000_000, money_width_cents=4_000_000,
        min_providers=3, p_percent=10, young_quarters=2, decimals_from=4_000,
    )  # fmt: skip
    return safe(table, rules=rules, keys=["place"], count="youths", money=["cents"])


def test_hidden_cells_say_so_and_leave_no_number():
    html = table_html(gated(), COLUMNS, caption="Kosten")
    cells = [text for tag, text in Read(html).texts if tag in ("td", "th")]
    assert cells == [
        "Gemeente", "Jeugdigen", "Kosten",
        "Delft", "2.610", "€\u00a0123,5\u00a0mln",
        "Wassenaar", "<10", "geheim",
    ]  # fmt: skip
    assert "&lt;10" in html and "2612" not in html and "7777" not in html and "77.7" not in html


def test_headings_have_a_scope_and_the_table_a_caption():
    read = Read(table_html(gated(), COLUMNS, caption="Kosten"))
    heads = [attributes for tag, attributes in read.tags if tag == "th"]
    assert [head["scope"] for head in heads] == ["col", "col", "col", "row", "row"]
    assert ("caption", "Kosten") in read.texts
    assert [tag for tag, _ in read.tags][:4] == ["div", "table", "caption", "thead"]
    assert dict(read.tags)["div"] == {
        "class": "tabel-omslag", "tabindex": "0", "role": "region", "aria-label": "Kosten",
    }  # fmt: skip  # a wide table scrolls: it can be reached and has a name


def test_numbers_are_marked_and_texts_are_not():
    read = Read(table_html(gated(), COLUMNS, caption="Kosten"))
    classes = [attributes.get("class") for tag, attributes in read.tags if tag == "td"]
    assert classes == ["getal"] * 4


def test_hostile_text_stays_text_everywhere():
    shown = not_personal(pd.DataFrame({HOSTILE: [HOSTILE], "b": [HOSTILE]}), what="x")
    html = table_html(shown, {HOSTILE: Column(heading=HOSTILE), "b": Column(heading="B", write=str)}, caption=HOSTILE)
    read = Read(html)
    assert {tag for tag, _ in read.tags} == {"div", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert [text for _, text in read.texts].count(HOSTILE) == 4
    assert dict(read.tags)["div"]["aria-label"] == HOSTILE


def test_only_the_chosen_columns_are_there_in_the_chosen_order():
    read = Read(table_html(gated(), {name: COLUMNS[name] for name in ("youths", "place")}, caption="Kosten"))
    assert [text for tag, text in read.texts if tag in ("td", "th")] == [
        "Jeugdigen", "Gemeente", "2.610", "Delft", "<10", "Wassenaar",
    ]  # fmt: skip


def test_an_unknown_column_is_not_left_out_in_silence():
    with pytest.raises(KeyError):
        table_html(gated(), {"weg": Column(heading="Weg")}, caption="Kosten")


def test_a_number_hidden_for_another_one_reads_secret_and_a_small_one_reads_less_than_ten():
    cells = pd.DataFrame(
        {"level": ["a", "b", "c"], "published": [None, None, 25], "status": ["primary", "secondary", "rounded"]}
    )
    cells = cells.astype({"published": "Int64"}).assign(
        amount_published=pd.array([None] * 3, "Int64"), amount_status=""
    )
    rules = Rules.from_settings(
        {
            "threshold": 10,
            "count_base": 5,
            "min_width": 4,
            "money_base_cents": 100,
            "money_width_cents": 100,
            "min_providers": 3,
            "p_percent": 10,
            "young_quarters": 2,
            "decimals_from": 4_000,
        }
    )
    columns = {
        "level": Column(heading="Soort"),
        "youths": Column(heading="Jeugdigen", write=numbers.count, status="youths_status"),
    }
    html = table_html(released(cells, rules=rules, keys=["level"]), columns, caption="Proef")
    assert [text for tag, text in Read(html).texts if tag == "td"] == ["<10", "geheim", "25"]


def test_an_empty_line_parts_two_statements_and_an_empty_cell_is_a_name_that_is_not_there():
    rows = pd.DataFrame({"a": ["x", "y"], "b": ["een\n\ntwee", ""]})
    columns = {"a": Column(heading="A"), "b": Column(heading="B")}
    html = table_html(not_personal(rows, what="proef"), columns, caption="C")
    assert "een<br><br>twee" in html and html.count("(zonder naam)") == 1


def test_an_amount_in_prose_does_not_break_over_two_lines():
    told = pd.DataFrame({"place": ["Delft"], "words": ["was € 740.000, is € 1,4 mln; 8 nieuw"]})
    columns = {"place": Column(heading="Gemeente"), "words": Column(heading="Wat er anders is")}
    html = table_html(not_personal(told, what="x"), columns, caption="c")
    assert "was €\u00a0740.000, is €\u00a01,4\u00a0mln; 8 nieuw" in html
