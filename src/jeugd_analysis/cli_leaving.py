"""Commands around an edition that leaves: signing its check report, and the exact tables for the analyst."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jeugd_analysis import export as exporting
from jeugd_analysis import sign as signing
from jeugd_analysis.cli_dutch import DutchCommand, Period, echo, say, told
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Store


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (sign, export):
        app.command(cls=DutchCommand)(told(command))


def sign(
    period: Period,
    name: Annotated[str, typer.Option("--name", metavar="NAAM", help="Voor- en achternaam van wie ondertekent")],
) -> None:
    """Onderteken het controlerapport van een editie; voor publiceren zijn twee mensen nodig."""
    quarter = Quarter.parse(period)
    found = signing.sign(quarter, name, store=Store.open())
    for signer, day in found:
        echo(f"  Ondertekend door {signer} op {day}")
    left = signing.NEEDED - len(found)
    echo("Nog één handtekening nodig, van een ander." if left > 0 else f"De editie {quarter} kan worden gepubliceerd.")


def export(
    period: Period,
    to: Annotated[Path, typer.Option("--to", metavar="MAP", help="Map die alleen u kunt lezen")],
) -> None:
    """Zet de precieze tabellen achter een editie in een map voor intern gebruik: Excel en Parquet."""
    place = exporting.export(Quarter.parse(period), to, store=Store.open(), progress=say)
    echo(f"Vertrouwelijk, niet publiceren: {place / exporting.WORKBOOK}")
