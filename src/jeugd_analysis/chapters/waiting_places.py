"""Chapter 75, places and plausibility: capacity against the list, published figures beside it, and Little's law."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.measured import measured
from jeugd_analysis.chapters.waiting import ALL, latest, level_name, mean_days, nothing_words, reported, source
from jeugd_analysis.domain.codes import CAPACITY_KINDS
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.methods.disclosure import rounded
from jeugd_analysis.methods.waiting import FACTOR, FITS, TOO_LONG, TOO_SHORT, UNKNOWN, littles_law
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import Safe, published, released, safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_lower, joined, listed
from jeugd_analysis.present.tables import Column, table_html

SCARCE = ("kdc", "pleegzorg", "gezinshuis")  # kinds of which a council document names waiting lists or a shortage
_DOUBLED, _KDC = "waiting-kdc-h9-2024", "S3 kdc"
_FULL = 0.975  # share of places in use from which there is hardly room for a next youth
_FEW_PLACES = 100  # below it, rounding alone moves the share of places in use by five points or more
_STEP_DAYS = 5.0  # implied days are a rough sum
_STARTS = 10  # starts are only told through them, and not more exactly than this


def places(municipality: str, period: str) -> Finding:
    """Places, places in use and the list beside them, for the region: places are bought together."""
    edition = Edition.open(municipality, period)
    region = Edition(store=edition.store, quarter=edition.quarter, area=edition.region.area)
    shown = capacity_rows(region)
    if shown.frame.empty:
        words = (
            "Er zijn geen plaatsen aangeleverd. Lever een bestand capacity.csv aan, met per segment, soort hulp en "
            "kwartaal de plaatsen en hoeveel er bezet zijn."
        )
        return Finding(name="wachten-plaatsen", texts={"plaatsen_zin": words})
    quarter = str(shown.frame["quarter"].iloc[0])
    title, words = places_words(shown.frame, quarter)
    return Finding(
        name="wachten-plaatsen",
        title=title,
        unit=f"Plaatsen in de hele regio eind {quarter}, hoeveel daarvan bezet zijn, en wie er wachten",
        table=table_html(shown, {
            "naam": Column(heading="Soort hulp"),
            "places": Column(heading="Plaatsen", write=numbers.count),
            "occupied": Column(heading="Bezet", write=numbers.count),
            "share": Column(heading="Bezetting", write=numbers.whole_percent),
            "waiting": Column(heading="Wachtend", write=numbers.count, status="status"),
            "per_hundred": Column(heading="Wachtend per 100 plaatsen", write=_rounded),
        }, caption=f"Plaatsen en wachtenden, {region.area.name}"),
        source=joined(
            "Plaatsen zijn ingekocht voor de regio samen. Opgave van aanbieders.", _few_places(shown.frame),
            source(region), shown.note,
        ),
        open_table=True,
        texts={"plaatsen_zin": words},
    )  # fmt: skip


def _few_places(told: pd.DataFrame) -> str:
    """Why a share is not told, where that happens. Columns: places."""
    if not told["places"].lt(_FEW_PLACES).any():
        return ""
    return (
        f"Bij minder dan {_FEW_PLACES} plaatsen is de bezetting niet te zeggen: de aantallen zijn daarvoor te sterk "
        "afgerond."
    )


def capacity_rows(region: Edition) -> Safe:
    """Per kind: quarter, naam, places, occupied, share (of both as rounded), waiting, status and per_hundred.

    share is missing for few places: rounding could make 110 % of a kind that is not even full.
    """
    table = region.store.table("capacity", region.quarter)
    known = table[table["quarter"] <= region.quarter.label]
    now = known[known["quarter"] == known["quarter"].max()].reset_index(drop=True)
    counted = safe(
        now, rules=region.rules, keys=["segment", "kind", "quarter"], count="occupied", counts=["places"]
    )  # fmt: skip
    rows = counted.frame
    several = rows["segment"].map(region.store.table("waiting", region.quarter).groupby("segment")["kind"].nunique())
    level = rows["segment"].where(~several.gt(1), rows["segment"] + " " + rows["kind"])
    lists = region.shown("waiting", kind="kwartaal", periods=[str(now["quarter"].max())]).frame.set_index("level")
    enough = rows["places"].astype("Float64").mask(rows["places"].lt(_FEW_PLACES))
    told = rows.assign(
        naam=rows["kind"].map(CAPACITY_KINDS),
        share=rows["occupied"].astype("Float64") / enough,
        waiting=lists["youths"].reindex(level).array, status=lists["youths_status"].reindex(level).array,
    )  # fmt: skip
    return counted.derived(told.assign(
        per_hundred=told["waiting"].astype("Float64") / told["places"].astype("Float64") * 100
    ))  # fmt: skip


def places_words(told: pd.DataFrame, quarter: str) -> tuple[str, str]:
    """Title and sentence: of the scarce kinds, which are full, and where most wait per hundred places."""
    full = told[(told["share"] >= _FULL).fillna(value=False)]
    known = told.dropna(subset=["share"])
    names = [first_lower(name) for name in (full if len(full) else known)["naam"]]
    if not names:
        title = f"Of er eind {quarter} nog plaats was, is niet te zeggen"
    elif len(full):
        title = f"Eind {quarter} waren er bijna geen vrije plaatsen bij: {listed(names)}"
    elif len(known) == len(told):
        title = f"Eind {quarter} was er bij elke soort hulp nog plaats"
    else:
        title = f"Eind {quarter} was er nog plaats bij: {listed(names)}"
    waiting = told.dropna(subset=["per_hundred"])
    scarce = waiting[waiting["kind"].isin(SCARCE)]
    parts = [
        f"{first_lower(row.naam)} {numbers.decimal(row.per_hundred)}" for row in scarce.itertuples() if row.per_hundred
    ]
    per = f" Het aantal wachtenden per 100 plaatsen: {listed(parts)}." if parts else ""
    empty = " Vrije plaatsen en wachtenden tegelijk kan: niet elke plaats past bij elke jeugdige."
    return title, f"{title}.{per}{empty if len(full) < len(known) else ''}"


def beside_published(municipality: str, period: str) -> Finding:
    """What a council document says about the lists, beside our own figures for the same years."""
    edition = Edition.open(municipality, period)
    fact = edition.store.published("facts").set_index("fact_id").loc[_DOUBLED]
    first, last = str(fact["period"]).split("-")
    region = Edition(store=edition.store, quarter=edition.quarter, area=edition.region.area)
    ratio = yearly_ratio(kdc_lists(region), first, last)
    told = float(fact["value"])
    times = f"{numbers.decimal(told)} keer zoveel wachtenden"
    rows = pd.DataFrame([
        ("Kinderdagcentra", f"{first} naar {last}", times, fact["document"]),
        ("Pleegzorg en gezinshuizen", last, "er is een tekort; een getal staat er niet bij", fact["document"]),
    ], columns=["wat", "wanneer", "staat er", "stuk"])  # fmt: skip
    return Finding(
        name="wachten-gepubliceerd",
        title=f"Gepubliceerd: in {last} was de lijst voor een kinderdagcentrum {numbers.decimal(told)} keer zo lang",
        unit="Wat een gepubliceerd stuk zegt over wachtlijsten in de regio",
        table=table_html(published(rows, source=str(fact["document"])), {
            "wat": Column(heading="Waarover"),
            "wanneer": Column(heading="Wanneer"),
            "staat er": Column(heading="Wat er staat"),
            "stuk": Column(heading="Stuk"),
        }, caption="Gepubliceerde cijfers over wachten"),
        source=f"Bron: {fact['document']}, {fact['place']}. Gepubliceerd, ongewijzigd overgenomen.",
        open_table=True,
        texts={"gepubliceerd_zin": published_words(ratio, told, first, last, example=edition.is_example)},
    )  # fmt: skip


def kdc_lists(region: Edition) -> pd.DataFrame:
    """Period and waiting of day treatment for young children, as the release shows them."""
    cells = region.release
    rows = cells[cells["dimension"].eq("waiting") & cells["level"].eq(_KDC)]
    return released(rows, rules=region.rules, keys=["period"]).frame[["period", "youths"]]


def yearly_ratio(told: pd.DataFrame, first: str, last: str) -> float | None:
    """The mean list of a year over that of another; None when a quarter of either is missing or hidden."""
    year = told["period"].str[:4]
    lists = [told.loc[year == one, "youths"] for one in (first, last)]
    if any(len(one) < 4 or one.isna().any() for one in lists) or not lists[0].sum():
        return None
    return float(lists[1].mean() / lists[0].mean())


def published_words(ratio: float | None, told: float, first: str, last: str, *, example: bool) -> str:
    """Our own figure beside the published one, or why there is none."""
    if ratio is None:
        return f"Onze eigen cijfers over {first} en {last} zijn niet compleet genoeg om er naast te zetten."
    same = "Dat past bij het stuk." if abs(ratio - told) <= 0.1 * told else "Dat is iets anders dan in het stuk staat."
    why = " In de voorbeelddata is dit zo gemaakt; het bewijst niets." if example else ""
    return (
        f"In onze cijfers was de lijst voor een kinderdagcentrum in {last} {numbers.decimal(ratio, 1)} keer zo lang "
        f"als in {first}. {same}{why}"
    )


def plausible(municipality: str, period: str) -> Finding:
    """Per segment: days as reported, as list and starts imply, and as those who started had waited."""
    edition = Edition.open(municipality, period)
    shown = law_rows(edition)
    if shown.frame.empty:
        return Finding(name="wachten-klopt", texts={"klopt_zin": nothing_words(edition)})
    title, words = law_words(shown.frame)
    return Finding(
        name="wachten-klopt",
        title=title,
        unit=f"Wachttijd in dagen, kwartaal {latest(edition)}, op drie manieren",
        table=table_html(shown, {
            "naam": Column(heading="Segment"),
            "reported": Column(heading="Opgegeven", write=_rounded),
            "implied": Column(heading="Volgens lijst en starts", write=_rounded),
            "started_days": Column(heading="Gewacht door wie begon", write=_rounded),
            "plausible": Column(heading="Past dat bij elkaar?"),
        }, caption=f"Wachttijd op drie manieren, {edition.area.name}"),
        source="Volgens lijst en starts: wachtenden gedeeld door starts per dag (wet van Little). Gewacht door wie "
        f"begon: van verzoek tot eerste dag van hulp, uit de berichten. Past: de eerste twee schelen minder dan "
        f"{numbers.decimal(FACTOR)} keer. {source(edition)} {shown.note}",
        open_table=True,
        texts={"klopt_zin": words},
    )  # fmt: skip


def law_rows(edition: Edition) -> Safe:
    """Per segment: level, naam, reported, implied and started_days (days, missing when too few) and plausible."""
    label = latest(edition)
    if not label:
        nothing = pd.DataFrame({"level": pd.Series(dtype="str"), "waiting": pd.Series(dtype="int64")})
        return measured(nothing, edition=edition, keys=["level"], count="waiting", steps={})
    now = reported(edition, label)
    lists = now[~now["level"].str.contains(" ") & now["level"].ne(ALL)].reset_index(drop=True)
    list_now, list_before = (_published_list(edition, quarter, lists["level"])
                             for quarter in (label, Quarter.parse(label).previous().label))  # fmt: skip
    mean = pd.concat([list_now, list_before], axis=1).mean(axis=1)
    starts = edition.mart("starts")
    mine = starts[starts["area"].eq(edition.area.code) & starts["quarter"].eq(label)].set_index("segment")
    started = mine.reindex(lists["level"])
    # The implied wait tells the number of starts, so it is that number rounded.
    number = started["started"].astype("Float64").fillna(0).reset_index(drop=True)
    exact = pd.DataFrame({
        "level": lists["level"], "waiting": lists["waiting"], "mean_waiting": mean,
        "mean_wait_days": mean_days(lists),
        "started": rounded(number, base=_STARTS).astype("Float64").mask(number < edition.rules.threshold, 0),
    })  # fmt: skip
    law = littles_law(exact.assign(waiting=exact["mean_waiting"]), fewest=edition.rules.threshold)
    waited = started["waited"].astype("Float64").reset_index(drop=True)
    own = started["wait_days"].astype("Float64").reset_index(drop=True) / waited.mask(waited.eq(0))
    few = exact["started"] < edition.rules.threshold
    told = pd.DataFrame({
        "level": exact["level"], "waiting": exact["waiting"], "reported": exact["mean_wait_days"],
        "implied": law["implied_days"].mask(few),
        "started_days": own.mask((waited < edition.rules.threshold).fillna(value=True)),
    })  # fmt: skip
    cells = edition.shown("waiting", kind="kwartaal", periods=[label]).frame.set_index("level")["youths"]
    hidden = cells.reindex(told["level"]).isna().reset_index(drop=True)
    steps = {"reported": 1.0, "implied": _STEP_DAYS, "started_days": 1.0}
    shown = measured(told, edition=edition, keys=["level"], count="waiting", steps=steps, also_hidden=hidden)
    names = edition.segment_names()
    verdict = law["plausible"].mask(shown.frame["reported"].isna() | shown.frame["implied"].isna(), UNKNOWN)
    return shown.derived(shown.frame.drop(columns="waiting").assign(
        plausible=verdict, naam=[level_name(level, names) for level in told["level"]]
    ))  # fmt: skip


def _published_list(edition: Edition, quarter: str, levels: pd.Series) -> pd.Series:
    """The published numbers on the lists, in the order of `levels`; a hidden or unknown one is missing."""
    told = edition.shown("waiting", kind="kwartaal", periods=[quarter]).frame.set_index("level")["youths"]
    return told.reindex(levels).astype("Float64").reset_index(drop=True)


_VERDICTS = {
    TOO_SHORT: "De opgegeven wachttijd is veel korter dan de lijst doet verwachten bij {names}. Misschien gaan "
    "jeugdigen van de lijst zonder hulp, staan zij op meer lijsten, of begint de telling later.",
    TOO_LONG: "De opgegeven wachttijd is veel langer dan de lijst doet verwachten bij {names}. Misschien staat niet "
    "iedereen op de lijst, of gaan spoedgevallen voor.",
    FITS: "Opgave, lijst en starts passen bij elkaar bij {names}.",
    UNKNOWN: "Niet te zeggen is het bij {names}: daar zijn te weinig wachtenden of starts.",
}


def law_words(told: pd.DataFrame) -> tuple[str, str]:
    """Title and sentences: where reported days, list and starts fit, where not, and where it is not known."""
    groups = {
        verdict: [first_lower(name) for name in told.loc[told["plausible"] == verdict, "naam"]] for verdict in _VERDICTS
    }
    odd = len(groups[TOO_SHORT]) + len(groups[TOO_LONG])
    known = odd + len(groups[FITS])
    if not known:
        title = "Of wachttijd en wachtlijst bij elkaar passen, is niet te zeggen"
    elif not odd:
        title = "De opgegeven wachttijden passen bij de wachtlijsten, voor zover te zien is"
    else:
        title = f"Bij {odd} van de {known} segmenten past de opgegeven wachttijd niet bij de wachtlijst"
    parts = [words.format(names=listed(groups[verdict])) for verdict, words in _VERDICTS.items() if groups[verdict]]
    return title, " ".join([f"{title}.", *parts])


def _rounded(value: float) -> str:
    return numbers.MISSING if numbers.is_missing(value) else numbers.decimal(value)
