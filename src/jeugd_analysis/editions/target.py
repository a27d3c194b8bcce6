"""The folder readers look in: editions side by side, switched by renaming folders, whole again after a crash.

No symbolic links, so that it works on a network share. Everything is made in `.jeugd` beside the editions, on the same
disk. The step that is written to `.jeugd/stap.json` is what counts: from there on a run that dies is finished by the
next one; before it, nothing has happened. Why: book/decisions/0016.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.root import INDEX, OURS, ROOT_FILES, root_files
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.store import sync

_WORK, _STEP, _ROOT = ".jeugd", "stap.json", "wortel"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}
_SPARE = 1.05  # what a file system needs besides the files themselves


@contextmanager
def opened(folder: Path) -> Iterator[Target]:
    """The folder, for us alone, repaired when an earlier run died in it.

    Raises: JeugdError PUB-005 (full), PUB-006 (not ours to write), PUB-007 (another run, or another fault of the disk),
    PUB-008 (there is a page of somebody else that we would overwrite).
    """
    with told_plainly(folder):
        target = Target(folder)
        target.work.mkdir(parents=True, exist_ok=True)
        with target.alone():
            target.repair()
            target.require_ours()
            try:
                yield target
            finally:
                target.clear()


@contextmanager
def told_plainly(folder: Path) -> Iterator[None]:
    """A fault of the disk as a message with its remedy."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise _full(folder) from None
        if error.errno in _FORBIDDEN:
            raise JeugdError(
                "PUB-006",
                wat=f"In {folder} mag niet worden geschreven.",
                doe="vraag schrijfrechten op deze map; er is niets veranderd.",
            ) from None
        raise JeugdError(
            "PUB-007",
            wat=f"Schrijven in {folder} lukt niet ({os.strerror(error.errno or 0)}).",
            doe="controleer de schijf of de verbinding en probeer het opnieuw; wat half af is, wordt dan hersteld.",
        ) from None


def _full(folder: Path) -> JeugdError:
    return JeugdError(
        "PUB-005",
        wat=f"De schijf van {folder} is vol.",
        doe="maak ruimte en publiceer opnieuw; wat lezers zien is niet veranderd.",
    )


@dataclass(frozen=True, slots=True)
class Target:
    """The folder with the editions. Made by `opened`."""

    folder: Path

    @property
    def work(self) -> Path:
        """Where the next state is made; nothing in it is part of an edition."""
        return self.folder / _WORK

    @property
    def _new(self) -> Path:
        return self.work / "nieuw"

    @property
    def _old(self) -> Path:
        return self.work / "oud"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One run at a time; the system frees the lock when a process dies. A share without locks has none."""
        lock = FileLock(self.work / "slot", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise JeugdError(
                "PUB-007",
                wat=f"Iemand anders publiceert nu in {self.folder}.",
                doe="wacht tot dat klaar is en probeer het opnieuw.",
            ) from None
        except NotImplementedError:  # the share cannot lock: the lock of the work folder is what is left
            yield
            return
        try:
            yield
        finally:
            lock.release()

    def require_ours(self) -> None:
        """Raises: JeugdError PUB-008 when the first page is not one of ours."""
        index = self.folder / INDEX
        if index.is_file() and OURS not in index.read_text("utf8", "replace"):
            raise JeugdError(
                "PUB-008",
                wat=f"In {self.folder} staat al een {INDEX} die niet van dit programma is.",
                doe="kies een lege map; er is niets veranderd.",
            )

    def editions(self) -> list[Quarter]:
        """The editions readers can see, the oldest first."""
        found = []
        for place in self.folder.iterdir():
            with suppress(JeugdError):
                quarter = Quarter.parse(place.name)
                if place.is_dir() and place.name == quarter.label:
                    found.append(quarter)
        return sorted(found)

    def place(self, quarter: Quarter) -> Path:
        """Address of an edition."""
        return self.folder / quarter.label

    def staging(self, quarter: Quarter) -> Path:
        """An empty folder in which an edition is made."""
        self.clear()
        staging = self._new / quarter.label
        staging.mkdir(parents=True)
        return staging

    def copied(self, source: Path, quarter: Quarter) -> Path:
        """A staging folder with a copy of another folder. Raises: JeugdError PUB-005 when there is no room for it."""
        size = sum(file.stat().st_size for file in source.rglob("*") if file.is_file())
        if shutil.disk_usage(self.folder).free < size * _SPARE:
            raise _full(self.folder)
        staging = self.staging(quarter)
        copy_files(source, staging)
        return staging

    def put(self, quarter: Quarter) -> None:
        """Give readers the edition that was made in its staging folder."""
        self._switch(quarter, away=False)

    def take_away(self, quarter: Quarter) -> None:
        """Take an edition away from readers. The caller has kept it."""
        self._switch(quarter, away=True)

    def refresh_root(self) -> None:
        """Write the first page and the list of editions again, when they are not as they should be."""
        told = root_files([self.place(quarter) for quarter in self.editions()])
        for name, content in told.items():
            place = self.folder / name
            if not place.is_file() or place.read_bytes() != content:
                fresh = self.work / name
                _write(fresh, content)
                fresh.replace(place)

    def _switch(self, quarter: Quarter, *, away: bool) -> None:
        others = [self.place(other) for other in self.editions() if other != quarter]
        root = self._new / _ROOT
        root.mkdir(parents=True)
        for name, content in root_files(others if away else [*others, self._new / quarter.label]).items():
            _write(root / name, content)
        _sync_all(self._new)
        step = self.work / f".{_STEP}"
        _write(step, json.dumps({"editie": quarter.label, "weg": away}).encode())
        step.replace(self.work / _STEP)  # from here on the next state is certain
        sync(self.work)
        try:
            self._finish(quarter, away=away)
        except OSError:
            self._undo(quarter)
            raise

    def repair(self) -> None:
        """Finish what a run that died had decided on; throw away what was only being made."""
        step = self.work / _STEP
        if step.is_file():
            told = json.loads(step.read_text("utf8"))
            self._finish(Quarter.parse(told["editie"]), away=bool(told["weg"]))
        self.clear()

    def _finish(self, quarter: Quarter, *, away: bool) -> None:
        """Every step can be repeated: it looks at what is there."""
        if away:
            self._put_root()  # first, so that no page leads to what is gone
        self._put_folder(quarter, away=away)
        if not away:
            self._put_root()
        sync(self.folder)
        (self.work / _STEP).unlink()

    def _put_folder(self, quarter: Quarter, *, away: bool) -> None:
        new, place, old = self._new / quarter.label, self.place(quarter), self._old / quarter.label
        if not (away or new.exists()):
            return  # it was put already
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)
            old.parent.mkdir(exist_ok=True)
            place.rename(old)
        if not away:
            new.rename(place)

    def _put_root(self) -> None:
        for name in ROOT_FILES:  # the first page last
            with suppress(FileNotFoundError):  # it was put already
                (self._new / _ROOT / name).replace(self.folder / name)

    def _undo(self, quarter: Quarter) -> None:
        """After a fault of the disk (a reader holds the folder on a share): as it was, if nothing was put."""
        place, old = self.place(quarter), self._old / quarter.label
        if not (self._new / quarter.label).exists():
            return  # decided: the next run finishes it
        if old.exists() and not place.exists():
            old.rename(place)
        (self.work / _STEP).unlink(missing_ok=True)

    def clear(self) -> None:
        """Throw away what is not needed any more. What a decided step still needs stays."""
        if not (self.work / _STEP).exists():
            for leftover in (self._new, self._old):
                shutil.rmtree(leftover, ignore_errors=True)


def copy_files(source: Path, target: Path) -> None:
    """Copy what is in a folder; rights and times are those of the new place, as its readers need them."""
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    sync(path)


def _sync_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)
