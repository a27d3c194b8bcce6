"""Chapter 20: neighbourhoods beside what their features make one expect, and why they do not add up."""

from __future__ import annotations

import re

import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.expected import gap_columns, gaps_chart
from jeugd_analysis.chapters.expected_model import features_in
from jeugd_analysis.chapters.expected_words import about, as_differences, estimates, number, status_of
from jeugd_analysis.present.disclosure import published
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import percent
from jeugd_analysis.present.sentences import first_upper, listed
from jeugd_analysis.present.tables import Column, table_html

_ENOUGH = 10  # neighbourhoods from which on it helps to say how many lie outside by chance
_MOST = 6  # neighbourhoods at either end of the chart; the table has all of them
_NUMBER, _CODE = re.compile(r"^Wijk \d+ "), re.compile(r"\s*WK\d{6}$")
_SCP = "SCP, Jeugdhulp in de wijk (2020), cijfers over 2017"


def short(name: str) -> str:
    """A neighbourhood without its number and code, and of a list of quarters the first; it keeps its only name.

    >>> short("Wijk 11 Binnenstad WK050311"), short("Wijk 10 WK060310"), short("De Heuvel / Amstelwijk WK191603")
    ('Binnenstad', 'Wijk 10', 'De Heuvel e.o.')
    """
    plain = _CODE.sub("", name).strip()
    first, *others = (_NUMBER.sub("", plain) or plain).split(" / ")
    return f"{first} e.o." if others else first


def neighbourhoods(municipality: str, period: str) -> Finding:
    """Youths per neighbourhood beside what neighbourhoods with the same features have."""
    edition = Edition.open(municipality, period)
    told = about(edition, "wijken")
    rows = _here(edition, estimates(edition, "wijken"))
    if told is None or rows.empty:
        words = (
            "Cijfers en kenmerken per wijk zijn niet ingelezen. Hierboven staat hoe u ze inleest."
            if told is None
            else f"In {edition.area.in_name} zijn geen wijken met genoeg jeugdigen om te vergelijken."
        )
        return Finding(name="verwacht-wijken", texts={"wijken_zin": words})
    year = int(told["year"])
    frame = as_differences(_named(edition, rows)).sort_values("gap", ascending=False).reset_index(drop=True)
    table = published(frame, source="CBS", own="het model en wat het verwacht")
    title, words = wijk_words(frame, edition)
    ends = frame if len(frame) <= 2 * _MOST else pd.concat([frame.head(_MOST), frame.tail(_MOST)])
    part = "" if len(ends) == len(frame) else f"; in de figuur de {_MOST} hoogste en de {_MOST} laagste"
    return Finding(
        name="verwacht-wijken",
        title=title,
        unit=f"Jeugdigen met jeugdzorg in natura in {year}, verschil met wat het model per wijk verwacht{part}",
        chart=gaps_chart(table.derived(ends.reset_index(drop=True)), title=title, words=words),
        table=table_html(table, {
            **gap_columns(year),
            "position_95": Column(heading="Plaats (95%)"),
        }, caption=f"Wijken van {edition.area.name}, {year}"),
        source=f"Model over {int(told['areas'])} wijken met: {listed(features_in(edition, 'wijk_terms'))}. "
        f"{int(told['left_out'])} wijken doen niet mee: te weinig inwoners of een aantal dat het CBS niet geeft. De "
        f"streep is de marge door toeval (95%). {status_of(rows)}. {table.note}",
        texts={"wijken_zin": words},
    )  # fmt: skip


def _here(edition: Edition, rows: pd.DataFrame) -> pd.DataFrame:
    return rows if edition.area.is_region else rows[rows["municipality"].eq(edition.area.code)]


def _named(edition: Edition, rows: pd.DataFrame) -> pd.DataFrame:
    """With readable names; on the page of the region the municipality stands behind it."""
    places = {place.code: place.name for place in edition.region.municipalities}
    names = rows["name"].map(short)
    behind = " (" + rows["municipality"].map(places) + ")"
    return rows.assign(name=names + behind if edition.area.is_region else names, own=True)


def wijk_words(rows: pd.DataFrame, edition: Edition) -> tuple[str, str]:
    """Title and sentences on the neighbourhoods outside the limits."""
    high, low = (rows[rows["position_95"].eq(side)] for side in ("hoger", "lager"))
    many = len(rows)
    if high.empty and low.empty:
        title = (
            f"Geen van de {many} wijken in {edition.area.in_name} valt buiten de grenzen"
            if many > 1
            else f"De ene wijk in {edition.area.in_name} met cijfers valt binnen de grenzen"
        )
        return title, f"{title}. De verschillen tussen wijken zijn niet groter dan u mag verwachten."
    title = f"In {edition.area.in_name} vallen {len(high) + len(low)} van de {many} wijken buiten de grenzen"
    if len(high) + len(low) == 1:
        title = f"In {edition.area.in_name} valt {_one(many)} buiten de grenzen"
    parts = []
    if len(high):
        parts.append(f"boven verwachting: {_listed(high)}")
    if len(low):
        parts.append(f"onder verwachting: {_listed(low.iloc[::-1])}")
    words = f"{title}. {first_upper('; '.join(parts))}."
    if many >= _ENOUGH:
        words += f" Van {many} wijken vallen er door toeval al ongeveer {round(0.05 * many)} buiten."
    return title, words


def _one(many: int) -> str:
    return f"1 van de {many} wijken" if many > 1 else "de ene wijk met cijfers"


def _listed(rows: pd.DataFrame) -> str:
    told = [f"{name} ({label})" for name, label in zip(rows["name"], rows["label"], strict=True)]
    return listed(told) if len(told) <= _MOST else f"onder meer {listed(told[:_MOST])}"


# -- why they do not add up ---------------------------------------------------------------------------


def sums(municipality: str, period: str) -> Finding:
    """What the neighbourhoods add up to beside their municipality, and why that is less."""
    edition = Edition.open(municipality, period)
    told = estimates(edition, "sums")
    names = {place.code: place.name for place in edition.region.municipalities}
    rows = told if edition.area.is_region else told[told["area"].eq(edition.area.code)]
    rows = rows[rows["whole"].gt(0)].assign(naam=lambda each: each["area"].map(names))
    if rows.empty:
        return Finding(name="verwacht-optellen", texts={"optellen_zin": _WHY})
    frame = rows.assign(share=rows["shown"] / rows["whole"]).sort_values("share").reset_index(drop=True)
    table = published(frame, source="CBS", own="de optelling en het deel")
    title = sum_title(frame, edition)
    return Finding(
        name="verwacht-optellen",
        title=title,
        unit=f"Jeugdigen met jeugdzorg in natura in {int(frame['year'].iloc[0])}: som van de wijken naast de gemeente",
        table=table_html(table, {
            "naam": Column(heading="Gemeente"),
            "whole": Column(heading="Jeugdigen", write=number),
            "shown": Column(heading="Som wijken", write=number),
            "share": Column(heading="Deel", write=lambda value: percent(value, 0)),
            "neighbourhoods": Column(heading="Wijken", write=number),
            "hidden": Column(heading="Geheim", write=number),
        }, caption="Wijken naast hun gemeente"),
        source="Geheim: wijken waarvan het CBS het aantal niet geeft. Status: zoals het CBS de cijfers het laatst gaf. "
        f"{table.note}",
        texts={"optellen_zin": f"{title}. {_WHY}"},
    )  # fmt: skip


_WHY = (
    "Wijken tellen niet op tot hun gemeente. Een wijk telt waar een kind staat ingeschreven. Een gemeente telt voor "
    "wie zij betaalt, en dat kan een kind zijn dat elders woont. Kinderen in een instelling of pleeggezin tellen dus "
    "anders. Ook geeft het CBS aantallen onder de 10 per wijk niet, en rondt het elk aantal af op 5."
)


def sum_title(rows: pd.DataFrame, edition: Edition) -> str:
    """What part of the youths is found in the neighbourhoods."""
    if edition.area.is_region:
        low, high = rows.iloc[0], rows.iloc[-1]
        return (
            f"De wijken samen tellen {percent(low['share'], 0)} ({low['naam']}) tot {percent(high['share'], 0)} "
            f"({high['naam']}) van de jeugdigen van hun gemeente"
        )
    share = percent(rows.iloc[0]["share"], 0)
    return f"De wijken van {edition.area.name} tellen samen {share} van de jeugdigen van de gemeente"


# -- what the SCP found for 2017 ----------------------------------------------------------------------


def scp(municipality: str, period: str) -> Finding:
    """Use without residence in 2017 beside what the model of the SCP expected, per municipality or neighbourhood."""
    edition = Edition.open(municipality, period)
    whole = scp_means(edition)
    if whole.empty:
        words = f"Voor {edition.area.in_name} zijn geen cijfers van het SCP opgenomen."
        return Finding(name="verwacht-scp", texts={"scp_zin": words})
    wijken = _here(edition, estimates(edition, "scp"))
    by_wijk = len(wijken) > 0 and not edition.area.is_region
    frame = whole.assign(naam=whole["name"]) if not by_wijk else wijken.assign(naam=wijken["name"].map(short))
    frame = frame.assign(difference=frame["observed"] - frame["expected"]).sort_values("difference", ascending=False)
    table = published(frame.reset_index(drop=True), source=_SCP, own="de gemiddelden")
    title, words = scp_words(whole, edition)
    columns = {
        "naam": Column(heading="Wijk" if by_wijk else "Gemeente"),
        "observed": Column(heading="Werkelijk", write=percent),
        "expected": Column(heading="Verwacht", write=percent),
        "difference": Column(heading="Verschil", write=_points),
    }
    if not by_wijk:
        columns["wijken"] = Column(heading="Wijken", write=number)
        columns["above"] = Column(heading="Daarvan hoger", write=number)
    return Finding(
        name="verwacht-scp",
        title=title,
        unit="Aandeel jeugdigen met jeugdhulp zonder verblijf in 2017, naast wat het SCP verwachtte; echte cijfers",
        table=table_html(table, columns, caption="Jeugdhulp in de wijk, 2017"),
        source=f"Verwacht: door het model van het SCP. Verschil in procentpunten. Status: eenmalig onderzoek. Het "
        f"model zegt niets over jaren na 2017. Het gemiddelde telt elke wijk even zwaar. {table.note}",
        texts={"scp_zin": words},
    )  # fmt: skip


def _points(value: float) -> str:
    """A difference of two shares in points: +1,0."""
    text = percent(value).replace("%", "")
    return f"+{text}" if value > 0 and text != "0,0" else text


def scp_means(edition: Edition) -> pd.DataFrame:
    """Per municipality the mean share, the mean expected share, neighbourhoods, and how many lie above expected.

    From the file of the SCP when it was taken in, else from the published facts. Columns: area, name, observed,
    expected (0-1), wijken, above; only of the page's own area, or of all on the page of the region.
    """
    names = {place.code: place.name for place in edition.region.municipalities}
    wijken = estimates(edition, "scp")
    if len(wijken):
        told = wijken.assign(above=wijken["observed"] > wijken["expected"]).groupby("municipality", as_index=False).agg(
            observed=("observed", "mean"), expected=("expected", "mean"), wijken=("area", "size"),
            above=("above", "sum"),
        ).rename(columns={"municipality": "area"})  # fmt: skip
    else:
        facts = edition.store.published("facts")
        rows = facts[facts["topic"].eq("neighbourhoods-expected")].assign(
            number=lambda each: each["value"].astype("float64")
        )
        told = rows.pivot(index="area", columns="indicator", values="number").rename(columns=_FACTS)
        told = told.reindex(columns=list(_FACTS.values())).dropna().rename_axis(columns=None).reset_index()
        told = told.assign(observed=told["observed"] / 100, expected=told["expected"] / 100)
    rows = told[told["area"].isin(names)].assign(name=lambda each: each["area"].map(names))
    return (rows if edition.area.is_region else rows[rows["area"].eq(edition.area.code)]).reset_index(drop=True)


_FACTS = {
    "share_youth_care_scp_mean": "observed",
    "share_expected_scp_mean": "expected",
    "neighbourhoods_compared": "wijken",
    "neighbourhoods_above_expected": "above",
}


def scp_words(rows: pd.DataFrame, edition: Edition) -> tuple[str, str]:
    """Title and sentences: above or below what the SCP expected."""
    if edition.area.is_region:
        above = rows[rows["observed"] > rows["expected"]]
        title = f"In 2017 lag het gebruik in {len(above)} van de {len(rows)} gemeenten boven wat het SCP verwachtte"
        if above.empty:
            title = "In 2017 lag het gebruik in geen enkele gemeente boven wat het SCP verwachtte"
            return title, f"{title}."
        top = above.loc[(above["observed"] - above["expected"]).idxmax()]
        return title, (
            f"{title}. Het grootste verschil had {top['name']}: gemiddeld {percent(top['observed'])} per wijk, waar "
            f"{percent(top['expected'])} werd verwacht."
        )
    row = rows.iloc[0]
    gap = row["observed"] - row["expected"]
    side = "boven" if gap > 0.0005 else "onder" if gap < -0.0005 else "gelijk aan"
    title = f"In 2017 lag het gebruik in {row['name']} gemiddeld {side} wat het SCP verwachtte"
    return title, (
        f"{title}: {percent(row['observed'])} per wijk, tegen {percent(row['expected'])}. "
        f"In {none_or(int(row['above']))} van de {int(row['wijken'])} wijken was het hoger dan verwacht."
    )


def none_or(many: int) -> str:
    """A number within a sentence; zero reads 'geen'."""
    return str(many) if many else "geen"
