"""A table of Statistics Netherlands (CBS) as `fetch` keeps it: its description on the first line, then a cell a line.

Measures and codes are matched by their title, never by their place: places differ from year to year. Titles of
85098NED, 85099NED, 83454NED, 03759ned and the KWB tables come from publications and public code; those of 85097NED
follow the sister tables per neighbourhood and those of 85335NED and its sisters the column names of their v3 dump: they
were never seen. A table that does not have the declared titles is refused with the titles it does have, so nothing is
guessed.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources.base import Context, Reading, Source
from jeugd_analysis.sources.open_cells import FIRST_ROW
from jeugd_analysis.sources.open_cells import TABLE as CARE
from jeugd_analysis.sources.text import bad_fields, unreadable
from jeugd_analysis.tables.open_data import NETHERLANDS, OPEN_MEASURES, OpenYouthCare, Population

FORMAT = "cbs-odata-v4/1"
PEOPLE = "population"
YOUNGEST, OLDEST = 0, 22  # what the program needs of the population; wider groups would count people twice
_FIRST_CELL = 2  # line of the unpacked file; the description is line 1
_MAKER = b'{"format":"cbs-odata-v4/'
_GEO = ("RegioS", "Regio", "WijkenEnBuurten", "Wijken")  # where the kind of the dimension does not tell
_FORMS = {
    "JZ Totaal jeugdzorg": "",
    "JH 1 Totaal jeugdhulp": "_assistance",
    "JB 1 Totaal jeugdbescherming": "_protection",
    "JR 1 Totaal jeugdreclassering": "_rehabilitation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table of CBS is read.

    measures: title or identifier -> our measure; several spellings of one measure may stand side by side, one of them
    must be there. per: a dimension whose codes become part of the measure, levels: title -> what it adds to the name;
    '' is the total, which must be there. totals: other dimensions -> the title of everyone together.
    year: of a table without periods. optional: measures that may lack, or be in another unit; they are then left out
    with a word about it. country: figures of all municipalities are asked for, not only of the region. recent: of so
    many last years, 0: all.
    """

    dutch: str
    measures: Mapping[str, str]
    per: str | None = None
    levels: Mapping[str, str] = field(default_factory=dict)
    totals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    year: int | None = None
    optional: frozenset[str] = frozenset()
    country: bool = False
    recent: int = 0

    @property
    def table(self) -> str:
        """The table of ours that it fills."""
        return PEOPLE if PEOPLE in self.measures.values() else CARE


_FEATURES = {  # of the inhabitants of an area: what a model of use can know
    "Aantal inwoners": "inhabitants",
    "0 tot 15 jaar": "inhabitants_0_14",
    "15 tot 25 jaar": "inhabitants_15_24",
    "Huishoudens totaal": "households",
    "Huishoudens met kinderen": "households_with_children",
    "Gemiddelde WOZ-waarde van woningen": "home_value",
    "Gemiddelde woningwaarde": "home_value",
    "Percentage eengezinswoning": "share_single_family_homes",
    "Koopwoningen": "share_owner_occupied",
    "Personen per soort uitkering; Bijstand": "social_assistance",
    "Mate van stedelijkheid": "urbanity",
}


def _neighbourhoods(year: int) -> Layout:
    return Layout(
        dutch=f"kerncijfers wijken en buurten {year}",
        # The identifiers are the same in every year (T001203, A045561); the titles may not be.
        measures={
            "T001203": "youths",
            "Jongeren met jeugdzorg in natura": "youths",
            "A045561": "share_youths",
            "Percentage jongeren met jeugdzorg": "share_youths",
            **_FEATURES,
        },
        year=year,
        optional=frozenset(_FEATURES.values()),
        country=True,
    )


def _youths_per_neighbourhood(year: int) -> Layout:
    return Layout(
        dutch=f"jongeren met jeugdzorg per wijk {year}",
        measures={
            "Totaal jongeren met jeugdzorg in natura": "youths",
            "0 tot 4 jaar": "youths_0_3",
            "4 tot 12 jaar": "youths_4_11",
            "12 tot 18 jaar": "youths_12_17",
            "18 tot 23 jaar": "youths_18_22",
        },
        totals={"VormenVanJeugdzorg": ("T001203", "JZ Totaal jeugdzorg", "Totaal jeugdzorg")},
        country=True,
    )


_YEARS = dict(
    zip(
        "83765NED 84286NED 84583NED 84799NED 85039NED 85318NED 85618NED 85984NED 86165NED".split(),
        range(2017, 2026),
        strict=True,
    )
)
_YOUTHS = {"85075NED": 2021, "85335NED": 2022, "85685NED": 2023}
LAYOUTS: dict[str, Layout] = {
    "85098NED": Layout(
        dutch="indicatoren jeugdzorg in natura",
        measures={
            "Jongeren met jeugdhulp in natura": "share_youth_assistance",
            "Jongeren met jeugdh. met verbl. in nat.": "share_residential",
            "Jongeren met jeugdbescherming": "share_youth_protection",
            "Jeugdbesch. en jeugdh. met verbl. in nat.": "share_protection_residential",
            "Jongeren met jeugdreclassering": "share_juvenile_rehabilitation",
        },
    ),
    "85099NED": Layout(
        dutch="kerncijfers over jeugdzorg",
        measures={"Jongeren met jeugdzorg": "youths"},
        per="VormenVanJeugdzorg",
        levels={
            **_FORMS,
            "JH 121 Totaal jeugdhulp zonder verblijf": "_non_residential",
            "JH 122 Totaal jeugdhulp met verblijf": "_residential",
        },
    ),
    "85097NED": Layout(
        dutch="trajecten jeugdhulp naar verwijzer",
        measures={
            "Totaal begonnen trajecten": "trajectories_started",
            "Toaal begonnen trajecten": "trajectories_started",  # spelled so by CBS in the sister table 85096NED
            "Begonnen trajecten": "trajectories_started",
            "Totaal beëindigde trajecten": "trajectories_ended",
            "Beëindigde trajecten": "trajectories_ended",
        },
        per="VerwijzerJeugdzorg",
        levels={
            "Totaal verwijzer": "",
            "Gemeentelijke toegang": "_municipality",
            "Huisarts": "_gp",
            "Jeugdarts": "_youth_doctor",
            "Gecertificeerde instelling": "_certified_institution",
            "Medisch specialist": "_medical_specialist",
            "Rechter, Officier van Justitie": "_court",
            "Geen verwijzer": "_none",
            "Verwijzer onbekend": "_unknown",
        },
        totals={"VormenVanJeugdzorg": ("JH 1 Totaal jeugdhulp", "JZ Totaal jeugdzorg")},
    ),
    "83454NED": Layout(
        dutch="gemeentelijke kosten jeugdzorg",
        measures={"Begrote kosten": "cost_budgeted", "Gerealiseerde kosten": "cost_realised"},
        per="VormenVanJeugdzorg",
        levels={**_FORMS, "JH met verblijf (Zin+PGB)": "_residential"},
    ),
    "03759ned": Layout(
        dutch="bevolking naar leeftijd",
        measures={"Bevolking op 1 januari": PEOPLE},
        per="Leeftijd",
        totals={"Geslacht": ("Totaal mannen en vrouwen",), "BurgerlijkeStaat": ("Totaal burgerlijke staat",)},
        country=True,  # what is expected rests on the ages of all municipalities
        recent=10,
    ),
    **{table: _youths_per_neighbourhood(year) for table, year in _YOUTHS.items()},
    **{table: _neighbourhoods(year) for table, year in _YEARS.items()},
}
_STATUS = {"definitief": "definitief", "voorlopig": "voorlopig", "nadervoorlopig": "nader voorlopig"}
_SIGNS = {"Impossible": "blank", "Confidential": ".", "Unreliable": ".", "NotAvailable": "."}
_OTHER_SIGN, _NO_REASON = "x", "blank"
_UNITS = {
    "class": r".*",
    "count": r"aantal",
    "percent": r".*%.*",
    "euro_thousand": r".*1[ .\u00a0]?000 euro.*|.*duizend euro.*",
}
_PERIOD = r"\d{4}(?:JJ00|HJ0[12]|KW0[1-4]|MM(?:0[1-9]|1[0-2]))"
_AREA = r"NL00|LD\d{2}|GM\d{4}|WK\d{6}"
_AGE = re.compile(r"(\d{1,3}) jaar")
_KEPT = ("Measure", "Value", "ValueAttribute")


# -- what to ask of a table, and whether it is the table we know ---------------------------------------------------


def wanted(areas: Collection[str]) -> Callable[[Mapping[str, Any]], dict[str, list[str]]]:
    """Filters for `fetch_table`: our measures, for these areas and the country; of other dimensions the total.

    Codes are asked as the table spells them, padded or not. The forms and referrers are not filtered, nor the areas of
    a table of which all municipalities are needed: servers limit the number of conditions.
    Raises: DeliveryError when the table is not as declared, or has none of the areas.
    """

    def choose(header: Mapping[str, Any]) -> dict[str, list[str]]:
        name = str(header.get("table"))
        shape = _shape(name, header)
        found = [code for code in header["codes"][shape.geo] if _area(code["Identifier"]) in {*areas, NETHERLANDS}]
        if not {_area(code["Identifier"]) for code in found} & set(areas):
            raise _changed(name, "De gevraagde gemeenten staan niet in deze tabel", [])
        selected = {} if shape.layout.country else {shape.geo: found}
        selected |= {of: [code] for of, code in shape.totals.items()}
        if shape.layout.recent and shape.time:
            selected[shape.time] = _last_years(header["codes"][shape.time], shape.layout.recent)
        if shape.layout.table == PEOPLE:
            ages = header["codes"][str(shape.layout.per)]
            selected[str(shape.layout.per)] = [row for row in ages if _is_young(row)]
        ours = [row for row in header["measures"] if _code(row) in shape.measures]
        if len(ours) < len(header["measures"]):
            selected["Measure"] = ours
        return {of: [str(code["Identifier"]) for code in codes] for of, codes in selected.items()}

    return choose


def _last_years(codes: Sequence[Mapping[str, Any]], many: int) -> list[Mapping[str, Any]]:
    whole = sorted((row for row in codes if _code(row).endswith("JJ00")), key=_code)
    return whole[-many:] or list(codes)


def _is_young(row: Mapping[str, Any]) -> bool:
    age = _age(str(row.get("Title", "")))
    return age is not None and YOUNGEST <= age <= OLDEST


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """A table's own names for what its layout declares. measures: identifier -> our measure; codes without padding."""

    layout: Layout
    geo: str
    time: str | None
    measures: Mapping[str, str]
    levels: Mapping[str, str]
    totals: Mapping[str, Mapping[str, Any]]


def _shape(name: str, header: Mapping[str, Any]) -> _Shape:
    """Raises: DeliveryError with the dimensions or titles the table has, when they are not the declared ones."""
    layout = LAYOUTS.get(str(header.get("table")))
    if layout is None:
        raise _changed(name, f"De CBS-tabel {header.get('table')} is geen tabel die het programma leest", list(LAYOUTS))
    kinds = {str(row["Identifier"]): row.get("Kind") for row in header["dimensions"]}
    geo = [of for of, kind in kinds.items() if kind == "GeoDimension"] or [of for of in _GEO if of in kinds]
    time = [of for of, kind in kinds.items() if kind == "TimeDimension"]
    others = set(kinds) - {*geo, *time}
    per = {layout.per} - {None}
    if len(geo) != 1 or len(time) != (layout.year is None) or not per <= others <= {*per, *layout.totals}:
        raise _changed(name, "CBS heeft de indeling van deze tabel veranderd. De dimensies zijn nu", list(kinds))
    return _Shape(
        layout=layout,
        geo=geo[0],
        time=time[0] if time else None,
        measures=_measures(name, layout, header["measures"]),
        levels=_levels(name, layout, header["codes"]),
        totals={of: _total(name, of, layout.totals[of], header["codes"][of]) for of in sorted(others - per)},
    )


def _measures(name: str, layout: Layout, told: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Identifier of each measure that the layout declares -> our name; all of them, each once, in the unit we know."""
    declared = {_plain(spelling): measure for spelling, measure in layout.measures.items()}
    found: dict[str, str] = {}
    for row in told:
        identifier, title = _code(row), str(row.get("Title", ""))
        measure = declared.get(_plain(identifier)) or declared.get(_plain(title))
        if measure in layout.optional and not _same_unit(str(row.get("Unit") or ""), measure):
            continue
        if measure is not None:
            _require_unit(name, title, str(row.get("Unit") or ""), measure)
            found[identifier] = measure
    told_twice = {measure for measure in layout.optional if list(found.values()).count(measure) > 1}
    found = {identifier: measure for identifier, measure in found.items() if measure not in told_twice}
    needed = set(layout.measures.values()) - (layout.optional - set(found.values()))
    if sorted(found.values()) != sorted(needed):
        titles = [f"{row.get('Title')} ({_code(row)})" for row in told]
        raise _changed(name, "CBS heeft de kolomnamen veranderd. Ze zijn nu", titles)
    return found


def _require_unit(name: str, title: str, unit: str, measure: str) -> None:
    if not _same_unit(unit, measure):
        raise _changed(name, f"CBS heeft de eenheid van '{title}' veranderd. Die is nu", [unit])


def _same_unit(unit: str, measure: str) -> bool:
    expected = "count" if measure == PEOPLE else OPEN_MEASURES[measure].unit
    return not unit.strip() or re.fullmatch(_UNITS[expected], unit.strip(), re.IGNORECASE) is not None


def _levels(name: str, layout: Layout, codes: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, str]:
    """Code -> what it adds to the name of the measure, of the dimension that the layout splits by."""
    if layout.per is None or not layout.levels:
        return {}
    declared = {_plain(title): suffix for title, suffix in layout.levels.items()}
    titles = {_code(row): str(row.get("Title", "")) for row in codes[layout.per]}
    found = {code: declared[_plain(title)] for code, title in titles.items() if _plain(title) in declared}
    if list(found.values()).count("") != 1:
        raise _changed(name, f"CBS heeft de codes van {layout.per} veranderd. Ze zijn nu", list(titles.values()))
    return found


def _total(name: str, of: str, accepted: Iterable[str], codes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    wanted_titles = {_plain(title) for title in accepted}
    found = [row for row in codes if {_plain(str(row.get("Title", ""))), _plain(_code(row))} & wanted_titles]
    if len(found) != 1:
        raise _changed(
            name, f"CBS heeft de codes van {of} veranderd. Ze zijn nu", [str(row.get("Title")) for row in codes]
        )
    return found[0]


def _plain(title: str) -> str:
    """A title without capitals, spaces and signs: CBS varies those between tables and versions."""
    return re.sub(r"[\W_]+", "", title).casefold()


def _code(row: Mapping[str, Any]) -> str:
    return str(row.get("Identifier", "")).strip()


def _area(code: object) -> str:
    """A region code without padding; the country has another number in other tables (NL00, NL01)."""
    return re.sub(r"^NL\d\d$", NETHERLANDS, str(code).strip())


def _changed(name: str, wat: str, now: Sequence[str]) -> DeliveryError:
    listed = f": {'; '.join(now[:40])}" if now else ""
    more = f" (en nog {len(now) - 40})" if len(now) > 40 else ""
    doe = "meld dit aan de beheerder van het programma; de laatste goede kopie blijft bruikbaar."
    return DeliveryError("BES-009", wat=f"{name}: {wat}{listed}{more}.", doe=doe)


# -- reading the file ----------------------------------------------------------------------------------------------


def recognise(path: Path, head: bytes) -> bool:
    """A gzip file whose first line is the description that `fetch` writes."""
    try:
        return zlib.decompressobj(wbits=31).decompress(head, len(_MAKER)) == _MAKER
    except zlib.error:
        return False


def read(path: Path, context: Context) -> Reading:
    """Cells of OpenYouthCare, or the inhabitants of 0 to 22 years of Population; the day of retrieval is in the file.

    A later copy of the table replaces this one, whatever periods it brought. Raises: DeliveryError for a damaged file,
    a table that is not as declared, an unknown code, and cells that are no number.
    """
    header, cells = _unpacked(path)
    shape = _shape(path.name, header)
    trimmed, padded = _trimmed(path, cells, header)
    kept, warnings = _ours(path, trimmed, header, shape)
    if header.get("count") is None:
        warnings.append("CBS noemde geen aantal cellen; of ze er alle zijn, is niet gecontroleerd")
    if shape.layout.table == PEOPLE:
        frame, more = _people(path, kept, header, shape)
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
        unknown = ~keys.isin({_code(row) for row in codes})
        if unknown.any():
            raise bad_fields(path, name, _lines(cells[unknown]), "een code die in de codelijst van de tabel staat")
        trimmed[name] = keys
    return trimmed, padded


def _ours(path: Path, cells: pd.DataFrame, header: Mapping[str, Any], shape: _Shape) -> tuple[pd.DataFrame, list[str]]:
    """Cells we have a place for, with area and period; and in words how many were left out."""
    measure = cells["Measure"].map(shape.measures)
    area = cells[shape.geo].map(_area)
    period = cells[shape.time] if shape.time else pd.Series(f"{shape.layout.year}JJ00", index=cells.index)
    if not period.str.fullmatch(_PERIOD).all():
        raise bad_fields(
            path, str(shape.time), _lines(cells[~period.str.fullmatch(_PERIOD)]), "een periode als 2022JJ00"
        )
    left_out = {"een ander onderwerp": measure.isna(), "een ander soort regio": ~area.str.fullmatch(_AREA)}
    for of, code in shape.totals.items():
        left_out[f"een deel van {of}"] = cells[of] != _code(code)
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


def _statuses(header: Mapping[str, Any], shape: _Shape) -> dict[str, str]:
    """Period -> status in our words; unknown where CBS gives none."""
    codes = header["codes"][shape.time] if shape.time else []
    return {_code(row): _STATUS.get(_plain(str(row.get("Status"))), "onbekend") for row in codes}


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


def _care(path: Path, kept: pd.DataFrame, header: Mapping[str, Any], shape: _Shape) -> tuple[pd.DataFrame, list[str]]:
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
    names = kept[geo].map({_code(row): str(row.get("Title") or _code(row)).strip() for row in codes})
    return names.mask(kept["area"].str.startswith("WK"), names + " " + kept["area"])


def _people(path: Path, kept: pd.DataFrame, header: Mapping[str, Any], shape: _Shape) -> tuple[pd.DataFrame, list[str]]:
    """Inhabitants of municipalities by single year of age; a municipality that did not exist in a year has no rows."""
    number, _, warnings = _values(path, kept)
    ages = {_code(row): _age(str(row.get("Title", ""))) for row in header["codes"][str(shape.layout.per)]}
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


def _age(title: str) -> int | None:
    """A single year of age; None for a total and for groups of years, which would count people twice.

    >>> _age("17 jaar"), _age("15 tot 20 jaar"), _age("95 jaar of ouder")
    (17, None, None)
    """
    match = _AGE.fullmatch(title.strip())
    return int(match[1]) if match else None


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
