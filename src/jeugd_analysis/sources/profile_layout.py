"""The layout of one supplier's export as data/reference/profiles/<name>.toml describes it; checked when it is read.

Nothing in a profile is code: every column of our table comes from one rule of a closed list.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from jeugd_analysis.domain import codes
from jeugd_analysis.errors import JeugdError
from jeugd_analysis.tables import TABLES, columns_of

TEXT_SUFFIXES, EXCEL_SUFFIX = (".csv", ".txt"), ".xlsx"
ENCODINGS = ("utf8", "cp1252", "iso8859_15")
SEPARATORS = (",", ";", "\t", "|")
DATE_FORMS = ("%d-%m-%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%Y%m%d")
ACROSS = ("most_days", "start", "refuse")  # where a period over two months goes
COPY = "copy"
NUMBER, DATE, TEXT = "number", "date", "text"
_FORMATS = frozenset({"decimal", "thousands", "currency", "decimals", "dates"})
_ROLES = {"from": TEXT, "age": NUMBER, "year": NUMBER, "start": DATE, "end": DATE}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule must and may be told, and which columns of ours it can fill (a pattern)."""

    fills: str
    needed: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


RULES = {
    COPY: Rule(r"\w+", frozenset({"from"}), frozenset({"codes", "pattern"}) | _FORMATS),
    "value": Rule(r"\w+", frozenset({"value"})),
    "euros": Rule(r"\w+_cents", frozenset({"from"}), _FORMATS),
    "supplier_id": Rule("youth_id", frozenset({"from", "pattern"})),
    "provider_name": Rule("provider", frozenset({"from"})),
    "birth_year": Rule("birth_year", frozenset({"age", "year"})),
    "month": Rule("month", frozenset({"start", "end", "across"}), frozenset({"year", "dates"})),
    "period_end": Rule("received_on", frozenset({"end"}), frozenset({"dates"})),
    "vintage": Rule("received_on"),
    "row": Rule("reference"),
    "content": Rule("reference"),
    "allocation": Rule("allocation_id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How numbers are written. An empty sign is not chosen: a number that needs it is refused."""

    decimal: str = ""
    thousands: str = ""
    currency: tuple[str, ...] = ()
    decimals: int | None = None  # exactly so many; None: none in whole numbers, at most two in euros


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where one column of ours comes from. sources: role (from, age, year, start, end) -> column of the file."""

    target: str
    rule: str
    sources: Mapping[str, str] = field(default_factory=dict)
    value: str = ""
    codes: Mapping[str, str] | None = None
    pattern: str = ""
    across: str = ""
    numbers: Numbers = Numbers()
    dates: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One layout. columns: our column -> its rule. youths: birth_year and sex, when the lines tell those of the youth.

    An inactive profile is an example and is no source. file_name: pattern, because the first bytes of a workbook do
    not show its columns. providers: name in the file -> AGB code.
    """

    name: str
    dutch: str
    table: str
    active: bool
    note: str
    suffixes: tuple[str, ...]
    file_name: str
    header: tuple[str, ...]
    encoding: str
    separator: str
    empty: frozenset[str]
    open_end: frozenset[str]
    sheet: str
    header_row: int
    columns: Mapping[str, Column]
    youths: Mapping[str, Column]
    providers: Mapping[str, str]

    @property
    def file(self) -> str:
        """How messages call it."""
        return f"profiles/{self.name}.toml"

    @classmethod
    def from_toml(cls, path: Path) -> Profile:
        """Read and check a profile. Raises: JeugdError (PRF-001) with file and key; an unknown key is refused."""
        try:
            told = tomllib.loads(path.read_text("utf8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            line = found[0] if (found := re.search(r"line \d+", str(error))) else "onbekende regel"
            why = f"dit is geen leesbare TOML ({line.replace('line', 'regel')})"
            raise bad_profile(path.name, "het bestand", why) from None
        if not re.fullmatch(r"[a-z0-9_]{1,30}", path.stem):
            raise bad_profile(path.name, "de naam", "gebruik alleen kleine letters, cijfers en _ (hoogstens 30)")
        return _profile(path.stem, _Section(path.name, "", told))

    @property
    def derives_allocations(self) -> bool:
        """Whether the file has no allocations and its lines stand for them."""
        return any(column.rule == "allocation" for column in self.columns.values())

    def all_columns(self) -> Iterator[Column]:
        """The columns of the table and those of the youths."""
        yield from self.columns.values()
        yield from self.youths.values()

    def unfilled(self) -> list[str]:
        """Constants that the analyst still has to fill in."""
        model = columns_of(TABLES[self.table])
        constants = [column for column in self.columns.values() if column.rule == "value" and not column.value]
        return [f"columns.{column.target}.value" for column in constants if not model[column.target].nullable]

    def kinds(self) -> dict[str, tuple[str, Column]]:
        """Column of the file -> number, date or text, with the column of ours that says how it is written."""
        return {source: (kind_of(self, column, role), column) for column, role, source in _uses(self)}


def bad_profile(file: str, key: str, why: str) -> JeugdError:
    """A profile that cannot be used as it is."""
    return JeugdError(
        "PRF-001",
        wat=f"{file}, {key}: {why}.",
        doe="herstel dit profiel; own_claims.toml in data/reference/profiles is een voorbeeld.",
    )


class _Section:
    """A part of the file whose keys are taken one by one; what is left is unknown."""

    def __init__(self, file: str, where: str, told: object) -> None:
        self.file, self.where = file, where
        if not isinstance(told, dict):
            raise bad_profile(file, where, "verwacht een groep sleutels")
        self.told: dict[str, Any] = dict(told)

    def error(self, key: str, why: str) -> JeugdError:
        return bad_profile(self.file, f"{self.where}.{key}" if self.where else key, why)

    def take(self, key: str, kind: type[_T], default: _T | None = None) -> _T:
        if key not in self.told and default is not None:
            return default
        if key not in self.told:
            raise self.error(key, "deze sleutel ontbreekt")
        value = self.told.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            names = {
                str: "tekst",
                int: "een geheel getal",
                bool: "true of false",
                list: "een lijst",
                dict: "een groep sleutels",
            }
            raise self.error(key, f"verwacht {names[kind]}")
        return value

    def one_of(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        value = self.take(key, str, default)
        if value not in allowed:
            raise self.error(key, f"kies uit {', '.join(repr(choice) for choice in allowed)}")
        return value

    def texts(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        values = self.take(key, list, default)
        if not all(isinstance(value, str) for value in values):
            raise self.error(key, "verwacht een lijst van teksten")
        if len(set(values)) < len(values):
            raise self.error(key, "iets staat er dubbel in")
        return tuple(values)

    def mapping(self, key: str) -> dict[str, str]:
        values = self.take(key, dict, {})
        if not all(isinstance(value, str) for value in values.values()):
            raise self.error(key, "verwacht bij elk woord een tekst")
        return values

    def part(self, key: str, default: dict[str, Any] | None = None) -> _Section:
        return _Section(self.file, f"{self.where}.{key}" if self.where else key, self.take(key, dict, default))

    def close(self) -> None:
        if self.told:
            raise self.error(sorted(self.told)[0], "deze sleutel bestaat niet")


def _profile(name: str, told: _Section) -> Profile:
    recognise, form, excel = told.part("recognise"), told.part("format"), told.part("excel", {})
    table = told.one_of("table", list(TABLES))
    suffixes = recognise.texts("suffixes")
    if not suffixes or not set(suffixes) <= {*TEXT_SUFFIXES, EXCEL_SUFFIX}:
        raise recognise.error("suffixes", f"kies uit {', '.join((*TEXT_SUFFIXES, EXCEL_SUFFIX))}")
    text = any(suffix in TEXT_SUFFIXES for suffix in suffixes)
    base = _formats(form, Column(target="", rule=COPY))
    profile = Profile(
        name=name,
        dutch=told.take("dutch", str),
        table=table,
        active=told.take("active", bool),
        note=told.take("note", str, ""),
        suffixes=suffixes,
        file_name=recognise.take("file_name", str, ""),
        header=recognise.texts("columns"),
        encoding=form.one_of("encoding", ENCODINGS, None if text else "utf8"),
        separator=form.one_of("separator", SEPARATORS, None if text else ","),
        empty=frozenset(form.texts("empty", [""])),
        open_end=frozenset(form.texts("open_end", [])),
        sheet=excel.take("sheet", str, ""),
        header_row=excel.take("header_row", int, 1),
        columns=_columns(told.part("columns"), base, list(columns_of(TABLES[table]))),
        youths=_columns(told.part("youths", {}), base, ["birth_year", "sex"]),
        providers=told.mapping("providers"),
    )
    for part in (recognise, form, excel, told):
        part.close()
    _check(profile, told)
    return profile


def _columns(told: _Section, base: Column, targets: list[str]) -> dict[str, Column]:
    columns = {target: _column(told.part(target), target, base) for target in targets if target in told.told}
    told.close()
    return columns


def _column(told: _Section, target: str, base: Column) -> Column:
    rule = told.one_of("rule", list(RULES), "value" if "value" in told.told else COPY)
    needed, optional = RULES[rule].needed, RULES[rule].optional
    if not re.fullmatch(RULES[rule].fills, target):
        raise told.error("rule", f"de regel {rule} hoort niet bij deze kolom")
    if unknown := sorted(set(told.told) - needed - optional):
        raise told.error(unknown[0], f"deze sleutel hoort niet bij de regel {rule}")
    if missing := sorted(needed - set(told.told)):
        raise told.error(missing[0], f"deze sleutel is nodig bij de regel {rule}")
    column = replace(
        _formats(told, replace(base, target=target)),
        rule=rule,
        sources={role: told.take(role, str) for role in _ROLES if role in told.told},
        value=told.take("value", str, ""),
        codes=told.mapping("codes") if "codes" in told.told else None,
        pattern=told.take("pattern", str, ""),
        across=told.one_of("across", ACROSS, ACROSS[0]),
    )
    try:
        re.compile(column.pattern)
    except re.error:
        raise told.error("pattern", "dit is geen geldig patroon") from None
    return column


def _formats(told: _Section, base: Column) -> Column:
    """How numbers and dates are written: what stands here, else what holds for the whole file (but for decimals)."""
    signs = base.numbers
    numbers = Numbers(
        decimal=told.one_of("decimal", (",", ".", ""), signs.decimal),
        thousands=told.one_of("thousands", (",", ".", " ", "'", ""), signs.thousands),
        currency=told.texts("currency", list(signs.currency)),
        decimals=told.take("decimals", int) if base.target and "decimals" in told.told else None,
    )
    if numbers.decimal and numbers.decimal == numbers.thousands:
        raise told.error("thousands", "dit is hetzelfde teken als decimal")
    if numbers.decimals is not None and not 0 <= numbers.decimals <= 9:
        raise told.error("decimals", "kies een getal van 0 tot en met 9")
    return replace(base, numbers=numbers, dates=told.one_of("dates", (*DATE_FORMS, ""), base.dates))


def _uses(profile: Profile) -> Iterator[tuple[Column, str, str]]:
    for column in profile.all_columns():
        for role, source in column.sources.items():
            yield column, role, source


def kind_of(profile: Profile, column: Column, role: str) -> str:
    """Whether a column of the file holds numbers, dates or text, as one column of ours reads it."""
    if role != "from" or column.rule in ("supplier_id", "provider_name"):
        return _ROLES[role]
    if column.rule == "euros":
        return NUMBER
    model = columns_of(TABLES[profile.table if column.target in profile.columns else "youths"])
    dtype = str(model[column.target].dtype).lower()
    if column.codes is not None:
        return TEXT
    return DATE if "datetime" in dtype else NUMBER if "int" in dtype or "float" in dtype else TEXT


def _check(profile: Profile, told: _Section) -> None:
    """What only shows when all parts are known."""
    if not profile.header:
        raise told.error("recognise.columns", "noem de kolommen van het bestand")
    if EXCEL_SUFFIX in profile.suffixes and not profile.file_name:
        raise told.error("recognise.file_name", "een Excel-bestand wordt aan zijn naam herkend; geef een patroon")
    if profile.header_row < 1:
        raise told.error("excel.header_row", "de eerste rij is 1")
    kinds: dict[str, str] = {}
    for column, role, source in _uses(profile):
        if source not in profile.header:
            raise told.error(f"{column.target}.{role}", "deze kolom staat niet in recognise.columns")
        if kinds.setdefault(source, kind_of(profile, column, role)) != kind_of(profile, column, role):
            raise told.error(f"{column.target}.{role}", "deze kolom wordt ook op een andere manier gelezen")
    _check_table(profile, told)
    for name, code in profile.providers.items():
        if not re.fullmatch(codes.PROVIDER, code, re.ASCII):
            raise told.error(f"providers.{name}", "verwacht een AGB-code van 8 cijfers")


def _check_table(profile: Profile, told: _Section) -> None:
    for target, model in columns_of(TABLES[profile.table]).items():
        if target not in profile.columns and not model.nullable:
            raise told.error(f"columns.{target}", "deze kolom mag niet leeg zijn en heeft nog geen regel")
    for column in profile.columns.values():
        if column.rule == "value" and column.value:
            _check_constant(profile, column, told)
    if not (profile.derives_allocations or profile.youths):
        return
    rules = {column.rule for column in profile.columns.values()}
    if profile.table != "claims" or "month" not in rules:
        raise told.error(
            "columns.month", "toewijzingen en jeugdigen zijn alleen af te leiden uit perioden (regel month)"
        )
    if profile.youths and set(profile.youths) != {"birth_year", "sex"}:
        raise told.error("youths", "geef birth_year en sex")


def _check_constant(profile: Profile, column: Column, told: _Section) -> None:
    dtype = str(columns_of(TABLES[profile.table])[column.target].dtype).lower()
    key = f"columns.{column.target}.value"
    if "datetime" in dtype:
        try:
            date.fromisoformat(column.value)
        except ValueError:
            raise told.error(key, "verwacht een datum als 2026-01-31") from None
    if "int" in dtype and not re.fullmatch(r"-?[0-9]{1,15}", column.value):
        raise told.error(key, "verwacht een geheel getal")
