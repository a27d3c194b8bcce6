"""Part of chapter 30: claims that are still to come per quarter of care, with a band and how such bands did before."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_tested import tested_words
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import to_come_chart
from jeugd_analysis.present.disclosure import Safe, safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

NOTHING_TO_COME = "Er komen naar schatting geen declaraties meer binnen"
_QUARTERS = 12
_SIDES = ("to_come", "low", "high")


def still_to_come(municipality: str, period: str) -> Finding:
    """Per quarter of care, the last twelve: declared, still to come by estimate, and the band around the sum."""
    edition = Edition.open(municipality, period)
    shown = quarters_to_come(edition)
    visible = shown.frame.dropna(subset=["expected"])
    if visible.empty:
        return _only_words(edition, known=len(shown.frame) > 0)
    open_ = visible[visible["to_come"] > 0]
    words = _words(visible, open_)
    title = _title(open_)
    million = shown.frame[["declared", *_SIDES]].astype("Float64") / 1e8
    return Finding(
        name="groei-nog-te-komen",
        title=title,
        unit="Kosten per kwartaal van de hulp, in miljoen euro: gedeclareerd en naar schatting nog te komen",
        chart=to_come_chart(
            shown.derived(shown.frame[["care_quarter"]].join(million)),
            time="care_quarter", declared="declared", to_come="to_come", low="low", high="high",
            title=title, unit="miljoen euro", description=words,
        ),
        table=table_html(shown.derived(shown.frame.assign(band=_bands(shown.frame))), {
            "care_quarter": Column(heading="Kwartaal"),
            "declared": Column(heading="Gedeclareerd", write=_thousands),
            "to_come": Column(heading="Nog te komen", write=_thousands),
            "expected": Column(heading="Samen", write=_thousands),
            "band": Column(heading="Band van 80%", write=str),
        }, caption=f"Gedeclareerd en nog te komen per kwartaal, x € 1.000, {edition.area.name}"),
        source=f"{method_words(edition)} De band is die van 80%. {edition.source} {shown.note}",
        open_table=True,
        texts={"groei_komt_zin": words, "groei_komt_toets": tested_words(edition, "run_off_test")},
    )  # fmt: skip


def _only_words(edition: Edition, *, known: bool) -> Finding:
    words = (
        "Wat er nog komt, is geheim: het gaat om te weinig jeugdigen."
        if known
        else f"Voor {edition.area.in_name} is niet te schatten wat er nog komt: er zijn te weinig oude kwartalen."
    )
    return Finding(
        name="groei-nog-te-komen",
        texts={"groei_komt_zin": words, "groei_komt_toets": tested_words(edition, "run_off_test")},
    )


def quarters_to_come(edition: Edition) -> Safe:
    """The last quarters: care_quarter, declared (as published), to_come, expected, low and high, in rounded cents.

    Where the declared amount is hidden all numbers are missing. What is to come is added to the published amount.
    """
    told = edition.store.estimates("run_off", edition.quarter)
    mine = told[told["area"] == edition.area.code].sort_values("care_quarter").tail(_QUARTERS)
    release = edition.shown("totaal", "kwartaal").frame.set_index("period")
    declared = release["amount_cents"].reindex(mine["care_quarter"])
    youths = edition.usage("totaal", "kwartaal").set_index("period")["youths"].reindex(mine["care_quarter"]).fillna(0)
    distances = pd.DataFrame(
        {
            "care_quarter": mine["care_quarter"].to_numpy(),
            "youths": youths.astype("int64").to_numpy(),
            "to_come": (mine["ultimate"] - mine["latest"]).to_numpy("float64"),
            "low": (mine["low"] - mine["latest"]).to_numpy("float64"),
            "high": (mine["high"] - mine["latest"]).to_numpy("float64"),
        }
    )
    shown = safe(
        distances, rules=edition.rules, keys=["care_quarter"], count="youths", money=list(_SIDES),
        also_hidden=declared.isna().reset_index(drop=True),
    )  # fmt: skip
    known = declared.reset_index(drop=True).mask(shown.frame["to_come"].isna())
    frame = shown.frame.drop(columns="youths")
    return shown.derived(
        frame.assign(
            declared=known, expected=known + frame["to_come"], low=known + frame["low"], high=known + frame["high"]
        )
    )


def method_words(edition: Edition) -> str:
    """How the youngest quarter was estimated: with the care that ran, where there was enough to learn from."""
    told = edition.store.estimates("run_off", edition.quarter)
    mine = told[told["area"].eq(edition.area.code) & told["expected"].notna()]
    if mine.empty:
        return "Schatting met chain ladder, uit declaraties alleen."
    quarter = mine["care_quarter"].iloc[-1]
    return (
        f"Schatting met chain ladder; voor {quarter} ook uit de hulp die liep volgens toewijzingen en start- en "
        "stopberichten (Benktander)."
    )


def _thousands(cents: float) -> str:
    """An amount in thousands of euro, so that rows can be added up; hidden reads 'geheim'."""
    return numbers.SECRET if numbers.is_missing(cents) else numbers.decimal(cents / 100_000)


def _bands(frame: pd.DataFrame) -> list[str]:
    ends = zip(frame["low"], frame["high"], strict=True)
    return [" tot ".join(dict.fromkeys([_thousands(low), _thousands(high)])) for low, high in ends]


def _title(open_: pd.DataFrame) -> str:
    if open_.empty:
        return NOTHING_TO_COME
    return f"Naar schatting komt er nog {numbers.euro(open_['to_come'].sum())} aan declaraties binnen"


def _words(visible: pd.DataFrame, open_: pd.DataFrame) -> str:
    if open_.empty:
        return "Van alle kwartalen zijn naar schatting alle declaraties binnen."
    last = visible.iloc[-1]
    first = f"Over {last['care_quarter']} is nu {numbers.euro(last['declared'])} gedeclareerd."
    if last["to_come"] <= 0:
        return f"{first} Naar schatting is dat alles."
    return (
        f"{first} Naar schatting komt er nog {numbers.euro(last['to_come'])} bij. Het totaal wordt dan "
        f"{numbers.euro(last['expected'])}. Met een kans van 80% ligt het tussen {numbers.euro(last['low'])} en "
        f"{numbers.euro(last['high'])}."
    )
