"""The quality report: says what to do first, is safe to open in a browser and in Excel, and names no youth."""

from __future__ import annotations

import csv
import re
from dataclasses import fields, replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from jeugd_analysis.publish.check_lines import (
    AnswerLine,
    AsideLine,
    BookLine,
    CorrectionLine,
    FileLine,
    MonthLine,
    ProductLine,
    ProviderLine,
    RemarkLine,
    Report,
    RuleLine,
    WaitingLine,
)
from jeugd_analysis.publish.check_lists import PRODUCT_COLUMNS
from jeugd_analysis.publish.check_page import page_html
from jeugd_analysis.publish.check_report import write_report

ROOT = Path(__file__).resolve().parents[3]

BARE = Report(
    region="Haaglanden", edition="2026-K3", as_of=date(2026, 9, 30), status="voorbeelddata", code="0.1.0", digest="1a2b"
)
AMOUNT = RuleLine(
    code="CLM-003", kind="terzijde", severity="middel", text="bedrag is niet aantal x tarief", remedy="Vraag het na.",
    lines=1250, amount_cents=-123_456_50,
)  # fmt: skip
DOUBT = replace(AMOUNT, code="CLM-018", kind="let op", text="product is niet bekend", lines=7, amount_cents=700)
JUMP = RemarkLine(
    code="PLA-001", kind="stop", severity="hoog", title="een gemeente maakt een sprong", subject="Delft (GM0503)",
    period="2026-K3", number=-50, amount_cents=-1_000_000_00, text="Het bedrag daalde met 60%.", remedy="Zoek het uit.",
)  # fmt: skip
LATE = ProviderLine(
    provider="90000004", name="Hulp BV", last_received=date(2026, 6, 29), lines=93, amount_cents=222_108_00,
    months_present=10, months_late=("2026-06", "2026-07"), expected=True,
)  # fmt: skip
FULL = replace(
    BARE,
    files=[
        FileLine(quarter="2026-K3", table="declaraties", file="claims.csv", delivered=50_000, accepted=48_750,
                 changed=[("open einde", 12)]),
    ],
    rules=[AMOUNT, DOUBT],
    remarks=[JUMP, replace(JUMP, subject="Westland (GM1783)")],
    providers=[LATE, replace(LATE, provider="90000005", name="", months_late=())],
    products=[ProductLine(product="54099", unit="04", lines=120, youths="minder dan 10", amount_cents=1_234_500,
                          first_month="2026-01", last_month="2026-08")],
    answers=[AnswerLine(state="toegekend", lines=300, amount_cents=30_000_00),
             AnswerLine(state="wacht op antwoord", lines=100, amount_cents=10_000_49)],
    waiting=[WaitingLine(provider="90000004", name="Hulp BV", municipality="Delft", number="N7",
                         received_on=date(2026, 9, 20), lines=100, amount_cents=10_000_49)],
    advice=["Lees 2026-K3 opnieuw in."],
    corrections=[CorrectionLine(name="claims.toml, blok 1", table="claims", lines=120, amount_cents=-4_500_000,
                                reason="Tarief te hoog", status="gemeld", who="A. de Vries", when=date(2026, 4, 14))],
    decisions=["3 regels om CLM-010 vrijgegeven door A. de Vries"],
    aside=[AsideLine(file="claims.csv", line=404, code="CLM-003", text=AMOUNT.text, amount_cents=-1205)],
    months=[MonthLine(provider="90000004", name="=Hulp BV", month="2026-05", lines=12, amount_cents=34_567_89)],
    books=[BookLine(municipality="Delft", year=2025, claims_cents=90_000_00, lump_cents=7_000_00,
                    ledger_cents=100_000_00)],
)  # fmt: skip


class Page(HTMLParser):
    """Tags with their attributes, the text, and whether every tag is closed in order."""

    VOID = ("meta", "br", "link", "img", "input")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words += data


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter=";"))


def test_the_files_are_written(tmp_path: Path) -> None:
    paths = write_report(FULL, tmp_path / "nieuw" / "2026-K3")
    assert [path.name for path in paths] == [
        "check.html", "check.csv", "terzijde.csv", "wacht_op_antwoord.csv", "volledigheid.csv",
        "werklijst_producten.csv",
    ]  # fmt: skip
    assert all(path.parent == tmp_path / "nieuw" / "2026-K3" and path.is_file() for path in paths)
    first = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in write_report(FULL, paths[0].parent)] == first  # same input, same bytes


def test_the_lists_hold_the_exact_amounts(tmp_path: Path) -> None:
    _, found, aside, waiting, _, _ = write_report(FULL, tmp_path)
    assert read(waiting) == [
        ["agb", "aanbieder", "gemeente", "declaratie", "ontvangen", "regels", "euro"],
        ["90000004", "Hulp BV", "Delft", "N7", "2026-09-20", "100", "10000,49"],
    ]
    assert read(aside) == [
        ["bestand", "regel", "code", "reden", "euro"],
        ["claims.csv", "404", "CLM-003", "bedrag is niet aantal x tarief", "-12,05"],
    ]
    rows = read(found)
    assert rows[0] == ["soort", "code", "ernst", "onderwerp", "periode", "aantal", "euro", "tekst", "doe"]
    assert rows[1] == ["terzijde", "CLM-003", "middel", "", "2026-K3", "1250", "-123456,50", AMOUNT.text, AMOUNT.remedy]
    assert [row[0] for row in rows[1:]] == ["terzijde", "let op", "stop", "stop", "te laat", "product", "correctie"]
    assert rows[5][3:6] == ["Hulp BV (90000004)", "2026-06, 2026-07", "2"]
    assert len({len(row) for row in rows}) == 1


def test_the_worklist_of_products_has_the_columns_of_products_csv_and_can_be_put_there(tmp_path: Path) -> None:
    header = (ROOT / "data" / "reference" / "products.csv").read_text("utf8").partition("\n")[0]
    assert header == ",".join(PRODUCT_COLUMNS)
    worklist = write_report(FULL, tmp_path)[-1]
    assert worklist.read_text("utf8").splitlines() == [
        f"{header},euro,jeugdigen,eerste_maand,laatste_maand",
        "54099,,,04,,2026-01-01,,12345.00,minder dan 10,2026-01,2026-08",
    ]


def test_the_answers_of_municipalities_are_told_with_their_share() -> None:
    words = Page(page_html(FULL)).words
    told = words.partition("Regels per antwoord")[2].partition("Wat opvalt")[0]
    assert "toegekend30075,00%€\u00a030.000" in told and "wacht op antwoord10025,00%€\u00a010.000" in told
    assert "Lees 2026-K3 opnieuw in." in words.partition("Wat u nu doet")[2].partition("Regels die")[0]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+31", "'+31"), ("-2", "'-2"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
        ("  =1", "'  =1"), ("＝1", "'＝1"), ("a=1", "a=1"), ("a;b\"c", "a;b\"c"), ("a\nb", "a b"),
        ("\u202e=1", "'=1"), ("in\u200bvisible", "invisible"),
    ],
)  # fmt: skip
def test_text_is_never_a_formula(tmp_path: Path, text: str, cell: str) -> None:
    line = AsideLine(file=text, line=2, code="CLM-003", text="x", amount_cents=-5)
    _, _, aside, *_ = write_report(replace(BARE, aside=[line]), tmp_path)
    assert read(aside)[1] == [cell, "2", "CLM-003", "x", "-0,05"]  # a negative number stays a number


@pytest.mark.parametrize(
    "payload", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><b>", "&lt;"]
)
def test_no_text_becomes_html(payload: str) -> None:
    hostile = Report(
        region=payload, edition="2026-K3", as_of=BARE.as_of, status=payload, code=payload, digest=payload,
        stopping=[payload], decisions=[payload], advice=[payload],
        answers=[replace(FULL.answers[0], state=payload)],
        files=[replace(FULL.files[0], file=payload, table=payload, quarter=payload, changed=[(payload, 1)])],
        rules=[replace(AMOUNT, text=payload, remedy=payload, code=payload, kind=payload)],
        remarks=[replace(JUMP, subject=payload, text=payload, title=payload, remedy=payload, period=payload)],
        providers=[replace(LATE, name=payload, provider=payload, months_late=(payload,))],
        products=[replace(FULL.products[0], product=payload, first_month=payload, last_month=payload)],
        corrections=[replace(FULL.corrections[0], name=payload, reason=payload, status=payload, who=payload)],
    )  # fmt: skip
    page = Page(page_html(hostile))
    assert not {"script", "img", "b"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert page.words.count(payload) > 20  # it is there, as text


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    html = page_html(FULL)
    page = Page(html)
    assert not {"script", "link", "img", "iframe", "form"} & {tag for tag, _ in page.tags}
    assert not re.search(r"https?:|url\(|@import", html)
    policy = [told["content"] for tag, told in page.tags if told.get("http-equiv") == "Content-Security-Policy"]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"]
    assert "prefers-color-scheme: dark" in html and "@media print" in html


def test_the_page_can_be_read_aloud() -> None:
    page = Page(page_html(FULL))
    names = [tag for tag, _ in page.tags]
    assert ("html", {"lang": "nl"}) in page.tags and names.count("h1") == names.count("main") == 1
    assert names.count("caption") == names.count("table") == 9
    assert all(told.get("scope") in ("col", "row") for tag, told in page.tags if tag == "th")
    ids = [told["id"] for _, told in page.tags if "id" in told]
    assert len(ids) == len(set(ids))


def test_what_must_be_done_comes_first_and_each_rule_once() -> None:
    words = Page(page_html(FULL)).words
    assert "Los eerst 2 punten op." in words and "U kunt het boek bouwen" not in words
    todo = words.partition("Wat u nu doet")[2].partition("Regels die niet kloppen")[0]
    order = [todo.index(text) for text in ("Nodig: Een gemeente maakt een sprong", "Bedrag is niet", "Product is niet")]
    assert order == sorted(order) and todo.count("Zoek het uit.") == 1 and "(PLA-001, 2 keer)" in todo
    assert "(CLM-003, 1.250 regels)" in todo and "Stuur een herinnering aan 1 aanbieder." in todo


def test_what_is_missing_stops_too(tmp_path: Path) -> None:
    _, found, *_ = write_report(replace(BARE, stopping=["Lever de bevolking aan."]), tmp_path)
    assert read(found)[1] == ["stop", "", "hoog", "", "2026-K3", "", "", "Lever de bevolking aan.", ""]
    words = Page(page_html(replace(BARE, stopping=["Lever de bevolking aan."]))).words
    assert "Los eerst 1 punt op." in words and "Nodig: Lever de bevolking aan." in words


def test_a_clean_quarter_says_so() -> None:
    words = Page(page_html(BARE)).words
    told = (
        "U kunt het boek bouwen.", "U hoeft niets te doen.", "Geen enkele regel heeft een fout.", "Er valt niets op.",
        "Elk product heeft een segment.", "Er is nog niets aangeleverd.", "Er zijn nog geen declaraties.",
    )  # fmt: skip
    assert [sentence for sentence in told if sentence not in words] == []
    assert "Nodig" not in words and "0 (–)" in words


def test_the_sums_at_the_top_are_of_what_lies_aside() -> None:
    words = Page(page_html(FULL)).words
    assert "Regels terzijde gelegd1.250 (2,50%)" in words  # 1,250 of 50,000; the doubted 7 do count
    assert "Bedrag terzijde−€\u00a0123.457" in words  # half a euro rounds up, whatever the sign
    assert "Alleen voor intern gebruik." in words and "Stand 30 september 2026." in words


def test_providers_who_are_not_late_are_folded_away() -> None:
    page = page_html(FULL)
    inside = page.partition("<details>")[2].partition("</details>")[0]
    assert "1 aanbieder die bij is" in inside and "90000005" in inside and "Hulp BV" not in inside
    quiet = replace(LATE, months_late=(), expected=False)
    assert "niet elke maand verwacht" in page_html(replace(BARE, providers=[quiet]))
    assert "<details>" not in page_html(replace(BARE, providers=[LATE]))


def test_nothing_about_one_youth_fits_in() -> None:
    """A line that was set aside has these fields and no other."""
    assert [one.name for one in fields(AsideLine)] == ["file", "line", "code", "text", "amount_cents"]
    kinds = (FileLine, RuleLine, RemarkLine, ProviderLine, ProductLine, CorrectionLine, AsideLine, AnswerLine,
             WaitingLine, Report)  # fmt: skip
    everything = {one.name for kind in kinds for one in fields(kind)}
    assert not everything & {"youth_id", "birth_year", "sex", "neighbourhood", "reference", "allocation_id"}


def test_months_of_providers_are_a_list_and_the_books_a_table(tmp_path):
    paths = {path.name: path for path in write_report(FULL, tmp_path)}
    rows = list(csv.reader(paths["volledigheid.csv"].read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[1:] == [["90000004", "'=Hulp BV", "2026-05", "12", "34567,89"]]
    told = re.sub(r"<[^>]+>", " ", page_html(FULL)).replace("\u00a0", " ")
    assert re.search(r"Delft\s+2025\s+€ 90\.000\s+€ 7\.000\s+€ 100\.000\s+−€ 3\.000", told)
    assert "Er is geen grootboek aangeleverd." in page_html(BARE)
