"""The ledger of measures: what each would save, what it costs, and how such an amount is calculated.

Calculators work in whole euro cents and exact shares. Gross: less cost of youth care. Needed: what the measure costs
every year. Net: what the municipality keeps. Societal: what others save, never added to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

import pandas as pd

from jeugd_analysis.errors import FactorError

_AMOUNTS = {
    "saving_gross": "gross_euro",
    "saving_cost": "needed_euro",
    "saving_already_budgeted": "already_budgeted_euro",
    "saving_unexplained": "unexplained_euro",
    "saving_net": "net_euro",
    "saving_societal": "societal_euro",
    "one_off_investment": "one_off_euro",
    "effect_on_quality": "quality",
    "municipal_share": "municipal_percent",
}
_NEEDED = ["topic", "indicator", "breakdown", "period", "value", "document"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Euro cents per year: gross saving, what the measure needs, what the municipality keeps, what others save."""

    gross_cents: int
    needed_cents: int
    net_cents: int
    societal_cents: int = 0


def ledger(facts: pd.DataFrame, *, topic: str) -> pd.DataFrame:
    """One row per measure from published figures; every kind of amount in its own column, nothing added.

    Shapes: facts with topic, indicator, breakdown ("8 Extra opbrengst": number and name), period, value, document; one
    figure per measure and indicator. Result, by number: number (int64), measure, target_year, gross_euro, needed_euro,
    already_budgeted_euro, unexplained_euro, net_euro, societal_euro, one_off_euro, quality (plus signs),
    municipal_percent (Int64; missing: the source has no figure), document. Net is what the source prints: where it is
    not gross minus needed, already_budgeted or unexplained holds the difference.
    Raises: FactorError on missing columns, a measure without net, a figure that is double or no whole number, or a net
    that does not follow.
    """
    if missing := [name for name in _NEEDED if name not in facts.columns]:
        raise FactorError(f"De tabel heeft geen kolom {', '.join(missing)}.")
    rows = facts[(facts["topic"] == topic) & facts["indicator"].isin(_AMOUNTS)]
    parts = rows["breakdown"].str.extract(r"^(?P<number>\d+) (?P<measure>.+)$")
    rows = rows.assign(number=parts["number"].astype("Int64"), measure=parts["measure"]).dropna(subset=["number"])
    if rows.duplicated(["number", "indicator"]).any():
        raise FactorError("Een cijfer van een maatregel komt vaker voor.")
    amounts = rows.assign(value=[_whole(value) for value in rows["value"]])
    wide = amounts.pivot(index="number", columns="indicator", values="value").reindex(columns=list(_AMOUNTS))
    wide = wide.rename(columns=_AMOUNTS).astype("Int64")
    net = rows[rows["indicator"] == "saving_net"].set_index("number")
    if sorted(wide.index) != sorted(net.index):
        raise FactorError("Van een maatregel ontbreekt het netto bedrag.")
    named = net[["measure", "period", "document"]].rename(columns={"period": "target_year"})
    table = named.join(wide).sort_index().reset_index().astype({"number": "int64"})
    _require_net(table)
    return table[["number", "measure", "target_year", *_AMOUNTS.values(), "document"]]


def _whole(value: Any) -> int:
    number = Fraction(str(value))
    if number.denominator != 1:
        raise FactorError(f"Het cijfer {value} van een maatregel is geen heel getal.")
    return int(number)


def _require_net(table: pd.DataFrame) -> None:
    less = ["needed_euro", "already_budgeted_euro", "unexplained_euro"]
    follows = table["gross_euro"].fillna(0) - table[less].fillna(0).sum(axis=1)
    if (wrong := table.loc[follows != table["net_euro"], "number"]).size:
        raise FactorError(f"Netto volgt niet uit de andere bedragen bij maatregel {', '.join(map(str, wrong))}.")


def totals(table: pd.DataFrame) -> pd.Series:
    """The sum of every amount of a ledger, in euros (int64). Measures may overlap: together they may save less."""
    names = [name for name in _AMOUNTS.values() if name.endswith("_euro")]
    return table[names].fillna(0).sum().astype("int64")


def tariff_cut(cost_cents: int, *, before: Any, after: Any) -> Outcome:
    """A lower tariff as a part of another, such as a personal budget from 85 to 75 % of the tariff in kind.

    Units: cost_cents is what is spent now, at `before`; before and after are shares of the same tariff. Use stays.
    Raises: FactorError when a share is not above 0 or the tariff rises.

    >>> tariff_cut(8_500, before=0.85, after=0.75).net_cents
    1000
    """
    old, new = _share(before, "before"), _share(after, "after")
    if not 0 < new <= old:
        raise FactorError("Het nieuwe tarief ligt boven het oude, of is nul.")
    return _kept(_positive(cost_cents) * (1 - new / old))


def hours_cap(hours: Iterable[Any], *, cap: Any, tariff_cents: int) -> Outcome:
    """No more than a number of hours per trajectory: what was used above it, times the tariff.

    Units: hours per trajectory; tariff_cents per hour. Nobody who stayed below uses more, and nobody comes back: an
    upper bound of the saving.
    """
    limit = _number(cap)
    return _kept(
        sum((max(_number(each) - limit, Fraction(0)) for each in hours), Fraction(0)) * _positive(tariff_cents)
    )


def cap_for(hours: Iterable[Any], *, finished_share: Any) -> Fraction:
    """The smallest number of hours within which that share of the trajectories can be finished.

    Raises: FactorError without a trajectory.

    >>> cap_for([10, 20, 30, 90], finished_share=0.75)
    Fraction(30, 1)
    """
    ordered = sorted(_number(each) for each in hours)
    if not ordered:
        raise FactorError("Er zijn geen trajecten.")
    return ordered[max(ceil(_share(finished_share, "finished_share") * len(ordered)) - 1, 0)]


def national_to_regional(units: Any, *, moved_share: Any, national_cents: int, regional_cents: int) -> Outcome:
    """Help bought nationally (LTA) that is given in the region instead, at the regional tariff; units stay.

    Negative where the regional tariff is the higher one.
    """
    moved = _number(units) * _share(moved_share, "moved_share")
    return _kept(moved * (_positive(national_cents) - _positive(regional_cents)))


def transport(cost_cents: int, *, fewer_share: Any, needed_cents: int = 0) -> Outcome:
    """Fewer rides to youth care: a share of what transport costs now, less what checking it costs."""
    return _kept(_positive(cost_cents) * _share(fewer_share, "fewer_share"), needed_cents)


def extended_care(cost_cents: int, *, ended_share: Any, replaced_share: Any) -> Outcome:
    """Help for 18 to 23 years that ends earlier: what ends, less what the municipality pays for other help instead.

    Units: replaced_share is the cost of the other help (Wmo, say) as a share of what ended; it may be above one.
    """
    gross = _positive(cost_cents) * _share(ended_share, "ended_share")
    return _kept(gross, round(gross * _number(replaced_share)))


def wlz_outflow(youths: Any, *, accepted_share: Any, yearly_cost_cents: int, support_cents: int) -> Outcome:
    """Youths who get help under the Wlz instead: their yearly cost, less the support to all who apply.

    Units: youths who apply; support_cents per applicant. The state pays what the municipality saves: no saving for
    society is claimed.
    """
    applying = _number(youths)
    gross = applying * _share(accepted_share, "accepted_share") * _positive(yearly_cost_cents)
    return _kept(gross, round(applying * _positive(support_cents)))


def less_use(base_cents: int, *, reduction_share: Any, needed_cents: int = 0) -> Outcome:
    """A share less of the help it works on, such as 4 % by youth work, less what it needs every year."""
    return _kept(_positive(base_cents) * _share(reduction_share, "reduction_share"), needed_cents)


def return_on_investment(
    needed_cents: int, *, return_share: Any, municipal_share: Any, round_to_cents: int = 1
) -> Outcome:
    """An investment that yields itself and a return; the municipality gets its share, others the rest.

    Units: return_share 0.2 is a fifth on top. round_to_cents: the source rounds the yield before it is shared.
    The amounts are final: the municipal share has been taken, never take it again.

    >>> return_on_investment(18_200_000, return_share=0.2, municipal_share=0.5, round_to_cents=100_000).net_cents
    -7300000
    """
    earned = _positive(needed_cents) * (1 + _number(return_share))
    earned = Fraction(round(earned / round_to_cents) * round_to_cents)
    gross = round(earned * _share(municipal_share, "municipal_share"))
    return Outcome(
        gross_cents=gross,
        needed_cents=int(needed_cents),
        net_cents=gross - int(needed_cents),
        societal_cents=int(earned) - gross,
    )


def do_it_yourself(bought_cents: int, *, own_cents: int) -> Outcome:
    """Help that is bought now and given by the municipality's own people instead."""
    return _kept(Fraction(_positive(bought_cents)), _positive(own_cents))


def implied_base(saving_cents: int, *, share: Any) -> Fraction:
    """The base that a published saving and its share would need; the source does not print it.

    >>> implied_base(1_470_000, share=0.04)
    Fraction(36750000, 1)
    """
    part = _share(share, "share")
    if not part:
        raise FactorError("Uit een aandeel van nul volgt geen grondslag.")
    return _positive(saving_cents) / part


def _kept(gross: Fraction, needed_cents: int = 0) -> Outcome:
    whole, needed = round(gross), _positive(needed_cents)
    return Outcome(gross_cents=whole, needed_cents=needed, net_cents=whole - needed)


def _number(value: Any) -> Fraction:
    try:
        number = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        number = Fraction(-1)
    if number < 0:
        raise FactorError(f"De waarde {value} is geen getal van nul of meer.")
    return number


def _share(value: Any, name: str) -> Fraction:
    number = _number(value)
    if number > 1:
        raise FactorError(f"De waarde {value} van {name} valt buiten 0 tot 1.", doe="geef een aandeel, zoals 0.1.")
    return number


def _positive(cents: Any) -> int:
    number = _number(cents)
    if number.denominator != 1:
        raise FactorError(f"Het bedrag {cents} is geen heel aantal centen.")
    return int(number)
