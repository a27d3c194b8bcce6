"""What a source is: how to recognise a file and how to read it into one table, without changing what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a reader may know besides the file.

    area_codes: names of areas as publishers spell them -> code. vintage: the day of retrieval. pseudonym: turns an
    identifier of a youth into its pseudonym; without a key there is none, and what needs it is refused.
    earlier: table -> its lines as known before this delivery, for files that only hold what is new.
    """

    area_codes: Mapping[str, str] = field(default_factory=dict)
    vintage: date | None = None
    pseudonym: Callable[[str], str] | None = None
    earlier: Callable[[str], pd.DataFrame] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One file, read. `slot` says which earlier delivery it replaces; `normalised` what was changed and how often.

    first_row: the line number in the file of the first row of the frame, so that errors can point at it.
    set_aside: the reason code of each row that its reader sets aside, missing for the others; same index as the frame.
    more: what else the file holds, of other tables.
    """

    table: str
    frame: pd.DataFrame
    slot: str
    normalised: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    first_row: int = 2
    set_aside: pd.Series | None = None
    more: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A kind of file. `recognise` gets the path and the first 4,096 bytes; it must not open the file again.

    read: one file into one table, and `more` of the reading into others. read_all: all files of this kind in a delivery
    together, into several tables; a source has one of the two.
    """

    name: str
    dutch: str
    recognise: Callable[[Path, bytes], bool]
    read: Callable[[Path, Context], Reading] | None = None
    read_all: Callable[[Sequence[Path], Context], list[Reading]] | None = None
