"""The only writer below data/ and the only reader of what is there: deliveries, marts, reference and published data.

A delivery is a folder that appears in one rename, so a reader sees all of it or nothing. Later deliveries never
change earlier ones: they only come after them.
"""

from __future__ import annotations

import os
from pathlib import Path

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import bad_parameter
from jeugd_analysis.store.books import Books
from jeugd_analysis.store.deliveries import LAST, Delivery, Part, number_of
from jeugd_analysis.store.frames import file_digest, keep_private, sync
from jeugd_analysis.store.made import Made
from jeugd_analysis.store.place import PROJECT_VARIABLE, WORK_VARIABLE, find_project
from jeugd_analysis.store.reference import Reference

__all__ = [
    "LAST", "PROJECT_VARIABLE", "WORK_VARIABLE", "Delivery", "Part", "Store", "file_digest", "find_project",
    "keep_private", "sync",
]  # fmt: skip


class Store(Reference, Made, Books):
    """Access to everything below data/. `project` holds reference data, `work` what is made from deliveries."""

    def as_known(self, quarter: Quarter, number: int) -> Store:
        """The same store as it was known when delivery `number` of the quarter was the last: later ones do not count.

        Raises: UnknownNameError without that delivery.
        """
        if number not in [number_of(delivery) for delivery in self.deliveries() if delivery.quarter == quarter]:
            have = [f"{number_of(d)}" for d in self.deliveries() if d.quarter == quarter]
            raise bad_parameter("delivery", number, ", ".join(have) or f"geen: {quarter} is niet ingelezen")
        return Store(self.project, self.work, known=(quarter, number))

    @classmethod
    def open(cls) -> Store:
        """The store of the current project; JEUGD_WERKMAP puts deliveries and results in another folder."""
        project = find_project()
        return cls(project, Path(os.environ.get(WORK_VARIABLE) or project).resolve())
