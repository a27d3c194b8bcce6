"""Figures that others published are marked in title, chart and table; nobody else can get that mark."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from jeugd_analysis.domain.seal import SEAL, seal
from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.present import disclosure, theme
from jeugd_analysis.present import finding as finding_module
from jeugd_analysis.present.charts import bars_chart, series_chart
from jeugd_analysis.present.disclosure import Rules, Safe, published, safe
from jeugd_analysis.present.finding import Finding, show
from jeugd_analysis.present.numbers import count
from jeugd_analysis.present.tables import Column, Table, below_each_other, table_html
from jeugd_analysis.publish.exit_check import Limits, small_numbers
from jeugd_analysis.publish.notebooks import Chapter, Run, require_sealed
from jeugd_analysis.publish.sphinx_vega import chart_html

ROOT = Path(__file__).resolve().parents[3]
LIMITS = Limits(threshold=10, base=5)
RULES = Rules(
    threshold=10, count_base=5, min_width=4, money_base_cents=1_000_000, money_width_cents=4_000_000, min_providers=3,
    p_percent=10, young_quarters=2, decimals_from=4_000,
)  # fmt: skip
WORDS = {"title": "De raad las: 7 jeugdigen", "unit": "jeugdigen", "description": "Er waren 7 jeugdigen."}
SMALL = pd.DataFrame({"jaar": ["2018", "2019"], "youths": [7, 1_233], "tekst": ["7", "1.233"]})


def of_the_council() -> Safe:
    return published(SMALL, source="raadsstuk")


def our_own() -> Safe:
    table = SMALL[["jaar", "youths"]]
    shown = safe(table, rules=RULES, keys=["jaar"], count="youths")
    return shown.derived(shown.frame.assign(tekst=shown.frame["youths"].map(count)))


def bars(shown: Safe) -> theme.Chart:
    chart = bars_chart(shown, category="jaar", value="youths", label="tekst", **WORDS)
    assert chart is not None
    return chart


def table(shown: Safe) -> Table:
    columns = {"jaar": Column(heading="Jaar"), "youths": Column(heading="Jeugdigen", write=count)}
    return table_html(shown, columns, caption="Jeugdigen per jaar")


def page(finding: Finding, tmp_path: Path) -> str:
    """The page of a finding as a reader gets it."""
    outputs: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding_module, "publish_display_data", lambda data, metadata: outputs.append(data))
        show(finding)
    parts = []
    for data in outputs:
        told = data.get(theme.MIME)
        drawn = told and chart_html(json.loads(json.dumps(told)), number=1, cache=tmp_path / "cache")
        parts.append(drawn or data.get("text/html", ""))
    assert parts
    return f"<main>{''.join(parts)}</main>"


def refused(html: str, tmp_path: Path) -> list[str]:
    folder = tmp_path / "site"
    folder.mkdir(exist_ok=True)
    (folder / "a.html").write_text(html, "utf8")
    return [leak.place for leak in small_numbers(folder, LIMITS)]


def test_title_chart_and_table_of_a_council_document_may_tell_small_numbers(tmp_path):
    made = Finding(name="raad", **{k: WORDS[k] for k in ("title", "unit")}, chart=bars(of_the_council()),
                   table=table(of_the_council()))  # fmt: skip
    assert made.exactly_published
    html = page(made, tmp_path)
    assert html.count('data-herkomst="gepubliceerd"') == 3 and refused(html, tmp_path) == []
    assert refused(html.replace(' data-herkomst="gepubliceerd"', ""), tmp_path) != []


def test_a_line_of_published_figures_is_marked_too(tmp_path):
    chart = series_chart(of_the_council(), time="jaar", value="youths", **WORDS)
    assert refused(page(Finding(name="raad", title="Reeks", chart=chart), tmp_path), tmp_path) == []


def test_our_own_figures_are_never_marked(tmp_path):
    made = Finding(name="eigen", title="De jeugdigen", unit="jeugdigen", chart=bars(our_own()), table=table(our_own()))
    assert not made.exactly_published and "herkomst" not in page(made, tmp_path)


@pytest.mark.parametrize("mixed", ["chart", "table", "tables", "title alone"])
def test_a_title_beside_one_figure_of_our_own_is_not_marked(mixed, tmp_path):
    chart = bars(our_own() if mixed == "chart" else of_the_council())
    told = {
        "chart": table(of_the_council()),
        "table": table(our_own()),
        "tables": below_each_other([table(of_the_council()), table(our_own())]),
        "title alone": "",
    }[mixed]
    made = Finding(name="x", title=WORDS["title"], chart=None if mixed == "title alone" else chart, table=told)
    assert not made.exactly_published
    assert any("tekst" in place for place in refused(page(made, tmp_path), tmp_path))


# -- those who try ---------------------------------------------------------------------------------


def test_a_mark_written_into_a_chart_is_taken_off_again(tmp_path):
    spec = bars(our_own())
    spec["usermeta"]["herkomst"] = "gepubliceerd"
    spec["description"] = "Er waren 7 jeugdigen."
    html = page(Finding(name="x", title="Jeugdigen", chart=spec), tmp_path)
    assert "herkomst" not in html and refused(html, tmp_path) != []


def test_a_published_chart_in_which_something_was_put_loses_its_mark(tmp_path):
    spec = bars(of_the_council())
    assert spec.exactly_published
    spec["description"] = "In Dorp waren 6 jeugdigen in het verblijf."
    assert not spec.exactly_published
    html = page(Finding(name="x", title="Jeugdigen", chart=spec), tmp_path)
    assert refused(html, tmp_path) != []


def test_a_copy_or_a_chart_of_ones_own_has_no_mark():
    copied = theme.Chart(bars(of_the_council()))
    assert not copied.exactly_published
    with pytest.raises(DisclosureError, match="GEH-003"):
        Finding(name="x", chart=dict(bars(of_the_council())))


def test_words_cannot_carry_the_mark(tmp_path):
    sly = '7 jeugdigen" data-herkomst="gepubliceerd'
    tag = '<b data-herkomst="gepubliceerd">7 jeugdigen</b>'
    made = Finding(name=sly, title=f"{sly} {tag}", words=tag, unit=tag, table=table(our_own()), source=tag)
    html = page(made, tmp_path)
    assert not re.search(r'<[^<>"]*(?:"[^"]*"[^<>"]*)* data-herkomst="gepubliceerd"', html)
    assert refused(html, tmp_path) != []


def test_a_notebook_that_writes_the_mark_itself_is_refused():
    data = {"text/html": '<p data-herkomst="gepubliceerd">7 jeugdigen</p>'}
    chapter = Chapter(path=Path("10_x.ipynb"), title="x", part="x", order=1, question="x", per_segment=False,
                      region_only=False)  # fmt: skip
    run = Run(chapter=chapter, area=None, segment="", subject="", address="a", parameters={}, digest="")
    for metadata in ({}, {SEAL: "gepubliceerd"}, {SEAL: seal({})}):
        output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[output])])
        with pytest.raises(DisclosureError, match="GEH-005"):
            require_sealed(notebook, run)


def test_only_these_places_say_that_figures_were_published_elsewhere():
    """Each of them reads a file in data/published or open statistics; a new one has to be added here, and looked at."""
    package = ROOT / "src" / "jeugd_analysis"
    texts = {file.relative_to(package).as_posix(): file.read_text("utf8") for file in package.rglob("*.py")}
    uses = {
        name for name, text in texts.items()
        if re.search(r"present\.disclosure import [^\n]*\bpublished\b|disclosure\.published\(", text)
    }  # fmt: skip
    assert uses == {
        "chapters/usage_published.py", "chapters/usage_peers.py", "chapters/measures.py", "chapters/measures_kinds.py",
        "chapters/waiting_places.py",
        *(f"chapters/expected{part}.py" for part in ("", "_claims", "_model", "_near", "_wijken")),  # CBS and SCP
        "chapters/previous.py",  # two editions as readers have them, from the archive of what was published
    }  # fmt: skip
    made = {name for name, text in texts.items() if re.search(r"exactly_published\s*=\s*True|_published_as\s*=", text)}
    assert made == {"present/disclosure.py", "present/theme.py"}
    marked = {name for name, text in texts.items() if "data-herkomst=" in text}
    assert marked == {"present/tables.py", "publish/exit_check.py"}
    own = [*ROOT.glob("analysis/*.ipynb"), *ROOT.glob("book/**/*.md")]
    assert [file.name for file in own if "data-herkomst" in file.read_text("utf8")] == []
    assert disclosure.published is published
