"""Chapter 10, over the years by kind: segments, ages and referrers, with breaks that are never bridged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from jeugd_analysis.chapters.changes import after_title, moved_beyond
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.chapters.usage import per_band, population
from jeugd_analysis.domain import codes
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import lines_chart
from jeugd_analysis.present.disclosure import Safe
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_lower, first_upper, listed, relative_change
from jeugd_analysis.present.tables import Column, table_html
from jeugd_analysis.present.theme import Chart

_NOT_YET = "S0"  # products without a segment
_APART = ("06", "onbekend")  # no referrer is counted in very different ways, so it stands apart
_LINES = 4  # more lines on one chart cannot be told apart on a phone
_LEAST = 50  # youths: below it the rounding to five is a tenth of the number
_MLN = 1e8  # cents
_SENT = 200  # youths with a referrer: below it one youth is half a percent point
_POINT = 0.005  # half a percent point


def by_year(edition: Edition, dimension: str, levels: Sequence[str]) -> Safe:
    """One row per year that has ended: period, per level its youths, with _status why they are hidden, and _cents.

    Levels that no year has are left out. A level that a year lacks is missing, as one that is too small: zero is a
    number that would tell as much.
    """
    shown = edition.shown(dimension, periods=edition.full_years())
    there = [level for level in levels if level in set(shown.frame["level"])]
    wide = pd.DataFrame({"period": sorted(shown.frame["period"].unique())}, dtype="str")
    for level in there:
        rows = shown.frame[shown.frame["level"] == level]
        named = rows[["period", "youths", "youths_status", "amount_cents"]].rename(
            columns={"youths": level, "youths_status": f"{level}_status", "amount_cents": f"{level}_cents"}
        )
        wide = wide.merge(named, on="period", how="left", validate="one_to_one")
    return shown.derived(wide)


def _levels(shown: Safe) -> list[str]:
    return [name for name in shown.frame if name != "period" and not name.endswith(("_status", "_cents"))]


def segments_per_year(municipality: str, period: str) -> Finding:
    """The cost of every segment per year in millions, with the youths in the table."""
    edition = Edition.open(municipality, period)
    names = {code: name for code, name in edition.segment_names().items() if code != _NOT_YET}
    shown = by_year(edition, "segment", list(names))
    levels = _levels(shown)
    title, words = cost_words(shown.frame, {code: names[code] for code in levels}, edition)
    lines = shown.derived(_long(shown.frame, levels, names, lambda row, code: row[f"{code}_cents"] / _MLN))
    return Finding(
        name="gebruik-segment-jaar",
        title=title,
        unit="Kosten per segment en jaar, in miljoen euro; niet gecorrigeerd voor prijsstijging",
        chart=_drawn(edition, lines, title, words, unit="miljoen euro", axis_format=",.1f", breaks="cost"),
        table=table_html(_marked(edition, shown), {
            "period": Column(heading="Jaar"),
            **{name: column for code in levels for name, column in {
                code: Column(heading=f"{code}: jeugdigen", write=numbers.count, status=f"{code}_status"),
                f"{code}_cents": Column(heading=f"{code}: kosten", write=numbers.euro),
            }.items()},
            "status": Column(heading="Status"),
        }, caption=f"Jeugdigen en kosten per segment en jaar, {edition.area.name}"),
        source=f"{_only_in_table(lines.frame)}{'; '.join(f'{code} = {first_lower(names[code])}' for code in levels)}. "
        f"{edition.source} {shown.note}",
        texts={"segment_jaar_zin": words, "segment_jaar_breuken": _breaks(edition, shown, "cost")},
    )  # fmt: skip


def ages_per_year(municipality: str, period: str) -> Finding:
    """Per age band the youths as a share of all inhabitants of that age, per year."""
    edition = Edition.open(municipality, period)
    labels = {band: f"{band.replace('-', ' t/m ')} jaar" for band in codes.AGE_BANDS}
    shown = by_year(edition, "age_band", list(labels))
    levels = _levels(shown)
    table = shown.derived(with_shares(shown.frame, levels, population(edition)))
    if table.frame[[f"{band}_share" for band in levels]].isna().all(axis=None):
        words = "Per leeftijd is het aandeel niet te geven: de aantallen zijn te klein of de bevolkingstabel ontbreekt."
        return Finding(name="gebruik-leeftijd-jaar", texts={"leeftijd_jaar_zin": words})
    title, words = share_words(
        table.frame,
        {band: f"inwoners van {labels[band]} met jeugdhulp" for band in levels},
        edition,
        what="Per leeftijd",
    )
    lines = table.derived(_long(table.frame, levels, labels, lambda row, band: row[f"{band}_share"]))
    return Finding(
        name="gebruik-leeftijd-jaar",
        title=title,
        unit="Aandeel van alle inwoners van die leeftijd met jeugdhulp, per jaar",
        chart=_drawn(edition, lines, title, words, unit="van die leeftijd", axis_format=".0%", breaks="youths"),
        table=table_html(_marked(edition, table), {
            "period": Column(heading="Jaar"),
            **{name: column for band in levels for name, column in {
                band: Column(heading=labels[band], write=numbers.count, status=f"{band}_status"),
                f"{band}_share": Column(heading="Aandeel", write=numbers.percent),
            }.items()},
            "status": Column(heading="Status"),
        }, caption=f"Jeugdigen per leeftijd en jaar, {edition.area.name}"),
        source=f"{_only_in_table(lines.frame)}Leeftijd op 31 december, inwoners op 1 januari. {edition.source} "
        f"{shown.note}",
        texts={"leeftijd_jaar_zin": words},
    )  # fmt: skip


def referrers_per_year(municipality: str, period: str) -> Finding:
    """Per referrer the part of all youths that a referrer sent, per year; those without one are not in the sum."""
    edition = Edition.open(municipality, period)
    labels = {**codes.REFERRERS, "onbekend": "Onbekend"}
    shown = by_year(edition, "referrer", list(labels))
    levels = _levels(shown)
    table = shown.derived(with_parts(shown.frame, [code for code in levels if code not in _APART]))
    sent = [code for code in levels if f"{code}_share" in table.frame]
    if not sent or table.frame[[f"{code}_share" for code in sent]].isna().all(axis=None):
        words = "Een verdeling over verwijzers is per jaar niet te geven."
        return Finding(name="gebruik-verwijzer-jaar", texts={"verwijzer_jaar_zin": words})
    title, words = share_words(
        table.frame, {code: f"dat via {through(labels[code])} kwam" for code in sent}, edition, what="Per verwijzer"
    )
    lines = table.derived(
        _long(table.frame, _largest(table.frame, sent), labels, lambda row, code: row[f"{code}_share"])
    )
    return Finding(
        name="gebruik-verwijzer-jaar",
        title=title,
        unit=f"Deel van de jeugdigen met een verwijzer, per jaar; de {min(_LINES, len(sent))} grootste verwijzers",
        chart=_drawn(edition, lines, title, words, unit="van wie verwezen is", axis_format=".0%", breaks="youths"),
        table=table_html(_marked(edition, table), {
            "period": Column(heading="Jaar"),
            **{f"{code}_share": Column(heading=labels[code], write=numbers.whole_percent) for code in sent},
            **{code: Column(heading=f"{labels[code]} (aantal)", write=numbers.count, status=f"{code}_status")
               for code in levels if code in _APART},
            "status": Column(heading="Status"),
        }, caption=f"Verwijzers per jaar, {edition.area.name}"),
        source=f"{_only_in_table(lines.frame)}Delen van de som van de verwijzers. Wie geen verwijzer had of van wie "
        "die onbekend is, staat apart."
        f" {edition.source} {shown.note}",
        texts={"verwijzer_jaar_zin": words},
    )  # fmt: skip


# -- the shared form ---------------------------------------------------------------------------------


def with_shares(told: pd.DataFrame, bands: Sequence[str], people: pd.DataFrame) -> pd.DataFrame:
    """Added: per band its _share of the inhabitants of that age, from the rounded count; NA where either is missing.

    Shapes: `people` has municipality, year, age_from, age_to and inhabitants.
    """
    frame = told.copy()
    of = {year: per_band(people, int(year)) for year in frame["period"]}
    for band in bands:
        total = [of[year].get(band, pd.NA) for year in frame["period"]]
        whole = pd.Series(total, index=frame.index, dtype="Float64").replace(0, pd.NA)
        frame[f"{band}_share"] = frame[band].astype("Float64") / whole
    return frame


def with_parts(told: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    """Added: per level its _share of the sum of these levels.

    NA in years with a sum below _SENT, or with a level that is hidden to protect another: that one can be large. One
    that is too small to show counts as nothing; it moves the others by a few percent points at most.
    """
    frame = told.copy()
    counts = frame[list(levels)].astype("Float64")
    secret = frame[[f"{level}_status" for level in levels]].eq("secondary").any(axis=1)
    total = counts.fillna(0).sum(axis=1)
    total = total.mask(secret | (total < _SENT))
    for level in levels:
        frame[f"{level}_share"] = frame[level].astype("Float64") / total
    return frame


def through(name: str) -> str:
    """'de huisarts': the referrer within a sentence."""
    return f"{'een' if 'instelling' in name or 'specialist' in name else 'de'} {first_lower(name)}"


def _largest(told: pd.DataFrame, levels: Sequence[str]) -> list[str]:
    means = {level: float(told[f"{level}_share"].fillna(0).mean()) for level in levels}
    chosen = sorted(levels, key=lambda level: -means[level])[:_LINES]
    return [level for level in levels if level in chosen]


def _long(
    told: pd.DataFrame, levels: Sequence[str], names: Mapping[str, str], value: Callable[[pd.Series, str], object]
) -> pd.DataFrame:
    """Rows period, reeks (name) and waarde, for a chart."""
    rows = [
        (row["period"], names[level], value(row, level)) for level in levels for _, row in told.iterrows()
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["period", "reeks", "waarde"])
    values = [float("nan") if numbers.is_missing(each) else float(each) for each in frame["waarde"]]
    return frame.assign(waarde=values)


def _drawn(
    edition: Edition, lines: Safe, title: str, words: str, *, unit: str, axis_format: str, breaks: str
) -> Chart | None:
    """The chart, without what has no number in the last period: its name would stand beside nothing."""
    known = lines.frame.groupby("reeks")["waarde"].transform("count").gt(0)
    known &= ~lines.frame["reeks"].isin(not_drawn(lines.frame))
    return lines_chart(
        lines.derived(lines.frame[known].reset_index(drop=True)), time="period", value="waarde", series="reeks",
        title=title, unit=unit, description=after_title(words, title), breaks=edition.breaks(breaks),
        axis_format=axis_format,
    ) if known.any() else None  # fmt: skip


def not_drawn(lines: pd.DataFrame) -> list[str]:
    """Names without a number in the last period, unless none has one. Columns: period, reeks, waarde."""
    last = lines[lines["period"] == lines["period"].max()]
    there = set(last.loc[last["waarde"].notna(), "reeks"])
    return [name for name in lines["reeks"].drop_duplicates() if there and name not in there]


def _only_in_table(lines: pd.DataFrame) -> str:
    """A sentence about those, with a space behind it; empty without any."""
    names = [first_lower(name) for name in not_drawn(lines)]
    return f"Niet getekend, want het laatste jaar is niet te tonen: {listed(names)}. " if names else ""


def _marked(edition: Edition, shown: Safe) -> Safe:
    """With the status of each year."""
    settled = edition.quarter.last_settled_year
    status = ["voorlopig" if int(year) > settled else "vrijwel definitief" for year in shown.frame["period"]]
    return shown.derived(shown.frame.assign(status=status))


def _breaks(edition: Edition, shown: Safe, measure: str) -> str:
    return edition.explain_breaks(measure, list(shown.frame["period"])) or "In deze reeks is geen breuk bekend."


def _pair(told: pd.DataFrame, edition: Edition, measure: str) -> tuple[pd.Series, pd.Series] | None:
    """The last settled year and the one before it; None when a break lies between them or there is only one."""
    before, last = edition.last_two(told)
    first, final = int(before["period"]), int(last["period"])
    if first == final or edition.region.breaks_between(edition.area.code, measure, first, final):
        return None
    return before, last


_NO_PAIR = "Voor het laatste jaar is er geen jaar om mee te vergelijken"


def cost_words(told: pd.DataFrame, names: Mapping[str, str], edition: Edition) -> tuple[str, str]:
    """Title and sentences: the segment of which the cost moved most, in euros, between the last two settled years."""
    pair = _pair(told, edition, "cost") if len(told) else None
    if pair is None:
        return _NO_PAIR, f"{_NO_PAIR}: er is een breuk, of er zijn te weinig jaren."
    before, last = pair
    known = [
        code for code in names
        if not numbers.is_missing(before[f"{code}_cents"]) and not numbers.is_missing(last[f"{code}_cents"])
    ]  # fmt: skip
    if not known:
        few = f"De kosten per segment van {last['period']} zijn niet met {before['period']} te vergelijken"
        return few, f"{few}: het gaat om te weinig jeugdigen of aanbieders."
    code = max(known, key=lambda each: abs(last[f"{each}_cents"] - before[f"{each}_cents"]))
    change = int(last[f"{code}_cents"] - before[f"{code}_cents"])
    name = first_lower(names[code])
    if abs(change) <= edition.rules.money_base_cents:
        same = f"Per segment waren de kosten in {last['period']} ongeveer gelijk aan {before['period']}"
        return same, f"{same}."
    verb = "stegen" if change > 0 else "daalden"
    title = f"De kosten van {name} {verb} in {last['period']} het meest: met {numbers.euro(abs(change))}"
    by = relative_change(before[f"{code}_cents"], last[f"{code}_cents"])
    part = f" ({by})" if by else ""
    return title, (
        f"{title}{part}. Zij gingen van {numbers.euro(before[f'{code}_cents'])} in {before['period']} naar "
        f"{numbers.euro(last[f'{code}_cents'])}."
    )


def share_words(told: pd.DataFrame, names: Mapping[str, str], edition: Edition, *, what: str) -> tuple[str, str]:
    """Title and sentences: the level of which the share moved most between the last two settled years.

    what: 'Per leeftijd', for when there is no such level.
    """
    pair = _pair(told, edition, "youths") if len(told) else None
    if pair is None:
        return _NO_PAIR, f"{_NO_PAIR}: er is een breuk, of er zijn te weinig jaren."
    before, last = pair
    known = [
        level for level in names
        if not numbers.is_missing(before[f"{level}_share"]) and not numbers.is_missing(last[f"{level}_share"])
        and before[level] >= _LEAST and last[level] >= _LEAST
    ]  # fmt: skip
    if not known:
        few = f"{what} zijn de aandelen van {last['period']} niet met {before['period']} te vergelijken"
        return few, f"{few}: het gaat om te weinig jeugdigen."
    level = max(known, key=lambda each: abs(last[f"{each}_share"] - before[f"{each}_share"]))
    then, now = float(before[f"{level}_share"]), float(last[f"{level}_share"])
    rounding = edition.rules.count_base * (then / before[level] + now / last[level])
    verb = moved_beyond(then, now, _POINT + rounding, rise="steeg", fall="daalde", same="")
    ends = f"van {numbers.percent(then)} in {before['period']} naar {numbers.percent(now)} in {last['period']}"
    if not verb:
        same = f"{what} bleven de aandelen van {before['period']} naar {last['period']} ongeveer gelijk"
        if len(known) == len(names):
            return same, f"{same}."
        same += ", voor zover te vergelijken"
        return same, f"{same}. Groepen met minder dan {_LEAST} jeugdigen zijn daarvoor te klein."
    title = f"Het aandeel {names[level]} {verb} {ends}"
    return title, f"{first_upper(title)}. Van de grotere groepen veranderde dit het meest."
