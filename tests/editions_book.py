"""A very small book of an edition, as `jeugd build` would leave it, and what readers see of a published one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.built import record_build
from jeugd_analysis.editions.manifest import MANIFEST, read_manifest
from jeugd_analysis.store import Store, file_digest

K1, K2, K3 = (Quarter(2026, number) for number in (1, 2, 3))
PAGE = (
    '<!DOCTYPE html><html lang="nl" data-content_root="{root}"><head><title>{title}</title>'
    '<script src="{root}_static/jeugd/edition.js"></script></head>'
    '<body><h1 id="kop">{title}</h1><a href="{link}">verder</a><p>{text}</p></body></html>'
)


@dataclass(frozen=True)
class Shelf:
    """A work folder with books, and the folder on the intranet."""

    store: Store
    intranet: Path

    def build(self, quarter: Quarter, text: str = "een") -> Path:
        """Write the book of an edition; other text makes another book."""
        book = self.store.work / "_build" / quarter.label
        pages = {
            "index.html": PAGE.format(root="", title=quarter.label, link="regio/groei.html#kop", text=text),
            "regio/groei.html": PAGE.format(root="../", title="Groei", link="../index.html", text=text),
            "_static/jeugd/edition.js": 'window.jeugdEditie = "";\n',
        }
        for name, content in pages.items():
            place = book / "site" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, "utf8")
        notebook = book / "executed" / "regio" / "groei.ipynb"
        notebook.parent.mkdir(parents=True, exist_ok=True)
        notebook.write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf8")
        self.store.write_release(quarter, pd.DataFrame({"area": [text]}), text)
        record_build(quarter, self.store)
        return book / "site"

    def seen(self) -> dict[str, str]:
        """Digest of every file readers can reach, by address."""
        return seen(self.intranet)


def seen(folder: Path) -> dict[str, str]:
    """Digest of every file readers can reach, by address; nothing of what is being made."""
    files = (path for path in folder.rglob("*") if path.is_file())
    addresses = {path.relative_to(folder): path for path in files}
    return {name.as_posix(): file_digest(path) for name, path in addresses.items() if name.parts[0] != ".jeugd"}


def is_whole(edition: Path) -> bool:
    """Every file of an edition is there and is what its manifest says."""
    told = read_manifest(edition / MANIFEST).files
    return bool(told) and all(file_digest(edition / name) == digest for name, digest in told.items())
