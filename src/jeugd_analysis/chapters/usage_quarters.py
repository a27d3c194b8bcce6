"""Chapter 10, per segment and quarter: which help grows, as far as quarters are complete."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.chapters.changes import after_title, moved_beyond
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.present import numbers
from jeugd_analysis.present.charts import lines_chart
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.sentences import first_lower, first_upper, relative_change
from jeugd_analysis.present.tables import Column, table_html

_QUARTERS = 12
_STEADY = 50  # youths: below it the rounding to five moves an index by a tenth
_NOT_YET = "S0"  # products without a segment


def youths_per_quarter_and_segment(municipality: str, period: str) -> Finding:
    """Distinct youths per segment and quarter since the last break; the chart is an index of the larger segments."""
    edition = Edition.open(municipality, period)
    shown = edition.shown("segment", kind="kwartaal")
    start = max((f"{year}-K1" for year, _ in edition.breaks("youths")), default="")
    names = {code: name for code, name in edition.segment_names().items() if code != _NOT_YET}
    table = shown.derived(wide_quarters(shown.frame, start))
    if table.frame.empty:
        words = "Per segment en kwartaal is er nog niets te tonen."
        return Finding(name="gebruik-segment-kwartaal", texts={"segment_kwartaal_zin": words})
    there = [code for code in names if code in table.frame]
    lines = table.derived(index_lines(table.frame, there))
    first = str(table.frame["period"].iloc[0])
    title, words = segment_words(table.frame, {code: names[code] for code in there}, edition.rules.count_base)
    told = "; ".join(f"{code} = {first_lower(names[code])}" for code in there)
    return Finding(
        name="gebruik-segment-kwartaal",
        title=title,
        unit=f"Aantal jeugdigen per segment, {first} = 100; segmenten met minder dan {_STEADY} jeugdigen niet getekend",
        chart=lines_chart(
            lines, time="period", value="index", series="segment", title=title, unit="index",
            description=after_title(words, title),
            from_zero=False,
        ) if len(lines.frame) else None,
        table=table_html(table, {
            "period": Column(heading="Kwartaal"),
            **{code: Column(heading=f"{code} {names[code]}", write=numbers.count, status=f"{code}_status")
               for code in there},
        }, caption=f"Jeugdigen per segment en kwartaal, {edition.area.name}"),
        source=f"{told}. {edition.source} {shown.note}",
        texts={"segment_kwartaal_zin": words, "segment_kwartaal_laatste": str(table.frame["period"].iloc[-1])},
    )  # fmt: skip


def wide_quarters(told: pd.DataFrame, start: str) -> pd.DataFrame:
    """The last quarters from `start` on: period, per segment its youths and, with _status, why they are hidden."""
    quarters = sorted(period for period in told["period"].unique() if period >= start)[-_QUARTERS:]
    rows = told[told["period"].isin(quarters)]
    wide = pd.DataFrame({"period": quarters})
    for code, part in rows.groupby("level"):
        columns = part[["period", "youths", "youths_status"]]
        named = columns.rename(columns={"youths": code, "youths_status": f"{code}_status"})
        wide = wide.merge(named, on="period", how="left", validate="one_to_one")
    return wide


def index_lines(wide: pd.DataFrame, there: list[str]) -> pd.DataFrame:
    """Segments that are never hidden and never small: period, segment, index (the first quarter is 100)."""
    lines = []
    for code in there:
        values = wide[code].astype("Float64")
        if values.notna().all() and (values >= _STEADY).all():
            lines.append(
                pd.DataFrame({"period": wide["period"], "segment": code, "index": 100 * values / values.iloc[0]})
            )
    return pd.concat(lines, ignore_index=True) if lines else pd.DataFrame(columns=["period", "segment", "index"])


def segment_words(wide: pd.DataFrame, names: dict[str, str], base: int) -> tuple[str, str]:
    """Title and sentence: the segment that moved most between the last quarter and the same quarter a year before."""
    last = wide.iloc[-1]
    year, _, number = str(last["period"]).partition("-")
    earlier = wide[wide["period"] == f"{int(year) - 1}-{number}"]
    nothing = "Per segment en kwartaal is er nog geen jaar om mee te vergelijken"
    if earlier.empty:
        return nothing, f"{nothing}."
    before = earlier.iloc[0]
    steady = [
        code for code in names
        if not numbers.is_missing(last[code]) and not numbers.is_missing(before[code]) and before[code] >= _STEADY
    ]  # fmt: skip
    if not steady:
        few = f"Per segment en kwartaal zijn er te weinig jeugdigen om {last['period']} te vergelijken"
        return few, f"{few}."
    code = max(steady, key=lambda each: abs(int(last[each]) / int(before[each]) - 1))
    name = first_lower(names[code])
    verb = moved_beyond(before[code], last[code], base, rise="meer", fall="minder", same="")
    if not verb:
        same = f"In elk segment waren er in {last['period']} ongeveer evenveel jeugdigen als een jaar eerder"
        return same, f"{same}."
    by = relative_change(before[code], last[code], people=True)
    title = first_upper(f"{by} {verb} jeugdigen met {name} dan een jaar eerder")
    return title, (
        f"In {last['period']} kregen {numbers.count(last[code])} jeugdigen {name}. Een jaar eerder waren dat er "
        f"{numbers.count(before[code])} ({by} {verb}). Van de grotere segmenten veranderde dit het meest."
    )
