"""The reason of a correction is read by everybody: it is refused when it holds a number or a code of a youth."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from jeugd_analysis.errors import JeugdError
from jeugd_analysis.intake.public_words import require_nobody
from jeugd_analysis.intake.take_in import _corrections
from jeugd_analysis.store import Store
from jeugd_analysis.tables.corrections import parse_corrections
from tests.conftest import ROOT

ENTRY = {
    "table": "claims", "delivery": "2026-K1", "where": {"provider": "00000001"},
    "action": {"column": "tariff_cents", "scale": 0.01}, "expect": {"lines": 120},
    "reason": "Tarief factor 100 te hoog", "status": "gemeld", "who": "A. de Vries", "when": date(2026, 4, 14),
}  # fmt: skip


def checked(**told: str) -> None:
    (entry,) = parse_corrections("claims.toml", {"corrections": [{**ENTRY, **told}]})
    assert require_nobody(entry) is entry


@pytest.mark.parametrize(
    "text",
    ["Tarief bij 999900006 te hoog", "bsn 9999 00 006", "9999.00.006 dubbel", "zie 9999-00-006", "BSN:999900006."],
)
@pytest.mark.parametrize("key", ["reason", "who"])
def test_a_citizen_service_number_is_refused_and_not_repeated(key: str, text: str) -> None:
    with pytest.raises(JeugdError, match=rf"COR-005.*blok 1.*{key} een burgerservicenummer") as caught:
        checked(**{key: text})
    assert "9999" not in str(caught.value)


def test_a_code_of_a_youth_is_refused_and_not_repeated() -> None:
    with pytest.raises(JeugdError, match=r"COR-005.*code van een jeugdige") as caught:
        checked(reason="jeugdige 04a8fc03bf512c4bed2d staat dubbel")
    assert "04a8fc03" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "Tarief factor 100 te hoog", "Aanbieder 00000001, 120 regels, 2025-01-01 tot en met 2025-03-31",
        "Bedrag 123456789 hoort 1234567,89 te zijn",  # nine digits that do not pass the 11-test
        "arbeidsmarkttoelage dubbel geteld", "product 45A48 hoort 45A04 te zijn",
    ],
)  # fmt: skip
def test_an_ordinary_reason_passes(text: str) -> None:
    checked(reason=text)


def test_taking_in_stops_at_it(tmp_path) -> None:
    for folder in ("reference",):
        shutil.copytree(ROOT / "data" / folder, tmp_path / "data" / folder)
    text = "\n".join([
        "[[corrections]]", 'table = "claims"', 'delivery = "2026-K1"', 'where = { provider = "00000001" }',
        'action = { column = "tariff_cents", scale = 0.01 }', "expect = { lines = 1 }",
        'reason = "dubbel bij 999900006"', 'status = "gemeld"', 'who = "A. de Vries"', "when = 2026-04-14",
    ])  # fmt: skip
    (tmp_path / "data" / "reference" / "corrections" / "claims.toml").write_text(text, "utf8")
    with pytest.raises(JeugdError, match="COR-005"):
        _corrections(Store(tmp_path, tmp_path))


def test_whoever_declares_one_is_told_that_it_becomes_public() -> None:
    for page in ("data/reference/corrections/README.md", "book/handleiding.md"):
        text = (ROOT / page).read_text("utf8")
        assert "COR-005" in text and ("becomes public" in text or "is openbaar" in text)
