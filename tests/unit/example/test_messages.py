"""The example region as messages: valid, complete, in the order of the rules, and about nobody."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from lxml import etree

from jeugd_analysis.domain.ijw import MESSAGES
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.example import messages
from jeugd_analysis.sources.ijw_structure import parse_message, violations
from jeugd_analysis.sources.own_csv import read_table
from jeugd_analysis.tables import TABLES

QUARTER, SINCE, UNTIL = Quarter(2026, 3), date(2026, 7, 1), date(2026, 9, 30)
ANNE, BRAM = "00112233445566aa", "00112233445566bb"
CATEGORIES = {"45A48": "45", "54002": "54", "42A03": "42"}
DATES = {"valid_from", "valid_to", "start", "end", "requested_on", "month", "received_on"}
NUMBERS = {"volume": "Int64", "budget_cents": "Int64", "tariff_cents": "Int64", "units": "int64",
           "amount_cents": "int64", "birth_year": "int64"}  # fmt: skip
COLUMNS = {
    "youths": "youth_id birth_year sex municipality neighbourhood valid_from valid_to bsn",
    "allocations": "allocation_id youth_id municipality provider product start end volume unit frequency budget_cents",
    "requests": "reference youth_id provider product referrer requested_on",
    "care_periods": "allocation_id start end end_reason",
    "claims": "reference allocation_id youth_id municipality provider product month units unit tariff_cents"
              " amount_cents credit_of received_on",
}  # fmt: skip
ONE, TWO = "90000001", "90000002"  # providers


def claim(
    number: int,
    allocation: str,
    product: str,
    month: str,
    units: int,
    tariff: int | None,
    received: str,
    *,
    youth: str = ANNE,
    amount: int | None = None,
    credit_of: str | None = None,
    unit: str = "04",
) -> tuple[Any, ...]:
    """A claim line of the first provider."""
    said = (f"D{number:010d}", allocation, youth, "GM0637", ONE, product, month, units, unit, tariff)
    return (*said, units * (tariff or 0) if amount is None else amount, credit_of, received)


ROWS: dict[str, list[tuple[Any, ...]]] = {
    "youths": [
        (ANNE, 2012, "2", "GM0637", None, "2020-01-01", "2026-07-31", "999900006"),
        (ANNE, 2012, "2", "GM0518", None, "2026-08-01", None, "999900006"),
        (BRAM, 2015, "1", "GM0637", None, "2020-01-01", None, "999900018"),
    ],
    "allocations": [
        ("T0000000001", ANNE, "GM0637", ONE, "45A48", "2026-06-15", "2026-08-10", 8, "04", "4", None),
        ("T0000000002", ANNE, "GM0637", ONE, "54002", "2026-07-06", None, None, None, None, None),
        ("T0000000003", ANNE, "GM0637", ONE, "42A03", "2026-07-06", "2027-07-05", None, None, None, 250000),
        ("T0000000004", BRAM, "GM0637", TWO, "45A48", "2026-09-30", None, 8, "04", "4", None),
        ("T0000000005", BRAM, "GM0637", TWO, "45A48", "2026-10-01", None, 8, "04", "4", None),
    ],
    "requests": [
        ("V0000000001", ANNE, ONE, "45A48", "02", "2026-07-31"),
        ("V0000000002", ANNE, ONE, "54002", "01", "2026-08-01"),
        ("V0000000003", BRAM, TWO, "45A48", "06", "2026-06-30"),
    ],
    "care_periods": [
        ("T0000000001", "2026-06-20", "2026-08-09", "31"),
        ("T0000000002", "2026-07-10", "2026-10-01", "33"),
    ],
    "claims": [
        claim(1, "T0000000001", "45A48", "2026-06-01", 2, 7800, "2026-07-03"),
        claim(2, "T0000000002", "54002", "2026-07-01", 3, 11000, "2026-08-04", amount=33100),
        claim(3, "T0000000001", "45A48", "2026-08-01", 1, 7800, "2026-09-07"),
        claim(4, "T0000000001", "45A48", "2026-06-01", -2, 7800, "2026-09-07", credit_of="D0000000001"),
        claim(5, "T9000000005", "54002", "2026-08-01", 1, 11000, "2026-09-07", youth=BRAM),
        claim(6, "T0000000003", "42A03", "2026-07-01", 5000, 1, "2026-09-07", unit="83"),
        claim(7, "T0000000001", "45A48", "2026-07-01", 1, 7800, "2026-10-01"),
    ],
}  # fmt: skip


def frame(name: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = COLUMNS[name].split()
    made = pd.DataFrame(rows, columns=columns, dtype=object)
    for column in columns:
        if column in DATES:
            made[column] = pd.to_datetime(made[column]).astype("datetime64[ns]")
        else:
            made[column] = made[column].astype(NUMBERS.get(column, "str"))
    return made


def tables(**changed: list[tuple[Any, ...]]) -> dict[str, pd.DataFrame]:
    return {name: frame(name, changed.get(name, rows)) for name, rows in ROWS.items()}


def write(folder: Path, given: dict[str, pd.DataFrame], categories: dict[str, str] = CATEGORIES) -> list[Path]:
    return messages.write_messages(
        folder, quarter=QUARTER, tables=given, categories=categories, since=SINCE, until=UNTIL
    )


def flat(path: Path) -> list[str]:
    """Every value below the header, as name=value; a container that may be repeated starts with its own name."""
    root = parse_message(path)
    found = []
    for node in root[1].iter():
        name = etree.QName(node).localname
        if len(node) == 0:
            found.append(f"{name}={node.text}")
        elif name in ("Client", "Prestatie") or name.endswith("Product"):
            found.append(name)
    return found


def read_claim(path: Path) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Header and total of a JW323 or JW325, and its lines."""
    root = parse_message(path)
    head = {etree.QName(n).localname: n.text or "" for n in root.iter() if len(n) == 0 and not inside_line(n)}
    lines = []
    for client in root.iterfind(".//{*}Client"):
        for line in client.iterfind(".//{*}Prestatie"):
            values = {etree.QName(n).localname: n.text for n in line.iter() if len(n) == 0}
            sign = -1 if values["DebetCredit"] == "C" else 1
            lines.append({**values, "Bsn": client.findtext("{*}Bsn"), "cents": sign * int(values["Bedrag"] or 0)})
    return head, lines


def inside_line(node: etree._Element) -> bool:
    return any(etree.QName(above).localname == "Client" for above in node.iterancestors())


def signed(root: etree._Element, name: str) -> int:
    total = root.find(f".//{{*}}{name}")
    return int(total.findtext("{*}TotaalBedrag")) * (-1 if total.findtext("{*}DebetCredit") == "C" else 1)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write(tmp_path_factory.mktemp("klein"), tables())


@pytest.fixture(scope="module")
def sample(deliveries: Path) -> dict[str, pd.DataFrame]:
    """The example region on a hundredth of its size, with test numbers."""
    given = {name: read_table(deliveries / QUARTER.label / f"{name}.csv", TABLES[name]) for name in COLUMNS}
    ids = given["youths"]["youth_id"].unique()
    numbers = dict(zip(ids, messages.test_numbers(len(ids)), strict=True))
    return {**given, "youths": given["youths"].assign(bsn=given["youths"]["youth_id"].map(numbers))}


@pytest.fixture(scope="module")
def region(sample: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write(tmp_path_factory.mktemp("regio"), sample, categories_of(sample))


def categories_of(given: dict[str, pd.DataFrame]) -> dict[str, str]:
    """National codes start with their category."""
    return {product: product[:2] for product in given["allocations"]["product"].unique()}


def of_kind(paths: list[Path], kind: str) -> list[Path]:
    return [path for path in paths if path.parent.name == kind]


# -- test numbers ---------------------------------------------------------------------------------


def test_the_first_test_numbers_are_those_worked_out_by_hand() -> None:
    """9 x (9+8+7+6) = 270; 270 - 6, 272 - 8 and 276 - 1 are multiples of 11, and no number between them is."""
    assert messages.test_numbers(3) == ["999900006", "999900018", "999900031"]


def test_all_test_numbers_are_different_and_in_the_range_for_tests() -> None:
    numbers = messages.test_numbers(messages.MOST_YOUTHS)
    assert numbers == sorted(set(numbers)) and len(numbers) == messages.MOST_YOUTHS
    assert all(re.fullmatch(r"9999\d{5}", number) for number in numbers)


def test_more_youths_than_numbers_is_an_error() -> None:
    with pytest.raises(JeugdError, match="VRB-002"):
        messages.test_numbers(messages.MOST_YOUTHS + 1)


# -- what stands in each message ------------------------------------------------------------------


def test_allocations_of_one_client_and_day_are_one_message(small: list[Path]) -> None:
    both, last = of_kind(small, "jw301")
    assert flat(both) == [
        "Client", "Bsn=999900006", "Datum=2012-01-01", "DatumGebruik=2", "Geslacht=2", "Achternaam=Voorbeelddata",
        "NaamGebruik=1", "Soort=02",
        "ToegewezenProduct", "ToewijzingNummer=2", "Product", "Categorie=54", "Code=54002",
        "Toewijzingsdatum=2026-07-06", "Toewijzingstijd=00:00:00", "Ingangsdatum=2026-07-06",
        "ToegewezenProduct", "ToewijzingNummer=3", "Product", "Categorie=42", "Code=42A03",
        "Toewijzingsdatum=2026-07-06", "Toewijzingstijd=00:00:00", "Ingangsdatum=2026-07-06", "Einddatum=2027-07-05",
        "Budget=250000",
    ]  # fmt: skip
    assert flat(last)[-4:] == ["Ingangsdatum=2026-09-30", "Volume=8", "Eenheid=04", "Frequentie=4"]


def test_start_and_stop_have_their_own_message(small: list[Path]) -> None:
    (start,), (stop,) = of_kind(small, "jw305"), of_kind(small, "jw307")
    assert flat(start)[6:] == [
        "StartProduct", "ToewijzingNummer=2", "Product", "Categorie=54", "Code=54002",
        "ToewijzingIngangsdatum=2026-07-06", "Begindatum=2026-07-10", "StatusAanlevering=1",
    ]  # fmt: skip
    assert flat(stop)[6:] == [
        "StopProduct", "ToewijzingNummer=1", "Product", "Categorie=45", "Code=45A48",
        "ToewijzingIngangsdatum=2026-06-15", "Begindatum=2026-06-20", "RedenBeeindiging=31", "Einddatum=2026-08-09",
        "StatusAanlevering=1",
    ]  # fmt: skip


def test_a_request_goes_to_the_municipality_where_the_youth_lives_then(small: list[Path]) -> None:
    doctor, municipality = of_kind(small, "jw315")
    assert flat(doctor)[6:] == [
        "AangevraagdProduct", "ReferentieAanbieder=V0000000001", "Product", "Categorie=45", "Code=45A48",
        "ToewijzingIngangsdatum=2026-07-31", "Type=02", "Naam=Voorbeelddata",
    ]  # fmt: skip
    assert flat(municipality)[-2:] == ["ToewijzingIngangsdatum=2026-08-01", "Type=01"]
    receivers = [parse_message(path).findtext("{*}Header/{*}Ontvanger") for path in (doctor, municipality)]
    assert receivers == ["0637", "0518"]


def test_sender_and_receiver_follow_the_kind(small: list[Path]) -> None:
    expected = {"jw301": ("0637", ONE), "jw305": (ONE, "0637"), "jw323": (ONE, "0637"), "jw325": ("0637", ONE)}
    for kind, parties in expected.items():
        header = parse_message(of_kind(small, kind)[0])[0]
        assert (header.findtext("{*}Afzender"), header.findtext("{*}Ontvanger")) == parties


def test_claims_of_a_day_are_a_credit_message_and_a_debit_message(small: list[Path]) -> None:
    first, wrong, credit, debits = of_kind(small, "jw323")
    assert flat(first) == [
        "DeclaratieNummer=263323000001", "Begindatum=2026-06-01", "Einddatum=2026-06-30",
        "DeclaratieDagtekening=2026-07-03", "TotaalBedrag=15600", "DebetCredit=D", "Client", "Bsn=999900006",
        "Prestatie", "ReferentieNummer=D0000000001", "ToewijzingNummer=1", "ProductCategorie=45", "ProductCode=45A48",
        "Begindatum=2026-06-15", "Einddatum=2026-06-30", "GeleverdVolume=2", "Eenheid=04", "ProductTarief=7800",
        "Bedrag=15600", "DebetCredit=D",
    ]  # fmt: skip
    assert "Begindatum=2026-07-06" in flat(wrong)  # the allocation starts in the month
    assert flat(credit) == [
        "DeclaratieNummer=263323000003", "Begindatum=2026-08-01", "Einddatum=2026-08-31",
        "DeclaratieDagtekening=2026-09-07", "TotaalBedrag=15600", "DebetCredit=C", "Client", "Bsn=999900006",
        "Prestatie", "ReferentieNummer=D0000000004", "VorigReferentieNummer=D0000000001", "ToewijzingNummer=1",
        "ProductCategorie=45", "ProductCode=45A48", "Begindatum=2026-06-15", "Einddatum=2026-06-30",
        "GeleverdVolume=2", "Eenheid=04", "ProductTarief=7800", "Bedrag=15600", "DebetCredit=C",
    ]  # fmt: skip
    assert flat(debits)[4:] == [
        "TotaalBedrag=23800", "DebetCredit=D", "Client", "Bsn=999900006",
        "Prestatie", "ReferentieNummer=D0000000003", "ToewijzingNummer=1", "ProductCategorie=45", "ProductCode=45A48",
        "Begindatum=2026-08-01", "Einddatum=2026-08-10", "GeleverdVolume=1", "Eenheid=04", "ProductTarief=7800",
        "Bedrag=7800", "DebetCredit=D",
        "Prestatie", "ReferentieNummer=D0000000006", "ToewijzingNummer=3", "ProductCategorie=42", "ProductCode=42A03",
        "Begindatum=2026-07-06", "Einddatum=2026-07-31", "GeleverdVolume=5000", "Eenheid=83", "Bedrag=5000",
        "DebetCredit=D",
        "Client", "Bsn=999900018",
        "Prestatie", "ReferentieNummer=D0000000005", "ToewijzingNummer=90000005", "ProductCategorie=54",
        "ProductCode=54002", "Begindatum=2026-08-01", "Einddatum=2026-08-31", "GeleverdVolume=1", "Eenheid=04",
        "ProductTarief=11000", "Bedrag=11000", "DebetCredit=D",
    ]  # fmt: skip


def test_an_answer_has_only_what_is_rejected_and_says_why(small: list[Path]) -> None:
    granted, wrong, credit, unknown = of_kind(small, "jw325")
    assert flat(granted) == [
        "DeclaratieNummer=263323000001", "TotaalBedrag=15600", "DebetCredit=D", "TotaalBedrag=15600", "DebetCredit=D",
        "RetourCode=8001",
    ]  # fmt: skip
    assert flat(wrong)[:7] == [
        "DeclaratieNummer=263323000002", "TotaalBedrag=33100", "DebetCredit=D", "TotaalBedrag=0", "DebetCredit=D",
        "Client", "Bsn=999900006",
    ]  # fmt: skip
    assert flat(wrong)[-3:] == ["RetourCode=9346", "RetourCode=0200", "RetourCode=0200"]
    assert flat(credit)[1:5] == ["TotaalBedrag=15600", "DebetCredit=C"] * 2
    assert flat(unknown)[1:7] == [
        "TotaalBedrag=23800", "DebetCredit=D", "TotaalBedrag=12800", "DebetCredit=D", "Client", "Bsn=999900018",
    ]  # fmt: skip
    assert flat(unknown)[-3:] == ["RetourCode=9338", "RetourCode=0200", "RetourCode=0200"]
    header = parse_message(unknown)[0]
    assert header.findtext("{*}DeclaratieIdentificatie/{*}Identificatie") == "263323000004"


def test_both_faults_of_a_line_are_named(tmp_path: Path) -> None:
    line = claim(9, "T9000000009", "54002", "2026-08-01", 1, 11000, "2026-09-07", amount=11001)
    paths = write(tmp_path, tables(claims=[line]))
    assert flat(of_kind(paths, "jw325")[0])[-4:-2] == ["RetourCode=9338", "RetourCode=9346"]


def test_only_youths_that_are_given_have_messages(tmp_path: Path) -> None:
    text = "".join(path.read_text("utf8") for path in write(tmp_path, tables(youths=ROWS["youths"][:2])))
    assert "999900006" in text and "999900018" not in text


def test_a_period_without_anything_is_empty_folders(tmp_path: Path) -> None:
    nothing = {name: table.iloc[:0] for name, table in tables().items()}
    assert write(tmp_path, nothing) == []
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted(MESSAGES)


# -- rows that do not fit -------------------------------------------------------------------------


def test_a_product_without_category_is_named(tmp_path: Path) -> None:
    with pytest.raises(JeugdError, match=r"VRB-003.*42A03, 54002"):
        write(tmp_path, tables(), {"45A48": "45"})


def test_an_allocation_that_has_no_number_is_an_error_without_its_name(tmp_path: Path) -> None:
    named = [("Jansen", *ROWS["allocations"][0][1:])]
    with pytest.raises(JeugdError, match="VRB-004") as refused:
        write(tmp_path, tables(allocations=named))
    assert "Jansen" not in str(refused.value)


def test_an_end_without_reason_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(JeugdError, match="VRB-005"):
        write(tmp_path, tables(care_periods=[("T0000000001", "2026-06-20", "2026-08-09", None)]))


def test_signs_of_xml_in_a_code_are_escaped(tmp_path: Path) -> None:
    line = ("D<&>1", *claim(1, "T0000000001", "<&>", "2026-07-01", 1, 1, "2026-08-04")[1:])
    paths = write(tmp_path, tables(claims=[line]), {**CATEGORIES, "<&>": "45"})
    (message,) = of_kind(paths, "jw323")
    assert {"ReferentieNummer=D<&>1", "ProductCode=<&>"} <= set(flat(message))


# -- every message of a region --------------------------------------------------------------------


def test_every_message_is_valid(small: list[Path], region: list[Path]) -> None:
    assert {path.parent.name for path in region} == {path.parent.name for path in small} == set(MESSAGES)
    for path in (*small, *region):
        assert violations(parse_message(path), MESSAGES[path.parent.name]) == [], path.name


def test_every_message_says_that_it_is_made_up(small: list[Path], region: list[Path]) -> None:
    for path in (*small, *region):
        first, second = path.read_text("utf8").splitlines()[:2]
        assert first == '<?xml version="1.0" encoding="UTF-8"?>'
        assert second.startswith("<!-- Voorbeelddata: verzonnen jeugdigen")


def test_no_citizen_service_number_outside_the_range_for_tests(region: list[Path]) -> None:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    for path in region:
        for number in set(re.findall(r"(?<!\d)\d{9}(?!\d)", path.read_text("utf8"))):
            passes = sum(w * int(d) for w, d in zip(weights, number, strict=True)) % 11 == 0
            assert not passes or number.startswith("9999")
            assert passes, "every number of nine digits in a message is one of a youth"


def test_no_message_names_a_pseudonym(region: list[Path], sample: dict[str, pd.DataFrame]) -> None:
    text = "".join(path.name + path.read_text("utf8") for path in region)
    assert [youth for youth in sample["youths"]["youth_id"].unique() if youth in text] == []


def test_identifications_are_unique_over_kinds_and_quarters(region: list[Path], sample: dict[str, pd.DataFrame],
                                                            tmp_path: Path) -> None:  # fmt: skip
    earlier = messages.write_messages(
        tmp_path, quarter=Quarter(2026, 2), tables=sample, categories=categories_of(sample), since=date(2026, 4, 1),
        until=date(2026, 6, 30),
    )  # fmt: skip
    paths = [*region, *earlier]
    numbers = [parse_message(path).findtext("{*}Header/{*}BerichtIdentificatie/{*}Identificatie") for path in paths]
    assert Counter(numbers).most_common(1)[0][1] == 1
    assert len({path.name for path in paths}) == len(paths)


def test_file_names_are_in_the_order_of_the_days(region: list[Path]) -> None:
    for kind in MESSAGES:
        paths = sorted(of_kind(region, kind))
        days = [parse_message(path).findtext("{*}Header/{*}BerichtIdentificatie/{*}Dagtekening") for path in paths]
        assert days == sorted(days)
        assert SINCE.isoformat() <= days[0] and days[-1] <= UNTIL.isoformat()


def test_the_same_input_in_any_order_gives_the_same_bytes(
    region: list[Path], sample: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    turned = {name: table.iloc[::-1] for name, table in sample.items()}
    again = write(tmp_path, turned, categories_of(sample))
    assert [path.name for path in again] == [path.name for path in region]
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in region]


def test_every_claim_line_is_in_one_message_with_all_it_says(
    region: list[Path], sample: dict[str, pd.DataFrame]
) -> None:
    claims = sample["claims"]
    inside = claims[claims["received_on"].between(pd.Timestamp(SINCE), pd.Timestamp(UNTIL))]
    bsn = sample["youths"].drop_duplicates("youth_id").set_index("youth_id")["bsn"]
    expected = {
        (row.reference, bsn[row.youth_id], row.product, f"{row.month:%Y-%m}", abs(row.units), row.unit,
         row.tariff_cents, row.amount_cents, row.credit_of if isinstance(row.credit_of, str) else None,
         f"{row.received_on:%Y-%m-%d}", row.municipality, row.provider)
        for row in inside.itertuples()
    }  # fmt: skip
    found = []
    for path in of_kind(region, "jw323"):
        head, lines = read_claim(path)
        found += [
            (line["ReferentieNummer"], line["Bsn"], line["ProductCode"], line["Begindatum"][:7],
             int(line["GeleverdVolume"]), line["Eenheid"], int(line["ProductTarief"]), line["cents"],
             line.get("VorigReferentieNummer"), head["DeclaratieDagtekening"], f"GM{head['Ontvanger']}",
             head["Afzender"])
            for line in lines
        ]  # fmt: skip
    assert len(found) == len(inside) == len(expected) > 500
    assert set(found) == expected


def test_totals_are_debits_minus_credits_and_granted_is_submitted_minus_rejected(region: list[Path]) -> None:
    answers = dict(zip(of_kind(region, "jw323"), of_kind(region, "jw325"), strict=True))
    rejected_codes: Counter[str] = Counter()
    for submission, answer in answers.items():
        submitted = sum(line["cents"] for line in read_claim(submission)[1])
        rejected = read_claim(answer)[1]
        said = parse_message(answer)
        assert signed(parse_message(submission), "TotaalIngediendBedrag") == submitted
        assert signed(said, "TotaalIngediendBedrag") == submitted
        assert signed(said, "TotaalToegekendBedrag") == submitted - sum(line["cents"] for line in rejected)
        rejected_codes.update(line["RetourCode"] for line in rejected)
    assert set(rejected_codes) <= {"9338", "9346"}


def test_a_credit_mirrors_its_original_and_comes_in_a_later_message(
    deliveries: Path, sample: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    """Over all deliveries since 2025, so that most originals are there as well."""
    files = sorted(deliveries.glob("*/claims.csv"))
    claims = pd.concat([read_table(file, TABLES["claims"]) for file in files], ignore_index=True)
    paths = messages.write_messages(
        tmp_path, quarter=QUARTER, tables={**sample, "claims": claims}, categories=categories_of(sample),
        since=date(2025, 1, 1), until=UNTIL,
    )  # fmt: skip
    seen: dict[str | None, dict[str, Any]] = {}
    pairs = 0
    for path in of_kind(paths, "jw323"):
        _, lines = read_claim(path)
        for line in lines:
            if original := seen.get(line.get("VorigReferentieNummer")):
                pairs += 1
                differ = {key for key in line if line[key] != original.get(key)}
                assert differ == {"ReferentieNummer", "VorigReferentieNummer", "DebetCredit", "cents"}  # IV091
                assert line["cents"] == -original["cents"]
        assert len({line["DebetCredit"] for line in lines}) == 1
        seen |= {line["ReferentieNummer"]: line for line in lines}  # only now: never in the same message (IV086)
    inside = claims[claims["received_on"] >= "2025-01-01"]
    assert pairs == inside["credit_of"].isin(inside["reference"]).sum() > 20


def test_the_period_of_a_declaration_never_goes_back_and_holds_its_lines(region: list[Path]) -> None:
    last: defaultdict[tuple[str, str], str] = defaultdict(str)
    for path in of_kind(region, "jw323"):
        declaration = parse_message(path)[1]
        head, lines = read_claim(path)
        begin = declaration.findtext("{*}DeclaratiePeriode/{*}Begindatum")
        end = declaration.findtext("{*}DeclaratiePeriode/{*}Einddatum")
        assert begin[8:] == "01" and pd.Timestamp(end) == pd.Timestamp(begin) + pd.offsets.MonthEnd(0)
        assert last[head["Afzender"], head["Ontvanger"]] <= begin < head["DeclaratieDagtekening"]
        last[head["Afzender"], head["Ontvanger"]] = begin
        for line in lines:
            assert line["Begindatum"][:7] == line["Einddatum"][:7] and line["Einddatum"] <= end


def test_a_claim_before_the_month_has_ended_is_in_the_period_of_that_month(tmp_path: Path) -> None:
    line = claim(1, "T0000000001", "45A48", "2026-07-01", 1, 7800, "2026-07-20")
    (message,) = of_kind(write(tmp_path, tables(claims=[line])), "jw323")
    assert flat(message)[1:3] == ["Begindatum=2026-07-01", "Einddatum=2026-07-31"]
