"""Text of one column to values, by declared forms only: numbers, dates, codes and identifiers.

A delivery has few different texts and many rows, so each different text is read once.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from jeugd_analysis.errors import DeliveryError
from jeugd_analysis.sources.excel import bad_cells
from jeugd_analysis.sources.excel_scan import letters
from jeugd_analysis.sources.profile_layout import Numbers
from jeugd_analysis.sources.pseudonym import is_bsn
from jeugd_analysis.sources.text import bad_fields

LABELS = frozenset({"name", "area_name"})  # shown to readers and never joined on
EARLIEST, LATEST = 1990, 2099
_INVISIBLE = re.compile("[\u00ad\u200b]")  # soft hyphen, zero-width space
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\u0000-\u001f\u007f-\u009f]")
_MANGLED = re.compile("[ÂÃ][\u0080-\u00bf]|â€|\ufffd")
_SPACES = re.compile("(?<=[0-9])[\u00a0\u202f](?=[0-9]{3}(?![0-9]))")
_NINE_DIGITS = r"(?:^|[^0-9])[0-9]{9}(?:$|[^0-9])"
_DATE_PARTS = {
    "%d-%m-%Y": r"(?P<d>[0-9]{1,2})-(?P<m>[0-9]{1,2})-(?P<y>[0-9]{4})",
    "%d/%m/%Y": r"(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})",
    "%m/%d/%Y": r"(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?P<y>[0-9]{4})",
    "%d.%m.%Y": r"(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{4})",
    "%Y-%m-%d": r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})",
    "%Y%m%d": r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
}
_DATE_WORDS = {
    "%d-%m-%Y": "dag-maand-jaar",
    "%d/%m/%Y": "dag/maand/jaar",
    "%m/%d/%Y": "maand/dag/jaar",
    "%d.%m.%Y": "dag.maand.jaar",
    "%Y-%m-%d": "jaar-maand-dag",
    "%Y%m%d": "jaar, maand en dag aan elkaar",
}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A file as text. Row i is row i + first_row of the file; with `sheet` a place is a cell, otherwise a line."""

    path: Path
    text: pa.Table
    first_row: int = 2
    sheet: str = ""
    normalised: Counter[str] = field(default_factory=Counter)
    warnings: tuple[str, ...] = ()

    def error(self, column: str, rows: Sequence[int], expected: str) -> DeliveryError:
        """Rows (of the table, from 0) of one column that are not what the layout says."""
        numbers = [int(row) + self.first_row for row in rows]
        if not self.sheet:
            return bad_fields(self.path, column, numbers, expected)
        letter = letters(self.text.column_names.index(column))
        return bad_cells(self.path, self.sheet, [f"{letter}{number}" for number in numbers], f"{expected} ({column})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """One column: its different texts, and per row which one (-1: empty)."""

    lines: Lines
    column: str
    unique: list[str]
    at: npt.NDArray[np.int64]

    def rows_of(self, wrong: Sequence[bool]) -> list[int]:
        """Rows whose text is one of the wrong ones."""
        marked = np.append(np.array(wrong, dtype=bool), False)  # the last is for empty
        return [int(row) for row in np.flatnonzero(marked[self.at])]

    def read(self, convert: Callable[[str], _T | None], expected: str) -> list[_T]:
        """Every different text converted. Raises: DeliveryError with the rows of the texts that gave None."""
        values = [convert(text) for text in self.unique]
        if rows := self.rows_of([value is None for value in values]):
            raise self.lines.error(self.column, rows, expected)
        return [value for value in values if value is not None]

    def map(self, change: Callable[[str], str], what: str) -> Texts:
        """The texts changed; in how many rows is counted under `what`."""
        changed = [change(text) for text in self.unique]
        rows = self.rows_of([new != old for new, old in zip(changed, self.unique, strict=True)])
        if rows:
            self.lines.normalised[f"{self.column}: {what}"] = len(rows)  # a column may be read more than once
        return Texts(lines=self.lines, column=self.column, unique=changed, at=self.at)


def texts_of(lines: Lines, column: str, *, empty: frozenset[str]) -> Texts:
    """The different texts of a column; those that are a sign for empty have no text."""
    coded = lines.text[column].combine_chunks().dictionary_encode()
    found = coded.dictionary.to_pylist()
    kept = [text for text in found if text not in empty]
    number = {text: at for at, text in enumerate(kept)}
    new = np.array([number.get(text, -1) for text in found], dtype=np.int64)
    at = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return Texts(lines=lines, column=column, unique=kept, at=new[at] if len(new) else at)


def cleaned(texts: Texts, *, label: bool) -> Texts:
    """Letters in one form (NFC), without invisible signs. Raises: DeliveryError for signs that do not belong in text.

    A sign that turns the direction of writing is refused in what is joined on, and taken away from a label.
    """
    texts.read(lambda text: None if _CONTROL.search(text) else text, "tekst zonder stuurtekens")
    texts.read(lambda text: None if _MANGLED.search(text) else text, "tekst zonder verminkte letters, zoals Ã© voor é")
    if label:
        texts = texts.map(lambda text: _BIDI.sub("", text), "schrijfrichtingstekens weggehaald")
    else:
        texts.read(
            lambda text: None if _BIDI.search(text) else text, "tekst zonder tekens die de schrijfrichting keren"
        )
    texts = texts.map(lambda text: _INVISIBLE.sub("", text), "onzichtbare tekens weggehaald")
    return texts.map(lambda text: unicodedata.normalize("NFC", text), "letters in één vorm gezet (NFC)")


# -- numbers --------------------------------------------------------------------------------------


def number_of(text: str, numbers: Numbers, *, most: int) -> tuple[int, int] | None:
    """A number as whole number and count of decimals, None when it is not written as declared.

    most: decimals that are allowed when the layout does not say how many there are.
    >>> number_of("2,866.26", Numbers(decimal=".", thousands=","), most=2)
    (286626, 2)
    >>> number_of("1.234", Numbers(decimal=","), most=2) is None
    True
    """
    match = _number_pattern(numbers, most).fullmatch(text)
    if match is None:
        return None
    digits = "".join(sign for sign in match["whole"] if "0" <= sign <= "9") + (match["rest"] or "")
    return (-int(digits) if match["minus"] else int(digits)), len(match["rest"] or "")


@cache
def _number_pattern(numbers: Numbers, most: int) -> re.Pattern[str]:
    whole = "[0-9]{1,12}"
    if numbers.thousands:
        whole += rf"|[0-9]{{1,3}}(?:{re.escape(numbers.thousands)}[0-9]{{3}}){{1,3}}"
    count = f"{numbers.decimals}" if numbers.decimals is not None else f"1,{most}"
    some = bool(numbers.decimal) and count != "0" and (numbers.decimals is not None or most > 0)
    rest = rf"{re.escape(numbers.decimal)}(?P<rest>[0-9]{{{count}}})" if some else "(?P<rest>)"
    return re.compile(f"(?P<minus>-)?(?P<whole>{whole})(?:{rest}){'' if numbers.decimals and some else '?'}")


def number_words(numbers: Numbers, *, most: int) -> str:
    """What a number must look like, for an error."""
    names = {",": "een komma", ".": "een punt", " ": "een spatie", "'": "een apostrof"}
    if not numbers.decimal and not numbers.thousands:
        return (
            "een geheel getal zonder teken ertussen; het profiel kiest geen teken voor decimalen of duizendtallen, "
            "en een punt of komma kan duizend maal schelen"
        )
    decimals = numbers.decimals if numbers.decimals is not None else most
    parts = [f"{names[numbers.decimal]} als decimaalteken"] if numbers.decimal and decimals else ["geen decimalen"]
    if numbers.decimals:
        parts.append(f"precies {numbers.decimals} decimalen")
    parts.append(f"{names[numbers.thousands]} bij duizendtallen" if numbers.thousands else "niets bij duizendtallen")
    return f"een getal met {', '.join(parts)}"


def _prepared(texts: Texts, numbers: Numbers) -> Texts:
    """Fixed spaces between thousands and currency signs out, counted; the layout declares the rest."""
    texts = texts.map(lambda text: _SPACES.sub("", text), "vaste spaties uit getallen gehaald")
    if not numbers.currency:
        return texts
    signs = "|".join(re.escape(sign) for sign in numbers.currency)
    around = re.compile(rf"^(?:{signs})[ \u00a0\u202f]?|[ \u00a0\u202f]?(?:{signs})$")
    return texts.map(lambda text: around.sub("", text, count=1), "valutateken weggehaald")


def cents(texts: Texts, numbers: Numbers) -> list[int]:
    """Euros as cents, exactly. Raises: DeliveryError with the rows that are not written as declared."""

    def convert(text: str) -> int | None:
        found = number_of(text, numbers, most=2)
        if found is None or found[1] > 2:
            return None
        return int(found[0] * 10 ** (2 - found[1]))

    return _prepared(texts, numbers).read(convert, number_words(numbers, most=2))


def whole_numbers(texts: Texts, numbers: Numbers) -> list[int]:
    """Whole numbers; declared decimals must be zeros. Raises: DeliveryError with the rows that are something else."""

    def convert(text: str) -> int | None:
        found = number_of(text, numbers, most=0)
        if found is None or found[0] % 10 ** found[1]:
            return None
        return int(found[0] // 10 ** found[1])

    return _prepared(texts, numbers).read(convert, f"{number_words(numbers, most=0)}, zonder rest")


# -- dates ----------------------------------------------------------------------------------------


def day_of(text: str, form: str) -> date | None:
    """A day in the declared form, None when it is not one, does not exist or lies outside 1990-2099.

    >>> day_of("6/1/2020", "%m/%d/%Y"), day_of("13/1/2020", "%m/%d/%Y")
    (datetime.date(2020, 6, 1), None)
    """
    match = re.fullmatch(_DATE_PARTS[form], text)
    if match is None or not EARLIEST <= int(match["y"]) <= LATEST:
        return None
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None


def days(texts: Texts, form: str, *, open_end: frozenset[str]) -> pd.Series:
    """Days per row, missing where the text is empty or a declared 'no end'; how many is counted.

    Raises: DeliveryError with the rows that have no existing day between 1990 and 2099 in this form.
    """
    if not form:
        rows = texts.rows_of([True] * len(texts.unique))
        raise texts.lines.error(texts.column, rows, "een datumvorm; het profiel kiest er geen (dates)")
    open_rows = texts.rows_of([text in open_end for text in texts.unique])
    if open_rows:
        texts.lines.normalised[f"{texts.column}: gelezen als open einde"] = len(open_rows)
    expected = f"een bestaande datum van {EARLIEST} tot en met {LATEST}, geschreven als {_DATE_WORDS[form]}"
    no_day = np.datetime64("NaT", "ns")
    values = texts.read(lambda text: no_day if text in open_end else day_of(text, form), expected)
    return pd.Series(taken(texts, np.array(values, dtype="datetime64[ns]"), no_day))


def taken(texts: Texts, values: npt.NDArray, missing: object) -> npt.NDArray:
    """The value of each row, from one value per different text."""
    return np.append(values, np.array([missing], dtype=values.dtype))[texts.at]


# -- codes and identifiers ------------------------------------------------------------------------


def coded(texts: Texts, words: Mapping[str, str], *, file: str) -> list[str]:
    """The code of each word. Raises: DeliveryError for a word without a code; a word of the profile itself is named."""
    open_words = sorted({text for text in texts.unique if words.get(text) == ""})
    if open_words:
        rows = texts.rows_of([text in open_words for text in texts.unique])
        named = ", ".join(f"'{word}'" for word in open_words)
        raise texts.lines.error(texts.column, rows, f"een woord met een code; kies die voor {named} in {file}")
    return texts.read(words.get, f"een van: {', '.join(words)}")


def provider_codes(texts: Texts, names: Mapping[str, str], *, file: str) -> list[str]:
    """The AGB code of each provider. Raises: DeliveryError that lists the unknown names: they are the work to do."""
    known = {unicodedata.normalize("NFC", name): code for name, code in names.items()}
    unknown = sorted(text for text in texts.unique if text not in known)
    if unknown:
        # A long number is not the name of a provider: it may be of a person, and is not repeated.
        shown = ["(een nummer)" if re.search("[0-9]{6}", name) else name[:80] for name in unknown]
        raise DeliveryError(
            "PRF-003",
            wat=f"{texts.lines.path.name}, kolom {texts.column}: aanbieders zonder AGB-code ({len(unknown)}): "
            + "; ".join(shown)
            + ".",
            doe=f'zet elke naam met zijn AGB-code onder [providers] in {file}, zoals "Hulp BV" = "12345678".',
        )
    return [known[text] for text in texts.unique]


def require_pattern(texts: Texts, pattern: str) -> None:
    """Raises: DeliveryError with the rows whose text has another form."""
    form = re.compile(pattern, re.ASCII)
    texts.read(
        lambda text: text if form.fullmatch(text) else None, "een waarde in de vorm die het profiel noemt (pattern)"
    )


def require_no_bsn(texts: Texts, *, identifier: bool) -> None:
    """Raises: DeliveryError with the rows that hold a citizen service number (BSN).

    One in eleven numbers of nine digits passes its test: identifiers are only refused when at least half of those do.
    """
    near = pc.match_substring_regex(pa.array(texts.unique, type=pa.large_string()), _NINE_DIGITS).to_pylist()
    suspect = [text for text, hit in zip(texts.unique, near, strict=True) if hit]
    found = {text for text in suspect if any(is_bsn(digits) for digits in nine_digits(text))}
    if not found or (identifier and 2 * len(found) < len(suspect)):
        return
    raise texts.lines.error(
        texts.column, texts.rows_of([text in found for text in texts.unique]), "geen burgerservicenummer (BSN)"
    )


def nine_digits(text: str) -> list[str]:
    """Every run of exactly nine digits in a text."""
    return re.findall(r"(?<![0-9])[0-9]{9}(?![0-9])", text)
