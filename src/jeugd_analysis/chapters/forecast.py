"""Chapter 32, this year: budget, claimed so far, still to come, lump sums, and the expected end with its band."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.forecast_exact import ALL
from jeugd_analysis.chapters.forecast_rows import REST, Budgeted, Moment
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import year_end_chart
from jeugd_analysis.present.disclosure import Safe, not_personal
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import joined, listed
from jeugd_analysis.present.tables import Column, Table, below_each_other, table_html

_NAMES = {REST: "Segmenten die geheim zijn, samen", ALL: "Alle segmenten samen"}
_FIRM = (
    "Raming: het gedeclareerde bedrag, gedeeld door het deel van een jaar dat in de regio op dit moment bekend is. "
    "Laag en hoog: de band van 80%; zo ver zaten verwachtingen van eerdere jaren er op dit moment naast."
)
_STEP = 1_000_000  # cents: what is expected is in whole ten thousands of euros, so a difference is too
_ROUND = 2_000_000  # cents: rounding can make a difference as large as this


def year_end_of(edition: Edition, *, last_year: bool = False) -> tuple[Moment, Safe]:
    """Rows of this year, or the one before, as known now: `Moment.rows` with lump, total, budget and difference."""
    quarter = edition.quarter
    moment = Moment(edition=edition, known_to=quarter, year=quarter.year - last_year)
    rows = moment.rows()
    return moment, rows.derived(with_budget(rows.frame, moment.lump(), moment.budget(), edition.segment_names()))


def with_budget(rows: pd.DataFrame, lump: pd.DataFrame, budget: Budgeted, names: dict[str, str]) -> pd.DataFrame:
    """The rows with naam, lump, total (expected and lump), budget and difference; a segment of lump sums alone too."""
    if rows.empty:
        return rows.assign(naam="", lump=pd.NA, total=pd.NA, budget=pd.NA, difference=pd.NA)
    paid = lump.set_index("level")["expected"].astype("Int64")
    whole = rows[rows["level"].eq(ALL)]
    hidden = REST in set(rows["level"])
    parts = rows[rows["level"].ne(ALL)].set_index("level")
    only = [level for level in paid.index if level not in parts.index]
    parts = parts.reindex([*sorted(set(parts.index) - {REST} | (set() if hidden else set(only))), *[REST] * hidden])
    told = parts.assign(lump=paid.reindex(parts.index).fillna(0))
    if hidden:
        told.loc[REST, "lump"] = int(paid.reindex(only).sum())
    both = pd.concat([told, whole.set_index("level").assign(lump=int(paid.sum()))])
    both["total"] = both["expected"].fillna(0) + both["lump"]
    segments = budget.segments.astype("Int64")
    both["budget"] = segments.reindex(both.index)
    if hidden and len(segments):
        both.loc[REST, "budget"] = int(segments.sum()) - int(segments.reindex(told.index).sum())
    both.loc[ALL, "budget"] = pd.NA if budget.whole is None else budget.whole
    both["difference"] = both["total"] - both["budget"]
    labels = {**names, **_NAMES}
    return both.rename_axis("level").reset_index().assign(naam=lambda frame: frame["level"].map(labels))


def this_year(municipality: str, period: str) -> Finding:
    """Per segment: budget, claimed, still to claim, still to give, lump sum, expected end with its band, difference."""
    edition = Edition.open(municipality, period)
    moment, shown = year_end_of(edition)
    if shown.frame.empty:
        return Finding(name="prognose-jaar", texts={"prognose_zin": nothing_words(moment), "prognose_begroting": ""})
    whole = shown.frame.set_index("level").loc[ALL]
    title, words = year_words(whole, moment.year, edition.area.in_name)
    drawn = shown.derived(shown.frame[shown.frame["level"].ne(ALL)].reset_index(drop=True))
    return Finding(
        name="prognose-jaar",
        title=title,
        unit=f"Raming van de kosten in {moment.year} per segment, in miljoen euro, naast de begroting",
        chart=year_end_chart(
            drawn, category="naam", title=title, unit="miljoen euro",
            description="; ".join(
                f"{r.naam}: verwacht {numbers.euro(r.total)}, {_against_budget(r)}" for r in drawn.frame.itertuples()
            ),
        ),
        table=_tables(shown, edition, moment.year),
        source=joined(_FIRM, budget_source(moment.budget()), edition.source, shown.note),
        open_table=True,
        texts={"prognose_zin": words, "prognose_begroting": budget_words(moment.budget(), moment.year)},
    )  # fmt: skip


def _against_budget(row: object) -> str:
    budget = getattr(row, "budget", pd.NA)
    return "geen begroting" if numbers.is_missing(budget) else f"begroot {numbers.euro(budget)}"


def last_year(municipality: str, period: str) -> Finding:
    """The year before: what was claimed, what is still to come, lump sums and budget: for the annual accounts."""
    edition = Edition.open(municipality, period)
    moment, shown = year_end_of(edition, last_year=True)
    if shown.frame.empty:
        return Finding(name="prognose-vorig-jaar", texts={"vorig_jaar_zin": nothing_words(moment)})
    whole = shown.frame.set_index("level").loc[ALL]
    _, words = year_words(whole, moment.year, edition.area.in_name, over=True)
    title = f"Over {moment.year} komt naar schatting nog {numbers.euro(whole.late)} aan declaraties"
    if whole.late <= 0:
        title = f"Over {moment.year} komen naar schatting geen declaraties meer die het beeld veranderen"
    return Finding(
        name="prognose-vorig-jaar",
        title=title,
        unit=f"Kosten in {moment.year} per segment, x € 1.000: gedeclareerd, en naar schatting nog te komen",
        table=_tables(shown, edition, moment.year),
        source=joined(_FIRM, budget_source(moment.budget()), edition.source, shown.note),
        texts={"vorig_jaar_zin": f"{title}. {words}"},
    )  # fmt: skip


def nothing_words(moment: Moment) -> str:
    """Why there is no forecast: hidden, or nothing claimed."""
    where = moment.edition.area.in_name
    amounts = moment.claimed().frame
    whole = amounts.loc[amounts["level"].eq(ALL), "amount_cents"]
    if len(whole) and whole.isna().all():
        return (
            f"Wat er in {where} over {moment.year} is gedeclareerd, is geheim. Een verwachting is daarom niet te tonen."
        )
    return f"Over {moment.year} is in {where} nog niets gedeclareerd. Een verwachting is er daarom niet."


def year_words(whole: pd.Series, year: int, where: str, *, over: bool = False) -> tuple[str, str]:
    """Title and sentences about the expected end of a year, above, below and near the budget, and without one.

    over: the year itself has ended, only its last claims are still to come.
    """
    told = f"Verwacht over {year}: {numbers.euro(whole.total)}"
    verb, guess = ("kostte", "schatting") if over else ("kost", "verwachting")
    of = f"In {where} {verb} de jeugdhulp over {year} naar {guess} {numbers.euro(whole.total)}."
    lump = f" Daarvan is {numbers.euro(whole.lump)} een vast bedrag." if whole.lump else ""
    band = ""
    if not numbers.is_missing(whole.low):
        low, high = numbers.euro(whole.low + whole.lump), numbers.euro(whole.high + whole.lump)
        band = (
            f" Met een kans van 80% ligt het tussen {low} en {high}." if low != high
            else " De marge is kleiner dan de afronding."
        )  # fmt: skip
    if numbers.is_missing(whole.budget):
        return told, f"{of}{lump}{band} Een begroting is niet aangeleverd."
    gap = int(whole.difference)
    if abs(gap) < _ROUND:
        return f"{told}, zoals begroot", f"{of}{lump}{band} Dat is ongeveer wat er is begroot."
    more = "meer" if gap > 0 else "minder"
    size = numbers.euro(round(abs(gap) / _STEP) * _STEP)
    share = numbers.percent(abs(gap) / whole.budget) if whole.budget else ""
    by = f"{size} ({share})" if share else size
    words = f"{of}{lump}{band} Begroot is {numbers.euro(whole.budget)}. De verwachting is {by} {more}."
    return f"{told}, {size} {more} dan begroot", f"{words} {_sureness(whole, over=over)}"


def _sureness(whole: pd.Series, *, over: bool) -> str:
    if numbers.is_missing(whole.low):
        return "Hoe zeker dat is, is niet te zeggen: er zijn te weinig eerdere jaren."
    if whole.budget < whole.low + whole.lump:
        return f"De begroting ligt onder de band: zij {'is' if over else 'wordt'} waarschijnlijk overschreden."
    if whole.budget > whole.high + whole.lump:
        return f"De begroting ligt boven de band: zij {'is' if over else 'wordt'} waarschijnlijk niet overschreden."
    return "De begroting ligt binnen de band: of zij genoeg is, is nog niet te zeggen."


def budget_words(budget: Budgeted, year: int) -> str:
    """Where the budget comes from, or how to deliver one."""
    if budget.whole is not None:
        split = "" if len(budget.segments) else " Een verdeling over segmenten is er niet voor elke gemeente."
        return f"De begroting over {year} is de {_adjective(budget.status)}, zoals aangeleverd.{split}"
    who = f" van {listed(budget.missing)}" if budget.missing else ""
    return (
        f"Een begroting over {year}{who} is niet aangeleverd. Lever een bestand budget.csv aan met per gemeente, "
        "segment en jaar het bedrag; de indeling staat in de README."
    )


def _adjective(status: str) -> str:
    words = {"primitief": "begroting van voor het begin van het jaar (primitief)", "gewijzigd": "gewijzigde begroting"}
    return words.get(status, "laatste begroting van elke gemeente (primitief of gewijzigd)")


def budget_source(budget: Budgeted) -> str:
    """The documents of the budget, for below a figure."""
    return f"Begroting ({budget.status}): {listed(list(budget.sources))}." if budget.sources else ""


def _tables(shown: Safe, edition: Edition, year: int) -> Table:
    return below_each_other([_claims_table(shown, edition, year), _budget_table(shown, edition, year)])


def _claims_table(shown: Safe, edition: Edition, year: int) -> Table:
    rows = shown.frame[shown.frame["claimed"].notna()].reset_index(drop=True)
    return table_html(shown.derived(rows), {
        "naam": Column(heading="Segment"),
        "claimed": Column(heading="Gedeclareerd", write=numbers.thousands),
        "late": Column(heading="Komt nog", write=numbers.thousands),
        **({"future": Column(heading="Nog te geven", write=numbers.thousands)} if rows["future"].any() else {}),
        "expected": Column(heading="Verwacht", write=numbers.thousands),
        "low": Column(heading="Laag", write=_or_dash),
        "high": Column(heading="Hoog", write=_or_dash),
    }, caption=f"Hulp per uur, dag of stuk over {year} (P x Q), x € 1.000, {edition.area.name}")  # fmt: skip


def _budget_table(shown: Safe, edition: Edition, year: int) -> Table:
    return table_html(shown, {
        "naam": Column(heading="Segment"),
        "expected": Column(heading="P x Q", write=_or_dash),
        "lump": Column(heading="Vast bedrag", write=_or_dash),
        "total": Column(heading="Samen", write=_or_dash),
        "budget": Column(heading="Begroot", write=_or_dash),
        "difference": Column(heading="Meer of minder", write=_signed_or_dash),
    }, caption=f"Verwacht naast begroot over {year}, x € 1.000, {edition.area.name}")  # fmt: skip


def _or_dash(cents: float) -> str:
    return numbers.MISSING if numbers.is_missing(cents) else numbers.thousands(cents)


def _signed_or_dash(cents: float) -> str:
    return numbers.MISSING if numbers.is_missing(cents) else numbers.signed_thousands(cents)


def lump_sums(municipality: str, period: str) -> Finding:
    """Money without P x Q: paid so far and expected per segment."""
    edition = Edition.open(municipality, period)
    moment = Moment(edition=edition, known_to=edition.quarter, year=edition.quarter.year)
    lump = moment.lump()
    if lump.empty:
        words = (
            f"Voor {edition.area.in_name} zijn over {moment.year} geen vaste bedragen aangeleverd (task_payments.csv). "
            "Of die er zijn, is uit de gegevens niet te zeggen."
        )
        return Finding(name="prognose-vast", texts={"vast_bedrag_zin": words})
    names = edition.segment_names()
    told = not_personal(lump.assign(naam=lump["level"].map(names)), what="Afgesproken bedragen, niet per jeugdige.")
    paid, expected = int(lump["paid"].sum()), int(lump["expected"].sum())
    title = f"Aan vaste bedragen is over {moment.year} {numbers.euro(paid)} betaald"
    return Finding(
        name="prognose-vast",
        title=title,
        unit=f"Vaste bedragen voor taakgerichte hulp in {moment.year}, tot en met {moment.known_to}",
        table=table_html(told, {
            "naam": Column(heading="Segment"),
            "paid": Column(heading="Betaald", write=numbers.euro),
            "expected": Column(heading="Verwacht over het jaar", write=numbers.euro),
        }, caption=f"Vaste bedragen in {moment.year}, {edition.area.name}"),
        source=f"Voor de rest van het jaar: het bedrag van de laatste maand. Afgesproken bedragen. {edition.source}",
        texts={
            "vast_bedrag_zin": f"{title}. Over het hele jaar is dat naar verwachting {numbers.euro(expected)}."
        },
    )  # fmt: skip
