"""Every table in data/ is described (fields, units, source, licence), and its rows are what the description says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from frictionless import Package

DATA = Path(__file__).resolve().parents[1] / "data"
PACKAGES = ("published", "reference")


def described(folder: str) -> dict[str, object]:
    return json.loads((DATA / folder / "datapackage.json").read_text("utf8"))


@pytest.mark.parametrize("folder", PACKAGES)
def test_rows_are_what_the_description_says(folder: str) -> None:
    report = Package(str(DATA / folder / "datapackage.json")).validate()
    problems = report.flatten(["type", "title", "rowNumber", "fieldName"])
    assert report.valid, problems


@pytest.mark.parametrize("folder", PACKAGES)
def test_every_table_is_described(folder: str) -> None:
    there = {file.relative_to(DATA / folder).as_posix() for file in (DATA / folder).rglob("*.csv")}
    assert there == {resource["path"] for resource in described(folder)["resources"]}


@pytest.mark.parametrize("folder", PACKAGES)
def test_description_tells_source_licence_and_every_field(folder: str) -> None:
    package = described(folder)
    assert package["title"] and package["licenses"] and package["sources"]
    for resource in package["resources"]:
        assert resource["title"] and resource["description"], resource["name"]
        fields = resource["schema"]["fields"]
        header = (DATA / folder / resource["path"]).read_text("utf8").split("\n", 1)[0]
        assert header == ",".join(field["name"] for field in fields)
        assert [field["name"] for field in fields if not field.get("description") or not field.get("type")] == []


def test_open_statistics_carry_the_licence_of_cbs() -> None:
    assert [licence["name"] for licence in described("published")["licenses"]] == ["CC-BY-4.0"]
    named = {resource["name"]: resource for resource in described("reference")["resources"]}
    assert named["municipalities"]["licenses"][0]["name"] == "CC-BY-4.0"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("savings-path-2027,", "Savings path,"),
        (",-11300000,", ",-11.3 mln,"),
        (",doel,", ",gehoopt,"),
        (",H9,", ",Haaglanden,"),
    ],
)
def test_a_wrong_row_would_be_found(tmp_path: Path, right: str, wrong: str) -> None:
    shutil.copytree(DATA / "published", tmp_path / "published")
    facts = tmp_path / "published" / "facts.csv"
    lines = facts.read_text("utf8").splitlines(keepends=True)
    changed = [line.replace(right, wrong, 1) if line.startswith("savings-path-2027,") else line for line in lines]
    assert changed != lines
    facts.write_text("".join(changed), "utf8")
    assert not Package(str(tmp_path / "published" / "datapackage.json")).validate().valid
