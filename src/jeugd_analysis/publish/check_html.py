"""Pieces of the page of the data quality report: tables, Dutch numbers, and its look. Everything is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from jeugd_analysis.publish.check_lists import printable

_SPACE = "\u00a0"
_SHORT_TEXT = 60  # signs of HTML


def section(name: str, title: str, note: str, nothing: str, content: str) -> str:
    """A heading with its note and content, or the words for when there is none."""
    return f'<h2 id="{name}">{title}</h2>' + (note + content if content else f"<p>{nothing}</p>")


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
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


def short(code: str) -> str:
    """A code or a date, which must not break over two lines."""
    return f'<span class="kort">{safe(code)}</span>'


def head(title: str) -> str:
    """Everything before the first heading; the page may load and run nothing."""
    return (
        '<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>"
    )


def safe(text: str) -> str:
    """Text of a delivery as HTML."""
    return escape(printable(text).strip())


def short_day(day: date) -> str:
    """30-09-2026."""
    return f"{day:%d-%m-%Y}"


def number(value: int) -> str:
    """A whole number with Dutch dots."""
    return f"{value:,}".replace(",", ".").replace("-", "−")


def some(count: int, one: str, more: str) -> str:
    """A number with its noun."""
    return f"{number(count)} {one if count == 1 else more}"


def euro(cents: int) -> str:
    """Whole euros, rounded half up; the exact amount is in the lists."""
    euros = (abs(cents) + 50) // 100
    return f"{'−' if cents < 0 and euros else ''}€{_SPACE}{number(euros)}"


def share(part: int, whole: int) -> str:
    """A part as a percentage with two decimals; a dash of nothing."""
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
