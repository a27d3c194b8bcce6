"""A store with a very small built book of two quarters, as `jeugd build` would leave it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editions_book import Shelf


@pytest.fixture
def shelf(store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A work folder with small books, and an empty folder on the intranet."""
    monkeypatch.setattr("jeugd_analysis.editions.publication.signers", lambda quarter, store: ())
    return Shelf(store, tmp_path / "intranet")
