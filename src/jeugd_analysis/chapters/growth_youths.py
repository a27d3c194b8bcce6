"""Part of chapter 30: youths that will still become known through late claims, per quarter of care."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.growth_tested import tested_words
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import to_come_chart
from jeugd_analysis.present.disclosure import Safe, safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.tables import Column, table_html

_QUARTERS = 12
_FEW = 10  # fewer are told without a number
_SIDES = ["to_come", "low", "high"]
_NAME = "groei-jeugdigen-komen"


def youths_to_come(municipality: str, period: str) -> Finding:
    """Per quarter of care, the last twelve: youths known, youths still to come by estimate, and the band."""
    edition = Edition.open(municipality, period)
    shown = quarters_of_youths(edition)
    visible = shown.frame.dropna(subset=["expected"])
    test = tested_words(edition, "youths_to_come_test")
    if visible.empty:
        words = f"Voor {edition.area.in_name} is niet te schatten hoeveel jeugdigen er nog bij komen."
        return Finding(name=_NAME, texts={"groei_jeugdigen_zin": words, "groei_jeugdigen_toets": test})
    words = _words(visible.iloc[-1])
    title = _title(visible.iloc[-1])
    return Finding(
        name=_NAME,
        title=title,
        unit="Jeugdigen met hulp per kwartaal: bekend uit declaraties en naar schatting nog te komen",
        chart=to_come_chart(
            shown, time="care_quarter", declared="known", to_come="to_come", low="low", high="high",
            title=title, unit="jeugdigen", description=words, known="bekend", axis_format=",.0f",
        ),
        table=table_html(shown.derived(shown.frame.assign(band=_bands(shown.frame))), {
            "care_quarter": Column(heading="Kwartaal"),
            "known": Column(heading="Bekend", write=_count),
            "to_come": Column(heading="Nog te komen", write=lambda value: _more(value, edition.rules.threshold)),
            "expected": Column(heading="Samen", write=_count),
            "band": Column(heading="Band van 80%", write=str),
        }, caption=f"Jeugdigen bekend en nog te komen per kwartaal, {edition.area.name}"),
        source=f"Schatting met chain ladder. De band is die van 80%. {edition.source} {shown.note}",
        texts={"groei_jeugdigen_zin": words, "groei_jeugdigen_toets": test},
    )  # fmt: skip


def quarters_of_youths(edition: Edition) -> Safe:
    """The last quarters: care_quarter, known (as published), to_come, expected, low and high; all rounded.

    What is to come is the published number times what the estimate adds to the exact one: added to the exact number it
    would tell that. The ends of the band are rounded outwards. Where the published number is hidden all are missing.
    """
    told = edition.store.estimates("youths_to_come", edition.quarter)
    mine = told[told["area"].eq(edition.area.code) & told["period_kind"].eq("kwartaal")]
    mine = mine.sort_values("period").tail(_QUARTERS).reset_index(drop=True)
    release = edition.shown("totaal", "kwartaal").frame.set_index("period")
    published = release["youths"].reindex(mine["period"]).astype("Int64").reset_index(drop=True)
    youths = edition.usage("totaal", "kwartaal").set_index("period")["youths"].reindex(mine["period"]).fillna(0)
    step = edition.rules.count_base
    latest = mine["latest"].to_numpy("float64")[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        more = np.nan_to_num(mine[["ultimate", "low", "high"]].to_numpy("float64") / latest - 1, posinf=0.0, neginf=0.0)
    ends = more * published.fillna(0).to_numpy("float64")[:, None]
    # Only distances are estimates of ours; they are no counts of youths, so they go through the gate as amounts do.
    counted = ends / step
    whole = (np.round(counted[:, 0]), np.floor(counted[:, 1]), np.ceil(counted[:, 2]))
    steps = {name: column * edition.rules.money_base_cents for name, column in zip(_SIDES, whole, strict=True)}
    shown = safe(
        pd.DataFrame({"care_quarter": mine["period"], "youths": youths.astype("int64").to_numpy(), **steps}),
        rules=edition.rules, keys=["care_quarter"], count="youths", money=_SIDES, also_hidden=published.isna(),
    )  # fmt: skip
    counts = {name: shown.frame[name] // edition.rules.money_base_cents * step for name in _SIDES}
    known = published.mask(shown.frame["to_come"].isna())
    return shown.derived(
        pd.DataFrame({
            "care_quarter": mine["period"], "known": known, "to_come": counts["to_come"],
            "expected": known + counts["to_come"], "low": known + counts["low"], "high": known + counts["high"],
        })
    )  # fmt: skip


def _count(value: float) -> str:
    return numbers.SECRET if numbers.is_missing(value) else numbers.decimal(value)


def _more(value: float, threshold: int) -> str:
    """A number to come; a few are never told, also when they are expected and not counted."""
    few = not numbers.is_missing(value) and 0 < value < threshold
    return f"<{threshold}" if few else _count(value)


def _bands(frame: pd.DataFrame) -> list[str]:
    ends = zip(frame["low"], frame["high"], strict=True)
    return [" tot ".join(dict.fromkeys([_count(low), _count(high)])) for low, high in ends]


def _title(last: pd.Series) -> str:
    quarter = last["care_quarter"]
    if last["to_come"] <= 0:
        return f"Over {quarter} zijn naar schatting alle jeugdigen bekend"
    if last["to_come"] < _FEW:
        return f"Over {quarter} komt er naar schatting nog een enkele jeugdige bij"
    return f"Over {quarter} komen er naar schatting nog {_count(last['to_come'])} jeugdigen bij"


def _words(last: pd.Series) -> str:
    start = f"Over {last['care_quarter']} zijn nu {_count(last['known'])} jeugdigen bekend."
    if last["to_come"] <= 0:
        return f"{start} Naar schatting zijn dat ze allemaal."
    return (
        f"{start} Naar schatting worden het er {_count(last['expected'])}. Met een kans van 80% ligt het aantal tussen "
        f"{_count(last['low'])} en {_count(last['high'])}."
    )
