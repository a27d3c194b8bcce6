"""Known source errors, put right by declared entries that guard themselves; and how old product codes read in new ones.

An entry says where, what, why, who and when, and what it expects to find. The run stops when it finds something else:
then the source has changed and the entry must be looked at again. The format: data/reference/corrections/README.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError

PROPOSED = "voorgesteld"
STATUSES = (PROPOSED, "gemeld", "akkoord")  # proposed: shown, not applied; reported to the source; agreed with it
# Nothing here can point at one person: no pseudonyms, numbers of lines or allocations, ages, sexes, neighbourhoods.
WHERE = ("municipality", "provider", "product", "unit", "segment", "kind", "quarter", "area", "source_table", "measure")
CODES = ("municipality", "provider", "product", "unit", "segment")
AMOUNTS = ("units", "tariff_cents", "amount_cents", "budget_cents", "volume", "places", "occupied", "waiting", "youths")
PERIOD = "period"  # in `where`: the quarter of the care month

_TEXTS = ("table", "delivery", "reason", "status", "who")
_KEYS = {*_TEXTS, "where", "action", "expect", "when"}
_GUARDS = ("lines", "cents", "min", "max")
_BAD = "Zie data/reference/corrections/README.md voor de vorm."


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One entry. `name` is its file and place in it; `delivery` the quarter whose delivery holds the error.

    Exactly one of scale and to: an amount is multiplied, a code is replaced. expect: lines and cents exactly, min and
    max as bounds on the column before the change.
    """

    name: str
    table: str
    delivery: Quarter
    where: Mapping[str, str]
    column: str
    scale: Fraction | None
    to: str | None
    expect: Mapping[str, int]
    reason: str
    status: str
    who: str
    when: date

    @property
    def applies(self) -> bool:
        """A proposal is only shown."""
        return self.status != PROPOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What an entry did: lines changed, and what that did to the sum of amount_cents."""

    name: str
    table: str
    lines: int
    amount_cents: int
    reason: str
    status: str
    who: str
    when: date


def parse_corrections(file: str, told: Mapping[str, Any]) -> list[Correction]:
    """The entries of one file under [[corrections]], checked.

    Raises: JeugdError (COR-001) that names the entry and what is wrong with it.
    """
    if set(told) != {"corrections"} or not isinstance(told["corrections"], list):
        raise _bad(file, "alleen blokken [[corrections]] mogen erin staan")
    return [_parsed(f"{file}, blok {number}", entry) for number, entry in enumerate(told["corrections"], start=1)]


def apply_corrections(
    frame: pd.DataFrame, corrections: Iterable[Correction], *, table: str, delivery: Quarter
) -> tuple[pd.DataFrame, list[Applied]]:
    """The frame with the entries for this table and delivery applied in their order, and what each of them did.

    Proposals are guarded too, and change nothing (0 lines).
    Raises: JeugdError COR-002 when an entry matches no line, COR-003 when its guard does not hold, COR-004 when an
    amount would no longer be a whole number.
    """
    done: list[Applied] = []
    for entry in corrections:
        if (entry.table, entry.delivery) == (table, delivery):
            frame, applied = _applied(frame, entry)
            done.append(applied)
    return frame, done


def _applied(frame: pd.DataFrame, entry: Correction) -> tuple[pd.DataFrame, Applied]:
    rows = _matching(frame, entry)
    _guard(frame[rows], entry)
    changed = frame
    if entry.applies:
        column = frame[entry.column].copy()
        column[rows] = entry.to if entry.scale is None else _scaled(column[rows], entry.scale, entry)
        changed = frame.assign(**{entry.column: column})
    cents = [int(each["amount_cents"].sum()) if "amount_cents" in each else 0 for each in (frame, changed)]
    return changed, Applied(
        name=entry.name, table=entry.table, lines=int(rows.sum()) if entry.applies else 0,
        amount_cents=cents[1] - cents[0], reason=entry.reason, status=entry.status, who=entry.who, when=entry.when,
    )  # fmt: skip


def _matching(frame: pd.DataFrame, entry: Correction) -> pd.Series:
    needed = {*entry.where, entry.column} - {PERIOD}
    needed |= {"month"} if PERIOD in entry.where else set()
    needed |= {"amount_cents"} if "cents" in entry.expect else set()
    if lacking := sorted(needed - set(frame.columns)):
        raise _bad(entry.name, f"de tabel {entry.table} heeft geen kolom {', '.join(lacking)}")
    rows = pd.Series(True, index=frame.index)
    for column, value in entry.where.items():
        if column == PERIOD:
            quarter = Quarter.parse(value)
            first, last = pd.Timestamp(quarter.first_day), pd.Timestamp(quarter.last_day)
            rows &= frame["month"].between(first, last)
        else:
            rows &= (frame[column] == value).fillna(False).astype(bool)
    if not rows.any():
        raise JeugdError(
            "COR-002",
            wat=f"De correctie in {entry.name} past op geen enkele regel.",
            doe="is de fout hersteld in de bron? Haal de correctie dan weg. Kijk anders of `where` klopt.",
        )
    return rows


def _guard(lines: pd.DataFrame, entry: Correction) -> None:
    values = lines[entry.column]
    found = {"lines": len(lines)}
    if "cents" in entry.expect:
        found["cents"] = int(lines["amount_cents"].sum())
    wrong = [f"{found[name]} in plaats van {entry.expect[name]} ({name})"
             for name in found if name in entry.expect and found[name] != entry.expect[name]]  # fmt: skip
    if "min" in entry.expect and not (values.dropna() >= entry.expect["min"]).all():
        wrong.append(f"waarden onder {entry.expect['min']} (min)")
    if "max" in entry.expect and not (values.dropna() <= entry.expect["max"]).all():
        wrong.append(f"waarden boven {entry.expect['max']} (max)")
    if wrong:
        raise JeugdError(
            "COR-003",
            wat=f"De correctie in {entry.name} verwacht iets anders dan er staat: {'; '.join(wrong)}.",
            doe="kijk of de bron is veranderd en pas `expect` aan, of haal de correctie weg.",
        )


def _scaled(values: pd.Series, scale: Fraction, entry: Correction) -> pd.Series:
    """Exact: whole numbers stay whole numbers."""
    times = values * scale.numerator
    if (times.dropna() % scale.denominator != 0).any():
        raise JeugdError(
            "COR-004",
            wat=f"De correctie in {entry.name} geeft geen hele getallen in {entry.column}.",
            doe="kies een andere `scale`, of vraag de bron om de regels opnieuw te leveren.",
        )
    return times // scale.denominator


def _parsed(name: str, told: Mapping[str, Any]) -> Correction:
    lacking, strange = sorted(_KEYS - set(told)), sorted(set(told) - _KEYS)
    if lacking or strange:
        raise _bad(name, f"{'ontbreekt: ' if lacking else 'onbekend: '}{', '.join(lacking or strange)}")
    if empty := [key for key in _TEXTS if not isinstance(told[key], str) or not told[key].strip()]:
        raise _bad(name, f"geen tekst bij {', '.join(empty)}")
    if told["status"] not in STATUSES:
        raise _bad(name, f"status is geen van {', '.join(STATUSES)}")
    if type(told["when"]) is not date:
        raise _bad(name, "when is geen datum (2025-05-14, zonder aanhalingstekens)")
    column, scale, to = _action(name, told["action"])
    return Correction(
        name=name, table=told["table"], delivery=_quarter(name, told["delivery"]), where=_where(name, told["where"]),
        column=column, scale=scale, to=to, expect=_expect(name, told["expect"], column), reason=told["reason"],
        status=told["status"], who=told["who"], when=told["when"],
    )  # fmt: skip


def _where(name: str, told: Mapping[str, Any]) -> dict[str, str]:
    if not told or not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise _bad(name, "where noemt per kolom één code tussen aanhalingstekens")
    if refused := sorted(set(told) - {*WHERE, PERIOD}):
        raise _bad(name, f"where mag niet op {', '.join(refused)} (wel op {', '.join((*WHERE, PERIOD))})")
    if PERIOD in told:
        _quarter(name, told[PERIOD])
    return dict(told)


def _quarter(name: str, label: str) -> Quarter:
    try:
        return Quarter.parse(label)
    except JeugdError as error:
        raise _bad(name, error.wat.rstrip(".")) from None


def _action(name: str, told: Mapping[str, Any]) -> tuple[str, Fraction | None, str | None]:
    if not isinstance(told, dict) or set(told) not in ({"column", "scale"}, {"column", "to"}):
        raise _bad(name, "action heeft column met scale (een factor) of met to (een code)")
    column = told["column"]
    if column not in (AMOUNTS if "scale" in told else CODES):
        raise _bad(name, f"action mag {column} niet veranderen")
    if "to" in told:
        if not isinstance(told["to"], str) or not told["to"]:
            raise _bad(name, "to is een code tussen aanhalingstekens")
        return column, None, told["to"]
    if isinstance(told["scale"], bool) or not isinstance(told["scale"], int | float) or not told["scale"] > 0:
        raise _bad(name, "scale is een getal boven nul")
    return column, Fraction(str(told["scale"])), None


def _expect(name: str, told: Mapping[str, Any], column: str) -> dict[str, int]:
    if not told or not isinstance(told, dict) or set(told) - set(_GUARDS):
        raise _bad(name, f"expect noemt een of meer van {', '.join(_GUARDS)}")
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in told.values()):
        raise _bad(name, "expect heeft hele getallen")
    if column in CODES and {"min", "max"} & set(told):
        raise _bad(name, "min en max gaan over een bedrag of aantal, niet over een code")
    return dict(told)


def _bad(name: str, what: str) -> JeugdError:
    return JeugdError("COR-001", wat=f"De correctie in {name} klopt niet: {what}.", doe=_BAD)


# -- product codes that changed ---------------------------------------------------------------------

CROSSWALK = ("product", "unit", "to_product", "to_unit", "factor", "valid_from", "source")


def parse_crosswalk(told: pd.DataFrame) -> pd.DataFrame:
    """data/reference/crosswalk.csv with types: factor a number, valid_from a day; the rest text.

    Raises: JeugdError (CRW-001) on a missing value, a factor that is no number above zero, a product and unit that
    are mapped twice, or a chain that ends where it began.
    """
    if list(told.columns) != list(CROSSWALK):
        raise _bad_crosswalk(f"de kolommen moeten zijn: {', '.join(CROSSWALK)}")
    if empty := [name for name in CROSSWALK if told[name].isna().any()]:
        raise _bad_crosswalk(f"lege velden in {', '.join(empty)}")
    rows = told.assign(
        factor=pd.to_numeric(told["factor"], errors="coerce"),
        valid_from=pd.to_datetime(told["valid_from"], format="%Y-%m-%d", errors="coerce"),
    )
    if rows["valid_from"].isna().any() or not ((rows["factor"] > 0) & (rows["factor"] < float("inf"))).all():
        raise _bad_crosswalk("een factor is geen getal boven nul, of een datum is niet als 2027-01-01 geschreven")
    old = list(zip(rows["product"], rows["unit"], strict=True))
    if doubled := sorted({f"{product} ({unit})" for product, unit in old if old.count((product, unit)) > 1}):
        raise _bad_crosswalk(f"vaker vertaald: {', '.join(doubled)}")
    new = dict(zip(old, zip(rows["to_product"], rows["to_unit"], strict=True), strict=True))
    if turning := sorted({f"{pair[0]} ({pair[1]})" for pair in new if _returns(pair, new)}):
        raise _bad_crosswalk(f"in een kring vertaald: {', '.join(turning)}")
    return rows


def crosswalk_between(crosswalk: pd.DataFrame, base: int, compare: int) -> pd.DataFrame:
    """What `cost_growth` needs: product, unit, to_product, to_unit and factor of codes that changed between two years.

    A code counts as changed when its new one began after 1 January of the base year and not after the compared year.
    Chains are followed to the last code, with the product of the factors.
    """
    begins = crosswalk["valid_from"]
    between = crosswalk[(begins > pd.Timestamp(base, 1, 1)) & (begins <= pd.Timestamp(compare, 12, 31))]
    steps = {
        (row.product, row.unit): ((row.to_product, row.to_unit), row.factor) for row in between.itertuples(index=False)
    }
    rows = []
    for pair in steps:
        (product, unit), factor = _end(pair, steps)
        rows.append((*pair, product, unit, factor))
    frame = pd.DataFrame(rows, columns=list(CROSSWALK[:5]))
    return frame.astype({**dict.fromkeys(CROSSWALK[:4], "str"), "factor": "float64"})


def _end(pair: Sequence[str], steps: Mapping[Any, tuple[Any, float]]) -> tuple[Any, float]:
    factor = 1.0
    while pair in steps:
        pair, step = steps[pair]
        factor *= step
    return pair, factor


def _returns(pair: Any, new: Mapping[Any, Any]) -> bool:
    at = new[pair]
    for _ in new:
        if at == pair:
            return True
        at = new.get(at)
    return False


def _bad_crosswalk(what: str) -> JeugdError:
    return JeugdError("CRW-001", wat=f"crosswalk.csv klopt niet: {what}.", doe="herstel data/reference/crosswalk.csv.")
