"""Text files of suppliers: every bad input of the trust reference gets its response, and no value is ever shown."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.errors import DeliveryError, JeugdError
from jeugd_analysis.sources import Context, Reading
from jeugd_analysis.sources.profile import Profile, recognises
from jeugd_analysis.sources.profile_read import read_all
from jeugd_analysis.tables import TABLES, require

CONTEXT = Context(pseudonym=lambda text: f"{sum(map(ord, text)):016x}")
CLAIMS_HEADER = "Regel;Toewijzing;Kind;Gemeente;Aanbieder;Product;Maand;Aantal;Eenheid;Bedrag;Ontvangen"
CLAIMS = """
dutch = "test"
table = "claims"
active = true
[recognise]
suffixes = [".csv"]
columns = ["Regel", "Toewijzing", "Kind", "Gemeente", "Aanbieder", "Product", "Maand", "Aantal", "Eenheid", "Bedrag",
           "Ontvangen"]
[format]
encoding = "cp1252"
separator = ";"
decimal = ","
thousands = "."
currency = ["€", "EUR"]
dates = "%d-%m-%Y"
[columns]
reference = { from = "Regel" }
allocation_id = { from = "Toewijzing" }
youth_id = { rule = "supplier_id", from = "Kind", pattern = "K[0-9]{3}" }
municipality = { from = "Gemeente" }
provider = { rule = "provider_name", from = "Aanbieder" }
product = { from = "Product" }
month = { from = "Maand" }
units = { from = "Aantal" }
unit = { from = "Eenheid", codes = { Uren = "04", Stuks = "" } }
amount_cents = { rule = "euros", from = "Bedrag", decimals = 2 }
received_on = { from = "Ontvangen" }
[providers]
"Café Zorg" = "00000001"
"""
LINE = "R1;T1;K001;GM0637;Café Zorg;45A48;01-02-2025;1.200;Uren;1.234,50;12-03-2025"
ALLOCATIONS_HEADER = "Nummer;Kind;Gemeente;Aanbieder;Product;Van;Tot;Volume"
ALLOCATIONS = """
dutch = "test"
table = "allocations"
active = true
[recognise]
suffixes = [".csv"]
columns = ["Nummer", "Kind", "Gemeente", "Aanbieder", "Product", "Van", "Tot", "Volume"]
[format]
encoding = "utf8"
separator = ";"
dates = "%d-%m-%Y"
empty = ["", "-"]
open_end = ["31-12-9999"]
[columns]
allocation_id = { from = "Nummer" }
youth_id = { from = "Kind", pattern = "[0-9a-f]{16}" }
municipality = { from = "Gemeente" }
provider = { from = "Aanbieder" }
product = { from = "Product" }
start = { from = "Van" }
end = { from = "Tot" }
volume = { from = "Volume" }
"""
ALLOCATION = "T1;00112233445566ab;GM0637;00000001;45A48;01-02-2025;31-12-9999;-"
SECRETS = ("K001", "R1", "1.234", "GeheimeNaam", "00112233445566ab", "12E4")


def profile_of(folder: Path, text: str) -> Profile:
    path = folder / "proef.toml"
    path.write_text(text, "utf8")
    return Profile.from_toml(path)


def take_in(folder: Path, lines: str | bytes, *, toml: str = CLAIMS, context: Context = CONTEXT) -> Reading:
    """Read one file and check it against its table, as the program does."""
    path = folder / "export.csv"
    path.write_bytes(lines if isinstance(lines, bytes) else lines.encode())
    reading = read_all(profile_of(folder, toml), [path], context)[-1]
    require(TABLES[reading.table], reading.frame, file=path.name, first_row=reading.first_row)
    return reading


def claims(*lines: str) -> str:
    return "".join(f"{line}\n" for line in (CLAIMS_HEADER, *lines))


def changed(old: str, new: str) -> str:
    """A good line, and on line 3 one with something else in it."""
    assert LINE.count(old) == 1
    return claims(LINE, LINE.replace("R1", "R2").replace(old, new))


def replaced(toml: str, old: str, new: str) -> str:
    assert toml.count(old) == 1
    return toml.replace(old, new)


OPEN = replaced(replaced(CLAIMS, 'decimal = ","', 'decimal = ""'), 'thousands = "."', 'thousands = ""')
DECIMAL_ONLY = replaced(CLAIMS, 'thousands = "."', 'thousands = ""')

# name -> (profile, content, what the message says)
BAD: dict[str, tuple[str, str | bytes, list[str]]] = {
    "B001 signs not chosen": (OPEN, claims(LINE), ["regel 2, kolom Aantal", "duizend maal"]),
    "B001 a point where the layout has none": (
        DECIMAL_ONLY,
        claims(LINE),
        ["regel 2, kolom Aantal", "niets bij duizendtallen"],
    ),
    "B002 a date in a number": (CLAIMS, changed("1.200", "01.02.2025"), ["regel 3, kolom Aantal"]),
    "B002 a number in a date": (CLAIMS, changed("01-02-2025", "1.022.025"), ["regel 3, kolom Maand"]),
    "B003 American amount": (CLAIMS, changed("1.234,50", "1,234.50"), ["regel 3, kolom Bedrag", "een komma als"]),
    "B005 another currency": (CLAIMS, changed("1.234,50", "$ 1.234,50"), ["regel 3, kolom Bedrag"]),
    "B006 a plain space": (CLAIMS, changed("1.234,50", "1 234,50"), ["regel 3, kolom Bedrag"]),
    "B007 municipality without GM0": (CLAIMS, changed("GM0637", "637"), ["regel 3, kolom municipality"]),
    "B009 identifier like a number": (CLAIMS, changed("K001", "12E4"), ["regel 3, kolom Kind"]),
    "B010 identifier INF": (CLAIMS, changed("K001", "INF"), ["regel 3, kolom Kind"]),
    "B010 identifier NA": (CLAIMS, changed("K001", "NA"), ["regel 3, kolom Kind"]),
    "B010 identifier null": (CLAIMS, changed("K001", "null"), ["regel 3, kolom Kind"]),
    "B010 identifier 007": (CLAIMS, changed("K001", "007"), ["regel 3, kolom Kind"]),
    "B010 empty where a value is needed": (CLAIMS, changed("K001", ""), ["regel 3, kolom Kind", "ingevulde waarde"]),
    "B011 read with the wrong code page": (CLAIMS, changed("Café Zorg", "GeheimeNaamÃ©"), ["regel 3", "verminkte"]),
    "B011 the same, written in the code page": (
        CLAIMS,
        changed("Café Zorg", "GeheimeNaamÃ©").encode("cp1252"),
        ["regel 3, kolom Aanbieder", "verminkte"],
    ),
    "B011 not in the code page": (
        replaced(CLAIMS, '"cp1252"', '"utf8"'),
        claims(LINE).encode("cp1252"),
        ["regel 2", "niet in de afgesproken codering"],
    ),
    "B013 UTF-16": (CLAIMS, claims(LINE).encode("utf-16"), ["UTF-16", "CSV UTF-8"]),
    "B014 BOM in the middle": (CLAIMS, claims(LINE, "\ufeff" + LINE), ["regel 3", "BOM"]),
    "B015 commas": (CLAIMS, claims(LINE).replace(",", ".").replace(";", ","), ["een komma"]),
    "B015 other columns": (CLAIMS, claims(LINE).replace("Kind", "Klant"), ["ontbreekt: Kind", "onbekend: Klant"]),
    "B015 other order": (CLAIMS, claims(LINE).replace("Regel;Toewijzing", "Toewijzing;Regel"), ["andere volgorde"]),
    "B017 too few fields": (CLAIMS, claims(LINE, "R2;T1;K001"), ["regel 3 heeft 3 velden, verwacht 11"]),
    "B017 too many fields": (CLAIMS, claims(LINE, LINE + ";x"), ["regel 3 heeft 12 velden, verwacht 11"]),
    "B018 open quote": (CLAIMS, claims('"' + LINE, LINE), ["regel 2", "aanhalingsteken niet gesloten"]),
    "B019 NUL": (CLAIMS, changed("K001", "K0\x0001"), ["regel 3, veld 3", "stuurteken"]),
    "B021 header only": (CLAIMS, claims(), ["geen regels onder de kop"]),
    "B022 nothing at all": (CLAIMS, "", ["leeg (0 bytes)"]),
    "B023 cut off": (CLAIMS, claims(LINE)[:-8], ["regel 2 is niet afgesloten"]),
    "B023 cut off in the amount": (CLAIMS, changed("1.234,50", "1.234,5"), ["kolom Bedrag", "precies 2 decimalen"]),
    "B025 a total among the lines": (CLAIMS, claims(LINE, ";;Totaal;;;;;;;1.234,50;"), ["regel 3"]),
    "B026 month first": (CLAIMS, changed("01-02-2025", "02-13-2025"), ["regel 3, kolom Maand", "dag-maand-jaar"]),
    "B026 another form": (CLAIMS, changed("01-02-2025", "2025-02-01"), ["regel 3, kolom Maand"]),
    "B026 two digits for the year": (CLAIMS, changed("01-02-2025", "01-02-25"), ["regel 3, kolom Maand"]),
    "B026 a day that does not exist": (CLAIMS, changed("01-02-2025", "30-02-2025"), ["regel 3", "bestaande datum"]),
    "B026 form not chosen": (
        replaced(CLAIMS, 'dates = "%d-%m-%Y"', 'dates = ""'),
        claims(LINE),
        ["regel 2, kolom Maand", "het profiel kiest er geen"],
    ),
    "B027 open end that was not declared": (CLAIMS, changed("12-03-2025", "31-12-9999"), ["kolom Ontvangen", "2099"]),
    "B027 far past": (CLAIMS, changed("12-03-2025", "01-01-1900"), ["regel 3, kolom Ontvangen"]),
    "B030 municipality by name": (CLAIMS, changed("GM0637", "’s-Gravenhage"), ["regel 3, kolom municipality"]),
    "B071 BSN among the identifiers": (
        replaced(CLAIMS, "K[0-9]{3}", "[0-9]{9}"),
        claims(LINE.replace("K001", "999900006")),
        ["regel 2, kolom Kind", "burgerservicenummer"],
    ),
    "B071 BSN in another column": (CLAIMS, changed("T1", "kind 999900006, zie brief"), ["regel 3, kolom Toewijzing"]),
    "B105 direction of writing turned in a key": (CLAIMS, changed("K001", "K001\u202e"), ["regel 3, kolom Kind"]),
    "B105 a control character": (CLAIMS, changed("K001", "K001\u0085"), ["regel 3, kolom Kind", "stuurtekens"]),
    "a unit without a code": (CLAIMS, changed("Uren", "Trajecten"), ["regel 3, kolom Eenheid", "een van: Uren"]),
    "a unit whose code is not chosen": (CLAIMS, changed("Uren", "Stuks"), ["'Stuks'", "profiles/proef.toml"]),
    "half an hour": (CLAIMS, changed("1.200", "0,5"), ["regel 3, kolom Aantal"]),
    "thousands in the wrong place": (CLAIMS, changed("1.234,50", "12.34,50"), ["regel 3, kolom Bedrag"]),
    "minus behind": (CLAIMS, changed("1.234,50", "1.234,50-"), ["regel 3, kolom Bedrag"]),
    "an exponent": (CLAIMS, changed("1.200", "12E4"), ["regel 3, kolom Aantal"]),
    "digits of another script": (CLAIMS, changed("1.200", "١٢"), ["regel 3, kolom Aantal"]),
}


@pytest.mark.parametrize(("toml", "content", "said"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_with_its_place(tmp_path: Path, toml: str, content: str | bytes, said: list[str]) -> None:
    with pytest.raises(DeliveryError) as refused:
        take_in(tmp_path, content, toml=toml)
    for part in ["export.csv", *said]:
        assert part in refused.value.wat + refused.value.doe
    assert refused.value.doe
    for value in (*SECRETS, "Totaal", "999900006", "Trajecten", "-2025", "637;"):
        assert value not in refused.value.wat


def test_good_line_is_read_as_its_layout_says(tmp_path: Path) -> None:
    reading = take_in(tmp_path, claims(LINE))
    row = reading.frame.iloc[0]
    assert (row["units"], row["amount_cents"], row["unit"], row["provider"]) == (1200, 123450, "04", "00000001")
    assert (row["month"], row["received_on"]) == (pd.Timestamp("2025-02-01"), pd.Timestamp("2025-03-12"))
    assert pd.isna(row["tariff_cents"]) and pd.isna(row["credit_of"])
    assert reading.slot == "claims/proef"


def test_b005_declared_currency_signs_are_taken_away(tmp_path: Path) -> None:
    lines = [LINE.replace("R1", f"R{at}").replace("1.234,50", text) for at, text in enumerate(
        ["€ 1.234,50", "EUR 1.234,50", "1.234,50 €", "€1.234,50", "€\u00a01.234,50"])]  # fmt: skip
    reading = take_in(tmp_path, claims(*lines))
    assert reading.frame["amount_cents"].tolist() == [123450] * 5
    assert reading.normalised["Bedrag: valutateken weggehaald"] == 5


def test_b006_fixed_spaces_between_thousands_are_taken_away(tmp_path: Path) -> None:
    lines = [LINE, LINE.replace("1.234,50", "1\u202f234,50"), LINE.replace("1.234,50", "1\u00a0234,50")]
    reading = take_in(tmp_path, claims(*(line.replace("R1", f"R{at}") for at, line in enumerate(lines))))
    assert reading.frame["amount_cents"].tolist() == [123450] * 3
    assert reading.normalised["Bedrag: vaste spaties uit getallen gehaald"] == 2


def test_b010_words_that_pandas_takes_for_missing_stay_text(tmp_path: Path) -> None:
    lines = [LINE.replace("R1", word) for word in ("NA", "null", "INF", "007", "7")]
    assert take_in(tmp_path, claims(*lines)).frame["reference"].tolist() == ["NA", "null", "INF", "007", "7"]


def test_b011_utf8_is_tried_first_and_told(tmp_path: Path) -> None:
    """The layout says cp1252; a file that is UTF-8 as a whole is read as that, so that é stays one letter."""
    told = "gelezen als utf8 in plaats van cp1252"
    assert take_in(tmp_path, claims(LINE).encode("utf8")).normalised == {told: 1}
    assert take_in(tmp_path, claims(LINE).encode("cp1252")).normalised == {}


def test_b014_bom_at_the_start_is_skipped_and_told(tmp_path: Path) -> None:
    toml = replaced(CLAIMS, '"cp1252"', '"utf8"')
    assert take_in(tmp_path, "\ufeff" + claims(LINE), toml=toml).normalised == {"BOM aan het begin": 1}


def test_b027_declared_open_end_and_empty_mark(tmp_path: Path) -> None:
    lines = [ALLOCATIONS_HEADER, ALLOCATION, ALLOCATION.replace("T1", "T2").replace("31-12-9999", "30-06-2025")]
    reading = take_in(tmp_path, "\n".join(lines) + "\n", toml=ALLOCATIONS)
    assert reading.frame["end"].isna().tolist() == [True, False]
    assert reading.frame["volume"].isna().all()
    assert reading.normalised == {"Tot: gelezen als open einde": 1}


def test_b010_only_the_declared_mark_is_empty(tmp_path: Path) -> None:
    lines = f"{ALLOCATIONS_HEADER}\n{ALLOCATION.removesuffix('-')}n.v.t.\n"
    with pytest.raises(DeliveryError, match="regel 2, kolom Volume"):
        take_in(tmp_path, lines, toml=ALLOCATIONS)
    toml = replaced(ALLOCATIONS, 'empty = ["", "-"]', 'empty = ["-"]')
    with pytest.raises(DeliveryError, match="regel 2, kolom Volume"):
        take_in(tmp_path, f"{ALLOCATIONS_HEADER}\n{ALLOCATION.removesuffix('-')}\n", toml=toml)


def test_b029_one_provider_in_two_spellings(tmp_path: Path) -> None:
    names = ["Café Zorg", "Cafe\u0301 Zorg", "Café\u200b Zo\u00adrg"]
    lines = [LINE.replace("R1", f"R{at}").replace("Café Zorg", name) for at, name in enumerate(names)]
    reading = take_in(tmp_path, claims(*lines))
    assert reading.frame["provider"].tolist() == ["00000001"] * 3
    assert reading.normalised["Aanbieder: onzichtbare tekens weggehaald"] == 1
    assert reading.normalised["Aanbieder: letters in één vorm gezet (NFC)"] == 1


def test_b030_unknown_providers_are_a_list_of_work(tmp_path: Path) -> None:
    lines = [LINE.replace("R1", f"R{at}").replace("Café Zorg", name) for at, name in enumerate(
        ["Hulp BV", "Café Zorg", "'s-Zorg", "Hulp BV", "mw. 123456789"])]  # fmt: skip
    with pytest.raises(DeliveryError) as refused:
        take_in(tmp_path, claims(*lines))
    assert "(3): 's-Zorg; Hulp BV; (een nummer)." in refused.value.wat
    assert "profiles/proef.toml" in refused.value.doe and "123456789" not in refused.value.wat


NAMES = """
dutch = "test"
table = "providers"
active = true
[recognise]
suffixes = [".csv"]
columns = ["AGB", "Naam"]
[format]
encoding = "utf8"
separator = ";"
[columns]
provider = { from = "AGB" }
name = { from = "Naam" }
"""


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{raw} html", "[x](javascript:alert(1))",
        "a|b", "$x$", "=HYPERLINK(1)", "+1", "-1", "@x",
    ],
)  # fmt: skip
def test_b101_b102_b103_labels_are_kept_as_they_are(tmp_path: Path, name: str) -> None:
    """Reading changes no name: what shows it makes it harmless."""
    reading = take_in(tmp_path, f"AGB;Naam\n00000001;{name}\n", toml=NAMES)
    assert reading.frame["name"].tolist() == [name] and reading.normalised == {}


def test_b105_direction_of_writing_is_taken_from_a_label(tmp_path: Path) -> None:
    reading = take_in(tmp_path, "AGB;Naam\n00000001;Hulp \u202eVB\n", toml=NAMES)
    assert reading.frame["name"].tolist() == ["Hulp VB"]
    assert reading.normalised == {"Naam: schrijfrichtingstekens weggehaald": 1}


def test_b071_some_numbers_pass_the_test_by_chance(tmp_path: Path) -> None:
    """Of nine-digit numbers of a supplier one in eleven passes the 11-test; those are no BSN."""
    toml = replaced(CLAIMS, "K[0-9]{3}", "[0-9]{9}")
    chance, others = "999900006", ("999900001", "999900002", "999900003")
    lines = [LINE.replace("K001", number).replace("R1", f"R{number[-1]}") for number in (chance, *others)]
    assert len(take_in(tmp_path, claims(*lines), toml=toml).frame) == 4


def test_identifiers_need_a_key(tmp_path: Path) -> None:
    with pytest.raises(JeugdError, match="PRF-004") as refused:
        take_in(tmp_path, claims(LINE), context=Context())
    assert "jeugd key" in refused.value.doe


def test_a_first_line_that_is_not_the_layout_is_left_alone(tmp_path: Path) -> None:
    profile, path = profile_of(tmp_path, CLAIMS), tmp_path / "iets.csv"
    assert recognises(profile, path, claims(LINE).encode())
    assert recognises(profile, path, ("\ufeff" + claims(LINE)).replace("\n", "\r\n").encode())
    for head in (b"", b"\x00", b"\xff\xfe", b"\n", CLAIMS_HEADER.replace(";", ",").encode(), b'"Regel";"Kind"\n'):
        assert not recognises(profile, path, head)
    assert not recognises(profile, tmp_path / "iets.xlsx", claims(LINE).encode())


def test_header_in_a_code_page_is_recognised(tmp_path: Path) -> None:
    toml = CLAIMS.replace('"Eenheid"', '"Eénheid"')
    profile = profile_of(tmp_path, toml)
    assert recognises(profile, tmp_path / "a.csv", claims(LINE).replace("Eenheid", "Eénheid").encode("cp1252"))
