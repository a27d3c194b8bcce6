"""The steps of a quarter, in the order they are taken: add, check, build. Taking in is in intake."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from jeugd_analysis import __version__
from jeugd_analysis.chapters.edition import day, is_example
from jeugd_analysis.domain.codes import AGE_BANDS
from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.editions.built import record_build
from jeugd_analysis.editions.since import note_changes
from jeugd_analysis.errors import DisclosureError, claims_of_earlier_quarters_only
from jeugd_analysis.estimates import estimate
from jeugd_analysis.example import ExampleInput, Truth, write_example
from jeugd_analysis.forget import warnings
from jeugd_analysis.intake import Progress, add, not_granted, only_one, silent
from jeugd_analysis.marts import MARTS, NEEDED, build_marts
from jeugd_analysis.outgoing import check_notebooks, secrets_of, site_check
from jeugd_analysis.publish.book import assemble, build_site
from jeugd_analysis.publish.house_style import house_style_of
from jeugd_analysis.publish.notebooks import (
    Outcome,
    Run,
    check_parameters,
    code_digest,
    execute_all,
    plan_runs,
    read_chapters,
    with_digest,
)
from jeugd_analysis.quality import check, claim_quarters, require_decided
from jeugd_analysis.release import release
from jeugd_analysis.store import Store
from jeugd_analysis.tables import TABLES

__all__ = ["Built", "add", "build", "check", "claim_quarters", "refresh_marts", "sample"]


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
        task_fields=store.reference("task_fields"),
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
        store.require(NEEDED, quarter)
        if not _marts_are_fresh(quarter, store, code):  # before anything is made, so that it stops the next time too
            require_decided(quarter, store=store)
        made = refresh_marts(quarter, store=store, code=code, progress=progress)
        require_earlier_releases(quarter, store)
        release(quarter, store=store, code=code, progress=progress)
        estimate(quarter, store=store, code=code, progress=progress)
        folder = store.book_folder(quarter)
        data = hashlib.sha256(f"{store.inputs_digest(quarter)} {store.release_digest(quarter)}".encode()).hexdigest()
        dated = [with_digest(run, code=code, data=data) for run in runs]
        executed = folder / "executed"
        outcome = _execute([run for run in dated if not run.chapter.after_others], executed, store, workers, progress)
        if any(run.chapter.after_others for run in dated):
            pages = [run.address for run in dated]
            moved = note_changes(quarter, store=store, executed=executed, pages=pages, code=code, progress=progress)
            dated = [
                with_digest(run, code=code, data=data + moved) if run.chapter.after_others else run for run in dated
            ]
            after = _execute([run for run in dated if run.chapter.after_others], executed, store, workers, progress)
            outcome.executed += after.executed
            outcome.unchanged += after.unchanged
        for line in warnings(quarter, store=store):
            progress(f"let op: {line}")
        edition = _edition_line(quarter, store, code, data)
        book = folder / "deel" if areas or chapters else folder  # a selection never takes the place of the whole book
        assemble(
            dated, executed=folder / "executed", prose=store.project / "book", source=book / "source",
            region=store.region, base=store.project / "_config.yml",
            settings={
                "title": f"Jeugdhulp in beeld: {store.region.name}", "edition": edition,
                "cache": str(store.pictures_folder),
            },
            style=house_style_of(store.project, store.region),
        )  # fmt: skip
        site = book / "site"
        wanted = folder_digest(book / "source") + folder_digest(Path(__file__).parent / "publish")
        stamp = book / "site.digest"
        fresh = site.is_dir() and stamp.is_file() and stamp.read_text("utf8") == wanted
        if not fresh:
            progress("boek samenstellen")
            stamp.unlink(missing_ok=True)
            secrets = secrets_of(store)
            check_notebooks(folder / "executed", [run.address for run in runs], secrets)
            build_site(book / "source", book / "work", site, check=site_check(store, secrets))
            stamp.write_text(wanted, "utf8")
        if book == folder:
            record_build(quarter, store, code=code, pages=[run.address for run in dated])
    return Built(site=site, pages=len(runs), outcome=outcome, marts_made=made, site_made=not fresh)


def _execute(runs: Sequence[Run], target: Path, store: Store, workers: int, progress: Progress) -> Outcome:
    return execute_all(
        runs,
        target,
        workers=workers,
        progress=lambda done, total, name: progress(f"pagina {done} van {total}: {name}"),
        cwd=store.project,
    )


def require_earlier_releases(quarter: Quarter, store: Store) -> None:
    """Raises: DisclosureError when it is not known (any more) what an earlier book showed."""
    store.require_archive(quarter)
    earlier = [q for q in map(Quarter.parse, store.editions()) if q < quarter]
    books = [q for q in earlier if store.site_folder(q).is_dir()]
    if lost := [book.label for book in books if not store.release_file(book).is_file()]:
        raise DisclosureError(
            "GEH-011",
            wat=f"Van het boek {', '.join(lost)} is niet meer bekend welke getallen het liet zien.",
            doe=f"bouw dat eerst opnieuw met `jeugd build {lost[0]}`, of zet data/releases terug.",
        )


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


def _marts_are_fresh(quarter: Quarter, store: Store, code: str) -> bool:
    """Whether the marts were made of these inputs by this code, and are all there."""
    digest = f"{store.inputs_digest(quarter)}-{code}"
    return store.marts_digest(quarter) == digest and all(store.mart_file(name, quarter).is_file() for name in MARTS)


def refresh_marts(quarter: Quarter, *, store: Store, code: str, progress: Progress = silent) -> bool:
    """Make the marts of an edition again when its inputs or the code changed; tells whether it did."""
    store.require(NEEDED, quarter)
    latest = claim_quarters(quarter, store=store)[-1]
    if latest != quarter:
        raise claims_of_earlier_quarters_only(quarter.label, latest.label)
    if _marts_are_fresh(quarter, store, code):
        return False
    digest = f"{store.inputs_digest(quarter)}-{code}"
    files = {name: store.files(name, quarter) for name in TABLES}
    marts = build_marts(
        files,
        products=store.reference("products"),
        snapshots=store.reference("snapshots"),
        region=store.region.code,
        municipalities=[area.code for area in store.region.municipalities],
        as_of=quarter.last_day,
        not_granted=not_granted(quarter, store),
        progress=lambda name: progress(f"tussentabel {name}"),
    )
    store.write_marts(quarter, marts, digest)
    return True
