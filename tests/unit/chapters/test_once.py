"""Two figures of a page share one calculation, and never one that was made from other numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.chapters import once as kept
from jeugd_analysis.chapters import savings_chance, savings_needed
from jeugd_analysis.chapters.once import once

TABLE = pd.DataFrame({"share": [0.1, 0.2]})


def test_the_same_numbers_are_worked_out_once():
    made: list[int] = []
    ask = {"what": "proef", "frames": (TABLE,), "told": (1,)}
    assert once(lambda: made.append(1) or "een", **ask) == once(lambda: made.append(2) or "twee", **ask) == "een"
    assert made == [1]


@pytest.mark.parametrize(
    "other",
    [
        {"frames": (TABLE.assign(share=[0.1, 0.2000000001]),)}, {"frames": (TABLE.rename(columns={"share": "deel"}),)},
        {"frames": (TABLE, TABLE)}, {"told": (2,)}, {"what": "anders"},
    ],
)  # fmt: skip
def test_other_numbers_never_get_what_was_kept(other):
    ask = {"what": "nog een proef", "frames": (TABLE,), "told": (1,)}
    assert once(lambda: "oud", **ask) == "oud" and once(lambda: "nieuw", **{**ask, **other}) == "nieuw"


def test_what_is_kept_stays_small():
    for number in range(100):
        assert once(lambda number=number: number, what="veel", frames=(), told=(number,)) == number


@pytest.mark.parametrize(
    ("module", "name", "figures", "times"),
    [
        (savings_chance, "simulate", ("chance", "chance_per_segment"), 3),  # one per strength of shared luck
        (savings_needed, "tornado", ("closing", "sensitivity"), 1),
    ],
)
def test_the_figures_of_a_page_simulate_and_vary_once(in_example, monkeypatch, module, name, figures, times):
    monkeypatch.setattr(kept, "_KEPT", {})
    calls, real = [], getattr(module, name)
    monkeypatch.setattr(module, name, lambda *args, **more: calls.append(1) or real(*args, **more))
    for figure in figures:
        getattr(module, figure)("GM0000", "2026-K3", "alle")
    assert len(calls) == times
