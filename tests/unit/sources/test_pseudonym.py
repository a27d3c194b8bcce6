"""The pseudonym and its key: what comes out, where the key may be, and that no message repeats it."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jeugd_analysis.domain import codes
from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources.pseudonym import (
    create_key,
    default_key_file,
    is_bsn,
    key_check,
    read_key,
    youth_pseudonym,
)

KEY = bytes(range(32))
TEXT = KEY.hex()
posix = pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX")


def refusal(call: Callable[[], object]) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        call()
    assert TEXT[:16] not in str(caught.value)
    return caught.value


# -- pseudonym --------------------------------------------------------------------------------------


def test_the_pseudonym_is_an_hmac_of_the_number() -> None:
    """By the definition of HMAC (RFC 2104), written out."""
    inner = hashlib.sha256(bytes(k ^ 0x36 for k in KEY) + b"\x36" * 32 + b"999900006").digest()
    outer = hashlib.sha256(bytes(k ^ 0x5C for k in KEY) + b"\x5c" * 32 + inner).hexdigest()
    assert youth_pseudonym(KEY)("999900006") == outer[:32]


@given(st.binary(min_size=32, max_size=32), st.from_regex("[0-9]{9}", fullmatch=True))
def test_a_pseudonym_has_the_shape_of_the_tables_and_is_no_number(key: bytes, bsn: str) -> None:
    found = youth_pseudonym(key)(bsn)
    assert re.fullmatch(codes.PSEUDONYM, found) and len(found) == 32
    assert found == youth_pseudonym(key)(bsn)
    assert found != youth_pseudonym(key[:-1] + bytes([key[-1] ^ 1]))(bsn)
    with pytest.raises(ValueError):
        float(found)


def test_the_rare_pseudonym_that_could_be_a_number_is_made_again() -> None:
    unlucky = next(
        text for text in map(str, range(2_000_000))
        if not re.search("[abcdf]", hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()[:32])
    )  # fmt: skip
    again = hmac.new(KEY, f"{unlucky}/1".encode(), hashlib.sha256).hexdigest()[:32]
    assert youth_pseudonym(KEY)(unlucky) == again and re.search("[abcdf]", again)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("999900006", True), ("999900018", True), ("999900007", False), ("0" * 9, False), ("99990000", False),
        ("9999000060", False), ("99990000６", False), ("99990000a", False), ("", False),
    ],
)  # fmt: skip
def test_the_11_test(text: str, holds: bool) -> None:
    assert is_bsn(text) is holds


def test_the_check_tells_keys_apart_and_gives_nothing_away() -> None:
    assert re.fullmatch("[0-9a-f]{12}", key_check(KEY))
    assert key_check(KEY) == key_check(bytes(KEY)) != key_check(KEY[::-1])
    assert key_check(KEY) not in TEXT


# -- key --------------------------------------------------------------------------------------------


def test_no_key_at_all(tmp_path: Path) -> None:
    assert read_key({"HOME": str(tmp_path)}) is None


def test_a_key_from_the_environment() -> None:
    assert read_key({"JEUGD_SLEUTEL": TEXT}) == read_key({"JEUGD_SLEUTEL": f" {TEXT.upper()}\n"}) == KEY
    for wrong in (TEXT[:-1], TEXT + "0", TEXT[:-1] + "g"):
        assert refusal(lambda value=wrong: read_key({"JEUGD_SLEUTEL": value})).code == "KEY-001"


def test_a_key_is_made_once_and_read_back(tmp_path: Path) -> None:
    home, project = {"HOME": str(tmp_path / "huis")}, tmp_path / "project"
    path = default_key_file(home)
    create_key(path, project=project)
    made = read_key(home, project)
    assert made is not None and len(made) == 32
    assert made == read_key({"JEUGD_SLEUTELBESTAND": str(path)})
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    error = refusal(lambda: create_key(path, project=project))
    assert error.code == "KEY-007" and made.hex() not in str(error)
    assert read_key(home) == made
    create_key(tmp_path / "tweede", project=project)
    assert (tmp_path / "tweede").read_text() != path.read_text()


def test_a_key_is_not_made_over_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elders")
    assert refusal(lambda: create_key(tmp_path / "link", project=tmp_path / "p")).code == "KEY-007"
    assert not (tmp_path / "elders").exists()


def test_a_key_stays_outside_project_and_work_folder(tmp_path: Path) -> None:
    project, work = tmp_path / "project", tmp_path / "werk"
    (project / "data").mkdir(parents=True)
    for inside in (project / "sleutel", project / "data" / ".." / "sleutel", work / "sleutel"):
        assert refusal(lambda path=inside: create_key(path, project=project, work=work)).code == "KEY-005"
        assert not inside.exists()
    inside = private(project / "data" / "sleutel", TEXT)
    (tmp_path / "link").symlink_to(inside)
    for path in (inside, tmp_path / "link"):
        found = refusal(lambda path=path: read_key({"JEUGD_SLEUTELBESTAND": str(path)}, project, work))
        assert found.code == "KEY-005"


def private(path: Path, text: str) -> Path:
    path.write_text(text, "utf8")
    path.chmod(0o600)
    return path


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = private(tmp_path / "sleutel", TEXT)
    assert read_key({"JEUGD_SLEUTELBESTAND": str(path)}) == KEY
    path.chmod(mode)
    error = refusal(lambda: read_key({"JEUGD_SLEUTELBESTAND": str(path)}))
    assert error.code == "KEY-004" and "chmod 600" in error.doe


def test_a_file_that_is_no_key(tmp_path: Path) -> None:
    for text in ("", TEXT[:-1], f"{TEXT} {TEXT}", "é" * 64):
        path = private(tmp_path / "sleutel", text)
        assert refusal(lambda path=path: read_key({"JEUGD_SLEUTELBESTAND": str(path)})).code == "KEY-006"
    for missing in (tmp_path / "weg", tmp_path):
        assert refusal(lambda path=missing: read_key({"JEUGD_SLEUTELBESTAND": str(path)})).code == "KEY-003"


def test_a_key_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("")
    assert refusal(lambda: create_key(tmp_path / "bestand" / "sleutel", project=tmp_path / "p")).code == "KEY-008"
