"""The same youths as messages and as CSV give the same marts; a delivery again, decisions on lines, and other keys."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from jeugd_analysis import pipeline, quality
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DeliveryError, JeugdError
from jeugd_analysis.intake import differences
from jeugd_analysis.sources.own_csv import read_table
from jeugd_analysis.sources.pseudonym import create_key
from jeugd_analysis.store import Store
from jeugd_analysis.tables import TABLES
from jeugd_analysis.tables.rules import RULES, Kind

ROOT = Path(__file__).resolve().parents[2]
FIRST, SECOND = Quarter(2025, 4), Quarter(2026, 1)
YOUTHS = 150
OF_YOUTHS = ("youths", "allocations", "requests", "claims")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example region with messages for some of its youths."""
    target = tmp_path_factory.mktemp("beide")
    pipeline.sample(target, last=SECOND, seed=2026, scale=0.02, messages=YOUTHS, store=Store(ROOT, target))
    return target


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key of the test's own, outside the project and the store."""
    path = tmp_path / "kluis" / "sleutel"
    create_key(path, project=ROOT)
    monkeypatch.setenv("JEUGD_SLEUTELBESTAND", str(path))
    return path


@pytest.fixture
def messages(written: Path, key: Path, tmp_path: Path) -> Store:
    """Both quarters taken in as messages."""
    store = Store(ROOT, tmp_path / "berichten")
    for quarter in (FIRST, SECOND):
        pipeline.add(quarter, [written / "ijw" / quarter.label], store=store)
    return store


def same_youths(written: Path, quarter: Quarter, numbers: set[str], target: Path) -> Path:
    """The CSV files of a quarter, with only the youths to whom these allocations belong."""
    folder = written / quarter.label
    tables = {name: pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False) for name in
              (*OF_YOUTHS, "care_periods")}  # fmt: skip
    mine = tables["allocations"]["allocation_id"].isin(numbers)
    youths = set(tables["allocations"].loc[mine, "youth_id"])
    target.mkdir(parents=True)
    for name in OF_YOUTHS:
        chosen = tables[name][tables[name]["youth_id"].isin(youths)]
        chosen.to_csv(target / f"{name}.csv", index=False)
        tables[name] = chosen
    periods = tables["care_periods"]
    periods[periods["allocation_id"].isin(tables["allocations"]["allocation_id"])].to_csv(
        target / "care_periods.csv", index=False
    )
    return target


def nameless(mart: pd.DataFrame) -> pd.DataFrame:
    """A mart of youths without their pseudonyms: those differ between the two ways, and with them the order."""
    if "youth_id" not in mart:
        return mart
    counted = mart.drop(columns="youth_id")
    return counted.sort_values(list(counted), ignore_index=True)


def test_messages_and_csv_of_the_same_youths_give_the_same_marts_to_the_cent(written, messages, tmp_path):
    numbers = messages.column("allocations", "allocation_id", SECOND).str.partition("/")[2]
    ours = {f"T{int(number):010d}" for number in numbers}
    csv = Store(ROOT, tmp_path / "csv")
    for quarter in (FIRST, SECOND):  # the second on top of the first
        pipeline.add(quarter, [same_youths(written, quarter, ours, tmp_path / "deel" / quarter.label)], store=csv)
    for quarter in (FIRST, SECOND):
        for store in (csv, messages):
            pipeline.refresh_marts(quarter, store=store, code="test")
        for name in pipeline.MARTS:
            one, other = (nameless(store.mart(name, quarter)) for store in (csv, messages))
            assert_frame_equal(one, other, obj=f"{name} {quarter}")
    assert len(csv.mart("contract_cells", SECOND)) > 200  # and there is something in them
    later = messages.mart("receipts", SECOND)
    assert (later["receipt_quarter"] == "2026-K1").any()


def test_nothing_of_a_person_is_kept(written, messages):
    texts = [path.read_bytes() for path in messages.deliveries_folder.rglob("*") if path.is_file()]
    frames = [pd.read_parquet(path) for path in messages.deliveries_folder.rglob("*.parquet")]
    words = {str(value) for frame in frames for name in frame.select_dtypes("str") for value in frame[name].dropna()}
    assert not any(b"Voorbeelddata" in text for text in texts)  # everybody's name in the messages
    assert not any(word.startswith("9999") and len(word) == 9 for word in words)  # nobody's number
    assert len(words) > 1000


def test_messages_without_a_key_are_refused(written, store, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("JEUGD_SLEUTELBESTAND", raising=False)
    with pytest.raises(DeliveryError, match="KEY-002"):
        pipeline.add(FIRST, [written / "ijw" / FIRST.label], store=store)
    assert store.deliveries() == []


def test_another_key_is_refused_because_nobody_would_be_known_again(written, messages, tmp_path, monkeypatch):
    other = tmp_path / "kluis" / "andere"
    create_key(other, project=ROOT)
    monkeypatch.setenv("JEUGD_SLEUTELBESTAND", str(other))
    before = messages.deliveries()
    with pytest.raises(DeliveryError, match="KEY-010"):
        pipeline.add(SECOND, [written / "ijw" / SECOND.label], store=messages)
    assert messages.deliveries() == before


def test_with_the_saved_key_in_its_place_again_the_delivery_is_the_same(written, messages, key, monkeypatch):
    """Backup: the same key from another file gives the same pseudonyms."""
    copy = key.with_name("kopie")
    copy.write_text(key.read_text())
    copy.chmod(0o600)
    monkeypatch.setenv("JEUGD_SLEUTELBESTAND", str(copy))
    said: list[str] = []
    pipeline.add(SECOND, [written / "ijw" / SECOND.label], store=messages, progress=said.append)
    assert said == ["deze bestanden zijn al ingelezen; er verandert niets"]


# -- again, and what was decided -----------------------------------------------------------------


def test_differences_counts_lines_and_cents():
    old = pd.DataFrame({"reference": ["A", "B", "C"], "units": [1, 2, 3], "amount_cents": [100, 200, 300]})
    new = pd.DataFrame({"reference": ["B", "C", "D", "E"], "units": [2, 4, 1, 1], "amount_cents": [200, 400, 50, 60]})
    told = differences(old, new, key=["reference"])
    assert told == {"added": 2, "removed": 1, "changed": 1, "cents": 710 - 600}


def test_a_missing_value_that_stays_missing_is_no_change():
    old = pd.DataFrame({"reference": ["A", "B"], "credit_of": [None, "A"]})
    new = pd.DataFrame({"reference": ["A", "B"], "credit_of": [None, None]})
    assert differences(old, new, key=["reference"]) == {"added": 0, "removed": 0, "changed": 1}


@pytest.fixture
def csv_store(written: Path, store: Store) -> Store:
    pipeline.add(FIRST, [written / FIRST.label], store=store)
    return store


def test_a_delivery_again_says_what_changed_and_the_old_one_stays_addressable(written, csv_store, tmp_path):
    claims = read_table(written / FIRST.label / "claims.csv", TABLES["claims"])
    fewer = tmp_path / "claims.csv"
    text = (written / FIRST.label / "claims.csv").read_text().splitlines(keepends=True)
    plain = next(i for i, line in enumerate(text[1:], start=1) if claims.loc[i - 1, "credit_of"] is not None
                 and pd.isna(claims.loc[i - 1, "credit_of"]))  # fmt: skip
    fewer.write_text("".join(text[:plain] + text[plain + 1 :]))
    before = csv_store.column("claims", "reference", FIRST)
    delivery = pipeline.add(FIRST, [fewer], store=csv_store)
    changes = delivery.parts[0].changes
    assert changes["added"] == 0 and changes["removed"] >= 1 and changes["cents"] < 0
    assert len(csv_store.column("claims", "reference", FIRST)) < len(before)
    then = csv_store.as_known(FIRST, 1)
    assert then.column("claims", "reference", FIRST).tolist() == before.tolist()
    with pytest.raises(JeugdError, match="PAR-001"):
        csv_store.as_known(FIRST, 9)


def test_the_same_lines_again_count_as_before_although_later_quarters_built_on_them(written, csv_store, tmp_path):
    """A later quarter credits lines of this one and bills them anew; that says nothing about the first time."""
    pipeline.add(SECOND, [written / SECOND.label], store=csv_store)
    for quarter in (FIRST, SECOND):
        before = csv_store.column("claims", "reference", quarter).tolist()
        lines = (written / quarter.label / "claims.csv").read_text().splitlines(keepends=True)
        again = tmp_path / quarter.label / "claims.csv"
        again.parent.mkdir()
        again.write_text("".join([*lines[:-2], lines[-1], lines[-2]]))  # another file with the same lines
        changes = pipeline.add(quarter, [again], store=csv_store).parts[0].changes
        assert (changes["added"], changes["removed"], changes["changed"], changes["cents"]) == (0, 0, 0, 0)
        assert sorted(csv_store.column("claims", "reference", quarter)) == sorted(before)


def test_released_lines_count_and_the_decision_is_kept(csv_store):
    listed = quality.set_aside(FIRST, store=csv_store)
    assert set(listed.columns) == {"table", "file", "line", "reason", "words", "amount_cents"}  # nobody in it
    wrong = listed[listed["reason"] == "CLM-003"]
    counted = len(csv_store.column("claims", "reference", FIRST))
    quality.decide(FIRST, "CLM-003", release=True, who="A. Analist", why="nagevraagd", store=csv_store)
    assert len(csv_store.column("claims", "reference", FIRST)) == counted + len(wrong) > counted
    assert "CLM-003" not in set(quality.set_aside(FIRST, store=csv_store)["reason"])
    told = "\n".join(pipeline.check(FIRST, store=csv_store))
    assert f"besluit: {len(wrong)} regels om CLM-003 vrijgegeven door A. Analist: nagevraagd" in told


def test_refused_lines_stay_aside_and_the_decision_is_kept(csv_store):
    counted = len(csv_store.column("claims", "reference", FIRST))
    quality.decide(FIRST, "CLM-010", release=False, who="A. Analist", why="aanbieder wijst af", store=csv_store)
    assert len(csv_store.column("claims", "reference", FIRST)) == counted
    assert "afgewezen door A. Analist" in "\n".join(pipeline.check(FIRST, store=csv_store))


@pytest.mark.parametrize(("reason", "who", "code"), [("CLM-003", " ", "TER-002"), ("CLM-099", "A", "TER-001")])
def test_a_decision_needs_a_name_and_lines_to_decide_on(csv_store, reason, who, code):
    before = csv_store.deliveries()
    with pytest.raises(JeugdError, match=code):
        quality.decide(FIRST, reason, release=True, who=who, why="x", store=csv_store)
    assert csv_store.deliveries() == before


def test_a_jump_stops_the_book_until_somebody_decides(written, csv_store, tmp_path):
    """B087: without the claims of one municipality the region would be too low."""
    text = (written / SECOND.label / "claims.csv").read_text().splitlines(keepends=True)
    without = tmp_path / "claims.csv"
    without.write_text(text[0] + "".join(line for line in text[1:] if ",GM0637," not in line))
    folder = written / SECOND.label
    pipeline.add(SECOND, [folder / "youths.csv", folder / "allocations.csv", without], store=csv_store)
    assert "PLA-007" in {one.code for one in quality.odd(SECOND, store=csv_store)}
    for _ in range(2):  # also the second time
        with pytest.raises(JeugdError, match=r"PLA-000.*Zoetermeer|PLA-000.*GM0637"):
            pipeline.build(SECOND, store=csv_store, workers=1, areas=["GM0637"], chapters=["gebruik"])
    assert not (csv_store.work / "_build" / SECOND.label / "site").exists()
    for code in sorted({one.code for one in quality.odd(SECOND, store=csv_store)}):
        if RULES[code].kind is Kind.STOP:
            quality.decide(SECOND, code, release=True, who="A. Analist", why="nagevraagd", store=csv_store)
    quality.require_decided(SECOND, store=csv_store)
    assert "klopt volgens A. Analist: nagevraagd" in "\n".join(pipeline.check(SECOND, store=csv_store))


def test_folders_are_read_with_what_is_below_them_and_links_are_refused(written, store, tmp_path):
    folder = tmp_path / "levering" / "diep"
    folder.mkdir(parents=True)
    for name in ("youths.csv", "allocations.csv"):
        (folder / name).write_bytes((written / FIRST.label / name).read_bytes())
    assert len(pipeline.add(FIRST, [folder.parent], store=store).parts) == 2
    (folder / "claims.csv").symlink_to(written / FIRST.label / "claims.csv")
    with pytest.raises(DeliveryError, match="BES-007"):
        pipeline.add(FIRST, [folder.parent], store=store)


def test_the_report_has_every_part_and_nobody_in_it(csv_store, written):
    paths = quality.write_quality(FIRST, store=csv_store)
    assert {path.suffix for path in paths} == {".html", ".csv"} and all(path.is_file() for path in paths)
    text = "".join(path.read_text("utf-8-sig") for path in paths)
    assert "voorbeelddata" in text and "CLM-003" in text
    youths = read_table(written / FIRST.label / "youths.csv", TABLES["youths"])["youth_id"]
    assert not any(youth in text for youth in youths)
