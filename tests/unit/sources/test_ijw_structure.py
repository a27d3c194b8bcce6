"""The structure checker, against hand-written messages and, for any change, against the XML Schema of libxml2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from jeugd_analysis.domain.ijw import CODE_LISTS, MESSAGES, Element, Facets, find_part, namespace
from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources.ijw_structure import PARSER_OPTIONS, parse_message, violations

SECRET = "Geheim"
CLAIM = """<?xml version="1.0" encoding="UTF-8"?>
<!-- een opmerking mag hier -->
<a:Bericht xmlns:a="http://www.istandaarden.nl/ijw/3_2/jw323/schema" xmlns:b="http://www.istandaarden.nl/ijw/3_2/basisschema/schema">
<a:Header><a:BerichtCode>490</a:BerichtCode><a:BerichtVersie>3</a:BerichtVersie>
<a:BerichtSubversie>2</a:BerichtSubversie><a:Afzender>90000001</a:Afzender><a:Ontvanger>0637</a:Ontvanger>
<a:BerichtIdentificatie><b:Identificatie>A1</b:Identificatie><b:Dagtekening>2026-08-03</b:Dagtekening></a:BerichtIdentificatie>
<a:XsdVersie><b:BasisschemaXsdVersie>1.0.0</b:BasisschemaXsdVersie><b:BerichtXsdVersie>1.2.10</b:BerichtXsdVersie></a:XsdVersie>
</a:Header>
<a:Declaratie><a:DeclaratieNummer>D1</a:DeclaratieNummer>
<a:DeclaratiePeriode><b:Begindatum>2026-07-01</b:Begindatum><b:Einddatum>2026-07-31</b:Einddatum></a:DeclaratiePeriode>
<a:DeclaratieDagtekening>2026-08-03</a:DeclaratieDagtekening>
<a:TotaalIngediendBedrag><b:TotaalBedrag>18650</b:TotaalBedrag><b:DebetCredit>D</b:DebetCredit></a:TotaalIngediendBedrag>
<a:Clienten><a:Client><a:Bsn>999900006</a:Bsn><a:Prestaties><a:Prestatie>
<a:ProductReferentie><b:ReferentieNummer>D0000000001</b:ReferentieNummer></a:ProductReferentie>
<a:ToewijzingNummer>5</a:ToewijzingNummer><a:ProductCategorie>54</a:ProductCategorie><a:ProductCode>54002</a:ProductCode>
<a:ProductPeriode><b:Begindatum>2026-07-01</b:Begindatum><b:Einddatum>2026-07-31</b:Einddatum></a:ProductPeriode>
<a:GeleverdVolume>2</a:GeleverdVolume><a:Eenheid>04</a:Eenheid><a:ProductTarief>9325</a:ProductTarief>
<a:IngediendBedrag><b:Bedrag>18650</b:Bedrag><b:DebetCredit>D</b:DebetCredit></a:IngediendBedrag>
</a:Prestatie></a:Prestaties></a:Client></a:Clienten></a:Declaratie></a:Bericht>
"""
SAMPLES = {"integer": "7", "date": "2026-07-01", "time": "13:05:59"}
PATTERNED = {  # a value for each pattern of the standard; the others are digits
    r".*[^\s].*": "x",
    r"([.\s]*\S+[.\s]*)+": "een\ntwee",
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)": "1.0.10",
    r"([a-zA-ZÀ-ỳ])+": "Aé",
    r"([a-zA-Z0-9])+": "D1",
    "[0-9]*": "06",
    "[0-9]{4}": "0637",
    "[0-9]{8}": "90000001",
    "[0-9]{9}": "999900006",
}


def found(text: str, message: str = "jw323") -> list[tuple[int, str, str]]:
    return [(v.line, v.path, v.code) for v in violations(parse_message(text.encode()), MESSAGES[message])]


# -- one hand-written message ---------------------------------------------------------------------


def test_a_valid_message_has_no_violation() -> None:
    assert found(CLAIM) == []


LINE = "Bericht/Declaratie/Clienten/Client/Prestaties/Prestatie"
BROKEN = {
    "missing": ("<a:Eenheid>04</a:Eenheid>", "", [(13, f"{LINE}/Eenheid", "XML-013")]),
    "optional left out": ("<a:ProductTarief>9325</a:ProductTarief>", "", []),
    "optional empty (B074)": (">9325<", "><", [(17, f"{LINE}/ProductTarief", "XML-020")]),
    "double": (
        "<a:Eenheid>04</a:Eenheid>", "<a:Eenheid>04</a:Eenheid><a:Eenheid>04</a:Eenheid>",
        [(17, f"{LINE}/Eenheid", "XML-014")],
    ),
    "order": (
        "<a:GeleverdVolume>2</a:GeleverdVolume><a:Eenheid>04</a:Eenheid>",
        "<a:Eenheid>04</a:Eenheid><a:GeleverdVolume>2</a:GeleverdVolume>",
        [(17, f"{LINE}/GeleverdVolume", "XML-012")],
    ),
    "version 3.1 (B046)": ("ijw/3_2/jw323", "ijw/3_1/jw323", [(3, "Bericht", "XML-010")]),
    "message's namespace for a shared element": (
        "<b:Bedrag>18650</b:Bedrag>", "<a:Bedrag>18650</a:Bedrag>",
        [(18, f"{LINE}/IngediendBedrag/Bedrag", "XML-010"), (18, f"{LINE}/IngediendBedrag/Bedrag", "XML-013")],
    ),
    "unknown": ("<a:Clienten>", f"<a:{SECRET}/><a:Clienten>",
                [(13, "Bericht/Declaratie/(onbekend element)", "XML-011")]),
    "text between": ("<a:Clienten>", f"<a:Clienten>{SECRET}", [(13, "Bericht/Declaratie/Clienten", "XML-015")]),
    "text after": ("</a:Clienten>", f"{SECRET}</a:Clienten>", [(13, "Bericht/Declaratie/Clienten", "XML-015")]),
    "attribute": ("<a:Bsn>", f'<a:Bsn naam="{SECRET}">', [(13, "Bericht/Declaratie/Clienten/Client/Bsn", "XML-016")]),
    "half a value": (">999900006<", ">9999<!-- x -->00006<",
                     [(13, "Bericht/Declaratie/Clienten/Client/Bsn", "XML-017")]),
    "element in a value": (">999900006<", "><a:Bsn>999900006</a:Bsn><",
                           [(13, "Bericht/Declaratie/Clienten/Client/Bsn", "XML-017")]),
    "time zone (B073)": ("<a:DeclaratieDagtekening>2026-08-03<", "<a:DeclaratieDagtekening>2026-08-03Z<",
                         [(11, "Bericht/Declaratie/DeclaratieDagtekening", "XML-021")]),
    "no such unit": (">04<", ">17<", [(17, f"{LINE}/Eenheid", "XML-023")]),
    "negative": (">2</a:Gel", ">-2</a:Gel", [(17, f"{LINE}/GeleverdVolume", "XML-025")]),
    "decimal": (">2</a:Gel", ">2.5</a:Gel", [(17, f"{LINE}/GeleverdVolume", "XML-021")]),
    "too long": (">54002<", ">540021<", [(15, f"{LINE}/ProductCode", "XML-024")]),
    "eight digits": (">999900006<", ">99990000<", [(13, "Bericht/Declaratie/Clienten/Client/Bsn", "XML-022")]),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), BROKEN.values(), ids=BROKEN)
def test_a_fault_is_named_with_line_path_and_rule(old: str, new: str, expected: list[tuple[int, str, str]]) -> None:
    assert CLAIM.count(old) == 1 or old == "ijw/3_2/jw323"
    assert found(CLAIM.replace(old, new)) == expected


def test_a_violation_says_what_to_do_and_never_what_is_written() -> None:
    for old, new, _ in BROKEN.values():
        for violation in violations(parse_message(CLAIM.replace(old, new).encode()), MESSAGES["jw323"]):
            assert ";" in violation.text and violation.text.endswith(".")
            assert SECRET not in violation.text + violation.path
            assert not [value for value in re.findall(r">([^<]{3,})<", new) if value in violation.text + violation.path]


def test_another_message_is_refused_at_its_root() -> None:
    assert found(CLAIM, "jw325") == [(3, "Bericht", "XML-010")]


def test_a_part_is_checked_apart() -> None:
    root = parse_message(CLAIM.replace(">04<", ">17<").encode())
    client = find_part("jw323", "Declaratie/Clienten/Client")
    node = root.find(f".//{client.tag}")
    assert [v.path for v in violations(node, client)] == ["Client/Prestaties/Prestatie/Eenheid"]
    assert violations(root, MESSAGES["jw323"], apart={client}) == []
    node.clear()  # as a streaming reader does: the place and the number still count
    assert violations(root, MESSAGES["jw323"], apart=(client,)) == []
    node.getparent().remove(node)
    assert [v.code for v in violations(root, MESSAGES["jw323"], apart=(client,))] == ["XML-013"]


def test_a_schema_location_is_allowed() -> None:
    location = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x jw323.xsd"'
    assert found(CLAIM.replace("<a:Bericht ", f"<a:Bericht {location} ")) == []
    assert [code for _, _, code in found(CLAIM.replace("<a:Bericht ", '<a:Bericht xml:lang="nl" '))] == ["XML-016"]


# -- files that are not read at all ---------------------------------------------------------------

ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REFUSED = {
    "not XML": (CLAIM[:500].encode(), "XML-001"),
    "empty": (b"", "XML-001"),
    "unknown entity": (CLAIM.replace(">04<", ">&x;<").encode(), "XML-001"),
    "DOCTYPE (B045)": (CLAIM.replace("<a:Bericht", f"{ENTITY}<a:Bericht", 1).encode(), "XML-003"),
    "BOM (B047)": (b"\xef\xbb\xbf" + CLAIM.encode(), "XML-002"),
    "UTF-16": (CLAIM.replace("UTF-8", "UTF-16").encode("utf-16"), "XML-002"),
    "declares latin-1": (CLAIM.replace("UTF-8", "ISO-8859-1").encode(), "XML-002"),
    "declares UTF-8, is not": (CLAIM.replace("opmerking", "opmérking").encode("latin-1"), "XML-002"),
}


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_plain_message_is_refused(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "bericht.xml"
    path.write_bytes(content)
    with pytest.raises(DeliveryError) as refused:
        parse_message(path)
    assert refused.value.code == code
    assert "bericht.xml" in refused.value.wat and refused.value.doe
    with pytest.raises(DeliveryError, match=code):
        parse_message(content)


def test_entities_stay_out_even_without_the_refusal(tmp_path: Path) -> None:
    """The options are shared with readers of large files, which see a DOCTYPE only when it has been parsed."""
    secret = tmp_path / "geheim.txt"
    secret.write_text(SECRET, "utf8")
    text = f"<!DOCTYPE a [<!ENTITY x SYSTEM {quoteattr(secret.as_uri())}>]><a>&x;</a>"
    root = etree.fromstring(text.encode(), etree.XMLParser(**PARSER_OPTIONS))
    assert SECRET not in "".join(root.itertext()) + (root.text or "")


# -- any message and any change, against the XML Schema engine of libxml2 -------------------------


def filled(element: Element) -> etree._Element:
    """A message with every optional element, and two of what may be repeated."""
    node = etree.Element(element.tag)
    if element.facets:
        node.text = value_of(element.facets)
    for child in element.children:
        for _ in range(1 if child.most == 1 else 2):
            node.append(filled(child))
    return node


def value_of(facets: Facets) -> str:
    if facets.enum:
        return facets.enum[-1]
    if facets.code_list:
        return {"[A-Z]{2}": "NL", "[0-9A-Z][0-9]{3}": "0200"}[CODE_LISTS[facets.code_list]]
    if facets.kind == "string" or facets.pattern.isdigit():
        return PATTERNED.get(facets.pattern, facets.pattern or "x")
    return SAMPLES[facets.kind]


def leaves(element: Element) -> Iterator[Element]:
    if element.facets:
        yield element
    for child in element.children:
        yield from leaves(child)


def schema_of(message: str, folder: Path) -> etree.XMLSchema:
    """An XML Schema written from the table: one file for the message and one for the shared elements."""
    shared: list[str] = []
    root = declared(MESSAGES[message], shared)
    base = "".join(shared)
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"'
    (folder / "base.xsd").write_text(f'{head} targetNamespace="{namespace("ijw")}">{base}</xs:schema>', "utf8")
    imported = f'<xs:import namespace="{namespace("ijw")}" schemaLocation="base.xsd"/>'
    main = folder / f"{message}.xsd"
    main.write_text(
        f'{head} xmlns:ijw="{namespace("ijw")}" targetNamespace="{namespace(message)}">{imported}{root}</xs:schema>',
        "utf8",
    )
    return etree.XMLSchema(etree.parse(str(main)))


def declared(element: Element, shared: list[str], *, root: bool = True) -> str:
    occurs = f' minOccurs="{element.least}" maxOccurs="{element.most or "unbounded"}"'
    start = f'<xs:element name="{element.name}"{"" if root else occurs}'
    if element.facets:
        return f"{start}>{restricted(element.facets)}</xs:element>"
    children = "".join(declared(child, shared, root=False) for child in element.children)
    sequence = f"<xs:sequence>{children}</xs:sequence>"
    prefixes = {child.prefix for child in element.children}
    assert len(prefixes) == 1, "one sequence cannot mix local elements of two namespaces"
    if prefixes == {element.prefix}:
        return f"{start}><xs:complexType>{sequence}</xs:complexType></xs:element>"
    shared.append(f'<xs:complexType name="T{len(shared)}">{sequence}</xs:complexType>')
    return f'{start} type="ijw:T{len(shared) - 1}"/>'


def restricted(facets: Facets) -> str:
    pattern = CODE_LISTS[facets.code_list] if facets.code_list else facets.pattern
    pattern = pattern.replace("+-]", r"+\-]")  # libxml2 does not see that a hyphen at the end of a class is a hyphen
    named = {
        "minLength": facets.min_length, "maxLength": facets.max_length, "minInclusive": facets.least,
        "maxInclusive": facets.most, "pattern": pattern or None,
    }  # fmt: skip
    inner = "".join(f"<xs:{name} value={quoteattr(str(v))}/>" for name, v in named.items() if v is not None)
    inner += "".join(f'<xs:enumeration value="{value}"/>' for value in facets.enum)
    return f'<xs:simpleType><xs:restriction base="xs:{facets.kind}">{inner}</xs:restriction></xs:simpleType>'


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> dict[str, etree.XMLSchema]:
    folder = tmp_path_factory.mktemp("xsd")
    return {message: schema_of(message, folder) for message in MESSAGES}


@cache
def full(message: str) -> etree._Element:
    return filled(MESSAGES[message])


def parts(node: etree._Element, element: Element) -> Iterator[tuple[etree._Element, Element]]:
    yield node, element
    for child in node:
        yield from parts(child, next(part for part in element.children if part.tag == child.tag))


@pytest.mark.parametrize("message", MESSAGES)
def test_a_full_message_is_valid_in_both(message: str, schemas: dict[str, etree.XMLSchema]) -> None:
    assert violations(full(message), MESSAGES[message]) == []
    schemas[message].assertValid(etree.ElementTree(full(message)))


@pytest.mark.parametrize("message", MESSAGES)
def test_without_an_element_it_is_valid_only_when_that_was_optional(message: str) -> None:
    every = list(parts(full(message), MESSAGES[message]))
    for position, (original, element) in enumerate(every[1:], 1):
        root = deepcopy(full(message))
        node = list(root.iter())[position]
        assert node.tag == original.tag
        node.getparent().remove(node)
        codes = [violation.code for violation in violations(root, MESSAGES[message])]
        assert codes == ([] if element.least == 0 or element.most is None else ["XML-013"])


@pytest.mark.parametrize("message", MESSAGES)
def test_twice_is_valid_only_for_what_may_be_repeated(message: str) -> None:
    for position, (_, element) in enumerate(parts(full(message), MESSAGES[message])):
        if position:
            root = deepcopy(full(message))
            node = list(root.iter())[position]
            node.addnext(deepcopy(node))
            codes = [violation.code for violation in violations(root, MESSAGES[message])]
            assert codes == ([] if element.most is None else ["XML-014"])


TRICKY = [
    "", " ", "\n", "0", "00", "+3", "-0", "03", " 3 ", "3\n", "100", "99999999", "100000000", "1e3", "٣",
    "2026-02-29", "2024-02-29", "2026-02-30", "2026-2-03", "2026-07-01+01:00", "2026-07-01Z", " 2026-07-01\n",
    "2026-07-01T00:00:00", "24:00:00", "24:00:01", "23:59:60", "9:00:00", "12:00", "12:00:00.5", "12:00:00Z",
    "12:00:00-01:00", "é", "ỳ", "ỹ", "a b", "\u00a0", "x\ny", "1.0.0", "1.0", "01.0.0", "0637", " 0637", "04", "4",
    "D", "NL", "nl", "0200", "S300", "\r", "x\ry",
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(TRICKY),
    st.text(alphabet=" \t\n\r0123456789-:.ZT+aéỳ\u00a0", max_size=14),
    st.text(alphabet="0123456789", min_size=7, max_size=40),
)


KINDS = list(dict.fromkeys(part.facets for root in MESSAGES.values() for part in leaves(root)))


@pytest.mark.parametrize("facets", KINDS, ids=str)
def test_every_kind_of_text_is_judged_as_xml_schema_does(facets: Facets) -> None:
    element = Element("jw301", "Bsn", 1, 1, facets)
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"'
    text = f'{head} targetNamespace="{namespace("jw301")}">{declared(element, [])}</xs:schema>'
    schema = etree.XMLSchema(etree.fromstring(text))
    node = etree.Element(element.tag)
    for node.text in [*TRICKY, *facets.enum, *at_the_edge(facets)]:
        assert (violations(node, element) == []) == schema.validate(node), repr(node.text)


def at_the_edge(facets: Facets) -> list[str]:
    """Numbers and lengths that just fit and just do not."""
    bounds = [bound for bound in (facets.least, facets.most) if bound is not None]
    longest = facets.max_length or 0
    numbers = [str(bound + step) for bound in bounds for step in (-1, 0, 1)]
    return [*numbers, *(sign * (longest + step) for sign in "1x" for step in (-1, 0, 1) if longest + step > 0)]


@settings(max_examples=400, deadline=None)
@given(data=st.data(), message=st.sampled_from(list(MESSAGES)))
def test_any_change_is_judged_as_xml_schema_does(
    data: st.DataObject, message: str, schemas: dict[str, etree.XMLSchema]
) -> None:
    root = deepcopy(full(message))
    nodes = list(root.iter())
    for _ in range(data.draw(st.integers(1, 2))):
        node = data.draw(st.sampled_from(nodes[1:]))
        change(node, root, data)
    ours = violations(root, MESSAGES[message])
    theirs = schemas[message].validate(etree.ElementTree(root))
    assert (ours == []) == theirs, (ours, schemas[message].error_log)


def change(node: etree._Element, root: etree._Element, data: st.DataObject) -> None:
    """One change to the message around or in the node."""
    how = data.draw(st.sampled_from(["remove", "double", "swap", "rename", "namespace", "text", "text", "comment"]))
    parent = node.getparent()
    if how == "remove" and parent is not None:
        parent.remove(node)
    elif how == "double" and parent is not None:
        node.addnext(deepcopy(node))
    elif how == "swap" and node.getnext() is not None:
        node.getnext().addnext(node)
    elif how == "rename":
        name = data.draw(st.sampled_from(["Einddatum", "Client", "Onbekend"]))
        node.tag = f"{{{etree.QName(node).namespace}}}{name}"
    elif how == "namespace":
        other = data.draw(st.sampled_from([namespace("ijw"), namespace("jw301"), "x"]))
        node.tag = f"{{{other}}}{etree.QName(node).localname}"
    elif how == "text":
        node.text = data.draw(TEXTS)
    elif len(node):
        node.insert(data.draw(st.integers(0, len(node))), etree.Comment("x"))


def test_a_year_of_five_digits_is_refused_though_xml_schema_allows_it(schemas: dict[str, etree.XMLSchema]) -> None:
    root = parse_message(CLAIM.replace(">2026-08-03</a:Decl", ">12026-08-03</a:Decl").encode())
    assert schemas["jw323"].validate(etree.ElementTree(root))
    assert [violation.code for violation in violations(root, MESSAGES["jw323"])] == ["XML-021"]
