"""The deliveries on disk: our own CSV layout, one folder per quarter, columns in the order of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from jeugd_analysis.domain.codes import EXAMPLE_PROVIDER
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.example import assumptions as a
from jeugd_analysis.example.books import booked, closed_year
from jeugd_analysis.example.budget import budgets, known
from jeugd_analysis.example.care import NO_DAY, monthly_volume
from jeugd_analysis.example.contracts import Contracts
from jeugd_analysis.example.inputs import ExampleInput
from jeugd_analysis.example.messages import test_numbers, write_messages
from jeugd_analysis.example.population import day, month_start, number_of, product_codes
from jeugd_analysis.example.supply import SUPPLY, capacity, waiting
from jeugd_analysis.tables import TABLES, columns_of

MESSAGES = "ijw"  # folder beside the deliveries, with a folder per quarter
_BATCH = 200_000  # lines turned into text at a time, which bounds the memory
_UNKNOWN_ALLOCATIONS = 9_000_000_000
_OPTIONS = pacsv.WriteOptions(quoting_style="none", quoting_header="none", batch_size=8192)


def numbered(letter: str, numbers: np.ndarray, *, missing: np.ndarray | None = None) -> pa.Array:
    """References: a letter and ten digits, so that none can be taken for a citizen service number."""
    digits = pc.utf8_lpad(pa.array(numbers, type=pa.int64(), mask=missing).cast(pa.string()), 10, padding="0")
    return pc.binary_join_element_wise(letter, digits, "")


def days(values: np.ndarray, *, missing: np.ndarray | None = None) -> pa.Array:
    """Days since 1970 as dates."""
    plain = values if missing is None else np.where(missing, 0, values)
    return pa.array(plain.astype("int32"), mask=missing).cast(pa.date32())


def pick(names: list[str] | pa.Array, positions: np.ndarray, *, missing: np.ndarray | None = None) -> pa.Array:
    """Texts by position."""
    texts = names if isinstance(names, pa.Array) else pa.array(names)
    return texts.take(pa.array(positions, mask=missing))


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """The whole example, all quarters at once; see the modules that make each frame."""

    youths: pd.DataFrame
    deals: Contracts
    care: pd.DataFrame
    lines: pd.DataFrame
    payments: pd.DataFrame


class Deliveries:
    """Everything that was simulated; writes what is known at the end of a quarter."""

    def __init__(
        self,
        region: ExampleInput,
        scale: float,
        made: Simulated,
        seeds: Sequence[np.random.SeedSequence],
        messages: int,
    ) -> None:
        rng, self.supply_seeds = np.random.default_rng(seeds[0]), seeds[1:3]
        self.region, self.scale, self.payments = region, scale, made.payments
        self.youth, self.deals, self.care, self.lines = made.youths, made.deals, made.care, made.lines
        self.municipalities, self.products = list(region.municipalities), product_codes(region)
        told = region.products.drop_duplicates("product").set_index("product")
        self.units, self.segments = [told["unit"][code] for code in self.products], told["segment"]
        self.providers = [EXAMPLE_PROVIDER.format(number) for number in range(1, a.PROVIDERS + 1)]
        self.identifiers = pa.array(self.youth["identifier"].str.decode("ascii"), type=pa.string())
        requested = self.care.groupby("youth")["requested_on"].min()
        self.known_since = requested.reindex(range(len(self.youth)), fill_value=NO_DAY).to_numpy()
        known = np.flatnonzero(self.known_since < NO_DAY)
        chosen = np.random.default_rng(seeds[3]).permutation(known)[:messages]
        self.with_messages = np.sort(chosen)
        self.budget = budgets(
            self._cost(), indexation=region.indexation, leaves={code: day.year for code, day in region.leaves.items()},
            rng=np.random.default_rng(seeds[4]),
        )  # fmt: skip
        areas = np.array([max(1, round(region.inhabitants[code] / 3300)) for code in self.municipalities])
        self.areas = [f"WK{code[2:]}{n:02d}" for code, count in zip(self.municipalities, areas, strict=True)
                      for n in range(1, count + 1)]  # fmt: skip
        first = areas.cumsum() - areas
        self.area_of = {
            name: first[self.youth[name]] + rng.integers(0, areas[self.youth[name]]) for name in ("home", "new_home")
        }
        self.area_missing = rng.random(len(self.youth)) < 0.02

    def write(self, folder: Path, quarter: Quarter, since: int) -> list[Path]:
        """All tables of one delivery; `since`: claims received before this day are in an earlier delivery."""
        folder.mkdir(parents=True, exist_ok=True)
        until = number_of(quarter.last_day)
        snapshots = {
            "youths": self.youths(until),
            "allocations": self.allocations(until),
            "requests": self.requests(until),
            "care_periods": self.care_periods(until),
            "tariffs": self.tariffs(until),
            "providers": self._providers(),
            "population": self.population(quarter.year),
            "population_by_sex": self.population_by_sex(quarter.year),
            "task_payments": self.task_payments(until),
            "waiting": self._waiting(quarter),
            "capacity": self._capacity(quarter),
            "budget": self._budget(quarter),
            **({"ledger": self.ledger(quarter)} if len(self.region.task_fields) else {}),
        }
        paths = [_write(folder, name, [table]) for name, table in snapshots.items()]
        paths.append(_write(folder, "claims", self.claims(since, until)))
        return paths + self._messages(folder.parent / MESSAGES / folder.name, quarter, snapshots, since)

    def _messages(
        self, folder: Path, quarter: Quarter, snapshots: Mapping[str, dict[str, pa.Array]], since: int
    ) -> list[Path]:
        """The same delivery of some youths as messages: what came in from `since` up to the end of the quarter."""
        if not len(self.with_messages):
            return []
        numbers = pa.table({
            "youth_id": pick(self.identifiers, self.with_messages),
            "bsn": pa.array(test_numbers(len(self.with_messages))),
        })  # fmt: skip
        tables = {
            name: _of_youths(pa.table(snapshots[name]), numbers) for name in ("youths", "allocations", "requests")
        }
        periods = pa.table(snapshots["care_periods"])
        tables["care_periods"] = periods.filter(
            pc.is_in(periods["allocation_id"], value_set=tables["allocations"]["allocation_id"])
        )
        tables["youths"] = (
            tables["youths"].join(numbers, "youth_id").sort_by([("youth_id", "ascending"), ("valid_from", "ascending")])
        )
        until = number_of(quarter.last_day)
        first, last = np.searchsorted(self.lines["received_on"].to_numpy(), [since, until + 1])
        lines = self.lines.iloc[first:last]
        youth = self.care["youth"].to_numpy()[lines["allocation"].to_numpy()]
        tables["claims"] = pa.table(self._claims(lines[np.isin(youth, self.with_messages)]))
        told = self.region.products.drop_duplicates("product").set_index("product")["category"]
        return write_messages(
            folder, quarter=quarter, categories=dict(told), since=date(1970, 1, 1) + timedelta(days=int(since)),
            until=quarter.last_day, tables={name: _frame(table) for name, table in tables.items()},
        )  # fmt: skip

    def youths(self, until: int) -> dict[str, pa.Array]:
        """Known from the first request on; who has moved has two rows."""
        youth = np.flatnonzero(self.known_since <= until)
        moved = youth[self.youth["move"].to_numpy()[youth] <= until]
        row, second = (np.concatenate([youth, moved]), np.repeat([False, True], [len(youth), len(moved)]))
        order = np.lexsort([second, row])
        row, second = row[order], second[order]
        home, new_home, move, birth = (
            self.youth[name].to_numpy()[row] for name in ("home", "new_home", "move", "birth_year")
        )
        born = month_start((birth - 1970) * 12)
        area = np.where(second, self.area_of["new_home"][row], self.area_of["home"][row])
        return {
            "youth_id": pick(self.identifiers, row),
            "birth_year": pa.array(birth),
            "sex": pa.array(self.youth["sex"].to_numpy()[row]),
            "municipality": pick(self.municipalities, np.where(second, new_home, home)),
            "neighbourhood": pick(self.areas, area, missing=self.area_missing[row]),
            "valid_from": days(np.where(second, move, np.maximum(born, day(a.YOUTH_ACT.year)))),
            "valid_to": days(move - 1, missing=second | (move > until)),
        }

    def allocations(self, until: int) -> dict[str, pa.Array]:
        """Those that have started; a planned end is known in advance."""
        care = self.care[self.care["start"] <= until]
        end, open_volume = care["end"].to_numpy(), ~care["bounded"].to_numpy()
        return {
            "allocation_id": numbered("T", care.index.to_numpy() + 1),
            "youth_id": pick(self.identifiers, care["youth"].to_numpy()),
            "municipality": pick(self.municipalities, care["municipality"].to_numpy()),
            **self._contract(care),
            "start": days(care["start"].to_numpy()),
            "end": days(end, missing=end == NO_DAY),
            "volume": pa.array(monthly_volume(self.region, care), mask=open_volume),
            "unit": pick(self.units, care["product"].to_numpy(), missing=open_volume),
            "frequency": pa.array(np.full(len(care), 4), mask=open_volume),
            "budget_cents": pa.nulls(len(care), pa.int64()),
        }

    def requests(self, until: int) -> dict[str, pa.Array]:
        """Those received; some allocations follow in a later delivery."""
        care = self.care[self.care["requested_on"] <= until]
        return {
            "reference": numbered("V", care.index.to_numpy() + 1),
            "youth_id": pick(self.identifiers, care["youth"].to_numpy()),
            **self._contract(care),
            "referrer": pa.array(care["referrer"], type=pa.string()),
            "requested_on": days(care["requested_on"].to_numpy()),
        }

    def care_periods(self, until: int) -> dict[str, pa.Array]:
        """Those that have begun; an end only when it has come."""
        care = self.care[self.care["care_start"] <= until]
        end = care["care_end"].to_numpy()
        return {
            "allocation_id": numbered("T", care.index.to_numpy() + 1),
            "start": days(care["care_start"].to_numpy()),
            "end": days(end, missing=end > until),
            "end_reason": pa.array(care["end_reason"].to_numpy(dtype=object), type=pa.string(), mask=end > until),
        }

    def claims(self, since: int, until: int) -> Iterator[dict[str, pa.Array]]:
        """Lines received from `since` up to and including `until`, in batches."""
        first, last = np.searchsorted(self.lines["received_on"].to_numpy(), [since, until + 1])
        for begin in range(first, max(last, first + 1), _BATCH):  # a quarter without claims has a header
            yield self._claims(self.lines.iloc[begin : min(begin + _BATCH, last)])

    def _claims(self, lines: pd.DataFrame) -> dict[str, pa.Array]:
        care = self.care.take(lines["allocation"].to_numpy())
        reference, credit_of = lines.index.to_numpy() + 1, lines["credit_of"].to_numpy()
        starts = month_start(lines["month"].to_numpy())
        stray = _UNKNOWN_ALLOCATIONS + reference
        return {
            "reference": numbered("D", reference),
            "allocation_id": numbered("T", np.where(lines["known"], lines["allocation"].to_numpy() + 1, stray)),
            "youth_id": pick(self.identifiers, care["youth"].to_numpy()),
            "municipality": pick(self.municipalities, care["municipality"].to_numpy()),
            **self._contract(care),
            "month": days(starts),
            "units": pa.array(lines["units"].to_numpy()),
            "unit": pick(self.units, care["product"].to_numpy()),
            "tariff_cents": pa.array(lines["tariff_cents"].to_numpy()),
            "amount_cents": pa.array(lines["amount_cents"].to_numpy()),
            "credit_of": numbered("D", credit_of, missing=credit_of == 0),
            "received_on": days(lines["received_on"].to_numpy()),
        }

    def _contract(self, care: pd.DataFrame) -> dict[str, pa.Array]:
        provider = self.deals.provider[care["pair"].to_numpy()]
        return {"provider": pick(self.providers, provider), "product": pick(self.products, care["product"].to_numpy())}

    def tariffs(self, until: int) -> dict[str, pa.Array]:
        """Prices of the contracts in force, by the day they begin, up to now."""
        pair, moment = np.nonzero((self.deals.tariff_cents > 0) & (self.deals.since <= until))
        return {
            "provider": pick(self.providers, self.deals.provider[pair]),
            "product": pick(self.products, self.deals.product[pair]),
            "unit": pick(self.units, self.deals.product[pair]),
            "valid_from": days(self.deals.since[moment]),
            "tariff_cents": pa.array(self.deals.tariff_cents[pair, moment]),
        }

    def _providers(self) -> dict[str, pa.Array]:
        parties = sum(entry.parties for entry in self.region.truth.lump_sums)
        names = [f"Aanbieder {number:03d}" for number in range(1, a.PROVIDERS + 1 - parties)]
        names += [f"Samenwerkingsverband {number} (voorbeeld)" for number in range(1, parties + 1)]
        return {"provider": pa.array(self.providers), "name": pa.array(names)}

    def task_payments(self, until: int) -> dict[str, pa.Array]:
        """Lump sums of the months that have ended; parties are the last providers."""
        paid = self.payments[month_start(self.payments["month"].to_numpy() + 1) - 1 <= until]
        parties = sum(entry.parties for entry in self.region.truth.lump_sums)
        segments = [self.segments[entry.products[0]] for entry in self.region.truth.lump_sums]
        whole = {name: pa.array(paid[name].astype("int64")) for name in ("youths", "started", "ended", "waiting")}
        return {
            "segment": pick(segments, paid["entry"].to_numpy()),
            "municipality": pick(self.municipalities, paid["municipality"].to_numpy()),
            "provider": pick(self.providers, a.PROVIDERS - parties + paid["party"].to_numpy()),
            "month": days(month_start(paid["month"].to_numpy())),
            "amount_cents": pa.array(paid["amount_cents"]),
            **whole,
            **{name: pa.array(paid[name]) for name in ("satisfaction", "goal_attainment", "drop_out")},
        }

    def ledger(self, quarter: Quarter) -> dict[str, pa.Array]:
        """The books of the years that are closed."""
        told = booked(
            self.region, self.care, self.lines, self.payments, until=closed_year(quarter.year, quarter.number)
        )
        return {
            "municipality": pick(self.municipalities, told["municipality"].to_numpy()),
            "task_field": pa.array(told["task_field"], type=pa.string()),
            "year": pa.array(told["year"]),
            "amount_cents": pa.array(told["amount_cents"]),
        }

    def _inflow(self) -> dict[str, float]:
        """New trajectories a year by kind of help, before scaling."""
        started = self.care["care_start"].between(day(a.INFLOW_YEAR), day(a.INFLOW_YEAR, 12, 31))
        counts = self.care.loc[started, "product"].value_counts()
        return {
            kind: counts.get(self.products.index(told.product), 0) / self.scale
            for kind, told in SUPPLY.items() if told.product in self.products
        }  # fmt: skip

    def _waiting(self, last: Quarter) -> dict[str, pa.Array]:
        stay = [code for code in self.municipalities if code not in self.region.leaves]
        return waiting(
            stay, {code: self.region.youths(code, a.BASE_YEAR) for code in stay}, inflow=self._inflow(),
            kdc_growth=self.region.kdc_growth, scale=self.scale, last=last,
            rng=np.random.default_rng(self.supply_seeds[0]),
        )  # fmt: skip

    def _capacity(self, last: Quarter) -> dict[str, pa.Array]:
        rng = np.random.default_rng(self.supply_seeds[1])
        return capacity(inflow=self._inflow(), scale=self.scale, last=last, rng=rng)

    def _cost(self) -> pd.DataFrame:
        """Claims and lump sums by municipality, segment and year, of the whole example."""
        care = self.care[["municipality", "product"]].take(self.lines["allocation"].to_numpy())
        claimed = pd.DataFrame({
            "municipality": care["municipality"].to_numpy(), "year": self.lines["month"].to_numpy() // 12 + 1970,
            "segment": self.segments.reindex(self.products).to_numpy()[care["product"].to_numpy()],
            "amount_cents": self.lines["amount_cents"].to_numpy(),
        })  # fmt: skip
        entries = [self.segments[entry.products[0]] for entry in self.region.truth.lump_sums]
        paid = self.payments.assign(
            year=self.payments["month"] // 12 + 1970, segment=np.array(entries)[self.payments["entry"].to_numpy()]
        )
        both = pd.concat([claimed, paid[list(claimed)]], ignore_index=True)
        return both.assign(municipality=np.array(self.municipalities)[both["municipality"].to_numpy()])

    def _budget(self, last: Quarter) -> dict[str, pa.Array]:
        table = pa.Table.from_pandas(known(self.budget, last), preserve_index=False)
        return {name: table[name].combine_chunks() for name in table.column_names}

    def population(self, last_year: int) -> dict[str, pa.Array]:
        """Inhabitants x scale, so that shares of youths stay what they are; minors are spread over their ages."""
        rows = [
            (code, year, low, high, self._inhabitants(code, year, low, high))
            for code in self.municipalities
            for year in a.POPULATION_YEARS
            if year <= last_year and (code not in self.region.leaves or year <= self.region.leaves[code].year)
            for low, high in a.AGES
        ]
        names = ("municipality", "year", "age_from", "age_to", "inhabitants")
        columns = {name: pa.array(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
        return {**columns, "status": pa.array(["voorbeelddata"] * len(rows))}

    def population_by_sex(self, last_year: int) -> dict[str, pa.Array]:
        """The same inhabitants, divided in boys and girls."""
        whole = pa.table(self.population(last_year)).to_pandas()
        girls = (whole["inhabitants"] * a.GIRLS).round().astype("int64")
        both = pd.concat([
            whole.assign(sex="1", inhabitants=whole["inhabitants"] - girls), whole.assign(sex="2", inhabitants=girls)
        ])  # fmt: skip
        ordered = both.sort_values(["municipality", "year", "sex", "age_from"], kind="stable")
        return {name: pa.array(ordered[name].tolist()) for name in ordered.columns}

    def _inhabitants(self, code: str, year: int, low: int, high: int) -> int:
        """Minors and young adults apart: a city with a university has many more of the latter."""
        adult, whole = a.AGES[-1][0], self.region.inhabitants[code]
        minors = self.region.minors.get(code, whole * adult / (a.AGES[-1][1] + 1))
        share = (high - low + 1) / adult * minors if high < adult else whole - minors
        grown = (1 + a.POPULATION_GROWTH) ** (year - a.POPULATION_BASE)
        return round(share * grown * self.scale)


def _of_youths(table: pa.Table, numbers: pa.Table) -> pa.Table:
    return table.filter(pc.is_in(table["youth_id"], value_set=numbers["youth_id"]))


def _frame(table: pa.Table) -> pd.DataFrame:
    """For the messages: days as timestamps, whole numbers that may be missing."""
    return table.to_pandas(date_as_object=False, types_mapper={pa.int64(): pd.Int64Dtype()}.get)


def _write(folder: Path, name: str, batches: Iterable[dict[str, pa.Array]]) -> Path:
    """One file, with the columns in the order of the table; there is at least one batch."""
    path = folder / f"{name}.csv"
    expected = list(columns_of(TABLES[name]))
    tables = (pa.table(batch).select(expected) for batch in batches)
    first = next(tables)
    with pacsv.CSVWriter(path, first.schema, write_options=_OPTIONS) as writer:
        for table in chain([first], tables):
            writer.write_table(table)
    return path
