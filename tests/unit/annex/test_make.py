"""Annexes of a built edition: what they refuse, what is made, and that it is the same every time."""

from __future__ import annotations

import io
import re
import shutil
import zipfile

import nbformat
import pytest
from docx import Document
from pypdf import PdfReader

from jeugd_analysis.annex import annex, annexes
from jeugd_analysis.domain.seal import SEAL, seal
from jeugd_analysis.errors import BuildError, DisclosureError, JeugdError
from tests.annex_book import ABOUT, AREAS, QUARTER, spoil, stamp


def text_of(path) -> str:
    """What a reader of the PDF can copy."""
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def test_an_edition_that_was_not_built_says_so(own, tmp_path):
    for name in ("site.digest", "release.digest", "executed/gm0637/30_groei.ipynb"):
        path = own.work / "_build" / QUARTER.label / name
        kept = path.read_bytes()
        path.unlink()
        with pytest.raises(BuildError, match=r"ANX-001[\s\S]*jeugd build 2026-K3"):
            annex(QUARTER, store=own, area="GM0637", to=tmp_path / "a.pdf")
        path.write_bytes(kept)
    with pytest.raises(BuildError, match="ANX-001"):
        annexes(QUARTER, store=own, to=tmp_path / "alles")  # the region and most municipalities were not executed
    assert not list(tmp_path.glob("a.pdf")) and not (tmp_path / "alles").exists()


def test_an_edition_built_from_other_data_says_so(own, tmp_path):
    (own.work / "_build" / QUARTER.label / "release.digest").write_text("een andere", "utf8")
    with pytest.raises(BuildError, match="ANX-001"):
        annex(QUARTER, store=own, area="GM0637", to=tmp_path / "a.pdf")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("jeugdigen in Zoetermeer kregen", "jeugdigen in Zoetermeer hadden"),
        ('"jeugd_controle": "', '"jeugd_controle": "0'),
        ('"jeugd_controle"', '"iets_anders"'),
    ],
    ids=["another word", "another seal", "no seal"],
)
@pytest.mark.parametrize("name", ["a.pdf", "a.docx"])
def test_what_does_not_carry_the_seal_enters_no_document(own, tmp_path, old, new, name):
    spoil(own, "gm0637/10_gebruik", old, new)
    with pytest.raises(DisclosureError, match="GEH-005"):
        annex(QUARTER, store=own, area="GM0637", to=tmp_path / name)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["a.pdf", "a.docx"])
@pytest.mark.parametrize("place", ["table", "sentence"])
def test_a_small_number_that_passed_the_seal_enters_no_document(own, tmp_path, place, name):
    """As if a chapter had shown it: the seal is that of the changed output."""
    path = own.work / "_build" / QUARTER.label / "executed" / "gm0637" / "10_gebruik.ipynb"
    notebook = nbformat.read(path, as_version=4)
    planted = False
    for output in (one for cell in notebook.cells for one in cell.get("outputs", [])):
        for kind, told in output.data.items():
            if place == "table" and kind == "text/html" and "<table" in told and not planted:
                head = "<thead><tr><th>Jaar</th><th>Jeugdigen</th></tr></thead>"
                small = f"<table>{head}<tr><th>2025</th><td>7</td></tr></table>"
                output.data[kind], planted = told + small, True
            elif place == "sentence" and "papermill" in kind and not planted:
                output.data[kind], planted = f"{told} Het gaat om 7 jeugdigen.", True
        output.metadata[SEAL] = seal(output.data)
    assert planted
    nbformat.write(notebook, path)
    with pytest.raises(DisclosureError, match=r"LEK-002.*10_gebruik"):
        annex(QUARTER, store=own, area="GM0637", to=tmp_path / name)
    assert not (tmp_path / name).exists()


def test_unknown_areas_and_chapters_are_named(built, tmp_path):
    with pytest.raises(JeugdError, match="GM9999"):
        annex(QUARTER, store=built, area="GM9999", to=tmp_path / "a.pdf")
    with pytest.raises(JeugdError, match="groeien"):
        annex(QUARTER, store=built, area="GM0637", to=tmp_path / "a.pdf", chapters=["groeien"])


def test_the_same_edition_gives_the_same_bytes(built, whole, own, tmp_path):
    """Also in another folder, without the pictures of the first time."""
    again = tmp_path / "again.pdf"
    shutil.rmtree(own.work / "_build" / "cache")
    annex(QUARTER, store=own, area="GM0637", to=again, reference="RIS 123456")
    assert again.read_bytes() == whole.read_bytes()
    for name in ("een.docx", "twee.docx"):
        annex(QUARTER, store=built, area="GM0637", to=tmp_path / name)
    assert (tmp_path / "een.docx").read_bytes() == (tmp_path / "twee.docx").read_bytes()


def test_a_choice_of_chapters_holds_those_and_says_so(built, tmp_path):
    annex(QUARTER, store=built, area="GM1842", to=tmp_path / "a.pdf", chapters=["groei"])
    told = text_of(tmp_path / "a.pdf")
    assert "1 Kostenontwikkeling" in told and "Verdeelsleutel" not in told
    assert "Hoofdstukken Kostenontwikkeling: volume, intensiteit, tarief" in told
    assert "Kostenontwikkeling: volume, intensiteit, tarief:" in told  # the first finding is the summary


def test_the_summary_fits_on_one_page_for_every_area(built, tmp_path):
    for area in AREAS:
        annex(QUARTER, store=built, area=area, to=tmp_path / "s.pdf", summary=True)
        assert len(PdfReader(tmp_path / "s.pdf").pages) == 1
        told = text_of(tmp_path / "s.pdf")
        assert "Jeugdigen." in told and "Besparen." in told and "voorbeelddata" in told and ABOUT["digest"] in told


def test_all_annexes_take_their_place_as_one_folder(built, tmp_path):
    (tmp_path / "alles").mkdir()
    (tmp_path / "alles" / "oud.pdf").write_bytes(b"")
    said: list[str] = []
    made = annexes(QUARTER, store=built, areas=AREAS, to=tmp_path / "alles", progress=said.append)
    names = {path.relative_to(tmp_path / "alles").as_posix() for path in (tmp_path / "alles").rglob("*.*")}
    files = ("bijlage.pdf", "samenvatting.pdf", "samenvatting.docx")
    assert names == {f"{area.lower()}/{file}" for area in AREAS for file in files}
    assert {path for path in made.files} == set((tmp_path / "alles").rglob("*.*"))
    assert sorted(line.partition(": ")[2] for line in said) == ["Midden-Delfland", "Zoetermeer"]
    assert [line.partition(":")[0] for line in said] == ["bijlage 1 van 2", "bijlage 2 van 2"]


@pytest.mark.parametrize(("status", "mark"), [("voorlopig", "voorlopig"), ("definitief", "")])
def test_the_status_stands_on_every_page(own, tmp_path, status, mark):
    stamp(own, status)
    annex(QUARTER, store=own, area="GM0637", to=tmp_path / "a.pdf", chapters=["groei"])
    pages = [page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages]
    footers = [re.search(r"editie 2026-K3(.*?)Pagina (\d+) van (\d+)", page, re.DOTALL) for page in pages]
    assert [found[2] for found in footers] == [str(n) for n in range(1, len(pages) + 1)]
    assert {found[3] for found in footers} == {str(len(pages))}
    assert {found[1].strip(" ·\n") for found in footers} == {mark}


def test_the_house_style_is_taken(own, tmp_path):
    reference = own.project / "data" / "reference"
    (reference / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>', "utf8"
    )
    (reference / "house_style.toml").write_text(
        'name = "Gemeente Ergens"\nlogo = "logo.svg"\ncontact = "team Jeugd"\naccent = "#7A0019"\n', "utf8"
    )
    annex(QUARTER, store=own, area="GM0637", to=tmp_path / "s.pdf", summary=True)
    assert "Gemeente Ergens" in text_of(tmp_path / "s.pdf") and "Team Jeugd" in text_of(tmp_path / "s.pdf")
    assert PdfReader(tmp_path / "s.pdf").metadata.author == "Gemeente Ergens"


# -- Word --------------------------------------------------------------------------------------------


def test_the_word_document_can_be_pasted_into_a_proposal(built, tmp_path):
    annex(QUARTER, store=built, area="GM0637", to=tmp_path / "s.docx")
    document = Document(str(tmp_path / "s.docx"))
    styles = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]
    assert styles[0] == ("Heading 1", "Jeugdhulp in beeld – Zoetermeer")
    assert [name for name, _ in styles].count("List Bullet") == 5
    assert any("Voorbeelddata" in text for _, text in styles)
    (table,) = document.tables
    assert table.rows[0].cells[0].text == "Jaar"
    assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    assert document.core_properties.language == "nl-NL"
    content = zipfile.ZipFile(io.BytesIO((tmp_path / "s.docx").read_bytes()))
    assert set(re.findall(r'w:lang [^>]*w:val="([^"]+)"', content.read("word/styles.xml").decode())) == {"nl-NL"}
