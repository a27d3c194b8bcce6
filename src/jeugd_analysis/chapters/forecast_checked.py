"""Chapter 32, how good it is: against the forecast of the quarter before, and against years that are over."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.forecast import with_budget
from jeugd_analysis.chapters.forecast_exact import ALL
from jeugd_analysis.chapters.forecast_rows import LEVEL, Moment
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

_NEAR = 0.1  # so far from LEVEL a share of forecasts inside the band may lie before we say that it does not fit
_ENOUGH = 4  # forecasts; below it a share says nothing
_SAME = 0.005  # share: a smaller change reads as equal
CYCLE = (  # age of the year -> edition, document of the planning and control cycle, what it asks; ours
    (1, "K1", "Voorjaarsnota", "de eerste verwachting van dit jaar, en of de begroting bijgesteld moet worden"),
    (2, "K2", "Halfjaarrapportage", "de verwachting halverwege, en de basis voor de begroting van volgend jaar"),
    (3, "K3", "Najaarsnota", "de laatste verwachting van dit jaar, met de laatste begrotingswijziging"),
    (4, "K4", "Jaarrekening", "wat er over het jaar nog te betalen is (balanspost), en het voorlopige resultaat"),
    (5, "K1 erna", "Jaarrekening, controle", "hetzelfde, met een kwartaal meer aan declaraties"),
)


def against_previous(municipality: str, period: str) -> Finding:
    """The forecast of this year now and a quarter ago, made again with what was known then."""
    edition = Edition.open(municipality, period)
    quarter = edition.quarter
    before = Moment(edition=edition, known_to=quarter.previous(), year=quarter.year)
    if before.age < 1:
        words = f"Een kwartaal geleden was {quarter.year} nog niet begonnen. Er is dus geen eerdere verwachting."
        return Finding(name="prognose-eerder", texts={"eerder_zin": words})
    now = Moment(edition=edition, known_to=quarter, year=quarter.year)
    names = edition.segment_names()
    shown = now.rows()
    frames = [with_budget(one.rows().frame, one.lump(), one.budget(), names) for one in (before, now)]
    told = compared(*frames)
    if told.empty:
        words = "De verwachting van nu of die van een kwartaal geleden is geheim. Vergelijken kan dus niet."
        return Finding(name="prognose-eerder", texts={"eerder_zin": words})
    title, words = change_words(told.set_index("level").loc[ALL], str(before.known_to), str(now.known_to), now.year)
    return Finding(
        name="prognose-eerder",
        title=title,
        unit=f"Verwachte kosten over {now.year}, met wat bekend was aan het einde van elk kwartaal, x € 1.000",
        table=table_html(shown.derived(told), {
            "naam": Column(heading="Segment"),
            "then": Column(heading=f"Verwacht eind {before.known_to}", write=numbers.thousands),
            "now": Column(heading=f"Verwacht eind {now.known_to}", write=numbers.thousands),
            "change": Column(heading="Verschil", write=numbers.signed_thousands),
        }, caption=f"De verwachting nu en een kwartaal geleden, {edition.area.name}"),
        source="Beide verwachtingen zijn nu berekend, met dezelfde methode; die van toen met wat toen binnen was. "
        f"Vaste bedragen tellen mee. {edition.source} {shown.note}",
        open_table=True,
        texts={"eerder_zin": words},
    )  # fmt: skip


def compared(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Level, naam, then, now and change in cents, of levels that are told at both moments and of all together."""
    if before.empty or after.empty:
        return pd.DataFrame(columns=["level", "naam", "then", "now", "change"])
    both = after[["level", "naam", "total"]].merge(before[["level", "total"]], on="level", suffixes=("_now", "_then"))
    told = both.rename(columns={"total_now": "now", "total_then": "then"})
    told = told[told["level"].ne("rest")]  # what is hidden need not be the same segments at both moments
    return told.assign(change=told["now"] - told["then"]).reset_index(drop=True)


def change_words(whole: pd.Series, then: str, now: str, year: int) -> tuple[str, str]:
    """Title and sentence: higher, lower or the same as a quarter ago, and whether that is beyond the old band."""
    start = (
        f"Eind {then} was de verwachting over {year} {numbers.euro(whole.then)}, "
        f"eind {now} is zij {numbers.euro(whole.now)}"
    )
    if abs(whole.change) <= _SAME * whole.then:
        return f"De verwachting over {year} is gelijk gebleven", f"{start}: ongeveer gelijk."
    by, way = numbers.euro(abs(whole.change)), "hoger" if whole.change > 0 else "lager"
    share = numbers.percent(abs(whole.change) / whole.then) if whole.then else ""
    return (
        f"De verwachting over {year} is {by} {way} dan een kwartaal geleden",
        f"{start}. Dat is {by} ({share}) {way}.",
    )


def tested(municipality: str, period: str) -> Finding:
    """What each forecast moment serves for, and how far off forecasts at that moment were in earlier years."""
    edition = Edition.open(municipality, period)
    told = edition.store.estimates("year_test", edition.quarter)
    mine = told[told["area"].eq(edition.area.code) & told["level"].eq(ALL)]
    rows = test_rows(mine)
    if rows.empty:
        words = "Hoe goed zulke verwachtingen eerder waren, is niet te toetsen: er zijn te weinig afgeronde jaren."
        return Finding(name="prognose-toets", texts={"toets_zin": words})
    now = rows[rows["age"] == edition.quarter.number]
    title = (
        f"Op dit moment van het jaar zat de verwachting er eerder gemiddeld {numbers.percent(now['off'].iloc[0])} naast"
        if len(now) else "Hoe ver zat de verwachting er eerder naast?"
    )  # fmt: skip
    shown = not_personal(rows, what="Percentages over een heel gebied.")
    return Finding(
        name="prognose-toets",
        title=title,
        unit=f"Verwachting van de jaren {mine['year'].min()} tot en met {mine['year'].max()} naast wat het werd",
        table=table_html(shown, {
            "edition": Column(heading="Editie"),
            "document": Column(heading="Dient voor"),
            "forecasts": Column(heading="Jaren", write=numbers.decimal),
            "off": Column(heading="Gemiddeld ernaast", write=numbers.percent),
            "worst": Column(heading="Grootste misser", write=_signed),
            "inside": Column(heading="Binnen de band"),
        }, caption=f"Verwachtingen van eerdere jaren getoetst, {edition.area.name}"),
        source="Welke editie waarvoor dient, is een indeling van de makers. Toets: met alleen wat toen bekend was, "
        f"alle segmenten samen, zonder vaste bedragen. {edition.source}",
        open_table=True,
        texts={"toets_zin": test_words(mine, title)},
    )  # fmt: skip


def test_rows(told: pd.DataFrame) -> pd.DataFrame:
    """Per moment of CYCLE with forecasts: age, edition, document, forecasts, off, worst (shares) and inside."""
    rows = []
    for age, edition, document, asks in CYCLE:
        mine = told[told["age"] == age]
        if mine.empty:
            continue
        errors = mine["error"].to_numpy("float64")
        banded = mine["inside"].dropna()
        rows.append({
            "age": age, "edition": edition, "document": f"{document}: {asks}", "forecasts": len(mine),
            "off": float(abs(errors).mean()), "worst": float(errors[abs(errors).argmax()]),
            "inside": f"{int(banded.sum())} van {len(banded)}" if len(banded) else "niet te toetsen",
        })  # fmt: skip
    return pd.DataFrame(rows)


def test_words(told: pd.DataFrame, title: str) -> str:
    """Whether the band holds what it promises, over the moments of a year together."""
    banded = told.loc[told["age"] <= 4, "inside"].dropna()
    if len(banded) < _ENOUGH:
        return f"{title}. Voor een oordeel over de band zijn er te weinig toetsen."
    share = float(banded.mean())
    start = (
        f"{title}. Van {len(banded)} verwachtingen met een band lag de uitkomst er {int(banded.sum())} keer binnen "
        f"({numbers.percent(share, 0)}). Bedoeld is {numbers.percent(LEVEL, 0)}."
    )
    few = " Verwachtingen van één jaar lijken op elkaar, dus dit zijn minder losse toetsen dan het lijkt."
    if share < LEVEL - _NEAR:
        return f"{start} De band is dus te smal: reken op meer onzekerheid.{few}"
    if share > LEVEL + _NEAR:
        return f"{start} De band is dus ruim.{few}"
    return f"{start} Dat klopt ongeveer.{few}"


def _signed(share: float) -> str:
    text = numbers.percent(share)
    return f"+{text}" if share > 0 and text != numbers.percent(0) else text
