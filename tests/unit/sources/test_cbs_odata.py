"""Fetched tables: numbers, signs and status as CBS gave them; another table than the declared one is refused."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.fetch import Patience, fetch_table
from jeugd_analysis.sources.base import Context, Reading
from jeugd_analysis.sources.cbs_odata import LAYOUTS, compare, read, recognise, wanted
from jeugd_analysis.tables import TABLES, require
from jeugd_analysis.tables.open_data import OPEN_MEASURES
from tests.fake_cbs import (
    INDICATORS,
    REVISED_2022,
    SHARES_2022,
    FakeCBS,
    FakeTable,
    cell,
    code,
    dimension,
    indicators,
    measure,
    served,
)

MUNICIPALITIES = [area for area in SHARES_2022 if area.startswith("GM")]
TODAY = date(2023, 7, 1)
GEO, TIME = dimension("RegioS", "GeoDimension"), dimension("Perioden", "TimeDimension")
PLACES = [code("NL01", "Nederland"), code("GM0637", "Zoetermeer"), code("PV28", "Zuid-Holland (PV)")]
YEAR = code("2022JJ00", "2022", "Definitief")


@pytest.fixture
def cbs() -> Iterator[FakeCBS]:
    with served() as service:
        yield service


def fetched(cbs: FakeCBS, folder: Path, table: FakeTable, *areas: str, today: date = TODAY, **more: Any) -> Path:
    cbs.put(table)
    more = {"filters": wanted(areas), **more} if areas else more
    with httpx.Client(trust_env=False) as client:
        patience = Patience(attempts=1)
        kept = fetch_table(
            table.name, folder, today=today, base_url=cbs.address, client=client, patience=patience, **more
        )
    return kept.path


def take_in(path: Path) -> Reading:
    reading = read(path, Context(vintage=date(1999, 1, 1)))  # the day in the file counts, not this one
    require(TABLES[reading.table], reading.frame, file=path.name, first_row=reading.first_row)
    return reading


def rewritten(path: Path, change: Callable[[dict[str, Any], list[dict[str, Any]]], None]) -> Path:
    """The file again with another description or other cells."""
    header, *cells = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    change(header, cells)
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in [header, *cells]).encode()))
    return path


def value(frame: pd.DataFrame, area: str, measured: str, period: str = "2022JJ00") -> pd.Series:
    found = frame[(frame["area"] == area) & (frame["measure"] == measured) & (frame["period"] == period)]
    assert len(found) == 1
    return found.iloc[0]


def small(
    name: str, *cells: dict[str, Any], measures: list[Any], codes: dict[str, list[Any]], **more: Any
) -> FakeTable:
    """A table of a few cells; dimensions that are neither place nor time come from `codes`."""
    kinds = [dimension(of) for of in codes if of not in ("RegioS", "Perioden", "WijkenEnBuurten")]
    kinds += [dimension(of, "GeoDimension") for of in codes if of in ("RegioS", "WijkenEnBuurten")]
    kinds += [TIME] if "Perioden" in codes else []
    return FakeTable(name=name, dimensions=kinds, measures=measures, codes=codes, observations=list(cells), **more)


# -- the indicators: genuine figures ------------------------------------------------------------------------------


def test_genuine_shares_of_the_region(cbs: FakeCBS, tmp_path: Path) -> None:
    reading = take_in(fetched(cbs, tmp_path, indicators(), *MUNICIPALITIES))
    frame = reading.frame
    assert len(frame) == 10 * 5 + 2 * 5 + 1 and reading.slot == "open_youth_care/85098NED/odata"
    assert value(frame, "GM0637", "share_youth_assistance")["value"] == 17.5
    assert value(frame, "GM0518", "share_residential")["value"] == 7.6
    assert value(frame, "GM0518", "share_residential")["area_name"] == "'s-Gravenhage (gemeente)"
    assert value(frame, "NL00", "share_protection_residential")["value"] == 46.3
    assert set(frame["unit"]) == {"percent"} and set(frame["vintage"]) == {pd.Timestamp(2023, 7, 1)}
    told = value(frame, "GM0637", "share_residential")["denominator"]
    assert told == OPEN_MEASURES["share_residential"].denominator
    assert set(frame["source_table"]) == {"85098NED"} and not set(frame["area"]) & set(REVISED_2022)


def test_a_secret_value_is_missing_and_never_zero(cbs: FakeCBS, tmp_path: Path) -> None:
    frame = take_in(fetched(cbs, tmp_path, indicators())).frame
    hidden = frame[frame["value"].isna()]
    assert sorted(hidden["area"]) == ["GM1842", "GM1842", "NL00"] and set(hidden["missing"]) == {"."}
    assert (frame["value"] == 0).sum() == 0
    # Cells that CBS leaves out are no rows: of the year 2023 and of Ameland there is one share only.
    assert len(frame[frame["area"] == "GM0060"]) == 1 and len(frame[frame["period"] == "2023JJ00"]) == 1


def test_half_years_stay_apart_from_years(cbs: FakeCBS, tmp_path: Path) -> None:
    frame = take_in(fetched(cbs, tmp_path, indicators())).frame
    by_period = frame[(frame["area"] == "NL00") & (frame["measure"] == "share_youth_assistance")]
    assert by_period.set_index("period")["value"].to_dict() == {
        "2022JJ00": 13.2, "2023HJ01": 11.7, "2023HJ02": 11.7, "2023JJ00": 13.9
    }  # fmt: skip


def test_provisional_is_kept_per_period_and_told(cbs: FakeCBS, tmp_path: Path) -> None:
    table = indicators(revised=True)
    table.codes["Perioden"][1]["Status"] = "NaderVoorlopig"
    table.codes["Perioden"][2]["Status"] = None
    table.codes["Perioden"][3]["Status"] = "Iets nieuws"
    reading = take_in(fetched(cbs, tmp_path, table))
    assert reading.frame.groupby("period")["status"].first().to_dict() == {
        "2022JJ00": "definitief", "2023HJ01": "nader voorlopig", "2023HJ02": "onbekend", "2023JJ00": "onbekend"
    }  # fmt: skip
    assert reading.warnings == ("een deel van deze cijfers is nader voorlopig",)


@pytest.mark.parametrize("page", [1000, 3])
def test_padded_keys_are_trimmed_on_both_sides(cbs: FakeCBS, tmp_path: Path, page: int) -> None:
    cbs.page = page
    plain = take_in(fetched(cbs, tmp_path / "een", indicators(), *MUNICIPALITIES))
    padded = take_in(fetched(cbs, tmp_path / "twee", indicators(pad=10), *MUNICIPALITIES))
    pd.testing.assert_frame_equal(plain.frame, padded.frame)
    assert padded.normalised == {"sleutels ontdaan van opvulspaties": 61} and plain.normalised == {}


def test_without_a_selection_other_regions_are_left_out_and_told(cbs: FakeCBS, tmp_path: Path) -> None:
    table = indicators()
    table.codes["RegioS"].append(code("PV28", "Zuid-Holland (PV)"))
    table.observations.append(cell(999, INDICATORS[0]["Identifier"], 13.0, RegioS="PV28", Perioden="2022JJ00"))
    reading = take_in(fetched(cbs, tmp_path, table))
    assert "1 cellen over een ander soort regio zijn niet overgenomen" in reading.warnings


ATTRIBUTES = {
    "Impossible": ("blank", None),
    "Confidential": (".", None),
    "Unreliable": (".", None),
    "NotAvailable": (".", None),
    "Nieuw": ("x", "cellen met het kenmerk Nieuw zijn als ontbrekend gelezen"),
    "None": ("blank", "1 cellen zijn leeg zonder reden"),
}


@pytest.mark.parametrize(("attribute", "expected"), ATTRIBUTES.items(), ids=ATTRIBUTES)
def test_each_reason_for_a_missing_value_has_its_sign(
    cbs: FakeCBS, tmp_path: Path, attribute: str, expected: tuple[str, str | None]
) -> None:
    table = indicators()
    table.observations[0] |= {"Value": None, "ValueAttribute": attribute}
    reading = take_in(fetched(cbs, tmp_path, table))
    first = value(reading.frame, "NL00", "share_youth_assistance")
    assert pd.isna(first["value"]) and first["missing"] == expected[0]
    assert expected[1] is None or expected[1] in reading.warnings


def test_a_number_with_a_reason_is_not_taken_for_a_value(cbs: FakeCBS, tmp_path: Path) -> None:
    table = indicators()
    table.observations[0] |= {"Value": 0, "ValueAttribute": "Confidential"}
    reading = take_in(fetched(cbs, tmp_path, table))
    first = value(reading.frame, "NL00", "share_youth_assistance")
    assert pd.isna(first["value"]) and first["missing"] == "."
    assert "1 getallen hadden een kenmerk en zijn niet overgenomen" in reading.warnings


# -- two copies ---------------------------------------------------------------------------------------------------


def test_revisions_are_listed_cell_by_cell(cbs: FakeCBS, tmp_path: Path) -> None:
    """The three municipalities whose share of 2022 CBS revised, with both figures as published."""
    first = take_in(fetched(cbs, tmp_path, indicators())).frame
    second = take_in(fetched(cbs, tmp_path, indicators(revised=True), today=date(2024, 11, 2))).frame
    revised = compare(first, second)
    numbers = revised[revised["value_before"] != revised["value_after"]].dropna(subset=["value_before"])
    told = numbers.set_index("area_name")[["value_before", "value_after"]].T.to_dict("list")
    assert told == {"Almere": [13.0, 12.9], "Achtkarspelen": [12.8, 13.0], "Ameland": [7.8, 7.9]}
    # All cells of 2022 became final; those of 2023 are the same and are not listed.
    assert set(revised["period"]) == {"2022JJ00"} and len(revised) == 10 * 5 + 3
    assert set(revised["status_after"]) == {"definitief"} and set(revised["change"]) == {"changed"}
    assert set(numbers["area"]) == set(REVISED_2022)


def test_new_and_gone_cells_are_revisions_too(cbs: FakeCBS, tmp_path: Path) -> None:
    frame = take_in(fetched(cbs, tmp_path, indicators())).frame
    assert compare(frame, frame).empty
    other_sign = compare(frame, frame.assign(missing=frame["missing"].mask(frame["missing"].notna(), "x")))
    assert len(other_sign) == 3 and set(other_sign["missing_after"]) == {"x"}
    hidden = frame.assign(
        value=frame["value"].mask(frame["value"] == 17.5), missing=frame["missing"].mask(frame["value"] == 17.5, ".")
    )
    told = compare(frame.iloc[1:], hidden.iloc[:-1])
    assert sorted(told["change"]) == ["changed", "gone", "new"]
    changed = told[told["change"] == "changed"].iloc[0]
    assert (changed["area"], changed["value_before"], changed["missing_after"]) == ("GM0637", 17.5, ".")


def test_the_slot_is_that_of_the_table_whatever_its_periods(cbs: FakeCBS, tmp_path: Path) -> None:
    table = indicators()
    first = take_in(fetched(cbs, tmp_path, table)).slot
    table.codes["Perioden"].append(code("2024JJ00", "2024", "Voorlopig"))
    table.observations.append(cell(999, INDICATORS[0]["Identifier"], 14.0, RegioS="NL01", Perioden="2024JJ00"))
    assert take_in(fetched(cbs, tmp_path, table)).slot == first


# -- the other tables ---------------------------------------------------------------------------------------------

FORMS = {
    "A045561": "JZ Totaal jeugdzorg",
    "A045560": "JH 1 Totaal jeugdhulp",
    "F1": "JH 121 Totaal jeugdhulp zonder verblijf",
    "F2": "JH 122 Totaal jeugdhulp met verblijf",
    "F3": "JB 1 Totaal jeugdbescherming",
    "F4": "JR 1 Totaal jeugdreclassering",
    "F5": "JH 1211 Uitgevoerd door het wijkteam",
}


def forms(titles: dict[str, str] = FORMS) -> list[dict[str, Any]]:
    return [code(identifier, title) for identifier, title in titles.items()]


def test_key_figures_by_form_with_quarters_and_months(cbs: FakeCBS, tmp_path: Path) -> None:
    """Youths 2022 of Zoetermeer (4,630) and the Netherlands as published in 85335NED; the rest is made up."""
    periods = ["2022JJ00", "2022HJ01", "2022KW03", "2022MM12"]
    cells = [
        cell(1, "M1", 4630, VormenVanJeugdzorg="A045561", RegioS="GM0637", Perioden="2022JJ00"),
        cell(2, "M1", 461_985, VormenVanJeugdzorg="A045561", RegioS="NL01", Perioden="2022JJ00"),
        cell(3, "M1", 15, VormenVanJeugdzorg="F4", RegioS="GM0637", Perioden="2022JJ00"),
        cell(4, "M1", 20, VormenVanJeugdzorg="F5", RegioS="GM0637", Perioden="2022JJ00"),
        cell(5, "M2", 7, VormenVanJeugdzorg="A045561", RegioS="GM0637", Perioden="2022JJ00"),
        *(
            cell(i, "M1", 10 * i, VormenVanJeugdzorg="F2", RegioS="GM0637", Perioden=p)
            for i, p in enumerate(periods, 6)
        ),
    ]
    table = small(
        "85099NED", *cells,
        measures=[measure("M1", "Jongeren met jeugdzorg"), measure("M2", "Iets anders")],
        codes={
            "VormenVanJeugdzorg": forms(), "RegioS": PLACES, "Perioden": [YEAR, *(code(p, p) for p in periods[1:])]
        },
    )  # fmt: skip
    path = fetched(cbs, tmp_path, table, "GM0637")
    assert all("Measure%20eq%20%27M1%27" in asked for asked in cbs.asked if "/Observations?" in asked)
    reading = take_in(path)
    frame = reading.frame
    assert value(frame, "GM0637", "youths")["value"] == 4630 and value(frame, "NL00", "youths")["value"] == 461_985
    assert value(frame, "GM0637", "youths_rehabilitation")["value"] == 15
    residential = frame[frame["measure"] == "youths_residential"].set_index("period")["value"]
    assert residential.to_dict() == dict(zip(periods, (60, 70, 80, 90), strict=True))
    assert set(frame["unit"]) == {"count"} and frame["denominator"].isna().all() and len(frame) == 7
    assert "1 cellen over andere codes van VormenVanJeugdzorg zijn niet overgenomen" in reading.warnings


def test_costs_are_in_thousands_of_euros(cbs: FakeCBS, tmp_path: Path) -> None:
    """The layout of 83454NED; the amounts are made up, none was published for the region at hand."""
    keys = {"RegioS": "GM0637", "Perioden": "2022JJ00"}
    titles = {**FORMS, "F2": "JH met verblijf (Zin+PGB)"}
    table = small(
        "83454NED",
        cell(1, "K1", 38_000, VormenVanJeugdzorg="A045561", **keys),
        cell(2, "K2", 47_000.5, VormenVanJeugdzorg="A045561", **keys),
        cell(3, "K2", None, "Confidential", VormenVanJeugdzorg="F3", **keys),
        measures=[
            measure("K1", "Begrote kosten", "x 1 000 euro"), measure("K2", "Gerealiseerde kosten", "x 1 000 euro")
        ],
        codes={"VormenVanJeugdzorg": forms(titles), "RegioS": PLACES, "Perioden": [YEAR]},
    )  # fmt: skip
    frame = take_in(fetched(cbs, tmp_path, table, "GM0637")).frame
    assert value(frame, "GM0637", "cost_budgeted")["value"] == 38_000
    assert value(frame, "GM0637", "cost_realised")["value"] == 47_000.5
    assert value(frame, "GM0637", "cost_realised_protection")["missing"] == "."
    assert set(frame["unit"]) == {"euro_thousand"}


def test_trajectories_by_referrer(cbs: FakeCBS, tmp_path: Path) -> None:
    """The titles of 85097NED are assumed; with an extra dimension of forms only its total is read."""
    referrers = [code("T1", "Totaal verwijzer"), code("R1", "Huisarts"), code("R2", "Rechter, officier van justitie")]
    keys = {"RegioS": "GM0637", "Perioden": "2022JJ00"}
    table = small(
        "85097NED",
        cell(1, "B", 3000, VerwijzerJeugdzorg="T1", VormenVanJeugdzorg="A045560", **keys),
        cell(2, "B", 1500, VerwijzerJeugdzorg="R1", VormenVanJeugdzorg="A045560", **keys),
        cell(3, "E", 40, VerwijzerJeugdzorg="R2", VormenVanJeugdzorg="A045560", **keys),
        cell(4, "B", 20, VerwijzerJeugdzorg="T1", VormenVanJeugdzorg="F2", **keys),
        measures=[measure("B", "Toaal begonnen trajecten"), measure("E", "Beëindigde trajecten")],
        codes={
            "VerwijzerJeugdzorg": referrers,
            "VormenVanJeugdzorg": [row for row in forms() if row["Identifier"] != "A045561"],
            "RegioS": PLACES, "Perioden": [YEAR],
        },
    )  # fmt: skip
    for areas in ((), ("GM0637",)):
        reading = take_in(fetched(cbs, tmp_path, table, *areas))
        told = reading.frame.set_index("measure")["value"].to_dict()
        assert told == {"trajectories_started": 3000, "trajectories_started_gp": 1500, "trajectories_ended_court": 40}
        assert any("deze tabel heeft geen Gemeentelijke toegang" in warning for warning in reading.warnings)


@pytest.mark.parametrize("by", ["identifier", "title"])
def test_neighbourhood_tables_have_a_year_of_their_own(cbs: FakeCBS, tmp_path: Path, by: str) -> None:
    """Almere 2022 and 2023: youths 6,680 and 7,160, shares 10.8 and 11.4 as published in the KWB."""
    ids = ("T001203", "A045561") if by == "identifier" else ("M83", "M84")
    titles = ("Anders", "Ook anders") if by == "identifier" else (
        "Jongeren met jeugdzorg in natura", "Percentage jongeren met jeugdzorg"
    )  # fmt: skip
    published = {"85318NED": ("2022JJ00", 6680, 10.8), "85618NED": ("2023JJ00", 7160, 11.4)}
    for name, (period, youths, share) in published.items():
        table = small(
            name,
            cell(1, ids[0], youths, WijkenEnBuurten="GM0034    "),
            cell(2, ids[1], share, WijkenEnBuurten="GM0034    "),
            cell(3, ids[0], 40, WijkenEnBuurten="WK003401  "),
            cell(4, ids[0], 20, WijkenEnBuurten="BU00340101"),
            cell(5, "T001036", 218_000, WijkenEnBuurten="GM0034    "),
            measures=[measure(ids[0], titles[0]), measure(ids[1], titles[1], "%", 1), measure("T001036", "Inwoners")],
            codes={
                "WijkenEnBuurten": [
                    code("GM0034    ", "Almere"), code("WK003401  ", "Centrum"), code("BU00340101", "Centrum Noord")
                ]
            },
        )  # fmt: skip
        frame = take_in(fetched(cbs, tmp_path, table)).frame
        assert value(frame, "GM0034", "youths", period)["value"] == youths
        told = value(frame, "GM0034", "share_youths", period)
        assert told["value"] == share and told["denominator"] == "alle jeugdigen tot 23 jaar"
        assert set(frame["status"]) == {"onbekend"} and set(frame["period"]) == {period} and len(frame) == 3
        assert value(frame, "WK003401", "youths", period)["area_name"] == "Centrum WK003401"


def people(
    *, without: tuple[int, ...] = (), years: tuple[str, ...] = ("2021JJ00", "2022JJ00"), women: bool = True
) -> FakeTable:
    """03759ned of one municipality: age a has 1,000 + a inhabitants in every year; one did not exist in those years."""
    ages = {f"{10010 + 10 * age}": f"{age} jaar" for age in range(0, 96) if age not in without}
    groups = {"10000": "Totaal", "70100": "0 tot 5 jaar", "70200": "5 tot 10 jaar", "22200": "95 jaar of ouder"}
    whole = {"Geslacht": "T001038", "BurgerlijkeStaat": "T001019"}
    cells = []
    for year in years:
        for age, title in {**ages, **groups}.items():
            number = 1000 + int(title.split()[0]) if title.endswith(" jaar") and " tot " not in title else 5000
            told = {"Leeftijd": age, "Perioden": year}
            cells.append(cell(len(cells), "M000352", number, RegioS="GM0637", **whole, **told))
            cells.append(cell(len(cells), "M000352", None, "Impossible", RegioS="GM0001", **whole, **told))
            for sex, part in {"3000": 400, **({"4000": number - 400} if women else {})}.items():
                of = {**whole, "Geslacht": sex}
                cells.append(cell(len(cells), "M000352", part, RegioS="GM0637", **of, **told))
            cells.append(cell(len(cells), "M000352", 100_000, RegioS="NL01", **whole, **told))
            cells.append(cell(len(cells), "M000365", 8, RegioS="GM0637", **whole, **told))
    return small(
        "03759ned", *cells,
        measures=[measure("M000352", "Bevolking op 1 januari"), measure("M000365", "Gemiddelde bevolking")],
        codes={
            "Geslacht": [code("T001038", "Totaal mannen en vrouwen"), code("3000", "Mannen"), code("4000", "Vrouwen")],
            "Leeftijd": [code(identifier, title) for identifier, title in {**ages, **groups}.items()],
            "BurgerlijkeStaat": [code("T001019", "Totaal burgerlijke staat")],
            "RegioS": [*PLACES, code("GM0001", "Verdwenen")],
            "Perioden": [code(year, year[:4], "Definitief") for year in years],
        },
    )  # fmt: skip


@pytest.mark.parametrize("areas", [(), ("GM0637", "GM0001")])
def test_population_by_single_year_of_age(cbs: FakeCBS, tmp_path: Path, areas: tuple[str, ...]) -> None:
    reading = take_in(fetched(cbs, tmp_path, people(), *areas))
    frame = reading.frame
    assert (reading.table, reading.slot) == ("population", "population")
    assert len(frame) == 2 * 23 and set(frame["municipality"]) == {"GM0637"} and set(frame["status"]) == {"definitief"}
    assert (frame["age_from"] == frame["age_to"]).all() and sorted(set(frame["age_from"])) == list(range(23))
    minors = frame[(frame["year"] == 2022) & (frame["age_to"] <= 17)]["inhabitants"]
    assert minors.sum() == 18 * 1000 + 153  # 0 + 1 + ... + 17 = 153; a group of ages would be counted on top
    assert "46 cellen zonder inwonertal zijn niet overgenomen" in reading.warnings


@pytest.mark.parametrize("areas", [(), ("GM0637", "GM0001")])
def test_population_by_sex_comes_with_it_and_adds_up(cbs: FakeCBS, tmp_path: Path, areas: tuple[str, ...]) -> None:
    reading = take_in(fetched(cbs, tmp_path, people(), *areas))
    (by_sex,) = reading.more
    require(TABLES[by_sex.table], by_sex.frame, file="f", first_row=by_sex.first_row)
    assert (by_sex.table, by_sex.slot) == ("population_by_sex", "population_by_sex")
    assert by_sex.frame[by_sex.frame["sex"].eq("1")]["inhabitants"].eq(400).all() and len(by_sex.frame) == 2 * 2 * 23
    keys = ["municipality", "year", "age_from"]
    whole = reading.frame.set_index(keys)["inhabitants"]
    assert by_sex.frame.groupby(keys)["inhabitants"].sum().equals(whole.sort_index())


def test_a_copy_with_one_sex_gives_no_population_by_sex(cbs: FakeCBS, tmp_path: Path) -> None:
    reading = take_in(fetched(cbs, tmp_path, people(women=False)))
    assert reading.more == () and len(reading.frame) == 2 * 23


@pytest.mark.parametrize("other", ["1999JJ00", "2000HJ02"])
def test_population_before_2000_and_of_half_years_is_left_out(cbs: FakeCBS, tmp_path: Path, other: str) -> None:
    frame = take_in(fetched(cbs, tmp_path, people(years=(other, "2000JJ00")))).frame
    assert set(frame["year"]) == {2000} and len(frame) == 23


def test_population_without_an_age_is_refused(cbs: FakeCBS, tmp_path: Path) -> None:
    path = fetched(cbs, tmp_path, people(without=(7,)))
    with pytest.raises(DeliveryError, match=r"niet elke leeftijd van 0 tot en met 22 jaar is er \(GM0637 2021"):
        take_in(path)


# -- another table than the declared one --------------------------------------------------------------------------


def renamed(table: FakeTable) -> None:
    table.measures = [{**row, "Title": row["Title"].replace("Jongeren", "Jeugdigen")} for row in table.measures]


def doubled(table: FakeTable) -> None:
    table.measures = [*table.measures, {**table.measures[0], "Identifier": "M999"}]


def dropped(table: FakeTable) -> None:
    table.measures = table.measures[1:]


def rescaled(table: FakeTable) -> None:
    table.measures = [{**row, "Unit": "x 1 000"} for row in table.measures]


def another_dimension(table: FakeTable) -> None:
    table.dimensions = [*table.dimensions, dimension("Geslacht")]
    table.codes["Geslacht"] = [code("3000", "Mannen")]


def no_time(table: FakeTable) -> None:
    table.dimensions = [table.dimensions[0]]
    del table.codes["Perioden"]


CHANGES = {
    "renamed": (
        renamed,
        "CBS heeft de kolomnamen veranderd. Ze zijn nu: Jeugdigen met jeugdhulp in natura (M003213_1)",
    ),
    "doubled": (doubled, "CBS heeft de kolomnamen veranderd"),
    "dropped": (dropped, "CBS heeft de kolomnamen veranderd"),
    "rescaled": (rescaled, "de eenheid van 'Jongeren met jeugdhulp in natura' veranderd. Die is nu: x 1 000"),
    "another dimension": (another_dimension, "De dimensies zijn nu: RegioS; Perioden; Geslacht"),
    "no time": (no_time, "De dimensies zijn nu: RegioS"),
}


@pytest.mark.parametrize(("change", "said"), CHANGES.values(), ids=CHANGES)
def test_a_changed_table_is_refused_before_and_after_fetching(
    cbs: FakeCBS, tmp_path: Path, change: Callable[[FakeTable], None], said: str
) -> None:
    table = indicators()
    change(table)
    with pytest.raises(DeliveryError) as before:
        fetched(cbs, tmp_path, table, "GM0637")
    assert said in before.value.wat and not list(tmp_path.iterdir())
    path = fetched(cbs, tmp_path, table)
    with pytest.raises(DeliveryError) as after:
        take_in(path)
    assert said in after.value.wat and path.name in after.value.wat and after.value.doe


def test_codes_of_forms_must_hold_the_total(cbs: FakeCBS, tmp_path: Path) -> None:
    table = small(
        "85099NED",
        cell(1, "M1", 10, VormenVanJeugdzorg="F2", RegioS="GM0637", Perioden="2022JJ00"),
        measures=[measure("M1", "Jongeren met jeugdzorg")],
        codes={"VormenVanJeugdzorg": forms({"F2": FORMS["F2"]}), "RegioS": PLACES, "Perioden": [YEAR]},
    )
    with pytest.raises(DeliveryError, match=r"codes van VormenVanJeugdzorg veranderd\. Ze zijn nu: JH 122"):
        take_in(fetched(cbs, tmp_path, table))


def test_population_must_have_its_totals(cbs: FakeCBS, tmp_path: Path) -> None:
    table = people()
    table.codes["Geslacht"][0]["Title"] = "Allen"
    with pytest.raises(DeliveryError, match=r"codes van Geslacht veranderd\. Ze zijn nu: Allen; Mannen"):
        fetched(cbs, tmp_path, table, "GM0637")


def test_areas_the_table_does_not_have(cbs: FakeCBS, tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="gemeenten staan niet in deze tabel"):
        fetched(cbs, tmp_path, indicators(), "GM9998")
    assert fetched(cbs, tmp_path, indicators(), "GM9998", "GM0637").is_file()


def test_a_table_the_program_does_not_read(cbs: FakeCBS, tmp_path: Path) -> None:
    table = indicators()
    table.name = "70072ned"
    with pytest.raises(DeliveryError, match="70072ned is geen tabel die het programma leest: 85098NED; 85099NED"):
        take_in(fetched(cbs, tmp_path, table))


def test_every_layout_names_measures_there_are() -> None:
    for name, layout in LAYOUTS.items():
        suffixes = set(layout.levels.values()) or {""}
        named = {base + suffix for base in set(layout.measures.values()) for suffix in suffixes}
        assert named <= {*OPEN_MEASURES, "population"}, name
        assert not layout.levels or "" in suffixes
    assert [layout.year for layout in LAYOUTS.values() if layout.year] == list(range(2017, 2026))


# -- damage -------------------------------------------------------------------------------------------------------


def set_cell(**change: Any) -> Callable[[dict[str, Any], list[dict[str, Any]]], None]:
    return lambda header, cells: cells[3].update(change)


FAULTY = {
    "text for a number": (set_cell(Value="13,2"), "regel 5, kolom Value: verwacht een getal"),
    "yes for a number": (set_cell(Value=True), "regel 5, kolom Value"),
    "text beside": (set_cell(Value=None, StringValue="veel"), "regel 5, kolom StringValue"),
    "unknown place": (set_cell(RegioS="GM4444"), "regel 5, kolom RegioS"),
    "unknown measure": (set_cell(Measure="M7"), "regel 5, kolom Measure"),
    "no key": (set_cell(Perioden=None), "regel 5, kolom Perioden"),
    "the same cell twice": (lambda header, cells: cells[4].update(cells[3]), "regel 6: sleutel"),
    "above 100": (set_cell(Value=130), "regel 5"),
    "negative": (set_cell(Value=-1), "regel 5, kolom value"),
    "cell lost": (lambda header, cells: cells.pop(), "beschadigd of afgekapt"),
    "another format": (lambda header, cells: header.update(format="cbs-odata-v4/9"), "beschadigd of afgekapt"),
    "no measures": (lambda header, cells: header.pop("measures"), "beschadigd of afgekapt"),
    "no column": (lambda header, cells: [row.pop("ValueAttribute") for row in cells], "geen ValueAttribute"),
    "strange period": (
        lambda header, cells: (
            [row.update(Perioden="2022W100") for row in (*cells, header["codes"]["Perioden"][0])]
            and header["codes"]["Perioden"][0].update(Identifier="2022W100")
        ),
        "kolom Perioden: verwacht een periode als 2022JJ00",
    ),
}


@pytest.mark.parametrize(("change", "said"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_file_is_refused_with_its_place(
    cbs: FakeCBS, tmp_path: Path, change: Callable[[dict[str, Any], list[dict[str, Any]]], None], said: str
) -> None:
    path = rewritten(fetched(cbs, tmp_path, indicators()), change)
    with pytest.raises(DeliveryError) as refused:
        take_in(path)
    assert said in refused.value.wat and path.name in refused.value.wat


def test_half_a_youth_is_refused(cbs: FakeCBS, tmp_path: Path) -> None:
    path = rewritten(fetched(cbs, tmp_path, people()), lambda header, cells: cells[0].update(Value=10.5))
    with pytest.raises(DeliveryError, match="regel 2, kolom Value: verwacht een geheel getal"):
        take_in(path)


@pytest.mark.parametrize("damage", ["cut", "nul", "empty", "text", "doubled"])
def test_a_damaged_file_is_refused(cbs: FakeCBS, tmp_path: Path, damage: str) -> None:
    path = fetched(cbs, tmp_path, indicators())
    whole = path.read_bytes()
    path.write_bytes(
        {
            "cut": whole[:-4], "nul": whole[:-3] + b"\x00" + whole[-3:], "empty": b"", "text": b"niets",
            "doubled": whole + whole,
        }[damage]
    )  # fmt: skip
    with pytest.raises(DeliveryError, match="beschadigd of afgekapt"):
        read(path, Context())


def test_cells_that_were_not_counted_are_told(cbs: FakeCBS, tmp_path: Path) -> None:
    cbs.counts = False
    reading = take_in(fetched(cbs, tmp_path, indicators(), "GM0637"))
    assert any("geen aantal cellen" in warning for warning in reading.warnings)


def test_the_file_is_recognised_by_its_content(cbs: FakeCBS, tmp_path: Path) -> None:
    head = fetched(cbs, tmp_path, indicators()).read_bytes()[:4096]
    assert recognise(Path("anders.bin"), head) and recognise(Path("anders.bin"), head[:100])
    for other in (b"", b"\x1f\x8b", b"a;b\n", gzip.compress(b'{"format":"iets"}'), head[5:]):
        assert not recognise(Path("85098NED_2023-07-01.cbs.jsonl.gz"), other)


def features(*, unit: str = "%", twice: bool = False) -> FakeTable:
    """A KWB table with a few features of inhabitants; `unit` is that of owner-occupied homes."""
    here = {"WijkenEnBuurten": "GM0034"}
    titles = {"K1": "Aantal inwoners", "K2": "0 tot 15 jaar", "K3": "Koopwoningen"} | (
        {"K4": "Koopwoningen"} if twice else {}
    )
    numbers = {"T001203": 6680, "A045561": 10.8, "K1": 218_000, "K2": 39_000, "K3": 58, "K4": 58}
    return small(
        "85318NED",
        *[cell(n, name, numbers[name], **here) for n, name in enumerate(("T001203", "A045561", *titles))],
        cell(9, "K1", 110_000, WijkenEnBuurten="GM0014"),
        measures=[
            measure("T001203", "Jongeren"), measure("A045561", "Aandeel", "%", 1),
            *[measure(name, title, unit if title == "Koopwoningen" else "aantal") for name, title in titles.items()],
        ],
        codes={"WijkenEnBuurten": [code("GM0034", "Almere"), code("GM0014", "Groningen")]},
    )  # fmt: skip


def test_features_of_inhabitants_of_every_municipality(cbs: FakeCBS, tmp_path: Path) -> None:
    reading = take_in(fetched(cbs, tmp_path, features(), "GM0034"))
    assert value(reading.frame, "GM0034", "share_owner_occupied")["value"] == 58
    assert value(reading.frame, "GM0014", "inhabitants")["value"] == 110_000  # outside the region, and needed
    assert any("social_assistance" in warning for warning in reading.warnings)


@pytest.mark.parametrize("other", [{"unit": "aantal"}, {"twice": True}])
def test_a_feature_that_is_not_clear_is_left_out_and_told(cbs: FakeCBS, tmp_path: Path, other: dict[str, Any]) -> None:
    reading = take_in(fetched(cbs, tmp_path, features(**other), "GM0034"))
    assert "share_owner_occupied" not in set(reading.frame["measure"]) and "youths" in set(reading.frame["measure"])
    assert any("share_owner_occupied" in warning for warning in reading.warnings)


def test_youths_by_age_per_neighbourhood(cbs: FakeCBS, tmp_path: Path) -> None:
    """85335NED, 2022: Zoetermeer 4,630; the form is asked by its code."""
    names = {
        "M1": "Totaal jongeren met jeugdzorg in natura", "M2": "0 tot 4 jaar", "M3": "4 tot 12 jaar",
        "M4": "12 tot 18 jaar", "M5": "18 tot 23 jaar",
    }  # fmt: skip
    place = {"Wijken": "GM0637", "Perioden": "2022JJ00"}
    cells = [
        cell(at, name, number, VormenVanJeugdzorg=form, **place)
        for form in ("T001203", "A01")
        for at, (name, number) in enumerate(zip(names, (4630, 290, 2230, 1915, 195), strict=True))
    ]
    table = small(
        "85335NED", *cells, measures=[measure(name, title) for name, title in names.items()],
        codes={
            "VormenVanJeugdzorg": [code("T001203", "Iets anders"), code("A01", "Jeugdhulp")],
            "Wijken": [code("GM0637", "Zoetermeer")], "Perioden": [code("2022JJ00", "2022*", "Voorlopig")],
        },
    )  # fmt: skip
    frame = take_in(fetched(cbs, tmp_path, table, "GM0637")).frame
    assert len(frame) == 5 and value(frame, "GM0637", "youths_18_22")["value"] == 195
    assert value(frame, "GM0637", "youths")["status"] == "voorlopig"


def test_only_the_last_years_and_the_young_are_asked_of_the_population() -> None:
    table = people(years=tuple(f"{year}JJ00" for year in range(2010, 2024)))
    header = {"table": table.name, "dimensions": table.dimensions, "measures": table.measures, "codes": table.codes}
    asked = wanted(["GM0637"])(header)
    assert asked["Perioden"] == [f"{year}JJ00" for year in range(2014, 2024)]
    assert len(asked["Leeftijd"]) == 23 and "RegioS" not in asked
    assert asked["Geslacht"] == ["T001038", "3000", "4000"] and asked["BurgerlijkeStaat"] == ["T001019"]
