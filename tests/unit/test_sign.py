"""Two different people sign what lies there now: any other data, report or release, and nobody has signed."""

from __future__ import annotations

import json
import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jeugd_analysis import cli, quality
from jeugd_analysis import sign as signing
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.sign import require_signed, sign, signatures
from jeugd_analysis.store import Store
from tests.conftest import LAST, ROOT

DAY = date(2026, 11, 22)
ANNA, BO = "Anna de Vries", "Bo Jansen"


@pytest.fixture(scope="module")
def checked(example: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The work folder of the example with its check report, to be copied."""
    work = tmp_path_factory.mktemp("getekend") / "werk"
    shutil.copytree(example.work / "data", work / "data", ignore=shutil.ignore_patterns("store", "estimates"))
    quality.write_quality(LAST, store=Store(ROOT, work))
    return work


@pytest.fixture
def ready(checked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with a built edition of real data: the example, not called one."""
    shutil.copytree(checked, tmp_path / "werk")
    monkeypatch.setattr(signing, "is_example", lambda store, quarter: False)
    return Store(ROOT, tmp_path / "werk")


def report(store: Store) -> Path:
    return store.work / "_build" / LAST.label / "kwaliteit" / "check.html"


def new_delivery(store: Store) -> None:
    newest = store.deliveries()[-1].folder / "delivery.json"
    told = json.loads(newest.read_text("utf8"))
    told["parts"][0]["sha256"] = "0" * 64
    newest.write_text(json.dumps(told), "utf8")


def other_report(store: Store) -> None:
    report(store).write_text(report(store).read_text("utf8") + " ", "utf8")


def no_report(store: Store) -> None:
    shutil.rmtree(report(store).parent)


def one_list_less(store: Store) -> None:
    next(report(store).parent.glob("*.csv")).unlink()


def other_release(store: Store) -> None:
    frame = store.release(LAST)
    store.write_release(LAST, frame.assign(published=frame["published"] + 5), "anders")


def altered_release(store: Store) -> None:
    frame = store.release(LAST)
    frame.assign(published=frame["published"] + 5).to_parquet(store.release_file(LAST), index=False)


def test_two_people_sign_and_both_names_can_be_published(ready):
    with pytest.raises(JeugdError, match=r"(?s)HND-005.*jeugd sign 2026-K3"):
        require_signed(LAST, store=ready)
    assert sign(LAST, ANNA, store=ready, today=DAY) == [(ANNA, "2026-11-22")]
    with pytest.raises(JeugdError, match="Ondertekend door: Anna de Vries"):
        require_signed(LAST, store=ready)
    sign(LAST, BO, store=ready, today=date(2026, 11, 23))
    assert require_signed(LAST, store=ready) == [(ANNA, "2026-11-22"), (BO, "2026-11-23")]
    sign(LAST, "Cem Yılmaz", store=ready, today=DAY)
    assert len(signatures(LAST, store=ready)) == 3


@pytest.mark.parametrize(
    "change", [new_delivery, other_report, no_report, one_list_less, other_release, altered_release]
)
def test_any_change_and_nobody_has_signed(change, ready):
    sign(LAST, ANNA, store=ready, today=DAY)
    sign(LAST, BO, store=ready, today=DAY)
    change(ready)
    assert signatures(LAST, store=ready) == []
    with pytest.raises(JeugdError, match="2 handtekeningen vervallen"):
        require_signed(LAST, store=ready)


def test_signatures_count_again_when_all_is_as_it_was_signed(ready):
    sign(LAST, ANNA, store=ready, today=DAY)
    kept = report(ready).read_bytes()
    other_report(ready)
    assert signatures(LAST, store=ready) == []
    report(ready).write_bytes(kept)
    assert signatures(LAST, store=ready) == [(ANNA, "2026-11-22")]


@pytest.mark.parametrize("again", [ANNA, "anna de vries", " Anna  de Vries ", "Anna de Vríes", "Anna de-Vries."])
def test_one_person_is_not_two(again, ready):
    sign(LAST, ANNA, store=ready, today=DAY)
    with pytest.raises(JeugdError, match="HND-002"):
        sign(LAST, again, store=ready, today=DAY)
    assert len(signatures(LAST, store=ready)) == 1


@pytest.mark.parametrize(
    "name", ["", "  ", "A.", "123", "x" * 81, "Anna\u202e de Vries", "A\u0301\u0301\u0301\u0301bc", "\x1b[2Jabc"]
)
def test_what_is_no_name_is_refused(name, ready):
    with pytest.raises(JeugdError, match="HND-001"):
        sign(LAST, name, store=ready, today=DAY)
    assert signatures(LAST, store=ready) == []


def test_a_report_of_other_data_cannot_be_signed(ready):
    other_report(ready)
    with pytest.raises(JeugdError, match=r"(?s)HND-003.*jeugd check 2026-K3"):
        sign(LAST, ANNA, store=ready, today=DAY)


@pytest.mark.parametrize("gone", [no_report, altered_release])
def test_without_a_report_or_a_book_there_is_nothing_to_sign(gone, ready):
    gone(ready)
    with pytest.raises(JeugdError, match="HND-004"):
        sign(LAST, ANNA, store=ready, today=DAY)


def test_example_data_needs_no_signature_and_may_have_one(checked, tmp_path):
    shutil.copytree(checked, tmp_path / "werk")
    store = Store(ROOT, tmp_path / "werk")
    assert require_signed(LAST, store=store) == []
    sign(LAST, ANNA, store=store, today=DAY)
    assert require_signed(LAST, store=store) == [(ANNA, "2026-11-22")]


@pytest.mark.parametrize(
    "content", ["{", "[1]", '[{"name": "A"}]', '{"name": "a"}', '[{"name": 1, "day": 2, "digest": 3}]']
)
def test_a_damaged_file_is_named(content, ready):
    sign(LAST, ANNA, store=ready, today=DAY)
    file = ready.work / "data" / "signatures" / "2026-K3.json"
    file.write_text(content, "utf8")
    with pytest.raises(JeugdError, match="HND-006"):
        signatures(LAST, store=ready)


def test_it_is_written_in_one_rename_and_for_the_owner_only(ready, monkeypatch):
    sign(LAST, ANNA, store=ready, today=DAY)
    file = ready.work / "data" / "signatures" / "2026-K3.json"
    if os.name != "nt":
        assert file.stat().st_mode & 0o077 == 0 and file.parent.stat().st_mode & 0o077 == 0
    before = file.read_bytes()

    def full(path: Path, target: Path) -> None:
        raise OSError(28, "geen ruimte")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="geen ruimte"):
            sign(LAST, BO, store=ready, today=DAY)
    assert file.read_bytes() == before and signatures(LAST, store=ready) == [(ANNA, "2026-11-22")]


def test_the_command_says_who_signed_and_what_is_left(ready, monkeypatch):
    monkeypatch.setenv("JEUGD_PROJECT", str(ROOT))
    monkeypatch.setenv("JEUGD_WERKMAP", str(ready.work))
    first = CliRunner().invoke(cli.app, ["sign", "2026-K3", "--name", ANNA])
    assert first.exit_code == 0 and "Nog één handtekening nodig" in first.output
    second = CliRunner().invoke(cli.app, ["sign", "2026-K3", "--name", BO])
    assert second.exit_code == 0 and "kan worden gepubliceerd" in second.output
    assert f"Ondertekend door {ANNA}" in second.output


def test_a_report_is_the_same_every_time_it_is_made(ready, tmp_path):
    pages = [quality.write_quality(LAST, store=ready, folder=tmp_path / name)[0] for name in ("a", "b")]
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_who_signs_reads_which_groups_hold_everybody(ready: Store):
    """A full group is not hidden: those who sign decide. So it stands in what they sign, without its number."""
    cells = ready.release(LAST)
    year = str(LAST.last_full_year)
    place = cells["area"].eq("GM0637") & cells["period"].eq(year) & cells["period_kind"].eq("jaar")
    whole = cells.loc[place & cells["dimension"].eq("totaal"), "youths"].iloc[0]
    one = cells.index[place & cells["dimension"].eq("referrer")][0]
    told = "alle jeugdigen vallen in één groep (verwijzer)"
    quality.write_quality(LAST, store=ready)
    assert f"Zoetermeer in {year}" not in report(ready).read_text("utf8")
    ready.write_release(LAST, cells.assign(youths=cells["youths"].mask(cells.index == one, whole)), "vol")
    with pytest.raises(JeugdError, match="HND-003"):  # the report that lies there does not say so
        sign(LAST, ANNA, store=ready, today=DAY)
    quality.write_quality(LAST, store=ready)
    text = report(ready).read_text("utf8")
    assert told in text.lower() and f"Zoetermeer in {year}" in text
    sign(LAST, ANNA, store=ready, today=DAY)
    assert [name for name, _ in signatures(LAST, store=ready)] == [ANNA]
