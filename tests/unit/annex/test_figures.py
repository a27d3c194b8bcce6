"""What stood on a page, read back: the part of a choice that is shown at first, tables, source."""

from __future__ import annotations

import pandas as pd

from jeugd_analysis.annex.blocks import Figure, Paragraph
from jeugd_analysis.annex.figures import Gathering, chart, page_html
from jeugd_analysis.present.choice import Choices, heading
from jeugd_analysis.present.disclosure import not_personal
from jeugd_analysis.present.finding import Finding, _data
from jeugd_analysis.present.numbers import count
from jeugd_analysis.present.tables import Column, table_html

ROWS = pd.DataFrame({"what": ["een & twee", "drie"], "n": [1200, 5], "where": ["a\nb", "c"]})
TABLE = table_html(
    not_personal(ROWS, what="test"),
    {"what": Column(heading="Wat"), "n": Column(heading="Aantal", write=count), "where": Column(heading="Waar")},
    caption="Alles bij elkaar",
)


def read(*outputs):
    now = Gathering()
    blocks = [block for output in outputs for block in page_html(output, now)]
    return [*blocks, *now.figure()]


def test_a_finding_is_put_together_from_its_parts():
    finding = Finding(name="f", title="T", unit="E", table=TABLE, source="Bron: hier.")
    title = '<p class="figuur-titel" id="f">T &lt;10</p><p class="figuur-woorden">W</p><p class="figuur-eenheid">E</p>'
    (figure,) = read(title, _data(finding))
    assert (figure.title, figure.unit, figure.words, figure.source) == ("T <10", "E", "W", "Bron: hier.")
    (table,) = figure.tables
    assert table.caption == "Alles bij elkaar"
    assert table.head == ("Wat", "Aantal", "Waar")
    assert table.rows == (("een & twee", "1.200", "a\nb"), ("drie", "5", "c"))
    assert table.numbers == (False, True, False)


def test_a_table_without_rows_is_left_out():
    head = "<table><caption>C</caption><thead><tr><th>A</th></tr></thead><tbody></tbody></table>"
    assert read('<p class="figuur-titel">T</p>', head) == [Figure(title="T")]


def test_words_of_the_screen_are_left_out():
    hidden = '<details class="gegevens"><summary>Bekijk de cijfers</summary>' + TABLE + "</details>"
    (figure,) = read('<p class="figuur-titel">T</p>', hidden)
    assert figure == Figure(title="T", tables=figure.tables)
    download = '<p class="bestand"><a href="a.csv">Download de cijfers</a> · <a href="a.json">Beschrijving</a></p>'
    assert read('<p class="figuur-titel">T</p>', hidden + download) == [figure]
    assert not read('<label for="a">Kies</label><select id="a"><option>1</option></select><button>Ga</button>')


def test_of_a_choice_only_the_part_that_is_shown_at_first_is_taken():
    parts = {(2024, 2025): Finding(name="a"), (2023, 2024): Finding(name="b")}
    choices = Choices(parts=parts, closed={(2019, 2020): "Daar zit een breuk."}, leads=True)
    first, second = choices.mark((2024, 2025)), choices.mark((2023, 2024))
    titles = [
        f'<div class="{mark["class"]}"><p class="figuur-titel">{year}</p></div>'
        for mark, year in ((first, 2025), (second, 2024))
    ]
    blocks = read(choices.opening(), heading((2024, 2025), first), titles[0], heading((2023, 2024), second), titles[1])
    assert blocks == [Figure(title="2025")]
    now = Gathering()
    chart({"mark": "bar", "usermeta": {"keuze": dict(second)}}, now)
    assert not now.told
    chart({"mark": "bar", "usermeta": {"keuze": dict(first)}}, now)
    assert now.told["spec"]["mark"] == "bar"


def test_other_text_is_a_paragraph_after_the_figure():
    blocks = read('<p class="figuur-titel">T</p>', "<p>Los.</p>")
    assert [type(block) for block in blocks] == [Figure, Paragraph]
