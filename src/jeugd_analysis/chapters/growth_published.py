"""Splits of cost growth as councils published them: their shares, and the words for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.present.numbers import whole_percent

PARTS = {"intensiteit": "intensity", "harmonisatie van tarieven": "harmonisation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A split as it was published: shares of 0 to 1."""

    base: int
    compare: int
    vintage: str
    status: str
    intensity: float
    harmonisation: float
    document: str

    @property
    def on_whole_year(self) -> bool:
        """Published after the compared year had ended."""
        return self.vintage[:4] > str(self.compare)


def published_splits(edition: Edition, snapshots: pd.DataFrame) -> list[Told]:
    """The published splits of this area in time: of the latest pair of years with a snapshot, else the latest pair."""
    code = edition.region.details["published_code"] if edition.area.is_region else edition.area.code
    facts = edition.store.published("facts")
    mine = facts["topic"].eq("decomposition") & facts["indicator"].eq("cost_growth_split") & facts["area"].eq(code)
    rows = facts[mine & facts["breakdown"].isin(list(PARTS))]
    if rows.empty:
        return []
    with_snapshot = set(snapshots["base"] + "-" + snapshots["compare"])
    period = max(rows["period"], key=lambda period: (period in with_snapshot, period))
    return list(_read_splits(rows[rows["period"] == period]))


def _read_splits(rows: pd.DataFrame) -> Iterator[Told]:
    for _, group in rows.groupby("vintage"):  # sorted: 2018-11-26 comes before 2019-03
        share = {PARTS[row.breakdown]: float(row.value) / 100 for row in group.itertuples()}
        first = group.iloc[0]
        base, compare = first["period"].split("-")
        if len(share) == len(PARTS):
            yield Told(
                base=int(base), compare=int(compare), vintage=first["vintage"], status=first["status"],
                document=first["document"], **share,
            )  # fmt: skip


def published_words(told: list[Told], snapshots: pd.DataFrame) -> str:
    """One sentence per published split, in time."""
    labels = snapshots.set_index("known_on")["label"]
    change = f"de kostenstijging van {told[0].base} naar {told[0].compare}"
    sentences = []
    for split in told:
        intensity, tariffs = whole_percent(split.intensity), whole_percent(split.harmonisation)
        shares = f"{intensity} door intensiteit en voor {tariffs} door tarieven"
        if split.on_whole_year:
            sentences.append(f"Later is over heel {split.compare} gepubliceerd: voor {shares}.")
            continue
        according = (
            f"Volgens de {labels[split.vintage]}"
            if split.vintage in labels
            else f"Volgens de stand van {split.vintage}"
        )
        forecast = " Dat was een raming." if split.status == "raming" else ""
        sentences.append(f"{according} kwam {change} voor {shares}.{forecast}")
    return " ".join(sentences)


def why_not(told: Told) -> str:
    """Why a published split cannot be made again from the claims that are there."""
    return (
        f"Dit boek kan die splitsing niet opnieuw berekenen. Daarvoor zijn de declaraties van {told.base} en "
        f"{told.compare} nodig, zonder breuk ertussen."
    )
