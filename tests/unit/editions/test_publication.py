"""Publishing: editions side by side, earlier versions kept, the way back, and what stops it."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from jeugd_analysis import editions
from jeugd_analysis.editions.archive import versions
from jeugd_analysis.editions.manifest import CRATE, MANIFEST
from jeugd_analysis.errors import BuildError, DisclosureError, JeugdError
from jeugd_analysis.store import PROJECT_VARIABLE, WORK_VARIABLE
from tests.editions_book import K1, K2, K3, Shelf, is_whole, seen

PROGRAM = [sys.executable, "-c", "from jeugd_analysis.cli import main; main()"]


def publish(shelf: Shelf, quarter, text: str = "een", **other):
    shelf.build(quarter, text)
    return editions.publish(quarter, shelf.intranet, store=shelf.store, **other)


def listed(shelf: Shelf) -> dict:
    return json.loads((shelf.intranet / "edities.json").read_text("utf8"))


def test_a_book_older_than_its_release_is_refused_and_nothing_is_made(shelf):
    shelf.build(K3)
    shelf.store.write_release(K3, shelf.store.release(K3), "nieuwer")
    with pytest.raises(JeugdError, match="PUB-001"):
        editions.publish(K3, shelf.intranet, store=shelf.store)
    assert not shelf.intranet.exists() and shelf.store.releases(K3) == []


def test_editions_stand_side_by_side_and_the_first_page_leads_to_the_newest(shelf):
    publish(shelf, K3)
    before = {name: digest for name, digest in shelf.seen().items() if name.startswith("2026-K3/")}
    publish(shelf, K2)  # a correction of an older one, after the newer one
    assert before.items() <= shelf.seen().items()  # never a byte of another edition
    told = listed(shelf)
    assert told["nieuwste"] == "2026-K3" and [one["editie"] for one in told["edities"]] == ["2026-K3", "2026-K2"]
    index = (shelf.intranet / "index.html").read_text("utf8")
    assert 'content="0; url=2026-K3/index.html"' in index and 'href="2026-K2/index.html"' in index
    assert "<script" not in index
    script = (shelf.intranet / "edities.js").read_text("utf8")
    assert json.loads(script.removeprefix("window.jeugdEdities = ").rstrip(";\n")) == told
    assert not [path for path in shelf.intranet.rglob("*") if path.is_symlink()]
    assert len(shelf.store.releases(K3)) == 2  # both are remembered


def test_pages_that_another_edition_has_are_listed_so_that_no_link_leads_nowhere(shelf):
    publish(shelf, K2)
    shelf.build(K3)
    (shelf.store.work / "_build" / K3.label / "site" / "nieuw.html").write_text("<html><body></body></html>", "utf8")
    editions.publish(K3, shelf.intranet, store=shelf.store)
    assert [one["zonder"] for one in listed(shelf)["edities"]] == [[], ["nieuw.html"]]


def test_the_same_again_changes_nothing_and_a_change_keeps_what_readers_had(shelf):
    first = publish(shelf, K3)
    before, times = shelf.seen(), {p: p.stat().st_mtime_ns for p in shelf.intranet.rglob("*") if p.is_file()}
    again = editions.publish(K3, shelf.intranet, store=shelf.store)
    assert again.unchanged and again.version == first.version and shelf.seen() == before
    assert all(path.stat().st_mtime_ns == when for path, when in times.items() if ".jeugd" not in path.parts)
    second = publish(shelf, K3, "twee")
    assert second.replaced == first.version and not second.unchanged
    assert "twee" in (shelf.intranet / "2026-K3" / "index.html").read_text("utf8")
    assert [version.name for version in versions(K3, shelf.store)] == ["001", "002"]
    kept = seen(first.version / "site")
    assert {f"2026-K3/{name}": digest for name, digest in kept.items()}.items() <= before.items()
    assert (first.version / "notebooks" / "regio" / "groei.ipynb").is_file()


def test_what_somebody_else_put_there_is_kept_before_it_is_replaced(shelf):
    place = shelf.intranet / "2026-K3"
    place.mkdir(parents=True)
    (place / "index.html").write_text("van vroeger", "utf8")
    done = publish(shelf, K3)
    assert done.replaced is not None and (done.replaced / "site" / "index.html").read_text("utf8") == "van vroeger"


def test_the_way_back_goes_by_version_and_then_by_edition_and_nothing_is_lost(shelf):
    publish(shelf, K2)
    old = shelf.seen()
    publish(shelf, K3)
    first = shelf.seen()
    publish(shelf, K3, "twee")
    remembered = len(shelf.store.releases(K3))
    back = editions.rollback(shelf.intranet, store=shelf.store)
    assert shelf.seen() == first and back.version.name == "001" and back.kept.name == "002"
    away = editions.rollback(shelf.intranet, store=shelf.store)
    assert shelf.seen() == old and away.version is None and away.newest == K2
    assert len(versions(K3, shelf.store)) == 2 and len(shelf.store.releases(K3)) == remembered
    with pytest.raises(JeugdError, match=r"PUB-010.*enige editie"):
        editions.rollback(shelf.intranet, store=shelf.store)
    with pytest.raises(JeugdError, match=r"PUB-010.*staat er niet"):
        editions.rollback(shelf.intranet, store=shelf.store, quarter=K3)
    assert shelf.seen() == old
    again = editions.publish(K3, shelf.intranet, store=shelf.store)
    assert again.version.name == "002" and len(versions(K3, shelf.store)) == 2  # the same version, not a third


def test_an_older_edition_can_be_taken_away_too(shelf):
    publish(shelf, K2), publish(shelf, K3)
    done = editions.rollback(shelf.intranet, store=shelf.store, quarter=K2)
    assert done.newest == K3 and not (shelf.intranet / "2026-K2").exists()
    assert is_whole(done.kept / "site")
    with pytest.raises(JeugdError, match="PUB-010"):
        editions.rollback(shelf.intranet / "elders", store=shelf.store)


# -- manifest ------------------------------------------------------------------------------------


def test_the_manifest_is_a_crate_that_says_what_every_file_is(shelf):
    from rocrate.rocrate import ROCrate

    publish(shelf, K3)
    place = shelf.intranet / "2026-K3"
    assert (place / MANIFEST).read_bytes() == (place / CRATE).read_bytes()
    crate = ROCrate(place)  # an independent reading; it refuses a crate without root or descriptor
    described = {entity.id for entity in crate.data_entities if entity.type == "File"}
    there = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    assert described == there - {MANIFEST, CRATE}
    assert crate.root_dataset["identifier"] == "2026-K3" and is_whole(place)
    action = crate.get("#bouw")
    assert {entity["name"] for entity in action["object"]} >= {"data/reference/region.toml", "pandas", "python"}


def test_the_manifest_tells_no_clock_no_chance_no_machine(shelf, tmp_path, monkeypatch):
    publish(shelf, K3)
    first = (shelf.intranet / "2026-K3" / MANIFEST).read_bytes()
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    monkeypatch.setenv("USER", "een-ander")
    shutil.rmtree(shelf.store.releases_folder)  # a release that was published before is an input too
    shelf.build(K3)
    editions.publish(K3, tmp_path / "elders", store=shelf.store)
    assert (tmp_path / "elders" / "2026-K3" / MANIFEST).read_bytes() == first
    text = first.decode()
    for told in (str(tmp_path), str(Path.home()), socket.gethostname(), str(time.gmtime().tm_year) + "-" + "11-"):
        assert told == "/" or told not in text
    assert not re.search(r"T\d\d:\d\d|[0-9a-f]{8}-[0-9a-f]{4}-4", text)  # a time of day, a random id


def test_nothing_published_names_this_machine(shelf, monkeypatch):
    """The check of what goes out reads the manifest and every file that a maker added too."""

    def tell(quarter, store, folder, progress):
        (folder / "bijlage.txt").write_text(f"gemaakt in {store.work}", "utf8")

    shelf.build(K3)
    with pytest.raises(DisclosureError, match=r"LEK-001.*bijlage\.txt"):
        editions.publish(K3, shelf.intranet, store=shelf.store, makers=[tell])
    assert shelf.seen() == {} and versions(K3, shelf.store) == [] and shelf.store.releases(K3) == []


def test_a_maker_adds_to_the_edition_its_manifest_and_its_archive(shelf):
    def annex(quarter, store, folder, progress):
        (folder / "bijlagen").mkdir()
        (folder / "bijlagen" / "gm0637.txt").write_text(quarter.label, "utf8")

    done = publish(shelf, K3, makers=[annex])
    assert (done.place / "bijlagen" / "gm0637.txt").read_text("utf8") == "2026-K3"
    assert (done.version / "site" / "bijlagen" / "gm0637.txt").is_file() and is_whole(done.place)


def test_real_data_are_not_published_unsigned(store, tmp_path):
    shelf = Shelf(store, tmp_path / "intranet")
    shelf.build(K3)
    with pytest.raises(JeugdError, match="HND-005"):
        editions.publish(K3, shelf.intranet, store=store)
    assert not shelf.intranet.exists() and store.releases(K3) == []


def test_two_names_stand_in_the_manifest(shelf, monkeypatch):
    signed = (("A. Analist", "2026-10-20"), ("B. Beleid", "2026-10-22"))
    monkeypatch.setattr("jeugd_analysis.editions.publication.signers", lambda quarter, store: signed)
    publish(shelf, K3)
    graph = json.loads((shelf.intranet / "2026-K3" / MANIFEST).read_text("utf8"))["@graph"]
    assert [one["name"] for one in graph if one["@type"] == "Person"] == ["A. Analist", "B. Beleid"]
    assert next(one for one in graph if one["@id"] == "./")["datePublished"] == "2026-10-22"


# -- faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "page"),
    [
        ("PUB-002", '<a href="weg.html">x</a>'),
        ("PUB-002", '<a href="index.html#nergens">x</a>'),
        ("PUB-002", '<a href="../buiten.html">x</a>'),
        ("PUB-003", '<img src="https://elders.example/x.png">'),
        ("PUB-003", '<link rel="stylesheet" href="//elders.example/x.css">'),
        ("PUB-003", '<p style="background: url(https://elders.example/x.png)">x</p>'),
        ("PUB-003", "<style>@import 'https://elders.example/x.css';</style>"),
        ("PUB-003", '<form action="https://elders.example/"></form>'),
        ("PUB-004", "<p>" + "x" * 5_000_001 + "</p>"),
    ],
)
def test_a_fault_in_the_book_stops_it_and_readers_keep_what_they_had(shelf, code, page):
    publish(shelf, K3)
    before = shelf.seen()
    site = shelf.build(K3, "twee")
    (site / "fout.html").write_text(f"<html><body>{page}</body></html>", "utf8")
    with pytest.raises(BuildError, match=rf"{code}.*fout\.html"):
        editions.publish(K3, shelf.intranet, store=shelf.store)
    assert shelf.seen() == before and not list((shelf.intranet / ".jeugd").glob("nieuw"))
    assert len(versions(K3, shelf.store)) == 1


def test_a_plain_link_to_another_site_is_no_request(shelf):
    site = shelf.build(K3)
    (site / "bron.html").write_text('<html><body><a href="https://www.cbs.nl/">CBS</a></body></html>', "utf8")
    editions.publish(K3, shelf.intranet, store=shelf.store)


def test_a_style_that_fetches_from_elsewhere_is_found(shelf):
    site = shelf.build(K3)
    (site / "_static" / "x.css").write_text("p { background: url('http://elders.example/x.png') }", "utf8")
    with pytest.raises(BuildError, match=r"PUB-003.*x\.css"):
        editions.publish(K3, shelf.intranet, store=shelf.store)


def test_the_page_of_somebody_else_is_not_overwritten(shelf):
    shelf.intranet.mkdir()
    (shelf.intranet / "index.html").write_text("<h1>Intranet</h1>", "utf8")
    with pytest.raises(JeugdError, match="PUB-008"):
        publish(shelf, K3)
    assert (shelf.intranet / "index.html").read_text("utf8") == "<h1>Intranet</h1>"


def test_one_publication_at_a_time(shelf):
    publish(shelf, K2)
    before = shelf.seen()
    shelf.build(K3)
    with FileLock(shelf.intranet / ".jeugd" / "slot"), pytest.raises(JeugdError, match=r"PUB-007.*Iemand anders"):
        editions.publish(K3, shelf.intranet, store=shelf.store)
    assert shelf.seen() == before


def test_a_full_disk_at_any_write_leaves_what_readers_had(shelf, monkeypatch):
    """Every file that is copied can be the one that no longer fits."""
    publish(shelf, K2)
    before = shelf.seen()
    shelf.build(K3)
    real, fitted = shutil.copyfile, 0
    for fits in range(100):
        copied = iter(range(fits))

        def copy(source, target, copied=copied, **other):
            if next(copied, None) is None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(source, target, **other)

        monkeypatch.setattr(shutil, "copyfile", copy)
        try:
            editions.publish(K3, shelf.intranet, store=shelf.store)
            break
        except JeugdError as error:
            assert "PUB-005" in str(error) and shelf.seen() == before
            fitted = fits
    assert fitted > 3 and is_whole(shelf.intranet / "2026-K3")


def mounted(command: str, options: str, work: Path, shelf: Shelf) -> subprocess.CompletedProcess[str]:
    """The real program, with a small or read-only disk of its own as the intranet."""
    if sys.platform != "linux" or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("dit systeem laat geen eigen schijf toe")
    disk = work / "schijf"
    disk.mkdir()
    patched = (
        "from jeugd_analysis.editions import publication; publication.signers = lambda q, s: (); "
        "from jeugd_analysis.cli import main; main()"
    )
    script = f'mount -t tmpfs -o {options} tmpfs "$1" && shift && exec "$@"'
    told = {PROJECT_VARIABLE: str(shelf.store.project), WORK_VARIABLE: str(shelf.store.work)}
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", disk, sys.executable, "-c", patched, *command.split(), disk],
        capture_output=True, text=True, encoding="utf8", check=False, env={**os.environ, **told},
    )  # fmt: skip


def test_a_real_full_disk_says_so(shelf, tmp_path):
    site = shelf.build(K3)
    (site / "groot.txt").write_text("x" * 3_000_000, "utf8")
    done = mounted("publish 2026-K3 --to", "size=1m", tmp_path, shelf)
    assert done.returncode == 1 and "PUB-005" in done.stderr and "Traceback" not in done.stderr


def test_a_real_read_only_disk_says_so(shelf, tmp_path):
    shelf.build(K3)
    done = mounted("publish 2026-K3 --to", "ro", tmp_path, shelf)
    assert done.returncode == 1 and "PUB-006" in done.stderr and "Traceback" not in done.stderr


def test_a_reader_who_holds_the_folder_leaves_it_as_it_was(shelf, monkeypatch):
    """On a share of Windows a folder in use cannot be renamed."""
    publish(shelf, K3)
    before = shelf.seen()
    shelf.build(K3, "twee")
    real = Path.rename

    def rename(path, goal):
        if path.name == "2026-K3" and path.parent.name == "nieuw":
            raise OSError(errno.EBUSY, "bezet")
        return real(path, goal)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(JeugdError, match="PUB-007"):
        editions.publish(K3, shelf.intranet, store=shelf.store)
    assert shelf.seen() == before
    monkeypatch.undo()


def test_the_commands_say_what_happened(shelf, monkeypatch, capsys):
    from typer.testing import CliRunner

    from jeugd_analysis.cli import app

    run = CliRunner().invoke
    for quarter in (K1, K2):
        shelf.build(quarter)
        done = run(app, ["publish", quarter.label, "--to", str(shelf.intranet)])
        assert done.exit_code == 0, done.output
    assert "Gepubliceerd" in done.output and "data/archive/2026-K2/001" in done.output
    again = run(app, ["publish", "2026-K2", "--to", str(shelf.intranet)])
    assert "Er is niets veranderd" in again.output
    shelf.build(K2, "twee")
    assert "2026-K2 is vervangen" in run(app, ["publish", "2026-K2", "--to", str(shelf.intranet)]).output
    back = run(app, ["rollback", "--to", str(shelf.intranet)])
    assert "staat de versie daarvoor er weer (data/archive/2026-K2/001)" in back.output
    away = run(app, ["rollback", "--to", str(shelf.intranet)])
    assert "2026-K2 is weggehaald. De nieuwste editie is nu 2026-K1." in away.output
    assert run(app, ["rollback", "--to", str(shelf.intranet)]).exit_code == 1
