"""Rules that look at lines beside other lines: what is set aside and why. The rules in words are in rules.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from jeugd_analysis.tables.claims import amount_differs


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What claim lines are judged against.

    allocations: allocation_id, start, end; only those that were accepted. earlier: accepted claim lines of the
    quarters before with EARLIER_COLUMNS. elsewhere: references of the accepted lines of every other quarter; later ones
    were judged on top of this one, so their credits and debits say nothing about it. municipalities, products: the code
    with valid_from and valid_to, as data/reference has them. rejected: references of the lines that a municipality
    rejected (JW325).
    """

    allocations: pd.DataFrame
    earlier: pd.DataFrame
    elsewhere: pd.Series
    municipalities: pd.DataFrame
    products: pd.DataFrame
    rejected: pd.Series


EARLIER_COLUMNS = (
    "reference", "allocation_id", "product", "month", "units", "amount_cents", "credit_of", "received_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Per line the code of the rule that sets it aside (missing: it counts), and the lines of each warning."""

    reasons: pd.Series
    doubts: Mapping[str, pd.Series]

    def counts(self, cents: pd.Series | None = None) -> pd.DataFrame:
        """code, lines and amount_cents per rule that any line breaks; without `cents` the amounts are 0."""
        amounts = pd.Series(0, index=self.reasons.index) if cents is None else cents
        aside = amounts.groupby(self.reasons.rename("code")).agg(lines="size", amount_cents="sum").reset_index()
        told = [(code, int(found.sum()), int(amounts[found].sum())) for code, found in self.doubts.items()]
        doubted = pd.DataFrame([row for row in told if row[1]], columns=list(aside.columns))
        both = pd.concat([part for part in (aside, doubted) if len(part)] or [doubted])
        return both.sort_values("code").reset_index(drop=True)


def judge_claims(claims: pd.DataFrame, known: Known, *, given: pd.Series | None = None) -> Judged:
    """Every rule on claim lines at once; the first rule that a line breaks is its reason.

    given: codes that the reader of the file gave already, missing for the other lines; they come first, and such a
    line stands in nobody's way.
    Source: iJw 3.2, rules TR346 (amount), IV085, TR323 and TR390 (credits), TR389 and TR416 (second debit), TR387 and
    TR388 (period), WJ001 code 8021 (reference already delivered), OP303 and TR342 (only rejected lines are answered).
    """
    earlier = known.earlier[~_within(known.earlier["reference"], known.rejected)]
    place = _positions(claims["allocation_id"], known.allocations["allocation_id"])
    listed, in_region = _in_force(claims["municipality"], claims["month"], known.municipalities)
    first = _First(len(claims))
    for code in [] if given is None else sorted(given.dropna().unique()):
        first.add(code, (given == code).fillna(False).to_numpy(dtype=bool))
    elsewhere = known.elsewhere[~_within(known.elsewhere, known.rejected)]
    first.add("CLM-011", _within(claims["reference"], elsewhere))
    first.add("CLM-019", ~listed)
    first.add("CLM-010", _of_no_allocation(claims, earlier, place))
    first.add("CLM-017", _outside(claims["month"], place, known.allocations))
    first.add("CLM-003", amount_differs(claims).to_numpy())
    first.add("CLM-020", _within(claims["reference"], known.rejected))
    for code, broken in _broken_credits(claims, earlier).items():
        first.add(code, broken)
    first.add("CLM-015", _credited_again(claims, earlier, first.free))
    first.add("CLM-016", _billed_again(claims, earlier, place, known.allocations, first.free))
    _, placed = _in_force(claims["product"], claims["month"], known.products)
    reasons = with_credits_of(claims, first.reasons(claims.index))
    free = reasons.isna()
    doubts = {"CLM-018": free & ~placed, "CLM-021": free & ~in_region}
    return Judged(reasons=reasons, doubts=doubts)


def judge_allocations(allocations: pd.DataFrame, *, youths: pd.DataFrame, lowest_age: int, highest_age: int) -> Judged:
    """ALL-003 sets an allocation aside, ALL-002 only doubts it. `youths` has youth_id and birth_year.

    Ages are the year of the start minus the year of birth, because the day of birth is never kept. Someone whose year
    of birth is not known is no reason to set anything aside. An overlap (iJw OP259, TR302) stays: the claims on both
    numbers are real money, youths are counted once anyway, and nothing tells which of the two is the mistake.
    """
    births = youths.drop_duplicates("youth_id")
    place = _positions(allocations["youth_id"], births["youth_id"])
    born = births["birth_year"].to_numpy()[place] if len(births) else np.zeros(len(place), "int64")
    age = allocations["start"].dt.year.to_numpy() - born
    first = _First(len(allocations))
    first.add("ALL-003", (place >= 0) & ((age < lowest_age) | (age > highest_age)))
    reasons = first.reasons(allocations.index)
    overlap = pd.Series(_overlapping(allocations), index=allocations.index)
    return Judged(reasons=reasons, doubts={"ALL-002": overlap & reasons.isna()})


def with_credits_of(claims: pd.DataFrame, reasons: pd.Series) -> pd.Series:
    """A credit of a line that is set aside goes with it: on its own it would lower the cost.

    Not when that line had come before (CLM-011): then the first one counts, and so does its credit.
    """
    gone = reasons.notna() & (reasons != "CLM-011") & claims["credit_of"].isna()
    orphan = _within(claims["credit_of"], claims.loc[gone, "reference"]) & reasons.isna()
    return reasons.mask(orphan, "CLM-012")


class _First:
    """The first rule that each line breaks."""

    def __init__(self, size: int) -> None:
        self.codes: list[str] = []
        self.place = np.full(size, -1, dtype="int8")

    @property
    def free(self) -> np.ndarray:
        """Lines that break no rule yet."""
        return self.place < 0

    def add(self, code: str, broken: np.ndarray) -> None:
        """The next rule: lines that broke an earlier one keep that as their reason."""
        self.place[self.free & broken] = len(self.codes)
        self.codes.append(code)

    def reasons(self, index: pd.Index) -> pd.Series:
        """Codes as text, missing where no rule is broken."""
        words = pd.Categorical.from_codes(self.place, categories=self.codes)
        return pd.Series(words, index=index, name="reason").astype("str")


def _of_no_allocation(claims: pd.DataFrame, earlier: pd.DataFrame, place: np.ndarray) -> np.ndarray:
    """Lines on a number that is not known. A credit of a line that counts is right: its allocation was taken away."""
    rows = np.flatnonzero((place < 0) & claims["credit_of"].notna().to_numpy())
    broken = place < 0
    broken[rows[_within(claims["credit_of"].iloc[rows], earlier["reference"])]] = False
    return broken


def _broken_credits(claims: pd.DataFrame, earlier: pd.DataFrame) -> dict[str, np.ndarray]:
    """CLM-012: the original is not there. CLM-022: it is, and it is no mirror image."""
    rows = np.flatnonzero(claims["credit_of"].notna())
    same, mirrored = ["allocation_id", "product", "month"], ["units", "amount_cents"]
    lines = claims.iloc[rows][["credit_of", *same, *mirrored]].reset_index(drop=True)
    here, there = (_positions(lines["credit_of"], frame["reference"]) for frame in (claims, earlier))
    broken = {code: np.zeros(len(claims), dtype=bool) for code in ("CLM-012", "CLM-022")}
    broken["CLM-012"][rows] = (here < 0) & (there < 0)
    for frame, at in ((claims, here), (earlier, np.where(here < 0, there, -1))):
        found = np.flatnonzero(at >= 0)
        mine, original = lines.iloc[found], frame.iloc[at[found]]
        differs = np.zeros(len(found), dtype=bool)
        for name in same:
            differs |= mine[name].to_numpy() != original[name].to_numpy()
        for name in mirrored:
            differs |= mine[name].to_numpy() != -original[name].to_numpy()
        broken["CLM-022"][rows[found[differs]]] = True
    return broken


def _credited_again(claims: pd.DataFrame, earlier: pd.DataFrame, free: np.ndarray) -> np.ndarray:
    """CLM-015: credits of a line that has been credited before, in order of receipt."""
    rows = np.flatnonzero(claims["credit_of"].notna() & free)
    lines = claims.iloc[rows][["credit_of", "received_on", "reference"]].assign(row=rows)
    lines = lines.sort_values(["received_on", "reference"])
    again = lines["credit_of"].duplicated().to_numpy() | _within(lines["credit_of"], earlier["credit_of"].dropna())
    broken = np.zeros(len(claims), dtype=bool)
    broken[lines["row"].to_numpy()[again]] = True
    return broken


def _billed_again(
    claims: pd.DataFrame, earlier: pd.DataFrame, place: np.ndarray, allocations: pd.DataFrame, free: np.ndarray
) -> np.ndarray:
    """CLM-016: a debit of the same allocation, product and month while an earlier one has not been credited.

    A credit of the same day is in time: credits are handled before debits (iJw OP366).
    """
    before = earlier[_within(earlier["allocation_id"], claims["allocation_id"])]
    where = np.concatenate([_positions(before["allocation_id"], allocations["allocation_id"]), place])
    names = list(EARLIER_COLUMNS)
    lines = pd.concat([before[names], claims[names]], ignore_index=True) if len(before) else claims[names]
    usable = np.concatenate([np.ones(len(before), dtype=bool), free]) & (where >= 0)
    debit = usable & lines["credit_of"].isna().to_numpy()
    product = lines["product"].astype("category").cat.codes.to_numpy().astype("int64")
    key = (where * (product.max(initial=0) + 1) + product) * 4096 + _month_number(lines["month"])
    rows = np.flatnonzero(debit)
    rows = rows[pd.Series(key[rows]).duplicated(keep=False).to_numpy()]
    credits = lines.loc[usable & lines["credit_of"].notna().to_numpy(), ["credit_of", "received_on"]]
    told = lines.iloc[rows][["reference", "received_on"]].assign(row=rows, key=key[rows], new=rows >= len(before))
    at = _positions(told["reference"], credits["credit_of"])
    until = credits["received_on"].to_numpy()[at] if len(credits) else np.empty(len(at), "datetime64[ns]")
    told["until"] = np.where(at >= 0, until, np.datetime64("2200-01-01"))
    told = told.sort_values(["key", "new", "received_on", "reference"])
    broken = np.zeros(len(lines), dtype=bool)
    broken[told["row"].to_numpy()[_too_early(told) & told["new"].to_numpy()]] = True
    return broken[len(before) :]


def _too_early(debits: pd.DataFrame) -> np.ndarray:
    """Debits that come before the end of the one that counts. One step per rank within a key, not per line."""
    group, rank = debits.groupby("key").ngroup().to_numpy(), debits.groupby("key").cumcount().to_numpy()
    came, until = debits["received_on"].to_numpy(), debits["until"].to_numpy()
    free_from = np.full(group.max(initial=-1) + 1, np.datetime64("1900-01-01", "ns"))
    early = np.zeros(len(debits), dtype=bool)
    by_rank = np.argsort(rank, kind="stable")
    for rows in np.split(by_rank, np.cumsum(np.bincount(rank))[:-1]) if len(rank) else []:
        early[rows] = came[rows] < free_from[group[rows]]
        counts = rows[~early[rows]]
        free_from[group[counts]] = until[counts]
    return early


def _outside(month: pd.Series, place: np.ndarray, allocations: pd.DataFrame) -> np.ndarray:
    """Care months that end before the allocation starts or begin after it has ended; open ends never do."""
    if allocations.empty:
        return np.zeros(len(month), dtype=bool)
    first = _month_number(allocations["start"])[place]
    last = np.where(allocations["end"].isna(), np.iinfo("int64").max, _month_number(allocations["end"]))[place]
    number = _month_number(month)
    return (place >= 0) & ((number < first) | (number > last))


def _overlapping(allocations: pd.DataFrame) -> np.ndarray:
    """Allocations that start while an earlier one of the same youth, product and provider still runs."""
    keys = ["youth_id", "product", "provider"]
    twice = np.flatnonzero(allocations.duplicated(keys, keep=False))
    lines = allocations.iloc[twice][[*keys, "start", "end"]].assign(row=twice)
    lines = lines.sort_values([*keys, "start", "row"])
    end = lines["end"].fillna(pd.Timestamp("2200-01-01")).astype("int64")
    until = end.groupby([lines[name] for name in keys]).cummax()
    before = until.groupby([lines[name] for name in keys]).shift(fill_value=np.iinfo("int64").min)
    found = np.zeros(len(allocations), dtype=bool)
    found[lines["row"].to_numpy()[(lines["start"].astype("int64") <= before).to_numpy()]] = True
    return found


def _in_force(codes: pd.Series, months: pd.Series, listed: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Whether each code is listed at all, and whether a row of it holds on the first day of the month.

    Shapes: `listed` has the code in a column of the same name, valid_from and valid_to (missing: still valid).
    """
    text = pc.dictionary_encode(text_array(codes))
    place = {code: at for at, code in enumerate(text.dictionary.to_pylist())}
    number = _month_number(months)
    low, high = (int(number.min()), int(number.max())) if len(number) else (0, 0)
    known = np.zeros(len(place), dtype=bool)
    valid = np.zeros((len(place), high - low + 1), dtype=bool)
    for code, first, last in listed[[codes.name, "valid_from", "valid_to"]].itertuples(index=False, name=None):
        if (at := place.get(code)) is not None:
            known[at] = True
            valid[at, max(_from_month(first) - low, 0) : max(_until_month(last, high) - low + 1, 0)] = True
    which = text.indices.to_numpy(zero_copy_only=False)
    return known[which], valid[which, number - low]


def _from_month(first: object) -> int:
    """The first month that begins on or after a day, in months since January 1970."""
    day = pd.Timestamp(first)
    return (day.year - 1970) * 12 + day.month - 1 + (day.day > 1)


def _until_month(last: object, high: int) -> int:
    """The month of a day, in months since January 1970; without one the highest there is."""
    if pd.isna(last):
        return high
    day = pd.Timestamp(last)
    return (day.year - 1970) * 12 + day.month - 1


def _positions(values: pd.Series, known: pd.Series) -> np.ndarray:
    """Where each text stands among the known ones, -1 without; missing never is. The smaller side is hashed."""
    text, one_of = text_array(values), text_array(known)
    if len(one_of) > len(text):
        wanted = pc.unique(text).drop_null()
        hit = _index_in(one_of, wanted)
        rows = np.flatnonzero(hit >= 0)
        where = np.full(len(wanted), -1, dtype="int64")
        where[hit[rows]] = rows
        place = _index_in(text, wanted)
        return np.where(place >= 0, where[place] if len(where) else -1, -1)
    return _index_in(text, one_of)


def text_array(values: pd.Series) -> pa.Array:
    """The column as one Arrow array; a frame that was read or put together in pieces holds several."""
    text = pa.array(values, type=pa.large_string())
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text


def _index_in(values: pa.Array, one_of: pa.Array) -> np.ndarray:
    found = pc.index_in(values, value_set=one_of, skip_nulls=True)
    return pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype("int64")


def _within(values: pd.Series, known: pd.Series) -> np.ndarray:
    """Whether each text is one of the known; a missing one never is. Arrow itself: pandas' isin walks in Python."""
    return _positions(values, known) >= 0


def _month_number(days: pd.Series) -> np.ndarray:
    """Months since January 1970; a missing day gives a number that must not be used."""
    return days.to_numpy().astype("datetime64[M]").astype("int64")
