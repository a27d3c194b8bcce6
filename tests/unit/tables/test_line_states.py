"""Granted, rejected, waiting or untold: each line by hand (B058)."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.tables.answers import GRANTED, REJECTED, UNTOLD, WAITING, line_states

DELFT, WESTLAND = "GM0503", "GM1783"


def lines(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """declaration, municipality, day of receipt, quarter of the delivery; the message is that of the declaration."""
    made = pd.DataFrame(rows, columns=["declaration", "municipality", "received_on", "delivered"], dtype="str")
    made["message"] = made["declaration"].str.replace("N", "M").astype("str")
    return made.assign(received_on=pd.to_datetime(made["received_on"]))


def answers(*rows: tuple[str | None, str, str, str, str | None]) -> pd.DataFrame:
    """declaration, municipality, day of the declaration, quarter of the delivery, codes when all of it is rejected."""
    names = ["declaration", "municipality", "declared_on", "delivered", "return_codes"]
    made = pd.DataFrame(rows, columns=names, dtype="str").assign(message="M9")
    made["declared_on"] = pd.to_datetime(made["declared_on"])
    return made.assign(answered_on=made["declared_on"] + pd.Timedelta(days=7))


ONE = lines(("N1", DELFT, "2026-08-03", "2026-K3"))
ANSWERED = ("N2", DELFT, "2026-08-20", "2026-K3", None)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ([ANSWERED], WAITING),
        ([ANSWERED, ("N1", DELFT, "2026-08-03", "2026-K4", None)], GRANTED),  # in a later delivery
        ([ANSWERED, ("N1", DELFT, "2026-08-03", "2026-K4", "9333")], REJECTED),
        ([("N1", DELFT, "2026-08-03", "2026-K4", "9333")], REJECTED),  # also when its own delivery had no answers
        ([("N1", DELFT, "2026-08-03", "2026-K3", "9333"), ("N1", DELFT, "2026-08-05", "2026-K3", None)], GRANTED),
        ([("N2", WESTLAND, "2026-08-03", "2026-K3", None)], UNTOLD),  # another municipality
        ([("N2", DELFT, "2026-08-03", "2026-K2", None)], UNTOLD),  # this delivery had none of this municipality
        ([("N2", DELFT, "2026-10-01", "2026-K3", None)], UNTOLD),  # answers began in a later quarter
        ([("N2", DELFT, "2026-09-30", "2026-K3", None)], WAITING),
        ([], UNTOLD),
    ],
)
def test_one_line_beside_what_was_answered(told: list[tuple[str, ...]], state: str) -> None:
    assert line_states(ONE, answers(*told)).tolist() == [state]


def test_a_declaration_that_was_rejected_unread_is_found_by_its_message() -> None:
    unread = answers((None, DELFT, "2026-08-03", "2026-K3", "0001")).assign(message="M1")
    both = lines(("N1", DELFT, "2026-08-03", "2026-K3"), ("N2", DELFT, "2026-08-03", "2026-K3"))
    assert line_states(both, unread).tolist() == [REJECTED, WAITING]
    numbered = answers(("N3", DELFT, "2026-08-03", "2026-K3", "9333")).assign(message="M1")
    assert line_states(both, numbered).tolist() == [WAITING, WAITING]  # with a number, the number says which one it is


def test_the_index_of_the_lines_stays() -> None:
    few = lines(*[("N1", DELFT, "2026-08-03", "2026-K3")] * 3).iloc[1:]
    assert line_states(few, answers(ANSWERED)).to_dict() == {1: WAITING, 2: WAITING}
    assert line_states(few.iloc[:0], answers(ANSWERED)).empty
