"""The last look before a book goes out: no small or exact number of youths stands in it, wherever that may be.

The gate in `present` decides what may be shown; this check reads what is really there, as a reader of the page source
would: cells of tables, data and texts of charts, titles, alternative texts, sentences, downloads, the search index. It
knows a number of youths by the words beside it (jeugdigen, kinderen, jongeren, cliënten), so it sees mistakes, not
bad faith. Figures that CBS or a council published stand inside an element with data-herkomst="gepubliceerd"; they are
left alone. So are pages of the project's own text, in which no data can come.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.publish.leaks import TOLD, Leak

PUBLISHED = ("data-herkomst", "gepubliceerd")
COUNT, UNUSED = "aantal jeugdigen", "kolom die de grafiek niet gebruikt"

_YOUTH = re.compile(r"jeugdig|\bkind(?:eren)?\b|jonger|cli[eë]nt|youth", re.IGNORECASE)
# What else a column or an axis can hold beside the word: its number is then not one of youths.
_OTHER = re.compile(
    r"€|euro|bedrag|kosten|tarief|%|aandeel|percentage|regels|declaraties|traject|toewijzing|maand|kwartaal|jaar\b|uren?\b"
    r"|dagen|plaatsen|toetsen|aanbieders|inwoners|per (?:jeugdige|jongere|kind|cli[eë]nt)\b|per 1\.000|gemiddeld"
    r"|\bindex",
    re.IGNORECASE,
)
_N = r"(?P<sign>[+−-]?)(?P<n>\d{1,3}(?:\.\d{3})+|\d+)"
_APART = r"(?<![\w.,/:–+−-])"  # not the end of a date, a range, a code or a longer number
_WORD = r"(?:jeugdigen?|kind(?:eren)?|jongeren?|cli[eë]nt(?:en|s)?|youths?)\b"
_ADJECTIVE = (
    r"(?:(?!(?:per|uur|uren|euro|jaar|maanden?|dagen|weken|mln|procent|keer|soorten|gemeenten|aanbieders|of|en|tot|t/m"
    r"|bij|voor|door|met|in|op)\b)[a-zëïé-]+\s+|van\s+(?:de|alle)\s+){0,2}"
)
_BESIDE = re.compile(rf"{_APART}{_N}\s+{_ADJECTIVE}{_WORD}", re.IGNORECASE)
_AFTER = re.compile(rf"{_WORD}(?:\s*\([^)]*\))?[\"']?\s*[:=;]\s*[\"']?{_N}(?![\w%]|[.,]\d|\s*%)", re.IGNORECASE)
_MOVED = re.compile(rf"\b(?:van|naar|is|was|werd|op|met|tot)\s+{_N}(?![\w%]|[.,]\d|\s*%|\s+(?:jaar|tot|t/m|en)\b)")
_THEM = re.compile(rf"\bhet er(?:\s+(?:nog|dan|al|maar))?\s+{_N}(?![\w%]|[.,]\d|\s*%)")
_IN_BRACKETS = re.compile(rf"(?<=[a-zë] )\({_N}\)")
_NUMBER_OF = re.compile(
    r"\baantal(?:len)?\s+(?:\w+\s+)?(?:jeugdig|kinderen|jonger|cli[eë]nt)(?:[^.;:]|\.(?=\d))*", re.IGNORECASE
)
_SHARE = re.compile(r"(?:\bop de|\bper|\bop elke|\bvan elke)\s+$", re.IGNORECASE)
_LIMIT = re.compile(r"(?:minder dan|ten minste|minimaal|vanaf|onder de|meer dan)\s+$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")  # a count of a thousand or more has a point
_CELL = re.compile(rf"^{_N}(?=\s*(?:\(|$))")
_SPOKEN = {"alt", "title", "aria-label", "aria-description", "content", "placeholder", "summary"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_INLINE = {"a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup", "tspan", "br", "wbr"}
_HEADINGS = {"h1", "h2", "h3"}
_INDEX = "Search.setIndex("


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a shown number of youths must be: at least the threshold and a multiple of the base, or zero."""

    threshold: int
    base: int

    def refuses(self, number: int, *, change: bool = False) -> bool:
        """Whether this number may not be shown; a change (with a sign) may be smaller than the threshold."""
        return number % self.base != 0 or (not change and 0 < number < self.threshold)


def small_numbers(folder: Path, limits: Limits, *, explained: Collection[str] = ()) -> list[Leak]:
    """Every number of youths below a folder that may not be shown; `explained` are pages of the project's own text."""
    found: set[Leak] = set()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        look = _LOOKS.get(path.suffix.lower())
        packaged = name.startswith("_static/") and path.suffix == ".js"
        if look is not None and path.is_file() and name not in explained and not packaged:
            found |= {Leak(name, kind, place) for kind, place in look(path.read_text("utf8", "replace"), limits)}
    return sorted(found)


def refuse(found: Sequence[Leak]) -> None:
    """Raises: DisclosureError LEK-002 that names files and places, when anything was found."""
    if found:
        told = "; ".join(f"{one.file}, {one.place} ({one.kind})" for one in found[:TOLD])
        more = f"; en nog {len(found) - TOLD}" if len(found) > TOLD else ""
        raise DisclosureError(
            "LEK-002",
            wat=f"In het boek staat een aantal jeugdigen dat te klein is of niet is afgerond: {told}{more}.",
            doe="toon dit getal alleen via present.disclosure; merk gepubliceerde cijfers als gepubliceerd.",
        )


# -- sentences --------------------------------------------------------------------------------------


def counts_in(text: str) -> Iterator[tuple[int, bool, str]]:
    """Every number of youths in a text: the number, whether it is a change, and the words before it."""
    if not _YOUTH.search(text):
        return
    beside = list(_BESIDE.finditer(text))
    yield from _told(beside, text)
    yield from _told(_AFTER.finditer(text), text)
    yield from _told(_THEM.finditer(text), text)
    for part in _NUMBER_OF.finditer(text):
        yield from _told(_MOVED.finditer(part[0]), part[0])
    if any(text[: found.start()].endswith("(") for found in beside):  # a list: "a (30 jeugdigen), b (20)"
        yield from _told(_IN_BRACKETS.finditer(text), text)


def _told(found: Iterator[re.Match[str]] | list[re.Match[str]], text: str) -> Iterator[tuple[int, bool, str]]:
    for one in found:
        before = text[max(0, one.start("n") - 30) : one.start("sign")]
        if not _YEAR.fullmatch(one["n"]) and not _SHARE.search(before):
            yield int(one["n"].replace(".", "")), bool(one["sign"]), before


def _refused_in(text: str, limits: Limits) -> bool:
    return any(
        limits.refuses(number, change=change) and not (number == limits.threshold and _LIMIT.search(before))
        for number, change, before in counts_in(text)
    )


# -- pages ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Table:
    line: int
    context: str
    published: bool
    caption: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


class _Page(HTMLParser):
    """Reads a page the way its source reads: blocks of text, spoken attributes, tables, charts."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.limits = limits
        self.found: set[tuple[str, str]] = set()
        self._open: list[tuple[str, bool]] = []  # element, whether what is inside was published elsewhere
        self._text: list[str] = []
        self._raw = ""  # script or style we are in
        self._unit = ""
        self._in_unit = False
        self._table: _Table | None = None
        self._row_in_head = False

    @property
    def _published(self) -> bool:
        return any(published for _, published in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE:
            self._block_ends()
        told = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append((tag, told.get(PUBLISHED[0]) == PUBLISHED[1]))
        for name, value in told.items():
            if (name in _SPOKEN or name.startswith("data-")) and not self._published:
                self._check(value, f"kenmerk {name}")
        if tag in ("script", "style"):
            self._raw = "grafiek" if told.get("type") == "application/json" else tag
        elif tag == "table":
            self._table = _Table(self.getpos()[0], self._unit, self._published)
        elif tag == "tr" and self._table:
            self._table.rows.append([])
        elif tag in _HEADINGS:
            self._unit = ""
        self._in_unit = self._in_unit or "figuur-eenheid" in told.get("class", "")
        if tag == "thead":
            self._row_in_head = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        text = "".join(self._text).strip()
        if self._table:
            self._cell_ends(tag, text)
        if tag not in _INLINE:
            self._block_ends()
        if tag in ("script", "style"):
            self._raw = ""
        if any(name == tag for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def _cell_ends(self, tag: str, text: str) -> None:
        table = self._table
        assert table is not None
        if tag == "caption":
            table.caption = text
        elif tag in ("td", "th") and self._row_in_head:
            table.heads.append(text)
        elif tag in ("td", "th") and table.rows:
            table.rows[-1].append(text)
        elif tag == "thead":
            self._row_in_head = False
        elif tag == "table":
            if not table.published:
                places = counts_in_table(table.caption, table.context, table.heads, table.rows, self.limits)
                self.found |= {(COUNT, f"regel {table.line}, tabel: {place}") for place in places}
            self._table = None

    def handle_data(self, data: str) -> None:
        if self._raw == "grafiek":
            if not self._published:
                line = self.getpos()[0]
                found = refused_in_chart(data, self.limits, context=self._unit)
                self.found |= {(kind, f"regel {line}, grafiek: {place}") for kind, place in found}
        elif not self._raw:
            self._text.append(data)

    def _block_ends(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text.clear()
        if self._in_unit and text:
            self._unit, self._in_unit = text, False
        if text and not self._published:
            self._check(text, "tekst")

    def _check(self, text: str, where: str) -> None:
        if _refused_in(text, self.limits):
            self.found.add((COUNT, f"regel {self.getpos()[0]}, {where}"))

    def close(self) -> None:
        super().close()
        self._block_ends()


def refused_in_page(text: str, limits: Limits) -> set[tuple[str, str]]:
    """What may not be shown in a page or a part of one: kind and place."""
    page = _Page(limits)
    page.feed(text)
    page.close()
    return page.found


def counts_in_table(
    caption: str, context: str, heads: Sequence[str], rows: Sequence[Sequence[str]], limits: Limits
) -> list[str]:
    """Places (row and column by number) of refused numbers, in columns and rows that count youths."""
    told = _YOUTH.search(caption) or _YOUTH.search(context)
    about = bool(told) and not _OTHER.search(re.sub(r"per (jaar|maand|kwartaal|aanbieder)\w*", "", context))
    places = []
    for number, row in enumerate((row for row in rows if row), start=1):
        for place, cell in enumerate(row):
            head = heads[place] if place < len(heads) else ""
            named = bool(_YOUTH.search(head)) or (place > 0 and _row_of(row[0]))
            found = None if _YEAR.fullmatch(cell) else _CELL.match(cell)
            if found and (named or (about and place > 0)) and not _OTHER.search(head) and _refused(found, limits):
                places.append(f"rij {number}, kolom {place + 1}")
    return places


def _row_of(name: str) -> bool:
    """Whether the head of a row says that the row counts youths."""
    return bool(_YOUTH.match(name)) and not _OTHER.search(name)


# -- charts -----------------------------------------------------------------------------------------


def refused_in_chart(text: str, limits: Limits, *, context: str = "") -> set[tuple[str, str]]:
    """What may not be in the specification of a chart: refused counts, and columns that it carries and never uses."""
    try:
        spec = json.loads(text)
    except ValueError:
        return {(COUNT, "tekst")} if _refused_in(text, limits) else set()
    rows, used, strings, titled = _Parts(), set[str](), list[str](), dict[str, list[str]]()
    _walk(spec, rows, used, strings, titled)
    names = {name for row in rows for name in row}
    found = {(COUNT, "tekst") for part in strings if _refused_in(part, limits)}
    found |= {(UNUSED, f"kolom {name}") for name in names if not any(name in part for part in used)}
    counted = {name for name in names if _counts(name, titled.get(name, []))}
    if counted or (_YOUTH.search(context) and not _OTHER.search(context)):
        others = {name for name, titles in titled.items() if any(_OTHER.search(title) for title in titles)}
        counted |= {name for name in names if name in titled and name not in others}
    for row in rows:
        found |= {(COUNT, f"kolom {name}") for name in counted & row.keys() if _refused_value(row[name], limits)}
    return found


class _Parts(list[Mapping[str, object]]):
    """Rows of data."""


def _walk(part: object, rows: _Parts, used: set[str], strings: list[str], titled: dict[str, list[str]]) -> None:
    """Take a specification apart: rows, texts that can name a column, all texts, and quantities with their titles."""
    if isinstance(part, Mapping):
        name = part.get("field")
        if isinstance(name, str) and ("title" in part or part.get("type") == "quantitative"):
            axis = part.get("axis")
            title = part.get("title") or (axis.get("title") if isinstance(axis, Mapping) else "") or ""
            if part.get("type") == "quantitative" or _YOUTH.search(str(title)):
                titled.setdefault(name, []).append(str(title))
        for key, value in part.items():
            if key in ("values", "datasets"):
                _take_rows(value, rows, strings)
            elif key not in ("config", "$schema"):
                _walk(value, rows, used, strings, titled)
    elif isinstance(part, list):
        for value in part:
            _walk(value, rows, used, strings, titled)
    elif isinstance(part, str):
        used.add(part)
        strings.append(part)


def _take_rows(value: object, rows: _Parts, strings: list[str]) -> None:
    if isinstance(value, Mapping):
        for one in value.values():
            _take_rows(one, rows, strings)
    elif isinstance(value, list):
        rows.extend(row for row in value if isinstance(row, Mapping))
        strings.extend(
            text for row in value if isinstance(row, Mapping) for text in row.values() if isinstance(text, str)
        )


def _counts(name: str, titles: Sequence[str]) -> bool:
    by_name = _YOUTH.search(name) and not _OTHER.search(name)
    return bool(by_name) or any(_YOUTH.search(title) and not _OTHER.search(title) for title in titles)


def _refused_value(value: object, limits: Limits) -> bool:
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float):
        return value == int(value) and limits.refuses(abs(int(value)), change=value < 0)
    found = _CELL.match(str(value))
    return found is not None and _refused(found, limits)


def _refused(found: re.Match[str], limits: Limits) -> bool:
    return limits.refuses(int(found["n"].replace(".", "")), change=bool(found["sign"]))


# -- other files ------------------------------------------------------------------------------------


def _csv(text: str, limits: Limits) -> set[tuple[str, str]]:
    """Columns named after youths, and rows whose unit is youths; rows marked 'gepubliceerd' are left alone."""
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))
    heads, found = (lines[0] if lines else []), set()
    for number, row in enumerate(lines[1:], start=2):
        if PUBLISHED[1] in row:
            continue
        by_unit = any(_YOUTH.fullmatch(cell) or cell in ("jeugdigen", "youths") for cell in row)
        for head, cell in zip(heads, row, strict=False):
            counts = (_YOUTH.search(head) and not _OTHER.search(head)) or (by_unit and not _OTHER.search(head))
            digits = cell.removesuffix(".0")
            if (counts and _CELL.match(digits) and _refused_value(digits, limits)) or _refused_in(cell, limits):
                found.add((COUNT, f"regel {number}, kolom {head}"))
    return found


def refused_in_text(text: str, limits: Limits) -> set[tuple[str, str]]:
    """What may not be shown in lines of text: kind and place."""
    return {(COUNT, f"regel {number}") for number, line in enumerate(text.splitlines(), 1) if _refused_in(line, limits)}


def _script(text: str, limits: Limits) -> set[tuple[str, str]]:
    """The search index: its titles and headings. A number beside a word there is the number of a page."""
    try:
        told = json.loads(text.removeprefix(_INDEX).removesuffix(")"))
    except ValueError:  # not the index
        return refused_in_text(text, limits)
    words = [*told.get("titles", []), *told.get("alltitles", {})]
    return {(COUNT, "titel in de zoekindex") for title in words if _refused_in(title, limits)}


def _json(text: str, limits: Limits) -> set[tuple[str, str]]:
    try:
        return set(_values(json.loads(text), limits))
    except ValueError:
        return refused_in_text(text, limits)


def _values(part: object, limits: Limits) -> Iterator[tuple[str, str]]:
    if isinstance(part, Mapping):
        for name, value in part.items():
            single = not isinstance(value, Mapping | list)
            if single and _counts(str(name), []) and _refused_value(value, limits):
                yield COUNT, f"kolom {name}"
            yield from _values(value, limits)
    elif isinstance(part, list):
        for value in part:
            yield from _values(value, limits)
    elif isinstance(part, str) and _refused_in(part, limits):
        yield COUNT, "tekst"


_LOOKS = {
    ".html": refused_in_page,
    ".svg": refused_in_page,
    ".json": _json,
    ".csv": _csv,
    ".js": _script,
    ".txt": refused_in_text,
}
