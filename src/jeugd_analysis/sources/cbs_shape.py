"""Whether a table of CBS is the one we know, by what it says about itself; and what to ask of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources.cbs_layouts import LAYOUTS, OLDEST, PEOPLE, YOUNGEST, Layout
from jeugd_analysis.tables.open_data import NETHERLANDS, OPEN_MEASURES

_GEO = ("RegioS", "Regio", "WijkenEnBuurten", "Wijken")  # where the kind of the dimension does not tell
_UNITS = {
    "class": r".*",
    "count": r"aantal",
    "percent": r".*%.*",
    "euro_thousand": r".*1[ .\u00a0]?000 euro.*|.*duizend euro.*",
}
_AGE = re.compile(r"(\d{1,3}) jaar")


def wanted(areas: Collection[str]) -> Callable[[Mapping[str, Any]], dict[str, list[str]]]:
    """Filters for `fetch_table`: our measures, for these areas and the country; of other dimensions the total.

    Codes are asked as the table spells them, padded or not. The forms and referrers are not filtered, nor the areas of
    a table of which all municipalities are needed: servers limit the number of conditions.
    Raises: DeliveryError when the table is not as declared, or has none of the areas.
    """

    def choose(header: Mapping[str, Any]) -> dict[str, list[str]]:
        name = str(header.get("table"))
        shape = shape_of(name, header)
        found = [code for code in header["codes"][shape.geo] if area_of(code["Identifier"]) in {*areas, NETHERLANDS}]
        if not {area_of(code["Identifier"]) for code in found} & set(areas):
            raise _changed(name, "De gevraagde gemeenten staan niet in deze tabel", [])
        selected = {} if shape.layout.country else {shape.geo: found}
        for of, code in shape.totals.items():
            parts = shape.parts.get(of, {})
            selected[of] = [code, *(row for row in header["codes"][of] if code_of(row) in parts)]
        if shape.layout.recent and shape.time:
            selected[shape.time] = _last_years(header["codes"][shape.time], shape.layout.recent)
        if shape.layout.table == PEOPLE:
            ages = header["codes"][str(shape.layout.per)]
            selected[str(shape.layout.per)] = [row for row in ages if _is_young(row)]
        ours = [row for row in header["measures"] if code_of(row) in shape.measures]
        if len(ours) < len(header["measures"]):
            selected["Measure"] = ours
        return {of: [str(code["Identifier"]) for code in codes] for of, codes in selected.items()}

    return choose


def _last_years(codes: Sequence[Mapping[str, Any]], many: int) -> list[Mapping[str, Any]]:
    whole = sorted((row for row in codes if code_of(row).endswith("JJ00")), key=code_of)
    return whole[-many:] or list(codes)


def _is_young(row: Mapping[str, Any]) -> bool:
    age = single_age(str(row.get("Title", "")))
    return age is not None and YOUNGEST <= age <= OLDEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A table's own names for what its layout declares. measures: identifier -> our measure; codes without padding.

    parts: dimension -> code of a part that is read beside the total -> our code; only where all of them are there.
    """

    layout: Layout
    geo: str
    time: str | None
    measures: Mapping[str, str]
    levels: Mapping[str, str]
    totals: Mapping[str, Mapping[str, Any]]
    parts: Mapping[str, Mapping[str, str]]


def shape_of(name: str, header: Mapping[str, Any]) -> Shape:
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
    return Shape(
        layout=layout,
        geo=geo[0],
        time=time[0] if time else None,
        measures=_measures(name, layout, header["measures"]),
        levels=_levels(name, layout, header["codes"]),
        totals={of: _total(name, of, layout.totals[of], header["codes"][of]) for of in sorted(others - per)},
        parts={of: _parts(declared, header["codes"][of]) for of, declared in layout.parts.items() if of in others},
    )


def _parts(declared: Mapping[str, str], codes: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Code -> ours of the declared parts; none where one of them is not there: half of the people is of no use."""
    known = {plain(title): ours for title, ours in declared.items()}
    titles = {code_of(row): plain(str(row.get("Title", ""))) for row in codes}
    found = {code: known[title] for code, title in titles.items() if title in known}
    return found if sorted(found.values()) == sorted(declared.values()) else {}


def _measures(name: str, layout: Layout, told: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Identifier of each measure that the layout declares -> our name; all of them, each once, in the unit we know."""
    declared = {plain(spelling): measure for spelling, measure in layout.measures.items()}
    found: dict[str, str] = {}
    for row in told:
        identifier, title = code_of(row), str(row.get("Title", ""))
        measure = declared.get(plain(identifier)) or declared.get(plain(title))
        if measure in layout.optional and not _same_unit(str(row.get("Unit") or ""), measure):
            continue
        if measure is not None:
            _require_unit(name, title, str(row.get("Unit") or ""), measure)
            found[identifier] = measure
    told_twice = {measure for measure in layout.optional if list(found.values()).count(measure) > 1}
    found = {identifier: measure for identifier, measure in found.items() if measure not in told_twice}
    needed = set(layout.measures.values()) - (layout.optional - set(found.values()))
    if sorted(found.values()) != sorted(needed):
        titles = [f"{row.get('Title')} ({code_of(row)})" for row in told]
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
    declared = {plain(title): suffix for title, suffix in layout.levels.items()}
    titles = {code_of(row): str(row.get("Title", "")) for row in codes[layout.per]}
    found = {code: declared[plain(title)] for code, title in titles.items() if plain(title) in declared}
    if list(found.values()).count("") != 1:
        raise _changed(name, f"CBS heeft de codes van {layout.per} veranderd. Ze zijn nu", list(titles.values()))
    return found


def _total(name: str, of: str, accepted: Iterable[str], codes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    wanted_titles = {plain(title) for title in accepted}
    found = [row for row in codes if {plain(str(row.get("Title", ""))), plain(code_of(row))} & wanted_titles]
    if len(found) != 1:
        raise _changed(
            name, f"CBS heeft de codes van {of} veranderd. Ze zijn nu", [str(row.get("Title")) for row in codes]
        )
    return found[0]


def plain(title: str) -> str:
    """A title without capitals, spaces and signs: CBS varies those between tables and versions."""
    return re.sub(r"[\W_]+", "", title).casefold()


def code_of(row: Mapping[str, Any]) -> str:
    """The identifier of a code or measure without padding."""
    return str(row.get("Identifier", "")).strip()


def area_of(code: object) -> str:
    """A region code without padding; the country has another number in other tables (NL00, NL01)."""
    return re.sub(r"^NL\d\d$", NETHERLANDS, str(code).strip())


def _changed(name: str, wat: str, now: Sequence[str]) -> DeliveryError:
    listed = f": {'; '.join(now[:40])}" if now else ""
    more = f" (en nog {len(now) - 40})" if len(now) > 40 else ""
    doe = "meld dit aan de beheerder van het programma; de laatste goede kopie blijft bruikbaar."
    return DeliveryError("BES-009", wat=f"{name}: {wat}{listed}{more}.", doe=doe)


def single_age(title: str) -> int | None:
    """A single year of age; None for a total and for groups of years, which would count people twice.

    >>> single_age("17 jaar"), single_age("15 tot 20 jaar"), single_age("95 jaar of ouder")
    (17, None, None)
    """
    match = _AGE.fullmatch(title.strip())
    return int(match[1]) if match else None
