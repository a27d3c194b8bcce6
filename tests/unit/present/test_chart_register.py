"""Charts stand in one register: what a family offers is there, and nobody takes it from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

from jeugd_analysis.present import charts

SOURCE = Path(charts.__file__).parents[2]
FAMILIES = [file for file in Path(charts.__file__).parent.glob("*.py") if file.stem not in ("__init__", "data")]


def test_every_family_is_in_the_register():
    offered = {name for file in FAMILIES for name in re.findall(r"^def (\w+_chart)\(", file.read_text("utf8"), re.M)}
    assert offered == set(charts.__all__)
    assert all(callable(getattr(charts, name)) for name in charts.__all__)


def test_chapters_take_charts_from_the_register():
    inside = re.compile(r"from jeugd_analysis\.present\.charts\.\w+ import \w+_chart")
    besides = [
        file for file in SOURCE.rglob("*.py") if file.parent.name != "charts" and inside.search(file.read_text())
    ]
    assert besides == []
