"""One command at a time in a folder, and how it tells what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from jeugd_analysis.errors import JeugdError
from jeugd_analysis.store import Store

Progress = Callable[[str], None]


def silent(message: str) -> None:
    """A progress reporter that says nothing."""


@contextmanager
def only_one(store: Store) -> Iterator[None]:
    """Two runs at once would mix; the second stops. The system frees the lock when a process dies."""
    store.deliveries_folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(store.deliveries_folder / ".slot", timeout=0):
            yield
    except Timeout:
        raise JeugdError(
            "SLT-001", wat="Er loopt al een opdracht in deze map.", doe="wacht tot die klaar is en probeer het opnieuw."
        ) from None
