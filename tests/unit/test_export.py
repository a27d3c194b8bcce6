"""The internal export: exact, complete, without youths, for its owner only, and never published."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from jeugd_analysis import cli, export, outgoing
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DisclosureError, JeugdError
from jeugd_analysis.export import tables, workbook
from jeugd_analysis.internal import MARKER, is_internal, refuse_internal
from jeugd_analysis.marts import MARTS
from jeugd_analysis.outgoing import check_site
from jeugd_analysis.publish.leaks import Secrets
from jeugd_analysis.store import Store
from tests.conftest import LAST

HOSTILE = ['=HYPERLINK("http://x","Zorg")', "+31", "-1+1", "@SUM(A1)", "\t=1", "Zorg\u202ehcs", "\x00nul", "'t Huis"]


@pytest.fixture(scope="module")
def made(example: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export.export(LAST, tmp_path_factory.mktemp("intern"), store=example)


@pytest.fixture(scope="module")
def book(made: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(made / export.WORKBOOK)


def test_there_is_a_file_and_a_sheet_of_every_table_but_the_one_about_single_youths(made, book):
    assert set(tables.MARTS) == set(MARTS) - {"youth_lines", "known_youth_lines"}
    names = {"release", "effects", *tables.MARTS}
    assert {file.stem for file in made.glob("*.parquet")} == names
    assert len(book.sheetnames) == len(names) + 1 and book.sheetnames[0] == "Lees mij"
    assert {file.name for file in made.iterdir()} == {*(f"{name}.parquet" for name in names), export.WORKBOOK, MARKER}


def test_no_code_of_a_youth_is_anywhere_in_it(made, example):
    secrets = Secrets(youth_ids=outgoing.youth_ids(example))
    allowed = frozenset({".xlsx", ".parquet", ".txt"})
    found = outgoing.leaks.leaks_in_folder(made, secrets, allowed=allowed)
    assert [leak for leak in found if leak.kind == outgoing.leaks.YOUTH] == []
    for file in made.glob("*.parquet"):
        assert "youth_id" not in pd.read_parquet(file).columns


def test_a_table_with_codes_of_youths_is_refused():
    frame = pd.DataFrame({"youth_id": ["x"], "amount_cents": [1]})
    with pytest.raises(DisclosureError, match="INT-003"):
        tables.checked(tables.Sheet(name="x", title="x", about="x", frame=frame))


def test_the_tables_are_exact(made, book, example):
    usage = pd.read_parquet(made / "usage.parquet")
    pd.testing.assert_frame_equal(usage, example.mart("usage", LAST))
    sheet = book["Gebruik"]
    heads = [cell.value for cell in sheet[2]]
    place = heads.index("Kosten")
    cells = [row[place] for row in sheet.iter_rows(min_row=3)]
    assert [round(cell.value * 100) for cell in cells] == usage["amount_cents"].tolist()
    assert all("€" in cell.number_format and "0.00" in cell.number_format for cell in cells)
    youths = [row[heads.index("Jeugdigen")].value for row in sheet.iter_rows(min_row=3)]
    assert youths == usage["youths"].tolist() and 0 < min(youths) < 10  # small numbers too


def test_the_release_stands_beside_the_exact_numbers(made, example):
    told, release = pd.read_parquet(made / "release.parquet"), example.release(LAST)
    assert told["youths"].tolist() == release["youths"].tolist()
    assert told["published"].isna().sum() == release["published"].isna().sum() > 0
    assert "youths" in told and "amount_published_cents" in told


def test_effects_add_up_to_the_change_of_every_area(made, example):
    told, usage = pd.read_parquet(made / "effects.parquet"), example.mart("usage", LAST)
    cells = example.mart("contract_cells", LAST)
    assert example.region.code in set(told["area"]) and len(told) > 5
    parts = [name for name in told if name.endswith("_cents") and name != "total_cents"]
    for row in told.to_dict("records"):
        mine = cells if row["area"] == example.region.code else cells[cells["municipality"] == row["area"]]
        cost = mine.groupby("year")["amount_cents"].sum()
        assert sum(row[name] for name in parts) == pytest.approx(cost[row["compare"]] - cost[row["base"]], abs=1)
    assert set(told["area"]) <= set(usage["area"])


def test_every_sheet_is_marked_and_the_first_explains(book):
    for sheet in book:
        assert str(sheet["A1"].value).startswith("VERTROUWELIJK")
        assert sheet.oddHeader.center.text == "VERTROUWELIJK" and sheet.sheet_properties.tabColor.rgb.endswith("C00000")
    text = " ".join(str(cell.value) for row in book["Lees mij"] for cell in row if cell.value)
    for word in ("2026-K3", "Haaglanden", "voorbeelddata", "usage.parquet", "In euro's en centen"):
        assert word in text
    assert book.properties.creator == "jeugd_analysis"


@pytest.mark.skipif(os.name == "nt", reason="rights are those of the folder above")
def test_only_the_owner_can_read_it(made):
    for path in (made, *made.iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path.name


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_never_a_formula(tmp_path, name):
    told = workbook.Told(quarter=LAST, region="R", status="s", code="c", digest="d")
    book = workbook.Workbook(told)
    frame = pd.DataFrame({"provider_name": [name, "gewoon"], name.replace("\x00", ""): [1, 2]})
    book.add(frame, name="a", title="Blad", about="x")
    book.save(tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Blad"]
    assert all(cell.data_type in ("s", "n") for row in sheet for cell in row)
    assert sheet["A4"].value == "gewoon" and "\u202e" not in str(sheet["A3"].value)


def test_amounts_counts_years_and_what_is_missing_have_their_own_form(tmp_path):
    book = workbook.Workbook(workbook.Told(quarter=LAST, region="R", status="s", code="c", digest="d"))
    frame = pd.DataFrame({
        "year": [2025, 2026], "youths": pd.array([1234, None], "Int64"), "amount_cents": [123_456_789, -5],
        "x": [0.5, 1.0],
    })  # fmt: skip
    book.add(frame, name="a", title="Blad", about="x")
    book.save(tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Blad"]
    rows = list(sheet.iter_rows(min_row=3))
    assert [[cell.value for cell in row] for row in rows] == [[2025, 1234, 1_234_567.89, 0.5], [2026, None, -0.05, 1]]
    assert [cell.number_format for cell in rows[0]] == ["General", "#,##0", workbook.EURO, "#,##0.00"]
    assert [cell.value for cell in sheet[2]] == ["Jaar", "Jeugdigen", "Kosten", "x"]


def test_a_table_that_is_too_long_for_a_sheet_is_only_mentioned(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)
    book = workbook.Workbook(workbook.Told(quarter=LAST, region="R", status="s", code="c", digest="d"))
    book.add(pd.DataFrame({"a": [1, 2]}), name="groot", title="Groot", about="Iets.")
    book.save(tmp_path / "a.xlsx")
    made = openpyxl.load_workbook(tmp_path / "a.xlsx")
    text = " ".join(str(cell.value) for row in made["Lees mij"] for cell in row if cell.value)
    assert made.sheetnames == ["Lees mij"] and "alleen in het Parquet-bestand" in text and "groot.parquet" in text


# -- all or nothing --------------------------------------------------------------------------------


def test_a_fault_halfway_leaves_what_was_there(example, tmp_path, monkeypatch):
    first = export.export(LAST, tmp_path / "a", store=example)
    before = {file.name: file.read_bytes() for file in first.iterdir()}
    real = export.Workbook.add

    def full(self, frame, **told):
        if told["name"] == "flows":
            raise OSError(28, "geen ruimte")
        real(self, frame, **told)

    monkeypatch.setattr(export.Workbook, "add", full)
    for target in (tmp_path / "a", tmp_path / "b"):
        with pytest.raises(OSError, match="geen ruimte"):
            export.export(LAST, target, store=example)
    assert {file.name: file.read_bytes() for file in first.iterdir()} == before
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["intern-2026-K3"]
    assert list((tmp_path / "b").iterdir()) == []


def test_the_same_again_takes_the_place_of_the_old_one(example, made):
    (made / "usage.parquet").write_bytes(b"oud")
    assert export.export(LAST, made.parent, store=example) == made
    pd.testing.assert_frame_equal(pd.read_parquet(made / "usage.parquet"), example.mart("usage", LAST))


def test_a_folder_of_somebody_else_is_left_alone(example, tmp_path):
    place = tmp_path / "intern-2026-K3"
    place.mkdir()
    (place / "brief.txt").write_text("van mij", "utf8")
    with pytest.raises(JeugdError, match="INT-004"):
        export.export(LAST, tmp_path, store=example)
    assert (place / "brief.txt").read_text("utf8") == "van mij"


def test_without_a_book_there_is_nothing_to_export(store, tmp_path):
    with pytest.raises(JeugdError, match="MRT-001"):
        export.export(Quarter(2026, 4), tmp_path / "a", store=store)
    assert not (tmp_path / "a").exists()


# -- never published -------------------------------------------------------------------------------


@pytest.mark.parametrize("deep", ["", "2026-K3", "2026-K3/bijlagen"])
@pytest.mark.parametrize("page", ["index.html", "searchindex.js"])
def test_it_is_never_written_where_readers_look(example, tmp_path, page, deep):
    (tmp_path / page).write_text("boek", "utf8")
    with pytest.raises(DisclosureError, match="INT-002"):
        export.export(LAST, tmp_path / deep, store=example)
    assert [path.name for path in tmp_path.iterdir()] == [page]


def site(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<p>boek</p>", "utf8")
    return folder


@pytest.mark.parametrize("inside", ["intern-2026-K3", "bijlagen/cijfers"])
def test_an_export_that_got_into_a_book_stops_it(example, made, tmp_path, inside):
    book = site(tmp_path / "site")
    shutil.copytree(made, book / inside)
    with pytest.raises(DisclosureError, match="INT-001"):
        check_site(book, store=example, secrets=Secrets())


@pytest.mark.parametrize(("name", "as_name"), [
    ("usage.parquet", "cijfers.parquet"), (export.WORKBOOK, "cijfers.xlsx"), (export.WORKBOOK, "cijfers.html"),
])  # fmt: skip
def test_a_table_that_was_taken_out_of_it_stops_a_book_too(example, made, tmp_path, name, as_name):
    """Somebody takes the tables and leaves the mark."""
    book = site(tmp_path / "site")
    shutil.copyfile(made / name, book / as_name)
    with pytest.raises(DisclosureError, match="LEK-001"):
        check_site(book, store=example, secrets=Secrets())


def test_a_book_is_never_published_into_an_export(example, made):
    assert is_internal(made / "2026-K3") and not is_internal(made.parent)
    book = site(made / "2026-K3")
    with pytest.raises(DisclosureError, match="INT-001"):
        check_site(book, store=example, secrets=Secrets())
    shutil.rmtree(book)


def test_a_link_or_another_way_of_writing_does_not_help(made, tmp_path):
    (tmp_path / "gewoon").symlink_to(made, target_is_directory=True)
    with pytest.raises(DisclosureError, match="INT-001"):
        refuse_internal(tmp_path / "gewoon" / "2026-K3")
    held = tmp_path / "site"
    held.mkdir()
    (held / MARKER.lower()).write_text("x", "utf8")
    with pytest.raises(DisclosureError, match="INT-001"):
        refuse_internal(held)


def test_the_command_says_where_it_is_and_that_it_is_confidential(in_example, tmp_path):
    done = CliRunner().invoke(cli.app, ["export", "2026-K3", "--to", str(tmp_path / "x")])
    assert done.exit_code == 0 and "Vertrouwelijk" in done.output
    assert (tmp_path / "x" / "intern-2026-K3" / export.WORKBOOK).is_file()


def test_the_area_that_is_left_out_is_one_without_comparable_years(example):
    told = tables.effects_per_area(LAST, example)
    missing = {area.code for area in example.region.areas} - set(told["area"])
    assert all(example.region.comparable_years(code, "tariff", LAST.last_settled_year) is None for code in missing)
