"""The files of a delivery: every one of a known kind, in the order in which they are read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources import Context, Reading, Source
from jeugd_analysis.store import file_digest

HEAD = 4096


@dataclass(frozen=True, slots=True)
class Batch:
    """Files of one kind that are read together, or one file."""

    source: Source
    paths: tuple[Path, ...]

    @property
    def name(self) -> str:
        """How the batch is called in messages."""
        return self.paths[0].name if len(self.paths) == 1 else f"{self.source.dutch} ({len(self.paths)} bestanden)"

    @property
    def holds_claims(self) -> bool:
        """Whether claim lines can come out of it, which are checked against the rest of the delivery."""
        return self.source.read_all is not None or self.source.name == "own_claims"

    def read(self, context: Context) -> list[Reading]:
        """Everything that is in it; claims come last, their answers just before them."""
        if self.source.read_all is not None:
            return sorted(self.source.read_all(self.paths, context), key=lambda reading: _rank(reading.table))
        assert self.source.read is not None
        reading = self.source.read(self.paths[0], context)
        return [reading, *reading.more]

    def digest(self) -> str:
        """SHA-256 of the file, or of the digests of all of them."""
        digests = sorted(file_digest(path) for path in self.paths)
        return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def _rank(table: str) -> int:
    return {"claims": 2, "claim_answers": 1}.get(table, 0)


def batches(files: Sequence[Path], sources: Mapping[str, Source]) -> list[Batch]:
    """Files that are read together, and those that are read alone.

    Claims come last: their lines are checked against the allocations of the same delivery.
    """
    alone: list[Batch] = []
    together: dict[str, list[Path]] = {}
    for path in files:
        source = _recognise(path, sources)
        if source.read_all is None:
            alone.append(Batch(source, (path,)))
        else:
            together.setdefault(source.name, []).append(path)
    joined = [Batch(sources[name], tuple(paths)) for name, paths in together.items()]
    return sorted(
        [*alone, *joined], key=lambda batch: (batch.holds_claims, batch.source.name == "own_claims", batch.name)
    )


def expand(paths: Sequence[Path]) -> Iterator[Path]:
    """Regular files only, folders with everything below them; hidden ones are skipped."""
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise DeliveryError("BES-003", wat=f"{path.name} bestaat niet.", doe="controleer het pad.")
        if path.is_dir() and not path.is_symlink():
            inside = [
                file
                for file in sorted(path.rglob("*"))
                if not _hidden(file, path) and (file.is_symlink() or not file.is_dir())
            ]
            if not inside:
                raise DeliveryError("BES-004", wat=f"De map {path.name} is leeg.", doe="zet de bestanden in deze map.")
            yield from map(regular, inside)
        else:
            yield regular(path)


def _hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def regular(path: Path) -> Path:
    """A link, pipe or device could lead out of the delivery or never end."""
    if path.is_symlink() or not path.is_file():
        raise DeliveryError(
            "BES-007",
            wat=f"{path.name} is geen gewoon bestand.",
            doe="zet het bestand zelf in de map, geen verwijzing.",
        )
    return path


def _recognise(path: Path, sources: Mapping[str, Source]) -> Source:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    found = [source for source in sources.values() if source.recognise(path, head)]
    if len(found) == 1:
        return found[0]
    if found:
        kinds = ", ".join(sorted(source.dutch for source in found))
        wat = f"{path.name} past bij meer soorten bestanden: {kinds}."
        raise DeliveryError("BES-005", wat=wat, doe="controleer de naam en de kolommen van het bestand.")
    raise DeliveryError(
        "BES-005",
        wat=f"{path.name} is geen bekend soort bestand.",
        doe="controleer naam en kolommen (README); `jeugd profile BESTAND` stelt een profiel voor.",
    )
