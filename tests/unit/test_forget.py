"""Forgetting takes everything of a delivery or a youth, nothing of anybody else, and tells what that means."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from jeugd_analysis import forget, pipeline
from jeugd_analysis.cli import app
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError, UnknownNameError
from jeugd_analysis.sources.pseudonym import youth_pseudonym
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE, Store

ROOT = Path(__file__).resolve().parents[2]
FIRST, SECOND = Quarter(2025, 4), Quarter(2026, 1)
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def filled(deliveries, tmp_path_factory) -> Path:
    """A work folder with two deliveries and something made for both editions."""
    work = tmp_path_factory.mktemp("vergeten")
    store = Store(ROOT, work)
    for quarter in (FIRST, SECOND):
        pipeline.add(quarter, [deliveries / quarter.label], store=store)
        (store.marts_folder / quarter.label).mkdir(parents=True)
        (store.marts_folder / quarter.label / "usage.parquet").write_text("x")
        for name in ("executed", "source", "work", "site", "kwaliteit"):
            (work / "_build" / quarter.label / name).mkdir(parents=True)
            (work / "_build" / quarter.label / name / "a.html").write_text("x")
        (work / "_build" / quarter.label / "site.digest").write_text("x")
    return work


@pytest.fixture
def own(filled, tmp_path, monkeypatch) -> Store:
    shutil.copytree(filled, tmp_path / "werk")
    monkeypatch.setenv(PROJECT_VARIABLE, str(ROOT))
    monkeypatch.setenv(WORK_VARIABLE, str(tmp_path / "werk"))
    return Store(ROOT, tmp_path / "werk")


def contents(store: Store) -> dict[str, pd.DataFrame]:
    """Every Parquet file of the deliveries."""
    found = sorted(store.deliveries_folder.glob("*/*/*.parquet"))
    return {path.relative_to(store.deliveries_folder).as_posix(): pd.read_parquet(path) for path in found}


def somebody(store: Store) -> str:
    """A youth with a line set aside, claims and a care period: the most there is to forget."""
    everything = contents(store)
    aside = next(frame for name, frame in everything.items() if "terzijde__claims" in name)
    allocations = next(frame for name, frame in everything.items() if name.endswith("/allocations.parquet"))
    periods = next(frame for name, frame in everything.items() if name.endswith("/care_periods.parquet"))
    known = allocations[allocations["allocation_id"].isin(periods["allocation_id"])]
    return str(aside.loc[aside["youth_id"].isin(known["youth_id"]), "youth_id"].iloc[0])


def named(frame: pd.DataFrame, youth: str, allocations: set[str], references: set[str]) -> pd.Series:
    """Rows about a youth, found in the plainest way: by looking at every field."""
    wanted = {youth, *allocations} | (references if "youth_id" not in frame.columns else set())
    return frame.astype(str).isin(wanted).any(axis=1)


def test_a_youth_is_gone_from_every_table_and_nobody_else_is(own):
    youth, before = somebody(own), contents(own)
    mine = [frame[frame["youth_id"] == youth] for frame in before.values() if "youth_id" in frame.columns]
    allocations = {one for f in mine if "start" in f.columns for one in f["allocation_id"]}
    references = {one for frame in mine if "reference" in frame.columns for one in frame["reference"]}
    assert allocations and references
    done = forget.forget_youth(youth, store=own, today=TODAY)
    after = contents(own)
    expected = {name: frame[~named(frame, youth, allocations, references)] for name, frame in before.items()}
    # A line set aside may name another's allocation by mistake: it is theirs, and stays.
    for name, frame in before.items():
        if "youth_id" in frame.columns:
            expected[name] = frame[frame["youth_id"] != youth]
    assert set(after) <= set(before)
    for name, frame in expected.items():
        if len(frame) or "terzijde__" not in name:
            pd.testing.assert_frame_equal(after[name], frame.reset_index(drop=True))
    lost = sum(len(frame) for frame in before.values()) - sum(len(frame) for frame in after.values())
    assert done.lines == lost > 5 and done.deliveries == 2 and done.editions == done.built == ("2025-K4", "2026-K1")
    left = b"".join(path.read_bytes() for path in own.work.rglob("*") if path.is_file())
    assert youth.encode() not in left


def test_the_description_says_what_is_there_now(own):
    digests = {one.name: own.inputs_digest(one.quarter) for one in own.deliveries()}
    old = {(one.quarter, part.slot): part for one in own.deliveries() for part in one.parts}
    forget.forget_youth(somebody(own), store=own, today=TODAY)
    for delivery in own.deliveries():
        assert own.inputs_digest(delivery.quarter) != digests[delivery.name]
        for part in delivery.parts:
            accepted = pd.read_parquet(delivery.folder / part.parquet)
            path = delivery.folder / f"terzijde__{part.parquet}"
            aside = pd.read_parquet(path) if path.is_file() else pd.DataFrame({"reason": []})
            assert (part.accepted, part.delivered) == (len(accepted), len(accepted) + len(aside))
            assert dict(part.set_aside) == aside["reason"].value_counts().to_dict()
            if len(aside):
                assert dict(part.set_aside_cents) == aside.groupby("reason")["amount_cents"].sum().to_dict()
            changed = part.delivered != old[delivery.quarter, part.slot].delivered
            assert (part.sha256 != old[delivery.quarter, part.slot].sha256) is changed
            assert any("22 november 2026" in text for text in part.decisions) is changed


def test_what_was_made_is_gone_and_what_was_published_stays(own):
    forget.forget_youth(somebody(own), store=own, today=TODAY)
    for label in ("2025-K4", "2026-K1"):
        assert [path.name for path in (own.work / "_build" / label).iterdir()] == ["site"]
        assert not (own.marts_folder / label).exists()
    assert not own.forget_folder.exists()


def test_an_edition_tells_that_it_is_not_what_it_was(own):
    assert forget.warnings(SECOND, store=own) == []
    forget.forget_youth(somebody(own), store=own, today=TODAY)
    (told,) = forget.warnings(SECOND, store=own)
    assert told.startswith("2026-K1 is niet meer precies na te maken: op 22 november 2026 is een jeugdige verwijderd.")
    result = CliRunner().invoke(app, ["status", "2026-K1"])
    assert result.exit_code == 0 and told in result.output
    result = CliRunner().invoke(app, ["check", "2026-K1"])
    assert told in result.output


def test_a_delivery_is_gone_and_its_number_is_not_given_again(own, deliveries):
    pipeline.add(SECOND, [deliveries / "2026-K1" / "capacity.csv"], store=own)
    first, second = (one for one in own.deliveries() if one.quarter == SECOND)
    assert (first.name[:4], second.name[:4]) == ("001-", "002-")
    done = forget.forget_delivery(f"2026-K1/{second.name}", store=own, today=TODAY)
    assert not second.folder.exists() and own.deliveries()[-1] == first
    assert done.editions == ("2026-K1",) and done.deliveries == 1 and done.lines == second.parts[0].delivered
    assert own.next_folder(SECOND, "abc").name.startswith("003-")
    forget.forget_delivery("2025-K4/001", store=own, today=TODAY)
    assert own.editions() == ["2026-K1"]
    assert [note["what"].partition("-")[0] for note in own.forgotten(FIRST)] == ["aanlevering 2025"]


def test_an_edition_that_leans_on_an_older_delivery_is_named(own):
    """Claims add up over the quarters: without the first delivery the second edition is another one too."""
    assert forget.forget_delivery("2025-K4/001", store=own, today=TODAY).editions == ("2025-K4", "2026-K1")


@pytest.mark.parametrize(
    "name", ["", "2026-K1", "2026-K1/", "2026-K1/9", "../..", "2025-K4/../2026-K1/001", "2027-K1/001"]
)
def test_what_is_no_delivery_is_refused(own, name):
    before = contents(own)
    with pytest.raises(UnknownNameError, match="VRG-002") as caught:
        forget.forget_delivery(name, store=own, today=TODAY)
    assert "2025-K4/001-" in caught.value.doe and contents(own).keys() == before.keys()


def test_nobody_is_refused_without_repeating_the_code(own):
    with pytest.raises(UnknownNameError, match="VRG-003") as caught:
        forget.forget_youth("ab" * 16, store=own, today=TODAY)
    assert "abab" not in str(caught.value)
    assert not own.forget_folder.exists() and own.forgotten(SECOND) == []


def test_a_citizen_number_becomes_a_code_with_the_key(own, tmp_path):
    number, key = "9999" + "00006", bytes(range(32))
    code = forget.youth_code(number, store=own, environ={"JEUGD_SLEUTEL": key.hex()})
    assert code == youth_pseudonym(key)(number)
    with pytest.raises(JeugdError, match="VRG-005") as caught:
        forget.youth_code(number, store=own, environ={"HOME": str(tmp_path)})
    assert number not in str(caught.value)


def test_an_order_that_was_cut_off_is_finished_first(own, monkeypatch):
    youth = somebody(own)
    with monkeypatch.context() as cut_off:
        cut_off.setattr(forget, "_finish", lambda store: None)
        forget.forget_youth(youth, store=own, today=TODAY)
    assert own.forget_order.is_file()
    with pytest.raises(JeugdError, match="VRG-004"):
        own.deliveries()
    assert forget.resume(store=own) and not forget.resume(store=own)
    assert youth not in {one for f in contents(own).values() if "youth_id" in f.columns for one in f["youth_id"]}


# -- the command ------------------------------------------------------------------------------------


def run(*words: str, typed: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["forget", *words], input=typed)
    return result.exit_code, result.output + (result.stderr if result.stderr_bytes else "")


def test_the_command_asks_and_tells(own):
    youth = somebody(own)
    code, told = run("--youth", youth, typed="nee\n")
    assert code != 0 and len(own.deliveries()) == 2
    assert youth in {one for f in contents(own).values() if "youth_id" in f.columns for one in f["youth_id"]}
    code, told = run("--youth", youth, typed="ja\n")
    assert code == 0 and youth not in told
    for words in ("Verwijderd: ", "niet meer precies na te maken: 2025-K4, 2026-K1", "wat u al publiceerde",
                  "Reservekopieën"):  # fmt: skip
        assert words in told


def test_the_code_can_be_typed_unseen(own):
    youth = somebody(own)
    code, told = run("--youth", "-", "--yes", typed=f"{youth}\n")
    assert code == 0 and youth not in told and "Verwijderd" in told


def test_a_delivery_by_number_without_asking(own):
    code, _ = run("--delivery", "2026-K1/001", "--yes")
    assert code == 0 and [one.quarter for one in own.deliveries()] == [FIRST]


@pytest.mark.parametrize(
    ("words", "error"),
    [((), "VRG-001"), (("--delivery", "a", "--youth", "b"), "VRG-001"), (("--youth", "9999" + "00006"), "VRG-006")],
)
def test_mistakes_are_told(own, words, error):
    code, told = run(*words)
    assert code == 1 and error in told and "99990" not in told


def test_the_command_finishes_what_was_cut_off(own, monkeypatch):
    with monkeypatch.context() as cut_off:
        cut_off.setattr(forget, "_finish", lambda store: None)
        forget.forget_delivery("2026-K1/001", store=own, today=TODAY)
    code, told = run()
    assert code == 0 and "nu afgemaakt" in told and [one.quarter for one in own.deliveries()] == [FIRST]


def test_notes_hold_no_code(own):
    youth = somebody(own)
    forget.forget_youth(youth, store=own, today=TODAY)
    forget.forget_delivery("2026-K1/001", store=own, today=TODAY)
    notes = json.loads((own.work / "data" / "forgotten" / "2026-K1.json").read_text("utf8"))
    assert [note["what"][:12] for note in notes] == ["een jeugdige", "aanlevering "] and youth not in json.dumps(notes)
