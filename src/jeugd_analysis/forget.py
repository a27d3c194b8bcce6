"""Forgetting a delivery or a youth: gone from the store, all of it or nothing, and told which editions rested on it.

What must be forgotten is first made ready beside the deliveries. One rename (the order) then makes it count: before it
nothing happened, after it the work is always finished, also when the program was killed; until then nobody can read.
A youth is found by its code, and by its allocations and claims in the tables that have no code. What was published
stays where it was published; the built site in _build stays too. Counts of doubted lines are not made again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jeugd_analysis.domain.period import Quarter, day_in_words
from jeugd_analysis.errors import JeugdError, UnknownNameError
from jeugd_analysis.intake import Progress, only_one, silent
from jeugd_analysis.sources.pseudonym import is_bsn, read_key, youth_pseudonym
from jeugd_analysis.store import Delivery, Store, sync

_LINKS = {"allocations": "allocation_id", "claims": "reference", "requests": "reference"}  # who else names the youth
_OWN = ("executed", "source", "work", "deel", "kwaliteit", "site.digest")  # of _build/<edition>; the site itself stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was taken out, and the editions that can no longer be made as they were."""

    lines: int
    deliveries: int
    editions: tuple[str, ...]
    built: tuple[str, ...]  # editions with a site that was made before


def youth_code(told: str, *, store: Store, environ: Mapping[str, str]) -> str:
    """The code of a youth, from the code itself or from a citizen service number and the key.

    Raises: UnknownNameError VRG-003 when there is no such youth; the text is never repeated.
    """
    wanted = told.strip()
    if is_bsn(wanted):
        key = read_key(environ, store.project, store.work)
        if key is None:
            raise JeugdError(
                "VRG-005",
                wat="Zonder sleutel is van dit nummer geen code te maken.",
                doe="zet de sleutel terug (zie `jeugd key --help`) of geef de code zelf.",
            )
        wanted = youth_pseudonym(key)(wanted)
    return wanted.lower()


def forget_delivery(name: str, *, store: Store, today: date, progress: Progress = silent) -> Forgotten:
    """Remove one delivery, such as 2026-K3/001. Raises: UnknownNameError VRG-002 when it is not exactly one."""
    with only_one(store):
        _finish(store)
        known = store.deliveries()
        label, _, wanted = name.partition("/")
        found = [one for one in known if one.quarter.label == label and wanted and one.name.startswith(wanted)]
        if len(found) != 1:
            listed = ", ".join(f"{one.quarter}/{one.name}" for one in known) or "er is niets ingelezen"
            raise UnknownNameError(
                "VRG-002", wat="Deze aanlevering is er niet, of er zijn er meer van.", doe=f"kies er één: {listed}."
            )
        gone = found[0]
        progress(f"{gone.quarter}/{gone.name} verwijderen")
        editions = _editions_with(known, store, lambda one: one == gone)
        lines = sum(part.delivered for part in gone.parts)
        staging = _staging(store)
        return _carry_out(
            store, staging, remove=[gone], replace=[], editions=editions, lines=lines,
            note={"what": f"aanlevering {gone.quarter}/{gone.name}", "when": today.isoformat()},
        )  # fmt: skip


def forget_youth(youth: str, *, store: Store, today: date, progress: Progress = silent) -> Forgotten:
    """Remove one youth from every table of every delivery. Raises: UnknownNameError VRG-003 when it is nobody."""
    with only_one(store):
        _finish(store)
        known = store.deliveries()
        links = _links(known, youth)
        staging = _staging(store)
        changed, lines = [], 0
        for delivery in known:
            progress(f"{delivery.quarter}/{delivery.name} doorzoeken")
            removed = _rewrite(delivery, staging / delivery.quarter.label / delivery.name, youth, links, today)
            if removed:
                changed.append(delivery)
                lines += removed
        if not changed:
            shutil.rmtree(staging)
            raise UnknownNameError(
                "VRG-003",
                wat="Deze jeugdige komt in geen enkele aanlevering voor.",
                doe="controleer de code; of geef het burgerservicenummer met `jeugd forget --youth -`.",
            )
        editions = _editions_with(known, store, lambda one: one in changed)
        return _carry_out(
            store, staging, remove=[], replace=changed, editions=editions, lines=lines,
            note={"what": "een jeugdige", "when": today.isoformat()},
        )  # fmt: skip


def in_words(done: Forgotten) -> list[str]:
    """What was done, what that means, and what it does not do."""
    lines = [f"Verwijderd: {done.lines} regels uit {done.deliveries} aanleveringen."]
    if done.editions:
        lines.append(f"Deze edities zijn niet meer precies na te maken: {', '.join(done.editions)}.")
    if done.built:
        lines.append(
            f"Het gebouwde boek van {', '.join(done.built)} blijft staan, net als wat u al publiceerde. "
            "Bouw het opnieuw met `jeugd build` als ook het boek anders moet."
        )
    lines.append("Reservekopieën en de bestanden van de leverancier verwijdert u zelf.")
    lines.append("Staat dit in een volgende aanlevering, dan komt het terug. Zeg het de leverancier.")
    return lines


def resume(*, store: Store) -> bool:
    """Finish an order that was cut off; tells whether there was one."""
    with only_one(store):
        return _finish(store)


def warnings(quarter: Quarter, *, store: Store) -> list[str]:
    """Why an edition can no longer be made exactly as it was, one sentence each; empty when it can."""
    return [
        f"{quarter} is niet meer precies na te maken: op {day_in_words(date.fromisoformat(note['when']))} is "
        f"{note['what']} verwijderd. Getallen kunnen anders zijn dan eerder gepubliceerd."
        for note in store.forgotten(quarter)
    ]


# -- who is named where -----------------------------------------------------------------------------


def _files(delivery: Delivery) -> dict[str, list[Path]]:
    """Per table the files of a delivery: accepted lines and lines set aside."""
    told: dict[str, list[Path]] = {}
    for part in delivery.parts:
        both = (delivery.folder / part.parquet, delivery.folder / f"terzijde__{part.parquet}")
        told.setdefault(part.table, []).extend(path for path in both if path.is_file())
    return told


def _links(deliveries: list[Delivery], youth: str) -> dict[str, pa.Array]:
    """Column -> the allocations and references that are of this youth alone, in any delivery."""
    mine: dict[str, set[str]] = {"allocation_id": set(), "reference": set()}
    for delivery in deliveries:
        for table, files in _files(delivery).items():
            for file in files if table in _LINKS else ():
                rows = pq.read_table(file, columns=["youth_id", _LINKS[table]])
                own = rows.filter(pc.equal(pc.utf8_lower(rows["youth_id"]), youth))
                mine[_LINKS[table]].update(own[_LINKS[table]].to_pylist())
    return {name: pa.array(sorted(values), pa.string()) for name, values in mine.items()}


def _of_youth(rows: pa.Table, youth: str, links: Mapping[str, pa.Array]) -> pa.ChunkedArray:
    """Which rows are about the youth: by code, or without a code by allocation or reference."""
    if "youth_id" in rows.column_names:
        return pc.fill_null(pc.equal(pc.utf8_lower(rows["youth_id"]), youth), fill_value=False)
    found = pa.chunked_array([pa.array([False] * rows.num_rows, pa.bool_())])
    for name, values in links.items():
        if name in rows.column_names:
            found = pc.or_(found, pc.is_in(rows[name].cast(pa.string()), value_set=values))
    return found


# -- making ready -----------------------------------------------------------------------------------


def _rewrite(delivery: Delivery, target: Path, youth: str, links: Mapping[str, pa.Array], today: date) -> int:
    """Write the delivery again without the youth; how many lines that took. Nothing is written when it took none."""
    taken: dict[Path, pa.Table] = {}
    removed: Counter[str] = Counter()
    for table, files in _files(delivery).items():
        for file in files:
            rows = pq.read_table(file)
            mine = _of_youth(rows, youth, links)
            if count := pc.sum(mine).as_py():
                taken[file] = rows.filter(pc.invert(mine))
                removed[table] += count
    if not removed:
        return 0
    shutil.copytree(delivery.folder, target)
    for file, rest in taken.items():
        path = target / file.name
        if rest.num_rows or not file.name.startswith("terzijde__"):
            pq.write_table(rest, path, compression="zstd")
        else:
            path.unlink()
    _describe(target, {path.name for path in taken}, removed, today)
    for path in target.iterdir():
        path.chmod(0o600)
        sync(path)
    target.chmod(0o700)
    return sum(removed.values())


def _describe(folder: Path, changed: set[str], removed: Mapping[str, int], today: date) -> None:
    """Make delivery.json say what is in the files now: lines, lines set aside, amounts and digests."""
    path = folder / "delivery.json"
    told: dict[str, Any] = json.loads(path.read_text("utf8"))
    for part in told["parts"]:
        own = part["slot"].replace("/", "__") + ".parquet"
        names = {own, f"terzijde__{own}"}
        if not names & changed:
            continue
        aside = _aside(folder / f"terzijde__{own}")
        accepted = pq.read_metadata(folder / own).num_rows
        part["accepted"], part["delivered"] = accepted, accepted + sum(count for count, _ in aside.values())
        part["set_aside"] = {code: count for code, (count, _) in sorted(aside.items())}
        part["set_aside_cents"] = {code: c for code, (_, c) in sorted(aside.items()) if c is not None}
        # The file that was delivered is not the one that lies here any more; its digest would lead back to it.
        contents = b"".join((folder / name).read_bytes() for name in sorted(names) if (folder / name).is_file())
        part["sha256"] = hashlib.sha256(contents).hexdigest()
        part["decisions"] = [*part["decisions"], f"regels van een jeugdige verwijderd op {day_in_words(today)}"]
    path.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf8")


def _aside(path: Path) -> dict[str, tuple[int, int | None]]:
    """Reason -> lines and cents that still lie aside."""
    if not path.is_file():
        return {}
    rows = pq.read_table(path)
    amounts = rows["amount_cents"].to_pylist() if "amount_cents" in rows.column_names else None
    reasons = rows["reason"].to_pylist()
    counts = Counter(reasons)
    if amounts is None:
        return {code: (count, None) for code, count in counts.items()}
    cents: Counter[str] = Counter()
    for code, amount in zip(reasons, amounts, strict=True):
        cents[code] += amount or 0
    return {code: (count, cents[code]) for code, count in counts.items()}


def _editions_with(known: list[Delivery], store: Store, chosen: Callable[[Delivery], bool]) -> tuple[str, ...]:
    """Editions that rest, or once rested, on one of the chosen deliveries."""
    labels = {one.quarter.label for one in known} | set(_built(store))
    found = {one.quarter.label for one in known if chosen(one)}
    for label in labels:
        used = store.current(Quarter.parse(label))
        if any(chosen(delivery) for parts in used.values() for delivery, _ in parts):
            found.add(label)
    return tuple(sorted(found))


def _built(store: Store) -> list[str]:
    """Editions with a site."""
    return sorted(site.parent.name for site in store.books_folder.glob("20??-K?/site"))


# -- carrying out -----------------------------------------------------------------------------------


def _staging(store: Store) -> Path:
    folder = store.forget_folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder


def _carry_out(
    store: Store,
    staging: Path,
    *,
    remove: list[Delivery],
    replace: list[Delivery],
    editions: tuple[str, ...],
    lines: int,
    note: Mapping[str, str],
) -> Forgotten:
    order = {
        "remove": [f"{one.quarter}/{one.name}" for one in remove],
        "replace": [f"{one.quarter}/{one.name}" for one in replace],
        "editions": list(editions),
        "note": dict(note),
    }
    fresh = staging / "opdracht.nieuw"
    fresh.write_text(json.dumps(order, sort_keys=True) + "\n", "utf8")
    sync(fresh)
    for folder in {path.parent for path in staging.rglob("*")}:
        sync(folder)
    fresh.rename(store.forget_order)  # from here on it counts
    sync(staging)
    built = tuple(label for label in editions if label in _built(store))
    _finish(store)
    return Forgotten(lines=lines, deliveries=len(remove) + len(replace), editions=editions, built=built)


def _finish(store: Store) -> bool:
    """Do what the order says; every step can be done again. Without an order, what was made ready is thrown away."""
    if not store.forget_order.is_file():
        shutil.rmtree(store.forget_folder, ignore_errors=True)
        return False
    order = json.loads(store.forget_order.read_text("utf8"))
    for label in order["editions"]:
        store.note_forgotten(Quarter.parse(label), order["note"])
        _drop_made(store, label)
    for name in [*order["remove"], *order["replace"]]:
        place, ready = store.deliveries_folder / name, store.forget_folder / name
        if name in order["remove"] or ready.is_dir():
            old = store.forget_folder / "weg" / name
            old.parent.mkdir(parents=True, exist_ok=True)
            if place.is_dir():
                shutil.rmtree(old, ignore_errors=True)
                place.rename(old)
            if ready.is_dir():
                ready.rename(place)
            sync(place.parent)
    # The order goes last: a run that dies before this does all of it again.
    shutil.rmtree(store.forget_folder / "weg", ignore_errors=True)
    store.forget_order.unlink()
    shutil.rmtree(store.forget_folder, ignore_errors=True)
    return True


def _drop_made(store: Store, label: str) -> None:
    """Marts, estimates and pages of an edition; they are made again from what is left. The site stays."""
    for folder in (store.marts_folder, store.estimates_folder):
        shutil.rmtree(folder / label, ignore_errors=True)
    for name in _OWN:
        path = store.book_folder(Quarter.parse(label)) / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
