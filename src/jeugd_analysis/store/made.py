"""What a build makes of the deliveries and keeps: marts, estimates, and what moved since the edition before."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from jeugd_analysis import intact
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store.deliveries import Deliveries
from jeugd_analysis.store.frames import digest_in, no_longer_as_made, read_made, write_frames


class Made(Deliveries):
    """Everything below data/store, data/estimates and data/changes."""

    @property
    def marts_folder(self) -> Path:
        """Marts by quarter."""
        return self.work / "data" / "store"

    @property
    def estimates_folder(self) -> Path:
        """Estimates by quarter."""
        return self.work / "data" / "estimates"

    def inputs_digest(self, quarter: Quarter) -> str:
        """Digest of everything an edition is made from: its deliveries, reference data and published figures."""
        digest = hashlib.sha256(quarter.label.encode())
        for name, found in sorted(self.current(quarter).items()):
            digest.update(name.encode())
            for _, part in found:  # the same file can give other lines when other allocations were known
                aside = sorted(part.set_aside.items()), sorted(part.set_aside_cents.items())
                digest.update(f"{part.sha256} {part.accepted} {aside}".encode())
        for folder in ("reference", "published"):
            for file in sorted((self.project / "data" / folder).rglob("*")):
                if file.is_file():
                    digest.update(file.relative_to(self.project).as_posix().encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()

    def mart_file(self, name: str, quarter: Quarter) -> Path:
        """Where a mart of an edition is kept."""
        return self.marts_folder / quarter.label / f"{name}.parquet"

    def mart(self, name: str, quarter: Quarter) -> pd.DataFrame:
        """A mart of an edition. Raises JeugdError when it has not been made."""
        return read_made(self.mart_file(name, quarter), f"De tussentabel {name}", quarter)

    def write_marts(self, quarter: Quarter, marts: Mapping[str, pd.DataFrame], digest: str) -> None:
        """Replace the marts of an edition in one rename; the digest says what they were made from."""
        write_frames(self.marts_folder / quarter.label, marts, digest)

    def marts_digest(self, quarter: Quarter) -> str | None:
        """What the marts of an edition were made from, None without marts."""
        return digest_in(self.marts_folder / quarter.label)

    def estimates(self, name: str, quarter: Quarter) -> pd.DataFrame:
        """An estimate of an edition, by name. Raises: JeugdError when it is not there or no longer as made."""
        path = self._estimates(quarter) / f"{name}.parquet"
        if path.is_file() and not intact.is_intact(path):
            raise no_longer_as_made(f"De schatting {name}", quarter)
        return read_made(path, f"De schatting {name}", quarter)

    def write_estimates(self, quarter: Quarter, frames: Mapping[str, pd.DataFrame], digest: str) -> None:
        """Replace the estimates of an edition in one rename; the digest says what they were made from."""
        write_frames(self._estimates(quarter), frames, digest, noted=True)

    def estimates_digest(self, quarter: Quarter) -> str | None:
        """What the estimates of an edition were made from, None without them or when one is not as it was made."""
        folder = self._estimates(quarter)
        files = sorted({*intact.noted(folder, "*.parquet"), *folder.glob("*.parquet")})
        return None if intact.altered(files) else digest_in(folder)

    def _estimates(self, quarter: Quarter) -> Path:
        return self.estimates_folder / quarter.label

    def changes(self, name: str, quarter: Quarter) -> pd.DataFrame:
        """What moved since the edition before: `cijfers` or `paginas`. Raises: JeugdError when it was not compared."""
        return read_made(self.changes_file(name, quarter), "De vergelijking met de vorige editie", quarter)

    def changes_file(self, name: str, quarter: Quarter) -> Path:
        """Where that is kept."""
        return self._changes(quarter) / f"{name}.parquet"

    def write_changes(self, quarter: Quarter, frames: Mapping[str, pd.DataFrame], digest: str) -> None:
        """Replace the changes of an edition in one rename; the digest says what was compared."""
        write_frames(self._changes(quarter), frames, digest)

    def _changes(self, quarter: Quarter) -> Path:
        return self.work / "data" / "changes" / quarter.label
