"""B058: only granted lines count; an answer (JW325) may come in any later delivery, and an older edition stays."""

from __future__ import annotations

import csv

import pytest

from jeugd_analysis import pipeline, quality
from jeugd_analysis.chapters import quality_lines
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.present.numbers import euro
from jeugd_analysis.store import Store
from tests.ijw_messages import WESTLAND, allocated, answer, claim, client, line

K3, K4, NEXT = Quarter(2026, 3), Quarter(2026, 4), Quarter(2027, 1)
CENTS = 18650
ALLOCATED = client("jw301", "".join(allocated(number) for number in range(1, 9)))
IN_WESTLAND = client("jw301", allocated(1), place=WESTLAND, day="2026-08-04", name="W1")
FIRST = claim(line("D1", number=1), line("D2", number=2), total=2 * CENTS)
SECOND = claim(line("E1", number=3), line("E2", number=4), line("E3", number=5), total=3 * CENTS, number="N2",
               name="A2")  # fmt: skip
GRANTED = answer(codes="8001", sent=2 * CENTS, granted=2 * CENTS, name="R1")
REJECTED_LINE = answer(line("E2", number=4, codes="9338"), number="N2", claimed="A2", sent=3 * CENTS,
                       granted=2 * CENTS, name="R2", day="2026-10-02")  # fmt: skip
REJECTED_WHOLE = answer(number="N2", claimed="A2", codes="9333", sent=3 * CENTS, granted=0, name="R3",
                        day="2026-10-02")  # fmt: skip
UNREAD = answer(number=None, claimed="A2", head="0001", name="R4", day="2026-10-02")
GRANTED_LATE = answer(number="N2", claimed="A2", codes="8001", sent=3 * CENTS, granted=3 * CENTS, name="R5",
                      day="2026-10-02")  # fmt: skip
# Something of the next quarter, so that it has claims of its own.
LATER = claim(line("F1", number=6, begin="2026-09-01", end="2026-09-30"), number="N3", name="A3", day="2026-10-05")
LATER_GRANTED = answer(number="N3", claimed="A3", codes="8001", name="R6", day="2026-10-09", declared="2026-10-05")


def lines_that_count(store: Store, quarter: Quarter) -> int:
    """Net amount of the marts in lines of CENTS: every line of these tests has the same amount."""
    pipeline.refresh_marts(quarter, store=store, code="test")
    cents = {int(store.mart(name, quarter)["amount_cents"].sum()) for name in ("contract_cells", "receipts")}
    assert len(cents) == 1
    lines, rest = divmod(cents.pop(), CENTS)
    assert rest == 0
    return lines


def states(store: Store, quarter: Quarter) -> dict[str, int]:
    """Lines per answer, without the zeros."""
    told = quality.answer_states(quarter, store)
    assert (told["amount_cents"] == told["lines"] * CENTS).all()
    return {row.state: row.lines for row in told.itertuples() if row.lines}


@pytest.fixture
def waiting(store, take) -> Store:
    """Two declarations, one of them answered."""
    take(K3, ALLOCATED, FIRST, SECOND, GRANTED)
    return store


def test_lines_of_an_unanswered_declaration_wait_and_are_told(waiting):
    assert lines_that_count(waiting, K3) == 2
    assert states(waiting, K3) == {"toegekend": 2, "wacht op antwoord": 3}
    assert quality.line_answers(K3, waiting).set_index("reference")["state"].to_dict() == {
        "90000001/D1": "toegekend", "90000001/D2": "toegekend", "90000001/E1": "wacht op antwoord",
        "90000001/E2": "wacht op antwoord", "90000001/E3": "wacht op antwoord",
    }  # fmt: skip
    counted = waiting.mart("answers", K3).groupby("state")["lines"].sum()
    assert counted.to_dict() == {"telt mee": 2, "wacht op antwoord": 3}
    words = quality_lines.waiting("GM0000", K3.label).texts["wacht_zin"]
    # Three lines are too few to be told, and so is their share.
    assert words == "Van enkele regels wacht het antwoord van de gemeente nog. Zij tellen nog niet mee."
    told = "\n".join(pipeline.check(K3, store=waiting))
    assert (
        "3 regels tellen nog niet mee (60,0%), €\u00a0560: declaratie wacht nog op antwoord (JW325) (CLM-023)." in told
    )
    assert "2 toegekend (€\u00a0373), 0 afgewezen (€\u00a00), 3 wacht op antwoord (€\u00a0560)." in told
    page, found, _, open_ones, _, _ = quality.write_quality(K3, store=waiting)
    assert "wacht op antwoord" in page.read_text("utf8") and "60,00%" in page.read_text("utf8")
    assert "terzijde;CLM-023;middel;;2026-K3;3;559,50" in found.read_text("utf-8-sig")
    with open_ones.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    assert rows[1:] == [["90000001", "", "Delft", "N2", "2026-08-03", "3", "559,50"]]


@pytest.mark.parametrize(
    ("said", "counts", "expected"),
    [
        (GRANTED_LATE, 6, {"toegekend": 6}),
        (REJECTED_LINE, 5, {"toegekend": 5, "afgewezen": 1}),
        (REJECTED_WHOLE, 3, {"toegekend": 3, "afgewezen": 3}),
        (UNREAD, 3, {"toegekend": 3, "afgewezen": 3}),
    ],
    ids=["granted", "a line rejected", "all rejected", "rejected unread"],
)
def test_an_answer_in_a_later_delivery_counts_from_there_on(waiting, take, said, counts, expected):
    take(K4, LATER, LATER_GRANTED, said)
    assert states(waiting, K4) == expected
    assert lines_that_count(waiting, K4) == counts
    assert lines_that_count(waiting, K3) == 2 and states(waiting, K3) == {"toegekend": 2, "wacht op antwoord": 3}
    assert not any("wacht_op" in line for line in pipeline.check(K4, store=waiting))


def test_without_any_answer_every_line_counts_and_that_is_told(store, take):
    take(K3, ALLOCATED, FIRST, SECOND)
    assert lines_that_count(store, K3) == 5 and states(store, K3) == {"geen antwoorden aangeleverd": 5}
    told = "\n".join(pipeline.check(K3, store=store))
    assert "bij 5 regels (100,0%) zijn geen antwoorden (JW325) aangeleverd. Zij tellen mee" in told
    assert "CLM-023" not in told
    take(K4, LATER, LATER_GRANTED, REJECTED_WHOLE)  # a rejection counts all the same
    assert lines_that_count(store, K4) == 3 and lines_that_count(store, K3) == 5
    assert states(store, K4) == {"toegekend": 1, "afgewezen": 3, "geen antwoorden aangeleverd": 2}


def test_a_municipality_that_gives_no_answers_is_not_set_at_nothing(store, take):
    elsewhere = claim(line("G1", number=1), number="N1", name="W9", place=WESTLAND)
    take(K3, ALLOCATED, IN_WESTLAND, FIRST, SECOND, GRANTED, elsewhere)
    assert states(store, K3) == {"toegekend": 2, "wacht op antwoord": 3, "geen antwoorden aangeleverd": 1}
    assert lines_that_count(store, K3) == 3


def test_the_credit_of_a_line_that_waits_waits_too(waiting, take):
    credit = claim(line("E9", number=3, sign="C", previous="E1"), sign="C", number="N4", name="A4", day="2026-10-05")
    granted = answer(number="N4", claimed="A4", codes="8001", name="R7", day="2026-10-09", declared="2026-10-05")
    take(K4, LATER, LATER_GRANTED, credit, granted)
    assert lines_that_count(waiting, K4) == 3  # D1, D2 and F1: without its original the credit would make it 2
    take(NEXT, GRANTED_LATE, claim(line("H1", number=7), number="N5", name="A5", day="2027-01-04"))
    assert lines_that_count(waiting, NEXT) == 3 + 3 - 1  # E1 to E3 were granted and E1 is credited; now H1 waits


def test_what_was_rejected_as_a_whole_can_be_billed_again(waiting, take):
    again = claim(line("E7", number=3), number="N6", name="A6", day="2026-10-05")
    granted = answer(number="N6", claimed="A6", codes="8001", name="R8", day="2026-10-09", declared="2026-10-05")
    part = next(part for part in take(K4, again, granted, REJECTED_WHOLE).parts if part.table == "claims")
    assert part.set_aside == {} and part.accepted == 1
    assert lines_that_count(waiting, K4) == 3


def test_an_answer_may_come_before_its_declaration(store, take):
    take(K3, ALLOCATED, FIRST, GRANTED, answer(number="N3", claimed="A3", codes="9333", granted=0, name="R9"))
    more = claim(line("F2", number=7, begin="2026-09-01", end="2026-09-30"), number="N7", name="A7", day="2026-10-05")
    part = next(part for part in take(K4, LATER, more).parts if part.table == "claims")
    assert part.set_aside == {"CLM-020": 1}  # half of the file, and still no reason to refuse it
    assert states(store, K4) == {"toegekend": 2, "afgewezen": 1, "geen antwoorden aangeleverd": 1}
    assert lines_that_count(store, K4) == 3


def test_answers_delivered_apart_for_the_same_quarter_count(store, take):
    take(K3, ALLOCATED, FIRST, SECOND)
    take(K3, GRANTED)
    assert states(store, K3) == {"toegekend": 2, "wacht op antwoord": 3}
    take(K3, GRANTED, REJECTED_WHOLE)
    assert states(store, K3) == {"toegekend": 2, "afgewezen": 3} and lines_that_count(store, K3) == 2


def test_products_nobody_has_placed_become_a_worklist(store, take):
    lines = [line(f"D{number}", number=number, code="54ZZZ") for number in (3, 4)]
    strange = claim(*lines, total=2 * CENTS, number="N2", name="A2")
    take(K3, ALLOCATED, FIRST, strange)
    told = "\n".join(pipeline.check(K3, store=store))
    assert "product staat niet in products.csv (CLM-018). Vul werklijst_producten.csv in" in told
    worklist = quality.write_quality(K3, store=store)[-1]
    with worklist.open(encoding="utf8", newline="") as stream:
        rows = {row["product"]: row for row in csv.DictReader(stream)}
    assert rows["54ZZZ"] == {
        "product": "54ZZZ", "name": "", "category": "", "unit": "04", "segment": "", "valid_from": "2026-07-01",
        "valid_to": "", "euro": "373.00", "jeugdigen": "minder dan 10", "eerste_maand": "2026-07",
        "laatste_maand": "2026-07",
    }  # fmt: skip


def test_nobody_but_the_municipality_can_release_what_waits(waiting):
    before = waiting.deliveries()
    with pytest.raises(JeugdError, match=r"TER-004.*JW325"):
        quality.decide(K3, "CLM-023", release=True, who="A. Analist", why="x", store=waiting)
    assert waiting.deliveries() == before


# -- allocations that were taken away --------------------------------------------------------------


def test_b065_a_removed_allocation_leaves_later_editions_and_its_lines_are_doubted(waiting, take):
    gone = client("jw301", allocated(1, end="2026-07-01", reason="13", decided="2026-10-01"), day="2026-10-02",
                  name="X1")  # fmt: skip
    take(K4, LATER, LATER_GRANTED, gone)
    here = set(waiting.column("allocations", "allocation_id", K4))
    assert "GM0503/1" not in here and "GM0503/1" in set(waiting.column("allocations", "allocation_id", K3))
    told = "\n".join(pipeline.check(K4, store=waiting))
    assert f"1 regels, toewijzing is later verwijderd door de gemeente (CLM-024), {euro(CENTS)}." in told
    assert "CLM-024" not in "\n".join(pipeline.check(K3, store=waiting))
    assert lines_that_count(waiting, K4) == 3
    old = client("jw301", allocated(1, end="2026-12-31"), day="2027-01-02", name="X2")  # an older decision, sent late
    credit = claim(line("D9", number=1, sign="C", previous="D1"), sign="C", number="N8", name="A8", day="2027-01-04")
    new = claim(line("D8", number=1, begin="2026-09-01", end="2026-09-30"), number="N9", name="A9", day="2027-01-04")
    more = [line(f"H{n}", number=2, begin=f"2026-{n:02d}-01", end=f"2026-{n:02d}-28") for n in (8, 9, 10, 11, 12)]
    many = claim(*more, total=5 * CENTS, number="N5", name="A5", day="2027-01-04")
    with pytest.raises(JeugdError, match=r"AAN-001.*1 x geen toewijzing met dit nummer"):  # of 7 lines more than 2 %
        take(NEXT, old, credit, new, many)
    part = next(part for part in take(NEXT, old, credit, many).parts if part.table == "claims")
    assert part.set_aside == {}  # the credit of a line that counts is right, without its allocation too
    assert "GM0503/1" not in set(waiting.column("allocations", "allocation_id", NEXT))
    assert lines_that_count(waiting, NEXT) == 3 - 1 + 5
