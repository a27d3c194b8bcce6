"""Commands around publication: publish an edition, take one back, check it, compare two."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from jeugd_analysis import editions
from jeugd_analysis.cli_dutch import DutchCommand, Period, echo, say, told
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.store import Store

Target = Annotated[
    Path, typer.Option("--to", metavar="MAP", help="Map op het intranet; elke editie staat in MAP/KWARTAAL")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (publish, rollback, verify, diff):
        app.command(cls=DutchCommand)(told(command))


def publish(
    period: Annotated[str, typer.Argument(metavar="KWARTAAL", help="Kwartaal van het boek, zoals 2026-K3")],
    to: Target,
) -> None:
    """Zet een gebouwd boek op het intranet en onthoud welke getallen erin staan."""
    store, quarter = Store.open(), Quarter.parse(period)
    done = editions.publish(quarter, to, store=store, progress=say)
    kept = _below(done.version, store)
    if done.unchanged:
        echo(f"Er is niets veranderd: lezers hebben {quarter.label} al zo. In het archief: {kept}.")
        return
    if done.replaced is not None:
        echo(f"{quarter.label} is vervangen. De versie die lezers hadden, blijft in {_below(done.replaced, store)}.")
    echo(f"Gepubliceerd: {done.place / 'index.html'}. In het archief: {kept}.")


def rollback(
    to: Target,
    period: Annotated[str, typer.Argument(metavar="[KWARTAAL]", help="Kwartaal; zonder: de nieuwste editie")] = "",
) -> None:
    """Neem de laatste publicatie terug: lezers zien weer wat er daarvoor stond. Niets gaat verloren."""
    store = Store.open()
    done = editions.rollback(to, store=store, quarter=Quarter.parse(period) if period else None)
    if done.version is None:
        echo(f"{done.quarter.label} is weggehaald. De nieuwste editie is nu {done.newest.label}.")
    else:
        echo(f"Van {done.quarter.label} staat de versie daarvoor er weer ({_below(done.version, store)}).")
    echo(f"Wat is teruggenomen, blijft in {_below(done.kept, store)}. Wat lezers zagen, blijft onthouden.")


def verify(
    period: Period,
    again: Annotated[bool, typer.Option("--rebuild", help="Maak het boek ook opnieuw uit de aanleveringen")] = False,
    workers: Annotated[
        int, typer.Option("--workers", min=1, metavar="AANTAL", help="Aantal notebooks tegelijk")
    ] = os.cpu_count() or 1,
) -> None:
    """Ga na of een editie volgt uit wat zij zegt: notebooks opnieuw, alles byte voor byte vergeleken."""
    done = editions.verify(Quarter.parse(period), store=Store.open(), again=again, workers=workers, progress=say)
    for line in done.lines:
        echo(line)
    echo("Alles is gelijk." if done.same else "Er zijn verschillen.")
    if not done.same:
        raise typer.Exit(1)


def diff(
    first: Annotated[str, typer.Argument(metavar="OUD", help="Oudste kwartaal, zoals 2026-K2")],
    second: Annotated[str, typer.Argument(metavar="NIEUW", help="Nieuwste kwartaal, zoals 2026-K3")],
    quick: Annotated[
        bool, typer.Option("--quick", help="Maak de oude editie niet opnieuw; oorzaken zijn dan niet altijd bekend")
    ] = False,
    target: Annotated[
        Path | None, typer.Option("--to", metavar="BESTAND", help="Schrijf elk veranderd cijfer naar deze CSV")
    ] = None,
) -> None:
    """Toon wat er tussen twee edities veranderde, hoeveel en waardoor: een zin per pagina."""
    store = Store.open()
    found = editions.diff(Quarter.parse(first), Quarter.parse(second), store=store, again=not quick, progress=say)
    for line in editions.in_words(found):
        echo(line)
    if target is not None:
        target.write_bytes(editions.as_csv(found))
        echo(f"Alle veranderde cijfers staan in {target}.")


def _below(path: Path, store: Store) -> str:
    return path.relative_to(store.work).as_posix()
