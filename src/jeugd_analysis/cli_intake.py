"""Commands around taking in: the key, what lies aside, who is late, profiles and open statistics."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from jeugd_analysis import forget as forgetting
from jeugd_analysis import quality, tools
from jeugd_analysis.cli_dutch import DutchCommand, Period, echo, say, told
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.store import Store


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (key, aside, status, profile, fetch, forget):
        app.command(cls=DutchCommand)(told(command))


def key(
    path: Annotated[
        Path | None, typer.Option("--to", metavar="BESTAND", help="Waar de sleutel komt; zonder: in uw thuismap")
    ] = None,
) -> None:
    """Maak de sleutel waarmee burgerservicenummers codes worden; bewaar er een kopie van in een kluis."""
    made = tools.make_key(path, store=Store.open())
    echo(f"De sleutel staat in {made}. Alleen u kunt hem lezen.")
    echo("Bewaar nu een kopie in de kluis van uw organisatie. Raakt u hem kwijt, dan moet alles opnieuw.")


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
        echo(line)


def status(period: Period) -> None:
    """Toon per aanbieder welke maanden er zijn en wie achterloopt, met een tekst om te sturen."""
    store, quarter = Store.open(), Quarter.parse(period)
    for line in [*forgetting.warnings(quarter, store=store), *quality.status(quarter, store=store)]:
        echo(line)


def profile(
    path: Annotated[Path, typer.Argument(metavar="BESTAND", help="CSV of Excel van een leverancier")],
    target: Annotated[
        Path | None, typer.Option("--to", metavar="BESTAND", help="Schrijf het voorstel hierheen")
    ] = None,
) -> None:
    """Stel een profiel voor van een export: welke kolom is wat, en hoe zijn getallen en datums geschreven."""
    text, rows = tools.propose_profile(path, store=Store.open())
    if target is None:
        echo(text)
    else:
        with target.open("x", encoding="utf8") as stream:
            stream.write(text)
        echo(f"Het voorstel staat in {target}. Controleer het en zet het in data/reference/profiles.")
    for line in rows:
        echo(line)


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
    echo(f"Opgehaald: {len(files)} bestanden in {target}. Lees ze in met `jeugd add KWARTAAL {target}`.")


def forget(
    delivery: Annotated[
        str, typer.Option("--delivery", metavar="AANLEVERING", help="Eén aanlevering, bijvoorbeeld 2026-K3/001")
    ] = "",
    youth: Annotated[
        str, typer.Option("--youth", metavar="CODE", help="De code van één jeugdige; met - vraagt het programma ernaar")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Niet vragen of u het zeker weet")] = False,
) -> None:
    """Verwijder een aanlevering of een jeugdige uit de opslag; wat al gepubliceerd is, blijft."""
    store = Store.open()
    if forgetting.resume(store=store):
        echo("Een eerdere opdracht was halverwege gestopt en is nu afgemaakt.")
        if not delivery and not youth:
            return
    if bool(delivery) == bool(youth):
        raise JeugdError("VRG-001", wat="Kies wat weg moet.", doe="geef --delivery of --youth op, één van de twee.")
    if youth.isdecimal():
        raise JeugdError(
            "VRG-006",
            wat="Zet een burgerservicenummer nooit in een opdracht: de computer bewaart opdrachten.",
            doe="gebruik `jeugd forget --youth -` en typ het daarna.",
        )
    if youth == "-":
        youth = typer.prompt("Code of burgerservicenummer (u ziet niet wat u typt)", hide_input=True)
    if not yes and typer.prompt("Dit is niet terug te draaien. Typ ja om door te gaan", default="nee") != "ja":
        raise typer.Abort
    today = datetime.now(tz=UTC).date()
    if delivery:
        done = forgetting.forget_delivery(delivery, store=store, today=today, progress=say)
    else:
        code = forgetting.youth_code(youth, store=store, environ=os.environ)
        done = forgetting.forget_youth(code, store=store, today=today, progress=say)
    for line in forgetting.in_words(done):
        echo(line)
