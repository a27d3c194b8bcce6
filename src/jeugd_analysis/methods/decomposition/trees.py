"""Factors and their nesting: a name, or a group of names and groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

Tree = Any  # a column name, or a tuple or list of trees
Values = Mapping[Any, np.ndarray]


def is_leaf(tree: Tree) -> bool:
    """Whether it is one factor."""
    return not isinstance(tree, tuple | list)


def leaves(tree: Tree) -> list[Any]:
    """Factor names in their written order."""
    return [tree] if is_leaf(tree) else [name for part in tree for name in leaves(part)]
