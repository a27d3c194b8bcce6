"""An archive of releases that was altered or taken away is noticed before a book is built or published."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis import editions, intact, release
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DisclosureError, JeugdError
from jeugd_analysis.store import Store
from tests.conftest import CODE, FIRST
from tests.editions_book import Shelf
from tests.unit.test_release import cells_of, whole

K3, K4 = Quarter(2026, 3), Quarter(2026, 4)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return whole(cells_of())


@pytest.fixture
def published(store: Store, frame: pd.DataFrame) -> Path:
    """The kept release of a published quarter."""
    store.write_release(K3, frame, "een")
    store.keep_release(K3)
    return store.release_file(K3).with_name("gepubliceerd-001.parquet")


def other_figures(path: Path) -> None:
    frame = pd.read_parquet(path)
    frame.assign(published=frame["published"] + 5).to_parquet(path, index=False)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def without_digest(path: Path) -> None:
    path.with_name(path.name + ".sha256").unlink()


@pytest.mark.parametrize("alter", [other_figures, cut_off, one_bit, without_digest, Path.unlink])
def test_a_published_release_that_is_no_longer_the_same_stops_everything(alter, published, store):
    assert len(store.releases(K4)) == 1
    alter(published)
    with pytest.raises(DisclosureError, match=r"GEH-012.*2026-K3/gepubliceerd-001\.parquet") as told:
        store.releases(K4)
    assert "reservekopie" in str(told.value)
    with pytest.raises(DisclosureError, match="GEH-012"):
        store.keep_release(K3)


def test_publishing_stops_before_anything_is_copied(published, store, tmp_path):
    Shelf(store, tmp_path / "intranet").build(K3)
    other_figures(published)
    with pytest.raises(DisclosureError, match="GEH-012"):
        editions.publish(K3, tmp_path / "intranet", store=store)
    assert not (tmp_path / "intranet").exists() and not (store.work / "data" / "archive").exists()


def test_a_release_of_which_the_digest_is_gone_too_leaves_a_gap(published, store, frame):
    store.write_release(K3, frame.assign(published=frame["published"] + 5), "twee")
    store.keep_release(K3)
    without_digest(published)
    published.unlink()
    with pytest.raises(DisclosureError, match=r"GEH-012.*gepubliceerd-002"):
        store.require_archive(K4)


def test_a_draft_that_was_altered_counts_as_not_made(store, frame):
    store.write_release(K3, frame, "een")
    assert store.release_digest(K3) == "een"
    other_figures(store.release_file(K3))
    assert store.release_digest(K3) is None
    with pytest.raises(JeugdError, match=r"(?s)MRT-002.*jeugd build 2026-K3"):
        store.release(K3)
    store.require_archive(K3)  # it binds no other edition
    with pytest.raises(DisclosureError, match="GEH-012"):
        store.require_archive(K4)


def test_a_build_makes_an_altered_draft_again(store, first_edition):
    shutil.copytree(first_edition.work, store.work)
    assert not release.release(FIRST, store=store, code=CODE)
    before = store.release_file(FIRST).read_bytes()
    other_figures(store.release_file(FIRST))
    assert release.release(FIRST, store=store, code=CODE)
    assert store.release_file(FIRST).read_bytes() == before


def test_an_estimate_that_was_altered_is_made_again_and_never_shown(store):
    made = {"een": pd.DataFrame({"a": [1]}), "twee": pd.DataFrame({"a": [2]})}
    store.write_estimates(K3, made, "d")
    assert store.estimates_digest(K3) == "d" and store.estimates("een", K3)["a"].tolist() == [1]
    one_bit(store.estimates_folder / K3.label / "een.parquet")
    assert store.estimates_digest(K3) is None
    with pytest.raises(JeugdError, match="MRT-002"):
        store.estimates("een", K3)
    store.write_estimates(K3, made, "d")
    (store.estimates_folder / K3.label / "twee.parquet").unlink()
    assert store.estimates_digest(K3) is None


@pytest.mark.parametrize("calls", range(4))
def test_stopped_while_a_publication_is_remembered(calls, store, frame, monkeypatch):
    """Killed at any rename: afterwards the archive is as before, or has the release; it is never called altered."""
    store.write_release(K3, frame, "een")
    left, real = [calls], Path.replace

    def stop(path, target):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        if calls < 2:
            with pytest.raises(KeyboardInterrupt):
                store.keep_release(K3)
        else:
            store.keep_release(K3)
    store.require_archive(K4)
    store.keep_release(K3)
    assert len(store.releases(K4)) == 1 and len(list(store.release_file(K3).parent.glob("gepubliceerd-*.parquet"))) == 1


@pytest.mark.skipif(os.name == "nt", reason="rights are those of the folder above")
def test_what_is_kept_is_for_the_owner_only(published):
    assert published.stat().st_mode & 0o077 == 0


def test_a_file_without_a_digest_is_not_called_intact(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"x")
    assert not intact.is_intact(path)
    intact.note(path)
    assert intact.is_intact(path) and intact.noted(tmp_path, "*.parquet") == [path]
