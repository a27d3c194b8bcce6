"""The columns of one file, each by the rule that its profile names."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from jeugd_analysis.errors import JeugdError
from jeugd_analysis.sources.base import Context
from jeugd_analysis.sources.profile_cells import (
    LABELS,
    Lines,
    Texts,
    cents,
    cleaned,
    coded,
    day_of,
    days,
    provider_codes,
    require_pattern,
    taken,
    texts_of,
    whole_numbers,
)
from jeugd_analysis.sources.profile_layout import DATE, TEXT, Column, Profile, kind_of
from jeugd_analysis.tables import TABLES, columns_of

_LONGEST_PERIOD = 31  # days: a month, or four weeks over the turn of a month
_OLDEST = 30


@dataclass(slots=True, kw_only=True)
class Reader:
    """Makes the columns of one file, each by its rule."""

    profile: Profile
    lines: Lines
    context: Context

    def series(self, target: str, column: Column | None, table: str) -> pd.Series:
        """One column of ours, with the type of its table."""
        model = columns_of(TABLES[table])[target]
        dtype = str(model.dtype).partition("[pyarrow")[0]
        dtype = "str" if dtype == "string" else dtype
        if column is None or column.rule == "value":
            return self._constant(column, dtype)
        made = {
            "copy": self._copy,
            "euros": self._euros,
            "supplier_id": self._youth,
            "provider_name": self._provider,
            "birth_year": self._birth_year,
            "month": self._month,
            "period_end": lambda column, _: self.day(column, "end"),
            "vintage": self._vintage,
            "row": self._row,
        }[column.rule](column, dtype)
        if not model.nullable and made.isna().any():
            source = next(iter(column.sources.values()))
            raise self.lines.error(source, [int(row) for row in np.flatnonzero(made.isna())], "een ingevulde waarde")
        return made

    def texts(self, column: Column, role: str = "from") -> Texts:
        """A column of the file, cleaned where it is text."""
        texts = texts_of(self.lines, column.sources[role], empty=self.profile.empty)
        kind = kind_of(self.profile, column, role)
        return cleaned(texts, label=column.target in LABELS) if kind == TEXT else texts

    def day(self, column: Column, role: str) -> pd.Series:
        """Days of a period; never empty."""
        found = days(self.texts(column, role), column.dates, open_end=self.profile.open_end)
        if found.isna().any():
            rows = [int(row) for row in np.flatnonzero(found.isna())]
            raise self.lines.error(column.sources[role], rows, "een ingevulde datum")
        return found

    def doubtful_dates(self) -> tuple[str, ...]:
        """A warning when no date in the file shows which number is the day; the cells of a sheet are never in doubt."""
        told = [(source, column.dates) for source, (kind, column) in self.profile.kinds().items() if kind == DATE]
        told = [(source, form) for source, form in told if not form.startswith("%Y")]
        if self.lines.sheet or not told:
            return ()
        for source, form in told:
            texts = texts_of(self.lines, source, empty=self.profile.empty | self.profile.open_end)
            if any(day.day > 12 for text in texts.unique if (day := day_of(text, form))):
                return ()
        return (f"{self.lines.path.name}: geen enkele datum laat zien welk getal de dag is en welk de maand",)

    def _constant(self, column: Column | None, dtype: str) -> pd.Series:
        value = column.value if column is not None else ""
        count = self.lines.text.num_rows
        if "datetime" in dtype:
            day = np.datetime64(date.fromisoformat(value) if value else "NaT", "ns")
            return pd.Series(np.full(count, day, dtype="datetime64[ns]"))
        if dtype == "str":
            return pd.Series([value or None] * count, dtype="str")
        filled = int(value) if value else pd.NA
        return pd.Series([filled] * count, dtype=dtype if value else "Int64")

    def _copy(self, column: Column, dtype: str) -> pd.Series:
        texts = self.texts(column)
        if "datetime" in dtype and column.codes is None:
            return days(texts, column.dates, open_end=self.profile.open_end)
        if column.pattern:
            require_pattern(texts, column.pattern)
        if column.codes is not None:
            texts = Texts(
                lines=texts.lines, column=texts.column, at=texts.at,
                unique=coded(texts, column.codes, file=self.profile.file),
            )  # fmt: skip
        if dtype == "str":
            return _text_series(
                texts, texts.read(lambda text: text or None, "een waarde of een afgesproken leeg teken")
            )
        return _whole_series(texts, whole_numbers(texts, column.numbers), dtype)

    def _euros(self, column: Column, dtype: str) -> pd.Series:
        texts = self.texts(column)
        return _whole_series(texts, cents(texts, column.numbers), dtype)

    def _youth(self, column: Column, dtype: str) -> pd.Series:
        texts = self.texts(column)
        require_pattern(texts, column.pattern)
        pseudonym = self.context.pseudonym
        if pseudonym is None:
            raise JeugdError(
                "PRF-004",
                wat=f"{self.profile.dutch}: er is geen sleutel om nummers van jeugdigen onherkenbaar te maken.",
                doe="maak een sleutel met `jeugd key` en lees het bestand opnieuw in.",
            )
        return _text_series(texts, [pseudonym(f"supplier:{self.profile.name}:{text}") for text in texts.unique])

    def _provider(self, column: Column, dtype: str) -> pd.Series:
        texts = self.texts(column)
        return _text_series(texts, provider_codes(texts, self.profile.providers, file=self.profile.file))

    def _birth_year(self, column: Column, dtype: str) -> pd.Series:
        """Year minus age: the marts calculate the age on 31 December back from it, so it is the age that was told."""
        ages, years = (self._whole(column, role) for role in ("age", "year"))
        if wrong := [int(row) for row in np.flatnonzero((ages < 0) | (ages > _OLDEST))]:
            raise self.lines.error(column.sources["age"], wrong, f"een leeftijd van 0 tot en met {_OLDEST}")
        return (years - ages).astype(dtype)

    def _whole(self, column: Column, role: str) -> pd.Series:
        texts = self.texts(column, role)
        found = _whole_series(texts, whole_numbers(texts, column.numbers), "Int64")
        if found.isna().any():
            rows = [int(row) for row in np.flatnonzero(found.isna())]
            raise self.lines.error(column.sources[role], rows, "een ingevulde waarde")
        return found.astype("int64")

    def _month(self, column: Column, dtype: str) -> pd.Series:
        """The care month of a period, as its first day."""
        start, end = self.day(column, "start"), self.day(column, "end")
        source = column.sources["end"]
        length = (end - start).dt.days + 1
        if wrong := [int(row) for row in np.flatnonzero((length < 1) | (length > _LONGEST_PERIOD))]:
            raise self.lines.error(source, wrong, f"een einde van een periode van 1 tot en met {_LONGEST_PERIOD} dagen")
        first, last = _months(start), _months(end)
        across = first != last
        if column.across == "refuse" and across.any():
            rows = [int(row) for row in np.flatnonzero(across)]
            raise self.lines.error(source, rows, "een periode binnen één maand")
        if across.any():
            self.lines.normalised[f"{source}: periode over twee maanden, bij één maand geboekt"] = int(across.sum())
        later = (column.across == "most_days") & ((last - start).dt.days < (end - last).dt.days + 1)
        self._require_year(column, start, end)
        return first.mask(later, last)

    def _require_year(self, column: Column, start: pd.Series, end: pd.Series) -> None:
        if "year" not in column.sources:
            return
        year = self._whole(column, "year")
        if wrong := [int(row) for row in np.flatnonzero((year != start.dt.year) & (year != end.dt.year))]:
            raise self.lines.error(column.sources["year"], wrong, "het jaar waarin de periode begint of eindigt")

    def _vintage(self, column: Column, dtype: str) -> pd.Series:
        if self.context.vintage is None:
            raise JeugdError(
                "PRF-002",
                wat=f"{self.profile.file} neemt de dag van ontvangst over, en die is niet bekend.",
                doe=f"zet in dit profiel een datum bij columns.{column.target}.value.",
            )
        day = np.datetime64(self.context.vintage, "ns")
        return pd.Series(np.full(self.lines.text.num_rows, day, dtype="datetime64[ns]"))

    def _row(self, column: Column, dtype: str) -> pd.Series:
        """Row numbers; with the digest of the file, so that another file never has the same."""
        with self.lines.path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()[:24]
        rows = range(self.lines.first_row, self.lines.first_row + self.lines.text.num_rows)
        return pd.Series([f"{digest}-{row}" for row in rows], dtype="str")


def _months(day: pd.Series) -> pd.Series:
    return pd.Series(day.to_numpy().astype("datetime64[M]").astype("datetime64[ns]"))


def _text_series(texts: Texts, values: Sequence[str]) -> pd.Series:
    known = pa.array(values, type=pa.large_string())
    places = pa.array(texts.at, mask=texts.at < 0)
    return pd.Series(known.take(places).to_pandas(), dtype="str") if len(values) else no_text(len(texts.at))


def no_text(count: int) -> pd.Series:
    """A column of texts that are all missing."""
    return pd.Series([None] * count, dtype="str")


def _whole_series(texts: Texts, values: Sequence[int], dtype: str) -> pd.Series:
    numbers = pd.Series(taken(texts, np.array(values, dtype=np.int64), 0))
    empty = texts.at < 0
    return numbers.astype(dtype) if dtype != "Int64" and not empty.any() else numbers.astype("Int64").mask(empty)
