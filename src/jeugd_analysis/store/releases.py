"""What an edition may say: its release, and the archive of those that readers may have."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from jeugd_analysis import intact
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.store.frames import DIGEST, digest_in, file_digest, keep_private, no_longer_as_made, read_made, sync
from jeugd_analysis.store.place import Place

_KEPT, _WAITING = "gepubliceerd-", ".te-bewaren.parquet"


class Releases(Place):
    """Everything below data/releases."""

    @property
    def releases_folder(self) -> Path:
        """Releases by quarter."""
        return self.work / "data" / "releases"

    def release_file(self, quarter: Quarter) -> Path:
        """What an edition may say about youths and cost, with the exact numbers beside it: never leaves this folder."""
        return self.releases_folder / quarter.label / "release.parquet"

    def release(self, quarter: Quarter) -> pd.DataFrame:
        """The release of an edition. Raises: JeugdError when it has not been made, or is not as it was made."""
        path = self.release_file(quarter)
        if path.is_file() and not intact.is_intact(path):
            raise no_longer_as_made("De vrijgave", quarter)
        return read_made(path, "De vrijgave", quarter)

    def release_files(self, quarter: Quarter) -> list[Path]:
        """Releases that readers of a new edition may already have, the oldest first.

        Every release that was published, also of this very quarter; of an earlier quarter that was never published the
        last one that was built, for its book may have been passed on.
        """
        folder = self.releases_folder
        if not folder.is_dir():
            return []
        known = sorted(Quarter.parse(found.name) for found in folder.iterdir() if not found.name.startswith("."))
        files: list[Path] = []
        for other in known:
            kept = sorted((folder / other.label).glob(f"{_KEPT}*.parquet"))
            built = [self.release_file(other)] if other < quarter and self.release_file(other).is_file() else []
            files += kept or built
        return files

    def releases(self, quarter: Quarter) -> list[tuple[str, pd.DataFrame]]:
        """What is in `release_files`, each with its digest. Raises: DisclosureError (GEH-012) as `require_archive`."""
        self.require_archive(quarter)
        return [(file_digest(file), pd.read_parquet(file)) for file in self.release_files(quarter)]

    def require_archive(self, quarter: Quarter) -> None:
        """Raises: DisclosureError (GEH-012) when a release that binds this edition was altered or taken away.

        Published releases of every quarter count, and what was built of earlier quarters.
        """
        folder = self.releases_folder
        for path in intact.noted(folder, f"*/{_KEPT}*.parquet"):
            intact.finish(path.with_name(_WAITING), path)
        kept = sorted({*intact.noted(folder, f"*/{_KEPT}*.parquet"), *folder.glob(f"*/{_KEPT}*.parquet")})
        lost = intact.altered({*kept, *self.release_files(quarter)})
        for path in kept:  # they are numbered from 1: a gap is one that is gone with its digest
            number = int(path.stem.removeprefix(_KEPT))
            lost += [] if number == 1 or path.with_name(f"{_KEPT}{number - 1:03d}.parquet") in kept else [path]
        if lost:
            names = ", ".join(sorted({f"{path.parent.name}/{path.name}" for path in lost}))
            raise DisclosureError(
                "GEH-012",
                wat=f"Het archief van vrijgaven is veranderd of niet meer compleet ({names}). Zonder dit archief is "
                "niet na te gaan of een nieuw boek verraadt wat een eerder boek verborg.",
                doe="zet data/releases terug uit de reservekopie; van een kwartaal dat nooit is gepubliceerd, kunt u "
                "het boek opnieuw bouwen.",
            )

    def keep_release(self, quarter: Quarter) -> None:
        """Remember the release of an edition as published: what it showed and hid binds every later one.

        Raises: DisclosureError (GEH-012) when it or an earlier one is no longer as it was made.
        """
        self.require_archive(quarter.next())  # with the release of this quarter
        source = self.release_file(quarter)
        kept = sorted(source.parent.glob(f"{_KEPT}*.parquet"))
        if any(file_digest(file) == file_digest(source) for file in kept):
            return
        fresh, target = source.with_name(_WAITING), source.with_name(f"{_KEPT}{len(kept) + 1:03d}.parquet")
        shutil.copyfile(source, fresh)
        keep_private(fresh)
        sync(fresh)
        sync(intact.note(fresh, name=target.name))
        fresh.replace(target)

    def write_release(self, quarter: Quarter, frame: pd.DataFrame, digest: str) -> None:
        """Replace the release of an edition, first the figures and then the digest of what they were made from."""
        target = self.release_file(quarter)
        target.parent.mkdir(parents=True, exist_ok=True)
        stamp = target.with_name(DIGEST)
        stamp.unlink(missing_ok=True)
        fresh = target.with_name(".nieuw.parquet")
        frame.to_parquet(fresh, index=False)
        keep_private(target.parent.parent, target.parent, fresh)
        sync(fresh)
        fresh.replace(target)
        sync(intact.note(target))
        stamp.write_text(digest + "\n", "utf8")

    def release_digest(self, quarter: Quarter) -> str | None:
        """What the release of an edition was made from, None without one or when it is not as it was made."""
        path = self.release_file(quarter)
        return digest_in(path.parent) if intact.is_intact(path) else None
