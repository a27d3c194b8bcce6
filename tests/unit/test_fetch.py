"""Fetching from a real server on this computer: all of the table or nothing, and what went wrong in words."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from jeugd_analysis.errors import JeugdError
from jeugd_analysis.fetch import Fetched, Patience, fetch_table
from tests.fake_cbs import FakeCBS, Fault, cut, hang, indicators, served, status

TODAY, LATER = date(2023, 7, 1), date(2024, 11, 2)
CELLS = 10 * 5 + 2 * 5 + 1 + 3  # ten areas with five shares, two half-years, one year, three revised municipalities
EARLIER = "85098NED_2023-07-01.cbs.jsonl.gz"


@pytest.fixture
def cbs() -> Iterator[FakeCBS]:
    with served() as service:
        service.put(indicators())
        yield service


class Waits(list[float]):
    """What was waited, without waiting."""

    def patience(self, *, attempts: int = 5, timeout: float = 10, longest: float = 120) -> Patience:
        return Patience(attempts=attempts, timeout=timeout, longest_wait=longest, sleep=self.append, chance=lambda: 1.0)


def get(cbs: FakeCBS, target: Path, *, table: str = "85098NED", today: date = TODAY, **more: Any) -> Fetched:
    more = {"patience": Waits().patience(), **more}
    with httpx.Client(trust_env=False) as client:
        return fetch_table(table, target, today=today, base_url=cbs.address, client=client, **more)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]


def only(*areas: str) -> Callable[[Any], dict[str, tuple[str, ...]]]:
    return lambda header: {"RegioS": areas}


# -- what is kept --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [1000, CELLS, 7, 1])
def test_every_page_is_followed_and_every_cell_kept_in_order(cbs: FakeCBS, tmp_path: Path, page: int) -> None:
    cbs.page = page
    fetched = get(cbs, tmp_path)
    header, *cells = lines(fetched.path)
    assert cells == cbs.tables["85098NED"].observations and len(cells) == CELLS == fetched.rows
    assert fetched.path.name == EARLIER and fetched.digest == hashlib.sha256(fetched.path.read_bytes()).hexdigest()
    assert sum(told["rows"] for told in header["pages"]) == CELLS == header["count"] == header["observations"]
    assert fetched.pages == len(header["pages"]) == -(-CELLS // page)


def test_the_description_is_kept_with_the_cells(cbs: FakeCBS, tmp_path: Path) -> None:
    cbs.page = 40
    fetched = get(cbs, tmp_path)
    header = lines(fetched.path)[0]
    assert header["source"] == f"{cbs.address}/85098NED" and header["retrieved"] == "2023-07-01"
    assert header["properties"]["Modified"] == fetched.modified == "2023-06-24T02:00:00+02:00"
    assert (fetched.status, fetched.counted) == ("Regulier", True)
    assert fetched.provisional == ("2022JJ00", "2023HJ01", "2023HJ02", "2023JJ00")
    assert header["codes"]["Perioden"][0]["Status"] == "Voorlopig"
    assert [row["Decimals"] for row in header["measures"]] == [1] * 5
    for told in header["pages"]:  # the digest is of what the server really sends
        raw = httpx.get(f"{cbs.address}/85098NED{told['page']}", trust_env=False).content
        assert told["sha256"] == hashlib.sha256(raw).hexdigest()


def test_same_answers_give_the_same_bytes(cbs: FakeCBS, tmp_path: Path) -> None:
    first, second = (get(cbs, tmp_path / name) for name in ("een", "twee"))
    assert first.path.read_bytes() == second.path.read_bytes() and first.digest == second.digest
    assert first.path.read_bytes()[4:8] == bytes(4)  # gzip has no moment of writing in it


def test_filter_asks_for_the_given_codes_only(cbs: FakeCBS, tmp_path: Path) -> None:
    cbs.page = 2
    fetched = get(cbs, tmp_path, filters=only("GM0637", "NL01"))
    header, *cells = lines(fetched.path)
    assert {row["RegioS"] for row in cells} == {"GM0637", "NL01"} and len(cells) == 5 + 5 + 5 + 5 + 1
    assert header["count"] == 21 and fetched.pages == 11
    assert all("filter" in path for path in cbs.asked if "/Observations" in path)


def test_a_quote_in_a_code_is_escaped(cbs: FakeCBS, tmp_path: Path) -> None:
    table = cbs.tables["85098NED"]
    table.observations[0]["RegioS"] = "GM'1"
    assert lines(get(cbs, tmp_path, filters=only("GM'1")).path)[1:] == [table.observations[0]]


def test_filters_may_refuse_before_any_cell_is_asked(cbs: FakeCBS, tmp_path: Path) -> None:
    def refuse(header: Any) -> dict[str, tuple[str, ...]]:
        assert header["table"] == "85098NED" and len(header["measures"]) == 5
        raise JeugdError("TST-001", wat="Andere kolommen.", doe="kijk.")

    with pytest.raises(JeugdError, match="Andere kolommen"):
        get(cbs, tmp_path, filters=refuse)
    assert not [path for path in cbs.asked if "Observations" in path] and not list(tmp_path.iterdir())


def test_a_later_copy_stands_beside_the_earlier_one(cbs: FakeCBS, tmp_path: Path) -> None:
    first = get(cbs, tmp_path)
    cbs.put(indicators(revised=True))
    second = get(cbs, tmp_path, today=LATER)
    assert sorted(file.name for file in tmp_path.iterdir()) == [EARLIER, "85098NED_2024-11-02.cbs.jsonl.gz"]
    assert first.modified != second.modified and "2022JJ00" not in second.provisional


# -- asked again ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "100000"}, 120),  # no more than the longest wait
        ({"Retry_After": "0"}, 0),
        ({"Retry_After": "straks"}, 1),
        ({}, 1),
    ],
)
def test_busy_server_gets_the_time_it_asks_for(
    cbs: FakeCBS, tmp_path: Path, headers: dict[str, str], waited: float
) -> None:
    cbs.faults.append(Fault("/Observations", status(429, **headers)))
    waits, told = Waits(), []
    assert get(cbs, tmp_path, patience=waits.patience(), progress=told.append).rows == CELLS
    assert waits == [waited] and any("429" in line for line in told)


def test_a_moment_to_come_back_is_read_by_the_servers_clock(cbs: FakeCBS, tmp_path: Path) -> None:
    def act(handler: Any) -> None:
        handler.send_response_only(503)
        handler.send_header("Date", "Sat, 24 Jun 2023 10:00:00 GMT")
        handler.send_header("Retry-After", "Sat, 24 Jun 2023 10:00:45 GMT")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    cbs.faults.append(Fault("/Dimensions", act))
    waits = Waits()
    get(cbs, tmp_path, patience=waits.patience())
    assert waits == [45]


def test_waits_double_with_chance_in_them() -> None:
    assert [Patience(chance=lambda: 1.0).wait(attempt, None) for attempt in (1, 2, 3, 9)] == [1, 2, 4, 120]
    assert [Patience(chance=lambda: 0.0).wait(attempt, None) for attempt in (1, 2, 3, 9)] == [0.5, 1, 2, 60]


FAULTS = {
    "500": (status(500), "storing bij CBS (500)"),
    "503": (status(503, "even weg"), "storing bij CBS (503)"),
    "HTML with 200": (status(200, "<html>Onderhoud</html>"), "geen JSON maar text/html"),
    "HTML called JSON": (status(200, "<html></html>", "application/json"), "afgekapt of beschadigd"),
    "cut-off JSON": (status(200, '{"value":[{"Id":0,"Mea', "application/json"), "afgekapt of beschadigd"),
    "no number": (status(200, '{"value":[{"Value":NaN}]}', "application/json"), "afgekapt of beschadigd"),
    "error in JSON": (status(200, '{"error":{"code":"x"}}', "application/json"), "foutmelding"),
    "no rows": (status(200, '{"value":null}', "application/json"), "geen rijen"),
    "a list": (status(200, "[]", "application/json"), "foutmelding"),
    "no kind": (status(200, "{}", ""), "onbekende soort"),
    "connection cut": (cut(), "halverwege verbroken"),
}


@pytest.mark.parametrize(("act", "reason"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("where", ["/Observations?$skip=40", "/MeasureCodes"])
def test_a_passing_fault_is_overcome(
    cbs: FakeCBS, tmp_path: Path, where: str, act: Callable[..., None], reason: str
) -> None:
    cbs.page = 20
    cbs.faults.append(Fault(where, act, times=2))
    waits, told = Waits(), []
    fetched = get(cbs, tmp_path, patience=waits.patience(), progress=told.append)
    assert lines(fetched.path)[1:] == cbs.tables["85098NED"].observations
    assert waits == [1, 2] and sum(reason in line for line in told) == 2


@pytest.mark.parametrize(("act", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_lasting_fault_stops_and_the_last_good_copy_stays(
    cbs: FakeCBS, tmp_path: Path, act: Callable[..., None], reason: str
) -> None:
    cbs.page = 20
    before = get(cbs, tmp_path).path.read_bytes()
    cbs.faults.append(Fault("/Observations?$skip=40", act, times=99))
    for today in (LATER, TODAY):
        with pytest.raises(JeugdError) as stopped:
            get(cbs, tmp_path, today=today, patience=Waits().patience(attempts=3))
        assert stopped.value.code == "CBS-003" and reason in stopped.value.wat and "3 pogingen" in stopped.value.wat
        assert f"De laatste goede kopie blijft staan: {EARLIER}." in stopped.value.wat and stopped.value.doe
    assert [file.name for file in tmp_path.iterdir()] == [EARLIER] and (tmp_path / EARLIER).read_bytes() == before
    assert 99 - cbs.faults[0].times == 6


def test_silence_is_not_waited_out(cbs: FakeCBS, tmp_path: Path) -> None:
    over = threading.Event()
    cbs.faults.append(Fault("/Properties", hang(over), times=2))
    waits = Waits()
    with pytest.raises(JeugdError, match=r"geen antwoord binnen 0\.2 seconden.*Er is nog geen eerdere kopie"):
        get(cbs, tmp_path, patience=waits.patience(attempts=2, timeout=0.2))
    over.set()
    assert len(waits) == 1


def test_no_server_at_all(tmp_path: Path) -> None:
    with served() as gone:
        pass
    with pytest.raises(JeugdError, match="geen verbinding"):
        get(gone, tmp_path, patience=Waits().patience(attempts=2))


# -- not asked again -----------------------------------------------------------------------------------------------


def test_a_table_that_is_not_there(cbs: FakeCBS, tmp_path: Path) -> None:
    with pytest.raises(JeugdError, match=r"CBS-tabel 99999NED .* bestaat niet") as stopped:
        get(cbs, tmp_path, table="99999NED")
    assert stopped.value.code == "CBS-002" and len(cbs.asked) == 1 and "tabelnummer" in stopped.value.doe


@pytest.mark.parametrize("table", ["../85098NED", "85098NED?x", "", "85098 NED"])
def test_what_is_no_table_number_is_not_asked(cbs: FakeCBS, tmp_path: Path, table: str) -> None:
    with pytest.raises(JeugdError, match="geen nummer van een CBS-tabel"):
        get(cbs, tmp_path, table=table)
    assert cbs.asked == []


@pytest.mark.parametrize("number", [400, 403, 501])
def test_a_refusal_stops_at_once(cbs: FakeCBS, tmp_path: Path, number: int) -> None:
    cbs.faults.append(Fault("/Dimensions", status(number, '{"error":{}}', "application/json")))
    with pytest.raises(JeugdError, match=rf"weigerde de vraag om tabel 85098NED \(antwoord {number}\)"):
        get(cbs, tmp_path)


def test_a_redirect_is_not_followed(cbs: FakeCBS, tmp_path: Path) -> None:
    with served() as other:
        other.put(indicators())
        cbs.faults.append(Fault("/Properties", status(302, Location=f"{other.address}/85098NED/Properties")))
        with pytest.raises(JeugdError, match="antwoord 302"):
            get(cbs, tmp_path)
        assert other.asked == []


def test_a_table_without_its_parts_is_refused(cbs: FakeCBS, tmp_path: Path) -> None:
    cbs.tables["85098NED"].dimensions.append({"Identifier": "Geslacht", "Kind": "Dimension"})
    with pytest.raises(JeugdError, match="geen onderdeel GeslachtCodes"):
        get(cbs, tmp_path)


@pytest.mark.parametrize(
    "link",
    [
        "http://localhost:1/odata/v1/CBS/85098NED/Observations?$skip=20",
        "http://elders.example/odata/v1/CBS/85098NED/Observations?$skip=20",
        "//elders.example/odata/v1/CBS/85098NED/Observations?$skip=20",
        "/odata/v1/CBS/85099NED/Observations?$skip=20",
        "/odata/v1/CBS/85098NED/Observations/../../85099NED/Observations?$skip=20",
    ],
)
def test_the_next_page_is_never_elsewhere(cbs: FakeCBS, tmp_path: Path, link: str) -> None:
    cbs.page, cbs.next_link = 20, lambda _: link
    asked = len(cbs.asked)
    with pytest.raises(JeugdError, match="ander adres") as stopped:
        get(cbs, tmp_path)
    assert stopped.value.code == "CBS-006" and not list(tmp_path.iterdir())
    assert sum("skip" in path for path in cbs.asked[asked:]) == 0


@pytest.mark.parametrize("change", ["relative", "scheme"])
def test_other_ways_of_writing_the_same_address(cbs: FakeCBS, tmp_path: Path, change: str) -> None:
    relative = {
        "relative": lambda link: link.partition("85098NED/")[2],
        "scheme": lambda s: s.replace("http:", "https:"),
    }
    cbs.page, cbs.next_link = 20, relative[change]
    assert get(cbs, tmp_path).rows == CELLS


def test_pages_that_go_round_are_seen(cbs: FakeCBS, tmp_path: Path) -> None:
    cbs.page, cbs.next_link = 20, lambda link: link.partition("$skip")[0] + "$skip=20"
    with pytest.raises(JeugdError, match="al gelezen"):
        get(cbs, tmp_path)


# -- all cells, of one moment --------------------------------------------------------------------------------------


@pytest.mark.parametrize("off", [1, -1])
def test_the_number_of_cells_must_be_right(cbs: FakeCBS, tmp_path: Path, off: int) -> None:
    cbs.count_off = off
    with pytest.raises(JeugdError, match=f"gaf {CELLS} cellen, maar moet er {CELLS + off} hebben") as stopped:
        get(cbs, tmp_path)
    assert stopped.value.code == "CBS-007" and not list(tmp_path.iterdir())


def test_without_count_the_number_in_the_catalogue_counts(cbs: FakeCBS, tmp_path: Path) -> None:
    cbs.counts = False
    assert get(cbs, tmp_path).counted
    cbs.page, cbs.next_link = CELLS - 1, lambda link: link.replace(f"skip={CELLS - 1}", f"skip={CELLS}")
    with pytest.raises(JeugdError, match=f"gaf {CELLS - 1} cellen"):
        get(cbs, tmp_path)


def test_a_selection_without_count_says_so(cbs: FakeCBS, tmp_path: Path) -> None:
    cbs.counts, told = False, []
    fetched = get(cbs, tmp_path, filters=only("GM0637"), progress=told.append)
    assert not fetched.counted and lines(fetched.path)[0]["count"] is None
    assert any("niet te controleren" in line for line in told)


def test_nothing_is_no_table(cbs: FakeCBS, tmp_path: Path) -> None:
    with pytest.raises(JeugdError, match="geen enkele cel"):
        get(cbs, tmp_path, filters=only("GM9999"))


def test_a_table_renewed_halfway_is_not_kept(cbs: FakeCBS, tmp_path: Path) -> None:
    cbs.page = 20
    cbs.after_page = lambda number: cbs.put(indicators(revised=True)) if number == 2 else None
    with pytest.raises(JeugdError, match="tijdens het ophalen vernieuwd") as stopped:
        get(cbs, tmp_path)
    assert stopped.value.code == "CBS-008" and not list(tmp_path.iterdir())


@pytest.mark.parametrize(("where", "step"), [(os, "fsync"), (Path, "replace")])
def test_a_write_that_fails_leaves_the_earlier_file(
    cbs: FakeCBS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: Any, step: str
) -> None:
    before = get(cbs, tmp_path).path.read_bytes()
    cbs.put(indicators(revised=True))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(where, step, full)
    with pytest.raises(JeugdError, match="niet te schrijven") as stopped:
        get(cbs, tmp_path)
    assert stopped.value.code == "CBS-005" and [file.name for file in tmp_path.iterdir()] == [EARLIER]
    assert (tmp_path / EARLIER).read_bytes() == before
