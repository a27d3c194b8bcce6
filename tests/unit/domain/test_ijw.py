"""The table of iJw 3.2: the same as the public description of the standard, element by element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jeugd_analysis.domain import codes
from jeugd_analysis.domain.ijw import CODE_LISTS, MESSAGE_CODES, MESSAGES, Element, Facets, find_part, namespace

REFERENCE = Path(__file__).resolve().parents[3].parent / "shared" / "reference" / "ijw_3_2.md"
COUNTS = {"jw301": 121, "jw305": 34, "jw307": 36, "jw315": 48, "jw323": 42, "jw325": 56}  # lines per message there
SCALARS = {  # facets of one value as the description calls them, in its order
    "minLength": "min_length", "maxLength": "max_length", "minInclusive": "least", "maxInclusive": "most",
    "pattern": "pattern",
}  # fmt: skip


def outline(element: Element, depth: int = 0) -> Iterator[str]:
    """The element and everything in it, a line each, as the description writes them."""
    occurs = {(0, 1): " [0..1]", (1, None): " [1..*]"}.get((element.least, element.most), "")
    facets = f" ({written(element.facets)})" if element.facets else ""
    yield "  " * depth + f"{element.prefix}:{element.name}{occurs}{facets}"
    for child in element.children:
        yield from outline(child, depth + 1)


def written(facets: Facets) -> str:
    values = {name: getattr(facets, field) for name, field in SCALARS.items()}
    parts = [f"xs:{facets.kind}", *(f"{name}={value}" for name, value in values.items() if value not in (None, ""))]
    parts += ["enum=" + "|".join(facets.enum)] if facets.enum else []
    return ", ".join([*parts, *([facets.code_list] if facets.code_list else [])])


def described() -> dict[str, list[str]]:
    """Message -> its lines in the description."""
    if not REFERENCE.is_file():
        pytest.skip("the description of the standard is not in this checkout")
    block = REFERENCE.read_text("utf8").split("```")[1]
    parts = re.split(r"^## (\w+) .*\n", block, flags=re.MULTILINE)[1:]
    return {message: lines.splitlines() for message, lines in zip(parts[::2], parts[1::2], strict=True)}


def elements(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        yield from elements(child)


@pytest.mark.parametrize("message", MESSAGES)
def test_every_element_is_as_described(message: str) -> None:
    assert list(outline(MESSAGES[message])) == described()[message]


def test_the_description_has_no_other_message() -> None:
    assert list(described()) == list(MESSAGES) == list(MESSAGE_CODES)


def test_namespaces_are_as_described() -> None:
    if not REFERENCE.is_file():
        pytest.skip("the description of the standard is not in this checkout")
    text = REFERENCE.read_text("utf8")
    found = dict(re.findall(r"^## (\w+) +targetNamespace (\S+)", text, flags=re.MULTILINE))
    assert found == {message: namespace(message) for message in MESSAGES}
    assert f"`{namespace('ijw')}`" in text


@pytest.mark.parametrize("message", MESSAGES)
def test_names_differ_within_an_element(message: str) -> None:
    """The checker finds the place of a child by its name alone."""
    for element in elements(MESSAGES[message]):
        names = [child.name for child in element.children]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("message", MESSAGES)
def test_an_element_has_text_or_children(message: str) -> None:
    for element in elements(MESSAGES[message]):
        assert (element.facets is None) == bool(element.children)
        assert element.facets is None or element.facets.code_list in ("", *CODE_LISTS)


def test_code_lists_are_those_of_the_program() -> None:
    unit = find_part("jw323", "Declaratie/Clienten/Client/Prestaties/Prestatie/Eenheid")
    reason = find_part("jw307", "Client/StopProducten/StopProduct/RedenBeeindiging")
    referrer = find_part("jw315", "Client/AangevraagdeProducten/AangevraagdProduct/Verwijzer/Type")
    assert [part.facets and part.facets.enum for part in (unit, reason, referrer)] == [
        tuple(codes.UNITS), tuple(codes.END_REASONS), tuple(codes.REFERRERS)
    ]  # fmt: skip


def test_a_part_is_found_by_its_path() -> None:
    client = find_part("jw323", "Declaratie/Clienten/Client")
    assert (client.name, client.least, client.most) == ("Client", 1, None)
    assert client.tag == "{http://www.istandaarden.nl/ijw/3_2/jw323/schema}Client"
    assert find_part("jw301") is MESSAGES["jw301"]
    assert find_part("jw323", "Declaratie/DeclaratiePeriode/Begindatum").tag.startswith(
        "{http://www.istandaarden.nl/ijw/3_2/basisschema/schema}"
    )


@pytest.mark.parametrize(("message", "path"), [("jw999", ""), ("jw301", "Declaratie"), ("jw323", "Header/Bsn")])
def test_a_part_that_does_not_exist_is_an_error(message: str, path: str) -> None:
    with pytest.raises(KeyError):
        find_part(message, path)


def test_number_of_elements() -> None:
    """Lines counted in the description, so that a lost element is also seen where that is absent."""
    assert {message: sum(1 for _ in elements(MESSAGES[message])) for message in MESSAGES} == COUNTS
