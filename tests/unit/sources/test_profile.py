"""Profiles: the format itself, the two that ship, what a file of claims alone becomes, proposals and previews."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from jeugd_analysis.errors import DeliveryError, JeugdError
from jeugd_analysis.marts.build import build_marts
from jeugd_analysis.sources import SOURCES, Context, Reading
from jeugd_analysis.sources.profile import DERIVED, HIDDEN, Profile, preview, profiles_in, propose, sources_from
from jeugd_analysis.sources.profile_read import read_all
from jeugd_analysis.tables import TABLES, columns_of, require

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared"
PROFILES = ROOT / "data" / "reference" / "profiles"
HEADER = (
    '"Pseudo","Geslacht","Leeftijd","Wijk","Zorgaanbieder","CategorieNr","Categorie","Productcode","Omschrijving",'
    '"Declaratie aantal","Declaratie aantal OK","Tijdseenheid","Declaratie beginperiode","Declaratie eindperiode",'
    '"Verstrekte Eenheid","Verstrekte Frequentie","DeclaratieBedrag","Route","Selectiejaar"'
)


def key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


CONTEXT = Context(pseudonym=key)


def line(**told: str) -> str:
    """One line of the municipal layout."""
    good = {
        "pseudo": "2", "sex": "M", "age": "10", "provider": "Aanbieder A", "product": "PE5", "sent": "7", "ok": "2",
        "unit": "Etmalen", "start": "6/1/2020", "end": "6/28/2020", "amount": "60.50", "year": "2020",
    }  # fmt: skip
    t = {**good, **told}
    fields = [
        t["pseudo"], t["sex"], t["age"], "Wijk E", t["provider"], "50", "Categorie E", t["product"], "Product E",
        t["sent"], t["ok"], t["unit"], t["start"], t["end"], t["unit"], "Eenmalig", t["amount"], "Route A", t["year"],
    ]  # fmt: skip
    return ",".join(f'"{field}"' for field in fields)


def write(folder: Path, *lines: str, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEADER, *lines]) + "\n", "utf8")
    return path


def filled_in(folder: Path, **told: str) -> Profile:
    """The municipal profile that ships, with what an analyst has to fill in."""
    text = (PROFILES / "municipal_claims.toml").read_text("utf8")
    for name, value in {"municipality": "GM0637", "received_on": "2021-01-15"}.items():
        old = f'{name} = {{ value = "" }}'
        assert text.count(old) == 1
        text = text.replace(old, f'{name} = {told.get(name, f"""{{ value = "{value}" }}""")}')
    text = text.replace('Stuks = ""', 'Stuks = "82"').replace('"most_days"', f'"{told.get("across", "most_days")}"')
    path = folder / "municipal_claims.toml"
    path.write_text(text + '"Aanbieder A" = "00000001"\n"Aanbieder B" = "00000002"\n', "utf8")
    return Profile.from_toml(path)


def read(profile: Profile, *paths: Path, context: Context = CONTEXT) -> dict[str, Reading]:
    """The readings by table, each accepted by its table."""
    readings = read_all(profile, paths, context)
    for reading in readings:
        require(TABLES[reading.table], reading.frame, file="export", first_row=reading.first_row)
        assert list(reading.frame.columns) == list(columns_of(TABLES[reading.table]))
    return {reading.table: reading for reading in readings}


# -- the profiles that ship -----------------------------------------------------------------------


def test_shipped_profiles_are_right_and_only_active_ones_are_sources() -> None:
    assert [profile.name for profile in profiles_in(PROFILES)] == ["municipal_claims", "own_claims"]
    sources = sources_from(PROFILES)
    assert [source.name for source in sources] == ["profile_municipal_claims"]
    assert not {source.dutch for source in sources} & {source.dutch for source in SOURCES.values()}
    assert sources_from(PROFILES / "nergens") == ()


def test_example_profile_reads_our_own_layout_as_our_own_reader_does(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(
        ",".join(columns_of(TABLES["claims"])) + "\n"
        "D1,T1,00112233445566ab,GM0637,00000001,45A48,2024-02-01,10,04,9500,95000,,2024-03-12\n"
        "D2,T1,00112233445566ab,GM0637,00000001,45A48,2024-02-01,-10,04,,-95000,D1,2024-04-12\n",
        "utf8",
    )
    own = SOURCES["own_claims"].read
    assert own is not None
    expected = own(path, Context()).frame
    profile = next(profile for profile in profiles_in(PROFILES) if profile.name == "own_claims")
    pd.testing.assert_frame_equal(read(profile, path, context=Context())["claims"].frame, expected)


def test_constants_that_are_not_filled_in_stop(tmp_path: Path) -> None:
    (source,) = sources_from(PROFILES)
    assert source.read_all is not None
    with pytest.raises(JeugdError, match="PRF-002") as refused:
        source.read_all([write(tmp_path, line())], CONTEXT)
    assert "columns.municipality.value, columns.received_on.value" in refused.value.wat
    assert "profiles/municipal_claims.toml" in refused.value.wat


def test_shipped_municipal_sample(tmp_path: Path) -> None:
    sample = SHARED / "data" / "raw" / "declaratie_export_layout_sample.csv"
    if not sample.is_file():
        pytest.skip("the sample of the layout is not here")
    assert sources_from(PROFILES)[0].recognise(sample, sample.read_bytes()[:4096])
    profile = filled_in(tmp_path)
    with pytest.raises(DeliveryError, match=r"AGB-code \(5\): Aanbieder C; Aanbieder E; Aanbieder F; Aanbieder G; Aan"):
        read(profile, sample)
    more = {f"Aanbieder {letter}": f"0000001{at}" for at, letter in enumerate("CEFGH")}
    tables = read(replace(profile, providers={**profile.providers, **more}), sample)
    # By hand: 60.50 + 643.31 + 2866.26 + 1437.48 + 47.00 + 415.03 + 1633.50 + 1407.00 = 8510.08
    assert tables["claims"].frame["amount_cents"].sum() == 851008
    assert tables["claims"].frame["units"].tolist() == [2, 7, 31, 44, 20, 14, 54, 14]
    assert len(tables["youths"].frame) == 7 and len(tables["allocations"].frame) == 8


# -- what a file of claims alone becomes ----------------------------------------------------------


def test_marts_of_such_a_file_are_right(tmp_path: Path) -> None:
    """Cost, units and youths per product and year, by hand; approved numbers, not submitted ones."""
    path = write(
        tmp_path,
        line(),                                                                    # 2 days and nights, 60.50
        line(start="7/1/2020", end="7/28/2020", ok="3", amount="90.75"),           # the same youth and product
        line(pseudo="5", sex="V", age="17", ok="4", amount="1,121.00"),            # another youth
        line(pseudo="5", sex="V", age="17", product="PB2", unit="Uren", ok="7", amount="643.31"),
        line(pseudo="7", ok="0", amount="0.00"),                                   # rejected as a whole: no youth
    )  # fmt: skip
    tables = read(filled_in(tmp_path), path)
    files = {}
    for name, reading in tables.items():
        files[name] = [tmp_path / f"{name}.parquet"]
        reading.frame.to_parquet(files[name][0], index=False)
    marts = build_marts(
        files,
        products=pd.DataFrame(
            {"product": ["PE5"], "segment": ["S1"], "valid_from": ["2015-01-01"], "valid_to": [None]}
        ),
        snapshots=pd.DataFrame(columns=["known_on", "base", "compare"], dtype="str"),
        region="R",
        municipalities=["GM0637"],
        as_of=pd.Timestamp("2021-03-31").date(),
    )
    cells = marts["contract_cells"].set_index(["product", "unit"])[["clients", "units", "amount_cents"]]
    assert cells.loc[("PE5", "14")].tolist() == [2, 9, 127225]
    assert cells.loc[("PB2", "04")].tolist() == [1, 7, 64331]
    usage = marts["usage"].set_index(["area", "period_kind", "dimension", "level"])["youths"]
    assert usage["R", "jaar", "totaal", "alle"] == 2
    assert usage["R", "jaar", "age_band", "4-11"] == 1 and usage["R", "jaar", "age_band", "12-17"] == 1
    assert usage["R", "jaar", "referrer", "onbekend"] == 2  # what cannot be told


def test_claims_know_their_derived_allocation(tmp_path: Path) -> None:
    lines = [line(), line(start="7/1/2020", end="7/31/2020"), line(product="PB2"), line(provider="Aanbieder B")]
    tables = read(filled_in(tmp_path), write(tmp_path, *lines))
    claims, allocations = tables["claims"].frame, tables["allocations"].frame
    assert set(claims["allocation_id"]) == set(allocations["allocation_id"]) and len(allocations) == 3
    assert allocations["allocation_id"].str.startswith(DERIVED).all()
    first = allocations.set_index("allocation_id").loc[claims["allocation_id"][0]]
    assert (first["start"], first["end"]) == (pd.Timestamp("2020-06-01"), pd.Timestamp("2020-07-31"))
    assert allocations[["volume", "unit", "frequency", "budget_cents"]].isna().all(axis=None)
    assert "3 toewijzingen zijn afgeleid" in tables["allocations"].warnings[0]
    assert any("verwijzer" in warning for warning in tables["claims"].warnings)


def test_youths_are_linked_by_the_numbers_of_their_supplier(tmp_path: Path) -> None:
    frame = read(filled_in(tmp_path), write(tmp_path, line(pseudo="43")))["claims"].frame
    assert frame["youth_id"].tolist() == [key("supplier:municipal_claims:43")]


def test_year_of_birth_gives_the_age_back(tmp_path: Path) -> None:
    lines = [line(age="10"), line(age="11", start="12/1/2020", end="12/28/2020"), line(pseudo="5", sex="O", age="0")]
    youths = read(filled_in(tmp_path), write(tmp_path, *lines))["youths"].frame.set_index("youth_id")
    assert youths.loc[key("supplier:municipal_claims:2"), "birth_year"] == 2009  # 10 before the birthday, 11 after
    assert youths.loc[key("supplier:municipal_claims:5"), ["birth_year", "sex"]].tolist() == [2020, "0"]
    assert youths["valid_from"].eq(pd.Timestamp("2020-06-01")).all() and youths["neighbourhood"].isna().all()


@pytest.mark.parametrize("second", [line(sex="V"), line(age="12")])
def test_one_number_for_two_children_stops(tmp_path: Path, second: str) -> None:
    with pytest.raises(DeliveryError, match=r"export\.csv regel 3, 4: bij 1 nummers") as refused:
        read(filled_in(tmp_path), write(tmp_path, line(pseudo="9"), line(), second))
    assert "nieuwe nummering" in refused.value.doe


@pytest.mark.parametrize(
    ("start", "end", "month"),
    [
        ("6/1/2020", "6/28/2020", "2020-06-01"),
        ("6/22/2020", "7/19/2020", "2020-07-01"),  # 9 days in June, 19 in July
        ("6/8/2020", "7/5/2020", "2020-06-01"),    # 23 and 5
        ("6/17/2020", "7/14/2020", "2020-06-01"),  # 14 and 14: where it starts
        ("12/28/2020", "1/24/2021", "2021-01-01"),
    ],
)  # fmt: skip
def test_period_of_four_weeks_counts_in_the_month_with_most_days(
    tmp_path: Path, start: str, end: str, month: str
) -> None:
    reading = read(filled_in(tmp_path), write(tmp_path, line(start=start, end=end)))["claims"]
    assert reading.frame["month"].tolist() == [pd.Timestamp(month)]
    crossed = {"Declaratie eindperiode: periode over twee maanden, bij één maand geboekt": 1}
    assert reading.normalised == (crossed if start.split("/")[0] != end.split("/")[0] else {})


def test_other_choices_for_a_period_over_two_months(tmp_path: Path) -> None:
    path = write(tmp_path, line(start="6/22/2020", end="7/19/2020"))
    start = read(filled_in(tmp_path, across="start"), path)["claims"].frame
    assert start["month"].tolist() == [pd.Timestamp("2020-06-01")]
    with pytest.raises(DeliveryError, match="regel 2, kolom Declaratie eindperiode: verwacht een periode binnen één"):
        read(filled_in(tmp_path, across="refuse"), path)


BAD_LINES = {
    "quarter as a period": (line(start="4/1/2020", end="6/30/2020"), "kolom Declaratie eindperiode"),
    "end before start": (line(start="6/28/2020", end="6/1/2020"), "kolom Declaratie eindperiode"),
    "no end of the period": (line(end=""), "kolom Declaratie eindperiode"),
    "another year": (line(year="2019"), "kolom Selectiejaar"),
    "day first": (line(start="1/6/2020", end="28/6/2020"), "kolom Declaratie eindperiode"),
    "Dutch amount": (line(amount="1.234,50"), "kolom DeclaratieBedrag"),
    "no age": (line(age=""), "kolom Leeftijd"),
    "age as a group": (line(age="18+"), "kolom Leeftijd"),
    "age that is none": (line(age="2010"), "kolom Leeftijd"),
    "a total": (line(pseudo="Totaal"), "kolom Pseudo"),
    "number of zero": (line(pseudo="0"), "kolom Pseudo"),
    "no provider": (line(provider=""), "kolom Zorgaanbieder"),
    "a negative line": (line(ok="-2", amount="-60.50"), "CLM-002"),
}


@pytest.mark.parametrize(("bad", "said"), BAD_LINES.values(), ids=BAD_LINES)
def test_lines_that_the_layout_does_not_allow(tmp_path: Path, bad: str, said: str) -> None:
    with pytest.raises(DeliveryError, match="regel 3") as refused:
        read(filled_in(tmp_path), write(tmp_path, line(pseudo="9"), bad))
    assert said in refused.value.wat


def test_doubtful_dates_are_told(tmp_path: Path) -> None:
    doubtful = read(filled_in(tmp_path), write(tmp_path, line(start="6/1/2020", end="6/7/2020")))["claims"].warnings
    assert any("welk getal de dag is" in warning for warning in doubtful)
    sure = read(filled_in(tmp_path), write(tmp_path, line()))["claims"].warnings
    assert not any("welk getal de dag is" in warning for warning in sure)


def test_export_cut_off_at_the_limit_of_excel_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, *[line(pseudo=str(at)) for at in range(1, 65_536)])
    assert any("precies 65536 regels" in said for said in read(filled_in(tmp_path), path)["claims"].warnings)


def test_received_on_by_rule(tmp_path: Path) -> None:
    path = write(tmp_path, line())
    ends = filled_in(tmp_path, received_on='{ rule = "period_end", end = "Declaratie eindperiode" }')
    assert read(ends, path)["claims"].frame["received_on"].tolist() == [pd.Timestamp("2020-06-28")]
    vintage = filled_in(tmp_path, received_on='{ rule = "vintage" }')
    day = pd.Timestamp("2020-07-15")
    told = replace(CONTEXT, vintage=day.date())
    assert read(vintage, path, context=told)["claims"].frame["received_on"].tolist() == [day]
    with pytest.raises(JeugdError, match="PRF-002"):
        read(vintage, path)


# -- several files and several deliveries ---------------------------------------------------------


def test_a_line_keeps_its_reference_in_a_later_file(tmp_path: Path) -> None:
    """So a line that comes twice is set aside (CLM-011); two equal lines in one file are two lines."""
    profile = filled_in(tmp_path)
    first = read(profile, write(tmp_path, line(), line(), line(product="PB2")))["claims"].frame["reference"]
    later = read(profile, write(tmp_path, line(product="PB2"), line(ok="3"), line(), name="b.csv"))["claims"].frame
    assert first.is_unique and later["reference"].is_unique
    assert later["reference"].isin(first).tolist() == [True, False, True]


def test_files_of_one_delivery_are_one_table(tmp_path: Path) -> None:
    a, b = write(tmp_path, line()), write(tmp_path, line(start="7/1/2020", end="7/28/2020"), name="b.csv")
    tables = read(filled_in(tmp_path), a, b)
    assert len(tables["claims"].frame) == 2 and len(tables["allocations"].frame) == 1
    assert tables["claims"].frame.index.tolist() == [0, 1]
    with pytest.raises(DeliveryError, match=r"b\.csv, export\.csv bevatten 2 keer dezelfde regel"):
        read(filled_in(tmp_path), a, write(tmp_path, line(), name="b.csv"))
    with pytest.raises(DeliveryError, match=r"b\.csv .*regel 3.*CLM-002"):
        read(filled_in(tmp_path), a, write(tmp_path, line(pseudo="3"), line(amount="-1.00"), name="b.csv"))


def test_derived_tables_keep_what_earlier_deliveries_brought(tmp_path: Path) -> None:
    profile = filled_in(tmp_path)
    before = read(profile, write(tmp_path, line(), line(pseudo="5")))
    elsewhere = pd.DataFrame({**dict.fromkeys(columns_of(TABLES["allocations"])), "allocation_id": ["T1"]})
    known = {
        "allocations": pd.concat([before["allocations"].frame, elsewhere.astype({"allocation_id": "str"})]),
        "youths": pd.concat([before["youths"].frame, before["youths"].frame.head(1).assign(youth_id="0" * 16)]),
    }
    later = replace(CONTEXT, earlier=lambda table: known.get(table, pd.DataFrame()))
    after = read(
        profile,
        write(tmp_path, line(age="11", start="1/1/2021", end="1/28/2021", year="2021"), line(pseudo="8")),
        context=later,
    )
    allocations = after["allocations"].frame
    assert len(allocations) == 3 and "T1" not in set(allocations["allocation_id"])
    both = allocations[allocations["youth_id"] == key("supplier:municipal_claims:2")].iloc[0]
    assert (both["start"], both["end"]) == (pd.Timestamp("2020-06-01"), pd.Timestamp("2021-01-28"))
    assert set(after["youths"].frame["youth_id"]) == {key(f"supplier:municipal_claims:{at}") for at in (2, 5, 8)}
    with pytest.raises(DeliveryError, match="PRF-005"):  # the age of another child
        read(profile, write(tmp_path, line(age="3", year="2020")), context=later)


def test_nothing_was_known_before_the_first_delivery(tmp_path: Path) -> None:
    context = replace(CONTEXT, earlier=lambda table: pd.DataFrame())
    assert len(read(filled_in(tmp_path), write(tmp_path, line()), context=context)["allocations"].frame) == 1


# -- the format of a profile ----------------------------------------------------------------------

EXAMPLE = (PROFILES / "municipal_claims.toml").read_text("utf8")
BAD_PROFILES = {
    "unknown key": ('active = true\n', 'active = true\nactief = true\n', "actief: deze sleutel bestaat niet"),
    "unknown key in a part": ('separator = ","', 'separator = ","\nregel = 1', "format.regel: deze sleutel"),
    "missing key": ('dutch = "declaraties van een gemeente per jeugdige en periode"', "", "dutch: deze sleutel ontb"),
    "wrong type": ("active = true", 'active = "ja"', "active: verwacht true of false"),
    "unknown table": ('table = "claims"', 'table = "declaraties"', "table: kies uit"),
    "unknown date form": ('dates = "%m/%d/%Y"', 'dates = "%m/%d/%y"', "format.dates: kies uit"),
    "unknown encoding": ('"utf8"', '"utf-16"', "format.encoding: kies uit"),
    "no encoding": ('encoding = "utf8"', "", "format.encoding: deze sleutel ontbreekt"),
    "one sign for two things": ('thousands = ","', 'thousands = "."', "format.thousands"),
    "unknown suffix": ('suffixes = [".csv"]', 'suffixes = [".xls"]', "recognise.suffixes: kies uit"),
    "workbook without a name": ('suffixes = [".csv"]', 'suffixes = [".xlsx"]', "recognise.file_name"),
    "column twice": ('"Pseudo", "Geslacht"', '"Pseudo", "Pseudo"', "recognise.columns: iets staat er dubbel in"),
    "column that is not there": ('from = "Productcode"', 'from = "Product"', "product.from"),
    "column of ours that is unknown": ("product = {", "artikel = {", "columns.artikel: deze sleutel bestaat niet"),
    "column of ours left out": ('product = { from = "Productcode" }', "", "columns.product: deze kolom mag niet leeg"),
    "unknown rule": ('rule = "euros"', 'rule = "dollars"', "columns.amount_cents.rule: kies uit"),
    "rule for another column": ('product = { from', 'product = { rule = "euros", from', "columns.product.rule"),
    "key of another rule": ("decimals = 2", 'decimals = 2, across = "start"', "columns.amount_cents.across"),
    "rule lacks a key": (', pattern = "[1-9][0-9]{0,9}"', "", "columns.youth_id.pattern: deze sleutel is nodig"),
    "pattern that is none": ("[1-9][0-9]{0,9}", "[1-9", "columns.youth_id.pattern: dit is geen geldig patroon"),
    "constant that is no date": ('received_on = { value = "" }', 'received_on = { value = "15-01-2021" }', "on.value"),
    "too many decimals": ("decimals = 2", "decimals = 12", "columns.amount_cents.decimals: kies een getal"),
    "constant that is no number": ('units = { from = "Declaratie aantal OK" }', 'units = { value = "x" }', "ts.value"),
    "header above the sheet": ("[format]", "[excel]\nheader_row = 0\n[format]", "excel.header_row"),
    "constant that is a block": ("[providers] ", "[providers]\nHulp = 1\n", "providers: verwacht bij elk woord"),
    "AGB code too short": ("[providers] ", '[providers]\n"Hulp" = "1234567"\n', "providers.Hulp: verwacht een AGB"),
    "not TOML": ("active = true", "active = ", "het bestand: dit is geen leesbare TOML (regel"),
    "youths by half": ('sex = { from = "Geslacht"', '#sex = { from = "Geslacht"', "youths: geef birth_year en sex"),
    "one column in two ways": ('from = "Productcode"', 'from = "Selectiejaar"', "op een andere manier"),
    "codes that are no words": ('Minuten = "01"', "Minuten = 1", "columns.unit.codes: verwacht bij elk woord"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), BAD_PROFILES.values(), ids=BAD_PROFILES)
def test_a_wrong_profile_is_refused_with_file_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert EXAMPLE.count(old) == 1
    path = tmp_path / "fout.toml"
    path.write_text(EXAMPLE.replace(old, new), "utf8")
    with pytest.raises(JeugdError, match="PRF-001") as refused:
        Profile.from_toml(path)
    assert refused.value.wat.startswith("fout.toml, ") and said in refused.value.wat


def test_a_profile_has_a_plain_name(tmp_path: Path) -> None:
    path = tmp_path / "Mijn profiel.toml"
    path.write_text(EXAMPLE, "utf8")
    with pytest.raises(JeugdError, match="de naam"):
        Profile.from_toml(path)


def test_derived_tables_need_periods(tmp_path: Path) -> None:
    path = tmp_path / "fout.toml"
    month = re.search(r"^month = .*$", EXAMPLE, re.MULTILINE)
    assert month is not None
    path.write_text(EXAMPLE.replace(month[0], 'month = { from = "Declaratie beginperiode" }'), "utf8")
    with pytest.raises(JeugdError, match=r"columns\.month: toewijzingen en jeugdigen"):
        Profile.from_toml(path)


# -- proposals and previews -----------------------------------------------------------------------


def proposal(folder: Path, content: str | bytes) -> tuple[dict, str]:
    path = folder / "onbekend.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    text = propose(path)
    return tomllib.loads(text), text


def test_proposal_of_the_municipal_layout(tmp_path: Path) -> None:
    path = write(tmp_path, line(amount="1,234.50"), line(pseudo="5", start="6/15/2020"))
    text = propose(path)
    told = tomllib.loads(text)
    assert told["recognise"]["columns"] == [name.strip('"') for name in HEADER.split(",")]
    assert told["format"] == {
        "encoding": "utf8", "separator": ",", "decimal": ".", "thousands": ",", "currency": [],
        "dates": "%m/%d/%Y", "empty": [""], "open_end": [],
    }  # fmt: skip
    assert "altijd 2 decimalen" in text
    for value in ("Aanbieder A", "Wijk E", "1,234.50", "6/1/2020"):
        assert value not in text


def test_proposal_leaves_open_what_fits_twice(tmp_path: Path) -> None:
    told, text = proposal(tmp_path, "Naam;Dag;Bedrag\nJan;01/02/2025;1.234\nPiet;03/04/2025;2.500\n")
    assert told["format"]["dates"] == "" and told["format"]["decimal"] == "" == told["format"]["thousands"]
    assert '#   dates = "%m/%d/%Y" of "%d/%m/%Y"' in text
    assert '#   decimal = "." met thousands = ""' in text and '#   decimal = "" met thousands = "."' in text
    assert "(Dag)" in text and "(Bedrag)" in text and "Piet" not in text


def test_proposal_chooses_what_all_values_prove(tmp_path: Path) -> None:
    content = "Naam;Dag;Bedrag\nJan;01-02-2025;€ 1.234,50\nPiet;31-12-2025;€ 2,00\n".replace("Piet", "Renée")
    told, _ = proposal(tmp_path, content.encode("cp1252"))
    assert told["format"] == {
        "encoding": "cp1252", "separator": ";", "decimal": ",", "thousands": ".", "currency": ["€"],
        "dates": "%d-%m-%Y", "empty": [""], "open_end": [],
    }  # fmt: skip


def test_proposal_of_two_separators_and_of_none(tmp_path: Path) -> None:
    told, text = proposal(tmp_path, "a,b;c\n1,2;3\n")
    assert told["format"]["separator"] == "" and "meer tekens passen" in text
    with pytest.raises(DeliveryError, match="geen scheidingsteken"):
        proposal(tmp_path, "a\n1\n")
    with pytest.raises(DeliveryError, match="geen scheidingsteken"):
        proposal(tmp_path, "a,b\r1,2\r")


def test_proposal_becomes_a_profile_when_it_is_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "namen.csv"
    path.write_text("AGB,Naam\n00000001,Hulp BV\n", "utf8")
    text = propose(path)
    target = tmp_path / "namen.toml"
    target.write_text(text, "utf8")
    with pytest.raises(JeugdError, match="table: kies uit"):
        Profile.from_toml(target)
    text = text.replace('table = ""', 'table = "providers"')
    target.write_text(text + 'provider = { from = "AGB" }\nname = { from = "Naam" }\n', "utf8")
    assert read(Profile.from_toml(target), path)["providers"].frame.values.tolist() == [["00000001", "Hulp BV"]]


def test_preview_hides_what_could_name_a_youth(tmp_path: Path) -> None:
    path = write(tmp_path, *[line(pseudo=str(at)) for at in range(1, 9)])
    shown = preview(path, filled_in(tmp_path))
    assert len(shown) == 5
    assert shown[0] == {
        "reference": HIDDEN, "allocation_id": HIDDEN, "youth_id": HIDDEN, "municipality": "GM0637",
        "provider": "00000001", "product": "PE5", "month": "2020-06-01", "units": "2", "unit": "14", "tariff_cents": "",
        "amount_cents": "6050", "credit_of": "", "received_on": "2021-01-15",
    }  # fmt: skip
    assert len(preview(path, filled_in(tmp_path), rows=2)) == 2


def test_preview_needs_no_constants(tmp_path: Path) -> None:
    shipped = next(profile for profile in profiles_in(PROFILES) if profile.active)
    known = replace(shipped, providers={"Aanbieder A": "00000001"})
    assert preview(write(tmp_path, line()), known)[0]["municipality"] == ""
