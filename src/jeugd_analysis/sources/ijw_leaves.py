"""The texts of a part that comes thousands of times, checked against the structure at the speed of one comparison.

A shape is which elements there are, in which order and how nested. Of a shape that was found right once, what remains
to check is the texts, and one pattern does that. Whatever is out of the ordinary goes to the full checker, so that
this one never accepts what that one refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from jeugd_analysis.domain.ijw import CODE_LISTS, Element, Facets
from jeugd_analysis.sources.ijw_structure import SPACE, is_day, violations

_MOST_SHAPES = 64  # the standard allows four for a claim line; comments would make endlessly many
_PLAIN = "[!-~]"  # signs that need no thought: no space, nothing outside ASCII
_FREE = {"", r".*[^\s].*"}  # patterns that every text of plain signs fits

_Shape = tuple[tuple[str, ...], tuple[int, ...]]


class Leaves:
    """Reads the texts of one kind of part: `names` says which, in the order of the standard."""

    def __init__(self, expected: Element) -> None:
        self.expected = expected
        self._leaves = tuple(_leaves(expected))
        self.names = tuple(leaf.name for leaf in self._leaves)
        if len(set(self.names)) < len(self.names):
            raise ValueError(f"{expected.name} has leaves with the same name")
        self._known: dict[_Shape, _Known] = {}
        self._days: set[str] = set()

    def read(self, node: etree._Element) -> tuple[str | None, ...] | None:
        """The text of each leaf, missing where it is left out; nothing at all when the structure is violated.

        White space around a text is not part of it.
        """
        tags, counts, texts = [], [], []
        for part in node.iter():
            if part.keys() or (part.tail and part is not node and part.tail.strip(SPACE)):
                return self._read_slowly(node, None)
            tags.append(part.tag)
            counts.append(len(part))
            texts.append(part.text)
        shape = (tuple(tags), tuple(counts))
        known = self._known.get(shape)
        if known is None:
            return self._read_slowly(node, shape)
        found = [texts[at] for at in known.places]
        if None in found or not known.pattern.fullmatch("\n".join(found)):  # type: ignore[arg-type]
            return self._read_slowly(node, None)
        if any(text and text.strip(SPACE) for text in (texts[at] for at in known.containers)):
            return self._read_slowly(node, None)
        if any(not self._is_day(found[at]) for at in known.dates):
            return self._read_slowly(node, None)
        return tuple([None if at is None else texts[at] for at in known.order])

    def _is_day(self, text: str | None) -> bool:
        """A delivery has few different days and many lines: each day is worked out once."""
        if text in self._days:
            return True
        if text is None or not is_day(text):
            return False
        self._days.add(text)
        return True

    def _read_slowly(self, node: etree._Element, shape: _Shape | None) -> tuple[str | None, ...] | None:
        if violations(node, self.expected):
            return None
        here = {part.tag: part for part in node.iter() if isinstance(part.tag, str)}
        if shape is not None and len(here) == len(shape[0]) and len(self._known) < _MOST_SHAPES:
            self._known[shape] = _Known(shape, self._leaves)
        return tuple(
            [None if leaf.tag not in here else (here[leaf.tag].text or "").strip(SPACE) for leaf in self._leaves]
        )


class _Known:
    """A right shape: where each leaf is, and what their texts may be."""

    def __init__(self, shape: _Shape, leaves: tuple[Element, ...]) -> None:
        tags = shape[0]
        at = {tag: place for place, tag in enumerate(tags)}
        present = [leaf for leaf in leaves if leaf.tag in at]
        self.places = [at[leaf.tag] for leaf in present]
        self.containers = [place for place in range(len(tags)) if place not in self.places]
        self.dates = [i for i, leaf in enumerate(present) if leaf.facets and leaf.facets.kind == "date"]
        self.order = [at.get(leaf.tag) for leaf in leaves]
        self.pattern = re.compile("\n".join(plain_pattern(leaf.facets) for leaf in present if leaf.facets))


def plain_pattern(facets: Facets) -> str:
    """A pattern of texts that surely hold these facets; of a date only the form. Others may hold them too.

    >>> plain_pattern(Facets(kind="integer", least=0, most=99))
    '[0-9]{1,2}'
    """
    if facets.enum:
        return f"(?:{'|'.join(map(re.escape, facets.enum))})"
    if facets.code_list:
        return CODE_LISTS[facets.code_list]
    if facets.kind == "date":
        return "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    if facets.kind == "integer" and not facets.pattern and facets.least == 0 and facets.most is not None:
        return f"[0-9]{{1,{len(str(facets.most + 1)) - 1}}}"
    if facets.kind == "string" and facets.pattern in _FREE and (facets.min_length or 0) <= 1:
        return f"{_PLAIN}{{1,{facets.max_length or ''}}}"
    return r"(?!)"  # never: the full checker decides


def _leaves(element: Element) -> Iterator[Element]:
    """Everything below that holds text. Raises: ValueError when a part may be repeated, which has no fixed place."""
    for child in element.children:
        if child.most != 1:
            raise ValueError(f"{child.name} may be repeated")
        if child.facets:
            yield child
        else:
            yield from _leaves(child)
