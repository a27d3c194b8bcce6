"""Part of chapter 80: our sums beside what others tell about the same year: the books (Iv3) and CBS."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.methods.completeness import UNKNOWN, beside
from jeugd_analysis.present import numbers
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import listed, relative_change
from jeugd_analysis.present.tables import Column, table_html

_VERDICTS = {
    "gelijk": "binnen de marge",
    "lager": "wij tellen minder",
    "hoger": "wij tellen meer",
    UNKNOWN: "niet te zeggen",
}
_NOT_IN_CLAIMS = (
    "In het grootboek staat ook wat geen declaratie is, zoals persoonsgebonden budgetten, eigen personeel en het "
    "lokale team. Ook kan een gemeente kosten in een ander jaar boeken dan het jaar van de hulp."
)
_MARGIN = 0.005  # a difference is told in whole percents


# -- the books ---------------------------------------------------------------------------------------


def books(municipality: str, period: str) -> Finding:
    """Per year the cost of claims beside the books of the municipalities, with the lump sums taken into account."""
    edition = Edition.open(municipality, period)
    ledger = booked(edition)
    told = edition.shown("totaal", periods=sorted(ledger))
    if not ledger or told.frame.empty:
        return Finding(name="kwaliteit-grootboek", texts={"grootboek_zin": _no_books(edition), "grootboek_waarom": ""})
    tolerance = float(edition.store.settings("quality")["reconcile"]["ledger"])
    shown = told.derived(book_rows(told.frame, ledger, lump_sums(edition), tolerance=tolerance))
    title, words = book_words(shown.frame, edition.area.in_name, tolerance, edition.quarter.last_settled_year)
    return Finding(
        name="kwaliteit-grootboek",
        title=title,
        unit="Kosten per jaar: declaraties in dit boek en het grootboek (Iv3) van de gemeente",
        table=table_html(shown, {
            "period": Column(heading="Jaar"),
            "amount_cents": Column(heading="Declaraties", write=numbers.euro),
            "lump": Column(heading="Vaste bedragen"),
            "ledger_cents": Column(heading="Grootboek", write=numbers.euro),
            "verschil": Column(heading="Declaraties min grootboek"),
            "verdict": Column(heading="Met vaste bedragen"),
        }, caption=f"Declaraties naast het grootboek, {edition.area.name}"),
        open_table=True,
        source=f"Marge: {numbers.percent(tolerance, 0)}. Taakvelden: {_fields(edition)}. {edition.source} {told.note}",
        texts={"grootboek_zin": words, "grootboek_waarom": _NOT_IN_CLAIMS},
    )  # fmt: skip


def booked(edition: Edition) -> dict[str, int]:
    """Year as text -> net cents on the task fields of youth care; of years that every municipality has."""
    ledger = edition.store.table("ledger", edition.quarter)
    if ledger.empty:
        return {}
    fields = edition.store.reference("task_fields")
    told = ledger.merge(fields[["task_field", "valid_from", "valid_to"]], on="task_field")
    until = told["valid_to"].fillna("9999").astype(int)
    inside = [each.code for each in edition.region.municipalities] if edition.area.is_region else [edition.area.code]
    rows = told[
        told["municipality"].isin(inside) & (told["valid_from"].astype(int) <= told["year"]) & (told["year"] <= until)
    ]  # fmt: skip
    full = rows.groupby("year")["municipality"].nunique() == len(inside)
    summed = rows[rows["year"].isin(full.index[full])].groupby("year")["amount_cents"].sum()
    return {str(year): int(cents) for year, cents in summed.items()}


def lump_sums(edition: Edition) -> dict[str, int]:
    """Year as text -> exact cents paid as lump sums in the area; only for judging, they are held by few parties."""
    paid = edition.store.table("task_payments", edition.quarter)
    if paid.empty:
        return {}
    mine = paid if edition.area.is_region else paid[paid["municipality"] == edition.area.code]
    return {str(year): int(cents) for year, cents in mine.groupby(mine["month"].dt.year)["amount_cents"].sum().items()}


def book_rows(
    told: pd.DataFrame, ledger: Mapping[str, int], lump: Mapping[str, int], *, tolerance: float
) -> pd.DataFrame:
    """One row per year: period, amount_cents (published), lump (words), ledger_cents, verschil (words) and verdict.

    The amount of a lump sum is not told, only whether the sum with it is near the books: within the tolerance a reader
    cannot find it closer than that.
    """
    rows = []
    for row in told.sort_values("period").itertuples():
        books_cents, extra = ledger[row.period], lump.get(row.period, 0)
        hidden = numbers.is_missing(row.amount_cents)
        own = pd.NA if hidden else row.amount_cents + extra
        share = pd.NA if hidden or not books_cents else row.amount_cents / books_cents - 1
        rows.append(
            {
                "period": row.period,
                "amount_cents": row.amount_cents,
                "lump": "ja, geheim" if extra else "geen",
                "ledger_cents": books_cents,
                "verschil": _signed(share),
                "verdict": _VERDICTS[beside(own, books_cents, tolerance=tolerance)],
            }
        )
    return pd.DataFrame(rows).astype({"amount_cents": "Int64", "ledger_cents": "Int64"})


def _signed(share: float) -> str:
    if numbers.is_missing(share):
        return numbers.SECRET
    text = numbers.percent(share, 0)
    return f"+{text}" if share >= _MARGIN else text


def book_words(told: pd.DataFrame, where: str, tolerance: float, last: int) -> tuple[str, str]:
    """Title and sentences on the last settled year, and the years beyond the tolerance."""
    settled = told[told["period"].astype(int) <= last]
    row = (settled if len(settled) else told).iloc[-1]
    margin = numbers.percent(tolerance, 0)
    with_lump = " en vaste bedragen" if row["lump"] != "geen" else ""
    verdicts = {
        "binnen de marge": f"De declaraties{with_lump} van {row['period']} sluiten aan op het grootboek",
        "wij tellen minder": f"De declaraties{with_lump} van {row['period']} zijn lager dan het grootboek",
        "wij tellen meer": f"De declaraties{with_lump} van {row['period']} zijn hoger dan het grootboek",
        "niet te zeggen": f"Of de declaraties van {row['period']} aansluiten op het grootboek, is niet te zeggen",
    }
    title = verdicts[row["verdict"]]
    out = told[told["verdict"].isin(["wij tellen minder", "wij tellen meer"])]["period"].tolist()
    more = f" Buiten de marge van {margin} vallen: {listed(out)}." if out else (
        f" In elk jaar dat te vergelijken is, blijft het verschil binnen de marge van {margin}."
        if row["verdict"] != "niet te zeggen" else ""
    )  # fmt: skip
    return title, f"{title}, in {where}.{more}"


def _no_books(edition: Edition) -> str:
    return (
        f"Voor {edition.area.in_name} is er geen grootboek aangeleverd. Of de declaraties aansluiten op de boeken, is "
        "dus niet te zeggen. Lever ledger.csv aan: per gemeente, taakveld en jaar een bedrag. Welke taakvelden "
        "meetellen, staat in data/reference/task_fields.csv."
    )


def _fields(edition: Edition) -> str:
    """The task fields that count now."""
    fields = edition.store.reference("task_fields")
    return ", ".join(fields.loc[fields["valid_to"].isna(), "task_field"])


# -- Statistics Netherlands --------------------------------------------------------------------------


def cbs(municipality: str, period: str) -> Finding:
    """Youths in this book beside youths with care in kind as CBS published them, for the years that both have."""
    edition = Edition.open(municipality, period)
    theirs = _cbs_youths(edition)
    own = edition.shown("totaal", periods=sorted(theirs["period"].unique()))
    both = theirs.merge(own.frame[["period", "youths", "youths_status"]], on="period")
    if both.empty:
        words = f"Voor {edition.area.in_name} is er geen jaar dat zowel in dit boek als in de CBS-cijfers staat."
        return Finding(name="kwaliteit-cbs", texts={"cbs_naast_zin": words})
    tolerance = float(edition.store.settings("quality")["reconcile"]["cbs"])
    shown = own.derived(cbs_rows(both, tolerance=tolerance))
    title, words = cbs_words(shown.frame, edition.area.in_name, tolerance)
    return Finding(
        name="kwaliteit-cbs",
        title=title,
        unit="Jeugdigen per jaar: in dit boek en volgens het CBS (hulp in natura)",
        table=table_html(shown, {
            "period": Column(heading="Jaar"),
            "youths": Column(heading="In dit boek", write=numbers.count, status="youths_status"),
            "cbs": Column(heading="Bij het CBS", write=numbers.decimal),
            "verschil": Column(heading="Verschil"),
            "status": Column(heading="Status CBS"),
            "verdict": Column(heading="Oordeel"),
        }, caption=f"Jeugdigen naast het CBS, {edition.area.name}"),
        open_table=True,
        source=f"Marge: {numbers.percent(tolerance, 0)}. CBS StatLine, CC BY 4.0, afgerond op 5. {edition.source} "
        f"{own.note}",
        texts={"cbs_naast_zin": f"{words}{_example_words(edition)}"},
    )  # fmt: skip


def _example_words(edition: Edition) -> str:
    if not edition.is_example:
        return ""
    return (
        " Let op: de eigen cijfers zijn voorbeelddata, gemaakt naar de CBS-cijfers en soms op kleinere schaal. Deze "
        "vergelijking bewijst dus niets."
    )


def _cbs_youths(edition: Edition) -> pd.DataFrame:
    """Published youths with care in kind: period, cbs and status, one row per year."""
    facts = edition.store.published("facts")
    area = edition.region.details["published_code"] if edition.area.is_region else edition.area.code
    rows = facts[
        facts["topic"].eq("youth-care") & facts["indicator"].eq("youths") & facts["area"].eq(area)
        & facts["breakdown"].isna()
    ]  # fmt: skip
    told = rows.assign(cbs=rows["value"].astype("float64"), status=rows["status"].replace("feit", "gepubliceerd"))
    return told.drop_duplicates("period", keep="last")[["period", "cbs", "status"]]


def cbs_rows(both: pd.DataFrame, *, tolerance: float) -> pd.DataFrame:
    """The years with verschil (words) and verdict; shares of the rounded counts."""
    youths = both["youths"].astype("Float64")
    share = youths / both["cbs"] - 1
    verdicts = [
        _VERDICTS[beside(own, other, tolerance=tolerance)] for own, other in zip(youths, both["cbs"], strict=True)
    ]  # fmt: skip
    return both.assign(
        verschil=[numbers.MISSING if numbers.is_missing(value) else _signed(value) for value in share],
        verdict=verdicts,
    ).sort_values("period", ignore_index=True)


def cbs_words(told: pd.DataFrame, where: str, tolerance: float) -> tuple[str, str]:
    """Title and sentences on the last year that both have."""
    row = told.iloc[-1]
    year, margin = row["period"], numbers.percent(tolerance, 0)
    if numbers.is_missing(row["youths"]):
        few = f"Het aantal jeugdigen van {year} in {where} is niet naast dat van het CBS te zetten"
        return few, f"{few}: het gaat om te weinig jeugdigen."
    if row["verdict"] == "binnen de marge":
        title = f"Het aantal jeugdigen van {year} ligt binnen {margin} van dat van het CBS"
        return title, f"{title}."
    how = "minder" if row["verdict"] == "wij tellen minder" else "meer"
    title = f"Dit boek telt in {year} {relative_change(row['cbs'], row['youths'])} {how} jeugdigen dan het CBS"
    return title, f"{title}. Dat is meer dan de marge van {margin}: zoek de reden voordat u deze cijfers gebruikt."
