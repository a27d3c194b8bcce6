"""What the pages about savings calculate with: released cost, a share of the regional path, and a scenario.

All of it follows from figures that the release shows, so what is calculated from it tells nothing more. A segment whose
cost is hidden takes no part, on either side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from jeugd_analysis.chapters.assumed import SavingsAssumed, savings_assumed
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.scenario_file import checked_scenario
from jeugd_analysis.chapters.segment_contracts import OUTSIDE, Contract, contracts_of
from jeugd_analysis.domain.region import Segment
from jeugd_analysis.methods.distribution_key import largest_remainder
from jeugd_analysis.methods.savings import adjust, phase, start_from_contracts
from jeugd_analysis.present.disclosure import Safe, released
from jeugd_analysis.present.sentences import first_upper, joined, listed

BASE_SCENARIO, CHANCES = "basis", "kansen"
STEP = 100_000  # cents: what is calculated here is shown in whole thousands of euros
ALL_TOGETHER = "samen"
_ASSUMED = (
    "De verdeling over segmenten en gemeenten is een aanname: naar hun deel in de kosten. "
    "De raden stelden die niet vast."
)
_OURS = "Rekenvoorbeeld van de makers, geen besluit van een raad."
_WITHOUT = "Zonder segmenten waarvan de kosten geheim zijn."


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An area (or one of its segments) with its measures and targets, as far as its cost may be shown.

    shown: the released cost that all of it was calculated from; costs: cents per segment; hidden: segments without;
    path: year and target_cents of the segments together; targets: the same per segment; measures as `phase` wants them.
    """

    edition: Edition
    chosen: Segment | None
    shown: Safe
    costs: pd.Series
    hidden: tuple[str, ...]
    targets: pd.DataFrame
    measures: pd.DataFrame
    scenario: dict[str, Any]
    assumed_numbers: SavingsAssumed

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show: all cost is hidden, or the target rounds to nothing and says nothing."""
        yearly = self.targets.groupby("year")["target_cents"].sum()
        return self.costs.sum() == 0 or yearly.empty or yearly.max() < STEP

    @cached_property
    def years(self) -> list[int]:
        """Years of the path."""
        return regional_path(self.edition)["year"].tolist()

    @property
    def contracts(self) -> dict[str, Contract]:
        """Contract per segment, as the scenario has it."""
        told: dict[str, Contract] = self.scenario["contracts"]
        return told

    @property
    def last_year(self) -> int:
        """Last year of the path."""
        return self.years[-1]

    @property
    def where(self) -> str:
        """What the page is about, as it reads after 'in'."""
        return self.chosen.name if self.chosen else self.edition.area.in_name

    @property
    def name(self) -> str:
        """What the page is about, for a caption."""
        return self.chosen.name if self.chosen else self.edition.area.name

    @property
    def left_out(self) -> str:
        """A sentence about segments that take no part, empty when all do."""
        if not self.hidden or self.chosen is not None:
            return ""
        names = self.edition.segment_names()
        told = listed([names[code] for code in self.hidden])
        return f"De kosten van {told} zijn geheim. Dat deel telt hier niet mee, ook niet in de opgave."

    @property
    def assumed(self) -> str:
        """The assumption behind every split, and what the costs that it rests on leave out."""
        year = self.edition.quarter.last_settled_year
        without = self.edition.region.left_out(self.edition.region.code, "cost", year)
        also = f"In die kosten zit {without} niet. De verdeling is daarom niet zuiver." if without else ""
        return joined(_ASSUMED, also, self.left_out)

    @property
    def source(self) -> str:
        """What is told below every figure that was calculated from the plan."""
        return joined(_OURS, _WITHOUT if self.left_out else "")

    def phased(self) -> pd.DataFrame:
        """Expected saving per year and segment beside the target, exact."""
        return phase(self.measures, self.targets, years=self.years)


def plan_of(municipality: str, period: str, segment: str, *, scenario: str = BASE_SCENARIO) -> Plan:
    """The plan of a scenario for an area, or for one of its segments."""
    edition = Edition.open(municipality, period)
    chosen = edition.region.find_segment(segment)
    told = read_scenario(edition, scenario)
    year = str(edition.quarter.last_settled_year)
    shown = released_cost(edition, [year])
    costs, hidden = segment_costs(edition, shown.frame, edition.area.code)
    targets = shared_targets(edition, shown.frame, costs, hidden)
    if chosen is not None:
        costs = costs[costs.index == chosen.code]
        targets = targets[targets["segment"] == chosen.code].reset_index(drop=True)
        hidden = tuple(code for code in hidden if code == chosen.code)
    rows = pd.DataFrame(told["measures"])
    rows = rows[rows["segment"].isin(costs.index)].reset_index(drop=True)
    rows["base_cents"] = rows["segment"].map(costs).astype("int64")
    if told.get("one_off_share"):
        rows["one_off_cents"] = (rows["base_cents"] * told["one_off_share"]).round().astype("int64")
    measures, targets = adjust(
        rows, targets, delay_quarters=int(told.get("delay_quarters", 0)),
        effect_factor=told.get("effect_factor", 1), target_factor=told.get("target_factor", 1),
    )  # fmt: skip
    return Plan(
        edition=edition, chosen=chosen, shown=released_cost(edition, [year], [edition.area.code]), costs=costs,
        hidden=hidden, targets=targets, measures=measures, scenario=told,
        assumed_numbers=savings_assumed(edition.store),
    )  # fmt: skip


def read_scenario(edition: Edition, name: str) -> dict[str, Any]:
    """A scenario file; one that is based on another gets its measures, with its own columns added to them.

    The entry contracts is what `contracts_of` tells with the starts that the scenario changes.
    Raises: JeugdError (REF-006, REF-007) when it lacks something or names what does not exist.
    """
    told = checked_scenario(edition.store, name)
    base = checked_scenario(edition.store, told["based_on"]) if "based_on" in told else told
    own = {row["measure"]: row for row in told.get("measures", [])}
    changed = base.get("contracts", {}) | told.get("contracts", {})
    contracts = contracts_of(edition.store, changed, str(told["status"]))
    rows = [_merged(row, own.get(row["measure"], {})) for row in base["measures"]]
    return told | {"measures": _started(rows, contracts), "contracts": contracts}


def _merged(row: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The row with its own columns of another scenario; one way of telling the start takes the place of the other."""
    starts = {"start", "after_contract_quarters"}
    return {name: value for name, value in row.items() if not (name in starts and starts & own.keys())} | own


def _started(rows: list[dict[str, Any]], contracts: Mapping[str, Contract]) -> list[dict[str, Any]]:
    """The rows with their start, which may follow the contract of their segment."""
    following = [row for row in rows if "after_contract_quarters" in row]
    if not following:
        return rows
    frame = pd.DataFrame(following)[["segment", "after_contract_quarters"]]
    starts = iter(start_from_contracts(frame, {code: told.start for code, told in contracts.items()})["start"])
    return [row | {"start": next(starts)} if "after_contract_quarters" in row else row for row in rows]


def scenario_names(edition: Edition) -> list[str]:
    """Every scenario file: the base first, then by name."""
    folder = edition.store.project / "data" / "reference" / "scenarios"
    names = sorted(file.stem for file in folder.glob("*.toml"))
    return sorted(names, key=lambda name: name != BASE_SCENARIO)


def released_cost(edition: Edition, years: Sequence[str], areas: Sequence[str] = ()) -> Safe:
    """Cost per area, year and segment (and in all: dimension totaal) as the release shows it; all areas by default."""
    cells = edition.store.release(edition.quarter)
    rows = cells[
        cells["period_kind"].eq("jaar") & cells["period"].isin(years) & cells["dimension"].isin(["totaal", "segment"])
    ]
    if areas:
        rows = rows[rows["area"].isin(areas)]
    return released(rows, rules=edition.rules, keys=["area", "period", "dimension", "level"])


def segment_costs(edition: Edition, frame: pd.DataFrame, area: str) -> tuple[pd.Series, tuple[str, ...]]:
    """Cents per segment that cost anything in one year and can save, and the codes of those whose cost is hidden."""
    codes = [segment.code for segment in edition.region.segments if segment.code not in OUTSIDE]
    amounts = _amounts(frame, area)
    hidden = tuple(code for code in codes if code in amounts.index and pd.isna(amounts[code]))
    known = amounts.reindex([code for code in codes if code not in hidden]).fillna(0).astype("int64")
    return known[known > 0], hidden


def _amounts(frame: pd.DataFrame, area: str) -> pd.Series:
    rows = frame[(frame["area"] == area) & (frame["dimension"] == "segment")]
    return rows.set_index("level")["amount_cents"]


def cost_that_can_save(frame: pd.DataFrame, area: str) -> int:
    """Cents of the area in one year, less what is known to lie outside the segments; nothing when it is hidden."""
    total = frame.loc[(frame["area"] == area) & (frame["dimension"] == "totaal"), "amount_cents"].dropna().sum()
    outside = _amounts(frame, area).reindex(list(OUTSIDE)).dropna().clip(lower=0).sum()
    return max(int(total) - int(outside), 0)


def shared_targets(edition: Edition, frame: pd.DataFrame, costs: pd.Series, hidden: Sequence[str]) -> pd.DataFrame:
    """The regional path shared over municipalities and then over segments by cost, in cents that add up: ours.

    Result: year, segment, target_cents; only of the segments in `costs`.
    """
    area, shares = edition.area, costs
    places = [] if area.is_region else [place.code for place in edition.region.municipalities]
    parts = pd.Series({place: cost_that_can_save(frame, place) for place in places}, dtype="int64")
    if hidden:  # what is hidden keeps its part of the path, without a number of its own
        rest = max(cost_that_can_save(frame, area.code) - int(costs.sum()), 0)
        shares = pd.concat([costs, pd.Series({"": rest})])
    rows = []
    for row in regional_path(edition).itertuples():
        total = row.target_cents
        if not area.is_region:
            total = int(largest_remainder(parts, total_cents=total)[area.code]) if parts.sum() else 0
        split = largest_remainder(shares, total_cents=total) if shares.sum() else shares * 0
        rows += [(row.year, code, int(split[code])) for code in costs.index]
    return pd.DataFrame(rows, columns=["year", "segment", "target_cents"]).astype({"target_cents": "int64"})


def regional_path(edition: Edition) -> pd.DataFrame:
    """Columns year (int) and target_cents (positive saving), from data/published."""
    facts = edition.store.published("facts")
    rows = facts[facts["fact_id"].str.match(r"savings-path-\d{4}$")]
    return pd.DataFrame(
        {
            "year": rows["period"].astype("int64"),
            "target_cents": (rows["value"].astype("float64").abs() * 100).round().astype("int64"),
        }
    ).sort_values("year", ignore_index=True)


def thousands(cents: Any) -> Any:
    """Cents rounded to whole thousands of euros, for a number or a Series."""
    if isinstance(cents, pd.Series):
        return ((cents + STEP / 2) // STEP).astype("int64") * STEP
    return int((cents + STEP / 2) // STEP) * STEP


def rounded_path(rows: pd.DataFrame) -> pd.DataFrame:
    """Target and saving in whole thousands, and the gap between those two: the table adds up as it is read."""
    told = rows.assign(target_cents=thousands(rows["target_cents"]), saving_cents=thousands(rows["saving_cents"]))
    return told.assign(gap_cents=told["target_cents"] - told["saving_cents"])


def too_small(plan: Plan) -> str:
    """What is said when the cost that everything rests on is hidden, when there is none, or hardly any target."""
    if plan.costs.sum():
        return f"De opgave in {plan.where} is te klein om te tonen."
    if not plan.hidden:
        return f"In {plan.where} waren er in {plan.edition.quarter.last_settled_year} geen kosten om op te besparen."
    return f"De kosten in {plan.where} zijn geheim. Een rekenvoorbeeld is daarom niet te tonen."


def later_words(quarters: int) -> str:
    """How long so many quarters are.

    >>> later_words(1), later_words(4), later_words(6), later_words(8)
    ('een kwartaal', 'een jaar', '6 kwartalen', '2 jaar')
    """
    if quarters % 4:
        return {1: "een kwartaal", 2: "een half jaar"}.get(quarters, f"{quarters} kwartalen")
    return "een jaar" if quarters == 4 else f"{quarters // 4} jaar"


def moved_words(quarters: int) -> str:
    """A start that is moved so many quarters, negative is earlier.

    >>> moved_words(-2), moved_words(0), moved_words(4)
    ('Een half jaar eerder', 'Zoals gepland', 'Een jaar later')
    """
    if not quarters:
        return "Zoals gepland"
    return f"{first_upper(later_words(abs(quarters)))} {'later' if quarters > 0 else 'eerder'}"
