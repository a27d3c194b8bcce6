"""The key that turns a citizen service number (BSN) into a pseudonym, and how it is made, kept and read.

The same number and key give the same pseudonym, so that a youth stays one youth over the quarters. Without the key the
way back is closed; with it anyone can try all numbers. So the key lives outside the project, readable by one person.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jeugd_analysis.errors import DeliveryError

VALUE_VARIABLE, FILE_VARIABLE = "JEUGD_SLEUTEL", "JEUGD_SLEUTELBESTAND"
LENGTH = 32  # hexadecimal characters of a pseudonym: 128 bits, so that two youths never share one

_KEY = re.compile(r"[0-9A-Fa-f]{64}")
_LOOKS_LIKE_TEXT = re.compile("[abcdf]")  # digits alone, or with one e (12e4), would be taken for a number somewhere
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_PRIVATE = 0o077  # what others may do with a file
_MAKE_ONE = "maak een sleutel met `jeugd key`"


def is_bsn(text: str) -> bool:
    """Nine digits that pass the 11-test (iJw CS002).

    >>> is_bsn("999900006"), is_bsn("999900007")
    (True, False)
    """
    if len(text) != 9 or not (text.isascii() and text.isdigit()) or text == "0" * 9:
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=True)) % 11 == 0


def youth_pseudonym(key: bytes) -> Callable[[str], str]:
    """The function from number to pseudonym: HMAC-SHA256 with this key, the first 32 hexadecimal characters.

    In the one case in 160,000 that could be read as a number, the next block of the same series is taken.
    """

    def pseudonym(bsn: str) -> str:
        block = 0
        while True:
            counted = bsn if block == 0 else f"{bsn}/{block}"
            text = hmac.new(key, counted.encode(), hashlib.sha256).hexdigest()[:LENGTH]
            if _LOOKS_LIKE_TEXT.search(text):
                return text
            block += 1

    return pseudonym


def key_check(key: bytes) -> str:
    """Twelve characters that tell two keys apart and give nothing away, for a store to remember."""
    return hmac.new(key, b"jeugd_analysis: which key is this", hashlib.sha256).hexdigest()[:12]


def default_key_file(environ: Mapping[str, str]) -> Path:
    """Where the key is when nothing else was said."""
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    return home / ".config" / "jeugd" / "sleutel"


def read_key(environ: Mapping[str, str], *outside: Path) -> bytes | None:
    """The key from JEUGD_SLEUTEL, from the file in JEUGD_SLEUTELBESTAND, or from the default file; else none.

    outside: folders in which the file may not be, such as the project and the work folder.
    Raises: DeliveryError KEY-001 (value), KEY-003 (no file), KEY-004 (others can read it), KEY-005 (inside one of the
    folders) or KEY-006 (no key in it).
    """
    if value := environ.get(VALUE_VARIABLE):
        if not _KEY.fullmatch(value.strip()):
            raise DeliveryError(
                "KEY-001",
                wat=f"In {VALUE_VARIABLE} staat geen sleutel van 64 tekens (0-9 en a-f).",
                doe=f"haal de instelling weg of zet de juiste sleutel erin; of {_MAKE_ONE}.",
            )
        return bytes.fromhex(value.strip())
    if told := environ.get(FILE_VARIABLE):
        return _read_file(Path(told), outside)
    path = default_key_file(environ)
    return _read_file(path, outside) if path.exists() else None


def create_key(path: Path, *, project: Path, work: Path | None = None) -> None:
    """Write a new random key to a file that only its owner can read. Never overwrites.

    project, work: folders in which the file may not be: there it would lie beside the data, or end up in git.
    Raises: DeliveryError KEY-005 (inside one of the folders), KEY-007 (exists) or KEY-008 (cannot be written).
    """
    _require_outside(path, [project, work or project])
    if path.exists() or path.is_symlink():
        raise _exists(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # exclusive: nobody came in between
    except OSError as error:
        raise DeliveryError(
            "KEY-008",
            wat=f"{path.name} kan hier niet gemaakt worden ({type(error).__name__}).",
            doe="kies een map waarin u mag schrijven.",
        ) from None
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(32) + "\n")


def _exists(path: Path) -> DeliveryError:
    return DeliveryError(
        "KEY-007",
        wat=f"{path.name} bestaat al. Een sleutel wordt nooit overschreven.",
        doe="gebruik deze sleutel, of kies een andere plaats. Met een nieuwe sleutel moet alles opnieuw ingelezen.",
    )


def _read_file(path: Path, outside: Sequence[Path]) -> bytes:
    _require_outside(path, outside)
    try:
        with path.open("rb") as stream:
            about = os.fstat(stream.fileno())
            content = stream.read(200) if stat.S_ISREG(about.st_mode) else b""
    except OSError as error:
        raise DeliveryError(
            "KEY-003",
            wat=f"Het sleutelbestand {path.name} is niet te lezen ({type(error).__name__}).",
            doe=f"controleer {FILE_VARIABLE}, of {_MAKE_ONE}.",
        ) from None
    if os.name == "posix" and about.st_mode & _PRIVATE:
        raise DeliveryError(
            "KEY-004",
            wat=f"Anderen kunnen het sleutelbestand {path.name} lezen.",
            doe=f"maak het alleen voor uzelf leesbaar: chmod 600 {path.name}.",
        )
    text = content.decode("ascii", "replace").strip()
    if not _KEY.fullmatch(text):
        raise DeliveryError(
            "KEY-006",
            wat=f"In {path.name} staat geen sleutel van 64 tekens (0-9 en a-f).",
            doe=f"zet het juiste bestand terug, of {_MAKE_ONE}.",
        )
    return bytes.fromhex(text)


def _require_outside(path: Path, outside: Sequence[Path]) -> None:
    real = path.resolve()
    if any(real.is_relative_to(folder.resolve()) for folder in outside):
        raise DeliveryError(
            "KEY-005",
            wat=f"Het sleutelbestand {path.name} ligt in de map van het project of in de werkmap.",
            doe="zet het ergens anders, zodat de sleutel nooit bij de gegevens staat of in git komt.",
        )
