"""The fast reading of claim lines against the full checker: for any change it may say no, and never another yes."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from jeugd_analysis.domain.ijw import Element, Facets, find_part, namespace
from jeugd_analysis.sources import ijw_leaves
from jeugd_analysis.sources.ijw_leaves import Leaves, plain_pattern
from jeugd_analysis.sources.ijw_structure import SPACE, violations

LINE = find_part("jw323", "Declaratie/Clienten/Client/Prestaties/Prestatie")
A, B = (f"{{{namespace(prefix)}}}" for prefix in ("jw323", "ijw"))
TEXTS = {
    "ReferentieNummer": "D1", "VorigReferentieNummer": "D0", "ToewijzingNummer": "5", "ProductCategorie": "54",
    "ProductCode": "54002", "Begindatum": "2026-07-01", "Einddatum": "2026-07-31", "GeleverdVolume": "2",
    "Eenheid": "04", "ProductTarief": "9325", "Bedrag": "18650", "DebetCredit": "D",
}  # fmt: skip
OPTIONAL = ("VorigReferentieNummer", "ProductTarief")


def built(expected: Element, without: tuple[str, ...] = (), *, layout: str = "") -> etree._Element:
    """A right line: all elements of the standard but those left out, with white space between them."""
    node = etree.Element(expected.tag)
    node.tail = layout or None
    if expected.facets:
        node.text = TEXTS[expected.name]
        return node
    node.text = layout or None
    node.extend([built(child, without, layout=layout) for child in expected.children if child.name not in without])
    return node


def in_full(node: etree._Element) -> tuple[str | None, ...] | None:
    """The same answer by the full checker and a plain search."""
    if violations(node, LINE):
        return None
    texts = {etree.QName(part).localname: (part.text or "").strip(SPACE) for part in node.iter(etree.Element)}
    return tuple(texts.get(name) for name in TEXTS)


def warm() -> Leaves:
    """A reader that has seen the four right shapes, so that the fast way is open for each."""
    leaves = Leaves(LINE)
    for without in ((), OPTIONAL[:1], OPTIONAL[1:], OPTIONAL):
        assert leaves.read(built(LINE, without)) is not None
    return leaves


WARM = warm()

# -- changes ----------------------------------------------------------------------------------------

Change = Callable[[etree._Element], None]
alphabet = st.one_of(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), st.sampled_from("019 \t\n\u00a0-+.:")
)
NEAR = [
    "", " ", "0", "00", "+5", "-0", "-1", " 7 ", "１２", "999999999", "1000000000", "99999999", "100000000", "04", "4",
    "2026-02-29", "2024-02-29", "2026-7-1", "02026-07-01", "2026-07-01Z", "2026-07-01\n", "\n2026-07-01", "83", "D",
    "C", "d", "D ", "DC", "x" * 20, "x" * 21, "é" * 20, "a\nb", "54 02", "<&>", "D1\n5",
]  # fmt: skip


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """One change of a line: of a text, an attribute, or of which elements there are and where."""
    at, to = draw(st.integers(0, 30)), draw(st.integers(0, 30))
    kind = draw(st.sampled_from(["text", "tail", "attribute", "drop", "copy", "move", "rename", "comment", "wrap"]))
    text = draw(st.one_of(st.sampled_from(NEAR), st.text(alphabet, max_size=22)))

    def change(node: etree._Element) -> None:
        parts = [part for part in node.iter(etree.Element) if part is not node] or [node]
        part, other = parts[at % len(parts)], parts[to % len(parts)]
        if kind == "text":
            part.text = text
        elif kind == "tail":
            part.tail = text
        elif kind == "attribute":
            part.set("x", text)
        elif kind == "drop" and part is not node:
            part.getparent().remove(part)
        elif kind == "copy":
            other.addnext(deepcopy(part)) if other is not node else other.append(deepcopy(part))
        elif kind == "move" and part not in other.iterancestors() and part is not other and part is not node:
            other.append(part)
        elif kind == "rename":
            part.tag = other.tag if to % 3 else (A if part.tag.startswith(B) else B) + etree.QName(part).localname
        elif kind == "comment":
            part.append(etree.Comment("x"))
        elif kind == "wrap" and part is not node and part is not other:
            part.addprevious(etree.ProcessingInstruction("x", "y"))

    return change


@settings(max_examples=400, deadline=None)
@given(
    without=st.sampled_from([(), OPTIONAL[:1], OPTIONAL[1:], OPTIONAL]),
    layout=st.sampled_from(["", "\n", "\n    "]),
    changed=st.lists(changes(), max_size=2),
)
def test_fast_and_full_agree(without: tuple[str, ...], layout: str, changed: list[Change]) -> None:
    node = built(LINE, without, layout=layout)
    for change in changed:
        change(node)
    node.tail = None
    assert WARM.read(node) == in_full(node)
    assert Leaves(LINE).read(node) == in_full(node)  # one that has seen nothing yet


@pytest.mark.parametrize("name", TEXTS)
def test_fast_and_full_agree_on_every_text_that_is_nearly_right(name: str) -> None:
    for text in NEAR:
        node = built(LINE)
        next(part for part in node.iter() if etree.QName(part).localname == name).text = text
        assert WARM.read(node) == in_full(node), text


@pytest.mark.parametrize("without", [(), OPTIONAL[:1], OPTIONAL[1:], OPTIONAL])
@pytest.mark.parametrize("layout", ["", "\n  "])
def test_an_ordinary_line_takes_the_fast_way(
    without: tuple[str, ...], layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> None:
        raise AssertionError("the full checker was asked")

    leaves = warm()
    assert leaves.read(built(LINE)) is not None
    monkeypatch.setattr(ijw_leaves, "violations", slow)
    expected = tuple(None if name in without else text for name, text in TEXTS.items())
    assert leaves.read(built(LINE, without, layout=layout)) == expected
    assert leaves.names == tuple(TEXTS)


def test_the_known_shapes_stay_few() -> None:
    leaves = Leaves(LINE)
    for count in range(200):
        node = built(LINE)
        node[0].extend([etree.Comment("x") for _ in range(count)])
        assert leaves.read(node) == in_full(node)
    assert len(leaves._known) == 1


kinds = st.one_of(
    st.builds(lambda most: Facets(kind="integer", least=0, most=10**most - 1), st.integers(1, 12)),
    st.builds(
        lambda longest, pattern: Facets(kind="string", min_length=1, max_length=longest, pattern=pattern),
        st.one_of(st.none(), st.integers(1, 20)),
        st.sampled_from(["", r".*[^\s].*", "[0-9]{9}"]),
    ),
    st.just(Facets(kind="string", max_length=2, enum=("04", "83"))),
    st.just(Facets(kind="string", max_length=4, code_list="four-digit return code, COD list Retourcode")),
)


@settings(max_examples=300, deadline=None)
@given(kinds, st.data())
def test_what_fits_the_plain_pattern_holds_the_facets(facets: Facets, data: st.DataObject) -> None:
    if plain_pattern(facets) == "(?!)":
        return
    expected = Element("ijw", "x", 1, 1, facets)
    node = etree.Element(expected.tag)
    node.text = data.draw(st.from_regex(plain_pattern(facets), fullmatch=True))
    assert violations(node, expected) == []


def test_parts_without_fixed_places_are_refused() -> None:
    with pytest.raises(ValueError, match="repeated"):
        Leaves(find_part("jw325", "DeclaratieAntwoord/Clienten/Client/Prestaties/Prestatie"))
    with pytest.raises(ValueError, match="same name"):
        Leaves(Element("ijw", "x", 1, 1, None, LINE.children * 2))
