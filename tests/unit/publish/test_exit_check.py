"""A small or exact number of youths stops the book wherever it stands; what was published elsewhere passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.publish import exit_check
from jeugd_analysis.publish.exit_check import COUNT, UNUSED, Limits, counts_in, small_numbers
from jeugd_analysis.publish.leaks import Leak
from jeugd_analysis.publish.sphinx_vega import chart_html

LIMITS = Limits(threshold=10, base=5)
YEARS = ("2024", "2025")


def found_in(tmp_path: Path, text: str, name: str = "regio/a.html", **options: Any) -> list[Leak]:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf8")
    return small_numbers(tmp_path, LIMITS, **options)


def table(
    *cells: str, head: str = "Jeugdigen 0-22", caption: str = "Gebruik", row: str = "2024", mark: str = ""
) -> str:
    inside = "".join(f'<td class="getal">{cell}</td>' for cell in cells)
    heads = "".join(f'<th scope="col">{head}</th>' for _ in cells)
    return (
        f'<table class="tabel"{mark}><caption>{caption}</caption><thead><tr><th scope="col">Jaar</th>{heads}</tr>'
        "</thead>"
        f'<tbody><tr><th scope="row">{row}</th>{inside}</tr></tbody></table>'
    )


def spec(*numbers: object, field: str = "youths", title: str = "jeugdigen", **more: Any) -> dict[str, Any]:
    rows = [{"jaar": str(2020 + n), field: value} for n, value in enumerate(numbers)]
    x, y = {"field": "jaar", "type": "ordinal"}, {"field": field, "type": "quantitative", "title": title}
    return {"data": {"values": rows}, "mark": "bar", "encoding": {"x": x, "y": y}, **more}


def chart(told: object, *, mark: str = "") -> str:
    return f'<figure{mark}><script type="application/json" class="grafiek-spec">{json.dumps(told)}</script></figure>'


REFUSED = {
    "a cell of a column": table("7"),
    "a cell that is not rounded": table("1.483"),
    "a cell of a table about youths": table("12", head="2025", caption="Jeugdigen per segment"),
    "a cell with its share": table("7 (3%)"),
    "a row about youths": table("7", head="Waarde", row="Jeugdigen met verblijf"),
    "a total": table("23", head="Totaal aantal kinderen"),
    "a table under a unit": '<p class="figuur-eenheid">Aantal jongeren per wijk</p>' + table("7", head="Wijk A"),
    "a change that is not rounded": table("+3"),
    "a sentence": "<p>In 2025 kregen 7 jeugdigen hulp.</p>",
    "a sentence in parts": "<p>In 2025 kregen <span>7</span> <b>jonge kinderen</b> hulp.</p>",
    "part of": "<p>Dat zijn 3 van de jongeren.</p>",
    "a number after the word": "<p>Cliënten: 12</p>",
    "a number of": "<p>Het aantal jeugdigen steeg van 1.480 naar 1.483.</p>",
    "the ones before": "<p>Er waren 40 jeugdigen. In 2017 waren het er 38.</p>",
    "a list in brackets": "<p>Het meest via de huisarts (40 jeugdigen), dan de gemeente (8).</p>",
    "a title": "<h2>7 kinderen met verblijf</h2>",
    "the title of the page": "<head><title>7 jongeren</title></head>",
    "an alternative text": '<img src="a.png" alt="Het meest: 7 cliënten">',
    "a spoken name": '<div role="img" aria-label="segment: A; clienten: 3"></div>',
    "a description": '<meta name="description" content="7 jeugdigen">',
    "a hidden attribute": '<div data-telling="jeugdigen: 3"></div>',
    "a text in a picture": "<svg><desc>7 jeugdigen</desc><text>x</text></svg>",
    "what unfolds": "<details><summary>Cijfers</summary><p>7 jeugdigen</p></details>",
    "data of a chart": chart(spec(40, 7)),
    "data of a chart that is not rounded": chart(spec(40, 1483)),
    "data as text": chart(spec("40", "7")),
    "a text of a chart": chart(spec(40, description="Het minst: 7 jeugdigen")),
    "a chart under a unit": '<p class="figuur-eenheid">Aantal jeugdigen</p>' + chart(spec(7, field="n", title="")),
    "data sets of a chart": chart({**spec(40), "datasets": {"a": [{"youths": 3}]}}),
    "data in a layer": chart({"layer": [spec(40), spec(7)]}),
    "a title in a chart": chart({**spec(40), "title": {"text": "7 jeugdigen met verblijf"}}),
}  # fmt: skip
ALLOWED = {
    "rounded": table("1.480") + table("10") + table("0") + table("&lt;10") + table("geheim") + table("–"),
    "a year": table("2021", head="Periode", row="Jeugdigen met hulp"),
    "another unit": table("7", head="Regels", row="jeugdigen") + table("3", head="Aantal aanbieders"),
    "tests of a forecast": table("3", head="Toetsen", row="Jeugdigen"),
    "a share": table("13,1%", head="Aandeel van alle jeugdigen") + table("7", head="Aandeel jeugdigen (%)"),
    "euro": table("7", head="Kosten per jeugdige (euro)"),
    "euro per young person": table("2.318", head="Bijdrage per jongere"),
    "a change that is rounded": table("+5", "−5"),
    "sentences": "<p>In 2025 kregen 1.480 jeugdigen hulp. Dat is 1 op de 7 jeugdigen van 0 tot en met 17 jaar.</p>",
    "ages and years": "<p>Aantal jeugdigen van 0 tot en met 22 jaar, van 2017 tot 2025, per jaar</p>",
    "the rule itself": "<p>Getallen over minder dan 10 jeugdigen staan er niet in.</p>",
    "marks of breaks": "<p>(1) Sinds 2022 betalen 40 jeugdigen niet. (2) Er is meer.</p>",
    "other things": "<p>Bij 3 gemeenten en 7 aanbieders duurde het 13 uur per jeugdige.</p>",
    "published": '<p data-herkomst="gepubliceerd">De raad las: 13.442 jeugdigen, 7 met verblijf.</p>'
    + table("7", mark=' data-herkomst="gepubliceerd"')
    + chart(spec(7), mark=' data-herkomst="gepubliceerd"'),
    "charts": chart(spec(40, 1480, 0)) + chart(spec(7, field="euro", title="miljoen euro")) + chart(spec(0.37)),
    "no number at all": "<p>Jeugdigen</p><script>var jeugdigen = 7</script>",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_small_or_exact_number_is_found_wherever_it_stands(tmp_path, text):
    found = found_in(tmp_path, f"<html><body>{text}</body></html>")
    assert {(one.file, one.kind) for one in found} == {("regio/a.html", COUNT)}


@pytest.mark.parametrize("text", ALLOWED.values(), ids=ALLOWED)
def test_what_may_be_shown_passes(tmp_path, text):
    assert found_in(tmp_path, f"<html><body>{text}</body></html>") == []


def test_what_follows_published_figures_is_looked_at_again(tmp_path):
    published = '<div data-herkomst="gepubliceerd"><img src="a"><br><p>7 jeugdigen</p></div>'
    assert len(found_in(tmp_path, published + "<p>8 jeugdigen</p>")) == 1


def test_another_mark_is_no_way_out(tmp_path):
    assert found_in(tmp_path, '<p data-herkomst="eigen">7 jeugdigen</p>') != []


OTHER_FILES = {
    "a download": ("a.csv", "jaar;jeugdigen\n2024;40\n2025;7\n"),
    "a download with commas": ("a.csv", "year,youths\n2024,40.0\n2025,7.0\n"),
    "a long download": ("a.csv", "cijfer;eenheid;waarde\ngebruik;jeugdigen;7\n"),
    "a sentence in a download": ("a.csv", "wat\nHet zijn 7 jeugdigen\n"),
    "a picture": ("a.svg", '<svg><g aria-label="clienten: 3"/></svg>'),
    "data": ("a.json", '{"rijen": [{"youths": 7}]}'),
    "a title in the index": ("searchindex.js", 'Search.setIndex({"titles": ["7 jeugdigen met verblijf"]})'),
    "a heading in the index": ("searchindex.js", 'Search.setIndex({"alltitles": {"Nog 7 jonge kinderen": [[1]]}})'),
    "a script": ("a.js", "var tekst = 'er waren 7 jeugdigen'"),
    "a text": ("a.txt", "er waren 7 cliënten"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), OTHER_FILES.values(), ids=OTHER_FILES)
def test_other_files_are_looked_at(tmp_path, name, text):
    assert [one.file for one in found_in(tmp_path, text, name)] == [name]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "jaar;jeugdigen;euro\n2024;40;7\n2025;;13\n"),
        ("a.csv", "sleutel;Jeugdigen (%);In het stuk (%);Gebruik (euro);Index jeugdigen\njeugdigen;13;7;329;101\n"),
        ("a.csv", "cijfer;jeugdigen;herkomst\nraad;13442;gepubliceerd\n"),
        ("a.csv", ""),
        ("a.json", '{"rijen": [{"euro": 7}]}'),
        ("_static/vendor/a.js", "var a = 'clients: 3'"),
        ("searchindex.js", 'Search.setIndex({"terms": {"clients": 53, "jeugdigen": 7}, "titles": ["Jeugdigen"]})'),
        ("a.pdf", "7 jeugdigen"),
    ],
)
def test_other_files_may_pass(tmp_path, name, text):
    assert found_in(tmp_path, text, name) == []


def test_pages_of_our_own_text_are_left_alone(tmp_path):
    text = "<p>Stel: 7 jeugdigen krijgen hulp.</p>"
    assert found_in(tmp_path, text, "methoden/a.html", explained={"methoden/a.html"}) == []
    assert found_in(tmp_path, text, "methoden/a.html") != []


def test_a_chart_may_not_carry_columns_that_it_does_not_use(tmp_path):
    rows = [{"jaar": "2025", "youths": 40, "exact": 43, "namen": "x"}]
    told = {**spec(), "data": {"values": rows}}
    found = found_in(tmp_path, chart(told))
    assert {(one.kind, one.place) for one in found} == {
        (UNUSED, "regel 1, grafiek: kolom exact"), (UNUSED, "regel 1, grafiek: kolom namen"),
    }  # fmt: skip
    told["transform"] = [{"calculate": "datum.exact + datum.namen", "as": "z"}]
    assert found_in(tmp_path, chart(told)) == []


def test_a_chart_as_the_book_draws_it(tmp_path_factory):
    tmp_path, cache = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("cache")
    told = spec(40, 7, title="jeugdigen", description="Gebruik. Het meest in 2020.")
    assert found_in(tmp_path, chart_html(told, number=1, cache=cache)) != []
    rounded = spec(40, 15, title="jeugdigen", description="Gebruik. Het meest in 2020.")
    assert found_in(tmp_path, chart_html(rounded, number=1, cache=cache)) == []


def test_the_finding_tells_the_place_and_not_the_number(tmp_path):
    found = found_in(tmp_path, f"<p>tekst</p>\n{table('37')}\n<p>43 jeugdigen</p>")
    assert [one.place for one in found] == ["regel 2, tabel: rij 1, kolom 2", "regel 3, tekst"]
    with pytest.raises(DisclosureError) as caught:
        exit_check.refuse(found * 6)
    told = str(caught.value)
    assert "[LEK-002]" in told and "en nog 2" in told and "37" not in told and "43" not in told
    exit_check.refuse([])


@pytest.mark.parametrize(
    ("number", "change", "refused"),
    [(0, False, False), (5, False, True), (9, False, True), (10, False, False), (12, False, True), (5, True, False),
     (3, True, True)],
)  # fmt: skip
def test_limits_by_hand(number, change, refused):
    assert LIMITS.refuses(number, change=change) is refused


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1.480 jeugdigen en 12 jonge kinderen", [1480, 12]),
        ("wie 18 jaar is", []),
        ("18-jarige jongeren", []),
        ("2025 jeugdigen", []),  # a year: a count of a thousand or more is written with a point
        ("0-17 jeugdigen", []),
        ("3,5 jeugdigen", []),
        ("12% jeugdigen", []),
    ],
)
def test_numbers_of_youths_in_a_text(text, numbers):
    assert [number for number, _, _ in counts_in(text)] == numbers
