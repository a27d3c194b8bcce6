"""From the data of a document to a PDF: typst with its own letters only, as PDF/UA-1 and PDF/A-2a."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pikepdf
import typst

from jeugd_analysis.errors import BuildError

TEMPLATE = Path(__file__).parent / "template.typ"
STANDARDS: list[Any] = ["ua-1", "a-2a"]


def pdf(document: dict[str, Any], *, folder: Path, day: date) -> bytes:
    """The PDF; pictures are files in `folder`. The same document gives the same bytes, whatever the machine.

    Raises: BuildError ANX-002, without a path, when typst or one of the two standards refuses it.
    """
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    try:
        # No letters of this machine: typst carries its own, so every machine makes the same file.
        compiler = typst.Compiler(
            root=folder, ignore_system_fonts=True, sys_inputs={"document": json.dumps(document, ensure_ascii=False)}
        )
        made = compiler.compile(
            TEMPLATE.read_bytes(), format="pdf", pdf_standards=STANDARDS, timestamp=int(moment.timestamp())
        )
    except typst.TypstError as error:
        raise BuildError(
            "ANX-002",
            wat=f"De bijlage kan niet worden gezet: {str(error.message)[:200]}",
            doe="meld dit aan wie het programma onderhoudt; het boek zelf is niet veranderd.",
        ) from None
    assert isinstance(made, bytes)  # a list of files is for pictures
    return with_row_headers(made)


def with_row_headers(content: bytes) -> bytes:
    """The first cell of a row heads it, as in the book: typst only heads columns.

    Not in a table that would then have more headers than data.
    """
    with pikepdf.open(io.BytesIO(content)) as document:
        for rows in _bodies(document.Root.StructTreeRoot.K):
            columns = len(rows[0].K) if rows else 0
            if len(rows) * (columns - 1) >= len(rows) + columns:
                for row in rows:
                    row.K[0].S = pikepdf.Name.TH
                    row.K[0].A = pikepdf.Array([pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)])
        written = io.BytesIO()
        document.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    return written.getvalue()


def _bodies(part: pikepdf.Object) -> Iterator[list[pikepdf.Object]]:
    """The rows of every table, without its head, below a part of the tree of tags."""
    if isinstance(part, pikepdf.Array):
        for inner in part:
            yield from _bodies(inner)
    elif isinstance(part, pikepdf.Dictionary) and "/K" in part:
        if part.get("/S") == pikepdf.Name.TBody:
            yield [row for row in part.K if isinstance(row, pikepdf.Dictionary)]
        else:
            yield from _bodies(part.K)
