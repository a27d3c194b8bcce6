"""The last reading of an edition before it takes its place: links that lead nowhere, requests to outside, sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

from jeugd_analysis.errors import BuildError

# Attributes that a browser follows by itself. A link in a text (a href) leads away only when a reader chooses it.
_FETCHED = {
    "src", "srcset", "poster", "background", "action", "formaction", "data", "ping", "manifest",
    "{http://www.w3.org/1999/xlink}href",
}  # fmt: skip
_FETCHED_HREF = {"link", "use", "image", "base"}
_STYLE_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", re.IGNORECASE)
_OUTSIDE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//|^(?:https?|ftp|wss?):", re.IGNORECASE)
_OWN_SCRIPT = re.compile(r"""["'](?:https?:)?//[\w.-]+\.[a-z]{2,}""", re.IGNORECASE)
_TOLD = 10  # named in a message
MOST_OF_A_PAGE, MOST = 5_000_000, 1_000_000_000  # bytes of a page, of an edition


def check_edition(folder: Path) -> None:
    """Raises: BuildError PUB-002 (link), PUB-003 (request to outside), PUB-004 (size)."""
    pages = {page: _parsed(page) for page in sorted(folder.rglob("*.html")) if "_static" not in page.parts}
    _refuse(
        "PUB-003", list(outside_requests(folder, pages)), "haalt iets van buiten de map",
        "zet het bestand in het boek zelf, of maak er een gewone link van.",
    )  # fmt: skip
    _refuse(
        "PUB-002", list(dead_links(folder, pages)), "verwijst naar iets wat er niet is",
        "herstel de link in het boek of het notebook en bouw opnieuw.",
    )  # fmt: skip
    _refuse(
        "PUB-004", list(too_large(folder)), "is te groot",
        "maak de pagina kleiner: minder rijen in een tabel of een grafiek.",
    )  # fmt: skip


def _refuse(code: str, found: list[str], what: str, remedy: str) -> None:
    if found:
        told = "; ".join(found[:_TOLD]) + (f"; en nog {len(found) - _TOLD}" if len(found) > _TOLD else "")
        raise BuildError(code, wat=f"Een deel van de editie {what}: {told}.", doe=remedy)


def _parsed(page: Path) -> html.HtmlElement:
    return html.document_fromstring(page.read_bytes(), parser=html.HTMLParser(encoding="utf8"))


def outside_requests(folder: Path, pages: dict[Path, html.HtmlElement]) -> Iterator[str]:
    """Where a browser would ask another host for something: pages, styles, and scripts of our own."""
    for page, root in pages.items():
        name = page.relative_to(folder).as_posix()
        for element, attribute, address in _fetched(root):
            if _OUTSIDE.match(address.strip()):
                yield f"{name} ({element.tag} {attribute})"
        for element in root.iter("style"):
            if any(map(_OUTSIDE.match, _addresses(element.text or ""))):
                yield f"{name} (style)"
    for style in sorted(folder.rglob("*.css")):
        if any(map(_OUTSIDE.match, _addresses(style.read_text("utf8", "replace")))):
            yield style.relative_to(folder).as_posix()
    for script in sorted((folder / "_static" / "jeugd").glob("*.js")):
        # The chart script is a bundle of packages, whose texts hold addresses; the page gives it a loader that refuses.
        if not script.name.startswith("vega") and _OWN_SCRIPT.search(script.read_text("utf8", "replace")):
            yield script.relative_to(folder).as_posix()


def _fetched(root: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str, str]]:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            if name in _FETCHED or (name == "href" and element.tag in _FETCHED_HREF):
                for part in value.split(",") if name == "srcset" else [value]:
                    yield element, name, part
            elif name == "style":
                yield from ((element, name, address) for address in _addresses(value))


def _addresses(style: str) -> list[str]:
    return [first or second for first, second in _STYLE_ADDRESS.findall(style)]


def dead_links(folder: Path, pages: dict[Path, html.HtmlElement]) -> Iterator[str]:
    """Links within the edition to a file or a place that is not there."""
    anchors = {page.resolve(): _anchors(root) for page, root in pages.items()}
    top = folder.resolve()
    for page, root in pages.items():
        for address in sorted(_inside(root)):
            parts = urlsplit(address)
            goal = (page.parent / unquote(parts.path)).resolve() if parts.path else page.resolve()
            goal = goal / "index.html" if goal.is_dir() else goal
            named = unquote(parts.fragment)
            there = goal.is_file() and goal.is_relative_to(top)
            if not there or (named and goal in anchors and named not in anchors[goal]):
                yield f"{page.relative_to(folder).as_posix()} -> {address[:80]}"


def _inside(root: html.HtmlElement) -> set[str]:
    found = {address for element, _, address in _fetched(root) if element.tag != "form"}
    found |= {element.get("href") for element in root.iter("a", "area") if element.get("href")}
    plain = (address.strip() for address in found)
    return {address for address in plain if address and not _OUTSIDE.match(address) and not urlsplit(address).scheme}


def _anchors(root: html.HtmlElement) -> set[str]:
    return {"top", *root.xpath("//@id"), *root.xpath("//a/@name")}


def too_large(folder: Path) -> Iterator[str]:
    """Pages and editions that would not open well."""
    sizes = {path: path.stat().st_size for path in sorted(folder.rglob("*")) if path.is_file()}
    for path, size in sizes.items():
        if path.suffix == ".html" and size > MOST_OF_A_PAGE:
            yield f"{path.relative_to(folder).as_posix()} ({size // 1_000_000} MB)"
    if sum(sizes.values()) > MOST:
        yield f"alles bij elkaar ({sum(sizes.values()) // 1_000_000} MB)"
