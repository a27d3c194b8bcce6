"""The command for annexes on paper."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from jeugd_analysis import annex as annexing
from jeugd_analysis.cli_dutch import DutchCommand, Period, echo, told
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import bad_parameter
from jeugd_analysis.store import Store

ENDINGS = (".pdf", ".docx")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(cls=DutchCommand)(told(annex))


def annex(
    period: Period,
    area: Annotated[str, typer.Option("--area", metavar="CODE", help="Het gebied: GM0637, of de code van de regio")],
    to: Annotated[
        Path,
        typer.Option("--to", metavar="BESTAND", help="Bijvoorbeeld bijlage.pdf; met .docx de samenvatting in Word"),
    ],
    chapters: Annotated[
        str, typer.Option("--chapters", metavar="NAMEN", help="Alleen deze hoofdstukken: groei,besparing")
    ] = "",
    reference: Annotated[
        str, typer.Option("--reference", metavar="KENMERK", help="Bij welk voorstel dit hoort, zoals 'RIS 123'")
    ] = "",
    summary: Annotated[bool, typer.Option("--summary", help="Alleen de samenvatting, op één bladzijde")] = False,
) -> None:
    """Maak een bijlage van een gebied bij een voorstel (PDF), of de samenvatting (PDF of Word)."""
    start = time.monotonic()
    if to.suffix not in ENDINGS:
        raise bad_parameter("to", to.name, "een naam die eindigt op " + " of ".join(ENDINGS))
    made = annexing.annex(
        Quarter.parse(period),
        store=Store.open(),
        area=area,
        to=to,
        chapters=[name.strip() for name in chapters.split(",") if name.strip()],
        reference=reference.strip(),
        summary=summary,
    )
    echo(f"Klaar in {time.monotonic() - start:.0f} seconden: {', '.join(map(str, made.files))}")
