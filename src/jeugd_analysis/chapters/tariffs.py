"""Chapter 40: how much tariffs rose over contracts that are in both years, beside what was agreed and published."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.measured import held_by_few, measured
from jeugd_analysis.chapters.tariffs_exact import (
    COVER_STEP,
    INDEX_STEP,
    OWN,
    TARIFF,
    Published,
    agreed,
    covered_share,
    hidden_amount,
    latest_pair,
    matched_cents,
    pair_index,
    published,
    runs,
)
from jeugd_analysis.methods.price_index import agreed_level
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import lines_chart
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import Column, table_html

SAME = 0.05  # percent, or percentage points: less reads as no change or as equal
_FAR = 1.0  # percentage points: a year in which tariffs are further from what was agreed is named
_LOW_COVER = 0.8  # of the cost: below this the index says little about all help
BESIDE = ("OVA", "PPC", "VNG 90/10")
NOTHING = "Er zijn geen twee jaren zonder breuk om tarieven te vergelijken. Een prijsindex is er dan niet."
_UNIT_PRICE = (
    "Het tarief is hier het bedrag gedeeld door het aantal eenheden. Een fout in een declaratie werkt dus door."
)


# -- the index over the years --------------------------------------------------------------------


def index(municipality: str, period: str) -> Finding:
    """The Fisher index of each year against the one before, and as a level from the first year after a break."""
    edition = Edition.open(municipality, period)
    pair = latest_pair(edition)
    if pair is None:
        names = ("tarief_zeker", "tarief_eerder", "tarief_breuken")
        return Finding(name="tarief-index", texts={"tarief_zin": NOTHING, **dict.fromkeys(names, "")})
    steps = tariff_steps(edition, [pair for run in runs(edition) for pair in pairwise(run)])
    last = steps.frame[steps.frame["year"].eq(pair[1])].iloc[0]
    title = _title(last["percent"], pair)
    levels = _levels(edition, steps)
    years = [str(year) for year in range(int(levels.frame["jaar"].min()), pair[1] + 1)]
    return Finding(
        name="tarief-index",
        title=title,
        unit="Indexcijfer: het eerste jaar na een breuk is 100. Alleen contracten die in beide jaren bestaan",
        chart=lines_chart(
            levels, time="jaar", value="stand", series="reeks", title=title, unit="indexcijfer",
            breaks=edition.breaks("tariff"), from_zero=False, axis_format=",.1f",
            description=_description(levels),
        ),
        table=table_html(_beside(edition, steps), {
            "jaren": Column(heading="Jaren"),
            "percent": Column(heading="Tarieven", write=percent_words),
            "covered": Column(heading="Kosten die meetellen", write=cover_words),
            "afgesproken": Column(heading=OWN, write=str),
            **{name: Column(heading=name, write=str) for name in BESIDE},
        }, caption=f"Stijging van tarieven per jaar, en gepubliceerde indexen, {edition.area.name}"),
        source=f"{edition.source} {_UNIT_PRICE} {OWN}: waar dit boek mee rekent. OVA, PPC en VNG 90/10: de "
        "gepubliceerde cijfers, de nieuwste stand van elk jaar.",
        texts={
            "tarief_zin": f"{title}. {_agreed_words(edition, last['percent'], pair)}",
            "tarief_zeker": _sure_words(last),
            "tarief_eerder": _earlier_words(edition, steps.frame[steps.frame["year"] < pair[1]]),
            "tarief_breuken": edition.explain_breaks("tariff", years) or "In deze reeks is geen breuk bekend.",
        },
    )  # fmt: skip


def tariff_steps(edition: Edition, pairs: Sequence[tuple[int, int]]) -> Safe:
    """Per pair of years the Fisher index in percent, contracts matched and the share covered.

    Columns: before, year, percent, matched, covered.
    """
    rows = []
    for before, year in pairs:
        told = pair_index(edition, before, year).iloc[0]
        held = matched_cents(edition, before, year).groupby("provider")["amount_cents"].sum()
        secret = bool(hidden_amount(edition, "totaal", [before, year])) or held_by_few(held, edition.rules)
        rows.append({
            "before": before, "year": year, "youths": fewest_youths(edition, before, year),
            "percent": 100 * (told["fisher"] - 1), "matched": int(told["matched"]),
            "covered": covered_share(told, edition.rules), "secret": secret,
        })  # fmt: skip
    exact = pd.DataFrame(rows)
    return measured(
        exact.drop(columns="secret"), edition=edition, keys=["before", "year"], count="youths",
        counts=["matched"], steps={"percent": INDEX_STEP, "covered": COVER_STEP}, also_hidden=exact["secret"],
    )  # fmt: skip


def fewest_youths(edition: Edition, before: int, year: int) -> int:
    """Youths in the smaller of two years: what decides whether anything of them is shown."""
    usage = edition.usage("totaal").set_index("period")["youths"]
    return int(min(usage.get(str(before), 0), usage.get(str(year), 0)))


def _levels(edition: Edition, steps: Safe) -> Safe:
    """jaar, reeks, stand: the level of each series from 100 in the first year of a run; only whole runs of a series."""
    percent = steps.frame.set_index("year")["percent"]
    known = {TARIFF: {int(year): value for year, value in percent.items() if not numbers.is_missing(value)}}
    known[OWN] = {year: told.percent for year, told in agreed(edition).items()}
    others = published(edition)
    for name in BESIDE:
        known[name] = {year: told.percent for (series, year), told in others.items() if series == name}
    rows = [
        {"jaar": str(year), "reeks": name, "stand": 100 * level}
        for name, rates in known.items()
        for run in runs(edition)
        if (len(run) > 1 or name == TARIFF) and set(run[1:]) <= rates.keys()
        for year, level in zip(run, agreed_level([rates[year] / 100 for year in run[1:]]), strict=True)
    ]
    return steps.derived(pd.DataFrame(rows, columns=["jaar", "reeks", "stand"]).astype({"stand": "float64"}))


def _beside(edition: Edition, steps: Safe) -> Safe:
    """The steps with what was agreed and published for the same year."""
    others, own = published(edition), agreed(edition)

    def words(told: Published | None) -> str:
        return f"{percent_words(told.percent)} ({told.status})" if told else numbers.MISSING

    frame = steps.frame.assign(
        jaren=[f"{row.before}-{row.year}" for row in steps.frame.itertuples()],
        afgesproken=[words(own.get(int(year))) for year in steps.frame["year"]],
    )
    for name in BESIDE:
        frame[name] = [words(others.get((name, int(year)))) for year in frame["year"]]
    return steps.derived(frame)


def _description(levels: Safe) -> str:
    last = levels.frame.drop_duplicates("reeks", keep="last")
    return "; ".join(f"{row.reeks} in {row.jaar}: {numbers.decimal(row.stand, 1)}" for row in last.itertuples())


def percent_words(value: float) -> str:
    """A percentage with two digits and a sign where it is not a rise: 4,96%."""
    return numbers.MISSING if numbers.is_missing(value) else f"{numbers.decimal(value, 2)}%"


def cover_words(share: float) -> str:
    """The part of the cost that an index compares: in steps, so the highest step is not all of it."""
    if numbers.is_missing(share):
        return numbers.MISSING
    return "bijna alles" if share > 1 - COVER_STEP / 2 else numbers.percent(share, 0)


def _title(value: float, pair: tuple[int, int]) -> str:
    between = f"Van {pair[0]} naar {pair[1]}"
    if numbers.is_missing(value):
        return f"De verandering van de tarieven van {pair[0]} naar {pair[1]} is niet te tonen"
    if abs(value) < SAME:
        return f"{between} bleven de tarieven gelijk"
    return f"{between} {'stegen' if value > 0 else 'daalden'} de tarieven met {numbers.decimal(abs(value), 1)}%"


def _agreed_words(edition: Edition, value: float, pair: tuple[int, int]) -> str:
    """The indexation of the year, and how far the tariffs are from it."""
    told = agreed(edition).get(pair[1])
    if told is None:
        return f"Voor {pair[1]} is geen indexatie opgegeven."
    start = f"Dit boek rekent voor {pair[1]} met een indexatie van {percent_words(told.percent)} ({told.status})."
    if numbers.is_missing(value):
        return start
    apart = value - told.percent
    if abs(apart) < SAME:
        built_in = (
            " In de voorbeelddata volgen de tarieven die indexatie: zo zijn ze gemaakt." if edition.is_example else ""
        )
        return f"{start} Dat is ongeveer evenveel.{built_in}"
    way = "hoger" if apart > 0 else "lager"
    return f"{start} De verandering van de tarieven is {numbers.decimal(abs(apart), 1)} procentpunt {way}."


def _sure_words(last: pd.Series) -> str:
    """On how much the index rests."""
    if numbers.is_missing(last["percent"]):
        return "Het gaat om te weinig jeugdigen, aanbieders of contracten."
    many = (
        f"ongeveer {numbers.count(last['matched'])} contracten"
        if not numbers.is_missing(last["matched"]) else "minder dan 10 contracten"
    )  # fmt: skip
    words = f"De vergelijking rust op {many} die in beide jaren bestaan."
    share = last["covered"]
    if not numbers.is_missing(share):
        part = (
            "bijna alle kosten" if share > 1 - COVER_STEP / 2 else f"ongeveer {numbers.percent(share, 0)} van de kosten"
        )
        low = " Dat is weinig: over de andere hulp zegt de index niets." if share < _LOW_COVER else ""
        words += f" Samen hebben die {part}.{low}"
    return f"{words} {_UNIT_PRICE}"


def _earlier_words(edition: Edition, steps: pd.DataFrame) -> str:
    """Earlier years in which tariffs moved far from what was agreed."""
    own, told = agreed(edition), []
    for row in steps.dropna(subset=["percent"]).itertuples():
        index = own.get(int(row.year))
        if index is not None and abs(row.percent - index.percent) >= _FAR:
            apart = row.percent - index.percent
            way = "meer" if apart > 0 else "minder"
            told.append(f"in {row.year} {numbers.decimal(abs(apart), 1)} procentpunt {way} (indexatie: {index.status})")
    if not told:
        return ""
    return f"Eerder was er een groot verschil met de indexatie: {listed(told)}. Dat heet in dit boek harmonisatie."
