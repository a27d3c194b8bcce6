"""Six messages of the iJw 3.2 standard as a table: elements, order, occurrence and facets.

Source: informatiemodel iJw 3.2, istandaarden.nl. An element of a message is in the namespace of that message, an
element with prefix ijw in that of the basisschema. The order of children is the order in the message (xs:sequence).
Rules that span elements (totals, credits, periods) are not structure and are not here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jeugd_analysis.domain import codes

BASE = "ijw"
MESSAGE_CODES = {
    "jw301": "436",  # toewijzing: from municipality to provider
    "jw305": "438",  # start of care
    "jw307": "440",  # end of care
    "jw315": "446",  # request for allocation
    "jw323": "490",  # claims
    "jw325": "491",  # answer to claims: from municipality to provider
}
CODE_LISTS = {  # lists of which only the shape of a code is checked
    "ISO 3166 country code": "[A-Z]{2}",
    "four-digit return code, COD list Retourcode": "[0-9A-Z][0-9]{3}",  # WJ001 has S300 and S329 as well
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What the text of an element may be. `pattern` is a pattern of XML Schema: other dialect, always anchored."""

    kind: str  # string, integer, date or time of XML Schema
    min_length: int | None = None
    max_length: int | None = None
    least: int | None = None
    most: int | None = None
    pattern: str = ""
    enum: tuple[str, ...] = ()
    code_list: str = ""  # name in CODE_LISTS


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One element: text with facets, or children in this order. most: None when there is no limit."""

    prefix: str  # the message, or BASE
    name: str
    least: int
    most: int | None
    facets: Facets | None
    children: tuple[Element, ...] = ()

    @property
    def tag(self) -> str:
        """Name with namespace, as XML libraries write it: {http://...}Bericht."""
        return f"{{{namespace(self.prefix)}}}{self.name}"


def namespace(prefix: str) -> str:
    """Namespace of a message (jw323) or of the elements they share (ijw).

    >>> namespace("jw323")
    'http://www.istandaarden.nl/ijw/3_2/jw323/schema'
    """
    return f"http://www.istandaarden.nl/ijw/3_2/{'basisschema' if prefix == BASE else prefix}/schema"


def find_part(message: str, path: str = "") -> Element:
    """The message, or the element at a path below Bericht. Raises: KeyError when the standard does not have it.

    >>> find_part("jw323", "Declaratie/Clienten/Client").most is None
    True
    """
    part = MESSAGES[message]
    for name in filter(None, path.split("/")):
        part = {child.name: child for child in part.children}[name]
    return part


_Maker = Callable[[str, "Facets | tuple[Element, ...]"], Element]
_OCCURS: dict[str, tuple[int, int | None]] = {"?": (0, 1), "+": (1, None)}


def _maker(prefix: str) -> _Maker:
    """Makes elements with this prefix. A name ends on ? when it is optional, on + when it may be repeated."""

    def make(name: str, content: Facets | tuple[Element, ...]) -> Element:
        least, most = _OCCURS.get(name[-1], (1, 1))
        if isinstance(content, Facets):
            return Element(prefix, name.rstrip("?+"), least, most, content)
        return Element(prefix, name.rstrip("?+"), least, most, None, content)

    return make


def _text(longest: int | None = None, pattern: str = "", shortest: int = 1) -> Facets:
    return Facets(kind="string", min_length=shortest, max_length=longest, pattern=pattern)


def _whole(least: int, most: int, pattern: str = "") -> Facets:
    return Facets(kind="integer", least=least, most=most, pattern=pattern)


def _one_of(*values: str) -> Facets:
    return Facets(kind="string", max_length=max(map(len, values)), enum=values)


def _range(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{number:02d}" for number in range(first, last + 1))


_FILLED = r".*[^\s].*"
_COMMENT = _text(pattern=r"([.\s]*\S+[.\s]*)+")
_VERSION = _text(pattern=r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_DATE = Facets(kind="date", pattern="[^:Z]*")  # without time zone (RS032)
_TIME = Facets(kind="time", pattern="[^Z+-]+")
_BSN = _text(9, "[0-9]{9}")
_MUNICIPALITY, _PROVIDER = _text(pattern="[0-9]{4}"), _text(8, "[0-9]{8}")
_IDENTIFICATION = _text(12, _FILLED)
_SEX = _one_of(*codes.SEXES)
_NUMBER, _AMOUNT, _TOTAL = _whole(0, 999_999_999), _whole(0, 99_999_999), _whole(0, 999_999_999_999)
_CATEGORY = _one_of(*_range(31, 38), *_range(40, 55))
_CODE = _text(5, _FILLED)
_UNIT = _one_of(*codes.UNITS)
_YES_NO = _one_of("1", "2")
_RETURN_CODE = Facets(kind="string", max_length=4, code_list="four-digit return code, COD list Retourcode")

_ijw = _maker(BASE)
_PERIOD = (_ijw("Begindatum", _DATE), _ijw("Einddatum", _DATE))
_XSD_VERSION = (_ijw("BasisschemaXsdVersie", _VERSION), _ijw("BerichtXsdVersie", _VERSION))
_MESSAGE_ID = (_ijw("Identificatie", _IDENTIFICATION), _ijw("Dagtekening", _DATE))
_PRODUCT = (_ijw("Categorie", _CATEGORY), _ijw("Code?", _CODE))
_SIZE = (_ijw("Volume", _AMOUNT), _ijw("Eenheid", _UNIT), _ijw("Frequentie", _one_of("1", "2", "4", "6")))
_DEBIT_CREDIT = _ijw("DebetCredit", _one_of("C", "D"))
_TOTAL_AMOUNT = (_ijw("TotaalBedrag", _TOTAL), _DEBIT_CREDIT)
_BIRTH = (_ijw("Datum", _DATE), _ijw("DatumGebruik?", _one_of("1", "2", "3")))
_SURNAME = (_ijw("Achternaam", _text(200, _FILLED)), _ijw("Voorvoegsel?", _text(10, _FILLED)))
_FIRST_NAMES = (_ijw("Voornamen?", _text(200, _FILLED)), _ijw("Voorletters?", _text(6, "([a-zA-ZÀ-ỳ])+")))
_SHORT_NAME = (_ijw("Geslachtsnaam", _SURNAME), *_FIRST_NAMES)
_FULL_NAME = (
    _ijw("Geslachtsnaam", _SURNAME),
    _ijw("Partnernaam?", _SURNAME),
    *_FIRST_NAMES,
    _ijw("NaamGebruik", _one_of("1", "2", "3", "4", "5", "6")),
)
_HOUSE = (
    _ijw("Huisnummer", _whole(0, 99_999)),
    _ijw("Huisletter?", _text(1, _FILLED)),
    _ijw("HuisnummerToevoeging?", _text(4, _FILLED)),
    _ijw("AanduidingWoonadres?", _one_of("AB", "BY", "TO", "WW")),
)
_ADDRESS = (
    _ijw("Huis?", _HOUSE),
    _ijw("Postcode?", _text(8, _FILLED)),
    _ijw("Straatnaam?", _text(24, _FILLED)),
    _ijw("Plaatsnaam?", _text(80, _FILLED)),
    _ijw("LandCode?", Facets(kind="string", max_length=2, code_list="ISO 3166 country code")),
)
_PHONE = (_ijw("Telefoonnummer", _text(15, "[0-9]*")), _ijw("Landnummer", _text(4, _FILLED)))


def _header(jw: _Maker, message: str, *more: Element) -> Element:
    to_provider = message in ("jw301", "jw325")
    sender, receiver = (_MUNICIPALITY, _PROVIDER) if to_provider else (_PROVIDER, _MUNICIPALITY)
    children = (
        jw("BerichtCode", _text(3, MESSAGE_CODES[message])),
        jw("BerichtVersie", _whole(0, 99, "3")),
        jw("BerichtSubversie", _whole(0, 99, "2")),
        jw("Afzender", sender),
        jw("Ontvanger", receiver),
        jw("BerichtIdentificatie", _MESSAGE_ID),
        jw("XsdVersie", _XSD_VERSION),
    )
    return jw("Header", (*children, *more))


def _person(jw: _Maker, name: tuple[Element, ...]) -> tuple[Element, ...]:
    return (jw("Bsn", _BSN), jw("Geboortedatum", _BIRTH), jw("Geslacht", _SEX), jw("Naam", name))


def _contact(jw: _Maker, name: str) -> Element:
    children = (
        jw("Soort", _one_of("01", "02", "03", "04")),
        jw("Adres?", _ADDRESS),
        jw("Organisatie?", _text(35, _FILLED)),
        jw("Telefoon?", (_ijw("Telefoon01", _PHONE), _ijw("Telefoon02?", _PHONE))),
        jw("Emailadres?", _text(80, _FILLED)),
        jw("Periode?", (_ijw("Begindatum?", _DATE), _ijw("Einddatum?", _DATE))),
    )
    return jw(name, children)


def _relation(jw: _Maker) -> Element:
    children = (
        jw("Nummer", _text(20, _FILLED)),
        jw("Volgorde?", _whole(0, 99)),
        jw("Soort", _one_of(*_range(3, 25))),
        jw("Geboortedatum?", _BIRTH),
        jw("Geslacht?", _SEX),
        jw("Naam", _FULL_NAME),
        _contact(jw, "Contact"),
    )
    return jw("Relatie+", children)


def _allocated_product(jw: _Maker) -> Element:
    children = (
        jw("ToewijzingNummer", _NUMBER),
        jw("ReferentieAanbieder?", _text(36, _FILLED)),
        jw("Product?", _PRODUCT),
        jw("Toewijzingsdatum", _DATE),
        jw("Toewijzingstijd", _TIME),
        jw("Ingangsdatum", _DATE),
        jw("Einddatum?", _DATE),
        jw("RedenWijziging?", _one_of(*_range(1, 14))),
        jw("Omvang?", _SIZE),
        jw("Budget?", _AMOUNT),
        jw("Commentaar?", _COMMENT),
    )
    return jw("ToegewezenProduct+", children)


def _jw301(jw: _Maker) -> tuple[Element, ...]:
    client = (
        *_person(jw, _FULL_NAME),
        jw("Communicatie?", (_ijw("Vorm", _one_of("1", "2", "3")), _ijw("Taal?", _text(25, _FILLED)))),
        jw("JuridischeStatus?", _one_of("01", "02", "03", "04", "05", "11", "12")),
        jw("WettelijkeVertegenwoordiging?", _one_of(*_range(6, 10))),
        jw("Commentaar?", _COMMENT),
        jw("Relaties?", (_relation(jw),)),
        jw("Contactgegevens", (_contact(jw, "Contact+"),)),
        jw("ToegewezenProducten", (_allocated_product(jw),)),
    )
    return (_header(jw, "jw301"), jw("Client", client))


def _delivery(jw: _Maker, *more: Element) -> tuple[Element, ...]:
    """What start and stop messages both say about an allocation."""
    key = (jw("ToewijzingNummer?", _NUMBER), jw("Product?", _PRODUCT), jw("ToewijzingIngangsdatum?", _DATE))
    return (*key, jw("Begindatum", _DATE), *more, jw("StatusAanlevering", _one_of("1", "2", "3", "9")))


def _jw305(jw: _Maker) -> tuple[Element, ...]:
    started = jw("StartProducten", (jw("StartProduct+", _delivery(jw)),))
    return (_header(jw, "jw305"), jw("Client", (*_person(jw, _SHORT_NAME), started)))


def _jw307(jw: _Maker) -> tuple[Element, ...]:
    end = (jw("RedenBeeindiging", _one_of(*codes.END_REASONS)), jw("Einddatum", _DATE))
    stopped = jw("StopProducten", (jw("StopProduct+", _delivery(jw, *end)),))
    return (_header(jw, "jw307"), jw("Client", (*_person(jw, _SHORT_NAME), stopped)))


def _jw315(jw: _Maker) -> tuple[Element, ...]:
    referrer = (
        _ijw("Type", _one_of(*codes.REFERRERS)),
        _ijw("Naam?", _text(64, _FILLED)),
        _ijw("ZorgverlenerCode?", _PROVIDER),
    )
    product = (
        jw("ReferentieAanbieder", _text(36, _FILLED)),
        jw("BeschikkingNummer?", _NUMBER),
        jw("Product?", _PRODUCT),
        jw("BeschikkingIngangsdatum?", _DATE),
        jw("ToewijzingIngangsdatum", _DATE),
        jw("ToewijzingEinddatum?", _DATE),
        jw("Omvang?", _SIZE),
        jw("Budget?", _AMOUNT),
        jw("Verwijzer", referrer),
        jw("Raamcontract?", _YES_NO),
        jw("Commentaar?", _COMMENT),
    )
    client = (
        *_person(jw, _SHORT_NAME),
        jw("GezagsdragerBekend?", _YES_NO),
        jw("Commentaar?", _COMMENT),
        jw("AangevraagdeProducten", (jw("AangevraagdProduct+", product),)),
    )
    return (_header(jw, "jw315"), jw("Client", client))


def _performance(jw: _Maker, *more: Element) -> Element:
    reference = (_ijw("ReferentieNummer", _text(20)), _ijw("VorigReferentieNummer?", _text(20)))
    children = (
        jw("ProductReferentie", reference),
        jw("ToewijzingNummer", _NUMBER),
        jw("ProductCategorie", _CATEGORY),
        jw("ProductCode", _CODE),
        jw("ProductPeriode", _PERIOD),
        jw("GeleverdVolume", _AMOUNT),
        jw("Eenheid", _UNIT),
        jw("ProductTarief?", _AMOUNT),
        jw("IngediendBedrag", (_ijw("Bedrag", _AMOUNT), _DEBIT_CREDIT)),
    )
    return jw("Prestaties", (jw("Prestatie+", (*children, *more)),))


def _jw323(jw: _Maker) -> tuple[Element, ...]:
    claim = (
        jw("DeclaratieNummer", _text(12, "([a-zA-Z0-9])+")),
        jw("DeclaratiePeriode", _PERIOD),
        jw("DeclaratieDagtekening", _DATE),
        jw("TotaalIngediendBedrag", _TOTAL_AMOUNT),
        jw("Clienten", (jw("Client+", (jw("Bsn", _BSN), _performance(jw))),)),
    )
    return (_header(jw, "jw323"), jw("Declaratie", claim))


def _jw325(jw: _Maker) -> tuple[Element, ...]:
    verdict = jw("RetourCodes", (jw("RetourCode+", _RETURN_CODE),))
    header = (
        jw("DeclaratieIdentificatie", _MESSAGE_ID),
        jw("XsltVersie?", _VERSION),
        jw("XsdVersieDeclaratie", _XSD_VERSION),
        verdict,
    )
    answer = (
        jw("DeclaratieNummer", _text(12)),
        jw("TotaalIngediendBedrag", _TOTAL_AMOUNT),
        jw("TotaalToegekendBedrag", _TOTAL_AMOUNT),
        jw("Clienten?", (jw("Client+", (jw("Bsn", _BSN), _performance(jw, verdict), verdict)),)),
        verdict,
    )
    return (_header(jw, "jw325", *header), jw("DeclaratieAntwoord?", answer))


_CONTENTS = {"jw301": _jw301, "jw305": _jw305, "jw307": _jw307, "jw315": _jw315, "jw323": _jw323, "jw325": _jw325}
MESSAGES = {message: _maker(message)("Bericht", build(_maker(message))) for message, build in _CONTENTS.items()}
