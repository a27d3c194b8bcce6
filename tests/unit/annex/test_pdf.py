"""The annex as a file: two validators, what they do not look at, and what a reader can copy out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import outloud
import pdfua
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from pypdf import PdfReader

from jeugd_analysis.annex import annex
from jeugd_analysis.annex.blocks import Table
from jeugd_analysis.annex.pages import read_page
from jeugd_analysis.outgoing import secrets_of
from jeugd_analysis.publish import leaks
from jeugd_analysis.publish.exit_check import Limits
from jeugd_analysis.publish.notebooks import plan_runs, read_chapters
from tests.annex_book import ABOUT, QUARTER

ENGLISH = frozenset("the and with from year years quarter youth youths amount share none true false null nan".split())
MARKDOWN = re.compile(r"\*\*|\]\(|\{glue|`|^#{1,6} |:::|\{admonition", re.MULTILINE)


@pytest.fixture(scope="module")
def document(whole):
    with pikepdf.open(whole) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(whole):
    return [page.extract_text() for page in PdfReader(whole).pages]


def parts(part) -> Iterator[Dictionary]:
    """Every element of the tree of tags."""
    if isinstance(part, Array):
        for inner in part:
            yield from parts(inner)
    elif isinstance(part, Dictionary) and "/S" in part:
        yield part
        if "/K" in part:
            yield from parts(part.K)


def kinds(document, *names: str) -> list[Dictionary]:
    return [part for part in parts(document.Root.StructTreeRoot.K) if str(part.S) in names]


# -- the validators ----------------------------------------------------------------------------------


def test_pdfua_finds_nothing(whole):
    report = pdfua.validate(str(whole))
    assert [str(finding) for finding in report.findings] == []


def test_outloud_finds_no_error(whole, built):
    """It takes the head of a table that is repeated on the next page for lost text: that was read aloud already."""
    result = outloud.check(str(whole))
    assert result.error is None
    errors = [finding for finding in result.findings if finding.severity == "error"]
    heads = [words_of(" ".join(table.head)) for table in _tables(built)]
    for finding in errors:
        assert finding.rule == "TAG-002", finding
        assert any(words_of(str(finding.evidence)) <= head for head in heads), finding


def test_outloud_finds_no_error_in_the_summary(built, tmp_path):
    annex(QUARTER, store=built, area="GM0637", to=tmp_path / "s.pdf", summary=True)
    assert [f for f in outloud.check(str(tmp_path / "s.pdf")).findings if f.severity == "error"] == []
    assert list(pdfua.validate(str(tmp_path / "s.pdf")).findings) == []


def words_of(text: str) -> set[str]:
    """Words without signs; the last one of a cut-off text may be half."""
    return set(re.findall(r"\w{3,}", text.removesuffix("…")))


def _tables(store) -> list[Table]:
    """Every table in the annex, as it stands in the notebooks."""
    runs = plan_runs(read_chapters(store.project / "analysis"), store.region, QUARTER, areas=["GM0637"])
    folder = store.work / "_build" / QUARTER.label / "executed"
    figures = [
        figure
        for run in runs
        for figure in read_page(folder / f"{run.address}.ipynb", run, Limits(threshold=10, base=5)).figures
    ]
    return [table for figure in figures for table in figure.tables]


def test_the_validators_notice_a_document_without_tags(whole, tmp_path):
    with pikepdf.open(whole) as broken:
        del broken.Root.StructTreeRoot
        del broken.Root.MarkInfo
        del broken.Root.Lang
        broken.save(tmp_path / "broken.pdf")
    assert pdfua.validate(str(tmp_path / "broken.pdf")).findings
    assert [f for f in outloud.check(str(tmp_path / "broken.pdf")).findings if f.severity == "error"]


# -- what they do not look at ------------------------------------------------------------------------


def test_language_title_and_marks(document):
    root = document.Root
    assert str(root.Lang).startswith("nl")
    assert root.MarkInfo.Marked and root.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as told:
        assert told["dc:title"] == "Bijlage Jeugdhulp in beeld – Zoetermeer, 2026-K3"
        assert told["pdfuaid:part"] == "1"
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "A")
        assert told["xmp:CreateDate"].startswith(QUARTER.last_day.isoformat())


def test_every_figure_says_what_it_shows(document):
    figures = kinds(document, "/Figure")
    assert len(figures) >= 10
    for figure in figures:
        assert len(str(figure.Alt)) > 30
    assert len({str(figure.Alt) for figure in figures}) == len(figures)


def test_every_header_cell_tells_what_it_heads(document):
    """A row has a header too, unless there would be more headers than data."""
    tables = kinds(document, "/Table")
    assert len(tables) >= 20
    headed = 0
    for table in tables:
        scopes = [str(cell.A[0].Scope) for cell in parts(table) if str(cell.S) == "/TH"]
        bodies = [body for body in parts(table) if str(body.S) == "/TBody"]
        rows = [row for body in bodies for row in parts(body) if str(row.S) == "/TR"]
        columns = len(rows[0].K)
        with_header = [row for row in rows if str(row.K[0].S) == "/TH"]
        assert len(with_header) in (0, len(rows)) and set(scopes) <= {"/Column", "/Row"}
        assert (len(with_header) > 0) == (len(rows) * (columns - 1) >= len(rows) + columns)
        assert scopes.count("/Column") == columns and scopes.count("/Row") == len(with_header)
        headed += bool(with_header)
    assert headed >= 10


def test_all_letters_are_in_the_file(document):
    fonts = [part for part in document.objects if isinstance(part, Dictionary) and part.get("/Type") == Name.Font]
    described = [font for font in fonts if "/FontDescriptor" in font]
    assert described
    for font in described:
        assert "Libertinus" in str(font.BaseFont)
        assert any(name in font.FontDescriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))
    assert all("/ToUnicode" in font for font in fonts if font.Subtype == Name.Type0)


def test_bookmarks_lead_to_the_chapters(document):
    with document.open_outline() as outline:
        titles = [item.title for item in outline.root]
        first = outline.root[titles.index("1 Gebruik")]
        assert [item.title for item in first.children][:2] == ["Per jaar", "Jeugdigen en kosten vergeleken"]
    assert titles[:2] == ["Samenvatting", "Hoe leest u deze bijlage?"]
    assert titles[-3:] == ["Cijfers bij de figuren", "Begrippen", "Over deze bijlage"]


def test_nothing_of_this_machine_is_in_it(whole, built):
    assert leaks.leaks_in_folder(whole.parent, secrets_of(built), only=[whole]) == []


# -- what a reader reads -----------------------------------------------------------------------------


def test_no_markdown_no_english_no_missing_number(pages):
    text = "\n".join(pages)
    assert not MARKDOWN.findall(text)
    assert {word for word in re.findall(r"[a-z]+", text.lower()) if word in ENGLISH} == set()
    assert not re.findall(r"€(?!\s?[−\d⁠])", text.replace("in €", "").replace("per €", ""))


def test_the_text_test_would_notice(pages):
    assert MARKDOWN.findall("**Let op** [Besparing](50.ipynb)")
    assert "per jaar" in pages[6].lower() or "per jaar" in "".join(pages).lower()


def test_first_page_summary_second_and_provenance_last(pages):
    assert "Bijlage bij voorstel RIS 123456" in pages[0] and "Stand van 30 september 2026" in pages[0]
    assert pages[1].startswith("Samenvatting")
    assert "Inhoud" in pages[2]
    last = re.sub(r"\s+", " ", pages[-1])
    for told in ("Over deze bijlage", "Zoetermeer", "RIS 123456", ABOUT["code"], ABOUT["digest"], "voorbeelddata"):
        assert told in last


def test_figures_and_tables_are_numbered_one_after_the_other(pages):
    text = "\n".join(pages)
    for kind in ("Figuur", "Tabel"):
        numbers = [int(n) for n in re.findall(rf"^{kind} (\d+)$", text, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= 10


def test_voorbeelddata_stands_at_the_foot_of_every_page(pages):
    assert all("voorbeelddata" in page[-120:] or "voorbeelddata" in page[:120] for page in pages)
