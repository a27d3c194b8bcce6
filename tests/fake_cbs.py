"""A real web server on this computer that speaks the protocol of CBS tables (OData v4), with faults on request.

Written from the public description of the service: service document, Properties, Dimensions, MeasureCodes, codes per
dimension, and Observations with $filter, $count and @odata.nextLink. The figures of `indicators` are genuine.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

ROOT = "/odata/v1/CBS"
_CONDITION = re.compile(r"(\w+) eq '((?:[^']|'')*)'")
Row = dict[str, Any]


@dataclass
class FakeTable:
    """A table as the service describes it; a test may change it between two requests."""

    name: str
    dimensions: list[Row]
    measures: list[Row]
    codes: dict[str, list[Row]]
    observations: list[Row]
    title: str = "Een tabel"
    modified: str = "2023-06-24T02:00:00+02:00"
    status: str = "Regulier"

    def documents(self) -> dict[str, Any]:
        """Part of the address -> what it answers, but for the observations."""
        sets = ["MeasureGroups", "MeasureCodes", "Dimensions", *(f"{d}Codes" for d in self.codes), "Observations"]
        properties = {
            "Identifier": self.name,
            "Title": self.title,
            "Modified": self.modified,
            "Status": self.status,
            "ObservationCount": len(self.observations),
        }
        return {
            "": [{"name": name, "kind": "EntitySet", "url": name} for name in sets],
            "/Properties": properties,
            "/Dimensions": self.dimensions,
            "/MeasureCodes": self.measures,
            **{f"/{name}Codes": rows for name, rows in self.codes.items()},
        }


@dataclass
class Fault:
    """What goes wrong when an address holds `where`: `times` times, after `after` good answers."""

    where: str
    act: Callable[[BaseHTTPRequestHandler], None]
    times: int = 1
    after: int = 0


@dataclass
class FakeCBS:
    """The service: tables, page size, faults, and every address that was asked for."""

    tables: dict[str, FakeTable] = field(default_factory=dict)
    page: int = 100_000
    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    counts: bool = True  # whether it answers $count
    count_off: int = 0  # how much $count is wrong
    next_link: Callable[[str], str] = str
    after_page: Callable[[int], object] = int
    address: str = ""

    def put(self, *tables: FakeTable) -> None:
        """Publish tables."""
        self.tables.update({table.name: table for table in tables})

    def fault_for(self, path: str) -> Fault | None:
        """The fault that strikes this address now."""
        for fault in self.faults:
            if fault.where in path and fault.times > 0:
                if fault.after > 0:
                    fault.after -= 1
                    return None
                fault.times -= 1
                return fault
        return None


def dimension(name: str, kind: str = "Dimension") -> Row:
    """One row of Dimensions."""
    return {"@odata.type": f"#Cbs.Ccb.Models.{kind}", "Identifier": name, "Title": name, "Kind": kind}


def code(identifier: str, title: str, status: str | None = None) -> Row:
    """One row of a list of codes."""
    return {"Identifier": identifier, "Index": 1, "Title": title, "DimensionGroupId": None, "Status": status}


def measure(identifier: str, title: str, unit: str = "aantal", decimals: int = 0) -> Row:
    """One row of MeasureCodes."""
    return {"Identifier": identifier, "Title": title, "DataType": "Double", "Unit": unit, "Decimals": decimals}


def cell(number: int, measured: str, value: float | None, attribute: str = "None", /, **keys: str) -> Row:
    """One observation."""
    return {
        "Id": number, "Measure": measured, "ValueAttribute": attribute, "Value": value, "StringValue": None, **keys
    }  # fmt: skip


def matches(row: Mapping[str, Any], wanted: str) -> bool:
    """Whether a row answers to '(A eq 'x' or A eq 'y') and (B eq 'z')'; anything else is an error of the test."""
    for part in wanted.split(") and ("):
        conditions = _CONDITION.findall(part)
        assert " or ".join(f"{name} eq '{value}'" for name, value in conditions) == part.strip("()"), wanted
        if not any(row[name] == value.replace("''", "'") for name, value in conditions):
            return False
    return True


# -- faults --------------------------------------------------------------------------------------------------------


def status(number: int, body: str = "", kind: str = "text/html", **headers: str) -> Callable[..., None]:
    """Answer with this status, headers and body."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        content = body.encode()
        handler.send_response(number)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return act


def cut(promised: int = 10_000, sent: bytes = b'{"value":[{"Id":0,"Mea') -> Callable[..., None]:
    """Promise more than is sent, then close the line."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(promised))
        handler.end_headers()
        handler.wfile.write(sent)
        handler.wfile.flush()
        handler.close_connection = True

    return act


def hang(until: threading.Event) -> Callable[..., None]:
    """Say nothing until the event."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        until.wait(20)
        handler.close_connection = True

    return act


# -- the server ----------------------------------------------------------------------------------------------------


class _Handler(BaseHTTPRequestHandler):
    cbs: FakeCBS
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet: apart, each answer waits 40 ms for the other side

    def do_GET(self) -> None:
        self.cbs.asked.append(self.path)
        fault = self.cbs.fault_for(self.path)
        if fault:
            fault.act(self)
            return
        parts = urlsplit(self.path)
        name, _, rest = parts.path.removeprefix(f"{ROOT}/").partition("/")
        table = self.cbs.tables.get(name)
        query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        if table is None:
            error = {"error": {"code": "404", "message": "niet gevonden"}}
            status(404, json.dumps(error), "application/json")(self)
        elif rest.startswith("Observations"):
            self._observations(table, rest, query)
        elif f"/{rest}".rstrip("/") in table.documents():
            told = table.documents()[f"/{rest}".rstrip("/")]
            self._json(told if isinstance(told, dict) else {"value": told})
        else:
            status(404)(self)

    def _observations(self, table: FakeTable, rest: str, query: Mapping[str, str]) -> None:
        wanted = query.get("$filter", "")
        rows = [row for row in table.observations if not wanted or matches(row, wanted)]
        if rest == "Observations/$count":
            if self.cbs.counts:
                status(200, f"\ufeff{len(rows) + self.cbs.count_off}", "text/plain")(self)
            else:
                status(404)(self)
            return
        start = int(query.get("$skip", "0"))
        self._json(self._page(table, rows, start, wanted))
        self.cbs.after_page(start // self.cbs.page + 1)

    def _page(self, table: FakeTable, rows: Sequence[Row], start: int, wanted: str) -> Row:
        end = start + self.cbs.page
        told: Row = {"@odata.context": f"{self.cbs.address}/$metadata#Observations", "value": list(rows[start:end])}
        if end < len(rows):
            more = f"$filter={quote(wanted)}&" if wanted else ""
            link = f"{self.cbs.address}/{table.name}/Observations?{more}$skip={end}"
            told["@odata.nextLink"] = self.cbs.next_link(link)
        return told

    def _json(self, told: Row) -> None:
        status(200, json.dumps(told, ensure_ascii=False), "application/json; odata.metadata=minimal")(self)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served() -> Iterator[FakeCBS]:
    """The service on a free port of this computer."""
    cbs = FakeCBS()
    handler = type("Handler", (_Handler,), {"cbs": cbs})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    cbs.address = f"http://127.0.0.1:{server.server_address[1]}{ROOT}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield cbs
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# -- genuine figures -----------------------------------------------------------------------------------------------

# 85098NED, 2022 (provisional), StatLine export of 24 June 2023: % of minors with help, of those with a stay, % with
# protection, of those with a stay, % with rehabilitation. None: '.' in the export.
SHARES_2022: dict[str, tuple[str, tuple[float | None, ...]]] = {
    "NL01": ("Nederland", (13.2, 8.8, 1.2, 46.3, 0.3)),
    "GM0503": ("Delft", (16.3, 8.5, 1.1, 46.0, 0.3)),
    "GM0518": ("'s-Gravenhage (gemeente)", (14.1, 7.6, 1.1, 44.8, 0.5)),
    "GM1916": ("Leidschendam-Voorburg", (13.8, 8.2, 1.0, 48.7, 0.5)),
    "GM1842": ("Midden-Delfland", (9.6, 4.1, 0.5, None, None)),
    "GM1926": ("Pijnacker-Nootdorp", (11.4, 3.7, 0.3, 46.7, 0.1)),
    "GM0603": ("Rijswijk (ZH.)", (13.3, 6.6, 0.9, 33.0, 0.5)),
    "GM0629": ("Wassenaar", (10.4, 5.9, 0.7, 48.6, 0.3)),
    "GM1783": ("Westland", (11.6, 5.9, 0.6, 42.9, 0.2)),
    "GM0637": ("Zoetermeer", (17.5, 7.2, 1.3, 45.3, 0.6)),
}
# Netherlands 2023, page of 85098NED: two half-years and, of the year, the first share only.
HALF_YEARS_2023 = {"2023HJ01": (11.7, 8.7, 1.0, 48.5, 0.3), "2023HJ02": (11.7, 8.9, 0.9, 48.9, None)}
YEAR_2023 = 13.9
# The first share of 2022 in the export of June 2023 and in a later copy of the same table.
REVISED_2022 = {
    "GM0034": ("Almere", 13.0, 12.9),
    "GM0059": ("Achtkarspelen", 12.8, 13.0),
    "GM0060": ("Ameland", 7.8, 7.9),
}
INDICATORS = [
    measure("M003213_1", "Jongeren met jeugdhulp in natura", "% (zie toelichting)", 1),
    measure("M003213_2", "Jongeren met jeugdh. met verbl. in nat.", "% (zie toelichting)", 1),
    measure("M003213_3", "Jongeren met jeugdbescherming", "% (zie toelichting)", 1),
    measure("M003213_4", "Jeugdbesch. en jeugdh. met verbl. in nat", "% (zie toelichting)", 1),
    measure("M003213_5", "Jongeren met jeugdreclassering", "% (zie toelichting)", 1),
]  # identifiers are made up; the titles are those of the export


def indicators(*, revised: bool = False, pad: int = 0) -> FakeTable:
    """85098NED with the figures above. revised: the later copy, in which 2022 is final. pad: width of padded keys."""
    regions = {area: name for area, (name, _) in SHARES_2022.items()}
    regions |= {area: name for area, (name, _, _) in REVISED_2022.items()}
    told = [(area, "2022JJ00", shares) for area, (_, shares) in SHARES_2022.items()]
    told += [("NL01", period, shares) for period, shares in HALF_YEARS_2023.items()]
    told += [("NL01", "2023JJ00", (YEAR_2023,))]
    told += [(area, "2022JJ00", (later if revised else first,)) for area, (_, first, later) in REVISED_2022.items()]
    cells: list[Row] = []
    for area, period, shares in told:
        for asked, share in zip(INDICATORS, shares, strict=False):
            attribute = "Confidential" if share is None else "None"
            keys = {"RegioS": area.ljust(pad), "Perioden": period}
            cells.append(cell(len(cells), asked["Identifier"], share, attribute, **keys))
    final = "Definitief" if revised else "Voorlopig"
    periods = [code("2022JJ00", "2022", final)]
    periods += [code(period, period, "Voorlopig") for period in ("2023HJ01", "2023HJ02", "2023JJ00")]
    return FakeTable(
        name="85098NED",
        title="Indicatoren jeugdzorg in natura; gemeenten",
        dimensions=[dimension("RegioS", "GeoDimension"), dimension("Perioden", "TimeDimension")],
        measures=INDICATORS,
        codes={"RegioS": [code(a.ljust(pad), n) for a, n in regions.items()], "Perioden": periods},
        observations=cells,
        modified="2024-10-31T02:00:00+01:00" if revised else "2023-06-24T02:00:00+02:00",
    )
