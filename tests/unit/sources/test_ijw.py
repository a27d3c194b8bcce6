"""Messages of iJw 3.2 into tables, a hand-written message per rule. Ids like B050 are rows of the list of bad input."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources import ijw_claims, ijw_messages
from jeugd_analysis.sources.base import Context, Reading
from jeugd_analysis.sources.ijw import IJW, read_messages
from jeugd_analysis.sources.pseudonym import youth_pseudonym
from jeugd_analysis.tables import TABLES, require
from jeugd_analysis.tables.rules import REASONS
from tests.ijw_messages import (
    ANNE_BSN,
    BRAM_BSN,
    DAY,
    ONE,
    SECRET,
    WESTLAND,
    allocated,
    answer,
    claim,
    client,
    line,
    product,
    requested,
    started,
    stopped,
)

KEY = bytes(range(32))
PSEUDONYM = youth_pseudonym(KEY)
ANNE, BRAM = PSEUDONYM(ANNE_BSN), PSEUDONYM(BRAM_BSN)
Read = Callable[..., dict[str, Reading]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read messages from files named 1.xml, 2.xml ... and check what comes out against the tables."""

    def reader(*texts: str | bytes, earlier: dict[str, pd.DataFrame] | None = None) -> dict[str, Reading]:
        folder = tmp_path / f"levering{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for number, text in enumerate(texts, 1):
            (folder / f"{number}.xml").write_bytes(text.encode() if isinstance(text, str) else text)
        known = earlier or {}
        context = Context(pseudonym=PSEUDONYM, earlier=lambda table: known.get(table, pd.DataFrame()))
        readings = read_messages([folder], context)
        for reading in readings:
            require(TABLES[reading.table], reading.frame, file="levering", first_row=1)
        return {reading.table: reading for reading in readings}

    return reader


def error_of(read: Read, *texts: str | bytes) -> DeliveryError:
    """The refusal; it holds nothing of the person."""
    with pytest.raises(DeliveryError) as caught:
        read(*texts)
    for private in (SECRET, ANNE_BSN, ANNE, "2012"):
        assert private not in str(caught.value)
    return caught.value


def rows(reading: Reading) -> list[tuple[Any, ...]]:
    """Rows with days as text and nothing for what is missing."""
    shown = reading.frame.copy()
    for name in shown.select_dtypes("datetime"):
        shown[name] = shown[name].dt.strftime("%Y-%m-%d")
    return [tuple(row) for row in shown.astype(object).where(shown.notna(), None).itertuples(index=False)]


# -- what a message becomes -------------------------------------------------------------------------


def test_an_allocation_and_the_youth_it_is_for(read: Read) -> None:
    found = read(client("jw301", allocated(7, end="2026-12-31", volume="12") + allocated(6, named="")))
    assert rows(found["allocations"]) == [
        ("GM0503/6", ANNE, "GM0503", ONE, "-", "2026-07-01", None, None, None, None, None),
        ("GM0503/7", ANNE, "GM0503", ONE, "54002", "2026-07-01", "2026-12-31", 12, "04", "4", None),
    ]
    assert rows(found["youths"]) == [(ANNE, 2012, "2", "GM0503", None, "2026-06-20", None)]
    assert found["youths"].normalised == {"product zonder code": 1}


def test_a_generic_allocation_has_its_category_as_product(read: Read) -> None:
    assert read(client("jw301", allocated(named=product(""))))["allocations"].frame["product"].tolist() == ["54"]


def test_a_request_names_the_referrer_and_the_day_it_was_sent(read: Read) -> None:
    found = read(client("jw315", requested("V-12 3"), day="2026-07-15"))
    assert rows(found["requests"]) == [(f"{ONE}/V-12 3", ANNE, ONE, "54002", "02", "2026-07-15")]
    assert rows(found["youths"]) == [(ANNE, 2012, "2", "GM0503", None, "2026-07-15", None)]


def test_a_claim_line_and_its_credit(read: Read) -> None:
    first = claim(line())
    second = claim(
        line("D3", amount=100, units=1, tariff=None) + line("D2", previous="D1", sign="C"),
        total=18550, sign="C", number="N2", name="A2", day="2026-09-02",
    )  # fmt: skip
    found = read(first, second)
    assert rows(found["claims"]) == [
        (f"{ONE}/D1", "GM0503/5", ANNE, "GM0503", ONE, "54002", "2026-07-01", 2, "04", 9325, 18650, None, DAY),
        (f"{ONE}/D3", "GM0503/5", ANNE, "GM0503", ONE, "54002", "2026-07-01", 1, "04", None, 100, None, "2026-09-02"),
        (f"{ONE}/D2", "GM0503/5", ANNE, "GM0503", ONE, "54002", "2026-07-01", -2, "04", 9325, -18650, f"{ONE}/D1",
         "2026-09-02"),
    ]  # fmt: skip
    assert found["claims"].set_aside is not None and found["claims"].set_aside.isna().all()


def test_b051_a_credit_lowers_the_total(read: Read) -> None:
    text = claim(line("D2", previous="D1", sign="C") + line("D3", amount=20000), total=1350)
    assert read(text)["claims"].frame["amount_cents"].sum() == 1350


def test_two_clients_in_one_message_keep_their_own_lines(read: Read) -> None:
    other = f"</a:Prestaties></a:Client><a:Client><a:Bsn>{BRAM_BSN}</a:Bsn><a:Prestaties>"
    found = read(claim(line("D1"), other, line("D2"), line("D3"), total=3 * 18650))
    assert found["claims"].frame["youth_id"].tolist() == [ANNE, BRAM, BRAM]


def test_numbers_written_otherwise_are_the_same_number(read: Read) -> None:
    text = claim(line().replace(">5</a:Toe", "> +005 </a:Toe").replace(">18650<", ">018650<"))
    assert rows(read(text)["claims"])[0][1] == "GM0503/5"


def test_b063_the_month_is_that_of_the_care(read: Read) -> None:
    text = claim(line(begin="2026-03-10", end="2026-03-31"))  # the declaration is about July
    assert rows(read(text)["claims"])[0][6] == "2026-03-01"


def test_lines_are_the_same_in_batches_of_two(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        claim(*(line(f"D{n}{m}") for m in range(5)), total=5 * 18650, number=f"N{n}", name=f"A{n}") for n in range(3)
    ]
    whole = read(*texts)["claims"].frame
    monkeypatch.setattr(ijw_claims, "_BATCH", 2)
    pd.testing.assert_frame_equal(read(*texts)["claims"].frame, whole)
    assert len(whole) == 15


def test_a_message_about_one_client_has_a_largest_size(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    text = client("jw301", allocated())
    monkeypatch.setattr(ijw_messages, "LARGEST", len(text))
    assert len(read(text)["allocations"].frame) == 1
    monkeypatch.setattr(ijw_messages, "LARGEST", len(text) - 1)
    assert error_of(read, text).code == "IJW-013"


def test_without_a_key_nothing_is_read(tmp_path: Path) -> None:
    (tmp_path / "1.xml").write_text(claim(line()), "utf8")
    with pytest.raises(DeliveryError, match=r"KEY-002.*sleutel") as caught:
        read_messages([tmp_path], Context())
    assert "jeugd key" in caught.value.doe


def test_nothing_of_a_person_comes_through(read: Read) -> None:
    found = read(
        client("jw301", allocated()),
        client("jw305", started()),
        client("jw307", stopped()),
        client("jw315", requested()),
        claim(line()),
        answer(line(codes="9338"), granted=0),
    )
    assert set(found) == {
        "youths", "allocations", "removed_allocations", "requests", "care_periods", "claims", "unanswered_lines",
        "claim_answers", "declaration_answers",
    }  # fmt: skip
    for reading in found.values():
        text = reading.frame.to_csv() + str(reading.normalised) + str(reading.warnings)
        for private in (SECRET, ANNE_BSN, "2012-05", "05-06"):
            assert private not in text


# -- refused: nothing of the delivery is read -------------------------------------------------------

ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
GOOD = claim(line())
NUMBER = f"<a:Bsn>{ANNE_BSN}</a:Bsn>"
REFUSED: dict[str, tuple[str | bytes, str, str]] = {
    "B045 DOCTYPE": (GOOD.replace("<a:Bericht", f"{ENTITY}<a:Bericht", 1), "XML-003", "DOCTYPE"),
    "B046 namespace": (claim(line(), version="3_1"), "IJW-002", "jw323 van iJw 3.1"),
    "B046 newer": (client("jw301", allocated(), version="4_0"), "IJW-002", "jw301 van iJw 4.0"),
    "B046 version in the header": (claim(line(), said="3,1"), "IJW-002", "iJw 3.1"),
    "B047 BOM": (b"\xef\xbb\xbf" + GOOD.encode(), "XML-002", "OP192"),
    "B047 UTF-16": (GOOD.replace("UTF-8", "UTF-16").encode("utf-16"), "XML-002", "OP192"),
    "B047 declared otherwise": (GOOD.replace("UTF-8", "ISO-8859-1"), "XML-002", "OP192"),
    "B047 a declaration that lies": (GOOD.replace("54002", "5400é").encode("latin-1"), "XML-002", "OP192"),
    "B049 missing": (claim(line().replace("<a:Eenheid>04</a:Eenheid>", "")), "XML-013",
                     "regel 6: Prestatie/Eenheid ontbreekt"),
    "B049 in the header": (GOOD.replace(">0503<", ">503<"), "XML-022", "Header/Ontvanger"),
    "B049 in the declaration": (GOOD.replace("<a:DeclaratieDagtekening>2026-08-02</a:DeclaratieDagtekening>", ""),
                                "XML-013", "Bericht/Declaratie/DeclaratieDagtekening ontbreekt"),
    "B049 in the client": (GOOD.replace("<a:Prestaties>", f"<a:{SECRET}/><a:Prestaties>"), "XML-011",
                           "Client/(onbekend"),
    "B049 number after the lines": (
        GOOD.replace(NUMBER, "").replace("</a:Prestaties>", f"</a:Prestaties>{NUMBER}"), "XML-013", "Client/Bsn",
    ),
    "B049 no header": (GOOD.replace("Header", "Kop"), "XML-013", "Bericht/Header"),
    "B049 text between lines": (claim(line("D1"), SECRET, line("D2"), line("D3"), total=3 * 18650), "XML-015", "tekst"),
    "B049 a client's message": (client("jw301", allocated().replace("Ingangsdatum", "Begindatum")), "XML-011",
                                "ToegewezenProduct"),
    "B050 total": (claim(line(), total=18651), "IJW-006", "€ 186,51, debet min credit van de regels is € 186,50"),
    "B050 sign": (claim(line(), sign="C"), "IJW-006", "−€ 186,50"),
    "B059 euros": (claim(line(unit="83", units=187, tariff=None)), "IJW-008", "regel 6"),
    "B071 reference": (claim(line(BRAM_BSN)), "IJW-005", "regel 6: in ReferentieNummer"),
    "B071 within a text": (claim(line("D2", sign="C", previous=f"x{BRAM_BSN}"), sign="C"), "IJW-005",
                           "VorigReferentieNummer"),
    "B071 request": (client("jw315", requested(f"ref {BRAM_BSN}")), "IJW-005", "ReferentieAanbieder"),
    "B071 answer": (answer(line(BRAM_BSN, codes="9338"), granted=0), "IJW-005", "ReferentieNummer"),
    "B073 time zone": (client("jw301", allocated(start="2026-07-01Z")), "XML-021", "ToegewezenProduct/Ingangsdatum"),
    "B074 empty": (claim(line().replace(">9325<", "><")), "XML-020", "Prestatie/ProductTarief is leeg"),
    "11-test": (client("jw301", allocated(), bsn="999900007"), "IJW-004", "11-proef"),
    "11-test in claims": (claim(line(), bsn="999900007"), "IJW-004", "regel 5"),
    "ends before it begins": (client("jw301", allocated(end="2026-06-30")), "IJW-010", "Einddatum"),
    "stops before it starts": (client("jw307", stopped(end="2026-07-09")), "IJW-010", "Einddatum"),
    "credit of nothing": (claim(line(sign="C"), sign="C"), "IJW-009", "creditregel"),
    "debit with an original": (claim(line(previous="D0")), "IJW-009", "creditregel"),
    "care that is yet to come": (claim(line(begin="2026-09-01", end="2026-09-30")), "IJW-011", "ProductPeriode"),
    "year": (claim(line(begin="1026-07-01")), "IJW-014", "1990"),
    "space in a product": (claim(line(code="54 02")), "IJW-012", "spatie"),
    "space in an allocation": (client("jw301", allocated(named=product("54 02"))), "IJW-012", "spatie"),
    "no XML": (b"reference;amount\n", "XML-001", "regel 1"),
    "cut off": (GOOD[:-40], "XML-001", "afgebroken"),
    "other XML": ('<?xml version="1.0"?><a/>', "IJW-001", "geen iJw-bericht"),
    "too deep": (GOOD.replace("<a:Clienten>", "<a:Clienten>" * 300), "XML-001", "geen geldige XML"),
    "a text without end": (GOOD.replace(">54002<", f">{'5' * 11_000_000}<"), "XML-001", "geen geldige XML"),
    "empty": (b"", "IJW-001", "geen iJw-bericht"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "words"), REFUSED.values(), ids=REFUSED)
def test_a_bad_message_is_refused_with_file_and_rule(read: Read, text: str | bytes, code: str, words: str) -> None:
    error = error_of(read, text)
    assert error.code == code
    assert "1.xml" in error.wat and words in error.wat
    assert error.doe.endswith(".")


def test_b123_the_last_message_stops_the_whole_delivery(read: Read) -> None:
    error = error_of(read, client("jw301", allocated()), GOOD, claim(line(), total=1, number="N2"))
    assert error.wat.startswith("3.xml")


def test_a_number_in_a_file_name_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / f"jw323_{ANNE_BSN}.xml").write_text(claim(line(), total=1), "utf8")
    with pytest.raises(DeliveryError) as caught:
        read_messages([tmp_path], Context(pseudonym=PSEUDONYM))
    assert "jw323_(nummer).xml" in str(caught.value) and ANNE_BSN not in str(caught.value)


def test_references_that_only_look_like_a_number_are_fine(read: Read) -> None:
    for reference in ("D0000000045", "999900007", "9999000060"):  # too long, fails the 11-test, too long
        assert rows(read(claim(line(reference)))["claims"])[0][0] == f"{ONE}/{reference}"


def test_b057_one_number_for_two_messages(read: Read) -> None:
    error = error_of(read, GOOD, claim(line("D2"), name="A2"))
    assert error.code == "IJW-007" and error.wat.startswith("2.xml") and "1.xml" in error.wat
    read(GOOD, claim(line("D2"), name="A2", place=WESTLAND))  # every municipality counts its own


def test_b057_the_same_message_twice_counts_once(read: Read) -> None:
    found = read(client("jw301", allocated()), GOOD, GOOD)
    assert len(found["claims"].frame) == 1
    assert found["youths"].normalised == {"bericht dat twee keer is aangeleverd": 1}


def test_other_traffic_is_skipped_and_counted(read: Read) -> None:
    start_return = client("jw305", started()).replace("jw305", "jw306")
    assert read(start_return, GOOD)["claims"].normalised == {"jw306 niet nodig": 1}
    assert error_of(read, start_return).code == "IJW-015"


def test_b110_only_regular_files(tmp_path: Path) -> None:
    (tmp_path / "elders.xml").write_text(GOOD, "utf8")
    inside = tmp_path / "levering"
    inside.mkdir()
    (inside / "a.xml").symlink_to(tmp_path / "elders.xml")
    with pytest.raises(DeliveryError, match="ZIP-001"):
        read_messages([inside], Context(pseudonym=PSEUDONYM))


def test_folders_zips_and_hidden_files(tmp_path: Path) -> None:
    below = tmp_path / "levering" / "jw323"
    below.mkdir(parents=True)
    (below / "1.xml").write_text(GOOD, "utf8")
    (below / ".DS_Store").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "levering" / "meer.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("jw323/2.xml", claim(line("D2"), number="N2", name="A2"))
        archive.writestr("jw325/3.xml", answer(line("D2", codes="9338"), number="N2", granted=0))
    found = {r.table: r.frame for r in read_messages([tmp_path / "levering"], Context(pseudonym=PSEUDONYM))}
    assert sorted(found["claims"]["reference"]) == [f"{ONE}/D1", f"{ONE}/D2"]
    assert found["claim_answers"]["reference"].tolist() == [f"{ONE}/D2"]


def test_a_fault_in_a_zip_names_the_file_in_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("jw323/2.xml", claim(line(), total=1))
    with pytest.raises(DeliveryError, match=r"IJW-006.*a.zip: jw323/2.xml"):
        read_messages([tmp_path / "a.zip"], Context(pseudonym=PSEUDONYM))


def test_a_damaged_file_in_a_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("1.xml", GOOD)
    content = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(content.replace(b">9325<", b">9326<", 1))
    with pytest.raises(DeliveryError, match=r"ZIP-005.*a.zip: 1.xml"):
        read_messages([tmp_path / "a.zip"], Context(pseudonym=PSEUDONYM))


def test_files_are_recognised() -> None:
    assert IJW.recognise(Path("x.xml"), b"") and IJW.recognise(Path("x.ZIP"), b"PK\x03\x04")
    assert IJW.recognise(Path("bericht"), GOOD.encode()[:4096])
    assert not IJW.recognise(Path("x.csv"), b"reference,allocation_id\n")
    assert not IJW.recognise(Path("x.zip"), b"<html>") and not IJW.recognise(Path("x.xlsx"), b"PK\x03\x04")


# -- set aside --------------------------------------------------------------------------------------


def test_b062_care_over_two_months_is_set_aside(read: Read) -> None:
    text = claim(
        line("D1"), line("D2", end="2026-08-01"), line("D3", begin="2026-07-31", end="2026-07-01"), total=3 * 18650
    )
    claims = read(text)["claims"]
    assert claims.set_aside is not None
    assert claims.set_aside.isna().tolist() == [True, False, False]
    assert set(claims.set_aside.dropna()) == {"CLM-013"} <= set(REASONS)


def test_b054_a_debit_and_its_own_credit_in_one_message_are_set_aside(read: Read) -> None:
    both = claim(line("D1"), line("D2", sign="C", previous="D1"), line("D3"))
    elsewhere = claim(line("D4", sign="C", previous="D3"), sign="C", number="N2", name="A2")
    claims = read(both, elsewhere)["claims"]
    assert claims.set_aside is not None
    assert dict(zip(claims.frame["reference"].str[-2:], claims.set_aside.notna(), strict=True)) == {
        "D1": True, "D2": True, "D3": False, "D4": False
    }  # fmt: skip
    assert set(claims.set_aside.dropna()) == {"CLM-014"} <= set(REASONS)


def test_a_reference_that_comes_again_counts_once_and_is_told(read: Read) -> None:
    later = claim(line("D1", amount=500), total=500, number="N2", name="A2", day="2026-09-01")
    claims = read(later, GOOD)["claims"]
    assert claims.frame["amount_cents"].tolist() == [18650]
    assert any("1 regels" in words and "€ 5,00" in words for words in claims.warnings)


# -- answers (B058) ---------------------------------------------------------------------------------


def test_b058_rejected_lines_come_back_with_their_codes(read: Read) -> None:
    told = answer(line("D1", codes="9346 0200 9338"), granted=0)
    assert rows(read(GOOD, told)["claim_answers"]) == [(f"{ONE}/D1", "afgewezen", "9338;9346", "2026-08-10")]


def test_b058_a_code_of_the_client_rejects_its_lines(read: Read) -> None:
    told = answer(line("D1", codes="0200"), client_codes="8187", granted=0)
    assert rows(read(told)["claim_answers"])[0][2] == "8187"


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        (answer(codes="9333", granted=0), "9333"),
        (answer(number=None, head="0001"), "0001"),
        (answer(head="8848", codes="0233", granted=0), "8848"),
    ],
    ids=["declaration", "message not read", "header"],
)
def test_b058_a_declaration_rejected_as_a_whole_rejects_all_its_lines(read: Read, told: str, codes: str) -> None:
    found = read(claim(line("D1"), line("D2"), total=37300), claim(line("D3"), number="N2", name="A2"), told)
    assert [row[::2] for row in rows(found["claim_answers"])] == [(f"{ONE}/D1", codes), (f"{ONE}/D2", codes)]
    assert rows(found["unanswered_lines"]) == [
        (f"{ONE}/D3", f"{ONE}/GM0503/N2", f"{ONE}/GM0503/A2", "GM0503", DAY),
    ]
    alone = read(told)  # the declaration itself came in an earlier delivery: tables/answers.py finds its lines
    assert len(alone["claim_answers"].frame) == 0
    number = None if codes == "0001" else f"{ONE}/GM0503/N1"
    assert rows(alone["declaration_answers"]) == [
        (number, f"{ONE}/GM0503/A1", "GM0503", DAY, "2026-08-10", codes),
    ]


def test_b058_declarations_without_answer_are_told(read: Read) -> None:
    second = claim(line("D2"), number="N2", name="A2")
    words = "van 1 van de 2 declaraties zit het antwoord (JW325) niet in deze aanlevering: 1 regels."
    assert read(GOOD, second, answer())["claims"].warnings[0].startswith(words)
    found = read(GOOD, answer(codes="8001"))
    assert found["claims"].warnings == () and found["claim_answers"].warnings == ()
    assert len(found["claim_answers"].frame) == len(found["unanswered_lines"].frame) == 0


def test_b058_the_last_answer_to_a_declaration_holds(read: Read) -> None:
    told = (answer(codes="9333", granted=0, name="A8"), answer(day="2026-08-12", name="A9", declared="0026-08-03"))
    for texts in (told, told[::-1]):
        assert rows(read(*texts)["declaration_answers"]) == [
            (f"{ONE}/GM0503/N1", f"{ONE}/GM0503/A1", "GM0503", "2026-08-12", "2026-08-12", None),
        ]  # fmt: skip


def test_b071_a_declaration_whose_number_could_be_that_of_a_citizen_is_kept_under_another(read: Read) -> None:
    numbered = {"number": BRAM_BSN, "name": f"M{ANNE_BSN}"}
    lines = read(claim(line(), **numbered))["unanswered_lines"].frame
    told = read(answer(number=BRAM_BSN, claimed=f"M{ANNE_BSN}"))["declaration_answers"].frame
    assert lines[["declaration", "message"]].equals(told[["declaration", "message"]])
    assert BRAM_BSN not in lines.to_csv() and ANNE_BSN not in lines.to_csv()
    assert lines["declaration"][0].startswith(f"{ONE}/GM0503/x") and len(lines["declaration"][0]) < 45


def test_an_answer_that_does_not_add_up_is_told(read: Read) -> None:
    assert "1 antwoorden" in read(answer(granted=100))["claim_answers"].warnings[0]


def test_an_answer_to_a_repeat_does_not_reject_the_first(read: Read) -> None:
    found = read(answer(line("D1", codes="8021"), granted=0))["claim_answers"]
    assert len(found.frame) == 0 and sum(found.normalised.values()) == 1


# -- allocations: newest wins -----------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_b066_the_latest_allocation_wins_whatever_the_order(read: Read, turned: bool) -> None:
    old = client("jw301", allocated(end="2026-08-31"), day="2026-08-05")
    new = client("jw301", allocated(end="2026-12-31", time="10:00:01"), day="2026-08-04")
    found = read(*([new, old] if turned else [old, new]))["allocations"]
    assert [row[6] for row in rows(found)] == ["2026-12-31"]
    assert found.normalised == {"oudere versie van een toewijzing": 1}


def test_b065_what_was_removed_stays_so_whatever_older_message_comes_later(read: Read) -> None:
    gone = read(client("jw301", allocated(5, end="2026-07-01", reason="13", decided="2026-09-01") + allocated(6)))
    known = {name: reading.frame for name, reading in gone.items()}
    assert rows(gone["removed_allocations"]) == [("GM0503/5", "2026-09-01T10:00:00")]
    old = client("jw301", allocated(5, end="2026-12-31"), day="2026-10-05")  # decided in June
    found = read(old, client("jw305", started(number=5) + started(number=6)), earlier=known)
    assert found["allocations"].frame["allocation_id"].tolist() == ["GM0503/6"]
    assert found["allocations"].normalised == {"oudere versie van een toewijzing": 1}
    assert rows(found["removed_allocations"]) == rows(gone["removed_allocations"])
    assert found["care_periods"].frame["allocation_id"].tolist() == ["GM0503/6"]
    starts = read(client("jw305", started(number=5)), earlier=known)  # no allocation in this delivery at all
    assert len(starts["care_periods"].frame) == 0
    anew = read(client("jw301", allocated(5, decided="2026-10-01")), earlier=known)
    assert anew["allocations"].frame["allocation_id"].tolist() == ["GM0503/5", "GM0503/6"]
    assert len(anew["removed_allocations"].frame) == 0


@pytest.mark.parametrize("reason", ["13", "01"])
def test_b065_a_removed_allocation_goes_with_its_history(read: Read, reason: str) -> None:
    first = read(client("jw301", allocated(5) + allocated(6)), client("jw305", started(number=5) + started(number=6)))
    gone = client("jw301", allocated(5, end="2026-07-01", reason=reason, decided="2026-09-01"))
    known = {name: reading.frame for name, reading in first.items()}
    found = read(gone, earlier=known)
    assert found["allocations"].frame["allocation_id"].tolist() == ["GM0503/6"]
    assert found["allocations"].normalised == {"toewijzing verwijderd door de gemeente": 1}
    assert found["care_periods"].frame["allocation_id"].tolist() == ["GM0503/6"]


def test_b065_one_day_of_care_is_no_removal(read: Read) -> None:
    found = read(client("jw301", allocated(end="2026-07-01", reason="14")))
    assert len(found["allocations"].frame) == 1


def test_an_allocation_in_a_message_wins_over_the_earlier_table(read: Read) -> None:
    known = {"allocations": read(client("jw301", allocated(5) + allocated(6)))["allocations"].frame}
    found = read(client("jw301", allocated(5, end="2026-12-31")), earlier=known)
    assert [(row[0], row[6]) for row in rows(found["allocations"])] == [("GM0503/5", "2026-12-31"), ("GM0503/6", None)]


def test_an_end_in_9999_is_an_open_end(read: Read) -> None:
    found = read(client("jw301", allocated(end="9999-12-31")))
    assert rows(found["allocations"])[0][6] is None
    assert found["youths"].normalised == {"9999-12-31 gelezen als open einde": 1}


# -- care periods -----------------------------------------------------------------------------------

PERIOD = ("GM0503/5", "2026-07-10")
PERIODS: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {
    "start": ([client("jw305", started())], [(*PERIOD, None, None)]),
    "start and stop": ([client("jw307", stopped(), day="2026-10-01"), client("jw305", started())],
                       [(*PERIOD, "2026-09-30", "31")]),
    "stop alone": ([client("jw307", stopped())], [(*PERIOD, "2026-09-30", "31")]),
    "second period": ([client("jw307", stopped(why="20")), client("jw305", started()),
                       client("jw305", started("2026-10-05"))],
                      [(*PERIOD, "2026-09-30", "20"), ("GM0503/5", "2026-10-05", None, None)]),
    "start taken back": ([client("jw305", started()), client("jw305", started(status="3"), day="2026-08-04")], []),
    "stop taken back": ([client("jw305", started()), client("jw307", stopped()),
                         client("jw307", stopped(status="3"), day="2026-10-04")], [(*PERIOD, None, None)]),
    "later stop wins": ([client("jw307", stopped(end="2026-10-31"), day="2026-10-04"), client("jw307", stopped())],
                        [(*PERIOD, "2026-10-31", "31")]),
    "without number": ([client("jw305", started(number="")), client("jw305", started())], [(*PERIOD, None, None)]),
}  # fmt: skip


@pytest.mark.parametrize(("texts", "expected"), PERIODS.values(), ids=PERIODS)
def test_starts_and_stops_become_periods(read: Read, texts: list[str], expected: list[tuple[Any, ...]]) -> None:
    assert rows(read(*texts)["care_periods"]) == expected
    assert rows(read(*reversed(texts))["care_periods"]) == expected


def test_a_stop_ends_a_period_that_was_known(read: Read) -> None:
    known = {"care_periods": read(client("jw305", started() + started(number=6)))["care_periods"].frame}
    found = read(client("jw307", stopped()), earlier=known)
    assert rows(found["care_periods"]) == [(*PERIOD, "2026-09-30", "31"), ("GM0503/6", "2026-07-10", None, None)]
    again = read(client("jw305", started(status="9")), earlier={"care_periods": found["care_periods"].frame})
    assert rows(again["care_periods"]) == rows(found["care_periods"])


# -- youths -----------------------------------------------------------------------------------------


def test_b069_an_unknown_year_of_birth(read: Read) -> None:
    found = read(
        client("jw301", allocated(5), born="1900-01-01", use="3"),
        client("jw301", allocated(6), born="2014-01-01", use="2", bsn=BRAM_BSN),
    )["youths"]
    assert rows(found) == [(BRAM, 2014, "2", "GM0503", None, "2026-06-20", None)]
    assert found.warnings == ("van 1 jeugdigen is het geboortejaar niet bekend; hun leeftijd telt als onbekend.",)


def test_b069_another_message_may_know_the_year(read: Read) -> None:
    found = read(
        client("jw301", allocated(), born="1900-01-01", use="3", sex="0", day="2026-08-04"), client("jw305", started())
    )
    assert rows(found["youths"]) == [(ANNE, 2012, "2", "GM0503", None, "2026-06-20", None)]


@pytest.mark.parametrize("born", ["1985-05-06", "2100-01-01"])
def test_a_year_of_birth_that_cannot_be_is_unknown(read: Read, born: str) -> None:
    found = read(client("jw301", allocated(), born=born))["youths"]
    assert len(found.frame) == 0 and "van 1 jeugdigen" in found.warnings[0]


def test_a_youth_who_moves_has_a_line_per_municipality(read: Read) -> None:
    there = client("jw301", allocated(9, start="2026-09-15", decided="2026-09-01"), place=WESTLAND, day="2026-09-01")
    here = client("jw301", allocated())
    expected = [
        (ANNE, 2012, "2", "GM0503", None, "2026-06-20", "2026-08-31"),
        (ANNE, 2012, "2", "GM1783", None, "2026-09-01", None),
    ]
    assert rows(read(there, here)["youths"]) == expected
    known = {"youths": read(here)["youths"].frame.assign(neighbourhood="WK050301")}
    later = rows(read(there, earlier=known)["youths"])
    assert later == [(*expected[0][:4], "WK050301", *expected[0][5:]), expected[1]]


def test_two_municipalities_on_one_day_leave_the_one_heard_of_last(read: Read) -> None:
    here = client("jw301", allocated(), day="2026-08-04")
    there = client("jw301", allocated(9), place=WESTLAND, day="2026-08-05")
    assert [row[3] for row in rows(read(there, here)["youths"])] == ["GM1783"]


def test_a_youth_of_whom_nothing_new_is_said_stays(read: Read) -> None:
    known = {"youths": read(client("jw301", allocated(), bsn=BRAM_BSN))["youths"].frame}
    assert read(client("jw301", allocated()), earlier=known)["youths"].frame["youth_id"].tolist() == sorted(
        [ANNE, BRAM]
    )
    assert "youths" not in read(GOOD, earlier=known)  # claims say nothing about them


def test_requests_are_carried_on_and_the_newest_counts(read: Read) -> None:
    known = {"requests": read(client("jw315", requested("V1") + requested("V2")))["requests"].frame}
    texts = [
        client("jw315", requested("V1", referrer=who), day=day)
        for who, day in (("08", "2026-09-02"), ("04", "2026-09-01"))
    ]
    found = read(*texts, earlier=known)["requests"]
    assert [(row[0], row[4]) for row in rows(found)] == [(f"{ONE}/V1", "08"), (f"{ONE}/V2", "02")]
    assert found.normalised == {"oudere versie van een verzoek": 1}
