"""A quarter that comes again after later ones: those rest on what is no longer so, and the program says which."""

from __future__ import annotations

import pytest

from jeugd_analysis import pipeline, quality
from jeugd_analysis.domain.period import Quarter
from tests.ijw_messages import allocated, claim, client, line

K2, K3, K4 = (Quarter(2026, number) for number in (2, 3, 4))
ALLOCATED = client("jw301", "".join(allocated(number, start="2026-01-01") for number in range(1, 9)), day="2026-04-02")


def billed(reference: str, number: int, month: str, day: str) -> str:
    """A declaration of one line."""
    return claim(line(reference, number=number, begin=f"{month}-01", end=f"{month}-28"), number=f"N{reference}",
                 name=f"A{reference}", day=day)  # fmt: skip


IN_K2, IN_K3, IN_K4 = (
    billed("D1", 1, "2026-04", "2026-05-04"), billed("D2", 2, "2026-07", "2026-08-03"),
    billed("D3", 3, "2026-10", "2026-11-02"),
)  # fmt: skip


@pytest.fixture
def three(store, take):
    take(K2, ALLOCATED, IN_K2)
    take(K3, IN_K3)
    take(K4, IN_K4)
    return store


def warnings(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if "ingelezen voordat" in line]


def test_in_order_there_is_nothing_to_say(three):
    assert [warnings(pipeline.check(quarter, store=three)) for quarter in (K2, K3, K4)] == [[], [], []]


def test_an_old_quarter_again_names_the_later_ones_until_they_are_taken_in_again(three, take):
    said: list[str] = []
    take(K2, ALLOCATED, IN_K2, billed("D4", 4, "2026-04", "2026-05-04"), said=said)
    first = (
        "let op: 2026-K3 is ingelezen voordat 2026-K2 opnieuw kwam. Lees 2026-K3 opnieuw in met "
        "`jeugd add 2026-K3` en bouw het boek opnieuw."
    )
    assert warnings(said) == [first, first.replace("2026-K3", "2026-K4")]
    assert warnings(pipeline.check(K2, store=three)) == []
    assert warnings(pipeline.check(K3, store=three)) == [first]
    page = quality.write_quality(K4, store=three)[0].read_text("utf8")
    assert "2026-K4 is ingelezen voordat 2026-K2 opnieuw kwam" in page
    said.clear()
    take(K3, IN_K3, said=said)  # the same files, but on other ground: not "nothing changes"
    assert warnings(said) == [
        "let op: 2026-K4 is ingelezen voordat 2026-K2 en 2026-K3 opnieuw kwam. Lees 2026-K4 opnieuw in met "
        "`jeugd add 2026-K4` en bouw het boek opnieuw."
    ]
    said.clear()
    take(K4, IN_K4, said=said)
    assert warnings(said) == [] and warnings(pipeline.check(K4, store=three)) == []


def test_a_table_that_nothing_rests_on_says_nothing(three, tmp_path):
    said: list[str] = []
    (tmp_path / "providers.csv").write_text("provider,name\n90000001,Hulp BV\n")
    pipeline.add(K2, [tmp_path / "providers.csv"], store=three, progress=said.append)
    assert warnings(said) == []


def test_deliveries_from_before_this_was_recorded_say_nothing(three):
    for delivery in three.deliveries():
        path = delivery.folder / "delivery.json"
        path.write_text(path.read_text("utf8").replace('"rests_on"', '"before"'), "utf8")
    assert warnings(pipeline.check(K4, store=three)) == []
