"""Messages taken in, quarter by quarter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jeugd_analysis import pipeline
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.sources.pseudonym import create_key
from jeugd_analysis.store import Delivery, Store

ROOT = Path(__file__).resolve().parents[3]
Take = Callable[..., Delivery]


@pytest.fixture
def take(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Take:
    """Take in messages for a quarter; what is said on the way lands in `said`."""
    key = tmp_path / "kluis" / "sleutel"
    create_key(key, project=ROOT)
    monkeypatch.setenv("JEUGD_SLEUTELBESTAND", str(key))
    made: list[Path] = []

    def taken(quarter: Quarter, *texts: str, said: list[str] | None = None) -> Delivery:
        folder = tmp_path / f"levering{len(made)}"
        folder.mkdir()
        made.append(folder)
        for number, text in enumerate(texts, 1):
            (folder / f"{number}.xml").write_text(text, "utf8")
        progress = (lambda line: None) if said is None else said.append
        return pipeline.add(quarter, [folder], store=store, progress=progress)

    return taken
