"""Taking in a delivery is all or nothing; what is set aside is counted; marts equal a plain recount of its lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from filelock import FileLock

from jeugd_analysis import pipeline
from jeugd_analysis.domain import codes
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DeliveryError, JeugdError, UnknownNameError
from jeugd_analysis.store import Store
from jeugd_analysis.tables import TABLES, columns_of

K1, K2, K3 = (Quarter(2026, number) for number in (1, 2, 3))
ANNE, BO, CAS = "00aa11bb22cc33dd", "00aa11bb22cc33ee", "00aa11bb22cc33ff"
ZOETERMEER, DELFT, VOORSCHOTEN = "GM0637", "GM0503", "GM0626"
Row = dict[str, Any]
Deliver = Callable[..., Path]


def youth(youth_id: str, birth_year: int = 2014, **told: Any) -> Row:
    row = {"birth_year": birth_year, "sex": "1", "municipality": ZOETERMEER, "valid_from": "2020-01-01"}
    return {"youth_id": youth_id, **row, **told}


def allocation(number: str, youth_id: str = ANNE, **told: Any) -> Row:
    row = {"municipality": ZOETERMEER, "provider": "00000001", "product": "45A48", "start": "2025-01-01"}
    return {"allocation_id": number, "youth_id": youth_id, **row, **told}


def claim(reference: str, *, units: int = 2, tariff: int = 100, **told: Any) -> Row:
    row = {
        "reference": reference, "allocation_id": f"A-{reference}", "youth_id": ANNE, "municipality": ZOETERMEER,
        "provider": "00000001", "product": "45A48", "month": "2025-06-01", "units": units, "unit": "04",
        "tariff_cents": tariff, "amount_cents": units * tariff, "received_on": "2025-08-01",
    }  # fmt: skip
    return {**row, **told}


def credit(reference: str, of: str, units: int = 2, **told: Any) -> Row:
    return claim(reference, units=-units, **{"credit_of": of, "allocation_id": f"A-{of}", **told})


# Every claim of these tests has an allocation of its own: a month of an allocation is billed once.
REFERENCES = [
    *(f"D{n:04d}" for n in range(400)), *(f"{letter}{n}" for letter in "ABCDXY" for n in range(10)),
    *(f"E{n}" for n in range(400)), "OUD", "weg", "NIEUW", "LATER",
]  # fmt: skip


@pytest.fixture
def deliver(tmp_path: Path) -> Deliver:
    """Write a folder with the tables given; each call a new folder."""
    made: list[Path] = []

    def write(**tables: Sequence[Row] | str) -> Path:
        folder = tmp_path / f"levering{len(made)}"
        folder.mkdir()
        made.append(folder)
        for name, rows in tables.items():
            path = folder / f"{name}.csv"
            if isinstance(rows, str):
                path.write_text(rows)
                continue
            names = list(columns_of(TABLES[name]))
            table = [names, *([row.get(column) for column in names] for row in rows)]
            path.write_text("".join(",".join("" if v is None else str(v) for v in line) + "\n" for line in table))
        return folder

    return write


BASE: dict[str, list[Row]] = {
    "youths": [youth(ANNE), youth(BO), youth(CAS)],
    "allocations": [
        allocation("T1"), allocation("T2", BO), allocation("T3", CAS), *(allocation(f"A-{r}") for r in REFERENCES),
    ],
}  # fmt: skip
ALLOCATIONS = len(BASE["allocations"])
MANY = [claim(f"D{n:04d}") for n in range(400)]  # so that a few bad lines stay below the limit of 2 %


def left_behind(store: Store) -> list[str]:
    folder = store.deliveries_folder
    return sorted(p.name for p in folder.rglob("*") if p.name != ".slot") if folder.exists() else []


def references(store: Store, quarter: Quarter) -> list[str]:
    return sorted(store.column("claims", "reference", quarter))


# -- all or nothing ------------------------------------------------------------------------------


def test_a_delivery_is_taken_in_whole(store, deliver):
    said: list[str] = []
    delivery = pipeline.add(K1, [deliver(**BASE, claims=MANY)], store=store, progress=said.append)
    assert {part.table: (part.delivered, part.accepted) for part in delivery.parts} == {
        "youths": (3, 3), "allocations": (ALLOCATIONS, ALLOCATIONS), "claims": (400, 400),
    }  # fmt: skip
    assert [line.partition(":")[0] for line in said] == ["allocations.csv", "youths.csv", "claims.csv"]
    assert store.editions() == ["2026-K1"] and store.deliveries() == [delivery]
    kept = sorted(path.name for path in delivery.folder.iterdir())
    assert kept == ["allocations.parquet", "claims.parquet", "delivery.json", "youths.parquet"]


@pytest.mark.parametrize(
    "bad",
    [
        {"claims": [claim("D1"), claim("D1")]},
        {"claims": [claim("D1", month="2025-06-15")]},
        {"claims": [claim("D1", youth_id="Jan Jansen")]},
        {"claims": "geen,kop\n1,2\n"},
        {"claims": ""},
        {"youths": [youth(ANNE, birth_year=1890)]},
    ],
    ids=["double key", "rule", "no pseudonym", "other columns", "empty", "range"],
)
def test_one_bad_file_and_nothing_is_kept(store, deliver, bad):
    folder = deliver(**{**BASE, "claims": MANY, **bad})
    with pytest.raises(DeliveryError) as refused:
        pipeline.add(K1, [folder], store=store)
    assert next(iter(bad)) + ".csv" in refused.value.wat and refused.value.exit_code == 2
    assert "Jansen" not in str(refused.value) and "1890" not in str(refused.value)
    assert left_behind(store) == [] and store.editions() == []


def test_a_refused_delivery_leaves_the_earlier_one_untouched(store, deliver):
    first = pipeline.add(K1, [deliver(**BASE, claims=MANY)], store=store)
    before = {path: path.read_bytes() for path in first.folder.iterdir()}
    with pytest.raises(DeliveryError):
        pipeline.add(K1, [deliver(**BASE, claims="kapot\n")], store=store)
    assert {path: path.read_bytes() for path in first.folder.iterdir()} == before
    assert store.deliveries() == [first]
    assert pipeline.add(K1, [deliver(claims=MANY)], store=store).name.startswith("002-")


def test_a_crash_of_our_own_leaves_nothing_either(store, deliver, monkeypatch):
    monkeypatch.setattr(Store, "accept", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pipeline.add(K1, [deliver(**BASE)], store=store)
    assert left_behind(store) == []


def test_two_files_with_one_table_are_refused(store, deliver):
    folder = deliver(**BASE)
    (folder / "nog_meer.csv").write_bytes((folder / "youths.csv").read_bytes())  # recognised by its columns
    with pytest.raises(DeliveryError, match=r"BES-006.*jeugdigen"):
        pipeline.add(K1, [folder], store=store)
    assert left_behind(store) == []


def test_an_unknown_file_is_refused_and_told_where_the_kinds_are_listed(store, deliver):
    folder = deliver(**BASE)
    (folder / "brief.txt").write_text("hallo\n")
    with pytest.raises(DeliveryError, match=r"BES-005.*brief\.txt") as refused:
        pipeline.add(K1, [folder], store=store)
    assert "jeugd profile" in refused.value.doe and "README" in refused.value.doe
    assert left_behind(store) == []


def test_missing_and_empty_paths_are_refused(store, tmp_path):
    (tmp_path / "leeg").mkdir()
    for path, code in ((tmp_path / "weg", "BES-003"), (tmp_path / "leeg", "BES-004")):
        with pytest.raises(DeliveryError, match=code):
            pipeline.add(K1, [path], store=store)
    assert not store.deliveries_folder.exists()


def test_a_second_run_at_the_same_time_is_refused_and_changes_nothing(store, deliver):
    folder = deliver(**BASE)
    store.deliveries_folder.mkdir(parents=True)
    with FileLock(store.deliveries_folder / ".slot"):
        for start in (
            lambda: pipeline.add(K1, [folder], store=store),
            lambda: pipeline.build(K1, store=store, workers=1),
        ):
            with pytest.raises(JeugdError, match="SLT-001"):
                start()
        assert left_behind(store) == []
    assert pipeline.add(K1, [folder], store=store).quarter == K1  # free again


# -- what replaces what --------------------------------------------------------------------------


def test_a_new_delivery_of_the_same_quarter_replaces_the_table(store, deliver):
    pipeline.add(K1, [deliver(**BASE, claims=[claim("D1"), claim("D2")])], store=store)
    pipeline.add(K1, [deliver(claims=[claim("D2"), claim("D3")])], store=store)
    assert references(store, K1) == ["D2", "D3"]
    assert len(store.table("youths", K1)) == 3  # not in the second delivery: still that of the first


def test_the_same_files_again_change_nothing(store, deliver):
    folder = deliver(**BASE, claims=MANY)
    first = pipeline.add(K1, [folder], store=store)
    said: list[str] = []
    assert pipeline.add(K1, [folder], store=store, progress=said.append) == first
    assert store.deliveries() == [first] and said == ["deze bestanden zijn al ingelezen; er verandert niets"]
    second = pipeline.add(K1, [deliver(claims=MANY[:-1])], store=store)
    third = pipeline.add(K1, [folder], store=store)  # going back is a change
    assert store.deliveries() == [first, second, third] and len(references(store, K1)) == 400


def test_claims_of_later_quarters_add_up_and_other_tables_are_replaced(store, deliver):
    pipeline.add(K1, [deliver(**BASE, claims=[claim("D1")])], store=store)
    pipeline.add(K2, [deliver(youths=[youth(BO)], claims=[claim("D2")])], store=store)
    assert references(store, K2) == ["D1", "D2"] and references(store, K1) == ["D1"]
    assert store.table("youths", K2)["youth_id"].tolist() == [BO]
    assert len(store.table("youths", K1)) == 3  # an edition stays what it was
    assert store.editions() == ["2026-K1", "2026-K2"]


def test_a_claim_that_came_in_a_later_quarter_is_not_counted_twice_when_an_earlier_one_comes_again(store, deliver):
    pipeline.add(K1, [deliver(**BASE, claims=[*MANY, claim("X1")])], store=store)
    pipeline.add(K2, [deliver(claims=[*(claim(f"E{n}") for n in range(400)), claim("Y1")])], store=store)
    pipeline.add(K1, [deliver(claims=[*MANY, claim("X1"), claim("Y1")])], store=store)  # Y1 is in K2 already
    assert references(store, K2).count("Y1") == 1


# -- quarantine ----------------------------------------------------------------------------------


def aside(store: Store, quarter: Quarter) -> pd.DataFrame:
    delivery = store.deliveries(quarter)[-1]
    return pd.read_parquet(delivery.folder / "terzijde__claims.parquet")[
        ["reference", "reason", "line", "amount_cents"]
    ]


def test_lines_that_cannot_be_used_are_set_aside_with_reason_and_euros(store, deliver):
    pipeline.add(K1, [deliver(**BASE, claims=[claim("OUD")])], store=store)
    lines = [
        *MANY,
        claim("A1", amount_cents=201),  # 2 x 100 is not 201
        claim("A2", amount_cents=999),
        claim("B1", allocation_id="T9"),
        claim("OUD"),  # came in K1
        credit("C1", of="weg"),
        claim("E1", unit="83", units=500, tariff=0, tariff_cents=None, amount_cents=500),  # an amount in euros: fine
        claim("A3", amount_cents=7, allocation_id="T9"),  # two faults: the first rule counts
    ]
    delivery = pipeline.add(K2, [deliver(claims=lines)], store=store)
    part = delivery.parts[0]
    assert (part.delivered, part.accepted) == (407, 401)
    assert part.set_aside == {"CLM-003": 2, "CLM-010": 2, "CLM-011": 1, "CLM-012": 1}
    assert part.set_aside_cents == {"CLM-003": 201 + 999, "CLM-010": 200 + 7, "CLM-011": 200, "CLM-012": -200}
    assert aside(store, K2).to_dict("split")["data"] == [
        ["A1", "CLM-003", 402, 201],  # line 1 is the header: MANY fills lines 2 to 401
        ["A2", "CLM-003", 403, 999],
        ["B1", "CLM-010", 404, 200],
        ["OUD", "CLM-011", 405, 200],
        ["C1", "CLM-012", 406, -200],
        ["A3", "CLM-010", 408, 7],
    ]
    assert not {"A1", "A2", "B1", "C1", "A3"} & set(references(store, K2)) and references(store, K2).count("OUD") == 1
    told = "\n".join(pipeline.check(K2, store=store))
    assert "declaraties: 408 regels aangeleverd, 402 ingelezen." in told  # with the one line of K1
    assert "2 regels terzijde, bedrag is niet aantal x tarief (CLM-003), €\u00a012" in told


def test_a_credit_goes_aside_with_its_original(store, deliver):
    lines = [*MANY, claim("A1"), credit("A2", of="A1"), claim("B1"), credit("B2", of="B1")]
    rejected = [{"reference": "A1", "status": "afgewezen", "return_codes": "9346", "answered_on": "2025-08-02"}]
    part = pipeline.add(K1, [deliver(**BASE, claims=lines, claim_answers=rejected)], store=store).parts[-1]
    assert part.set_aside == {"CLM-020": 1, "CLM-012": 1}
    assert {"B1", "B2"} < set(references(store, K1)) and not {"A1", "A2"} & set(references(store, K1))


def test_a_credit_of_a_line_set_aside_in_an_earlier_quarter_goes_aside_too(store, deliver):
    pipeline.add(K1, [deliver(**BASE, claims=[*MANY, claim("A1", amount_cents=201)])], store=store)
    later = [claim(f"E{n}") for n in range(400)]
    part = pipeline.add(
        K2, [deliver(claims=[*later, credit("A2", of="A1"), credit("D9", of="D0009")])], store=store
    ).parts[0]
    assert part.set_aside == {"CLM-012": 1} and "D9" in references(store, K2)


@pytest.mark.parametrize(("bad", "refused"), [(8, False), (9, True)])
def test_more_than_two_percent_set_aside_refuses_the_delivery(store, deliver, bad, refused):
    lines = [*MANY[: 400 - bad], *(claim(f"X{n}", allocation_id="T9") for n in range(bad))]  # 8 of 400 is 2 %
    folder = deliver(**BASE, claims=lines)
    if not refused:
        assert pipeline.add(K1, [folder], store=store).parts[-1].set_aside == {"CLM-010": 8}
        return
    with pytest.raises(DeliveryError, match=r"AAN-001.*9 van de 400.*9 x geen toewijzing"):
        pipeline.add(K1, [folder], store=store)
    assert left_behind(store) == []


def test_new_allocations_make_lines_of_the_same_file_usable_and_that_shows_in_the_digest(store, deliver):
    """The very same claims file, taken in again after better allocations, is not the same input."""
    claims = [*MANY, claim("B1", allocation_id="T9")]
    pipeline.add(K1, [deliver(**BASE, claims=claims)], store=store)
    pipeline.add(K1, [deliver(allocations=[*BASE["allocations"], allocation("T9")])], store=store)
    before = store.inputs_digest(K1)
    pipeline.add(K1, [deliver(claims=claims)], store=store)
    assert "B1" in references(store, K1)
    assert store.inputs_digest(K1) != before


def test_an_edition_without_claims_of_its_own_is_not_built(store, deliver):
    """Its months would count as old and so as complete, while their claims never came."""
    pipeline.add(K1, [deliver(**BASE, claims=MANY)], store=store)
    pipeline.add(K3, [deliver(youths=BASE["youths"])], store=store)
    assert pipeline.check(K3, store=store)[-1] == (
        "Ontbreekt nog: declaraties van 2026-K3 (de laatste zijn van 2026-K1)."
    )
    with pytest.raises(JeugdError, match=r"TAB-002.*2026-K3.*2026-K1"):
        pipeline.refresh_marts(K3, store=store, code="c")


def test_a_quarter_that_brought_no_claims_between_others_is_named(store, deliver):
    pipeline.add(K1, [deliver(**BASE, claims=MANY)], store=store)
    pipeline.add(K3, [deliver(claims=[claim(f"E{n}") for n in range(400)])], store=store)
    lines = pipeline.check(K3, store=store)
    assert "  let op: er zijn geen declaraties aangeleverd in 2026-K2. Klopt dat?" in lines
    assert lines[-1] == "Alles wat nodig is om te bouwen, is er."


# -- status of an edition ------------------------------------------------------------------------


def test_check_says_what_is_there_and_what_is_missing(store, deliver):
    pipeline.add(K1, [deliver(allocations=BASE["allocations"])], store=store)
    lines = pipeline.check(K1, store=store)
    assert lines[0] == "Editie 2026-K1: stand 31 maart 2026"
    assert f"toewijzingen: {ALLOCATIONS} regels aangeleverd, {ALLOCATIONS} ingelezen." in lines
    assert lines[-1] == "Ontbreekt nog: declaraties, jeugdigen."
    pipeline.add(K1, [deliver(youths=BASE["youths"], claims=MANY)], store=store)
    assert pipeline.check(K1, store=store)[-1] == "Alles wat nodig is om te bouwen, is er."


def test_an_edition_without_deliveries_names_those_that_have_them(store, deliver):
    pipeline.add(K2, [deliver(**BASE)], store=store)
    for quarter in (K1, K3):
        with pytest.raises(UnknownNameError, match=r"EDI-001.*2026-K2"):
            pipeline.check(quarter, store=store)
    with pytest.raises(JeugdError, match=r"TAB-001.*declaraties"):
        pipeline.refresh_marts(K2, store=store, code="c")


# -- marts by hand -------------------------------------------------------------------------------


def counted(store: Store, area: str, kind: str, period: str, dimension: str) -> dict[str, tuple[int, int]]:
    mart = store.mart("usage", K1)
    rows = mart[
        (mart["area"] == area)
        & (mart["period_kind"] == kind)
        & (mart["period"] == period)
        & (mart["dimension"] == dimension)
    ]
    return {row.level: (row.youths, row.amount_cents) for row in rows.itertuples()}


@pytest.fixture
def by_hand(store, deliver):
    """Anne moves from Zoetermeer to Delft in June, Bo is credited in full, Cas lives in Voorschoten, which has left."""
    asked = {"youth_id": ANNE, "provider": "00000001", "product": "45A48"}
    in_delft = {"municipality": DELFT}
    of_bo = {"allocation_id": "T2", "youth_id": BO}
    folder = deliver(
        youths=[youth(ANNE, 2013, sex="2"), youth(BO, 2007, sex="0"), youth(CAS)],
        allocations=[*BASE["allocations"], allocation("T4", product="43A11")],
        requests=[
            {"reference": "V1", "referrer": "02", "requested_on": "2024-11-01", **asked},
            {"reference": "V2", "referrer": "01", "requested_on": "2024-12-01", **asked},
            {"reference": "V3", "referrer": "05", "requested_on": "2025-02-01", **asked},
        ],
        claims=[
            claim("D1", units=3, month="2025-05-01"),
            claim("D2", units=4, month="2025-06-01", **in_delft),
            claim("D3", units=1, allocation_id="T4", product="43A11", unit="14", month="2025-07-01", **in_delft),
            claim("D4", **of_bo),
            credit("D5", of="D4", received_on="2026-01-10", provider="00000002", **of_bo),  # under another provider
            claim("D6", allocation_id="T3", youth_id=CAS, municipality=VOORSCHOTEN),
            claim("D7", units=50, month="2026-01-01", received_on="2026-04-01"),  # after the edition's last day
        ],
    )
    pipeline.add(K1, [folder], store=store)
    pipeline.refresh_marts(K1, store=store, code="c")
    return store


def test_a_mover_counts_once_in_the_region_and_once_in_each_municipality(by_hand):
    assert counted(by_hand, "GM0000", "jaar", "2025", "totaal") == {"alle": (1, 800)}
    assert counted(by_hand, DELFT, "jaar", "2025", "totaal") == {"alle": (1, 500)}
    # Bo was credited in full: the money is there and nets to nothing, the youth does not count.
    assert counted(by_hand, ZOETERMEER, "jaar", "2025", "totaal") == {"alle": (1, 300)}
    assert counted(by_hand, VOORSCHOTEN, "jaar", "2025", "totaal") == {}


def test_levels_by_hand(by_hand):
    assert counted(by_hand, "GM0000", "kwartaal", "2025-K2", "totaal") == {"alle": (1, 700)}
    assert counted(by_hand, "GM0000", "kwartaal", "2025-K3", "segment") == {"S1": (1, 100)}
    assert counted(by_hand, "GM0000", "jaar", "2025", "segment") == {"S1": (1, 100), "S5": (1, 700)}
    # Anne turned 12 in 2025; Bo, who is 18, has nothing left but is visible as a zero.
    assert counted(by_hand, "GM0000", "jaar", "2025", "age_band") == {"12-17": (1, 800), "18-22": (0, 0)}
    # Anne is a girl, of Bo the sex is not known; a municipality has no such groups.
    by_sex = {"12-17 meisjes": (1, 800), "18-22 onbekend": (0, 0)}
    assert counted(by_hand, "GM0000", "jaar", "2025", "age_sex") == by_sex
    assert counted(by_hand, DELFT, "jaar", "2025", "age_sex") == {}
    # The latest request on or before the start of T1 (1 January 2025) names 01; T2 and T4 have none.
    assert counted(by_hand, "GM0000", "jaar", "2025", "referrer") == {"01": (1, 700), "onbekend": (1, 100)}
    assert counted(by_hand, "GM0000", "jaar", "2026", "totaal") == {}  # received after 31 March 2026


def test_contract_cells_by_hand(by_hand):
    cells = by_hand.mart("contract_cells", K1).set_index(["municipality", "product", "provider"])
    assert {
        key: tuple(row) for key, row in cells[["clients", "units", "amount_cents", "client_months"]].iterrows()
    } == {
        (ZOETERMEER, "45A48", "00000001"): (2, 5, 500, 2),  # Anne 3 units, Bo 2; each in one month
        (ZOETERMEER, "45A48", "00000002"): (0, -2, -200, 0),  # the credit of Bo: money back, nobody helped
        (DELFT, "45A48", "00000001"): (1, 4, 400, 1),
        (DELFT, "43A11", "00000001"): (1, 1, 100, 1),
    }


# -- marts against an independent recount of the example region ----------------------------------


@pytest.fixture(scope="module")
def lines(example: Store) -> pd.DataFrame:
    """Every accepted claim line of the example with what is known of it, made with pandas alone."""
    claims = pd.concat([pd.read_parquet(path) for path in example.files("claims", K3)])
    claims = claims[claims["municipality"].isin([area.code for area in example.region.municipalities])]
    known_of = example.table("youths", K3).groupby("youth_id")[["birth_year", "sex"]].max()
    births, sexes = known_of["birth_year"], known_of["sex"].map({"1": "jongens", "2": "meisjes"})
    claims["year"] = claims["month"].dt.year
    claims["quarter"] = claims["year"].astype(str) + "-K" + claims["month"].dt.quarter.astype(str)
    age = claims["year"] - claims["youth_id"].map(births)
    claims["age_band"] = "onbekend"
    for name, (low, high) in codes.AGE_BANDS.items():
        claims.loc[(age >= low) & (age <= high), "age_band"] = name
    claims["age_sex"] = claims["age_band"] + " " + claims["youth_id"].map(sexes).fillna("onbekend")
    claims["segment"] = (
        claims["product"].map(example.reference("products").set_index("product")["segment"]).fillna("S0")
    )
    pairs = example.table("allocations", K3).merge(
        example.table("requests", K3), on=["youth_id", "provider", "product"]
    )
    known = pairs[pairs["requested_on"] <= pairs["start"]].sort_values("requested_on")
    claims["referrer"] = (
        claims["allocation_id"].map(known.groupby("allocation_id")["referrer"].last()).fillna("onbekend")
    )
    return claims


def recounted(lines: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Distinct youths with a net amount above zero, and the net amount, by keys."""
    per_youth = lines.groupby([*keys, "youth_id"], as_index=False)["amount_cents"].sum()
    per_youth["youths"] = (per_youth["amount_cents"] > 0).astype("int64")
    return per_youth.groupby(keys, as_index=False)[["youths", "amount_cents"]].sum()


@pytest.mark.parametrize(
    ("kind", "dimension"),
    [("jaar", d) for d in ("totaal", "segment", "product", "age_band", "referrer", "age_sex")]
    + [("kwartaal", d) for d in ("totaal", "segment")],
)
def test_usage_equals_a_recount(example, lines, kind, dimension):
    period = {"jaar": "year", "kwartaal": "quarter"}[kind]
    expected = []
    whole, places = lines.assign(area="GM0000"), lines.assign(area=lines["municipality"])
    levels = [whole] if dimension == "age_sex" else [whole, places]
    for areas in levels:
        told = areas.assign(
            period=areas[period].astype(str), level="alle" if dimension == "totaal" else areas[dimension]
        )
        expected.append(recounted(told, ["area", "period", "level"]))
    order = ["area", "period", "level"]
    mart = example.mart("usage", K3)
    found = mart[(mart["period_kind"] == kind) & (mart["dimension"] == dimension)][[*order, "youths", "amount_cents"]]
    pd.testing.assert_frame_equal(
        found.sort_values(order, ignore_index=True),
        pd.concat(expected).sort_values(order, ignore_index=True),
        check_dtype=False,
    )
    # Region and municipalities, exact to the cent.
    assert found["amount_cents"].sum() == len(levels) * lines["amount_cents"].sum()


def test_contract_cells_equal_a_recount(example, lines):
    keys = ["municipality", "segment", "product", "unit", "provider", "year"]
    expected = recounted(lines, keys).rename(columns={"youths": "clients"})
    expected["units"] = lines.groupby(keys)["units"].sum().to_numpy()
    paid = lines.groupby([*keys, "youth_id"])["amount_cents"].sum()
    months = lines.groupby([*keys, "youth_id", "month"])["amount_cents"].sum().gt(0).groupby([*keys, "youth_id"]).sum()
    expected["client_months"] = months.where(paid > 0, 0).groupby(keys).sum().to_numpy()
    pd.testing.assert_frame_equal(
        example.mart("contract_cells", K3).reset_index(drop=True),
        expected[[*keys, "clients", "units", "amount_cents", "client_months"]].sort_values(keys, ignore_index=True),
        check_dtype=False,
    )


def test_receipts_equal_a_recount(example, lines):
    keys = ["municipality", "care_quarter", "receipt_quarter"]
    received = lines["received_on"]
    told = lines.assign(
        care_quarter=lines["quarter"],
        receipt_quarter=received.dt.year.astype(str) + "-K" + received.dt.quarter.astype(str),
    )
    expected = told.groupby(keys, as_index=False).agg(
        lines=("reference", "size"), youths=("youth_id", "nunique"), amount_cents=("amount_cents", "sum")
    )
    pd.testing.assert_frame_equal(
        example.mart("receipts", K3).reset_index(drop=True),
        expected.sort_values(keys, ignore_index=True),
        check_dtype=False,
    )


def test_the_example_has_what_these_recounts_are_about(example, lines):
    assert (lines["credit_of"].notna()).sum() > 100
    moved = lines.groupby(["youth_id", "year"])["municipality"].nunique()
    assert (moved > 1).sum() > 0
    assert sum(sum(part.set_aside.values()) for delivery in example.deliveries() for part in delivery.parts) > 10


# -- only what changed ---------------------------------------------------------------------------


def test_marts_are_made_once_and_again_when_code_deliveries_or_a_mart_changes(store, deliver):
    pipeline.add(K1, [deliver(**BASE, claims=MANY)], store=store)
    said: list[str] = []

    def refresh(code: str = "c") -> bool:
        return pipeline.refresh_marts(K1, store=store, code=code, progress=said.append)

    assert refresh() and said == [f"tussentabel {name}" for name in pipeline.MARTS]
    stamps = {name: store.mart_file(name, K1).stat().st_mtime_ns for name in pipeline.MARTS}
    assert not refresh() and len(said) == len(pipeline.MARTS)
    assert {name: store.mart_file(name, K1).stat().st_mtime_ns for name in pipeline.MARTS} == stamps
    assert refresh(code="other") and not refresh(code="other")
    store.mart_file("usage", K1).unlink()
    assert refresh(code="other")
    pipeline.add(K1, [deliver(claims=[*MANY, claim("NIEUW")])], store=store)
    assert refresh(code="other")
    pipeline.add(K2, [deliver(claims=[claim("LATER")])], store=store)  # not part of this edition
    assert not refresh(code="other")


def test_the_folder_digest_follows_names_and_content(tmp_path):
    (tmp_path / "a.md").write_text("1")
    seen = [pipeline.folder_digest(tmp_path)]
    (tmp_path / "a.md").write_text("2")
    seen.append(pipeline.folder_digest(tmp_path))
    (tmp_path / "a.md").rename(tmp_path / "b.md")
    seen.append(pipeline.folder_digest(tmp_path))
    assert len(set(seen)) == 3 and pipeline.folder_digest(tmp_path) == seen[-1]
