"""B130: a delivery that is too large stops with a message before it is read, and nothing of it is kept."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import psutil
import pytest

from jeugd_analysis import pipeline
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DeliveryError, JeugdError
from jeugd_analysis.intake.size import SizeLimits, require_fits
from jeugd_analysis.store import Store
from tests.conftest import ROOT

LIMITS = {"max_lines": 100, "memory_per_byte": 2.0, "max_memory_share": 0.5}


def text(folder: Path, lines: int, name: str = "claims.csv") -> Path:
    path = folder / name
    path.write_bytes(b"a;b\n" * (lines + 1))
    return path


def test_b130_lines_are_counted_without_the_heading(tmp_path):
    limits = SizeLimits.from_settings(LIMITS)
    require_fits([text(tmp_path, 100)], limits, free=1 << 30)
    with pytest.raises(DeliveryError, match=r"GRE-002.*claims\.csv heeft meer dan 100 regels"):
        require_fits([text(tmp_path, 101)], limits, free=1 << 30)


def test_b130_memory_is_that_of_the_whole_delivery(tmp_path):
    """Two files of 400 bytes at 2 bytes each ask 1,600 bytes; half of 3,200 is just enough."""
    limits = SizeLimits.from_settings({**LIMITS, "max_lines": 1_000})
    files = [text(tmp_path, 99, "a.csv"), text(tmp_path, 99, "b.csv")]
    require_fits(files, limits, free=3_200)
    with pytest.raises(DeliveryError, match=r"GRE-003.*niets ingelezen"):
        require_fits(files, limits, free=3_199)


def test_b130_an_archive_counts_as_what_it_unpacks_to(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("berichten.xml", b" " * 1_000_000)
    packed = tmp_path / "berichten.zip"
    packed.write_bytes(content.getvalue())
    assert packed.stat().st_size < 10_000
    with pytest.raises(DeliveryError, match="GRE-003"):
        require_fits([packed], SizeLimits.from_settings(LIMITS), free=3_000_000)


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_lines": 0}, {"max_lines": "veel"}, {"memory_per_byte": -1}, {"max_memory_share": 1.5},
        {"max_memory_share": True}, {"max_regels": 5},
    ],
)  # fmt: skip
def test_b130_a_limit_that_is_none_is_refused(wrong):
    with pytest.raises(JeugdError, match=r"GRE-001.*limits\.toml"):
        SizeLimits.from_settings({**LIMITS, **wrong})


def test_b130_a_missing_limit_is_named():
    with pytest.raises(JeugdError, match="max_lines ontbreekt"):
        SizeLimits.from_settings({name: value for name, value in LIMITS.items() if name != "max_lines"})


def test_b130_taking_in_stops_before_anything_is_read(deliveries, tmp_path, monkeypatch):
    project = tmp_path / "project"
    shutil.copytree(ROOT / "data", project / "data")
    limits = project / "data/reference/limits.toml"
    limits.write_text(limits.read_text("utf8").replace("max_lines = 30000000 ", "max_lines = 1000"), "utf8")
    store = Store(project, tmp_path / "werk")
    with pytest.raises(DeliveryError, match="GRE-002"):
        pipeline.add(Quarter(2025, 4), [deliveries / "2025-K4"], store=store)
    assert not store.deliveries_folder.exists()
    nothing_free = psutil.virtual_memory()._replace(available=1_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: nothing_free)
    with pytest.raises(DeliveryError, match="GRE-003"):
        pipeline.add(Quarter(2025, 4), [deliveries / "2025-K4"], store=store)
    assert store.deliveries() == []
