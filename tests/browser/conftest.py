"""A tiny book, built by the real Jupyter Book with the project's own settings, and a browser to read it in."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from tiny_book import KERNEL, STRICT_POLICY, built, served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
VEGA = "application/vnd.vegalite.v6+json"
TOC = """\
format: jb-book
root: index
parts:
- caption: Regio
  chapters:
  - file: regio/groei
    sections:
    - file: regio/detail
- caption: Uitleg
  chapters:
  - file: methode
"""
INDEX = """\
# Jeugdhulp in beeld

Dit boek laat zien wat er verandert. Lees ook [de methode](methode.md).

## Wat u hier vindt

| gemeente | jongeren |
|---|---:|
| Delft | 1.230 |

:::{note}
Een opmerking.
:::
"""
METHOD = r"""# Methode

De zoekterm staat op deze pagina. De kosten zijn $K = V \times T$.

$$
\Delta K = \sum_{i=1}^{n} \frac{(n-|S|-1)!\,|S|!}{n!} \left( K(S \cup \{i\}) - K(S) \right) + \text{een lange rest}
$$ (eq-groei)

$$
\begin{aligned}
a &= b + c \\
d &= e
\end{aligned}
$$

Zie formule {eq}`eq-groei`.
"""


def chart(title: str, width: int | str) -> dict[str, Any]:
    rows = [{"segment": name, "euro": euro} for name, euro in (("Verblijf", 1_250_000), ("Ambulante hulp", 3_100_000))]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": title,
        "description": f"{title}. Het meest bij ambulante hulp, 3,1 miljoen euro.",
        "data": {"values": rows},
        "background": "transparent",  # as the house style draws them: the page gives the ground
        "width": width,
        "height": {"step": 60},
        "mark": {"type": "bar", "tooltip": True},
        "encoding": {
            "x": {"field": "euro", "type": "quantitative", "axis": {"format": "$,.0f"}},
            "y": {"field": "segment", "type": "nominal", "title": None},
            "color": {"field": "segment", "type": "nominal"},
            "tooltip": [{"field": "euro", "type": "quantitative", "format": "$,.0f", "title": "bedrag"}],
        },
    }


def table() -> str:
    years = range(2014, 2027)
    head = "".join(f'<th scope="col" class="getal">{year}</th>' for year in years)
    cells = "".join(f'<td class="getal">€ {year}.000</td>' for year in years)
    return (
        '<div class="tabel-omslag"><table class="tabel"><caption>Kosten per jaar</caption>'
        f"<thead><tr><th></th>{head}</tr></thead>"
        f'<tbody><tr><th scope="row">Verblijf</th>{cells}</tr></tbody></table></div>'
    )


def notebook() -> nbformat.NotebookNode:
    """As papermill leaves it: outputs inside, input cells tagged."""

    def shown(source: str, *bundles: dict[str, Any]) -> nbformat.NotebookNode:
        outputs = [new_output("display_data", data={**bundle, "text/plain": "[uitvoer]"}) for bundle in bundles]
        return new_code_cell(source, metadata={"tags": ["remove-input"]}, outputs=outputs)

    data = f'<details class="gegevens"><summary>Bekijk de cijfers</summary>{table()}</details>'
    return new_notebook(
        cells=[
            new_markdown_cell("# Kostenontwikkeling in de regio\n\nDe kosten stegen, met $T_1/T_0$."),
            shown("groei()", {VEGA: chart("Ambulante hulp groeit het meest", 640)}, {"text/html": data}),
            new_markdown_cell("## Per jaar\n\nDe tabel laat elk jaar zien."),
            shown("tabel()", {"text/html": table()}),
            shown("groei()", {VEGA: chart("Ambulante hulp groeit het meest", "container")}),
        ],
        metadata=KERNEL,
    )


def write_book(source: Path) -> None:
    (source / "regio").mkdir(parents=True)
    (source / "_toc.yml").write_text(TOC, encoding="utf-8")
    (source / "index.md").write_text(INDEX, encoding="utf-8")
    (source / "methode.md").write_text(METHOD, encoding="utf-8")
    (source / "regio" / "detail.md").write_text("# Per segment\n\nTekst.\n\n## Kop\n\nTekst.\n", encoding="utf-8")
    nbformat.write(notebook(), source / "regio" / "groei.ipynb")


class Site:
    """A built book: its folder, its pages and what the build said."""

    def __init__(self, folder: Path, log: str, work: Path) -> None:
        self.folder, self.log, self.work = folder, log, work

    @property
    def pages(self) -> list[str]:
        found = (page.relative_to(self.folder) for page in self.folder.rglob("*.html"))
        return sorted(page.as_posix() for page in found if page.parts[0] != "_static")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The book after `jupyter-book build SRC --config _config.yml --path-output OUT`."""
    work = tmp_path_factory.mktemp("boek")
    write_book(work / "source")
    folder, said = built(work)
    return Site(folder, said, work)


@pytest.fixture(scope="session")
def serve(site: Site) -> Iterator[Callable[[str], str]]:
    """The address of the site: 'http', 'strict' (http with the strict policy) or 'file'."""
    with ExitStack() as servers:

        @functools.cache
        def address(way: str) -> str:
            if way == "file":
                return site.folder.as_uri() + "/"
            return servers.enter_context(served(site.folder, policy=STRICT_POLICY if way == "strict" else ""))

        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium of the system, without its own traffic."""
    if CHROMIUM is None:
        pytest.skip("Chromium ontbreekt; installeer het met: apt-get install chromium")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="installeer de ontwikkelpakketten: pip install -e .[dev]"
    )
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Any) -> Iterator[Callable[..., Any]]:
    """Makes browser contexts (size, script, theme) and closes them after the test."""
    made = []

    def make(*, theme: str = "light", **options: Any) -> Any:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        new = browser.new_context(**options)
        new.add_init_script(f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}');")
        made.append(new)
        return new

    yield make
    for old in made:
        old.close()
