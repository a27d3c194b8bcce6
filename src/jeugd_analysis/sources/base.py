"""What a source is: how to recognise a file and how to read it into one table, without changing what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a reader may know besides the file: names of areas as publishers spell them, and the day of retrieval."""

    area_codes: Mapping[str, str] = field(default_factory=dict)
    vintage: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One file, read. `slot` says which earlier delivery it replaces; `normalised` what was changed and how often.

    first_row: the line number in the file of the first row of the frame, so that errors can point at it.
    """

    table: str
    frame: pd.DataFrame
    slot: str
    normalised: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    first_row: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A kind of file. `recognise` gets the path and the first 4,096 bytes; it must not open the file again."""

    name: str
    dutch: str
    recognise: Callable[[Path, bytes], bool]
    read: Callable[[Path, Context], Reading]
