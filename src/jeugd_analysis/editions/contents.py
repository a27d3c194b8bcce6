"""What an edition holds besides the site: every maker adds its files to the folder that is about to be published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.paper import add_annexes
from jeugd_analysis.intake import Progress
from jeugd_analysis.store import Store

Maker = Callable[[Quarter, Store, Path, Progress], None]

MAKERS: tuple[Maker, ...] = (add_annexes,)
"""Called in this order with quarter, store, folder of the edition and progress, before the checks and the manifest.

A maker writes below a folder of its own (annexes: `paper.ANNEXES`), with names without spaces, and the same bytes every
time. Whatever it writes is read by the leak check, listed in the manifest and kept in the archive.
"""
