"""What may not go out is found in every kind of file, and the finding never repeats it."""

from __future__ import annotations

import base64
import json
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jeugd_analysis import outgoing
from jeugd_analysis.errors import DisclosureError
from jeugd_analysis.publish import book, leaks
from jeugd_analysis.publish.clean import drop_stale_words
from jeugd_analysis.publish.leaks import (
    BSN,
    EMAIL,
    FILE,
    INTERNAL,
    KEY,
    METADATA,
    NAME,
    NOTEBOOK_FILES,
    PATH,
    SECRET,
    TRACE,
    UNREAD,
    YOUTH,
    Leak,
    Secrets,
    is_citizen_number,
    leaks_in,
    leaks_in_folder,
)
from jeugd_analysis.store import Store

ROOT = Path(__file__).resolve().parents[3]
YOUTH_ID = "fb4456a575025ec80973"  # of the store below
NEW_PSEUDONYM = "0c1d2e3f" * 4  # as the program makes them, of nobody in the store
RAW_KEY = bytes(range(7, 39))
HOME = "/".join(["", "srv", "analisten", "jvr"])  # a folder that no pattern knows
NUMBER = "9999" + "00006"
SECRETS = Secrets(
    youth_ids=frozenset({YOUTH_ID, "12e4" + "0" * 12}),
    key=RAW_KEY,
    paths=(HOME,),
    names=("jvrielink", "werkplek0417", "delft"),
    values=("glpat-geheim-1234",),
    known="Delft en delft; vragen: info@haaglanden.example",
)
PLANTS = {
    "a number": (BSN, NUMBER),
    "a number as a card prints it": (BSN, "9999.00.006"),
    "a number as a float": (BSN, NUMBER + ".0"),
    "a code of the store": (YOUTH, YOUTH_ID),
    "a code in capitals": (YOUTH, YOUTH_ID.upper()),
    "a code glued to other letters": (YOUTH, f"rij{YOUTH_ID}a"),
    "a code with unseen signs": (YOUTH, YOUTH_ID[:9] + "\u200b" + YOUTH_ID[9:]),
    "a code that only looks like one": (YOUTH, NEW_PSEUDONYM),
    "the key": (KEY, RAW_KEY.hex()),
    "the key in capitals": (KEY, RAW_KEY.hex().upper()),
    "the key in base64": (KEY, base64.b64encode(RAW_KEY).decode()),
    "the folder of this machine": (PATH, f"{HOME}/levering.csv"),
    "a home folder": (PATH, "/".join(["", "home", "iemand", "x.csv"])),
    "a home folder of a Mac": (PATH, "/".join(["", "Users", "iemand"])),
    "a home folder of Windows": (PATH, "C:" + "\\Users\\iemand"),
    "a drive": (PATH, "Q:" + "\\jeugd\\levering"),
    "an address of a file": (PATH, "file:///srv/x"),
    "the user": (NAME, "door jvrielink"),
    "the machine": (NAME, "(werkplek0417)"),
    "a token": (SECRET, "glpat-geheim-1234"),
    "a mail address": (EMAIL, "jan@voorbeeld.example"),
    "a traceback": (TRACE, "Traceback (most recent call last):"),
    "a line of a traceback": (TRACE, 'File "x.py", line 3'),
}
TEXT_FILES: dict[str, Callable[[str], str]] = {
    "pagina.html": lambda text: f"<p>{text}</p>",
    "kenmerk.html": lambda text: f'<img alt="{text}">',
    "grafiek.html": lambda text: f'<script type="application/json">{json.dumps({"a": text})}</script>',
    "ontsnapt.html": lambda text: "<p>" + "".join(f"&#{ord(sign)};" for sign in text) + "</p>",
    "zoeken.js": lambda text: f"Search.setIndex({json.dumps({'terms': {text: 1}})})",
    "cijfers.json": lambda text: json.dumps([text]),
    "vermomd.json": lambda text: '["' + "".join(f"\\u{ord(sign):04x}" for sign in text) + '"]',
    "plaatje.svg": lambda text: f"<svg><text aria-label='{text}'/></svg>",
    "cijfers.csv": lambda text: f'a;b\n1;"{text}"\n',
    "lees.txt": lambda text: text,
    "schoon.css": lambda text: f"/* {text} */",
    "notebook.ipynb": lambda text: json.dumps({"cells": [{"outputs": [{"text": text}]}], "metadata": {}}),
}


def kinds(folder: Path, **options: Any) -> set[str]:
    return {leak.kind for leak in leaks_in_folder(folder, SECRETS, **options)}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def not_repeated(found: list[Leak]) -> bool:
    told = "\n".join(f"{leak.file} {leak.kind} {leak.place}" for leak in found)
    return leaks_in(told, SECRETS) == set()


@pytest.mark.parametrize(("kind", "text"), PLANTS.values(), ids=PLANTS)
@pytest.mark.parametrize("name", TEXT_FILES)
def test_one_planted_leak_of_each_kind_is_found_in_each_kind_of_file(tmp_path, name, kind, text):
    written(tmp_path, name, TEXT_FILES[name](text))
    found = leaks_in_folder(tmp_path, SECRETS, allowed=leaks.SITE_FILES | NOTEBOOK_FILES)
    assert kind in {leak.kind for leak in found} and {leak.file for leak in found} == {name}
    assert not_repeated(found)


@pytest.mark.parametrize("name", TEXT_FILES)
def test_without_a_leak_nothing_is_found(tmp_path, name):
    innocent = (
        f"In 2025 kregen 1.510 jeugdigen hulp, € 123.456.789; bedrag {35_001}0000 en 0.{123_456}782 en 8765.4321; "
        "90000084; "
        f"sha256:{'ab12' * 16}; over /home en ../home/x; Delft en delft; info@haaglanden.example; @context; root"
    )
    written(tmp_path, name, TEXT_FILES[name](innocent))
    assert leaks_in_folder(tmp_path, SECRETS, allowed=leaks.SITE_FILES | NOTEBOOK_FILES) == []


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        (NUMBER, True),  # 9*(9+8+7+6) - 6 = 264 = 24 x 11
        ("9999" + "00007", False),  # 9*30 - 7 = 263
        ("1112" + "22333", True),  # 9+8+7 + 2*(6+5+4) + 3*(3+2) - 3 = 66 = 6 x 11
        ("3500" + "00000", False),  # 3*9+5*8 = 67
        ("1200" + "80000", False),  # 9 + 16 + 8*4 = 57
        ("2040" + "00000", False),  # 2*9 + 4*7 = 46
        ("0030" + "40000", False),  # 3*7 + 4*5 = 41
        ("1000" + "70000", False),  # 9 + 7*5 = 44 = 4 x 11, but a multiple of 10,000 as shown amounts are
    ],
)
def test_the_eleven_test_by_hand(digits, expected):
    assert is_citizen_number(digits) is expected


def test_a_name_of_a_file_is_looked_at_and_not_repeated(tmp_path):
    written(tmp_path, f"cijfers/{YOUTH_ID}.csv", "a\n1\n")
    written(tmp_path, f"map-{NUMBER}/a.csv", "a\n1\n")
    found = leaks_in_folder(tmp_path, SECRETS)
    assert {(leak.kind, leak.place) for leak in found} == {
        (YOUTH, "naam van het bestand"), (BSN, "naam van het bestand"),
    }  # fmt: skip
    assert not_repeated(found)


@pytest.mark.parametrize(
    "name", ["_sources/a.txt", "a.ipynb", "a.parquet", ".buildinfo", "a.py", "a.xml", "a.db", "a.pickle", "sleutel"]
)
def test_a_file_of_a_kind_that_no_book_has_is_found(tmp_path, name):
    written(tmp_path, name, "{}")
    assert kinds(tmp_path) == {FILE}


def test_a_link_is_found_and_not_followed(tmp_path):
    outside = written(tmp_path, "buiten.txt", YOUTH_ID)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "a.html").symlink_to(outside)
    assert kinds(tmp_path / "site") == {FILE}


def test_what_is_packed_is_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<t>{YOUTH_ID}</t>" * 50)
    assert YOUTH in kinds(tmp_path)
    pdf = b"%PDF-1.7\n1 0 obj <</Length 9>> stream\n" + zlib.compress(f"({NUMBER}) Tj".encode()) + b"\nendstream"
    pdf += f"\n/Producer (x) /Title ({HOME}/bijlage.typ)".encode()
    folder = tmp_path / "bijlage"
    written(folder, "a.pdf", pdf)
    assert kinds(folder) == {BSN, PATH, UNREAD}


NO_PDF = {FILE, UNREAD}  # these bytes are no whole PDF, and that is told too


def test_parts_of_a_pdf_that_are_no_text_hold_signs_by_chance(tmp_path):
    """A font may hold the signs of an error message or of a code; what the store knows is found there too."""
    by_chance = bytes(range(128, 256)) * 4 + b" \x1b[ a@voorbeeld.nl "
    identity = b"/ID [<00112233445566778899aabbccddeeff>]"
    written(
        tmp_path,
        "a.pdf",
        b"stream\n" + zlib.compress(by_chance) + b"\nendstream\nstream\n" + by_chance + b"endstream" + identity,
    )
    assert kinds(tmp_path) == NO_PDF
    known = by_chance + YOUTH_ID.encode()
    written(tmp_path, "a.pdf", b"stream\n" + zlib.compress(known) + b"\nendstream")
    assert kinds(tmp_path) == {YOUTH, *NO_PDF}


def test_a_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(leaks, "MOST_UNPACKED", 1000)
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(2000))
    with pytest.raises(DisclosureError, match="LEK-003"):
        leaks_in_folder(tmp_path, SECRETS)
    written(tmp_path / "pdf", "a.pdf", b"stream\n" + zlib.compress(bytes(2000)) + b"endstream")
    with pytest.raises(DisclosureError, match="LEK-003"):
        leaks_in_folder(tmp_path / "pdf", SECRETS)


def test_pictures_and_fonts_are_looked_at_for_what_is_known(tmp_path):
    written(tmp_path, "a.png", b"\x89PNG\r\n" + RAW_KEY + b"tEXt" + YOUTH_ID.encode())
    assert kinds(tmp_path) == {KEY, YOUTH, FILE}  # and it is no picture


def test_scripts_of_packages_are_looked_at_for_what_is_known_only(tmp_path):
    written(tmp_path, "_static/vendor/a.js", f"var n={NUMBER}, t='jan@voorbeeld.example';")
    assert kinds(tmp_path) == set()
    written(tmp_path, "_static/vendor/b.js", f"// {HOME}/a.js {YOUTH_ID}")
    assert kinds(tmp_path) == {PATH, YOUTH}
    written(tmp_path, "_static/cijfers.csv", NUMBER)
    assert kinds(tmp_path) == {PATH, YOUTH, BSN}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"metadata": {"papermill": {"duration": 1}}}, METADATA),
        ({"cells": [{"metadata": {"execution": {"iopub.status.busy": "x"}}}]}, METADATA),
        ({"cells": [{"metadata": {}, "outputs": [{"output_type": "error", "ename": "E"}]}]}, TRACE),
        ({"cells": [{"metadata": {}, "outputs": [{"output_type": "stream", "name": "stderr", "text": "a"}]}]}, TRACE),
        ({"cells": [{"metadata": {}, "outputs": [{"metadata": {"start_time": 1}}]}]}, METADATA),
    ],
)
def test_traces_of_a_run_are_found_in_a_notebook(tmp_path, change, kind):
    notebook = {"cells": [], "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}}
    path = written(tmp_path, "a.ipynb", json.dumps(notebook))
    assert kinds(tmp_path, allowed=NOTEBOOK_FILES) == set()
    written(tmp_path, "a.ipynb", json.dumps({**notebook, **change}))
    assert kinds(tmp_path, allowed=NOTEBOOK_FILES, only=[path]) == {kind}


def test_a_notebook_that_cannot_be_read_does_not_pass(tmp_path):
    written(tmp_path, "a.ipynb", "{")
    assert kinds(tmp_path, allowed=NOTEBOOK_FILES) == {METADATA}


def test_the_place_is_the_line(tmp_path):
    written(tmp_path, "a.html", f"<p>een</p>\n<p>twee</p>\n<p>{NUMBER}</p>\n")
    assert leaks_in_folder(tmp_path, SECRETS) == [Leak("a.html", BSN, "regel 3")]


def test_refusing_tells_where_and_what_to_do_and_not_what():
    leaks.refuse([], what="Het boek")
    many = [Leak(f"{n:02}.html", YOUTH, "regel 1") for n in range(12)]
    with pytest.raises(DisclosureError) as caught:
        leaks.refuse([*many, Leak("z.csv", BSN, "regel 9")], what="Het boek")
    told = str(caught.value)
    assert "[LEK-001]" in told and "00.html, regel 1 (code van een jeugdige)" in told and "en nog 3" in told
    assert leaks.REMEDY[BSN] in told and leaks.REMEDY[YOUTH] in told and caught.value.exit_code == 5


def test_the_secrets_do_not_print_themselves():
    assert repr(SECRETS) == "Secrets()" == str(SECRETS)


def test_ninety_thousand_codes_are_looked_for_in_a_page_in_a_second(tmp_path):
    import hashlib
    import time

    codes = frozenset(hashlib.sha256(str(n).encode()).hexdigest()[:32] for n in range(90_000))
    page = "<p>In 2025 kregen 1.510 jeugdigen hulp.</p>\n" * 20_000 + next(iter(codes))
    start = time.monotonic()
    assert leaks_in(page, Secrets(youth_ids=codes)) == {(YOUTH, "regel 20001")}
    assert time.monotonic() - start < 5  # a second on an ordinary machine; many times that would be another method


# -- what this machine and this store know ----------------------------------------------------------


def test_the_secrets_of_a_store_and_a_machine(example, tmp_path, monkeypatch):
    monkeypatch.setattr(outgoing.socket, "gethostname", lambda: "werkplek0417.gemeente.example")
    monkeypatch.setattr(outgoing.getpass, "getuser", lambda: "jvrielink")
    environ = {
        "JEUGD_SLEUTEL": RAW_KEY.hex(), "GITLAB_TOKEN": "glpat-geheim-1234", "USER": "root", "PATH": "/usr/bin",
        "JEUGD_SLEUTELBESTAND": "/srv/kluis/sleutel", "HOME": str(tmp_path / "huis"),
    }  # fmt: skip
    told = outgoing.secrets_of(example, environ)
    assert told.key == RAW_KEY and {"jvrielink", "werkplek0417"} <= set(told.names) and "root" not in told.names
    assert told.values == tuple(sorted(("glpat-geheim-1234", RAW_KEY.hex())))
    assert {str(example.work), str(example.project)} <= set(told.paths)
    delivered = set(example.column("youths", "youth_id", None))
    assert delivered and delivered <= told.youth_ids
    aside = set(example.deliveries_folder.glob("*/*/terzijde__*.parquet"))
    assert aside  # and their codes count too
    assert "Geheimhouding" in told.known


def test_a_key_that_cannot_be_read_does_not_keep_the_book_back(example, tmp_path):
    told = outgoing.secrets_of(example, {"JEUGD_SLEUTEL": "fout", "HOME": str(tmp_path)})
    assert told.key == b""


def test_a_user_without_a_name_is_no_error(monkeypatch):
    def nobody() -> str:
        raise OSError

    monkeypatch.setattr(outgoing.getpass, "getuser", nobody)
    assert "iemand0417" in outgoing.machine_names({"USER": "iemand0417"})


# -- the site -----------------------------------------------------------------------------------------


@pytest.fixture
def built(tmp_path, monkeypatch) -> Callable[[str], None]:
    """Build a 'site' of one page without Jupyter Book, checked by what is given."""

    def build(text: str, check: Callable[[Path], None]) -> Path:
        def ran(*_: object, **__: object) -> SimpleNamespace:
            written(tmp_path / "work" / "_build" / "html", "regio/a.html", f"<p>{text}</p>")
            return SimpleNamespace(stdout="", stderr="", returncode=0)

        monkeypatch.setattr(book.subprocess, "run", ran)
        book.build_site(tmp_path / "source", tmp_path / "work", tmp_path / "site", check=check)
        return tmp_path / "site"

    return build


def test_a_leak_keeps_the_old_site_and_leaves_no_copy_of_the_new_one(built, tmp_path):
    store = Store(ROOT, tmp_path / "werkmap")
    check = outgoing.site_check(store, SECRETS)
    site = built("goed", check)
    with pytest.raises(DisclosureError, match="LEK-001"):
        built(f"fout {YOUTH_ID}", check)
    with pytest.raises(DisclosureError, match="LEK-002"):
        built("Er waren 7 jeugdigen", check)
    assert (site / "regio" / "a.html").read_text() == "<p>goed</p>"
    assert [path.name for path in tmp_path.iterdir() if "nieuw" in path.name] == []


def test_a_leak_in_a_notebook_stops_before_the_book(tmp_path):
    notebook = {"cells": [{"metadata": {}, "outputs": [{"data": {"text/html": YOUTH_ID}}]}], "metadata": {}}
    written(tmp_path, "regio/a.ipynb", json.dumps(notebook))
    written(tmp_path, "regio/b.ipynb", json.dumps({"cells": [], "metadata": {}}))
    outgoing.check_notebooks(tmp_path, ["regio/b"], SECRETS)
    with pytest.raises(DisclosureError, match=r"regio/a\.ipynb"):
        outgoing.check_notebooks(tmp_path, ["regio/a", "regio/b"], SECRETS)


def test_words_of_pages_that_changed_leave_the_index(tmp_path):
    drop_stale_words(tmp_path)  # a book without search is fine
    index = {"terms": {"weg": [], "hier": 3, "ook": [1, 2]}, "titleterms": {"oud": [], "nieuw": 0}, "titles": ["a"]}
    written(tmp_path, "searchindex.js", f"Search.setIndex({json.dumps(index)})")
    drop_stale_words(tmp_path)
    text = (tmp_path / "searchindex.js").read_text()
    told = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    assert told == {"terms": {"hier": 3, "ook": [1, 2]}, "titleterms": {"nieuw": 0}, "titles": ["a"]}


def test_every_kind_has_a_remedy_in_plain_words():
    assert set(leaks.REMEDY) == {BSN, YOUTH, KEY, PATH, NAME, SECRET, EMAIL, TRACE, METADATA, FILE, UNREAD, INTERNAL}
    assert all(re.fullmatch(r"[a-z].*\.", text) for text in leaks.REMEDY.values())
