"""The command line. Help and messages in Dutch; the only place that catches JeugdError."""

from __future__ import annotations

import functools
import os
import sys
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated

import typer

from jeugd_analysis import __version__, cli_annex, cli_editions, cli_intake, cli_leaving, pipeline, quality
from jeugd_analysis.cli_dutch import DutchCommand, DutchGroup, Period, echo, run, say, told
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError, UnknownNameError
from jeugd_analysis.forget import warnings
from jeugd_analysis.store import Store

app = typer.Typer(
    cls=DutchGroup,
    help="Maak van de kwartaalaanleveringen jeugdhulp een boek met analyses voor de regio en elke gemeente.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


@app.command(cls=DutchCommand)
@told
def sample(
    target: Annotated[Path, typer.Option("--to", metavar="MAP", help="Map voor de aanleveringen")] = Path("voorbeeld"),
    last: Annotated[str, typer.Option("--until", metavar="KWARTAAL", help="Laatste kwartaal")] = "2026-K3",
    scale: Annotated[
        float, typer.Option("--scale", metavar="DEEL", help="Deel van de volle omvang, tussen 0 en 1")
    ] = 1.0,
    seed: Annotated[int, typer.Option("--seed", metavar="GETAL", help="Zelfde getal, zelfde bestanden")] = 2026,
    messages: Annotated[
        int,
        typer.Option("--messages", metavar="AANTAL", help="Aantal jeugdigen dat ook iJw-berichten krijgt, in MAP/ijw"),
    ] = 200,
) -> None:
    """Schrijf aanleveringen van de voorbeeldregio (verzonnen gegevens)."""
    start = time.monotonic()
    folders = pipeline.sample(
        target,
        last=Quarter.parse(last),
        seed=seed,
        scale=scale,
        messages=messages,
        store=Store.open(),
        progress=say,
    )
    echo(f"Klaar in {time.monotonic() - start:.0f} seconden. Aanleveringen: {', '.join(map(str, folders))}")


@app.command(cls=DutchCommand)
@told
def add(
    period: Period,
    paths: Annotated[list[Path], typer.Argument(metavar="BESTAND...", help="Bestanden of mappen van één aanlevering")],
) -> None:
    """Lees een aanlevering in: alles of niets."""
    start = time.monotonic()
    delivery = pipeline.add(Quarter.parse(period), paths, store=Store.open(), progress=say)
    for part in delivery.parts:
        aside = part.delivered - part.accepted
        note = f", {aside} terzijde gelegd" if aside else ""
        echo(f"  {Store.table_name(part.table)}: {part.accepted} regels ingelezen{note} ({part.file})")
        for warning in part.warnings:
            echo(f"  let op: {warning}")
        if part.changes:
            echo(f"  {quality.changes_in_words(part.changes)}")
    echo(f"Ingelezen als {delivery.quarter}/{delivery.name} in {time.monotonic() - start:.0f} seconden.")


@app.command(cls=DutchCommand)
@told
def check(
    period: Period,
    delivery: Annotated[
        int, typer.Option("--delivery", metavar="NUMMER", help="Zoals bekend na deze aanlevering van het kwartaal")
    ] = 0,
) -> None:
    """Laat zien wat is aangeleverd en wat opvalt, zonder iets te bouwen."""
    store, quarter = Store.open(), Quarter.parse(period)
    known = store.as_known(quarter, delivery) if delivery else store
    lines = pipeline.check(quarter, store=known)
    for line in [*warnings(quarter, store=store), *lines]:
        echo(line)
    for one in quality.odd(quarter, store=known) if "claims" in known.current(quarter) else []:
        echo(f"  let op ({one.code}, {one.subject}): {one.text} {one.remedy}")
    if not delivery:
        written = quality.write_quality(quarter, store=store)
        echo(f"Alles bij elkaar, om te bewaren: {written[0]}")
    if any(line.startswith("Ontbreekt") for line in lines):
        echo(f"  Doe dit: lever dit aan met `jeugd add {period} BESTAND`.")
        raise typer.Exit(1)


@app.command(cls=DutchCommand)
@told
def build(
    period: Annotated[str, typer.Argument(metavar="KWARTAAL", help="Kwartaal; zonder: het laatste")] = "",
    areas: Annotated[
        str, typer.Option("--area", metavar="CODES", help="Alleen deze gebieden: GM0637 of GM0637,GM0518")
    ] = "",
    chapters: Annotated[
        str, typer.Option("--chapters", metavar="NAMEN", help="Alleen deze hoofdstukken: groei,besparing")
    ] = "",
    workers: Annotated[
        int, typer.Option("--workers", min=1, metavar="AANTAL", help="Aantal notebooks tegelijk")
    ] = os.cpu_count() or 1,
) -> None:
    """Bouw het boek van een kwartaal; alleen wat veranderde wordt opnieuw gemaakt."""
    start = time.monotonic()
    store = Store.open()
    label = period or (store.editions() or [""])[-1]
    if not label:
        raise UnknownNameError(
            "EDI-003",
            wat="Er is nog geen aanlevering ingelezen.",
            doe="lees er een in met `jeugd add KWARTAAL MAP`; werkt u in een andere map, controleer dan JEUGD_WERKMAP.",
        )
    done = pipeline.build(
        Quarter.parse(label),
        store=store,
        workers=workers,
        areas=[code.strip() for code in areas.split(",") if code.strip()],
        chapters=[name.strip() for name in chapters.split(",") if name.strip()],
        progress=say,
    )
    echo(
        f"Klaar in {time.monotonic() - start:.0f} seconden: {done.pages} pagina's, "
        f"{len(done.outcome.executed)} opnieuw gemaakt, {len(done.outcome.unchanged)} ongewijzigd."
    )
    echo(f"Open dit bestand in een browser: {done.site / 'index.html'}")


cli_annex.register(app)
cli_intake.register(app)
cli_editions.register(app)
cli_leaving.register(app)


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line on the screen for each of them."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@app.command(cls=DutchCommand)
@told
def serve(
    period: Period,
    port: Annotated[
        int, typer.Option("--port", metavar="POORT", min=0, max=65535, help="Poort; 0 kiest een vrije")
    ] = 8000,
) -> None:
    """Bekijk een gebouwd boek op deze computer; niemand anders kan erbij."""
    store, quarter = Store.open(), Quarter.parse(period)
    site = store.site_folder(quarter)
    if not (site / "index.html").is_file():
        built = [label for label in store.editions() if store.site_folder(Quarter.parse(label)).is_dir()]
        raise JeugdError(
            "EDI-002",
            wat=f"Van {quarter} is nog geen boek gebouwd. Wel gebouwd: {', '.join(built) or 'geen'}.",
            doe=f"bouw het met `jeugd build {quarter}`.",
        )
    handler = functools.partial(_Quiet, directory=str(site))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        raise JeugdError(
            "SRV-001", wat=f"Poort {port} is bezet.", doe="kies een andere met --port, of --port 0."
        ) from None
    with server:
        echo(f"Het boek staat op http://127.0.0.1:{server.server_port} (stop met Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            echo("Gestopt.")


def _version(wanted: bool) -> None:
    if wanted:
        echo(f"jeugd_analysis {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Toon de versie")
    ] = False,
) -> None:
    """Algemene opties."""


def main() -> None:
    """Entry point of the console script."""
    if sys.platform == "win32":  # the console of Windows may not be in UTF-8
        sys.stdout.reconfigure(encoding="utf8")  # type: ignore[union-attr]
        sys.stderr.reconfigure(encoding="utf8")  # type: ignore[union-attr]
    sys.exit(run(app))
