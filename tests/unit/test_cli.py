"""The command line: Dutch, an exit code for each kind of mistake, and never a traceback."""

from __future__ import annotations

import os
import re
import sys

import pytest
import typer
from typer.testing import CliRunner, Result

from jeugd_analysis import __version__, cli, pipeline

COMMANDS = {
    "sample": "Schrijf aanleveringen van de voorbeeldregio",
    "add": "Lees een aanlevering in: alles of niets.",
    "check": "Laat zien wat is aangeleverd",
    "build": "Bouw het boek van een kwartaal",
    "serve": "Bekijk een gebouwd boek",
    "annex": "Maak een bijlage van een gebied",
}
ENGLISH = r"\b(Usage|Options|Arguments|Commands|Show this message|required|default|Missing|Error|the)\b"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


def plain(text: str) -> str:
    """Without colours, frames and line ends."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m|[│╭╮╰╯─]", " ", text).split())


def refused(result: Result, code: int, *told: str) -> None:
    """One message with what is wrong and what to do, on the error stream, and nothing of Python."""
    assert result.exit_code == code
    assert "Doe dit:" in result.stderr and "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)
    for word in told:
        assert word in result.stderr


def test_help_is_dutch_and_names_every_command():
    text = plain(run("--help").output)
    assert text.startswith("Gebruik:") and "kwartaalaanleveringen jeugdhulp" in text
    for name, first_words in COMMANDS.items():
        assert f"{name} " in text and first_words[:25] in text
    assert not re.search(ENGLISH, text)
    registered = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    assert set(COMMANDS) <= registered


@pytest.mark.parametrize("name", [c.name or c.callback.__name__ for c in cli.app.registered_commands])
def test_help_of_each_command_is_dutch(name):
    result = run(name, "--help")
    text = plain(result.output)
    assert result.exit_code == 0 and COMMANDS.get(name, "") in text
    assert not re.search(ENGLISH, text)


def test_version():
    assert run("--version").output == f"jeugd_analysis {__version__}\n"


def test_an_edition_that_was_never_taken_in(store):
    for words in (("check", "2026-K3"), ("build", "2026-K3")):
        refused(run(*words), 3, "EDI-001", "nog geen enkele", "jeugd add")
    refused(run("build"), 3, "EDI-003", "jeugd add KWARTAAL MAP", "JEUGD_WERKMAP")


def test_a_project_folder_that_is_none_is_named(store, tmp_path, monkeypatch):
    monkeypatch.setenv("JEUGD_PROJECT", str(tmp_path))
    refused(run("check", "2026-K3"), 1, "PRJ-001", "JEUGD_PROJECT")


@pytest.mark.parametrize("label", ["2026-Q3", "2026", "../../x", "gisteren"])
@pytest.mark.parametrize("command", ["check", "build", "add", "serve"])
def test_a_bad_quarter(store, command, label):
    paths = ["x.csv"] if command == "add" else []
    refused(run(command, label, *paths), 3, "PER-001", "2026-K3")


def test_a_path_that_does_not_exist(store, tmp_path):
    refused(run("add", "2026-K3", str(tmp_path / "weg.csv")), 2, "BES-003", "weg.csv")


def test_a_file_of_an_unknown_kind(store, tmp_path):
    (tmp_path / "brief.docx").write_bytes(b"PK")
    refused(run("add", "2026-K3", str(tmp_path / "brief.docx")), 2, "BES-005", "brief.docx", "jeugd profile")
    assert not list(store.deliveries_folder.glob("*/*"))


@pytest.mark.parametrize(
    ("words", "told"),
    [(("--area", "GM9999"), "GM0637"), (("--chapters", "weg"), "gebruik"), (("--area", "../../x"), "GM0637")],
)
def test_an_unknown_area_or_chapter_lists_the_choices(in_example, words, told):
    refused(run("build", "2026-K3", *words), 3, "PAR-001", told)


@pytest.mark.parametrize("words", [("--scale", "0"), ("--scale", "2"), ("--until", "2019-K1")])
def test_a_sample_that_cannot_be_made(store, tmp_path, words):
    refused(run("sample", "--to", str(tmp_path / "v"), *words), 3, "PAR-001")
    assert not (tmp_path / "v").exists()


def test_a_book_that_was_not_built_cannot_be_served(in_example):
    refused(run("serve", "2026-K3"), 1, "EDI-002", "jeugd build 2026-K3")


def test_outside_a_project(monkeypatch, tmp_path):
    monkeypatch.delenv("JEUGD_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    refused(run("check", "2026-K3"), 1, "PRJ-001")


def test_sample_add_and_check(store, tmp_path):
    target = tmp_path / "voorbeeld"
    made = run("sample", "--to", str(target), "--until", "2025-K4", "--scale", "0.01")
    assert made.exit_code == 0 and "Klaar in" in made.output and str(target / "2025-K4") in made.output
    taken = run("add", "2025-K4", str(target / "2025-K4"))
    assert taken.exit_code == 0 and re.search(r"declaraties: \d+ regels ingelezen, \d+ terzijde gelegd", taken.output)
    assert "Ingelezen als 2025-K4/001-" in taken.output
    told = run("check", "2025-K4")
    assert told.exit_code == 0 and "Editie 2025-K4: stand 31 december 2025" in told.output
    assert "Alles wat nodig is om te bouwen, is er." in told.output


def program(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The installed command itself, with its own handling of mistakes in the words that were typed."""
    monkeypatch.setattr(sys, "argv", ["jeugd", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code if isinstance(ended.value.code, int) else 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add",), "ontbreekt"),
        (("add", "2026-K3"), "BESTAND"),
        (("bouwen",), "Onbekende opdracht bouwen"),
        (("build", "--gemeente", "x"), "--gemeente"),
        (("build", "2026-K3", "--workers", "veel"), "AANTAL"),
        (("build", "2026-K3", "--workers", "0"), "AANTAL"),
        (("check", "2026-K3", "2026-K2"), "klopt niet"),
    ],
)
def test_mistakes_in_typing_are_told_in_dutch(store, monkeypatch, capsys, words, told):
    assert program(monkeypatch, *words) == 2
    error = capsys.readouterr().err
    assert "OPD-001" in error and told in error and "Doe dit:" in error and "--help" in error
    assert not re.search(ENGLISH, error) and "Traceback" not in error


def test_exit_codes_reach_the_shell(store, monkeypatch, capsys):
    assert program(monkeypatch, "check", "2026-K3") == 3
    assert program(monkeypatch, "add", "2026-K3", "weg.csv") == 2
    assert program(monkeypatch, "--version") == 0
    assert "Traceback" not in capsys.readouterr().err


def test_an_interrupted_run_is_not_a_success(store, monkeypatch, capsys):
    def interrupted(*_: object, **__: object) -> None:
        raise typer.Abort

    monkeypatch.setattr(pipeline, "check", interrupted)
    assert program(monkeypatch, "check", "2026-K3") == 130
    assert "Afgebroken" in capsys.readouterr().err


def test_as_many_notebooks_at_once_as_there_are_cores_by_default():
    text = plain(run("build", "--help").output)
    assert f"standaard: {os.cpu_count()}" in text


def test_an_annex_of_an_edition_that_was_not_built_says_so(store, tmp_path):
    result = run("annex", "2026-K3", "--area", "GM0637", "--to", str(tmp_path / "a.pdf"))
    refused(result, 4, "ANX-001", "jeugd build 2026-K3")
    assert not (tmp_path / "a.pdf").exists()


def test_an_annex_has_a_kind_of_file(store, tmp_path):
    refused(run("annex", "2026-K3", "--area", "GM0637", "--to", str(tmp_path / "a.odt")), 3, ".pdf", ".docx")
