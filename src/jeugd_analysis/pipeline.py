"""The steps of a quarter, in the order they are taken: add, check, build."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from jeugd_analysis import __version__
from jeugd_analysis.chapters.edition import day, is_example
from jeugd_analysis.domain.codes import AGE_BANDS
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.errors import DeliveryError, JeugdError, claims_of_earlier_quarters_only
from jeugd_analysis.example import ExampleInput, Truth, write_example
from jeugd_analysis.marts import MARTS, NEEDED, build_marts
from jeugd_analysis.present.numbers import decimal, euro
from jeugd_analysis.publish.book import assemble, build_site
from jeugd_analysis.publish.notebooks import (
    Outcome,
    check_parameters,
    code_digest,
    execute_all,
    plan_runs,
    read_chapters,
    with_digest,
)
from jeugd_analysis.sources import SOURCES, Context, Reading, Source
from jeugd_analysis.store import Delivery, Part, Store, file_digest
from jeugd_analysis.tables import TABLES, require
from jeugd_analysis.tables.reconcile import REASONS, set_aside_claims, with_credits_of

Progress = Callable[[str], None]
_HEAD = 4096


def silent(message: str) -> None:
    """A progress reporter that says nothing."""


@contextmanager
def only_one(store: Store) -> Iterator[None]:
    """Two runs at once would mix; the second stops. The system frees the lock when a process dies."""
    store.deliveries_folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(store.deliveries_folder / ".slot", timeout=0):
            yield
    except Timeout:
        raise JeugdError(
            "SLT-001", wat="Er loopt al een opdracht in deze map.", doe="wacht tot die klaar is en probeer het opnieuw."
        ) from None


def add(quarter: Quarter, paths: Sequence[Path], *, store: Store, progress: Progress = silent) -> Delivery:
    """Recognise, validate and take in files for a quarter: all of them, or nothing.

    Raises: DeliveryError with file, row, column and remedy; the store is then as it was.
    """
    files = list(_expand(paths))
    recognised = [(path, _recognise(path)) for path in files]
    # Claims come last: their lines are checked against the allocations of the same delivery.
    recognised.sort(key=lambda pair: (pair[1].name == "own_claims", pair[0].name))
    with only_one(store):
        made_from = _made_from(recognised, quarter, store)
        latest = [delivery for delivery in store.deliveries() if delivery.quarter == quarter][-1:]
        if latest and latest[0].made_from == made_from:
            progress("deze bestanden zijn al ingelezen; er verandert niets")
            return latest[0]
        staging = store.stage()
        try:
            parts: list[Part] = []
            for path, source in recognised:
                progress(f"{path.name}: {source.dutch}")
                parts.append(_take_in(path, source, staging, parts, quarter, store))
            return store.accept(staging, quarter, parts, made_from=made_from)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _made_from(recognised: Sequence[tuple[Path, Source]], quarter: Quarter, store: Store) -> str:
    """Digest of the files, the code that reads them, and what claims of this delivery are checked against."""
    digest = hashlib.sha256(code_digest(Path(__file__).parent).encode())
    kinds = {source.name for _, source in recognised}
    for path, source in recognised:
        digest.update(f"{source.name} {path.name} {file_digest(path)}".encode())
    if "own_claims" in kinds:
        # Later quarters do not count: they already set aside what this delivery had brought before them.
        digest.update(" ".join(d.made_from for d in store.deliveries(quarter.previous())).encode())
    if "own_claims" in kinds and "own_allocations" not in kinds:
        known = store.current(quarter).get("allocations", [])
        digest.update(" ".join(part.sha256 for _, part in known).encode())
    digest.update((store.project / "data" / "reference" / "municipalities.csv").read_bytes())
    return digest.hexdigest()


def sample(
    target: Path,
    *,
    last: Quarter,
    seed: int,
    scale: float,
    store: Store,
    messages: int = 0,
    progress: Progress = silent,
) -> list[Path]:
    """Write the deliveries of the example region; the folders by quarter. Messages of some youths stand beside them."""
    files = write_example(
        target,
        region=example_input(store),
        last=last,
        seed=seed,
        scale=scale,
        messages=messages,
        progress=progress,
    )
    return sorted({file.parent for file in files if file.suffix == ".csv"})


def example_input(store: Store) -> ExampleInput:
    """What the example region is made of: reference data and published figures."""
    facts = store.published("facts").assign(number=lambda frame: frame["value"].astype("float64"))
    places = store.reference("example_region")
    codes = set(places["municipality"])
    here = facts[facts["area"].isin(codes)]
    youths, trajectories = (here[here["indicator"] == name] for name in ("youths", "trajectories"))
    targets = _by_area_and_year(youths[youths["breakdown"].isna() & (youths["topic"] == "youth-care")])
    moves = _by_area_and_year(trajectories[trajectories["breakdown"].isna()])
    latest = max(year for _, year in targets)
    ages = youths[(youths["period"] == str(latest)) & youths["breakdown"].isin(list(AGE_BANDS))]
    shares = here[(here["indicator"] == "share_youth_assistance") & (here["period"] == str(latest))]
    under_18 = ages[ages["breakdown"] != "18-22"].groupby("area")["number"].sum()
    national = facts[
        (facts["indicator"] == "youths") & (facts["topic"] == "youth-care") & (facts["area"] == "NL00")
        & facts["breakdown"].isna() & (facts["denominator"] == _WITH_BUDGET)
    ]  # fmt: skip
    names = store.reference("municipalities").set_index("municipality")
    last_days = pd.to_datetime(names["valid_to"]).dropna()
    indexation = store.reference("indexation")
    return ExampleInput(
        municipalities={code: names["name"][code] for code in places["municipality"]},
        products=store.reference("products"),
        targets=targets,
        inhabitants=dict(zip(places["municipality"], places["inhabitants_0_22"].astype(int), strict=True)),
        national={int(r.period): int(r.number) for r in national.itertuples()},
        indexation={int(r.year): float(r.percent) / 100 for r in indexation.itertuples()},
        truth=Truth.from_settings(store.settings("example_truth")),
        leaves={code: last_days[code].date() for code in places["municipality"] if code in last_days},
        trajectories={code: moves[code, latest] / targets[code, latest] for code in codes},
        ages={
            str(code): tuple(rows.set_index("breakdown")["number"].reindex(list(AGE_BANDS)))
            for code, rows in ages.groupby("area")
        },
        residential={r.area: r.number for r in here[here["indicator"] == "share_residential"].itertuples()},
        minors={row.area: under_18[row.area] / row.number * 100 for row in shares.itertuples()},
        kdc_growth=float(facts.loc[facts["indicator"] == "waiting_kdc_ratio", "number"].iloc[0]),
    )


def _by_area_and_year(facts: pd.DataFrame) -> dict[tuple[str, int], float]:
    return {(row.area, int(row.period)): row.number for row in facts.itertuples()}


_WITH_BUDGET = "natura en pgb"  # the national series of NJi counts personal budgets too


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did and where the result is."""

    site: Path
    pages: int
    outcome: Outcome
    marts_made: bool
    site_made: bool


def build(
    quarter: Quarter,
    *,
    store: Store,
    workers: int,
    areas: Sequence[str] = (),
    chapters: Sequence[str] = (),
    progress: Progress = silent,
) -> Built:
    """Marts, notebooks and book of an edition; only what changed. The old book stays until the new one is whole."""
    code = code_digest(Path(__file__).parent)
    runs = plan_runs(read_chapters(store.project / "analysis"), store.region, quarter, areas=areas, only=chapters)
    for run in runs:
        check_parameters(run, store.region)
    with only_one(store):
        made = refresh_marts(quarter, store=store, code=code, progress=progress)
        folder = store.work / "_build" / quarter.label
        data = store.inputs_digest(quarter)
        dated = [with_digest(run, code=code, data=data) for run in runs]
        outcome = execute_all(
            dated,
            folder / "executed",
            workers=workers,
            progress=lambda done, total, name: progress(f"pagina {done} van {total}: {name}"),
            cwd=store.project,
        )
        edition = _edition_line(quarter, store, code, data)
        book = folder / "deel" if areas or chapters else folder  # a selection never takes the place of the whole book
        assemble(
            dated, executed=folder / "executed", prose=store.project / "book", source=book / "source",
            region=store.region, base=store.project / "_config.yml",
            settings={
                "title": f"Jeugdhulp in beeld: {store.region.name}", "edition": edition,
                "cache": str(store.work / "_build" / "cache"),
            },
        )  # fmt: skip
        site = book / "site"
        wanted = folder_digest(book / "source") + folder_digest(Path(__file__).parent / "publish")
        stamp = book / "site.digest"
        fresh = site.is_dir() and stamp.is_file() and stamp.read_text("utf8") == wanted
        if not fresh:
            progress("boek samenstellen")
            stamp.unlink(missing_ok=True)
            build_site(book / "source", book / "work", site)
            stamp.write_text(wanted, "utf8")
    return Built(site=site, pages=len(runs), outcome=outcome, marts_made=made, site_made=not fresh)


def _edition_line(quarter: Quarter, store: Store, code: str, data: str) -> dict[str, str]:
    """What every page says about itself."""
    return {
        "edition": quarter.label,
        "as_of": day(quarter),
        "status": "voorbeelddata" if is_example(store, quarter) else "voorlopig",
        "code": f"{__version__} ({code[:8]})",
        "digest": data[:8],
    }


def folder_digest(folder: Path) -> str:
    """Digest of every file below a folder, by name and content."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def check(quarter: Quarter, *, store: Store) -> list[str]:
    """What was taken in for an edition, line by line, in words; nothing is built."""
    store.require((), quarter)
    current = store.current(quarter)
    lines = [f"Editie {quarter}: stand {day(quarter)}", ""]
    for name, found in current.items():
        delivered, accepted = sum(p.delivered for _, p in found), sum(p.accepted for _, p in found)
        lines.append(f"{TABLES[name].dutch}: {decimal(delivered)} regels aangeleverd, {decimal(accepted)} ingelezen.")
        reasons: Counter[str] = Counter()
        cents: Counter[str] = Counter()
        for _, part in found:
            reasons.update(part.set_aside)
            cents.update(part.set_aside_cents)
        for code, number in sorted(reasons.items()):
            lines.append(f"  let op: {number} regels terzijde, {REASONS[code]} ({code}), {euro(cents[code])}")
        lines += [f"  let op: {warning}" for _, part in found for warning in part.warnings]
    missing = [TABLES[name].dutch for name in NEEDED if name not in current]
    quarters = claim_quarters(quarter, store=store)
    if quarters and quarters[-1] != quarter:
        missing.append(f"declaraties van {quarter} (de laatste zijn van {quarters[-1]})")
    gaps = [q.label for q in quarters[0].until(quarters[-1]) if q not in quarters] if quarters else []
    if gaps:
        lines.append(f"  let op: er zijn geen declaraties aangeleverd in {', '.join(gaps)}. Klopt dat?")
    lines += ["", f"Ontbreekt nog: {', '.join(missing)}." if missing else "Alles wat nodig is om te bouwen, is er."]
    return lines


def _expand(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.exists():
            raise DeliveryError("BES-003", wat=f"{path.name} bestaat niet.", doe="controleer het pad.")
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
            if not inside:
                raise DeliveryError("BES-004", wat=f"De map {path.name} is leeg.", doe="zet de bestanden in deze map.")
            yield from inside
        else:
            yield path


def _recognise(path: Path) -> Source:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    found = [source for source in SOURCES.values() if source.recognise(path, head)]
    if len(found) == 1:
        return found[0]
    kinds = ", ".join(sorted({source.dutch for source in (found or SOURCES.values())}))
    wat = f"{path.name} past bij meer soorten bestanden" if found else f"{path.name} is geen bekend soort bestand"
    raise DeliveryError(
        "BES-005", wat=f"{wat}. Mogelijk: {kinds}.", doe="controleer de naam en de kolommen van het bestand."
    )


def _take_in(path: Path, source: Source, staging: Path, parts: list[Part], quarter: Quarter, store: Store) -> Part:
    context = Context(area_codes=_area_codes(store))
    reading = source.read(path, context)
    require(TABLES[reading.table], reading.frame, file=path.name, first_row=reading.first_row)
    if any(part.slot == reading.slot for part in parts):
        raise DeliveryError(
            "BES-006",
            wat=f"{path.name} is het tweede bestand met {TABLES[reading.table].dutch} in deze aanlevering.",
            doe="lever één bestand per tabel aan.",
        )
    reasons = _reasons(reading, staging, parts, quarter, store)
    aside = reasons.notna()
    part = Part(
        table=reading.table,
        slot=reading.slot,
        source=source.name,
        file=path.name,
        sha256=file_digest(path),
        delivered=len(reading.frame),
        accepted=int((~aside).sum()),
        set_aside={str(code): int(count) for code, count in reasons.value_counts().sort_index().items()},
        set_aside_cents=_cents(reading, reasons),
        normalised=dict(reading.normalised),
        warnings=reading.warnings,
    )
    _stop_when_too_many(path, part, store)
    reading.frame[~aside].to_parquet(staging / part.parquet, index=False, compression="zstd")
    if aside.any():
        lines = reading.frame[aside].assign(reason=reasons[aside], line=reading.frame.index[aside] + reading.first_row)
        lines.to_parquet(staging / ("terzijde__" + part.parquet), index=False)
    return part


def _reasons(reading: Reading, staging: Path, parts: list[Part], quarter: Quarter, store: Store) -> pd.Series:
    if reading.table != "claims":
        return pd.Series(pd.NA, index=reading.frame.index, dtype="str")
    delivered = [part for part in parts if part.table == "allocations"]
    allocations = (
        pd.read_parquet(staging / delivered[0].parquet, columns=["allocation_id"])["allocation_id"]
        if delivered
        else store.column("allocations", "allocation_id", quarter)
    )
    elsewhere = store.column("claims", "reference", None, other_than=quarter)
    reasons = set_aside_claims(reading.frame, allocations=allocations, earlier=elsewhere)
    return with_credits_of(reading.frame, reasons)


def _cents(reading: Reading, reasons: pd.Series) -> dict[str, int]:
    if "amount_cents" not in reading.frame:
        return {}
    sums = reading.frame["amount_cents"].groupby(reasons).sum()
    return {str(code): int(cents) for code, cents in sums.items()}


def _stop_when_too_many(path: Path, part: Part, store: Store) -> None:
    most = float(store.settings("quality")["max_set_aside_share"])
    aside = sum(part.set_aside.values())
    if part.delivered and aside / part.delivered > most:
        why = "; ".join(f"{count} x {REASONS[code]}" for code, count in part.set_aside.items())
        raise DeliveryError(
            "AAN-001",
            wat=f"{path.name}: {aside} van de {part.delivered} regels zijn niet bruikbaar ({why}).",
            doe="vraag een nieuwe aanlevering; er is niets ingelezen.",
        )


def _area_codes(store: Store) -> dict[str, str]:
    places = store.reference("municipalities")
    names = {row.cbs_name: row.municipality for row in places.itertuples()}
    return {**names, **{row.name_: row.municipality for row in places.rename(columns={"name": "name_"}).itertuples()}}


def claim_quarters(until: Quarter, *, store: Store) -> list[Quarter]:
    """The quarters for which claims were delivered, in time."""
    return sorted({delivery.quarter for delivery, _ in store.current(until).get("claims", [])})


def refresh_marts(quarter: Quarter, *, store: Store, code: str, progress: Progress = silent) -> bool:
    """Make the marts of an edition again when its inputs or the code changed; tells whether it did."""
    store.require(NEEDED, quarter)
    latest = claim_quarters(quarter, store=store)[-1]
    if latest != quarter:
        raise claims_of_earlier_quarters_only(quarter.label, latest.label)
    digest = f"{store.inputs_digest(quarter)}-{code}"
    if store.marts_digest(quarter) == digest and all(store.mart_file(name, quarter).is_file() for name in MARTS):
        return False
    files = {name: store.files(name, quarter) for name in TABLES}
    marts = build_marts(
        files,
        products=store.reference("products"),
        snapshots=store.reference("snapshots"),
        region=store.region.code,
        municipalities=[area.code for area in store.region.municipalities],
        as_of=quarter.last_day,
        progress=lambda name: progress(f"tussentabel {name}"),
    )
    store.write_marts(quarter, marts, digest)
    return True
