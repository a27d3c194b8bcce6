"""Chapter 80: verdicts and words calculated by hand from small tables; every figure for every area of the example."""

from __future__ import annotations

import pandas as pd
import pytest

from jeugd_analysis.chapters import quality, quality_beside, quality_corrections, quality_lines, quality_months
from jeugd_analysis.chapters.edition import Edition
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.methods.completeness import Usable
from jeugd_analysis.store import Store
from tests.unit.chapters.readable import require_readable_everywhere

PERIOD, QUARTER = "2026-K3", Quarter(2026, 3)
LIMITS = Usable(declared=0.98, estimated=0.75, providers=0.9)
FINDINGS = (
    quality.deliveries, quality_months.usable_quarters, quality_months.usable_months, quality_lines.arrived,
    quality_lines.refused, quality_lines.waiting, quality_corrections.corrections, quality_beside.books,
    quality_beside.cbs,
)  # fmt: skip


@pytest.mark.parametrize("find", FINDINGS, ids=lambda find: find.__name__)
def test_every_figure_of_every_area_can_be_read(find, in_example: Store):
    require_readable_everywhere(find, in_example, PERIOD)


def test_no_provider_is_named_in_the_chapter(in_example: Store):
    codes = set(in_example.table("providers", QUARTER)["provider"])
    names = set(in_example.table("providers", QUARTER)["name"])
    for find in FINDINGS:
        finding = find("GM0000", PERIOD)
        told = " ".join([finding.title, finding.source, *finding.texts.values(), finding.table])
        assert not any(code in told for code in codes | names), find.__name__


# -- quarters and months ---------------------------------------------------------------------------


def quarters(*rows):
    columns = ["care_quarter", "declared", "expected", "low", "high"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], "Int64"))


def test_the_part_that_is_in_and_its_margin_come_from_the_rounded_amounts():
    told = quality_months.with_verdict(
        quarters(("2026-K1", 98, 100, 98, 112), ("2026-K2", 80, 100, 90, 160), ("2026-K3", 40, 100, 80, 125)), LIMITS
    )
    assert told["tekst"].tolist() == ["98,0%", "80,0%", "40,0%"]
    assert told["band"].tolist() == ["87,5% tot 100%", "50,0% tot 88,9%", "32,0% tot 50,0%"]
    assert told["verdict"].tolist() == ["bruikbaar", "alleen met schatting", "nog niet bruikbaar"]
    title, words = quality_months.quarter_words(told)
    assert title == "Tot en met 2026-K1 zijn de kosten bruikbaar"
    assert words.endswith("2026-K3 is voor 40,0% binnen: nog niet bruikbaar.")


def test_nothing_that_is_still_to_come_reads_as_everything():
    told = quality_months.with_verdict(quarters(("2026-K1", 9_996, 10_000, 9_996, 10_000)), LIMITS)
    assert told["tekst"].tolist() == ["99,9%"]
    above = quality_months.with_verdict(quarters(("2026-K1", 101, 100, 99, 102)), LIMITS)
    assert above["tekst"].tolist() == ["100%"]


def test_no_usable_quarter_all_usable_and_hidden_ones_in_words():
    none = quality_months.with_verdict(quarters(("2026-K3", 40, 100, 80, 125)), LIMITS)
    assert quality_months.quarter_words(none)[0] == "Geen van de laatste kwartalen is al bruikbaar"
    whole = quality_months.with_verdict(quarters(("2026-K3", 100, 100, 100, 100)), LIMITS)
    assert quality_months.quarter_words(whole)[1].endswith("Van geen kwartaal komt er nog veel bij.")
    hidden = quality_months.with_verdict(quarters(("2026-K3", pd.NA, pd.NA, pd.NA, pd.NA)), LIMITS)
    assert hidden["tekst"].tolist() == ["geheim"] and hidden["verdict"].tolist() == ["niet te zeggen"]
    assert "niet te schatten" in quality_months.quarter_words(hidden)[1]


def covered(*rows):
    told = pd.DataFrame(rows, columns=["month", "group", "expected", "came"])
    return told.assign(month=pd.to_datetime(told["month"]))


def test_a_month_needs_both_its_money_and_its_providers():
    told = covered(("2026-03-01", 0, 10, 10), ("2026-04-01", 0, 10, 8), ("2026-07-01", 0, 10, 10))
    rows = quality_months.month_rows(
        told, quarters(("2026-K1", 99, 100, 0, 0), ("2026-K2", 99, 100, 0, 0)), {0: "alle"}, LIMITS
    )
    assert rows["g0"].tolist() == ["10 van 10", "8 van 10", "10 van 10"]
    assert rows["verdict"].tolist() == ["bruikbaar", "alleen met schatting", "niet te zeggen"]
    title, words = quality_months.month_words(rows, QUARTER)
    assert title == "De laatste maand die zonder schatting te gebruiken is, is maart 2026"
    assert "Over juli 2026 declareerde tot nu 100% van de aanbieders" in words
    assert "Nog geen maand is bruikbaar" in quality_months.month_words(rows.iloc[1:2], QUARTER)[0]
    empty = quality_months.month_words(
        pd.concat([rows, rows.iloc[-1:].assign(maand="augustus 2026", providers=0)]), QUARTER
    )
    assert "Over juli 2026 declareerde" in empty[1] and "Over augustus 2026 is nog niets binnen." in empty[1]
    unknown = quality_months.month_words(rows.iloc[2:], QUARTER)
    assert unknown[0].startswith("Over juli 2026") and "Dus ook niet of een maand" in unknown[1]


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        ([0, 1, 2], {0: "grootste", 1: "middelste", 2: "kleinste"}),
        ([0, 2], {0: "grootste", 2: "andere"}),
        ([2], {2: "alle"}),
        ([], {}),
    ],
)
def test_groups_that_were_joined_have_names_that_fit(groups, names):
    assert quality_months.group_names(groups) == names


# -- lines -----------------------------------------------------------------------------------------


def received(*rows):
    told = pd.DataFrame(rows, columns=["receipt_quarter", "provider", "lines", "credit_lines", "credit_cents", "day"])
    return told.assign(first_received=pd.to_datetime(told["day"]), last_received=pd.to_datetime(told["day"]))


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (2, "In 2026-K3 declareerden 2 aanbieders. Dat is evenveel als in 2026-K2."),
        (1, "Dat is er 1 meer dan in 2026-K2."),
        (5, "Dat zijn er 3 minder dan in 2026-K2."),
    ],
)
def test_providers_of_a_quarter_beside_the_one_before(before, words):
    rows = [("2026-K2", f"p{n}", 3, 0, 0, "2026-05-01") for n in range(before)]
    rows += [("2026-K3", "p1", 3, 1, -50, "2026-07-02"), ("2026-K3", "p2", 3, 1, -50, "2026-09-29")]
    told = quality_lines.arrivals_of(received(*rows), QUARTER)
    last = told.iloc[-1]
    assert (last["lines"], last["credit_lines"], last["credit_cents"]) == (6, 2, -100)
    assert (last["first"], last["last"]) == ("2-7-2026", "29-9-2026")
    title, said = quality_lines.arrival_words(told, QUARTER)
    assert title == "De laatste declaratie in dit boek kwam binnen op 29 september 2026" and said.endswith(words)


def test_a_quarter_without_claims_and_a_first_quarter_are_told():
    told = quality_lines.arrivals_of(received(("2026-K2", "p", 3, 0, 0, "2026-05-01")), QUARTER)
    assert "geen declaraties binnen" in quality_lines.arrival_words(told, QUARTER)[0]
    assert quality_lines.arrival_words(told, Quarter(2026, 2))[1].endswith("In 2026-K2 declareerde 1 aanbieder.")


def states(**lines):
    return pd.DataFrame(
        [("GM1", state, number, 100 * number) for state, number in lines.items()],
        columns=["municipality", "state", "lines", "amount_cents"],
    ).replace({"state": {"telt": "telt mee", "wacht": "wacht op antwoord"}})


def test_refused_lines_are_those_set_aside_and_those_rejected_later():
    aside = pd.DataFrame({"reason": ["CLM-003", "CLM-003", "CLM-010"], "amount_cents": [100, -40, 7]})
    rows = quality_lines.refused_rows(aside, states(afgewezen=2, telt=5), {"CLM-003": "bedrag klopt niet"})
    assert rows.values.tolist() == [
        ["Bedrag klopt niet", "CLM-003", 2, 60],
        ["CLM-010", "CLM-010", 1, 7],
        ["Door de gemeente afgewezen, na het inlezen (JW325)", "", 2, 200],
    ]
    assert quality_lines.refused_rows(aside.iloc[:0], states(telt=5), {}).empty


def test_the_words_on_refused_lines_never_tell_a_hidden_number():
    rows = pd.DataFrame({"reden": ["Een", "Twee"], "lines": [20, 50], "cents": [100_000_00, 5_000_000_00]})
    title, words = quality_lines.refused_words(rows, rows, "Stad")
    assert title == "De meeste regels die niet meetellen: twee" and "(50 regels, samen €\xa05,0\xa0mln)" in words
    secret = rows.assign(cents=pd.Series([pd.NA, pd.NA], dtype="Int64"))
    assert "(50 regels)" in quality_lines.refused_words(secret, rows, "Stad")[1]
    hidden = rows.assign(lines=pd.Series([pd.NA, pd.NA], dtype="Int64"))
    assert quality_lines.refused_words(hidden, rows, "Stad")[1].startswith("Het gaat om weinig regels.")


def test_lines_that_wait_are_a_share_of_all_lines():
    rows = quality_lines.waiting_rows(states(telt=60, wacht=30, afgewezen=10))
    told = quality_lines.waiting_words(rows, untold=[], answered=True)
    assert told == "30,0% van de regels wacht op antwoord van de gemeente. Zij tellen nog niet mee."
    none = quality_lines.waiting_words(quality_lines.waiting_rows(states(telt=60)), untold=["2025-K4"], answered=True)
    assert none.startswith("Geen enkele regel wacht nog") and "Bij de aanleveringen van 2025-K4 zaten" in none
    assert "niet te zeggen" in quality_lines.waiting_words(rows, untold=["2025-K4"], answered=False)


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ([], "Er is geen enkele correctie van kracht: alle bestanden tellen mee zoals ze kwamen."),
        (["gemeld"], "Er is één correctie van kracht."),
        (["gemeld", "akkoord"], "Er zijn 2 correcties van kracht."),
        (["voorgesteld"], "Er is geen correctie van kracht. Eén is voorgesteld en verandert nog niets."),
        (["akkoord", *["voorgesteld"] * 2],
         "Er is één correctie van kracht. 2 zijn voorgesteld en veranderen nog niets."),
    ],
)  # fmt: skip
def test_corrections_in_words(statuses, words):
    assert quality_corrections.correction_words([{"status": status} for status in statuses]) == words


# -- beside others ---------------------------------------------------------------------------------


def own_years(*rows):
    return pd.DataFrame(rows, columns=["period", "amount_cents"]).astype({"amount_cents": "Int64"})


def test_the_books_are_compared_with_lump_sums_and_these_are_not_told():
    told = quality_beside.book_rows(
        own_years(("2023", 100_000), ("2024", 80_000), ("2025", pd.NA)),
        {"2023": 103_000, "2024": 101_000, "2025": 90_000}, {"2024": 20_000}, tolerance=0.02,
    )  # fmt: skip
    assert told["verdict"].tolist() == ["wij tellen minder", "binnen de marge", "niet te zeggen"]
    assert told["verschil"].tolist() == ["−3%", "−21%", "geheim"]
    assert told["lump"].tolist() == ["geen", "ja, geheim", "geen"]
    assert not told.astype(str).apply(lambda column: column.str.contains("20000")).any(axis=None)
    title, words = quality_beside.book_words(told, "Stad", 0.02, 2024)
    assert title == "De declaraties en vaste bedragen van 2024 sluiten aan op het grootboek"
    assert words.endswith("Buiten de marge van 2% vallen: 2023.")


@pytest.mark.parametrize(
    ("own", "title"),
    [
        (100, "De declaraties van 2025 sluiten aan op het grootboek"),
        (90, "De declaraties van 2025 zijn lager dan het grootboek"),
        (110, "De declaraties van 2025 zijn hoger dan het grootboek"),
        (pd.NA, "Of de declaraties van 2025 aansluiten op het grootboek, is niet te zeggen"),
    ],
)
def test_the_books_in_words(own, title):
    told = quality_beside.book_rows(own_years(("2025", own)), {"2025": 100}, {}, tolerance=0.02)
    assert quality_beside.book_words(told, "Stad", 0.02, 2025)[0] == title


def test_without_books_the_page_says_how_to_get_them(in_example: Store, monkeypatch):
    monkeypatch.setattr(quality_beside, "booked", lambda edition: {})
    finding = quality_beside.books("GM0637", PERIOD)
    assert not finding.table and "Lever ledger.csv aan" in finding.texts["grootboek_zin"]


def test_books_of_the_region_need_every_municipality(own_project: Store, monkeypatch):
    """In 2024 only one municipality has books: the region has none, the municipality has. 9.9 is not youth care."""
    first, *others = own_project.region.municipalities
    rows = [(area.code, "6.72a", 2025, 100) for area in (first, *others)]
    rows += [(first.code, "6.72a", 2024, 70), (first.code, "9.9", 2025, 9), (first.code, "6.72", 2025, 5)]
    ledger = pd.DataFrame(rows, columns=["municipality", "task_field", "year", "amount_cents"])
    monkeypatch.setattr(Store, "table", lambda self, name, until: ledger)
    editions = [
        Edition(store=own_project, quarter=QUARTER, area=area) for area in (own_project.region.area, first)
    ]  # fmt: skip
    assert quality_beside.booked(editions[0]) == {"2025": 100 * (1 + len(others))}
    assert quality_beside.booked(editions[1]) == {"2024": 70, "2025": 100}


def beside_cbs(youths, cbs=1000.0):
    both = pd.DataFrame({"period": ["2022"], "cbs": [cbs], "status": ["voorlopig"]})
    return quality_beside.cbs_rows(both.assign(youths=pd.Series([youths], dtype="Int64")), tolerance=0.1)


@pytest.mark.parametrize(
    ("youths", "title"),
    [
        (950, "Het aantal jeugdigen van 2022 ligt binnen 10% van dat van het CBS"),
        (800, "Dit boek telt in 2022 20,0% minder jeugdigen dan het CBS"),
        (1200, "Dit boek telt in 2022 20,0% meer jeugdigen dan het CBS"),
        (pd.NA, "Het aantal jeugdigen van 2022 in Stad is niet naast dat van het CBS te zetten"),
    ],
)
def test_youths_beside_those_of_cbs(youths, title):
    assert quality_beside.cbs_words(beside_cbs(youths), "Stad", 0.1)[0] == title
