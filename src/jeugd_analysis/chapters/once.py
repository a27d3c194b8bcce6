"""What two figures of one page need is worked out once.

A page is made by one process, and its cells call their chapters one by one. The same numbers give the same result, so
it is kept by those numbers themselves: what was worked out from others is never given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import pandas as pd

T = TypeVar("T")
_KEPT: dict[tuple[object, ...], object] = {}
_MOST = 16  # a page asks for a handful


def once(make: Callable[[], T], *, what: str, frames: tuple[pd.DataFrame, ...], told: tuple[object, ...] = ()) -> T:
    """The result of `make`, or the one kept from the last time with the same name, frames and values; change it not."""
    key = (what, *told, *(frame.to_csv() for frame in frames))
    if key not in _KEPT:
        if len(_KEPT) >= _MOST:
            _KEPT.clear()
        _KEPT[key] = make()
    return cast(T, _KEPT[key])
