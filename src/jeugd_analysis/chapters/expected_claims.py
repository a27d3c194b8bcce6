"""Chapter 20: claims of council documents beside published figures, with what can and cannot be concluded."""

from __future__ import annotations

from typing import Any

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.expected_open import NATIONAL
from jeugd_analysis.chapters.expected_wijken import none_or, scp_means
from jeugd_analysis.chapters.expected_words import about, estimates, mine, signed_percent, with_region
from jeugd_analysis.present.disclosure import published
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import decimal, is_missing, one_in, percent
from jeugd_analysis.present.sentences import listed
from jeugd_analysis.present.tables import Column, table_html

_FITS, _NOT, _OPEN = "Ja", "Nee", "Niet te zeggen"
_SAME = 0.005


def _claims(edition: Edition, kind: str) -> pd.DataFrame:
    told = edition.store.published("claims")
    return told[told["kind"].eq(kind)].reset_index(drop=True)


def _code(edition: Edition, area: str) -> str:
    """The code that this edition uses for an area of a document."""
    return edition.region.code if area == edition.region.details["published_code"] else area


# -- one in so many ------------------------------------------------------------------------------------


def one_in_claims(municipality: str, period: str) -> Finding:
    """'1 op de 6' and '1 op de 7' beside the published shares, each with its own ages and denominator."""
    edition = Edition.open(municipality, period)
    claims = _claims(edition, "one_in")
    facts = edition.store.published("facts").set_index("fact_id")
    told = {_code(edition, row.area): int(facts.loc[row.fact_id, "value"]) for row in claims.itertuples()}
    rows = [row for area in _areas(edition, told) for row in _beside(edition, area, told.get(area))]
    frame = pd.DataFrame(rows)
    table = published(frame, source="raadsstukken en CBS", own="aandelen van 0-24-jarigen en het oordeel")
    words = one_in_words(frame, told, claims, edition)
    return Finding(
        name="verwacht-een-op",
        title=words.split(". ")[0],
        unit="Wat in de raadsstukken staat, naast twee aandelen volgens het CBS (hulp in natura)",
        table=table_html(table, {
            "gebied": Column(heading="Gebied"),
            "bewering": Column(heading="Het stuk zegt"),
            "maat": Column(heading="Cijfer van het CBS"),
            "waarde": Column(heading="Aandeel", write=str),
            "ofwel": Column(heading="Ofwel", write=str),
            "past": Column(heading="Past bij het stuk"),
        }, caption="Eén op de zoveel, naast cijfers van het CBS"),
        source=f"{listed(sorted(set(claims['document'] + ', ' + claims['place'])))}. "
        "Het CBS geeft voor de regio geen aandeel van 0-17 jaar: daar staan de laagste en de hoogste gemeente. "
        f"{table.note}",
        texts={"een_op_zin": words, "een_op_let_op": " ".join(dict.fromkeys(claims["note"]))},
    )  # fmt: skip


def _areas(edition: Edition, told: dict[str, int]) -> list[str]:
    """The page's own area first, then the areas that a claim is about."""
    return list(dict.fromkeys([edition.area.code, *told]))


def _beside(edition: Edition, area: str, claimed: int | None) -> list[dict[str, str]]:
    """Both shares of an area beside the claim about it."""
    place = edition.region.find(area)
    rows = []
    for what, low, high in _shares(edition, area):
        alone = low == high
        rows.append({
            "area": area,
            "gebied": place.name,
            "bewering": f"1 op de {claimed}" if claimed else "–",
            "maat": what,
            "waarde": percent(low) if alone else f"{percent(low)} tot {percent(high)}",
            "ofwel": one_in(low) if alone else f"{one_in(high)} tot {one_in(low)}",
            "past": "–" if claimed is None else fits(low, high, claimed),
        })  # fmt: skip
    return rows


def fits(low: float, high: float, claimed: int) -> str:
    """Whether a share reads as one in so many. Between two shares that lie on both sides it cannot be told.

    >>> fits(0.175, 0.175, 6), fits(0.131, 0.131, 6), fits(0.096, 0.175, 7)
    ('Ja', 'Nee', 'Niet te zeggen')
    """
    many = (round(1 / high), round(1 / low))
    if many[0] == many[1]:
        return _FITS if many[0] == claimed else _NOT
    return _OPEN if many[0] <= claimed <= many[1] else _NOT


def _shares(edition: Edition, area: str) -> list[tuple[str, float, float]]:
    """What share, and its value; of the region the lowest and highest municipality where there is none of its own."""
    found = []
    minors = estimates(edition, "shares")
    if len(minors):
        year = int(minors["year"].iloc[0])
        inside = minors[~minors["area"].eq(NATIONAL)]
        rows = inside if area == edition.region.code else inside[inside["area"].eq(area)]
        what = f"Jeugdhulp, 0-17 jaar, {year}"
        if len(rows):
            found.append((what, float(rows["share"].min()), float(rows["share"].max())))
    told = about(edition, "standard")
    if told is not None:
        inside = estimates(edition, "areas")
        codes = [place.code for place in edition.region.municipalities] if area == edition.region.code else [area]
        rows = inside[inside["area"].isin(codes)]
        if set(rows["area"]) == set(codes):
            share = float(rows["observed"].sum() / rows["people"].sum())
            people = "0-22 jaar" if told["basis"] == "leeftijd" else "0-24 jaar"
            found.append((f"Jeugdzorg, {people}, {int(told['year'])}", share, share))
    return found


def one_in_words(frame: pd.DataFrame, told: dict[str, int], claims: pd.DataFrame, edition: Edition) -> str:
    """For each claim which share fits, and what that means."""
    if frame.empty:
        return "Er zijn geen cijfers van het CBS om naast de raadsstukken te leggen."
    parts = []
    for area, claimed in told.items():
        rows = frame[frame["area"].eq(area)]
        name = edition.region.find(area).in_name
        right, wrong = rows[rows["past"].eq(_FITS)], rows[rows["past"].eq(_NOT)]
        if len(right) and len(wrong):
            parts.append(
                f"1 op de {claimed} in {name} past bij één manier van tellen en niet bij de andere. Het past bij: "
                f"{_lower(right.iloc[0]['maat'])} ({right.iloc[0]['waarde']}). Het past niet bij: "
                f"{_lower(wrong.iloc[0]['maat'])} ({wrong.iloc[0]['waarde']})."
            )
        elif len(right):
            parts.append(f"1 op de {claimed} in {name} past bij de cijfers van het CBS.")
        elif len(wrong) == len(rows):
            parts.append(f"1 op de {claimed} in {name} past bij geen van deze cijfers van het CBS.")
        else:
            parts.append(f"Of 1 op de {claimed} in {name} klopt, is uit deze cijfers niet te zeggen.{_but_not(wrong)}")
    mine_ = frame[frame["area"].eq(edition.area.code)]
    if edition.area.code not in told and len(mine_):
        shares = [f"{row.ofwel} ({_lower(row.maat)})" for row in mine_.itertuples()]
        parts.append(f"Over {edition.area.in_name} zegt het stuk niets. Volgens het CBS is het daar {listed(shares)}.")
    return " ".join(parts)


def _but_not(wrong: pd.DataFrame) -> str:
    """Which share it does not fit, after the sentence that the others leave it open."""
    if wrong.empty:
        return ""
    return f" Het past in elk geval niet bij: {_lower(wrong.iloc[0]['maat'])} ({wrong.iloc[0]['waarde']})."


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


# -- more than expected --------------------------------------------------------------------------------


def more_than_expected(municipality: str, period: str) -> Finding:
    """'Hoger dan verwacht' beside every comparison of this page."""
    edition = Edition.open(municipality, period)
    claim = _claims(edition, "more_than_expected").iloc[0]
    area = _code(edition, str(claim["area"]))
    about_us = area == edition.area.code
    rows = evidence(edition)
    if not rows:
        words = f"Voor {edition.area.in_name} zijn er geen cijfers om naast de uitspraak te leggen."
        return Finding(name="verwacht-hoger", texts={"hoger_zin": words, "hoger_niet": str(claim["note"])})
    frame = pd.DataFrame(rows)
    table = published(frame, source="CBS en SCP", own="de verschillen")
    title = evidence_title(frame, edition)
    place = edition.region.find(area).name
    own = "Dat gaat over deze gemeente." if about_us else f"Dat gaat over {place}, niet over {edition.area.in_name}."
    return Finding(
        name="verwacht-hoger",
        title=title,
        unit="Verschil tussen werkelijk en verwacht gebruik, per vergelijking; echte cijfers",
        table=table_html(table, {
            "vergelijking": Column(heading="Vergelijking"),
            "jaar": Column(heading="Jaar", write=str),
            "verschil": Column(heading="Verschil", write=str),
            "oordeel": Column(heading="Wat het zegt"),
        }, caption=f"Werkelijk naast verwacht gebruik, {edition.area.name}"),
        source=f"De uitspraak: {claim['document']}, {claim['place']}. {table.note}",
        texts={
            "hoger_zin": f"Het actieplan van 2019 zegt: “{claim['words']}” {own} {title}.",
            "hoger_niet": str(claim["note"]),
        },
    )  # fmt: skip


def evidence(edition: Edition) -> list[dict[str, Any]]:
    """Every comparison there is for this area: what, year, difference in words, and in numbers the direction."""
    rows: list[dict[str, Any]] = []
    scp = scp_means(edition)
    if len(scp) and not edition.area.is_region:
        one = scp.iloc[0]
        gap = (one["observed"] - one["expected"]) * 100
        rows.append(_row(
            "Model van het SCP, jeugdhulp zonder verblijf, gemiddelde van de wijken", "2017",
            f"{_sign(gap)}{decimal(abs(gap), 1)} procentpunt", gap,
            f"In {none_or(int(one['above']))} van de {int(one['wijken'])} wijken hoger dan verwacht",
        ))  # fmt: skip
    told, areas = about(edition, "standard"), estimates(edition, "areas")
    if told is not None and (row := mine(with_region(edition, areas), edition)) is not None:
        base = "Landelijke aandelen per leeftijd" if told["basis"] == "leeftijd" else "Landelijk aandeel"
        rows.append(_row(
            f"{base}, jeugdzorg in natura", str(int(told["year"])), signed_percent(row.ratio - 1), row.ratio - 1,
            "Meer dan toeval" if row.low > 1 or row.high < 1 else "Kan toeval zijn",
        ))  # fmt: skip
    told, areas = about(edition, "model"), estimates(edition, "model")
    if told is not None and (row := mine(with_region(edition, areas), edition)) is not None:
        year = str(int(told["year"]))
        side = getattr(row, "position_95", None)
        verdict = (
            "–" if is_missing(side) else f"{'Buiten' if side != 'binnen' else 'Binnen'} de grenzen van de trechter"
        )
        rows.append(_row("Model met kenmerken", year, signed_percent(row.ratio - 1), row.ratio - 1, verdict))
        if not is_missing(row.ratio_check):
            gap = row.ratio_check - 1
            rows.append(_row("Tweede model met dezelfde kenmerken", year, signed_percent(gap), gap, "Controle"))
    return rows


def _row(what: str, year: str, difference: str, gap: float, verdict: str) -> dict[str, Any]:
    return {"vergelijking": what, "jaar": year, "verschil": difference, "richting": gap, "oordeel": verdict}


def _sign(gap: float) -> str:
    return "+" if gap > 0 else "−" if gap < 0 else ""


def evidence_title(frame: pd.DataFrame, edition: Edition) -> str:
    """Whether all comparisons point the same way."""
    up, down = int((frame["richting"] > _SAME).sum()), int((frame["richting"] < -_SAME).sum())
    many, name = len(frame), edition.area.in_name
    if many == 1:
        side = "hoger dan" if up else "lager dan" if down else "ongeveer gelijk aan"
        return f"In {name} is het gebruik in de enige vergelijking die kan {side} verwacht"
    if up == many or down == many:
        every = "beide" if many == 2 else f"alle {many}"
        return f"In {name} is het gebruik in {every} vergelijkingen {'hoger' if up else 'lager'} dan verwacht"
    same = f", {many - up - down} keer ongeveer gelijk" if many > up + down else ""
    return f"In {name} wijzen de {many} vergelijkingen niet dezelfde kant op: {up} keer hoger, {down} keer lager{same}"
