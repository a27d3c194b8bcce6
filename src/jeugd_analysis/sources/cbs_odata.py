"""A table of Statistics Netherlands (CBS) as `fetch` keeps it: a description on the first line, then a cell a line."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from jeugd_analysis.domain.codes import KNOWN_SEXES
from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.cbs_layouts import BY_SEX, LAYOUTS, OLDEST, PEOPLE, YOUNGEST
from jeugd_analysis.sources.cbs_shape import Shape, area_of, code_of, plain, shape_of, single_age, wanted
from jeugd_analysis.sources.open_cells import FIRST_ROW
from jeugd_analysis.sources.open_cells import TABLE as CARE
from jeugd_analysis.sources.text import bad_fields, unreadable
from jeugd_analysis.tables.open_data import OPEN_MEASURES, OpenYouthCare, Population, PopulationBySex

__all__ = ["CBS_ODATA", "FORMAT", "LAYOUTS", "compare", "read", "recognise", "wanted"]

FORMAT = "cbs-odata-v4/1"
_FIRST_CELL = 2  # line of the unpacked file; the description is line 1
_MAKER = b'{"format":"cbs-odata-v4/'
_STATUS = {"definitief": "definitief", "voorlopig": "voorlopig", "nadervoorlopig": "nader voorlopig"}
_SIGNS = {"Impossible": "blank", "Confidential": ".", "Unreliable": ".", "NotAvailable": "."}
_OTHER_SIGN, _NO_REASON = "x", "blank"
_PERIOD = r"\d{4}(?:JJ00|HJ0[12]|KW0[1-4]|MM(?:0[1-9]|1[0-2]))"
_AREA = r"NL00|LD\d{2}|GM\d{4}|WK\d{6}"
_KEPT = ("Measure", "Value", "ValueAttribute")


def recognise(path: Path, head: bytes) -> bool:
    """A gzip file whose first line is the description that `fetch` writes."""
    try:
        return zlib.decompressobj(wbits=31).decompress(head, len(_MAKER)) == _MAKER
    except zlib.error:
        return False


def read(path: Path, context: Context) -> Reading:
    """Cells of OpenYouthCare, or the inhabitants of 0 to 22 years of Population, and per sex where they are.

    The day of retrieval is in the file.

    A later copy of the table replaces this one, whatever periods it brought. Raises: DeliveryError for a damaged file,
    a table that is not as declared, an unknown code, and cells that are no number.
    """
    header, cells = _unpacked(path)
    shape = shape_of(path.name, header)
    trimmed, padded = _trimmed(path, cells, header)
    kept, warnings = _ours(path, trimmed, header, shape)
    if header.get("count") is None:
        warnings.append("CBS noemde geen aantal cellen; of ze er alle zijn, is niet gecontroleerd")
    parts: tuple[Reading, ...] = ()
    if shape.layout.table == PEOPLE:
        kept, of_a_sex = _apart(kept, shape)
        frame, more = _people(path, kept, header, shape)
        parts = _by_sex(path, of_a_sex, header, shape)
    else:
        frame, more = _care(path, kept, header, shape)
    provisional = sorted({str(s) for s in frame["status"].unique()} & {"voorlopig", "nader voorlopig"})
    told = [f"een deel van deze cijfers is {' of '.join(provisional)}"] if provisional else []
    return Reading(
        table=shape.layout.table,
        frame=frame,
        # Population has one owner at a time: beside another file of inhabitants people would count twice.
        slot=PEOPLE if shape.layout.table == PEOPLE else f"{CARE}/{header['table']}/odata",
        first_row=FIRST_ROW,
        normalised={"sleutels ontdaan van opvulspaties": padded} if padded else {},
        warnings=(*warnings, *more, *told),
        more=parts,
    )


def _unpacked(path: Path) -> tuple[dict[str, Any], pd.DataFrame]:
    """The description, and the cells with their line in the unpacked file as index."""
    damaged = unreadable(path, "het bestand is beschadigd of afgekapt", "haal de tabel opnieuw op.")
    try:
        gz = zlib.decompressobj(wbits=31)
        *lines, rest = gz.decompress(path.read_bytes()).split(b"\n")
        if rest or not gz.eof or gz.unused_data:
            raise damaged
        header, *cells = [json.loads(line) for line in lines]
    except (zlib.error, ValueError):
        raise damaged from None
    complete = {"format", "table", "retrieved", "dimensions", "measures", "codes", "observations"} <= set(header)
    if not complete or header["format"] != FORMAT or header["observations"] != len(cells) or not cells:
        raise damaged
    index = pd.RangeIndex(_FIRST_CELL, _FIRST_CELL + len(cells))
    return header, pd.DataFrame.from_records(cells, index=index)


def _trimmed(path: Path, cells: pd.DataFrame, header: Mapping[str, Any]) -> tuple[pd.DataFrame, int]:
    """The cells with keys without padding, and how many keys had it. Every key must be a code of the table."""
    known = {"Measure": header["measures"], **header["codes"]}
    missing = [name for name in (*_KEPT, *known) if name not in cells]
    if missing:
        raise unreadable(path, f"de cellen hebben geen {', '.join(missing)}", "haal de tabel opnieuw op.")
    padded, trimmed = 0, cells.copy()
    for name, codes in known.items():
        keys = cells[name].astype("str").str.strip()
        padded += int((keys != cells[name]).sum())
        unknown = ~keys.isin({code_of(row) for row in codes})
        if unknown.any():
            raise bad_fields(path, name, _lines(cells[unknown]), "een code die in de codelijst van de tabel staat")
        trimmed[name] = keys
    return trimmed, padded


def _ours(path: Path, cells: pd.DataFrame, header: Mapping[str, Any], shape: Shape) -> tuple[pd.DataFrame, list[str]]:
    """Cells we have a place for, with area and period; and in words how many were left out."""
    measure = cells["Measure"].map(shape.measures)
    area = cells[shape.geo].map(area_of)
    period = cells[shape.time] if shape.time else pd.Series(f"{shape.layout.year}JJ00", index=cells.index)
    if not period.str.fullmatch(_PERIOD).all():
        raise bad_fields(
            path, str(shape.time), _lines(cells[~period.str.fullmatch(_PERIOD)]), "een periode als 2022JJ00"
        )
    left_out = {"een ander onderwerp": measure.isna(), "een ander soort regio": ~area.str.fullmatch(_AREA)}
    for of, code in shape.totals.items():
        left_out[f"een deel van {of}"] = ~cells[of].isin([code_of(code), *shape.parts.get(of, {})])
    if shape.levels:
        left_out[f"andere codes van {shape.layout.per}"] = ~cells[str(shape.layout.per)].isin(shape.levels)
    kept, warnings = pd.Series(True, index=cells.index), []
    for what, rows in left_out.items():
        if (rows & kept).any():
            warnings.append(f"{int((rows & kept).sum())} cellen over {what} zijn niet overgenomen")
        kept &= ~rows
    if not kept.any():
        raise unreadable(path, "geen enkele cel gaat over wat het programma leest", "haal de tabel opnieuw op.")
    statuses = _statuses(header, shape)
    placed = cells.assign(measure=measure, area=area, period=period, status=period.map(statuses).fillna("onbekend"))
    return placed[kept], warnings


def _statuses(header: Mapping[str, Any], shape: Shape) -> dict[str, str]:
    """Period -> status in our words; unknown where CBS gives none."""
    codes = header["codes"][shape.time] if shape.time else []
    return {code_of(row): _STATUS.get(plain(str(row.get("Status"))), "onbekend") for row in codes}


def _values(path: Path, kept: pd.DataFrame) -> tuple[pd.Series, pd.Series, list[str]]:
    """Numbers, signs of missing values, and a word on signs that StatLine does not explain. Missing is never zero."""
    attribute = kept["ValueAttribute"].astype("object").where(kept["ValueAttribute"].notna(), "None").astype("str")
    number = pd.to_numeric(kept["Value"], errors="coerce").astype("float64")
    wrong = kept["Value"].notna() & (number.isna() | kept["Value"].map(lambda value: isinstance(value, str | bool)))
    if wrong.any():
        raise bad_fields(path, "Value", _lines(kept[wrong]), "een getal")
    if "StringValue" in kept and kept["StringValue"].notna().any():
        raise bad_fields(path, "StringValue", _lines(kept[kept["StringValue"].notna()]), "geen tekst maar een getal")
    told = attribute != "None"
    missing = attribute.map(_SIGNS).fillna(_OTHER_SIGN).where(told).astype("str")
    missing = missing.mask(~told & number.isna(), _NO_REASON)
    odd = sorted(set(attribute[told]) - set(_SIGNS))
    warnings = [f"cellen met het kenmerk {name} zijn als ontbrekend gelezen" for name in odd]
    if (told & number.notna()).any():
        warnings.append(f"{int((told & number.notna()).sum())} getallen hadden een kenmerk en zijn niet overgenomen")
    if (~told & number.isna()).any():
        warnings.append(f"{int((~told & number.isna()).sum())} cellen zijn leeg zonder reden")
    return number.mask(told), missing, warnings


def _care(path: Path, kept: pd.DataFrame, header: Mapping[str, Any], shape: Shape) -> tuple[pd.DataFrame, list[str]]:
    number, missing, warnings = _values(path, kept)
    measure = kept["measure"]
    if lacking := sorted(shape.layout.optional - set(shape.measures.values())):
        warnings.append(f"deze tabel heeft niet, of in een andere eenheid: {', '.join(lacking)}")
    if shape.levels:
        measure = measure + kept[str(shape.layout.per)].map(shape.levels)
        if absent := sorted(set(shape.layout.levels.values()) - set(shape.levels.values())):
            titles = [title for title, suffix in shape.layout.levels.items() if suffix in absent]
            warnings.append(f"deze tabel heeft geen {', '.join(titles)}")
    unit = measure.map({name: told.unit for name, told in OPEN_MEASURES.items()})
    _require_whole(path, number[unit == "count"])
    frame = pd.DataFrame(
        {
            "source_table": header["table"],
            "area": kept["area"],
            "area_name": _names(kept, header["codes"][shape.geo], shape.geo),
            "period": kept["period"],
            "measure": measure,
            "value": number,
            "unit": unit,
            "denominator": measure.map({name: told.denominator for name, told in OPEN_MEASURES.items()}).astype("str"),
            "status": kept["status"],
            "missing": missing,
            "vintage": pd.Series(pd.Timestamp(header["retrieved"]), index=kept.index).astype("datetime64[ns]"),
        }
    )
    return frame[list(OpenYouthCare.to_schema().columns)], warnings


def _require_whole(path: Path, number: pd.Series) -> None:
    broken = number[number.notna() & (number % 1 != 0)]
    if len(broken):
        raise bad_fields(path, "Value", [int(line) for line in broken.index], "een geheel getal")


def _names(kept: pd.DataFrame, codes: Sequence[Mapping[str, Any]], geo: str) -> pd.Series:
    """Names as CBS writes them; neighbourhoods of one name are kept apart by their code."""
    names = kept[geo].map({code_of(row): str(row.get("Title") or code_of(row)).strip() for row in codes})
    return names.mask(kept["area"].str.startswith("WK"), names + " " + kept["area"])


def _people(path: Path, kept: pd.DataFrame, header: Mapping[str, Any], shape: Shape) -> tuple[pd.DataFrame, list[str]]:
    """Inhabitants of municipalities by single year of age; a municipality that did not exist in a year has no rows."""
    number, _, warnings = _values(path, kept)
    ages = {code_of(row): single_age(str(row.get("Title", ""))) for row in header["codes"][str(shape.layout.per)]}
    frame = pd.DataFrame(
        {
            "municipality": kept["area"],
            "year": kept["period"].str[:4].astype("int64"),
            "age": kept[str(shape.layout.per)].map(ages).astype("float64"),
            "inhabitants": number,
            "status": kept["status"],
        }
    )
    rows = frame["municipality"].str.startswith("GM") & kept["period"].str.endswith("JJ00") & (frame["year"] >= 2000)
    young = frame[rows & frame["age"].between(YOUNGEST, OLDEST)]
    there = young[young["inhabitants"].notna()]
    _require_whole(path, there["inhabitants"])
    _require_every_age(path, there)
    if not_there := len(young) - len(there):
        warnings.append(f"{not_there} cellen zonder inwonertal zijn niet overgenomen")
    whole = there.astype({"age": "int64", "inhabitants": "int64"})
    frame = whole.assign(age_from=whole["age"], age_to=whole["age"])
    return frame[list(Population.to_schema().columns)], warnings


def _apart(kept: pd.DataFrame, shape: Shape) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells of everyone, and those of one sex with `sex`; the latter empty where the table has no sexes."""
    for of, parts in shape.parts.items():
        sex = kept[of].map(parts)
        return kept[sex.isna()], kept[sex.notna()].assign(sex=sex[sex.notna()])
    return kept, kept.iloc[:0]


def _by_sex(path: Path, kept: pd.DataFrame, header: Mapping[str, Any], shape: Shape) -> tuple[Reading, ...]:
    """Inhabitants per sex; none where the file has not both: an earlier copy asked for everyone only."""
    if kept.empty or kept["sex"].nunique() < len(KNOWN_SEXES):
        return ()
    frames = [_people(path, rows, header, shape)[0].assign(sex=sex) for sex, rows in kept.groupby("sex")]
    frame = pd.concat(frames).sort_index().astype({"sex": "str"})
    columns = list(PopulationBySex.to_schema().columns)
    return (Reading(table=BY_SEX, frame=frame[columns], slot=BY_SEX, first_row=FIRST_ROW),)


def _require_every_age(path: Path, there: pd.DataFrame) -> None:
    ages = there.groupby(["municipality", "year"])["age"].nunique()
    short = ages[ages != OLDEST - YOUNGEST + 1]
    if there.empty or len(short):
        where = ", ".join(f"{area} {year}" for area, year in short.index[:5]) or "alle gemeenten"
        wat = f"niet elke leeftijd van {YOUNGEST} tot en met {OLDEST} jaar is er ({where})"
        raise unreadable(path, wat, "haal de tabel opnieuw op.")


def _lines(cells: pd.DataFrame) -> list[int]:
    return [int(line) for line in cells.index]


# -- two copies of one table ---------------------------------------------------------------------------------------


def compare(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Cells of OpenYouthCare that differ between an earlier and a later copy: their revisions.

    Columns: source_table, area, area_name, period, measure, change (changed, new, gone), and value, missing and status
    before and after. A cell that only moved from provisional to final is a change as well.
    """
    key = ["source_table", "area_name", "period", "measure"]
    told = ["area", "value", "missing", "status"]
    both = first[[*key, *told]].merge(
        second[[*key, *told]], on=key, how="outer", suffixes=("_before", "_after"), indicator="side", validate="1:1"
    )
    change = both["side"].astype("str").map({"left_only": "gone", "right_only": "new"})
    same = pd.Series(True, index=both.index)
    for name in ("value", "missing", "status"):
        before, after = both[f"{name}_before"], both[f"{name}_after"]
        same &= (before == after).fillna(False).astype("bool") | (before.isna() & after.isna())
    revised = both.assign(change=change.fillna("changed"), area=both["area_after"].fillna(both["area_before"]))
    columns = [f"{name}_{moment}" for name in ("value", "missing", "status") for moment in ("before", "after")]
    return revised.loc[~same, ["source_table", "area", *key[1:], "change", *columns]].reset_index(drop=True)


CBS_ODATA = Source(
    name="cbs_odata",
    dutch="opgehaalde CBS-tabel (OData v4)",
    recognise=recognise,
    read=read,
)
