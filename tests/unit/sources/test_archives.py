"""Zips from outside, also hostile ones: nothing is written, nothing is filled, and each refusal says why."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources import archives
from jeugd_analysis.sources.archives import is_zip, members, require_regular

TEXT = b"<a>tekst</a>"


def written(path: Path, files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def refusal(path: Path) -> DeliveryError:
    """The error, before anything was read and with the folder as it was."""
    before = sorted(file.name for file in path.parent.iterdir())
    with pytest.raises(DeliveryError) as caught:
        next(members(path, suffix=".xml"))
    assert sorted(file.name for file in path.parent.iterdir()) == before
    assert path.name in caught.value.wat
    return caught.value


def test_members_come_by_name_and_can_be_read_twice(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", {"b/2.xml": b"twee", "1.XML": b"een", "__MACOSX/._1.xml": b"", "b/.x": b""})
    found = []
    for member in members(path, suffix=".xml"):
        for _ in range(2):
            with member.open() as stream:
                found.append((member.name, stream.read()))
    assert found == [("a.zip: 1.XML", b"een")] * 2 + [("a.zip: b/2.xml", b"twee")] * 2


NAMES = ["../x.xml", "a/../../x.xml", "/etc/x.xml", "C:/x.xml", "a\\..\\x.xml", "a\nb.xml"]


@pytest.mark.parametrize("name", NAMES)
def test_b111_a_name_that_points_elsewhere(tmp_path: Path, name: str) -> None:
    assert refusal(written(tmp_path / "a.zip", {"goed.xml": TEXT, name: TEXT})).code == "ZIP-003"


def test_b043_a_bomb_by_ratio(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", {"goed.xml": os.urandom(4000), "bom.xml": bytes(10_000_000)})
    assert path.stat().st_size < 20_000
    assert refusal(path).code == "ZIP-002"


def test_b043_a_bomb_by_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.zip", {f"{n}.xml": os.urandom(500) for n in range(4)}, method=zipfile.ZIP_STORED)
    monkeypatch.setattr(archives, "MOST_BYTES", 2000)
    assert len(list(members(path, suffix=".xml"))) == 4
    monkeypatch.setattr(archives, "MOST_BYTES", 1999)
    assert refusal(path).code == "ZIP-002"


def test_b043_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 2)
    assert refusal(written(tmp_path / "a.zip", {f"{n}.xml": TEXT for n in range(3)})).code == "ZIP-002"


def test_b043_files_that_share_bytes(tmp_path: Path) -> None:
    """The central directory names the first file's bytes again: every ratio is ordinary, the sum is not."""
    path = written(tmp_path / "a.zip", {"1.xml": os.urandom(300), "2.xml": os.urandom(300)}, method=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    second = content.rindex(b"PK\x01\x02")
    assert struct.unpack_from("<L", content, second + 42)[0] > 300  # where the second file's header is
    struct.pack_into("<L", content, second + 42, 0)
    path.write_bytes(content)
    assert refusal(path).code == "ZIP-002"


def test_b043_a_file_that_lies_about_its_size_stops_in_time(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", {"1.xml": bytes(10_000_000)})
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", content, content.index(mark) + place, 900)
    path.write_bytes(content)
    (member,) = members(path, suffix=".xml")
    with pytest.raises(archives.BROKEN), _opened_again(path) as stream:
        assert len(stream.read()) <= 900
    assert member.name == "a.zip: 1.xml"


def _opened_again(path: Path):  # type: ignore[no-untyped-def]
    return zipfile.ZipFile(path).open("1.xml")


REFUSED = {
    "a zip in a zip": ("binnen.zip", "ingepakt"),
    "another archive": ("x.tar.gz", "ingepakt"),
    "another file": ("lees.txt", "niet op .xml"),
}


@pytest.mark.parametrize(("name", "words"), REFUSED.values(), ids=REFUSED)
def test_b043_what_does_not_belong(tmp_path: Path, name: str, words: str) -> None:
    error = refusal(written(tmp_path / "a.zip", {"goed.xml": TEXT, name: TEXT}))
    assert error.code == "ZIP-004" and words in error.wat


def test_a_password_an_odd_method_and_the_same_name_twice(tmp_path: Path) -> None:
    locked = written(tmp_path / "a.zip", {"1.xml": TEXT})
    content = bytearray(locked.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    locked.write_bytes(content)
    assert "wachtwoord" in refusal(locked).wat
    assert "ongewone" in refusal(written(tmp_path / "b.zip", {"1.xml": TEXT}, method=zipfile.ZIP_BZIP2)).wat
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("1.xml", TEXT)
        archive.writestr("1.xml", b"<b/>")
    assert "dezelfde naam" in refusal(tmp_path / "c.zip").wat


def test_b110_a_link_in_a_zip(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("1.xml")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    error = refusal(tmp_path / "a.zip")
    assert error.code == "ZIP-004" and "verwijzing" in error.wat


def test_broken_and_empty_zips(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    assert refusal(tmp_path / "a.zip").code == "ZIP-005"
    assert refusal(written(tmp_path / "b.zip", {})).code == "ZIP-006"
    assert refusal(written(tmp_path / "c.zip", {".DS_Store": b"x"})).code == "ZIP-006"


def test_b110_only_regular_files(tmp_path: Path) -> None:
    file, link, pipe = tmp_path / "a.zip", tmp_path / "b.zip", tmp_path / "c.zip"
    written(file, {"1.xml": TEXT})
    link.symlink_to(file)
    os.mkfifo(pipe)
    require_regular(file)
    for odd in (link, pipe, tmp_path, Path("/dev/null")):
        with pytest.raises(DeliveryError, match="ZIP-001"):
            require_regular(odd)
    assert refusal(link).code == "ZIP-001"


def test_a_zip_is_known_by_name_and_first_bytes() -> None:
    assert is_zip(Path("a.ZIP"), b"PK\x03\x04")
    assert not is_zip(Path("a.xlsx"), b"PK\x03\x04") and not is_zip(Path("a.zip"), b"Rar!")
