"""Part of chapter 80: when claims came in, which lines were refused or credited, and which wait."""

from __future__ import annotations

from datetime import date

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.measured import held_by_few
from jeugd_analysis.domain.period import Quarter, day_in_words
from jeugd_analysis.present import numbers
from jeugd_analysis.present.disclosure import safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

_RECENT = 8
_REJECTED, _WAITING = "afgewezen", "wacht op antwoord"  # states of the mart answers
_ANSWERS = ("claim_answers", "declaration_answers")
_REJECTED_BEFORE = "CLM-020"  # rejected when it came in, so that it lies aside


def _own(edition: Edition, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of this area; the region has those of all its municipalities, also of what no municipality is known."""
    return frame if edition.area.is_region else frame[frame["municipality"] == edition.area.code]


# -- when it came in ---------------------------------------------------------------------------------


def arrived(municipality: str, period: str) -> Finding:
    """Per quarter of receipt: the days, the providers, the lines, and what was taken back."""
    edition = Edition.open(municipality, period)
    told = arrivals_of(_own(edition, edition.mart("arrivals")), edition.quarter)
    few = [
        held_by_few(-part, edition.rules)
        for part in _per_provider(edition, told["receipt_quarter"].tolist(), "credit_cents")
    ]
    keys = ["receipt_quarter", "first", "last", "providers"]
    shown = safe(
        told[[*keys, "lines", "credit_lines", "credit_cents"]], rules=edition.rules, keys=keys, count="lines",
        counts=["credit_lines"], money=["credit_cents"], also_hidden=None,
    )  # fmt: skip
    hidden = pd.Series(few, index=shown.frame.index) | shown.frame["credit_lines"].isna()
    table = shown.derived(shown.frame.assign(credit_cents=shown.frame["credit_cents"].mask(hidden)))
    title, words = arrival_words(told, edition.quarter)
    return Finding(
        name="kwaliteit-ontvangst",
        title=title,
        unit="Declaraties per kwartaal van ontvangst",
        table=table_html(table, {
            "receipt_quarter": Column(heading="Ontvangen in"),
            "first": Column(heading="Eerste dag"),
            "last": Column(heading="Laatste dag"),
            "providers": Column(heading="Aanbieders", write=numbers.decimal),
            "lines": Column(heading="Regels", write=numbers.count),
            "credit_lines": Column(heading="Credits", write=numbers.count),
            "credit_cents": Column(heading="Bedrag", write=numbers.euro),
        }, caption=f"Wanneer declaraties binnenkwamen, {edition.area.name}"),
        source="Credits: de aanbieder nam een eerdere regel terug, vaak om haar verbeterd opnieuw te declareren. "
        "Het bedrag is dat van de credits. "
        f"{edition.source} {shown.note}",
        texts={"ontvangst_zin": words},
    )  # fmt: skip


def arrivals_of(told: pd.DataFrame, last: Quarter) -> pd.DataFrame:
    """The last quarters of receipt: lines, providers, credits, first and last day as text, and the last as day."""
    rows = told[told["receipt_quarter"] <= last.label]
    summed = rows.groupby("receipt_quarter", as_index=False).agg(
        providers=("provider", "nunique"), lines=("lines", "sum"), credit_lines=("credit_lines", "sum"),
        credit_cents=("credit_cents", "sum"), first=("first_received", "min"), last=("last_received", "max"),
    )  # fmt: skip
    recent = summed.tail(_RECENT).reset_index(drop=True)
    return recent.assign(
        day=recent["last"], **{name: [_day(moment) for moment in recent[name]] for name in ("first", "last")}
    )


def _day(moment: pd.Timestamp) -> str:
    return f"{moment.day}-{moment.month}-{moment.year}"


def _per_provider(edition: Edition, quarters: list[str], column: str) -> list[pd.Series]:
    """Per quarter of receipt the amounts of single providers, for the rules of disclosure."""
    told = _own(edition, edition.mart("arrivals"))
    return [
        told[told["receipt_quarter"] == quarter].groupby("provider")[column].sum() for quarter in quarters
    ]  # fmt: skip


def arrival_words(told: pd.DataFrame, quarter: Quarter) -> tuple[str, str]:
    """Title and sentences: the last day in the edition's quarter, and providers beside the quarter before."""
    now = told[told["receipt_quarter"] == quarter.label]
    if now.empty:
        none = f"In {quarter.label} kwamen geen declaraties binnen"
        return none, f"{none}. De cijfers van dit boek zijn dus ouder dan het kwartaal waar het bij hoort."
    row = now.iloc[0]
    last = day_in_words(date(row["day"].year, row["day"].month, row["day"].day))
    title = f"De laatste declaratie in dit boek kwam binnen op {last}"
    many = "declareerde 1 aanbieder" if row["providers"] == 1 else f"declareerden {row['providers']} aanbieders"
    words = f"{title}. In {quarter.label} {many}."
    before = told[told["receipt_quarter"] == quarter.previous().label]
    if before.empty:
        return title, words
    then = int(before.iloc[0]["providers"])
    change = int(row["providers"]) - then
    if not change:
        return title, f"{words} Dat is evenveel als in {quarter.previous().label}."
    more = f"{numbers.decimal(abs(change))} {'meer' if change > 0 else 'minder'}"
    verb = "Dat is er" if abs(change) == 1 else "Dat zijn er"
    return title, f"{words} {verb} {more} dan in {quarter.previous().label}."


# -- refused -----------------------------------------------------------------------------------------


def refused(municipality: str, period: str) -> Finding:
    """Claim lines that do not count because they were set aside or rejected: reason, lines and net amount."""
    edition = Edition.open(municipality, period)
    reasons = edition.store.reasons()
    aside = _own(edition, edition.store.aside("claims", edition.quarter))
    answers = _own(edition, edition.mart("answers"))
    rows = refused_rows(aside, answers, reasons)
    if rows.empty:
        return Finding(
            name="kwaliteit-terzijde",
            texts={"terzijde_zin": f"In {edition.area.in_name} is geen enkele declaratieregel afgewezen of terzijde "
                   "gelegd."},
        )  # fmt: skip
    later = answers[answers["state"] == _REJECTED]
    parts = [aside[aside["reason"] == code] if code else later for code in rows["code"]]
    few = [held_by_few(part.groupby("provider")["amount_cents"].sum().abs(), edition.rules) for part in parts]
    # Lines are not youths, yet few lines can be about one youth: the gate treats them alike.
    shown = safe(rows, rules=edition.rules, keys=["reden", "code"], count="lines", money=["cents"])
    table = shown.derived(shown.frame.assign(cents=shown.frame["cents"].mask(pd.Series(few, index=rows.index))))
    title, words = refused_words(table.frame, rows, edition.area.in_name)
    return Finding(
        name="kwaliteit-terzijde",
        title=title,
        unit=f"Declaratieregels die niet meetellen in dit boek, {edition.area.name}",
        table=table_html(table, {
            "reden": Column(heading="Reden"),
            "code": Column(heading="Code"),
            "lines": Column(heading="Regels", write=numbers.count),
            "cents": Column(heading="Bedrag", write=numbers.euro),
        }, caption=f"Afgewezen en terzijde gelegde declaratieregels, {edition.area.name}"),
        source=f"Alle aanleveringen samen. {edition.source} {shown.note}",
        texts={"terzijde_zin": words},
    )  # fmt: skip


def refused_rows(aside: pd.DataFrame, answers: pd.DataFrame, reasons: dict[str, str]) -> pd.DataFrame:
    """Per reason the lines and net cents; what a municipality rejected later has no code."""
    named = aside.groupby("reason")["amount_cents"].agg(["size", "sum"]) if len(aside) else pd.DataFrame()
    rows = [
        (reasons.get(str(code), str(code)), str(code), int(row["size"]), int(row["sum"]))
        for code, row in named.iterrows()
    ]
    later = answers[answers["state"] == _REJECTED]
    if later["lines"].sum():
        words = "door de gemeente afgewezen, na het inlezen (JW325)"
        rows.append((words, "", int(later["lines"].sum()), int(later["amount_cents"].sum())))
    told = pd.DataFrame(rows, columns=["reden", "code", "lines", "cents"])
    return told.assign(reden=told["reden"].str[:1].str.upper() + told["reden"].str[1:])


def refused_words(shown: pd.DataFrame, exact: pd.DataFrame, where: str) -> tuple[str, str]:
    """Title and sentences: the reason with most lines. `exact` only tells which row that is."""
    top = shown.loc[exact["lines"].idxmax()]
    start = "Deze regels tellen nergens in dit boek mee, tot de aanbieder of de gemeente ze herstelt."
    if numbers.is_missing(top["lines"]):
        return f"Weinig regels in {where} tellen niet mee", f"Het gaat om weinig regels. {start}"
    title = f"De meeste regels die niet meetellen: {top['reden'][:1].lower()}{top['reden'][1:]}"
    amount = "" if numbers.is_missing(top["cents"]) else f", samen {numbers.euro(top['cents'])}"
    return title, f"{title} ({numbers.count(top['lines'])} regels{amount}). {start}"


# -- waiting for an answer ---------------------------------------------------------------------------


def waiting(municipality: str, period: str) -> Finding:
    """The share of claim lines that wait for the answer of the municipality (JW325), in lines and in euros."""
    edition = Edition.open(municipality, period)
    current = edition.store.current(edition.quarter)
    told = {delivery.quarter.label for name in _ANSWERS for delivery, _ in current.get(name, [])}
    without = [delivery.quarter.label for delivery, _ in current["claims"] if delivery.quarter.label not in told]
    answers = _own(edition, edition.mart("answers"))
    rows = waiting_rows(answers)
    if not told:
        words = waiting_words(rows, untold=sorted(set(without)), answered=False)
        return Finding(name="kwaliteit-wacht", texts={"wacht_zin": words})
    shown = safe(rows, rules=edition.rules, keys=["naam", "state"], count="lines", money=["cents"])
    few = [
        held_by_few(answers[answers["state"] == state].groupby("provider")["amount_cents"].sum().abs(), edition.rules)
        for state in rows["state"]
    ]
    hidden = shown.frame["cents"].mask(pd.Series(few, index=rows.index, dtype=bool))
    lines = shown.frame["lines"].astype("Float64")
    part = (lines / max(lines.sum(), 1)).round(3)  # of what is told: an exact share would tell the lines
    words = waiting_words(shown.frame, untold=sorted(set(without)), answered=True)
    return Finding(
        name="kwaliteit-wacht",
        title=words.split(". ")[0].rstrip("."),
        unit="Declaratieregels naar wat de gemeente antwoordde",
        table=table_html(shown.derived(shown.frame.assign(part=part, cents=hidden)), {
            "naam": Column(heading="Antwoord"),
            "lines": Column(heading="Regels", write=numbers.count),
            "part": Column(heading="Deel van de regels", write=numbers.percent),
            "cents": Column(heading="Bedrag", write=numbers.euro),
        }, caption=f"Antwoorden op declaratieregels, {edition.area.name}"),
        source=f"Berichten JW323 en JW325. {edition.source} {shown.note}",
        texts={"wacht_zin": words},
    )  # fmt: skip


def waiting_rows(answers: pd.DataFrame) -> pd.DataFrame:
    """Per state of the mart answers: naam, state, lines, cents; states without a line are left out."""
    summed = answers.groupby("state")[["lines", "amount_cents"]].sum()
    return pd.DataFrame(
        [
            (f"{state[:1].upper()}{state[1:]}", state, int(row["lines"]), int(row["amount_cents"]))
            for state, row in summed.iterrows()
        ],
        columns=["naam", "state", "lines", "cents"],
    )


def waiting_words(rows: pd.DataFrame, *, untold: list[str], answered: bool) -> str:
    """How many wait, and of which deliveries no answers came in. `rows` as told: a hidden number is missing."""
    if not answered:
        return (
            "Er zijn geen antwoorden van gemeenten (JW325) aangeleverd. Daarom tellen alle regels mee, ook die een "
            "gemeente misschien heeft afgewezen. Hoeveel er nog op antwoord wachten, is niet te zeggen."
        )
    waiting_lines = rows.loc[rows["state"] == _WAITING, "lines"]
    wait, total = waiting_lines.sum(), max(rows["lines"].sum(), 1)
    if waiting_lines.isna().any():
        first = "Van enkele regels wacht het antwoord van de gemeente nog. Zij tellen nog niet mee."
    else:
        first = (
            f"{numbers.percent(wait / total)} van de regels wacht op antwoord van de gemeente. Zij tellen nog niet mee."
            if wait else "Geen enkele regel wacht nog op antwoord van de gemeente."
        )  # fmt: skip
    if not untold:
        return first
    return (
        f"{first} Bij de aanleveringen van {', '.join(untold)} zaten geen antwoorden: die regels tellen mee, ook als "
        "zij zijn afgewezen."
    )
