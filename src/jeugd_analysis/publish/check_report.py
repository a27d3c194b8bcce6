"""The data quality report of an edition: a page to read and two lists for Excel. Internal: it holds small numbers.

Nothing in it is about one youth. Names and texts of deliveries are escaped, for HTML and for spreadsheets alike.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from jeugd_analysis.domain.period import day_in_words

_DELIMITER, _ENCODING = ";", "utf-8-sig"  # what a Dutch Excel opens with the columns and the letters right
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SPACE = "\u00a0"
_SHORT_TEXT = 60  # signs of HTML


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file of a delivery. changed: what was changed while reading, in Dutch, and how often."""

    quarter: str
    table: str
    file: str
    delivered: int
    accepted: int
    changed: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule that lines break, with how many and their net amount; kind: stop, terzijde, aangepast or let op."""

    code: str
    kind: str
    severity: str
    text: str
    remedy: str
    lines: int
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkLine:
    """Something odd. title: the words of the rule; subject: name with code; number: what the code counts."""

    code: str
    kind: str
    severity: str
    title: str
    subject: str
    period: str
    number: int
    amount_cents: int
    text: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLine:
    """What a provider delivered over the last care months."""

    provider: str
    name: str
    last_received: date
    lines: int
    amount_cents: int
    months_present: int
    months_late: Sequence[str]
    expected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductLine:
    """A product that products.csv does not place; months as 2026-05."""

    product: str
    lines: int
    amount_cents: int
    first_month: str
    last_month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionLine:
    """What a declared correction did; 0 lines for one that is only proposed."""

    name: str
    table: str
    lines: int
    amount_cents: int
    reason: str
    status: str
    who: str
    when: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideLine:
    """A line that was set aside: where it stands, why and how much. Never who it is about."""

    file: str
    line: int
    code: str
    text: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the report tells. stopping: in Dutch, what keeps the book from being built (tables that miss)."""

    region: str
    edition: str
    as_of: date
    status: str
    code: str
    digest: str
    stopping: Sequence[str] = ()
    files: Sequence[FileLine] = ()
    rules: Sequence[RuleLine] = ()
    remarks: Sequence[RemarkLine] = ()
    providers: Sequence[ProviderLine] = ()
    products: Sequence[ProductLine] = ()
    corrections: Sequence[CorrectionLine] = ()
    decisions: Sequence[str] = ()
    aside: Sequence[AsideLine] = ()


def write_report(report: Report, folder: Path) -> list[Path]:
    """Write check.html, check.csv and terzijde.csv into a folder (made when it is not there); their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    page, found, aside = (folder / name for name in ("check.html", "check.csv", "terzijde.csv"))
    page.write_text(page_html(report), "utf8")
    _write_csv(found, ("soort", "code", "ernst", "onderwerp", "periode", "aantal", "euro", "tekst", "doe"),
               found_rows(report))  # fmt: skip
    lines = ([one.file, one.line, one.code, one.text, _Money(one.amount_cents)] for one in report.aside)
    _write_csv(aside, ("bestand", "regel", "code", "reden", "euro"), lines)
    return [page, found, aside]


# -- lists for Excel --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Money:
    cents: int


def found_rows(report: Report) -> Iterable[list[object]]:
    """Rows of check.csv: everything the page tells, one thing per row."""
    for text in report.stopping:
        yield ["stop", "", "hoog", "", report.edition, "", "", text, ""]
    for rule in report.rules:
        yield [rule.kind, rule.code, rule.severity, "", report.edition, rule.lines, _Money(rule.amount_cents),
               rule.text, rule.remedy]  # fmt: skip
    for one in report.remarks:
        yield [one.kind, one.code, one.severity, one.subject, one.period, one.number, _Money(one.amount_cents),
               one.text, one.remedy]  # fmt: skip
    for provider in report.providers:
        if provider.months_late:
            yield ["te laat", "", "middel", _named(provider), ", ".join(provider.months_late),
                   len(provider.months_late), "", "maanden zonder declaraties", "Stuur een herinnering."]  # fmt: skip
    for product in report.products:
        yield ["product", "CLM-018", "middel", product.product, f"{product.first_month} tot en met "
               f"{product.last_month}", product.lines, _Money(product.amount_cents),
               "product zonder segment", "Zet het product in products.csv."]  # fmt: skip
    for entry in report.corrections:
        yield ["correctie", "", "", entry.name, entry.when.isoformat(), entry.lines, _Money(entry.amount_cents),
               entry.reason, f"status: {entry.status}, door {entry.who}"]  # fmt: skip


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding=_ENCODING, newline="") as stream:
        writer = csv.writer(stream, delimiter=_DELIMITER, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> str:
    """Numbers stay numbers; text that a spreadsheet could run as a formula gets an apostrophe in front."""
    if isinstance(value, _Money):
        sign = "-" if value.cents < 0 else ""
        return f"{sign}{abs(value.cents) // 100},{abs(value.cents) % 100:02d}"
    if isinstance(value, int):
        return str(value)
    text = _printable(str(value))
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text


def _printable(text: str) -> str:
    """Without the signs that turn text around or hide in it; line ends and tabs become spaces inside the text."""
    inner = "".join(" " if sign in "\t\r\n" else sign for sign in text[1:])
    return "".join(sign for sign in text[:1] + inner if sign.isprintable() or sign in "\t\r\n")


# -- the page ---------------------------------------------------------------------------------------


def page_html(report: Report) -> str:
    """The page: self-contained, no script, readable in light and dark, on a phone and on paper."""
    title = f"Controle van de gegevens, {report.edition}"
    parts = [
        _head(title), f"<h1>{escape(title)}</h1>",
        f'<p class="onder">{_safe(report.region)}. Stand {day_in_words(report.as_of)}.</p>',
        '<p class="intern"><strong>Alleen voor intern gebruik.</strong> Dit overzicht bevat kleine aantallen. '
        "Publiceer het niet en stuur het niet door buiten de organisatie.</p>",
        _verdict(report), _to_do(report), _set_aside(report), _remarks(report), _providers(report),
        _products(report), _corrections(report), _files(report), _foot(report),
    ]  # fmt: skip
    return "\n".join(part for part in parts if part) + "\n"


def _verdict(report: Report) -> str:
    stops = len(report.stopping) + sum(1 for one in report.remarks if one.kind == "stop")
    lines = sum(rule.lines for rule in report.rules if rule.kind == "terzijde")
    cents = sum(rule.amount_cents for rule in report.rules if rule.kind == "terzijde")
    delivered = sum(file.delivered for file in report.files)
    late = sum(1 for provider in report.providers if provider.months_late)
    answer = f"Los eerst {_some(stops, 'punt', 'punten')} op" if stops else "U kunt het boek bouwen"
    facts = (
        ("Regels aangeleverd", _number(delivered)),
        ("Regels terzijde gelegd", f"{_number(lines)} ({_share(lines, delivered)})"),
        ("Bedrag terzijde", _euro(cents)),
        ("Aanbieders die te laat zijn", _number(late)),
    )
    told = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    return f'<p class="oordeel {"fout" if stops else "goed"}">{answer}.</p><dl class="feiten">{told}</dl>'


def _to_do(report: Report) -> str:
    """What to do, the most pressing first; each rule once."""
    items = [f"<li><strong>Nodig:</strong> {_safe(text)}</li>" for text in report.stopping]
    todo: dict[tuple[int, str], str] = {}
    seen = Counter(one.code for one in report.remarks)
    for rule in report.rules:
        todo[_rank(rule), rule.code] = _advice(rule, rule.text, _some(rule.lines, "regel", "regels"))
    for one in report.remarks:
        todo[_rank(one), one.code] = _advice(one, one.title, _some(seen[one.code], "keer", "keer"))
    items += [todo[place] for place in sorted(todo)]
    if late := sum(1 for provider in report.providers if provider.months_late):
        items.append(f"<li>Stuur een herinnering aan {_some(late, 'aanbieder', 'aanbieders')}.</li>")
    listed = "".join(items) or "<li>U hoeft niets te doen.</li>"
    return f'<h2 id="doen">Wat u nu doet</h2><ol class="doen">{listed}</ol>'


_RANK = {"hoog": 1, "middel": 2, "laag": 3}


def _rank(one: RuleLine | RemarkLine) -> int:
    return 0 if one.kind == "stop" else _RANK.get(one.severity, len(_RANK) + 1)


def _advice(one: RuleLine | RemarkLine, title: str, count: str) -> str:
    need = "<strong>Nodig:</strong> " if one.kind == "stop" else ""
    told = f'{_safe(title[:1].upper() + title[1:])} <span class="zacht">({_short(one.code)}, {count})</span>.'
    return f"<li>{need}{told}<br>{_safe(one.remedy)}</li>"


def _set_aside(report: Report) -> str:
    rows = [
        [_safe(rule.text), _short(rule.code), _safe(rule.kind), _number(rule.lines), _euro(rule.amount_cents)]
        for rule in report.rules
    ]
    note = (
        "<p>Regels die terzijde liggen, tellen nergens mee. Regels met ‘let op’ tellen wel mee. "
        "In terzijde.csv staat per regel waar zij staat.</p>"
    )
    return _section("regels", "Regels die niet kloppen", note, "Geen enkele regel heeft een fout.", _table(
        "Regels per reden", ("Reden", "Code", "Soort", "#Regels", "#Bedrag"), rows))  # fmt: skip


def _remarks(report: Report) -> str:
    rows = [
        [_safe(one.subject), _short(one.period), f"{_safe(one.text)} <span class=\"zacht\">{_short(one.code)}</span>",
         _safe(one.severity), _euro(one.amount_cents)]
        for one in report.remarks
    ]  # fmt: skip
    note = "<p>Deze regels kloppen op zich, maar samen zijn ze vreemd. Kijk of er een reden voor is.</p>"
    return _section("opvallend", "Wat opvalt", note, "Er valt niets op.", _table(
        "Wat opvalt", ("Wie", "Periode", "Wat", "Ernst", "#Bedrag"), rows))  # fmt: skip


def _providers(report: Report) -> str:
    late, rest = ([one for one in report.providers if bool(one.months_late) is wanted] for wanted in (True, False))
    heads = ("Aanbieder", "Laatste ontvangst", "Te laat", "#Maanden", "#Regels", "#Bedrag")
    listed = _table("Aanbieders die te laat zijn", heads, [_provider_row(one) for one in late])
    if rest:
        others = _table("Aanbieders die bij zijn", heads, [_provider_row(one) for one in rest])
        word = _some(len(rest), "aanbieder die bij is", "aanbieders die bij zijn")
        listed += f"<details><summary>{word}</summary>{others}</details>"
    note = "<p>Over de laatste maanden die al binnen horen te zijn. Het bedrag is dat van die maanden.</p>"
    return _section("wie", "Wie leverde wat", note, "Er zijn nog geen declaraties.", listed)


def _provider_row(one: ProviderLine) -> list[str]:
    months = ", ".join(_short(month) for month in one.months_late)
    told = months or ("nee" if one.expected else "niet elke maand verwacht")
    return [_safe(_named(one)), _short(_day(one.last_received)), told, _number(one.months_present), _number(one.lines),
            _euro(one.amount_cents)]  # fmt: skip


def _products(report: Report) -> str:
    rows = [
        [_safe(one.product), _short(one.first_month), _short(one.last_month), _number(one.lines),
         _euro(one.amount_cents)]
        for one in report.products
    ]  # fmt: skip
    note = "<p>Deze producten tellen mee zonder segment (S0). Zet ze in data/reference/products.csv.</p>"
    return _section("producten", "Producten zonder segment", note, "Elk product heeft een segment.", _table(
        "Producten zonder segment", ("Product", "Eerste maand", "Laatste maand", "#Regels", "#Bedrag"), rows)
    )  # fmt: skip


def _corrections(report: Report) -> str:
    rows = [
        [_safe(one.name), _safe(one.reason), f"{_safe(one.status)}, {_safe(one.who)}, {_day(one.when)}",
         _number(one.lines), _euro(one.amount_cents)]
        for one in report.corrections
    ]  # fmt: skip
    table = _table("Correcties", ("Correctie", "Reden", "Status", "#Regels", "#Verschil"), rows)
    decided = "".join(f"<li>{_safe(text)}</li>" for text in report.decisions)
    return _section("correcties", "Correcties en besluiten", "", "Er is niets gecorrigeerd of besloten.",
                    table + (f"<ul>{decided}</ul>" if decided else ""))  # fmt: skip


def _files(report: Report) -> str:
    rows = [
        [_safe(one.table), _short(one.quarter), _safe(one.file), _number(one.delivered), _number(one.accepted),
         "; ".join(f"{_safe(what)}: {_number(count)}" for what, count in one.changed) or "nee"]
        for one in report.files
    ]  # fmt: skip
    return _section("bestanden", "Wat is aangeleverd", "", "Er is nog niets aangeleverd.", _table(
        "Bestanden", ("Tabel", "Kwartaal", "Bestand", "#Regels", "#Ingelezen", "Aangepast"), rows))  # fmt: skip


def _section(name: str, title: str, note: str, nothing: str, content: str) -> str:
    return f'<h2 id="{name}">{title}</h2>' + (note + content if content else f"<p>{nothing}</p>")


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Cells are HTML already; a heading that starts with # is above numbers. Nothing without rows."""
    if not rows:
        return ""
    kinds = [' class="getal"' if head.startswith("#") else "" for head in heads]
    top = "".join(f'<th scope="col"{kind}>{head.lstrip("#")}</th>' for head, kind in zip(heads, kinds, strict=True))
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td{kind or _wide(cell)}>{cell}</td>" for cell, kind in zip(row[1:], kinds[1:], strict=True))
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="omslag" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _wide(cell: str) -> str:
    """On a phone a sentence needs more room than a word; the table then moves sideways."""
    return ' class="lang"' if len(cell) > _SHORT_TEXT else ""


def _short(code: str) -> str:
    """A code or a date, which must not break over two lines."""
    return f'<span class="kort">{_safe(code)}</span>'


def _head(title: str) -> str:
    return (
        '<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>"
    )


def _foot(report: Report) -> str:
    told = (
        f"Editie {report.edition}, stand {_day(report.as_of)}, {report.status}. "
        f"Code {report.code}, gegevens {report.digest}."
    )
    return f"<footer><p>{_safe(told)}</p></footer>\n</main>\n</body>\n</html>"


def _safe(text: str) -> str:
    return escape(_printable(text).strip())


def _named(one: ProviderLine) -> str:
    return f"{one.name} ({one.provider})" if one.name else one.provider


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".").replace("-", "−")


def _some(count: int, one: str, more: str) -> str:
    return f"{_number(count)} {one if count == 1 else more}"


def _euro(cents: int) -> str:
    """Whole euros, rounded half up; the exact amount is in the lists."""
    euros = (abs(cents) + 50) // 100
    return f"{'−' if cents < 0 and euros else ''}€{_SPACE}{_number(euros)}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%".replace(".", ",") if whole else "–"


_STYLE = """
:root { color-scheme: light dark; --tekst: #1b232c; --zacht: #4a5563; --lijn: #d5dae0; --vlak: #f4f7fa; --papier: #fff;
  --accent: #00599c; --fout: #fdecea; --fout-rand: #b3261e; --goed: #e7f4ee; --goed-rand: #1b7f5c;
  --let: #fff5dc; --let-rand: #b26b00; }
@media (prefers-color-scheme: dark) { :root { --tekst: #e6eaef; --zacht: #b4bec9; --lijn: #3d4650; --vlak: #1d232a;
  --papier: #14181d; --accent: #7cc0f5; --fout: #3a1917; --fout-rand: #f2a29b; --goed: #12291f; --goed-rand: #6cc9a1;
  --let: #33270c; --let-rand: #e0a93b; } }
* { box-sizing: border-box; }
body { background: var(--papier); color: var(--tekst); font: 17px/1.6 "Segoe UI", "Helvetica Neue", Arial,
  "DejaVu Sans", sans-serif; margin: 0; overflow-wrap: break-word; }
main { margin: 0 auto; max-width: 64rem; padding: 1.5rem 1rem 3rem; }
h1 { font-size: clamp(1.6rem, 1.2rem + 1.8vw, 2.15rem); line-height: 1.25; margin: 0; text-wrap: balance; }
h2 { font-size: 1.45rem; line-height: 1.25; margin: 2.5rem 0 .75rem; }
p, ol, ul { margin: .5rem 0 1rem; max-width: 44rem; }
.onder, .zacht, footer { color: var(--zacht); }
.zacht, footer { font-size: .875rem; }
.intern, .oordeel { border-left: 4px solid var(--let-rand); border-radius: 0 6px 6px 0; background: var(--let);
  max-width: none; padding: .6rem 1rem; }
.oordeel { font-size: 1.25rem; font-weight: 600; }
.oordeel.fout { background: var(--fout); border-color: var(--fout-rand); }
.oordeel.goed { background: var(--goed); border-color: var(--goed-rand); }
.feiten { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); margin: 1rem 0; }
.feiten div { background: var(--vlak); border-radius: 6px; padding: .6rem 1rem; }
.feiten dt { color: var(--zacht); font-size: .875rem; }
.feiten dd { font-size: 1.25rem; font-weight: 600; margin: 0; }
.doen li { margin-bottom: .5rem; }
.omslag { margin: 0 0 1rem; overflow-x: auto; }
table { border-collapse: collapse; font-size: .9375rem; width: 100%; }
caption { color: var(--zacht); font-size: .875rem; padding: .25rem 0; text-align: left; }
th, td { border-bottom: 1px solid var(--lijn); padding: .4rem .75rem .4rem 0; text-align: left; vertical-align: top; }
thead th { color: var(--zacht); font-weight: 600; }
tbody th { font-weight: 400; min-width: 9rem; }
.getal { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
.kort { white-space: nowrap; }
.lang { min-width: 15rem; }
details { margin: 0 0 1rem; }
summary { color: var(--accent); cursor: pointer; padding: .25rem 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
footer { border-top: 1px solid var(--lijn); margin-top: 3rem; }
@media print { :root { color-scheme: light; --tekst: #000; --zacht: #333; --papier: #fff; --vlak: #fff; --fout: #fff;
  --goed: #fff; --let: #fff; --lijn: #999; } body { font-size: 10pt; } main { max-width: none; padding: 0; }
  .omslag { overflow: visible; } h2, caption, thead { break-after: avoid; } tr, .feiten div { break-inside: avoid; }
  .feiten div { border: 1px solid #999; } @page { margin: 18mm; } }
"""
