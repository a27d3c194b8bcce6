"""Chapter 35, last part: who would be above a maximum of units per youth, by age and kind of help."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.intensity_cap import CapUse, cap_use
from jeugd_analysis.domain.codes import AGE_BANDS
from jeugd_analysis.methods.expected_use import funnel_limits
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import whole_percent
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import Column, below_each_other, table_html

_UNKNOWN = "onbekend"  # age
_FEWEST_AGES = 2  # one age alone cannot be compared with anything
_LEVEL = 0.95  # a group whose part lies outside what chance gives with this probability is told apart


def who(municipality: str, period: str) -> Finding:
    """Of each age and kind of help: which part of the youths is above the maximum."""
    edition = Edition.open(municipality, period)
    told, use = edition.store.settings("caps"), cap_use(edition)
    bands = {**{band: f"{band} jaar" for band in AGE_BANDS}, _UNKNOWN: _UNKNOWN}
    ages = _parts(edition, use, "cap_age", bands, told["percentile"])
    visible = ages.frame.dropna(subset=["deel"])
    if len(visible) < _FEWEST_AGES or not visible["above"].sum():
        words = "Wie er boven het maximum zit, is niet te tonen: het gaat per leeftijd om te weinig jeugdigen."
        return Finding(name="maximum-wie", texts={"maximum_wie_zin": words})
    kinds = _parts(edition, use, "cap_product", use.names, told["percentile"])
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
                "youths": Column(heading="Jeugdigen met deze hulp", write=numbers.count, status="youths_status"),
                "above": Column(heading="Erboven", write=numbers.count, status="above_status"),
                "deel": Column(heading="Deel", write=whole_percent),
            }, caption=f"Wie boven het maximum zit, per {heading.lower()}, {edition.area.name}")
            for heading, rows in (("Leeftijd", ages), ("Soort hulp", kinds))
            if len(rows.frame)
        ]),
        source=f"{edition.source} {ages.note} Het deel is berekend uit afgeronde aantallen. Leeftijd op 31 december.",
        texts={"maximum_wie_zin": f"{title}. {_who_words(visible)}"},
    )  # fmt: skip


def _parts(edition: Edition, use: CapUse, dimension: str, names: Mapping[str, str], percentile: int) -> Safe:
    """Per group of the release: youths, how many are above the maximum, and the part.

    Of a kind of help the number of youths is the one that every other page shows.
    """
    told = edition.shown(dimension, periods=[str(use.year)])
    group, part = (told.frame["level"].str.rsplit(" ", n=1).str[place] for place in (0, 1))
    frame = told.frame.assign(groep=group, part=part)
    above = frame[frame["part"].eq(str(percentile))].set_index("groep")
    if dimension == "cap_product":
        of = edition.shown("product", periods=[str(use.year)]).frame.set_index("level")
    else:
        of = frame[frame["part"].eq("youths")].set_index("groep")
    order = [group for group in names if group in above.index]
    rows = pd.DataFrame({"groep": [names[group] for group in order]})
    for name, source in (("youths", of), ("above", above)):
        rows[name] = pd.array(source["youths"].reindex(order), dtype="Int64")
        rows[f"{name}_status"] = source["youths_status"].reindex(order).to_numpy()
        if use.hidden:
            rows[name] = pd.array([pd.NA] * len(rows), dtype="Int64")
            rows[f"{name}_status"] = "secondary"
    return told.derived(_with_share(rows))


def _with_share(frame: pd.DataFrame) -> pd.DataFrame:
    """The part above the maximum, from rounded numbers; two roundings can make it a little more than all."""
    share = (frame["above"].astype("Float64") / frame["youths"]).clip(upper=1)
    text = [numbers.SECRET if numbers.is_missing(value) else whole_percent(value) for value in share]
    return frame.assign(deel=share, tekst=text)


def _who_title(visible: pd.DataFrame) -> str:
    """Which ages are above the maximum more or less often than chance would give."""
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
