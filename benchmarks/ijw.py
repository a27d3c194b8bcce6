"""Speed and memory of reading one large JW323, with n and 10n lines, and of many small messages.

Run: .venv/bin/python benchmarks/ijw.py [--lines 50000]. Prints a table for benchmarks/README.md. The columns that are
collected grow with the lines; everything else should not: see the last column.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from jeugd_analysis import pipeline
from jeugd_analysis.domain.ijw import namespace
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.example.messages import test_numbers
from jeugd_analysis.sources.base import Context
from jeugd_analysis.sources.ijw import read_messages
from jeugd_analysis.sources.pseudonym import youth_pseudonym
from jeugd_analysis.store import Store

ROOT = Path(__file__).resolve().parents[1]
_LINES_OF_A_CLIENT = 10
_CENTS = 18650
_VERSION = "<b:BasisschemaXsdVersie>1.0.0</b:BasisschemaXsdVersie><b:BerichtXsdVersie>1.0.0</b:BerichtXsdVersie>"
_START = f"""<?xml version="1.0" encoding="UTF-8"?>
<a:Bericht xmlns:a="{namespace("jw323")}" xmlns:b="{namespace("ijw")}"><a:Header><a:BerichtCode>490</a:BerichtCode>
<a:BerichtVersie>3</a:BerichtVersie><a:BerichtSubversie>2</a:BerichtSubversie><a:Afzender>90000001</a:Afzender>
<a:Ontvanger>0637</a:Ontvanger><a:BerichtIdentificatie><b:Identificatie>1</b:Identificatie>
<b:Dagtekening>2026-08-03</b:Dagtekening></a:BerichtIdentificatie><a:XsdVersie>{_VERSION}</a:XsdVersie></a:Header>
<a:Declaratie><a:DeclaratieNummer>D1</a:DeclaratieNummer><a:DeclaratiePeriode><b:Begindatum>2026-07-01</b:Begindatum>
<b:Einddatum>2026-07-31</b:Einddatum></a:DeclaratiePeriode><a:DeclaratieDagtekening>2026-08-03</a:DeclaratieDagtekening>
<a:TotaalIngediendBedrag><b:TotaalBedrag>%d</b:TotaalBedrag><b:DebetCredit>D</b:DebetCredit></a:TotaalIngediendBedrag>
<a:Clienten>
"""
_LINE = (
    "<a:Prestatie><a:ProductReferentie><b:ReferentieNummer>D%010d</b:ReferentieNummer></a:ProductReferentie>"
    "<a:ToewijzingNummer>%d</a:ToewijzingNummer><a:ProductCategorie>54</a:ProductCategorie>"
    "<a:ProductCode>54002</a:ProductCode><a:ProductPeriode><b:Begindatum>2026-07-01</b:Begindatum>"
    "<b:Einddatum>2026-07-31</b:Einddatum></a:ProductPeriode><a:GeleverdVolume>2</a:GeleverdVolume>"
    "<a:Eenheid>04</a:Eenheid><a:ProductTarief>9325</a:ProductTarief><a:IngediendBedrag><b:Bedrag>18650</b:Bedrag>"
    "<b:DebetCredit>D</b:DebetCredit></a:IngediendBedrag></a:Prestatie>\n"
)


def write_claims(path: Path, lines: int) -> None:
    """One JW323 with this many lines, ten to a client."""
    numbers = test_numbers(9_000)
    with path.open("w", encoding="utf8") as stream:
        stream.write(_START % (_CENTS * lines))
        for first in range(0, lines, _LINES_OF_A_CLIENT):
            client = first // _LINES_OF_A_CLIENT
            stream.write(f"<a:Client><a:Bsn>{numbers[client % len(numbers)]}</a:Bsn><a:Prestaties>\n")
            stream.writelines(_LINE % (n, client) for n in range(first, min(first + _LINES_OF_A_CLIENT, lines)))
            stream.write("</a:Prestaties></a:Client>\n")
        stream.write("</a:Clienten></a:Declaratie></a:Bericht>\n")


def peak() -> float:
    """MiB, the most this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read(path: Path) -> dict[str, float]:
    """Read in this process: seconds, lines, MiB before and at the peak, and MiB of the columns."""
    before, start = peak(), time.process_time()  # of this core: others may be at work
    readings = read_messages([path], Context(pseudonym=youth_pseudonym(bytes(32)), earlier=lambda _: pd.DataFrame()))
    seconds = time.process_time() - start
    frame = next(reading.frame for reading in readings if reading.table == "claims")
    columns = frame.memory_usage(index=False, deep=True).sum() / 2**20
    return {"seconds": seconds, "lines": len(frame), "before": before, "peak": peak(), "columns": float(columns)}


def apart(path: Path) -> dict[str, float]:
    """The same in a process of its own, so that peaks do not mix."""
    done = subprocess.run([sys.executable, __file__, "--read", str(path)], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=50_000)
    parser.add_argument("--read", type=Path)
    options = parser.parse_args()
    if options.read:
        print(json.dumps(read(options.read)))
        return
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    print(
        "| message | lines/s of one core | peak MiB | columns MiB | growth per MiB of columns |\n|---|--:|--:|--:|--:|"
    )
    with tempfile.TemporaryDirectory() as folder:
        for lines in (options.lines, 10 * options.lines):
            path = Path(folder) / f"{lines}.xml"
            write_claims(path, lines)
            found = apart(path)
            path.unlink()
            above = (found["peak"] - found["before"]) / found["columns"]
            speed = found["lines"] / found["seconds"]
            print(f"| {lines:,} lines | {speed:,.0f} | {found['peak']:.0f} | {found['columns']:.0f} | {above:.1f} |")
        last, work = Quarter(2026, 3), Path(folder)
        pipeline.sample(work, last=last, seed=2026, scale=0.02, store=Store(ROOT, work), messages=100)
        small = next(iter(sorted((work / "ijw").iterdir())))
        count = sum(1 for _ in small.rglob("*.xml"))
        print(f"{count:,} small messages: {count / apart(small)['seconds']:,.0f} messages/s")


if __name__ == "__main__":
    main()
