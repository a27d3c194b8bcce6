"""How is the money spread over providers? Shares, and how few carry how much."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from jeugd_analysis.errors import FactorError


def provider_shares(
    cells: pd.DataFrame, *, keys: Sequence[str] = ("year",), party: str = "provider", amount: str = "amount_cents"
) -> pd.DataFrame:
    """Share of each party in the total of its group: keys, party, amount, share, rank, cumulative; largest first.

    Shapes: any rows; amounts of one party are added. A party with nothing or less than nothing, as after credits, has
    no share and is left out. Ties are ranked by name.
    Raises: FactorError on missing values or columns, and on a group without any amount above zero.
    """
    names = [*keys, party]
    if missing := [name for name in (*names, amount) if name not in cells]:
        raise FactorError(f"Kolom {', '.join(missing)} ontbreekt.")
    if cells[[*names, amount]].isna().any(axis=None):
        raise FactorError("In de bedragen of namen ontbreken waarden.")
    sums = cells.groupby(names, as_index=False, sort=True)[amount].sum()
    if not keys:
        sums = sums.assign(_all=0)
    within = list(keys) or ["_all"]
    kept = sums[sums[amount] > 0]
    if kept.empty or kept.groupby(within).ngroups < sums.groupby(within).ngroups:
        raise FactorError("Een groep heeft geen enkel bedrag boven nul.", doe="laat die groep weg.")
    ordered = kept.sort_values([*within, amount, party], ascending=[True] * len(within) + [False, True])
    groups = ordered.groupby(within)[amount]
    share = ordered[amount] / groups.transform("sum")
    told = ordered.assign(share=share, rank=groups.cumcount() + 1)
    told["cumulative"] = told.groupby(within)["share"].cumsum()
    return told[[*names, amount, "share", "rank", "cumulative"]].reset_index(drop=True)


def concentration(
    cells: pd.DataFrame,
    *,
    keys: Sequence[str] = ("year",),
    party: str = "provider",
    amount: str = "amount_cents",
    top: Sequence[int] = (1, 4, 10),
) -> pd.DataFrame:
    """One row per group: parties, hhi, effective (parties of equal size with the same hhi), and top_n shares.

    hhi is the Herfindahl-Hirschman index, the sum of squared shares, from 1 / parties (all equal) to 1 (one party).
    Times 10,000 it is on the scale of competition authorities.
    Raises: what provider_shares raises.
    Source: Hirschman (1964), American Economic Review 54(5), 761-762.

    >>> parts = pd.DataFrame({"provider": list("abcd"), "amount_cents": [30, 30, 20, 20]})
    >>> concentration(parts, keys=(), top=(1, 2)).round(4).to_dict("records")
    [{'parties': 4, 'hhi': 0.26, 'effective': 3.8462, 'top_1': 0.3, 'top_2': 0.6}]
    """
    shares = provider_shares(cells, keys=keys, party=party, amount=amount)
    within = list(keys) or ["_all"]
    if not keys:
        shares = shares.assign(_all=0)
    squared = shares.assign(hhi=shares["share"] ** 2)
    result = squared.groupby(within, as_index=False, sort=True).agg(parties=(party, "size"), hhi=("hhi", "sum"))
    result["effective"] = 1 / result["hhi"]
    for number in top:
        largest = shares[shares["rank"] <= number].groupby(within, sort=True)["share"].sum()
        result[f"top_{number}"] = largest.to_numpy()
    return result if keys else result.drop(columns="_all")
