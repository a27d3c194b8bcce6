"""The file behind a figure: what the page's table says, no more; harmless in a spreadsheet; described for programs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.present import finding
from jeugd_analysis.present.disclosure import not_personal, published
from jeugd_analysis.present.finding import Finding
from jeugd_analysis.present.numbers import count, euro, percent
from jeugd_analysis.present.tables import Column, below_each_other, table_html
from jeugd_analysis.publish.downloads import as_csv, with_links, write_downloads
from jeugd_analysis.publish.figures import shown_tables
from jeugd_analysis.publish.shown_numbers import read_number

COLUMNS = {
    "wie": Column(heading="Gemeente"),
    "n": Column(heading="Jeugdigen", write=count),
    "geld": Column(heading="Kosten", write=euro),
    "deel": Column(heading="Aandeel", write=percent),
}
ROWS = pd.DataFrame(
    {
        "wie": ["Delft", "=HYPERLINK(1)", "Rijswijk"],
        "n": [1235, None, 40],
        "geld": [123_456_789_00, None, -35_000_00],
        "deel": [0.12345, None, 0.5],
    }
)


def table(rows: pd.DataFrame = ROWS, caption: str = "Per gemeente") -> Any:
    return table_html(not_personal(rows, what="proef"), COLUMNS, caption=caption)


def notebook(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> dict[str, Any]:
    outputs: list[dict[str, Any]] = []
    monkeypatch.setattr(
        finding, "publish_display_data", lambda data, metadata: outputs.append({"data": data, "metadata": metadata})
    )
    for one in findings:
        finding.show(one)
    return {"cells": [{"cell_type": "code", "source": "", "outputs": outputs}]}


FIGURE = Finding(name="groei-jaar", title="Het stijgt", unit="per jaar", table=table(), source="Bron: proef.")


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_file_holds_what_the_table_says_and_not_a_digit_more(monkeypatch):
    (shown,) = shown_tables(notebook(monkeypatch, FIGURE))
    assert (shown.figure, shown.title, shown.unit) == ("groei-jaar", "Het stijgt", "per jaar")
    assert lines(as_csv(shown)) == [
        [
            "Gemeente",
            "Jeugdigen",
            "Jeugdigen status",
            "Kosten (euro)",
            "Kosten (euro) status",
            "Aandeel (%)",
            "Aandeel (%) status",
            "bron",
        ],
        ["Delft", "1235", "getoond", "123500000", "getoond", "12,3", "getoond", "Bron: proef."],
        ["'=HYPERLINK(1)", "", "kleiner dan 10", "", "geheim", "", "onbekend", "Bron: proef."],
        ["Rijswijk", "40", "getoond", "-35000", "getoond", "50", "getoond", "Bron: proef."],
    ]


def test_figures_of_others_say_so(monkeypatch):
    told = table_html(published(ROWS, source="CBS"), COLUMNS, caption="Open")
    (shown,) = shown_tables(notebook(monkeypatch, Finding(name="open", table=told)))
    assert {row[2] for row in lines(as_csv(shown))[1:]} == {"gepubliceerd", "kleiner dan 10"}


@pytest.mark.parametrize("start", "=+-@|\t\r")
def test_no_text_starts_a_formula(monkeypatch, start):
    rows = ROWS.assign(wie=[f"{start}cmd|' /C calc'!A0", "b", "c"])
    (shown,) = shown_tables(notebook(monkeypatch, Finding(name="x", table=table(rows), source=f"{start}bron")))
    cells = [cell for row in lines(as_csv(shown)) for cell in row]
    # A cell may begin with a minus only when it is a number.
    assert [cell for cell in cells if cell[:1] in "=+@|\t\r" and cell] == []
    assert [cell for cell in cells if cell.startswith("-")] == ["-35000"]


def test_columns_are_unique_also_beside_the_one_for_the_source(monkeypatch):
    columns = {"wie": Column(heading="Wie"), "n": Column(heading="wie", write=count), "geld": Column(heading="Bron")}
    told = table_html(not_personal(ROWS[["wie", "n", "geld"]], what="x"), columns, caption="x")
    (shown,) = shown_tables(notebook(monkeypatch, Finding(name="x", table=told)))
    names = [name.casefold() for name in lines(as_csv(shown))[0]]
    assert names == ["wie", "wie (tabel)", "wie (tabel) status", "bron (tabel)", "bron"]


def test_names_are_unique_and_pairs_of_years_have_their_years(monkeypatch):
    from jeugd_analysis.present.choice import Choices

    first, second = (Finding(name=name, title="t", table=table()) for name in ("groei", "groei-2023-2024"))
    chosen = Finding(
        name="groei", choices=Choices(parts={(2024, 2025): first, (2023, 2024): second}, closed={}, leads=True)
    )
    two = Finding(name="dubbel", table=below_each_other([table(), table(caption="Nog een")]))
    names = [one.figure for one in shown_tables(notebook(monkeypatch, chosen, two, FIGURE))]
    assert names == ["groei-2024-2025", "groei-2023-2024", "dubbel", "dubbel-2", "groei-jaar"]


def test_every_table_gets_a_link_to_its_own_file(monkeypatch, tmp_path):
    two = Finding(name="dubbel", table=below_each_other([table(), table(caption="Nog een")]))
    plain = notebook(monkeypatch, FIGURE, two)
    source, site = tmp_path / "source", tmp_path / "site"
    page = source / "regio" / "30_groei.ipynb"
    page.parent.mkdir(parents=True)
    page.write_bytes(with_links(json.dumps(plain).encode(), plain, "regio/30_groei"))
    text = page.read_text("utf8")
    for name in ("groei-jaar", "dubbel", "dubbel-2"):
        assert f'href=\\"../cijfers/regio/30_groei/{name}.csv\\"' in text
    assert text.count('class=\\"download\\"') == 3 and "Download deze cijfers (CSV): Nog een" in text
    write_downloads(source, site)
    files = sorted(path.name for path in (site / "cijfers" / "regio" / "30_groei").iterdir())
    assert files == ["dubbel-2.csv", "dubbel.csv", "groei-jaar.csv"]


def test_a_page_without_figures_stays_byte_for_byte():
    content = b'{"cells": [{"outputs": [{"data": {"text/html": "<table></table></div>"}}]}]}'
    assert with_links(content, json.loads(content), "regio/x") == content


def test_the_description_is_a_valid_package_that_reads_the_files(monkeypatch, tmp_path):
    frictionless = pytest.importorskip("frictionless")
    source, site = tmp_path / "source", tmp_path / "site"
    page = source / "regio" / "30_groei.ipynb"
    page.parent.mkdir(parents=True)
    page.write_text(json.dumps(notebook(monkeypatch, FIGURE)), "utf8")
    write_downloads(source, site)
    package = site / "cijfers" / "datapackage.json"
    report = frictionless.validate(package)
    assert report.valid, report.flatten(["message"])
    resource = frictionless.Package(package).resources[0]
    told = [row.to_dict() for row in resource.read_rows()]
    assert [float(row["Aandeel (%)"]) if row["Aandeel (%)"] is not None else None for row in told] == [12.3, None, 50]
    assert resource.to_descriptor()["figuur"] == "regio/30_groei#groei-jaar"


@pytest.mark.parametrize(
    ("text", "value", "unit", "status"),
    [
        ("1.235", 1235, "", "getoond"),
        ("€\u00a01,2\u00a0mln", 1_200_000, "euro", "getoond"),
        ("−\u2060€\u00a0350.000", -350_000, "euro", "getoond"),
        ("+\u2060€\u00a035", 35, "euro", "getoond"),
        ("−1.240", -1240, "", "getoond"),
        ("0%", 0, "%", "getoond"),
        ("<10", None, "", "kleiner dan 10"),
        ("geheim", None, "", "geheim"),
        ("–", None, "", "onbekend"),
        ("2,20% (voorlopig)", 2.2, "%", "voorlopig"),
        ("1 op de 7", None, "", "1 op de 7"),
        ("−820 tot +830", None, "", "−820 tot +830"),
        ("€ 955.000 over", None, "", "€ 955.000 over"),
        ("1.23", None, "", "1.23"),  # not a Dutch number: a dot divides thousands
    ],
)
def test_numbers_read_back(text, value, unit, status):
    read = read_number(text)
    assert (None if read.value is None else float(read.value), read.unit, read.status) == (value, unit, status)


def test_the_example_book_gives_files_that_pass_the_last_look(in_example, tmp_path: Path):
    """A chapter of the example: its files pass the same checks as its page."""
    from jeugd_analysis.domain.period import Quarter
    from jeugd_analysis.publish import exit_check
    from jeugd_analysis.publish.notebooks import execute_all, plan_runs, read_chapters

    runs = plan_runs(
        read_chapters(in_example.project / "analysis"), in_example.region, Quarter(2026, 3),
        areas=["GM0637"], only=["gebruik"],
    )  # fmt: skip
    execute_all(runs, tmp_path / "source", workers=1, progress=lambda *_: None, cwd=in_example.project)
    write_downloads(tmp_path / "source", tmp_path / "site")
    files = list((tmp_path / "site").rglob("*.csv"))
    assert len(files) >= 5
    assert exit_check.small_numbers(tmp_path / "site", exit_check.Limits(threshold=10, base=5)) == []
