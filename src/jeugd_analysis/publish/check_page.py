"""The page of the data quality report: what to do first, then everything that was found."""

from __future__ import annotations

from collections import Counter
from html import escape

from jeugd_analysis.domain.period import day_in_words
from jeugd_analysis.publish.check_html import euro, head, number, safe, section, share, short, short_day, some, table
from jeugd_analysis.publish.check_lines import ProviderLine, RemarkLine, Report, RuleLine
from jeugd_analysis.publish.check_lists import named


def page_html(report: Report) -> str:
    """The page: self-contained, no script, readable in light and dark, on a phone and on paper."""
    title = f"Controle van de gegevens, {report.edition}"
    parts = [
        head(title), f"<h1>{escape(title)}</h1>",
        f'<p class="onder">{safe(report.region)}. Stand {day_in_words(report.as_of)}.</p>',
        '<p class="intern"><strong>Alleen voor intern gebruik.</strong> Dit overzicht bevat kleine aantallen. '
        "Publiceer het niet en stuur het niet door buiten de organisatie.</p>",
        _verdict(report), _to_do(report), _set_aside(report), _answers(report), _remarks(report),
        _providers(report), _books(report), _products(report), _corrections(report), _files(report), _foot(report),
    ]  # fmt: skip
    return "\n".join(part for part in parts if part) + "\n"


def _verdict(report: Report) -> str:
    stops = len(report.stopping) + sum(1 for one in report.remarks if one.kind == "stop")
    lines = sum(rule.lines for rule in report.rules if rule.kind == "terzijde")
    cents = sum(rule.amount_cents for rule in report.rules if rule.kind == "terzijde")
    delivered = sum(file.delivered for file in report.files)
    late = sum(1 for provider in report.providers if provider.months_late)
    answer = f"Los eerst {some(stops, 'punt', 'punten')} op" if stops else "U kunt het boek bouwen"
    facts = (
        ("Regels aangeleverd", number(delivered)),
        ("Regels terzijde gelegd", f"{number(lines)} ({share(lines, delivered)})"),
        ("Bedrag terzijde", euro(cents)),
        ("Aanbieders die te laat zijn", number(late)),
    )
    told = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    return f'<p class="oordeel {"fout" if stops else "goed"}">{answer}.</p><dl class="feiten">{told}</dl>'


def _to_do(report: Report) -> str:
    """What to do, the most pressing first; each rule once."""
    items = [f"<li><strong>Nodig:</strong> {safe(text)}</li>" for text in report.stopping]
    items += [f"<li>{safe(text)}</li>" for text in report.advice]
    todo: dict[tuple[int, str], str] = {}
    seen = Counter(one.code for one in report.remarks)
    for rule in report.rules:
        todo[_rank(rule), rule.code] = _advice(rule, rule.text, some(rule.lines, "regel", "regels"))
    for one in report.remarks:
        todo[_rank(one), one.code] = _advice(one, one.title, some(seen[one.code], "keer", "keer"))
    items += [todo[place] for place in sorted(todo)]
    if late := sum(1 for provider in report.providers if provider.months_late):
        items.append(f"<li>Stuur een herinnering aan {some(late, 'aanbieder', 'aanbieders')}.</li>")
    listed = "".join(items) or "<li>U hoeft niets te doen.</li>"
    return f'<h2 id="doen">Wat u nu doet</h2><ol class="doen">{listed}</ol>'


_RANK = {"hoog": 1, "middel": 2, "laag": 3}


def _rank(one: RuleLine | RemarkLine) -> int:
    return 0 if one.kind == "stop" else _RANK.get(one.severity, len(_RANK) + 1)


def _advice(one: RuleLine | RemarkLine, title: str, count: str) -> str:
    need = "<strong>Nodig:</strong> " if one.kind == "stop" else ""
    told = f'{safe(title[:1].upper() + title[1:])} <span class="zacht">({short(one.code)}, {count})</span>.'
    return f"<li>{need}{told}<br>{safe(one.remedy)}</li>"


def _set_aside(report: Report) -> str:
    rows = [
        [safe(rule.text), short(rule.code), safe(rule.kind), number(rule.lines), euro(rule.amount_cents)]
        for rule in report.rules
    ]
    note = (
        "<p>Regels die terzijde liggen, tellen nergens mee. Regels met ‘let op’ tellen wel mee. "
        "In terzijde.csv staat per regel waar zij staat, in wacht_op_antwoord.csv welke declaraties wachten.</p>"
    )
    return section("regels", "Regels die niet kloppen", note, "Geen enkele regel heeft een fout.", table(
        "Regels per reden", ("Reden", "Code", "Soort", "#Regels", "#Bedrag"), rows))  # fmt: skip


def _answers(report: Report) -> str:
    total = sum(one.lines for one in report.answers)
    rows = [
        [safe(one.state), number(one.lines), share(one.lines, total), euro(one.amount_cents)] for one in report.answers
    ]
    note = (
        "<p>Een gemeente antwoordt per declaratie (JW325) en noemt alleen de regels die zij afwijst. Toegekende regels "
        "tellen mee. Regels die op antwoord wachten, tellen mee zodra het antwoord is ingelezen. Zijn er van een "
        "gemeente geen antwoorden aangeleverd? Dan tellen haar regels mee en is niet bekend of zij zijn afgewezen.</p>"
    )
    return section("antwoorden", "Antwoorden van gemeenten", note, "Er zijn nog geen declaraties.", table(
        "Regels per antwoord", ("Antwoord", "#Regels", "#Deel", "#Bedrag"), rows))  # fmt: skip


def _remarks(report: Report) -> str:
    rows = [
        [safe(one.subject), short(one.period), f"{safe(one.text)} <span class=\"zacht\">{short(one.code)}</span>",
         safe(one.severity), euro(one.amount_cents)]
        for one in report.remarks
    ]  # fmt: skip
    note = "<p>Deze regels kloppen op zich, maar samen zijn ze vreemd. Kijk of er een reden voor is.</p>"
    return section("opvallend", "Wat opvalt", note, "Er valt niets op.", table(
        "Wat opvalt", ("Wie", "Periode", "Wat", "Ernst", "#Bedrag"), rows))  # fmt: skip


def _providers(report: Report) -> str:
    late, rest = ([one for one in report.providers if bool(one.months_late) is wanted] for wanted in (True, False))
    heads = ("Aanbieder", "Laatste ontvangst", "Te laat", "#Maanden", "#Regels", "#Bedrag")
    listed = table("Aanbieders die te laat zijn", heads, [_provider_row(one) for one in late])
    if rest:
        others = table("Aanbieders die bij zijn", heads, [_provider_row(one) for one in rest])
        word = some(len(rest), "aanbieder die bij is", "aanbieders die bij zijn")
        listed += f"<details><summary>{word}</summary>{others}</details>"
    note = (
        "<p>Over de laatste maanden die al binnen horen te zijn. Het bedrag is dat van die maanden. "
        "Alle maanden per aanbieder staan in volledigheid.csv.</p>"
    )
    return section("wie", "Wie leverde wat", note, "Er zijn nog geen declaraties.", listed)


def _provider_row(one: ProviderLine) -> list[str]:
    months = ", ".join(short(month) for month in one.months_late)
    told = months or ("nee" if one.expected else "niet elke maand verwacht")
    return [safe(named(one)), short(short_day(one.last_received)), told, number(one.months_present), number(one.lines),
            euro(one.amount_cents)]  # fmt: skip


def _books(report: Report) -> str:
    rows = [
        [safe(one.municipality), str(one.year), euro(one.claims_cents), euro(one.lump_cents), euro(one.ledger_cents),
         euro(one.claims_cents + one.lump_cents - one.ledger_cents)]
        for one in report.books
    ]  # fmt: skip
    note = (
        "<p>Alle ingelezen declaraties en vaste bedragen naast het grootboek (Iv3). Welke taakvelden meetellen, staat "
        "in data/reference/task_fields.csv. Regels die op antwoord wachten, tellen hier mee.</p>"
    )
    return section("grootboek", "Naast het grootboek", note, "Er is geen grootboek aangeleverd.", table(
        "Naast het grootboek", ("Gemeente", "Jaar", "#Declaraties", "#Vaste bedragen", "#Grootboek", "#Verschil"), rows)
    )  # fmt: skip


def _products(report: Report) -> str:
    rows = [
        [safe(one.product), short(one.first_month), short(one.last_month), number(one.lines),
         euro(one.amount_cents)]
        for one in report.products
    ]  # fmt: skip
    note = (
        "<p>Deze producten tellen mee zonder segment (S0). Vul werklijst_producten.csv in en zet de regels in "
        "data/reference/products.csv. De handleiding zegt hoe.</p>"
    )
    return section("producten", "Producten zonder segment", note, "Elk product heeft een segment.", table(
        "Producten zonder segment", ("Product", "Eerste maand", "Laatste maand", "#Regels", "#Bedrag"), rows)
    )  # fmt: skip


def _corrections(report: Report) -> str:
    rows = [
        [safe(one.name), safe(one.reason), f"{safe(one.status)}, {safe(one.who)}, {short_day(one.when)}",
         number(one.lines), euro(one.amount_cents)]
        for one in report.corrections
    ]  # fmt: skip
    listed = table("Correcties", ("Correctie", "Reden", "Status", "#Regels", "#Verschil"), rows)
    decided = "".join(f"<li>{safe(text)}</li>" for text in report.decisions)
    return section("correcties", "Correcties en besluiten", "", "Er is niets gecorrigeerd of besloten.",
                    listed + (f"<ul>{decided}</ul>" if decided else ""))  # fmt: skip


def _files(report: Report) -> str:
    rows = [
        [safe(one.table), short(one.quarter), safe(one.file), number(one.delivered), number(one.accepted),
         "; ".join(f"{safe(what)}: {number(count)}" for what, count in one.changed) or "nee"]
        for one in report.files
    ]  # fmt: skip
    return section("bestanden", "Wat is aangeleverd", "", "Er is nog niets aangeleverd.", table(
        "Bestanden", ("Tabel", "Kwartaal", "Bestand", "#Regels", "#Ingelezen", "Aangepast"), rows))  # fmt: skip


def _foot(report: Report) -> str:
    told = (
        f"Editie {report.edition}, stand {short_day(report.as_of)}, {report.status}. "
        f"Code {report.code}, gegevens {report.digest}."
    )
    return f"<footer><p>{safe(told)}</p></footer>\n</main>\n</body>\n</html>"
