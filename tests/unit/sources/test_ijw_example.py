"""The example region there and back: its iJw messages, read quarter by quarter, are its own CSV tables again."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis import pipeline
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.sources.base import Context, Reading
from jeugd_analysis.sources.ijw import read_messages
from jeugd_analysis.sources.own_csv import read_table
from jeugd_analysis.sources.pseudonym import youth_pseudonym
from jeugd_analysis.store import Store
from jeugd_analysis.tables import TABLES, require
from jeugd_analysis.tables.claims import amount_differs

ROOT = Path(__file__).resolve().parents[3]
QUARTERS = list(Quarter(2025, 4).until(Quarter(2026, 3)))
WHOLE = ("youths", "allocations", "requests", "care_periods")
YOUTHS = 75


def read_quarter(folder: Path, known: dict[str, pd.DataFrame]) -> dict[str, Reading]:
    """One delivery, on top of what was known."""
    context = Context(
        pseudonym=youth_pseudonym(bytes(range(32))), earlier=lambda table: known.get(table, pd.DataFrame())
    )
    return {reading.table: reading for reading in read_messages([folder], context)}


class Back:
    """All quarters read one after the other, and what our CSV says of the same youths."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.known: dict[str, pd.DataFrame] = {}
        self.readings: list[dict[str, Reading]] = []
        for quarter in QUARTERS:
            found = read_quarter(target / "ijw" / quarter.label, self.known)
            self.known.update({name: found[name].frame for name in WHOLE if name in found})
            self.readings.append(found)
        mine = self.known["requests"].assign(plain=self.known["requests"]["reference"].str.partition("/")[2])
        both = mine.merge(self.csv("requests"), left_on="plain", right_on="reference", suffixes=("", "_csv"))
        pairs = both[["youth_id", "youth_id_csv"]].drop_duplicates()
        assert pairs["youth_id"].is_unique and pairs["youth_id_csv"].is_unique
        self.youth = dict(zip(pairs["youth_id_csv"], pairs["youth_id"], strict=True))

    def csv(self, name: str, *quarters: Quarter) -> pd.DataFrame:
        files = [self.target / quarter.label / f"{name}.csv" for quarter in quarters or QUARTERS[-1:]]
        return pd.concat([read_table(file, TABLES[name]) for file in files], ignore_index=True)

    def expected(self, name: str, *quarters: Quarter) -> pd.DataFrame:
        """The CSV lines of the youths with messages, under their other pseudonym."""
        lines = self.csv(name, *quarters)
        lines = lines[lines["youth_id"].isin(list(self.youth))]
        return lines.assign(youth_id=lines["youth_id"].map(self.youth).astype("str"))


def csv_number(allocation_id: str) -> str:
    """GM0503/12 -> T0000000012."""
    return f"T{int(allocation_id.partition('/')[2]):010d}"


def same(found: pd.DataFrame, expected: pd.DataFrame, key: str | list[str]) -> None:
    ordered = [frame.sort_values(key, ignore_index=True)[list(expected.columns)] for frame in (found, expected)]
    pd.testing.assert_frame_equal(*ordered)


@pytest.fixture(scope="module")
def back(tmp_path_factory: pytest.TempPathFactory) -> Back:
    target = tmp_path_factory.mktemp("berichten")
    pipeline.sample(target, last=QUARTERS[-1], seed=2026, scale=0.01, store=Store(ROOT, target), messages=YOUTHS)
    return Back(target)


def test_there_is_something_to_compare(back: Back) -> None:
    assert 0.8 * YOUTHS < len(back.youth) <= YOUTHS  # some come after the last quarter
    assert all(set(found) >= {"claims", "claim_answers"} for found in back.readings)


def test_every_table_accepts_what_was_read(back: Back) -> None:
    for found in back.readings:
        for name, reading in found.items():
            require(TABLES[name], reading.frame, file=name, first_row=reading.first_row)


def test_claims_come_back_line_by_line(back: Back) -> None:
    found = pd.concat([reading["claims"].frame for reading in back.readings], ignore_index=True)
    expected = back.expected("claims", *QUARTERS)
    assert (expected["credit_of"].notna()).sum() > 5 < len(expected)
    without = expected["provider"] + "/"
    expected["reference"] = without + expected["reference"]
    expected["credit_of"] = without + expected["credit_of"]
    known = expected["allocation_id"].isin(back.csv("allocations")["allocation_id"])
    assert (~known).mean() < 0.1  # the example has a few numbers of no allocation; a message has them shorter
    numbers = found.set_index("reference")["allocation_id"].map(csv_number)
    assert (numbers.reindex(expected.loc[known, "reference"]).to_numpy() == expected.loc[known, "allocation_id"]).all()
    euros = expected["unit"] == "83"
    expected.loc[euros, "tariff_cents"] = pd.NA  # a message has no tariff for an amount in euro
    same(found.drop(columns="allocation_id"), expected.drop(columns="allocation_id"), "reference")
    assert all(reading["claims"].set_aside.isna().all() for reading in back.readings)


def test_the_answers_reject_what_our_own_rules_set_aside(back: Back) -> None:
    rejected = pd.concat([reading["claim_answers"].frame for reading in back.readings])
    lines = back.expected("claims", *QUARTERS)
    unknown = ~lines["allocation_id"].isin(back.csv("allocations")["allocation_id"])
    wrong = lines[unknown | amount_differs(lines)]
    assert set(rejected["reference"]) == set(wrong["provider"] + "/" + wrong["reference"])
    assert all(reading["claims"].warnings == () for reading in back.readings)  # each declaration was answered


def test_allocations_come_back(back: Back) -> None:
    found, expected = back.known["allocations"], back.expected("allocations")
    found = found.assign(allocation_id=found["allocation_id"].map(csv_number).astype("str"))
    same(found, expected, "allocation_id")


def test_requests_come_back(back: Back) -> None:
    expected = back.expected("requests")
    same(
        back.known["requests"],
        expected.assign(reference=expected["provider"] + "/" + expected["reference"]),
        "reference",
    )


def test_care_periods_come_back(back: Back) -> None:
    found, expected = back.known["care_periods"], back.csv("care_periods")
    numbers = back.expected("allocations")["allocation_id"]
    expected = expected[expected["allocation_id"].isin(numbers)]
    found = found.assign(allocation_id=found["allocation_id"].map(csv_number).astype("str"))
    assert found["end"].notna().any() and found["end"].isna().any()
    same(found, expected, ["allocation_id", "start"])


def test_youths_come_back_with_year_sex_and_municipalities(back: Back) -> None:
    found, expected = back.known["youths"], back.expected("youths")
    columns = ["youth_id", "birth_year", "sex"]
    same(found[columns].drop_duplicates(), expected[columns].drop_duplicates(), "youth_id")
    homes = set(expected[["youth_id", "municipality"]].itertuples(index=False, name=None))
    assert set(found[["youth_id", "municipality"]].itertuples(index=False, name=None)) <= homes
    assert found.groupby("youth_id")["valid_to"].apply(lambda days: days.isna().sum()).eq(1).all()


def test_the_names_and_the_order_of_the_files_do_not_matter(back: Back, tmp_path: Path) -> None:
    known: dict[str, pd.DataFrame] = {}
    for quarter, first in zip(QUARTERS[:2], back.readings, strict=False):
        files = sorted((back.target / "ijw" / quarter.label).rglob("*.xml"))
        names = random.Random(quarter.label).sample(range(len(files)), len(files))
        folder = tmp_path / quarter.label
        folder.mkdir()
        for file, name in zip(files, names, strict=True):
            shutil.copy(file, folder / f"{name}.xml")
        found = read_quarter(folder, known)
        known.update({name: found[name].frame for name in WHOLE if name in found})
        for name, reading in found.items():
            same(reading.frame, first[name].frame, list(TABLES[name].key))
