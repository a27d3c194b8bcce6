"""Commands around taking in: the key, what lies aside, who is late, profiles and open statistics."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from jeugd_analysis import quality, tools
from jeugd_analysis.cli_dutch import DutchCommand, Period, say, told
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.store import Store


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (key, aside, status, profile, fetch):
        app.command(cls=DutchCommand)(told(command))


def key(
    path: Annotated[
        Path | None, typer.Option("--to", metavar="BESTAND", help="Waar de sleutel komt; zonder: in uw thuismap")
    ] = None,
) -> None:
    """Maak de sleutel waarmee burgerservicenummers codes worden; bewaar er een kopie van in een kluis."""
    made = tools.make_key(path, store=Store.open())
    typer.echo(f"De sleutel staat in {made}. Alleen u kunt hem lezen.")
    typer.echo("Bewaar nu een kopie in de kluis van uw organisatie. Raakt u hem kwijt, dan moet alles opnieuw.")


def aside(
    period: Period,
    release: Annotated[str, typer.Option("--release", metavar="CODE", help="Laat deze regels toch meetellen")] = "",
    refuse: Annotated[str, typer.Option("--refuse", metavar="CODE", help="Wijs deze regels voorgoed af")] = "",
    who: Annotated[str, typer.Option("--who", metavar="NAAM", help="Wie het besluit neemt")] = "",
    why: Annotated[str, typer.Option("--why", metavar="REDEN", help="Waarom")] = "",
) -> None:
    """Toon de regels die terzijde liggen, met reden en bedrag; geef ze vrij of wijs ze af."""
    store, quarter = Store.open(), Quarter.parse(period)
    if release and refuse:
        raise JeugdError("TER-003", wat="Vrijgeven en afwijzen kan niet tegelijk.", doe="kies één van de twee.")
    if release or refuse:
        quality.decide(quarter, release or refuse, release=bool(release), who=who, why=why, store=store, progress=say)
    for line in quality.aside_in_words(quarter, store=store):
        typer.echo(line)


def status(period: Period) -> None:
    """Toon per aanbieder welke maanden er zijn en wie achterloopt, met een tekst om te sturen."""
    for line in quality.status(Quarter.parse(period), store=Store.open()):
        typer.echo(line)


def profile(
    path: Annotated[Path, typer.Argument(metavar="BESTAND", help="CSV of Excel van een leverancier")],
    target: Annotated[
        Path | None, typer.Option("--to", metavar="BESTAND", help="Schrijf het voorstel hierheen")
    ] = None,
) -> None:
    """Stel een profiel voor van een export: welke kolom is wat, en hoe zijn getallen en datums geschreven."""
    text, rows = tools.propose_profile(path, store=Store.open())
    if target is None:
        typer.echo(text)
    else:
        with target.open("x", encoding="utf8") as stream:
            stream.write(text)
        typer.echo(f"Het voorstel staat in {target}. Controleer het en zet het in data/reference/profiles.")
    for line in rows:
        typer.echo(line)


def fetch(
    what: Annotated[str, typer.Argument(metavar="BRON", help="Alleen cbs")] = "cbs",
    target: Annotated[
        Path | None, typer.Option("--to", metavar="MAP", help="Map voor de bestanden; zonder: cbs met de datum")
    ] = None,
    tables: Annotated[str, typer.Option("--tables", metavar="NUMMERS", help="Alleen deze tabellen")] = "",
) -> None:
    """Haal open cijfers op bij het CBS; lees ze daarna in met jeugd add."""
    if what != "cbs":
        raise JeugdError("CBS-001", wat=f"{what} is geen bekende bron.", doe="gebruik `jeugd fetch cbs`.")
    wanted = [name.strip() for name in tables.split(",") if name.strip()]
    target = target or Path(f"cbs-{datetime.now(tz=UTC).date()}")  # a folder a day: two copies of a table do not mix
    files = tools.fetch_cbs(target, wanted, store=Store.open(), progress=say)
    typer.echo(f"Opgehaald: {len(files)} bestanden in {target}. Lees ze in met `jeugd add KWARTAAL {target}`.")
