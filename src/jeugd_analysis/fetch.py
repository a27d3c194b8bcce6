"""Fetch a table of Statistics Netherlands (CBS) over OData v4 and keep it, whole and dated, in one file.

Nothing is interpreted here: the file holds what CBS answered; sources/cbs_odata.py reads it. The protocol is written
from its public description and from other clients; no live server was within reach when this was made. What an answer
must hold is therefore checked, and a difference stops the run with the earlier file untouched.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote, unquote, urljoin, urlsplit

import httpx

from jeugd_analysis import __version__
from jeugd_analysis.errors import JeugdError

CBS = "https://datasets.cbs.nl/odata/v1/CBS"  # public service; CC BY 4.0, fair use
FORMAT, SUFFIX = "cbs-odata-v4/1", ".cbs.jsonl.gz"
_PROPERTIES = ("Title", "Modified", "ObservationsModified", "ObservationCount", "Status", "Frequency", "Language")
_TABLE = re.compile(r"[0-9A-Za-z-]{3,20}")
_HEADERS = {"Accept": "application/json, text/plain", "User-Agent": f"jeugd-analysis/{__version__}"}
_STANDS = {501, 505}  # server errors that asking again does not help
T = TypeVar("T")

Header = Mapping[str, Any]
Filters = Callable[[Header], Mapping[str, Collection[str]]]
Progress = Callable[[str], None]


def everything(header: Header) -> dict[str, Collection[str]]:
    """Filters that ask for the whole table."""
    return {}


def silent(message: str) -> None:
    """A progress reporter that says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long to wait, in seconds; clock and chance are passed in by tests."""

    attempts: int = 5
    first_wait: float = 1.0
    longest_wait: float = 120.0
    timeout: float = 60.0  # of silence; a whole page may take longer
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def wait(self, attempt: int, asked: float | None) -> float:
        """Seconds before the next attempt: what the server asked, or twice as long each time with some chance in it."""
        if asked is not None:
            return min(max(asked, 0.0), self.longest_wait)
        return min(self.first_wait * 2 ** (attempt - 1), self.longest_wait) * (0.5 + self.chance() / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The file of one table. digest: SHA-256 of the file; rows: cells; status: of the table, as CBS words it.

    counted: whether CBS told how many cells there are, so that their number could be checked.
    provisional: periods that CBS does not call final.
    """

    path: Path
    digest: str
    rows: int
    pages: int
    status: str | None
    modified: str | None
    counted: bool
    provisional: tuple[str, ...]


def fetch_table(
    table_id: str,
    target: Path,
    *,
    today: date,
    filters: Filters = everything,
    base_url: str = CBS,
    client: httpx.Client | None = None,
    patience: Patience | None = None,
    progress: Progress = silent,
) -> Fetched:
    """Fetch a table into `target`/<table>_<today>.cbs.jsonl.gz; the file is there whole, or as it was before.

    filters: gets the description of the table (first line of the file) before any cell is asked for; tells which codes
    to ask per dimension, and may raise to stop. The same answers give the same bytes.
    Raises: JeugdError (CBS-002 to CBS-009) that says what is wrong and that the last good copy stays.
    """
    stays = _stays(target, table_id)
    if not _TABLE.fullmatch(table_id):
        wat = f"{table_id!r} is geen nummer van een CBS-tabel."
        raise JeugdError("CBS-009", wat=wat, doe="kies er een als 85098NED.")
    with nullcontext(client) if client else httpx.Client() as session:
        table = _Table(f"{base_url.rstrip('/')}/{table_id}", session, patience or Patience(), stays, progress)
        described = table.describe(table_id, today)
        query = _query(filters(described))
        count = table.count(query, described)
        pages, lines = table.observations(query)
        table.check(described, count, len(lines))
    header = {**described, "filter": query, "count": count, "pages": pages, "observations": len(lines)}
    path = target / f"{table_id}_{today.isoformat()}{SUFFIX}"
    digest = _keep(path, [_line(header), *lines], stays)
    properties = described["properties"]
    progress(f"{path.name}: {len(lines)} cellen, stand van {properties.get('Modified') or 'onbekende datum'}")
    return Fetched(
        path=path,
        digest=digest,
        rows=len(lines),
        pages=len(pages),
        status=properties.get("Status"),
        modified=properties.get("Modified"),
        counted=count is not None,
        provisional=_provisional(described),
    )


class _Unreadable(Exception):
    """An answer that is no answer; it may be better the next time."""


@dataclass(frozen=True, slots=True)
class _Table:
    """One table at one address: every question goes through here."""

    address: str
    client: httpx.Client
    patience: Patience
    stays: str
    progress: Progress

    def describe(self, table_id: str, today: date) -> dict[str, Any]:
        """Everything about the table but its cells: the first part of the first line of the file."""
        sets = {str(row.get("name")) for row in self.rows("")}
        dimensions = self.rows("/Dimensions")
        needed = {"MeasureCodes", "Observations", *(f"{row.get('Identifier')}Codes" for row in dimensions)}
        if missing := sorted(needed - sets):
            raise self.fault("CBS-004", f"De CBS-tabel {table_id} heeft geen onderdeel {', '.join(missing)}")
        return {
            "format": FORMAT,
            "table": table_id,
            "source": self.address,
            "retrieved": today.isoformat(),
            "properties": self.properties(),
            "dimensions": dimensions,
            "measures": self.rows("/MeasureCodes"),
            "codes": {str(row["Identifier"]): self.rows(f"/{row['Identifier']}Codes") for row in dimensions},
        }

    def properties(self) -> dict[str, Any]:
        """What the table says of itself as a whole: title, day of change, status."""
        told = self.answer(f"{self.address}/Properties", _document)
        return {name: told[name] for name in _PROPERTIES if name in told}

    def rows(self, part: str) -> list[dict[str, Any]]:
        """All rows of a part of the table, over all its pages."""
        return [row for _, rows, _ in self.pages(f"{self.address}{part}") for row in rows]

    def observations(self, query: str) -> tuple[list[dict[str, Any]], list[bytes]]:
        """About each page its digest and number of cells; and each cell as a line of the file."""
        pages: list[dict[str, Any]] = []
        lines: list[bytes] = []
        for address, rows, digest in self.pages(f"{self.address}/Observations{query}"):
            pages.append({"page": address.removeprefix(self.address), "sha256": digest, "rows": len(rows)})
            lines += map(_line, rows)
            self.progress(f"bladzijde {len(pages)}: {len(lines)} cellen")
        return pages, lines

    def count(self, query: str, described: Header) -> int | None:
        """How many cells CBS says there are; None when it does not say."""
        told = self.answer(f"{self.address}/Observations/$count{query}", _whole_number, may_lack=True)
        whole_table = described["properties"].get("ObservationCount")
        if told is None and not query and isinstance(whole_table, int):
            return whole_table
        if told is None:
            self.progress("CBS noemt geen aantal cellen; het aantal is niet te controleren")
        return told

    def check(self, described: Header, count: int | None, rows: int) -> None:
        """All cells are there, and of one moment: a table renewed halfway would mix two."""
        name = described["table"]
        if rows == 0:
            raise self.fault("CBS-007", f"De CBS-tabel {name} gaf geen enkele cel")
        if count is not None and count != rows:
            raise self.fault("CBS-007", f"De CBS-tabel {name} gaf {rows} cellen, maar moet er {count} hebben")
        before, after = described["properties"].get("Modified"), self.properties().get("Modified")
        if before != after:
            raise self.fault("CBS-008", f"De CBS-tabel {name} is tijdens het ophalen vernieuwd")

    def pages(self, address: str) -> Iterator[tuple[str, list[dict[str, Any]], str]]:
        """Address, rows and digest of every page; each page tells where the next one is."""
        seen: set[str] = set()
        following: str | None = address
        while following:
            seen.add(following)
            rows, digest, link = self.answer(following, _page)
            yield following, rows, digest
            following = self.next_page(following, link) if link is not None else None
            if following in seen:
                raise self.fault("CBS-006", "CBS verwijst terug naar een bladzijde die al gelezen is")

    def next_page(self, here: str, link: str) -> str:
        """The address of the next page: of the same part at the same server, whatever scheme the link names."""
        ours, theirs = urlsplit(here), urlsplit(urljoin(here, link))
        same = (ours.hostname, ours.port, unquote(ours.path)) == (theirs.hostname, theirs.port, unquote(theirs.path))
        if not same:
            raise self.fault(
                "CBS-006", f"CBS verwijst voor de volgende bladzijde naar een ander adres ({theirs.hostname})"
            )
        return theirs._replace(scheme=ours.scheme, netloc=ours.netloc, fragment="").geturl()

    def answer(self, address: str, read: Callable[[httpx.Response], T], *, may_lack: bool = False) -> T:
        """The answer as `read` makes of it; asked again, up to a limit, when it does not come or is unreadable.

        may_lack: leave it to `read` what to make of a refusal.
        """
        reason = ""
        for attempt in range(1, self.patience.attempts + 1):
            asked = None
            try:
                response = self.client.get(address, headers=_HEADERS, timeout=self.patience.timeout)
                reason, asked = _temporary(response)
                if not reason:
                    if not may_lack:
                        self.refused(response)
                    return read(response)
            except httpx.RequestError as error:
                reason = _network_reason(error, self.patience.timeout)
            except _Unreadable as error:
                reason = str(error)
            if attempt < self.patience.attempts:
                wait = self.patience.wait(attempt, asked)
                self.progress(f"poging {attempt} mislukt ({reason}); opnieuw over {wait:.0f} seconden")
                self.patience.sleep(wait)
        raise self.fault("CBS-003", f"CBS gaf na {self.patience.attempts} pogingen geen bruikbaar antwoord: {reason}")

    def refused(self, response: httpx.Response) -> None:
        """Stop at an answer that will not change by asking again."""
        table = self.address.rpartition("/")[2]
        if response.status_code == 404:
            doe = "controleer het tabelnummer; CBS kan de tabel hebben vervangen."
            raise self.fault("CBS-002", f"De CBS-tabel {table} (of een deel ervan) bestaat niet", doe)
        if response.status_code != 200:
            raise self.fault("CBS-004", f"CBS weigerde de vraag om tabel {table} (antwoord {response.status_code})")

    def fault(self, code: str, wat: str, doe: str = "probeer het later opnieuw.") -> JeugdError:
        """The error to raise; it always says what becomes of the earlier file."""
        return JeugdError(code, wat=f"{wat}. {self.stays}", doe=doe)


def _document(response: httpx.Response) -> dict[str, Any]:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise _Unreadable(f"het antwoord is geen JSON maar {kind or 'van onbekende soort'}")
    try:
        told = json.loads(response.content, parse_constant=_no_number)
    except ValueError:
        raise _Unreadable("het antwoord is afgekapt of beschadigd") from None
    if not isinstance(told, dict) or "error" in told:
        raise _Unreadable("het antwoord is een foutmelding")
    return told


def _page(response: httpx.Response) -> tuple[list[dict[str, Any]], str, str | None]:
    told = _document(response)
    rows, link = told.get("value"), told.get("@odata.nextLink")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _Unreadable("het antwoord heeft geen rijen")
    plain = [{name: value for name, value in row.items() if not name.startswith("@")} for row in rows]
    return plain, hashlib.sha256(response.content).hexdigest(), None if link is None else str(link)


def _whole_number(response: httpx.Response) -> int | None:
    if response.status_code != 200:
        return None
    text = response.content.decode("utf-8-sig", "replace").strip()
    return int(text) if re.fullmatch(r"\d{1,12}", text) else None


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)  # NaN and Infinity are no JSON


def _temporary(response: httpx.Response) -> tuple[str, float | None]:
    """Why to ask again and how long the server wants to be left alone; no reason when the answer stands."""
    if response.status_code in _STANDS or (response.status_code < 500 and response.status_code != 429):
        return "", None
    reason = "CBS vraagt om te wachten" if response.status_code == 429 else "storing bij CBS"
    return f"{reason} ({response.status_code})", _retry_after(response)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds of the header Retry-After, which is a number or a moment by the server's own clock."""
    told = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", told):
        return float(told)
    try:
        return (parsedate_to_datetime(told) - parsedate_to_datetime(response.headers["date"])).total_seconds()
    except (KeyError, TypeError, ValueError):
        return None


def _network_reason(error: httpx.RequestError, timeout: float) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"geen antwoord binnen {timeout:g} seconden"
    if isinstance(error, httpx.ConnectError):
        return "geen verbinding"
    return "de verbinding is halverwege verbroken"


def _query(selected: Mapping[str, Collection[str]]) -> str:
    """The selection as the end of an address; empty for the whole table.

    >>> unquote(_query({"RegioS": ["NL01", "GM'1"], "Geslacht": ["T001038"]}))
    "?$filter=(RegioS eq 'NL01' or RegioS eq 'GM''1') and (Geslacht eq 'T001038')"
    """
    parts = [
        " or ".join("{} eq '{}'".format(dimension, code.replace("'", "''")) for code in codes)
        for dimension, codes in selected.items()
    ]
    return "?$filter=" + quote(" and ".join(f"({part})" for part in parts), safe="") if parts else ""


def _provisional(described: Header) -> tuple[str, ...]:
    """Periods with a status that is not final."""
    times = [row["Identifier"] for row in described["dimensions"] if row.get("Kind") == "TimeDimension"]
    codes = [code for name in times for code in described["codes"][name]]
    return tuple(str(code["Identifier"]).strip() for code in codes if code.get("Status") not in (None, "Definitief"))


def _stays(target: Path, table_id: str) -> str:
    """What becomes of what was fetched before, as a sentence."""
    kept = sorted(target.glob(f"{table_id}_*{SUFFIX}")) if _TABLE.fullmatch(table_id) else []
    return f"De laatste goede kopie blijft staan: {kept[-1].name}." if kept else "Er is nog geen eerdere kopie."


def _line(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _keep(path: Path, lines: list[bytes], stays: str) -> str:
    """Write the file beside its place, sync it, and put it there in one step; its digest."""
    part = path.with_name(f".{path.name}.deel")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            with gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0) as packed:
                packed.writelines(lines)
            stream.flush()
            os.fsync(stream.fileno())
        digest = hashlib.sha256(part.read_bytes()).hexdigest()
        part.replace(path)
    except OSError as error:
        wat = f"{path.name} is niet te schrijven ({error.strerror}). {stays}"
        raise JeugdError("CBS-005", wat=wat, doe="maak ruimte op de schijf of kies een andere map.") from None
    finally:
        part.unlink(missing_ok=True)
    return digest
