"""The lists of the data quality report, for Excel. A name in a delivery can never become a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jeugd_analysis.publish.check_lines import ProviderLine, Report

PRODUCT_COLUMNS = ("product", "name", "category", "unit", "segment", "valid_from", "valid_to")  # of products.csv

_DELIMITER, _ENCODING = ";", "utf-8-sig"  # what a Dutch Excel opens with the columns and the letters right
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_lists(report: Report, folder: Path) -> list[Path]:
    """Write check.csv, terzijde.csv, wacht_op_antwoord.csv, volledigheid.csv and werklijst_producten.csv."""
    names = ("check.csv", "terzijde.csv", "wacht_op_antwoord.csv", "volledigheid.csv", "werklijst_producten.csv")
    found, aside, waiting, months, products = paths = [folder / name for name in names]
    _write_csv(found, ("soort", "code", "ernst", "onderwerp", "periode", "aantal", "euro", "tekst", "doe"),
               found_rows(report))  # fmt: skip
    lines = ([one.file, one.line, one.code, one.text, _Money(one.amount_cents)] for one in report.aside)
    _write_csv(aside, ("bestand", "regel", "code", "reden", "euro"), lines)
    open_ones = (
        [one.provider, one.name, one.municipality, one.number, one.received_on.isoformat(), one.lines,
         _Money(one.amount_cents)]
        for one in report.waiting
    )  # fmt: skip
    _write_csv(waiting, ("agb", "aanbieder", "gemeente", "declaratie", "ontvangen", "regels", "euro"), open_ones)
    per_month = ([one.provider, one.name, one.month, one.lines, _Money(one.amount_cents)] for one in report.months)
    _write_csv(months, ("agb", "aanbieder", "maand", "regels", "euro"), per_month)
    _write_products(products, report)
    return paths


def _write_products(path: Path, report: Report) -> None:
    """As products.csv itself (commas, no mark at the start), so that a filled line can be put there."""
    with path.open("w", encoding="utf8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*PRODUCT_COLUMNS, "euro", "jeugdigen", "eerste_maand", "laatste_maand"])
        for one in report.products:
            told = {"product": _cell(one.product), "unit": _cell(one.unit), "valid_from": f"{one.first_month}-01"}
            euros = f"{one.amount_cents / 100:.2f}"
            writer.writerow([*(told.get(name, "") for name in PRODUCT_COLUMNS), euros, one.youths, one.first_month,
                             one.last_month])  # fmt: skip


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
            yield ["te laat", "", "middel", named(provider), ", ".join(provider.months_late),
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
    text = printable(str(value))
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text


def printable(text: str) -> str:
    """Without the signs that turn text around or hide in it; line ends and tabs become spaces inside the text."""
    inner = "".join(" " if sign in "\t\r\n" else sign for sign in text[1:])
    return "".join(sign for sign in text[:1] + inner if sign.isprintable() or sign in "\t\r\n")


def named(one: ProviderLine) -> str:
    """A provider by name and code."""
    return f"{one.name} ({one.provider})" if one.name else one.provider
