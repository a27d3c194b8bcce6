"""Charts on paper: the letter of the document, the width of the text, drawn once."""

from __future__ import annotations

import re

import pytest

from jeugd_analysis.annex import drawing
from jeugd_analysis.errors import BuildError

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "title": "Staat in het bijschrift",
    "width": 640,
    "height": 300,
    "data": {"values": [{"a": "Zoetermeer", "b": 1}]},
    "mark": "bar",
    "encoding": {"y": {"field": "a", "type": "nominal"}, "x": {"field": "b", "type": "quantitative"}},
    "config": {"font": "Arial"},
}


def test_the_picture_has_the_letter_of_the_document_and_no_title(tmp_path):
    name, share = drawing.picture(SPEC, tmp_path / "print", tmp_path)
    svg = (tmp_path / "print" / name).read_text("utf8")
    assert set(re.findall(r'font-family="([^"]*)"', svg)) == {"Libertinus Serif"}
    assert "bijschrift" not in svg and "Zoetermeer" in svg
    assert share == 1.0


def test_a_picture_is_drawn_once(tmp_path, monkeypatch):
    first = drawing.picture(SPEC, tmp_path / "print", tmp_path)
    monkeypatch.setattr("vl_convert.vegalite_to_svg", lambda *_, **__: pytest.fail("drawn again"))
    assert drawing.picture(SPEC, tmp_path / "print", tmp_path) == first


def test_a_tall_picture_is_made_to_fit_the_page(tmp_path):
    tall = {**SPEC, "height": 2000}
    name, share = drawing.picture(tall, tmp_path / "print", tmp_path)
    size = re.search(r' width="([\d.]+)" height="([\d.]+)"', (tmp_path / "print" / name).read_text("utf8"))
    width, height = float(size[1]), float(size[2])
    assert share * height / width == pytest.approx(drawing.TALLEST, abs=0.01)


@pytest.mark.parametrize(("height", "printed"), [(300, 240), ({"step": 40}, {"step": 36}), ({"step": 53}, None)])
def test_a_chart_is_lower_on_paper_unless_its_labels_need_the_room(height, printed):
    told = drawing.printed({**SPEC, "height": height})["height"]
    assert told == (printed or height)


def test_a_chart_that_takes_data_from_elsewhere_is_refused(tmp_path):
    with pytest.raises(BuildError, match="GRF-001"):
        drawing.picture({**SPEC, "data": {"url": "https://voorbeeld.nl/a.csv"}}, tmp_path / "print", tmp_path)
