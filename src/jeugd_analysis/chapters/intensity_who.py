"""Chapter 35, last part: who would be above a maximum of units per youth, by age, segment and kind of help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.intensity_cap import CapUse, cap_use
from jeugd_analysis.chapters.intensity_exact import KEYS, UNKNOWN, age_bands
from jeugd_analysis.domain.codes import AGE_BANDS
from jeugd_analysis.methods.expected_use import funnel_limits
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart
from jeugd_analysis.present.disclosure import Safe, safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import whole_percent
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import Column, below_each_other, table_html

_LEVEL = 0.95  # a group whose part lies outside what chance gives with this probability is told apart


def who(municipality: str, period: str) -> Finding:
    """Of each age, segment and kind of help: which part of the youths is above the maximum."""
    edition = Edition.open(municipality, period)
    told, use = edition.store.settings("caps"), cap_use(edition)
    here = use.here.merge(use.caps(told["percentile"], edition.rules.threshold), on=KEYS)
    here = here.assign(over=here["units"] > here["cap"])
    ages = _ages(edition, here, use)
    visible = ages.frame.dropna(subset=["deel"])
    if visible.empty:
        words = "Wie er boven het maximum zit, is niet te tonen: het gaat per groep om te weinig jeugdigen."
        return Finding(name="maximum-wie", texts={"maximum_wie_zin": words})
    kinds, segments = _kinds(edition, here, use), _segments(edition, here, use)
    title = _who_title(visible)
    return Finding(
        name="maximum-wie",
        title=title,
        unit=f"Deel van de jeugdigen boven een maximum bij {told['percentile']} van de 100, {use.year}",
        chart=bars_chart(
            ages, category="groep", value="deel", label="tekst", title=title, unit="deel erboven",
            description="; ".join(f"{row.groep}: {row.tekst}" for row in ages.frame.itertuples()),
        ),
        table=below_each_other([
            table_html(rows, {
                "groep": Column(heading=heading),
                "youths": Column(heading="Jeugdigen met deze hulp", write=numbers.count, status="status"),
                "above": Column(heading="Erboven", write=numbers.count, status="status"),
                "deel": Column(heading="Deel", write=whole_percent),
            }, caption=f"Wie boven het maximum zit, per {heading.lower()}, {edition.area.name}")
            for heading, rows in (("Leeftijd", ages), ("Segment", segments), ("Soort hulp", kinds))
            if len(rows.frame)
        ]),
        source=f"{edition.source} {ages.note} Het deel is berekend uit afgeronde aantallen. Leeftijd op 31 december.",
        texts={"maximum_wie_zin": f"{title}. {_who_words(visible)}"},
    )  # fmt: skip


def _ages(edition: Edition, here: pd.DataFrame, use: CapUse) -> Safe:
    bands = here.assign(groep=age_bands(edition, here["youth_id"], use.year))
    order = [band for band in (*AGE_BANDS, UNKNOWN) if band in set(bands["groep"])]
    return _parts(edition, bands, order, use, {band: f"{band} jaar" for band in AGE_BANDS} | {UNKNOWN: UNKNOWN})


def _segments(edition: Edition, here: pd.DataFrame, use: CapUse) -> Safe:
    known = use.lines.drop_duplicates(KEYS).set_index(KEYS)["segment"]
    told = here.assign(groep=known.reindex(pd.MultiIndex.from_frame(here[KEYS])).to_numpy())
    return _parts(edition, told, sorted(set(told["groep"])), use, edition.segment_names())


def _kinds(edition: Edition, here: pd.DataFrame, use: CapUse) -> Safe:
    """Per kind of help, with the numbers of youths that every other page shows."""
    told = here.assign(groep=here["product"])
    order = [code for code in use.names if code in set(told["groep"])]
    shown = _parts(edition, told, order, use, use.names)
    released = edition.shown("product", periods=[str(use.year)]).frame.set_index("level")["youths"]
    counts = pd.Series(released.reindex(order).to_numpy(), index=shown.frame.index, dtype="Int64")
    return shown.derived(_with_share(shown.frame.assign(youths=counts.mask(shown.frame["youths"].isna()))))


def _parts(edition: Edition, here: pd.DataFrame, order: Sequence[str], use: CapUse, names: Mapping[str, str]) -> Safe:
    """Per group: youths, how many are above the maximum, and the part. A group that could be found from the others and
    the whole is hidden with the smallest of those.
    """
    youths = here.groupby("groep")["youth_id"].nunique().reindex(order)
    above = here[here["over"]].groupby("groep")["youth_id"].nunique().reindex(order, fill_value=0)
    exact = pd.DataFrame({"groep": order, "youths": youths.to_numpy(), "above": above.to_numpy()})
    exact["under"] = exact["youths"] - exact["above"]
    least = exact[["youths", "above", "under"]].min(axis=1)
    small = least < edition.rules.threshold
    also = pd.Series(use.hidden, index=exact.index)
    if small.sum() == 1 and len(exact) > 1:
        also[least[~small].idxmin()] = True
    shown = safe(
        exact, rules=edition.rules, keys=["groep"], count="youths", counts=["above", "under"], also_hidden=small | also
    )
    return shown.derived(
        _with_share(shown.frame.assign(groep=shown.frame["groep"].map(dict(names)), status="secondary"))
    )


def _with_share(frame: pd.DataFrame) -> pd.DataFrame:
    """The part above the maximum, from rounded numbers; two roundings can make it a little more than all."""
    share = (frame["above"].astype("Float64") / frame["youths"]).clip(upper=1)
    text = [numbers.SECRET if numbers.is_missing(value) else whole_percent(value) for value in share]
    return frame.assign(deel=share, tekst=text)


def _who_title(visible: pd.DataFrame) -> str:
    """Which ages are above the maximum more or less often than chance would give."""
    if len(visible) == 1:
        row = visible.iloc[0]
        return f"Van de jeugdigen van {row['groep']} zit {row['tekst']} boven het maximum"
    sizes = visible["youths"].astype("float64")
    target = min(float(visible["above"].sum()) / float(sizes.sum()), 1.0)
    low, high = funnel_limits(sizes, kind="proportion", level=_LEVEL, target=target)
    share = visible["deel"].astype("float64")
    more, less = (list(visible.loc[apart, "groep"]) for apart in (share > high, share < low))
    if more:
        return f"Jeugdigen van {listed(more)} zitten vaker boven het maximum dan andere jeugdigen"
    if less:
        return f"Jeugdigen van {listed(less)} zitten minder vaak boven het maximum dan andere jeugdigen"
    return "De verschillen tussen leeftijden zijn zo klein dat ze toeval kunnen zijn"


def _who_words(visible: pd.DataFrame) -> str:
    return f"Het deel per leeftijd is: {listed([f'{row.groep} {row.tekst}' for row in visible.itertuples()])}."
