"""What the pages about distribution keys calculate with: released use per municipality, young people, and the keys.

Everything follows from what the release shows. Use in the segments for which a lump sum was proposed is their sum where
all of them may be shown, and otherwise the total less the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from jeugd_analysis.chapters.assumed import KeysAssumed, keys_assumed
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.savings_plan import released_cost
from jeugd_analysis.chapters.segment_contracts import OUTSIDE
from jeugd_analysis.domain.region import Area
from jeugd_analysis.methods.distribution_key import (
    capitation_key,
    corridor,
    credibility_key,
    mixed_key,
    stop_loss,
    usage_key,
)
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import whole_percent
from jeugd_analysis.present.sentences import joined, listed

USAGE, YOUTH, MIXED, CORRIDOR, STOP, CREDIBLE = (
    "gebruik", "inwoners", "gemengd", "bandbreedte", "stop-loss", "afgevlakt",
)  # fmt: skip
KEYS = (USAGE, YOUTH, MIXED, CORRIDOR, STOP, CREDIBLE)
_EFFORT, _NONE = "inspanningsgericht", "niet van toepassing"


@dataclass(frozen=True, kw_only=True)
class Basis:
    """Use and young people of every municipality; empty when a number that is needed is hidden.

    use: municipality x year in cents, the last year is the bill; youth: inhabitants 0-22 per municipality.
    """

    edition: Edition
    assumed: KeysAssumed
    shown: Safe
    use: pd.DataFrame
    youth: pd.Series

    @property
    def empty(self) -> bool:
        """Whether keys cannot be compared: a hidden number, too few years, or no population."""
        years = self.use.shape[1] < self.assumed.mean_years + 1
        return bool(years or self.use.isna().any().any() or self.youth.isna().any() or not self.use.iloc[:, -1].sum())

    @property
    def year(self) -> str:
        """The year whose bill is shared."""
        return str(self.edition.quarter.last_settled_year)

    @property
    def names(self) -> dict[str, str]:
        """Code of a municipality -> its name."""
        return {place.code: place.name for place in self.edition.region.municipalities}

    @property
    def bill(self) -> pd.Series:
        """Use of the last year in whole cents."""
        return self.use.iloc[:, -1].astype("int64")

    @property
    def area(self) -> Area:
        """The area of the page."""
        return self.edition.area

    @cached_property
    def mean_use(self) -> pd.DataFrame:
        """Use of the years that a usage key counts."""
        return self.use.iloc[:, -self.assumed.mean_years :]

    @property
    def use_before(self) -> pd.DataFrame:
        """The same a year earlier."""
        return self.use.iloc[:, -self.assumed.mean_years - 1 : -1]

    @cached_property
    def explained(self) -> dict[str, str]:
        """What each key counts, in words."""
        told, years = self.assumed, self.assumed.mean_years
        mean = "gebruik van één jaar" if years == 1 else f"gemiddeld gebruik over {years} jaar"
        width, limit = whole_percent(told.corridor_width), whole_percent(told.stop_loss_limit)
        part, rest = whole_percent(told.mixed_weight), whole_percent(1 - told.mixed_weight)
        half = numbers.decimal(told.credibility_youths)
        return {
            USAGE: mean,
            YOUTH: "aantal inwoners van 0 tot en met 22 jaar",
            MIXED: f"{part} gebruik, {rest} inwoners van 0 tot en met 22 jaar",
            CORRIDOR: f"gebruik, hooguit {width} boven of onder het deel van een jaar eerder",
            STOP: f"eigen gebruik tot {limit} van het gemiddelde; wat erboven komt, samen naar inwoners van 0-22 jaar",
            CREDIBLE: f"eigen gebruik telt minder als een gemeente klein is, en voor de helft bij {half} inwoners van "
            "0-22 jaar",
        }

    @property
    def signal(self) -> str:
        """The difference that is called large, in words: 10%."""
        return whole_percent(self.assumed.signal_share)

    @cached_property
    def keys(self) -> pd.DataFrame:
        """Municipality x key, each column summing to one."""
        told = self.assumed
        usage, young = usage_key(self.mean_use), capitation_key(self.youth)
        before = usage_key(self.use_before)
        paid = stop_loss(self.bill, limit=self._limits(), pool_key=young)
        return pd.DataFrame(
            {
                USAGE: usage,
                YOUTH: young,
                MIXED: mixed_key(usage, young, weight=told.mixed_weight),
                CORRIDOR: corridor(usage, reference=before, width=told.corridor_width),
                STOP: usage_key(paid),
                CREDIBLE: credibility_key(self.mean_use, self.youth, k=told.credibility_youths),
            }
        )

    def _limits(self) -> pd.Series:
        """What each municipality pays itself at most: its mean use of the years before, and a little more."""
        earlier = self.use_before.astype("int64")
        percent = round(self.assumed.stop_loss_limit * 100)
        return (earlier.sum(axis=1) * percent // (100 * self.assumed.mean_years)).astype("int64")

    @property
    def smallest(self) -> str:
        """Code of the municipality with the fewest young people."""
        return str(self.youth.idxmin())

    @property
    def source(self) -> str:
        """What is told below every figure that was calculated from this."""
        return joined("Rekenvoorbeeld: er is nog geen sleutel gekozen.", self.edition.source)

    @property
    def grounds(self) -> str:
        """What the use holds and leaves out, told once on the page."""
        euros = numbers.euro(self.edition.rules.money_base_cents)
        return joined(f"Alles is berekend uit kosten die op {euros} zijn afgerond.", _left_out(self.edition))


def _left_out(edition: Edition) -> str:
    """What the use does not hold, in any municipality of the region."""
    year = edition.quarter.last_settled_year
    without = edition.region.left_out(edition.region.code, "cost", year)
    return f"In die kosten zit {without} niet." if without else ""


def basis_of(municipality: str, period: str) -> Basis:
    """Use of the last settled years and young people, of every municipality of the region."""
    edition = Edition.open(municipality, period)
    last = edition.quarter.last_settled_year
    assumed = keys_assumed(edition.store)
    years = [str(year) for year in range(last - assumed.mean_years, last + 1)]
    shown = released_cost(edition, years)
    places = [place.code for place in edition.region.municipalities]
    parts = {key: rows for key, rows in shown.frame.groupby(["area", "period"])}
    none = shown.frame.head(0)
    use = pd.DataFrame(
        {year: [_use(edition, parts.get((place, year), none)) for place in places] for year in years}, index=places
    )
    return Basis(
        edition=edition, assumed=assumed, shown=shown, use=use.astype("Int64"), youth=young_people(edition, last)
    )


def lump_segments(edition: Edition) -> list[str]:
    """Codes of the segments that are not surely paid by the hour."""
    return [s.code for s in edition.region.segments if s.code not in OUTSIDE and s.funding not in (_EFFORT, _NONE)]


def segment_words(edition: Edition) -> str:
    """Names of those segments, as they read in a sentence."""
    names = edition.segment_names()
    codes = lump_segments(edition)
    return listed([names[code] for code in codes])


def use_of(edition: Edition, frame: pd.DataFrame, place: str, year: str) -> int | None:
    """Released cents of one municipality and year in those segments; None when it does not follow."""
    return _use(edition, frame[(frame["area"] == place) & (frame["period"] == year)])


def _use(edition: Edition, rows: pd.DataFrame) -> int | None:
    wanted = lump_segments(edition)
    own: list[int | None] = []
    rest: list[int | None] = []
    total: list[int | None] = []
    for kind, level, amount in zip(rows["dimension"], rows["level"], rows["amount_cents"], strict=True):
        cents = None if pd.isna(amount) else int(amount)
        (total if kind == "totaal" else own if level in wanted else rest).append(cents)
    if own and None not in own:
        return sum(max(cents or 0, 0) for cents in own)
    if not total or None in total or None in rest:
        return None
    return max(sum(cents or 0 for cents in total) - sum(cents or 0 for cents in rest), 0)


def young_people(edition: Edition, year: int) -> pd.Series:
    """Inhabitants 0-22 per municipality; missing without a population table."""
    places = [place.code for place in edition.region.municipalities]
    population = edition.store.table("population", edition.quarter)
    if population.empty:
        return pd.Series(None, index=places, dtype="Int64")
    rows = population[(population["year"] == year) & (population["age_to"] <= 22)]
    return rows.groupby("municipality")["inhabitants"].sum().reindex(places).astype("Int64")


def not_to_tell() -> str:
    """What is said when keys cannot be compared."""
    return (
        "Verdeelsleutels zijn hier niet te vergelijken. Van een of meer gemeenten zijn de kosten geheim, of het aantal "
        "jongeren ontbreekt."
    )


def nothing(name: str, text: str) -> Finding:
    """A finding that only says why there is none."""
    return Finding(name=name, texts={text: not_to_tell()})
