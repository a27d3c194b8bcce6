"""Books of a few pages for the browser tests: written, built by the real Jupyter Book, and served."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from reading import Reader

from jeugd_analysis.present import finding as showing
from jeugd_analysis.present.finding import Finding, show

ROOT = Path(__file__).parents[2]
EDITION = {
    "edition": "2026-K3",
    "as_of": "2026-09-30",
    "status": "voorbeelddata",
    "code": "0.1.0",
    "digest": "1a2b3c4d5e6f7a8b",
}
# The strictest policy a municipal web server could set: no script in the page itself, no eval, nothing from elsewhere.
STRICT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def shown_cell(finding: Finding) -> nbformat.NotebookNode:
    """A cell that shows a finding, as papermill leaves it."""
    told: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(showing, "publish_display_data", lambda data, metadata: told.append(data))
        show(finding)
    outputs = [new_output("display_data", data=data) for data in told]
    return new_code_cell("toon()", metadata={"tags": ["remove-input"]}, outputs=outputs)


def built(work: Path, *, edition: Mapping[str, str] = EDITION) -> tuple[Path, str]:
    """`jupyter-book build` of `work`/source with the project's own settings: the site, and what the build said."""
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", work / "source", "--config", ROOT / "_config.yml", "--path-output", work / "out"]
    environment = {**os.environ, "JEUGD_CACHE_DIR": str(work / "cache"), "JEUGD_EDITION": json.dumps(edition)}
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=work, env=environment
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return work / "out" / "_build" / "html", said


def book_of(work: Path, pages: Mapping[str, Sequence[nbformat.NotebookNode]]) -> Path:
    """The site of a first page and these pages, each an executed notebook; the build had nothing to complain of."""
    source = work / "source"
    source.mkdir()
    for name, cells in pages.items():
        nbformat.write(new_notebook(cells=list(cells), metadata=KERNEL), source / f"{name}.ipynb")
    (source / "index.md").write_text("# Boek\n\nTekst.\n", encoding="utf-8")
    toc = "format: jb-book\nroot: index\nchapters:\n" + "".join(f"- file: {name}\n" for name in pages)
    (source / "_toc.yml").write_text(toc, encoding="utf-8")
    site, said = built(work)
    require_silent(said)
    return site


def require_silent(said: str) -> None:
    """The build said nothing that needs attention."""
    assert not re.findall(r".*(?:WARNING|ERROR|Traceback).*", said)


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, policy: str = "", **options: Any) -> None:
        self.policy = policy
        super().__init__(*arguments, **options)

    def end_headers(self) -> None:
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests listen in the browser."""


@contextmanager
def served(folder: Path, *, policy: str = "") -> Iterator[str]:
    """The address of a folder over http, under a content policy."""
    handler = functools.partial(_Handler, directory=str(folder), policy=policy)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextmanager
def blameless(context: Callable[..., Any], address: str, page: str) -> Iterator[Any]:
    """The page, which complained about nothing and asked nothing from elsewhere when the test is done."""
    reader = Reader(context(), address)
    yield reader.read(page)
    assert reader.complaints == []
    assert [url for url in reader.requests if not url.startswith((address, "data:"))] == []
