"""The words that typer itself puts in help and errors, in Dutch: headings, hints and mistakes on the command line."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Annotated, Any, ParamSpec, TypeVar

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from jeugd_analysis.domain.names import printable
from jeugd_analysis.errors import JeugdError

_UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # typer ships its own click and does not export this class

rich_utils.ARGUMENTS_PANEL_TITLE = "Wat u invult"
rich_utils.OPTIONS_PANEL_TITLE = "Opties"
rich_utils.COMMANDS_PANEL_TITLE = "Opdrachten"
rich_utils.ERRORS_PANEL_TITLE = "Fout"
rich_utils.DEFAULT_STRING = "[standaard: {}]"
rich_utils.REQUIRED_LONG_STRING = "[verplicht]"
rich_utils.ABORTED_TEXT = "Afgebroken."


class _Dutch:
    """Help option and usage line in Dutch; for commands and groups alike."""

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Toon deze uitleg"
        return option

    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        return (
            usage.replace("Usage:", "Gebruik:", 1)
            .replace("[OPTIONS]", "[OPTIES]")
            .replace("COMMAND [ARGS]...", "OPDRACHT")
        )


class DutchCommand(_Dutch, TyperCommand):
    """A command whose help is in Dutch."""


class DutchGroup(_Dutch, TyperGroup):
    """The list of commands, in Dutch."""


class UsageMistake(JeugdError):
    """A command that was not written as it should be."""

    exit_code = 2


def run(app: typer.Typer) -> int:
    """Run the program; the exit code. Mistakes on the command line become one Dutch message."""
    try:
        code = app(standalone_mode=False)
    except _UsageError as mistake:
        if type(mistake).__name__ == "NoArgsIsHelpError":  # the help has just been shown
            return UsageMistake.exit_code
        echo(str(_mistake(mistake)), err=True)
        return UsageMistake.exit_code
    except typer.Abort:
        echo("Afgebroken.", err=True)
        return 130
    return code if isinstance(code, int) else 0


def _mistake(error: Exception) -> UsageMistake:
    name = type(error).__name__
    parameter = getattr(error, "param", None)
    shown = getattr(parameter, "metavar", None) or "/".join(getattr(parameter, "opts", [])) or "een onderdeel"
    what = {
        "MissingParameter": f"{shown} ontbreekt",
        "NoSuchOption": f"Onbekende optie {getattr(error, 'option_name', '')}",
        "BadOptionUsage": f"Optie {getattr(error, 'option_name', '')} is niet goed gebruikt",
        "BadParameter": f"De waarde van {shown} klopt niet",
    }.get(name, "De opdracht klopt niet")
    if unknown := re.match(r"No such command '([\w-]{1,30})'", str(getattr(error, "message", ""))):
        what = f"Onbekende opdracht {unknown[1]}"
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "jeugd"
    return UsageMistake("OPD-001", wat=f"{what}.", doe=f"kijk bij `{command} --help` hoe het wel moet.")


Period = Annotated[str, typer.Argument(metavar="KWARTAAL", help="Kwartaal, bijvoorbeeld 2026-K3")]
P = ParamSpec("P")
R = TypeVar("R")


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Show a JeugdError as its message and exit code; anything else is a fault of ours and keeps its traceback."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except JeugdError as error:
            echo(str(error), err=True)
            raise typer.Exit(error.exit_code) from None

    return wrapped


def echo(text: str, *, err: bool = False) -> None:
    """Show a text. Names of files and of providers come from others: they cannot steer the terminal."""
    typer.echo(printable(text), err=err)


def say(message: str) -> None:
    """One line of progress."""
    echo(f"  {message}")
