"""The example region: made-up deliveries that look like real ones, for trying out, testing and teaching.

Nothing in it is about a real youth or provider; everything built from it says voorbeelddata. What it imitates:
- youths: per municipality and year as many distinct youths as CBS publishes (85075NED and 85335NED), with its ages,
  trajectories per youth, referrers and residential care. Years without a figure follow the national series; that has
  a break in 2021, so years before it are scaled back from 2021 with the growth up to 2020 only, and 2025 and later are
  as 2024. Episodes last about a year; one in seven is repeat use.
- money: one claim line per allocation and care month; amount = units x tariff; in 2025 about 350 mln euro, lump sums
  included (Westland memo 25-0094740). Tariffs follow data/reference/indexation.csv.
- time: claims come in weeks to months after the care month; 2 % is credited, most of it billed again.
- faults: 1 line in 1,000 has a wrong amount and 1 in 2,000 names an unknown allocation, so that quarantine has work.
- breaks: profile-intensity combinations, the place of residence, a municipality that leaves, lump sums without claims;
  waiting lists and places. What is built in on purpose stands in data/reference/example_truth.toml: a known answer
  for the split of cost growth, and measures with their true effect.
The other numbers behind it are in assumptions.py. Not imitated: the contracts of 2027; that a youth has one combination
at a time; repeat use in the municipality and years of the known answer.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import bad_parameter
from jeugd_analysis.example import assumptions
from jeugd_analysis.example.breaks import with_breaks
from jeugd_analysis.example.care import allocations
from jeugd_analysis.example.claims import claim_lines, volumes
from jeugd_analysis.example.contracts import contracts, with_prices
from jeugd_analysis.example.funding import payments
from jeugd_analysis.example.inputs import ExampleInput, Truth
from jeugd_analysis.example.messages import MOST_YOUTHS
from jeugd_analysis.example.population import day, simulate
from jeugd_analysis.example.write import Deliveries, Simulated

HISTORY = Quarter(2025, 4)  # the first delivery holds everything up to here

__all__ = ["ExampleInput", "Truth", "write_example"]


def write_example(
    target: Path,
    *,
    region: ExampleInput,
    last: Quarter,
    seed: int = 2026,
    scale: float = 1.0,
    messages: int = 0,
    progress: Callable[[str], None] | None = None,
) -> list[Path]:
    """Write a folder per delivery into target: the history up to 2025-K4, then each quarter up to `last`.

    claims.csv holds the lines received in that quarter; the other tables are what is known at its end and replace the
    earlier ones. Same region, seed and scale: the same bytes, whatever `last` is. scale: share of youths and
    inhabitants. messages: for this many youths also iJw 3.2 messages, in target/ijw, at most MOST_YOUTHS. Returns: the
    files. Raises: JeugdError (PAR-001) for a quarter or scale outside its range.
    """
    final = Quarter(assumptions.LAST_YEAR, 4)
    if not HISTORY <= last <= final:
        raise bad_parameter("last", last.label, f"{HISTORY} tot en met {final}")
    expected = sum(region.youths(code, HISTORY.year) for code in region.municipalities) * scale
    if not (0 < scale <= 1 and expected >= assumptions.FEWEST_YOUTHS):
        allowed = f"groter dan 0 en hoogstens 1, en ten minste {assumptions.FEWEST_YOUTHS} jeugdigen per jaar"
        raise bad_parameter("scale", scale, allowed)
    if not 0 <= messages <= MOST_YOUTHS:
        raise bad_parameter("messages", messages, f"0 tot en met {MOST_YOUTHS}")
    say = progress or (lambda _: None)
    children = np.random.SeedSequence(seed).spawn(11)  # one more leaves the first as they are
    streams = [np.random.default_rng(child) for child in children[:6]]
    say("Voorbeelddata: jeugdigen en hun trajecten maken.")
    youths, episodes = simulate(region, scale, streams[0])
    deals = contracts(region, streams[1])
    care = allocations(region, youths, episodes, deals, streams[2])
    care, lump = with_breaks(region, youths, care, deals, streams[3])
    say("Voorbeelddata: declaraties maken.")
    months = volumes(region, care, streams[4])
    deals = with_prices(region, deals, care, months)
    lines = claim_lines(months, care, deals, streams[4])
    made = Simulated(
        youths=youths, deals=deals, care=care, lines=lines, payments=payments(region, lump, deals, streams[5])
    )
    deliveries = Deliveries(region, scale, made, children[6:], messages)
    files: list[Path] = []
    since = 0
    for quarter in HISTORY.until(last):
        say(f"Voorbeelddata: aanlevering {quarter} schrijven.")
        files += deliveries.write(target / quarter.label, quarter, since)
        since = day(quarter.next().year, 3 * quarter.next().number - 2)
    return files
