"""Finding the project, reading what is there, and digests that follow what an edition is made from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError, UnknownNameError
from jeugd_analysis.store import Delivery, Part, Store, file_digest, find_project

ROOT = Path(__file__).resolve().parents[2]
K1, K2, K3 = (Quarter(2026, number) for number in (1, 2, 3))


@pytest.fixture
def own(tmp_path: Path) -> Store:
    """A store in a project of its own, whose reference data may be changed."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "_config.yml").write_text("title: x\n")
    for name in ("reference", "published"):
        shutil.copytree(ROOT / "data" / name, project / "data" / name)
    return Store(project, tmp_path / "werkmap")


def accept(store: Store, quarter: Quarter, table: str, *, slot: str = "", values: tuple[int, ...] = (1,)) -> Delivery:
    """Take in a table with one column as the pipeline does, without its checks."""
    staging = store.stage()
    part = Part(
        table=table, slot=slot or table, source="own", file=f"{table}.csv", sha256=f"{table}{slot}{values}",
        delivered=len(values), accepted=len(values), set_aside={}, set_aside_cents={}, normalised={},
        warnings=("let op",),
    )  # fmt: skip
    pd.DataFrame({"value": list(values)}).to_parquet(staging / part.parquet)
    return store.accept(staging, quarter, [part], made_from="digest")


def values(store: Store, table: str, until: Quarter) -> list[int]:
    return store.column(table, "value", until).tolist()


# -- the project ---------------------------------------------------------------------------------


def test_the_project_is_found_from_a_folder_below_it(own, monkeypatch):
    monkeypatch.delenv("JEUGD_PROJECT", raising=False)
    deep = own.project / "analysis" / "deep"
    deep.mkdir(parents=True)
    assert find_project(deep) == find_project(own.project) == own.project
    monkeypatch.chdir(deep)
    monkeypatch.delenv("JEUGD_WERKMAP", raising=False)
    assert (Store.open().project, Store.open().work) == (own.project, own.project)


def test_the_environment_wins(own, monkeypatch, tmp_path):
    monkeypatch.setenv("JEUGD_PROJECT", str(own.project))
    monkeypatch.setenv("JEUGD_WERKMAP", str(tmp_path / "elders"))
    assert Store.open().project == own.project and Store.open().work == tmp_path / "elders"


def test_outside_a_project_the_message_says_so(tmp_path, monkeypatch):
    monkeypatch.delenv("JEUGD_PROJECT", raising=False)
    with pytest.raises(JeugdError, match="PRJ-001"):
        find_project(tmp_path)


# -- reference data ------------------------------------------------------------------------------


def test_reference_fields_are_text_and_empty_is_missing(own):
    (own.project / "data" / "reference" / "proef.csv").write_text("code,note\n0637,\nNA,12E4\n")
    table = own.reference("proef")
    assert table["code"].tolist() == ["0637", "NA"] and pd.isna(table["note"][0]) and table["note"][1] == "12E4"


@pytest.mark.parametrize("kind", ["reference", "published"])
def test_a_file_that_is_not_there_is_named(own, kind):
    with pytest.raises(JeugdError, match=r"REF-001.*weg\.csv"):
        getattr(own, kind)("weg")


@pytest.mark.parametrize("content", [None, "threshold = "])
def test_settings_that_cannot_be_read_are_named(own, content):
    path = own.project / "data" / "reference" / "disclosure.toml"
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(JeugdError, match=r"REF-002.*disclosure\.toml"):
        own.settings("disclosure")


def test_the_region_is_that_of_the_reference_data(own):
    region = own.region
    assert (region.code, region.name) == ("GM0000", "Haaglanden")
    codes = [area.code for area in region.municipalities]
    assert len(codes) == 9 and "GM0637" in codes and "GM0626" not in codes  # Voorschoten left in 2024
    assert {"S1", "S2", "S3", "S4", "S5"} <= {segment.code for segment in region.segments}
    years = {(b.year, measure) for b in region.breaks for measure in b.measures}
    assert {(2020, "intensity"), (2021, "cbs"), (2022, "youths"), (2024, "cost"), (2027, "tariff")} <= years


def test_another_region_is_a_matter_of_data(own):
    reference = own.project / "data" / "reference"
    (reference / "region.toml").write_text('code = "GM9000"\nname = "Duin en Polder"\n')
    (reference / "municipalities.csv").write_text(
        "municipality,name,cbs_name,valid_from,valid_to\nGM0001,Aa,Aa,2015-01-01,\n"
    )
    assert [(area.code, area.name) for area in own.region.areas] == [("GM9000", "Duin en Polder"), ("GM0001", "Aa")]


# -- deliveries ----------------------------------------------------------------------------------


def test_nothing_taken_in_is_no_error(own):
    assert own.deliveries() == [] == own.editions() and own.current(K3) == {} and own.files("claims", K3) == []
    assert own.table("youths", K3).empty and len(own.column("claims", "reference", K3)) == 0
    with pytest.raises(UnknownNameError, match="nog geen enkele"):
        own.require((), K1)


def test_what_was_accepted_comes_back_as_it_was(own):
    made = accept(own, K1, "youths", values=(4, 5))
    assert own.deliveries() == [made]
    assert made.name.startswith("001-") and made.folder.parent.name == "2026-K1"
    assert made.parts[0].warnings == ("let op",) and made.parts[0].accepted == 2 and made.made_from == "digest"
    assert not (own.deliveries_folder / ".nieuw").exists()
    assert values(own, "youths", K1) == [4, 5]


def test_the_newest_of_each_slot_counts_and_only_up_to_the_quarter(own):
    accept(own, K1, "youths", values=(1,))
    accept(own, K1, "youths", values=(2,))
    accept(own, K3, "youths", values=(3,))
    assert [values(own, "youths", quarter) for quarter in (K1, K2, K3)] == [[2], [2], [3]]
    assert [delivery.name[:3] for delivery in own.deliveries()] == ["001", "002", "001"]
    assert own.editions() == ["2026-K1", "2026-K3"]


def test_a_table_that_accumulates_keeps_one_part_per_quarter(own):
    accept(own, K1, "claims", values=(1,))
    accept(own, K2, "claims", values=(2, 3))
    accept(own, K1, "claims", values=(9,))
    assert values(own, "claims", K1) == [9]
    assert sorted(values(own, "claims", K2)) == [2, 3, 9]


def test_the_eleventh_delivery_comes_after_the_tenth(own):
    for number in range(1, 12):
        accept(own, K1, "youths", values=(number,))
    assert values(own, "youths", K1) == [11]


def test_slots_live_beside_each_other(own):
    accept(own, K1, "open_youth_care", slot="cbs/85335NED", values=(1,))
    accept(own, K1, "open_youth_care", slot="cbs/85075NED", values=(2,))
    accept(own, K2, "open_youth_care", slot="cbs/85335NED", values=(3,))
    assert sorted(values(own, "open_youth_care", K1)) == [1, 2]
    assert sorted(values(own, "open_youth_care", K2)) == [2, 3]
    assert own.files("open_youth_care", K2)[0].name == "cbs__85075NED.parquet"


def test_what_is_not_a_delivery_is_not_read(own):
    accept(own, K1, "youths")
    (own.deliveries_folder / "2026-K1" / "halverwege").mkdir()
    (own.deliveries_folder / ".nieuw").mkdir()
    (own.deliveries_folder / "los.txt").write_text("x")
    assert len(own.deliveries()) == 1


def test_a_staging_folder_is_empty_even_after_a_run_that_died(own):
    (own.stage() / "rest.parquet").write_text("x")
    assert list(own.stage().iterdir()) == []


def test_missing_tables_are_named_in_dutch(own):
    accept(own, K1, "youths")
    own.require(["youths"], K1)
    with pytest.raises(JeugdError, match=r"TAB-001.*declaraties, toewijzingen") as missing:
        own.require(["youths", "claims", "allocations"], K1)
    assert "jeugd add 2026-K1" in missing.value.doe


# -- marts and digests ---------------------------------------------------------------------------


def test_marts_are_replaced_as_a_whole(own):
    own.write_marts(K1, {"a": pd.DataFrame({"x": [1]}), "b": pd.DataFrame({"x": [2]})}, "een")
    assert own.mart("a", K1)["x"].tolist() == [1] and own.marts_digest(K1) == "een"
    own.write_marts(K1, {"a": pd.DataFrame({"x": [3]})}, "twee")
    assert own.mart("a", K1)["x"].tolist() == [3] and own.marts_digest(K1) == "twee"
    with pytest.raises(JeugdError, match=r"MRT-001.*b van 2026-K1"):
        own.mart("b", K1)
    assert own.marts_digest(K2) is None
    assert [path.name for path in own.marts_folder.iterdir()] == ["2026-K1"]


def test_the_digest_follows_everything_the_edition_is_made_from(own):
    accept(own, K1, "youths")
    seen = [own.inputs_digest(K1)]
    assert own.inputs_digest(K1) == seen[0] != own.inputs_digest(K2)
    accept(own, K1, "youths", values=(2,))
    seen.append(own.inputs_digest(K1))
    for path in ("reference/tariefafspraak.csv", "reference/scenarios/streng.toml", "published/facts.csv"):
        file = own.project / "data" / path
        file.write_text((file.read_text("utf8") if file.exists() else "") + "\n")
        seen.append(own.inputs_digest(K1))
    file.rename(file.with_name("feiten.csv"))
    seen.append(own.inputs_digest(K1))
    assert len(set(seen)) == len(seen)


def test_the_digest_ignores_what_came_later_or_lies_elsewhere(own):
    accept(own, K1, "youths")
    before = own.inputs_digest(K1)
    accept(own, K2, "youths", values=(2,))
    (own.project / "README.md").write_text("x")
    assert own.inputs_digest(K1) == before
    assert Store(own.project, own.work).inputs_digest(K1) == before


def test_file_digest_is_the_plain_sha256(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")  # the example of FIPS 180-2, appendix B.1
    assert file_digest(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
