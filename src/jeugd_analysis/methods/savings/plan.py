"""The plan: which measures there are, and what they save per year and segment beside the target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cached_property
from typing import Any

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import FactorError
from jeugd_analysis.methods.distribution_key import largest_remainder
from jeugd_analysis.methods.savings.combine import combined_saving
from jeugd_analysis.methods.savings.ramp import in_force, ramp_share

MEASURE_COLUMNS = ["measure", "segment", "base_cents", "full_effect_share", "start", "ramp_quarters"]
OPTIONAL_COLUMNS = [
    "ramp", "notice_quarters", "run_off_quarters", "end", "success_probability", "low_share", "high_share",
    "shifted_share", "one_off_cents", "one_off_year",
]  # fmt: skip
TARGET_COLUMNS = ["year", "segment", "target_cents"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One row of the table of measures, with every optional column filled in; the columns are told at `phase`."""

    name: str
    segment: str
    base_cents: int
    share: Fraction
    low: Fraction
    high: Fraction
    probability: Fraction
    start: Quarter
    ramp_quarters: int
    shape: str
    notice_quarters: int
    run_off_quarters: int
    end: Quarter | None
    shifted: Fraction
    one_off_cents: int
    one_off_year: int

    @cached_property
    def expected(self) -> Fraction:
        """Mean of its full effect: a triangle between low and high with its top at share, times the chance."""
        return self.probability * (self.low + self.share + self.high) / 3

    def grown(self, year: int) -> Fraction:
        """Part of the full effect in a year."""
        return ramp_share(self.start, self.ramp_quarters, year, **self._course())

    def grown_in(self, quarter: Quarter) -> Fraction:
        """Part of the full effect in a quarter."""
        return in_force(self.start, quarter, ramp_quarters=self.ramp_quarters, **self._course())

    def one_off(self, year: int) -> int:
        """One-off cost in cents of a year."""
        return self.one_off_cents if year == self.one_off_year else 0

    def _course(self) -> dict[str, Any]:
        return {
            "shape": self.shape,
            "notice_quarters": self.notice_quarters,
            "run_off_quarters": self.run_off_quarters,
            "end": self.end,
        }


def phase(
    measures: pd.DataFrame, targets: pd.DataFrame, *, years: Iterable[int], baseline: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Expected saving per year and segment, beside the target and what is still to be found.

    Shapes: measures has one row per measure and segment. Needed columns: measure, segment, base_cents (yearly cost it
    works on, euro cents; not needed with `baseline`), full_effect_share (0-1 of that base), start (2027-K1),
    ramp_quarters (until full effect). Optional columns, empty = the value in brackets:
    ramp (linear; also step or logistic), notice_quarters and run_off_quarters (0; see `ramp_share`), end (last quarter
    it works, such as the end of a contract; none), success_probability (1), low_share and high_share
    (full_effect_share; the range of the effect when it succeeds), shifted_share (0; part of its saving that comes back
    as cost elsewhere, such as freely accessible help), one_off_cents (0) and one_off_year (the year of the start).
    targets has year, segment and target_cents (a saving is positive). baseline, when given, has year, segment and
    base_cents: what the segment would cost without measures, in the same prices as the targets.
    Result: one row per year x segment of either table, sorted: year, segment, saving_cents, target_cents, gap_cents
    (target minus saving; negative = more saved than asked). The saving is net of shifted and one-off cost. It is the
    expected value when measures succeed independently of each other.
    Measures of one segment work on one base after each other: 10 % and 20 % save 28 %.
    Raises: FactorError on missing or misspelt columns, double keys, missing values, shares outside 0-1, or measures of
    one segment with different bases.
    """
    chosen = set(years)
    goals = targets_of(targets)
    wanted = {
        (int(year), str(segment)): int(cents)
        for year, segment, cents in zip(goals["year"], goals["segment"], goals["target_cents"], strict=True)
        if year in chosen
    }
    saved: dict[tuple[int, str], int] = {}
    for row in _measure_rows(measures, chosen, baseline):
        key = (row["year"], row["segment"])
        saved[key] = saved.get(key, 0) + row["net_cents"]
    rows = [(*key, saved.get(key, 0), wanted.get(key, 0)) for key in sorted({*saved, *wanted})]
    told = pd.DataFrame(rows, columns=["year", "segment", "saving_cents", "target_cents"])
    told = told.astype({"year": "int64", "saving_cents": "int64", "target_cents": "int64"})
    return told.assign(gap_cents=told["target_cents"] - told["saving_cents"])


def per_measure(measures: pd.DataFrame, *, years: Iterable[int], baseline: pd.DataFrame | None = None) -> pd.DataFrame:
    """Each measure's own part of the saving: what it takes off, what moves elsewhere, what it costs once.

    Shapes: see `phase`. Result: one row per year x segment x measure, sorted: year, segment, measure, gross_cents (its
    Shapley part; the parts add up to the saving of the segment), shifted_cents, one_off_cents, net_cents (gross minus
    both). Euro cents, int64.
    """
    rows = _measure_rows(measures, years, baseline)
    names = ["year", "segment", "measure", "gross_cents", "shifted_cents", "one_off_cents", "net_cents"]
    whole = dict.fromkeys(["year", *names[3:]], "int64")
    return pd.DataFrame(rows, columns=names).astype(whole)


def _measure_rows(measures: pd.DataFrame, years: Iterable[int], baseline: pd.DataFrame | None) -> list[dict[str, Any]]:
    read = measures_of(measures, needs_base=baseline is None)
    bases = bases_of(baseline)
    rows: list[dict[str, Any]] = []
    for year in sorted(set(years)):
        for segment in sorted({measure.segment for measure in read}):
            group = [measure for measure in read if measure.segment == segment]
            rows += _parts(group, year, base_of(group[0], year, bases))
    return rows


def _parts(group: list[Measure], year: int, base_cents: int) -> list[dict[str, Any]]:
    total, parts = combined_saving([measure.expected * measure.grown(year) for measure in group])
    whole = round(total * base_cents)
    gross = [0] * len(group)
    if whole:  # a share of nothing cannot be divided
        gross = largest_remainder(pd.Series(list(parts), dtype="object"), total_cents=whole).tolist()
    rows = []
    for measure, cents in zip(group, gross, strict=True):
        shifted, once = round(cents * measure.shifted), measure.one_off(year)
        key = {"year": year, "segment": measure.segment, "measure": measure.name}
        rows.append(
            key | {"gross_cents": cents, "shifted_cents": shifted, "one_off_cents": once}
            | {"net_cents": cents - shifted - once}
        )  # fmt: skip
    return rows


def base_of(measure: Measure, year: int, bases: dict[tuple[int, str], int] | None) -> int:
    """Cost that the measures of a segment work on. Raises: FactorError when the baseline lacks it."""
    if bases is None:
        return measure.base_cents
    if (year, measure.segment) not in bases:
        raise FactorError(f"De kosten zonder maatregelen ontbreken voor {measure.segment} in {year}.")
    return bases[year, measure.segment]


def bases_of(baseline: pd.DataFrame | None) -> dict[tuple[int, str], int] | None:
    """Cost per year and segment. Raises: FactorError on missing columns or values and on double keys."""
    if baseline is None:
        return None
    require_columns(baseline, ["year", "segment", "base_cents"])
    require_keys(baseline, ["year", "segment"])
    return {(int(row.year), str(row.segment)): whole_number(row.base_cents) for row in baseline.itertuples()}


def targets_of(targets: pd.DataFrame) -> pd.DataFrame:
    """The columns of the targets, checked."""
    require_columns(targets, TARGET_COLUMNS)
    require_keys(targets, ["year", "segment"])
    cents = [whole_number(value) for value in targets["target_cents"]]
    return targets[["year", "segment"]].assign(target_cents=pd.Series(cents, index=targets.index, dtype="int64"))


def measures_of(measures: pd.DataFrame, *, needs_base: bool = True) -> list[Measure]:
    """The measures in the order segment, measure. Raises: FactorError as told at `phase`."""
    needed = [name for name in MEASURE_COLUMNS if needs_base or name != "base_cents"]
    require_columns(measures, needed)
    known = {*MEASURE_COLUMNS, *OPTIONAL_COLUMNS}
    for name in set(map(str, measures.columns)) - known:
        if near := get_close_matches(name, sorted(known), n=1, cutoff=0.85):
            raise FactorError(f"De kolom {name} bestaat niet; bedoelt u {near[0]}?")
    require_keys(measures, ["measure", "segment"])
    read = [_measure(row, needs_base=needs_base) for row in measures.to_dict("records")]
    for measure in read:
        if any(o.base_cents != measure.base_cents for o in read if o.segment == measure.segment):
            raise FactorError(
                f"Maatregelen van segment {measure.segment} noemen verschillende grondslagen.",
                doe="geef alle maatregelen van een segment dezelfde base_cents.",
            )
    return sorted(read, key=lambda measure: (measure.segment, measure.name))


def _measure(row: dict[Any, Any], *, needs_base: bool) -> Measure:
    given = {name: value for name, value in row.items() if not _empty(value)}
    for name in MEASURE_COLUMNS:
        if name not in given and (needs_base or name != "base_cents"):
            raise FactorError(f"Bij maatregel {row['measure']} is {name} leeg.")
    share = _share(given, "full_effect_share")
    start = Quarter.parse(str(given["start"]))
    read = Measure(
        name=str(given["measure"]),
        segment=str(given["segment"]),
        base_cents=whole_number(given["base_cents"]) if needs_base else 0,
        share=share,
        low=_share(given, "low_share", share),
        high=_share(given, "high_share", share),
        probability=_share(given, "success_probability", Fraction(1)),
        start=start,
        ramp_quarters=whole_number(given["ramp_quarters"]),
        shape=str(given.get("ramp", "linear")),
        notice_quarters=whole_number(given.get("notice_quarters", 0)),
        run_off_quarters=whole_number(given.get("run_off_quarters", 0)),
        end=Quarter.parse(str(given["end"])) if "end" in given else None,
        shifted=_share(given, "shifted_share", Fraction(0)),
        one_off_cents=whole_number(given.get("one_off_cents", 0)),
        one_off_year=whole_number(given.get("one_off_year", start.year)),
    )
    if not read.low <= read.share <= read.high:
        raise FactorError(f"Bij maatregel {read.name} ligt het effect niet tussen low_share en high_share.")
    if read.base_cents < 0 or read.one_off_cents < 0:
        raise FactorError(f"Bij maatregel {read.name} is een bedrag negatief.")
    return read


def _share(given: dict[Any, Any], name: str, default: Fraction | None = None) -> Fraction:
    if name not in given and default is not None:
        return default
    try:
        share = Fraction(str(given[name]))  # str: 0.1 in a file is a tenth, not the nearest binary number
    except ValueError:
        share = Fraction(-1)
    if not 0 <= share <= 1:
        raise FactorError(
            f"De waarde {given[name]} van {name} valt buiten 0 tot 1.", doe="geef een aandeel, zoals 0.1."
        )
    return share


def whole_number(value: Any) -> int:
    """A whole number, also when pandas made it a float. Raises: FactorError on anything else."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or isinstance(value, str | bool) or number != value:
        raise FactorError(
            f"De waarde {value} is geen heel getal.", doe="geef centen, kwartalen en jaren als heel getal."
        )
    return number


def _empty(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value == "" or value != value


def require_columns(frame: pd.DataFrame, names: list[str]) -> None:
    """Raises: FactorError that names the columns that are not there."""
    if missing := [name for name in names if name not in frame.columns]:
        raise FactorError(f"De tabel heeft geen kolom {', '.join(missing)}.")


def require_keys(frame: pd.DataFrame, keys: list[str]) -> None:
    """Raises: FactorError when a key is empty or stands there twice."""
    told = list(zip(*(frame[name] for name in keys), strict=True))
    if any(pd.isna(value) for key in told for value in key):
        raise FactorError(f"De kolommen {', '.join(keys)} mogen niet leeg zijn.")
    if len(set(told)) < len(told):
        raise FactorError("Een maatregel of doel komt vaker voor.", doe="geef elke sleutel één keer.")
