"""Chapter 55: the ledger of measures of 2019 as a worked case, how such amounts are calculated, and earlier plans."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.segment_contracts import OUTSIDE
from jeugd_analysis.methods import measures as calculators
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import bars_chart
from jeugd_analysis.present.disclosure import Safe, not_personal, published
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import joined, listed
from jeugd_analysis.present.tables import Column, below_each_other, table_html

_TOPIC = "measures-2019"
_HALF = "al de gemeentelijke helft"


def whole_euro(value: float) -> str:
    """Whole euros as they stand in the source; no figure is a dash."""
    return (
        numbers.MISSING
        if numbers.is_missing(value)
        else f"€\u00a0{numbers.decimal(value)}".replace("€\u00a0−", "−€\u00a0")
    )


def facts_of(edition: Edition) -> pd.DataFrame:
    """The published facts."""
    return edition.store.published("facts")


def published_ledger(edition: Edition) -> pd.DataFrame:
    """The ledger of 2019, a row per measure."""
    return calculators.ledger(facts_of(edition), topic=_TOPIC)


def ledger(municipality: str, period: str) -> Finding:
    """The 17 measures of 2019 to the euro, every kind of amount in its own column."""
    edition = Edition.open(municipality, period)
    table, total = published_ledger(edition), calculators.totals(published_ledger(edition))
    shown = published(_written(table), source=table["document"].iloc[0])
    best = table.loc[table["net_euro"].idxmax()]
    year, count = table["target_year"].iloc[0], len(table)
    owner = facts_of(edition).query("topic == @_TOPIC")["area_name"].iloc[0]
    title = f"De {count} maatregelen uit 2019 zouden in {year} samen {whole_euro(total['net_euro'])} netto opleveren"
    return Finding(
        name="maatregelen-overzicht",
        title=title,
        unit=f"Beoogde besparing netto per maatregel in {year}, in miljoen euro. Plan van {owner}",
        chart=bars_chart(
            _drawn(shown), category="naam", value="million", label="tekst", title=title, unit="miljoen euro",
            description="; ".join(f"{r.measure}: {whole_euro(r.net_euro)}" for r in table.itertuples() if r.net_euro),
        ),
        table=below_each_other([
            table_html(shown, {
                "naam": Column(heading="Maatregel"),
                "gross_euro": Column(heading="Bruto", write=whole_euro),
                "needed_euro": Column(heading="Benodigd", write=whole_euro),
                "already_budgeted_euro": Column(heading="Al begroot", write=whole_euro),
                "unexplained_euro": Column(heading="Niet verklaard", write=whole_euro),
                "net_euro": Column(heading="Netto", write=whole_euro),
            }, caption=f"Wat de {count} maatregelen de gemeente opleveren, per jaar"),
            table_html(shown, {
                "naam": Column(heading="Maatregel"),
                "societal_euro": Column(heading="Maatschappelijk", write=whole_euro),
                "one_off_euro": Column(heading="Eenmalig", write=whole_euro),
                "municipal": Column(heading="Deel van de gemeente"),
                "signs": Column(heading="Kwaliteit (++ sterk, 0 neutraal)"),
            }, caption="Wat anderen besparen, eenmalige kosten en kwaliteit"),
        ]),
        open_table=True,
        source=f"{shown.note} De regel met totalen is onze optelling. Maatregelen kunnen overlappen: samen leveren ze "
        "dan "
        "minder op.",
        texts={
            "maatregelen_zin": f"{title}. Bruto is het {whole_euro(total['gross_euro'])}. Er is elk jaar "
            f"{whole_euro(total['needed_euro'])} voor nodig en eenmalig {whole_euro(total['one_off_euro'])}. Anderen "
            f"zouden {whole_euro(total['societal_euro'])} besparen. Dat telt niet mee bij de gemeente.",
            "maatregelen_grootste": f"Het meeste komt van maatregel {best.number}, {best.measure}: "
            f"{whole_euro(best.net_euro)}.",
        },
    )  # fmt: skip


def _written(table: pd.DataFrame) -> pd.DataFrame:
    """The ledger with its row of totals, and its signs and shares as texts."""
    total = pd.DataFrame([calculators.totals(table)]).assign(naam="Samen")
    rows = table.assign(naam=[f"{row.number}. {row.measure}" for row in table.itertuples()])
    both = pd.concat([rows, total.astype({name: "Int64" for name in total if name != "naam"})], ignore_index=True)
    return both.assign(
        signs=[_signs(signs) for signs in both["quality"]],
        municipal=[numbers.MISSING if pd.isna(part) else f"{part}%" for part in both["municipal_percent"]],
    )


def _signs(score: object) -> str:
    """The score on quality as the plan writes it: plus signs, or 0 for neutral."""
    return numbers.MISSING if pd.isna(score) else "+" * int(str(score)) or "0"


def _drawn(shown: Safe) -> Safe:
    """Measures with a positive net amount, the largest first: a bar cannot show a loss."""
    rows = shown.frame[shown.frame["number"].notna() & shown.frame["net_euro"].gt(0)]
    rows = rows.sort_values("net_euro", ascending=False).assign(
        naam=lambda frame: [shorten(name, 40, placeholder=" …") for name in frame["naam"]],
        million=lambda frame: frame["net_euro"].astype("float64") / 1e6,
        tekst=lambda frame: frame["net_euro"].map(whole_euro),
    )
    return shown.derived(rows.reset_index(drop=True))


def differences(municipality: str, period: str) -> Finding:
    """Where net is not gross less what is needed, and where an amount already is the municipality's half."""
    edition = Edition.open(municipality, period)
    table = published_ledger(edition)
    apart = table["already_budgeted_euro"].notna() | table["unexplained_euro"].notna()
    halves = table["municipal_percent"].notna()
    rows = table[apart | halves]
    told = pd.DataFrame(
        {
            "naam": [f"{row.number}. {row.measure}" for row in rows.itertuples()],
            "gross": rows["gross_euro"].map(whole_euro),
            "net": rows["net_euro"].map(whole_euro),
            "verschil": [whole_euro(_difference(row)) for row in rows.itertuples()],
            "uitleg": [_explained(row) for row in rows.itertuples()],
        }
    ).reset_index(drop=True)
    shown = published(told, source=table["document"].iloc[0])
    same = len(table) - int(apart.sum())
    return Finding(
        name="maatregelen-verschil",
        table=table_html(shown, {
            "naam": Column(heading="Maatregel"), "gross": Column(heading="Bruto"), "net": Column(heading="Netto"),
            "verschil": Column(heading="Bruto min benodigd min netto"), "uitleg": Column(heading="Wat ermee is"),
        }, caption="Waar u op moet letten", stacked=True),
        source=shown.note,
        texts={
            "verschil_zin": f"Bij {same} van de {len(table)} maatregelen is netto gelijk aan bruto min benodigd. "
            + " ".join(_difference_words(row) for row in table[apart].itertuples()),
            "verschil_helft": f"Bij maatregel {listed([str(n) for n in table.loc[halves, 'number']])} is het bedrag al "
            "het "
            "deel van de gemeente. Deel dat niet nog een keer.",
        },
    )  # fmt: skip


def _difference(row: Any) -> int:
    amounts = [getattr(row, name) for name in ("already_budgeted_euro", "unexplained_euro")]
    return sum(int(value) for value in amounts if not pd.isna(value))


def _difference_words(row: Any) -> str:
    amount = whole_euro(_difference(row))
    if not pd.isna(row.already_budgeted_euro):
        return f"Bij maatregel {row.number} scheelt het {amount}: een groot deel stond al in de begroting."
    return f"Bij maatregel {row.number} scheelt het {amount}, zonder uitleg."


def _explained(row: Any) -> str:
    if not pd.isna(row.already_budgeted_euro):
        return "Een groot deel stond al in de begroting."
    if not pd.isna(row.unexplained_euro):
        return "De bron legt dit verschil niet uit."
    return f"Het bedrag is {_HALF} ({row.municipal_percent}%)."


def details(municipality: str, period: str) -> Finding:
    """What each measure works on, who carries it, on what evidence, and how one would see that it works."""
    edition = Edition.open(municipality, period)
    names = published_ledger(edition).set_index("number")["measure"]
    rows = edition.store.reference("measures_2019").fillna("")
    status = _statuses(facts_of(edition))
    told = rows.assign(
        status=rows["number"].map(status),
        naam=[f"{row.number}. {names[int(row.number)]}" for row in rows.itertuples()],
        works_on=[
            f"{row.works_on} ({_segments(edition, row.segments)})" if row.segments else row.works_on
            for row in rows.itertuples()
        ],
    )
    segments = sum(bool(codes) and codes not in OUTSIDE for codes in rows["segments"])
    return Finding(
        name="maatregelen-kenmerken",
        table=table_html(not_personal(told, what="Uit het plan, in eigen woorden."), {
            "naam": Column(heading="Maatregel"), "works_on": Column(heading="Werkt op (segment: onze indeling)"),
            "owner": Column(heading="Wie"), "status": Column(heading="Status van het bedrag"),
            "evidence": Column(heading="Onderbouwing"), "indicator": Column(heading="Waaraan u het ziet"),
        }, caption="Kenmerken van de maatregelen", stacked=True),
        folded="Bekijk per maatregel wie, waarop en waaraan",
        source=f"Bron: {rows['document'].iloc[0]}, in eigen woorden.",
        texts={"kenmerken_zin": f"Van de {len(rows)} maatregelen werken er {segments} op één van de segmenten van nu. "
               "De andere werken op hulp uit meer segmenten, of op hulp die de gemeente niet inkoopt."},
    )  # fmt: skip


def _statuses(facts: pd.DataFrame) -> dict[str, str]:
    """Number of a measure -> status of its net amount in the source."""
    net = facts[facts["topic"].eq(_TOPIC) & facts["indicator"].eq("saving_net")]
    return {
        number: str(status)
        for number, status in zip(net["breakdown"].str.partition(" ")[0], net["status"], strict=True)
    }


def _segments(edition: Edition, codes: str) -> str:
    names = edition.segment_names()
    return listed([names[code] for code in codes.split(";") if code]) or numbers.MISSING


def earlier_plans(municipality: str, period: str) -> Finding:
    """Earlier plans: their target, what is known to have come of it, and how sure that is."""
    edition = Edition.open(municipality, period)
    rows = edition.store.published("earlier_plans").fillna("").sort_values("year", kind="stable")
    amounts = facts_of(edition).set_index("fact_id")["value"]
    told = rows.assign(
        plan=[f"{row.plan} ({row.year})" for row in rows.itertuples()],
        doel=[_goal(row, amounts) for row in rows.itertuples()],
    )
    known = int(rows["outcome_known"].eq("ja").sum())
    return Finding(
        name="maatregelen-eerder",
        table=table_html(not_personal(told.reset_index(drop=True), what="Uit de stukken, in eigen woorden."), {
            "plan": Column(heading="Plan"), "doel": Column(heading="Doel"), "outcome": Column(heading="Wat eruit kwam"),
            "outcome_known": Column(heading="Uitkomst bekend"), "document": Column(heading="Bron"),
        }, caption="Eerdere plannen, hun doel en wat eruit kwam", stacked=True),
        source="Bron: de stukken die in de tabel staan, in eigen woorden.",
        texts={"eerder_zin": f"Van {known} van de {len(rows)} eerdere plannen is de uitkomst bekend. Van geen enkel "
        "plan is "
               "per maatregel gepubliceerd wat het opleverde."},
    )  # fmt: skip


def _goal(row: Any, amounts: pd.Series) -> str:
    ids = [name for name in str(row.fact_ids).split(";") if name.endswith("net-total")]
    if not ids:
        return str(row.target)
    return joined(str(row.target), f"{whole_euro(float(amounts[ids[0]]))}.")
