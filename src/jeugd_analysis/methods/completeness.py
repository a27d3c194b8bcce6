"""How complete the claims of a month are: providers that declared it, and the part of its cost that has come in.

Both are needed. A month can have nearly all of its money while ten small providers are silent, and the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from jeugd_analysis.errors import FactorError

USABLE, WITH_ESTIMATE, NOT_YET, UNKNOWN = "bruikbaar", "met schatting", "nog niet", "onbekend"
REGULAR, OF = 9, 12  # declared at least nine of the twelve months before: another month is expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Usable:
    """From which shares (0-1) on a month can be used; values in data/reference/quality.toml.

    declared: of the expected cost, to use it as it is; estimated: the same, to use it with the estimate of what is to
    come; providers: of the providers that are expected, for either.
    """

    declared: float
    estimated: float
    providers: float

    def __post_init__(self) -> None:
        """Raises: FactorError when a share is none, or less is asked of a month without estimate."""
        if not 0 <= self.estimated <= self.declared <= 1 or not 0 <= self.providers <= 1:
            raise FactorError(
                "De grenzen voor bruikbare maanden zijn geen aandelen van 0 tot 1, of staan verkeerd om.",
                doe="herstel [usable] in quality.toml: declared is ten minste estimated.",
            )


def judged(declared: float | None, providers: float | None, limits: Usable) -> str:
    """What a month can be used for. None: not known.

    Too few providers costs a month one step: what is missing may be one kind of help.

    >>> judged(0.99, 1.0, Usable(declared=0.98, estimated=0.8, providers=0.9))
    'bruikbaar'
    >>> judged(0.99, 0.5, Usable(declared=0.98, estimated=0.8, providers=0.9))
    'met schatting'
    """
    if declared is None:
        return UNKNOWN
    order = (NOT_YET, WITH_ESTIMATE, USABLE)
    step = 2 if declared >= limits.declared else 1 if declared >= limits.estimated else 0
    silent = providers is not None and providers < limits.providers
    return order[max(step - silent, 0)]


def expected_providers(
    months: pd.DataFrame, *, shown: int, until: pd.Timestamp, arrived: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Providers whose claims of a month are expected, and whether they came: provider, month and came.

    One row for every provider that declared at least REGULAR of the OF months before, for the last `shown` months up to
    `until` (first day). Shapes: `months` has provider, month (first day) and lines, one or more rows per pair;
    `arrived` the same, for more than one municipality: who declared a month anywhere is not late, its youths here may
    just have stopped.
    Raises: FactorError when there are fewer than OF + 1 months.
    """
    every = pd.date_range(months["month"].min(), until, freq="MS") if len(months) else pd.DatetimeIndex([])
    if len(every) <= OF:
        raise FactorError(f"Er zijn {len(every)} maanden; nodig zijn er {OF + 1}.", doe="lever oudere declaraties aan.")
    before = _present(months, every).T.shift().rolling(OF).sum().T
    came = _present(months if arrived is None else arrived, every).reindex(before.index, fill_value=0)
    long = _long(before, "before").merge(_long(came, "came"), on=["provider", "month"])
    last = set(every[OF:][-shown:])
    told = long[long["month"].isin(last) & long["before"].ge(REGULAR)]
    return told.assign(came=told["came"].eq(1))[["provider", "month", "came"]].reset_index(drop=True)


def _long(wide: pd.DataFrame, name: str) -> pd.DataFrame:
    told = wide.rename_axis(index="provider", columns="month").reset_index()
    return told.melt("provider", var_name="month", value_name=name)


def _present(months: pd.DataFrame, every: pd.DatetimeIndex) -> pd.DataFrame:
    """1 where a provider (row) has lines of a month (column), else 0."""
    rows = months.loc[months["lines"] > 0, ["provider", "month"]].drop_duplicates()
    wide = rows.assign(there=1).pivot(index="provider", columns="month", values="there")
    return wide.reindex(columns=every).fillna(0)


def by_size(months: pd.DataFrame, *, sizes: tuple[int, ...]) -> pd.Series:
    """The group of each provider by its amount over the OF oldest months: 0 for the first sizes[0], and so on.

    The oldest, because a provider that is late would otherwise look small. Shapes: `months` has provider, month and
    amount_cents; result indexed by provider, the last group (len(sizes)) holds all others. Ties go by code.
    """
    early = sorted(months["month"].unique())[:OF]
    money = months[months["month"].isin(early)].groupby("provider")["amount_cents"].sum()
    return by_rank(money.reindex(sorted(months["provider"].unique()), fill_value=0), sizes=sizes)


def by_rank(amounts: pd.Series, *, sizes: tuple[int, ...]) -> pd.Series:
    """The group of each element by its amount: 0 for the largest sizes[0], 1 for the next sizes[1], and so on.

    >>> by_rank(pd.Series({"a": 5, "b": 9, "c": 1}), sizes=(1, 1)).to_dict()
    {'b': 0, 'a': 1, 'c': 2}
    """
    ranked = amounts.sort_values(ascending=False, kind="stable")
    bounds = pd.Series(sizes, dtype="int64").cumsum().tolist()
    groups = [sum(place >= bound for bound in bounds) for place in range(len(ranked))]
    return pd.Series(groups, index=ranked.index, name="group", dtype="int64")


def coverage(expected: pd.DataFrame, groups: pd.Series, *, least: int) -> pd.DataFrame:
    """Providers expected and arrived per month and group: month, group, expected, came.

    A group in which fewer than `least` are expected in any month is taken together with the next, and the last with the
    one before it: no single provider can be seen. Empty when all of them together are too few.
    """
    told = expected.assign(group=expected["provider"].map(groups))
    every = told["month"].nunique()
    while len(told):
        counted = told.groupby("group")["month"].value_counts().unstack(fill_value=0)
        small = [group for group, row in counted.iterrows() if row.min() < least or len(row) < every]
        if not small:
            break
        names = sorted(told["group"].unique())
        if len(names) == 1:
            return pd.DataFrame({"month": [], "group": [], "expected": [], "came": []})
        place = names.index(small[0])
        other = names[place + 1] if place + 1 < len(names) else names[place - 1]
        told = told.assign(group=told["group"].replace(small[0], other))
    counted = told.groupby(["month", "group"])["came"].agg(["size", "sum"]).reset_index()
    return counted.rename(columns={"size": "expected", "sum": "came"})


def beside(own: float, other: float, *, tolerance: float) -> str:
    """How a sum of ours compares with that of another source: 'gelijk', 'lager', 'hoger', or 'onbekend'.

    tolerance: share of the other that the two may differ.

    >>> beside(98, 100, tolerance=0.02), beside(97, 100, tolerance=0.02), beside(0, 0, tolerance=0.02)
    ('gelijk', 'lager', 'gelijk')
    """
    if pd.isna(own) or pd.isna(other):
        return UNKNOWN
    if abs(own - other) <= tolerance * abs(other):
        return "gelijk"
    return "lager" if own < other else "hoger"
