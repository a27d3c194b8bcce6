"""What comes from outside stays what it is: names, keys, file names, settings, parameters; and nobody else can read."""

from __future__ import annotations

import csv
import io
import logging
import os
import re
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from payloads import PAYLOADS
from typer.testing import CliRunner

from jeugd_analysis import cli_dutch, pipeline
from jeugd_analysis.cli import app
from jeugd_analysis.domain.names import LONGEST, LONGEST_WORD, NAMELESS, hidden_signs, label, printable
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import BuildError, DeliveryError, JeugdError
from jeugd_analysis.publish.check_lines import AsideLine, ProviderLine, Report
from jeugd_analysis.publish.check_report import write_report
from jeugd_analysis.publish.settings import read_settings
from jeugd_analysis.sources.pseudonym import create_key, is_bsn, read_key
from jeugd_analysis.store import Store
from jeugd_analysis.tables import TABLES
from jeugd_analysis.tables.base import columns_of, require

ROOT = Path(__file__).resolve().parents[2]
QUARTER = Quarter(2025, 4)
HIDDEN = {"turned around": "A\u202e1", "no width": "A\u200b1", "soft hyphen": "A\u00ad1", "isolate": "\u2066A1\u2069",
          "control": "A\x851", "mark of a line": "A\u20281", "mark of UTF-8": "\ufeffA1"}  # fmt: skip


# -- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_a_label_is_short_on_one_line_and_hides_nothing(text):
    shown = label(text)
    assert 0 < len(shown) <= LONGEST and not hidden_signs(shown) and shown == shown.strip()
    assert max(map(len, shown.split())) <= LONGEST_WORD
    assert label(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jeugdhulp 's-Gravenhage B.V. & Zn. (Zuid) – «é»", "Jeugdhulp 's-Gravenhage B.V. & Zn. (Zuid) – «é»"),
        ("Cafe\u0301", "Café"),
        ("Hulp\u202eV.B", "HulpV.B"),
        ("  a\t\n b ", "a b"),
        ("a\x00\x1b[31mb", "a[31mb"),
        ("\u200b", NAMELESS),
        ("H" + "\u0316" * 50, "H\u0316\u0316"),
        ("W" * 50, "W" * 39 + "…"),
        ("=1+1", "=1+1"),  # a formula is no danger on a page; the lists for Excel put a sign in front
    ],
)
def test_labels_by_hand(text, shown):
    assert label(text) == shown


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_a_name_cannot_steer_the_terminal(text, capsys):
    cli_dutch.say(f"Aanbieder {text}")
    cli_dutch.echo(text, err=True)
    told = capsys.readouterr()
    for shown in (told.out, told.err):
        assert not any(hidden_signs(line) for line in shown.split("\n"))
    assert told.out.startswith("  Aanbieder ")


def test_the_name_of_a_file_cannot_steer_the_terminal(tmp_path, monkeypatch):
    monkeypatch.setenv("JEUGD_PROJECT", str(ROOT))
    monkeypatch.setenv("JEUGD_WERKMAP", str(tmp_path / "werk"))
    odd = tmp_path / "x\x1b[2J\u202evsc.csv"
    odd.write_text("a,b\n1,2\n")
    told = CliRunner().invoke(app, ["add", "2025-K4", str(odd)])
    assert told.exit_code == 2 and "BES-005" in told.output
    assert not any(hidden_signs(line) for line in told.output.split("\n"))


def test_printable_keeps_lines_and_letters():
    assert printable("één\ntwee\ten\u00a0drie €\u20605") == "één\ntweeen\u00a0drie €5"


# -- lists for Excel --------------------------------------------------------------------------------

BARE = Report(region="R", edition="2026-K3", as_of=date(2026, 9, 30), status="voorlopig", code="x", digest="y")
FORMULA = re.compile(r"^[\s\u00a0]*[=+\-@\t\r＝＋－＠]")


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_no_name_becomes_a_formula_a_line_or_a_column(tmp_path, text):
    late = ProviderLine(
        provider="90000001", name=text, last_received=date(2026, 9, 1), lines=3, amount_cents=-125, months_present=1,
        months_late=("2026-08",), expected=True,
    )  # fmt: skip
    line = AsideLine(file=text, line=2, code="CLM-003", text=text, amount_cents=-5)
    written = write_report(replace(BARE, providers=[late], aside=[line, line]), tmp_path)
    lists = {path.name: path.read_bytes().decode("utf-8-sig") for path in written if path.suffix == ".csv"}
    assert {"check.csv", "terzijde.csv"} <= lists.keys()
    for name, content in lists.items():
        separator = ";" if ";" in content.partition("\n")[0] else ","
        rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=separator))
        assert len({len(row) for row in rows}) == 1, name
        cells = [cell for row in rows for cell in row]
        assert not [c for c in cells if FORMULA.match(c) and not re.fullmatch(r"-\d+(,\d\d)?", c)], name
        assert not [c for c in cells if hidden_signs(re.sub(r"[\t\r\n]", "", c))], name
    aside = list(csv.reader(io.StringIO(lists["terzijde.csv"], newline=""), delimiter=";"))
    assert len(aside) == 3 and aside[1][-1] == "-0,05"  # a negative number stays a number


# -- keys -------------------------------------------------------------------------------------------


def claims(**changed: str) -> pd.DataFrame:
    """One claim line, as own CSV reads it."""
    row = {
        "reference": "D1", "allocation_id": "T1", "youth_id": "ab" * 10, "municipality": "GM0518",
        "provider": "90000001", "product": "45A04", "month": pd.Timestamp("2025-10-01"), "units": 2, "unit": "16",
        "tariff_cents": 100, "amount_cents": 200, "credit_of": None, "received_on": pd.Timestamp("2025-11-01"),
    }  # fmt: skip
    frame = pd.DataFrame([{**row, **changed}])
    types = {name: str(column.dtype) for name, column in columns_of(TABLES["claims"]).items()}
    return frame[list(types)].astype(types)


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("column", ["reference", "allocation_id", "product"])
def test_a_key_with_a_hidden_sign_is_refused(column, text):
    require(TABLES["claims"], claims(), file="claims.csv")
    with pytest.raises(DeliveryError, match="TAB-010") as caught:
        require(TABLES["claims"], claims(**{column: text}), file="claims.csv")
    assert f"regel 2, kolom {column}" in caught.value.wat and not hidden_signs(caught.value.wat)


def test_a_name_with_a_hidden_sign_is_taken_in_and_cleaned_when_shown():
    frame = pd.DataFrame({"provider": ["90000001"], "name": ["Hulp\u202eBV"]}).astype("str")
    require(TABLES["providers"], frame, file="providers.csv")
    assert label(frame["name"].iloc[0]) == "HulpBV"


ODD = {
    "a very long name": ("providers.csv", "name", "x" * 5_000),
    "infinity": ("waiting.csv", "mean_wait_days", "inf"),
    "not a number": ("waiting.csv", "mean_wait_days", "NaN"),
    "an exponent": ("waiting.csv", "mean_wait_days", "1e400"),
    "many digits": ("waiting.csv", "mean_wait_days", "9" * 400),
    "infinite money": ("tariffs.csv", "tariff_cents", "Infinity"),
}


@pytest.mark.parametrize(("file", "column", "value"), ODD.values(), ids=ODD)
def test_very_large_fields_and_odd_numbers_are_refused(deliveries, store, tmp_path, file, column, value):
    with pytest.raises(DeliveryError) as caught:
        pipeline.add(QUARTER, [broken(deliveries, tmp_path / "levering", file, (column, value))], store=store)
    assert f"regel 2, kolom {column}" in caught.value.wat and store.deliveries() == []


# -- settings and parameters ------------------------------------------------------------------------


def test_the_settings_of_the_book_are_read():
    assert read_settings(ROOT / "_config.yml")["sphinx"]["config"]["language"] == "nl"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: !!python/object/apply:os.system ['touch geraakt']\n", "regel 1"),
        ("a: 1\nb: 2\na: 3\n", "regel 3"),
        ("a: {b: 1, b: 2}\n", "regel 1"),
        ("a: &x [1, 2]\nb: [*x, *x]\n", "regel 2"),
        ("a: [\n", "regel 2"),
        ("- a\n", "geen instellingen"),
        ("", "geen instellingen"),
    ],
)
def test_b109_settings_that_run_hide_or_explode_are_refused(tmp_path, monkeypatch, text, where):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "_config.yml"
    path.write_text(text)
    with pytest.raises(BuildError, match="BOK-002") as caught:
        read_settings(path)
    assert where in caught.value.wat and not (tmp_path / "geraakt").exists()


def test_b109_a_bomb_of_aliases_takes_no_time(tmp_path):
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (tmp_path / "_config.yml").write_text("\n".join(lines))
    with pytest.raises(BuildError, match="regel 2"):
        read_settings(tmp_path / "_config.yml")


def test_b109_nothing_else_reads_yaml():
    """Every other setting is TOML, where a name twice is an error and nothing can run."""
    users = [
        path.name
        for path in sorted((ROOT / "src").rglob("*.py"))
        if re.search(r"yaml\.(?:\w*load|Load)", path.read_text())
    ]
    assert users == ["settings.py"]


@pytest.mark.parametrize(
    "word", ["../../ontsnapt", "GM0518/../..", "$(id)", "`id`", "; rm -rf x", "GM0518\n", "\x00", "-"]
)
def test_b106_a_parameter_never_becomes_a_path_or_a_command(store, tmp_path, word):
    told = CliRunner().invoke(app, ["build", "2025-K4", "--area", word])
    assert told.exit_code in (1, 3) and ("PAR-001" in told.output or "EDI-00" in told.output or told.exit_code == 1)
    assert not (tmp_path / "ontsnapt").exists() and not isinstance(told.exception, OSError)


@pytest.mark.parametrize("word", ["2025K5", "2025-13", "2025-K5", "", " ", "2031-K1", "20257-K1"])
def test_b107_a_quarter_that_is_none_or_was_never_taken_in(store, word):
    told = CliRunner().invoke(app, ["check", word])
    assert told.exit_code == 3 and re.search(r"PER-001|EDI-001", told.output)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no pipes and devices among its files")
@pytest.mark.parametrize("kind", ["pipe", "link", "link to a folder", "device", "link in a folder"])
def test_b110_a_pipe_a_device_or_a_link_is_refused_and_never_waited_for(store, deliveries, tmp_path, kind):
    folder = tmp_path / "levering"
    folder.mkdir()
    path = folder / "claims.csv"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        folder, path = Path(os.devnull), Path(os.devnull)
    else:
        path.symlink_to(deliveries / "2025-K4" / ("" if "to a folder" in kind else "claims.csv"))
    given = folder if "folder" in kind or kind == "pipe" else path
    with pytest.raises(DeliveryError, match="BES-007"):
        pipeline.add(QUARTER, [given], store=store)


def test_b110_a_folder_that_is_named_as_a_file_is_a_folder(store, deliveries, tmp_path):
    folder = tmp_path / "data.csv"
    folder.mkdir()
    (folder / "youths.csv").write_bytes((deliveries / "2025-K4" / "youths.csv").read_bytes())
    assert [part.table for part in pipeline.add(QUARTER, [folder], store=store).parts] == ["youths"]


def test_names_of_kept_files_come_from_closed_lists(example):
    """Nothing of a delivery's own words reaches the name of a file."""
    names = {path.name for path in example.deliveries_folder.glob("*/*/*")}
    allowed = {f"{mark}{table}.parquet" for table in TABLES for mark in ("", "terzijde__")} | {"delivery.json"}
    assert names and names <= allowed


# -- who can read -----------------------------------------------------------------------------------


def rights(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.mark.skipif(os.name != "posix", reason="Windows goes by the rights of the folder above")
def test_nobody_else_can_read_the_store_or_the_key(deliveries, store, tmp_path):
    before = os.umask(0)
    try:
        pipeline.add(QUARTER, [deliveries / QUARTER.label], store=store)
        store.write_marts(QUARTER, {"usage": pd.DataFrame({"a": [1]})}, "digest")
        create_key(tmp_path / "kluis" / "sleutel", project=ROOT)
    finally:
        os.umask(before)
    for folder in (store.deliveries_folder, store.deliveries_folder / QUARTER.label, store.marts_folder,
                   store.marts_folder / QUARTER.label, store.deliveries()[0].folder, tmp_path / "kluis"):  # fmt: skip
        assert rights(folder) == "0o700", folder.name
    files = [*store.deliveries()[0].folder.iterdir(), *(store.marts_folder / QUARTER.label).iterdir()]
    assert len(files) > 10 and {rights(file) for file in [*files, tmp_path / "kluis" / "sleutel"]} == {"0o600"}


@pytest.mark.skipif(os.name != "posix", reason="Windows goes by the rights of the folder above")
def test_a_key_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "kluis" / "sleutel"
    create_key(path, project=ROOT)
    path.chmod(0o640)
    with pytest.raises(DeliveryError, match="KEY-004"):
        read_key({"JEUGD_SLEUTELBESTAND": str(path)}, ROOT)


# -- errors and logs --------------------------------------------------------------------------------

YOUTH, NUMBER, NAME = "c0ffee" * 4, "9999" + "00006", "Roodkapje de Wolf"


def broken(deliveries: Path, folder: Path, file: str, change: tuple[str, str]) -> Path:
    """A delivery whose second line holds somebody, and is wrong in one field."""
    folder.mkdir()
    header, *lines = (deliveries / "2025-K4" / file).read_text("utf8").splitlines()
    columns = header.split(",")
    fields = dict(zip(columns, lines[0].split(","), strict=True))
    if "youth_id" in fields:
        fields["youth_id"] = YOUTH
    fields[change[0]] = change[1]
    (folder / file).write_text("\n".join([header, ",".join(fields.values()), *lines[1:]]) + "\n", "utf8")
    return folder


WRONG = {
    "a number for a code": ("claims.csv", "youth_id", NUMBER),
    "a name for a code": ("youths.csv", "youth_id", NAME),
    "a name for a place": ("youths.csv", "municipality", NAME),
    "a code for an amount": ("claims.csv", "amount_cents", YOUTH),
    "a code for a day": ("allocations.csv", "start", YOUTH),
    "a number for a year": ("youths.csv", "birth_year", NUMBER),
    "a field too many": ("requests.csv", "referrer", f"02,{YOUTH}"),
    "an open quote": ("claims.csv", "reference", f'"{YOUTH}'),
    "a hidden sign": ("claims.csv", "reference", f"{YOUTH}\u202e"),
}


@pytest.mark.parametrize(("file", "column", "value"), WRONG.values(), ids=WRONG)
def test_b123_no_error_or_log_repeats_who_it_is_about(deliveries, store, tmp_path, caplog, capfd, file, column, value):
    caplog.set_level(logging.DEBUG)
    folder = broken(deliveries, tmp_path / "levering", file, (column, value))
    result = CliRunner().invoke(app, ["add", "2025-K4", str(folder)])
    assert result.exit_code == 2, result.output
    told = result.output + caplog.text + "".join(capfd.readouterr())
    assert file in told and str(tmp_path) not in result.output
    for secret in (YOUTH, NUMBER, NAME):
        assert secret not in told
    assert not [word for word in re.findall(r"(?<!\d)\d{9}(?!\d)", told) if is_bsn(word)]
    assert result.exception is None or isinstance(result.exception, SystemExit)
    kept = [path for path in store.work.rglob("*") if path.is_file() and path.suffix != ".csv"]
    assert not [path.name for path in kept if YOUTH.encode() in path.read_bytes()]


def test_b123_an_error_of_the_key_does_not_show_the_key(tmp_path):
    key = "0f" * 31 + "zz"
    with pytest.raises(JeugdError) as caught:
        read_key({"JEUGD_SLEUTEL": key}, ROOT)
    assert key not in str(caught.value) and "0f0f" not in repr(caught.value)


def test_the_store_says_where_it_is_only_when_asked(tmp_path):
    assert str(tmp_path) not in repr(Store(ROOT, tmp_path))
