"""A name that tries to be more than a text is only a text on paper, in Word, in a download and in a file name.

The names go the way of a real one: through `present` into an output, from there into PDF, Word and CSV. The name of the
area stands on the title page, in the footer and in the facts of the file as well.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import outloud
import pandas as pd
import pdfua
import pikepdf
import pytest
from docx import Document
from lxml import etree
from markdown_it import MarkdownIt
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from jeugd_analysis.annex import make, pages
from jeugd_analysis.annex.blocks import Bullets, Run
from jeugd_analysis.annex.document import Drawing
from jeugd_analysis.annex.edition import Built
from jeugd_analysis.annex.pages import Page, read_page
from jeugd_analysis.annex.summary import summary_of
from jeugd_analysis.domain.names import hidden_signs, label
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import Area
from jeugd_analysis.editions import paper
from jeugd_analysis.errors import BuildError
from jeugd_analysis.present import finding, numbers
from jeugd_analysis.present.charts.bars import bars_chart
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding, show
from jeugd_analysis.present.tables import Column, table_html
from jeugd_analysis.publish.downloads import address_of, harmless, write_downloads
from jeugd_analysis.publish.exit_check import Limits
from jeugd_analysis.publish.front import area_page, question_page, state
from jeugd_analysis.publish.house_style import HouseStyle
from jeugd_analysis.publish.notebooks import plan_runs, read_chapters
from jeugd_analysis.store import Store
from tests.browser.payloads import PAYLOADS

ROOT = Path(__file__).resolve().parents[3]
NAMES = [label(name) for name in PAYLOADS.values()]
AREA = Area(code="GM0637", name=label('<b>#read("/etc/passwd")</b> =cmd|x \\ "Zee"; $y$'))
QUARTER = Quarter(2026, 3)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")


def outputs(monkeypatch: pytest.MonkeyPatch) -> list[nbformat.NotebookNode]:
    """A table, a chart and a sentence with every name, as `present` writes them."""
    made: list[nbformat.NotebookNode] = []

    def publish(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
        made.append(new_output("display_data", data={"text/plain": "[x]", **data}, metadata=metadata or {}))

    monkeypatch.setattr(finding, "publish_display_data", publish)
    frame = pd.DataFrame({"naam": NAMES, "regels": range(100, 100 + 5 * len(NAMES), 5)})
    frame["tekst"] = frame["regels"].astype(str)
    shown = not_personal(frame, what="Regels.")
    columns = {"naam": Column(heading="Naam"), "regels": Column(heading=NAMES[0], write=numbers.count)}
    chart = bars_chart(shown, category="naam", value="regels", label="tekst", title=NAMES[1], unit="regels",
                       description=f"Alle namen. {NAMES[2]}")  # fmt: skip
    show(Finding(name="alle", title=f"{NAMES[3]}", unit=NAMES[4], chart=chart, source=f"Bron: {NAMES[5]}",
                 table=table_html(shown, columns, caption=f"Tabel {NAMES[6]}")))  # fmt: skip
    for number, name in enumerate(NAMES):
        show(Finding(name=f"los-{number}", title=name, table=table_html(shown, columns, caption=name), open_table=True,
                     texts={f"n{number}": name}))  # fmt: skip
        if number >= 3:
            break
    return made


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    with pytest.MonkeyPatch.context() as monkeypatch:
        shown = new_code_cell("toon()", metadata={"tags": ["remove-input"]}, outputs=outputs(monkeypatch))
    return new_notebook(cells=[new_markdown_cell("# Aanbieders"), shown])


@pytest.fixture(scope="module")
def subject(notebook, tmp_path_factory: pytest.TempPathFactory) -> make.Subject:
    """An area whose name and pages are hostile."""
    folder = tmp_path_factory.mktemp("vijandig")
    path = folder / "10_gebruik.ipynb"
    nbformat.write(notebook, path)
    region = Store(ROOT, folder).region
    run = plan_runs(read_chapters(ROOT / "analysis"), region, QUARTER, areas=["GM0637"], only=["gebruik"])[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "require_sealed", lambda *_: None)  # what is sealed is a test of its own
        page = read_page(path, run, Limits(threshold=10, base=5))
    said = Page("20_zinnen", NAMES[7], (Bullets(tuple((Run(name),) for name in NAMES)),))
    style = HouseStyle(name=NAMES[8], contact=NAMES[9])
    about = {"edition": QUARTER.label, "as_of": "2026-09-30", "status": "voorbeelddata", "code": "1", "digest": "2"}
    built = Built(quarter=QUARTER, folder=folder, title="Jeugdhulp in beeld: x", about=about, style=style)
    (folder / "print").mkdir()
    return make.Subject(
        built=built, area=AREA, pages=(page, said), summary=summary_of((page, said), said), reference=NAMES[10],
        drawing=Drawing(folder=folder / "print", cache=folder), prose=ROOT / "book", chosen=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def document(subject, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "bijlage.pdf"
    path.write_bytes(make._whole(subject))
    return path


def bare(text: str) -> str:
    """Without spaces and the hyphens of a broken line: only the signs count."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


def test_every_name_is_printed_as_it_is(document):
    told = bare("".join(page.extract_text() for page in PdfReader(document).pages))
    missing = [name for name in NAMES if bare(name)[:40] not in told]
    assert missing == [] and "root:x:0:0" not in told
    assert bare(AREA.name) in told and not hidden_signs(re.sub(r"\s", "", told).replace("\u00ad", ""))


def test_a_pdf_with_such_names_passes_both_validators_and_can_do_nothing(document):
    assert [str(one) for one in pdfua.validate(str(document)).findings] == []
    result = outloud.check(str(document))
    assert [one for one in result.findings if one.severity == "error" and one.rule != "TAG-002"] == []
    with pikepdf.open(document) as opened:
        assert not {"/OpenAction", "/AA", "/AcroForm"} & set(opened.Root.keys())
        kinds = {str(part.S) for part in opened.objects if isinstance(part, pikepdf.Dictionary) and part.get("/URI")}
        assert kinds == set()  # no link to outside; inside it goes by name of place
        assert b"JavaScript" not in document.read_bytes()
        assert AREA.name in str(opened.docinfo.Title)


def test_a_word_document_holds_text_and_no_field_macro_or_relation_to_outside(subject, tmp_path):
    content = make._word(subject)
    words = [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]
    assert [name for name in NAMES if not any(name in line for line in words)] == []
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not [name for name in parts.namelist() if ".." in name or name.startswith(("/", "\\")) or "vba" in name]
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                root = etree.fromstring(parts.read(name), etree.XMLParser(resolve_entities=False))
                assert not root.xpath(
                    "//*[local-name()='instrText' or local-name()='fldSimple' or local-name()='altChunk']"
                )
                assert not root.xpath("//*[@TargetMode='External']")


def test_a_download_holds_the_names_and_no_formula_and_lies_where_it_should(notebook, tmp_path):
    source, site = tmp_path / "source" / "gm0637", tmp_path / "site"
    source.mkdir(parents=True)
    (source / "10_gebruik.ipynb").write_text(nbformat.writes(notebook), "utf8")
    write_downloads(tmp_path / "source", site)
    files = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.csv"))
    assert files[0] == "cijfers/gm0637/10_gebruik/alle.csv" and len(files) == 5
    assert all(re.fullmatch(r"cijfers/gm0637/10_gebruik/[a-z0-9-]+\.csv", name) for name in files)
    rows = list(csv.reader(io.StringIO((site / files[0]).read_text("utf-8-sig"), newline=""), delimiter=";"))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(FORMULA)] == []
    assert [row[0] for row in rows[1:]] == [harmless(name) for name in NAMES] and {len(row) for row in rows} == {4}
    described = json.loads((site / "cijfers" / "datapackage.json").read_text("utf8"))
    assert {one["path"] for one in described["resources"]} == {name.removeprefix("cijfers/") for name in files}


@pytest.mark.parametrize("name", ["../../buiten", "/etc/x", "a/b", "CON", "naam met spatie", "a\\b", "", "x" * 200])
def test_a_figure_cannot_choose_another_folder_for_its_file(name):
    with pytest.raises(BuildError, match="CIJ-001"):
        address_of("gm0637/10_gebruik", name)


def test_pages_that_lead_the_way_hold_no_element_of_a_name(tmp_path):
    """Pages of an area, of questions, of annexes: Markdown and HTML that is written without `present`."""
    store = Store(ROOT, tmp_path)
    runs = plan_runs(read_chapters(ROOT / "analysis"), store.region, QUARTER, areas=["GM0637"])
    own = [replace(run, area=AREA) for run in runs]
    found = {run.address: NAMES[number % len(NAMES)] for number, run in enumerate(own)}
    reader = MarkdownIt("commonmark")
    for text in (area_page(AREA, own, found), question_page([(AREA, own)]), state([(AREA, own)], found)):
        made = reader.render(text)
        assert not re.findall(r"<(?!/?(?:h1|h2|p|ul|li|a|br)\b)", made)
        pages = {f"{run.address.rpartition('/')[2]}.ipynb" for run in own}
        assert {href.removeprefix("gm0637/") for href in re.findall(r'href="([^"]*)"', made)} <= pages
    for file in ("bijlage.pdf", "samenvatting.pdf", "samenvatting.docx"):
        (tmp_path / "gm0637").mkdir(exist_ok=True)
        (tmp_path / "gm0637" / file).write_bytes(b"x")
    told = paper._page(QUARTER, [AREA], tmp_path, example=True)
    assert "<b>" not in told and "&lt;b&gt;" in told
