"""Which notebooks run with which parameters, and running them: only what changed, in parallel, all or nothing."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import papermill as pm
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from jeugd_analysis.domain.period import Quarter
from jeugd_analysis.domain.region import ALL_SEGMENTS, Area, Region
from jeugd_analysis.domain.seal import SEAL, seal
from jeugd_analysis.errors import BuildError, DisclosureError, JeugdError, bad_parameter, unknown_parameter
from jeugd_analysis.publish.engine import PRELOAD
from jeugd_analysis.publish.sections import without_empty_sections

# A process that forks must have one thread: BLAS and Arrow's allocator would each start one while being imported.
NO_THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
KERNEL_VARIABLE = "JEUGD_KERNEL"  # 'plain' runs every notebook in a fresh kernel: slower, the reference of the tests


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A notebook and what its metadata says: title, part of the book, order, and for which areas it runs.

    headline: name of the figure whose title says most; the page of an area shows it, and when `front` is set the first
    page of the book.
    """

    path: Path
    title: str
    part: str
    question: str
    order: int
    region_only: bool = False
    per_segment: bool = False
    headline: str = ""
    front: bool = False
    after_others: bool = False  # tells about the other pages, so it runs when they are there

    @property
    def name(self) -> str:
        """Short name: groei for 30_groei."""
        return self.path.stem.partition("_")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One page: a chapter with its parameters. `address` is its place in the book, without extension."""

    chapter: Chapter
    area: Area
    segment: str
    subject: str
    address: str
    parameters: Mapping[str, str]
    digest: str = ""

    @property
    def title(self) -> str:
        """Heading of the page: the chapter and what it is about, an area or a segment."""
        return f"{self.chapter.title} – {self.subject}"


@dataclass(slots=True)
class Outcome:
    """What an execution did."""

    executed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def read_chapters(folder: Path) -> list[Chapter]:
    """Every notebook in the folder, by order. Raises: BuildError when one lacks its metadata."""
    chapters = []
    for path in sorted(folder.glob("*.ipynb")):
        told = nbformat.read(path, as_version=4).metadata.get("jeugd", {})
        try:
            chapters.append(
                Chapter(
                    path=path,
                    title=str(told["title"]),
                    part=str(told["part"]),
                    question=str(told["question"]),
                    order=int(told["order"]),
                    region_only=bool(told.get("region_only", False)),
                    per_segment=bool(told.get("per_segment", False)),
                    headline=str(told.get("headline", "")),
                    front=bool(told.get("front", False)),
                    after_others=bool(told.get("after_others", False)),
                )
            )
        except (KeyError, ValueError) as error:
            raise BuildError(
                "NBK-001",
                wat=f"Notebook {path.name} mist {error} in de metadata.",
                doe="zet title, part, question en order onder 'jeugd' in de metadata van het notebook.",
            ) from None
    return sorted(chapters, key=lambda chapter: (chapter.order, chapter.path.name))


def plan_runs(
    chapters: Sequence[Chapter],
    region: Region,
    edition: Quarter,
    *,
    areas: Sequence[str] = (),
    only: Sequence[str] = (),
) -> list[Run]:
    """Every page of the edition: chapter x area, and for the region x segment where the chapter asks for it.

    `areas` and `only` limit the pages to these areas and chapter names; unknown ones raise UnknownNameError.
    """
    wanted = [region.find(code) for code in areas] or list(region.areas)
    known = [chapter.name for chapter in chapters]
    for name in only:
        if name not in known and name not in [chapter.path.stem for chapter in chapters]:
            raise bad_parameter("chapters", name, ", ".join(known))
    return [
        run
        for area in wanted
        for chapter in chapters
        if (not only or chapter.name in only or chapter.path.stem in only)
        and (area.is_region or not chapter.region_only)
        for run in _runs(chapter, area, region, edition)
    ]


def _runs(chapter: Chapter, area: Area, region: Region, edition: Quarter) -> Iterator[Run]:
    segments = [ALL_SEGMENTS]
    if chapter.per_segment and area.is_region:
        segments += [segment.code for segment in region.segments if segment.code not in ("S0", "S9")]
    for code in segments:
        segment = region.find_segment(code)
        tail = "" if segment is None else f"-{code.lower()}"
        parameters = {"municipality": area.code, "period": edition.label}
        if chapter.per_segment:
            parameters["segment"] = code
        yield Run(
            chapter=chapter,
            area=area,
            segment=code,
            subject=segment.name if segment else area.name,
            address=f"{area.folder}/{chapter.path.stem}{tail}",
            parameters=parameters,
        )


def check_parameters(run: Run, region: Region) -> None:
    """Names and values from closed lists only, before papermill starts; a value never reaches a path unchecked.

    Raises: UnknownNameError. Papermill itself only warns about a mistyped name and then runs the default.
    """
    known = list(pm.inspect_notebook(str(run.chapter.path)))
    if unknown := sorted(run.parameters.keys() - set(known)):
        raise unknown_parameter(unknown, run.chapter.path.name, known)
    checks: dict[str, Callable[[str], object]] = {
        "municipality": region.find,
        "period": Quarter.parse,
        "segment": region.find_segment,
    }
    for name, value in run.parameters.items():
        if name not in checks:
            raise unknown_parameter([name], run.chapter.path.name, list(checks))
        checks[name](value)


def code_digest(package: Path) -> str:
    """Digest of the program's own code: any change in it makes every page run again."""
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def with_digest(run: Run, *, code: str, data: str) -> Run:
    """The run with the digest of all that decides its outcome: notebook, parameters, code and data."""
    told = json.dumps([run.title, dict(run.parameters)], sort_keys=True)
    digest = hashlib.sha256(b"\0".join([run.chapter.path.read_bytes(), told.encode(), code.encode(), data.encode()]))
    return Run(**{**{name: getattr(run, name) for name in Run.__slots__}, "digest": digest.hexdigest()})


def execute_all(
    runs: Sequence[Run], target: Path, *, workers: int, progress: Callable[[int, int, str], None], cwd: Path
) -> Outcome:
    """Run what changed since the last time, `workers` at once, into target/<address>.ipynb.

    Raises: BuildError at the first notebook that fails; what was done before stays usable for the next try.
    """
    outcome = Outcome()
    todo = []
    for run in runs:
        fresh = _digest_file(target, run)
        done = fresh.is_file() and fresh.read_text("utf8") == run.digest and _page(target, run).is_file()
        (outcome.unchanged.append(run.address) if done else todo.append(run))
    for run in todo:  # a page may change and this run still stop before its digest is written
        _digest_file(target, run).unlink(missing_ok=True)
    if not todo:
        return outcome
    for number, run in enumerate(_execute(todo, target, workers, cwd), start=1):
        outcome.executed.append(run.address)
        progress(number, len(todo), run.address)
    return outcome


def _execute(todo: Sequence[Run], target: Path, workers: int, cwd: Path) -> Iterator[Run]:
    plain = os.environ.get(KERNEL_VARIABLE) == "plain" or sys.platform == "win32"
    context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    if not plain:
        context.set_forkserver_preload([PRELOAD])
    os.environ.update(NO_THREADS)
    # One process per notebook: nothing of one page can reach the next.
    with ProcessPoolExecutor(max_workers=workers, mp_context=context, max_tasks_per_child=1) as pool:
        # The server that forks keeps the environment it was started with, so ours is sent along.
        ours = {name: value for name, value in os.environ.items() if name.startswith("JEUGD_")}
        futures: dict[Future[None], Run] = {
            pool.submit(run_notebook, run, _page(target, run), plain=plain, cwd=cwd, environment=ours): run
            for run in todo
        }
        try:
            for future in as_completed(futures):
                run = futures[future]
                try:
                    future.result()
                except JeugdError:
                    raise
                except Exception as error:
                    raise failed(run, error) from None
                _digest_file(target, run).write_text(run.digest, "utf8")
                yield run
        finally:
            for future in futures:
                future.cancel()


def run_notebook(run: Run, target: Path, *, plain: bool, cwd: Path, environment: Mapping[str, str]) -> None:
    """Execute one notebook with papermill and write it, without times and paths, in one rename.

    `environment` replaces the program's own variables (JEUGD_...) of this process.

    Raises: BuildError with the notebook, the cell and what went wrong, without traceback.
    """
    staged = target.with_suffix(".nieuw.ipynb")
    target.parent.mkdir(parents=True, exist_ok=True)
    for name in [name for name in os.environ if name.startswith("JEUGD_")]:
        del os.environ[name]
    os.environ.update(environment, PYDEVD_DISABLE_FILE_VALIDATION="1")
    try:
        done = pm.execute_notebook(
            str(run.chapter.path),
            str(staged),
            parameters=dict(run.parameters),
            engine_name=None if plain else "warm",
            kernel_name="python3",
            progress_bar=False,
            cwd=str(cwd),
            log_output=False,
        )
    except PapermillExecutionError as error:
        raise cell_failed(run, error) from None
    finally:
        staged.unlink(missing_ok=True)
    require_sealed(done, run)
    staged.write_text(nbformat.writes(tidy(done, run)) + "\n", "utf8")
    staged.replace(target)


def require_sealed(notebook: NotebookNode, run: Run) -> None:
    """Nothing reaches a page but what `present` showed. Raises: DisclosureError for any other output of a cell.

    The seals stay in the notebook: what is made of it later (annexes) asks for them again.
    """
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            told = output.get("metadata", {}).get(SEAL)
            if output.output_type != "display_data" or told != seal(output.data) or cell.get("attachments"):
                raise DisclosureError(
                    "GEH-005",
                    wat=f"Notebook {run.chapter.path.name} toont in cel {number + 1} iets buiten de controle om.",
                    doe="toon alleen bevindingen, met present.finding.show; haal print en losse tabellen weg.",
                )


def tidy(notebook: NotebookNode, run: Run) -> NotebookNode:
    """Hide the code, name the page, drop empty sections and what differs from run to run (times, paths, cell ids)."""
    notebook = without_empty_sections(notebook)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cel-{number:02d}"
        if cell.cell_type == "code":
            tags = cell.metadata.get("tags", [])
            # The cell that papermill injects inherits no tags, and MyST-NB ignores papermill's report mode.
            injected = "injected-parameters" in tags or "parameters" in tags
            cell.metadata = NotebookNode(tags=["remove-cell" if injected else "remove-input"])
        else:
            cell.metadata = NotebookNode()
    first = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
    first.source = re.sub(r"\A# .*", f"# {run.title}", first.source)
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook.metadata = NotebookNode(**kernel, language_info={"name": "python"})
    return notebook


def failed(run: Run, error: BaseException) -> BuildError:
    """A notebook process that died or could not be read."""
    return BuildError(
        "NBK-002",
        wat=f"Notebook {run.chapter.path.name} voor {run.address} is mislukt ({type(error).__name__}).",
        doe="probeer het opnieuw; blijft het misgaan, bouw dan met JEUGD_KERNEL=plain en meld de fout.",
    )


def cell_failed(run: Run, error: PapermillExecutionError) -> BuildError:
    """A cell that raised. A message of our own is repeated; another error only by its kind: it may quote data."""
    ours = re.search(r"\[[A-Z]{3}-\d{3}\].*", str(error.evalue), re.DOTALL)
    what = ours[0].replace("\n ", " ") if ours else error.ename
    return BuildError(
        "NBK-003",
        wat=f"Notebook {run.chapter.path.name} voor {run.address} stopt bij cel {error.exec_count}: {what}",
        doe="los dit op en bouw opnieuw; het vorige boek is niet veranderd.",
    )


def _page(target: Path, run: Run) -> Path:
    return target / f"{run.address}.ipynb"


def _digest_file(target: Path, run: Run) -> Path:
    return target / f"{run.address}.digest"
