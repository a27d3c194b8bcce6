"""A first profile for a file nobody described yet: what all of its values fit, and what the analyst must choose."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from jeugd_analysis.sources.excel import Cell, read_cells
from jeugd_analysis.sources.profile_cells import Lines, Texts, day_of, number_of, texts_of
from jeugd_analysis.sources.profile_layout import DATE_FORMS, EXCEL_SUFFIX, SEPARATORS, Numbers
from jeugd_analysis.sources.profile_lines import encoding_of
from jeugd_analysis.sources.text import read_text, unreadable

_CURRENCIES = ("€", "EUR")
_WRITINGS = ((".", ","), (",", "."), (",", " "), (".", " "), (".", "'"), (",", "'"))
_LOOKED_AT = 50  # lines, to find the separator


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What all values of a column fit. numbers: (decimal, thousands); signs: whether that matters."""

    column: str
    filled: int
    different: int
    dates: tuple[str, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    decimals: frozenset[int] = frozenset()
    currency: tuple[str, ...] = ()
    typed: str = ""


def propose(path: Path) -> str:
    """The text of a profile for this file, in TOML. What fits in two ways is left empty, with both in a comment.

    No value of the file is in it, only its column names. Raises: DeliveryError when the file cannot be read at all.
    """
    if path.suffix.lower() == EXCEL_SUFFIX:
        form, columns, found = _look_at_sheet(path)
    else:
        form, columns, found = _look_at_text(path)
    name_line = f"file_name = {_quoted('*' + EXCEL_SUFFIX)}  # pas aan: een Excel-bestand wordt aan zijn naam herkend\n"
    return "\n".join(
        [
            "# Voorstel voor een profiel. Vul aan wat leeg is en bewaar het in data/reference/profiles.",
            'dutch = ""          # wat voor bestand dit is, in het Nederlands',
            'table = ""          # kies de tabel: claims, allocations, youths ...',
            "active = true",
            'note = ""           # wat een lezer moet weten: wat dit bestand niet vertelt',
            "",
            "[recognise]",
            f"suffixes = [{_quoted(path.suffix.lower() or '.csv')}]",
            *([name_line.rstrip()] if path.suffix.lower() == EXCEL_SUFFIX else []),
            f"columns = [{', '.join(_quoted(column) for column in columns)}]",
            "",
            *form,
            *_number_lines(found),
            *_date_lines(found),
            'empty = [""]        # wat leeg betekent',
            "open_end = []       # datums die geen einde betekenen, zoals 31-12-9999",
            "",
            "[columns]           # onze kolom = { from = kolom van het bestand }; zie own_claims.toml",
            *(f"# {line}" for told in found for line in _described(told)),
            "",
        ]
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


# -- looking --------------------------------------------------------------------------------------


def _look_at_text(path: Path) -> tuple[list[str], list[str], list[_Found]]:
    encoding = encoding_of(path, "cp1252")
    ascii_only = encoding == "cp1252" and path.read_bytes().isascii()
    fitting = _separators(path, encoding)
    if not fitting:
        raise unreadable(path, "geen scheidingsteken geeft op elke regel evenveel velden", "controleer het bestand.")
    text = read_text(path, separator=fitting[0], encoding=encoding)
    lines = Lines(path=path, text=text)
    form = ["[format]", f'encoding = "{"utf8" if ascii_only else encoding}"']
    if len(fitting) == 1:
        form.append(f"separator = {_quoted(fitting[0])}")
    else:
        both = " en ".join(_quoted(sign) for sign in fitting)
        form += [f"# meer tekens passen: {both}. Kies zelf.", 'separator = ""']
    found = [_look(texts_of(lines, name, empty=frozenset({""}))) for name in text.column_names]
    return form, text.column_names, found


def _separators(path: Path, encoding: str) -> list[str]:
    """Signs that give every looked-at line as many fields, at least two; most fields first."""
    with path.open("rb") as stream:
        head = b"".join(line for _, line in zip(range(_LOOKED_AT), stream, strict=False))
    text = head.decode("utf-8-sig" if encoding == "utf8" else encoding, "replace")
    counts = {sign: _widths(text, sign) for sign in SEPARATORS}
    widths = {sign: min(count) for sign, count in counts.items() if len(count) == 1 and min(count) > 1}
    return sorted(widths, key=lambda sign: -widths[sign])


def _widths(text: str, separator: str) -> set[int]:
    """The different numbers of fields of the lines; none when it is no delimited text at all."""
    try:
        return {len(row) for row in csv.reader(io.StringIO(text), delimiter=separator) if row}
    except csv.Error:
        return set()


def _look_at_sheet(path: Path) -> tuple[list[str], list[str], list[_Found]]:
    name, cells, _ = read_cells(path)
    header = next((at for at, row in enumerate(cells) if _is_header(row)), None)
    if header is None:
        raise unreadable(
            path, f"blad {name}: geen rij heeft alleen verschillende kolomnamen", "zet de kop boven de tabel."
        )
    columns = [str(value) for value in cells[header]]
    form = ["[excel]", f"sheet = {_quoted(name)}", f"header_row = {header + 1}", "", "[format]"]
    found = [
        _look_at_cells(path, column, [row[at] for row in cells[header + 1 :]]) for at, column in enumerate(columns)
    ]
    return form, columns, found


def _is_header(row: list[Cell]) -> bool:
    return all(isinstance(value, str) and value for value in row) and len(set(row)) == len(row)


def _look_at_cells(path: Path, column: str, values: list[Cell]) -> _Found:
    filled = [value for value in values if value != ""]
    kinds = {"datum" if isinstance(value, date) else "tekst" if isinstance(value, str) else "getal" for value in filled}
    if kinds == {"tekst"}:
        text = pa.table({column: pa.chunked_array([pa.array([str(value) for value in values])])})
        return _look(texts_of(Lines(path=path, text=text), column, empty=frozenset({""})))
    typed = " en ".join(sorted(kinds)) or "leeg"
    return _Found(column=column, filled=len(filled), different=len(set(filled)), typed=f"cellen met {typed}")


def _look(texts: Texts) -> _Found:
    filled = int((texts.at >= 0).sum())
    if not texts.unique:
        return _Found(column=texts.column, filled=0, different=0)
    dates = tuple(form for form in DATE_FORMS if all(day_of(text, form) for text in texts.unique))
    currency = tuple(sign for sign in _CURRENCIES if any(text.startswith(sign) for text in texts.unique))
    bare = [_without(text, currency) for text in texts.unique]
    fitting, decimals = [], frozenset[int]()
    for decimal, thousands in _WRITINGS:
        numbers = [number_of(text, Numbers(decimal=decimal, thousands=thousands), most=9) for text in bare]
        if all(number is not None for number in numbers):
            fitting.append((decimal, thousands))
            decimals = frozenset(number[1] for number in numbers if number is not None)
    return _Found(
        column=texts.column,
        filled=filled,
        different=len(texts.unique),
        dates=dates,
        numbers=tuple(_needed(bare, fitting)),
        decimals=decimals,
        currency=currency,
        typed="geheel getal" if fitting and all(text.lstrip("-").isdigit() for text in bare) else "",
    )


def _without(text: str, currency: tuple[str, ...]) -> str:
    for sign in currency:
        text = text.removeprefix(sign)
    return text.strip(" \u00a0\u202f") if currency else text


def _needed(texts: list[str], fitting: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each writing with only the signs that occur; a thousands sign that never stands there is not declared."""
    seen = set()
    for decimal, thousands in fitting:
        used = (
            decimal if any(decimal in text for text in texts) else "",
            thousands if any(thousands in text for text in texts) else "",
        )
        if used != ("", "") and used not in seen:
            seen.add(used)
            yield used


# -- telling --------------------------------------------------------------------------------------


def _number_lines(found: list[_Found]) -> Iterator[str]:
    written = [told for told in found if told.numbers and not told.dates]
    choices = list(dict.fromkeys(pair for told in written for pair in told.numbers))
    sure = {told.numbers[0] for told in written if len(told.numbers) == 1}
    doubt = [told.column for told in written if len(told.numbers) > 1]
    decimals = {pair[0] for pair in sure} - {""}
    thousands = {pair[1] for pair in sure} - {""}
    if doubt or len(decimals) > 1 or len(thousands) > 1 or decimals & thousands:
        about = f" ({', '.join(doubt)})" if doubt else ""
        yield f"# getallen passen op meer manieren{about}; vraag de leverancier en kies zelf:"
        yield from (f"#   decimal = {_quoted(decimal)} met thousands = {_quoted(mark)}" for decimal, mark in choices)
        decimals = thousands = set()
    yield f"decimal = {_quoted(next(iter(decimals), ''))}"
    yield f"thousands = {_quoted(next(iter(thousands), ''))}"
    signs = dict.fromkeys(sign for told in found for sign in told.currency)
    yield f"currency = [{', '.join(_quoted(sign) for sign in signs)}]"


def _date_lines(found: list[_Found]) -> Iterator[str]:
    dated = [told for told in found if told.dates and told.typed != "geheel getal"]
    sure = {told.dates[0] for told in dated if len(told.dates) == 1}
    doubt = [told for told in dated if len(told.dates) > 1]
    if doubt or len(sure) > 1:
        named = ", ".join(told.column for told in (doubt or dated))
        forms = dict.fromkeys(form for told in dated for form in told.dates)
        yield f"# datums passen op meer manieren ({named}); vraag de leverancier en kies zelf:"
        yield f"#   dates = {' of '.join(_quoted(form) for form in forms)}"
        sure = set()
    yield f"dates = {_quoted(next(iter(sure), ''))}"


def _described(told: _Found) -> Iterator[str]:
    what = told.typed
    if told.dates and what != "geheel getal":
        what = f"datum, {' of '.join(told.dates)}"
    elif told.numbers:
        ways = " of ".join(f"decimal {_quoted(decimal)} en thousands {_quoted(mark)}" for decimal, mark in told.numbers)
        what = f"getal, {ways}"
        if len(told.numbers) == 1 and len(told.decimals) == 1:
            what += f", altijd {min(told.decimals)} decimalen"
    elif told.dates:
        what += f" (of datum, {' of '.join(told.dates)})"
    yield f"{_quoted(told.column)}: {what or 'tekst'}; {told.filled} gevuld, {told.different} verschillend"
